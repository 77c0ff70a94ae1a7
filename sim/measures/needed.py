"""What it takes: coach trips, money, staff that would be needed.

Money is yuan, of staff, rooms, coaches and tests, when the scenario has unit costs; no price is built in.

Staff needed is read from a history in which the pool had no limit, so that nobody waited for it. Per shift of the
roster: the busiest 60 minutes, wherever they begin, give the mean number of busy staff; the least number for which at
most 5 % of tasks wait longer than the limit in a queue with that load (Erlang C) is what its queue needs; and the least
number of people present of whom the queue may have as many, when everybody at a fixed post stays there and some are
off, is the need of the shift. Approximate: the 60 minutes are taken as stationary, tasks as exponential with their
mean, and a task of several people as several tasks of one; the queue needs at least as many as its largest task. A
shift without tasks needs its posts. Work that comes while nobody is on duty is done when the next shift begins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow import rules
from sim.flow.history import TaskRows
from sim.flow.log import Kind, Reason, Subject
from sim.flow.steps import Ints, Steps, groups, integral_until, presence
from sim.measures.scope import ALL, DAY, HOUR, Result, Results, Scope, share
from sim.measures.staff import brigade_days, staff_days
from sim.numbers.theory import servers_needed
from sim.sampling import screens
from sim.sampling.roster import Roster, posts_of_shifts, rosters
from sim.scenario.places import pool_of
from sim.scenario.tables.staff import Pool

LONG_WAITS_SHARE = 0.05
MOST_PRESENT = 1 << 20
"""More people than this in one shift is taken for no number: posts, or who is off, grow with every person more."""


_OF_POINTS = tuple(subject for subject in Subject if subject >= Subject.TASK_ESCORT and subject != Subject.TASK_VISIT)
"""Classes of tasks that a pool which is no site's team may have."""


def coaches(scope: Scope) -> Results:
    """coach_trips and seats_filled_share (ports, all); nothing without a coaches table."""
    if scope.scenario.coaches is None:
        return
    rows = scope.history.of(Kind.BOARDING)
    rows = rows[(rows["second"] >= scope.start) & (rows["second"] < scope.end)]
    seats = scope.scenario.coaches.seats
    everywhere = np.ones(len(rows), dtype=bool)
    ports = [(scope.name(port), rows["place"] == port) for port in scope.log.places.ports]
    for place, here in [(ALL, everywhere), *ports]:
        trips, people = int(here.sum()), int(rows["people"][here].sum())
        yield Result("coach_trips", place, float(trips))
        yield Result("seats_filled_share", place, share(people, trips * seats))


def cost(scope: Scope) -> Results:
    """cost_staff, cost_rooms, cost_coaches, cost_tests and cost_total (all); nothing without a costs table."""
    unit = scope.scenario.costs
    if unit is None:
        return
    trips = sum(result.value for result in coaches(scope) if result[:2] == ("coach_trips", ALL))
    results = scope.history.of(Kind.RESULT)
    tests = int(results["people"][scope.in_stretch(results["second"])].sum()) + _tests_on_arrival(scope)
    parts = {
        "cost_staff": (int(staff_days(scope).sum()) + sum(brigade_days(scope))) * unit.staff_day,
        "cost_rooms": _room_days(scope) * unit.room_night,
        "cost_coaches": trips * unit.coach_trip,
        "cost_tests": tests * unit.test,
    }
    for measure, value in parts.items():
        yield Result(measure, ALL, float(value))
    yield Result("cost_total", ALL, float(sum(parts.values())))


def _tests_on_arrival(scope: Scope) -> int:
    """Tests taken at ports in the stretch: of all who were handed over but those whose symptoms were seen."""
    screening = scope.scenario.screening
    if screening is None or screening.test_turnaround_hours is None:
        return 0
    found, there = scope.history.of(Kind.DETECTED), screens(scope.scenario)
    seen = found.take(np.flatnonzero(found["reason"] == Reason.SEEN_ON_ARRIVAL))
    all_here, seen_here = (
        int(rows["people"][scope.in_stretch(rows["second"]) & there[rows["place"]]].sum())
        for rows in (scope.history.of(Kind.HANDED_OVER), seen)
    )
    return all_here - seen_here


