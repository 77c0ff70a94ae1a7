"""The benchmark network as a reader of SimPy's documentation would write it: resources, with-blocks, one process each.

And the barest SimPy program there is: one timeout for each row of a history.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy

from sim.commands.benchmark import network
from sim.commands.benchmark.network import Result


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
