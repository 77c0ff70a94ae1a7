"""Measuring: a line of the table with its limit, interleaved repetitions, medians, memory of a process of its own."""

from __future__ import annotations

import gc
import multiprocessing
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sim.words import say

T = TypeVar("T")
Seconds = dict[str, list[float]]
LEAST_SECONDS = 0.2
"""Of one repetition."""


def interleaved(work: Mapping[str, Callable[[int], object]], rounds: Mapping[str, int]) -> Seconds:
    """Seconds of the processor for each piece of work, one repetition of each in turn, so that a slow moment of the
    machine meets all of them. `rounds` tells how often each is done; those done less often take part in the first.

    A repetition is done again and again until it has taken LEAST_SECONDS, and its mean counts: an experiment makes many
    replications one after another, and a quick program measured once would pay for the memory that the slow one before
    it has used. A program that takes longer than that does one.
    """
    seconds: Seconds = {name: [] for name in work}
    for number in range(1, max(rounds.values()) + 1):
        for name, do in work.items():
            if number <= rounds[name]:
                gc.collect()
                seconds[name].append(_mean_seconds(do, number))
    return seconds


def _mean_seconds(do: Callable[[int], object], number: int) -> float:
    began, times = time.process_time(), 0
    while True:
        do(number)
        times += 1
        passed = time.process_time() - began
        if passed >= LEAST_SECONDS:
            return passed / times


def ratio(seconds: Seconds, slow: str, quick: str) -> float:
    """Median of slow / quick in the same round; of the medians where one was done less often."""
    pairs = list(zip(seconds[slow], seconds[quick], strict=False))
    if len(pairs) >= 5:
        return statistics.median(a / b for a, b in pairs)
    return statistics.median(seconds[slow]) / statistics.median(seconds[quick])


def median(seconds: Seconds, name: str) -> float:
    """Median of one piece of work."""
    return statistics.median(seconds[name])


def in_a_process_of_its_own(do: Callable[..., T], *arguments: Any) -> tuple[T, float]:
    """What a function gives in a fresh process, and the most memory that this process had, in MB."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_with_memory, do, *arguments).result()


def _with_memory(do: Callable[..., T], *arguments: Any) -> tuple[T, float]:
    return do(*arguments), most_memory()


def most_memory() -> float:
    """Most memory of this process so far, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # bytes on macOS


class Line(NamedTuple):
    """One figure."""

    part: str
    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def limit(self) -> str:
        """The limit in words; empty without one."""
        if self.at_least is not None:
            return f"at least {number(self.at_least)}"
        return f"at most {number(self.at_most)}" if self.at_most is not None else ""

    @property
    def verdict(self) -> str:
        """Whether the limit is kept; empty without one."""
        if not self.limit:
            return ""
        kept = (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )
        return "yes" if kept else "no"


def number(value: float | None) -> str:
    """A number with three digits or more."""
    if value is None:
        return ""
    return say.number(value) if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"


def markdown(lines: Sequence[Line]) -> str:
    """The table for the README."""
    head = "| Part | Measured | Value | Unit | Limit | Kept |\n|---|---|---:|---|---|---|\n"
    return head + "\n".join(
        f"| {line.part} | {line.what} | {number(line.value)} | {line.unit} | {line.limit} | {line.verdict} |"
        for line in lines
    )
