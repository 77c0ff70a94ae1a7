"""Tables of care and health: visits, swabs, laboratory, infection, hospital, follow-up.

The density of infectiousness is taken as a shape: it is divided by its integral, so that R0 alone says how many are
infected in all.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Discriminator, Field, model_validator

from sim.scenario.tables.types import (
    MAX_PEOPLE,
    Clock,
    Count,
    Days,
    Hours,
    Minutes,
    PositiveCount,
    Share,
    Table,
    Text,
    Unit,
    Usual,
    Weight,
)

Floats = NDArray[np.float64]


class VisitKind(Table):
    """Rounds of one kind (meals, health checks) to every party of a site, at set times of the day."""

    times: Annotated[tuple[Clock, ...], Field(min_length=1, max_length=48, strict=False)]
    """Times at which a round starts."""
    room_minutes: Annotated[Minutes, Usual(0.5, 60)] = 0.0
    """Minutes for each room of the party."""
    person_minutes: Annotated[Minutes, Usual(0.5, 60)] = 0.0
    """Minutes for each person present."""
    finds_symptoms: bool = False
    """Whether people with symptoms are found at the end of the visit."""

    @model_validator(mode="after")
    def _times_differ(self) -> VisitKind:
        if len({time % 1440 for time in self.times}) < len(self.times):
            raise ValueError("times must differ from each other")
        return self


LAST_DAY = -1
"""Stands for the last day of a stay."""


def _day_of_stay(day: int) -> int:
    if day == 0 or day < LAST_DAY:
        raise ValueError("must be at least 1, or -1 for the last day of the stay")
    return day


DayOfStay = Annotated[int, Field(le=MAX_PEOPLE), AfterValidator(_day_of_stay), Unit("day of the stay")]


class Swabs(Table):
    """Swabs, taken from the whole party at the first round (of any kind of visit) of set days of the stay; one that is
    missed is due again at the next round.
    """

    days: Annotated[tuple[DayOfStay, ...], Field(max_length=366, strict=False)]
    """Days of the stay; day 1 begins with the arrival at the site, −1 is its last day. Days beyond the stay have no
    swab."""
    person_minutes: Annotated[Minutes, Usual(0.5, 60)]
    """Minutes for each person."""

    def within(self, stay_days: float) -> tuple[int, ...]:
        """Days with swabs of a stay so long, rising: those that begin before it ends."""
        last = math.ceil(stay_days)
        days = {last if day == LAST_DAY else day for day in self.days}
        return tuple(sorted(day for day in days if 1 <= day <= last))


class Laboratory(Table):
    """From swab to result."""

    turnaround_hours: Annotated[Hours, Usual(1, 168)]
    """From the end of the swab to the result."""
    daily_capacity: PositiveCount | None = None
    """Most swabs taken in on one day; the rest wait for the next day; left out: no limit."""


class Sensitivity(Table):
    """PCR sensitivity by days since infection, at any step; before the first row 0, after the last as there."""

    file: Text | None = None
    """CSV file, relative to the scenario file."""
    day_column: Text = "day"
    """Column of days since infection."""
    column: Text = "sensitivity"
    """Column of values."""
    given: Literal["sensitivity", "false_negative_percent"] = "sensitivity"
    """What the column holds."""
    days: Annotated[tuple[Days, ...], Field(strict=False)] = ()
    """Days since infection, rising; filled from `file`, or given here in its stead."""
    shares: Annotated[tuple[Share, ...], Field(strict=False)] = ()
    """Share of the infected that a test finds, for each of `days`."""
    between: Literal["steps", "straight"] = "steps"
    """Between rows: steps: the last row at or before the time holds; straight: on the line from row to row."""

    @model_validator(mode="after")
    def _paired(self) -> Sensitivity:
        if len(self.days) != len(self.shares):
            raise ValueError("days and shares must have the same length")
        if list(self.days) != sorted(set(self.days)):
            raise ValueError("days must rise")
        return self


class Incubation(Table):
    """Lognormal time from infection to symptoms."""

    meanlog: Annotated[float, Field(ge=-5, le=5), Unit("log of days")] = 1.621
    """Mean of the logarithm of days."""
    sdlog: Annotated[float, Field(gt=0, le=3), Unit("log of days")] = 0.418
    """Standard deviation of the logarithm of days."""


class ConstantHours(Table):
    """Always the same number of hours."""

    kind: Literal["constant"]
    mean: Annotated[Hours, Usual(1, 240)]
    """The value, hours."""


class ExponentialHours(Table):
    """Exponential number of hours: memoryless."""

    kind: Literal["exponential"]
    mean: Annotated[float, Field(gt=0, le=8_784), Unit("hours"), Usual(1, 240)]
    """Mean, hours."""


class LognormalHours(Table):
    """Lognormal number of hours: skewed to the right."""

    kind: Literal["lognormal"]
    mean: Annotated[float, Field(gt=0, le=8_784), Unit("hours"), Usual(1, 240)]
    """Mean, hours (of the variate itself, not of its logarithm)."""
    cv: Annotated[float, Field(ge=0.001, le=10)]
    """Coefficient of variation: standard deviation / mean."""


HoursDistribution = Annotated[ConstantHours | ExponentialHours | LognormalHours, Discriminator("kind")]


class GammaDensity(Table):
    """A gamma density that begins some time after infection."""

    kind: Literal["gamma"]
    shape: Annotated[float, Field(gt=0, le=1000), Unit("shape of a gamma")] = 3.4434
    """Shape."""
    scale_days: Annotated[float, Field(gt=0, le=100), Unit("days")] = 1.7696
    """Scale."""
    delay_days: Days = 2.9
    """From infection to the begin of the gamma."""


class TableDensity(Table):
    """A density by days since infection, straight between rows and 0 outside."""

    kind: Literal["table"]
    file: Text | None = None
    """CSV file, relative to the scenario file."""
    day_column: Text = "day"
    """Column of days since infection."""
    column: Text = "density"
    """Column of the density, on any scale."""
    days: Annotated[tuple[Days, ...], Field(strict=False)] = ()
    """Days since infection, rising; filled from `file`, or given here in its stead."""
    densities: Annotated[tuple[Weight, ...], Field(strict=False)] = ()
    """Density at each of `days`, on any scale."""

    @model_validator(mode="after")
    def _paired(self) -> TableDensity:
        if len(self.days) != len(self.densities):
            raise ValueError("days and densities must have the same length")
        if list(self.days) != sorted(set(self.days)):
            raise ValueError("days must rise")
        if self.days and (len(self.days) < 2 or not any(self.densities)):
            raise ValueError("needs two rows or more, with a density above 0")
        return self


Density = Annotated[GammaDensity | TableDensity, Discriminator("kind")]


class Infectiousness(Table):
    """How many others an infected person infects, and when: for the risk that follows a release."""

    r0: Annotated[float, Field(ge=0, le=50), Unit("people")] = 2.5
    """People whom an infected person infects in all, if nothing is done."""
    isolate_on_symptoms: bool = True
    """Whether people who have been released infect nobody any more once they have symptoms."""
    density: Density = GammaDensity(kind="gamma")
    """When they infect others, by time since infection; its integral is taken as 1."""

    def share_before(self, days: Floats) -> Floats:
        """Share of a person's infections that happen before so many days since infection."""
        at = np.asarray(days, dtype=np.float64)
        match self.density:
            case GammaDensity(shape=shape, scale_days=scale, delay_days=delay):
                from scipy.special import gammainc  # noqa: PLC0415  heavy: only where it is measured

                return np.asarray(gammainc(shape, np.maximum(at - delay, 0.0) / scale))
            case TableDensity(days=rows, densities=densities):
                return _integral(np.array(rows), np.array(densities), at)


