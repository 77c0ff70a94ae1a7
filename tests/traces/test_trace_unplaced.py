"""Traces by hand: parties that find no room wait in order, and large ones are split.

Nobody needs staff here and, but where a test says so, parties travel alone: 30 minutes' ride, 24 hours' stay, and the
room is free in the second in which they leave. So a party placed at 08:00 on day 1 frees its rooms on day 2 at 08:30.
"""

from __future__ import annotations

from typing import Any

from traces.builder import LOADS, Came, case, coaches, flow, service, told

from sim.flow.log import Kind

PER_PERSON: dict[str, Any] = {"rooms": {"per": "person"}}
PLACED = (Kind.PARTY_SPLIT, Kind.ROOM_TAKEN, Kind.UNPLACED)


def test_the_unplaced_are_scanned_in_order_of_waiting_and_each_that_fits_is_placed() -> None:
    """Three rooms, one a person: A has 1, B 2; C (2) and D (1) wait. On day 2 at 08:30 A's room is free: too few for
    C, enough for D. At 08:40 B's two come free: C."""
    scenario = case(sites={"inn": {"rooms": 3}}, **PER_PERSON)
    came = [Came("08:00"), Came("08:10", size=2), Came("09:00", size=2), Came("09:10")]
    assert told(flow(scenario, *came), PLACED) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:10", "room_taken", "inn", "B", 2, "alone"),
        ("2 08:30", "room_taken", "inn", "D", 1, "alone"),
        ("2 08:40", "room_taken", "inn", "C", 2, "alone"),
    ]


def test_who_has_waited_longest_goes_first_and_at_a_tie_the_smaller_id() -> None:
    """One room. B waits since 08:05, C and D since 08:10, all for the room that is free on days 2, 3 and 4."""
    scenario = case(days=5, sites={"inn": {"rooms": 1}})
    came = [Came("08:00"), Came("08:10"), Came("08:10"), Came("08:05")]
    assert [(row[0], row[3]) for row in told(flow(scenario, *came), Kind.ROOM_TAKEN)] == [
        ("1 08:00", "A"),
        ("2 08:30", "D"),
        ("3 09:00", "B"),
        ("4 09:30", "C"),
    ]


def test_the_wait_for_a_room_begins_at_the_end_of_registration() -> None:
    """A is handed over before B but registered after it (slow: 30 minutes against 10). B waits since 08:11, A since
    08:30: B has the first room that comes free."""
    scenario = case(days=4, sites={"inn": {"rooms": 1}}, registration=service(10))
    came = [Came("08:00", slow=3.0), Came("08:01"), Came("07:00")]
    assert [(row[0], row[3]) for row in told(flow(scenario, *came), Kind.ROOM_TAKEN)] == [
        ("1 07:10", "C"),
        ("2 07:40", "B"),
        ("3 08:10", "A"),
    ]


