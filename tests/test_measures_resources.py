"""Measures of rooms, sites, staff, coaches and cost on histories written by hand; expected values stand beside them."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from handmade import (
    CREW,
    DAY,
    HOUR,
    INN,
    INN_TEAM,
    LODGE,
    PORT,
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

from sim.flow.log import EventLog, Kind, Subject
from sim.measures import measure
from sim.scenario.tables.schema import Scenario


def values(log: EventLog, scenario: Scenario) -> dict[tuple[str, str], float]:
    return {(v.measure, v.place): v.value for v in measure(log, scenario).values}


def two_sites(scenario: Scenario) -> EventLog:
    """Inn open from day 1 00:00 to day 3 06:00; lodge from day 2 12:00, never closed. W is days 1 to 3.

    Party 1 (2 people) in the inn day 1 10:00 (room 09:00) to day 2 10:00; party 2 (1) in the lodge from day 2 18:00
    (room 17:00) to day 4 18:00; party 3 (1) has a room in the inn from day 2 10:00 and comes at 11:00, to day 3 06:00.
    """
    return history(
        scenario,
        site_row(0, Kind.SITE_OPENED, INN),
        site_row(clock(2, "12:00"), Kind.SITE_OPENED, LODGE, rooms=6),
        site_row(clock(2, "20:00"), Kind.SITE_STOPPED, INN),
        event(clock(1, "08:00"), Kind.HANDED_OVER, PORT, 1, 2),
        to_site(1, 2, (clock(1, "09:00"), clock(1, "09:00"), clock(1, "10:00"), clock(2, "10:00"), clock(2, "10:00"))),
        event(clock(2, "09:00"), Kind.HANDED_OVER, PORT, 3, 1),
        to_site(3, 1, (clock(2, "10:00"), clock(2, "10:00"), clock(2, "11:00"), clock(3, "06:00"), clock(3, "06:00"))),
        event(clock(2, "17:00"), Kind.HANDED_OVER, PORT, 2, 1),
        to_site(
            2,
            1,
            (clock(2, "17:00"), clock(2, "17:00"), clock(2, "18:00"), clock(4, "18:00"), clock(4, "18:00")),
            place=LODGE,
        ),
        site_row(clock(3, "06:00"), Kind.SITE_CLOSED, INN),
    )


def test_days_open_count_first_and_last_day_and_a_site_never_closed_is_censored():
    """Inn 3 to 5 March: 3 days. Lodge from 4 March to the hard stop, the end of day 63: 62 days, censored."""
    scenario = small_scenario(registration=None)
    got = values(two_sites(scenario), scenario)
    assert (got["site_days", "inn"], got["site_days_censored", "inn"]) == (3, 0)
    assert (got["site_days", "lodge"], got["site_days_censored", "lodge"]) == (62, 1)
    assert got["site_days_censored", "all"] == 0.5
    assert got["sites_opened", "all"] == 2


def test_first_street_site_is_the_earliest_opened_of_level_street():
    """The inn opened first but is a district site; with both of level street and equal times the lower number wins."""
    scenario = small_scenario(registration=None)
    assert values(two_sites(scenario), scenario)["site_days", "first_street_site"] == 62
    both = small_scenario(registration=None, sites={"candidates": {"inn": site(1), "lodge": site(2)}})
    opened = [site_row(HOUR, Kind.SITE_OPENED, LODGE), site_row(HOUR, Kind.SITE_OPENED, INN)]
    closed = site_row(clock(2, "06:00"), Kind.SITE_CLOSED, INN)
    assert values(history(both, opened, closed), both)["site_days", "first_street_site"] == 2


def test_a_readmitted_site_keeps_its_first_opening():
    """Opened on day 1, stopped, re-admitted on day 2, closed on day 3: one site, three days."""
    scenario = small_scenario()
    log = history(
        scenario,
        site_row(HOUR, Kind.SITE_OPENED, INN),
        site_row(5 * HOUR, Kind.SITE_STOPPED, INN),
        site_row(clock(2, "08:00"), Kind.SITE_READMITTED, INN),
        site_row(clock(2, "09:00"), Kind.SITE_STOPPED, INN),
        site_row(clock(3, "01:00"), Kind.SITE_CLOSED, INN),
    )
    got = values(log, scenario)
    assert (got["sites_opened", "all"], got["site_days", "inn"], got["site_days", "lodge"]) == (1, 3, 0)


def test_mean_guests_are_over_the_time_open_inside_the_window():
    """Inn: 2 people x 24 h + 1 x 19 h = 67 person-hours in 54 h open. Lodge: 30 h in W, guest for the last 30 h less 6.

    The lodge is open 12:00 of day 2 to the end of W (36 h), its guest there for 30 of them.
    """
    scenario = small_scenario(registration=None)
    got = values(two_sites(scenario), scenario)
    assert got["site_guests_mean", "inn"] == pytest.approx(67 / 54)
    assert got["site_guests_mean", "lodge"] == pytest.approx(30 / 36)
    assert (got["site_guests", "inn"], got["site_guests", "lodge"]) == (3, 1)
    assert got["site_guests", "first_street_site"] == 1


def test_a_room_freed_and_taken_in_the_same_second_is_taken_once():
    """Inn: party 1's room is freed at 10:00 as party 3 takes one: at most 1 at a time; all: 2 from 17:00 of day 2."""
    scenario = small_scenario(registration=None)
    got = values(two_sites(scenario), scenario)
    assert (got["rooms_occupied_max", "inn"], got["rooms_occupied_max", "all"]) == (1, 2)


