"""Measures of rooms and sites on histories written by hand; expected values stand beside them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from handmade import DAY, HOUR, INN, LODGE, PORT, clock, event, history, site_row, small_scenario, to_site
from test_measures_resources import two_sites, values

from sim.flow.log import Kind
from sim.flow.task_sums import _beyond, _most_before
from sim.measures import measure


def test_rooms_blocked_are_the_free_rooms_of_sites_whose_intake_has_ended():
    """Inn has 4 rooms. Its intake ends on day 1 at 12:00, when party 1 has one: 3 blocked until day 2, 10:00. The room
    that party 1 gives up then airs for 2 hours: 3 still, and 4 from 12:00 until the cohort begins anew at 18:00. Lodge,
    open throughout, blocks none. Mean over W: (3 x 24 + 4 x 6) / 72; over day 2: (3 x 12 + 4 x 6) / 24.
    """
    scenario = small_scenario(registration=None)
    base = [tuple(r) for r in two_sites(scenario).rows.tolist() if r[4] != LODGE and r[5] in (-1, 1)]
    log = history(
        scenario,
        [r for r in base if r[1] not in (Kind.SITE_STOPPED, Kind.ROOMS_FREE)],
        site_row(clock(1, "12:00"), Kind.INTAKE_ENDED, INN, rooms=0),
        event(clock(2, "12:00"), Kind.ROOMS_FREE, INN, 1, 1),
        site_row(clock(2, "18:00"), Kind.INTAKE_BEGAN, INN, rooms=0),
        site_row(clock(2, "19:00"), Kind.SITE_OPENED, LODGE, rooms=6),
    )
    got = values(log, scenario)
    assert got["rooms_blocked_max", "all"] == 4
    assert got["rooms_blocked_mean", "all"] == pytest.approx((3 * 24 + 4 * 6) / 72)
    assert values(two_sites(scenario), scenario)["rooms_blocked_max", "all"] == 0
    second = dt.date(2020, 3, 4)
    on_day_2 = small_scenario(registration=None, window={"from_day": second, "to_day": second})
    got = values(history(on_day_2, [tuple(r) for r in log.rows.tolist()]), on_day_2)
    assert got["rooms_blocked_mean", "all"] == pytest.approx((3 * 12 + 4 * 6) / 24)


def test_a_wait_that_ends_at_midnight_touches_one_day_and_a_second_more_touches_two():
    """A party waits from 23:00 of day 1 to 00:00 of day 2: 1 of 3 days; to 00:00:01: 2 of 3. Of days 2 and 3, none or
    one.
    """
    scenario = small_scenario(registration=None)
    for end, days in ((DAY, 1), (DAY + 1, 2)):
        times = (end, end, end + HOUR, clock(3, "10:00"), clock(3, "10:00"))
        log = history(
            scenario,
            site_row(0, Kind.SITE_OPENED, INN),
            event(clock(1, "23:00"), Kind.HANDED_OVER, PORT, 1, 1),
            to_site(1, 1, times),
        )
        assert values(log, scenario)["no_room_share", "all"] == pytest.approx(days / 3)
        window = {"from_day": dt.date(2020, 3, 4), "to_day": dt.date(2020, 3, 5)}
        later = small_scenario(registration=None, window=window)
        moved = history(later, [tuple(r) for r in log.rows.tolist()])
        assert values(moved, later)["no_room_share", "all"] == pytest.approx((days - 1) / 2)


def test_sites_opened_counts_each_site_that_was_open_before_the_end_of_the_window_once():
    """Inn opens on day 1, stops, and is re-admitted: once. Lodge opens in the last second of W: counted; in the first
    second after it, or prepared and given back at its end: not.
    """
    scenario = small_scenario()
    inn = (
        site_row(0, Kind.SITE_OPENED, INN),
        site_row(clock(2, "08:00"), Kind.SITE_STOPPED, INN),
        site_row(clock(2, "09:00"), Kind.SITE_READMITTED, INN),
    )
    for second, count in ((3 * DAY - 1, 2), (3 * DAY, 1)):
        log = history(scenario, *inn, site_row(second, Kind.SITE_OPENED, LODGE))
        assert values(log, scenario)["sites_opened", "all"] == count
    prepared = (site_row(clock(3, "12:00"), Kind.SITE_PREPARING, LODGE), site_row(3 * DAY, Kind.SITE_CLOSED, LODGE))
    assert values(history(scenario, *inn, *prepared), scenario)["sites_opened", "all"] == 1


def test_an_unused_site_that_is_lost_is_closed_in_the_series_of_states():
    """Lodge never opens and is lost on day 2 at 06:00: state 0 at noon of day 1, 4 from noon of day 2 on."""
    scenario = small_scenario()
    log = history(scenario, site_row(clock(2, "06:00"), Kind.SITE_LOST, LODGE))
    series = {(s.quantity, s.place): s for s in measure(log, scenario).series}
    assert series["site_state", "lodge"].values[:3].tolist() == [0, 4, 4]


@pytest.mark.parametrize("end", [Kind.RELEASED, Kind.TO_HOSPITAL, Kind.RECOVERED, Kind.ROOM_TAKEN])
def test_a_wait_for_a_room_elsewhere_ends_with_release_hospital_recovery_or_a_room(end: Kind):
    """Inn is lost on day 1 at 12:00; its party of one waits until day 2, 12:00: 2 of 3 days, and not day 3."""
    scenario = small_scenario(registration=None)
    log = history(
        scenario,
        site_row(0, Kind.SITE_OPENED, INN),
        event(clock(1, "08:00"), Kind.HANDED_OVER, PORT, 1, 1),
        [r for r in to_site(1, 1, (clock(1, "08:00"),) * 5) if r[1] not in (Kind.RELEASED, Kind.LEFT, Kind.ROOMS_LEFT)],
        event(clock(1, "12:00"), Kind.MOVED_OUT, INN, 1, 1),
        event(clock(2, "12:00"), end, LODGE if end == Kind.ROOM_TAKEN else INN, 1, 1),
    )
    assert values(log, scenario)["no_room_share", "all"] == pytest.approx(2 / 3)


def test_a_site_that_is_never_closed_is_not_open_on_the_day_of_the_hard_stop():
    """Lodge, at street level, opens on day 2 of 3; the hard stop is day 64 at 00:00, so that day 63, its 62nd day, is
    the last on which it is open.
    """
    scenario = small_scenario()
    log = history(scenario, site_row(clock(2, "12:00"), Kind.SITE_OPENED, LODGE))
    still_open = next(p for p in measure(log, scenario).profiles if p.quantity == "still_open")
    assert still_open.values[:62].tolist() == [1] * 62
    assert still_open.values[62:].tolist() == [0] * (len(still_open.values) - 62)
    assert len(still_open.values) == 63


def test_the_largest_so_far_is_told_apart_by_groups():
    """By hand; groups stand side by side, whatever their numbers."""
    group, value = np.array([0, 0, 3, 3, 3, 7]), np.array([2, 1, 1, 7, 6, 0])
    assert _most_before(group, value).tolist() == [2, 2, 1, 7, 7, 0]


def test_people_beyond_those_at_no_post_are_told_by_shift():
    """Shift 0: two people for 10 seconds, one of whom is at no post; shift 1: three for 2 seconds, one of whom is."""
    columns = tuple(np.array(column) for column in ([1, 0], [5, 0], [7, 10], [3, 2]))
    assert _beyond(columns, np.array([1, 1])).tolist() == [10, 4]
