"""Traces by hand: the daily closing review (08:00), with reserve V, margin M and H reviews in a row; stay one day.

A site can be the candidate when it has been open for at least one stay. It stops when the other open and preparing
sites have had V + M free rooms at each of the last H reviews.
"""

from __future__ import annotations

from typing import Any

from traces.builder import SITES, Came, case, flow, on_day, told

from sim.flow.log import Kind

THREE: dict[str, Any] = {"inn": {}, "lodge": {}, "park": {}}
CHANGES = tuple(kind for kind in SITES if kind != Kind.SITE_OPENED)


def review(reserve: int, margin: int, hold: int, **other: Any) -> dict[str, Any]:
    """Rules of closing by review."""
    return {"closing": "review", "reserve_rooms": reserve, "margin_rooms": margin, "hold_days": hold, **other}


def test_one_site_a_day_stops_while_the_others_have_reserve_and_margin() -> None:
    """Three sites of 10 rooms, empty, open since day 1 at 00:00; V + M = 10, H = 1. Day 1: open 8 hours, none has had
    a stay. Day 2: all as long open, inn is first on the list, the others have 20: it stops, and being empty it closes.
    Day 3: lodge, park has 10. Day 4: park, the others have none: it stays."""
    assert told(flow(case(days=9, sites=THREE, rules=review(5, 5, 1))), CHANGES) == [
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:00", "site_closed", "inn", "", 10, "review"),
        ("3 08:00", "site_stopped", "lodge", "", 10, "review"),
        ("3 08:00", "site_closed", "lodge", "", 10, "review"),
    ]


def test_one_room_less_than_reserve_and_margin_and_no_site_stops() -> None:
    """V + M = 21 against 20 rooms in the two others."""
    assert told(flow(case(days=9, sites=THREE, rules=review(5, 16, 1))), CHANGES) == []


def test_a_site_stops_after_h_reviews_in_a_row_and_the_count_goes_on_after_a_stop() -> None:
    """H = 3, V + M = 10. Reviews passed: day 2 (1), day 3 (2), day 4 (3): inn stops. Day 5 (4): lodge stops at once.
    Day 6: park's others have none."""
    assert told(flow(case(days=9, sites=THREE, rules=review(5, 5, 3))), Kind.SITE_STOPPED) == [
        ("4 08:00", "site_stopped", "inn", "", 10, "review"),
        ("5 08:00", "site_stopped", "lodge", "", 10, "review"),
    ]


def test_a_review_that_fails_sets_the_count_to_zero() -> None:
    """Two sites, H = 2, V + M = 10. A is in lodge (nearest) from day 2, 12:00, to day 3, 12:30: at the review of day 3
    lodge has 9. Day 2: 1. Day 3: 0. Day 4: 1. Day 5: 2, inn stops."""
    sites = {"inn": {"ride_minutes": {"gate": 40.0}}, "lodge": {}}
    scenario = case(days=9, sites=sites, rules=review(5, 5, 2, allocation="nearest"))
    assert told(flow(scenario, Came("2 12:00")), Kind.ROOM_TAKEN, CHANGES) == [
        ("2 12:00", "room_taken", "lodge", "A", 1, "alone"),
        ("5 08:00", "site_stopped", "inn", "", 10, "review"),
        ("5 08:00", "site_closed", "inn", "", 10, "review"),
    ]


def test_a_day_without_a_candidate_sets_the_count_to_zero() -> None:
    """Stay 3 days, H = 2, V + M = 10; inn opens on day 1, lodge and park on day 4. Inn is the candidate of day 4 (80
    hours; 1 passed) and stops on day 5 (2). Day 6: lodge has been open 56 hours: no candidate, 0. Day 7: lodge, 80
    hours (1). Day 8: lodge stops (2); a count of 2 kept over day 6 would have stopped it on day 7."""
    later = {"opens": on_day(4)}
    scenario = case(days=9, sites={"inn": {}, "lodge": later, "park": later}, rules=review(5, 5, 2), stay={"days": 3.0})
    assert told(flow(scenario), Kind.SITE_STOPPED) == [
        ("5 08:00", "site_stopped", "inn", "", 10, "review"),
        ("8 08:00", "site_stopped", "lodge", "", 10, "review"),
    ]


def test_the_site_open_longest_is_the_candidate_whatever_its_number() -> None:
    """Park opens on day 1, inn and lodge on day 2; H = 1, V + M = 10. Day 2: park (32 hours). Day 3: inn before lodge
    (both 32 hours)."""
    later = {"opens": on_day(2)}
    scenario = case(days=9, sites={"inn": later, "lodge": later, "park": {}}, rules=review(5, 5, 1))
    assert told(flow(scenario), Kind.SITE_STOPPED) == [
        ("2 08:00", "site_stopped", "park", "", 10, "review"),
        ("3 08:00", "site_stopped", "inn", "", 10, "review"),
    ]


def test_a_site_open_for_exactly_one_stay_can_be_the_candidate() -> None:
    """Review at midnight: on day 2 at 00:00 the sites have been open 24 hours to the second."""
    scenario = case(days=9, sites=THREE, rules=review(5, 5, 1, review_time="00:00"))
    assert told(flow(scenario), Kind.SITE_STOPPED)[0] == ("2 00:00", "site_stopped", "inn", "", 10, "review")


def test_one_second_short_of_a_stay_it_cannot() -> None:
    """A stay of 24 hours and 1 second, review at midnight: day 3."""
    scenario = case(days=9, sites=THREE, rules=review(5, 5, 1, review_time="00:00"), stay={"days": 1 + 1 / 86_400})
    assert told(flow(scenario), Kind.SITE_STOPPED)[0] == ("3 00:00", "site_stopped", "inn", "", 10, "review")


