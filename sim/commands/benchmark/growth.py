"""How time and memory grow with travellers, and what a second worker brings."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from sim.commands.benchmark import network
from sim.commands.benchmark.timing import Line, in_a_process_of_its_own
from sim.flow import simulate
from sim.flow.log import ALL_KINDS, Kind
from sim.machine import machine_code
from sim.runs.job import Job
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
        rates[number] = max(rates[number], _rate(job, n * number, number))
    yield Line("workers", "replications with 2 workers / 1", rates[2] / rates[1], "times", at_least=1.8)


def _rate(job: Job, n: int, n_workers: int) -> float:
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
