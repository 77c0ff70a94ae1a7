"""How time and memory grow: with travellers, workers, points of a sweep, on a cluster; and how long commands take."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from sim.commands.benchmark import network
from sim.commands.benchmark.timing import Line, in_a_process_of_its_own
from sim.commands.sweep.design import Design, read_axis
from sim.commands.sweep.plan import Point, SweepPlan, measure_names, points_of
from sim.commands.sweep.running import found_in, run_sweep
from sim.flow import simulate
from sim.flow.engines import COMPILED
from sim.flow.log import ALL_KINDS, Kind
from sim.keeping.chunkstore import ChunkStore
from sim.machine import machine_code
from sim.runs.chunk_runner import Where, begin_worker
from sim.runs.job import Job, run_one
from sim.runs.replicate import replicate
from sim.sampling import sample
from sim.scenario import load
from sim.words.commands import SAID
from sim.words.language import language

MOST_TIMES = 1_000
ARRIVALS = (Kind.ARRIVED,)
MILLION = 1_000_000 * 1.002 / network.PEOPLE  # two parts in a thousand more: two standard deviations of the number


def growth(*, full: bool) -> Iterator[Line]:
    """Time and memory per traveller at 1, 10 and 100 times the travellers, rooms and staff."""
    empty = in_a_process_of_its_own(sample_and_flow, 0.01)[1]
    base = 0.0
    for times in (1, 10, 100):
        (seconds, people), memory = in_a_process_of_its_own(sample_and_flow, times)
        each = 1e6 * seconds / people
        yield Line("growth", f"{times} × travellers and rooms: time per traveller", each, "µs")
        yield Line("growth", f"{times} ×: memory per traveller", 1024 * (memory - empty) / people, "KB")
        base = base or each
        if times == 100:
            yield Line("growth", "time per traveller, 100 × / 1 ×", each / base, "times", at_most=1.6)
    if full:
        yield from without_a_log(empty)
        (_, people), memory = in_a_process_of_its_own(sample_and_flow, MILLION)
        yield Line("growth", f"{people:,} travellers in one replication: most memory", memory / 1024, "GB", at_most=3)


def without_a_log(empty: float) -> Iterator[Line]:
    """8.4 million travellers, nearly as many as can be told apart, of whom arrivals at sites alone are written."""
    (seconds, people), _ = in_a_process_of_its_own(sample_and_flow, 1, ARRIVALS)
    base, times = seconds / people, MOST_TIMES
    (seconds, people), memory = in_a_process_of_its_own(sample_and_flow, times, ARRIVALS)
    what = f"{people:,} travellers without a log"
    yield Line("growth", f"{what}: memory per traveller", 1024 * (memory - empty) / people, "KB", at_most=0.4)
    yield Line("growth", f"{what}: time per traveller / 1 ×", seconds / people / base, "times", at_most=1.6)


def sample_and_flow(times: float, kinds: tuple[Kind, ...] = ALL_KINDS) -> tuple[float, int]:
    """Seconds of the processor for draws and compiled flow (least of three), and the number of travellers."""
    scenario = network.scenario(times)
    best, people = float("inf"), 0
    for number in range(4 if times <= 10 else 2):
        began = time.process_time()
        travellers = sample(scenario, seed=network.SEED, replication=number)
        simulate(scenario, travellers, engine="compiled", kinds=kinds)
        if number:  # the first one loads the machine code
            best = min(best, time.process_time() - began)
        people = int(travellers.party_size.sum())
    return best, people


def workers(n: int) -> Iterator[Line]:
    """Replications per second on two workers and on one, once all workers are at work; the better of two tries."""
    job = Job(load(network.scenario_file("xiangzhou")), network.SEED, engine="compiled", series=False)
    rates = {1: 0.0, 2: 0.0}
    for _, number in itertools.product(range(2), rates):
        rates[number] = max(rates[number], _rate_of_workers(job, n * number, number))
    yield Line("workers", "replications with 2 workers / 1", rates[2] / rates[1], "times", at_least=1.8)


def _rate_of_workers(job: Job, n: int, n_workers: int) -> float:
    """Replications per second in the last three quarters of an experiment."""
    finished_at: list[float] = []
    replicate(job, n, executor=f"local:{n_workers}", progress=lambda _: finished_at.append(time.perf_counter()))
    begin = n // 4
    return (n - 1 - begin) / (finished_at[-1] - finished_at[begin])


def commands() -> Iterator[Line]:
    """Seconds until commands have answered, the least of three."""
    case = str(network.scenario_file("xiangzhou"))
    for words, name, limit in (
        (("--help",), "qcap --help", 0.3),
        (("check", case), "qcap check xiangzhou", 3.0),
    ):
        yield Line("commands", name, min(_answer(words) for _ in range(3)), "s", at_most=limit)


RUN = ("run", str(network.scenario_file("xiangzhou")), "--out", "results")


def warm() -> Iterator[Line]:
    """Seconds of a run whose engine is there, the least of three: until its screen, and until all files are."""
    few = min(_answer((*RUN, "--replications", "30"), screen=True) for _ in range(3))
    yield Line("warm", "qcap run xiangzhou, 30 replications, until the screen", few, "s", at_most=5)
    default = min(_answer(RUN, screen=True) for _ in range(3))
    yield Line("warm", "100 replications, until the screen", default, "s")
    whole = min(_answer(RUN) for _ in range(3))
    yield Line("warm", "100 replications, until all files and pictures are there", whole, "s", at_most=20)


def first_use() -> Iterator[Line]:
    """Seconds of a run that finds no machine code, once."""
    for n, limit in ((30, 25), (100, None)):
        seconds = _answer((*RUN, "--replications", f"{n}"), keep=False, screen=True)
        yield Line("first", f"qcap run xiangzhou, {n} replications, until the screen", seconds, "s", at_most=limit)


def thousand() -> Iterator[Line]:
    """Seconds of a thousand replications with all files and pictures, once."""
    for words, name, limit in (
        (("--ensemble", "none"), "1,000 replications of one setting", 25),
        ((), "1,000 replications, each another draw of the ensemble", 35),
    ):
        yield Line("thousand", name, _answer((*RUN, "--replications", "1000", *words)), "s", at_most=limit)


FEW_HISTORIES, MORE_HISTORIES, MANY_HISTORIES = 1_000, 3_000, 20_000


def calibration() -> Iterator[Line]:
    """Minutes of the histories of a long calibration, from what two thousand more of them take: what is done once, such
    as fresh histories of the setting, is in both and falls out.
    """
    case = str(network.scenario_file("xiangzhou"))
    few, more = (
        _answer(("calibrate", case, "--budget", f"{budget}", "--out", "results"))
        for budget in (FEW_HISTORIES, MORE_HISTORIES)
    )
    minutes = (more - few) / (MORE_HISTORIES - FEW_HISTORIES) * MANY_HISTORIES / 60
    yield Line(
        "calibration", f"{MANY_HISTORIES:,} histories of qcap calibrate xiangzhou", minutes, "minutes", at_most=8
    )


def _answer(words: tuple[str, ...], *, keep: bool = True, screen: bool = False) -> float:
    """Seconds of one command, or until it has shown its screen; without `keep` machine code that was kept is not found.
    Raises CalledProcessError.
    """
    home = str(network.scenario_file("x").parents[1])
    after_screen = SAID["follows"].partition("}")[2]
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = {} if keep else {machine_code.FOLDER_VARIABLE: f"{folder}/cache"}
        env = os.environ | {"PYTHONPATH": home, "QCAP_LANG": language()} | elsewhere
        program = [sys.executable, "-m", "sim", *words]
        began = time.perf_counter()
        with subprocess.Popen(
            program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder, env=env
        ) as running:
            shown = [
                time.perf_counter() for line in running.stdout or () if after_screen in line.decode(errors="replace")
            ]
        ended = time.perf_counter()
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, program)
        return (shown[0] if screen else ended) - began


REPLICATIONS = 20
SECONDS_BETWEEN_LOOKS = 1.0
"""Each look at the memory costs some milliseconds of a core."""


def sweeps(n_points: int, *, limits: bool) -> Iterator[Line]:
    """Time and memory of a sweep of Xiangzhou over `n_points` levels of arrivals, 20 replications each.

    `limits`: only for long sweeps, in which starting and ending do not count for much.
    """
    begin_worker(COMPILED)
    whole, memory = _sweep(n_points)
    bare = _bare(n_points)
    what = f"{n_points} points × {REPLICATIONS} replications on 2 workers"
    yield Line("sweep", f"{what}: seconds", whole, "s")
    yield Line("sweep", "its replications in a plain loop on 2 processes: seconds", bare, "s")
    yield Line("sweep", "sweep / plain loop", whole / bare, "times", at_most=1.15 if limits else None)
    if memory:
        yield Line("sweep", "most memory of all its processes", memory / 1024, "GB", at_most=1.0)


def clusters(n_points: int) -> Iterator[Line]:
    """Throughput of a Dask cluster against local processes, two workers each; the better of two tries."""
    if importlib.util.find_spec("distributed") is None:
        return
    with _cluster() as address:
        tries = [(_rate(n_points, "local:2"), _rate(n_points, address)) for _ in range(2)]
    local, cluster = map(max, zip(*tries, strict=True))
    yield Line("cluster", "Dask with 2 workers / 2 processes", cluster / local, "times", at_least=0.85)


def plan_of(n_points: int) -> SweepPlan:
    """A sweep over the level of arrivals."""
    base = load(network.scenario_file("xiangzhou"))
    axis, _ = read_axis(_vary(n_points))
    assert axis is not None
    return SweepPlan(base, (axis,), Design(), network.SEED, REPLICATIONS, measure_names((), base))


def _vary(n_points: int) -> str:
    """Levels close to the case's own, so that all points take about as long."""
    return f"arrivals.factor=1:{1 + (n_points - 1) * 0.0001:.4f}:0.0001"


