"""Replications until named means are precise; intervals of quantiles and of shares of runs."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli_case import write_small
from scipy import stats

from sim import load
from sim.cli import main
from sim.commands.run.headlines import targets
from sim.commands.run.keep import quantile_intervals, share_intervals
from sim.measures import Measures, MeasureValue
from sim.numbers.statistics import estimate
from sim.numbers.verdicts import bounds
from sim.runs.job import Job, Outcome
from sim.runs.precision import SCHEDULE, Goal, GoalError, StoppingRule, read_goals
from sim.runs.replicate import Replicated, replicate
from sim.scenario.tables.schema import Scenario, Target

RAN, BAD_INPUT = 0, 2
RARE_DAYS = Goal("no_room_share", "all", 0.05)
RARE = """\
schema = 1
title = "one day, 10 people expected, 16 rooms"
first_day = 2020-03-02
last_day = 2020-03-02
[arrivals]
groups = { kind = "constant", parties = 1 }
[ports.p]
[ports.p.hours]
a = { opens = "08:00", closes = "20:00" }
[ports.p.regimes]
a = { kind = "rate", from_day = 2020-03-02, people_per_day = 10 }
[sites.h]
number = 1
rooms = 16
ride_minutes = { p = 10 }
opens = 2020-03-02
[stay]
days = 1
"""


@pytest.fixture
def small(tmp_path: Path) -> Scenario:
    return load(write_small(tmp_path))


def outcomes(values: list[float], measure: str = "received", place: str = "all") -> list[Outcome]:
    return [
        Outcome(number, Measures((MeasureValue(measure, place, "people", value),), ()))
        for number, value in enumerate(values, start=1)
    ]


def made_up(values: dict[str, list[float]], place: str = "all") -> Replicated:
    """Tables of runs with these values, without a flow."""
    rows = [(n, name, place, "share", x) for name, xs in values.items() for n, x in enumerate(xs, start=1)]
    table = pd.DataFrame(rows, columns=["replication", "measure", "place", "unit", "value"])
    n = max(len(xs) for xs in values.values())
    return Replicated(table, pd.DataFrame(), estimate(table), 0.0, "simpy", range(1, n + 1), tuple(range(1, n + 1)), ())


def test_the_schedule_grows_by_about_a_half_up_to_the_cap() -> None:
    """The issue: 30, 45, 70, 100 …, at most 2,000."""
    assert SCHEDULE[:6] == (30, 45, 70, 100, 150, 225)
    assert SCHEDULE[-1] == 2_000
    assert all(1.2 < b / a < 1.6 for a, b in pairwise(SCHEDULE))


@pytest.mark.parametrize(
    ("goal", "enough"),
    [
        (Goal("received", "all", 0.05), True),
        (Goal("received", "all", 0.03), False),
        (Goal("received", "all", 3.2, relative=False), True),
        (Goal("received", "all", 3.1, relative=False), False),
        (Goal("received", "nowhere", 0.01), True),  # no value at all: there is nothing to wait for
    ],
)
def test_a_goal_is_met_by_its_half_width(goal: Goal, enough: bool) -> None:
    """By hand: s = 1.73 x sqrt(4/3) = 1.998; the half width is t(3) x s / sqrt(4) = 3.182 x 1.998 / 2 = 3.18."""
    spread = outcomes([98.27, 98.27, 101.73, 101.73])
    assert StoppingRule((goal,)).enough(spread) is enough
    assert StoppingRule((goal,)).enough(spread[::-1]) is enough


def test_one_run_is_never_enough_and_a_mean_without_spread_is() -> None:
    """A single value says nothing about chance; a value that never varies has none."""
    plan = StoppingRule((Goal("received", "all", 0.05),))
    assert not plan.enough(outcomes([100.0]))
    assert plan.enough(outcomes([7.0, 7.0]))


def test_zeros_are_not_called_precise_before_the_rule_of_three_says_so() -> None:
    """30 zeros rule out no more than 10 %; 1 % takes log(0.05) / log(0.99) = 298.07, so 299. An
    absolute half width of a share is that of its interval: 0.05 is half of 0.095 at 30, 0.04 is not.
    """
    goals = (Goal("received", "all", 0.05), Goal("received", "all", 3.0, relative=False), RARE_DAYS)
    for goal in goals:
        zeros = outcomes([0.0] * 299, measure=goal.measure)
        assert not StoppingRule((goal,)).enough(zeros[:30])
        assert not StoppingRule((goal,)).enough(zeros[:298])
        assert StoppingRule((goal,)).enough(zeros)
    for width, enough in ((0.05, True), (0.04, False)):
        goal = Goal("no_room_share", "all", width, relative=False)
        assert StoppingRule((goal,)).enough(outcomes([0.0] * 30, measure="no_room_share")) is enough


def test_auto_does_not_stop_before_a_rare_event_is_seen(tmp_path: Path) -> None:
    """The true share of days with a wait for a room is P(Poisson(10) > 16) = 2.7 %; seeds 2 and 3
    have none in 30 replications. The first looks see too few, and the interval of what is found holds the true share.
    """
    file = tmp_path / "rare.toml"
    file.write_text(RARE, encoding="utf-8")
    truth = float(stats.poisson.sf(16, 10))
    for seed in (2, 3):
        done = replicate(Job(load(file), seed), StoppingRule((RARE_DAYS,), (30, 340)))
        row = done.summary.set_index(["measure", "place"]).loc[("no_room_share", "all")]
        assert row["n"] == 340
        assert 0 < row["low"] <= truth <= row["high"]


def test_replications_stop_at_a_point_of_the_plan_whatever_the_workers(small: Scenario) -> None:
    """invariance: one process or two make the same runs; the first point at which the goal is met is the last run."""
    goal = Goal("received", "all", 0.12)
    plan = StoppingRule((goal,), (3, 5, 9, 14, 40))
    alone, two = (replicate(Job(small, 1), plan, executor=executor) for executor in ("serial", "local:2"))
    assert alone.finished == two.finished
    pd.testing.assert_frame_equal(alone.summary, two.summary)
    n = len(alone.finished)
    assert n in plan.looks[:-1]
    values = alone.replications.query("measure == 'received' and place == 'all'")["value"].to_numpy()
    met = [StoppingRule((goal,)).enough(outcomes(values[:point].tolist())) for point in plan.looks if point <= n]
    assert met == [False] * (len(met) - 1) + [True]
    assert alone.reached[0].met


def test_the_cap_ends_a_hopeless_goal(small: Scenario) -> None:
    """A width of a thousandth is not reached in 4 runs; all goals tell how far they came."""
    told: list[int] = []
    done = replicate(Job(small, 1), StoppingRule((Goal("received", "all", 0.001),), (2, 4)), progress=told.append)
    assert told == [1, 2, 3, 4]  # what was made up to the first point is not made again
    assert len(done.finished) == 4
    assert [reached.met for reached in done.reached] == [False]
    assert not done.interrupted


def test_goals_are_read_with_place_and_width(small: Scenario) -> None:
    """words: relative unless a width is given; the headline measures without any."""
    texts = ["sites_opened", "handover_to_coach_p95@gongbei", "rooms_occupied_max=5"]
    assert read_goals(texts, small, 0.1) == (
        Goal("sites_opened", "all", 0.1),
        Goal("handover_to_coach_p95", "gongbei", 0.1),
        Goal("rooms_occupied_max", "all", 5.0, relative=False),
    )
    named = [str(goal) for goal in read_goals([], small, 0.05)]
    assert named == [
        "persons_served@all", "rooms_occupied_max@all", "sites_opened@all", "handover_to_coach_p95@gongbei",
    ]  # fmt: skip
    nobody_to_sites = small.model_copy(update={"sites": None})
    assert [str(g) for g in read_goals([], nobody_to_sites, 0.05)] == ["received@all", "wait_registration_mean@gongbei"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("person_served", 'did you mean "persons_served"?'),
        ("zzz", "see qcap measures"),
        ("cost_tests@all=x", "above 0"),
        ("received@gongbie", 'did you mean "gongbei"?'),
        ("overnight_people", "overnight_people@gongbei"),
        ("utilisation", "utilisation@gongbei"),
        ("received=0", "above 0"),
        ("received=wide", "above 0"),
    ],
)
def test_a_goal_that_can_not_be_is_refused_with_a_way_out(text: str, said: str, small: Scenario) -> None:
    """words: the nearest measure or place, or an example."""
    with pytest.raises(GoalError, match=said.replace("?", r"\?")):
        read_goals([text], small, 0.05)


def test_quantiles_have_intervals_only_where_there_is_one() -> None:
    """theory: the 5 % quantile has an interval from 72 runs on (0.95^72 = 0.0249 <= 0.025), the median from 6."""
    for n, there in ((71, {"p25", "p50", "p75"}), (72, {"p5", "p25", "p50", "p75", "p95"}), (5, set())):
        table = quantile_intervals(made_up({"received": list(map(float, range(n)))}))
        assert set(table.loc[table["low"].notna(), "quantile"]) == there
        known = table.dropna()
        assert (known["low"] <= known["value"]).all()
        assert (known["value"] <= known["high"]).all()


@pytest.mark.parametrize(
    ("good", "n", "verdict"), [(28, 28, "not certain"), (30, 30, "holds"), (10, 30, "missed"), (0, 0, "no value")]
)
def test_a_target_holds_is_missed_or_not_certain(good: int, n: int, verdict: str, small: Scenario) -> None:
    """theory: 28 of 28 runs make sure of 0.05^(1/28) = 89.85 %, 30 of 30 of 90.50 %; told with the bounds used."""
    target = Target(measure="no_room_share", at_most=0.05, share_of_runs=0.9)
    scenario = small.model_copy(update={"targets": {"rooms": target}})
    values = [0.05] * good + [0.06] * (n - good)
    done = made_up({"no_room_share": values, "received": [1.0, 2.0]})
    (result,) = targets(done, scenario)
    assert (result.judged.met, result.judged.verdict) == (good, verdict)
    if n:
        row = share_intervals(done, scenario).iloc[0]
        assert (row["low"], row["high"]) == bounds(good, n, 0.05)
        assert row["verdict"] == verdict


def test_a_yes_or_no_of_each_run_is_a_share_of_runs(small: Scenario) -> None:
    """theory: a site still open at the end in 2 of 10 replications: Clopper and Pearson's 2.5 to 55.6 %."""
    done = made_up({"site_days_censored": [1.0] * 2 + [0.0] * 8}, place="yinhua")
    row = share_intervals(done, small).iloc[0]
    assert (row["runs"], row["n"]) == (2, 10)
    assert np.round([row["low"], row["high"]], 3).tolist() == [0.025, 0.556]


def test_auto_is_told_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: a width that 30 runs have; and --precision without auto is refused."""
    monkeypatch.chdir(tmp_path)
    write_small(tmp_path)
    common = ["run", "small.toml", "--workers", "1", "--no-plots"]
    assert main([*common, "--replications", "auto", "--precision-of", "received=20", "--out", "r"]) == RAN
    out = " ".join(capsys.readouterr().out.split())
    assert "30 replications were enough for: people received, all together" in out
    assert pd.read_csv("r/quantiles.csv", encoding="utf-8-sig")["n"].max() == 30
    assert main([*common, "--precision", "0.1"]) == BAD_INPUT
    assert "need --replications auto" in capsys.readouterr().err
    assert main([*common, "--replications", "auto", "--precision", "1.5"]) == BAD_INPUT
    assert "between 0 and 1" in capsys.readouterr().err
    assert main([*common, "--replications", "auto", "--precision-of", "receive"]) == BAD_INPUT
    assert 'did you mean "received"?' in capsys.readouterr().err
