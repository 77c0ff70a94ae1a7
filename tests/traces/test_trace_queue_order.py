"""Traces by hand: the queue of a pool is ordered by class, then by time of joining, then by id."""

from __future__ import annotations

from typing import Any

from traces.builder import Came, case, coaches, flow, pool, service, told

from sim.flow.log import Kind

TASKS = (Kind.TASK, Kind.BOARDING)


def with_team(headcount: int, **other: Any) -> dict[str, Any]:
    """A site with a team on duty all day; nobody is needed at the point."""
    return {"pools": {"hotel": pool(headcount, ("00:00", 24))}, "rules": {"team": "hotel"}, **other}


def test_a_team_of_one_checks_in_before_it_releases_before_it_cleans() -> None:
    """Stay one day, check-in 10, check-out 30, airing 30, cleaning 20 minutes; the ride takes 30.
    Day 2: A's check-out is 08:00-08:30, its room aired at 09:00; B's check-out is 08:40-09:10. Until then three tasks
    join: A's cleaning 09:00, C's check-out 09:05, D's check-in 09:08. They start in the order of the classes: check-in
    09:10-09:20, check-out 09:20-09:50, cleaning 09:50. B's room, aired at 09:40, is cleaned after A's, C's after B's.
    """
    scenario = case(
        **with_team(1),
        check_in=service(10),
        release={"minutes": service(30)},
        rooms={"airing_hours": 0.5, "cleaning_minutes": 20.0},
    )
    log = flow(scenario, Came("07:30"), Came("08:10"), Came("08:35"), Came("2 08:38"))
    assert told(log, Kind.TASK, until="2 12:00") == [
        ("1 08:00", "check_in", "inn.team", "A", 1, "until 1 08:10"),
        ("1 08:40", "check_in", "inn.team", "B", 1, "until 1 08:50"),
        ("1 09:05", "check_in", "inn.team", "C", 1, "until 1 09:15"),
        ("2 08:00", "release", "inn.team", "A", 1, "until 2 08:30"),
        ("2 08:40", "release", "inn.team", "B", 1, "until 2 09:10"),
        ("2 09:10", "check_in", "inn.team", "D", 1, "until 2 09:20"),
        ("2 09:20", "release", "inn.team", "C", 1, "until 2 09:50"),
        ("2 09:50", "cleaning", "inn.team", "A", 1, "until 2 10:10"),
        ("2 10:10", "cleaning", "inn.team", "B", 1, "until 2 10:30"),
        ("2 10:30", "cleaning", "inn.team", "C", 1, "until 2 10:50"),
    ]


def test_an_escort_goes_before_registrations_that_have_waited_longer() -> None:
    """One clerk. B and C wait from 08:01; A's load (one seat) is due at 08:10 when its registration ends, and its
    escort (08:10 to 09:12) goes first. Then B is registered, and B's load goes before C."""
    scenario = case(
        ports={"gate": {"pool": "crew"}},
        pools={"crew": pool(1, ("06:00", 12))},
        registration=service(10),
        coaches=coaches(seats=1, escorts=1),
    )
    log = flow(scenario, Came("08:00"), Came("08:01"), Came("08:01"))
    assert told(log, TASKS) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "boarding", "gate", "A", 1),
        ("1 08:10", "escort", "crew", "A", 1, "until 1 09:12"),
        ("1 09:12", "registration", "crew", "B", 1, "until 1 09:22"),
        ("1 09:22", "boarding", "gate", "B", 1),
        ("1 09:22", "escort", "crew", "B", 1, "until 1 10:24"),
        ("1 10:24", "registration", "crew", "C", 1, "until 1 10:34"),
        ("1 10:34", "boarding", "gate", "C", 1),
        ("1 10:34", "escort", "crew", "C", 1, "until 1 11:36"),
    ]


def test_check_ins_that_join_at_the_same_second_start_in_order_of_id() -> None:
    """A, B and C ride one coach and arrive together; the team of one takes them by id, 10 minutes each."""
    scenario = case(**with_team(1), coaches=coaches(seats=3), check_in=service(10))
    log = flow(scenario, Came("08:00"), Came("08:00"), Came("08:00"))
    assert told(log, Kind.ARRIVED, Kind.TASK, until="1 10:00") == [
        ("1 08:00", "escort", "gate", "A", 0, "until 1 09:06"),
        ("1 08:33", "arrived", "inn", "A", 1),
        ("1 08:33", "arrived", "inn", "B", 1),
        ("1 08:33", "arrived", "inn", "C", 1),
        ("1 08:33", "check_in", "inn.team", "A", 1, "until 1 08:43"),
        ("1 08:43", "check_in", "inn.team", "B", 1, "until 1 08:53"),
        ("1 08:53", "check_in", "inn.team", "C", 1, "until 1 09:03"),
    ]


