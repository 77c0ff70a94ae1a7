"""From values of single replications to estimates: intervals, bands, differences, how many replications it takes.

It knows numbers only: no measure, no scenario. Intervals describe chance between replications; they say nothing about
doubts in the inputs. Quantiles of replications are those of numpy's default (linear between order statistics).

Intervals of means that are true for skewed quantities and for events that are rare.

Student's interval of a skewed quantity misses its mean too often: with 30 values of a lognormal one (deviation of the
logarithm 1) it covers 88 %, with a tenth of the replications above 0 less. Three rules take its place.

1. **Any mean**: Hall's transformation of the t statistic (1992, J. R. Stat. Soc. B 54, 221-228), which takes out what
   skewness does to it; its bounds at quantiles of Student's t, skewness as G1 (Joanes and Gill 1998, The Statistician
   47, 183-189). With symmetric values it is Student's interval. Fewer than `FEWEST` values tell nothing about
   skewness: they have Student's interval.
2. **Shares, values from 0 to 1**: where every value is 0 or 1 the exact interval (Clopper and Pearson 1934, Biometrika
   26, 404-413). Where nearly all are 0 (or nearly all 1: fewer than `RARE` are not) Stringer's bound (Bickel 1992, Ann.
   Stat. 20, 1197-1209), which needs no more than that shares end at 0 and 1, and is the exact interval when the others
   are 1. All others rule 1, cut at 0 and 1.
3. **Nothing but zeros**: 0, and of a share at most 1 - 0.05^(1/n), about 3 / n, the rule of three (Hanley and
   Lippman-Hand 1983, J. Am. Med. Assoc. 249, 1743-1745); likewise nothing but ones. Zeros of a quantity that has no
   largest value have no upper bound at all: it is nan.

Values that are all the same and not 0 have an interval without length: nothing tells how much they might differ. What
is promised is shown in tests/test_means.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd


Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUANTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
MOSTLY = 0.5
"""Positions count as "mostly" from this share of the largest value on."""
SMALL_SHARE = 0.05
"""A resource that makes less of the waiting than this is no bottleneck worth the name."""
NUMBERS_OF_ESTIMATE = ("n", "mean", "half_width", *QUANTILES, "low", "high")
ESTIMATE_COLUMNS = ("measure", "place", "unit", *NUMBERS_OF_ESTIMATE)


SHARE = "share"
"""Unit of values from 0 to 1."""


class Interval(NamedTuple):
    """A mean (or share) with its interval, of which the mean need not be the middle."""

    n: int
    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's length."""
        return (self.high - self.low) / 2


class Bands(NamedTuple):
    """Mean and quantiles over replications at each time."""

    mean: Floats
    p5: Floats
    p25: Floats
    p50: Floats
    p75: Floats
    p95: Floats


def estimate(values: pd.DataFrame, *, level: float = 0.95, by: str | None = None) -> pd.DataFrame:
    """One row per measure and place, from the columns replication, measure, place, unit, value.

    Returns measure, place, unit, n, mean, half_width, quantiles of single replications, low and high. These are the
    bounds of the interval of the mean (rule 1 above; the unit `share` marks values from 0 to 1), nan with one
    replication, `high` also where what has no largest value was always 0; half_width is half of its length. `n` counts
    replications with a value: missing ones are left out. Measures come in order of first appearance, places of a
    measure likewise but `all` first. The order of replications does not matter, to the bit. `by`: a column of which
    each value has estimates of its own, named in their first column; its rows stand together.
    Raises ValueError when a replication has two values of one measure and place.
    """
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    table = values.dropna(subset=["value"])
    columns = (*((by,) if by else ()), *ESTIMATE_COLUMNS)
    keys = []
    group_of = np.zeros(len(table), dtype=np.int64)
    for name in columns[: -len(NUMBERS_OF_ESTIMATE)]:
        numbers_of, names = pd.factorize(table[name])
        group_of = group_of * max(len(names), 1) + numbers_of
        keys.append(np.asarray(names, dtype=object)[numbers_of])
    replications = table["replication"].to_numpy()
    order = np.lexsort((replications, group_of))  # sums then do not depend on the order handed in
    _refuse_twice(table, order, group_of[order], replications[order])
    begins = np.flatnonzero(np.diff(group_of[order], prepend=-1))
    groups = np.split(table["value"].to_numpy(float)[order], begins[1:]) if len(order) else []
    first_rows = np.minimum.reduceat(order, begins) if len(order) else order
    shares = np.asarray(table["unit"].iloc[first_rows].to_numpy() == SHARE)
    rows = [
        (*(key[row] for key in keys), *of_group)
        for row, of_group in sorted(zip(first_rows.tolist(), _estimates(groups, shares, level), strict=True))
    ]
    place = columns.index("place")
    rank = {first: position for position, first in enumerate(dict.fromkeys(row[:place] for row in rows))}
    rows.sort(key=lambda row: (rank[row[:place]], row[place] != "all"))
    return pd.DataFrame(rows, columns=list(columns))


