"""Traces by hand: when a party is released, and what is found or counted then.

A party handed over at 07:00 arrives at 07:30, is swabbed at 08:00 until 08:04; its stay of a day ends at 2 07:30.
"""

from __future__ import annotations

from typing import Any

from traces.builder import Came, on_day, pool, service
from traces.guests import FOUND, STAYED, Ill, history, lab_ward, story, ward

from sim.flow.log import Kind, Subject

ENDS = (Kind.RESULT, Kind.DETECTED, Kind.DETECTED_AFTER_RELEASE, Kind.RELEASED, Kind.LEFT, Kind.TO_HOSPITAL)


def test_release_waits_for_the_result() -> None:
    """30 hours of laboratory: the result is there at 2 14:04 and the party goes in that second."""
    assert story(history(lab_ward(turnaround=30, stay=1), Came("07:00")), ENDS) == [
        ("2 14:04", "result", "inn", "A", 1, "0 positive"),
        ("2 14:04", "released", "inn", "A", 1),
        ("2 14:04", "left", "inn", "A", 1),
    ]


def test_a_positive_result_after_the_end_of_the_stay_still_stops_the_release() -> None:
    """As above, but positive: hospital in place of release."""
    assert story(history(lab_ward(turnaround=30, stay=1), Came("07:00"), ill=(Ill("A"),)), ENDS) == [
        ("2 14:04", "result", "inn", "A", 1, "1 positive"),
        ("2 14:04", "detected", "inn", "A#1", 1, "of A, after 30:34, by_result"),
        ("2 14:04", "to_hospital", "inn", "A", 1),
    ]


def test_a_result_in_the_second_in_which_the_stay_ends_comes_first() -> None:
    """The laboratory takes 23 hours and 26 minutes, so the result is there at 2 07:30: rank 7, the end of the stay is
    rank 8. A (positive) goes to hospital, B (negative) home."""
    log = history(lab_ward(turnaround=23 + 26 / 60, stay=1), Came("07:00"), Came("07:00"), ill=(Ill("A"),))
    assert story(log, ENDS) == [
        ("2 07:30", "result", "inn", "A", 1, "1 positive"),
        ("2 07:30", "detected", "inn", "A#1", 1, "of A, after 24:00, by_result"),
        ("2 07:30", "result", "inn", "B", 1, "0 positive"),
        ("2 07:30", "to_hospital", "inn", "A", 1),
        ("2 07:30", "released", "inn", "B", 1),
        ("2 07:30", "left", "inn", "B", 1),
    ]


def test_a_result_at_the_first_second_of_release_hours_stops_a_release_that_waited_for_them() -> None:
    """Stays end at 2 07:30, releases begin at 09:00, the results come in that second (24:56 after the swab): A is
    detected, B released."""
    scenario = lab_ward(turnaround=24 + 56 / 60, stay=1, release={"opens": "09:00", "closes": "18:00"},
                        health={**FOUND, "release_waits_for_result": False})  # fmt: skip
    log = history(scenario, Came("07:00"), Came("07:00"), ill=(Ill("A"),))
    assert [row[:4] for row in story(log, Kind.DETECTED, Kind.RELEASED, Kind.TO_HOSPITAL)] == [
        ("2 09:00", "detected", "inn", "A#1"),
        ("2 09:00", "to_hospital", "inn", "A"),
        ("2 09:00", "released", "inn", "B"),
    ]


def test_symptoms_found_in_the_second_of_release_stop_it() -> None:
    """The check of 2 07:29 ends at 2 07:30 (rank 6) when the stay ends (rank 8): A is found and not released."""
    log = history(ward(stay=1, times=("07:29",)), Came("07:00"), ill=(Ill("A", onset="2 01:00"),))
    assert story(log, ENDS) == [
        ("2 07:30", "detected", "inn", "A#1", 1, "of A, after 24:00, by_symptoms"),
        ("2 07:30", "to_hospital", "inn", "A", 1),
    ]


def test_a_positive_after_release_is_counted_apart_and_changes_nothing() -> None:
    """Release does not wait: A and B are released at 2 07:30, the result of 2 14:04 finds A at home."""
    scenario = lab_ward(turnaround=30, stay=1, health={**FOUND, "release_waits_for_result": False})
    assert story(history(scenario, Came("07:00"), ill=(Ill("A"),)), ENDS) == [
        ("2 07:30", "released", "inn", "A", 1),
        ("2 07:30", "left", "inn", "A", 1),
        ("2 14:04", "result", "inn", "A", 1, "1 positive"),
        ("2 14:04", "detected_after_release", "inn", "A#1", 1, "of A, after 30:34, by_result"),
    ]


