"""One replication as a job: what all jobs of an experiment share, what one of them hands back.

Worker processes import this module and what it needs; it leaves tables, and the libraries for them, to its callers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.flow import simulate
from sim.flow.engines import COMPILED, SIMPY
from sim.flow.log import Kind
from sim.measures import REGISTRY, Measures, MeasureValue, measure, rooms_needed_by_day
from sim.runs.ensemble import with_draw
from sim.runs.second_flow import ROOMS, measured, merged, second_logs
from sim.runs.verify import require_same
from sim.sampling import sample

if TYPE_CHECKING:
    from sim.flow.log import EventLog
    from sim.scenario.tables.schema import Scenario

FIRST_REPLICATION = 1


@dataclass(frozen=True)
class Job:
    """What all replications of one experiment share. It goes to each worker once."""

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
    again: tuple[int, ...] = ()
    """Replications that are run again on SimPy and compared (see `verify`); the first of them with its second flows."""
    unlimited: tuple[str, ...] = ()
    """Limits that are lifted: "rooms", or pools; see `simulate`."""


@dataclass(frozen=True)
class Outcome:
    """What one replication hands back."""

    replication: int
    measures: Measures
    violations: tuple[str, ...] = ()
    sites_used_up: bool = False
    """Whether the reserve asked for another site when the list had none left."""


def run_one(job: Job, number: int) -> Outcome:
    """One replication, from its draws to its measures."""
    if job.draws:
        job = replace(job, scenario=with_draw(job.scenario, job.draws, number), draws=())
    travellers = sample(job.scenario, seed=job.seed, replication=number)
    log = simulate(job.scenario, travellers, engine=job.engine, unlimited=job.unlimited)
    if number in job.again:
        require_same(log, simulate(job.scenario, travellers, engine=SIMPY, unlimited=job.unlimited))
    if job.events_folder is not None and (job.events_of_all or number == FIRST_REPLICATION):
        log.to_frame().to_parquet(job.events_folder / f"events-{number}.parquet", index=False)
    used_up = bool(len(log.of(Kind.SITES_EXHAUSTED)))
    measures = measure(log, job.scenario, names=_first_names(job), series=job.series)
    broken = _broken(job, log, job.unlimited)
    del log  # the next one needs its memory
    names = _second_names(job, number)
    further: list[MeasureValue] = []
    whole, places = job.check or number in job.again, job.second_places
    for flow, second in second_logs(job.scenario, travellers, job.engine, names, places, whole=whole):
        if number in job.again[:1]:
            require_same(second, simulate(job.scenario, travellers, engine=SIMPY, unlimited=flow.unlimited))
        further += measured(flow, second, job.scenario)
        if measures.calendar is not None and flow.names == ROOMS:
            by_day = rooms_needed_by_day(second, job.scenario)
            measures = replace(measures, calendar=measures.calendar._replace(rooms_needed=by_day))
        broken += _broken(job, second, flow.unlimited)
    return Outcome(number, merged(measures, further), tuple(broken), used_up)


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

    where = f"without the limit of {', '.join(unlimited)}: " if unlimited else ""
    return [where + fault for fault in invariants.violations(log, job.scenario, unlimited)]


_shared: list[Job] = []  # the one thing that a worker process keeps, so that the scenario is not sent with every job


def share(job: Job) -> None:
    """Keep the job in this process, for `run_shared`."""
    _shared[:] = [job]
    if job.engine == COMPILED:
        from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine runs

        compiled.prepare()


def run_shared(number: int) -> Outcome:
    """One replication of the shared job."""
    return run_one(_shared[0], number)
