"""Intervals of means: exact values by hand and scipy, and how often they hold the true mean."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.numbers.statistics import (
    RARE,
    at_most_otherwise,
    bounds_of_means,
    bounds_of_measures,
    mean_interval,
    measure_interval,
)

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]


def one_share(values: list[float]) -> tuple[float, float]:
    got = measure_interval(values, share=True)
    return got.low, got.high


def test_symmetric_values_have_student_s_interval() -> None:
    """theory: without skewness nothing is put right; scipy's t interval, for several sizes and levels."""
    for n in (2, 5, 30, 201):
        values = np.linspace(-3, 7, n)
        for level in (0.8, 0.95, 0.99):
            expected = stats.t.interval(level, n - 1, values.mean(), stats.sem(values))
            got = mean_interval(values, level=level)
            assert (got.low, got.high) == pytest.approx(expected)


def test_skewed_values_have_hall_s_interval() -> None:
    """By hand from Hall (1992): (1 + a T / 3)^3 = 1 + a (x - a / 6) with a = skewness / √n, at x = ± t(9); skewness by
    scipy, G1. The long side of the interval is that of the long tail.
    """
    values = np.array([1.0, 1, 2, 2, 3, 3, 4, 6, 9, 19])
    got = mean_interval(values)
    a = stats.skew(values, bias=False) / math.sqrt(10)
    for bound, x in ((got.low, stats.t.ppf(0.975, 9)), (got.high, -stats.t.ppf(0.975, 9))):
        t = (values.mean() - bound) / stats.sem(values)
        assert (1 + a * t / 3) ** 3 == pytest.approx(1 + a * (x - a / 6))
    assert got.high - got.mean > 2 * (got.mean - got.low)
    mirrored = mean_interval(-values)
    assert (mirrored.low, mirrored.high) == pytest.approx((-got.high, -got.low))


def test_four_values_tell_nothing_about_skewness() -> None:
    """theory: Student's interval, however skewed the four are; of one value there is none."""
    values = np.array([0.0, 0, 0, 100])
    expected = stats.t.interval(0.95, 3, values.mean(), stats.sem(values))
    got = mean_interval(values)
    assert (got.low, got.high) == pytest.approx(expected)
    assert math.isnan(mean_interval([3.0]).low)
    assert math.isnan(measure_interval([3.0]).high)


def test_shares_of_noughts_and_ones_have_the_exact_interval() -> None:
    """scipy's Clopper-Pearson interval; with none or all one bound is told, at 95 % for itself: 1 - 0.05^(1/30)."""
    for ones, n in ((1, 30), (3, 10), (29, 30), (15, 30), (1, 2)):
        expected = stats.binomtest(ones, n).proportion_ci(0.95, method="exact")
        assert one_share([1.0] * ones + [0.0] * (n - ones)) == pytest.approx((expected.low, expected.high))
    assert one_share([0.0] * 30) == pytest.approx((0, 1 - 0.05 ** (1 / 30)))
    assert one_share([1.0] * 30) == pytest.approx((0.05 ** (1 / 30), 1))


def test_zeros_obey_the_rule_of_three() -> None:
    """theory: after n times nothing at most about 3 / n, 10 % of 30; of a quantity without a largest value nothing is
    known above 0. An interval of a constant that is not 0 has no length.
    """
    for n in (30, 100, 1000):
        assert at_most_otherwise(n) == pytest.approx(3 / n, rel=0.06)
        assert measure_interval([0.0] * n, share=True).high == pytest.approx(at_most_otherwise(n))
    minutes = measure_interval([0.0] * 30)
    assert (minutes.n, minutes.mean, minutes.low) == (30, 0, 0)
    assert math.isnan(minutes.high)
    assert math.isnan(minutes.half_width)
    assert measure_interval([7.0] * 30) == (30, 7, 7, 7)
    assert measure_interval([0.25] * 30, share=True) == (30, 0.25, 0.25, 0.25)


def test_shares_that_are_nearly_always_zero_have_stringer_s_bound() -> None:
    """By hand: of 30 days' shares two are above 0, .2 and .1. With p(j) the exact upper and q(j) the exact lower bound
    of j in 30: high p(0) + .2 (p(1) - p(0)) + .1 (p(2) - p(1)), low .2 q(1) + .1 (q(2) - q(1)). Likewise near 1.
    """
    p = [stats.beta.ppf(0.975, j + 1, 30 - j) for j in range(3)]
    q = [0.0, *(stats.beta.ppf(0.025, j, 31 - j) for j in (1, 2))]
    high = p[0] + 0.2 * (p[1] - p[0]) + 0.1 * (p[2] - p[1])
    low = 0.2 * q[1] + 0.1 * (q[2] - q[1])
    assert one_share([0.1, *[0.0] * 28, 0.2]) == pytest.approx((low, high))
    assert one_share([0.9, *[1.0] * 28, 0.8]) == pytest.approx((1 - high, 1 - low))
    many = [0.1] * RARE + [0.0] * (30 - RARE)
    assert one_share(many)[1] < 0.04, "five are enough to know how large they are"


def test_intervals_of_shares_stay_between_nothing_and_all() -> None:
    """property: 3,000 made-up samples of 2 to 12 shares; the mean lies inside, and so do counts above 0."""
    rng = np.random.default_rng(3)
    for _ in range(3000):
        values = np.round(rng.beta(*rng.uniform(0.05, 3, 2), rng.integers(2, 13)), rng.integers(0, 4))
        got = measure_interval(values, share=True)
        assert 0 <= got.low <= got.mean + 1e-12
        assert got.mean - 1e-12 <= got.high <= 1
        assert measure_interval(100 * values).low >= 0


