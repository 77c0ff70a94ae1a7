"""How far a sweep is, on stderr: a bar with the time left on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sim.shell import errors
from sim.words.say import duration
from sim.words.sweep import SWEEP
from sim.words.user_text import for_terminal

SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def shown(name: str, left: int, talk: bool) -> Iterator[Callable[[int], None]]:
    """A function to call with the number of replications finished so far, of `left`."""
    if not talk or not left:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar(name, left) as update:
            yield update
    else:
        yield _Lines(name, left)
        errors.say(SWEEP["ended"].format(name=name))


@contextmanager
def _bar(name: str, left: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console  # noqa: PLC0415  heavy at start-up
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("left"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(for_terminal(name), total=left)
        yield lambda finished: bar.update(task, completed=finished)


class _Lines:
    """A line every half minute."""

    def __init__(self, name: str, left: int) -> None:
        self.name, self.left = name, left
        self.began = self.said = time.monotonic()

    def __call__(self, finished: int) -> None:
        now = time.monotonic()
        if not finished or finished >= self.left or now - self.said < SECONDS_BETWEEN_LINES:
            return
        self.said = now
        time_left = duration((now - self.began) * (self.left - finished) / finished)
        errors.say(SWEEP["progress"].format(name=self.name, done=finished, total=self.left, time=time_left))
