"""Distributions that a scenario can name, as inline tables with a `kind`.

Only parameters live here; `sampling.py` turns a uniform number into a variate by inverse transform.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from sim.scenario.tables.types import Factor, Minutes, Table, Unit, Weight

Mean = Annotated[float, Field(gt=0, le=525_600), Unit("minutes")]


class Constant(Table):
    """Always the same value."""

    kind: Literal["constant"]
    mean: Minutes
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


__all__ = ["Distribution", "Factor", "GroupDistribution", "Service"]
