"""Variates by inverse transform: one uniform number each, so that a larger mean gives a larger value."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from sim.scenario.tables.arrivals import Arrivals
from sim.scenario.tables.care import ConstantHours, ExponentialHours, HoursDistribution, LognormalHours
from sim.scenario.tables.distributions import (
    LONGEST_STAY,
    Constant,
    ConstantGroup,
    Distribution,
    EmpiricalStay,
    Exponential,
    ExponentialStay,
    Gamma,
    GeometricGroup,
    GroupDistribution,
    Lognormal,
    LognormalStay,
    StayDistribution,
    TableGroup,
    Uniform,
    WeightedStay,
    ladder,
    people_per_group,
)

Floats = NDArray[np.float64]
MAX_PARTIES_OF_A_GROUP = 1_000
"""Groups are cut here: party numbers have ten bits for the party of a group."""


def factors(distribution: Distribution, u: Floats) -> Floats:
    """Variate / mean for each uniform number: the flow multiplies it by the mean of the party's size."""
    match distribution:
        case Constant():
            return np.ones_like(u)
        case Exponential():
            return -np.log1p(-u)
        case Lognormal(cv=cv):
            sigma = math.sqrt(math.log1p(cv * cv))
            return np.exp(sigma * ndtri(u) - sigma * sigma / 2)
        case Gamma(cv=cv):
            shape = 1 / (cv * cv)
            return np.asarray(gammaincinv(shape, u) / shape)
        case Uniform(low=low, high=high):
            return (low + (high - low) * u) / ((low + high) / 2)


def stay_days(stay: StayDistribution, u: Floats) -> Floats:
    """Days of the stay for each uniform number, at most LONGEST_STAY."""
    match stay:
        case WeightedStay() | EmpiricalStay():
            lengths, ends = ladder(stay)
            return np.asarray(lengths[np.minimum(np.searchsorted(ends, u, side="right"), len(ends) - 1)])
        case LognormalStay(mean=mean, cv=cv):
            sigma = math.sqrt(math.log1p(cv * cv))
            return np.minimum(mean * np.exp(sigma * ndtri(u) - sigma * sigma / 2), LONGEST_STAY)
        case ExponentialStay(mean=mean):
            return np.minimum(-mean * np.log1p(-np.minimum(u, 1 - 1e-16)), LONGEST_STAY)


def hours(delay: HoursDistribution, u: Floats) -> Floats:
    """Hours for each uniform number."""
    match delay:
        case ConstantHours(mean=mean):
            return np.full_like(u, mean)
        case ExponentialHours(mean=mean):
            return np.asarray(-mean * np.log1p(-u))
        case LognormalHours(mean=mean, cv=cv):
            sigma = math.sqrt(math.log1p(cv * cv))
            return np.asarray(mean * np.exp(sigma * ndtri(u) - sigma * sigma / 2))


def group_parties(groups: GroupDistribution, u: Floats) -> NDArray[np.int64]:
    """Number of parties of each hand-over group."""
    match groups:
        case ConstantGroup(parties=parties):
            return np.full(u.shape, parties, dtype=np.int64)
        case GeometricGroup(mean=mean):
            if mean == 1:
                return np.ones(u.shape, dtype=np.int64)
            count = 1 + np.floor(np.log1p(-u) / math.log1p(-1 / mean))
            return np.asarray(np.minimum(count, MAX_PARTIES_OF_A_GROUP).astype(np.int64))
        case TableGroup(weights=weights):
            return np.asarray(by_weight(weights, u) + 1)


def by_weight(weights: tuple[float, ...], u: Floats) -> NDArray[np.int64]:
    """Index of the weight into which each uniform number falls."""
    if len(weights) == 1:
        return np.zeros(u.shape, dtype=np.int64)
    return _steps(weights).find(u)


@lru_cache(maxsize=256)
def _steps(weights: tuple[float, ...]) -> Steps:
    cumulated = np.cumsum(weights)
    return Steps(cumulated / cumulated[-1])


class Steps:
    """Finds the step of a ladder of shares into which a uniform number falls, with an index table: a binary search
    whose every turn the processor guesses wrong takes three times as long. Source: Chen and Asau, AIIE Transactions
    6:163-166, 1974.
    """

    def __init__(self, ends: Floats) -> None:
        """`ends`: where each step ends, ascending, the last at 1."""
        self._ends = ends
        self._slots = 1 << (8 * len(ends)).bit_length()  # a power of two: products with it are exact
        self._first = np.searchsorted(ends, np.arange(self._slots) / self._slots, side="right")

    def find(self, u: Floats) -> NDArray[np.int64]:
        """Number of ends at or below each u in (0, 1), as `searchsorted(ends, u, side="right")` has it."""
        step: NDArray[np.int64] = self._first.take((u * self._slots).astype(np.int64))
        while (beyond := u >= self._ends.take(step)).any():
            step += beyond
        return step


def level_spread(arrivals: Arrivals, people: Floats) -> Floats:
    """Variance / mean of the level of days on which so many people are expected: what groups leave of the variation.

    With a level of mean m and variance v the people of a day have variance m × I_groups + v; so v / m is
    I − I_groups for variation `index` (0 where groups alone exceed I), and day_cv² × m for `cv`.
    """
    if arrivals.variation == "cv":
        return (arrivals.day_cv or 0.0) ** 2 * people
    _, index_of_groups = people_per_group(arrivals.groups, arrivals.party_size_weights)
    return np.full(people.shape, max(arrivals.dispersion_index - index_of_groups, 0.0))


def gamma_level(rate: Floats, spread: Floats, u: Floats) -> Floats:
    """Gamma quantile with mean `rate` and variance `rate × spread`: shape rate / spread, scale spread.

    It rises with the rate at fixed u, for a spread that stays and for one in proportion to the rate alike; without a
    spread it is the rate.
    """
    varies = (rate > 0) & (spread > 0)
    shape = np.where(varies, rate, 1.0) / np.where(varies, spread, 1.0)
    return np.where(varies, gammaincinv(shape, u) * spread, rate)
