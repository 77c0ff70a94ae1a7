"""Tables of rosters by date, the reserve brigade, disruptions, and today's occupancy."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.scenario.tables.types import (
    Clock,
    Date,
    Days,
    Headcount,
    Hours,
    Identifier,
    Moment,
    PositiveCount,
    Table,
    Text,
    Unit,
    Usual,
)
from sim.words.language import all_of, said

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
    trigger_hours: Annotated[Hours, Usual(0.5, 168)]
    """A pool calls when its oldest waiting task has waited longer than this."""
    brigade_call: PositiveCount = 10
    """People per call, all from the lowest-numbered team that has them."""
    lead_hours: Annotated[Hours, Usual(1, 240)] = 24.0
    """From the call until they come."""
    days: Annotated[Days, Usual(1, 120)] = 7.0
    """How long they stay."""
    pools: Annotated[tuple[Identifier, ...], Field(strict=False)] | None = None
    """Pools that may call (a site team stands for the teams of all sites); left out: all."""


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
            raise ValueError(said("needs {missing} too, beside {given}", missing=all_of(missing), given=all_of(given)))
        return self


PARTY = ("party_size", "day_of_stay")
"""Columns of a row per party, beside the site."""
GROUP = ("guests", "rooms", "arrived")
"""Columns of a row per group, beside the site."""
