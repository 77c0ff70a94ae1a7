"""More invariants shown firing on sound histories broken in one place, and what both engines refuse to do."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import test_invariants as way
import test_invariants_care as care
from handmade import INN, PORT, Row, history, load_row, row, small_scenario
from rich_case import rich_scenario
from test_invariants_care import t

from sim import sample, simulate
from sim.flow import compiled
from sim.flow.compiled import decisions as compiled_decisions
from sim.flow.compiled import memory
from sim.flow.compiled import run as run_compiled
from sim.flow.compiled.jit import handle
from sim.flow.compiled.memory import Ints, log_rows
from sim.flow.compiled.world import NARROW, PARTY_TYPE, make_world, work_space
from sim.flow.invariants import violations
from sim.flow.log import COLUMNS, Kind, Reason, Subject, round_number
from sim.flow.reference import decisions
from sim.flow.tables import tables

LIMITS = {
    "tasks": "too many tasks wait at once",
    "asked": "too many tasks wait at once",
    "heap": "too many events are pending",
    "lanes": "too many events are",
}
"""By the array that is too small."""
BROKEN_CARE: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    "a swab in a round of visits": (
        lambda rows: [
            tuple(round_number(t("12:00"), 5) if name == "subject_id" and r[2] == Subject.TASK_SWAB else value
                  for name, value in zip(COLUMNS, r, strict=True))
            for r in rows
        ],
        "swabs: day 1 12:00:00 (second 43200): party 10: the round is not one of swabs",
    ),
    "somebody detected who is released": (
        lambda rows: [*rows, care.person(t("22:10"), Kind.DETECTED, 21, 20, value=0, reason=Reason.BY_RESULT)],
        "party 20 was detected and is released",
    ),
}  # fmt: skip
BROKEN_WAY: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    "a load that boards twice": (
        lambda rows: [*rows, load_row(t("10:30"), Kind.BOARDING, 1, 0)],
        "coaches: load 1 boards more than once",
    ),
    "a task that begins before it joins the queue": (
        lambda rows: way.edit(rows, Kind.TASK, 3, second=t("09:04")),
        "queues: day 1 09:04:00 (second 32640): crew: TASK_REGISTRATION of 3 that did not wait for it",
    ),
    "a port that opens outside its hours": (
        lambda rows: [*rows, row(t("07:00"), Kind.PORT_OPENED, PORT)],
        "hours: day 1 07:00:00 (second 25200): gate opens outside its hours",
    ),
    "a port that closes outside its hours": (
        lambda rows: [*rows, row(t("19:00"), Kind.PORT_CLOSED, PORT)],
        "hours: day 1 19:00:00 (second 68400): gate closes outside its hours",
    ),
    "a room lost and not taken again": (
        lambda rows: [
            *way.drop(rows, Kind.DEPARTED, 3),
            row(t("10:00"), Kind.ROOMS_LEFT, INN, party=3, people=1),
        ],
        "party 3: ARRIVED must not follow ROOMS_LEFT",
    ),
}


@pytest.mark.parametrize("name", BROKEN_CARE)
def test_rules_of_care_are_seen_when_broken(name: str) -> None:
    """The sound history, broken in one place."""
    change, words = BROKEN_CARE[name]
    assert any(words in fault for fault in care.faults(change(care.sound_rows()))), care.faults(
        change(care.sound_rows())
    )


@pytest.mark.parametrize("name", BROKEN_WAY)
def test_rules_of_the_way_are_seen_when_broken(name: str) -> None:
    """The sound history, broken in one place."""
    change, words = BROKEN_WAY[name]
    found = way.faults(change(way.sound_rows()))
    assert any(words in fault for fault in found), found


def test_without_coaches_nothing_boards() -> None:
    """A load of a scenario that has no table of coaches."""
    scenario = small_scenario(coaches=None, registration=None, pools={}, ports={"gate": {"regimes": {}, "hours": {}}})
    found = violations(history(scenario, [load_row(t("10:00"), Kind.BOARDING, 7, 2)]), scenario)
    assert "coaches: day 1 10:00:00 (second 36000): load 7 boards, the scenario has no coaches" in found


def test_a_call_has_the_people_that_the_scenario_says() -> None:
    """Three are called at a time; two come."""
    rows = care.edit(care.brigade_rows(), Kind.BRIGADE_CALLED, -1, people=2)
    scenario = small_scenario(
        brigade=care.BRIGADE, coaches=None,
        ports={"gate": {"regimes": {}, "hours": {"all": {"opens": "08:00", "closes": "18:00"}}, "pool": "crew"}},
    )  # fmt: skip
    assert any("crew: 2 people in one call" in fault for fault in violations(history(scenario, rows), scenario))


def test_an_engine_or_a_limit_that_there_is_not_is_named() -> None:
    """words."""
    scenario = rich_scenario()
    travellers = sample(scenario, seed=1, replication=1)
    with pytest.raises(ValueError, match="engine 'simpie': not available yet; there is simpy, compiled"):
        simulate(scenario, travellers, engine="simpie")
    with pytest.raises(
        ValueError, match="unlimited 'crw': no such pool; a limit is 'rooms' or the id of a pool in use"
    ):
        simulate(scenario, travellers, unlimited=("crw",))


def test_decisions_that_never_settle_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """With not one pass allowed nothing is settled: an error with the second, and no endless loop."""
    scenario = rich_scenario()
    monkeypatch.setattr(decisions, "MOST_PASSES", 0)
    with pytest.raises(RuntimeError, match="decisions of second 0 still change after 0 passes"):
        simulate(scenario, sample(scenario, seed=1, replication=1))


def test_a_history_that_is_longer_than_its_memory_is_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """equality: with room for ten rows at first, then four times as many, until all are written."""
    scenario = rich_scenario()
    travellers = sample(scenario, seed=1, replication=1)
    expected = run_compiled(tables(scenario), travellers)
    asked: list[int] = []

    def scarce(n: int, width: int) -> Ints:
        asked.append(n)
        return log_rows(n, width)[: 10 * 40 ** len(asked)]

    monkeypatch.setattr(compiled, "log_rows", scarce)
    again = run_compiled(tables(scenario), travellers)
    assert len(asked) > 1
    assert [b / a for a, b in itertools.pairwise(asked)] == [4.0] * (len(asked) - 1)
    assert (again.rows == expected.rows).all()


def limits_are_kept() -> None:
    """The compiled engine's limits, also for the test with the compiler off."""
    with pytest.MonkeyPatch.context() as patch:
        test_a_history_that_is_longer_than_its_memory_is_written_again(patch)
    for name, words in LIMITS.items():
        with pytest.MonkeyPatch.context() as patch:
            test_a_limit_of_the_compiled_engine_is_an_error_with_words(patch, name, words)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_decisions, "MOST_PASSES", 0)
        scenario = rich_scenario()
        with pytest.raises(RuntimeError, match="decisions of second 0 still change"):
            run_compiled(tables(scenario), sample(scenario, seed=1, replication=1))


