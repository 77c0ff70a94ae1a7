"""Approximate Bayesian computation against posteriors that are known: numbers alone, no scenario."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.commands.calibrate.abc import posterior, sampling

Floats = NDArray[np.float64]
ONE_RULE = np.ones(1)
SPREAD = 0.5
"""Standard deviation of the toy's figure round the unknown."""


def toy(z: Floats, seed: int) -> Floats:
    """A figure for each row: first unknown + noise of known spread. The second unknown has no say."""
    noise = np.random.Generator(np.random.Philox(seed)).standard_normal(len(z))
    return (z[:, 0] + SPREAD * noise)[:, None]


def reference(n: int, rounds: int = 1, seed: int = 1) -> tuple[sampling.Points, Floats, Floats]:
    """Points, figures and weights of a toy calibration to the figure 1.2."""
    parts, sizes = [sampling.from_prior(n, 2, ONE_RULE, seed)], [n]
    figures = [toy(parts[0].z, seed + 50)]
    proposals: list[sampling.Proposal] = []
    for r in range(1, rounds):
        points, so_far = sampling.joined(parts), np.concatenate(figures)
        weights = sampling.mixture_weights(points, sizes, proposals)
        near = posterior.accepted(posterior.distances(so_far, OBSERVED, SCALE), weights, 0.5, 100)
        some = sampling.Points(points.z[near.rows], points.rule[near.rows])
        proposals.append(sampling.proposal_from(some, near.weights, ONE_RULE))
        parts.append(proposals[-1].draw(n, seed + r))
        figures.append(toy(parts[-1].z, seed + 50 + r))
        sizes.append(n)
    points = sampling.joined(parts)
    return points, np.concatenate(figures), sampling.mixture_weights(points, sizes, proposals)


OBSERVED, SCALE = np.array([1.2]), np.array([SPREAD])
TRUE_VARIANCE = 1 / (1 + 1 / SPREAD**2)
TRUE_MEAN = OBSERVED[0] * TRUE_VARIANCE / SPREAD**2
"""Normal prior (0, 1) and normal noise: precision adds, 1 + 1 / 0.25 = 5, mean 1.2 · 4 / 5."""


@pytest.mark.parametrize("rounds", [1, 3])
def test_the_posterior_of_a_normal_mean_is_the_one_of_the_formula(rounds: int) -> None:
    """Mean and spread within four standard errors of what conjugate normals give, in one round and with tightening."""
    points, figures, weights = reference(4_000, rounds)
    distance = posterior.distances(figures, OBSERVED, SCALE)
    near = posterior.accepted(distance, weights, 0.5, 200)
    assert not near.widened
    z = posterior.adjusted(points.z[near.rows], figures[near.rows], OBSERVED, near.weights, SCALE)
    sd = np.sqrt(TRUE_VARIANCE)
    n = near.effective
    assert near.weights @ z[:, 0] == pytest.approx(TRUE_MEAN, abs=4 * sd / np.sqrt(n))
    assert posterior.spread(z[:, 0], near.weights) == pytest.approx(sd, abs=4 * sd / np.sqrt(2 * n))
    assert near.weights @ z[:, 1] == pytest.approx(0, abs=4 / np.sqrt(n))
    assert posterior.spread(z[:, 1], near.weights) == pytest.approx(1, abs=4 / np.sqrt(2 * n))


def test_later_rounds_raise_the_effective_sample_for_the_same_work() -> None:
    once, thrice = reference(6_000, 1), reference(2_000, 3)
    sizes = []
    for _, figures, weights in (once, thrice):
        distance = posterior.distances(figures, OBSERVED, SCALE)
        sizes.append(posterior.accepted(distance, weights, 0.1, 1).effective)
    assert sizes[1] > sizes[0]


def test_simulation_based_calibration_of_the_toy_is_honest() -> None:
    """200 rows taken for the truth: 90 % intervals hold it in 167 to 193 (three standard errors), ranks are uniform."""
    points, figures, weights = reference(3_000, 2)
    distance = posterior.distances(figures, OBSERVED, SCALE)
    rows = posterior.rows_near(distance, weights, 2.0, 200, seed=3)
    ranks = posterior.left_out_ranks(posterior.RuleTable(points.z, figures, weights, SCALE), rows, 0.5, 100)
    assert len(rows) == len(set(rows.tolist())) == 200
    low, high = posterior.expected_covered(200)
    assert (low, high) == (167, 193)
    assert all(low <= n <= high for n in posterior.covered(ranks))
    for unknown in ranks.T:  # ten classes of 20: chi-square with 9 degrees of freedom, 1 in 10,000 beyond 33.7
        counts = np.histogram(unknown, bins=10, range=(0, 1))[0]
        assert ((counts - 20) ** 2 / 20).sum() < 33.7


