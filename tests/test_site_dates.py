"""Dates of sites, rooms by day and the ladder of sites."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import load, sample, simulate
from sim.cli import main
from sim.measures import measure, rooms_needed_by_day
from sim.measures.rooms import NOT, Calendar
from sim.runs.site_dates import FOR_95, NEVER, dates_together, ladder, passing_days, rooms_by_day_table, sites_table
from sim.scenario.tables.schema import Scenario

TOML = """
schema = 1
title = "two sites"
first_day = 2020-03-02
last_day = 2020-03-05
[arrivals]
groups = { kind = "constant", parties = 1 }
[ports.p]
[ports.p.hours]
a = { opens = "08:00", closes = "20:00" }
[ports.p.regimes]
a = { kind = "rate", from_day = 2020-03-02, people_per_day = 6 }
[sites]
reserve_rooms = 2
lead_hours = 12
[sites.inn]
number = 1
name = "The Inn"
rooms = 10
ride_minutes = { p = 10 }
opens = 2020-03-02
[sites.lodge]
number = 2
rooms = 8
ride_minutes = { p = 10 }
[sites.mill]
number = 3
rooms = 50
ride_minutes = { p = 10 }
[stay]
days = 14
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    file = tmp_path / "scenario.toml"
    file.write_text(TOML, encoding="utf-8")
    return load(file)


def one(needed: list[int], rooms: tuple[int, ...] = (10, 8, 50)) -> Calendar:
    none = np.full(3, NOT)
    return Calendar(
        ("inn", "lodge", "mill"), np.array(rooms), none, none, np.zeros(3, int), 0, np.zeros(4, int), np.array(needed)
    )


def test_a_site_is_needed_on_the_day_on_which_rooms_needed_pass_what_those_before_it_hold() -> None:
    """trace: sites of 10, 8 and 50 rooms; 10 rooms fit the first, 11 ask for the second, 18 fit both, 69 pass all."""
    assert passing_days(np.array([0, 10, 11, 18]), np.array([10, 8, 50])).tolist() == [1, 2, NEVER, NEVER]
    assert passing_days(np.array([5, 69, 4, 3]), np.array([10, 8, 50])).tolist() == [0, 1, 1, 1]


def test_dates_suffice_together_and_not_each_for_itself() -> None:
    """trace: of 40 rows 5 % are 2. Two rows early for one site each are left out, so all dates are those of the other
    38 rows. With a third such row, of the same extremity, the last of the three stays and sets the date of its site.
    """
    days = np.full((40, 3), 5)
    days[0, 0] = days[1, 1] = 2
    together, suffice = dates_together(days)
    assert (together.tolist(), suffice) == ([5, 5, 5], 38)
    days[2, 2] = 2
    together, suffice = dates_together(days)
    assert (together.tolist(), suffice) == ([5, 5, 2], 38)


def test_a_row_that_is_early_everywhere_is_more_extreme_than_one_that_is_early_once() -> None:
    """trace: of 20 rows one is left out. Rows 0 and 1 are earliest at one site each; at the other row 1 is second
    (ranks 1, 2) and row 0 third (ranks 1, 3), so that row 1 goes and the dates are those of rows 2 and 0.
    """
    days = np.full((20, 2), 9)
    days[0] = 9, 1
    days[1] = 1, 2
    days[2] = 2, 9
    together, suffice = dates_together(days)
    assert (together.tolist(), suffice) == ([2, 1], 19)


def test_a_ladder_takes_59_replications_and_tells_when_to_begin(scenario: Scenario) -> None:
    """trace: 0.95 ** 59 = 0.0485; the lodge is needed on the third day, so its 12 hours begin at noon of the second."""
    assert 0.95**FOR_95 <= 0.05 < 0.95 ** (FOR_95 - 1)
    calendars = [one([4, 10, 12, 18])] * FOR_95
    assert ladder(calendars[1:], scenario) is None
    found = ladder(calendars, scenario)
    assert found is not None
    inn, lodge = found.rungs
    assert (inn.site, inn.name, inn.ready, inn.opens) == ("inn", "The Inn", *[dt.date(2020, 3, 2)] * 2)
    assert (lodge.ready, lodge.begin, lodge.opens) == (dt.date(2020, 3, 4), dt.datetime(2020, 3, 3, 12), None)
    assert (found.suffice, found.n, found.used_up) == (59, 59, 0)
    assert ladder([one([4, 10, 12, 69])] * 60, scenario).used_up == 60


