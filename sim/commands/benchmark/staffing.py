"""`qcap staff` beside what people have for such questions, on made-up days where every plan can be tried: what each
claims to hold, and whether it is true.

A day is an M_t/M/c_t queue with two or three shifts, exact to the event, for whole blocks of replications at once.
Arrivals and *possible* ends of service are points of Poisson processes that no plan changes; possible end k of n is one
if at least k people are in service (uniformisation). So all plans meet the same travellers and one more on duty never
makes anybody wait longer within a shift. At a change of shift those in service are finished in overtime by those who
go: they leave the queue, and the new shift is free, as the flow has it.

The others take the same number of replications as `qcap staff` took and claim the cheapest plan that met its targets in
90 % of those they saw, as their users do.
"""

from __future__ import annotations

import importlib.util
import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.commands.benchmark.timing import Line
from sim.commands.staff.problem import Answer, Free, Outcome, Plan, Problem, TargetShare
from sim.commands.staff.solve import solve
from sim.numbers.theory import servers_needed

Floats = NDArray[np.float64]
PART = "staff"
SURE = 2.5
"""Standard errors by which a share must differ from the one asked for to be called true or false here."""
SHARE = 0.9
"""Of replications in which targets must be met."""


@dataclass(frozen=True)
class Shifts:
    """A day of one queue."""

    rates: tuple[float, ...]
    """Arrivals per minute, hour by hour."""
    hours: tuple[int, ...]
    """Hours of each shift, one after another; they add up to the hours of `rates`."""
    service: float
    """Mean minutes."""
    limit: float
    """Minutes that people may wait."""
    most: int
    """The most people that any shift may have."""
    days: int = 1
    """Days that make one replication, each beginning empty."""
    overtime: bool = True
    """Who is in service when a shift ends is finished by those who go; else by those who come."""

    @cached_property
    def edges(self) -> Floats:
        """Minutes at which shifts begin and the last one ends."""
        return 60.0 * np.concatenate([[0], np.cumsum(self.hours)])


@dataclass
class Days:
    """Evaluator: a target per group of shifts (or one for all): in the worst of its shifts at least `in_time` of those
    who come begin within the limit.
    """

    shifts: Shifts
    in_time: float = 0.8
    groups: tuple[tuple[int, ...], ...] = ()
    """Shifts of each target; without it one target over all."""
    seed: int = 1
    made: int = 0
    """Replications of plans so far."""
    _events: dict[tuple[str, int], tuple[Floats, NDArray[np.int16]]] = field(default_factory=dict)

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        """See `problem.Evaluate`; there is one model only, so `full` makes no difference."""
        del full
        self.made += len(plans) * len(replications)
        shares = self.shares(plans, block, replications)
        groups = self.groups or (tuple(range(len(self.shifts.hours))),)
        least = [shares[:, :, list(group)] for group in groups]
        margin = np.stack([part.min(axis=2) - self.in_time for part in least], axis=1)
        worst = np.stack([np.array(group)[part.argmin(axis=2)] for group, part in zip(groups, least, strict=True)], 1)
        return [Outcome(m >= 0, m, w.astype(np.int32)) for m, w in zip(margin, worst, strict=True)]

    def shares(self, plans: Sequence[Plan], block: str, replications: range) -> Floats:
        """Share in time of those who come in each shift: (plan, replication, shift); 1 where nobody comes."""
        shifts = self.shifts
        people = np.array(plans, dtype=np.int64)
        counts = np.zeros((len(replications), 2, len(plans), len(shifts.hours)), dtype=np.int64)
        for row, replication in zip(counts, replications, strict=True):
            for day in range(shifts.days):
                times, what = self._drawn(block, replication * shifts.days + day)
                _follow(people, times, what, (shifts.limit, shifts.overtime), row)
        good, came = counts[:, 0].transpose(1, 0, 2), counts[:, 1].transpose(1, 0, 2)
        return np.where(came > 0, good / np.maximum(came, 1), 1.0)

    def _drawn(self, block: str, day: int) -> tuple[Floats, NDArray[np.int16]]:
        """Events of a day in order: arrivals (0), possible ends of person k's service (k), shift k begins (-k)."""
        if (block, day) not in self._events:
            shifts = self.shifts
            generator = np.random.default_rng([self.seed, ord(block), day])
            hours = np.arange(len(shifts.rates))
            each = generator.poisson(60 * np.array(shifts.rates))
            came = 60 * (np.repeat(hours, each) + generator.random(each.sum()))
            end = 60.0 * len(hours) + shifts.limit
            ends = end * generator.random(generator.poisson(end * shifts.most / shifts.service))
            labels = generator.integers(1, shifts.most + 1, len(ends))
            changes = shifts.edges[1:-1]
            when = np.concatenate([came, ends, changes])
            kind = np.concatenate([np.zeros(len(came)), labels, -np.arange(1, len(changes) + 1)])
            order = np.argsort(when, kind="stable")
            self._events[block, day] = when[order], kind[order].astype(np.int16)
        return self._events[block, day]