def test_a_site_open_for_less_than_a_stay_is_no_candidate_but_its_rooms_count() -> None:
    """Stay 3 days. Inn opens on day 1, lodge (20 rooms) on day 4: on day 4 at 08:00 inn has been open 80 hours, lodge,
    open for 8, has the 15 rooms that V + M ask for."""
    scenario = case(
        days=9,
        sites={"inn": {}, "lodge": {"rooms": 20, "opens": on_day(4)}},
        rules=review(10, 5, 1),
        stay={"days": 3.0},
    )
    assert told(flow(scenario), Kind.SITE_STOPPED) == [("4 08:00", "site_stopped", "inn", "", 10, "review")]


def test_rooms_of_preparing_sites_count_for_the_review() -> None:
    """V 12: inn has 10, so lodge (15 rooms) is prepared at once, for 40 hours. Day 2 at 08:00: inn is the candidate,
    lodge, preparing, has the 15 that V + M = 15 ask for."""
    scenario = case(
        days=9, sites={"inn": {}, "lodge": {"rooms": 15, "opens": "demand"}}, rules=review(12, 3, 1, lead_hours=40.0)
    )
    assert told(flow(scenario), SITES) == [
        ("1 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("1 00:00", "site_preparing", "lodge", "", 15, "reserve"),
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:00", "site_closed", "inn", "", 10, "review"),
        ("2 16:00", "site_opened", "lodge", "", 15, "reserve"),
    ]


def test_never_closes_nothing() -> None:
    """The same sites without a closing rule."""
    assert told(flow(case(days=9, sites=THREE, rules={"reserve_rooms": 5})), CHANGES) == []


def test_the_plain_rule_stops_a_site_as_soon_as_the_others_have_the_reserve() -> None:
    """V 10, M and H (100 and 9) do not matter: as with V + M = 10 and H = 1."""
    rules = review(10, 100, 9, closing="plain")
    assert told(flow(case(days=9, sites=THREE, rules=rules)), CHANGES) == [
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
        ("2 08:00", "site_closed", "inn", "", 10, "review"),
        ("3 08:00", "site_stopped", "lodge", "", 10, "review"),
        ("3 08:00", "site_closed", "lodge", "", 10, "review"),
    ]


def test_sites_are_reviewed_after_the_window_too() -> None:
    """W is day 1 alone, so that no review before its end has a candidate; the sites stop on days 2 and 3."""
    assert told(flow(case(days=1, sites=THREE, rules=review(5, 5, 1))), Kind.SITE_CLOSED) == [
        ("2 08:00", "site_closed", "inn", "", 10, "review"),
        ("3 08:00", "site_closed", "lodge", "", 10, "review"),
    ]


def test_a_closing_review_comes_before_the_releases_of_its_second() -> None:
    """Two sites, V + M = 10. A (in lodge, nearest) may go at 08:00, release hours 08:00 to 18:00: at the review of day
    2 its room is still taken, so that lodge has 9. Day 3: inn stops."""
    sites = {"inn": {"ride_minutes": {"gate": 40.0}}, "lodge": {}}
    scenario = case(
        sites=sites, rules=review(5, 5, 1, allocation="nearest"), release={"opens": "08:00", "closes": "18:00"}
    )
    log = flow(scenario, Came("06:00"))
    assert told(log, Kind.RELEASED, Kind.ROOMS_FREE, Kind.SITE_STOPPED, until="3 12:00") == [
        ("2 08:00", "released", "lodge", "A", 1),
        ("2 08:00", "rooms_free", "lodge", "A", 1),
        ("3 08:00", "site_stopped", "inn", "", 10, "review"),
    ]


def test_a_room_whose_airing_ends_in_the_second_of_the_review_is_free() -> None:
    """A leaves lodge on day 2 at 06:00 and its room is aired for two hours: freed capacity is a change of
    state of 08:00, the review a decision after it."""
    sites = {"inn": {"ride_minutes": {"gate": 40.0}}, "lodge": {}}
    scenario = case(sites=sites, rules=review(5, 5, 1, allocation="nearest"), rooms={"airing_hours": 2.0})
    log = flow(scenario, Came("05:30"))
    assert told(log, Kind.LEFT, Kind.ROOMS_FREE, Kind.SITE_STOPPED, until="2 12:00") == [
        ("2 06:00", "left", "lodge", "A", 1),
        ("2 08:00", "rooms_free", "lodge", "A", 1),
        ("2 08:00", "site_stopped", "inn", "", 10, "review"),
    ]


def test_rooms_that_waiting_parties_need_are_taken_off_what_the_others_have() -> None:
    """Rooms per person, V + M = 5, H = 1; inn 4, lodge 5, park 6 (nearest). A has a room of park until 2 12:20, so that
    B (6), from 2 07:00, fits nowhere. Day 2: lodge and park have 5 + 5, less the 6 of B: 4, inn stays. B is in park at
    2 12:20. Day 3: lodge has its 5, nobody waits: inn stops."""
    park = {"rooms": 6, "ride_minutes": {"gate": 20.0}}
    sites: dict[str, dict[str, Any]] = {"inn": {"rooms": 4}, "lodge": {"rooms": 5}, "park": park}
    scenario = case(days=9, sites=sites, rules=review(1, 4, 1, allocation="nearest"), rooms={"per": "person"})
    log = flow(scenario, Came("12:00"), Came("2 07:00", size=6))
    assert told(log, Kind.ROOM_TAKEN, Kind.SITE_STOPPED, until="3 12:00") == [
        ("1 12:00", "room_taken", "park", "A", 1, "alone"),
        ("2 12:20", "room_taken", "park", "B", 6, "alone"),
        ("3 08:00", "site_stopped", "inn", "", 4, "review"),
    ]
