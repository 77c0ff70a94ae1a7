"""People expected at ports: by day, from the regimes of the scenario and its disruptions; by hour; and how many find a
port shut and stay away.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.sampling.hours import Added, added_people, coming_by_date, profile_inside, shut_ports
from sim.sampling.timetables import departures
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.arrivals import (
    DailyRegime,
    DecliningProfile,
    FlatProfile,
    Port,
    Profile,
    RateRegime,
    SeriesProfile,
    TimetableRegime,
    TotalRegime,
    regime_days,
)
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_NIGHTS = 2
"""Days after one on which its hours, and those in which somebody comes again, may still lie."""


@dataclass(frozen=True)
class Expected:
    """People expected to be handed over. Rows are ports in order of id."""

    by_day: Floats
    """By day of the window whose travellers they are, hand-overs in the night after the window included."""
    by_hour: Floats
    """By hour of the window in which they are handed over."""
    away: Floats
    """By port: people who find it shut and stay away."""


@once_per_scenario
def expected(scenario: Scenario) -> Expected:
    """What arrivals are on average, disruptions included."""
    factored, added = _rounded(scenario)
    hours = (scenario.n_days + _NIGHTS) * 24
    by_day, by_hour, away = factored + added, np.zeros((len(factored), hours)), np.zeros(len(factored))
    for row, name in enumerate(sorted(scenario.ports)):
        arrive = _Arrivals(scenario, row, name, by_hour[row])
        for day, second, people in _usual_pieces(scenario, name, arrive.cuts, (factored[row], added[row])):
            lost = arrive.lost(second, people, day)
            away[row] += lost
            if len(arrive.cuts):
                by_day[row, day] = people.sum() - lost
        for event in (x for x in added_people(scenario) if x.port == row):
            second, people = _added_pieces(scenario, event, arrive.cuts)
            lost = arrive.lost(second, people, -1)
            away[row] += lost
            by_day[row, min(max(event.begin // DAY, 0), scenario.n_days - 1)] += people.sum() - lost
        for day, second, people in _booked_pieces(scenario, row, arrive.cuts):
            lost = arrive.lost(second, people, day)
            away[row] += lost
            by_day[row, day] += people.sum() - lost
    return Expected(by_day, by_hour[:, : scenario.n_days * 24], away)


def _rounded(scenario: Scenario) -> tuple[Floats, Floats]:
    """`day_means` with whole numbers of people on days of exact regimes."""
    factored, added = day_means(scenario)
    people = factored + added
    whole = exact_days(scenario) & (people > 0)
    ratio = np.where(whole, np.floor(people + 0.5) / np.where(whole, people, 1.0), 1.0)
    return factored * ratio, added * ratio


def people_a_day(scenario: Scenario) -> float:
    """People expected to be handed over, mean over the days of the window."""
    return float(expected(scenario).by_day.sum()) / scenario.n_days


def day_means(scenario: Scenario) -> tuple[Floats, Floats]:
    """People expected by port and day without what happens to the minute and without timetables, shape (ports in order
    of id, days of the window): those whom factors multiply, and those whom dated disruptions add to them.
    """
    ports = sorted(scenario.ports)
    factored = np.array([_of_port(scenario, scenario.ports[port]) for port in ports])
    added = np.zeros_like(factored)
    _apply(scenario, "arrivals_added", added)
    return np.asarray(factored * day_factors(scenario)), added


@once_per_scenario
def day_factors(scenario: Scenario) -> Floats:
    """What multiplies the people of each port and day: the scenario's factor, and those of disruptions by date."""
    factors = np.full((len(scenario.ports), scenario.n_days), scenario.arrivals.factor)
    _apply(scenario, "arrivals_factor", factors)
    return factors


