"""A lower bound of the cost: no plan under it can hold.

A plan that fails excludes all plans with at most as many of everything, as far as more never hurts. Which plans would
be worth certifying as failing is found on travellers A, with an integer programme over what they leave: the cheapest
plan that none excludes is either seen to fail clearly, and one more (made as large as it clearly fails) excludes it,
or it is not, and its cost is the most that a bound can reach. (Where many numbers are free nobody meets these plans:
what rows of plans say is counted, see `joint_search`, and a cut must fall short by more.) The list is then fixed, and
certified on fresh travellers P, each cut with an equal part of 3 % (Bonferroni; targets and looks as in `certify`).
Those that stay open are tried once more on fresh travellers Q, weaker by one of everything that they bound, with equal
parts of 2 %: 5 % (`WRONG`) in all. So **the bound is above the cost of a plan that holds in at most 5 % of runs**,
beside the 5 % of the certificate: both are right in 90 % at least. What isn't certified excludes nothing; the bound is
lower then, and right all the same.

That more never hurts is an assumption about the flow, not a theorem: `more_hurt` counts how often it was otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from sim.commands.staff.certify import judge, trial
from sim.commands.staff.integer_programs import cheapest
from sim.commands.staff.ledger import Ledger
from sim.commands.staff.problem import CUTS, FAILS, SEARCH, Bound, MoreHurt, Outcome, Plan, Problem, Subject
from sim.commands.staff.search import Fails, fails_clearly, grown
from sim.numbers.looks import LOOKS

WRONG = 0.05
PARTS = (0.6, 0.4)
"""Of the two rounds."""
MOST_CUTS = 40
MOST_GUESSED = 24
"""Cuts, where nothing but a guess says which would be certified."""
GUESSED_SHORT = 0.15
"""Where only a guess says so, a cut must fall short by so much: it is then certified after 30 to 120 replications, and
there is time for a score of cuts.
"""


class Cuts(NamedTuple):
    """What is to be certified as failing, fixed before travellers P are looked at."""

    plans: tuple[Plan, ...] = ()
    capped: bool = False
    """There would be more, were it not for the cap on their number."""


def planned(ledger: Ledger, plan: Plan, failing: Mapping[Plan, bool]) -> Cuts:
    """Cuts that would bring the bound as near to the cost of a plan as travellers A let one hope. `failing`: what the
    search saw to fail (True: clearly); where many numbers are free a guess says so.
    """
    if ledger.guess is None:
        return _planned(ledger, plan, [cut for cut, clearly in failing.items() if clearly], fails_clearly)
    return _planned(ledger.guess, plan, [], _fails_by_guess)


def bound(ledger: Ledger, cuts: Cuts) -> Iterator[Bound]:
    """After each look at the cuts."""
    plans, tried = list(cuts.plans), tuple[Subject, ...]()
    for block, part in zip(CUTS, PARTS, strict=True):
        before = tried
        ledger.begin("bound", LOOKS[-1] * len(plans))
        trials = [trial(ledger, "cut", cut, WRONG * part / len(plans)) for cut in plans]
        for subjects in judge(ledger, trials, block):
            tried = (*before, *subjects)
            yield Bound(_least_cost(ledger.problem, tried), tried, cuts.capped, False)
        plans = [
            fewer for cut in tried[len(before) :] if cut.verdict != FAILS for fewer in _weaker(ledger.problem, cut)
        ]
    yield Bound(_least_cost(ledger.problem, tried), tried, cuts.capped, True)


def _weaker(problem: Problem, cut: Subject) -> list[Plan]:
    """The cut with one fewer of everything that is not at its upper bound, where there is such a plan."""
    fewer = tuple(
        value - (value < free.high and free.more_helps) for free, value in zip(problem.frees, cut.plan, strict=True)
    )
    inside = all(value >= free.low for free, value in zip(problem.frees, fewer, strict=True))
    return [fewer] if inside and fewer != cut.plan else []


def _fails_by_guess(ledger: Ledger, plan: Plan) -> bool:
    met = ledger.outcomes([plan], SEARCH, ledger.guessed_on, full=False)[0].met.mean(axis=1)
    return bool((met < np.array([each.share for each in ledger.problem.asked]) - GUESSED_SHORT).any())


def _planned(ledger: Ledger, plan: Plan, cuts: list[Plan], fails: Fails) -> Cuts:
    problem, capped, most = ledger.problem, False, MOST_CUTS if fails is fails_clearly else MOST_GUESSED
    while True:
        cheap, least = cheapest(problem, cuts)
        if cheap is None or least >= problem.cost(plan) - 1e-9 or not fails(ledger, cheap):
            break
        if len(cuts) >= most:
            capped = True
            break
        cuts = [*cuts, grown(ledger, cheap, [], fails)]
    return Cuts(tuple(_needed(problem, cuts)[:most]), capped)


def _needed(problem: Problem, cuts: list[Plan]) -> list[Plan]:
    """Without those that don't lift the bound: fewer cuts have a larger part of the chance of error each."""
    reached = cheapest(problem, cuts)[1]
    for cut in list(cuts):
        fewer = [other for other in cuts if other != cut]
        if cheapest(problem, fewer)[1] >= reached - 1e-9:
            cuts = fewer
    return cuts


def _least_cost(problem: Problem, cuts: tuple[Subject, ...]) -> float:
    return cheapest(problem, [cut.plan for cut in cuts if cut.verdict == FAILS])[1]


def more_hurt(ledger: Ledger) -> MoreHurt:
    """Over all pairs of plans that met the same travellers with the full model, one having at least as many of all."""
    total, worse, lost = 0, 0, 0
    for plans in ledger.kept(full=True).values():
        for fewer, less in plans.items():
            for more, great in plans.items():
                if fewer != more and _below(ledger.problem, fewer, more):
                    pair = _compared(less, great)
                    total, worse, lost = total + pair[0], worse + pair[1], lost + pair[2]
    return MoreHurt(total, worse, lost)


def _below(problem: Problem, fewer: Plan, more: Plan) -> bool:
    return all(a <= b if free.more_helps else a == b for free, a, b in zip(problem.frees, fewer, more, strict=True))


def _compared(less: Outcome, great: Outcome) -> tuple[int, int, int]:
    """Replications of both, those with a smaller margin of some target with more, those with a target lost by it."""
    n = min(less.met.shape[1], great.met.shape[1])
    worse = (great.margin[:, :n] < less.margin[:, :n] - 1e-9).any(axis=0)
    lost = (less.met[:, :n] & ~great.met[:, :n]).any(axis=0)
    return n, int(worse.sum()), int(lost.sum())