def _room_days(scope: Scope) -> int:
    """Rooms x calendar days of the stretch on which their site was open, first and last day counted."""
    total = 0
    times = scope.sites
    for opened, closed, rooms in zip(times.opened.tolist(), times.closed.tolist(), times.rooms.tolist(), strict=True):
        if opened >= 0:
            first, last = max(opened, scope.start) // DAY, min(closed, scope.end - 1) // DAY
            total += rooms * max(last - first + 1, 0)
    return total


# staff needed


class _Shifts(NamedTuple):
    """Shifts of one pool, one element each, in order of time; the last entries of a site are cut at its closing."""

    begin: Ints
    end: Ints
    day: Ints
    """Day of the window on which the roster begins it, counted from 0."""


def staff_needed(scope: Scope) -> Results:
    """staff_needed_mean and staff_needed_max (pools): people a day, those at fixed posts included.

    A day has the shifts that begin on it; a day without one needs nobody. nan where no number of people is enough.
    """
    rows = _tasks(scope)
    of_pool = groups(np.where(rows.people > 0, rows.place, -1), len(scope.log.places.ids))
    first, last = scope.start // DAY, scope.end // DAY
    for number, roster in zip(scope.log.places.pools, rosters(scope.scenario), strict=True):
        if scope.places and scope.name(number) not in scope.places:
            continue
        shift = _shifts(scope, number, roster)
        pool = pool_of(scope.scenario, scope.name(number))[1]
        need = people_needed(pool, _needs(scope, shift, rows.take(of_pool[number])))
        inside = (shift.day >= first) & (shift.day < last)
        by_day = np.bincount(shift.day[inside] - first, weights=need[inside], minlength=last - first)
        yield Result("staff_needed_mean", scope.name(number), float(by_day.mean()))
        yield Result("staff_needed_max", scope.name(number), float(by_day.max()))


def _tasks(scope: Scope) -> TaskRows:
    """Rows of tasks, those of places that are asked for among them; visits, which are most, only for teams of sites."""
    teams = {scope.name(number) for number in scope.log.places.pool_of_site if number >= 0}
    if not scope.places or scope.places & teams:
        return scope.history.all_tasks()
    classes = [scope.history.tasks(subject) for subject in _OF_POINTS]
    return TaskRows(*(np.concatenate(columns) for columns in zip(*classes, strict=True)))


def people_needed(pool: Pool, for_queue: Ints) -> NDArray[np.float64]:
    """Least people present in shifts whose queue needs so many: all posts manned, nobody leaving one; nan for none."""
    if not len(for_queue):
        return np.zeros(0)
    most = 64
    while True:
        present = np.arange(most)
        posts, _ = posts_of_shifts(pool, present)
        there = rules.people_for_queue(present, posts, 0 * posts, pool.shrinkage_share)
        there[present < posts] = -1
        if there[-1] >= for_queue.max() or most >= MOST_PRESENT:
            break
        most *= 4
    found = np.searchsorted(there, for_queue)  # one person more is never fewer for the queue
    return np.where(found < most, found, np.nan)


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


def _needs(scope: Scope, shift: _Shifts, tasks: TaskRows) -> Ints:
    """Staff needed for the queue in each shift."""
    begin, staff, lasts = tasks.second, tasks.people, tasks.value - tasks.second
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
            _busiest(shift, busy).tolist(), work / np.maximum(people, 1), largest.tolist(), strict=True
        )
    ]
    return np.array(need, dtype=np.int64)


def _busiest(shift: _Shifts, busy: Steps) -> NDArray[np.float64]:
    """Mean number of busy staff over the 60 minutes of each shift in which it is largest; over the whole of a shorter
    shift.

    While 60 minutes slide, the work in them grows or falls in a straight line until a task begins or ends at one of
    their edges: the largest is among those that begin or end there, or with the shift.
    """
    if not len(shift.begin):
        return np.zeros(0)
    length = np.minimum(shift.end - shift.begin, HOUR)
    lines = np.arange(len(length))
    change = np.searchsorted(shift.end, busy.seconds, side="right")
    change, seconds = change[change < len(length)], busy.seconds[change < len(length)]
    line = np.concatenate([lines, lines, change, change])
    begin = np.concatenate([shift.begin, shift.end, seconds, seconds - length[change]])
    begin = np.clip(begin, shift.begin[line], (shift.end - length)[line])
    worked = integral_until(busy, begin + length[line]) - integral_until(busy, begin)
    most = np.zeros(len(length), dtype=np.int64)
    np.maximum.at(most, line, worked)
    return np.asarray(most / length)
