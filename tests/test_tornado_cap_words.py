"""What tornados and caps say when something is missing, repeated or certain, what they refuse, and their pictures."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import cast

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import test_tornado_cap as known
from cli_case import SMALL, write_small
from matplotlib.patches import Rectangle
from test_compare_words import HOURS, QUIET, TARGET, broken, run_tables

from sim import load
from sim.cli import main
from sim.commands.cap import search as caps
from sim.commands.cap.command import sentences
from sim.commands.tornado import command as tornado_command
from sim.commands.tornado import pictures as tornado_picture
from sim.commands.tornado.plan import ends_of, tornado
from sim.drawing.tables import Panel, Picture, Skipped
from sim.numbers.verdicts import Judged, replications_for_verdicts
from sim.runs.executors import SerialExecutor


def cap_of(monkeypatch: pytest.MonkeyPatch, folder: Path, end: float, fresh: float | None = None) -> caps.Cap:
    """A search in which the target holds up to a known factor."""
    monkeypatch.setattr(known._Known, "ends", (end, end if fresh is None else fresh))
    runner = known._Known(known.question(folder), known.SETTINGS, SerialExecutor())
    return caps._found(runner)


def test_a_target_that_always_or_never_holds_has_no_cap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The search doubles to 32 times the arrivals, or halves to a 32nd, and says that it found no end."""
    always = cap_of(monkeypatch, tmp_path, math.inf)
    assert [tried.factor for tried in always.tried if tried.part == "search"] == [1, 2, 4, 8, 16, 32]
    told = list(sentences(always, known.question(tmp_path)))
    assert told[0].endswith("holds at every factor tried, up to 32 times the arrivals: something else must give first.")
    assert len(told) == 2
    assert told[1].startswith("Found by bisection on 40 replications")
    never = cap_of(monkeypatch, tmp_path, 0.0)
    assert [tried.factor for tried in never.tried if tried.part == "search"][-1] == 1 / 32
    told = list(sentences(never, known.question(tmp_path)))
    assert "holds at no factor tried, down to 0.0312 times the arrivals" in told[0]
    assert never.factor is None
    assert not never.contradicted


def test_a_search_that_fresh_runs_contradict_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Fresh runs hold to 0.5 only, far below 1.5: no factor is told, and the command ends with exit code 1."""
    got = cap_of(monkeypatch, tmp_path, 1.5, 0.5)
    told = next(sentences(got, known.question(tmp_path)))
    assert told.startswith("The search found 1.5, but fresh replications do not confirm it")
    monkeypatch.setattr(caps, "find_cap", lambda *_: got)
    words = ["cap", str(tmp_path / "small.toml"), "--target", "quick", *QUIET, "--json", "--out", str(tmp_path / "o")]
    words += ["--replications", "5"]
    assert main(words) == 1
    document = json.loads(capsys.readouterr().out)
    assert (document["factor"], document["verified"], document["folder"]) == (None, False, str(tmp_path / "o"))
    assert document["answer"][0] == told


def test_when_no_single_limit_helps_nothing_gives_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By hand: beyond the cap 10 of 40 runs meet the target whatever is lifted; the list of sites is used up in 7."""
    got = cap_of(monkeypatch, tmp_path, 1.5)
    assert got.beyond is not None
    alike = tuple(
        replace(tried, met=10, flags=got.beyond.flags) if tried.part == caps.LIFTED else tried for tried in got.tried
    )
    got = replace(got, tried=alike, beyond=replace(got.beyond, used_up=7))
    told = list(sentences(got, known.question(tmp_path)))
    assert told[1] == "That is 45 people every day and not 30."
    assert told[2].startswith(
        "No single resource can be said to give first: at 1.51 times the arrivals 10 of 40 replications"
    )
    assert told[2].endswith("without limit of hotel rooms 10 of 40; coaches 10 of 40; staff (gongbei) 10 of 40.")
    assert told[3] == "At 1.51 times the arrivals the list of sites is used up in 7 of 40 replications."


