"""Lines of the screens that a usual run does not show: precision not reached, no bottleneck, large sums."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cli_case import SMALL, write_small

from sim import words as labels
from sim.cli import main
from sim.commands.run import screen as screen_run
from sim.commands.run.asked import Drawing, Finished
from sim.measures.people import MEASURE_OF
from sim.numbers.statistics import Interval
from sim.runs.job import Job
from sim.runs.precision import Goal, Reached
from sim.runs.replicate import Replicated, replicate
from sim.scenario import Reading, read
from sim.shell import options as common
from sim.words.screens import SCREEN

ROOT = Path(__file__).parents[1]
COSTS = "\n[costs]\nroom_night = 400.0\nstaff_day = 500.0\ncoach_trip = 800.0\ntest = 180.0\n"


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read(write_small(tmp_path_factory.mktemp("small"), SMALL + COSTS))


@pytest.fixture(scope="module")
def done(reading: Reading) -> Replicated:
    """Two runs."""
    return replicate(Job(scenario=reading.scenario, seed=1), 2)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")


def screen(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str], reported: pd.DataFrame | None = None
) -> dict[str, str]:
    """Text of the screen by label; lines without a label belong to the one above."""
    none = pd.DataFrame(columns=["measure", "place", "within"])
    finished = Finished(Path("r"), done, none if reported is None else reported, {}, Drawing(), ())
    screen_run.print_screen(finished, reading, seed=1)
    found: dict[str, str] = {}
    label = ""
    for line in capsys.readouterr().out.splitlines():
        match = re.match(r"([A-Z][a-z]*(?: [a-z]+)?|)  +(\S.*)", line)
        if match:
            label = match[1] or label
            found[label] = f"{found.get(label, '')} {match[2]}".strip()
    return found


def test_a_run_that_stops_at_the_cap_says_so_and_what_is_too_wide(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: the issue asks that the cap is said. By hand: 90 ± 18 is 20 % of the mean."""
    wide = Reached(Goal("received", "all", 0.05), Interval(2, 90.0, 72.0, 108.0))
    sharp = Reached(Goal("sites_opened", "all", 0.1, relative=False), Interval(2, 2.0, 2.0, 2.0))
    told = screen(replace(done, reached=(wide, sharp)), reading, capsys)["Precision"]
    assert told == (
        "stopped at 2 replications, the most that are made; still too wide: people received, all together "
        "(20 % of the mean; 5 % wanted)"
    )
    told = screen(replace(done, reached=(wide,), numbers=range(1, 31)), reading, capsys)["Precision"]
    assert told.startswith("interrupted after 2 replications; still too wide: people received, all together")
    told = screen(replace(done, reached=(sharp,)), reading, capsys)["Precision"]
    assert told == "2 replications were enough for: sites opened, all together (± 0; ± 0.1 wanted)"
    empty = Reached(Goal("detected", "all", 0.05), Interval(0, math.nan, math.nan, math.nan))
    told = screen(replace(done, reached=(empty,)), reading, capsys)["Precision"]
    assert told == "no replication has a value of: detected@all"


def waiting(done: Replicated, hours: dict[str, float]) -> Replicated:
    """The runs with these hours of waiting in each."""
    table = done.replications[~done.replications["measure"].isin(MEASURE_OF.values())]
    rows = [
        (n, measure, "all", "person-hours", hours.get(name, 0.0))
        for n in done.finished
        for name, measure in MEASURE_OF.items()
    ]
    return replace(done, replications=pd.concat([table, pd.DataFrame(rows, columns=list(table.columns))]))


