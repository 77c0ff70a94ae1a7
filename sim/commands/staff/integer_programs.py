"""Integer programmes: the first guess from the load by hour, and the cheapest plan that nothing excludes yet.

Both are solved by HiGHS (`scipy.optimize.milp`), to the end but for very many nodes: then the least cost is told as
what the solver has proved of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.commands.staff.problem import Plan, Problem
from sim.numbers.theory import servers_needed

LONG_WAITS_SHARE = 0.1
"""Of an hour's tasks at most this share wait longer than the limit, in the first guess."""
MOST_NODES = 2000
"""Of branch and bound: seconds."""
INFEASIBLE = 2
"""Status of scipy's milp."""
_ROUNDING = 1e-6


def start(problem: Problem) -> Plan:
    """First guess: Erlang C says how many each hour needs as if it went on for ever (the stationary hour-by-hour rule),
    and the cheapest shifts that cover all hours are taken. An hour that its shifts can't cover gets all they can.
    """
    rows, needs = [], []
    for hour in problem.hours:
        if not hour.covered_by:
            continue
        need = servers_needed(hour.rate, hour.service_mean, hour.limit, share=LONG_WAITS_SHARE) - hour.others
        row = np.zeros(len(problem.frees))
        row[list(hour.covered_by)] = 1
        most = sum(problem.frees[i].high for i in hour.covered_by)
        rows.append(row)
        needs.append(min(need, most))
    if not rows:
        return problem.corner
    found, _least = _solve(problem, np.array(rows), np.array(needs, dtype=np.float64), binaries=0)
    return problem.corner if found is None else found


def cheapest(problem: Problem, failing: Sequence[Plan]) -> tuple[Plan | None, float]:
    """Cheapest plan within the bounds that has more of something than each of these, and a cost under which there is
    none, which is its own unless the solver gave up; None and infinity when there is none.

    Of a failing plan, those with at most as many of everything fail too, where more helps; where it may not, only
    those with just as many. Each way to have more is a yes/no variable, and one of them must be yes.
    """
    n = len(problem.frees)
    lowest = np.array([free.low for free in problem.frees], dtype=np.float64)
    ways: list[
        tuple[int, float, float]
    ] = []  # free value, coefficient and right side of: value + coefficient × yes >= …
    sums: list[list[int]] = []
    for plan in failing:
        one_of: list[int] = []
        for i, (free, value) in enumerate(zip(problem.frees, plan, strict=True)):
            if value < free.high:
                one_of.append(len(ways))
                ways.append((i, -float(max(value + 1 - free.low, 0)), lowest[i]))
            if not free.more_helps and value > free.low:
                one_of.append(len(ways))
                ways.append((-i - 1, -float(free.high - value + 1), -float(free.high)))
        if not one_of:
            return None, math.inf
        sums.append(one_of)
    rows = np.zeros((len(ways) + len(sums), n + len(ways)))
    needs = np.ones(len(rows))
    for k, (i, coefficient, right) in enumerate(ways):
        rows[k, i if i >= 0 else -i - 1] = 1 if i >= 0 else -1
        rows[k, n + k] = coefficient
        needs[k] = right
    for row, one_of in zip(rows[len(ways) :], sums, strict=True):
        row[[n + k for k in one_of]] = 1
    return _solve(problem, rows, needs, binaries=len(ways))


def _solve(problem: Problem, rows: np.ndarray, needs: np.ndarray, *, binaries: int) -> tuple[Plan | None, float]:
    """Plan of least cost with rows @ (values, yes/no variables) >= needs, and a cost under which there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415  start-up time

    cost = np.array([free.unit_cost for free in problem.frees] + [0.0] * binaries)
    low = np.array([free.low for free in problem.frees] + [0] * binaries)
    high = np.array([free.high for free in problem.frees] + [1] * binaries)
    found = milp(
        cost,
        constraints=[LinearConstraint(rows, needs - _ROUNDING, np.inf)] if len(rows) else [],
        bounds=Bounds(low, high),
        integrality=np.ones(len(cost), dtype=np.int64),
        options={"mip_rel_gap": 0.0, "node_limit": MOST_NODES},
    )
    if found.status == INFEASIBLE:
        return None, math.inf
    if found.x is None:
        return None, -math.inf if found.mip_dual_bound is None else float(found.mip_dual_bound)
    plan = tuple(round(float(value)) for value in found.x[: len(problem.frees)])
    return plan, problem.cost(plan) if found.status == 0 else float(found.mip_dual_bound)
