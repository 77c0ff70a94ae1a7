"""One replication as a job: what all jobs of an experiment share, what one of them hands back.

Some measures need a second history of the same sample: what would be needed if a limit were not there. `measure` reads
one log and runs no flow, so jobs do. A second flow costs as much time as the first.

Of the compiled engine some replications are run again on SimPy, the authority, and compared row for row. Which ones is
a function of seed and number of replications alone: nobody can choose them, one worker and many choose the same.

Worker processes import this module and what it needs; it leaves tables, and the libraries for them, to its callers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.flow import simulate
from sim.flow.engines import SIMPY
from sim.flow.log import ALL_KINDS, COLUMNS, EventLog, Kind
from sim.measures import REGISTRY, Measures, MeasureValue, in_order, measure, rooms_needed_by_day
from sim.measures.scope import ALL
from sim.runs.ensemble import with_draw
from sim.runs.executors import unpacked
from sim.sampling import Sample, sample
from sim.scenario.places import place_numbers, sites_in_order, team_of
from sim.words.language import said

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario


FIRST_REPLICATION = 1
ROOMS = ("rooms_needed",)
STAFF = ("staff_needed_mean", "staff_needed_max")
ABOUT_ROOMS = frozenset({Kind.ROOM_TAKEN, Kind.PRESENT, Kind.ROOMS_LEFT, Kind.SITE_OPENED, Kind.SITE_CLOSED})
"""Rows that rooms taken, and which site is the first street-level one, are read from."""
MOST_REPLICATIONS = 10
"""Replications of a run that have second flows of staff, unless it is told otherwise: with a flow more for each pool
they would take several times as long, and what is needed differs little between them.
"""


@dataclass(frozen=True)
class Job:
    """What all replications of one experiment share."""

    scenario: Scenario
    seed: int
    engine: str = "simpy"
    check: bool = False
    """Test the invariants of every history."""
    events_folder: Path | None = None
    """Where histories are written as events-<replication>.parquet; None: nowhere."""
    events_of_all: bool = False
    """Histories of all replications rather than of the first alone."""
    n_second_flows: int = 0
    """How many replications, the first ones, also run the second flows that rooms_needed and staff_needed_* take."""
    second_places: tuple[str, ...] = ()
    """Places (pools, or `all` for rooms) whose second flows are run; none: every one that there is."""
    rooms_by_day: bool = False
    """Whether every replication has the second flow for rooms, which the ladder of sites and rooms by day take."""
    names: tuple[str, ...] | None = None
    """Measures that are asked for, those of second flows included; None: all."""
    series: bool = True
    """Whether measures come with their time series; never when they are asked for by name."""
    draws: tuple[Mapping[str, Any], ...] = ()
    """Values of an ensemble by dotted path; draw m is laid over the scenario in replication m (see `ensemble`)."""
    rerun: tuple[int, ...] = ()
    """Replications that are run again on SimPy and compared (`chosen`, `require_same`): one flow of each, of several
    replications a second flow of the last one. SimPy takes eighty times as long, so repeats are a fourth of a run.
    """
    apart: bool = False
    """Whether other jobs (`run_again`) do what `rerun` asks for: an outcome then has the digest of its history."""
    unlimited: tuple[str, ...] = ()
    """Limits that are lifted: "rooms", or pools; see `simulate`."""


@dataclass(frozen=True)
class Outcome:
    """What one replication hands back."""

    replication: int
    measures: Measures
    violations: tuple[str, ...] = ()
    digest: bytes = b""
    """Of the history that another job makes on SimPy."""


def run_one(job: Job, number: int) -> Outcome:
    """One replication, from its draws to its measures."""
    job, travellers = _drawn(job, number)
    log = simulate(job.scenario, travellers, engine=job.engine, unlimited=job.unlimited)
    flows = _asked_for(job, _second_names(job, number))
    rerun = _run_again(job, number, len(flows))
    digest = _compared(job, log, travellers, job.unlimited) if rerun == 0 else b""
    if job.events_folder is not None and (job.events_of_all or number == FIRST_REPLICATION):
        log.to_frame().to_parquet(job.events_folder / f"events-{number}.parquet", index=False)
    measures = measure(log, job.scenario, names=_first_names(job), series=job.series)
    broken = _broken(job, log, job.unlimited)
    del log  # the next one needs its memory
    measures, more_broken, second = _with_second_flows(job, (flows, rerun), travellers, measures)
    return Outcome(number, measures, (*broken, *more_broken), digest or second)


def run_again(job: Job, number: int) -> bytes:
    """Digest of the flow of a replication that is run again, from its draws to its history on SimPy."""
    job, travellers = _drawn(job, number)
    flows = _asked_for(job, _second_names(job, number))
    which = _run_again(job, number, len(flows))
    unlimited = flows[which - 1].unlimited if which else job.unlimited
    return digest_of(simulate(job.scenario, travellers, engine=SIMPY, unlimited=unlimited))


def _drawn(job: Job, number: int) -> tuple[Job, Sample]:
    """The job with its draw of an ensemble laid over the scenario, and the travellers of a replication."""
    if job.draws:
        job = replace(job, scenario=with_draw(job.scenario, job.draws, number), draws=())
    return job, sample(job.scenario, seed=job.seed, replication=number)


def _compared(job: Job, log: EventLog, travellers: Sample, unlimited: tuple[str, ...]) -> bytes:
    """Run a flow again on SimPy and compare; where another job does, the digest for it. Raises EnginesDifferError."""
    if job.apart:
        return digest_of(log)
    require_same(log, simulate(job.scenario, travellers, engine=SIMPY, unlimited=unlimited))
    return b""


def _run_again(job: Job, number: int, n_second: int) -> int | None:
    """Which flow of a replication is run again on SimPy: 0 for the first, k for the k-th of `n_second` second flows,
    None for none.
    """
    if number not in job.rerun:
        return None
    return 1 + one_of(job.seed, number, n_second) if n_second and number == job.rerun[-1] != job.rerun[0] else 0


def _with_second_flows(
    job: Job, asked: tuple[list[SecondFlow], int | None], travellers: Sample, measures: Measures
) -> tuple[Measures, tuple[str, ...], bytes]:
    """The measures with those of second flows, the invariants that these broke, the digest of the one that another job
    runs again. `asked`: the flows, and which one is run again (see `_run_again`).
    """
    flows, rerun = asked
    digest = b""
    further: list[MeasureValue] = []
    broken: list[str] = []
    for which, flow in enumerate(flows, start=1):
        kinds = ALL_KINDS if job.check or which == rerun else flow.kinds  # all rows, for who looks at them
        log = simulate(job.scenario, travellers, engine=job.engine, unlimited=flow.unlimited, kinds=kinds)
        if which == rerun:
            digest = _compared(job, log, travellers, flow.unlimited)
        values = measure(log, job.scenario, names=flow.names, places=flow.pools).values
        further += [value for value in values if not flow.pools or value.place in flow.pools]
        if measures.calendar is not None and flow.names == ROOMS:
            by_day = rooms_needed_by_day(log, job.scenario)
            measures = replace(measures, calendar=measures.calendar._replace(rooms_needed=by_day))
        broken += _broken(job, log, flow.unlimited)
    if further:
        measures = replace(measures, values=in_order([*measures.values, *further]))
    return measures, tuple(broken), digest


def _second_names(job: Job, number: int) -> tuple[str, ...] | None:
    """Measures that this replication reads from second flows: all that are asked for (None: all there are), those of
    rooms, or none.
    """
    if number < FIRST_REPLICATION + job.n_second_flows:
        return job.names
    return ROOMS if job.rooms_by_day else ()


def _first_names(job: Job) -> tuple[str, ...] | None:
    """Measures that are read from the first flow."""
    return None if job.names is None else tuple(name for name in job.names if not REGISTRY[name].second_flow)


def _broken(job: Job, log: EventLog, unlimited: tuple[str, ...] = ()) -> list[str]:
    if not job.check:
        return []
    from sim.flow import invariants  # noqa: PLC0415  tests of histories are needed only when asked for

    where = said("without the limit of {limits}: ", limits=", ".join(unlimited)) if unlimited else ""
    return [where + fault for fault in invariants.violations(log, job.scenario, unlimited)]


class SecondFlow(NamedTuple):
    """A flow with some limits lifted, and what is measured on it."""

    unlimited: tuple[str, ...]
    """Limits for `simulate`."""
    names: tuple[str, ...]
    """Measures."""
    pools: tuple[str, ...] = ()
    """Places whose values count: the pools without a limit; none: all places."""
    kinds: Collection[Kind] = ALL_KINDS
    """Rows that these measures are read from."""


def second_flows(scenario: Scenario) -> list[SecondFlow]:
    """One flow for rooms, one for each pool of ports, one for the teams of all sites together."""
    flows = [SecondFlow(("rooms",), ROOMS, kinds=ABOUT_ROOMS)] if scenario.sites and scenario.sites.candidates else []
    at_ports = sorted({port.pool for port in scenario.ports.values() if port.pool is not None})
    flows += [SecondFlow((pool,), STAFF, (pool,)) for pool in at_ports]
    teams = sorted({team for _, site in sites_in_order(scenario) if (team := team_of(scenario, site)) is not None})
    if teams:
        places = place_numbers(scenario)
        of_sites = tuple(places.ids[pool] for pool in places.pool_of_site if pool >= 0)
        flows.append(SecondFlow(tuple(teams), STAFF, of_sites))
    return flows


def _asked_for(job: Job, names: Sequence[str] | None) -> list[SecondFlow]:
    """Second flows that these measures (None: all) and the job's places take, each with those of its measures."""
    flows = (
        flow if names is None else flow._replace(names=tuple(name for name in flow.names if name in names))
        for flow in second_flows(job.scenario)
    )
    places = set(job.second_places)
    return [flow for flow in flows if flow.names and (not places or places & set(flow.pools or (ALL,)))]


