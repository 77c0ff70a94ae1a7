"""Tables and JSON on standard output. Words come from `sim.words`; only the look of a number is decided here."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from sim.words.user_text import for_terminal

if TYPE_CHECKING:
    import pandas as pd


PIPE_WIDTH = 120
"""Columns of a table that does not go to a terminal."""


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
