"""Rules for what is asked of a scenario: measures that answer its question, and ranges of its assumed values."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.scenario.faults import Path, nearest
from sim.scenario.rules.findings import Finding
from sim.scenario.rules.sites import known_places
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import leaf_paths


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


__all__ = ["headline_findings", "paths_of", "range_findings", "ranges_without_effect", "split_headline"]
