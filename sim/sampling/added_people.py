"""People whom disruptions add between two moments: so many in all, evenly over that time, beside a port's usual ones.

Rows of the same port and moments are one. Their hand-over groups are points of a stream of their own, keyed by the port
and the two moments, so that more people there add groups and change no other, and other rows change nothing.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sim.sampling.streams import place_key
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.schema import Scenario

FIRST_ADDED = 64
"""Numbers of ports in draws are below this; added people are numbered from here on, as if each row were a port (`check`
allows 190 of them)."""


@dataclass(frozen=True)
class Added:
    """People added at a port between two seconds since 00:00 of the first day."""

    port: int
    """Number of the port in order of id."""
    begin: int
    end: int
    people: float
    """Expected number, in all."""
    day: int
    """date.toordinal() of the day on which they begin to come."""
    key: int
    """Place key, for draws."""


@once_per_scenario
def added_people(scenario: Scenario) -> tuple[Added, ...]:
    """People added with times, in order of port and moments."""
    people: dict[tuple[int, int, int], float] = {}
    for event in sorted(scenario.disruptions, key=lambda event: str(event.value)):  # whatever the order of rows
        begin, end = event.span(scenario.first_day)
        if event.kind != "arrivals_added" or not event.timed or end is None:
            continue
        for number, port in enumerate(sorted(scenario.ports)):
            if event.place in (port, "all"):
                at = (number, begin, end)
                people[at] = people.get(at, 0.0) + float(event.value or 0)
    return tuple(_added(scenario, *at, people[at]) for at in sorted(people))


def _added(scenario: Scenario, port: int, begin: int, end: int, people: float) -> Added:
    midnight = dt.datetime.combine(scenario.first_day, dt.time())
    moments = [midnight + dt.timedelta(seconds=second) for second in (begin, end)]
    name = " ".join(["added", sorted(scenario.ports)[port], *(m.isoformat(timespec="minutes") for m in moments)])
    return Added(port, begin, end, people, moments[0].toordinal(), place_key(name))
