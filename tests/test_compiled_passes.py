"""The compiled passes over the log make what numpy makes; numpy's way is the authority."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim import load, sample, simulate
from sim.flow import passes, passes_compiled
from sim.flow.history import by_code
from sim.flow.log import COLUMNS, LOG_DTYPE, TASK_CODE, Kind, Subject
from sim.flow.steps import HOUR, NEVER, at, find, presence, presence_by_hour, steps
from sim.flow.task_sums import ROUND, _beyond
from sim.measures import measure
from sim.measures.scope import Scope
from sim.scenario.tables.schema import Scenario

ROOT = Path(__file__).parents[1]
CASE = ROOT / "scenarios" / "xiangzhou.toml"


def without_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "compiled", lambda: None)


def same(scenario: Scenario, seed: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many tasks there are, after codes and sums have been compared."""
    assert passes_compiled.ready()
    log = simulate(scenario, sample(scenario, seed=seed, replication=1))
    quick = by_code(log.rows), Scope(log, scenario).task_sums
    without_compiler(monkeypatch)
    numpys = by_code(log.rows), Scope(log, scenario).task_sums
    for name, one, other in zip(("codes", "order", "ends"), numpys[0], quick[0], strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)
    for name, one, other in zip(numpys[1]._fields, numpys[1], quick[1], strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)
    return int(np.count_nonzero(numpys[0][0] >= TASK_CODE))


def test_tasks_of_the_case_are_the_same_by_numpy_and_by_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """equality of every sum, over the first three weeks, with sites that open in the midst of shifts."""
    assert same(load(CASE, overrides=("last_day=2020-03-24",)), 1, monkeypatch) > 10_000


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(st.data())
def test_tasks_of_made_up_scenarios_are_the_same_by_numpy_and_by_the_compiler(data: st.DataObject) -> None:
    """equality, with brigades that change the level of a shift and sites that close in the midst of one."""
    scenario = data.draw(strategies.scenarios(coarse=data.draw(st.booleans())))
    with pytest.MonkeyPatch.context() as monkeypatch:
        same(scenario, data.draw(st.integers(0, 99)), monkeypatch)


def rows_of(tasks: list[dict[str, int]]) -> np.ndarray:
    """Rows of a log: tasks, or other kinds where they say so."""
    rows = np.zeros(len(tasks), dtype=LOG_DTYPE)
    for i, task in enumerate(tasks):
        for name, value in ({"kind": Kind.TASK, "subject": Subject.TASK_REGISTRATION, "people": 1} | task).items():
            rows[name][i] = value
    return rows


def counted(tasks: list[dict[str, int]], others: list[int], stretch: tuple[int, int]) -> list[list[int]]:
    """What the pass counts of tasks of pool 1, which has shifts 0, 1, … one after the other, each from the row of the
    same number on, until 100; place 0 is a site. Without the hours.
    """
    rows, n = rows_of(tasks), len(others)
    shifts = (np.full(n, 100), np.array(others), np.ones(n, dtype=bool))
    changes = (np.arange(n), np.full(n, 1), np.arange(n))
    groups = (np.zeros(2, dtype=np.int64), (1, 1))
    found = passes_compiled.count_tasks((rows, by_code(rows)[0]), changes, shifts, groups, (*stretch, 1, 60, ROUND))
    return [list(map(int, column)) for i, column in enumerate(found) if i != 3]


def task(begin: int, end: int, staff: int = 1) -> dict[str, int]:
    return {"second": begin, "place": 1, "value": end, "people": staff}


def test_codes_are_kinds_and_classes_of_tasks() -> None:
    """By hand: a registration, a hand-over, a visit, a hand-over; the order is by code and without the visit."""
    came: dict[str, int] = {"kind": Kind.HANDED_OVER}
    codes, order, ends = passes_compiled.by_code(rows_of([{}, came, {"subject": Subject.TASK_VISIT}, came]))
    assert codes.tolist() == [128 + 13, 1, 128 + 15, 1]
    assert order.tolist() == [1, 3, 0]
    assert (len(ends), ends[0], ends[1], ends[140], ends[141], ends[255]) == (256, 0, 2, 2, 3, 3)
    assert len(COLUMNS) == 9


