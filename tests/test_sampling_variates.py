"""Variates by inverse transform and expected people by regimes: formulas and values counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from sampling_case import CASE_SIZES, FIRST, arrivals, port
from scipy.stats import gamma as gamma_distribution

from sim.sampling.expected import expected_people
from sim.sampling.variates import Steps, by_weight, factors, gamma_level, group_parties, level_spread
from sim.scenario.tables.arrivals import Arrivals
from sim.scenario.tables.distributions import Distribution, GroupDistribution, people_per_group

GRID = (np.arange(200_000) + 0.5) / 200_000
"""Midpoints: a mean over them is the integral of a quantile function."""


@pytest.mark.parametrize(
    ("table", "cv"),
    [
        ({"kind": "constant", "mean": 12.0}, 0.0),
        ({"kind": "exponential", "mean": 12.0}, 1.0),
        ({"kind": "lognormal", "mean": 12.0, "cv": 0.6}, 0.6),
        ({"kind": "gamma", "mean": 12.0, "cv": 0.5}, 0.5),
        ({"kind": "uniform", "low": 5.0, "high": 15.0}, 10 / np.sqrt(12) / 10),  # sd (b − a) / sqrt 12, mean 10
    ],
    ids=lambda table: table["kind"] if isinstance(table, dict) else "",
)
def test_factors_have_mean_1_and_the_coefficient_of_variation(table: dict[str, Any], cv: float) -> None:
    """Integrals of the quantile function over (0, 1); and a larger uniform number never gives a smaller factor."""
    drawn = factors(TypeAdapter(Distribution).validate_python(table), GRID)
    assert drawn.mean() == pytest.approx(1.0, abs=2e-4)
    assert drawn.std() == pytest.approx(cv, abs=2e-3)
    assert (np.diff(drawn) >= 0).all()
    assert (drawn > 0).all()


@pytest.mark.parametrize("rate", [0.5, 20.0, 400.0])
@pytest.mark.parametrize("spread", [0.2, 2.0, 30.0])
def test_the_gamma_level_has_the_rate_as_mean_and_rate_times_spread_as_variance(rate: float, spread: float) -> None:
    """Shape rate / spread, scale spread: mean rate, variance rate × spread (the grid cuts the tail: 2 %)."""
    level = gamma_level(np.full(len(GRID), rate), np.full(len(GRID), spread), GRID)
    assert level.mean() == pytest.approx(rate, rel=2e-3)
    assert level.var() == pytest.approx(rate * spread, rel=2e-2)


@pytest.mark.parametrize("u", [1e-9, 0.01, 0.3, 0.5, 0.9, 0.999, 1 - 1e-9])
def test_the_gamma_level_rises_with_the_rate_at_a_fixed_uniform_number(u: float) -> None:
    """So that raising the arrivals adds groups and takes none away; a rate of 0 has level 0."""
    rates = np.concatenate([[0.0], np.geomspace(0.01, 5_000, 400)])
    level = gamma_level(rates, np.full(len(rates), 2.0), np.full(len(rates), u))
    assert level[0] == 0
    assert (np.diff(level) >= 0).all()
    assert (np.diff(level[level > 1e-12]) > 0).all()


@pytest.mark.parametrize("u", [1e-9, 0.01, 0.5, 0.99, 1 - 1e-9])
def test_a_level_of_constant_relative_variation_is_in_proportion_to_the_rate(u: float) -> None:
    """variation cv: shape 1 / day_cv², the same at every rate, so that the level is rate x the quantile of a gamma with
    mean 1; twice the rate is twice the level, and without variation the level is the rate."""
    rates = np.array([0.0, 0.01, 1.0, 150.0, 300.0])
    form = Arrivals.model_validate({"groups": {"kind": "constant"}, "variation": "cv", "day_cv": 0.4})
    level = gamma_level(rates, level_spread(form, rates), np.full(len(rates), u))
    np.testing.assert_allclose(level, rates * gamma_distribution.ppf(u, 1 / 0.16, scale=0.16), rtol=1e-9)
    still = form.model_copy(update={"day_cv": 0.0})
    np.testing.assert_array_equal(gamma_level(rates, level_spread(still, rates), np.full(len(rates), u)), rates)


def test_the_spread_of_a_level_is_what_groups_leave() -> None:
    """by hand: groups of 2 people have index 2; of 5 asked for, 3 is left; of 1.5, nothing. cv 0.5 of 40 people: 10."""
    people = np.array([0.0, 40.0])
    forms = [{"dispersion_index": 5.0}, {"dispersion_index": 1.5}, {"variation": "cv", "day_cv": 0.5}]
    two = {"groups": {"kind": "constant", "parties": 2}}
    left = [level_spread(Arrivals.model_validate(two | form), people).tolist() for form in forms]
    assert left == [[3.0, 3.0], [0.0, 0.0], [0.0, 10.0]]


def groups(table: dict[str, Any]) -> GroupDistribution:
    made: GroupDistribution = TypeAdapter(GroupDistribution).validate_python(table)
    return made


def test_geometric_groups_have_their_probabilities() -> None:
    """P(N = k) = p (1 − p)^(k − 1) with p = 1 / mean: shares of the grid, to 1 in 100,000."""
    parties = group_parties(groups({"kind": "geometric", "mean": 1.45}), GRID)
    p = 1 / 1.45
    for k in (1, 2, 3, 4):
        assert (parties == k).mean() == pytest.approx(p * (1 - p) ** (k - 1), abs=1e-5)
    assert parties.min() == 1


def test_groups_of_mean_1_and_constant_groups_have_no_chance_in_them() -> None:
    assert set(group_parties(groups({"kind": "geometric", "mean": 1.0}), GRID).tolist()) == {1}
    assert set(group_parties(groups({"kind": "constant", "parties": 4}), GRID).tolist()) == {4}


def test_groups_by_table_count_parties_from_1() -> None:
    """Weights 1, 0, 3 for one, two, three parties."""
    parties = group_parties(groups({"kind": "table", "weights": (1.0, 0.0, 3.0)}), GRID)
    assert [(parties == k).mean() for k in (1, 2, 3)] == pytest.approx([0.25, 0.0, 0.75], abs=1e-5)


@given(st.lists(st.sampled_from((0.0, 0.001, 0.3, 1.0, 7.5)), min_size=1, max_size=60).filter(any), st.integers(0, 99))
def test_the_index_table_finds_the_step_that_a_binary_search_finds(weights: list[float], number: int) -> None:
    """numpy's searchsorted, on random numbers and on the ends of steps themselves."""
    ends = np.cumsum(weights) / sum(weights)
    ends[-1] = 1.0
    u = np.concatenate([np.random.default_rng(number).random(200), ends[ends < 1], np.nextafter(ends, 0)])
    np.testing.assert_array_equal(Steps(ends).find(u), np.searchsorted(ends, u, side="right"))


