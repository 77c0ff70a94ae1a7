"""What a scenario leads to, computed from the scenario alone, within seconds and without a single random number.

Offered load of every pool hour by hour, rooms by date with the chance that they are enough, sites, what does not fit
together, and how long a run will take. Means come from M_t/G/inf and Erlang's formulas (`theory`); queues, which
only a run can tell, are left out. No engine and no log is needed, and none is run.

How long a run will take: the seconds of a row were measured on one core of a shared Linux machine (x86_64) with the
Xiangzhou case, 590,000 rows a replication, and hold to a factor of two elsewhere. Origins tell how many values of a
scenario are somebody else's: of the file it extends, or still those of a template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.outlook.sanity import RuleInput, remarks
from sim.outlook.sites import CHANCES, RoomsOnDay, SitesByDay, rooms_by_day, rooms_per_party, sites_by_day
from sim.outlook.small_shifts import Remark, tasks_never_done
from sim.outlook.staff import PoolOutlook, Shortage, pools, shortages
from sim.outlook.way import DAY, Way, way
from sim.scenario import Reading, read
from sim.scenario.files.converting import template_files
from sim.scenario.provenance import DEFAULT_WORDS, ProvenanceRow
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

SECONDS_PER_MILLION_ROWS = {"simpy": 7.0, "compiled": 0.3}
"""Flow and measures together, by engine."""
RUN_AGAIN = 2
"""Replications of the compiled engine that are run on SimPy too, as `runs.job` has it for up to 1,000."""
SECONDS_PER_REPLICATION = 0.1
SECONDS_AT_START_AND_END = 6.0
"""Starting processes, tables and pictures."""
MEMORY_AT_START, MEMORY_OF_A_ROW, MEMORY_OF_A_PERSON = 150e6, 300, 2_500
"""Bytes: programs and tables; and, measured with 90,000 people (184 MB) and with 510,000 rows (140 MB)."""
ROWS_OF_A_STAY = 14
ROWS_OF_A_TRIP = 7


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
    given = RuleInput(scenario, expected, rooms, sites, staff)
    return Outlook(expected, rooms, sites, staff, remarks(given), expected_rows(scenario, expected, sites))


def expected_rows(scenario: Scenario, way: Way, sites: SitesByDay) -> int:
    """Rows of the event log of a replication."""
    parties, placed, trips = float(way.registered.sum()), float(way.arrived.sum()), float(way.trips.sum())
    party_days = float(np.maximum(way.in_sites, 0.0).sum()) / DAY
    rounds = sum(len(kind.times) for kind in scenario.visits.values())
    stay = scenario.stay.mean_days if scenario.stay else 0.0
    swabs = 2 * len(scenario.swabs.within(stay)) if scenario.swabs else 0
    per_stay = ROWS_OF_A_STAY + swabs + (rooms_per_party(scenario, way) - 1)
    shifts = 6.0 * float(sites.open.sum())
    return round(2.2 * parties + placed * per_stay + party_days * rounds + trips * ROWS_OF_A_TRIP + shifts)


def seconds_of_run(rows: int, replications: int, workers: int, engine: str) -> float:
    """Seconds from the command to the last line, about."""
    per_row = SECONDS_PER_MILLION_ROWS.get(engine, max(SECONDS_PER_MILLION_ROWS.values()))
    each = SECONDS_PER_REPLICATION + rows / 1e6 * per_row
    work = replications * each
    if engine != "simpy":  # some replications are run again on SimPy, and compared
        work += min(replications, RUN_AGAIN) * rows / 1e6 * SECONDS_PER_MILLION_ROWS["simpy"]
    return SECONDS_AT_START_AND_END + work / max(min(workers, replications), 1)


ENOUGH = 1 / 3
"""Share of a scenario's values that must be a template's before it counts as made from it."""


@dataclass(frozen=True)
class Origins:
    """Counts of values; a value that follows from no file is nobody's."""

    values: int
    inherited: int
    """Given by a file that the scenario extends, and not changed."""
    parent: str
    template: str
    """Template that the scenario was made from, empty for none."""
    as_in_template: int
    """Same value and same source as in that template: nobody has replaced or confirmed it."""

    @property
    def not_yours(self) -> int:
        """Values that this scenario took over as they were."""
        return max(self.inherited, self.as_in_template)


def origins(reading: Reading) -> Origins:
    """Count. The template's own file, read where it is, has no template."""
    given = [row for row in reading.provenance if row.words != DEFAULT_WORDS and row.file]
    chain = [file for file in reading.files if file.suffix.lower() != ".csv"]
    own = chain[-1]
    own_text = own.read_text(encoding="utf-8-sig") if len(chain) > 1 else ""
    inherited = [row for row in given if len(chain) > 1 and _is_inherited(row, own.name, own_text)]
    template, same = _template(reading, given)
    return Origins(
        values=len(reading.provenance),
        inherited=len(inherited),
        parent=chain[-2].name if len(chain) > 1 else "",
        template=template,
        as_in_template=same,
    )


def _is_inherited(row: ProvenanceRow, own: str, own_text: str) -> bool:
    """Whether a parent's file gave the value, or a CSV file that the scenario itself does not name.

    Files in rows are written as seen from the scenario's folder, in which its own file is just its name.
    """
    if row.file.lower().endswith(".csv"):
        return row.file not in own_text
    return row.file not in (own, "--set")


def _template(reading: Reading, given: list[ProvenanceRow]) -> tuple[str, int]:
    best, most = "", 0
    for name, source in template_files():
        if any(file.resolve() == source.resolve() for file in reading.files):
            continue
        theirs = {_key(row) for row in read(source).provenance}
        same = sum(_key(row) in theirs for row in given)
        if same > most:
            best, most = name, same
    return (best, most) if given and most >= ENOUGH * len(given) else ("", 0)


def _key(row: ProvenanceRow) -> tuple[str, str, str, str]:
    return row.path, str(row.value), row.kind, row.words
