"""How much of the variance between points each axis makes, from a saltelli design.

For axis i and row j there are the points A_j, B_j and AB_ij (A_j with axis i of B_j). With f for the mean of a measure
over the runs of a point, and V for its variance between points,

    total index:        mean_j (f(A_j) - f(AB_ij))^2 / 2 / V         Jansen 1999, Comput. Phys. Commun. 117, 35-43
    first-order index:  1 - mean_j (f(B_j) - f(AB_ij))^2 / 2 / V     (both in Saltelli et al. 2010, table 2)

f is known from a few runs only, and chance adds to each square the variance of the difference of two means. The runs of
all points have the same travellers, so that this is the variance of paired differences over replications, divided by
their number; it is subtracted, as is the like in V (all pairs among A and B). Intervals: 95 % percentiles of a
bootstrap over rows (Archer, Saltelli and Sobol 1997); the replications are not drawn again, so they tell nothing about
chance that all points share.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.sweep.plan import SweepPlan
    from sim.commands.sweep.tables import Swept

Floats = NDArray[np.float64]
BOOTSTRAPS = 1000
FILE = "indices.csv"
COLUMNS = ("measure", "place", "axis", "first", "first_low", "first_high", "total", "total_low", "total_high", "rows")


class Indices(NamedTuple):
    """Indices of one measure at one place."""

    measure: str
    place: str
    table: pd.DataFrame
    """axis, first, first_low, first_high, total, total_low, total_high; one row for each axis."""
    rows: int
    """Rows of the design that all needed runs were there of."""


class Estimates(NamedTuple):
    """Indices by axis with bounds: arrays of (value, low, high) by axis."""

    first: Floats
    total: Floats
    rows: int


def indices_of(plan: SweepPlan, swept: Swept) -> tuple[Indices, ...]:
    """Indices of the measures kept for pictures; those without variance between points are left out."""
    import pandas as pd  # noqa: PLC0415  a table is made

    n, axes, found = plan.design.n or 0, plan.axes, []
    for (measure, place), single in swept.single.items():
        runs = single.reshape(len(axes) + 2, n, single.shape[1])
        estimates = sensitivity(runs[0], runs[1], runs[2:], np.random.Generator(np.random.Philox(key=[plan.seed, 99])))
        if estimates is None:
            continue
        columns = {
            "axis": [axis.name for axis in axes],
            **dict(zip(("first", "first_low", "first_high"), estimates.first, strict=True)),
            **dict(zip(("total", "total_low", "total_high"), estimates.total, strict=True)),
        }
        found.append(Indices(measure, place, pd.DataFrame(columns), estimates.rows))
    return tuple(found)


def write_indices(folder: Path, indices: Sequence[Indices]) -> None:
    """Write indices.csv, when there are any."""
    import pandas as pd  # noqa: PLC0415

    from sim.keeping.store import write_table  # noqa: PLC0415

    if not indices:
        return
    frames = [one.table.assign(measure=one.measure, place=one.place, rows=one.rows) for one in indices]
    half = folder / f".{FILE}.half"
    write_table(half, pd.concat(frames, ignore_index=True)[list(COLUMNS)])
    os.replace(half, folder / FILE)


def sensitivity(a: Floats, b: Floats, ab: Floats, rng: np.random.Generator) -> Estimates | None:
    """First-order and total indices from single runs: `a`, `b` of shape (row, replication), `ab` (axis, row,
    replication). Rows with a missing run are left out. None when points do not differ beyond chance.
    """
    whole = ~(np.isnan(a).any(axis=1) | np.isnan(b).any(axis=1) | np.isnan(ab).any(axis=(0, 2)))
    a, b, ab = a[whole], b[whole], ab[:, whole]
    n = len(a)
    if n < 2 or a.shape[1] < 2:
        return None
    first, total = _squares(b, ab), _squares(a, ab)
    variance = float(_variances(a, b, np.ones((1, n)))[0])
    if not variance > 0:
        return None
    weights = np.stack([np.bincount(draw, minlength=n) for draw in rng.integers(0, n, size=(BOOTSTRAPS, n))])
    variances = _variances(a, b, weights.astype(np.float64))
    variances[variances <= 0] = np.nan  # a draw of rows that hardly differ says nothing about shares
    firsts, totals = 1 - first @ weights.T / n / variances, total @ weights.T / n / variances
    return Estimates(
        _with_bounds(1 - first.mean(axis=1) / variance, firsts),
        _with_bounds(total.mean(axis=1) / variance, totals),
        n,
    )


def _squares(base: Floats, ab: Floats) -> Floats:
    """By axis and row: half the squared difference of two points' means, chance subtracted."""
    difference = ab - base
    chance = difference.var(axis=2, ddof=1) / difference.shape[2]
    squares: Floats = (difference.mean(axis=2) ** 2 - chance) / 2
    return squares


def _variances(a: Floats, b: Floats, weights: Floats) -> Floats:
    """Variance between the points A and B, chance subtracted, for each line of `weights`: how often each row counts.

    The mean over all pairs of points of half their squared difference is the sample variance of their means; chance
    adds the mean variance of a point less the mean covariance of two, over the number of replications.
    """
    middle = (a.mean() + b.mean()) / 2
    a, b = a - middle, b - middle  # sums of squares then keep their digits
    n, r = 2 * weights.sum(axis=1), a.shape[1]
    means = a.mean(axis=1), b.mean(axis=1)
    squares = weights @ (means[0] ** 2 + means[1] ** 2) - (weights @ (means[0] + means[1])) ** 2 / n
    own = weights @ (a.var(axis=1, ddof=1) + b.var(axis=1, ddof=1))
    shared = ((weights @ (a + b)).var(axis=1, ddof=1) - own) / (n * (n - 1))
    variances: Floats = squares / (n - 1) - (own / n - shared) / r
    return variances


def _with_bounds(values: Floats, draws: Floats) -> Floats:
    low, high = np.nanpercentile(draws, [2.5, 97.5], axis=1)
    return np.stack([values, low, high])