def test_rooms_per_person_count_people():
    """Party 1 of two people then takes two rooms."""
    scenario = small_scenario(registration=None, rooms={"per": "person"})
    assert values(two_sites(scenario), scenario)["rooms_occupied_max", "inn"] == 2


def test_no_room_share_counts_days_touched_by_a_wait():
    """Party 1 waits for a room on day 1, party 3 on day 2, party 2 not at all: 2 of 3 days.

    A wait over midnight from day 2 to 3 makes it 3 of 3, and so does a party unplaced at the end of W.
    """
    scenario = small_scenario(registration=None)
    base = [tuple(r) for r in two_sites(scenario).rows.tolist()]
    assert values(history(scenario, base), scenario)["no_room_share", "all"] == pytest.approx(2 / 3)
    unplaced = [
        event(clock(3, "12:00"), Kind.HANDED_OVER, PORT, 9, 1),
        event(3 * DAY, Kind.UNPLACED, PORT, 9, 1),
    ]
    assert values(history(scenario, base, unplaced), scenario)["no_room_share", "all"] == 1


def test_waiting_for_registration_is_no_wait_for_rooms():
    """With registration in the scenario, a party never registered did not yet wait for a room."""
    scenario = small_scenario()
    log = history(
        scenario,
        event(clock(3, "12:00"), Kind.HANDED_OVER, PORT, 9, 1),
        event(3 * DAY, Kind.UNPLACED, PORT, 9, 1),
    )
    assert values(log, scenario)["no_room_share", "all"] == 0


def busy_crew(scenario: Scenario) -> EventLog:
    """Crew of 3 on day 1 08:00-20:00. One person busy 09:00-11:00, two 11:00-14:00, one 19:00-21:00."""
    return history(
        scenario,
        shift(clock(1, "08:00"), clock(1, "20:00"), 3),
        task(clock(1, "09:00"), clock(1, "11:00"), Subject.TASK_REGISTRATION, 1),
        task(clock(1, "11:00"), clock(1, "14:00"), Subject.TASK_ESCORT, 1, staff=2),
        task(clock(1, "19:00"), clock(1, "21:00"), Subject.TASK_REGISTRATION, 2),
    )


