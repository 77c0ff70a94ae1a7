"""Traces by hand: visits in rounds and swabs, who is visited when, and which visits are missed.

A ride takes 30 minutes: a party handed over at 07:00 arrives at 07:30.
"""

from __future__ import annotations

from typing import Any

from traces.builder import Came, pool, service
from traces.guests import FOUND, STAYED, history, lab_ward, story, ward

from sim.flow.log import Kind, Subject

ROUNDS = (Subject.TASK_VISIT, Subject.TASK_SWAB, Kind.MISSED)


def kind(*times: str, room: float = 0.0, person: float = 0.0) -> dict[str, Any]:
    """A kind of visit."""
    return {"times": list(times), "room_minutes": room, "person_minutes": person}


def test_a_visit_takes_minutes_for_the_room_and_for_each_person_and_one_of_the_team() -> None:
    """2 + 3 × 3 = 11 minutes for A (3 people in a room), 2 + 3 = 5 for B, who waits for the one of the team."""
    scenario = ward(staff=1, stay=1, visits={"check": kind("08:30", room=2, person=3)})
    assert story(history(scenario, Came("07:00", size=3), Came("07:10")), *ROUNDS) == [
        ("1 08:30", "visit", "inn.team", "A", 1, "1 08:30/0, until 1 08:41"),
        ("1 08:41", "visit", "inn.team", "B", 1, "1 08:30/0, until 1 08:46"),
    ]


def test_with_a_room_for_each_person_each_room_takes_its_minutes() -> None:
    """A: 2 × 3 rooms + 3 × 3 people = 15 minutes."""
    scenario = ward(staff=1, stay=1, visits={"check": kind("08:30", room=2, person=3)}, rooms={"per": "person"})
    assert story(history(scenario, Came("07:00", size=3)), *ROUNDS) == [
        ("1 08:30", "visit", "inn.team", "A", 1, "1 08:30/0, until 1 08:45"),
    ]


def test_a_site_without_a_team_visits_at_once_and_needs_nobody() -> None:
    """No pool: the row has the site as place and no staff, and nobody waits."""
    scenario = ward(stay=1, visits={"check": kind("08:30", room=2)}, rules={"team": None}, pools={})
    assert story(history(scenario, Came("07:00"), Came("07:10")), *ROUNDS) == [
        ("1 08:30", "visit", "inn", "A", 0, "1 08:30/0, until 1 08:32"),
        ("1 08:30", "visit", "inn", "B", 0, "1 08:30/0, until 1 08:32"),
    ]


def test_who_arrives_in_the_second_of_a_round_is_visited_and_who_leaves_in_it_is_missed() -> None:
    """Ends of rides (rank 6) come before the timetable (9), which comes before releases (decisions): A, who arrives
    at 08:00, is in the rounds of both days; the visit of the second has not begun when A leaves, at 2 08:00."""
    scenario = ward(stay=1, times=("08:00",))
    assert story(history(scenario, Came("07:30")), *ROUNDS, STAYED) == [
        ("1 08:00", "arrived", "inn", "A", 1),
        ("1 08:00", "visit", "inn.team", "A", 1, "1 08:00/0, until 1 08:01"),
        ("2 08:00", "released", "inn", "A", 1),
        ("2 08:00", "left", "inn", "A", 1),
        ("2 08:00", "visit_missed", "inn.team", "A", 1, "2 08:00/0, room_left"),
    ]