def _sweep(n_points: int) -> tuple[float, float]:
    """Seconds of the command, and the most memory (MB) of it and its workers together."""
    home = network.scenario_file("xiangzhou").parents[1]
    with tempfile.TemporaryDirectory() as folder:
        words = [
            *("sweep", str(network.scenario_file("xiangzhou")), "--vary", _vary(n_points)),
            *("--replications", str(REPLICATIONS), "--seed", str(network.SEED), "--engine", "compiled"),
            *("--workers", "2", "--out", str(Path(folder) / "out"), "--quiet"),
        ]
        began, most = time.perf_counter(), 0.0
        with subprocess.Popen(
            [sys.executable, "-m", "sim", *words], cwd=folder, env=os.environ | {"PYTHONPATH": str(home)},
            stdout=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            while not _has_ended(process, SECONDS_BETWEEN_LOOKS):
                most = max(most, _memory_of_tree(process.pid))
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, words)
        return time.perf_counter() - began, most


def _has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait so long for a process, or until it has ended."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    return process.returncode is not None


def _bare(n_points: int) -> float:
    """Seconds from the first replication to the last, on two processes of which each has loaded the engine."""
    plan = plan_of(n_points)
    points = points_of(plan)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context, initializer=begin_worker, initargs=(COMPILED,)) as pool:
        list(pool.map(_replications, [plan] * 2, [points[:1]] * 2))  # both are there and warm
        began = time.perf_counter()
        list(pool.map(_replications, [plan] * 2, [points[0::2], points[1::2]]))
        return time.perf_counter() - began


