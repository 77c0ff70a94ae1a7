"""What all invariants look at, and how they name a moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.flow.duty import Shifts, Tasks, shifts, tasks
from sim.flow.history import History, Parties, parties
from sim.flow.log import EventLog
from sim.flow.steps import Ints
from sim.scenario.schema import Scenario

DAY = 86_400
Faults = Iterator[str]


@dataclass(frozen=True)
class Case:
    """A history and the scenario that it must keep to."""

    log: EventLog
    scenario: Scenario
    history: History
    parties: Parties
    shifts: Shifts
    tasks: Tasks

    def name(self, place: int) -> str:
        """Id of a place number."""
        return self.log.places.ids[place] if 0 <= place < len(self.log.places.ids) else f"place {place}"


def make_case(log: EventLog, scenario: Scenario) -> Case:
    """Read the log once for all invariants."""
    history = History(log)
    on_duty = shifts(history, log)
    return Case(log, scenario, history, parties(history), on_duty, tasks(history, on_duty, log.places))


def when(second: int) -> str:
    """A second in words: day 1 is the first day of the window."""
    day, rest = divmod(int(second), DAY)
    return f"day {day + 1} {rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d} (second {int(second)})"


def running_total(group: Ints, position: Ints, change: Ints) -> Ints:
    """Sum of changes so far within each group, in order of position; aligned with the input."""
    order = np.lexsort((position, group))
    total = np.cumsum(change[order])
    first = np.flatnonzero(np.concatenate([[True], np.diff(group[order]) != 0])) if len(group) else order
    before = np.repeat(total[first] - change[order][first], np.diff(np.append(first, len(group))))
    result = np.empty_like(total)
    result[order] = total - before
    return result
