"""Cells of a list as dates, times and numbers: one form for a whole column, read only when nothing can be mistaken.

What a column can not be read as is one fault, with how many cells it is of and the first of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from sim.scenario.faults import Fault
from sim.scenario.files.cells import MONTHS
from sim.scenario.tables.types import MAX_PEOPLE
from sim.words.language import said

Value = TypeVar("Value")
ORDERS = ("year-month-day", "day/month/year", "month/day/year", "day-month-name", "spreadsheet number")
"""Forms of dates, by the names that map.toml has for them; beside them 2021-month-day, for dates without a year."""
YEARLESS = re.compile(r"(\d{4})-month-day")

_MONTH_DAY = re.compile(r"(\d{1,2})(?:月|[-/.])(\d{1,2})日?$")
_YMD = re.compile(r"(\d{4})(?:[-/.年 ]\s*(\d{1,2})[-/.月 ]\s*(\d{1,2})日?|(\d{2})(\d{2}))$")
_THREE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$")
_NAMED = re.compile(r"(\d{1,2})[-/. ]?([A-Za-z]{3})[a-z]*[-/. ,]*(\d{4}|\d{2})$")
_NAME_FIRST = re.compile(r"([A-Za-z]{3})[a-z]*[-/. ](\d{1,2})(?:st|nd|rd|th)?[-/. ,]+(\d{4})$")
_WEEKDAY = re.compile(
    r"\s*[（(]?(?:星期|礼拜|周)[一二三四五六日天][）)]?\s*"
    r"|^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[ .,]+",
    re.IGNORECASE,
)
_HALF = re.compile(r"(上午|下午)\s*(\d{1,2}[:：时][\d:：分]*)")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_CLOCK = re.compile(r"(\d{1,2})[:：时](\d{2})?分?(?::(\d{2}))?\s*([AaPp][Mm])?$")
_BARE_CLOCK = re.compile(r"([01]\d|2[0-4])([0-5]\d)$")
_MOMENT = re.compile(r"(.*?\d{1,4}日?)[T ]+([\d:：时分]+(?:\s*[AaPp][Mm])?)$")
_WHOLE = re.compile(r"(\d{1,9}|\d{1,3}(,\d{3})+)(\.0+)?\s*[人间名位个]?")
_EPOCH = dt.date(1899, 12, 30)
NOTHING = ("", "-", "–", "—", "/", "n/a", "na", "无")


def is_nothing(cell: str) -> bool:
    """Whether a cell holds no value, in the ways in which people leave it out."""
    return cell.lower() in NOTHING


def orders_of(cells: Iterable[str]) -> list[str]:
    """Forms of dates by which every cell that is filled can be read; none for a column that holds no dates."""
    filled = {cell for cell in cells if not is_nothing(cell)}
    return [order for order in ORDERS if filled and all(moment(cell, order) is not None for cell in filled)]


def is_order(text: str) -> bool:
    """Whether a text names a form of dates."""
    return text in ORDERS or YEARLESS.fullmatch(text) is not None


def lacks_year(cells: Iterable[str]) -> bool:
    """Whether all cells that are filled are a month and a day."""
    filled = [cell for cell in cells if not is_nothing(cell)]
    return bool(filled) and all(moment(cell, "2020-month-day") is not None for cell in filled)


def moment(cell: str, order: str) -> dt.datetime | None:
    """Date and time in a cell, its 00:00 without a time, weekdays left out; None where it is none of this form."""
    cell = _HALF.sub(_half, _WEEKDAY.sub(" ", cell).strip())
    if order == "spreadsheet number":
        if not _SERIAL.fullmatch(cell) or not 20_000 < float(cell) < 80_000:
            return None
        minutes = round((float(cell) % 1) * 1440)
        return dt.datetime.combine(_EPOCH, dt.time()) + dt.timedelta(days=int(float(cell)), minutes=minutes)
    found = _MOMENT.fullmatch(cell)
    day = _day(found[1].strip(" ,"), order) if found else None
    minutes_of_day = clock(found[2]) if found and day else None
    if day is None or minutes_of_day is None:
        day, minutes_of_day = _day(cell, order), 0
    if day is None:
        return None
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(minutes=minutes_of_day)


def has_time(cell: str) -> bool:
    """Whether a cell that holds a date says a time of day too."""
    cell = _HALF.sub(_half, _WEEKDAY.sub(" ", cell).strip())
    return _MOMENT.fullmatch(cell) is not None or (_SERIAL.fullmatch(cell) is not None and "." in cell)


def _half(found: re.Match[str]) -> str:
    """下午6:00 as 6:00 PM."""
    return f"{' ' if found.start() else ''}{found[2]} {'AM' if found[1] == '上午' else 'PM'}"


def _day(text: str, order: str) -> dt.date | None:
    year = month = day = 0
    if order == "year-month-day" and (found := _YMD.fullmatch(text)):
        year, month, day = int(found[1]), int(found[2] or found[4]), int(found[3] or found[5])
    elif order in ("day/month/year", "month/day/year") and (found := _THREE.fullmatch(text)):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        day, month = (first, second) if order == "day/month/year" else (second, first)
    elif order == "day-month-name" and (found := _NAMED.fullmatch(text)) and found[2].lower() in MONTHS:
        day, month, year = int(found[1]), MONTHS.index(found[2].lower()) + 1, int(found[3])
    elif order == "day-month-name" and (found := _NAME_FIRST.fullmatch(text)) and found[1].lower() in MONTHS:
        day, month, year = int(found[2]), MONTHS.index(found[1].lower()) + 1, int(found[3])
    elif (yearless := YEARLESS.fullmatch(order)) and (found := _MONTH_DAY.fullmatch(text)):
        year, month, day = int(yearless[1]), int(found[1]), int(found[2])
    try:
        return dt.date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def clock(cell: str) -> int | None:
    """Minutes since midnight: 9:00, 09:00:00, 6:00 PM, 下午6:00, 0900, 0.375; None where a cell holds none."""
    cell = _HALF.sub(_half, cell)
    if re.fullmatch(r"0?\.\d+|0", cell):
        return round(float(cell) * 1440)
    found = _CLOCK.fullmatch(cell) or _BARE_CLOCK.fullmatch(cell)
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2] or 0)
    half = found[4].lower() if found.re is _CLOCK and found[4] else ""
    if half and not 1 <= hours <= 12:
        return None
    hours = hours % 12 + 12 * (half == "pm") if half else hours
    return hours * 60 + minutes if hours * 60 + minutes <= 1440 and minutes < 60 else None


def whole(cell: str) -> int | None:
    """A number of people or rooms: 140, 140.0, 1,234, 12人; None where a cell holds none."""
    if not _WHOLE.fullmatch(cell):
        return None
    number = int(re.match(r"[\d,]+", cell)[0].replace(",", ""))  # type: ignore[index]
    return number if number <= MAX_PEOPLE else None


def number(cell: str) -> float | None:
    """A value of a long table: as `whole`, or with a decimal point."""
    found = whole(cell)
    if found is not None:
        return float(found)
    return float(cell) if re.fullmatch(r"\d{1,12}\.\d+", cell) else None


def read_all(
    cells: Sequence[tuple[int, str]], head: str, name: str, reader: Callable[[str], Value | None], rule: Any, hint: Any
) -> tuple[list[Value | None], list[Fault]]:
    """Values of a column, None where a cell holds none, and one fault for all cells that `reader` can not read."""
    values: list[Value | None] = []
    wrong: list[tuple[int, str]] = []
    for row, cell in cells:
        value = None if is_nothing(cell) else reader(cell)
        values.append(value)
        if value is None and not is_nothing(cell):
            wrong.append((row, cell))
    if not wrong:
        return values, []
    row, cell = wrong[0]
    if len(wrong) > 1:
        rule = said(
            "{rule} ({n} cells, in rows {first} to {last})", rule=said(rule), n=len(wrong), first=row, last=wrong[-1][0]
        )
    return values, [Fault(name, said("row {row}, {head}", row=row, head=head), cell, rule, hint)]


def names_in(cell: str) -> list[str]:
    """The parts of a cell that lists people, which are only counted."""
    return re.split(r"[、,，;；/\s]+", cell.strip())
