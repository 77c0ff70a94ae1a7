"""Running a sweep: what the store has not got goes to workers, and each chunk is kept before it is counted.

The travellers of a replication are the same at all points. Of the compiled engine's replications some are run again on
SimPy: those that a hash chooses, about 1 in 500 and at least two of the sweep.

A chunk of the store holds consecutive replications of one point; its key is the point's key with the first and last of
them. Which engine ran them is no part of it, because the engines make the same histories.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sim.commands.sweep.plan import Point, SweepPlan
from sim.flow.engines import COMPILED
from sim.keeping.chunkstore import ChunkError, ChunkStore
from sim.runs.chunk_runner import Chunk, Done, Part, SourcesDifferError, Where, finished, opened
from sim.runs.executors import ExecutorError, WorkerDiedError
from sim.runs.job import EnginesDifferError, how_many
from sim.words.language import said

PASSING = ("MemoryError", "OSError", "TimeoutError")
"""Errors of the machine, not of the setting: such replications are not kept, so that they are run again."""
SCHEMA = pa.schema([
    ("replication", pa.int32()),
    ("measure", pa.dictionary(pa.int32(), pa.string())),
    ("place", pa.dictionary(pa.int32(), pa.string())),
    ("unit", pa.dictionary(pa.int32(), pa.string())),
    ("value", pa.float64()),
])  # fmt: skip


class Name(NamedTuple):
    """What the key of a chunk says."""

    point: str
    first: int
    last: int

    @property
    def key(self) -> str:
        """Key in the store."""
        return f"{self.point}-{self.first:06d}-{self.last:06d}"

    @classmethod
    def of(cls, key: str) -> Name | None:
        """The name in a key; None for a key of something else."""
        words = key.rsplit("-", 2)
        return cls(words[0], int(words[1]), int(words[2])) if len(words) == 3 and "".join(words[1:]).isdigit() else None


@dataclass
class Index:
    """Which chunks there are, by point."""

    chunks: dict[str, list[Name]] = field(default_factory=dict)

    def add(self, name: Name) -> None:
        """Know of one more chunk."""
        self.chunks.setdefault(name.point, []).append(name)

    def there(self, point: str, n: int) -> set[int]:
        """Replications of a point, up to number `n`, that there are."""
        names = self.chunks.get(point, ())
        return {m for name in names for m in range(name.first, min(name.last, n) + 1)}

    def missing(self, point: str, n: int) -> list[int]:
        """Replications 1 to `n` of a point that are not there."""
        there = self.there(point, n)
        return [m for m in range(1, n + 1) if m not in there]


def index_of(keys: Collection[str]) -> Index:
    """The chunks of a sweep in a store."""
    index = Index()
    for name in sorted(name for key in keys if (name := Name.of(key))):
        index.add(name)
    return index


def stretches(numbers: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    """Rising numbers cut into stretches without a gap, each of at most `most`."""
    piece: list[int] = []
    for number in numbers:
        if piece and (number != piece[-1] + 1 or len(piece) == most):
            yield tuple(piece)
            piece = []
        piece.append(number)
    if piece:
        yield tuple(piece)


def keep(store: ChunkStore, index: Index, done: Sequence[Done], plan: SweepPlan, compared: Collection[int]) -> bool:
    """Put the replications of one part of a chunk into the store; whether they were kept.

    Those that failed for want of memory or disk are not: they are worth another try.
    """
    name = Name(done[0].point, done[0].replication, done[-1].replication)
    if any(one.error.split(":")[0] in PASSING for one in done):
        return False
    facts = dict(plan.facts)
    failed = {one.replication: one.error for one in done if one.error}
    used_up = [one.replication for one in done if one.outcome and one.outcome.measures.sites_used_up]
    rerun = [one.replication for one in done if one.replication in compared]
    for fact, content in (("failed", failed), ("used_up", used_up), ("compared", rerun)):
        if content:
            facts[fact] = json.dumps(content)
    store.put(name.key, table_of(done), facts)
    index.add(name)
    return True


def table_of(done: Iterable[Done]) -> pa.Table:
    """Values of replications, in their order: replication, measure, place, unit, value. Missing ones are left out."""
    rows = [
        (one.replication, *row)
        for one in done
        if one.outcome
        for row in one.outcome.measures.values
        if not math.isnan(row.value)
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [
        pa.array(column, field.type if not pa.types.is_dictionary(field.type) else pa.string())
        for column, field in zip(columns, SCHEMA, strict=True)
    ]
    return pa.table(arrays, names=SCHEMA.names).cast(SCHEMA)


class PointValues(NamedTuple):
    """All that the store knows of one point."""

    table: pa.Table
    """Rows in order of replication, then of measures and places as in all tables."""
    finished: tuple[int, ...]
    """Replications that ended, without those that failed."""
    failed: Mapping[int, str]
    """Replications that did not, with the reason."""
    compared: tuple[int, ...]
    used_up: tuple[int, ...]


def values_of(store: ChunkStore, index: Index, point: str, n: int) -> PointValues:
    """Replications 1 to `n` of a point, in one table. The same whatever chunks they are cut into."""
    seen: set[int] = set()
    tables: list[tuple[int, pa.Table]] = []
    failed: dict[int, str] = {}
    marks: dict[str, list[int]] = {"compared": [], "used_up": []}
    for name in sorted(index.chunks.get(point, ())):
        fresh = set(range(name.first, min(name.last, n) + 1)) - seen
        if not fresh:
            continue
        seen |= fresh
        stored = store.get(name.key)
        numbers = stored.columns["replication"].to_numpy()
        tables.append((min(fresh), stored.columns.filter(pa.array(np.isin(numbers, sorted(fresh))))))
        failures = json.loads(stored.facts.get("failed", "{}")).items()
        failed |= {int(m): reason for m, reason in failures if int(m) in fresh}
        for mark, listed in marks.items():
            listed += [m for m in json.loads(stored.facts.get(mark, "[]")) if m in fresh]
    table = pa.concat_tables([table for _, table in tables]) if tables else SCHEMA.empty_table()
    return PointValues(
        _in_order(table.unify_dictionaries()),
        tuple(sorted(seen - set(failed))),
        dict(sorted(failed.items())),
        tuple(sorted(marks["compared"])),
        tuple(sorted(marks["used_up"])),
    )


def _in_order(table: pa.Table) -> pa.Table:
    """Rows by replication; within one they are in the order of tables already."""
    numbers = table["replication"].to_numpy()
    if (numbers[1:] >= numbers[:-1]).all():  # as it is unless two machines' chunks overlap
        return table
    return table.take(pa.array(np.argsort(numbers, kind="stable")))


MOST_IN_A_CHUNK = {COMPILED: 20}
"""Replications of a chunk at most, by engine: some seconds of work, which is what a kill costs."""
MOST_OTHERWISE = 5
CHUNKS_FOR_EACH_WORKER = 8
"""At least so many, if there are replications enough, so that no worker is idle at the end for long."""


class SweepError(RuntimeError):
    """The sweep ended early; the message says why. What was finished is kept."""


@dataclass(frozen=True)
class Begun:
    """A sweep's store before its work: what is there already."""

    index: Index
    damaged: int
    """Chunks that were set aside."""
    there: int
    """Replications of this sweep that there are."""


