"""Comparing scenarios: travellers in common, histories equal until they differ, files, answers in words."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli_case import SMALL, write_small

from sim import load, sample, simulate
from sim.cli import main
from sim.commands.compare.answers import changes
from sim.commands.compare.plan import cells_of, read_all
from sim.measures import REGISTRY
from sim.runs.alternatives import (
    BOOTSTRAP,
    DESCRIPTIVE,
    PRIMARY,
    SHARE,
    Alternative,
    Compared,
    ComparisonSettings,
    T,
    compare,
    differences,
    differs_from,
    first_log,
    method_of,
)
from sim.runs.ensemble import Source, write_ensemble
from sim.runs.job import Job, run_one
from sim.scenario.files.changing import changed
from sim.scenario.tables.schema import Scenario
from sim.shell.errors import BadInput
from sim.shell.sentences import difference_words, sentence
from sim.words.say import number

DAY = 86_400
ONE = """\
extends = "small.toml"
title = "One of four"
question = "Is one enough?"
headlines = ["handover_to_coach_p95@gongbei", "persons_served"]
pools.gongbei.headcount_factor = 0.25
"""
MORE = 'extends = "small.toml"\ntitle = "More coaches"\nports.gongbei.coaches = 4\n'
LATER = {  # changes that begin on the second day
    "disruptions": [{"kind": "staff_absent", "place": "gongbei", "from_day": "2020-03-04", "value": 0.7}],
    "ports.gongbei.hours.later": {"from_day": "2020-03-04", "opens": "10:00", "closes": "18:00"},
    "ports.gongbei.regimes.later": {"kind": "rate", "from_day": "2020-03-04", "people_per_day": 60.0},
    "sites.haiwan.opens": "2020-03-05",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_small(tmp_path, SMALL + '\n[targets.quick]\nmeasure = "within_limit_share"\nat_least = 0.9\n')
    (tmp_path / "one.toml").write_text(ONE, encoding="utf-8")
    (tmp_path / "more.toml").write_text(MORE, encoding="utf-8")
    return tmp_path


def compared(*scenarios: Scenario, n: int = 6, seed: int = 3) -> Compared:
    alternatives = [Alternative(f"s{i}", scenario) for i, scenario in enumerate(scenarios)]
    return compare(alternatives, ComparisonSettings(n, seed, "simpy", series=False))


@pytest.mark.parametrize("path", LATER)
def test_histories_are_equal_until_the_first_moment_at_which_scenarios_differ(folder: Path, path: str) -> None:
    """What begins on the second day changes no row of the first, and some row later."""
    base = load(folder / "small.toml")
    other = changed(base, {path: LATER[path]})
    for m in (1, 2, 3):
        logs = [simulate(s, sample(s, seed=5, replication=m)) for s in (base, other)]
        before = [log.rows[log.rows["second"] < DAY] for log in logs]
        assert (before[0] == before[1]).all(), m
        assert len(before[0]) > 20
        second = differs_from(*logs)
        assert second is not None
        assert second >= DAY


def test_the_first_difference_is_found_by_hand(folder: Path) -> None:
    """A port that opens at 09:00 and not at 08:00 differs at 08:00 of the first day; the same scenario never does."""
    base = load(folder / "small.toml")
    late = changed(base, {"ports.gongbei.hours.all.opens": "09:00"})
    settings = ComparisonSettings(1, 1, "simpy")
    log = first_log(Alternative("a", base), settings)
    assert differs_from(log, first_log(Alternative("b", late), settings)) == 8 * 3600
    assert differs_from(log, log) is None


def test_the_first_difference_is_found_where_places_have_other_numbers(folder: Path) -> None:
    """Another site on the list gives every pool another number; nobody is sent to it before it opens on day 3."""
    base = load(folder / "small.toml")
    site = {"number": 3, "rooms": 500, "opens": "2020-03-05", "ride_minutes": {"gongbei": 20.0}}
    more = changed(base, {"sites.another": site})
    settings = ComparisonSettings(1, 1, "simpy")
    assert (
        differs_from(first_log(Alternative("a", base), settings), first_log(Alternative("b", more), settings))
        == 2 * DAY
    )


def test_arms_have_the_values_of_single_runs(folder: Path) -> None:
    """invariance: expected is run_one on every scenario, whatever the others; draws vary by replication."""
    base, one = load(folder / "small.toml"), load(folder / "one.toml")
    result = compared(base, one, n=3)
    for each, scenario in zip(result.results, (base, one), strict=True):
        for m in range(3):
            for row in run_one(Job(scenario, seed=3), m + 1).measures.values:  # noqa: PD011  no pandas
                got = each.cells[row.measure, row.place][m]
                assert got == row.value or (math.isnan(got) and math.isnan(row.value))


def test_draws_of_an_ensemble_go_with_the_pair(folder: Path) -> None:
    """Replication m of both alternatives takes draw m: expected from runs with that value, and from the first again."""
    base = load(folder / "small.toml")
    draws = ({"arrivals.factor": 1.0}, {"arrivals.factor": 2.0})
    settings = ComparisonSettings(3, 3, "simpy", series=False)
    result = compare([Alternative("a", base, draws), Alternative("b", base, draws)], settings)
    double = run_one(Job(changed(base, draws[1]), seed=3), 2).measures.values  # noqa: PD011
    expected = next(row.value for row in double if row.measure == "received" and row.place == "all")
    for each in result.results:
        assert each.cells["received", "all"][1] == expected
    assert result.results[0].cells["received", "all"].tolist() == result.results[1].cells["received", "all"].tolist()


def test_a_replication_that_fails_is_left_out_of_its_pair(folder: Path) -> None:
    """By hand: nan in one alternative takes the pair out, in both means."""
    base = load(folder / "small.toml")
    result = compared(base, base, n=4)
    for cell in result.results[1].cells:
        result.results[1].cells[cell] = result.results[1].cells[cell].copy()
        result.results[1].cells[cell][0] = np.nan
    row = next(r for r in differences(result, result.results[1], []) if (r.measure, r.place) == ("received", "all"))
    assert row.n == 3
    assert row.base == row.value == pytest.approx(result.results[0].cells["received", "all"][1:].mean())


def test_rows_say_which_measures_were_named_beforehand(folder: Path) -> None:
    """Two primary measures: joint intervals are wider than single ones and p-values are adjusted; others have none."""
    base, one = load(folder / "small.toml"), load(folder / "one.toml")
    result = compared(base, one, n=8)
    primary = [("handover_to_coach_mean", "gongbei"), ("received", "all")]
    rows = {(row.measure, row.place): row for row in differences(result, result.results[1], primary)}
    wait, received, other = rows[primary[0]], rows[primary[1]], rows["coach_trips", "all"]
    assert (wait.role, received.role, other.role) == (PRIMARY, PRIMARY, DESCRIPTIVE)
    assert wait.joint_high - wait.joint_low > wait.high - wait.low > 0
    assert wait.p_holm == pytest.approx(min(1.0, 2 * wait.p)) or wait.p_holm == wait.p
    assert math.isnan(other.p)
    assert math.isnan(other.joint_low)
    assert (received.difference, received.p) == (0, 1)  # the same travellers
    assert wait.difference > 0


def test_every_measure_has_a_method_that_suits_it() -> None:
    """Quantiles, maxima and censored days by bootstrap, flags as shares, means by t."""
    methods = {name: method_of(name) for name in REGISTRY}
    assert {methods[n] for n in ("wait_room_p95", "site_days", "rooms_occupied_max", "rooms_needed")} == {BOOTSTRAP}
    assert methods["site_days_censored"] == SHARE
    assert {methods[n] for n in ("persons_served", "wait_room_mean", "utilisation", "cost_total")} == {T}


def test_changes_are_dotted_paths_with_both_values(folder: Path) -> None:
    """By hand: one value; what is asked of a scenario is no change of it."""
    base, one = load(folder / "small.toml"), load(folder / "one.toml")
    assert [change[1:] for change in changes(base, one, "one")] == [("pools.gongbei.headcount_factor", "1.0", "0.25")]


def test_differences_in_words(folder: Path) -> None:
    """Signs, units and digits as planners write them; long waits in hours, shares in points."""
    base, one = load(folder / "small.toml"), load(folder / "one.toml")
    result = compared(base, one, n=3)
    row = differences(result, result.results[1], [])[0]
    told = {
        ("share", T, 0.9, 0.8, -0.1, -0.12, -0.08): "−10 ± 2 points",
        ("minutes", BOOTSTRAP, 60.0, 98.0, 38.0, 32.0, 45.0): "+38 minutes, from +32 to +45",
        ("minutes", T, 600.0, 1200.0, 600.0, 540.0, 660.0): "+10.0 ± 1.0 hours",
        ("yuan", T, 1e7, 1.2e7, 2e6, 1.5e6, 2.5e6): "+2.0 ± 0.5 million yuan",
    }
    for (unit, method, before, after, mean, low, high), expected in told.items():
        changed_row = type(row)("x", "received", "all", unit, DESCRIPTIVE, method, 9, before, after, mean, low, high)
        assert difference_words(changed_row) == expected
    same = type(row)("x", "received", "all", "people", DESCRIPTIVE, T, 9, 5.0, 5.0, 0.0, 0.0, 0.0)
    assert sentence(same, base) == "people received: 5 people, as in the base in every replication"
    assert [number(v) for v in (1234.5, 12.34, 1.5, 0.0, -0.0001)] == ["1,234", "12.3", "1.5", "0", "0"]


def test_files_are_found_and_their_common_base(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --base: the file that all extend, whether it is named or not; a pattern stands for its files."""
    monkeypatch.chdir(folder)
    for patterns in (["more.toml", "one.toml"], ["*.toml"]):
        chosen = read_all(patterns, None, None)
        assert chosen.names == ("small", "more", "one")
    assert read_all(["one.toml"], None, None).names == ("small", "one")
    assert read_all(["one.toml"], "more.toml", None).names == ("more", "one")


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [(["x*.toml"], "no such file or folder"), (["small.toml"], "extends no other file"), (["other.toml", "one.toml"],
     "extend no file in common")],
)  # fmt: skip
def test_files_that_can_not_be_compared_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, patterns: list[str], expected: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "other.toml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(BadInput, match=expected):
        read_all(patterns, None, None)


