"""Made-up days for `qcap staff`: a queue with shifts, exact to the event, for whole blocks of replications at once.

M_t/M/c_t by uniformisation: arrivals and *possible* ends of service are points of Poisson processes that no plan
changes; possible end k of n is one if at least k people are in service. So all plans meet the same travellers, one more
on duty never makes anybody wait longer within a shift, and the chance of each number of people at any time is given by
Kolmogorov's equations (`tests/kolmogorov.py`). At a change of shift those in service are finished in overtime by those
who go: they leave the queue, and the new shift is free (as the flow has it).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.commands.staff.problem import Outcome, Plan

Floats = NDArray[np.float64]


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
                follow(people, times, what, (shifts.limit, shifts.overtime), row)
        good, came = counts[:, 0].transpose(1, 0, 2), counts[:, 1].transpose(1, 0, 2)
        return np.where(came > 0, good / np.maximum(came, 1), 1.0)

    def _drawn(self, block: str, day: int) -> tuple[Floats, NDArray[np.int16]]:
        """Events of a day in order: arrivals (0), possible ends of person k's service (k), shift k begins (-k)."""
        if (block, day) not in self._events:
            shifts = self.shifts
            generator = np.random.default_rng([self.seed, ord(block), day])
            hours = np.arange(len(shifts.rates))
            came = 60 * (
                np.repeat(hours, (each := generator.poisson(60 * np.array(shifts.rates))))
                + generator.random(each.sum())
            )
            end = 60.0 * len(hours) + shifts.limit
            ends = end * generator.random(generator.poisson(end * shifts.most / shifts.service))
            labels = generator.integers(1, shifts.most + 1, len(ends))
            changes = shifts.edges[1:-1]
            when = np.concatenate([came, ends, changes])
            kind = np.concatenate([np.zeros(len(came)), labels, -np.arange(1, len(changes) + 1)])
            order = np.argsort(when, kind="stable")
            self._events[block, day] = when[order], kind[order].astype(np.int16)
        return self._events[block, day]


@njit
def follow(people, times, what, rules, counts):
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
