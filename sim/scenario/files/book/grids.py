"""The cells of a workbook (.xlsx, .ods), sheet by sheet, with a plain word for what is no workbook of a scenario."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from sim.scenario.faults import Fault, ScenarioError, nearest
from sim.scenario.files.book.layout import known_names
from sim.scenario.files.documents import LARGEST_CSV, read_data
from sim.words.language import said
from sim.words.sheets import BOOK, SHEETS

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

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
