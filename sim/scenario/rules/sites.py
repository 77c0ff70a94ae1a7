"""Rules for sites: the list, the ways there, opening and closing; and for stay, release and targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from sim.scenario.faults import nearest
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.rules.findings import Finding
from sim.scenario.tables.schema import Scenario, Sites
from sim.words.rules import RULES

MANY = 3
"""So many sites with the same fault are named one by one; more are counted."""


def site_findings(scenario: Scenario) -> Iterator[Finding]:
    """People who are diverted find a site that can open, with a way to it and a planned stay."""
    sites, here = scenario.sites, ("sites",)
    placing = [port_id for port_id, port in scenario.ports.items() if port.not_diverted_share < 1]
    if sites is None:
        if placing:
            rule = f'must be given: port "{placing[0]}" places people (its not_diverted_share is less than 1)'
            yield Finding(here, rule, needs=(("ports", placing[0]),))
        return
    if not sites.candidates:
        yield Finding(here, "has no candidate: give a list, or tables [sites.<id>]")
    if scenario.stay is None:
        yield Finding(("stay",), "must be given, because there are sites", hint="add [stay] with days = 14")
    yield from _number_findings(sites)
    yield from _ride_findings(scenario, sites, placing)
    yield from _opening_findings(scenario, sites)
    yield from _closing_findings(sites)
    if sites.allocation == "assigned":
        yield from _assigned_findings(scenario, sites)


def _number_findings(sites: Sites) -> Iterator[Finding]:
    seen: dict[int, str] = {}
    for site_id, site in sites.candidates.items():
        if site.number in seen:
            path = ("sites", site_id, "number")
            other = ("sites", seen[site.number], "number")
            yield Finding(path, f'is the number of "{seen[site.number]}" too', site.number, needs=(other,))
        seen.setdefault(site.number, site_id)
    position = sites.first_street_position
    place = ("sites", "first_street_position")
    if position is None or not sites.candidates:
        return
    if position > len(sites.candidates):
        rule = f"must be at most {len(sites.candidates)}, the number of sites"
        yield Finding(place, rule, position, needs=(("sites",),))
    elif all(site.level != "street" for site in sites.candidates.values()):
        yield Finding(place, "has no effect: no site is of level street", position, needs=(("sites",),), warning=True)


def _ride_findings(scenario: Scenario, sites: Sites, placing: list[str]) -> Iterator[Finding]:
    lacking: dict[str, list[str]] = defaultdict(list)
    for site_id, site in sites.candidates.items():
        here = ("sites", site_id, "ride_minutes")
        for port_id in site.ride_minutes:
            if port_id not in scenario.ports:
                hint = nearest(port_id, scenario.ports)
                yield Finding((*here, port_id), "no such port", None, hint, needs=(("ports", port_id),))
        for port_id in placing:
            if port_id not in site.ride_minutes:
                lacking[port_id].append(site_id)
    for port_id, site_ids in lacking.items():
        named = site_ids if len(site_ids) <= MANY else ["*"]
        count = "" if len(site_ids) <= MANY else f" ({len(site_ids)} sites)"
        for site_id in named:
            path = ("sites", site_id, "ride_minutes", port_id)
            needs = tuple(("sites", each, "ride_minutes") for each in site_ids)
            yield Finding(path, f"must be given{count}", needs=(("ports", port_id), *needs))


def _opening_findings(scenario: Scenario, sites: Sites) -> Iterator[Finding]:
    on_demand = [site_id for site_id, site in sites.candidates.items() if site.opens == "demand"]
    opening = 0
    for site_id, site in sites.candidates.items():
        path = ("sites", site_id, "opens")
        if site.opens == "demand":
            continue
        if site.opens > scenario.last_day:
            rule = "is after last_day: this site never opens"
            yield Finding(path, rule, site.opens, needs=DAYS_OF_CASE, warning=True)
            continue
        opening += 1
        if site.opens < scenario.first_day:
            rule = "is before first_day: this site is open, and empty, from first_day on"
            yield Finding(path, rule, site.opens, needs=DAYS_OF_CASE, warning=True)
        elif site.opens == scenario.last_day and scenario.n_days > 1:
            yield Finding(path, RULES["opens_last"], site.opens, needs=DAYS_OF_CASE, warning=True)
    if sites.reserve_rooms is not None and on_demand and sites.lead_hours >= 24 * scenario.n_days:
        rule = RULES["lead_too_long"].format(hours=f"{sites.lead_hours:g}", n=scenario.n_days)
        yield Finding(("sites", "lead_hours"), rule, needs=DAYS_OF_CASE, warning=True)
    if sites.reserve_rooms is not None or not sites.candidates:
        return
    reserve = ("sites", "reserve_rooms")
    if not opening:
        rule = "no site can open: none has a date on which it opens, and reserve_rooms is left out"
        yield Finding(("sites",), rule, needs=(reserve, *DAYS_OF_CASE))
    elif on_demand:
        rule = f"is left out: the {len(on_demand)} sites that open on demand never open"
        yield Finding(reserve, rule, warning=True)


def _closing_findings(sites: Sites) -> Iterator[Finding]:
    if sites.closing != "never" and sites.reserve_rooms is None:
        yield Finding(
            ("sites", "closing"), "needs reserve_rooms, the free rooms that must remain", sites.closing,
            needs=(("sites", "reserve_rooms"),),
        )  # fmt: skip
    if sites.review_time == 1440:
        yield Finding(("sites", "review_time"), "must be before 24:00", "24:00", 'write "00:00"')


def _assigned_findings(scenario: Scenario, sites: Sites) -> Iterator[Finding]:
    """Parties are sent only to sites with a date, and stay with the site that they were sent to."""
    here, rules = ("sites", "allocation"), ("sites",)
    dated = [site for site in sites.candidates.values() if site.opens != "demand" and site.opens <= scenario.last_day]
    if sites.candidates and not any(site.weight for site in dated):
        rule = "needs a site with a date in opens and a weight above 0: parties are assigned to these alone"
        yield Finding(here, rule, sites.allocation, needs=(rules, *DAYS_OF_CASE))
    if sites.reserve_rooms is not None:
        rule = "opens sites that get nobody: parties are assigned to sites with a date alone"
        yield Finding((*rules, "reserve_rooms"), rule, sites.reserve_rooms, needs=(here,), warning=True)
    if sites.closing != "never":
        rule = "stops sites for good: parties assigned to a stopped site wait until it is taken up again, or in vain"
        yield Finding((*rules, "closing"), rule, sites.closing, needs=(here,), warning=True)


def release_findings(scenario: Scenario) -> Iterator[Finding]:
    """Release hours begin within a day."""
    if scenario.release.opens == 1440:
        yield Finding(("release", "opens"), "must be before 24:00", "24:00", 'write "00:00" of the next day')


def target_findings(scenario: Scenario, known_measures: Collection[str] | None) -> Iterator[Finding]:
    """Targets name measures (when the known ones are handed over) and places that exist."""
    places = known_places(scenario)
    for name, target in scenario.targets.items():
        here = ("targets", name)
        if known_measures is not None and target.measure not in known_measures:
            hint = nearest(target.measure, known_measures)
            yield Finding((*here, "measure"), "no such measure", target.measure, hint)
        if target.place not in places:
            needs = (*((table, target.place) for table in ("ports", "pools", "sites")), ("sites", "?"))
            yield Finding((*here, "place"), "no such place", target.place, nearest(target.place, places), needs)


def known_places(scenario: Scenario) -> set[str]:
    """Places that a measure can have."""
    places = {"all", "first_street_site", *scenario.ports, *scenario.pools}
    if scenario.sites is not None:
        places |= {f"{site_id}.team" for site_id in scenario.sites.candidates}
        places |= {*scenario.sites.candidates, *(site.street for site in scenario.sites.candidates.values())}
    return places
