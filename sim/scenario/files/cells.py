"""What one cell says, as people and spreadsheets write it: numbers as text, 140.0 for 140, dates as serial numbers or
28/03/2020, times as 0.25 or 6:00 AM.

Read is what can only be one thing. What may be two, or nothing that the field may be, is handed on as it is, for the
schema to refuse: 03/04/2020 may be March or April, 12:00 AM noon or midnight. Where a column holds one date that may be
two, none of that form in it is read, because who wrote them had one form in mind.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import types
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.faults import Path
from sim.scenario.tables.shape import field_of, is_clock, type_at, unit_at

BLANKS = " \t\u00a0\u3000"
"""Blanks around a text that mean nothing."""
_WHOLE = re.compile(r"[-+]?\d{1,30}", re.ASCII)
TOTALS = ("total", "totals", "sum", "grand total", "合计", "总计", "小计", "共计")
"""What rows of sums begin with, in small letters."""
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.ASCII | re.IGNORECASE)
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_PLAIN_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
_NAMED_MONTH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4})", re.ASCII)
_MIDNIGHT = re.compile(r"[T ]+0?0:00(:00(\.0+)?)?$")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::00(?:\.0+)?)?\s*([AaPp])?\.?(?:[Mm]\.?)?", re.ASCII)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EPOCH = dt.datetime(1899, 12, 30)
"""Day 0 of serial dates from March 1900 on."""
_SERIALS = (20_000, 80_000)
"""Days from 1954 to 2119: other numbers are no dates."""
_YES, _NO = ("true", "yes", "是", "真"), ("false", "no", "否", "假")
_LIST = re.compile(r"\s*[,;，；、]\s*")


@dataclass(frozen=True)
class Kind:
    """What a field may hold."""

    types: frozenset[type] = frozenset()
    """Plain types; none: nothing is known."""
    clock: bool = False
    """A time of day."""
    many: bool = False
    """A list of them."""
    words: tuple[str, ...] = ()
    """Texts that a choice allows."""

    @property
    def date(self) -> bool:
        """Whether it may be a date, with or without a time."""
        return dt.date in self.types


def kind_at(path: Path, tree: Any) -> Kind:
    """What may stand at a path; `tree` picks among the forms of a table."""
    around = type_at(path[:-1], tree)
    clock = is_clock(unit_at(path, tree))
    if get_origin(around) is dict:
        return _kind(get_args(around)[1], clock)
    info = field_of(around, path[-1]) if isinstance(around, type) and issubclass(around, BaseModel) else None
    return Kind() if info is None else kind_of(info.annotation, clock)


def kind_of(annotation: Any, clock: bool) -> Kind:
    """What a field with this annotation may hold."""
    return _kind(annotation, clock)


@cache
def _kind(annotation: Any, clock: bool) -> Kind:
    parts = list(_parts(annotation))
    plain = {part for part in parts if isinstance(part, type) and not issubclass(part, BaseModel)}
    words = tuple(word for part in parts if get_origin(part) is Literal for word in map(str, get_args(part)))
    if any(isinstance(word, int) for part in parts if get_origin(part) is Literal for word in get_args(part)):
        plain.add(int)
    elif words:
        plain.add(str)
    return Kind(frozenset(plain - {types.NoneType}), clock, any(get_origin(part) is tuple for part in parts), words)


def _parts(annotation: Any) -> Iterable[Any]:
    """The plain types, choices and tuples in an annotation, marks left out."""
    inside = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from _parts(inside[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in inside:
            yield from _parts(member)
    elif get_origin(annotation) is tuple:
        yield annotation
        yield from _parts(inside[0])
    else:
        yield annotation


def typed(raw: Any, kind: Kind, *, day_first: bool = False) -> Any:
    """What a cell that is not empty says in a field of this kind; what cannot be read stays as it is.

    `day_first`: dates such as 28/03/2020 are to be read, see `day_month_year`.
    """
    text = quoted(raw) if isinstance(raw, str) else None
    if text is not None:
        return text
    if kind.many:
        one = Kind(kind.types, kind.clock)
        return [typed(entry, one) for entry in _entries(raw)]
    if kind.types == {str}:
        return as_text(raw)
    raw = _plain(raw)
    found = to_clock(raw) if kind.clock else raw
    if kind.date:
        found = to_day(raw, day_first=day_first, moment=dt.datetime in kind.types)
    elif kind.types == {bool}:
        found = _switch(raw)
    elif not kind.clock and (not kind.types or kind.types & {int, float}):
        found = to_number(raw)
    return found


def _entries(raw: Any) -> list[Any]:
    """Entries of a list in one cell."""
    if not isinstance(raw, str):
        return [raw]
    return [entry.strip("\"'") for entry in _LIST.split(raw.strip().strip("[]").strip(_SEPARATORS))]


_SEPARATORS = " ,;，；、"


def _plain(raw: Any) -> Any:
    """Text without blanks around it and with plain digits and signs for wide ones; whole numbers without a point."""
    if isinstance(raw, str):
        return raw.strip()
    return int(raw) if isinstance(raw, float) and raw.is_integer() else raw


def _switch(raw: Any) -> Any:
    """Yes or no; spreadsheets that know no such cells keep 1 and 0 for them."""
    if type(raw) is int and raw in (0, 1):
        return bool(raw)
    word = raw.lower() if isinstance(raw, str) else raw
    return True if word in _YES else False if word in _NO else raw


def as_text(raw: Any) -> str:
    """A cell in a field of text, such as a hotel whose name is a number."""
    if isinstance(raw, dt.datetime) and raw.time() == dt.time():
        return raw.date().isoformat()
    if isinstance(raw, bool):
        return str(raw).lower()
    return raw.strip(BLANKS) if isinstance(raw, str) else str(_plain(raw))


def quoted(raw: str) -> str | None:
    """The text between the quotes around a cell, as TOML has it: for what a bare cell cannot say, such as a text of no
    letters; None for other cells.
    """
    text = raw.strip()
    if len(text) < 2 or text[0] != '"' or text[-1] != '"':
        return None
    try:
        found = tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def to_number(raw: Any) -> Any:
    """The number in a cell, whole where it is; what is none stays as it is."""
    if not isinstance(raw, str):
        return _plain(raw)
    text = unicodedata.normalize("NFKC", raw).strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    return _plain(float(text)) if len(text) <= 40 and NUMBER.fullmatch(text) else raw


def to_clock(raw: Any) -> Any:
    """The time of day in a cell as HH:MM: 06:00, 06:00:00, 6:00 AM, 0.25 of a day; what is none stays as it is.

    12:00 AM and PM stay too: people mean noon and midnight by both.
    """
    if isinstance(raw, dt.datetime):
        raw = raw.time() if raw.date() <= dt.date(1904, 1, 1) else raw
    if isinstance(raw, dt.time):
        return f"{raw:%H:%M}" if not raw.second and not raw.microsecond else raw.isoformat()
    if isinstance(raw, dt.timedelta):
        raw = raw / dt.timedelta(days=1)
    fraction = to_number(raw) if isinstance(raw, str) and re.fullmatch(r"[01]?\.\d+|1\.0*", raw) else raw
    if (isinstance(fraction, float) and 0 <= fraction <= 1) or (fraction in (0, 1) and isinstance(raw, int | float)):
        minutes = round(fraction * 1440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" if abs(fraction * 1440 - minutes) < 0.01 else raw
    match = _CLOCK.fullmatch(unicodedata.normalize("NFKC", raw).strip()) if isinstance(raw, str) else None
    if match is None:
        return raw
    hour, half = int(match[1]), (match[3] or "").lower()
    if half and not 1 <= hour <= 11:
        return raw
    return f"{hour + 12 * (half == 'p'):02d}:{match[2]}"


def to_day(raw: Any, *, day_first: bool = False, moment: bool = False) -> Any:
    """The date in a cell, and with `moment` its time of day; what is none stays as it is.

    Read are dates of a spreadsheet, 2020-03-28 00:00:00, 20200328, 2020年3月28日, 28-Mar-2020, serial numbers, and with
    `day_first` 28/03/2020; texts such as 2020-03-28 stay, which the schema reads.
    """
    if isinstance(raw, dt.datetime):
        return raw if raw.time() != dt.time() else raw.date()
    if isinstance(raw, dt.date) or raw is None or isinstance(raw, bool):
        return raw
    number = to_number(raw)
    if isinstance(number, int | float) and _SERIALS[0] <= number <= _SERIALS[1]:
        minutes = round(number * 1440)
        if minutes % 1440 == 0:
            return (_EPOCH + dt.timedelta(minutes=minutes)).date()
        return _EPOCH + dt.timedelta(minutes=minutes) if moment else raw
    return _day_of_text(str(raw), day_first, raw) if isinstance(raw, str | int) else raw


def _day_of_text(written: str, day_first: bool, raw: str | int) -> Any:
    text = _MIDNIGHT.sub("", written)
    parts: tuple[str, str, str] | None = None
    if match := _PLAIN_DATE.fullmatch(text):
        parts = (match[1] or match[4], match[2] or match[5], match[3] or match[6])
    elif (match := _NAMED_MONTH.fullmatch(text)) and match[2].lower() in MONTHS:
        parts = (match[3], str(MONTHS.index(match[2].lower()) + 1), match[1])
    elif day_first and (match := _SLASHES.fullmatch(text)):
        day, month = (match[1], match[2]) if int(match[1]) > 12 or match[1] == match[2] else (match[2], match[1])
        parts = (match[3], month, day)
    try:
        return (text if text != written else raw) if parts is None else dt.date(*map(int, parts))
    except ValueError:
        return raw


def day_month_year(cells: Iterable[Any]) -> bool:
    """Whether dates of the form 28/03/2020 in a column can only be one day each: else none of them is read."""
    found = [match for cell in cells if isinstance(cell, str) and (match := _SLASHES.fullmatch(cell.strip()))]
    return all(int(match[1]) > 12 or int(match[2]) > 12 or int(match[1]) == int(match[2]) for match in found)


def is_day_month_year(cell: Any) -> bool:
    """Whether a cell has a date of this form."""
    return isinstance(cell, str) and _SLASHES.fullmatch(cell.strip()) is not None
