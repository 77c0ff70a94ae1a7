"""Exact results of queueing theory: for checks, first guesses and tests of the flow.

Rates are per minute and times in minutes, or both in any other unit; loads are rate x mean service, in erlangs. Plain
numbers in, plain numbers out; nothing here knows about scenarios or logs.
"""

from __future__ import annotations

import math


def offered_load(rate: float, service_mean: float) -> float:
    """Mean number of busy servers if there were always one: rate x mean service (Little's law for the servers)."""
    return rate * service_mean


def erlang_b(load: float, servers: int) -> float:
    """Share of arrivals lost in M/G/c/c (Erlang 1917), by B(c) = a B(c - 1) / (c + a B(c - 1)), B(0) = 1."""
    _check(load, servers)
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def erlang_c(load: float, servers: int) -> float:
    """Share of arrivals that wait in M/M/c (Erlang 1917): c B / (c - a (1 - B)), B the loss formula; 1 if a >= c."""
    _check(load, servers)
    if load >= servers:
        return 1.0
    blocked = erlang_b(load, servers)
    return servers * blocked / (servers - load * (1 - blocked))


def mmc_wait_exceeds(rate: float, service_mean: float, servers: int, limit: float) -> float:
    """P(wait > limit) in M/M/c, first come first served: C exp(-(c - a) limit / s) (Kleinrock 1975)."""
    load = offered_load(rate, service_mean)
    if load >= servers:
        return 1.0
    return erlang_c(load, servers) * math.exp(-(servers - load) * limit / service_mean)


def servers_needed(rate: float, service_mean: float, limit: float, *, share: float = 0.05) -> int:
    """Least number of servers with P(wait > limit) <= share in M/M/c; 0 without arrivals."""
    if rate == 0:
        return 0
    servers = math.floor(offered_load(rate, service_mean)) + 1
    while mmc_wait_exceeds(rate, service_mean, servers, limit) > share:
        servers += 1
    return servers


def full_coach_wait_mean(rate: float, seats: int) -> float:
    """Mean wait of people who come one by one for a coach that leaves when full: (K - 1) / (2 rate).

    The k-th of K waits for K - k more; Poisson arrivals or any others with this rate.
    """
    return (seats - 1) / (2 * rate)


def held_coach_wait_mean(rate: float, hold: float) -> float:
    """Mean wait for a coach without limit of seats that leaves `hold` after its first passenger came.

    Renewal reward (Ross 1996, Stochastic Processes, 3.6): a cycle has 1 + rate x hold people; the first waits the hold,
    the others, uniform over it, half: hold (1 + rate hold / 2) / (1 + rate hold).
    """
    return hold * (1 + rate * hold / 2) / (1 + rate * hold)


def _check(load: float, servers: int) -> None:
    if load < 0 or servers < 0:
        raise ValueError(f"load {load}, {servers} servers: neither may be negative")
