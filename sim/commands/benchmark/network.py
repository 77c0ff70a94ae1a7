"""The benchmark network (scenarios/benchmark_network.toml) as this program runs it, and what all programs hand back.

Below it stands the same by hand for numba, the yardstick that needs no C++ compiler. Waits are those that end
within the 70 days, so that what happens after the last arrival plays no part.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numba
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


ARRIVES, REGISTERED, AT_SITE, STAYED, LEAVES = range(5)
NOBODY = -1
MOST = 2 * PEOPLE
"""Room for people; more than come by any chance."""


def numba_program(replication: int) -> Result:
    """One replication."""
    return Result(*_replicate(np.random.default_rng(replication)))


@numba.njit  # type: ignore[untyped-decorator]
def _first(queues: Any, queue: int) -> int:
    """Take the first of a queue; NOBODY from an empty one. `queues`: first and last of each, who comes after whom."""
    heads, tails, after = queues
    person = heads[queue]
    if person != NOBODY:
        heads[queue] = after[person]
        if heads[queue] == NOBODY:
            tails[queue] = NOBODY
    return person  # type: ignore[no-any-return]


@numba.njit  # type: ignore[untyped-decorator]
def _join(queues: Any, queue: int, person: int) -> None:
    heads, tails, after = queues
    after[person] = NOBODY
    if tails[queue] == NOBODY:
        heads[queue] = person
    else:
        after[tails[queue]] = person
    tails[queue] = person


@numba.njit  # type: ignore[untyped-decorator]
def _note(sums: Any, wait: int, minutes: float, now: float) -> None:
    """Keep a wait that ends in the window."""
    if now < WINDOW:
        sums[wait, 0] += minutes
        sums[wait, 1] += 1


@numba.njit  # type: ignore[untyped-decorator]
def _replicate(draw: Any) -> Any:  # noqa: PLR0912, PLR0915  one loop, as in C++
    sites = SITES
    since, site_of = np.zeros(MOST), np.zeros(MOST, dtype=np.int64)
    rooms, clerk_free = np.full(sites, ROOMS), np.ones(sites, dtype=np.bool_)
    n_queues = 1 + 2 * sites  # at the point; for rooms of each site; for its clerk
    queues = (np.full(n_queues, NOBODY), np.full(n_queues, NOBODY), np.full(MOST, NOBODY))
    clerks, served, people = CLERKS, 0, 0
    sums = np.zeros((3, 2))
    events = [(draw.exponential(WINDOW / PEOPLE), ARRIVES, 0)]
    while len(events) > 0:
        now, kind, person = heapq.heappop(events)
        at, registers, leaves, rides = site_of[person], NOBODY, NOBODY, NOBODY
        if kind == ARRIVES:
            if now >= WINDOW:
                continue
            since[person], site_of[person] = now, draw.integers(0, sites)
            people += 1
            heapq.heappush(events, (now + draw.exponential(WINDOW / PEOPLE), ARRIVES, people))
            if clerks > 0:
                clerks -= 1
                registers = person
            else:
                _join(queues, 0, person)
        elif kind == REGISTERED:
            registers = _first(queues, 0)
            clerks += registers == NOBODY
            since[person] = now
            if rooms[at] > 0:
                rooms[at] -= 1
                rides = person
            else:
                _join(queues, 1 + at, person)
        elif kind == AT_SITE:
            served += now < WINDOW
            heapq.heappush(events, (now + STAY, STAYED, person))
        elif kind == STAYED:
            since[person] = now
            if clerk_free[at]:
                clerk_free[at] = False
                leaves = person
            else:
                _join(queues, 1 + sites + at, person)
        else:
            leaves = _first(queues, 1 + sites + at)
            clerk_free[at] = leaves == NOBODY
            rides = _first(queues, 1 + at)
            rooms[at] += rides == NOBODY
        if registers != NOBODY:
            _note(sums, 0, now - since[registers], now)
            heapq.heappush(events, (now + draw.exponential(REGISTRATION), REGISTERED, registers))
        if rides != NOBODY:
            _note(sums, 1, now - since[rides], now)
            heapq.heappush(events, (now + RIDE, AT_SITE, rides))
        if leaves != NOBODY:
            _note(sums, 2, now - since[leaves], now)
            heapq.heappush(events, (now + draw.exponential(CHECK_OUT), LEAVES, leaves))
    means = sums[:, 0] / np.maximum(sums[:, 1], 1)
    return served, means[0], means[1], means[2]
