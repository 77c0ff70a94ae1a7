"""Staff: no pool beyond those present, no task outside a shift, the brigade never beyond its people and rules. Their
queues: first come first served within a class, and no idle staff while the head of the queue could start.

Overtime does not count against the next shift, nor against one that its brigade has left. What waits in a pool is read
from the log by `waiting`. A load waits for a coach too and is passed over while its point has none, so loads of two
ports that share a pool are two queues.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER
from sim.flow.invariants.capacity import coaches_in_service
from sim.flow.invariants.case import MOST_ROWS, Case, Faults, when
from sim.flow.invariants.waiting import Queue, queues_of, rounds_without_a_row
from sim.flow.log import Kind, Subject
from sim.flow.steps import Ints, Steps, at, groups, presence, running_total, steps
from sim.flow.tables import UNLIMITED
from sim.scenario.places import pool_of
from sim.scenario.tables.staff import Brigade

BETWEEN_CALLS = 12 * 3_600
"""Seconds after the brigade has come during which its pool does not call again."""


def staff_faults(case: Case) -> Faults:
    """All invariants of shifts, of the number of people in tasks, and of the brigade."""
    shift, task = case.shifts, case.tasks
    same_pool = np.diff(shift.pool) == 0
    for i in np.flatnonzero(same_pool & (shift.begin[1:] < shift.end[:-1])):
        yield f"shifts: {when(shift.begin[i + 1])}: {case.name(shift.pool[i])}: a shift begins before the last one ends"
    for i in np.flatnonzero(shift.present > shift.rostered):
        yield (
            f"shifts: {when(shift.begin[i])}: {case.name(shift.pool[i])}: {shift.present[i]} present, "
            f"{shift.rostered[i]} on the roster"
        )
    for i in np.flatnonzero((task.shift < 0) & ~case.lifted[task.pool]):
        yield (
            f"staff: {when(task.begin[i])}: {case.name(task.pool[i])}: a task begins outside all shifts "
            f"(id {task.subject_id[i]})"
        )
    for i in np.flatnonzero(task.end <= task.begin):
        yield f"staff: {when(task.begin[i])}: {case.name(task.pool[i])}: a task takes no time (id {task.subject_id[i]})"
    yield from _present(case)
    yield from _added(case)
    if case.scenario.brigade is not None:
        yield from _brigade(case, case.scenario.brigade)


def _present(case: Case) -> Faults:
    """At the start of each task people in tasks of the shift <= people for the queue: posts serve none."""
    task = case.tasks
    inside = np.flatnonzero(task.shift >= 0)
    line = task.shift[inside]
    n = len(inside)
    seconds = np.concatenate([task.begin[inside], task.in_shift_until[inside]])
    staff = task.staff[inside]
    at_once = seconds[:n] == seconds[n:]  # the shift ended in the second in which the task began
    turn = np.concatenate([np.ones(n), np.where(at_once, 2, 0)])  # ends go before starts, unless they are the same
    order = np.lexsort((np.tile(task.position[inside], 2), turn, seconds, np.tile(line, 2)))
    busy = np.empty(2 * n, dtype=np.int64)
    busy[order] = np.cumsum(np.concatenate([staff, -staff])[order])  # every shift ends with nobody busy
    busy = busy[:n]
    limit = case.duties.for_queue[task.level[inside]]
    for i in np.flatnonzero(busy > limit):
        yield (
            f"staff: {when(task.begin[inside][i])}: {case.name(task.pool[inside][i])}: {busy[i]} people in tasks, "
            f"{limit[i]} there for them (id {task.subject_id[inside][i]})"
        )


def _added(case: Case) -> Faults:
    """People are added to pools, and go again, when and as many as the scenario's disruptions say."""
    asked: Counter[tuple[int, int]] = Counter()
    for event in case.scenario.disruptions:
        begin, end = event.span(case.scenario.first_day)
        if event.kind != "staff_added" or (end is not None and end <= 0):
            continue
        for pool in case.log.places.pools:
            if event.place in (case.name(pool), pool_of(case.scenario, case.name(pool))[0]):
                asked[pool, max(begin, 0)] += round(float(event.value or 0))
                asked[pool, NEVER if end is None else end] -= round(float(event.value or 0))
    for row in case.history.of(Kind.STAFF_ADDED):
        asked[int(row["place"]), int(row["second"])] -= int(row["people"])
    for (pool, second), people in sorted(asked.items()):
        if people and second < case.log.hard_stop:
            yield f"staff: {when(second)}: {case.name(pool)}: {people} people are to be added who did not come"


