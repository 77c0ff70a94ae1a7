"""Facts of the parts of the outlook, each by hand: hours, rooms, sites by day, staff, size."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from outlook_case import guests, minimal, of_sites
from scenario_files import SMALL

from sim import load
from sim.flow import rules
from sim.outlook import ROWS_OF_A_STAY, ROWS_OF_A_TRIP, expected_rows, outlook
from sim.outlook.sanity import _by_clock, _gaps
from sim.outlook.sites import (
    SitesByDay,
    _give_up,
    _prepare,
    _start,
    _State,
    _sure,
    _take_in,
    candidate_rooms,
    quantile,
    rooms_by_day,
    rooms_per_party,
    rooms_resting,
    sites_by_day,
)
from sim.outlook.small_shifts import pieces_of, small_shifts, tasks_of
from sim.outlook.staff import _needed, _People, _site_work, _utilisation, _with_added
from sim.outlook.way import by_day, later, overlap, present, to_next, until, way
from sim.sampling.roster import rosters
from sim.scenario.tables.schema import Scenario

FIRST = dt.date(2020, 4, 1)


def opened(scenario: Scenario) -> list[list[int]]:
    days: list[list[int]] = sites_by_day(scenario, way(scenario)).open.astype(int).tolist()
    return days


# hours


def test_an_hour_moved_by_a_part_of_an_hour_is_shared_by_two() -> None:
    """1 in hour 0, an hour and a quarter later: 3/4 in hour 1, 1/4 in hour 2; what leaves the end is lost."""
    rate = np.array([1.0, 0, 0, 0])
    assert later(rate, 0).tolist() == [1, 0, 0, 0]
    assert later(rate, 1.25).tolist() == [0, 0.75, 0.25, 0]
    assert later(rate, 3.25).tolist() == [0, 0, 0, 0.75]
    assert later(rate, 4).tolist() == [0, 0, 0, 0]
    assert until(np.array([1.0, 2, 3])).tolist() == [0, 1, 3, 6]


@pytest.mark.parametrize(("hours", "there"), [
    (0.5, [0.375, 0.125, 0, 0]), (1.0, [0.5, 0.5, 0, 0]), (1.5, [0.5, 0.875, 0.125, 0]), (9.0, [0.5, 1, 1, 1]),
])  # fmt: skip
def test_the_mean_number_present_of_one_who_comes_within_the_first_hour(hours: float, there: list[float]) -> None:
    """Evenly within it: the integral over the hour of the chance of being there; their sum is the stay."""
    assert present(np.array([1.0, 0, 0, 0]), hours) == pytest.approx(there)


def test_who_waits_for_an_hour_that_is_allowed_goes_in_the_next_or_is_lost() -> None:
    """Allowed is hour 1: those of hours 0 and 1 go then, those after it never."""
    assert to_next(np.array([1.0, 2, 3, 4]), np.array([False, True, False, False])).tolist() == [0, 3, 0, 0]


def test_spans_in_seconds_are_means_of_hours() -> None:
    """5 people from 00:30 to 02:00 and 2 from 01:00 to 01:15; none without spans; the third hour is empty."""
    begin, end = np.array([1800, 3600]), np.array([7200, 4500])
    assert overlap(begin, end, np.array([5.0, 2.0]), 3) == pytest.approx([2.5, 5.5, 0])
    assert overlap(begin[:0], end[:0], np.zeros(0), 2).tolist() == [0, 0]
    assert overlap(np.array([-3600]), np.array([1800]), np.array([2.0]), 2) == pytest.approx([1, 0])
    assert by_day(np.arange(50.0), 2)[1].tolist() == list(range(24, 48))


# rooms


@pytest.mark.parametrize(("mean", "index", "chance", "rooms"), [
    (0.0, 3.0, 0.99, 0), (1.0, 1.0, 0.9, 2), (1.0, 1.0, 0.99, 4), (10.0, 2.0, 0.95, 19), (10.0, 2.0, 0.99, 24),
    (0.05, 1.0, 0.9, 0), (3.0, 1.0, 0.9, 5),
])  # fmt: skip
def test_rooms_that_are_enough_by_tables(mean: float, index: float, chance: float, rooms: int) -> None:
    """Poisson(1): 92.0 % at most 2, 98.1 % at most 3; (0.05): 95.1 % none; (3): 81.5 % at
    most 4, 91.6 % at most 5; gamma of mean 10, variance 20: chi² of 10: 18.31 and 23.21."""
    assert quantile(mean, index, chance) == rooms


def test_a_room_rests_while_it_airs_and_is_cleaned() -> None:
    """One given up in hour 10; 2 hours of air and half an hour of cleaning: half is done by the end of hour 12."""
    scenario = minimal("rooms.airing_hours=2", "rooms.cleaning_minutes=30", "rooms.per=party")
    one = np.zeros(way(scenario).n_hours)
    one[10] = 1
    resting = rooms_resting(scenario, replace(way(scenario), left=one))
    assert resting[9:15] == pytest.approx([0, 1, 1, 0.5, 0, 0])
    assert rooms_per_party(minimal("rooms.per=person"), replace(way(scenario), party_size=1.25)) == 1.25
    assert candidate_rooms(scenario) == 170


def test_rooms_of_the_beginning_are_sure_until_their_guests_leave(tmp_path: Path) -> None:
    """Parties of 2 in one room, 3 in one each: with 5 days of stay on day 4 and day 1; nobody comes."""
    scenario = of_sites(tmp_path, guests('site="s1", party_size=2, day_of_stay=4',
                                         'site="s1", guests=3, rooms=3, arrived=2020-04-01'))  # fmt: skip
    sure = _sure(scenario, way(scenario))
    assert [sure[hour] for hour in (0, 47, 48, 119, 120)] == [4, 4, 3, 3, 0]
    assert [day.enough for day in rooms_by_day(scenario, way(scenario))[:2]] == [(4, 4, 4)] * 2


# sites by day


def _one_site() -> _State:
    return _State(np.array([10.0]), [0], [rules.OPEN], [0], np.array([4.0]), np.zeros(1), np.zeros((9, 1)),
                  np.zeros((9, 1)), [np.inf])  # fmt: skip


@pytest.mark.parametrize(("airing", "resting"), [(0, [0, 0, 0, 0]), (1, [4, 0, 0, 0]), (2, [4, 4, 0, 0])])
def test_rooms_given_up_rest_for_the_days_of_airing(airing: int, resting: list[float]) -> None:
    """4 rooms given up on day 0."""
    s = _one_site()
    s.leaving[0] = 4
    found = []
    for day in range(4):
        _give_up(s, day, airing)
        found.append(float(s.resting[0]))
        assert s.taken[0] == 0
    assert found == resting


def test_rooms_that_rest_or_are_taken_take_nobody_in() -> None:
    """10 rooms, 4 taken, 3 resting: of 5 asked for 3 are given, for 2 days; 2 are left without."""
    s = _one_site()
    s.resting[0] = 3
    assert _take_in(s, 1, 5.0, 2, None) == 2
    assert s.taken.tolist() == [7]
    assert s.leaving[:, 0].tolist() == [0, 0, 0, 3, 0, 0, 0, 0, 0]
    assert s.intake_ends == [np.inf]


@pytest.mark.parametrize(("hours", "ends"), [(6.0, 2), (24.0, 2), (36.0, 3), (48.0, 3), (60.0, 4), (84.0, 5)])
def test_a_cohort_takes_in_for_its_days(hours: float, ends: int) -> None:
    """From day 1 on, whole days, half a day as a whole one, one at least; nobody is taken in by a site whose intake is
    over.
    """
    s = _one_site()
    assert _take_in(s, 1, 2.0, 2, hours) == 0
    assert s.intake_ends == [ends]
    assert s.accepting(ends - 1) == [0]
    assert s.accepting(ends) == []


def test_sites_that_are_ordered_are_the_next_that_open_on_demand() -> None:
    """Of the unused ones, those with a date left out; never more than there are."""
    for number, left in ((1, [0, 3]), (2, [0]), (5, [0])):
        empty = (np.zeros(4), np.zeros(4), np.zeros((9, 4)), np.zeros((9, 4)))
        s = _State(np.ones(4), [3, -1, 0, -2], [rules.UNUSED, rules.UNUSED, rules.OPEN, rules.UNUSED], [9] * 4, *empty,
                   [np.inf] * 4)  # fmt: skip
        _prepare(s, 2, number)
        assert [i for i, state in enumerate(s.state) if state == rules.UNUSED] == left
        assert s.since[1] == 2 * 86_400


@pytest.mark.parametrize(("margin", "hold", "last"), [(50, 1, 5), (50, 2, 6), (51, 1, None)])
def test_reviews_want_reserve_and_margin_on_so_many_days(
    margin: int, hold: int, last: int | None, tmp_path: Path
) -> None:
    """Nobody comes. At 08:00 of the sixth day the first site has been open for the stay of 5 days; the other's 100
    rooms are the reserve of 50 and a margin of 50, not of 51."""
    review = ("sites.closing=review", f"sites.margin_rooms={margin}", f"sites.hold_days={hold}")
    first = [day[0] for day in opened(of_sites(tmp_path, *review))[:10]]
    assert first == [1] * 10 if last is None else [1] * last + [0] * (10 - last)


def test_who_waits_at_the_end_of_the_window_leaves(tmp_path: Path) -> None:
    """One day; both sites are full until the next, and 60 people find no room. On the second day nobody waits: the
    other site's 100 rooms are the reserve, so that the first one closes."""
    full = guests(*(f'site="{name}", guests=100, rooms=100, arrived=2020-03-28' for name in ("s1", "s2")))
    scenario = of_sites(tmp_path, "last_day=2020-04-01", full, "sites.reserve_rooms=100", people=60)
    assert opened(scenario)[:3] == [[1, 1], [0, 1], [0, 1]]
    assert sites_by_day(scenario, way(scenario)).short_days == 1


