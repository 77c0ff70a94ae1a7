"""Passes for the compiler: what numpy makes in `history`, `task_sums` and `steps`, in a fraction of the time,
since little is sorted or copied on the way. Whole numbers, so the same to the bit.
"""

from __future__ import annotations

import functools
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from sim.flow.log import COLUMNS, TASK_CODE, Kind, Subject
from sim.flow.rules import DAY
from sim.machine.compile_cache import keep, make_ready

Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]
Bools = NDArray[np.bool_]

HOUR = DAY // 24

SECOND, KIND, SUBJECT, SUBJECT_ID, PLACE, _, PEOPLE, VALUE, _ = range(len(COLUMNS))
TASK, VISIT, SWAB = int(Kind.TASK), int(Subject.TASK_VISIT), int(Subject.TASK_SWAB)
FEW, FEW_BITS, BITS = 2_000, 8, 12  # a number is sorted by so many bits at a time
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / golden ratio: neighbours come far apart
_CODES, _BOOLS, _VECTOR, _TABLE = (
    types.Array(types.uint8, 1, "C"),
    types.Array(types.boolean, 1, "C"),
    types.Array(types.int64, 1, "C"),
    types.Array(types.int64, 2, "C"),
)


@functools.cache
def ready() -> bool:
    """Whether there is machine code; it is loaded, or made in some seconds, when it is first asked for."""
    if numba.config.DISABLE_JIT:
        return False
    make_ready(_by_code, (_TABLE, _CODES, _VECTOR, _VECTOR, _VECTOR))
    make_ready(_enter, (_VECTOR, _VECTOR))
    make_ready(_find, (_VECTOR, _VECTOR, _VECTOR, _VECTOR, _BOOLS))
    make_ready(_running_sums, (_TABLE, _TABLE, _VECTOR))
    make_ready(_count_tasks, (_TABLE, _CODES, *(_VECTOR,) * 8, *(_TABLE,) * 4))
    return True


def by_code(rows: NDArray[np.void]) -> tuple[Codes, Ints, Ints]:
    """The same as `history.by_code`."""
    codes, ends = np.empty(len(rows), dtype=np.uint8), np.zeros(257, dtype=np.int64)
    others, order = np.empty(len(rows), dtype=np.int64), np.empty(len(rows), dtype=np.int64)
    n = _by_code(_whole(rows), codes, others, order, ends)
    return codes, order[:n], ends[:-1]


def table_of(ids: Ints) -> Ints:
    """A table in which each id has its place, the first free one from where its bits say; for `find`."""
    table = np.full(1 << max(2 * len(ids), 2).bit_length(), -1, dtype=np.int64)
    _enter(ids, table)
    return table


def find(ids: Ints, table: Ints, numbers: Ints) -> tuple[Ints, Bools]:
    """The same as numpy's way in `steps.Finder`."""
    line, there = np.empty(len(numbers), dtype=np.int64), np.empty(len(numbers), dtype=np.bool_)
    _find(ids, np.ascontiguousarray(numbers), table, line, there)
    return line, there


def running_sums(seconds: Ints, changes: Ints) -> tuple[Ints, Ints]:
    """The same as `steps.steps`."""
    made, other = np.empty((2, len(seconds)), dtype=np.int64), np.empty((2, len(seconds)), dtype=np.int64)
    made[0], made[1] = seconds, changes
    bits = FEW_BITS if len(seconds) < FEW else BITS
    n = _running_sums(made, other, np.empty(1 << bits, dtype=np.int64))
    return made[0, :n], made[1, :n]


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
def _by_code(rows: Ints, codes: Codes, others: Ints, order: Ints, ends: Ints) -> int:
    """Sort by counting: how many rows of each code there are tells where the rows of the next one begin."""
    n = 0
    for at in range(len(rows)):
        kind = rows[at, KIND]
        code = TASK_CODE + rows[at, SUBJECT] if kind == TASK else kind
        codes[at] = code
        if code != TASK_CODE + VISIT:
            others[n] = at
            ends[code + 1] += 1
            n += 1
    for code in range(len(ends) - 1):
        ends[code + 1] += ends[code]
    for i in range(n):
        code = codes[others[i]]
        order[ends[code]] = others[i]
        ends[code] += 1  # from where its rows begin to where they end
    return n


