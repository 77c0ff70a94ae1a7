"""A mean with its interval as people say it: "41 ± 3", "97 % (88 to 100 %)", "0 % (at most 10 %)", "4 (in all 30)"."""

from __future__ import annotations

import math

from sim.labels.intervals import INTERVAL
from sim.statistics import Interval, decimals, earned_digits, rounded

PER_CENT = 100.0
LOPSIDED = 1.5
"""An interval of which one arm is so many times the other is told by its ends."""


def mean_words(interval: Interval, *, scale: float = 1.0, unit: str = "", mean: str = "", pm: str = "±") -> str:
    """A mean in words, times `scale`, with `unit` behind each number that has one. `pm`: the sign for plus or minus.

    A mean that never varied says in how many replications, a share that was always 0 or 1 how far from it the true one
    may be. `mean`: a word before the ends of an interval, where the range of replications stands beside it.
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
    return _varying(interval, scale, unit, mean, pm)


def _varying(interval: Interval, scale: float, unit: str, mean: str, pm: str) -> str:
    """By half of the interval where the mean is about its middle, else by both ends."""
    half = interval.half_width * scale
    arms = sorted((interval.mean - interval.low, interval.high - interval.mean))
    if arms[1] <= LOPSIDED * arms[0]:
        return earned_digits(interval.mean * scale, half).replace("±", pm) + unit
    places = max(decimals(half), 0) if scale >= PER_CENT else decimals(half)  # a tenth is too coarse for a share
    number, low, high = (rounded(value * scale, places) for value in interval[1:])
    return f"{number}{unit}{INTERVAL['ends'].format(mean=mean, low=low, high=high + unit)}"


def _outwards(bound: float, scale: float, *, up: bool) -> str:
    """A bound with two decimals of a share, one more where it is that small, rounded to the side that claims less."""
    places = 0 if scale >= PER_CENT else 2
    distance = bound if up else scale - bound
    while distance * 10**places < 1 and places < 6:
        places += 1
    step = 10.0**places
    end = math.ceil(bound * step - 1e-9) if up else math.floor(bound * step + 1e-9)
    return rounded(end / step, places)
