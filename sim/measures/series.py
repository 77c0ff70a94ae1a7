"""Time series and profiles of one history: what pictures are drawn from.

A `Series` is a quantity over the calendar: hourly over the window W for everything together, for ports and pools; daily
at 12:00 from the first day to the hard stop for sites. A value is what holds after everything that happened in that
second; of staff the mean over the hour. A `Profile` is a quantity over something else: the hour of the day, minutes
since hand-over, days since an opening. All sites of the list are there, so that series and profiles of all replications
have the same shape. Pools are those of the scenario: the copies that sites have of one team are counted together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER
from sim.flow.log import Kind
from sim.flow.steps import Ints, Steps, StepsOf, at, at_each, presence, presence_by_hour, stacked, steps
from sim.measures.people import at_points, waiting_by_resource
from sim.measures.rooms import days_without_room, guests, rooms_taken, rooms_taken_by_site
from sim.measures.scope import ALL, DAY, FIRST_STREET_SITE, HOUR, Scope

Floats = NDArray[np.float64]

HOUR_OF_DAY, MINUTES, DAYS_OPEN = "hour of day", "minutes since hand-over", "days since opening"
"""What the positions of a profile count."""
LIMITS_SHOWN, STEPS_PER_LIMIT = 4, 60  # the grid of waits ends at four times the limit


StaffHours = dict[str, dict[str, Floats]]
"""By pool and quantity: means over the hours of W."""

_STATES = {
    Kind.SITE_PREPARING: 1,
    Kind.SITE_OPENED: 2,
    Kind.SITE_READMITTED: 2,
    Kind.INTAKE_BEGAN: 2,
    Kind.SITE_STOPPED: 3,
    Kind.SITE_SHUT: 3,
    Kind.INTAKE_ENDED: 3,
    Kind.SITE_LOST: 4,
    Kind.SITE_CLOSED: 4,
}


class Series(NamedTuple):
    """A quantity over time at one place."""

    quantity: str
    place: str
    unit: str
    seconds: Ints
    """Since 00:00 of the first day."""
    values: NDArray[np.float64]


class Profile(NamedTuple):
    """A quantity at one place over something that is not the calendar."""

    quantity: str
    place: str
    unit: str
    axis: str
    positions: Floats
    values: Floats


def all_series(scope: Scope, staff: StaffHours) -> Iterator[Series]:
    """Every series of the history, in a fixed order."""
    hourly = np.arange(0, scope.log.window_end + 1, HOUR, dtype=np.int64)
    for quantity, unit, function in _district(scope):
        yield _read(quantity, ALL, unit, hourly, function)
    yield from _read_each("people_waiting", scope, "people", hourly, (scope.log.places.ports, at_points(scope)))
    daily = np.arange(DAY // 2, scope.log.hard_stop, DAY, dtype=np.int64)
    sites = scope.log.places.sites
    yield from _read_each("rooms_taken", scope, "rooms", daily, (sites, rooms_taken_by_site(scope)))
    yield from _read_each("site_state", scope, "state", daily, (sites, _states(scope)))
    begins = np.arange(0, scope.log.window_end, HOUR, dtype=np.int64)
    for pool, quantities in staff.items():
        for quantity, means in quantities.items():
            yield Series(quantity, pool, "people", begins, means)
    days = np.arange(0, scope.log.window_end, DAY, dtype=np.int64)
    yield Series("no_room", ALL, "share", days, days_without_room(scope, 0, scope.log.window_end).astype(np.float64))


def _district(scope: Scope) -> Iterator[tuple[str, str, Steps]]:
    table, times = scope.parties, scope.sites
    arrived = scope.counted & (table.arrived < NEVER)
    yield "persons_served", "people", steps(table.arrived[arrived], table.people[arrived])
    yield "rooms_taken", "rooms", rooms_taken(scope)
    used = times.opened >= 0
    opened, closed = times.opened[used], times.closed[used]
    yield "rooms_open", "rooms", presence(opened, closed, times.rooms[used])
    yield "guests_present", "people", guests(scope)
    yield "sites_open", "sites", presence(opened, closed, np.ones(len(opened), dtype=np.int64))


def _states(scope: Scope) -> StepsOf:
    """State of each site after each second in which it changed: of rows of one second the last counts."""
    rows, _ = scope.history.in_order(*_STATES)
    scale = scope.log.hard_stop + 1
    keys = (rows["place"] - scope.log.places.n_ports) * scale + rows["second"]
    order = np.argsort(keys, kind="stable")
    code_of = np.zeros(max(_STATES) + 1, dtype=np.int64)
    code_of[list(_STATES)] = list(_STATES.values())
    return stacked(keys[order], code_of[rows["kind"]][order], scale, scope.log.places.n_sites)


def _read(quantity: str, place: str, unit: str, seconds: Ints, function: Steps) -> Series:
    return Series(quantity, place, unit, seconds, at(function, seconds).astype(np.float64))


def _read_each(quantity: str, scope: Scope, unit: str, seconds: Ints, of: tuple[range, StepsOf]) -> Iterator[Series]:
    """The same for each of these places."""
    places, function = of
    for place, values in zip(places, at_each(function, seconds).astype(np.float64), strict=True):
        yield Series(quantity, scope.name(place), unit, seconds, values)


def profiles(scope: Scope, staff: StaffHours) -> Iterator[Profile]:
    """Staff and waiting by hour of day, waits as a distribution function, the first street-level site by age."""
    clock = np.arange(24, dtype=np.float64)
    counted = slice(scope.start // HOUR, max(scope.start, scope.end) // HOUR)
    for pool, quantities in staff.items():
        by_day = {quantity: means[counted].reshape(-1, 24) for quantity, means in quantities.items()}
        for quantity, values in by_day.items():
            yield Profile(quantity, pool, "people", HOUR_OF_DAY, clock, _mean_of_days(values))
        busiest = _busiest_day(by_day["staff_busy"])
        for quantity, of in (("staff_busy_most", "staff_busy"), ("staff_for_tasks_then", "staff_for_tasks")):
            yield Profile(quantity, pool, "people", HOUR_OF_DAY, clock, _of_days(by_day[of], busiest))
    for resource, means in zip(*_waiting_by_hour(scope), strict=True):
        mean = _mean_of_days(means[counted].reshape(-1, 24))
        yield Profile("waiting_hours", resource, "person-hours per day", HOUR_OF_DAY, clock, mean)
    yield from _gone(scope)
    yield from _first_street_site(scope)


def _mean_of_days(by_day: Floats) -> Floats:
    """Mean over days by hour of the clock; nan for a stretch of no day."""
    return np.asarray(by_day.mean(axis=0), dtype=np.float64) if len(by_day) else np.full(24, np.nan)


def _busiest_day(busy: Floats) -> Ints:
    """For each hour of the clock the day on which most are busy then, the first of equals; empty without days."""
    return np.asarray(busy.argmax(axis=0), dtype=np.int64) if len(busy) else np.zeros(0, dtype=np.int64)


def _of_days(by_day: Floats, days: Ints) -> Floats:
    """Values by hour of the clock, each of its own day; nan for a stretch of no day."""
    return np.asarray(by_day[days, np.arange(24)]) if len(days) else np.full(24, np.nan)


def _waiting_by_hour(scope: Scope) -> tuple[list[str], Floats]:
    """What is waited for, and for each the mean number of people who wait in each hour of W."""
    waiting = waiting_by_resource(scope)
    group = np.repeat(np.arange(len(waiting)), [len(begin) for begin, _, _ in waiting.values()])
    begin, end, people = (np.concatenate(column) for column in zip(*waiting.values(), strict=True))
    seconds = presence_by_hour(group, (begin, end), people, (len(waiting), scope.log.window_end // HOUR))
    return list(waiting), seconds / HOUR


# staff


def staff_hours(scope: Scope) -> StaffHours:
    """By pool of the scenario: people on duty, those for tasks (not at a fixed post and not off), those in tasks.

    The reserve brigade is on duty and for tasks. People in overtime are in tasks and not on duty; who leaves a post for
    a task is in a task, so those may be more than were for tasks.
    """
    level, group = scope.levels, scope.group_of_place
    shape, shift = (len(scope.copies), scope.log.window_end // HOUR), (level.begin, level.end)
    hours = {
        "staff_on_duty": presence_by_hour(group[level.pool], shift, level.present, shape),
        "staff_for_tasks": presence_by_hour(group[level.pool], shift, scope.duties.others, shape),
        "staff_busy": scope.task_sums.by_hour,
    }
    return {
        pool: {quantity: seconds[position] / HOUR for quantity, seconds in hours.items()}
        for position, pool in enumerate(scope.copies)
    }


def _gone(scope: Scope) -> Iterator[Profile]:
    """Share of people for a site who departed within so many minutes; those who never departed count as never gone."""
    table = scope.parties
    limit = scope.scenario.limits.handover_to_coach_minutes or 60.0
    minutes = np.arange(LIMITS_SHOWN * STEPS_PER_LIMIT + 1, dtype=np.float64) * (limit / STEPS_PER_LIMIT)
    for_site = scope.counted & (table.not_diverted == NEVER)
    for port in scope.log.places.ports:
        here = for_site & (table.port == port)
        stayed = np.where(table.departed < NEVER, table.departed - table.handed_over, NEVER)[here]
        order = np.argsort(stayed, kind="stable")
        people = np.concatenate([[0], np.cumsum(table.people[here][order])])
        within = people[np.searchsorted(stayed[order], minutes * 60, side="right")]
        shares = within / float(people[-1]) if people[-1] else np.full(len(minutes), np.nan)
        yield Profile("gone_share", scope.name(port), "share", MINUTES, minutes, shares)


# first street-level site


def _first_street_site(scope: Scope) -> Iterator[Profile]:
    """Guests so far, guests present and whether it is open, at the end of each calendar day from its opening day on.

    nan where no street-level site opens. Positions are those of the longest time that a site can be open.
    """
    age = np.arange(scope.log.hard_stop // DAY, dtype=np.float64)
    site = scope.first_street_site
    quantities = (("guests_so_far", "people"), ("guests_present", "people"), ("still_open", "share"))
    if site is None:
        for quantity, unit in quantities:
            yield Profile(quantity, FIRST_STREET_SITE, unit, DAYS_OPEN, age + 1, np.full(len(age), np.nan))
        return
    stay = scope.stays
    here = np.flatnonzero(stay.site == scope.log.places.sites[site])
    counted = here[scope.counted[stay.party[here]]]
    opened, closed = int(scope.sites.opened[site]), int(scope.sites.closed[site])
    evening = (opened // DAY + 1 + age.astype(np.int64)) * DAY - 1
    last_day = closed // DAY - int(scope.sites.censored[site])
    functions = (
        at(steps(stay.begin[counted], stay.people[counted]), evening),
        at(presence(stay.begin[here], stay.end[here], stay.people[here]), evening),
        evening // DAY <= last_day,
    )
    for (quantity, unit), values in zip(quantities, functions, strict=True):
        yield Profile(quantity, FIRST_STREET_SITE, unit, DAYS_OPEN, age + 1, values.astype(np.float64))
