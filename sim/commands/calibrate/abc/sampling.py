"""Priors, and where to run histories: a low-discrepancy sample of the prior, then proposals round what agreed best.

Approximate Bayesian computation (with `posterior`): what settings of a simulation agree with figures, from numbers
alone. No measure and no scenario is known here. An *unknown* is a number with a prior; all are drawn on one scale, on
which the prior is a standard normal, so that bounds are never crossed and priors of every kind look alike. A *rule* is
a choice among categories; rules are numbered from 0 and never averaged. A *history* is one row of a reference table:
where it was drawn, and the figures (summaries) that came out.

A prior leads from a standard normal number to a value of an unknown: `value(z)` is its quantile function at Φ(z),
monotonic, and inside the bounds for every z.

All rounds count together. A history drawn in any round has the weight prior / mixture of all rounds' densities
(deterministic mixture: Owen and Zhou 2000, J. Am. Stat. Assoc. 95, 135-143; with it the "population Monte Carlo" of
Cappé et al. 2004). Because the prior itself is one of the rounds, no weight exceeds all histories / those of the first
round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPREAD = 1.6
"""A proposal is wider than what it was made from by this factor of variance: it must not miss the tails."""
JUMP = 0.2
"""Share of a proposal's draws whose rule is drawn from the prior again."""
_INNER = 1e-12


class Prior(Protocol):
    """The prior of a number."""

    def value(self, z: ArrayLike) -> Floats:
        """Values at standard normal numbers."""
        ...

    def bounds(self) -> tuple[float, float]:
        """Least and largest value."""
        ...


def _share(z: ArrayLike) -> Floats:
    """Φ(z), kept off 0 and 1."""
    return np.clip(ndtr(np.asarray(z, dtype=np.float64)), _INNER, 1 - _INNER)


