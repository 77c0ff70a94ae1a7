"""How the measures of an alternative differ from the base's, pair by pair, with intervals.

Which interval a number takes is decided here by what it is: see `sim.numbers.comparison`. Measures that a scenario's
question names beforehand, at most four, are primary: they get p-values adjusted by Holm's method and intervals that
hold together. All others are descriptive: with hundreds of intervals, some miss by chance alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.measures import REGISTRY
from sim.measures.scope import ALL
from sim.numbers.comparison import (
    bonferroni_level,
    bootstrap_intervals,
    holm,
    share_interval,
    share_test,
    sign_flip_test,
    t_intervals,
    t_test,
    variance_reduction,
)
from sim.numbers.statistics import Interval
from sim.runs.alternatives import AlternativeResult, Cell, Compared

Floats = NDArray[np.float64]

T, BOOTSTRAP, SHARE = "t", "bootstrap", "share"
_SKEWED = frozenset({"site_days", "rooms_needed", "backlog_hours", "overnight_people"})
_FLAGS = frozenset({"site_days_censored"})
PRIMARY, DESCRIPTIVE = "primary", "descriptive"


@dataclass(frozen=True)
class Difference:
    """One measure at one place: an alternative against the base."""

    scenario: str
    measure: str
    place: str
    unit: str
    role: str
    """primary or descriptive."""
    method: str
    """t, bootstrap or share."""
    n: int
    """Pairs with a value on both sides."""
    base: float
    """Mean of the base over these pairs."""
    value: float
    """Mean of the alternative over them."""
    difference: float
    low: float
    high: float
    joint_low: float = math.nan
    """Ends of the interval that holds together with those of the other primary measures."""
    joint_high: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    variance_reduction: float = math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The interval to show: the joint one of a primary measure."""
        joint = not math.isnan(self.joint_low)
        return (self.joint_low, self.joint_high) if joint else (self.low, self.high)


def method_of(measure: str) -> str:
    """Which interval the differences of a measure take."""
    if measure in _FLAGS:
        return SHARE
    return BOOTSTRAP if measure.endswith(("_p50", "_p95", "_max")) or measure in _SKEWED else T


def differences(compared: Compared, result: AlternativeResult, primary: Sequence[Cell]) -> list[Difference]:
    """Rows of an alternative in the order of the registry, `all` first; `primary` are tested together."""
    n, base = compared.replications, compared.base
    cells = in_order({*base.cells, *result.cells})
    before = np.array([base.value(cell, n) for cell in cells]).reshape(-1, n).T  # no cell at all: all runs failed
    after = np.array([result.value(cell, n) for cell in cells]).reshape(-1, n).T
    missing = np.isnan(before) | np.isnan(after)
    before, after = np.where(missing, np.nan, before), np.where(missing, np.nan, after)
    kept = np.flatnonzero((~missing).any(axis=0))
    cells, before, after = [cells[i] for i in kept], before[:, kept], after[:, kept]
    level = bonferroni_level(len(primary))
    intervals, joint = _intervals(cells, before, after, 0.95), _intervals(cells, before, after, level, primary)
    p_values = {cell: _p_value(cell, before[:, i], after[:, i]) for i, cell in enumerate(cells) if cell in primary}
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    units = base.units | result.units
    rows = []
    for i, cell in enumerate(cells):
        one, both = intervals[i], joint.get(i)
        rows.append(
            Difference(
                scenario=result.alternative.name,
                measure=cell[0],
                place=cell[1],
                unit=units[cell[0]],
                role=PRIMARY if cell in primary else DESCRIPTIVE,
                method=method_of(cell[0]),
                n=one.n,
                base=float(np.nanmean(before[:, i])),
                value=float(np.nanmean(after[:, i])),
                difference=one.mean,
                low=one.low,
                high=one.high,
                joint_low=both.low if both else math.nan,
                joint_high=both.high if both else math.nan,
                p=p_values.get(cell, math.nan),
                p_holm=adjusted.get(cell, math.nan),
                variance_reduction=variance_reduction(before[:, i], after[:, i]),
            )
        )
    return rows


def in_order(cells: set[Cell]) -> list[Cell]:
    """Measures in the order of the registry, everything together before single places."""
    rank = {name: i for i, name in enumerate(REGISTRY)}
    return sorted(cells, key=lambda cell: (rank[cell[0]], cell[1] != ALL, cell[1]))


def _intervals(
    cells: Sequence[Cell], before: Floats, after: Floats, level: float, only: Sequence[Cell] | None = None
) -> dict[int, Interval]:
    """Interval of each column, or of the columns of `only`, by position."""
    found: dict[int, Interval] = {}
    for method, function in ((T, t_intervals), (BOOTSTRAP, bootstrap_intervals)):
        here = [i for i, c in enumerate(cells) if method_of(c[0]) == method and (only is None or c in only)]
        if here:
            found |= dict(zip(here, function((after - before)[:, here], level=level), strict=True))
    for i, cell in enumerate(cells):
        if method_of(cell[0]) == SHARE and (only is None or cell in only):
            there = ~np.isnan(before[:, i])
            found[i] = share_interval(before[there, i] > 0.5, after[there, i] > 0.5, level=level)
    return found


def _p_value(cell: Cell, before: Floats, after: Floats) -> float:
    method = method_of(cell[0])
    if method == SHARE:
        there = ~np.isnan(before)
        return share_test(before[there] > 0.5, after[there] > 0.5)
    return (sign_flip_test if method == BOOTSTRAP else t_test)(after - before)
