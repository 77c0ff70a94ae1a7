"""`qcap init`, `check` and `run` from end to end: files, exit codes, and what stays on the disk."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from cli_case import ROOT, SMALL, begun_in, qcap, write_small

from sim.cli import main

RAN, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
FILES = [
    "columns.csv",
    "manifest.json",
    "profiles.csv",
    "quantiles.csv",
    "replications.csv",
    "rooms_by_day.csv",
    "scenario.toml",
    "series.csv",
    "shares.csv",
    "sites.csv",
    "summary.csv",
]
REPORTED = """\
measure,place,value,tolerance,why,kind,role
received,gongbei,100,5,by count,reported,identity
sites_opened,all,2,0,counted,reported,fitted
staff_needed_mean,gongbei,4,1,about,reported,held_out
detected,all,4,1,counted,reported,held_out
"""


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def quick(*words: str) -> int:
    """A run of three replications in this process, without pictures."""
    return main(["run", "small.toml", "--replications", "3", "--workers", "1", "--no-plots", *words])


def test_a_run_writes_a_complete_folder_and_names_it_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder's files, the shape of the tables and the last line are those of the issue."""
    write_small(tmp_path)
    assert quick() == RAN
    out = capsys.readouterr().out
    folder = Path(out.splitlines()[-1])
    assert folder.parent == Path("results")
    assert folder.name.startswith("small-")
    assert names(folder) == FILES
    headers = {name: (folder / name).read_text(encoding="utf-8-sig").splitlines()[0] for name in FILES if "csv" in name}
    assert headers == {
        "columns.csv": "file,column,meaning,含义",
        "replications.csv": "replication,measure,place,unit,value",
        "summary.csv": "measure,place,unit,n,mean,half_width,p5,p25,p50,p75,p95,low,high",
        "series.csv": "time,quantity,place,mean,p5,p50,p95",
        "quantiles.csv": "measure,place,unit,n,quantile,value,low,high",
        "shares.csv": "target,measure,place,runs,n,share,low,high,wanted,verdict",
        "profiles.csv": "quantity,place,unit,axis,position,mean,p5,p50,p95",
        "sites.csv": "site,name,rooms_p50,n,opened_share,opened_p50,opened_p5,opened_p95,closed_n,closed_p50,closed_p5,"
        "closed_p95,guests_p50,guests_p5,guests_p95",
        "rooms_by_day.csv": "day,n,rooms_needed_p50,rooms_needed_p90,rooms_needed_p95,rooms_open_p50,rooms_open_p5,"
        "rooms_open_p95",
    }
    said = " ".join(out.split())  # lines are broken where the screen ends
    for words in (
        "95 % interval",
        "chance only, not doubts about inputs",
        "9 of 10 replications",
        "People",
        "seed 1",
    ):
        assert words in said


def test_tables_are_sorted_and_begin_with_place_all(tmp_path: Path) -> None:
    """By replication, measure, place; the first row of a measure in the summary is `all` where it can be."""
    write_small(tmp_path)
    quick("--out", "r", "--quiet")
    table = pd.read_csv("r/replications.csv")
    keys = ["replication", "measure", "place"]
    pd.testing.assert_frame_equal(table, table.sort_values(keys, ignore_index=True))
    summary = pd.read_csv("r/summary.csv")
    for _, rows in summary.groupby("measure"):
        assert "all" not in set(rows["place"].iloc[1:])


