"""Priors: from a standard normal number to a value of an unknown, for each kind of prior.

`value(z)` is the prior's quantile function at Φ(z): monotonic, and inside the bounds for every z.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Floats = NDArray[np.float64]

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
