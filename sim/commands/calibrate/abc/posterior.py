"""From a reference table to what the figures say: distances, acceptance, regression adjustment, weighted quantiles.

Distance = root mean square over the figures of (what came out - what was reported) / scale, and scale² = tolerance² +
variance between replications. So 1 means: off by about what the tolerances and chance allow. Histories within the
limit get a weight that falls with distance (Epanechnikov), and a local linear regression of the unknowns on the figures
moves each to what it would have been with the reported figures (Beaumont, Zhang and Balding 2002, Genetics 162,
2025-2035).
"""

from __future__ import annotations

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
        """Effective sample size: so many equally weighted histories would tell as much."""
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
