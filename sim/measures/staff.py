"""Staff: on duty, busy, in overtime, missing at fixed posts. One value per pool; a site's team is a pool of its own.

Utilisation divides by the time that people were present and not at a fixed post, never by headcount x 24 hours: the two
differ by a factor of three in a pool with three shifts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.flow.log import Kind
from sim.flow.steps import Ints, integral, presence, sums
from sim.measures.scope import ALL, DAY, HOUR, Result, Results, Scope, once, share
from sim.sampling.roster import Roster, rosters

_MINUTES = 1_440
"""Minutes of a day: shifts start at one of them."""
_FURTHER = 1 << 40
"""More than all seconds, so that (pool, second) is one number."""


def on_duty(scope: Scope) -> Results:
    """staff_on_duty_mean, staff_on_duty_max (pools), staff_days and brigade_days (pools, all)."""
    yield from _per_pool_and_all(scope, "staff_days", staff_days(scope).astype(float))
    yield from _per_pool_and_all(scope, "brigade_days", brigade_days(scope))
    present = _present_by_day(scope)
    for measure, values in (("mean", present.mean(axis=1)), ("max", present.max(axis=1))):
        for number, value in zip(scope.log.places.pools, values.tolist(), strict=True):
            yield Result(f"staff_on_duty_{measure}", scope.name(number), float(value))


@once
def staff_days(scope: Scope) -> Ints:
    """People present, the brigade's apart, over shifts that began in the stretch, by pool."""
    began = scope.in_stretch(scope.shifts.begin)
    return _by_pool(scope, scope.shifts.pool[began], _with_added(scope)[began])


@once
def _with_added(scope: Scope) -> Ints:
    """People of each shift with those whom disruptions add to it, at most at once."""
    first_level = np.flatnonzero(np.diff(scope.levels.shift, prepend=-1))  # levels come by shift, each has one
    return scope.shifts.present + np.maximum(np.maximum.reduceat(scope.levels.added, first_level), 0)


@once
def brigade_days(scope: Scope) -> list[float]:
    """People of the brigade x days from coming to leaving, by pool."""
    came, left = scope.history.of(Kind.BRIGADE_ARRIVED), scope.history.of(Kind.BRIGADE_LEFT)
    days = []
    called = set(came["place"].tolist())
    for number in scope.log.places.pools:
        if number not in called:
            days.append(0.0)
            continue
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
    start = starts(scope)
    crew = np.cumsum(np.bincount(start, minlength=_MINUTES) > 0) - 1  # by start: its place among those that there are
    n_crews = int(crew[-1]) + 1
    of_day = ((shift.pool - pools.start)[line] * n_days + day) * n_crews + crew[start[line]]
    people = np.zeros(len(pools) * n_days * n_crews, dtype=np.int64)
    np.maximum.at(people, of_day, _with_added(scope)[line])
    return np.asarray(people.reshape(len(pools), n_days, n_crews).sum(axis=2))


@once
def starts(scope: Scope) -> Ints:
    """Minutes after midnight at which the roster starts each shift: one that the window, or the opening of its site,
    cuts is known by the shift that it is part of.
    """
    return starts_by(scope, rosters(scope.scenario))


def starts_by(scope: Scope, of_pool: Sequence[Roster]) -> Ints:
    """The same by other rosters than the scenario's."""
    none = np.zeros(0, dtype=np.int64)
    begins, starts = (np.concatenate([none, *(getattr(roster, x) for roster in of_pool)]) for x in ("begin", "start"))
    pool = np.repeat(np.arange(len(of_pool)), np.array([len(roster.begin) for roster in of_pool], dtype=np.int64))
    own = scope.shifts.pool - scope.log.places.pools.start
    line = np.searchsorted(pool * _FURTHER + begins, own * _FURTHER + scope.shifts.begin, side="right") - 1
    return np.where(np.append(pool, -1)[line] == own, np.append(starts, 0)[line], 0)


def work(scope: Scope) -> Results:
    """Measures `utilisation` (pools), overtime_hours and posts_empty (pools, all)."""
    level, posts = scope.levels, scope.duties.posts
    use = scope.task_sums
    manned = np.minimum(posts, level.present)
    length = np.clip(level.end, scope.start, scope.end) - np.clip(level.begin, scope.start, scope.end)
    lent = _by_pool(scope, scope.shifts.pool, use.from_posts)
    available = _by_pool(scope, level.pool, (level.present - manned) * length) + lent
    empty = _by_pool(scope, level.pool, (posts - manned) * length) + lent
    busy = _by_pool(scope, scope.shifts.pool, use.busy - use.over)
    for number, part, there in zip(scope.log.places.pools, busy, available, strict=True):
        yield Result("utilisation", scope.name(number), share(int(part), int(there)))
    yield from _per_pool_and_all(scope, "posts_empty", empty / HOUR)
    overtime = use.overtime[scope.log.places.pools.start :] + _by_pool(scope, scope.shifts.pool, use.over)
    yield from _per_pool_and_all(scope, "overtime_hours", overtime / HOUR)


def _by_pool(scope: Scope, pool: Ints, values: Ints) -> Ints:
    """Sum of values by pool, in order of place numbers."""
    pools = scope.log.places.pools
    return sums(pool - pools.start, values, len(pools))


def _per_pool_and_all(scope: Scope, measure: str, values: Sequence[float] | np.ndarray) -> Results:
    yield Result(measure, ALL, float(sum(values)))
    for number, value in zip(scope.log.places.pools, values, strict=True):
        yield Result(measure, scope.name(number), float(value))
