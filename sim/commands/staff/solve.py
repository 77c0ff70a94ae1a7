"""From question to answer: corner, first guess, search, certificate, bound; stopped at any time and gone on with later.

What is proved, on which travellers and with what chance of error, stands in `certify` (certificate: 5 %) and `bound`
(bound and cuts: 5 %).

Neither depends on the clock: where time is shared out (`_in_parts`) it decides on the order of looks alone, and where a
search on travellers A ends; that it was cut short is kept in the state, and it is not taken up again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sim.commands.staff import bound as bounds
from sim.commands.staff.certify import attempt, corner
from sim.commands.staff.integer_programs import start
from sim.commands.staff.ledger import Ledger, TimeUpError
from sim.commands.staff.problem import (
    CERTIFICATES,
    FAILS,
    HOLDS,
    Answer,
    Certificate,
    Evaluate,
    Event,
    Plan,
    Problem,
)
from sim.commands.staff.search import STAGES, SearchState, exclude_neighbours, has_many, search, up

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
    answer.hurt = bounds.more_hurt(ledger)
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
    _bound(ledger, answer, bounds.planned(ledger, answer.plan, found.failing))


def _in_parts(ledger: Ledger, answer: Answer) -> None:
    """Where many numbers are free each step has its part of the time, so that there is something of all of them.

    Of a plan that is shown to hold a bound comes first: that one fewer of a number may do as well is what is mostly
    seen of neighbours, and tells less. What was cut short goes on from where it was while time is left.
    """
    plan = answer.plan or answer.start or ledger.problem.corner
    answer.plan = plan
    cuts = bounds.Cuts() if ledger.guess is None else bounds.planned(ledger, plan, {})
    with ledger.within(HOLD_UNTIL):
        _attempts(ledger, plan, answer, until=lambda certificate: certificate.holds)
    with ledger.within(BOUND_UNTIL):
        _bound(ledger, answer, cuts)
    _attempts(ledger, plan, answer, until=lambda certificate: certificate.holds and certificate.finished)
    _bound(ledger, answer, cuts)
    _attempts(ledger, plan, answer)


def _bound(ledger: Ledger, answer: Answer, cuts: bounds.Cuts) -> None:
    for reached in bounds.bound(ledger, cuts):
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
