"""The whole numbers that a plan of staff chooses: people of a shift in a phase, coaches of a port, posts, the reserve.

A shift is known by its pool and the time of day at which it starts; the people of a shift are the same on all days of a
phase. Where the scenario says nothing about what is free, all shifts of all pools are, each from 1 person to twice what
is there today or 6 more, whichever is more.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from sim.sampling.roster import staff_on
from sim.scenario.free_numbers import COACHES, HEADCOUNT, POSTS, RESERVE, FreeNumber, free_number_of
from sim.scenario.places import sites_in_order, team_of
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staffing import Staffing

Bounds = tuple[int, int]
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
