"""Traces by hand: sites lost and shut, hours, coaches, staff and laboratory that fail, and what becomes of the people.

A disruption begins at 00:00 of its first day and ends at 24:00 of its last. A ride takes 30 minutes, a stay a day.
"""

from __future__ import annotations

from typing import Any

from traces.builder import COACHES, LOADS, SITES, Came, case, coaches, on_day, pool, service
from traces.guests import ALL_DAY, STAYED, Ill, history, lab_ward, story, ward

from sim.flow.log import Kind, Subject

TWO = {"inn": {"rooms": 5}, "lodge": {"rooms": 5}}
LOST_OR_SHUT = (Kind.SITE_LOST, Kind.SITE_SHUT, *SITES)
ROOM = (Kind.ROOM_TAKEN, Kind.ROOMS_LEFT)


def event(kind: str, place: str, first: int, last: int | None = None, value: Any = None) -> dict[str, Any]:
    """A disruption from one day to another, for good without a last day."""
    days = {"from_day": on_day(first), **({} if last is None else {"to_day": on_day(last)})}
    return {"kind": kind, "place": place, **days, **({} if value is None else {"value": value})}


def test_guests_of_a_lost_site_wait_there_and_move_and_their_stay_goes_on() -> None:
    """Inn is lost at 2 00:00. A (there since 1 08:30) takes a room in lodge in that second, rides for 30 minutes and is
    released on day 2 at 08:30, a day after its first arrival. The site lost closes in that second."""
    scenario = case(sites=TWO, disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("08:00"))
    assert story(log, LOST_OR_SHUT, STAYED, ROOM) == [
        ("1 00:00", "site_opened", "inn", "", 5, "by_date"),
        ("1 00:00", "site_opened", "lodge", "", 5, "by_date"),
        ("1 08:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 08:30", "arrived", "inn", "A", 1),
        ("2 00:00", "site_lost", "inn", "", 5, "disruption"),
        ("2 00:00", "site_closed", "inn", "", 5, "was_lost"),
        ("2 00:00", "moved_out", "inn", "A", 1),
        ("2 00:00", "rooms_left", "inn", "A", 1),
        ("2 00:00", "room_taken", "lodge", "A", 1, "alone"),
        ("2 00:30", "moved_in", "lodge", "A", 1),
        ("2 08:30", "released", "lodge", "A", 1),
        ("2 08:30", "left", "lodge", "A", 1),
        ("2 08:30", "rooms_left", "lodge", "A", 1),
    ]


def test_guests_of_a_lost_site_wait_until_a_room_is_free_elsewhere() -> None:
    """Lodge has one room, A's until 2 06:30 (ride 30 minutes, stay of a day). B, whose site is lost at 2 00:00, waits
    there, moves then and is there at 2 07:00. Its stay goes on: released at 2 07:30."""
    sites = {"lodge": {"rooms": 1}, "inn": {"rooms": 1}}
    log = history(case(sites=sites, disruptions=[event("site_lost", "inn", 2)]), Came("06:00"), Came("07:00"))
    assert story(log, STAYED, ROOM, since="2 00:00", until="2 07:30") == [
        ("2 00:00", "moved_out", "inn", "B", 1),
        ("2 00:00", "rooms_left", "inn", "B", 1),
        ("2 06:30", "released", "lodge", "A", 1),
        ("2 06:30", "left", "lodge", "A", 1),
        ("2 06:30", "rooms_left", "lodge", "A", 1),
        ("2 06:30", "room_taken", "lodge", "B", 1, "alone"),
        ("2 07:00", "moved_in", "lodge", "B", 1),
        ("2 07:30", "released", "lodge", "B", 1),
        ("2 07:30", "left", "lodge", "B", 1),
        ("2 07:30", "rooms_left", "lodge", "B", 1),
    ]


def test_who_has_done_the_stay_is_released_from_a_lost_site() -> None:
    """Inn was the only site. A waits there for a room elsewhere; its stay ends at 2 08:30 and it goes home."""
    log = history(case(disruptions=[event("site_lost", "inn", 2)]), Came("08:00"))
    assert story(log, Kind.MOVED_OUT, Kind.RELEASED, Kind.LEFT, Kind.CENSORED) == [
        ("2 00:00", "moved_out", "inn", "A", 1),
        ("2 08:30", "released", "inn", "A", 1),
        ("2 08:30", "left", "inn", "A", 1),
    ]


