"""A pool's people times one factor: how they are rounded, and that nobody else's absence changes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from sampling_case import FIRST, arrivals, port

from sim import sample
from sim.sampling.roster import half_up, present, rosters, scaled, staff_on
from sim.sampling.streams import Draws
from sim.scenario.tables.schema import Scenario

HALVES = {
    "early": {"start": "06:00", "hours": 8.0, "share": 0.5},
    "late": {"start": "14:00", "hours": 8.0, "share": 0.5},
}
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def rostered(*people: int, **pool: Any) -> Scenario:
    """A pool with rows of these people, at 06:00, 14:00 …, on every weekday."""
    rows = [
        {"pool": "crew", "date": day, "start": 360 + 480 * i, "hours": 8.0, "headcount": count}
        for day in WEEK
        for i, count in enumerate(people)
    ]
    return arrivals(ports={"gate": port(pool="crew")}, pools={"crew": pool}, roster=rows)


def shared(headcount: int, **pool: Any) -> Scenario:
    """A pool with two shifts of half its people each."""
    return arrivals(
        ports={"gate": port(pool="crew")}, pools={"crew": {"headcount": headcount, "shifts": HALVES, **pool}}
    )


def people_of(scenario: Scenario, day: dt.date = FIRST) -> list[int]:
    return [count for _, _, count in staff_on(scenario, "crew", scenario.pools["crew"], day)]


@pytest.mark.parametrize(
    ("people", "factor", "expected"),
    [
        ((14, 14), 0.5, [7, 7]),
        ((21, 21), 0.5, [11, 10]),  # 21 in all; the tie goes to the earlier shift
        ((14, 14), 1.5, [21, 21]),
        ((3, 0), 0.5, [2, 0]),  # 1.5 is rounded up
        ((10, 5), 0.0, [0, 0]),
        ((7, 6, 4), 1.0, [7, 6, 4]),
    ],
)
def test_rows_of_a_roster_are_scaled_by_day(people: tuple[int, ...], factor: float, expected: list[int]) -> None:
    """By hand: the day's sum times the factor, rounded half up, in proportion by largest remainder."""
    assert people_of(rostered(*people, headcount_factor=factor)) == expected
    assert sum(expected) == half_up(sum(people) * factor)


@pytest.mark.parametrize(("headcount", "factor", "expected"), [(30, 0.5, [8, 7]), (17, 1.5, [13, 13]), (9, 2, [9, 9])])
def test_a_headcount_is_scaled_before_it_is_divided(headcount: int, factor: float, expected: list[int]) -> None:
    """By hand: 15 = 8 + 7; 25.5 is rounded up to 26 = 13 + 13; 18 = 9 + 9."""
    assert people_of(shared(headcount, headcount_factor=factor)) == expected


def test_a_factor_says_the_same_of_rows_and_of_shifts() -> None:
    """The same people, given in one way or the other, are the same after any factor."""
    for factor in np.linspace(0, 3, 61):
        by_rows, by_shares = rostered(14, 14, headcount_factor=factor), shared(28, headcount_factor=factor)
        assert people_of(by_rows) == people_of(by_shares)


def test_more_is_never_fewer_in_two_shifts() -> None:
    """With two shifts a larger sum takes nobody away (the largest remainder can, from three shifts on)."""
    for people in ([14, 14], [20, 9], [1, 30]):
        counts = np.array([scaled(people, factor) for factor in np.linspace(0, 3, 301)])
        assert (np.diff(counts, axis=0) >= 0).all()


def test_what_floating_point_makes_of_a_half_is_rounded_up() -> None:
    """50 x 1.15 is 57.49999999999999 in binary, 57.5 as it is meant; 10 x 1.15 is 11.5 in either."""
    assert 50 * 1.15 < 57.5
    assert (half_up(50 * 1.15), half_up(10 * 1.15), half_up(2.5), half_up(2.4999)) == (58, 12, 3, 2)


