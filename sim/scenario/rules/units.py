"""Values that are possible and yet look as if they stood in another unit: hours for days, seconds for minutes, per
cents for shares and factors. They are told as warnings, with the value that was probably meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario.faults import Finding, Path, percent
from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.shape import usual_values
from sim.scenario.tables.types import Usual
from sim.words.rules import RULES

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
