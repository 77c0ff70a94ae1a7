"""CSV files as rows of cells, with a plain word for everything that is not the table a planner meant to give.

What spreadsheets write: UTF-8, UTF-16 or GB18030; columns separated by commas, semicolons or tabs, whichever the header
has most of; with semicolons or tabs also commas for decimals. Row 1 is the header; empty rows are skipped but counted,
so that row numbers are those of a spreadsheet. What columns mean is said where they are read into a draft.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted, nearest
from sim.scenario.files.chain import shown
from sim.scenario.files.csv_text import ONLY_CSV, csv_records, csv_text, decimal_points
from sim.scenario.files.documents import LARGEST_CSV, read_data
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.types import parse_date
from sim.words import MESSAGES

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
    records, separator = csv_records(csv_text(read_data(file, name, LARGEST_CSV), name), name)
    written = ((n, [cell.strip() for cell in row]) for n, row in enumerate(records, 1) if any(map(str.strip, row)))
    number, header = next(written, (0, []))
    if not header:
        raise ScenarioError([Fault(name, "", None, "is empty")])
    while header and not header[-1]:
        header.pop()
    unusable = list(_header_faults(name, number, header))
    faults = decimal_points(records, name) if separator != "," else []
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
            rule = f"has {len(cells)} cells, the header has {len(header)}"
            faults.append(Fault(name, f"row {row_number}", None, rule, _comma_hint(cells, header)))
    if unusable:
        raise ScenarioError(unusable + faults)
    return CsvTable(name, tuple(header), tuple(rows), tuple(faults))


def _header_faults(name: str, number: int, header: list[str]) -> Iterator[Fault]:
    if len(header) == 1 and any(mark in header[0] for mark in "|:"):
        yield Fault(name, f"row {number}", header[0], MESSAGES["csv.columns"], ONLY_CSV)
    for index, column in enumerate(header):
        if not column:
            yield Fault(name, f"row {number}", None, f"column {index + 1} has no name")
        elif column in header[:index]:
            yield Fault(name, f"row {number}, {column}", None, "this column is there twice")


def _comma_hint(cells: list[str], header: list[str]) -> str:
    split = any(re.fullmatch(r"\d{1,3}", a) and re.fullmatch(r"\d{3}", b) for a, b in pairwise(cells))
    return "write numbers without thousands separators" if len(cells) > len(header) and split else ""


def open_csv(draft: Draft, path: Path) -> tuple[CsvTable, Origin]:
    """The CSV file named at `path`, found from the folder of the file that names it."""
    wanted, origin = str(draft.at(path)), draft.origin(path)
    file = origin.folder / wanted
    name = shown(file, draft.main.folder)
    try:
        table = read_csv(file, name)
    except ScenarioError as error:
        found = error.faults[0]
        if found.rule == "no such file":
            raise ScenarioError([Fault(origin.file, dotted(path), wanted, found.rule, found.hint)]) from None
        raise
    draft.files.append(file)
    return table, Origin(name, file.parent, origin.level)


def missing_columns(table: CsvTable, wanted: Iterable[str]) -> list[Fault]:
    """One fault for each column that must be there and is not."""
    return [
        Fault(table.name, "row 1", None, f'has no column "{name}"', nearest(name, table.header))
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
