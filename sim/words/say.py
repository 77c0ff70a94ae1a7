"""Numbers, shares and durations as planners say them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from sim.words.compare import COMPARE, UNITS

LONG_MINUTES = 600.0
"""From here on minutes are told in hours."""


VERY_LONG_MINUTES = 72 * 60.0
"""From here on in days."""


MINUS = "−"


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
    digits = digits_of(value)
    text = f"{round(value, digits) + 0.0:{sign},.{digits}f}".replace("-", MINUS)
    return text[:-1] if digits == 2 and text.endswith("0") else text


def digits_of(value: float) -> int:
    """Decimals of about three digits."""
    size = abs(value)
    return 0 if size >= 99.5 or round(value, 2) == round(value) else 1 if size >= 9.95 else 2


def percent(share: float) -> str:
    """85 % · 99.6 % · 0.17 %: what is nearly all is not told as all."""
    value = 100 * share
    return f"{value:.1f} %" if 99.05 <= value < 99.95 else f"{number(value)} %"
