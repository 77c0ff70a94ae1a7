"""The benchmark network by hand for numba, line for line as in `network.cpp`: one heap of events, queues that are first
in, first out, no log, nothing general. For machines without a compiler of C++, and as what a Python programmer in a
hurry would write.
"""

from __future__ import annotations

import heapq
from typing import Any

import numba
import numpy as np

from sim.commands.benchmark import network
from sim.commands.benchmark.network import Result

ARRIVES, REGISTERED, AT_SITE, STAYED, LEAVES = range(5)
NOBODY = -1
MOST = 2 * network.PEOPLE
"""Room for people; more than come by any chance."""


def numba_program(replication: int) -> Result:
    """One replication."""
    return Result(*_replicate(np.random.default_rng(replication)))


@numba.njit  # type: ignore[untyped-decorator]
def _first(queues: Any, queue: int) -> int:
    """Take the first of a queue; NOBODY from an empty one. `queues`: first and last of each, who comes after whom."""
    heads, tails, after = queues
    person = heads[queue]
    if person != NOBODY:
        heads[queue] = after[person]
        if heads[queue] == NOBODY:
            tails[queue] = NOBODY
    return person  # type: ignore[no-any-return]


@numba.njit  # type: ignore[untyped-decorator]
def _join(queues: Any, queue: int, person: int) -> None:
    heads, tails, after = queues
    after[person] = NOBODY
    if tails[queue] == NOBODY:
        heads[queue] = person
    else:
        after[tails[queue]] = person
    tails[queue] = person


@numba.njit  # type: ignore[untyped-decorator]
def _note(sums: Any, wait: int, minutes: float, now: float) -> None:
    """Keep a wait that ends in the window."""
    if now < network.WINDOW:
        sums[wait, 0] += minutes
        sums[wait, 1] += 1


@numba.njit  # type: ignore[untyped-decorator]
def _replicate(draw: Any) -> Any:  # noqa: PLR0912, PLR0915  one loop, as in C++
    sites = network.SITES
    since, site_of = np.zeros(MOST), np.zeros(MOST, dtype=np.int64)
    rooms, clerk_free = np.full(sites, network.ROOMS), np.ones(sites, dtype=np.bool_)
    n_queues = 1 + 2 * sites  # at the point; for rooms of each site; for its clerk
    queues = (np.full(n_queues, NOBODY), np.full(n_queues, NOBODY), np.full(MOST, NOBODY))
    clerks, served, people = network.CLERKS, 0, 0
    sums = np.zeros((3, 2))
    events = [(draw.exponential(network.WINDOW / network.PEOPLE), ARRIVES, 0)]
    while len(events) > 0:
        now, kind, person = heapq.heappop(events)
        at, registers, leaves, rides = site_of[person], NOBODY, NOBODY, NOBODY
        if kind == ARRIVES:
            if now >= network.WINDOW:
                continue
            since[person], site_of[person] = now, draw.integers(0, sites)
            people += 1
            heapq.heappush(events, (now + draw.exponential(network.WINDOW / network.PEOPLE), ARRIVES, people))
            if clerks > 0:
                clerks -= 1
                registers = person
            else:
                _join(queues, 0, person)
        elif kind == REGISTERED:
            registers = _first(queues, 0)
            clerks += registers == NOBODY
            since[person] = now
            if rooms[at] > 0:
                rooms[at] -= 1
                rides = person
            else:
                _join(queues, 1 + at, person)
        elif kind == AT_SITE:
            served += now < network.WINDOW
            heapq.heappush(events, (now + network.STAY, STAYED, person))
        elif kind == STAYED:
            since[person] = now
            if clerk_free[at]:
                clerk_free[at] = False
                leaves = person
            else:
                _join(queues, 1 + sites + at, person)
        else:
            leaves = _first(queues, 1 + sites + at)
            clerk_free[at] = leaves == NOBODY
            rides = _first(queues, 1 + at)
            rooms[at] += rides == NOBODY
        if registers != NOBODY:
            _note(sums, 0, now - since[registers], now)
            heapq.heappush(events, (now + draw.exponential(network.REGISTRATION), REGISTERED, registers))
        if rides != NOBODY:
            _note(sums, 1, now - since[rides], now)
            heapq.heappush(events, (now + network.RIDE, AT_SITE, rides))
        if leaves != NOBODY:
            _note(sums, 2, now - since[leaves], now)
            heapq.heappush(events, (now + draw.exponential(network.CHECK_OUT), LEAVES, leaves))
    means = sums[:, 0] / np.maximum(sums[:, 1], 1)
    return served, means[0], means[1], means[2]
