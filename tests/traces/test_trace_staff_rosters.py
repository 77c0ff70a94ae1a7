"""Traces by hand: absence, rosters by weekday and date, days without staff, teams of single sites."""

from __future__ import annotations

from typing import Any

from traces.builder import SHIFTS, Came, case, on_day, pool, service
from traces.guests import ALL_DAY, STAYED, history, story, ward

from sim.flow.log import Kind, Subject

ON_DUTY = (Kind.TASK, *SHIFTS)


def at_point(crew: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A point with the pool `crew`, registration of 10 minutes."""
    return {"ports": {"gate": {"pool": "crew"}}, "pools": {"crew": crew}, "registration": service(10), **other}


def test_who_is_absent_is_not_there_to_serve() -> None:
    """Two of three come, one at a fixed post: A and B are registered one after the other, not at once."""
    log = history(
        case(**at_point(pool(3, ("06:00", 12), posts=1))),
        Came("08:00"),
        Came("08:00"),
        present={("crew", "1 06:00"): 2},
    )
    assert story(log, ON_DUTY, until="1 23:00") == [
        ("1 06:00", "shift_began", "crew", "", 2, "3 rostered"),
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:20"),
        ("1 18:00", "shift_ended", "crew", "", 2),
    ]


def test_with_fewer_people_than_posts_posts_stay_empty_and_nobody_is_served() -> None:
    """One of three comes, there are two posts: one stays empty, one is manned. A waits for day 2, when all come."""
    scenario = case(**at_point(pool(3, ("06:00", 12), posts=2)))
    log = history(scenario, Came("08:00"), present={("crew", "1 06:00"): 1})
    assert story(log, Kind.TASK) == [("2 06:00", "registration", "crew", "A", 1, "until 2 06:10")]


def test_when_nobody_of_a_shift_comes_all_wait_for_the_next() -> None:
    """All three are absent on day 1; on day 2 the whole shift comes."""
    log = history(case(**at_point(pool(3, ("06:00", 12)))), Came("08:00"), present={("crew", "1 06:00"): 0})
    assert story(log, ON_DUTY, until="2 07:00") == [
        ("1 06:00", "shift_began", "crew", "", 0, "3 rostered"),
        ("1 18:00", "shift_ended", "crew", "", 0),
        ("2 06:00", "shift_began", "crew", "", 3, "3 rostered"),
        ("2 06:00", "registration", "crew", "A", 1, "until 2 06:10"),
    ]


def test_rows_of_a_date_take_the_place_of_all_rows_of_its_weekday() -> None:
    """The first day is a Tuesday. Tuesdays and Wednesdays have shifts of 2 at 06:00 and of 1 at 14:00; the date of day
    2, a Wednesday, has one of 4 at 10:00 and nothing else; day 3 has no row."""
    weekdays = [
        {"pool": "crew", "date": day, "start": start, "hours": 8.0, "headcount": people}
        for day in ("tuesday", "wednesday")
        for start, people in (("06:00", 2), ("14:00", 1))
    ]
    dated = {"pool": "crew", "date": on_day(2), "start": "10:00", "hours": 6.0, "headcount": 4}
    log = history(case(**at_point({}, roster=[*weekdays, dated], days=3)), Came("2 09:00"))
    assert story(log, ON_DUTY, until="8 00:00") == [
        ("1 06:00", "shift_began", "crew", "", 2, "2 rostered"),
        ("1 14:00", "shift_ended", "crew", "", 2),
        ("1 14:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 22:00", "shift_ended", "crew", "", 1),
        ("2 10:00", "shift_began", "crew", "", 4, "4 rostered"),
        ("2 10:00", "registration", "crew", "A", 1, "until 2 10:10"),
        ("2 16:00", "shift_ended", "crew", "", 4),
    ]


def test_the_night_shift_of_the_eve_is_there_when_the_window_begins() -> None:
    """A row of Monday, 22:00 for 8 hours, reaches into the first day, a Tuesday."""
    row = {"pool": "crew", "date": "monday", "start": "22:00", "hours": 8.0, "headcount": 1}
    log = history(case(**at_point({}, roster=[row])), Came("05:00"))
    assert story(log, ON_DUTY, until="6 00:00") == [
        ("1 00:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 05:00", "registration", "crew", "A", 1, "until 1 05:10"),
        ("1 06:00", "shift_ended", "crew", "", 1),
    ]


def test_a_site_without_staff_for_a_day_keeps_its_guests_and_misses_its_rounds() -> None:
    """The team is there on days 1 and 3, not on day 2. A (stay of a day, to 2 07:30) is released but checked out on
    day 3 only, and the room is kept until then. B arrives at 2 10:30: its check-in waits for day 3, the visits of day 2
    are missed, each when the next round starts."""
    scenario = ward(
        stay=1, check_in=service(5), release={"minutes": service(5)}, pools={"team": {}},
        roster=[{"pool": "team", "date": on_day(d), "start": "00:00", "hours": 24.0, "headcount": 1} for d in (1, 3)],
    )  # fmt: skip
    log = history(scenario, Came("07:00"), Came("2 10:00"))
    assert story(log, ON_DUTY, Kind.MISSED, Kind.ROOMS_LEFT, STAYED, until="3 20:00") == [
        ("1 00:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("1 07:30", "arrived", "inn", "A", 1),
        ("1 07:30", "check_in", "inn.team", "A", 1, "until 1 07:35"),
        ("1 08:00", "visit", "inn.team", "A", 1, "1 08:00/0, until 1 08:01"),
        ("1 16:00", "visit", "inn.team", "A", 1, "1 16:00/0, until 1 16:01"),
        ("2 00:00", "shift_ended", "inn.team", "", 1),
        ("2 07:30", "released", "inn", "A", 1),
        ("2 10:30", "arrived", "inn", "B", 1),
        ("3 00:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("3 00:00", "check_in", "inn.team", "B", 1, "until 3 00:05"),
        ("3 00:05", "release", "inn.team", "A", 1, "until 3 00:10"),
        ("3 00:10", "left", "inn", "A", 1),
        ("3 00:10", "rooms_left", "inn", "A", 1),
        ("3 00:10", "visit", "inn.team", "B", 1, "2 16:00/0, until 3 00:11"),
        ("3 08:00", "visit", "inn.team", "B", 1, "3 08:00/0, until 3 08:01"),
        ("3 10:30", "released", "inn", "B", 1),
        ("3 10:30", "release", "inn.team", "B", 1, "until 3 10:35"),
        ("3 10:35", "left", "inn", "B", 1),
        ("3 10:35", "rooms_left", "inn", "B", 1),
    ]


def test_an_arrival_in_the_second_of_a_shift_change_is_checked_in_by_the_new_shift() -> None:
    """Shifts change at 12:00 (rank 3), A's ride ends at 12:00 (rank 6). The one of the old shift is gone, the new one
    checks A in, with B's check-in of 11:55 in overtime beside it."""
    scenario = ward(stay=1, visits={}, check_in=service(10), pools={"team": pool(2, ("06:00", 6), ("12:00", 6))})
    log = history(scenario, Came("11:30"), Came("11:25"))
    assert story(log, ON_DUTY, Kind.ARRIVED, since="1 11:00", until="1 17:00") == [
        ("1 11:55", "arrived", "inn", "B", 1),
        ("1 11:55", "check_in", "inn.team", "B", 1, "until 1 12:05"),
        ("1 12:00", "shift_ended", "inn.team", "", 1),
        ("1 12:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("1 12:00", "arrived", "inn", "A", 1),
        ("1 12:00", "check_in", "inn.team", "A", 1, "until 1 12:10"),
    ]


def test_a_site_may_have_the_roster_of_another_pool_than_the_rest() -> None:
    """Inn has the team of all sites (from 08:00), lodge that of `late` (from 10:00): each has a copy of its own."""
    sites = {"inn": {"rooms": 1}, "lodge": {"rooms": 1, "team": "late"}, "park": {"rooms": 1, "team": "late"}}
    pools = {"team": pool(1, ("08:00", 4)), "late": pool(1, ("10:00", 4))}
    scenario = ward(stay=1, visits={}, check_in=service(90), sites=sites, pools=pools)
    log = history(scenario, Came("07:00"), Came("07:01"), Came("07:02"))
    assert story(log, Kind.SHIFT_BEGAN, Subject.TASK_CHECK_IN, until="1 23:00") == [
        ("1 08:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("1 08:00", "check_in", "inn.team", "A", 1, "until 1 09:30"),
        ("1 10:00", "shift_began", "lodge.team", "", 1, "1 rostered"),
        ("1 10:00", "shift_began", "park.team", "", 1, "1 rostered"),
        ("1 10:00", "check_in", "lodge.team", "B", 1, "until 1 11:30"),
        ("1 10:00", "check_in", "park.team", "C", 1, "until 1 11:30"),
    ]


def test_a_pool_without_a_limit_starts_every_task_at_once() -> None:
    """One clerk for three: without the limit nobody waits, and no shift is told."""
    scenario = case(**at_point(pool(1, ("06:00", 12))))
    log = history(scenario, Came("05:00"), Came("05:00"), Came("05:00"), unlimited=("crew",))
    assert story(log, ON_DUTY) == [("1 05:00", "registration", "crew", who, 1, "until 1 05:10") for who in "ABC"]


def test_without_a_limit_of_rooms_nobody_waits_for_one() -> None:
    """One room in inn, three parties: with the limit B and C wait until A's room is free."""
    scenario = case(sites={"inn": {"rooms": 1}})
    came = (Came("08:00"), Came("08:00"), Came("08:00"))
    waits = [row[0] for row in story(history(scenario, *came), Kind.ROOM_TAKEN)]
    assert waits == ["1 08:00", "2 08:30", "3 09:00"]
    lifted = [row[0] for row in story(history(scenario, *came, unlimited=("rooms",)), Kind.ROOM_TAKEN)]
    assert lifted == ["1 08:00"] * 3


def test_a_team_all_day_changes_shifts_at_midnight_and_loses_nobody() -> None:
    """A shift of 24 hours ends and begins at 00:00: a check-in that is due then begins then."""
    scenario = ward(stay=1, visits={}, check_in=service(10), pools={"team": pool(1, ALL_DAY)})
    log = history(scenario, Came("23:30"))
    assert story(log, ON_DUTY, until="2 12:00") == [
        ("1 00:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("2 00:00", "shift_ended", "inn.team", "", 1),
        ("2 00:00", "shift_began", "inn.team", "", 1, "1 rostered"),
        ("2 00:00", "check_in", "inn.team", "A", 1, "until 2 00:10"),
    ]
