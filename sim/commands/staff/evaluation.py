"""The evaluator of `qcap staff`: plans on blocks of travellers, on the cores of this machine.

Blocks are replications far apart, so that no two have a traveller, or a draw of the ensemble, in common: block A is for
the search, the others for certificates and bounds. An ensemble with fewer draws than the blocks take is used again.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from sim.commands.staff.problem import CERTIFICATES, CUTS, SEARCH, Outcome, Plan
from sim.commands.staff.trials import StaffQuestion, Trials, run_trials
from sim.runs.executors import side_by_side

T = TypeVar("T")
EXTRA = "X"
"""Travellers for what stands beside the certificate: load, absence, more arrivals."""
BLOCKS = (SEARCH, *CERTIFICATES, *CUTS, EXTRA)
APART = 700
"""Replications between the first ones of two blocks: more than any block has."""


def replication(block: str, number: int) -> int:
    """Number of a replication of a block, counted from 0, among all of the scenario."""
    return 1 + BLOCKS.index(block) * APART + number


@dataclass
class Evaluator:
    """An `Evaluate` of the problem of a question.

    Each worker has its own replications, the n-th of all, so that between plans it keeps their travellers, and nobody
    else makes them again.
    """

    question: StaffQuestion
    draws: Sequence[Mapping[str, Any]]
    """Of an ensemble; empty without one."""
    workers: Sequence[Executor]
    """Of one process each."""
    made: int = 0
    """Replications of plans."""
    _packed: bytes = field(init=False)
    _key: str = field(init=False)

    def __post_init__(self) -> None:
        """Pack the question once for all jobs."""
        self._packed = pickle.dumps(self.question)
        self._key = hashlib.sha256(self._packed).hexdigest()

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        """One outcome per plan."""
        jobs = self.jobs(plans, block, replications, full=full)
        parts = [np.concatenate(pieces, axis=2) for pieces in zip(*self.each(run_trials, jobs), strict=True)]
        order = np.argsort([number for job in jobs for number in job.numbers])
        self.made += len(plans) * len(replications)
        return [Outcome(*(part[i][:, order] for part in parts)) for i in range(len(plans))]

    def jobs(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Trials]:
        """One for each worker that has some of these replications, each with all plans."""
        n, numbers = len(self.workers), [replication(block, number) for number in replications]
        own = [tuple(number for number in numbers if number % n == worker) for worker in range(n)]
        return [
            Trials(self._packed, self._key, tuple(plans), each, tuple(self.draw(number) for number in each), full)
            for each in own
            if each
        ]

    def draw(self, number: int) -> Mapping[str, Any] | None:
        """What the ensemble says in a replication."""
        return self.draws[(number - 1) % len(self.draws)] if self.draws else None

    def each(self, run: Callable[[Trials], T], jobs: Sequence[Trials]) -> list[T]:
        """What workers make of jobs, in their order; each goes to the worker that has its replications."""
        return side_by_side([(self.workers[job.numbers[0] % len(self.workers)], job) for job in jobs], run)
