"""What each part of the benchmark computes from what was measured: measurements given by hand, no clock is asked."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli_case import write_small

from sim.cli import main
from sim.commands.benchmark import case, growth, network, plan, programs, staffing, timing
from sim.commands.benchmark.network import Result
from sim.commands.benchmark.timing import Line
from sim.commands.sweep.plan import points_of


def figures(lines: Iterator[Line]) -> dict[str, tuple[float, str]]:
    """Value and verdict of each line, by its words."""
    return {line.what: (line.value, line.verdict) for line in lines}


def clock(monkeypatch: pytest.MonkeyPatch, module: Any, *seconds: float) -> None:
    """Let a module's clock show these seconds, one after another."""
    monkeypatch.setattr(module, "time", SimpleNamespace(perf_counter=iter(seconds).__next__))


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario of three days in place of the case."""
    file = write_small(tmp_path)
    for module in (case, network):
        monkeypatch.setattr(module, "scenario_file", lambda _: file)
    return file


def test_growth_is_told_per_traveller_and_against_the_smallest_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 2 s for 1,000 people are 2,000 µs each, 640 s for 100,000 are 6,400: 3.2 times, limit 1.6. Memory: the
    100 MB of nearly nobody are left out: (110 - 100) MB / 1,000 people = 10.24 KB; 3,125 MB / 8,000,000 = 0.4 KB.
    """
    measured = {
        0.01: ((0.0, 10), 100.0), 1: ((2.0, 1_000), 110.0), 10: ((20.0, 10_000), 200.0),
        100: ((640.0, 100_000), 1_100.0), growth.MILLION: ((9.0, 1_000_123), 2_048.0),
        1_000: ((24_000.0, 8_000_000), 3_225.0),
    }  # fmt: skip
    monkeypatch.setattr(growth, "in_a_process_of_its_own", lambda _, times, *_kinds: measured[times])
    found = figures(growth.growth(full=True))
    assert found["1 × travellers and rooms: time per traveller"] == (2_000.0, "")
    assert found["10 ×: memory per traveller"] == (pytest.approx(10.24), "")
    assert found["time per traveller, 100 × / 1 ×"] == (pytest.approx(3.2), "no")
    assert found["1,000,123 travellers in one replication: most memory"] == (2.0, "yes")
    assert found["8,000,000 travellers without a log: memory per traveller"] == (pytest.approx(0.4), "yes")
    assert found["8,000,000 travellers without a log: time per traveller / 1 ×"] == (pytest.approx(1.5), "yes")
    assert len(found) == 10
    assert len(list(growth.growth(full=False))) == 7


def test_a_second_worker_is_judged_by_the_better_of_two_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: from the second of 8 replications on 5 end in 5 s on one worker; from the fourth of 16, 11 in 5 s on
    two, and in the second try 11 in 10 s, which is not counted: 2.2 / 1.
    """
    steps = iter([1.0, 5 / 11, 1.0, 10 / 11])
    now = [0.0]
    monkeypatch.setattr(growth, "time", SimpleNamespace(perf_counter=lambda: now[0]))

    def replicate(_job: object, n: int, *, executor: str, progress: Callable[[int], None]) -> None:
        assert executor == f"local:{n // 8}"
        step = next(steps)
        for number in range(n):
            now[0] += step
            progress(number)

    monkeypatch.setattr(growth, "replicate", replicate)
    assert figures(growth.workers(8)) == {"replications with 2 workers / 1": (pytest.approx(2.2), "yes")}


def test_commands_are_judged_by_their_quickest_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: the least of three; of long ones the only one. Limits are those of the issues."""
    quick = [0.5, 0.2, 0.4, 9.0, 3.5, 4.0, 7.0, 4.9, 6.0, 9.0, 8.0, 8.5, 30.0, 19.0, 21.0]
    answers = iter([*quick, 26.0, 50.0, 25.0, 36.0, 40.0, 136.0])
    asked = []

    def answer(words: tuple[str, ...], *, keep: bool = True, screen: bool = False) -> float:
        asked.append((len(words), keep, screen))
        return next(answers)

    monkeypatch.setattr(growth, "_answer", answer)
    assert figures(growth.commands()) == {"qcap --help": (0.2, "yes"), "qcap check xiangzhou": (3.5, "no")}
    assert list(figures(growth.warm()).values()) == [(4.9, "yes"), (8.0, ""), (19.0, "yes")]
    assert asked[6::3] == [(6, True, True), (4, True, True), (4, True, False)]
    assert list(figures(growth.first_use()).values()) == [(26.0, "no"), (50.0, "")]
    assert list(figures(growth.thousand()).values()) == [(25.0, "yes"), (36.0, "no")]
    assert figures(growth.calibration()) == {"20,000 histories of qcap calibrate xiangzhou": (16.0, "no")}
    assert asked[-6:-2] == [(6, False, True), (6, False, True), (8, True, False), (6, True, False)]


