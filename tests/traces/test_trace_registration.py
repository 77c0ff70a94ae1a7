"""Traces by hand: hand-over, registration, the share that is not diverted."""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import PARTY_AT_POINT, Came, case, flow, pool, service, told

from sim.flow.log import Kind


def staffed(headcount: int, **other: Any) -> dict[str, Any]:
    """A point whose staff are there from 06:00 to 18:00."""
    return {"ports": {"gate": {"pool": "crew"}}, "pools": {"crew": pool(headcount, ("06:00", 12))}, **other}


def test_with_one_clerk_parties_register_one_after_another() -> None:
    """10 minutes for one person, 6 more for each further: A 10, B (3 people) 22, C 10, in order of hand-over."""
    scenario = case(**staffed(1), registration=service(10, further=6))
    log = flow(scenario, Came("08:00"), Came("08:04", size=3), Came("08:05"))
    assert told(log, Kind.HANDED_OVER, Kind.TASK) == [
        ("1 08:00", "handed_over", "gate", "A", 1),
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:04", "handed_over", "gate", "B", 3),
        ("1 08:05", "handed_over", "gate", "C", 1),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:32"),
        ("1 08:32", "registration", "crew", "C", 1, "until 1 08:42"),
    ]


def test_with_two_clerks_the_third_party_waits_for_the_first_free_one() -> None:
    """A ends 08:10, B (22 minutes from 08:04) 08:26: C takes A's clerk at 08:10, D C's at 08:20, though B is longer."""
    scenario = case(**staffed(2), registration=service(10, further=6))
    log = flow(scenario, Came("08:00"), Came("08:04", size=3), Came("08:05"), Came("08:06"))
    assert told(log, Kind.TASK) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:04", "registration", "crew", "B", 1, "until 1 08:26"),
        ("1 08:10", "registration", "crew", "C", 1, "until 1 08:20"),
        ("1 08:20", "registration", "crew", "D", 1, "until 1 08:30"),
    ]


def test_the_order_is_that_of_hand_over_and_of_the_id_when_that_is_the_same() -> None:
    """B and C come at the same second: B's id is smaller. D has a larger id than all and came first."""
    scenario = case(**staffed(1), registration=service(10))
    log = flow(scenario, Came("08:01"), Came("08:02"), Came("08:02"), Came("08:00"))
    assert told(log, Kind.TASK) == [
        ("1 08:00", "registration", "crew", "D", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "A", 1, "until 1 08:20"),
        ("1 08:20", "registration", "crew", "B", 1, "until 1 08:30"),
        ("1 08:30", "registration", "crew", "C", 1, "until 1 08:40"),
    ]


def test_without_a_pool_nobody_waits_for_staff_but_registration_takes_its_minutes() -> None:
    """Three at once, 10 minutes each, no staff counted: the place of the task is the port."""
    log = flow(case(registration=service(10)), Came("08:00"), Came("08:00"), Came("08:00"))
    assert told(log, Kind.TASK) == [
        ("1 08:00", "registration", "gate", "A", 0, "until 1 08:10"),
        ("1 08:00", "registration", "gate", "B", 0, "until 1 08:10"),
        ("1 08:00", "registration", "gate", "C", 0, "until 1 08:10"),
    ]


