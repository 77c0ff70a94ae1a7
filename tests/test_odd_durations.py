"""Durations at the edge of what a scenario may say: longer than what is followed, shorter than a second."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import load, sample, simulate
from sim.flow.invariants import violations
from sim.flow.log import Kind, Subject
from sim.scenario.files.changing import changed

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_load_that_boards_until_the_hard_stop_departs_never_and_that_is_no_fault(engine: str) -> None:
    """Case boarding_after_end: counting 20 heads takes 200,000 minutes, 138 days; 90 are simulated. Who boards is
    censored at the point (model.md: hard stop at W + 60 days, whoever is left is censored)."""
    scenario = load(CASES / "boarding_after_end")
    log = simulate(scenario, sample(scenario, seed=1, replication=0), engine=engine)
    boarded = int(log.rows["people"][log.rows["kind"] == Kind.BOARDING].sum())
    departed = int(log.rows["people"][log.rows["kind"] == Kind.DEPARTED].sum())
    assert boarded > departed
    assert violations(log, scenario) == []


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_cleaning_of_less_than_a_second_takes_one(engine: str) -> None:
    """Case cleaning_zero: 0.001 minutes are 0.06 seconds; model.md: service times max(1, floor(x + 0.5))."""
    scenario = load(CASES / "cleaning_zero")
    for unlimited in ((), ("site_team",)):
        log = simulate(scenario, sample(scenario, seed=1, replication=0), engine=engine, unlimited=unlimited)
        cleaned = log.rows[(log.rows["kind"] == Kind.TASK) & (log.rows["subject"] == Subject.TASK_CLEANING)]
        assert len(cleaned)
        assert set((cleaned["value"] - cleaned["second"]).tolist()) == {1}
        assert violations(log, scenario, unlimited) == []


def test_airing_of_less_than_a_second_takes_one() -> None:
    """As cleaning: a step that a scenario has is not left out because it is short."""
    scenario = changed(load(CASES / "cleaning_zero"), {"rooms.airing_hours": 0.0001})
    log = simulate(scenario, sample(scenario, seed=1, replication=0), engine="simpy")
    given_up, aired = (log.rows[log.rows["kind"] == kind]["second"] for kind in (Kind.ROOMS_LEFT, Kind.ROOMS_AIRED))
    assert (aired - given_up[: len(aired)] == 1).all()
    assert violations(log, scenario) == []
