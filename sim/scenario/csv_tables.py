"""CSV files that a scenario names: the list of candidate sites, and series of people per day.

Comma-separated UTF-8 with or without a byte order mark. Row 1 is the header; empty rows are skipped but counted, so
that row numbers are those of a spreadsheet. Cells become values of the draft, with row and column as their origin;
whether a value is allowed is for the schema to say.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.chain import shown
from sim.scenario.documents import LARGEST_CSV, read_text
from sim.scenario.drafts import Draft, Origin
from sim.scenario.faults import Fault, Path, ScenarioError, dotted, nearest
from sim.scenario.shape import SITE_SETTINGS
from sim.scenario.types import MAX_PEOPLE, parse_date

SITE_COLUMNS = ("number", "id", "name", "street", "level", "rooms", "opens", "weight", "note")
NEEDED_COLUMNS = ("number", "id", "rooms")
RIDE = "ride_minutes_"
ONLY_COMMAS = "only comma-separated UTF-8 files can be read"

_WHOLE = re.compile(r"[-+]?\d{1,30}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|nan)", re.ASCII | re.IGNORECASE)
_SITE_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


Filled = tuple[list[Fault], list[Path]]
"""Faults, and the tables that are incomplete because of them."""
Fill = Callable[[Draft, Path], Filled]


@dataclass(frozen=True)
class CsvTable:
    """Header and rows of a CSV file; a row has its number in a spreadsheet and one cell per column."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_csv(file: FilePath, name: str) -> CsvTable:
    """Rows of a CSV file. Raises with all rows that do not fit the header."""
    text = read_text(file, name, LARGEST_CSV)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise ScenarioError([Fault(name, "", None, f"is not CSV ({error})", ONLY_COMMAS)]) from None
    number, header = next((n, [cell.strip() for cell in row]) for n, row in enumerate(records, 1) if any(row))
    while header and not header[-1]:
        header.pop()
    faults = list(_header_faults(name, number, header))
    rows = []
    for row_number, record in enumerate(records[number:], start=number + 1):
        cells = [cell.strip() for cell in record]
        if not any(cells):
            continue
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) != len(header):
            rule = f"has {len(cells)} cells, the header has {len(header)}"
            faults.append(Fault(name, f"row {row_number}", None, rule, _comma_hint(cells, header)))
        rows.append((row_number, dict(zip(header, cells, strict=False))))
    if faults:
        raise ScenarioError(faults)
    return CsvTable(name, tuple(header), tuple(rows))


def _header_faults(name: str, number: int, header: list[str]) -> Iterator[Fault]:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        yield Fault(name, f"row {number}", header[0], "must have its columns separated by commas", ONLY_COMMAS)
    for index, column in enumerate(header):
        if not column:
            yield Fault(name, f"row {number}", None, f"column {index + 1} has no name")
        elif column in header[:index]:
            yield Fault(name, f"row {number}, {column}", None, "this column is there twice")


def _comma_hint(cells: list[str], header: list[str]) -> str:
    split = any(re.fullmatch(r"\d{1,3}", a) and re.fullmatch(r"\d{3}", b) for a, b in pairwise(cells))
    return "write numbers without thousands separators" if len(cells) > len(header) and split else ""


def fill_from_csv(draft: Draft) -> tuple[list[Fault], list[Path]]:
    """Read every CSV file that the draft names into it; the names are taken out, so that nothing points to a file.

    Returns the faults, and the tables that are incomplete because of them.
    """
    faults: list[Fault] = []
    unsure: list[Path] = []
    jobs: list[tuple[Path, Fill]] = [(path, _fill_series) for path in _series_paths(draft)]
    if isinstance(draft.at(("sites", "list")), str):
        jobs.append((("sites", "list"), _fill_sites))
    for path, fill in jobs:
        try:
            found, incomplete = fill(draft, path)
        except ScenarioError as error:
            found, incomplete = list(error.faults), [path[:-1]]
        faults += found
        unsure += incomplete
        draft.remove(path)
    return faults, unsure


def _open(draft: Draft, path: Path) -> tuple[CsvTable, Origin]:
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


# people per day


def _series_paths(draft: Draft) -> Iterator[Path]:
    ports = draft.at(("ports",))
    for port, table in ports.items() if isinstance(ports, dict) else ():
        regimes = table.get("regimes") if isinstance(table, dict) else None
        for name, regime in regimes.items() if isinstance(regimes, dict) else ():
            here: Path = ("ports", port, "regimes", name)
            if not isinstance(regime, dict):
                continue
            if regime.get("kind") == "daily" and isinstance(regime.get("file"), str):
                yield (*here, "file")
            profile = regime.get("profile")
            if isinstance(profile, dict) and profile.get("kind") == "series" and isinstance(profile.get("file"), str):
                yield (*here, "profile", "file")


def _fill_series(draft: Draft, path: Path) -> Filled:
    around = path[:-1]
    given = draft.origins.get((*around, "values"))
    if given is not None and given.level > draft.origin(path).level:
        return [], []  # a child's own numbers stand in place of its parent's file
    if given is not None and given.level == draft.origin(path).level:
        return [draft.fault(path, "give either file or values, not both", value=draft.at(path))], [around]
    table, origin = _open(draft, path)
    column = draft.at((*around, "column"))
    column = column if isinstance(column, str) else "people"
    faults = [
        Fault(table.name, "row 1", None, f'has no column "{name}"', nearest(name, table.header))
        for name in dict.fromkeys(("date", column))
        if name not in table.header
    ]
    if faults:
        return faults, [around]
    values, faults = _daily_numbers(table, column)
    draft.remove((*around, "values"))
    draft.merge(values, Origin(table.name, origin.folder, origin.level), (*around, "values"))
    return faults, [around] if faults else []


