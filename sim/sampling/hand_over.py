"""Times of hand-overs: the hourly profile of a port inside the hours in which people come on a day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sampling.hours import coming_by_date, profile_inside
from sim.sampling.variates import Steps
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEVER = np.iinfo(np.int64).max
"""Second of a hand-over that does not happen."""


def hand_over_seconds(scenario: Scenario, port: Ints, day: Ints, u: Floats) -> Ints:
    """Second of each hand-over: inverse of the hourly profile inside the hours in which people come on that day; NEVER
    on days before the port's first hours.
    """
    second = np.full(len(u), NEVER, dtype=np.int64)
    first = scenario.first_day.toordinal()
    for hours in _hours(scenario):
        begin = np.searchsorted(port * _FURTHER + day, [hours.port * _FURTHER + day for day in hours.days])
        at = slice(*begin.tolist())  # groups come in order of (port, day)
        within = np.minimum(np.floor(hours.second_at(u[at])), hours.seconds[-1] - 1).astype(np.int64)
        second[at] = (day[at] - first) * DAY + within
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
        for hours, start, end in coming_by_date(scenario, name)
        for seconds, cumulated in [profile_inside(hours, scenario.ports[name].hour_weights)]
    ]


def _slopes(seconds: Floats, cumulated: Floats) -> Floats:
    share = np.diff(cumulated)
    return np.divide(np.diff(seconds), share, out=np.zeros(len(share)), where=share > 0)
