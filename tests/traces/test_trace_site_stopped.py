"""Traces by hand: what a stopped site still does, when it closes, when it is taken back (re-admitted).

Closing review at 08:00 with H = 1; a stay of one day and a ride of 30 minutes but where a test says otherwise.
"""

from __future__ import annotations

from typing import Any

from traces.builder import LOADS, ROOMS, SHIFTS, SITES, Came, case, coaches, flow, on_day, pool, service, told

from sim.flow.log import Kind

CHANGES = tuple(kind for kind in SITES if kind != Kind.SITE_OPENED)


def review(reserve: int, margin: int = 0, **other: Any) -> dict[str, Any]:
    """Rules of closing by review with H = 1."""
    return {"closing": "review", "reserve_rooms": reserve, "margin_rooms": margin, "hold_days": 1, **other}


def test_a_stopped_site_takes_nobody_and_closes_when_its_last_guest_leaves() -> None:
    """Fill: A goes to inn (day 2, 07:00; arrives 07:30). Day 2, 08:00: inn stops. B, at 08:05, goes to lodge. Inn
    closes on day 3 at 07:30 when A leaves, in that second, though A's room is to be aired."""
    scenario = case(sites={"inn": {}, "lodge": {}}, rules=review(5, allocation="fill"), rooms={"airing_hours": 1.0})
    log = flow(scenario, Came("2 07:00"), Came("2 08:05"))
    assert told(log, Kind.ROOM_TAKEN, Kind.LEFT, CHANGES, until="3 08:35") == [
        ("2 07:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:05", "room_taken", "lodge", "B", 1, "alone"),
        ("3 07:30", "left", "inn", "A", 1),
        ("3 07:30", "site_closed", "inn", "", 10, "review"),
        ("3 08:35", "left", "lodge", "B", 1),
    ]


def test_rooms_of_a_site_that_closed_are_nobodys_business_any_more() -> None:
    """Inn stops on day 2 with A and closes on day 3 at 07:30 when A leaves: a stopped site closes when no room is
    taken, its team goes home, so A's room is neither aired nor cleaned (1 hour, 30 minutes elsewhere)."""
    scenario = case(
        sites={"inn": {}, "lodge": {}},
        rules=review(5, allocation="fill"),
        rooms={"airing_hours": 1.0, "cleaning_minutes": 30.0},
    )
    assert told(flow(scenario, Came("2 07:00")), Kind.LEFT, Kind.SITE_CLOSED, ROOMS, until="3 12:00") == [
        ("3 07:30", "left", "inn", "A", 1),
        ("3 07:30", "site_closed", "inn", "", 10, "review"),
    ]


def test_a_closed_site_is_not_used_again() -> None:
    """Inn is stopped and closed on day 2. V 3: A and B leave lodge 2 of its 4 rooms: park is prepared, inn is not."""
    sites: dict[str, dict[str, Any]] = {"inn": {"rooms": 2}, "lodge": {"rooms": 4}, "park": {"opens": "demand"}}
    log = flow(case(sites=sites, rules=review(3, lead_hours=1.0)), Came("2 09:00"), Came("2 09:01"))
    assert told(log, Kind.ROOM_TAKEN, CHANGES, until="2 12:00") == [
        ("2 08:00", "site_stopped", "inn", "", 2, "review"),
        ("2 08:00", "site_closed", "inn", "", 2, "review"),
        ("2 09:00", "room_taken", "lodge", "A", 1, "alone"),
        ("2 09:01", "room_taken", "lodge", "B", 1, "alone"),
        ("2 09:01", "site_preparing", "park", "", 10, "reserve"),
    ]


def test_the_open_load_of_a_stopped_site_closes_and_is_due_at_once() -> None:
    """Hold of 10 hours. A's load to inn, opened on day 2 at 07:30, would wait until 17:30; inn stops at 08:00 and the
    load goes with one of five seats. B, at 08:05, opens a load to lodge. Rooms held count: inn closes when A leaves,
    on day 3 at 08:31 (boarding 1 minute, ride 30, stay 24 hours)."""
    scenario = case(
        sites={"inn": {}, "lodge": {}}, rules=review(5, allocation="fill"), coaches=coaches(seats=5, hold=600)
    )
    log = flow(scenario, Came("2 07:30"), Came("2 08:05"))
    assert told(log, LOADS, Kind.ARRIVED, Kind.LEFT, CHANGES, until="3 09:00") == [
        ("2 07:30", "load_opened", "gate", "A", 0, "to inn"),
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:00", "load_due", "gate", "A", 1, "site_stopped"),
        ("2 08:00", "boarding", "gate", "A", 1),
        ("2 08:05", "load_opened", "gate", "B", 0, "to lodge"),
        ("2 08:31", "arrived", "inn", "A", 1),
        ("2 18:05", "load_due", "gate", "B", 1, "hold"),
        ("2 18:05", "boarding", "gate", "B", 1),
        ("2 18:36", "arrived", "lodge", "B", 1),
        ("3 08:31", "left", "inn", "A", 1),
        ("3 08:31", "site_closed", "inn", "", 10, "review"),
    ]


