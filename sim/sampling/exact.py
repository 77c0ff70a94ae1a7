"""Days of which just so many people come: for replaying what happened.

The groups are those that would come on such a day anyway, in order of their level, until the people are used up.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.sampling.expected import day_means, exact_days, factors_by_minute
from sim.sampling.groups import Groups, count_up, take, usual_groups
from sim.sampling.hand_over import hand_over_seconds
from sim.sampling.streams import Draws, Stream, entity_number
from sim.sampling.variates import by_weight, group_parties
from sim.scenario.tables.schema import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]


def exact_groups(scenario: Scenario, draws: Draws, keys: Keys, cells: tuple[Ints, Ints]) -> Groups:
    """Groups in order of their level until the people of each day with an exact number are used up; the last is cut.

    `keys` holds the place key of each port, `cells` port and day (ordinal) of all ports and days in order. Under a
    factor with times that number is multiplied at the group's time, as a level is on other days.
    """
    (ports, days), exact = cells, np.flatnonzero(exact_days(scenario).ravel())
    factored, added = (x.ravel() for x in day_means(scenario))
    people = np.floor(factored[exact] * _largest_factor(scenario, exact) + added[exact] + 0.5).astype(np.int64)
    exact, most = exact[people > 0], people[people > 0]
    cell, number = np.repeat(exact, most), count_up(most)  # as many groups as people, at most
    source, day = ports[cell], days[cell]
    _, time, parties_u, _ = draws.block(Stream.GROUP_GAP // 4, keys[source], day, entity_number(number))
    second = hand_over_seconds(scenario, source, day, time)
    factor = _factor_at(scenario, source, second)
    wanted = np.floor(factored[cell] * factor + added[cell] + 0.5).astype(np.int64)
    parties = group_parties(scenario.arrivals.groups, parties_u)
    of = np.repeat(np.arange(len(cell)), parties)
    entity = keys[source][of], day[of], entity_number(number[of], count_up(parties))
    size = by_weight(scenario.arrivals.party_size_weights, draws.uniform(Stream.PARTY_SIZE, *entity)) + 1
    before = np.cumsum(size) - size  # people before each party
    first = np.cumsum(parties) - parties
    left = wanted - (before[first] - np.repeat(before[first[np.cumsum(most) - most]], most))
    kept = before - before[first][of] < left[of]
    parties = np.bincount(of[kept], minlength=len(cell))
    groups = replace(usual_groups(keys, source, day, number, second, parties), most=left)
    return take(groups, parties > 0)


def _largest_factor(scenario: Scenario, cells: Ints) -> Floats:
    """The largest factor with times of each port, at least 1, by cell."""
    most = [max([1.0, *(f for *_, f in factors_by_minute(scenario, name))]) for name in sorted(scenario.ports)]
    return np.array(most)[cells // scenario.n_days]


def _factor_at(scenario: Scenario, port: Ints, second: Ints) -> Floats:
    """The factor with times that holds at a port at a second."""
    factor = np.ones(len(second))
    for number, name in enumerate(sorted(scenario.ports)):
        for begin, end, value in factors_by_minute(scenario, name):
            factor[(port == number) & (second >= begin) & (second < end)] = value
    return factor
