"""Measures of visits, health, moves, the brigade and today's occupancy on histories written by hand."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import pytest
from handmade import (
    CREW,
    DAY,
    HOUR,
    INN,
    INN_TEAM,
    LODGE,
    PORT,
    Row,
    clock,
    crew,
    event,
    history,
    load_row,
    row,
    shift,
    site,
    site_row,
    small_scenario,
    task,
    to_site,
)

from sim.flow.log import SWAB_ROUND, EventLog, Kind, Reason, Subject, round_number
from sim.measures import measure
from sim.scenario.tables.schema import Scenario

MEALS = {"visits": {"meals": {"times": ["08:00", "12:00"], "room_minutes": 5.0}}}
SITES = {"candidates": {"inn": site(1, level="district"), "lodge": site(2)}, "team": "team"}
TEAM = {"headcount": 2, "shifts": {"day": {"start": "08:00", "hours": 12.0, "share": 1.0}}}


def values(log: EventLog, scenario: Scenario) -> dict[tuple[str, str], float]:
    return {(v.measure, v.place): v.value for v in measure(log, scenario).values}


def visit(begin: int, end: int, round_begin: int, party: int, *, swab: bool = False) -> Row:
    subject, kind = (Subject.TASK_SWAB, SWAB_ROUND) if swab else (Subject.TASK_VISIT, 0)
    number = round_number(round_begin, kind)
    return row(begin, Kind.TASK, INN_TEAM, subject=subject, subject_id=number, party=party, people=1, value=end)


def missed(second: int, round_begin: int, party: int, place: int = INN_TEAM) -> Row:
    number = round_number(round_begin, 0)
    reason = Reason.NEXT_ROUND
    return row(
        second, Kind.MISSED, place, subject=Subject.TASK_VISIT, subject_id=number, party=party, people=1, reason=reason
    )


def person(second: int, kind: Kind, party: int, place: int = INN, value: int = 0, number: int = -1) -> Row:
    """A row of one person; `number` is the person's own where `party` is the one that it was in."""
    number = party if number < 0 else number
    return row(second, kind, place, subject=Subject.PARTY, subject_id=number, party=party, people=1, value=value)


def leaves_party(second: int, number: int, party: int) -> Row:
    return row(
        second, Kind.PARTY_SPLIT, INN, subject=Subject.PARTY, subject_id=number, party=party, people=1,
        reason=Reason.DETECTED,
    )  # fmt: skip


def test_visits_late_and_missed_are_shares_of_those_due():
    """Rounds of day 1: 08:00 begun at 09:00:00 (not late) and 09:00:01 (late), 12:00 missed in the inn and the lodge.

    A swab at once makes five due, three of them in the inn begun: late 1/5, missed 2/5; inn 1/4 and 1/4; lodge 0, 1.
    Day 2 counts the rounds of its own clock, two of four, the earlier of which was late.
    """
    scenario = small_scenario(**MEALS, sites=SITES, pools={"crew": crew(), "team": TEAM})
    eight, noon = clock(1, "08:00"), clock(1, "12:00")
    log = history(
        scenario,
        visit(eight, eight + 60, eight, 1, swab=True),
        visit(eight + HOUR, eight + HOUR + 300, eight, 1),
        visit(eight + HOUR + 1, eight + HOUR + 301, eight, 2),
        missed(clock(2, "08:00"), noon, 1),
        missed(clock(2, "08:00"), noon, 3, INN_TEAM + 1),
        missed(clock(5, "08:00"), clock(4, "12:00"), 1),
    )
    got = values(log, scenario)
    assert (got["visits_late_share", "all"], got["visits_missed_share", "all"]) == (1 / 5, 2 / 5)
    assert (got["visits_late_share", "inn"], got["visits_missed_share", "inn"]) == (1 / 4, 1 / 4)
    in_time = [got["visits_in_time_share", place] for place in ("all", "inn", "lodge")]
    assert in_time == [2 / 5, 2 / 4, 0]
    assert (got["visits_late_share", "lodge"], got["visits_missed_share", "lodge"]) == (0, 1)
    day = dt.date(2020, 3, 4)
    second = small_scenario(
        **MEALS, sites=SITES, pools={"crew": crew(), "team": TEAM}, window={"from_day": day, "to_day": day}
    )
    rounds = [clock(1, "12:00"), clock(2, "08:00"), clock(2, "23:59"), clock(3, "00:00")]
    rows = [visit(DAY + 9 * HOUR + 1, DAY + 10 * HOUR, each, 1) for each in rounds]
    got = values(history(second, *rows, missed(clock(2, "08:00"), noon, 1)), second)
    assert (got["visits_late_share", "all"], got["visits_missed_share", "all"]) == (1 / 2, 0)
    assert not any(name.startswith("visits") for name, _ in values(history(small_scenario()), small_scenario()))