def test_factors_that_are_verified_stay_above_nobody() -> None:
    """By hand: with a precision of a half the steps down are 2, 1, then nothing is left."""
    assert list(caps._downwards(2.0, 0.5)) == [2.0, 1.0]
    assert len(list(caps._downwards(2.0, 0.02))) == caps.STEPS_DOWN


def test_no_number_of_runs_shows_a_target_for_all_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words, exit code 2: a share of 1 is reached by no lower end of an interval."""
    file = write_small(tmp_path, SMALL + TARGET + "share_of_runs = 1.0\n")
    assert main(["cap", str(file), "--target", "quick", "--out", str(tmp_path / "out")]) == 2
    assert capsys.readouterr().err == (
        "--target quick: share_of_runs is 1, and no number of replications can show that; ask for less\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_tornado_without_headlines_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words, exit code 2: what line to add."""
    file = write_small(tmp_path, SMALL + '\n[ranges]\n"stay.days" = [1.0, 3.0]\n')
    assert main(["tornado", str(file), "--out", str(tmp_path / "out")]) == 2
    hint = 'headlines = ["persons_served", "sites_opened"]'
    assert capsys.readouterr().err == f"{file}: names no measure; add a line such as {hint}\n"


def test_a_tornado_as_json_has_each_end_and_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three ranges have six ends; two headlines: twelve rows; one target at six ends; no picture was asked for."""
    file, out = write_small(tmp_path, known.text()), tmp_path / "out"
    words = ["tornado", str(file), *QUIET, "--no-plots", "--out", str(out)]
    assert main([*words, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (len(document["ends"]), len(document["targets"])) == (12, 6)
    assert not (out / "plots").exists()
    assert main([*words, "--force"]) == 0
    assert capsys.readouterr().out == f"{out}\n"


def test_an_end_at_which_every_run_fails_ends_the_tornado(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 and nothing written: a bar that is missing would look like one that does not matter."""
    file, out = write_small(tmp_path, known.text()), tmp_path / "out"
    broken(monkeypatch, "Two hotels for three days")
    assert main(["tornado", str(file), *QUIET, "--out", str(out)]) == 1
    assert "RuntimeError: broken on purpose; nothing was written" in capsys.readouterr().err
    assert not out.exists()


def test_targets_of_a_tornado_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: no end turns the target round; five are not certain, and where three are named two are left; with one
    the list of sites is used up.
    """
    scenario = load(write_small(tmp_path, known.text()))
    done = tornado(scenario, ends_of(scenario), replace(known.SETTINGS, replications=3))
    holds, open_ = Judged(20, 20, 0.5), Judged(5, 20, 0.2)
    unsure = [replace(flip, base=holds, end=open_) for flip in done.flips[:5]]
    done = replace(done, flips=(*unsure, replace(done.flips[5], base=holds, end=holds)))
    monkeypatch.setattr(tornado_command, "SHOWN", 3)
    told = list(tornado_command.target_lines(scenario, done))
    assert told[1] == "  No assumption in its range changes that for certain."
    three = "ports.*.coaches = 1; ports.*.coaches = 5; coaches.hold_minutes = 20.0"
    assert told[2] == f"  Not certain with {three}; 2 more: more --replications would tell."
    few = replace(done, flips=tuple(replace(flip, base=Judged(6, 6, 0.5)) for flip in done.flips))
    told = list(tornado_command.target_lines(scenario, few))
    assert told[2] == f"  Not certain with {three}; 2 more: that it holds there takes --replications 7 at least."
    done.compared.results[2].used_up = 1
    told = list(tornado_command.target_lines(scenario, done))
    assert told[-1] == (
        "The list of sites is used up in some replications with ports.*.coaches = 5: there its rooms are a lower limit."
    )


def test_a_headline_without_values_has_no_bar(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is ever short of a room here, so the wait for one has no value: its panel stays empty, others do not."""
    asked = known.text().replace('"persons_served", ', '"detection_day_mean", ')
    file, out = write_small(tmp_path, asked), tmp_path / "out"
    assert main(["tornado", str(file), *QUIET[:-1], "--out", str(out)]) == 0
    assert set(pd.read_csv(out / "tornado.csv")["measure"]) == {"handover_to_coach_mean"}
    assert (out / "plots" / "tornado.png").is_file()
    assert "detection" not in capsys.readouterr().out


