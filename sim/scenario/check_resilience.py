"""Rules for the reserve brigade and for disruptions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations

from sim.scenario.check_arrivals import DAYS_OF_CASE, open_hours
from sim.scenario.check_roster import after_days
from sim.scenario.faults import Path, nearest, percent
from sim.scenario.findings import Finding
from sim.scenario.hours import parse_hours
from sim.scenario.resilience import Brigade, Disruption
from sim.scenario.schema import Scenario
from sim.scenario.types import MAX_PEOPLE

AT_SITES = ("site_lost", "site_shut")
AT_PORTS = ("port_hours", "arrivals_factor", "arrivals_added", "coaches_out")


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
        if event.kind == "coaches_out" and scenario.coaches is None:
            yield Finding(here, "coaches_out needs a [coaches] table", needs=(("coaches",),))
        if event.kind == "laboratory_hours" and scenario.laboratory is None:
            yield Finding(here, "laboratory_hours needs a [laboratory] table", needs=(("laboratory",),))
    yield from _clashes(scenario)


def _clashes(scenario: Scenario) -> Iterator[Finding]:
    """Two rows must not set the same hours to different values on a day: the order of rows has no meaning."""
    setting = [
        (number, event)
        for number, event in enumerate(scenario.disruptions, start=1)
        if event.kind in ("port_hours", "laboratory_hours")
    ]
    for (number, a), (other, b) in combinations(setting, 2):
        here = a.place == b.place or "all" in (a.place, b.place)
        day = max(a.from_day, b.from_day)
        if a.kind == b.kind and here and a.value != b.value and day <= min(a.to_day or day, b.to_day or day):
            rule = f"sets other hours than row {number} of the disruptions on {day}"
            path = ("disruptions", str(other))
            yield Finding(path, rule, hint="let one end before the other begins", needs=(("disruptions", str(number)),))


def _place_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    sites = scenario.sites.candidates if scenario.sites else {}
    if event.kind in AT_SITES:
        if event.place not in sites:
            yield _no_place(here, "site", event.place, list(sites), "sites")
    elif event.kind in AT_PORTS:
        if event.place not in ("all", *scenario.ports):
            yield _no_place(here, "port", event.place, [*scenario.ports, "all"], "ports")
    elif event.kind == "staff_absent":
        all_have = scenario.sites is not None and scenario.sites.team is not None
        teams = [f"{name}.team" for name, site in sites.items() if site.team or all_have]
        if event.place not in (*scenario.pools, *teams):
            found = _no_place(here, "pool", event.place, [*scenario.pools, *teams], "pools")
            yield Finding(found.path, found.rule, found.value, found.hint, (*found.needs, ("sites",)))
    elif event.place != "all":
        yield Finding(here, "must be left out: there is one laboratory", event.place)


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
        yield Finding(here, f"must be given: {_WANTED[event.kind]}")
    elif event.kind == "port_hours":
        yield from _hours_findings(scenario, event, here)
    elif not _SOUND[event.kind](value):
        meant_percent = event.kind == "staff_absent" and isinstance(value, float) and 1 < value <= 100
        yield Finding(here, f"must be {_WANTED[event.kind]}", value, percent(float(value)) if meant_percent else "")


def _number(value: float | str, most: float) -> bool:
    return not isinstance(value, str) and math.isfinite(value) and 0 <= value <= most


_WANTED = {
    "port_hours": 'hours such as "10:00-20:00", or "closed"',
    "arrivals_factor": "a factor from 0 to 1000",
    "arrivals_added": f"people more a day, from 0 to {MAX_PEOPLE}",
    "staff_absent": "a share from 0 to 1",
    "coaches_out": "a whole number of coaches",
    "laboratory_hours": "hours from 0 to 8784",
}
"""What the value of each kind is."""

_SOUND: dict[str, Callable[[float | str], bool]] = {
    "arrivals_factor": lambda value: _number(value, 1_000),
    "arrivals_added": lambda value: _number(value, MAX_PEOPLE),
    "staff_absent": lambda value: _number(value, 1),
    "coaches_out": lambda value: _number(value, MAX_PEOPLE) and float(value).is_integer(),
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
    last = scenario.last_day if event.kind in AT_PORTS else after_days(scenario)
    if event.from_day > last:
        rule = f"is after {last}: this disruption never happens"
        yield Finding((*here, "from_day"), rule, event.from_day, needs=DAYS_OF_CASE, warning=True)
    elif event.to_day is not None and event.to_day < scenario.first_day:
        rule = "is before first_day: this disruption has no effect"
        yield Finding((*here, "to_day"), rule, event.to_day, needs=DAYS_OF_CASE, warning=True)
    elif event.kind == "site_lost" and event.to_day is not None:
        yield Finding((*here, "to_day"), "has no effect: a lost site is lost for good", event.to_day, warning=True)


__all__ = ["brigade_findings", "disruption_findings"]
