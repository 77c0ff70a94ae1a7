"""Rules to the minute, by hand: sites begun on order, coaches that come, a port shut and open again, the laboratory.

`at` is a moment of these traces, "2 21:00" being 21:00 of the second day; a rule announced at 21:00 for 06:00 is a few
rows of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from traces.builder import SITES, Came, case, coaches, on_day, pool, service
from traces.guests import history, lab_ward, story

from sim.flow.invariants.case import make_case
from sim.flow.log import Kind, Subject
from sim.measures import measure


def at(text: str) -> dt.datetime:
    """A moment: day and time."""
    day, clock = text.split()
    hour, minute = map(int, clock.split(":"))
    return dt.datetime.combine(on_day(int(day)), dt.time(hour, minute))


def event(kind: str, place: str, begin: str, end: str | None = None, value: Any = None) -> dict[str, Any]:
    """A disruption from one moment to another, for good without the second."""
    days = {"from_day": at(begin), **({} if end is None else {"to_day": at(end)})}
    return {"kind": kind, "place": place, **days, **({} if value is None else {"value": value})}


THREE = {name: {"opens": "demand"} for name in ("inn", "lodge", "tent")}


def test_sites_prepared_are_the_next_on_the_list_begun_at_that_minute() -> None:
    """Reserve of 1 room: inn is begun at 1 00:00, open at 12:00. Two more at 1 21:00, open after the lead of 12 hours
    at 2 09:00; they count as free from 21:00 on, so that nothing else is begun."""
    scenario = case(sites=THREE, rules={"reserve_rooms": 1, "lead_hours": 12.0}, disruptions=[
        event("sites_prepared", "all", "1 21:00", value=2.0)])  # fmt: skip
    assert story(history(scenario), SITES) == [
        ("1 00:00", "site_preparing", "inn", "", 10, "reserve"),
        ("1 12:00", "site_opened", "inn", "", 10, "reserve"),
        ("1 21:00", "site_preparing", "lodge", "", 10, "disruption"),
        ("1 21:00", "site_preparing", "tent", "", 10, "disruption"),
        ("2 09:00", "site_opened", "lodge", "", 10, "reserve"),
        ("2 09:00", "site_opened", "tent", "", 10, "reserve"),
    ]


def test_a_list_too_short_for_the_sites_to_be_prepared_is_logged() -> None:
    """Five are ordered at 1 21:00, three are left (no reserve: none opens on its own): two are lacking."""
    scenario = case(sites=THREE, rules={"lead_hours": 12.0}, disruptions=[
        event("sites_prepared", "all", "1 21:00", value=5.0)])  # fmt: skip
    log = history(scenario)
    (row,) = log.of(Kind.SITES_EXHAUSTED)
    assert (row["second"], row["people"]) == (21 * 3600, 2)
    assert [line[:3] for line in story(log, Kind.SITE_PREPARING)] == [
        ("1 21:00", "site_preparing", name) for name in ("inn", "lodge", "tent")
    ]


def test_sites_prepared_leave_out_those_that_are_lost_or_kept_shut() -> None:
    """inn is lost at 1 20:00, lodge is kept shut until 2 20:00: of one site ordered at 21:00 it is tent."""
    scenario = case(sites=THREE, rules={"lead_hours": 1.0}, disruptions=[
        event("site_lost", "inn", "1 20:00"), event("site_shut", "lodge", "1 20:30", "2 20:00"),
        event("sites_prepared", "all", "1 21:00", value=1.0)])  # fmt: skip
    assert [line[:3] for line in story(history(scenario), Kind.SITE_PREPARING, Kind.SITE_OPENED)] == [
        ("1 21:00", "site_preparing", "tent"),
        ("1 22:00", "site_opened", "tent"),
    ]


def test_sites_are_lost_and_shut_to_the_minute() -> None:
    """inn takes nobody in from 1 09:10 to 1 10:20: A (09:00) goes there, B (09:10, the minute counts) to lodge, C
    (10:20) to inn again, which opens first on the list (fill). lodge is lost at 1 10:25 before B's arrival at 10:40."""
    sites: dict[str, dict[str, Any]] = {
        "inn": {"ride_minutes": {"gate": 90.0}},
        "lodge": {"ride_minutes": {"gate": 90.0}},
    }
    scenario = case(sites=sites, rules={"allocation": "fill"}, disruptions=[
        event("site_shut", "inn", "1 09:10", "1 10:20"), event("site_lost", "lodge", "1 10:25")])  # fmt: skip
    log = history(scenario, Came("09:00"), Came("09:10"), Came("10:20"))
    assert story(log, Kind.ROOM_TAKEN, Kind.SITE_LOST, Kind.SITE_SHUT, Kind.SITE_READMITTED) == [
        ("1 09:00", "room_taken", "inn", "A", 1, "alone"),
        ("1 09:10", "site_shut", "inn", "", 10, "disruption"),
        ("1 09:10", "room_taken", "lodge", "B", 1, "alone"),
        ("1 10:20", "site_readmitted", "inn", "", 10, "disruption"),
        ("1 10:20", "room_taken", "inn", "C", 1, "alone"),
        ("1 10:25", "site_lost", "lodge", "", 10, "disruption"),
        ("1 10:40", "room_taken", "inn", "B", 1, "alone"),
    ]


