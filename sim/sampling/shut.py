"""Ports that people may find shut: when each is open, and the first open hour after a moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.sampling.added import added_people
from sim.sampling.hours import closed_days, hours_by_minute, open_spans
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY

Ints = NDArray[np.int64]
HOUR = 3600


@dataclass(frozen=True)
class OpenTimes:
    """When a port is open: stretches in order, in seconds since 00:00 of the first day."""

    begin: Ints
    end: Ints
    closed: Ints
    """Days of the window (0 the first) on which a disruption keeps the port from opening."""

    def finds_shut(self, second: Ints, day: Ints) -> NDArray[np.bool_]:
        """Whether people who come at a second, as travellers of a day of the window, find the port shut."""
        line = np.searchsorted(self.begin, second, side="right") - 1
        is_open = (line >= 0) & (second < np.append(self.end, 0)[line])
        return np.asarray(~is_open | np.isin(day, self.closed))

    def first_hour(self, second: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Begin and length (seconds) of the first open hour after they found the port shut; 0 long where it does not
        open again. It ends with the opening; that of a day on which the port does not open is after that day.
        """
        after = np.where(np.isin(day, self.closed), (day + 1) * DAY, second)
        line = np.searchsorted(self.end, after, side="right")
        again = line < len(self.end)
        begin = np.maximum(np.append(self.begin, 0)[line], after)
        return begin, np.where(again, np.minimum(np.append(self.end, 0)[line] - begin, HOUR), 0)


@once_per_scenario
def shut_ports(scenario: Scenario) -> dict[int, OpenTimes]:
    """Open times of the ports, numbered in order of id, that somebody may find shut."""
    found: dict[int, OpenTimes] = {}
    filled = {added.port for added in added_people(scenario)}
    for number, name in enumerate(sorted(scenario.ports)):
        closed = closed_days(scenario, name)
        if not closed and not hours_by_minute(scenario, name) and number not in filled:
            continue
        begin, end = np.array(open_spans(scenario, name), dtype=np.int64).reshape(-1, 2).T
        days = np.array(sorted(closed), dtype=np.int64) - scenario.first_day.toordinal()
        found[number] = OpenTimes(begin.copy(), end.copy(), days)
    return found
