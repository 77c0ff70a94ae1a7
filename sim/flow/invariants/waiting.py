"""What waits for staff, read from the log: who joined which queue when, and when it left it, served or not.

Registration waits from hand-over on, a coach load from being due, check-in from arrival, check-out from release,
cleaning from the end of airing, visits and swabs from their round. What is not served leaves the queue when its reason
is gone: the party has left, the load is dissolved, the site is closed, the visit is missed.

Visits and swabs that still wait at the hard stop have no row, neither begun nor missed. The brigade may have been
called for one of them in its last day, so they must be known to judge the call (`rounds_without_a_row`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, next_line
from sim.flow.invariants.care import has_swab, stay_began
from sim.flow.invariants.case import DAY, Case
from sim.flow.log import SWAB_ROUND, Kind, Subject, round_number
from sim.flow.steps import Ints, groups


class Queue(NamedTuple):
    """What waited in one class and pool (loads: of one port), in order of joining, ties by id."""

    subject: Subject
    place: int
    """Pool; port or site where there is none; port for loads."""
    pool: int
    """-1 for none: nobody is needed and nobody waits for staff."""
    need: int
    ids: Ints
    joined: Ints
    started: Ints
    """Start of the task, or the second at which it left the queue unserved; NEVER for neither."""
    position: Ints
    """Of the task's row in the log, -1 without one."""
    staff: Ints
    """People whom the task took."""

    @property
    def words(self) -> str:
        """The class in words."""
        return self.subject.name.removeprefix("TASK_").lower().replace("_", "-")


class _Class(NamedTuple):
    """A class of tasks: which rows join its queue, and which leave it unserved."""

    subject: Subject
    need: int | None
    """None: the scenario has no such tasks."""
    joins: tuple[Kind, ...]
    leaves: tuple[Kind, ...]
    number: str = "party"
    """Column of the joining and leaving rows that the task's subject_id is."""


class _Waits(NamedTuple):
    """Everything that joined the queues of a class, one element each."""

    ids: Ints
    home: Ints
    """Place number of the port or site."""
    joined: Ints
    started: Ints
    position: Ints
    staff: Ints


def queues_of(case: Case) -> Iterator[Queue]:
    """All queues of the history; those in which nobody ever waited are left out."""
    places = case.log.places
    pools = np.array([*places.pool_of_port, *places.pool_of_site], dtype=np.int64)
    for kind, waits in _all_waits(case):
        pool = pools[waits.home]
        place = waits.home if kind.subject == Subject.TASK_ESCORT else np.where(pool >= 0, pool, waits.home)
        for number, lines in enumerate(groups(place, len(places.ids))):
            if len(lines):
                own = (waits.ids, waits.joined, waits.started, waits.position, waits.staff)
                assert kind.need is not None
                yield Queue(kind.subject, number, int(pool[lines[0]]), kind.need, *(column[lines] for column in own))


def _all_waits(case: Case) -> Iterator[tuple[_Class, _Waits]]:
    scenario = case.scenario
    classes = (
        _Class(
            Subject.TASK_ESCORT,
            scenario.coaches.escorts if scenario.coaches else None,
            (Kind.LOAD_DUE,),
            (Kind.LOAD_DISSOLVED,),
            "subject_id",
        ),
        _Class(
            Subject.TASK_CHECK_IN,
            1 if scenario.check_in else None,
            (Kind.ARRIVED, Kind.MOVED_IN),
            (Kind.MOVED_OUT, Kind.TO_HOSPITAL, Kind.RECOVERED),
        ),
        _Class(Subject.TASK_RELEASE, 1 if scenario.release.minutes else None, (Kind.RELEASED,), (Kind.LEFT,)),
        _Class(
            Subject.TASK_REGISTRATION,
            1 if scenario.registration else None,
            (Kind.HANDED_OVER,),
            (Kind.UNPLACED, Kind.TO_HOSPITAL, Kind.ISOLATED),
        ),
        _Class(Subject.TASK_CLEANING, 1 if scenario.rooms.cleaning_minutes else None, (Kind.ROOMS_AIRED,), ()),
    )
    for kind in classes:
        if kind.need is not None:
            yield kind, _waits(case, kind)
    for subject in (Subject.TASK_SWAB, Subject.TASK_VISIT):
        yield _Class(subject, 1, (), ()), _visits(case, subject)


def _waits(case: Case, kind: _Class) -> _Waits:
    """Rows that join, each with the first row of the same number behind it that serves it or takes it away."""
    joins, at = _rows(case, kind.joins)
    order = np.lexsort((joins[kind.number], joins["second"]))
    joins, at = joins.take(order), at[order]
    tasks = case.history.tasks(kind.subject)
    leaves, left_at = _rows(case, kind.leaves)
    none = np.full(len(leaves), -1, dtype=np.int64)
    ids = np.concatenate([tasks.subject_id, leaves[kind.number]])
    positions = np.concatenate([tasks.position, left_at])
    seconds = np.concatenate([tasks.second, leaves["second"]])
    served, people = np.concatenate([tasks.position, none]), np.concatenate([tasks.people, 0 * none])
    order = np.lexsort((positions, ids))
    line, there = next_line(ids[order], positions[order], joins[kind.number], at)
    started, position, staff = _closed(case, joins["place"]), np.full(len(joins), -1), np.zeros(len(joins), dtype=int)
    found = order[line[there]]
    started[there], position[there], staff[there] = seconds[found], served[found], people[found]
    return _Waits(joins[kind.number], joins["place"], joins["second"], started, position, staff)


