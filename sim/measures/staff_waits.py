"""Waits for staff alone: of the tasks of people, how many are begun in time, by the shift in whose hours they join.

A task joins when nothing but staff is missing. Registration: at hand-over. A coach load: when it is due and a coach is
there for it, for parties that take rooms later when they take them; waits for rooms, for a coach to fill, its hold and
the wait for a coach are no part of it. Check-in and check-out: on arrival, and when the party may leave. People count,
not parties: a party of three counts three times in each of its tasks. Visits and swabs have measures of their own.

The shifts of a pool are told apart by the time of day at which they start and, with `[staffing.phases]`, by the phase
in which they begin. A task that joins while nobody is on duty counts for its pool and for no shift of it.

Beside it, for plans with coaches: how many people have a coach there in time, whatever the staff.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, find
from sim.flow.log import Kind, Subject
from sim.flow.steps import Ints, sums
from sim.measures.people import MINUTE, due
from sim.measures.scope import DAY, Result, Results, Scope, once, share
from sim.measures.staff import starts, starts_by
from sim.sampling.roster import Roster
from sim.scenario.places import worst_shift_of

MINUTES_OF_DAY, MOST_PHASES = 1_440, 1_000
_OF_POOL = MINUTES_OF_DAY * MOST_PHASES
CHANGES_COACHES = (Kind.COACH_READY, Kind.COACHES_ADDED, Kind.COACHES_OUT, Kind.BOARDING)


class Waited(NamedTuple):
    """Tasks of people, one line for each task of a party."""

    pool: Ints
    """Place number."""
    joined: Ints
    begun: Ints
    """NEVER for a task that was not begun."""
    until: Ints
    """Second up to which it can have waited: its begin, or when nobody waited for it any more."""
    people: Ints


class OfShift(NamedTuple):
    """Tasks of people who join in the hours of one shift of a pool, over all days of a phase."""

    pool: int
    """Place number."""
    start: int
    """Minutes after midnight."""
    phase: int
    """Number of the phase, from 0; 0 without phases."""
    joined: int
    """People, once for each task."""
    met: int
    """Of these, those for whom they were begun in time."""
    judged: int
    """Of these, those who were not left out: see `_judged`."""


def in_time(scope: Scope) -> Results:
    """within_staff_wait_share: of each pool, and of the worst shift of those of points; within_coach_wait_share (ports;
    nothing without coaches).
    """
    asked = asked_for_coach(scope)
    yield from _staff_in_time(scope, waits_for_staff(scope, asked))
    yield from coaches_in_time(scope, asked)


def _staff_in_time(scope: Scope, waited: Waited) -> Results:
    _, met, judged = (counts.tolist() for counts in _people(scope, waited, waited.pool, len(scope.log.places.ids)))
    of_points = {pool for pool in scope.log.places.pool_of_port if pool >= 0}
    at_points = np.flatnonzero(np.isin(waited.pool, list(of_points)))
    shifts = by_shift(scope, Waited(*(column[at_points] for column in waited)), pools=of_points)
    for number in scope.log.places.pools:
        name = scope.name(number)
        yield Result("within_staff_wait_share", name, share(met[number], judged[number]))
        if number in of_points:
            shares = [shift.met / shift.judged for shift in shifts if shift.pool == number and shift.judged]
            yield Result("within_staff_wait_share", worst_shift_of(name), min(shares, default=float("nan")))


def by_shift(
    scope: Scope, waited: Waited, of_pool: Sequence[Roster] | None = None, pools: Collection[int] | None = None
) -> list[OfShift]:
    """The shifts of the roster of each pool (or of these `pools`) by start and phase, those in which nobody joined with
    0 judged. `of_pool`: the rosters, where they are not the scenario's.
    """
    shift = scope.shifts
    line = _shift_at(scope, waited.pool, waited.joined)
    phase = np.searchsorted(_phases(scope), shift.begin // DAY, side="right") - 1
    start = starts(scope) if of_pool is None else starts_by(scope, of_pool)
    keys = shift.pool * _OF_POOL + start * MOST_PHASES + np.maximum(phase, 0)
    kinds, of_shift = np.unique(keys, return_inverse=True)
    kind = np.append(of_shift, len(kinds))[line]
    counts = _people(scope, waited, kind, len(kinds) + 1)
    pool, start_of_kind, phase_of_kind = kinds // _OF_POOL, kinds // MOST_PHASES % MINUTES_OF_DAY, kinds % MOST_PHASES
    asked = np.arange(len(kinds)) if pools is None else np.flatnonzero(np.isin(pool, list(pools)))
    columns = (pool, start_of_kind, phase_of_kind, *counts)
    return [OfShift(*row) for row in zip(*(column[asked].tolist() for column in columns), strict=True)]


def _people(scope: Scope, waited: Waited, group: Ints, n: int) -> tuple[Ints, Ints, Ints]:
    """By group how many people joined, for how many it was begun in time, and how many are judged."""
    met, judged = _judged(scope, waited)  # nobody is met and not judged
    neither, late, in_time = sums(group + n * (met.astype(np.int64) + judged), waited.people, 3 * n).reshape(3, n)
    return neither + late + in_time, in_time, late + in_time


def _phases(scope: Scope) -> Ints:
    """First days of the phases, counted from the first day of the scenario."""
    staffing = scope.scenario.staffing
    days = sorted(staffing.phases.values()) if staffing else []
    return np.array([(day - scope.scenario.first_day).days for day in days] or [0], dtype=np.int64)


def _shift_at(scope: Scope, pool: Ints, second: Ints) -> Ints:
    """Line of the shift on duty in a pool at each second, -1 for none."""
    shift, scale = scope.shifts, 1 << 40
    line = np.searchsorted(shift.pool * scale + shift.begin, pool * scale + second, side="right") - 1
    there = (np.append(shift.pool, -1)[line] == pool) & (second < np.append(shift.end, -1)[line])
    return np.where(there, line, -1)


def _judged(scope: Scope, waited: Waited) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which tasks were begun in time, and which are judged: those not begun only when they were over the limit."""
    limit = round(scope.scenario.limits.staff_wait_minutes * MINUTE)
    begun, late = waited.begun < NEVER, waited.until - waited.joined > limit
    return begun & ~late, begun | late


