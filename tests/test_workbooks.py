"""A workbook is a scenario: init writes one, every command reads one, convert loses nothing, faults name the cell."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_case import ROOT
from scenario_files import changed as with_change
from scenario_files import write
from test_scenario_faults import ONE_CHANGE_ONE_LINE
from test_scenario_rules import RULES

from sim.cli import main
from sim.scenario import ScenarioError, load, read
from sim.scenario.faults import Fault
from sim.scenario.files.converting import converted, own_tables, workbook_of
from sim.scenario.tables.schema import Scenario
from sim.words.language import speaking

SCENARIOS = ROOT / "scenarios"
EVERY = sorted(
    [file for file in SCENARIOS.rglob("*.toml") if "unknowns" not in file.name]
    + list((ROOT / "tests" / "cases").rglob("*.toml"))
)
FEW = [
    SCENARIOS / "district" / "scenario.toml",  # hotels, guests, disruptions in CSV files, Chinese names
    SCENARIOS / "district" / "plans" / "cohort96.toml",  # extends another, whose lists it takes over
    SCENARIOS / "textbook" / "mmc.toml",  # [window], a shift of weeks
]


def plain(scenario: Scenario, stem: str) -> Scenario:
    """The scenario with its sources told without the ending of the file that changed a value."""
    notes = {path: text.replace(f"{stem}.xlsx", f"{stem}.toml") for path, text in scenario.provenance.items()}
    return scenario.model_copy(update={"provenance": notes})


def there_and_back(file: Path, folder: Path) -> None:
    try:
        wanted = read(file)
    except ScenarioError:
        pytest.skip("has faults of its own")
    (book,) = converted(file, folder / f"{file.stem}.xlsx")
    back, *_beside = converted(book, folder / f"{file.stem}.toml")
    for form in (book, back):
        found = read(form)
        assert plain(found.scenario, file.stem) == wanted.scenario
        assert found.ensemble.real_file == wanted.ensemble.real_file
        assert found.ensemble.decided == wanted.ensemble.decided
        assert [(row.path, row.kind) for row in found.provenance] == [(row.path, row.kind) for row in wanted.provenance]


@pytest.mark.parametrize("file", FEW, ids=lambda file: file.stem)
def test_a_scenario_goes_into_a_workbook_and_back_without_loss(file: Path, tmp_path: Path) -> None:
    """identity: every value, source, kind of source and the ensemble of the file itself."""
    there_and_back(file, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_every_scenario_goes_into_a_workbook_and_back_without_loss(file: Path, tmp_path: Path) -> None:
    """identity, for all of scenarios/ and tests/cases."""
    there_and_back(file, tmp_path)


def test_init_writes_the_same_scenario_as_a_workbook(template: Path, tmp_path: Path) -> None:
    """identity: `init` and `init --excel` give the same values."""
    assert main(["init", str(tmp_path), "--lang", "en"]) == 0
    assert load(template) == load(tmp_path)


def test_a_chinese_workbook_has_chinese_sheets_and_is_read_in_any_language(tmp_path: Path) -> None:
    """words: the names of the sheets; identity: read under --lang en."""
    assert main(["init", str(tmp_path), "--excel", "--lang", "zh"]) == 0
    book = openpyxl.load_workbook(tmp_path / "scenario.xlsx")
    assert book.sheetnames == [
        "总体", "口岸", "逐日到达", "人员与班次", "排班表", "隔离点", "今日在住", "突发情况", "成本与目标", "来源",
    ]  # fmt: skip
    with speaking("en"):
        assert load(tmp_path).title.startswith("小型辖区")


def test_a_workbook_saved_by_libreoffice_is_the_same_scenario(tmp_path: Path) -> None:
    """identity with the Chinese template: README of the case says how it was made."""
    assert main(["init", str(tmp_path), "--lang", "zh"]) == 0
    assert load(ROOT / "tests" / "cases" / "open_document" / "scenario.ods") == load(tmp_path)


def find(sheet: Any, head: str, key: str) -> Any:
    """The cell below a head, in the row that begins with a key behind its margin."""
    for row in sheet.iter_rows():
        names = [cell.value for cell in row]
        if head in names:
            column = names.index(head)
        elif len(row) > 1 and key in names[1:3] and not str(names[0]).startswith("■"):
            return row[column]
    raise KeyError(key)


def changed(book: Path, folder: Path, changes: dict[tuple[str, str, str], Any]) -> Path:
    """The workbook with other values: sheet, key of the row, head of the column -> value."""
    opened = openpyxl.load_workbook(book)
    for (sheet, key, head), value in changes.items():
        find(opened[sheet], head, key).value = value
    opened.save(folder / "scenario.xlsx")
    return folder / "scenario.xlsx"


def faults(book: Path) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        load(book)
    return [str(fault) for fault in error.value.faults]


def test_a_fault_names_sheet_and_cell(template: Path, tmp_path: Path) -> None:
    """words: as the issue has them."""
    cell = find(openpyxl.load_workbook(template)["Hotels"], "rooms", "harbour")
    book = changed(template, tmp_path, {("Hotels", "harbour", "rooms"): -5})
    assert faults(book) == [f"scenario.xlsx: Hotels!{cell.coordinate}: rooms = -5: must be at least 1"]


def test_a_value_that_must_be_given_names_its_empty_cell(template: Path, tmp_path: Path) -> None:
    """words: where to write it."""
    book = changed(template, tmp_path, {("General", "title", "value"): None})
    cell = find(openpyxl.load_workbook(template)["General"], "value", "title")
    assert faults(book) == [f"scenario.xlsx: General!{cell.coordinate}: title: must be given"]


def test_dates_of_a_workbook_are_dates(template: Path) -> None:
    """The first day of the template, as a spreadsheet holds a date."""
    cell = find(openpyxl.load_workbook(template)["General"], "value", "first_day")
    assert cell.value == dt.datetime(2020, 4, 1)
    assert cell.number_format == "yyyy-mm-dd"


def test_what_stands_beside_a_value_is_said_as_for_a_sheet(tmp_path: Path) -> None:
    """words, by eye in LibreOffice: limits in digits, times and defaults without the quotes of TOML, units that do not
    stick to the number before them, a long explanation in rows that a screen holds, none of which is read as a value.
    """
    assert main(["init", str(tmp_path), "--excel", "--lang", "zh"]) == 0
    sheet = openpyxl.load_workbook(tmp_path / "scenario.xlsx")["总体"]
    rows = {row[1].value: row for row in sheet.iter_rows() if row[1].value}
    assert rows["sites.reserve_rooms"][4].value == "整数、至少0、至多10,000,000"
    review = [cell.value for cell in rows["sites.review_time"]]
    assert (review[4], review[6]) == ("时刻，HH:MM", "08:00")
    assert rows["sites.lead_hours"][3].alignment.indent == 1
    told = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert len([text for text in told if "移交" in text or "大巴出发前" in text]) >= 2
    assert max(map(len, told)) <= 100


PROVOKED = [*ONE_CHANGE_ONE_LINE, *RULES]
"""Every fault of one value, and of rules between tables: what is changed in the small scenario, and what is said."""
NOT_IN_CELLS = (
    "finite number", "is too large", "(a very long value)", "in quotes", "without quotes", "write the time as text",
    "must be a table", "must be true or false",
)  # fmt: skip
"""Said of TOML's own forms of values, which a cell does not have."""


@pytest.mark.slow
def test_every_fault_of_a_scenario_is_told_in_a_workbook_too(tmp_path: Path) -> None:
    """equality: the same faults for the same values, each with its cell where the value has one."""
    lost, no_cell = [], []
    for number, (old, new, line) in enumerate(PROVOKED):
        if any(words in line for words in NOT_IN_CELLS):
            continue
        folder = tmp_path / str(number)
        told = faults_of(write(folder, with_change((old, new))))
        try:
            own = own_tables(folder / "scenario.toml")
        except ScenarioError:
            continue  # a fault of a CSV file, which stays one
        (folder / "book.xlsx").write_bytes(workbook_of(own, folder))
        found = faults_of(folder / "book.xlsx")
        if {fault.rule for fault in told} - {fault.rule for fault in found}:
            lost.append((line, [str(fault) for fault in found]))
        no_cell += [str(fault) for fault in found if "!" not in fault.path]
    assert not lost, f"{len(lost)} of {len(PROVOKED)}: {lost[:3]}"
    assert not no_cell


def faults_of(path: Path) -> list[Fault]:
    try:
        load(path)
    except ScenarioError as error:
        return list(error.faults)
    return []
