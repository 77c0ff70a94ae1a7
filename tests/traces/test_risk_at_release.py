"""What tells the risk at release beside the measures of the model: infected together, isolated after hospital, the
picture of risk against days of quarantine, the lines of a run.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_case import SMALL, write_small
from traces.builder import Came, case
from traces.guests import Ill, history, ward

from sim import measure, sample
from sim.cli import main
from sim.commands.compare.answers import Change
from sim.commands.compare.pictures import risk
from sim.runs.alternatives import Alternative, AlternativeResult, Compared

HEALTH = """
[visits.checks]
times = ["08:30"]
person_minutes = 3
finds_symptoms = true
[health]
infected_share = 0.5
infectiousness = { r0 = 2.5, density = { kind = "gamma" } }
"""


@pytest.mark.parametrize("together", [0.0, 0.25, 1.0])
def test_a_further_person_of_a_party_is_infected_with_the_chance_given_the_first(together: float) -> None:
    """4,000 parties of two, 30 % of first persons infected: of their companions the given share is, since the same
    second; of the others' companions 30 %, as alone (4 standard errors).
    """
    gate = {
        "hours": {"all": {"opens": "00:00", "closes": "24:00"}},
        "regimes": {"all": {"kind": "rate", "from_day": "2020-03-03", "people_per_day": 2700.0}},
    }
    scenario = case(ports={"gate": gate}, health={"infected_share": 0.3, "infected_together_share": together})
    weights = scenario.arrivals.model_copy(update={"party_size_weights": (0.0, 1.0)})
    drawn = sample(scenario.model_copy(update={"arrivals": weights}), seed=7, replication=0)
    since = np.full(2 * len(drawn.party_size), np.iinfo(np.int64).min)
    since[drawn.health.row] = drawn.health.infected
    first, second = since.reshape(-1, 2).T
    ill = first > np.iinfo(np.int64).min
    too = second > np.iinfo(np.int64).min
    assert len(ill) > 3_500
    for share, of in ((together, too[ill]), (0.3, too[~ill])):
        assert of.mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / len(of)) + 1e-12)
    assert (first[ill & too] == second[ill & too]).all()


def test_isolation_after_hospital_is_counted_from_the_discharge() -> None:
    """A and B are found at 16:01; 30 minutes of ambulance, 24 and 36 hours in hospital: discharged on day 2 at 16:31
    and on day 3 at 04:31. With one day of isolation after it both are there together for 12 hours; with 12 hours A has
    gone when B comes.
    """
    ill = (Ill("A", onset="1 10:00", hospital_hours=24.0), Ill("B", onset="1 10:00", hospital_hours=36.0))
    found = []
    for days in (1.0, 0.5):
        scenario = ward(hospital={"isolation_days_after": days})
        log = history(scenario, Came("08:00"), Came("08:00"), ill=ill)
        (value,) = measure(log, scenario, names=["isolated_after_hospital_max"]).values
        found.append(value.value)
    assert found == [2, 1]


def alternative(
    name: str, days: float, swabs: tuple[int, ...], values: list[float], **tables: Any
) -> AlternativeResult:
    """Results of a scenario with a stay and swabs."""
    scenario = ward(stay=days, swabs={"days": list(swabs), "person_minutes": 1.0}, **tables)
    return AlternativeResult(Alternative(name, scenario), {(risk.MEASURE, "all"): np.array(values)})


class _Answer:
    """What the picture reads of an answer."""

    def __init__(self, result: AlternativeResult, *paths: str) -> None:
        self.result = result
        self.changes = [Change(result.alternative.name, path, "", "") for path in paths]


def test_a_plan_of_tests_is_told_from_the_arrival_and_from_the_end_of_the_stay() -> None:
    """So days 1 and 13 of 14 and days 1 and 6 of 7 are one plan; −1 and the number of the last day are one day."""
    plans = [
        risk.plan_words(alternative("a", days, swabs, [0.1]).alternative.scenario)
        for days, swabs in ((14.0, (1, 13)), (7.0, (1, 6)), (7.0, (-1,)), (7.0, (7,)), (9.0, (3,)), (5.0, (9,)))
    ]
    assert plans == [
        "tested on the first day, on the day before the last",
        "tested on the first day, on the day before the last",
        "tested on the last day",
        "tested on the last day",
        "tested on day 3",
        "no test",
    ]
    screened = alternative("b", 7.0, (7,), [0.1], screening={"test_turnaround_hours": 6.0}).alternative.scenario
    assert risk.plan_words(screened) == "tested at the port, on the last day"


def test_the_picture_has_scenarios_that_change_nothing_but_stay_and_tests() -> None:
    """Means of two values each, by hand; one that changes staff too is left out, and one stay alone is no picture."""
    base = alternative("base", 14.0, (1, 13), [0.1, 0.3])
    week, more = alternative("week", 7.0, (1, 6), [0.5, 0.7]), alternative("more", 21.0, (1, 20), [0.0, 0.0])
    staff = _Answer(more, "stay.days", "pools.team.headcount")
    found = risk.points(Compared((base, week, more), 2, 0), [_Answer(week, "stay.days", "swabs.days"), staff])  # type: ignore[list-item]
    plan = "tested on the first day, on the day before the last"
    assert [(point.days, point.plan, point.risk.mean) for point in found] == [
        (7.0, plan, pytest.approx(0.6)),
        (14.0, plan, pytest.approx(0.2)),
    ]
    assert risk.points(Compared((base, more), 2, 0), [staff]) == []  # type: ignore[list-item]


def test_compare_draws_risk_against_days_and_run_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With infectiousness in the scenario; without it there is neither the picture nor the words."""
    small = write_small(tmp_path, SMALL + HEALTH)
    (tmp_path / "week.toml").write_text('extends = "small.toml"\ntitle = "Week"\n[stay]\ndays = 1\n', encoding="utf-8")
    quiet = ["--replications", "2", "--workers", "1", "--engine", "simpy"]
    assert main(["compare", str(small), str(tmp_path / "week.toml"), *quiet, "--out", str(tmp_path / "out")]) == 0
    assert (tmp_path / "out" / "plots" / "risk-by-days.png").exists()
    assert "plots/risk-by-days.png" in (tmp_path / "out" / "answers.md").read_text(encoding="utf-8")
    capsys.readouterr()
    assert main(["run", str(small), *quiet, "--no-plots", "--out", str(tmp_path / "run")]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "infections after their release" in told
    assert "for each infected person" in told
