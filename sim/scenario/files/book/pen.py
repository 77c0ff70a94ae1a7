"""How a workbook looks: a pen for each sheet, columns with what the schema says about them, drop-downs and limits.

Raw tables of a scenario on their way into cells: what was written, and how a value is written so that it is read back
as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.faults import Path
from sim.scenario.files.book.layout import ELSEWHERE, MARGIN, Field, letters
from sim.scenario.files.cells import BLANKS, Kind, kind_of
from sim.scenario.files.documents import toml_value
from sim.scenario.tables.field_words import marks_of, meaning_of, rule_of, unit_of
from sim.scenario.tables.shape import SITE_SETTINGS, is_clock
from sim.words import UNIT_NAMES
from sim.words.pages import REFERENCE
from sim.words.say import columns_of, lines_of, listed
from sim.words.scenario import HEADS
from sim.words.user_text import for_xml, like_a_formula

DATE, MOMENT, TEXT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"
"""Formats of cells."""
_FONT = "Calibri"
_LINE = 12.5
"""Points of a line of small text."""
_SECTION = 150
"""Columns that a row of a section takes at most, where its sentences allow."""
_FILLS = {"input": "FFF8DC", "head": "1F4E79", "title": "D6E4F0"}


class Pen:
    """Where the next row of a sheet goes; columns widen as they are written."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415

        self.sheet = sheet
        self.row = 0
        line = Side(style="thin", color="D0D0D0")
        self.border = Border(left=line, right=line, top=line, bottom=line)
        self.fills = {name: PatternFill("solid", start_color=color) for name, color in _FILLS.items()}
        self.fonts = {
            "head": Font(name=_FONT, bold=True, color="FFFFFF"),
            "title": Font(name=_FONT, bold=True, size=12),
            "section": Font(name=_FONT, bold=True, size=10, color="1F4E79"),
            "small": Font(name=_FONT, size=9, color="595959"),
            "beside": Font(name=_FONT, size=9, color="595959"),
        }
        self.wrapped = Alignment(wrap_text=True, vertical="top")
        self.indented = Alignment(wrap_text=True, vertical="top", horizontal="left", indent=1)
        sheet.sheet_view.showGridLines = False
        sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True

    def put(self, column: int, value: Any, cell_style: str = "", number_format: str = "") -> Any:
        """A cell of this row; text stays text whatever it begins with."""
        cell = self.sheet.cell(self.row, column + 1)
        if value is not None:
            cell.value = for_xml(value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
                cell.quotePrefix = like_a_formula(value)
        if cell_style in self.fills:
            cell.fill = self.fills[cell_style]
        if cell_style in self.fonts:
            cell.font = self.fonts[cell_style]
        if cell_style in ("small", "head", "source"):
            cell.alignment = self.wrapped
        if cell_style == "beside":
            cell.alignment = self.indented
        if cell_style == "input":
            cell.border, cell.alignment = self.border, self.wrapped
        if number_format:
            cell.number_format = number_format
        return cell

    def title(self, text: str, width: int) -> None:
        """A row that begins a block."""
        self.row += 2 if self.row else 1
        for column in range(width):
            self.put(column, None, "title")
        self.put(0, f"{MARGIN} {text}", "title")

    def section(self, text: str) -> None:
        """A row that begins some of the rows of a block; of a long text each sentence or two has a row."""
        for line in lines_of(text, _SECTION):
            self.row += 1
            self.put(0, f"{MARGIN} {line}").font = self.fonts["section"]

    def note(self, word: str, texts: Sequence[str], widths: Sequence[float]) -> None:
        """A row of explanations: a word in the margin, a text for each column, of these widths."""
        self.row += 1
        self.put(0, f"{MARGIN} {word}", "small")
        for column, text in enumerate(texts, start=1):
            self.put(column, text or None, "small")
        self.tall(texts, widths)

    def tall(self, texts: Sequence[Any], widths: Sequence[float]) -> None:
        """Make this row as high as its longest text needs, up to the limit of a spreadsheet."""
        lines = max(
            (-(-columns_of(text) // max(int(width), 1)) for text, width in zip(texts, widths, strict=False)), default=1
        )
        if lines > 1:
            self.sheet.row_dimensions[self.row].height = min(lines * _LINE + 3, 400)

    def widths(self, widths: Iterable[float]) -> None:
        """Widths of columns from the first on; none gets narrower."""
        for column, width in enumerate(widths):
            dimension = self.sheet.column_dimensions[letters(column)]
            dimension.width = max(dimension.width if dimension.customWidth else 0, width)


@dataclass(frozen=True)
class Column:
    """A column of a block, with what the schema says about its cells in the language of the day."""

    name: str
    unit: str
    rule: str
    meaning: str
    kind: Kind
    limits: Mapping[str, float]
    words: tuple[str, ...] = ()

    @property
    def format(self) -> str:
        """Format of its cells; empty: as a spreadsheet likes."""
        if self.kind.date:
            return DATE if dt.datetime not in self.kind.types else MOMENT
        return TEXT if self.kind.clock or self.kind.many or self.kind.types <= {str} else ""


def column_of(name: str, field: Field) -> Column:
    """The column of a field of the schema."""
    info = field.info
    if info is None:
        return Column(name, "", REFERENCE["text"], REFERENCE.get(name, ""), Kind(frozenset({str})), {})
    unit = unit_of(info)
    only = f" ({HEADS['only'].format(kinds=', '.join(field.kinds))})" if field.kinds else ""
    limits = {
        key: float(getattr(m, key)) for m in marks_of(info) for key in ("ge", "gt", "le", "lt") if hasattr(m, key)
    }
    kind = kind_of(info.annotation, is_clock(unit))
    words = field.choices or kind.words
    rule = REFERENCE["one_of"].format(values=listed(words)) if field.choices else rule_of(info)
    if is_clock(unit):
        rule = UNIT_NAMES[unit]  # a cell holds a time without quotes
    return Column(name, UNIT_NAMES.get(unit, unit), rule, meaning_of(info) + only, kind, limits, words)


def width_of(column: Column, rows: Iterable[Mapping[str, Any]]) -> float:
    """Width of a column, in letters."""
    longest = max((columns_of(row.get(column.name, "")) for row in rows), default=0)
    return min(max(len(column.name) + 3, longest + 2, 15), 40)


def write_heads(pen: Pen, columns: Iterable[Column]) -> None:
    """The row of heads, each with a comment with its meaning, unit and rule."""
    from openpyxl.comments import Comment  # noqa: PLC0415

    pen.row += 1
    for index, column in enumerate(columns, start=1):
        cell = pen.put(index, column.name, "head")
        lines = [
            column.meaning,
            f"{HEADS['unit']}: {column.unit}" if column.unit else "",
            f"{HEADS['allowed']}: {column.rule}",
        ]
        text = "\n".join(line for line in lines if line)
        cell.comment = Comment(for_xml(text), "qcap", height=min(60 + len(text) // 2, 320), width=320)


def validate(sheet: Any, column: Column, cells: str) -> None:
    """A drop-down for choices; limits for numbers, which a spreadsheet checks before qcap does."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    kind = column.kind
    rule: Any = None
    if column.words and kind.types == {str}:
        rule = DataValidation(type="list", formula1=f'"{",".join(column.words)}"', allow_blank=True)
        rule.error = HEADS["entry_more"]
    elif kind.types == {bool}:
        rule = DataValidation(type="list", formula1='"TRUE,FALSE"', allow_blank=True)
    elif kind.types and kind.types <= {int, float} and not kind.many and not kind.clock:
        low = column.limits.get("ge", column.limits.get("gt", 0.0 if "ge" in column.limits else -1e9))
        high = column.limits.get("le", column.limits.get("lt", 1e12))
        whole = kind.types == {int}
        rule = DataValidation(
            type="whole" if whole else "decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:.0f}",
            allow_blank=True,
        )  # fmt: skip
        rule.error = HEADS["number_more"].format(rule=column.rule)[:220]
    if rule is not None:
        rule.errorStyle = "warning"
        rule.showErrorMessage = True
        sheet.add_data_validation(rule)
        rule.add(cells)


_SEPARATORS = ",;，；、[]{}\"'"


@dataclass
class Tables:
    """Raw tables of a scenario, of which each value is written once."""

    tree: dict[str, Any]
    listed: Set[Path] = frozenset()
    """Values of the list of sites; of the others of its sites it is not the source."""
    written: set[Path] = field(default_factory=set)

    def take(self, path: Path) -> Any:
        """The value at a path, which is written now; None where there is none."""
        value = self.at(path)
        if value is not None and value != {}:
            self.written.add(path)
        return value if value != {} else None

    def at(self, path: Path) -> Any:
        """What is at a path."""
        here: Any = self.tree
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def rest(self) -> Iterator[Path]:
        """Paths of values, and of empty tables, that were not written."""
        return (path for path in _leaves(self.tree, ()) if path not in self.written)

    def table(self, path: Path) -> dict[str, dict[str, Any]]:
        """The tables keyed by id at a path."""
        found = self.at(path)
        given = found.items() if isinstance(found, dict) else ()
        return {
            key: value
            for key, value in given
            if isinstance(value, dict) and (path != ("sites",) or key not in SITE_SETTINGS)
        }


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _leaves(entry, (*path, key))
    elif path:
        yield path


def cell_of(value: Any, kind: Kind) -> Any:
    """A value as a cell that is read back as it."""
    if isinstance(value, list) and kind.many and _is_plain_list(value):
        return ", ".join(str(entry) if not isinstance(entry, bool) else str(entry).lower() for entry in value)
    if isinstance(value, list | dict):
        return "{}" if value == {} else toml_value(value)
    if isinstance(value, str):
        day = dt.date.fromisoformat(value) if kind.date and _is_date(value) else None
        return day if day and day.year > 1900 else quoted_text(value)
    if isinstance(value, dt.date) and value.year <= 1900:
        return value.isoformat()
    return value


def _is_plain_list(value: list[Any]) -> bool:
    plain = all(isinstance(entry, int | float | str) for entry in value)
    return (
        bool(value)
        and plain
        and not any(isinstance(entry, str) and (not entry.strip() or set(entry) & set(_SEPARATORS)) for entry in value)
    )


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def quoted_text(text: str | None) -> str | None:
    """A text as a cell: in quotes where a bare cell would be read as another one."""
    if text is None:
        return None
    odd = not text or text != text.strip(BLANKS) or text[:1] == '"' or for_xml(text) != text or "\r" in text
    return toml_value(text) if odd or text.startswith((MARGIN, ELSEWHERE)) else text
