"""Traces by hand: two disruptions that hit one site."""

from __future__ import annotations

from typing import Any

from traces.builder import Came, case, coaches, on_day
from traces.guests import history, story

from sim.flow.log import Kind


def event(kind: str, place: str, first: int, last: int | None = None) -> dict[str, Any]:
    """A disruption from one day to another, for good without a last day."""
    days = {"from_day": on_day(first), **({} if last is None else {"to_day": on_day(last)})}
    return {"kind": kind, "place": place, **days}


def test_a_site_shut_twice_takes_people_again_when_both_are_over() -> None:
    """Inn is shut from day 2 to 3 and from day 3 to 4: when the first is over, at 4 00:00, it is still shut; B, from 2
    12:00, comes in at 5 00:00."""
    shut = [event("site_shut", "inn", 2, 3), event("site_shut", "inn", 3, 4)]
    log = history(case(days=6, disruptions=shut), Came("08:00"), Came("2 12:00"))
    assert story(log, Kind.ROOM_TAKEN) == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("5 00:00", "room_taken", "inn", "B", 1, "alone"),
    ]


def test_the_load_of_a_site_that_is_shut_and_lost_in_one_second_never_boards() -> None:
    """A's load for inn, opened at 1 23:50, is held for an hour when inn is shut and lost at 2 00:00; A rides to lodge
    in another load."""
    sites = {"inn": {}, "lodge": {"rooms": 5}}
    lost = [event("site_shut", "inn", 2, 3), event("site_lost", "inn", 2)]
    log = history(case(sites=sites, coaches=coaches(), disruptions=lost), Came("23:50"))
    assert [row[:2] for row in story(log, Kind.LOAD_OPENED, Kind.LOAD_DISSOLVED, Kind.BOARDING)] == [
        ("1 23:50", "load_opened"),
        ("2 00:00", "load_dissolved"),
        ("2 00:00", "load_opened"),
        ("2 01:00", "boarding"),
    ]
