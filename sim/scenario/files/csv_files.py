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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted, nearest
from sim.scenario.files.documents import LARGEST_CSV, read_data
from sim.scenario.files.drafts import Draft, Origin, shown
from sim.scenario.tables.types import parse_date
from sim.words import MESSAGES
from sim.words.language import said

_SEPARATORS = (",", ";", "\t")
_ONLY_CSV = MESSAGES["csv.only"]

_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)
_DECIMAL_POINT = re.compile(r"[-+]?\d+\.\d+", re.ASCII)
_PERHAPS_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[,.]\d{3}", re.ASCII)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n")
_WHOLE = re.compile(r"[-+]?\d{1,30}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.ASCII | re.IGNORECASE)

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
    """Of rows that do not fit, and of cells that may be two numbers; who reads the rows tells them with its own."""


def read_csv(file: FilePath, name: str) -> CsvTable:
    """Rows of a CSV file. Raises when the header is none, with all rows that do not fit it."""
    records, separator = _csv_records(csv_text(read_data(file, name, LARGEST_CSV), name), name)
    written = ((n, [cell.strip() for cell in row]) for n, row in enumerate(records, 1) if any(map(str.strip, row)))
    number, header = next(written, (0, []))
    if not header:
        raise ScenarioError([Fault(name, "", None, "is empty")])
    while header and not header[-1]:
        header.pop()
    unusable = list(_header_faults(name, number, header))
    faults = _decimal_points(records, name) if separator != "," else []
    rows = []
    for row_number, record in enumerate(records[number:], start=number + 1):
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) == len(header):
            rows.append((row_number, dict(zip(header, cells, strict=True))))
        else:
            rule = said("has {n} cells, the header has {n_2}", n=len(cells), n_2=len(header))
            faults.append(Fault(name, f"row {row_number}", None, rule, _comma_hint(cells, header)))
    if unusable:
        raise ScenarioError(unusable + faults)
    return CsvTable(name, tuple(header), tuple(rows), tuple(faults))


def _header_faults(name: str, number: int, header: list[str]) -> Iterator[Fault]:
    if len(header) == 1 and any(mark in header[0] for mark in "|:"):
        yield Fault(name, f"row {number}", header[0], MESSAGES["csv.columns"], _ONLY_CSV)
    for index, column in enumerate(header):
        if not column:
            yield Fault(name, f"row {number}", None, said("column {index} has no name", index=index + 1))
        elif column in header[:index]:
            yield Fault(name, f"row {number}, {column}", None, "this column is there twice")


def _comma_hint(cells: list[str], header: list[str]) -> str:
    split = any(re.fullmatch(r"\d{1,3}", a) and re.fullmatch(r"\d{3}", b) for a, b in pairwise(cells))
    return "write numbers without thousands separators" if len(cells) > len(header) and split else ""


def open_csv(draft: Draft, path: Path, told_at: Path = ()) -> tuple[CsvTable, Origin]:
    """The CSV file named at `path`, found from the folder of the file that names it. `told_at`: where users wrote its
    name, if elsewhere.
    """
    wanted, origin = str(draft.at(path)), draft.origin(path)
    file = origin.folder / wanted
    name = shown(file, draft.main.folder)
    try:
        table = read_csv(file, name)
    except ScenarioError as error:
        found = error.faults[0]
        if found.rule == "no such file":
            raise ScenarioError([Fault(origin.file, dotted(told_at or path), wanted, found.rule, found.hint)]) from None
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
        return parse_date(cell)
    except ValueError as error:
        return str(error)


def to_number(cell: str) -> float | str:
    """The number in a cell; text that is none stays text."""
    return float(cell) if len(cell) <= 40 and _NUMBER.fullmatch(cell) else cell


def to_whole(cell: str) -> int | float | str:
    """The whole number in a cell; other numbers stay numbers and text stays text, for the schema to refuse."""
    return int(cell) if _WHOLE.fullmatch(cell) else to_number(cell)


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
    told = _SEPARATOR_LINE.match(text)
    separator = told[1] if told and told[1] in _SEPARATORS else _most_frequent(text)
    if told:
        text = "\n" + text[told.end() :]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)), separator
    except csv.Error as error:
        raise ScenarioError([Fault(name, "", None, said("is not CSV ({error})", error=error), _ONLY_CSV)]) from None


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
