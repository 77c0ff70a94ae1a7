"""Words of commands on cases that were first tried from outside: a shortage, a cohort rule, shares near 100 %."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main

CASES = Path(__file__).parent / "cases"
DISTRICT = Path(__file__).parents[1] / "scenarios" / "district"
ENOUGH_ROOMS = """
extends = '{district}'
title = "enough rooms"
headlines = ["rooms_occupied_max", "sites_opened", "no_room_share", "cost_total"]
[sites]
rooms_factor = 2
[swabs]
days = [1, 4, 7, 14, 20]
"""
"""The planner's base_enough_rooms.toml, with the headlines of the plan below."""
COHORT96 = """
extends = "base.toml"
title = "cohorts of 96 hours"
question = "How many rooms does the cohort rule cost?"
[sites]
cohort_hours = 96
"""
"""The planner's plans/cohort96.toml."""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")


def test_shares_stay_within_0_and_100_per_cent(capsys: pytest.CaptureFixture[str]) -> None:
    """Case share_beyond_100: it told 97 ± 6 %, which is 91 to 103 %. Bounds of every share, in the table and in the
    words, lie within 0 and 100 %.
    """
    case = str(CASES / "share_beyond_100" / "scenario.toml")
    few = ("--replications", "6", "--engine", "simpy", "--workers", "1", "--no-plots", "--out", "r")
    assert main(["run", case, *few, "--table"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    summary = pd.read_csv("r/summary.csv", encoding="utf-8-sig")
    shares = summary[summary["unit"] == "share"]
    within = shares[(shares["measure"] == "within_limit_share") & (shares["place"] == "p")].iloc[0]
    assert 0.9 < within["mean"] < 1
    assert within["low"] < within["mean"] < within["high"] <= 1
    assert (shares["low"].dropna() >= 0).all()
    assert (shares["high"].dropna() <= 1).all()
    for mean, half in re.findall(r"([\d.]+) ± ([\d.]+) %", text):
        assert float(mean) - float(half) >= 0
        assert float(mean) + float(half) <= 100
    for low, high in re.findall(r"\(([\d.]+) to ([\d.]+) %\)", text):
        assert 0 <= float(low) <= float(high) <= 100


def test_a_shortage_in_the_district_leads_with_need_and_waiting(capsys: pytest.CaptureFixture[str]) -> None:
    """Case district: 1,274 rooms, about 2,120 needed; people wait for a room on 91 % of days. It told "1,266 of 1,274
    open rooms are taken", which reads like success. Waits of days are told in days, not in thousands of minutes.
    """
    few = ("--replications", "1", "--engine", "compiled", "--workers", "1", "--no-plots", "--out", "r")
    assert main(["run", str(DISTRICT / "scenario.toml"), *few]) == 0
    out = capsys.readouterr().out
    (line,) = re.findall(r"\nRooms +(.*?)\nSites", out, re.DOTALL)
    line = " ".join(line.split())
    found = re.match(
        r"too few: ([\d,]+) needed if .*; people wait for a room on ([\d.]+) % of days; ([\d,]+) taken", line
    )
    assert found, line
    needed, share, taken = (float(number.replace(",", "")) for number in found.groups())
    assert 2000 < needed < 2240
    assert share == pytest.approx(91, abs=4)
    assert taken <= 1274
    assert re.search(r"甲口岸: [\d.]+ days to the coach", out)


@pytest.mark.slow
def test_a_cohort_rule_that_blocks_rooms_is_no_saving_of_rooms(capsys: pytest.CaptureFixture[str]) -> None:
    """Case district, plan cohort96: it read like a saving of 153 rooms. Need, days with a wait and blocked rooms come
    first, and need does not fall; the kept table has them too.
    """
    Path("base.toml").write_text(ENOUGH_ROOMS.format(district=DISTRICT / "scenario.toml"), encoding="utf-8")
    Path("cohort96.toml").write_text(COHORT96, encoding="utf-8")
    few = ("--replications", "2", "--engine", "simpy", "--workers", "1", "--no-plots", "--out", "c")
    assert main(["compare", "base.toml", "cohort96.toml", "--base", "base.toml", *few]) == 0
    text = " ".join(capsys.readouterr().out.split())
    first = text.index("People wait for rooms, so that rooms taken do not tell how many are needed: rooms needed: ")
    assert first < text.index("days with a wait for rooms: ") < text.index("rooms blocked, on average: ")
    assert first < text.index("rooms taken at most")
    table = pd.read_csv("c/differences.csv", encoding="utf-8-sig")
    table = table[table["place"] == "all"].set_index("measure")
    assert table["difference"]["rooms_needed"] >= 0
    assert table["difference"]["no_room_share"] > 0.2
    assert table["value"]["rooms_blocked_max"] > 500
    assert json.loads(Path("c/manifest.json").read_text(encoding="utf-8"))["status"] == "complete"
