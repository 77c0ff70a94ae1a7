"""Settings met by the same travellers: intervals and tests of paired differences of two; and of many, how much of the
variance between them each axis makes.

It knows numbers only. A difference is `after - before`, replication by replication, so that what chance does to both
cancels out. Three kinds of number take three kinds of interval: means of replications a t interval; quantiles, maxima
and censored times, whose differences are skewed, a bootstrap of the pairs; shares of runs Newcombe's score interval.

Sensitivity indices are of points of a saltelli design: for axis i and row j A_j, B_j and AB_ij (A_j with axis i of
B_j). With f for the mean of a measure over the runs of a point, and V for its variance between points,

    total index:        mean_j (f(A_j) - f(AB_ij))^2 / 2 / V         Jansen 1999, Comput. Phys. Commun. 117, 35-43
    first-order index:  1 - mean_j (f(B_j) - f(AB_ij))^2 / 2 / V     (both in Saltelli et al. 2010, table 2)

f is known from a few runs only, and chance adds to each square the variance of the difference of two means. The runs of
all points have the same travellers, so that this is the variance of paired differences over replications, divided by
their number; it is subtracted, as is the like in V (all pairs among A and B). Intervals: 95 % percentiles of a
bootstrap over rows (Archer, Saltelli and Sobol 1997); the replications are not drawn again, so they tell nothing about
chance that all points share.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.numbers.statistics import Interval, mean_interval, wilson

Floats = NDArray[np.float64]

RESAMPLES = 8_000
FLIPS = 10_000
_BOOTSTRAP_KEY, _FLIP_KEY = 1998, 1935
"""Fixed keys: the same differences always give the same interval."""


def t_intervals(differences: Floats, *, level: float = 0.95) -> list[Interval]:
    """Student's interval of the mean of each column (replication, cell); missing pairs (nan) are left out."""
    return [mean_interval(column[~np.isnan(column)], level=level) for column in differences.T]