def _brigade(case: Case, brigade: Brigade) -> Faults:
    """Calls are of the set size, far enough apart, and answered; no team and no pool has more people than were sent."""
    calls, position = case.history.of(Kind.BRIGADE_CALLED), case.history.positions(Kind.BRIGADE_CALLED)
    lead, days = round(brigade.lead_hours * 3600), round(brigade.days * 86_400)
    apart = max(lead, 1) + BETWEEN_CALLS
    order = np.lexsort((position, calls["place"]))
    calls = calls.take(order)
    for i in np.flatnonzero((np.diff(calls["place"]) == 0) & (np.diff(calls["second"]) < apart)):
        yield f"brigade: {when(calls['second'][i + 1])}: {case.name(calls['place'][i])} calls again too early"
    came = case.history.of(Kind.BRIGADE_ARRIVED)
    for row in came[~np.isin(_key(came), calls["place"] * MOST_ROWS + calls["second"] + max(lead, 1))]:
        yield f"brigade: {when(row['second'])}: people come to {case.name(row['place'])} who were not called for then"
    left = case.history.of(Kind.BRIGADE_LEFT)
    for row in left[~np.isin(_key(left), came["place"] * MOST_ROWS + came["second"] + max(days, 1))]:
        yield f"brigade: {when(row['second'])}: people leave {case.name(row['place'])} who did not come or stay as set"
    for rows in (calls, came, left):
        for row in rows[rows["people"] != brigade.brigade_call]:
            yield f"brigade: {when(row['second'])}: {case.name(row['place'])}: {row['people']} people in one call"
    yield from _teams(case, brigade, calls, max(lead, 1) + max(days, 1))
    yield from _on_shift(case, came, left)


def _key(rows: NDArray[np.void]) -> Ints:
    return np.asarray(rows["place"] * MOST_ROWS + rows["second"])


def _teams(case: Case, brigade: Brigade, calls: NDArray[np.void], away: int) -> Faults:
    """People away from each team, from the call until they are back: those called to a site that closed before they
    came are back when they would have come.
    """
    lead = max(round(brigade.lead_hours * 3600), 1)
    closed = np.full(len(case.log.places.ids), NEVER, dtype=np.int64)
    rows = case.history.of(Kind.SITE_CLOSED)
    for site, pool in zip(case.log.places.sites, case.log.places.pool_of_site, strict=True):
        if pool >= 0:
            closed[pool] = min(rows["second"][rows["place"] == site], default=NEVER)
    in_vain = closed[calls["place"]] < calls["second"] + lead
    back = calls["second"] + np.where(in_vain, lead, away)
    second = np.concatenate([back, calls["second"]])  # those who come back can be called in the same second
    turn = np.repeat([0, 1], len(calls))
    team = np.tile(calls["value"], 2)
    rank = np.empty(len(second), dtype=np.int64)
    rank[np.lexsort((turn, second))] = np.arange(len(second))
    out = running_total(team, rank, np.concatenate([-calls["people"], calls["people"]]))[len(calls) :]
    size = np.array([0, *brigade.teams, 0], dtype=np.int64)[np.clip(calls["value"], 0, len(brigade.teams) + 1)]
    for i in np.flatnonzero(out > size):
        yield (
            f"brigade: {when(calls['second'][i])}: team {calls['value'][i]} has {out[i]} people away, it has {size[i]}"
        )


def _on_shift(case: Case, came: NDArray[np.void], left: NDArray[np.void]) -> Faults:
    """People of the brigade in a shift are at most those who are here."""
    rows = case.history.of(Kind.BRIGADE_ON_SHIFT)
    place = np.concatenate([came["place"], left["place"], rows["place"]])
    position = np.concatenate(
        [case.history.positions(kind) for kind in (Kind.BRIGADE_ARRIVED, Kind.BRIGADE_LEFT, Kind.BRIGADE_ON_SHIFT)]
    )
    change = np.concatenate([came["people"], -left["people"], np.zeros(len(rows), dtype=np.int64)])
    here = running_total(place, position, change)[len(came) + len(left) :]
    for i in np.flatnonzero(rows["people"] > here):
        yield (
            f"brigade: {when(rows['second'][i])}: {case.name(rows['place'][i])}: {rows['people'][i]} people of the "
            f"brigade in the shift, {here[i]} have come"
        )


def queue_faults(case: Case) -> Faults:
    """All invariants of queues."""
    queues = list(queues_of(case))
    yield from _without_cause(case, queues)
    for queue in queues:
        yield from _first_come_first_served(case, queue)
        yield from _need(case, queue)
    at_the_end = rounds_without_a_row(case)
    of_pool = groups(case.levels.pool, len(case.log.places.ids))
    tasks_of_pool = groups(case.tasks.pool, len(case.log.places.ids))
    for pool in sorted({queue.pool for queue in queues} - {-1}):
        members = [queue for queue in queues if queue.pool == pool]
        yield from _idle(case, members, _supply(case, of_pool[pool], tasks_of_pool[pool], pool))
        yield from _calls(case, members, at_the_end.get(pool, np.zeros(0, dtype=np.int64)))