def test_coaches_that_come_in_addition_leave_after_their_trip() -> None:
    """One coach (seats for one, a trip takes 62 minutes); one more from 1 08:30 to 1 09:15. A rides at 08:00, B (08:10)
    with the second at 08:30, and that one is on the road until 09:32: at 09:15 one coach too many is out, A's comes
    back at 09:02 and takes C, handed over at 09:05. D (09:06) waits: at 09:32 B's coach is the one that goes, D rides
    with C's at 10:07."""
    scenario = case(coaches=coaches(seats=1), disruptions=[event("coaches_added", "gate", "1 08:30", "1 09:15", 1.0)])
    log = history(scenario, Came("08:00"), Came("08:10"), Came("09:05"), Came("09:06"))
    assert story(log, Kind.BOARDING, Kind.COACHES_ADDED, Kind.COACH_READY, until="1 10:30") == [
        ("1 08:00", "boarding", "gate", "A", 1),
        ("1 08:30", "coaches_added", "gate", "", 1, "disruption"),
        ("1 08:30", "boarding", "gate", "B", 1),
        ("1 09:02", "coach_ready", "gate", "A", 0),
        ("1 09:05", "boarding", "gate", "C", 1),
        ("1 09:15", "coaches_added", "gate", "", -1, "disruption"),
        ("1 09:32", "coach_ready", "gate", "B", 0),
        ("1 10:07", "coach_ready", "gate", "C", 0),
        ("1 10:07", "boarding", "gate", "D", 1),
    ]


def test_a_port_shut_to_the_minute_closes_and_opens_then() -> None:
    """Open 08:00 to 20:00: shut from 1 17:30 to 2 09:45, and on day 3 from 12:00 on by the hours 07:00 to 13:30."""
    hours = {"all": {"opens": "08:00", "closes": "20:00"}}
    shut = [event("port_hours", "gate", "1 17:30", "2 09:45", "closed"),
            event("port_hours", "gate", "3 12:00", "3 23:00", "07:00-13:30")]  # fmt: skip
    log = history(case(ports={"gate": {"hours": hours}}, disruptions=shut), Came("09:00"))
    assert [line[:2] for line in story(log, Kind.PORT_OPENED, Kind.PORT_CLOSED)] == [
        ("1 08:00", "port_opened"),
        ("1 17:30", "port_closed"),
        ("2 09:45", "port_opened"),
        ("2 20:00", "port_closed"),
        ("3 08:00", "port_opened"),
        ("3 13:30", "port_closed"),
    ]


