"""Tables of rows that a scenario names as CSV files: rosters, disruptions, today's occupancy; and test sensitivity.

A roster may as well stand in the scenario file itself (`[[roster]]`). Both become rows with a key each in the draft, so
that a fault names `roster.3.start` or `roster.csv: row 4, start`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any

from sim.scenario.faults import Fault, Path, either, nearest, percent
from sim.scenario.files.csv_files import (
    CsvTable,
    Filled,
    missing_columns,
    number_hint,
    open_csv,
    to_number,
    to_whole,
)
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.resilience import GROUP, PARTY
from sim.scenario.tables.shape import SITE_SETTINGS

SENSITIVITY_FILE = ("health", "pcr_sensitivity", "file")

Read = Callable[[str], Any]
_COLUMNS: dict[str, dict[str, Read]] = {
    "roster": {"pool": str, "date": str, "start": str, "hours": to_number, "headcount": to_whole},
    "disruptions": {"kind": str, "place": str, "from_day": str, "to_day": str, "value": to_number},
    "initial": {"site": str, "party_size": to_whole, "day_of_stay": to_whole, "guests": to_whole, "rooms": to_whole,
                "arrived": str},
}  # fmt: skip
"""Columns of each table, and how its cells are read."""
_MAY_BE_MISSING = {"disruptions": ("place", "to_day", "value")}
_LIST = "must be a list of tables ([[{0}]]), or the name of a CSV file in quotes"


def fill_list(draft: Draft, path: Path) -> Filled:
    """Give the rows of a table a key each, "1", "2", …: those of the file that it names, or its own."""
    given, origin, name = draft.at(path), draft.origin(path), path[0]
    if isinstance(given, str):
        faults, unsure = _fill_rows(draft, path)
        named = _sites_by_name(draft) if path == ("initial",) else []
        return faults + named, unsure or ([path] if named else [])
    draft.remove(path)
    if not isinstance(given, list):
        return [Fault(origin.file, name, given, _LIST.format(name))], [path]
    _start(draft, path, origin, empty=not given)
    for key, row in enumerate(given, start=1):
        draft.merge(row, origin, (name, str(key)))
    named = _sites_by_name(draft) if path == ("initial",) else []
    return named, [path] if named else []


def _start(draft: Draft, path: Path, origin: Origin, *, empty: bool) -> None:
    draft.remove(path)
    draft.merge([] if empty else {}, origin, path)


def _fill_rows(draft: Draft, path: Path) -> Filled:
    name = path[0]
    columns = _COLUMNS[name]
    table, origin = open_csv(draft, path)
    unknown = [column for column in table.header if column not in columns]
    faults = [Fault(table.name, f"row 1, {column}", None, "unknown column", nearest(column, columns))
              for column in unknown] + list(table.faults)  # fmt: skip
    lacking = missing_columns(table, _needed(name, table.header))
    if lacking:
        return faults + lacking, [path]
    _start(draft, path, origin, empty=not table.rows)
    for key, (number, cells) in enumerate(table.rows, start=1):
        here = (name, str(key))
        draft.merge({}, Origin(origin.file, origin.folder, origin.level, f"row {number}"), here)
        for column, cell in cells.items():
            if cell and column in columns:
                at = Origin(origin.file, origin.folder, origin.level, f"row {number}, {column}")
                draft.merge(columns[column](cell), at, (*here, column))
    return faults, [path] if faults else []


def _needed(name: str, header: Collection[str]) -> list[str]:
    """Columns that a file of rows must have; today's guests come in either of two forms."""
    if name != "initial":
        return [column for column in _COLUMNS[name] if column not in _MAY_BE_MISSING.get(name, ())]
    forms = [form for form in (PARTY, GROUP) if any(column in header for column in form)]
    return ["site", *(column for form in forms or [PARTY] for column in form)]


