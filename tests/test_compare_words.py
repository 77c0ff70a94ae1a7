"""What comparisons say when something is missing, repeated or certain, what they refuse, and their pictures."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from cli_case import SMALL, write_small

from sim import load
from sim.cli import main
from sim.commands.compare import answers
from sim.commands.compare.answers import Change, TargetRow, changes, targets
from sim.commands.compare.pictures import draw_series
from sim.commands.compare.pictures import forest as compare_forest
from sim.commands.compare.plan import cells_of, read_all
from sim.drawing.page import keep_picture, picture_style
from sim.drawing.tables import Panel, Picture, RunTables, Skipped
from sim.measures.registry import measure_words, place_words
from sim.runs import chunk_runner
from sim.runs.alternatives import (
    Alternative,
    AlternativeResult,
    Compared,
    ComparisonSettings,
    Difference,
    compare,
    differences,
)
from sim.runs.chunk_runner import Where, opened
from sim.runs.job import chosen, run_one
from sim.scenario.tables.schema import Scenario, Target
from sim.shell.errors import BadInput
from sim.shell.sentences import difference_words, pair_words, sentence
from sim.words.say import common_unit, number

QUIET = ("--replications", "3", "--workers", "1", "--engine", "simpy", "--quiet")
TARGET = '\n[targets.quick]\nmeasure = "within_limit_share"\nat_least = 0.9\n'
ONE = """\
extends = "small.toml"
title = "One of four"
remark = "A   long\\nremark"
pools.gongbei.headcount_factor = 0.25
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_small(tmp_path, SMALL + TARGET)
    (tmp_path / "one.toml").write_text(ONE, encoding="utf-8")
    return tmp_path


def result(scenario: Scenario, name: str = "one", **cells: list[float]) -> AlternativeResult:
    """An alternative with these values of measures of the whole district."""
    values = {(measure, "all"): np.array(column) for measure, column in cells.items()}
    return AlternativeResult(Alternative(name, scenario), values, dict.fromkeys(cells, "people"))


def answer(of: AlternativeResult, **changed: Any) -> answers.Answer:
    primary = (("received", "all"), ("unplaced", "all"))
    return answers.Answer(of, primary, changed.pop("rows", ()), changed.pop("targets", ()), (), None, **changed)


def test_an_answer_tells_what_limits_it(folder: Path) -> None:
    """By hand: the list of sites was used up in 2 of 3 runs, one failed; a measure without pairs says so; a target of
    which no run has a value is passed over; a remark is one paragraph.
    """
    base, one = load(folder / "small.toml"), load(folder / "one.toml")
    results = (result(base, "small", received=[1.0, 2.0, 3.0]), result(one, received=[2.0, 4.0, math.nan]))
    results[1].used_up, results[1].failed, results[0].used_up = 2, {3: "RuntimeError: broken"}, 1
    compared = Compared(results, 3, rerun=2)
    rows = tuple(differences(compared, results[1], [("received", "all")]))
    cells: dict[str, Any] = {**dict.fromkeys(TargetRow._fields, math.nan), "target": "quick", "n": 0}
    nothing = TargetRow(**cells)
    told = answers.page(
        compared, [answer(results[1], rows=rows, targets=(nothing,))], 7, tell="chance", pictures=["p.png"]
    )
    lines = told.splitlines()
    assert "In the base the list of sites was used up in 1 of 3 replications." in lines
    assert "![Differences of the scenarios from the base](p.png)" in lines
    assert (
        "The list of sites was used up in 2 of 3 replications: list more candidates before you trust its rooms."
        in lines
    )
    assert "1 of 3 replications failed and are left out; the first: RuntimeError: broken" in lines
    assert "A long remark" in lines
    assert "Changed (`one`): Nothing: this file says the same as the base." in lines
    assert lines[-1] == "2 of 6 replications were run again on SimPy: identical."
    assert "people not placed at the end: no replication has a value in both" in next(
        line for line in lines if line.startswith("**One of four")
    )
    assert "Target" not in told


def test_from_when_on_runs_differ_is_told(folder: Path) -> None:
    """words: never, from the beginning, from a moment on (8 hours and a day after 00:00 of 3 March)."""
    one = answer(result(load(folder / "one.toml")))
    told = [answers.first_difference(replace(one, differs_from=second)) for second in (None, 0, 32 * 3600)]
    assert told == [
        "The first replication is the same as in the base to the end; others may differ.",
        "The first replication differs from the base from the beginning.",
        "Until 2020-03-04 08:00 the first replication is the same as in the base.",
    ]


