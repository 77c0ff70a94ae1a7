"""At which points of a sweep a target holds, with confidence for all points together.

A target holds where at least a share of single runs meet its limit, by the rule of `verdicts`: bounds at a level of
1 - 0.05 / points, so that with 95 % confidence it is at no point wrongly said to hold, and at none wrongly missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.numbers.verdicts import Judged
from sim.runs.targets import met
from sim.scenario.tables.schema import Target


class Met(NamedTuple):
    """How the runs of one point stand to one target."""

    point: int
    target: str
    measure: str
    place: str
    limit: str
    """Such as "at most 0.05"."""
    wanted: float
    """Share of runs that must meet the limit."""
    n: int
    """Runs with a value."""
    met: int
    share: float
    low: float
    """Lower bound of the share of all runs: the target holds when it reaches `wanted`."""
    high: float
    """Upper bound, another statement at the same level: the target is missed when it is below `wanted`."""
    verdict: str
    """Holds, missed, not certain, or no value."""


@dataclass(frozen=True)
class Judge:
    """A target as points are judged by it."""

    id: str
    target: Target
    n_points: int

    def __call__(self, point: int, values: NDArray[np.float64]) -> Met:
        """The verdict on a point, from the target's measure in each of its runs."""
        limit = self.target.at_most if self.target.at_most is not None else self.target.at_least
        assert limit is not None
        below = self.target.at_most is not None
        good = int(met(self.target, values).sum())
        judged = Judged(good, len(values), self.target.share_of_runs, statements=self.n_points)
        return Met(
            point=point,
            target=self.id,
            measure=self.target.measure,
            place=self.target.place,
            limit=f"{'at most' if below else 'at least'} {limit:.6g}",
            wanted=judged.wanted,
            n=judged.n,
            met=judged.met,
            share=judged.share,
            low=judged.low,
            high=judged.high,
            verdict=judged.verdict,
        )


def judges(targets: Sequence[tuple[str, Target]], n_points: int) -> tuple[Judge, ...]:
    """One judge for each target, in their order."""
    return tuple(Judge(name, target, n_points) for name, target in targets)
