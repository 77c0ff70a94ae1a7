"""Numbers, shares, durations, dates and plurals as planners read them: one form for each, everywhere.

- A *number alone* has about three digits: whole from 100 on, one decimal from 10 on, two below (three below a tenth),
  without noughts at the end: 8,379 · 41.3 · 9.96 · 0.034 (`number`).
- A *share* is the same in per cent, and never told as 0 or 100 % when it is not: 34.2 % · 10 % · 99.97 % (`percent`).
- A *mean with its interval* has the digits that the interval earns: 41 ± 3, 97 % (88 to 100 %) (`mean_words`).
- *Ends of bands*, which chance alone moves by more, have about two: 54 · 8.9 · 1,954 (`rough`).
- What *somebody wrote*, a limit or a value to try, keeps its digits: 97.25 % · 12.345 (`stated`, `stated_percent`).
- *Times*: 08:30 (`clock`), 27 March (`day_words`), 20 minutes (`duration`); long minutes are told in hours or days,
  yuan in millions (`unit_of`).
- A *number of things* has its singular (`counted`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from sim.words import UNIT_NAMES
from sim.words.compare import COMPARE, UNITS
from sim.words.language import _, language
from sim.words.pictures import MONTHS, PICTURES
from sim.words.screens import INTERVAL, OUTLOOK

LONG_MINUTES = 600.0
"""From here on minutes are told in hours."""
VERY_LONG_MINUTES = 72 * 60.0
"""From here on in days."""
_CHINESE, _CLOSING = r"\u2e80-\u9fff\uf900-\uffef", "，。；：、）】》！？”"
_BREAKABLE = re.compile(rf"(\s*)([“（《【]*[{_CHINESE}][{_CLOSING}]*|[^\s{_CHINESE}]+(?: %)?[{_CLOSING},;:.)]*)")
_ABOUT_NUMBER = (
    r"（(?:全部|至多|至少)?[^（）\u4e00-\u9fff]+(?:至[^（）\u4e00-\u9fff]+|次相同|次模拟中有[\d,]+次)?）| \[[^\[\]]+\]"
)
_COUNTER = r"(?:人次|小时|分钟|万元|[人个间张天辆班名次元处趟例])(?![数员月类均])"
_BEFORE_COUNTER = re.compile(rf"(?<=[\d%])((?:{_ABOUT_NUMBER})+)({_COUNTER})")
"""What is told about a number in Chinese, where its counter comes only behind it."""
MINUS = "−"
SHARE_UNIT = " %"
"""The unit by which the functions for means are asked for per cent."""
PER_CENT = 100.0
LOPSIDED = 1.3
"""An interval of which one side is more than so many times the other is told by its ends."""


# sentences


def fill(words: Mapping[str, str], key: str, **values: Any) -> str:
    """The sentence with this key; numbers are put as planners write them, text as it is."""
    return filled(words[key], **values)


def filled(sentence: str, **values: Any) -> str:
    """A sentence with its values; numbers are put as planners write them, text as it is."""
    return in_order(sentence.format(**{name: show(value) for name, value in values.items()}))


def phrase(key: str, words: Mapping[str, str] = COMPARE, **fields: object) -> str:
    """The sentence with this key, filled in with what is text already."""
    return in_order(words[key].format(**fields))


def counted(words: Mapping[str, str], key: str, n: int, **fields: object) -> str:
    """The sentence for a number of things, with the singular `<key>_one` where there is one."""
    return words[f"{key}_one" if n == 1 and f"{key}_one" in words else key].format(n=f"{n:,}", **fields)


def in_order(text: str) -> str:
    """In Chinese a counter stands right behind its number, before what is told about the number: 0人（全部30次相同） and
    78天 [77至86], where the sentence has them the other way round.
    """
    return _BEFORE_COUNTER.sub(r"\2\1", text) if language() == "zh" else text


def show(value: Any) -> str:
    """A value in a sentence: 1,234 · 12 · 3.4."""
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def listed(parts: Iterable[str]) -> str:
    """Things one after the other: a, b, c."""
    return _(", ").join(parts)


def breakable(text: str) -> Iterator[tuple[str, str]]:
    """What stays together on a line, each with the space before it: words, and single Chinese characters with the
    closing signs behind them.
    """
    for space, unit in _BREAKABLE.findall(text):
        yield " " if space else "", unit


def full_stop(sentence: str) -> str:
    """A sentence with its full stop."""
    return _("{sentence}.").format(sentence=sentence)


def columns_of(value: Any) -> int:
    """Columns of a screen that a value takes: Chinese signs take two, nothing takes none."""
    return sum(2 if ord(sign) > 0x2E80 else 1 for sign in str(value)) if value is not None else 0


def lines_of(text: str, most: int) -> list[str]:
    """A text in lines of at most so many columns where its sentences and their parts allow: it breaks after these."""
    lines = [""]
    for part in re.findall(r".+?(?:[。；]|[.;] |$)", text):
        if lines[-1] and columns_of(lines[-1] + part.rstrip()) > most:
            lines.append("")
        lines[-1] += part
    return [line.rstrip() for line in lines]


def clauses(parts: Iterable[str]) -> str:
    """Parts of a sentence one after the other: a; b; c."""
    return _("; ").join(parts)


# numbers and shares


def number(value: float, sign: str = "", digits: int | None = None) -> str:
    """About three digits: 1,234 · 12 · 3.4 · 0.12; `sign` + shows a plus. `digits`: so many decimals, with noughts."""
    if math.isnan(value):
        return "?"
    text = rounded(value, digits_of(value) if digits is None else digits, sign)
    return text.rstrip("0").rstrip(".") if digits is None and "." in text else text


def digits_of(value: float) -> int:
    """Decimals of about three digits."""
    size = abs(value)
    if 0 < size < 0.095:
        return 3
    return 0 if size >= 99.5 or round(value, 2) == round(value) else 1 if size >= 9.995 else 2


def rounded(value: float, places: int, sign: str = "") -> str:
    """Rounded to so many decimals (negative: tens, hundreds), with thousands commas and never "−0"."""
    return f"{round(value, places) + 0.0:{sign},.{max(places, 0)}f}".replace("-", MINUS)


def round_number(value: int) -> str:
    """A power of ten as people say it: 10,000 in English, 1万 in Chinese."""
    if language() == "zh" and value >= 10_000:
        return f"{value // 10_000:,}万"
    return f"{value:,}"


def people_base(shares: Iterable[float]) -> int:
    """For how many people these numbers for one person are told, so that the smallest is a number of people: 1 in
    10,000 and not 0.0001. Noughts do not count.
    """
    least = min((share for share in shares if share > 0), default=1.0)
    if least >= 0.1:
        return 1
    return next((10**n for n in range(2, 6) if least * 10**n >= 1), 10**6)


def rough(value: float) -> str:
    """About two digits, for ends of a band and for counts of people at one hour, which chance alone moves by more: 54 ·
    8.9 · 1,954.
    """
    return number(value, digits=0 if abs(value) >= 9.95 or value == round(value) else 1)


def percent(share: float) -> str:
    """85 % · 99.6 % · 0.17 %, in Chinese 85%: what is nearly all or nearly none is not told as all or none."""
    value = 100 * share
    if 99.5 <= value < 100:
        return f"{number(min(value, 99.99), digits=1 if value < 99.95 else 2)}{per_cent()}"
    return INTERVAL["hardly"] if 0 < value < 0.005 else f"{number(value)}{per_cent()}"


def per_cent() -> str:
    """The sign behind a number in per cent: with a blank before it, in Chinese without."""
    return "%" if language() == "zh" else SHARE_UNIT


def stated(value: float) -> str:
    """A number that somebody wrote, as it was written: 1,234.5 · 0.125."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def stated_percent(share: float) -> str:
    """A share that somebody wrote, or a bound that was rounded on purpose: 97.25 %."""
    return f"{stated(round(100 * share, 6))}{per_cent()}"


