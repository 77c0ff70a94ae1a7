"""Rules for timetables: rows that differ, inside the port's hours, whose people may all come."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from sim.scenario.faults import Finding, Path
from sim.scenario.tables.arrivals import (
    MOST_AT_A_MINUTE,
    OpeningHours,
    Port,
    TimetableRegime,
    TimetableRow,
    regime_days,
)
from sim.scenario.tables.schema import Scenario
from sim.words.language import said

_MIDNIGHT = dt.time()


def timetable_findings(scenario: Scenario) -> Iterator[Finding]:
    """What is wrong with the timetables of all ports."""
    for name, port in scenario.ports.items():
        here, met = ("ports", name, "regimes"), dict[tuple[dt.datetime, str], Path]()
        minutes: Counter[dt.datetime] = Counter()
        for key, first, last in regime_days(port, scenario.last_day):
            regime = port.regimes[key]
            if not isinstance(regime, TimetableRegime):
                continue
            if not regime.rows:
                yield Finding((*here, key), "needs a file (or rows) with its flights, ferries or trains")
            yield from chain.from_iterable(
                _row_findings(port, regime, row, (*here, key, "rows", str(number)))
                for number, row in enumerate(regime.rows, start=1)
            )
            yield from _alike(regime, (*here, key), met, minutes)
            yield from _outside(scenario, port, regime, (first, last), (*here, key))
            yield from _certain(scenario, name, regime, (*here, key))


def _row_findings(port: Port, regime: TimetableRegime, row: TimetableRow, here: Path) -> Iterator[Finding]:
    """The whole time of a row lies inside one opening of the port."""
    minutes = regime.minutes if row.minutes is None else row.minutes
    begin = (row.time - dt.datetime.combine(row.time.date(), _MIDNIGHT)).total_seconds() / 60
    ends = [end for start, end in _openings(port, row.time.date()) if start <= begin < end]
    needs = ((*here[:2], "hours"),)
    if not ends:
        yield Finding((*here, "time"), "lies outside the hours of the port", _time_words(row), needs=needs)
    elif begin + minutes > max(ends):
        rule = said("its people are handed over for {minutes:g} minutes: until after the port closes", minutes=minutes)
        yield Finding(
            (*here, "time"), rule, _time_words(row), needs=(*needs, (*here[:4], "minutes"), (*here, "minutes"))
        )


def _time_words(row: TimetableRow) -> str:
    return f"{row.time:%Y-%m-%d %H:%M}"


def _openings(port: Port, day: dt.date) -> Iterator[tuple[float, float]]:
    """Openings in minutes since 00:00 of a day: its own and that of the day before, if it goes on after midnight."""
    for ago in (0, 1):
        that = day - dt.timedelta(days=ago)
        held = [hours for hours in port.hours.values() if (hours.from_day or dt.date.min) <= that]
        if held:
            hours = max(held, key=lambda each: each.from_day or dt.date.min)
            yield hours.opens - ago * 1440, _closes(hours) - ago * 1440


def _closes(hours: OpeningHours) -> int:
    return hours.closes if hours.closes > hours.opens else hours.closes + 1440


def _alike(
    regime: TimetableRegime, here: Path, met: dict[tuple[dt.datetime, str], Path], minutes: Counter[dt.datetime]
) -> Iterator[Finding]:
    """Rows of a port differ in time or label, and are not too many at one minute. What was met is noted."""
    for number, row in enumerate(regime.rows, start=1):
        path, key = (*here, "rows", str(number)), (row.time, row.label)
        if key in met:
            rule = said('is there twice: time and label "{label}" are those of another row', label=row.label)
            yield Finding((*path, "time"), rule, _time_words(row), "give one of them another label", (met[key],))
        met.setdefault(key, path)
        minutes[row.time] += 1
        if minutes[row.time] == MOST_AT_A_MINUTE + 1:
            rule = said("is the time of more than {most} rows", most=MOST_AT_A_MINUTE)
            yield Finding((*path, "time"), rule, _time_words(row), "move some by a minute")


def _outside(
    scenario: Scenario, port: Port, regime: TimetableRegime, days: tuple[dt.date, dt.date], here: Path
) -> Iterator[Finding]:
    """Rows outside the days of the regime, or of the window, do not come."""
    first, last = max(days[0], scenario.first_day), min(days[1], scenario.last_day)
    # after midnight a row belongs to the day on which the port opened
    until = dt.datetime.combine(last + dt.timedelta(days=1), _MIDNIGHT) if last < dt.date.max else dt.datetime.max
    outside = sum(1 for row in regime.rows if row.time.date() < first or row.time >= until + _into_night(port))
    if outside:
        rule = said(
            "{n} of its {all} rows lie outside {first} to {last}: their people do not come",
            n=outside, all=len(regime.rows), first=first, last=last,
        )  # fmt: skip
        yield Finding((*here, "rows"), rule, needs=(("first_day",), ("last_day",), here[:3]), warning=True)


def _into_night(port: Port) -> dt.timedelta:
    return dt.timedelta(minutes=max([0, *(_closes(hours) - 1440 for hours in port.hours.values())]))


def _certain(scenario: Scenario, name: str, regime: TimetableRegime, here: Path) -> Iterator[Finding]:
    """Factors that multiply the chance that people come leave it at 1 at most."""
    factor, needs = _largest_factor(scenario, name), (("arrivals", "factor"), ("disruptions",))
    for number, row in enumerate(regime.rows, start=1):
        shows_up = regime.shows_up if row.shows_up is None else row.shows_up
        if shows_up * factor > 1 + 1e-9:
            rule = said("times the factors of arrivals is {chance:g}: a chance is at most 1", chance=shows_up * factor)
            own = row.shows_up is not None
            path = (*here, "rows", str(number), "shows_up") if own else (*here, "shows_up")
            hint = "book more people and lower shows_up, so that a factor has room"
            yield Finding(path, rule, shows_up, hint, needs)
            return


def _largest_factor(scenario: Scenario, name: str) -> float:
    """The largest product of factors that hold at a port at one moment."""
    rows = [e for e in scenario.disruptions if e.kind == "arrivals_factor" and e.place in (name, "all")]
    spans = [(*event.span(scenario.first_day), float(event.value or 0)) for event in rows]
    products = [
        math.prod(value for begin, end, value in spans if begin <= moment and (end is None or moment < end))
        for moment in {0, *(begin for begin, _, _ in spans), *(end for _, end, _ in spans if end is not None)}
    ]
    return scenario.arrivals.factor * max([1.0, *products])
