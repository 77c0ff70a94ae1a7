"""The whole numbers that a plan of staff chooses: people of a shift in a phase, coaches of a port, posts, the reserve.

A shift is known by its pool and the time of day at which it starts; the people of a shift are the same on all days of a
phase. Where the scenario says nothing about what is free, all shifts of all pools are, each from 1 person to twice what
is there today or 6 more, whichever is more.

Below, a plan laid over a scenario: as a scenario of its own, and, for thousands of plans, as rosters alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.commands.staff.problem import Plan
from sim.flow.tables import Tables
from sim.sampling.roster import Roster, posts_of_shifts, rosters, staff_on
from sim.scenario.places import (
    COACHES,
    HEADCOUNT,
    POSTS,
    RESERVE,
    FreeNumber,
    free_number_of,
    place_numbers,
    pool_of,
    sites_in_order,
    team_of,
)
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staff import WEEKDAYS, Pool, RosterRow, Staffing
from sim.scenario.tables.types import FOLLOWED_DAYS

Bounds = tuple[int, int]
Ints = NDArray[np.int64]
WEEK = len(WEEKDAYS)
LEAST, MORE, TIMES = 1, 6, 2
MOST_COACHES_MORE = 4


@dataclass(frozen=True)
class Phase:
    """Days with the same people."""

    name: str
    """Empty without `[staffing.phases]`."""
    from_day: dt.date
    to_day: dt.date


@dataclass(frozen=True)
class Value:
    """One free whole number."""

    path: str
    """As users write it: `pools.gongbei.06:00@surge`."""
    kind: str
    """headcount, coaches, posts_may_leave or reserve_rooms."""
    place: str
    """Pool or port; empty for the reserve."""
    low: int
    high: int
    today: float
    """What the scenario has; of people the mean over the days of the phase."""
    days: int
    """Days on which it is there: of people those on which the shift begins."""
    phase: int = 0
    """Of people: number of the phase."""
    start: int = 0
    """Of people: minutes after midnight at which the shift starts."""
    hours: float = 24.0
    """Of people: length of the shift, the longest."""
    at_sites: bool = False
    """People of a team, of which every open site has one."""


def phases_of(scenario: Scenario) -> tuple[Phase, ...]:
    """The phases of the window in order; one without a name where the scenario has none. What begins after the last
    day is left out, so that a shorter window needs no other phases.
    """
    table = scenario.staffing.phases if scenario.staffing else {}
    begin = sorted((max(day, scenario.first_day), name) for name, day in table.items())
    if not begin:
        return (Phase("", scenario.first_day, scenario.last_day),)
    ends = [min(day - dt.timedelta(days=1), scenario.last_day) for day, _name in begin[1:]] + [scenario.last_day]
    return tuple(Phase(name, day, end) for (day, name), end in zip(begin, ends, strict=True) if day <= end)


def phase_on(phases: tuple[Phase, ...], day: dt.date) -> int:
    """Number of the phase that holds on a day; before the first it is the first, after the last the last."""
    return max((number for number, phase in enumerate(phases) if phase.from_day <= day), default=0)


def values_of(scenario: Scenario, free: Mapping[str, Bounds]) -> tuple[Value, ...]:
    """The free values of these paths, in order of kind, place, phase and start; of several that mean one value the
    narrowest path holds. `free` empty: see the module. Raises ValueError with a path that means nothing.
    """
    found: dict[tuple[str, str, int, int], Value] = {}
    chosen = [(_choice(scenario, path), bounds) for path, bounds in free.items()]
    for choice, bounds in sorted(chosen, key=lambda entry: _narrowness(entry[0])):
        for value in _meant(scenario, choice, bounds):
            found[value.kind, value.place, value.phase, value.start] = value
    if not free:
        for pool in staffed(scenario):
            for value in _meant(scenario, FreeNumber(HEADCOUNT, pool), None):
                found[value.kind, value.place, value.phase, value.start] = value
    order = (HEADCOUNT, COACHES, POSTS, RESERVE)
    return tuple(sorted(found.values(), key=lambda v: (order.index(v.kind), v.at_sites, v.place, v.phase, v.start)))


def _choice(scenario: Scenario, path: str) -> FreeNumber:
    found = free_number_of(scenario, path)
    if isinstance(found, tuple):
        raise ValueError(f"{path}: {'; '.join(str(part) for part in found if part)}")
    return found


def _narrowness(choice: FreeNumber) -> int:
    return (choice.start is not None) + (choice.phase is not None)


def staffed(scenario: Scenario) -> list[str]:
    """Pools that serve a port or sites, those of ports first."""
    at_ports = sorted({port.pool for port in scenario.ports.values() if port.pool is not None})
    return [*at_ports, *sorted(teams(scenario))]


def teams(scenario: Scenario) -> set[str]:
    """Pools whose roster every site, or some, has a copy of."""
    return {team for _name, site in sites_in_order(scenario) if (team := team_of(scenario, site)) is not None}


def _meant(scenario: Scenario, choice: FreeNumber, bounds: Bounds | None) -> Iterator[Value]:
    """The values of a choice; without bounds sensible ones."""
    if choice.kind == HEADCOUNT:
        yield from _people(scenario, choice, bounds)
        return
    path, now = _single(scenario, choice)
    low, high = bounds or (1, now + MOST_COACHES_MORE)
    yield Value(path, choice.kind, choice.place, low, high, today=now, days=scenario.n_days)


def _single(scenario: Scenario, choice: FreeNumber) -> tuple[str, int]:
    """Path and value of today of what is one number for the whole window."""
    if choice.kind == COACHES:
        return f"ports.{choice.place}.coaches", scenario.ports[choice.place].coaches or 0
    if choice.kind == POSTS:
        return f"pools.{choice.place}.{POSTS}", scenario.pools[choice.place].posts_may_leave
    return f"sites.{RESERVE}", (scenario.sites.reserve_rooms or 0) if scenario.sites else 0


def _people(scenario: Scenario, choice: FreeNumber, bounds: Bounds | None) -> Iterator[Value]:
    phases = phases_of(scenario)
    at_sites = choice.place in teams(scenario)
    for (number, start), days in sorted(_shift_days(scenario, choice.place, phases).items()):
        if choice.start not in (None, start) or choice.phase not in (None, phases[number].name):
            continue
        people = [count for _hours, count in days]
        low, high = bounds or (LEAST, max(TIMES * max(people), max(people) + MORE))
        of_phase = f"@{phases[number].name}" if phases[number].name else ""
        yield Value(
            path=f"pools.{choice.place}.{start // 60:02d}:{start % 60:02d}{of_phase}",
            kind=HEADCOUNT,
            place=choice.place,
            low=low,
            high=high,
            today=float(np.mean(people)),
            days=len(days),
            phase=number,
            start=start,
            hours=max(hours for hours, _count in days),
            at_sites=at_sites,
        )


def _shift_days(
    scenario: Scenario, pool: str, phases: tuple[Phase, ...]
) -> dict[tuple[int, int], list[tuple[float, int]]]:
    """(hours, people) of the shifts of a pool that begin in the window, by phase and start."""
    found: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for offset in range(scenario.n_days):
        day = scenario.first_day + dt.timedelta(days=offset)
        for start, hours, people in staff_on(scenario, pool, scenario.pools[pool], day):
            found[phase_on(phases, day), start].append((hours, people))
    return found


def unit_cost(value: Value, scenario: Scenario, staffing: Staffing, open_sites: float) -> float:
    """Cost of one more over the window: staff-days, or yuan. `open_sites`: sites open on an average day, each of which
    has the people of a team.
    """
    each = getattr(staffing.costs, value.kind) * value.days * (open_sites if value.at_sites else 1.0)
    money = scenario.costs.staff_day if staffing.minimise == "cost" and scenario.costs else 1.0
    return float(each * money)


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
