"""Lists as people and spreadsheets have them, in CSV files and workbooks: read where nothing can be mistaken, else one
fault a kind, with the way out.

The folders unnamed_column, flood_of_one_fault and roster_times were tried from outside in November 2026; their READMEs
say what is right.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_case import SMALL, write_small

from sim.cli import main
from sim.scenario import ScenarioError, load
from sim.scenario.files.cells import Kind, day_month_year, to_clock, to_day, typed
from sim.scenario.files.changing import changed
from sim.scenario.files.converting import converted
from sim.scenario.tables.arrivals import DailyRegime

CASES = Path(__file__).parent / "cases"
WHOLE, NUMBER, TEXT = Kind(frozenset({int})), Kind(frozenset({float})), Kind(frozenset({str}))
DAY, MOMENT = Kind(frozenset({dt.date})), Kind(frozenset({dt.date, dt.datetime}))
CLOCK = Kind(frozenset({int}), clock=True)


def faults(path: Path) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        load(path)
    return [str(fault) for fault in error.value.faults]


def case(name: str, folder: Path, **files: str) -> Path:
    """A case on disk, with other contents of some of its files."""
    shutil.copytree(CASES / name, folder / name)
    for file, text in files.items():
        (folder / name / f"{file}.csv").write_text(text, encoding="utf-8")
    return folder / name


def people(path: Path) -> list[float]:
    regime = load(path).ports["p"].regimes["a"]
    assert isinstance(regime, DailyRegime)
    return [float(number) for number in regime.values.values()]


SAID = [
    ("140", WHOLE, 140),
    (140.0, WHOLE, 140),
    (" 140.0 ", WHOLE, 140),
    ("１４０", WHOLE, 140),
    (140.5, WHOLE, 140.5),  # for the schema to refuse
    ("1,500", WHOLE, "1,500"),  # may be two numbers
    (7, TEXT, "7"),  # a hotel called 7
    (43918.0, DAY, dt.date(2020, 3, 28)),
    ("43918", DAY, dt.date(2020, 3, 28)),
    (dt.datetime(2020, 3, 28), DAY, dt.date(2020, 3, 28)),
    ("2020-03-28 00:00:00", DAY, "2020-03-28"),  # as the schema reads it
    ("20200328", DAY, dt.date(2020, 3, 28)),
    ("2020年3月28日", DAY, dt.date(2020, 3, 28)),
    ("28-Mar-2020", DAY, dt.date(2020, 3, 28)),
    ("28-Mar-20", DAY, "28-Mar-20"),  # 1920, 2020, or the 20th of March 2028
    ("28/03/2020", DAY, "28/03/2020"),  # only where its whole column allows it
    (43918.875, MOMENT, dt.datetime(2020, 3, 28, 21)),
    (0.25, CLOCK, "06:00"),
    ("0.25", CLOCK, "06:00"),
    (dt.time(6), CLOCK, "06:00"),
    (dt.timedelta(days=1), CLOCK, "24:00"),
    ("06:00:00", CLOCK, "06:00"),
    ("6:00 AM", CLOCK, "06:00"),
    ("6:30 p.m.", CLOCK, "18:30"),
    ("12:00 AM", CLOCK, "12:00 AM"),  # noon to some, midnight to others
    (8, CLOCK, 8),  # eight o'clock, or eight minutes past midnight
    ("是", Kind(frozenset({bool})), True),
    (1.0, Kind(frozenset({bool})), True),  # as .ods keeps it
    ("0.5, 0.3；0.2", Kind(frozenset({float}), many=True), [0.5, 0.3, 0.2]),
    ('""', TEXT, ""),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "kind", "value"), SAID)
def test_a_cell_says_what_it_can_only_say(cell: Any, kind: Kind, value: Any) -> None:
    """By hand: day 43918 of spreadsheets is 28 March 2020, a quarter of a day is six hours; what may be two stays."""
    found = typed(cell, kind)
    assert found == value
    assert isinstance(found, type(value))


def test_dates_with_the_day_first_are_read_where_the_whole_column_allows_it() -> None:
    """By hand: 28/03 can only be one day, 03/04 may be March or April."""
    assert day_month_year(["28/03/2020", "29/03/2020", "05/05/2020"])
    assert not day_month_year(["28/03/2020", "03/04/2020"])
    assert to_day("28/03/2020", day_first=True) == to_day("03/28/2020", day_first=True) == dt.date(2020, 3, 28)
    assert to_clock("25:00") == "25:00"


def test_a_column_without_a_name_that_numbers_the_rows_is_not_missed() -> None:
    """README of the case: 18 people."""
    assert people(CASES / "unnamed_column") == [5.0, 6.0, 7.0]


def test_below_heads_of_groups_one_fault_says_where_the_columns_stand() -> None:
    """README of the case: a column may be of either group."""
    assert faults(CASES / "unnamed_column" / "two-header-rows.toml") == [
        "two-header-rows.csv: row 1: the columns date, people stand in row 2; take out the rows above them"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Arrivals in March,\n\ndate,people\n2020-03-28,5\n2020-03-29,6\n\n2020-03-30,7\n",
        "date,people\n28/03/2020,5\n29/03/2020,6\n30/03/2020,7\n",
        "date,people\n43918,5\n43919,6.0\n43920,7\n合计,18\n",
        "date,people\n2020-03-28 00:00:00,5\n20200329,6\n2020年3月30日,7\n",
    ],
    ids=["a title and empty rows", "day first", "serial dates and a row of totals", "three forms of dates"],
)
def test_a_list_that_can_only_mean_one_thing_is_read(tmp_path: Path, text: str) -> None:
    """By hand: 5, 6 and 7 people on 28, 29 and 30 March."""
    assert people(case("unnamed_column", tmp_path, arrivals=text)) == [5.0, 6.0, 7.0]


def test_one_cause_is_one_fault_with_its_number_and_the_way_out() -> None:
    """README of the case: one line; 700 rows, of which 01/04/2020 may be two days."""
    assert faults(CASES / "flood_of_one_fault") == [
        'arrivals.csv: rows 2 to 701, date: 700 cells such as "28/03/2020": must be a date such as 2020-03-03; set the '
        "format of the column to yyyy-mm-dd"
    ]


def test_other_faults_stay_in_sight_of_a_flood(tmp_path: Path) -> None:
    """One fault for the column of dates, one for the other."""
    text = (CASES / "flood_of_one_fault" / "arrivals.csv").read_text().replace("29/03/2020,1\n", "29/03/2020,many\n")
    told = faults(case("flood_of_one_fault", tmp_path, arrivals=text))
    assert len(told) == 2
    assert told[1] == 'arrivals.csv: row 3, people = "many": must be a number'


def test_times_of_spreadsheets_are_read_and_an_id_in_capitals_has_its_hint(tmp_path: Path) -> None:
    """README of the case: 06:00:00 is 06:00, no talk of quotes, the hint is "g"; 6:00 AM is nothing else either."""
    told = faults(CASES / "roster_times")
    assert len(told) == 1
    assert 'row 4, pool = "G"' in told[0]
    assert told[0].endswith('did you mean "g"?')
    roster = (CASES / "roster_times" / "roster.csv").read_text()
    good = case("roster_times", tmp_path, roster=roster.replace("G", "g"))
    assert [row.start for row in load(good).roster] == [360, 360, 360]
    bad = case("roster_times", tmp_path / "bad", roster=roster.replace("G", "g").replace("6:00 AM", "12:00 AM"))
    assert faults(bad) == ['roster.csv: row 3, start = "12:00 AM": must be a clock time such as 08:00']


def test_a_pool_may_be_called_by_its_name(tmp_path: Path) -> None:
    """identity: the name of one pool only stands for its id, in every table that asks for one."""
    text = SMALL.replace("[pools.gongbei]\n", '[pools.gongbei]\nname = "拱北工作组"\n')
    wanted = load(write_small(tmp_path, text))
    (tmp_path / "named").mkdir()
    named = text.replace('pool = "gongbei"', 'pool = "拱北工作组"')
    assert load(write_small(tmp_path / "named", named)) == wanted


def test_a_key_below_another_table_is_told_where_it_belongs(tmp_path: Path) -> None:
    """words: a key that was added at the end of the file."""
    told = faults(write_small(tmp_path, SMALL + 'headlines = ["sites_opened"]\nseats = 12\n'))
    assert told == [
        'small.toml: stay.headlines = ["sites_opened"]: unknown key; headlines belongs at the top of the file, above '
        "the first [table]",
        "small.toml: stay.seats = 12: unknown key; seats belongs in [coaches]",
    ]


def test_a_star_in_a_varied_path_stands_for_every_value(tmp_path: Path) -> None:
    """identity: as a key of [ranges] does."""
    scenario = load(write_small(tmp_path))
    there = changed(scenario, {"sites.*.rooms": 50})
    assert there.sites is not None
    assert [site.rooms for site in there.sites.candidates.values()] == [50, 50]
    with pytest.raises(ScenarioError, match="no value has this path"):
        changed(scenario, {"sites.*.roms": 50})


# in a workbook


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario as a workbook."""
    folder = tmp_path_factory.mktemp("people")
    return converted(write_small(folder), folder / "small.xlsx")[0]


