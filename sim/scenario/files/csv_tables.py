"""CSV files that a scenario names, read into its draft: series of people per day, the list of candidate sites, test
sensitivity, and tables of rows (rosters, disruptions, today's occupancy).

Cells become values of the draft, with row and column as their origin; whether a value is allowed is for the schema to
say. Rows may as well stand in the scenario file itself (`[[roster]]`); both become rows with a key each in the draft,
so that a fault names `roster.3.start` or `roster.csv: row 4, start`.

Where the ids of ports, pools and sites are asked for a name is read as the id where it is the name of one only and no
id itself: planners know a hotel by its name. A name of several is a fault that lists them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted, either, nearest
from sim.scenario.files.cells import kind_of, typed
from sim.scenario.files.csv_files import CsvTable, Fill, Filled, missing_columns, open_csv, to_number
from sim.scenario.files.csv_series import beside_file, fill_density, fill_sensitivity, fill_series, fill_stays
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.arrivals import TimetableRow
from sim.scenario.tables.disruptions import Disruption
from sim.scenario.tables.field_words import unit_of
from sim.scenario.tables.schema import GROUP, PARTY, InitialRow, Site
from sim.scenario.tables.shape import SITE_SETTINGS, is_clock, row_paths
from sim.scenario.tables.staff import RosterRow
from sim.scenario.tables.types import Table
from sim.words.language import said

_ROWS: dict[str, type[Table]] = {
    "roster": RosterRow, "disruptions": Disruption, "initial": InitialRow, "rows": TimetableRow,
}  # fmt: skip
"""What a row of each table is."""
_SITE_COLUMNS = ("id", *(name for name in Site.model_fields if name != "ride_minutes"))
_NEEDED_COLUMNS = ("number", "id", "rooms")
_RIDE = "ride_minutes_"
_SITE_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SENSITIVITY_FILE = ("health", "pcr_sensitivity", "file")
_STAYS_FILE = ("stay", "days", "file")
_DENSITY_FILE = ("health", "infectiousness", "density", "file")
_LIST = "must be a list of tables ([[{0}]]), or the name of a CSV file in quotes"


def fill_from_csv(draft: Draft) -> tuple[list[Fault], list[Path]]:
    """Read every CSV file that the draft names into it; the names are taken out, so that nothing points to a file.

    Rows of a roster, of disruptions and of today's occupancy get a key each ("1", "2", …) wherever they stand, so that
    faults can name them. Returns the faults, and the tables that are incomplete because of them.
    """
    faults: list[Fault] = []
    unsure: list[Path] = []
    jobs: list[tuple[Path, Fill]] = list(_files_of_ports(draft))
    if isinstance(draft.at(_STAYS_FILE), str):
        jobs.append((_STAYS_FILE, fill_stays))
    if isinstance(draft.at(("sites", "list")), str):
        jobs.append((("sites", "list"), _fill_sites))
    if isinstance(draft.at(_SENSITIVITY_FILE), str):
        jobs.append((_SENSITIVITY_FILE, fill_sensitivity))
    taken = {(*path[:-1], "rows") for path, fill in jobs if fill is _fill_timetable}  # from their files
    if isinstance(draft.at(_DENSITY_FILE), str):
        jobs.append((_DENSITY_FILE, fill_density))
    jobs += [(p, _fill_list) for p in row_paths(draft.tree) if draft.at(p) is not None and p not in taken]
    for path, fill in jobs:
        try:
            found, incomplete = fill(draft, path)
        except ScenarioError as error:
            found, incomplete = list(error.faults), [path[:-1] or path]
        faults += found
        unsure += incomplete
        if isinstance(draft.at(path), str):
            draft.remove(path)
    named = ids_for_names(draft)
    return list(_once([*faults, *(fault for _path, fault in named)])), unsure + [path[:1] for path, _fault in named]


def _once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The first fault of each cell: a text that may be two numbers is not reported again as being no number."""
    seen: set[tuple[str, str]] = set()
    for fault in faults:
        cell = (fault.file, fault.path)
        if cell not in seen:
            yield fault
        if ", " in fault.path:
            seen.add(cell)


# files of ports


def _files_of_ports(draft: Draft) -> Iterator[tuple[Path, Fill]]:
    """Files that regimes name, and what reads each."""
    ports = draft.at(("ports",))
    for port, table in ports.items() if isinstance(ports, dict) else ():
        regimes = table.get("regimes") if isinstance(table, dict) else None
        for name, regime in regimes.items() if isinstance(regimes, dict) else ():
            here: Path = ("ports", port, "regimes", name)
            if not isinstance(regime, dict):
                continue
            kind = regime.get("kind")  # anything at all, until the schema has judged it
            if isinstance(kind, str) and kind in _READERS and isinstance(regime.get("file"), str):
                yield (*here, "file"), _READERS[kind]
            profile = regime.get("profile")
            if isinstance(profile, dict) and profile.get("kind") == "series" and isinstance(profile.get("file"), str):
                yield (*here, "profile", "file"), fill_series


