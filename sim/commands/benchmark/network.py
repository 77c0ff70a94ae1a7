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
from sim.flow.history import by_code
from sim.flow.log import COLUMNS, TASK_CODE, EventLog, Kind, Subject
from sim.sampling import group_of, sample
from sim.scenario import load
from sim.scenario.tables.schema import Scenario

Ints = NDArray[np.int64]

SEED = 1
DAYS, PEOPLE, CLERKS, SITES, ROOMS = 70, 8_379, 6, 29, 75
REGISTRATION, RIDE, STAY, CHECK_OUT = 60.0, 40.0, 14 * 24 * 60.0, 10.0
"""Minutes; registration and check-out are means of exponential variates."""
WINDOW = DAYS * 24 * 60.0


KINDS = (Kind.HANDED_OVER, Kind.ARRIVED, Kind.ROOM_TAKEN, Kind.RELEASED, Kind.TASK)
"""Rows of a history that tell the four figures; the other programs keep no more."""
CODES = (*KINDS[:-1], TASK_CODE + Subject.TASK_REGISTRATION, TASK_CODE + Subject.TASK_RELEASE)


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
        *(f"sites.site_{number:02}.rooms={max(1, round(ROOMS * times))}" for number in range(1, SITES + 1)),
        f"pools.desk.headcount={CLERKS * staff}",
        f"pools.check_out.headcount={staff}",
    )
    return load(scenario_file("benchmark_network"), overrides=overrides if times != 1 else ())


def scenario_file(name: str) -> Path:
    """A scenario of the checkout that the benchmark is run in."""
    return Path(__file__).parents[3] / "scenarios" / f"{name}.toml"


def ours(engine: str) -> Program:
    """Our program on one of its engines: draws, flow and the four figures."""
    network = scenario()

    def run(replication: int) -> Result:
        travellers = sample(network, seed=SEED, replication=replication)
        return result(simulate(network, travellers, engine=engine, kinds=KINDS))

    return run


def result(log: EventLog) -> Result:
    """The four figures of a history."""
    end, rows = log.window_end, log.rows.view(np.int64).reshape(-1, len(COLUMNS))
    second, party, until = (rows[:, COLUMNS.index(name)] for name in ("second", "party", "value"))
    _, order, ends = by_code(log.rows)
    came, arrived, taken, released, registration, check_out = (order[ends[i - 1] : ends[i]] for i in CODES)
    day, group = group_of(party[came])
    first_day, width = day.min(), group.max() + 1

    def by_party(at: Ints, column: Ints) -> Ints:
        """A column of rows, by day and number of the party's group, which is the party alone; NEVER without a row."""
        day, group = group_of(party[at])
        made = np.full(width * DAYS, NEVER)
        made[(day - first_day) * width + group] = column[at]
        return made

    return Result(
        people_served=float((second[arrived] < end).sum()),
        wait_registration=_wait(by_party(came, second), by_party(registration, second), end),
        wait_room=_wait(by_party(registration, until), by_party(taken, second), end),
        wait_check_out=_wait(by_party(released, second), by_party(check_out, second), end),
    )


NEVER = np.iinfo(np.int64).max


def _wait(joined: Ints, started: Ints, end: int) -> float:
    """Mean minutes from joining to start, of those who start within the window."""
    within = started < end
    return float((started[within] - joined[within]).mean()) / 60
