"""Counts by day, from the recent past to the next weeks: a quasi-Poisson regression on level, weekday and damped trend.

- The mean of day t is exp(level + trend x (t - last day) + its weekday), variance = index x mean: a gamma-Poisson count
  of the scenario's own kind (`arrivals.dispersion_index`).
- Older days count less: half as much for every `HALF_LIFE` days (discounting, West and Harrison 1997). What a
  discount forgets of the past it must doubt of the future: the level walks at random ahead, as the discount says.
- A trend weakens by `DAMPING` a day (Gardner and McKenzie 1985): a steep week is no steep month.
- Priors draw trend and weekdays to none where days are few: normal, deviations TREND and WEEKDAY.
- Doubt: the normal approximation of the posterior, and the index as a scaled inverse chi-square; a draw a replication.

How good forecasts were: the continuous ranked probability score, coverage of bands, and naive forecasts beside them.

The score (CRPS; Gneiting and Raftery 2007) is in the unit of what is forecast, and that of a single number is its
distance from what came: smaller is better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

HALF_LIFE, DAMPING = 14.0, 0.9
TREND, WEEKDAY, LEVEL = 0.03, 0.25, 3.0
"""Standard deviations of priors, of logarithms; that of the level says next to nothing."""
STEPS = 40
MOST_INDEX = 900.0
FARTHEST = 5.0
"""A rate is at most so many times the highest count, and no less than half a person a day above nought."""


@dataclass(frozen=True)
class Counted:
    """What the past says."""

    mean: Floats
    """Of level, trend and six weekdays (the seventh is minus their sum)."""
    covariance: Floats
    index: float
    """Variance / mean."""
    freedom: float
    """Days, discounted, less what was estimated."""
    last_weekday: int
    """Of the last day, 0 for Monday."""
    highest: float

    @property
    def level(self) -> float:
        """Rate on the last day, people per day."""
        return float(np.exp(self.mean[0]))


def fit(counts: Floats, last_weekday: int) -> Counted:
    """What counts of the last days say, the last one last; nan: not known. Raises ValueError when none is known."""
    n = len(counts)
    there = ~np.isnan(counts)
    if not there.any():
        raise ValueError("no counts")
    days = np.arange(1 - n, 1, dtype=np.float64)[there]
    y = counts[there]
    weights = 0.5 ** (-days / HALF_LIFE)
    x = _columns(days, last_weekday)
    start = float(np.log(max(float(weights @ y / weights.sum()), 0.5)))
    before = np.array([start, *[0.0] * 7])
    precision = np.diag([1 / LEVEL**2, 1 / TREND**2, *[1 / WEEKDAY**2] * 6])
    mean, index, covariance = before.copy(), 1.0, np.linalg.inv(precision)
    freedom = 1.0
    for _step in range(STEPS):
        mu = np.exp(np.clip(x @ mean, -10, 20))
        work = x.T * (weights * mu / index)
        covariance = np.linalg.inv(work @ x + precision)
        target = work @ (x @ mean + (y - mu) / mu) + precision @ before
        last, mean = mean, covariance @ target
        used = float(np.trace(covariance @ (work @ x)))
        freedom = max(float(weights.sum()) - used, 1.0)
        mu = np.exp(np.clip(x @ mean, -10, 20))
        index = float(np.clip(np.sum(weights * (y - mu) ** 2 / mu) / freedom, 1.0, MOST_INDEX))
        if np.abs(mean - last).max() < 1e-8:
            break
    return Counted(mean, covariance, index, freedom, last_weekday, float(max(y.max(), 1.0)))


def _columns(days: Floats, last_weekday: int) -> Floats:
    """Level, days from the last one, and six contrasts of weekdays."""
    weekday = (days.astype(np.int64) + last_weekday) % 7
    contrasts = np.vstack([np.eye(6), -np.ones(6)])
    return np.column_stack([np.ones(len(days)), days, contrasts[weekday]])


def ahead(past: Counted, n_days: int, n_draws: int, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Rates of the next days (a row a draw, a column a day), and the index of each draw."""
    drawn = generator.multivariate_normal(past.mean, past.covariance, size=n_draws, method="eigh")
    days = np.arange(1, n_days + 1, dtype=np.float64)
    damped = np.cumsum(DAMPING**days)
    discount = 0.5 ** (1 / HALF_LIFE)
    widening = past.covariance[0, 0] * (discount**-days - discount ** -(days - 1))
    walk = np.cumsum(generator.standard_normal((n_draws, n_days)) * np.sqrt(widening), axis=1)
    weekdays = _columns(days, past.last_weekday)[:, 2:]
    logs = drawn[:, :1] + drawn[:, 1:2] * damped + walk + drawn[:, 2:] @ weekdays.T
    rates = np.minimum(np.exp(np.minimum(logs, 20.0)), FARTHEST * past.highest)
    index = past.index * past.freedom / generator.chisquare(past.freedom, size=n_draws)
    return rates, np.clip(index, 1.0, MOST_INDEX)


LEAST_ERRORS = 5
"""Errors of the past that a naive forecast needs to be given a spread of its own."""


def crps(samples: Floats, came: float) -> float:
    """Score of a forecast given as equally likely values: mean |X - y| - mean |X - X'| / 2."""
    ordered = np.sort(samples)
    n = len(ordered)
    spread = float(np.sum((2 * np.arange(1, n + 1) - n - 1) * ordered)) / n**2
    return float(np.abs(ordered - came).mean()) - spread


def covers(samples: Floats, came: float, share: float) -> bool:
    """Whether what came lies in the middle `share` of the values."""
    low, high = np.quantile(samples, [(1 - share) / 2, (1 + share) / 2])
    return bool(low <= came <= high)


def last_value(past: Floats, _days: int) -> float:
    """Naive: as many as on the last day."""
    return float(past[-1])


def last_week(past: Floats, _days: int) -> float:
    """Naive: the mean of the last seven days."""
    return float(np.mean(past[-7:]))


def dressed(past: Floats, days: int, naive: str) -> Floats:
    """A naive forecast `days` ahead with the errors that it made on each day of the past, from what was known then; the
    single value where the past is too short.

    `naive`: last_value or last_week. `past`: a value a day, without gaps.
    """
    rule = NAIVE[naive]
    now = rule(past, days)
    first = 7 if naive == "last_week" else 1
    errors = [past[t + days - 1] - rule(past[:t], days) for t in range(first, len(past) - days + 1)]
    if len(errors) < LEAST_ERRORS:
        return np.array([now])
    return np.maximum(now + np.array(errors), 0.0)


NAIVE = {"last_value": last_value, "last_week": last_week}
