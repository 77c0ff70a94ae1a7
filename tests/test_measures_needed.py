"""Staff and rooms that would be needed: by hand, and the staff checked by simulating the roster that it names."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from handmade import CREW, DAY, HOUR, INN, INN_TEAM, clock, crew, event, history, site, site_row, small_scenario, task

from sim.flow import simulate
from sim.flow.log import EventLog, Kind, Subject
from sim.measures import measure
from sim.measures.needed import people_needed
from sim.numbers.theory import mmc_wait_exceeds, servers_needed
from sim.runs.job import second_flows
from sim.sampling import sample
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staff import Pool

CREW_ON_DAY_1 = {"start": "08:00", "hours": 12.0, "share": 1.0, "to_day": dt.date(2020, 3, 3)}
STAFF = ("staff_needed_mean", "staff_needed_max")


def values(log: EventLog, scenario: Scenario, *names: str) -> dict[tuple[str, str], float]:
    return {(v.measure, v.place): v.value for v in measure(log, scenario, names=names).values}


def registrations(day: int, text: str, n: int, minutes: int) -> list[tuple[int, ...]]:
    begin = clock(day, text)
    return [task(begin, begin + minutes * 60, Subject.TASK_REGISTRATION, 1000 * day + i) for i in range(n)]


def test_staff_needed_is_the_busiest_hour_through_erlang_c():
    """Day 1 from 09:00: 30 registrations of 20 minutes are a load of 10 in that hour; day 2: 6, load 2; day 3: none.

    Least c by the formula for load 10 and 2, s = 20 and limit 10 minutes; one post more each; mean over three days.
    """
    scenario = small_scenario(pools={"crew": crew(fixed_posts=1)})
    log = history(scenario, registrations(1, "09:00", 30, 20), registrations(2, "09:00", 6, 20))
    first, second = (servers_needed(load / 20, 20, 10) for load in (10, 2))
    got = values(log, scenario, *STAFF)
    assert got["staff_needed_max", "crew"] == first + 1
    assert got["staff_needed_mean", "crew"] == pytest.approx((first + second + 3) / 3)


def test_work_outside_shifts_is_done_when_the_next_begins_and_what_runs_over_is_not_the_next_ones():
    """Shift 08:00-20:00. Six registrations of 30 minutes at 03:00 are a load of 3 from 08:00 to 09:00; six of an hour
    at 19:30 a load of 3 until 20:00, counted over the last hour of the shift. What comes after the last shift of all
    is nobody's.
    """
    scenario = small_scenario()
    early = values(history(scenario, registrations(1, "03:00", 6, 30)), scenario, *STAFF)
    assert early["staff_needed_max", "crew"] == servers_needed(3 / 30, 30, 10)
    late = values(history(scenario, registrations(1, "19:30", 6, 60)), scenario, *STAFF)
    assert late["staff_needed_max", "crew"] == servers_needed(3 / 60, 60, 10)
    never = small_scenario(pools={"crew": crew(shifts={"day": CREW_ON_DAY_1})})
    after = values(history(never, registrations(2, "08:00", 6, 30)), never, *STAFF)
    assert after["staff_needed_max", "crew"] == 0


def test_staff_needed_is_a_mean_over_the_days_of_the_window():
    """A post each day, and of two days of three the second has a registration beside it: (1 + 2) / 2."""
    days = {"from_day": dt.date(2020, 3, 4), "to_day": dt.date(2020, 3, 5)}
    scenario = small_scenario(pools={"crew": crew(fixed_posts=1)}, window=days)
    got = values(history(scenario, registrations(3, "09:00", 1, 1)), scenario, *STAFF)
    assert (got["staff_needed_mean", "crew"], got["staff_needed_max", "crew"]) == (1.5, 2)


def test_work_that_the_last_shift_of_all_does_not_end_is_cut_there():
    """The crew's only shift is that of day 1. Six registrations of an hour at 19:30: a load of 3 until 20:00."""
    once = small_scenario(pools={"crew": crew(shifts={"day": CREW_ON_DAY_1})})
    got = values(history(once, registrations(1, "19:30", 6, 60)), once, *STAFF)
    assert got["staff_needed_max", "crew"] == servers_needed(3 / 60, 60, 10)


def test_the_limit_of_a_wait_and_the_mean_of_a_lone_task_are_those_of_the_formula():
    """Six registrations of 8 minutes in an hour, load 0.8: with two the chance of a wait is 0.2286, of one over 10
    minutes that x e^-1.5 = 5.1 %, so three are needed. A lone one of an hour, load 1: with three 0.0909 x e^(-1/3) =
    6.5 %, so four.
    """
    scenario = small_scenario()
    for n, minutes, need in ((6, 8, 3), (1, 60, 4)):
        got = values(history(scenario, registrations(1, "09:00", n, minutes)), scenario, *STAFF)
        assert got["staff_needed_max", "crew"] == need