def _apply(scenario: Scenario, kind: str, values: Floats) -> None:
    """Multiply or add what dated disruptions of a kind say, by port and day."""
    ports = sorted(scenario.ports)
    for event in sorted(scenario.disruptions, key=lambda event: str(event.value), reverse=True):  # in any order of rows
        if event.timed or event.kind != kind:
            continue
        rows = [i for i, port in enumerate(ports) if event.place in (port, "all")]
        begin, end = event.span(scenario.first_day)
        days = slice(max(begin // DAY, 0), scenario.n_days if end is None else max(end // DAY, 0))
        if kind == "arrivals_factor":
            values[rows, days] *= float(event.value or 0)
        else:
            values[rows, days] += float(event.value or 0)


@once_per_scenario
def exact_days(scenario: Scenario) -> NDArray[np.bool_]:
    """Ports and days on which just so many people come as a regime says."""
    exact = np.zeros((len(scenario.ports), scenario.n_days), dtype=bool)
    for number, name in enumerate(sorted(scenario.ports)):
        port = scenario.ports[name]
        for key, start, end in regime_days(port, scenario.last_day):
            regime = port.regimes[key]
            if isinstance(regime, DailyRegime) and regime.exact:
                first = max((start - scenario.first_day).days, 0)
                exact[number, first : max((end - scenario.first_day).days + 1, 0)] = True
    return exact


def booked_people(scenario: Scenario) -> Floats:
    """People expected of timetables, by port and day."""
    people, first = np.zeros((len(scenario.ports), scenario.n_days)), scenario.first_day.toordinal()
    for row, chance in zip(departures(scenario), chances(scenario).tolist(), strict=True):
        people[row.port, row.day - first] += row.row.people * chance
    return people


@once_per_scenario
def chances(scenario: Scenario) -> Floats:
    """Chance of each booked person of the rows of timetables (`departures`), factors included, at most 1."""
    rows, first = departures(scenario), scenario.first_day.toordinal()
    factors, names = day_factors(scenario), sorted(scenario.ports)
    chance = np.array([row.shows_up * factors[row.port, row.day - first] for row in rows])
    for number, name in enumerate(names):
        for begin, end, factor in factors_by_minute(scenario, name):
            held = [i for i, row in enumerate(rows) if row.port == number and begin <= row.second < end]
            chance[held] *= factor
    return np.asarray(np.minimum(chance, 1.0))


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


# by day, from the regimes


def _of_port(scenario: Scenario, port: Port) -> Floats:
    people = np.zeros(scenario.n_days)
    total_weight = sum(r.weight for r in port.regimes.values() if isinstance(r, TotalRegime))
    for name, start, end in regime_days(port, scenario.last_day):
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
            case TimetableRegime():
                people[at] = 0.0  # its people are those of `departures`
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


# by hour


class _Arrivals:
    """Hands people over at a port hour by hour, those who find it shut after they have come again."""

    def __init__(self, scenario: Scenario, row: int, name: str, by_hour: Floats) -> None:
        self._times = shut_ports(scenario).get(row)
        self._postponed = scenario.ports[name].postponed_share
        self._window = scenario.n_days * DAY
        self._by_hour = by_hour
        self.cuts = _cuts(scenario, row, name)

    def lost(self, second: Ints, people: Floats, day: int) -> float:
        """Add people who come from each second on, within an hour, as travellers of a day; who stays away is told."""
        if self._times is None:
            np.add.at(self._by_hour, second // 3600, people)
            return 0.0
        days = np.full(len(second), day)
        shut = self._times.finds_shut(second, days) & (second < self._window)
        np.add.at(self._by_hour, second[~shut] // 3600, people[~shut])
        begin, length = self._times.first_hour(second[shut], days[shut])
        postponed = people[shut] * np.where(length > 0, self._postponed, 0.0)
        in_first = np.minimum(3600 - begin % 3600, length) / np.maximum(length, 1)
        np.add.at(self._by_hour, begin // 3600, postponed * in_first)
        np.add.at(self._by_hour, np.minimum(begin // 3600 + 1, len(self._by_hour) - 1), postponed * (1 - in_first))
        return float(people[shut].sum() - postponed.sum())


def _cuts(scenario: Scenario, row: int, name: str) -> Ints:
    """Seconds at which anything changes to the minute at a port."""
    cuts = [second for begin, end, _ in factors_by_minute(scenario, name) for second in (begin, end)]
    times = shut_ports(scenario).get(row)
    found = np.array(cuts, dtype=np.int64)
    return np.unique(found if times is None else np.concatenate([found, times.begin, times.end]))


def _usual_pieces(
    scenario: Scenario, name: str, cuts: Ints, means: tuple[Floats, Floats]
) -> Iterator[tuple[int, Ints, Floats]]:
    """The people of each day in pieces of at most an hour: day, seconds at which pieces begin, people in each. `means`:
    people by day whom factors multiply, and the others.
    """
    (factored, added), first = means, scenario.first_day.toordinal()
    factors = factors_by_minute(scenario, name)
    grid = np.arange((1 + _NIGHTS) * 24 + 1) * 3600
    for hours, start, end in coming_by_date(scenario, name):
        seconds, cumulated = profile_inside(hours, scenario.ports[name].hour_weights)
        for day in range(start - first, end - first):
            edges = grid + day * DAY
            edges = np.union1d(edges, cuts[(cuts > edges[0]) & (cuts < edges[-1])])
            share = np.diff(np.interp(edges - day * DAY, seconds, cumulated))
            factor = np.ones(len(share))
            for begin, finish, value in factors:
                factor[(edges[:-1] >= begin) & (edges[:-1] < finish)] = value
            some = share > 0
            yield day, edges[:-1][some], ((factored[day] * factor + added[day]) * share)[some]


def _added_pieces(scenario: Scenario, event: Added, cuts: Ints) -> tuple[Ints, Floats]:
    """People added between two moments, those of them inside the window, in pieces of at most an hour."""
    inside = [second for second in cuts if event.begin < second < event.end]
    edges = np.union1d(np.arange(event.begin // 3600, -(-event.end // 3600)) * 3600, [*inside, event.begin, event.end])
    edges = np.clip(edges, max(event.begin, 0), min(event.end, scenario.n_days * DAY))
    return edges[:-1], event.people * np.diff(edges) / (event.end - event.begin)


def _booked_pieces(scenario: Scenario, port: int, cuts: Ints) -> Iterator[tuple[int, Ints, Floats]]:
    """People of the timetables of a port in pieces of at most an hour: day, seconds at which pieces begin, people."""
    first = scenario.first_day.toordinal()
    for row, chance in zip(departures(scenario), chances(scenario).tolist(), strict=True):
        if row.port != port or not row.row.people:
            continue
        end = row.second + max(row.minutes * 60, 1.0)
        inside = [second for second in cuts if row.second < second < end]
        hours = np.arange(row.second // 3600 + 1, math.ceil(end / 3600)) * 3600
        edges = np.union1d(np.array([row.second, *inside, *hours], dtype=np.int64), [])
        share = np.diff(np.append(edges, end)) / (end - row.second)
        yield row.day - first, edges.astype(np.int64), row.row.people * chance * share
