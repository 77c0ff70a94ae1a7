"""Where to run histories: a low-discrepancy sample of the prior first, then proposals round what agreed best so far.

All rounds count together. A history drawn in any round has the weight prior / mixture of all rounds' densities
(deterministic mixture: Owen and Zhou 2000, J. Am. Stat. Assoc. 95, 135-143; with it the "population Monte Carlo" of
Cappé et al. 2004). Because the prior itself is one of the rounds, no weight exceeds all histories / those of the first
round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPREAD = 1.6
"""A proposal is wider than what it was made from by this factor of variance: it must not miss the tails."""
JUMP = 0.2
"""Share of a proposal's draws whose rule is drawn from the prior again."""


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
    """Normal in the directions about which the figures told something, the prior in all others."""

    directions: Floats
    """Orthonormal columns (unknowns, told directions)."""
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
    told = values < max(1 - np.sqrt(d / n_effective), 0.0) ** 2
    rules = np.bincount(points.rule, weights=share, minlength=len(prior_rules))
    return Proposal(
        directions=vectors[:, told],
        means=mean @ vectors[:, told],
        spreads=np.sqrt(np.minimum(SPREAD * values[told], 1.0) + 1e-6),
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
