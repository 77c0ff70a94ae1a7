"""A workbook (.xlsx, .ods) as the tables of a scenario, each value with the cell that gave it.

Sheets are known by their names in any language, blocks by their heads, columns by theirs: rows above a head, empty
rows, rows that begin with MARGIN, a row of totals and columns without a name are not read. Formulas count as their
values. A workbook is data: nothing in it is computed or run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, nearest
from sim.scenario.files.book.layout import (
    ELSEWHERE,
    MARGIN,
    OF_PROFILE,
    RIDE,
    Block,
    Grid,
    Row,
    blocks,
    grids_of,
    is_filled,
    is_given,
    letters,
)
from sim.scenario.files.cells import TOTALS, Kind, as_text, day_month_year, kind_at, to_day, typed
from sim.scenario.tables.shape import ID_WORDS, at_path, put_at, table_at
from sim.words.language import said
from sim.words.scenario import BOOK


@dataclass
class Book:
    """The tables of a workbook, as a TOML file has them."""

    tree: dict[str, Any] = field(default_factory=dict)
    cells: dict[Path, str] = field(default_factory=dict)
    """Cell of each value, and of each empty one that has a column or a row: `Hotels!D7: rooms`."""
    listed: set[Path] = field(default_factory=set)
    """Values of the list of hotels."""
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Head:
    """A row of heads that was found."""

    block: str
    columns: dict[int, str]
    """Name of each column."""


@dataclass(frozen=True)
class _Line:
    """A row of values below a head."""

    sheet: str
    number: int
    head: Head
    values: dict[str, Any]

    def cell(self, column: str) -> str:
        index = next(index for index, name in self.head.columns.items() if name == column)
        return f"{self.sheet}!{letters(index)}{self.number}: {column}"


def read_workbook(file: FilePath, name: str) -> Book:
    """The tables of a workbook; `name` is what faults call it. Raises ScenarioError when it is none."""
    grids = grids_of(file, name)
    book = Book()
    lines: list[_Line] = []
    for title, sheet, rows in grids:
        found = list(_lines(title, sheet, rows))
        if not found and not any(_head(sheet, row) for row in rows) and any(is_filled(row) for row in rows):
            heads = " | ".join(", ".join(head) for head in _heads_of(sheet).values())
            book.faults.append(Fault(name, title, None, said(BOOK.english["no_head"], heads=heads)))
        lines += found
    ids = _names_of_tables(lines)
    for line in lines:
        _read_line(book, name, line, ids)
    _read_kinds(book)
    return book


# rows


def _lines(title: str, sheet: str, rows: Grid) -> Iterator[_Line]:
    """Rows of values, each with the head above it."""
    head: Head | None = None
    for number, row in enumerate(rows, start=1):
        if str(row[0] if row else "").strip().startswith(MARGIN) or not is_filled(row):
            continue
        found = _head(sheet, row)
        if found:
            head = found
        elif head and not _is_total(row, head):
            values = {name: row[index] for index, name in head.columns.items() if index < len(row)}
            if any(is_given(value) for value in values.values()):
                yield _Line(title, number, head, values)


def _is_total(row: Row, head: Head) -> bool:
    """Whether a row has the sums of those above it."""
    first = [str(value).strip().lower().rstrip(":：") for value in row if is_given(value)][:2]
    return head.block not in ("general", "sources", "ranges") and any(word in TOTALS for word in first)


def _heads_of(sheet: str) -> dict[str, tuple[str, ...]]:
    """Heads by which the blocks of a sheet are known; one with fewer stands behind those that have them too."""
    of_sheet = {block.name: block.head for block in blocks() if block.sheet == sheet}
    if sheet == "ports":
        return of_sheet | {"hour_weights": ("hour",)}
    if sheet == "arrivals":
        return of_sheet | {"daily": ("date",)}
    if sheet == "sources":
        return {"sources": ("path", "source"), "ranges": ("path", "low", "high")}
    return of_sheet | ({"general": ("key", "value")} if sheet in ("general", "costs") else {})


def _head(sheet: str, row: Row) -> Head | None:
    """What a row is the head of, None for a row that is none."""
    names = {index: _name(value) for index, value in enumerate(row) if isinstance(value, str) and value.strip()}
    columns = set(names.values())
    for block, wanted in _heads_of(sheet).items():
        if set(wanted) <= columns and (len(columns) > 1 or wanted != ("id",)):
            return Head(block, names)
    return None


def _name(value: str) -> str:
    return value.strip().lower()


# values


def _names_of_tables(lines: Sequence[_Line]) -> dict[str, dict[str, str]]:
    """Ids of ports and pools by their names, where a name is that of one only."""
    found: dict[str, dict[str, list[str]]] = {"ports": {}, "pools": {}}
    for line in lines:
        if line.head.block in found and is_given(line.values.get("id")) and is_given(line.values.get("name")):
            called = found[line.head.block].setdefault(as_text(line.values["name"]).strip(), [])
            called.append(as_text(line.values["id"]).strip())
    return {table: {name: ids[0] for name, ids in names.items() if len(ids) == 1} for table, names in found.items()}


def _read_line(book: Book, name: str, line: _Line, ids: dict[str, dict[str, str]]) -> None:
    special = {"general": _read_single, "sources": _read_note, "ranges": _read_note, "daily": _read_day,
               "hour_weights": _read_hour}  # fmt: skip
    if line.head.block in special:
        special[line.head.block](book, name, line)
        return
    block = next(block for block in blocks() if block.name == line.head.block)
    keys = tuple(as_text(line.values.get(key, "")).strip() for key in block.keys)
    if not all(keys):
        missing = block.keys[keys.index("")]
        book.faults.append(Fault(name, line.cell(missing), None, "must be given"))
        return
    if len(keys) > 1:
        keys = (ids[block.path[0]].get(keys[0], keys[0]), *keys[1:])
    here = block.at(keys)
    if block.is_list:
        rows = table_at(book.tree, here[:-1]).setdefault(here[-1], [])
        rows.append({})
        here, target = (*here, str(len(rows))), rows[-1]
    elif here in book.cells:
        twice = said(BOOK.english["twice"], cell=_place(book.cells[here]))
        book.faults.append(Fault(name, line.cell("id"), keys[-1], twice))
        return
    else:
        target = table_at(book.tree, here)
        book.cells[here] = line.cell(block.keys[-1])
    _read_columns(book, name, line, block, here, target)


def _read_columns(book: Book, name: str, line: _Line, block: Block, here: Path, target: dict[str, Any]) -> None:
    known = {field.name: field.path for field in block.fields}
    rides = block.name == "hotels"
    if rides:
        target.setdefault("ride_minutes", {})
    for column, value in line.values.items():
        if column in block.keys and column not in known:
            continue
        if column not in known and not (rides and column.startswith(RIDE)):
            fault = Fault(name, f"{line.sheet}: {column}", None, "unknown column", nearest(column, known))
            if fault not in book.faults:
                book.faults.append(fault)
            continue
        path = known.get(column) or ("ride_minutes", column[len(RIDE) :])
        book.cells[(*here, *path)] = line.cell(column)
        if rides:
            book.listed.add((*here, *path))
        if is_given(value):
            put_at(target, path, value)


def _read_single(book: Book, name: str, line: _Line) -> None:
    """A row of a key and its value; one without a key says nothing."""
    key = as_text(line.values.get("key") or "").strip()
    if not key:
        if is_given(line.values.get("value")):
            book.faults.append(Fault(name, line.cell("key"), None, "must be given"))
        return
    path, value = _path(key), line.values.get("value")
    cell = f"{_place(line.cell('value'))}: {key}"
    note = line.values.get("source")
    if isinstance(note, str) and note.strip() and not note.strip().startswith(ELSEWHERE):
        book.cells["provenance", key] = line.cell("source")
        put_at(book.tree, ("provenance", key), note.strip())
    if is_given(value):
        before = book.cells.get(path)
        if before is not None and path not in book.listed and at_path(book.tree, path) is not None:
            book.faults.append(Fault(name, cell, value, said(BOOK.english["twice"], cell=_place(before))))
            return
        text = value.strip() if isinstance(value, str) else value
        _put_single(book.tree, path, {} if text == "{}" else value)
    if is_given(value) or path not in book.cells:
        book.cells[path] = cell
        book.listed.discard(path)


def _path(key: str) -> Path:
    """The path of a key; the entries of `[staffing.free]` have paths for keys."""
    steps = tuple(key.split("."))
    return (*steps[:2], ".".join(steps[2:])) if steps[:2] == ("staffing", "free") and len(steps) > 2 else steps


def _put_single(tree: dict[str, Any], path: Path, value: Any) -> None:
    """A single value; an empty table does not take the place of one that has values already."""
    if value != {} or not isinstance(at_path(tree, path), dict):
        put_at(tree, path, value)


def _read_note(book: Book, name: str, line: _Line) -> None:
    """A row of sources or of ranges: they are keyed by path."""
    path = as_text(line.values.get("path") or "").strip()
    if not path:
        book.faults.append(Fault(name, line.cell("path"), None, "must be given"))
        return
    table = "provenance" if line.head.block == "sources" else "ranges"
    here = (table, path)
    if here in book.cells:
        book.faults.append(
            Fault(name, line.cell("path"), path, said(BOOK.english["twice"], cell=_place(book.cells[here])))
        )
        return
    if table == "provenance":
        value: Any = as_text(line.values.get("source") or "").strip()
    else:
        value = [_end(line.values.get(end)) for end in ("low", "high")]
    book.cells[here] = line.cell("source" if table == "provenance" else "low")
    put_at(book.tree, here, value)


def _end(raw: Any) -> Any:
    """One end of a range: a value of any kind."""
    inline = _inline(raw)
    return typed(raw, Kind()) if inline is None else inline


def _read_day(book: Book, name: str, line: _Line) -> None:
    """A row of people by day: a value for each series."""
    day = to_day(line.values.get("date"), day_first=True)
    text = day.isoformat() if hasattr(day, "isoformat") else str(day).strip()
    for column, value in line.values.items():
        if column == "date" or not is_given(value):
            continue
        series, profile = column.removesuffix(OF_PROFILE), column.endswith(OF_PROFILE)
        port, dot, regime = series.partition(".")
        if not dot or not regime:
            fault = Fault(name, f"{line.sheet}: {column}", None, "must be port.regime, such as border.april")
            if fault not in book.faults:
                book.faults.append(fault)
            continue
        around: Path = ("ports", port, "regimes", regime, *(("profile",) if profile else ()), "values")
        here = (*around, text)
        if here in book.cells:
            book.faults.append(Fault(name, line.cell(column), text, "this date is there twice"))
            continue
        book.cells.setdefault(around, line.cell(column))
        book.cells[here] = line.cell(column)
        put_at(book.tree, here, value)


def _read_hour(book: Book, name: str, line: _Line) -> None:
    """A row of people by hour: a weight for each port."""
    hour = typed(line.values.get("hour"), Kind(frozenset({int})))
    for port, value in line.values.items():
        if port == "hour" or not is_given(value):
            continue
        here: Path = ("ports", port, "hour_weights")
        weights = table_at(book.tree, here[:-1]).setdefault(here[-1], [])
        book.cells.setdefault(here, line.cell(port))
        if hour != len(weights):
            book.faults.append(Fault(name, line.cell("hour"), hour, "hours must be 0, 1, … 23, one in each row"))
            return
        weights.append(typed(value, Kind(frozenset({float}))))


def _place(cell: str) -> str:
    return cell.partition(": ")[0]


# kinds


def _read_kinds(book: Book) -> None:
    """Read each cell by what its field may hold: the forms of tables are known only when all sheets were read."""
    slashes = _columns_of_dates(book)
    for path in book.cells:
        around: Any = book.tree
        for step in path[:-1]:
            around = (
                around[int(step) - 1]
                if isinstance(around, list) and step.isdigit() and int(step) <= len(around)
                else (around.get(step) if isinstance(around, dict) else None)
            )
        if not isinstance(around, dict) or path[-1] not in around or isinstance(around[path[-1]], dict):
            continue
        if path[0] in ("provenance", "ranges") or isinstance(around[path[-1]], list):
            continue
        kind = kind_at(path, book.tree)
        raw = around[path[-1]]
        inline = _inline(raw) if kind.many or not kind.types or dict in kind.types else None
        around[path[-1]] = inline if inline is not None else typed(raw, kind, day_first=slashes[_column(path)])


def _columns_of_dates(book: Book) -> dict[Path, bool]:
    """For each column: whether dates such as 28/03/2020 in it can only be one day."""
    columns: dict[Path, list[Any]] = {}
    for path in book.cells:
        around: Any = book.tree
        for step in path:
            if isinstance(around, list):
                around = around[int(step) - 1] if step.isdigit() and int(step) <= len(around) else None
            else:
                around = around.get(step) if isinstance(around, dict) else None
        columns.setdefault(_column(path), []).append(around)
    return {column: day_month_year(values) for column, values in columns.items()}


def _column(path: Path) -> Path:
    """What the values of one column have in common: the first and last keys of their paths."""
    return (path[0], path[-1]) if len(path) > 2 and path[0] in (*ID_WORDS, "roster", "disruptions", "initial") else path


def _inline(raw: Any) -> Any:
    """A list or table of TOML in one cell; None for other cells."""
    if not isinstance(raw, str) or raw.strip()[:1] not in ("[", "{"):
        return None
    try:
        return tomllib.loads(f"value = {raw.strip()}")["value"]
    except (ValueError, RecursionError):
        return None
