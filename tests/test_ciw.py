"""Ciw, a program by others, on two textbook scenarios: means within four standard errors of ours. Extra `benchmark`.

The benchmark network is held against it in test_benchmark.py. Each model of Ciw is written from the scenario's words,
not from our tables; its clock has fractions of a second, which changes means here by less than 0.01 %.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from test_textbook_tandem import minutes_at_stations
from textbook_case import DAY, Floats, replications, textbook

from sim.flow.log import EventLog, Kind
from sim.scenario.tables.schema import Scenario

ciw = pytest.importorskip("ciw")
TIMES = 60
"""Replications of either program."""


def apart(ours: Floats, theirs: Floats) -> float:
    """Standard errors between two means."""
    error = math.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
    return abs(float(ours.mean() - theirs.mean())) / error


def ciw_runs(network: Callable[[], Any], until: float, read: Callable[[list[Any]], tuple[float, ...]]) -> Floats:
    """What `read` makes of the records of each replication of Ciw."""
    rows = []
    for replication in range(TIMES):
        ciw.seed(replication)
        simulation = ciw.Simulation(network())
        simulation.simulate_until_max_time(until)
        rows.append(read(simulation.get_all_records()))
    return np.array(rows).T


def tandem(check_in: float = 2.0) -> Any:
    """Minutes since 20:00 of the first day: two clerks (4 minutes), four fifths ride a minute, one host (2 minutes)."""
    return ciw.create_network(
        arrival_distributions=[
            ciw.dists.PoissonIntervals(rates=[0.25, 0.0], endpoints=[1680.0, 3000.0], max_sample_date=1680.0),
            None,
            None,
        ],
        service_distributions=[
            ciw.dists.Exponential(1 / 4), ciw.dists.Deterministic(1.0), ciw.dists.Exponential(1 / check_in),
        ],
        number_of_servers=[2, math.inf, 1],
        routing=[[0.0, 0.8, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
    )  # fmt: skip


def times_at_stations(records: list[Any]) -> tuple[float, ...]:
    """Mean time at registration and at check-in, of those who came from midnight on."""
    came = {r.id_number: r.arrival_date for r in records if r.node == 1}
    return tuple(
        float(np.mean([r.exit_date - r.arrival_date for r in records if r.node == node and came[r.id_number] >= 240]))
        for node in (1, 3)
    )


def test_a_tandem_with_a_branch_is_the_same_in_ciw() -> None:
    """equality of means of both stations; a host who is 10 % slower is told, so the comparison can see a fault."""
    ours = replications(textbook("tandem"), minutes_at_stations, TIMES)
    theirs = ciw_runs(tandem, 4000.0, times_at_stations)
    assert [apart(*pair) <= 4 for pair in zip(ours, theirs, strict=True)] == [True, True]
    slower = ciw_runs(lambda: tandem(check_in=2.2), 4000.0, times_at_stations)
    assert apart(ours[1], slower[1]) > 4


RUSH = [2, 6, 11, 11, 2, 1, 1, 1, 2, 6, 9, 9, 4, 2, 1, 1, 0.5, 0.5]


def rush(evening: int = 4) -> Any:
    """Minutes since 06:00: ten people an hour for each weight, four, two and four clerks, 4 minutes each.

    Ciw's servers finish the task in hand when their shift ends, and the next shift begins with free hands, as ours.
    """
    hours = [60.0 * (hour + 1) for hour in range(len(RUSH))]
    return ciw.create_network(
        arrival_distributions=[
            ciw.dists.PoissonIntervals(
                rates=[*(weight / 6 for weight in RUSH), 0.0], endpoints=[*hours, 4000.0], max_sample_date=hours[-1]
            )
        ],
        service_distributions=[ciw.dists.Exponential(1 / 4)],
        number_of_servers=[
            ciw.Schedule(numbers_of_servers=[4, 2, evening], shift_end_dates=[480.0, 780.0, 5000.0], preemption=False)
        ],
    )


def waits_and_share(records: list[Any]) -> tuple[float, ...]:
    """Mean wait of all whose registration begins on the day, and the share of them who wait over ten minutes."""
    waits = np.array([r.waiting_time for r in records if r.service_start_date < 1080])
    return float(waits.mean()), float((waits > 10).mean())


def our_waits_and_share(log: EventLog, _: Scenario) -> tuple[float, ...]:
    tasks = log.of(Kind.TASK)
    came = dict(zip(log.of(Kind.HANDED_OVER)["party"], log.of(Kind.HANDED_OVER)["second"], strict=True))
    begun = tasks[tasks["second"] < DAY]
    waits = np.array([row["second"] - came[row["subject_id"]] for row in begun]) / 60
    return float(waits.mean()), float((waits > 10).mean())


def test_two_rushes_and_three_shifts_are_the_same_in_ciw() -> None:
    """equality of the mean wait and of the share over ten minutes; one clerk fewer in the evening is told."""
    ours = replications(textbook("mt_m_ct"), our_waits_and_share, TIMES)
    theirs = ciw_runs(rush, 4000.0, waits_and_share)
    assert [apart(*pair) <= 4 for pair in zip(ours, theirs, strict=True)] == [True, True]
    fewer = ciw_runs(lambda: rush(evening=3), 4000.0, waits_and_share)
    assert apart(ours[0], fewer[0]) > 4
