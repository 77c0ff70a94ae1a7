"""Traces by hand: the end of the window W and the hard stop 60 days later.

W is one day here: it ends on day 2 at 00:00, and the hard stop is on day 62 at 00:00.
"""

from __future__ import annotations

import pytest
from traces.builder import (
    COACHES,
    LOADS,
    PARTY_AT_POINT,
    PARTY_AT_SITE,
    SITES,
    Came,
    case,
    coaches,
    flow,
    on_day,
    pool,
    service,
    told,
)

from sim.flow.log import Kind

END = (Kind.END_OF_WINDOW, Kind.HARD_STOP)


def test_parties_that_wait_for_a_room_leave_at_the_end_of_the_window() -> None:
    """One room, taken by A. B and C leave at 24:00; A is followed until its release on day 2."""
    log = flow(case(days=1, sites={"inn": {"rooms": 1}}), Came("08:00"), Came("09:00", size=3), Came("08:30"))
    assert told(log, PARTY_AT_POINT, PARTY_AT_SITE, END) == [
        ("1 08:00", "handed_over", "gate", "A", 1),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:00", "departed", "gate", "A", 1, "alone"),
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 08:30", "handed_over", "gate", "C", 1),
        ("1 09:00", "handed_over", "gate", "B", 3),
        ("2 00:00", "end_of_window", "", "", 0),
        ("2 00:00", "unplaced", "gate", "B", 3),
        ("2 00:00", "unplaced", "gate", "C", 1),
        ("2 08:30", "released", "inn", "A", 1),
        ("2 08:30", "left", "inn", "A", 1),
        ("62 00:00", "hard_stop", "", "", 0),
    ]


def test_parties_in_registration_or_waiting_for_it_leave_too() -> None:
    """One clerk. At 24:00 A is in registration (23:55 to 00:05) and B waits: both leave, B is never registered."""
    scenario = case(
        days=1, ports={"gate": {"pool": "crew"}}, pools={"crew": pool(1, ("00:00", 24))}, registration=service(10)
    )
    log = flow(scenario, Came("23:55"), Came("23:56", diverted=False))
    assert told(log, PARTY_AT_POINT, Kind.TASK) == [
        ("1 23:55", "handed_over", "gate", "A", 1),
        ("1 23:55", "registration", "crew", "A", 1, "until 2 00:05"),
        ("1 23:56", "handed_over", "gate", "B", 1),
        ("2 00:00", "unplaced", "gate", "A", 1),
        ("2 00:00", "unplaced", "gate", "B", 1),
    ]


@pytest.mark.parametrize(("diverted", "last"), [(True, "unplaced"), (False, "not_diverted")])
def test_a_registration_that_ends_with_the_window_counts_but_comes_too_late_for_a_room(
    diverted: bool, last: str
) -> None:
    """Service ends (rank 6) come before the end of W (12), placement after both: who is diverted leaves unplaced
    although there are rooms, who is not is sent on."""
    log = flow(case(days=1, registration=service(10)), Came("23:50", diverted=diverted))
    assert told(log, PARTY_AT_POINT) == [
        ("1 23:50", "handed_over", "gate", "A", 1),
        ("2 00:00", last, "gate", "A", 1),
    ]


def test_the_rest_of_a_split_party_leaves_and_the_piece_is_followed() -> None:
    """Three of five people have rooms: two are counted as unplaced."""
    log = flow(case(days=1, sites={"inn": {"rooms": 3}}, rooms={"per": "person"}), Came("08:00", size=5))
    assert told(log, Kind.UNPLACED, Kind.LEFT) == [
        ("2 00:00", "unplaced", "gate", "A", 2),
        ("2 08:30", "left", "inn", "A+2", 3),
    ]


def test_a_party_with_a_room_is_followed_though_its_coach_leaves_after_the_window() -> None:
    """A takes its room at 23:30, the load is due at 00:30 of day 2, arrives at 01:01, A leaves on day 3 at 01:01."""
    log = flow(case(days=1, coaches=coaches(seats=5)), Came("23:30"))
    assert told(log, LOADS, PARTY_AT_SITE, COACHES) == [
        ("1 23:30", "load_opened", "gate", "A", 0, "to inn"),
        ("2 00:30", "load_due", "gate", "A", 1, "hold"),
        ("2 00:30", "boarding", "gate", "A", 1),
        ("2 01:01", "coach_arrived", "inn", "A", 1),
        ("2 01:01", "arrived", "inn", "A", 1),
        ("2 01:32", "coach_back", "gate", "A", 0),
        ("2 01:32", "coach_ready", "gate", "A", 0),
        ("3 01:01", "released", "inn", "A", 1),
        ("3 01:01", "left", "inn", "A", 1),
    ]


def test_a_preparing_site_never_opens_after_the_window() -> None:
    """V 10, lead 12 hours. A's room at 13:00 makes lodge be prepared, to open on day 2 at 01:00: too late."""
    scenario = case(
        days=1, sites={"inn": {}, "lodge": {"opens": "demand"}}, rules={"reserve_rooms": 10, "lead_hours": 12.0}
    )
    assert told(flow(scenario, Came("13:00")), SITES) == [
        ("1 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("1 13:00", "site_preparing", "lodge", "", 10, "reserve"),
        ("2 00:00", "site_closed", "lodge", "", 10, "end_of_window"),
    ]


def test_no_site_opens_by_a_date_after_the_window() -> None:
    """Lodge's date is day 2, W is day 1."""
    log = flow(case(days=1, sites={"inn": {}, "lodge": {"opens": on_day(2)}}))
    assert told(log, SITES) == [("1 00:00", "site_opened", "inn", "", 10, "by_date")]


def test_whoever_is_left_at_the_hard_stop_is_censored() -> None:
    """Stay 61 days: A, arrived on day 1 at 08:30, would leave on day 62 at 08:30, B 15 hours later."""
    log = flow(case(days=1, stay={"days": 61.0}), Came("08:00", size=2), Came("23:00"))
    assert told(log, PARTY_AT_SITE, END) == [
        ("1 08:30", "arrived", "inn", "A", 2),
        ("1 23:30", "arrived", "inn", "B", 1),
        ("2 00:00", "end_of_window", "", "", 0),
        ("62 00:00", "hard_stop", "", "", 0),
        ("62 00:00", "censored", "inn", "A", 2),
        ("62 00:00", "censored", "inn", "B", 1),
    ]


def test_a_stay_that_ends_in_the_second_of_the_hard_stop_is_cut_before_the_release() -> None:
    """Stay of 60 days 15:30, arrival at 08:30: it ends on day 62 at 00:00. Releases are decisions (phase 2), the hard
    stop is the last change of state before them."""
    log = flow(case(days=1, stay={"days": 60 + 15.5 / 24}), Came("08:00"))
    assert told(log, PARTY_AT_SITE) == [("1 08:30", "arrived", "inn", "A", 1), ("62 00:00", "censored", "inn", "A", 1)]


def test_a_party_that_never_got_a_coach_is_censored_at_its_port() -> None:
    """No coach at the port: A has a room but never leaves the point, where it still is at the hard stop (the log's
    contract: CENSORED has the place, site or port, where the party still is)."""
    log = flow(case(days=1, ports={"gate": {"coaches": 0}}, coaches=coaches()), Came("08:00"))
    assert told(log, Kind.ROOM_TAKEN, Kind.DEPARTED, Kind.CENSORED) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("62 00:00", "censored", "gate", "A", 1),
    ]