def test_a_method_that_is_too_sure_fails_the_proof() -> None:
    """A posterior five times too narrow (a normal one's ranks stretched by that): the test must be able to fail."""
    points, figures, weights = reference(3_000, 1)
    distance = posterior.distances(figures, OBSERVED, SCALE)
    rows = posterior.rows_near(distance, weights, 2.0, 200, seed=3)
    honest = posterior.left_out_ranks(posterior.RuleTable(points.z, figures, weights, SCALE), rows, 0.5, 100)
    too_sure = ndtr(5 * ndtri(np.clip(honest, 1e-9, 1 - 1e-9)))
    assert posterior.covered(too_sure)[0] < posterior.expected_covered(200)[0]


def test_weights_of_rounds_give_back_the_prior() -> None:
    """Weighted by prior over mixture, all rounds together have the prior's mean 0 and variance 1."""
    points, _, weights = reference(4_000, 3)
    share = weights / weights.sum()
    n = posterior.effective_size(share)
    assert weights.max() <= 3 + 1e-9  # all histories / those of the first round
    assert weights.mean() == pytest.approx(1, abs=0.05)
    for unknown in points.z.T:
        assert share @ unknown == pytest.approx(0, abs=4 / np.sqrt(n))
        assert share @ unknown**2 == pytest.approx(1, abs=4 * np.sqrt(2 / n))


def test_rules_keep_their_prior_shares_and_get_posterior_ones() -> None:
    """Rule 1 shifts the figure away by 2: its posterior share is prior · density, 0.25 · φ(…) over the sum."""
    shares = np.array([0.75, 0.25])
    points = sampling.from_prior(20_000, 1, shares, 5)
    assert np.bincount(points.rule).tolist() == pytest.approx([15_000, 5_000], rel=0.01)
    figures = toy(points.z, 9) + 2.0 * points.rule[:, None]
    near = posterior.accepted(posterior.distances(figures, OBSERVED, SCALE), np.ones(20_000), 0.2, 1)
    spread = np.sqrt(1 + SPREAD**2)
    density = shares * np.exp(-(((OBSERVED[0] - np.array([0.0, 2.0])) / spread) ** 2) / 2)
    expected = density[1] / density.sum()
    got = near.weights @ (points.rule[near.rows] == 1)
    assert got == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / near.effective))


@pytest.mark.parametrize(
    ("prior", "median"),
    [
        (sampling.Uniform(2, 6), 4),
        (sampling.LogUniform(10, 40), 20),
        (sampling.Normal(5, 2), 5),
        (sampling.Normal(0, 1, 0, np.inf), ndtri(0.75)),
        (sampling.WholeUniform(1, 3), 2),
    ],
)
def test_a_prior_has_its_median_and_bounds(prior: sampling.Prior, median: float) -> None:
    assert float(prior.value(0.0)) == pytest.approx(median)
    low, high = prior.bounds()
    values = prior.value(np.array([-40, -1, 0, 1, 40]))
    assert np.all(np.diff(values) >= 0)
    assert low <= values.min()
    assert values.max() <= high


def test_too_few_near_rows_widen_the_limit_and_say_so() -> None:
    distance = np.array([0.5, 0.9, 1.5, 2.0, posterior.FAR])
    near = posterior.accepted(distance, np.ones(5), 1.0, 2.5)
    assert near.widened
    assert near.limit >= 1.5
    assert near.effective >= 2.5
    assert 4 not in posterior.accepted(distance, np.ones(5), 1.0, 10).rows


def test_weighted_quantiles_of_equal_weights_are_those_of_a_list() -> None:
    values = np.arange(1.0, 102.0)
    assert posterior.quantiles(values, np.ones(101), (0.05, 0.5, 0.95)) == pytest.approx([5.55, 51, 96.45])


def test_drawing_again_keeps_weights_to_within_one() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    assert np.bincount(posterior.resampled(weights, 10, 4)).tolist() == [5, 3, 2]


def test_variance_is_split_as_it_was_put_together() -> None:
    """Settings of variance 4, chance of variance 1: their share is 0.8, and the 95 % interval holds it."""
    chance = np.random.Generator(np.random.Philox(8))
    values = 2 * chance.standard_normal((200, 1)) + chance.standard_normal((200, 5))
    parts = posterior.split_variance(values)
    assert parts.low < 0.8 < parts.high
    assert parts.share == pytest.approx(0.8, abs=0.06)
    only_chance = posterior.split_variance(chance.standard_normal((40, 5)))
    assert only_chance.low == 0
    assert only_chance.share < 0.2


