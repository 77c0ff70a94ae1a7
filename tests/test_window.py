"""Words and pictures of the days that `[window]` counts, and days with their year.

The scenarios in tests/cases were once told wrongly: a rush before the counted days, and two years.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from sim.cli import main
from sim.commands.run import headlines
from sim.commands.run.pictures import PICTURES, RunTables
from sim.commands.run.steps import run_tables
from sim.drawing import page
from sim.drawing.tables import Picture, fullest_day
from sim.runs.job import Job
from sim.runs.replicate import Replicated, replicate
from sim.scenario import load

CASES = Path(__file__).parent / "cases"
RUSH = CASES / "window_ignored" / "scenario.toml"
STAFFED = CASES / "window_ignored" / "staffed.toml"
TWO_YEARS = CASES / "dates_without_year" / "scenario.toml"
FIRST, LAST = date(2020, 3, 21), date(2020, 3, 31)


@pytest.fixture(scope="module")
def rush() -> Replicated:
    """100 people a day on 1 to 3 March, then 5 a day; 21 to 31 March count."""
    return replicate(Job(load(RUSH), seed=1), 3)


@pytest.fixture(scope="module")
def tables(rush: Replicated) -> RunTables:
    return run_tables(Job(load(RUSH), seed=1), rush, pd.DataFrame(columns=["measure", "place", "reported", "role"]))


def drawn(tables: RunTables) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Name, all words and numbers of each picture of a run."""
    for name, draw in PICTURES:
        with page.picture_style():
            picture = draw(tables)
        if isinstance(picture, Picture):
            yield name, " ".join(text.get_text() for text in picture.figure.texts), picture.data


def mean_of(done: Replicated, measure: str) -> float:
    rows = done.summary[(done.summary["measure"] == measure) & (done.summary["place"] == "all")]
    return float(rows["mean"].iloc[0])


def test_words_of_a_run_tell_the_days_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """About 5 a day x 5 days = 25 rooms, the most of 11 days some more; sites b and c closed long before: 1 is open."""
    assert (
        main(["run", str(RUSH), "--replications", "3", "--no-plots", "--workers", "1", "--out", str(tmp_path / "r")])
        == 0
    )
    out = " ".join(capsys.readouterr().out.split())
    assert "21 March to 31 March ([window])" in out
    assert "1 (in all 3) open on the days counted, at most 1 at once" in out
    (day,) = re.findall(r"fullest on (\d+) March", out)
    assert FIRST.day <= int(day) <= LAST.day
    assert "open 8 (in all 3) days in all" in out


def test_sites_opened_are_those_open_on_the_days_counted(rush: Replicated) -> None:
    """All three sites open in the rush; on 21 to 31 March only one is open."""
    assert mean_of(rush, "sites_opened") == 1
    assert fullest_day(rush.series, "sites_open", (FIRST, LAST)) is not None
    everything = load(RUSH).model_copy(update={"window": None})
    assert mean_of(replicate(Job(everything, seed=1), 1), "sites_opened") > 1


def test_pictures_of_a_run_tell_the_days_counted(tables: RunTables) -> None:
    """Every day that a picture names or draws lies in the window (sites: to their closing), and it says what counts."""
    named = 0
    for name, words, data in drawn(tables):
        assert "Only what [window] counts: 21 March to 31 March." in words
        days = [int(day) for day in re.findall(r"(\d+) March", words)]
        assert all(FIRST.day <= day <= LAST.day for day in days), name
        named += len(days)
        if "time" in data and name != "sites-by-day":
            times = pd.to_datetime(data["time"])
            assert times.min() == pd.Timestamp(FIRST), name
            assert times.max() <= pd.Timestamp(LAST) + pd.Timedelta(days=1), name
        if name == "rooms-taken":
            taken = re.findall(r"t most (\d+)", words)[0]
            assert int(taken) < 60  # the rush takes 300
        if name == "sites-by-day":
            assert len(set(data["site"])) == 1
    assert named


def test_all_busy_days_are_days_counted() -> None:
    """200 people a day x 20 minutes keep 3 staff busy to 2 April; from 17 April on 10 a day never do."""
    scenario = load(STAFFED)
    done = replicate(Job(scenario, seed=1), 3)
    whole = headlines.pool_hours(done, "g", (scenario.first_day, scenario.last_day))
    counted = headlines.pool_hours(done, "g", scenario.counted_days)
    assert whole is not None
    assert counted is not None
    assert whole.full_days >= 5
    assert counted.full_days == 0
    assert counted.full == ()


def test_people_served_in_the_series_are_those_counted(rush: Replicated) -> None:
    """Nobody waits for long: at the end the served are those handed over on the days counted."""
    series = rush.series[(rush.series["quantity"] == "persons_served") & (rush.series["place"] == "all")]
    assert series["mean"].iloc[-1] == pytest.approx(mean_of(rush, "persons_served"), abs=1)
    assert series.loc[series["time"] < FIRST.isoformat(), "mean"].max() == 0


def test_a_peak_at_midnight_of_the_last_day_is_no_day_of_the_window() -> None:
    """By hand: 5 rooms on the last day, 9 at its 24:00, which is the day after."""
    times = ["2020-03-30 12:00", "2020-03-31 12:00", "2020-04-01 00:00"]
    numbers = {name: [4.0, 5.0, 9.0] for name in ("mean", "p5", "p25", "p50", "p75", "p95")}
    series = pd.DataFrame({"time": times, "quantity": "rooms_taken", "place": "all", **numbers})
    tables = RunTables("by hand", date(2020, 3, 30), LAST, 3, 1, series)
    words = {name: words for name, words, _ in drawn(tables)}
    assert "At most 5 rooms are taken, on 31 March" in words["rooms-taken"]


def test_days_have_their_year_where_there_is_more_than_one(capsys: pytest.CaptureFixture[str]) -> None:
    """28 December 2020 to 31 December 2022: every day of the check says which."""
    assert main(["check", str(TWO_YEARS)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    months = "January|February|March|April|May|June|July|August|September|October|November|December"
    days = re.findall(rf"\d+ (?:{months})(?: (\d{{4}}))?", out)
    assert len(days) > 8
    assert all(days)


def test_days_have_no_year_where_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    """1 to 31 March 2020."""
    assert main(["check", str(RUSH)]) == 0
    assert re.search(r"\d+ March(?! 2020)", capsys.readouterr().out)


def test_run_and_its_pictures_tell_the_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same of the screen of a run and of headlines of pictures: six weeks over New Year."""
    words = ["--set", "last_day=2021-02-05", "--replications", "2", "--workers", "1", "--no-plots"]
    assert main(["run", str(TWO_YEARS), *words, "--out", str(tmp_path / "r")]) == 0
    assert re.search(r"fullest on \d+ [A-Z][a-z]+ 202[01]\b", " ".join(capsys.readouterr().out.split()))
    tables = RunTables("t", date(2020, 12, 28), date(2021, 2, 5), 2, 1, pd.DataFrame(), several_years=True)
    assert tables.day_words(date(2020, 12, 30)) == "30 December 2020"
    assert dataclasses.replace(tables, several_years=False).day_words(date(2021, 1, 2)) == "2 January 2021"
