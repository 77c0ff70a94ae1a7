"""Profiles and series of a history in which everything happens, against plain loops over the log and other measures."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pytest
from rich_case import day, rich_scenario

from sim.flow import simulate
from sim.flow.log import EventLog, Kind, Subject
from sim.measures import Measures, measure
from sim.sampling import sample

HOUR = 3_600


class Rich(NamedTuple):
    log: EventLog
    got: Measures


@pytest.fixture(scope="module")
def rich() -> Rich:
    """Moves, dissolved loads (two sites more are lost; seed found by search), infections, a brigade, absence."""
    troubles = rich_scenario().model_dump(by_alias=True, exclude_none=True)["disruptions"]
    lost = [{"kind": "site_lost", "place": place, "from_day": day(on)} for place, on in (("inn", 7), ("mill", 10))]
    scenario = rich_scenario(disruptions=[*troubles, *lost])
    log = simulate(scenario, sample(scenario, seed=3, replication=1))
    for kind in (Kind.MOVED_IN, Kind.LOAD_DISSOLVED, Kind.DETECTED, Kind.BRIGADE_ON_SHIFT):
        assert len(log.of(kind)), kind
    return Rich(log, measure(log, scenario))


def value(got: Measures, name: str, place: str = "all") -> float:
    return next(v.value for v in got.values if (v.measure, v.place) == (name, place))


def profile(got: Measures, quantity: str, place: str) -> np.ndarray:
    return next(p.values for p in got.profiles if (p.quantity, p.place) == (quantity, place))


def series(got: Measures, quantity: str, place: str) -> np.ndarray:
    return next(s.values for s in got.series if (s.quantity, s.place) == (quantity, place))


def waits_of_loads(log: EventLog) -> dict[str, float]:
    """Person-hours of waiting for a coach to fill and for a coach, from row to row: a dissolved load takes all back."""
    aboard: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    due: dict[int, int] = {}
    seconds = {"filling": 0, "coach": 0}
    for row in log.rows:
        second, load = int(row["second"]), int(row["subject_id"])
        if row["kind"] == Kind.ROOM_TAKEN and row["value"] >= 0:
            aboard[int(row["value"])][int(row["party"])] = (second, int(row["people"]))
        elif row["kind"] == Kind.LOAD_DISSOLVED:
            aboard.pop(load, None)
            due.pop(load, None)
        elif row["kind"] == Kind.LOAD_DUE:
            due.setdefault(load, second)
        elif row["kind"] == Kind.BOARDING:
            for taken, people in aboard.pop(load).values():
                full = max(min(due.get(load, second), second), taken)
                seconds["filling"] += people * (full - taken)
                seconds["coach"] += people * (second - full)
    return {name: total / HOUR for name, total in seconds.items()}


def test_waits_for_coaches_are_those_of_the_loads_that_left(rich: Rich) -> None:
    """identity: the measure adds up parties, the loop goes through the log; both know dissolved loads."""
    expected = waits_of_loads(rich.log)
    assert value(rich.got, "waiting_hours_filling") == pytest.approx(expected["filling"])
    assert value(rich.got, "waiting_hours_coach") == pytest.approx(expected["coach"])


def test_waits_for_check_in_are_those_from_arrival_to_its_first_task(rich: Rich) -> None:
    """identity: people who arrived x time until the party's check-in begins, whoever leaves the party later."""
    begin = {
        int(row["subject_id"]): int(row["second"])
        for row in rich.log.rows[::-1]
        if row["kind"] == Kind.TASK and row["subject"] == Subject.TASK_CHECK_IN
    }
    arrived = rich.log.of(Kind.ARRIVED)
    seconds = sum(
        int(row["people"]) * (begin[int(row["party"])] - int(row["second"]))
        for row in arrived
        if int(row["party"]) in begin
    )
    assert value(rich.got, "waiting_hours_check_in") == pytest.approx(seconds / HOUR)


def test_hours_on_duty_count_the_brigade_and_absence(rich: Rich) -> None:
    """identity: people of a pool from row to row of shifts and brigade, over the window."""
    for pool in ("crew", "dockers"):
        number = rich.log.places.ids.index(pool)
        there, brigade, before, total = 0, 0, 0, 0
        for row in rich.log.rows:
            if row["place"] != number or row["kind"] not in (
                Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED, Kind.BRIGADE_ON_SHIFT,
            ):  # fmt: skip
                continue
            now = min(int(row["second"]), rich.log.window_end)
            total += (there + brigade) * (now - before)
            before = now
            if row["kind"] == Kind.BRIGADE_ON_SHIFT:
                brigade = int(row["people"])
            else:
                there, brigade = int(row["people"]) * (row["kind"] == Kind.SHIFT_BEGAN), 0
        total += (there + brigade) * (rich.log.window_end - before)
        assert series(rich.got, "staff_on_duty", pool).sum() == pytest.approx(total / HOUR)


def test_hours_in_tasks_are_those_of_the_rows_of_tasks(rich: Rich) -> None:
    """identity: staff x duration inside the window, over all copies of a team."""
    end = rich.log.window_end
    of_pool = {"crew": ["crew"], "team": [name for name in rich.log.places.ids if name.endswith(".team")]}
    of_pool["team"].remove("inn.team")  # has the big team
    for pool, names in of_pool.items():
        numbers = {rich.log.places.ids.index(name) for name in names}
        seconds = sum(
            int(row["people"]) * max(min(int(row["value"]), end) - int(row["second"]), 0)
            for row in rich.log.of(Kind.TASK)
            if int(row["place"]) in numbers
        )
        assert series(rich.got, "staff_busy", pool).sum() == pytest.approx(seconds / HOUR)


def test_pictures_and_tables_tell_the_same_of_rooms_and_of_the_first_street_site(rich: Rich) -> None:
    """identity: days without a room, days open and guests are measures too; those moved in count as guests."""
    got, site = rich.got, "first_street_site"
    assert series(got, "no_room", "all").mean() == pytest.approx(value(got, "no_room_share"))
    assert profile(got, "still_open", site).sum() == value(got, "site_days", site)
    assert profile(got, "guests_so_far", site)[-1] == value(got, "site_guests", site)
    assert profile(got, "guests_present", site).max() <= value(got, "site_guests", site)


def test_nobody_is_gone_who_left_the_point_without_a_site(rich: Rich) -> None:
    """identity: people gone at the limit or before, of all for a site, from departures of the log."""
    limit = 120 * 60
    handed, departed = rich.log.of(Kind.HANDED_OVER), rich.log.of(Kind.DEPARTED)
    for port in ("gate", "quay"):
        number = rich.log.places.ids.index(port)
        whole = int(handed["people"][handed["place"] == number].sum())
        sent_on = rich.log.of(Kind.NOT_DIVERTED)
        whole -= int(sent_on["people"][sent_on["place"] == number].sum())
        pieces = {int(row["subject_id"]): int(row["party"]) for row in rich.log.of(Kind.PARTY_SPLIT)}
        came = {int(row["party"]): int(row["second"]) for row in handed}
        gone = 0
        for row in departed[departed["place"] == number]:
            party = int(row["party"])
            while party not in came:
                party = pieces[party]
            gone += int(row["people"]) * (int(row["second"]) - came[party] <= limit)
        assert profile(rich.got, "gone_share", port)[60] == pytest.approx(gone / whole)
