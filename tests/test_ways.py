"""A planner's two ways, in Chinese, by the commands of scenarios/README.zh.md as they stand there: from a workbook to
the page for the meeting, and from a list of guests to a forecast.

The short form runs the same commands on two days of the district; the long one runs them as typed and notes how much of
the machine each takes.
"""

from __future__ import annotations

import os
import re
import resource
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from cli_case import ROOT

PAPER = (ROOT / "scenarios" / "README.zh.md").read_text(encoding="utf-8")
WORKBOOK, REAL_DAYS = "从工作簿到会上的一页", "真实数据进来，明天的情况出来"
MOST_SECONDS = 60.0
"""Of a command on two quiet cores: a minute."""
CORES = 2
SHORT = {
    "run": ["--replications", "1", "--no-plots", "--workers", "1", "--engine", "simpy"],
    "staff": ["--minutes", "0.1", "--no-plots", "--workers", "1", "--engine", "simpy"],
    "forecast": ["--replications", "20", "--days", "1", "--no-plots", "--workers", "1", "--engine", "simpy"],
    "replay": ["--replications", "20", "--no-plots", "--workers", "1", "--engine", "simpy"],
}
"""Options that make a command short; the last of two values counts."""
COMMAND = re.compile(r"qcap( [\w./*=-]+)+")
ENGLISH = re.compile(r"(?<![\w./\"`-])[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}")
"""Three English words in a row, outside commands."""


def typed(head: str) -> list[list[str]]:
    """The commands of a section of the paper, the words of each."""
    (section,) = re.findall(rf"^## {head}\n(.*?)(?=^## |\Z)", PAPER, flags=re.MULTILINE | re.DOTALL)
    (block,) = re.findall(r"^```bash\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line) for line in block.splitlines()]
    assert all(words[0] == "qcap" and words[-2:] == ["--lang", "zh"] for words in lines)
    return [words[1:] for words in lines]


def district_in(folder: Path) -> Path:
    """The district beside a folder's commands, as its planner has it."""
    shutil.copytree(ROOT / "scenarios" / "district", folder / "scenarios" / "district")
    return folder / "scenarios" / "district"


def shortened(folder: Path) -> None:
    """Two days of few people, in a district of few guests: every command is done in seconds."""
    district = district_in(folder)
    file = district / "scenario.toml"
    text = file.read_text(encoding="utf-8").replace("last_day = 2021-03-28", "last_day = 2021-02-02")
    text = text.replace('disruptions = "disruptions.csv"\n', "")
    text = re.sub(r"^people_per_day(_end)? = \d+$", r"people_per_day\1 = 5", text, flags=re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    rows = (district / "initial.csv").read_text(encoding="utf-8").splitlines()
    (district / "initial.csv").write_text("\n".join(rows[:5]) + "\n", encoding="utf-8")


def done(words: list[str], folder: Path) -> tuple[str, float]:
    """What a command says, and how many seconds of cores it and its processes took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [sys.executable, "-m", "sim", *words], cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, encoding="utf-8", timeout=1_800, check=False,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = f"{' '.join(words)}\n{run.stdout}\n{run.stderr}"
    assert (run.returncode, "Traceback" in run.stderr) == (0, False), said
    assert not ENGLISH.search(COMMAND.sub("", run.stdout + run.stderr)), said
    return run.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def go(words: list[list[str]], folder: Path) -> dict[str, tuple[str, float]]:
    """Each command's screen and seconds, by its name (the first of a name counts)."""
    told: dict[str, tuple[str, float]] = {}
    for line in words:
        told.setdefault(line[0], done(line, folder))
    return told


def short(words: list[str]) -> list[str]:
    return [*words, *SHORT.get(words[0], [])]


def test_the_paper_has_both_ways() -> None:
    """words: their steps, in order."""
    assert [words[0] for words in typed(WORKBOOK)] == ["convert", "check", "run", "staff", "brief"]
    assert [words[0] for words in typed(REAL_DAYS)][:2] == ["import", "forecast"]


def test_a_workbook_leads_to_the_page_in_seconds(tmp_path: Path) -> None:
    """Chinese throughout; the page and the workbook of results are there, and name the district."""
    shortened(tmp_path)
    told = go([short(words) for words in typed(WORKBOOK)], tmp_path)
    assert "没有错误" in told["check"][0]
    title = "某口岸区"
    assert title in (tmp_path / "results" / "my-plan.html").read_text(encoding="utf-8")
    assert openpyxl.load_workbook(tmp_path / "results" / "my-plan" / "results.xlsx").sheetnames[0] == "结论"
    assert title in told["run"][0]
    assert "甲口岸工作组" in told["staff"][0]


def test_a_list_of_guests_leads_to_a_forecast_in_seconds(tmp_path: Path) -> None:
    """20 + 8 days of five hotels are read; the first day ahead is the one after the last of the list."""
    shortened(tmp_path)
    told = go([short(words) for words in typed(REAL_DAYS)[:2]], tmp_path)
    assert "140行" in told["import"][0]
    assert "2月1日" in told["forecast"][0]


@pytest.mark.slow
def test_both_ways_as_typed_take_less_than_a_minute_a_command(tmp_path: Path) -> None:
    """Seconds of cores, over two cores; what the compiler takes once is spent before. `-s` shows them."""
    district_in(tmp_path)
    shutil.copytree(ROOT / "scenarios" / "hong_kong", tmp_path / "scenarios" / "hong_kong")
    compile_first = "run scenarios/district --replications 2 --no-plots --engine compiled --lang zh --out results/once"
    done(compile_first.split(), tmp_path)
    took = {}
    for words in (*typed(WORKBOOK), *typed(REAL_DAYS)):
        _said, seconds = done(words, tmp_path)
        took[" ".join(words[:2])] = seconds
        print(f"{seconds:6.1f} s of cores, {seconds / CORES:5.1f} s on two: qcap {' '.join(words)}")  # noqa: T201
    for name in ("days.csv", "rooms.csv", "staff.csv"):
        assert (tmp_path / "results" / "tomorrow" / name).is_file()
    slow = {name: seconds for name, seconds in took.items() if seconds / CORES >= MOST_SECONDS}
    assert not {name for name in slow if "hong_kong" not in name}, slow