def test_long_values_are_only_named() -> None:
    """words: a list of many numbers would fill a label."""
    assert tornado_command._words([1, 2], "low") == "1, 2"
    assert tornado_command._words(list(range(99)), "low") == "one list"
    assert tornado_command._words(list(range(99)), "high") == "another list"


def test_a_range_that_is_about_nothing_has_no_ends(tmp_path: Path) -> None:
    """A range of coaches at all ports with a star still has them; one of a pool that no table names is left out."""
    scenario = load(write_small(tmp_path, known.text()))
    assert {end.path for end in ends_of(scenario)} == {"ports.*.coaches", "coaches.hold_minutes", "stay.days"}
    without = scenario.model_copy(update={"coaches": None})
    assert {end.path for end in ends_of(without)} <= {"ports.*.coaches", "stay.days"}


def bars(*differences: float) -> pd.DataFrame:
    """One bar to the high end of each of some assumptions, in the first panel."""
    return pd.DataFrame({
        "panel": 0, "path": [f"a.{i}" for i in range(len(differences))], "side": "high", "value": "2",
        "difference": differences, "low": differences, "high": differences,
    })  # fmt: skip


def test_a_picture_without_bars_is_left_out() -> None:
    """words: why there is no picture."""
    nothing = tornado_picture.Bars((), bars())
    drawn = tornado_picture.draw(run_tables(HOURS), nothing)
    assert drawn == Skipped("no end of a range has a value of a headline measure")


def test_bars_that_have_one_end_or_no_length() -> None:
    """By hand: three bars of 2, 1 and 0 in the first panel; the longest leads, the one without length is not drawn; the
    second panel, of a measure without values, stays empty.
    """
    panels = (Panel("waits", "minutes", "3"), Panel("rooms", "rooms", "?"))
    picture = tornado_picture.draw(run_tables(HOURS), tornado_picture.Bars(panels, bars(1.0, -2.0, 0.0)))
    assert isinstance(picture, Picture)
    full, empty = picture.figure.axes
    assert [cast(Rectangle, bar).get_width() for bar in full.patches] == [-2.0, 1.0]
    assert len(empty.patches) == 0
    assert "What matters most for waits: a.1" in picture.figure.texts[0].get_text()
    moved = tornado_picture.Bars(panels, bars(1.0).assign(panel=1))
    picture = tornado_picture.draw(run_tables(HOURS), moved)
    assert isinstance(picture, Picture)
    assert "What matters most for rooms: a.0" in picture.figure.texts[0].get_text()
    plt.close("all")


def test_no_bar_ends_before_its_number_says() -> None:
    """By hand: a bar of 1,260 beside ones of 30, 14 and 2: all have their true length on an axis that holds the
    longest, and each has its number beside it. Where bars are alike there are no numbers.
    """
    panels = (Panel("waits", "minutes", "3"),)
    lengths = [1260.0, -30.0, 14.0, 2.0, 1.0]
    picture = tornado_picture.draw(run_tables(HOURS), tornado_picture.Bars(panels, bars(*lengths)))
    assert isinstance(picture, Picture)
    (axes,) = picture.figure.axes
    assert [cast(Rectangle, bar).get_width() for bar in axes.patches] == lengths
    assert axes.get_xlim()[0] < -30
    assert axes.get_xlim()[1] > 1260
    assert [text.get_text() for text in axes.texts] == ["+1,260", "−30", "+14", "+2", "+1"]
    alike = tornado_picture.draw(run_tables(HOURS), tornado_picture.Bars(panels, bars(3.0, -2.0, 2.0, 1.0)))
    assert isinstance(alike, Picture)
    assert not alike.figure.axes[0].texts
    plt.close("all")


