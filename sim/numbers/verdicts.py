"""Whether a target holds: the one rule by which every command judges the replications that met a limit. It knows
numbers only.

A target asks that at least a share of all replications meet a limit. What n replications of which some met it say about
that share are two exact bounds (Clopper and Pearson 1934, Biometrika 26, 404-413), each one-sided and each wrong with a
chance of at most 5 %. The target holds when the lower bound reaches the share asked for, is missed when the upper bound
stays under it, and is not certain between. One-sided, because one thing is said at a time: when it is said to hold, it
is wrong in at most 1 of 20 cases, and likewise when it is said to be missed. Where several statements are made together
(points of a sweep, ends of ranges) the 5 % are shared out among them (Bonferroni), so that with 95 % certainty none is
wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

HOLDS, MISSED, NOT_CERTAIN, NO_VALUE = "holds", "missed", "not certain", "no value"
WRONG = 0.05
"""Chance that any of the statements made together is wrong."""
MOST_REPLICATIONS = 10_000
"""Nobody is told to make more replications than these."""
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Judged:
    """Replications that met a limit, and what they say about the share of all replications that would."""

    met: int
    n: int
    """Replications with a value."""
    wanted: float
    """Share of replications that must meet the limit, 0 to 1."""
    wrong: float = WRONG
    statements: int = 1
    """How many verdicts are given together."""

    def __post_init__(self) -> None:
        """Raise ValueError where more met the limit than there are, or fewer than none."""
        if not 0 <= self.met <= self.n:
            raise ValueError(f"{self.met} of {self.n} replications: must be from 0 to {self.n}")

    @property
    def share(self) -> float:
        """Of the replications that were made; nan without any."""
        return self.met / self.n if self.n else math.nan

    @property
    def chance(self) -> float:
        """Chance of error of each of the two bounds."""
        return self.wrong / max(self.statements, 1)

    @cached_property
    def _bounds(self) -> tuple[float, float]:
        return bounds(self.met, self.n, self.chance)

    @property
    def low(self) -> float:
        """At least this share of all replications would meet the limit; nan without replications."""
        return self._bounds[0]

    @property
    def high(self) -> float:
        """At most this share would: another statement with the same chance of error."""
        return self._bounds[1]

    @property
    def verdict(self) -> str:
        """Whether the target holds, is missed or not certain; no value when no replication has one."""
        if not self.n:
            return NO_VALUE
        if self.low >= self.wanted - _ROUNDING:
            return HOLDS
        return MISSED if self.high < self.wanted else NOT_CERTAIN

    @property
    def replications_to_decide(self) -> int | None:
        """About how many replications in all would give a verdict if the share stayed as it is: exactly when all met
        the limit.

        None when that takes more than `MOST_REPLICATIONS`, or no number would do (a share equal to the one asked for,
        or all replications asked for).
        """
        if self.met == self.n:
            return fewest_replications(self.wanted, self.chance)
        n = np.arange(self.n + 1, MOST_REPLICATIONS + 1)
        enough = n[_decides(n, n * self.met / self.n, self.wanted, self.chance)]
        return int(enough[0]) if len(enough) else None


def bounds(met: int, n: int, wrong: float) -> tuple[float, float]:
    """One-sided lower and upper bound of a share, each wrong with at most this chance; nan without replications."""
    from scipy.special import betaincinv  # noqa: PLC0415  start-up time

    if n == 0:
        return math.nan, math.nan
    low = 0.0 if met == 0 else float(betaincinv(met, n - met + 1, wrong))
    high = 1.0 if met == n else float(betaincinv(met + 1, n - met, 1 - wrong))
    return low, high


def fewest_replications(wanted: float, wrong: float = WRONG, statements: int = 1) -> int | None:
    """Fewest replications with which a target can be said to hold, when all of them meet the limit: 29 for 90 % of
    replications.

    From wanted^n <= wrong / statements. None for a share of 1, which no number of replications makes certain.
    """
    if wanted >= 1:
        return None
    if wanted <= 0:
        return 1
    return max(1, math.ceil(math.log(wrong / max(statements, 1)) / math.log(wanted) - _ROUNDING))


def replications_for_verdicts(shares: Iterable[float], statements: int = 1) -> int:
    """Fewest replications with which each target that asks for one of these shares can be said to hold; 1 without
    targets. What asks for all replications is left out: no number tells.
    """
    return max((fewest_replications(share, statements=statements) or 1 for share in shares), default=1)


def _decides(n: NDArray[np.int64], met: NDArray[np.float64], wanted: float, wrong: float) -> NDArray[np.bool_]:
    """For which numbers n of replications so many (rounded to the doubtful side) that met the limit give a verdict."""
    from scipy.special import bdtr, bdtrc  # noqa: PLC0415  start-up time

    enough, few = np.floor(met + 1e-9), np.ceil(met - 1e-9)
    by_chance_above = np.where(enough > 0, bdtrc(enough - 1, n, wanted), 1.0)  # so many or more, at `wanted`
    by_chance_below = bdtr(few, n, wanted)
    return np.asarray((by_chance_above <= wrong) | (by_chance_below < wrong))