def test_long_lists_of_changes_are_cut(folder: Path) -> None:
    """Eight changes: six are named; the page of a scenario that changes nothing says so."""
    many = [Change("one", f"a.{i}", "1", "2") for i in range(8)]
    assert answers.changes_words(many).endswith("a.5: 1 → 2; and 2 more, see changes.csv")
    assert answers.changes_words(many[:6], "`{}`".format).endswith("`a.5`: 1 → 2")
    base = load(folder / "small.toml")
    regime = {"kind": "daily", "from_day": "2020-03-03", "values": {"2020-03-03": 3.0, "2020-03-04": 4.0}}
    daily = Scenario.model_validate({**base.model_dump(by_alias=True, exclude_none=True)} | {
        "ports": {"gongbei": {**base.ports["gongbei"].model_dump(exclude_none=True), "regimes": {"all": regime}}}
    })  # fmt: skip
    assert ("2 days" in {change.value for change in changes(base, daily, "daily")}) is True


def test_one_run_has_a_difference_and_no_interval(folder: Path) -> None:
    """By hand: 5 people and 8."""
    base = load(folder / "small.toml")
    results = (result(base, received=[5.0]), result(base, received=[8.0]))
    row = differences(Compared(results, 1, 0), results[1], [])[0]
    assert (
        sentence(row, base)
        == "people received: 8 people instead of 5 people (+3 people; one replication has no interval)"
    )


def row_of(base: float, value: float, half: float, unit: str = "people") -> Difference:
    """A row with a symmetric interval."""
    there = value - base
    ends = (there - half, there + half)
    return Difference("one", "received", "all", unit, "primary", "t", 30, base, value, there, *ends)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (row_of(1308.3, 1305.7, 1.0), ("1,305.7 people", "1,308.3 people")),  # -2.6 ± 1.0, and 1,306 - 1,308 = -2
        (row_of(1308.0, 1306.0, 0.3), ("1,306 people", "1,308 people")),
        (row_of(85.44, 82.46, 3.0), ("82 people", "85 people")),  # -3 ± 3: no decimals of people are earned
        (row_of(2132.2, 2128.0, 5.0, "rooms"), ("2,128 rooms", "2,132 rooms")),  # -4 ± 5
        (row_of(0.0, 615.4, 90.0, "rooms"), ("620 rooms", "0 rooms")),  # +620 ± 90
        (row_of(85.44, 82.46, 3.0, "minutes"), ("82.5 minutes", "85.4 minutes")),
        (row_of(0.0, 490.2, 3.0), ("490 people", "0 people")),
        (row_of(0.9943, 0.9600, 0.005, "share"), ("96 %", "99.4 %")),
    ],
)
def test_means_agree_with_their_difference(row: Difference, told: tuple[str, str]) -> None:
    """words, by hand: as many digits as it takes."""
    assert pair_words(row) == told
    value, base = (float(word.split()[0].replace(",", "")) for word in told)
    difference = difference_words(row).split(" ±")[0].replace("−", "-").replace(",", "")
    assert round(value - base, len(difference.partition(".")[2])) == pytest.approx(float(difference))


def test_targets_are_told_with_their_verdicts(folder: Path) -> None:
    """By hand: 23 of 30 are not 90 %, 30 of 30 are: missed against holds; the same verdict is told once."""
    base = load(folder / "small.toml")
    base = base.model_copy(update={"targets": {"rooms": Target(measure="received", at_most=5, share_of_runs=0.9)}})
    one = result(load(folder / "one.toml"), received=[5.0] * 23 + [6.0] * 7)
    compared = Compared((result(base, "small", received=[5.0] * 30), one), 30, rerun=0)
    rows = tuple(targets(compared, one))
    (told,) = answers.target_sentences(answer(one, targets=rows), base)
    assert told == (
        "Target “people received at most 5 people” in 90 % of replications: missed (23 of 30 meet it); in the base "
        "holds (30 of 30)"
    )
    alike = rows[0]._replace(base_verdict="missed", base_met=20)
    (told,) = answers.target_sentences(answer(one, targets=(alike,)), base)
    assert told.endswith("missed (23 of 30 meet it), as in the base (20 of 30)")


def test_places_are_told_by_name_or_id(folder: Path) -> None:
    """A name where there is one, words for places that only tables know, else the id; no number is a question mark."""
    base = load(folder / "small.toml")
    assert place_words(base, "gongbei") == "Gongbei"
    assert place_words(base, "yinhua") == "yinhua"
    assert place_words(base, "first_street_site") == "first street-level site"
    assert measure_words(base, "received", "yinhua").endswith(" (yinhua)")
    assert number(math.nan) == "?"