def one_detected(scenario: Scenario, *extra: Any) -> EventLog:
    """Party 10 (3 people) is in the inn from day 1 10:00; person 13 is found on day 2 16:00, in hospital 17:00-20:00.

    The others restart and leave on day 3 16:00.
    """
    found, bed = clock(2, "16:00"), clock(2, "17:00")
    return history(
        scenario,
        site_row(0, Kind.SITE_OPENED, INN),
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 10, 3),
        event(clock(1, "09:20"), Kind.ROOM_TAKEN, INN, 10, 3, 10),
        load_row(clock(1, "09:30"), Kind.BOARDING, 10, 3),
        event(clock(1, "09:40"), Kind.DEPARTED, PORT, 10, 3, 10),
        event(clock(1, "10:00"), Kind.ARRIVED, INN, 10, 3),
        event(found, Kind.RESULT, INN, 10, 3, 1),
        person(found, Kind.DETECTED, 10, value=30 * HOUR, number=13),
        leaves_party(found, 13, 10),
        event(found, Kind.RESTARTED, INN, 10, 2, 1),
        person(bed, Kind.TO_HOSPITAL, 13),
        person(clock(2, "20:00"), Kind.DISCHARGED, 13),
        event(clock(3, "16:00"), Kind.RELEASED, INN, 10, 2, 1),
        event(clock(3, "16:00"), Kind.LEFT, INN, 10, 2),
        row(clock(3, "16:00"), Kind.ROOMS_LEFT, INN, party=10, people=1),
        *extra,
    )


CARE: dict[str, Any] = {
    "registration": None,
    "health": {"infected_share": 0.1},
    "hospital": {"beds": 2},
    "follow_up": {"days": 0.25, "contacts_per_day": 2.0},
    "costs": {"test": 100.0},
    "sites": {"candidates": {"inn": site(1, street="Wanzai"), "lodge": site(2, street="Cuixiang")}},
}


def test_a_detected_person_is_one_person_in_every_count():
    """Three were handed over, went by coach and arrived; the split adds nobody, and the way of person 13 is theirs.

    Guests: 3 x 31 h (day 1 10:00 to day 2 17:00), then 2 x 23 h; the inn is open for all of W, 72 h.
    """
    scenario = small_scenario(**CARE)
    got = values(one_detected(scenario), scenario)
    assert got["received", "all"] == got["diverted", "all"] == got["persons_served", "all"] == 3
    assert got["in_process", "all"] == got["unplaced", "all"] == 0
    assert got["site_guests", "inn"] == 3
    assert got["site_guests_mean", "inn"] == pytest.approx((3 * 31 + 2 * 23) / 72)
    assert got["wait_room_mean", "all"] == 20
    assert got["wait_coach_mean", "gate"] == 10
    assert got["handover_to_coach_max", "all"] == 40


def test_the_detected_are_counted_with_the_day_of_their_stay():
    """30 hours after arrival is day 2; one more is found after release, and of those released one was infectious.

    One bed was taken at most; one test of three people costs 300.
    """
    scenario = small_scenario(**CARE)
    later = person(clock(4, "10:00"), Kind.DETECTED_AFTER_RELEASE, 10, value=72 * HOUR, number=11)
    got = values(one_detected(scenario, later), scenario)
    assert (got["detected", "all"], got["detected_after_release", "all"]) == (1, 1)
    assert got["detection_day_mean", "all"] == 2
    assert got["released_infectious", "all"] == 1
    assert got["hospital_beds_max", "all"] == 1
    assert got["cost_tests", "all"] == got["cost_total", "all"] == 300
    nobody = values(history(scenario), scenario)
    assert nobody["detected", "all"] == 0
    assert math.isnan(nobody["detection_day_mean", "all"])


def test_follow_up_counts_people_who_left_by_street():
    """Two people leave on day 3 16:00 and are followed up for 6 hours: 2 at most, 2 x 0.25 days x 2 contacts on day 3.

    The person in hospital is not followed up; in the other street there is nobody.
    """
    scenario = small_scenario(**CARE)
    got = values(one_detected(scenario), scenario)
    assert got["followed_up_max", "all"] == got["followed_up_max", "Wanzai"] == 2
    assert got["contacts_per_day_max", "all"] == got["contacts_per_day_max", "Wanzai"] == 1
    assert got["followed_up_max", "Cuixiang"] == got["contacts_per_day_max", "Cuixiang"] == 0


