"""Rooms needed by date, and which sites are open when, from values alone.

Which sites are open when, if people come exactly as expected: the scenario's rules on a fluid, one step a day.

Intake goes to accepting sites in proportion to free rooms, whatever the allocation; with cohorts to those that have
begun, then to one fresh site after the other. Who finds no room waits for the next day and asks for more sites. Sites
that a disruption orders (sites_prepared) are begun on its day; lead time and all other disruptions are left out. Chance
opens sites earlier and some more of them, so that this is a low guess.

Rooms needed by date, with the chance that so many are enough.

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
from collections import Counter
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv, pdtr

from sim.flow import rules
from sim.outlook.way import DAY, Floats, Way, guests_still_there, later, nearest
from sim.sampling.expected import booked_people, exact_days, expected_people
from sim.sampling.variates import level_spread
from sim.scenario.places import guests_at_start, rooms_needed, rooms_of, sites_in_order
from sim.scenario.tables.distributions import group_moments, people_per_group
from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.types import DAY as SECONDS_A_DAY


@dataclass(frozen=True)
class SitesByDay:
    """Sites in order of the list."""

    open: Floats
    """Shape (days, sites): 1 on days on which a site is open."""
    opened: int
    """Sites ever opened within the window."""
    short_days: int
    """Days of the window with more parties, those who wait from the day before included, than free rooms, though every
    site on the list was open.
    """


@dataclass
class _State:
    rooms: Floats
    opens: list[int]
    """Day, -1 for on demand, -2 for never."""
    state: list[int]
    """States of `flow.rules`."""
    since: list[int]
    """Second of the first opening."""
    taken: Floats
    resting: Floats
    leaving: Floats
    """Rooms given up, by day and site."""
    rested: Floats
    intake_ends: list[float]
    """First day on which a site whose cohort has begun takes nobody; never for a fresh one."""
    waiting: float = 0.0
    """Rooms that people need who found none on the day before."""
    passed: int = 0

    def free(self, among: list[int]) -> float:
        return float(sum(self.rooms[i] - self.taken[i] - self.resting[i] for i in among))

    def accepting(self, day: int) -> list[int]:
        return [i for i, state in enumerate(self.state) if state == rules.OPEN and day < self.intake_ends[i]]


def sites_by_day(scenario: Scenario, way: Way) -> SitesByDay:
    """Follow the rules of opening and closing day by day until the hard stop."""
    sites = scenario.sites
    n_days = way.n_hours // DAY
    if sites is None:
        return SitesByDay(np.zeros((n_days, 0)), 0, 0)
    rooms = rooms_per_party(scenario, way)
    intake = way.placed.sum(axis=0).reshape(n_days, DAY).sum(axis=1) * rooms
    stay = max(1, math.ceil(scenario.stay.mean_days - 1e-9) if scenario.stay else 1)
    airing = nearest(scenario.rooms.airing_hours / DAY)
    s = _start(scenario, sites, n_days + stay + airing + 2)
    opened_then, ordered = np.zeros((n_days, len(s.rooms))), _ordered(scenario)
    short = 0
    for day in range(n_days):
        _give_up(s, day, airing)
        _begin_anew(s, day)
        _open_dated(s, day)
        _review(s, sites, day, round(scenario.stay.mean_days * SECONDS_A_DAY) if scenario.stay else 1)
        if day < way.n_days:
            _prepare(s, day, ordered.get(day, 0))
            _open_on_demand(s, sites, day, float(intake[day]) + _asked_for(s, sites))
        s.waiting = _take_in(s, day, float(intake[day]) + s.waiting, stay, sites.cohort_hours)
        short += s.waiting >= 0.5 and day < way.n_days
        s.waiting = s.waiting if day + 1 < way.n_days else 0.0  # at the end of the window they leave
        _close_empty(s)
        opened_then[day] = [state in (rules.OPEN, rules.STOPPED) for state in s.state]
    return SitesByDay(opened_then, int(opened_then[: way.n_days].any(axis=0).sum()), short)


def _start(scenario: Scenario, sites: Sites, n_days: int) -> _State:
    ordered = sites_in_order(scenario)
    initial = {row.site for row in scenario.initial}
    opens = []
    for name, site in ordered:
        if name in initial:
            opens.append(0)
        elif isinstance(site.opens, dt.date):
            opens.append(max((site.opens - scenario.first_day).days, 0))
        else:
            opens.append(-1 if sites.reserve_rooms is not None else -2)
    n = len(ordered)
    s = _State(
        rooms=np.array([float(rooms_of(sites, site)) for _, site in ordered]),
        opens=opens,
        state=[rules.UNUSED] * n,
        since=[n_days * SECONDS_A_DAY] * n,
        taken=np.zeros(n),
        resting=np.zeros(n),
        leaving=np.zeros((n_days, n)),
        rested=np.zeros((n_days, n)),
        intake_ends=[math.inf] * n,
    )
    index = {name: i for i, (name, _) in enumerate(ordered)}
    stay = round(scenario.stay.mean_days * SECONDS_A_DAY) if scenario.stay else 0
    for party in guests_at_start(scenario):
        rooms, at = rooms_needed(scenario, party.people), index[party.site]
        s.taken[at] += rooms
        s.leaving[max((party.arrived + stay) // SECONDS_A_DAY, 0), at] += rooms
        s.since[at] = min(s.since[at], party.arrived)
        if sites.cohort_hours is not None:
            s.intake_ends[at] = s.since[at] // SECONDS_A_DAY + max(1, nearest(sites.cohort_hours / DAY))
    return s


def _ordered(scenario: Scenario) -> Counter[int]:
    """Sites that disruptions order, by day; before the window is on its first day."""
    ordered: Counter[int] = Counter()
    for event in scenario.disruptions:
        if event.kind == "sites_prepared":
            ordered[max(event.span(scenario.first_day)[0], 0) // SECONDS_A_DAY] += round(float(event.value or 0))
    return ordered


def _prepare(s: _State, day: int, number: int) -> None:
    """Begin so many of the candidates that open on demand, or as many as the list has."""
    unused = [i for i, state in enumerate(s.state) if state == rules.UNUSED and s.opens[i] < 0]
    for i in unused[:number]:
        s.state[i], s.since[i] = rules.OPEN, day * SECONDS_A_DAY


def _give_up(s: _State, day: int, airing: int) -> None:
    s.taken = np.maximum(s.taken - s.leaving[day], 0.0)
    s.resting = s.resting + s.leaving[day] - s.rested[day]
    s.rested[day + airing] += s.leaving[day]
    if airing == 0:
        s.resting = np.maximum(s.resting - s.leaving[day], 0.0)


def _begin_anew(s: _State, day: int) -> None:
    """A site is fresh again that is empty, and clean if the intake of its cohort had ended."""
    for i, ends in enumerate(s.intake_ends):
        if s.taken[i] < 0.5 and (day < ends or s.resting[i] < 0.5):
            s.intake_ends[i] = math.inf


def _review(s: _State, sites: Sites, day: int, stay_seconds: int) -> None:
    """By the rules of the flow: the site open longest stops when the others have had enough at the last reviews."""
    if sites.closing == "never" or sites.reserve_rooms is None:
        return
    accepting = s.accepting(day)
    state = [rules.OPEN if i in accepting else rules.SHUT for i in range(len(s.state))]
    second = day * SECONDS_A_DAY + sites.review_time * 60
    candidate = rules.closing_candidate(state, s.since, second, stay_seconds)
    elsewhere = math.floor(s.free([i for i in accepting if i != candidate]) - _asked_for(s, sites))
    rule = rules.CLOSING[sites.closing]
    passes = candidate >= 0 and rules.review_passes(rule, elsewhere, sites.reserve_rooms, sites.margin_rooms)
    s.passed = s.passed + 1 if passes else 0
    if s.passed >= rules.reviews_in_a_row(rule, sites.hold_days):
        s.state[candidate] = rules.STOPPED


def _asked_for(s: _State, sites: Sites) -> float:
    """Rooms that people need who wait; where sites are assigned they wait for these alone."""
    return 0.0 if sites.allocation == "assigned" else s.waiting


def _open_dated(s: _State, day: int) -> None:
    for i, opens in enumerate(s.opens):
        if opens == day and s.state[i] == rules.UNUSED:
            s.state[i], s.since[i] = rules.OPEN, min(day * SECONDS_A_DAY, s.since[i])


def _open_on_demand(s: _State, sites: Sites, day: int, intake: float) -> None:
    """Sites one by one until the reserve is met after the day's intake."""
    while sites.reserve_rooms is not None and s.free(s.accepting(day)) - intake < sites.reserve_rooms:
        stopped = [i for i, state in enumerate(s.state) if state == rules.STOPPED]
        unused = [i for i, state in enumerate(s.state) if state == rules.UNUSED and s.opens[i] == -1]
        if stopped:
            s.state[stopped[-1]] = rules.OPEN
        elif unused:
            s.state[unused[0]], s.since[unused[0]] = rules.OPEN, day * SECONDS_A_DAY
        else:
            return


