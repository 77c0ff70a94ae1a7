"""Traces by hand: parties there at the beginning, cohorts, assigned sites, ties named by the conceptual model."""

from __future__ import annotations

import datetime as dt
from typing import Any

from traces.builder import COACHES, SITES, Came, case, coaches, on_day, pool, service
from traces.guests import ALL_DAY, STAYED, Ill, history, lab_ward, story, ward

from sim.flow.log import Kind, Subject

TAKEN = (Kind.ROOM_TAKEN, Kind.INTAKE_ENDED, Kind.INTAKE_BEGAN)


def there(size: int, day: int, site: str = "inn") -> dict[str, Any]:
    """A party in a site at the beginning, on a day of its stay."""
    return {"site": site, "party_size": size, "day_of_stay": day}


# Today's occupancy


def test_parties_of_the_beginning_are_released_when_their_stay_is_over() -> None:
    """Stay of 3 days. On day 3 of it, A came on day -1 and goes at 2 00:00; B, on day 1, at 4 00:00."""
    log = history(case(days=5, stay={"days": 3.0}, initial=[there(2, 3), there(1, 1)]))
    assert story(log, STAYED, Kind.ROOMS_FREE, Kind.SITE_OPENED) == [
        ("1 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("1 00:00", "present", "inn", "A", 2, "since -1 00:00"),
        ("1 00:00", "present", "inn", "B", 1, "since 1 00:00"),
        ("2 00:00", "released", "inn", "A", 2),
        ("2 00:00", "left", "inn", "A", 2),
        ("2 00:00", "rooms_free", "inn", "A", 1),
        ("4 00:00", "released", "inn", "B", 1),
        ("4 00:00", "left", "inn", "B", 1),
        ("4 00:00", "rooms_free", "inn", "B", 1),
    ]


def test_rooms_of_the_beginning_are_taken_until_their_guests_have_left() -> None:
    """Four rooms, one a person, all taken by A's three (to 2 00:00) and B. C comes on day 1 and has one of A's."""
    scenario = case(
        sites={"inn": {"rooms": 4}}, rooms={"per": "person"}, stay={"days": 3.0}, initial=[there(3, 3), there(1, 1)]
    )
    log = history(scenario, Came("08:00"))
    assert story(log, Kind.ROOM_TAKEN, Kind.ROOMS_FREE, until="2 12:00") == [
        ("2 00:00", "rooms_free", "inn", "B", 3),
        ("2 00:00", "room_taken", "inn", "A", 1, "alone"),
    ]


def test_a_site_that_opens_on_demand_is_open_from_the_beginning_if_it_has_guests() -> None:
    """It is not prepared; the reserve of 5 is met by its 9 free rooms."""
    scenario = case(sites={"inn": {"opens": "demand"}}, rules={"reserve_rooms": 5}, initial=[there(1, 1)])
    assert story(history(scenario), SITES) == [("1 00:00", "site_opened", "inn", "", 10, "by_date")]


def test_rounds_and_swabs_of_the_beginning_follow_the_day_of_the_stay() -> None:
    """Swabs on day 3. A is on day 3 when the window begins: swabbed at its first round, 1 08:00; B, on day 1, on day 3;
    both are checked from the first round on, and nobody is checked in."""
    scenario = lab_ward(days=(3,), initial=[there(1, 3), there(1, 1)], check_in=service(10))
    log = history(scenario)
    assert [(row[0], row[3]) for row in story(log, Subject.TASK_SWAB)] == [("1 08:00", "A"), ("3 08:00", "B")]
    assert [(row[0], row[3]) for row in story(log, Subject.TASK_VISIT, until="1 12:00")] == [
        ("1 08:00", "A"),
        ("1 08:00", "B"),
    ]
    assert story(log, Subject.TASK_CHECK_IN) == []


def test_a_swab_of_the_eve_is_not_taken_again() -> None:
    """Swabs on day 3 of the stay, rounds at 08:00 and 16:00. A arrived at 14:30 three days before the first day:
    its day 3 is from 14:30 of the eve, first round 16:00, so it has been swabbed. B arrived at 16:01, and has its swab
    at the first round of the first day. C arrived at 16:00, in the second of a round, and was there for it."""

    def arrived(clock: str) -> dict[str, Any]:
        at = dt.datetime.combine(on_day(1), dt.time.fromisoformat(clock)) - dt.timedelta(days=3)
        return {"site": "inn", "guests": 1, "rooms": 1, "arrived": at}

    visits = {"check": {"times": ["08:00", "16:00"], "room_minutes": 1.0, "finds_symptoms": True}}
    rows = [arrived("14:30"), arrived("16:01"), arrived("16:00")]
    log = history(lab_ward(days=(3,), visits=visits, initial=rows))
    assert [(row[0], row[3]) for row in story(log, Subject.TASK_SWAB)] == [("1 08:00", "B")]


def test_the_infected_of_the_beginning_are_found() -> None:
    """B's second person has symptoms from 1 01:00 on; detection counts from the arrival, two days before the first."""
    log = history(ward(initial=[there(1, 3), there(2, 3)]), ill=(Ill("B+1", onset="1 01:00"),))
    assert story(log, Kind.DETECTED) == [("1 08:01", "detected", "inn", "B#2", 1, "of B, after 56:01, by_symptoms")]


# Cohorts


def test_a_cohort_takes_people_for_hours_and_then_none_until_the_site_is_empty_and_clean() -> None:
    """Two hours from A's arrival at 08:30. B (10:00) is in, C (10:30, the end in that second: rank 10 before hand-
    overs) waits. A leaves at 2 08:30, B at 2 10:30; rooms air for an hour: C is in at 2 11:30."""
    scenario = case(rules={"cohort_hours": 2.0}, rooms={"airing_hours": 1.0})
    log = history(scenario, Came("08:00"), Came("10:00"), Came("10:30"))
    assert story(log, TAKEN, Kind.LEFT, until="2 12:00") == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 10:00", "room_taken", "inn", "B", 1, "alone"),
        ("1 10:30", "intake_ended", "inn", "", 0),
        ("2 08:30", "left", "inn", "A", 1),
        ("2 10:30", "left", "inn", "B", 1),
        ("2 11:30", "intake_began", "inn", "", 0),
        ("2 11:30", "room_taken", "inn", "C", 1, "alone"),
    ]


