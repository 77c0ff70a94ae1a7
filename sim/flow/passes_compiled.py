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
from sim.machine.kept_code import keep, make_ready

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
    make_ready(_beyond, (_VECTOR, _VECTOR, _VECTOR, _VECTOR, _VECTOR, _TABLE, _TABLE, _TABLE, _VECTOR))
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


def beyond(tasks: tuple[Ints, ...], others: Ints, most: int) -> Ints | None:
    """Seconds of people in tasks beyond `others`, by shift; `tasks` are shift, begin, end and staff in order of begin
    within each shift. None when more than `most` tasks of a shift go on at once.
    """
    n = len(others)
    going, state = np.empty((2, n, max(most, 1)), dtype=np.int64), np.zeros((n, 3), dtype=np.int64)
    made = np.zeros(n, dtype=np.int64)
    columns = (np.ascontiguousarray(column, dtype=np.int64) for column in (*tasks, others))
    return made if _beyond(*columns, going[0], going[1], state, made) else None


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
def _pass_time(line: int, until: int, others: Ints, ends: Ints, staff: Ints, state: Ints, out: Ints) -> None:
    """Let a shift's time go on; tasks that end by then go. State: tasks going on, people in them, second reached."""
    while state[line, 0] > 0:
        first = 0
        for task in range(1, state[line, 0]):
            if ends[line, task] < ends[line, first]:
                first = task
        second = ends[line, first]
        if second > until:
            break
        out[line] += max(state[line, 1] - others[line], 0) * (second - state[line, 2])
        state[line, 2] = second
        state[line, 1] -= staff[line, first]
        state[line, 0] -= 1
        ends[line, first], staff[line, first] = ends[line, state[line, 0]], staff[line, state[line, 0]]
    out[line] += max(state[line, 1] - others[line], 0) * (until - state[line, 2])
    state[line, 2] = until


@_njit
def _beyond(  # noqa: PLR0913, PLR0917  columns and what is kept between them
    shift: Ints, begin: Ints, end: Ints, people: Ints, others: Ints, ends: Ints, staff: Ints, state: Ints, out: Ints
) -> bool:
    for i in range(len(shift)):
        line = shift[i]
        if end[i] <= begin[i]:
            continue
        _pass_time(line, begin[i], others, ends, staff, state, out)
        going = state[line, 0]
        if going == ends.shape[1]:
            return False
        ends[line, going], staff[line, going] = end[i], people[i]
        state[line, 0] += 1
        state[line, 1] += people[i]
    for line in range(len(others)):
        while state[line, 0] > 0:
            first = ends[line, 0]
            for task in range(1, state[line, 0]):
                first = min(first, ends[line, task])
            _pass_time(line, first, others, ends, staff, state, out)
    return True


if not numba.config.DISABLE_JIT:
    keep(_beyond, quiet=True)
    keep(_task_columns, quiet=True)  # the engine that loaded the compiler has said so
    keep(_levels, quiet=True)
