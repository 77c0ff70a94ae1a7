"""Fixed posts as a checker from outside tried them (tests/cases/fixed_posts_paradox), and `check` against the run.

There 3, 2 and 1 people at three posts served as well as 6, 5 and 4, because who stood at a post served when nobody else
was there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from textbook_case import history

from sim import load, sample
from sim.cli import main
from sim.flow import simulate
from sim.flow.log import Kind
from sim.measures import measure
from sim.numbers.theory import erlang_c
from sim.outlook import outlook, tasks_never_done
from sim.scenario.tables.schema import Scenario

CASE = Path(__file__).parent / "cases" / "fixed_posts_paradox" / "scenario.toml"
MINIMAL = Path(__file__).parents[1] / "sim" / "scenario" / "templates" / "minimal" / "scenario.toml"
STATIONARY = (
    "last_day=2020-04-10",
    "window.from_day=2020-03-07",
    "window.to_day=2020-04-10",
    "pools.p.shifts.a.hours=2400",  # nobody goes home at midnight, as in the formula
    "pools.p.shifts.a.from_day=2020-03-02",
    "pools.p.shifts.a.to_day=2020-03-02",
)
REPLICATIONS = 30


@pytest.mark.parametrize(("headcount", "minutes"), [(6, 0.13), (5, 1.05), (4, 25.0)])
def test_who_stands_at_no_post_serves_as_erlangs_formula_says(headcount: int, minutes: float) -> None:
    """theory: mean wait C s / (c - a) of M/M/c, c = headcount - 3 posts, 240 people a day, 5 minutes each; within four
    standard errors, which are at most 15 % of it. Five weeks after five days to warm up, some ten relaxation times at
    c = 1.
    """
    servers, busy = headcount - 3, 240 / 1440 * 5
    expected = erlang_c(busy, servers) * 5 / (servers - busy)
    assert expected == pytest.approx(minutes, rel=0.04)
    scenario = load(CASE, overrides=(f"pools.p.headcount={headcount}", *STATIONARY))
    waits = np.array([mean_wait(scenario, replication) for replication in range(REPLICATIONS)])
    width = 4 * waits.std(ddof=1) / np.sqrt(REPLICATIONS)
    assert abs(waits.mean() - expected) <= width <= 0.15 * expected


def mean_wait(scenario: Scenario, replication: int) -> float:
    log = history(scenario, replication)
    return measure(log, scenario, names=("wait_registration_mean",)).values[0].value


@pytest.mark.parametrize("headcount", [3, 2, 1])
def test_a_pool_of_no_more_people_than_posts_serves_nobody_and_check_and_run_say_so(
    headcount: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: all stand at posts, so no task begins; both commands name the pool, its people and its posts."""
    change = f"pools.p.headcount={headcount}"
    scenario = load(CASE, overrides=(change,))
    assert len(simulate(scenario, sample(scenario, seed=1, replication=1)).of(Kind.TASK)) == 0
    words = f"p: nobody ever serves: its largest shift has {headcount} people and 3 fixed posts, which are manned first"
    assert main(["check", str(CASE), "--set", change]) == 0
    assert words in " ".join(capsys.readouterr().out.split())
    run = ["run", str(CASE), "--set", change, "--replications", "1", "--engine", "simpy", "--no-plots"]
    assert main([*run, "--out", str(tmp_path / "r")]) == 0
    assert words in " ".join(capsys.readouterr().err.split())


def test_more_people_never_serve_fewer() -> None:
    """direction: the same travellers with 1 to 7 people on duty; tasks begun never fall, mean waits never rise."""
    served = []
    for headcount in range(1, 8):
        scenario = load(CASE, overrides=(f"pools.p.headcount={headcount}",))
        log = simulate(scenario, sample(scenario, seed=1, replication=1))
        served.append(len(log.of(Kind.TASK)))
    assert served == sorted(served)
    assert served[2] == 0 < served[3]


def test_check_names_the_shift_that_is_too_small_for_escorts_and_no_coach_leaves_in_it() -> None:
    """Shifts of 4 (07:00) and 8 (15:00), one post each, five escorts: 3 for the queue are too few, 7 are enough. The
    run boards in the late shift only; with six escorts more than the 7 it never does, and that is told of the pool.
    """
    few = ("pools.border.headcount=12", "pools.border.shifts.early.share=0.3", "pools.border.shifts.late.share=0.7")
    scenario = load(MINIMAL, overrides=(*few, "coaches.escorts=5"))
    told = [remark for remark in outlook(scenario).remarks if remark.code == "shift_too_small"]
    assert [remark.place for remark in told] == ["border"]
    values = told[0].values
    assert (values["opens"], values["closes"], values["people"]) == (7 * 60, 15 * 60, 3)
    assert values["tasks"] == {"escort": 5}
    assert (values["first"], values["last"], values["days"]) == (scenario.first_day, scenario.last_day, 30)
    assert tasks_never_done(scenario) == ()
    of_day = boardings(scenario) % 86_400
    assert len(of_day) > 0
    assert ((of_day >= 15 * 3600) & (of_day < 23 * 3600)).all()

    scenario = load(MINIMAL, overrides=(*few, "coaches.escorts=8"))
    assert [(r.code, r.place, r.values["tasks"]) for r in tasks_never_done(scenario)] == [
        ("never_done", "border", {"escort": 8})
    ]
    assert len(boardings(scenario)) == 0


def test_check_says_in_one_line_which_tasks_a_shift_is_too_small_for(capsys: pytest.CaptureFixture[str]) -> None:
    """words: pool, shift, dates, people for the queue, need, tasks."""
    few = ["pools.border.headcount=12", "pools.border.shifts.early.share=0.3", "pools.border.shifts.late.share=0.7"]
    changes = [
        word for change in (*few, "coaches.escorts=5", "pools.border.fixed_posts=4") for word in ("--set", change)
    ]
    assert main(["check", str(MINIMAL), *changes]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Border point: escorts need 5 at once, and no shift ever has more than 4 people for its queue" in text
    assert (
        "Border point, shift 07:00-15:00 (30 days, 1 April to 30 April): 0 people for its queue; registration needs 1: "
        "left for a larger shift" in text
    )


def boardings(scenario: Scenario) -> np.ndarray:
    log = simulate(scenario, sample(scenario, seed=1, replication=1))
    return np.asarray(log.of(Kind.BOARDING)["second"])
