"""Dates of one history: when each site opened and closed, rooms open and rooms needed day by day.

Days are numbered from 0, the first day of the scenario. Tables by day cover the stretch: W, or the days of `[window]`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.flow.log import EventLog
from sim.flow.steps import Ints, Steps, at, presence
from sim.measures.rooms import rooms_taken
from sim.measures.scope import DAY, Scope, sums
from sim.scenario.places import rooms_of, sites_in_order
from sim.scenario.tables.schema import Scenario

NOT = -1
"""Day number of what did not happen."""


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
