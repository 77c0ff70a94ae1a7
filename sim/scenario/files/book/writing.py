"""A scenario's tables as a workbook that `read_workbook` reads back: every key with its unit, rule, default and meaning
beside it, cells for input coloured, choices as drop-downs, dates as dates.

Texts of the schema are the same as on the reference page, in the language of the day. No cell is a formula.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Set
from pathlib import Path as FilePath
from typing import Any, BinaryIO

from sim.scenario.faults import Path
from sim.scenario.files.book.layout import (
    ELSEWHERE,
    OF_PROFILE,
    RIDE,
    Block,
    Field,
    blocks,
    letters,
    sheet_of,
    single_values,
)
from sim.scenario.files.book.pen import (
    DATE,
    TEXT,
    Column,
    Pen,
    Tables,
    cell_of,
    column_of,
    quoted_text,
    validate,
    width_of,
    write_heads,
)
from sim.scenario.files.cells import Kind, kind_at, kind_of, to_day
from sim.scenario.files.documents import toml_value
from sim.scenario.tables.field_words import default_of, meaning_of, unit_of
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import is_clock, type_at
from sim.words import UNIT_NAMES
from sim.words.pages import REFERENCE
from sim.words.scenario import BLOCKS, HEADS, SHEETS

SPARE = 12
"""Empty rows below those of a block, for more."""
_SINGLE_HEADS = ("key", "value", "unit", "allowed", "meaning", "default", "source")
_SINGLE_WIDTHS = (3, 38, 32, 20, 30, 70, 22, 60)


def write_scenario(file: BinaryIO | FilePath, tree: dict[str, Any], listed: Set[Path] = frozenset()) -> None:
    """Write the tables as a workbook; `listed`: values of sites that stand in a list. Raises OSError."""
    from openpyxl import Workbook  # noqa: PLC0415  only where a workbook is written

    tables = Tables(tree, listed)
    book = Workbook()
    book.properties.creator = "qcap"
    book.remove(book.active)
    pens = {sheet: Pen(book.create_sheet(SHEETS[sheet])) for sheet in SHEETS}
    _write_ports(pens["ports"], tables)
    _write_days(pens["arrivals"], tables)
    _write_block(pens["arrivals"], _block("timetable"), tables)
    for name in ("pools", "shifts", "roster", "hotels", "guests", "disruptions"):
        block = _block(name)
        _write_block(pens[block.sheet], block, tables)
    _write_notes(pens["sources"], tables)
    targets = _block("targets")
    rows = _rows(targets, tables)
    _write_singles(pens["costs"], "costs", tables, [])
    _write_rows(pens["costs"], targets, rows)
    _write_singles(pens["general"], "general", tables, list(tables.rest()))
    book.save(file)


def _block(name: str) -> Block:
    return next(block for block in blocks() if block.name == name)


# blocks


def _rows(block: Block, tables: Tables) -> list[dict[str, Any]]:
    """Rows of a block: the values of each by column."""
    if block.is_list:
        return [row for keys in _keys(block, tables) for row in _rows_of_list(block, keys, tables)]
    rows = []
    for keys in _keys(block, tables):
        here = block.at(keys)
        tables.written.add(here)
        row: dict[str, Any] = dict(zip(block.keys, keys, strict=True))
        inside = [f.path for f in block.fields]
        if block.name == "hotels":
            rides = tables.at((*here, "ride_minutes"))
            tables.written.add((*here, "ride_minutes"))
            inside += [("ride_minutes", port) for port in (rides if isinstance(rides, dict) else {})]
        for path in inside:
            if block.name == "hotels" and tables.listed and (*here, *path) not in tables.listed:
                continue
            value = tables.take((*here, *path))
            if value is not None:
                name = f"{RIDE}{path[1]}" if path[0] == "ride_minutes" else ".".join(path)
                row[name] = cell_of(value, kind_at((*here, *path), tables.tree))
        rows.append(row)
    return rows


def _rows_of_list(block: Block, keys: tuple[str, ...], tables: Tables) -> list[dict[str, Any]]:
    here = block.at(keys)
    given = tables.at(here)
    if not isinstance(given, list) or not given:
        return []
    tables.written.add(here)
    kinds = {f.name: kind_of(f.info.annotation, is_clock(unit_of(f.info))) for f in block.fields if f.info}
    above = dict(zip(block.keys, keys, strict=True))
    return [above | {key: cell_of(value, kinds.get(key, Kind())) for key, value in row.items()} for row in given]


def _keys(block: Block, tables: Tables) -> Iterator[tuple[str, ...]]:
    if not block.keys:
        yield ()
        return
    for first in tables.table(block.path[:1]):
        if len(block.keys) == 1:
            yield (first,)
        else:
            yield from ((first, second) for second in tables.table((block.path[0], first, block.path[2])))


def _write_block(pen: Pen, block: Block, tables: Tables) -> None:
    _write_rows(pen, block, _rows(block, tables), list(tables.table(("ports",))))


def _write_rows(pen: Pen, block: Block, rows: list[dict[str, Any]], ports: Iterable[str] = ()) -> None:
    columns = [_keycolumn_of(key, block) for key in block.keys if key not in {f.name for f in block.fields}]
    columns += [column_of(f.name, f) for f in block.fields]
    if block.name == "hotels":
        named = [*(RIDE + port for port in ports), *(name for row in rows for name in row if name.startswith(RIDE))]
        columns += [_ride(name) for name in dict.fromkeys(named)]
    pen.title(BLOCKS[block.name], len(columns) + 1)
    widths = [width_of(column, rows) for column in columns]
    pen.note(HEADS["meaning"], [column.meaning for column in columns], widths)
    pen.note(HEADS["unit"], [column.unit for column in columns], widths)
    pen.note(HEADS["allowed"], [column.rule for column in columns], widths)
    write_heads(pen, columns)
    if block.sheet in ("roster", "hotels", "guests", "disruptions"):
        pen.sheet.freeze_panes = f"C{pen.row + 1}"
    first = pen.row + 1
    for row in [*rows, *({} for _spare in range(SPARE))]:
        pen.row += 1
        for index, column in enumerate(columns, start=1):
            value = row.get(column.name)
            midnight = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
            pen.put(index, value, "input", DATE if midnight else column.format)
    for index, column in enumerate(columns, start=1):
        validate(pen.sheet, column, f"{letters(index)}{first}:{letters(index)}{pen.row}")
    pen.widths([10, *widths])


def _keycolumn_of(key: str, block: Block) -> Column:
    words = HEADS["key_of"] if key == block.keys[-1] else HEADS["key_to"]
    return Column(key, "", REFERENCE["text"], words, Kind(frozenset({str})), {})


def _ride(name: str) -> Column:
    unit = "minutes"
    words = HEADS["rides"].format(port=name.removeprefix(RIDE))
    return Column(name, UNIT_NAMES.get(unit, unit), REFERENCE["number"], words, Kind(frozenset({float})), {"ge": 0.0})


# sheets of their own form


def _write_ports(pen: Pen, tables: Tables) -> None:
    for name in ("ports", "hours", "regimes"):
        _write_block(pen, _block(name), tables)
    ports = list(tables.table(("ports",)))
    weights = {port: tables.at(("ports", port, "hour_weights")) for port in ports}
    weights = {port: given for port, given in weights.items() if isinstance(given, list) and len(given) == 24}
    tables.written |= {("ports", port, "hour_weights") for port in weights}
    pen.title(BLOCKS["hour_weights"], len(ports) + 2)
    write_heads(pen, [_plaincolumn_of("hour"), *(_plaincolumn_of(port) for port in ports)])
    for hour in range(24):
        pen.row += 1
        pen.put(1, hour, "small")
        for index, port in enumerate(ports, start=2):
            pen.put(index, weights[port][hour] if port in weights else None, "input")
    pen.widths([10, 16, 16])


def _plaincolumn_of(name: str) -> Column:
    return Column(name, "", REFERENCE["number"], BLOCKS["hour_weights"] if name == "hour" else "", Kind(), {})


def _write_days(pen: Pen, tables: Tables) -> None:
    series = dict(_series(tables))
    days = sorted({day for values in series.values() for day in values})
    pen.title(BLOCKS["daily"], len(series) + 2)
    write_heads(pen, [Column(name, "", "", BLOCKS["daily"], Kind(), {}) for name in ("date", *series)])
    pen.sheet.freeze_panes = f"C{pen.row + 1}"
    for day in [*days, *([None] * SPARE)]:
        pen.row += 1
        pen.put(1, None if day is None else to_day(dt.date.fromisoformat(day)), "input", DATE)
        for index, values in enumerate(series.values(), start=2):
            pen.put(index, values.get(day or ""), "input")
    pen.widths([10, 14, *(max(len(name) + 3, 14) for name in series)])


def _series(tables: Tables) -> Iterator[tuple[str, dict[str, Any]]]:
    """Columns of people by day: every series that has values, and every stretch of days that could have some."""
    for port in tables.table(("ports",)):
        for regime, table in tables.table(("ports", port, "regimes")).items():
            profile = table.get("profile")
            own = isinstance(profile, dict) and isinstance(profile.get("values"), dict) and bool(profile["values"])
            inside: Path = ("profile", "values") if own else ("values",)
            here = ("ports", port, "regimes", regime, *inside)
            values = tables.at(here)
            values = values if isinstance(values, dict) else {}
            tables.written |= {(*here, day) for day in values}
            yield f"{port}.{regime}{OF_PROFILE if own else ''}", values


def _write_notes(pen: Pen, tables: Tables) -> None:
    """Sources and ranges. A source of one value on the sheet of single values stands there."""
    singles = {".".join(f.path) for f in single_values()} - {"schema"}
    notes = tables.at(("provenance",)) or {}
    pen.title(BLOCKS["sources"], 3)
    write_heads(pen, [_plain("path"), _plain("source")])
    rows = [
        (path, text)
        for path, text in notes.items()
        if not (path in singles and tables.at(tuple(path.split("."))) is not None)
    ]
    tables.written |= {("provenance", path) for path, _text in rows}
    for path, text in [*rows, *([(None, None)] * SPARE)]:
        pen.row += 1
        pen.put(1, quoted_text(path), "input", TEXT)
        pen.put(2, quoted_text(text), "input", TEXT)
    ranges = tables.at(("ranges",)) or {}
    pen.title(BLOCKS["ranges"], 4)
    write_heads(pen, [_plain("path"), _plain("low"), _plain("high")])
    tables.written |= {("ranges", path) for path in ranges}
    for path, ends in [*ranges.items(), *([(None, (None, None))] * SPARE)]:
        pen.row += 1
        pen.put(1, path, "input", TEXT)
        for index, end in enumerate(ends, start=2):
            pen.put(index, toml_value(end) if isinstance(end, list | dict) else cell_of(end, Kind()), "input")
    pen.widths([10, 48, 90, 16])


def _plain(name: str) -> Column:
    return Column(name, "", REFERENCE["text"], BLOCKS["ranges" if name in ("low", "high") else "sources"], Kind(), {})


def _write_singles(pen: Pen, sheet: str, tables: Tables, rest: list[Path]) -> None:
    """A row for each single value: those of the schema, and all that have no other place."""
    known = {field.path: field for field in single_values() if sheet_of(field.path) == sheet}
    more = [Field(path, None) for path in rest if path not in known and path[0] != "provenance"]
    fields = [*known.values(), *more]
    order = list(dict.fromkeys(field.path[0] for field in fields))
    pen.title(BLOCKS[sheet], len(_SINGLE_HEADS) + 1)
    pen.row += 1
    for index, head in enumerate(_SINGLE_HEADS, start=1):
        pen.put(index, head, "head")
    if sheet == "general":
        pen.sheet.freeze_panes = f"C{pen.row + 1}"
    pen.widths(_SINGLE_WIDTHS)
    section = ""
    for field_ in sorted(fields, key=lambda field: order.index(field.path[0])):
        if len(field_.path) > 1 and field_.path[0] != section:
            section = field_.path[0]
            pen.section(f"{section}: {_of_table(section)}")
        _write_single(pen, field_, tables)


def _of_table(name: str) -> str:
    info = Scenario.model_fields.get(name)
    return meaning_of(info) if info is not None else ""


def _write_single(pen: Pen, field_: Field, tables: Tables) -> None:
    column = column_of(field_.name, field_ if field_.info or len(field_.path) == 1 else _found(field_, tables))
    value = tables.at(field_.path)
    tables.written.add(field_.path)
    kind = kind_at(field_.path, tables.tree) if field_.info is None else column.kind
    pen.row += 1
    pen.put(1, field_.name, "small")
    midnight = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    shown = None if isinstance(value, dict) and value else cell_of(value, kind)
    pen.put(
        2,
        shown,
        "input",
        DATE if midnight else column.format if shown is None or not isinstance(shown, str) else TEXT,
    )
    default = default_of(field_.info).strip('"') if field_.info is not None else ""
    for index, text in enumerate((column.unit, column.rule, column.meaning, default), start=3):
        pen.put(index, text or None, "beside")
    source = _source(field_.path, tables, given=value is not None)
    pen.put(7, source, "source")
    texts = (field_.name, shown, column.unit, column.rule, column.meaning, default, source)
    pen.tall(texts, _SINGLE_WIDTHS[1:])
    if value is not None or field_.info is not None:
        validate(pen.sheet, column, f"C{pen.row}")


def _found(field_: Field, tables: Tables) -> Field:
    """The field of a value that has no row of its own in the schema, such as one of a kind of visits."""
    around = type_at(field_.path[:-1], tables.tree)
    info = getattr(around, "model_fields", {}).get(field_.path[-1]) if isinstance(around, type) else None
    return Field(field_.path, info)


def _source(path: Path, tables: Tables, *, given: bool) -> str | None:
    """Where a value is from: its own words, or where a wider path says it on the sheet of sources."""
    notes = tables.at(("provenance",)) or {}
    name = ".".join(path)
    if name in notes and ("provenance", name) not in tables.written:
        return quoted_text(notes[name])
    wider = [key for key in notes if _covers(key.split("."), path)]
    best = max(wider, key=lambda key: (key.count(".") + 1, -key.count("*")), default="")
    return f"{ELSEWHERE} {best}: {notes[best]}" if best and given else None


def _covers(pattern: list[str], path: Path) -> bool:
    return len(pattern) <= len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=False))
