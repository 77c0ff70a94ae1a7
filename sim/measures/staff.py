"""Staff: on duty, busy, in overtime, missing at fixed posts. One value per pool; a site's team is a pool of its own.

Utilisation divides by the time that people were present and not at a fixed post, never by headcount x 24 hours: the two
differ by a factor of three in a pool with three shifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import compiled_passes
from sim.flow.log import Kind
from sim.flow.steps import Ints, integral, presence
from sim.measures.scope import ALL, DAY, HOUR, Result, Results, Scope, share, sums
from sim.sampling.roster import Roster, rosters

_MINUTES = 1_440
"""Minutes of a day, so that (day, start of a shift) is one number."""


def on_duty(scope: Scope) -> Results:
    """staff_on_duty_mean, staff_on_duty_max (pools), staff_days and brigade_days (pools, all)."""
    yield from _per_pool_and_all(scope, "staff_days", staff_days(scope).astype(float))
    yield from _per_pool_and_all(scope, "brigade_days", brigade_days(scope))
    for number, present in zip(scope.log.places.pools, _present_by_day(scope), strict=True):
        yield Result("staff_on_duty_mean", scope.name(number), float(present.mean()))
        yield Result("staff_on_duty_max", scope.name(number), float(present.max()))


def staff_days(scope: Scope) -> Ints:
    """People present, the brigade's apart, over shifts that began in the stretch, by pool."""
    began = scope.in_stretch(scope.shifts.begin)
    return _by_pool(scope, scope.shifts.pool[began], _with_added(scope)[began])


def _with_added(scope: Scope) -> Ints:
    """People of each shift with those whom disruptions add to it, at most at once."""
    most = np.zeros(len(scope.shifts.pool), dtype=np.int64)
    np.maximum.at(most, scope.levels.shift, scope.levels.added)
    return scope.shifts.present + most


def brigade_days(scope: Scope) -> list[float]:
    """People of the brigade x days from coming to leaving, by pool."""
    came, left = scope.history.of(Kind.BRIGADE_ARRIVED), scope.history.of(Kind.BRIGADE_LEFT)
    days = []
    for number in scope.log.places.pools:
        a, b = came[came["place"] == number], left[left["place"] == number]
        seconds = np.concatenate([a["second"], b["second"]])
        always = np.full(len(seconds), scope.log.hard_stop)  # each change lasts from its second on
        here = presence(seconds, always, np.concatenate([a["people"], -b["people"]]))
        days.append(integral(here, scope.start, scope.end) / DAY)
    return days