def _rows(case: Case, kinds: tuple[Kind, ...]) -> tuple[NDArray[np.void], Ints]:
    if not kinds:
        return case.log.rows[:0], np.zeros(0, dtype=np.int64)
    rows = [case.history.of(kind) for kind in kinds]
    return np.concatenate(rows), np.concatenate([case.history.positions(kind) for kind in kinds])


def _closed(case: Case, places: Ints) -> Ints:
    """Second at which each place was closed for good, and its team's queue with it; NEVER for none."""
    closed = np.full(len(case.log.places.ids), NEVER, dtype=np.int64)
    rows = case.history.of(Kind.SITE_CLOSED)
    closed[rows["place"]] = rows["second"]
    return closed[places]


def _visits(case: Case, subject: Subject) -> _Waits:
    """Visits or swabs: each has one row, of its start or of being missed, that names its round."""
    tasks, missed = case.history.tasks(subject), case.history.of(Kind.MISSED)
    missed = missed.take(np.flatnonzero(missed["subject"] == subject))
    site = case.site_of_place()
    party = np.concatenate([case.log.rows["party"][tasks.position], missed["party"]])
    number = np.concatenate([tasks.subject_id, missed["subject_id"]])
    none = np.full(len(missed), -1, dtype=np.int64)
    waits = _Waits(
        ids=party,
        home=site[np.concatenate([tasks.place, missed["place"]])],
        joined=number // 100,
        started=np.concatenate([tasks.second, missed["second"]]),
        position=np.concatenate([tasks.position, none]),
        staff=np.concatenate([tasks.people, 0 * none]),
    )
    order = np.lexsort((number % 100, party, waits.joined))
    return _Waits(*(column[order] for column in waits))


def rounds_without_a_row(case: Case) -> dict[int, Ints]:
    """Seconds of the rounds whose visits or swabs waited at the hard stop, by pool; older ones were begun or missed."""
    had = _answered(case)
    found: dict[int, list[int]] = {}
    for pool, party, second, kind in _last_rounds(case):
        if (party, round_number(second, kind)) not in had:
            found.setdefault(pool, []).append(second)
    return {pool: np.array(seconds, dtype=np.int64) for pool, seconds in found.items()}


def _answered(case: Case) -> set[tuple[int, int]]:
    """(party, round) of all visits and swabs that were begun or missed."""
    had: set[tuple[int, int]] = set()
    for subject in (Subject.TASK_VISIT, Subject.TASK_SWAB):
        rows = case.history.tasks(subject)
        had |= set(zip(case.log.rows["party"][rows.position].tolist(), rows.subject_id.tolist(), strict=True))
    missed = case.history.of(Kind.MISSED)
    return had | set(zip(missed["party"].tolist(), missed["subject_id"].tolist(), strict=True))


def _last_rounds(case: Case) -> Iterator[tuple[int, int, int, int]]:
    """(pool, party, second, kind) of the last round of each kind for each party that is in a site at the hard stop."""
    stay, rows = case.stays, case.log.rows
    ended = stay.end < NEVER
    there = ~ended
    there[ended] = rows["kind"][stay.end_position[ended]] == Kind.CENSORED
    kinds = [case.scenario.visits[name] for name in sorted(case.scenario.visits)]
    clock = [sorted(time * 60 % DAY for time in kind.times) for kind in kinds]
    every = sorted({second for times in clock for second in times})
    for line in np.flatnonzero(there).tolist():
        pool = case.log.places.pool_of_site[int(stay.site[line]) - case.log.places.n_ports]
        party, begin = int(case.parties.ids[stay.party[line]]), int(rows["second"][stay.begin_position[line]])
        until = min(case.log.hard_stop - 1, int(case.parties.released[stay.party[line]]))
        for number, times in enumerate(clock):
            seconds = _between(times, begin, until)
            if len(seconds):
                yield pool, party, int(seconds[-1]), number
        second = _last_swab(case, party, _between(every, begin, until))
        if second >= 0:
            yield pool, party, second, SWAB_ROUND


def _between(times: list[int], begin: int, until: int) -> Ints:
    """Seconds from `begin` to `until`, both included, at these times of the day."""
    days = np.arange(begin // DAY, until // DAY + 1, dtype=np.int64)
    seconds = (days[:, None] * DAY + np.array(times, dtype=np.int64)[None, :]).ravel()
    return seconds[(seconds >= begin) & (seconds <= until)]


def _last_swab(case: Case, party: int, seconds: Ints) -> int:
    """The last round at which a party was due a swab: the first on a day of swabs; -1 for none."""
    scenario = case.scenario
    if scenario.swabs is None or scenario.stay is None or not len(seconds):
        return -1
    began = stay_began(case, np.full(len(seconds), party), seconds)
    day = (seconds - began) // DAY + 1
    first = np.append(True, (np.diff(day) != 0) | (np.diff(began) != 0))
    due = seconds[first & has_swab(case, np.full(len(seconds), party), seconds, began)]
    return int(due[-1]) if len(due) else -1
