"""The benchmark network (scenarios/benchmark_network.toml) as this program runs it, and what all programs hand back.

Waits are those that end within the 70 days, so that what happens after the last arrival plays no part.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow import simulate
from sim.flow.log import COLUMNS, EventLog, Kind, Subject
from sim.sampling import sample
from sim.scenario import load
from sim.scenario.schema import Scenario

Ints = NDArray[np.int64]

SEED = 1
DAYS, PEOPLE, CLERKS, SITES, ROOMS = 70, 8_379, 6, 29, 75
REGISTRATION, RIDE, STAY, CHECK_OUT = 60.0, 40.0, 14 * 24 * 60.0, 10.0
"""Minutes; registration and check-out are means of exponential variates."""
WINDOW = DAYS * 24 * 60.0


MOST_ROOMS = 100
"""The largest factor that a scenario takes; a million travellers, 119 times as many, still find rooms."""


class Result(NamedTuple):
    """What one replication of any program gives."""

    people_served: float
    """People who arrived at a site within the window."""
    wait_registration: float
    """Mean, minutes; so are the others."""
    wait_room: float
    wait_check_out: float


Program = Callable[[int], Result]
"""A replication by number."""


def scenario(times: float = 1) -> Scenario:
    """The network with so many times the travellers, clerks, rooms and check-out clerks."""
    staff = max(1, round(times))
    overrides = (
        f"arrivals.factor={times}",
        f"sites.rooms_factor={min(times, MOST_ROOMS)}",
        f"pools.desk.headcount={CLERKS * staff}",
        f"pools.check_out.headcount={staff}",
    )
    return load(scenario_file("benchmark_network"), overrides=overrides if times != 1 else ())


def scenario_file(name: str) -> Path:
    """A scenario of the checkout that the benchmark is run in."""
    return Path(__file__).parents[2] / "scenarios" / f"{name}.toml"


def ours(engine: str) -> Program:
    """Our program on one of its engines: draws, flow and the four figures."""
    network = scenario()

    def run(replication: int) -> Result:
        return result(simulate(network, sample(network, seed=SEED, replication=replication), engine=engine))

    return run


class _Rows(NamedTuple):
    """Columns of rows of one kind, by party in ascending order."""

    party: Ints
    second: Ints
    value: Ints


def result(log: EventLog) -> Result:
    """The four figures of a history."""
    end = log.window_end
    came, arrived, taken, released, tasks = (
        np.flatnonzero(log.kinds == kind)
        for kind in (Kind.HANDED_OVER, Kind.ARRIVED, Kind.ROOM_TAKEN, Kind.RELEASED, Kind.TASK)
    )
    subject = log.rows["subject"][tasks]
    registration = _by_party(log, tasks[subject == Subject.TASK_REGISTRATION])
    check_out = _by_party(log, tasks[subject == Subject.TASK_RELEASE])
    registered = registration._replace(second=registration.value)
    return Result(
        people_served=float((log.rows["second"][arrived] < end).sum()),
        wait_registration=_wait(_by_party(log, came), registration, end),
        wait_room=_wait(registered, _by_party(log, taken), end),
        wait_check_out=_wait(_by_party(log, released), check_out, end),
    )


def _by_party(log: EventLog, at: Ints) -> _Rows:
    rows = log.rows.view(np.int64).reshape(-1, len(COLUMNS)).take(at, axis=0)  # whole rows: each is in one or two lines
    second, party, value = (rows[:, COLUMNS.index(name)] for name in ("second", "party", "value"))
    order = np.argsort(np.ascontiguousarray(party))
    return _Rows(party[order], second[order], value[order])


def _wait(joined: _Rows, started: _Rows, end: int) -> float:
    """Mean minutes from joining to start, of those who start within the window."""
    within = started.second < end
    seconds = started.second[within]
    at = joined.second[np.searchsorted(joined.party, started.party[within])]
    return float((seconds - at).mean()) / 60