def test_a_load_that_waits_for_a_coach_when_its_site_stops_takes_nobody_more() -> None:
    """One coach, away with A from 07:30 to 08:32 (62 minutes). B's load to inn is due by hold at 07:50 and
    waits; inn stops at 08:00; C, at 08:05, does not join it though there are seats, but opens a load to lodge."""
    scenario = case(
        sites={"inn": {}, "lodge": {}}, rules=review(5, allocation="fill"), coaches=coaches(seats=5, hold=10)
    )
    log = flow(scenario, Came("2 07:20"), Came("2 07:40"), Came("2 08:05"))
    assert told(log, Kind.ROOM_TAKEN, LOADS, Kind.SITE_STOPPED, until="2 08:32") == [
        ("2 07:20", "load_opened", "gate", "A", 0, "to inn"),
        ("2 07:20", "room_taken", "inn", "A", 1, "load A"),
        ("2 07:30", "load_due", "gate", "A", 1, "hold"),
        ("2 07:30", "boarding", "gate", "A", 1),
        ("2 07:40", "load_opened", "gate", "B", 0, "to inn"),
        ("2 07:40", "room_taken", "inn", "B", 1, "load B"),
        ("2 07:50", "load_due", "gate", "B", 1, "hold"),
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:05", "load_opened", "gate", "C", 0, "to lodge"),
        ("2 08:05", "room_taken", "lodge", "C", 1, "load C"),
        ("2 08:15", "load_due", "gate", "C", 1, "hold"),
        ("2 08:32", "boarding", "gate", "B", 1),
    ]


def test_a_stopped_site_with_guests_is_readmitted_before_another_is_prepared() -> None:
    """Inn (4 rooms, A from 07:00) stops on day 2, lodge has 6 = V + 1. B leaves 5, C 4 < V: inn comes back with its 3
    free rooms; park stays unused. D goes to inn, which opened as early as lodge and is first on the list."""
    sites: dict[str, dict[str, Any]] = {"inn": {"rooms": 4}, "lodge": {"rooms": 6}, "park": {"opens": "demand"}}
    scenario = case(sites=sites, rules=review(5, allocation="fill"))
    log = flow(scenario, Came("2 07:00"), Came("2 09:00"), Came("2 09:01"), Came("2 09:02"))
    assert told(log, Kind.ROOM_TAKEN, CHANGES, until="2 12:00") == [
        ("2 07:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:00", "site_stopped", "inn", "", 4, "review"),
        ("2 09:00", "room_taken", "lodge", "B", 1, "alone"),
        ("2 09:01", "room_taken", "lodge", "C", 1, "alone"),
        ("2 09:01", "site_readmitted", "inn", "", 4, "reserve"),
        ("2 09:02", "room_taken", "inn", "D", 1, "alone"),
    ]


