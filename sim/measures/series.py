"""Time series of one history: what pictures over time are drawn from.

Hourly over the window W for everything together and for ports; daily at 12:00 from the first day to the hard stop for
sites. A value is what holds after everything that happened in that second. All sites of the list are there, so that
the series of all replications have the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER
from sim.flow.log import Kind
from sim.flow.steps import Ints, Steps, at, groups, presence, steps
from sim.measures.persons import at_point
from sim.measures.rooms import guests, rooms_taken, rooms_taken_by_site
from sim.measures.scope import ALL, DAY, HOUR, Scope

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


def all_series(scope: Scope) -> Iterator[Series]:
    """Every series of the history, in a fixed order."""
    hourly = np.arange(0, scope.log.window_end + 1, HOUR, dtype=np.int64)
    for quantity, unit, function in _district(scope):
        yield _read(quantity, ALL, unit, hourly, function)
    for port in scope.log.places.ports:
        yield _read("people_waiting", scope.name(port), "people", hourly, at_point(scope, port))
    daily = np.arange(DAY // 2, scope.log.hard_stop, DAY, dtype=np.int64)
    for site, taken in zip(scope.log.places.sites, rooms_taken_by_site(scope), strict=True):
        yield _read("rooms_taken", scope.name(site), "rooms", daily, taken)
    for site, states in zip(scope.log.places.sites, _states(scope), strict=True):
        yield _read("site_state", scope.name(site), "state", daily, states)


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


def _states(scope: Scope) -> list[Steps]:
    """State of each site after each second in which it changed."""
    rows = np.concatenate([scope.history.of(kind) for kind in _STATES])
    codes = np.repeat(list(_STATES.values()), [len(scope.history.of(kind)) for kind in _STATES])
    position = np.concatenate([scope.history.positions(kind) for kind in _STATES])
    order = np.argsort(position)
    rows, codes = rows.take(order), codes[order].astype(np.int64)
    lines = groups(rows["place"] - scope.log.places.n_ports, scope.log.places.n_sites)
    return [Steps(rows["second"][line], codes[line]) for line in lines]


def _read(quantity: str, place: str, unit: str, seconds: Ints, function: Steps) -> Series:
    return Series(quantity, place, unit, seconds, at(function, seconds).astype(np.float64))
