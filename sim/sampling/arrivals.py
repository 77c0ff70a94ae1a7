"""Hand-over groups: how many, when, and how many parties each.

Groups of a port and day are the points of a unit-rate Poisson process on (time of day × level), numbered by level; the
one with number j is present when its level is at most the day's. So raising the arrivals adds groups and leaves all
others as they were. The day's level is a gamma quantile at a draw of the day, for day-to-day variation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sampling.expected import expected_people
from sim.sampling.hours import hours_by_date, profile_inside
from sim.sampling.streams import Draws, Stream, entity_number
from sim.sampling.variates import Steps, gamma_level, group_parties, level_spread, people_per_group
from sim.scenario.places import once_per_scenario
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
    cells = _cells(scenario)
    level = cells.level
    if cells.varies:
        level = gamma_level(level, cells.spread, draws.uniform(Stream.DAY_LEVEL, keys[cells.port], cells.day, 0))
    cell, number, time_u, parties_u = _points(draws, level / cells.mean_group, keys[cells.port], cells.day)
    port, day = cells.port[cell], cells.day[cell]
    second = _hand_over_seconds(scenario, port, day, time_u)
    parties = group_parties(scenario.arrivals.groups, parties_u)
    inside = second < scenario.n_days * 86_400
    return Groups(port[inside], day[inside], number[inside], second[inside], parties[inside])


@dataclass(frozen=True)
class _Cells:
    """Ports and days of the window, one element each, in order of (port, day): what needs no draw."""

    port: Ints
    day: Ints
    level: Floats
    """People expected."""
    mean_group: float
    """People per group."""
    spread: Floats
    """Variance of the day's level / its mean."""

    @property
    def varies(self) -> bool:
        """Whether the level of any day is left to chance."""
        return bool(self.spread.max() > 1e-9)


@once_per_scenario
def _cells(scenario: Scenario) -> _Cells:
    days = scenario.first_day.toordinal() + np.arange(scenario.n_days)
    arrivals, people = scenario.arrivals, expected_people(scenario).ravel()
    return _Cells(
        port=np.repeat(np.arange(len(scenario.ports)), len(days)),
        day=np.tile(days, len(scenario.ports)),
        level=people,
        mean_group=people_per_group(arrivals.groups, arrivals.party_size_weights)[0],
        spread=level_spread(arrivals, people),
    )


def _points(draws: Draws, wanted: Floats, key: NDArray[np.uint64], day: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Points of unit-rate Poisson processes, one for each cell, with a level of at most `wanted[cell]`.

    Returns cell, number of the point, and its uniform numbers for time and parties. More points than needed are drawn
    first; a cell that still has too few (about one in ten thousand) makes all be drawn again with twice as many.
    """
    slack = 7.0
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


def _hand_over_seconds(scenario: Scenario, port: Ints, day: Ints, u: Floats) -> Ints:
    """Second of each hand-over: inverse of the hourly profile inside the port's opening hours of that day.

    `CLOSED` on days on which the port does not open.
    """
    second = np.full(len(u), CLOSED, dtype=np.int64)
    first = scenario.first_day.toordinal()
    for hours in _hours(scenario):
        begin = np.searchsorted(port * _FURTHER + day, [hours.port * _FURTHER + day for day in hours.days])
        at = slice(*begin.tolist())  # groups come in order of (port, day)
        within = np.minimum(np.floor(hours.second_at(u[at])), hours.seconds[-1] - 1).astype(np.int64)
        second[at] = (day[at] - first) * 86_400 + within
    return second


_FURTHER = 1 << 32  # more than all days, so that (port, day) is one number


class _Hours(NamedTuple):
    """A stretch of days on which a port has the same hours."""

    port: int
    days: tuple[int, int]
    """First day and the day after the last."""
    seconds: Floats
    """Breakpoints after 00:00 of the day of opening."""
    cumulated: Floats
    """Share of hand-overs before each."""
    steps: Steps
    slopes: Floats
    """Seconds per share of each step; 0 for a step without hand-overs, into which no share falls."""

    def second_at(self, u: Floats) -> Floats:
        """Where the share of hand-overs before is u, linear between breakpoints (`np.interp`, three times as fast)."""
        step = self.steps.find(u)
        return self.slopes.take(step) * (u - self.cumulated.take(step)) + self.seconds.take(step)


@once_per_scenario
def _hours(scenario: Scenario) -> list[_Hours]:
    return [
        _Hours(index, (start, end), seconds, cumulated, Steps(cumulated[1:]), _slopes(seconds, cumulated))
        for index, name in enumerate(sorted(scenario.ports))
        for hours, start, end in hours_by_date(scenario, name)
        for seconds, cumulated in [profile_inside(hours, scenario.ports[name].hour_weights)]
    ]


def _slopes(seconds: Floats, cumulated: Floats) -> Floats:
    share = np.diff(cumulated)
    return np.divide(np.diff(seconds), share, out=np.zeros(len(share)), where=share > 0)
