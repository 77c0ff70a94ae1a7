"""The compiled engine: the twin of the SimPy engine, function for function, on plain arrays.

It reads the same tables and the same sample, takes its decisions with the same functions (`sim.flow.rules`) and writes
the same log, row for row. Machine code is made when it is first needed and kept on disk.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import WORLD, handle
from sim.flow.compiled.loop import run_flow
from sim.flow.compiled.memory import borrow, give_back, log_rows
from sim.flow.compiled.world import NARROW, PARTY_TYPE, make_world, work_space
from sim.flow.log import ALL_KINDS, COLUMNS, LOG_DTYPE, EventLog, Kind
from sim.flow.tables import Tables
from sim.machine import machine_code
from sim.machine.compile_cache import make_ready
from sim.sampling import Sample

_TROUBLE = {F.TASKS_FULL: "too many tasks wait at once", F.HEAP_FULL: "too many events are pending at once"}


def run(tables: Tables, sample: Sample, kinds: Collection[Kind] = ALL_KINDS) -> EventLog:
    """The history of one replication, or its rows of some kinds. Raises RuntimeError when decisions don't settle or a
    limit is exceeded.
    """
    prepare()
    wanted = np.zeros(max(Kind) + 1, dtype=np.int64)
    wanted[list(kinds)] = 1
    room = _expected_rows(len(sample.person_number), kinds)
    while True:
        memory = log_rows(room, len(COLUMNS))
        ordered = len(memory) if wanted[Kind.TASK] else 0
        space = borrow(work_space(tables, sample, ordered), dict.fromkeys(NARROW, PARTY_TYPE))
        world = make_world(tables, sample, space, memory, wanted)
        status = run_flow(handle(world))
        give_back(space)
        if status != F.ROWS_FULL:
            break
        room *= 4
    if status == F.UNSETTLED:
        raise RuntimeError(f"decisions of second {world.flow[F.NOW]} still change after 1000 passes")
    if status != F.FINE:
        raise RuntimeError(_TROUBLE[status])
    rows = world.rows[: world.flow[F.N_ROWS]].reshape(-1).view(LOG_DTYPE)
    return EventLog(rows, tables.places, tables.window_end, tables.hard_stop, sample.replication)


def _expected_rows(people: int, kinds: Collection[Kind]) -> int:
    """Rows of some kinds that few histories of so many people have more of: visits make up most of a log."""
    return (min(40, 2 * len(kinds)) if Kind.TASK in kinds else min(10, 2 * len(kinds))) * people + 200_000


def prepare(*, told: bool = False) -> None:
    """Load the machine code from disk, or compile it, with a word unless that is `told`."""
    make_ready(run_flow, (WORLD,), 0 if told else machine_code.SECONDS)