def test_the_stopped_site_latest_on_the_list_is_readmitted_first() -> None:
    """One room a person, stay 3 days, V 5. A (1) has one of inn's 2 rooms, B (2) two of lodge's 3, nearest first. Inn
    stops on day 4 (lodge 1 + park 8 free), lodge on day 5 (park 8). C (4) leaves park 4: lodge comes back (5 free).
    D takes lodge's room: 4, and inn comes back (5)."""
    rides = {"inn": 10.0, "lodge": 20.0, "park": 30.0}
    rooms = {"inn": 2, "lodge": 3, "park": 8}
    sites = {name: {"rooms": rooms[name], "ride_minutes": {"gate": ride}} for name, ride in rides.items()}
    scenario = case(
        days=9, sites=sites, rules=review(5, allocation="nearest"), rooms={"per": "person"}, stay={"days": 3.0}
    )
    log = flow(scenario, Came("3 08:00"), Came("3 08:10", size=2), Came("5 10:00", size=4), Came("5 11:00"))
    assert told(log, Kind.ROOM_TAKEN, CHANGES, until="6 08:09") == [
        ("3 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("3 08:10", "room_taken", "lodge", "B", 2, "alone"),
        ("4 08:00", "site_stopped", "inn", "", 2, "review"),
        ("5 08:00", "site_stopped", "lodge", "", 3, "review"),
        ("5 10:00", "room_taken", "park", "C", 4, "alone"),
        ("5 10:00", "site_readmitted", "lodge", "", 3, "reserve"),
        ("5 11:00", "room_taken", "lodge", "D", 1, "alone"),
        ("5 11:00", "site_readmitted", "inn", "", 2, "reserve"),
    ]


def test_a_readmitted_site_keeps_its_first_opening_for_the_next_review() -> None:
    """Stay 2 days, V 5, one room a person. Inn (5 rooms) opens on day 1, lodge (8) on day 2. Day 3: inn, open 56 hours,
    stops with A in it. B (4) leaves lodge 4: inn comes back at 09:00. Days 4 and 5: both have had a stay, inn, of day
    1, is the candidate, lodge has 4: below V. B goes on day 5 at 09:30; on day 6 inn stops, empty since A went."""
    scenario = case(
        days=9,
        sites={"inn": {"rooms": 5}, "lodge": {"rooms": 8, "opens": on_day(2)}},
        rules=review(5, allocation="fill"),
        rooms={"per": "person"},
        stay={"days": 2.0},
    )
    log = flow(scenario, Came("2 23:00"), Came("3 09:00", size=4))
    assert told(log, Kind.ROOM_TAKEN, Kind.LEFT, SITES, until="6 09:00") == [
        ("1 00:00", "site_opened", "inn", "", 5, "by_date"),
        ("2 00:00", "site_opened", "lodge", "", 8, "by_date"),
        ("2 23:00", "room_taken", "inn", "A", 1, "alone"),
        ("3 08:00", "site_stopped", "inn", "", 5, "review"),
        ("3 09:00", "room_taken", "lodge", "B", 4, "alone"),
        ("3 09:00", "site_readmitted", "inn", "", 5, "reserve"),
        ("4 23:30", "left", "inn", "A", 1),
        ("5 09:30", "left", "lodge", "B", 4),
        ("6 08:00", "site_stopped", "inn", "", 5, "review"),
        ("6 08:00", "site_closed", "inn", "", 5, "review"),
    ]


def test_free_rooms_of_a_stopped_site_do_not_count_for_the_reserve() -> None:
    """V 6. Day 2: inn (10 rooms, one taken) stops, lodge has 6. B takes one: 5 free in lodge, 9 in inn that do not
    count: inn is taken back."""
    scenario = case(sites={"inn": {}, "lodge": {"rooms": 6}}, rules=review(6, allocation="fill"))
    log = flow(scenario, Came("2 07:00"), Came("2 09:00"))
    assert told(log, CHANGES, until="2 23:00") == [
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 09:00", "site_readmitted", "inn", "", 10, "reserve"),
    ]


def test_those_who_wait_are_placed_in_the_second_in_which_a_site_is_readmitted() -> None:
    """One room a person, V 1. Day 2: inn (4 rooms, A) stops, lodge has 2. B (3) needs more than lodge has free and
    begins to wait: 2 - 3 is under V, so inn comes back with 3 and B is placed there at once. C (2) takes lodge's two:
    none is free, and no candidate is left."""
    scenario = case(
        sites={"inn": {"rooms": 4}, "lodge": {"rooms": 2}},
        rules=review(1, allocation="fill"),
        rooms={"per": "person"},
    )
    log = flow(scenario, Came("2 07:00"), Came("2 09:00", size=3), Came("2 09:10", size=2))
    assert told(log, Kind.ROOM_TAKEN, CHANGES, until="2 23:00") == [
        ("2 07:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:00", "site_stopped", "inn", "", 4, "review"),
        ("2 09:00", "site_readmitted", "inn", "", 4, "reserve"),
        ("2 09:00", "room_taken", "inn", "B", 3, "alone"),
        ("2 09:10", "room_taken", "lodge", "C", 2, "alone"),
        ("2 09:10", "sites_exhausted", "", "", 0),
    ]


def test_the_team_goes_off_duty_when_its_site_closes() -> None:
    """Team of two all day. A's check-out (5 minutes) ends on day 3 at 07:35: inn closes, its shift ends; at midnight
    nobody begins there any more."""
    scenario = case(
        sites={"inn": {}, "lodge": {}},
        pools={"hotel": pool(2, ("00:00", 24))},
        rules=review(5, allocation="fill", team="hotel"),
        release={"minutes": service(5)},
    )
    log = flow(scenario, Came("2 07:00"))
    assert told(log, SHIFTS, Kind.SITE_CLOSED, since="3 00:00", until="4 00:00") == [
        ("3 00:00", "shift_ended", "inn.team", "", 2),
        ("3 00:00", "shift_ended", "lodge.team", "", 2),
        ("3 00:00", "shift_began", "inn.team", "", 2, "2 rostered"),
        ("3 00:00", "shift_began", "lodge.team", "", 2, "2 rostered"),
        ("3 07:35", "site_closed", "inn", "", 10, "review"),
        ("3 07:35", "shift_ended", "inn.team", "", 2),
        ("4 00:00", "shift_ended", "lodge.team", "", 2),
        ("4 00:00", "shift_began", "lodge.team", "", 2, "2 rostered"),
    ]