def test_the_end_of_intake_makes_an_open_load_due_and_sends_the_next_elsewhere() -> None:
    """Intake of an hour from A's arrival (alone in a coach of 2 that held for 10 minutes: 08:10 + 31). B opens a load
    for inn at 09:40, which is due at 09:41, when the intake ends; C goes to lodge."""
    scenario = case(coaches=coaches(hold=10), sites={"inn": {}, "lodge": {"rooms": 5}}, ports={"gate": {"coaches": 3}},
                    rules={"cohort_hours": 1.0})  # fmt: skip
    log = history(scenario, Came("08:00"), Came("09:40"), Came("09:45"))
    assert story(log, Kind.LOAD_DUE, Kind.LOAD_OPENED, Kind.INTAKE_ENDED, until="1 10:00") == [
        ("1 08:00", "load_opened", "gate", "A", 0, "to inn"),
        ("1 08:10", "load_due", "gate", "A", 1, "hold"),
        ("1 09:40", "load_opened", "gate", "B", 0, "to inn"),
        ("1 09:41", "intake_ended", "inn", "", 0),
        ("1 09:41", "load_due", "gate", "B", 1, "site_stopped"),
        ("1 09:45", "load_opened", "gate", "C", 0, "to lodge"),
        ("1 09:55", "load_due", "gate", "C", 1, "hold"),
    ]


# Assigned sites


