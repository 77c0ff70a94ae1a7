"""Event log -> measures and time series: each defined once, computed with numpy from the log and nothing else.

A family of measures is a function of a `Scope` (the log read by kind and party) in a module of its own; `registry` says
what each measure is. Nothing here knows about several replications: `statistics` does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.flow.log import EventLog
from sim.measures.bottleneck import waiting_hours
from sim.measures.coaches import coaches
from sim.measures.cost import cost
from sim.measures.persons import people, queues
from sim.measures.registry import REGISTRY, MeasureDefinition
from sim.measures.rooms import occupancy, sites
from sim.measures.scope import ALL, Results, Scope, scope
from sim.measures.series import Series, all_series
from sim.measures.series_more import Profile, more_series, profiles
from sim.measures.staff import on_duty, work
from sim.measures.waits import waits, within_limit
from sim.scenario.schema import Scenario

__all__ = ["REGISTRY", "MeasureDefinition", "MeasureValue", "Measures", "Profile", "Series", "measure"]


class MeasureValue(NamedTuple):
    """One measure at one place in one replication; nan when there is nothing to measure."""

    measure: str
    place: str
    unit: str
    value: float


@dataclass(frozen=True)
class Measures:
    """What one history amounts to."""

    values: tuple[MeasureValue, ...]
    """In the order of the registry; place `all` first, then places in alphabetical order."""
    series: tuple[Series, ...]
    """Empty when measures were asked for by name."""
    profiles: tuple[Profile, ...] = ()
    """Likewise."""


_FAMILIES: tuple[Callable[[Scope], Results], ...] = (
    people,
    queues,
    waits,
    within_limit,
    waiting_hours,
    occupancy,
    sites,
    on_duty,
    work,
    coaches,
    cost,
)


def measure(log: EventLog, scenario: Scenario, *, names: Sequence[str] | None = None) -> Measures:
    """All measures and series of a history, or the measures with these ids.

    Raises ValueError for an id that is unknown (with the nearest one) or not available yet.
    """
    _check(names or ())
    view = scope(log, scenario)
    found = [
        MeasureValue(result.measure, result.place, REGISTRY[result.measure].unit, result.value)
        for family in _FAMILIES
        for result in family(view)
        if names is None or result.measure in names
    ]
    rank = {name: i for i, name in enumerate(REGISTRY)}
    found.sort(key=lambda row: (rank[row.measure], row.place != ALL, row.place))
    if names is not None:
        return Measures(tuple(found), ())
    return Measures(tuple(found), (*all_series(view), *more_series(view)), tuple(profiles(view)))


def _check(names: Sequence[str]) -> None:
    for name in names:
        if name not in REGISTRY:
            near = difflib.get_close_matches(name, REGISTRY, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise ValueError(f"{name}: no such measure{hint}")
        if not REGISTRY[name].built:
            raise ValueError(f"{name}: not available yet")
