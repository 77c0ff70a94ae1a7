"""Traces by hand: what happens within one second goes in the order of the conceptual model, never of creation.

Changes of state by rank (hours, rosters, sites, capacity freed, service ends, stays, holds, hand-overs, end of W), each
by kind, place and id; then decisions: review, releases, placement, opening, due loads, tasks, closing of sites.
"""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import SITES, TIMETABLE, Came, case, coaches, flow, pool, sample_of, service, told

from sim import simulate
from sim.flow.log import Kind

EVERYTHING = tuple(Kind)


def review(reserve: int, **other: Any) -> dict[str, Any]:
    """Rules of closing by review with M = 0, H = 1."""
    return {"closing": "review", "reserve_rooms": reserve, "hold_days": 1, "allocation": "fill", **other}


def test_hours_come_before_rosters_and_rosters_before_sites() -> None:
    """Day 2, 08:00: bay closes, gate opens (closings first); the shifts of the point and of inn end and begin; lodge,
    prepared on day 1 at 00:00 with a lead of 32 hours, opens; its team comes with the site."""
    crew = pool(2, ("08:00", 12), ("20:00", 12))
    day, night = {"opens": "08:00", "closes": "20:00"}, {"opens": "20:00", "closes": "08:00"}
    scenario = case(
        ports={"bay": {"hours": {"all": night}, "pool": "crew"}, "gate": {"hours": {"all": day}, "pool": "crew"}},
        sites={"inn": {}, "lodge": {"opens": "demand"}},
        pools={"crew": crew, "hotel": crew},
        rules={"team": "hotel", "reserve_rooms": 11, "lead_hours": 32.0},
    )
    assert told(flow(scenario), EVERYTHING, since="2 08:00", until="2 08:00") == [
        ("2 08:00", "port_closed", "bay", "", 0),
        ("2 08:00", "port_opened", "gate", "", 0),
        ("2 08:00", "shift_ended", "crew", "", 1),
        ("2 08:00", "shift_ended", "inn.team", "", 1),
        ("2 08:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("2 08:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("2 08:00", "site_opened", "lodge", "", 10, "reserve"),
        ("2 08:00", "shift_began", "lodge.team", "", 1, "1 rostered"),
    ]


def test_capacity_is_freed_in_order_of_airing_cleaning_disinfection_and_coach_back() -> None:
    """Day 2, 10:00; one seat, a head a minute, ride 30, airing 60, cleaning 30, disinfection 20 minutes, stay 24 h.
    A came on day 1 at 08:29, left 09:00: aired. B came 07:59, left 08:30, aired 09:30: cleaned. C boarded at 08:38 (62
    minutes away, 20 of disinfection): coach ready. D boarded at 08:58: coach back. E is handed over, after all of them;
    it is placed, its load is full and goes, and last A's room is begun to be cleaned, the port's tasks before inn's."""
    scenario = case(
        ports={"gate": {"coaches": 5}},
        coaches=coaches(seats=1, disinfection=20),
        rooms={"airing_hours": 1.0, "cleaning_minutes": 30.0},
    )
    came = [Came("08:29"), Came("07:59"), Came("2 08:38"), Came("2 08:58"), Came("2 10:00")]
    assert told(flow(scenario, *came), EVERYTHING, since="2 10:00", until="2 10:00") == [
        ("2 10:00", "rooms_aired", "inn", "A", 1),
        ("2 10:00", "rooms_free", "inn", "B", 1),
        ("2 10:00", "coach_ready", "gate", "C", 0),
        ("2 10:00", "coach_back", "gate", "D", 0),
        ("2 10:00", "handed_over", "gate", "E", 1),
        ("2 10:00", "load_opened", "gate", "E", 0, "to inn"),
        ("2 10:00", "room_taken", "inn", "E", 1, "load E"),
        ("2 10:00", "load_due", "gate", "E", 1, "full"),
        ("2 10:00", "boarding", "gate", "E", 1),
        ("2 10:00", "escort", "gate", "E", 0, "until 2 11:02"),
        ("2 10:00", "cleaning", "inn", "A", 0, "until 2 10:30"),
    ]


def test_services_end_in_order_of_registration_boarding_ride_and_check_out() -> None:
    """Day 2, 08:00; registration 10, check-out 10 minutes. A (sent on) came 07:50. B came 07:49, boarded 07:59. C came
    07:19, boarded 07:29, left 07:30. D came on day 1 at 07:09, arrived 07:50, is checked out since 07:50. E is handed
    over. D's room is free and E's registration begins."""
    scenario = case(
        ports={"gate": {"coaches": 5}},
        coaches=coaches(seats=1),
        registration=service(10),
        check_in=service(5),
        release={"minutes": service(10)},
    )
    came = [Came("2 07:50", diverted=False), Came("2 07:49"), Came("2 07:19"), Came("07:09"), Came("2 08:00")]
    assert told(flow(scenario, *came), EVERYTHING, since="2 08:00", until="2 08:00") == [
        ("2 08:00", "not_diverted", "gate", "A", 1),
        ("2 08:00", "departed", "gate", "B", 1, "load B"),
        ("2 08:00", "coach_arrived", "inn", "C", 1),
        ("2 08:00", "arrived", "inn", "C", 1),
        ("2 08:00", "left", "inn", "D", 1),
        ("2 08:00", "rooms_left", "inn", "D", 1),
        ("2 08:00", "rooms_aired", "inn", "D", 1),
        ("2 08:00", "rooms_free", "inn", "D", 1),
        ("2 08:00", "handed_over", "gate", "E", 1),
        ("2 08:00", "registration", "gate", "E", 0, "until 2 08:10"),
        ("2 08:00", "check_in", "inn", "C", 0, "until 2 08:05"),
    ]


def test_a_coach_that_comes_back_as_a_hold_expires_takes_the_load() -> None:
    """One coach. A: due 08:10, away 62 minutes until 09:12. B came at 09:02, its hold of 10 minutes ends at 09:12."""
    log = flow(case(coaches=coaches(seats=5, hold=10)), Came("08:00"), Came("09:02"))
    assert told(log, since="1 09:12", until="1 09:12") == [
        ("1 09:12", "coach_back", "gate", "A", 0),
        ("1 09:12", "coach_ready", "gate", "A", 0),
        ("1 09:12", "load_due", "gate", "B", 1, "hold"),
        ("1 09:12", "boarding", "gate", "B", 1),
        ("1 09:12", "escort", "gate", "B", 0, "until 1 10:14"),
    ]


def test_a_party_handed_over_as_the_hold_expires_still_joins_the_load() -> None:
    """Hold 60: A's load is due at 09:00; B comes in that second, is placed, and boarding starts with both."""
    log = flow(case(coaches=coaches(seats=5)), Came("08:00"), Came("09:00"))
    assert told(log, since="1 09:00", until="1 09:00") == [
        ("1 09:00", "load_due", "gate", "A", 1, "hold"),
        ("1 09:00", "handed_over", "gate", "B", 1),
        ("1 09:00", "room_taken", "inn", "B", 1, "load A"),
        ("1 09:00", "boarding", "gate", "A", 2),
        ("1 09:00", "escort", "gate", "A", 0, "until 1 10:04"),
    ]


def test_a_load_that_fills_up_as_its_hold_expires_is_due_once_by_hold() -> None:
    """As above with seats for two."""
    log = flow(case(coaches=coaches(seats=2)), Came("08:00"), Came("09:00"))
    assert told(log, Kind.LOAD_DUE, Kind.BOARDING) == [
        ("1 09:00", "load_due", "gate", "A", 1, "hold"),
        ("1 09:00", "boarding", "gate", "A", 2),
    ]


def test_hand_overs_of_one_second_go_port_by_port_and_then_by_id() -> None:
    """A and B at bay, C at gate: bay is the first place. One clerk for both ports, ties of joining by id."""
    ports = {"bay": {"pool": "crew"}, "gate": {"pool": "crew"}}
    scenario = case(ports=ports, pools={"crew": pool(1, ("06:00", 12))}, registration=service(10))
    came = [Came("08:00", port="bay"), Came("08:00", port="bay"), Came("08:00")]
    assert told(flow(scenario, *came), Kind.HANDED_OVER, Kind.TASK) == [
        ("1 08:00", "handed_over", "bay", "A", 1),
        ("1 08:00", "handed_over", "bay", "B", 1),
        ("1 08:00", "handed_over", "gate", "C", 1),
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:20"),
        ("1 08:20", "registration", "crew", "C", 1, "until 1 08:30"),
    ]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_party_added_at_the_first_port_is_handed_over_before_those_of_the_second(engine: str) -> None:
    """B at gate; C, whom a disruption adds at bay with a time, has a later id: the place goes before the id."""
    scenario = case(ports={"bay": {}, "gate": {}})
    came = [Came("08:00", port="bay"), Came("08:00"), Came("08:00", port="bay")]
    log = simulate(scenario, sample_of(scenario, came), engine=engine)
    assert [(row[2], row[3]) for row in told(log, Kind.HANDED_OVER)] == [("bay", "A"), ("bay", "C"), ("gate", "B")]


def test_an_arrival_on_the_shift_change_of_a_team_is_checked_in_by_the_new_shift() -> None:
    """A arrives at 12:00; headcount 1 is all in the first shift (06:00 to 12:00), so nobody is there until day 2."""
    scenario = case(pools={"hotel": pool(1, ("06:00", 6), ("12:00", 6))}, rules={"team": "hotel"}, check_in=service(8))
    log = flow(scenario, Came("11:30"), Came("11:20"))
    assert told(log, Kind.ARRIVED, Kind.TASK, until="2 06:30") == [
        ("1 11:50", "arrived", "inn", "B", 1),
        ("1 11:50", "check_in", "inn.team", "B", 1, "until 1 11:58"),
        ("1 12:00", "arrived", "inn", "A", 1),
        ("2 06:00", "check_in", "inn.team", "A", 1, "until 2 06:08"),
    ]


def test_a_pool_named_at_the_port_and_as_team_is_two_pools() -> None:
    """One clerk `hotel` at the port, and a copy of the roster at inn: both work at 08:30."""
    scenario = case(
        ports={"gate": {"pool": "hotel"}},
        pools={"hotel": pool(1, ("06:00", 12))},
        rules={"team": "hotel"},
        registration=service(10),
        check_in=service(8),
    )
    log = flow(scenario, Came("07:50"), Came("08:30"))
    assert told(log, Kind.TASK, since="1 08:00", until="1 09:00") == [
        ("1 08:30", "registration", "hotel", "B", 1, "until 1 08:40"),
        ("1 08:30", "check_in", "inn.team", "A", 1, "until 1 08:38"),
    ]


def test_the_last_guest_of_a_stopped_site_leaves_as_the_reserve_falls_short() -> None:
    """V 5. Inn stops on day 2 with A; lodge (6 rooms) has B. Day 3, 07:30: C is handed over, A released. Placement
    leaves lodge 4 free: inn has no guest any more and is not taken back, park is prepared; last, inn closes."""
    sites: dict[str, dict[str, Any]] = {"inn": {}, "lodge": {"rooms": 6}, "park": {"opens": "demand"}}
    log = flow(case(sites=sites, rules=review(5)), Came("2 07:00"), Came("2 09:00"), Came("3 07:30"))
    assert told(log, since="2 08:00", until="3 07:30") == [
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 09:00", "handed_over", "gate", "B", 1),
        ("2 09:00", "room_taken", "lodge", "B", 1, "alone"),
        ("2 09:00", "departed", "gate", "B", 1, "alone"),
        ("2 09:30", "arrived", "lodge", "B", 1),
        ("3 07:30", "handed_over", "gate", "C", 1),
        ("3 07:30", "released", "inn", "A", 1),
        ("3 07:30", "left", "inn", "A", 1),
        ("3 07:30", "rooms_left", "inn", "A", 1),
        ("3 07:30", "rooms_aired", "inn", "A", 1),
        ("3 07:30", "rooms_free", "inn", "A", 1),
        ("3 07:30", "room_taken", "lodge", "C", 1, "alone"),
        ("3 07:30", "departed", "gate", "C", 1, "alone"),
        ("3 07:30", "site_preparing", "park", "", 10, "reserve"),
        ("3 07:30", "site_closed", "inn", "", 10, "review"),
    ]


def test_a_load_whose_hold_expires_as_its_site_stops_is_due_once() -> None:
    """A's load to inn is due by hold on day 2 at 08:00, the review then stops inn: the load goes, B's is for lodge."""
    scenario = case(sites={"inn": {}, "lodge": {}}, rules=review(5), coaches=coaches(seats=5))
    log = flow(scenario, Came("2 07:00"), Came("2 08:00"))
    assert told(log, since="2 08:00", until="2 08:00") == [
        ("2 08:00", "load_due", "gate", "A", 1, "hold"),
        ("2 08:00", "handed_over", "gate", "B", 1),
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:00", "load_opened", "gate", "B", 0, "to lodge"),
        ("2 08:00", "room_taken", "lodge", "B", 1, "load B"),
        ("2 08:00", "boarding", "gate", "A", 1),
        ("2 08:00", "escort", "gate", "A", 0, "until 2 09:02"),
    ]


def test_parties_handed_over_as_a_site_opens_have_its_rooms() -> None:
    """Spread: lodge (20 rooms, prepared at 00:00 with a lead of 8 hours) opens at 08:00; A and B come then."""
    sites = {"inn": {}, "lodge": {"rooms": 20, "opens": "demand"}}
    log = flow(case(sites=sites, rules={"reserve_rooms": 11, "lead_hours": 8.0}), Came("08:00"), Came("08:00"))
    assert told(log, SITES, Kind.HANDED_OVER, Kind.ROOM_TAKEN, since="1 08:00") == [
        ("1 08:00", "site_opened", "lodge", "", 20, "reserve"),
        ("1 08:00", "handed_over", "gate", "A", 1),
        ("1 08:00", "handed_over", "gate", "B", 1),
        ("1 08:00", "room_taken", "lodge", "A", 1, "alone"),
        ("1 08:00", "room_taken", "lodge", "B", 1, "alone"),
    ]


def test_the_end_of_the_window_comes_after_hours_and_shifts_of_its_second() -> None:
    """W is day 1; the port's hours and both shifts turn at 24:00; B, who waits for A's room,
    leaves after them."""
    scenario = case(
        days=1,
        sites={"inn": {"rooms": 1}},
        ports={"gate": {"pool": "crew"}},
        pools={"crew": pool(2, ("00:00", 24))},
    )
    log = flow(scenario, Came("10:00"), Came("11:00"))
    assert told(log, TIMETABLE, Kind.UNPLACED, since="2 00:00", until="2 00:00") == [
        ("2 00:00", "port_closed", "gate", "", 0),
        ("2 00:00", "shift_ended", "crew", "", 2),
        ("2 00:00", "shift_began", "crew", "", 2, "2 rostered"),
        ("2 00:00", "end_of_window", "", "", 0),
        ("2 00:00", "unplaced", "gate", "B", 1),
    ]