def test_weights_of_zero_are_never_drawn() -> None:
    """At either end and in the midst, for uniform numbers next to 0 and 1 too."""
    u = np.array([2.0**-53, 0.25, 0.5, 0.75, 1 - 2.0**-53])
    assert by_weight((0.0, 1.0, 0.0, 1.0, 0.0), u).tolist() == [1, 1, 3, 3, 3]


@pytest.mark.parametrize(
    ("table", "sizes", "mean", "index"),
    [
        ({"kind": "constant", "parties": 1}, (1.0,), 1.0, 1.0),
        ({"kind": "constant", "parties": 4}, (1.0,), 4.0, 4.0),
        # three parties of 1 or 2 people: mean 4.5, variance 3 × 0.25, square 0.75 + 20.25 = 21
        ({"kind": "constant", "parties": 3}, (1.0, 1.0), 4.5, 21 / 4.5),
        # one or three parties of one: mean 2, square (1 + 9) / 2
        ({"kind": "table", "weights": (0.5, 0.0, 0.5)}, (1.0,), 2.0, 2.5),
        # geometric mean 2, p = 1/2: variance 2, square 6
        ({"kind": "geometric", "mean": 2.0}, (1.0,), 2.0, 3.0),
    ],
)
def test_people_per_group_and_the_dispersion_that_groups_give(
    table: dict[str, Any], sizes: tuple[float, ...], mean: float, index: float
) -> None:
    """E[G] and E[G²] / E[G] by hand."""
    assert people_per_group(groups(table), sizes) == pytest.approx((mean, index))


