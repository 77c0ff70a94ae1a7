"""Traces by hand: screening at the port. Who is found goes to hospital from where they are: point, coach, site."""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import Came, coaches, service
from traces.guests import CARE, Ill, history, story, ward

from sim import measure
from sim.flow.invariants import violations
from sim.flow.log import EventLog, Kind
from sim.scenario.tables.schema import Scenario

ENGINES = pytest.mark.parametrize("engine", ["simpy", "compiled"])
TOLD = (*CARE, Kind.HANDED_OVER, Kind.NOT_DIVERTED, Kind.DEPARTED, Kind.ARRIVED, Kind.ROOMS_LEFT, Kind.ROOMS_FREE,
        Kind.LOAD_DISSOLVED, Kind.BOARDING, Kind.RELEASED)  # fmt: skip
TEST = {"test_turnaround_hours": 1.0}
SEES = {"symptoms_seen_share": 1.0}


def screened(
    screening: dict[str, Any], *came: Came, ill: tuple[Ill, ...], engine: str = "simpy", **other: Any
) -> tuple[EventLog, Scenario]:
    """A sound history of a ward, with screening at its port."""
    scenario = ward(screening=screening, stay=other.pop("stay", 1.0), **other)
    log = history(scenario, *came, ill=ill, engine=engine)
    assert not violations(log, scenario)
    return log, scenario


def values(log: EventLog, scenario: Scenario) -> dict[tuple[str, str], float]:
    """The measures of a history by id and place."""
    return {(row.measure, row.place): row.value for row in measure(log, scenario).values}


@ENGINES
def test_who_is_seen_leaves_the_point_at_once_and_the_others_go_on(engine: str) -> None:
    """The second of A is seen at 08:00; the other is registered until 08:12 and rides half an hour. B is alone."""
    came = (Came("08:00", size=2), Came("09:00"))
    ill = (Ill("A+1", seen=True), Ill("B", seen=True))
    log, scenario = screened(SEES, *came, ill=ill, engine=engine, registration=service(6, 6))
    assert story(log, TOLD, until="1 23:00") == [
        ("1 08:00", "handed_over", "gate", "A", 2),
        ("1 08:00", "detected", "gate", "A#2", 1, "of A, before arrival, seen_on_arrival"),
        ("1 08:00", "party_split", "gate", "A#2", 1, "from A, detected"),
        ("1 08:00", "to_hospital", "gate", "A#2", 1),
        ("1 08:12", "departed", "gate", "A", 1, "alone"),
        ("1 08:42", "arrived", "inn", "A", 1),
        ("1 09:00", "handed_over", "gate", "B", 1),
        ("1 09:00", "detected", "gate", "B#1", 1, "of B, before arrival, seen_on_arrival"),
        ("1 09:00", "to_hospital", "gate", "B", 1),
    ]
    found = values(log, scenario)
    assert [found[name, "gate"] for name in ("received", "diverted", "hospital_from_port", "in_process")] == [
        3,
        1,
        2,
        0,
    ]
    assert found["found_by_symptoms_on_arrival", "gate"] == found["detected", "all"] == 2
    assert found["detection_day_mean", "all"] == 0  # before the first day of the stay
    assert found["wait_registration_max", "gate"] == 0  # of the one who was registered
    assert found["queue_people_max", "gate"] == 1  # who is seen leaves in the second of the hand-over


