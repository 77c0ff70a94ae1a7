"""How long a run takes: rows of the event log that are expected, and seconds that they cost.

The seconds were measured on one core of a shared Linux machine (x86_64) with the Xiangzhou case, 590,000 rows a
replication, and hold to a factor of two elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.outlook.grid import DAY
from sim.outlook.rooms import rooms_per_party
from sim.outlook.sites import SitesByDay
from sim.outlook.way import Way
from sim.scenario.tables.schema import Scenario

SECONDS_PER_MILLION_ROWS = {"simpy": 7.0, "compiled": 0.3}
"""Flow and measures together, by engine."""
RUN_AGAIN = 2
"""Replications of the compiled engine that are run on SimPy too, as `runs.verify` has it for up to 1,000."""
SECONDS_PER_REPLICATION = 0.1
SECONDS_AT_START_AND_END = 6.0
"""Starting processes, tables and pictures."""
MEMORY_AT_START, MEMORY_OF_A_ROW, MEMORY_OF_A_PERSON = 150e6, 300, 2_500
"""Bytes: programs and tables; and, measured with 90,000 people (184 MB) and with 510,000 rows (140 MB)."""
ROWS_OF_A_STAY = 14
ROWS_OF_A_TRIP = 7


def expected_rows(scenario: Scenario, way: Way, sites: SitesByDay) -> int:
    """Rows of the event log of a replication."""
    parties, placed, trips = float(way.registered.sum()), float(way.arrived.sum()), float(way.trips.sum())
    party_days = float(np.maximum(way.in_sites, 0.0).sum()) / DAY
    rounds = sum(len(kind.times) for kind in scenario.visits.values())
    stay = scenario.stay.days if scenario.stay else 0.0
    swabs = 2 * len(scenario.swabs.within(stay)) if scenario.swabs else 0
    per_stay = ROWS_OF_A_STAY + swabs + (rooms_per_party(scenario, way) - 1)
    shifts = 6.0 * float(sites.open.sum())
    return round(2.2 * parties + placed * per_stay + party_days * rounds + trips * ROWS_OF_A_TRIP + shifts)


class Size(NamedTuple):
    """What a replication is expected to need."""

    rows: int
    """Of its event log."""
    people: int
    """Handed over, or in a site from the beginning."""

    @property
    def memory(self) -> int:
        """Bytes of the process that simulates and measures it, about."""
        return round(MEMORY_AT_START + self.rows * MEMORY_OF_A_ROW + self.people * MEMORY_OF_A_PERSON)


def seconds_of_run(rows: int, replications: int, workers: int, engine: str) -> float:
    """Seconds from the command to the last line, about."""
    per_row = SECONDS_PER_MILLION_ROWS.get(engine, max(SECONDS_PER_MILLION_ROWS.values()))
    each = SECONDS_PER_REPLICATION + rows / 1e6 * per_row
    work = replications * each
    if engine != "simpy":  # some replications are run again on SimPy, and compared
        work += min(replications, RUN_AGAIN) * rows / 1e6 * SECONDS_PER_MILLION_ROWS["simpy"]
    return SECONDS_AT_START_AND_END + work / max(min(workers, replications), 1)
