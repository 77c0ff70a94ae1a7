"""Estimates against values worked out by hand, against scipy, and against what an interval promises."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.numbers.statistics import (
    ESTIMATE_COLUMNS,
    bands,
    estimate,
    mean_interval,
    measure_interval,
    mostly,
    order_statistic_interval,
    stretches,
    wilson,
)


def table(rows: list[tuple[int, str, str, float]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["replication", "measure", "place", "value"])
    frame.insert(3, "unit", "people")
    return frame


def test_an_estimate_has_mean_half_width_and_quantiles_of_single_replications():
    """Values 2, 4, 6, 8: mean 5, s = sqrt(20 / 3), t(3) = 3.182446: half width 4.1087; quartiles 3.5, 5, 6.5."""
    got = estimate(table([(i + 1, "served", "all", 2.0 * (i + 1)) for i in range(4)])).iloc[0]
    assert (got["n"], got["mean"]) == (4, 5)
    assert got["half_width"] == pytest.approx(3.182446 * math.sqrt(20 / 3) / 2, rel=1e-6)
    assert (got["p25"], got["p50"], got["p75"]) == (3.5, 5, 6.5)
    assert tuple(got.index) == ESTIMATE_COLUMNS


def test_missing_values_are_left_out_and_counted():
    """Of three replications one has no value: n = 2. A measure without any value has no row."""
    rows = [
        (1, "wait", "gate", 1.0),
        (2, "wait", "gate", math.nan),
        (3, "wait", "gate", 3.0),
        (1, "none", "all", math.nan),
    ]
    got = estimate(table(rows))
    assert got[["measure", "n", "mean"]].to_numpy().tolist() == [["wait", 2, 2.0]]


def test_many_groups_at_once_are_each_group_alone_to_the_bit():
    """invariance: groups of 1 to 9 and of 55 values, rows shuffled; expected from each group's values alone."""
    rng = np.random.default_rng(1)
    groups = {(f"m{n}", place): rng.lognormal(3, 2, n) for n in (*range(1, 10), 55) for place in ("b", "all", "a")}
    rows = [(i, *key, value) for key, values in groups.items() for i, value in enumerate(values, start=1)]
    got = estimate(table([rows[i] for i in rng.permutation(len(rows))]))
    assert len(got) == len(groups)
    row: Any
    for row in got.itertuples():
        values = groups[row.measure, row.place]
        alone = measure_interval(values)
        quantiles = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
        assert (row.n, row.mean, row.p5, row.p25, row.p50, row.p75, row.p95) == (len(values), alone.mean, *quantiles)
        assert row.half_width == alone.half_width or (row.n == 1 and math.isnan(row.half_width))


def test_estimates_by_a_column_are_those_of_each_of_its_values_alone():
    """invariance: points with other measures in another order, one without any value; rows of a point in its order."""
    one = table(
        [(1, "wait", "gate", 1.0), (2, "wait", "gate", 3.0), (1, "served", "b", 7.0), (1, "served", "all", 8.0)]
    )
    two = table([(1, "served", "b", 2.0), (1, "cost", "all", 5.0), (1, "wait", "gate", 4.0)])
    none = table([(1, "wait", "gate", math.nan)])
    parts = {1: one, 7: none, 2: two}
    got = estimate(pd.concat([part.assign(point=point) for point, part in parts.items()]), by="point")
    alone = pd.concat([estimate(part).assign(point=point) for point, part in parts.items() if point != 7])
    pd.testing.assert_frame_equal(got, alone[["point", *ESTIMATE_COLUMNS]].reset_index(drop=True), check_dtype=False)
    assert got["place"].tolist() == ["gate", "all", "b", "b", "all", "gate"]


def test_one_replication_has_no_interval():
    """Chance between replications cannot be seen in one; no replications give an empty table with all columns."""
    got = estimate(table([(1, "served", "all", 7.0)])).iloc[0]
    assert (got["n"], got["mean"], got["p5"], got["p95"]) == (1, 7, 7, 7)
    assert math.isnan(got["half_width"])
    assert list(estimate(table([])).columns) == list(ESTIMATE_COLUMNS)


