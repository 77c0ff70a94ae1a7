"""What pictures of a sweep are drawn from: one measure at one place, over all points.

Nothing is computed here but what layout needs; means, intervals and verdicts arrive ready made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.words.say import number, stated


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
    """What bands and intervals tell, where that is more than chance."""

    @property
    def stem(self) -> str:
        """Beginning of the names of its files."""
        return f"{self.measure}-{self.place}"

    @property
    def shown_unit(self) -> str:
        """The unit as pictures show it: shares are drawn as per cent."""
        return "%" if self.unit == "share" else self.unit

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
