"""Tables of rosters by date, the reserve brigade, disruptions, and today's occupancy."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.tables.types import (
    Clock,
    Date,
    DayOrMoment,
    Days,
    Headcount,
    Hours,
    Identifier,
    Moment,
    PositiveCount,
    Table,
    Text,
    Unit,
)

_DAY = 86_400

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class RosterRow(Table):
    """A shift of a pool on a date, or on a weekday without rows of its own date (CSV: pool, date, start, hours, …)."""

    pool: Identifier
    """Pool; it must have no `shifts`."""
    date: Weekday | Date
    """Date, or weekday (monday …); rows of a date take the place of all rows of its weekday."""
    start: Clock
    """Start of the shift."""
    hours: Annotated[float, Field(gt=0, le=24), Unit("hours")]
    """Length."""
    headcount: Headcount
    """People on duty in this shift, fixed posts included."""


class Brigade(Table):
    """The reserve brigade, called when a task has waited too long."""

    teams: Annotated[tuple[PositiveCount, ...], Field(min_length=1, max_length=1000, strict=False)]
    """People in each team."""
    trigger_hours: Hours
    """A pool calls when its oldest waiting task has waited longer than this."""
    brigade_call: PositiveCount = 10
    """People per call, all from the lowest-numbered team that has them."""
    lead_hours: Hours = 24.0
    """From the call until they come."""
    days: Days = 7.0
    """How long they stay."""
    pools: Annotated[tuple[Identifier, ...], Field(strict=False)] | None = None
    """Pools that may call (a site team stands for the teams of all sites); left out: all."""


class Disruption(Table):
    """Something that happens from a day or minute to another (CSV: kind, place, from_day, to_day, value)."""

    kind: Literal["site_lost", "site_shut", "sites_prepared", "port_hours", "arrivals_factor", "arrivals_added",
                  "staff_absent", "staff_added", "coaches_out", "coaches_added", "laboratory_hours"]  # fmt: skip
    """site_lost: guests must move, for good; site_shut: takes nobody in; sites_prepared: the next value candidates of
    the list are begun at that minute; port_hours: value "10:00-20:00" or "closed"; arrivals_factor: times value;
    arrivals_added: value people more a day, with times value people in all, spread evenly; staff_absent: value = share
    absent beside the usual, of shifts that begin inside; staff_added: value people who join the running shift and each
    later one; coaches_out, coaches_added: value coaches; laboratory_hours: turnaround of swabs taken in."""
    place: Text = "all"
    """Site, port or pool ("<site>.team" for one site's team); all ports for arrivals; left out for sites_prepared."""
    from_day: DayOrMoment
    """First day, or date and time (2020-03-26 21:00). Hours of a port by date set when the people of those days come;
    with times they only open or shut it: people keep their times, and who finds it shut stays away or is postponed."""
    to_day: DayOrMoment | None = None
    """Last day, or date and time at which it ends; left out: to the end."""
    value: float | Text | None = None
    """By kind."""

    @property
    def timed(self) -> bool:
        """Whether it begins or ends at a time of day."""
        return isinstance(self.from_day, dt.datetime) or isinstance(self.to_day, dt.datetime)

    def span(self, first_day: dt.date) -> tuple[int, int | None]:
        """Seconds since 00:00 of `first_day` at which it begins and ends; None where it lasts to the end."""
        begin = _seconds(self.from_day, first_day)
        if self.to_day is None:
            return begin, None
        whole_day = 0 if isinstance(self.to_day, dt.datetime) else _DAY
        return begin, _seconds(self.to_day, first_day) + whole_day

    @model_validator(mode="after")
    def _in_order(self) -> Disruption:
        begin, end = self.span(dt.date(1970, 1, 1))
        if end is not None and end <= begin:
            raise ValueError("to_day must be after from_day" if self.timed else "to_day must not be before from_day")
        return self


def _seconds(moment: dt.date | dt.datetime, first_day: dt.date) -> int:
    of_day = moment.hour * 3600 + moment.minute * 60 if isinstance(moment, dt.datetime) else 0
    return (moment.toordinal() - first_day.toordinal()) * _DAY + of_day


class InitialRow(Table):
    """Guests who are in a site when the window begins: a party (CSV: site, party_size, day_of_stay), or a group that is
    divided into parties (CSV: site, guests, rooms, arrived).
    """

    site: Text
    """Site, by its id or its name."""
    party_size: Annotated[int, Field(ge=1, le=200), Unit("people")] | None = None
    """For a row per party: its people."""
    day_of_stay: Annotated[int, Field(ge=1, le=366), Unit("day of the stay")] | None = None
    """For a row per party: day of the stay that begins at 00:00 of the first day; 1 arrived just now."""
    guests: PositiveCount | None = None
    """For a row per group: people who arrived together."""
    rooms: PositiveCount | None = None
    """For a row per group: rooms that they fill, as evenly as possible, at most `rooms.most_people` in one; the people
    of a room are a party (with a room for each person: everybody is)."""
    arrived: Moment | None = None
    """For a row per group: arrival at the site, a date (its 00:00) or a date and time; at or before 00:00 of the first
    day."""

    @model_validator(mode="after")
    def _one_form(self) -> InitialRow:
        given = [name for name in (*PARTY, *GROUP) if getattr(self, name) is not None]
        form = next((form for form in (PARTY, GROUP) if given and set(given) <= set(form)), None)
        if form is None:
            raise ValueError("needs either party_size and day_of_stay, or guests, rooms and arrived")
        if len(given) < len(form):
            missing = [name for name in form if name not in given]
            raise ValueError(f"needs {' and '.join(missing)} too, beside {' and '.join(given)}")
        return self


PARTY = ("party_size", "day_of_stay")
"""Columns of a row per party, beside the site."""
GROUP = ("guests", "rooms", "arrived")
"""Columns of a row per group, beside the site."""
