"""The benchmark network in seven programs: first that they agree, then how long each takes.

- Ours, on both engines.
- As a reader of SimPy's documentation would write it: resources, with-blocks, one process each.
- In Ciw, with the features that Ciw has for it and no more nodes than needed. A room is a server of its site's node. It
  is held until check-out ends, which two nodes of Ciw can't express; as stays have one length, people of a site come to
  check-out in the order in which they took their rooms, so the room's service time can hold the wait for the one clerk:
  this spares Ciw a node per site.
- In C++ (`network.cpp`), for this network and nothing else: one heap of events, no log. Where a compiler is there.
- The same on the queue of events of Cimba, a simulation library in C (extra `benchmark`), in place of the heap.
- The same for numba (`network.py`).

And the barest SimPy program there is: one timeout for each row of a history.
"""

from __future__ import annotations

import ctypes
import importlib.util
import math
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import simpy

from sim.commands.benchmark import network
from sim.commands.benchmark.network import Program, Result, numba_program
from sim.commands.benchmark.timing import Line, interleaved, median, ratio
from sim.flow import simulate
from sim.runs.job import Job, run_one
from sim.sampling import sample

PART = "network"
COMPILED, SIMPY, TUTORIAL, CIW = "compiled engine", "SimPy engine", "tutorial-style SimPy", "Ciw"
CPP, NUMBA, BARE = "dedicated C++", "dedicated numba", "bare SimPy program"
CIMBA = "dedicated C++ on Cimba's events"
ALL = "compiled engine with all measures"
AT_MOST = {
    (COMPILED, CPP): 1.5,
    (ALL, CPP): 8 / 3.05,
    (COMPILED, NUMBA): None,
    (ALL, NUMBA): None,
    (COMPILED, CIMBA): None,
}
"""How many times the seconds of a dedicated program ours may take; of all measures 8 ms where C++ takes 3.05."""
FURTHEST = 4.0
"""Standard errors that two programs may be apart."""


class DisagreeError(RuntimeError):
    """Two programs give different figures; the message says which."""


def programs() -> dict[str, Program]:
    """The programs that are there."""
    found: dict[str, Program] = {COMPILED: network.ours("compiled"), SIMPY: network.ours("simpy"), TUTORIAL: tutorial}
    dedicated, library = cpp_program(), cimba_library()
    found |= {NUMBA: numba_program} | ({CPP: dedicated} if dedicated else {})
    if library and (on_cimba := cpp_program(library)):
        found[CIMBA] = on_cimba
    return found | ({CIW: ciw_program} if importlib.util.find_spec("ciw") else {})


def compare(rounds: int, rounds_of_ciw: int) -> Iterator[Line]:
    """Agreement, then times. Raises DisagreeError before anything is timed."""
    found = programs()
    n = (
        dict.fromkeys(found, rounds)
        | {COMPILED: 4 * rounds, CPP: 4 * rounds, CIMBA: 4 * rounds, NUMBA: 4 * rounds, TUTORIAL: 2 * rounds}
        | {CIW: rounds_of_ciw}
    )
    results = {name: [run(number) for number in range(1, n[name] + 1)] for name, run in found.items()}
    yield from agreement(results)
    timed = found | {ALL: with_all_measures}
    seconds = interleaved(timed, {name: rounds_of_ciw if name == CIW else rounds for name in timed})
    for name in timed:
        yield Line(PART, f"{name}: replications per second and core", 1 / median(seconds, name), "1/s")
    yield Line(PART, f"{TUTORIAL} / {COMPILED}", ratio(seconds, TUTORIAL, COMPILED), "times", at_least=40)
    for (ours, dedicated), limit in AT_MOST.items():
        if dedicated in found:
            yield Line(PART, f"{ours} / {dedicated}", ratio(seconds, ours, dedicated), "times", at_most=limit)
    if CIW in found:
        yield Line(PART, f"{CIW} / {COMPILED}", ratio(seconds, CIW, COMPILED), "times")


def with_all_measures(replication: int) -> None:
    """Our program with every measure that there is, as `run` has them."""
    run_one(Job(network.scenario(), network.SEED, engine="compiled", series=False), replication)


BARE_WAS = 42.0
"""Bare SimPy program / compiled engine, measured last."""
FALL = 4 / 3
"""How much slower the engine may be than it was."""


