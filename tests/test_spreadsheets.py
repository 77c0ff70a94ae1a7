"""Spreadsheets: CSV files as they write them are read, results are tables as they read them, open files do no harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from cli_case import qcap, write_small
from scenario_files import DAYS, SITES, faults, write

from sim import load
from sim.cli import main
from sim.keeping import spreadsheet, store
from sim.measures.reported import read_reported
from sim.words.language import speaking
from sim.words.pages import MESSAGES

CHINESE = SITES.replace("North Hotel", "北方酒店").replace("jida", "吉大")
SEMICOLONS = CHINESE.replace(",", ";").replace("40.5", "40,5")
TABS = CHINESE.replace(",", "\t")
FORMS = {
    "UTF-8": CHINESE.encode(),
    "UTF-8 with its mark": CHINESE.encode("utf-8-sig"),
    "GB18030": CHINESE.encode("gb18030"),
    "semicolons and decimal commas": SEMICOLONS.encode(),
    "GB18030 with semicolons": SEMICOLONS.encode("gb18030"),
    "a line that names the separator": ("sep=;\r\n" + SEMICOLONS).encode("gb18030"),
    "tabs": TABS.encode(),
    "Unicode text of a spreadsheet": TABS.encode("utf-16"),
    "line ends of another system": SEMICOLONS.replace("\n", "\r\n").encode("utf-8-sig"),
}


@pytest.mark.parametrize("form", FORMS)
def test_one_list_of_sites_in_every_form_gives_one_scenario(tmp_path: Path, form: str) -> None:
    """The three sites with their Chinese names and 40.5 minutes, equal to those of the plain file."""
    plain = load(write(tmp_path / "plain", sites=CHINESE))
    path = write(tmp_path / "other")
    (tmp_path / "other" / "sites.csv").write_bytes(FORMS[form])
    assert load(path) == plain
    assert plain.sites is not None
    assert plain.sites.candidates["north"].name == "北方酒店"
    assert plain.sites.candidates["south"].ride_minutes == {"gongbei": 40.5}


PAGES = ["Answer", "Hotels", "Rooms by day", "Staff by shift", "Staff by hour"]
"""The sheets of results.xlsx for readers, in front of the tables."""
BAD = {
    "1,500 may be two numbers": (
        SEMICOLONS.replace("40,5", "1,500"),
        [
            'row 4, ride_minutes_gongbei = "1,500": may be 1500 or 1.500; write it without thousands separators, and '
            "decimals that do not look like them"
        ],
    ),
    "it hides no other fault, and is told once": (
        SEMICOLONS.replace("street;90;", "street;1,090;").replace(";140;", ";many;"),
        [
            'row 3, rooms = "1,090": may be 1090 or 1.090; write it without thousands separators, and decimals that do '
            "not look like them",
            'row 2, rooms = "many": must be a whole number',
        ],
    ),
    "two signs for decimals": (SEMICOLONS.replace(";35\n", ";35.5\n"), ["has points and commas for decimals"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_number_that_may_be_two_is_a_fault(tmp_path: Path, case: str) -> None:
    """words: nothing is guessed that could change a number."""
    text, lines = BAD[case]
    assert faults(write(tmp_path, sites=text)) == [f"sites.csv: {line}" for line in lines]


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    """words: neither UTF-8 nor GB18030."""
    path = write(tmp_path, days=DAYS)
    (tmp_path / "sites.csv").write_bytes(b"number,id\n\xff\xff,1\n")
    assert faults(path) == ["sites.csv: is neither UTF-8 nor GB18030 text (byte 0xff, line 2); save as CSV UTF-8"]


def test_reported_figures_are_read_in_the_same_forms(tmp_path: Path) -> None:
    """GB18030, semicolons, decimal commas: one figure with its Chinese reason."""
    file = tmp_path / "s_targets.csv"
    file.write_bytes(
        "measure;place;value;tolerance;why;kind;role\nreceived;all;12,5;1;报告;reported;identity\n".encode("gb18030")
    )
    (figure,) = read_reported(file, ["received"])
    assert (figure.value, figure.why) == (12.5, "报告")


def test_result_tables_begin_with_a_byte_order_mark_and_hold_no_formula(tmp_path: Path) -> None:
    """What a spreadsheet would run as a formula gets an apostrophe; numbers below 0 stay numbers."""
    table = pd.DataFrame({"name": ["=HYPERLINK(1)", "+1", "@x", "-", "拱北"], "value": [-1.5, 2, 3, 4, 5]})
    store.write_table(tmp_path / "t.csv", table)
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfname,value\n'=HYPERLINK(1),-1.5\n")
    again = pd.read_csv(tmp_path / "t.csv")
    assert again["name"].tolist() == ["'=HYPERLINK(1)", "'+1", "'@x", "'-", "拱北"]
    assert again["value"].tolist() == [-1.5, 2, 3, 4, 5]


def test_a_run_writes_a_workbook_with_one_sheet_per_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets and rows are those of the CSV files but columns.csv, which tells what they hold; times are times."""
    monkeypatch.chdir(tmp_path)
    write_small(tmp_path)
    words = ["run", "small.toml", "--replications", "2", "--workers", "1", "--no-plots", "--quiet"]
    assert main([*words, "--excel", "--out", "r"]) == 0
    book = openpyxl.load_workbook("r/results.xlsx", read_only=True)
    tables = ["summary", "quantiles", "shares", "sites", "rooms_by_day", "replications", "series", "profiles"]
    assert book.sheetnames[: len(PAGES)] == PAGES
    book_tables = book.sheetnames[len(PAGES) :]
    assert book_tables == tables
    files = {file.name for file in Path("r").glob("*.csv")}
    assert files - {f"{name}.csv" for name in book_tables} == {"columns.csv"}
    for name in book_tables:
        table = pd.read_csv(f"r/{name}.csv")
        found = list(book[name].iter_rows(values_only=True))
        assert list(found[0]) == list(table.columns)
        assert len(found) == len(table) + 1
    assert str(next(book["series"].iter_rows(min_row=2, values_only=True))[0]) == "2020-03-03 00:00:00"


