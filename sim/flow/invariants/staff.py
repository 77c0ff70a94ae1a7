"""Staff: no pool beyond those present, no task outside a shift, the brigade never beyond its people and rules.

Overtime does not count against the next shift, nor against one that its brigade has left.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER
from sim.flow.invariants.case import MOST_ROWS, Case, Faults, when
from sim.flow.log import Kind
from sim.flow.steps import Ints, running_total
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
