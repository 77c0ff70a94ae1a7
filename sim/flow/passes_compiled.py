"""Two passes over half a million rows of tasks, for the compiler: what numpy makes in `history` and `duty`, in a third
of the time, since nothing is sorted or copied on the way. Whole numbers, so the same to the bit.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from sim.flow.log import COLUMNS, Kind
from sim.kept_code import keep, make_ready

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


if not numba.config.DISABLE_JIT:
    keep(_task_columns, quiet=True)  # the engine that loaded the compiler has said so
    keep(_levels, quiet=True)