def test_a_moved_guest_was_in_both_sites_and_is_served_once():
    """Party 1 (2 people) in the inn from day 1 10:00; the inn is lost on day 2 at 00:00, the lodge has a room at 06:00.

    It rides for half an hour and stays to day 3 06:00. Guests: 2 x 14 h over the inn's 24 h. Days with a wait: 1 of 3.
    """
    scenario = small_scenario(registration=None)
    lost, room = clock(2, "00:00"), clock(2, "06:00")
    log = history(
        scenario,
        site_row(0, Kind.SITE_OPENED, INN),
        site_row(0, Kind.SITE_OPENED, LODGE),
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        to_site(1, 2, (clock(1, "09:00"), clock(1, "09:00"), clock(1, "10:00"), clock(3, "06:00"), clock(3, "06:00")))[
            :3
        ],
        site_row(lost, Kind.SITE_LOST, INN),
        site_row(lost, Kind.SITE_CLOSED, INN),
        event(lost, Kind.MOVED_OUT, INN, 1, 2),
        row(lost, Kind.ROOMS_LEFT, INN, party=1, people=1),
        event(room, Kind.ROOM_TAKEN, LODGE, 1, 2, -1),
        event(room + 1800, Kind.MOVED_IN, LODGE, 1, 2),
        event(clock(3, "06:00"), Kind.RELEASED, LODGE, 1, 2),
        event(clock(3, "06:00"), Kind.LEFT, LODGE, 1, 2),
        row(clock(3, "06:00"), Kind.ROOMS_LEFT, LODGE, party=1, people=1),
    )
    got = values(log, scenario)
    assert got["persons_served", "all"] == 2
    assert got["site_guests", "inn"] == got["site_guests", "lodge"] == 2
    assert got["rooms_occupied_max", "all"] == got["rooms_occupied_max", "inn"] == 1
    assert got["site_guests_mean", "inn"] == pytest.approx(2 * 14 / 24)
    assert got["wait_room_max", "all"] == 0
    assert got["no_room_share", "all"] == pytest.approx(1 / 3)
    series = {(s.quantity, s.place): s for s in measure(log, scenario).series}
    assert [series["guests_present", "all"].values[hour] for hour in (10, 23, 24, 30, 31)] == [2, 2, 0, 0, 2]
    assert series["site_state", "inn"].values[:2].tolist() == [2, 4]


def test_parties_there_from_the_beginning_are_guests_but_neither_received_nor_served():
    """Two people from before the window leave on day 2 at 00:00: 2 guests for one of three days, one room."""
    scenario = small_scenario(registration=None)
    rows = [
        site_row(0, Kind.SITE_OPENED, INN),
        event(0, Kind.PRESENT, INN, 1, 2, -5 * DAY),
        event(DAY, Kind.RELEASED, INN, 1, 2),
        event(DAY, Kind.LEFT, INN, 1, 2),
        row(DAY, Kind.ROOMS_LEFT, INN, party=1, people=1),
    ]
    got = values(history(scenario, rows), scenario)
    assert got["received", "all"] == got["persons_served", "all"] == got["within_limit_left_out", "all"] == 0
    assert got["site_guests", "inn"] == 2
    assert got["site_guests_mean", "inn"] == pytest.approx(2 / 3)
    assert got["rooms_occupied_max", "inn"] == got["rooms_occupied_max", "all"] == 1
    day = dt.date(2020, 3, 3)
    chosen = small_scenario(registration=None, window={"from_day": day, "to_day": day})
    assert values(history(chosen, rows), chosen)["site_guests", "inn"] == 0


def test_a_load_that_is_dissolved_gives_its_rooms_back():
    """Party 1 has a room from 08:00; its load is dissolved at 09:00 and it has another from 10:00 in a load of the
    same number: it waited for the room until 10:00, and 20 minutes for the coach; one of three days had a wait.
    """
    scenario = small_scenario(registration=None)
    log = history(
        scenario,
        event(clock(2, "08:00"), Kind.HANDED_OVER, PORT, 1, 1),
        event(clock(2, "08:00"), Kind.ROOM_TAKEN, INN, 1, 1, 1),
        load_row(clock(2, "09:00"), Kind.LOAD_DISSOLVED, 1, 1),
        row(clock(2, "09:00"), Kind.ROOMS_LEFT, INN, party=1, people=1),
        event(clock(2, "10:00"), Kind.ROOM_TAKEN, LODGE, 1, 1, 1),
        load_row(clock(2, "10:20"), Kind.BOARDING, 1, 1),
        event(clock(2, "10:30"), Kind.DEPARTED, PORT, 1, 1, 1),
        event(clock(2, "11:00"), Kind.ARRIVED, LODGE, 1, 1),
    )
    got = values(log, scenario)
    assert (got["wait_room_mean", "all"], got["wait_coach_mean", "all"]) == (120, 20)
    assert got["no_room_share", "all"] == pytest.approx(1 / 3)
    assert got["site_guests", "inn"] == 0
    assert got["site_guests", "lodge"] == 1


