"""CSV files as rows of cells, with a plain word for everything that is not the table a planner meant to give.

What spreadsheets write: UTF-8, UTF-16 or GB18030; columns separated by commas, semicolons or tabs, whichever the header
has most of; with semicolons or tabs also commas for decimals. Nothing is guessed that could change a number: a cell
that may be 1500 as well as 1.5 is a fault. Row 1 is the header; empty rows are skipped but counted, so that row numbers
are those of a spreadsheet. What columns mean is said where they are read into a draft.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted, nearest
from sim.scenario.files.cells import NUMBER, TOTALS, day_month_year, is_day_month_year, to_day
from sim.scenario.files.documents import LARGEST_CSV, read_data
from sim.scenario.files.drafts import Draft, Origin, shown
from sim.scenario.tables.types import parse_date
from sim.words.language import recognised, said
from sim.words.pages import MESSAGES
from sim.words.scenario import CSV

_SEPARATORS = (",", ";", "\t")
_ONLY_CSV = MESSAGES["csv.only"]

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)
_DECIMAL_POINT = re.compile(r"[-+]?\d+\.\d+", re.ASCII)
_PERHAPS_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[,.]\d{3}", re.ASCII)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")

_TITLES = 10
"""Rows among which the header is looked for."""
AS_SHARE = "write it as a share: "
NUMBER_ALONE = "write the number alone"

Filled = tuple[list[Fault], list[Path]]
"""Faults, and the tables that are incomplete because of them."""
Fill = Callable[[Draft, Path], Filled]


@dataclass(frozen=True)
class CsvTable:
    """Header and rows of a CSV file; a row has its number in a spreadsheet and one cell per column."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    """Those that fit the header."""
    faults: tuple[Fault, ...] = ()
    """Of rows that do not fit, and of cells that may be two numbers; who reads the rows reports them with its own."""


def read_csv(file: FilePath, name: str, wanted: Sequence[str] = (), *, others: bool = False) -> CsvTable:
    """Rows of a CSV file. Raises when the header is none, with all rows that do not fit it.

    `wanted`: columns that must be there, by which the header is found below a title. `others`: no other column is
    read, so that one without a name is not missed.
    """
    records, separator = _csv_records(csv_text(read_data(file, name, LARGEST_CSV), name), name)
    cells = [[cell.strip() for cell in row] for row in records]
    number, header = _header(cells, name, wanted)
    faults = _decimal_points(records, name) if separator != "," else []
    body = [(n, [cell.strip() for cell in row]) for n, row in enumerate(records[number:], number + 1)]
    body = [(n, row) for n, row in body if any(row)]
    if body and _is_total(body[-1][1]):
        body.pop()
    used = [index for index, column in enumerate(header) if column or not _may_go(body, index, others=others)]
    unusable = list(_header_faults(name, number, header, used))
    rows = []
    for row_number, row in body:
        while len(row) > len(header) and not row[-1]:
            row.pop()
        if len(row) == len(header):
            rows.append((row_number, {header[index]: row[index] for index in used}))
        else:
            rule = said("has {n} cells, the header has {n_2}", n=len(row), n_2=len(header))
            faults.append(Fault(name, f"row {row_number}", None, rule, _comma_hint(row, header)))
    if unusable:
        raise ScenarioError(unusable + faults)
    return CsvTable(name, tuple(header[index] for index in used), tuple(_plain_dates(rows)), tuple(faults))


def _header(cells: Sequence[list[str]], name: str, wanted: Sequence[str]) -> tuple[int, list[str]]:
    """Number and names of the header: the first row with anything in it, or below a title the one that is wanted.

    Raises where heads of groups stand above it: a column might be of any of them.
    """
    written = [(n, list(row)) for n, row in enumerate(cells, start=1) if any(row)]
    if not written:
        raise ScenarioError([Fault(name, "", None, "is empty")])
    first = written[0]
    below = [(n, row) for n, row in written[1:_TITLES] if wanted and set(wanted) <= set(row)]
    if below and not set(wanted) <= set(first[1]):
        number, row = below[0]
        heads = [cell for n, above in written if n < number for cell in above if cell]
        if len(heads) > number - first[0] or any(row.count(column) > 1 for column in wanted):
            rule = said("the columns {wanted} stand in row {number}", wanted=[*wanted], number=number)
            raise ScenarioError([Fault(name, f"row {first[0]}", None, rule, "take out the rows above them")])
        first = below[0]
    while first[1] and not first[1][-1]:
        first[1].pop()
    return first


def _is_total(row: Sequence[str]) -> bool:
    """Whether the last row has the sums of those above it."""
    return any(cell.lower().rstrip(":：") in TOTALS for cell in [cell for cell in row if cell][:2])


def _may_go(rows: Sequence[tuple[int, list[str]]], index: int, *, others: bool) -> bool:
    """Whether a column without a name says nothing: it is empty, or numbers the rows, or nobody asks for it."""
    column = [row[index] if index < len(row) else "" for _number, row in rows]
    counted = [[str(n) for n in range(begin, begin + len(column))] for begin in (0, 1)]
    return others or not any(column) or column in counted


def _plain_dates(rows: list[tuple[int, dict[str, str]]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Dates such as 28/03/2020 as 2020-03-28, in columns in which each of them can only be one day."""
    names = list(rows[0][1]) if rows else []
    known = {name for name in names if day_month_year(cells[name] for _number, cells in rows)}
    for number, cells in rows:
        yield (
            number,
            {
                name: str(to_day(cell, day_first=True)) if name in known and is_day_month_year(cell) else cell
                for name, cell in cells.items()
            },
        )


