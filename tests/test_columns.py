"""columns.csv tells every column of every CSV file of a results folder, in both languages."""

import csv
import re
from pathlib import Path

import pytest
from cli_case import ROOT

from sim.cli import main
from sim.keeping.store import COLUMNS_FILE, COLUMNS_HEAD, meaning, write_columns
from sim.words.columns import COLUMNS

MINIMAL = (ROOT / "sim" / "scenario" / "templates" / "minimal" / "scenario.toml").as_posix()
KEPT = ("reference", "calibration", "staffing")
OTHERS = {
    "tornado": "path side value measure place unit n base at_end difference low high method",
    "targets": "target path side value n base_share share low high base_verdict verdict flips",
    "factors": "factor part n met low verdict used_up value resource holds",
    "plan": "free kind place place_name phase from_day to_day shift start hours people today least most witness "
    "witness_target witness_met replications witness_bound one_more_gains",
    "certificate": "subject free value target measure place limit share_asked met replications bound verdict note",
    "plan_summary": "name value unit",
    "load": "place phase hour load_mean load_p95 people today",
    "roster": "pool date start hours headcount",
    "indices": "measure place axis first first_low first_high total total_low total_high rows",
}
"""Columns of tables of commands that take long, as sim/commands writes them."""


def told(folder: Path) -> list[dict[str, str]]:
    with (folder / COLUMNS_FILE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS_HEAD
    return rows


def there(folder: Path) -> list[tuple[str, str]]:
    """File and column, of all CSV files but columns.csv."""
    found = []
    for path in sorted(folder.rglob("*.csv")):
        if path.name != COLUMNS_FILE:
            with path.open(encoding="utf-8-sig", newline="") as file:
                found += [(path.relative_to(folder).as_posix(), column) for column in next(csv.reader(file))]
    return found


def assert_all_told(folder: Path) -> None:
    rows = told(folder)
    assert [(row["file"], row["column"]) for row in rows] == there(folder)
    assert [row for row in rows if not row["meaning"] or not re.search(r"[\u4e00-\u9fff]", row["含义"])] == []


@pytest.mark.parametrize(
    "words",
    [
        ["run", MINIMAL, "--replications", "3"],
        ["compare", MINIMAL, "more.toml", "--replications", "3"],
        ["sweep", MINIMAL, "--vary", "pools.border.headcount=8:10:2", "--replications", "3"],
        ["check", MINIMAL],
    ],
    ids=lambda words: words[0],
)
def test_every_column_that_a_command_writes_has_a_meaning(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """words: pictures' numbers too, and the values that a sweep varies."""
    monkeypatch.chdir(tmp_path)
    Path("more.toml").write_text(f'extends = "{MINIMAL}"\npools.border.headcount = 12\n', encoding="utf-8")
    workers = [] if words[0] == "check" else ["--workers", "1"]
    assert main([*words, *workers, "--out", "out"]) == 0
    assert_all_told(tmp_path / "out")
    assert len(told(tmp_path / "out")) > 10


@pytest.mark.parametrize("name", KEPT)
def test_kept_results_tell_their_columns(name: str) -> None:
    """words: in the file that is kept, which is the one that would be written today of the files that were there."""
    rows = {(row["file"], row["column"]): row for row in told(ROOT / "results" / name)}
    for file, column in there(ROOT / "results" / name):
        assert rows[file, column]["meaning"]
        assert re.search(r"[\u4e00-\u9fff]", rows[file, column]["含义"])


@pytest.mark.parametrize("stem", OTHERS)
def test_columns_of_long_commands_have_a_meaning(stem: str) -> None:
    """words: tornado, cap and a sweep with indices."""
    header = tuple(OTHERS[stem].split())
    assert [column for column in header if not meaning(stem, column, header)] == []


def test_a_name_that_means_another_thing_in_another_file_is_told_apart() -> None:
    """words: the base of changes.csv is a value, that of differences.csv a mean; an unknown of ranks.csv is no path."""
    assert meaning("changes", "base", ()) != meaning("differences", "base", ())
    assert meaning("ranks", "value", ("value",)) == COLUMNS.english["*rank"]
    assert meaning("points", "stay.days", ("point", "stay.days")) == COLUMNS.english["*path"]
    assert meaning("summary", "no_such_column", ("measure",)) == ""


def test_a_folder_without_tables_has_no_columns_file(tmp_path: Path) -> None:
    """words: there is nothing to tell."""
    write_columns(tmp_path)
    assert list(tmp_path.iterdir()) == []