def test_a_figure_removes_as_much_variance_as_it_is_correlated() -> None:
    """Squared correlation of z and z + noise of the same size: one half; of independent numbers: none."""
    chance = np.random.Generator(np.random.Philox(8))
    z = chance.standard_normal((40_000, 2))
    removed = posterior.explained(z, z[:, 0] + chance.standard_normal(40_000), np.ones(40_000))
    assert removed == pytest.approx([0.5, 0], abs=0.02)


def test_parts_of_variance_by_hand() -> None:
    """By hand, with F tables: within 3 / 3 = 1, means 1.5, 4 and 8.5, so between 25.17 and F = 25.17 with 2 and 3
    degrees of freedom; divided by 16.04 and times 39.17: 1.569 and 985.8; (F - 1) / (F + 1) of these: .2214 and .9980.
    """
    parts = posterior.split_variance(np.array([[1.0, 2], [3, 5], [8, 9]]))
    assert parts.chance == pytest.approx(1.0)
    assert (round(parts.low, 4), round(parts.high, 4)) == (0.2214, 0.9980)


def test_scales_and_distances_by_hand() -> None:
    """Tolerance 3 and variance 16: sqrt(9 + 16) = 5; off by 3 and 4 scales: sqrt((9 + 16) / 2) = 3.5355."""
    assert posterior.scales(np.array([3.0]), np.array([16.0])) == pytest.approx([5.0])
    got = posterior.distances(np.array([[3.0, 4.0]]), np.zeros(2), np.ones(2))
    assert got == pytest.approx([3.5355], abs=1e-4)


def test_weights_fall_with_the_square_of_the_distance() -> None:
    """Epanechnikov: 1 - d²; at 0, 0.5 and 0.8 of the limit 1, 0.75 and 0.36, which sum to 2.11."""
    near = posterior.accepted(np.array([0.0, 1.0, 1.6]), np.ones(3), 2.0, 1.0)
    assert near.weights == pytest.approx(np.array([1, 0.75, 0.36]) / 2.11)


def test_rows_are_moved_from_three_for_each_coefficient_on() -> None:
    """One figure has two coefficients: five equal rows stay as they are, six are moved. z = 2 x: along the line of
    least squares, but for a ridge of a thousandth, all come to where x is the observed 1: 2.
    """
    x = np.arange(6.0)[:, None]
    five = posterior.adjusted(2 * x[:5], x[:5], np.array([1.0]), np.ones(5), np.ones(1))
    assert np.array_equal(five, 2 * x[:5])
    six = posterior.adjusted(2 * x, x, np.array([1.0]), np.ones(6), np.ones(1))
    assert six == pytest.approx(np.full((6, 1), 2.0), abs=0.01)
    assert not np.allclose(six, 2.0, atol=1e-6), "the ridge leaves a little"


def test_a_row_that_is_taken_for_the_truth_has_no_weight() -> None:
    """Expected: the same ranks when that row is not in the table at all, however heavy it was."""
    chance = np.random.Generator(np.random.Philox(4))
    z = chance.standard_normal((60, 1))
    summaries, weights = z + 0.5 * chance.standard_normal((60, 1)), np.ones(60)
    weights[7] = 40.0
    got = posterior.left_out_ranks(posterior.RuleTable(z, summaries, weights, np.ones(1)), np.array([7]), 1.0, 5)
    others = np.arange(60) != 7
    distance = posterior.distances(summaries[others], summaries[7], np.ones(1))
    near = posterior.accepted(distance, np.ones(59), 1.0, 5)
    rows = np.flatnonzero(others)[near.rows]
    moved = posterior.adjusted(z[rows], summaries[rows], summaries[7], near.weights, np.ones(1))
    assert got[0] == pytest.approx(near.weights @ (moved < z[7]))


def test_a_proposal_by_hand() -> None:
    """16 points at 1 ± 0.3: variance 0.09, below (1 - sqrt(1/16))² = 0.5625, so it is told; wider by 1.6 in variance:
    sqrt(0.144). All have rule 0: it gets 0.8 + 0.2 x 0.7, and rule 1, never seen, keeps 0.2 of its prior of 0.3.
    """
    z = np.array([0.7, 1.3] * 8)[:, None]
    got = sampling.proposal_from(sampling.Points(z, np.zeros(16, np.int64)), np.ones(16), np.array([0.7, 0.3]))
    assert np.abs(got.means) == pytest.approx([1.0])
    assert got.spreads == pytest.approx([np.sqrt(0.144)], abs=1e-5)
    assert got.rules == pytest.approx([0.94, 0.06])
