"""The compiled engine writes the same history as SimPy, row for row."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import load, sample, simulate
from sim.flow.compiled.loop import run_flow
from sim.flow.log import EventLog, Kind, Subject
from sim.flow.steps import presence
from sim.runs.job import first_difference
from sim.sampling import Sample
from sim.scenario.tables.schema import Scenario

ROOT = Path(__file__).parents[1]
FILES = sorted(file for file in (ROOT / "scenarios").rglob("*.toml") if not file.stem.endswith("_unknowns"))
CASE = ROOT / "scenarios" / "xiangzhou.toml"
QUESTIONS = sorted((ROOT / "scenarios" / "staffing").glob("*.toml"))
"""Each is the whole case with some change, which takes SimPy 6 s: the normal run takes a tenth of the travellers."""
UNCOMPILED = """
from hypothesis import strategies as st
import numba
assert numba.config.DISABLE_JIT
import test_engines_equal as t
import test_engines_equal_care
import test_invariants_more
t.made_up(10)()
test_engines_equal_care.with_the_compiler_off()
test_invariants_more.limits_are_kept()
t.same(t.load(t.ROOT / "scenarios" / "textbook" / "coach_full.toml"), 1)
"""


def same(
    scenario: Scenario, replication: int, travellers: Sample | None = None, lift: tuple[str, ...] = ()
) -> EventLog:
    """The history, after both engines have made it."""
    travellers = travellers or sample(scenario, seed=5, replication=replication)
    simpy = simulate(scenario, travellers, unlimited=lift)
    assert first_difference(simulate(scenario, travellers, engine="compiled", unlimited=lift), simpy) == ""
    return simpy


def made_up(n: int):
    """A test on n scenarios that hypothesis makes up: every feature of the strategies, with and without forced ties."""

    @settings(max_examples=n, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def equal(data: st.DataObject) -> None:
        coarse = data.draw(st.booleans())
        scenario = data.draw(strategies.scenarios(coarse=coarse))
        travellers = sample(scenario, seed=data.draw(st.integers(0, 99)), replication=1)
        lift = ("rooms",) if scenario.sites and data.draw(st.integers(0, 9)) == 0 else ()
        same(scenario, 1, strategies.on_the_hour(travellers) if coarse else travellers, lift)

    return equal


def test_made_up_scenarios_have_the_same_history_in_both_engines() -> None:
    """equality, on 300 scenarios; half of them in whole hours, where nearly everything happens at once."""
    made_up(300)()


@pytest.mark.slow
@pytest.mark.parametrize("tenth", range(1, 11))
def test_twenty_thousand_made_up_scenarios_have_the_same_history_in_both_engines(tenth: int) -> None:
    """equality, on 2,000 other ones in each tenth; ten minutes: pytest -m slow -n 2 tests/test_engines_equal.py."""
    assert tenth  # the number of a run, nothing else: each makes up scenarios of its own
    made_up(2_000)()


@pytest.mark.parametrize("file", [f for f in FILES if f != CASE and f not in QUESTIONS], ids=lambda f: f.stem)
def test_every_scenario_that_comes_with_qcap_has_the_same_history_in_both_engines(file: Path) -> None:
    """equality; two further replications are in the slow test."""
    same(load(file), 1)


@pytest.mark.slow
@pytest.mark.parametrize("file", [f for f in FILES if f != CASE and f not in QUESTIONS], ids=lambda f: f.stem)
def test_every_scenario_that_comes_with_qcap_has_the_same_history_in_both_engines_three_times(file: Path) -> None:
    """equality, replications 2 and 3; the first is in the normal run."""
    scenario = load(file)
    for replication in (2, 3):
        same(scenario, replication)


@pytest.mark.parametrize("file", QUESTIONS, ids=lambda f: f.stem)
def test_every_question_of_the_library_has_the_same_history_in_both_engines(file: Path) -> None:
    """equality, with a tenth of the travellers; all of them are in the slow test."""
    assert len(same(load(file, overrides=("arrivals.factor=0.1",)), 1)) > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("file", QUESTIONS, ids=lambda f: f.stem)
def test_every_question_of_the_library_has_the_same_history_in_both_engines_at_full_length(file: Path) -> None:
    """equality, all travellers; about five minutes: pytest -m slow tests/test_engines_equal.py -k question."""
    same(load(file), 1)


def test_the_case_has_the_same_history_in_both_engines() -> None:
    """equality; 19 further replications are in the slow test."""
    assert len(same(load(CASE), 1)) > 100_000


@pytest.mark.slow
@pytest.mark.parametrize("replication", range(2, 21))
def test_the_case_has_the_same_history_in_both_engines_twenty_times(replication: int) -> None:
    """equality, replications 2 to 20 at full length; the first is in the normal run."""
    same(load(CASE), replication)


@pytest.mark.parametrize("lift", [("rooms",), ("gongbei",)])
def test_the_case_without_a_limit_has_the_same_history_in_both_engines(lift: tuple[str, ...]) -> None:
    """equality of the second flows, over the first six weeks."""
    same(load(CASE, overrides=("last_day=2020-04-12",)), 1, lift=lift)


def test_with_the_compiler_off_the_compiled_engine_is_plain_python_with_the_same_history(tmp_path: Path) -> None:
    """equality of the same code as Python runs it, which is where its coverage is measured."""
    env = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", UNCOMPILED], env=env, cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=280,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_rows_of_some_kinds_are_those_of_the_whole_history(engine: str) -> None:
    """The whole history, of which rows of other kinds are taken out."""
    scenario = load(CASE, overrides=("last_day=2020-03-12",))
    travellers = sample(scenario, seed=5, replication=1)
    kinds = (Kind.TASK, Kind.HANDED_OVER, Kind.SITE_OPENED)
    some = simulate(scenario, travellers, engine=engine, kinds=kinds)
    assert 0 < len(some) < len(whole := simulate(scenario, travellers, engine=engine))
    assert (some.rows == whole.of(*kinds)).all()


def test_more_visits_may_be_under_way_than_a_pool_keeps_ends_of() -> None:
    """equality where over 200 visits of one site are under way at once: the ends of those beyond 64 are events."""
    changes = ("last_day=2020-03-10", "pools.site_team.headcount=900", "visits.meals.room_minutes=150")
    history = same(load(CASE, overrides=changes), 1)
    visits = history.of(Kind.TASK)
    visits = visits[visits["subject"] == Subject.TASK_VISIT]
    of_teams = [visits[visits["place"] == place] for place in np.unique(visits["place"])]
    assert max(int(presence(v["second"], v["value"], v["people"]).values.max()) for v in of_teams) > 200


def test_rows_that_are_no_tasks_are_the_same_when_no_tasks_are_written() -> None:
    """Visits are then caught up and forgotten."""
    scenario = load(CASE, overrides=("last_day=2020-03-20",))
    travellers = sample(scenario, seed=5, replication=1)
    kinds = set(Kind) - {Kind.TASK}
    some = simulate(scenario, travellers, engine="compiled", kinds=kinds)
    assert (some.rows == simulate(scenario, travellers, engine="compiled").of(*kinds)).all()


def test_one_version_of_the_flow_is_compiled_whatever_the_scenario() -> None:
    """A second type of array would be compiled anew in every process; files differ in which tables they have."""
    for file in FILES:
        scenario = load(file, overrides=("last_day=2020-03-20",) if file == CASE else ())
        simulate(scenario, sample(scenario, seed=1, replication=1), engine="compiled")
    assert len(cast(Any, run_flow).signatures) == 1
