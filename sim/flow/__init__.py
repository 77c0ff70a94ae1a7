"""The flow: a deterministic function of scenario and sample that lets people queue, ride, stay and leave.

`simulate` is the only door; its result, the event log, is the one history of a replication.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from sim.flow.engines import COMPILED, SIMPY
from sim.flow.log import ALL_KINDS, EventLog, Kind
from sim.flow.tables import Tables, tables
from sim.sampling import Sample
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.schema import Scenario

ENGINES = (SIMPY, COMPILED)


def simulate(
    scenario: Scenario,
    sample: Sample,
    *,
    engine: str = "simpy",
    unlimited: tuple[str, ...] = (),
    kinds: Collection[Kind] = ALL_KINDS,
) -> EventLog:
    """The event log of a sample in a scenario.

    `unlimited` names limits to lift ("rooms", or a pool's id). Of the history's rows only those of `kinds` are handed
    back, for callers that need few of them: the compiled engine does not write the others. Raises ValueError for an
    unknown engine or limit, RuntimeError when the history breaks an invariant that every history must keep.
    """
    made = tables(scenario, tuple(unlimited)) if unlimited else _tables(scenario)
    return simulate_tables(made, sample, engine=engine, kinds=kinds)


def simulate_tables(
    made: Tables, sample: Sample, *, engine: str = "simpy", kinds: Collection[Kind] = ALL_KINDS
) -> EventLog:
    """The same for tables that were made before, for who changes a roster again and again and nothing else."""
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r}: not available yet; there is {', '.join(ENGINES)}")
    if engine == COMPILED:
        from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine runs

        return compiled.run(made, sample, kinds)
    from sim.flow import reference  # noqa: PLC0415  simpy is loaded only when its engine runs

    log = reference.run(made, sample)
    return log if set(kinds) == set(Kind) else dataclasses.replace(log, rows=log.of(*kinds))


@once_per_scenario
def _tables(scenario: Scenario) -> Tables:
    return tables(scenario)
