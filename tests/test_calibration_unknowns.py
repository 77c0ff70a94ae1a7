"""A file of unknowns: every fault in one line with its rule, what its priors mean, and what a draw changes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from calibration_case import UNKNOWNS, write_case
from scipy.stats import norm

from sim.commands.calibrate import sentences as words
from sim.commands.calibrate.abc import posterior
from sim.commands.calibrate.abc.sampling import Normal, WholeUniform
from sim.commands.calibrate.case import case_of
from sim.commands.calibrate.keep import notes_of
from sim.commands.calibrate.rounds import plan_of, total_of
from sim.commands.calibrate.steps import predict
from sim.commands.calibrate.unknowns import Unknowns, prior_of, read_unknowns
from sim.measures.registry import REGISTRY
from sim.measures.reported import Figure
from sim.scenario import ScenarioError, load
from sim.scenario.rules import paths_of

PEOPLE = """\
[unknowns.people]
paths = ["ports.gongbei.regimes.all.people_per_day"]
prior = { kind = "uniform", low = 15, high = 45 }
why = "test"
"""
CHOICE = """
[unknowns.allocation]
paths = ["sites.allocation"]
prior = { kind = "categorical", choices = ["spread", "fill"] }
why = "test"
"""


def read(folder: Path, text: str) -> Unknowns:
    file = write_case(folder, unknowns=text)
    return read_unknowns(folder / "small_unknowns.toml", load(file), REGISTRY)


def said(folder: Path, text: str) -> list[str]:
    """Faults of a file, without its name."""
    with pytest.raises(ScenarioError) as raised:
        read(folder, text)
    return [str(fault).removeprefix("small_unknowns.toml: ") for fault in raised.value.faults]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("candidates = []", "unknowns: must have a table [unknowns.<id>] for each value that is not known"),
        ("unknowns = 3", "unknowns: must have a table [unknowns.<id>] for each value that is not known"),
        (CHOICE, "unknowns: must have at least one number that is not known"),
        ("[unknowns]\npeople = 3", "unknowns.people = 3: must be a table"),
        (PEOPLE.replace('"uniform"', '"unifrom"'),
         'unknowns.people.prior.kind = "unifrom": must be "uniform", "loguniform", "normal" or "categorical"; '
         'did you mean "uniform"?'),
        (PEOPLE.replace('{ kind = "uniform", low = 15, high = 45 }', "3"),
         'unknowns.people.prior.kind: must be "uniform", "loguniform", "normal" or "categorical"'),
        (PEOPLE.replace(", high = 45", ""), "unknowns.people.prior.high: must be given"),
        (PEOPLE.replace('["ports', '"ports').replace('day"]', 'day"'),
         'unknowns.people.paths = "ports.gongbei.regimes.all.people_per_day": '
         "must be a list of dotted paths, each in quotes"),
        (PEOPLE.replace("low = 15", 'low = "15"'), 'unknowns.people.prior.low = "15": must be a number'),
        (PEOPLE + 'whole = "yes"',
         "unknowns.people: whole must be true or false, over_rest_of a dotted path in quotes"),
        (PEOPLE.replace("low = 15", "low = 0").replace('"uniform"', '"loguniform"'),
         "unknowns.people.prior: low must be more than 0"),
        (PEOPLE.replace("low = 15", "low = 15.5") + "whole = true",
         "unknowns.people.prior: low and high must be whole numbers"),
        (PEOPLE.replace('"uniform", low = 15, high = 45', '"normal", mean = 30, sd = 0'),
         "unknowns.people.prior: sd must be more than 0"),
        (PEOPLE.replace('"uniform", low = 15, high = 45', '"normal", mean = 30, sd = 5, high = 20'),
         "unknowns.people.prior: mean must lie between low and high"),
        (PEOPLE + CHOICE.replace('["spread", "fill"]', '["spread"]'),
         'unknowns.allocation.prior.choices = ["spread"]: must be a list of two or more different values'),
        (PEOPLE + CHOICE.replace('"fill"] }', '"fill"], shares = [1] }'),
         "unknowns.allocation.prior.shares = [1]: must be a list of numbers above 0, one for each choice"),
        (PEOPLE + CHOICE.replace('"fill"] }', '"fill"], shares = [1, 0] }'),
         "unknowns.allocation.prior.shares = [1, 0]: must be a list of numbers above 0, one for each choice"),
        (PEOPLE + "[predict]\nx = 1", "predict: must be a list of tables ([[predict]])"),
        ("answers = [3]\n" + PEOPLE, "answers.1: must be a table"),
        (PEOPLE + '[[answers]]\nmeasure = "receved"\nplace = "all"',
         'answers.1 = "receved": must be a measure, see qcap measures; did you mean "received"?'),
        (PEOPLE + '[[answers]]\nmeasure = "received"', "answers.1.place: must be given"),
        (PEOPLE + PEOPLE.replace("unknowns.people", "unknowns.crowd"),
         "ports.gongbei.regimes.all.people_per_day: is named by two unknowns"),
        (PEOPLE + 'over_rest_of = "ports.gongbei.not_diverted_shar"',
         'ports.gongbei.not_diverted_shar = 0.0: unknown key; did you mean "not_diverted_share"?'),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_rule(tmp_path: Path, text: str, fault: str) -> None:
    """words: one fault in the file, one line."""
    assert said(tmp_path, text) == [fault]


def test_a_calibration_with_a_broken_file_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, all faults at once, no traceback."""
    from sim.cli import main  # noqa: PLC0415

    file = write_case(tmp_path, unknowns=PEOPLE.replace("low = 15", 'low = "15"') + "[predict]\nx = 1")
    assert main(["calibrate", str(file), "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err.splitlines() == [
        'small_unknowns.toml: unknowns.people.prior.low = "15": must be a number',
        "small_unknowns.toml: predict: must be a list of tables ([[predict]])",
    ]
    assert not (tmp_path / "out").exists()


def test_a_normal_prior_without_ends_has_the_quantiles_of_the_normal_law() -> None:
    """theory: mean 30, sd 5: the value at z is 30 + 5 z; cut off at 25 and 35 all values lie there."""
    prior = prior_of("normal", {"mean": 30, "sd": 5}, whole=False)
    assert isinstance(prior, Normal)
    assert prior.value(np.array([-1.0, 0.0, 2.0])) == pytest.approx([25.0, 30.0, 40.0])
    cut = prior_of("normal", {"mean": 30, "sd": 5, "low": 25, "high": 35}, whole=False)
    share = norm.cdf(-1) + norm.cdf(0.7) * (norm.cdf(1) - norm.cdf(-1))
    assert float(cut.value(0.7)) == pytest.approx(30 + 5 * norm.ppf(share))


def test_whole_numbers_are_alike_likely() -> None:
    """theory: 3, 4 and 5 each have a third of all shares."""
    prior = prior_of("uniform", {"low": 3, "high": 5}, whole=True)
    assert isinstance(prior, WholeUniform)
    values = prior.value(norm.ppf((np.arange(300) + 0.5) / 300))
    assert np.unique(values, return_counts=True)[1].tolist() == [100, 100, 100]


@pytest.mark.parametrize(("share", "expected"), [(True, 40.0), (False, 37.5)])
def test_a_value_over_the_rest_of_a_share_is_what_is_left_after_it(
    tmp_path: Path, share: bool, expected: float
) -> None:
    """By hand: 30 people are placed; with 0.25 sent on (drawn) 40 came, with the scenario's own 0.2, 37.5."""
    text = PEOPLE + 'over_rest_of = "ports.gongbei.not_diverted_share"\n'
    if share:
        text += UNKNOWNS[UNKNOWNS.index("[unknowns.share]") : UNKNOWNS.index("[unknowns.hold]")]
    unknowns = read(tmp_path, text)
    drawn = unknowns.changes([30.0, 0.25][: len(unknowns.numbers)], 0, load(tmp_path / "small.toml"))
    assert drawn["ports.gongbei.regimes.all.people_per_day"] == pytest.approx(expected)


def test_shares_of_an_answer_when_histories_of_a_setting_are_all_alike() -> None:
    """By hand: no chance at all: everything is the settings' when they differ, nothing when they do not. Without two
    settings, or with a missing value, there is no answer.
    """
    apart = posterior.split_variance(np.array([[1.0, 1.0], [3.0, 3.0]]))
    assert (apart.chance, apart.settings, apart.share, apart.low, apart.high) == (0.0, 2.0, 1.0, 1.0, 1.0)
    alike = posterior.split_variance(np.full((2, 2), 3.0))
    assert (alike.chance, alike.settings, alike.share) == (0.0, 0.0, 0.0)
    for missing in (np.ones((1, 2)), np.ones((2, 1)), np.array([[1.0, np.nan], [1.0, 2.0]])):
        assert np.isnan(posterior.split_variance(missing).share)


def test_a_figure_that_is_always_the_same_explains_nothing() -> None:
    """theory: its covariance with anything is 0."""
    z = np.random.Generator(np.random.Philox(1)).standard_normal((50, 2))
    assert posterior.explained(z, np.full(50, 7.0), np.full(50, 0.02)).tolist() == [0.0, 0.0]
    assert posterior.explained(z, z[:, 0], np.full(50, 0.02))[0] == pytest.approx(1.0)


def test_staff_is_predicted_for_every_setting_that_is_to_be_tried(tmp_path: Path) -> None:
    """None without such a figure; one without other settings; else as many as there are."""
    scenario = load(write_case(tmp_path))
    seen = Figure("received", "gongbei", 90, 3, "", "reported", "fitted")
    staff = Figure("staff_needed_mean", "gongbei", 4, 1, "", "reported", "held_out")
    plain, tried = read(tmp_path, PEOPLE), read(tmp_path, UNKNOWNS)
    plan = plan_of(20_000)
    without = total_of(case_of([seen], tried, "t.csv", scenario), plan)
    assert total_of(case_of([seen, staff], plain, "t.csv", scenario), plan) == without + 250
    assert total_of(case_of([seen, staff], tried, "t.csv", scenario), plan) == without + 250 + 2 * 40


@pytest.mark.parametrize(("wanted", "runs"), [(False, ["predictive"]), (True, ["predictive", "staff"])])
def test_predictions_run_only_what_is_asked_for(tmp_path: Path, wanted: bool, runs: list[str]) -> None:
    """Without figures about staff needed no history is run a second time; without settings to try, once as it is."""
    scenario = load(write_case(tmp_path))
    figures = [Figure("received", "gongbei", 90, 3, "", "reported", "fitted")]
    figures += [Figure("staff_needed_mean", "gongbei", 4, 1, "", "reported", "held_out")] * wanted
    case = case_of(figures, read(tmp_path, PEOPLE), "t.csv", scenario)
    asked: list[str] = []

    def run(name: str, jobs: Any, keys: Any) -> dict[Any, Any]:
        asked.append(name)
        return dict.fromkeys(keys, np.zeros(len(list(jobs))))

    plan: Any = SimpleNamespace(budget=10, predictive=4, staff=2)
    found = predict(case, cast(Any, SimpleNamespace(run=run)), plan, [{}] * 5)
    assert asked == runs
    assert set(found.staff) == ({None} if wanted else set())
    assert [len(column) for column in found.columns.values()] == [4] * len(case.keys)


def test_cells_say_what_is_missing() -> None:
    """words: no number, no prediction, no interval."""
    assert words.cell(float("nan")) == "no value"
    row = {"measure": "received", "place": "all", "reported": 90.0, "n": 0}
    assert words.target_row(row)[2:] == ["90", "not predicted", "", "", ""]
    part = {"measure": "received", "place": "all", "rules_share": 0.25}
    missing = dict.fromkeys(("chance_share", "values_share", "low", "high"), float("nan"))
    assert words.part_row(part | missing)[2:6] == ["no value", "no value", "25 %", "no value"]


def test_the_rule_is_the_scenarios_own_or_the_likeliest() -> None:
    """words."""
    found = SimpleNamespace(main=1, rule_shares=[0.25, 0.75])
    own: Any = SimpleNamespace(found=found, case=SimpleNamespace(own_rule=1))
    other: Any = SimpleNamespace(found=found, case=SimpleNamespace(own_rule=0))
    assert words.why_this_rule(other) == ", the likeliest"
    own_words = words.why_this_rule(own)
    assert own_words == ", which is the scenario's own and has a share of 75 %"


def test_notes_tell_all_that_limits_a_calibration() -> None:
    """words: histories that failed, a proof that failed for one of two unknowns, and nothing where all is well."""
    numbers = [SimpleNamespace(label="people"), SimpleNamespace(label="airing")]
    accepted = SimpleNamespace(widened=False, limit=0.5, effective=100.0)
    proof = SimpleNamespace(ranks=list(range(1_000)), expected=(80, 100), covered=[90, 60])
    done: Any = SimpleNamespace(
        found=SimpleNamespace(accepted=accepted), proof=proof, failed={"history 7": "decisions still change"},
        draws=[{"a": i} for i in range(1_000)], case=SimpleNamespace(unknowns=SimpleNamespace(numbers=numbers)),
    )  # fmt: skip
    nothing = pd.DataFrame({"met": []})
    assert notes_of(done, nothing) == [
        "1 histories failed and agree with nothing; the first, history 7: decisions still change",
        "the proof failed: 90 % intervals hold the truth too rarely or too often for airing; see proof.csv",
    ]
    done.failed, proof.covered = {}, [90, 85]
    assert notes_of(done, nothing) == []


def test_ranges_of_the_case_end_where_its_priors_end() -> None:
    """words: what a planner may vary and what calibration was free to choose are one statement. The reserve's range
    begins at 1 room: with 0 the rule is off.
    """
    scenarios = Path(__file__).parents[1] / "scenarios"
    scenario = load(scenarios / "xiangzhou.toml")
    unknowns = tomllib.loads((scenarios / "xiangzhou_unknowns.toml").read_text(encoding="utf-8"))["unknowns"]
    ranges = {".".join(path): key for key in scenario.ranges for path in paths_of(scenario, key)}
    compared = {}
    for table in unknowns.values():
        for path in table["paths"]:
            if path in ranges:
                prior = table["prior"]
                compared[path] = tuple(prior.get("choices", (prior.get("low"), prior.get("high"))))
    assert compared.pop("sites.reserve_rooms") == (0, 400)
    assert scenario.ranges["sites.reserve_rooms"] == (1, 400)
    assert {path: scenario.ranges[ranges[path]] for path in compared} == compared
    assert len(compared) == 18
