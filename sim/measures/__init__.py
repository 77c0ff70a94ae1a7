"""Event log -> measures and time series: each defined once, computed with numpy from the log and nothing else.

A family of measures is a function of a `Scope` (the log read by kind and party) in a module of its own; `registry` says
what each measure is. Nothing here knows about several replications: `statistics` does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.flow.log import EventLog, Kind
from sim.measures.registry import REGISTRY
from sim.measures.rooms import Calendar, calendar, rooms_needed_by_day
from sim.measures.scope import ALL, Measure, Results, Scope
from sim.measures.series import Profile, Series, all_series, profiles, staff_hours
from sim.scenario.tables.schema import Scenario

__all__ = [
    "REGISTRY", "Calendar", "Measure", "MeasureValue", "Measures", "Profile", "Series", "in_order", "measure",
    "rooms_needed_by_day",
]  # fmt: skip


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
    """Empty when measures were asked for by name, or without series."""
    profiles: tuple[Profile, ...] = ()
    """Likewise."""
    calendar: Calendar | None = None
    """Likewise None; and for a scenario without sites."""
    sites_used_up: bool = False
    """Whether the reserve asked for another site when the list had none left."""

    def __reduce__(self) -> tuple[Any, ...]:
        """On the way from a worker: values by column, in a third of the time that one by one would take."""
        columns = tuple(zip(*self.values, strict=True))
        return _from_columns, (columns, self.series, self.profiles, self.calendar, self.sites_used_up)


def _from_columns(columns: tuple[tuple[Any, ...], ...], *others: Any) -> Measures:
    return Measures(tuple(map(MeasureValue._make, zip(*columns, strict=True))), *others)


def measure(
    log: EventLog,
    scenario: Scenario,
    *,
    names: Sequence[str] | None = None,
    series: bool = True,
    places: Iterable[str] = (),
) -> Measures:
    """All measures of a history, or those with these ids; time series too, unless ids are given or `series` is false.

    Measures of a second flow (rooms_needed, staff_needed_*) come only when named: they are read from the log at hand,
    which should be one of `simulate(..., unlimited=...)`, and for `places` alone where these are given. Raises
    ValueError for an unknown id, with the nearest one.
    """
    _check(names or ())
    view = Scope(log, scenario, frozenset(places))
    found = [
        MeasureValue(name, place, REGISTRY[name].unit, value)
        for family in _families(names)
        for name, place, value in family(view)
        if names is None or name in names
    ]
    used_up = bool(len(view.history.of(Kind.SITES_EXHAUSTED)))
    if not series or names is not None:
        return Measures(in_order(found), (), sites_used_up=used_up)
    staff = staff_hours(view)
    by_time, by_other = tuple(all_series(view, staff)), tuple(profiles(view, staff))
    return Measures(in_order(found), by_time, by_other, calendar(view), used_up)


def in_order(values: Iterable[MeasureValue]) -> tuple[MeasureValue, ...]:
    """Values in the order of the registry; place `all` first, then places in alphabetical order."""
    rank = {name: i for i, name in enumerate(REGISTRY)}
    return tuple(sorted(values, key=lambda row: (rank[row[0]], row[1] != ALL, row[1])))  # measure, then place


def _families(names: Sequence[str] | None) -> list[Callable[[Scope], Results]]:
    """Functions that give one of the names, each once; without names all but those of a second flow."""
    rows = REGISTRY.values()
    wanted = [row for row in rows if (not row.second_flow if names is None else row.id in names)]
    return list(dict.fromkeys(row.given_by for row in wanted))


def _check(names: Sequence[str]) -> None:
    for name in names:
        if name not in REGISTRY:
            near = difflib.get_close_matches(name, REGISTRY, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise ValueError(f"{name}: no such measure{hint}")