def _take_in(s: _State, day: int, intake: float, stay: int, cohort_hours: float | None) -> float:
    """Spread the day's rooms over the accepting sites; returns how many were too few."""
    for among in _turns(s, day, cohort_hours is not None):
        free = np.array([max(s.rooms[i] - s.taken[i] - s.resting[i], 0.0) for i in among])
        placed = min(intake, float(free.sum()))
        if placed <= 0:
            continue
        share = free / free.sum() * placed
        s.taken[among] += share
        s.leaving[day + stay, among] += share
        intake -= placed
        for i in among:
            if cohort_hours is not None and s.intake_ends[i] == math.inf:
                s.intake_ends[i] = day + max(1, nearest(cohort_hours / DAY))
    return intake


def _turns(s: _State, day: int, cohorts: bool) -> list[list[int]]:
    """Sites that fill together, one set after the other: with cohorts the begun ones, then each fresh one, most rooms
    first.
    """
    accepting = s.accepting(day)
    if not cohorts:
        return [accepting]
    fresh = [i for i in accepting if s.intake_ends[i] == math.inf]
    begun = [i for i in accepting if s.intake_ends[i] < math.inf]
    return [begun, *([i] for i in sorted(fresh, key=lambda i: (s.resting[i] - s.rooms[i], i)))]


def _close_empty(s: _State) -> None:
    for i, state in enumerate(s.state):
        if state == rules.STOPPED and s.taken[i] < 0.5:
            s.state[i] = rules.CLOSED


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