def bootstrap_intervals(differences: Floats, *, level: float = 0.95) -> list[Interval]:
    """Bootstrap interval of the mean of each column (replication, cell) of paired differences; nan as above.

    Bias-corrected and accelerated (Efron 1987, J. Am. Stat. Assoc. 82, 171-185), whole pairs resampled with
    replacement. Columns without a missing value share their resamples.
    """
    complete = ~np.isnan(differences).any(axis=0)
    found: list[Interval | None] = [None] * differences.shape[1]
    for chunk in np.array_split(np.flatnonzero(complete), max(1, int(complete.sum()) // 200)):
        for i, interval in zip(chunk, _bca(differences[:, chunk], level), strict=True):
            found[i] = interval
    for i in np.flatnonzero(~complete):
        column = differences[~np.isnan(differences[:, i]), i]
        found[i] = _bca(column[:, np.newaxis], level)[0]
    return [interval for interval in found if interval is not None]


def _bca(values: Floats, level: float) -> list[Interval]:
    """BCa intervals of columns without missing values."""
    n = len(values)
    if n < 2:
        means = values.mean(axis=0) if n else np.full(values.shape[1], math.nan)
        return [Interval(n, float(mean), math.nan, math.nan) for mean in means]
    from scipy.special import ndtr, ndtri  # noqa: PLC0415  start-up time

    means = values.mean(axis=0)
    resampled = np.sort(_weights(n) @ values, axis=0)
    tolerance = 1e-12 * np.maximum(1.0, np.abs(means))
    below = ((resampled < means - tolerance).sum(axis=0) + (resampled <= means + tolerance).sum(axis=0)) / 2
    bias = ndtri(np.clip(below / RESAMPLES, 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    deviations = values - means
    spread = (deviations**2).sum(axis=0)
    varies = spread > tolerance**2 * n
    acceleration = np.where(varies, (deviations**3).sum(axis=0) / (6 * np.where(varies, spread, 1.0) ** 1.5), 0.0)
    bounds = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = bias + ndtri(tail)
        position = ndtr(bias + z / (1 - acceleration * z)) * (RESAMPLES - 1)
        bounds.append(_at(resampled, position))
    low, high = (np.where(varies, bound, means) for bound in bounds)
    return [Interval(n, *map(float, row)) for row in zip(means, low, high, strict=True)]


def _weights(n: int) -> Floats:
    """How often each of n pairs is in each resample, divided by n."""
    generator = np.random.Generator(np.random.Philox(key=_BOOTSTRAP_KEY))
    drawn = generator.integers(0, n, size=(RESAMPLES, n))
    counts = np.zeros((RESAMPLES, n))
    np.add.at(counts, (np.arange(RESAMPLES)[:, np.newaxis], drawn), 1.0)
    return counts / n


def _at(ordered: Floats, position: Floats) -> Floats:
    """Values at fractional positions of sorted columns, linear between neighbours."""
    lower = np.floor(position).astype(np.int64)
    upper = np.minimum(lower + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    part = position - lower
    return np.asarray(ordered[lower, columns] * (1 - part) + ordered[upper, columns] * part)


def share_interval(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Interval:
    """Difference of two shares of the same runs (flags of each run before and after), `after - before`.

    Newcombe's score interval for pairs (1998, Statistics in Medicine 17, 2635-2650, method 10): Wilson intervals of
    both shares, joined with their correlation.
    """
    first, second = np.asarray(before, dtype=bool), np.asarray(after, dtype=bool)
    if first.shape != second.shape:
        raise ValueError(f"{len(first)} replications against {len(second)}: pairs need the same ones")
    n = len(first)
    if n == 0:
        return Interval(0, math.nan, math.nan, math.nan)
    a, b = wilson(int(first.sum()), n, level=level), wilson(int(second.sum()), n, level=level)
    phi = _correlation(first, second)
    difference = b.mean - a.mean
    down, up = b.mean - b.low, a.high - a.mean
    low = difference - math.sqrt(max(down**2 - 2 * phi * down * up + up**2, 0.0))
    up, down = b.high - b.mean, a.mean - a.low
    high = difference + math.sqrt(max(up**2 - 2 * phi * up * down + down**2, 0.0))
    return Interval(n, difference, low, high)


def _correlation(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Correlation of paired flags, with the continuity correction of method 10; 0 where a margin is empty."""
    n = len(first)
    both, neither = int((first & second).sum()), int((~first & ~second).sum())
    one, other = int((first & ~second).sum()), int((~first & second).sum())
    margins = float((both + one) * (other + neither) * (both + other) * (one + neither))
    if margins == 0:
        return 0.0
    product = both * neither - one * other
    corrected = max(product - n / 2, 0.0) if product > 0 else float(product)
    return corrected / math.sqrt(margins)


def t_test(differences: ArrayLike) -> float:
    """Two-sided p-value of a mean difference of 0 (paired t test); 1 when no pair differs, nan with under two pairs."""
    from scipy.special import stdtr  # noqa: PLC0415  start-up time

    numbers = _present(differences)
    if len(numbers) < 2:
        return math.nan
    deviation = float(numbers.std(ddof=1))
    if deviation == 0:
        return 1.0 if numbers[0] == 0 else 0.0
    t = float(numbers.mean()) / (deviation / math.sqrt(len(numbers)))
    return float(2 * stdtr(len(numbers) - 1, -abs(t)))


def sign_flip_test(differences: ArrayLike) -> float:
    """Two-sided p-value of a difference of 0 when the sign of each pair is a toss of a coin (Fisher 1935, § 21).

    10,000 tosses of all signs, so it is never below 1 / 10,001. nan with under two pairs.
    """
    numbers = _present(differences)
    if len(numbers) < 2:
        return math.nan
    generator = np.random.Generator(np.random.Philox(key=_FLIP_KEY))
    signs = 2.0 * generator.integers(0, 2, size=(FLIPS, len(numbers))) - 1.0
    sums, seen = np.abs(signs @ numbers), abs(float(numbers.sum()))
    return float((1 + (sums >= seen * (1 - 1e-9)).sum()) / (1 + FLIPS))


def share_test(before: ArrayLike, after: ArrayLike) -> float:
    """Two-sided exact p-value of two equal shares of the same runs (McNemar 1947: runs that changed, half each way)."""
    from scipy.special import bdtr  # noqa: PLC0415  start-up time

    first, second = np.asarray(before, dtype=bool), np.asarray(after, dtype=bool)
    worse, better = int((first & ~second).sum()), int((~first & second).sum())
    changed = worse + better
    return 1.0 if changed == 0 else min(1.0, 2 * float(bdtr(min(worse, better), changed, 0.5)))


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for being tested together (Holm 1979, Scand. J. Stat. 6, 65-70); nan stays and counts not."""
    ranked = sorted((p, i) for i, p in enumerate(p_values) if not math.isnan(p))
    adjusted = [math.nan] * len(p_values)
    largest = 0.0
    for rank, (p, i) in enumerate(ranked):
        largest = max(largest, min(1.0, p * (len(ranked) - rank)))
        adjusted[i] = largest
    return adjusted


def bonferroni_level(tests: int, level: float = 0.95) -> float:
    """Level of each of so many intervals that hold together with at least `level`."""
    return 1 - (1 - level) / max(tests, 1)


def variance_reduction(before: ArrayLike, after: ArrayLike) -> float:
    """How many times more independent runs would give the same precision: (var before + var after) / var difference.

    Over pairs without a missing value; nan where nothing varies, infinity where the difference is the same in all.
    """
    a, b = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    there = ~np.isnan(a) & ~np.isnan(b)
    if there.sum() < 2:
        return math.nan
    a, b = a[there], b[there]
    apart, together = float(a.var(ddof=1) + b.var(ddof=1)), float((b - a).var(ddof=1))
    if together <= 1e-24 * max(apart, 1e-300):
        return math.inf if apart > 0 else math.nan
    return apart / together


def _present(values: ArrayLike) -> Floats:
    numbers = np.asarray(values, dtype=np.float64)
    return numbers[~np.isnan(numbers)]


# sensitivity indices

BOOTSTRAPS = 1000


class SensitivityIndices(NamedTuple):
    """Indices by axis with bounds: arrays of (value, low, high) by axis."""

    first: Floats
    total: Floats
    rows: int


def sensitivity(a: Floats, b: Floats, ab: Floats, rng: np.random.Generator) -> SensitivityIndices | None:
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
    return SensitivityIndices(
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