def test_utilisation_divides_by_time_present_and_not_on_a_post():
    """2 + 6 + 1 person-hours in the shift of 3 x 12 = 36: a quarter. One at a fixed post: 9 of 24.

    The hour after 20:00 is overtime, in neither part. The wrong denominator (3 x 24 h, or all of W) gives an eighth.
    """
    scenario = small_scenario()
    got = values(busy_crew(scenario), scenario)
    assert got["utilisation", "crew"] == pytest.approx(9 / 36)
    assert got["overtime_hours", "crew"] == got["overtime_hours", "all"] == 1
    with_post = small_scenario(pools={"crew": crew(fixed_posts=1)})
    got = values(busy_crew(with_post), with_post)
    assert got["utilisation", "crew"] == pytest.approx(9 / 24)


def test_posts_without_people_are_counted_in_hours():
    """Posts 4, of which 3 may leave, present 3: one post empty for 12 hours, two for the queue, who leave posts.

    Tasks: 9 person-hours in the shift, all from posts: 12 + 9 post-hours empty. Who left one is present and not at a
    post, so utilisation is 9 / 9.
    """
    scenario = small_scenario(pools={"crew": crew(fixed_posts=4, posts_may_leave=3)})
    got = values(busy_crew(scenario), scenario)
    assert got["posts_empty", "crew"] == 21
    assert got["utilisation", "crew"] == 1


def test_a_post_that_somebody_left_for_a_task_is_empty_meanwhile():
    """Posts 2, one may leave, present 3: one of the escort of two left a post for 11:00-14:00: 3 post-hours."""
    scenario = small_scenario(pools={"crew": crew(fixed_posts=2, posts_may_leave=1)})
    got = values(busy_crew(scenario), scenario)
    assert got["posts_empty", "crew"] == 3
    assert got["utilisation", "crew"] == pytest.approx(9 / (12 + 3))


def test_overtime_does_not_make_the_next_shift_busy():
    """The second shift begins at 20:00, as a task of the first runs on to 21:00: the second is idle, 1 h overtime."""
    scenario = small_scenario()
    base = [tuple(r) for r in busy_crew(scenario).rows.tolist()]
    got = values(history(scenario, base, shift(clock(1, "20:00"), clock(2, "08:00"), 1)), scenario)
    assert got["utilisation", "crew"] == pytest.approx(9 / (36 + 12))
    assert got["overtime_hours", "crew"] == 1


def test_staff_on_duty_are_the_people_present_on_each_calendar_day():
    """Day 1: 3 by day and 2 from 22:00 to 06:00; day 2: these 2 and 1 by day; day 3: nobody. 8 / 3 on average."""
    night = {"start": "22:00", "hours": 8.0, "share": 0.0}
    pool = {"headcount": 5, "shifts": {"day": {"start": "08:00", "hours": 12.0, "share": 1.0}, "night": night}}
    scenario = small_scenario(pools={"crew": pool})
    log = history(
        scenario,
        shift(clock(1, "08:00"), clock(1, "20:00"), 3),
        shift(clock(1, "22:00"), clock(2, "06:00"), 2),
        shift(clock(2, "08:00"), clock(2, "20:00"), 1),
    )
    got = values(log, scenario)
    assert (got["staff_on_duty_mean", "crew"], got["staff_on_duty_max", "crew"]) == (pytest.approx(8 / 3), 5)
    assert got["staff_days", "crew"] == got["staff_days", "all"] == 6


