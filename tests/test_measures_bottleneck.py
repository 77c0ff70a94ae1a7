"""Hours of waiting by what is waited for, and the bottleneck that follows from them."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli_case import write_small

from sim import load, measure, sample, simulate
from sim.commands.run.headlines import bottleneck, pool_hours
from sim.measures.people import MEASURE_OF
from sim.numbers.statistics import estimate
from sim.runs.replicate import Replicated


def test_hours_of_waiting_are_mean_waits_times_people(tmp_path: Path) -> None:
    """identity: hours = mean wait x people / 60, the means and counts being measures of their own; the wait for the
    coach is the sum of the wait for it to fill and of that for a coach with escorts. One coach makes people wait.
    """
    scenario = load(
        write_small(tmp_path),
        overrides=[
            "ports.gongbei.coaches=1",
            "arrivals.factor=1.3",
            "coaches.disinfection_minutes=90",
            "pools.gongbei.headcount=2",
        ],
    )
    log = simulate(scenario, sample(scenario, seed=1, replication=1))
    rows = measure(log, scenario).values  # noqa: PD011  no pandas
    found = {row.measure: row.value for row in rows if row.place == "all"}
    assert found["unplaced"] == 0
    assert found["in_process"] == 0
    for hours, wait, people in (
        (found["waiting_hours_registration"], "wait_registration_mean", found["received"]),
        (found["waiting_hours_filling"] + found["waiting_hours_coach"], "wait_coach_mean", found["diverted"]),
        (found["waiting_hours_room"], "wait_room_mean", found["diverted"]),
    ):
        assert hours == pytest.approx(found[wait] * people / 60)
    assert found["waiting_hours_registration"] > 1
    assert found["waiting_hours_coach"] > 1


def run_of(hours: dict[str, list[float]], profile: dict[str, list[float]]) -> Replicated:
    """Tables of runs with these waiting hours, and profiles by hour of the day."""
    rows = [
        (n, MEASURE_OF[name], "all", "person-hours", value)
        for name, values in hours.items()
        for n, value in enumerate(values, start=1)
    ]
    table = pd.DataFrame(rows, columns=["replication", "measure", "place", "unit", "value"])
    profiles = pd.DataFrame(
        [("waiting_hours", name, hour, value) for name, values in profile.items() for hour, value in enumerate(values)],
        columns=["quantity", "place", "position", "mean"],
    )
    numbers = tuple(range(1, len(next(iter(hours.values()))) + 1))
    return Replicated(
        table, pd.DataFrame(), estimate(table), 0.0, "simpy", range(1, len(numbers) + 1), numbers, (), profiles=profiles
    )


def test_the_bottleneck_is_the_resource_with_most_waiting() -> None:
    """By hand: 30 of 100 hours wait for rooms, 20 for registration, 50 for a coach to fill, which is no resource."""
    morning = [0.0] * 8 + [2.0, 4.0, 1.9] + [0.0] * 13
    found = bottleneck(
        run_of({"registration": [10.0, 10.0], "room": [25.0, 5.0], "coach_filling": [30.0, 20.0]}, {"room": morning})
    )
    assert found is not None
    assert (found.resource, found.share, found.rule_share) == ("room", 0.3, 0.5)
    assert found.hours == ((8, 10),)  # at least half of the fullest hour
    assert (found.runs, found.n) == (1, 2)


def test_without_waits_there_is_no_bottleneck() -> None:
    """By hand: people wait only for their coach to fill."""
    assert bottleneck(run_of({"registration": [0.0], "coach_filling": [3.0]}, {})) is None


def test_hours_at_which_all_are_in_tasks_are_found() -> None:
    """By hand: two of three people busy at 10:00, all three at 11:00 of the second day in 1 of 20 runs."""
    times = [f"2020-03-0{day} {hour:02d}:00" for day in (3, 4) for hour in range(24)]
    there, busy = np.full(48, 3.0), np.zeros(48)
    busy[[10, 34]], busy[35] = 2.0, 3.0
    frames = [
        pd.DataFrame({"time": times, "quantity": name, "place": "clerks", "mean": values, "p50": values, "p95": values})
        for name, values in (("staff_for_tasks", there), ("staff_busy", busy))
    ]
    by_hour = [
        (name, "clerks", hour, values.reshape(2, 24).mean(axis=0)[hour])
        for name, values in (("staff_for_tasks", there), ("staff_busy", busy))
        for hour in range(24)
    ]
    profiles = pd.DataFrame(by_hour, columns=["quantity", "place", "position", "mean"])
    done = Replicated(
        pd.DataFrame(), pd.concat(frames), pd.DataFrame(), 0.0, "simpy", range(1, 2), (1,), (), profiles=profiles
    )
    days = dt.date(2020, 3, 3), dt.date(2020, 3, 4)
    found = pool_hours(done, "clerks", days)
    assert found is not None
    assert found.full == ((11, 12),)
    assert found.full_days == 1
    assert (found.busiest, found.busy, found.there) == ((10, 11), 2.0, 3.0)
    assert pool_hours(done, "nobody", days) is None
