"""Distributions that a scenario can name, as inline tables with a `kind`.

Only parameters and their moments live here; `sampling/variates.py` turns a uniform number into a variate by inverse
transform.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from sim.scenario.tables.types import Minutes, Table, Unit, Usual, Weight

_USUAL = Usual(1, 120)
Mean = Annotated[float, Field(gt=0, le=525_600), Unit("minutes"), _USUAL]


class Constant(Table):
    """Always the same value."""

    kind: Literal["constant"]
    mean: Annotated[Minutes, _USUAL]
    """The value, minutes."""


class Exponential(Table):
    """Exponential: memoryless, cv 1."""

    kind: Literal["exponential"]
    mean: Mean
    """Mean, minutes."""


class Lognormal(Table):
    """Lognormal: skewed to the right, as service times mostly are."""

    kind: Literal["lognormal"]
    mean: Mean
    """Mean, minutes (of the variate itself, not of its logarithm)."""
    cv: Annotated[float, Field(ge=0.001, le=10)]
    """Coefficient of variation: standard deviation / mean."""


class Gamma(Table):
    """Gamma (Erlang when 1 / cv² is whole)."""

    kind: Literal["gamma"]
    mean: Mean
    """Mean, minutes."""
    cv: Annotated[float, Field(ge=0.001, le=10)]
    """Coefficient of variation: standard deviation / mean."""


class Uniform(Table):
    """Uniform between two values."""

    kind: Literal["uniform"]
    low: Minutes
    """Smallest value, minutes."""
    high: Minutes
    """Largest value, minutes."""

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if self.high <= self.low:
            raise ValueError("high must be more than low")
        return self

    @property
    def mean(self) -> float:
        """Mean, minutes."""
        return (self.low + self.high) / 2


Distribution = Annotated[Constant | Exponential | Lognormal | Gamma | Uniform, Discriminator("kind")]


class ConstantGroup(Table):
    """Every hand-over group has the same number of parties."""

    kind: Literal["constant"]
    parties: Annotated[int, Field(ge=1, le=1_000), Unit("count")] = 1
    """Parties in a group."""


class GeometricGroup(Table):
    """Geometric number of parties, at least one."""

    kind: Literal["geometric"]
    mean: Annotated[float, Field(ge=1, le=100)]
    """Mean number of parties in a group."""


class TableGroup(Table):
    """Number of parties by weight: the first weight is that of one party."""

    kind: Literal["table"]
    weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=200, strict=False)]
    """Weights of 1, 2, 3 … parties."""


GroupDistribution = Annotated[ConstantGroup | GeometricGroup | TableGroup, Discriminator("kind")]


class Service(Table):
    """How long a task takes."""

    minutes: Distribution
    """Minutes for a party of one."""
    further_person_minutes: Minutes = 0.0
    """Minutes more, in the mean, for each further person of the party (the spread grows in proportion)."""


def group_moments(groups: GroupDistribution) -> tuple[float, float]:
    """E[N] and E[N²] of the number of parties N of a group."""
    match groups:
        case ConstantGroup(parties=parties):
            return float(parties), float(parties**2)
        case GeometricGroup(mean=mean):
            return mean, mean * (mean - 1) + mean * mean
        case TableGroup(weights=weights):
            return _moments(weights)


def people_per_group(groups: GroupDistribution, size_weights: tuple[float, ...]) -> tuple[float, float]:
    """Mean people per group, and the index of dispersion that groups alone give the people of a day, E[G²] / E[G].

    A Poisson number of groups of G people has variance E[G²] and mean E[G] per group (compound Poisson).
    """
    mean_parties, square_parties = group_moments(groups)
    mean_size, square_size = _moments(size_weights)
    mean = mean_parties * mean_size
    square = mean_parties * (square_size - mean_size**2) + square_parties * mean_size**2
    return mean, square / mean


def _moments(weights: tuple[float, ...]) -> tuple[float, float]:
    total = sum(weights)
    mean = sum((i + 1) * w for i, w in enumerate(weights)) / total
    square = sum((i + 1) ** 2 * w for i, w in enumerate(weights)) / total
    return mean, square
