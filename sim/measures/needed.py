"""Staff that would be needed, read from a history in which the pool had no limit, so that nobody waited for it.

Per shift of the roster: the busiest clock hour gives the mean number of busy staff, and the least number for which at
most 5 % of tasks wait longer than the limit in a queue with that load (Erlang C) is the need of the shift. Approximate:
the hour is taken as stationary, tasks as exponential with their mean, and a task of several people as several tasks of
one; a pool needs at least as many as its largest task, and its fixed posts on top. Work that comes while nobody is on
duty is done when the next shift begins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.flow.duty import fixed_posts
from sim.flow.steps import Ints, Steps, groups, integral_until, presence
from sim.measures.scope import DAY, HOUR, Result, Results, Scope, share
from sim.sampling.roster import Roster, rosters
from sim.theory import servers_needed

LONG_WAITS_SHARE = 0.05


class _Shifts(NamedTuple):
    """Shifts of one pool, one element each, in order of time; the last entries of a site are cut at its closing."""

    begin: Ints
    end: Ints
    day: Ints
    """Day of the window on which the roster begins it, counted from 0."""


def staff_needed(scope: Scope) -> Results:
    """staff_needed_mean and staff_needed_max (pools): people per day, fixed posts included."""
    posts = fixed_posts(scope.scenario, scope.log.places)
    tasks = groups(scope.tasks.pool, len(scope.log.places.ids))
    for number, roster in zip(scope.log.places.pools, rosters(scope.scenario), strict=True):
        shift = _shifts(scope, number, roster)
        need = _needs(scope, shift, tasks[number]) + posts[number]
        inside = (shift.day >= scope.start // DAY) & (shift.day < scope.end // DAY)
        days, line = np.unique(shift.day[inside], return_inverse=True)
        by_day = np.bincount(line, weights=need[inside], minlength=len(days))
        yield Result("staff_needed_mean", scope.name(number), share(float(by_day.sum()), len(days)))
        yield Result("staff_needed_max", scope.name(number), float(by_day.max()) if len(days) else float("nan"))


def _shifts(scope: Scope, pool: int, roster: Roster) -> _Shifts:
    """The roster's shifts, those of a site's team while the site was open."""
    begin, end = roster.begin, roster.end
    day = roster.day - scope.scenario.first_day.toordinal()
    if pool in scope.log.places.pool_of_site:
        site = scope.log.places.pool_of_site.index(pool)
        begin = np.maximum(begin, scope.sites.opened[site])
        end = np.minimum(end, scope.sites.closed[site])  # never opened: -1, so none is left
    there = begin < end
    return _Shifts(begin[there], end[there], day[there])


def _needs(scope: Scope, shift: _Shifts, tasks: Ints) -> Ints:
    """Staff needed for the queue in each shift."""
    begin, staff = scope.tasks.begin[tasks], scope.tasks.staff[tasks]
    lasts = scope.tasks.end[tasks] - begin
    n = len(shift.begin)
    line = np.searchsorted(shift.end, begin, side="right")  # its shift, or the next one
    some = line < n
    begin, staff, lasts, line = begin[some], staff[some], lasts[some], line[some]
    begin = np.maximum(begin, shift.begin[line])
    busy = presence(begin, np.minimum(begin + lasts, shift.end[line]), staff)
    people = np.bincount(line, weights=staff, minlength=n)
    work = np.bincount(line, weights=staff * lasts, minlength=n)
    largest = np.zeros(n, dtype=np.int64)
    np.maximum.at(largest, line, staff)
    limit = scope.scenario.limits.staff_wait_minutes * 60
    need = [
        max(least, servers_needed(load / mean, mean, limit, share=LONG_WAITS_SHARE)) if least else 0
        for load, mean, least in zip(
            _busiest_hours(shift, busy), work / np.maximum(people, 1), largest.tolist(), strict=True
        )
    ]
    return np.array(need, dtype=np.int64)


def _busiest_hours(shift: _Shifts, busy: Steps) -> list[float]:
    """Mean number of busy staff over the clock hour of each shift in which it is largest."""
    if not len(shift.begin):
        return []
    first, last = shift.begin // HOUR, -(-shift.end // HOUR)
    starts = np.cumsum(last - first) - (last - first)
    line = np.repeat(np.arange(len(first)), last - first)
    hour = np.arange(len(line)) - starts[line] + first[line]
    begin, end = np.maximum(hour * HOUR, shift.begin[line]), np.minimum((hour + 1) * HOUR, shift.end[line])
    worked = integral_until(busy, end) - integral_until(busy, begin)
    return [float(x) / HOUR for x in np.maximum.reduceat(worked, starts)]