def test_shares_of_runs_are_tested_as_shares(folder: Path) -> None:
    """By hand, McNemar exact: 8 runs changed, all in one direction: p = 2 / 2^8."""
    base = load(folder / "small.toml")
    results = [AlternativeResult(Alternative(str(i), base), {("site_days_censored", "yinhua"): np.full(8, float(i))},
            {"site_days_censored": "share"}) for i in (0, 1)]  # fmt: skip
    row = differences(Compared(tuple(results), 8, 0), results[1], [("site_days_censored", "yinhua")])[0]
    assert row.p == pytest.approx(2 / 2**8)


def test_replications_of_the_compiled_engine_are_run_again(folder: Path) -> None:
    """As many as the rule says for two alternatives of five, and a worker pool of two gives the same values as none."""
    alternatives = [Alternative(name, load(folder / f"{name}.toml")) for name in ("small", "one")]
    settings = ComparisonSettings(5, 3, "compiled", series=False)
    done = compare(alternatives, settings)
    assert done.rerun == len(chosen(3, range(10)))
    assert compare(alternatives, replace(settings, rerun_some=False)).rerun == 0
    cell = ("handover_to_coach_mean", "gongbei")
    on_two = compare(alternatives, replace(settings, executor="local:2"))
    assert [each.cells[cell].tolist() for each in on_two.results] == [
        each.cells[cell].tolist() for each in done.results
    ]


def test_workers_that_are_broken_off_leave_the_error_as_it_is() -> None:
    """The first error is the one that is told."""
    with pytest.raises(ValueError, match="mine"), opened(Where("simpy")):
        raise ValueError("mine")


@pytest.mark.parametrize(
    ("patterns", "base", "message"),
    [
        (["small.toml"], "small.toml", "give at least one scenario that is not the base"),
        (["one.toml", "sub/one.toml"], "small.toml",
         "one: two files have this name; names must differ, because tables go by them"),
    ],
)  # fmt: skip
def test_scenarios_that_have_no_names_of_their_own_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, patterns: list[str], base: str, message: str
) -> None:
    """words."""
    (folder / "sub").mkdir()
    (folder / "sub" / "one.toml").write_text('extends = "../small.toml"\n', encoding="utf-8")
    monkeypatch.chdir(folder)
    with pytest.raises(BadInput, match=message):
        read_all(patterns, base, None)


