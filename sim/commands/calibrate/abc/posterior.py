"""From a reference table to what the figures say: distances, acceptance, regression adjustment, weighted quantiles;
whether the method is honest; where the spread of an answer comes from.

Distance = root mean square over the figures of (what came out - what was reported) / scale, and scale² = tolerance² +
variance between replications. So 1 means: off by about what the tolerances and chance allow. Histories within the
limit get a weight that falls with distance (Epanechnikov), and a local linear regression of the unknowns on the figures
moves each to what it would have been with the reported figures (Beaumont, Zhang and Balding 2002, Genetics 162,
2025-2035).

Proof: a row's figures are taken for reported ones and the row is left out; the posterior from all other rows either is
honest about its unknowns or not. Over many such rows the posterior rank of the true value is uniform, and 90 %
intervals hold it in 90 of 100 (Cook, Gelman and Rubin 2006; Talts et al. 2018; the posterior near the reported figures
is what counts, so rows are taken from there: Prangle et al. 2014, Stat. Appl. Genet. Mol. Biol. 13, 67-82). No history
is run for it.

Spread: one-way random effects, k settings with n histories each. Mean squares between and within give the two
variances, and the interval of the share between is the exact one for normal numbers (Searle, Casella and McCulloch,
Variance Components, section 3.6). Sharper figures cannot remove chance; better data about values can remove the rest.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAR = 1e6
"""Distance of a history without figures."""


@dataclass(frozen=True)
class Accepted:
    """Rows of a table within the limit of distance."""

    rows: Ints
    weights: Floats
    """They sum to 1."""
    limit: float
    """Largest distance."""
    widened: bool
    """Whether the limit asked for left too few, so that this one is larger."""

    @property
    def effective(self) -> float:
        """Effective sample size: so many equally weighted histories would say as much."""
        return effective_size(self.weights)


def effective_size(weights: Floats) -> float:
    """Kish's (Σw)² / Σw²; 0 without weights."""
    square = float((weights**2).sum())
    return float(weights.sum()) ** 2 / square if square > 0 else 0.0


def scales(tolerances: Floats, variances: Floats) -> Floats:
    """sqrt(tolerance² + variance between replications) of each figure, never 0."""
    return np.sqrt(tolerances**2 + variances) + 1e-9


def distances(summaries: Floats, observed: Floats, scale: Floats) -> Floats:
    """Root mean square of scaled differences of each row; FAR where a figure is missing."""
    off = (summaries - observed) / scale
    distance = np.sqrt((off**2).mean(axis=1))
    return np.where(np.isnan(distance), FAR, np.minimum(distance, FAR))


def accepted(distance: Floats, weights: Floats, limit: float, least: float) -> Accepted:
    """Rows nearer than `limit`; where their effective size is below `least`, the limit is widened until it is not.

    With too few rows in all, those that there are.
    """
    chosen = _within(distance, weights, limit)
    if chosen.effective >= least:
        return chosen
    order = np.sort(distance[distance < FAR])
    low, high = int(np.searchsorted(order, limit)), len(order) - 1
    while low < high:  # the effective size grows with the limit, by and large
        middle = (low + high) // 2
        if _within(distance, weights, float(order[middle])).effective >= least:
            high = middle
        else:
            low = middle + 1
    widest = float(order[high]) * (1 + 1e-9) + 1e-9 if len(order) else limit
    rows = _within(distance, weights, max(widest, limit))
    return Accepted(rows.rows, rows.weights, rows.limit, widened=True)


def _within(distance: Floats, weights: Floats, limit: float) -> Accepted:
    rows = np.flatnonzero(distance < min(limit, FAR))
    kernel = weights[rows] * (1 - (distance[rows] / limit) ** 2)
    total = float(kernel.sum())
    return Accepted(rows, kernel / total if total > 0 else kernel, limit, widened=False)


def adjusted(z: Floats, summaries: Floats, observed: Floats, weights: Floats, scale: Floats) -> Floats:
    """Unknowns (normal scale) of weighted rows, moved along a linear regression to the observed figures.

    With fewer rows than three for each coefficient nothing is moved. A little ridge keeps figures that say the same
    thing (received = placed + sent on) from being told apart by noise.
    """
    k = summaries.shape[1]
    if effective_size(weights) < 3 * (k + 1):
        return z
    x = (summaries - observed) / scale
    share = weights / weights.sum()
    centre = share @ x
    deviation = np.sqrt(share @ (x - centre) ** 2) + 1e-12
    standard = (x - centre) / deviation
    gram = (standard * share[:, None]).T @ standard + 1e-3 * np.eye(k)
    slopes = np.linalg.solve(gram, (standard * share[:, None]).T @ (z - share @ z))
    moved: Floats = z - (x / deviation) @ slopes
    return moved


def quantiles(values: Floats, weights: Floats, q: tuple[float, ...]) -> Floats:
    """Weighted quantiles: the value at which the weights, each counted half before itself, reach q."""
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(weights[order])
    middle = (sums - weights[order] / 2) / sums[-1]
    return np.interp(q, middle, values[order])


