"""Event log -> measures and time series: each defined once, computed with numpy from the log and nothing else.

A family of measures is a function of a `Scope` (the log read by kind and party) in a module of its own; `registry` says
what each measure is. Nothing here knows about several replications: `statistics` does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sim.flow.log import EventLog
from sim.measures.bottleneck import MEASURE_OF, waiting_hours
from sim.measures.calendar import Calendar, calendar, rooms_needed_by_day
from sim.measures.coaches import coaches
from sim.measures.cost import cost
from sim.measures.health import beds, follow_up, infections
from sim.measures.needed import staff_needed
from sim.measures.persons import people, queues
from sim.measures.registry import REGISTRY, MeasureDefinition
from sim.measures.rooms import blocked, needed, occupancy, sites
from sim.measures.scope import ALL, Results, Scope
from sim.measures.series import Series, all_series
from sim.measures.series_more import Profile, more_series, profiles, staff_hours
from sim.measures.staff import on_duty, work
from sim.measures.visits import visits
from sim.measures.waits import waits, within_limit
from sim.scenario.tables.schema import Scenario

__all__ = [
    "REGISTRY", "Calendar", "MeasureDefinition", "MeasureValue", "Measures", "Profile", "Series", "in_order", "measure",
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

    def __reduce__(self) -> tuple[Any, ...]:
        """On the way from a worker: values by column, in a third of the time that one by one would take."""
        columns = tuple(zip(*self.values, strict=True))
        return _from_columns, (columns, self.series, self.profiles, self.calendar)


def _from_columns(columns: tuple[tuple[Any, ...], ...], *others: Any) -> Measures:
    return Measures(tuple(map(MeasureValue._make, zip(*columns, strict=True))), *others)


_FAMILIES: dict[Callable[[Scope], Results], tuple[str, ...]] = {
    people: ("persons_served", "received", "not_diverted", "diverted", "in_process", "unplaced"),
    queues: ("queue_people_max", "overnight_people", "backlog_hours"),
    waits: tuple(
        f"{wait}_{part}"
        for wait in ("wait_registration", "wait_room", "wait_coach", "handover_to_coach")
        for part in ("mean", "p50", "p95", "max")
    ),
    waiting_hours: tuple(MEASURE_OF.values()),
    within_limit: ("within_limit_share", "within_limit_left_out"),
    occupancy: ("rooms_occupied_max", "no_room_share"),
    blocked: ("rooms_blocked_mean", "rooms_blocked_max"),
    sites: ("sites_opened", "site_days", "site_days_censored", "site_guests", "site_guests_mean"),
    on_duty: ("staff_on_duty_mean", "staff_on_duty_max", "staff_days", "brigade_days"),
    work: ("utilisation", "overtime_hours", "posts_empty"),
    visits: ("visits_late_share", "visits_missed_share"),
    coaches: ("coach_trips", "seats_filled_share"),
    infections: ("detected", "detection_day_mean", "detected_after_release", "released_infectious"),
    beds: ("hospital_beds_max",),
    follow_up: ("followed_up_max", "contacts_per_day_max"),
    cost: ("cost_staff", "cost_rooms", "cost_coaches", "cost_tests", "cost_total"),
}
"""Families and the measures that each gives, so that what is not asked for is not computed."""
_SECOND: dict[Callable[[Scope], Results], tuple[str, ...]] = {
    needed: ("rooms_needed",),
    staff_needed: ("staff_needed_mean", "staff_needed_max"),
}
"""Families that are computed only when asked for by name, because they are meant for a history without a limit."""


def measure(log: EventLog, scenario: Scenario, *, names: Sequence[str] | None = None, series: bool = True) -> Measures:
    """All measures of a history, or those with these ids; time series too, unless ids are given or `series` is false.

    Measures of a second flow (rooms_needed, staff_needed_*) come only when named: they are read from the log at hand,
    which should be one of `simulate(..., unlimited=...)`. Raises ValueError for an unknown id, with the nearest one.
    """
    _check(names or ())
    view = Scope(log, scenario)
    found = [
        MeasureValue(result.measure, result.place, REGISTRY[result.measure].unit, result.value)
        for family in _families(names)
        for result in family(view)
        if names is None or result.measure in names
    ]
    if not series or names is not None:
        return Measures(in_order(found), ())
    staff = staff_hours(view)
    series_of_all = (*all_series(view), *more_series(view, staff))
    return Measures(in_order(found), series_of_all, tuple(profiles(view, staff)), calendar(view))


def in_order(values: Iterable[MeasureValue]) -> tuple[MeasureValue, ...]:
    """Values in the order of the registry; place `all` first, then places in alphabetical order."""
    rank = {name: i for i, name in enumerate(REGISTRY)}
    return tuple(sorted(values, key=lambda row: (rank[row.measure], row.place != ALL, row.place)))


def _families(names: Sequence[str] | None) -> Iterable[Callable[[Scope], Results]]:
    """Families that have one of the names; all but those of a second flow without names."""
    if names is None:
        return _FAMILIES
    return [family for family, given in (_FAMILIES | _SECOND).items() if not set(given).isdisjoint(names)]


def _check(names: Sequence[str]) -> None:
    for name in names:
        if name not in REGISTRY:
            near = difflib.get_close_matches(name, REGISTRY, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else ""
            raise ValueError(f"{name}: no such measure{hint}")
