"""Traces by hand: cohorts. Rides take 30 minutes, the stay is a day; nobody travels by coach unless it says so."""

from __future__ import annotations

from typing import Any

from traces.builder import Came, case, coaches
from traces.guests import history, story

from sim.flow.log import Kind
from sim.scenario.tables.schema import Scenario

TAKEN = (Kind.ROOM_TAKEN, Kind.INTAKE_ENDED, Kind.INTAKE_BEGAN)


def cohorts(hours: float, sites: dict[str, int], **other: Any) -> Scenario:
    """A case with cohorts and sites of so many rooms."""
    rules = {"cohort_hours": hours, **other.pop("rules", {})}
    return case(rules=rules, sites={name: {"rooms": rooms} for name, rooms in sites.items()}, **other)


def placed(log: Any) -> list[tuple[str, str]]:
    """Who was placed where, in order."""
    return [(row[3], row[2]) for row in story(log, Kind.ROOM_TAKEN)]


def test_the_cycle_at_full_intake_is_fill_stay_airing_and_cleaning() -> None:
    """Intake of 10 hours from A's arrival at 08:30 (the first room is taken at 08:00). B takes a room in its last
    second, 18:29:59, and arrives at 18:59:59; C waits. B's stay ends at 2 18:59:59, its room airs for 2 hours and is
    cleaned in 30 minutes. C has a room at 2 21:29:59: 0:30 + 9:59:59 + 0:30 + 24:00 + 2:00 + 0:30 after A."""
    rooms = {"airing_hours": 2.0, "cleaning_minutes": 30.0}
    log = history(cohorts(10, {"inn": 9}, rooms=rooms), Came("08:00"), Came("18:29:59"), Came("18:30"))
    assert story(log, TAKEN, until="2 23:00") == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 18:29:59", "room_taken", "inn", "B", 1, "alone"),
        ("1 18:30", "intake_ended", "inn", "", 0),
        ("2 21:29:59", "intake_began", "inn", "", 0),
        ("2 21:29:59", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_a_site_that_empties_before_its_intake_ends_is_fresh_and_the_old_clock_is_ignored() -> None:
    """Intake of 48 hours. A arrives at 08:30 (its clock would run out at 3 08:30) and is gone at 2 08:30: fresh. B
    arrives at 2 12:30, and from then the 48 hours run; C, at 3 09:00, is taken in, and D at 4 09:00, before C leaves
    (4 09:30). The intake ends at 4 12:30 and E waits until D, the last, has left at 5 09:30."""
    came = [Came("08:00"), Came("2 12:00"), Came("3 09:00"), Came("4 09:00"), Came("4 12:31")]
    log = history(cohorts(48, {"inn": 9}, days=8), *came)
    assert story(log, TAKEN) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 12:00", "room_taken", "inn", "B", 1, "alone"),
        ("3 09:00", "room_taken", "inn", "C", 1, "alone"),
        ("4 09:00", "room_taken", "inn", "D", 1, "alone"),
        ("4 12:30", "intake_ended", "inn", "", 0),
        ("5 09:30", "intake_began", "inn", "", 0),
        ("5 09:30", "room_taken", "inn", "E", 1, "alone"),
    ]