def test_a_load_that_waits_for_a_lost_site_is_dissolved_and_its_parties_placed_again() -> None:
    """A's load of 1 23:30 for inn holds 60 minutes. At 2 00:00 inn is lost: A waits for a room again, finds one in
    lodge, and opens a load with a hold of its own: due at 2 01:00."""
    scenario = case(sites=TWO, coaches=coaches(), disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("23:30"))
    assert story(log, LOADS, ROOM, Kind.LOAD_DISSOLVED, Kind.ARRIVED) == [
        ("1 23:30", "load_opened", "gate", "A", 0, "to inn"),
        ("1 23:30", "room_taken", "inn", "A", 1, "load A"),
        ("2 00:00", "load_dissolved", "gate", "A", 1),
        ("2 00:00", "rooms_left", "inn", "A", 1),
        ("2 00:00", "load_opened", "gate", "A", 0, "to lodge"),
        ("2 00:00", "room_taken", "lodge", "A", 1, "load A"),
        ("2 01:00", "load_due", "gate", "A", 1, "hold"),
        ("2 01:00", "boarding", "gate", "A", 1),
        ("2 01:31", "arrived", "lodge", "A", 1),
        ("3 01:31", "rooms_left", "lodge", "A", 1),
    ]


def test_a_load_that_is_due_but_has_no_coach_is_dissolved_too() -> None:
    """Seats for one: A's load (23:20) has the coach until 2 00:22, B's is due at 23:30 and waits. It is dissolved at
    2 00:00 and B is placed in lodge; A arrives at inn, which is lost, at 23:51."""
    scenario = case(sites=TWO, coaches=coaches(seats=1), disruptions=[event("site_lost", "lodge", 2)])
    log = history(scenario, Came("23:20"), Came("23:30"))
    assert story(log, LOADS, Kind.LOAD_DISSOLVED, Kind.COACH_BACK, until="2 00:30") == [
        ("1 23:20", "load_opened", "gate", "A", 0, "to inn"),
        ("1 23:20", "load_due", "gate", "A", 1, "full"),
        ("1 23:20", "boarding", "gate", "A", 1),
        ("1 23:30", "load_opened", "gate", "B", 0, "to lodge"),
        ("1 23:30", "load_due", "gate", "B", 1, "full"),
        ("2 00:00", "load_dissolved", "gate", "B", 1),
        ("2 00:00", "load_opened", "gate", "B", 0, "to inn"),
        ("2 00:00", "load_due", "gate", "B", 1, "full"),
        ("2 00:22", "coach_back", "gate", "A", 0),
        ("2 00:22", "boarding", "gate", "B", 1),
    ]


def test_a_coach_on_the_road_to_a_lost_site_arrives_there_and_its_guests_move_on() -> None:
    """A boards at 1 23:45 (one head, a minute), arrives at inn, lost at 2 00:00, at 2 00:16: the stay begins there, A
    has a room in lodge in that second and moves in at 2 00:46. The coach is back at 2 00:47 as if nothing had been."""
    scenario = case(sites=TWO, coaches=coaches(seats=1), disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("23:45"))
    assert story(log, STAYED, ROOM, COACHES, Kind.SITE_LOST) == [
        ("1 23:45", "room_taken", "inn", "A", 1, "load A"),
        ("2 00:00", "site_lost", "inn", "", 5, "disruption"),
        ("2 00:00", "rooms_left", "inn", "A", 1),
        ("2 00:16", "coach_arrived", "inn", "A", 1),
        ("2 00:16", "arrived", "inn", "A", 1),
        ("2 00:16", "moved_out", "inn", "A", 1),
        ("2 00:16", "room_taken", "lodge", "A", 1, "alone"),
        ("2 00:46", "moved_in", "lodge", "A", 1),
        ("2 00:47", "coach_back", "gate", "A", 0),
        ("2 00:47", "coach_ready", "gate", "A", 0),
        ("3 00:16", "released", "lodge", "A", 1),
        ("3 00:16", "left", "lodge", "A", 1),
        ("3 00:16", "rooms_left", "lodge", "A", 1),
    ]


