"""Traces by hand: what the log tells of the infected where their infectiousness is given, and what follows from it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from traces.builder import Came
from traces.guests import FOUND, Ill, _health, history, sample_of, story, ward

from sim import measure
from sim.flow import simulate
from sim.flow.log import Kind
from sim.scenario.tables.schema import Scenario

EVEN = {"r0": 2.0, "density": {"kind": "table", "days": [0.0, 10.0], "densities": [1.0, 1.0]}}
"""Two people infected by each, evenly over the ten days after infection."""
TOLD = (Kind.INFECTED, Kind.RELEASED, Kind.INFECTED_LEFT, Kind.SYMPTOMS, Kind.DETECTED, Kind.UNPLACED)
ENGINES = pytest.mark.parametrize("engine", ["simpy", "compiled"])


def infectious_ward(isolate: bool = True, **other: object) -> Scenario:
    """A ward for a day in which the log tells of the infected."""
    health = {**FOUND, "infectiousness": {**EVEN, "isolate_on_symptoms": isolate}}
    return ward(stay=1.0, health=health, **other)  # type: ignore[arg-type]


PARTIES = (Came("08:00"), Came("09:00"), Came("10:00"), Came("11:00", diverted=False))
ILL = (
    Ill("A", onset="9 00:00", since="1 00:00"),
    Ill("B", since="1 00:00"),
    Ill("C", onset="1 12:00", since="1 00:00"),
    Ill("D", since="1 00:00"),
)


@ENGINES
def test_the_log_tells_who_of_the_infected_leaves_when(engine: str) -> None:
    """A and B leave a day after 08:30 and 09:30, A with an onset to come; C has symptoms at 12:00, is found by the
    check of 16:00 and goes to hospital; D is sent on to another authority and is not told of."""
    log = history(infectious_ward(), *PARTIES, ill=ILL, engine=engine)
    assert story(log, TOLD) == [
        ("1 08:00", "infected", "gate", "A#1", 1, "since 1 00:00"),
        ("1 09:00", "infected", "gate", "B#1", 1, "since 1 00:00"),
        ("1 10:00", "infected", "gate", "C#1", 1, "since 1 00:00"),
        ("1 16:01", "detected", "inn", "C#1", 1, "of C, after 5:31, by_symptoms"),
        ("2 08:30", "released", "inn", "A", 1),
        ("2 08:30", "infected_left", "inn", "A#1", 1, "infected 1 00:00"),
        ("2 08:30", "symptoms", "inn", "A#1", 1, "from 9 00:00"),
        ("2 09:30", "released", "inn", "B", 1),
        ("2 09:30", "infected_left", "inn", "B#1", 1, "infected 1 00:00"),
    ]


@pytest.mark.parametrize("isolate", [True, False])
def test_infections_after_release_are_r0_times_the_density_from_release_to_onset(isolate: bool) -> None:
    """Released 1 day 8.5 hours after infection, A infects 2 × (8 - 1.354167) / 10 until its onset on the eighth day, or
    2 × (10 - 1.354167) / 10 if it does not isolate; B, 2 × (10 - 1.395833) / 10. Three infected were taken in."""
    case = infectious_ward(isolate)
    values = {row.measure: row.value for row in measure(history(case, *PARTIES, ill=ILL), case).values}
    after = 0.2 * ((8 if isolate else 10) - (32.5 / 24)) + 0.2 * (10 - 33.5 / 24)
    assert values["onward_infections_after_release"] == pytest.approx(after)
    assert values["onward_infections_per_infected"] == pytest.approx(after / 3)


@ENGINES
def test_who_leaves_without_a_room_and_who_recovers_in_the_room_is_told_of(engine: str) -> None:
    """No room for B: it leaves at the end of the third day. A is found on the first day, there is no bed, and after a
    hospital stay of 70 hours from 16:01 on it leaves from its room."""
    scenario = infectious_ward(days=3, sites={"inn": {"rooms": 1}}, hospital={"beds": 0})
    ill = (Ill("A", onset="1 10:00", since="1 00:00", hospital_hours=70.0), Ill("B", since="1 00:00"))
    log = history(scenario, Came("08:00"), Came("09:00"), ill=ill, engine=engine)
    assert story(log, TOLD, Kind.RECOVERED) == [
        ("1 08:00", "infected", "gate", "A#1", 1, "since 1 00:00"),
        ("1 09:00", "infected", "gate", "B#1", 1, "since 1 00:00"),
        ("1 16:01", "detected", "inn", "A#1", 1, "of A, after 7:31, by_symptoms"),
        ("4 00:00", "unplaced", "gate", "B", 1),
        ("4 00:00", "infected_left", "gate", "B#1", 1, "infected 1 00:00"),
        ("4 14:01", "recovered", "inn", "A", 1),
        ("4 14:01", "infected_left", "inn", "A#1", 1, "infected 1 00:00"),
        ("4 14:01", "symptoms", "inn", "A#1", 1, "from 1 10:00"),
    ]


@ENGINES
def test_symptoms_are_found_once_they_are_noticed(engine: str) -> None:
    """Onset at 10:00, noticed 10 hours later: not at the check of 16:00 but at 08:00 of the next day."""
    scenario = ward(stay=3.0)
    travellers = sample_of(scenario, [Came("08:00")])
    ill = history_sample(scenario)
    log = simulate(scenario, dataclasses.replace(travellers, health=ill), engine=engine)
    assert story(log, Kind.DETECTED) == [("2 08:01", "detected", "inn", "A#1", 1, "of A, after 23:31, by_symptoms")]


def history_sample(scenario: Scenario) -> Any:
    """One infected person whose symptoms are noticed at 20:00."""
    health = _health(sample_of(scenario, [Came("08:00")]), scenario, (Ill("A", onset="1 10:00"),))
    return dataclasses.replace(health, noticed=health.onset + 10 * 3600)