def test_the_busiest_hour_of_a_shift_does_not_reach_into_the_next():
    """08:00-12:00 with one registration at 11:30, 12:00-20:00 with 30 of 20 minutes at noon: one and as many as a load
    of 10 wants.
    """
    early = {"start": "08:00", "hours": 4.0, "share": 0.5}
    both = crew(headcount=2, shifts={"early": early, "late": early | {"start": "12:00", "hours": 8.0}})
    scenario = small_scenario(pools={"crew": both})
    log = history(scenario, registrations(1, "11:30", 1, 1), registrations(1, "12:00", 30, 20))
    assert values(log, scenario, *STAFF)["staff_needed_max", "crew"] == 1 + servers_needed(10 / 20, 20, 10)


def test_measures_of_a_second_flow_come_only_when_they_are_named():
    """Three, which a log with all limits would give wrongly."""
    log = history(small_scenario(), registrations(1, "09:00", 1, 10))
    named = {"rooms_needed", *STAFF}
    assert not named & {v.measure for v in measure(log, small_scenario()).values}
    assert {v.measure for v in measure(log, small_scenario(), names=[*named]).values} == named


def test_a_pool_needs_at_least_what_its_largest_task_needs():
    """One escort of 4 people for a minute: a load of 4/60, but four people."""
    log = history(small_scenario(), task(HOUR * 9, HOUR * 9 + 60, Subject.TASK_ESCORT, 1, CREW, staff=4))
    assert values(log, small_scenario(), *STAFF)["staff_needed_max", "crew"] == 4


def test_a_site_team_is_needed_while_its_site_is_open():
    """Open on day 2 only, with one check-in: two posts and one for it, on one of three days; the lodge never opened."""
    team = crew(fixed_posts=2)
    sites = {"candidates": {"inn": site(1), "lodge": site(2)}, "team": "team"}
    scenario = small_scenario(pools={"crew": crew(), "team": team}, sites=sites)
    rows = [site_row(DAY, Kind.SITE_OPENED, INN), site_row(2 * DAY, Kind.SITE_CLOSED, INN)]
    work = task(DAY + 9 * HOUR, DAY + 9 * HOUR + 60, Subject.TASK_CHECK_IN, 1, INN_TEAM)
    got = values(history(scenario, *rows, work), scenario, *STAFF)
    assert (got["staff_needed_mean", "inn.team"], got["staff_needed_max", "inn.team"]) == (1, 3)
    assert got["staff_needed_mean", "lodge.team"] == got["staff_needed_max", "lodge.team"] == 0


def test_the_team_of_a_site_lost_while_preparing_needs_nobody():
    """Closed at 09:00 of day 2 without ever having opened: its roster is nobody's, posts included."""
    sites = {"candidates": {"inn": site(1), "lodge": site(2)}, "team": "team"}
    scenario = small_scenario(pools={"crew": crew(), "team": crew(fixed_posts=2)}, sites=sites)
    got = values(history(scenario, site_row(DAY + 9 * HOUR, Kind.SITE_CLOSED, INN)), scenario, *STAFF)
    assert got["staff_needed_mean", "inn.team"] == got["staff_needed_max", "inn.team"] == 0


def test_the_busiest_60_minutes_need_not_be_a_clock_hour():
    """Six registrations of an hour from 09:30: none of the clock hours has more than half of that load of 6."""
    scenario = small_scenario()
    got = values(history(scenario, registrations(1, "09:30", 6, 60)), scenario, *STAFF)
    assert got["staff_needed_max", "crew"] == servers_needed(6 / 60, 60, 10)


def test_a_busy_stretch_shorter_than_the_60_minutes_counts_with_what_lies_beside_it():
    """Four from 09:50 to 10:10 and two from 10:10 to 11:30: best from 09:50 on, (4 x 20 + 2 x 40) / 60 = 2.67; mean
    duration (4 x 20 + 2 x 80) / 6 = 40."""
    scenario = small_scenario()
    rows = registrations(1, "09:50", 4, 20), registrations(1, "10:10", 2, 80)
    moved = [(*r[:3], r[3] + 100, *r[4:]) for r in rows[1]]
    got = values(history(scenario, rows[0], moved), scenario, *STAFF)
    assert got["staff_needed_max", "crew"] == servers_needed(160 / 60 / 40, 40, 10)


def test_a_shift_shorter_than_60_minutes_is_one_stretch():
    """Two busy all of the half hour 08:00-08:30: a load of 2, not of 1."""
    half_hour = {"day": {"start": "08:00", "hours": 0.5, "share": 1.0}}
    scenario = small_scenario(pools={"crew": crew(shifts=half_hour)})
    got = values(history(scenario, registrations(1, "08:00", 2, 30)), scenario, *STAFF)
    assert got["staff_needed_max", "crew"] == servers_needed(2 / 30, 30, 10)


def test_waits_longer_than_the_limit_are_for_one_in_twenty_not_more():
    """24 registrations of 20 minutes, a load of 8: by Erlang 5.5 % wait over 10 minutes with 11 clerks, so 12."""
    assert 0.05 < mmc_wait_exceeds(24 / 60, 20, 11, 10) < 0.06
    scenario = small_scenario()
    got = values(history(scenario, registrations(1, "09:00", 24, 20)), scenario, *STAFF)
    assert got["staff_needed_max", "crew"] == 12


