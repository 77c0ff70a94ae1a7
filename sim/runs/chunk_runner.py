"""Chunks of replications on workers: the common ground of all commands that simulate.

A *point* is one scenario of an experiment: a name and a job (a resolved scenario and what is asked of it). A *part* is
some replications of one point; a *chunk* is a few parts that a worker does in one go. A chunk says all that it needs,
so that it can be sent to any worker, of this machine or of a cluster, and be run again elsewhere when that worker dies.
The travellers of replication m are the same at all points, because draws do not depend on the scenario.

Worker processes import this module and what it needs; it leaves tables, and the libraries for them, to its callers.

A replication that fails is a record with its reason, and the others go on. One thing is never passed over: a history on
which the engines differ ends the experiment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass

from sim.flow.engines import COMPILED, SIMPY
from sim.keeping.manifest import sources_hash
from sim.machine import machine_code
from sim.runs.executors import CLUSTER, Certificates, abandon, as_completed, open_executor
from sim.runs.job import EnginesDifferError, Job, Outcome, run_one
from sim.words.language import said


class SourcesDifferError(RuntimeError):
    """A worker of a cluster has another version of this program."""


@dataclass(frozen=True)
class Where:
    """On what replications run."""

    engine: str
    executor: str = "serial"
    """As `open_executor` takes it."""
    n_workers: int = 1
    """About how many jobs run at a time."""
    certificates: Certificates | None = None

    @property
    def is_cluster(self) -> bool:
        """Whether workers are of other machines."""
        return self.executor.startswith(CLUSTER)


@contextmanager
def opened(where: Where) -> Iterator[Executor]:
    """Workers that have the engine, or make it with their first jobs; on errors and Ctrl-C their work is dropped at
    once.

    Raises ExecutorError and SourcesDifferError.
    """
    sources = sources_hash() if where.is_cluster else ""
    new = where.executor.startswith("local:") and where.engine == COMPILED and not machine_code.is_kept()
    begun = (SIMPY if new else where.engine, sources)
    executor = open_executor(where.executor, begin_worker, begun, certificates=where.certificates)
    try:
        if new:
            compile_beside(executor)
        yield executor
    except BaseException:
        abandon(executor)
        raise
    executor.shutdown()


def begin_worker(engine: str, sources: str = "") -> None:
    """What a worker does before its first job: it loads the engine, or compiles it once.

    Raises SourcesDifferError when the program that asks has other `sources`.
    """
    here = sources_hash() if sources else ""
    if here != sources:
        raise SourcesDifferError(
            said(
                "a worker has other sources of qcap ({here}) than this machine ({sources})", here=here, sources=sources
            )
        )
    if engine == COMPILED:
        from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine runs

        compiled.prepare()


def compile_beside(executor: Executor) -> None:
    """Where there is no machine code yet: one worker makes that of the flow, the next one that of passes and generator,
    and goes on with jobs that need none. This process, which runs no history, does without a compiler and its memory.

    What goes wrong shows in the jobs that need it.
    """
    machine_code.say_compiling()
    for prepare in (_prepare_flow, _prepare_rest):
        executor.submit(prepare)


def compile_here() -> None:
    """The same in this process, for whoever compiles ahead."""
    from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine is asked for

    compiled.prepare()
    _prepare_rest()


def _prepare_flow() -> None:
    from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine runs

    compiled.prepare(told=True)


def _prepare_rest() -> None:
    from sim.flow import passes_compiled  # noqa: PLC0415  numba is loaded only when its engine runs
    from sim.sampling import philox_compiled  # noqa: PLC0415

    passes_compiled.ready()
    philox_compiled.ready()


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


def finished(executor: Executor, chunks: Iterable[Chunk]) -> Iterator[tuple[int, tuple[Done, ...]]]:
    """Chunks as they are done, each with its number from 0 in the order handed in.

    `chunks` may be a generator, see `as_completed`. What a worker raised is raised here.
    """
    return ((number, future.result()) for number, future in as_completed(executor, run_chunk, chunks))