def _sites_by_name(draft: Draft) -> list[Fault]:
    """Write the ids of sites in the place of their names, in rows of today's guests."""
    tables = draft.at(("sites",))
    entries = tables.items() if isinstance(tables, dict) else ()
    sites = {key: table for key, table in entries if key not in SITE_SETTINGS and isinstance(table, dict)}
    called: dict[str, list[str]] = {}
    for key, table in sites.items():
        called.setdefault(str(table.get("name", "")).strip(), []).append(key)
    rows, faults = draft.at(("initial",)), []
    for number in rows if isinstance(rows, dict) else ():
        path = ("initial", number, "site")
        name = draft.at(path)
        ids = called.get(name.strip(), []) if isinstance(name, str) and name not in sites and name.strip() else []
        if len(ids) > 1:
            rule, hint = f"is the name of {len(ids)} sites", f"write the id: {either(ids[:5])}"
            faults.append(draft.fault(path, rule, hint, name))
        elif ids:
            draft.merge(ids[0], draft.origin(path), path)
    return faults


def fill_sensitivity(draft: Draft, path: Path) -> Filled:
    """Days since infection and share found, from a file of sensitivities or of false-negative per cents."""
    around = path[:-1]
    own = draft.origins.get((*around, "shares"))
    if own is not None and own.level > draft.origin(path).level:
        return [], []  # a child's own numbers stand in place of its parent's file
    if own is not None and own.level == draft.origin(path).level:
        return [draft.fault(path, "give either file or days and shares, not both", value=draft.at(path))], [around]
    given = draft.at((*around, "given")) or "sensitivity"
    if given not in ("sensitivity", "false_negative_percent"):
        return [], [around]  # the schema says so
    table, origin = open_csv(draft, path)
    names = [draft.at((*around, key)) for key in ("day_column", "column")]
    day_column, column = (
        name if isinstance(name, str) else default for name, default in zip(names, ("day", "sensitivity"), strict=True)
    )
    lacking = missing_columns(table, (day_column, column))
    if lacking:
        return [*lacking, *table.faults], [around]
    days, shares, faults = _sensitivity_rows(table, day_column, column, in_percent=given != "sensitivity")
    faults = [*table.faults, *faults]
    if faults:
        return faults, [around]
    for key, values in (("days", days), ("shares", shares)):
        draft.remove((*around, key))
        draft.merge(values, Origin(table.name, origin.folder, origin.level), (*around, key))
    for key in ("day_column", "column", "given"):
        draft.remove((*around, key))
    return [], []


def _sensitivity_rows(
    table: CsvTable, day_column: str, column: str, *, in_percent: bool
) -> tuple[list[float], list[float], list[Fault]]:
    days: list[float] = []
    shares: list[float] = []
    faults: list[Fault] = []
    for number, cells in table.rows:
        day, value = to_number(cells[day_column]), to_number(cells[column])
        before = days[-1] if days else None
        problem = _day_problem(day, before)
        if problem:
            faults.append(Fault(table.name, f"row {number}, {day_column}", cells[day_column], problem))
        elif isinstance(day, float):
            days.append(day)
        problem = _range_problem(value, 100 if in_percent else 1)
        if problem:
            meant_percent = isinstance(value, float) and not in_percent and 1 < value <= 100
            hint = percent(float(value)) if meant_percent else number_hint(value)
            faults.append(Fault(table.name, f"row {number}, {column}", cells[column], problem, hint))
        elif isinstance(value, float):
            shares.append(round(1 - value / 100, 12) if in_percent else value)
    if not table.rows and not table.faults:
        faults.append(Fault(table.name, "", None, "has no rows"))
    return days, shares, faults


def _day_problem(day: float | str, before: float | None) -> str:
    problem = _range_problem(day, 366)
    if not problem and before is not None and isinstance(day, float) and day <= before:
        return f"must be more than the day before it ({before:g})"
    return problem


def _range_problem(value: float | str, most: int) -> str:
    if not isinstance(value, float) or not math.isfinite(value):
        return "must be a number"
    return "" if 0 <= value <= most else f"must lie between 0 and {most}"


__all__ = ["SENSITIVITY_FILE", "fill_list", "fill_sensitivity"]
