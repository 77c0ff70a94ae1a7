"""Disruptions: what happens from a day or minute to another, and the one table of their kinds.

A kind is added in `KINDS` (what it hits, its sentence, what its value is, when it has an effect), with a word in the
docstring of `Disruption.kind`; where it acts it is read by its name.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import model_validator

from sim.scenario.tables.types import (
    DAY,
    MAX_PEOPLE,
    DayOrMoment,
    Table,
    Text,
)
from sim.words.language import said

DisruptionKind = Literal[
    "site_lost", "site_shut", "sites_prepared", "port_hours", "arrivals_factor", "arrivals_added",
    "staff_absent", "staff_added", "coaches_out", "coaches_added", "laboratory_hours",
]  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What rows of a kind of disruption may say."""

    hits: Literal["site", "port", "pool", "laboratory", "list of sites"]
    """What its place names; there is one laboratory and one list, which need no name."""
    sentence: str
    """What it says of a case, with {place}, {when} and {value}; {hours}: hours to prepare a site."""
    timed: str = ""
    """The same of one that begins or ends at a time of day, where that is another thing."""
    alone: Mapping[float | str | None, str] = field(default_factory=dict)
    """The same for values that have a sentence of their own."""
    value: str = ""
    """What its value is, in words; empty: it has none."""
    most: float = MAX_PEOPLE
    """Largest number that the value may be; numbers are at least 0."""
    whole: bool = False
    """Whether the number must be whole."""
    in_window: bool = False
    """Whether it has no effect after the last day, when nobody is handed over and no site opens."""
    needs: Literal["", "coaches", "laboratory"] = ""
    """Table without which it has nothing to disrupt."""

    def allows(self, value: float | str) -> bool:
        """Whether a value is a number that a row of this kind may have."""
        if isinstance(value, str) or not math.isfinite(value) or not 0 <= value <= self.most:
            return False
        return not self.whole or float(value).is_integer()


PEOPLE_IN_ALL = said("people more in all, from 0 to {most}", most=MAX_PEOPLE)
"""The value of `arrivals_added` with times."""

KINDS: dict[DisruptionKind, Kind] = {
    "site_lost": Kind("site", said("{place}: lost {when}, for good")),
    "site_shut": Kind("site", said("{place}: takes nobody in {when}")),
    "sites_prepared": Kind(
        "list of sites",
        said("the next {value} sites of the list are begun {when}, whatever the reserve; ready {hours} hours later"),
        alone={
            1: said("the next site of the list is begun {when}, whatever the reserve; ready {hours} hours later"),
        },
        value=said("a whole number of sites"),
        whole=True,
        in_window=True,
    ),
    "port_hours": Kind(
        "port",
        said("{place}: open {value} {when}; people come in these hours"),
        timed=said("{place}: open {value} only {when}; people keep their times"),
        alone={"closed": said("{place}: shut {when}")},
        value=said('hours such as "10:00-20:00", or "closed"'),
        in_window=True,
    ),
    "arrivals_factor": Kind(
        "port",
        said("{place}: {value} times the people {when}"),
        value=said("a factor from 0 to 1000"),
        most=1_000,
        in_window=True,
    ),
    "arrivals_added": Kind(
        "port",
        said("{place}: {value} people more a day {when}"),
        timed=said("{place}: {value} people more in all, evenly {when}"),
        value=said("people more a day, from 0 to {most}", most=MAX_PEOPLE),
        in_window=True,
    ),
    "staff_absent": Kind(
        "pool",
        said("{place}: {value} of each shift that begins {when} are absent, beside the usual absence"),
        value=said("a share from 0 to 1"),
        most=1,
    ),
    "staff_added": Kind(
        "pool", said("{place}: {value} people more {when}"), value=said("a whole number of people"), whole=True
    ),
    "coaches_out": Kind(
        "port",
        said("{place}: coaches out of service {when}: {value}"),
        value=said("a whole number of coaches"),
        whole=True,
        in_window=True,
        needs="coaches",
    ),
    "coaches_added": Kind(
        "port",
        said("{place}: coaches added {when}: {value}"),
        value=said("a whole number of coaches"),
        whole=True,
        in_window=True,
        needs="coaches",
    ),
    "laboratory_hours": Kind(
        "laboratory",
        said("laboratory: results {value} hours after swabs that are taken in {when}"),
        value=said("hours from 0 to 8784"),
        most=8_784,
        needs="laboratory",
    ),
}
"""All kinds."""


class Disruption(Table):
    """Something that happens from a day or minute to another (CSV: kind, place, from_day, to_day, value)."""

    kind: DisruptionKind
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
        whole_day = 0 if isinstance(self.to_day, dt.datetime) else DAY
        return begin, _seconds(self.to_day, first_day) + whole_day

    @model_validator(mode="after")
    def _in_order(self) -> Disruption:
        begin, end = self.span(dt.date(1970, 1, 1))
        if end is not None and end <= begin:
            raise ValueError("to_day must be after from_day" if self.timed else "to_day must not be before from_day")
        return self


def _seconds(moment: dt.date | dt.datetime, first_day: dt.date) -> int:
    of_day = moment.hour * 3600 + moment.minute * 60 if isinstance(moment, dt.datetime) else 0
    return (moment.toordinal() - first_day.toordinal()) * DAY + of_day
