"""Profiles and series for pictures, from histories of a few rows: every expected number is counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from handmade import (
    CREW,
    HOUR,
    LODGE,
    PORT,
    at_point,
    clock,
    crew,
    event,
    history,
    load_row,
    row,
    shift,
    site_row,
    small_scenario,
    to_site,
)

from sim.flow.log import Kind, Reason
from sim.measures import Measures, measure
from sim.words.pictures import WAITED_FOR


def one_party() -> Measures:
    """Two people wait 30 minutes for registration, 30 for the coach to fill, 15 for a coach; stay a day in a lodge."""
    at = {name: clock(1, name) for name in ("9:00", "9:30", "10:00", "10:30", "10:45", "10:50", "11:20")}
    left = clock(2, "11:20")
    rows = [
        site_row(0, Kind.SITE_OPENED, LODGE),
        *(row_ for day in (1, 2, 3) for row_ in shift(clock(day, "8:00"), clock(day, "20:00"), 5)),
        *at_point(7, 2, at["9:00"], (at["9:30"], at["10:00"])),
        load_row(at["10:30"], Kind.LOAD_DUE, 7, 2),
        load_row(at["10:45"], Kind.BOARDING, 7, 2),
        *to_site(7, 2, (at["10:00"], at["10:50"], at["11:20"], left, left), LODGE, load=7),
        site_row(left, Kind.SITE_CLOSED, LODGE),
    ]
    scenario = small_scenario(pools={"crew": crew(fixed_posts=1)})
    return measure(history(scenario, rows), scenario)


def profile(got: Measures, quantity: str, place: str) -> dict[float, float]:
    (found,) = [p for p in got.profiles if (p.quantity, p.place) == (quantity, place)]
    return dict(zip(found.positions.tolist(), found.values.tolist(), strict=True))


def series(got: Measures, quantity: str, place: str = "all") -> np.ndarray:
    (found,) = [s for s in got.series if (s.quantity, s.place) == (quantity, place)]
    return found.values


def test_staff_by_hour_are_means_of_the_hour() -> None:
    """5 on duty from 08:00, 1 of them at a post; registration keeps one busy for half of the hour from 09:00."""
    got = one_party()
    assert series(got, "staff_on_duty", "crew")[7:21].tolist() == [0, *[5] * 12, 0]
    assert series(got, "staff_for_tasks", "crew")[[7, 8, 20]].tolist() == [0, 4, 0]
    assert series(got, "staff_busy", "crew")[[8, 9, 10]].tolist() == [0, 0.5, 0]
    assert profile(got, "staff_busy", "crew")[9] == pytest.approx(0.5 / 3)  # one day of three
    assert profile(got, "staff_busy_most", "crew")[9] == 0.5
    assert profile(got, "staff_for_tasks_then", "crew")[9] == 4
    assert profile(got, "staff_on_duty", "crew")[8] == 5


def test_waiting_is_told_by_what_is_waited_for() -> None:
    """Person-hours of the hour on an average of three days: 2 people x 30 minutes is 1, x 15 minutes is 0.5."""
    got = one_party()
    waited = {
        place: {hour: value * 3 for hour, value in profile(got, "waiting_hours", place).items() if value}
        for place in WAITED_FOR
    }
    assert waited == {
        "registration": {9: pytest.approx(1)},
        "room": {},
        "coach_filling": {10: pytest.approx(1)},
        "coach_or_escorts": {10: pytest.approx(0.5)},
        "check_in": {},
    }


def test_the_waits_of_all_kinds_add_up_to_the_mean_waits() -> None:
    """identity: people x (mean of registration + room + coach) = person-hours of the first four kinds over all days."""
    got = one_party()
    means = {v.measure: v.value for v in got.values if v.place == "all"}
    minutes = sum(means[f"wait_{name}_mean"] for name in ("registration", "room", "coach"))
    kinds = ("registration", "room", "coach_filling", "coach_or_escorts")
    hours = sum(sum(profile(got, "waiting_hours", kind).values()) for kind in kinds) * 3
    assert hours == pytest.approx(2 * minutes / 60)


def test_the_share_of_people_gone_is_right_continuous() -> None:
    """110 minutes from hand-over to departure: nobody at 108, all at 110; the grid ends at four times the limit."""
    gone = profile(one_party(), "gone_share", "gate")
    assert (gone[108.0], gone[110.0], max(gone)) == (0, 1, 480)


def test_who_never_leaves_for_a_site_is_never_gone() -> None:
    """One of two parties leaves without a room at the end: the function stays at a half."""
    scenario = small_scenario()
    rows = [
        *at_point(1, 1, clock(1, "9:00"), (clock(1, "9:00"), clock(1, "9:10"))),
        *to_site(1, 1, (clock(1, "9:10"), clock(1, "9:20"), clock(1, "10:00"), clock(2, "10:00"), clock(2, "10:00"))),
        *at_point(2, 1, clock(1, "9:00"), (clock(1, "9:10"), clock(1, "9:20"))),
        event(clock(4, "0:00"), Kind.UNPLACED, PORT, 2, 1),
    ]
    assert profile(measure(history(scenario, rows), scenario), "gone_share", "gate")[480.0] == 0.5


def test_days_on_which_somebody_waits_for_a_room() -> None:
    """A wait from 23:00 of day 2 to 01:00 of day 3 touches both; their mean is the measure `no_room_share`."""
    scenario = small_scenario()
    late = clock(2, "22:50")
    taken = clock(3, "1:00")
    rows = [
        *at_point(1, 1, late, (late, clock(2, "23:00"))),
        *to_site(1, 1, (taken, taken, taken + HOUR, taken + 25 * HOUR, taken + 25 * HOUR)),
    ]
    got = measure(history(scenario, rows), scenario)
    assert series(got, "no_room").tolist() == [0, 1, 1]
    means = {(v.measure, v.place): v.value for v in got.values}
    assert means["no_room_share", "all"] == pytest.approx(2 / 3)


def test_who_is_found_infected_in_a_site_waits_for_nothing() -> None:
    """A person split off inside a site has no room of their own: neither a wait for one nor a way from the point."""
    scenario = small_scenario()
    at = clock(1, "9:10")
    found = clock(2, "9:00")
    rows = [
        *at_point(1, 2, clock(1, "9:00"), (clock(1, "9:00"), at)),
        *to_site(1, 2, (at, at, at + HOUR, at + 30 * HOUR, at + 30 * HOUR)),
        row(found, Kind.PARTY_SPLIT, LODGE, subject=1, subject_id=2, party=1, people=1, reason=Reason.DETECTED),
    ]
    got = measure(history(scenario, rows), scenario)
    assert series(got, "no_room").tolist() == [0, 0, 0]
    assert profile(got, "gone_share", "gate")[480.0] == 1


def test_the_first_street_level_site_by_age() -> None:
    """Opened on day 1, closed on day 2: open at ages 1 and 2; two guests come on day 1 and leave on day 2."""
    got = one_party()
    still_open = profile(got, "still_open", "first_street_site")
    assert [still_open[age] for age in (1.0, 2.0, 3.0)] == [1, 1, 0]
    days = {(v.measure, v.place): v.value for v in got.values}
    assert sum(still_open.values()) == days["site_days", "first_street_site"]
    assert [profile(got, "guests_so_far", "first_street_site")[age] for age in (1.0, 3.0)] == [2, 2]
    assert [profile(got, "guests_present", "first_street_site")[age] for age in (1.0, 2.0)] == [2, 0]


def test_a_brigade_is_on_duty_for_its_shift() -> None:
    """3 helpers from 10:00 of day 1 until the shift ends; the next day begins without them."""
    rows = [
        *(row_ for day in (1, 2, 3) for row_ in shift(clock(day, "8:00"), clock(day, "20:00"), 5)),
        row(clock(1, "10:00"), Kind.BRIGADE_ON_SHIFT, CREW, people=3),
    ]
    scenario = small_scenario()
    got = series(measure(history(scenario, rows), scenario), "staff_on_duty", "crew")
    assert got[[9, 10, 19, 20, 32]].tolist() == [5, 8, 8, 0, 5]


def test_profiles_are_there_without_a_history() -> None:
    """An empty log has the same profiles and positions as a full one."""
    scenario = small_scenario(pools={"crew": crew(fixed_posts=1)})
    empty, full = measure(history(scenario), scenario), one_party()
    assert {p.quantity for p in empty.profiles} == {
        *("staff_on_duty", "staff_for_tasks", "staff_busy", "staff_busy_most", "staff_for_tasks_then"),
        *("waiting_hours", "gone_share", "guests_so_far", "guests_present", "still_open"),
    }
    assert [(p.quantity, p.place, len(p.positions)) for p in empty.profiles] == [
        (p.quantity, p.place, len(p.positions)) for p in full.profiles
    ]