def test_a_screen_is_timed_until_it_is_there(tmp_path: Path) -> None:
    """A run of a tiny scenario: its screen comes before its pictures."""
    words = ("run", str(write_small(tmp_path)), "--replications", "2", "--out", "results")
    assert growth._answer(words, screen=True) > 0


def test_a_command_that_fails_is_not_timed() -> None:
    """An answer that comes quickly because something is broken would look good."""
    assert growth._answer(("measures",)) > 0
    with pytest.raises(subprocess.CalledProcessError, match="returned non-zero exit status 2"):
        growth._answer(("check", "no_such_file.toml"))


@pytest.mark.parametrize(("memory", "verdict"), [(512.0, "yes"), (2_048.0, "no"), (0.0, None)])
def test_a_sweep_is_told_beside_its_replications(
    monkeypatch: pytest.MonkeyPatch, memory: float, verdict: str | None
) -> None:
    """By hand: 12 s against 10 s are 1.2 times, over the limit of 1.15 that holds for long ones. Where the system does
    not tell memory there is no line about it.
    """
    monkeypatch.setattr(growth, "begin_worker", lambda _: None)
    monkeypatch.setattr(growth, "_sweep", lambda _: (12.0, memory))
    monkeypatch.setattr(growth, "_bare", lambda _: 10.0)
    found = figures(growth.sweeps(3, limits=True))
    assert found["3 points × 20 replications on 2 workers: seconds"] == (12.0, "")
    assert found["sweep / plain loop"] == (pytest.approx(1.2), "no")
    assert found.get("most memory of all its processes", (0, None)) == (memory / 1024, verdict)
    assert figures(growth.sweeps(3, limits=False))["sweep / plain loop"][1] == ""


def test_a_cluster_is_judged_by_the_better_of_two_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 10 a second on processes at best, 9 on the cluster. Without the library nothing is measured."""
    rates = {"local:2": iter([10.0, 8.0]), "tcp://here": iter([4.0, 9.0])}
    monkeypatch.setattr(growth, "_cluster", lambda: contextlib.nullcontext("tcp://here"))
    monkeypatch.setattr(growth, "_rate", lambda _, executor: next(rates[executor]))
    assert figures(growth.clusters(5)) == {"Dask with 2 workers / 2 processes": (pytest.approx(0.9), "yes")}
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert list(growth.clusters(5)) == []


@pytest.mark.usefixtures("small")
def test_the_plain_loop_does_each_replication_of_a_sweep_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three levels of arrivals with two replications each: six runs, none of them twice."""
    monkeypatch.setattr(growth, "REPLICATIONS", 2)
    planned = growth.plan_of(3)
    assert [axis.settings for axis in planned.axes] == [((1.0,), (1.0001,), (1.0002,))]
    assert planned.axes[0].paths == ("arrivals.factor",)
    done: list[tuple[float, int]] = []
    monkeypatch.setattr(growth, "run_one", lambda job, number: done.append((job.scenario.arrivals.factor, number)))
    growth._replications(planned, points_of(planned))
    assert done == list(itertools.product((1.0, 1.0001, 1.0002), (1, 2)))


