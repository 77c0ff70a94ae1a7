"""Rules for what is asked of a scenario: targets, headlines that answer its question, ranges of assumed values."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sim.scenario.faults import Finding, Path, nearest
from sim.scenario.places import worst_shift_of
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import leaf_paths


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