@_njit
def _slot(table: Ints, ids: Ints, number: int) -> int:
    """The place of a number in a table of lines of ids, or the free one where it would be."""
    last = len(table) - 1
    slot = int((np.uint64(number) * _SPREAD) >> np.uint64(32)) & last
    while table[slot] >= 0 and ids[table[slot]] != number:
        slot = (slot + 1) & last
    return slot


@_njit
def _enter(ids: Ints, table: Ints) -> None:
    for i in range(len(ids)):
        slot = _slot(table, ids, ids[i])
        if table[slot] < 0:
            table[slot] = i


@_njit
def _find(ids: Ints, numbers: Ints, table: Ints, line: Ints, there: Bools) -> None:
    for i in range(len(numbers)):
        found = table[_slot(table, ids, numbers[i])]
        line[i], there[i] = max(found, 0), found >= 0


@_njit
def _running_sums(made: Ints, other: Ints, count: Ints) -> int:
    """Sort changes (row 1) by second (row 0), by the last bits first; then one sum for each second, told in `made`."""
    n, last, source, target = made.shape[1], len(count) - 1, made, other
    least, ascending, rest = 0, True, 0
    for i in range(n):
        least = min(least, made[0, i])
        rest = max(rest, made[0, i])
        ascending &= i == 0 or made[0, i - 1] <= made[0, i]
    rest, bits, done = 0 if ascending else rest - least, 0, 0
    while last >> bits:
        bits += 1
    while done < 63 and rest >> done:
        count[:] = 0
        for i in range(n):
            count[((source[0, i] - least) >> done) & last] += 1
        before = 0
        for digit in range(len(count)):
            before, count[digit] = before + count[digit], before
        for i in range(n):
            digit = ((source[0, i] - least) >> done) & last
            target[0, count[digit]], target[1, count[digit]] = source[0, i], source[1, i]
            count[digit] += 1
        source, target, done = target, source, done + bits
    lines, total = 0, 0
    for i in range(n):
        second, total = source[0, i], total + source[1, i]
        if i + 1 == n or source[0, i + 1] != second:
            made[0, lines], made[1, lines] = second, total
            lines += 1
    return lines


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
    begin, end = min(max(span[0], 0), last * HOUR), min(max(span[1], 0), last * HOUR)
    hour = begin // HOUR
    until = (hour + 1) * HOUR
    if begin <= end <= until:  # as mostly: within one hour
        by_hour[group, hour] += people * (end - begin)
        return
    by_hour[group, hour] += people * (until - begin)
    by_hour[n + group, hour] += people
    hour = end // HOUR
    by_hour[group, hour] -= people * ((hour + 1) * HOUR - end)
    by_hour[n + group, hour] -= people


@_njit
def _count_round(by_place: Ints, place: int, due: int, begin: int, scalars: Ints) -> None:
    start, end, late, kinds = scalars[0], scalars[1], scalars[3], scalars[4]
    if start * kinds <= due < end * kinds:
        by_place[1, place] += 1
        if due < (begin - late) * kinds:
            by_place[2, place] += 1


@_njit
def _count_tasks(  # noqa: PLR0913, PLR0917  arrays
    rows: Ints, code: Codes, from_row: Ints, pool: Ints, shift_then: Ints, now: Ints, heap: Ints, group: Ints,
    scalars: Ints, positions: Ints, shifts: Ints, by_shift: Ints, by_place: Ints, by_hour: Ints,
) -> None:  # fmt: skip
    start, end, first_pool = scalars[0], scalars[1], scalars[2]
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
            _count_round(by_place, place, row[SUBJECT_ID], begin, scalars)
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
        if on < until:
            by_place[0, place] += people * (min(max(until, start), end) - min(max(on, start), end))
    scalars[-1] = n_chosen


if not numba.config.DISABLE_JIT:
    keep(_by_code, quiet=True)  # the engine that loaded the compiler has said so
    keep(_enter, quiet=True)
    keep(_find, quiet=True)
    keep(_running_sums, quiet=True)
    keep(_count_tasks, quiet=True)
