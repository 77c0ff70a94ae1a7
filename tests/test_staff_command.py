"""`qcap staff` from the command line: its answer, its files, where no staffing helps, and going on after Ctrl-C."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_case import SMALL, write_small
from staff_case import Coins
from test_columns import assert_all_told

from sim import load
from sim.cli import main
from sim.commands.staff.asked import Load, Options, problem_of, question_of
from sim.commands.staff.extras import Extras
from sim.commands.staff.pictures import draw
from sim.commands.staff.problem import (
    FAILS,
    HOLDS,
    OPEN,
    Answer,
    Certificate,
    Free,
    Outcome,
    Plan,
    Problem,
    Subject,
    TargetShare,
    TargetVerdict,
)
from sim.commands.staff.search import MOST_CHALLENGED
from sim.commands.staff.sentences import gain_words, goal_name, witness_words
from sim.commands.staff.solve import solve
from sim.commands.staff.tables import Found, witnesses
from sim.commands.staff.trials import BLOCKS, Evaluator, replication
from sim.drawing import page
from sim.drawing.tables import Picture

WORDS = ("--engine", "compiled", "--workers", "1")
ONE_SHIFT = (
    SMALL.replace("people_per_day = 30.0", "people_per_day = 60.0") + "\n[staffing.free]\npools.gongbei = [1, 9]\n"
)
COACH_IN_TIME = """
[targets.coach]
measure = "within_coach_wait_share"
place = "gongbei"
at_least = 0.9
"""


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as text:
        return list(csv.DictReader(text))


def staffed(folder: Path, *words: str, text: str = ONE_SHIFT) -> tuple[int, Path]:
    file, out = write_small(folder, text), folder / "plan"
    return main(["staff", str(file), *WORDS, "--out", str(out), "--no-plots", *words]), out


def test_a_plan_is_found_and_certified_and_its_file_runs_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One shift: the plan holds, one fewer fails, and the cut of one fewer is the bound. The file extends the scenario
    with the people of the plan and its target, and is in order.
    """
    code, out = staffed(tmp_path)
    said = capsys.readouterr().out
    assert code == 0
    assert "Certified: this plan holds" in said
    (row,) = rows_of(out / "plan.csv")
    people = int(row["people"])
    assert (row["free"], row["today"], row["witness"]) == ("pools.gongbei.07:00", "4.0", "one_fewer_fails")
    summary = {line["name"]: line["value"] for line in rows_of(out / "plan_summary.csv")}
    assert float(summary["cost_plan"]) == float(summary["lower_bound"]) == 3 * people
    assert float(summary["people_on_duty"]) == people
    told = [(line["subject"], line["verdict"]) for line in rows_of(out / "certificate.csv")]
    assert {("plan", "holds"), ("neighbour", "fails"), ("cut", "fails")} <= set(told)
    there = load(out / "staffing.toml")
    assert {r.headcount for r in there.roster} == {people}
    assert there.targets["staff_gongbei"].place == "gongbei.worst_shift"
    assert main(["check", str(out / "staffing.toml")]) == 0
    assert_all_told(out)
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["run_again_on_simpy"]["identical"]


def test_where_no_staffing_helps_it_says_what_limits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """240 people a day, 10 to a coach, and one coach, which is away for 40 minutes and more: 19 loads in 12 hours ask
    for it longer than there are hours. With many coaches all is well.
    """
    text = ONE_SHIFT.replace("coaches = 2", "coaches = 1").replace("people_per_day = 60.0", "people_per_day = 240.0")
    text = text.replace("rooms = 60", "rooms = 900") + COACH_IN_TIME
    code, out = staffed(tmp_path, "--target", "coach", text=text)
    said = " ".join(capsys.readouterr().out.split())
    assert code == 1
    assert "No staffing helps" in said
    assert "What limits is coaches" in said
    assert not (out / "staffing.toml").exists()


def test_chinese_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out = staffed(tmp_path, "--lang", "zh", "--minutes", "0.1")
    assert code == 0
    said = capsys.readouterr().out
    assert "达到目标的最少人员" in said


def test_ctrl_c_keeps_what_is_found_and_resume_ends_as_one_that_never_stopped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Evaluator.__call__
    calls: list[Any] = []

    def stopping(self: Evaluator, plans: Sequence[Plan], block: str, numbers: range, *, full: bool) -> list[Outcome]:
        calls.append(block)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return made(self, plans, block, numbers, full=full)

    monkeypatch.setattr(Evaluator, "__call__", stopping)
    code, out = staffed(tmp_path)
    said = " ".join(capsys.readouterr().out.split())
    assert code == 130
    assert "Interrupted" in said
    assert "--resume goes on where it stopped" in said
    assert rows_of(out / "plan.csv")[0]["witness"] == "not_proved"
    monkeypatch.setattr(Evaluator, "__call__", made)
    code, out = staffed(tmp_path, "--resume")
    assert code == 0
    assert rows_of(out / "plan.csv")[0]["witness"] == "one_fewer_fails"
    assert main(["staff", str(tmp_path / "small.toml"), *WORDS, "--out", str(out), "--resume", "--seed", "2"]) == 2
    assert "holds no search for this question" in capsys.readouterr().err


