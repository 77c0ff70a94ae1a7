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
from sim.flow.log import EventLog, Kind, Subject
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


def result(log: EventLog) -> Result:
    """The four figures of a history."""
    rows, end = log.rows, log.window_end
    kind = np.ascontiguousarray(rows["kind"])
    tasks = np.flatnonzero(kind == Kind.TASK)
    subject = rows["subject"][tasks]
    registration = tasks[subject == Subject.TASK_REGISTRATION]
    came, arrived, taken, released, check_out = (
        _of_party(rows, at, "second")
        for at in (
            *(
                np.flatnonzero(kind == wanted)
                for wanted in (Kind.HANDED_OVER, Kind.ARRIVED, Kind.ROOM_TAKEN, Kind.RELEASED)
            ),
            tasks[subject == Subject.TASK_RELEASE],
        )
    )
    return Result(
        people_served=float((arrived[1] < end).sum()),
        wait_registration=_wait(came, _of_party(rows, registration, "second"), end),
        wait_room=_wait(_of_party(rows, registration, "value"), taken, end),
        wait_check_out=_wait(released, check_out, end),
    )


def _of_party(rows: NDArray[np.void], at: Ints, column: str) -> tuple[Ints, Ints]:
    """Numbers of parties in ascending order, and a column of these rows."""
    party = rows["party"][at]
    order = np.argsort(party)
    return party[order], rows[column][at][order]


def _wait(joined: tuple[Ints, Ints], started: tuple[Ints, Ints], end: int) -> float:
    """Mean minutes from joining to start, of those who start within the window."""
    within = started[1] < end
    at = joined[1][np.searchsorted(joined[0], started[0][within])]
    return float((started[1][within] - at).mean()) / 60
