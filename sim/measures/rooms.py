"""Rooms taken, waits for rooms, and sites: how many opened, how long, with how many guests; dates of one history.

Days of a calendar are numbered from 0, the first day of the scenario. Its tables by day cover the stretch: W, or the
days of `[window]`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, dissolution, following
from sim.flow.log import EventLog, Kind
from sim.flow.steps import Ints, Steps, StepsOf, at, integral, largest, largest_of_each, presence, steps, steps_of, sums
from sim.measures.people import ready_for_room
from sim.measures.scope import ALL, DAY, FIRST_STREET_SITE, Result, Results, Scope, once, share
from sim.scenario.places import rooms_of, sites_in_order
from sim.scenario.tables.schema import Scenario

NOT = -1
"""Day number of what did not happen."""


@once
def rooms_taken(scope: Scope) -> Steps:
    """Rooms taken in all sites together, from taking them until they are given up."""
    return steps(scope.rooms.second, scope.rooms.rooms)


@once
def rooms_taken_by_site(scope: Scope) -> StepsOf:
    """Rooms taken of each site, in order of place numbers."""
    places, changes = scope.log.places, scope.rooms
    return steps_of(changes.place - places.n_ports, changes.second, changes.rooms, places.n_sites)


@once
def guests(scope: Scope) -> Steps:
    """People in all sites together, from arrival to the end of check-out, hospital or a move."""
    return presence(scope.stays.begin, np.minimum(scope.stays.end, scope.log.hard_stop), scope.stays.people)


def occupancy(scope: Scope) -> Results:
    """rooms_occupied_max (all, sites) and no_room_share (all)."""
    yield from _most_rooms(scope, "rooms_occupied_max")
    yield Result("no_room_share", ALL, _no_room_share(scope))


def needed(scope: Scope) -> Results:
    """rooms_needed (all, sites): rooms taken at most in the history at hand, meant for one with unlimited rooms."""
    yield from _most_rooms(scope, "rooms_needed")


def blocked(scope: Scope) -> Results:
    """rooms_blocked_mean and rooms_blocked_max (all)."""
    rooms = rooms_blocked(scope)
    total, seconds = integral(rooms, scope.start, scope.end), scope.end - scope.start
    yield Result("rooms_blocked_mean", ALL, share(total, seconds))
    yield Result("rooms_blocked_max", ALL, float(largest(rooms, scope.start, scope.end)))


_INTAKE = {Kind.INTAKE_ENDED: 1, Kind.INTAKE_BEGAN: 0, Kind.SITE_SHUT: 0, Kind.SITE_LOST: 0, Kind.SITE_CLOSED: 0}
"""Rows after which the intake of a site has ended, or no more."""


def rooms_blocked(scope: Scope) -> Steps:
    """Free rooms (not taken, airing or in cleaning) of sites whose intake has ended, all together."""
    history, taken = scope.history, scope.rooms.rooms > 0
    if not len(history.of(Kind.INTAKE_ENDED)):  # no cohorts
        return presence(*(np.zeros(0, dtype=np.int64),) * 3)
    free, changes = history.of(Kind.ROOMS_FREE), scope.rooms
    of_state = [history.of(kind) for kind in _INTAKE]
    none = np.zeros(sum(len(rows) for rows in of_state), dtype=np.int64)
    place = np.concatenate([changes.place[taken], free["place"], *(rows["place"] for rows in of_state)])
    second = np.concatenate([changes.second[taken], free["second"], *(rows["second"] for rows in of_state)])
    rooms = np.concatenate([-changes.rooms[taken], free["people"], none])
    ended = np.repeat([-1, *_INTAKE.values()], [len(rooms) - len(none), *(len(rows) for rows in of_state)])
    positions = (history.positions(kind) for kind in (Kind.ROOMS_FREE, *_INTAKE))
    order = np.argsort(np.concatenate([changes.position[taken], *positions]))
    place, second, rooms, ended = place[order], second[order], rooms[order], ended[order]
    change = np.zeros(len(place), dtype=np.int64)
    for site in np.unique(history.of(Kind.INTAKE_ENDED)["place"]).tolist():
        here = np.flatnonzero(place == site)
        last_state = np.maximum.accumulate(np.where(ended[here] >= 0, np.arange(len(here)), 0))
        free_rooms = scope.sites.rooms[site - scope.log.places.n_ports] + np.cumsum(rooms[here])
        change[here] = np.diff(free_rooms * np.maximum(ended[here][last_state], 0), prepend=0)
    return steps(second, change)


def _most_rooms(scope: Scope, measure: str) -> Results:
    yield Result(measure, ALL, float(largest(rooms_taken(scope), scope.start, scope.end)))
    if scope.first_street_site is None:
        yield Result(measure, FIRST_STREET_SITE, float("nan"))
    for site, most in enumerate(largest_of_each(rooms_taken_by_site(scope), scope.start, scope.end).tolist()):
        yield from _of_site(scope, measure, site, float(most))


@once
def days_without_room(scope: Scope, start: int, end: int) -> NDArray[np.bool_]:
    """For each day of [start, end), whether somebody waited for a room on it; the unplaced wait until the end of W."""
    begin, until = _waits_for_rooms(scope)
    begin, until = np.maximum(begin, start), np.minimum(until, end)
    waited = begin < until
    first_day, last_day = (begin[waited] - start) // DAY, (until[waited] - 1 - start) // DAY
    touched = presence(first_day, last_day + 1, np.ones(len(first_day), dtype=np.int64))
    return at(touched, np.arange((end - start) // DAY)) > 0


def _no_room_share(scope: Scope) -> float:
    """Share of days touched by somebody's wait for rooms."""
    days = days_without_room(scope, scope.start, scope.end)
    return share(int(days.sum()), len(days))


