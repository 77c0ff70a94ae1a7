"""Opening hours of ports by date, when a port is open, how hand-overs spread over its hours, and their times.

Two kinds of hours: the hours in which people come (usual hours, and dated ones of disruptions), and the stretches in
which the port is open (also what is closed, or opened, to the minute). Who comes while the port is not open meets a
shut port, and may come again in the first open hour after it.

People whom disruptions add between two moments: so many in all, evenly over that time, beside a port's usual ones.

Rows of the same port and moments are one. Their hand-over groups are points of a stream of their own, keyed by the port
and the two moments, so that more people there add groups and change no other, and other rows change nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.sampling.streams import place_key
from sim.sampling.variates import Steps
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.arrivals import OpeningHours, parse_hours
from sim.scenario.tables.disruptions import Disruption
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
HOUR = 3600
Span = tuple[int, int]
"""Seconds since 00:00 of the first day: from, and to (not included)."""
_NEVER = 1 << 60
_FURTHER = 1 << 32  # more than all days, so that (port, day) is one number
NEVER = np.iinfo(np.int64).max
"""Second of a hand-over that does not happen."""


@dataclass(frozen=True)
class OpenTimes:
    """When a port is open: stretches in order, in seconds since 00:00 of the first day."""

    begin: Ints
    end: Ints
    closed: Ints
    """Days of the window (0 the first) on which a disruption keeps the port from opening."""

    def finds_shut(self, second: Ints, day: Ints) -> NDArray[np.bool_]:
        """Whether people who come at a second, as travellers of a day of the window, find the port shut."""
        line = np.searchsorted(self.begin, second, side="right") - 1
        is_open = (line >= 0) & (second < np.append(self.end, 0)[line])
        return np.asarray(~is_open | np.isin(day, self.closed))

    def first_hour(self, second: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Begin and length (seconds) of the first open hour after they found the port shut; 0 long where it does not
        open again. It ends with the opening; that of a day on which the port does not open is after that day.
        """
        after = np.where(np.isin(day, self.closed), (day + 1) * DAY, second)
        line = np.searchsorted(self.end, after, side="right")
        reopens = line < len(self.end)
        begin = np.maximum(np.append(self.begin, 0)[line], after)
        return begin, np.where(reopens, np.minimum(np.append(self.end, 0)[line] - begin, HOUR), 0)


def hours_by_date(scenario: Scenario, port: str) -> list[tuple[OpeningHours, int, int]]:
    """Opening hours of a port with the first day on which they hold and the first on which they don't (ordinals).

    Days on which a disruption closes the port are in none of them.
    """
    return _by_date(scenario, lambda day: _hours_on(scenario, port, day))


def coming_by_date(scenario: Scenario, port: str) -> list[tuple[OpeningHours, int, int]]:
    """The same for the hours in which people come: the usual ones on days on which a disruption closes the port."""

    def hours(day: int) -> OpeningHours | None:
        return _hours_on(scenario, port, day) or _usual(scenario, port, day)

    return _by_date(scenario, hours)


def closed_days(scenario: Scenario, port: str) -> set[int]:
    """Days (ordinals) on which a disruption keeps the port from opening at all."""
    hours = {day: (_usual(scenario, port, day), _hours_on(scenario, port, day)) for day in _days(scenario)}
    return {day for day, (usual, on_day) in hours.items() if usual is not None and on_day is None}


def open_spans(scenario: Scenario, port: str) -> list[Span]:
    """Stretches in which a port is open, in order; hours that meet (open all day) are one, the window cuts the last."""
    first = scenario.first_day.toordinal()
    spans = [
        _stretch(day - first, hours) for hours, start, end in hours_by_date(scenario, port) for day in range(start, end)
    ]
    for event in hours_by_minute(scenario, port):
        begin, end = event.span(scenario.first_day)
        until = _NEVER if end is None else end
        spans = [*_cut(spans, (0, begin)), *_cut(spans, (until, _NEVER)), *_cut(_held(event, scenario), (begin, until))]
    return _merged(_cut(spans, (0, scenario.n_days * DAY)))


def hours_by_minute(scenario: Scenario, port: str) -> list[Disruption]:
    """Disruptions that set when a port is open to the minute."""
    return [e for e in scenario.disruptions if e.kind == "port_hours" and e.timed and e.place in (port, "all")]


