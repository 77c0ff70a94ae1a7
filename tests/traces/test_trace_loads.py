"""Traces by hand: coach loads: who joins, when a load is due, when it goes, how long coach and escorts are away."""

from __future__ import annotations

from traces.builder import COACHES, LOADS, Came, case, coaches, flow, pool, told

from sim.flow.log import Kind

JOINED = (Kind.ROOM_TAKEN, *LOADS)


def test_parties_join_the_open_load_until_its_first_party_has_waited_the_longest_hold() -> None:
    """Seats for 5, hold 60 minutes: A opens at 08:00, B joins at 08:10, C at 08:59; due at 09:00, 60 after A."""
    log = flow(case(coaches=coaches(seats=5)), Came("08:00"), Came("08:10", size=2), Came("08:59"))
    assert told(log, JOINED) == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("1 08:10", "room_taken", "inn", "B", 2, "load A"),
        ("1 08:59", "room_taken", "inn", "C", 1, "load A"),
        ("1 09:00", "load_due", "gate", "A", 4, "hold"),
        ("1 09:00", "boarding", "gate", "A", 4),
    ]


def test_a_load_whose_seats_are_full_is_due_at_once() -> None:
    """Three seats: A (1) and B (2) fill them at 08:10."""
    log = flow(case(coaches=coaches(seats=3)), Came("08:00"), Came("08:10", size=2))
    assert told(log, JOINED) == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("1 08:10", "room_taken", "inn", "B", 2, "load A"),
        ("1 08:10", "load_due", "gate", "A", 3, "full"),
        ("1 08:10", "boarding", "gate", "A", 3),
    ]


def test_boarding_ride_arrival_count_and_ride_back_each_take_their_time() -> None:
    """Three heads at half a minute: boarding 1:30, ride 30, count 1:30, ride back 30: 63 minutes; then 20 minutes of
    disinfection. The stay begins at the end of the ride, before the second count."""
    scenario = case(
        ports={"gate": {"pool": "crew"}},
        pools={"crew": pool(2, ("06:00", 12))},
        coaches=coaches(seats=3, escorts=2, count=0.5, disinfection=20),
    )
    log = flow(scenario, Came("08:00"), Came("08:10", size=2))
    assert told(log, Kind.BOARDING, Kind.TASK, Kind.DEPARTED, Kind.ARRIVED, COACHES, Kind.RELEASED) == [
        ("1 08:10", "boarding", "gate", "A", 3),
        ("1 08:10", "escort", "crew", "A", 2, "until 1 09:13"),
        ("1 08:11:30", "departed", "gate", "A", 1, "load A"),
        ("1 08:11:30", "departed", "gate", "B", 2, "load A"),
        ("1 08:41:30", "coach_arrived", "inn", "A", 3),
        ("1 08:41:30", "arrived", "inn", "A", 1),
        ("1 08:41:30", "arrived", "inn", "B", 2),
        ("1 09:13", "coach_back", "gate", "A", 0),
        ("1 09:33", "coach_ready", "gate", "A", 0),
        ("2 08:41:30", "released", "inn", "A", 1),
        ("2 08:41:30", "released", "inn", "B", 2),
    ]


def test_a_load_that_waits_for_a_coach_stays_open_and_takes_parties_until_it_boards() -> None:
    """One coach, away with A (3 heads: 3 + 30 + 3 + 30 = 66 minutes) until 09:06. B's load is due at 08:20 (hold 10)
    and stays open: C joins at 09:00. Two of its three seats are used when it boards at 09:06."""
    log = flow(case(coaches=coaches(seats=3, hold=10)), Came("08:00", size=3), Came("08:10"), Came("09:00"))
    assert told(log, JOINED, Kind.COACH_READY, until="1 09:10") == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 3, "load A"),
        ("1 08:00", "load_due", "gate", "A", 3, "full"),
        ("1 08:00", "boarding", "gate", "A", 3),
        ("1 08:10", "load_opened", "gate", "B", 0, "to inn"),
        ("1 08:10", "room_taken", "inn", "B", 1, "load B"),
        ("1 08:20", "load_due", "gate", "B", 1, "hold"),
        ("1 09:00", "room_taken", "inn", "C", 1, "load B"),
        ("1 09:06", "coach_ready", "gate", "A", 0),
        ("1 09:06", "boarding", "gate", "B", 2),
    ]


def test_a_party_that_comes_while_a_load_boards_opens_a_new_one() -> None:
    """A boards from 08:10 (hold of 10 minutes) to 08:11; B comes at 08:10:30 and starts a load with its own hold."""
    log = flow(case(coaches=coaches(seats=3, hold=10)), Came("08:00"), Came("08:10:30"))
    assert told(log, JOINED, until="1 08:30") == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("1 08:10", "load_due", "gate", "A", 1, "hold"),
        ("1 08:10", "boarding", "gate", "A", 1),
        ("1 08:10:30", "load_opened", "gate", "B", 0, "to inn"),
        ("1 08:10:30", "room_taken", "inn", "B", 1, "load B"),
        ("1 08:20:30", "load_due", "gate", "B", 1, "hold"),
    ]


