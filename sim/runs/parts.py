"""Many points on one executor: the common ground of sweeps, comparisons and calibration.

A *point* is one setting: a name and a job (a resolved scenario and what is asked of it). A *part* is some replications
of one point; a *chunk* is a few parts that a worker does in one go. A chunk says all that it needs, so that it can be
sent to any worker, of this machine or of a cluster, and be run again elsewhere when that worker dies. The travellers of
replication m are the same at all points, because draws do not depend on the scenario.

Worker processes import this module and what it needs; it leaves tables, and the libraries for them, to its callers.

A replication that fails is a record with its reason, and the others go on. One thing is never passed over: a history on
which the engines differ ends the experiment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

from sim.flow.engines import COMPILED
from sim.keeping.store import sources_hash
from sim.machine import machine_code
from sim.runs.executors import ended
from sim.runs.job import Job, Outcome, run_one
from sim.runs.verify import EnginesDifferError


class SourcesDifferError(RuntimeError):
    """A worker of a cluster has another version of this program."""


@dataclass(frozen=True)
class Part:
    """Some replications of one point."""

    point: str
    job: Job
    replications: tuple[int, ...]


@dataclass(frozen=True)
class Done:
    """What came of one replication of one point: an outcome, or the reason why there is none."""

    point: str
    replication: int
    outcome: Outcome | None
    error: str = ""


Chunk = tuple[Part, ...]


def run_chunk(chunk: Chunk) -> tuple[Done, ...]:
    """All replications of a chunk, in its order. Raises EnginesDifferError."""
    return tuple(_run(part, number) for part in chunk for number in part.replications)


def _run(part: Part, number: int) -> Done:
    try:
        return Done(part.point, number, run_one(part.job, number))
    except EnginesDifferError as error:
        raise EnginesDifferError(f"point {part.point}, replication {number}: {error}") from error
    except Exception as error:  # a setting that cannot run must not cost the others
        return Done(part.point, number, None, f"{type(error).__name__}: {error}")


def ready(engine: str) -> None:
    """Initializer of workers: what the engine needs is loaded, or compiled once."""
    if engine == COMPILED:
        from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine runs

        compiled.prepare()


def ready_with(engine: str, sources: str) -> None:
    """Initializer of workers: the engine is loaded, the program is the one that asked. Raises SourcesDifferError."""
    here = sources_hash()
    if here != sources:
        raise SourcesDifferError(f"a worker has other sources of qcap ({here}) than this machine ({sources})")
    ready(engine)


def ready_for_workers(engine: str) -> None:
    """Before processes of this machine start: compile here, once, unless they find machine code on disk.

    Where it is kept, this process, which runs no history, does without a compiler and its memory.
    """
    if not machine_code.is_kept():
        ready(engine)


def finished(executor: Executor, chunks: Iterable[Chunk]) -> Iterator[tuple[int, tuple[Done, ...]]]:
    """Chunks as they are done, each with its number from 0 in the order handed in.

    `chunks` may be a generator, see `ended`. What a worker raised is raised here.
    """
    return ((number, future.result()) for number, future in ended(executor, run_chunk, chunks))