def test_primary_measures_are_few_and_different(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both slips at once; exit code 2; with good ones the table has them as primary."""
    five = ["received", "diverted", "unplaced", "in_process", "received"]
    with pytest.raises(BadInput) as caught:
        cells_of(five, load(folder / "small.toml"), "--primary")
    assert str(caught.value).splitlines() == [
        "--primary: 5 measures; at most 4, because they are tested together", "--primary: each measure and place once",
    ]  # fmt: skip
    words = ["compare", str(folder / "one.toml"), *QUIET, "--no-plots", "--out", str(folder / "out")]
    assert main([*words, "--primary", "received", "--primary", "diverted@gongbei"]) == 0
    assert capsys.readouterr().out == f"{folder / 'out'}\n"
    table = pd.read_csv(folder / "out" / "differences.csv")
    primary = table[table["role"] == "primary"]
    assert sorted(zip(primary["measure"], primary["place"], strict=True)) == [
        ("diverted", "gongbei"),
        ("received", "all"),
    ]


def test_a_comparison_as_json_has_its_folder_and_answers(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One document on stdout and nothing else."""
    words = ["compare", str(folder / "one.toml"), *QUIET, "--no-plots", "--json", "--out", str(folder / "out")]
    assert main(words) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["folder"] == str(folder / "out")


def broken(monkeypatch: pytest.MonkeyPatch, title: str, *numbers: int) -> None:
    """Let replications of the scenario with this title fail; all of them unless some are named."""

    def run(job: Any, number: int) -> Any:
        if job.scenario.title == title and number in (numbers or (number,)):
            raise RuntimeError("broken on purpose")
        return run_one(job, number)

    monkeypatch.setattr(chunk_runner, "run_one", run)


def test_a_scenario_of_which_every_run_fails_ends_the_comparison(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1, the reason, nothing written; with one failure of three the comparison goes on and says so."""
    out = folder / "out"
    words = ["compare", str(folder / "one.toml"), *QUIET[:-1], "--no-plots", "--out", str(out)]
    broken(monkeypatch, "One of four")
    assert main(words) == 1
    assert "failed: one: RuntimeError: broken on purpose; nothing was written" in capsys.readouterr().err
    assert not out.exists()
    broken(monkeypatch, "One of four", 2)
    assert main(words) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "1 of 3 replications failed and are left out; the first: RuntimeError: broken on purpose" in shown


def test_a_picture_that_is_not_drawn_is_a_note_and_no_error(tmp_path: Path) -> None:
    """words: why it is missing, or that drawing failed."""

    def fails() -> Skipped:
        raise ValueError("no ink")

    assert keep_picture(tmp_path, "p", lambda: Skipped("nothing to see")) == ("picture p was not drawn: nothing to see")
    assert keep_picture(tmp_path, "p", fails) == "picture p failed: ValueError: no ink"
    assert list(tmp_path.iterdir()) == []


DAY = dt.date(2020, 3, 3)
HOURS = pd.DataFrame({"side": "base", "time": DAY, "quantity": "rooms_taken", "place": "all", "p5": 0.0, "p50": 0.0,
                      "p95": [0.0, 3.0]})  # fmt: skip


def run_tables(series: pd.DataFrame) -> RunTables:
    return RunTables("by hand", DAY, DAY, 3, 1, series)


def test_pictures_of_nothing_are_left_out() -> None:
    """words: why there is no picture."""
    tables = run_tables(HOURS[HOURS["p95"] == 0])
    forest = compare_forest.Forest((), (), pd.DataFrame({"difference": [np.nan]}))
    assert compare_forest.draw(tables, forest, "base") == Skipped("no scenario has a value of these measures")
    assert draw_series(tables, "one", "base") == Skipped("no scenario has a value of these measures")


def test_only_the_side_that_has_a_series_is_drawn() -> None:
    """Of rooms taken the base alone has rows: one line, one panel."""
    picture = draw_series(run_tables(HOURS), "one", "base")
    assert isinstance(picture, Picture)
    (panel,) = picture.figure.axes
    assert [line.get_ydata().tolist() for line in panel.lines] == [[0.0, 0.0]]
    plt.close("all")


def test_the_axis_of_a_forest_has_the_sides_that_there_are() -> None:
    """By hand: all to the right, all to the left, both; of 1, 1, 1, 1 and 100 the last is told as a number."""

    def limits(*differences: float) -> tuple[float, float]:
        marks = pd.DataFrame(
            {"row": range(len(differences)), "panel": 0, "place": 0, "difference": differences, "primary": True}
        )
        marks = marks.assign(low=marks["difference"], high=marks["difference"])
        panel = Panel("waits", "minutes", "3")
        names = tuple(f"s{i}" for i in range(len(differences)))
        picture = compare_forest.draw(run_tables(HOURS), compare_forest.Forest((panel,), names, marks), "base")
        assert isinstance(picture, Picture)
        plt.close("all")
        texts.append([text.get_text() for text in picture.figure.axes[0].texts])
        return picture.figure.axes[0].get_xlim()

    texts: list[list[str]] = []
    assert limits(1.0, 2.0) == pytest.approx((-0.3, 2.3))
    assert limits(-1.0, -2.0) == pytest.approx((-2.3, 0.3))
    assert limits(-2.0, 2.0) == pytest.approx((-2.3, 2.3))
    assert texts == [[], [], []]
    assert limits(1.0, 1.0, 1.0, 1.0, 100.0)[1] == pytest.approx(4.6)  # four times the typical one, and some room
    assert [text for text in texts[-1] if "100" in text]


def test_marks_of_two_places_stand_one_below_the_other() -> None:
    """The same difference at both ports: neither mark hides the other, and each has its name in the legend."""
    marks = pd.DataFrame({"row": 0, "panel": 0, "place": [0, 1], "difference": 1.0, "low": 0.9, "high": 1.1,
                          "primary": [True, False]})  # fmt: skip
    panel = Panel("waits", "minutes", "base:\nA 3 minutes\nB 4 minutes")
    long = "a name of a scenario that is too long for one line beside its row"
    forest = compare_forest.Forest((panel,), (long,), marks, ("Port A", "Port B"))
    picture = compare_forest.draw(run_tables(HOURS), forest, "base")
    assert isinstance(picture, Picture)
    panel_axes, legend_axes = picture.figure.axes
    heights = [line.get_ydata()[0] for line in panel_axes.lines if line.get_marker() in ("o", "s")]
    assert heights == pytest.approx([-0.22, 0.22])
    assert [text.get_text() for text in legend_axes.get_legend().get_texts()] == ["Port A", "Port B"]
    (name,) = (text.get_text() for text in panel_axes.get_yticklabels())
    assert name.replace("\n", " ") == long
    assert picture.data["place"].tolist() == ["Port A", "Port B"]


def test_a_measure_of_one_port_is_shown_at_the_others_too(folder: Path) -> None:
    """One headline at one of two ports: a panel with both; a measure of no port has its own mark."""
    port = SMALL[SMALL.index("[ports.gongbei]") : SMALL.index("[pools")]
    bridge = port.replace("[ports.gongbei]", "[ports.bridge]").replace("Gongbei", "Bridge")
    rides = SMALL.replace("ride_minutes = { ", "ride_minutes = { bridge = 25.0, ")
    write_small(folder, rides + TARGET + bridge)
    words = ["compare", str(folder / "one.toml"), "--replications", "2", "--workers", "1", "--engine", "simpy"]
    names = ["--primary", "received@gongbei", "--primary", "persons_served"]
    assert main([*words, *names, "--out", str(folder / "both"), "--quiet"]) == 0
    drawn = pd.read_csv(folder / "both" / "plots" / "differences.csv")
    assert set(drawn.loc[drawn["measure"] == "people received", "place"]) == {"Gongbei", "Bridge"}
    assert set(drawn.loc[drawn["measure"] == "people served", "place"]) == {"not by port"}


def test_minutes_of_one_picture_have_one_unit() -> None:
    """By hand: 600 minutes alone are told in hours, beside 3 minutes in minutes; shares are in per cent either way."""
    assert common_unit("minutes", [600.0, 700.0]) == (1 / 60, "hours", "hours")
    assert common_unit("minutes", [600.0, 3.0]) == (1.0, "minutes", "minutes")
    assert common_unit("share", [0.9]) == (100.0, "%", "points")


def test_the_base_is_seen_under_a_scenario_that_does_not_differ() -> None:
    """Two equal sides: the base's line is the wider one and below, and the panel's title says that they are the same;
    with another band of the scenario it does not.
    """
    both = pd.concat([HOURS, HOURS.assign(side="scenario")], ignore_index=True)
    titles = []
    for series in (both, both.assign(p95=[0.0, 3.0, 0.0, 4.0])):
        with picture_style():
            picture = draw_series(run_tables(series), "one", "base")
        assert isinstance(picture, Picture)
        (panel,) = picture.figure.axes
        titles.append(panel.get_title(loc="left"))
        below, above = panel.lines
        assert below.get_linewidth() > 2 * above.get_linewidth()
    assert titles == ["rooms taken: the same", "rooms taken"]


def test_the_screen_of_a_comparison_tells_all_that_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: a measure without values, runs that were run again, a picture that could not be drawn."""

    def fails(*_: Any) -> Any:
        raise ValueError("no ink")

    monkeypatch.setattr(compare_forest, "draw", fails)
    words = ["compare", str(folder / "one.toml"), "--replications", "3", "--workers", "1", "--engine", "compiled"]
    assert main([*words, "--primary", "detection_day_mean", "--out", str(folder / "out")]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "no replication has a value in both" in shown
    assert "picture differences failed: ValueError: no ink" in shown
    again = json.loads((folder / "out" / "manifest.json").read_text(encoding="utf-8"))["run_again_on_simpy"]["runs"]
    assert f"{again} of 6 replications were run again on SimPy: identical." in shown
    assert 0 < again < 6


def test_a_third_series_leaves_no_empty_panel() -> None:
    """Rooms, open sites and guests: three panels, the fourth place is removed."""
    three = pd.concat([HOURS.assign(quantity=name) for name in ("rooms_taken", "sites_open", "guests_present")])
    picture = draw_series(run_tables(three), "one", "base")
    assert isinstance(picture, Picture)
    assert len(picture.figure.axes) == 3
    plt.close("all")


def room_row(scenario: str, measure: str, unit: str, base: float, value: float) -> Difference:
    """A difference without chance."""
    by = value - base
    return Difference(scenario, measure, "all", unit, "descriptive", "t", 3, base, value, by, by, by)


def test_fewer_rooms_taken_are_no_saving_where_people_wait_for_rooms(folder: Path) -> None:
    """words: a rule that blocks rooms takes 153 fewer; what is needed and how often people wait comes first. With
    rooms for all, nothing is added.
    """
    one = load(folder / "one.toml")
    taken = room_row("one", "rooms_occupied_max", "rooms", 1266.0, 1113.0)
    needed = room_row("one", "rooms_needed", "rooms", 2120.0, 2120.0)
    primary = (("rooms_occupied_max", "all"),)
    for share, short in ((0.91, True), (0.0, False)):
        waits = room_row("one", "no_room_share", "share", 0.0, share)
        told = answers.answer_sentence(answers.Answer(result(one), primary, (taken, needed, waits), (), (), None))
        assert told.startswith("people wait for rooms") is short
        if short:
            assert told.index("2,120 rooms") < told.index("91 %") < told.index("1,113 rooms")