def test_a_page_of_a_workbook_is_readable_on_a_screen_and_on_paper(tmp_path: Path) -> None:
    """By eye in LibreOffice, November 2026: a line of words that ran out of the sheet goes on below, heads of numbers
    stand over them, an hour does not stick to the number before it, the chart's title says its unit, a short table and
    its chart are on one sheet of paper.
    """
    long = "；".join(["六个字的短句"] * 12)
    page = spreadsheet.Page(
        "结论", "标题", (("房间", long),), ("项目", "人", "时刻"), (("甲", 1.7, "09:00"),),
        spreadsheet.Chart("成本", "万元", (1,), "bar"),
    )  # fmt: skip
    with speaking("zh"):
        spreadsheet.write_workbook(tmp_path / "w.xlsx", {}, (page,))
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["结论"]
    words = [(sheet.cell(row, 1).value, sheet.cell(row, 2).value) for row in (2, 3)]
    assert [label for label, _text in words] == ["房间", None]
    assert "".join(text for _label, text in words) == long
    assert all(len(text) <= 55 for _label, text in words)  # 110 columns of a screen
    assert [cell.alignment.horizontal for cell in sheet[5]] == ["left", "right", "right"]
    assert sheet.row_dimensions[5].height == 20
    assert sheet["C6"].alignment.horizontal == "right"
    (chart,) = sheet._charts
    assert "".join(run.t for p in chart.title.tx.rich.p for run in p.r) == "成本（万元）"
    assert sheet.page_setup.fitToHeight == 1


def test_text_in_a_workbook_is_never_a_formula(tmp_path: Path) -> None:
    """The cell holds the text itself, of type text; signs that no workbook may hold are left out."""
    table = pd.DataFrame({"name": ["=1+1", "a\x00b", "拱北"], "value": [1.0, float("nan"), 3.0]})
    assert spreadsheet.write_workbook(tmp_path / "w.xlsx", {"t": table}) == ()
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["t"]
    assert [(sheet.cell(n, 1).value, sheet.cell(n, 1).data_type) for n in (2, 3, 4)] == [
        ("=1+1", "s"), ("ab", "s"), ("拱北", "s"),
    ]  # fmt: skip
    assert sheet.cell(3, 2).value is None


def test_a_table_too_long_for_a_sheet_is_left_out_with_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """words: which, how long, how much a sheet holds, and where the table is instead."""
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    tables = {"short": pd.DataFrame({"a": [1, 2]}), "long": pd.DataFrame({"a": [1, 2, 3]})}
    assert spreadsheet.write_workbook(tmp_path / "w.xlsx", tables) == (
        "results.xlsx: sheet long is left out (3 rows, a sheet holds 3); it is in long.csv",
    )
    assert openpyxl.load_workbook(tmp_path / "w.xlsx").sheetnames == ["short"]


def test_a_file_that_is_open_elsewhere_is_told_and_the_others_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: neither the folder nor the open file can be moved, all other files can; stale files go."""
    out = tmp_path / "out"
    for number in (1, 2):
        with store.drafted(out, force=True) as draft:
            for name in ("manifest.json", "a.csv", "plots/b.csv", *(["old.csv"] if number == 1 else [])):
                (draft.folder / name).parent.mkdir(exist_ok=True)
                text = json.dumps({"n": number}) if name == "manifest.json" else str(number)
                (draft.folder / name).write_text(text)
            if number == 2:
                monkeypatch.setattr("os.replace", replace_but(out, out / "a.csv"))
            draft.publish()
    assert draft.held == (MESSAGES["file.held"].format(file=out / "a.csv"),)
    assert "is open in another program" in draft.held[0]
    there = {p.name: p.read_text() for p in sorted(out.rglob("*")) if p.is_file()}
    assert json.loads(there.pop("manifest.json"))["n"] == 2
    assert there.pop("columns.csv").startswith("\ufefffile,column,meaning")
    assert there == {"a.csv": "1", "b.csv": "2"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def replace_but(*held: Path) -> object:
    """os.replace for a machine on which these can not be moved nor replaced."""
    real = os.replace

    def replace(source: object, target: object) -> None:
        if Path(str(source)) in held or Path(str(target)) in held:
            raise PermissionError(13, "Permission denied", str(target))
        real(source, target)  # type: ignore[arg-type]

    return replace


def test_output_on_another_code_page_is_readable(tmp_path: Path) -> None:
    """words: what the page lacks is written in letters that it has (± as +-, × as x), not as question marks."""
    write_small(tmp_path)
    for page in ("ascii", "cp437"):
        done = qcap("measures", cwd=tmp_path, PYTHONIOENCODING=page, PYTHONUTF8="0", NO_COLOR="1", LC_ALL="C")
        assert done.returncode == 0, done.stderr
        assert "?" not in done.stdout
