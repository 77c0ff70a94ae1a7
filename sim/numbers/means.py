"""Intervals of means that are true for skewed quantities and for events that are rare.

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
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

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