@ENGINES
def test_a_result_at_the_point_frees_the_seat_and_the_room_and_ends_a_load_of_nobody(engine: str) -> None:
    """A and B of the 2 seats would go at 09:30; A's result of 09:00 takes it off, its room was never used and is free
    at once. C's load at 10:00 has nobody but C, and is dissolved at 11:00.
    """
    came = (Came("08:00"), Came("08:30"), Came("10:00"))
    ill = (Ill("A", positive=True), Ill("C", positive=True))
    log, scenario = screened(
        TEST, *came, ill=ill, engine=engine, coaches=coaches(seats=3, hold=90), rooms={"airing_hours": 24.0}
    )
    assert story(log, TOLD, until="1 23:00") == [
        ("1 08:00", "handed_over", "gate", "A", 1),
        ("1 08:30", "handed_over", "gate", "B", 1),
        ("1 09:00", "detected", "gate", "A#1", 1, "of A, before arrival, by_arrival_test"),
        ("1 09:00", "rooms_left", "inn", "A", 1),
        ("1 09:00", "rooms_free", "inn", "A", 1),
        ("1 09:00", "to_hospital", "gate", "A", 1),
        ("1 09:30", "boarding", "gate", "A", 1),
        ("1 09:31", "departed", "gate", "B", 1, "load A"),
        ("1 10:00", "handed_over", "gate", "C", 1),
        ("1 10:01", "arrived", "inn", "B", 1),
        ("1 11:00", "detected", "gate", "C#1", 1, "of C, before arrival, by_arrival_test"),
        ("1 11:00", "load_dissolved", "gate", "C", 0),
        ("1 11:00", "rooms_left", "inn", "C", 1),
        ("1 11:00", "rooms_free", "inn", "C", 1),
        ("1 11:00", "to_hospital", "gate", "C", 1),
    ]
    found = values(log, scenario)
    assert found["hospital_from_port", "all"] == found["found_by_arrival_test", "gate"] == 2
    assert found["rooms_occupied_max", "all"] == 2
    assert found["persons_served", "all"] == 1
    assert found["within_limit_share", "gate"] == 1  # of the one person who was to go


@ENGINES
def test_a_result_on_the_coach_takes_the_person_to_hospital_from_the_road(engine: str) -> None:
    """Result at 09:00, the ride is from 08:45 to 09:15; the other one arrives alone and stays a day from then."""
    came = (Came("08:00", size=2),)
    log, scenario = screened(
        TEST, *came, ill=(Ill("A", positive=True),), engine=engine, registration=service(45), release={"opens": "00:00"}
    )
    assert story(log, TOLD) == [
        ("1 08:00", "handed_over", "gate", "A", 2),
        ("1 08:45", "departed", "gate", "A", 2, "alone"),
        ("1 09:00", "detected", "inn", "A#1", 1, "of A, before arrival, by_arrival_test"),
        ("1 09:00", "party_split", "inn", "A#1", 1, "from A, detected"),
        ("1 09:00", "to_hospital", "inn", "A#1", 1),
        ("1 09:15", "arrived", "inn", "A", 1),
        ("2 09:15", "released", "inn", "A", 1),
        ("2 09:15", "rooms_left", "inn", "A", 1),
        ("2 09:15", "rooms_free", "inn", "A", 1),
    ]
    found = values(log, scenario)
    asked = ("persons_served", "diverted", "hospital_from_port", "found_by_arrival_test")
    assert [found[name, "all"] for name in asked] == [1, 2, 0, 1]


@ENGINES
def test_a_result_in_the_site_begins_the_stay_of_the_others_again(engine: str) -> None:
    """Arrived at 08:30, result at 09:00: as for a swab, the other one's stay begins again at that moment."""
    log, scenario = screened(TEST, Came("08:00", size=2), ill=(Ill("A+1", positive=True),), engine=engine)
    assert story(log, CARE, Kind.RELEASED) == [
        ("1 09:00", "detected", "inn", "A#2", 1, "of A, after 0:30, by_arrival_test"),
        ("1 09:00", "party_split", "inn", "A#2", 1, "from A, detected"),
        ("1 09:00", "restarted", "inn", "A", 1, "time 1"),
        ("1 09:00", "to_hospital", "inn", "A#2", 1),
        ("2 09:00", "released", "inn", "A", 1),
    ]
    assert values(log, scenario)["detection_day_mean", "all"] == 1


@ENGINES
def test_the_release_waits_for_the_result_of_the_test_on_arrival(engine: str) -> None:
    """A stay of 0 days from 08:30 on: A is released at 20:00, when the result is back, and B goes to hospital then."""
    came, ill = (Came("08:00"), Came("08:00")), (Ill("B", positive=True),)
    log, _ = screened({"test_turnaround_hours": 12.0}, *came, ill=ill, engine=engine, stay=0.0)
    assert story(log, CARE, Kind.RELEASED) == [
        ("1 20:00", "detected", "inn", "B#1", 1, "of B, after 11:30, by_arrival_test"),
        ("1 20:00", "to_hospital", "inn", "B", 1),
        ("1 20:00", "released", "inn", "A", 1),
    ]