def test_groups_of_the_case_have_1_9_people_and_an_index_of_2_8() -> None:
    """The figures that `assumptions.md` states for the split."""
    mean, index = people_per_group(groups({"kind": "geometric", "mean": 1.45}), CASE_SIZES)
    assert round(mean, 1) == 1.9
    assert round(index, 1) == 2.8


def expected(
    days: int, regimes: dict[str, dict[str, Any]], people: float | None = None, factor: float = 1.0
) -> list[float]:
    """Expected people of each day of one port."""
    scenario = arrivals(days, {"gate": port(regimes=regimes, people=people)}, factor=factor)
    made: list[float] = expected_people(scenario)[0].tolist()
    return made


def on_day(day: int) -> dt.date:
    return FIRST + dt.timedelta(days=day - 1)


def rate(day: int, start: float, end: float | None = None, between: str = "straight") -> dict[str, Any]:
    table = {"kind": "rate", "from_day": on_day(day), "people_per_day": start, "between": between}
    return table if end is None else {**table, "people_per_day_end": end}


def total(day: int, weight: float, **profile: Any) -> dict[str, Any]:
    table = {"kind": "total", "from_day": on_day(day), "weight": weight}
    return {**table, "profile": profile} if profile else table


def test_a_rate_goes_over_in_a_straight_line_from_the_first_to_the_last_day() -> None:
    """10 to 40 over days 1 to 4, then 5 flat from day 5."""
    assert expected(6, {"a": rate(1, 10, 40), "b": rate(5, 5)}) == pytest.approx([10, 20, 30, 40, 5, 5])


def test_a_rate_goes_over_exponentially_by_the_same_factor_each_day() -> None:
    """80 to 10 in 3 steps: halved each day."""
    assert expected(4, {"a": rate(1, 80, 10, "exponential")}) == pytest.approx([80, 40, 20, 10])


def test_a_regime_that_begins_before_the_window_is_on_its_way_at_the_first_day() -> None:
    """From 0 two days before the first day, to 40 on the last, 4 steps on: the window has 20, 30, 40."""
    assert expected(3, {"a": rate(-1, 0, 40)}) == pytest.approx([20, 30, 40])


def test_before_the_first_regime_nobody_comes() -> None:
    assert expected(4, {"a": rate(3, 7)}) == [0, 0, 7, 7]


def test_the_factor_multiplies_everything() -> None:
    assert expected(2, {"a": rate(1, 10)}, factor=1.5) == [15, 15]


def test_a_ports_people_are_divided_by_weight_and_spread_over_the_days_of_each_regime() -> None:
    """120 people, weights 1 and 3: 30 over two days, 90 over three."""
    regimes = {"a": total(1, 1.0), "b": total(3, 3.0)}
    assert expected(5, regimes, people=120) == pytest.approx([15, 15, 30, 30, 30])


def test_a_declining_profile_falls_by_e_in_the_e_fold_and_keeps_the_total() -> None:
    """Three days, e-fold 2 days: weights 1, e^-1/2, e^-1."""
    days = expected(3, {"a": total(1, 1.0, kind="exponential", e_fold_days=2.0)}, people=100)
    assert sum(days) == pytest.approx(100)
    assert days[2] / days[0] == pytest.approx(np.exp(-1))
    assert days[1] / days[0] == pytest.approx(np.exp(-0.5))


def test_a_series_profile_follows_its_numbers() -> None:
    """1, 0, 3 of a total of 40; a day that the series leaves out has nobody."""
    values = {on_day(1): 1.0, on_day(3): 3.0, on_day(9): 100.0}
    assert expected(3, {"a": total(1, 2.0, kind="series", values=values)}, people=40) == pytest.approx([10, 0, 30])


def test_a_daily_regime_is_the_file_times_its_scale() -> None:
    values = {on_day(day): 10.0 * day for day in range(1, 4)}
    regime = {"kind": "daily", "from_day": on_day(1), "values": values, "scale": 0.5}
    assert expected(3, {"a": regime}) == pytest.approx([5, 10, 15])
