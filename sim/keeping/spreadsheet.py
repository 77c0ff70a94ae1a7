"""Tables as one workbook for spreadsheets: a sheet for each, with its header frozen.

Text is written as text whatever it begins with: no cell is a formula. The same tables give the same cells.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import words as labels
from sim.words.user_text import for_xml, like_a_formula

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_048_576
"""Rows of a sheet, its header counted: a limit of the file format."""
MOST_LETTERS = 32_767
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")
_WIDTHS = (8, 48)


def write_workbook(path: Path, sheets: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Write a workbook with one sheet per table, in this order; returns a line for each table that is too long.

    Raises OSError when the file can not be written.
    """
    from openpyxl import Workbook  # noqa: PLC0415  heavy at start-up

    book = Workbook(write_only=True)
    book.properties.creator = "qcap"
    left_out = []
    for name, table in sheets.items():
        if len(table) + 1 > MOST_ROWS:
            words = labels.MESSAGES["excel.too_long"]
            left_out.append(words.format(sheet=name, rows=f"{len(table):,}", most=f"{MOST_ROWS:,}"))
        else:
            _add_sheet(book, name, table)
    if not book.worksheets:
        book.create_sheet("empty")
    book.save(path)
    return tuple(left_out)


def _add_sheet(book: Any, name: str, table: pd.DataFrame) -> None:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns, start=1):
        is_number = table[column].dtype.kind in "biuf"
        longest = 10 if is_number else max((len(str(value)) for value in table[column].unique()), default=0)
        width = min(max(len(str(column)), longest, _WIDTHS[0]), _WIDTHS[1]) + 2
        sheet.column_dimensions[get_column_letter(number)].width = width
    head = [WriteOnlyCell(sheet, str(column)) for column in table.columns]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in table.itertuples(index=False, name=None):
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any) -> Any:
    """A value as a cell: times as times, missing numbers empty, text always as text."""
    import pandas as pd  # noqa: PLC0415  heavy at start-up

    value = value.item() if hasattr(value, "item") else value
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if not isinstance(value, str):
        return value
    if _TIME.fullmatch(value):
        return dt.datetime.fromisoformat(value)
    text = for_xml(value)[:MOST_LETTERS]
    if not like_a_formula(text):
        return text
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True  # stays text when somebody opens the cell and leaves it again
    return cell
