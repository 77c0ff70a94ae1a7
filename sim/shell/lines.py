"""Lines of a screen: labels on the left, text beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from sim import words as labels

if TYPE_CHECKING:
    from rich.console import Console

_BLANK = "\ue000"
"""Stands for a blank at which no line is broken: rich breaks at all that there are."""
_TOGETHER = re.compile(
    r" (?:±|\+-) [\d.,]+(?: %| million)?|(?<=\d) (?:%|million)|(?<=\d) (?:"
    + "|".join(labels.MONTHS)
    + r")(?: \d{4}\b)?"
)

Line = tuple[str, str]
"""Label (empty: as the line before) and text."""


def print_beside(out: Console, lines: Iterable[Line]) -> None:
    """Print labels in a column of their own and texts wrapped to its right, numbers and their units kept together."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in lines:
        grid.add_row(Text(label, style="bold"), _TOGETHER.sub(lambda found: found[0].replace(" ", _BLANK), text))
    with out.capture() as captured:
        out.print(grid)
    for line in captured.get().splitlines():
        out.file.write(line.replace(_BLANK, " ").rstrip() + "\n")
