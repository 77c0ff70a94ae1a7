"""Traces by hand: results and symptoms, and what becomes of the detected, their party and their room.

A party handed over at 07:00 arrives at 07:30; health checks begin at 08:00 and 16:00 and take a minute a room, swabs 4
minutes a person, results come 24 hours after the swab. There are staff enough. Tests find all the infected.
"""

from __future__ import annotations

import pytest
from traces.builder import ROOMS, Came, on_day
from traces.guests import CARE, FOUND, STAYED, Ill, history, lab_ward, story, ward

from sim.flow.log import Kind, Subject

ROOMS_TOO = (Kind.ROOMS_LEFT, *ROOMS)
FEW_BEDS = {"beds": 1, "ambulance_minutes": 30.0}


def test_a_positive_result_detects_a_person_who_goes_to_hospital_and_gives_up_the_room() -> None:
    """Swab 08:00 to 08:04, result on day 2 at 08:04, 24 hours and 34 minutes after the arrival; the visit of day 2,
    08:00 is over. A hospital that the scenario does not describe takes everybody and writes no discharge."""
    log = history(lab_ward(), Came("07:00"), ill=(Ill("A"),))
    assert story(log, CARE, STAYED, ROOMS_TOO, Subject.TASK_SWAB) == [
        ("1 07:30", "arrived", "inn", "A", 1),
        ("1 08:00", "swab", "inn.team", "A", 1, "1 08:00/swab, until 1 08:04"),
        ("2 08:04", "result", "inn", "A", 1, "1 positive"),
        ("2 08:04", "detected", "inn", "A#1", 1, "of A, after 24:34, by_result"),
        ("2 08:04", "to_hospital", "inn", "A", 1),
        ("2 08:04", "rooms_left", "inn", "A", 1),
        ("2 08:04", "rooms_aired", "inn", "A", 1),
        ("2 08:04", "rooms_free", "inn", "A", 1),
    ]


def test_the_others_of_the_party_restart_their_stay_in_the_same_room() -> None:
    """The second of A's two is positive on day 2 at 08:08 (swabs take 8 minutes) and leaves as a party of its own. The
    stay of 5 days begins again: the swab of its day 1 is due at the next round, 2 16:00, the release on day 7 at 08:08.
    The end of the first stay, 6 07:30, is ignored; the room is kept until then."""
    log = history(lab_ward(), Came("07:00", size=2), ill=(Ill("A+1"),))
    assert story(log, CARE, STAYED, ROOMS_TOO, Subject.TASK_SWAB) == [
        ("1 07:30", "arrived", "inn", "A", 2),
        ("1 08:00", "swab", "inn.team", "A", 1, "1 08:00/swab, until 1 08:08"),
        ("2 08:08", "result", "inn", "A", 2, "1 positive"),
        ("2 08:08", "detected", "inn", "A#2", 1, "of A, after 24:38, by_result"),
        ("2 08:08", "party_split", "inn", "A#2", 1, "from A, detected"),
        ("2 08:08", "restarted", "inn", "A", 1, "time 1"),
        ("2 08:08", "to_hospital", "inn", "A#2", 1),
        ("2 16:00", "swab", "inn.team", "A", 1, "2 16:00/swab, until 2 16:04"),
        ("3 16:04", "result", "inn", "A", 1, "0 positive"),
        ("7 08:08", "released", "inn", "A", 1),
        ("7 08:08", "left", "inn", "A", 1),
        ("7 08:08", "rooms_left", "inn", "A", 1),
        ("7 08:08", "rooms_aired", "inn", "A", 1),
        ("7 08:08", "rooms_free", "inn", "A", 1),
    ]