def test_the_same_night_crew_at_the_end_and_the_beginning_of_a_day_counts_once():
    """The inn opens on day 2 at 02:00 with the night crew of 2, then has 3 by day and 2 by night: 5 that day, not 7;
    nobody on day 1, the night crew alone on day 3.
    """
    shifts = {
        "day": {"start": "08:00", "hours": 12.0, "share": 0.6},
        "night": {"start": "20:00", "hours": 12.0, "share": 0.4},
    }
    scenario = small_scenario(
        pools={"crew": crew(), "team": {"headcount": 5, "shifts": shifts}},
        sites={"candidates": {"inn": site(1), "lodge": site(2)}, "team": "team"},
    )
    log = history(
        scenario,
        shift(clock(2, "02:00"), clock(2, "08:00"), 2, INN_TEAM),
        shift(clock(2, "08:00"), clock(2, "20:00"), 3, INN_TEAM),
        shift(clock(2, "20:00"), clock(3, "08:00"), 2, INN_TEAM),
    )
    got = values(log, scenario)
    assert got["staff_on_duty_max", "inn.team"] == 5
    assert got["staff_on_duty_mean", "inn.team"] == pytest.approx((0 + 5 + 2) / 3)
    assert got["staff_on_duty_mean", "lodge.team"] == got["staff_on_duty_max", "lodge.team"] == 0
    assert got["staff_days", "inn.team"] == 7
    assert math.isnan(got["utilisation", "lodge.team"])


def test_of_two_night_crews_of_a_day_the_larger_counts():
    """3 of last night's shift of 20:00 until 08:00, 2 of tonight's: the same crew, 3 of whom were there; and a shift of
    24 hours from 08:00 counts once on the day on which one ends and the next begins."""
    nights = {"night": {"start": "20:00", "hours": 12.0, "share": 1.0}}
    scenario = small_scenario(pools={"crew": {"headcount": 3, "shifts": nights}})
    rows = shift(clock(1, "20:00"), clock(2, "08:00"), 3), shift(clock(2, "20:00"), clock(3, "08:00"), 2)
    got = values(history(scenario, *rows), scenario)
    assert got["staff_on_duty_mean", "crew"] == pytest.approx((3 + 3 + 2) / 3)
    all_day = {"all": {"start": "08:00", "hours": 24.0, "share": 1.0}}
    scenario = small_scenario(pools={"crew": {"headcount": 3, "shifts": all_day}})
    rows = shift(0, clock(1, "08:00"), 3), shift(clock(1, "08:00"), clock(2, "08:00"), 2)
    got = values(history(scenario, *rows), scenario)
    assert got["staff_on_duty_mean", "crew"] == pytest.approx((3 + 2 + 0) / 3)


def test_the_day_after_a_stretch_has_no_part_in_staff_on_duty():
    """Counted are days 1 and 2, with 2 people each; the 4 of day 3 are not."""
    window = {"from_day": dt.date(2020, 3, 3), "to_day": dt.date(2020, 3, 4)}
    scenario = small_scenario(window=window)
    rows = [shift(clock(day, "08:00"), clock(day, "20:00"), n) for day, n in ((1, 2), (2, 2), (3, 4))]
    got = values(history(scenario, *rows), scenario)
    assert got["staff_on_duty_mean", "crew"] == got["staff_on_duty_max", "crew"] == 2
    assert got["staff_days", "crew"] == 4


def test_utilisation_counts_who_is_off_as_present():
    """Shrinkage of half: 3 present all the same, 9 of 36 person-hours in tasks."""
    scenario = small_scenario(pools={"crew": crew(shrinkage_share=0.5)})
    assert values(busy_crew(scenario), scenario)["utilisation", "crew"] == pytest.approx(9 / 36)


def test_posts_that_are_a_share_are_those_of_each_shift():
    """A third of 3 on the roster is one post, of 6 two: present and at no post 2 x 12 + 4 x 12 hours; 9 in tasks."""
    scenario = small_scenario(pools={"crew": crew(fixed_posts_share=1 / 3)})
    rows = busy_crew(scenario).rows.tolist()
    got = values(history(scenario, rows, shift(clock(2, "08:00"), clock(2, "20:00"), 6)), scenario)
    assert got["utilisation", "crew"] == pytest.approx(9 / (24 + 48))
    assert got["posts_empty", "crew"] == 0