def test_a_positive_during_check_out_is_after_release() -> None:
    """Check-out takes from 2 07:30 to 2 07:40, the result is there at 2 07:34 (23:30 after the swab)."""
    scenario = lab_ward(turnaround=23.5, stay=1, release={"minutes": service(10)},
                        health={**FOUND, "release_waits_for_result": False})  # fmt: skip
    assert story(history(scenario, Came("07:00"), ill=(Ill("A"),)), ENDS) == [
        ("2 07:30", "released", "inn", "A", 1),
        ("2 07:34", "result", "inn", "A", 1, "1 positive"),
        ("2 07:34", "detected_after_release", "inn", "A#1", 1, "of A, after 24:04, by_result"),
        ("2 07:40", "left", "inn", "A", 1),
    ]


def test_the_infectious_are_counted_at_release() -> None:
    """Of A's three one is infectious on days 1 to 8, one only until 2 07:29, one from 2 07:31 on: one at 2 07:30."""
    spans = (("1 00:00", "9 00:00"), ("1 00:00", "2 07:29"), ("2 07:31", "9 00:00"))
    ill = tuple(Ill(who, infectious=span) for who, span in zip(("A", "A+1", "A+2"), spans, strict=True))
    log = history(ward(stay=1), Came("07:00", size=3), Came("07:00"), ill=ill)
    assert story(log, Kind.RELEASED) == [
        ("2 07:30", "released", "inn", "A", 3, "1 infectious"),
        ("2 07:30", "released", "inn", "B", 1),
    ]


def test_release_hours_begin_with_their_first_second_and_end_before_their_last() -> None:
    """Hours 08:00 to 18:00. Stays end at 2 07:59:59, 2 08:00, 2 17:59:59 and 2 18:00; the last waits for 3 08:00."""
    scenario = ward(stay=1, release={"opens": "08:00", "closes": "18:00"})
    came = [Came("07:29:59"), Came("07:30"), Came("17:29:59"), Came("17:30")]
    assert [(row[0], row[3]) for row in story(history(scenario, *came), Kind.RELEASED)] == [
        ("2 08:00", "A"),
        ("2 08:00", "B"),
        ("2 17:59:59", "C"),
        ("3 08:00", "D"),
    ]


def test_a_result_outside_release_hours_lets_the_party_go_on_the_next_morning() -> None:
    """The result of 2 19:04 (35 hours) comes after 18:00: released on day 3 at 08:00."""
    scenario = lab_ward(turnaround=35, stay=1, release={"opens": "08:00", "closes": "18:00"})
    assert story(history(scenario, Came("07:00")), ENDS) == [
        ("2 19:04", "result", "inn", "A", 1, "0 positive"),
        ("3 08:00", "released", "inn", "A", 1),
        ("3 08:00", "left", "inn", "A", 1),
    ]


def test_a_party_restarted_while_it_waits_for_release_hours_stays() -> None:
    """The stay ends at 2 07:30, hours begin at 18:00; the check of 2 16:00 finds A's first: the others restart and go
    on day 3 at 18:00, not on day 2."""
    scenario = ward(stay=1, release={"opens": "18:00", "closes": "20:00"})
    log = history(scenario, Came("07:00", size=2), ill=(Ill("A", onset="2 12:00"),))
    assert story(log, Kind.RESTARTED, STAYED, since="2 00:00") == [
        ("2 16:01", "restarted", "inn", "A", 1, "time 1"),
        ("3 18:00", "released", "inn", "A", 1),
        ("3 18:00", "left", "inn", "A", 1),
    ]


def test_a_due_swab_that_nobody_ever_takes_holds_a_party_to_the_end() -> None:
    """Nobody of the team ever comes: the swab that is due at 08:00 is not taken, and the party is cut at the hard stop,
    60 days after the 10 of the window."""
    scenario = lab_ward(staff=0, stay=1)
    assert story(history(scenario, Came("07:00")), ENDS, Kind.CENSORED, Subject.TASK_SWAB) == [
        ("71 00:00", "censored", "inn", "A", 1),
    ]


def test_a_release_that_does_not_wait_for_results_does_not_wait_for_swabs() -> None:
    """The same with the switch off: released when the stay ends."""
    scenario = lab_ward(staff=0, stay=1, health={**FOUND, "release_waits_for_result": False})
    assert story(history(scenario, Came("07:00")), ENDS, Subject.TASK_SWAB) == [
        ("2 07:30", "released", "inn", "A", 1),
        ("2 07:30", "left", "inn", "A", 1),
    ]


LATE: dict[str, Any] = {"pools": {"team": pool(2, ("10:00", 8))}}
"""The team is there from 10:00 to 18:00, when the stay of a day is over."""


def test_release_waits_for_a_due_swab_and_then_for_its_result() -> None:
    """Arrival at 18:30, day 1 of the stay ends at 2 18:30; the rounds of 2 08:00 and 2 16:00 are in it. The team comes
    to take the swab of 2 08:00 at 2 10:00 (until 10:04): result at 3 10:04, sixteen hours after the stay has ended."""
    scenario = lab_ward(stay=1, **LATE)
    assert story(history(scenario, Came("18:00")), ENDS, Subject.TASK_SWAB) == [
        ("2 10:00", "swab", "inn.team", "A", 1, "2 08:00/swab, until 2 10:04"),
        ("3 10:04", "result", "inn", "A", 1, "0 positive"),
        ("3 10:04", "released", "inn", "A", 1),
        ("3 10:04", "left", "inn", "A", 1),
    ]