def _refuse_twice(table: pd.DataFrame, order: Ints, group_of: Ints, replications: Ints) -> None:
    """Rows in order of group and replication: no two neighbours are of one."""
    twice = order[1:][(np.diff(group_of) == 0) & (np.diff(replications) == 0)]
    if len(twice):
        first = table.iloc[int(twice.min())]
        raise ValueError(f"two values of {first['measure']} at {first['place']} in replication {first['replication']}")


def _estimates(groups: Sequence[Floats], shares: NDArray[np.bool_], level: float) -> list[tuple[float, ...]]:
    """Numbers of an estimate of each group of values; groups of one length in one go, to the same bits."""
    found: dict[int, tuple[float, ...]] = {}
    for n in sorted({len(group) for group in groups}):
        places = [place for place, group in enumerate(groups) if len(group) == n]
        table = np.stack([groups[place] for place in places])
        low, high = bounds_of_measures(table, level, shares=shares[places])
        quantiles = np.quantile(table, list(QUANTILES.values()), axis=1)
        columns = (table.mean(axis=1), (high - low) / 2, *quantiles, low, high)
        for place, *row in zip(places, *(column.tolist() for column in columns), strict=True):
            found[place] = (n, *row)
    return [found[place] for place in range(len(groups))]


def mean_interval(values: ArrayLike, *, level: float = 0.95) -> Interval:
    """Mean of values of either sign with its interval (rule 1 above): Student's, put right for skewness.

    Bounds are nan with one value, everything with none.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not len(numbers):
        return Interval(0, math.nan, math.nan, math.nan)
    low, high = bounds_of_means(numbers[np.newaxis], level)
    return Interval(len(numbers), float(numbers.mean()), float(low[0]), float(high[0]))


def measure_interval(values: ArrayLike, *, share: bool = False, level: float = 0.95) -> Interval:
    """The interval that `estimate` gives a measure; `share`: values from 0 to 1. As `mean_interval` with few values."""
    numbers = np.asarray(values, dtype=np.float64)
    if not len(numbers):
        return Interval(0, math.nan, math.nan, math.nan)
    low, high = bounds_of_measures(numbers[np.newaxis], level, shares=np.array([share]))
    return Interval(len(numbers), float(numbers.mean()), float(low[0]), float(high[0]))


def exact_interval(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """A share of n replications with its exact interval, as `estimate` has it for noughts and ones."""
    return measure_interval(np.arange(n) < successes, share=True, level=level)


def wilson(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """A share and its interval (Wilson 1927, J. Am. Stat. Assoc. 22, 209-212): sensible at 0 and at n successes too.

    `mean` is successes / n, which is not the middle of the interval. Everything is nan when n is 0.
    """
    from scipy.special import ndtri  # noqa: PLC0415  start-up time

    check_level(level)
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}: must be from 0 to {n}")
    if n == 0:
        return Interval(0, math.nan, math.nan, math.nan)
    z = float(ndtri((1 + level) / 2))
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else middle - half  # exactly so by the formula, not by rounding
    high = 1.0 if successes == n else middle + half
    return Interval(n, share, low, high)


def order_statistic_interval(values: ArrayLike, q: float, *, level: float = 0.95) -> tuple[float, float] | None:
    """Interval of the q-quantile from order statistics, whatever the distribution; None when n is too small for one.

    The r-th and s-th smallest values, with r the largest and s the smallest for which the binomial tails P(B < r) and
    P(B >= s) are at most (1 - level) / 2 each (David and Nagaraja, Order Statistics, section 7.1).
    """
    from scipy.special import bdtr  # noqa: PLC0415  start-up time

    check_level(level)
    if not 0 < q < 1:
        raise ValueError(f"quantile {q}: must lie between 0 and 1")
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n, tail = len(ordered), (1 - level) / 2
    below = bdtr(np.arange(n), n, q)  # P(B <= k) for k = 0 … n - 1
    r = int(np.searchsorted(below, tail, side="right"))  # P(B <= r - 1) <= tail < P(B <= r)
    s = int(np.searchsorted(below, 1 - tail, side="left")) + 1  # P(B <= s - 1) >= 1 - tail
    return None if r < 1 or s > n else (float(ordered[r - 1]), float(ordered[s - 1]))


def bands(values: Floats) -> Bands:
    """Mean and quantiles over the first axis of an array (replication, time); nan where all replications have none."""
    missing = np.isnan(values)
    if not missing.any():
        return Bands(values.mean(axis=0), *np.quantile(values, list(QUANTILES.values()), axis=0))
    columns = np.full((1 + len(QUANTILES), values.shape[1]), math.nan)
    for i in np.flatnonzero(~missing.all(axis=0)):
        there = values[~missing[:, i], i]
        columns[:, i] = there.mean(), *np.quantile(there, list(QUANTILES.values()))
    return Bands(*columns)


def stretches(flags: NDArray[np.bool_] | Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Runs of positions that are marked, as (first, one after the last), the longest first."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(flags, dtype=np.int8), [0]])))
    found = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return tuple(sorted(found, key=lambda stretch: (stretch[0] - stretch[1], stretch[0])))


def mostly(values: Floats) -> tuple[tuple[int, int], ...]:
    """Stretches in which values are at least half of the largest; none where no value is above 0."""
    most = values.max(initial=0.0)
    return stretches(values >= MOSTLY * most) if most > 0 else ()


FEWEST = 5
RARE = 5


class Bounds(NamedTuple):
    """Lower and upper bound of each of several means; nan where there is none."""

    low: Floats
    high: Floats


def t_factor(n: int, level: float = 0.95) -> float:
    """Quantile of Student's t with n - 1 degrees of freedom for a two-sided interval of this level."""
    from scipy.special import stdtrit  # noqa: PLC0415  start-up time

    check_level(level)
    return float(stdtrit(n - 1, (1 + level) / 2))


