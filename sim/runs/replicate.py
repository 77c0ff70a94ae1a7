"""The same scenario again and again, each time with other chance: the experiment behind every estimate.

A job is one replication and a function of (scenario, seed, number) alone. Results are put in order of replication
before anything is computed from them, so that one worker or many give the same numbers to the bit. Logs stay in the
worker; only measures and series come back. What SimPy repeats is a job of its own (`Repeats`): digests of both
histories must be the same.
"""

from __future__ import annotations

import math
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from sim.flow.engines import COMPILED
from sim.machine import machine_code
from sim.measures import REGISTRY, Calendar
from sim.measures.scope import ALL
from sim.numbers.statistics import Bands, bands, estimate
from sim.runs.chunk_runner import Where, opened
from sim.runs.executors import SerialExecutor, WorkerDiedError, abandon, as_completed, cause_of_death
from sim.runs.job import FIRST_REPLICATION, EnginesDifferError, Job, Outcome, chosen, run_one, run_packed
from sim.runs.precision import Reached, StoppingRule
from sim.words.language import said

T = TypeVar("T")


class ReplicationError(RuntimeError):
    """A replication failed; the message says which."""


@dataclass(frozen=True)
class Replicated:
    """An experiment's tables."""

    replications: pd.DataFrame
    """replication, measure, place, unit, value; in the order of the registry, places, replications."""
    series: pd.DataFrame
    """time, quantity, place, unit, mean, p5, p25, p50, p75, p95; `time` is text such as 2020-03-03 08:00."""
    summary: pd.DataFrame
    """measure, place, unit, n, mean, half_width, p5, p25, p50, p75, p95."""
    seconds: float
    engine: str
    numbers: range
    """Replications asked for."""
    finished: tuple[int, ...]
    """Numbers of the replications that the tables hold: all, unless interrupted."""
    violations: tuple[tuple[int, str], ...]
    """Broken invariants, with the replication that broke them; empty when they were not tested."""

    sites_used_up: tuple[int, ...] = ()
    """Replications in which the list of sites was used up."""
    compared: tuple[int, ...] = ()
    """Replications of the compiled engine that were run again on SimPy, with the same history."""
    reached: tuple[Reached, ...] = ()
    """Goals of precision and what was reached, when replications went on until they were precise."""
    profiles: pd.DataFrame | None = None
    """quantity, place, unit, axis, position, mean, p5, p25, p50, p75, p95."""
    calendars: tuple[Calendar, ...] = ()
    """Dates of sites and rooms by day of each replication; empty for a scenario without sites."""

    @property
    def requested(self) -> int:
        """How many replications were asked for."""
        return len(self.numbers)

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C came before the last replication was finished."""
        return len(self.finished) < self.requested


def replicate(
    job: Job,
    n: int | StoppingRule,
    *,
    executor: str = "serial",
    progress: Callable[[int], None] | None = None,
) -> Replicated:
    """Run `n` replications of a job, or as many as a stopping rule asks for, and estimate its measures.

    `progress` is called with the number of replications finished so far. Ctrl-C ends the experiment early with what is
    finished; without any, KeyboardInterrupt is raised. Raises ReplicationError and ExecutorError.
    """
    with replicated(job, n, executor=executor, progress=progress) as (done, _, repeats):
        return replace(done, compared=repeats.require_same())


@contextmanager
def replicated(
    job: Job,
    n: int | StoppingRule,
    *,
    executor: str = "serial",
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Replicated, Executor, Repeats]]:
    """As `replicate`, with the workers while they are there, for what else is to be made, and the repeats on SimPy,
    which may be under way: whoever keeps numbers asks them first. After Ctrl-C the workers are gone, and this process
    stands in for them.
    """
    started = time.monotonic()
    plan = n if isinstance(n, StoppingRule) else StoppingRule((), (n,))
    if job.engine == COMPILED:
        rerun = chosen(job.seed, range(FIRST_REPLICATION, FIRST_REPLICATION + plan.looks[0]))
        job = replace(job, rerun=rerun, apart=True)
    new = not machine_code.is_kept()
    with opened(Where(job.engine, executor)) as workers:
        repeats = Repeats(job, workers)
        if new:  # while one worker compiles the flow
            repeats.begin()
        numbers, ordered, interrupted = _outcomes(repeats, plan, progress or (lambda _: None))
        done = _replicated(job, plan, numbers, ordered, started)
        yield done, SerialExecutor() if interrupted else workers, repeats


class Repeats:
    """Replications that are run again on SimPy by jobs of their own, and whether both engines made the same of them.

    They take eighty times as long as the others. So they begin when no other job waits for a worker, or while the
    engine is compiled, and numbers can be shown, though not kept, before they have ended.
    """

    def __init__(self, job: Job, workers: Executor) -> None:
        self.job, self.workers = job, workers
        self.packed = pickle.dumps(job)
        self._again: dict[int, Future[Any]] = {}
        self._digests: dict[int, bytes] = {}
        self._dropped = False

    def drop(self) -> None:
        """After Ctrl-C: stop the workers."""
        self._dropped = True
        abandon(self.workers)

    def begin(self) -> None:
        """Hand them to the workers; once."""
        if not self._again:
            self._again = {n: self.workers.submit(run_packed, self.packed, (n, True)) for n in self.job.rerun}

    def note(self, outcome: Outcome) -> None:
        """Keep what the compiled engine made of one of them."""
        if outcome.digest:
            self._digests[outcome.replication] = outcome.digest

    @property
    def under_way(self) -> int:
        """How many have not ended."""
        return sum(not future.done() for future in self._again.values())

    def require_same(self) -> tuple[int, ...]:
        """Wait for them; the replications of which both engines made the same, after Ctrl-C those that had ended
        before. Raises ReplicationError and WorkerDiedError.
        """
        same = []
        for number, future in self._again.items():
            if self._dropped and (number not in self._digests or future.cancelled() or future.exception()):
                continue
            if isinstance(future.exception(), BrokenProcessPool):
                raise WorkerDiedError(cause_of_death(self.workers))
            if _result(future, number) != self._digests[number]:
                _result(_done(run_one, replace(self.job, apart=False), number), number)  # shows the row that differs
                raise ReplicationError(
                    said("replication {number}: the engines differed, but not when both ran it again", number=number)
                )
            same.append(number)
        return tuple(same)


def _replicated(job: Job, plan: StoppingRule, numbers: range, ordered: Sequence[Outcome], started: float) -> Replicated:
    """The tables of what was finished, in order of replication; `started` on the monotonic clock."""
    finished = tuple(outcome.replication for outcome in ordered)
    replications = _values_table(ordered)
    return Replicated(
        replications=replications,
        series=_series_table(ordered, np.datetime64(job.scenario.first_day, "s")),
        summary=estimate(replications),
        profiles=_profiles_table(ordered),
        calendars=tuple(found for o in ordered if (found := o.measures.calendar) is not None),
        seconds=time.monotonic() - started,
        engine=job.engine,
        numbers=numbers,
        reached=plan.reached(ordered),
        finished=finished,
        sites_used_up=tuple(o.replication for o in ordered if o.measures.sites_used_up),
        violations=tuple((o.replication, fault) for o in ordered for fault in o.violations),
    )


def _outcomes(
    repeats: Repeats, plan: StoppingRule, progress: Callable[[int], None]
) -> tuple[range, list[Outcome], bool]:
    """Replications that were asked for, and in their order what came of those that were finished: until they are
    precise enough, or Ctrl-C (True), which drops the workers. Raises KeyboardInterrupt when none was finished.
    """
    done: dict[int, Outcome] = {}
    numbers = range(FIRST_REPLICATION, FIRST_REPLICATION)
    run: Callable[[tuple[int, bool]], Any] = partial(run_packed, repeats.packed)
    try:
        for point in plan.looks:
            begun, numbers = len(numbers), range(FIRST_REPLICATION, FIRST_REPLICATION + point)
            for position, future in as_completed(repeats.workers, run, _tasks(numbers[begun:], repeats)):
                outcome: Outcome = _result(future, numbers[begun + position])
                done[outcome.replication] = outcome
                repeats.note(outcome)
                progress(len(done))
            if plan.enough(list(done.values())):
                break
    except KeyboardInterrupt:
        if not done:
            raise
        repeats.drop()
        return numbers, [done[number] for number in sorted(done)], True
    return numbers, [done[number] for number in sorted(done)], False


def _tasks(numbers: range, repeats: Repeats) -> Iterator[tuple[int, bool]]:
    """For `run_packed`; when the last one has been handed in, the repeats follow."""
    yield from ((number, False) for number in numbers)
    repeats.begin()


def _done(function: Callable[..., T], *arguments: Any) -> Future[T]:
    return SerialExecutor().submit(function, *arguments)


def _result(future: Future[T], number: int) -> T:
    try:
        return future.result()
    except EnginesDifferError as error:
        raise ReplicationError(f"replication {number}: {error}") from error
    except Exception as error:
        raise ReplicationError(f"replication {number}: {type(error).__name__}: {error}") from error


def _values_table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Values of all outcomes in the order of the registry, then place (`all` first), then replication."""
    rank = {name: i for i, name in enumerate(REGISTRY)}
    rows = [
        (outcome.replication, *row)
        for outcome in outcomes
        for row in outcome.measures.values  # noqa: PD011  no pandas
        if not math.isnan(row.value)
    ]
    rows.sort(key=lambda row: (rank[row[1]], row[2] != ALL, row[2], row[0]))
    return pd.DataFrame(rows, columns=["replication", "measure", "place", "unit", "value"])


