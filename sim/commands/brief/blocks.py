"""What a page is made of: sentences, tables, charts, sections; and its cells, estimates in words, each with its
interval and its range of replications.

A template only lays these out. Every number of a result is a `Cited`: its words, the value behind them, and where it
stands, so that a page can be held against the files (and is, in tests).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sim.commands.brief.folders import Cited, Results, Rows, shown
from sim.commands.run.headlines import ENOUGH_FOR_A_BAND
from sim.measures.registry import REGISTRY, measure_words, path_words
from sim.numbers.statistics import SHARE, Interval
from sim.scenario.tables.schema import CLOSING
from sim.words import PLACES, UNIT_NAMES
from sim.words.language import _, language
from sim.words.pictures import CHOICES
from sim.words.say import (
    SHARE_UNIT,
    day_words,
    earned_digits,
    mean_words,
    number,
    per_cent,
    percent,
    rough,
    short_day,
    span,
    stated,
    unit_of,
)

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario


Cell = Any
"""A text, a `Cited` or a `Markup`."""


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


# estimates and cells


@dataclass(frozen=True)
class Estimate:
    """A row of summary.csv."""

    rows: Rows
    row: int

    def __getattr__(self, column: str) -> float:
        """A column as a number."""
        return self.rows.number(self.row, column)

    @property
    def interval(self) -> Interval:
        """The mean with its interval."""
        return Interval(int(self.n), self.mean, self.low, self.high)

    @property
    def unit(self) -> str:
        """As files name it."""
        return self.rows.text(self.row, "unit")

    @property
    def scale(self) -> tuple[float, str]:
        """Factor and unit in which it is reported."""
        if self.unit == SHARE:
            return 100.0, SHARE_UNIT
        return unit_of(self.unit, abs(self.mean))[:2]

    def mean_cited(self, *, ends: bool = True) -> Cited:
        """The mean with its interval, without unit unless it is a share."""
        factor, unit = self.scale
        words = mean_words(self.interval, scale=factor, unit=unit if unit == SHARE_UNIT else "", ends=ends)
        return self.rows.cited(self.row, "mean", words)

    def alone(self) -> Cited:
        """The mean alone, with the digits that its interval earns, whole from 100 on."""
        factor, unit = self.scale
        side = max(self.high - self.mean, self.mean - self.low)
        if factor * abs(self.mean) >= 100 and unit != SHARE_UNIT:
            side = max(side, 2 / factor)  # which earns no decimals
        words = percent(self.mean) if unit == SHARE_UNIT else earned_digits(factor * self.mean, factor * side)[0]
        return self.rows.cited(self.row, "mean", words)

    def with_unit(self, *, ends: bool = False) -> Cited:
        """The mean with its interval and its unit; with the ends of a lopsided one where it is asked for, or where no
        range of replications stands beside it.
        """
        words, (_factor, unit) = self.mean_cited(ends=ends or not self.has_band), self.scale
        text = words.text if unit == SHARE_UNIT else _("{value} {unit}").format(value=words.text, unit=unit)
        return self.rows.cited(self.row, "mean", text)

    @property
    def is_constant(self) -> bool:
        """Whether several replications all have the same value."""
        return self.n > 1 and self.low == self.high

    @property
    def has_band(self) -> bool:
        """Whether the range of replications is shown: there are enough, and they differ."""
        return self.n >= ENOUGH_FOR_A_BAND and self.p5 < self.p95

    def band(self) -> Cited:
        """Where 9 of 10 replications lie; empty where that is not shown."""
        if not self.has_band:
            return Cited("")
        factor, unit = self.scale
        sign = per_cent() if unit == SHARE_UNIT else ""
        low, high = (rough(factor * end) for end in (self.p5, self.p95))
        if low == high:
            low, high = (number(factor * end) for end in (self.p5, self.p95))
        return self.rows.cited(self.row, "p5", span(low, high + sign))


def estimate(results: Results, measure: str, place: str = "all") -> Estimate | None:
    """The estimate of a measure at a place; None where no replication has a value."""
    rows = results.rows("summary.csv")
    row = None if rows is None else rows.find(measure=measure, place=place)
    if rows is None or row is None or math.isnan(rows.number(row, "mean")):
        return None
    return Estimate(rows, row)


def mean_cell(found: Estimate | None) -> Cited:
    """The mean with its interval and unit in a cell of a table; a dash where there is no value."""
    return Cited("–") if found is None else found.with_unit(ends=True)


def bare_cell(found: Estimate | None) -> Cited:
    """The mean with its interval in a cell under a heading that has the unit."""
    return Cited("–") if found is None else found.mean_cited()


def label_with_unit(measure: str) -> str:
    """What a measure is called, with its unit where that is no share."""
    unit = REGISTRY[measure].unit
    label = REGISTRY[measure].label
    return label if unit == SHARE else _("{label} ({unit})").format(label=label, unit=UNIT_NAMES.get(unit, unit))


def what_words(scenario: Scenario | None, measure: str, place: str) -> str:
    """What a measure at a place is called, also without a scenario or where it does not have the place."""
    if measure not in REGISTRY:
        return measure if place == "all" else f"{measure}@{place}"
    if scenario is not None:
        return measure_words(scenario, measure, place)
    label = REGISTRY[measure].label
    return label if place == "all" else _("{label} ({unit})").format(label=label, unit=PLACES.get(place, place))


def path_name(scenario: Scenario | None, path: str) -> str:
    """What a value of the scenario is called; its path where there is no scenario."""
    return path if scenario is None else path_words(scenario, path)


def value_words(text: str) -> str:
    """A value of a scenario as a file holds it: a number as numbers are written, anything else as it stands."""
    return stated(float(text)) if is_number(text) else choice_words(text)


def choice_words(text: str) -> str:
    """A choice between rules as words; one that has none as it stands."""
    return _(CLOSING[text].short) if text in CLOSING else CHOICES.get(text, text)


def is_number(text: str) -> bool:
    """Whether a cell holds a finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def band_cell(found: Estimate | None) -> Cited:
    """The range of 9 of 10 replications in a cell; where they are all alike, their value."""
    if found is None or found.n < ENOUGH_FOR_A_BAND:
        return Cited("–")
    factor, unit = found.scale
    alike = rough(factor * found.p5) + (per_cent() if unit == SHARE_UNIT else "")
    return found.band() if found.has_band else found.rows.cited(found.row, "p5", alike)


