"""Outcomes of plans, each made once and kept: what makes a search end in time, stop at any moment and go on later.

All steps of `solve` ask the ledger, and only for *the first n replications* of a plan in a block. What it has it gives;
what is missing it has made, in pieces of some seconds. The steps decide by outcomes alone, never by the clock (but for
what has its part of the time: see `within`). So a
run that was stopped and is started again with the same state takes the same steps, at once up to where it was, and
tells the same as one that never stopped: nothing is looked at twice, and no chance of error is spent twice.

What nobody meets is asked of integer programmes: the first guess from the load by hour, and the cheapest plan that
nothing excludes yet. Both are solved by HiGHS (`scipy.optimize.milp`), to the end but for very many nodes: then the
least cost is told as what the solver has proved of it.
"""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from sim.commands.staff.problem import SEARCH, Evaluate, Event, Outcome, Plan, Problem
from sim.numbers.theory import servers_needed

PIECE_SECONDS = 5.0
"""A call of the evaluator is cut so that it takes about as long: time is looked at between calls."""
GUESSED = 120
"""Replications on which a guess rests."""
FEWEST = 4
"""Replications of a call at least, or what is missing."""
_ARRAYS = {"met": np.uint8, "margin": np.float32, "worst": np.int16, "missed": np.int64}


class TimeUpError(Exception):
    """The time given is over; what was made is kept."""


class PartUpError(Exception):
    """The part of the time for a step is over; see `Ledger.within`."""


