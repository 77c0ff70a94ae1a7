"""Where the spread of an answer comes from: chance, values that the figures leave open, rules.

One-way random effects: k settings with n histories each. Mean squares between and within give the two variances, and
the interval of the share between is the exact one for normal numbers (Searle, Casella and McCulloch, Variance
Components, section 3.6). Sharper figures cannot remove chance; better data about values can remove the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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


def split(values: Floats, level: float = 0.95) -> Split:
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