def test_a_bottleneck_that_is_none_to_speak_of_is_called_so(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: 1 of 100 hours is registration, 99 are the rule that a coach waits; then nobody waits for anything."""
    told = screen(waiting(done, {"registration": 1.0, "coach_filling": 99.0}), reading, capsys)["Bottleneck"]
    assert told.startswith("none to speak of; most is staff of the points, for registration: 1 % of hours waited")
    assert told.endswith("first in 2 of 2; coaches filling 99 %")
    told = screen(waiting(done, {"coach_filling": 99.0}), reading, capsys)["Bottleneck"]
    assert told == "nobody waits for staff, rooms or coaches"


def test_costs_are_told_in_yuan_and_large_ones_in_millions(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: parts in the unit of the sum, the largest first."""
    told = screen(done, reading, capsys)["Cost"]
    assert re.fullmatch(r"[\d,]+ ± [\d,]+ yuan: .*", told)
    cost = done.summary["measure"].str.startswith("cost_")
    larger = done.summary.copy()
    larger.loc[cost, ["mean", "half_width", "low", "high"]] *= 1_000
    told = screen(replace(done, summary=larger), reading, capsys)["Cost"]
    assert re.fullmatch(r"[\d.]+ ± [\d.]+ million yuan: rooms [\d.]+ \(in all 2\), .*", told)


def test_figures_that_no_run_has_are_open(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: one within, one missed, one without a value."""
    rows: list[tuple[Any, ...]] = [("received", "all", True), ("sites_opened", "all", False), ("detected", "all", None)]
    told = screen(done, reading, capsys, pd.DataFrame(rows, columns=["measure", "place", "within"]))["Reported"]
    assert told == "1 of 2 within tolerance; missed: sites opened; 1 can not be judged"
    rows = [("staff_needed_mean", "all", False), ("received", "all", False), ("staff_needed_max", "all", False)]
    told = screen(done, reading, capsys, pd.DataFrame(rows, columns=["measure", "place", "within"]))["Reported"]
    assert told == "0 of 3 within tolerance; missed: staff needed (2); people received"
    rows = [
        ("received", "all", True, "identity"),
        ("sites_opened", "all", False, "held_out"),
        ("detected", "all", True, "held_out"),
    ]
    table = pd.DataFrame(rows, columns=["measure", "place", "within", "role"])
    assert screen(done, reading, capsys, table)["Reported"].startswith("2 of 3 met (held out: 1 of 2); missed:")


def test_the_screen_says_what_the_model_and_the_scenario_leave_out(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: the same line for every scenario, and how many steps this one leaves out."""
    told = screen(done, reading, capsys)["Left out"]
    n = len(reading.steps_left_out)
    assert told == f"{SCREEN['left_out.text']}; {n} steps of this scenario, see qcap check"
    one = screen(done, replace(reading, steps_left_out=("x",)), capsys)["Left out"]
    assert one.endswith("; 1 step of this scenario, see qcap check")
    assert screen(done, replace(reading, steps_left_out=()), capsys)["Left out"] == SCREEN["left_out.text"]


def test_rooms_that_were_missing_are_told(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: 60 ± 2 taken, waits on half of the days; 120 ± 4 needed are told first, 65 ± 4 are no more than chance
    leaves open.
    """
    row = done.summary[(done.summary["measure"] == "rooms_occupied_max") & (done.summary["place"] == "all")]
    taken = row.assign(mean=60.0, low=58.0, high=62.0)
    waits = done.summary["measure"] == "no_room_share"
    some = done.summary.assign(**{name: done.summary[name].mask(waits, 0.5) for name in ("mean", "low", "high", "p50")})
    for mean, told in ((120.0, True), (65.0, False)):
        needed = row.assign(measure="rooms_needed", mean=mean, low=mean - 4, high=mean + 4)
        summary = pd.concat([some.drop(row.index), taken, needed])
        rooms = screen(replace(done, summary=summary), reading, capsys)["Rooms"]
        assert ("needed" in rooms) == told, rooms
        if told:
            assert rooms.index("120 ± 4 needed") < rooms.index("60 ± 2 taken")


def test_a_site_that_is_never_closed_is_told(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: the small case closes no site: no days are told, which would be those until the hard stop. In one of
    the two runs: it is said beside the days; in none: nothing is.
    """
    told = screen(done, reading, capsys)["Sites"]
    assert "first street-level site: still open at the end, " in told
    assert "days" not in told
    summary = done.summary.copy()
    for share, ending in ((0.5, "guests; still open at the end in 1 of 2 replications"), (0.0, "guests")):
        summary.loc[summary["measure"] == "site_days_censored", "mean"] = share
        told = screen(replace(done, summary=summary), reading, capsys)["Sites"]
        assert "first street-level site: open " in told
        assert told.endswith(ending)


def test_a_run_with_an_ensemble_says_that_intervals_carry_doubt(
    done: Replicated, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: the note of the screen is that of the table."""
    none = pd.DataFrame(columns=["measure", "place", "within"])
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, labels.CHANCE_ONLY),
        ({"ensemble": {"values": 2, "rules": 3}}, "chance and doubt about 2 values and 3 rules"),
    )
    for manifest, words in cases:
        screen_run.print_screen(Finished(Path("r"), done, none, manifest, Drawing(), ()), reading, seed=1)
        assert f"both tell {words}; " in capsys.readouterr().out


def test_check_says_when_there_is_nothing_to_look_at_and_when_nobody_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """words: a textbook case contradicts nothing; a pool of fixed posts only has nobody for tasks; one core is one."""
    monkeypatch.setattr(common, "cores", lambda: 1)
    assert main(["check", str(ROOT / "scenarios" / "textbook" / "loss.toml")]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "Look at nothing: no values contradict each other" in text
    assert "(1 core, engine " in text
    assert main(["check", str(write_small(tmp_path)), "--set", "pools.gongbei.fixed_posts=4"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "gongbei: nobody is there for tasks" in text
    assert "gongbei: nobody ever serves: its largest shift has 4 people and 4 fixed posts" in text


@pytest.mark.parametrize("columns", ["80", "109", "110"])
def test_values_are_a_table_where_there_is_room_and_a_list_where_not(
    columns: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """words: path, value, unit and source in either; a source is not told twice in a row."""
    monkeypatch.setenv("COLUMNS", columns)
    text = SMALL + '\n[provenance]\n"pools" = "assumed: as in the plan of the port"\n'
    assert main(["check", str(write_small(tmp_path, text)), "--values"]) == 0
    out = capsys.readouterr().out
    assert ("pools.gongbei.headcount = 4" in out) == (columns != "110")
    assert "assumed: as in" in out
    assert "as above" in out
