"""CSV files that a scenario names, read into its draft: series of people per day, the list of candidate sites, test
sensitivity, and tables of rows (rosters, disruptions, today's occupancy).

Cells become values of the draft, with row and column as their origin; whether a value is allowed is for the schema to
say. Rows may as well stand in the scenario file itself (`[[roster]]`); both become rows with a key each in the draft,
so that a fault names `roster.3.start` or `roster.csv: row 4, start`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, either, nearest, percent
from sim.scenario.files.csv_files import (
    CsvTable,
    Fill,
    Filled,
    missing_columns,
    number_hint,
    open_csv,
    to_date,
    to_number,
    to_whole,
)
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.disruptions import Disruption
from sim.scenario.tables.resilience import GROUP, PARTY, InitialRow, RosterRow
from sim.scenario.tables.schema import Site
from sim.scenario.tables.shape import ROW_TABLES, SITE_SETTINGS, plain_type
from sim.scenario.tables.types import MAX_PEOPLE, Table
from sim.words.language import said

_ROWS: dict[str, type[Table]] = {"roster": RosterRow, "disruptions": Disruption, "initial": InitialRow}
"""What a row of each table is."""
_SITE_COLUMNS = ("id", *(name for name in Site.model_fields if name != "ride_minutes"))
_NEEDED_COLUMNS = ("number", "id", "rooms")
_RIDE = "ride_minutes_"
_SITE_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SENSITIVITY_FILE = ("health", "pcr_sensitivity", "file")
_LIST = "must be a list of tables ([[{0}]]), or the name of a CSV file in quotes"


def fill_from_csv(draft: Draft) -> tuple[list[Fault], list[Path]]:
    """Read every CSV file that the draft names into it; the names are taken out, so that nothing points to a file.

    Rows of a roster, of disruptions and of today's occupancy get a key each ("1", "2", …) wherever they stand, so that
    faults can name them. Returns the faults, and the tables that are incomplete because of them.
    """
    faults: list[Fault] = []
    unsure: list[Path] = []
    jobs: list[tuple[Path, Fill]] = [(path, _fill_series) for path in _series_paths(draft)]
    if isinstance(draft.at(("sites", "list")), str):
        jobs.append((("sites", "list"), _fill_sites))
    if isinstance(draft.at(_SENSITIVITY_FILE), str):
        jobs.append((_SENSITIVITY_FILE, _fill_sensitivity))
    jobs += [((name,), _fill_list) for name in ROW_TABLES if draft.at((name,)) is not None]
    for path, fill in jobs:
        try:
            found, incomplete = fill(draft, path)
        except ScenarioError as error:
            found, incomplete = list(error.faults), [path[:-1] or path]
        faults += found
        unsure += incomplete
        if isinstance(draft.at(path), str):
            draft.remove(path)
    return list(_once(faults)), unsure


def _once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The first fault of each cell: a text that may be two numbers is not told again as being no number."""
    told: set[tuple[str, str]] = set()
    for fault in faults:
        cell = (fault.file, fault.path)
        if cell not in told:
            yield fault
        if ", " in fault.path:
            told.add(cell)


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
    table, origin = open_csv(draft, path)
    column = draft.at((*around, "column"))
    column = column if isinstance(column, str) else "people"
    lacking = missing_columns(table, ("date", column))
    if lacking:
        return [*lacking, *table.faults], [around]
    values, faults = _daily_numbers(table, column)
    faults = [*table.faults, *faults]
    draft.remove((*around, "values"))
    draft.merge(values, Origin(table.name, origin.folder, origin.level), (*around, "values"))
    return faults, [around] if faults else []


def _daily_numbers(table: CsvTable, column: str) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    days: set[dt.date] = set()
    faults = []
    for number, cells in table.rows:
        day = to_date(cells["date"])
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


def _number_rule(value: Any) -> tuple[str, str]:
    if isinstance(value, float) and math.isfinite(value):
        return (
            ("must be at least 0", "")
            if value < 0
            else (said("must be at most {max_people}", max_people=MAX_PEOPLE), "")
        )
    return "must be a number", number_hint(value)


# sites