def test_order_of_replications_does_not_matter_to_the_bit():
    """Sums are taken in order of replication, however rows come: workers finish in any order."""
    rng = np.random.default_rng(7)
    rows = [
        (i, m, p, float(x)) for m in ("a", "b") for p in ("all", "x") for i, x in enumerate(rng.lognormal(0, 3, 40))
    ]
    first = estimate(table(rows))
    for _ in range(5):
        shuffled = table([rows[i] for i in rng.permutation(len(rows))])
        second = (
            estimate(shuffled)
            .set_index(["measure", "place"])
            .loc[list(zip(first["measure"], first["place"], strict=True))]
        )
        assert (second[list(ESTIMATE_COLUMNS[3:])].to_numpy() == first[list(ESTIMATE_COLUMNS[3:])].to_numpy()).all()


def test_measures_keep_their_order_and_all_comes_first():
    """Measures by first appearance; within a measure `all`, then places by first appearance."""
    rows = [(1, "z", "gate", 1.0), (1, "z", "all", 1.0), (1, "a", "quay", 1.0), (1, "a", "gate", 1.0)]
    got = estimate(table(rows))
    assert list(zip(got["measure"], got["place"], strict=True)) == [
        ("z", "all"),
        ("z", "gate"),
        ("a", "quay"),
        ("a", "gate"),
    ]


def test_two_values_of_one_replication_are_refused():
    """A doubled row would make the interval too narrow: it is an error that names the measure."""
    with pytest.raises(ValueError, match="two values of served at all in replication 3"):
        estimate(table([(3, "served", "all", 1.0), (3, "served", "all", 1.0)]))


def test_a_95_per_cent_interval_covers_the_mean_in_95_of_100():
    """4,000 samples of 10 normal values: the share of intervals that hold 5 is within 4 standard errors of 0.95."""
    rng = np.random.default_rng(2)
    samples = rng.normal(5, 2, (4000, 10))
    covered = [(i := mean_interval(s)).low <= 5 <= i.high for s in samples]
    assert np.mean(covered) == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / 4000))