def run_packed(packed: bytes, task: tuple[int, bool]) -> Outcome | bytes:
    """One replication of a job that was pickled once for all, or (True) its flow that is run again on SimPy: a worker
    reads the job with its first replication.
    """
    job: Job = unpacked(packed)
    number, again = task
    return run_again(job, number) if again else run_one(job, number)


LEAST, ONE_IN = 2, 500


class EnginesDifferError(RuntimeError):
    """The two engines made different histories of one sample; the message shows the first row that differs."""


def how_many(replications: int) -> int:
    """How many of so many replications are run again: 1 in 500, at least 2 (of fewer, all)."""
    return max(LEAST, math.ceil(replications / ONE_IN))


def chosen(seed: int, numbers: range) -> tuple[int, ...]:
    """The replications to run again: 1 in 500, at least 2, or all when there are fewer. In rising order."""
    by_chance = sorted(numbers, key=lambda number: hashlib.sha256(f"{seed} {len(numbers)} {number}".encode()).digest())
    return tuple(sorted(by_chance[: how_many(len(numbers))]))


def one_of(seed: int, number: int, n: int) -> int:
    """Which of n flows of a replication is run again, 0 to n - 1: a function of seed and number alone, too."""
    return int.from_bytes(hashlib.sha256(f"{seed} {number} flow".encode()).digest()[:8]) % n


