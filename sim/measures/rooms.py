"""Rooms taken, waits for rooms, and sites: how many opened, how long, with how many guests."""

from __future__ import annotations

import numpy as np

from sim.flow.history import NEVER
from sim.flow.steps import Ints, Steps, at, groups, integral, largest, presence
from sim.measures.scope import ALL, DAY, FIRST_STREET_SITE, Result, Results, Scope, share
from sim.measures.waits import ready_for_room


def rooms_of_parties(scope: Scope) -> Ints:
    """Rooms that each party has or would have."""
    if scope.scenario.rooms.per == "person":
        return scope.parties.people
    return np.ones(len(scope.parties), dtype=np.int64)


def parties_of_sites(scope: Scope) -> list[Ints]:
    """Lines of the parties of each site, in order of place numbers."""
    places = scope.log.places
    return groups(scope.parties.site - places.n_ports, places.n_sites)


def rooms_taken(scope: Scope, lines: Ints) -> Steps:
    """Rooms taken by these parties, from taking them to the end of check-out."""
    table = scope.parties
    return presence(table.room_taken[lines], table.left_site[lines], rooms_of_parties(scope)[lines])


def guests(scope: Scope, lines: Ints) -> Steps:
    """Guests of these parties: people from arrival to the end of check-out."""
    table = scope.parties
    here = lines[table.arrived[lines] < NEVER]
    return presence(table.arrived[here], table.left_site[here], table.people[here])


def occupancy(scope: Scope) -> Results:
    """rooms_occupied_max (all, sites) and no_room_share (all)."""
    everybody = np.flatnonzero(scope.parties.site >= 0)
    yield Result("rooms_occupied_max", ALL, float(largest(rooms_taken(scope, everybody), scope.start, scope.end)))
    if scope.first_street_site is None:
        yield Result("rooms_occupied_max", FIRST_STREET_SITE, float("nan"))
    for site, lines in enumerate(parties_of_sites(scope)):
        value = float(largest(rooms_taken(scope, lines), scope.start, scope.end))
        yield from _of_site(scope, "rooms_occupied_max", site, value)
    yield Result("no_room_share", ALL, _no_room_share(scope))


def _no_room_share(scope: Scope) -> float:
    """Share of days touched by somebody's wait for rooms; the unplaced waited until the end of W."""
    table = scope.parties
    begin = np.maximum(ready_for_room(scope), scope.start)
    end = np.minimum(np.minimum(table.room_taken, table.unplaced), scope.end)
    waited = (table.not_diverted == NEVER) & (begin < end)
    n_days = (scope.end - scope.start) // DAY
    first_day, last_day = (begin[waited] - scope.start) // DAY, (end[waited] - 1 - scope.start) // DAY
    touched = presence(first_day, last_day + 1, np.ones(len(first_day), dtype=np.int64))
    return share(int((at(touched, np.arange(n_days)) > 0).sum()), n_days)


def sites(scope: Scope) -> Results:
    """sites_opened (all); site_days, site_days_censored, site_guests, site_guests_mean (sites, first_street_site)."""
    times = scope.sites
    used = times.opened >= 0
    yield Result("sites_opened", ALL, float((used & (times.opened < scope.log.window_end)).sum()))
    yield Result("site_days_censored", ALL, share(int(times.censored.sum()), int(used.sum())))
    if scope.first_street_site is None:
        for measure in ("site_days", "site_days_censored", "site_guests", "site_guests_mean"):
            yield Result(measure, FIRST_STREET_SITE, float("nan"))
    size = np.where(scope.counted, scope.parties.people, 0)
    for site, lines in enumerate(parties_of_sites(scope)):
        arrived = lines[scope.parties.arrived[lines] < NEVER]
        yield from _of_site(scope, "site_days", site, float(_days_open(scope, site)))
        yield from _of_site(
            scope, "site_days_censored", site, float(times.censored[site]) if used[site] else float("nan")
        )
        yield from _of_site(scope, "site_guests", site, float(size[arrived].sum()))
        yield from _of_site(scope, "site_guests_mean", site, _mean_guests(scope, site, lines))


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


def _mean_guests(scope: Scope, site: int, lines: Ints) -> float:
    begin = max(int(scope.sites.opened[site]), scope.start)
    end = min(int(scope.sites.closed[site]), scope.end)
    if scope.sites.opened[site] < 0 or end <= begin:
        return float("nan")
    return share(integral(guests(scope, lines), begin, end), end - begin)
