"""Whether a target holds: the one rule by which every command judges the replications that met a limit. It knows
numbers only.

A target asks that at least a share of all replications meet a limit. What n replications of which some met it say about
that share are two exact bounds (Clopper and Pearson 1934, Biometrika 26, 404-413), each one-sided and each wrong with a
chance of at most 5 %. The target holds when the lower bound reaches the share asked for, is missed when the upper bound
stays under it, and is not certain between. One-sided, because one thing is said at a time: when it is said to hold, it
is wrong in at most 1 of 20 cases, and likewise when it is said to be missed. Where several statements are made together
(points of a sweep, ends of ranges) the 5 % are shared out among them (Bonferroni), so that with 95 % certainty none is
wrong.

Exact tests of a share of replications at several looks: stop as soon as the answer is clear, pay for having looked.

After 30, 60, 120, 240 and 480 replications the number that met a target is looked at, and the test ends at the first
look at which the share is shown to be above (or below) the one asked for. Five looks at 5 % each would be wrong more
often than 5 %: so the chance of error is spent little by little, by look k no more than its part n_k / 480 (the power
family of Kim and DeMets 1987, Biometrika 74, 149-154, with power 1). What a look costs is not estimated: numbers of
replications that met are binomial, and the chance of having crossed by look k is summed up exactly over all ways to it
(Jennison and Turnbull 1983, Technometrics 25, 49-58). What whole numbers leave unspent at a look is left for the next.

Why exact at the share asked for is enough: with the same random numbers a larger share only gives larger counts, so of
all shares that should not be told to be above, the one asked for is the likeliest to be.

A bound is exact too: the share at which so clear a crossing, an earlier look counting as clearer than any later one,
would have just the chance of error. So it reaches the share asked for exactly when the test does. Without a crossing
it is a bound for a test that ends at that look.

Told in shares *above*; below is the same for those that did not meet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

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


Floats = NDArray[np.float64]

LOOKS = (30, 60, 120, 240, 480)
"""Replications made at each look."""
_STEPS = 50
"""Halvings of an interval of shares: as exact as numbers are."""


class Design(NamedTuple):
    """A test that a share is above one that is asked for."""

    share: float
    """From 0 to 1, 1 excluded."""
    wrong: float
    """Chance of saying it falsely, all looks together; 0 never says it."""
    looks: tuple[int, ...] = LOOKS


@lru_cache(maxsize=4096)
def least_counts(design: Design) -> tuple[int, ...]:
    """Fewest that must have met at each look to cross; one more than were made where nothing would be enough."""
    counts: list[int] = []
    for k, n in enumerate(design.looks):
        there, crossed = _inside(design.share, design.looks[: k + 1], tuple(counts))
        allowed = design.wrong * n / design.looks[-1] - crossed
        tails = np.cumsum(there[::-1])[::-1]  # chance of so many or more
        enough = np.flatnonzero(tails <= allowed)
        counts.append(int(enough[0]) if len(enough) else n + 1)
    return tuple(counts)


def crossed(design: Design, counts: Sequence[int]) -> int | None:
    """Index of the first look at which counts (one for each look so far) cross; None when none does."""
    needed = least_counts(design)
    return next((k for k, count in enumerate(counts) if count >= needed[k]), None)


def chance(design: Design, share: float, look: int, count: int) -> float:
    """Chance at this share of crossing before a look or having so many or more at it: the p-value at the share asked
    for, of a test that ended there.
    """
    there, before = _inside(share, design.looks[: look + 1], least_counts(design)[:look])
    return min(1.0, before + float(there[count:].sum()))


@lru_cache(maxsize=4096)
def chance_left(design: Design, share: float, look: int, count: int) -> float:
    """Chance at this share of crossing at a later look, with so many at this one and none crossed."""
    there, made, over = np.zeros(count + 1), design.looks[look], 0.0
    there[count] = 1.0
    for n, needed in zip(design.looks[look + 1 :], least_counts(design)[look + 1 :], strict=True):
        there = np.convolve(there, _binomial(n - made, share))
        over += float(there[needed:].sum())
        there[needed:] = 0.0
        made = n
    return over


def power(design: Design, share: float) -> float:
    """Chance that the test finds a share above the one asked for, when this is the share."""
    return chance(design, share, len(design.looks) - 1, least_counts(design)[-1])


@lru_cache(maxsize=4096)
def lower_bound(design: Design, look: int, count: int, wrong: float | None = None) -> float:
    """At least this share, wrong with a chance of at most the design's (or `wrong`)."""
    limit = design.wrong if wrong is None else wrong
    return _least_share(lambda share: chance(design, share, look, count) > limit)


@lru_cache(maxsize=256)
def share_for(design: Design, wanted: float) -> float:
    """Least share that the test would find with this chance."""
    return _least_share(lambda share: power(design, share) > wanted)


def _least_share(exceeds: Callable[[float], bool]) -> float:
    """Where a chance that grows with the share passes a limit."""
    low, high = 0.0, 1.0
    if exceeds(low):
        return 0.0
    for _step in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if exceeds(middle) else (middle, high)
    return low


def _inside(share: float, looks: tuple[int, ...], counts: tuple[int, ...]) -> tuple[Floats, float]:
    """Chance of each count at the last of these looks without having crossed before; and of having crossed."""
    there, over, made = np.ones(1), 0.0, 0
    for k, n in enumerate(looks):
        there = np.convolve(there, _binomial(n - made, share))
        made = n
        if k < len(looks) - 1:
            over += float(there[counts[k] :].sum())
            there[counts[k] :] = 0.0
    return there, over


def _binomial(n: int, share: float) -> Floats:
    """Chance of 0, 1, …, n that met."""
    from scipy.special import gammaln, xlog1py, xlogy  # noqa: PLC0415  start-up time

    met = np.arange(n + 1)
    logs = gammaln(n + 1) - gammaln(met + 1) - gammaln(n - met + 1) + xlogy(met, share) + xlog1py(n - met, -share)
    return np.asarray(np.exp(logs))
