"""`qcap staff` beside a sweep: of the district's port A no plan of one person fewer holds, those with at least three
people in each shift tried one by one.

Some minutes; the plans are met by travellers that the search never saw.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from sim import load
from sim.commands.staff.asked import Options, loads, problem_of, question_of, run_loads
from sim.commands.staff.solve import solve
from sim.commands.staff.trials import EXTRA, Evaluator
from sim.runs.executors import SerialExecutor

DISTRICT = Path(__file__).parents[1] / "scenarios" / "district" / "scenario.toml"
LEAST = 3
"""People of a shift from which plans are tried: with two at posts and on breaks nobody is left for tasks."""


@pytest.mark.slow
def test_no_plan_with_one_person_less_holds_at_the_port_of_the_district() -> None:
    """Brute force: the ways to share out one person fewer over the three shifts, 3 or more each, 40 fresh replications
    each, miss the target more often than is allowed; the plan that was found meets it. Fewer than that are below one
    of these.
    """
    question = question_of(load(DISTRICT), Options(), 1, "compiled")
    evaluator = Evaluator(question, (), [SerialExecutor()])
    jobs = evaluator.jobs((), EXTRA, range(20), full=not question.has_parts)
    made = loads(question.scenario, [each for part in evaluator.each(run_loads, jobs) for each in part])
    problem = problem_of(question, made, 1.0)
    answer = solve(problem, evaluator)
    assert answer.certificate is not None
    assert answer.certificate.complete
    assert answer.plan is not None
    assert len({free.unit_cost for free in problem.frees}) == 1
    people = sum(answer.plan) - 1
    fewer = [plan for plan in itertools.product(range(LEAST, people), repeat=3) if sum(plan) == people]
    found, *others = evaluator([answer.plan, *fewer], EXTRA, range(40), full=True)
    assert found.met.mean() >= 0.9
    assert max(other.met.mean() for other in others) < 0.9
