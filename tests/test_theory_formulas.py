"""Formulas against values worked out by hand, against each other, and in limiting cases."""

from __future__ import annotations

import math

import pytest

from sim.numbers import theory


def test_erlang_b_by_hand():
    """a = 2, c = 2: (2² / 2) / (1 + 2 + 2) = 0.4; no servers lose everybody, no load loses nobody."""
    assert theory.erlang_b(2, 2) == pytest.approx(0.4)
    assert theory.erlang_b(2, 0) == 1
    assert theory.erlang_b(0, 3) == 0


@pytest.mark.parametrize(("load", "servers"), [(0.3, 1), (4.0, 7), (27.5, 30), (180.0, 200)])
def test_erlang_b_is_the_truncated_poisson_distribution(load: float, servers: int):
    """B = P(N = c | N <= c) for a Poisson N of mean a, summed directly."""
    logs = [n * math.log(load) - math.lgamma(n + 1) for n in range(servers + 1)]
    weights = [math.exp(x - max(logs)) for x in logs]
    assert theory.erlang_b(load, servers) == pytest.approx(weights[-1] / sum(weights))


def test_erlang_c_by_hand():
    """c = 1: P(wait) = load. c = 2, a = 1: 2 x 0.2 / (2 - 0.8) = 1/3. At and above c everybody waits."""
    assert theory.erlang_c(0.7, 1) == pytest.approx(0.7)
    assert theory.erlang_c(1, 2) == pytest.approx(1 / 3)
    assert theory.erlang_c(3, 3) == theory.erlang_c(4, 3) == 1


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.2, 5), (44.0, 50)])
def test_erlang_c_is_the_tail_of_the_birth_and_death_chain(load: float, servers: int):
    """P(N >= c) with weights a^n / n! below c and geometric with ratio a / c from there on."""
    below = [math.exp(n * math.log(load) - math.lgamma(n + 1)) for n in range(servers)]
    tail = math.exp(servers * math.log(load) - math.lgamma(servers + 1)) / (1 - load / servers)
    assert theory.erlang_c(load, servers) == pytest.approx(tail / (sum(below) + tail))


def test_the_tail_of_the_wait_integrates_to_its_mean():
    """Mean = integral of P(wait > t), here by a midpoint sum, = C s / (c - a) (Kleinrock 1975); at t = 0 the tail is
    the share that waits."""
    rate, service, servers = 0.25, 12, 4
    step = 0.01
    total = sum(theory.mmc_wait_exceeds(rate, service, servers, (i + 0.5) * step) * step for i in range(40_000))
    assert total == pytest.approx(theory.erlang_c(3, 4) * service / (servers - 3), rel=1e-6)
    assert theory.mmc_wait_exceeds(rate, service, servers, 0) == theory.erlang_c(3, 4)
    assert theory.mmc_wait_exceeds(1, 12, 4, 100) == 1


def test_servers_needed_is_the_least_that_meets_the_limit():
    """The number found meets it, one fewer does not; nobody is needed for nobody."""
    for rate in (0.02, 0.3, 2.0, 11.0):
        c = theory.servers_needed(rate, 12, 10)
        assert theory.mmc_wait_exceeds(rate, 12, c, 10) <= 0.05 < theory.mmc_wait_exceeds(rate, 12, c - 1, 10)
    assert theory.servers_needed(0, 12, 10) == 0


def test_the_offered_load_is_a_product():
    """30 an hour at 12 minutes: 6 busy."""
    assert theory.offered_load(30 / 60, 12) == pytest.approx(6)


def test_waits_for_coaches_by_hand():
    """K = 3 at 0.5 a minute: waits 4, 2, 0 minutes: mean 2. One seat: 0. Held 60: nobody else comes: 60; crowds: 30."""
    assert theory.full_coach_wait_mean(0.5, 3) == pytest.approx(2)
    assert theory.full_coach_wait_mean(0.5, 1) == 0
    assert theory.held_coach_wait_mean(1e-9, 60) == pytest.approx(60)
    assert theory.held_coach_wait_mean(1e9, 60) == pytest.approx(30)
    assert theory.held_coach_wait_mean(1 / 60, 60) == pytest.approx(45)  # 60 for one, 30 for one more


def test_impossible_numbers_are_refused():
    """A negative load or number of servers is an error with both values."""
    with pytest.raises(ValueError, match="load -1, 2 servers"):
        theory.erlang_b(-1, 2)
    with pytest.raises(ValueError, match="load 1, -2 servers"):
        theory.erlang_c(1, -2)
