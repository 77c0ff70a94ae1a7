"""From question to answer: corner, first guess, search, certificate, bound; stopped at any time and gone on with later.

What is proved about a plan, on which travellers and with what chance of error, stands in `certify` (5 %).

Neither certificate nor bound depends on the clock: where time is shared out (`_in_parts`) it decides on the order of
looks alone, and where a search on travellers A ends; that it was cut short is kept in the state, and it is not taken up
again.

The bound: no plan under it can hold. A plan that fails excludes all plans with at most as many of everything, as far as
more never hurts. Which plans would be worth certifying as failing is found on travellers A, with an integer programme
over what they leave: the cheapest plan that none excludes is either seen to fail clearly, and one more (made as large
as it clearly fails) excludes it, or it is not, and its cost is the most that a bound can reach. (Where many numbers are
free nobody meets these plans: what rows of plans say is counted, see `joint_search`, and a cut must fall short by
more.) The list is then fixed, and certified on fresh travellers P, each cut with an equal part of 3 % (Bonferroni;
targets and looks as in `certify`). Those that stay open are tried once more on fresh travellers Q, weaker by one of
everything that they bound, with equal parts of 2 %: 5 % (`WRONG`) in all. So **the bound is above the cost of a plan
that holds in at most 5 % of runs**, beside the 5 % of the certificate: both are right in 90 % at least. What isn't
certified excludes nothing; the bound is lower then, and right all the same.

That more never hurts is an assumption about the flow, not a theorem: `more_hurt` counts how often it was otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from sim.commands.staff.certify import attempt, corner, judge, trial
from sim.commands.staff.ledger import Ledger, TimeUpError, cheapest, start
from sim.commands.staff.problem import (
    CERTIFICATES,
    CUTS,
    FAILS,
    HOLDS,
    SEARCH,
    Answer,
    Bound,
    Certificate,
    Evaluate,
    Event,
    MoreHurt,
    Outcome,
    Plan,
    Problem,
    Subject,
)
from sim.commands.staff.search import (
    STAGES,
    Fails,
    SearchState,
    exclude_neighbours,
    fails_clearly,
    grown,
    has_many,
    search,
    up,
)
from sim.numbers.verdicts import LOOKS

SEARCH_UNTIL, HOLD_UNTIL, BOUND_UNTIL = 0.4, 0.6, 0.8
"""Shares of the time at which these steps make way for the next, where many numbers are free."""


def solve(
    problem: Problem,
    evaluate: Evaluate,
    *,
    budget_seconds: float | None = None,
    on_event: Callable[[Event], None] | None = None,
    state: dict[str, Any] | None = None,
) -> Answer:
    """The least plan that can be shown to hold, with its certificate and a lower bound; what there is when time is up
    or somebody interrupts.

    `state`: filled with all outcomes, plain JSON; given back, the run goes on where it was, and ends with what it would
    have told if it had not stopped. ValueError for a state of another problem.
    """
    until = None if budget_seconds is None else time.monotonic() + budget_seconds
    ledger = Ledger(problem, evaluate, state=state, until=until, on_event=on_event)
    answer = Answer()
    try:
        _solve(ledger, answer)
    except TimeUpError:
        answer.stopped = "time"
    except KeyboardInterrupt:
        answer.stopped = "interrupted"
    answer.hurt = more_hurt(ledger)
    answer.replications = ledger.made
    return answer


def _solve(ledger: Ledger, answer: Answer) -> None:
    for subject in corner(ledger):
        answer.corner = subject
        if subject.verdict == FAILS:
            answer.stopped = "corner"
            return
    answer.start = start(ledger.problem)

    def note(found: SearchState) -> None:
        answer.plan = found.plan

    many, found = has_many(ledger.problem), None
    with ledger.within(SEARCH_UNTIL if many else 1.0, once="search"):
        found = search(ledger, answer.start, note)
    if many and (found is None or ledger.guess is not None):
        _in_parts(ledger, answer)
        return
    assert found is not None
    _attempts(ledger, found.plan, answer)
    assert answer.plan is not None
    if not found.failing:  # nothing cheaper was tried: now that the plan is chosen, it is time to
        ledger.begin("bound")
        found.plan = answer.plan
        exclude_neighbours(ledger, found)
    _take_bound(ledger, answer, planned_cuts(ledger, answer.plan, found.failing))


def _in_parts(ledger: Ledger, answer: Answer) -> None:
    """Where many numbers are free each step has its part of the time, so that there is something of all of them.

    Of a plan that is shown to hold a bound comes first: that one fewer of a number may do as well is what is mostly
    seen of neighbours, and tells less. What was cut short goes on from where it was while time is left.
    """
    plan = answer.plan or answer.start or ledger.problem.corner
    answer.plan = plan
    cuts = Cuts() if ledger.guess is None else planned_cuts(ledger, plan, {})
    with ledger.within(HOLD_UNTIL):
        _attempts(ledger, plan, answer, until=lambda certificate: certificate.holds)
    with ledger.within(BOUND_UNTIL):
        _take_bound(ledger, answer, cuts)
    _attempts(ledger, plan, answer, until=lambda certificate: certificate.holds and certificate.finished)
    _take_bound(ledger, answer, cuts)
    _attempts(ledger, plan, answer)


def _take_bound(ledger: Ledger, answer: Answer, cuts: Cuts) -> None:
    for reached in bound(ledger, cuts):
        answer.bound = reached


def _attempts(
    ledger: Ledger, trying: Plan | None, answer: Answer, *, until: Callable[[Certificate], bool] = lambda _: False
) -> None:
    """Attempts, each with a fresh block, until a plan holds of which no neighbour is shown to hold too, or `until`.

    Those made before are gone through again, which takes nothing: what they saw is kept.
    """
    for number in range(len(CERTIFICATES)):
        if trying is None:
            return
        for certificate in attempt(ledger, trying, number):
            answer.certificates[number:] = [certificate]
            if certificate.holds or answer.certificate is None:
                answer.plan = trying
            if until(certificate):
                return
        trying = _next(ledger, answer.certificates[number], answer)


def _next(ledger: Ledger, certificate: Certificate, answer: Answer) -> Plan | None:
    """The plan of the next attempt: the cheapest neighbour that was shown to hold; or, where nothing holds yet, people
    added until it would pass on the travellers just seen.
    """
    if certificate.holds:
        cost = ledger.problem.cost
        cheaper = [each.plan for each in certificate.neighbours if each.verdict == HOLDS]
        return min(cheaper, key=cost, default=None)
    if answer.certificate is not None:
        return None
    more = up(ledger, certificate.plan, certificate.block, STAGES[-1], full=True, at_least=1)
    return more if more != certificate.plan else None


# the bound

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


def planned_cuts(ledger: Ledger, plan: Plan, failing: Mapping[Plan, bool]) -> Cuts:
    """Cuts that would bring the bound as near to the cost of a plan as travellers A let one hope. `failing`: what the
    search saw to fail (True: clearly); where many numbers are free a guess says so.
    """
    if ledger.guess is None:
        return _cuts(ledger, plan, [cut for cut, clearly in failing.items() if clearly], fails_clearly)
    return _cuts(ledger.guess, plan, [], _fails_by_guess)


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


def _cuts(ledger: Ledger, plan: Plan, cuts: list[Plan], fails: Fails) -> Cuts:
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
