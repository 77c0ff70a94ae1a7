"""A mean with its interval as people say it: "41 ± 3", "97 % (88 to 100 %)", "0 % (at most 10 %)", "4 (in all 30)"."""

from __future__ import annotations

import math

from sim.numbers.statistics import Interval, decimals, earned_digits, rounded
from sim.words.intervals import INTERVAL

PER_CENT = 100.0
LOPSIDED = 1.3
"""An interval of which one arm is more than so many times the other is told by its ends."""


def mean_words(interval: Interval, *, scale: float = 1.0, unit: str = "", ends: bool = True, pm: str = "±") -> str:
    """A mean in words, times `scale`, with `unit` behind each number that has one. `pm`: the sign for plus or minus.

    A mean that never varied says in how many replications, a share that was always 0 or 1 how far from it the true one
    may be. Without `ends` a lopsided interval only says how many digits the mean has.
    """
    number = earned_digits(interval.mean * scale)
    if math.isnan(interval.mean):
        return number
    if interval.n < 2:
        return number + unit
    if math.isnan(interval.high) or interval.low == interval.high:
        return f"{number}{unit}{INTERVAL['same'].format(n=interval.n)}"
    if interval.mean == interval.low:
        high = _outwards(interval.high * scale, scale, up=True)
        return f"{number}{unit}{INTERVAL['at_most'].format(value=high + unit)}"
    if interval.mean == interval.high:
        low = _outwards(interval.low * scale, scale, up=False)
        return f"{number}{unit}{INTERVAL['at_least'].format(value=low + unit)}"
    return _varying(interval, scale, unit, ends, pm)


def is_lopsided(interval: Interval) -> bool:
    """Whether a mean has an interval that is told by its ends; not where it never varied or has but one bound."""
    arms = sorted(_arms(interval))
    return arms[0] > 0 and arms[1] > LOPSIDED * arms[0]  # no number is larger than nan


def _arms(interval: Interval) -> tuple[float, float]:
    return interval.mean - interval.low, interval.high - interval.mean


def _varying(interval: Interval, scale: float, unit: str, ends: bool, pm: str) -> str:
    """By the longer arm where the mean is about the middle, else by both ends, or with the digits that they leave."""
    half = interval.half_width * scale
    if not is_lopsided(interval):
        return earned_digits(interval.mean * scale, scale * max(_arms(interval))).replace("±", pm) + unit
    places = max(decimals(half), 0) if scale >= PER_CENT else decimals(half)  # a tenth is too coarse for a share
    number, low, high = (rounded(value * scale, places) for value in interval[1:])
    return f"{number}{unit}" + (INTERVAL["ends"].format(low=low, high=high + unit) if ends else "")


def _outwards(bound: float, scale: float, *, up: bool) -> str:
    """A bound with two decimals of a share, one more where it is that small, rounded to the side that claims less."""
    places = 0 if scale >= PER_CENT else 2
    distance = bound if up else scale - bound
    while distance * 10**places < 1 and places < 6:
        places += 1
    step = 10.0**places
    end = math.ceil(bound * step - 1e-9) if up else math.floor(bound * step + 1e-9)
    return rounded(end / step, places)
