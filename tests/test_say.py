"""Numbers, shares, times and means with their intervals in words: the rules of `sim.words.say`."""

from __future__ import annotations

import math

import pytest

from sim.numbers.statistics import Interval, measure_interval
from sim.words.language import speaking
from sim.words.say import clock, duration, earned_digits, mean_words, number, percent, stated, stated_percent


@pytest.mark.parametrize(
    ("interval", "text"),
    [
        (Interval(30, 41.2, 38.1, 44.2), "41 ± 3"),
        (Interval(30, 50.0, 40.0, 62.0), "50 ± 12"),  # 12 / 10 is less than 1.3: the longer side
        (Interval(30, 50.0, 40.0, 64.0), "50 (40 to 64)"),
        (Interval(30, 41.2, 40.0, 52.0), "41 (40 to 52)"),
        (Interval(30, 0.2, 0.0, 1.4), "0.2 (0.0 to 1.4)"),
        (Interval(30, 29.0, 29.0, 29.0), "29 (in all 30)"),
        (Interval(30, 0.0, 0.0, math.nan), "0 (in all 30)"),
        (Interval(1, 12.3456, math.nan, math.nan), "12.3"),
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


@pytest.mark.parametrize(
    ("mean", "half_width", "told"),
    [
        (41.234, 3.2, ("41", "3")),
        (41.234, 1.34, ("41.2", "1.3")),
        (8379.4, 121.0, ("8,380", "120")),
        (0.8734, 0.023, ("0.87", "0.02")),
        (0.8734, 0.0096, ("0.873", "0.010")),
        (5.0, 9.7, ("5", "10")),
        (-0.2, 3.0, ("0", "3")),
        (29.0, 0.0, ("29", "0")),
        (12.3456, math.nan, ("12.3", "0")),
    ],
)
def test_digits_are_earned(mean: float, half_width: float, told: tuple[str, str]) -> None:
    """words, by hand: one digit of the half width, two when it begins with 1; the mean to the same place."""
    assert earned_digits(mean, half_width) == told


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        (number(8379.4), "8,379"), (number(99.6), "100"), (number(41.26), "41.3"), (number(9.96), "9.96"),
        (number(9.94), "9.94"), (number(3.4), "3.4"), (number(3.0), "3"), (number(0.034), "0.034"),
        (number(-0.0001), "0"), (number(-3.4), "−3.4"), (number(3.4, "+"), "+3.4"), (number(3.0, digits=2), "3.00"),
        (number(math.nan), "?"),
        (percent(0.1), "10 %"), (percent(0.0996), "9.96 %"), (percent(0.344), "34.4 %"), (percent(0.0017), "0.17 %"),
        (percent(0.996), "99.6 %"), (percent(0.9996), "99.96 %"), (percent(0.999999), "99.99 %"),
        (percent(1.0), "100 %"), (percent(0.0), "0 %"), (percent(1e-6), "under 0.01 %"),
        (stated(12345.678), "12,345.7"), (stated(97.25), "97.25"), (stated(1e7), "10,000,000"),
        (stated_percent(0.9725), "97.25 %"), (stated_percent(0.07), "7 %"),
        (clock(0), "00:00"), (clock(1440), "24:00"), (clock(510), "08:30"),
        (duration(3), "5 seconds"), (duration(61), "60 seconds"), (duration(100), "2 minutes"),
        (duration(7200), "2 hours"),
    ],
)  # fmt: skip
def test_every_number_has_one_form(shown: str, wanted: str) -> None:
    """words, by hand: the rules at the head of `sim.words.say`; nearly all or none is not told as all or none."""
    assert shown == wanted


def test_per_cent_has_a_blank_in_english_and_none_in_chinese() -> None:
    """words: one form in each language: 95 % and 95%."""
    always, varies = Interval(5, 1.0, 0.7, 1.0), Interval(60, 0.91, 0.89, 0.93)
    for language, sign in (("en", " %"), ("zh", "%")):
        with speaking(language):
            assert percent(0.911) == f"91.1{sign}"
            assert stated_percent(0.9725) == f"97.25{sign}"
            assert mean_words(varies, scale=100, unit=" %") == f"91 ± 2{sign}"
            assert f"100{sign}" in mean_words(always, scale=100, unit=" %")
            assert f"70{sign}" in mean_words(always, scale=100, unit=" %")
