"""Tasks of people begun in time by staff, and coaches there in time: by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from handmade import (
    DAY,
    INN,
    PORT,
    at_point,
    clock,
    crew,
    event,
    history,
    load_row,
    port,
    row,
    shift,
    small_scenario,
    task,
    to_site,
)
from hypothesis import given
from hypothesis import strategies as st

from sim.flow.log import EventLog, Kind, Subject
from sim.measures import measure
from sim.measures.staff_waits import _in_turn, _in_turn_with_fewer
from sim.scenario.tables.schema import Scenario

NAMES = ("within_staff_wait_share", "within_coach_wait_share")
DUTY = [*shift(clock(1, "08:00"), clock(1, "20:00"), 5), *shift(clock(2, "08:00"), clock(2, "20:00"), 5)]


def values(log: EventLog, scenario: Scenario) -> dict[tuple[str, str], float]:
    return {(v.measure, v.place): v.value for v in measure(log, scenario, names=NAMES).values}


def loaded(
    party: int, people: int, taken: int, due: int, boarded: int, back: int | None = None
) -> list[tuple[int, ...]]:
    """A load of one party: rooms taken, due, boarding at a second, gone 10 minutes later, coach and escorts back and
    ready after two hours, or then.
    """
    gone, back = boarded + 600, back or boarded + 7_200
    return [
        load_row(due, Kind.LOAD_DUE, party, people),
        load_row(boarded, Kind.BOARDING, party, people),
        task(boarded, back, Subject.TASK_ESCORT, party, staff=2),
        *to_site(party, people, (taken, gone, gone + 1_800, gone + DAY, gone + DAY + 60), load=party),
        load_row(back, Kind.COACH_READY, party),
    ]


def test_people_count_once_for_each_task_by_when_staff_alone_were_missing():
    """Limit 10 minutes. A (3 people): registered after 5 minutes; rooms at 09:30, due at 10:00, boards at 10:05: in
    time twice. B (1): registered after 11 minutes; due at 10:10 while the coach is away until 12:05, boards at 12:20:
    15 minutes after a coach was there. 3 + 3 of 8 tasks of people. The coach is there in time for A alone: 3 of 4.
    """
    log = history(
        small_scenario(),
        *DUTY,
        at_point(1, 3, clock(1, "09:00"), (clock(1, "09:05"), clock(1, "09:20"))),
        at_point(2, 1, clock(1, "09:00"), (clock(1, "09:11"), clock(1, "09:20"))),
        loaded(1, 3, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:05")),
        loaded(2, 1, clock(1, "09:30"), clock(1, "10:10"), clock(1, "12:20")),
    )
    got = values(log, small_scenario())
    assert got["within_staff_wait_share", "crew"] == pytest.approx(6 / 8)
    assert got["within_coach_wait_share", "gate"] == pytest.approx(3 / 4)


def test_the_wait_for_a_coach_is_no_wait_for_staff():
    """The coach is away until 12:05; the load that is due at 10:10 boards at 12:10, 5 minutes later: in time."""
    log = history(
        small_scenario(registration=None),
        *DUTY,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 3),
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 2, 1),
        loaded(1, 3, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:05")),
        loaded(2, 1, clock(1, "09:30"), clock(1, "10:10"), clock(1, "12:10")),
    )
    assert values(log, small_scenario(registration=None))["within_staff_wait_share", "crew"] == 1.0


def test_a_coach_out_of_service_is_not_there():
    """The one coach goes out at 09:50 and comes back at 10:20; a load due at 10:00 boards at 10:25: staff in time."""
    log = history(
        small_scenario(registration=None),
        *DUTY,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        row(clock(1, "09:50"), Kind.COACHES_OUT, PORT, people=1),
        row(clock(1, "10:20"), Kind.COACHES_OUT, PORT, people=-1),
        loaded(1, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:25")),
    )
    got = values(log, small_scenario(registration=None))
    assert got["within_staff_wait_share", "crew"] == 1.0
    assert got["within_coach_wait_share", "gate"] == 0.0


def test_who_asks_for_no_coach_is_not_judged_by_one():
    """Party 1 has a coach in time; party 2 is sent on, party 3 still waits for a room: 1 of 1, by people 2 of 2. A load
    of 3 that never boards is left out where it is due 5 minutes before the hard stop, and fails where days before.
    """
    scenario = small_scenario(registration=None, limits={"staff_wait_minutes": 10})
    came = [
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, party, people) for party, people in ((1, 2), (2, 7), (3, 4))
    ]
    rows = [*DUTY, *came, event(clock(1, "09:30"), Kind.NOT_DIVERTED, PORT, 2, 7),
            *loaded(1, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:05"))]  # fmt: skip
    assert values(history(scenario, *rows), scenario)["within_coach_wait_share", "gate"] == 1.0
    out = row(clock(2, "08:00"), Kind.COACHES_OUT, PORT, people=1)
    room = clock(2, "09:00")
    for due, share in ((63 * DAY - 300, 1.0), (room, 2 / 5)):
        more = [event(clock(1, "11:00"), Kind.HANDED_OVER, PORT, 5, 3), event(room, Kind.ROOM_TAKEN, INN, 5, 3, 5),
                load_row(due, Kind.LOAD_DUE, 5, 3)]  # fmt: skip
        got = values(history(scenario, *rows, out, *more), scenario)
        assert got["within_coach_wait_share", "gate"] == pytest.approx(share)


def test_coaches_are_taken_in_the_order_of_boarding_whoever_is_back_first():
    """Two coaches, back at 11:00 and 12:00. The third load, due at 10:30, has the one of 11:00; the fourth, due at
    11:45, that of 12:00, though it is back before the third: neither is there within 10 minutes. 2 of 4.
    """
    scenario = small_scenario(registration=None, ports={"gate": port(coaches=2)})
    ways = [
        ("10:00", "10:00", "12:00"),
        ("10:00", "10:05", "11:00"),
        ("10:30", "11:10", "15:00"),
        ("11:45", "12:10", "14:00"),
    ]
    rows: list[Any] = [*DUTY]
    for party, (due, boarded, back) in enumerate(ways, start=1):
        rows.append(event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, party, 1))
        rows += loaded(party, 1, clock(1, "09:30"), clock(1, due), clock(1, boarded), clock(1, back))
    assert values(history(scenario, *rows), scenario)["within_coach_wait_share", "gate"] == pytest.approx(2 / 4)


def two_shifts() -> dict[str, Any]:
    early = {"start": "08:00", "hours": 4.0, "headcount": 2}
    return {"crew": {"shifts": {"early": early, "late": early | {"start": "12:00", "hours": 8.0}}}}


DAYS = [
    *shift(clock(1, "08:00"), clock(1, "12:00"), 2), *shift(clock(1, "12:00"), clock(1, "20:00"), 2),
    *shift(clock(2, "08:00"), clock(2, "12:00"), 2), *shift(clock(2, "12:00"), clock(2, "20:00"), 2),
]  # fmt: skip
WAITED = [
    ("1 09:00", 5),
    ("1 11:59", 30),
    ("1 12:00", 30),
    ("1 13:00", 5),
    ("2 09:00", 5),
    ("2 13:00", 30),
    ("2 14:00", 30),
]


def registered(scenario: Scenario) -> EventLog:
    """Single people who come at these times and wait so many minutes; one comes at night and waits for the morning."""
    rows = [*DAYS, *at_point(99, 1, clock(2, "03:00"), (clock(2, "08:00"), clock(2, "08:10")))]
    for party, (when, minutes) in enumerate(WAITED, start=1):
        day, text = when.split()
        came = clock(int(day), text)
        rows += at_point(party, 1, came, (came + minutes * 60, came + minutes * 60 + 600))
    return history(scenario, *rows)


def test_the_worst_shift_is_that_of_those_who_join_in_its_hours():
    """Early: 2 of 3 in time (11:59 is in it, 12:00 in the next); late: 1 of 4. Who came at 03:00 is in no shift."""
    scenario = small_scenario(pools=two_shifts())
    got = values(registered(scenario), scenario)
    assert got["within_staff_wait_share", "crew.worst_shift"] == pytest.approx(1 / 4)
    assert got["within_staff_wait_share", "crew"] == pytest.approx(3 / 8)


def test_with_phases_a_shift_is_judged_in_each_of_them():
    """From 4 March a second phase: early 1 of 2 and 1 of 1 in time, late 1 of 2 and 0 of 2."""
    phases = {"phases": {"first": dt.date(2020, 3, 3), "second": dt.date(2020, 3, 4)}}
    scenario = small_scenario(pools=two_shifts(), staffing=phases)
    got = values(registered(scenario), scenario)
    assert got["within_staff_wait_share", "crew.worst_shift"] == 0


def test_who_is_never_begun_fails_when_over_the_limit_and_is_left_out_before():
    """Nobody registers them: one came at 23:55 of the last day, 5 minutes before those without rooms leave; the other
    at 09:00.
    """
    scenario = small_scenario()
    late, early = clock(3, "23:55"), clock(3, "09:00")
    left = [event(3 * DAY, Kind.UNPLACED, PORT, party, 1) for party in (1, 2)]
    came = [event(when, Kind.HANDED_OVER, PORT, party, 1) for party, when in ((1, late), (2, early))]
    got = values(history(scenario, *DUTY, came, left), scenario)
    assert got["within_staff_wait_share", "crew"] == 0.0
    only_late = values(history(scenario, *DUTY, came[:1], left[:1]), scenario)
    assert str(only_late["within_staff_wait_share", "crew"]) == "nan"


def test_sites_count_check_in_and_check_out():
    """Check-in 5 minutes after arrival, check-out 20 minutes after release, for 2 people: half of the tasks in time.
    Where nobody checks in, of check-out alone none is.
    """
    service = {"minutes": {"kind": "constant", "mean": 5.0}}
    team = {
        "team": "team",
        "candidates": {"inn": {"number": 1, "rooms": 4, "ride_minutes": {"gate": 30.0}, "opens": dt.date(2020, 3, 3)}},
    }
    pools = {"crew": crew(), "team": crew()}
    scenario = small_scenario(pools=pools, sites=team, check_in=service, release={"minutes": service})
    inn_team = 3
    arrived, may_go = clock(1, "12:00"), clock(2, "12:00")
    log = history(
        scenario,
        *shift(clock(1, "08:00"), clock(1, "20:00"), 5, inn_team),
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        to_site(1, 2, (clock(1, "09:30"), clock(1, "10:00"), arrived, may_go, may_go + 1_500), INN),
        task(arrived + 300, arrived + 600, Subject.TASK_CHECK_IN, 1, inn_team),
        task(may_go + 1_200, may_go + 1_500, Subject.TASK_RELEASE, 1, inn_team),
    )
    assert values(log, scenario)["within_staff_wait_share", "inn.team"] == pytest.approx(1 / 2)
    alone = small_scenario(pools=pools, sites=team, check_in=None, release={"minutes": service})
    rows = [tuple(each) for each in log.rows.tolist() if each[2] != Subject.TASK_CHECK_IN]
    assert values(history(alone, *rows), alone)["within_staff_wait_share", "inn.team"] == 0.0


def test_a_port_without_staff_and_coaches_has_no_such_share():
    scenario = small_scenario(ports={"gate": port(pool=None, coaches=None)}, pools={}, coaches=None)
    assert values(history(scenario), scenario) == {}


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), max_size=12), st.integers(0, 3))
def test_loads_take_coaches_in_turn_alike_whether_or_not_some_could_go(changes, coaches):
    """equality: a load boards (None) or some coaches come, one change a second; where none goes both ways are one."""
    second = np.arange(len(changes), dtype=np.int64) * 60 + 60
    boards = np.array([change is None for change in changes], dtype=bool)
    more = np.array([change or 0 for change in changes], dtype=np.int64)
    quick, slow = (way(second, more, boards, coaches) for way in (_in_turn, _in_turn_with_fewer))
    assert [column.tolist() for column in quick] == [column.tolist() for column in slow]


def test_no_staff_no_shift_no_value():
    """The roster has a shift, the history none: nothing to measure, and no error."""
    got = values(history(small_scenario()), small_scenario())
    assert all(str(value) == "nan" for value in got.values())
    assert set(got) == {("within_staff_wait_share", "crew"), ("within_staff_wait_share", "crew.worst_shift"),
                        ("within_coach_wait_share", "gate")}  # fmt: skip
