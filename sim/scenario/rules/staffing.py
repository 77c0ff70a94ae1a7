"""Rules for `[staffing]`: what it frees, its phases, its targets."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Finding, nearest
from sim.scenario.free_numbers import COACHES, FreeNumber, free_number_of
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staffing import Staffing
from sim.words.language import said


def staffing_findings(scenario: Scenario) -> Iterator[Finding]:
    """What is free exists and has bounds in order, phases begin inside the window, targets are there."""
    table = scenario.staffing
    if table is None:
        return
    for name in table.targets:
        if name not in scenario.targets:
            hint = nearest(name, scenario.targets)
            yield Finding(("staffing", "targets"), "no such target", name, hint, (("targets", name),))
    if table.minimise == "cost" and (scenario.costs is None or scenario.costs.staff_day <= 0):
        rule = "needs costs.staff_day"
        yield Finding(("staffing", "minimise"), rule, table.minimise, needs=(("costs",),))
    yield from _phase_findings(scenario, table)
    yield from _free_findings(scenario, table)


def _phase_findings(scenario: Scenario, table: Staffing) -> Iterator[Finding]:
    days = sorted((day, name) for name, day in table.phases.items())
    here = ("staffing", "phases")
    for (day, name), (before, other) in zip(days[1:], days, strict=False):
        if day == before:
            yield Finding((*here, name), said('begins on the same day as phase "{other}"', other=other), day)
    if days and days[0][0] > scenario.first_day:
        rule = said("the first phase must begin by first_day ({first_day})", first_day=scenario.first_day)
        yield Finding((*here, days[0][1]), rule, days[0][0], needs=DAYS_OF_CASE)


def _free_findings(scenario: Scenario, table: Staffing) -> Iterator[Finding]:
    seen: dict[FreeNumber, str] = {}
    for text, (low, high) in table.free.items():
        here = ("staffing", "free", text)
        found = free_number_of(scenario, text)
        if isinstance(found, tuple):
            rule, hint = found
            needs = (("pools",), ("ports",), ("roster",), ("sites",), ("coaches",), ("staffing", "phases"))
            yield Finding(here, rule, hint=hint, needs=needs)
            continue
        if found in seen:
            yield Finding(here, said('means the same as "{other}"', other=seen[found]))
        seen[found] = text
        if low > high:
            yield Finding(here, said("the least must not be more than the most"), [low, high])
        if found.kind == COACHES and low < 1:
            yield Finding(here, said("must be at least 1, because there is a [coaches] table"), [low, high])
