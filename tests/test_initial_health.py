"""Today's guests were looked at before the first day: whom that would have shown is not there as a case.

The share of cases among guests is a conditional chance, P(infected, not found) / (1 - P(found)), here by integration
over the time since infection; found are those with symptoms at a nominal health check, or with a positive result back.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats

from sim import load, sample, sampling, simulate
from sim.flow.log import Kind
from sim.sampling import draw_guests
from sim.sampling.health import HealthSample, PersonKeys, sample_health
from sim.sampling.streams import Draws
from sim.scenario import ScenarioError
from sim.scenario.files.changing import changed
from sim.scenario.tables.schema import Scenario

DAY = 86_400
CASE = Path(__file__).parent / "cases" / "initial_infections"
SHARE, NEVER, WITHIN = 0.05, 0.31, 7.0
GUESTS = 2_000
INCUBATION = stats.lognorm(s=0.418, scale=math.exp(1.621))


def over_ages(function: object) -> float:
    """Mean over the days between infection and arrival, uniform over WITHIN."""
    return float(integrate.quad(function, 0, WITHIN, limit=400)[0]) / WITHIN


def test_hardly_anybody_is_detected_at_the_first_health_check() -> None:
    """Case initial_infections: 1,000 pairs on day 10, so arrived 9 days ago, 5 % infected within 7 days before. Checks
    at 08:30 and 16:30. Found before: symptoms by 16:30 of the eve, 8.6875 days after arrival. At the first check those
    between then and 08:30 are found: not the 74 of a run that knows no past."""
    scenario = load(CASE)
    eve, morning = 9 - 7.5 / 24, 9 + 8.5 / 24
    found = SHARE * (1 - NEVER) * over_ages(lambda age: INCUBATION.cdf(eve + age))
    first = SHARE * (1 - NEVER) * over_ages(lambda age: INCUBATION.cdf(morning + age) - INCUBATION.cdf(eve + age))
    chance = first / (1 - found)
    n = 200
    counts = [_found_by(scenario, replication, second=8.5 * 3600) for replication in range(n)]
    assert GUESTS * chance < 2
    assert np.mean(counts) == pytest.approx(GUESTS * chance, abs=4 * math.sqrt(GUESTS * chance / n))


def _found_by(scenario: Scenario, replication: int, second: float) -> int:
    health = sample(scenario, seed=1, replication=replication).health
    return int(np.count_nonzero(health.symptomatic & (health.onset <= second)))


def test_the_run_detects_those_of_the_sample_at_the_first_check() -> None:
    """One history: detections of the first morning are the cases with symptoms by 08:30 (the check is of a second)."""
    scenario = load(CASE)
    log = simulate(scenario, sample(scenario, seed=1, replication=4), engine="simpy", kinds=(Kind.DETECTED,))
    detected = log.rows[(log.rows["kind"] == Kind.DETECTED) & (log.rows["second"] < 12 * 3600)]
    assert len(detected) == _found_by(scenario, 4, 8.5 * 3600 + 1)


def test_results_that_are_back_leave_no_case_either() -> None:
    """Swabs on day 5 at the first round (08:30), results a day later, 6 days and 15.5 hours before the first day; tests
    find 0.2 before the fifth day after infection and 0.7 from then on. No symptoms are looked for."""
    scenario = _swabbed(load(CASE))
    taken = 4 + 8.5 / 24

    def sensitivity(age: float) -> float:
        return 0.2 if taken + age < 5 else 0.7

    positive = over_ages(sensitivity)
    assert _share_infected(scenario) == pytest.approx(
        SHARE * (1 - positive) / (1 - SHARE * positive), abs=4 * math.sqrt(SHARE / (GUESTS * REPLICATIONS))
    )


def test_results_that_are_not_back_say_nothing() -> None:
    """The same with a laboratory that takes 30 days: all infected are there."""
    scenario = changed(_swabbed(load(CASE)), {"laboratory.turnaround_hours": 720.0})
    assert _share_infected(scenario) == pytest.approx(SHARE, abs=4 * math.sqrt(SHARE / (GUESTS * REPLICATIONS)))


REPLICATIONS = 60


def _swabbed(scenario: Scenario) -> Scenario:
    changes = {
        "visits.c.finds_symptoms": False, "swabs": {"days": [5], "person_minutes": 1.0},
        "laboratory": {"turnaround_hours": 24.0}, "sites.h.team": "team",
        "pools": {"team": {"headcount": 99, "shifts": {"all": {"start": "00:00", "hours": 24.0, "share": 1.0}}}},
        "health.pcr_sensitivity": {"days": [0.0, 5.0], "shares": [0.2, 0.7]},
    }  # fmt: skip
    return changed(scenario, changes)


def _share_infected(scenario: Scenario) -> float:
    people = [len(sample(scenario, seed=2, replication=r).health.row) for r in range(REPLICATIONS)]
    return float(np.mean(people)) / GUESTS


def test_who_arrived_at_this_midnight_has_not_been_looked_at() -> None:
    """Day 1 of the stay arrives at second 0: no round before it, so the share infected is that of travellers."""
    rows = [{"site": "h", "party_size": 1, "day_of_stay": 1}] * 1000
    scenario = Scenario.model_validate(_tables(load(CASE)) | {"initial": rows})
    people = [len(sample(scenario, seed=2, replication=r).health.row) for r in range(REPLICATIONS)]
    made = sample(scenario, seed=2, replication=0)
    assert set(made.party_second.tolist()) == {0}
    assert np.mean(people) == pytest.approx(50, abs=4 * math.sqrt(50 * 0.95 / REPLICATIONS))


def _tables(scenario: Scenario) -> dict[str, object]:
    return {("schema" if key == "schema_version" else key): value for key, value in scenario if value is not None}


def test_guests_who_cannot_be_there_are_a_fault_and_no_endless_loop() -> None:
    """All infected, all with symptoms within a day, checked for nine days: each draw would have been found."""
    scenario = changed(load(CASE), {
        "health.infected_share": 1.0, "health.never_symptomatic_share": 0.0, "health.incubation.meanlog": -5.0,
    })  # fmt: skip
    for draw in (lambda: sample(scenario, seed=1, replication=0), lambda: draw_guests(scenario)):
        with pytest.raises(ScenarioError) as caught:
            draw()
        assert str(caught.value) == (
            "initial: the infection of a guest would have been found before the first day each time that it was drawn, "
            "1,000 times: such guests cannot be there; lower health.infected_share"
        )


def test_check_draws_the_guests_and_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The persons by whom a sample keys its draws of health, less those handed over: from the beginning on."""
    keyed: list[PersonKeys] = []

    def noted(scenario: Scenario, draws: Draws, keys: PersonKeys) -> HealthSample:
        keyed.append(keys)
        return sample_health(scenario, draws, keys)

    monkeypatch.setattr(sampling, "sample_health", noted)
    scenario = load(CASE)
    sample(scenario, seed=0, replication=0)
    draw_guests(scenario)
    whole, guests = keyed
    assert guests.present_from == 0 < len(guests.day)
    for name in ("place", "day", "number", "second"):
        assert getattr(guests, name).tolist() == getattr(whole, name)[whole.present_from :].tolist()


def test_travellers_keep_their_draws_whatever_guests_there_are() -> None:
    """What is drawn again belongs to guests: the health of those handed over is the same without any."""
    scenario = changed(load(CASE), {"ports.p.regimes.a.people_per_day": 200.0})
    alone = scenario.model_copy(update={"initial": ()})
    some, none = (sample(each, seed=1, replication=0).health for each in (scenario, alone))
    n = len(none.row)
    assert n > 30
    assert some.row[:n].tolist() == none.row.tolist()
    assert some.onset[:n].tolist() == none.onset.tolist()