@njit  # type: ignore[untyped-decorator]
def _follow(people: Any, times: Any, what: Any, rules: Any, counts: Any) -> None:
    """Add to counts those who began in time (0) and who came (1), by plan and shift of arrival, over one day."""
    limit, overtime = rules
    came, of = np.zeros(len(times)), np.zeros(len(times), dtype=np.int64)
    for plan in range(len(people)):
        shift, n, head, tail = 0, 0, 0, 0  # n: in service; head, tail: of those who wait
        for event in range(len(times)):
            t, kind = times[event], what[event]
            if kind == 0:
                came[tail], of[tail] = t, shift
                counts[1, plan, shift] += 1
                tail += 1
            elif kind < 0:
                shift = -kind
                if overtime:
                    n = 0
            elif kind <= n:
                n -= 1
            while head < tail and n < people[plan, shift]:
                if t - came[head] <= limit:
                    counts[0, plan, of[head]] += 1
                n += 1
                head += 1


@dataclass(frozen=True)
class Small:
    """A made-up day with two or three shifts of at most 150 plans, and what is true of each plan."""

    seed: int
    replications: int = 2000
    """Of each plan, from which the truth is known."""

    @cached_property
    def shifts(self) -> Shifts:
        """Two shifts or three of 2 to 4 hours, with arrivals that differ from hour to hour."""
        rng = np.random.default_rng([18, self.seed])
        hours = tuple(rng.integers(2, 5, 2 + self.seed % 2).tolist())
        rates = rng.uniform(0.15, 0.7) * rng.uniform(0.4, 1.6, sum(hours))
        return Shifts(tuple(rates.tolist()), hours, rng.uniform(4, 12), rng.uniform(4, 12), most=24)

    @cached_property
    def problem(self) -> Problem:
        """Five values for each of three shifts, eleven for two, around the stationary guess; one target for all shifts
        or one for each.
        """
        shifts, either = self.shifts, 2 if len(self.shifts.hours) == 3 else 5
        edges = np.concatenate([[0], np.cumsum(shifts.hours)])
        peaks = [max(shifts.rates[a:b]) for a, b in itertools.pairwise(edges)]
        middle = [servers_needed(peak, shifts.service, shifts.limit, share=0.1) for peak in peaks]
        frees = tuple(
            Free(f"shift {i}", max(1, c - either), c + either, float(hours))
            for i, (c, hours) in enumerate(zip(middle, shifts.hours, strict=True))
        )
        return Problem(frees, tuple(TargetShare(f"target {j}", SHARE) for j in range(len(self.groups))))

    @property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Shifts of each target."""
        every = tuple(range(len(self.shifts.hours)))
        return (every,) if self.seed % 3 else tuple((i,) for i in every)

    @cached_property
    def days(self) -> Days:
        """The evaluator."""
        return Days(self.shifts, groups=self.groups, seed=self.seed)

    @cached_property
    def truth(self) -> dict[Plan, float]:
        """Share of replications in which each plan meets its hardest target, on travellers of their own."""
        plans = list(itertools.product(*(range(free.low, free.high + 1) for free in self.problem.frees)))
        pieces = [
            self.days(plans, "T", range(first, first + 200), full=True) for first in range(0, self.replications, 200)
        ]
        met = [np.mean([piece[k].met.mean(axis=1) for piece in pieces], axis=0).min() for k in range(len(plans))]
        return dict(zip(plans, map(float, met), strict=True))

    def surely(self, plan: Plan) -> int:
        """1: it holds beyond doubt, -1: it fails beyond doubt, 0: too near to tell."""
        off = self.truth[plan] - SHARE
        return 0 if abs(off) < SURE * math.sqrt(0.09 / self.replications) else (1 if off > 0 else -1)

    @property
    def least(self) -> float:
        """Least cost of plans that hold beyond doubt."""
        return min((self.problem.cost(plan) for plan in self.truth if self.surely(plan) > 0), default=math.inf)

    @cached_property
    def answer(self) -> Answer:
        """What `qcap staff` answers."""
        return solve(self.problem, self.days)


class Claim(NamedTuple):
    """What came of one problem."""

    cost: float
    """Cost / least cost that is true; not a number without a claim."""
    replications: int
    false: bool
    """The plan claimed to hold fails beyond doubt."""


Found = tuple[Plan | None, int]
"""The plan that is claimed to hold, and the replications it took."""


def by_optuna(small: Small, budget: int) -> Found:
    """Tree-structured Parzen estimator: cost, and a penalty for each part of a share missed in 60 replications; the
    cheapest that met its targets in 90 % of them. Raises ImportError without optuna.
    """
    import optuna  # noqa: PLC0415  an extra

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=small.seed))
    problem, tried = small.problem, dict[Plan, float]()

    def value(trial: Any) -> float:
        plan = tuple(trial.suggest_int(free.path, free.low, free.high) for free in problem.frees)
        (outcome,) = small.days([plan], "A", range(60), full=True)
        tried[plan] = float(outcome.met.mean(axis=1).min())
        return problem.cost(plan) + 10 * problem.cost(problem.corner) * max(0.0, SHARE - tried[plan])

    trials = budget // 60
    study.optimize(value, n_trials=trials)
    good = [plan for plan, share in tried.items() if share >= SHARE]
    return min(good, key=problem.cost, default=None), trials * 60


def by_ocba(small: Small, budget: int) -> Found:
    """Optimal computing budget allocation of sim-tools over all plans: cost and a penalty for a missed replication.

    Of those tried at least 20 times the cheapest that met its targets in 90 % of them. Raises ImportError without
    sim-tools.
    """
    from sim_tools.ovs import fixed_budget  # noqa: PLC0415  an extra

    plans, problem = list(small.truth), small.problem
    met, made = np.zeros(len(plans)), np.zeros(len(plans), dtype=int)
    whole = small.days(plans, "A", range(480), full=True)
    penalty = 10 * problem.cost(problem.corner)

    class Model:
        def register_observer(self, procedure: Any) -> None:
            self.procedure = procedure

        def simulate(self, design: int) -> None:
            good = bool(whole[design].met[:, made[design] % 480].all())
            made[design] += 1
            met[design] += good
            value = problem.cost(plans[design]) + (0.0 if good else penalty)
            self.procedure.feedback(self, design, value)

    rounds = max((budget - 5 * len(plans)) // 10, 0) * 10
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fixed_budget.OCBA(Model(), len(plans), 5 * len(plans) + rounds, 10, obj="min").solve()
    good = [k for k in range(len(plans)) if made[k] >= 20 and met[k] >= SHARE * made[k]]
    best = min(good, key=lambda k: problem.cost(plans[k]), default=None)
    return (None if best is None else plans[best]), int(made.sum())


OURS = "qcap staff"
OTHERS: dict[str, tuple[str, Callable[[Small, int], Found]]] = {
    "optuna": ("optuna", by_optuna),
    "sim-tools OCBA": ("sim_tools", by_ocba),
}
"""Name: the package that must be there, and the way."""


def claims(problems: int) -> dict[str, list[Claim]]:
    """What each of those that are there claims on so many problems, those left out for which we claim nothing."""
    ways = {name: way for name, (package, way) in OTHERS.items() if importlib.util.find_spec(package)}
    found: dict[str, list[Claim]] = {OURS: [], **{name: [] for name in ways}}
    for small in map(Small, range(problems)):
        certificate = small.answer.certificate
        if certificate is None:
            continue
        found[OURS].append(_claim(small, (certificate.plan, small.answer.replications)))
        for name, way in ways.items():
            found[name].append(_claim(small, way(small, small.answer.replications)))
    return found


def _claim(small: Small, found: Found) -> Claim:
    plan, made = found
    if plan is None:
        return Claim(math.nan, made, false=False)
    return Claim(small.problem.cost(plan) / small.least, made, small.surely(plan) < 0)


def beside_others(problems: int) -> Iterator[Line]:
    """Cost, replications and false claims of each. Our limit: what may be false is 1 in 20."""
    for name, made in claims(problems).items():
        costs = [claim.cost for claim in made if not math.isnan(claim.cost)]
        ours = name == OURS
        n = f"{len(made)} small problems"
        if costs:
            yield Line(PART, f"{name}: cost / least cost that is true, {n}", float(np.mean(costs)), "times")
        yield Line(PART, f"{name}: replications, mean", float(np.mean([claim.replications for claim in made])), "")
        false = sum(claim.false for claim in made)
        yield Line(PART, f"{name}: plans claimed to hold that fail, {n}", false, "plans", at_most=1.0 if ours else None)
