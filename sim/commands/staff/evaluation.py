"""The evaluator of `qcap staff`: plans on blocks of travellers, on the cores of this machine.

Blocks are replications far apart, so that no two have a traveller, or a draw of the ensemble, in common: block A is for
the search, the others for certificates and bounds. An ensemble with fewer draws than the blocks take is used again.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from sim.commands.staff.problem import CERTIFICATES, CUTS, SEARCH, Outcome, Plan
from sim.commands.staff.trials import Question, Trials, Tried, run_trials
from sim.runs.executors import as_completed

T = TypeVar("T")
EXTRA = "X"
"""Travellers for what is told beside the certificate: load, absence, more arrivals."""
BLOCKS = (SEARCH, *CERTIFICATES, *CUTS, EXTRA)
APART = 700
"""Replications between the first ones of two blocks: more than any block has."""
FEWEST_TOGETHER = 2


def replication(block: str, number: int) -> int:
    """Number of a replication of a block, counted from 0, among all of the scenario."""
    return 1 + BLOCKS.index(block) * APART + number


@dataclass
class Evaluator:
    """An `Evaluate` of the problem of a question."""

    question: Question
    draws: Sequence[Mapping[str, Any]]
    """Of an ensemble; empty without one."""
    executor: Executor
    workers: int
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
        jobs = list(self.jobs(plans, block, replications, full=full))
        pieces: dict[int, Tried] = {}
        for index, future in as_completed(self.executor, run_trials, jobs):
            pieces[index] = future.result()
        parts = [
            np.concatenate([pieces[i][part] for i in range(len(jobs))], axis=2) for part in range(len(Tried._fields))
        ]
        self.made += len(plans) * len(replications)
        return [Outcome(*(part[i] for part in parts)) for i in range(len(plans))]

    def jobs(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> Iterator[Trials]:
        """Pieces for workers, each with all plans, so that travellers are drawn once."""
        size = max(FEWEST_TOGETHER, -(-len(replications) // (2 * self.workers)))
        for first in range(0, len(replications), size):
            numbers = tuple(replication(block, number) for number in replications[first : first + size])
            draws = tuple(self.draw(number) for number in numbers)
            yield Trials(self._packed, self._key, tuple(plans), numbers, draws, full)

    def draw(self, number: int) -> Mapping[str, Any] | None:
        """What the ensemble says in a replication."""
        return self.draws[(number - 1) % len(self.draws)] if self.draws else None

    def each(self, run: Callable[[Trials], T], jobs: Sequence[Trials]) -> list[T]:
        """What workers make of jobs, in their order."""
        found: dict[int, T] = {}
        for index, future in as_completed(self.executor, run, jobs):
            found[index] = future.result()
        return [found[index] for index in range(len(jobs))]
