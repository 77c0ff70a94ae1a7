"""Hand-over groups: how many, when, and how many parties each.

Groups of a port and day are the points of a unit-rate Poisson process on (time of day × level), numbered by level; the
one with number j is present when its level is at most the day's. So raising the arrivals adds groups and leaves all
others as they were. The day's level is a gamma quantile at a draw of the day, for day-to-day variation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.sampling.expected import expected_people
from sim.sampling.hours import hours_by_date, profile_inside
from sim.sampling.streams import Draws, Stream, entity_number
from sim.sampling.variates import gamma_level, group_parties, people_per_group
from sim.scenario.schema import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CLOSED = np.iinfo(np.int64).max
"""Second of a hand-over that does not happen."""


@dataclass(frozen=True)
class Groups:
    """Hand-over groups that are present, one element each."""

    port: Ints
    day: Ints
    number: Ints
    second: Ints
    parties: Ints


def count_up(lengths: Ints) -> Ints:
    """0, 1, …, n - 1 for each length n, one after another."""
    return np.asarray(np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths))


def hand_over_groups(scenario: Scenario, draws: Draws, keys: NDArray[np.uint64]) -> Groups:
    """The hand-over groups of all ports and days, in order of (port, day, number)."""
    ports = sorted(scenario.ports)
    days = scenario.first_day.toordinal() + np.arange(scenario.n_days)
    mean_group, index_of_groups = people_per_group(scenario.arrivals.groups, scenario.arrivals.party_size_weights)
    level = expected_people(scenario)
    spread = scenario.arrivals.dispersion_index - index_of_groups
    if spread > 1e-9:
        u = draws.uniform(Stream.DAY_LEVEL, keys[:, None], days[None, :], 0)
        level = gamma_level(level, spread, u)
    wanted = (level / mean_group).ravel()
    cell_port, cell_day = (x.ravel() for x in np.meshgrid(np.arange(len(ports)), days, indexing="ij"))
    cell, number, time_u, parties_u = _points(draws, wanted, keys[cell_port], cell_day)
    port, day = cell_port[cell], cell_day[cell]
    second = _hand_over_seconds(scenario, ports, port, day, time_u)
    parties = group_parties(scenario.arrivals.groups, parties_u)
    inside = second < scenario.n_days * 86_400
    return Groups(port[inside], day[inside], number[inside], second[inside], parties[inside])


def _points(draws: Draws, wanted: Floats, key: NDArray[np.uint64], day: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Points of unit-rate Poisson processes, one for each cell, with a level of at most `wanted[cell]`.

    Returns cell, number of the point, and its uniform numbers for time and parties. More points than needed are drawn
    first; a cell that still has too few (about one in a million) makes all be drawn again with twice as many.
    """
    slack = 10.0
    while True:
        drawn = (wanted + slack / 2 * np.sqrt(wanted) + slack).astype(np.int64)
        cell = np.repeat(np.arange(len(wanted)), drawn)
        number = count_up(drawn)
        u = draws.block(0, key[cell], day[cell], entity_number(number))
        levels = np.cumsum(-np.log1p(-u[Stream.GROUP_GAP]))
        last = np.cumsum(drawn) - 1
        levels -= np.repeat(np.concatenate([[0.0], levels[last[:-1]]]), drawn)
        if (levels[last] > wanted).all():
            keep = levels <= wanted[cell]
            return cell[keep], number[keep], u[Stream.GROUP_TIME][keep], u[Stream.GROUP_PARTIES][keep]
        slack *= 2


def _hand_over_seconds(scenario: Scenario, ports: list[str], port: Ints, day: Ints, u: Floats) -> Ints:
    """Second of each hand-over: inverse of the hourly profile inside the port's opening hours of that day.

    `CLOSED` on days on which the port does not open.
    """
    second = np.full(len(u), CLOSED, dtype=np.int64)
    first = scenario.first_day.toordinal()
    for index, name in enumerate(ports):
        for hours, start, end in hours_by_date(scenario, name):
            at = np.flatnonzero((port == index) & (day >= start) & (day < end))
            seconds, cumulated = profile_inside(hours, scenario.ports[name].hour_weights)
            within = np.minimum(np.floor(np.interp(u[at], cumulated, seconds)), seconds[-1] - 1).astype(np.int64)
            second[at] = (day[at] - first) * 86_400 + within
    return second
