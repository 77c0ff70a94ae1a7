"""Tables of arrivals: ports with their opening hours, expected people by dated regimes, and the profiles by which a
regime's people spread over its days.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Discriminator, Field, model_validator

from sim.scenario.tables.distributions import GroupDistribution
from sim.scenario.tables.types import (
    Clock,
    Count,
    Date,
    Factor,
    Identifier,
    Line,
    Minutes,
    Moment,
    People,
    PeopleRate,
    Share,
    Table,
    Text,
    Unit,
    Usual,
    Weight,
    parse_clock,
)

MOST_AT_A_MINUTE = 8
"""Rows of the timetables of one port at one minute: party numbers tell no more apart."""


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
    exact: bool = False
    """For replaying what happened: just so many people come on each day (number × scale × factors, rounded half up),
    the last party cut; nothing varies from day to day."""


class TimetableRow(Table):
    """A flight, ferry or train (CSV: time, people, label, and where wanted minutes and shows_up)."""

    time: Moment
    """When its people begin to be handed over; inside the port's hours."""
    people: Annotated[int, Field(ge=0, le=16_000), Unit("people")]
    """People booked; 0 where it does not come."""
    label: Line = ""
    """Flight number or the like; rows of a port differ in time or label, and travellers stay the same under both."""
    minutes: Annotated[Minutes, Usual(1, 240)] | None = None
    """Its parties are handed over evenly over so long; left out: as the regime says."""
    shows_up: Share | None = None
    """Chance that a booked person comes; left out: as the regime says."""


class TimetableRegime(Table):
    """People of flights, ferries or trains: those of its rows and no others. Parties fill the booked people."""

    kind: Literal["timetable"]
    from_day: Date
    """First day; the regime lasts until the next one begins."""
    file: Text | None = None
    """CSV file (time, people, label, minutes, shows_up), relative to the scenario file."""
    minutes: Annotated[Minutes, Usual(1, 240)] = 0.0
    """For rows without their own: parties are handed over evenly over so long from the row's time on."""
    shows_up: Share = 1.0
    """For rows without their own: chance that a booked person comes. Factors of arrivals multiply it; above 1 is a
    fault."""
    rows: Annotated[tuple[TimetableRow, ...], Field(max_length=100_000, strict=False)] = ()
    """Arrivals; filled from `file`, or given here in its stead."""


Regime = Annotated[RateRegime | TotalRegime | DailyRegime | TimetableRegime, Discriminator("kind")]


def regime_days(port: Port, last_day: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    """(id, first day, last day) of each regime of a port in time order; the last one ends with the window."""
    starts = sorted((regime.from_day, name) for name, regime in port.regimes.items())
    ends = [later - dt.timedelta(days=1) for (_, _), (later, _) in pairwise(starts)]
    last = max(last_day, starts[-1][0]) if starts else last_day
    return [(name, start, end) for (start, name), end in zip(starts, [*ends, last], strict=False)]


class Arrivals(Table):
    """How travellers come, at all ports."""

    factor: Factor = 1.0
    """Multiplies the expected people of every port and day: 1.5 is half as many again."""
    variation: Literal["index", "cv"] = "index"
    """How the people of a port vary from day to day, as a whole. index: variance / mean is `dispersion_index` on every
    day, so that busy days vary less in proportion; cv: beside what groups make, the standard deviation is `day_cv`
    times the mean, so that busy days vary as much in proportion as quiet ones."""
    dispersion_index: Annotated[float, Field(ge=1, le=1_000), Unit("variance / mean")] = 1.0
    """For variation index: variance / mean of the people of one port on one day, as a whole; 1 with groups of one
    person is Poisson."""
    day_cv: Annotated[float, Field(ge=0, le=10), Unit("standard deviation / mean")] | None = None
    """For variation cv, which needs it: variance of a day = mean x that of the groups + (day_cv x mean) squared."""
    groups: GroupDistribution
    """Parties in a hand-over group."""
    party_size_weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=200, strict=False)] = (1.0,)
    """Weights of parties of 1, 2, 3 … people."""


class OpeningHours(Table):
    """Opening hours of a port from a day on."""

    from_day: Date | None = None
    """First day of these hours; left out: from the beginning."""
    opens: Clock
    """Opening time."""
    closes: Clock
    """Closing time: at or before `opens` it is on the next day; 00:00 to 24:00 is open all day."""


def parse_hours(text: str) -> OpeningHours | None:
    """Hours of a disruption: "10:00-20:00", or None for "closed". Raises ValueError with the rule for other texts."""
    if text.strip() == "closed":
        return None
    opens, dash, closes = text.partition("-")
    try:
        if not dash:
            raise ValueError
        hours = OpeningHours(opens=parse_clock(opens), closes=parse_clock(closes))
    except ValueError:
        raise ValueError('must be hours such as "10:00-20:00", or "closed"') from None
    if hours.opens == 1440:
        raise ValueError('must open before 24:00; write "00:00" of the next day')
    return hours


class Port(Table):
    """A border crossing and its diversion point."""

    name: Line = ""
    """Name for tables and pictures; left out: the id."""
    people: People | None = None
    """People handed over in the whole window (for regimes of kind total)."""
    regimes: dict[Identifier, Regime]
    """Expected people per day, by dated regimes."""
    hours: dict[Identifier, OpeningHours]
    """Opening hours by date."""
    hour_weights: Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24, strict=False)] = (1.0,) * 24
    """Relative number of people in each hour of the clock, 00 to 23; hours in which the port is closed do not count."""
    not_diverted_share: Share = 0.0
    """Share of the registered parties that goes on to another authority and leaves."""
    postponed_share: Share = 0.0
    """Chance that a hand-over group that a disruption finds at a shut port comes in the first open hour after it, at a
    second of its own; the others stay away."""
    pool: Identifier | None = None
    """Staff pool that registers and escorts here; left out: nobody is needed and nobody waits for staff."""
    coaches: Count | None = None
    """Coaches at this point; needed when the scenario has a coaches table."""
