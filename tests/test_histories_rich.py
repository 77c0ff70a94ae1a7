"""Histories in which everything happens at once keep the invariants; what the flow does not keep yet is marked so."""

from __future__ import annotations

from typing import Any

import pytest
from rich_case import rich_scenario

from sim.flow import reference, simulate
from sim.flow.invariants import violations
from sim.flow.log import EventLog, Kind
from sim.flow.reference.state import Flow
from sim.runs.job import second_flows
from sim.sampling import sample
from sim.scenario.tables.schema import Scenario


def flow(scenario: Scenario, seed: int, replication: int = 1) -> EventLog:
    return simulate(scenario, sample(scenario, seed=seed, replication=replication))


@pytest.mark.parametrize("seed", range(4))
def test_histories_in_which_everything_happens_are_sound(seed: int) -> None:
    """Care, tests, infections, brigade, absence, disruptions and today's occupancy at once, rooms per party and person,
    with cohorts, and with coaches or without.
    """
    sites = rich_scenario().model_dump(by_alias=True, exclude_none=True)["sites"]
    variants: list[dict[str, Any]] = [
        {},
        {"rooms": {"per": "person", "airing_hours": 2.0, "cleaning_minutes": 10.0}, "coaches": None},
        {"sites": {**sites, "cohort_hours": 20.0}},
        {"sites": {**sites, "allocation": "assigned"}, "hospital": None},
    ]
    scenario = rich_scenario(**variants[seed])
    log = simulate(scenario, sample(scenario, seed=seed, replication=1))
    assert violations(log, scenario) == []
    assert len(log.of(Kind.MOVED_IN)) > 0 < len(log.of(Kind.BRIGADE_ARRIVED))


def test_histories_without_a_limit_are_sound() -> None:
    """The second flows of the same scenario: no shifts of the pools without a limit, as many rooms as anybody wants."""
    scenario = rich_scenario(brigade=None)
    travellers = sample(scenario, seed=1, replication=1)
    for flow in second_flows(scenario):
        log = simulate(scenario, travellers, unlimited=flow.unlimited)
        assert violations(log, scenario, flow.unlimited) == []
        assert flow.unlimited == ("rooms",) or violations(log, scenario) != []


def test_a_brigade_does_not_take_the_lifted_limit_of_a_pool_away() -> None:
    """Loads wait for coaches, so the pool calls; with as many people as anybody wants nobody waits for staff after."""
    scenario = rich_scenario()
    log = simulate(scenario, sample(scenario, seed=0, replication=0), unlimited=("crew",))
    assert violations(log, scenario, ("crew",)) == []


def test_a_visit_that_has_not_begun_when_the_next_round_starts_is_missed() -> None:
    """Two people by day in each team, so that check-outs wait as well and released parties are there for days."""
    day = {"headcount": 2, "shifts": {"day": {"start": "08:00", "hours": 8.0, "share": 1.0}}}
    pools = rich_scenario().model_dump(exclude_none=True)["pools"] | {"team": day}
    scenario = rich_scenario(pools=pools, brigade=None)
    assert violations(flow(scenario, 0), scenario) == []


def test_a_patient_who_is_admitted_on_the_way_does_not_arrive() -> None:
    """Seed and replication found by search: person moved out of a lost site, taken to hospital during the ride."""
    scenario = rich_scenario(coaches=None)
    assert violations(flow(scenario, 7, 0), scenario) == []


def test_people_who_are_left_over_at_the_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that stops before anybody has left, as one with a fault might."""
    start = reference._start_processes

    def and_stop(flow: Flow) -> None:
        start(flow)
        while not flow.inside:
            flow.env.step()
        flow.over = True

    monkeypatch.setattr(reference, "_start_processes", and_stop)
    with pytest.raises(RuntimeError, match="people are left over"):
        flow(rich_scenario(), seed=1)
