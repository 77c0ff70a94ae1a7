"""Paired differences: against published values, by hand, and against what intervals and tests promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.numbers import comparison
from sim.numbers.comparison import (
    _at,
    _correlation,
    _weights,
    bonferroni_level,
    bootstrap_intervals,
    holm,
    share_interval,
    share_test,
    sign_flip_test,
    t_intervals,
    t_test,
    variance_reduction,
)

NAN = math.nan


def draws(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


def pairs(both: int, before: int, after: int, neither: int) -> tuple[list[int], list[int]]:
    """Flags of runs with both, only the first, only the second, and neither."""
    return [1] * (both + before) + [0] * (after + neither), [1] * both + [0] * before + [1] * after + [0] * neither


def test_t_intervals_leave_missing_pairs_out():
    """By hand: 1, 2, 3 has mean 2, s = 1, t(2) = 4.302653: half width 4.302653 / sqrt(3)."""
    whole, part = t_intervals(np.array([[1.0, 5.0], [2.0, NAN], [3.0, 7.0]]))
    assert (whole.n, whole.mean, part.n, part.mean) == (3, 2, 2, 6)
    assert whole.half_width == pytest.approx(4.302653 / math.sqrt(3), rel=1e-6)


def test_bootstrap_of_normal_differences_is_near_theory():
    """The bootstrap distribution of a mean has standard deviation s / sqrt(n), s with n: ± 1.96 of it."""
    values = draws(1).normal(3.0, 2.0, size=(60, 1))
    got = bootstrap_intervals(values)[0]
    half = 1.959964 * float(values.std()) / math.sqrt(60)
    assert got.mean == pytest.approx(float(values.mean()))
    assert got.half_width == pytest.approx(half, rel=0.05)


def test_bootstrap_agrees_with_scipy_on_skewed_differences():
    """An independent route: scipy's BCa with resamples of its own; bounds within 8 % of the interval's length."""
    values = draws(2).exponential(size=40)
    got = bootstrap_intervals(values[:, np.newaxis])[0]
    other = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=draws(3)).confidence_interval
    length = other.high - other.low
    assert abs(got.low - other.low) < 0.08 * length
    assert abs(got.high - other.high) < 0.08 * length
    assert got.high - got.mean > got.mean - got.low  # leans to the long tail


@pytest.mark.parametrize("n", [30, 60])
def test_bootstrap_covers_a_skewed_mean_nearly_as_promised(n: int):
    """1,000 samples of an exponential (mean 1): the 95 % interval holds 1 in 90 % of them or more, not in all."""
    samples = draws(4).exponential(size=(n, 1000))
    inside = np.mean([one.low <= 1 <= one.high for one in bootstrap_intervals(samples)])
    assert 0.90 <= inside <= 0.98


def test_t_intervals_cover_as_promised():
    """4,000 samples of 10 normal differences: 95 % within 4 standard errors of a share."""
    samples = draws(5).normal(size=(10, 4000))
    inside = np.mean([one.low <= 0 <= one.high for one in t_intervals(samples)])
    assert abs(inside - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 4000)


def test_bootstrap_of_differences_that_are_all_the_same_has_no_width():
    """No chance, no interval; one pair has none either, and no pair has no mean."""
    same = bootstrap_intervals(np.full((5, 2), 3.0))
    assert [(one.mean, one.low, one.high) for one in same] == [(3, 3, 3)] * 2
    assert math.isnan(bootstrap_intervals(np.array([[1.0], [NAN]]))[0].low)
    assert math.isnan(bootstrap_intervals(np.array([[NAN], [NAN]]))[0].mean)


def test_bootstrap_does_not_depend_on_the_company():
    """invariance: a cell's interval is the same alone, among others, and after a missing pair elsewhere."""
    values = draws(6).exponential(size=(12, 450))
    together = bootstrap_intervals(values)
    alone = bootstrap_intervals(values[:, 7:8])[0]
    assert together[7] == pytest.approx(alone)
    values[0, 0] = NAN
    assert bootstrap_intervals(values)[7] == pytest.approx(alone)


