"""The flow: a deterministic function of scenario and sample that lets people queue, ride, stay and leave.

`simulate` is the only door; its result, the event log, is the one history of a replication.
"""

from __future__ import annotations

from functools import lru_cache

from sim.flow.log import EventLog
from sim.flow.tables import Tables, tables
from sim.sampling import Sample
from sim.scenario.schema import Scenario

ENGINES = ("simpy",)


def simulate(scenario: Scenario, sample: Sample, *, engine: str = "simpy", unlimited: tuple[str, ...] = ()) -> EventLog:
    """The event log of a sample in a scenario.

    `unlimited` names limits to lift ("rooms", or a pool's id). Raises ValueError for an engine or a limit that is not
    available, RuntimeError when the history breaks an invariant that every history must keep.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine {engine!r}: not available yet; there is {', '.join(ENGINES)}")
    if unlimited:
        raise ValueError(f"unlimited {', '.join(unlimited)}: not available yet")
    from sim.flow import reference  # noqa: PLC0415  simpy is loaded only when its engine runs

    return reference.run(_tables(scenario), sample)


def _tables(scenario: Scenario) -> Tables:
    return _cached(_Identity(scenario))


class _Identity:
    """A scenario as a key by identity: comparing whole scenarios would cost more than it saves."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.scenario is other.scenario


@lru_cache(maxsize=4)
def _cached(key: _Identity) -> Tables:
    return tables(key.scenario)
