"""What all textbook tests share: replications of a textbook scenario, and the comparison with a formula.

A comparison says "agrees" only when the mean over the replications lies within four standard errors of the expected
value *and* those four standard errors are at most 5 % of it, so that a test that could not see a fault fails too. The
seed is 1 and was never chosen: a correct flow fails four standard errors in one of 16,000 comparisons.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim import load
from sim.flow import simulate
from sim.flow.engines import COMPILED, SIMPY
from sim.flow.log import EventLog, Kind, Subject
from sim.machine import machine_code
from sim.measures import measure
from sim.runs.job import require_same
from sim.sampling import sample
from sim.scenario.tables.schema import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FOLDER = Path(__file__).parents[1] / "scenarios" / "textbook"
SEED = 1
REPLICATIONS = 200
FEWER = 50
"""Replications that show a fault which is large: what 50 tell from the formula, 200 tell all the more."""
DAY, HOUR = 86_400, 3_600
QUICK = COMPILED if machine_code.installed() else SIMPY


def textbook(name: str, *overrides: str) -> Scenario:
    """A scenario of scenarios/textbook, perhaps with a value changed as `--set` does."""
    return load(FOLDER / f"{name}.toml", overrides=overrides)


def replications(
    scenario: Scenario, read: Callable[[EventLog, Scenario], tuple[float, ...]], n: int = REPLICATIONS
) -> Floats:
    """What `read` makes of each history: one row per quantity, one column per replication."""
    return np.array([read(history(scenario, i), scenario) for i in range(n)]).T


def history(scenario: Scenario, replication: int) -> EventLog:
    """By the compiled engine where there is one, in a tenth of the time; the first one on SimPy too, row for row."""
    travellers = sample(scenario, seed=SEED, replication=replication)
    log = simulate(scenario, travellers, engine=QUICK)
    if replication == 0 and QUICK != SIMPY:
        require_same(log, simulate(scenario, travellers))
    return log


def verdict(values: Floats, expected: float) -> str:
    """ "agrees", "differs" (more than four standard errors) or "too wide" (they are more than 5 % of the formula)."""
    width = 4 * values.std(ddof=1) / np.sqrt(len(values))
    if abs(values.mean() - expected) > width:
        return "differs"
    return "agrees" if width <= 0.05 * expected else "too wide"


def value_of(log: EventLog, scenario: Scenario, name: str) -> float:
    """A measure at place `all`."""
    return next(row.value for row in measure(log, scenario, names=[name]).values if row.place == "all")


def by_party(log: EventLog, kind: Kind, subject: Subject = Subject.PARTY) -> tuple[Ints, Ints]:
    """Party numbers in ascending order, and the second of the row of this kind that each has."""
    rows = log.rows[(log.rows["kind"] == kind) & (log.rows["subject"] == subject)]
    order = np.argsort(rows["party"])
    return rows["party"][order], rows["second"][order]


def waits(log: EventLog, joining: Kind, task: Subject) -> tuple[Ints, Ints]:
    """(second of hand-over, seconds from the row `joining` to the start of the task) of all who had the task."""
    party, start = by_party(log, Kind.TASK, task)
    joined, handed_over = (dict(zip(*by_party(log, kind), strict=True)) for kind in (joining, Kind.HANDED_OVER))
    wait = start - np.array([joined[p] for p in party.tolist()])
    return np.array([handed_over[p] for p in party.tolist()]), wait


def counted(scenario: Scenario, seconds: Ints) -> NDArray[np.bool_]:
    """Whether these seconds lie in the scenario's `[window]`."""
    assert scenario.window is not None
    start, end = ((day - scenario.first_day).days for day in (scenario.window.from_day, scenario.window.to_day))
    return (seconds >= start * DAY) & (seconds < (end + 1) * DAY)


def erlang_c(servers: int, load: float) -> float:
    """Chance to wait in M/M/c with offered load a = lambda × mean service, by the recursion of Erlang's loss formula
    B(c) = a B(c-1) / (c + a B(c-1)) and C = B / (1 - (a / c) (1 - B)) (Cooper, Introduction to Queueing Theory).
    """
    lost = 1.0
    for c in range(1, servers + 1):
        lost = load * lost / (c + load * lost)
    return lost / (1 - load / servers * (1 - lost))
