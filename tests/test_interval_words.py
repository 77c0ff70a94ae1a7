"""Means with their intervals in words."""

from __future__ import annotations

import math

import pytest

from sim.numbers.statistics import Interval, measure_interval
from sim.shell.interval_words import mean_words


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(30, 41.2, 38.1, 44.2), "41 ± 3"),
        (Interval(30, 50.0, 40.0, 62.0), "50 ± 12"),  # 12 / 10 is less than 1.3: the longer arm
        (Interval(30, 50.0, 40.0, 64.0), "50 (40 to 64)"),
        (Interval(30, 41.2, 40.0, 52.0), "41 (40 to 52)"),
        (Interval(30, 0.2, 0.0, 1.4), "0.2 (0.0 to 1.4)"),
        (Interval(30, 29.0, 29.0, 29.0), "29 (in all 30)"),
        (Interval(30, 0.0, 0.0, math.nan), "0 (in all 30)"),
        (Interval(1, 12.3456, math.nan, math.nan), "12.35"),
        (Interval(0, math.nan, math.nan, math.nan), "no value"),
    ],
)
def test_a_mean_is_told_with_the_interval_that_it_has(interval: Interval, text: str) -> None:
    """words, by hand: about the middle by the longer side, else by both ends; never "± 0"."""
    assert mean_words(interval) == text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.0] * 30, "0 % (at most 10 %)"),  # 1 - 0.05^(1/30) = 9.5 %
        ([1.0] * 30, "100 % (at least 90 %)"),
        ([0.0] * 1000, "0 % (at most 0.3 %)"),  # 0.299 %
        ([1.0] * 1000, "100 % (at least 99.7 %)"),
        ([1.0] * 3 + [0.0] * 7, "30 % (7 to 65 %)"),  # Clopper-Pearson: 6.67 to 65.25 %
        ([0.9, 0.92, 0.98, 0.96, 0.94], "94 ± 4 %"),  # 2.776 x 0.0316 / 5^0.5 = 0.039
        ([0.5] * 30, "50 % (in all 30)"),
    ],
)
def test_a_share_is_told_in_per_cent_and_stays_within_0_and_100(values: list[float], text: str) -> None:
    """words: bounds by hand or from scipy's exact interval; zeros obey the rule of three (30: "at most 10 %")."""
    got = mean_words(measure_interval(values, share=True), scale=100, unit=" %")
    assert got == text
    ends = [float(word) for word in got.replace("%", "").replace("(", "").replace(")", "").split() if word[0].isdigit()]
    assert all(0 <= end <= 100 for end in ends)


def test_a_lopsided_interval_may_only_say_how_many_digits_the_mean_has() -> None:
    """words, by hand: where a range of replications stands beside it; "+-" where there is no "±"."""
    assert mean_words(Interval(30, 61.7, 58.6, 68.2), ends=False) == "62"
    assert mean_words(Interval(30, 2213.4, 2099.0, 3011.0), ends=False) == "2,200"
    assert mean_words(Interval(30, 41.2, 38.1, 44.2), ends=False, pm="+-") == "41 +- 3"