def test_what_is_too_many_is_told_on_what_is_borne(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By hand: with a cap of half the arrivals the arrivals are 100 % too many, not 50 %; with 97.9 against 52.0 a day
    (the case `district`) 88.3 %. 30 people on each of three days are 15 at the cap.
    """
    got = cap_of(monkeypatch, tmp_path, 0.51)
    assert got.factor is not None
    told = list(sentences(replace(got, factor=0.5), known.question(tmp_path)))
    assert told[0].endswith("only with 0.5 times as many: today's are 100 % too many.")
    assert told[1] == "That is 15 people every day and not 30."
    told = list(sentences(replace(got, factor=52.0 / 97.9), known.question(tmp_path)))
    assert told[0].endswith("today's are 88.3 % too many.")
    told = list(sentences(replace(got, factor=1.5), known.question(tmp_path)))
    assert told[0].endswith("headroom 50 %.")


def test_a_surge_does_not_hide_behind_its_mean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """By hand: 30 a day, and 60 more on 4 March: at half of that 15 on a usual day and 45 on the busiest."""
    got = cap_of(monkeypatch, tmp_path, 0.51)
    question = known.question(tmp_path)
    days = (("surge", "2020-03-04", 90.0), ("after", "2020-03-05", 30.0))
    regimes = [
        f'ports.gongbei.regimes.{name}={{kind="rate", from_day={day}, people_per_day={people}}}'
        for name, day, people in days
    ]
    surge = load(tmp_path / "small.toml", overrides=regimes)
    told = list(sentences(replace(got, factor=0.5), replace(question, scenario=surge)))
    assert told[1] == (
        "That is 15 people on a usual day (median) and 45 on the busiest, 4 March, not 30 and 90; on average 25 a day "
        "and not 50."
    )


def test_replications_of_nobody_s_choice_can_tell_a_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """theory: with 6 ends and a share of 0.95 it takes log(0.05 / 6) / log(0.95) = 93.3, so 94, more than the default
    of 40; who asks for 8 is told so before the runs.
    """
    asked = known.text().replace("share_of_runs = 0.5", "share_of_runs = 0.95")
    file, out = write_small(tmp_path, asked), tmp_path / "out"
    assert main(["tornado", str(file), "--replications", "8", "--workers", "1", "--no-plots", "--out", str(out)]) == 0
    assert (
        "warning: 8 replications can not make it certain that target quick holds at an end of a range: with 6 ends at "
        "least 94 are needed"
    ) in " ".join(capsys.readouterr().err.split())
    shares = [target.share_of_runs for target in load(file).targets.values()]
    assert replications_for_verdicts(shares, 6) == 94
    assert replications_for_verdicts([]) == replications_for_verdicts([1.0]) == 1


def test_a_quiet_cap_says_where_its_results_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on stdout, nothing on stderr."""
    file, out = write_small(tmp_path, known.text()), tmp_path / "out"
    words = [
        "cap",
        str(file),
        "--target",
        "quick",
        "--precision",
        "0.5",
        *QUIET,
        "--replications",
        "5",
        "--out",
        str(out),
    ]
    assert main(words) in (0, 1)
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{out}\n", "")


def test_a_third_measure_leaves_no_empty_panel_and_long_names_are_cut() -> None:
    """Two panels in a row: of four places the last is removed. A name that is too long
    has two lines, with both ends of the range."""
    panels = tuple(Panel(name, "minutes", "3") for name in ("waits", "rides", "stays"))
    long = "a port with a very long name: people a day at the end"
    picture = tornado_picture.draw(run_tables(HOURS), tornado_picture.Bars(panels, bars(1.0).assign(path=long)))
    assert isinstance(picture, Picture)
    assert len(picture.figure.axes) == 3
    label = picture.figure.axes[0].get_yticklabels()[0].get_text()
    assert label.startswith("a port with a very long")
    assert label.count("\n") == 1
    plt.close("all")
