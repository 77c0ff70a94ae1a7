"""Small scenarios of shared/cases (copied into tests/cases) about rooms, with the right values that are told there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import load, measure, sample, simulate
from sim.flow.invariants import violations
from sim.flow.log import EventLog, Kind, Subject
from sim.scenario.tables.schema import Scenario

CASES = Path(__file__).parent / "cases"


def case(name: str) -> Scenario:
    """The scenario of a case."""
    return load(CASES / name / "scenario.toml")


def history(scenario: Scenario, seed: int = 1, unlimited: tuple[str, ...] = ()) -> EventLog:
    """Its first replication, after all invariants have been looked at."""
    log = simulate(scenario, sample(scenario, seed=seed, replication=1), engine="compiled", unlimited=unlimited)
    assert violations(log, scenario, unlimited) == []
    return log


def value(log: EventLog, scenario: Scenario, name: str) -> float:
    """A measure of everything together."""
    return next(row.value for row in measure(log, scenario, names=[name]).values if row.place == "all")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_site_that_empties_before_its_intake_ends_goes_on_taking_people(seed: int) -> None:
    """cohort_stuck: the first cohort is gone on day 6, its intake of 144 hours would have ended on day 7; nobody comes
    from day 3 to 8. All who come later are placed: nobody is left without a room (got 113 of 121)."""
    scenario = case("cohort_stuck")
    log = history(scenario, seed)
    assert value(log, scenario, "received") > 100
    assert value(log, scenario, "unplaced") == 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_under_spread_open_cohorts_fill_first_so_that_fresh_sites_remain(seed: int) -> None:
    """cohort_spread: 20 sites of 50 rooms and 40 people a day. A cohort fills in 1.25 days and has its rooms for 14
    days, airing and cleaning (1.5): 13 sites at a time. Nobody waits for a room (got 34 hours on average)."""
    scenario = case("cohort_spread")
    log = history(scenario, seed)
    assert value(log, scenario, "wait_room_max") == 0
    assert value(log, scenario, "no_room_share") == 0


def test_with_unlimited_rooms_nobody_waits_for_one_and_the_rooms_needed_are_those_of_infinitely_many_servers() -> None:
    """unlimited_rooms_cohort: cohorts are lifted with the rooms. 40 parties a day, one by one, have rooms for the ride
    (10 minutes) and 14 days: M_t/G/inf, so that from day 15 on the rooms taken at an instant are Poisson of mean 40 x
    (14 + 1/144) = 560.3. Their mean over 40 replications at the end of W lies within 4 standard errors; the most of the
    15 days from then on, `rooms_needed`, lies above what is taken at the end and below the rooms that are enough at an
    instant but for one in 10 million."""
    scenario = case("unlimited_rooms_cohort")
    mean = 40 * (14 + 1 / 144)
    taken = []
    for replication in range(1, 41):
        log = simulate(
            scenario, sample(scenario, seed=1, replication=replication), engine="compiled", unlimited=("rooms",)
        )
        assert value(log, scenario, "wait_room_max") == 0
        assert value(log, scenario, "unplaced") == 0
        kinds = np.array([log.rows["kind"] == kind for kind in (Kind.ROOM_TAKEN, Kind.ROOMS_LEFT)])
        before = log.rows["second"] < log.window_end
        taken.append(int((kinds[0] & before).sum() - (kinds[1] & before).sum()))
        needed = value(log, scenario, "rooms_needed")
        assert taken[-1] <= needed < mean + 5.2 * mean**0.5
    assert abs(np.mean(taken) - mean) < 4 * (mean / 40) ** 0.5


def test_nobody_leaves_before_a_due_swab_is_taken_and_its_result_is_back() -> None:
    """swab_not_taken_released: about 200 swabs of 4 minutes are due on the last morning, at 08:30, and one of the team
    takes them, the last of them 13 hours later; releases end at 18:00. All have their result, 24 hours after the swab,
    before they go (got 191 of 205 without), and all 42 infected of this sample, whom every test finds, are found."""
    scenario = case("swab_not_taken_released")
    travellers = sample(scenario, seed=1, replication=1)
    log = history(scenario)
    swabs = log.of(Kind.TASK)
    swabs = swabs[swabs["subject"] == Subject.TASK_SWAB]
    released = log.of(Kind.RELEASED)
    assert len(swabs) == value(log, scenario, "received")
    result = dict(zip(swabs["party"].tolist(), (swabs["value"] + 86_400).tolist(), strict=True))
    assert all(row["second"] >= result[int(row["party"])] for row in released)
    assert value(log, scenario, "detected") == len(travellers.health.row)
    assert value(log, scenario, "detected_after_release") == 0


def test_who_is_isolated_for_want_of_a_bed_recovers_in_the_room_after_the_hospital_stay() -> None:
    """beds: 3 beds for 41 detected. Who has none leaves the room when the hospital stay of the sample, counted from
    detection, is over (got 27 of 41 in their rooms for about 75 days, to the hard stop)."""
    scenario = case("beds")
    travellers = sample(scenario, seed=1, replication=1)
    log = history(scenario)
    stay = dict(zip((travellers.person_number[travellers.health.row]).tolist(), travellers.health.hospital.tolist(),
                    strict=True))  # fmt: skip
    found = {int(row["subject_id"]) - 1: int(row["second"]) for row in log.of(Kind.DETECTED)}
    recovered = log.of(Kind.RECOVERED)
    assert len(recovered) > 20
    for row in recovered:
        person = int(row["party"]) & ~1
        assert row["second"] == found[person] + stay[person]
    assert len(log.of(Kind.CENSORED)) == 0
    assert len(recovered) + len(log.of(Kind.TO_HOSPITAL)) == len(found)