@pytest.mark.parametrize(("hours", "short"), [(0, 1), (11, 1), (12, 2), (24, 2), (36, 3), (48, 3), (120, 3)])
def test_rooms_that_air_for_days_are_taken_after_them(hours: int, short: int, tmp_path: Path) -> None:
    """Three days of 60 people; all 200 rooms are full until the second day. Without airing only the first day is short
    of rooms, with a day of it two are, with two days all; half a day is a whole one: who left at noon has a room at
    midnight."""
    full = guests(*(f'site="{name}", guests=100, rooms=100, arrived=2020-03-28' for name in ("s1", "s2")))
    scenario = of_sites(tmp_path, "last_day=2020-04-03", full, f"rooms.airing_hours={hours}", people=60)
    assert sites_by_day(scenario, way(scenario)).short_days == short


@pytest.mark.parametrize(("hours", "ends"), [(1, 0), (48, 1), (60, 2), (84, 3), (96, 3)])
def test_the_intake_of_guests_of_the_beginning_ends_by_their_arrival(hours: int, ends: int, tmp_path: Path) -> None:
    """They came a day before the window, in 10 rooms: whole days from then on, one at least; the other is fresh."""
    rows = guests(
        'site="s1", guests=12, rooms=10, arrived=2020-03-31', 'site="s1", guests=2, rooms=2, arrived=2020-04-01'
    )
    scenario = of_sites(tmp_path, rows, f"sites.cohort_hours={hours}", "rooms.most_people=2")
    assert scenario.sites is not None
    s = _start(scenario, scenario.sites, 30)
    assert s.intake_ends == [ends, np.inf]
    assert s.taken.tolist() == [12, 0]
    assert s.leaving[:6, 0].tolist() == [0, 0, 0, 0, 10, 2]
    assert (s.since[0], s.opens) == (-86_400, [0, 0])