def check_level(level: float) -> None:
    """Raise ValueError unless it lies between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"level {level}: must lie between 0 and 1")


def at_most_otherwise(n: int, level: float = 0.95) -> float:
    """Largest share of all replications that may differ when n of n were alike: 1 - (1 - level)^(1/n), about 3 / n."""
    return float(1 - (1 - level) ** (1 / n))


def bounds_of_means(values: Floats, level: float = 0.95) -> Bounds:
    """Rule 1 for each row of (mean, value); quantities of either sign. nan with one value in a row."""
    n = values.shape[1]
    means = values.mean(axis=1)
    if n < 2:
        nothing = np.full(len(values), math.nan)
        return Bounds(nothing, nothing)
    deviations = values - means[:, np.newaxis]
    squared = deviations * deviations
    squares = squared.sum(axis=1)
    error = np.sqrt(squares / (n - 1) / n)
    t = t_factor(n, level)
    if n < FEWEST:
        return Bounds(means - t * error, means + t * error)
    varies = squares > 0
    cubes = (squared * deviations).sum(axis=1)
    skewness = np.where(varies, cubes / n / np.where(varies, squares / n, 1.0) ** 1.5, 0.0)
    a = skewness * math.sqrt(n * (n - 1)) / (n - 2) / math.sqrt(n)
    return Bounds(means - error * _back(a, t), means - error * _back(a, -t))


def bounds_of_measures(values: Floats, level: float = 0.95, *, shares: NDArray[np.bool_] | None = None) -> Bounds:
    """Bounds for each row of (measure, replication) of quantities that are never negative; `shares` marks those that
    never exceed 1 either. A row that breaks that has the bounds of rule 1.
    """
    low, high = bounds_of_means(values, level)
    n = values.shape[1]
    if n < 2:
        return Bounds(low, high)
    least, most = values.min(axis=1), values.max(axis=1)
    low = np.where(least >= 0, np.maximum(low, 0.0), low)
    high = np.where((least == 0) & (most == 0), math.nan, high)
    if shares is not None:
        inside = np.flatnonzero(shares & (least >= 0) & (most <= 1))
        low[inside], high[inside] = _of_shares(values[inside], Bounds(low[inside], high[inside]), level)
    return Bounds(low, high)


def _back(a: Floats, x: float) -> Floats:
    """Where Hall's transformation of the t statistic is x: t + a t² / 3 + a² t³ / 27 + a / 6 = x, solved for t.

    a: skewness / √n. The transformation is a cube, so that it has one solution.
    """
    straight = np.abs(a) < 1e-7
    divisor = np.where(straight, 1.0, a)
    return np.asarray(np.where(straight, x, 3 / divisor * (np.cbrt(1 + a * (x - a / 6)) - 1)))


def _of_shares(values: Floats, general: Bounds, level: float) -> Bounds:
    """Rules 2 and 3 for rows of values from 0 to 1."""
    n = values.shape[1]
    low, high = np.maximum(general.low, 0.0), np.minimum(general.high, 1.0)
    zeros, ones = (values == 0).sum(axis=1), (values == 1).sum(axis=1)
    exact = zeros + ones == n
    rarely = ~exact & (n - zeros < RARE) & (2 * zeros >= n)
    mostly = ~exact & ~rarely & (n - ones < RARE) & (2 * ones >= n)
    low[exact], high[exact] = _exact(ones[exact], n, level)
    low[rarely], high[rarely] = _stringer(values[rarely], level)
    turned = _stringer(1 - values[mostly], level)
    low[mostly], high[mostly] = 1 - turned.high, 1 - turned.low
    return Bounds(low, high)


def _exact(ones: NDArray[np.int64], n: int, level: float) -> Bounds:
    """Clopper and Pearson's interval; with none or all of n one bound is given and has the whole chance of error."""
    from scipy.special import betaincinv  # noqa: PLC0415  start-up time

    tail = (1 - level) / 2
    low = betaincinv(np.maximum(ones, 1), n - ones + 1, tail)
    high = betaincinv(ones + 1, np.maximum(n - ones, 1), 1 - tail)
    alone = at_most_otherwise(n, level)
    low = np.where(ones == 0, 0.0, np.where(ones == n, 1 - alone, low))
    high = np.where(ones == n, 1.0, np.where(ones == 0, alone, high))
    return Bounds(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))


def _stringer(values: Floats, level: float) -> Bounds:
    """Stringer's bounds of rows with fewer than `RARE` values above 0: steps of the exact bounds for 0, 1, 2 … of n,
    each times one of the values, the largest first; above, the first step (none seen) counts in full.
    """
    from scipy.special import betaincinv  # noqa: PLC0415  start-up time

    n, tail = values.shape[1], (1 - level) / 2
    k = min(RARE - 1, n - 1)
    largest = np.sort(values, axis=1)[:, ::-1][:, :k]
    seen = np.arange(1, k + 1)
    below = np.diff(betaincinv(seen, n - seen + 1, tail), prepend=0.0)
    first = 1 - tail ** (1 / n)
    above = np.diff(betaincinv(seen + 1, n - seen, 1 - tail), prepend=first)
    return Bounds((largest * below).sum(axis=1), first + (largest * above).sum(axis=1))
