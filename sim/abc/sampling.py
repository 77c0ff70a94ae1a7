"""Where to run histories: a low-discrepancy sample of the prior first, then mixtures round what agreed best so far.

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

SPREAD = 1.3
"""A mixture is wider than what it was made from by this factor of variance: a proposal must not miss the tails."""
JUMP = 0.1
"""Share of a mixture's draws whose rule is drawn from the prior again."""
_ROWS = 2_000


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
class Mixture:
    """Normal kernels round weighted points; with some chance the rule is drawn from the prior again."""

    centres: Floats
    rules: Ints
    weights: Floats
    root: Floats
    """Lower Cholesky factor of the kernels' covariance."""
    rule_shares: Floats
    """Prior of rules."""

    def draw(self, n: int, seed: int) -> Points:
        """`n` points, the same for the same seed."""
        chance = np.random.Generator(np.random.Philox(seed))
        picked = chance.choice(len(self.weights), size=n, p=self.weights)
        z = self.centres[picked] + chance.standard_normal((n, self.centres.shape[1])) @ self.root.T
        anew = chance.random(n) < JUMP
        other = chance.choice(len(self.rule_shares), size=n, p=self.rule_shares)
        return Points(z, np.where(anew, other, self.rules[picked]).astype(np.int64))

    def over_prior(self, points: Points) -> Floats:
        """Density of the mixture over that of the prior, at each point."""
        out = np.empty(len(points))
        white = np.linalg.solve(self.root, self.centres.T).T
        log_scale = -float(np.log(np.diag(self.root)).sum())
        for start in range(0, len(points), _ROWS):
            z, rule = points.z[start : start + _ROWS], points.rule[start : start + _ROWS]
            at = np.linalg.solve(self.root, z.T).T
            square = (at**2).sum(axis=1)[:, None] + (white**2).sum(axis=1)[None] - 2 * at @ white.T
            same = (1 - JUMP) * (rule[:, None] == self.rules[None]) / self.rule_shares[rule][:, None] + JUMP
            log_kernel = log_scale - square / 2 + (z**2).sum(axis=1)[:, None] / 2
            out[start : start + _ROWS] = (np.exp(np.minimum(log_kernel, 600)) * same) @ self.weights
        return out


def mixture_of(points: Points, weights: Floats, rule_shares: Floats) -> Mixture:
    """A smooth proposal from weighted points, with about their mean and `SPREAD` times their covariance.

    Kernels are those of West (1993, J. R. Stat. Soc. B 55, 409-422): centres are drawn to the mean by as much as the
    kernels spread, so that many unknowns do not blow the proposal up.
    """
    share = weights / weights.sum()
    n_effective, d = 1 / float((share**2).sum()), points.z.shape[1]
    mean = share @ points.z
    off = points.z - mean
    covariance = (off * share[:, None]).T @ off + 1e-4 * np.eye(d)
    h2 = min(0.9, (4 / ((d + 2) * max(n_effective, 1.0))) ** (2 / (d + 4)))
    return Mixture(
        centres=mean + np.sqrt((1 - h2) * SPREAD) * off,
        rules=points.rule,
        weights=share,
        root=np.linalg.cholesky(h2 * SPREAD * covariance),
        rule_shares=rule_shares,
    )


def mixture_weights(points: Points, sizes: Sequence[int], mixtures: Sequence[Mixture]) -> Floats:
    """Weight of each point of all rounds: prior / density of all rounds together. Their mean is about 1.

    `sizes`: points of the first round, from the prior, and of each mixture's round, in the order of `points`.
    """
    total = sum(sizes)
    density = np.full(len(points), sizes[0] / total)
    for size, mixture in zip(sizes[1:], mixtures, strict=True):
        density += size / total * mixture.over_prior(points)
    return 1 / density
