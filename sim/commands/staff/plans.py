"""A plan laid over a scenario: as a scenario of its own, and, for thousands of plans, as rosters alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.commands.staff.problem import Plan
from sim.commands.staff.values import Value, phase_on, phases_of
from sim.flow.tables import Tables
from sim.sampling.roster import Roster, posts_of_shifts, rosters, staff_on
from sim.scenario.free_numbers import COACHES, HEADCOUNT, POSTS, RESERVE
from sim.scenario.places import place_numbers, pool_of
from sim.scenario.tables.resilience import WEEKDAYS, RosterRow
from sim.scenario.tables.schema import Pool, Scenario
from sim.scenario.tables.types import FOLLOWED_DAYS

Ints = NDArray[np.int64]
WEEK = len(WEEKDAYS)


def planned(scenario: Scenario, values: Sequence[Value], plan: Plan) -> Scenario:
    """The scenario with a plan: pools of which shifts are free have rows of the roster in place of shifts."""
    here = settings(scenario, values, plan)
    free = pools_of(values)
    rows = [row for row in scenario.roster if row.pool not in free]
    rows += [row for pool in free for row in roster_rows(scenario, values, plan, pool)]
    pools = {name: on_roster(pool) if name in free else pool for name, pool in here.pools.items()}
    return here.model_copy(update={"pools": pools, "roster": tuple(rows)})


def on_roster(pool: Pool) -> Pool:
    """The pool without shifts and headcount: its people stand in the roster."""
    kept = {name: getattr(pool, name) for name in pool.model_fields_set - {"shifts", "headcount", "headcount_factor"}}
    return Pool.model_validate(kept)


def pools_of(values: Sequence[Value]) -> list[str]:
    """Pools of which shifts are free."""
    return list(dict.fromkeys(value.place for value in values if value.kind == HEADCOUNT))


def settings(scenario: Scenario, values: Sequence[Value], plan: Plan) -> Scenario:
    """The scenario with what a plan says about coaches, posts and the reserve, its rosters as they are."""
    ports, pools, sites = dict(scenario.ports), dict(scenario.pools), scenario.sites
    for value, number in zip(values, plan, strict=True):
        if value.kind == COACHES:
            ports[value.place] = ports[value.place].model_copy(update={"coaches": number})
        elif value.kind == POSTS:
            pools[value.place] = pools[value.place].model_copy(update={"posts_may_leave": number})
        elif value.kind == RESERVE and sites is not None:
            sites = sites.model_copy(update={"reserve_rooms": number})
    return scenario.model_copy(update={"ports": ports, "pools": pools, "sites": sites})


def roster_rows(scenario: Scenario, values: Sequence[Value], plan: Plan, pool: str) -> Iterator[RosterRow]:
    """Rows of the roster of a pool with a plan: weekdays as they are at the end, dates where a day differs."""
    first, n = scenario.first_day - dt.timedelta(days=1), scenario.n_days + 1 + FOLLOWED_DAYS
    days = [first + dt.timedelta(days=offset) for offset in range(n)]
    people = {
        (v.phase, v.start): p for v, p in zip(values, plan, strict=True) if (v.kind, v.place) == (HEADCOUNT, pool)
    }
    phases = phases_of(scenario)
    on = {
        day: [
            (start, hours, people.get((phase_on(phases, day), start), today))
            for start, hours, today in staff_on(scenario, pool, scenario.pools[pool], day)
        ]
        for day in days
    }
    usual = {day.weekday(): on[day] for day in days[-WEEK:]}
    for weekday in range(WEEK):
        yield from _rows(pool, WEEKDAYS[weekday], usual[weekday])
    for day in days:
        if on[day] != usual[day.weekday()]:
            yield from _rows(pool, day, on[day] or [(0, 24.0, 0)])  # a day without a row would be its weekday's


def _rows(pool: str, day: dt.date | str, shifts: Sequence[tuple[int, float, int]]) -> Iterator[RosterRow]:
    for start, hours, people in shifts:
        row = {"pool": pool, "date": day, "start": start, "hours": hours, "headcount": people}
        yield RosterRow.model_validate(row)


def lines_of(scenario: Scenario, values: Sequence[Value]) -> dict[int, Ints]:
    """By position among pools: index of the free value that each line of the pool's roster has its people from, -1 for
    none; pools of which nothing is free are left out.
    """
    index = {(v.place, v.phase, v.start): i for i, v in enumerate(values) if v.kind == HEADCOUNT}
    posts = {value.place for value in values if value.kind == POSTS}
    places, phases, found = place_numbers(scenario), phases_of(scenario), {}
    for position, (number, roster) in enumerate(zip(places.pools, rosters(scenario), strict=True)):
        name = pool_of(scenario, places.ids[number])[0]
        keys = zip(roster.day.tolist(), roster.start.tolist(), strict=True)
        lines = [index.get((name, phase_on(phases, dt.date.fromordinal(day)), start), -1) for day, start in keys]
        if name in posts or any(line >= 0 for line in lines):
            found[position] = np.array(lines, dtype=np.int64)
    return found


def planned_rosters(scenario: Scenario, base: Tables, lines: dict[int, Ints], plan: Plan) -> dict[int, Roster]:
    """By position among pools: rosters with the people of a plan; `scenario` has its posts."""
    people, made = np.array([*plan, -1], dtype=np.int64), {}
    for position, line in lines.items():
        roster = base.rosters[position]
        rostered = np.where(line >= 0, people[line], roster.rostered)
        pool = pool_of(scenario, base.places.ids[base.places.pools[position]])[1]
        posts, may_leave = posts_of_shifts(pool, rostered)
        made[position] = replace(roster, rostered=rostered, posts=posts, may_leave=may_leave)
    return made


def planned_tables(scenario: Scenario, base: Tables, of_plan: dict[int, Roster]) -> Tables:
    """The engine's tables of a scenario with a plan's settings (see `settings`) and its rosters."""
    coaches = np.array([scenario.ports[name].coaches or 0 for name in sorted(scenario.ports)], dtype=np.int64)
    reserve = scenario.sites.reserve_rooms if scenario.sites else None
    made = list(base.rosters)
    for position, roster in of_plan.items():
        made[position] = roster
    return replace(
        base,
        rosters=tuple(made),
        coaches=replace(base.coaches, of_port=coaches),
        sites=replace(base.sites, reserve=-1 if reserve is None else reserve),
    )
