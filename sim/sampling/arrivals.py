"""Hand-over groups: how many, when, and how many parties each.

Groups of a port and day are the points of a unit-rate Poisson process on (time of day × level), numbered by level; the
one with number j is present when its level is at most the day's. So raising the arrivals adds groups and leaves all
others as they were. The day's level is a gamma quantile at a draw of the day, for day-to-day variation.

Days of which just so many people come, for replaying what happened, have the groups that would come on such a day
anyway, in order of their level, until the people are used up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sampling.expected import chances, day_means, exact_days, expected_people, factors_by_minute
from sim.sampling.hours import FIRST_ADDED, NEVER, added_people, hand_over_seconds, shut_ports
from sim.sampling.streams import Draws, Stream, entity_number
from sim.sampling.timetables import Groups, count_up, departures, in_order, joined, take, timetable_groups, usual_groups
from sim.sampling.variates import by_weight, gamma_level, group_parties, level_spread
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.distributions import people_per_group
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def hand_over_groups(scenario: Scenario, draws: Draws, keys: NDArray[np.uint64]) -> Groups:
    """The hand-over groups of all ports and days; `keys` holds the place key of each source."""
    cells = _cells(scenario)
    level, by_minute = _levels(cells, draws, keys)
    most = level.copy()
    for stretch, its_level in zip(cells.by_minute, by_minute, strict=True):
        most[stretch.cells] = np.maximum(most[stretch.cells], its_level)
    points = _points(draws, most / cells.mean_group, keys[cells.port], cells.day)
    port, day = cells.port[points.cell], cells.day[points.cell]
    second = hand_over_seconds(scenario, port, day, points.time)
    if cells.by_minute:
        wanted = _wanted(cells, level, by_minute, points.cell, second)
        here = np.flatnonzero(points.level <= wanted / cells.mean_group)
        points, port, day, second = points.take(here), port[here], day[here], second[here]
    parties = group_parties(scenario.arrivals.groups, points.parties)
    groups = usual_groups(keys, port, day, points.number, second, parties)
    if len(cells.exact):
        groups = in_order(groups, _exact_groups(scenario, draws, keys, (cells.port, cells.day)))
    if departures(scenario):
        groups = in_order(groups, timetable_groups(scenario, draws, chances(scenario)))
    if added_people(scenario):
        groups = _with_added(scenario, draws, keys, groups)
    groups = _come_again(scenario, draws, groups)
    inside = (groups.second >= 0) & (groups.second < scenario.n_days * DAY)
    return take(groups, inside)


def sources(scenario: Scenario) -> Ints:
    """Number of the port of each source of groups, by the source's number."""
    added = [row.port for row in added_people(scenario)]
    return np.array([*range(FIRST_ADDED), *added], dtype=np.int64)


@dataclass(frozen=True)
class _Stretch:
    """A stretch of time in which a factor with times holds at a port, and the days whose travellers it may meet."""

    begin: int
    end: int
    cells: Ints
    people: Floats
    """Expected on each of these days if the factor held all day."""
    spread: Floats


@dataclass(frozen=True)
class _Cells:
    """Ports and days of the window, one element each, in order of (port, day): what needs no draw."""

    port: Ints
    day: Ints
    people: Floats
    """Expected."""
    spread: Floats
    """Variance of the day's level / its mean."""
    mean_group: float
    """People per group."""
    by_minute: tuple[_Stretch, ...]
    exact: Ints
    """Cells of which just so many people come."""

    @property
    def varies(self) -> bool:
        """Whether the level of any day is left to chance."""
        return bool(self.spread.max() > 1e-9)


@once_per_scenario
def _cells(scenario: Scenario) -> _Cells:
    days = scenario.first_day.toordinal() + np.arange(scenario.n_days)
    exact = exact_days(scenario).ravel()
    arrivals, people = scenario.arrivals, np.where(exact, 0.0, expected_people(scenario).ravel())
    return _Cells(
        port=np.repeat(np.arange(len(scenario.ports)), len(days)),
        day=np.tile(days, len(scenario.ports)),
        people=people,
        spread=level_spread(arrivals, people),
        mean_group=people_per_group(arrivals.groups, arrivals.party_size_weights)[0],
        by_minute=tuple(_stretches(scenario)),
        exact=np.flatnonzero(exact),
    )