def test_without_registration_a_party_takes_its_room_in_the_second_of_its_hand_over() -> None:
    """A step whose table is left out does not happen: no task row, no time."""
    assert told(flow(case(), Came("08:00:07"))) == [
        ("1 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("1 08:00:07", "handed_over", "gate", "A", 1),
        ("1 08:00:07", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:00:07", "departed", "gate", "A", 1, "alone"),
        ("1 08:30:07", "arrived", "inn", "A", 1),
        ("2 08:30:07", "released", "inn", "A", 1),
        ("2 08:30:07", "left", "inn", "A", 1),
        ("2 08:30:07", "rooms_left", "inn", "A", 1),
        ("2 08:30:07", "rooms_aired", "inn", "A", 1),
        ("2 08:30:07", "rooms_free", "inn", "A", 1),
    ]


@pytest.mark.parametrize(
    ("minutes", "slow", "until"),
    [
        (0.001, 1.0, "1 08:00:01"),  # 0.06 s: at least 1
        (0.0, 1.0, "1 08:00:01"),  # 0 s: at least 1
        (0.125, 1.0, "1 08:00:08"),  # 7.5 s: up
        (0.375, 1.0, "1 08:00:23"),  # 22.5 s: up, not to the even 22
        (10.0, 1.0007, "1 08:10"),  # 600.42 s: down
        (10.0, 1.0009, "1 08:10:01"),  # 600.54 s: up
    ],
)
def test_service_times_are_whole_seconds_and_at_least_one(minutes: float, slow: float, until: str) -> None:
    """max(1, floor(x + 0.5)) of the seconds."""
    log = flow(case(registration=service(minutes)), Came("08:00", slow=slow))
    assert told(log, Kind.TASK) == [("1 08:00", "registration", "gate", "A", 0, f"until {until}")]


def test_the_drawn_factor_multiplies_the_minutes_of_further_persons_too() -> None:
    """(10 + 2 × 6) × 1.5 = 33 minutes."""
    log = flow(case(registration=service(10, further=6)), Came("08:00", size=3, slow=1.5))
    assert told(log, Kind.TASK) == [("1 08:00", "registration", "gate", "A", 0, "until 1 08:33")]


def test_who_is_not_diverted_is_registered_and_leaves_without_a_room() -> None:
    """B (2 people) is sent on at the end of its registration; A and C, before and behind it, get rooms."""
    scenario = case(**staffed(1), registration=service(10))
    log = flow(scenario, Came("08:00"), Came("08:00", size=2, diverted=False), Came("08:00"))
    assert told(log, PARTY_AT_POINT, Kind.ARRIVED) == [
        ("1 08:00", "handed_over", "gate", "A", 1),
        ("1 08:00", "handed_over", "gate", "B", 2),
        ("1 08:00", "handed_over", "gate", "C", 1),
        ("1 08:10", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:10", "departed", "gate", "A", 1, "alone"),
        ("1 08:20", "not_diverted", "gate", "B", 2),
        ("1 08:30", "room_taken", "inn", "C", 1, "alone"),
        ("1 08:30", "departed", "gate", "C", 1, "alone"),
        ("1 08:40", "arrived", "inn", "A", 1),
        ("1 09:00", "arrived", "inn", "C", 1),
    ]


def test_two_ports_with_one_pool_share_its_queue() -> None:
    """One clerk for both ports: bay's party came at 08:02, between the two of gate."""
    ports = {"bay": {"pool": "crew"}, "gate": {"pool": "crew"}}
    scenario = case(ports=ports, pools={"crew": pool(1, ("06:00", 12))}, registration=service(10))
    log = flow(scenario, Came("08:02", port="bay"), Came("08:00"), Came("08:03"))
    assert told(log, Kind.TASK) == [
        ("1 08:00", "registration", "crew", "B", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "A", 1, "until 1 08:20"),
        ("1 08:20", "registration", "crew", "C", 1, "until 1 08:30"),
    ]


def test_every_column_of_the_rows_of_a_registration() -> None:
    """The raw rows of one party: ports, sites, pools are numbered 0, 1, 2 and the party's own number is 1000."""
    log = flow(case(**staffed(1), registration=service(10)), Came("08:00", diverted=False))
    rows = [row.tolist() for row in log if row["kind"] in (Kind.HANDED_OVER, Kind.TASK, Kind.NOT_DIVERTED)]
    assert rows == [
        # second, kind, subject, subject id, place, party, people, value, reason
        (28_800, 1, 1, 1000, 0, 1000, 1, 0, 0),
        (28_800, 20, 13, 1000, 2, 1000, 1, 29_400, 0),
        (29_400, 2, 1, 1000, 0, 1000, 1, 0, 0),
    ]


def test_nobody_comes_and_the_history_holds_only_the_timetable() -> None:
    """Zero arrivals over one day: shift, port, site, the end of W at 24:00 and the hard stop 60 days later."""
    scenario = case(days=1, **staffed(1))
    assert told(flow(scenario), until="2 00:00") == [("1 00:00", "site_opened", "inn", "", 10, "by_date")]
    assert told(flow(scenario), Kind.END_OF_WINDOW, Kind.HARD_STOP) == [
        ("2 00:00", "end_of_window", "", "", 0),
        ("62 00:00", "hard_stop", "", "", 0),
    ]
