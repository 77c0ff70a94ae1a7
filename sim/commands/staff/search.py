"""The search for the cheapest plan, on travellers A: it proves nothing, it only has to be right often.

A plan *passes* when it meets each target in so large a share of the replications that a certificate would more likely
than not succeed (`AIM`): to be just above the share asked for is not enough, since nobody could tell.

1. *Up*: while it doesn't pass, people are added to the shift that is worst where the target is missed; where shifts
   say nothing, to the value that moves the smooth margin most for its cost.
2. *Down*: each value as low as it passes, first those that are rarely worst. Both with 30, then 120, then 240
   replications, a plan that clearly fails or passes being decided with fewer.
3. *Challenge*: the cheapest plan that no failing plan excludes (`start.cheapest`) is met with the same travellers. If
   it passes it is the cheapest of all on A. If it clearly fails, the largest plan above it that still clearly fails
   excludes all below; and so on until no cheaper plan is left. Not with more than 8 free values (`MOST_CHALLENGED`).
4. *Ties*: of plans of the same cost the one whose worst shift is better.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sim.commands.staff.certify import aim, neighbours
from sim.commands.staff.joint_search import together
from sim.commands.staff.ledger import Ledger, cheapest
from sim.commands.staff.problem import MISSED_BITS, SEARCH, Outcome, Plan, Problem
from sim.numbers.verdicts import Design, share_for

STAGES = (10, 30, 60, 120, 240)
ROUNDS = (30, 120, 240)
AIM = 0.7
"""Chance that the first certificate would succeed, for each target, at the share a plan must reach to pass."""
CUT_POWER = 0.5
"""Likewise that a cut would be certified, for a plan to fail clearly; what isn't gets a second, weaker try."""
CUT_LEVEL = 0.003
"""Chance of error of one of ten cuts in the first round."""
CHALLENGES = 40
"""The most challengers."""
MOST_CHALLENGED = 8
"""Free values above which challengers are so many that the certificate comes first; the bound shows what is left."""
_SURE = 0.02
_TIES = 5


Fails = Callable[[Ledger, Plan], bool]
"""Whether a plan fails on travellers A, by one measure or another."""


@dataclass
class SearchState:
    """What the search has so far."""

    plan: Plan
    passes: bool = False
    """On all of travellers A."""
    failing: dict[Plan, bool] = field(default_factory=dict)
    """Plans that don't pass, and with them all below; True for those that fail clearly."""


def search(ledger: Ledger, begin: Plan, note: Callable[[SearchState], None]) -> SearchState:
    """The cheapest plan that passes on travellers A, or the corner when none does; `note` hears of each better one."""
    found = SearchState(begin)
    ledger.begin("search")
    plan = costless(ledger, begin)
    if has_many(ledger.problem) and _searched_together(ledger, plan, found, note):
        return found
    for most in ROUNDS:
        plan = up(ledger, plan, SEARCH, most)
        while (lower := _down(ledger, plan, most)) != plan:
            plan = lower
        found.plan, found.passes = plan, most == ROUNDS[-1] and passes(ledger, plan, SEARCH, most)
        note(found)
    if found.passes:
        if len(found.plan) <= MOST_CHALLENGED:
            _challenge(ledger, found, note)
        _settle_ties(ledger, found)
        note(found)
    return found


def has_many(problem: Problem) -> bool:
    """Whether so many numbers are free that they are searched together, and time is shared out."""
    return MOST_CHALLENGED < len(problem.frees) <= MISSED_BITS


def _searched_together(ledger: Ledger, begin: Plan, found: SearchState, note: Callable[[SearchState], None]) -> bool:
    """Whether the shifts explain enough to find a plan by all of them at once."""

    def heard(plan: Plan) -> None:
        found.plan = plan
        note(found)

    plan = together(ledger, begin, heard)
    if plan is None:
        return False
    found.plan, found.passes = plan, passes(ledger, plan, SEARCH, ROUNDS[-1])
    note(found)
    return True


