"""Text of users is data in every medium: spreadsheets, terminals, Markdown, file names.

The scenarios in cases/hostile_text (from the collection of cases that failed, November 2026) have a formula, escape
sequences, Markdown and HTML in their titles, questions, remarks, names and notes. Right: none of it has an effect.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from calibration_case import TARGETS, UNKNOWNS

from sim.cli import main
from sim.keeping import store
from sim.scenario import load
from sim.shell import show
from sim.words import user_text

CASES = Path(__file__).parent / "cases" / "hostile_text"
QUICK = ("--engine", "simpy", "--workers", "1")
MORE = """
[limits]
handover_to_coach_minutes = 90

[targets.quick]
measure = "handover_to_coach_mean"
place = "gongbei"
at_most = 90

[ranges]
"coaches.hold_minutes" = [30.0, 90.0]
"""
COMMANDS = {
    "check": ["check", "{}.toml"],
    "run": ["run", "{}.toml", "--replications", "2", "--excel", "--table", *QUICK],
    "compare": ["compare", "plan_{}.toml", "--base", "{}.toml", "--replications", "2", *QUICK],
    "tornado": ["tornado", "{}.toml", "--replications", "2", *QUICK],
    "cap": ["cap", "{}.toml", "--target", "quick", "--precision", "0.5", *QUICK],
    "sweep": ["sweep", "{}.toml", "--vary", "arrivals.factor=1,2", "--replications", "2", *QUICK],
    "calibrate": ["calibrate", "{}.toml", "--budget", "40", *QUICK],
    "describe": ["describe", "{}.toml"],
}
WITHOUT_OUT = ("check", "describe")


HIDDEN = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"


def write_cases(folder: Path) -> None:
    for case in CASES.glob("*.toml"):
        text = case.read_text(encoding="utf-8")
        (folder / case.name).write_text(text if case.stem == "evil" else text + MORE, encoding="utf-8")
        (folder / f"{case.stem}_targets.csv").write_text(TARGETS, encoding="utf-8")
        (folder / f"{case.stem}_unknowns.toml").write_text(UNKNOWNS, encoding="utf-8")
        said = [line for line in text.splitlines() if line.startswith(("title", "question", "remark"))]
        plan = [f'extends = "{case.name}"', *said, "pools.gongbei.headcount = 5", ""]
        (folder / f"plan_{case.stem}.toml").write_text("\n".join(plan), encoding="utf-8")


@dataclass(frozen=True)
class Ran:
    """A command that has run on a case."""

    folder: Path
    said: str
    """Standard output and error."""


Run = Callable[[str, str], Ran]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a command on a case, once for all tests."""

    @functools.cache
    def run(command: str, case: str) -> Ran:
        folder = tmp_path_factory.mktemp(f"{command}-{case}")
        write_cases(folder)
        words = [word.format(case) for word in COMMANDS[command]]
        out = [] if command in WITHOUT_OUT else ["--out", "r"]
        text = io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
            assert main([*words, *out]) in (0, 1), text.getvalue()
        return Ran(folder / "r", text.getvalue())

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_cases(tmp_path)
    return tmp_path


def cells_of(file: Path) -> list[str]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return [cell for row in csv.reader(stream) for cell in row]


@pytest.mark.parametrize("case", ["formula", "evil"])
@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in WITHOUT_OUT])
def test_no_cell_of_any_table_is_a_formula(command: str, case: str, ran: Run) -> None:
    """Every cell of every CSV file: a number, or text that does not begin like a formula; in workbooks, text."""
    out = ran(command, case).folder
    tables = sorted(out.rglob("*.csv"))
    assert tables
    for table in tables:
        assert not [cell for cell in cells_of(table) if user_text.like_a_formula(cell)], table
    for file in out.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(file):
            assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("case", ["esc", "evil"])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_sends_a_terminal_what_moves_it(command: str, case: str, ran: Run) -> None:
    """Standard output and error: no control character but line feeds, no mark of direction."""
    assert not re.findall(HIDDEN, ran(command, case).said)


@pytest.mark.parametrize("case", ["esc", "evil", "formula"])
@pytest.mark.parametrize("command", ["compare", "cap", "calibrate"])
def test_pages_show_markdown_and_html_as_text(command: str, case: str, ran: Run) -> None:
    """In answers.md, answer.md, report.md: no tag, link, heading, table or bold type that a user wrote."""
    out = ran(command, case).folder
    pages = sorted(out.glob("*.md"))
    assert pages
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<!\\)<(?!!-- qcap)\w", text), page
        assert not re.search(r"(?<!\\)\]\(javascript", text), page
        assert not re.search(r"^\\?# (Heading|injected)", text, re.MULTILINE), page
        assert not re.search(r"^(# Heading|\| a \| b \|)", text, re.MULTILINE), page
        assert "**q**" not in text
        assert "\x1b" not in text