@pytest.mark.parametrize(("stay", "left"), [(2.5, (1, 2)), (3.5, (2, 3)), (4.5, (3, 4)), (13.0, (12, 12))])
def test_guests_of_the_beginning_leave_on_the_day_on_which_their_stay_ends(
    stay: float, left: tuple[int, int], tmp_path: Path
) -> None:
    """By dates: from 31 March 00:00 and 12:00 on, 2.5 days are over on 2 April at noon (day 1) and 3 April 00:00."""
    rows = guests(*(f'site="s1", guests=1, rooms=1, arrived="2020-03-31 {hour}:00"' for hour in ("00", "12")))
    scenario = of_sites(tmp_path, rows, f"stay.days={stay}")
    assert scenario.sites is not None
    s = _start(scenario, scenario.sites, 30)
    wanted = np.zeros(30)
    for day in left:
        wanted[day] += 1
    assert s.leaving[:, 0].tolist() == wanted.tolist()


# staff


def test_staff_is_needed_for_any_work_and_none_for_nothing() -> None:
    """Half a person's work, half an hour each: with two of them one in ten waits (Erlang's C), and 0.1 x e^-0.5 = 6.1 %
    over ten minutes, more than one in twenty; with three 0.015 x e^-0.8.
    """
    assert _needed(0.5, 0.5, 1 / 6) == 3
    assert _needed(0.0, 0.5, 1 / 6) == _needed(0.5, 0.0, 1 / 6) == 0


