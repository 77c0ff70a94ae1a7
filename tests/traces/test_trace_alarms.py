"""Invariants of cohorts, swabs before release and recovery in the room: each fires on a sound history broken in one
place."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray
from traces.builder import Came, case, second_of
from traces.guests import Ill, history, lab_ward, ward

from sim.flow.invariants import violations
from sim.flow.log import EventLog, Kind
from sim.scenario.tables.schema import Scenario


def without(log: EventLog, kind: Kind) -> EventLog:
    """The history without the rows of a kind."""
    return dataclasses.replace(log, rows=log.rows[log.rows["kind"] != kind])


def moved(log: EventLog, kind: Kind, when: str) -> EventLog:
    """The history in which the row of a kind happens at another time, in its place among the rows."""
    rows: NDArray[Any] = log.rows.copy()
    rows["second"][rows["kind"] == kind] = second_of(when)
    return dataclasses.replace(log, rows=rows[np.argsort(rows["second"], kind="stable")])


def told(log: EventLog, scenario: Scenario, subject: str) -> list[str]:
    """Violations of one subject."""
    return [text for text in violations(log, scenario) if text.startswith(subject)]


def cohort() -> tuple[Scenario, EventLog]:
    """A (arrival 08:30) and B are in inn's cohort of two hours; C waits for 2 11:30."""
    scenario = case(rules={"cohort_hours": 2.0}, rooms={"airing_hours": 1.0})
    log = history(scenario, Came("08:00"), Came("10:00"), Came("10:30"))
    assert violations(log, scenario) == []
    return scenario, log


def test_an_intake_that_ends_too_early_or_too_late_is_found() -> None:
    """The clock runs out at 10:30; a minute before, or after, is a fault."""
    scenario, log = cohort()
    for when in ("10:29", "10:31"):
        assert told(moved(log, Kind.INTAKE_ENDED, when), scenario, "cohorts")


def test_a_room_taken_after_the_end_of_the_intake_is_found() -> None:
    """Without the rows of the intake's end and beginning, C's room at 2 11:30 lies 23 hours after the cohort's end."""
    scenario = case(rules={"cohort_hours": 2.0})
    log = history(scenario, Came("08:00"), Came("2 08:00"))  # while A is there: until 2 08:30
    assert violations(log, scenario) == []
    early = moved(without(without(log, Kind.INTAKE_ENDED), Kind.INTAKE_BEGAN), Kind.LEFT, "2 08:40")
    rows = early.rows.copy()
    second = np.flatnonzero(rows["kind"] == Kind.ROOM_TAKEN)[1]
    rows["second"][second] = second_of("2 08:20")
    rows = rows[np.argsort(rows["second"], kind="stable")]
    assert told(dataclasses.replace(early, rows=rows), scenario, "cohorts")


def test_an_intake_that_begins_while_guests_are_there_is_found() -> None:
    """B leaves at 2 10:30; an intake that begins at 2 10:00 is a fault."""
    scenario, log = cohort()
    assert told(moved(log, Kind.INTAKE_BEGAN, "2 10:00"), scenario, "cohorts")


def test_cohorts_that_the_scenario_does_not_have_are_found() -> None:
    """The same history under a scenario without cohorts."""
    _, log = cohort()
    assert told(log, case(rooms={"airing_hours": 1.0}), "cohorts")


def test_a_release_before_a_result_is_found() -> None:
    """Swab 08:00 to 08:04, result at 2 14:04 (30 hours), release with it: a release at 2 14:00 is a fault, so is one
    at all without a result."""
    scenario = lab_ward(turnaround=30, stay=1)
    log = history(scenario, Came("07:00"))
    assert violations(log, scenario) == []
    assert told(moved(log, Kind.RELEASED, "2 14:00"), scenario, "swabs")
    assert told(without(log, Kind.RESULT), scenario, "swabs")


def test_a_recovery_of_somebody_who_was_not_isolated_is_found() -> None:
    """No beds: A is isolated at 08:01 and recovers a day later; without the row of isolation that is a fault."""
    scenario = ward(hospital={"beds": 0})
    log = history(scenario, Came("07:00"), ill=(Ill("A", onset="1 01:00"),))
    assert violations(log, scenario) == []
    assert told(without(log, Kind.ISOLATED), scenario, "beds")