def in_short() -> Iterator[Line]:
    """Whether the compiled engine has become slower by a third, against the barest SimPy program.

    The ratio to C++, which fits a processor's caches and suffers less from neighbours on it, is told without a limit.
    """
    ours, dedicated = network.ours("compiled"), cpp_program()
    scenario = network.scenario()
    log = simulate(scenario, sample(scenario, seed=network.SEED, replication=1), engine="compiled")
    rows = log.rows["second"].tolist()
    work: dict[str, Callable[[int], object]] = {COMPILED: ours, BARE: lambda _: bare(rows)}
    work |= {CPP: dedicated} if dedicated else {}
    for run in work.values():  # the first one loads machine code
        run(1)
    seconds = interleaved(work, dict.fromkeys(work, 7))
    if dedicated:
        yield Line(PART, f"{COMPILED} / {CPP}", ratio(seconds, COMPILED, CPP), "times")
    yield Line(PART, f"{BARE} / {COMPILED}", ratio(seconds, BARE, COMPILED), "times", at_least=BARE_WAS / FALL)


def agreement(results: Mapping[str, list[Result]]) -> Iterator[Line]:
    """Means of each program and how many standard errors the furthest is from the compiled engine's."""
    base = np.array(results[COMPILED])
    for column, figure in enumerate(Result._fields):
        furthest = 0.0
        for name, rows in results.items():
            values = np.array(rows)[:, column]
            yield Line(PART, f"{name}: {figure.replace('_', ' ')}", float(values.mean()), _unit(figure))
            if name == SIMPY:
                _require_equal(values, base[: len(values), column], figure)
            elif name != COMPILED and len(values) > 1:
                furthest = max(furthest, standard_errors_apart(base[:, column], values))
        yield Line(PART, f"{figure.replace('_', ' ')}: furthest apart", furthest, "standard errors", at_most=FURTHEST)
        if furthest > FURTHEST:
            raise DisagreeError(f"benchmark network, {figure}: {furthest:.1f} standard errors apart")


def standard_errors_apart(a: np.typing.NDArray[np.float64], b: np.typing.NDArray[np.float64]) -> float:
    """|difference of means| / its standard error, with the spread of `a` for both: programs of one model have one, and
    a few replications of the slow ones do not tell it (two that happen to be alike would have none).
    """
    error = math.sqrt(a.var(ddof=1) * (1 / len(a) + 1 / len(b)))
    return float(abs(a.mean() - b.mean()) / error) if error else 0.0


def _require_equal(a: np.typing.NDArray[np.float64], b: np.typing.NDArray[np.float64], figure: str) -> None:
    """Our engines make the same histories."""
    if not np.array_equal(a, b):
        raise DisagreeError(f"benchmark network, {figure}: our two engines differ")


def _unit(figure: str) -> str:
    return "people" if figure.startswith("people") else "minutes"


class Waits:
    """What a replication collects."""

    def __init__(self) -> None:
        self.registration: list[float] = []
        self.room: list[float] = []
        self.check_out: list[float] = []
        self.served = 0


class Site:
    """Rooms and the clerk who checks people out."""

    def __init__(self, env: simpy.Environment) -> None:
        self.rooms = simpy.Resource(env, capacity=network.ROOMS)
        self.clerk = simpy.Resource(env, capacity=1)


def tutorial(replication: int) -> Result:
    """One replication."""
    draw = random.Random(replication)
    env = simpy.Environment()
    desk = simpy.Resource(env, capacity=network.CLERKS)
    sites = [Site(env) for _ in range(network.SITES)]
    waits = Waits()
    env.process(arrivals(env, draw, desk, sites, waits))
    env.run()
    return Result(waits.served, *(sum(w) / len(w) for w in (waits.registration, waits.room, waits.check_out)))


def arrivals(
    env: simpy.Environment, draw: random.Random, desk: simpy.Resource, sites: list[Site], waits: Waits
) -> Generator[Any, Any, None]:
    """Travellers come until the window ends."""
    while True:
        yield env.timeout(draw.expovariate(network.PEOPLE / network.WINDOW))
        if env.now >= network.WINDOW:
            return
        env.process(traveller(env, draw, desk, draw.choice(sites), waits))


def traveller(
    env: simpy.Environment, draw: random.Random, desk: simpy.Resource, site: Site, waits: Waits
) -> Generator[Any, Any, None]:
    """From hand-over to the free room."""
    came = env.now
    with desk.request() as clerk:
        yield clerk
        note(env, waits.registration, came)
        yield env.timeout(draw.expovariate(1 / network.REGISTRATION))
    registered = env.now
    with site.rooms.request() as room:
        yield room
        note(env, waits.room, registered)
        yield env.timeout(network.RIDE)
        waits.served += env.now < network.WINDOW
        yield env.timeout(network.STAY)
        ready = env.now
        with site.clerk.request() as clerk:
            yield clerk
            note(env, waits.check_out, ready)
            yield env.timeout(draw.expovariate(1 / network.CHECK_OUT))