def _replications(plan: SweepPlan, points: tuple[Point, ...]) -> None:
    for point in points:
        job = plan.job(point.settings, COMPILED)
        for number in range(1, plan.replications + 1):
            run_one(job, number)


def _rate(n_points: int, executor: str) -> float:
    """Replications per second in the last three quarters of a sweep."""
    plan = plan_of(n_points)
    points = points_of(plan)
    finished_at: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder, ChunkStore(Path(folder)).locked() as store:
        index = found_in(store, points, plan.replications).index
        where = Where(COMPILED, executor, 2)
        run_sweep(plan, points, store, index, where, lambda n: finished_at.append((time.perf_counter(), n)))
    begin = finished_at[len(finished_at) // 4]
    return (finished_at[-1][1] - begin[1]) / (finished_at[-1][0] - begin[0])


@contextlib.contextmanager
def _cluster() -> Iterator[str]:
    """Address of a scheduler with two workers, as the README starts them."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    home = network.scenario_file("xiangzhou").parents[1]
    parts = [("dask_scheduler", "--host", "tcp://127.0.0.1", "--port", str(port), "--no-dashboard")]
    parts += [("dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard")] * 2
    running = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{name}", *words], env=os.environ | {"PYTHONPATH": str(home)},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        for name, *words in parts
    ]  # fmt: skip
    try:
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def _memory_of_tree(process: int) -> float:
    """Memory (MB) of a process and its children now, pages that they share counted once (Pss). 0 where nobody tells."""
    total, waiting = 0.0, [process]
    while waiting:
        number = waiting.pop()
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{number}/smaps_rollup").read_text(encoding="utf-8").splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) / 1024
            for task in Path(f"/proc/{number}/task").glob("*/children"):
                waiting += map(int, task.read_text(encoding="utf-8").split())
    return total
