"""The stay that would fit: of some stays the one that forecast occupancy best, from what was known at the time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.commands.data.observed import ONE_DAY, ByDay, Observed, days_between, filled, there_on

AHEAD = 7
"""Days ahead at which a stay is tried."""
LEAST_PAST = 8
"""Days that must be known before the first trial."""
FIXED = (3.0, 5.0, 7.0, 10.0, 12.0, 13.0, 14.0, 15.0, 16.0, 18.0, 21.0, 24.0, 28.0)
EXPONENTIAL = (3.0, 4.0, 5.0, 6.0, 8.0, 11.0, 14.0)
TRIED = 14
"""Days on which each stay is tried, every second one of the last four weeks."""
Longer = Callable[[float], float]


@dataclass(frozen=True)
class Fitted:
    """A stay, as the scenario would write it."""

    days: Any
    longer: Longer
    mean: float
    error: float
    """Root of the mean squared error of guests seven days ahead."""


def candidates() -> list[tuple[Any, Longer, float]]:
    """Value of `stay.days`, share of longer stays, and mean of each stay that is tried."""
    return [*map(_fixed, FIXED), *map(_exponential, EXPONENTIAL)]


def _fixed(days: float) -> tuple[Any, Longer, float]:
    return days, lambda so_far: float(so_far < days), days


def _exponential(mean: float) -> tuple[Any, Longer, float]:
    return {"kind": "exponential", "mean": mean}, lambda so_far: math.exp(-max(so_far, 0.0) / mean), mean


def fit_stay(seen: Observed, day: dt.date, diverted: float) -> Fitted | None:
    """The stay that forecast guests seven days ahead best until a day (least squares); None with under eight days
    to try it on.
    """
    guests = filled(seen.guests, day)
    days = sorted(d for d in guests if d <= day)
    tried = [d for d in days[LEAST_PAST:] if d + dt.timedelta(days=AHEAD) <= day]
    if len(tried) < LEAST_PAST:
        return None
    tried = tried[::-2][:TRIED]
    found = []
    for value, longer, mean in candidates():
        errors = [_ahead(seen, d, longer, diverted) - guests[d + dt.timedelta(days=AHEAD)] for d in tried]
        found.append(Fitted(value, longer, mean, math.sqrt(sum(e * e for e in errors) / len(errors))))
    return min(found, key=lambda each: each.error)


def _ahead(seen: Observed, day: dt.date, longer: Longer, diverted: float) -> float:
    """Guests seven days on, if as many come a day as in the last fortnight, by what was known on a day."""
    there = there_on(seen.until(day), day, longer, diverted)
    rate = recent_rate(there.came, day)
    ages = [(n, (day - came).days - 0.5) for came, n in there.cohorts.items()]
    stay = sum(n * longer(age + AHEAD) / longer(age) for n, age in ages if longer(age) > 0)
    return stay + rate * sum(longer(AHEAD - k + 0.5) for k in range(1, AHEAD + 1))


def recent_rate(came: ByDay, day: dt.date) -> float:
    """People a day lately: a day a week ago counts half."""
    days = days_between(day - dt.timedelta(days=14), day - ONE_DAY)
    last = [(came[d], 0.5 ** ((day - d).days / 7)) for d in days if d in came]
    weight = sum(w for _n, w in last)
    return sum(n * w for n, w in last) / weight if weight else 0.0
