"""Values that are possible and yet look as if they stood in another unit: hours for days, seconds for minutes, per
cents for shares and factors. They are told as warnings, with the value that was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.faults import Finding, Path, percent
from sim.scenario.tables.schema import Scenario, Sites
from sim.words.rules import RULES

SMALLER = {
    "days": (("hours", 24.0), ("minutes", 1440.0)),
    "hours": (("minutes", 60.0), ("seconds", 3600.0)),
    "minutes": (("seconds", 60.0),),
}
"""By unit: smaller ones, and how many of them make one."""

MOST_FACTOR = 20.0
"""A factor above this is taken for per cents."""
_FACTORS = ("arrivals.factor", "pools.*.headcount_factor", "sites.rooms_factor")
_MANY = 3
"""So many values of one kind are named one by one; of more, the first, with a star for its id."""


@dataclass(frozen=True)
class Usual:
    """What is usual for values at a path (* for every key): far wider than the ranges of assumed values, so that what
    lies above is more likely a slip than a plan.
    """

    pattern: str
    unit: str
    least: float
    """Smallest value that a hint may offer."""
    most: float
    """Largest value that has no warning."""


USUAL = (
    Usual("stay.days", "days", 3, 60),
    Usual("follow_up.days", "days", 1, 90),
    Usual("brigade.days", "days", 1, 120),
    Usual("health.infected_within_days", "days", 1, 60),
    Usual("health.infectious_days_before_onset", "days", 0.5, 30),
    Usual("health.infectious_days_after_onset", "days", 1, 60),
    Usual("rooms.airing_hours", "hours", 4, 168),
    Usual("sites.lead_hours", "hours", 1, 240),
    Usual("sites.cohort_hours", "hours", 6, 720),
    Usual("laboratory.turnaround_hours", "hours", 1, 168),
    Usual("brigade.lead_hours", "hours", 1, 240),
    Usual("brigade.trigger_hours", "hours", 0.5, 168),
    Usual("registration.minutes.mean", "minutes", 1, 120),
    Usual("check_in.minutes.mean", "minutes", 1, 120),
    Usual("release.minutes.minutes.mean", "minutes", 1, 120),
    Usual("coaches.hold_minutes", "minutes", 5, 480),
    Usual("coaches.head_count_minutes", "minutes", 0.05, 5),
    Usual("coaches.disinfection_minutes", "minutes", 5, 480),
    Usual("sites.*.ride_minutes.*", "minutes", 2, 480),
    Usual("rooms.cleaning_minutes", "minutes", 5, 480),
    Usual("visits.*.room_minutes", "minutes", 0.5, 60),
    Usual("visits.*.person_minutes", "minutes", 0.5, 60),
    Usual("swabs.person_minutes", "minutes", 0.5, 60),
    Usual("hospital.ambulance_minutes", "minutes", 5, 480),
    Usual("follow_up.contact_minutes", "minutes", 0.5, 120),
    Usual("limits.handover_to_coach_minutes", "minutes", 10, 1440),
    Usual("limits.staff_wait_minutes", "minutes", 1, 480),
)


def unit_findings(scenario: Scenario) -> Iterator[Finding]:
    """Warnings for values far above what is usual, and for per cents."""
    for usual in USUAL:
        found = [(path, value) for path, value in _values(scenario, usual.pattern) if _meant(usual, value)]
        rule, several = RULES["unit"].format(unit=usual.unit), len(found) > _MANY
        if several:
            found = [(tuple(usual.pattern.split(".")), found[0][1])]
            rule += RULES["unit.several"]
        for path, value in found:
            yield Finding(path, rule, _plain(value), _meant(usual, value), warning=True)
    yield from _factors(scenario)
    yield from _targets(scenario)


def _factors(scenario: Scenario) -> Iterator[Finding]:
    found = [pair for pattern in _FACTORS for pair in _values(scenario, pattern)]
    for number, event in enumerate(scenario.disruptions, start=1):
        if event.kind == "arrivals_factor" and isinstance(event.value, float):
            found.append((("disruptions", str(number), "value"), event.value))
    for path, value in found:
        if value > MOST_FACTOR:
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


def _meant(usual: Usual, value: float) -> str:
    """What a smaller unit would make of a value that is not usual, when that is usual; else nothing: a hold of 100,000
    minutes means never.
    """
    if value <= usual.most:
        return ""
    for smaller, factor in SMALLER[usual.unit]:
        meant = value / factor
        if usual.least <= meant <= usual.most:
            words = {"meant": f"{meant:.4g}", "value": f"{value:g}", "smaller": smaller, "unit": usual.unit}
            return RULES["unit.hint"].format(**words)
    return ""


def _plain(value: float) -> float | int:
    """As users write it: 336 and not 336.0."""
    return int(value) if value.is_integer() else value


def _values(scenario: Scenario, pattern: str) -> Iterator[tuple[Path, float]]:
    """Paths and values that a pattern stands for; none where a table or value is left out."""
    at: list[tuple[Path, Any]] = [((), scenario)]
    for key in pattern.split("."):
        at = [(path, value) for before, table in at for path, value in _step(before, table, key)]
    yield from ((path, value) for path, value in at if value is not None)


def _step(path: Path, table: Any, key: str) -> Iterator[tuple[Path, Any]]:
    if table is None:
        return
    if key == "*":
        entries = table.candidates if isinstance(table, Sites) else table
        yield from (((*path, name), entry) for name, entry in entries.items())
    else:
        yield (*path, key), getattr(table, key)


__all__ = ["unit_findings"]