def test_a_load_that_the_next_party_does_not_fit_is_due_at_once() -> None:
    """Three seats, A and B of two: at 08:05 A's load goes with a seat empty and B opens a load. C (1) joins B's, which
    is full at 08:06 and waits for the one coach (2 + 30 + 2 + 30 = 64 minutes from 08:05: 09:09)."""
    log = flow(case(coaches=coaches(seats=3)), Came("08:00", size=2), Came("08:05", size=2), Came("08:06"))
    assert told(log, JOINED) == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 2, "load A"),
        ("1 08:05", "load_due", "gate", "A", 2, "next_does_not_fit"),
        ("1 08:05", "load_opened", "gate", "B", 0, "to inn"),
        ("1 08:05", "room_taken", "inn", "B", 2, "load B"),
        ("1 08:05", "boarding", "gate", "A", 2),
        ("1 08:06", "room_taken", "inn", "C", 1, "load B"),
        ("1 08:06", "load_due", "gate", "B", 3, "full"),
        ("1 09:09", "boarding", "gate", "B", 3),
    ]


def test_a_load_whose_site_has_no_room_for_the_next_party_is_due_at_once() -> None:
    """Two sites of one room, seats for 5. A's load has inn's room; B needs a room and gets a load to lodge."""
    scenario = case(coaches=coaches(seats=5), sites={"inn": {"rooms": 1}, "lodge": {"rooms": 1}})
    assert told(flow(scenario, Came("08:00"), Came("08:05")), JOINED, until="1 08:30") == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("1 08:05", "load_due", "gate", "A", 1, "next_does_not_fit"),
        ("1 08:05", "load_opened", "gate", "B", 0, "to lodge"),
        ("1 08:05", "room_taken", "lodge", "B", 1, "load B"),
        ("1 08:05", "boarding", "gate", "A", 1),
    ]


def test_a_due_load_that_the_next_party_does_not_fit_closes_but_is_not_due_twice() -> None:
    """One coach is away with A until 09:04. B's load is due by hold at 08:20; C (2) does not fit it at 08:30 and opens
    another; D (1) at 08:31 joins C's load: B's is closed, though it has a seat, and goes alone at 09:04."""
    came = [Came("08:00", size=2), Came("08:10"), Came("08:30", size=2), Came("08:31")]
    scenario = case(coaches=coaches(seats=2, hold=10))
    assert told(flow(scenario, *came), JOINED, until="1 09:10") == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:00", "room_taken", "inn", "A", 2, "load A"),
        ("1 08:00", "load_due", "gate", "A", 2, "full"),
        ("1 08:00", "boarding", "gate", "A", 2),
        ("1 08:10", "load_opened", "gate", "B", 0, "to inn"),
        ("1 08:10", "room_taken", "inn", "B", 1, "load B"),
        ("1 08:20", "load_due", "gate", "B", 1, "hold"),
        ("1 08:30", "load_opened", "gate", "C", 0, "to inn"),
        ("1 08:30", "room_taken", "inn", "C", 2, "load C"),
        ("1 08:30", "load_due", "gate", "C", 2, "full"),
        ("1 08:31", "load_opened", "gate", "D", 0, "to inn"),
        ("1 08:31", "room_taken", "inn", "D", 1, "load D"),
        ("1 08:41", "load_due", "gate", "D", 1, "hold"),
        ("1 09:04", "boarding", "gate", "B", 1),
    ]


def test_rooms_taken_by_a_load_that_waits_stay_taken() -> None:
    """Inn has two rooms; A and B hold them in loads at the point until 09:00 and 09:02. C (08:30) finds none and gets
    A's on day 2 at 09:31 (boarding 1 minute, ride 30, stay 24 hours)."""
    scenario = case(
        ports={"bay": {}, "gate": {}},
        coaches=coaches(seats=5),
        sites={"inn": {"rooms": 2}},
    )
    log = flow(scenario, Came("08:00", port="bay"), Came("08:02"), Came("08:30"))
    assert told(log, Kind.ROOM_TAKEN, Kind.BOARDING, Kind.LEFT, until="2 09:32") == [
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("1 08:02", "room_taken", "inn", "B", 1, "load B"),
        ("1 09:00", "boarding", "bay", "A", 1),
        ("1 09:02", "boarding", "gate", "B", 1),
        ("2 09:31", "left", "inn", "A", 1),
        ("2 09:31", "room_taken", "inn", "C", 1, "load C"),
    ]


def test_every_column_of_the_rows_of_a_load() -> None:
    """Port 0, site 1; the load has its first party's number, 1000. 1 + 30 + 1 + 30 minutes, then 1 of disinfection."""
    log = flow(case(coaches=coaches(seats=1, disinfection=1)), Came("08:00"))
    kinds = (Kind.ROOM_TAKEN, *LOADS, Kind.TASK, Kind.DEPARTED, Kind.ARRIVED, *COACHES)
    assert [row.tolist() for row in log if row["kind"] in kinds] == [
        # second, kind, subject, subject id, place, party, people, value, reason
        (28_800, 70, 2, 1000, 0, -1, 0, 1, 0),
        (28_800, 4, 1, 1000, 1, 1000, 1, 1000, 0),
        (28_800, 71, 2, 1000, 0, -1, 1, 0, 1),
        (28_800, 72, 2, 1000, 0, -1, 1, 1, 0),
        (28_800, 20, 10, 1000, 0, -1, 0, 32_520, 0),
        (28_860, 5, 1, 1000, 0, 1000, 1, 1000, 0),
        (30_660, 73, 2, 1000, 1, -1, 1, 0, 0),
        (30_660, 10, 1, 1000, 1, 1000, 1, 0, 0),
        (32_520, 74, 2, 1000, 0, -1, 0, 0, 0),
        (32_580, 75, 2, 1000, 0, -1, 0, 0, 0),
    ]