def test_a_stay_is_restarted_at_most_twice() -> None:
    """Stay of 2 days, checks at 08:00. Of four, one has symptoms each day: found at 2 08:01 (restart: to 4 08:01), 3
    08:01 (restart: to 5 08:01) and 4 08:01 (none, and the end of the second stay in that second is ignored)."""
    ill = (Ill("A", onset="1 12:00"), Ill("A+1", onset="2 12:00"), Ill("A+2", onset="3 12:00"))
    log = history(ward(stay=2, times=("08:00",)), Came("07:00", size=4), ill=ill)
    assert story(log, CARE, STAYED) == [
        ("1 07:30", "arrived", "inn", "A", 4),
        ("2 08:01", "detected", "inn", "A#1", 1, "of A, after 24:31, by_symptoms"),
        ("2 08:01", "party_split", "inn", "A#1", 1, "from A, detected"),
        ("2 08:01", "restarted", "inn", "A", 3, "time 1"),
        ("2 08:01", "to_hospital", "inn", "A#1", 1),
        ("3 08:01", "detected", "inn", "A#2", 1, "of A, after 48:31, by_symptoms"),
        ("3 08:01", "party_split", "inn", "A#2", 1, "from A, detected"),
        ("3 08:01", "restarted", "inn", "A", 2, "time 2"),
        ("3 08:01", "to_hospital", "inn", "A#2", 1),
        ("4 08:01", "detected", "inn", "A#3", 1, "of A, after 72:31, by_symptoms"),
        ("4 08:01", "party_split", "inn", "A#3", 1, "from A, detected"),
        ("4 08:01", "to_hospital", "inn", "A#3", 1),
        ("5 08:01", "released", "inn", "A", 1),
        ("5 08:01", "left", "inn", "A", 1),
    ]


def test_two_found_by_one_result_restart_the_stay_of_the_others_once() -> None:
    """They are detected at one moment, and the others of the party restart at that moment: one restart is left."""
    log = history(lab_ward(), Came("07:00", size=3), ill=(Ill("A"), Ill("A+1")))
    assert story(log, Kind.RESTARTED) == [("2 08:12", "restarted", "inn", "A", 1, "time 1")]


def test_when_all_of_a_party_are_found_at_once_nobody_restarts() -> None:
    """Both are detected by one result: there are no others."""
    log = history(lab_ward(), Came("07:00", size=2), ill=(Ill("A"), Ill("A+1")))
    assert [row[1] for row in story(log, Kind.RESTARTED, Kind.TO_HOSPITAL, Kind.LEFT)] == ["to_hospital"] * 2


def test_symptoms_are_found_at_the_end_of_the_next_check_that_looks_for_them() -> None:
    """Onset at 12:00: the meal at 12:30 finds nothing, the check of 16:00 finds it when it ends, 8:31 after arrival."""
    visits = {
        "check": {"times": ["08:00", "16:00"], "room_minutes": 1.0, "finds_symptoms": True},
        "meal": {"times": ["12:30"], "room_minutes": 1.0},
    }
    log = history(ward(visits=visits), Came("07:00"), ill=(Ill("A", onset="1 12:00"),))
    assert story(log, CARE) == [
        ("1 16:01", "detected", "inn", "A#1", 1, "of A, after 8:31, by_symptoms"),
        ("1 16:01", "to_hospital", "inn", "A", 1),
    ]


@pytest.mark.parametrize(
    ("onset", "found"),
    [
        ("0 12:00", "1 08:01"),
        ("1 08:00:30", "1 08:01"),
        ("1 08:01", "1 08:01"),
        ("1 08:01:01", "1 16:01"),
        (None, None),
    ],
)
def test_symptoms_that_are_there_when_a_check_ends_are_found_by_it(onset: str | None, found: str | None) -> None:
    """Before arrival, during the check, in the second in which it ends; a second later the next check finds them. Who
    never has symptoms is never found."""
    log = history(ward(), Came("07:00"), ill=(Ill("A", onset=onset),))
    assert [row[0] for row in story(log, Kind.DETECTED)] == ([found] if found else [])


def test_a_check_that_is_missed_finds_nothing() -> None:
    """The team comes at 15:00 on day 1 for half an hour and makes the check of 08:00: that finds onset at 12:00. B's
    begins at 19:00: the check of 16:00 has no staff and is missed on day 2 at 08:00, as is that one at 16:00."""
    rows = [{"pool": "team", "date": "2020-03-03", "start": "15:00", "hours": 0.5, "headcount": 9}]
    scenario = ward(pools={"team": {"headcount": 0}}, roster=rows, stay=3)
    log = history(scenario, Came("07:00"), Came("07:00"), ill=(Ill("A", onset="1 12:00"), Ill("B", onset="1 19:00")))
    assert story(log, Kind.DETECTED, Kind.RELEASED) == [
        ("1 15:01", "detected", "inn", "A#1", 1, "of A, after 7:31, by_symptoms"),
        ("4 07:30", "released", "inn", "B", 1),
    ]


