"""The benchmark network in four programs: first that they agree, then how long each takes."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator, Mapping

import numpy as np

from sim.commands.benchmark import network
from sim.commands.benchmark.in_ciw import ciw_program
from sim.commands.benchmark.lines import Line
from sim.commands.benchmark.network import Program, Result
from sim.commands.benchmark.timing import interleaved, median, ratio
from sim.commands.benchmark.tutorial import tutorial

PART = "network"
COMPILED, SIMPY, TUTORIAL, CIW = "compiled engine", "SimPy engine", "tutorial-style SimPy", "Ciw"
FURTHEST = 4.0
"""Standard errors that two programs may be apart."""


class DisagreeError(RuntimeError):
    """Two programs give different figures; the message says which."""


def programs() -> dict[str, Program]:
    """The programs that are there."""
    found: dict[str, Program] = {COMPILED: network.ours("compiled"), SIMPY: network.ours("simpy"), TUTORIAL: tutorial}
    return found | ({CIW: ciw_program} if importlib.util.find_spec("ciw") else {})


def compare(rounds: int, rounds_of_ciw: int) -> Iterator[Line]:
    """Agreement, then times. Raises DisagreeError before anything is timed."""
    found = programs()
    n = dict.fromkeys(found, rounds) | {COMPILED: 4 * rounds, TUTORIAL: 2 * rounds} | {CIW: rounds_of_ciw}
    results = {name: [run(number) for number in range(1, n[name] + 1)] for name, run in found.items()}
    yield from agreement(results)
    seconds = interleaved(found, {name: rounds_of_ciw if name == CIW else rounds for name in found})
    for name in found:
        yield Line(PART, f"{name}: replications per second and core", 1 / median(seconds, name), "1/s")
    yield Line(PART, f"{TUTORIAL} / {COMPILED}", ratio(seconds, TUTORIAL, COMPILED), "times", at_least=40)
    if CIW in found:
        yield Line(PART, f"{CIW} / {COMPILED}", ratio(seconds, CIW, COMPILED), "times", at_least=700)


def agreement(results: Mapping[str, list[Result]]) -> Iterator[Line]:
    """Means of each program and how many standard errors the furthest is from the compiled engine's."""
    base = np.array(results[COMPILED])
    for column, figure in enumerate(Result._fields):
        furthest = 0.0
        for name, rows in results.items():
            values = np.array(rows)[:, column]
            yield Line(PART, f"{name}: {figure.replace('_', ' ')}", float(values.mean()), _unit(figure))
            if name == SIMPY:
                _require_equal(values, base[: len(values), column], figure)
            elif name != COMPILED and len(values) > 1:
                furthest = max(furthest, standard_errors_apart(base[:, column], values))
        yield Line(PART, f"{figure.replace('_', ' ')}: furthest apart", furthest, "standard errors", at_most=FURTHEST)
        if furthest > FURTHEST:
            raise DisagreeError(f"benchmark network, {figure}: {furthest:.1f} standard errors apart")


def standard_errors_apart(a: np.typing.NDArray[np.float64], b: np.typing.NDArray[np.float64]) -> float:
    """|difference of means| / its standard error, with the spread of `a` for both: programs of one model have one, and
    a few replications of the slow ones do not tell it (two that happen to be alike would have none).
    """
    error = math.sqrt(a.var(ddof=1) * (1 / len(a) + 1 / len(b)))
    return float(abs(a.mean() - b.mean()) / error) if error else 0.0


def _require_equal(a: np.typing.NDArray[np.float64], b: np.typing.NDArray[np.float64], figure: str) -> None:
    """Our engines make the same histories."""
    if not np.array_equal(a, b):
        raise DisagreeError(f"benchmark network, {figure}: our two engines differ")


def _unit(figure: str) -> str:
    return "people" if figure.startswith("people") else "minutes"