def number_cell(rows: Rows, row: int, column: str) -> Cited:
    """A number alone; a dash where there is none."""
    value = rows.number(row, column)
    return Cited("–") if math.isnan(value) else rows.cited(row, column, number(value))


def share_cell(rows: Rows, row: int, column: str) -> Cited:
    """A share in per cent."""
    value = rows.number(row, column)
    return Cited("–") if math.isnan(value) else rows.cited(row, column, percent(value))


def day_of(rows: Rows, row: int, column: str) -> dt.date | None:
    """A date; None where there is none."""
    try:
        return dt.date.fromisoformat(rows.text(row, column)[:10])
    except ValueError:
        return None


def day_cell(rows: Rows, row: int, column: str, scenario: Scenario) -> Cited:
    """A date as planners write it, with its hour where it has one."""
    day = day_of(rows, row, column)
    if day is None:
        return Cited("–")
    words = day_words(day, with_year=True) if scenario.several_years else short_day(day)
    hour = rows.text(row, column)[11:16]
    return rows.cited(row, column, f"{words} {hour}".strip() if hour != "00:00" else words)


def band_of_days(rows: Rows, row: int, column: str, scenario: Scenario) -> Cited:
    """The middle date and, where they differ, the dates between which 9 of 10 replications lie."""
    middle = day_cell(rows, row, f"{column}_p50", scenario)
    low, high = (day_cell(rows, row, f"{column}_{end}", scenario) for end in ("p5", "p95"))
    if not low.source or low.text == high.text:
        return middle
    words = _("{value} ({low} to {high})").format(value=middle.text, low=low.text, high=high.text)
    return rows.cited(row, f"{column}_p50", words)
