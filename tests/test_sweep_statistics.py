"""What a sweep says for certain: exact bounds over all points, and indices against a function whose are known."""

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sweep_case import sweep, write_case

from sim import load
from sim.commands.sweep.design import Axis, Between, Design, read_axis, settings_of
from sim.commands.sweep.plan import SweepPlan, measure_names, points_of
from sim.commands.sweep.tables import Judge, Swept, without_effect
from sim.numbers.comparison import sensitivity
from sim.numbers.verdicts import HOLDS, MISSED, NO_VALUE, NOT_CERTAIN
from sim.scenario.tables.schema import Target

Floats = np.typing.NDArray[np.float64]


def test_verdicts_by_hand() -> None:
    """At 90 % of runs and one point: 0.9^29 < 0.05, so 29 of 29 hold; 2 of 5 are too few (P(X <= 2 | 0.9) = 0.009)."""
    judge = Judge("t", Target(measure="no_room_share", at_most=0.05, share_of_runs=0.9), 1)
    assert judge(1, np.zeros(29)).verdict == HOLDS
    assert judge(1, np.zeros(28)).verdict == NOT_CERTAIN
    assert judge(1, np.array([0.0, 0.05, 0.06, 1.0, 1.0])).verdict == MISSED
    assert judge(1, np.array([0.0, 0.05, 0.06])).met == 2  # the limit itself meets it
    assert judge(1, np.zeros(0)).verdict == NO_VALUE


def test_points_that_just_miss_are_rarely_said_to_hold_anywhere() -> None:
    """theory: with 20 points all a hair under the share, some point is said to hold in at most 5 % of sweeps.

    1,000 sweeps; expected at most 50, and within four standard errors (28) of that.
    """
    rng = np.random.default_rng(1)
    judge = Judge("t", Target(measure="no_room_share", at_most=0.5, share_of_runs=0.9), 20)
    runs = (rng.random((1000, 20, 80)) >= 0.8999).astype(float)
    wrong = sum(any(judge(1, point).verdict == HOLDS for point in sweep) for sweep in runs)
    assert wrong <= 50 + 28


def ishigami(x: Floats) -> Floats:
    """Ishigami and Homma 1990, a = 7, b = 0.1, on (-pi, pi)^3."""
    value: Floats = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    return value


V1, V2, V13 = (1 + 0.1 * math.pi**4 / 5) ** 2 / 2, 49 / 8, 0.1**2 * math.pi**8 * (1 / 18 - 1 / 50)
FIRST = np.array([V1, V2, 0]) / (V1 + V2 + V13)
TOTAL = np.array([V1 + V13, V2, V13]) / (V1 + V2 + V13)