@pytest.mark.usefixtures("small")
def test_the_rate_of_a_sweep_is_that_of_its_last_three_quarters(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: of four chunks with 5 replications each the first ends after 100 s, the others one second apart: from
    the second one on 10 replications in 2 seconds.
    """
    clock(monkeypatch, growth, 100.0, 101.0, 102.0, 103.0)

    def run_sweep(*arguments: Any) -> None:
        for finished in (5, 10, 15, 20):
            arguments[-1](finished)

    monkeypatch.setattr(growth, "run_sweep", run_sweep)
    assert growth._rate(4, "local:2") == 5.0


def test_the_sweep_that_is_timed_is_the_command_itself(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time and the memory of all its processes; one that fails is not timed."""
    monkeypatch.setattr(growth, "REPLICATIONS", 1)
    seconds, memory = growth._sweep(2)
    assert seconds > 0
    assert memory == 0 or 50 < memory < 2_000
    small.write_text("schema = 1", encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError, match="exit status 2"):
        growth._sweep(2)


def test_the_cluster_ends_workers_first_and_waits_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that outlives its scheduler would try to reach it again; also when measuring fails."""
    done: list[str] = []

    class Process:
        def __init__(self, words: list[str], **_: Any) -> None:
            self.name = words[2].removeprefix("distributed.cli.dask_")
            done.append(f"{self.name} starts")

        def terminate(self) -> None:
            done.append(f"{self.name} is ended")

        def wait(self) -> None:
            done.append(f"{self.name} has ended")

    monkeypatch.setattr("subprocess.Popen", Process)

    def measure() -> None:
        with growth._cluster() as address:
            assert address.startswith("tcp://127.0.0.1:")
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        measure()
    assert done[:3] == ["scheduler starts", "worker starts", "worker starts"]
    ended = ["is ended", "has ended"]
    assert done[3:] == [f"{name} {word}" for name in ("worker", "worker", "scheduler") for word in ended]


def test_memory_of_a_process_counts_its_children() -> None:
    """A child that holds 100 MB makes that difference; a process that has ended has none."""
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("this system does not tell the memory of other processes")
    alone = growth._memory_of_tree(os.getpid())
    words = "x = bytearray(b'1') * 100_000_000; print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", words], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        both = growth._memory_of_tree(os.getpid())
        child.communicate(b"\n")
    assert 90 < both - alone < 200
    assert growth._memory_of_tree(child.pid) == 0.0


def test_parts_are_measured_in_order_and_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """`full` asks for more repetitions; one part alone measures nothing else."""
    asked: list[tuple[Any, ...]] = []

    def measured(name: str) -> Callable[..., Iterator[Line]]:
        def lines(*arguments: Any, **named: Any) -> Iterator[Line]:
            asked.append((name, *arguments, *named.values()))
            return iter([Line(name, name, 1.0, "s")])

        return lines

    always = ["compare", "case", "growth", "workers", "sweeps", "clusters", "commands", "warm", "beside_others"]
    for name in (*always, "first_use", "thousand", "calibration"):
        monkeypatch.setattr(plan, name, measured(name))
    assert [line.part for line in plan.benchmark(full=False)] == always
    everything = [*always[:-1], "first_use", "thousand", "calibration", always[-1]]
    assert [line.part for line in plan.benchmark(full=True)] == everything
    assert [line.part for line in plan.benchmark(full=False, parts=["first"])] == ["first_use"]
    assert ("sweeps", 20, False) in asked
    assert ("compare", 5, 2) in asked
    asked.clear()
    assert [line.part for line in plan.benchmark(full=True, parts=["sweep"])] == ["sweeps"]
    assert asked == [("sweeps", 500, True)]


def test_a_part_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """words and exit code 2, before anything is measured."""
    assert main(["benchmark", "--part", "speed"]) == 2
    names = "network, case, growth, workers, sweep, cluster, commands, warm, first, thousand, calibration, staff"
    assert capsys.readouterr().err == f"--part speed: must be one of {names}\n"
    assert main(["benchmark", "--short", "--full"]) == 2
    assert capsys.readouterr().err == "--short: goes without --full and --part\n"


def test_programs_that_agree_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 50 s against 1 s, 600 against 1; all measures 4 s against 1 of C++, limit 2.6. Without Ciw and
    C++ nothing about them.
    """
    rows = [Result(x, x, x, x) for x in (9.0, 11.0) * 10]
    ours = {name: lambda number: rows[number] for name in (programs.COMPILED, programs.SIMPY, programs.TUTORIAL)}
    seconds = {programs.COMPILED: [1.0], programs.SIMPY: [4.0], programs.TUTORIAL: [50.0], programs.CIW: [600.0]}
    seconds |= {programs.CPP: [1.0], programs.ALL: [4.0]}
    monkeypatch.setattr(programs, "interleaved", lambda found, _: {name: seconds[name] for name in found})
    monkeypatch.setattr(
        programs, "programs", lambda: ours | dict.fromkeys((programs.CIW, programs.CPP), lambda number: rows[number])
    )
    found = figures(programs.compare(rounds=2, rounds_of_ciw=2))
    assert found["SimPy engine: replications per second and core"] == (0.25, "")
    assert found["tutorial-style SimPy / compiled engine"] == (50.0, "yes")
    assert found["Ciw / compiled engine"] == (600.0, "")
    assert found["compiled engine / dedicated C++"] == (1.0, "yes")
    assert found["compiled engine with all measures / dedicated C++"] == (4.0, "no")
    assert found["people served: furthest apart"] == (pytest.approx(0.0, abs=1.0), "yes")
    monkeypatch.setattr(programs, "programs", lambda: ours)
    told = figures(programs.compare(rounds=2, rounds_of_ciw=2))
    assert not [what for what in told if "Ciw" in what or "C++" in what]


def test_the_short_form_fails_when_the_engine_is_a_third_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: 42 times was measured, so 31.5 is the least; without a compiler nothing is told of C++."""
    for slow, verdict in ((31.6, "yes"), (31.4, "no")):
        seconds = {programs.COMPILED: [1.0], programs.BARE: [slow], programs.CPP: [0.5]}
        monkeypatch.setattr(programs, "interleaved", lambda found, _, s=seconds: {name: s[name] for name in found})
        monkeypatch.setattr(programs, "cpp_program", lambda: lambda _number: None)
        found = figures(programs.in_short())
        assert found["bare SimPy program / compiled engine"] == (slow, verdict)
        assert found["compiled engine / dedicated C++"] == (2.0, "")
        monkeypatch.setattr(programs, "cpp_program", lambda: None)
        assert len(list(programs.in_short())) == 1


def test_claims_of_staffing_are_told_beside_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: costs 1.0 and 1.1 of the least; of the other one no claim and one that fails, at 0.9."""
    ours = [staffing.Claim(1.0, 100, false=False), staffing.Claim(1.1, 300, false=False)]
    other = [staffing.Claim(math.nan, 100, false=False), staffing.Claim(0.9, 300, false=True)]
    monkeypatch.setattr(staffing, "claims", lambda n: {staffing.OURS: ours, "optuna": other} if n == 2 else {})
    found = figures(staffing.beside_others(2))
    assert found["qcap staff: cost / least cost that is true, 2 small problems"] == (pytest.approx(1.05), "")
    assert found["qcap staff: replications, mean"] == (200.0, "")
    assert found["qcap staff: plans claimed to hold that fail, 2 small problems"] == (0, "yes")
    assert found["optuna: cost / least cost that is true, 2 small problems"] == (pytest.approx(0.9), "")
    assert found["optuna: plans claimed to hold that fail, 2 small problems"] == (1, "")


def test_programs_without_spread_are_not_apart() -> None:
    """One program that gives the same figure each time has no standard error to divide by."""
    same = [Result(3, 1, 1, 1)] * 4
    lines = figures(programs.agreement({programs.COMPILED: same, programs.TUTORIAL: same[:1]}))
    assert lines["people served: furthest apart"] == (0.0, "yes")


@pytest.mark.usefixtures("small")
def test_the_case_is_told_as_ratios_of_its_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: flow 30 s against 1, all 33 against 3: what is around the compiled flow takes 3 - 1 = 2 times as long;
    bare SimPy 10 s: the engine 3 times.
    """
    seconds = {
        "flow compiled": [1.0], "flow simpy": [30.0], "all compiled": [3.0], "all simpy": [33.0],
        "sample": [0.5], "bare": [10.0], "measures": [0.01],
    }  # fmt: skip

    def interleaved(work: dict[str, Callable[[int], object]], rounds: dict[str, int]) -> dict[str, list[float]]:
        for name, do in work.items():
            for number in range(rounds[name]):
                do(number)
        assert work.keys() == seconds.keys()
        return seconds

    monkeypatch.setattr(case, "interleaved", interleaved)
    monkeypatch.setattr(case, "in_a_process_of_its_own", lambda do, engine: (do(engine), 77.0))
    found = figures(case.case(rounds=2))
    assert found["SimPy / compiled, flow"] == (30.0, "yes")
    assert found["SimPy / compiled, sample + flow + measures"] == (11.0, "yes")
    assert found["sample + measures / compiled flow"] == (2.0, "no")
    assert found["sample / compiled flow"] == (0.5, "")
    assert found["compiled flow of a replication"] == (1000.0, "no")
    assert found["measures and series of a replication"] == (10.0, "yes")
    assert found["SimPy engine / bare SimPy program"] == (3.0, "no")
    assert found["SimPy engine: most memory of a replication"] == (77.0, "")
    assert found["SimPy engine: events per replication"][1] == "yes"


def test_memory_is_asked_of_the_system_in_another_way_where_there_is_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS, where the figure comes in bytes, and as on Windows, where there is none."""
    import resource  # noqa: PLC0415  not on Windows

    monkeypatch.setattr(timing, "Path", lambda _: Path("/no/such/file"))
    monkeypatch.setattr(resource, "getrusage", lambda _: SimpleNamespace(ru_maxrss=300 * 2**20))
    assert timing.most_memory() == 300.0
    monkeypatch.setitem(sys.modules, "resource", None)
    assert timing.most_memory() == 0.0
