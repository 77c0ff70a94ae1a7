"""What a command says when it can not do its work, and with which exit code; how far its work is, on stderr; and Ctrl-C
while results are being written.
"""

from __future__ import annotations

import errno
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from sim.runs.output_streams import ENDING
from sim.words.commands import SAID, USAGE
from sim.words.compare import REFUSED
from sim.words.language import _, spoken
from sim.words.user_text import for_terminal

if TYPE_CHECKING:
    from sim.runs.alternatives import Compared


RAN, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


class BadInput(Exception):  # noqa: N818  named for what users did, as the exit code is
    """What the user asked for can not be done; the message says why and what to do."""


class Failed(Exception):  # noqa: N818
    """The work was begun and did not succeed; the message says why."""


class Interrupted(Exception):  # noqa: N818
    """Ctrl-C ended the work; the message says what is kept, nothing as a rule. Not a KeyboardInterrupt, because typer
    would end the program at one without a word.
    """


def refuse(message: str) -> NoReturn:
    """End the command as bad input."""
    raise BadInput(message)


def say(*lines: str) -> None:
    """Print lines on stderr."""
    for line in lines:
        print(for_terminal(line), file=sys.stderr)  # noqa: T201


def put(line: object) -> None:
    """Print a line on standard output: as it is for programs, on a terminal without what would move its cursor."""
    print(for_terminal(line) if sys.stdout.isatty() else line)  # noqa: T201


def report(error: BaseException, *, debug: bool) -> int:
    """Say on stderr what went wrong, one line each, without a traceback unless `debug`; returns the exit code."""
    if debug:
        traceback.print_exception(error)
    if isinstance(error, KeyboardInterrupt | Interrupted) or type(error).__name__ == "Abort":
        say(str(error) or SAID["nothing_written"])
        exec("")  # Python notes a Ctrl-C in generated code, as dataclasses make, and would die of it instead of ending
        return INTERRUPTED
    from sim.runs.executors import WorkerDiedError  # noqa: PLC0415  heavy at start-up

    lines = _bad_input_lines(error)
    if lines:
        say(*lines)
        return BAD_INPUT
    if isinstance(error, Failed):
        say(str(error))
    elif isinstance(error, WorkerDiedError):
        say(SAID["failed"].format(words=error))
    elif isinstance(error, OSError):
        say(
            SAID["failed"].format(words=_(error.strerror or str(error)))
            + (f": {error.filename}" if error.filename else "")
        )
    else:
        lines_apart = _is_replication_error(error)
        text = (str(error) if lines_apart else " ".join(str(error).split())) or SAID["no_words"]
        name = "" if lines_apart else f"{type(error).__name__}: "
        say(SAID["failed"].format(words=f"{name}{text}"), *([] if debug else [SAID["debug"]]))
    return FAILED


def _is_replication_error(error: BaseException) -> bool:
    from sim.runs.replicate import ReplicationError  # noqa: PLC0415  heavy at start-up

    return isinstance(error, ReplicationError)


def _bad_input_lines(error: BaseException) -> list[str]:
    """Words for what the user can mend; empty for everything else."""
    from sim.flow.engines import EngineError  # noqa: PLC0415
    from sim.keeping.store import StoreError  # noqa: PLC0415
    from sim.runs.executors import ExecutorError  # noqa: PLC0415  heavy at start-up, and rarely needed
    from sim.scenario.faults import ScenarioError  # noqa: PLC0415

    if isinstance(error, ScenarioError):
        return [str(fault) for fault in error.faults]
    if isinstance(error, BadInput | StoreError | ExecutorError | EngineError):
        return [spoken(error.args[0]) if len(error.args) == 1 else str(error)]
    if isinstance(error, OSError) and error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
        return [f"{error.filename}: {_(str(error.strerror))}" if error.filename else _(str(error.strerror))]
    if hasattr(error, "format_message"):  # a usage error of typer, whose class has moved between its versions
        return _usage_lines(error)
    return []


def _usage_lines(error: BaseException) -> list[str]:
    message = str(getattr(error, "message", "")) if hasattr(error, "possibilities") else error.format_message()  # type: ignore[attr-defined]
    possible = sorted(getattr(error, "possibilities", None) or [])
    hint = SAID["did_you_mean"].format(names=SAID["or"].join(possible)) if possible else ""
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "qcap"
    message = _in_the_language(" ".join(message.split()).rstrip(".").replace("Value error, ", ""))
    return [f"{where}: {message}{hint}", SAID["help"].format(command=where)]


def _in_the_language(message: str) -> str:
    """A usage error of typer, whose messages are English: that of `USAGE` which has its words is filled with the same
    values in the language of the day; one that no template knows stays as it is.
    """
    for key, english in USAGE.english.items():
        parts = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(english)), message)
        if parts:
            return USAGE[key].format(**{name: _in_the_language(part) for name, part in parts.groupdict().items()})
    return message


def require_results(compared: Compared) -> None:
    """Raise Failed for an alternative of which no replication came through: nothing can be said about it."""
    for result in compared.results:
        if len(result.failed) == compared.replications:
            reason = next(iter(result.failed.values()))
            raise Failed(REFUSED["failed"].format(name=result.alternative.name, reason=reason))


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """At Ctrl-C, say that nothing was written, and which command keeps what is finished. Raises Interrupted."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise Interrupted(SAID["all_or_nothing"]) from error


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