def _stretches(scenario: Scenario) -> Iterator[_Stretch]:
    (factored, added), exact = day_means(scenario), exact_days(scenario)
    for row, name in enumerate(sorted(scenario.ports)):
        for begin, end, factor in factors_by_minute(scenario, name):
            days = np.arange(max(begin // DAY - 1, 0), min(-(-end // DAY), scenario.n_days))
            people = np.where(exact[row, days], 0.0, factored[row, days] * factor + added[row, days])
            spread = level_spread(scenario.arrivals, people)
            yield _Stretch(begin, end, row * scenario.n_days + days, people, spread)


def _levels(cells: _Cells, draws: Draws, keys: NDArray[np.uint64]) -> tuple[Floats, list[Floats]]:
    """Levels of the days in people, as a whole and in each stretch to the minute, by one draw of the day."""
    stretches = [stretch.people for stretch in cells.by_minute]
    if not cells.varies:
        return cells.people, stretches
    u = draws.uniform(Stream.DAY_LEVEL, keys[cells.port], cells.day, 0)
    return gamma_level(cells.people, cells.spread, u), [
        gamma_level(stretch.people, stretch.spread, u[stretch.cells]) for stretch in cells.by_minute
    ]


def _wanted(cells: _Cells, level: Floats, by_minute: list[Floats], cell: Ints, second: Ints) -> Floats:
    """Level up to which the points of each cell are present at their second."""
    wanted = level[cell]
    for stretch, its_level in zip(cells.by_minute, by_minute, strict=True):
        line = np.searchsorted(stretch.cells, cell)
        there = np.append(stretch.cells, -1)[line] == cell
        held = np.flatnonzero(there & (second >= stretch.begin) & (second < stretch.end))
        wanted[held] = its_level[line[held]]
    return wanted


class _Points(NamedTuple):
    """Points of unit-rate Poisson processes, one element each."""

    cell: Ints
    number: Ints
    level: Floats
    time: Floats
    """Uniform number for the time."""
    parties: Floats
    """Uniform number for the parties."""

    def take(self, chosen: Ints) -> _Points:
        """Those chosen."""
        return _Points(
            self.cell[chosen], self.number[chosen], self.level[chosen], self.time[chosen], self.parties[chosen]
        )


def _points(
    draws: Draws, wanted: Floats, key: NDArray[np.uint64], day: Ints, first: Stream = Stream.GROUP_GAP
) -> _Points:
    """Points of the process of each cell with a level of at most `wanted[cell]`; `first` names the block of streams.

    More points than needed are drawn first; a cell that still has too few (about one in ten thousand) makes all be
    drawn again with twice as many.
    """
    slack = 7.0
    while True:
        drawn = (wanted + slack / 2 * np.sqrt(wanted) + slack).astype(np.int64)
        cell = np.repeat(np.arange(len(wanted)), drawn)
        number = count_up(drawn)
        gap, time, parties, _ = draws.block(first // 4, key[cell], day[cell], entity_number(number))
        levels = np.cumsum(-np.log1p(-gap))
        last = np.cumsum(drawn) - 1
        levels -= np.repeat(np.concatenate([[0.0], levels[last[:-1]]]), drawn)
        if (levels[last] > wanted).all():
            keep = levels <= wanted[cell]
            return _Points(cell[keep], number[keep], levels[keep], time[keep], parties[keep])
        slack *= 2


def _with_added(scenario: Scenario, draws: Draws, keys: NDArray[np.uint64], groups: Groups) -> Groups:
    """The groups with those that disruptions add between two moments, evenly over that time."""
    rows = added_people(scenario)
    mean_group = people_per_group(scenario.arrivals.groups, scenario.arrivals.party_size_weights)[0]
    source, day = FIRST_ADDED + np.arange(len(rows)), np.array([row.day for row in rows])
    wanted = np.array([row.people for row in rows]) / mean_group
    points = _points(draws, wanted, keys[source], day, Stream.ADDED_GAP)
    begin, length = (np.array(x)[points.cell] for x in zip(*((r.begin, r.end - r.begin) for r in rows), strict=True))
    second = begin + np.floor(points.time * length).astype(np.int64)
    parties = group_parties(scenario.arrivals.groups, points.parties)
    return joined(groups, usual_groups(keys, source[points.cell], day[points.cell], points.number, second, parties))


def _come_again(scenario: Scenario, draws: Draws, groups: Groups) -> Groups:
    """Groups that find a port shut come in the first open hour after it, with the port's chance, or not at all."""
    ports = shut_ports(scenario)
    if not ports:
        return groups
    second, of_group = groups.second.copy(), sources(scenario)[groups.source]
    for port, times in ports.items():
        here = np.flatnonzero(of_group == port)
        usual = groups.source[here] < FIRST_ADDED
        day = np.where(usual, groups.day[here] - scenario.first_day.toordinal(), -1)
        shut = times.finds_shut(second[here], day)
        here, day = here[shut], day[shut]
        begin, length = times.first_hour(second[here], day)
        entity = groups.key[here], groups.date[here], entity_number(groups.drawn[here], groups.first_party[here])
        chance, time, _, _ = draws.block(Stream.POSTPONED // 4, *entity)
        comes = (chance < scenario.ports[sorted(scenario.ports)[port]].postponed_share) & (length > 0)
        second[here] = np.where(comes, begin + np.floor(time * length).astype(np.int64), NEVER)
    return replace(groups, second=second)


def _exact_groups(scenario: Scenario, draws: Draws, keys: NDArray[np.uint64], cells: tuple[Ints, Ints]) -> Groups:
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
