"""Traces by hand: sites open by date or when free rooms fall under the reserve V."""

from __future__ import annotations

from traces.builder import SITES, Came, case, flow, on_day, told
from traces.guests import history

from sim.flow.log import Kind

DEMAND = {"opens": "demand"}
PLACED = (Kind.ROOM_TAKEN, *SITES)


def test_a_site_with_a_date_opens_at_midnight_and_takes_those_who_wait() -> None:
    """A comes on day 1 at 08:00; the only site opens on day 2 at 00:00: A is placed in that second."""
    log = flow(case(sites={"inn": {"opens": on_day(2)}}), Came("08:00"))
    assert told(log, PLACED) == [
        ("2 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("2 00:00", "room_taken", "inn", "A", 1, "alone"),
    ]


def test_the_next_site_is_prepared_when_free_rooms_fall_under_the_reserve() -> None:
    """Inn has 4 rooms, V is 3. A leaves 3 free: enough. B at 09:00:30 leaves 2: lodge is prepared in that second and
    opens 12 hours later; its 10 rooms count from the beginning of its preparation, so that C changes nothing."""
    scenario = case(sites={"inn": {"rooms": 4}, "lodge": DEMAND}, rules={"reserve_rooms": 3, "lead_hours": 12.0})
    log = flow(scenario, Came("08:00"), Came("09:00:30"), Came("10:00"))
    assert told(log, PLACED) == [
        ("1 00:00", "site_opened", "inn", "", 4, "by_date"),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 09:00:30", "room_taken", "inn", "B", 1, "alone"),
        ("1 09:00:30", "site_preparing", "lodge", "", 10, "reserve"),
        ("1 10:00", "room_taken", "inn", "C", 1, "alone"),
        ("1 21:00:30", "site_opened", "lodge", "", 10, "reserve"),
    ]


def test_as_many_sites_are_prepared_at_once_as_the_reserve_needs() -> None:
    """V is 10: inn has 3 (dated), lodge 3 makes 6, park 3 makes 9, zoo 3 makes 12: all in the first second.
    Opera, the fifth, is not touched."""
    three = {"rooms": 3, **DEMAND}
    scenario = case(
        sites={"inn": {"rooms": 3}, "lodge": three, "park": three, "zoo": three, "opera": three},
        rules={"reserve_rooms": 10, "lead_hours": 1.0},
    )
    assert told(flow(scenario), SITES) == [
        ("1 00:00", "site_opened", "inn", "", 3, "by_date"),
        ("1 00:00", "site_preparing", "lodge", "", 3, "reserve"),
        ("1 00:00", "site_preparing", "park", "", 3, "reserve"),
        ("1 00:00", "site_preparing", "zoo", "", 3, "reserve"),
        ("1 01:00", "site_opened", "lodge", "", 3, "reserve"),
        ("1 01:00", "site_opened", "park", "", 3, "reserve"),
        ("1 01:00", "site_opened", "zoo", "", 3, "reserve"),
    ]


def test_sites_are_prepared_in_order_of_the_list_and_dated_ones_are_left_to_their_date() -> None:
    """Numbers: zoo 1, park 2 (dated, day 2), inn 3. V 11: zoo and inn are prepared; park opens by its date."""
    scenario = case(
        sites={
            "inn": {"number": 3, **DEMAND},
            "park": {"number": 2, "opens": on_day(2)},
            "zoo": {"number": 1, **DEMAND},
        },
        rules={"reserve_rooms": 11, "lead_hours": 1.0},
    )
    assert told(flow(scenario), SITES) == [
        ("1 00:00", "site_preparing", "zoo", "", 10, "reserve"),
        ("1 00:00", "site_preparing", "inn", "", 10, "reserve"),
        ("1 01:00", "site_opened", "zoo", "", 10, "reserve"),
        ("1 01:00", "site_opened", "inn", "", 10, "reserve"),
        ("2 00:00", "site_opened", "park", "", 10, "by_date"),
    ]


def test_without_a_reserve_no_site_opens_on_demand() -> None:
    """Inn's one room is taken; lodge is on the list, but there is no V. B has A's room on day 2."""
    log = flow(case(sites={"inn": {"rooms": 1}, "lodge": DEMAND}), Came("08:00"), Came("08:10"))
    assert told(log, PLACED) == [
        ("1 00:00", "site_opened", "inn", "", 1, "by_date"),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:30", "room_taken", "inn", "B", 1, "alone"),
    ]


def test_a_list_that_is_used_up_is_told_once() -> None:
    """V 3, rooms 3 and 1. A: 2 free, lodge is prepared (3). B: 2 free again and nothing left: told, with
    the rooms that are free. C: 1, not again."""
    scenario = case(
        sites={"inn": {"rooms": 3}, "lodge": {"rooms": 1, **DEMAND}}, rules={"reserve_rooms": 3, "lead_hours": 1.0}
    )
    log = flow(scenario, Came("08:00"), Came("08:10"), Came("08:20"))
    assert told(log, SITES) == [
        ("1 00:00", "site_opened", "inn", "", 3, "by_date"),
        ("1 08:00", "site_preparing", "lodge", "", 1, "reserve"),
        ("1 08:10", "sites_exhausted", "", "", 2),
        ("1 09:00", "site_opened", "lodge", "", 1, "reserve"),
    ]


def test_those_who_wait_are_placed_in_the_second_in_which_the_next_site_opens() -> None:
    """V 1, inn has one room. A takes it: lodge is prepared and opens at 10:00. B and C wait and are placed there in
    order; the ride and the stay count from then."""
    scenario = case(sites={"inn": {"rooms": 1}, "lodge": DEMAND}, rules={"reserve_rooms": 1, "lead_hours": 2.0})
    log = flow(scenario, Came("08:00"), Came("08:20"), Came("08:10"))
    assert told(log, PLACED, Kind.ARRIVED) == [
        ("1 00:00", "site_opened", "inn", "", 1, "by_date"),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:00", "site_preparing", "lodge", "", 10, "reserve"),
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 10:00", "site_opened", "lodge", "", 10, "reserve"),
        ("1 10:00", "room_taken", "lodge", "C", 1, "alone"),
        ("1 10:00", "room_taken", "lodge", "B", 1, "alone"),
        ("1 10:30", "arrived", "lodge", "B", 1),
        ("1 10:30", "arrived", "lodge", "C", 1),
    ]


def test_rooms_in_airing_and_cleaning_are_not_free() -> None:
    """V 2, inn has 3 rooms: A leaves 2 free. A goes on day 2 at 08:30, its room is aired until 18:30 and cleaned until
    19:00. B, in the meantime (12:00), leaves 1 free: lodge is prepared though A is gone."""
    scenario = case(
        sites={"inn": {"rooms": 3}, "lodge": DEMAND},
        rules={"reserve_rooms": 2, "lead_hours": 2.0},
        rooms={"airing_hours": 10.0, "cleaning_minutes": 30.0},
    )
    log = flow(scenario, Came("08:00"), Came("2 12:00"))
    assert told(log, SITES, Kind.LEFT, Kind.ROOMS_FREE, until="2 23:00") == [
        ("1 00:00", "site_opened", "inn", "", 3, "by_date"),
        ("2 08:30", "left", "inn", "A", 1),
        ("2 12:00", "site_preparing", "lodge", "", 10, "reserve"),
        ("2 14:00", "site_opened", "lodge", "", 10, "reserve"),
        ("2 19:00", "rooms_free", "inn", "A", 1),
    ]


def test_a_room_that_comes_free_in_the_second_in_which_another_is_taken_keeps_the_reserve() -> None:
    """V 2, inn has 3 rooms. A's room is free on day 2 at 08:30, B comes at that second: 2 free before and after."""
    scenario = case(sites={"inn": {"rooms": 3}, "lodge": DEMAND}, rules={"reserve_rooms": 2, "lead_hours": 2.0})
    log = flow(scenario, Came("08:00"), Came("2 08:30"))
    assert told(log, SITES, Kind.ROOMS_FREE, Kind.ROOM_TAKEN, until="2 12:00") == [
        ("1 00:00", "site_opened", "inn", "", 3, "by_date"),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:30", "rooms_free", "inn", "A", 1),
        ("2 08:30", "room_taken", "inn", "B", 1, "alone"),
    ]


def test_every_column_of_the_rows_of_an_opening() -> None:
    """Port 0, inn 1, lodge 2: subject place, value rooms, reasons by date (8) and reserve (9); used up has no
    place, its value is the 4 rooms that are free."""
    scenario = case(sites={"inn": {"rooms": 3}, "lodge": {"rooms": 1, **DEMAND}}, rules={"reserve_rooms": 9})
    rows = [row.tolist() for row in flow(scenario).of(*SITES)]
    assert rows[:3] == [
        # second, kind, subject, subject id, place, party, people, value, reason
        (0, 41, 3, 1, 1, -1, 0, 3, 8),
        (0, 40, 3, 2, 2, -1, 0, 1, 9),
        (0, 45, 0, 0, -1, -1, 0, 4, 0),
    ]


def test_rooms_that_waiting_parties_need_count_against_the_reserve_from_the_second_in_which_they_wait() -> None:
    """Rooms per person, V 3: inn has 6 rooms, lodge 5. A (2) leaves 4 free: enough. B (5) does not fit and waits: 4 - 5
    is under V, so lodge is prepared in that second, and with its 5 rooms 4 are left over: park is not touched."""
    scenario = case(
        sites={"inn": {"rooms": 6}, "lodge": {"rooms": 5, **DEMAND}, "park": DEMAND},
        rules={"reserve_rooms": 3, "lead_hours": 1.0},
        rooms={"per": "person"},
    )
    log = flow(scenario, Came("08:00", size=2), Came("09:00", size=5))
    assert told(log, PLACED, until="1 12:00") == [
        ("1 00:00", "site_opened", "inn", "", 6, "by_date"),
        ("1 08:00", "room_taken", "inn", "A", 2, "alone"),
        ("1 09:00", "site_preparing", "lodge", "", 5, "reserve"),
        ("1 10:00", "site_opened", "lodge", "", 5, "reserve"),
        ("1 10:00", "room_taken", "lodge", "B", 5, "alone"),
    ]


def test_sites_are_prepared_until_those_who_wait_and_the_reserve_have_their_rooms() -> None:
    """One room each, V 1: inn has one room, the others two each. A leaves none free: lodge (2). B, C, D wait: 2 - 1 is
    V; 2 - 2 is under it: park (4 - 2); 4 - 3 is V. E: 4 - 4 is not: zoo."""
    two = {"rooms": 2, **DEMAND}
    scenario = case(
        sites={"inn": {"rooms": 1}, "lodge": two, "park": two, "zoo": two},
        rules={"reserve_rooms": 1, "lead_hours": 9.0},
    )
    log = flow(scenario, *(Came(f"08:0{i}") for i in range(5)))
    assert told(log, Kind.SITE_PREPARING) == [
        ("1 08:00", "site_preparing", "lodge", "", 2, "reserve"),
        ("1 08:02", "site_preparing", "park", "", 2, "reserve"),
        ("1 08:04", "site_preparing", "zoo", "", 2, "reserve"),
    ]


def test_with_a_reserve_of_0_the_next_site_is_prepared_when_somebody_waits() -> None:
    """Inn has one room: A leaves none free, which is not under 0; B waits: it is."""
    scenario = case(sites={"inn": {"rooms": 1}, "lodge": DEMAND}, rules={"reserve_rooms": 0, "lead_hours": 1.0})
    log = flow(scenario, Came("08:00"), Came("08:30"))
    assert told(log, Kind.SITE_PREPARING) == [("1 08:30", "site_preparing", "lodge", "", 10, "reserve")]


def test_a_waiting_party_counts_at_most_the_rooms_of_the_largest_site() -> None:
    """Rooms per person, V 1. A needs 30, no site has more than 10: it counts for 10. It takes inn's last room and
    waits with 29; lodge (10) is not enough for 10 + V, park (2) makes 12 - 10; zoo is not touched."""
    scenario = case(
        sites={
            "inn": {"rooms": 1}, "lodge": DEMAND, "park": {"rooms": 2, **DEMAND}, "zoo": DEMAND,
        },
        rules={"reserve_rooms": 1, "lead_hours": 9.0},
        rooms={"per": "person"},
    )  # fmt: skip
    log = flow(scenario, Came("08:00", size=30))
    assert told(log, Kind.SITE_PREPARING, until="1 12:00") == [
        ("1 08:00", "site_preparing", "lodge", "", 10, "reserve"),
        ("1 08:00", "site_preparing", "park", "", 2, "reserve"),
    ]


def test_where_sites_are_assigned_those_who_wait_ask_for_no_other_site() -> None:
    """Inn has one room and V is 0: B waits for inn alone (the sample assigns site 0), and lodge is not prepared."""
    scenario = case(
        sites={"inn": {"rooms": 1}, "lodge": DEMAND},
        rules={"reserve_rooms": 0, "lead_hours": 1.0, "allocation": "assigned"},
    )
    log = history(scenario, Came("08:00"), Came("08:30"), assigned={"A": "inn", "B": "inn"})
    assert told(log, Kind.SITE_PREPARING, Kind.ROOM_TAKEN) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:30", "room_taken", "inn", "B", 1, "alone"),
    ]