def both(monkeypatch: pytest.MonkeyPatch, function: Callable[[], tuple[np.ndarray, ...]]) -> tuple[list[list], ...]:
    """What a function makes by the compiler, and by numpy."""
    assert passes_compiled.ready()
    quick = [column.tolist() for column in function()]
    with monkeypatch.context() as here:
        without_compiler(here)
        return quick, [column.tolist() for column in function()]


NUMBERS = st.one_of(st.integers(-3, 30), st.integers(-(1 << 62), 1 << 62))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(ids=st.lists(NUMBERS), numbers=st.lists(NUMBERS))
def test_numbers_are_found_in_the_same_lines(
    monkeypatch: pytest.MonkeyPatch, ids: list[int], numbers: list[int]
) -> None:
    """equality, with ids that come twice: the first of them is the line."""
    sorted_ids, wanted = (np.array(column, dtype=np.int64) for column in (sorted(ids), [*numbers, *ids[:3]]))
    quick, numpys = both(monkeypatch, lambda: find(sorted_ids, wanted))
    assert quick == numpys


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(
    changes=st.lists(st.tuples(st.one_of(st.integers(-5, 9_000_000), st.just(NEVER)), st.integers(-3, 3))),
    copies=st.sampled_from([1, 700]),
)
def test_running_sums_are_the_same(
    monkeypatch: pytest.MonkeyPatch, changes: list[tuple[int, int]], copies: int
) -> None:
    """equality, of few changes and of many, with seconds that never come."""
    columns = np.array(changes, dtype=np.int64).reshape(-1, 2).repeat(copies, axis=0).T
    columns[0] += np.arange(columns.shape[1]) % 3
    quick, numpys = both(monkeypatch, lambda: steps(*columns))
    assert quick == numpys


def test_seconds_beyond_by_hand() -> None:
    """trace: two people from 0 and one more from 5, all until 10, one of whom is not at a post: 5 x 1 + 5 x 2 = 15, of
    25 in tasks. Of the stretch from 4 to 8: 1 x 1 + 3 x 2 = 7, of 11. A shift that nobody asks about has none.
    """
    tasks = [task(0, 10), task(0, 10), task(5, 10)]
    busy, beyond, overtime, *_ = counted(tasks, [1], (0, 99))
    assert (busy, beyond, overtime) == ([25], [15], [0, 0])
    assert counted(tasks, [1], (4, 8))[:2] == [[11], [7]]
    assert counted(tasks, [-1], (0, 99))[:2] == [[25], [0]]
    assert counted(tasks, [0], (0, 99))[:2] == [[25], [25]]
    columns = tuple(np.array(column) for column in ([0, 0, 0], [0, 0, 5], [10] * 3, [1, 1, 1]))
    assert _beyond(columns, np.array([1])).tolist() == [15]


def test_a_task_is_of_the_shift_in_which_it_began_and_overtime_after_its_end() -> None:
    """trace: two people from 90 to 130, of the shift that ends at 100: 20 seconds in it and 60 after it; the next row
    begins the next shift. Before all shifts everything is overtime.
    """
    busy, _, overtime, _, _, chosen = counted([task(90, 130, staff=2), task(95, 97)], [-1, -1], (0, 999))
    assert (busy, overtime, chosen) == ([20, 2], [0, 60], [0, 1])
    assert counted([task(90, 130, staff=2)], [], (0, 999))[2] == [0, 80]
    assert counted([task(90, 130, staff=2)], [], (0, 100))[2] == [0, 20]
    assert counted([task(90, 130, staff=0)], [-1], (0, 999))[:3] == [[0], [0], [0, 0]]