class Ledger:
    """Invariant: of each (block, full, plan) the first so many replications, without gaps; `state` holds the same."""

    def __init__(
        self,
        problem: Problem,
        evaluate: Evaluate,
        *,
        state: dict[str, Any] | None = None,
        until: float | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        """`until`: time.monotonic() after which nothing is made. ValueError for a state of another problem."""
        self.problem, self.evaluate = problem, evaluate
        self.state = {} if state is None else state
        self.until, self.on_event = until, on_event
        self._begun, self._part_until = time.monotonic(), math.inf
        self.made = 0
        """Replications of plans in the ledger."""
        self.step, self.done, self.most = "", 0, 0
        self.guess: Ledger | None = None
        """What is expected of plans that travellers A did not meet, without a replication."""
        self.guessed_on = GUESSED
        """Replications on which this one rests where it is a guess."""
        self._pace: dict[bool, float] = {}
        self._kept: dict[tuple[str, bool, Plan], Outcome] = {}
        self._asked: dict[tuple[str, bool, Plan], int] = {}
        asked = {"frees": [free.path for free in problem.frees], "asked": [each.name for each in problem.asked]}
        if self.state.setdefault("problem", asked) != asked:
            raise ValueError("these outcomes belong to another problem")
        self._read()

    def begin(self, step: str, most: int = 0) -> None:
        """Tell from now on progress of this step, which makes at most so many replications of plans (0: not known)."""
        self.step, self.done, self.most = step, 0, most

    @contextmanager
    def within(self, share: float, once: str = "") -> Iterator[None]:
        """What is done inside ends when this share of all the time given is over, if not before.

        `once`: a name under which the state keeps that it ended so. A run that goes on then makes nothing more of it
        and comes to the same end: what follows was begun from there.
        """
        over = once in self.state.get("ended", [])
        if over:
            self._part_until = -math.inf
        elif self.until is not None:
            self._part_until = self._begun + share * (self.until - self._begun)
        try:
            yield
        except PartUpError:
            if once and not over:
                self.state.setdefault("ended", []).append(once)
        finally:
            self._part_until = math.inf

    def outcomes(self, plans: Sequence[Plan], block: str, n: int, *, full: bool) -> list[Outcome]:
        """The first n replications of each plan. TimeUpError or PartUpError when some are missing and time is up."""
        while missing := [plan for plan in dict.fromkeys(plans) if self._has(block, full, plan) < n]:
            fewest = min(self._has(block, full, plan) for plan in missing)
            together = [plan for plan in missing if self._has(block, full, plan) == fewest]
            self._make(together, block, range(fewest, n), full=full)
        for plan in plans:
            self._asked[block, full, plan] = max(n, self._asked.get((block, full, plan), 0))
        return [_first(self._kept[block, full, plan], n) for plan in plans]

    def seen(self, plan: Plan, block: str, *, full: bool) -> Outcome | None:
        """As many of a plan as were asked for since this ledger was opened; None when none were.

        Outcomes read from a state count only once they are asked for, so that steps taken again see the same.
        """
        n = self._asked.get((block, full, plan))
        return None if n is None else _first(self._kept[block, full, plan], n)

    def expected(self, plan: Plan) -> Outcome | None:
        """What travellers A said of a plan, else a guess; None without one."""
        seen = self.seen(plan, SEARCH, full=False)
        if seen is not None or self.guess is None:
            return seen
        return self.guess.outcomes([plan], SEARCH, self.guess.guessed_on, full=False)[0]

    def kept(self, *, full: bool) -> dict[str, dict[Plan, Outcome]]:
        """All outcomes by block and plan."""
        found: dict[str, dict[Plan, Outcome]] = {}
        for (block, whole, plan), outcome in self._kept.items():
            if whole == full:
                found.setdefault(block, {})[plan] = outcome
        return found

    def _has(self, block: str, full: bool, plan: Plan) -> int:
        outcome = self._kept.get((block, full, plan))
        return 0 if outcome is None else outcome.met.shape[1]

    def _make(self, plans: list[Plan], block: str, missing: range, *, full: bool) -> None:
        """A piece of what is missing, of as many replications as take some seconds."""
        begun = time.monotonic()
        if self.until is not None and begun >= self.until:
            raise TimeUpError
        if begun >= self._part_until:
            raise PartUpError
        pace = self._pace.get(full)
        fitting = FEWEST * 5 if pace is None else int(PIECE_SECONDS / (pace * len(plans)))
        piece = missing[: max(FEWEST, fitting)]
        for plan, outcome in zip(plans, self.evaluate(plans, block, piece, full=full), strict=True):
            self._keep((block, full, plan), outcome)
        made = len(plans) * len(piece)
        self._pace[full] = max((time.monotonic() - begun) / made, 1e-9)
        self.made += made
        self.done += made
        if self.on_event is not None:
            self.on_event(Event(self.step, plans[0], self.done, self.most))

    def _keep(self, key: tuple[str, bool, Plan], more: Outcome) -> None:
        before = self._kept.get(key)
        if more.missed is None:
            more = replace(more, missed=np.zeros(more.met.shape, dtype=np.int64))
        if before is not None:
            pairs = ((getattr(before, name), getattr(more, name)) for name in _ARRAYS)
            more = Outcome(*(np.concatenate(pair, axis=1) for pair in pairs))
        # margins are kept as they will be read back, so that a run that goes on sees the same numbers
        more = replace(more, margin=more.margin.astype(np.float32).astype(np.float64))
        self._kept[key] = more
        block, full, plan = key
        group = self.state.setdefault("outcomes", {}).setdefault(f"{block} {'full' if full else 'part'}", {})
        group[" ".join(map(str, plan))] = _text(more)

    def _read(self) -> None:
        targets = len(self.problem.asked)
        for name, group in self.state.get("outcomes", {}).items():
            block, whole = name.split(" ")
            for plan, texts in group.items():
                arrays = (
                    np.frombuffer(base64.b64decode(texts[array]), dtype).reshape(targets, -1)
                    for array, dtype in _ARRAYS.items()
                )
                met, margin, worst, missed = arrays
                outcome = Outcome(met.astype(bool), margin.astype(np.float64), worst.astype(np.int32), missed)
                self._kept[block, whole == "full", tuple(map(int, plan.split(" ")))] = outcome
                self.made += met.shape[1]


def _first(outcome: Outcome, n: int) -> Outcome:
    return Outcome(*(getattr(outcome, name)[:, :n] for name in _ARRAYS))


def _text(outcome: Outcome) -> dict[str, str]:
    """Arrays as text: numbers only, nothing in it is ever run."""
    return {
        name: base64.b64encode(np.asarray(getattr(outcome, name), dtype).tobytes()).decode("ascii")
        for name, dtype in _ARRAYS.items()
    }


# integer programmes

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
