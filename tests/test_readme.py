"""The papers keep their word: commands run, tables, screen and pictures are those of the kept results."""

import csv
import itertools
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from cli_case import ROOT

from sim import cli
from sim import words as labels
from sim.measures.registry import REGISTRY
from sim.numbers.statistics import Interval
from sim.scenario.files.documents import figures_beside
from sim.words import say
from sim.words.say import earned_digits, mean_words, stated
from sim.words.screens import SCREEN

PAPERS = ("README.md", "scenarios/README.md", "results/README.md", "sim/README.md", "tests/README.md")
CHINESE = "scenarios/README.zh.md"
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in (*PAPERS, CHINESE)}
README, RESULTS = TEXTS["README.md"], TEXTS["results/README.md"]
REFERENCE = ROOT / "results" / "reference"
PORTS = {"gongbei": "Gongbei", "hzmb": "HZMB"}


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


SET_UP, TESTS, *USE = blocks("sh", README)
USE += [block for name in PAPERS[1:] for block in blocks("sh", TEXTS[name])]
LONG = "".join(block for name in PAPERS for block in blocks("bash", TEXTS[name])).splitlines()


def reference_rows() -> list[dict[str, str]]:
    with (REFERENCE / "reported.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table_row(row: dict[str, str]) -> str:
    """A line of the README's table, from a line of reported.csv."""
    number = {key: float(row[key] or "nan") for key in ("mean", "half_width", "p5", "p95", "off_by", "off_by_share")}
    cells = [
        REGISTRY[row["measure"]].label,
        labels.PLACES.get(row["place"]) or PORTS[row["place"]],
        row["role"],
        stated(float(row["reported"])),
        " ± ".join(earned_digits(number["mean"], number["half_width"])),
        f"{say.number(number['p5'])} to {say.number(number['p95'])}",
        f"{say.number(number['off_by'], '+')} ({say.number(100 * number['off_by_share'], '+')} %)",
        {"True": "yes", "False": "no"}[row["within"]],
    ]
    return f"| {' | '.join(cells)} |"


def test_the_first_two_blocks_set_all_up_with_one_command_each() -> None:
    """words: on a fresh machine there is nothing to do before them and nothing between them."""
    assert [len(block.splitlines()) for block in (SET_UP, TESTS)] == [1, 1]
    steps = [shlex.split(step) for step in SET_UP.split("&&")]
    assert steps == [
        ["python3.11", "-m", "venv", ".venv"],
        [".", ".venv/bin/activate"],
        ["pip", "install", "-e", ".[test]"],
        ["qcap", "run", "scenarios/xiangzhou.toml"],
    ]
    assert shlex.split(TESTS)[0] == "pytest"
    assert (ROOT / "scenarios" / "xiangzhou.toml").is_file()


FEW = {
    "run": ["--replications", "1", "--workers", "1", "--no-plots"],
    "compare": ["--replications", "3", "--workers", "1", "--no-plots"],
}
"""Options that make a command of the README short enough for a test."""
FEWER_TRAVELLERS = ["--set", "arrivals.factor=0.1"]


@pytest.mark.parametrize("block", USE, ids=range(3, 3 + len(USE)))
def test_every_other_command_runs(block: str, tmp_path: Path) -> None:
    """words: as typed, in a folder with the scenarios; runs with 1 replication and, of the case, few travellers."""
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios", target_is_directory=True)
    for line in block.splitlines():
        words = shlex.split(line)
        assert words[0] == "qcap"
        few = [*FEW.get(words[1], []), *(FEWER_TRAVELLERS if words[1] in FEW and "xiangzhou" in line else [])]
        done = subprocess.run(
            [sys.executable, "-m", "sim", *words[1:], *few],
            cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), f"{line}\n{done.stderr}"


@pytest.mark.parametrize("line", [line for line in LONG if line[:5] == "qcap "])
def test_commands_that_take_minutes_name_what_there_is(line: str) -> None:
    """words: command and options exist, and so do the scenario files; such commands stand in blocks of their own."""
    words = shlex.split(line)
    commands = typer.main.get_command(cli._app()).commands  # type: ignore[attr-defined]
    options = {name for parameter in commands[words[1]].params
               for name in (*parameter.opts, *parameter.secondary_opts)}  # fmt: skip
    assert [word for word in words if word.startswith("--") and word.partition("=")[0] not in options] == []
    assert [word for word in words if word.startswith("scenarios/") and not list(ROOT.glob(word))] == []


def test_the_ten_steps_are_the_same_in_chinese() -> None:
    """words: the commands of the English page, each with `--lang zh`, in the same blocks, and so its examples of files;
    comments and values may be others. What the English page's commands do is tested above.
    """
    english, chinese = TEXTS["scenarios/README.md"], TEXTS[CHINESE]
    for language in ("sh", "bash"):
        typed = [shlex.split(line) for block in blocks(language, chinese) for line in block.splitlines()]
        assert all(words[-2:] == ["--lang", "zh"] for words in typed)
        lines = [shlex.split(line) for block in blocks(language, english) for line in block.splitlines()]
        assert [words[:-2] for words in typed] == lines
    assert blocks("text", chinese) == blocks("text", english)
    plain = [tomllib.loads("".join(blocks("toml", text))) for text in (english, chinese)]
    assert plain[0] == plain[1]
    for step in range(1, 11):
        assert [f"**{step}. " in text for text in (english, chinese)] == [True, True]


def test_the_glossary_has_one_chinese_word_for_each_thing() -> None:
    """words: no English and no Chinese word stands twice, and every Chinese word is one that the catalogue uses."""
    lines = TEXTS[CHINESE].partition("## 词汇表")[2].splitlines()
    catalogue = (ROOT / "sim/words/locale/zh_CN/LC_MESSAGES/qcap.po").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith("| ")][1:]
    assert len(rows) > 40
    assert all(len(row) == 3 and all(row) for row in rows)
    for column in (0, 1):
        words = [row[column] for row in rows]
        assert len(set(words)) == len(words)
    assert [word for row in rows for word in row[1].split("、") if word not in catalogue] == []


