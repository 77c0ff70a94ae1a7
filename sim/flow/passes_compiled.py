"""Passes over the wide rows of a log, for the compiler: what numpy makes in `history` and `task_sums`, in a fraction of
the time, since nothing is sorted or copied on the way. Whole numbers, so the same to the bit.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from sim.flow.log import COLUMNS, TASK_CODE, Kind, Subject
from sim.flow.steps import HOUR
from sim.machine.compile_cache import keep, make_ready

Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]

SECOND, KIND, SUBJECT, SUBJECT_ID, PLACE, _, PEOPLE, VALUE, _ = range(len(COLUMNS))
TASK, VISIT, SWAB = int(Kind.TASK), int(Subject.TASK_VISIT), int(Subject.TASK_SWAB)
_CODES, _VECTOR, _TABLE = (
    types.Array(types.uint8, 1, "C"),
    types.Array(types.int64, 1, "C"),
    types.Array(types.int64, 2, "C"),
)


def ready() -> bool:
    """Whether there is machine code; it is loaded, or made in some seconds, when it is first asked for."""
    if numba.config.DISABLE_JIT:
        return False
    make_ready(_codes, (_TABLE, _CODES))
    make_ready(_count_tasks, (_TABLE, _CODES, *(_VECTOR,) * 8, *(_TABLE,) * 4))
    return True


def codes(rows: NDArray[np.void]) -> Codes:
    """The same as `history.codes`."""
    made = np.empty(len(rows), dtype=np.uint8)
    _codes(_whole(rows), made)
    return made


def count_tasks(
    read: tuple[NDArray[np.void], Codes],
    changes: tuple[Ints, Ints, Ints],
    shifts: tuple[Ints, Ints, Ints],
    groups: tuple[Ints, tuple[int, int]],
    limits: tuple[int, ...],
) -> tuple[Ints, ...]:
    """What `task_sums` counts: busy and beyond by shift, overtime by place, people in tasks by hour, rounds held and
    late by place, positions of the tasks of chosen shifts.

    `read`: the log's rows and codes. `changes` in order of rows: from which row on a pool is in which shift, -1 for
    none. `shifts`: their ends, people for the queue at no post (-1: not asked about) and whether they are chosen. Of
    the people in tasks so far in a shift of n others, the n who are last to end are kept: while all n are busy, one
    more is beyond. `groups`: of place numbers, with the shape of what is told by hour. `limits`: begin and end of the
    stretch, the first pool, seconds after which a round is late, kinds of a round.
    """
    rows, code = read
    end, others, chosen = (np.ascontiguousarray(column, dtype=np.int64) for column in shifts)
    of_shift = np.maximum(others, 0)
    by_shift, by_place = (np.zeros((n, len(of)), dtype=np.int64) for n, of in ((2, others), (3, groups[0])))
    by_hour = np.zeros((2 * groups[1][0], groups[1][1] + 1), dtype=np.int64)
    positions = np.empty(len(code) if chosen.any() else 0, dtype=np.int64)
    scalars = np.array([*limits, 0], dtype=np.int64)
    _count_tasks(
        _whole(rows), code, *(np.ascontiguousarray(column, dtype=np.int64) for column in changes),
        np.full(len(groups[0]), -1, dtype=np.int64), np.full(of_shift.sum(), -1, dtype=np.int64), groups[0], scalars,
        positions, np.stack([end, others, chosen, np.cumsum(of_shift) - of_shift], axis=1), by_shift, by_place, by_hour,
    )  # fmt: skip
    rest, coming = by_hour[: groups[1][0]], by_hour[groups[1][0] :]
    hours = np.asarray((rest + HOUR * (np.cumsum(coming, axis=1) - coming))[:, :-1])
    return (*by_shift, by_place[0], hours, by_place[1], by_place[2], positions[: scalars[-1]])


def _whole(rows: NDArray[np.void]) -> Ints:
    return rows.view(np.int64).reshape(-1, len(COLUMNS))


def _njit(function: Any) -> Any:
    return numba.njit(nogil=True, error_model="numpy", _nrt=False)(function)


@_njit
def _codes(rows: Ints, out: Codes) -> None:
    for at in range(len(rows)):
        kind = rows[at, KIND]
        out[at] = TASK_CODE + rows[at, SUBJECT] if kind == TASK else kind


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
def _within(heap: Ints, first: int, n: int, span: tuple[int, int]) -> int:
    """Seconds of one more person in a task of that span of a shift of n others while all n are busy."""
    all_busy_until: int = heap[first]
    if span[1] > all_busy_until:
        _replace_least(heap, first, n, span[1])
    return max(min(all_busy_until, span[1]) - span[0], 0)


@_njit
def _count_by_hour(by_hour: Ints, group: int, span: tuple[int, int], people: int) -> None:
    """A row of the rest of the hour in which they come, and one of how many come, less those who go."""
    n, last = len(by_hour) // 2, by_hour.shape[1] - 1
    for edge in range(2):
        second = min(max(span[edge], 0), last * HOUR)
        hour = second // HOUR
        change = people if edge == 0 else -people
        by_hour[group, hour] += change * ((hour + 1) * HOUR - second)
        by_hour[n + group, hour] += change


@_njit
def _count_tasks(  # noqa: PLR0913, PLR0917  arrays
    rows: Ints, code: Codes, from_row: Ints, pool: Ints, shift_then: Ints, now: Ints, heap: Ints, group: Ints,
    scalars: Ints, positions: Ints, shifts: Ints, by_shift: Ints, by_place: Ints, by_hour: Ints,
) -> None:  # fmt: skip
    start, end, first_pool, late, kinds = scalars[0], scalars[1], scalars[2], scalars[3], scalars[4]
    change, n_chosen = 0, 0
    for at in range(len(rows)):
        if code[at] < TASK_CODE:
            continue
        while change < len(from_row) and from_row[change] <= at:
            now[pool[change]] = shift_then[change]
            change += 1
        row = rows[at]
        begin, place = row[SECOND], row[PLACE]
        if (code[at] == TASK_CODE + VISIT or code[at] == TASK_CODE + SWAB) and place >= 0:
            due = row[SUBJECT_ID]
            if start * kinds <= due < end * kinds:
                by_place[1, place] += 1
                if due < (begin - late) * kinds:
                    by_place[2, place] += 1
        people, until = row[PEOPLE], row[VALUE]
        if place < first_pool or people <= 0:
            continue
        _count_by_hour(by_hour, group[place], (begin, until), people)
        shift = now[place]
        on = begin  # until when the shift lasts for this task
        if shift >= 0:
            on = min(until, shifts[shift, 0])
            first, last = min(max(begin, start), end), min(max(on, start), end)
            by_shift[0, shift] += (last - first) * people
            others = shifts[shift, 1]
            if others == 0:
                by_shift[1, shift] += (last - first) * people
            elif others > 0 and last > first:
                for _ in range(people):
                    by_shift[1, shift] += _within(heap, shifts[shift, 3], others, (first, last))
            if shifts[shift, 2] == 1:
                positions[n_chosen] = at
                n_chosen += 1
        by_place[0, place] += people * (min(max(until, start), end) - min(max(on, start), end))
    scalars[-1] = n_chosen


if not numba.config.DISABLE_JIT:
    keep(_codes, quiet=True)  # the engine that loaded the compiler has said so
    keep(_count_tasks, quiet=True)