class Health(Table):
    """Infection among travellers."""

    infected_share: Share
    """Share infected at hand-over."""
    infected_within_days: Annotated[Days, Usual(1, 60)] = 7.0
    """They were infected at a time uniform over this many days before hand-over."""
    infected_within_days_never_symptomatic: Days | None = None
    """The same for those who never have symptoms; left out: as the others."""
    infected_together_share: Share | None = None
    """Chance that a further person of a party is infected, and at the same time, given that its first person is;
    left out: independently."""
    incubation: Incubation = Incubation()
    never_symptomatic_share: Share = 0.31
    """Share of the infected that never has symptoms."""
    infectious_days_before_onset: Annotated[Days, Usual(0.5, 30)] = 2.0
    """Infectious from this long before onset (the never symptomatic: as if they had it)."""
    infectious_days_after_onset: Annotated[Days, Usual(1, 60)] = 9.0
    """Infectious until this long after onset."""
    symptom_report_hours: HoursDistribution | None = None
    """From onset until a health check may find the symptoms; left out: at the next check."""
    infectiousness: Infectiousness | None = None
    """Needed for `onward_infections_after_release`; with it the log tells who of the infected leaves when."""
    pcr_sensitivity: Sensitivity = Sensitivity()
    """Needed when there are swabs."""
    release_waits_for_result: bool = True
    """Whether a party that is due to leave waits for swabs not yet taken and for its last result; if not, a positive
    afterwards is `detected_after_release`."""