def _without_cause(case: Case, queues: list[Queue]) -> Faults:
    """Each task is that of one that joined its queue; nobody is served twice."""
    served = np.concatenate([np.zeros(0, dtype=np.int64), *(queue.position for queue in queues)])
    rows = case.history.all_tasks()
    for i in np.flatnonzero(~np.isin(rows.position, served)):
        yield (
            f"queues: {when(rows.second[i])}: {case.name(rows.place[i])}: {Subject(rows.subject[i]).name} of "
            f"{rows.subject_id[i]} that did not wait for it, or had it before"
        )


def _first_come_first_served(case: Case, queue: Queue) -> Faults:
    """Rows of tasks follow the order of joining, ties by id; who never began is behind all who did."""
    begun = np.flatnonzero(queue.position >= 0)
    for i in np.flatnonzero(np.diff(queue.position[begun]) < 0):
        first, second = begun[i], begun[i + 1]
        load = queue.subject == Subject.TASK_ESCORT
        if load and queue.joined[first] == queue.joined[second] == queue.started[second]:
            continue  # the first became due in a later pass of the decisions of that second
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


def _need(case: Case, queue: Queue) -> Faults:
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
    for_queue: Ints
    """People whom the queue may have."""
    free: Ints
    """Of these, those who are not in a task; below 0 where people who came to help have left with one in hand."""


def _supply(case: Case, level_lines: Ints, task_lines: Ints, pool: int) -> _Supply:
    if case.lifted[pool]:
        always = np.array([UNLIMITED], dtype=np.int64)
        return _Supply(np.zeros(1, dtype=np.int64), always, always)
    level, task = case.levels, case.tasks
    begin, end, people = level.begin[level_lines], level.end[level_lines], case.duties.for_queue[level_lines]
    lines = task_lines[task.shift[task_lines] >= 0]
    busy_from, busy_until = task.begin[lines], task.in_shift_until[lines]
    seconds = np.concatenate([begin, end, busy_from, busy_until])
    for_queue = presence(begin, end, people)
    busy = presence(busy_from, busy_until, task.staff[lines])
    seconds = np.unique(seconds)
    there = at(for_queue, seconds)
    return _Supply(seconds, there, there - at(busy, seconds))


def _idle(case: Case, queues: list[Queue], supply: _Supply) -> Faults:
    """After every second and until the next in which something changes, people for the queue - busy < the head's need.

    The head is the first by class, time of joining and id; those that the shift is too small for and loads without a
    coach are passed over.
    """
    changes = [supply.seconds, *(queue.joined for queue in queues), *(queue.started for queue in queues)]
    coaches = {queue.place: _free_coaches(case, queue.place) for queue in queues if _is_load(queue)}
    changes += [seconds for seconds, _ in coaches.values()]
    seconds = np.unique(np.concatenate(changes))
    seconds = seconds[seconds < case.log.hard_stop]
    there, free = (at(Steps(supply.seconds, values), seconds) for values in (supply.for_queue, supply.free))
    need, head, head_id, rank = (np.full(len(seconds), NEVER, dtype=np.int64) for _ in range(4))
    for queue in sorted(queues, key=lambda queue: queue.subject):
        can = there >= queue.need
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


def _is_load(queue: Queue) -> bool:
    return queue.subject == Subject.TASK_ESCORT


def _free_coaches(case: Case, port: int) -> tuple[Ints, Ints]:
    """Seconds of change, and coaches at the point before the first, then after each."""
    boarding, ready = case.history.of(Kind.BOARDING), case.history.of(Kind.COACH_READY)
    out = boarding["second"][boarding["place"] == port]
    back = ready["second"][ready["place"] == port]
    sign = np.repeat(np.array([1, -1], dtype=np.int64), [len(out), len(back)])
    used = steps(np.concatenate([out, back]), sign)
    there = coaches_in_service(case, port)
    seconds = np.union1d(used.seconds, there.seconds)
    free = at(there, seconds) - at(used, seconds)
    before = np.array([case.scenario.ports[case.name(port)].coaches or 0], dtype=np.int64)
    return seconds, np.concatenate([before, free])


def _calls(case: Case, queues: list[Queue], at_the_end: Ints) -> Faults:
    """The brigade is called only when somebody has waited longer than the trigger.

    `at_the_end` are the seconds of rounds whose visits wait at the hard stop and have no row.
    """
    brigade = case.scenario.brigade
    calls, positions = case.history.of(Kind.BRIGADE_CALLED), case.history.positions(Kind.BRIGADE_CALLED)
    for i in np.flatnonzero(calls["place"] == queues[0].pool):
        assert brigade is not None
        second, trigger = calls["second"][i], max(round(brigade.trigger_hours * 3600), 1)
        waits = (
            np.where(queue.position >= 0, queue.position > positions[i], queue.started > second) for queue in queues
        )
        long = (queue.joined < second - trigger for queue in queues)
        if np.any(at_the_end < second - trigger):
            continue
        if not any(np.any(a & b) for a, b in zip(waits, long, strict=True)):
            yield f"brigade: {when(second)}: {case.name(queues[0].pool)} calls, nobody has waited that long"