def _fill_sites(draft: Draft, path: Path) -> Filled:
    table, origin = open_csv(draft, path)
    ports = draft.at(("ports",))
    columns = _column_faults(table, list(ports) if isinstance(ports, dict) else [])
    faults = [*columns, *table.faults]
    refused = {fault.path.partition(", ")[2] for fault in columns}
    if any(name not in table.header for name in _NEEDED_COLUMNS):
        return faults, [("sites",)]
    unsure: list[Path] = [("sites", "?")] if table.faults else []  # a site is missing
    ids = {cells["id"] for _, cells in table.rows}
    first_row: dict[str, int] = {}
    for number, cells in table.rows:
        site = cells["id"]
        problem = _id_problem(site, first_row)
        if problem:
            faults.append(Fault(table.name, f"row {number}, id", site, problem))
            site = _stand_in(draft, ids, number)  # for the other cells of the row, which may have faults too
            unsure.append(("sites", "?"))
        first_row[site] = number
        _add_site(draft, site, {c: v for c, v in cells.items() if c not in refused}, number, origin)
        if any(column.startswith(_RIDE) for column in refused):
            unsure.append(("sites", site, "ride_minutes"))
    return faults, unsure


def _stand_in(draft: Draft, ids: Collection[str], number: int) -> str:
    """An id for a row that has none of its own, which no other site has."""
    name = f"row_{number}"
    while name in ids or draft.at(("sites", name)) is not None:
        name = f"{name}_"
    return name


def _id_problem(site: str, first_row: dict[str, int]) -> str:
    if not site:
        return "must be given"
    if not _SITE_ID.fullmatch(site):
        return "must be small letters, digits and underscores (at most 40), beginning with a letter"
    if site in SITE_SETTINGS:
        return "is the name of a setting of [sites] and cannot be the id of a site"
    return said("is the id of row {first_row} too", first_row=first_row[site]) if site in first_row else ""


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
        if column.startswith(_RIDE):
            draft.add_below((*here, "ride_minutes", column[len(_RIDE) :]), to_number(cell), cell_origin)
        elif column in _SITE_COLUMNS:
            draft.add_below((*here, column), _cell(Site, column, cell), cell_origin)


def _cell(table: type[Table], column: str, cell: str) -> Any:
    """What a cell says, by the type of the table's field."""
    kind = plain_type(table, column)
    return to_whole(cell) if kind is int else to_number(cell) if kind is float else cell


def _column_faults(table: CsvTable, ports: list[str]) -> list[Fault]:
    known = [*_SITE_COLUMNS, *(_RIDE + port for port in ports)]
    faults = []
    for column in table.header:
        if column in known:
            continue
        if column.startswith(_RIDE):
            port = column[len(_RIDE) :]
            faults.append(
                Fault(
                    table.name, f"row 1, {column}", None, said('no such port "{port}"', port=port), nearest(port, ports)
                )
            )
        else:
            faults.append(Fault(table.name, f"row 1, {column}", None, "unknown column", nearest(column, known)))
    for column in _NEEDED_COLUMNS:
        if column not in table.header:
            rest = [name for name in table.header if name not in known]
            faults.append(
                Fault(table.name, "row 1", None, said('has no column "{column}"', column=column), nearest(column, rest))
            )
    return faults


# rows


def _fill_list(draft: Draft, path: Path) -> Filled:
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
    row, columns = _ROWS[name], list(_ROWS[name].model_fields)
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
                draft.merge(_cell(row, column, cell), at, (*here, column))
    return faults, [path] if faults else []


def _needed(name: str, header: Collection[str]) -> list[str]:
    """Columns that a file of rows must have; today's guests come in either of two forms."""
    if name != "initial":
        return [column for column, info in _ROWS[name].model_fields.items() if info.is_required()]
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
            rule, hint = said("is the name of {n} sites", n=len(ids)), said("write the id: {ids}", ids=either(ids[:5]))
            faults.append(draft.fault(path, rule, hint, name))
        elif ids:
            draft.merge(ids[0], draft.origin(path), path)
    return faults


# test sensitivity


def _fill_sensitivity(draft: Draft, path: Path) -> Filled:
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
        return said("must be more than the day before it ({before:g})", before=before)
    return problem


def _range_problem(value: float | str, most: int) -> str:
    if not isinstance(value, float) or not math.isfinite(value):
        return "must be a number"
    return "" if 0 <= value <= most else said("must lie between 0 and {most}", most=most)