def digest_of(log: EventLog) -> bytes:
    """The same for histories of the same rows in the same order, and for no others (SHA-256)."""
    return hashlib.sha256(log.rows.tobytes()).digest()


def require_same(compiled: EventLog, simpy: EventLog) -> None:
    """Raise EnginesDifferError unless both histories have the same rows in the same order."""
    difference = first_difference(compiled, simpy)
    if difference:
        raise EnginesDifferError(difference)


def first_difference(compiled: EventLog, simpy: EventLog) -> str:
    """The first row that differs, in words, on three lines; empty when there is none."""
    n = min(len(compiled), len(simpy))
    unlike = np.flatnonzero(compiled.rows[:n] != simpy.rows[:n])
    if not len(unlike) and len(compiled) == len(simpy):
        return ""
    row = int(unlike[0]) if len(unlike) else n
    return "\n".join([
        str(said("the engines differ in row {row:,} of the history:", row=row + 1)),
        f"  SimPy:    {_in_words(simpy, row)}",
        f"  compiled: {_in_words(compiled, row)}",
    ])  # fmt: skip


def compared_words(n_same: int, n_finished: int) -> str:
    """How much was compared, for the screen."""
    if n_finished == 1:
        return said("1 of 1 replication run again on SimPy: identical")
    return said("{n:,} of {all:,} replications run again on SimPy: identical", n=n_same, all=n_finished)


def _in_words(log: EventLog, row: int) -> str:
    if row >= len(log):
        return said("ended after {n:,} rows", n=len(log))
    frame = EventLog(log.rows[row : row + 1], log.places, log.window_end, log.hard_stop, log.replication).to_frame()
    values = frame.iloc[0]
    return ", ".join(f"{name} {values[name]}" for name in COLUMNS if str(values[name]) not in ("", "none"))
