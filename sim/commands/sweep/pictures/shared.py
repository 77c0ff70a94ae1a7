"""What pictures of a sweep are drawn from, one measure at one place over all points, and the words that they share.

Nothing is computed here but what layout needs; means, intervals and verdicts arrive ready made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.drawing.page import HEIGHT_CM, NORMAL, page
from sim.drawing.tables import EPOCH, RunTables
from sim.drawing.text import showable_part, wrap
from sim.numbers.verdicts import HOLDS
from sim.words import UNIT_NAMES
from sim.words.say import earned_digits, number, stated, stated_percent
from sim.words.searches import PICTURES


class SweepAxis(NamedTuple):
    """An axis of a sweep. Its values are those of its first path; other paths of it move along."""

    name: str
    """In words."""
    column: str
    """Column of `points` with its values."""
    of_one: float = math.nan
    """Of a factor: how many a factor of 1 stands for; nan: of no factor, or not known."""
    of_what: str = ""
    """Many of what, such as "staff a day"."""


class Limit(NamedTuple):
    """A target on the measure."""

    id: str
    value: float
    at_most: bool
    share_of_runs: float
    needed: int | None
    """Replications with which a point could be certain; None: no number of them."""


@dataclass(frozen=True)
class SweepTables:
    """One measure at one place of a finished sweep."""

    title: str
    seed: int
    n_replications: int
    measure: str
    place: str
    label: str
    place_label: str
    unit: str
    axes: tuple[SweepAxis, ...]
    grid: bool
    points: pd.DataFrame
    """point, a column for each path, n, mean, half_width, low, high (nan where there is no value)."""
    limit: Limit | None = None
    met: pd.DataFrame | None = None
    """point, share, verdict (those of `sim.numbers.verdicts`) of the target."""
    indices: pd.DataFrame | None = None
    """axis, first, first_low, first_high, total, total_low, total_high."""
    index_rows: int = 0
    base: Mapping[str, object] = field(default_factory=dict)
    """Value of the scenario as it is, by column."""
    tell: str = ""
    """What bands and intervals show, where that is more than chance."""

    @property
    def stem(self) -> str:
        """Beginning of the names of its files."""
        return f"{self.measure}-{self.place}"

    @property
    def shown_unit(self) -> str:
        """The unit as pictures show it: shares are drawn as per cent."""
        return "%" if self.unit == "share" else UNIT_NAMES.get(self.unit, self.unit)

    @property
    def scale(self) -> float:
        """What values are multiplied by for drawing."""
        return 100.0 if self.unit == "share" else 1.0

    def with_verdicts(self) -> pd.DataFrame:
        """The points with `share` and `verdict`, where there is a target."""
        if self.met is None:
            return self.points.assign(share=np.nan, verdict="")
        table = self.points.merge(self.met[["point", "share", "verdict"]], on="point", how="left")
        return table.assign(verdict=table["verdict"].fillna(""))


class Levels(NamedTuple):
    """The values of an axis in order, and where each is drawn."""

    texts: tuple[str, ...]
    at: NDArray[np.float64]
    """Positions: the numbers themselves, or 0, 1, 2 … where values are no numbers."""
    numeric: bool

    def shown(self, axis: SweepAxis) -> tuple[str, ...]:
        """The values as they stand along the axis: of a factor also what it stands for, on a second line."""
        if not self.numeric or math.isnan(axis.of_one):
            return self.texts
        many = (number(value * axis.of_one) for value in self.at.tolist())
        return tuple("\n".join(lines) for lines in zip(self.texts, many, strict=True))


def levels_of(tables: SweepTables, axis: SweepAxis) -> Levels:
    """Values of an axis: numbers in rising order, all else in order of appearance."""
    values = list(dict.fromkeys(tables.points[axis.column]))
    if all(isinstance(value, int | float | np.number) and not isinstance(value, bool) for value in values):
        values.sort()
        return Levels(tuple(stated(value) for value in values), np.array(values, dtype=float), True)
    return Levels(tuple(map(str, values)), np.arange(len(values), dtype=float), False)


def positions(tables: SweepTables, axis: SweepAxis, levels: Levels) -> NDArray[np.float64]:
    """Where each point is drawn on an axis."""
    column = tables.points[axis.column]
    if levels.numeric:
        return column.to_numpy(float)
    order = {text: float(index) for index, text in enumerate(levels.texts)}
    return np.array([order[str(value)] for value in column])


AXIS_POINTS = 195.0
"""Length of a line along an axis of a page of usual height."""


def phrase(key: str, **fields: object) -> str:
    """The words of a sweep's picture with its fields filled in."""
    return PICTURES[key].format(**fields)


