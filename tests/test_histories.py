"""What every history must keep, on scenarios that hypothesis makes up, and on ones in which all happens on the hour.

Two checks look at each history: the invariants of `sim.flow.invariants`, and the plain ones below, which walk through
the rows on their own and share no code with anything.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Table, on_the_hour, tables

from sim.flow import simulate
from sim.flow.invariants import violations
from sim.flow.log import EventLog, Kind
from sim.measures import measure
from sim.sampling import Sample, sample
from sim.scenario.rules import check
from sim.scenario.tables.schema import Scenario

NORMAL = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LONG = settings(NORMAL, max_examples=2_000, derandomize=False, database=None)
SEEDS = st.integers(0, 5)


def history(table: Table, seed: int, *, coarse: bool) -> tuple[EventLog, Scenario, Sample]:
    """A made-up scenario and its history."""
    scenario = Scenario.model_validate(table)
    travellers = sample(scenario, seed=seed, replication=0)
    travellers = on_the_hour(travellers) if coarse else travellers
    return simulate(scenario, travellers), scenario, travellers


def judge(table: Table, seed: int, *, coarse: bool) -> None:
    """Both checks on one history."""
    log, scenario, travellers = history(table, seed, coarse=coarse)
    rows = [dict(zip(log.rows.dtype.names or (), row, strict=True)) for row in log.rows.tolist()]
    people_are_conserved(rows, travellers)
    rooms_suffice(rows, log, scenario)
    staff_suffice(rows)
    coaches_suffice(rows, log, scenario)
    assert violations(log, scenario) == []


def people_are_conserved(rows: list[dict[str, int]], travellers: Sample) -> None:
    """Handed over = not diverted + unplaced + left + censored + still present, after every row; at the end none is."""
    present: dict[int, int] = {}
    handed_over = gone = 0
    for row in rows:
        kind, party, people = row["kind"], row["party"], row["people"]
        if kind == Kind.HANDED_OVER:
            assert party not in present
            present[party] = people
            handed_over += people
        elif kind == Kind.PARTY_SPLIT:
            assert row["subject_id"] not in present
            present[party] -= people
            present[row["subject_id"]] = people
            assert present[party] > 0 < people
        elif kind in (Kind.ROOM_TAKEN, Kind.DEPARTED, Kind.ARRIVED, Kind.RELEASED):
            assert present[party] == people
        elif kind in (Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.LEFT, Kind.CENSORED):
            assert present.pop(party) == people
            gone += people
        assert sum(present.values()) == handed_over - gone
    assert not present
    assert handed_over == travellers.party_size.sum()


def rooms_suffice(rows: list[dict[str, int]], log: EventLog, scenario: Scenario) -> None:
    """Rooms from being taken until they can be taken again are never more than a site has."""
    rooms: dict[int, int] = {}
    in_use: Counter[int] = Counter()
    for row in rows:
        place = row["place"]
        if row["kind"] == Kind.SITE_OPENED:
            rooms[place] = row["value"]
        elif row["kind"] == Kind.ROOM_TAKEN:
            in_use[place] += row["people"] if scenario.rooms.per == "person" else 1
            assert in_use[place] <= rooms[place], log.places.ids[place]
        elif row["kind"] == Kind.ROOMS_FREE:
            in_use[place] -= row["people"]
            assert in_use[place] >= 0


def staff_suffice(rows: list[dict[str, int]]) -> None:
    """Tasks that one shift began never take more people at once than it has present, in overtime neither."""
    shift: dict[int, dict[str, int]] = {}
    ends: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        place, second = row["place"], row["second"]
        if row["kind"] == Kind.SHIFT_BEGAN:
            shift[place], ends[place] = row, []
        elif row["kind"] == Kind.SHIFT_ENDED:
            del shift[place]
        elif row["kind"] == Kind.TASK and row["people"] > 0:
            ends[place].append((row["value"], row["people"]))
            busy = sum(people for end, people in ends[place] if end > second)
            assert busy <= shift[place]["people"]


def coaches_suffice(rows: list[dict[str, int]], log: EventLog, scenario: Scenario) -> None:
    """Loads from boarding to the end of disinfection are never more than a point's coaches, nor people than seats."""
    under_way: Counter[int] = Counter()
    aboard: Counter[int] = Counter()
    boarded: Counter[int] = Counter()
    for row in rows:
        place = row["place"]
        if row["kind"] == Kind.BOARDING:
            under_way[place] += 1
            boarded[row["subject_id"]] += row["people"]
            assert scenario.coaches is not None
            assert under_way[place] <= (scenario.ports[log.places.ids[place]].coaches or 0)
            assert 0 < row["people"] <= scenario.coaches.seats
        elif row["kind"] == Kind.COACH_READY:
            under_way[place] -= 1
        elif row["kind"] == Kind.DEPARTED and row["value"] >= 0:
            aboard[row["value"]] += row["people"]
    on_the_way = {load for load in boarded if load not in aboard}
    assert all(aboard[load] == people for load, people in boarded.items() if load not in on_the_way)