def test_the_table_of_reported_figures_is_that_of_the_reference_run() -> None:
    """words: line by line from results/reference/reported.csv; when it fails, the lines to put in are in the message.

    After a change in numbers: qcap run scenarios/xiangzhou.toml --out results/reference --force, then remove the long
    tables (replications.csv, series.csv, profiles.csv, quantiles.csv, plots/*.csv).
    """
    lines = RESULTS.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("| Measure "))
    rows = list(itertools.takewhile(lambda line: line.startswith("|"), lines[head + 2 :]))
    wanted = [table_row(row) for row in reference_rows()]
    assert rows == wanted, "\n" + "\n".join(wanted)


def test_the_table_of_calibration_is_that_of_the_kept_one() -> None:
    """words: reported, median and band of results/calibration/targets.csv, to the digits that are shown."""
    with (ROOT / "results" / "calibration" / "targets.csv").open(encoding="utf-8-sig", newline="") as file:
        kept = [(row["role"], float(row["reported"]), row) for row in csv.DictReader(file)]
    lines = RESULTS.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("| Figure | Role "))
    rows = list(itertools.takewhile(lambda line: line.startswith("|"), lines[head + 2 :]))
    assert len(rows) == 12
    for row in rows:
        _, _, role, reported, median, band, *_ = (cell.strip(" *") for cell in row.split("|"))
        shown = [text.replace(",", "") for text in (median, *band.split(" to "))]
        assert any(
            (role, float(reported.replace(",", ""))) == (kind.replace("_", " "), figure)
            and all(
                abs(float(text) - float(values[key])) <= 0.51 * 10.0 ** -len(text.partition(".")[2])
                for text, key in zip(shown, ("p50", "p5", "p95"), strict=True)
            )
            for kind, figure, values in kept
        ), row


def test_the_screen_shown_has_the_numbers_of_the_reference_run() -> None:
    """words: means with the digits they earn, from results/reference/summary.csv, and labels in the screen's order.

    After a change in numbers: print the first command's screen with COLUMNS=120 and put it in.
    """
    screen, *_ = blocks("text", README)
    assert len(screen.splitlines()) <= 36  # one screen, how to read it included
    text = " ".join(screen.split())
    with (REFERENCE / "summary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["measure"], row["place"]): row for row in csv.DictReader(file)}
    site = "first_street_site"
    for measure, place, words in (
        ("persons_served", "all", "{} brought to sites"), ("rooms_occupied_max", "all", "{} taken at most"),
        ("sites_opened", "all", "{} opened"), ("site_days", site, "open {}"), ("site_guests", site, "{}"),
        ("handover_to_coach_mean", "gongbei", "Gongbei: {}"), ("overnight_people", "hzmb", "HZMB (bridge): {} people"),
    ):  # fmt: skip
        row = rows[measure, place]
        interval = Interval(int(row["n"]), *(float(row[name]) for name in ("mean", "low", "high")))
        assert words.format(mean_words(interval, ends=False)) in text, measure
    found = [label for line in screen.splitlines() if (label := line[:12].strip()) and line[10:12] == "  "]
    known = [SCREEN[key] for key in SCREEN if key != "doubt" and SCREEN[key] in found]
    assert len(known) >= 10
    assert [label for label in found if label in known] == known  # others (the ladder, doubt) have words of their own


def test_the_reference_run_is_that_of_the_first_command() -> None:
    """words: 100 replications, seed 1, of the case with its present reported figures, complete, small."""
    manifest = json.loads((REFERENCE / "manifest.json").read_text(encoding="utf-8"))
    told = {key: manifest[key] for key in ("status", "scenario_name", "seed", "replications", "finished")}
    assert told == {
        "status": "complete", "scenario_name": "xiangzhou", "seed": 1, "replications": 100, "finished": 100,
    }  # fmt: skip
    assert manifest["command"].startswith("qcap run scenarios/xiangzhou.toml --out results/reference")
    with figures_beside(ROOT / "scenarios" / "xiangzhou.toml").open(encoding="utf-8", newline="") as file:
        figures = [(row["measure"], row["place"], float(row["value"]), row["role"]) for row in csv.DictReader(file)]
    assert [(r["measure"], r["place"], float(r["reported"]), r["role"]) for r in reference_rows()] == figures
    kept = sum(file.stat().st_size for file in REFERENCE.rglob("*") if file.is_file())
    assert kept < 1_600_000  # ten pictures of at most 200 kB, and tables without those of single replications


def test_every_picture_and_file_named_exists() -> None:
    """words: pictures and links within the repository, from each paper's own folder."""
    for name, text in TEXTS.items():
        named = [link for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link]
        assert named or name == "tests/README.md"
        assert [link for link in named if not ((ROOT / name).parent / link).is_file()] == []


def test_the_readme_is_short_and_names_no_machine() -> None:
    """words: under 150 lines, tables and screens included; no folders of people, no addresses of package indexes."""
    assert len(README.splitlines()) < 150
    for text in TEXTS.values():
        for words in ("/home/", "/tmp/", "/work/", "/Users/", "C:\\", "pypi", "index-url", "localhost"):
            assert words not in text