def test_work_that_finds_nobody_is_carried_over() -> None:
    """Three hours of work in the first hour for one person: done 1, 1, 1 of the four hours that one is there. With a
    window of the second day alone nothing is counted of the first."""
    scenario = minimal()
    load_of_hours, one = np.zeros(48), np.zeros(48)
    load_of_hours[[0, 24]], one[[0, 1, 2, 3, 24, 25]] = (3, 1), 1
    people = _People(one, one, one, one)
    assert _utilisation(scenario, load_of_hours, people, np.ones(48)) == pytest.approx(4 / 6)
    day = FIRST + dt.timedelta(days=1)
    for begin, share in ((day, 1 / 2), (FIRST, 4 / 6)):
        part = minimal(f"window={{from_day={begin}, to_day={day}}}")
        assert _utilisation(part, load_of_hours, people, np.ones(48)) == pytest.approx(share)
    first = minimal(f"window={{from_day={FIRST}, to_day={FIRST}}}")
    assert _utilisation(first, load_of_hours, people, np.ones(48)) == pytest.approx(3 / 4)
    assert np.isnan(_utilisation(scenario, load_of_hours, _People(*[0 * one] * 4), np.ones(48)))


def test_a_day_without_an_open_site_gives_its_teams_no_work() -> None:
    """Both sites open on the second day: no division by the sites of the first."""
    scenario = minimal("sites.harbour.opens=2020-04-02", "sites.garden.opens=2020-04-02", "sites.closing=never")
    team = next(pool for pool in outlook(scenario).pools if pool.at_sites)
    assert not team.load[:24].any()
    assert team.sites[:24].tolist() == [0] * 24


def _pool(headcount: int, *more: str) -> Scenario:
    """The small case, three days, with a shift from 09:00 to 18:00."""
    shift = 'pools.gongbei.shifts.day={start="09:00", hours=9, share=1}'
    return load(SMALL, overrides=(f"pools.gongbei.headcount={headcount}", shift, *more))


