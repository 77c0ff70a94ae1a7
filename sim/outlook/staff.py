"""Work of each pool hour by hour against the people on duty, in words that a roster is written in.

Offered load of an hour is the mean number of staff busy in it if there were always enough: rate x mean service, as
present during the hour. People needed at a point: the least number with which no more than 5 % of tasks would wait
longer than `limits.staff_wait_minutes` (Erlang's delay formula for that load and the mean length of a task), which
treats each hour as if it went on for ever and escorts as if they came one by one. At sites work comes in rounds:
there it is the load itself, rounds and swabs counted in the hour after they begin (what is begun later is late).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.flow import rules
from sim.numbers.statistics import stretches
from sim.numbers.theory import servers_needed
from sim.outlook.sites import SitesByDay, rooms_per_party
from sim.outlook.small_shifts import pieces_of
from sim.outlook.way import DAY, Floats, Way, by_day, later, overlap, present, service_hours, to_next
from sim.sampling.roster import Roster, rosters
from sim.scenario.places import place_numbers, pool_of, sites_in_order, team_of
from sim.scenario.tables.schema import Scenario

Ints = NDArray[np.int64]

IDLE, FULL = 0.15, 0.90
"""Shares of staff time in tasks below and above which a roster deserves a second look."""
NOTHING = 1e-6
FEW = 0.1
"""Tasks an hour that nobody makes a roster for."""


@dataclass(frozen=True)
class PoolOutlook:
    """A pool of the scenario. For the teams of sites everything is the sum over open sites."""

    id: str
    at_sites: bool
    load: Floats
    """Staff busy in each hour of the window if there were always enough."""
    by_class: dict[str, float]
    """Hours of work in the window, by class of task."""
    on_duty: Floats
    for_tasks: Floats
    """On duty, absence and who is off taken off, without those at fixed posts, of whom nobody leaves."""
    needed: Floats
    """People for tasks that are needed in each hour."""
    sites: Floats
    """Sites open in each hour; 1 at a point."""
    utilisation: float
    """Share of the time for tasks spent in tasks; work that finds nobody is carried over. nan: nobody is ever there."""


@dataclass(frozen=True)
class Shortage:
    """A stretch of the day in which a pool has too few people on some days. Days are counted from 0."""

    opens: int
    """Hour of the clock at which it begins on the worst day."""
    closes: int
    people: float
    """At most; for teams of sites at each site."""
    days: int
    first_day: int
    last_day: int
    worst_day: int


def pools(scenario: Scenario, way: Way, sites: SitesByDay) -> tuple[PoolOutlook, ...]:
    """Every pool that serves a port or sites, in order of id, those of ports first."""
    hours = way.n_days * DAY
    names = sorted({port.pool for port in scenario.ports.values() if port.pool})
    return (*(_at_point(scenario, way, name, hours) for name in names), *_teams(scenario, way, sites, hours))


def shortages(pool: PoolOutlook) -> tuple[Shortage, ...]:
    """Stretches of the day in which people are missing on some day, the worst first."""
    n_days = len(pool.load) // DAY
    each = np.maximum(pool.sites, NOTHING)
    missing = by_day(np.maximum(np.ceil((pool.needed - pool.for_tasks) / each - 0.1), 0.0), n_days)
    found = []
    for begin, end in sorted(stretches(np.asarray(missing.any(axis=0)))):
        block = missing[:, begin:end]
        most = block.max(axis=1)
        worst = int(np.argmax(block.sum(axis=1) + 100 * most))
        days = np.flatnonzero(most)
        opens, closes = max(
            sorted(stretches(block[worst] > 0)), key=lambda s: (block[worst, s[0] : s[1]].max(), s[1] - s[0])
        )
        found.append(
            Shortage(
                opens=begin + opens,
                closes=begin + closes,
                people=float(most[worst]),
                days=len(days),
                first_day=int(days[0]),
                last_day=int(days[-1]),
                worst_day=worst,
            )
        )
    return tuple(sorted(found, key=lambda s: (-s.people, s.opens)))


def _at_point(scenario: Scenario, way: Way, name: str, hours: int) -> PoolOutlook:
    rows = [i for i, port in enumerate(sorted(scenario.ports)) if scenario.ports[port].pool == name]
    registration = service_hours(scenario.registration, way.party_size)
    parties = way.registered[rows].sum(axis=0)
    work = {"registration": present(parties, registration)}
    escorts = scenario.coaches.escorts if scenario.coaches else 0
    trips = [escorts * present(way.trips[i], way.trip_hours[i]) for i in rows]
    work["escort"] = np.sum(trips, axis=0)
    number = place_numbers(scenario)
    roster = rosters(scenario)[[number.ids[p] for p in number.pools].index(name)]
    people = _on_duty(*_with_added(scenario, name, roster), way.n_hours)
    load = sum(work.values())[:hours]  # type: ignore[index]
    tasks = (parties + escorts * way.trips[rows].sum(axis=0))[:hours]
    limit = scenario.limits.staff_wait_minutes / 60
    return PoolOutlook(
        id=name,
        at_sites=False,
        load=load,
        by_class={key: float(value[:hours].sum()) for key, value in work.items()},
        on_duty=people.on_duty[:hours],
        for_tasks=people.others[:hours],
        needed=_by_erlang(load, tasks, limit),
        sites=np.ones(hours),
        utilisation=_utilisation(scenario, load, people, np.ones(hours)),
    )


def _by_erlang(load: Floats, tasks: Floats, limit: float) -> Floats:
    """Least staff in each hour; none in hours in which no task begins, where others finish what they have in hand.

    Load and length are taken in hundredths, so that hours share their answers.
    """
    begun = tasks > FEW
    length = np.divide(load, tasks, out=np.zeros_like(load), where=begun)
    return np.array([_needed(round(a, 2), round(s, 2), limit) for a, s in zip(load, length, strict=True)])


@lru_cache(maxsize=4096)
def _needed(load: float, length: float, limit: float) -> int:
    if load <= 0 or length <= 0:
        return 0
    return servers_needed(load / length, length, limit)


def _teams(scenario: Scenario, way: Way, sites: SitesByDay, hours: int) -> list[PoolOutlook]:
    ordered = sites_in_order(scenario)
    teams = [team_of(scenario, site) for _, site in ordered]
    work = _site_work(scenario, way)
    places = place_numbers(scenario)
    by_place = {places.ids[p]: roster for p, roster in zip(places.pools, rosters(scenario), strict=True)}
    found = []
    for name in sorted({team for team in teams if team}):
        here = [i for i, team in enumerate(teams) if team == name]
        all_open = np.repeat(sites.open.sum(axis=1), DAY)
        open_here = np.repeat(sites.open[:, here].sum(axis=1), DAY)
        share = np.divide(open_here, all_open, out=np.zeros_like(all_open), where=all_open > 0)
        team = f"{ordered[here[0]][0]}.team"
        people = _on_duty(*_with_added(scenario, team, by_place[team]), way.n_hours)
        load = (sum(work.values()) * share)[:hours]
        found.append(
            PoolOutlook(
                id=name,
                at_sites=True,
                load=load,
                by_class={key: float((value * share)[:hours].sum()) for key, value in work.items()},
                on_duty=(people.on_duty * open_here)[:hours],
                for_tasks=(people.others * open_here)[:hours],
                needed=load,
                sites=open_here[:hours],
                utilisation=_utilisation(scenario, load, people, open_here[:hours]),
            )
        )
    return found


def _site_work(scenario: Scenario, way: Way) -> dict[str, Floats]:
    """Staff busy in all sites together, by class of task, in each hour."""
    rooms = way.left * rooms_per_party(scenario, way)
    work = {
        "check_in": present(way.arrived, service_hours(scenario.check_in, way.party_size)),
        "visit": _visits(scenario, way),
        "swab": _swabs(scenario, way),
        "release": present(way.released, service_hours(scenario.release.minutes, way.party_size)),
        "cleaning": present(later(rooms, scenario.rooms.airing_hours), scenario.rooms.cleaning_minutes / 60),
    }
    return {key: value for key, value in work.items() if value.any()}


def _visits(scenario: Scenario, way: Way) -> Floats:
    """Each round spread evenly over the 60 minutes after it begins."""
    parties = np.maximum(way.in_sites, 0.0)
    work = np.zeros(way.n_hours)
    for kind in scenario.visits.values():
        each = (kind.room_minutes * rooms_per_party(scenario, way) + kind.person_minutes * way.party_size) / 60
        for time in kind.times:
            rounds = np.zeros(way.n_hours)
            hour, minute = divmod(time, 60)
            rounds[hour::DAY] = parties[hour::DAY] * each
            work += later(rounds, minute / 60)
    return work


def _swabs(scenario: Scenario, way: Way) -> Floats:
    """Parties that enter a day of swabs, at the next round of any kind."""
    swabs = scenario.swabs
    times = {time // 60 for kind in scenario.visits.values() for time in kind.times}
    if swabs is None or not times:
        return np.zeros(way.n_hours)
    allowed = np.resize(np.array([hour in times for hour in range(DAY)]), way.n_hours)
    days = swabs.within(scenario.stay.mean_days if scenario.stay else 0.0)
    entering = sum((later(way.arrived, (day - 1) * DAY) for day in days), np.zeros(way.n_hours))
    return to_next(later(entering, 0.5), allowed) * swabs.person_minutes * way.party_size / 60


@dataclass(frozen=True)
class _People:
    """Mean people of one roster in each hour."""

    on_duty: Floats
    at_no_post: Floats
    others: Floats
    """For the queue while nobody leaves a post."""
    for_queue: Floats
    """The same with those who may leave one."""


def _with_added(scenario: Scenario, place: str, roster: Roster) -> tuple[Roster, Floats]:
    """The roster and the people who come to each shift, cut where a disruption adds people or takes them away."""
    come = roster.rostered * (1 - roster.absence)
    of_pool = (place, pool_of(scenario, place)[0])
    pieces = pieces_of(scenario, of_pool, roster)
    posts, may_leave = roster.posts[pieces.of_shift], roster.may_leave[pieces.of_shift]
    cut = replace(roster, begin=pieces.begin, end=pieces.end, posts=posts, may_leave=may_leave)
    return cut, come[pieces.of_shift] + pieces.added


def _on_duty(roster: Roster, come: Floats, n_hours: int) -> _People:
    columns = (
        come,
        np.maximum(come - roster.posts, 0.0),
        _for_queue(roster, come, 0 * roster.may_leave),
        _for_queue(roster, come, roster.may_leave),
    )
    return _People(*(overlap(roster.begin, roster.end, column, n_hours) for column in columns))


def _for_queue(roster: Roster, come: Floats, may_leave: Ints) -> Floats:
    """By the rule of the flow; between whole numbers of people in a straight line."""
    low = np.floor(come).astype(np.int64)
    fewer, more = (
        rules.people_for_queue(people, roster.posts, may_leave, roster.shrinkage) for people in (low, low + 1)
    )
    return np.asarray(fewer + (come - low) * (more - fewer), dtype=np.float64)


def _utilisation(scenario: Scenario, load: Floats, people: _People, sites: Floats) -> float:
    """Busy time / time present and at no post on the days that measures count; what can not be done in an hour waits.

    Who leaves a post for a task is not at it meanwhile. `sites` are those that have such people, 1 at a point.
    """
    waiting = 0.0
    n = len(load)
    for_queue, others, at_no_post = (x[:n] * sites for x in (people.for_queue, people.others, people.at_no_post))
    done = np.zeros_like(load)
    for hour, (work, most) in enumerate(zip(load.tolist(), for_queue.tolist(), strict=True)):
        done[hour] = min(work + waiting, most)
        waiting += work - done[hour]
    first, last = 0, n
    if scenario.window is not None:
        first = max((scenario.window.from_day - scenario.first_day).days, 0) * DAY
        last = ((scenario.window.to_day - scenario.first_day).days + 1) * DAY
    there = at_no_post + np.maximum(done - others, 0.0)
    total = float(there[first:last].sum())
    return float(done[first:last].sum()) / total if total > 0 else math.nan
