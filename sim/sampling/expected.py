"""Expected people per port and day, from the regimes of the scenario."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.scenario.regimes import (
    DailyRegime,
    DecliningProfile,
    FlatProfile,
    Profile,
    RateRegime,
    SeriesProfile,
    TotalRegime,
)
from sim.scenario.schema import Port, Scenario

Floats = NDArray[np.float64]


def expected_people(scenario: Scenario) -> Floats:
    """People expected to be handed over, shape (ports in order of id, days of the window), disruptions included."""
    ports = sorted(scenario.ports)
    people = np.array([_of_port(scenario, scenario.ports[port]) for port in ports]) * scenario.arrivals.factor
    first = scenario.first_day.toordinal()
    in_fixed_order = sorted(scenario.disruptions, key=lambda event: (event.kind, str(event.value)), reverse=True)
    for event in in_fixed_order:  # factors, then additions, whatever the order of rows
        rows = [i for i, port in enumerate(ports) if event.place in (port, "all")]
        last = event.to_day.toordinal() + 1 if event.to_day else first + scenario.n_days
        days = slice(max(event.from_day.toordinal() - first, 0), max(last - first, 0))
        if event.kind == "arrivals_factor":
            people[rows, days] *= float(event.value or 0)
        elif event.kind == "arrivals_added":
            people[rows, days] += float(event.value or 0)
    return people


def people_a_day(scenario: Scenario) -> float:
    """People expected to be handed over, mean over the days of the window."""
    return float(expected_people(scenario).sum()) / scenario.n_days


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
            return np.exp(-np.arange(len(days)) / e_fold)
        case SeriesProfile(values=values):
            return np.array([values.get(day, 0.0) for day in days])