def test_a_shift_with_nobody_has_no_utilisation():
    """0 / 0 has no value, and a day with a shift of nobody is a day of 0 people on duty."""
    scenario = small_scenario()
    got = values(history(scenario, shift(clock(1, "08:00"), clock(1, "20:00"), 0)), scenario)
    assert math.isnan(got["utilisation", "crew"])
    assert got["staff_on_duty_mean", "crew"] == 0


def test_coach_trips_and_filled_seats():
    """Two trips with 4 and 7 people on 10 seats: 11 / 20. A boarding after W is not counted."""
    scenario = small_scenario()
    log = history(
        scenario,
        load_row(clock(1, "09:00"), Kind.BOARDING, 1, 4),
        load_row(clock(1, "11:00"), Kind.BOARDING, 2, 7),
        load_row(clock(4, "00:10"), Kind.BOARDING, 3, 9),
    )
    got = values(log, scenario)
    assert got["coach_trips", "gate"] == got["coach_trips", "all"] == 2
    assert got["seats_filled_share", "all"] == pytest.approx(11 / 20)


def test_cost_multiplies_and_adds_up():
    """Rooms: inn 4 x 3 days, lodge 6 x 2 days in W = 24 room-days at 100; 3 staff-days at 10; one trip at 1."""
    scenario = small_scenario(registration=None, costs={"room_night": 100.0, "staff_day": 10.0, "coach_trip": 1.0})
    log = history(
        scenario,
        [tuple(r) for r in two_sites(scenario).rows.tolist()],
        shift(clock(1, "08:00"), clock(1, "20:00"), 3),
        load_row(clock(1, "09:00"), Kind.BOARDING, 1, 4),
    )
    got = values(log, scenario)
    costs = [got[f"cost_{part}", "all"] for part in ("rooms", "staff", "coaches", "total")]
    assert costs == [2400, 30, 1, 2431]
    without = values(log, small_scenario(registration=None))
    assert not any(name.startswith("cost") for name, _ in without)


def test_the_window_selects_time_for_measures_of_resources():
    """Only day 2: rooms taken at most, staff-days and trips of other days are not seen."""
    day = dt.date(2020, 3, 4)
    scenario = small_scenario(registration=None, window={"from_day": day, "to_day": day})
    log = history(
        scenario,
        [tuple(r) for r in two_sites(scenario).rows.tolist()],
        shift(clock(1, "08:00"), clock(1, "20:00"), 3),
        shift(clock(2, "08:00"), clock(2, "20:00"), 2),
        load_row(clock(1, "09:00"), Kind.BOARDING, 1, 4),
    )
    got = values(log, scenario)
    assert got["staff_days", "crew"] == got["staff_on_duty_mean", "crew"] == 2
    assert got["coach_trips", "all"] == 0
    assert got["site_guests_mean", "lodge"] == pytest.approx(6 / 12)


def test_series_show_what_holds_at_each_hour_and_day():
    """Rooms taken at 09:00 of day 1: 1; served at 10:00: 2. Lodge: not used, open at noon of day 2 and at the end."""
    scenario = small_scenario(registration=None)
    series = {(s.quantity, s.place): s for s in measure(two_sites(scenario), scenario).series}
    hourly = series["rooms_taken", "all"]
    assert len(hourly.seconds) == 3 * 24 + 1
    assert [hourly.values[hour] for hour in (8, 9, 33, 34, 41, 54)] == [0, 1, 1, 1, 2, 1]
    assert [series["persons_served", "all"].values[hour] for hour in (9, 10, 35, 72)] == [0, 2, 3, 4]
    assert [series["people_waiting", "gate"].values[hour] for hour in (7, 8, 9)] == [0, 2, 0]
    assert [series["rooms_open", "all"].values[hour] for hour in (0, 35, 36, 54)] == [4, 4, 10, 6]
    assert [series["sites_open", "all"].values[hour] for hour in (0, 36, 54)] == [1, 2, 1]
    assert [series["guests_present", "all"].values[hour] for hour in (10, 34, 35, 42)] == [2, 0, 1, 2]
    daily = series["site_state", "inn"]
    assert len(daily.seconds) == 63
    assert daily.values[:4].tolist() == [2, 2, 4, 4]
    assert series["site_state", "lodge"].values[:3].tolist() == [0, 2, 2]
    assert series["rooms_taken", "lodge"].values[:5].tolist() == [0, 0, 1, 1, 0]


