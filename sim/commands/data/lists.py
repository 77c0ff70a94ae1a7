"""A list as people have it, as a header and rows of text: sheets of a workbook; comma, semicolon, tab or bar between
cells, columns of fixed width under a line of dashes, in UTF-8, UTF-16 or GB18030; titles above the header, two header
rows, totals below.

Nothing is known here of what columns mean, but for the words by which a header row is told from a title.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files.book.grids import Grid, opened, rows_of
from sim.scenario.files.cells import as_text, to_clock
from sim.scenario.files.csv_files import csv_text
from sim.scenario.files.documents import LARGEST_CSV, is_workbook, read_data
from sim.words.language import said

SEPARATORS = ("\t", "|", ";", ",")
"""In this order where two of them make as many cells: commas stand inside names and numbers too."""
LOOKED_AT = 40
"""Lines from which the form of a list is guessed."""
HEADER_WITHIN = 15
"""Rows among which the header is looked for."""
_DASHES = re.compile(r"\s*[-=]{2,}(\s+[-=]{2,}){2,}\s*")
_RULED = re.compile(r"[-=+|\s]*")
_TOTALS = re.compile(r"(合\s*计|总\s*计|小\s*计|汇\s*总|(grand |sub)?totals?|sum)\b.*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?")
_BREAKS = re.compile(r"\s+")

Row = tuple[int, tuple[str, ...]]
"""Number in the file, from 1, and cells."""


@dataclass(frozen=True)
class List:
    """What a file lists."""

    name: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: int = 0
    """Rows of totals that were left out."""
    above: tuple[str, ...] = ()
    """What stands over each column in a merged row of heads; empty: nothing."""
    sheets_left: tuple[str, ...] = ()
    """Sheets of its workbook that are no lists."""

    def column(self, name: str) -> list[str]:
        """Cells of a column, row by row."""
        at = self.header.index(name)
        return [cells[at] for _, cells in self.rows]


def read_lists(file: Path, known: Callable[[str], bool]) -> list[List]:
    """The lists in a file: one of text, or one for each sheet of a workbook that has a header which means something.

    `known`: whether a text is the head of a column that means something. Raises ScenarioError.
    """
    if not is_workbook(file):
        return [
            _list_of(file.name, list(_records(csv_text(read_data(file, file.name, LARGEST_CSV), file.name))), known)
        ]
    with opened(file, file.name) as book:
        sheets = {title: list(_of_sheet(rows_of(book, title))) for title in book.sheet_names}
    filled = {title: records for title, records in sheets.items() if records}
    meant = {title: records for title, records in filled.items() if _means_something(records, known)} or filled
    names = {title: file.name if len(filled) == 1 else f"{file.name} ({title})" for title in meant}
    if not meant:
        raise ScenarioError([Fault(file.name, "", None, "is empty")])
    left = tuple(title for title in filled if title not in meant)
    found = [_list_of(names[title], records, known) for title, records in meant.items()]
    return [replace(found[0], sheets_left=left), *found[1:]]


def _means_something(records: Sequence[Row], known: Callable[[str], bool]) -> bool:
    """Whether one of the first rows of a sheet can be a header: it has two heads that are known, or dates."""
    return any(
        sum(known(cell) or bool(_DATE.match(cell)) for cell in cells) > 1 for _, cells in records[:HEADER_WITHIN]
    )


def _of_sheet(rows: Grid) -> Iterator[Row]:
    """Rows of a sheet as texts, those without one left out."""
    for number, row in enumerate(rows, 1):
        texts = tuple(_tidy(_text(cell)) for cell in row)
        if any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """A cell of a workbook as a list of text has it: year first, times as 14:30, whole numbers without a point."""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == dt.time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, dt.time | dt.timedelta):
        return str(to_clock(cell))
    return "" if cell is None else as_text(cell)


def _list_of(name: str, records: Sequence[Row], known: Callable[[str], bool]) -> List:
    """The list in the rows of a file or sheet."""
    records = [(number, cells) for number, cells in records if any(cells) and not _is_ruled(cells)]
    if not records:
        raise ScenarioError([Fault(name, "", None, "is empty")])
    at = _header_at(records, known)
    header, above = _header(records, at, known)
    furniture = {cells for _, cells in records[: at + 1]}  # titles and heads, which each page has again
    if len(header) < 2:
        raise ScenarioError([Fault(name, f"row {records[at][0]}", header[0], "has one column only", _FORMS)])
    rows, totals = [], 0
    for number, cells in records[at + 1 :]:
        cut = tuple([*cells, *[""] * len(header)][: len(header)])
        if cells in furniture:
            continue
        if _is_total(cut):
            totals += 1
        elif any(cut):
            rows.append((number, cut))
    if not rows:
        raise ScenarioError([Fault(name, "", None, "has a header and no rows")])
    return List(name, header, tuple(rows), totals, above)


_FORMS = said("separate columns by commas, semicolons, tabs or bars, or save the sheet as CSV")


def _records(text: str) -> Iterator[Row]:
    """Lines as cells, by whichever form makes most of them."""
    lines = text.splitlines()
    ruler = next((line for line in lines[:LOOKED_AT] if _DASHES.fullmatch(line)), None)
    if ruler is not None:
        yield from _fixed(lines, ruler)
        return
    some = [line for line in lines if line.strip()][:LOOKED_AT]
    cells = {mark: median(len(row) for row in csv.reader(some, delimiter=mark)) for mark in SEPARATORS}
    best = max(SEPARATORS, key=lambda mark: cells[mark])
    if max(cells.values()) < 2 and median(len(re.split(r"\s{2,}", line.strip())) for line in some) >= 2:
        for number, line in enumerate(lines, 1):
            yield number, tuple(re.split(r"\s{2,}", line.strip()))
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=best)
    for record in reader:
        yield reader.line_num, tuple(_tidy(cell) for cell in record)


def _fixed(lines: Sequence[str], ruler: str) -> Iterator[Row]:
    """Columns that stand under a line of dashes; a wide character takes two places, as reports print them."""
    starts = [found.start() for found in re.finditer(r"[-=]+", ruler)]
    spans = [*zip(starts, [*starts[1:], None], strict=True)]
    for number, line in enumerate(lines, 1):
        wide = "".join(c + "\0" if unicodedata.east_asian_width(c) in "WF" else c for c in line)
        yield number, tuple(_tidy(wide[begin:end].replace("\0", "")) for begin, end in spans)


def _tidy(cell: str) -> str:
    return _BREAKS.sub(" ", cell.replace("\u3000", " ").replace("\u00a0", " ")).strip()


def _is_ruled(cells: Sequence[str]) -> bool:
    return all(_RULED.fullmatch(cell) for cell in cells) and any("--" in cell or "==" in cell for cell in cells)


def _is_total(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and _TOTALS.fullmatch(filled[0]) is not None


def _header_at(records: Sequence[Row], known: Callable[[str], bool]) -> int:
    """The row of the first ones that has most known heads, then most cells; the earliest of equals."""
    first = records[:HEADER_WITHIN]
    return max(range(len(first)), key=lambda i: (sum(map(known, first[i][1])), sum(map(bool, first[i][1])), -i))


def _header(records: Sequence[Row], at: int, known: Callable[[str], bool]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Heads of columns, each once, and what stands over each: below merged heads with their words in front; one whose
    cell is merged with that above has that one's words, a nameless one its number.
    """
    heads = list(records[at][1])
    upper = [*(records[at - 1][1] if at else ()), *[""] * len(heads)]
    twice = {head for head, n in Counter(heads).items() if n > 1 and head}
    heads = [head or (upper[i] if twice or known(upper[i]) else "") for i, head in enumerate(heads)]
    while heads and not heads[-1]:
        heads.pop()
    over = upper if twice else []
    last, above = "", []
    for index, head in enumerate(heads):
        last = (over[index] if index < len(over) else "") or last
        above.append(last if head in twice else "")
    full = [
        f"{a} {head}".strip() or str(said("column {n}", n=i))
        for i, (a, head) in enumerate(zip(above, heads, strict=True), 1)
    ]
    met: Counter[str] = Counter()
    unique = []
    for head in full:
        met[head] += 1
        unique.append(head if met[head] == 1 else f"{head} {met[head]}")
    return tuple(unique), tuple(above)
