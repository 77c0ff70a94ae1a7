"""Certificates on fresh travellers: what is proved about a plan, and with what chance of being wrong.

**What a certificate says.** "This plan holds, and with one fewer of any of these it fails." A plan *holds* when each
target is met in at least its share s of all replications; it *fails* when some target is not.

**5 % in all.** `WRONG` = 5 % is the chance that a run tells any of this falsely:

1. *The corner* may spend `CORNER_PART` of it: everything at its upper bound is said to fail only then.
2. *Attempts.* A certificate may not succeed at first. Attempt i may spend `FIRST_PART` (60 %) of what the attempts
   before it left: 2.85 %, 1.14 %, 0.46 %, 0.18 % of the 5 %. They add up to less than 5 % however many there are, and
   each has **a fresh block of travellers**. A plan that was chosen after looking at B is thereby new to C: what luck
   did for it on B does nothing for it on C. (A plan chosen on B and accepted on B wins by luck about half of the time.)
3. *Looks.* Within an attempt each test may look at 30, 60, 120, 240 and 480 replications and pays for it exactly
   (`sim.numbers.verdicts`). The number of the look at which it stops costs nothing more.
4. *The plan holds*: each target's share is shown to be above s at the attempt's level, without correction. If the
   plan does not hold, some target j is under its s, and j itself had to be said above: a chance of at most the level,
   whatever the others do (an intersection-union test, Berger 1982, Technometrics 24, 295-300).
5. *A neighbour fails*: some target's share is shown to be below s. Here any of J targets may tell, so they share the
   level: the one that looked worst on travellers A has `LEADING` (80 %) of it, the others the rest in equal parts; with
   A unseen all the same. (A is independent of the block: weights fixed by it cost nothing.)
6. *All together*: plan holds and all neighbours fail, each at the attempt's level without correction. If the joint
   statement is false, one of its parts is, and that part had to be told falsely: at most the level again (4 and 5 for
   intersection-union). So **a complete certificate is false in at most 5 % of runs**, whatever depends on what.
7. *Single verdicts*, where the certificate is not complete: the plan is the gate; only when it is shown to hold do the
   neighbours follow, by Holm's rule among themselves at the same level. `Subject.alone` says which stand so. If the
   plan does not hold, anything told rests on the gate told falsely: at most the level. If it holds, Holm's rule keeps
   the chance of any false "fails" at the level. (Told both ways, complete or else by Holm, is Hochberg's step-up over
   the neighbours: at most the level where their counts go up and down together, as the same travellers make them.)

*Not told as proved, only used to go on*: a plan that fails or stays open, a neighbour that holds. Whichever way the
truth is, just one of "holds" and "fails" is false of a target, so looking for both adds nothing.

**What makes another attempt.** The plan failed or stayed open at full length: people are added where shifts are worst,
one at least, until it would pass on the block just seen; on to the next block. A neighbour was shown to hold: it is
cheaper, and gets a block of its own; if it doesn't succeed there, the certificate of before stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from sim.commands.staff.ledger import Ledger
from sim.commands.staff.problem import (
    CERTIFICATES,
    FAILS,
    HOLDS,
    OPEN,
    SEARCH,
    Certificate,
    Plan,
    Problem,
    Subject,
    TargetVerdict,
)
from sim.numbers.comparison import holm
from sim.numbers.verdicts import LOOKS, Design, chance, chance_left, crossed, lower_bound, share_for

WRONG = 0.05
CORNER_PART = 0.05
FIRST_PART = 0.6
LEADING = 0.8
HOPELESS = 0.05
"""A plan is looked at no further when it would be decided with less than this chance."""


def level_of(attempt: int) -> float:
    """Chance of error of attempt 0, 1, …"""
    return WRONG * (1 - CORNER_PART) * FIRST_PART * (1 - FIRST_PART) ** attempt


@lru_cache(maxsize=64)
def aim(share: float, power: float) -> float:
    """Share in which a plan must meet a target so that its first certificate succeeds with this chance."""
    return share_for(Design(share, level_of(0)), power)


@dataclass(frozen=True)
class Trial:
    """A plan to be judged: levels of its two-sided look, and how far it is."""

    kind: str
    plan: Plan
    free: int
    holds: tuple[Design, ...]
    """For each target, of the share that met."""
    fails: tuple[Design, ...]
    """For each target, of the share that did not."""
    met: tuple[tuple[int, ...], ...] = ()
    """For each look so far, how many met each target."""

    def counts(self, target: int) -> tuple[list[int], list[int]]:
        """Met and missed at each look so far."""
        met = [row[target] for row in self.met]
        return met, [n - count for n, count in zip(LOOKS, met, strict=False)]

    @property
    def verdict(self) -> str:
        """Fails as soon as one target does; holds when all do."""
        looked = [self.counts(j) for j in range(len(self.holds))]
        if any(crossed(design, missed) is not None for design, (_met, missed) in zip(self.fails, looked, strict=True)):
            return FAILS
        if all(crossed(design, met) is not None for design, (met, _missed) in zip(self.holds, looked, strict=True)):
            return HOLDS
        return OPEN

    @property
    def hopeless(self) -> bool:
        """Even with shares a standard error off those seen so far, neither verdict would come but by a small chance.

        Giving up on a test early never adds to its chance of error.
        """
        if not self.met or LOOKS[len(self.met) - 1] < 120:
            return False
        pairs = [(j, *self.counts(j)) for j in range(len(self.holds))]
        fail = max(_left(self.fails[j], missed) for j, _met, missed in pairs)
        hold = min(_left(self.holds[j], met) for j, met, _missed in pairs)
        return max(fail, hold) < HOPELESS

    def p_value(self) -> float:
        """Of failing, over all targets with their parts of the level; 1 when none crossed."""
        level = sum(design.wrong for design in self.fails)
        best = 1.0
        for j, design in enumerate(self.fails):
            _met, missed = self.counts(j)
            look = crossed(design, missed)
            if look is not None:
                best = min(best, chance(design, design.share, look, missed[look]) * level / design.wrong)
        return best


def _left(design: Design, counts: Sequence[int]) -> float:
    """Chance that a test crosses at a look to come with a share a standard error above that so far; 1 when it has."""
    if crossed(design, counts) is not None:
        return 1.0
    n = design.looks[len(counts) - 1]
    share = counts[-1] / n
    more = min(1.0, share + math.sqrt(share * (1 - share) / n))
    return chance_left(design, more, len(counts) - 1, counts[-1])


def judge(ledger: Ledger, trials: Sequence[Trial], block: str) -> Iterator[list[Subject]]:
    """After each look at all that are open, with the full model, the verdicts on all so far."""
    found = list(trials)
    for n in LOOKS:
        going = [k for k, trial in enumerate(found) if trial.verdict == OPEN and not trial.hopeless]
        if not going:
            return
        outcomes = ledger.outcomes([found[k].plan for k in going], block, n, full=True)
        for k, outcome in zip(going, outcomes, strict=True):
            met = tuple(int(count) for count in outcome.met.sum(axis=1))
            found[k] = replace(found[k], met=(*found[k].met, met))
        yield [_subject(trial) for trial in found]


def attempt(ledger: Ledger, plan: Plan, number: int) -> Iterator[Certificate]:
    """Certificate of a plan on the fresh block of attempt 0, 1, …, after each look: first the plan, and only when it is
    shown to hold its neighbours.
    """
    problem, block, level = ledger.problem, CERTIFICATES[number], level_of(number)
    ledger.begin("certify", LOOKS[-1] * (1 + len(neighbours(problem, plan))))
    own = trial(ledger, "plan", plan, level)
    certificate = Certificate(plan, block, level, _subject(own), (), False)
    for (subject,) in judge(ledger, [own], block):
        certificate = replace(certificate, subject=replace(subject, alone=subject.verdict == HOLDS))
        yield certificate
    if certificate.holds:
        trials = [trial(ledger, "neighbour", fewer, level, free) for free, fewer in neighbours(problem, plan)]
        certificate = replace(certificate, neighbours=tuple(_subject(each) for each in trials))
        for subjects in judge(ledger, trials, block):
            certificate = replace(certificate, neighbours=_by_holm(subjects, level))
            yield certificate
    yield replace(certificate, finished=True)


def neighbours(problem: Problem, plan: Plan) -> list[tuple[int, Plan]]:
    """One fewer of each free value that has a cost and is above its lower bound."""
    return [
        (i, (*plan[:i], plan[i] - 1, *plan[i + 1 :]))
        for i, free in enumerate(problem.frees)
        if free.unit_cost > 0 and plan[i] > free.low
    ]


def corner(ledger: Ledger) -> Iterator[Subject]:
    """Everything at its upper bound, until it is shown to fail or meets each target in the share asked for.

    On travellers A: it was not chosen by looking at them.
    """
    problem = ledger.problem
    ledger.begin("corner", LOOKS[-1])
    for (subject,) in judge(ledger, [trial(ledger, "corner", problem.corner, WRONG * CORNER_PART)], SEARCH):
        yield replace(subject, alone=True)
        if all(each.met >= problem.asked[each.target].share * each.replications for each in subject.targets):
            return


def trial(ledger: Ledger, kind: str, plan: Plan, level: float, free: int = -1) -> Trial:
    """A plan to be judged with this chance of error for "holds" and this one for "fails"."""
    asked = ledger.problem.asked
    parts = _parts(ledger, plan)
    holds = tuple(Design(each.share, level) for each in asked)
    fails = tuple(Design(1 - each.share, level * part) for each, part in zip(asked, parts, strict=True))
    return Trial(kind, plan, free, holds, fails)


def _parts(ledger: Ledger, plan: Plan) -> list[float]:
    """Which part of the level each target has for telling that the plan fails; from travellers A alone."""
    asked = ledger.problem.asked
    seen = ledger.expected(plan)
    if len(asked) == 1 or seen is None:
        return [1 / len(asked)] * len(asked)
    short = seen.met.mean(axis=1) - np.array([each.share for each in asked])
    leading = int(short.argmin())
    return [LEADING if j == leading else (1 - LEADING) / (len(asked) - 1) for j in range(len(asked))]


def _by_holm(subjects: Sequence[Subject], level: float) -> tuple[Subject, ...]:
    """Which neighbours stand by themselves among all of them."""
    adjusted = holm([subject.p_value for subject in subjects])
    return tuple(replace(each, alone=p <= level) for each, p in zip(subjects, adjusted, strict=True))


def _subject(trial: Trial) -> Subject:
    targets = tuple(_target_verdict(trial, j) for j in range(len(trial.holds)))
    closed = trial.verdict != OPEN or trial.hopeless or len(trial.met) == len(LOOKS)
    return Subject(trial.kind, trial.plan, trial.free, targets, trial.verdict, False, trial.p_value(), closed)


def _target_verdict(trial: Trial, target: int) -> TargetVerdict:
    """At the look that decided this target, else at the last one."""
    met, missed = trial.counts(target)
    if not met:
        return TargetVerdict(target, 0, 0, OPEN, 0.0, 1.0)
    above, below = trial.holds[target], trial.fails[target]
    up, down = crossed(above, met), crossed(below, missed)
    look = next((k for k in (down, up) if k is not None), len(met) - 1)
    verdict = FAILS if down is not None else HOLDS if up is not None else OPEN
    low, high = lower_bound(above, look, met[look]), 1 - lower_bound(below, look, missed[look])
    return TargetVerdict(target, met[look], LOOKS[look], verdict, low, high)
