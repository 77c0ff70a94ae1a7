"""The compiled passes over the log make what numpy makes; numpy's way is the authority."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import load, sample, simulate
from sim.flow import duty, history, passes_compiled
from sim.flow.duty import levels, shifts, tasks
from sim.flow.history import History, TaskRows
from sim.flow.log import EventLog
from sim.flow.steps import HOUR, at, presence, presence_by_hour
from sim.measures import measure, series, staff
from sim.measures.staff import _beyond
from sim.scenario.tables.schema import Scenario

ROOT = Path(__file__).parents[1]
CASE = ROOT / "scenarios" / "xiangzhou.toml"


def both_ways(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> list[tuple[TaskRows, duty.Tasks]]:
    """Rows of tasks and tasks with their shifts, by numpy and by the compiled passes."""
    made = []
    for quick in (None, passes_compiled):
        for module in (history, duty):
            monkeypatch.setattr(module, "compiled_passes", lambda quick=quick: quick)
        rows = History(log)
        shift = shifts(rows, log)
        made.append((rows.all_tasks(), tasks(rows, shift, levels(rows, shift), log.places)))
    return made


def same(scenario: Scenario, seed: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many tasks there are, after all columns have been compared."""
    assert passes_compiled.ready()
    log = simulate(scenario, sample(scenario, seed=seed, replication=1))
    for numpys, compileds in zip(*both_ways(log, monkeypatch), strict=True):
        for name, one, other in zip(numpys._fields, numpys, compileds, strict=True):
            np.testing.assert_array_equal(one, other, err_msg=name)
    return len(History(log).all_tasks().second)


def test_tasks_of_the_case_are_the_same_by_numpy_and_by_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """equality of every column, over the first three weeks, with sites that open in the midst of shifts."""
    assert same(load(CASE, overrides=("last_day=2020-03-24",)), 1, monkeypatch) > 10_000


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.data())
def test_tasks_of_made_up_scenarios_are_the_same_by_numpy_and_by_the_compiler(data: st.DataObject) -> None:
    """equality, with brigades that change the level of a shift and sites that close in the midst of one."""
    scenario = data.draw(strategies.scenarios(coarse=data.draw(st.booleans())))
    with pytest.MonkeyPatch.context() as monkeypatch:
        same(scenario, data.draw(st.integers(0, 99)), monkeypatch)


def test_a_level_that_ends_where_the_next_begins_leaves_no_gap() -> None:
    """By hand: pool 1 has level 0 for rows 2 and 3, level 1 from row 4; pool 0 has none."""
    at, change = np.array([2, 4, 4]), np.array([0, -1, 1])
    found = passes_compiled.levels(at, np.array([1, 1, 1]), change, np.array([1, 1, 1, 1, 1, 0]), 2)
    assert found.tolist() == [-1, -1, 0, 0, 1, -1]


@settings(max_examples=200, deadline=None, database=None)
@given(st.data())
def test_seconds_beyond_the_others_are_the_same_by_numpy_and_by_the_compiler(data: st.DataObject) -> None:
    """equality, on made-up tasks of a few shifts in order of begin, some of them of no length."""
    tasks = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40), st.integers(0, 9), st.integers(1, 3))))
    tasks.sort(key=lambda task: task[1])
    shift, begin, length, staff = (
        np.array(column, dtype=np.int64) for column in zip(*tasks, (0, 0, 0, 1), strict=True)
    )
    others = np.array(data.draw(st.lists(st.integers(0, 4), min_size=3, max_size=3)), dtype=np.int64)
    of_tasks = (shift[:-1], begin[:-1], (begin + length)[:-1], staff[:-1])
    busy, beyond = passes_compiled.busy_and_beyond(of_tasks, (0, 100), others)
    assert beyond.tolist() == _beyond(of_tasks, others).tolist()
    assert busy.tolist() == _beyond(of_tasks, 0 * others).tolist()


def test_seconds_beyond_by_hand() -> None:
    """trace: two people from 0 and one more from 5, all until 10, one of whom is not at a post: 5 x 1 + 5 x 2 = 15, of
    25 in tasks. Of the stretch from 4 to 8: 1 x 1 + 3 x 2 = 7, of 11. A shift that nobody asks about, and tasks outside
    all shifts, have none.
    """
    columns = tuple(np.array(column) for column in ([0, 0, 0, 1, -1], [0, 0, 5, 0, 0], [10] * 5, [1, 1, 1, 2, 1]))
    busy, beyond = passes_compiled.busy_and_beyond(columns, (0, 99), np.array([1, -1]))
    assert (busy.tolist(), beyond.tolist()) == ([25, 20], [15, 0])
    assert _beyond(tuple(column[:3] for column in columns), np.array([1])).tolist() == [15]
    busy, beyond = passes_compiled.busy_and_beyond(columns, (4, 8), np.array([1, -1]))
    assert (busy.tolist(), beyond.tolist()) == ([11, 8], [7, 0])


@settings(max_examples=200, deadline=None, database=None)
@given(st.data())
def test_people_present_by_hour_are_the_same_by_numpy_by_the_compiler_and_by_steps(data: st.DataObject) -> None:
    """equality, with people who are there before the first and after the last of five hours; the steps of each group,
    summed second by second, are the third way.
    """
    second = st.integers(-HOUR, 7 * HOUR)
    rows = data.draw(st.lists(st.tuples(st.integers(0, 3), second, second, st.integers(0, 3)), min_size=1))
    place, one, other, size = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    of_place, span = np.array([1, 0, 2, 1]), (np.minimum(one, other), np.maximum(one, other))
    found = presence_by_hour(of_place[place], span, size, (3, 5))
    assert found.tolist() == passes_compiled.presence_by_hour(of_place, place, span, size, (3, 5)).tolist()
    for group, by_hour in enumerate(found):
        here = of_place[place] == group
        there = at(presence(span[0][here], span[1][here], size[here]), np.arange(5 * HOUR))
        assert by_hour.tolist() == there.reshape(5, HOUR).sum(axis=1).tolist()


def test_people_present_by_hour_by_hand() -> None:
    """trace: 2 people from 00:30 until 02:15 are 3,600 seconds in the first hour, 7,200 and 1,800 in the next ones."""
    one = np.zeros(1, dtype=np.int64)
    found = presence_by_hour(one, (np.array([1_800]), np.array([8_100])), one + 2, (1, 4))
    assert found.tolist() == [[3_600, 7_200, 1_800, 0]]


def test_measures_of_the_case_are_the_same_by_numpy_and_by_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """equality to the bit of values, series and profiles, over the first two weeks."""
    assert passes_compiled.ready()
    scenario = load(CASE, overrides=("last_day=2020-03-17",))
    log = simulate(scenario, sample(scenario, seed=1, replication=1))
    compiled = measure(log, scenario)
    for module in (history, duty, staff, series):
        monkeypatch.setattr(module, "compiled_passes", lambda: None)
    numpys = measure(log, scenario)
    assert repr(compiled.values) == repr(numpys.values)  # nan is nan
    for one, other in zip(compiled.series + compiled.profiles, numpys.series + numpys.profiles, strict=True):
        np.testing.assert_array_equal(one.values, other.values, err_msg=one.quantity)