@pytest.mark.parametrize(("name", "words"), LIMITS.items())
def test_a_limit_of_the_compiled_engine_is_an_error_with_words(
    monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    """Arrays that are too small end the run; nothing is written beyond them."""

    def small(*arguments: Any) -> dict[str, tuple[int, ...]]:
        shapes = work_space(*arguments)
        few = (shapes[name][0], 2, *shapes[name][2:]) if name == "lanes" else (2, *shapes[name][1:])
        return {**shapes, name: few}

    monkeypatch.setattr(memory, "_worked_on", [])
    monkeypatch.setattr(compiled, "work_space", small)
    scenario = rich_scenario()
    with pytest.raises(RuntimeError, match=words):
        run_compiled(tables(scenario), sample(scenario, seed=1, replication=1))


def test_an_array_of_another_type_is_not_handed_to_machine_code() -> None:
    """words: machine code would read its bytes as whole numbers."""
    scenario = rich_scenario()
    made = tables(scenario)
    travellers = sample(scenario, seed=1, replication=1)
    space = {name: np.zeros(shape, dtype=np.int64) for name, shape in work_space(made, travellers, 0).items()}
    space |= {name: space[name].astype(PARTY_TYPE) for name in NARROW if name in space}
    made_world = make_world(made, travellers, space, log_rows(100, len(COLUMNS)), np.ones(100, dtype=np.int64))
    handle(made_world)
    with pytest.raises(TypeError, match="tasks: float64 in 2 dimensions"):
        handle(made_world._replace(tasks=made_world.tasks.astype(np.float64)))