def with_unit(value: str, unit: str) -> str:
    """A number that is told already, and its unit: 12 people, 12人."""
    if unit in ("%", SHARE_UNIT):
        return value + per_cent()
    return _("{value} {unit}").format(value=value, unit=unit) if unit else value


def span(low: str, high: str) -> str:
    """From one number to another: 3 to 5."""
    return _("{low} to {high}").format(low=low, high=high)


def with_ends(value: str, low: str, high: str) -> str:
    """A number with the ends between which it lies: 4 (3 to 5)."""
    return _("{value} ({low} to {high})").format(value=value, low=low, high=high)


def unit_of(unit: str, largest: float) -> tuple[float, str, str]:
    """Factor, unit of a value and unit of a difference for numbers up to `largest`."""
    key = unit
    if unit == "minutes" and largest >= LONG_MINUTES:
        key = "very long minutes" if largest >= VERY_LONG_MINUTES else "long minutes"
    if unit == "yuan" and language() == "zh":  # officials count in tens of thousands
        return 1e-4, "万元", "万元"
    name = UNIT_NAMES.get(unit, unit)
    return UNITS.get(key, (1.0, name, name))


def common_unit(unit: str, values: Iterable[float]) -> tuple[float, str, str]:
    """The same for many numbers of one unit that stand side by side: hours or days only where all of them are long."""
    return unit_of(unit, min(values, default=0.0))


# means with their intervals


class Estimated(Protocol):
    """A mean with its interval: `sim.numbers.statistics.Interval`, or a row of a table with these columns."""

    @property
    def n(self) -> int:
        """How many values it is the mean of."""

    @property
    def mean(self) -> float:
        """The mean."""

    @property
    def low(self) -> float:
        """Where its interval begins; nan without one."""

    @property
    def high(self) -> float:
        """Where its interval ends."""


