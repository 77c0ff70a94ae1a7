"""Sweeps from the command line: right tables, nothing run twice, nothing lost, the same bytes however made."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sweep_case import GRID, chunks, files, sweep, write_case

from sim import load
from sim.cli import main
from sim.keeping.chunkstore import ChunkStore
from sim.measures import MeasureValue
from sim.numbers.statistics import estimate
from sim.runs import chunk_runner
from sim.runs.ensemble import Source, write_ensemble
from sim.runs.job import Job, Outcome, run_one
from sim.scenario.files.changing import changed


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path)


def table(out: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(out / name) if name.endswith("csv") else pd.read_parquet(out / name)


def values(outcome: Outcome) -> tuple[MeasureValue, ...]:
    return outcome.measures.values  # noqa: PD011  no pandas


def test_tables_are_those_of_single_replications(case: Path, tmp_path: Path) -> None:
    """Expected: run_one and estimate for every point, by hand; the point is the first column of every table."""
    out = tmp_path / "out"
    assert sweep(case, out, *GRID, "--replications", "3") == 0
    points = table(out, "points.csv")
    assert points.columns.tolist() == [
        "point", "pools.gongbei.headcount", "arrivals.factor", "replications", "failed", "reason",
    ]  # fmt: skip
    assert points["point"].tolist() == [1, 2, 3, 4, 5, 6]
    assert list(zip(points.iloc[:, 1], points.iloc[:, 2], strict=True)) == [
        (1, 0.5), (1, 1.5), (2, 0.5), (2, 1.5), (3, 0.5), (3, 1.5),
    ]  # fmt: skip
    scenario = changed(load(case), {"pools.gongbei.headcount": 2, "arrivals.factor": 1.5})
    names = tuple(dict.fromkeys(table(out, "summary.csv")["measure"]))
    outcomes = [run_one(Job(scenario, 1, names=names), number) for number in (1, 2, 3)]
    rows = [(o.replication, *row) for o in outcomes for row in values(o) if not np.isnan(row.value)]
    expected = pd.DataFrame(rows, columns=["replication", "measure", "place", "unit", "value"])
    every = table(out, "replications.parquet")
    found = every[every["point"] == 4].drop(columns="point").reset_index(drop=True)
    for column in ("measure", "place", "unit"):
        found[column] = found[column].astype(str)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    summary = table(out, "summary.csv")
    mine = summary[summary["point"] == 4].drop(columns="point").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, estimate(expected), check_dtype=False)
    assert all(table(out, name).columns[0] == "point" for name in ("summary.csv", "targets.csv"))


def test_targets_are_judged_by_counting_runs(case: Path, tmp_path: Path) -> None:
    """Expected: the number of replications with a share of at least 0.6, counted in replications.parquet."""
    out = tmp_path / "out"
    assert sweep(case, out, *GRID, "--replications", "3") == 0
    every = table(out, "replications.parquet")
    share = every[(every["measure"] == "within_limit_share") & (every["place"] == "gongbei")]
    counted = share.groupby("point")["value"].apply(lambda values: int((values >= 0.6).sum()))
    assert table(out, "targets.csv")["met"].tolist() == counted.tolist()


def test_all_points_have_the_same_travellers(case: Path, tmp_path: Path) -> None:
    """Staff does not change who comes: received is the same at every headcount, replication by replication."""
    out = tmp_path / "out"
    assert sweep(case, out, "--vary", "pools.gongbei.headcount=1,5", "--measures", "received") == 0
    every = table(out, "replications.parquet")
    first, second = (every.query(f"point == {point} and measure == 'received'")["value"].to_numpy() for point in (1, 2))
    assert np.array_equal(first, second)
    assert len(set(first)) > 3


def test_a_finished_sweep_is_not_run_again_and_makes_the_same_bytes(case: Path, tmp_path: Path) -> None:
    """Chunks keep the time at which they were written."""
    out = tmp_path / "out"
    assert sweep(case, out, *GRID, "--replications", "3") == 0
    before, made = chunks(out), files(out)
    assert sweep(case, out, *GRID, "--replications", "3", "--resume") == 0
    assert chunks(out) == before
    assert files(out) == made


def test_resume_on_a_missing_folder_starts(case: Path, tmp_path: Path) -> None:
    """words of the issue."""
    assert sweep(case, tmp_path / "new", *GRID, "--replications", "1", "--resume") == 0
    assert (tmp_path / "new" / "points.csv").is_file()


def test_a_sweep_grows_by_points_and_replications(case: Path, tmp_path: Path) -> None:
    """invariance: grown, it is what a sweep of that size would have been; what was there is not run again."""
    grown, whole = tmp_path / "grown", tmp_path / "whole"
    assert sweep(case, grown, *GRID, "--replications", "2") == 0
    before = chunks(grown)
    more = ("--vary", "pools.gongbei.headcount=1:4:1", "--vary", "arrivals.factor=0.5,1.5", "--replications", "5")
    assert sweep(case, grown, *more, "--resume") == 0
    assert before.items() <= chunks(grown).items()
    assert sweep(case, whole, *more) == 0
    assert files(grown) == files(whole)


def test_a_smaller_sweep_takes_a_part_of_what_is_there(case: Path, tmp_path: Path) -> None:
    """invariance: the first two of five replications are those of a sweep with two."""
    large, small = tmp_path / "large", tmp_path / "small"
    assert sweep(case, large, *GRID, "--replications", "5") == 0
    before = chunks(large)
    assert sweep(case, large, *GRID, "--replications", "2", "--resume") == 0
    assert chunks(large) == before
    assert sweep(case, small, *GRID, "--replications", "2") == 0
    assert files(large) == files(small)


def test_a_damaged_chunk_is_run_again_and_the_others_are_kept(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One chunk is cut, one changed; expected: a warning, and the bytes of an undisturbed sweep."""
    out = tmp_path / "out"
    assert sweep(case, out, *GRID, "--replications", "3") == 0
    made, before = files(out), chunks(out)
    cut, changed_one = sorted((out / "chunks").glob("*.parquet"))[:2]
    cut.write_bytes(cut.read_bytes()[:100])
    changed_one.write_bytes(changed_one.read_bytes()[:-1] + b"?")
    assert sweep(case, out, *GRID, "--replications", "3", "--resume") == 0
    assert "warning: 2 chunks were damaged" in capsys.readouterr().err
    assert files(out) == made
    untouched = {name: time for name, time in before.items() if name not in (cut.name, changed_one.name)}
    assert untouched.items() <= chunks(out).items()


