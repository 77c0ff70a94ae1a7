"""The command line: read, call, store, show. Each command has a module and imports what it needs when it is called.

Exit codes: 0 ran, 1 failed, 2 bad input, 130 interrupted: by Ctrl-C, by being asked to end (SIGTERM) or by a terminal
that was closed (SIGHUP). What a command keeps when it is interrupted, it keeps in all three cases.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from inspect import Parameter, signature
from itertools import pairwise
from typing import Annotated, Any

import typer

import sim
from sim.commands.benchmark import command as benchmark
from sim.commands.calibrate import command as calibrate
from sim.commands.cap import command as cap
from sim.commands.check import command as check
from sim.commands.compare import command as compare
from sim.commands.papers import commands as papers
from sim.commands.run import command as run
from sim.commands.sweep import command as sweep
from sim.commands.sweep import merging as merge
from sim.commands.tornado import command as tornado
from sim.runs.outlets import ENDING, make_enduring
from sim.shell import errors, terminal
from sim.shell.help import GroupedHelp
from sim.words.language import LANGUAGES, _, language, use

COMMANDS: dict[str, Callable[..., Any]] = {
    "init": papers.init,
    "check": check.check,
    "run": run.run,
    "compare": compare.compare,
    "tornado": tornado.tornado,
    "cap": cap.cap,
    "sweep": sweep.sweep,
    "calibrate": calibrate.calibrate,
    "merge": merge.merge,
    "measures": papers.measures,
    "benchmark": benchmark.benchmark,
    "export": papers.export,
    "describe": papers.describe,
    "schema": papers.schema,
}
"""By name, in the order of --help."""


class Language(StrEnum):
    """What `--lang` takes."""

    zh = "zh"
    en = "en"


LanguageOption = Annotated[
    Language | None, typer.Option("--lang", help="Language of all words; else QCAP_LANG, else the system's.")
]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Entry point of `qcap`."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    _choose_language(words)
    if arguments is None:  # a process of its own
        make_enduring()
        _end_in_order()
        atexit.register(gc.freeze)  # the system takes all memory back: no last search for garbage, which took a second
    try:
        code = _app()(args=words, prog_name="qcap", standalone_mode=False, obj=words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of a pipe went away, as `head` does: nothing is wrong here
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nor when the rest is flushed at the end
        return errors.RAN
    except (Exception, KeyboardInterrupt) as error:
        return errors.report(error, debug="--debug" in words)
    return code if isinstance(code, int) else errors.RAN


def _choose_language(words: Sequence[str]) -> None:
    """Before anything is said: `--lang zh` or `--lang=zh`, else what the environment says."""
    asked = [after for word, after in pairwise([*words, ""]) if word == "--lang"]
    asked += [word.removeprefix("--lang=") for word in words if word.startswith("--lang=")]
    use(asked[-1] if asked and asked[-1] in LANGUAGES else language())


def _app() -> typer.Typer:
    app = typer.Typer(
        help=_("How many staff, rooms and coaches a quarantine operation needs."),
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_general)
    for name, command in COMMANDS.items():
        app.command(name, cls=GroupedHelp)(_interruptible(command))
    return app


def _interruptible(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--lang`, which `main` has read; at Ctrl-C it raises `errors.Interrupted`."""

    @wraps(command)
    def running(*arguments: Any, lang: Language | None = None, **options: Any) -> Any:  # noqa: ARG001
        try:
            return command(*arguments, **options)
        except KeyboardInterrupt as error:
            raise errors.Interrupted from error

    known = signature(command, eval_str=True)
    more = Parameter("lang", Parameter.KEYWORD_ONLY, default=None, annotation=LanguageOption)
    running.__signature__ = known.replace(parameters=[*known.parameters.values(), more])  # type: ignore[attr-defined]
    running.__annotations__ = {name: each.annotation for name, each in known.parameters.items()} | {
        "lang": more.annotation
    }
    return running


def _end_in_order() -> None:
    """Have Ctrl-C, being asked to end and a closed terminal keep results, also in the background; under nohup a closed
    terminal is none of our business.
    """
    for number in ENDING:
        ignored = number != signal.SIGINT and signal.getsignal(number) is signal.SIG_IGN
        if not ignored:
            signal.signal(number, signal.default_int_handler)


def _show_version(asked: bool) -> None:
    if asked:
        print(f"qcap {sim.__version__}")  # noqa: T201
        raise typer.Exit


def _general(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Options of qcap itself."""


def _prepare_streams() -> None:
    """Output must not fail on a terminal that can not show a letter, nor without any terminal."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=terminal.readable_streams())
