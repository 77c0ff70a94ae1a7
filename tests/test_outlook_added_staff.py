"""Shifts that are too small for tasks of their pool, and people whom a disruption adds, who make them large enough."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from cli_case import SMALL, write_small
from outlook_case import minimal
from scenario_files import SMALL as FILE

from sim import load
from sim.outlook.small_shifts import Remark, small_shifts, tasks_never_done, tasks_of
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


def of_point(**values: Any) -> Scenario:
    """The small case with two people at its port for three escorts."""
    return load(FILE, overrides=["pools.gongbei.headcount=2", "coaches.escorts=3",
                                  *(f"{key.replace('__', '.')}={value}" for key, value in values.items())])  # fmt: skip


def codes(scenario: Scenario) -> list[str]:
    return [remark.code for remark in small_shifts(scenario)]


@pytest.mark.parametrize(("brigade", "said"), [
    ("", ["never_done"]), ("pools=['gongbei']", ["shift_too_small"]), ("all", ["shift_too_small"]),
])  # fmt: skip
def test_of_a_pool_that_may_call_the_brigade_it_is_not_said_that_nobody_serves(brigade: str, said: list[str]) -> None:
    """Two are too few for three escorts: never, or until the brigade has come. All pools may call that names none."""
    more = {"": {}, "all": {"brigade": "{teams=[10], trigger_hours=4}"}}.get(
        brigade, {"brigade": f"{{teams=[10], trigger_hours=4, {brigade}}}"}
    )
    scenario = of_point(**more)
    assert codes(scenario) == said
    assert [r.code for r in tasks_never_done(scenario)] == [code for code in said if code == "never_done"]


def test_a_brigade_of_another_pool_does_not_help() -> None:
    """The site's team may call it, the port's pool may not."""
    other = 'pools.other={headcount=4, shifts={all={start="00:00", hours=24, share=1}}}'
    scenario = load(FILE, overrides=["pools.gongbei.headcount=2", "coaches.escorts=3", other, "sites.team=other",
                                      "brigade={teams=[10], trigger_hours=4, pools=['other']}"])  # fmt: skip
    assert codes(scenario) == ["never_done"]


def test_people_who_are_all_at_posts_serve_nobody_and_say_so_with_their_number() -> None:
    """Two people at two posts; with tasks it is said, of a pool without tasks or without people nothing is."""
    scenario = of_point(pools__gongbei__fixed_posts=2)
    values = {"people": 2, "posts": 2, "tasks": {"registration": 1, "escort": 3}}
    assert [r for r in tasks_never_done(scenario) if r.code == "nobody_serves"] == [
        Remark("nobody_serves", "gongbei", values)
    ]
    everyone_absent = of_point(pools__gongbei__absence_share=1)
    assert tasks_never_done(everyone_absent) == ()


def test_tasks_of_a_pool_are_those_of_its_steps() -> None:
    """A port's pool registers and escorts while somebody is sent on; a site's team does what the rules of sites say."""
    assert tasks_of(of_point(), "gongbei") == {"registration": 1, "escort": 3}
    assert tasks_of(of_point(ports__gongbei__not_diverted_share=1), "gongbei") == {"registration": 1}
    assert tasks_of(of_point(), "nobody") == {}
    team = dict.fromkeys(("check_in", "release", "cleaning"), 1)
    assert tasks_of(minimal(), "site_team") == team
    visits = 'visits={a={times=["08:00"], room_minutes=1}}'
    assert tasks_of(minimal(visits), "site_team") == team | {"visit": 1}
    swabs = ("swabs={days=[1], person_minutes=1}", "laboratory={turnaround_hours=24}")
    assert tasks_of(minimal(visits, *swabs), "site_team") == team | {"visit": 1, "swab": 1}
    assert tasks_of(minimal("rooms.cleaning_minutes=0"), "site_team") == {"check_in": 1, "release": 1}


def test_a_task_that_some_shift_can_just_do_is_told_of_those_that_can_not() -> None:
    """A post each: of 2 and 1 people 1 and 0 are left for the queue. Three escorts never ride; nobody registers at
    night."""
    shifts = ('day={start="07:00", hours=15, share=0.6666667}', 'night={start="22:00", hours=2, share=0.3333333}')
    people = ("pools.gongbei.headcount=3", "pools.gongbei.fixed_posts=1", "coaches.escorts=3")
    scenario = load(FILE, overrides=[*people, *(f"pools.gongbei.shifts.{shift}" for shift in shifts)])
    never, small = small_shifts(scenario)
    assert (never.code, never.values) == ("never_done", {"people": 1, "tasks": {"escort": 3}})
    assert (small.code, small.values["people"], small.values["tasks"]) == ("shift_too_small", 0, {"registration": 1})
    assert tasks_of(of_point(coaches__escorts=0), "gongbei") == {"registration": 1}


def test_a_shift_over_midnight_that_is_too_small_is_told_by_the_clock() -> None:
    """Two people from 22:00 for 8 hours, and four by day: three escorts ride by day only; the night that begins on the
    eve is none of the window's three."""
    night = 'pools.gongbei.shifts.night={start="22:00", hours=8, share=0.3333333}'
    day = 'pools.gongbei.shifts.day={start="07:00", hours=15, share=0.6666667}'
    scenario = load(FILE, overrides=["pools.gongbei.headcount=6", "coaches.escorts=3", day, night])
    (remark,) = small_shifts(scenario)
    first = dt.date(2020, 3, 3)
    assert (remark.code, remark.values) == ("shift_too_small", {
        "opens": 1320, "closes": 360, "people": 2, "days": 3, "first": first, "last": first + dt.timedelta(days=2),
        "tasks": {"escort": 3},
    })  # fmt: skip
