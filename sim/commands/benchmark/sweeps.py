"""What a sweep adds to its replications, in time and memory, and what a cluster loses against processes.

A sweep is the command itself, from start to finish, with tables and pictures, on two workers. Beside it two processes
do the same replications in a plain loop (sample, simulate, measure), each one half of them. Both feel whatever else the
machine does. A cluster is a scheduler and two workers on this machine; its throughput is that of the middle of a sweep,
with everybody at work.
"""

from __future__ import annotations

import contextlib
import importlib.util
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
from sim.commands.benchmark.timing import Line
from sim.commands.sweep.design import Design, read_axis
from sim.commands.sweep.plan import Point, SweepPlan, measure_names, points_of
from sim.commands.sweep.running import found_in, run_sweep
from sim.flow.engines import COMPILED
from sim.keeping.chunkstore import ChunkStore
from sim.runs.chunk_runner import Where, begin_worker
from sim.runs.job import run_one
from sim.scenario import load

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