def test_slips_in_primary_are_told_together(folder: Path) -> None:
    """Two slips, two lines, each with what was probably meant."""
    with pytest.raises(BadInput) as caught:
        cells_of(["recieved", "received@gongbie", "utilisation"], load(folder / "small.toml"), "--primary")
    lines = str(caught.value).splitlines()
    assert lines == [
        '--primary recieved: no such measure; did you mean "received"?',
        '--primary received@gongbie: no such place; did you mean "gongbei"?',
        "--primary utilisation: needs a place, such as utilisation@gongbei",
    ]


def test_a_title_taken_over_from_the_base_names_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: two scenarios called alike are told apart on the screen and on the page; one scenario is one."""
    (folder / "same.toml").write_text('extends = "small.toml"\npools.gongbei.headcount = 5\n', encoding="utf-8")
    words = ["--replications", "2", "--workers", "1", "--engine", "simpy", "--no-plots", "--out", str(folder / "out")]
    assert main(["compare", str(folder / "same.toml"), *words]) == 0
    title = load(folder / "small.toml").title
    screen = capsys.readouterr().out.splitlines()
    assert screen[0].startswith(f"1 scenario against “{title}”")
    assert f"{title} (same)" in screen
    assert f"**{title} (same): " in (folder / "out" / "answers.md").read_text(encoding="utf-8")


def test_faults_of_all_files_are_told_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one line for each file, nothing written."""
    for name in ("one", "more"):
        (folder / f"{name}.toml").write_text(f'extends = "small.toml"\n{name} = 1\n', encoding="utf-8")
    out = folder / "out"
    code = main(["compare", str(folder / "one.toml"), str(folder / "more.toml"), "--out", str(out)])
    assert code == 2
    told = capsys.readouterr().err
    assert "one.toml: one = 1: unknown key" in told
    assert "more.toml: more = 1: unknown key" in told
    assert not out.exists()


