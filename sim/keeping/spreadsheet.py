"""Tables as one workbook for spreadsheets: pages for readers first, then a sheet for each table, its header frozen.

Text is written as text whatever it begins with: no cell is a formula. The same tables give the same cells.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.words.language import _
from sim.words.pages import MESSAGES
from sim.words.say import columns_of, lines_of, per_cent
from sim.words.user_text import for_xml, like_a_formula

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 1_048_576
"""Rows of a sheet, its header counted: a limit of the file format."""
MOST_LETTERS = 32_767
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?")
_SHORT = 8
"""Tables of fewer rows have their chart below them and not beside."""
_WIDTHS = (8, 48)
_LINE = 110
"""Columns of a line of words at most, so that a page is readable on a sheet of paper."""
_HEAD_POINTS = 20
"""Height of the row of heads: that of a line, and some air (Chinese signs are higher than the font's own)."""


@dataclass(frozen=True)
class Chart:
    """A chart of the spreadsheet's own, of columns of its page against the first one."""

    title: str
    unit: str
    columns: tuple[int, ...]
    """0 is the first column of the page's table."""
    kind: str
    """line or bar."""


@dataclass(frozen=True)
class Page:
    """A sheet that is read from top to bottom: a title, lines with a label each, a table, a chart of it."""

    name: str
    title: str
    lines: Sequence[tuple[str, str]]
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]
    chart: Chart | None = None
    percents: tuple[int, ...] = ()
    """Columns of shares, shown in per cent."""


def write_workbook(path: Path, sheets: Mapping[str, pd.DataFrame], pages: Sequence[Page] = ()) -> tuple[str, ...]:
    """Write a workbook with these pages and one sheet per table, in this order; returns a line for each table that is
    too long.

    Raises OSError when the file can not be written.
    """
    from openpyxl import Workbook  # noqa: PLC0415  heavy at start-up

    book = Workbook(write_only=True)
    book.properties.creator = "qcap"
    left_out = []
    for page in pages:
        _add_page(book, page)
    for name, table in sheets.items():
        if len(table) + 1 > MOST_ROWS:
            words = MESSAGES["excel.too_long"]
            left_out.append(words.format(sheet=name, rows=f"{len(table):,}", most=f"{MOST_ROWS:,}"))
        else:
            _add_sheet(book, name, table)
    if not book.worksheets:
        book.create_sheet("empty")
    book.save(path)
    return tuple(left_out)


def _add_page(book: Any, page: Page) -> None:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    sheet = book.create_sheet(page.name)
    sheet.sheet_view.showGridLines = False
    short = len(page.rows) < _SHORT  # with its chart below it: on one sheet of paper
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", int(short)
    sheet.sheet_properties.pageSetUpPr = _fit_to_page()
    widths = [max([_columns(head), *(_columns(row[i]) for row in page.rows)]) for i, head in enumerate(page.heads)]
    for number, width in enumerate(widths or [14], start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(max(width + 2, 12), 40)
    sheet.append([_styled(sheet, page.title, size=14)])
    lines = [(label if i == 0 else "", part) for label, text in page.lines
             for i, part in enumerate(lines_of(text, _LINE))]  # fmt: skip
    for label, text in lines:
        sheet.append([_styled(sheet, label), _cell(sheet, text)])
    sheet.append([])
    first = len(lines) + 3
    if page.heads:
        sheet.row_dimensions[first].height = _HEAD_POINTS
        sheet.append([_styled(sheet, head, fill=True, right=i > 0) for i, head in enumerate(page.heads)])
    for row in page.rows:
        sheet.append([_formatted(sheet, value, percent=i in page.percents, right=i > 0) for i, value in enumerate(row)])
    if page.chart and page.rows:
        place = f"{get_column_letter(len(page.heads) + 2)}{first}"
        if short:
            place = f"B{first + len(page.rows) + 2}"
        sheet.add_chart(_chart(sheet, page, first), place)


def _columns(value: Any) -> int:
    """Columns that a value takes on the screen: Chinese signs take two."""
    return columns_of(f"{value:,.1f}" if isinstance(value, float) else value)


def _fit_to_page() -> Any:
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    return PageSetupProperties(fitToPage=True)


def _styled(sheet: Any, text: str, *, size: int = 11, fill: bool = False, right: bool = False) -> Any:
    """A bold cell of text, never a formula."""
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415

    cell = WriteOnlyCell(sheet, for_xml(text)[:MOST_LETTERS])
    cell.data_type = "s"
    cell.quotePrefix = like_a_formula(text)
    cell.font = Font(name="Calibri", bold=True, size=size, color="FFFFFF" if fill else "1F4E79")
    if fill:
        cell.fill = PatternFill("solid", start_color="1F4E79")
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="right" if right else "left")
    return cell


def _formatted(sheet: Any, value: Any, *, percent: bool, right: bool) -> Any:
    """A value of a page's table: dates as dates, numbers with as many digits as a reader wants; all but the first
    column end at the right, so that hours do not stick to the number before them.
    """
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Alignment  # noqa: PLC0415

    found = _cell(sheet, value)
    if not isinstance(found, int | float | dt.date):
        if isinstance(found, str):
            found = WriteOnlyCell(sheet, found)
        if found is not None and right:
            found.alignment = Alignment(horizontal="right")
        return found
    cell = WriteOnlyCell(sheet, found)
    small = isinstance(found, float) and abs(found) < 1000 and not found.is_integer()
    cell.number_format = (
        "yyyy-mm-dd" if isinstance(found, dt.date) else f"0{per_cent()}" if percent else "0.0" if small else "#,##0"
    )
    return cell


def _chart(sheet: Any, page: Page, first: int) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference  # noqa: PLC0415

    plan = page.chart
    assert plan is not None
    chart: Any = LineChart() if plan.kind == "line" else BarChart()
    chart.title, chart.height, chart.width = _("{title} ({unit})").format(title=plan.title, unit=plan.unit), 10, 22
    chart.y_axis.scaling.min = 0
    chart.y_axis.number_format = "#,##0"
    chart.x_axis.delete = chart.y_axis.delete = False
    last = first + len(page.rows)
    for column in plan.columns:
        chart.add_data(Reference(sheet, min_col=column + 1, min_row=first, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=first + 1, max_row=last))
    if isinstance(page.rows[0][0], dt.date):
        chart.x_axis.number_format = "mm-dd"
    if len(plan.columns) == 1:
        chart.legend = None
    for series in chart.series:
        series.smooth = False
    return chart


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