@ENGINES
def test_without_a_bed_who_was_found_waits_at_the_point(engine: str) -> None:
    """One bed, for A from 08:00 to 20:00 and half an hour of ambulance; B is isolated at the point from 09:00 on, takes
    it at 20:30 and is discharged 4 hours and the ambulance later. C, without a bed until it would have been over after
    an hour, recovers.
    """
    came = (Came("08:00"), Came("09:00"), Came("10:00"))
    ill = (
        Ill("A", seen=True, hospital_hours=12.0),
        Ill("B", seen=True, hospital_hours=24.0),
        Ill("C", seen=True, hospital_hours=1.0),
    )
    log, scenario = screened(SEES, *came, ill=ill, engine=engine, hospital={"beds": 1, "ambulance_minutes": 30.0})
    assert story(log, CARE, until="2 00:00") == [
        ("1 08:00", "detected", "gate", "A#1", 1, "of A, before arrival, seen_on_arrival"),
        ("1 08:00", "to_hospital", "gate", "A", 1),
        ("1 09:00", "detected", "gate", "B#1", 1, "of B, before arrival, seen_on_arrival"),
        ("1 09:00", "isolated", "gate", "B", 1),
        ("1 10:00", "detected", "gate", "C#1", 1, "of C, before arrival, seen_on_arrival"),
        ("1 10:00", "isolated", "gate", "C", 1),
        ("1 11:00", "recovered", "gate", "C", 1),
        ("1 20:30", "discharged", "gate", "A", 1),
        ("1 20:30", "to_hospital", "gate", "B", 1),
    ]
    assert values(log, scenario)["queue_people_max", "gate"] == 2


@ENGINES
def test_of_who_was_sent_on_no_result_is_known_here(engine: str) -> None:
    """Registered at once and sent on at 08:00; the result of 09:00 goes to the other authority."""
    log, scenario = screened(TEST, Came("08:00", diverted=False), ill=(Ill("A", positive=True),), engine=engine)
    assert story(log, TOLD) == [("1 08:00", "handed_over", "gate", "A", 1), ("1 08:00", "not_diverted", "gate", "A", 1)]
    assert values(log, scenario)["detected", "all"] == 0


def test_tests_on_arrival_are_paid_for_but_for_those_who_were_seen() -> None:
    """5 people come, one is seen: 4 tests at 100 yuan."""
    log, scenario = screened(
        {**SEES, **TEST},
        Came("08:00", size=2),
        Came("09:00", size=3),
        ill=(Ill("A", seen=True),),
        costs={"test": 100.0},
    )
    assert values(log, scenario)["cost_tests", "all"] == 400


@ENGINES
def test_a_party_of_whom_some_were_found_is_still_split_into_the_people_it_has(engine: str) -> None:
    """Of 4 the first is seen, 3 are left for 2 seats: the last is a party of its own, whose load waits for the only
    coach until 09:04. The other two arrive at 08:32. At 09:00 the third is found in the site, the fourth at the point.
    """
    came = (Came("08:00", size=4),)
    ill = (Ill("A", seen=True), Ill("A+2", positive=True), Ill("A+3", positive=True))
    log, scenario = screened(
        {**SEES, **TEST}, *came, ill=ill, engine=engine, coaches=coaches(seats=2, hold=45), rooms={"per": "person"}
    )
    found = values(log, scenario)
    asked = ("received", "detected", "persons_served", "hospital_from_port")
    assert [found[name, "all"] for name in asked] == [4, 3, 2, 2]
    assert story(log, Kind.PARTY_SPLIT, Kind.DETECTED) == [
        ("1 08:00", "detected", "gate", "A#1", 1, "of A, before arrival, seen_on_arrival"),
        ("1 08:00", "party_split", "gate", "A#1", 1, "from A, detected"),
        ("1 08:00", "party_split", "gate", "A+3", 1, "from A, too_large_for_a_coach"),
        ("1 09:00", "detected", "inn", "A#3", 1, "of A, after 0:28, by_arrival_test"),
        ("1 09:00", "party_split", "inn", "A#3", 1, "from A, detected"),
        ("1 09:00", "detected", "gate", "A#4", 1, "of A+3, before arrival, by_arrival_test"),
    ]