def test_a_comparison_leaves_answers_tables_and_pictures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: the page asks each question, answers with an interval, names what changed; tables have all measures."""
    out = folder / "out"
    words = ["compare", str(folder / "one.toml"), str(folder / "more.toml"), "--replications", "4", "--workers", "1"]
    assert main([*words, "--engine", "simpy", "--out", str(out)]) == 0
    screen = capsys.readouterr().out
    assert screen.splitlines()[-1] == str(out)
    assert "One of four" in screen
    page = (out / "answers.md").read_text(encoding="utf-8")
    assert "## 1. Is one enough?" in page
    assert "**One of four: time from hand-over to departure, 95 % of people within (Gongbei): " in page
    assert "`pools.gongbei.headcount_factor`: 1.0 → 0.25" in page
    assert "Target “people gone within the limit at least 90 %”" in page
    table = pd.read_csv(out / "differences.csv")
    assert set(table["scenario"]) == {"one", "more"}
    assert list(table.loc[table["role"] == "primary", "measure"])[:2] == [
        "persons_served", "handover_to_coach_p95",
    ]  # fmt: skip
    values = pd.read_parquet(out / "replications.parquet")
    assert set(values["scenario"]) == {"small", "one", "more"}
    assert sorted(values["replication"].unique()) == [1, 2, 3, 4]
    assert {file.stem for file in (out / "plots").glob("*.png")} == {"differences", "series-one", "series-more"}
    content = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (content["base"], content["replications"], content["status"]) == ("small", 4, "complete")
    assert load(out / "scenarios" / "one.toml") == load(folder / "one.toml")


def test_with_an_ensemble_intervals_carry_doubt_about_values_and_say_so(folder: Path) -> None:
    """Draws vary people per day and staff: both alternatives take them, but the staff that a scenario changes itself
    stay.
    """
    people, staff = "ports.gongbei.regimes.all.people_per_day", "pools.gongbei.headcount_factor"
    base = {people: (30.0,), staff: (1.0,)}
    source = Source("small", "0" * 64, 1, "1" * 16, base=base)
    draws = [{people: 20.0, staff: 0.5}, {people: 60.0, staff: 0.75}]
    write_ensemble(folder / "ensemble.parquet", draws, source)
    out = folder / "out"
    words = ["compare", str(folder / "one.toml"), "--ensemble", str(folder / "ensemble.parquet"), "--replications", "4"]
    assert main([*words, "--workers", "1", "--engine", "simpy", "--no-plots", "--out", str(out)]) == 0
    answers = (out / "answers.md").read_text(encoding="utf-8")
    assert "they tell chance and doubt about 2 values" in answers
    written = staff.replace("_", "\\_")  # text is data in a page: nothing in it is Markdown
    assert f"{written} = 0.25: fixed, against values from 0.5 to 0.75" in answers
    values = pd.read_parquet(out / "replications.parquet").set_index(["scenario", "measure", "place", "replication"])
    for name, file, own in (("small", "small.toml", draws[1]), ("one", "one.toml", {people: 60.0})):
        expected = run_one(Job(changed(load(folder / file), own), seed=1), 2).measures.values  # noqa: PD011
        staff_days = next(row.value for row in expected if row.measure == "staff_days")
        assert values.loc[name, "staff_days", "all", 2]["value"] == staff_days


def test_fewer_staff_lengthen_the_wait_for_staff_and_more_coaches_no_wait(folder: Path) -> None:
    """direction: for the same travellers, replication by replication, means over people."""
    results = compared(*(load(folder / f"{name}.toml") for name in ("small", "one", "more")), n=8).results
    base, one, _ = (each.cells["wait_registration_mean", "gongbei"] for each in results)
    assert (one > base).all()
    base, _, more = (each.cells["wait_coach_mean", "gongbei"] for each in results)
    assert (more <= base).all()
