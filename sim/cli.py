"""The door: names of commands and their help. Each command is read only when it is called.

Exit codes: 0 ran, 1 failed, 2 bad input, 130 interrupted: by Ctrl-C, by being asked to end (SIGTERM) or by a terminal
that was closed (SIGHUP). What a command keeps when it is interrupted, it keeps in all three cases.
"""

from __future__ import annotations

import atexit
import codecs
import gc
import inspect
import keyword
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

import sim
from sim.runs.output_streams import ENDING, make_enduring
from sim.shell import errors
from sim.words.commands import HEADINGS, HELP, OTHER
from sim.words.language import LANGUAGES, _, language, use

COMMANDS = {
    "init": "papers.commands",
    "check": "check.command",
    "run": "run.command",
    "compare": "compare.command",
    "tornado": "tornado.command",
    "cap": "cap.command",
    "staff": "staff.command",
    "sweep": "sweep.command",
    "calibrate": "calibrate.command",
    "merge": "sweep.merging",
    "brief": "brief.command",
    "import": "data.importing",
    "replay": "data.replay",
    "forecast": "data.forecast",
    "backtest": "data.backtest",
    "measures": "papers.commands",
    "benchmark": "benchmark.command",
    "export": "papers.commands",
    "describe": "papers.commands",
    "schema": "papers.commands",
    "convert": "papers.commands",
    "prepare": "papers.commands",
}
"""By name, in the order of --help: the module in `sim.commands` that has a function of this name (`import_`: the word
alone is Python's).
"""


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
        cls=Door,
        help=_("How many staff, rooms and coaches a quarantine operation needs."),
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_general)
    return app


class SpokenHelp:
    """Help whose frame, which typer writes in English, is in the language of the day too."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write the line of usage."""
        formatter.write_heading = lambda heading: formatter.write(_("{heading}:").format(heading=heading) + "\n")
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=_("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options; under headings where there are many options and the command has such."""
        params = self.get_params(ctx)  # type: ignore[attr-defined]
        options = [param for param in params if param.param_type_name == "option"]
        _write_section(formatter, ctx, _("Arguments"), [param for param in params if param not in options])
        if len(options) <= FEW:
            _write_section(formatter, ctx, _("Options"), options)
        else:
            for heading, names in HEADINGS.items():
                _write_section(
                    formatter, ctx, _(heading), [param for name in names for param in options if name in param.opts]
                )
            known = {name for names in HEADINGS.values() for name in names}
            _write_section(formatter, ctx, _(OTHER), [param for param in options if not known & set(param.opts)])


_OF_TYPER = re.compile(r"\[(?:(required)|default: (.*?)(?:; ([^;]*))?)\]$")
"""What typer writes behind the words of an option: whether it must be given, its default with a range."""


class Door(SpokenHelp, TyperGroup):
    """All commands by name, of which none is read before it is called or asked for its own help."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = LazyCommands()

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write options, then commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write each name with the first paragraph of its help, without reading the command."""
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _short_help(name)) for name in COMMANDS])


class LazyCommands(dict[str, Any]):
    """Commands that are made when they are looked up."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(COMMANDS))

    def __getitem__(self, name: str) -> Any:
        """The command. KeyError: there is none."""
        module = import_module(f"sim.commands.{COMMANDS[name]}")
        one = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
        one.command(name, cls=GroupedHelp)(_interruptible(getattr(module, _function(name))))
        return get_command(one)

    def get(self, name: str, otherwise: Any = None) -> Any:
        """The command, else `otherwise`."""
        return self[name] if name in COMMANDS else otherwise

    def items(self) -> Any:
        """All names with their commands, which are read for it."""
        return [(name, self[name]) for name in self]


def _function(name: str) -> str:
    """Name of the function of a command."""
    return f"{name}_" if keyword.iskeyword(name) else name


def _short_help(name: str) -> str:
    """What a command does, from the docstring of its function, which is not imported."""
    file = Path(sim.__file__).parent / "commands" / f"{COMMANDS[name].replace('.', '/')}.py"
    found = re.search(
        rf'^def {_function(name)}\(.*?^    """(.*?)"""', file.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return " ".join(_(inspect.cleandoc(found[1])).split("\n\n")[0].split()) if found else ""


def _interruptible(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with `--lang`, which `main` has read; at Ctrl-C it raises `errors.Interrupted`."""
    known = inspect.signature(command, eval_str=True)
    own = "lang" in known.parameters  # an option of its own, which takes more

    @wraps(command)
    def running(*arguments: Any, **options: Any) -> Any:
        if not own:
            options.pop("lang", None)
        try:
            return command(*arguments, **options)
        except KeyboardInterrupt as error:
            raise errors.Interrupted from error

    if own:
        return running
    more = inspect.Parameter("lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=LanguageOption)
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
    lang: LanguageOption = None,  # chosen before anything is said: see `_choose_language`
) -> None:
    """Options of qcap itself."""


def _prepare_streams() -> None:
    """Output must not fail on a terminal that can not show a letter, nor without any terminal."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  lives as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=readable_streams())


FEW = 8
"""So many options need no headings."""


class GroupedHelp(SpokenHelp, TyperCommand):
    """A command whose options stand under the headings of `sim.words.commands`, in the language of the day."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.help = _(inspect.cleandoc(self.help or ""))
        for param in self.params:
            if text := getattr(param, "help", None):
                param.help = _(inspect.cleandoc(text))  # type: ignore[attr-defined]


def _write_section(formatter: Any, ctx: Any, heading: str, params: list[Any]) -> None:
    records = [record for param in params if (record := param.get_help_record(ctx)) is not None]
    if records:
        with formatter.section(heading):
            formatter.write_dl([(name, _in_our_words(text)) for name, text in records])


def _in_our_words(text: str) -> str:
    """The words of an option with what typer wrote behind them in the language of the day."""
    if text in HELP:
        return HELP[text]
    found = _OF_TYPER.search(text)
    if found is None or not (found[1] or found[2]):
        return text
    bracket = HELP["required"] if found[1] else HELP["default"].format(value=found[2])
    if found[3]:
        bracket = HELP["default.range"].format(value=found[2], range=found[3])
    return f"{text[: found.start()]}[{bracket}]"


IN_PLAIN_LETTERS = {
    "±": "+-", "×": "x", "–": "-", "—": "-", "−": "-", "…": "...", "·": "-", "≤": "<=", "≥": ">=", "≠": "!=", "→": "->",
    "“": '"', "”": '"', "‘": "'", "’": "'", "\u00a0": " ", "\u202f": " ", "²": "2", "½": "1/2", "█": "#", "│": "|",
    "─": "-", "•": "*",
}  # fmt: skip
HANDLER = "qcap.plain_letters"


def plain_letters(error: UnicodeError) -> tuple[str, int]:
    """Handler of encoding errors: known signs in plain letters, all others as a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start : error.end]
    return "".join(IN_PLAIN_LETTERS.get(sign, "?") for sign in part), error.end


def readable_streams() -> str:
    """Make the handler known and return its name, for streams that text is written to."""
    codecs.register_error(HANDLER, plain_letters)
    return HANDLER
