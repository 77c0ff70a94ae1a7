"""Differences from a base as planners say them; the words themselves stand in `sim.words.compare`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.measures.names import measure_words
from sim.runs.differences import BOOTSTRAP, SHARE, Difference
from sim.words.say import LOPSIDED, decimals, digits_of, earned_digits, number, percent, phrase, unit_of, with_unit

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

COUNTED = frozenset({"rooms", "people", "sites", "beds"})
"""Units of whole things: decimals of their means and differences must be earned by a narrow interval."""
MORE_DIGITS = 4
"""Means are shown with fewer more digits than these, so that they agree with their difference."""


def difference_words(row: Difference) -> str:
    """Difference of a row with its interval: "+38 ± 6 minutes", or "+38 minutes, from +31 to +46"."""
    factor, _, unit = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    low, high = (factor * end for end in row.interval)
    if low == high:
        return phrase("constant", difference=number(factor * row.difference, "+"), unit=unit, n=row.n)
    if _by_ends(row):
        usual = max(map(digits_of, (factor * row.difference, low, high)))
        digits = min(usual, _earned(row)) if row.unit in COUNTED else None
        difference, low_words, high_words = (number(each, "+", digits) for each in (factor * row.difference, low, high))
        return phrase("from_to", difference=difference, unit=unit, low=low_words, high=high_words)
    difference, half = earned_digits(factor * row.difference, factor * _longer_side(row), "+")
    return phrase("plus_minus", difference=difference, half=half, unit=unit)


def _longer_side(row: Difference) -> float:
    low, high = row.interval
    return max(row.difference - low, high - row.difference)


def _by_ends(row: Difference) -> bool:
    """Whether an interval is shown by its ends: one that need not have the difference in its middle."""
    low, high = row.interval
    sides = sorted((row.difference - low, high - row.difference))
    return row.method in (BOOTSTRAP, SHARE) or math.isnan(low) or (low < high and sides[1] > LOPSIDED * sides[0])


def _earned(row: Difference) -> int:
    """Decimals that the interval of a difference leaves."""
    half = (row.interval[1] - row.interval[0]) / 2
    return max(decimals(half), 0) if half > 0 else MORE_DIGITS


def _shown_digits(row: Difference) -> int:
    """Decimals with which a difference is shown; negative: tens or hundreds."""
    factor, _, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    half = factor * _longer_side(row)
    if _by_ends(row) or not half > 0:
        digits = digits_of(factor * row.difference)
        return min(digits, _earned(row)) if row.unit in COUNTED else digits
    return decimals(half)


def pair_words(row: Difference) -> tuple[str, str]:
    """Both means of a row with their unit, the alternative's first; with as many digits as it takes for their
    difference to be the one that is shown: 1,305.7 and 1,308.3 where it is −3, not 1,306 and 1,308.
    """
    factor, unit, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    value, base, places = factor * row.value, factor * row.base, _shown_digits(row)
    if row.unit in COUNTED and places < 0:  # tens, as the difference has them: 620 and 0 where it is +620 ± 90
        return with_unit(number(round(value, places)), unit), with_unit(number(round(base, places)), unit)
    most = _earned(row) if row.unit in COUNTED else max(digits_of(value), digits_of(base)) + MORE_DIGITS - 1
    shown = min(max(digits_of(value), digits_of(base)), most)
    wanted = round(factor * row.difference, places)
    for digits in (None, *range(shown, min(shown + MORE_DIGITS, most + 1))):
        ends = [round(mean, min(digits_of(mean), most) if digits is None else digits) for mean in (value, base)]
        if abs(ends[0] - ends[1] - wanted) <= 0.5 * 10.0**-places + 1e-9:
            break
    if digits is None and shown == max(digits_of(value), digits_of(base)):
        return value_words(row, row.value), value_words(row, row.base)
    digits = shown if digits is None else digits
    return with_unit(number(value, digits=digits), unit), with_unit(number(base, digits=digits), unit)


def value_words(row: Difference, value: float) -> str:
    """A mean of a row with its unit; as many digits as its neighbour's."""
    factor, unit, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    return percent(value) if row.unit == "share" else with_unit(number(factor * value), unit)


def is_same(row: Difference) -> bool:
    """Whether no run differs."""
    return row.difference == 0 and row.low == row.high == 0


def is_clear(row: Difference) -> bool:
    """Whether the interval leaves 0 out."""
    low, high = row.interval
    return low > 0 or high < 0


def sentence(row: Difference, scenario: Scenario) -> str:
    """One measure of a scenario against the base."""
    what = measure_words(scenario, row.measure, row.place)
    value, base = pair_words(row)
    if is_same(row):
        return phrase("same", what=what, value=value)
    if math.isnan(row.interval[0]):
        factor, _, unit = unit_of(row.unit, max(abs(row.base), abs(row.value)))
        difference = with_unit(number(factor * row.difference, "+"), unit)
        return phrase("one", what=what, value=value, base=base, difference=difference)
    key = "clear" if is_clear(row) else "unclear"
    return phrase(key, what=what, value=value, base=base, difference=difference_words(row))