def rows_below(sheet: Any, head: str) -> tuple[int, dict[str, int]]:
    """Row of the head with this name on a sheet, and the column of each of its names."""
    for row in sheet.iter_rows():
        names = {cell.value: cell.column for cell in row if cell.value}
        if head in names and not str(row[0].value).startswith("■"):
            return row[0].row, names
    raise KeyError(head)


def test_a_sheet_as_people_have_it_is_read(book: Path, tmp_path: Path) -> None:
    """identity with the small scenario: a merged title, heads of groups, an index, empty rows, totals, a formula's
    value, numbers as text and with a point, a serial date.
    """
    opened = openpyxl.load_workbook(book)
    del opened["Hotels"]
    sheet = opened.create_sheet("Hotels")
    for row in (
        ["Hotels of the district"],
        [None, "Where", None, None, "How many"],
        [None, "number", "id", "opens", "rooms", "ride_minutes_gongbei"],
        [1, "1", "yinhua", 43893, "60.0", "20"],
        [],
        [2, 2.0, "haiwan", "04/03/2020", 40, 30],
        ["Total", None, None, None, 100],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:F1")
    sheet["D6"] = dt.datetime(2020, 3, 4)
    opened.save(tmp_path / "small.xlsx")
    assert load(tmp_path / "small.xlsx") == load(book)


def test_values_of_formulas_are_read(book: Path, tmp_path: Path) -> None:
    """A spreadsheet keeps a formula's last value beside it: 15 hours."""
    import zipfile  # noqa: PLC0415

    opened = openpyxl.load_workbook(book)
    row, columns = rows_below(opened["Staff and shifts"], "hours")
    cell = opened["Staff and shifts"].cell(row + 1, columns["hours"])
    cell.value = "=22-7"
    opened.save(tmp_path / "f.xlsx")
    target = tmp_path / "small.xlsx"
    with zipfile.ZipFile(tmp_path / "f.xlsx") as source, zipfile.ZipFile(target, "w") as out:
        for entry in source.infolist():
            data = source.read(entry).replace(b"<f>22-7</f><v></v>", b"<f>22-7</f><v>15</v>")
            out.writestr(entry, data.replace(b"<f>22-7</f><v />", b"<f>22-7</f><v>15</v>"))
    assert load(target) == load(book)


@pytest.mark.parametrize("start", [dt.time(7), 7 / 24, "07:00:00", "7:00 AM", "7:00"])
def test_times_of_a_workbook_are_read(book: Path, tmp_path: Path, start: Any) -> None:
    """identity: the shift begins at 07:00, however it is written."""
    opened = openpyxl.load_workbook(book)
    row, columns = rows_below(opened["Staff and shifts"], "hours")
    opened["Staff and shifts"].cell(row + 1, columns["start"]).value = start
    opened.save(tmp_path / "small.xlsx")
    assert load(tmp_path / "small.xlsx") == load(book)


def test_a_port_of_opening_hours_may_be_called_by_its_name(book: Path, tmp_path: Path) -> None:
    """identity: Gongbei is the name of gongbei."""
    opened = openpyxl.load_workbook(book)
    row, columns = rows_below(opened["Ports"], "closes")
    opened["Ports"].cell(row + 1, columns["port"]).value = "Gongbei"
    opened.save(tmp_path / "small.xlsx")
    assert load(tmp_path / "small.xlsx") == load(book)


def test_a_flood_of_a_workbook_is_one_fault(book: Path, tmp_path: Path) -> None:
    """The range of its cells, and how many."""
    opened = openpyxl.load_workbook(book)
    sheet = opened["Roster"]
    row, columns = rows_below(sheet, "headcount")
    for number in range(1, 6):
        for name, value in zip(
            ("pool", "date", "start", "hours", "headcount"), ("gongbei", "03/04/2020", "7:00", 8, 2), strict=True
        ):
            sheet.cell(row + number, columns[name]).value = value
    opened.save(tmp_path / "small.xlsx")
    told = [line for line in faults(tmp_path / "small.xlsx") if "cells such as" in line]
    letter = openpyxl.utils.get_column_letter(columns["date"])
    assert len(told) == 1
    assert told[0].startswith(
        f'small.xlsx: Roster!{letter}{row + 1}:{letter}{row + 5}: date: 5 cells such as "03/04/2020"'
    )


def test_open_document_sheets_are_read_too(tmp_path: Path) -> None:
    """words: a file that is none says so, whatever it is called."""
    (tmp_path / "small.ods").write_bytes(b"no workbook")
    assert faults(tmp_path / "small.ods")[0].startswith("small.ods: is no workbook that can be read")


def test_a_folder_with_two_scenarios_is_asked_about(book: Path, tmp_path: Path) -> None:
    """words: which of them counts is not guessed."""
    shutil.copy(book, tmp_path / "scenario.xlsx")
    write_small(tmp_path).rename(tmp_path / "scenario.toml")
    assert faults(tmp_path)[0].endswith("has several scenarios: scenario.toml, scenario.xlsx; name the file")


def test_export_says_its_offset(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """export_local_as_utc: hand-overs of a port open 08:00 to 20:00 show between 08:00 and 20:00, under the offset that
    was asked for.
    """
    file = CASES / "export_local_as_utc" / "scenario.toml"
    out = tmp_path / "r"
    words = ["run", str(file), "--replications", "1", "--workers", "1", "--no-plots", "--quiet", "--events", "one"]
    assert main([*words, "--engine", "simpy", "--out", str(out), "--lang", "en"]) == 0
    assert main(["export", str(out), "--to", "pm4py", "--offset", "+08:00", "--lang", "en"]) == 0
    assert "times are the clock of the place, written with the offset +08:00" in capsys.readouterr().out
    lines = (out / "events-1.pm4py.csv").read_text(encoding="utf-8-sig").splitlines()
    handed = [line for line in lines if "handed over" in line]
    assert handed
    assert all(8 <= int(re.search(r" (\d\d):\d\d:\d\d\+08:00", line)[1]) < 20 for line in handed)
    assert main(["export", str(out), "--to", "xes", "--offset", "east"]) == 2
