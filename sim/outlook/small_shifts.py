"""Shifts cut where disruptions add people, and those too small for a task of their pool, by the rule of the flow: what
needs more people than a shift has for its queue is left for a larger shift.

Everybody on the roster is taken to come, with those whom a disruption adds (at one site's team: they help no other
site, and are left out), nobody of the reserve brigade: absences make shifts smaller still, and a pool
that may call the brigade has somebody when it has come, so of such a pool it is never said that nobody ever serves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from sim.flow import rules
from sim.outlook.way import Floats
from sim.sampling.roster import Ints, Roster, rosters
from sim.scenario.places import place_numbers, pool_of, sites_in_order, team_of
from sim.scenario.tables.schema import Scenario


@dataclass(frozen=True)
class Remark:
    """One thing to look at, as a code with the numbers of its sentence (`sim.words.screens.CHECKS`); no words here.

    `place` is an id of the scenario, empty for the whole of it.
    """

    code: str
    place: str = ""
    values: dict[str, Any] = field(default_factory=dict)


def small_shifts(scenario: Scenario) -> Iterator[Remark]:
    """By pool: that nobody ever serves, tasks that no shift can do, and each kind of shift that leaves some tasks.

    Shifts of one kind begin at the same time, last as long and have as many people for their queue.
    """
    for pool, roster in _rosters(scenario).items():
        tasks = tasks_of(scenario, pool)
        if not tasks or not len(roster.begin):
            continue
        people = _people(scenario, pool, roster)
        ever = _ever(scenario, pool, people, tasks)
        yield from ever
        done = {task: need for task, need in tasks.items() if need <= people.most.max() or not ever}
        yield from _kinds(scenario, pool, people, done)


def tasks_never_done(scenario: Scenario) -> tuple[Remark, ...]:
    """Only what the whole roster of a pool is too small for: for a run, which would wait for it until its end."""
    found = ((pool, roster, tasks_of(scenario, pool)) for pool, roster in _rosters(scenario).items())
    return tuple(
        remark
        for pool, roster, tasks in found
        for remark in _ever(scenario, pool, _people(scenario, pool, roster), tasks)
    )


def tasks_of(scenario: Scenario, pool: str) -> dict[str, int]:
    """People that each class of task of a pool needs at once."""
    ports = [port for port in scenario.ports.values() if port.pool == pool]
    coaches = scenario.coaches
    steps = {
        "registration": bool(ports) and scenario.registration is not None,
        "escort": coaches is not None and coaches.escorts > 0 and any(port.not_diverted_share < 1 for port in ports),
    }
    if pool in {team_of(scenario, site) for _, site in sites_in_order(scenario)}:
        steps |= {
            "check_in": scenario.check_in is not None,
            "visit": bool(scenario.visits),
            "swab": scenario.swabs is not None and bool(scenario.swabs.days) and bool(scenario.visits),
            "release": scenario.release.minutes is not None,
            "cleaning": scenario.rooms.cleaning_minutes > 0,
        }
    return {task: coaches.escorts if task == "escort" and coaches else 1 for task, there in steps.items() if there}


def _rosters(scenario: Scenario) -> dict[str, Roster]:
    """The roster of each pool in use; of a team that sites have copies of, the first copy."""
    places = place_numbers(scenario)
    found: dict[str, Roster] = {}
    for number, roster in zip(places.pools, rosters(scenario), strict=True):
        found.setdefault(pool_of(scenario, places.ids[number])[0], roster)
    return found


@dataclass(frozen=True)
class _People:
    """The shifts of a roster and their people, if everybody comes who may come."""

    roster: Roster
    present: Ints
    """Of each shift, at its most."""
    least: Ints
    """For its queue, while it has fewest."""
    most: Ints


def _people(scenario: Scenario, pool: str, roster: Roster) -> _People:
    pieces = pieces_of(scenario, (pool,), roster)
    of = pieces.of_shift
    present = np.where(roster.absence < 1, roster.rostered, 0)[of] + pieces.added.astype(np.int64)
    people = rules.people_for_queue(present, roster.posts[of], roster.may_leave[of], roster.shrinkage)
    first = np.flatnonzero(np.diff(of, prepend=-1))  # of each shift
    return _People(
        roster,
        np.maximum.reduceat(present, first) if len(of) else present,
        np.minimum.reduceat(people, first) if len(of) else people,
        np.maximum.reduceat(people, first) if len(of) else people,
    )


def _ever(scenario: Scenario, pool: str, staff: _People, tasks: dict[str, int]) -> list[Remark]:
    """That nobody of a pool ever serves, or the tasks that none of its shifts can do."""
    brigade = scenario.brigade
    may_call = brigade is not None and (brigade.pools is None or pool in brigade.pools)
    people, present = staff.most, staff.present
    if may_call or not tasks or not present.any():  # a pool without people is reported by the rules of rosters
        return []
    if not people.any():
        largest = int(np.argmax(present))
        values = {"people": int(present[largest]), "posts": int(staff.roster.posts[largest])}
        return [Remark("nobody_serves", pool, values | {"tasks": tasks})]
    never = {task: need for task, need in tasks.items() if need > people.max()}
    return [Remark("never_done", pool, {"people": int(people.max()), "tasks": never})] if never else []


def _kinds(scenario: Scenario, pool: str, staff: _People, tasks: dict[str, int]) -> Iterator[Remark]:
    """Shifts of the window that are too small for some tasks, for a part of their time at least; those of a kind
    together.
    """
    first, last = scenario.first_day.toordinal(), scenario.last_day.toordinal()
    roster, people = staff.roster, staff.least
    small = np.flatnonzero((people < max(tasks.values(), default=0)) & (roster.day >= first) & (roster.day <= last))
    ends = roster.end[small] // 60 % 1440
    kinds, of_shift = np.unique(
        np.column_stack([roster.start[small], ends, people[small]]), axis=0, return_inverse=True
    )
    for kind, (start, end, there) in enumerate(kinds.tolist()):
        days = roster.day[small][of_shift.ravel() == kind]
        values = {"opens": start, "closes": end, "people": there, "days": len(days)}
        dates = {"first": dt.date.fromordinal(int(days.min())), "last": dt.date.fromordinal(int(days.max()))}
        left = {task: need for task, need in tasks.items() if need > there}
        yield Remark("shift_too_small", pool, values | dates | {"tasks": left})


@dataclass(frozen=True)
class Pieces:
    """Parts of shifts in order, all of each shift: one, or more where people come or go in its midst."""

    of_shift: Ints
    begin: Ints
    end: Ints
    added: Floats
    """People whom disruptions have added then."""


def pieces_of(scenario: Scenario, names: Collection[str], roster: Roster) -> Pieces:
    """The shifts of a roster, cut by the disruptions that add staff at any of these places."""
    events = [event for event in scenario.disruptions if event.kind == "staff_added" and event.place in names]
    spans = [(*event.span(scenario.first_day), float(event.value or 0)) for event in events]
    cuts = sorted({second for begin, end, _ in spans for second in (begin, end) if second is not None})
    rows = []
    for shift, (begin, end) in enumerate(zip(roster.begin.tolist(), roster.end.tolist(), strict=True)):
        edges = [begin, *(second for second in cuts if begin < second < end), end]
        rows += [(shift, first, last) for first, last in pairwise(edges)]
    of_shift, first, last = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    added = [sum(n for begin, end, n in spans if begin <= at and (end is None or at < end)) for at in first.tolist()]
    return Pieces(of_shift, first, last, np.array(added, dtype=np.float64))