def test_share_intervals_are_those_that_were_published():
    """Altman et al., Statistics with confidence (2000), table 6.2: 14, 5, 0, 22 of 41: 0.122, 0.011 to 0.226."""
    before, after = pairs(14, 5, 0, 22)
    got = share_interval(after, before)  # as published: share of the first minus that of the second
    assert (got.mean, got.low, got.high) == pytest.approx((0.122, 0.011, 0.226), abs=5e-4)


def test_share_intervals_are_the_same_in_the_mirror():
    """Exchanging before and after turns the interval round."""
    before, after = pairs(5, 9, 1, 6)
    there, back = share_interval(before, after), share_interval(after, before)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    nothing = share_interval([1] * 20, [1] * 20)
    assert nothing.mean == 0
    assert nothing.low < 0 < nothing.high  # twenty runs do not show that it is never otherwise


@pytest.mark.slow
def test_share_intervals_cover_as_promised():
    """Shares 0.9 and 0.8 of 40 pairs with common chance: coverage of 0.93 or more over 4,000 samples."""
    u = draws(7).uniform(size=(4000, 40))
    v = np.where(draws(8).uniform(size=u.shape) < 0.5, u, draws(9).uniform(size=u.shape))
    got = [share_interval(a < 0.9, b < 0.8) for a, b in zip(u, v, strict=True)]
    assert np.mean([one.low <= -0.1 <= one.high for one in got]) >= 0.93


