"""Tables of expected arrivals: dated regimes and the profiles by which a regime's people spread over its days."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from sim.scenario.tables.types import Date, Factor, PeopleRate, Table, Text, Unit, Weight


class FlatProfile(Table):
    """The same number of people on every day of the regime."""

    kind: Literal["flat"]


class DecliningProfile(Table):
    """Falls (or, with a negative e-fold, rises) smoothly by a factor e in every `e_fold_days`."""

    kind: Literal["exponential"]
    e_fold_days: Annotated[float, Field(ge=-10_000, le=10_000), Unit("days")]
    """Days in which the rate falls to 37 %; negative when it rises; not 0."""

    @model_validator(mode="after")
    def _not_zero(self) -> DecliningProfile:
        if self.e_fold_days == 0:
            raise ValueError("e_fold_days must not be 0")
        return self


class SeriesProfile(Table):
    """In proportion to a daily series: CSV with the columns date and `column`."""

    kind: Literal["series"]
    file: Text | None = None
    """CSV file, relative to the scenario file."""
    column: Text = "people"
    """Column that holds the daily numbers."""
    values: dict[Date, Weight] = Field(default_factory=dict)
    """Number by date; filled from `file`, or given here in its stead."""


Profile = Annotated[FlatProfile | DecliningProfile | SeriesProfile, Discriminator("kind")]


class RateRegime(Table):
    """From its first day on, a number of people per day, the same or going over to another."""

    kind: Literal["rate"]
    from_day: Date
    """First day; the regime lasts until the next one begins."""
    people_per_day: PeopleRate
    """People handed over on the first day."""
    people_per_day_end: PeopleRate | None = None
    """People handed over on the last day; left out: the same as on the first."""
    between: Literal["straight", "exponential"] = "straight"
    """Way from the first day's number to the last day's."""


class TotalRegime(Table):
    """A part of the port's `people`, spread over the days of the regime by a profile."""

    kind: Literal["total"]
    from_day: Date
    """First day; the regime lasts until the next one begins."""
    weight: Weight
    """Part of the port's people: weight / sum of the weights of the port's regimes."""
    profile: Profile = FlatProfile(kind="flat")
    """How the regime's people spread over its days."""


class DailyRegime(Table):
    """People per day as counted in a CSV file."""

    kind: Literal["daily"]
    from_day: Date
    """First day; the regime lasts until the next one begins."""
    file: Text | None = None
    """CSV file (date, people), relative to the scenario file; every day of the regime must be there."""
    column: Text = "people"
    """Column that holds the daily numbers."""
    values: dict[Date, PeopleRate] = Field(default_factory=dict)
    """People by date; filled from `file`, or given here in its stead."""
    scale: Factor = 1.0
    """Multiplies the numbers of the file."""


Regime = Annotated[RateRegime | TotalRegime | DailyRegime, Discriminator("kind")]
