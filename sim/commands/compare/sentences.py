"""Numbers and differences as planners say them; the words themselves stand in `sim.words.compare`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sim import words as labels
from sim.commands.compare.tables import BOOTSTRAP, SHARE, Row
from sim.numbers.statistics import decimals, earned_digits
from sim.shell.interval_words import LOPSIDED
from sim.words.compare import COMPARE, UNITS

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

LONG_MINUTES = 600.0
"""From here on minutes are told in hours."""
VERY_LONG_MINUTES = 72 * 60.0
"""From here on in days."""
COUNTED = frozenset({"rooms", "people", "sites", "beds"})
"""Units of whole things: decimals of their means and differences must be earned by a narrow interval."""
MINUS = "−"
MORE_DIGITS = 4
"""Means are told with fewer more digits than these, so that they agree with their difference."""


def phrase(key: str, words: Mapping[str, str] = COMPARE, **fields: object) -> str:
    """The sentence with this key, filled in."""
    return words[key].format(**fields)


def counted(key: str, n: int, words: Mapping[str, str] = COMPARE, **fields: object) -> str:
    """The same for a number of things, with the singular `<key>_one`."""
    return phrase(f"{key}_one" if n == 1 else key, words, n=f"{n:,}", **fields)


def unit_of(unit: str, largest: float) -> tuple[float, str, str]:
    """Factor, unit of a value and unit of a difference for numbers up to `largest`."""
    key = unit
    if unit == "minutes" and largest >= LONG_MINUTES:
        key = "very long minutes" if largest >= VERY_LONG_MINUTES else "long minutes"
    return UNITS.get(key, (1.0, unit, unit))


def common_unit(unit: str, values: Iterable[float]) -> tuple[float, str, str]:
    """The same for many numbers of one unit that stand side by side: hours or days only where all of them are long."""
    return unit_of(unit, min(values, default=0.0))


def number(value: float, sign: str = "", digits: int | None = None) -> str:
    """About three digits: 1,234 · 12 · 3.4 · 0.12; `sign` + shows a plus too. `digits`: so many decimals."""
    if math.isnan(value):
        return "?"
    if digits is not None:
        return f"{round(value, digits) + 0.0:{sign},.{digits}f}".replace("-", MINUS)
    digits = _digits(value)
    text = f"{round(value, digits) + 0.0:{sign},.{digits}f}".replace("-", MINUS)
    return text[:-1] if digits == 2 and text.endswith("0") else text


def _digits(value: float) -> int:
    """Decimals of about three digits."""
    size = abs(value)
    return 0 if size >= 99.5 or round(value, 2) == round(value) else 1 if size >= 9.95 else 2


def measure_words(scenario: Scenario, measure: str, place: str) -> str:
    """What a measure at a place is called; the place is left out when it is everything together."""
    label = labels.MEASURES[measure].label
    return label if place == "all" else phrase("where", label=label, place=place_words(scenario, place))


def place_words(scenario: Scenario, place: str) -> str:
    """Name of a port, pool or site, or its id."""
    if place in labels.PLACES:
        return labels.PLACES[place]
    for table in (scenario.ports, scenario.pools, scenario.sites.candidates if scenario.sites else {}):
        if place in table and table[place].name:
            return table[place].name
    return place


def difference_words(row: Row) -> str:
    """Difference of a row with its interval: "+38 ± 6 minutes", or "+38 minutes, from +31 to +46"."""
    factor, _, unit = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    low, high = (factor * end for end in row.interval)
    if low == high:
        return phrase("constant", difference=number(factor * row.difference, "+"), unit=unit, n=row.n)
    if _by_ends(row):
        usual = max(map(_digits, (factor * row.difference, low, high)))
        digits = min(usual, _earned(row)) if row.unit in COUNTED else None
        difference, low_told, high_told = (number(each, "+", digits) for each in (factor * row.difference, low, high))
        return phrase("from_to", difference=difference, unit=unit, low=low_told, high=high_told)
    middle, _, half = earned_digits(factor * row.difference, factor * _longer_arm(row)).partition(" ± ")
    signed = middle if middle.startswith("-") else f"+{middle}"
    return phrase("plus_minus", difference=signed.replace("-", MINUS), half=half or "0", unit=unit)


def _longer_arm(row: Row) -> float:
    low, high = row.interval
    return max(row.difference - low, high - row.difference)


def _by_ends(row: Row) -> bool:
    """Whether an interval is told by its ends: one that need not have the difference in its middle."""
    low, high = row.interval
    arms = sorted((row.difference - low, high - row.difference))
    return row.method in (BOOTSTRAP, SHARE) or math.isnan(low) or (low < high and arms[1] > LOPSIDED * arms[0])


def _earned(row: Row) -> int:
    """Decimals that the interval of a difference leaves."""
    half = (row.interval[1] - row.interval[0]) / 2
    return max(decimals(half), 0) if half > 0 else MORE_DIGITS


def _told_digits(row: Row) -> int:
    """Decimals with which a difference is told; negative: tens or hundreds."""
    factor, _, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    half = factor * _longer_arm(row)
    if _by_ends(row) or not half > 0:
        digits = _digits(factor * row.difference)
        return min(digits, _earned(row)) if row.unit in COUNTED else digits
    return decimals(half)


def pair_words(row: Row) -> tuple[str, str]:
    """Both means of a row with their unit, the arm's first; with as many digits as it takes for their difference to be
    the one that is told: 1,305.7 and 1,308.3 where it is −3, not 1,306 and 1,308.
    """
    factor, unit, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    value, base, places = factor * row.value, factor * row.base, _told_digits(row)
    if row.unit in COUNTED and places < 0:  # tens, as the difference has them: 620 and 0 where it is +620 ± 90
        return f"{number(round(value, places))} {unit}", f"{number(round(base, places))} {unit}"
    most = _earned(row) if row.unit in COUNTED else max(_digits(value), _digits(base)) + MORE_DIGITS - 1
    shown = min(max(_digits(value), _digits(base)), most)
    wanted = round(factor * row.difference, places)
    for digits in (None, *range(shown, min(shown + MORE_DIGITS, most + 1))):
        ends = [round(mean, min(_digits(mean), most) if digits is None else digits) for mean in (value, base)]
        if math.isclose(round(ends[0] - ends[1], places), wanted, abs_tol=1e-9):
            break
    if digits is None and shown == max(_digits(value), _digits(base)):
        return value_words(row, row.value), value_words(row, row.base)
    digits = shown if digits is None else digits
    return f"{number(value, digits=digits)} {unit}", f"{number(base, digits=digits)} {unit}"


def value_words(row: Row, value: float) -> str:
    """A mean of a row with its unit; as many digits as its neighbour's."""
    factor, unit, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    return percent(value) if row.unit == "share" else f"{number(factor * value)} {unit}"


def percent(share: float) -> str:
    """85 % · 99.6 % · 0.17 %: what is nearly all is not told as all."""
    value = 100 * share
    return f"{value:.1f} %" if 99.05 <= value < 99.95 else f"{number(value)} %"


def is_same(row: Row) -> bool:
    """Whether no run differs."""
    return row.difference == 0 and row.low == row.high == 0


def is_clear(row: Row) -> bool:
    """Whether the interval leaves 0 out."""
    low, high = row.interval
    return low > 0 or high < 0


def sentence(row: Row, scenario: Scenario) -> str:
    """One measure of a scenario against the base."""
    what = measure_words(scenario, row.measure, row.place)
    value, base = pair_words(row)
    if is_same(row):
        return phrase("same", what=what, value=value)
    if math.isnan(row.interval[0]):
        factor, _, unit = unit_of(row.unit, max(abs(row.base), abs(row.value)))
        return phrase(
            "one", what=what, value=value, base=base, difference=f"{number(factor * row.difference, '+')} {unit}"
        )
    key = "clear" if is_clear(row) else "unclear"
    return phrase(key, what=what, value=value, base=base, difference=difference_words(row))
