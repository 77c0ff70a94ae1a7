"""What all invariants look at, and how they name a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow.duty import Duties, Levels, Shifts, Tasks, duties, levels, shifts, tasks
from sim.flow.history import History, Parties
from sim.flow.log import EventLog
from sim.flow.stays import RoomChanges, Stays, room_changes, stays
from sim.flow.steps import Ints
from sim.scenario.places import pool_of
from sim.scenario.tables.schema import Scenario

DAY = 86_400
MOST_ROWS = 1 << 40
"""More than all rows of a log or seconds of a window, so that (place, row) is one number."""
Faults = Iterator[str]


@dataclass(frozen=True)
class Case:
    """A history and the scenario that it must keep to."""

    log: EventLog
    scenario: Scenario
    history: History
    parties: Parties
    stays: Stays
    rooms: RoomChanges
    shifts: Shifts
    levels: Levels
    duties: Duties
    tasks: Tasks
    lifted: NDArray[np.bool_]
    """By place number: a pool without a limit."""
    rooms_lifted: bool
    """Whether sites have as many rooms as anybody wants."""

    def name(self, place: int) -> str:
        """Id of a place number."""
        return self.log.places.ids[place] if 0 <= place < len(self.log.places.ids) else f"place {place}"

    def site_of_place(self) -> Ints:
        """Place number of the site by place number of the site or of its team; the place itself for others."""
        site = np.arange(len(self.log.places.ids))
        for number, pool in zip(self.log.places.sites, self.log.places.pool_of_site, strict=True):
            if pool >= 0:
                site[pool] = number
        return site


def make_case(log: EventLog, scenario: Scenario, unlimited: tuple[str, ...]) -> Case:
    """Read the log once for all invariants."""
    history = History(log)
    by_party, on_duty = Parties(history), shifts(history, log)
    level = levels(history, on_duty)
    return Case(
        log=log,
        scenario=scenario,
        history=history,
        parties=by_party,
        stays=stays(history, by_party),
        rooms=room_changes(history, per_person=scenario.rooms.per == "person"),
        shifts=on_duty,
        levels=level,
        duties=duties(scenario, log.places, on_duty, level),
        tasks=tasks(history.all_tasks(), on_duty, level, log.places),
        lifted=_lifted(log, scenario, unlimited),
        rooms_lifted="rooms" in unlimited,
    )


def _lifted(log: EventLog, scenario: Scenario, unlimited: tuple[str, ...]) -> NDArray[np.bool_]:
    lifted = np.zeros(len(log.places.ids), dtype=bool)
    for place in log.places.pools:
        name = log.places.ids[place]
        lifted[place] = bool({name, pool_of(scenario, name)[0]} & set(unlimited))
    return lifted


def when(second: int) -> str:
    """A second in words: day 1 is the first day of the window."""
    day, rest = divmod(int(second), DAY)
    return f"day {day + 1} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d} (second {int(second)})"
