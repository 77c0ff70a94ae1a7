"""What goes to standard output: tables, lines with labels, long pages, JSON. Only their look is decided here."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from sim.keeping.manifest import UNSIGNED, signed
from sim.keeping.store import check_file
from sim.shell import errors
from sim.words.pages import MESSAGES
from sim.words.pictures import MONTHS
from sim.words.say import breakable
from sim.words.user_text import for_terminal

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console


PIPE_WIDTH = 120
"""Columns of a table that does not go to a terminal."""
_BLANK = "\ue000"
"""Stands for a blank at which no line is broken: rich breaks at all that there are."""
_TOGETHER = re.compile(
    r" (?:±|\+-) [\d.,]+(?: %| million)?|(?<=\d) (?:%|million)|(?<=\d) (?:" + "|".join(MONTHS) + r")(?: \d{4}\b)?"
)
Line = tuple[str, str]
"""Label (empty: as the line before) and text."""


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document. A number that is missing or without limit is null: JSON has neither nan nor infinity."""
    text = json.dumps(_json_value(document), indent=2, ensure_ascii=True, default=str, allow_nan=False)
    print(text)  # noqa: T201


def _json_value(value: Any) -> Any:
    """The same value made of what JSON has, all the way down."""
    if isinstance(value, Mapping):
        return {str(key): _json_value(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(each) for each in value]
    if hasattr(value, "item"):  # numpy's numbers
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """A table as rows, for `print_json`."""
    return table.to_dict("records")


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to `main`, where rich would end the process as failed."""
        raise BrokenPipeError

    def print(self, *objects: Any, **how: Any) -> None:
        """Lines that are wider than the window are broken where Chinese may be."""
        super().print(*(_in_lines(each, self.width) for each in objects), **how)

    def render_str(self, text: str, **how: Any) -> Text:
        """Cells and lines as data, before they are measured."""
        return super().render_str(for_terminal(text), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Text as data: what users wrote moves no cursor."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(for_terminal(segment.text), segment.style)


def console() -> Console:
    """Standard output for tables: plain and wide enough when it is no terminal."""
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return _Output(file=sys.stdout, width=wide, highlight=False, markup=False, emoji=False)


def heading(words: str) -> Text:
    """A line that stands out."""
    return Text(words, style="bold")


def plain_table(*columns: str, numbers: Iterable[str] = (), whole: Iterable[str] = ()) -> Table:
    """A table without lines; columns in `numbers` are set to the right, those in `whole` are never broken."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    right, unbroken = set(numbers), set(whole)
    for column in columns:
        table.add_column(
            column, justify="right" if column in right else "left", overflow="fold", no_wrap=column in unbroken
        )
    return table


def plus_minus() -> str:
    """The sign, where standard output can show it."""
    try:
        "±".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "+-"
    return "±"


def print_beside(out: Console, lines: Iterable[Line]) -> None:
    """Print labels in a column of their own and texts wrapped to its right, numbers and their units kept together."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    rows = [(label, _TOGETHER.sub(lambda found: found[0].replace(" ", _BLANK), text)) for label, text in lines]
    room = out.width - max((cell_len(label) for label, _ in rows), default=0) - 2
    for label, text in rows:
        grid.add_row(Text(label, style="bold"), text if text.isascii() else "\n".join(_folded(text, room)))
    with out.capture() as captured:
        out.print(grid)
    for line in captured.get().splitlines():
        out.file.write(line.replace(_BLANK, " ").rstrip() + "\n")


def _in_lines(said: Any, room: int) -> Any:
    """A text whose lines fit into so many columns; what rich breaks well by itself, as it is."""
    plain = said.plain if isinstance(said, Text) else said
    if not isinstance(plain, str) or plain.isascii() or (isinstance(said, Text) and said.spans):
        return said
    lines = (_folded(line, room) if cell_len(line) > room else [line] for line in plain.split("\n"))
    text = "\n".join(chain.from_iterable(lines))
    return Text(text, style=said.style) if isinstance(said, Text) else text


def _folded(text: str, room: int) -> Iterator[str]:
    """The lines of a text, broken where Chinese may be: rich takes it for one long word."""
    line = ""
    for space, unit in breakable(text):
        if line and cell_len(line + space + unit) > room:
            yield line
            line = ""
        line += (space if line else "") + unit
    yield line


def put_page(text: str, out: Path | None, *, force: bool = False) -> int:
    """Print a text, or write it to a file; returns the exit code.

    A file that is there is replaced with `force` only, and when it is as qcap wrote it: a page that somebody has
    filled in stays. Raises StoreError.
    """
    if out is None:
        print(text, end="")  # noqa: T201
        return errors.RAN
    check_file(out, f"--out {out}", force=force)
    try:
        out.write_text(
            signed(text if UNSIGNED in text else f"{text}\n<!-- {UNSIGNED} -->\n"), encoding="utf-8", newline="\n"
        )
    except OSError:
        errors.say(MESSAGES["file.not_written"].format(file=out))
        return errors.FAILED
    errors.put(out)
    return errors.RAN


def as_json(document: dict[str, Any]) -> str:
    """A document as JSON that people can read, with room for a signature."""
    return json.dumps({"$comment": UNSIGNED} | document, indent=2, ensure_ascii=False, default=str) + "\n"