def test_an_assigned_party_waits_for_its_own_site_first_come_first_served() -> None:
    """Inn has one room, lodge five. A, B and C are for inn, D for lodge: D goes at once, B has A's room at 2 08:30, C
    B's at 3 09:00."""
    scenario = case(days=5, sites={"inn": {"rooms": 1}, "lodge": {"rooms": 5}}, rules={"allocation": "assigned"})
    came = [Came("08:00"), Came("08:01"), Came("08:02"), Came("08:03")]
    log = history(scenario, *came, assigned={"A": "inn", "B": "inn", "C": "inn", "D": "lodge"})
    assert [row[:4] for row in story(log, Kind.ROOM_TAKEN)] == [
        ("1 08:00", "room_taken", "inn", "A"),
        ("1 08:03", "room_taken", "lodge", "D"),
        ("2 08:30", "room_taken", "inn", "B"),
        ("3 09:00", "room_taken", "inn", "C"),
    ]


def test_a_later_party_that_would_fit_does_not_pass_an_earlier_one_at_its_site() -> None:
    """Rooms per person. Inn has two: A has one, B (2) waits for both, C (1) behind it, though one is free."""
    scenario = case(days=5, sites={"inn": {"rooms": 2}}, rules={"allocation": "assigned"}, rooms={"per": "person"})
    log = history(scenario, Came("08:00"), Came("08:01", size=2), Came("08:02"), assigned=dict.fromkeys("ABC", "inn"))
    assert [row[:4] for row in story(log, Kind.ROOM_TAKEN)] == [
        ("1 08:00", "room_taken", "inn", "A"),
        ("2 08:30", "room_taken", "inn", "B"),
        ("3 09:00", "room_taken", "inn", "C"),
    ]


def test_an_assigned_site_is_not_passed_over_for_a_nearer_one() -> None:
    """Inn, the first of the list, is 30 minutes away, lodge 10; A is for inn, B for lodge."""
    ways = {"inn": {"ride_minutes": {"gate": 30.0}}, "lodge": {"ride_minutes": {"gate": 10.0}}}
    log = history(case(sites=ways, rules={"allocation": "assigned"}), Came("08:00"), Came("08:00"),
                  assigned={"A": "inn", "B": "lodge"})  # fmt: skip
    assert [row[:4] for row in story(log, Kind.ARRIVED)] == [
        ("1 08:10", "arrived", "lodge", "B"),
        ("1 08:30", "arrived", "inn", "A"),
    ]


def test_a_party_larger_than_its_site_has_the_last_free_room_and_the_rest_waits_for_all() -> None:
    """Rooms per person, two in inn. A has one, so one of B (3) goes at once; the others want both rooms, and have them
    when B's first is out as well, at 2 08:31."""
    scenario = case(days=5, sites={"inn": {"rooms": 2}}, rules={"allocation": "assigned"}, rooms={"per": "person"})
    log = history(scenario, Came("08:00"), Came("08:01", size=3), assigned=dict.fromkeys("AB", "inn"))
    assert [row[:5] for row in story(log, Kind.ROOM_TAKEN)] == [
        ("1 08:00", "room_taken", "inn", "A", 1),
        ("1 08:01", "room_taken", "inn", "B+2", 1),
        ("2 08:31", "room_taken", "inn", "B", 2),
    ]


def test_each_assigned_site_has_a_load_of_its_own() -> None:
    """A opens a load for inn, B one for lodge; C fills A's load and D B's, each in its site's coach."""
    sites = {"inn": {"rooms": 5}, "lodge": {"rooms": 5}}
    scenario = case(sites=sites, rules={"allocation": "assigned"}, coaches=coaches(), ports={"gate": {"coaches": 2}})
    came = [Came("08:00"), Came("08:01"), Came("08:02"), Came("08:03")]
    log = history(scenario, *came, assigned={"A": "inn", "B": "lodge", "C": "inn", "D": "lodge"})
    assert story(log, Kind.ROOM_TAKEN, Kind.LOAD_DUE) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "load A"),
        ("1 08:01", "room_taken", "lodge", "B", 1, "load B"),
        ("1 08:02", "room_taken", "inn", "C", 1, "load A"),
        ("1 08:02", "load_due", "gate", "A", 2, "full"),
        ("1 08:03", "room_taken", "lodge", "D", 1, "load B"),
        ("1 08:03", "load_due", "gate", "B", 2, "full"),
    ]


