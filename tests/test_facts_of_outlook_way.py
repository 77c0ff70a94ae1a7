"""Facts of the expected way of travellers, each by hand: groups, rides, coaches, stays; as `test_facts_of_outlook`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from outlook_case import guests, minimal, of_sites

from sim import load
from sim.numbers.theory import full_coach_wait_mean, held_coach_wait_mean
from sim.outlook import outlook, size_of_replication
from sim.outlook.sites import _sure, index_by_day
from sim.outlook.way import (
    _coach_waits,
    _generating,
    _group_shares,
    _initial,
    _rides,
    _stay_ends,
    ride_hours,
    service_hours,
    usable,
    way,
)
from sim.scenario.tables.distributions import ConstantGroup, GeometricGroup, TableGroup


@pytest.mark.parametrize(("groups", "chances"), [
    (ConstantGroup(kind="constant", parties=3), {3: 1.0}),
    (TableGroup(kind="table", weights=(1, 0, 3)), {1: 0.25, 3: 0.75}),
    (GeometricGroup(kind="geometric", mean=2.0), {n: 0.5**n for n in range(1, 60)}),
])  # fmt: skip
def test_the_generating_function_of_parties_in_a_group(groups: Any, chances: dict[int, float]) -> None:
    """The sum of chance x z^n, for a z below 1 and for 1."""
    for z in (0.4, 1.0):
        assert _generating(groups, z) == pytest.approx(sum(chance * z**n for n, chance in chances.items()))


def test_rides_are_weighted_by_rooms_of_sites_that_may_open(tmp_path: Path) -> None:
    """100 rooms at 20 minutes and 50 at 50: 30 minutes; without the reserve the second, on demand, never opens."""
    second = ("sites.s2.rooms=50", "sites.s2.ride_minutes.p=50", "sites.s2.opens=demand")
    assert ride_hours(of_sites(tmp_path, *second)) == pytest.approx([0.5])
    never = of_sites(tmp_path, "sites.closing=never", *second)
    assert len(usable(never)) == 2
    text = (tmp_path / "scenario.toml").read_text(encoding="utf-8")
    (tmp_path / "scenario.toml").write_text(text.replace("reserve_rooms = 50\n", ""), encoding="utf-8")
    assert ride_hours(load(tmp_path / "scenario.toml", overrides=("sites.closing=never", *second))) == pytest.approx(
        [1 / 3]
    )


def test_a_group_counts_when_one_of_its_parties_is_kept() -> None:
    """Groups of 2 parties, each sent on with chance 0.5: 1 - 0.25 of groups by 0.5 of parties; nobody kept: none."""
    two = 'arrivals.groups={kind="constant", parties=2}'
    assert _group_shares(minimal(two, "ports.border.not_diverted_share=0.5")) == pytest.approx([0.75 / 0.5])
    assert _group_shares(minimal(two, "ports.border.not_diverted_share=0")) == pytest.approx([1.0])
    assert _group_shares(minimal(two, "ports.border.not_diverted_share=1")).tolist() == [0]


def test_minutes_of_a_task_grow_with_the_people_beyond_the_first() -> None:
    """12 minutes and 3 for each further person: a party of 1.5 people takes 13.5; a step that is left out none."""
    scenario = minimal("registration.further_person_minutes=3", 'registration.minutes={kind="constant", mean=12}')
    assert service_hours(scenario.registration, 1.5) == pytest.approx(13.5 / 60)
    assert service_hours(None, 1.5) == 0


def test_guests_of_the_beginning_leave_when_their_stay_is_over(tmp_path: Path) -> None:
    """A stay of 5 days. Day 4 of it is the third day past: two days left, hour 48; day 1: hour 120; over: hour 0."""
    rows = [f'site="s1", party_size=2, day_of_stay={day}' for day in (4, 1, 9)]
    ends, people = _initial(of_sites(tmp_path, guests(*rows)), 200)
    assert np.flatnonzero(ends).tolist() == [0, 48, 120]
    assert ends.sum() == 3
    assert people == 6
    assert _initial(of_sites(tmp_path, guests(rows[1])), 100)[0][99] == 1


def test_coaches_board_when_held_or_full_and_drive_both_ways(tmp_path: Path) -> None:
    """6 parties of 2 people in hour 10, in groups of 2: 3 groups an hour. Held for an hour a coach takes 1 + 3 of
    them: 0.75 trips of 16 people, of 50 seats; with 8 seats they fill 1.5 trips of 8. A head takes 0.6 minutes, and a
    ride 20: 2 x 20 + 2 x 0.6 x riders minutes of escorts."""
    for seats, trips, riders in ((50, 0.75, 16), (8, 1.5, 8)):
        scenario = of_sites(
            tmp_path, 'arrivals.groups={kind="constant", parties=2}', "ports.p.coaches=1",
            f"coaches={{seats={seats}, hold_minutes=60, head_count_minutes=0.6, escorts=1}}",
        )  # fmt: skip
        placed = np.zeros((1, 240))
        placed[0, 10] = 6
        boarding, hours, arrived = _rides(scenario, placed, 2.0)
        assert boarding.sum() == pytest.approx(trips)
        assert hours == pytest.approx([(40 + 1.2 * riders) / 60])
        assert arrived.sum() == pytest.approx(6)
        assert scenario.coaches is not None
        wait, load = _coach_waits(scenario.coaches, placed[0] / 2, placed[0] * 2)
        assert load == pytest.approx(min(1.0, (seats - 1) / 12))
        assert wait == pytest.approx(min(held_coach_wait_mean(3.0, 1.0), full_coach_wait_mean(12.0, seats)))
        first = 10 + wait + riders * 0.6 / 60 + 1 / 3
        assert np.flatnonzero(arrived > 1e-9).tolist() == [int(first), int(first) + 1]
        assert arrived[int(first) + 1] == pytest.approx(6 * (first - int(first)))
        assert np.average(np.arange(240), weights=boarding[0]) == pytest.approx(10 + load)


def test_without_coaches_parties_ride_at_once(tmp_path: Path) -> None:
    """20 minutes: two thirds arrive in the hour of departure, nobody boards; nobody to place waits for nothing."""
    placed = np.zeros((1, 240))
    placed[0, 10] = 6
    boarding, hours, arrived = _rides(of_sites(tmp_path), placed, 2.0)
    assert (boarding.sum(), hours.tolist()) == (0, [0])
    assert arrived[10:13] == pytest.approx([4, 2, 0])
    coaches = minimal().coaches
    assert coaches is not None
    assert _coach_waits(coaches, np.zeros(5), np.zeros(5)) == (0, 0)


def test_people_are_placed_after_registration_by_their_share(tmp_path: Path) -> None:
    """24 people on day 1, one a party, 30 minutes to register, a quarter sent on: 0.75 a hour, half an hour later; they
    stay 5 days, and leave 15 minutes after that, in release hours."""
    changes = ["ports.p.not_diverted_share=0.25", "last_day=2020-04-01", 'release={opens="00:00", closes="24:00", '
               'minutes={minutes={kind="constant", mean=15}}}']  # fmt: skip
    scenario = of_sites(tmp_path, 'registration={minutes={kind="constant", mean=30}}', *changes, people=24)
    found = way(scenario)
    assert found.n_hours == 61 * 24
    assert found.handed[0, [0, 23, 24]] == pytest.approx([1, 1, 0])
    assert found.placed[0, [0, 1, 23, 24, 25]] == pytest.approx([0.375, 0.75, 0.75, 0.375, 0])
    assert found.arrived.sum() == pytest.approx(18)
    shift = 0.5 + 1 / 3 + 5 * 24
    assert np.average(np.arange(found.n_hours), weights=found.released) == pytest.approx(11.5 + shift)
    assert np.average(np.arange(found.n_hours), weights=found.left) == pytest.approx(11.5 + shift + 0.25)
    assert found.in_sites[72] == pytest.approx(18)
    assert found.with_rooms[[30, 24 * 20]] == pytest.approx([18, 0], abs=1e-9)


TWO_OR_FOUR = 'stay.days={kind="weights", days=[2.02, 4.02], weights=[1, 1]}'
"""48.48 or 96.48 hours."""


def test_guests_whose_stay_is_drawn_leave_by_its_chances_given_that_they_are_there(tmp_path: Path) -> None:
    """Who comes with the first day leaves in hour 48 or 96; who has been there for three days stays for 4.02."""
    one = of_sites(tmp_path, TWO_OR_FOUR, guests('site="s1", party_size=2, day_of_stay=1'))
    ends, people = _initial(one, 200)
    assert {int(hour): round(float(ends[hour]), 9) for hour in np.flatnonzero(ends > 1e-12)} == {48: 0.5, 96: 0.5}
    assert people == 2
    sure = _sure(one, way(one))
    assert [round(float(sure[hour]), 9) for hour in (0, 48, 49, 96, 97)] == [1, 1, 0.5, 0.5, 0]
    over = of_sites(tmp_path, TWO_OR_FOUR, guests('site="s1", party_size=2, day_of_stay=9'))
    assert np.flatnonzero(_initial(over, 200)[0] > 1e-12).tolist() == [0]  # all stays are over: at once
    assert not _sure(over, way(over)).any()
    later = of_sites(tmp_path, TWO_OR_FOUR, guests('site="s1", party_size=2, day_of_stay=4'))
    assert np.flatnonzero(_initial(later, 200)[0] > 1e-12).tolist() == [24]


def test_stays_that_are_drawn_end_by_their_chances(tmp_path: Path) -> None:
    """Of 10 who arrive in hour 5 half have left by the end of the 49th hour after it, all by that of the 97th."""
    arrived = np.zeros(300)
    arrived[5] = 10
    ends = _stay_ends(of_sites(tmp_path, TWO_OR_FOUR), arrived)
    assert {int(hour): round(float(ends[hour]), 9) for hour in np.flatnonzero(ends > 1e-9)} == {54: 5, 102: 5}
    fixed = _stay_ends(of_sites(tmp_path, "stay.days=2"), arrived)
    assert np.flatnonzero(fixed).tolist() == [53]


def test_sites_that_may_open_are_those_with_a_date_guests_or_a_reserve(tmp_path: Path) -> None:
    """Of four, two on demand, one of these with guests; without sites none, and nobody is placed or rides."""
    opens = ('"demand"', "2020-04-01", "2020-04-03", '"demand"')
    scenario = of_sites(tmp_path, guests('site="s4", party_size=1, day_of_stay=1'), opens=opens, people=24)
    assert scenario.sites is not None
    assert len(usable(scenario)) == 4
    none = scenario.model_copy(update={"sites": scenario.sites.model_copy(update={"reserve_rooms": None})})
    assert [site.number for site in usable(none)] == [2, 3, 4]
    alone = scenario.model_copy(update={"sites": None, "initial": ()})
    assert usable(alone) == []
    assert ride_hours(alone).tolist() == [0]
    found = way(alone)
    assert (found.placed.sum(), found.arrived.sum(), found.handed.sum()) == (0, 0, pytest.approx(24 * 20))


def test_a_replication_has_the_people_of_the_window_and_of_the_beginning(tmp_path: Path) -> None:
    """24 people on each of 20 days, and two who are there; rows as the whole outlook tells them."""
    scenario = of_sites(tmp_path, guests('site="s1", party_size=2, day_of_stay=1'), people=24)
    size = size_of_replication(scenario)
    assert size.people == 24 * 20 + 2
    assert size == outlook(scenario).size


def test_the_day_that_needs_most_rooms_is_told_by_what_is_enough_with_95_per_cent(tmp_path: Path) -> None:
    """Of two days the second has more at 95 %, the first at 90 and 99 %."""
    ahead = outlook(of_sites(tmp_path, people=24))
    first, second = (replace(ahead.rooms[n], enough=enough) for n, enough in enumerate([(5, 6, 9), (4, 7, 8)]))
    assert replace(ahead, rooms=(first, second)).peak == second


@pytest.mark.parametrize(("exact", "beyond"), [("true", 0.0), ("false", 3.0)])
def test_days_of_exact_numbers_do_not_vary_beyond_their_groups(exact: str, beyond: float, tmp_path: Path) -> None:
    """Parties of one, one by one: variance / mean 4 leaves 3 beyond groups, and none where the number is counted."""
    days = ", ".join(f"2020-04-{day:02d}=24" for day in range(1, 21))
    regime = f'ports.p.regimes.all={{kind="daily", from_day=2020-04-01, exact={exact}, values={{{days}}}}}'
    index = index_by_day(of_sites(tmp_path, regime, "arrivals.dispersion_index=4"))
    assert index == pytest.approx([1 + beyond] * 20)
