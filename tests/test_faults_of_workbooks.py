"""Faults of a workbook's cells and rows, each provoked once, in English and Chinese: sheet, cell, rule and way out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_workbooks import changed, faults, find

from sim.words.language import speaking

Change = tuple[str, str, str, Any]
"""Sheet, key of the row, head of the column, value."""


STAFF, COSTS = "Staff and shifts", "Costs and targets"
CELLS: list[tuple[Change, str, str]] = [
    ((STAFF, "border", "headcount", 30.5), "must be a whole number", "必须是整数"),
    ((STAFF, "early", "start", "25:00"), "must be a clock time from 00:00 to 24:00", "必须是 00:00 至 24:00 的时刻"),
    ((STAFF, "early", "start", 6), "must be a clock time such as 08:00", "必须是时刻，例如08:00"),
    ((STAFF, "early", "hours", 0), "must be more than 0", "必须大于0"),
    (
        (STAFF, "late", "headcount", 5),
        "must not be given beside a share; take one out",
        "不得与 share 同时给出；请去掉一个",
    ),
    (
        (STAFF, "border", "posts_may_leave", 7),
        "must not be more than the fixed posts of a shift (1)",
        "不得多于班次的固定岗（1）",
    ),
    (
        ("Ports", "border", "pool", "bordr"),
        'no such pool; did you mean "border"?',
        '没有这个人员组；是否想写 "border"？',
    ),
    (
        ("Ports", "border", "coaches", 0),
        "must be at least 1, because there is a [coaches] table",
        "不得小于1，因为有 [coaches] 表",
    ),
    (("Ports", "border", "not_diverted_share", 12), "must be at most 1; 12 % is 0.12", "不得大于1；12%即0.12"),
    (("Ports", "all_days", "opens", "half past eight"), "must be a clock time such as 08:00", "必须是时刻，例如08:00"),
    (("Ports", "april", "people_per_day", "many"), "must be a number", "必须是数"),
    (("Ports", "april", "people_per_day", None), "must be given", "必须给出"),
    (("Hotels", "harbour", "rooms", -5), "must be at least 1", "不得小于1"),
    (
        ("Hotels", "harbour", "opens", "soon"),
        'must be "demand" or a date such as 2020-03-03',
        '必须是"demand"或日期，例如 2020-03-03',
    ),
    (("Hotels", "harbour", "ride_minutes_border", None), "must be given", "必须给出"),
    (("Hotels", "garden", "number", 1), 'is the number of "harbour" too', '也是 "harbour" 的编号'),
    (("Hotels", "garden", "id", "harbour"), "is given in Hotels!B6 too", "在Hotels!B6也给出了"),
    (("General", "first_day", "value", "2020-02-30"), "must be a date of the calendar", "必须是日历上有的日期"),
    (
        ("General", "first_day", "value", "03/04/2020"),
        "must be a date such as 2020-03-03; set the format of the column to yyyy-mm-dd",
        "必须是日期，例如 2020-03-03；请把该列的格式设为yyyy-mm-dd",
    ),
    (
        ("General", "last_day", "value", dt.date(2020, 3, 1)),
        "must not be before first_day (2020-04-01)",
        "不得早于 first_day（2020-04-01）",
    ),
    (
        ("General", "arrivals.party_size_weights", "value", "0.5, x"),
        "number 2 of the list must be a number",
        "列表的第2项必须是数",
    ),
    (
        ("General", "sites.team", "value", "teem"),
        'no such pool; did you mean "site_team"?',
        '没有这个人员组；是否想写 "site_team"？',
    ),
    (
        ("General", "coaches.seats", "value", "1,000"),
        "must be a whole number; write numbers without thousands separators",
        "必须是整数；请不要写千位分隔符",
    ),
    (
        (COSTS, "gone_in_time", "place", "bordr"),
        'no such place; did you mean "border"?',
        '没有这个地点；是否想写 "border"？',
    ),
    ((COSTS, "costs.room_night", "value", -1), "must be at least 0", "不得小于0"),
]
"""What is changed in the template (sheet, key of the row, head, value), and what is said of that cell."""
ROWS: list[tuple[str, str, dict[str, Any], str, str]] = [
    (
        "Guests today",
        "site",
        {"site": "harbor", "party_size": 2, "day_of_stay": 3},
        'no such site; did you mean "harbour"?',
        '没有这个集中隔离点；是否想写 "harbour"？',
    ),
    (
        "Guests today",
        "party_size",
        {"site": "harbour", "party_size": 0, "day_of_stay": 3},
        "must be at least 1",
        "不得小于1",
    ),
    (
        "Disruptions",
        "place",
        {"kind": "site_lost", "place": "harbor", "from_day": dt.date(2020, 4, 9)},
        'no such site; did you mean "harbour"?',
        '没有这个集中隔离点；是否想写 "harbour"？',
    ),
    (
        "Disruptions",
        "value",
        {"kind": "arrivals_factor", "place": "all", "from_day": dt.date(2020, 4, 9)},
        "must be given: a factor from 0 to 1000",
        "必须给出：0至1000的倍数",
    ),
    (
        "Roster",
        "pool",
        {"pool": "bordr", "date": "monday", "start": "06:00", "hours": 8, "headcount": 3},
        'no such pool; did you mean "border"?',
        '没有这个人员组；是否想写 "border"？',
    ),
]
"""Rows that are added (sheet, head of the cell that is wrong, values), and what is said of it."""
TABLES: list[tuple[Change, str, str]] = [
    (
        (STAFF, "early", "share", 0.4),
        "C26: pools.border.shifts: the shares of the shifts of 2020-04-01 sum to 0.9; they must sum to 1",
        "C26: pools.border.shifts: 2020-04-01 各班次的 share 之和为0.9；必须为1",
    ),
    (
        (STAFF, "late", "start", "14:00"),
        'C27: id: overlaps shift "early" on 2020-04-01; shifts of one pool must not overlap',
        'C27: id: 2020-04-01 与班次 "early" 重叠；一个人员组的班次不得重叠',
    ),
    (
        ("Ports", "april", "from_day", dt.date(2020, 4, 3)),
        "C44: ports.border.regimes: no regime covers 2020-04-01 to 2020-04-02: "
        "the first must begin on first_day or before",
        "C44: ports.border.regimes: 2020-04-01 至 2020-04-02 没有任何时段：第一个时段必须从 first_day 或之前开始",
    ),
    (
        (COSTS, "gone_in_time", "at_least", None),
        "B14: id: needs either at_most or at_least",
        "B14: id: 需要 at_most 或 at_least",
    ),
]
"""Faults of several cells: told at the first of them."""


def in_both(book: Path) -> list[str]:
    """The one fault of a workbook, in both languages."""
    told = []
    for language in ("en", "zh"):
        with speaking(language):
            (line,) = faults(book)
            told.append(line.removeprefix("scenario.xlsx: "))
    return told


@pytest.mark.parametrize(("change", "english", "chinese"), CELLS)
def test_a_fault_of_a_cell_is_told_in_both_languages(
    change: Change, english: str, chinese: str, template: Path, tmp_path: Path
) -> None:
    """words: sheet, cell, what it is called, the rule and the way out, one line each."""
    sheet, key, head, value = change
    cell = find(openpyxl.load_workbook(template)[sheet], head, key).coordinate
    told = in_both(changed(template, tmp_path, {(sheet, key, head): value}))
    assert [line.partition(": ")[0] for line in told] == [f"{sheet}!{cell}"] * 2
    assert [line.endswith(f": {rule}") for line, rule in zip(told, (english, chinese), strict=True)] == [True, True], (
        told
    )


@pytest.mark.parametrize(("sheet", "head", "values", "english", "chinese"), ROWS)
def test_a_fault_of_a_row_that_was_added_is_told_in_both_languages(
    sheet: str, head: str, values: dict[str, Any], english: str, chinese: str, template: Path, tmp_path: Path
) -> None:
    """words, in the first row below the heads of its sheet."""
    book = openpyxl.load_workbook(template)
    heads = next(row for row in book[sheet].iter_rows() if {*values, head} <= {cell.value for cell in row})
    columns = {cell.value: cell.column for cell in heads}
    for name, value in values.items():
        book[sheet].cell(heads[0].row + 1, columns[name]).value = value
    book.save(tmp_path / "scenario.xlsx")
    place = f"{sheet}!{openpyxl.utils.get_column_letter(columns[head])}{heads[0].row + 1}: {head}"
    told = in_both(tmp_path / "scenario.xlsx")
    assert all(line.startswith(place) for line in told), told
    assert [line.endswith(f": {rule}") for line, rule in zip(told, (english, chinese), strict=True)] == [True, True], (
        told
    )


@pytest.mark.parametrize(("change", "english", "chinese"), TABLES)
def test_a_fault_of_several_cells_is_told_at_the_first_of_them(
    change: Change, english: str, chinese: str, template: Path, tmp_path: Path
) -> None:
    """words: shifts, regimes and targets have no cell of their own."""
    sheet, key, head, value = change
    told = in_both(changed(template, tmp_path, {(sheet, key, head): value}))
    assert told == [f"{sheet}!{english}", f"{sheet}!{chinese}"]