def note(env: simpy.Environment, waits: list[float], since: float) -> None:
    """Keep a wait that has ended within the window."""
    if env.now < network.WINDOW:
        waits.append(env.now - since)


def bare(seconds: list[int]) -> None:
    """One timeout for each row of a history, at its second, in one process each: the least that SimPy can do."""
    env = simpy.Environment()
    for second in seconds:
        env.timeout(max(0, second))
    env.run()


def cimba_library() -> Path | None:
    """The library of Cimba that comes with the package of this name; None without."""
    spec = importlib.util.find_spec("cimba")
    folders = (spec.submodule_search_locations if spec else None) or ()
    return next((file for folder in folders for file in sorted(Path(folder).glob("libcimba_py.*"))), None)


def cpp_program(cimba: Path | None = None) -> Program | None:
    """The program in C++, compiled for this process, on Cimba's queue of events where its library is given; None
    without a compiler.
    """
    compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        return None
    source = Path(__file__).with_name("network.cpp")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "network.so"
        words = [compiler, "-O2", "-std=c++17", "-shared", "-fPIC", "-o", str(library), str(source)]
        words += ["-DCIMBA", str(cimba), f"-Wl,-rpath,{cimba.parent}"] if cimba else []
        subprocess.run(words, check=True)
        replicate = ctypes.CDLL(str(library)).replication
    replicate.argtypes = [ctypes.c_uint64, ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_double)]
    replicate.restype = None
    numbers = (
        network.WINDOW, network.PEOPLE, network.CLERKS, network.SITES, network.ROOMS,
        network.REGISTRATION, network.RIDE, network.STAY, network.CHECK_OUT,
    )  # fmt: skip
    given, figures = (ctypes.c_double * len(numbers))(*numbers), (ctypes.c_double * len(Result._fields))()

    def run(replication: int) -> Result:
        replicate(replication, given, figures)
        return Result(*figures)

    return run


def ciw_program(replication: int) -> Result:
    """One replication. Raises ImportError without Ciw."""
    import ciw  # noqa: PLC0415  an extra

    ciw.seed(replication)  # first of all: arrivals are drawn when the network is made
    waits: list[float] = []
    rooms = [room_times(waits.append) for _ in range(network.SITES)]
    share = 1 / network.SITES
    never = [None] * network.SITES
    built = ciw.create_network(
        arrival_distributions=[
            ciw.dists.PoissonIntervals(
                rates=[network.PEOPLE / network.WINDOW, 0.0],
                endpoints=[network.WINDOW, 2 * network.WINDOW],
                max_sample_date=network.WINDOW,
            ),
            *never,
        ],
        service_distributions=[ciw.dists.Exponential(1 / network.REGISTRATION), *rooms],
        number_of_servers=[network.CLERKS, *[network.ROOMS] * network.SITES],
        routing=[[0.0, *[share] * network.SITES], *[[0.0] * (network.SITES + 1)] * network.SITES],
    )
    simulation = ciw.Simulation(built)
    simulation.simulate_until_max_time(network.WINDOW + 60 * 24 * 60)
    return _result(simulation.get_all_records(), waits)


def room_times(note: Callable[[float], None]) -> Any:
    """Distribution of the time for which a room of one site is held; waits for check-out are noted on the way."""
    import ciw  # noqa: PLC0415

    class RoomTimes(ciw.dists.Distribution):  # type: ignore[misc]
        """Ride, stay, wait for the clerk, check-out."""

        def __init__(self) -> None:
            super().__init__()
            self.free_at = 0.0

        def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ARG002  Ciw's signature
            """Time from taking the room at t to leaving it."""
            taken = float(t or 0.0)
            ready = taken + network.RIDE + network.STAY
            start = max(ready, self.free_at)
            if start < network.WINDOW:
                note(start - ready)
            self.free_at = start + ciw.random.expovariate(1 / network.CHECK_OUT)
            return self.free_at - taken

    return RoomTimes()


def _result(records: list[Any], check_out: list[float]) -> Result:
    within = [r for r in records if r.service_start_date < network.WINDOW]
    registration = [r.waiting_time for r in within if r.node == 1]
    room = [r.waiting_time for r in within if r.node > 1]
    served = sum(r.service_start_date + network.RIDE < network.WINDOW for r in within if r.node > 1)
    return Result(served, *(sum(w) / len(w) for w in (registration, room, check_out)))
