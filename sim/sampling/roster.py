"""Rosters: which shifts a pool has on which day, and who of them comes.

A pool has shifts (shares of a headcount) or rows of the scenario's roster. A slot of a shift is absent if its uniform
number, keyed by (pool, date, start, slot), is below the chance; so one person more on the roster changes no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

from sim.sampling.streams import Draws, Stream, entity_number, place_key
from sim.scenario.places import once_per_scenario, place_numbers, pool_of
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staff import WEEKDAYS, Pool, RosterRow, Shift
from sim.scenario.tables.types import DAY, FOLLOWED_DAYS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ShiftRow = tuple[int, int, int, int, int, int]
"""begin, end, day, start, people, part of a brigade call"""
StaffOn = tuple[int, float, int]
"""start in minutes, hours, people"""


@dataclass(frozen=True)
class Roster:
    """The shifts of one pool in order of time, from a night shift that reaches into the window to the hard stop."""

    key: int
    """Place key of the pool, for draws."""
    day: Ints
    """date.toordinal() of the day on which the shift begins."""
    start: Ints
    """Minutes after 00:00 of that day."""
    begin: Ints
    """Second at which it begins, not before 0."""
    end: Ints
    rostered: Ints
    absence: Floats
    """Chance that a slot is absent."""
    brigade_part: Ints
    """People of one brigade call who join this shift."""
    posts: Ints
    """Fixed posts of the shift."""
    may_leave: Ints
    """Fixed posts whose people go for a task when nobody else is free."""
    shrinkage: float
    """Share of the people at no post who are off."""


@once_per_scenario
def rosters(scenario: Scenario) -> tuple[Roster, ...]:
    """The roster of each pool, in order of place numbers."""
    places = place_numbers(scenario)
    by_pool: dict[str, Ints] = {}
    made = []
    for number in places.pools:
        name, pool = pool_of(scenario, places.ids[number])
        if name not in by_pool:
            rows = list(_shift_rows(scenario, name, pool))
            by_pool[name] = np.array(rows, dtype=np.int64).reshape(-1, 6).T.copy()
        made.append(_roster(scenario, places.ids[number], name, by_pool[name]))
    return tuple(made)


@dataclass(frozen=True)
class _Slots:
    """The people on the rosters of all pools who may be absent, one element each: what keys their draws."""

    place: NDArray[np.uint64]
    day: NDArray[np.uint64]
    number: NDArray[np.uint64]
    chance: Floats
    shift: Ints
    """Line of the shift among those of all pools."""


def present(scenario: Scenario, draws: Draws) -> tuple[Ints, ...]:
    """People who come to each shift of each pool, in order of place numbers."""
    return _come(rosters(scenario), _slots(scenario), draws)


def present_of(of_pool: Sequence[Roster], draws: Draws) -> tuple[Ints, ...]:
    """The same for rosters that are no scenario's."""
    return _come(of_pool, _slots_of(of_pool), draws)


def _come(of_pool: Sequence[Roster], slots: _Slots, draws: Draws) -> tuple[Ints, ...]:
    if not of_pool:
        return ()
    absent = draws.uniform(Stream.ABSENCE, slots.place, slots.day, slots.number) < slots.chance
    rostered = np.concatenate([roster.rostered for roster in of_pool])
    comes = rostered - np.bincount(slots.shift[absent], minlength=len(rostered))
    return tuple(np.split(comes, np.cumsum([len(roster.begin) for roster in of_pool])[:-1]))


@once_per_scenario
def _slots(scenario: Scenario) -> _Slots:
    return _slots_of(rosters(scenario))


def _slots_of(of_pool: Sequence[Roster]) -> _Slots:
    if not of_pool:
        none = np.zeros(0, dtype=np.uint64)
        return _Slots(none, none, none, np.zeros(0), np.zeros(0, dtype=np.int64))
    absence, rostered, start, day = (
        np.concatenate([getattr(roster, name) for roster in of_pool])
        for name in ("absence", "rostered", "start", "day")
    )
    rostered = np.where(absence > 0, rostered, 0)
    shift = np.repeat(np.arange(len(rostered)), rostered)
    slot = np.arange(len(shift)) - np.repeat(np.cumsum(rostered) - rostered, rostered)
    key = np.repeat(np.array([roster.key for roster in of_pool], dtype=np.uint64), [len(r.begin) for r in of_pool])
    return _Slots(key[shift], day[shift].astype(np.uint64), entity_number(slot, start[shift]), absence[shift], shift)


def posts_of_shifts(pool: Pool, rostered: Ints) -> tuple[Ints, Ints]:
    """Fixed posts of shifts with so many people on the roster, and those of them whose people may leave for a task.

    Where posts are a share they are rounded half up: a person more on the roster is at most one post more, so that the
    queue never gets fewer.
    """
    posts = np.full(len(rostered), pool.fixed_posts, dtype=np.int64)
    if pool.fixed_posts_share:
        posts = np.floor(pool.fixed_posts_share * rostered + 0.5 + 1e-9).astype(np.int64)
    return posts, np.minimum(pool.posts_may_leave, posts)