def _header_faults(name: str, number: int, header: list[str], used: Sequence[int]) -> Iterator[Fault]:
    if len(header) == 1 and any(mark in header[0] for mark in "|:"):
        yield Fault(name, f"row {number}", header[0], MESSAGES["csv.columns"], _ONLY_CSV)
    for index in used:
        column = header[index]
        if not column:
            rule = said("column {index} has no name", index=index + 1)
            yield Fault(name, f"row {number}", None, rule, "name it, or take it out")
        elif column in header[:index]:
            yield Fault(name, f"row {number}, {column}", None, "this column is there twice")


def _comma_hint(cells: list[str], header: list[str]) -> str:
    split = any(re.fullmatch(r"\d{1,3}", a) and re.fullmatch(r"\d{3}", b) for a, b in pairwise(cells))
    return "write numbers without thousands separators" if len(cells) > len(header) and split else ""


def open_csv(
    draft: Draft, path: Path, columns: Sequence[str], *, others: bool = False, reported_at: Path = ()
) -> tuple[CsvTable, Origin]:
    """The CSV file named at `path`, found from the folder of the file that names it; see `read_csv`. `reported_at`:
    where users wrote its name, if elsewhere.
    """
    wanted, origin = str(draft.at(path)), draft.origin(path)
    file = origin.folder / wanted
    name = shown(file, draft.main.folder)
    try:
        table = read_csv(file, name, columns, others=others)
    except ScenarioError as error:
        found = error.faults[0]
        if found.rule == "no such file":
            raise ScenarioError(
                [Fault(origin.file, dotted(reported_at or path), wanted, found.rule, found.hint)]
            ) from None
        raise
    draft.files.append(file)
    return table, Origin(name, file.parent, origin.level)


def missing_columns(table: CsvTable, wanted: Iterable[str]) -> list[Fault]:
    """One fault for each column that must be there and is not."""
    return [
        Fault(table.name, "row 1", None, said('has no column "{name}"', name=name), nearest(name, table.header))
        for name in dict.fromkeys(wanted)
        if name not in table.header
    ]


def to_date(cell: str) -> dt.date | str:
    """The date in a cell, or the rule that it breaks."""
    try:
        return parse_date(to_day(cell))
    except ValueError as error:
        return error.args[0]  # type: ignore[no-any-return]


def date_hint(value: Any) -> str:
    """Help for a date that may be two."""
    return "set the format of the column to yyyy-mm-dd" if is_day_month_year(value) else ""


