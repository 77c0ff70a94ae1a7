"""Rules for disruptions: each has a place and a value of its kind, and a time at which it has an effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from sim.scenario.faults import Finding, Path, nearest, percent
from sim.scenario.rules.arrivals import DAYS_OF_CASE, open_hours
from sim.scenario.rules.staff import after_days
from sim.scenario.tables.arrivals import parse_hours
from sim.scenario.tables.disruptions import KINDS, PEOPLE_IN_ALL, Disruption
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY
from sim.words.language import said

MOST_ADDED = 190
"""Rows of people added with times, each port of a row counted: more would not fit into the numbers of parties."""


def disruption_findings(scenario: Scenario) -> Iterator[Finding]:
    """Each disruption has a place and a value of its kind, something to disrupt, and a day on which it happens."""
    for number, event in enumerate(scenario.disruptions, start=1):
        here, needs = ("disruptions", str(number)), KINDS[event.kind].needs
        yield from _place_findings(scenario, event, (*here, "place"))
        yield from _value_findings(scenario, event, (*here, "value"))
        yield from _day_findings(scenario, event, here)
        if needs and getattr(scenario, needs) is None:
            yield Finding(here, said("{kind} needs a [{needs}] table", kind=event.kind, needs=needs), needs=((needs,),))
        if event.kind == "sites_prepared" and (scenario.sites is None or not _on_demand(scenario)):
            rule = "sites_prepared needs candidates that open on demand, and there is none"
            yield Finding(here, rule, needs=(("sites",),))
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
        rule = said(
            "adds people with times {at_ports} times (each port of a row counts): at most {most_added} are possible",
            at_ports=at_ports,
            most_added=MOST_ADDED,
        )
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
            rule = said(
                "sets other hours than row {number} of the disruptions on {moment}", number=number, moment=moment
            )
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
    hits, sites = KINDS[event.kind].hits, scenario.sites.candidates if scenario.sites else {}
    match hits:
        case "site":
            known, tables = [*sites], ["sites"]
        case "port":
            known, tables = [*scenario.ports, "all"], ["ports"]
        case "pool":
            all_have = scenario.sites is not None and scenario.sites.team is not None
            teams = [f"{name}.team" for name, site in sites.items() if site.team or all_have]
            known, tables = [*scenario.pools, *teams], ["pools", "sites"]
        case _:
            if event.place != "all":
                yield Finding(here, said("must be left out: there is one {hits}", hits=said(hits)), event.place)
            return
    if event.place not in known:
        needs = ((tables[0], event.place), (tables[0], "?"), *((table,) for table in tables[1:]))
        if event.place == "all":
            hint = said("such as {known}", known=known[0]) if known else ""
            yield Finding(here, said("must name a {hits}", hits=said(hits)), hint=hint, needs=needs)
        else:
            yield Finding(
                here, said("no such {hits}", hits=said(hits)), event.place, nearest(event.place, known), needs
            )


def _value_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    value, kind = event.value, KINDS[event.kind]
    in_all = event.kind == "arrivals_added" and event.timed
    wanted = PEOPLE_IN_ALL if in_all else kind.value
    if not wanted:
        if value is not None:
            yield Finding(here, said("must be left out: {kind} has no value", kind=event.kind), value)
    elif value is None:
        yield Finding(here, said("must be given: {wanted}", wanted=said(wanted)))
    elif event.kind == "port_hours":
        yield from _hours_findings(scenario, event, here)
    elif not kind.allows(value):
        meant_percent = kind.most == 1 and isinstance(value, float) and 1 < value <= 100
        yield Finding(
            here, said("must be {wanted}", wanted=said(wanted)), value, percent(float(value)) if meant_percent else ""
        )


def _hours_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    """The text says hours, and the profile of each port has people in them."""
    try:
        hours = parse_hours(event.value) if isinstance(event.value, str) else event.value
    except ValueError as error:
        yield Finding(here, error.args[0], event.value)
        return
    if isinstance(hours, float):
        yield Finding(here, said("must be {value}", value=said(KINDS["port_hours"].value)), event.value)
        return
    clock = open_hours(hours) if hours is not None else set(range(24))
    for name, port in scenario.ports.items():
        if event.place in (name, "all") and not any(port.hour_weights[hour] for hour in clock):
            rule = said(
                'leaves no hour in which people come: all hour_weights of port "{name}" in it are zero', name=name
            )
            yield Finding(here, rule, event.value, needs=(("ports", name, "hour_weights"),))


def _day_findings(scenario: Scenario, event: Disruption, here: Path) -> Iterator[Finding]:
    last = scenario.last_day if KINDS[event.kind].in_window else after_days(scenario)
    begin, end = event.span(scenario.first_day)
    start, until = (*here, "from_day"), (*here, "to_day")
    if event.kind == "sites_prepared" and event.to_day is not None:
        yield Finding(until, "must be left out: sites are begun at one moment", event.to_day)
    elif event.kind == "arrivals_added" and event.timed and event.to_day is None:
        rule = "must be given: with a time in from_day, value is so many people in all, evenly from from_day to to_day"
        yield Finding(until, rule, hint="or write from_day without a time: value people more a day")
    elif begin >= (last - scenario.first_day).days * DAY + DAY:
        rule = said("is after {last}: this disruption never happens", last=last)
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
        rule = said("is more than the list has: {scenario} candidates open on demand", scenario=_on_demand(scenario))
        yield Finding((*here, "value"), rule, event.value, needs=(("sites",),), warning=True)
