"""Exact results of queueing theory: for checks, first guesses and tests of the flow.

Rates are per minute and times in minutes, or both in any other unit; loads are rate x mean service, in erlangs. Plain
numbers in, plain numbers out; nothing here knows about scenarios or logs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise


def offered_load(rate: float, service_mean: float) -> float:
    """Mean number of busy servers if there were always one: rate x mean service (Little's law for the servers)."""
    return rate * service_mean


def little_number(rate: float, mean_time: float) -> float:
    """Mean number present = rate x mean time there (Little 1961, Oper. Res. 9, 383-387)."""
    return rate * mean_time


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


def mmc_wait_mean(rate: float, service_mean: float, servers: int) -> float:
    """Mean wait in M/M/c, service excluded: C s / (c - a) (Kleinrock 1975, Queueing Systems 1, 3.5); inf if a >= c."""
    load = offered_load(rate, service_mean)
    if load >= servers:
        return math.inf
    return erlang_c(load, servers) * service_mean / (servers - load)


def mmc_wait_exceeds(rate: float, service_mean: float, servers: int, limit: float) -> float:
    """P(wait > limit) in M/M/c, first come first served: C exp(-(c - a) limit / s) (Kleinrock 1975)."""
    load = offered_load(rate, service_mean)
    if load >= servers:
        return 1.0
    return erlang_c(load, servers) * math.exp(-(servers - load) * limit / service_mean)


def mmc_wait_quantile(rate: float, service_mean: float, servers: int, q: float) -> float:
    """Wait that a share q of arrivals does not exceed, from the tail above; 0 if so many do not wait at all."""
    load = offered_load(rate, service_mean)
    if load >= servers:
        return math.inf
    waiting = erlang_c(load, servers)
    return max(0.0, math.log(waiting / (1 - q)) * service_mean / (servers - load)) if waiting > 0 else 0.0


def mg1_wait_mean(rate: float, service_mean: float, service_cv: float) -> float:
    """Mean wait in M/G/1: a s (1 + cv²) / (2 (1 - a)) (Pollaczek 1930, Khinchine 1932); inf if a >= 1."""
    load = offered_load(rate, service_mean)
    if load >= 1:
        return math.inf
    return load * service_mean * (1 + service_cv**2) / (2 * (1 - load))


def servers_needed(rate: float, service_mean: float, limit: float, *, share: float = 0.05) -> int:
    """Least number of servers with P(wait > limit) <= share in M/M/c; 0 without arrivals."""
    if rate == 0:
        return 0
    servers = math.floor(offered_load(rate, service_mean)) + 1
    while mmc_wait_exceeds(rate, service_mean, servers, limit) > share:
        servers += 1
    return servers


def stays_mean(arrivals_until: Callable[[float], float], time: float, stay: float) -> float:
    """Mean number in stay at a time in M_t/D/inf: expected arrivals in (time - stay, time].

    `arrivals_until(t)` is the expected number of arrivals up to t. Eick, Massey and Whitt 1993, Oper. Res. 41, 731-742,
    theorem 1, for a fixed stay; the number is Poisson when arrivals are.
    """
    return arrivals_until(time) - arrivals_until(time - stay)


def infinite_servers_mean(
    rate: Callable[[float], float], survival: Callable[[float], float], time: float, breaks: Sequence[float] = ()
) -> float:
    """Mean number present in M_t/G/inf that starts empty at 0: integral of rate(u) P(S > time - u) du, 0 to time.

    `survival(x)` is P(S > x); `breaks` are times at which the rate jumps. Eick, Massey and Whitt 1993, theorem 1.
    """
    from scipy.integrate import quad  # noqa: PLC0415  start-up time

    edges = sorted({0.0, time, *(b for b in breaks if 0 < b < time)})
    return float(sum(quad(lambda u: rate(u) * survival(time - u), a, b, limit=200)[0] for a, b in pairwise(edges)))


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