def test_a_coach_that_arrives_in_the_second_of_the_loss_finds_the_site_lost() -> None:
    """Disruptions are rank 1, ends of rides rank 6: A boards at 23:29 and arrives at 2 00:00, in the lost site."""
    scenario = case(sites=TWO, coaches=coaches(seats=1), disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("23:29"))
    assert story(log, Kind.SITE_LOST, Kind.ARRIVED, Kind.MOVED_OUT, Kind.MOVED_IN) == [
        ("2 00:00", "site_lost", "inn", "", 5, "disruption"),
        ("2 00:00", "arrived", "inn", "A", 1),
        ("2 00:00", "moved_out", "inn", "A", 1),
        ("2 00:30", "moved_in", "lodge", "A", 1),
    ]


def test_a_party_whose_second_site_is_lost_too_moves_again() -> None:
    """Inn is lost on day 2, lodge on day 3, park stays: A is in each of them; its stay of three days goes on."""
    sites = {"inn": {"rooms": 5}, "lodge": {"rooms": 5}, "park": {"rooms": 1}}
    scenario = case(
        sites=sites, stay={"days": 3.0}, disruptions=[event("site_lost", "inn", 2), event("site_lost", "lodge", 3)]
    )
    log = history(scenario, Came("08:00"))
    assert [row[:4] for row in story(log, STAYED, ROOM)] == [
        ("1 08:00", "room_taken", "inn", "A"),
        ("1 08:30", "arrived", "inn", "A"),
        ("2 00:00", "moved_out", "inn", "A"),
        ("2 00:00", "rooms_left", "inn", "A"),
        ("2 00:00", "room_taken", "lodge", "A"),
        ("2 00:30", "moved_in", "lodge", "A"),
        ("3 00:00", "moved_out", "lodge", "A"),
        ("3 00:00", "rooms_left", "lodge", "A"),
        ("3 00:00", "room_taken", "park", "A"),
        ("3 00:30", "moved_in", "park", "A"),
        ("4 08:30", "released", "park", "A"),
        ("4 08:30", "left", "park", "A"),
        ("4 08:30", "rooms_left", "park", "A"),
    ]


def test_a_released_party_that_waits_for_check_out_in_a_lost_site_goes_home() -> None:
    """No team before 3 08:00; A is released at 2 08:30 and would wait for it: inn is lost at 3 00:00, A leaves."""
    team = {"headcount": 1, "shifts": {"s": {"start": "08:00", "hours": 4.0, "share": 1.0, "from_day": on_day(3)}}}
    scenario = ward(stay=1, visits={}, pools={"team": team}, sites=TWO, release={"minutes": service(10)},
                    disruptions=[event("site_lost", "inn", 3)])  # fmt: skip
    log = history(scenario, Came("08:00"))
    assert story(log, STAYED, Kind.ROOMS_LEFT) == [
        ("1 08:30", "arrived", "inn", "A", 1),
        ("2 08:30", "released", "inn", "A", 1),
        ("3 00:00", "left", "inn", "A", 1),
        ("3 00:00", "rooms_left", "inn", "A", 1),
    ]


def test_visits_that_wait_in_a_lost_site_are_missed_and_its_team_goes_home() -> None:
    """The team comes at 08:00 and goes at 24:00. The check of 07:00 waits; at 2 00:00 inn is lost."""
    scenario = ward(stay=5, pools={"team": pool(0, ("08:00", 16))}, sites=TWO, times=("07:00",),
                    disruptions=[event("site_lost", "inn", 2)])  # fmt: skip
    log = history(scenario, Came("06:00"))
    assert story(log, Kind.MISSED, Kind.MOVED_OUT, until="2 06:00") == [
        ("2 00:00", "moved_out", "inn", "A", 1),
        ("2 00:00", "visit_missed", "inn.team", "A", 1, "1 07:00/0, was_lost"),
    ]
    shifts = [row for row in story(log, Kind.SHIFT_BEGAN) if row[2] == "inn.team"]
    assert [row[0] for row in shifts] == ["1 08:00"]