def test_a_site_that_is_empty_but_not_cleaned_is_fresh_and_its_other_rooms_can_be_taken() -> None:
    """Intake of 48 hours, two rooms, 40 hours of airing. A leaves at 2 08:30; B, at 3 09:00, begins a cohort in the
    other room though A's airs until 4 00:30; C takes A's room then."""
    scenario = cohorts(48, {"inn": 2}, rooms={"airing_hours": 40.0}, days=5)
    log = history(scenario, Came("08:00"), Came("3 09:00"), Came("3 10:00"))
    assert story(log, TAKEN, until="4 12:00") == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("3 09:00", "room_taken", "inn", "B", 1, "alone"),
        ("4 00:30", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_begun_sites_are_filled_before_fresh_ones() -> None:
    """Spread: most free rooms, inn 3, lodge 2. A takes inn (3 against 2), B inn (a tie), C inn though lodge has 2 free
    rooms and inn only 1; D finds inn full."""
    log = history(cohorts(48, {"inn": 3, "lodge": 2}), *(Came(f"08:0{i}") for i in range(4)))
    assert placed(log) == [("A", "inn"), ("B", "inn"), ("C", "inn"), ("D", "lodge")]


def test_a_party_that_fits_in_no_begun_site_goes_to_a_fresh_one() -> None:
    """Rooms per person. A (2 of inn's 3) begins inn; B (2) fits in lodge (2) alone: begun. C (1) has inn."""
    scenario = cohorts(48, {"inn": 3, "lodge": 2}, rooms={"per": "person"})
    log = history(scenario, Came("08:00", size=2), Came("08:01", size=2), Came("08:02"))
    assert placed(log) == [("A", "inn"), ("B", "lodge"), ("C", "inn")]


def test_a_cohort_begins_when_a_load_takes_its_first_room_and_not_when_it_arrives() -> None:
    """Coaches of 1 and none free: A's load has a room of inn (5), nobody has arrived. B's load goes to inn too (4)
    though lodge has 5."""
    scenario = cohorts(48, {"inn": 5, "lodge": 5}, coaches=coaches(seats=1), ports={"gate": {"coaches": 0}})
    log = history(scenario, Came("08:00"), Came("08:01"))
    assert placed(log) == [("A", "inn"), ("B", "inn")]


def test_the_clock_of_those_who_are_there_at_the_beginning_runs_from_their_arrival() -> None:
    """Intake of 54 hours; guests came on day -1 and day 0 (second and third day of a stay of 5): the earlier arrival,
    48 hours before the window, ends the intake at 1 06:00. A is in at 05:59, B waits."""
    there = [{"site": "inn", "party_size": 1, "day_of_stay": day} for day in (2, 3)]
    scenario = cohorts(54, {"inn": 9}, initial=there, stay={"days": 5.0})
    assert story(history(scenario, Came("05:59"), Came("06:01")), TAKEN, until="2 00:00") == [
        ("1 05:59", "room_taken", "inn", "A", 1, "alone"),
        ("1 06:00", "intake_ended", "inn", "", 0),
    ]


def test_guests_whose_cohort_was_complete_before_the_window_keep_others_out_from_its_first_second() -> None:
    """As above with 24 hours: the intake ended a day ago."""
    scenario = cohorts(24, {"inn": 9}, initial=[{"site": "inn", "party_size": 1, "day_of_stay": 3}], stay={"days": 5.0})
    assert story(history(scenario, Came("00:01")), TAKEN, until="2 00:00") == [
        ("1 00:00", "intake_ended", "inn", "", 0)
    ]


def test_unlimited_rooms_lift_cohorts_too() -> None:
    """Intake of an hour, one room: B, five hours after A, is placed at once."""
    log = history(cohorts(1, {"inn": 1}), Came("08:00"), Came("13:00"), unlimited=("rooms",))
    assert story(log, TAKEN) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 13:00", "room_taken", "inn", "B", 1, "alone"),
    ]


def test_a_shut_site_that_empties_is_fresh_when_it_is_open_again() -> None:
    """Intake of 30 hours from 08:30. Inn is shut on day 2, when A leaves (08:30): fresh, so that B comes in at 3 00:00,
    9 hours after the old clock has run out."""
    shut = {"kind": "site_shut", "place": "inn", "from_day": "2020-03-04", "to_day": "2020-03-04"}
    log = history(cohorts(30, {"inn": 9}, disruptions=[shut]), Came("08:00"), Came("2 12:00"))
    assert story(log, TAKEN, until="3 01:00") == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("3 00:00", "room_taken", "inn", "B", 1, "alone"),
    ]