def spread(values: Floats, weights: Floats) -> float:
    """Weighted standard deviation."""
    share = weights / weights.sum()
    return float(np.sqrt(share @ (values - share @ values) ** 2))


def resampled(weights: Floats, n: int, seed: int) -> Ints:
    """`n` row numbers drawn with these weights, systematically: each comes up n · weight times, rounded up or down."""
    start = np.random.Generator(np.random.Philox(seed)).random()
    marks = (np.arange(n) + start) / n
    rows = np.searchsorted(np.cumsum(weights / weights.sum()), marks, side="right")
    return np.minimum(rows, len(weights) - 1).astype(np.int64)


# does the method find the truth?


@dataclass(frozen=True)
class RuleTable:
    """A reference table of one rule."""

    z: Floats
    summaries: Floats
    weights: Floats
    """Prior over what they were drawn from."""
    scale: Floats
    """Of the figures."""


def rows_near(distance: Floats, weights: Floats, limit: float, n: int, seed: int) -> Ints:
    """Different rows to take for the truth: drawn with their weights among those nearer than `limit`, at most `n`."""
    near = np.flatnonzero(distance < limit)
    wanted = min(n, len(near))
    found: list[int] = []
    for attempt in range(50):
        for row in near[resampled(weights[near], 2 * n, seed + attempt)] if len(near) else ():
            if int(row) not in found and len(found) < wanted:
                found.append(int(row))
    return np.array(found, dtype=np.int64)


def left_out_ranks(table: RuleTable, rows: Ints, limit: float, least: float) -> Floats:
    """Posterior rank (0 to 1) of each unknown's true value, each row left out in turn: (rows, unknowns)."""
    ranks = np.empty((len(rows), table.z.shape[1]))
    for number, row in enumerate(rows):
        weights = table.weights.copy()
        weights[row] = 0.0
        observed = table.summaries[row]
        near = accepted(distances(table.summaries, observed, table.scale), weights, limit, least)
        moved = adjusted(table.z[near.rows], table.summaries[near.rows], observed, near.weights, table.scale)
        ranks[number] = near.weights @ (moved < table.z[row])
    return ranks


def covered(ranks: Floats, level: float = 0.9) -> Ints:
    """How many times the interval of this level held the truth, for each unknown."""
    inside: Ints = np.sum(np.abs(ranks - 0.5) <= level / 2, axis=0, dtype=np.int64)
    return inside


def expected_covered(n: int, level: float = 0.9) -> tuple[int, int]:
    """Least and largest number of n that an honest method gives, but for three standard errors: 167 to 193 of 200."""
    error = 3 * math.sqrt(n * level * (1 - level))
    return round(n * level - error), round(n * level + error)


# where the spread of an answer comes from


@dataclass(frozen=True)
class Split:
    """Variances of one answer, and the share of the settings with its interval."""

    chance: float
    """Variance between histories of one setting."""
    settings: float
    """Variance between settings; never below 0."""
    share: float
    """Settings / both."""
    low: float
    high: float


def split_variance(values: Floats, level: float = 0.95) -> Split:
    """Of an array (settings, histories) with at least two of each; nan where that or a value is missing."""
    k, n = values.shape
    if k < 2 or n < 2 or np.isnan(values).any():
        return Split(np.nan, np.nan, np.nan, np.nan, np.nan)
    from scipy.special import fdtri  # noqa: PLC0415  start-up time

    means = values.mean(axis=1)
    within = float(((values - means[:, None]) ** 2).sum()) / (k * (n - 1))
    between = n * float(((means - means.mean()) ** 2).sum()) / (k - 1)
    settings = max((between - within) / n, 0.0)
    total = settings + within
    if within == 0:
        return Split(0.0, settings, float(settings > 0), float(settings > 0), float(settings > 0))
    upper = (1 + level) / 2
    ratio = between / within
    low, high = ratio / fdtri(k - 1, k * (n - 1), upper), ratio * fdtri(k * (n - 1), k - 1, upper)
    bound = [min(max((f - 1) / (f + n - 1), 0.0), 1.0) for f in (low, high)]
    return Split(within, settings, settings / total, *bound)


def between_rules(means: Floats, shares: Floats) -> float:
    """Variance of an answer between rules: of their means, with the rules' posterior shares."""
    share = shares / shares.sum()
    return float(share @ (means - share @ means) ** 2)


def explained(z: Floats, figure: Floats, weights: Floats) -> Floats:
    """Share of each unknown's variance that knowing one more figure would remove, by a linear regression.

    Rows without the figure are left out. Chance in the figure counts as it would in a report: one history gave it.
    """
    there = ~np.isnan(figure)
    share = weights[there] / weights[there].sum() if there.any() else weights[there]
    x = figure[there] - share @ figure[there]
    off = z[there] - share @ z[there]
    variance = float(share @ x**2)
    if variance <= 0:
        return np.zeros(z.shape[1])
    removed: Floats = (share @ (off * x[:, None])) ** 2 / (variance * np.maximum(share @ off**2, 1e-300))
    return removed