def test_the_isolated_of_a_lost_site_move_to_rooms_of_their_own() -> None:
    """No beds. A's second person is isolated in A's room; both need a room when inn is lost at 2 00:00."""
    scenario = ward(stay=5, hospital={"beds": 0}, sites=TWO, disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("07:00", size=2), ill=(Ill("A+1", onset="1 01:00", hospital_hours=99),))
    assert story(log, ROOM, Kind.MOVED_OUT, Kind.MOVED_IN, since="2 00:00", until="3 00:00") == [
        ("2 00:00", "moved_out", "inn", "A", 1),
        ("2 00:00", "rooms_left", "inn", "A", 1),
        ("2 00:00", "moved_out", "inn", "A#2", 1),
        ("2 00:00", "room_taken", "lodge", "A", 1, "alone"),
        ("2 00:00", "room_taken", "lodge", "A#2", 1, "alone"),
        ("2 00:30", "moved_in", "lodge", "A", 1),
        ("2 00:30", "moved_in", "lodge", "A#2", 1),
    ]


def test_a_bed_that_comes_free_while_the_isolated_ride_to_another_site_is_taken() -> None:
    """A, in lodge, has the only bed until 2 00:15 (08:01 + 30 minutes + 15:44). B, isolated in inn, which is lost at 2
    00:00, rides to lodge: goes to hospital at 2 00:15, its room there is given up, and nobody moves in at 2 00:30."""
    sites = {"lodge": {"rooms": 5}, "inn": {"rooms": 5}}
    scenario = ward(stay=5, hospital={"beds": 1}, sites=sites, disruptions=[event("site_lost", "inn", 2)])
    ill = (Ill("A", onset="1 01:00", hospital_hours=15 + 44 / 60), Ill("B", onset="1 01:00"))
    log = history(scenario, Came("07:00"), Came("07:01"), ill=ill)
    assert story(log, Kind.TO_HOSPITAL, ROOM, STAYED, Subject.TASK_VISIT, since="2 00:00") == [
        ("2 00:00", "moved_out", "inn", "B", 1),
        ("2 00:00", "rooms_left", "inn", "B", 1),
        ("2 00:00", "room_taken", "lodge", "B", 1, "alone"),
        ("2 00:15", "to_hospital", "lodge", "B", 1),
        ("2 00:15", "rooms_left", "lodge", "B", 1),
    ]


def test_a_result_that_comes_while_a_party_rides_to_another_site_detects() -> None:
    """B's two are swabbed until 1 08:08, the result is there at 2 00:08 (16 hours): on the road from inn, lost at 2
    00:00. One goes to hospital from the road, the other restarts the stay (of a day) at 2 00:08, moves in at 2 00:30
    and is released on day 3 at 00:08."""
    scenario = lab_ward(stay=1, turnaround=16, sites=TWO, disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("07:00", size=2), ill=(Ill("A"),))
    assert story(log, Kind.DETECTED, Kind.TO_HOSPITAL, Kind.RESTARTED, STAYED, since="2 00:00") == [
        ("2 00:00", "moved_out", "inn", "A", 2),
        ("2 00:08", "detected", "lodge", "A#1", 1, "of A, after 16:38, by_result"),
        ("2 00:08", "restarted", "lodge", "A", 1, "time 1"),
        ("2 00:08", "to_hospital", "lodge", "A#1", 1),
        ("2 00:30", "moved_in", "lodge", "A", 1),
        ("3 00:08", "released", "lodge", "A", 1),
        ("3 00:08", "left", "lodge", "A", 1),
    ]


def test_a_person_alone_found_on_the_road_to_another_site_never_moves_in() -> None:
    """As above, alone: hospital at 2 00:04, and lodge sees nobody."""
    scenario = lab_ward(stay=1, turnaround=16, sites=TWO, disruptions=[event("site_lost", "inn", 2)])
    log = history(scenario, Came("07:00"), ill=(Ill("A"),))
    assert [row[:4] for row in story(log, Kind.TO_HOSPITAL, Kind.ROOMS_FREE, STAYED, since="2 00:00")] == [
        ("2 00:00", "moved_out", "inn", "A"),
        ("2 00:04", "to_hospital", "lodge", "A"),
        ("2 00:04", "rooms_free", "lodge", "A"),
    ]


def test_a_patient_found_on_the_road_without_a_bed_goes_on_to_the_other_site() -> None:
    """No beds: the first of A is found at 2 00:08 on the road to lodge and is isolated in the party's room there."""
    scenario = lab_ward(stay=1, turnaround=16, sites=TWO, hospital={"beds": 0}, days=(1,),
                        disruptions=[event("site_lost", "inn", 2)])  # fmt: skip
    log = history(scenario, Came("07:00", size=2), ill=(Ill("A"),))
    visited = {row[3] for row in story(log, Subject.TASK_VISIT, since="2 08:00", until="2 20:00")}
    assert visited == {"A", "A#1"}