def _fill_timetable(draft: Draft, path: Path) -> Filled:
    """Rows of a timetable from its file; they get a key each as rows of other tables do."""
    around, rows = path[:-1], (*path[:-1], "rows")
    beside = beside_file(draft, path, "rows", said("give either file or rows, not both"))
    if beside is not None:
        return beside
    origin, name = draft.origin(path), draft.at(path)
    draft.remove(path)
    draft.remove(rows)
    draft.merge(name, origin, rows)
    try:
        faults, unsure = _fill_rows(draft, rows, reported_at=path)
    finally:
        if isinstance(draft.at(rows), str):
            draft.remove(rows)
    return faults, [around] if unsure else []


_READERS: dict[str, Fill] = {"daily": fill_series, "timetable": _fill_timetable}
"""What reads the file of a regime, by its kind."""


# sites


def _fill_sites(draft: Draft, path: Path) -> Filled:
    table, origin = open_csv(draft, path, _NEEDED_COLUMNS)
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
    info = table.model_fields[column]
    return typed(cell, kind_of(info.annotation, is_clock(unit_of(info))))


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
    given, origin, name = draft.at(path), draft.origin(path), dotted(path)
    if isinstance(given, str):
        return _fill_rows(draft, path)
    draft.remove(path)
    if not isinstance(given, list):
        return [Fault(origin.file, name, given, _LIST.format(name))], [path] if len(path) == 1 else [path[:-1]]
    _start(draft, path, origin, empty=not given)
    for key, row in enumerate(given, start=1):
        draft.merge(row, origin, (*path, str(key)))
    return [], []


def _start(draft: Draft, path: Path, origin: Origin, *, empty: bool) -> None:
    draft.remove(path)
    draft.merge([] if empty else {}, origin, path)


def _fill_rows(draft: Draft, path: Path, reported_at: Path = ()) -> Filled:
    """Rows of the file named at `path`; a file that is not there is reported at `reported_at` where users wrote its
    name.
    """
    name = path[-1]
    row, columns = _ROWS[name], list(_ROWS[name].model_fields)
    needed = ("site",) if name == "initial" else _needed(name, ())
    table, origin = open_csv(draft, path, needed, reported_at=reported_at or path)
    unknown = [column for column in table.header if column not in columns]
    faults = [Fault(table.name, f"row 1, {column}", None, "unknown column", nearest(column, columns))
              for column in unknown] + list(table.faults)  # fmt: skip
    lacking = missing_columns(table, _needed(name, table.header))
    if lacking:
        return faults + lacking, [path]
    _start(draft, path, origin, empty=not table.rows)
    for key, (number, cells) in enumerate(table.rows, start=1):
        here = (*path, str(key))
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


_ASKED: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (("ports", "*", "pool"), ("pools",)),
    (("sites", "team"), ("pools",)),
    (("sites", "*", "team"), ("pools",)),
    (("roster", "*", "pool"), ("pools",)),
    (("initial", "*", "site"), ("sites",)),
    (("disruptions", "*", "place"), ("sites", "ports", "pools")),
    (("targets", "*", "place"), ("sites", "ports", "pools")),
)
"""Where an id is asked for, and of what."""


def ids_for_names(draft: Draft) -> list[tuple[Path, Fault]]:
    """Write ids in the place of names; returns a fault for each name that several have, with its path."""
    called = {table: _called(draft, table) for table in ("ports", "pools", "sites")}
    faults = []
    for pattern, tables in _ASKED:
        for path in _matching(draft, pattern):
            given = draft.at(path)
            if not isinstance(given, str) or any(isinstance(draft.at((table, given)), dict) for table in tables):
                continue
            name = given.strip()
            ids = [key for table in tables for key in called[table].get(name, ())] if name else []
            if len(ids) > 1:
                rule = (
                    said("is the name of {n} sites", n=len(ids))
                    if tables == ("sites",)
                    else (said("is the name of {n} places", n=len(ids)))
                )
                hint = said("write the id: {ids}", ids=either(ids[:5]))
                faults.append((path, draft.fault(path, rule, hint, given)))
            elif ids:
                draft.merge(ids[0], draft.origin(path), path)
    return faults


def _called(draft: Draft, table: str) -> dict[str, list[str]]:
    """Ids of ports, pools or sites by their names."""
    found: dict[str, list[str]] = {}
    entries = draft.at((table,))
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict) and not (table == "sites" and key in SITE_SETTINGS):
            found.setdefault(str(entry.get("name", "")).strip(), []).append(key)
    return found


def _matching(draft: Draft, pattern: Path) -> Iterator[Path]:
    """Paths of values that a pattern of one * fits."""
    if "*" not in pattern:
        yield pattern
        return
    around = draft.at(pattern[:1])
    for key, entry in list(around.items()) if isinstance(around, dict) else ():
        if isinstance(entry, dict) and pattern[2] in entry:
            yield (pattern[0], key, pattern[2])
