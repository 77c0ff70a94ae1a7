"""All rules that tie tables together, all faults at once; a file for each subject, and here those about any table:
values that may stand in the wrong unit, headlines, targets and ranges.

Values that are possible and yet look as if they stood in another unit (hours for days, seconds for minutes, per cents
for shares and factors) are told as warnings, with the value that was probably meant.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sim.scenario.faults import Finding, Path, nearest, percent
from sim.scenario.places import worst_shift_of
from sim.scenario.rules.arrivals import group_findings, port_findings, size_findings, window_findings
from sim.scenario.rules.care import care_findings
from sim.scenario.rules.disruptions import disruption_findings
from sim.scenario.rules.sites import initial_findings, release_findings, site_findings
from sim.scenario.rules.staff import brigade_findings, coach_findings, pool_findings, roster_findings, staffing_findings
from sim.scenario.rules.timetables import timetable_findings
from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.shape import leaf_paths, usual_values
from sim.scenario.tables.types import Usual
from sim.words.scenario import RULES


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


_SMALLER = {
    "days": (("hours", 24.0), ("minutes", 1440.0)),
    "hours": (("minutes", 60.0), ("seconds", 3600.0)),
    "minutes": (("seconds", 60.0),),
}
"""By unit: smaller ones, and how many of them make one."""

_MOST_FACTOR = 20.0
"""A factor above this is taken for per cents."""
_FACTORS: tuple[Path, ...] = (("arrivals", "factor"), ("pools", "*", "headcount_factor"), ("sites", "rooms_factor"))
_MANY = 3
"""So many values of one kind are named one by one; of more, the first, with a star for its id."""


def unit_findings(scenario: Scenario) -> Iterator[Finding]:
    """Warnings for values far above what is usual, and for per cents."""
    for pattern, unit, usual in usual_values():
        found = [(path, value) for path, value in _values(scenario, pattern) if _meant(usual, unit, value)]
        rule, several = RULES["unit"].format(unit=unit), len(found) > _MANY
        if several:
            found = [(pattern, found[0][1])]
            rule += RULES["unit.several"]
        for path, value in found:
            yield Finding(path, rule, _plain(value), _meant(usual, unit, value), warning=True)
    yield from _factors(scenario)
    yield from _targets(scenario)


def _factors(scenario: Scenario) -> Iterator[Finding]:
    found = [pair for pattern in _FACTORS for pair in _values(scenario, pattern)]
    for number, event in enumerate(scenario.disruptions, start=1):
        if event.kind == "arrivals_factor" and isinstance(event.value, float):
            found.append((("disruptions", str(number), "value"), event.value))
    for path, value in found:
        if value > _MOST_FACTOR:
            rule = RULES["factor"].format(value=f"{value:g}")
            yield Finding(path, rule, _plain(value), percent(value), warning=True, kind="factor")


def _targets(scenario: Scenario) -> Iterator[Finding]:
    """Limits of measures that are shares."""
    for name, target in scenario.targets.items():
        if not (target.measure.endswith("_share") or target.measure == "utilisation"):
            continue
        for key in ("at_most", "at_least"):
            limit = getattr(target, key)
            if limit is not None and limit > 1:
                path = ("targets", name, key)
                needs = (("targets", name, "measure"),)
                yield Finding(path, RULES["target_share"], _plain(limit), percent(limit), needs, warning=True)


def _meant(usual: Usual, unit: str, value: float) -> str:
    """What a smaller unit would make of a value that is not usual, when that is usual; else nothing: a hold of 100,000
    minutes means never.
    """
    if value <= usual.most:
        return ""
    for smaller, factor in _SMALLER[unit]:
        meant = value / factor
        if usual.least <= meant <= usual.most:
            words = {"meant": f"{meant:.4g}", "value": f"{value:g}", "smaller": smaller, "unit": unit}
            return RULES["unit.hint"].format(**words)
    return ""


def _plain(value: float) -> float | int:
    """As users write it: 336 and not 336.0."""
    return int(value) if value.is_integer() else value


def _values(scenario: Scenario, pattern: Path) -> Iterator[tuple[Path, float]]:
    """Paths and values that a pattern stands for; none where a table or value is left out."""
    at: list[tuple[Path, Any]] = [((), scenario)]
    for key in pattern:
        at = [(path, value) for before, table in at for path, value in _step(before, table, key)]
    yield from ((path, value) for path, value in at if isinstance(value, int | float))


def _step(path: Path, table: Any, key: str) -> Iterator[tuple[Path, Any]]:
    if table is None:
        return
    if key == "*":
        entries = table.candidates if isinstance(table, Sites) else table
        yield from (((*path, name), entry) for name, entry in entries.items())
    elif isinstance(table, tuple):  # rows
        for number, row in enumerate(table, start=1):
            yield (*path, str(number), key), getattr(row, key, None)
    else:  # forms of a table have keys of their own
        yield (*path, key), getattr(table, key, None)


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
    places |= {worst_shift_of(port.pool) for port in scenario.ports.values() if port.pool is not None}
    if scenario.sites is not None:
        places |= {f"{site_id}.team" for site_id in scenario.sites.candidates}
        places |= {*scenario.sites.candidates, *(site.street for site in scenario.sites.candidates.values())}
    return places


def split_headline(text: str) -> tuple[str, str]:
    """Measure and place of `measure@place`; the place is `all` when none is given."""
    measure, _, place = text.partition("@")
    return measure.strip(), place.strip() or "all"


def headline_findings(scenario: Scenario, known_measures: Collection[str] | None) -> Iterator[Finding]:
    """Headlines name measures (when the known ones are handed over) and places that exist, each once."""
    places = known_places(scenario)
    here = ("headlines",)
    for text in scenario.headlines:
        measure, place = split_headline(text)
        if known_measures is not None and measure not in known_measures:
            yield Finding(here, "no such measure", text, nearest(measure, known_measures))
        if place not in places:
            needs = (*((table, place) for table in ("ports", "pools", "sites")), ("sites", "?"))
            yield Finding(here, "no such place", text, nearest(place, places), needs)
    if len(set(map(split_headline, scenario.headlines))) < len(scenario.headlines):
        yield Finding(here, "must name each measure and place once", list(scenario.headlines))


def range_findings(scenario: Scenario) -> Iterator[Finding]:
    """Ranges have two different ends."""
    for key, (low, high) in scenario.ranges.items():
        if type(low) is type(high) and low == high:
            yield Finding(("ranges", key), "must have two different ends", [low, high])


def ranges_without_effect(scenario: Scenario) -> Iterator[Finding]:
    """Ranges are about values that there are. No fault: a child, or --set, may choose another kind."""
    known = set(leaf_paths(scenario)) if scenario.ranges else set()
    for key in scenario.ranges:
        pattern = tuple(key.split("."))
        if not (pattern in known or ("*" in pattern and any(_stands_for(pattern, path) for path in known))):
            rule = "has no effect: no value has this path"
            yield Finding(("ranges", key), rule, needs=((pattern[0],),), warning=True)


def paths_of(scenario: Scenario, key: str) -> list[Path]:
    """Paths of the values that a range is about."""
    pattern = tuple(key.split("."))
    return [path for path in leaf_paths(scenario) if _stands_for(pattern, path)]


def _stands_for(pattern: Path, path: Path) -> bool:
    return len(pattern) == len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=True))
