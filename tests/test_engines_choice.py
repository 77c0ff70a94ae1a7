"""Which engine runs, what is said about it, and how runs of the compiled engine are checked against SimPy."""

import importlib.metadata
import json
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_case import write_small

from sim import load, sample, simulate
from sim.cli import main
from sim.flow import engines
from sim.flow.engines import FROM_KEPT, FROM_NEW, EngineError, choose
from sim.flow.log import ALL_KINDS, EventLog
from sim.machine import machine_code
from sim.runs import chunk_runner
from sim.runs import job as jobs
from sim.runs.executors import SerialExecutor
from sim.runs.job import Job, chosen, compared_words, first_difference
from sim.runs.replicate import ReplicationError, replicate


@pytest.mark.parametrize(
    ("kept", "replications", "engine"),
    [
        (True, FROM_KEPT - 1, "simpy"),
        (True, FROM_KEPT, "compiled"),
        (False, FROM_NEW - 1, "simpy"),
        (False, FROM_NEW, "compiled"),
    ],
)
def test_auto_compiles_for_many_replications_only(
    monkeypatch: pytest.MonkeyPatch, kept: bool, replications: int, engine: str
) -> None:
    """Thresholds are those of the module; with machine code on disk the quick engine pays much earlier."""
    monkeypatch.setattr(machine_code, "is_kept", lambda *_: kept)
    monkeypatch.setattr(machine_code, "installed", lambda: True)
    choice = choose("auto", replications)
    assert choice.engine == engine
    assert f"{replications} replications" in str(choice)


def test_auto_compiles_for_few_replications_of_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 30 x 600,000 rows are more than MANY_ROWS, 30 x 1,000 are not, and 4 replications are never enough."""
    monkeypatch.setattr(machine_code, "is_kept", lambda *_: False)
    monkeypatch.setattr(machine_code, "installed", lambda: True)
    assert str(choose("auto", 30, 600_000)) == ("engine compiled: quicker for 30 replications of about 600,000 rows")
    assert choose("auto", 30, 1_000).engine == "simpy"
    assert choose("auto", 4, 10_000_000).engine == "simpy"


def test_without_numba_auto_takes_simpy_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The promised words; and asking for the compiled engine by name is refused with what to do."""

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert str(choose("auto", 100_000)) == "engine SimPy: numba is not installed"
    with pytest.raises(EngineError, match="numba is not installed; use --engine simpy"):
        choose("compiled", 1)


def test_an_unknown_engine_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and the names that there are."""
    assert main(["run", str(write_small(tmp_path)), "--engine", "quick"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == ("engine quick: no such engine; there is auto, simpy, compiled")


@pytest.mark.parametrize(("n", "expected"), [(1, 1), (2, 2), (30, 2), (1_000, 2), (1_001, 3), (1_500, 3), (20_000, 40)])
def test_two_replications_or_one_in_500_are_run_again(n: int, expected: int) -> None:
    """Counts by hand; the choice depends on seed and n alone, and another seed chooses others."""
    numbers = range(1, n + 1)
    first = chosen(1, numbers)
    assert len(set(first)) == expected
    assert set(first) <= set(numbers)
    assert chosen(1, numbers) == first
    assert n < 30 or len({chosen(seed, numbers) for seed in range(20)}) > 1


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(load(write_small(tmp_path)), seed=3)


def test_both_engines_give_the_same_tables_and_the_compiled_one_was_compared(job: Job) -> None:
    """equality of all measures, without tolerance, on one worker and on two."""
    simpy = replicate(job, 5)
    for executor in ("serial", "local:2"):
        compiled = replicate(replace(job, engine="compiled"), 5, executor=executor)
        assert compiled.replications.equals(simpy.replications)
        assert compiled.series.equals(simpy.series)
        assert compiled.compared == chosen(3, range(1, 6))
    assert simpy.compared == ()


def broken(scenario, travellers, *, engine="simpy", unlimited=(), kinds=ALL_KINDS):
    """An engine whose compiled twin has drifted: one person less in the third row."""
    log = simulate(scenario, travellers, unlimited=unlimited, kinds=kinds)
    if engine == "compiled":
        log.rows["people"][2] += 1
    return log


def test_a_difference_stops_the_experiment_and_shows_the_first_row(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third row was changed by hand; the words are those of the log as a table."""
    monkeypatch.setattr(jobs, "simulate", broken)
    with pytest.raises(ReplicationError) as caught:
        replicate(replace(job, engine="compiled"), 5)
    words = str(caught.value).splitlines()
    assert words[0] == f"replication {chosen(3, range(1, 6))[0]}: the engines differ in row 3 of the history:"
    assert words[1].split() != words[2].split()
    assert words[1].startswith("  SimPy:    second ")
    assert words[2].startswith("  compiled: second ")