def test_the_brigade_works_in_shifts_and_is_counted_apart():
    """A shift of 2 from 08:00 to 20:00 with 4 of the brigade from 10:00 to 16:00; three tasks of an hour at 11:00.

    Present 2 x 12 + 4 x 6 = 48 hours, 3 in tasks. Staff-days 2; the brigade is here for a day: 4 days. Cost: 6.
    """
    scenario = small_scenario(costs={"staff_day": 1.0})
    day = clock(1, "08:00")
    rows = [
        *shift(day, day + 12 * HOUR, 2),
        row(0, Kind.BRIGADE_ARRIVED, CREW, people=4, value=1),
        row(day + 2 * HOUR, Kind.BRIGADE_ON_SHIFT, CREW, people=4),
        row(day + 8 * HOUR, Kind.BRIGADE_ON_SHIFT, CREW, people=0),
        row(DAY, Kind.BRIGADE_LEFT, CREW, people=4, value=1),
        *(task(day + 3 * HOUR, day + 4 * HOUR, Subject.TASK_REGISTRATION, party) for party in (1, 2, 3)),
    ]
    got = values(history(scenario, rows), scenario)
    assert got["utilisation", "crew"] == pytest.approx(3 / 48)
    assert (got["staff_days", "crew"], got["brigade_days", "crew"], got["cost_staff", "all"]) == (2, 4, 6)
    assert got["staff_on_duty_max", "crew"] == 2


def test_a_brigade_that_leaves_in_the_midst_of_its_tasks_works_overtime():
    """A shift of 1 with 2 of the brigade until 12:00; three tasks from 11:30 to 13:00: two of them are finished in
    overtime, an hour each. In tasks 3 x 0.5 + 1 x 1 = 2.5 of 12 + 2 x 4 = 20 hours present.
    """
    scenario = small_scenario()
    day = clock(1, "08:00")
    rows = [
        *shift(day, day + 12 * HOUR, 1),
        row(day, Kind.BRIGADE_ON_SHIFT, CREW, people=2),
        row(day + 4 * HOUR, Kind.BRIGADE_ON_SHIFT, CREW, people=0),
        *(task(day + 12_600, day + 5 * HOUR, Subject.TASK_REGISTRATION, party) for party in (1, 2, 3)),
    ]
    got = values(history(scenario, rows), scenario)
    assert got["overtime_hours", "crew"] == 2
    assert got["utilisation", "crew"] == pytest.approx(2.5 / 20)
    assert got["posts_empty", "crew"] == 0


def test_staff_of_a_roster_by_weekday_count_on_the_day_of_the_roster():
    """Every day a shift of 3 from 20:00 for 12 hours: the part before 08:00 of day 1 is the crew of the day before."""
    roster = [
        {"pool": "crew", "date": day, "start": "20:00", "hours": 12.0, "headcount": 3}
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    ]
    scenario = small_scenario(pools={"crew": {"headcount": 3}}, roster=roster)
    nights = [shift(max(0, clock(day, "20:00")), clock(day + 1, "08:00"), 3) for day in (0, 1, 2, 3)]
    got = values(history(scenario, *nights), scenario)
    assert got["staff_on_duty_mean", "crew"] == got["staff_on_duty_max", "crew"] == 3


def test_contacts_are_counted_by_calendar_day():
    """One person leaves at 18:00 and is followed up for a day: 6 hours on one date, 18 on the next: 0.75 x 2."""
    scenario = small_scenario(registration=None, follow_up={"days": 1.0, "contacts_per_day": 2.0})
    left = clock(2, "18:00")
    log = history(
        scenario,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 1),
        to_site(1, 1, (clock(1, "09:00"), clock(1, "09:00"), clock(1, "10:00"), left, left)),
    )
    assert values(log, scenario)["contacts_per_day_max", "all"] == 1.5
    half = small_scenario(registration=None, follow_up={"days": 0.5, "contacts_per_day": 2.0})
    assert values(log, half)["contacts_per_day_max", "all"] == 0.5  # 6 hours on each date


def test_a_site_lost_before_it_was_used_is_closed():
    """State 4 from the day of its loss, 0 before; sites opened: the other one only."""
    scenario = small_scenario(registration=None)
    log = history(
        scenario,
        site_row(0, Kind.SITE_OPENED, INN),
        site_row(clock(2, "06:00"), Kind.SITE_LOST, LODGE),
    )
    series = {(s.quantity, s.place): s for s in measure(log, scenario).series}
    assert series["site_state", "lodge"].values[:3].tolist() == [0, 4, 4]
    assert values(log, scenario)["sites_opened", "all"] == 1
