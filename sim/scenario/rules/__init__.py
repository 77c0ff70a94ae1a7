"""All rules that tie tables together, all faults at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.scenario.faults import Finding
from sim.scenario.rules.arrivals import group_findings, port_findings, size_findings, window_findings
from sim.scenario.rules.care import care_findings
from sim.scenario.rules.disruptions import disruption_findings
from sim.scenario.rules.questions import headline_findings, range_findings, ranges_without_effect, target_findings
from sim.scenario.rules.sites import initial_findings, release_findings, site_findings
from sim.scenario.rules.staff import brigade_findings, coach_findings, pool_findings, roster_findings
from sim.scenario.rules.staffing import staffing_findings
from sim.scenario.rules.timetables import timetable_findings
from sim.scenario.rules.units import unit_findings
from sim.scenario.tables.schema import Scenario


def check(
    scenario: Scenario, *, known_measures: Collection[str] | None = None, faults_only: bool = False
) -> Iterator[Finding]:
    """Everything that is wrong, or worth a warning, between the tables of a scenario that keeps the schema.

    `known_measures`: ids of measures that targets may name; None: not tested. `faults_only`: the slowest rules that
    only warn are left out; other warnings may still be told.
    """
    yield from window_findings(scenario)
    yield from group_findings(scenario.arrivals)
    yield from port_findings(scenario)
    yield from timetable_findings(scenario)
    yield from size_findings(scenario)
    yield from pool_findings(scenario)
    yield from roster_findings(scenario)
    yield from coach_findings(scenario)
    yield from site_findings(scenario)
    yield from release_findings(scenario)
    yield from care_findings(scenario)
    yield from brigade_findings(scenario)
    yield from disruption_findings(scenario)
    yield from initial_findings(scenario)
    if not faults_only:
        yield from unit_findings(scenario)
    yield from target_findings(scenario, known_measures)
    yield from staffing_findings(scenario)
    yield from headline_findings(scenario, known_measures)
    yield from range_findings(scenario)
    if not faults_only:
        yield from ranges_without_effect(scenario)


__all__ = ["check"]
