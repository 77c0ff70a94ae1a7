"""A list as people have it, as a header and rows of text: sheets of a workbook; comma, semicolon, tab or bar between
cells, columns of fixed width under a line of dashes, in UTF-8, UTF-16 or GB18030; titles above the header, two header
rows, totals below.

Nothing is known here of what columns mean, but for the words by which a header row is told from a title.

Its cells as dates, times and numbers: one form for a whole column, read only when nothing can be mistaken. What a
column can not be read as is one fault, with how many cells it is of and the first of them.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files.book.layout import Grid, opened, rows_of
from sim.scenario.files.cells import MONTHS, as_text, to_clock
from sim.scenario.files.csv_files import csv_text
from sim.scenario.files.documents import LARGEST_CSV, is_workbook, read_data
from sim.scenario.tables.types import MAX_PEOPLE
from sim.words.language import said

SEPARATORS = ("\t", "|", ";", ",")
"""In this order where two of them make as many cells: commas stand inside names and numbers too."""
LOOKED_AT = 40
"""Lines from which the form of a list is guessed."""
HEADER_WITHIN = 15
"""Rows among which the header is looked for."""
_DASHES = re.compile(r"\s*[-=]{2,}(\s+[-=]{2,}){2,}\s*")
_RULED = re.compile(r"[-=+|\s]*")
_TOTALS = re.compile(r"(合\s*计|总\s*计|小\s*计|汇\s*总|(grand |sub)?totals?|sum)\b.*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")
_BREAKS = re.compile(r"\s+")

Row = tuple[int, tuple[str, ...]]
"""Number in the file, from 1, and cells."""


@dataclass(frozen=True)
class List:
    """What a file lists."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: int = 0
    """Rows of totals that were left out."""
    above: tuple[str, ...] = ()
    """What stands over each column in a merged row of heads; empty: nothing."""
    sheets_left: tuple[str, ...] = ()
    """Sheets of its workbook that are no lists."""

    def column(self, name: str) -> list[str]:
        """Cells of a column, row by row."""
        at = self.header.index(name)
        return [cells[at] for _, cells in self.rows]


def read_lists(file: Path, known: Callable[[str], bool]) -> list[List]:
    """The lists in a file: one of text, or one for each sheet of a workbook that has a header which means something.

    `known`: whether a text is the head of a column that means something. Raises ScenarioError.
    """
    if not is_workbook(file):
        return [
            _list_of(file.name, list(_records(csv_text(read_data(file, file.name, LARGEST_CSV), file.name))), known)
        ]
    with opened(file, file.name) as book:
        sheets = {title: list(_of_sheet(rows_of(book, title))) for title in book.sheet_names}
    filled = {title: records for title, records in sheets.items() if records}
    meant = {title: records for title, records in filled.items() if _means_something(records, known)} or filled
    names = {title: file.name if len(filled) == 1 else f"{file.name} ({title})" for title in meant}
    if not meant:
        raise ScenarioError([Fault(file.name, "", None, "is empty")])
    left = tuple(title for title in filled if title not in meant)
    found = [_list_of(names[title], records, known) for title, records in meant.items()]
    return [replace(found[0], sheets_left=left), *found[1:]]


def _means_something(records: Sequence[Row], known: Callable[[str], bool]) -> bool:
    """Whether one of the first rows of a sheet can be a header: it has two heads that are known, or dates."""
    return any(
        sum(known(cell) or bool(_DATE.match(cell)) for cell in cells) > 1 for _, cells in records[:HEADER_WITHIN]
    )


def _of_sheet(rows: Grid) -> Iterator[Row]:
    """Rows of a sheet as texts, those without one left out."""
    for number, row in enumerate(rows, 1):
        texts = tuple(_tidy(_text(cell)) for cell in row)
        if any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """A cell of a workbook as a list of text has it: year first, times as 14:30, whole numbers without a point."""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == dt.time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, dt.time | dt.timedelta):
        return str(to_clock(cell))
    return "" if cell is None else as_text(cell)