def waits_for_staff(scope: Scope, asked: Asked | None) -> Waited:
    """The waits of counted parties for staff: at points, then at sites. `asked`: of `asked_for_coach`."""
    return _together([*_registrations(scope), *_loads(scope, asked), *_at_sites(scope)])


def waits_at_points(scope: Scope, asked: Asked | None) -> Waited:
    """Those at points alone."""
    return _together([*_registrations(scope), *_loads(scope, asked)])


def _together(parts: list[Waited]) -> Waited:
    none = np.zeros(0, dtype=np.int64)
    return Waited(*(np.concatenate(columns) for columns in zip((none,) * 5, *parts, strict=True)))


def _registrations(scope: Scope) -> Iterator[Waited]:
    if scope.scenario.registration is None:
        return
    table = scope.parties
    pool = _pool_of_port(scope)[table.port]
    there = scope.counted & (table.handed_over < NEVER) & (pool >= 0)
    until = begun = table.registration_start
    if (begun[there] == NEVER).any():  # as mostly not: where they went is read from many rows
        until = np.minimum(np.minimum(begun, table.left_point), scope.log.hard_stop)
    yield Waited(*(column[there] for column in (pool, table.handed_over, begun, until, table.people)))


def _pool_of_port(scope: Scope) -> Ints:
    """Pool by number of the port; the last is found by -1, who came by no port."""
    return np.array([*scope.log.places.pool_of_port, -1], dtype=np.int64)


def _loads(scope: Scope, asked: Asked | None) -> Iterator[Waited]:
    """A load's parties, from when they need nothing but escorts."""
    coaches, table = scope.scenario.coaches, scope.parties
    if coaches is None or coaches.escorts == 0 or asked is None:
        return
    joined = np.maximum(asked.second, asked.coach)
    pool = _pool_of_port(scope)[table.port]
    there = (joined < NEVER) & (pool >= 0)
    until = np.minimum(table.boarded, scope.log.hard_stop)
    yield Waited(*(column[there] for column in (pool, joined, table.boarded, until, table.people)))


class Asked(NamedTuple):
    """Waits for coaches, by party."""

    second: Ints
    """When it needs a coach: its load is due and it has rooms; NEVER for one that does not."""
    coach: Ints
    """When one was there; NEVER for none."""


def coaches_in_time(scope: Scope, waits: Asked | None) -> Results:
    """within_coach_wait_share (ports)."""
    if waits is None:
        return
    asked, coach = waits
    table, limit = scope.parties, round(scope.scenario.limits.staff_wait_minutes * MINUTE)
    met = (asked < NEVER) & (coach - asked <= limit)
    judged = (asked < NEVER) & ((coach < NEVER) | (scope.log.hard_stop - asked > limit))
    for number in scope.log.places.ports:
        here = table.port == number
        part, whole = (int(table.people[here & which].sum()) for which in (met, judged))
        yield Result("within_coach_wait_share", scope.name(number), share(part, whole))