@dataclass(frozen=True)
class Uniform:
    """All values from low to high alike."""

    low: float
    high: float

    def value(self, z: ArrayLike) -> Floats:
        """At low + (high - low) Φ(z)."""
        return self.low + (self.high - self.low) * _share(z)

    def bounds(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high


@dataclass(frozen=True)
class WholeUniform:
    """All whole numbers from low to high alike."""

    low: int
    high: int

    def value(self, z: ArrayLike) -> Floats:
        """Each whole number has an equal stretch of Φ(z)."""
        return np.floor(self.low + (self.high - self.low + 1) * _share(z))

    def bounds(self) -> tuple[float, float]:
        """Low and high."""
        return float(self.low), float(self.high)


@dataclass(frozen=True)
class LogUniform:
    """All factors alike: from 10 to 20 as likely as from 20 to 40."""

    low: float
    high: float

    def value(self, z: ArrayLike) -> Floats:
        """At low (high / low)^Φ(z)."""
        return self.low * (self.high / self.low) ** _share(z)

    def bounds(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high


@dataclass(frozen=True)
class Normal:
    """Normal with this mean and standard deviation, cut off at low and high."""

    mean: float
    sd: float
    low: float = -np.inf
    high: float = np.inf

    def value(self, z: ArrayLike) -> Floats:
        """Quantile of the truncated normal."""
        below, above = ndtr((self.low - self.mean) / self.sd), ndtr((self.high - self.mean) / self.sd)
        inside = self.mean + self.sd * ndtri(below + (above - below) * _share(z))
        return np.clip(inside, self.low, self.high)

    def bounds(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high


# rounds


@dataclass(frozen=True)
class Points:
    """Places in the space of unknowns: standard normal numbers (n, unknowns) and the number of each one's rule."""

    z: Floats
    rule: Ints

    def __len__(self) -> int:
        return len(self.rule)


def joined(parts: Sequence[Points]) -> Points:
    """All points, in order."""
    return Points(np.concatenate([part.z for part in parts]), np.concatenate([part.rule for part in parts]))


def from_prior(n: int, n_unknowns: int, rule_shares: Floats, seed: int) -> Points:
    """`n` points of the prior: a scrambled Sobol sequence (scipy.stats.qmc), its last dimension for the rule."""
    from scipy.stats import qmc  # noqa: PLC0415  start-up time

    sequence = qmc.Sobol(n_unknowns + 1, scramble=True, seed=np.random.Generator(np.random.Philox(seed)))
    u = sequence.random_base2(max(1, (n - 1).bit_length()))[:n]
    rule = np.minimum(np.searchsorted(np.cumsum(rule_shares), u[:, -1], side="right"), len(rule_shares) - 1)
    return Points(ndtri(np.clip(u[:, :-1], 1e-12, 1 - 1e-12)), rule.astype(np.int64))


@dataclass(frozen=True)
class Proposal:
    """Normal in the directions about which the figures say something, the prior in all others."""

    directions: Floats
    """Orthonormal columns (unknowns, informed directions)."""
    means: Floats
    spreads: Floats
    """Standard deviations along the directions."""
    rules: Floats
    """Share of each rule."""
    prior_rules: Floats

    def draw(self, n: int, seed: int) -> Points:
        """`n` points, the same for the same seed."""
        chance = np.random.Generator(np.random.Philox(seed))
        z = chance.standard_normal((n, len(self.directions)))
        along = z @ self.directions
        z += (self.means + (self.spreads - 1) * along) @ self.directions.T
        return Points(z, chance.choice(len(self.rules), size=n, p=self.rules).astype(np.int64))

    def over_prior(self, points: Points) -> Floats:
        """Density of the proposal over that of the prior, at each point."""
        along = points.z @ self.directions
        square = (along**2 - ((along - self.means) / self.spreads) ** 2).sum(axis=1) / 2
        of_rule = self.rules[points.rule] / self.prior_rules[points.rule]
        ratio: Floats = of_rule * np.exp(np.minimum(square, 600)) / float(np.prod(self.spreads))
        return ratio


def proposal_from(points: Points, weights: Floats, prior_rules: Floats) -> Proposal:
    """A proposal from weighted points.

    A direction counts as told when its variance is smaller than chance alone could make it: below (1 - sqrt(d / n))²,
    the least eigenvalue that n draws of a standard normal in d dimensions show (Marchenko and Pastur 1967). Elsewhere
    the prior stands, so that many unknowns of which nothing is known do not make weights uneven.
    """
    share = weights / weights.sum()
    n_effective, d = 1 / float((share**2).sum()), points.z.shape[1]
    mean = share @ points.z
    off = points.z - mean
    values, vectors = np.linalg.eigh((off * share[:, None]).T @ off)
    significant = values < max(1 - np.sqrt(d / n_effective), 0.0) ** 2
    rules = np.bincount(points.rule, weights=share, minlength=len(prior_rules))
    return Proposal(
        directions=vectors[:, significant],
        means=mean @ vectors[:, significant],
        spreads=np.sqrt(np.minimum(SPREAD * values[significant], 1.0) + 1e-6),
        rules=(1 - JUMP) * rules / rules.sum() + JUMP * prior_rules,
        prior_rules=prior_rules,
    )


def mixture_weights(points: Points, sizes: Sequence[int], proposals: Sequence[Proposal]) -> Floats:
    """Weight of each point of all rounds: prior / density of all rounds together. Their mean is about 1.

    `sizes`: points of the first round, from the prior, and of each proposal's round, in the order of `points`.
    """
    total = sum(sizes)
    density = np.full(len(points), sizes[0] / total)
    for size, proposal in zip(sizes[1:], proposals, strict=True):
        density += size / total * proposal.over_prior(points)
    return 1 / density


def in_quota(shares: Floats, n: int) -> Ints:
    """`n` numbers of kinds with these shares: every first m hold each kind m · share times, give or take less than 1.

    Among kinds that would not come too early the one whose turn is over first comes next (Tijdeman 1980, Discrete
    Mathematics 32, 323-330: never off by more than 1 - 1 / (2k - 2) with k kinds).
    """
    share = shares / shares.sum()
    k = int((share > 0).sum())
    if k == 1:
        return np.full(n, int(np.argmax(share)), dtype=np.int64)
    slack = 1 / (2 * k - 2)
    count = np.zeros(len(share), dtype=np.int64)
    order = np.empty(n, dtype=np.int64)
    for m in range(1, n + 1):
        due = m * share - count
        ends = np.full(len(share), np.inf)
        eligible = (share > 0) & (due >= slack - 1e-12)
        ends[eligible] = (1 - slack - due[eligible]) / share[eligible]
        order[m - 1] = int(np.argmin(ends))
        count[order[m - 1]] += 1
    return order
