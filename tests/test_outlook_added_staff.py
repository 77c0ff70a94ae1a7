"""People whom a disruption adds make a shift large enough for its tasks while they are there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from cli_case import SMALL, write_small

from sim import load
from sim.outlook.small_shifts import small_shifts, tasks_never_done
from sim.scenario.tables.schema import Scenario

FIRST, LAST = dt.date(2020, 3, 3), dt.date(2020, 3, 5)
ESCORTS = {"escort": 5}


def case(folder: Path, *added: tuple[str, str, int]) -> Scenario:
    """Three days, a shift of 4 people from 07:00 to 22:00 on each, coaches that need 5 escorts; people who are added
    to the pool from and to a day or a time.
    """
    text = SMALL.replace("escorts = 1", "escorts = 5")
    for begin, end, people in added:
        text += f'\n[[disruptions]]\nkind = "staff_added"\nplace = "gongbei"\nvalue = {people}.0\n'
        text += f"from_day = {begin}\nto_day = {end}\n"
    return load(write_small(folder, text))


def told(scenario: Scenario) -> list[tuple[str, dict[str, Any]]]:
    """What is said about escorts."""
    return [(remark.code, remark.values) for remark in small_shifts(scenario) if "escort" in remark.values["tasks"]]


def too_small(first: dt.date, last: dt.date, days: int, people: int = 4) -> tuple[str, dict[str, Any]]:
    shift = {"opens": 7 * 60, "closes": 22 * 60, "people": people, "days": days, "first": first, "last": last}
    return "shift_too_small", shift | {"tasks": ESCORTS}


def test_a_pool_that_is_too_small_without_them_is_never_large_enough(tmp_path: Path) -> None:
    """By hand: 4 people, 5 are needed at once."""
    assert told(case(tmp_path)) == [("never_done", {"people": 4, "tasks": ESCORTS})]


def test_a_pool_with_one_more_on_every_day_is_not_named(tmp_path: Path) -> None:
    """By hand: 4 + 1 are the 5 who are needed, on all three days."""
    scenario = case(tmp_path, ("2020-03-03", "2020-03-05", 1))
    assert told(scenario) == []
    assert tasks_never_done(scenario) == ()


@pytest.mark.parametrize(
    ("day", "others"),
    [("2020-03-03", (dt.date(2020, 3, 4), LAST)), ("2020-03-05", (FIRST, dt.date(2020, 3, 4)))],
)
def test_shifts_of_days_without_them_are_named_with_their_dates(
    tmp_path: Path, day: str, others: tuple[dt.date, dt.date]
) -> None:
    """By hand: one more on the first or the last day; the two others are too small, and it is not said "never"."""
    scenario = case(tmp_path, (day, day, 1))
    assert told(scenario) == [too_small(*others, 2)]
    assert tasks_never_done(scenario) == ()


def test_people_for_a_part_of_a_shift_leave_it_too_small_for_the_rest(tmp_path: Path) -> None:
    """By hand: one more from 12:00 to 18:00 of the second day: escorts ride then, and in no whole shift."""
    scenario = case(tmp_path, ("2020-03-04 12:00:00", "2020-03-04 18:00:00", 1))
    assert told(scenario) == [too_small(FIRST, LAST, 3)]
    assert tasks_never_done(scenario) == ()


def test_two_who_follow_each_other_keep_a_shift_large_enough(tmp_path: Path) -> None:
    """By hand: one from 06:00 to 12:00, one from 12:00 to 22:00 of the second day; at no moment are there fewer than 5.
    With too few (no one at 12:00 to 12:01) the shift has 4 for a minute."""
    both = ("2020-03-04 06:00:00", "2020-03-04 12:00:00", 1), ("2020-03-04 12:00:00", "2020-03-04 22:00:00", 1)
    assert told(case(tmp_path, *both)) == [too_small(FIRST, LAST, 2)]
    late = ("2020-03-04 12:01:00", "2020-03-04 22:00:00", 1)
    assert told(case(tmp_path, both[0], late)) == [too_small(FIRST, LAST, 3)]
