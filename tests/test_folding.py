"""Warnings of one kind are one line, whatever command tells them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_case import SMALL, write_small

from sim.cli import main
from sim.scenario.faults import Fault, folded

EARLY = ("--set", "sites.yinhua.opens=2020-02-01", "--set", "sites.haiwan.opens=2020-02-01")
TOLD = re.compile(
    r"--set: sites\.\w+\.opens = 2020-02-01: is before first_day: this site is open, and empty, from first_day on; "
    r"2 in all: also sites\.\w+\.opens"
)


def test_warnings_of_one_kind_are_told_once_with_examples_and_their_number() -> None:
    """By hand: 109 rows with another number each in their words; one of another kind, one of another file."""
    rows = [Fault("initial.csv", f"row {n}", n, f"is {n} days beyond", kind="beyond") for n in range(2, 111)]
    others = [
        Fault("a.toml", "stay.days", 90, "is long"),
        Fault("b.csv", "row 2", 2, "is 2 days beyond", kind="beyond"),
    ]
    assert folded([*rows[:1], *others, *rows[1:], rows[0]]) == [
        "initial.csv: row 2 = 2: is 2 days beyond; 109 in all: also row 3, row 4, row 5, …",
        str(others[0]),
        str(others[1]),
    ]


@pytest.mark.parametrize("command", ["check", "run", "compare", "sweep"])
def test_every_command_folds_what_is_of_one_kind(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two sites whose date lies before the first day: one line, not two, and the JSON of check keeps both."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "240")
    write_small(tmp_path, SMALL)
    Path("other.toml").write_text('extends = "small.toml"\ntitle = "other"\npools.gongbei.headcount = 5\n', "utf-8")
    few = ("--replications", "2", "--workers", "1", "--no-plots")
    words = {
        "check": ("check", "small.toml"),
        "run": ("run", "small.toml", *few),
        "compare": ("compare", "small.toml", "other.toml", *few),
        "sweep": ("sweep", "small.toml", "--vary", "pools.gongbei.headcount=4,5", *few),
    }[command]
    assert main([*words, *EARLY]) == 0
    said = capsys.readouterr()
    text = " ".join((said.out + said.err).split())
    assert TOLD.search(text)
    assert text.count("is before first_day") == 1
    if command == "check":
        assert main([*words, *EARLY, "--json"]) == 0
        warnings = json.loads(capsys.readouterr().out)["warnings"]
        assert sum("is before first_day" in line for line in warnings) == 2