def opening_day(scenario: Scenario, port: str, moment: dt.datetime) -> int:
    """Day (ordinal) on which a port opened whose usual hours a moment lies in: the day before where these cross
    midnight; its own where it lies in none.
    """
    day = moment.toordinal()
    before = _usual(scenario, port, day - 1)
    minute = (moment.hour + 24) * 60 + moment.minute
    return day - 1 if before is not None and minute * 60 < opening_seconds(before)[1] else day


def opening_seconds(hours: OpeningHours) -> Span:
    """Opening and closing in seconds after 00:00 of the day of opening; closing may be on the next day."""
    closes = hours.closes if hours.closes > hours.opens else hours.closes + 1440
    return hours.opens * 60, closes * 60


def profile_inside(hours: OpeningHours, weights: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Breakpoints (seconds after 00:00 of the day of opening) and the cumulated share of hand-overs at each."""
    opens, closes = opening_seconds(hours)
    inner = [s for s in range(0, closes, 3600) if s > opens]
    seconds = np.array([opens, *inner, closes], dtype=np.float64)
    rate = np.array([weights[int(s // 3600) % 24] for s in seconds[:-1]])
    cumulated = np.concatenate([[0.0], np.cumsum(rate * np.diff(seconds))])
    return seconds, cumulated / cumulated[-1]


@once_per_scenario
def shut_ports(scenario: Scenario) -> dict[int, OpenTimes]:
    """Open times of the ports, numbered in order of id, that somebody may find shut."""
    found: dict[int, OpenTimes] = {}
    filled = {added.port for added in added_people(scenario)}
    for number, name in enumerate(sorted(scenario.ports)):
        closed = closed_days(scenario, name)
        booked = any(regime.kind == "timetable" for regime in scenario.ports[name].regimes.values())
        if not closed and not hours_by_minute(scenario, name) and number not in filled and not booked:
            continue
        begin, end = np.array(open_spans(scenario, name), dtype=np.int64).reshape(-1, 2).T
        days = np.array(sorted(closed), dtype=np.int64) - scenario.first_day.toordinal()
        found[number] = OpenTimes(begin.copy(), end.copy(), days)
    return found


def _by_date(scenario: Scenario, hours_on: Callable[[int], OpeningHours | None]) -> list[tuple[OpeningHours, int, int]]:
    """Days of the window with hours; days in a row with the same hours are one entry."""
    spans: list[tuple[OpeningHours, int, int]] = []
    for day in _days(scenario):
        hours = hours_on(day)
        if hours is None:
            continue
        if spans and spans[-1][2] == day and spans[-1][0] == hours:
            spans[-1] = (hours, spans[-1][1], day + 1)
        else:
            spans.append((hours, day, day + 1))
    return spans


def _days(scenario: Scenario) -> range:
    return range(scenario.first_day.toordinal(), scenario.last_day.toordinal() + 1)


def _hours_on(scenario: Scenario, port: str, day: int) -> OpeningHours | None:
    """Hours of one day: those of a dated disruption of that day, else the usual ones."""
    found = _usual(scenario, port, day)
    begin = (day - scenario.first_day.toordinal()) * DAY
    for event in scenario.disruptions:
        if event.kind == "port_hours" and not event.timed and event.place in (port, "all"):
            first, end = event.span(scenario.first_day)
            if first <= begin and (end is None or begin < end):
                found = parse_hours(str(event.value))
    return found


def _usual(scenario: Scenario, port: str, day: int) -> OpeningHours | None:
    """The latest hours that hold on a day; None before the first."""
    hours = [h for h in scenario.ports[port].hours.values() if (h.from_day or dt.date.min).toordinal() <= day]
    return max(hours, key=lambda h: h.from_day or dt.date.min, default=None)


def _held(event: Disruption, scenario: Scenario) -> list[Span]:
    """Openings that a disruption's hours make, on all days of the window and the one before it."""
    hours = parse_hours(str(event.value))
    return [] if hours is None else [_stretch(day, hours) for day in range(-1, scenario.n_days)]


def _stretch(day: int, hours: OpeningHours) -> Span:
    opens, closes = opening_seconds(hours)
    return day * DAY + opens, day * DAY + closes


def _cut(spans: Iterable[Span], to: Span) -> list[Span]:
    """What lies within `to`."""
    cut = [(max(begin, to[0]), min(end, to[1])) for begin, end in spans]
    return [(begin, end) for begin, end in cut if begin < end]


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and merged[-1][1] >= begin:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def hand_over_seconds(scenario: Scenario, port: Ints, day: Ints, u: Floats) -> Ints:
    """Second of each hand-over: inverse of the hourly profile inside the hours in which people come on that day; NEVER
    on days before the port's first hours.
    """
    second = np.full(len(u), NEVER, dtype=np.int64)
    first = scenario.first_day.toordinal()
    for hours in _profiles(scenario):
        begin = np.searchsorted(port * _FURTHER + day, [hours.port * _FURTHER + day for day in hours.days])
        at = slice(*begin.tolist())  # groups come in order of (port, day)
        within = np.minimum(np.floor(hours.second_at(u[at])), hours.seconds[-1] - 1).astype(np.int64)
        second[at] = (day[at] - first) * DAY + within
    return second


class _Profile(NamedTuple):
    """A stretch of days on which a port has the same hours."""

    port: int
    days: tuple[int, int]
    """First day and the day after the last."""
    seconds: Floats
    """Breakpoints after 00:00 of the day of opening."""
    cumulated: Floats
    """Share of hand-overs before each."""
    steps: Steps
    slopes: Floats
    """Seconds per share of each step; 0 for a step without hand-overs, into which no share falls."""

    def second_at(self, u: Floats) -> Floats:
        """Where the share of hand-overs before is u, linear between breakpoints (`np.interp`, three times as fast)."""
        step = self.steps.find(u)
        return self.slopes.take(step) * (u - self.cumulated.take(step)) + self.seconds.take(step)


@once_per_scenario
def _profiles(scenario: Scenario) -> list[_Profile]:
    return [
        _Profile(index, (start, end), seconds, cumulated, Steps(cumulated[1:]), _slopes(seconds, cumulated))
        for index, name in enumerate(sorted(scenario.ports))
        for hours, start, end in coming_by_date(scenario, name)
        for seconds, cumulated in [profile_inside(hours, scenario.ports[name].hour_weights)]
    ]


def _slopes(seconds: Floats, cumulated: Floats) -> Floats:
    share = np.diff(cumulated)
    return np.divide(np.diff(seconds), share, out=np.zeros(len(share)), where=share > 0)


FIRST_ADDED = 64
"""Numbers of ports in draws are below this; added people are numbered from here on, as if each row were a port (`check`
allows 190 of them)."""


@dataclass(frozen=True)
class Added:
    """People added at a port between two seconds since 00:00 of the first day."""

    port: int
    """Number of the port in order of id."""
    begin: int
    end: int
    people: float
    """Expected number, in all."""
    day: int
    """date.toordinal() of the day on which they begin to come."""
    key: int
    """Place key, for draws."""


@once_per_scenario
def added_people(scenario: Scenario) -> tuple[Added, ...]:
    """People added with times, in order of port and moments."""
    people: dict[tuple[int, int, int], float] = {}
    for event in sorted(scenario.disruptions, key=lambda event: str(event.value)):  # whatever the order of rows
        begin, end = event.span(scenario.first_day)
        if event.kind != "arrivals_added" or not event.timed or end is None:
            continue
        for number, port in enumerate(sorted(scenario.ports)):
            if event.place in (port, "all"):
                at = (number, begin, end)
                people[at] = people.get(at, 0.0) + float(event.value or 0)
    return tuple(_added(scenario, *at, people[at]) for at in sorted(people))


def _added(scenario: Scenario, port: int, begin: int, end: int, people: float) -> Added:
    midnight = dt.datetime.combine(scenario.first_day, dt.time())
    moments = [midnight + dt.timedelta(seconds=second) for second in (begin, end)]
    name = " ".join(["added", sorted(scenario.ports)[port], *(m.isoformat(timespec="minutes") for m in moments)])
    return Added(port, begin, end, people, moments[0].toordinal(), place_key(name))
