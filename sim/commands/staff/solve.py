"""From question to answer: corner, first guess, search, certificate, bound; stopped at any time and gone on with later.

What is proved, on which travellers and with what chance of error, stands in `certify` (certificate: 5 %) and `bound`
(bound and cuts: 5 %).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sim.commands.staff import bound as bounds
from sim.commands.staff.certify import attempt, corner
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
from sim.commands.staff.search import STAGES, Found, exclude_neighbours, search, up
from sim.commands.staff.start import start


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

    def note(found: Found) -> None:
        answer.plan = found.plan

    found = search(ledger, answer.start, note)
    # of many numbers a neighbour is often shown to hold too; before that is gone into, what there is gets its bound
    once = ledger.guess is not None
    trying = _certify(ledger, found.plan, answer, once=once)
    assert answer.plan is not None
    if not found.failing and not once:  # nothing cheaper was tried: now that the plan is told, it is time to
        ledger.begin("bound")
        found.plan = answer.plan
        exclude_neighbours(ledger, found)
    for reached in bounds.bound(ledger, answer.plan, found.failing):
        answer.bound = reached
    _certify(ledger, trying, answer)


def _certify(ledger: Ledger, trying: Plan | None, answer: Answer, *, once: bool = False) -> Plan | None:
    """Attempts, each with a fresh block, until a plan holds of which no neighbour is shown to hold too, or (`once`)
    until one holds; the plan that would be next.
    """
    for number in range(len(answer.certificates), len(CERTIFICATES)):
        if trying is None or (once and answer.certificate is not None):
            break
        plan = trying
        for k, certificate in enumerate(attempt(ledger, plan, number)):
            answer.certificates[number:] = [certificate]
            if certificate.holds or (k == 0 and answer.certificate is None):
                answer.plan = plan
        trying = _next(ledger, answer.certificates[number], answer)
    return trying


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
