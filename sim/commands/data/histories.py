"""Replications of several scenarios, each with its series kept: what forecasts and replays are read from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.flow.engines import COMPILED
from sim.measures.scope import ALL, HOUR
from sim.runs.chunk_runner import Chunk, Part, Where, finished, opened
from sim.runs.job import FIRST_REPLICATION, Job
from sim.runs.verify import chosen
from sim.shell.errors import Failed

Floats = NDArray[np.float64]
Series = dict[tuple[str, str], Floats]
"""By quantity and place: a row a replication, a column an hour of the window."""
TOGETHER = 10
"""Replications that a worker does in one go."""
A_DAY = 24


def run_all(
    jobs: Mapping[str, Job], n: int, where: Where, progress: Callable[[int], None] | None = None
) -> dict[str, Series]:
    """Series of all replications of each job. Raises Failed when one can not be simulated."""
    names = list(jobs)
    with_reruns = {name: _with_reruns(job, name == names[0], n) for name, job in jobs.items()}
    found: dict[str, dict[tuple[str, str], dict[int, Floats]]] = {name: {} for name in names}
    count = 0
    with opened(where) as executor:
        for _number, done in finished(executor, _chunks(with_reruns, n)):
            for each in done:
                if each.outcome is None:
                    raise Failed(f"{each.point}: {each.error}")
                for series in each.outcome.measures.series:
                    if len(series.seconds) > 1 and series.seconds[1] - series.seconds[0] == HOUR:
                        by_replication = found[each.point].setdefault((series.quantity, series.place), {})
                        by_replication[each.replication] = series.values
                count += 1
            if progress is not None:
                progress(count)
    return {
        name: {cell: np.stack([values[m] for m in sorted(values)]) for cell, values in table.items()}
        for name, table in found.items()
    }


def _with_reruns(job: Job, first: bool, n: int) -> Job:
    """Some replications of the first job are run again on SimPy and compared, as everywhere."""
    if job.engine != COMPILED or not first:
        return job
    return replace(job, rerun=chosen(job.seed, range(FIRST_REPLICATION, FIRST_REPLICATION + n)))


def _chunks(jobs: Mapping[str, Job], n: int) -> Iterator[Chunk]:
    for name, job in jobs.items():
        for first in range(FIRST_REPLICATION, FIRST_REPLICATION + n, TOGETHER):
            numbers = tuple(range(first, min(first + TOGETHER, FIRST_REPLICATION + n)))
            yield (Part(name, job, numbers),)


def at_midnight(series: Series, quantity: str, place: str = ALL) -> Floats:
    """Values at 00:00 of the first day and at the end of each day."""
    return series[quantity, place][:, ::A_DAY]


def most_of_day(series: Series, quantity: str, place: str = ALL) -> Floats:
    """The largest value at a full hour of each day, its end included."""
    values = series[quantity, place]
    days = (values.shape[1] - 1) // A_DAY
    return np.stack([values[:, d * A_DAY : (d + 1) * A_DAY + 1].max(axis=1) for d in range(days)], axis=1)


def came_by_day(series: Series) -> Floats:
    """People who came to a site on each day."""
    return np.diff(at_midnight(series, "persons_served"), axis=1)


def left_by_day(series: Series) -> Floats:
    """People who left the sites on each day: released, or taken to hospital."""
    return came_by_day(series) - np.diff(at_midnight(series, "guests_present"), axis=1)