def test_p_values_of_pairs():
    """t: scipy's paired test; signs: all of 5 pairs up, by hand 2 / 32; shares: 7 of 7 changes one way, 2 / 128."""
    values = draws(10).normal(0.3, 1.0, size=12)
    assert t_test(values) == pytest.approx(stats.ttest_1samp(values, 0.0).pvalue)
    assert sign_flip_test([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx(2 / 32, abs=4 * math.sqrt(0.06 / 10_000))
    assert share_test(*pairs(10, 7, 0, 3)) == pytest.approx(2 / 128)
    for worse, better in ((5, 1), (1, 5)):  # none or one of six the other way: 1 + 6 of 64, on both sides
        assert share_test(*pairs(10, worse, better, 3)) == pytest.approx(2 * 7 / 64)
    assert share_test(*pairs(0, 3, 3, 0)) == 1
    assert (t_test([0.0, 0.0]), sign_flip_test([0.0, 0.0]), share_test([1, 0], [1, 0])) == (1, 1, 1)
    assert math.isnan(t_test([1.0]))


def test_sign_flips_reject_as_often_as_promised():
    """500 samples of symmetric differences: p <= 0.05 in 5 % of them, within 4 standard errors."""
    samples = draws(11).standard_t(3, size=(500, 15))
    rejected = np.mean([sign_flip_test(sample) <= 0.05 for sample in samples])
    assert abs(rejected - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 500)


def test_holm_by_hand():
    """0.01, 0.04, 0.03, 0.005 of four: 0.005 x 4, 0.01 x 3, 0.03 x 2, then 0.04 is raised to 0.06. nan counts not."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]
    only = holm([NAN, 0.02])
    assert math.isnan(only[0])
    assert only[1] == 0.02


def test_bonferroni_levels():
    assert bonferroni_level(4) == pytest.approx(0.9875)
    assert bonferroni_level(1) == bonferroni_level(0) == pytest.approx(0.95)


def test_variance_reduction_of_common_chance():
    """a = common + own, variances 4 + 1 each: (5 + 5) / (1 + 1) = 5, in the limit; independent: 1."""
    common, own = draws(12).normal(0, 2, size=20_000), draws(13).normal(size=(2, 20_000))
    assert variance_reduction(common + own[0], common + own[1]) == pytest.approx(5, rel=0.1)
    assert variance_reduction(own[0], own[1]) == pytest.approx(1, rel=0.1)
    assert variance_reduction([1, 2, 3], [3, 4, 5]) == math.inf
    assert math.isnan(variance_reduction([1, 1], [1, 1]))


def test_pairs_that_are_missing_give_no_number() -> None:
    """Nothing to compare: no pair, one pair, or a value that is missing in one of both."""
    assert share_interval([], []).n == 0
    one = share_interval([0], [1])  # Wilson by hand: 0 of 1 is 0 to z²/(1 + z²) = 0.7935, 1 of 1 its mirror
    assert (one.n, one.mean, one.high) == (1, 1, 1)
    assert one.low == pytest.approx(1 - math.sqrt(2) * 0.79345, abs=1e-4)
    assert math.isnan(share_interval([], []).mean)
    assert math.isnan(sign_flip_test([3.0]))
    assert math.isnan(sign_flip_test([3.0, NAN]))
    assert math.isnan(variance_reduction([1.0, NAN], [2.0, 3.0]))


def test_shares_of_runs_that_are_no_pairs_are_refused() -> None:
    """words: replications in common make a pair."""
    with pytest.raises(ValueError, match="3 replications against 2: pairs need the same ones"):
        share_interval([True, False, True], [True, False])


def test_the_bootstrap_corrects_its_bias_as_scipy_does(monkeypatch: pytest.MonkeyPatch):
    """An independent route: scipy's BCa of ten skewed numbers (lognormal ones at even chances) with 400,000 resamples,
    against the mean of 20 sets of resamples. Four standard errors, which are less than half of what the bias term does.
    """
    values = np.exp(stats.norm.ppf((np.arange(10) + 0.5) / 10))
    other = stats.bootstrap((values,), np.mean, n_resamples=400_000, method="BCa", rng=draws(14), batch=20_000)
    found = []
    for key in range(20):
        monkeypatch.setattr(comparison, "_BOOTSTRAP_KEY", key)
        got = bootstrap_intervals(values[:, np.newaxis])[0]
        found.append((got.low, got.high))
    middle, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / math.sqrt(20)
    assert np.all(np.abs(middle - other.confidence_interval) < 4 * error + 1e-3)


@pytest.mark.parametrize("scale", [1.0, 1e-13, 1e13])
def test_the_reduction_of_variance_by_hand_at_any_scale(scale: float) -> None:
    """1, 4 against 2, 8, pairs without a value left out: variances 4.5 and 18, of the difference 4.5: 5 times."""
    before, after = np.array([1.0, 2.0, NAN, 4.0]), np.array([2.0, NAN, 3.0, 8.0])
    assert variance_reduction(scale * before, scale * after) == pytest.approx(5)
    assert math.isnan(variance_reduction(before[:3], after[:3]))


def test_bounds_between_two_resamples_lie_on_the_straight_line() -> None:
    """By hand: 0, 1, 3, 7 in order; a quarter of the way from the third to the fourth is 4; the last has none above."""
    ordered = np.array([[0.0, 10.0], [1.0, 20.0], [3.0, 20.0], [7.0, 30.0]])
    assert _at(ordered, np.array([1.5, 0.5])).tolist() == [2, 15]
    assert _at(ordered, np.array([2.25, 3.0])).tolist() == [4, 30]
    assert _weights(5).sum(axis=1) == pytest.approx(1)
    assert _weights(5).mean(axis=0) == pytest.approx(np.full(5, 0.2), abs=0.01)


@pytest.mark.parametrize(("both", "before", "after", "neither", "phi"), [
    (1, 0, 0, 1, 0.0), (3, 0, 0, 3, 6 / 9), (0, 3, 3, 0, -1.0), (2, 1, 1, 2, 0.0), (4, 0, 0, 0, 0.0),
])  # fmt: skip
def test_the_correlation_of_pairs_by_hand(both: int, before: int, after: int, neither: int, phi: float) -> None:
    """Newcombe's method 10: both x neither - one x other, less n/2 where it is more than that and 0 where it is not, by
    the root of the four margins; 0 where a margin is empty."""
    first, second = pairs(both, before, after, neither)
    assert _correlation(np.array(first, dtype=bool), np.array(second, dtype=bool)) == pytest.approx(phi)


@pytest.mark.parametrize("level", [0.95, 0.9999, 0.999999])
def test_bounds_lie_among_the_means_of_resamples_at_every_level(level: float) -> None:
    """Also where the level asks for more than the 8,000 resamples can tell: no bound lies beyond the pairs."""
    differences = np.array([[-3.0], [-1], [0], [2], [4], [5], [9]])
    (found,) = bootstrap_intervals(differences, level=level)
    assert -3 < found.low < found.mean < found.high < 9