def asked_for_coach(scope: Scope, coaches: Mapping[str, int] | None = None) -> Asked | None:
    """The waits for coaches; None where parties travel alone. `coaches`: of each port, where not the scenario's."""
    if coaches is None:
        coaches = {name: port.coaches or 0 for name, port in scope.scenario.ports.items()}
    if scope.scenario.coaches is None:
        return None
    table = scope.parties
    asked = np.maximum(due(scope), table.room_taken)
    asked[~scope.counted | (table.load < 0)] = NEVER
    coach = np.full(len(table), NEVER, dtype=np.int64)
    for number in scope.log.places.ports:
        here = (asked < NEVER) & (table.port == number)
        at = (number, coaches[scope.name(number)])
        loads, second = _coaches_there(scope, at, np.unique(table.load[here]))
        line, there = find(loads, table.load)
        here &= there
        coach[here] = np.minimum(second[line[here]], table.boarded[here])
    return Asked(asked, coach)


def _coaches_there(scope: Scope, at: tuple[int, int], loads: Ints) -> tuple[Ints, Ints]:
    """The loads of a port in order of number, and since when a coach was there for each; NEVER for none. `at`: the port
    and its coaches.

    Loads take coaches in the order in which they are due, so that the n-th to board has one as soon as there are n,
    those of loads before it counted. `since` holds when the 1st, 2nd, … was last there.
    """
    port, coaches = at
    rows = _changes_of_coaches(scope)
    rows = rows.take(np.flatnonzero(rows["place"] == port))
    second, kind, people = (rows[name].copy() for name in ("second", "kind", "people"))
    boards = kind == Kind.BOARDING
    more = np.where(kind == Kind.COACH_READY, 1, np.where(kind == Kind.COACHES_OUT, -people, people))
    more[boards] = 0
    in_turn = _in_turn if (more >= 0).all() else _in_turn_with_fewer
    then, since = in_turn(second, more, boards, coaches)
    boarded = rows["subject_id"][boards]
    waiting = loads[~find(np.sort(boarded), loads)[1]]
    later = np.append(since[len(boarded) :], np.full(len(waiting), NEVER))[: len(waiting)]
    numbers, seconds = np.append(boarded, waiting), np.append(then, later)
    order = np.argsort(numbers)
    return numbers[order], seconds[order]


@once
def _changes_of_coaches(scope: Scope) -> NDArray[np.void]:
    """Rows of all ports at which coaches come, go or are taken."""
    return scope.history.in_order(*CHANGES_COACHES)[0]


def _in_turn(second: Ints, more: Ints, boards: NDArray[np.bool_], coaches: int) -> tuple[Ints, Ints]:
    """Since when a coach was there for each load that boards, the second of boarding where none was, and since when the
    1st, 2nd, … was there; of rows in which coaches come and none goes.
    """
    since = np.append(np.zeros(coaches, dtype=np.int64), np.repeat(second, more))
    turn, n = np.arange(np.count_nonzero(boards)), coaches + np.cumsum(more)[boards]
    return np.where(turn < n, np.append(since, 0)[np.minimum(turn, len(since))], second[boards]), since


def _in_turn_with_fewer(second: Ints, more: Ints, boards: NDArray[np.bool_], coaches: int) -> tuple[Ints, Ints]:
    """The same where coaches go: the last to have come."""
    since, then = [0] * coaches, list[int]()
    for now, change, boarding in zip(second.tolist(), more.tolist(), boards.tolist(), strict=True):
        if boarding:
            then.append(since[len(then)] if len(then) < len(since) else now)
        elif change > 0:
            since += [now] * change
        else:
            del since[max(len(since) + change, 0) :]
    return np.array(then, dtype=np.int64), np.array(since, dtype=np.int64)


def _at_sites(scope: Scope) -> Iterator[Waited]:
    """Check-in from arrival, check-out from release."""
    steps = ((scope.scenario.check_in, Kind.ARRIVED, Subject.TASK_CHECK_IN),
             (scope.scenario.release.minutes, Kind.RELEASED, Subject.TASK_RELEASE))  # fmt: skip
    team, table = np.full(len(scope.log.places.ids) + 1, -1, dtype=np.int64), scope.parties
    team[scope.log.places.sites] = scope.log.places.pool_of_site  # the last is found by -1, who never came
    for service, kind, task in steps:
        if service is None:
            continue
        joined = table.first(kind, "second")  # the first: moves need no check-in
        pool = team[table.first(kind, "place", -1)]
        there = scope.counted & (pool >= 0)
        begun = table.of_tasks(task, "second", first=True)
        until = np.minimum(begun, scope.log.hard_stop)
        people = table.first(kind, "people", 0)
        yield Waited(*(column[there] for column in (pool, joined, begun, until, people)))