def test_a_load_that_was_due_first_goes_first() -> None:
    """One coach, one escort, loads of one seat, due 08:00, 08:01, 08:02; the coach is away for 62 minutes each."""
    scenario = case(
        ports={"gate": {"pool": "crew"}}, pools={"crew": pool(1, ("06:00", 12))}, coaches=coaches(seats=1, escorts=1)
    )
    log = flow(scenario, Came("08:02"), Came("08:01"), Came("08:00"))
    assert told(log, Kind.BOARDING) == [
        ("1 08:00", "boarding", "gate", "C", 1),
        ("1 09:02", "boarding", "gate", "B", 1),
        ("1 10:04", "boarding", "gate", "A", 1),
    ]


def test_pools_start_their_tasks_in_order_of_place_number() -> None:
    """At 08:30 A arrives at inn and B at lodge while C is handed over at gate. Place numbers: the port's pool before
    the teams, inn's before lodge's; so C's registration is written first though hand-overs come after arrivals."""
    scenario = case(
        ports={"gate": {"pool": "crew"}},
        sites={"inn": {"rooms": 2}, "lodge": {"rooms": 2}},
        rules={"team": "hotel"},
        pools={"crew": pool(9, ("00:00", 24)), "hotel": pool(1, ("00:00", 24))},
        registration=service(10),
        check_in=service(5),
    )
    log = flow(scenario, Came("07:50"), Came("07:50"), Came("08:30"))
    assert told(log, Kind.HANDED_OVER, Kind.ROOM_TAKEN, Kind.ARRIVED, Kind.TASK, since="08:00", until="1 08:31") == [
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:00", "room_taken", "lodge", "B", 1, "alone"),
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 08:30", "arrived", "lodge", "B", 1),
        ("1 08:30", "handed_over", "gate", "C", 1),
        ("1 08:30", "registration", "crew", "C", 1, "until 1 08:40"),
        ("1 08:30", "check_in", "inn.team", "A", 1, "until 1 08:35"),
        ("1 08:30", "check_in", "lodge.team", "B", 1, "until 1 08:35"),
    ]


def test_without_coaches_free_the_load_is_skipped_and_a_registration_behind_it_starts() -> None:
    """One clerk, one coach, disinfection 60 minutes. A's load is away 08:10 to 09:12, its coach ready at 10:12. B's
    load is due at 09:22: it waits for the coach, not for staff, so that C is registered at 09:22, D at 09:32. At 10:12
    B's load takes coach and clerk."""
    scenario = case(
        ports={"gate": {"pool": "crew"}},
        pools={"crew": pool(1, ("06:00", 12))},
        registration=service(10),
        coaches=coaches(seats=1, escorts=1, disinfection=60),
    )
    came = [Came("08:00"), Came("08:05"), Came("09:00", diverted=False), Came("09:00", diverted=False)]
    assert told(flow(scenario, *came), TASKS, Kind.COACH_BACK, Kind.COACH_READY, until="1 10:30") == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "boarding", "gate", "A", 1),
        ("1 08:10", "escort", "crew", "A", 1, "until 1 09:12"),
        ("1 09:12", "coach_back", "gate", "A", 0),
        ("1 09:12", "registration", "crew", "B", 1, "until 1 09:22"),
        ("1 09:22", "registration", "crew", "C", 1, "until 1 09:32"),
        ("1 09:32", "registration", "crew", "D", 1, "until 1 09:42"),
        ("1 10:12", "coach_ready", "gate", "A", 0),
        ("1 10:12", "boarding", "gate", "B", 1),
        ("1 10:12", "escort", "crew", "B", 1, "until 1 11:14"),
    ]


def test_a_load_that_waits_for_escorts_takes_no_coach_meanwhile() -> None:
    """Ports bay and gate share two clerks. Gate's load is due at 08:05 and needs two escorts, of whom one registers
    until 08:10; coach and escorts are taken at 08:10 together, and boarding (one head) ends at 08:11."""
    scenario = case(
        ports={"bay": {"pool": "crew"}, "gate": {"pool": "crew"}},
        pools={"crew": pool(2, ("06:00", 12))},
        registration=service(5),
        coaches=coaches(seats=1, escorts=2),
    )
    log = flow(scenario, Came("08:00", port="bay", diverted=False, slow=2.0), Came("08:00"))
    assert told(log, TASKS, Kind.LOAD_DUE, Kind.DEPARTED, until="1 09:00") == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:00", "registration", "crew", "B", 1, "until 1 08:05"),
        ("1 08:05", "load_due", "gate", "B", 1, "full"),
        ("1 08:10", "boarding", "gate", "B", 1),
        ("1 08:10", "escort", "crew", "B", 2, "until 1 09:12"),
        ("1 08:11", "departed", "gate", "B", 1, "load B"),
    ]