@pytest.fixture
def of_three_phases(tmp_path: Path) -> Found:
    """The small scenario with a phase for each day, a free shift in each and coaches, two in each; nothing was run."""
    phases = "".join(f"phase_{day} = 2020-03-{day:02}\n" for day in (3, 4, 5))
    text = SMALL.replace("[pools.gongbei]", '[pools.gongbei]\nname = "Gongbei diversion point"')
    free = 'free = { "pools.gongbei" = [1, 9], "ports.gongbei.coaches" = [1, 4] }\n'
    scenario = load(write_small(tmp_path, f"{text}\n[staffing]\n{free}\n[staffing.phases]\n{phases}"))
    question = question_of(scenario, Options(), 1, "simpy")
    by_hour = np.ones((3, 24))
    loads = Load("gongbei", by_hour, by_hour, by_hour, minutes=10.0)
    problem, n = problem_of(question, [loads], 1.0), len(question.values)
    neighbour = Subject("neighbour", (2,) * n, 0, (TargetVerdict(0, 18, 30, FAILS, 0.4, 0.8),), FAILS, alone=True)
    other = Subject("neighbour", (2,) * n, 1, (TargetVerdict(0, 115, 120, OPEN, 0.9, 1.0),), OPEN, alone=False)
    given_up = replace(other, free=2, closed=True)
    plan = Subject("plan", (2,) * n, -1, (TargetVerdict(0, 470, 480, HOLDS, 0.95, 1.0),), HOLDS, alone=True)
    certificate = Certificate((2,) * n, "B", 0.03, plan, (neighbour, other, given_up), finished=False)
    return Found(question, problem, Answer(plan=(2,) * n, certificates=[certificate]), Extras(), (loads,))


def test_panels_of_the_plan_name_pool_and_days_in_full(
    of_three_phases: Found, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By hand: three panels side by side, each with the name above the days of its phase; nothing is cut off."""
    titles: list[str] = []

    def read(picture: Picture, *_: object) -> list[Path]:
        titles.extend(axes.get_title(loc) for axes in picture.figure.axes for loc in ("left", "center"))
        return []

    monkeypatch.setattr(page, "save", read)
    draw(tmp_path, of_three_phases, "")
    told = [f"Gongbei diversion point\n{day} March to {day} March" for day in (3, 4, 5)]
    assert [title for title in titles if title] == told


def test_what_was_seen_of_neighbours_is_told_when_time_is_up(of_three_phases: Found) -> None:
    """By hand: one fails, one is looked at no further (115 of 120: hardly anything could be shown), one stays open with
    what was seen so far, one was not looked at. Targets are told by what they are about, not by their ids.
    """
    found = of_three_phases
    told = [witness_words(found, *each) for each in zip(found.question.values, witnesses(found), strict=True)]
    assert told == [
        "fails: 18 of 30 (wait for staff)", "not proved yet: 115 of 120 (wait for staff)",
        "not told apart: 115 of 120 (wait for staff)", "not proved yet",
    ]  # fmt: skip
    staff, coaches = found.question.goals
    assert goal_name(found, staff) == "staff of Gongbei diversion point"
    assert goal_name(found, coaches) == "coaches of Gongbei"


def test_what_one_more_adds_is_told_in_replications(of_three_phases: Found) -> None:
    """By hand: 2 of 60 are told, 1 of 60 is no change to be seen."""
    found = replace(of_three_phases, extras=Extras(replications=60))
    told = [gain_words(found, gain / 60) for gain in (2, 1, 0, -3)]
    assert told == ["2 more of 60", "no change to be seen", "no change to be seen", "3 fewer of 60"]


def test_blocks_have_no_replication_in_common() -> None:
    """480 replications are the most of a block."""
    numbers = [replication(block, number) for block in BLOCKS for number in range(480)]
    assert len(set(numbers)) == len(numbers)


def test_of_many_numbers_the_certificate_comes_before_cheaper_plans_are_challenged() -> None:
    """Ten shifts need 1 person each (99 % then, 60 % without one): no plan is tried against the one found before the
    certificate, and the cuts of one fewer, seen after it, bring the bound to its cost.
    """
    frees = tuple(Free(f"shift {i}", 0, 2, 1.0) for i in range(MOST_CHALLENGED + 2))
    seen: list[str] = []
    coins = Coins(lambda plan: (0.99 if min(plan) > 0 else 0.6,))
    answer = solve(Problem(frees, (TargetShare("target", 0.9),)), coins, on_event=lambda event: seen.append(event.step))
    assert answer.certificate is not None
    assert answer.certificate.complete
    assert answer.plan == (1,) * len(frees)
    assert answer.bound is not None
    assert answer.bound.cost == len(frees)
    assert list(dict.fromkeys(seen)) == ["corner", "search", "certify", "bound"]