def test_the_laboratory_takes_in_so_many_swabs_a_day_and_the_rest_on_the_next() -> None:
    """Two a day. One of the team: swabs end 08:04 (A), 08:08 (B), 08:12 (C: taken in at 2 00:00, so the result is there
    at 3 00:00). On day 2 D is the second, E is taken in at 3 00:00: result at 4 00:00."""
    scenario = lab_ward(capacity=2, staff=1)
    came = [Came("07:00"), Came("07:01"), Came("07:02"), Came("2 07:00"), Came("2 07:01")]
    assert story(history(scenario, *came), Kind.RESULT) == [
        ("2 08:04", "result", "inn", "A", 1, "0 positive"),
        ("2 08:08", "result", "inn", "B", 1, "0 positive"),
        ("3 00:00", "result", "inn", "C", 1, "0 positive"),
        ("3 08:04", "result", "inn", "D", 1, "0 positive"),
        ("4 00:00", "result", "inn", "E", 1, "0 positive"),
    ]


def test_a_test_before_the_infection_can_be_found_is_negative() -> None:
    """Found from 3 days after infection on. Infected at 1 00:00, swabs on days 1 (8 hours after) and 4 (80 hours)."""
    health = {**FOUND, "pcr_sensitivity": {"days": [3.0], "shares": [1.0]}}
    log = history(lab_ward(days=(1, 4), health=health), Came("07:00"), ill=(Ill("A", since="1 00:00"),))
    assert story(log, Kind.RESULT, Kind.DETECTED) == [
        ("2 08:04", "result", "inn", "A", 1, "0 positive"),
        ("5 08:04", "result", "inn", "A", 1, "1 positive"),
        ("5 08:04", "detected", "inn", "A#1", 1, "of A, after 96:34, by_result"),
    ]


@pytest.mark.parametrize(("hours", "sure"), [(48, False), (47, True), (49, False)])
def test_the_row_of_the_sensitivity_table_at_or_before_the_age_of_the_infection_holds(hours: int, sure: bool) -> None:
    """Found surely on day 1, never from 2 days after infection on. The swab ends on day 1 at 08:04."""
    health = {**FOUND, "pcr_sensitivity": {"days": [1.0, 2.0], "shares": [1.0, 0.0]}}
    since = {47: "-1 09:04", 48: "-1 08:04", 49: "-1 07:04"}[hours]
    log = history(lab_ward(health=health), Came("07:00"), ill=(Ill("A", since=since),))
    assert [row[1] for row in story(log, Kind.DETECTED)] == (["detected"] if sure else [])


def test_without_a_free_bed_the_detected_are_isolated_in_their_room_in_order_of_detection() -> None:
    """One bed. A and B are found in the same second, C eight hours later: A has the bed, for 30 minutes of ambulance
    and 24 hours, then B for 48, then C. All in their rooms until then, beyond the end of their stay of a day (2 07:30):
    less than the 48 and 72 hours that B and C need to recover there."""
    scenario = ward(stay=1, hospital=FEW_BEDS)
    ill = (
        Ill("A", onset="1 01:00"),
        Ill("B", onset="1 01:00", hospital_hours=48),
        Ill("C", onset="1 12:00", hospital_hours=72),
    )
    log = history(scenario, Came("07:00"), Came("07:00"), Came("07:00"), ill=ill)
    rows = story(log, Kind.ISOLATED, Kind.TO_HOSPITAL, Kind.DISCHARGED, Kind.ROOMS_LEFT, Kind.LEFT)
    assert rows == [
        ("1 08:01", "to_hospital", "inn", "A", 1),
        ("1 08:01", "rooms_left", "inn", "A", 1),
        ("1 08:01", "isolated", "inn", "B", 1),
        ("1 16:01", "isolated", "inn", "C", 1),
        ("2 08:31", "discharged", "inn", "A", 1),
        ("2 08:31", "to_hospital", "inn", "B", 1),
        ("2 08:31", "rooms_left", "inn", "B", 1),
        ("4 09:01", "discharged", "inn", "B", 1),
        ("4 09:01", "to_hospital", "inn", "C", 1),
        ("4 09:01", "rooms_left", "inn", "C", 1),
        ("7 09:31", "discharged", "inn", "C", 1),
    ]


