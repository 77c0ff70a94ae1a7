"""What a scenario leads to, computed from the scenario alone, within seconds and without a single random number.

Offered load of every pool hour by hour, rooms by date with the chance that they are enough, sites, what does not fit
together, and how long a run will take. Means come from M_t/G/inf and Erlang's formulas (`theory`); queues, which
only a run can tell, are left out. No engine and no log is needed, and none is run.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.outlook.effort import Size, expected_rows, seconds_of_run
from sim.outlook.origins import Origins, origins
from sim.outlook.remark import Remark
from sim.outlook.rooms import CHANCES, RoomsOnDay, rooms_by_day
from sim.outlook.sanity import Parts, remarks
from sim.outlook.sites import SitesByDay, sites_by_day
from sim.outlook.small_shifts import tasks_never_done
from sim.outlook.staff import PoolOutlook, Shortage, pools, shortages
from sim.outlook.way import Way, way
from sim.scenario.tables.schema import Scenario

__all__ = [
    "CHANCES",
    "Origins",
    "Outlook",
    "PoolOutlook",
    "Remark",
    "RoomsOnDay",
    "Shortage",
    "Size",
    "origins",
    "outlook",
    "seconds_of_run",
    "shortages",
    "size_of_replication",
    "tasks_never_done",
]


@dataclass(frozen=True)
class Outlook:
    """The analytic answer."""

    way: Way
    rooms: tuple[RoomsOnDay, ...]
    """By day; empty without sites."""
    sites: SitesByDay
    pools: tuple[PoolOutlook, ...]
    remarks: tuple[Remark, ...]
    rows: int
    """Rows of the event log of a replication."""

    @property
    def size(self) -> Size:
        """Rows, people and memory of a replication."""
        return _size(self.way, self.rows)

    @property
    def peak(self) -> RoomsOnDay | None:
        """The day that needs most rooms."""
        return max(self.rooms, key=lambda day: day.enough[1], default=None)


def size_of_replication(scenario: Scenario) -> Size:
    """Rows of the event log and people of a replication that are expected, within some hundredths of a second."""
    expected = way(scenario)
    return _size(expected, expected_rows(scenario, expected, sites_by_day(scenario, expected)))


def _size(expected: Way, rows: int) -> Size:
    return Size(rows, round(float(expected.handed.sum()) + expected.initial_people))


def outlook(scenario: Scenario) -> Outlook:
    """Look ahead; no run is made."""
    expected = way(scenario)
    rooms = rooms_by_day(scenario, expected)
    sites = sites_by_day(scenario, expected)
    staff = pools(scenario, expected, sites)
    parts = Parts(scenario, expected, rooms, sites, staff)
    return Outlook(expected, rooms, sites, staff, remarks(parts), expected_rows(scenario, expected, sites))
