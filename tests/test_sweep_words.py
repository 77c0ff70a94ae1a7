"""What sweeps say: on the screen, when they are broken off, when stores do not fit, and what pictures leave out."""

from __future__ import annotations

import json
import re
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from cli_case import SMALL
from sweep_case import TARGET, sweep, write_case

from sim import load
from sim.cli import main
from sim.commands.sweep import command as sweep_progress
from sim.commands.sweep import keep as sweep_show
from sim.commands.sweep import merging as sweep_merge
from sim.commands.sweep import running as experiment
from sim.commands.sweep import tables as sweep_results
from sim.commands.sweep.asked import Asked, SweepOptions, read_sweep
from sim.commands.sweep.design import SCENARIO, Axis, Design, read_axis, short_names
from sim.commands.sweep.plan import SweepPlan, measure_names, path_faults, points_of, read_plan
from sim.commands.sweep.running import values_of
from sim.keeping.chunkstore import ChunkStore
from sim.keeping.manifest import sources_hash
from sim.numbers.comparison import sensitivity
from sim.runs import chunk_runner, job
from sim.runs.executors import WorkerDiedError
from sim.runs.job import EnginesDifferError
from sim.scenario import ScenarioError
from sim.scenario.files.changing import changed

ONE = ("--vary", "pools.gongbei.headcount=1,2")
QUIET = ("--quiet", "--replications", "2")


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path)


