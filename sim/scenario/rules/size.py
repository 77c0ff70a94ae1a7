"""Whether so many people can be simulated at all: told before anything is drawn."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.faults import Path
from sim.scenario.rules.findings import Finding
from sim.scenario.tables.regimes import DailyRegime, RateRegime, Regime, TotalRegime
from sim.scenario.tables.schema import Port, Scenario

MOST_PLACES = 4_095
"""Ports, sites and pools (a site's team is one): the key that orders simultaneous events has bits for no more."""
MOST_PORTS = 62
"""Party numbers have six bits for the port, and one number stands for guests of the beginning."""
_DAY = 86_400
MOST_A_DAY = 500_000
"""People of one port and day: party numbers have 20 bits for the hand-over groups of a day."""
MOST_PEOPLE = 5_000_000
"""People of a replication."""
_WAY_OUT = "is a number a slip of the pen? A district counted 8,379 people in 64 days"


def size_findings(scenario: Scenario) -> Iterator[Finding]:
    """Limits of ports, places and people."""
    if len(scenario.ports) > MOST_PORTS:
        yield Finding(("ports",), f"has {len(scenario.ports)} ports: at most {MOST_PORTS} are possible")
    yield from _places(scenario)
    total = 0.0
    for name in scenario.ports:
        people, day, path = _most_people(scenario, name)
        total += people
        if day > MOST_A_DAY:
            rule = f"leads to {_count(day)} people a day at port {name}: at most {MOST_A_DAY:,} are possible"
            yield Finding(path, rule, hint=_WAY_OUT, needs=(("arrivals",), ("ports",), ("disruptions",)))
            return
    if total > MOST_PEOPLE:
        path = ("arrivals", "factor") if scenario.arrivals.factor > 1 else ("ports",)
        rule = f"leads to {_count(total)} people in a replication: at most {MOST_PEOPLE:,} are possible"
        yield Finding(path, rule, hint=_WAY_OUT, needs=(("arrivals",), ("ports",), ("disruptions",), ("first_day",)))


def _places(scenario: Scenario) -> Iterator[Finding]:
    sites = scenario.sites
    candidates = sites.candidates.values() if sites else ()
    teams = sum(1 for site in candidates if site.team or (sites and sites.team))
    pools = len({port.pool for port in scenario.ports.values() if port.pool})
    places = len(scenario.ports) + len(candidates) + teams + pools
    if places > MOST_PLACES:
        parts = f"{len(scenario.ports)} ports, {len(candidates)} sites, {pools + teams} pools and site teams"
        rule = f"makes {places:,} places ({parts}): at most {MOST_PLACES:,} are possible"
        yield Finding(("sites",), rule, needs=(("ports",), ("pools",)))


def _most_people(scenario: Scenario, name: str) -> tuple[float, float, Path]:
    """People of a port in the window and on its busiest day, at most; and the path of what says so."""
    port, factor = scenario.ports[name], scenario.arrivals.factor * _most_factor(scenario, name)
    total = busiest = 0.0
    path: Path = ("ports", name)
    starts = sorted((regime.from_day, key) for key, regime in port.regimes.items())
    ends = [later - dt.timedelta(days=1) for (_, _), (later, _) in pairwise(starts)]
    for (start, key), end in zip(starts, [*ends, scenario.last_day], strict=False):
        first, last = max(start, scenario.first_day), min(end, scenario.last_day)
        if first <= last:
            people, day = _of_regime(port, port.regimes[key], first, last)
            total += people * factor
            if day * factor > busiest:
                busiest, path = day * factor, _told_by(name, key, port.regimes[key])
    for event in scenario.disruptions:
        if event.kind == "arrivals_added" and event.place in (name, "all"):
            since, until = event.span(scenario.first_day)
            lasts = ((until or scenario.n_days * _DAY) - since) / _DAY
            days = 1.0 if event.timed else lasts  # with times: so many in all
            added = float(event.value) if isinstance(event.value, int | float) else 0.0
            busiest, total = busiest + added, total + added * min(max(days, 0), scenario.n_days)
    return total, busiest, ("arrivals", "factor") if scenario.arrivals.factor > 1 else path


def _told_by(name: str, key: str, regime: Regime) -> Path:
    """The value that tells how many people come."""
    here = ("ports", name, "regimes", key)
    if isinstance(regime, TotalRegime):
        return ("ports", name, "people")
    return here if isinstance(regime, DailyRegime) else (*here, "people_per_day")


def _of_regime(port: Port, regime: Regime, first: dt.date, last: dt.date) -> tuple[float, float]:
    """People from the first to the last of these days and on one of them, at most."""
    days = (last - first).days + 1
    match regime:
        case RateRegime():
            most = max(regime.people_per_day, regime.people_per_day_end or 0.0)
            return most * days, most
        case DailyRegime():
            values = [value for day, value in regime.values.items() if first <= day <= last]
            return math.fsum(values) * regime.scale, max(values, default=0.0) * regime.scale
        case TotalRegime():
            return port.people or 0.0, port.people or 0.0


def _most_factor(scenario: Scenario, name: str) -> float:
    """The largest product of factors that hold at one moment."""
    events = [e for e in scenario.disruptions if e.kind == "arrivals_factor" and e.place in (name, "all")]
    values = [float(e.value) if isinstance(e.value, int | float) else 1.0 for e in events]
    spans = [event.span(scenario.first_day) for event in events]
    most = 1.0
    for moment, _ in spans:
        held = (value for (begin, end), value in zip(spans, values, strict=True) if begin <= moment < (end or math.inf))
        most = max(most, math.prod(held))
    return most


def _count(people: float) -> str:
    return f"{people:,.0f}" if people < 1e12 else f"{people:.3g}"


__all__ = ["size_findings"]