def mean_words(interval: Estimated, *, scale: float = 1.0, unit: str = "", ends: bool = True, pm: str = "±") -> str:
    """A mean in words, times `scale`, with `unit` behind each number that has one. `pm`: the sign for plus or minus.

    A mean that never varied says in how many replications, a share that was always 0 or 1 how far from it the true one
    may be. Without `ends` a lopsided interval only says how many digits the mean has.
    """
    if math.isnan(interval.mean):
        return INTERVAL["none"]
    alone = _alone(interval, scale, unit)
    unit = per_cent() if unit == SHARE_UNIT else unit
    if interval.n < 2:
        return alone
    if math.isnan(interval.high) or interval.low == interval.high:
        return alone + INTERVAL["same"].format(n=interval.n)
    if interval.mean == interval.low:
        return alone + INTERVAL["at_most"].format(value=_outwards(interval.high * scale, scale, up=True) + unit)
    if interval.mean == interval.high:
        return alone + INTERVAL["at_least"].format(value=_outwards(interval.low * scale, scale, up=False) + unit)
    return _varying(interval, scale, unit, ends, pm)


def mean_alone(interval: Estimated, *, scale: float = 1.0, unit: str = "") -> str:
    """The mean of `mean_words` without its interval: as many digits."""
    varies = interval.n >= 2 and interval.low < interval.mean < interval.high
    if not varies:
        return _alone(interval, scale, unit)
    unit = per_cent() if unit == SHARE_UNIT else unit
    return _varying(interval, scale, unit, ends=False, pm="±").partition(" ±")[0].removesuffix(unit) + unit


def _alone(interval: Estimated, scale: float, unit: str) -> str:
    return percent(interval.mean) if unit == SHARE_UNIT else number(interval.mean * scale) + unit


def is_lopsided(interval: Estimated) -> bool:
    """Whether a mean has an interval that is told by its ends; not where it never varied or has but one bound."""
    sides = sorted(_sides(interval))
    return sides[0] > 0 and sides[1] > LOPSIDED * sides[0]  # no number is larger than nan


def earned_digits(mean: float, half_width: float, sign: str = "") -> tuple[str, str]:
    """A mean and the half width of its interval with as many digits as this earns: 41 and 3, 8,380 and 120.

    The half width gets two significant digits when it begins with 1, else one; the mean is rounded to the same place.
    Without an interval (nan or 0) the mean is a number alone and the half width is 0.
    """
    if math.isnan(half_width) or half_width == 0:
        return number(mean, sign), "0"
    places = decimals(half_width)
    return rounded(mean, places, sign), rounded(half_width, places)


def decimals(half_width: float) -> int:
    """Decimals that a half width above 0 earns: to its first digit, or its second where the first is 1; negative: tens
    or hundreds.
    """
    mantissa, exponent = f"{half_width:.1e}".split("e")
    return -int(exponent) + (mantissa[0] == "1")


def _sides(interval: Estimated) -> tuple[float, float]:
    return interval.mean - interval.low, interval.high - interval.mean


def _varying(interval: Estimated, scale: float, unit: str, ends: bool, pm: str) -> str:
    """By the longer side where the mean is about the middle, else by both ends, or with the digits that they leave."""
    if not is_lopsided(interval):
        mean, half = earned_digits(interval.mean * scale, scale * max(_sides(interval)))
        return f"{mean} {pm} {half}{unit}"
    places = decimals((interval.high - interval.low) / 2 * scale)
    if scale >= PER_CENT:  # a tenth is too coarse for a share
        places = max(places, 0)
    mean, low, high = (rounded(value * scale, places) for value in (interval.mean, interval.low, interval.high))
    return f"{mean}{unit}" + (INTERVAL["ends"].format(low=low, high=high + unit) if ends else "")


def _outwards(bound: float, scale: float, *, up: bool) -> str:
    """A bound with two decimals of a share, one more where it is that small, rounded to the side that claims less."""
    places = 0 if scale >= PER_CENT else 2
    distance = bound if up else scale - bound
    while distance * 10**places < 1 and places < 6:
        places += 1
    step = 10.0**places
    end = math.ceil(bound * step - 1e-9) if up else math.floor(bound * step + 1e-9)
    return rounded(end / step, places)


# times and dates


def clock(minutes: float) -> str:
    """08:30; the end of the day is 24:00."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


def duration(seconds: float) -> str:
    """About how long, as people say it."""
    if seconds < 90:
        return counted(OUTLOOK, "seconds", max(5 * round(seconds / 5), 5))
    if seconds < 5400:
        return counted(OUTLOOK, "minutes", round(seconds / 60))
    return fill(OUTLOOK, "hours", n=seconds / 3600)


def day_words(day: date, *, with_year: bool) -> str:
    """27 March, or 27 March 2021 where a scenario has more than one year."""
    key = "day_and_year" if with_year else "day"
    return PICTURES[key].format(day=day.day, month=_(MONTHS[day.month - 1]), year=day.year)


def short_day(day: date) -> str:
    """A day as short as an axis needs it: 27 Mar."""
    return PICTURES["day"].format(day=day.day, month=_(MONTHS[day.month - 1][:3]))
