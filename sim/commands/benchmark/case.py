"""The Xiangzhou case on both engines, and what SimPy itself costs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import simpy

from sim.commands.benchmark.network import SEED, scenario_file
from sim.commands.benchmark.programs import bare
from sim.commands.benchmark.timing import Line, in_a_process_of_its_own, interleaved, median, ratio
from sim.flow import simulate
from sim.measures import measure
from sim.runs.job import Job, run_one
from sim.sampling import sample
from sim.scenario import load

PART = "Xiangzhou case"
ENGINES = {"compiled": "compiled engine", "simpy": "SimPy engine"}


def case(rounds: int) -> Iterator[Line]:
    """Speed, memory and the SimPy engine against a bare SimPy program."""
    scenario = load(scenario_file("xiangzhou"))
    travellers = [sample(scenario, seed=SEED, replication=number) for number in range(rounds + 1)]
    logs = [simulate(scenario, one, engine="compiled") for one in travellers]
    jobs = {engine: Job(scenario, SEED, engine=engine, series=False) for engine in ENGINES}
    work: dict[str, Any] = {f"flow {e}": lambda n, e=e: simulate(scenario, travellers[n], engine=e) for e in ENGINES}
    work |= {f"all {e}": lambda n, e=e: run_one(jobs[e], n) for e in ENGINES}
    work["sample"] = lambda n: sample(scenario, seed=SEED, replication=n)
    seconds_of_rows = [log.rows["second"].tolist() for log in logs]
    work["measures"] = lambda n: measure(logs[n], scenario)
    work["bare"] = lambda n: bare(seconds_of_rows[n])
    seconds = interleaved(work, dict.fromkeys(work, rounds))
    rows = sum(len(log) for log in logs[1:]) / rounds
    for engine, name in ENGINES.items():
        yield Line(PART, f"{name}: replications per second and core", 1 / median(seconds, f"all {engine}"), "1/s")
        yield Line(PART, f"{name}: rows of the history per second", rows / median(seconds, f"flow {engine}"), "1/s")
        _, memory = in_a_process_of_its_own(one_replication, engine)
        yield Line(PART, f"{name}: most memory of a replication", memory, "MB")
    yield Line(PART, "SimPy / compiled, flow", ratio(seconds, "flow simpy", "flow compiled"), "times", at_least=20)
    whole = ratio(seconds, "all simpy", "all compiled")
    yield Line(PART, "SimPy / compiled, sample + flow + measures", whole, "times", at_least=10)
    flow = median(seconds, "flow compiled")
    around = median(seconds, "all compiled") - flow
    yield Line(PART, "sample + measures / compiled flow", around / flow, "times", at_most=1.5)
    yield Line(PART, "sample / compiled flow", median(seconds, "sample") / flow, "times")
    yield Line(PART, "SimPy engine / bare SimPy program", ratio(seconds, "flow simpy", "bare"), "times", at_most=2.0)
    for name, what, limit in (
        ("flow compiled", "compiled flow of a replication", 15),
        ("measures", "measures and series of a replication", 12),
    ):
        yield Line(PART, what, 1000 * median(seconds, name), "ms", at_most=limit)
    events = counted_events(lambda: simulate(scenario, travellers[1]))
    yield Line(PART, "SimPy engine: events per replication", events, "events", at_most=1_200_000)


def one_replication(engine: str) -> None:
    """One replication with its measures; for memory."""
    run_one(Job(load(scenario_file("xiangzhou")), SEED, engine=engine, series=False), 1)


def counted_events(do: Any) -> int:
    """How many events SimPy handles while a function runs."""
    counts = [0]
    with _counting(counts):
        do()
    return counts[0]


@contextlib.contextmanager
def _counting(counts: list[int]) -> Iterator[None]:
    """SimPy's scheduling, counted, for a while."""
    original = simpy.Environment.schedule

    def schedule(self: simpy.Environment, *arguments: Any, **named: Any) -> None:
        counts[0] += 1
        original(self, *arguments, **named)

    simpy.Environment.schedule = schedule  # type: ignore[method-assign]
    try:
        yield
    finally:
        simpy.Environment.schedule = original  # type: ignore[method-assign]