def test_who_is_isolated_recovers_in_the_room_after_the_hospital_stay_counted_from_detection() -> None:
    """One bed, A's until 4 08:31 (72 hours). B, found at 1 08:01, would be 48 hours in hospital: recovers at 3 08:01,
    gives up the room and needs the bed no more; C, found at 1 16:01, has it at 4 08:31, before its 96 hours end."""
    ill = (
        Ill("A", onset="1 01:00", hospital_hours=72),
        Ill("B", onset="1 01:00", hospital_hours=48),
        Ill("C", onset="1 12:00", hospital_hours=96),
    )
    log = history(ward(hospital=FEW_BEDS), Came("07:00"), Came("07:00"), Came("07:00"), ill=ill)
    kinds = (Kind.ISOLATED, Kind.RECOVERED, Kind.TO_HOSPITAL, Kind.DISCHARGED, Kind.LEFT)
    assert story(log, kinds, ROOMS_TOO, since="1 08:02", until="4 09:00") == [
        ("1 16:01", "isolated", "inn", "C", 1),
        ("3 08:01", "recovered", "inn", "B", 1),
        ("3 08:01", "rooms_left", "inn", "B", 1),
        ("3 08:01", "rooms_aired", "inn", "B", 1),
        ("3 08:01", "rooms_free", "inn", "B", 1),
        ("4 08:31", "discharged", "inn", "A", 1),
        ("4 08:31", "to_hospital", "inn", "C", 1),
        ("4 08:31", "rooms_left", "inn", "C", 1),
        ("4 08:31", "rooms_aired", "inn", "C", 1),
        ("4 08:31", "rooms_free", "inn", "C", 1),
    ]


def test_a_bed_that_comes_free_in_the_second_of_recovery_is_not_taken() -> None:
    """A's bed is free at 1 08:01 + 0:30 + 23:30 = 2 08:01; B, found with A, has recovered in that second (24 hours)."""
    ill = (Ill("A", onset="1 01:00", hospital_hours=23.5), Ill("B", onset="1 01:00"))
    log = history(ward(hospital=FEW_BEDS), Came("07:00"), Came("07:00"), ill=ill)
    assert sorted(story(log, Kind.RECOVERED, Kind.TO_HOSPITAL, Kind.DISCHARGED)) == [
        ("1 08:01", "to_hospital", "inn", "A", 1),
        ("2 08:01", "discharged", "inn", "A", 1),
        ("2 08:01", "recovered", "inn", "B", 1),
    ]


def test_of_two_isolated_in_one_room_each_may_go_first_and_the_room_comes_free_with_the_last() -> None:
    """Rooms are the party's. B's last two are found with A, who has the only bed until 2 08:31; the first of B restarts
    and leaves at 2 08:01, so that the room is theirs. The second of B goes to hospital at 2 08:31 (24 hours and 30
    minutes); the third recovers at 3 08:01 (48 hours): only then the room is given up."""
    ill = (
        Ill("A", onset="1 01:00"),
        Ill("B+1", onset="1 01:00", hospital_hours=96),
        Ill("B+2", onset="1 01:00", hospital_hours=48),
    )
    log = history(ward(stay=1, hospital=FEW_BEDS), Came("07:00"), Came("07:00", size=3), ill=ill)
    kinds = (Kind.TO_HOSPITAL, Kind.RECOVERED, Kind.LEFT, Kind.ROOMS_LEFT, Kind.ROOMS_FREE)
    assert story(log, kinds, since="1 09:00", until="4 00:00") == [
        ("2 08:01", "left", "inn", "B", 1),
        ("2 08:31", "to_hospital", "inn", "B#2", 1),
        ("3 08:01", "recovered", "inn", "B#3", 1),
        ("3 08:01", "rooms_left", "inn", "B#3", 1),
        ("3 08:01", "rooms_free", "inn", "B#3", 1),
    ]