def _waits_for_rooms(scope: Scope) -> tuple[Ints, Ints]:
    """Begin and end of each wait: after registration, after a load was dissolved, after a site was lost."""
    table, history = scope.parties, scope.history
    taken, position = history.of(Kind.ROOM_TAKEN), history.positions(Kind.ROOM_TAKEN)
    first = np.full(len(table), NEVER, dtype=np.int64)
    np.minimum.at(first, table.lines_of(Kind.ROOM_TAKEN)[0], taken["second"])
    end = np.minimum(np.minimum(first[table.host], table.unplaced), table.found_at_point)
    ready = np.where(table.not_diverted == NEVER, ready_for_room(scope), NEVER)
    lost = dissolution(history, taken["value"], position)
    void, out = np.flatnonzero(lost < NEVER), history.of(Kind.MOVED_OUT)
    later = [
        (lost[void], _next_end(scope, taken["party"][void], position[void])),
        (out["second"], _next_end(scope, out["party"], history.positions(Kind.MOVED_OUT))),
    ]
    return np.concatenate([ready, *(a for a, _ in later)]), np.concatenate([end, *(b for _, b in later)])


def _next_end(scope: Scope, party: Ints, after: Ints) -> Ints:
    """Second of the party's next row that ends a wait for rooms: rooms taken, hospital, recovery, unplaced, released or
    cut off.
    """
    if not len(party):  # as mostly: no load was dissolved, nobody moved
        return party
    kinds = (Kind.ROOM_TAKEN, Kind.TO_HOSPITAL, Kind.RECOVERED, Kind.UNPLACED, Kind.RELEASED, Kind.CENSORED)
    rows, positions = scope.history.in_order(*kinds)
    order = np.lexsort((positions, rows["party"]))
    return following(rows["party"][order], positions[order], rows["second"][order], party, after)


def sites(scope: Scope) -> Results:
    """sites_opened (all); site_days, site_days_censored, site_guests, site_guests_mean (sites, first_street_site)."""
    times = scope.sites
    used = times.opened >= 0
    in_use = used & (times.opened < scope.end) & (times.closed > scope.start)
    yield Result("sites_opened", ALL, float(in_use.sum()))
    yield Result("site_days_censored", ALL, share(int(times.censored.sum()), int(used.sum())))
    if scope.first_street_site is None:
        for measure in ("site_days", "site_days_censored", "site_guests", "site_guests_mean"):
            yield Result(measure, FIRST_STREET_SITE, float("nan"))
    guests_of_site, mean_guests = _guests_of_sites(scope)
    for site in range(scope.log.places.n_sites):
        censored = float(times.censored[site]) if used[site] else float("nan")
        yield from _of_site(scope, "site_days", site, float(_days_open(scope, site)))
        yield from _of_site(scope, "site_days_censored", site, censored)
        yield from _of_site(scope, "site_guests", site, float(guests_of_site[site]))
        yield from _of_site(scope, "site_guests_mean", site, mean_guests[site])


