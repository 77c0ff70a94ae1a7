"""Staff: no pool beyond those present, and no task outside a shift. Overtime does not count against the next shift."""

from __future__ import annotations

import numpy as np

from sim.flow.duty import fixed_posts
from sim.flow.invariants.case import Case, Faults, when


def staff_faults(case: Case) -> Faults:
    """All invariants of shifts and of the number of people in tasks."""
    shift, task = case.shifts, case.tasks
    same_pool = np.diff(shift.pool) == 0
    for i in np.flatnonzero(same_pool & (shift.begin[1:] < shift.end[:-1])):
        yield f"shifts: {when(shift.begin[i + 1])}: {case.name(shift.pool[i])}: a shift begins before the last one ends"
    for i in np.flatnonzero(task.shift < 0):
        yield (
            f"staff: {when(task.begin[i])}: {case.name(task.pool[i])}: a task begins outside all shifts "
            f"(id {task.subject_id[i]})"
        )
    for i in np.flatnonzero(task.end <= task.begin):
        yield f"staff: {when(task.begin[i])}: {case.name(task.pool[i])}: a task takes no time (id {task.subject_id[i]})"
    yield from _present(case)


def _present(case: Case) -> Faults:
    """People in tasks of the shift <= present; beyond those not at fixed posts only for a task that needs more."""
    shift, task = case.shifts, case.tasks
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
    present = shift.present[line]
    for_queue = np.maximum(present - fixed_posts(case.scenario, case.log.places)[task.pool[inside]], 0)
    limit = np.where(staff > for_queue, present, for_queue)
    for i in np.flatnonzero(busy > limit):
        yield (
            f"staff: {when(task.begin[inside][i])}: {case.name(task.pool[inside][i])}: {busy[i]} people in tasks, "
            f"{limit[i]} there for them (id {task.subject_id[inside][i]})"
        )