def sheet(tables: SweepTables, message: str, notes: Sequence[str], *, height_cm: float = HEIGHT_CM) -> Figure:
    """An empty page with its texts."""
    source = RunTables(tables.title, EPOCH, EPOCH, tables.n_replications, tables.seed, pd.DataFrame(), tell=tables.tell)
    return page(source, message, [" ".join(note for note in notes if note)], height_cm=height_cm)


def amount(tables: SweepTables, value: float) -> str:
    """A value with its unit."""
    shown = value * tables.scale
    return phrase("with_unit", value=stated(round(shown, 9)), unit=tables.shown_unit)


def mean_text(tables: SweepTables, mean: float, half_width: float) -> str:
    """A mean with the digits that its interval earns, without the interval; per cent with one decimal at most."""
    text, _ = earned_digits(mean * tables.scale, half_width * tables.scale)
    most = 1 if tables.unit == "share" else 3
    return number(mean * tables.scale, digits=most) if len(text.partition(".")[2]) > most else text


def limit_words(tables: SweepTables) -> str:
    """At most or at least so much."""
    if tables.limit is None:
        return ""
    return phrase("at_most" if tables.limit.at_most else "at_least", value=amount(tables, tables.limit.value))


def axis_words(tables: SweepTables) -> str:
    """What the values are, for an axis or a colour bar, on as many lines as it takes."""
    words = phrase("axis", measure=tables.label, place=tables.place_label, unit=tables.shown_unit)
    return "\n".join(wrap(words, NORMAL, AXIS_POINTS))


def name_of(axis: SweepAxis, *, many: bool = False) -> str:
    """The name of an axis, and what its values stand for. `many`: they are too many to have that below each of them."""
    name = showable_part(axis.name)
    if math.isnan(axis.of_one):
        return name
    return phrase("of_one" if many else "of_each", axis=name, n=number(axis.of_one), what=axis.of_what)


def message(tables: SweepTables) -> str:
    """The title: at how many points the target holds; where no number of replications would do, or there is no target,
    from where to where the means go.
    """
    names = {"measure": tables.label[:1].upper() + tables.label[1:], "place": tables.place_label}
    there = tables.points.dropna(subset=["mean"])
    if tables.limit is not None and tables.met is not None and not few(tables):
        holds, n = int((tables.met["verdict"] == HOLDS).sum()), len(there)
        key = "target_none" if holds == 0 else "target_all" if holds == n else "target"
        share = stated_percent(tables.limit.share_of_runs)
        return phrase(key, **names, limit=limit_words(tables), share=share, n=number(holds), points=number(n))
    low, high = ends(tables)
    key = "message_one" if low == high else "message"
    return phrase(key, **names, low=low, high=high, unit=tables.shown_unit, n=number(len(there)))


def ends(tables: SweepTables) -> tuple[str, str]:
    """The lowest and the highest mean, with the digits that they earn."""
    there = tables.points.dropna(subset=["mean"])
    rows = list(zip(there["mean"], there["half_width"], strict=True))
    low, high = (mean_text(tables, *row) for row in (min(rows), max(rows)))
    return low, high


def is_same(tables: SweepTables) -> bool:
    """Whether the measure is the same at all points, in all digits that are shown."""
    low, high = ends(tables)
    return low == high


def few(tables: SweepTables) -> str:
    """A sentence when there are too few runs for any point to be certain."""
    limit = tables.limit
    if limit is None or limit.needed is None or limit.needed <= tables.n_replications:
        return ""
    share = stated_percent(limit.share_of_runs)
    return phrase(
        "note_few", runs=replications_words(tables), limit=limit_words(tables), share=share, needed=number(limit.needed)
    )


def replications_words(tables: SweepTables) -> str:
    """How many single runs there are at a point."""
    return phrase("runs_one" if tables.n_replications == 1 else "runs", n=number(tables.n_replications))