def test_a_full_disk_ends_the_sweep_and_keeps_what_is_there(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated after four writes; expected: exit code 1, the system's word, how to go on, and then the same bytes."""
    out, other = tmp_path / "out", tmp_path / "other"
    real, left = os.fsync, [6]  # two for each chunk: the file, then the folder

    def fsync(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        assert sweep(case, out, *GRID, "--replications", "3") == 1
    told = capsys.readouterr().err
    assert "can not write there (No space left on device); 3 finished chunks in it are kept" in told
    assert f"--out {out}" in told
    assert told.rstrip().endswith("--resume")
    assert len(chunks(out)) == 3
    assert not (out / "points.csv").exists()
    assert sweep(case, out, *GRID, "--replications", "3", "--resume") == 0
    assert sweep(case, other, *GRID, "--replications", "3") == 0
    assert files(out) == files(other)


def test_a_second_sweep_into_one_folder_is_refused(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lock of a store that is in use; the message says by whom."""
    with ChunkStore(tmp_path / "out" / "chunks").locked():
        assert sweep(case, tmp_path / "out", *GRID, "--resume") == 2
    assert f"is in use by process {os.getpid()}" in capsys.readouterr().err


def test_folders_are_not_overwritten_unasked(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sweep's folder needs --resume or --force, somebody else's is never touched."""
    out = tmp_path / "out"
    assert sweep(case, out, *GRID, "--replications", "1") == 0
    assert sweep(case, out, *GRID, "--replications", "1") == 2
    assert "holds a sweep; --resume goes on with it" in capsys.readouterr().err
    before = chunks(out)
    assert sweep(case, out, *GRID, "--replications", "1", "--force") == 0
    assert set(chunks(out)) == set(before)
    assert chunks(out) != before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    for option in ("--resume", "--force"):
        assert sweep(case, tmp_path / "mine", *GRID, option) == 2
    assert os.listdir(tmp_path / "mine") == ["thesis.txt"]
    assert main(["sweep", str(case), *GRID, "--resume"]) == 2
    assert "--resume: needs --out" in capsys.readouterr().err


def test_a_point_that_fails_is_a_record_with_its_reason(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of three replications of the point with a headcount of 2 fail; the others are as ever."""

    def run(job: Job, number: int) -> Outcome:
        if job.scenario.pools["gongbei"].headcount == 2 and number != 2:
            raise RuntimeError("decisions still change")
        return run_one(job, number)

    monkeypatch.setattr(chunk_runner, "run_one", run)
    words = ("--vary", "pools.gongbei.headcount=1:3:1", "--replications", "3")
    assert sweep(case, tmp_path / "out", *words) == 0
    points = table(tmp_path / "out", "points.csv")
    assert points["replications"].tolist() == [3, 1, 3]
    assert points["reason"].fillna("").tolist() == ["", "2 failed: RuntimeError: decisions still change", ""]
    assert "2 replications failed; points.csv says why" in capsys.readouterr().out
    assert set(table(tmp_path / "out", "replications.parquet").query("point == 2")["replication"]) == {2}
    monkeypatch.undo()
    before = chunks(tmp_path / "out")
    assert sweep(case, tmp_path / "out", *words, "--resume") == 0
    assert chunks(tmp_path / "out") == before


def test_a_replication_that_failed_for_want_of_memory_is_tried_again(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the machine did wrong is no property of the point."""

    def run(_job: Job, _number: int) -> Outcome:
        raise MemoryError

    words = ("--vary", "pools.gongbei.headcount=1,2", "--replications", "1")
    with monkeypatch.context() as patch:
        patch.setattr(chunk_runner, "run_one", run)
        assert sweep(case, tmp_path / "out", *words) == 1
    assert sweep(case, tmp_path / "out", *words, "--resume") == 0
    assert table(tmp_path / "out", "points.csv")["replications"].tolist() == [1, 1]


def test_points_with_the_same_scenario_are_run_once(case: Path, tmp_path: Path) -> None:
    """Three draws from two whole numbers: at most two scenarios, and three rows."""
    words = ("--vary", "pools.gongbei.headcount=1..2", "--design", "lhs", "--points", "6", "--replications", "1")
    assert sweep(case, tmp_path / "out", *words) == 0
    assert len(chunks(tmp_path / "out")) == 2
    assert table(tmp_path / "out", "points.csv")["replications"].tolist() == [1] * 6


def test_a_point_without_a_scenario_is_a_record(case: Path, tmp_path: Path) -> None:
    """last_day before first_day, in one combination of four."""
    words = ("--vary", "first_day=2020-03-03,2020-03-05", "--vary", "last_day=2020-03-04,2020-03-06")
    assert sweep(case, tmp_path / "out", *words, "--replications", "1") == 0
    points = table(tmp_path / "out", "points.csv")
    assert points["replications"].tolist() == [1, 1, 0, 1]
    assert "last_day" in points["reason"][2]


def test_bad_values_are_told_at_once_and_nothing_is_written(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: option, path, what was meant; exit code 2."""
    words = ("--vary", "pools.gongbie.headcount=1,2", "--vary", "a=1:2:0", "--measures", "receivd", "--design", "gird")
    assert sweep(case, tmp_path / "out", *words) == 2
    told = capsys.readouterr().err
    assert "--vary: a = " in told
    assert 'did you mean "grid"?' in told
    assert sweep(case, tmp_path / "out", *words[:2], "--measures", "receivd") == 2
    told = capsys.readouterr().err
    assert 'did you mean "gongbei"?' in told
    assert 'did you mean "received"?' in told
    assert not (tmp_path / "out").exists()


def test_scenario_files_are_an_axis(case: Path, tmp_path: Path) -> None:
    """Expected: the headcount of each file, seen in the staff-days of the point."""
    other = tmp_path / "other.toml"
    other.write_text(f'extends = "{case.name}"\n[pools.gongbei]\nheadcount = 8\n')
    words = ("--vary", f"scenario={case},{other}", "--measures", "staff_days", "--replications", "1")
    assert sweep(case, tmp_path / "out", *words) == 0
    every = table(tmp_path / "out", "replications.parquet").query("measure == 'staff_days' and place == 'gongbei'")
    assert every["value"].tolist() == [12, 24]


def test_an_axis_that_changes_nothing_is_named(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A cost that is in none of the measures asked for."""
    words = ("--vary", "costs.staff_day=1,2", "--vary", "arrivals.factor=1,2", "--measures", "received")
    assert sweep(case, tmp_path / "out", *words, "--replications", "2") == 0
    told = capsys.readouterr().out
    assert "costs.staff_day changes nothing" in told
    assert "arrivals.factor changes nothing" not in told


def test_too_few_replications_for_any_certainty_are_told_before(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """0.8^n <= 0.05 / 6 from n = 22 on."""
    assert sweep(case, tmp_path / "out", *GRID, "--replications", "1") == 0
    assert "at least 22 are needed" in capsys.readouterr().err


def test_a_sweep_whose_replications_nobody_chose_can_judge_its_targets(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """theory: 6 points and a share of 0.8 take log(0.05 / 6) / log(0.8) = 21.5, so 22, more than the default of 20."""
    assert sweep(case, tmp_path / "out", *GRID, "--dry-run", "--json") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["replications"] == 22
    assert "are needed" not in told.err


def test_a_dry_run_of_very_many_points_tries_some_and_ends_within_seconds(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: 5 x 20,000 points of 2 replications are 200,000; about 1 in 500 of them are run again on SimPy. To make
    a scenario takes some milliseconds, so that all of them would take minutes; 500 are tried.
    """
    axes = ("--vary", "ports.gongbei.coaches=1:5:1", "--vary", "arrivals.factor=0.1:2.09995:0.0001")
    began = time.process_time()
    assert sweep(case, tmp_path / "out", *axes, "--replications", "2", "--dry-run") == 0
    assert time.process_time() - began < 20  # a few on a quiet machine
    told = capsys.readouterr().out
    assert "100,000 x 2 = 200,000 replications; 0 are there already, 200,000 to run" in told
    assert "500 of the settings were tried" in told
    assert not (tmp_path / "out").exists()


def test_a_dry_run_tells_and_writes_nothing(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Expected by hand: 6 x 4; in a folder with 6 x 1 of them 18 are left."""
    out = tmp_path / "out"
    assert sweep(case, out, *GRID, "--replications", "4", "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["points"], told["replications"], told["there"], told["left"]) == (6, 4, 0, 24)
    assert told["seconds"] > 24 * told["seconds_each"] > 0
    assert not out.exists()
    assert sweep(case, out, *GRID, "--replications", "1") == 0
    made = files(out)
    capsys.readouterr()
    assert sweep(case, out, *GRID, "--replications", "4", "--dry-run") == 0
    assert "6 x 4 = 24 replications; 6 are there already, 18 to run" in capsys.readouterr().out
    assert files(out) == made


def test_a_plan_file_and_options_make_the_same_sweep(case: Path, tmp_path: Path) -> None:
    """invariance; options stand above the file."""
    file = tmp_path / "plan.toml"
    file.write_text(
        'replications = 9\n[set]\n"coaches.seats" = 20\n[vary]\n'
        '"pools.gongbei.headcount" = "1:3:1"\n"arrivals.factor" = [0.5, 1.5]\n'
    )
    assert sweep(case, tmp_path / "a", "--plan", str(file), "--replications", "2") == 0
    assert sweep(case, tmp_path / "b", *GRID, "--set", "coaches.seats=20", "--replications", "2") == 0
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_the_json_document_has_points_means_and_targets(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One document on standard output, with the folder."""
    assert sweep(case, tmp_path / "out", *GRID, "--replications", "2", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(tmp_path / "out")
    assert len(told["points"]) == len(told["means"]) == len(told["targets"]) == 6
    assert told["seed"] == 1


def test_stores_of_two_machines_are_joined(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """invariance: one machine did two headcounts, the other one all with fewer runs; joined they are the whole."""
    few = ("--vary", "pools.gongbei.headcount=1:2:1", "--vary", "arrivals.factor=0.5,1.5", "--replications", "4")
    assert sweep(case, tmp_path / "a", *few) == 0
    assert sweep(case, tmp_path / "b", *GRID, "--replications", "2") == 0
    a, b, c = (str(tmp_path / name) for name in "abc")
    assert main(["merge", a, b, "--out", c]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == c
    before = chunks(tmp_path / "c")
    assert sweep(case, tmp_path / "c", *GRID, "--replications", "4", "--resume") == 0
    assert before.items() <= chunks(tmp_path / "c").items()
    assert sweep(case, tmp_path / "whole", *GRID, "--replications", "4") == 0
    assert files(tmp_path / "c") == files(tmp_path / "whole")


def test_what_does_not_fit_is_not_joined(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another seed, another scenario, another version, no sweep, a full folder: each by its name."""
    a, b, c = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    words = ("--vary", "pools.gongbei.headcount=1,2", "--replications", "1")
    assert sweep(case, a, *words) == 0

    def refused(*more: str) -> str:
        assert sweep(case, b, *words, *more, "--force") == 0
        capsys.readouterr()
        assert main(["merge", str(a), str(b), "--out", str(c)]) == 2
        assert not c.exists()
        return capsys.readouterr().err

    assert "the seed is another one (1 and 2)" in refused("--seed", "2")
    assert "the scenario is another one" in refused("--set", "coaches.seats=20")
    assert "measures or ensemble are other ones" in refused("--measures", "received")
    monkeypatch.setattr("sim.commands.sweep.plan.sources_hash", lambda: "0" * 16)
    assert "the model's sources are other ones" in refused()
    monkeypatch.undo()
    assert main(["merge", str(a), str(tmp_path), "--out", str(c)]) == 2
    assert "holds no sweep" in capsys.readouterr().err
    assert main(["merge", str(a), str(b), "--out", str(b)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_an_ensemble_goes_with_replications_and_leaves_what_is_varied(case: Path, tmp_path: Path) -> None:
    """Draw m with replication m: expected is run_one with draws; the varied path keeps the sweep's value."""
    draws = [{"coaches.seats": 5 + m, "arrivals.factor": 3.0} for m in range(3)]
    file = tmp_path / "ensemble.parquet"
    write_ensemble(file, draws, Source("small", "x", 1, "y"))
    words = ("--vary", "arrivals.factor=0.5,1.5", "--measures", "coach_trips", "--replications", "3")
    assert sweep(case, tmp_path / "out", *words, "--ensemble", str(file)) == 0
    every = table(tmp_path / "out", "replications.parquet").query(
        "point == 2 and measure == 'coach_trips' and place == 'all'"
    )
    job = Job(changed(load(case), {"arrivals.factor": 1.5}), 1, names=("coach_trips",))
    job = replace(job, draws=tuple({"coaches.seats": 5 + m} for m in range(3)))
    expected = [values(run_one(job, m))[0].value for m in (1, 2, 3)]
    assert every["value"].tolist() == expected
