"""Histories of a calibration: a setting and a replication each, in chunks that are kept before they are counted.

A chunk's key is a hash of all that decides about its numbers: model, scenario, seed, settings, replications, figures.
What an earlier, interrupted call has finished is read back and not run again, whatever else was changed meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.case import row_of
from sim.commands.calibrate.unknowns import Key
from sim.flow.engines import COMPILED
from sim.keeping.chunkstore import ChunkStore
from sim.measures import REGISTRY
from sim.runs.chunk_runner import Chunk, Done, Part, finished
from sim.runs.job import Job
from sim.scenario.tables.schema import Scenario

CHUNK = {COMPILED: 20}
"""Histories in a chunk, by engine; never a matter of workers, so that a chunk is found again."""
CHUNK_OTHERWISE = 4

Columns = dict[Key, NDArray[np.float64]]
"""A value for each history, by measure and place; nan where there is none."""


@dataclass(frozen=True)
class Task:
    """One history to run."""

    changes: Mapping[str, Any]
    """Values of the draw by dotted path."""
    replication: int
    on_simpy: bool = False
    """Whether it is run again on SimPy and compared."""


@dataclass
class HistoryRunner:
    """Runs histories, or reads them back; holds what all of them share."""

    scenario: Scenario
    seed: int
    engine: str
    executor: Executor
    store: ChunkStore
    model: str
    """What else decides about numbers: hash of scenario and sources."""
    on_progress: Callable[[int], None]
    """Called with the number of histories that are there so far, found ones included."""
    count: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Reason for each history that failed, by stage and number."""
    compared: int = 0
    """Histories run again on SimPy, with the same result."""

    def run(self, stage: str, tasks: Sequence[Task], keys: Sequence[Key]) -> Columns:
        """Values at the keys for each task, in order. Raises EnginesDifferError, ChunkError, KeyboardInterrupt."""
        size = CHUNK.get(self.engine, CHUNK_OTHERWISE)
        starts = range(0, len(tasks), size)
        values = np.full((len(tasks), len(keys)), math.nan)
        there = self.store.keys()
        names = {start: self._name(stage, tasks[start : start + size], start, keys) for start in starts}
        missing = [start for start in starts if names[start] not in there]
        for start in starts:
            if start not in missing:
                self._take(names[start], start, values)
        chunks = (self._chunk(stage, tasks[start : start + size], start, keys) for start in missing)
        for number, done in finished(self.executor, chunks):
            start = missing[number]
            self._keep(names[start], tasks[start : start + size], done, keys)
            self._take(names[start], start, values)
        return {key: values[:, i] for i, key in enumerate(keys)}

    def _name(self, stage: str, tasks: Sequence[Task], start: int, keys: Sequence[Key]) -> str:
        settings = [[dict(task.changes), task.replication] for task in tasks]
        content = json.dumps([self.model, self.seed, settings, list(keys)], sort_keys=True, default=str)
        return f"{stage}-{start:06d}-{hashlib.sha256(content.encode()).hexdigest()[:24]}"

    def _chunk(self, stage: str, tasks: Sequence[Task], start: int, keys: Sequence[Key]) -> Chunk:
        names = tuple(dict.fromkeys(measure for measure, _ in keys))
        second = tuple({place for measure, place in keys if REGISTRY[measure].second_flow})
        return tuple(
            Part(
                f"{stage} {start + i + 1}",
                Job(
                    self.scenario,
                    self.seed,
                    engine=self.engine,
                    names=names,
                    draws=(task.changes,) if task.changes else (),
                    n_second_flows=task.replication if second else 0,
                    second_places=second,
                    rerun=(task.replication,) if task.on_simpy and self.engine == COMPILED else (),
                ),
                (task.replication,),
            )
            for i, task in enumerate(tasks)
        )

    def _keep(self, name: str, tasks: Sequence[Task], done: Sequence[Done], keys: Sequence[Key]) -> None:
        rows = [row_of(one.outcome.measures.values if one.outcome else (), keys) for one in done]
        columns = {f"{measure}@{place}": [row[i] for row in rows] for i, (measure, place) in enumerate(keys)}
        failed = {one.point: one.error for one in done if one.error}
        compared = sum(task.on_simpy for task in tasks) if self.engine == COMPILED else 0
        self.store.put(name, columns, {"failed": json.dumps(failed), "compared": str(compared)})

    def _take(self, name: str, start: int, values: NDArray[np.float64]) -> None:
        """Read a chunk's values into their rows."""
        stored = self.store.get(name)
        rows = np.column_stack([stored.columns[name].to_numpy() for name in stored.columns.column_names])
        values[start : start + len(rows)] = rows
        self.failed |= json.loads(stored.facts.get("failed", "{}"))
        self.compared += int(stored.facts.get("compared", 0))
        self.count += len(rows)
        self.on_progress(self.count)


def numbered(settings: Sequence[Mapping[str, Any]], first: int, on_simpy: frozenset[int] = frozenset()) -> list[Task]:
    """A task for each setting, with travellers of their own: replications from `first` on."""
    return [Task(changes, number, number in on_simpy) for number, changes in enumerate(settings, start=first)]


def crossed(settings: Sequence[Mapping[str, Any]], replications: range) -> Iterator[Task]:
    """Each setting with each replication, all settings with the same travellers; settings are the outer loop."""
    return (Task(changes, number) for changes in settings for number in replications)
