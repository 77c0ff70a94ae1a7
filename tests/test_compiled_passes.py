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
    found = passes_compiled.beyond(of_tasks, others, len(tasks))
    assert found is not None
    assert found.tolist() == _beyond(of_tasks, others).tolist()


def test_seconds_beyond_by_hand_and_too_many_tasks_at_once() -> None:
    """trace: two people from 0 and one more from 5, all until 10, one of whom is not at a post: 5 x 1 + 5 x 2 = 15."""
    columns = tuple(np.array(column) for column in ([0, 0, 0], [0, 0, 5], [10, 10, 10], [1, 1, 1]))
    assert passes_compiled.beyond(columns, np.array([1]), 3).tolist() == [15]  # type: ignore[union-attr]
    assert _beyond(columns, np.array([1])).tolist() == [15]
    assert passes_compiled.beyond(columns, np.array([1]), 2) is None
