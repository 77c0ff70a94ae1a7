"""Forecasts of past days against what came: scores by horizon, beside naive forecasts, and a verdict in a sentence.

Last, the stay that would fit: of some stays the one that forecast occupancy best, from what was known at the time.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.commands.data.asked import ONE_DAY, ByDay, Observed, days_between, filled, there_on
from sim.numbers.forecasts import NAIVE, covers, crps, dressed
from sim.numbers.statistics import Interval, exact_interval, mean_interval
from sim.words.observed import REAL_DAYS
from sim.words.say import counted, number, percent

Floats = NDArray[np.float64]
METHODS = ("last_value", "last_week", "arrivals_x_stay")
FEW_FORECASTS = 10
"""With fewer nobody can know whether nine in ten come to lie in a band."""
HORIZONS_SHOWN = (7, 14)
"""Horizons that the verdict is about, where they were forecast."""


class Score(NamedTuple):
    """One forecast of one quantity on one day."""

    origin: str
    date: str
    horizon: int
    quantity: str
    came: float
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    in_50: bool
    in_90: bool
    crps: float
    crps_last_value: float
    crps_last_week: float
    crps_arrivals_x_stay: float
    error_last_value: float
    error_last_week: float


def scores_of(quantity: str, origin: dt.date, samples: Floats, table: ByDay, little: float) -> Iterator[Score]:
    """Scores of a forecast from a day on; `samples`: a row a replication, a column a day from the origin on, itself the
    first. `table`: what came, of which the past alone makes the naive forecasts. `little`: arrivals x stay.
    """
    past = np.array([table[day] for day in days_between(min(table), origin) if day in table])
    for horizon in range(1, samples.shape[1]):
        day = origin + dt.timedelta(days=horizon)
        if day not in table:
            continue
        came, values = table[day], samples[:, horizon]
        naive = {name: crps(dressed(past, horizon, name), came) for name in NAIVE}
        points = {name: abs(rule(past, horizon) - came) for name, rule in NAIVE.items()}
        low, lower, middle, upper, high = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
        yield Score(
            origin.isoformat(), day.isoformat(), horizon, quantity, came, low, lower, middle, upper, high,
            covers(values, came, 0.5), covers(values, came, 0.9), crps(values, came),
            naive["last_value"], naive["last_week"], abs(little - came), points["last_value"], points["last_week"],
        )  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """All forecasts of one quantity so many days ahead."""

    quantity: str
    horizon: int
    n: int
    crps: float
    naive: dict[str, float]
    """Mean score by method."""
    in_50: float
    in_90: float
    bias: float
    """Mean of median - what came."""
    gain: Interval
    """Of the best naive score less ours, forecast by forecast."""

    @property
    def best(self) -> str:
        """The naive forecast that did best."""
        return min(self.naive, key=lambda name: self.naive[name])


def summaries(scores: Sequence[Score]) -> list[Summary]:
    """A summary for each quantity and horizon, in order."""
    found = []
    for quantity, horizon in sorted({(s.quantity, s.horizon) for s in scores}):
        rows = [s for s in scores if (s.quantity, s.horizon) == (quantity, horizon)]
        naive = {name: float(np.mean([getattr(s, f"crps_{name}") for s in rows])) for name in METHODS}
        best = min(naive, key=lambda name: naive[name])
        gain = np.array([getattr(s, f"crps_{best}") - s.crps for s in rows])
        means = {name: float(np.mean([getattr(s, name) for s in rows])) for name in ("crps", "in_50", "in_90")}
        bias = float(np.mean([s.p50 - s.came for s in rows]))
        found.append(Summary(quantity, horizon, len(rows), naive=naive, bias=bias, gain=mean_interval(gain), **means))
    return found


def method_words(name: str) -> str:
    """What a naive forecast takes, in words."""
    return REAL_DAYS[f"method.{name}"]


def verdicts(found: Sequence[Summary]) -> Iterator[str]:
    """A sentence for each horizon shown, and one on the bands: for better or worse."""
    guests = [each for each in found if each.quantity == "guests_present"] or list(found)
    shown = [each for each in guests if each.horizon in HORIZONS_SHOWN] or guests[-1:]
    for each in shown:
        yield _verdict(each)
    if shown:
        yield _bands(shown[-1])
        yield _why(shown[-1])


def _verdict(each: Summary) -> str:
    best, ours = each.naive[each.best], each.crps
    better = ours <= best
    sure = each.gain.low > 0 if better else each.gain.high < 0
    return REAL_DAYS["verdict.better" if better else "verdict.worse"].format(
        ours=number(ours), naive=number(best), method=method_words(each.best), **_ahead(each),
        share=percent(abs(best - ours) / best) if best > 0 else percent(0.0),
        sure=REAL_DAYS["verdict.sure" if sure else "verdict.perhaps"],
    )  # fmt: skip


def _bands(each: Summary) -> str:
    interval = exact_interval(round(each.in_90 * each.n), each.n)
    honest = interval.low <= 0.9 <= interval.high
    if each.n < FEW_FORECASTS:
        return REAL_DAYS["bands.few"].format(share=percent(each.in_90), half=percent(each.in_50), **_ahead(each))
    key = "bands.honest" if honest else "bands.narrow" if each.in_90 < 0.9 else "bands.wide"
    return REAL_DAYS[key].format(share=percent(each.in_90), half=percent(each.in_50), **_ahead(each))


def _ahead(each: Summary) -> dict[str, str]:
    """How far ahead, and of how many forecasts."""
    return {"days": counted(REAL_DAYS, "n_days", each.horizon), "n": counted(REAL_DAYS, "n_forecasts", each.n)}


def _why(each: Summary) -> str:
    if abs(each.bias) < each.crps / 4:
        return REAL_DAYS["bias.none"]
    return REAL_DAYS["bias.high" if each.bias > 0 else "bias.low"].format(bias=number(abs(each.bias)))


# the stay that would fit

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
        errors = [_guests_ahead(seen, d, longer, diverted) - guests[d + dt.timedelta(days=AHEAD)] for d in tried]
        found.append(Fitted(value, longer, mean, math.sqrt(sum(e * e for e in errors) / len(errors))))
    return min(found, key=lambda each: each.error)


def _guests_ahead(seen: Observed, day: dt.date, longer: Longer, diverted: float) -> float:
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
