"""The screens of `qcap check` and `qcap run`: what they say, and that they can be read anywhere."""

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cli_case import SMALL, qcap, write_small

from sim.cli import main
from sim.numbers.statistics import Interval
from sim.words.say import mean_words, number

ROOT = Path(__file__).parents[1]
RAN = 0
TARGETS = """
[targets.rooms]
measure = "no_room_share"
at_most = 0.05
[targets.fast]
measure = "within_limit_share"
place = "gongbei"
at_least = 1.0
"""
RUN = ("run", "small.toml", "--workers", "1", "--no-plots", "--out", "r", "--force")


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    write_small(tmp_path, SMALL + TARGETS)


def labels_of(out: str) -> list[str]:
    """Labels of the lines of a screen, in order."""
    return [match[1] for line in out.splitlines() if (match := re.match(r"([A-Z][a-z]*(?: [a-z]+)?)  +\S", line))]


def test_the_screen_of_a_run_tells_everything_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    """words: the labels of the issue, and numbers equal to those of summary.csv with the digits they earn."""
    assert main([*RUN, "--replications", "8"]) == RAN
    out = capsys.readouterr().out
    assert labels_of(out) == [
        "People", "Rooms", "Sites", "Waits", "Staff", "Bottleneck", "Overnight", "Targets", "Inputs", "Left out",
        "Numbers",
    ]  # fmt: skip
    assert len(out.splitlines()) <= 22  # shares that were always 0 or 1 take room for how far from it they may be
    text = " ".join(out.split())
    summary = pd.read_csv("r/summary.csv", encoding="utf-8-sig").set_index(["measure", "place"])
    for measure, place, unit in (
        ("persons_served", "all", ""), ("rooms_occupied_max", "all", ""), ("sites_opened", "all", ""),
        ("handover_to_coach_mean", "gongbei", " minutes"), ("overnight_people", "gongbei", " people"),
    ):  # fmt: skip
        row: Any = summary.loc[(measure, place)]
        interval = Interval(int(row["n"]), row["mean"], row["low"], row["high"])
        assert f"{mean_words(interval)}{unit}" in text
    for words in (
        "8 replications, seed 1",
        "chance only, not doubts about inputs",
        "95 % interval",
        "Gongbei",
        "limit 120",
    ):
        assert words in text
    assert "Measure " not in out


def test_the_work_of_grid_workers_is_told_against_those_there(capsys: pytest.CaptureFixture[str]) -> None:
    """by hand: contacts of the busiest day (summary.csv) x 6 minutes over 7 workers; 0 tells nothing."""
    follow = ("--set", "follow_up.contact_minutes=6", "--set", "stay.days=1", "--replications", "2", "--table")
    assert main([*RUN, *follow, "--set", "follow_up.workers=7"]) == RAN
    text = " ".join(capsys.readouterr().out.split())
    summary = pd.read_csv("r/summary.csv", encoding="utf-8-sig").set_index(["measure", "place"])
    contacts = summary["mean"]["contacts_per_day_max", "all"]
    assert contacts > 0
    assert f"contacts on the busiest day, {number(float(contacts) * 6 / 7)} minutes for each of 7 workers" in text
    assert main([*RUN, *follow]) == RAN
    assert "contacts on the busiest day" not in capsys.readouterr().out


def test_check_tells_the_posted_beside_those_on_duty(capsys: pytest.CaptureFixture[str]) -> None:
    """words: 60 posted in 7 relay teams, shown and not simulated."""
    assert main(["check", "small.toml"]) == RAN
    assert "posted" not in capsys.readouterr().out
    assert (
        main(["check", "small.toml", "--set", "pools.gongbei.posted=60", "--set", "pools.gongbei.relay_teams=7"]) == RAN
    )
    assert "(60 posted in all, 7 relay teams):" in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_the_screen_of_the_case_fits_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    """words: at 120 columns at most 30 lines (ladder, doubt, infected in them), then at most 3 on reading numbers."""
    case = str(ROOT / "scenarios" / "xiangzhou.toml")
    few = ("--replications", "2", "--workers", "1", "--engine", "compiled", "--no-plots")
    assert main(["run", case, *few, "--out", "r"]) == RAN
    lines = capsys.readouterr().out.splitlines()
    (numbers,) = (i for i, line in enumerate(lines) if line.startswith("Numbers "))
    assert numbers <= 30
    assert len(lines) - 1 - numbers <= 3


def test_targets_are_told_with_their_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """words: rooms never run short; somebody at Gongbei takes longer than 2 hours or not: the count is the table's."""
    assert main([*RUN, "--replications", "8"]) == RAN
    text = " ".join(capsys.readouterr().out.split())
    table = pd.read_csv("r/replications.csv", encoding="utf-8-sig")
    here = table[(table["measure"] == "within_limit_share") & (table["place"] == "gongbei")]
    met = int((here["value"] >= 1).sum())
    assert f"people gone within the limit, Gongbei, at least 100 %: met in {met} of 8" in text
    assert (
        "not certain: days with a wait for rooms, at most 5 %: met in 8 of 8 (90 % asked; certain when "
        "29 of 29 meet it)" in text
    )  # theory: 0.9^29 = 0.0471