def _present_by_day(scope: Scope) -> Ints:
    """Distinct people present on each calendar day of the stretch, the brigade's apart: shape (pools, days).

    A shift over midnight is present on both days. The roster does not say who comes, so shifts of one pool that start
    at the same time of day are taken to be the same people: the end of last night's shift and the beginning of
    tonight's are in a day together and count once, the larger of the two. Shifts of other times are other people. A day
    without a shift, as before a site opens, has nobody.
    """
    shift, pools = scope.shifts, scope.log.places.pools
    first, n_days = scope.start // DAY, (scope.end - scope.start) // DAY
    begins = np.maximum(shift.begin // DAY, first)
    days = np.maximum(np.minimum(-(-shift.end // DAY), first + n_days) - begins, 0)
    days[shift.end <= shift.begin] = 0
    line = np.repeat(np.arange(len(days)), days)
    day = np.arange(len(line)) - np.repeat(np.cumsum(days) - days, days) + begins[line] - first
    crew = ((shift.pool - pools.start)[line] * n_days + day) * _MINUTES + starts(scope)[line]
    crews, of_line = np.unique(crew, return_inverse=True)
    people = np.zeros(len(crews), dtype=np.int64)
    np.maximum.at(people, of_line, _with_added(scope)[line])
    return sums(crews // _MINUTES, people, len(pools) * n_days).reshape(len(pools), n_days)


def starts(scope: Scope, of_pool: Sequence[Roster] | None = None) -> Ints:
    """Minutes after midnight at which the roster starts each shift: one that the window, or the opening of its site,
    cuts is known by the shift that it is part of. `of_pool`: the rosters, where they are not the scenario's.
    """
    shift = scope.shifts
    start = np.zeros(len(shift.pool), dtype=np.int64)
    of_pool = rosters(scope.scenario) if of_pool is None else of_pool
    for number, roster in zip(scope.log.places.pools, of_pool, strict=True):
        here = np.flatnonzero(shift.pool == number)
        line = np.searchsorted(roster.begin, shift.begin[here], side="right") - 1
        start[here] = np.append(roster.start, 0)[line]
    return start


class _Use(NamedTuple):
    """Seconds of people of each shift within the stretch."""

    busy: Ints
    """In tasks begun in the shift, until its end."""
    over: Ints
    """Of these, people of the brigade who finish a task after it has left."""
    from_posts: Ints
    """Of these, people who left a fixed post, as somebody does while more are in tasks than the others."""


def work(scope: Scope) -> Results:
    """Measures `utilisation` (pools), overtime_hours and posts_empty (pools, all)."""
    level, posts = scope.levels, scope.duties.posts
    use = _use(scope)
    manned = np.minimum(posts, level.present)
    length = np.clip(level.end, scope.start, scope.end) - np.clip(level.begin, scope.start, scope.end)
    lent = _by_pool(scope, scope.shifts.pool, use.from_posts)
    available = _by_pool(scope, level.pool, (level.present - manned) * length) + lent
    empty = _by_pool(scope, level.pool, (posts - manned) * length) + lent
    busy = _by_pool(scope, scope.shifts.pool, use.busy - use.over)
    for number, part, there in zip(scope.log.places.pools, busy, available, strict=True):
        yield Result("utilisation", scope.name(number), share(int(part), int(there)))
    yield from _per_pool_and_all(scope, "posts_empty", empty / HOUR)
    overtime = _overtime(scope) + _by_pool(scope, scope.shifts.pool, use.over)
    yield from _per_pool_and_all(scope, "overtime_hours", overtime / HOUR)


def _use(scope: Scope) -> _Use:
    level, n = scope.levels, len(scope.shifts.pool)
    others = scope.duties.others
    special = np.zeros(n, dtype=bool)  # shifts in which more people may be in tasks than those at no post
    special[level.shift[scope.duties.for_queue > others]] = True
    fewer = (np.diff(level.present) < 0) & (np.diff(level.shift) == 0)
    special[level.shift[1:][fewer]] = True
    steady = np.bincount(level.shift, minlength=n) == 1  # no brigade: the same people from beginning to end
    of_shift = np.zeros(n, dtype=np.int64)
    of_shift[level.shift] = others
    of_shift[~(special & steady)] = -1
    over = np.zeros(n, dtype=np.int64)
    busy, from_posts = _busy_and_beyond(scope, of_shift)
    if (chosen := special & ~steady).any():
        more = _excess(scope, chosen[level.shift], others, _tasks_of(scope, chosen))
        over, from_posts = more[0], from_posts + more[1]
    return _Use(busy, over, from_posts)


def _tasks_of(scope: Scope, chosen: NDArray[np.bool_]) -> tuple[Ints, ...]:
    """Shift, begin and end within stretch and shift, and staff of the tasks of chosen shifts."""
    task = scope.tasks
    some = np.flatnonzero(np.append(chosen, False)[task.shift])  # a task outside all shifts, -1, finds the last
    begin, end = (np.clip(x[some], scope.start, scope.end) for x in (task.begin, task.in_shift_until))
    return task.shift[some], begin, end, task.staff[some]


def _busy_and_beyond(scope: Scope, others: Ints) -> tuple[Ints, Ints]:
    """Seconds of people in tasks, by shift; and those beyond `others`, 0 where that is -1. By the compiler where there
    is one.
    """
    task, quick, chosen = scope.tasks, compiled_passes(), others >= 0
    if quick is not None:
        columns = (task.shift, task.begin, task.in_shift_until, task.staff)
        found: tuple[Ints, Ints] = quick.busy_and_beyond(columns, (scope.start, scope.end), others)
        return found
    none = np.zeros(len(others), dtype=np.int64)
    return _busy(scope), _beyond(_tasks_of(scope, chosen), others) if chosen.any() else none


def _beyond(tasks: tuple[Ints, ...], others: Ints) -> Ints:
    """Seconds of people in tasks beyond `others`, by shift.

    Of half a million tasks, in log order: by shift (a radix sort of few numbers) begins are in order, ends nearly, so a
    sort that merges runs puts whole numbers of shift, second and change in order. To sort positions took ten times as
    long.
    """
    narrow = np.uint16 if len(others) <= 1 << 16 else np.int64
    by_shift = np.argsort(tasks[0].astype(narrow), kind="stable")
    shift, begin, end, staff = (column.take(by_shift) for column in tasks)
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


def _busy(scope: Scope) -> Ints:
    """Seconds of people in tasks within the stretch, by the shift in which they began.

    Columns are worked on in place: with visits they hold half a million rows, and fresh memory costs more than sums.
    """
    task = scope.tasks
    seconds = np.minimum(task.in_shift_until, scope.end)
    np.subtract(seconds, task.begin if scope.start == 0 else np.maximum(task.begin, scope.start), out=seconds)
    np.maximum(seconds, 0, out=seconds)
    seconds *= task.staff
    outside = np.flatnonzero(task.shift < 0)
    seconds[outside] = 0
    shift = task.shift if not len(outside) else np.maximum(task.shift, 0)
    return sums(shift, seconds, max(len(scope.shifts.pool), 1))[: len(scope.shifts.pool)]


def _excess(scope: Scope, chosen: Ints, others: Ints, tasks: tuple[Ints, ...]) -> tuple[Ints, Ints]:
    """Seconds of people busy beyond those at no post, by shift: of a brigade that has left, and from fixed posts.

    `chosen` are the levels of the shifts looked at; `tasks` are shift, begin, end and staff of their tasks.
    """
    n = len(scope.shifts.pool)
    shift, begin, end, staff = tasks
    of_level, level_begin, level_end, queue, present = (
        column[chosen]
        for column in (scope.levels.shift, scope.levels.begin, scope.levels.end, others, scope.levels.present)
    )
    level_begin, level_end = (np.clip(x, scope.start, scope.end) for x in (level_begin, level_end))
    left = _most_before(of_level, present) - present
    none = np.zeros(len(shift), dtype=np.int64)
    line = np.concatenate([shift, shift, of_level, of_level])
    second = np.concatenate([begin, end, level_begin, level_end])
    order = np.argsort((line << 40) + second, kind="stable")  # by shift, then by time
    line, second = line[order], second[order]
    busy = np.cumsum(np.concatenate([staff, -staff, 0 * queue, 0 * queue])[order])  # 0 again at the end of each shift
    there = np.cumsum(np.concatenate([none, none, queue, -queue])[order])
    gone = np.cumsum(np.concatenate([none, none, left, -left])[order])
    lasts = np.diff(second, append=0) * (np.diff(line, append=-1) == 0)
    beyond = np.maximum(busy - there, 0)
    over = np.minimum(beyond, gone)
    return sums(line, over * lasts, n), sums(line, (beyond - over) * lasts, n)


def _most_before(group: Ints, values: Ints) -> Ints:
    """Largest value so far within each group; groups are adjacent, values below 2**30."""
    return np.asarray(np.maximum.accumulate((group << 30) + values) - (group << 30))


def _overtime(scope: Scope) -> Ints:
    task = scope.tasks
    late = np.flatnonzero((task.shift < 0) | (task.end > task.in_shift_until))
    over_from = np.where(task.shift[late] >= 0, task.in_shift_until[late], task.begin[late])
    begin, end = (np.clip(seconds, scope.start, scope.end) for seconds in (over_from, task.end[late]))
    return _by_pool(scope, task.pool[late], task.staff[late] * (end - begin))


def _by_pool(scope: Scope, pool: Ints, values: Ints) -> Ints:
    """Sum of values by pool, in order of place numbers."""
    pools = scope.log.places.pools
    return sums(pool - pools.start, values, len(pools))


def _per_pool_and_all(scope: Scope, measure: str, values: Sequence[float] | np.ndarray) -> Results:
    yield Result(measure, ALL, float(sum(values)))
    for number, value in zip(scope.log.places.pools, values, strict=True):
        yield Result(measure, scope.name(number), float(value))