def test_opening_hours_without_a_shift_are_told_by_the_clock() -> None:
    """Open 08:00 to 20:00, on duty 09:00 to 18:00, on each day: an hour before and two after."""
    scenario = _pool(3)
    roster = rosters(scenario)[0]
    gaps = _gaps(scenario, "gongbei", roster)
    n = scenario.n_days
    assert gaps[:2] == [(8 * 3600, 9 * 3600), (18 * 3600, 20 * 3600)]
    assert len(gaps) == 2 * n
    told = [(r.values["opens"], r.values["closes"], r.values["days"], r.values["first"], r.values["last"])
            for r in _by_clock("gongbei", scenario, gaps)]  # fmt: skip
    last = scenario.last_day
    assert told == [(480, 540, n, scenario.first_day, last), (1080, 1200, n, scenario.first_day, last)]


def test_a_port_that_is_open_over_midnight_is_asked_for_until_the_window_ends() -> None:
    """20:00 to 02:00 without a shift, on the last of three days until 24:00; a shift of nobody is none; one that
    begins and ends with the opening hours leaves nothing."""
    night = 'ports.gongbei.hours.all={opens="20:00", closes="02:00"}'
    scenario = _pool(3, night)
    roster = rosters(scenario)[0]
    hour = 3600
    gaps = [(20 * hour, 26 * hour), (44 * hour, 50 * hour), (68 * hour, 72 * hour)]
    assert _gaps(scenario, "gongbei", roster) == gaps
    told = [(r.values["opens"], r.values["closes"], r.values["days"]) for r in _by_clock("gongbei", scenario, gaps)]
    assert told == [(1200, 1440, 1), (1200, 120, 2)]
    by_day = 'ports.gongbei.hours.all={opens="09:00", closes="18:00"}'
    assert _gaps(_pool(3, by_day), "gongbei", roster) == []
    nobody = replace(roster, rostered=0 * roster.rostered)
    assert _gaps(_pool(3, by_day), "gongbei", nobody)[0] == (9 * hour, 18 * hour)


def test_a_shift_is_cut_where_a_disruption_adds_people() -> None:
    """Two come at 10:00 of the first day and go at 12:00: three pieces of its shift, one of each other."""
    times = "from_day=2020-03-03T10:00:00, to_day=2020-03-03T12:00:00"
    scenario = _pool(3, f'disruptions=[{{kind="staff_added", place="gongbei", {times}, value=2}}]')
    roster = next(r for r in rosters(scenario) if r.rostered[0] == 3)
    pieces = pieces_of(scenario, ("gongbei",), roster)
    start = int(roster.begin[0])
    assert pieces.of_shift[:4].tolist() == [0, 0, 0, 1]
    assert pieces.begin[:3].tolist() == [start, 10 * 3600, 12 * 3600]
    assert pieces.end[:3].tolist() == [10 * 3600, 12 * 3600, int(roster.end[0])]
    assert pieces.added[:4].tolist() == [0, 2, 0, 0]
    assert _with_added(scenario, "gongbei", roster)[1][:4].tolist() == [3, 5, 3, 3]
    absent = replace(roster, absence=roster.absence + 0.25)
    assert _with_added(scenario, "gongbei", absent)[1][:4].tolist() == [2.25, 4.25, 2.25, 2.25]


def test_shifts_too_small_for_escorts_are_told_with_their_days() -> None:
    """Two people for three escorts on all days but the one on which a disruption adds one; then never too few, for
    that day's shift can do it."""
    scenario = _pool(2, "coaches.escorts=3", 'disruptions=[{kind="staff_added", place="gongbei", from_day=2020-03-04, '
                     "to_day=2020-03-04, value=1}]")  # fmt: skip
    (told,) = [r for r in small_shifts(scenario) if r.place == "gongbei"]
    assert (told.code, told.values["people"], told.values["days"]) == ("shift_too_small", 2, scenario.n_days - 1)
    assert (told.values["opens"], told.values["closes"]) == (540, 1080)
    assert (told.values["first"], told.values["last"]) == (scenario.first_day, scenario.last_day)
    assert told.values["tasks"] == {"escort": 3}
    assert tasks_of(scenario, "gongbei") == {"registration": 1, "escort": 3}