@lru_cache(maxsize=64)
def clear(share: float) -> float:
    """Share below which a plan fails clearly: a cut would likely be certified."""
    return 1 - share_for(Design(1 - share, CUT_LEVEL), CUT_POWER)


def passes(ledger: Ledger, plan: Plan, block: str, most: int, *, full: bool = False) -> bool:
    """Whether it meets each target in the share aimed at, decided as early as is safe."""
    aims = np.array([aim(each.share, AIM) for each in ledger.problem.asked])
    for n in (n for n in STAGES if n <= most):
        met = ledger.outcomes([plan], block, n, full=full)[0].met.sum(axis=1)
        if n == most:
            return bool((met >= np.ceil(aims * n - 1e-9)).all())
        below, above = _tails(met, n, aims)
        if below.min() < _SURE:
            return False
        if above.max() < _SURE:
            return True
    raise ValueError(f"{most} replications: none of {STAGES}")


def fails_clearly(ledger: Ledger, plan: Plan) -> bool:
    """Whether some target is met so rarely on travellers A that a cut would likely be certified."""
    limits = np.array([clear(each.share) for each in ledger.problem.asked])
    for n in STAGES:
        met = ledger.outcomes([plan], SEARCH, n, full=False)[0].met.sum(axis=1)
        below, above = _tails(met, n, limits)
        if below.min() < _SURE:
            return True
        if above.max() < _SURE:
            return False
    return bool((met < limits * n).any())