def test_the_queue_is_check_in_release_swab_visit_cleaning_whoever_came_first() -> None:
    """One of the team, from 10:00 to 18:00. On day 2 at 10:00 there wait: the cleaning of C's room (C was there on
    day 2 of a stay of one day: checked out on day 1 from 10:10, after A's check-in, and 20 hours of airing from 10:20),
    B's check-in (06:30), swabs and visits of A and B (07:00), A's check-out (08:00). A's swab and visit are missed
    when it leaves; the room of A airs until 3 06:20."""
    scenario = lab_ward(
        pools={"team": pool(1, ("10:00", 8))}, stay=1, times=("07:00",), check_in=service(10),
        release={"minutes": service(10)}, rooms={"airing_hours": 20.0, "cleaning_minutes": 10.0},
        initial=[{"site": "inn", "party_size": 1, "day_of_stay": 2}],
        health={**FOUND, "release_waits_for_result": False},
    )  # fmt: skip
    log = history(scenario, Came("07:30"), Came("2 06:00"))
    assert story(log, Kind.TASK, Kind.MISSED, since="1 09:00", until="2 23:00") == [
        ("1 10:00", "check_in", "inn.team", "A", 1, "until 1 10:10"),
        ("1 10:10", "release", "inn.team", "C", 1, "until 1 10:20"),
        ("2 10:00", "check_in", "inn.team", "B", 1, "until 2 10:10"),
        ("2 10:10", "release", "inn.team", "A", 1, "until 2 10:20"),
        ("2 10:20", "visit_missed", "inn.team", "A", 1, "2 07:00/0, room_left"),
        ("2 10:20", "swab_missed", "inn.team", "A", 1, "2 07:00/swab, room_left"),
        ("2 10:20", "swab", "inn.team", "B", 1, "2 07:00/swab, until 2 10:24"),
        ("2 10:24", "visit", "inn.team", "B", 1, "2 07:00/0, until 2 10:25"),
        ("2 10:25", "cleaning", "inn.team", "C", 1, "until 2 10:35"),
    ]


def test_a_visit_that_has_not_begun_when_the_next_round_of_its_kind_starts_is_missed() -> None:
    """The team of one is there from 10:00 to 10:20, a visit takes 15 minutes. A is visited at 10:00 (two hours late),
    B at 10:15 (in hand at 10:20: ends in overtime), C not before 10:30. Nobody is there for the second round."""
    scenario = ward(
        stay=1, pools={"team": pool(1, ("10:00", 1 / 3))}, visits={"check": kind("08:00", "10:30", room=15)}
    )
    log = history(scenario, Came("07:00"), Came("07:01"), Came("07:02"))
    assert story(log, *ROUNDS, until="1 23:00") == [
        ("1 10:00", "visit", "inn.team", "A", 1, "1 08:00/0, until 1 10:15"),
        ("1 10:15", "visit", "inn.team", "B", 1, "1 08:00/0, until 1 10:30"),
        ("1 10:30", "visit_missed", "inn.team", "C", 1, "1 08:00/0, next_round"),
    ]