def test_rounds_held_and_held_late_by_hand() -> None:
    """trace: of the round of second 100 one visit begins 60 seconds after it, in time, a swab a second later; a visit
    of the round of second 300 is outside the stretch.
    """
    visit = {"subject": Subject.TASK_VISIT, "place": 0, "people": 0}
    rows = [
        visit | {"second": 160, "subject_id": 100 * ROUND},
        visit | {"second": 161, "subject_id": 100 * ROUND + 99, "subject": Subject.TASK_SWAB},
        visit | {"second": 300, "subject_id": 300 * ROUND},
    ]
    _, _, _, held, late, _ = counted(rows, [], (100, 300))
    assert (held, late) == ([2, 0], [1, 0])


@settings(max_examples=200, deadline=None, database=None)
@given(st.data())
def test_seconds_beyond_the_others_are_the_same_by_numpy_and_by_the_compiler(data: st.DataObject) -> None:
    """equality, on made-up tasks of one shift in order of begin, some of them of no length."""
    tasks = data.draw(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9), st.integers(1, 3)), min_size=1))
    tasks.sort()
    begin, length, staff = (np.array(column, dtype=np.int64) for column in zip(*tasks, strict=True))
    others = np.array([data.draw(st.integers(0, 4))])
    of_tasks = (0 * begin, begin, begin + length, staff)
    found = counted([task(a, a + b, n) for a, b, n in tasks], others.tolist(), (0, 100))
    assert found[1] == _beyond(of_tasks, others).tolist()
    assert found[0] == _beyond(of_tasks, 0 * others).tolist()


@settings(max_examples=200, deadline=None, database=None)
@given(st.data())
def test_people_present_by_hour_are_the_same_by_steps(data: st.DataObject) -> None:
    """equality, with people who are there before the first and after the last of five hours; the steps of each group,
    summed second by second, are the other way.
    """
    second = st.integers(-HOUR, 7 * HOUR)
    rows = data.draw(st.lists(st.tuples(st.integers(0, 3), second, second, st.integers(0, 3)), min_size=1))
    place, one, other, size = (np.array(column, dtype=np.int64) for column in zip(*rows, strict=True))
    of_place, span = np.array([1, 0, 2, 1]), (np.minimum(one, other), np.maximum(one, other))
    found = presence_by_hour(of_place[place], span, size, (3, 5))
    for group, by_hour in enumerate(found):
        here = of_place[place] == group
        there = at(presence(span[0][here], span[1][here], size[here]), np.arange(5 * HOUR))
        assert by_hour.tolist() == there.reshape(5, HOUR).sum(axis=1).tolist()


def test_people_present_by_hour_by_hand() -> None:
    """trace: 2 people from 00:30 until 02:15 are 3,600 seconds in the first hour, 7,200 and 1,800 in the next ones; by
    the compiler too.
    """
    one = np.zeros(1, dtype=np.int64)
    found = presence_by_hour(one, (np.array([1_800]), np.array([8_100])), one + 2, (1, 4))
    assert found.tolist() == [[3_600, 7_200, 1_800, 0]]
    rows = rows_of([task(1_800, 8_100, staff=2)])
    none = np.zeros(0, dtype=np.int64)
    groups = (np.zeros(2, dtype=np.int64), (1, 4))
    made = passes_compiled.count_tasks(
        (rows, by_code(rows)[0]), (none,) * 3, (none,) * 3, groups, (0, 9_999, 1, 60, ROUND)
    )
    assert made[3].tolist() == [[3_600, 7_200, 1_800, 0]]


def test_measures_of_the_case_are_the_same_by_numpy_and_by_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """equality to the bit of values, series and profiles, over the first two weeks."""
    assert passes_compiled.ready()
    scenario = load(CASE, overrides=("last_day=2020-03-17",))
    log = simulate(scenario, sample(scenario, seed=1, replication=1))
    compiled = measure(log, scenario)
    without_compiler(monkeypatch)
    numpys = measure(log, scenario)
    assert repr(compiled.values) == repr(numpys.values)  # nan is nan
    for one, other in zip(compiled.series + compiled.profiles, numpys.series + numpys.profiles, strict=True):
        np.testing.assert_array_equal(one.values, other.values, err_msg=one.quantity)