def _tails(met: np.ndarray, n: int, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chance of so few or fewer, and of so many or more, at these shares."""
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415  start-up time

    return bdtr(met, n, shares), np.where(met > 0, bdtrc(met - 1.0, n, shares), 1.0)


def up(ledger: Ledger, plan: Plan, block: str, most: int, *, full: bool = False, at_least: int = 0) -> Plan:
    """Add people until the plan passes or nothing is left to add: in steps of 1, 2, 4, … where one shift needs many; or
    one by one, this many at least.
    """
    last, step, steps, barred = -1, 1, 0, set[int]()
    while steps < at_least or not passes(ledger, plan, block, most, full=full):
        target = _short(ledger, plan, block, full=full)
        i = _worst(ledger, plan, block, (target, barred), full=full)
        if i is None:
            i = _most_moving(ledger, plan, block, target, full=full)
        if i is None:
            return plan
        step = step * 2 if i == last and not at_least else 1
        more = _with(plan, i, min(plan[i] + step, ledger.problem.frees[i].high))
        if _margin(ledger, more, block, target, full=full) <= _margin(ledger, plan, block, target, full=full):
            barred.add(i)
        plan, last, steps = more, i, steps + 1
    return plan


def _short(ledger: Ledger, plan: Plan, block: str, *, full: bool) -> int:
    """The target that is shortest of the share aimed at."""
    met = _seen(ledger, plan, block, full=full).met
    return int(np.argmin(met.mean(axis=1) - [aim(each.share, AIM) for each in ledger.problem.asked]))


def _worst(ledger: Ledger, plan: Plan, block: str, asked: tuple[int, set[int]], *, full: bool) -> int | None:
    """The free value most often worst where a target is missed (or nearly), among those that can grow and are not
    barred.
    """
    (target, barred), seen = asked, _seen(ledger, plan, block, full=full)
    missed = ~seen.met[target]
    if not missed.any():
        missed = seen.margin[target] <= np.quantile(seen.margin[target], 0.1)
    votes = _votes(seen.worst[target, missed], len(plan))
    frees = ledger.problem.frees
    can = [i for i, free in enumerate(frees) if plan[i] < free.high and i not in barred and votes[i]]
    return max(can, key=lambda i: (votes[i], -frees[i].unit_cost), default=None)


def _most_moving(ledger: Ledger, plan: Plan, block: str, target: int, *, full: bool) -> int | None:
    """The free value of which one more moves the smooth margin of a target most for its cost."""
    frees = ledger.problem.frees
    can = [i for i, free in enumerate(frees) if plan[i] < free.high]
    ledger.outcomes([_with(plan, i, plan[i] + 1) for i in can], block, STAGES[0], full=full)
    now = _margin(ledger, plan, block, target, full=full)
    gains = {i: _margin(ledger, _with(plan, i, plan[i] + 1), block, target, full=full) - now for i in can}
    return max(can, key=lambda i: gains[i] / max(frees[i].unit_cost, 1e-9), default=None)


def _down(ledger: Ledger, plan: Plan, most: int) -> Plan:
    """Each value with a cost as low as the plan passes; a plan that doesn't pass stays as it is."""
    if not passes(ledger, plan, SEARCH, most):
        return plan
    for i in _rarely_worst(ledger, plan):
        plan = _with(plan, i, _lowest(plan, i, ledger.problem.frees[i].low, lambda p: passes(ledger, p, SEARCH, most)))
    return plan


def _rarely_worst(ledger: Ledger, plan: Plan) -> list[int]:
    """Free values above their lower bounds: those first that are rarely worst, then the dear ones."""
    votes = _votes(_seen(ledger, plan).worst, len(plan))
    frees = ledger.problem.frees
    return sorted((i for i, _fewer in neighbours(ledger.problem, plan)), key=lambda i: (votes[i], -frees[i].unit_cost))


def _lowest(plan: Plan, i: int, low: int, good: Callable[[Plan], bool]) -> int:
    """Least value of one number at which a plan is good, which is so at the value it has: steps of 1, 2, 4, …, then
    halves.
    """
    known, step, bad = plan[i], 1, low - 1
    while known > low:
        trying = max(low, known - step)
        if not good(_with(plan, i, trying)):
            bad = trying
            break
        known, step = trying, step * 2
    while known - bad > 1:
        middle = (known + bad) // 2
        if good(_with(plan, i, middle)):
            known = middle
        else:
            bad = middle
    return known


def costless(ledger: Ledger, plan: Plan) -> Plan:
    """Set what costs nothing: at its upper bound where more helps, else where the smooth margin is best."""
    for i, free in enumerate(ledger.problem.frees):
        if free.unit_cost > 0:
            continue
        if free.more_helps:
            plan = _with(plan, i, free.high)
            continue
        ways = [_with(plan, i, value) for value in range(free.low, free.high + 1)]
        ledger.outcomes(ways, SEARCH, STAGES[1], full=False)
        plan = max(ways, key=lambda way: _least_margin(ledger, way))
    return plan


def _challenge(ledger: Ledger, found: SearchState, note: Callable[[SearchState], None]) -> None:
    """Meet cheaper plans until none is left that could pass, as far as travellers A show."""
    problem = ledger.problem
    exclude_neighbours(ledger, found)
    for _challenger in range(CHALLENGES):
        plan, least = cheapest(problem, list(found.failing))
        if plan is None or least >= problem.cost(found.plan) - 1e-9 or problem.cost(plan) >= problem.cost(found.plan):
            return
        if passes(ledger, plan, SEARCH, STAGES[-1]):
            found.plan = plan
            note(found)
            return
        _exclude(ledger, found, plan, [])


def exclude_neighbours(ledger: Ledger, found: SearchState) -> None:
    """Note the plans with one fewer of something, each grown in all else: cuts by one value, where they fail."""
    for i, fewer in neighbours(ledger.problem, found.plan):
        _exclude(ledger, found, fewer, [i])


def _exclude(ledger: Ledger, found: SearchState, plan: Plan, first: list[int]) -> None:
    """Note a plan that doesn't pass, grown as far as it clearly fails; else as far as it doesn't pass."""
    if fails_clearly(ledger, plan):
        found.failing[grown(ledger, plan, first, fails_clearly)] = True
    else:
        found.failing[grown(ledger, plan, first, _does_not_pass)] = False


def _does_not_pass(ledger: Ledger, plan: Plan) -> bool:
    return not passes(ledger, plan, SEARCH, STAGES[-1])


def grown(ledger: Ledger, plan: Plan, first: list[int], fails: Fails) -> Plan:
    """The largest plan found above a failing one that fails too: as much as can be at its upper bound.

    First all but the values that are worst where the failing target is missed (`first`: those to keep) at once, then
    halves of what is left. Values of which more may not help stay.
    """
    problem = ledger.problem
    seen = _seen(ledger, plan)
    target = int(np.argmin(seen.met.mean(axis=1) - [each.share for each in problem.asked]))
    votes = _votes(seen.worst[target, ~seen.met[target]], len(plan))
    often = [i for i in range(len(plan)) if votes[i] >= max(1.0, 0.2 * votes.sum())]
    ever = [i for i in range(len(plan)) if votes[i]]
    for keep in (first, often[:1], often, ever):
        high = tuple(
            value if i in keep or not free.more_helps else free.high
            for i, (free, value) in enumerate(zip(problem.frees, plan, strict=True))
        )
        if keep and fails(ledger, high):
            plan = high
            break
    helping = [i for i, free in enumerate(problem.frees) if free.more_helps and plan[i] < free.high]
    return _raised_together(ledger, plan, sorted(helping, key=lambda i: votes[i]), fails)


def _raised_together(ledger: Ledger, plan: Plan, items: list[int], fails: Fails) -> Plan:
    """Values at their upper bounds as far as the plan still fails: all at once, else each half after the other."""
    high = plan
    for i in items:
        high = _with(high, i, ledger.problem.frees[i].high)
    if len(items) > 1 and not fails(ledger, high):
        half = len(items) // 2
        plan = _raised_together(ledger, plan, items[:half], fails)
        return _raised_together(ledger, plan, items[half:], fails)
    return _raised(ledger, plan, items[0], fails) if len(items) == 1 else high


def _raised(ledger: Ledger, plan: Plan, i: int, fails: Fails) -> Plan:
    """One value as high as the plan still fails."""
    free = ledger.problem.frees[i]
    if fails(ledger, high := _with(plan, i, free.high)):
        return high
    # counted down from the upper bound, the highest value that fails is the lowest that is good
    mirrored = (*plan[:i], -plan[i], *plan[i + 1 :])
    lowest = _lowest(mirrored, i, 1 - free.high, lambda p: fails(ledger, _with(plan, i, -p[i])))
    return _with(plan, i, -lowest)


def _settle_ties(ledger: Ledger, found: SearchState) -> None:
    """Of plans of the same cost, move one from a shift that is rarely worst to the one that is worst most often."""
    frees = ledger.problem.frees
    votes = _votes(_seen(ledger, found.plan).worst, len(frees))
    to = int(np.argmax(votes))
    alike = (i for i in _rarely_worst(ledger, found.plan) if math.isclose(frees[i].unit_cost, frees[to].unit_cost))
    best = found.plan
    for i in [i for i in alike if i != to][:_TIES]:
        moved = _with(_with(found.plan, i, found.plan[i] - 1), to, found.plan[to] + 1)
        if moved[to] > frees[to].high or not passes(ledger, moved, SEARCH, STAGES[-1]):
            continue
        ledger.outcomes([moved], SEARCH, STAGES[-1], full=False)
        if _least_margin(ledger, moved) > _least_margin(ledger, best):
            best = moved
    found.plan = best


def _votes(worst: np.ndarray, n: int) -> np.ndarray:
    """How often each free value is worst."""
    return np.bincount(worst[worst >= 0].ravel(), minlength=n).astype(np.float64)


def _margin(ledger: Ledger, plan: Plan, block: str, target: int, *, full: bool) -> float:
    """Mean smooth margin of a target over the first replications."""
    return float(ledger.outcomes([plan], block, STAGES[0], full=full)[0].margin[target].mean())


def _least_margin(ledger: Ledger, plan: Plan) -> float:
    """Mean over the replications made of the smallest margin of all targets."""
    return float(_seen(ledger, plan).margin.min(axis=0).mean())


def _seen(ledger: Ledger, plan: Plan, block: str = SEARCH, *, full: bool = False) -> Outcome:
    """All that there is of a plan that was met already."""
    seen = ledger.seen(plan, block, full=full)
    assert seen is not None
    return seen


def _with(plan: Plan, i: int, value: int) -> Plan:
    return (*plan[:i], value, *plan[i + 1 :])
