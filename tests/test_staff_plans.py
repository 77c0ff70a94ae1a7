"""Plans laid over scenarios: what is free, what it costs, and that a plan met by travellers is the plan's own file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest
from cli_case import SMALL, write_small

from sim import load
from sim.commands.staff.asked import Options, problem_of, question_of
from sim.commands.staff.trials import history, in_part, prepare, require_same_on_simpy, results
from sim.commands.staff.values import phases_of, planned, roster_rows, values_of
from sim.flow.compiled import prepare as compile_engine
from sim.scenario.tables.schema import Scenario
from sim.shell.errors import BadInput

PHASES = """
[staffing.phases]
calm = 2020-03-03
rush = 2020-03-05
[staffing.free]
"pools.gongbei" = [1, 9]
"pools.gongbei.14:00@rush" = [2, 7]
"ports.gongbei.coaches" = [1, 4]
"pools.gongbei.posts_may_leave" = [0, 1]
"""
SHIFTS = SMALL.replace(
    "headcount = 4\nshifts.day = { start = \"07:00\", hours = 15.0, share = 1.0 }",
    "headcount = 7\nfixed_posts = 1\nabsence_share = 0.2\n"
    'shifts.early = { start = "07:00", hours = 7.0, share = 0.6 }\n'
    'shifts.late = { start = "14:00", hours = 8.0, share = 0.4 }',
)  # fmt: skip


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(write_small(tmp_path, SHIFTS + PHASES))


def test_values_are_shifts_by_phase_with_their_bounds_days_and_today(scenario: Scenario) -> None:
    """Three days, of which two are calm; 7 people are 4 and 3. The narrower path has its own bounds."""
    assert [phase.name for phase in phases_of(scenario)] == ["calm", "rush"]
    found = values_of(scenario, scenario.staffing.free if scenario.staffing else {})
    told = [(v.path, v.low, v.high, v.today, v.days) for v in found]
    assert told == [
        ("pools.gongbei.07:00@calm", 1, 9, 4.0, 2),
        ("pools.gongbei.14:00@calm", 1, 9, 3.0, 2),
        ("pools.gongbei.07:00@rush", 1, 9, 4.0, 1),
        ("pools.gongbei.14:00@rush", 2, 7, 3.0, 1),
        ("ports.gongbei.coaches", 1, 4, 2, 3),
        ("pools.gongbei.posts_may_leave", 0, 1, 0, 3),
    ]


def test_without_a_table_all_shifts_are_free_from_one_to_twice_or_six_more(tmp_path: Path) -> None:
    found = values_of(load(write_small(tmp_path, SHIFTS)), {})
    assert [(v.path, v.low, v.high) for v in found] == [("pools.gongbei.07:00", 1, 10), ("pools.gongbei.14:00", 1, 9)]


def test_costs_are_staff_days_of_the_window_and_a_coach_counts_as_its_driver(scenario: Scenario) -> None:
    """Days of each shift; a coach 3 days; a post that may leave a tenth of a person. Targets: staff, coaches."""
    question = question_of(scenario, Options(), 1, "simpy")
    problem = problem_of(question, (), 2.0)
    assert [free.unit_cost for free in problem.frees] == pytest.approx([2, 2, 1, 1, 3, 0.3])
    assert problem.today == (4, 3, 4, 3, 2, 0)
    assert [(goal.name, goal.target.place) for goal in question.goals] == [
        ("staff_gongbei", "gongbei.worst_shift"),
        ("coaches_gongbei", "gongbei"),
    ]


PLAN = (3, 2, 5, 4, 3, 1)


def test_a_roster_of_a_plan_has_weekdays_as_they_end_and_dates_where_days_differ(scenario: Scenario) -> None:
    """The rush lasts to the end: 5 and 4 on every weekday; the calm days and the eve have 3 and 2 on their dates."""
    question = question_of(scenario, Options(), 1, "simpy")
    rows = list(roster_rows(scenario, question.values, PLAN, "gongbei"))
    weekdays = [row for row in rows if isinstance(row.date, str)]
    assert len(weekdays) == 14
    assert {(row.start, row.headcount) for row in weekdays} == {(420, 5), (840, 4)}
    dated = [(row.date, row.start, row.headcount) for row in rows if not isinstance(row.date, str)]
    assert dated == [(dt.date(2020, 3, day), start, n) for day in (2, 3, 4) for start, n in ((420, 3), (840, 2))]


def test_a_plan_is_met_as_its_own_scenario_is_on_simpy(scenario: Scenario) -> None:
    """Row for row: people, absences, posts, coaches, of the short way and of the scenario that the plan becomes."""
    compile_engine()
    question = question_of(scenario, Options(), 1, "compiled")
    require_same_on_simpy(question, 3, None, PLAN)
    there = planned(scenario, question.values, PLAN)
    assert there.ports["gongbei"].coaches == 3
    assert there.pools["gongbei"].posts_may_leave == 1


def test_what_is_left_out_in_part_changes_nothing_where_sites_have_no_staff(scenario: Scenario) -> None:
    """No teams, no visits: points fare the same, and each target's measure is the same to the bit."""
    question = question_of(scenario, Options(), 1, "simpy")
    ready = [prepare(question, 2, None, full=full) for full in (True, False)]
    assert results(question, ready[0], PLAN) == results(question, ready[1], PLAN)
    assert in_part(scenario).visits == {}


def test_one_more_person_is_one_more_on_the_shifts_of_its_phase_alone(scenario: Scenario) -> None:
    question = dataclasses.replace(question_of(scenario, Options(), 1, "simpy"), goals=())
    ready = prepare(question, 1, None, full=True)
    rostered = []
    for plan in (PLAN, (*PLAN[:2], 6, *PLAN[3:])):
        _here, log = history(question, ready, plan)
        began = log.rows[log.rows["kind"] == 60]
        rostered.append(
            {(int(row["second"]) // 86_400, int(row["second"]) // 3_600 % 24): int(row["value"]) for row in began}
        )
    first, more = rostered
    assert {key for key in first if first[key] != more[key]} == {key for key in first if key[0] >= 2 and key[1] == 7}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(free=("pools.gongbei",)), "must be PATH=LO..HI"),
        (Options(free=("pools.gongbei=9..2",)), "must be PATH=LO..HI"),
        (Options(free=("pools.gongbie=1..2",)), 'did you mean "gongbei"'),
        (Options(targets=("staff_gongbie",)), 'did you mean "staff_gongbei"'),
        (Options(minimise="people"), "must be staff_days or cost"),
        (Options(minimise="cost"), "needs costs.staff_day"),
        (Options(free=("pools.gongbei.14:00@rush=1..2", "pools.gongbei.15:00=1..2")), "no such shift"),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_is_refused_with_a_hint(scenario: Scenario, options: Options, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        question_of(scenario, options, 1, "simpy")


def test_a_target_about_more_than_staff_lifts_rooms(tmp_path: Path) -> None:
    text = SHIFTS + '\n[targets.quick]\nmeasure = "within_limit_share"\nplace = "gongbei"\nat_least = 0.9\n'
    scenario = load(write_small(tmp_path, text))
    assert question_of(scenario, Options(targets=("quick",)), 1, "simpy").unlimited == ("rooms",)
    assert question_of(scenario, Options(), 1, "simpy").unlimited == ()