def test_a_party_overtaken_for_four_hours_is_split_and_the_rest_keeps_its_place() -> None:
    """Three rooms, one a person, taken by A, B and E. C (2) waits, D (1) behind it. Day 2: at 08:30 A's room goes to D:
    from now on C is overtaken. At 08:40 B's room comes free, too little for C. At 12:30, four hours on, C is split: one
    takes B's room, the other waits on and has E's at 13:30 (E came at 13:00)."""
    scenario = case(sites={"inn": {"rooms": 3}}, **PER_PERSON)
    came = [Came("08:00"), Came("08:10"), Came("14:00", size=2), Came("14:10"), Came("13:00")]
    assert told(flow(scenario, *came), PLACED) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:10", "room_taken", "inn", "B", 1, "alone"),
        ("1 13:00", "room_taken", "inn", "E", 1, "alone"),
        ("2 08:30", "room_taken", "inn", "D", 1, "alone"),
        ("2 12:30", "party_split", "gate", "C+1", 1, "from C, overtaken_for_4_hours"),
        ("2 12:30", "room_taken", "inn", "C+1", 1, "alone"),
        ("2 13:30", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_a_party_overtaken_in_the_very_first_second_is_split_four_hours_later() -> None:
    """Four rooms, one a person. At 00:00 A has one, B (4) too few, C one of the three: B is overtaken from then on, and
    at 04:00 two of B have the two rooms. The others have those of A and C on day 2 at 00:30."""
    scenario = case(sites={"inn": {"rooms": 4}}, **PER_PERSON)
    came = [Came("00:00"), Came("00:00", size=4), Came("00:00")]
    assert told(flow(scenario, *came), PLACED) == [
        ("1 00:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 00:00", "room_taken", "inn", "C", 1, "alone"),
        ("1 04:00", "party_split", "gate", "B+2", 2, "from B, overtaken_for_4_hours"),
        ("1 04:00", "room_taken", "inn", "B+2", 2, "alone"),
        ("2 00:30", "room_taken", "inn", "B", 2, "alone"),
    ]


def test_a_party_overtaken_while_no_room_is_free_is_split_when_one_comes_free() -> None:
    """Two rooms, A's and B's. On day 2 D takes A's at 08:30, before C (2). At 12:30 there is no room. At 13:30 B's
    comes free: C is split, its rest has D's on day 3 at 09:00 (08:30 + 30 minutes' ride + 24 hours)."""
    scenario = case(sites={"inn": {"rooms": 2}}, **PER_PERSON)
    came = [Came("08:00"), Came("13:00"), Came("14:00", size=2), Came("14:10")]
    assert told(flow(scenario, *came), PLACED, since="2 00:00") == [
        ("2 08:30", "room_taken", "inn", "D", 1, "alone"),
        ("2 13:30", "party_split", "gate", "C+1", 1, "from C, overtaken_for_4_hours"),
        ("2 13:30", "room_taken", "inn", "C+1", 1, "alone"),
        ("3 09:00", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_a_room_that_comes_free_in_the_second_in_which_the_four_hours_end_splits_the_party() -> None:
    """As above, but B came at 12:00, so that its room is free on day 2 at 12:30, four hours after 08:30 to the second:
    releases and timers both come before the scan."""
    scenario = case(sites={"inn": {"rooms": 2}}, **PER_PERSON)
    came = [Came("08:00"), Came("12:00"), Came("14:00", size=2), Came("14:10")]
    assert told(flow(scenario, *came), PLACED, since="2 00:00", until="2 23:00") == [
        ("2 08:30", "room_taken", "inn", "D", 1, "alone"),
        ("2 12:30", "party_split", "gate", "C+1", 1, "from C, overtaken_for_4_hours"),
        ("2 12:30", "room_taken", "inn", "C+1", 1, "alone"),
    ]


def test_one_second_earlier_the_party_is_not_split() -> None:
    """B came a second earlier: at 12:29:59 C has been overtaken for 3:59:59 and waits; at 12:30 it is split."""
    scenario = case(sites={"inn": {"rooms": 2}}, **PER_PERSON)
    came = [Came("08:00"), Came("11:59:59"), Came("14:00", size=2), Came("14:10")]
    assert told(flow(scenario, *came), PLACED, Kind.ROOMS_FREE, since="2 00:00", until="2 23:00") == [
        ("2 08:30", "rooms_free", "inn", "A", 1),
        ("2 08:30", "room_taken", "inn", "D", 1, "alone"),
        ("2 12:29:59", "rooms_free", "inn", "B", 1),
        ("2 12:30", "party_split", "gate", "C+1", 1, "from C, overtaken_for_4_hours"),
        ("2 12:30", "room_taken", "inn", "C+1", 1, "alone"),
    ]


def test_a_party_that_fits_as_a_whole_when_the_four_hours_end_is_not_split() -> None:
    """B is two people whose rooms both come free on day 2 at 12:30."""
    scenario = case(sites={"inn": {"rooms": 3}}, **PER_PERSON)
    came = [Came("08:00"), Came("12:00", size=2), Came("14:00", size=2), Came("14:10")]
    assert told(flow(scenario, *came), PLACED, since="2 00:00") == [
        ("2 08:30", "room_taken", "inn", "D", 1, "alone"),
        ("2 12:30", "room_taken", "inn", "C", 2, "alone"),
    ]


def test_a_party_placed_on_hand_over_at_another_port_overtakes_those_who_wait() -> None:
    """Two rooms, one taken by B. C (2) waits since 09:00; A, at bay, takes the last room at 09:10. On day 2 at 08:30
    B's comes free: C, overtaken for 23 hours, is split; its rest has A's room at 09:40."""
    scenario = case(ports={"bay": {}, "gate": {}}, sites={"inn": {"rooms": 2}}, **PER_PERSON)
    log = flow(scenario, Came("09:10", port="bay"), Came("08:00"), Came("09:00", size=2))
    assert told(log, PLACED) == [
        ("1 08:00", "room_taken", "inn", "B", 1, "alone"),
        ("1 09:10", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:30", "party_split", "gate", "C+1", 1, "from C, overtaken_for_4_hours"),
        ("2 08:30", "room_taken", "inn", "C+1", 1, "alone"),
        ("2 09:40", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_a_party_that_nobody_overtakes_waits_for_all_its_rooms() -> None:
    """Three rooms, A has two. B (2) waits from 09:00 beside a free room, over four hours, until A leaves."""
    scenario = case(sites={"inn": {"rooms": 3}}, **PER_PERSON)
    log = flow(scenario, Came("08:00", size=2), Came("09:00", size=2))
    assert told(log, PLACED) == [
        ("1 08:00", "room_taken", "inn", "A", 2, "alone"),
        ("2 08:30", "room_taken", "inn", "B", 2, "alone"),
    ]


def test_a_party_that_needs_one_room_is_never_split_for_want_of_rooms() -> None:
    """One room a party: B (4 people) waits a day for A's room and moves in as one, before C, who came later."""
    log = flow(case(sites={"inn": {"rooms": 1}}), Came("08:00"), Came("08:10", size=4), Came("08:20"))
    assert told(log, PLACED) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 08:30", "room_taken", "inn", "B", 4, "alone"),
        ("3 09:00", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_a_party_that_needs_more_rooms_than_the_largest_site_has_is_split() -> None:
    """Five people, one room each, sites of 3 and 1: three go to inn. The two others need two rooms,
    lodge has one: they keep their place and have inn's on day 2."""
    scenario = case(sites={"inn": {"rooms": 3}, "lodge": {"rooms": 1}}, **PER_PERSON)
    assert told(flow(scenario, Came("08:00", size=5)), PLACED) == [
        ("1 08:00", "party_split", "gate", "A+2", 3, "from A, too_large_for_any_site"),
        ("1 08:00", "room_taken", "inn", "A+2", 3, "alone"),
        ("2 08:30", "room_taken", "inn", "A", 2, "alone"),
    ]


def test_of_a_party_too_large_for_any_site_as_many_go_as_rooms_are_free() -> None:
    """Three rooms, one taken by A: two of B's five go. On day 2 at 08:30 A's room and theirs come free in the
    same second: three, enough for the others."""
    scenario = case(sites={"inn": {"rooms": 3}}, **PER_PERSON)
    assert told(flow(scenario, Came("08:00"), Came("08:00", size=5)), PLACED) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:00", "party_split", "gate", "B+3", 2, "from B, too_large_for_any_site"),
        ("1 08:00", "room_taken", "inn", "B+3", 2, "alone"),
        ("2 08:30", "room_taken", "inn", "B", 3, "alone"),
    ]


def test_a_party_larger_than_a_coach_rides_in_consecutive_loads_to_one_site() -> None:
    """Seats for 2, five people: loads of 2, 2 and 1, all to inn though lodge has more rooms after the first. The first
    two are full at once, the last holds 60 minutes; one coach: 2 + 30 + 2 + 30 = 64 minutes a trip."""
    scenario = case(coaches=coaches(seats=2), sites={"inn": {"rooms": 5}, "lodge": {"rooms": 5}}, **PER_PERSON)
    assert told(flow(scenario, Came("08:00", size=5)), Kind.PARTY_SPLIT, Kind.ROOM_TAKEN, LOADS) == [
        ("1 08:00", "party_split", "gate", "A+2", 3, "from A, too_large_for_a_coach"),
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 2, "load A"),
        ("1 08:00", "load_due", "gate", "A", 2, "full"),
        ("1 08:00", "party_split", "gate", "A+4", 1, "from A+2, too_large_for_a_coach"),
        ("1 08:00", "load_opened", "gate", "A+2", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A+2", 2, "load A+2"),
        ("1 08:00", "load_due", "gate", "A+2", 2, "full"),
        ("1 08:00", "load_opened", "gate", "A+4", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A+4", 1, "load A+4"),
        ("1 08:00", "boarding", "gate", "A", 2),
        ("1 09:00", "load_due", "gate", "A+4", 1, "hold"),
        ("1 09:04", "boarding", "gate", "A+2", 2),
        ("1 10:08", "boarding", "gate", "A+4", 1),
    ]


def test_a_party_too_large_for_any_site_and_for_a_coach_is_split_for_both() -> None:
    """Inn has 3 rooms, a coach 2 seats. Of A's five, three go: two in one load and one in the next; two wait and have
    the first two rooms that come free, on day 2 at 08:32 (boarding 2 minutes, ride 30)."""
    scenario = case(coaches=coaches(seats=2), sites={"inn": {"rooms": 3}}, **PER_PERSON)
    assert told(flow(scenario, Came("08:00", size=5)), PLACED, Kind.LOAD_DUE, until="2 09:00") == [
        ("1 08:00", "party_split", "gate", "A+2", 3, "from A, too_large_for_any_site"),
        ("1 08:00", "party_split", "gate", "A+4", 1, "from A+2, too_large_for_a_coach"),
        ("1 08:00", "room_taken", "inn", "A+2", 2, "load A+2"),
        ("1 08:00", "load_due", "gate", "A+2", 2, "full"),
        ("1 08:00", "room_taken", "inn", "A+4", 1, "load A+4"),
        ("1 09:00", "load_due", "gate", "A+4", 1, "hold"),
        ("2 08:32", "room_taken", "inn", "A", 2, "load A"),
        ("2 08:32", "load_due", "gate", "A", 2, "full"),
    ]


def test_the_last_piece_of_a_party_larger_than_a_coach_shares_its_load_with_the_next_party() -> None:
    """Seats for 3, A is 4: its last person opens a load that B (2) fills at 08:10."""
    log = flow(case(coaches=coaches(seats=3), **PER_PERSON), Came("08:00", size=4), Came("08:10", size=2))
    assert told(log, Kind.ROOM_TAKEN, Kind.LOAD_DUE) == [
        ("1 08:00", "room_taken", "inn", "A", 3, "load A"),
        ("1 08:00", "load_due", "gate", "A", 3, "full"),
        ("1 08:00", "room_taken", "inn", "A+3", 1, "load A+3"),
        ("1 08:10", "room_taken", "inn", "B", 2, "load A+3"),
        ("1 08:10", "load_due", "gate", "A+3", 3, "full"),
    ]


def test_every_column_of_the_row_of_a_split() -> None:
    """Two of A's five go as party 1006 (led by its fourth person), the row names the party they left."""
    log = flow(case(sites={"inn": {"rooms": 2}}, **PER_PERSON), Came("08:00", size=5))
    rows = [row.tolist() for row in log.of(Kind.PARTY_SPLIT, Kind.ROOM_TAKEN)][:2]
    assert rows == [(28_800, 3, 1, 1006, 0, 1000, 2, 0, 6), (28_800, 4, 1, 1006, 1, 1006, 2, -1, 0)]
