"""Who is in the sites when the window begins, as parties: both forms of rows of `initial` end here.

A row per group tells guests and rooms and not who belongs together: its people are divided as evenly as possible over
its rooms, and those of a room are a party.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import NamedTuple

from sim.scenario.places import once_per_scenario
from sim.scenario.tables.resilience import InitialRow
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY


class Guests(NamedTuple):
    """A party that is in a site when the window begins."""

    site: str
    """Id."""
    arrived: int
    """Second of the arrival at the site, at or before 0; whole minutes."""
    people: int
    alike: int
    """0, 1, … among the parties with the same site and second, the smaller ones first."""


@once_per_scenario
def guests_at_start(scenario: Scenario) -> tuple[Guests, ...]:
    """All parties of `initial`, in order of site, arrival and size: numbered by what they are, not by their rows."""
    parties = sorted(
        (row.site, arrived_second(scenario, row), people) for row in scenario.initial for people in sizes(scenario, row)
    )
    met: Counter[tuple[str, int]] = Counter()
    found = []
    for site, arrived, people in parties:
        found.append(Guests(site, arrived, people, met[site, arrived]))
        met[site, arrived] += 1
    return tuple(found)


def sizes(scenario: Scenario, row: InitialRow) -> list[int]:
    """People of each party of a row: of 7 guests in 3 rooms 3, 2 and 2; everybody alone with a room a person."""
    if row.guests is None or row.rooms is None:
        return [row.party_size or 1]
    rooms = row.guests if scenario.rooms.per == "person" else min(row.rooms, row.guests)
    least, more = divmod(row.guests, rooms)
    return [least + 1] * more + [least] * (rooms - more)


def arrived_second(scenario: Scenario, row: InitialRow) -> int:
    """Second of the arrival at the site of a row's people, since 00:00 of the first day."""
    if row.arrived is None:
        return -((row.day_of_stay or 1) - 1) * DAY
    begin = dt.datetime.combine(scenario.first_day, dt.time())
    return round((row.arrived - begin).total_seconds())


def rooms_needed(scenario: Scenario, people: int) -> int:
    """Rooms of a party of so many people."""
    return people if scenario.rooms.per == "person" else 1


def largest_party(scenario: Scenario) -> int:
    """People of the largest party that can be handed over."""
    weights = scenario.arrivals.party_size_weights
    return max((size for size, weight in enumerate(weights, start=1) if weight), default=1)