def test_a_bed_that_comes_free_in_the_second_of_detection_is_taken_at_once() -> None:
    """A's bed is free at 1 08:01 + 0:30 + 7:30 = 1 16:01 (rank 5), B is found in that second (rank 6): no isolation."""
    ill = (Ill("A", onset="1 01:00", hospital_hours=7.5), Ill("B", onset="1 12:00"))
    log = history(ward(hospital=FEW_BEDS), Came("07:00"), Came("07:00"), ill=ill)
    assert story(log, Kind.ISOLATED, Kind.TO_HOSPITAL, Kind.DISCHARGED) == [
        ("1 08:01", "to_hospital", "inn", "A", 1),
        ("1 16:01", "discharged", "inn", "A", 1),
        ("1 16:01", "to_hospital", "inn", "B", 1),
        ("2 16:31", "discharged", "inn", "B", 1),
    ]


def test_the_isolated_are_still_visited_but_not_swabbed() -> None:
    """No bed at all. A is found at the first check: visited at all seven rounds until it has recovered (72 hours), no
    swab of day 2."""
    scenario = lab_ward(days=(2,), stay=3, hospital={"beds": 0})
    log = history(scenario, Came("07:00"), ill=(Ill("A", onset="1 01:00", hospital_hours=72),))
    assert story(log, Subject.TASK_SWAB) == []
    assert len(story(log, Subject.TASK_VISIT)) == 7
    assert story(log, CARE, STAYED) == [
        ("1 07:30", "arrived", "inn", "A", 1),
        ("1 08:01", "detected", "inn", "A#1", 1, "of A, after 0:31, by_symptoms"),
        ("1 08:01", "isolated", "inn", "A", 1),
        ("4 08:01", "recovered", "inn", "A", 1),
    ]


def test_a_room_of_a_party_is_kept_by_its_isolated_member_when_the_others_leave() -> None:
    """A has the only bed until 4 08:31 (72 hours). B's second person waits in the room, the first restarts a stay of
    one day and leaves at 2 08:01: the room is given up when the isolated one goes to hospital."""
    ill = (Ill("A", onset="1 01:00", hospital_hours=72), Ill("B+1", onset="1 01:00", hospital_hours=96))
    log = history(ward(stay=1, hospital=FEW_BEDS), Came("07:00"), Came("07:00", size=2), ill=ill)
    kinds = (Kind.ISOLATED, Kind.TO_HOSPITAL, Kind.LEFT, Kind.RESTARTED, Kind.ROOMS_LEFT)
    assert story(log, kinds, until="9 00:00") == [
        ("1 08:01", "restarted", "inn", "B", 1, "time 1"),
        ("1 08:01", "to_hospital", "inn", "A", 1),
        ("1 08:01", "rooms_left", "inn", "A", 1),
        ("1 08:01", "isolated", "inn", "B#2", 1),
        ("2 08:01", "left", "inn", "B", 1),
        ("4 08:31", "to_hospital", "inn", "B#2", 1),
        ("4 08:31", "rooms_left", "inn", "B#2", 1),
    ]


def test_with_a_room_for_each_person_the_isolated_keep_their_own() -> None:
    """As above, but the check takes two minutes for B's two rooms: the first of B gives up one room at 2 08:02, the
    isolated one its own at 4 08:31."""
    ill = (Ill("A", onset="1 01:00", hospital_hours=72), Ill("B+1", onset="1 01:00", hospital_hours=96))
    scenario = ward(stay=1, hospital=FEW_BEDS, rooms={"per": "person"})
    log = history(scenario, Came("07:00"), Came("07:00", size=2), ill=ill)
    assert story(log, Kind.ROOMS_LEFT) == [
        ("1 08:01", "rooms_left", "inn", "A", 1),
        ("2 08:02", "rooms_left", "inn", "B", 1),
        ("4 08:31", "rooms_left", "inn", "B#2", 1),
    ]


