"""What the tasks of a history amount to: seconds of people by shift, pool and hour, rounds held and held late.

Half a million rows are read once for all of it where there is a compiler; numpy's way is the authority, and both give
the same whole numbers.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow import passes
from sim.flow.duty import Duties, Levels, Shifts, Tasks, tasks
from sim.flow.history import History
from sim.flow.log import EventLog, Subject
from sim.flow.steps import Ints, presence_by_hour, sums

LATE_SECONDS = 3_600
"""A visit or swab that begins so long after its round is late."""
ROUND = 100
"""A round's number is its second times this, plus its kind (`sim.flow.log.round_number`)."""


class TaskSums(NamedTuple):
    """Sums over the tasks of all pools, in seconds x people."""

    busy: Ints
    """By shift: in tasks begun in it, until its end, within the stretch."""
    from_posts: Ints
    """By shift: of these, people who left a fixed post, as somebody does while more are in tasks than the others."""
    over: Ints
    """By shift: of these, people of the brigade who finish a task after it has left."""
    overtime: Ints
    """By place: in tasks begun outside all shifts or going on after their shift, within the stretch."""
    by_hour: Ints
    """In tasks: shape (groups of places, hours of W)."""
    held: Ints
    """By place: visits and swabs held of rounds of the stretch."""
    late: Ints
    """By place: of these, the late ones."""


class Staffing(NamedTuple):
    """Who was on duty."""

    shifts: Shifts
    levels: Levels
    duties: Duties


class Extent(NamedTuple):
    """Over what tasks are summed."""

    start: int
    """First second of the stretch."""
    end: int
    """First second after it."""
    group_of_place: Ints
    """Group of each place number, 0 to n - 1."""
    shape: tuple[int, int]
    """Groups, and hours of W."""


class _Counted(NamedTuple):
    """What one pass over all tasks gives."""

    busy: Ints
    beyond: Ints
    """By shift: of `busy`, beyond the others; 0 for shifts that are not asked about."""
    overtime: Ints
    by_hour: Ints
    held: Ints
    late: Ints
    chosen: Ints
    """Positions in the log of the tasks begun in chosen shifts."""


def task_sums(log: EventLog, history: History, staff: Staffing, extent: Extent) -> TaskSums:
    """The sums of a history."""
    level, n, others = staff.levels, len(staff.shifts.pool), staff.duties.others
    special = np.zeros(n, dtype=bool)  # shifts in which more people may be in tasks than those at no post
    special[level.shift[staff.duties.for_queue > others]] = True
    fewer = (np.diff(level.present) < 0) & (np.diff(level.shift) == 0)
    special[level.shift[1:][fewer]] = True
    steady = np.bincount(level.shift, minlength=n) == 1  # no brigade: the same people from beginning to end
    of_shift = np.zeros(n, dtype=np.int64)
    of_shift[level.shift] = others
    of_shift[~(special & steady)] = -1
    chosen = special & ~steady
    quick = passes.compiled()
    if quick is None:
        counted = _counted(log, history, staff, extent, of_shift)
    else:
        counted = _counted_by_compiler(quick, (log, history), staff, extent, (of_shift, chosen))
    over, from_posts = np.zeros(n, dtype=np.int64), counted.beyond
    if chosen.any():
        of_chosen = tasks(history.task_rows(counted.chosen), staff.shifts, level, log.places)
        begin, end = (np.clip(x, extent.start, extent.end) for x in (of_chosen.begin, of_chosen.in_shift_until))
        some = np.append(chosen, False)[of_chosen.shift]  # outside all shifts, -1: finds the last
        columns = tuple(column[some] for column in (of_chosen.shift, begin, end, of_chosen.staff))
        over, more = _excess(staff, chosen[level.shift], extent, columns)
        from_posts = from_posts + more
    return TaskSums(counted.busy, from_posts, over, counted.overtime, counted.by_hour, counted.held, counted.late)


def _counted_by_compiler(
    quick: ModuleType,
    read: tuple[EventLog, History],
    staff: Staffing,
    extent: Extent,
    asked: tuple[Ints, NDArray[np.bool_]],
) -> _Counted:
    level = staff.levels
    at = np.concatenate([level.end_position, level.begin_position])  # an end comes before a begin at the same row
    order = np.argsort(at, kind="stable")
    shift = np.concatenate([np.full(len(level.pool), -1), level.shift])[order]
    changes = (at[order], np.tile(level.pool, 2)[order], shift)
    log, history = read
    limits = (extent.start, extent.end, log.places.pools.start, LATE_SECONDS, ROUND)
    rows, groups = (log.rows, history.codes), (extent.group_of_place, extent.shape)
    return _Counted(*quick.count_tasks(rows, changes, (staff.shifts.end, *asked), groups, limits))


