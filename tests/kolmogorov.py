"""Mean number of people who wait in M_t/M/c_t, and who begins in time, by Kolmogorov's forward equations: theory for
textbook tests.

State n: people at the point who are served by the present shift or wait for it. At a change of shift those in service
finish in overtime, so they leave the state and as many as the new shift has begin at once: n becomes max(n - c, 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg import expm

Floats = NDArray[np.float64]


class Waiting(NamedTuple):
    """Mean number waiting at the end of each stretch, and its integral over all of them (people × minutes)."""

    at_ends: Floats
    integral: float


def mean_waiting(
    stretches: Sequence[tuple[float, float, float, int]], mu: float, *, start: Floats, change_first: bool = False
) -> Waiting:
    """`stretches`: (begin, end, arrival rate, servers) in minutes, one after another; a shift changes wherever
    `servers` does. `start`: chance of each number of people at the beginning; its length cuts the state space.
    """
    chance, integral, at_ends, before = start, 0.0, [], stretches[0][3]
    for i, (begin, end, rate, servers) in enumerate(stretches):
        if servers != before or (i == 0 and change_first):
            chance = _change(chance, before)
        chance, part = _advance(chance, end - begin, rate, (mu, servers))
        waiting = np.maximum(np.arange(len(chance)) - servers, 0)
        at_ends.append(float(waiting @ chance))
        integral += part
        before = servers
    return Waiting(np.array(at_ends), integral)


def chance_in_time(
    stretches: Sequence[tuple[float, float, float, int]], mu: float, instant: float, limit: float, *, start: Floats
) -> float:
    """Chance that whoever comes at an instant begins within the limit: of being in the state n there, and of so many
    ends of service in `limit` minutes that fewer than all are busy with those ahead. No shift may change meanwhile.
    """
    chance, before = start, stretches[0][3]
    for begin, end, rate, servers in stretches:
        if servers != before:
            chance = _change(chance, before)
        chance, before = _after(chance, min(end, instant) - begin, rate, (mu, servers)), servers
        if end >= instant:
            break
    return float(_after(chance, limit, 0.0, (mu, before))[:before].sum())


def _after(chance: Floats, minutes: float, rate: float, service: tuple[float, int]) -> Floats:
    """Distribution after these minutes, by the exponential of the generator."""
    mu, servers = service
    n = np.arange(len(chance))
    birth, death = np.where(n < n[-1], rate, 0.0), mu * np.minimum(n, servers)
    generator = np.diag(birth[:-1], 1) + np.diag(death[1:], -1) - np.diag(birth + death)
    return np.asarray(chance @ expm(minutes * generator))


def _change(chance: Floats, servers: int) -> Floats:
    """Those in service go: n becomes max(n - servers, 0)."""
    moved = np.zeros_like(chance)
    moved[: len(chance) - servers] = chance[servers:]
    moved[0] += chance[:servers].sum()
    return moved


def _advance(chance: Floats, minutes: float, rate: float, service: tuple[float, int]) -> tuple[Floats, float]:
    """Distribution after these minutes and the integral of the mean number waiting over them."""
    mu, servers = service
    n = np.arange(len(chance))
    death = mu * np.minimum(n, servers)
    waiting = np.maximum(n - servers, 0)

    def slope(_: float, y: Floats) -> Floats:
        p = y[:-1]
        change = -(rate + death) * p
        change[-1] += rate * p[-1]  # the last state takes no more people
        change[1:] += rate * p[:-1]
        change[:-1] += death[1:] * p[1:]
        return np.append(change, waiting @ p)

    solution = solve_ivp(slope, (0.0, minutes), np.append(chance, 0.0), method="LSODA", rtol=1e-7, atol=1e-10)
    return solution.y[:-1, -1], float(solution.y[-1, -1])
