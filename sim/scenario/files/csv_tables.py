"""CSV files that a scenario names, read into its draft: series of people per day and the list of candidate sites here,
rosters, disruptions, today's occupancy and test sensitivity in `csv_lists`.

Cells become values of the draft, with row and column as their origin; whether a value is allowed is for the schema to
say.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, nearest
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
from sim.scenario.files.csv_lists import SENSITIVITY_FILE, fill_list, fill_sensitivity
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.shape import ROW_TABLES, SITE_SETTINGS
from sim.scenario.tables.types import MAX_PEOPLE

SITE_COLUMNS = ("number", "id", "name", "street", "level", "rooms", "opens", "weight", "team", "note")
NEEDED_COLUMNS = ("number", "id", "rooms")
RIDE = "ride_minutes_"

_SITE_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
    if isinstance(draft.at(SENSITIVITY_FILE), str):
        jobs.append((SENSITIVITY_FILE, fill_sensitivity))
    jobs += [((name,), fill_list) for name in ROW_TABLES if draft.at((name,)) is not None]
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
        return ("must be at least 0", "") if value < 0 else (f"must be at most {MAX_PEOPLE}", "")
    return "must be a number", number_hint(value)


# sites


def _fill_sites(draft: Draft, path: Path) -> Filled:
    table, origin = open_csv(draft, path)
    ports = draft.at(("ports",))
    columns = _column_faults(table, list(ports) if isinstance(ports, dict) else [])
    faults = [*columns, *table.faults]
    refused = {fault.path.partition(", ")[2] for fault in columns}
    if any(name not in table.header for name in NEEDED_COLUMNS):
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
        if any(column.startswith(RIDE) for column in refused):
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
        return to_whole(cell)
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