def test_the_last_of_those_run_again_repeats_a_second_flow(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """A twin that drifts only where a limit is lifted is found in the last of them, and all first flows are asked for
    but that one's: counted.
    """
    on_simpy: list[tuple[int, tuple[str, ...]]] = []

    def counted(scenario, travellers, *, engine="simpy", unlimited=(), kinds=ALL_KINDS):
        if engine == "simpy":
            on_simpy.append((travellers.replication, unlimited))
        log = simulate(scenario, travellers, unlimited=unlimited, kinds=kinds)
        if engine == "compiled" and unlimited and drifts:
            log.rows["people"][2] += 1
        return log

    monkeypatch.setattr(jobs, "simulate", counted)
    asked, drifts = replace(job, engine="compiled", n_second_flows=5), False
    first, last = replicate(asked, 5).compared
    assert [number for number, _ in on_simpy] == [first, last]
    assert on_simpy[0][1] == ()
    assert on_simpy[1][1]
    drifts = True
    with pytest.raises(ReplicationError, match=f"replication {last}: the engines differ in row 3"):
        replicate(asked, 5)


def test_a_difference_ends_the_command_with_exit_code_1_and_no_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written; the rows are on lines of their own."""
    monkeypatch.setattr(jobs, "simulate", broken)
    out = tmp_path / "out"
    words = ["--engine", "compiled", "--replications", "3", "--workers", "1", "--no-plots", "--out", str(out)]
    assert main(["run", str(write_small(tmp_path)), *words]) == 1
    said = capsys.readouterr()
    assert "\n  compiled: second " in said.err
    assert said.out == ""
    assert not out.exists()


class Late(SerialExecutor):
    """Repeats on SimPy wait until somebody asks for their result, as behind other jobs of a worker."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if not args or args[-1] not in {(number, True) for number in range(10)}:
            return super().submit(fn, *args, **kwargs)
        future: Future[Any] = Future()
        later = super().submit
        future.exception = lambda timeout=None: later(fn, *args).exception()  # type: ignore[method-assign]  # noqa: ARG005
        future.result = lambda timeout=None: later(fn, *args).result()  # type: ignore[method-assign]  # noqa: ARG005
        return future


@pytest.mark.parametrize("drifted", [False, True])
def test_numbers_are_shown_before_the_repeats_have_ended_and_never_kept(
    drifted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The screen says that they are under way, the lines after it what came of them: identical, or that the numbers
    above are void; then there is no folder.
    """
    monkeypatch.setattr(chunk_runner, "open_executor", lambda *_, **__: Late())
    if drifted:
        monkeypatch.setattr(jobs, "simulate", broken)
    out = tmp_path / "out"
    words = ["--engine", "compiled", "--replications", "3", "--no-plots", "--out", str(out)]
    assert main(["run", str(write_small(tmp_path)), *words]) == (1 if drifted else 0)
    said = capsys.readouterr()
    assert "; 2 still being repeated on SimPy" in " ".join(said.out.split())
    if drifted:
        assert "the engines differ: the numbers above must not be used, and nothing is kept" in said.err
        assert not out.exists()
    else:
        assert said.out.splitlines()[-2:] == ["2 of 3 replications run again on SimPy: identical", str(out)]


def test_a_history_that_ends_early_is_a_difference_too(job: Job) -> None:
    """Expected by hand: the last row is missing on one side."""
    log = simulate(job.scenario, sample(job.scenario, seed=1, replication=1))
    short = EventLog(log.rows[:-1], log.places, log.window_end, log.hard_stop, 1)
    assert first_difference(log, log) == ""
    assert first_difference(short, log).splitlines()[2] == f"  compiled: ended after {len(log) - 1:,} rows"


def test_screen_and_manifest_say_which_engine_ran_and_what_was_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The promised words; counts by the rule."""
    out = tmp_path / "out"
    words = ["--engine", "compiled", "--replications", "3", "--workers", "1", "--no-plots", "--out", str(out)]
    assert main(["run", str(write_small(tmp_path)), *words]) == 0
    shown = capsys.readouterr()
    assert "engine compiled: as asked" in shown.err
    assert "; 2 also on SimPy: identical" in shown.out
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["engine"] == "compiled"
    assert manifest["engine_asked"] == "compiled"
    assert manifest["run_again_on_simpy"] == {"replications": list(chosen(1, range(1, 4))), "identical": True}
    assert "numba" in manifest["versions"]
    assert compared_words(3, 1_500) == "3 of 1,500 replications run again on SimPy: identical"


def test_every_engine_that_can_be_chosen_can_simulate() -> None:
    """The words of the option and the engines of the flow are one list."""
    assert set(engines.ASKED) == {*engines.NAMES, "auto"}