def _daily_numbers(table: CsvTable, column: str) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    days: set[dt.date] = set()
    faults = []
    for number, cells in table.rows:
        day = _date(cells["date"])
        value = to_number(cells[column])
        if isinstance(day, str):
            faults.append(Fault(table.name, f"row {number}, date", cells["date"], day))
        elif day in days:
            faults.append(Fault(table.name, f"row {number}, date", day, "this date is there twice"))
        else:
            days.add(day)
        if not isinstance(value, float) or not 0 <= value <= MAX_PEOPLE:
            faults.append(Fault(table.name, f"row {number}, {column}", cells[column], *_number_rule(value)))
        elif isinstance(day, dt.date):
            values[day.isoformat()] = value
    return values, faults


def _date(cell: str) -> dt.date | str:
    """The date in a cell, or the rule that it breaks."""
    try:
        return parse_date(cell)
    except ValueError as error:
        return str(error)


def _number_rule(value: Any) -> tuple[str, str]:
    if isinstance(value, float) and math.isfinite(value):
        return ("must be at least 0", "") if value < 0 else (f"must be at most {MAX_PEOPLE}", "")
    return "must be a number", number_hint(value)


def number_hint(value: Any) -> str:
    """Help for text that was meant as a number."""
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,3}([,'\u2019 \u00a0]\d{3})+(\.\d+)?\s*", value):
        return "write numbers without thousands separators"
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+,\d+\s*", value):
        return "write a point for the decimals"
    return ""


def to_number(cell: str) -> float | str:
    """The number in a cell; text that is none stays text."""
    return float(cell) if len(cell) <= 40 and _NUMBER.fullmatch(cell) else cell


# sites


def _fill_sites(draft: Draft, path: Path) -> Filled:
    table, origin = _open(draft, path)
    ports = draft.at(("ports",))
    faults = _column_faults(table, list(ports) if isinstance(ports, dict) else [])
    refused = {fault.path.partition(", ")[2] for fault in faults}
    if any(name not in table.header for name in NEEDED_COLUMNS):
        return faults, [("sites",)]
    unsure: list[Path] = []
    first_row: dict[str, int] = {}
    for number, cells in table.rows:
        site = cells["id"]
        problem = _id_problem(site, first_row)
        if problem:
            faults.append(Fault(table.name, f"row {number}, id", site, problem))
            unsure.append(("sites", "?"))  # a site is missing
            continue
        first_row[site] = number
        _add_site(draft, site, {c: v for c, v in cells.items() if c not in refused}, number, origin)
        if any(column.startswith(RIDE) for column in refused):
            unsure.append(("sites", site, "ride_minutes"))
    return faults, unsure


def _id_problem(site: str, first_row: dict[str, int]) -> str:
    if not site:
        return "must be given"
    if not _SITE_ID.fullmatch(site):
        return "must be small letters, digits and underscores (at most 40), beginning with a letter"
    if site in SITE_SETTINGS:
        return "is the name of a setting of [sites] and cannot be the id of a site"
    return f"is the id of row {first_row[site]} too" if site in first_row else ""


def _add_site(draft: Draft, site: str, cells: dict[str, str], number: int, origin: Origin) -> None:
    """Cells of one row, below what the scenario's own table of that site says."""
    if draft.at(("sites", site)) is not None and not isinstance(draft.at(("sites", site)), dict):
        return
    here = ("sites", site)
    row = Origin(origin.file, origin.folder, origin.level, f"row {number}")
    if not isinstance(draft.at((*here, "ride_minutes")), dict):
        draft.add_below((*here, "ride_minutes"), {}, row)
    for column, cell in cells.items():
        if column == "id" or not cell:
            continue
        cell_origin = Origin(origin.file, origin.folder, origin.level, f"row {number}, {column}")
        if column.startswith(RIDE):
            draft.add_below((*here, "ride_minutes", column[len(RIDE) :]), to_number(cell), cell_origin)
        elif column in SITE_COLUMNS:
            draft.add_below((*here, column), _cell(column, cell), cell_origin)


def _cell(column: str, cell: str) -> Any:
    if column in ("number", "rooms"):
        return int(cell) if _WHOLE.fullmatch(cell) else to_number(cell)
    return to_number(cell) if column == "weight" else cell


def _column_faults(table: CsvTable, ports: list[str]) -> list[Fault]:
    known = [*SITE_COLUMNS, *(RIDE + port for port in ports)]
    faults = []
    for column in table.header:
        if column in known:
            continue
        if column.startswith(RIDE):
            port = column[len(RIDE) :]
            faults.append(Fault(table.name, f"row 1, {column}", None, f'no such port "{port}"', nearest(port, ports)))
        else:
            faults.append(Fault(table.name, f"row 1, {column}", None, "unknown column", nearest(column, known)))
    for column in NEEDED_COLUMNS:
        if column not in table.header:
            rest = [name for name in table.header if name not in known]
            faults.append(Fault(table.name, "row 1", None, f'has no column "{column}"', nearest(column, rest)))
    return faults