def _series_table(outcomes: Sequence[Outcome], first_second: np.datetime64) -> pd.DataFrame:
    """Mean and quantiles over the replications at each time of each series; all outcomes have the same grid."""
    frames = []
    for index, series in enumerate(outcomes[0].measures.series):
        values = np.stack([outcome.measures.series[index].values for outcome in outcomes])  # noqa: PD011
        times = np.datetime_as_string(first_second + series.seconds.astype("timedelta64[s]"), unit="m")
        columns = {"time": np.char.replace(times, "T", " "), "quantity": series.quantity, "place": series.place}
        frames.append(pd.DataFrame(columns | {"unit": series.unit} | bands(values)._asdict()))
    if not frames:  # the job leaves series out
        return pd.DataFrame(columns=["time", "quantity", "place", "unit", *Bands._fields])
    return pd.concat(frames, ignore_index=True)


def _profiles_table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Mean and quantiles over the replications at each position of each profile; all outcomes have the same."""
    frames = []
    for index, profile in enumerate(outcomes[0].measures.profiles):
        values = np.stack([outcome.measures.profiles[index].values for outcome in outcomes])  # noqa: PD011
        columns = {name: getattr(profile, name) for name in ("quantity", "place", "unit", "axis")}
        frames.append(pd.DataFrame(columns | {"position": profile.positions} | bands(values)._asdict()))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
