"""Staff: on duty, busy, in overtime, missing at fixed posts. One value per pool; a site's team is a pool of its own.

Utilisation divides by the time that people were present and not at a fixed post, never by headcount x 24 hours: the two
differ by a factor of three in a pool with three shifts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.flow.duty import fixed_posts, pool_definition
from sim.flow.steps import Ints
from sim.measures.scope import ALL, DAY, HOUR, Result, Results, Scope, share


def on_duty(scope: Scope) -> Results:
    """staff_on_duty_mean, staff_on_duty_max (pools) and staff_days (pools, all)."""
    shift = scope.shifts
    day = _roster_days(scope)
    inside = (day >= scope.start // DAY) & (day < scope.end // DAY)
    began = (shift.begin >= scope.start) & (shift.begin < scope.end)
    staff_days = _by_pool(scope, shift.pool[began], shift.present[began])
    yield from _per_pool_and_all(scope, "staff_days", staff_days.astype(float))
    for number in scope.log.places.pools:
        here = inside & (shift.pool == number)
        days = np.unique(day[here])
        present = np.bincount(np.searchsorted(days, day[here]), weights=shift.present[here], minlength=len(days))
        yield Result("staff_on_duty_mean", scope.name(number), share(float(present.sum()), len(days)))
        yield Result("staff_on_duty_max", scope.name(number), float(present.max()) if len(days) else float("nan"))


def _roster_days(scope: Scope) -> Ints:
    """Day on which the roster begins each shift. A team that starts in the middle of a night shift, because its site
    opens then, is the crew of the day before.
    """
    shift = scope.shifts
    day = shift.begin // DAY
    clock = shift.begin % DAY
    for number in scope.log.places.pools:
        definition = pool_definition(scope.scenario, scope.log.places, number)
        starts = [s.start * 60 for s in definition.shifts.values()]
        over_midnight = [s.start * 60 + round(s.hours * HOUR) - DAY for s in definition.shifts.values()]
        here = (shift.pool == number) & (clock < max(over_midnight, default=0)) & ~np.isin(clock, starts)
        day[here] -= 1
    return day


class _Use(NamedTuple):
    """Seconds of people of each shift within the stretch."""

    busy: Ints
    """In tasks begun in the shift, until its end."""
    from_posts: Ints
    """Of these, taken from fixed posts by tasks that need more than the rest of the shift."""
    length: Ints
    """Length of the shift in seconds, within the stretch."""


def work(scope: Scope) -> Results:
    """Measures `utilisation` (pools), overtime_hours and posts_empty (pools, all)."""
    shift, posts = scope.shifts, fixed_posts(scope.scenario, scope.log.places)
    use = _use(scope, posts)
    manned = np.minimum(posts[shift.pool], shift.present)
    available = (shift.present - manned) * use.length + use.from_posts
    empty = (posts[shift.pool] - manned) * use.length + use.from_posts
    by_pool = [_by_pool(scope, shift.pool, seconds) for seconds in (use.busy, available, empty)]
    for number, busy, there in zip(scope.log.places.pools, by_pool[0], by_pool[1], strict=True):
        yield Result("utilisation", scope.name(number), share(int(busy), int(there)))
    yield from _per_pool_and_all(scope, "posts_empty", by_pool[2] / HOUR)
    yield from _per_pool_and_all(scope, "overtime_hours", _overtime(scope) / HOUR)


def _use(scope: Scope, posts: Ints) -> _Use:
    shift, task = scope.shifts, scope.tasks
    n, inside = len(shift.pool), task.shift >= 0
    line, staff = task.shift[inside], task.staff[inside]
    begin = np.clip(task.begin[inside], scope.start, scope.end)
    end = np.clip(task.in_shift_until[inside], scope.start, scope.end)
    busy = np.bincount(line, weights=staff * (end - begin), minlength=n).astype(np.int64)
    for_queue = np.maximum(shift.present - posts[shift.pool], 0)
    seconds, of_shift = np.concatenate([begin, end]), np.concatenate([line, line])
    order = np.argsort((of_shift << 40) + seconds, kind="stable")  # by shift, then by time
    seconds, of_shift = seconds[order], of_shift[order]
    present = np.cumsum(np.concatenate([staff, -staff])[order])  # back to 0 at the end of each shift
    excess = np.maximum(present[:-1] - for_queue[of_shift[:-1]], 0) * np.diff(seconds) * (np.diff(of_shift) == 0)
    from_posts = np.bincount(of_shift[:-1], weights=excess, minlength=n).astype(np.int64)
    length = np.clip(shift.end, scope.start, scope.end) - np.clip(shift.begin, scope.start, scope.end)
    return _Use(busy, from_posts, length)


def _overtime(scope: Scope) -> Ints:
    task = scope.tasks
    over_from = np.where(task.shift >= 0, task.in_shift_until, task.begin)
    begin, end = np.clip(over_from, scope.start, scope.end), np.clip(task.end, scope.start, scope.end)
    return _by_pool(scope, task.pool, task.staff * (end - begin))


def _by_pool(scope: Scope, pool: Ints, values: Ints) -> Ints:
    """Sum of values by pool, in order of place numbers."""
    pools = scope.log.places.pools
    return np.bincount(pool - pools.start, weights=values, minlength=len(pools)).astype(np.int64)


def _per_pool_and_all(scope: Scope, measure: str, values: Sequence[float] | np.ndarray) -> Results:
    yield Result(measure, ALL, float(sum(values)))
    for number, value in zip(scope.log.places.pools, values, strict=True):
        yield Result(measure, scope.name(number), float(value))
