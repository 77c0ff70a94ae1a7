"""What a page is made of: numbers that know the file they stand in, sentences, tables, charts, sections.

A template only lays these out. Every number of a result is a `Cited`: its words, the value behind them, and where it
stands, so that a page can be held against the files (and is, in tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup, escape

from sim.words.language import language
from sim.words.user_text import for_terminal

Cell = Any
"""A text, a `Cited` or a `Markup`."""


@dataclass(frozen=True)
class Cited:
    """A number in words, and where it stands in the results."""

    text: str
    value: object = ""
    """As it stands in the file."""
    source: str = ""
    """folder/file/row/column; of a manifest folder/file/keys. Folders are counted from 0 in the order of the page."""

    def __html__(self) -> Markup:
        """A `data` element; the text alone where it stands in no file."""
        if not self.source:
            return escape(shown(self.text))
        return Markup('<data value="{value}" data-f="{source}">{text}</data>').format(
            value=shown(self.value), source=shown(self.source), text=shown(self.text)
        )

    def __str__(self) -> str:
        return self.text


def shown(text: object) -> Any:
    """Text of users as a page shows it: no control characters, no change of direction; markup stays markup."""
    if isinstance(text, Markup) or hasattr(text, "__html__"):
        return text
    return for_terminal(text)


def filled(template: str, /, **fields: Any) -> Markup:
    """A sentence with its fields, each escaped or shown as the number that it is."""
    return Markup(escape(template)).format(**{name: shown(value) for name, value in fields.items()})


def joined(parts: Sequence[Any], between: str) -> Markup:
    """Parts of a sentence one after the other."""
    return Markup(escape(between)).join(shown(part) for part in parts)


def sentences(parts: Sequence[Any]) -> Markup:
    """Sentences one after the other, those that are there; Chinese has no blank between them."""
    return joined([part for part in parts if part], "" if language() == "zh" else " ")


LONGEST = 40
"""Letters of a cell that stands on one line; a Chinese one counts twice."""


def plain(cell: Cell) -> str:
    """The text of a cell without its markup."""
    return cell.striptags() if isinstance(cell, Markup) else str(cell)


def text_width(text: str) -> int:
    """Letters of a text; a Chinese one counts twice."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


@dataclass(frozen=True)
class Table:
    """A table with one row of headings."""

    name: str
    """What it shows: its caption, also for those who hear it."""
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    """Columns that are set to the right."""
    note: Any = ""
    folded: str = ""
    """Words of the line that opens it; empty for a table that is always seen."""

    kind = "table"

    @property
    def long(self) -> frozenset[int]:
        """Columns with a text that must break into lines; all others stand on one, so that rows are low."""
        lengths = [[text_width(plain(cell)) for cell in column] for column in zip(*self.rows, strict=False)]
        return frozenset(i for i, column in enumerate(lengths) if max(column) > LONGEST)


@dataclass(frozen=True)
class Chart:
    """A picture: drawn twice, for a screen or paper and for a phone."""

    name: str
    wide: Markup
    narrow: Markup
    note: Any = ""
    table: Table | None = None
    """Its numbers."""

    kind = "chart"


@dataclass(frozen=True)
class Words:
    """Sentences."""

    lines: tuple[Any, ...]
    listed: bool = False
    title: str = ""
    folded: bool = False
    """Whether a list opens by its title."""

    kind = "words"


@dataclass(frozen=True)
class Part:
    """A template of its own with what it lays out: sliders, the replay."""

    kind: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading."""

    id: str
    title: Any
    blocks: tuple[Any, ...]
    lead: Any = ""


@dataclass(frozen=True)
class Figure:
    """One of the large figures of the first screen."""

    label: str
    main: Any
    unit: str
    lines: tuple[Any, ...]


@dataclass(frozen=True)
class Verdict:
    """A target of the first screen."""

    mark: str
    """A sign, so that a verdict is never shown by colour alone."""
    css: str
    word: str
    what: Any
    met: Any
    share: Any


@dataclass(frozen=True)
class Page:
    """One language of a document."""

    language: str
    title: Any
    answer: Any
    subtitle: Any
    verdicts: tuple[Verdict, ...]
    figures: tuple[Figure, ...]
    levers: tuple[Any, ...]
    sections: tuple[Section, ...]
    words: dict[str, str] = field(default_factory=dict)
    """Words of the template itself."""
