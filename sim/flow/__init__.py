"""The flow: a deterministic function of scenario and sample that lets people queue, ride, stay and leave.

`simulate` is the only door; its result, the event log, is the one history of a replication.
"""

from __future__ import annotations

from sim.flow.engines import COMPILED, SIMPY
from sim.flow.log import EventLog
from sim.flow.tables import Tables, tables
from sim.sampling import Sample
from sim.scenario.places import once_per_scenario
from sim.scenario.schema import Scenario

ENGINES = (SIMPY, COMPILED)


def simulate(scenario: Scenario, sample: Sample, *, engine: str = "simpy", unlimited: tuple[str, ...] = ()) -> EventLog:
    """The event log of a sample in a scenario.

    `unlimited` names limits to lift ("rooms", or a pool's id). Raises ValueError for an unknown engine or limit,
    RuntimeError when the history breaks an invariant that every history must keep.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r}: not available yet; there is {', '.join(ENGINES)}")
    made = tables(scenario, tuple(unlimited)) if unlimited else _tables(scenario)
    if engine == COMPILED:
        from sim.flow import compiled  # noqa: PLC0415  numba is loaded only when its engine runs

        return compiled.run(made, sample)
    from sim.flow import reference  # noqa: PLC0415  simpy is loaded only when its engine runs

    return reference.run(made, sample)


@once_per_scenario
def _tables(scenario: Scenario) -> Tables:
    return tables(scenario)