def test_the_laboratory_is_slow_for_swabs_taken_in_from_one_minute_to_another() -> None:
    """Turnaround 24 hours, 48 for swabs taken from 2 08:04 to 2 16:04. Rounds at 08:00 and 16:00 (4 minutes a swab):
    A's is taken at 2 08:04, B's at 2 16:04 (the minute of the end does not count)."""
    scenario = lab_ward(
        disruptions=[event("laboratory_hours", "all", "2 08:04", "2 16:04", 48.0)], times=("08:00", "16:00")
    )
    log = history(scenario, Came("2 07:00"), Came("2 15:00"))
    assert story(log, Kind.RESULT) == [
        ("3 16:04", "result", "inn", "B", 1, "0 positive"),
        ("4 08:04", "result", "inn", "A", 1, "0 positive"),
    ]


def test_staff_added_join_the_running_shift_and_each_later_one_and_finish_in_overtime() -> None:
    """Shifts of one person 00:00-12:00 and 12:00-24:00 register (40 minutes a party); one person more from 1 11:30 to
    1 12:20. A (11:00) is begun by the shift's own, B (11:10) by the added one at 11:30. At 12:00 the next shift begins
    with two again: B (until 12:10) and C (11:20, begun when A was done at 11:40, until 12:20) are the first shift's
    overtime, D (11:50) and E (11:55) are begun until 12:40; at 12:20 one goes, both are finished all the same, and F
    (12:05) waits until 12:40, when one of one is free."""
    scenario = case(
        ports={"gate": {"pool": "clerks"}},
        pools={"clerks": pool(2, ("00:00", 12.0), ("12:00", 12.0))},
        registration=service(40),
        disruptions=[event("staff_added", "clerks", "1 11:30", "1 12:20", 1.0)],
    )
    came = [Came(clock) for clock in ("11:00", "11:10", "11:20", "11:50", "11:55", "12:05")]
    log = history(scenario, *came)
    assert story(log, Kind.STAFF_ADDED, Subject.TASK_REGISTRATION) == [
        ("1 11:00", "registration", "clerks", "A", 1, "until 1 11:40"),
        ("1 11:30", "staff_added", "clerks", "", 1, "disruption"),
        ("1 11:30", "registration", "clerks", "B", 1, "until 1 12:10"),
        ("1 11:40", "registration", "clerks", "C", 1, "until 1 12:20"),
        ("1 12:00", "registration", "clerks", "D", 1, "until 1 12:40"),
        ("1 12:00", "registration", "clerks", "E", 1, "until 1 12:40"),
        ("1 12:20", "staff_added", "clerks", "", -1, "disruption"),
        ("1 12:40", "registration", "clerks", "F", 1, "until 1 13:20"),
    ]
    values = {(r.measure, r.place): r.value for r in measure(log, scenario).values}
    assert values["overtime_hours", "clerks"] == pytest.approx((10 + 20 + 20) / 60)  # B, C, and E or D after 12:20
    assert values["staff_days", "clerks"] == 2 + 2 + 4 * 1


def test_staff_added_to_teams_come_to_each_site_when_it_opens() -> None:
    """The pool's name stands for the team of every site: one more in inn's, open, and in lodge's, which opens on day 2;
    place inn.team is that team alone."""
    sites: dict[str, dict[str, Any]] = {"inn": {}, "lodge": {"opens": on_day(2)}}
    for place, teams in (("team", {"inn.team", "lodge.team"}), ("inn.team", {"inn.team"})):
        scenario = case(sites=sites, rules={"team": "team"}, pools={"team": pool(1, ("00:00", 24.0))},
                        disruptions=[event("staff_added", place, "1 09:00", value=2.0)])  # fmt: skip
        log = history(scenario, Came("08:00"))
        assert {line[2] for line in story(log, Kind.STAFF_ADDED)} == teams
        levels = make_case(log, scenario, ()).levels
        largest = {log.places.ids[p]: int(levels.present[levels.pool == p].max()) for p in log.places.pools}
        assert largest == {"inn.team": 3, "lodge.team": 3 if "lodge.team" in teams else 1}
