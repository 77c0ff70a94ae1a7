"""At which points of a sweep a target holds, with confidence for all points together.

A target holds where at least a share of single runs meet its limit. What the runs of a point say about that share is an
exact interval (Clopper and Pearson 1934, Biometrika 26, 404-413), one-sided, at a level of 1 - 0.05 / points
(Bonferroni): with 95 % confidence no point is wrongly said to hold, and likewise none wrongly said to miss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import Target

HOLDS, MISSES, OPEN = "holds", "misses", "not certain"
WRONG = 0.05
"""Chance that any of the points is wrongly said to hold."""


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
    """Lower bound of the share; the upper one is another statement at the same level."""
    high: float
    verdict: str


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
        n = len(values)
        met = int(((values <= limit) if below else (values >= limit)).sum())
        low, high = bounds(met, n, WRONG / max(self.n_points, 1))
        wanted = self.target.share_of_runs
        verdict = HOLDS if n and low >= wanted else MISSES if n and high < wanted else OPEN
        words = f"{'at most' if below else 'at least'} {limit:.6g}"
        share = met / n if n else math.nan
        return Met(
            point, self.id, self.target.measure, self.target.place, words, wanted, n, met, share, low, high, verdict
        )


def bounds(met: int, n: int, wrong: float) -> tuple[float, float]:
    """One-sided lower and upper bound of a share, each wrong with at most this chance; nan without runs."""
    from scipy.special import betaincinv  # noqa: PLC0415  start-up time

    if n == 0:
        return math.nan, math.nan
    low = 0.0 if met == 0 else float(betaincinv(met, n - met + 1, wrong))
    high = 1.0 if met == n else float(betaincinv(met + 1, n - met, 1 - wrong))
    return low, high


def replications_for(wanted: float, n_points: int) -> int | None:
    """Fewest replications with which a point can be said to hold, when all of them meet the limit.

    From wanted^n <= 0.05 / points. None for a share of 1, which no number of runs makes certain.
    """
    if wanted >= 1:
        return None
    return 1 if wanted <= 0 else max(1, math.ceil(math.log(WRONG / max(n_points, 1)) / math.log(wanted) - 1e-12))


def judges(targets: Sequence[tuple[str, Target]], n_points: int) -> tuple[Judge, ...]:
    """One judge for each target, in their order."""
    return tuple(Judge(name, target, n_points) for name, target in targets)