def _of_site(scope: Scope, measure: str, site: int, value: float) -> Results:
    """The value under the site's id, and again for the first street-level site."""
    yield Result(measure, scope.name(scope.log.places.sites[site]), value)
    if site == scope.first_street_site:
        yield Result(measure, FIRST_STREET_SITE, value)


def _days_open(scope: Scope, site: int) -> int:
    """Calendar days, first and last counted; the hard stop at 00:00 ends the day before."""
    opened, closed = int(scope.sites.opened[site]), int(scope.sites.closed[site])
    if opened < 0:
        return 0
    return (closed - int(scope.sites.censored[site])) // DAY - opened // DAY + 1


def _guests_of_sites(scope: Scope) -> tuple[Ints, list[float]]:
    """People who ever came to each site, and the time average of its guests while it was open in the stretch."""
    stay, n = scope.stays, scope.log.places.n_sites
    site = stay.site - scope.log.places.n_ports
    begin, end = np.maximum(scope.sites.opened, scope.start), np.minimum(scope.sites.closed, scope.end)
    present = np.minimum(stay.end, end[site]) - np.maximum(stay.begin, begin[site])
    seconds = sums(site, np.maximum(present, 0) * stay.people, n)
    open_seconds = np.where(scope.sites.opened >= 0, np.maximum(end - begin, 0), 0)
    means = [share(int(part), int(whole)) for part, whole in zip(seconds, open_seconds, strict=True)]
    return sums(site, np.where(scope.counted[stay.party], stay.people, 0), n), means


# dates


class Calendar(NamedTuple):
    """Dates of one history; sites in order of the scenario's list."""

    sites: tuple[str, ...]
    """Ids."""
    rooms: Ints
    """Rooms that each site has, used or not."""
    opened: Ints
    """Day of the first opening, `NOT` for never."""
    closed: Ints
    """Day of closing, `NOT` for never opened or not closed by the hard stop."""
    guests: Ints
    """People who ever came."""
    first_day: int
    """Day number of the first entry of the tables by day."""
    rooms_open: Ints
    """Most rooms of open sites at one time, by day."""
    rooms_needed: Ints | None = None
    """Most rooms taken at one time when rooms are unlimited, by day; None without that second flow."""


def calendar(scope: Scope) -> Calendar | None:
    """The dates of a history; None for a scenario without sites."""
    if scope.scenario.sites is None:
        return None
    times, stay = scope.sites, scope.stays
    used = times.opened >= 0
    closed = used & ~times.censored
    people = np.where(scope.counted[stay.party], stay.people, 0)
    return Calendar(
        sites=tuple(name for name, _ in sites_in_order(scope.scenario)),
        rooms=_rooms(scope.scenario),
        opened=np.where(used, times.opened // DAY, NOT),
        closed=np.where(closed, times.closed // DAY, NOT),
        guests=sums(stay.site - scope.log.places.n_ports, people, scope.log.places.n_sites),
        first_day=scope.start // DAY,
        rooms_open=_most_by_day(presence(times.opened[used], times.closed[used], times.rooms[used]), scope),
    )


def rooms_needed_by_day(log: EventLog, scenario: Scenario) -> Ints:
    """Most rooms taken at one time on each day of the stretch, in a history that should have unlimited rooms."""
    scope = Scope(log, scenario)
    return _most_by_day(rooms_taken(scope), scope)


def _rooms(scenario: Scenario) -> Ints:
    sites = scenario.sites
    assert sites is not None
    return np.array([rooms_of(sites, site) for _, site in sites_in_order(scenario)], dtype=np.int64)


def _most_by_day(function: Steps, scope: Scope) -> Ints:
    """Largest value on each day of the stretch, the value that holds at 00:00 included."""
    begins = np.arange(scope.start, scope.end, DAY, dtype=np.int64)
    most = at(function, begins)
    inside = (function.seconds >= scope.start) & (function.seconds < scope.end)
    np.maximum.at(most, (function.seconds[inside] - scope.start) // DAY, function.values[inside])
    return most
