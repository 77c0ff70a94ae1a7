"""How words and values become lines: sentences of `sim.words` filled in, labels on the left, text beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

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


def fill(words: Mapping[str, str], key: str, **values: Any) -> str:
    """The sentence with this key; numbers are put as planners write them, text as it is."""
    return words[key].format(**{name: show(value) for name, value in values.items()})


def counted(words: Mapping[str, str], key: str, n: int) -> str:
    """The same for a number of things, with the singular `<key>_one`."""
    return words[f"{key}_one" if n == 1 and f"{key}_one" in words else key].format(n=f"{n:,}")


def show(value: Any) -> str:
    """A value in a sentence: 1,234 · 12 · 3.4."""
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def number(value: float) -> str:
    """Whole from 10 on and when it is whole, else one decimal, or two below 0.1."""
    if abs(value) >= 9.95 or value == round(value):
        return f"{round(value):,}"
    return f"{value:.1f}" if abs(value) >= 0.095 else f"{value:.2g}"


def percent(share: float) -> str:
    """34 %; 3.4 %; 99.1 %."""
    value = 100 * share
    close = value < 9.95 or 99.05 < value < 99.95
    return f"{value:.1f} %" if close and value != round(value) else f"{value:.0f} %"


def clock(minutes: float) -> str:
    """08:30; the end of the day is 24:00."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def duration(seconds: float) -> str:
    """About how long, as people say it."""
    words = labels.OUTLOOK
    if seconds < 90:
        return counted(words, "seconds", max(5 * round(seconds / 5), 5))
    if seconds < 5400:
        return counted(words, "minutes", round(seconds / 60))
    return fill(words, "hours", n=seconds / 3600)


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