@pytest.mark.parametrize("case", ["esc", "evil", "formula"])
def test_the_checklist_shows_markdown_and_html_as_text(case: str, ran: Run) -> None:
    """`qcap describe`: the same."""
    text = ran("describe", case).said
    assert not re.search(r"(?<!\\)<\w", text)
    assert not re.search(r"^# (Heading|injected)", text, re.MULTILINE)
    assert "\x1b" not in text


def test_errors_show_hostile_names_and_values_as_text(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file name, a value of --set, an unknown option: each on one line, without a control character."""
    (folder / "a\x1b[31m.toml").write_text("schema = 1\n[oops]\n", encoding="utf-8")
    for words in (
        ["check", "a\x1b[31m.toml"],
        ["run", "gone\u202egnp.toml"],
        ["check", "small.toml", "--set", "pools.gongbei.headcount=\x1b[2J"],
        ["check", "small.toml", "--set", "pools.\u2066x.headcount=1"],
        ["run", "small.toml", "--\x1b[2J"],
        ["cap", "small.toml", "--target", "\x1b]0;pwn\x07"],
        ["compare", "small.toml", "--primary", "\x1b[31m@\u202e"],
    ):
        assert main(words) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err
        assert not re.findall(HIDDEN, said.err)


def test_a_line_break_in_a_name_is_a_space(folder: Path) -> None:
    """Else a title could end a line and forge the next one of the screen."""
    assert load(folder / "evil.toml").title == "=cmd| <b>x</b> [l](javascript:alert(1)) # Heading | a | b |"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-x", "'-x"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"), ("\n=1", "'\n=1"), ("＝1", "'＝1"), ("-", "'-"),
        ("-5", "-5"), ("+1", "'+1"), ("-1.5e-3", "-1.5e-3"),
        ("-5+cmd", "'-5+cmd"), ("a=1", "a=1"), ("", ""), (-5, -5), (None, None),
    ],
)  # fmt: skip
def test_text_that_begins_a_formula_gets_an_apostrophe_and_numbers_stay(cell: object, safe: object) -> None:
    """By hand."""
    assert user_text.for_spreadsheet(cell) == safe


def test_names_of_columns_are_safe_too(tmp_path: Path) -> None:
    """A column that is named by a user."""
    store.write_table(tmp_path / "t.csv", pd.DataFrame({"=a": ["=b", "c"], "n": [-1.0, 2.0]}))
    assert cells_of(tmp_path / "t.csv") == ["'=a", "n", "'=b", "-1.0", "c", "2.0"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a *b* _c_ `d`", r"a \*b\* \_c\_ \`d\`"),
        ("<b>x</b> [l](u) | a # $x$ ~", r"\<b\>x\</b\> \[l\](u) \| a \# \$x\$ \~"),
        ("R&D &lt;b&gt; &#60;", r"R&D \&lt;b\&gt; \&\#60;"),
        ("# head\n- item\n\n1. one", r"\# head - item 1. one"),
        ("- item", r"\- item"), ("1. one", r"1\. one"), ("12) twelve", r"12\) twelve"), ("+ plus", r"\+ plus"),
        ("-5", "-5"), ("1.5 m", "1.5 m"), ("=====", r"\====="), ("a\x1b[31mb\u202ec", "a\ufffd\\[31mb\ufffdc"),
    ],
)  # fmt: skip
def test_markdown_shows_text_as_it_is(text: str, shown: str) -> None:
    """By the rules of CommonMark: a backslash before punctuation takes its meaning away."""
    assert user_text.for_markdown(text) == shown


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("plan (2)", "plan (2)"), ("计划（一）", "计划（一）"), ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        ("\x1b[2Jx\u202e", "_[2Jx_"), (".hidden", "hidden"), ("--force", "force"), ("..", "unnamed"), ("", "unnamed"),
        ("`x` $y", "_x_y"), ("é" * 300, "é" * 50),
    ],
)  # fmt: skip
def test_file_names_are_names(text: str, name: str) -> None:
    """By hand: no path, nothing hidden, no option, at most 100 bytes."""
    assert user_text.for_file_name(text) == name


def test_the_screen_is_made_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Cells, headings and markup of rich: shown as they are."""
    out = show.console()
    table = show.plain_table("name")
    table.add_row("\x1b[2J[red]x[/red]\u202e")
    out.print(table)
    out.print(show.heading("a\x07b"))
    said = capsys.readouterr().out
    assert "\ufffd[2J[red]x[/red]\ufffd" in said
    assert "\x07" not in said