def test_an_assigned_party_waits_for_its_site_to_open() -> None:
    """Lodge opens on day 2 at 00:00; B waits for it and A does not."""
    sites: dict[str, dict[str, Any]] = {"inn": {"rooms": 5}, "lodge": {"rooms": 5, "opens": on_day(2)}}
    log = history(case(sites=sites, rules={"allocation": "assigned"}), Came("08:00"), Came("08:01"),
                  assigned={"A": "inn", "B": "lodge"})  # fmt: skip
    assert [row[:4] for row in story(log, Kind.ROOM_TAKEN)] == [
        ("1 08:00", "room_taken", "inn", "A"),
        ("2 00:00", "room_taken", "lodge", "B"),
    ]


# Ties


def test_a_coach_that_is_back_in_the_second_in_which_a_hold_expires_takes_that_load() -> None:
    """A and B fill the one coach at 08:00: 2 + 30 + 2 + 30 minutes, back at 09:04 (rank 5). C's load of 08:04 holds 60
    minutes, to 09:04 (rank 10): due and boarded in that second."""
    scenario = case(coaches=coaches(seats=2, hold=60))
    log = history(scenario, Came("08:00"), Came("08:00"), Came("08:04"))
    assert story(log, COACHES, Kind.LOAD_DUE, Kind.BOARDING, since="1 09:00", until="1 09:30") == [
        ("1 09:04", "coach_back", "gate", "A", 0),
        ("1 09:04", "coach_ready", "gate", "A", 0),
        ("1 09:04", "load_due", "gate", "C", 1, "hold"),
        ("1 09:04", "boarding", "gate", "C", 1),
    ]


def test_rooms_cleaned_in_the_second_in_which_four_hours_of_waiting_end_split_the_party() -> None:
    """Two rooms, one a person; cleaning takes 10 minutes and the team has two. Day 2: D has A's room at 08:40, before C
    (2). B's comes free at 12:40 (12:30 and cleaning, rank 5), four hours later (rank 10): C is split in that second."""
    scenario = ward(
        stay=1, visits={}, sites={"inn": {"rooms": 2}}, staff=2, rooms={"per": "person", "cleaning_minutes": 10.0}
    )
    log = history(scenario, Came("08:00"), Came("12:00"), Came("14:00", size=2), Came("14:10"))
    assert story(log, Kind.ROOMS_FREE, Kind.ROOM_TAKEN, Kind.PARTY_SPLIT, since="2 00:00", until="2 23:00") == [
        ("2 08:40", "rooms_free", "inn", "A", 1),
        ("2 08:40", "room_taken", "inn", "D", 1, "alone"),
        ("2 12:40", "rooms_free", "inn", "B", 1),
        ("2 12:40", "party_split", "gate", "C+1", 1, "from C, overtaken_for_4_hours"),
        ("2 12:40", "room_taken", "inn", "C+1", 1, "alone"),
    ]


