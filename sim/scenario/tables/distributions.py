"""Distributions that a scenario can name, as inline tables with a `kind`: of minutes of tasks, and of days of stay.

Only parameters, their moments and the share of stays longer than a time live here; `sampling/variates.py` turns a
uniform number into a variate by inverse transform.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Discriminator, Field, Tag, model_validator

from sim.scenario.tables.types import Days, Minutes, Table, Text, Unit, Usual, Weight

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


LONGEST_STAY = 366.0
"""Days; a stay that is drawn longer is cut here."""
_UNIT = Unit("days of 24 h")
MeanDays = Annotated[float, Field(gt=0, le=LONGEST_STAY), _UNIT, Usual(3, 60)]
Cv = Annotated[float, Field(ge=0.001, le=10)]
ListOfDays = tuple[Days, ...]


class WeightedStay(Table):
    """One of some lengths, each with a weight."""

    kind: Literal["weights"]
    days: Annotated[ListOfDays, Field(min_length=1, max_length=1_000, strict=False)]
    """Lengths of the stay, days of 24 h."""
    weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=1_000, strict=False)]
    """Weight of each of `days`."""

    @model_validator(mode="after")
    def _paired(self) -> WeightedStay:
        if len(self.days) != len(self.weights):
            raise ValueError("days and weights must have the same length")
        if not any(self.weights):
            raise ValueError("weights must not be all zero")
        return self


class EmpiricalStay(Table):
    """As long as one of the stays that were observed."""

    kind: Literal["empirical"]
    file: Text | None = None
    """CSV file with a row for each observed stay, relative to the scenario file."""
    column: Text = "days"
    """Column that holds the days."""
    values: Annotated[ListOfDays, Field(max_length=1_000_000, strict=False)] = ()
    """Observed stays, days of 24 h; filled from `file`, or given here in its stead."""


class LognormalStay(Table):
    """Lognormal: skewed to the right; cut at 366 days."""

    kind: Literal["lognormal"]
    mean: MeanDays
    """Mean, days of 24 h (of the stay itself, not of its logarithm)."""
    cv: Cv
    """Coefficient of variation: standard deviation / mean."""


class ExponentialStay(Table):
    """Exponential: leaving is equally likely on every day; cut at 366 days."""

    kind: Literal["exponential"]
    mean: MeanDays
    """Mean, days of 24 h."""


StayDistribution = WeightedStay | EmpiricalStay | LognormalStay | ExponentialStay


def _form(value: Any) -> str | None:
    """The form in which a stay is given: a number, or the kind of its table."""
    if isinstance(value, dict):
        kind = value.get("kind")
        return kind if isinstance(kind, str) else None
    return str(getattr(value, "kind", "number"))


class Stay(Table):
    """Planned time in quarantine."""

    days: Annotated[
        Annotated[float, Field(ge=0, le=LONGEST_STAY), _UNIT, Usual(3, 60), Tag("number")]
        | Annotated[WeightedStay, Tag("weights")]
        | Annotated[EmpiricalStay, Tag("empirical")]
        | Annotated[LognormalStay, Tag("lognormal")]
        | Annotated[ExponentialStay, Tag("exponential")],
        Discriminator(_form),
    ]
    """From arrival at the site: a number, or a distribution from which each party's stay is drawn (again when it
    restarts)."""

    @property
    def drawn(self) -> StayDistribution | None:
        """The distribution from which stays are drawn; None where all are equally long."""
        return None if isinstance(self.days, float | int) else self.days

    @property
    def mean_days(self) -> float:
        """Mean stay."""
        match self.days:
            case WeightedStay(days=days, weights=weights):
                return math.fsum(d * w for d, w in zip(days, weights, strict=True)) / math.fsum(weights)
            case EmpiricalStay(values=values):
                return math.fsum(values) / len(values) if values else 0.0
            case LognormalStay(mean=mean) | ExponentialStay(mean=mean):
                return mean
            case _:
                return float(self.days)

    @property
    def longest_days(self) -> float:
        """The longest stay that is possible."""
        match self.days:
            case WeightedStay(days=days, weights=weights):
                return max(d for d, w in zip(days, weights, strict=True) if w)
            case EmpiricalStay(values=values):
                return max(values, default=0.0)
            case LognormalStay() | ExponentialStay():
                return LONGEST_STAY
            case _:
                return float(self.days)

    def still_there(self, days: float | NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of stays that are longer than so many days."""
        at = np.asarray(days, dtype=np.float64)
        match self.days:
            case WeightedStay() | EmpiricalStay():
                lengths, ends = ladder(self.days)
                return np.asarray(1.0 - np.append(0.0, ends)[np.searchsorted(lengths, at, side="right")])
            case LognormalStay(mean=mean, cv=cv):
                sigma = math.sqrt(math.log1p(cv * cv))
                logs = np.log(np.maximum(at, 1e-12) / mean) + sigma * sigma / 2
                return np.where(at < LONGEST_STAY, _upper(logs / sigma), 0.0)
            case ExponentialStay(mean=mean):
                return np.where(at < LONGEST_STAY, np.exp(-np.maximum(at, 0.0) / mean), 0.0)
            case _:
                return np.where(at < self.days, 1.0, 0.0)


def ladder(stay: WeightedStay | EmpiricalStay) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lengths that are possible, rising, and the share of stays that are at most as long, the last 1."""
    given, weight = (stay.values, ()) if isinstance(stay, EmpiricalStay) else (stay.days, stay.weights)
    days, weights = np.array(given, dtype=np.float64), np.array(weight or [1.0] * len(given))
    order = np.argsort(days, kind="stable")
    order = order[weights[order] > 0]
    ends = np.cumsum(weights[order])
    return days[order], ends / ends[-1]


def _upper(z: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtr  # noqa: PLC0415  heavy: only where a stay is lognormal

    return np.asarray(ndtr(-z))