SHUT = (Kind.SITE_SHUT, Kind.SITE_READMITTED, Kind.SITE_CLOSED, Kind.ROOM_TAKEN, Kind.LEFT)


def test_a_shut_site_keeps_its_guests_and_takes_nobody_until_it_is_over() -> None:
    """Inn, the only site, is shut on day 2. A stays until 2 09:30; B, who comes at 2 08:00, waits until 3 00:00."""
    log = history(case(disruptions=[event("site_shut", "inn", 2, 2)]), Came("09:00"), Came("2 08:00"))
    assert story(log, SHUT, until="3 12:00") == [
        ("1 09:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 00:00", "site_shut", "inn", "", 10, "disruption"),
        ("2 09:30", "left", "inn", "A", 1),
        ("3 00:00", "site_readmitted", "inn", "", 10, "disruption"),
        ("3 00:00", "room_taken", "inn", "B", 1, "alone"),
    ]


def test_a_site_shut_for_good_closes_when_its_last_guest_has_left() -> None:
    """As a stopped site: A leaves at 2 09:30, inn closes; B goes to lodge."""
    log = history(case(sites=TWO, disruptions=[event("site_shut", "inn", 2)]), Came("09:00"), Came("2 08:00"))
    assert story(log, SHUT, until="3 00:00") == [
        ("1 09:00", "room_taken", "inn", "A", 1, "alone"),
        ("2 00:00", "site_shut", "inn", "", 5, "disruption"),
        ("2 08:00", "room_taken", "lodge", "B", 1, "alone"),
        ("2 09:30", "left", "inn", "A", 1),
        ("2 09:30", "site_closed", "inn", "", 5, "review"),
    ]


def test_a_load_for_a_site_that_is_shut_is_due_at_once_and_goes_there() -> None:
    """A's load of 23:30 would hold until 2 00:30; at 2 00:00 inn takes no more people: rooms taken stay taken."""
    scenario = case(sites=TWO, coaches=coaches(), disruptions=[event("site_shut", "inn", 2, 2)])
    log = history(scenario, Came("23:30"))
    assert story(log, LOADS, Kind.ARRIVED) == [
        ("1 23:30", "load_opened", "gate", "A", 0, "to inn"),
        ("2 00:00", "load_due", "gate", "A", 1, "site_stopped"),
        ("2 00:00", "boarding", "gate", "A", 1),
        ("2 00:31", "arrived", "inn", "A", 1),
    ]


def test_hours_of_a_port_change_on_the_days_of_a_disruption() -> None:
    """Usually 08:00 to 20:00; on day 2 10:00 to 12:00, on day 3 the port is closed."""
    hours = {"all": {"opens": "08:00", "closes": "20:00"}}
    changed = [event("port_hours", "gate", 2, 2, "10:00-12:00"), event("port_hours", "all", 3, 3, "closed")]
    log = history(case(days=4, ports={"gate": {"hours": hours}}, disruptions=changed), Came("09:00"))
    assert [row[:2] for row in story(log, Kind.PORT_OPENED, Kind.PORT_CLOSED)] == [
        ("1 08:00", "port_opened"),
        ("1 20:00", "port_closed"),
        ("2 10:00", "port_opened"),
        ("2 12:00", "port_closed"),
        ("4 08:00", "port_opened"),
        ("4 20:00", "port_closed"),
    ]


def test_coaches_on_the_road_finish_their_trip_before_they_are_out_of_service() -> None:
    """The one coach (seats for one, a trip takes 62 minutes) is out on day 2. A's trip began at 23:30: back at 2 00:32.
    B, due at 23:40, waits until 3 00:00. (People of the rows: coaches that go out, below 0: that come back.)"""
    scenario = case(days=4, coaches=coaches(seats=1), disruptions=[event("coaches_out", "gate", 2, 2, 1.0)])
    log = history(scenario, Came("23:30"), Came("23:40"))
    assert story(log, Kind.BOARDING, Kind.COACHES_OUT, Kind.COACH_READY) == [
        ("1 23:30", "boarding", "gate", "A", 1),
        ("2 00:00", "coaches_out", "gate", "", 1, "disruption"),
        ("2 00:32", "coach_ready", "gate", "A", 0),
        ("3 00:00", "coaches_out", "gate", "", -1, "disruption"),
        ("3 00:00", "boarding", "gate", "B", 1),
        ("3 01:02", "coach_ready", "gate", "B", 0),
    ]


