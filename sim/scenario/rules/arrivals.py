"""Rules for the window, for ports, their regimes and opening hours, for groups and parties; and whether so many
people can be simulated at all, told before anything is drawn.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from sim.scenario.faults import Finding, Path
from sim.scenario.tables.arrivals import (
    Arrivals,
    DailyRegime,
    OpeningHours,
    Port,
    RateRegime,
    Regime,
    TimetableRegime,
    TotalRegime,
)
from sim.scenario.tables.distributions import people_per_group
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY
from sim.words.language import said

LONGEST_WINDOW = 3_660
"""Days between first and last day: ten years; more is taken for a slip of the pen."""
MOST_PLACES = 4_095
"""Ports, sites and pools (a site's team is one): the key that orders simultaneous events has bits for no more."""
MOST_PORTS = 62
"""Party numbers have six bits for the port, and one number stands for guests of the beginning."""
MOST_A_DAY = 500_000
"""People of one port and day: party numbers have 20 bits for the hand-over groups of a day."""
MOST_PEOPLE = 8_380_000
"""People expected of a replication: the key that orders simultaneous events has bits for 8,388,608 (`sim.flow.order`),
and chance may bring some more.
"""
_WAY_OUT = "is a number a slip of the pen? A district counted 8,379 people in 64 days"

DAYS_OF_CASE = (("first_day",), ("last_day",))


def window_findings(scenario: Scenario) -> Iterator[Finding]:
    """Days in order and within a lifetime."""
    first, last = scenario.first_day, scenario.last_day
    odd = [(name, day) for name, day in (("first_day", first), ("last_day", last)) if not 1900 <= day.year <= 2200]
    for name, day in odd:
        yield Finding((name,), "must lie between 1900 and 2200", day)
    if odd:
        return
    if last < first:
        yield Finding(
            ("last_day",), said("must not be before first_day ({first})", first=first), last, needs=DAYS_OF_CASE
        )
    elif (last - first).days > LONGEST_WINDOW:
        yield Finding(
            ("last_day",),
            said("must be at most {longest_window} days after first_day", longest_window=LONGEST_WINDOW),
            last,
            needs=DAYS_OF_CASE,
        )
    if scenario.window is not None:
        yield from _counted_window(scenario)


def _counted_window(scenario: Scenario) -> Iterator[Finding]:
    assert scenario.window is not None
    start, end = scenario.window.from_day, scenario.window.to_day
    here = ("window", "from_day"), ("window", "to_day")
    for path, day in zip(here, (start, end), strict=True):
        if not scenario.first_day <= day <= scenario.last_day:
            rule = said(
                "must lie between first_day and last_day ({first_day} to {last_day})",
                first_day=scenario.first_day,
                last_day=scenario.last_day,
            )
            yield Finding(path, rule, day, needs=DAYS_OF_CASE)
    if end < start:
        yield Finding(here[1], said("must not be before from_day ({start})", start=start), end, needs=here)


def group_findings(arrivals: Arrivals) -> Iterator[Finding]:
    """Parties and groups can have a size, and day-to-day variation leaves room for the groups."""
    sizes, groups = ("arrivals", "party_size_weights"), ("arrivals", "groups")
    sound = True
    if not any(arrivals.party_size_weights):
        sound = False
        yield Finding(sizes, "must not be all zero", list(arrivals.party_size_weights))
    if arrivals.groups.kind == "table" and not any(arrivals.groups.weights):
        sound = False
        yield Finding((*groups, "weights"), "must not be all zero", list(arrivals.groups.weights))
    yield from _variation_findings(arrivals)
    index = people_per_group(arrivals.groups, arrivals.party_size_weights)[1] if sound else 0.0
    if arrivals.variation == "index" and arrivals.dispersion_index < index - 1e-9:
        rule = said("groups alone give variance / mean {index:.2f}: days will not vary beyond that", index=index)
        yield Finding(("arrivals", "dispersion_index"), rule, arrivals.dispersion_index, warning=True)


def _variation_findings(arrivals: Arrivals) -> Iterator[Finding]:
    """A form of variation has its number; who writes the form down may keep the numbers of both beside each other."""
    here, form = ("arrivals", "day_cv"), ("arrivals", "variation")
    if arrivals.variation == "cv" and arrivals.day_cv is None:
        hint = "with 0.4 two days of three lie within 40 % of the mean"
        yield Finding(here, 'must be given: arrivals.variation is "cv"', hint=hint, needs=(form,))
    elif arrivals.variation == "index" and arrivals.day_cv is not None and "variation" not in arrivals.model_fields_set:
        rule = said('has no effect: the default of variation is "index"')
        hint = said('write variation = "cv" beside it')
        yield Finding(here, rule, arrivals.day_cv, hint, (form,), warning=True)


def port_findings(scenario: Scenario) -> Iterator[Finding]:
    """Each port has arrivals and hours for every day."""
    for port_id, port in scenario.ports.items():
        here = ("ports", port_id)
        yield from _regime_findings(scenario, port, here)
        yield from _hours_findings(scenario, port, here)


def _regime_findings(scenario: Scenario, port: Port, here: Path) -> Iterator[Finding]:
    around = (*here, "regimes")
    if not port.regimes:
        yield Finding(around, "must have at least one regime")
        return
    ordered = sorted(port.regimes.items(), key=lambda item: item[1].from_day)
    for (before, a), (name, b) in pairwise(ordered):
        if a.from_day == b.from_day:
            path = (*around, name, "from_day")
            yield Finding(
                path, said('is the first day of "{before}" too', before=before), b.from_day, needs=((*around, before),)
            )
    first = ordered[0][1].from_day
    if first > scenario.first_day:
        rule = said(
            "no regime covers {first_day} to {first}", first_day=scenario.first_day, first=first - dt.timedelta(days=1)
        )
        yield Finding(
            around, said("{rule}: the first must begin on first_day or before", rule=rule), needs=DAYS_OF_CASE
        )
    yield from _total_findings(port, here)
    for index, (name, regime) in enumerate(ordered):
        after = ordered[index + 1][1].from_day if index + 1 < len(ordered) else dt.date.max
        days = _days(max(regime.from_day, scenario.first_day), min(after, _next(scenario.last_day)))
        yield from _days_findings(regime, days, (*around, name))


def _total_findings(port: Port, here: Path) -> Iterator[Finding]:
    totals = {name: regime for name, regime in port.regimes.items() if isinstance(regime, TotalRegime)}
    around = (*here, "regimes")
    if totals and port.people is None:
        rule = said('must be given: regime "{totals}" is a part of it (kind total)', totals=min(totals))
        yield Finding((*here, "people"), rule, needs=(around,))
    if totals and not any(regime.weight for regime in totals.values()):
        yield Finding(around, "weights of the regimes of kind total must not sum to 0")
    if port.people is not None and not totals:
        rule = said("has no effect: no regime is of kind total")
        yield Finding((*here, "people"), rule, port.people, needs=(around,), warning=True)


def _days_findings(regime: Regime, days: list[dt.date], here: Path) -> Iterator[Finding]:
    if not days:
        rule = "has no day between first_day and last_day: its people do not come"
        yield Finding(here, rule, needs=DAYS_OF_CASE, warning=True)
        return
    needs = (*DAYS_OF_CASE, here[:-1])
    if isinstance(regime, DailyRegime):
        missing = [day for day in days if day not in regime.values]
        if not regime.values:
            yield Finding(here, "needs a file (or values) with the people of each day")
        elif missing:
            listed = ", ".join(map(str, missing[:3])) + (" …" if len(missing) > 3 else "")
            rule = said(
                "has no number for {n} of its {n_2} days: {listed}", n=len(missing), n_2=len(days), listed=listed
            )
            yield Finding((*here, "values"), rule, needs=needs)
    elif isinstance(regime, TotalRegime) and regime.profile.kind == "series":
        profile = (*here, "profile")
        if not regime.profile.values:
            yield Finding(profile, "needs a file (or values) with a number for each day")
        elif not any(regime.profile.values.get(day, 0) for day in days):
            rule = said("is zero on all days of the regime ({days} to {days_2})", days=days[0], days_2=days[-1])
            yield Finding((*profile, "values"), rule, needs=needs)
    elif isinstance(regime, RateRegime):
        yield from _rate_findings(regime, here)


def _rate_findings(regime: RateRegime, here: Path) -> Iterator[Finding]:
    end = regime.people_per_day_end
    for name, value in (("people_per_day", regime.people_per_day), ("people_per_day_end", end)):
        if regime.between == "exponential" and end is not None and value == 0:
            yield Finding((*here, name), "must be more than 0 for an exponential way between the two", value)


def _days(start: dt.date, end: dt.date) -> list[dt.date]:
    """Days from `start` to the day before `end`; none when the window is beyond all bounds."""
    length = (end - start).days
    return [start + dt.timedelta(days=n) for n in range(length)] if 0 < length <= LONGEST_WINDOW + 1 else []


def _next(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=1) if day < dt.date.max else day


def _hours_findings(scenario: Scenario, port: Port, here: Path) -> Iterator[Finding]:
    around = (*here, "hours")
    if not port.hours:
        yield Finding(around, "must have opening hours")
        return
    from_days: dict[dt.date | None, str] = {}
    for name, hours in port.hours.items():
        if hours.from_day in from_days:
            path = (*around, name, "from_day") if hours.from_day else (*around, name)
            yield Finding(
                path,
                said('begins on the same day as "{from_days}"', from_days=from_days[hours.from_day]),
                hours.from_day,
            )
        from_days.setdefault(hours.from_day, name)
        if hours.opens == 1440:
            yield Finding((*around, name, "opens"), "must be before 24:00", "24:00", 'write "00:00" of the next day')
        if not any(port.hour_weights[hour] for hour in open_hours(hours)):
            rule = said('must not be zero in all hours in which the port is open (hours "{name}")', name=name)
            yield Finding((*here, "hour_weights"), rule, needs=((*around, name),))
    if None not in from_days and min(day for day in from_days if day) > scenario.first_day:
        yield Finding(
            around,
            said("must say the hours of first_day ({first_day})", first_day=scenario.first_day),
            needs=(("first_day",),),
        )


def open_hours(hours: OpeningHours) -> set[int]:
    """Hours of the clock (0 to 23) in which a port with these hours is open for any time."""
    closes = hours.closes if hours.closes > hours.opens else hours.closes + 1440
    return {hour % 24 for hour in range(hours.opens // 60, -(-closes // 60))}


# how many people


def size_findings(scenario: Scenario) -> Iterator[Finding]:
    """Limits of ports, places and people."""
    if len(scenario.ports) > MOST_PORTS:
        yield Finding(
            ("ports",),
            said("has {n} ports: at most {most_ports} are possible", n=len(scenario.ports), most_ports=MOST_PORTS),
        )
    yield from _places(scenario)
    total = 0.0
    for name in scenario.ports:
        people, day, path = _most_people(scenario, name)
        total += people
        if day > MOST_A_DAY:
            rule = said(
                "leads to {day} people a day at port {name}: at most {most_a_day:,} are possible",
                day=_count(day),
                name=name,
                most_a_day=MOST_A_DAY,
            )
            yield Finding(path, rule, hint=_WAY_OUT, needs=(("arrivals",), ("ports",), ("disruptions",)))
            return
    if total > MOST_PEOPLE:
        path = ("arrivals", "factor") if scenario.arrivals.factor > 1 else ("ports",)
        rule = said(
            "leads to {total} people in a replication: at most {most_people:,} are possible",
            total=_count(total),
            most_people=MOST_PEOPLE,
        )
        yield Finding(path, rule, hint=_WAY_OUT, needs=(("arrivals",), ("ports",), ("disruptions",), ("first_day",)))


def _places(scenario: Scenario) -> Iterator[Finding]:
    sites = scenario.sites
    candidates = sites.candidates.values() if sites else ()
    teams = sum(1 for site in candidates if site.team or (sites and sites.team))
    pools = len({port.pool for port in scenario.ports.values() if port.pool})
    places = len(scenario.ports) + len(candidates) + teams + pools
    if places > MOST_PLACES:
        parts = said(
            "{ports} ports, {sites} sites, {pools} pools and site teams",
            ports=len(scenario.ports),
            sites=len(candidates),
            pools=pools + teams,
        )
        rule = said(
            "makes {places:,} places ({parts}): at most {most_places:,} are possible",
            places=places,
            parts=parts,
            most_places=MOST_PLACES,
        )
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
                busiest, path = day * factor, _path_of_people(name, key, port.regimes[key])
    for event in scenario.disruptions:
        if event.kind == "arrivals_added" and event.place in (name, "all"):
            since, until = event.span(scenario.first_day)
            lasts = ((until or scenario.n_days * DAY) - since) / DAY
            days = 1.0 if event.timed else lasts  # with times: so many in all
            added = float(event.value) if isinstance(event.value, int | float) else 0.0
            busiest, total = busiest + added, total + added * min(max(days, 0), scenario.n_days)
    return total, busiest, ("arrivals", "factor") if scenario.arrivals.factor > 1 else path


def _path_of_people(name: str, key: str, regime: Regime) -> Path:
    """The value that says how many people come."""
    here = ("ports", name, "regimes", key)
    if isinstance(regime, TotalRegime):
        return ("ports", name, "people")
    return here if isinstance(regime, DailyRegime | TimetableRegime) else (*here, "people_per_day")


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
        case TimetableRegime():
            by_day: Counter[dt.date] = Counter()
            for row in regime.rows:
                by_day[row.time.date()] += row.people if first <= row.time.date() <= last else 0
            return float(by_day.total()), float(max(by_day.values(), default=0))


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