def test_each_replication_counts_with_the_rooms_that_its_sites_have(scenario: Scenario) -> None:
    """An ensemble may draw the size of hotels: with half the rooms the second site is needed a day earlier."""
    found = ladder([one([4, 10, 12, 18], rooms=(5, 40, 50))] * 60, scenario)
    assert found is not None
    assert [rung.ready.day for rung in found.rungs] == [2, 3]


def test_rooms_by_day_leave_out_what_so_few_replications_cannot_tell(scenario: Scenario) -> None:
    """29 replications bound a 90 % quantile (0.9 ** 29 = 0.047) and no 95 % quantile; the median did occur."""
    calendars = [one([each, 10, 12, 18]) for each in range(29)]
    table = rooms_by_day_table(calendars, scenario)
    assert table["day"].tolist() == [dt.date(2020, 3, day) for day in (2, 3, 4, 5)]
    assert table["rooms_needed_p50"].tolist() == [14, 10, 12, 18]
    assert table["rooms_needed_p90"].tolist() == [26, 10, 12, 18]
    assert table["rooms_needed_p95"].isna().all()


def test_sites_are_told_with_the_share_in_which_they_open(scenario: Scenario) -> None:
    """trace: of 4 replications the lodge opens in 3, on days 1, 2 and 3, and closes in one, on day 9."""
    calendars = [one([1, 1, 1, 1])._replace(opened=np.array([0, day, NOT])) for day in (1, NOT, 2, 3)]
    calendars[0] = calendars[0]._replace(closed=np.array([NOT, 9, NOT]))
    table = sites_table(calendars, scenario).set_index("site")
    assert table["opened_share"].tolist() == [1.0, 0.75, 0.0]
    assert table.loc["lodge", "opened_p50"] == dt.date(2020, 3, 4)
    assert (table.loc["lodge", "closed_n"], table.loc["lodge", "closed_p50"]) == (1, dt.date(2020, 3, 11))
    assert table.loc["inn", "name"] == "The Inn"
    assert pd.isna(table["opened_p5"]["lodge"])  # three values have no 5 %


def test_the_calendar_of_a_history_agrees_with_its_measures(scenario: Scenario) -> None:
    """Rooms needed of the fullest day are the measure rooms_needed; a site's guests and days open are its measures."""
    travellers = sample(scenario, seed=4, replication=1)
    log = simulate(scenario, travellers)
    got = measure(log, scenario)
    values = {(row.measure, row.place): row.value for row in got.values}  # noqa: PD011  no pandas
    assert got.calendar is not None
    assert got.calendar.sites == ("inn", "lodge", "mill")
    assert got.calendar.guests.tolist() == [values["site_guests", site] for site in got.calendar.sites]
    assert got.calendar.opened[0] == 0
    for i, site in enumerate(got.calendar.sites):
        if got.calendar.closed[i] != NOT:
            assert got.calendar.closed[i] - got.calendar.opened[i] + 1 == values["site_days", site]
    unlimited = simulate(scenario, travellers, unlimited=("rooms",))
    by_day = rooms_needed_by_day(unlimited, scenario)
    assert len(by_day) == 4
    needed = measure(unlimited, scenario, names=["rooms_needed"]).values  # noqa: PD011
    assert by_day.max() == next(row.value for row in needed if row.place == "all")


def test_check_writes_every_day_and_the_ladder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: one row for each day, sites by name; several scenarios have no one folder, so nothing is written."""
    file = tmp_path / "scenario.toml"
    file.write_text(TOML.replace("people_per_day = 6", "people_per_day = 12"), encoding="utf-8")
    assert main(["check", str(file), "--out", str(tmp_path / "days")]) == 0
    days = pd.read_csv(tmp_path / "days" / "rooms_by_day.csv", encoding="utf-8-sig")
    assert days["day"].tolist()[:4] == [f"2020-03-0{day}" for day in (2, 3, 4, 5)]
    found = pd.read_csv(tmp_path / "days" / "ladder.csv", encoding="utf-8-sig").set_index("site")
    assert found.loc["inn", "name"] == "The Inn"
    first = days.loc[days["rooms_enough_p95"] > 10, "day"].iloc[0]  # the first day that the inn's 10 rooms may not hold
    assert found.loc["lodge", "ready_by"] == first
    assert f"site 2 by {int(first[-2:])} March" in capsys.readouterr().out
    other = tmp_path / "other.toml"
    other.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    assert main(["check", str(file), str(other), "--out", str(tmp_path / "more")]) == 2
    assert not (tmp_path / "more").exists()
