"""`[staffing]`: its faults, what its paths mean, and rosters that stand in place of shifts of a file above."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_files import GOOD, faults, write

from sim.sampling.roster import staff_on
from sim.scenario import load
from sim.scenario.places import FreeNumber, free_number_of

TABLE = """
[staffing]
targets = ["waits"]
minimise = "cost"
[staffing.phases]
quiet = 2020-03-03
busy = 2020-03-06
[staffing.free]
"pools.gongbei.early@busy" = [4, 20]
pools.gongbei.late = [2, 20]
"ports.gongbei.coaches" = [1, 6]
"sites.reserve_rooms" = [0, 60]
[targets.waits]
measure = "within_staff_wait_share"
place = "gongbei.worst_shift"
at_least = 0.9
[costs]
staff_day = 500
"""


def test_a_sound_table_is_read_and_its_paths_mean_shifts_coaches_and_the_reserve(tmp_path: Path):
    scenario = load(write(tmp_path, GOOD + TABLE))
    assert scenario.staffing is not None
    assert [free_number_of(scenario, text) for text in scenario.staffing.free] == [
        FreeNumber("headcount", "gongbei", 360, "busy"),
        FreeNumber("headcount", "gongbei", 900),
        FreeNumber("coaches", "gongbei"),
        FreeNumber("reserve_rooms"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('["waits"]', '["wait"]', 'staffing.targets = "wait": no such target; did you mean "waits"?'),
        ("staff_day = 500", "room_night = 500", 'staffing.minimise = "cost": needs costs.staff_day'),
        ("busy = 2020-03-06", "busy = 2020-03-03", 'begins on the same day as phase "busy"'),
        ("quiet = 2020-03-03", "quiet = 2020-03-04", "the first phase must begin by first_day (2020-03-03)"),
        ("early@busy", "early@bussy", 'no such phase; did you mean "busy"?'),
        ("early@busy", "noon", "no such shift; known here: early, late"),
        ("gongbei.early", "gongbie.early", 'no such pool; did you mean "gongbei"?'),
        ("[4, 20]", "[24, 20]", "the least must not be more than the most"),
        ("[1, 6]", "[0, 6]", "must be at least 1, because there is a [coaches] table"),
        ("coaches\" = [1, 6]", "coaches@busy\" = [1, 6]", "has no phases: only the people of a shift may differ"),
        ("pools.gongbei.late", "pools.gongbei.early@busy", ""),
        ("sites.reserve_rooms\" =", "sites.rooms_factor\" =", "must be one of pools.gongbei"),
        ("pools.gongbei.late =", "\"pools.gongbei.06:00@busy\" =", 'means the same as "pools.gongbei.early@busy"'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_table_is_told_with_a_hint(tmp_path: Path, old: str, new: str, line: str):
    assert old in TABLE
    told = faults(write(tmp_path, GOOD + TABLE.replace(old, new, 1)))
    assert told, "must be a fault"
    assert any(line in text for text in told), told


CHILD = """\
extends = "scenario.toml"
roster = "roster.csv"
"""
ROSTER = "pool,date,start,hours,headcount\n" + "".join(
    f"gongbei,{day},06:00,18,7\n"
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)


def test_a_roster_in_a_file_below_stands_in_place_of_the_shifts_and_headcount_above(tmp_path: Path):
    write(tmp_path)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "child.toml").write_text(CHILD, encoding="utf-8")
    scenario = load(tmp_path / "child.toml")
    pool = scenario.pools["gongbei"]
    assert not pool.shifts
    assert staff_on(scenario, "gongbei", pool, scenario.first_day) == [(360, 18.0, 7)]
    assert scenario.pools["team"].shifts, "a pool without rows keeps its shifts"


def test_in_one_file_shifts_and_a_roster_of_one_pool_stay_a_fault(tmp_path: Path):
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    text = GOOD.replace("[arrivals]", 'roster = "roster.csv"\n[arrivals]', 1)
    assert any("the roster has rows of this pool" in line for line in faults(write(tmp_path, text)))