def largest_remainder(total: int, shares: list[float]) -> list[int]:
    """Whole numbers in proportion to shares that add up to the rounded total; ties go to the earlier."""
    exact = [total * share for share in shares]
    counts = [floor(x + 1e-9) for x in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-round(exact[i] - counts[i], 9), i))
    for i in by_remainder[: round(sum(exact)) - sum(counts)]:
        counts[i] += 1
    return counts


def shifts_on(pool: Pool, day: dt.date) -> list[Shift]:
    """Shifts of a pool's own table that begin on a day, in order of time."""
    on = [s for s in pool.shifts.values() if (s.from_day or day) <= day <= (s.to_day or day)]
    return sorted(on, key=lambda s: s.start)


def rows_on(scenario: Scenario, pool: str, day: dt.date) -> list[RosterRow]:
    """Rows of the scenario's roster for a pool that hold on a day: those of the date, else those of its weekday."""
    rows = _rows_by_day(scenario)
    return rows.get((pool, day)) or rows.get((pool, WEEKDAYS[day.weekday()]), [])


@once_per_scenario
def _rows_by_day(scenario: Scenario) -> dict[tuple[str, dt.date | str], list[RosterRow]]:
    """Rows of the roster by pool and date, or weekday, in order of time."""
    found: dict[tuple[str, dt.date | str], list[RosterRow]] = {}
    for row in sorted(scenario.roster, key=lambda row: row.start):
        found.setdefault((row.pool, row.date), []).append(row)
    return found


def staff_on(scenario: Scenario, name: str, pool: Pool, day: dt.date) -> list[StaffOn]:
    """(start in minutes, hours, people) of the shifts of a pool that begin on a day, in order of time."""
    return _staff_of(pool, _on(scenario, name, pool, day))


def _on(scenario: Scenario, name: str, pool: Pool, day: dt.date) -> Sequence[Shift | RosterRow]:
    """Shifts of the pool's own table, or rows of the roster, that begin on a day, in order of time."""
    return shifts_on(pool, day) if pool.shifts else rows_on(scenario, name, day)


def _staff_of(pool: Pool, on: Sequence[Shift | RosterRow]) -> list[StaffOn]:
    factor = pool.headcount_factor
    if not pool.shifts or any(s.headcount is not None for s in on):
        counts = scaled([s.headcount or 0 for s in on], factor)
    else:
        counts = largest_remainder(half_up(pool.headcount * factor), [getattr(s, "share", None) or 0.0 for s in on])
    return [(s.start, s.hours, count) for s, count in zip(on, counts, strict=True)]


def scaled(counts: list[int], factor: float) -> list[int]:
    """Whole numbers times a factor: their sum is rounded half up and spread in proportion by largest remainder."""
    people = sum(counts)
    if factor == 1 or not people:
        return counts
    return largest_remainder(half_up(people * factor), [count / people for count in counts])


def half_up(number: float) -> int:
    """The nearest whole number, halves up; what floating point makes of 10 x 1.15 counts as 11.5."""
    return floor(number + 0.5 + 1e-9)


def _shift_rows(scenario: Scenario, name: str, pool: Pool) -> Iterator[ShiftRow]:
    """Every shift that ends after second 0."""
    call = scenario.brigade.brigade_call if scenario.brigade else 0
    of_days: dict[tuple[int, ...], tuple[list[StaffOn], list[int]]] = {}  # most days have the shifts of another one
    for offset in range(-1, scenario.n_days + FOLLOWED_DAYS):
        day = scenario.first_day + dt.timedelta(days=offset)
        entries = _on(scenario, name, pool, day)
        alike = tuple(map(id, entries))
        if alike not in of_days:
            staff = _staff_of(pool, entries)
            people = sum(count for _, _, count in staff)
            shares = [count / people if people else 1 / len(staff) for _, _, count in staff]
            of_days[alike] = staff, largest_remainder(call, shares)
        for (start, hours, count), part in zip(*of_days[alike], strict=True):
            begin = offset * DAY + start * 60
            end = begin + round(hours * 3600)
            if end > 0:
                yield max(begin, 0), end, day.toordinal(), start, count, part


def _roster(scenario: Scenario, place: str, name: str, columns: Ints) -> Roster:
    pool = scenario.pools[name]
    absence = np.full(columns.shape[1], pool.absence_share)
    for event in scenario.disruptions:
        if event.kind == "staff_absent" and event.place in (place, name):
            began = (columns[2] - scenario.first_day.toordinal()) * DAY + columns[3] * 60
            first, end = event.span(scenario.first_day)
            inside = (began >= first) & (began < (np.iinfo(np.int64).max if end is None else end))
            absence[inside] += float(event.value or 0)
    posts, may_leave = posts_of_shifts(pool, columns[4])
    return Roster(
        key=place_key(place),
        day=columns[2],
        start=columns[3],
        begin=columns[0],
        end=columns[1],
        rostered=columns[4],
        absence=np.minimum(absence, 1.0),
        brigade_part=columns[5],
        posts=posts,
        may_leave=may_leave,
        shrinkage=pool.shrinkage_share,
    )
