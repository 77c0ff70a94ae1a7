"""How far the work is, on stderr; and Ctrl-C while results are being written."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from sim.runs.output_streams import ENDING
from sim.shell.errors import say
from sim.words import SAID
from sim.words.language import _
from sim.words.user_text import for_terminal


@contextmanager
def shown_progress(total: int | None, what: str, talk: bool) -> Iterator[Callable[[int], None]]:
    """A function to call with the number of replications finished. A bar with the time left on a terminal, plain lines
    at start and end elsewhere, nothing without `talk`.
    """
    if not talk:
        yield lambda _: None
        return
    if not sys.stderr.isatty():
        say(SAID[{None: "begun_auto", 1: "begun_one"}.get(total, "begun")].format(what=what, n=total))
        yield lambda _: None
        say(SAID["ended"].format(what=what))
        return
    from rich.console import Console  # noqa: PLC0415  heavy at start-up
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn(_("left")), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(for_terminal(what), total=total)
        yield lambda finished: bar.update(task, completed=finished)


@contextmanager
def interrupts_noted() -> Iterator[None]:
    """While results are written, the first Ctrl-C (or request to end, or closed terminal) is answered with a word and
    the second one ends the command.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def answer(_number: int, _frame: FrameType | None) -> None:
        say(SAID["being_written"])
        for number in before:
            signal.signal(number, signal.default_int_handler)

    ours = [number for number in ENDING if signal.getsignal(number) is signal.default_int_handler]
    before = {number: signal.signal(number, answer) for number in dict.fromkeys((signal.SIGINT, *ours))}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