def test_the_long_table_stands_behind_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    """words: --table adds the list of measures after the screen."""
    assert main([*RUN, "--replications", "2", "--table"]) == RAN
    out = capsys.readouterr().out
    assert out.index("People ") < out.index("Measure ")
    assert "hours of waiting for registration" in out


def test_one_run_has_no_intervals(capsys: pytest.CaptureFixture[str]) -> None:
    """words: no ± and no range, and it says so."""
    assert main([*RUN, "--replications", "1"]) == RAN
    out = capsys.readouterr().out
    assert "1 replication, seed 1" in out
    assert "no intervals" in out
    assert "±" not in out
    assert "both tell" not in out


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("command", ["run", "check"])
def test_no_line_is_wider_than_the_window(
    columns: str, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: wrapped beside their labels, never cut: every word of the wide screen is in the narrow one."""
    monkeypatch.setenv("COLUMNS", columns)
    words = [*RUN, "--replications", "2"] if command == "run" else ["check", "small.toml"]
    assert main(words) == RAN
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= int(columns)


@pytest.mark.parametrize(("encoding", "sign"), [("latin-1", "±"), ("ascii", "+-"), ("utf-8", "±"), ("gb18030", "±")])
def test_any_code_page_shows_the_screen(encoding: str, sign: str, tmp_path: Path) -> None:
    """words: a pipe, no colour, a code page that lacks letters: no escape codes, nothing replaced by a mark."""
    import os  # noqa: PLC0415
    import subprocess  # noqa: PLC0415
    import sys  # noqa: PLC0415

    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": encoding,
        "NO_COLOR": "1",
        "PYTHONUTF8": "0",
    }
    command = [sys.executable, "-m", "sim", *RUN, "--replications", "2"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=True)
    out = done.stdout.decode(encoding)
    assert f" {sign} " in out
    assert "?" not in out
    assert "\x1b" not in out


def test_check_ends_with_the_analytic_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: 30 people a day for 3 days; with 4 people on duty; runs of a small case take seconds."""
    assert main(["check", "small.toml"]) == RAN
    out = capsys.readouterr().out
    screen = out[out.index("Before any run") :]
    assert labels_of(screen) == ["People", "Rooms", "Sites", "Date", "Staff", "Look at", "A run"]
    text = " ".join(screen.split())
    assert "90 people are expected to be handed over (Gongbei 90); most on 3 March: 30" in text
    assert "replications take about" in text
    assert "Rooms that are enough" in text
    assert screen.rstrip().endswith("No faults.")


def test_check_tells_where_the_case_is_short_and_what_to_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    """words: the hour without anybody at Gongbei, in the words of a roster; not short where people are enough."""
    assert main(["check", str(ROOT / "scenarios" / "xiangzhou.toml")]) == RAN
    text = " ".join(capsys.readouterr().out.split())
    assert "Gongbei: nobody is on duty 15:00-16:00 while the port is open (10 days, 3 May to 12 May)" in text
    assert re.search(r"Gongbei point: .* short of \d from 15:00 to 16:00 \(10 days, worst 3 May\)", text)
    for date in (r"1\d April", "13 March"):
        assert re.search(rf"{date} +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+", text)


def test_check_says_what_is_the_template_s(capsys: pytest.CaptureFixture[str]) -> None:
    """words: a fresh copy, and a child of the small scenario that changes one value."""
    assert main(["init", "new"]) == RAN
    capsys.readouterr()
    assert main(["check", "new"]) == RAN
    text = " ".join(capsys.readouterr().out.split())
    assert re.search(r"\d+ of \d+ values are the template's \(minimal\), not yours", text)
    Path("child.toml").write_text('extends = "small.toml"\npools.gongbei.headcount = 5\n', encoding="utf-8")
    assert main(["check", "child.toml"]) == RAN
    text = " ".join(capsys.readouterr().out.split())
    assert re.search(r"\d+ of \d+ values are those of small.toml, not yours", text)


def test_check_as_json_has_the_same_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """words: numbers with keys, remarks with code and text."""
    assert main(["check", "small.toml", "--json"]) == RAN
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)["outlook"]
    assert document["people_expected"] == pytest.approx(90)
    assert document["pools"][0]["pool"] == "gongbei"
    assert {"day", "mean", "enough_90%", "enough_95%", "enough_99%"} <= set(document["rooms"][0])
    assert all({"code", "text"} <= set(remark) for remark in document["look_at"])


def test_a_pipe_gets_the_screen_too(tmp_path: Path) -> None:
    """words: no terminal, no COLUMNS: 120 columns, the folder last."""
    done = qcap(*RUN, "--replications", "2", cwd=tmp_path, COLUMNS="120")
    assert done.returncode == RAN
    assert done.stdout.splitlines()[-1] == "r"
    assert "Bottleneck" in done.stdout


def test_a_shortage_of_rooms_leads_with_need_and_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    """words: 8 rooms for about 24 people a day who stay 2 days: all are taken, and that is not what is told first."""
    few = ("--set", "sites.yinhua.rooms=4", "--set", "sites.haiwan.rooms=4")
    assert main([*RUN, "--replications", "5", *few]) == RAN
    text = " ".join(capsys.readouterr().out.split())
    (line,) = re.findall(r"Rooms (.*?) Sites ", text)
    assert re.match(r"too few: \d+\b.* needed if there were always enough; people wait for a room on ", line)
    assert re.search(r"of days; 8\b.* taken at most, fullest on \d March$", line)