def test_order_of_rows_within_a_second_does_not_change_a_measure():
    """Steps depend on the second: the rows of each second in reverse order give the same values."""
    scenario = small_scenario(registration=None)
    log = two_sites(scenario)
    rows = [tuple(r) for r in log.rows.tolist()]
    again = history(scenario, rows[::-1])
    assert repr(measure(log, scenario).values) == repr(measure(again, scenario).values)


def test_tasks_that_need_nobody_are_no_work_of_a_pool():
    """A registration without a pool has the port as its place: no pool is busy and nothing fails."""
    scenario = small_scenario()
    rows = row(HOUR, Kind.TASK, PORT, subject=Subject.TASK_REGISTRATION, subject_id=1, party=1, value=2 * HOUR)
    got = values(history(scenario, rows, shift(0, DAY, 1, CREW)), scenario)
    assert got["utilisation", "crew"] == 0


def test_a_boarding_at_the_end_is_no_trip_of_the_window():
    """W is [0, end): the coach that begins to board in its last second counts, the one of the second after does not."""
    scenario = small_scenario()
    end = clock(4, "00:00")
    rows = [load_row(second, Kind.BOARDING, load, 5) for load, second in enumerate((0, end - 1, end))]
    got = values(history(scenario, rows), scenario)
    assert got["coach_trips", "all"] == got["coach_trips", "gate"] == 2
    assert got["seats_filled_share", "all"] == 0.5  # 10 of 2 x 10


def test_a_site_is_open_at_the_end_of_the_window_and_not_on_the_day_of_the_hard_stop():
    """Opened in the last second of W: counted; at the end of W: not. Never closed: open on 62 days, to the eve of the
    hard stop, as site_days says.
    """
    scenario = small_scenario(registration=None)
    end = clock(4, "00:00")
    for second, opened in ((end - 1, 1), (end, 0)):
        assert (
            values(history(scenario, site_row(second, Kind.SITE_OPENED, INN)), scenario)["sites_opened", "all"]
            == opened
        )
    log = two_sites(scenario)
    profile = next(p for p in measure(log, scenario).profiles if p.quantity == "still_open")
    assert profile.values.sum() == values(log, scenario)["site_days", "first_street_site"] == 62
    assert profile.values[61] == 1
    assert profile.values[62] == 0


def test_post_hours_of_many_tasks_are_those_that_a_count_second_by_second_gives():
    """Posts 2, of which 1 may leave, present 5, so 3 at no post: 40 tasks of 1 or 2 people at random in two shifts."""
    scenario = small_scenario(pools={"crew": crew(fixed_posts=2, posts_may_leave=1)})
    random = np.random.default_rng(5)
    rows, empty = [], 0
    for day in (1, 2):
        begin, end = clock(day, "08:00"), clock(day, "20:00")
        rows += shift(begin, end, 5)
        busy = np.zeros(end - begin, dtype=int)
        for number in range(20):
            at, lasts, staff = (int(random.integers(*ends)) for ends in ((0, 12 * HOUR), (60, 3 * HOUR), (1, 3)))
            if (busy[at : at + lasts] + staff).max(initial=0) > 4:
                continue  # the engine would not begin it
            busy[at : at + lasts] += staff
            rows.append(
                task(begin + at, begin + at + lasts, Subject.TASK_REGISTRATION, 100 * day + number, staff=staff)
            )
        empty += np.maximum(busy - 3, 0).sum()
    got = values(history(scenario, rows), scenario)
    assert empty > HOUR
    assert got["posts_empty", "crew"] == pytest.approx(empty / HOUR)