def test_the_last_of_a_party_who_is_found_keeps_the_room_that_another_is_isolated_in() -> None:
    """No beds. A's second is found at 08:01, the first at 16:01: both isolated in one room, nobody restarts at
    16:01, and the room is given up when the second of them has recovered, 24 hours after it was found."""
    ill = (Ill("A", onset="1 12:00"), Ill("A+1", onset="1 01:00"))
    log = history(ward(stay=1, hospital={"beds": 0}), Came("07:00", size=2), ill=ill)
    assert story(log, CARE, Kind.ROOMS_LEFT) == [
        ("1 08:01", "detected", "inn", "A#2", 1, "of A, after 0:31, by_symptoms"),
        ("1 08:01", "party_split", "inn", "A#2", 1, "from A, detected"),
        ("1 08:01", "restarted", "inn", "A", 1, "time 1"),
        ("1 08:01", "isolated", "inn", "A#2", 1),
        ("1 16:01", "detected", "inn", "A#1", 1, "of A, after 8:31, by_symptoms"),
        ("1 16:01", "isolated", "inn", "A", 1),
        ("2 08:01", "recovered", "inn", "A#2", 1),
        ("2 16:01", "recovered", "inn", "A", 1),
        ("2 16:01", "rooms_left", "inn", "A", 1),
    ]


def test_who_is_found_while_waiting_for_a_room_elsewhere_needs_a_room_too() -> None:
    """Rooms per person, no beds. Inn is lost at 2 00:00; lodge is full until A's two leave at 2 06:30. B's swabs took
    until 1 08:08, their result (16 hours) finds one of the two that wait at 2 00:08: each has a room of its own at 2
    06:30, and the other's stay of a day, begun again at 2 00:08, ends at 3 00:08."""
    lost = {"kind": "site_lost", "place": "inn", "from_day": on_day(2)}
    sites = {"lodge": {"rooms": 2}, "inn": {"rooms": 2}}
    scenario = lab_ward(
        stay=1, turnaround=16, sites=sites, hospital={"beds": 0}, rooms={"per": "person"}, disruptions=[lost]
    )
    log = history(scenario, Came("06:00", size=2), Came("07:00", size=2), ill=(Ill("B"),))
    kinds = (Kind.ISOLATED, Kind.ROOM_TAKEN, Kind.MOVED_OUT, Kind.MOVED_IN, Kind.RELEASED, Kind.TO_HOSPITAL)
    assert story(log, kinds, since="2 00:00", until="9 00:00") == [
        ("2 00:00", "moved_out", "inn", "B", 2),
        ("2 00:08", "isolated", "inn", "B#1", 1),
        ("2 06:30", "released", "lodge", "A", 2),
        ("2 06:30", "room_taken", "lodge", "B", 1, "alone"),
        ("2 06:30", "room_taken", "lodge", "B#1", 1, "alone"),
        ("2 07:00", "moved_in", "lodge", "B", 1),
        ("2 07:00", "moved_in", "lodge", "B#1", 1),
        ("3 00:08", "released", "lodge", "B", 1),
    ]


def test_the_turnaround_is_that_of_the_day_on_which_the_laboratory_takes_the_swab_in() -> None:
    """One a day; turnaround 24 hours, on day 2 by a disruption 6 hours. A's swab (08:00 to 08:04) is taken in on day 1:
    2 08:04. B's (08:00 to 08:04 by another of the team) is taken in at 2 00:00: 2 06:00."""
    slow = {"kind": "laboratory_hours", "place": "all", "from_day": on_day(2), "to_day": on_day(2), "value": 6.0}
    log = history(lab_ward(capacity=1, disruptions=[slow]), Came("07:00"), Came("07:01"))
    assert [row[:4] for row in story(log, Kind.RESULT)] == [
        ("2 06:00", "result", "inn", "B"),
        ("2 08:04", "result", "inn", "A"),
    ]


def test_symptoms_that_begin_in_the_second_in_which_a_check_ends_are_found_by_both_engines() -> None:
    """Onset at 08:01, the end of the check of 08:00; a second later it would be found at 16:01."""
    for engine in ("simpy", "compiled"):
        log = history(ward(), Came("07:00"), ill=(Ill("A", onset="1 08:01"),), engine=engine)
        assert [row[0] for row in story(log, Kind.DETECTED)] == ["1 08:01"]