@NORMAL
@given(table=tables(), seed=SEEDS)
def test_made_up_histories_keep_all_invariants(table: Table, seed: int) -> None:
    """Conservation at every row, capacities, and all invariants of the flow."""
    judge(table, seed, coarse=False)


@NORMAL
@given(table=tables(coarse=True), seed=SEEDS)
def test_nobody_is_lost_when_everything_happens_on_the_hour(table: Table, seed: int) -> None:
    """All durations, clock times and hand-overs are whole hours, so that ties are the rule."""
    judge(table, seed, coarse=True)


@pytest.mark.slow
@pytest.mark.parametrize("coarse", [False, True])
def test_many_made_up_histories_keep_all_invariants(coarse: bool) -> None:
    """The same with 2,000 scenarios of either kind, new ones in every run."""

    @LONG
    @given(table=tables(coarse=coarse), seed=SEEDS)
    def many(table: Table, seed: int) -> None:
        judge(table, seed, coarse=coarse)

    many()


@settings(NORMAL, max_examples=25)
@given(table=tables(), seed=SEEDS, order=st.randoms(use_true_random=False))
def test_a_seed_gives_one_history_whatever_the_order_of_keys(table: Table, seed: int, order: Any) -> None:
    """The same log twice, and once more from the scenario with all its tables in another order."""
    logs = [history(t, seed, coarse=False)[0] for t in (table, table, shuffled(table, order))]
    for log in logs[1:]:
        assert np.array_equal(logs[0].rows, log.rows)
        assert logs[0].places == log.places


def shuffled(value: Any, order: Any) -> Any:
    """The same tables with keys in another order, at every depth."""
    if not isinstance(value, dict):
        return value
    keys = list(value)
    order.shuffle(keys)
    return {key: shuffled(value[key], order) for key in keys}


@NORMAL
@given(table=tables(), coarse=tables(coarse=True))
def test_made_up_scenarios_are_ones_that_a_planner_could_write(table: Table, coarse: Table) -> None:
    """The rules between tables find no fault in them (warnings are allowed)."""
    assert [*faults(table), *faults(coarse)] == []


def faults(table: Table) -> Iterator[str]:
    for finding in check(Scenario.model_validate(table)):
        if not finding.warning:
            yield f"{'.'.join(map(str, finding.path))} {finding.rule}"


SHARES = ("share", "utilisation")


@settings(NORMAL, max_examples=40)
@given(table=tables(), seed=SEEDS)
def test_made_up_histories_can_be_measured(table: Table, seed: int) -> None:
    """Every measure has a value or is missing, shares lie in [0, 1], nothing is negative, and at every place
    received = not diverted + diverted + in process + unplaced.
    """
    log, scenario, _ = history(table, seed, coarse=False)
    values = {(row.measure, row.place): row.value for row in measure(log, scenario).values}
    for (name, place), value in values.items():
        assert math.isnan(value) or 0 <= value < math.inf, (name, place)
        if name.endswith(SHARES) and not math.isnan(value):
            assert value <= 1, (name, place)
    for place in ("all", *scenario.ports):
        parts = ("not_diverted", "diverted", "in_process", "unplaced")
        assert values["received", place] == sum(values[part, place] for part in parts)
