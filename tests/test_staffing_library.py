"""The library of questions: every file asks one, names what answers it, and changes the base."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.commands.compare.answers import changes
from sim.measures import REGISTRY
from sim.runs.alternatives import Alternative, ComparisonSettings, compare
from sim.sampling.roster import staff_on
from sim.scenario import Reading, read

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FILES = sorted((SCENARIOS / "staffing").glob("*.toml"))
LONGEST_TITLE = 48
"""Characters that the picture of all differences has room for."""
BY_HAND = {  # days on which the point has how many people, by hand from the questions
    "gongbei_42_every_day": {"2020-03-10": 42, "2020-03-30": 42, "2020-05-05": 42},
    "gongbei_half_staff_6_posts": {"2020-03-10": 15, "2020-03-30": 21, "2020-05-05": 15},
}


def test_every_file_asks_a_question_and_changes_something() -> None:
    """At least the thirty of the list; titles fit the picture and are all different."""
    base = read(SCENARIOS / "xiangzhou.toml").scenario
    readings: dict[str, Reading] = {file.stem: read(file, known_measures=list(REGISTRY)) for file in FILES}
    assert len(readings) >= 30
    titles = [reading.scenario.title for reading in readings.values()]
    assert len(set(titles)) == len(titles)
    for name, reading in readings.items():
        scenario = reading.scenario
        assert (scenario.question or "").endswith("?"), name
        assert len(scenario.title) <= LONGEST_TITLE, name
        assert scenario.headlines, name
        assert changes(base, scenario, name), name
        assert (SCENARIOS / "staffing" / f"{name}.toml").read_text(encoding="utf-8").startswith("# "), name
    for name, days in BY_HAND.items():
        scenario = readings[name].scenario
        for day, people in days.items():
            on = staff_on(scenario, "gongbei", scenario.pools["gongbei"], scenario.first_day.fromisoformat(day))
            assert sum(count for _, _, count in on) == people, (name, day)


def test_a_roster_that_follows_the_arrivals_has_the_same_hours_of_work() -> None:
    """By hand: 29 x 9 hours, at weekends 30 x 9; on busy days 42 x 9 less 2, because people are whole."""
    scenario = read(SCENARIOS / "staffing" / "gongbei_roster_by_hour.toml").scenario
    for day, hours in (("2020-03-10", 261), ("2020-03-14", 270), ("2020-03-30", 376)):
        on = staff_on(scenario, "gongbei", scenario.pools["gongbei"], scenario.first_day.fromisoformat(day))
        assert sum(hours_ * count for _, hours_, count in on) == hours


@pytest.mark.slow
def test_answers_go_the_way_that_a_planner_expects() -> None:
    """direction, replication by replication for the same travellers of the real case: fewer staff do not shorten the
    wait for staff, more rooms and an earlier order not the wait for rooms, and the other way round. Not so strictly for
    the time to the coach: with other staff, loads close at other moments.
    """
    names = {
        "wait_registration_mean": ("gongbei_half_staff_6_posts", "gongbei_half_staff_3_posts", "absence_30"),
        "wait_room_mean": ("sites_48_hours_later", "rooms_per_person"),
    }
    less = {"wait_room_mean": ("sites_48_hours_earlier", "stay_7_days"), "wait_registration_mean": ("fewer_posts",)}
    files = {"xiangzhou": SCENARIOS / "xiangzhou.toml"}
    files |= {n: SCENARIOS / "staffing" / f"{n}.toml" for group in (names, less) for t in group.values() for n in t}
    alternatives = [Alternative(name, read(file).scenario) for name, file in files.items()]
    done = compare(
        alternatives, ComparisonSettings(4, 1, "compiled", names=tuple(names), series=False, rerun_some=False)
    )
    by_name = {each.alternative.name: each for each in done.results}
    for table, sign in ((names, 1), (less, -1)):
        for measure, group in table.items():
            place = "gongbei" if measure == "wait_registration_mean" else "all"
            for name in group:
                difference = by_name[name].value((measure, place), 4) - done.base.value((measure, place), 4)
                assert (sign * difference >= -1e-9).all(), (name, measure, difference)