def test_without_a_laboratory_a_party_goes_when_its_due_swab_has_been_taken() -> None:
    """Arrival at 08:30 after the team's round of 08:00; the swab is due at 16:00, the team comes at 2 10:00, after the
    end of the stay at 2 08:30: the party goes at 2 10:04, and not in the second in which the swab begins."""
    rows = [{"pool": "team", "date": "2020-03-04", "start": "10:00", "hours": 8.0, "headcount": 2}]
    pools = {"team": {"headcount": 0}}
    scenario = ward(stay=1, swabs={"days": [1], "person_minutes": 4.0}, pools=pools, roster=rows)
    assert story(history(scenario, Came("08:00")), ENDS, Subject.TASK_SWAB) == [
        ("2 10:00", "swab", "inn.team", "A", 1, "1 16:00/swab, until 2 10:04"),
        ("2 10:04", "released", "inn", "A", 1),
        ("2 10:04", "left", "inn", "A", 1),
    ]


def test_a_swab_on_a_day_beyond_the_stay_is_not_due() -> None:
    """Stay of two days, until 3 07:30; the result of day 2's swab (2 08:00 to 08:04, 30 hours of laboratory) is there
    at 3 14:04. At 3 08:00, the first round of day 3, the party is still there: no swab, though day 3 is on the list."""
    log = history(lab_ward(days=(2, 3), stay=2, turnaround=30), Came("07:00"))
    assert story(log, Kind.RELEASED, Subject.TASK_SWAB) == [
        ("2 08:00", "swab", "inn.team", "A", 1, "2 08:00/swab, until 2 08:04"),
        ("3 14:04", "released", "inn", "A", 1),
    ]


def test_a_swab_missed_with_its_site_is_due_again_at_the_next_round_and_holds_the_release() -> None:
    """The swab of 1 08:00 waits (nobody comes on day 1) when inn is lost at 2 00:00: missed. Lodge has a room at once:
    the stay ends at 2 07:30, but the swab is due again at 2 08:00, the next round, now on day 2 of the stay. The team
    takes it from 08:00 to 08:04; the result of 2 20:04 (12 hours) is positive."""
    rows = [{"pool": "team", "date": "2020-03-04", "start": "06:00", "hours": 12.0, "headcount": 2}]
    lost = {"kind": "site_lost", "place": "inn", "from_day": on_day(2)}
    scenario = lab_ward(
        stay=1, turnaround=12, pools={"team": {"headcount": 0}}, roster=rows, disruptions=[lost],
        sites={"inn": {}, "lodge": {"rooms": 5}},
    )  # fmt: skip
    log = history(scenario, Came("07:00"), ill=(Ill("A", since="1 00:00"),))
    told = story(log, ENDS, Kind.MISSED, Kind.MOVED_IN, Subject.TASK_SWAB, since="2 00:00")
    assert [row for row in told if row[1] != "visit_missed"] == [
        ("2 00:00", "swab_missed", "inn.team", "A", 1, "1 08:00/swab, was_lost"),
        ("2 00:30", "moved_in", "lodge", "A", 1),
        ("2 08:00", "swab", "lodge.team", "A", 1, "2 08:00/swab, until 2 08:04"),
        ("2 20:04", "result", "lodge", "A", 1, "1 positive"),
        ("2 20:04", "detected", "lodge", "A#1", 1, "of A, after 36:34, by_result"),
        ("2 20:04", "to_hospital", "lodge", "A", 1),
    ]


def test_who_is_infectious_from_or_until_the_second_of_release_is_counted() -> None:
    """Released at 2 07:30: one is infectious until that second, one from it on; of the others one until the second
    before, one from the second after."""
    spans = (("1 00:00", "2 07:30"), ("2 07:30", "9 00:00"), ("1 00:00", "2 07:29:59"), ("2 07:30:01", "9 00:00"))
    ill = tuple(Ill(f"A+{i}" if i else "A", infectious=span) for i, span in enumerate(spans))
    log = history(ward(stay=1), Came("07:00", size=4), ill=ill)
    assert story(log, Kind.RELEASED) == [("2 07:30", "released", "inn", "A", 4, "2 infectious")]


def test_the_others_of_a_party_do_not_restart_after_their_release() -> None:
    """Release does not wait: A's two are released at 2 07:30 and checked out for 10 minutes; the result of 2 07:34
    finds one of them."""
    scenario = lab_ward(turnaround=23 + 26 / 60, stay=1, release={"minutes": service(10)},
                        health={**FOUND, "release_waits_for_result": False})  # fmt: skip
    log = history(scenario, Came("07:00", size=2), ill=(Ill("A"),))
    assert [row[:2] for row in story(log, Kind.RESTARTED, *ENDS)] == [
        ("2 07:30", "released"),
        ("2 07:34", "result"),
        ("2 07:34", "detected_after_release"),
        ("2 07:40", "left"),
    ]