def found_in(store: ChunkStore, points: Sequence[Point], n: int) -> Begun:
    """What a locked store has of a sweep, damaged chunks set aside."""
    damaged = store.set_damaged_aside()
    index = index_of(store.keys())
    return Begun(index, len(damaged), sum(len(index.there(point.key, n)) for point in points if point.key))


def is_of_another(store: ChunkStore, plan: SweepPlan, begun: Begun) -> bool:
    """Whether a store holds chunks of another scenario, seed, set of measures or version, and none of this sweep."""
    if begun.there or not begun.index.chunks:
        return False
    some = min(name.key for names in begun.index.chunks.values() for name in names)
    facts = store.get(some).facts
    return any(facts.get(fact) != plan.facts[fact] for fact in ("scenario", "asked"))


def run_sweep(
    plan: SweepPlan,
    points: Sequence[Point],
    store: ChunkStore,
    index: Index,
    where: Where,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Run what is missing and keep it. `progress` is called with the number of replications finished here so far.

    Raises SweepError, ChunkError when the disk takes no more, ExecutorError, and KeyboardInterrupt.
    """
    rerun = chosen(plan, points) if where.engine == COMPILED else {}
    chunks = _chunks(plan, points, index, where, rerun)
    first = next(chunks, None)
    if first is None:
        return
    count, lost = 0, []
    try:
        with opened(where) as executor:
            for _, done in finished(executor, itertools.chain([first], chunks)):
                for part in _parts(done):
                    if not keep(store, index, part, plan, rerun.get(part[0].point, ())):
                        lost += [one.error for one in part if one.error]
                    count += len(part)
                progress(count)
    except (KeyboardInterrupt, ChunkError, ExecutorError):
        raise
    except BaseException as error:
        raise SweepError(_reason(error)) from error
    if lost:
        raise SweepError(
            said("{n} replications failed for want of memory or disk: {first}", n=len(lost), first=lost[0])
        )


def left(plan: SweepPlan, points: Sequence[Point], index: Index) -> int:
    """Replications that are missing; points with the same scenario count once."""
    keys = dict.fromkeys(point.key for point in points if point.key)
    return sum(len(index.missing(key, plan.replications)) for key in keys)


def chosen(plan: SweepPlan, points: Sequence[Point]) -> dict[str, tuple[int, ...]]:
    """Replications to run again on SimPy, by key of their point.

    One in 500, and 2 at least: those with the smallest hashes. A longer sweep goes by the same hashes, so that of what
    it adds about one in 500 are among them.
    """
    keys = dict.fromkeys(point.key for point in points if point.key)
    hashes = (
        (hashlib.sha256(f"{plan.seed} {key} {number}".encode()).digest(), key, number)
        for key in keys
        for number in range(1, plan.replications + 1)
    )
    found: dict[str, tuple[int, ...]] = {}
    for _, key, number in heapq.nsmallest(how_many(len(keys) * plan.replications), hashes):
        found[key] = tuple(sorted((*found.get(key, ()), number)))
    return found


def most_in_a_chunk(where: Where, todo: int) -> int:
    """Replications of a chunk."""
    most = MOST_IN_A_CHUNK.get(where.engine, MOST_OTHERWISE)
    return max(1, min(most, math.ceil(todo / (where.n_workers * CHUNKS_FOR_EACH_WORKER))))


def _chunks(
    plan: SweepPlan, points: Sequence[Point], index: Index, where: Where, rerun: Mapping[str, tuple[int, ...]]
) -> Iterator[Chunk]:
    """What is missing, in chunks. Points with replications that are run again come first: they take longest."""
    by_key = {point.key: point for point in reversed(points) if point.key}
    missing = {key: index.missing(key, plan.replications) for key in reversed(by_key)}
    most = most_in_a_chunk(where, sum(map(len, missing.values())))
    chunk: list[Part] = []
    for key in sorted(missing, key=lambda key: key not in rerun):
        for numbers in stretches(missing[key], most):
            if chunk and sum(len(part.replications) for part in chunk) + len(numbers) > most:
                yield tuple(chunk)
                chunk = []
            chunk.append(Part(key, plan.job(by_key[key].settings, where.engine, rerun.get(key, ())), numbers))
    if chunk:
        yield tuple(chunk)


def _parts(done: Sequence[Done]) -> Iterator[list[Done]]:
    """Outcomes of a chunk by point and stretch of replications."""
    part: list[Done] = []
    for one in done:
        if part and (one.point != part[-1].point or one.replication != part[-1].replication + 1):
            yield part
            part = []
        part.append(one)
    if part:
        yield part


def _reason(error: BaseException) -> str:
    if isinstance(error, EnginesDifferError | WorkerDiedError):
        return said(error.args[0])
    if isinstance(error, SourcesDifferError):
        return said("{error}: install the same version everywhere", error=said(error.args[0]))
    if isinstance(error, CancelledError):
        return said("the cluster was lost: its scheduler does not answer any more")
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
