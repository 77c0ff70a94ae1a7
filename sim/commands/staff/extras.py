"""What stands beside the certificate, on travellers of its own: today's plan, absence, more arrivals, one more of each
value, the worst shift and the longest wait, and what limits where no staffing helps. Nothing of it is proved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sim.commands.staff.problem import Outcome, Plan, Problem
from sim.commands.staff.trials import (
    EXTRA,
    Detail,
    Evaluator,
    StaffQuestion,
    replication,
    require_same_on_simpy,
    run_details,
)
from sim.commands.staff.values import Value, pools_of
from sim.scenario.tables.schema import Scenario

REPLICATIONS = 60
SHORT_OF_STAFF, MORE_PEOPLE = 0.1, 1.2
ABSENCE, ARRIVALS, TODAY = "absence_10", "arrivals_x1_2", "today"
MANY_COACHES = 1_000


@dataclass
class Extras:
    """What was found; parts that there was no time for stay empty."""

    replications: int = 0
    plan: Outcome | None = None
    """The largest staffing, where it fails."""
    variants: dict[str, Outcome] = field(default_factory=dict)
    """Today's staffing; the plan with 10 % absent; the plan with arrivals x 1.2."""
    one_more: dict[int, float] = field(default_factory=dict)
    """By free value: what one more adds to the share of replications that meet all targets."""
    details: list[Detail] = field(default_factory=list)
    lifted: dict[str, Outcome] = field(default_factory=dict)
    """Where the largest staffing fails: by limit ("rooms", "coaches", a pool), the same without it."""
    compared: int = 0
    """Replications that SimPy made too, from the plan's own scenario, row for row the same."""


def about_plan(evaluator: Evaluator, problem: Problem, plan: Plan, found: Extras) -> Iterator[str]:
    """Fill in what is said about a plan; yields the name of each step before it is made."""
    question, n = evaluator.question, range(REPLICATIONS)
    found.replications = REPLICATIONS
    yield "details"
    jobs = list(evaluator.jobs([plan], EXTRA, n, full=True))
    found.details = [detail for part in evaluator.each(run_details, jobs) for detail in part]
    for name, other in (
        (TODAY, replace(question, values=())),
        (ABSENCE, replace(question, scenario=short_of_staff(question.scenario, question.values))),
        (ARRIVALS, replace(question, scenario=more_people(question.scenario))),
    ):
        yield name
        trial = replace_question(evaluator, other)
        found.variants[name] = trial([plan if other.values else ()], EXTRA, n, full=True)[0]
    yield "one_more"
    found.one_more = _one_more(evaluator, problem, plan)
    yield "simpy"
    number = replication(EXTRA, 0)
    require_same_on_simpy(question, number, evaluator.draw(number), plan)
    found.compared = 1


def replace_question(evaluator: Evaluator, question: StaffQuestion) -> Evaluator:
    """The evaluator of another question, on the same workers."""
    return Evaluator(question, evaluator.draws, evaluator.workers)


def short_of_staff(scenario: Scenario, values: Sequence[Value]) -> Scenario:
    """10 % absent in all pools of which shifts are free, where it is not more anyway."""
    pools = dict(scenario.pools)
    for name in pools_of(values):
        share = max(pools[name].absence_share, SHORT_OF_STAFF)
        pools[name] = pools[name].model_copy(update={"absence_share": share})
    return scenario.model_copy(update={"pools": pools})


def more_people(scenario: Scenario) -> Scenario:
    """Arrivals x 1.2."""
    arrivals = scenario.arrivals.model_copy(update={"factor": scenario.arrivals.factor * MORE_PEOPLE})
    return scenario.model_copy(update={"arrivals": arrivals})


def _one_more(evaluator: Evaluator, problem: Problem, plan: Plan) -> dict[int, float]:
    """In part, same travellers."""
    can = [i for i, free in enumerate(problem.frees) if plan[i] < free.high]
    plans = [plan, *((*plan[:i], plan[i] + 1, *plan[i + 1 :]) for i in can)]
    first, *others = evaluator(plans, EXTRA, range(REPLICATIONS), full=False)
    share = _all_met(first)
    return {i: _all_met(outcome) - share for i, outcome in zip(can, others, strict=True)}


def _all_met(outcome: Outcome) -> float:
    return float(outcome.met.all(axis=0).mean())


def about_limits(evaluator: Evaluator, plan: Plan, found: Extras) -> Iterator[str]:
    """Why the largest staffing fails: the same travellers with each limit lifted in turn."""
    question, n = evaluator.question, range(REPLICATIONS)
    found.replications = REPLICATIONS
    yield "corner"
    found.plan = evaluator([plan], EXTRA, n, full=True)[0]
    for name, other in lifted(question).items():
        yield "lifted"
        found.lifted[name] = replace_question(evaluator, other)([plan], EXTRA, n, full=True)[0]


def lifted(question: StaffQuestion) -> Mapping[str, StaffQuestion]:
    """The question without each limit: rooms, coaches, each pool."""
    scenario, found = question.scenario, dict[str, StaffQuestion]()
    if scenario.sites is not None and "rooms" not in question.unlimited:
        found["rooms"] = replace(question, unlimited=(*question.unlimited, "rooms"))
    if scenario.coaches is not None:
        many = {name: port.model_copy(update={"coaches": MANY_COACHES}) for name, port in scenario.ports.items()}
        kept = tuple(replace(value, kind="") if value.kind == "coaches" else value for value in question.values)
        found["coaches"] = replace(question, scenario=scenario.model_copy(update={"ports": many}), values=kept)
    for pool in pools_of(question.values):
        found[pool] = replace(question, unlimited=(*question.unlimited, pool))
    return found


def share_met(outcome: Outcome, goal: int) -> tuple[int, int]:
    """Replications that meet a target, and all."""
    return int(outcome.met[goal].sum()), int(outcome.met.shape[1])


def worst_shift(details: Sequence[Detail]) -> tuple[tuple[str, int, int], float] | None:
    """The shift (pool, phase, start) with the smallest mean share of tasks begun in time; None without any."""
    shares: dict[tuple[str, int, int], list[float]] = {}
    for detail in details:
        for shift, share in detail.shares.items():
            shares.setdefault(shift, []).append(share)
    means = {shift: float(np.mean(each)) for shift, each in shares.items()}
    worst = min(means, key=lambda shift: means[shift], default=None)
    return None if worst is None else (worst, means[worst])
