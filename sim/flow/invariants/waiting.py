"""What waits for staff, read from the log: who joined which queue when, and when it left it, served or not.

Registration waits from hand-over on, a coach load from being due, check-in from arrival, check-out from release,
cleaning from the end of airing, visits and swabs from their round. What is not served leaves the queue when its reason
is gone: the party has left, the load is dissolved, the site is closed, the visit is missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, next_line
from sim.flow.invariants.case import Case
from sim.flow.log import Kind, Subject
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
        _Class(Subject.TASK_REGISTRATION, 1 if scenario.registration else None, (Kind.HANDED_OVER,), (Kind.UNPLACED,)),
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
