"""What stands where in a workbook that is a scenario: sheets, the blocks of each, and the columns of a block.

Everything comes from the schema: a key that is added there has its row or column here. A block is a header row of keys
with rows of values below it. Rows that begin with the sign MARGIN explain, and are never read. The cells of a workbook
(.xlsx, .ods) come sheet by sheet, with a plain word for what is no workbook of a scenario.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.faults import Fault, Path, ScenarioError, nearest
from sim.scenario.files.documents import LARGEST_CSV, read_data
from sim.scenario.tables.arrivals import OpeningHours, Port, Regime, TimetableRow
from sim.scenario.tables.disruptions import Disruption
from sim.scenario.tables.field_words import tables_in
from sim.scenario.tables.schema import InitialRow, Scenario, Site, Target
from sim.scenario.tables.staff import Pool, RosterRow, Shift
from sim.words.language import LANGUAGES, catalogue, said
from sim.words.scenario import BOOK, SHEETS

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook


MARGIN = "■"
"""Begins rows that explain: titles, units, meanings."""
ELSEWHERE = "→"
"""Begins a source that stands beside a value and stands on the sheet of sources."""
RIDE = "ride_minutes_"
"""Begins the columns of rides: one for each port."""
OF_PROFILE = ".profile"
"""Ends the head of a column of daily numbers that are a profile."""


@dataclass(frozen=True)
class Field:
    """A value that a row or a cell may give."""

    path: Path
    """Below the table."""
    info: FieldInfo | None
    """What the schema says; None for keys that are no part of it."""
    kinds: tuple[str, ...] = ()
    """Forms of the table that have it; none: all."""
    choices: tuple[str, ...] = ()
    """Of the key that names the form: all forms."""

    @property
    def name(self) -> str:
        """Head of its column, or its key."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Block:
    """Rows of one kind on a sheet."""

    name: str
    sheet: str
    keys: tuple[str, ...]
    """Columns that say which table a row is: `port` and `id` of opening hours; none for rows of a list."""
    path: Path
    """Tables around it, * for each key; of rows of a list the name of the list."""
    fields: tuple[Field, ...]
    head: tuple[str, ...]
    """Columns by which its header is known: all of them stand there."""
    is_list: bool = False
    """Whether its rows are those of a list, without an id of their own."""

    def at(self, keys: tuple[str, ...]) -> Path:
        """Path of the table of a row with these keys."""
        given = iter(keys)
        return tuple(next(given) if step == "*" else step for step in self.path)


def fields_of(annotation: Any, around: Path = ()) -> tuple[Field, ...]:
    """Single values of a table, or of any of the forms that it may have; tables keyed by id and lists of rows are left
    out: they have blocks.
    """
    tables = [table for table, _suffix in tables_in(annotation, "id")]
    found: dict[Path, Field] = {}
    for table in tables:
        kinds = get_args(table.model_fields["kind"].annotation) if len(tables) > 1 else ()
        for name, info in table.model_fields.items():
            for field in _fields((*around, info.alias or name), info):
                old = found.get(field.path, field)
                both = (*(old.kinds if field.path in found else ()), *kinds) or field.kinds
                found[field.path] = Field(field.path, old.info, both, field.choices)
    every = {kind for field in found.values() for kind in field.kinds}
    return tuple(_of_forms(field, every, (*around, "kind")) for field in found.values())


def _of_forms(field: Field, every: Set[str], kind: Path) -> Field:
    """A field with the forms that have it, none where all do; the one that names the form with what it may be."""
    if not every or (field.kinds != () and set(field.kinds) != every):
        return field
    return Field(field.path, field.info, (), field.kinds if field.path == kind else field.choices)


def _fields(path: Path, info: FieldInfo) -> Iterator[Field]:
    forms = list(_forms(info.annotation))
    tables = list(tables_in(info.annotation, "id"))
    keyed = any(get_origin(form) is dict or (get_origin(form) is tuple and tables) for form in forms)
    if keyed:
        return
    if not tables or any(form in (int, float, str) for form in forms):
        yield Field(path, info)
    if tables:
        yield from fields_of(info.annotation, path)


def _forms(annotation: Any) -> Iterator[Any]:
    """Members of a union, marks left out."""
    inside = get_args(annotation)
    if getattr(annotation, "__metadata__", None) is not None:
        yield from _forms(inside[0])
    elif get_origin(annotation) in (dict, tuple) or not inside:
        yield annotation
    else:
        for member in inside:
            yield from _forms(member)


def _block(name: str, sheet: str, keys: tuple[str, ...], path: str, annotation: Any, head: str) -> Block:
    steps = tuple(path.split("."))
    is_list = not keys or steps[-1] != "*"
    return Block(name, sheet, keys, steps, fields_of(annotation), (*keys, *head.split()), is_list)


