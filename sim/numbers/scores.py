"""How good forecasts were: the continuous ranked probability score, coverage of bands, and naive forecasts beside them.

The score (CRPS; Gneiting and Raftery 2007) is in the unit of what is forecast, and that of a single number is its
distance from what came: smaller is better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
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
