"""Traces by hand: check-in, stay, release hours, check-out, airing, cleaning, and the room taken again.

But where a test says so a party travels alone and rides 30 minutes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from traces.builder import PARTY_AT_SITE, ROOMS, SHIFTS, Came, case, flow, pool, sample_of, service, told

from sim.flow.log import Kind
from sim.flow.reference import run
from sim.flow.tables import tables


def with_team(headcount: int, *shifts: tuple[str, float], **other: Any) -> dict[str, Any]:
    """A site with a team, on duty all day unless told."""
    return {"pools": {"hotel": pool(headcount, *(shifts or (("00:00", 24),)))}, "rules": {"team": "hotel"}, **other}


def test_the_stay_is_fourteen_times_24_hours_from_arrival() -> None:
    """Handed over on day 1 at 08:00:07, arrived 08:30:07, so released on day 15 at 08:30:07."""
    log = flow(case(stay={"days": 14.0}), Came("08:00:07"))
    assert told(log, PARTY_AT_SITE) == [
        ("1 08:30:07", "arrived", "inn", "A", 1),
        ("15 08:30:07", "released", "inn", "A", 1),
        ("15 08:30:07", "left", "inn", "A", 1),
    ]


def test_the_stay_counts_from_arrival_and_not_from_check_in() -> None:
    """The team comes at 12:00: check-in 12:00 to 12:08, but the stay ends 24 hours after arrival, day 2 at 08:30."""
    scenario = case(**with_team(1, ("12:00", 8)), check_in=service(8))
    assert told(flow(scenario, Came("08:00")), PARTY_AT_SITE, Kind.TASK) == [
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 12:00", "check_in", "inn.team", "A", 1, "until 1 12:08"),
        ("2 08:30", "released", "inn", "A", 1),
        ("2 08:30", "left", "inn", "A", 1),
    ]


def test_the_way_of_a_room_from_check_out_to_the_next_guest() -> None:
    """One room. A: check-out 08:30 to 08:35, airing 35 hours 15 minutes to day 3 at 19:50, cleaning 45 minutes to
    20:35. B has waited since day 1 and takes it in that second."""
    scenario = case(
        days=4,
        **with_team(1),
        sites={"inn": {"rooms": 1}},
        check_in=service(8),
        release={"minutes": service(5)},
        rooms={"airing_hours": 35.25, "cleaning_minutes": 45.0},
    )
    assert told(flow(scenario, Came("08:00"), Came("08:10")), until="3 21:10") == [
        ("1 00:00", "site_opened", "inn", "", 1, "by_date"),
        ("1 08:00", "handed_over", "gate", "A", 1),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:00", "departed", "gate", "A", 1, "alone"),
        ("1 08:10", "handed_over", "gate", "B", 1),
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 08:30", "check_in", "inn.team", "A", 1, "until 1 08:38"),
        ("2 08:30", "released", "inn", "A", 1),
        ("2 08:30", "release", "inn.team", "A", 1, "until 2 08:35"),
        ("2 08:35", "left", "inn", "A", 1),
        ("2 08:35", "rooms_left", "inn", "A", 1),
        ("3 19:50", "rooms_aired", "inn", "A", 1),
        ("3 19:50", "cleaning", "inn.team", "A", 1, "until 3 20:35"),
        ("3 20:35", "rooms_free", "inn", "A", 1),
        ("3 20:35", "room_taken", "inn", "B", 1, "alone"),
        ("3 20:35", "departed", "gate", "B", 1, "alone"),
        ("3 21:05", "arrived", "inn", "B", 1),
        ("3 21:05", "check_in", "inn.team", "B", 1, "until 3 21:13"),
    ]


@pytest.mark.parametrize(
    ("hours", "came", "released"),
    [
        (("08:00", "18:00"), "09:30", "2 10:00"),  # stay ends inside
        (("08:00", "18:00"), "05:30", "2 08:00"),  # before: at opening
        (("08:00", "18:00"), "07:30", "2 08:00"),  # at opening, to the second
        (("08:00", "18:00"), "17:29:59", "2 17:59:59"),  # in the last second
        (("08:00", "18:00"), "19:30", "3 08:00"),  # after: next day
        (("22:00", "06:00"), "02:30", "2 03:00"),  # over midnight: inside, after midnight
        (("22:00", "06:00"), "22:30", "2 23:00"),  # over midnight: inside, before midnight
        (("22:00", "06:00"), "11:30", "2 22:00"),  # over midnight: outside
        (("00:00", "24:00"), "19:30", "2 20:00"),  # all day
    ],
)
def test_release_is_at_the_first_second_inside_release_hours(hours: tuple[str, str], came: str, released: str) -> None:
    """The stay of 24 hours ends 24:30 hours after hand-over."""
    scenario = case(release={"opens": hours[0], "closes": hours[1]})
    assert told(flow(scenario, Came(came)), Kind.RELEASED) == [(released, "released", "inn", "A", 1)]


def test_check_outs_queue_at_the_opening_of_release_hours() -> None:
    """A's and B's stays end in the night; both are released at 08:00, and one of the team checks them out, 5 minutes
    for a person and 2 for each further: A (3 people) 9, B 5."""
    scenario = case(**with_team(1), release={"opens": "08:00", "closes": "18:00", "minutes": service(5, further=2)})
    log = flow(scenario, Came("03:00", size=3), Came("02:00"))
    assert told(log, Kind.RELEASED, Kind.LEFT, Kind.TASK, ROOMS) == [
        ("2 08:00", "released", "inn", "A", 3),
        ("2 08:00", "released", "inn", "B", 1),
        ("2 08:00", "release", "inn.team", "A", 1, "until 2 08:09"),
        ("2 08:09", "left", "inn", "A", 3),
        ("2 08:09", "rooms_aired", "inn", "A", 1),
        ("2 08:09", "rooms_free", "inn", "A", 1),
        ("2 08:09", "release", "inn.team", "B", 1, "until 2 08:14"),
        ("2 08:14", "left", "inn", "B", 1),
        ("2 08:14", "rooms_aired", "inn", "B", 1),
        ("2 08:14", "rooms_free", "inn", "B", 1),
    ]


def test_check_in_takes_longer_for_each_further_person() -> None:
    """8 minutes and 2 for each further: a party of 3 takes 12, of 1 takes 8; two of the team work side by side."""
    scenario = case(**with_team(2), check_in=service(8, further=2))
    log = flow(scenario, Came("08:00", size=3), Came("08:00"), Came("08:01"))
    assert told(log, Kind.TASK) == [
        ("1 08:30", "check_in", "inn.team", "A", 1, "until 1 08:42"),
        ("1 08:30", "check_in", "inn.team", "B", 1, "until 1 08:38"),
        ("1 08:38", "check_in", "inn.team", "C", 1, "until 1 08:46"),
    ]


def test_rooms_of_a_party_are_cleaned_one_after_another_by_one_of_the_team() -> None:
    """One room a person, 20 minutes a room: A's three rooms take one of two people 60 minutes, B's room 20."""
    scenario = case(**with_team(2), rooms={"per": "person", "cleaning_minutes": 20.0})
    log = flow(scenario, Came("08:00", size=3), Came("08:00"))
    assert told(log, Kind.TASK, ROOMS) == [
        ("2 08:30", "rooms_aired", "inn", "A", 3),
        ("2 08:30", "rooms_aired", "inn", "B", 1),
        ("2 08:30", "cleaning", "inn.team", "A", 1, "until 2 09:30"),
        ("2 08:30", "cleaning", "inn.team", "B", 1, "until 2 08:50"),
        ("2 08:50", "rooms_free", "inn", "B", 1),
        ("2 09:30", "rooms_free", "inn", "A", 3),
    ]


def test_cleaning_waits_for_the_team_and_airing_does_not() -> None:
    """Airing of an hour ends at 09:30; the team is there from 12:00."""
    scenario = case(**with_team(1, ("12:00", 8)), rooms={"airing_hours": 1.0, "cleaning_minutes": 20.0})
    assert told(flow(scenario, Came("08:00")), Kind.TASK, ROOMS, Kind.LEFT) == [
        ("2 08:30", "left", "inn", "A", 1),
        ("2 09:30", "rooms_aired", "inn", "A", 1),
        ("2 12:00", "cleaning", "inn.team", "A", 1, "until 2 12:20"),
        ("2 12:20", "rooms_free", "inn", "A", 1),
    ]


def test_fixed_posts_of_a_team_are_manned_at_each_site() -> None:
    """Two on duty, one at a post: each site has a copy of the roster, so each checks in one party at a time."""
    crew = pool(2, ("00:00", 24), posts=1)
    scenario = case(
        sites={"inn": {}, "lodge": {}}, pools={"hotel": crew}, rules={"team": "hotel"}, check_in=service(10)
    )
    log = flow(scenario, Came("08:00"), Came("08:00"), Came("08:01"))
    assert told(log, Kind.TASK) == [
        ("1 08:30", "check_in", "inn.team", "A", 1, "until 1 08:40"),
        ("1 08:30", "check_in", "lodge.team", "B", 1, "until 1 08:40"),
        ("1 08:40", "check_in", "inn.team", "C", 1, "until 1 08:50"),
    ]


def test_the_team_comes_on_duty_when_the_site_opens_in_the_middle_of_a_shift() -> None:
    """V 5, inn has 4 rooms: lodge is prepared at once and opens 10 hours later, in the middle of the shift 07:00 to
    15:00; the next shift is 15:00 to 23:00. Inn's team begins with the shift. All shifts end before any begins."""
    crew = pool(4, ("07:00", 8), ("15:00", 8))
    scenario = case(
        sites={"inn": {"rooms": 4}, "lodge": {"opens": "demand"}},
        pools={"hotel": crew},
        rules={"team": "hotel", "reserve_rooms": 5, "lead_hours": 10.0},
    )
    assert told(flow(scenario), SHIFTS, Kind.SITE_OPENED, until="1 16:00") == [
        ("1 00:00", "site_opened", "inn", "", 4, "by_date"),
        ("1 07:00", "shift_began", "inn.team", "", 2, "2 rostered"),
        ("1 10:00", "site_opened", "lodge", "", 10, "reserve"),
        ("1 10:00", "shift_began", "lodge.team", "", 2, "2 rostered"),
        ("1 15:00", "shift_ended", "inn.team", "", 2),
        ("1 15:00", "shift_ended", "lodge.team", "", 2),
        ("1 15:00", "shift_began", "inn.team", "", 2, "2 rostered"),
        ("1 15:00", "shift_began", "lodge.team", "", 2, "2 rostered"),
    ]


def test_a_piece_of_a_party_has_the_factors_of_the_person_who_leads_it() -> None:
    """Inn has two rooms: of A's three, the two who go are led by its second person, whose check-in takes twice the 10
    + 4 minutes and check-out three times the 5 of one and 0 of the further; the first person's factors are 1."""
    scenario = case(
        sites={"inn": {"rooms": 2}},
        rooms={"per": "person"},
        check_in=service(10, further=4),
        release={"minutes": service(5)},
    )
    drawn = sample_of(scenario, [Came("08:00", size=3)])
    drawn = replace(drawn, check_in_factor=np.array([1.0, 2.0, 9.0]), release_factor=np.array([1.0, 3.0, 9.0]))
    assert told(run(tables(scenario), drawn), Kind.TASK) == [
        ("1 08:30", "check_in", "inn", "A+1", 0, "until 1 08:58"),
        ("2 08:30", "release", "inn", "A+1", 0, "until 2 08:45"),
        ("2 09:15", "check_in", "inn", "A", 0, "until 2 09:25"),
        ("3 09:15", "release", "inn", "A", 0, "until 3 09:20"),
    ]