def test_some_coaches_out_leave_the_others() -> None:
    """One of two is out on day 1: A and B go one after the other, 62 minutes apart."""
    scenario = case(ports={"gate": {"coaches": 2}}, coaches=coaches(seats=1), disruptions=[
        event("coaches_out", "all", 1, 1, 1.0)])  # fmt: skip
    log = history(scenario, Came("08:00"), Came("08:00"))
    assert [row[:4] for row in story(log, Kind.BOARDING)] == [
        ("1 08:00", "boarding", "gate", "A"),
        ("1 09:02", "boarding", "gate", "B"),
    ]


def test_results_of_swabs_taken_in_on_days_of_a_slow_laboratory_come_later() -> None:
    """Usually 24 hours; 48 for what is taken in on day 2: C's result comes after D's of day 3 (24 hours)."""
    scenario = lab_ward(disruptions=[event("laboratory_hours", "all", 2, 2, 48.0)], times=("08:00",))
    came = [Came("07:00"), Came("2 07:00"), Came("3 06:00")]
    assert story(history(scenario, *came), Kind.RESULT) == [
        ("2 08:04", "result", "inn", "A", 1, "0 positive"),
        ("4 08:04", "result", "inn", "B", 1, "0 positive"),
        ("4 08:04", "result", "inn", "C", 1, "0 positive"),
    ]


def test_a_preparing_site_that_is_lost_never_opens_and_the_next_is_prepared() -> None:
    """On demand, reserve of 1 room: inn is prepared at 1 00:00 for 48 hours and lost at 2 00:00: lodge instead."""
    sites = {"inn": {"opens": "demand"}, "lodge": {"opens": "demand"}}
    scenario = case(days=5, sites=sites, rules={"reserve_rooms": 1, "lead_hours": 48.0}, disruptions=[
        event("site_lost", "inn", 2)])  # fmt: skip
    assert story(history(scenario, Came("08:00")), SITES, Kind.SITE_LOST) == [
        ("1 00:00", "site_preparing", "inn", "", 10, "reserve"),
        ("2 00:00", "site_lost", "inn", "", 10, "disruption"),
        ("2 00:00", "site_closed", "inn", "", 10, "was_lost"),
        ("2 00:00", "site_preparing", "lodge", "", 10, "reserve"),
        ("4 00:00", "site_opened", "lodge", "", 10, "reserve"),
    ]


def test_a_site_lost_on_the_first_day_sends_those_who_are_there_away_at_once() -> None:
    """A is in inn from the beginning (day 2 of a stay of 3): moved out at 1 00:00, in lodge at 1 00:30, released at 3
    00:00, three days after its arrival on the day before the first."""
    scenario = case(sites=TWO, stay={"days": 3.0}, disruptions=[event("site_lost", "inn", 1)],
                    initial=[{"site": "inn", "party_size": 1, "day_of_stay": 2}])  # fmt: skip
    assert story(history(scenario), STAYED, Kind.ROOM_TAKEN) == [
        ("1 00:00", "present", "inn", "A", 1, "since 0 00:00"),
        ("1 00:00", "moved_out", "inn", "A", 1),
        ("1 00:00", "room_taken", "lodge", "A", 1, "alone"),
        ("1 00:30", "moved_in", "lodge", "A", 1),
        ("3 00:00", "released", "lodge", "A", 1),
        ("3 00:00", "left", "lodge", "A", 1),
    ]


def test_a_team_whose_staff_are_all_absent_is_not_there() -> None:
    """The draws of absence are the sample's; here nobody of the shift of day 1 comes, and all wait for day 2."""
    scenario = ward(stay=5, visits={}, check_in=service(5), pools={"team": pool(1, ALL_DAY)})
    log = history(scenario, Came("07:00"), present={("inn.team", "1 00:00"): 0})
    assert story(log, Subject.TASK_CHECK_IN) == [("2 00:00", "check_in", "inn.team", "A", 1, "until 2 00:05")]
