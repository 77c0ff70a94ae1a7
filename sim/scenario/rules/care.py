"""Rules for visits, swabs, laboratory, health, hospital and follow-up."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.scenario.faults import Finding, nearest
from sim.scenario.tables.schema import Scenario
from sim.words.language import said

MOST_KINDS = 99
"""Kinds of visit: the log numbers a round by its second and two digits of its kind, of which 99 stands for swabs."""


def care_findings(scenario: Scenario) -> Iterator[Finding]:
    """Each table of care has what it needs: sites, visits, swabs, a sensitivity table."""
    yield from _site_tables(scenario)
    yield from _visit_findings(scenario)
    yield from _swab_findings(scenario)
    yield from _screening_findings(scenario)
    yield from _health_findings(scenario)


def _site_tables(scenario: Scenario) -> Iterator[Finding]:
    if scenario.sites is not None:
        return
    given = {"visits": scenario.visits, "swabs": scenario.swabs, "follow_up": scenario.follow_up}
    for name, table in given.items():
        if table:
            yield Finding((name,), "must not be given: there are no sites", needs=(("sites",),))


def _visit_findings(scenario: Scenario) -> Iterator[Finding]:
    if len(scenario.visits) > MOST_KINDS:
        yield Finding(
            ("visits",),
            said("must have at most {most_kinds} kinds, not {n}", most_kinds=MOST_KINDS, n=len(scenario.visits)),
        )
    for name, kind in scenario.visits.items():
        if 1440 in kind.times:
            yield Finding(("visits", name, "times"), "must be before 24:00", "24:00", 'write "00:00"')
        if not kind.room_minutes and not kind.person_minutes:
            rule = "takes no time: room_minutes and person_minutes are 0; a visit of a second is made"
            yield Finding(("visits", name), rule, warning=True)


def _swab_findings(scenario: Scenario) -> Iterator[Finding]:
    swabs, laboratory, here = scenario.swabs, ("laboratory",), ("swabs", "days")
    if swabs is None:
        if scenario.laboratory is not None:
            yield Finding(laboratory, "has no effect: there is no [swabs] table", needs=(("swabs",),), warning=True)
        return
    if not scenario.visits and scenario.sites is not None:
        rule = "needs [visits]: swabs are taken at the first round of a day"
        yield Finding(("swabs",), rule, hint="add [visits.health_checks] with times", needs=(("visits",),))
    if scenario.laboratory is None:
        rule = "no result ever comes: there is no [laboratory] table"
        yield Finding(("swabs",), rule, needs=(laboratory,), warning=True)
    if len(set(swabs.days)) < len(swabs.days):
        yield Finding(here, "must differ from each other", list(swabs.days))
    if not swabs.days:
        yield Finding(here, "is empty: nobody is tested", [], warning=True)
    if scenario.stay is None:
        return
    longest = math.ceil(scenario.stay.longest_days)
    beyond = [day for day in swabs.days if day > longest]
    if beyond:
        listed = ", ".join(map(str, beyond))
        rule = said(
            "a stay of {days:g} days has no day {listed}: no swab is taken then",
            days=scenario.stay.longest_days,
            listed=listed,
        )
        yield Finding(here, rule, list(swabs.days), needs=(("stay", "days"),), warning=True)


def _screening_findings(scenario: Scenario) -> Iterator[Finding]:
    screening, health, here = scenario.screening, scenario.health, ("screening",)
    if screening is None:
        return
    for name in screening.ports or ():
        if name not in scenario.ports:
            yield Finding((*here, "ports"), "no such port", name, nearest(name, scenario.ports), (("ports", name),))
    if health is None:
        rule = "has no effect: there is no [health] table, so nobody is infected"
        yield Finding(here, rule, needs=(("health",),), warning=True)
    tests = screening.test_turnaround_hours is not None
    if screening.ports == () or not (tests or screening.symptoms_seen_share):
        rule = "finds nobody: it needs symptoms_seen_share above 0 or test_turnaround_hours, at a port"
        yield Finding(here, rule, hint="leave [screening] out, or give one of them", warning=True)
    if health is not None and tests and not health.pcr_sensitivity.days:
        yield Finding(
            ("health", "pcr_sensitivity"), "must be given, because there is a test on arrival",
            hint='name a file: pcr_sensitivity = { file = "kucirka2020_fnr_by_day.csv", … }', needs=(here,),
        )  # fmt: skip


def _health_findings(scenario: Scenario) -> Iterator[Finding]:
    health = scenario.health
    if health is None:
        if scenario.hospital is not None:
            rule = "has no effect: there is no [health] table, so nobody is detected"
            yield Finding(("hospital",), rule, needs=(("health",),), warning=True)
        return
    if scenario.swabs is not None and not health.pcr_sensitivity.days:
        yield Finding(
            ("health", "pcr_sensitivity"), "must be given, because there are swabs",
            hint='name a file: pcr_sensitivity = { file = "kucirka2020_fnr_by_day.csv", … }', needs=(("swabs",),),
        )  # fmt: skip
    if scenario.sites is None or any(kind.finds_symptoms for kind in scenario.visits.values()):
        return
    tested = scenario.swabs is not None and scenario.laboratory is not None
    found = said("only tests find the infected") if tested else said("the infected are never found")
    if scenario.screening is not None:
        found = said("only tests and the screening at the port find the infected")
    rule = said("no kind of visit finds symptoms: {found}", found=found)
    yield Finding(("health",), rule, hint="set finds_symptoms = true", needs=(("visits",), ("swabs",)), warning=True)


__all__ = ["care_findings"]