def _list_of(name: str, records: Sequence[Row], known: Callable[[str], bool]) -> List:
    """The list in the rows of a file or sheet."""
    records = [(number, cells) for number, cells in records if any(cells) and not _is_ruled(cells)]
    if not records:
        raise ScenarioError([Fault(name, "", None, "is empty")])
    at = _header_at(records, known)
    header, above = _header(records, at, known)
    furniture = {cells for _, cells in records[: at + 1]}  # titles and heads, which each page has again
    if len(header) < 2:
        raise ScenarioError([Fault(name, f"row {records[at][0]}", header[0], "has one column only", _FORMS)])
    rows, totals = [], 0
    for number, cells in records[at + 1 :]:
        cut = tuple([*cells, *[""] * len(header)][: len(header)])
        if cells in furniture:
            continue
        if _is_total(cut):
            totals += 1
        elif any(cut):
            rows.append((number, cut))
    if not rows:
        raise ScenarioError([Fault(name, "", None, "has a header and no rows")])
    return List(name, header, tuple(rows), totals, above)


_FORMS = said("separate columns by commas, semicolons, tabs or bars, or save the sheet as CSV")


def _records(text: str) -> Iterator[Row]:
    """Lines as cells, by whichever form makes most of them."""
    lines = text.splitlines()
    ruler = next((line for line in lines[:LOOKED_AT] if _DASHES.fullmatch(line)), None)
    if ruler is not None:
        yield from _fixed(lines, ruler)
        return
    some = [line for line in lines if line.strip()][:LOOKED_AT]
    cells = {mark: median(len(row) for row in csv.reader(some, delimiter=mark)) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: cells[mark])
    if max(cells.values()) < 2 and median(len(re.split(r"\s{2,}", line.strip())) for line in some) >= 2:
        for number, line in enumerate(lines, 1):
            yield number, tuple(re.split(r"\s{2,}", line.strip()))
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best)
    for record in reader:
        yield reader.line_num, tuple(_tidy(cell) for cell in record)


def _fixed(lines: Sequence[str], ruler: str) -> Iterator[Row]:
    """Columns that stand under a line of dashes; a wide character takes two places, as reports print them."""
    starts = [found.start() for found in re.finditer(r"[-=]+", ruler)]
    spans = [*zip(starts, [*starts[1:], None], strict=True)]
    for number, line in enumerate(lines, 1):
        wide = "".join(c + "\0" if unicodedata.east_asian_width(c) in "WF" else c for c in line)
        yield number, tuple(_tidy(wide[begin:end].replace("\0", "")) for begin, end in spans)


def _tidy(cell: str) -> str:
    return _BREAKS.sub(" ", cell.replace("\u3000", " ").replace("\u00a0", " ")).strip()


def _is_ruled(cells: Sequence[str]) -> bool:
    return all(_RULED.fullmatch(cell) for cell in cells) and any("--" in cell or "==" in cell for cell in cells)


def _is_total(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and _TOTALS.fullmatch(filled[0]) is not None


def _header_at(records: Sequence[Row], known: Callable[[str], bool]) -> int:
    """The row of the first ones that has most known heads, then most cells; the earliest of equals."""
    first = records[:HEADER_WITHIN]
    return max(range(len(first)), key=lambda i: (sum(map(known, first[i][1])), sum(map(bool, first[i][1])), -i))


def _header(records: Sequence[Row], at: int, known: Callable[[str], bool]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Heads of columns, each once, and what stands over each: below merged heads with their words in front; one whose
    cell is merged with that above has that one's words, a nameless one its number.
    """
    heads = list(records[at][1])
    upper = [*(records[at - 1][1] if at else ()), *[""] * len(heads)]
    twice = {head for head, n in Counter(heads).items() if n > 1 and head}
    heads = [head or (upper[i] if twice or known(upper[i]) else "") for i, head in enumerate(heads)]
    while heads and not heads[-1]:
        heads.pop()
    over = upper if twice else []
    last, above = "", []
    for index, head in enumerate(heads):
        last = (over[index] if index < len(over) else "") or last
        above.append(last if head in twice else "")
    full = [
        f"{a} {head}".strip() or str(said("column {n}", n=i))
        for i, (a, head) in enumerate(zip(above, heads, strict=True), 1)
    ]
    met: Counter[str] = Counter()
    unique = []
    for head in full:
        met[head] += 1
        unique.append(head if met[head] == 1 else f"{head} {met[head]}")
    return tuple(unique), tuple(above)


# cells as dates, times and numbers

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