def test_a_team_without_anybody_at_the_hour_of_release_has_no_queue() -> None:
    """Nothing is divided by nobody."""
    scenario = minimal(
        "pools.site_team.shifts.day.start=10:00",
        "pools.site_team.shifts.night.start=22:00",
        "pools.site_team.shifts.night.hours=1",
    )
    ahead = outlook(scenario)
    assert all(np.isfinite(pool.load).all() for pool in ahead.pools)
    assert "check_out_queue" not in {remark.code for remark in ahead.remarks}


# size


def test_rows_of_a_replication_by_hand() -> None:
    """Each part alone: 2.2 rows for a party received, a stay with its rows, one for each room beyond the first, two for
    each swab, one for each round and day in a site, a trip with its rows, six for a day of an open site."""
    scenario = minimal('visits={a={times=["08:00", "18:00"], room_minutes=1}}', "swabs={days=[1, 2], person_minutes=1}",
                       "laboratory={turnaround_hours=24}", "rooms.per=party")  # fmt: skip
    none = {field: 0 * getattr(way(scenario), field) for field in ("registered", "arrived", "left", "trips")}
    nothing = replace(way(scenario), **none, initial_parties=0.0)
    closed = SitesByDay(np.zeros((9, 2)), 0, 0)

    def ten(field: str) -> np.ndarray:
        values = none[field].copy()
        values.ravel()[5] = 10
        return values

    assert expected_rows(scenario, nothing, closed) == 0
    assert expected_rows(scenario, replace(nothing, registered=ten("registered")), closed) == 22
    stay = replace(nothing, arrived=ten("arrived"), left=ten("left"))
    assert expected_rows(scenario, stay, closed) == 10 * (ROWS_OF_A_STAY + 2 * 2)
    assert expected_rows(scenario.model_copy(update={"swabs": None}), stay, closed) == 10 * ROWS_OF_A_STAY
    each = scenario.model_copy(update={"rooms": scenario.rooms.model_copy(update={"per": "person"})})
    assert expected_rows(each, replace(stay, party_size=3.0), closed) == 10 * (ROWS_OF_A_STAY + 2 * 2 + 2)
    assert expected_rows(scenario, replace(nothing, trips=ten("trips")), closed) == 10 * ROWS_OF_A_TRIP
    there = replace(nothing, initial_parties=10.0)
    assert expected_rows(scenario, there, closed) == 10 * 2 * nothing.n_hours // 24
    assert expected_rows(scenario, nothing, replace(closed, open=np.ones((9, 2)))) == 6 * 18


def test_visits_and_cleaning_count_rooms_and_people() -> None:
    """10 parties of 2 people in a room each, 1 minute a room and 2 a person: 5 minutes a party; 10 rooms given up are
    cleaned for 30 minutes each from the end of an hour of airing on. With a room for each person 6 and 20 rooms."""
    for per, minutes, rooms in (("party", 5, 10), ("person", 6, 20)):
        visits = 'visits={a={times=["08:00"], room_minutes=1, person_minutes=2}}'
        scenario = minimal(visits, f"rooms.per={per}", "rooms.airing_hours=1", "rooms.cleaning_minutes=30")
        ahead = way(scenario)
        none = np.zeros(ahead.n_hours)
        arrived, left = none.copy(), none.copy()
        arrived[2], left[20] = 10, 10
        then = replace(ahead, party_size=2.0, arrived=arrived, left=left, released=none, initial_parties=0.0)
        work = _site_work(scenario, then)
        assert work["visit"].sum() == pytest.approx(10 * minutes / 60)
        assert work["cleaning"].sum() == pytest.approx(rooms / 2)
        assert np.flatnonzero(work["cleaning"] > 1e-9).tolist() == [21, 22]