@cache
def blocks() -> tuple[Block, ...]:
    """Blocks of tables and lists, those that are easily taken for others last."""
    made = [
        _block("hours", "ports", ("port", "id"), "ports.*.hours.*", OpeningHours, "opens closes"),
        _block("regimes", "ports", ("port", "id"), "ports.*.regimes.*", Regime, "kind from_day"),
        _block("ports", "ports", ("id",), "ports.*", Port, ""),
        _block("timetable", "arrivals", ("port", "regime"), "ports.*.regimes.*.rows", TimetableRow, "time people"),
        _block("shifts", "staff", ("pool", "id"), "pools.*.shifts.*", Shift, "start hours"),
        _block("pools", "staff", ("id",), "pools.*", Pool, ""),
        _block("roster", "roster", (), "roster", RosterRow, "pool date start"),
        _block("hotels", "hotels", ("id",), "sites.*", Site, "number rooms"),
        _block("guests", "guests", (), "initial", InitialRow, "site"),
        _block("disruptions", "disruptions", (), "disruptions", Disruption, "kind from_day"),
        _block("targets", "costs", ("id",), "targets.*", Target, "measure"),
    ]
    return tuple(_without_hour_weights(block) if block.name == "ports" else block for block in made)


def _without_hour_weights(block: Block) -> Block:
    """People by hour have a block of their own, a row for each hour."""
    kept = tuple(field for field in block.fields if field.path != ("hour_weights",))
    return replace(block, fields=kept)


@cache
def single_values() -> tuple[Field, ...]:
    """Values that have a row of their own on the first sheet, or on that of costs: all without a block, in order."""
    given = [field for field in fields_of(Scenario) if field.path[0] != "extends"]
    return (*given[:2], Field(("extends",), None), Field(("ensemble",), None), *given[2:])


def sheet_of(path: Path) -> str:
    """The sheet on which a single value stands."""
    return "costs" if path[0] == "costs" else "general"


@cache
def known_names() -> dict[str, str]:
    """Names of sheets in every language, in small letters, each with the sheet that it is."""
    return {
        catalogue(language).gettext(name).strip().lower(): sheet
        for language in LANGUAGES
        for sheet, name in SHEETS.english.items()
    }


Row = Sequence[Any]
Grid = Sequence[Row]

_UNPACKED = 500_000_000
"""Most bytes of a workbook that is unpacked."""
_LETTERS = 26


def grids_of(file: FilePath, name: str) -> list[tuple[str, str, Grid]]:
    """Sheets that are part of a scenario: title, sheet, rows. Raises ScenarioError."""
    with opened(file, name) as book:
        known = known_names()
        titles = [title for title in book.sheet_names if title.strip().lower() in known]
        found: list[tuple[str, str, Grid]] = [
            (title, known[title.strip().lower()], rows_of(book, title)) for title in titles
        ]
        others = [title for title in book.sheet_names if title not in titles]
    if not found:
        hint = said(BOOK.english["sheets"], names=", ".join(SHEETS.english.values()))
        raise ScenarioError([Fault(name, "", None, BOOK.english["no_sheet"], hint)])
    near = [(title, nearest(title, known_names())) for title in others]
    misspelt = [Fault(name, title, None, "no such sheet", hint) for title, hint in near if hint]
    if misspelt:
        raise ScenarioError(misspelt)
    return found


@contextmanager
def opened(file: FilePath, name: str) -> Iterator[CalamineWorkbook]:
    """A workbook to read sheets from. Raises ScenarioError for what is none, or is too large, inside too."""
    data = read_data(file, name, LARGEST_CSV)
    try:
        import python_calamine  # noqa: PLC0415  only where a workbook is read

        with zipfile.ZipFile(file) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > _UNPACKED:
            rule = said(BOOK.english["too_large"], size=size / 1e6, most=_UNPACKED / 1e6)
            raise ScenarioError([Fault(name, "", None, rule)])
        yield python_calamine.CalamineWorkbook.from_path(str(file))
    except ScenarioError:
        raise
    except Exception as error:  # what libraries raise for files that are damaged, locked or of another kind
        why = str(error).partition("\n")[0][:120] or type(error).__name__
        old = data[:4] == b"\xd0\xcf\x11\xe0"
        fault = (
            Fault(name, "", None, BOOK.english["old_form"], BOOK.english["save_as"])
            if old
            else Fault(name, "", None, said(BOOK.english["not_book"], why=why))
        )
        raise ScenarioError([fault]) from None


def rows_of(book: CalamineWorkbook, title: str) -> Grid:
    """All rows of a sheet, from its first cell on."""
    rows: Grid = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
    return rows


def letters(index: int) -> str:
    """Letters of a column, 0 is A."""
    return (letters(index // _LETTERS - 1) if index >= _LETTERS else "") + chr(ord("A") + index % _LETTERS)


def is_given(value: Any) -> bool:
    """Whether a cell says anything."""
    return value is not None and str(value).strip() != ""


def is_filled(row: Row) -> bool:
    """Whether a row has a cell that does."""
    return any(is_given(value) for value in row)
