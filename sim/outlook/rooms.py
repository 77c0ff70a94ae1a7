"""Rooms needed by date, with the chance that so many are enough.

Parties have rooms from joining a coach load until the end of check-out. If rooms, staff and coaches are never short,
their mean at an instant is the number of parties expected to have taken rooms in the time before it that a stay takes
(M_t/G/inf; Eick, Massey and Whitt 1993, Oper. Res. 41, 731-742, theorem 1). It is Poisson when parties come one by one.
Here they come in hand-over groups on days of gamma-distributed level: by the law of total variance the parties of a day
have variance D x mean with

    D = E[N²] / E[N] + s / m

(N parties of a group, m people of a party, s the variance / mean of the day's level in people: what the scenario's
variation has beyond its groups. Where that differs from day to day, the days of the last stay count by their people);
keeping each party with chance d turns D into 1 + d (D - 1), and rooms per person into the index of people.
Days and ports are independent, so a sum over whole days keeps its index. The quantile is that of the gamma distribution
with this mean and variance, of the Poisson where D is 1. At the edges of the window of a stay only a part of a day
counts, whose levels vary less: the quantile errs to the safe side there.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, pdtr

from sim.outlook.hourly import DAY, Floats, later
from sim.outlook.way import Way, guests_still_there
from sim.sampling.expected import booked_people, exact_days, expected_people
from sim.sampling.variates import level_spread
from sim.scenario.places import guests_at_start, rooms_needed, rooms_of
from sim.scenario.tables.distributions import group_moments, people_per_group
from sim.scenario.tables.schema import Scenario

CHANCES = (0.90, 0.95, 0.99)
"""Chances for which rooms are shown."""


@dataclass(frozen=True)
class RoomsOnDay:
    """Rooms at the fullest hour of a day."""

    day: dt.date
    mean: float
    enough: tuple[int, ...]
    """Rooms that are enough with each of `CHANCES`."""
    out_of_use: float
    """Rooms airing or being cleaned at that hour, on average, if each is cleaned at once."""


def rooms_by_day(scenario: Scenario, way: Way) -> tuple[RoomsOnDay, ...]:
    """One entry for each day until nobody has a room any more; none without sites."""
    if scenario.sites is None:
        return ()
    mean = rooms_mean(scenario, way)
    resting = rooms_resting(scenario, way)
    index, sure = index_by_day(scenario), _sure(scenario, way)
    days = []
    for number in range(way.n_hours // DAY):
        hour = number * DAY + int(np.argmax(mean[number * DAY : (number + 1) * DAY]))
        if number >= way.n_days and mean[hour] < 0.5:
            break
        spread = float(index[min(number, way.n_days - 1)])
        by_chance = max(float(mean[hour] - sure[hour]), 0.0)
        enough = tuple(math.ceil(sure[hour]) + quantile(by_chance, spread, chance) for chance in CHANCES)
        day = scenario.first_day + dt.timedelta(days=number)
        days.append(RoomsOnDay(day, float(mean[hour]), enough, float(resting[hour])))
    return tuple(days)


def rooms_per_party(scenario: Scenario, way: Way) -> float:
    """Mean rooms of a party."""
    return way.party_size if scenario.rooms.per == "person" else 1.0


def rooms_mean(scenario: Scenario, way: Way) -> Floats:
    """Mean rooms taken at the end of each hour, if there are always enough."""
    return np.maximum(way.with_rooms * rooms_per_party(scenario, way), 0.0)


def rooms_resting(scenario: Scenario, way: Way) -> Floats:
    """Mean rooms airing or in cleaning at the end of each hour, each cleaned at once."""
    hours = scenario.rooms.airing_hours + scenario.rooms.cleaning_minutes / 60
    given_up = way.left * rooms_per_party(scenario, way)
    return np.asarray(np.cumsum(given_up) - np.cumsum(later(given_up, hours)))


def candidate_rooms(scenario: Scenario) -> int:
    """Rooms of all candidates together."""
    sites = scenario.sites
    return sum(rooms_of(sites, site) for site in sites.candidates.values()) if sites else 0


def quantile(mean: float, index: float, chance: float) -> int:
    """Least number that is enough with this chance; `index` is variance / mean."""
    if mean <= 1e-9:
        return 0
    if index <= 1 + 1e-9:
        number = max(0, math.floor(mean - 10 * math.sqrt(mean)))
        while pdtr(number, mean) < chance:
            number += 1
        return number
    return math.ceil(float(gammaincinv(mean / index, chance)) * index - 1e-9)


def index_by_day(scenario: Scenario) -> Floats:
    """Variance / mean of rooms taken on each day of the window: see the module. Where ports differ in the share sent
    on, that of the largest.
    """
    arrivals = scenario.arrivals
    parties, squares = group_moments(arrivals.groups)
    people, of_groups = people_per_group(arrivals.groups, arrivals.party_size_weights)
    size = people / parties
    beyond = _beyond_groups(scenario)
    kept = max(1 - port.not_diverted_share for port in scenario.ports.values())
    if scenario.rooms.per == "person":  # a party stays or goes as a whole: its own index is not thinned
        weights = np.array(arrivals.party_size_weights, dtype=np.float64)
        sizes = np.arange(1, len(weights) + 1)
        own = float(weights @ sizes**2 / (weights @ sizes))
        return own + kept * (of_groups + beyond - own)
    return 1 + kept * (squares / parties + beyond / size - 1)


def _beyond_groups(scenario: Scenario) -> Floats:
    """Variance / mean of the level of the days whose people may be in their stay, for each day of the window."""
    people = expected_people(scenario)
    varying = np.where(exact_days(scenario), 0.0, people)
    variance = np.cumsum((varying * level_spread(scenario.arrivals, varying)).sum(axis=0))
    total = np.cumsum((people + booked_people(scenario)).sum(axis=0))
    before = np.arange(scenario.n_days) - math.ceil(scenario.stay.mean_days if scenario.stay else 1)
    variance, total = (x - np.where(before >= 0, x[np.maximum(before, 0)], 0.0) for x in (variance, total))
    return np.where(total > 0, variance / np.where(total > 0, total, 1.0), 0.0)


def _sure(scenario: Scenario, way: Way) -> Floats:
    """Rooms of parties that are there from the beginning: no chance in them, and they only leave."""
    if not scenario.initial:
        return np.zeros(way.n_hours)
    parties = guests_at_start(scenario)
    rooms = np.array([rooms_needed(scenario, party.people) for party in parties])
    if scenario.stay is not None and scenario.stay.drawn is not None:
        hours = np.arange(way.n_hours) / DAY
        shares = (guests_still_there(scenario.stay, party.arrived, hours) for party in parties)
        return np.asarray(np.sum([n * share for n, share in zip(rooms.tolist(), shares, strict=True)], axis=0))
    stay = scenario.stay.mean_days * DAY if scenario.stay else 0.0
    ends = np.array([stay + party.arrived / 3600 for party in parties])
    order = np.argsort(ends)
    left = np.append(0.0, np.cumsum(rooms[order]))
    return np.asarray(left[-1] - left[np.searchsorted(ends[order], np.arange(way.n_hours), side="right")])