def test_a_share_above_1_has_the_bounds_of_any_mean() -> None:
    """Nothing is cut where a value shows that 1 is no limit."""
    values = [0.9, 1.1, 1.2, 0.8, 1.0, 1.3]
    assert measure_interval(values, share=True) == mean_interval(values)


def zero_inflated(share: float) -> Draw:
    """So many are above 0, and these lognormal."""
    return lambda rng, size: (rng.random(size) < share) * rng.lognormal(0, 0.5, size)


COVERAGE: dict[str, tuple[Draw, float, bool, tuple[float, float, float]]] = {
    # name: (draw, true mean, a share, least coverage with n = 10, 30, 100)
    "normal": (lambda rng, size: rng.normal(10, 1, size), 10, False, (0.94, 0.94, 0.94)),
    "exponential": (lambda rng, size: rng.exponential(1, size), 1, False, (0.93, 0.94, 0.94)),
    "lognormal": (lambda rng, size: rng.lognormal(0, 1, size), math.exp(0.5), False, (0.90, 0.92, 0.93)),
    "half zeros": (zero_inflated(0.5), 0.5 * math.exp(0.125), False, (0.92, 0.93, 0.94)),
    "nine zeros in ten": (zero_inflated(0.1), 0.1 * math.exp(0.125), False, (0.95, 0.95, 0.94)),
    "yes or no, 2.7 %": (lambda rng, size: (rng.random(size) < 0.027).astype(float), 0.027, True, (0.94, 0.94, 0.94)),
    "yes or no, 95 %": (lambda rng, size: (rng.random(size) < 0.95).astype(float), 0.95, True, (0.94, 0.94, 0.94)),
    "share of 20 days, seldom": (
        lambda rng, size: (rng.random(size) < 0.05) * rng.integers(1, 11, size) / 20, 0.05 * 5.5 / 20, True,
        (0.95, 0.95, 0.94),
    ),
    "share near 1": (lambda rng, size: rng.beta(8, 0.4, size), 8 / 8.4, True, (0.87, 0.90, 0.92)),
}  # fmt: skip


def covered(name: str, n: int, samples: int) -> float:
    """Share of samples whose interval holds the true mean; an interval without an upper bound holds all above."""
    draw, mean, share, _ = COVERAGE[name]
    values = draw(np.random.default_rng([n, list(COVERAGE).index(name)]), (samples, n))
    low, high = bounds_of_measures(values, shares=np.full(samples, share))
    return float(((low <= mean) & (np.isnan(high) | (mean <= high))).mean())


@pytest.mark.parametrize("name", COVERAGE)
def test_intervals_hold_the_mean_nearly_as_often_as_they_say(name: str) -> None:
    """theory: with 30 values at least the coverage that COVERAGE states, within 3 standard errors of 2,000 samples."""
    least = COVERAGE[name][3][1]
    assert covered(name, 30, 2000) >= least - 3 * math.sqrt(least * (1 - least) / 2000)


def test_student_s_interval_would_not() -> None:
    """Why there are other rules: of quantities that are 0 nine times in ten it holds the mean in under 90 % of cases,
    of a lognormal one in about 88 %.
    """
    for name, most in (("nine zeros in ten", 0.9), ("lognormal", 0.9)):
        draw, mean, _, _ = COVERAGE[name]
        values = draw(np.random.default_rng(1), (4000, 30))
        half = stats.t.ppf(0.975, 29) * values.std(axis=1, ddof=1) / math.sqrt(30)
        assert (abs(values.mean(axis=1) - mean) <= half).mean() < most


@pytest.mark.slow
@pytest.mark.parametrize("name", COVERAGE)
@pytest.mark.parametrize("size", [0, 1, 2], ids=["10", "30", "100"])
def test_coverage_of_intervals(name: str, size: int) -> None:
    """theory: 100,000 samples; what is stated holds within 3 standard errors (0.2 points)."""
    n, least = (10, 30, 100)[size], COVERAGE[name][3][size]
    assert covered(name, n, 100_000) >= least - 3 * math.sqrt(least * (1 - least) / 100_000)


def test_rows_do_not_matter_to_each_other() -> None:
    """invariance: many rows at once are each row alone, to the bit."""
    rng = np.random.default_rng(9)
    values = np.round(rng.beta(0.3, 0.5, (200, 12)), 1)
    shares = rng.random(200) < 0.5
    together = bounds_of_measures(values, shares=shares)
    for row, share, low, high in zip(values, shares, *together, strict=True):
        assert measure_interval(row, share=bool(share))[2:] == (low, high)
    assert len(bounds_of_means(np.zeros((0, 4))).low) == 0


@pytest.mark.parametrize("n", [5, 7, 8, 12])
def test_what_holds_of_zeros_holds_of_ones_the_other_way_round(n: int) -> None:
    """Shares of 1 - x have the bounds 1 - high and 1 - low, however many are just 0 or 1, beside 0.2, 0.3, 0.4 …"""
    for zeros in range(n + 1):
        for ones in range(n + 1 - zeros):
            others = 0.2 + 0.5 * np.arange(n - zeros - ones) / n
            values = np.concatenate([np.zeros(zeros), np.ones(ones), others])
            low, high = one_share(values.tolist())
            assert one_share((1 - values).tolist()) == pytest.approx((1 - high, 1 - low), nan_ok=True)
