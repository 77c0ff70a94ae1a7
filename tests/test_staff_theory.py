"""`qcap staff` against theory: the least number per shift by Erlang's and Kolmogorov's formulas is the plan's.

Targets here are about whoever would come at one instant of each shift: the chance that he begins in time has a formula,
so the least plan that holds is known without any simulation. The search starts from the upper bounds: nothing is given.
"""

from __future__ import annotations

import itertools
from functools import cache

import numpy as np
import pytest
from kolmogorov import chance_in_time
from staff_case import Instants

from sim.commands.benchmark.staffing import Shifts
from sim.commands.staff.problem import Free, Plan, Problem, TargetShare
from sim.commands.staff.solve import solve
from sim.numbers.theory import mmc_wait_exceeds, servers_needed

STEADY = Shifts(rates=(2.25,) * 6, hours=(6,), service=6.0, limit=5.0, most=20)
"""M/M/c: 2.25 people a minute, 6 minutes each; six hours from empty, looked at after five and a half."""
RUSH = Shifts(rates=(0.5, 0.98, 1.75, 2.3, 1.6, 0.8, 0.7, 0.4), hours=(2, 3, 3), service=6.0, limit=5.0, most=20)
"""M_t/M/c_t: a rush in the middle shift, and a third that begins with what the second left."""
DAYS = {"M/M/c": (STEADY, (330.0,)), "M_t/M/c_t": (RUSH, (110.0, 235.0, 350.0))}


@cache
def in_time(shifts: Shifts, plan: Plan, instants: tuple[float, ...]) -> tuple[float, ...]:
    """Chance that whoever comes at each instant begins within the limit, by Kolmogorov's equations."""
    of_hour = np.repeat(np.arange(len(plan)), shifts.hours)
    stretches = [(60.0 * h, 60.0 * h + 60, rate, plan[of_hour[h]]) for h, rate in enumerate(shifts.rates)]
    empty = np.zeros(80)
    empty[0] = 1.0
    return tuple(chance_in_time(stretches, 1 / shifts.service, t, shifts.limit, start=empty) for t in instants)


def problem(shifts: Shifts) -> Problem:
    frees = tuple(Free(f"shift {i}", 1, shifts.most, float(hours)) for i, hours in enumerate(shifts.hours))
    return Problem(frees, tuple(TargetShare(f"in time {i}", 0.9) for i in range(len(frees))))


def least(shifts: Shifts, instants: tuple[float, ...]) -> Plan:
    """The cheapest plan that holds by theory, among those near it: shift by shift the least, then all around."""
    plan: list[int] = []
    for i in range(len(shifts.hours)):
        rest = [shifts.most] * (len(shifts.hours) - i - 1)
        good = (c for c in range(1, shifts.most + 1) if in_time(shifts, (*plan, c, *rest), instants)[i] >= 0.9)
        plan.append(next(good))
    around = itertools.product(*(range(c - 1, min(c + 2, shifts.most) + 1) for c in plan))
    holding = [other for other in around if min(in_time(shifts, other, instants)) >= 0.9]
    return min(holding, key=problem(shifts).cost)


@pytest.mark.parametrize("name", DAYS)
def test_the_plan_is_the_least_by_theory_with_its_witness_and_bound(name: str) -> None:
    """theory: each shift's least number; the certificate is complete. The bound is not above the cost, and at most one
    person of each shift below it: a cut at 86 % is certified about every other time, one fewer nearly always.
    """
    shifts, instants = DAYS[name]
    expected = least(shifts, instants)
    answer = solve(problem(shifts), Instants(shifts, instants=instants))
    assert answer.plan == expected
    assert answer.certificate is not None
    assert answer.certificate.complete
    assert answer.bound is not None
    cost = problem(shifts).cost(expected)
    assert cost - sum(shifts.hours) <= answer.bound.cost <= cost


@pytest.mark.parametrize("name", DAYS)
def test_service_that_is_5_percent_longer_needs_another_plan(name: str) -> None:
    """Mutation: by theory the plan of before fails, and the plan found is another that holds: the comparison is sharp
    enough.
    """
    shifts, instants = DAYS[name]
    longer = Shifts(shifts.rates, shifts.hours, shifts.service * 1.05, shifts.limit, shifts.most)
    before = least(shifts, instants)
    assert min(in_time(longer, before, instants)) < 0.9
    answer = solve(problem(longer), Instants(longer, instants=instants))
    assert answer.plan is not None
    assert sum(answer.plan) > sum(before)
    assert min(in_time(longer, answer.plan, instants)) >= 0.9


def test_the_theory_of_instants_is_erlangs_where_nothing_changes() -> None:
    """theory: after hours at one rate the chance is that of M/M/c, and its least number the textbook's."""
    shifts, instants = DAYS["M/M/c"]
    for c in (15, 16, 17):
        erlang = 1 - mmc_wait_exceeds(shifts.rates[0], shifts.service, c, shifts.limit)
        assert in_time(shifts, (c,), instants)[0] == pytest.approx(erlang, abs=0.005)
    assert least(shifts, instants) == (servers_needed(shifts.rates[0], shifts.service, shifts.limit, share=0.1),)


@pytest.mark.parametrize("name", DAYS)
def test_made_up_days_meet_their_targets_as_often_as_theory_says(name: str) -> None:
    """theory: shares of 2,000 replications within four standard errors of Kolmogorov's chances."""
    shifts, instants = DAYS[name]
    plan = least(shifts, instants)
    (outcome,) = Instants(shifts, instants=instants)([plan], "T", range(2000), full=True)
    chances = np.array(in_time(shifts, plan, instants))
    assert np.abs(outcome.met.mean(axis=1) - chances) == pytest.approx(0, abs=4 * np.sqrt(0.9 * 0.1 / 2000))