def test_the_closing_review_comes_before_releases_of_its_second() -> None:
    """Review and release hours both at 08:00; V = M = 1, one review is enough. Inn and lodge (2 rooms each) open on day
    1; from 1 06:30 A is in inn and B in lodge, to be released at 2 08:00. The review of that second sees lodge with one
    free room, too few; the next, 3 08:00, sees two: inn stops, and being empty closes."""
    sites = {"inn": {"rooms": 2}, "lodge": {"rooms": 2}}
    rules = {"closing": "review", "reserve_rooms": 1, "margin_rooms": 1, "hold_days": 1, "review_time": "08:00"}
    scenario = case(days=5, sites=sites, rules=rules, release={"opens": "08:00", "closes": "18:00"})
    log = history(scenario, Came("06:00"), Came("06:00"))
    assert story(log, SITES, Kind.RELEASED, since="1 12:00", until="3 12:00") == [
        ("2 08:00", "released", "inn", "A", 1),
        ("2 08:00", "released", "lodge", "B", 1),
        ("3 08:00", "site_stopped", "inn", "", 2, "review"),
        ("3 08:00", "site_closed", "inn", "", 2, "review"),
    ]


def test_a_site_stopped_at_a_release_hour_closes_when_its_guest_goes_in_that_second() -> None:
    """As above with 3 rooms in lodge: the review of 2 08:00 passes (2 free), inn stops, A is released, inn closes."""
    sites: dict[str, dict[str, Any]] = {"inn": {"rooms": 2}, "lodge": {"rooms": 3, "weight": 1.0}}
    rules = {"closing": "review", "reserve_rooms": 1, "margin_rooms": 1, "hold_days": 1, "allocation": "fill"}
    scenario = case(days=5, sites=sites, rules=rules, release={"opens": "08:00", "closes": "18:00"})
    log = history(scenario, Came("06:00"))
    assert story(log, SITES, Kind.RELEASED, since="1 12:00", until="2 12:00") == [
        ("2 08:00", "site_stopped", "inn", "", 2, "review"),
        ("2 08:00", "released", "inn", "A", 1),
        ("2 08:00", "site_closed", "inn", "", 2, "review"),
    ]


def test_whole_hours_everywhere_lose_nobody() -> None:
    """Hand-overs, ride, check-in, visits, stay, check-out, airing and shifts are all whole hours, so that nearly
    everything happens at once: all five have come, are checked in and out, and leave after a stay of a day.

    Arrivals at 09:00; check-ins two at a time at 09:00, 10:00 and 11:00 (two on duty, who also make the rounds)."""
    site = {"inn": {"rooms": 5, "ride_minutes": {"gate": 60.0}}}
    visits = {"check": {"times": ["09:00", "12:00"], "room_minutes": 60.0, "finds_symptoms": True}}
    scenario = ward(
        stay=1, sites=site, visits=visits, check_in=service(60), release={"minutes": service(60)},
        pools={"team": pool(4, ("00:00", 12), ("12:00", 12))}, rooms={"airing_hours": 1.0, "cleaning_minutes": 60.0},
    )  # fmt: skip
    log = history(scenario, *(Came("08:00") for _ in range(5)))
    assert [row[0] for row in story(log, Subject.TASK_CHECK_IN)] == [
        "1 09:00",
        "1 09:00",
        "1 10:00",
        "1 10:00",
        "1 11:00",
    ]
    assert [row[0] for row in story(log, Kind.RELEASED)] == ["2 09:00"] * 5
    assert [row[0] for row in story(log, Kind.LEFT)] == ["2 10:00", "2 10:00", "2 11:00", "2 11:00", "2 12:00"]
    assert len(story(log, Kind.ROOMS_FREE)) == 5


def test_a_team_of_one_all_day_is_not_two_at_midnight() -> None:
    """The check-in of A (23:55 to 24:05) ends in overtime; B's (00:00) begins with the new shift; C's waits for B's."""
    scenario = ward(stay=1, visits={}, check_in=service(10), pools={"team": pool(1, ALL_DAY)})
    log = history(scenario, Came("23:25"), Came("23:30"), Came("23:31"))
    assert story(log, Subject.TASK_CHECK_IN) == [
        ("1 23:55", "check_in", "inn.team", "A", 1, "until 2 00:05"),
        ("2 00:00", "check_in", "inn.team", "B", 1, "until 2 00:10"),
        ("2 00:10", "check_in", "inn.team", "C", 1, "until 2 00:20"),
    ]