class Screening(Table):
    """Screening of everybody who is handed over, in that moment and before registration: by symptoms, and by a test
    whose result comes later, while people go on. It takes no time of the staff; put such time into `registration`.
    Whoever is found goes to hospital from where they are: the point, the coach, the site. When no bed is free they are
    isolated there until one is. Who is found before the coach departs leaves it, and their room is free again at once;
    the others of the party go on. Who has been sent on when the result comes is left to the other authority.
    """

    ports: Annotated[tuple[Text, ...], Field(strict=False)] | None = None
    """Ids of the ports that screen; left out: all of them, and guests of `initial` have passed it too."""
    symptoms_seen_share: Share = 0.0
    """Chance that a person who has symptoms at hand-over, and long enough for anybody to notice
    (`health.symptom_report_hours`), is seen."""
    test_turnaround_hours: Annotated[Hours, Usual(0.25, 72)] | None = None
    """From the hand-over, when everybody is tested but who was seen, to the result. A test finds the infected as
    `health.pcr_sensitivity` says; `release_waits_for_result` holds for it too. Left out: no test on arrival."""


class Hospital(Table):
    """The designated hospital for the detected. Without this table they leave at once and no beds are counted."""

    beds: Count | None = None
    """Beds; when all are taken the detected are isolated in their room until one is free or the hospital stay, counted
    from detection, is over; left out: no limit."""
    stay_shape: Annotated[float, Field(gt=0, le=1000), Unit("shape of a gamma")] = 4.706
    """Shape of the gamma distribution of the hospital stay."""
    stay_scale_days: Annotated[float, Field(gt=0, le=1000), Unit("days")] = 3.201
    """Scale of the gamma distribution of the hospital stay."""
    ambulance_minutes: Annotated[Minutes, Usual(5, 480)] = 30.0
    """Ride from the site; the bed is taken meanwhile."""
    isolation_days_after: Annotated[Days, Usual(1, 60)] = 0.0
    """Isolation after the discharge, in rooms of their own beside the sites: people there are counted
    (`isolated_after_hospital_max`), no bed and no room of a site is taken."""


class FollowUp(Table):
    """Follow-up by grid workers after release: no queue, it cannot bind."""

    days: Annotated[Days, Usual(1, 90)] = 14.0
    """Days under follow-up after check-out."""
    contacts_per_day: Annotated[float, Field(ge=0, le=100), Unit("contacts per person and day")] = 1.0
    """Contacts with each person and day."""
    contact_minutes: Annotated[Minutes, Usual(0.5, 120)] = 5.0
    """Minutes of a contact."""
    workers: Count = 0
    """Grid workers in all; `qcap run --table` tells the work of each on the day with most contacts. 0: told nowhere."""


def _integral(days: Floats, densities: Floats, at: Floats) -> Floats:
    """Integral of a density that is straight between rows up to each time, as a share of the whole."""
    width = np.diff(days)
    whole = np.append(0.0, np.cumsum((densities[1:] + densities[:-1]) / 2 * width))
    inside = np.clip(at, days[0], days[-1])
    row = np.minimum(np.searchsorted(days, inside, side="right") - 1, len(width) - 1)
    part = inside - days[row]
    slope = (densities[row + 1] - densities[row]) / width[row]
    return np.asarray((whole[row] + densities[row] * part + slope * part**2 / 2) / whole[-1])