def test_headcounts_of_shifts_are_taken_as_they_are_and_scaled_like_rows() -> None:
    """By hand: 4 and 7 as given; half of 11 is 5.5, so 6, in proportion 2.18 and 3.82: 2 and 4."""
    shifts = {
        "early": {"start": "06:00", "hours": 8.0, "headcount": 4},
        "late": {"start": "14:00", "hours": 8.0, "headcount": 7},
    }
    ports = {"gate": port(pool="crew")}
    for factor, expected in ((1.0, [4, 7]), (0.5, [2, 4]), (0.0, [0, 0])):
        crew = {"shifts": shifts, "headcount_factor": factor}
        assert people_of(arrivals(ports=ports, pools={"crew": crew})) == expected


def test_a_shift_with_a_first_day_and_no_last_lasts_to_the_end() -> None:
    """Two people until the third day, five from the fourth on, to the last second that is followed."""
    day = {"start": "06:00", "hours": 8.0}
    shifts = {
        "first": {**day, "headcount": 2, "to_day": FIRST + dt.timedelta(days=2)},
        "then": {**day, "headcount": 5, "from_day": FIRST + dt.timedelta(days=3)},
    }
    scenario = arrivals(days=10, ports={"gate": port(pool="crew")}, pools={"crew": {"shifts": shifts}})
    assert rosters(scenario)[0].rostered.tolist() == [2] * 3 + [5] * (7 + 60)


def test_absence_of_a_disruption_is_added_to_the_usual() -> None:
    """A tenth as always and .3 more on the second day: .4 there, .1 on all others, never above 1."""
    day = FIRST + dt.timedelta(days=1)
    for more, expected in ((0.3, 0.4), (0.95, 1.0)):
        event = {"kind": "staff_absent", "place": "crew", "from_day": day, "to_day": day, "value": more}
        scenario = shared(4, absence_share=0.1).model_dump(exclude_unset=True, by_alias=True)
        roster = rosters(Scenario.model_validate({**scenario, "disruptions": [event]}))[0]
        there = roster.day == day.toordinal()
        assert roster.absence[there] == pytest.approx([expected] * 2)
        assert roster.absence[~there] == pytest.approx(0.1)


def test_shifts_of_one_day_have_draws_of_their_own() -> None:
    """Two shifts of 20 a day, half of whom are absent: the same number would come to both by one draw for slot k."""
    come = present(rostered(20, 20, absence_share=0.5), Draws(1, 1))[0].reshape(-1, 2)
    assert (come[:, 0] != come[:, 1]).mean() > 0.5


def test_slots_that_stay_keep_their_absence() -> None:
    """Twice the people: with each shift's first slots as before, the number present grows by at most the added."""
    once, twice = (rostered(14, 14, headcount_factor=f, absence_share=0.4) for f in (1.0, 2.0))
    for seed in range(3):
        few, many = (present(scenario, Draws(seed, 1))[0] for scenario in (once, twice))
        added = rosters(twice)[0].rostered - rosters(once)[0].rostered
        assert (many >= few).all()
        assert (many - few <= added).all()
        assert (many > few).any()


def test_a_factor_changes_no_traveller() -> None:
    """Draws of parties do not know the roster."""
    one, other = (sample(rostered(14, 14, headcount_factor=f), seed=3, replication=2) for f in (1.0, 0.5))
    assert (one.party_second == other.party_second).all()


@pytest.mark.parametrize(("begins", "ends", "absent"), [
    ("2020-03-04T14:00", "2020-03-05T06:00", [3]), ("2020-03-04T14:01", "2020-03-05T06:01", [4]),
    ("2020-03-04", "2020-03-04", [2, 3]), ("2020-03-03T14:00", "2020-03-04T14:00", [1, 2]),
])  # fmt: skip
def test_absence_is_that_of_the_shifts_that_begin_inside_it(begins: str, ends: str, absent: list[int]) -> None:
    """Shifts begin at 06:00 and 14:00 from 3 March on; a date includes its day, a time excludes its minute."""
    event = {"kind": "staff_absent", "place": "crew", "from_day": begins, "to_day": ends, "value": 0.5}
    pools = {"crew": {"headcount": 4, "shifts": HALVES, "absence_share": 0.125}}
    scenario = arrivals(ports={"gate": port(pool="crew")}, pools=pools, disruptions=[event])
    found = rosters(scenario)[0].absence
    assert found.tolist() == [0.625 if line in absent else 0.125 for line in range(len(found))]