def test_staff_who_come_in_the_second_of_the_next_round_find_the_old_one_missed() -> None:
    """The shift begins at 10:30 (rank 3), the round at 10:30 drops the visit of 08:00 (rank 9), then tasks start."""
    scenario = ward(stay=1, pools={"team": pool(1, ("10:30", 8))}, visits={"check": kind("08:00", "10:30", room=15)})
    log = history(scenario, Came("07:00"))
    assert story(log, *ROUNDS, Kind.SHIFT_BEGAN, until="1 23:00") == [
        ("1 10:30", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("1 10:30", "visit_missed", "inn.team", "A", 1, "1 08:00/0, next_round"),
        ("1 10:30", "visit", "inn.team", "A", 1, "1 10:30/0, until 1 10:45"),
    ]


def test_a_round_of_another_kind_does_not_make_a_visit_missed() -> None:
    """Checks (kind 0) at 08:00, meals (kind 1) at 09:00; the team comes at 10:00 and makes both, the older first."""
    visits = {"meal": kind("09:00", room=2), "check": kind("08:00", room=1)}
    log = history(ward(stay=1, pools={"team": pool(1, ("10:00", 8))}, visits=visits), Came("07:00"))
    assert story(log, *ROUNDS, until="1 23:00") == [
        ("1 10:00", "visit", "inn.team", "A", 1, "1 08:00/0, until 1 10:01"),
        ("1 10:01", "visit", "inn.team", "A", 1, "1 09:00/1, until 1 10:03"),
    ]


def test_two_kinds_at_one_time_are_two_visits_party_by_party_in_order_of_id() -> None:
    """Same class, same second of joining: A's before B's; of one party the check before the meal."""
    visits = {"meal": kind("08:00", room=2), "check": kind("08:00", room=1)}
    log = history(ward(stay=1, staff=1, visits=visits), Came("07:00"), Came("07:01"))
    assert story(log, *ROUNDS, until="1 23:00") == [
        ("1 08:00", "visit", "inn.team", "A", 1, "1 08:00/0, until 1 08:01"),
        ("1 08:01", "visit", "inn.team", "A", 1, "1 08:00/1, until 1 08:03"),
        ("1 08:03", "visit", "inn.team", "B", 1, "1 08:00/0, until 1 08:04"),
        ("1 08:04", "visit", "inn.team", "B", 1, "1 08:00/1, until 1 08:06"),
    ]


def test_swabs_are_taken_at_the_first_round_of_set_days_of_the_stay() -> None:
    """Rounds at 08:00 and 16:00, swabs on days 1 and 3. A arrives at 08:00 sharp: its days begin with the round of
    08:00. B arrives at 09:00: its first round of a day is that of 16:00. 4 minutes a person, A has 2."""
    scenario = lab_ward(days=(1, 3))
    log = history(scenario, Came("07:30", size=2), Came("08:30"))
    assert story(log, Subject.TASK_SWAB, Kind.MISSED, until="5 00:00") == [
        ("1 08:00", "swab", "inn.team", "A", 1, "1 08:00/swab, until 1 08:08"),
        ("1 16:00", "swab", "inn.team", "B", 1, "1 16:00/swab, until 1 16:04"),
        ("3 08:00", "swab", "inn.team", "A", 1, "3 08:00/swab, until 3 08:08"),
        ("3 16:00", "swab", "inn.team", "B", 1, "3 16:00/swab, until 3 16:04"),
    ]


def test_a_swab_waits_over_rounds_of_visits_until_there_is_staff() -> None:
    """Nobody until 17:00: the check of 08:00 is missed at 16:00, the swab of 08:00 is not (its next is on another
    day) and comes first."""
    scenario = lab_ward(pools={"team": pool(1, ("17:00", 2))})
    assert story(history(scenario, Came("07:00")), *ROUNDS, until="1 23:00") == [
        ("1 16:00", "visit_missed", "inn.team", "A", 1, "1 08:00/0, next_round"),
        ("1 17:00", "swab", "inn.team", "A", 1, "1 08:00/swab, until 1 17:04"),
        ("1 17:04", "visit", "inn.team", "A", 1, "1 16:00/0, until 1 17:05"),
    ]


def test_a_swab_that_has_not_begun_when_that_of_another_day_is_due_is_missed() -> None:
    """Swabs on days 1 and 2, no staff before day 2, 09:00: the swab of day 1 is missed when day 2's is due, 2 08:00."""
    scenario = lab_ward(days=(1, 2), pools={"team": {"headcount": 0}}, roster=[
        {"pool": "team", "date": "wednesday", "start": "09:00", "hours": 4.0, "headcount": 1}])  # fmt: skip
    assert story(
        history(scenario, Came("07:00")), Subject.TASK_SWAB, Kind.MISSED, since="2 00:00", until="2 12:00"
    ) == [
        ("2 08:00", "swab_missed", "inn.team", "A", 1, "1 08:00/swab, next_round"),
        ("2 08:00", "visit_missed", "inn.team", "A", 1, "1 16:00/0, next_round"),
        ("2 09:00", "swab", "inn.team", "A", 1, "2 08:00/swab, until 2 09:04"),
    ]


def test_a_released_party_that_waits_for_check_out_is_visited_no_more() -> None:
    """The stay ends at 2 07:30, check-out begins with the shift at 09:00; the round of 2 08:00 passes it by."""
    scenario = ward(stay=1, times=("08:00",), pools={"team": pool(1, ("09:00", 8))}, release={"minutes": service(10)})
    assert story(history(scenario, Came("07:00")), *ROUNDS, STAYED, since="2 00:00") == [
        ("2 07:30", "released", "inn", "A", 1),
        ("2 09:10", "left", "inn", "A", 1),
    ]
