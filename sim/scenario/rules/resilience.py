"""Rules for the reserve brigade and for disruptions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from itertools import combinations

from sim.scenario.faults import Path, nearest, percent
from sim.scenario.rules.arrivals import DAYS_OF_CASE, open_hours
from sim.scenario.rules.findings import Finding
from sim.scenario.rules.roster import after_days
from sim.scenario.tables.hours import parse_hours
from sim.scenario.tables.resilience import Brigade, Disruption
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import MAX_PEOPLE

_DAY = 86_400
AT_SITES = ("site_lost", "site_shut")
AT_PORTS = ("port_hours", "arrivals_factor", "arrivals_added", "coaches_out", "coaches_added")
AT_POOLS = ("staff_absent", "staff_added")
IN_WINDOW = ("port_hours", "arrivals_factor", "arrivals_added", "coaches_out", "coaches_added", "sites_prepared")
"""Kinds that have no effect after the last day: nobody is handed over, and no site opens."""
MOST_ADDED = 190
"""Rows of people added with times, each port of a row counted: more would not fit into the numbers of parties."""


def brigade_findings(scenario: Scenario) -> Iterator[Finding]:
    """A team can answer a call, and pools that may call exist."""
    brigade = scenario.brigade
    if brigade is None:
        return
    if brigade.brigade_call > max(brigade.teams):
        rule = f"must be at most {max(brigade.teams)}, the people of the largest team: a call is answered by one team"
        yield Finding(("brigade", "brigade_call"), rule, brigade.brigade_call, needs=(("brigade", "teams"),))
    yield from _calling_pools(scenario, brigade)


def _calling_pools(scenario: Scenario, brigade: Brigade) -> Iterator[Finding]:
    here = ("brigade", "pools")
    for name in brigade.pools or ():
        if name not in scenario.pools:
            yield Finding(here, "no such pool", name, nearest(name, scenario.pools), (("pools", name),))
    if brigade.pools == ():
        yield Finding(here, "is empty: nobody may call the brigade", [], "leave it out to let all pools call",
                      warning=True)  # fmt: skip


def disruption_findings(scenario: Scenario) -> Iterator[Finding]:
    """Each disruption has a place and a value of its kind, something to disrupt, and a day on which it happens."""
    for number, event in enumerate(scenario.disruptions, start=1):
        here = ("disruptions", str(number))
        yield from _place_findings(scenario, event, (*here, "place"))
        yield from _value_findings(scenario, event, (*here, "value"))
        yield from _day_findings(scenario, event, here)
        if event.kind in ("coaches_out", "coaches_added") and scenario.coaches is None:
            yield Finding(here, f"{event.kind} needs a [coaches] table", needs=(("coaches",),))
        if event.kind == "sites_prepared" and (scenario.sites is None or not _on_demand(scenario)):
            rule = "sites_prepared needs candidates that open on demand, and there is none"
            yield Finding(here, rule, needs=(("sites",),))
        if event.kind == "laboratory_hours" and scenario.laboratory is None:
            yield Finding(here, "laboratory_hours needs a [laboratory] table", needs=(("laboratory",),))
    yield from _clashes(scenario)
    yield from _too_many_added(scenario)


def _on_demand(scenario: Scenario) -> int:
    """Candidates that open on demand."""
    sites = scenario.sites.candidates.values() if scenario.sites else ()
    return sum(site.opens == "demand" for site in sites)


def _too_many_added(scenario: Scenario) -> Iterator[Finding]:
    added = [event for event in scenario.disruptions if event.kind == "arrivals_added" and event.timed]
    at_ports = sum(len(scenario.ports) if event.place == "all" else 1 for event in added)
    if at_ports > MOST_ADDED:
        rule = f"adds people with times {at_ports} times (each port of a row counts): at most {MOST_ADDED} are possible"
        yield Finding(("disruptions",), rule, hint="let one row cover a longer time")


def _clashes(scenario: Scenario) -> Iterator[Finding]:
    """Two rows must not set the same hours to different values on a day: the order of rows has no meaning."""
    setting = [
        (number, event)
        for number, event in enumerate(scenario.disruptions, start=1)
        if event.kind in ("port_hours", "laboratory_hours")
    ]
    for (number, a), (other, b) in combinations(setting, 2):
        here = a.place == b.place or "all" in (a.place, b.place)
        alike = a.kind == b.kind and (a.kind == "laboratory_hours" or a.timed == b.timed)
        common = _overlap(a.span(scenario.first_day), b.span(scenario.first_day))
        if alike and here and a.value != b.value and common is not None:
            moment = _moment(scenario, common, to_the_minute=a.timed or b.timed)
            rule = f"sets other hours than row {number} of the disruptions on {moment}"
            path = ("disruptions", str(other))
            yield Finding(path, rule, hint="let one end before the other begins", needs=(("disruptions", str(number)),))


def _overlap(a: tuple[int, int | None], b: tuple[int, int | None]) -> int | None:
    """First second that two spans have in common; None without one."""
    begin = max(a[0], b[0])
    return begin if all(end is None or begin < end for end in (a[1], b[1])) else None


def _moment(scenario: Scenario, second: int, *, to_the_minute: bool) -> str:
    moment = dt.datetime.combine(scenario.first_day, dt.time()) + dt.timedelta(seconds=second)
    return f"{moment:%Y-%m-%d %H:%M}" if to_the_minute else f"{moment:%Y-%m-%d}"


def _place_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    sites = scenario.sites.candidates if scenario.sites else {}
    if event.kind in AT_SITES:
        if event.place not in sites:
            yield _no_place(here, "site", event.place, list(sites), "sites")
    elif event.kind in AT_PORTS:
        if event.place not in ("all", *scenario.ports):
            yield _no_place(here, "port", event.place, [*scenario.ports, "all"], "ports")
    elif event.kind in AT_POOLS:
        all_have = scenario.sites is not None and scenario.sites.team is not None
        teams = [f"{name}.team" for name, site in sites.items() if site.team or all_have]
        if event.place not in (*scenario.pools, *teams):
            found = _no_place(here, "pool", event.place, [*scenario.pools, *teams], "pools")
            yield Finding(found.path, found.rule, found.value, found.hint, (*found.needs, ("sites",)))
    elif event.place != "all":
        one = "one laboratory" if event.kind == "laboratory_hours" else "one list of sites"
        yield Finding(here, f"must be left out: there is {one}", event.place)


def _no_place(here: Path, word: str, place: str, known: list[str], table: str) -> Finding:
    needs = ((table, place), (table, "?"))
    if place == "all":
        return Finding(here, f"must name a {word}", hint=f"such as {known[0]}" if known else "", needs=needs)
    return Finding(here, f"no such {word}", place, nearest(place, known), needs)


def _value_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    value = event.value
    if event.kind in AT_SITES:
        if value is not None:
            yield Finding(here, f"must be left out: {event.kind} has no value", value)
    elif value is None:
        yield Finding(here, f"must be given: {_wanted(event)}")
    elif event.kind == "port_hours":
        yield from _hours_findings(scenario, event, here)
    elif not _SOUND[event.kind](value):
        meant_percent = event.kind == "staff_absent" and isinstance(value, float) and 1 < value <= 100
        yield Finding(here, f"must be {_wanted(event)}", value, percent(float(value)) if meant_percent else "")


def _wanted(event: Disruption) -> str:
    in_all = event.kind == "arrivals_added" and event.timed
    return f"people more in all, from 0 to {MAX_PEOPLE}" if in_all else _WANTED[event.kind]


def _number(value: float | str, most: float) -> bool:
    return not isinstance(value, str) and math.isfinite(value) and 0 <= value <= most


_WANTED = {
    "port_hours": 'hours such as "10:00-20:00", or "closed"',
    "arrivals_factor": "a factor from 0 to 1000",
    "arrivals_added": f"people more a day, from 0 to {MAX_PEOPLE}",
    "staff_absent": "a share from 0 to 1",
    "staff_added": "a whole number of people",
    "coaches_out": "a whole number of coaches",
    "coaches_added": "a whole number of coaches",
    "sites_prepared": "a whole number of sites",
    "laboratory_hours": "hours from 0 to 8784",
}
"""What the value of each kind is."""

_SOUND: dict[str, Callable[[float | str], bool]] = {
    "arrivals_factor": lambda value: _number(value, 1_000),
    "arrivals_added": lambda value: _number(value, MAX_PEOPLE),
    "staff_absent": lambda value: _number(value, 1),
    "staff_added": lambda value: _number(value, MAX_PEOPLE) and float(value).is_integer(),
    "coaches_out": lambda value: _number(value, MAX_PEOPLE) and float(value).is_integer(),
    "coaches_added": lambda value: _number(value, MAX_PEOPLE) and float(value).is_integer(),
    "sites_prepared": lambda value: _number(value, MAX_PEOPLE) and float(value).is_integer(),
    "laboratory_hours": lambda value: _number(value, 8_784),
}


def _hours_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    """The text says hours, and the profile of each port has people in them."""
    try:
        hours = parse_hours(event.value) if isinstance(event.value, str) else event.value
    except ValueError as error:
        yield Finding(here, str(error), event.value)
        return
    if isinstance(hours, float):
        yield Finding(here, f"must be {_WANTED['port_hours']}", event.value)
        return
    clock = open_hours(hours) if hours is not None else set(range(24))
    for name, port in scenario.ports.items():
        if event.place in (name, "all") and not any(port.hour_weights[hour] for hour in clock):
            rule = f'leaves no hour in which people come: all hour_weights of port "{name}" in it are zero'
            yield Finding(here, rule, event.value, needs=(("ports", name, "hour_weights"),))


def _day_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    last = scenario.last_day if event.kind in IN_WINDOW else after_days(scenario)
    begin, end = event.span(scenario.first_day)
    start, until = (*here, "from_day"), (*here, "to_day")
    if event.kind == "sites_prepared" and event.to_day is not None:
        yield Finding(until, "must be left out: sites are begun at one moment", event.to_day)
    elif event.kind == "arrivals_added" and event.timed and event.to_day is None:
        rule = "must be given: with a time in from_day, value is so many people in all, evenly from from_day to to_day"
        yield Finding(until, rule, hint="or write from_day without a time: value people more a day")
    elif begin >= (last - scenario.first_day).days * _DAY + _DAY:
        rule = f"is after {last}: this disruption never happens"
        yield Finding(start, rule, event.from_day, needs=DAYS_OF_CASE, warning=True, kind="after the end")
    elif end is not None and end <= 0:
        rule = "is before first_day: this disruption has no effect"
        yield Finding(until, rule, event.to_day, needs=DAYS_OF_CASE, warning=True)
    elif event.kind == "sites_prepared" and begin < 0:
        rule = "is before first_day: these sites are begun at 00:00 of first_day"
        yield Finding(start, rule, event.from_day, needs=DAYS_OF_CASE, warning=True)
    elif event.kind == "site_lost" and event.to_day is not None:
        yield Finding(until, "has no effect: a lost site is lost for good", event.to_day, warning=True)
    if event.kind == "sites_prepared" and isinstance(event.value, float) and event.value > _on_demand(scenario) > 0:
        rule = f"is more than the list has: {_on_demand(scenario)} candidates open on demand"
        yield Finding((*here, "value"), rule, event.value, needs=(("sites",),), warning=True)


__all__ = ["brigade_findings", "disruption_findings"]