def _counted(log: EventLog, history: History, staff: Staffing, extent: Extent, others: Ints) -> _Counted:
    """The same by numpy; all tasks are at hand, so all are handed back."""
    task = tasks(history.all_tasks(), staff.shifts, staff.levels, log.places)
    n, places = len(others), len(log.places.ids)
    begin, end = (np.clip(x, extent.start, extent.end) for x in (task.begin, task.in_shift_until))
    inside = np.flatnonzero(task.shift >= 0)
    busy = sums(task.shift[inside], (task.staff * (end - begin))[inside], n)
    asked = inside[others[task.shift[inside]] >= 0]
    beyond = _beyond(tuple(column[asked] for column in (task.shift, begin, end, task.staff)), others)
    held, late = _rounds(history, extent, places)
    by_hour = presence_by_hour(extent.group_of_place[task.pool], (task.begin, task.end), task.staff, extent.shape)
    return _Counted(busy, beyond, _overtime(task, extent, places), by_hour, held, late, task.position)


def _overtime(task: Tasks, extent: Extent, n_places: int) -> Ints:
    late = np.flatnonzero((task.shift < 0) | (task.end > task.in_shift_until))
    over_from = np.where(task.shift[late] >= 0, task.in_shift_until[late], task.begin[late])
    begin, end = (np.clip(seconds, extent.start, extent.end) for seconds in (over_from, task.end[late]))
    return sums(task.pool[late], task.staff[late] * (end - begin), n_places)


def _rounds(history: History, extent: Extent, n_places: int) -> tuple[Ints, Ints]:
    """Visits and swabs held, and held late, by place."""
    rows = history.all_tasks()
    held = (rows.subject == Subject.TASK_VISIT) | (rows.subject == Subject.TASK_SWAB)
    held &= (rows.subject_id >= extent.start * ROUND) & (rows.subject_id < extent.end * ROUND)
    late = held & (rows.subject_id < (rows.second - LATE_SECONDS) * ROUND)
    some = rows.place >= 0
    first, second = (np.bincount(rows.place[which & some], minlength=n_places) for which in (held, late))
    return first, second


def _beyond(of_tasks: tuple[Ints, ...], others: Ints) -> Ints:
    """Seconds of people in tasks beyond `others`, by shift. `of_tasks`: shift, begin, end, staff.

    Of half a million tasks, in log order: by shift (a radix sort of few numbers) begins are in order, ends nearly, so a
    sort that merges runs puts whole numbers of shift, second and change in order. To sort positions took ten times as
    long.
    """
    narrow = np.uint16 if len(others) <= 1 << 16 else np.int64
    by_shift = np.argsort(of_tasks[0].astype(narrow), kind="stable")
    shift, begin, end, staff = (column.take(by_shift) for column in of_tasks)
    bits = int(staff.max(initial=0)).bit_length() + 1
    half, second_bits = 1 << (bits - 1), int(end.max(initial=0)).bit_length()
    line = shift << second_bits
    events = np.concatenate([((line + begin) << bits) + half + staff, ((line + end) << bits) + half - staff])
    events.sort(kind="stable")
    change = (events & ((1 << bits) - 1)) - half
    busy, moment = np.cumsum(change), events >> bits  # 0 again at the end of each shift
    line = moment >> second_bits
    beyond = busy - others[line]
    more = np.flatnonzero(beyond[:-1] > 0)
    return sums(line[more], beyond[more] * (moment[more + 1] - moment[more]), len(others))


def _excess(
    staff: Staffing, chosen: NDArray[np.bool_], extent: Extent, of_tasks: tuple[Ints, ...]
) -> tuple[Ints, Ints]:
    """Seconds of people busy beyond those at no post, by shift: of a brigade that has left, and from fixed posts.

    `chosen` are the levels of the shifts looked at; `of_tasks` are shift, begin, end and staff of their tasks.
    """
    n, level = len(staff.shifts.pool), staff.levels
    shift, begin, end, people = of_tasks
    of_level, level_begin, level_end, queue, present = (
        column[chosen] for column in (level.shift, level.begin, level.end, staff.duties.others, level.present)
    )
    level_begin, level_end = (np.clip(x, extent.start, extent.end) for x in (level_begin, level_end))
    left = _most_before(of_level, present) - present
    none = np.zeros(len(shift), dtype=np.int64)
    line = np.concatenate([shift, shift, of_level, of_level])
    second = np.concatenate([begin, end, level_begin, level_end])
    order = np.argsort((line << 40) + second, kind="stable")  # by shift, then by time
    line, second = line[order], second[order]
    busy = np.cumsum(np.concatenate([people, -people, 0 * queue, 0 * queue])[order])  # 0 again at a shift's end
    there = np.cumsum(np.concatenate([none, none, queue, -queue])[order])
    gone = np.cumsum(np.concatenate([none, none, left, -left])[order])
    lasts = np.diff(second, append=0) * (np.diff(line, append=-1) == 0)
    beyond = np.maximum(busy - there, 0)
    over = np.minimum(beyond, gone)
    return sums(line, over * lasts, n), sums(line, (beyond - over) * lasts, n)


def _most_before(group: Ints, values: Ints) -> Ints:
    """Largest value so far within each group; groups are adjacent, values below 2**30."""
    return np.asarray(np.maximum.accumulate((group << 30) + values) - (group << 30))
