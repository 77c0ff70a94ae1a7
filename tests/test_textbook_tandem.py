"""A tandem with a branch, after Jackson: each station is an M/M/c queue of its own, in steady state.

The time at a station is wait plus service, 1 / mu + C / (c mu - lambda). Whole seconds, the empty start and new hands
at midnight matter as little as in test_textbook_queues.py: together less than 1 % of the time at a station.
"""

from __future__ import annotations

import numpy as np
import pytest
from textbook_case import REPLICATIONS, Floats, counted, erlang_c, replications, textbook, verdict, waits

from sim.flow.log import EventLog, Kind, Subject
from sim.scenario.tables.schema import Scenario

ARRIVALS = 360 / 1440  # per minute
CLERKS, REGISTRATION, STAYING = 2, 4.0, 0.8
HOSTS, CHECK_IN = 1, 2.0
STATIONS = ((Kind.HANDED_OVER, Subject.TASK_REGISTRATION), (Kind.ARRIVED, Subject.TASK_CHECK_IN))


def minutes_at_stations(log: EventLog, scenario: Scenario) -> tuple[float, ...]:
    """Mean time at each station, of those handed over on the days of `[window]`."""
    return tuple(_mean_minutes(log, scenario, joining, task) for joining, task in STATIONS)


def _mean_minutes(log: EventLog, scenario: Scenario, joining: Kind, task: Subject) -> float:
    handed_over, wait = waits(log, joining, task)
    rows = log.rows[(log.rows["kind"] == Kind.TASK) & (log.rows["subject"] == task)]
    service = (rows["value"] - rows["second"])[np.argsort(rows["party"])]
    return float((wait + service)[counted(scenario, handed_over)].mean() / 60)


def time_at(servers: int, mean: float, rate: float) -> float:
    """Mean time in M/M/c."""
    return mean + erlang_c(servers, rate * mean) / (servers / mean - rate)


def verdicts(values: Floats) -> list[str]:
    expected = (time_at(CLERKS, REGISTRATION, ARRIVALS), time_at(HOSTS, CHECK_IN, ARRIVALS * STAYING))
    return [verdict(at_station, mean) for at_station, mean in zip(values, expected, strict=True)]


def test_each_station_of_a_tandem_with_a_branch_is_a_queue_of_its_own() -> None:
    """Registration: M/M/2 with all people; check-in: M/M/1 with the four fifths who are diverted (Burke)."""
    assert verdicts(replications(textbook("tandem"), minutes_at_stations)) == ["agrees", "agrees"]


@pytest.mark.parametrize(
    ("fault", "station"),
    [
        ("pools.clerks.headcount=3", 0),
        ("registration.minutes.mean=4.2", 0),
        ("pools.hosts.headcount=2", 1),
        ("check_in.minutes.mean=2.1", 1),
    ],
)
def test_one_more_person_and_5_percent_longer_service_are_told_at_their_station(fault: str, station: int) -> None:
    """The comparison is sharp enough: half of the replications tell each fault."""
    found = verdicts(replications(textbook("tandem", fault), minutes_at_stations, REPLICATIONS // 2))
    assert found[station] == "differs"