def designed(n: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """A, B and AB of a saltelli design on (-pi, pi)^3."""
    axes = [read_axis(f"{name}=-3.14159265..3.14159265")[0] for name in "abc"]
    good = [axis for axis in axes if axis is not None]
    rows = np.array([[s[0] for s in row] for row in settings_of(good, Design("saltelli", n), seed)])
    return rows[:n], rows[n : 2 * n], rows[2 * n :].reshape(3, n, 3)


def noisy(x: Floats, common: Floats, rng: np.random.Generator, own: float) -> Floats:
    """Five runs of each point: chance that all points share, and chance of their own."""
    return ishigami(x)[:, None] + common + own * rng.standard_normal((len(x), 5))


def test_indices_of_a_known_function_are_found_through_chance() -> None:
    """theory: first-order and total indices of Ishigami's function (formulas above), with noise of three times its
    standard deviation shared by all points, and half of it of each run's own. Expected within 0.05 with 4,096 rows.
    """
    rng = np.random.default_rng(3)
    a, b, ab = designed(4096, 5)
    common = 10 * rng.standard_normal(5)
    runs = [noisy(x, common, rng, 1.9) for x in (a, b, *ab)]
    found = sensitivity(runs[0], runs[1], np.stack(runs[2:]), rng)
    assert found is not None
    assert np.abs(found.first[0] - FIRST).max() < 0.05
    assert np.abs(found.total[0] - TOTAL).max() < 0.05
    assert (found.first[1] - 0.03 < FIRST).all()
    assert (found.first[2] + 0.03 > FIRST).all()
    assert (found.total[1] < found.total[0]).all()
    assert found.rows == 4096


def test_the_variance_of_chance_is_taken_out() -> None:
    """theory: an axis without any effect has a total index of 0; left in, the chance of five runs with the function's
    own variance (V / 5 of it in each mean) would make it V/5 / (V + V/5) = 1/6.
    """
    rng = np.random.default_rng(4)
    a, b, ab = designed(2048, 6)
    deviation = math.sqrt(V1 + V2 + V13)

    def without_second(x: Floats) -> Floats:
        rest: Floats = noisy(np.stack([x[:, 0], np.zeros(len(x)), x[:, 2]], axis=1), np.zeros(5), rng, deviation)
        return rest

    runs = [without_second(x) for x in (a, b, *ab)]
    found = sensitivity(runs[0], runs[1], np.stack(runs[2:]), rng)
    assert found is not None
    assert abs(found.total[0][1]) < 0.05
    means = [run.mean(axis=1) for run in runs]
    naive = ((means[0] - means[3]) ** 2).mean() / 2 / np.concatenate(means[:2]).var(ddof=1)
    assert naive > 0.15


def test_intervals_cover_the_known_indices() -> None:
    """theory: of 40 designs, bootstrap intervals at 95 % cover the total index of the first axis in at least 33
    (binomial with 0.95: fewer than 33 has a chance of 0.2 %).
    """
    covered = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        a, b, ab = designed(256, seed)
        runs = [noisy(x, np.zeros(5), rng, 1.0) for x in (a, b, *ab)]
        found = sensitivity(runs[0], runs[1], np.stack(runs[2:]), rng)
        assert found is not None
        covered += found.total[1][0] <= TOTAL[0] <= found.total[2][0]
    assert covered >= 33


def test_rows_with_a_missing_run_are_left_out_and_no_variance_has_no_indices() -> None:
    """One run of one point is missing: its row goes. Points that are all alike have no shares."""
    rng = np.random.default_rng(5)
    a, b, ab = designed(64, 1)
    runs = [noisy(x, np.zeros(5), rng, 0.1) for x in (a, b, *ab)]
    runs[3][7, 2] = np.nan
    found = sensitivity(runs[0], runs[1], np.stack(runs[2:]), rng)
    assert found is not None
    assert found.rows == 63
    flat = np.ones((64, 5))
    assert sensitivity(flat, flat, np.stack([flat] * 3), rng) is None


def test_a_range_keeps_six_digits() -> None:
    """So that a point can be named; by hand."""
    axis = Axis(("a",), between=(Between(Decimal("0.5"), Decimal("1.5"), False),))
    assert axis.at(1 / 3) == (0.833333,)


def test_points_without_a_scenario_take_no_part_of_the_chance_of_error(tmp_path: Path) -> None:
    """By hand: three of four points can be run, so each statement has 0.05 / 3; with one run that is the lower bound
    where it met the limit, and 1 less it the upper one where it did not.
    """
    words = ("--vary", "first_day=2020-03-03,2020-03-05", "--vary", "last_day=2020-03-04,2020-03-06")
    assert sweep(write_case(tmp_path), tmp_path / "out", *words, "--replications", "1") == 0
    judged = pd.read_csv(tmp_path / "out" / "targets.csv").query("n == 1")
    assert len(judged) > 0
    for row in judged.itertuples():
        assert (row.low, row.high) == pytest.approx((0.05 / 3, 1) if row.met else (0, 1 - 0.05 / 3))


def test_an_axis_that_no_two_points_differ_in_alone_is_not_said_to_have_no_effect(tmp_path: Path) -> None:
    """One value of the headcount and two of the factor, all estimates alike: only the factor was seen to do nothing."""
    base = load(write_case(tmp_path))
    texts = ("pools.gongbei.headcount=1", "arrivals.factor=1,2")
    axes = tuple(axis for text in texts if (axis := read_axis(text)[0]))
    plan = SweepPlan(base, axes, Design(), 1, 2, measure_names((), base))
    points = points_of(plan)
    nothing = pd.DataFrame()
    swept = Swept(nothing, nothing, nothing, (), 0, 0, 0, dict.fromkeys((point.number for point in points), 5))
    assert without_effect(plan, points, swept) == [axes[1]]