def to_number(cell: str) -> float | str:
    """The number in a cell; text that is none stays text."""
    return float(cell) if len(cell) <= 40 and NUMBER.fullmatch(cell) else cell


def number_hint(value: Any) -> str:
    """Help for text that was meant as a number."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,3}([,'\u2019 \u00a0]\d{3})+(\.\d+)?\s*", value):
        return "write numbers without thousands separators"
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+,\d+\s*", value):
        return "write a point for the decimals"
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*%\s*", value):
        return f"{AS_SHARE}{float(value.replace('%', '')) / 100:g}"
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+(\.\d+)?\s*[^\W\d][^\d]*", value):
        return NUMBER_ALONE
    return ""


def csv_text(data: bytes, name: str) -> str:
    """Text of a CSV file in UTF-8 or UTF-16 (with a byte order mark) or GB18030. Raises ScenarioError."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # what spreadsheets call Unicode text
        text = _decoded(data, "utf-16", name)
    elif b"\x00" in data:
        raise ScenarioError([Fault(name, "", None, "is not a text file (it has null bytes)")])
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _decoded(data, "gb18030", name)
    if not text.strip():
        raise ScenarioError([Fault(name, "", None, "is empty")])
    return text


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        byte = f"{data[error.start]:#04x}, line {data.count(bytes([10]), 0, error.start) + 1}"
        rule = MESSAGES["csv.not_text"].format(byte=byte)
        raise ScenarioError([Fault(name, "", None, rule, MESSAGES["csv.save_as"])]) from None


def _csv_records(text: str, name: str) -> tuple[list[list[str]], str]:
    """Rows of cells, and the separator. Raises ScenarioError for what is no CSV.

    A first line such as `sep=;`, which some spreadsheets write, names the separator and counts as an empty row.
    """
    declared = _SEPARATOR_LINE.match(text)
    separator = declared[1] if declared and declared[1] in _SEPARATORS else _most_frequent(text)
    if declared:
        text = "\n" + text[declared.end() :]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)), separator
    except csv.Error as error:
        raise ScenarioError(
            [Fault(name, "", None, said("is not CSV ({error})", error=recognised(str(error), CSV)), _ONLY_CSV)]
        ) from None


def with_commas(data: bytes, name: str) -> str:
    """A CSV file of any of these forms as text with commas between cells and points for decimals."""
    text = csv_text(data, name)
    records, separator = _csv_records(text, name)
    if separator == ",":
        return text
    faults = _decimal_points(records, name)
    if faults:
        raise ScenarioError(faults)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(records)
    return out.getvalue()


def _most_frequent(text: str) -> str:
    """The separator that the first line with anything in it has most of outside quotes; a comma when none."""
    line = next(line for line in text.splitlines() if line.strip())
    unquoted = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=unquoted.count)


def _decimal_points(records: list[list[str]], name: str) -> list[Fault]:
    """Write decimal commas as points, in place; only for files whose cells are not separated by commas: who separates
    cells by commas has points for decimals.

    A number with three digits behind its only comma or point may have it for thousands: it is a fault, and so are
    points and commas for decimals in one file.
    """
    faults = []
    commas = points = False
    header = next((record for record in records if any(record)), [])
    for number, record in enumerate(records, start=1):
        for column, cell in enumerate(map(str.strip, record)):
            if _PERHAPS_THOUSANDS.fullmatch(cell):
                rule = MESSAGES["csv.decimal_or_thousands"].format(
                    thousands=cell.replace(",", "").replace(".", ""), decimal=cell.replace(",", ".")
                )
                place = ", ".join([f"row {number}", *map(str.strip, header[column : column + 1])])
                faults.append(Fault(name, place, cell, rule, MESSAGES["csv.decimal_hint"]))
            elif _DECIMAL_COMMA.fullmatch(cell):
                commas = True
                record[column] = cell.replace(",", ".")
            points |= _DECIMAL_POINT.fullmatch(cell) is not None and not _PERHAPS_THOUSANDS.fullmatch(cell)
    if commas and points:
        faults.append(Fault(name, "", None, MESSAGES["csv.two_decimals"]))
    return faults