def test_wilson_intervals_are_those_of_scipy():
    """binomtest(...).proportion_ci(method="wilson"), also at none and all; bounds stay inside 0 and 1."""
    for successes, n in ((0, 10), (3, 10), (10, 10), (27, 30), (1, 1)):
        got = wilson(successes, n)
        expected = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
        assert (got.low, got.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
        assert got.mean == successes / n
    assert wilson(0, 10).low == 0
    assert wilson(10, 10).high == 1
    assert math.isnan(wilson(0, 0).mean)
    with pytest.raises(ValueError, match="11 successes of 10"):
        wilson(11, 10)


def test_quantile_intervals_exist_only_where_the_sample_is_large_enough():
    """Median at 95 %: 2 x 0.5^n <= 0.05 from n = 6 on, then the extremes; for 95 % of people both tails need n >= 72.

    n = 10: P(B <= 1) = 11 / 1024 <= 0.025 < P(B <= 2): the 2nd and the 9th (David and Nagaraja, table in section 7.1).
    """
    assert order_statistic_interval(range(5), 0.5) is None
    assert order_statistic_interval(range(6), 0.5) == (0, 5)
    assert order_statistic_interval(range(1, 11), 0.5) == (2, 9)
    assert order_statistic_interval(range(71), 0.95) is None  # 0.95^71 = 0.0262
    assert order_statistic_interval(range(72), 0.95) is not None  # 0.95^72 = 0.0249
    assert order_statistic_interval([], 0.5) is None


def test_a_tail_that_is_just_allowed_is_allowed():
    """By hand: n = 10, median: P(B <= 1) = 11 / 1024. Where each tail may be just that, the 2nd and the 9th will do;
    where it may be a little less they will not, but the 1st and the 10th (1 / 1024).
    """
    just = 1 - 2 * 11 / 1024
    assert order_statistic_interval(range(1, 11), 0.5, level=just) == (2, 9)
    assert order_statistic_interval(range(1, 11), 0.5, level=just + 1e-9) == (1, 10)


def test_stretches_are_the_longest_first():
    """By hand: positions 2 and 3, then 0; none without a mark."""
    assert stretches([True, False, True, True]) == ((2, 4), (0, 1))
    assert stretches([False]) == ()


def test_quantile_intervals_cover_as_promised():
    """P(X_r < quantile < X_s) = P(r <= B < s) for binomial B, at least 95 %, by scipy's binomial."""
    for n in (80, 100, 400):
        for q in (0.1, 0.5, 0.95):
            found = order_statistic_interval(range(1, n + 1), q)
            assert found is not None
            low, high = found
            assert stats.binom.cdf(high - 1, n, q) - stats.binom.cdf(low - 1, n, q) >= 0.95


def test_bands_are_quantiles_over_replications_at_each_time():
    """Columns 0 … 100 and constants: p5 = 5, p95 = 95. A missing value is left out of its own time only."""
    values = np.column_stack([np.arange(101.0), np.full(101, 3.0)])
    got = bands(values)
    assert got.mean.tolist() == [50, 3]
    assert (got.p5.tolist(), got.p95.tolist()) == ([5, 3], [95, 3])
    values = np.array([[1.0, math.nan, math.nan], [3.0, 4.0, math.nan]])
    got = bands(values)
    assert got.p50[:2].tolist() == [2, 4]
    assert math.isnan(got.mean[2])


def test_levels_outside_0_and_1_are_refused():
    """95 is not 0.95."""
    with pytest.raises(ValueError, match="level 95"):
        mean_interval([1.0, 2.0], level=95)


@pytest.mark.parametrize("q", [0.0, 1.0, -0.1, 1.5])
def test_a_quantile_lies_between_nothing_and_all(q: float) -> None:
    """words: the least and the largest of all runs have no interval of order statistics."""
    with pytest.raises(ValueError, match=f"quantile {q}: must lie between 0 and 1"):
        order_statistic_interval([1.0, 2.0, 3.0], q)


def test_each_measure_and_place_has_its_own_values() -> None:
    """By hand: two measures at two places, replications 1 and 2 in any order."""
    rows = [(2, "served", "a", 3.0), (1, "served", "b", 10.0), (1, "waits", "a", 5.0), (2, "served", "b", 14.0),
            (1, "served", "a", 1.0), (2, "waits", "b", 8.0), (2, "waits", "a", 7.0)]  # fmt: skip
    got = estimate(table(rows))
    told = list(zip(got["measure"], got["place"], got["n"], got["mean"], strict=True))
    assert told == [("served", "a", 2, 2), ("served", "b", 2, 12), ("waits", "a", 2, 6), ("waits", "b", 1, 8)]


def test_nothing_has_no_interval() -> None:
    """Of no value at all n is 0 and everything else nan."""
    for interval in (mean_interval([]), measure_interval([]), wilson(0, 0)):
        assert interval.n == 0
        assert np.isnan([interval.mean, interval.low, interval.high]).all()


def test_stretches_of_mostly_large_values() -> None:
    """By hand: at least half of the largest, 4; the longest first; of nothing, and of noughts, none."""
    assert mostly(np.array([0.0, 2.0, 4.0, 1.9, 3.0])) == ((1, 3), (4, 5))
    assert mostly(np.zeros(3)) == ()
    assert mostly(np.zeros(0)) == ()


def test_one_measure_at_two_places_has_two_estimates() -> None:
    """By hand: the first group has a begin too, whatever its number."""
    got = estimate(table([(1, "served", "a", 3.0), (1, "served", "b", 10.0)]))
    assert list(zip(got["place"], got["n"], got["mean"], strict=True)) == [("a", 1, 3), ("b", 1, 10)]


def test_values_of_the_unit_share_have_the_interval_of_shares_and_others_that_of_measures():
    """Clopper and Pearson: of 4 times 1 the lower bound is 0.05^(1/4) and the upper 1; of people nothing is known but
    that they were alike."""
    people = table([(i, "met", "all", 1.0) for i in range(4)])
    share = people.assign(unit="share", measure="part")
    got = estimate(pd.concat([people, share])).set_index("measure")
    for measure, low in (("met", 1.0), ("part", 0.05**0.25)):
        told = measure_interval([1.0] * 4, share=measure == "part")
        assert (told.low, told.high) == pytest.approx((low, 1.0))
        assert (got.loc[measure, "low"], got.loc[measure, "high"]) == pytest.approx((told.low, told.high))


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_no_interval_of_order_statistics_without_a_level_between_0_and_1(level: float):
    """A level of 95 is a slip for 0.95."""
    with pytest.raises(ValueError, match="must lie between 0 and 1"):
        order_statistic_interval([1.0, 2.0], 0.5, level=level)
