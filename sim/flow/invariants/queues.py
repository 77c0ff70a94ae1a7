"""Queues of staff: first come first served within a class, and no idle staff while the head of the queue could start.

What waits in a pool is read from the log: registration from hand-over on, a coach load from being due, check-in from
arrival, check-out from release, cleaning from the end of airing. A load waits for a coach too and is passed over while
its point has none, so loads of two ports that share a pool are two queues.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.duty import fixed_posts
from sim.flow.history import NEVER, find
from sim.flow.invariants.case import Case, Faults, when
from sim.flow.invariants.coaches import coaches_by_port
from sim.flow.log import Kind, Subject
from sim.flow.steps import Ints, Steps, at, groups, presence, steps


class _Queue(NamedTuple):
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


def queue_faults(case: Case) -> Faults:
    """All invariants of queues."""
    queues = list(_queues(case))
    yield from _without_cause(case, queues)
    for queue in queues:
        yield from _first_come_first_served(case, queue)
        yield from _need(case, queue)
    posts = fixed_posts(case.scenario, case.log.places)
    of_pool = groups(case.shifts.pool, len(case.log.places.ids))
    tasks_of_pool = groups(case.tasks.pool, len(case.log.places.ids))
    for pool in sorted({queue.pool for queue in queues} - {-1}):
        members = [queue for queue in queues if queue.pool == pool]
        yield from _idle(case, members, _supply(case, of_pool[pool], tasks_of_pool[pool], int(posts[pool])))


def _queues(case: Case) -> Iterator[_Queue]:
    scenario, places = case.scenario, case.log.places
    pools = np.array([*places.pool_of_port, *places.pool_of_site], dtype=np.int64)
    sources = (
        (Subject.TASK_ESCORT, Kind.LOAD_DUE, scenario.coaches.escorts if scenario.coaches else None),
        (Subject.TASK_CHECK_IN, Kind.ARRIVED, 1 if scenario.check_in else None),
        (Subject.TASK_RELEASE, Kind.RELEASED, 1 if scenario.release.minutes else None),
        (Subject.TASK_REGISTRATION, Kind.HANDED_OVER, 1 if scenario.registration else None),
        (Subject.TASK_CLEANING, Kind.ROOMS_AIRED, 1 if scenario.rooms.cleaning_minutes else None),
    )
    for subject, kind, need in sources:
        if need is None:
            continue
        joins = case.history.of(kind)
        joins = joins.take(np.lexsort((joins["subject_id"], joins["second"])))
        if subject == Subject.TASK_CLEANING:  # rows of rooms may leave the subject open
            joins["subject_id"] = joins["party"]
        pool = pools[joins["place"]]
        home = joins["place"] if subject == Subject.TASK_ESCORT else np.where(pool >= 0, pool, joins["place"])
        columns = _served(case, subject, joins)
        for place, lines in enumerate(groups(home, len(places.ids))):
            if len(lines):
                own = (column[lines] for column in (joins["subject_id"], joins["second"], *columns))
                yield _Queue(subject, place, int(pool[lines[0]]), need, *own)


def _served(case: Case, subject: Subject, joins: NDArray[np.void]) -> tuple[Ints, Ints, Ints]:
    """Start, position in the log and staff of the task of each that joined."""
    rows, positions = case.history.of(Kind.TASK), case.history.positions(Kind.TASK)
    of_class = np.flatnonzero(rows["subject"] == subject)
    order = of_class[np.argsort(rows["subject_id"][of_class], kind="stable")]
    rows, positions = rows.take(order), positions[order]
    line, there = find(rows["subject_id"], joins["subject_id"])
    started = np.full(len(joins), NEVER, dtype=np.int64)
    position, staff = np.full(len(joins), -1, dtype=np.int64), np.zeros(len(joins), dtype=np.int64)
    started[there] = rows["second"][line[there]]
    position[there], staff[there] = positions[line[there]], rows["people"][line[there]]
    if subject == Subject.TASK_REGISTRATION:
        party, known = find(case.parties.ids, joins["subject_id"])
        started[known] = np.minimum(started[known], case.parties.unplaced[party[known]])
    return started, position, staff


def _without_cause(case: Case, queues: list[_Queue]) -> Faults:
    """Each task is that of one that joined its queue; nobody is served twice."""
    served = np.concatenate([np.zeros(0, dtype=np.int64), *(queue.position for queue in queues)])
    rows = case.history.of(Kind.TASK)
    for i in np.flatnonzero(~np.isin(case.history.positions(Kind.TASK), served)):
        yield (
            f"queues: {when(rows['second'][i])}: {case.name(rows['place'][i])}: {Subject(rows['subject'][i]).name} of "
            f"{rows['subject_id'][i]} that did not wait for it, or had it before"
        )


def _first_come_first_served(case: Case, queue: _Queue) -> Faults:
    """Rows of tasks follow the order of joining, ties by id; who never began is behind all who did."""
    begun = np.flatnonzero(queue.position >= 0)
    for i in np.flatnonzero(np.diff(queue.position[begun]) < 0):
        first, second = begun[i], begun[i + 1]
        yield (
            f"first come first served: {when(queue.started[second])}: {case.name(queue.place)}: {queue.words} of "
            f"{queue.ids[second]} began before that of {queue.ids[first]}, who joined first"
        )
    for i in np.flatnonzero((queue.position >= 0) & (queue.started < queue.joined)):
        yield (
            f"first come first served: {when(queue.started[i])}: {case.name(queue.place)}: {queue.words} of "
            f"{queue.ids[i]} began before it joined the queue"
        )
    waiting = queue.started[: begun[-1]] == NEVER if len(begun) else np.zeros(0, dtype=bool)
    for i in np.flatnonzero(waiting):
        yield (
            f"first come first served: {when(queue.joined[i])}: {case.name(queue.place)}: {queue.words} of "
            f"{queue.ids[i]} never began, but later ones did"
        )


def _need(case: Case, queue: _Queue) -> Faults:
    """A task takes as many people as it needs, none where there is no pool; there, nobody waits for staff."""
    need = queue.need if queue.pool >= 0 else 0
    begun = queue.position >= 0
    for i in np.flatnonzero(begun & (queue.staff != need)):
        yield (
            f"staff: {when(queue.started[i])}: {case.name(queue.place)}: {queue.words} of {queue.ids[i]} takes "
            f"{queue.staff[i]} people, not {need}"
        )
    if queue.pool < 0 and queue.subject != Subject.TASK_ESCORT:
        for i in np.flatnonzero(begun & (queue.started != queue.joined)):
            yield (
                f"queues: {when(queue.started[i])}: {case.name(queue.place)}: {queue.words} of {queue.ids[i]} waited, "
                f"but no staff is needed here"
            )


class _Supply(NamedTuple):
    """Staff of one pool at every second in which something of the pool changed."""

    seconds: Ints
    present: Ints
    free: Ints
    """On duty, not at a fixed post and not in a task."""


def _supply(case: Case, shift_lines: Ints, task_lines: Ints, posts: int) -> _Supply:
    shift, task = case.shifts, case.tasks
    begin, end, present = shift.begin[shift_lines], shift.end[shift_lines], shift.present[shift_lines]
    lines = task_lines[task.shift[task_lines] >= 0]
    busy_from, busy_until = task.begin[lines], task.in_shift_until[lines]
    seconds = np.concatenate([begin, end, busy_from, busy_until])
    on_duty, for_queue = presence(begin, end, present), presence(begin, end, np.maximum(present - posts, 0))
    busy = presence(busy_from, busy_until, task.staff[lines])
    seconds = np.unique(seconds)
    return _Supply(seconds, at(on_duty, seconds), at(for_queue, seconds) - at(busy, seconds))


def _idle(case: Case, queues: list[_Queue], supply: _Supply) -> Faults:
    """After every second and until the next in which something changes, free staff are fewer than the head needs.

    The head is the first by class, time of joining and id; those that the whole shift is too small for and loads
    without a coach are passed over.
    """
    changes = [supply.seconds, *(queue.joined for queue in queues), *(queue.started for queue in queues)]
    coaches = {queue.place: _free_coaches(case, queue.place) for queue in queues if _is_load(queue)}
    changes += [seconds for seconds, _ in coaches.values()]
    seconds = np.unique(np.concatenate(changes))
    seconds = seconds[seconds < case.log.hard_stop]
    present, free = at(Steps(supply.seconds, supply.present), seconds), at(Steps(supply.seconds, supply.free), seconds)
    need, head, head_id, rank = (np.full(len(seconds), NEVER, dtype=np.int64) for _ in range(4))
    for queue in sorted(queues, key=lambda queue: queue.subject):
        can = present >= queue.need
        if _is_load(queue):
            changed, number = coaches[queue.place]
            can &= number[np.searchsorted(changed, seconds, side="right")] > 0
        gone = np.searchsorted(np.sort(queue.started), seconds, side="right")
        waits = can & (gone < np.searchsorted(queue.joined, seconds, side="right"))
        first = np.minimum(gone, len(queue.ids) - 1)
        joined, ids = queue.joined[first], queue.ids[first]
        earlier = (joined < head) | ((joined == head) & (ids < head_id))
        better = waits & ((rank == NEVER) | ((rank == queue.subject) & earlier))
        rank[better], need[better] = queue.subject, queue.need
        head[better], head_id[better] = joined[better], ids[better]
    for i in np.flatnonzero((need <= free) & (need < NEVER)):
        yield (
            f"idle staff: {when(seconds[i])}: {case.name(queues[0].pool)}: {free[i]} free, the head of the queue needs "
            f"{need[i]} ({Subject(rank[i]).name}, joined {when(head[i])})"
        )


def _is_load(queue: _Queue) -> bool:
    return queue.subject == Subject.TASK_ESCORT


def _free_coaches(case: Case, port: int) -> tuple[Ints, Ints]:
    """Seconds of change, and coaches at the point before the first, then after each."""
    boarding, ready = case.history.of(Kind.BOARDING), case.history.of(Kind.COACH_READY)
    out = boarding["second"][boarding["place"] == port]
    back = ready["second"][ready["place"] == port]
    sign = np.repeat(np.array([1, -1], dtype=np.int64), [len(out), len(back)])
    used = steps(np.concatenate([out, back]), sign)
    there = int(coaches_by_port(case)[port])
    return used.seconds, there - np.concatenate([np.zeros(1, dtype=np.int64), used.values])