def test_the_manifest_tells_all_that_is_needed_to_run_again(tmp_path: Path) -> None:
    """Running the resolved scenario of a results folder with the manifest's seed gives the same table, byte by byte."""
    file = write_small(tmp_path)
    quick("--out", "first", "--set", "pools.gongbei.headcount=3", "--seed", "7", "--quiet")
    manifest = json.loads(Path("first/manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert (manifest["seed"], manifest["replications"], manifest["finished"]) == (7, 3, 3)
    assert manifest["scenario"]["pools"]["gongbei"]["headcount"] == 3
    assert {"python", "numpy", "simpy", "qcap"} <= set(manifest["versions"])
    file.unlink()
    assert (
        main(["run", "first", "--seed", "7", "--replications", "3", "--out", "again", "--no-plots", "--quiet"]) == RAN
    )
    for name in ("replications.csv", "summary.csv", "series.csv", "scenario.toml"):
        assert Path("first", name).read_bytes() == Path("again", name).read_bytes()
    again = json.loads(Path("again/manifest.json").read_text(encoding="utf-8"))
    assert again["scenario_hash"] == manifest["scenario_hash"]


def test_the_manifest_holds_no_personal_folder(tmp_path: Path) -> None:
    """Results are passed on: nothing of the folder in which the run took place is in them."""
    file = write_small(tmp_path)
    assert main(["run", str(file), "--replications", "1", "--no-plots", "--quiet", "--out", str(tmp_path / "r")]) == RAN
    for path in Path("r").iterdir():
        assert str(tmp_path) not in path.read_text(encoding="utf-8")


def test_one_worker_and_two_write_the_same_bytes(tmp_path: Path) -> None:
    """invariance: on the disk as well."""
    write_small(tmp_path)
    for workers in ("1", "2"):
        done = qcap(
            "run",
            "small.toml",
            "--replications",
            "4",
            "--workers",
            workers,
            "--out",
            workers,
            "--no-plots",
            cwd=tmp_path,
        )
        assert done.returncode == RAN, done.stderr
    for name in ("replications.csv", "summary.csv", "series.csv"):
        assert Path("1", name).read_bytes() == Path("2", name).read_bytes()


def test_quiet_prints_the_folder_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: one line on stdout, none on stderr."""
    write_small(tmp_path)
    assert quick("--quiet", "--out", "r") == RAN
    assert capsys.readouterr() == ("r\n", "")


def test_json_is_one_document_with_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same numbers as summary.csv; a missing number is null, as JSON has no nan."""
    write_small(tmp_path)
    assert main(["run", "small.toml", "--replications", "1", "--no-plots", "--json", "--out", "r"]) == RAN
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert document["folder"] == "r"
    with Path("r/summary.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [(r["measure"], r["place"], r["mean"]) for r in document["summary"]] == [
        (r["measure"], r["place"], float(r["mean"])) for r in rows
    ]
    assert {r["half_width"] for r in document["summary"]} == {None}


def test_results_are_not_overwritten_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused before any work; with --force replaced, and only what is a results folder."""
    write_small(tmp_path)
    assert quick("--out", "r", "--quiet") == RAN
    before = Path("r/replications.csv").read_bytes()
    assert quick("--out", "r", "--seed", "2") == BAD_INPUT
    assert "is not empty" in capsys.readouterr().err
    assert Path("r/replications.csv").read_bytes() == before
    assert quick("--out", "r", "--seed", "2", "--force") == RAN
    assert Path("r/replications.csv").read_bytes() != before
    Path("mine").mkdir()
    Path("mine/thesis.txt").write_text("years of work")
    assert quick("--out", "mine", "--force") == BAD_INPUT
    assert names(Path("mine")) == ["thesis.txt"]
    assert names(tmp_path) == ["mine", "r", "small.toml"]


def test_a_place_that_can_not_be_written_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: before any work, with a way out."""
    write_small(tmp_path)
    assert quick("--out", "small.toml/results") == BAD_INPUT
    assert "choose another folder" in capsys.readouterr().err
    assert names(tmp_path) == ["small.toml"]


@pytest.mark.parametrize(("which", "written"), [("none", []), ("one", ["1"]), ("all", ["1", "2", "3"])])
def test_histories_are_written_when_asked_for(tmp_path: Path, which: str, written: list[str]) -> None:
    """One row per event, with words; `one` is the first replication."""
    write_small(tmp_path)
    assert quick("--events", which, "--out", "r", "--quiet") == RAN
    assert [name for name in names(Path("r")) if "events" in name] == [f"events-{number}.parquet" for number in written]
    if written:
        events = pd.read_parquet("r/events-1.parquet")
        assert "handed_over" in set(events["kind"])
        assert events["second"].is_monotonic_increasing


def test_pictures_lie_beside_their_numbers(tmp_path: Path) -> None:
    """Every picture has a CSV of the same name."""
    write_small(tmp_path)
    assert main(["run", "small.toml", "--replications", "2", "--workers", "1", "--out", "r", "--quiet"]) == RAN
    stems = {suffix: {path.stem for path in Path("r/plots").glob(f"*{suffix}")} for suffix in (".png", ".csv")}
    assert len(stems[".png"]) == 9  # nobody waits for a room there, so that picture is left out
    assert stems[".png"] == stems[".csv"]


@pytest.mark.parametrize("what", ["sim.commands.run.pictures.page.save", "sim.commands.run.steps.run_tables"])
def test_pictures_that_fail_do_not_cost_the_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    """words: exit code 1, the reason on stderr, and a complete folder all the same; whether a picture can't be kept or
    there are no tables for it.
    """
    write_small(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("ink")

    monkeypatch.setattr(what, fail)
    assert main(["run", "small.toml", "--replications", "2", "--workers", "1", "--quiet", "--out", "r"]) == FAILED
    assert capsys.readouterr() == ("r\n", "pictures failed: ZeroDivisionError: ink\n")
    assert set(FILES) <= set(names(Path("r")))


def test_reported_figures_are_shown_with_their_role(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Off by = mean - reported, checked against summary.csv but for the rounding of numbers that are read from a file;
    what has no value says so; second flows are run.
    """
    write_small(tmp_path)
    Path("small_targets.csv").write_text(REPORTED)
    assert quick("--out", "r", "--table") == RAN
    out = capsys.readouterr().out
    assert "no value" in out
    for role in ("identity", "fitted", "held out"):
        assert role in out
    assert "held_out" not in out
    summary = pd.read_csv("r/summary.csv").set_index(["measure", "place"])
    table = pd.read_csv("r/reported.csv").set_index("measure")
    assert table.loc["received", "off_by"] == pytest.approx(
        summary.loc[("received", "gongbei"), "mean"] - 100, abs=1e-9
    )
    assert bool(table.loc["sites_opened", "within"]) is True
    assert pd.isna(table["mean"]["detected"])
    needed = summary.loc[("staff_needed_mean", "gongbei"), "mean"]
    assert table.loc["staff_needed_mean", "mean"] == pytest.approx(needed, abs=1e-9)
    assert ("rooms_needed", "all") in summary.index


def test_a_run_that_uses_up_the_list_of_sites_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: both sites are open and the reserve of 500 rooms is never met, in any of three replications."""
    write_small(tmp_path, SMALL.replace('allocation = "spread"', "reserve_rooms = 500"))
    assert quick("--out", "r") == RAN
    words = "the list of sites was used up in 3 of 3 replications: list more candidates"
    assert words in capsys.readouterr().out
    assert words in json.loads(Path("r/manifest.json").read_text(encoding="utf-8"))["warnings"]


def test_ctrl_c_keeps_the_finished_replications(tmp_path: Path) -> None:
    """Exit code 130; the folder holds what was finished, and the manifest says how much that is."""
    write_small(tmp_path)
    command = [
        "run",
        "small.toml",
        "--replications",
        "20000",
        "--workers",
        "2",
        "--out",
        "r",
        "--no-plots",
        "--events",
        "all",
        "--engine",
        "simpy",  # nothing to compile first, which takes a minute where nothing is kept
    ]
    process = begun_in(tmp_path, *command)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob(".r-*.partial/events-*.parquet"))) < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all processes of the command get it
    out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED, err
    assert out.splitlines()[-1] == "r"
    assert "Traceback" not in err
    manifest = json.loads(Path("r/manifest.json").read_text(encoding="utf-8"))
    finished = pd.read_csv("r/replications.csv")["replication"].nunique()
    assert manifest["status"] == "interrupted"
    assert manifest["finished"] == finished
    assert 0 < finished < 20000
    assert len(list(Path("r").glob("events-*.parquet"))) == finished
    assert names(tmp_path) == ["r", "small.toml"]


def test_output_without_letters_of_its_own_does_not_fail(tmp_path: Path) -> None:
    """words: a title in Chinese on a terminal of plain letters, and no terminal at all."""
    write_small(tmp_path, SMALL.replace("Two hotels for three days", "珠海香洲"))
    plain = qcap(
        "run", "small.toml", "--replications", "2", "--no-plots", "--out", "r",
        cwd=tmp_path, PYTHONIOENCODING="ascii", NO_COLOR="1", PYTHONUTF8="0", LC_ALL="C",
    )  # fmt: skip
    assert plain.returncode == RAN, plain.stderr
    assert plain.stdout.isascii()
    assert plain.stdout.splitlines()[-1] == "r"
    assert "\x1b" not in plain.stdout


def test_a_reader_that_goes_away_does_no_harm() -> None:
    """words: `qcap measures | head -1` ends without a complaint and as a success."""
    command = f'"{sys.executable}" -m sim measures | head -n 1'
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.stderr, done.returncode) == ("", RAN)


@pytest.mark.parametrize("template", ["minimal", "xiangzhou"])
def test_a_new_scenario_passes_its_check_at_once(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    """init writes scenario.toml; check finds no fault; a second init does not overwrite it."""
    assert main(["init", "new", "--from", template]) == RAN
    assert tomllib.loads(Path("new/scenario.toml").read_text(encoding="utf-8"))["schema"] == 1
    before = Path("new/scenario.toml").read_bytes()
    assert main(["check", "new"]) == RAN
    assert main(["init", "new"]) == BAD_INPUT
    assert "is there already" in capsys.readouterr().err
    assert Path("new/scenario.toml").read_bytes() == before


def test_a_new_scenario_runs_unchanged() -> None:
    """The way of the README: init, check, run."""
    assert main(["init", "new"]) == RAN
    assert main(["run", "new", "--replications", "2", "--workers", "1", "--out", "r", "--quiet"]) == RAN
    assert set(FILES) <= set(names(Path("r")))


def test_check_tells_values_origins_and_steps_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: a scenario without check-in says so; a value from the command line counts as changed here."""
    write_small(tmp_path)
    assert main(["check", "small.toml", "--set", "pools.gongbei.headcount=3", "--all"]) == RAN
    out = capsys.readouterr().out
    assert "Check-in takes no time" in out
    assert "changed here" in out
    assert "pools.gongbei.headcount" in out
    assert names(tmp_path) == ["small.toml"]
