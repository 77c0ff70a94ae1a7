"""Whether a run fits into the memory of this machine: told before anything is drawn."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim.shell import errors
from sim.shell import options as common
from sim.words import OUTLOOK

if TYPE_CHECKING:
    from sim.scenario import Reading

MEMINFO = Path("/proc/meminfo")


def rows_that_fit(reading: Reading, workers: int | None) -> int:
    """Rows of the event log of a replication. Raises BadInput when one needs more memory than is free; says so on
    stderr when all workers together do.
    """
    from sim.outlook import size_of_replication  # noqa: PLC0415  heavy at start-up

    size, free, many = size_of_replication(reading.scenario), free_memory(), workers or common.cores()
    if free is None:
        return size.rows
    told = {"free": memory_words(free), "memory": memory_words(size.memory)}
    if size.memory > free:
        words = OUTLOOK["run.too_large"].format(people=f"{size.people:,}", rows=f"{size.rows:,}", **told)
        errors.refuse(f"{reading.files[-1].name}: {words}")
    if many * size.memory > free:
        errors.say(OUTLOOK["run.many_workers"].format(workers=many, fitting=free // size.memory, **told))
    return size.rows


def free_memory() -> int | None:
    """Bytes that programs can still have; None where the system does not tell."""
    try:
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError, IndexError):
        return None


def memory_words(size: int) -> str:
    """350 MB, 1.2 GB."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{max(round(size / 1e7), 1) * 10} MB"
