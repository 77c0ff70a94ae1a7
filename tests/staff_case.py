"""Evaluators for `qcap staff` beside the made-up days of the benchmark: instants with a theory, known shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numba import njit

from sim.commands.benchmark.staffing import Days, Floats
from sim.commands.staff.problem import Outcome, Plan


@dataclass
class Instants(Days):
    """Evaluator: a target for each shift: whoever would come at an instant of it begins within the limit.

    What would be is followed with those ahead alone, so nobody else's wait depends on it: shares have a theory.
    """

    instants: tuple[float, ...] = ()
    """Minutes, one in each shift."""

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        del full
        self.made += len(plans) * len(replications)
        waits = np.zeros((len(plans), len(self.instants), len(replications)))
        people, instants = np.array(plans, dtype=np.int64), np.array(self.instants)
        for r, replication in enumerate(replications):
            wait(people, *self._drawn(block, replication), instants, waits[:, :, r])
        worst = np.repeat(np.arange(len(instants), dtype=np.int32)[:, np.newaxis], len(replications), axis=1)
        return [Outcome(each <= self.shifts.limit, self.shifts.limit - each, worst) for each in waits]


@njit
def wait(people, times, what, instants, waits):
    """Minutes that whoever came at each instant would wait, by plan; those who were there before are served first."""
    for plan in range(len(people)):
        for i in range(len(instants)):
            shift, n, before = 0, 0, 0.0
            for event in range(len(times)):
                t, kind = times[event], what[event]
                if t > instants[i] and n < people[plan, shift]:
                    waits[plan, i] = max(before - instants[i], 0.0)
                    break
                before = t
                if kind == 0:
                    n += t <= instants[i]
                elif kind < 0:
                    n = max(n - people[plan, shift], 0)
                    shift = -kind
                elif kind <= min(n, people[plan, shift]):
                    n -= 1
            else:
                waits[plan, i] = times[-1]


@dataclass
class Coins:
    """Evaluator whose shares are known: plan x meets target j in a replication whose uniform is at most shares(x)[j].

    So more never hurts if the shares grow. The worst free value is that of which one more would raise the share most.
    """

    shares: Callable[[Plan], Sequence[float]]
    seed: int = 1
    together: bool = True
    """Targets of a replication have one uniform; else each its own."""
    calls: list[tuple[int, str, range, bool]] = field(default_factory=list)

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        self.calls.append((len(plans), block, replications, full))
        drawn = np.random.default_rng([self.seed, ord(block)]).random((480, 8))[replications.start : replications.stop]
        return [self._outcome(plan, drawn) for plan in plans]

    @property
    def made(self) -> int:
        """Replications of plans so far."""
        return sum(plans * len(replications) for plans, _block, replications, _full in self.calls)

    def _outcome(self, plan: Plan, drawn: Floats) -> Outcome:
        shares = np.array(self.shares(plan))
        uniform = drawn[:, [0] * len(shares)] if self.together else drawn[:, : len(shares)]
        margin = (shares - uniform).T
        gains = [np.array(self.shares((*plan[:i], plan[i] + 1, *plan[i + 1 :]))) - shares for i in range(len(plan))]
        worst = np.argmax(gains, axis=0).astype(np.int32)
        return Outcome(margin >= 0, margin, np.repeat(worst[:, np.newaxis], len(uniform), axis=1))
