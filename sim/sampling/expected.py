"""Expected people per port, by day, from the regimes of the scenario and its disruptions."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.scenario.tables.arrivals import (
    DailyRegime,
    DecliningProfile,
    FlatProfile,
    Port,
    Profile,
    RateRegime,
    SeriesProfile,
    TotalRegime,
)
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY

Floats = NDArray[np.float64]


def day_means(scenario: Scenario) -> tuple[Floats, Floats]:
    """People expected by port and day without what happens to the minute, shape (ports in order of id, days of the
    window): those whom factors multiply, and those whom dated disruptions add to them.
    """
    ports = sorted(scenario.ports)
    factored = np.array([_of_port(scenario, scenario.ports[port]) for port in ports]) * scenario.arrivals.factor
    added = np.zeros_like(factored)
    for event in sorted(scenario.disruptions, key=lambda event: str(event.value), reverse=True):  # in any order of rows
        if event.timed or event.kind not in ("arrivals_factor", "arrivals_added"):
            continue
        rows = [i for i, port in enumerate(ports) if event.place in (port, "all")]
        begin, end = event.span(scenario.first_day)
        days = slice(max(begin // DAY, 0), scenario.n_days if end is None else max(end // DAY, 0))
        if event.kind == "arrivals_factor":
            factored[rows, days] *= float(event.value or 0)
        else:
            added[rows, days] += float(event.value or 0)
    return factored, added


def expected_people(scenario: Scenario) -> Floats:
    """People expected by port and day without what happens to the minute: all of `day_means`."""
    factored, added = day_means(scenario)
    return factored + added


def factors_by_minute(scenario: Scenario, port: str) -> list[tuple[int, int, float]]:
    """(begin, end, factor) of the stretches in which factors with times hold, in order; of several the product."""
    window = scenario.n_days * DAY
    rows = []
    for event in scenario.disruptions:
        if event.kind == "arrivals_factor" and event.timed and event.place in (port, "all"):
            begin, end = event.span(scenario.first_day)
            rows.append((begin, window if end is None else end, float(event.value or 0)))
    cuts = sorted({second for begin, end, _ in rows for second in (begin, end)})
    holding = [(a, b, sorted(value for begin, end, value in rows if begin <= a < end)) for a, b in pairwise(cuts)]
    return [(a, b, math.prod(values)) for a, b, values in holding if values]


def regime_days(scenario: Scenario, port: Port) -> list[tuple[str, dt.date, dt.date]]:
    """(id, first day, last day) of each regime of a port in time order; the last one ends with the window."""
    starts = sorted((regime.from_day, name) for name, regime in port.regimes.items())
    ends = [later - dt.timedelta(days=1) for (_, _), (later, _) in pairwise(starts)]
    last = max(scenario.last_day, starts[-1][0])
    return [(name, start, end) for (start, name), end in zip(starts, [*ends, last], strict=True)]


def _of_port(scenario: Scenario, port: Port) -> Floats:
    people = np.zeros(scenario.n_days)
    total_weight = sum(r.weight for r in port.regimes.values() if isinstance(r, TotalRegime))
    for name, start, end in regime_days(scenario, port):
        regime = port.regimes[name]
        first, last = max(start, scenario.first_day), min(end, scenario.last_day)
        if first > last:
            continue
        days = [first + dt.timedelta(days=i) for i in range((last - first).days + 1)]
        at = slice((first - scenario.first_day).days, (last - scenario.first_day).days + 1)
        match regime:
            case RateRegime():
                people[at] = _rates(regime, start, end, days)
            case DailyRegime():
                people[at] = [regime.values[day] * regime.scale for day in days]
            case TotalRegime():
                weights = _weights(regime.profile, days)
                people[at] = (port.people or 0.0) * regime.weight / total_weight * weights / weights.sum()
    return people


def _rates(regime: RateRegime, start: dt.date, end: dt.date, days: list[dt.date]) -> Floats:
    """Rates of the given days of a regime that lasts from `start` to `end`."""
    first = regime.people_per_day
    last = first if regime.people_per_day_end is None else regime.people_per_day_end
    length = max((end - start).days, 1)
    passed = np.array([(day - start).days / length for day in days])
    if regime.between == "exponential" and first > 0 and last > 0:
        return np.asarray(first * (last / first) ** passed)
    return first + (last - first) * passed


def _weights(profile: Profile, days: list[dt.date]) -> Floats:
    match profile:
        case FlatProfile():
            return np.ones(len(days))
        case DecliningProfile(e_fold_days=e_fold):
            powers = -np.arange(len(days)) / e_fold
            return np.asarray(np.exp(powers - powers.max()))  # the largest is 1: a steep rise is no infinity
        case SeriesProfile(values=values):
            return np.array([values.get(day, 0.0) for day in days])