def plan(case: Path, *axes: str, replications: int = 4) -> SweepPlan:
    base = load(case)
    found = tuple(axis for text in axes if (axis := read_axis(text)[0]))
    return SweepPlan(base, found, Design(), 1, replications, measure_names((), base))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (EnginesDifferError("replication 3: row 7 differs"), "replication 3: row 7 differs"),
        (CancelledError(), "the cluster was lost: its scheduler does not answer any more"),
        (WorkerDiedError("a worker process died: it was …"), "a worker process died: it was …"),
        (ValueError("two\n  lines"), "ValueError: two lines"),
    ],
)
def test_what_ends_a_sweep_is_told_in_words(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    error: BaseException, words: str,
) -> None:  # fmt: skip
    """words, exit code 1; what is finished is kept, no table is written."""

    def breaks(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(experiment, "finished", breaks)
    assert sweep(case, tmp_path / "out", *ONE, "--replications", "2") == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out" / "points.csv").exists()


def test_a_worker_with_other_sources_is_refused(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: both versions; on one machine they are the same."""
    chunk_runner.begin_worker("simpy", sources_hash())
    with pytest.raises(chunk_runner.SourcesDifferError, match="a worker has other sources of qcap"):
        chunk_runner.begin_worker("simpy", "0" * 16)

    def refuses(*_: Any, **__: Any) -> Any:
        raise chunk_runner.SourcesDifferError("a worker has other sources of qcap (a) than this machine (b)")

    monkeypatch.setattr(chunk_runner, "open_executor", refuses)
    assert sweep(case, tmp_path / "out", *ONE, *QUIET) == 1
    assert "(a) than this machine (b): install the same version everywhere" in capsys.readouterr().err


def test_a_longer_sweep_goes_by_the_same_hashes(case: Path) -> None:
    """One in 500 exactly, 2 at least; a longer sweep's choice of the shorter one's is the first of one order."""
    short, long = plan(case, ONE[1], replications=2_000), plan(case, ONE[1], replications=6_000)
    found = []
    for one in (short, long):
        chosen = experiment.chosen(one, points_of(one))
        found.append({(key, number) for key, numbers in chosen.items() for number in numbers})
    assert [len(some) for some in found] == [8, 24]
    of_both = {(key, number) for key, number in found[1] if number <= 2_000}
    assert of_both <= found[0] or found[0] <= of_both
    few = plan(case, ONE[1], replications=3)
    assert sum(map(len, experiment.chosen(few, points_of(few)).values())) == job.LEAST


def test_scenario_files_stand_alone_on_an_axis() -> None:
    """words: a file brings all its values, so no other path can go with it."""
    mixed = Axis((SCENARIO, "arrivals.factor"), (("a.toml", 1.0),))
    (fault,) = path_faults([mixed])
    assert fault.rule == "scenario files can not move with other paths"


def test_values_that_only_break_a_rule_together_are_told(case: Path) -> None:
    """By hand: uniform from 5 to 15; from 12 is sound and to 10 is sound, from 12 to 10 is not: told of the first
    point.
    """
    base = changed(load(case), {"registration.minutes": {"kind": "uniform", "low": 5.0, "high": 15.0}})
    axes = plan(case, "registration.minutes.low=12.0", "registration.minutes.high=10.0").axes
    together = SweepPlan(base, axes, Design(), 1, 2, measure_names((), base))
    with pytest.raises(ScenarioError, match="high must be more than low"):
        points_of(together)


def test_a_bad_value_of_an_axis_is_told_once(case: Path) -> None:
    """The other axis is sound, and so are its values."""
    with pytest.raises(ScenarioError) as raised:
        points_of(plan(case, "coaches.escorts=1,2", "stay.days=-1"))
    assert [str(fault) for fault in raised.value.faults] == ["--vary: stay.days = -1: must be at least 0"]


def test_lists_in_a_plan_file_are_values(tmp_path: Path) -> None:
    """Expected by hand."""
    (tmp_path / "plan.toml").write_text('[set]\n"party" = [1, "a", true]\n[vary]\n"a" = [1, 2]\n', encoding="utf-8")
    assert read_plan(tmp_path / "plan.toml").overrides == ('party=[1, "a", true]',)


def test_a_file_in_the_place_of_results_is_refused(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2; the file stays."""
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    assert sweep(case, tmp_path / "out", *ONE, *QUIET) == 2
    assert str(tmp_path / "out") in capsys.readouterr().err
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


def test_how_to_go_on_names_the_folder() -> None:
    """By hand: --force would begin anew and is left out; words with a space are quoted; --out is added once."""
    settings = SweepOptions(
        name="small", command=("sweep", "a b.toml", "--force"), seed=1, engine=SimpleNamespace(),  # type: ignore[arg-type]
        where=SimpleNamespace(), out=Path("out"), force=False, plots=False, quiet=True, json=False,  # type: ignore[arg-type]
        resume=False, measures=(),
    )  # fmt: skip
    assert settings.resume_command == 'qcap sweep "a b.toml" --out out --resume'
    named = replace(settings, command=("sweep", "x.toml", "--out=there"))
    assert named.resume_command == "qcap sweep x.toml --out=there --resume"


def test_a_target_for_all_runs_is_never_certain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words, before anything is run: no number of replications can show it."""
    case = write_case(tmp_path, SMALL + TARGET.replace("share_of_runs = 0.8", "share_of_runs = 1.0"))
    assert sweep(case, tmp_path / "out", *ONE, "--replications", "2") == 0
    words = "warning: target wait asks for all replications: no number of replications makes that certain"
    assert words in capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("other", [("--set", "stay.days=3"), ("--seed", "7"), ("--measures", "received")])
def test_a_sweep_does_not_go_on_in_the_folder_of_another(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], other: tuple[str, str]
) -> None:
    """Another scenario, seed or set of measures: refused, nothing there is changed; other values of the axis go on."""
    out = tmp_path / "out"

    def content() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in out.rglob("*") if path.is_file() and path.name != "lock"}

    assert sweep(case, out, *ONE, *QUIET) == 0
    before = content()
    capsys.readouterr()
    assert sweep(case, out, *ONE, "--replications", "2", *other, "--resume") == 2
    assert f"--resume: {out} holds another sweep" in " ".join(capsys.readouterr().err.split())
    assert content() == before
    assert sweep(case, out, "--vary", "pools.gongbei.headcount=17", *QUIET, "--resume") == 0


def test_values_worth_a_warning_are_told_before_anything_is_run(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words, of the sweep and of its dry run: a unit mistaken for another, once for two values; --set on the screen."""
    words = ["sweep", str(case), "--out", str(tmp_path / "out"), "--replications", "1", "--workers", "1", "--no-plots"]
    words += ["--vary", "stay.days=7,336,360", "--set", "rooms.airing_hours=12"]
    for more in (["--dry-run"], []):
        assert main([*words, *more]) == 0
        found = capsys.readouterr()
        told = [line for line in found.err.splitlines() if line.startswith("warning: --vary: stay.days")]
        assert len(told) == 1
        assert "did you mean 14 (336 hours are 14 days)?" in told[0]
    assert "everywhere with rooms.airing_hours=12" in found.out


def test_scenario_files_are_told_by_their_names_alone() -> None:
    """By hand; names that would be the same stay whole."""
    assert short_names(["plans/a.toml", "b.toml"]) == {"plans/a.toml": "a", "b.toml": "b"}
    assert short_names(["x/a.toml", "y/a.toml"]) == {"x/a.toml": "x/a.toml", "y/a.toml": "y/a.toml"}


def test_a_dry_run_of_a_finished_sweep_has_nothing_to_time(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No time is told where nothing is left; with the compiled engine those that SimPy repeats are told."""
    assert sweep(case, tmp_path / "out", *ONE, *QUIET) == 0
    capsys.readouterr()
    assert sweep(case, tmp_path / "out", *ONE, "--replications", "2", "--resume", "--dry-run") == 0
    finished = capsys.readouterr().out
    words = ["sweep", str(case), "--out", str(tmp_path / "b"), "--workers", "1", *ONE, "--replications", "2"]
    assert main([*words, "--engine", "compiled", "--dry-run", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["left"], document["there"]) == (4, 0)
    assert document["run_again_on_simpy"] == job.LEAST  # one in 500 is less
    assert main([*words, "--engine", "compiled", "--dry-run"]) == 0
    fresh = capsys.readouterr().out
    assert len(fresh.splitlines()) == len(finished.splitlines()) + 2
    assert "SimPy" in fresh
    assert not (tmp_path / "b").exists()


def test_a_compiled_sweep_says_how_many_runs_simpy_repeated(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As many as a dry run says."""
    words = ["sweep", str(case), "--out", str(tmp_path / "b"), "--workers", "1", *ONE, "--replications", "2"]
    assert main([*words, "--engine", "compiled", "--no-plots"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(rf"\b{job.LEAST} of 4 replications run again on SimPy: identical", shown)


def test_measures_of_no_target_are_pictured_as_asked(case: Path) -> None:
    """Targets first, then those asked for by name; without either three of the rest."""
    base = load(case)
    asked = replace(plan(case, ONE[1]), base=base)
    assert sweep_results.pictured(asked, ["received,all persons_served"]) == (
        ("within_limit_share", "gongbei"), ("received", "all"), ("persons_served", "all"),
    )  # fmt: skip
    none = replace(asked, base=base.model_copy(update={"targets": {}}))
    assert len(sweep_results.pictured(none, [])) == 3


def test_large_tables_are_estimated_and_written_in_pieces(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """invariance: the same tables, row for row, and indices whether a point's rows are one piece or many."""
    words = (
        "--vary", "arrivals.factor=0.5..2.0", "--vary", "coaches.hold_minutes=10..200", "--design", "saltelli",
        "--points", "16",
    )  # fmt: skip
    assert sweep(case, tmp_path / "a", *words, *QUIET) == 0
    monkeypatch.setattr(sweep_results, "ROWS_IN_A_GROUP", 10)
    assert sweep(case, tmp_path / "b", *words, *QUIET) == 0
    one, other = (pd.read_parquet(tmp_path / name / "replications.parquet") for name in "ab")
    pd.testing.assert_frame_equal(one, other)
    for name in ("summary.csv", "indices.csv", "targets.csv", "points.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_chunks_that_overlap_give_each_replication_once_and_in_order(tmp_path: Path) -> None:
    """Stores of two machines: one has replications 1 to 4, the other 3 to 6; each in
    falling order; by hand 6 replications in order."""
    from sim.commands.sweep.running import SCHEMA, Index, Name  # noqa: PLC0415

    index = Index()
    with ChunkStore(tmp_path / "chunks").locked() as store:
        for first, last in ((3, 6), (1, 4)):
            rows = pa.table({
                "replication": list(range(last, first - 1, -1)), "measure": ["received"] * 4, "place": ["all"] * 4,
                "unit": ["people"] * 4, "value": [float(m) for m in range(last, first - 1, -1)],
            }).cast(SCHEMA)  # fmt: skip
            name = Name("point", first, last)
            store.put(name.key, rows, {})
            index.add(name)
    found = values_of(store, index, "point", 6)
    assert found.finished == (1, 2, 3, 4, 5, 6)
    assert found.table["value"].to_pylist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]


def test_stores_that_are_mixed_empty_or_unequal_are_not_joined(tmp_path: Path) -> None:
    """words: two sweeps in one folder, no chunk, different numbers for the same replications."""
    facts = dict.fromkeys(sweep_merge.FACTS, "x")

    def store(name: str, *chunks: tuple[str, float, dict[str, str]]) -> sweep_merge.Named:
        with ChunkStore(tmp_path / name).locked() as made:
            for key, value, told in chunks:
                made.put(key, pa.table({"value": [value]}), told)
        return sweep_merge.Named(name, ChunkStore(tmp_path / name))

    sound = store("sound", ("p-000001-000002", 1.0, facts), ("other", 5.0, {}))
    other = store("other", ("p-000001-000002", 2.0, facts))
    mixed = store("mixed", ("p-000001-000002", 1.0, facts), ("q-000001-000002", 1.0, facts | {"seed": "2"}))
    empty = store("empty", ("other", 5.0, {}))
    for second, words in (
        (other, "sound and other do not fit together: they have different numbers for the same replications "
                "(chunk p-000001-000002)"),
        (mixed, "mixed holds chunks of two sweeps: the seed is another one (x and 2)"),
        (empty, "empty: holds no finished chunk"),
    ):  # fmt: skip
        with pytest.raises(sweep_merge.MergeError, match=re.escape(words)):
            sweep_merge.fit(sound, second)
    sweep_merge.fit(sound, sound)


def test_a_quiet_merge_prints_its_folder(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on stdout, nothing on stderr."""
    for name, value in (("a", 1), ("b", 2)):
        assert sweep(case, tmp_path / name, "--vary", f"pools.gongbei.headcount={value}", *QUIET) == 0
    capsys.readouterr()
    out = str(tmp_path / "c")
    assert main(["merge", str(tmp_path / "a"), str(tmp_path / "b"), "--out", out, "--quiet"]) == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == (f"{out}\n", "")


def test_indices_need_two_rows_and_two_runs() -> None:
    """With one replication chance can not be told from settings."""
    rng = np.random.default_rng(5)
    one = rng.random((8, 1))
    assert sensitivity(one, one + 1, np.stack([one + 2]), rng) is None
    row = rng.random((1, 8))
    assert sensitivity(row, row + 1, np.stack([row + 2]), rng) is None


def test_a_saltelli_sweep_tells_indices_on_the_screen(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each axis with first order and total, and as many rows as are whole; a measure that nothing moves has none."""
    words = (
        "--vary", "arrivals.factor=0.5..2.0", "--vary", "coaches.hold_minutes=10..200", "--design", "saltelli",
        "--measures", "sites_opened",
    )  # fmt: skip
    assert sweep(case, tmp_path / "out", *words, "--points", "16", "--replications", "2") == 0
    shown = capsys.readouterr().out
    assert "first order" in shown
    assert set(pd.read_csv(tmp_path / "out" / "indices.csv")["measure"]) == {"within_limit_share"}
    assert re.search(r"arrivals\.factor +−?\d\.\d\d \(", shown)
    assert len(pd.read_csv(tmp_path / "out" / "points.csv")) == 16 * 4


def test_the_screen_shows_forty_points_and_says_where_the_others_are(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With room for one row, one of two points is shown."""
    monkeypatch.setattr(sweep_show, "MOST_ROWS", 1)
    assert sweep(case, tmp_path / "out", *ONE, "--replications", "2") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "points.csv, summary.csv" in shown


def test_a_target_without_any_value_has_no_line(case: Path) -> None:
    """Of two targets one was judged at no point."""
    rows = pd.DataFrame({"target": ["other"], "verdict": ["holds"]})
    assert list(sweep_show._targets(plan(case, ONE[1]), cast(Any, SimpleNamespace(met=rows)))) == []


def test_lines_come_every_half_minute_and_bars_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: after 10 s nothing is said, after 40 s that 100 of 400 are done and two minutes are left."""
    now = [0.0]
    monkeypatch.setattr(sweep_progress, "time", SimpleNamespace(monotonic=lambda: now[0]))
    with sweep_progress.shown_left("small", 400, talk=True) as told:
        for second, finished in ((10.0, 30), (40.0, 100), (41.0, 110), (160.0, 400)):
            now[0] = second
            told(finished)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "100" in lines[0]
    assert "2 minutes" in lines[0]
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with sweep_progress.shown_left("small", 400, talk=True) as told:
        told(100)
    assert "small" in capsys.readouterr().err


def test_without_targets_means_are_drawn_and_nothing_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No targets.csv; the picture of people received has no limit."""
    case, out = write_case(tmp_path, SMALL), tmp_path / "out"
    words = ["sweep", str(case), "--out", str(out), "--workers", "1", "--engine", "simpy", *ONE, *QUIET]
    assert main([*words, "--measures", "received"]) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert not (out / "targets.csv").exists()
    assert [path.suffix for path in sorted((out / "plots").iterdir())] == [".csv", ".png"]


def test_faults_of_scenario_files_and_values_are_told_together(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2: a file that is not there; with one that is, the value that is bad with it, and nothing else."""
    words = ("--vary", f"scenario={case},{tmp_path / 'none.toml'}", "--vary", "stay.days=-1", *QUIET)
    assert sweep(case, tmp_path / "out", *words) == 2
    assert "none.toml: no such file" in capsys.readouterr().err
    assert sweep(case, tmp_path / "out", "--vary", f"scenario={case}", "--vary", "stay.days=-1", *QUIET) == 2
    assert capsys.readouterr().err == "--vary: stay.days = -1: must be at least 0\n"
    assert not (tmp_path / "out").exists()


def test_patterns_among_scenario_files_are_expanded(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: sorted, each file once, beside names; no shell does it within a word. A pattern for nothing is told."""
    monkeypatch.chdir(tmp_path)
    Path("plans").mkdir()
    for name in ("b", "a"):
        Path(f"plans/{name}.toml").write_text(f'extends = "{case.as_posix()}"\ntitle = "{name}"\n')
    asked = Asked(str(case), (f"scenario={case},plans/b.toml,plans/*.toml",), None, None, None, 2, 1, (), (), None)
    (axis,) = read_sweep(asked).plan.axes
    assert axis.settings == ((str(case),), (str(Path("plans/b.toml")),), (str(Path("plans/a.toml")),))
    assert sweep(case, tmp_path / "out", "--vary", "scenario=plan/*.toml", *QUIET) == 2
    assert capsys.readouterr().err == "plan/*.toml: no such file\n"
    assert not (tmp_path / "out").exists()
