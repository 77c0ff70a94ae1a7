"""Running a sweep: what the store has not got goes to workers, and each chunk is kept before it is counted.

The travellers of a replication are the same at all points. Of the compiled engine's replications some are run again on
SimPy: those that a hash chooses, about 1 in 500 and at least two of the sweep.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass

from sim.commands.sweep.chunks import Index, index_of, keep, runs
from sim.commands.sweep.plan import Plan, Point
from sim.flow.engines import COMPILED
from sim.keeping.chunkstore import ChunkError, ChunkStore
from sim.runs.chunk_runner import Chunk, Done, Part, SourcesDifferError, Where, finished, opened
from sim.runs.executors import ExecutorError, WorkerDiedError
from sim.runs.verify import EnginesDifferError, how_many

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


def look(store: ChunkStore, points: Sequence[Point], n: int) -> Begun:
    """What a locked store has of a sweep, damaged chunks set aside."""
    damaged = store.set_damaged_aside()
    index = index_of(store.keys())
    return Begun(index, len(damaged), sum(len(index.there(point.key, n)) for point in points if point.key))


def is_of_another(store: ChunkStore, plan: Plan, begun: Begun) -> bool:
    """Whether a store holds chunks of another scenario, seed, set of measures or version, and none of this sweep."""
    if begun.there or not begun.index.chunks:
        return False
    some = min(name.key for names in begun.index.chunks.values() for name in names)
    facts = store.get(some).facts
    return any(facts.get(fact) != plan.facts[fact] for fact in ("scenario", "asked"))


def run_sweep(
    plan: Plan,
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
        raise SweepError(f"{len(lost)} replications failed for want of memory or disk: {lost[0]}")


def left(plan: Plan, points: Sequence[Point], index: Index) -> int:
    """Replications that are missing; points with the same scenario count once."""
    keys = dict.fromkeys(point.key for point in points if point.key)
    return sum(len(index.missing(key, plan.replications)) for key in keys)


def chosen(plan: Plan, points: Sequence[Point]) -> dict[str, tuple[int, ...]]:
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
    plan: Plan, points: Sequence[Point], index: Index, where: Where, rerun: Mapping[str, tuple[int, ...]]
) -> Iterator[Chunk]:
    """What is missing, in chunks. Points with replications that are run again come first: they take longest."""
    by_key = {point.key: point for point in reversed(points) if point.key}
    missing = {key: index.missing(key, plan.replications) for key in reversed(by_key)}
    most = most_in_a_chunk(where, sum(map(len, missing.values())))
    chunk: list[Part] = []
    for key in sorted(missing, key=lambda key: key not in rerun):
        for numbers in runs(missing[key], most):
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
        return str(error)
    if isinstance(error, SourcesDifferError):
        return f"{error}: install the same version everywhere"
    if isinstance(error, CancelledError):
        return "the cluster was lost: its scheduler does not answer any more"
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
