"""Passes over half a million rows of tasks, for the compiler: what numpy makes in `history` and `duty`, in a third
of the time, since nothing is sorted or copied on the way. Whole numbers, so the same to the bit.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from sim.flow.log import COLUMNS, Kind
from sim.flow.steps import HOUR
from sim.machine.compile_cache import keep, make_ready

Ints = NDArray[np.int64]

SECOND, KIND, SUBJECT, SUBJECT_ID, PLACE, _, PEOPLE, VALUE, _ = range(len(COLUMNS))
TASK = int(Kind.TASK)
_VECTOR, _TABLE = types.Array(types.int64, 1, "C"), types.Array(types.int64, 2, "C")


def ready() -> bool:
    """Whether there is machine code; it is loaded, or made in a second, when it is first asked for."""
    if numba.config.DISABLE_JIT:
        return False
    make_ready(_task_columns, (_TABLE, _TABLE))
    make_ready(_levels, (_VECTOR, _VECTOR, _VECTOR, _VECTOR, _VECTOR, _VECTOR))
    make_ready(_busy_and_beyond, (_VECTOR,) * 10)
    make_ready(_presence_by_hour, (*(_VECTOR,) * 5, _TABLE))
    return True


def task_columns(rows: Ints, n: int) -> Ints:
    """The columns of `history.TaskRows` from all rows of a log, of which n are of tasks."""
    made = np.empty((7, n), dtype=np.int64)
    _task_columns(rows, made)
    return made


def levels(from_row: Ints, pool: Ints, level: Ints, pool_of_row: Ints, n_pools: int) -> Ints:
    """The level of each row's pool: change i sets that of `pool[i]` for all rows from `from_row[i]` on; -1 before any.
    Changes come in order of their rows.
    """
    made = np.empty(len(pool_of_row), dtype=np.int64)
    _levels(from_row, pool, level, pool_of_row, np.full(n_pools, -1, dtype=np.int64), made)
    return made


def busy_and_beyond(tasks: tuple[Ints, ...], stretch: tuple[int, int], others: Ints) -> tuple[Ints, Ints]:
    """Seconds of people in tasks within a stretch of time, by shift; and those beyond `others`, 0 where that is -1.

    `tasks` are shift (-1: none), begin, end and staff, in order of begin within each shift. Of the people in tasks so
    far in a shift of n others, the n who are last to end are kept: while all n are busy, one more is beyond.
    """
    of_shift = np.maximum(others, 0)
    ends = np.full(of_shift.sum(), -1, dtype=np.int64)
    busy, beyond = np.zeros(len(others), dtype=np.int64), np.zeros(len(others), dtype=np.int64)
    columns = (*tasks, stretch, others, np.cumsum(of_shift) - of_shift)
    _busy_and_beyond(*(np.ascontiguousarray(column, dtype=np.int64) for column in columns), ends, busy, beyond)
    return busy, beyond


def presence_by_hour(of_place: Ints, place: Ints, span: tuple[Ints, Ints], size: Ints, shape: tuple[int, int]) -> Ints:
    """The same as `steps.presence_by_hour`; the group of a line is that of its place."""
    made = np.zeros((2 * shape[0], shape[1] + 1), dtype=np.int64)
    columns = (np.ascontiguousarray(column, dtype=np.int64) for column in (of_place, place, *span, size))
    _presence_by_hour(*columns, made)
    rest, coming = made[: shape[0]], made[shape[0] :]
    return np.asarray((rest + HOUR * (np.cumsum(coming, axis=1) - coming))[:, :-1])


def _njit(function: Any) -> Any:
    return numba.njit(nogil=True, error_model="numpy")(function)


@_njit
def _task_columns(rows: Ints, out: Ints) -> None:
    n = 0
    for at in range(len(rows)):
        if rows[at, KIND] == TASK:
            out[0, n], out[1, n], out[2, n] = rows[at, SECOND], rows[at, SUBJECT], rows[at, SUBJECT_ID]
            out[3, n], out[4, n], out[5, n] = rows[at, PLACE], rows[at, PEOPLE], rows[at, VALUE]
            out[6, n] = at
            n += 1


@_njit
def _levels(from_row: Ints, pool: Ints, level: Ints, pool_of_row: Ints, now: Ints, out: Ints) -> None:
    change = 0
    for row in range(len(pool_of_row)):
        while change < len(from_row) and from_row[change] <= row:
            now[pool[change]] = level[change]
            change += 1
        out[row] = now[pool_of_row[row]]


@_njit
def _presence_by_hour(of_place: Ints, place: Ints, begin: Ints, end: Ints, size: Ints, out: Ints) -> None:
    """For each group a row of the rest of the hour in which they come, and one of how many come, less those who go."""
    n, last = len(out) // 2, out.shape[1] - 1
    for i in range(len(place)):
        line, people = of_place[place[i]], size[i]
        second = min(max(begin[i], 0), last * HOUR)
        hour = second // HOUR
        out[line, hour] += people * ((hour + 1) * HOUR - second)
        out[n + line, hour] += people
        second = min(max(end[i], 0), last * HOUR)
        hour = second // HOUR
        out[line, hour] -= people * ((hour + 1) * HOUR - second)
        out[n + line, hour] -= people


@_njit
def _replace_least(heap: Ints, first: int, n: int, value: int) -> None:
    """Put a value in the place of the least of n, which is the first of them and stands above no less."""
    at = 0
    while 2 * at + 1 < n:
        below = 2 * at + 1
        if below + 1 < n and heap[first + below + 1] < heap[first + below]:
            below += 1
        if heap[first + below] >= value:
            break
        heap[first + at] = heap[first + below]
        at = below
    heap[first + at] = value


@_njit
def _busy_and_beyond(  # noqa: PLR0913, PLR0917  columns
    shift: Ints, begin: Ints, end: Ints, people: Ints, stretch: Ints, others: Ints, heap_of_shift: Ints, heaps: Ints,
    busy: Ints, beyond: Ints,
) -> None:  # fmt: skip
    for i in range(len(shift)):
        line, first, last = shift[i], max(begin[i], stretch[0]), min(end[i], stretch[1])
        if line < 0 or last <= first:
            continue
        busy[line] += (last - first) * people[i]
        n, heap = others[line], heap_of_shift[line]
        if n == 0:
            beyond[line] += (last - first) * people[i]
        if n <= 0:
            continue
        for _ in range(people[i]):
            all_busy_until = heaps[heap]
            beyond[line] += max(min(all_busy_until, last) - first, 0)
            if last > all_busy_until:
                _replace_least(heaps, heap, n, last)


if not numba.config.DISABLE_JIT:
    keep(_busy_and_beyond, quiet=True)
    keep(_presence_by_hour, quiet=True)
    keep(_task_columns, quiet=True)  # the engine that loaded the compiler has said so
    keep(_levels, quiet=True)