@pytest.mark.parametrize(
    ("pool", "for_queue", "present"),
    [
        ({"fixed_posts": 6}, 3, 9),
        ({"fixed_posts": 6}, 0, 6),  # a shift without tasks mans its posts
        ({"fixed_posts": 6, "posts_may_leave": 4}, 3, 9),  # nobody leaves
        ({"fixed_posts": 6, "shrinkage_share": 0.3}, 3, 10),  # n = 4, 1.2 off: 1
        ({"fixed_posts": 0, "shrinkage_share": 0.5}, 1, 1),  # n = 1: never the last
        ({"fixed_posts": 0, "shrinkage_share": 0.5}, 2, 4),  # n = 3 has 2 off (1.5), n = 4 has 2
        ({"fixed_posts_share": 0.4}, 3, 5),  # 5 present: 2 posts
        ({"fixed_posts_share": 0.4}, 0, 0),
        ({"fixed_posts_share": 1.0}, 1, math.nan),  # everybody is at a post
        ({"shrinkage_share": 1.0}, 2, math.nan),
    ],
)
def test_the_least_present_of_whom_the_queue_may_have_so_many(pool, for_queue, present):
    """By hand from the rule of model.md with posts_may_leave = 0."""
    got = people_needed(Pool(**pool), np.array([for_queue]))
    assert got.tolist() == pytest.approx([present], nan_ok=True)


def test_rooms_needed_are_those_taken_in_the_log_at_hand():
    """Two parties at once: 2 rooms, in a log that is handed in with the name of the measure."""
    scenario = small_scenario()
    log = history(scenario, *(event(HOUR, Kind.ROOM_TAKEN, INN, party, 1, -1) for party in (1, 2)))
    got = values(log, scenario, "rooms_needed")
    assert got["rooms_needed", "all"] == got["rooms_needed", "inn"] == 2
    assert got["rooms_needed", "lodge"] == 0


def test_second_flows_are_one_for_rooms_one_for_each_pool_of_ports_and_one_for_all_teams():
    """By the places of the scenario; a scenario without sites has none for rooms."""
    sites = {"candidates": {"inn": site(1), "lodge": site(2, team="porters")}, "team": "team"}
    scenario = small_scenario(pools={"crew": crew(), "team": crew(), "porters": crew()}, sites=sites)
    flows = [(flow.unlimited, flow.pools) for flow in second_flows(scenario)]
    assert flows == [(("rooms",), ()), (("crew",), ("crew",)), (("porters", "team"), ("inn.team", "lodge.team"))]
    assert [flow.unlimited for flow in second_flows(small_scenario(sites=None))] == [("crew",)]


def rush_hour(headcount: int) -> Scenario:
    """One day, one port, no sites: 1,140 people, 924 of them between 10:00 and 13:00, 12 minutes each, one shift."""
    weights = [1.0] * 10 + [30.0] * 3 + [1.0] * 11
    day = dt.date(2020, 3, 3)
    gate: dict[str, Any] = {
        "regimes": {"all": {"kind": "rate", "from_day": day, "people_per_day": 1140.0}},
        "hours": {"all": {"opens": "00:00", "closes": "24:00"}},
        "hour_weights": weights,
        "not_diverted_share": 1.0,
        "pool": "crew",
    }
    return small_scenario(
        last_day=day,
        ports={"gate": gate},
        pools={"crew": crew(headcount=headcount, shifts={"all": {"start": "00:00", "hours": 24.0, "share": 1.0}})},
        registration={"minutes": {"kind": "exponential", "mean": 12.0}},
        sites=None,
        coaches=None,
        stay=None,
    )


def late_share(headcount: int, seeds: range) -> float:
    """Share of those handed over in the busy hours who wait longer than 10 minutes for registration."""
    scenario = rush_hour(headcount)
    late = total = 0
    for seed in seeds:
        log = simulate(scenario, sample(scenario, seed=seed, replication=1))
        came = {int(row["party"]): int(row["second"]) for row in log.of(Kind.HANDED_OVER)}
        for row in log.of(Kind.TASK):
            if 10 * HOUR <= came[int(row["party"])] < 13 * HOUR:
                total += 1
                late += int(row["second"]) - came[int(row["party"])] > 600
    return late / total


def test_the_roster_that_staff_needed_names_meets_the_limit_and_one_a_seventh_smaller_does_not():
    """theory: with the mean of staff_needed over five samples on duty at most 5 % of the busy hours wait too long.

    Approximate, as the measure is: it takes the busiest 60 minutes of each sample, so it errs on the safe side; that it
    does not err far shows in the roster a seventh smaller, with which more than 5 % wait too long.
    """
    seeds = range(5)
    scenario = rush_hour(1)
    needed = []
    for seed in seeds:
        log = simulate(scenario, sample(scenario, seed=seed, replication=1), unlimited=("crew",))
        needed.append(values(log, scenario, *STAFF)["staff_needed_max", "crew"])
    roster = round(sum(needed) / len(needed))
    assert late_share(roster, seeds) <= 0.05 < late_share(round(roster * 6 / 7), seeds)
