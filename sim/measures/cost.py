"""Coach trips and how full they were; what staff, rooms, coaches and tests cost, when the scenario has unit costs.

Yuan; no price is built in.
"""

from __future__ import annotations

import numpy as np

from sim.flow.log import Kind, Reason
from sim.measures.scope import ALL, DAY, Result, Results, Scope, share
from sim.measures.staff import brigade_days, staff_days
from sim.sampling import screens


def coaches(scope: Scope) -> Results:
    """coach_trips and seats_filled_share (ports, all); nothing without a coaches table."""
    if scope.scenario.coaches is None:
        return
    rows = scope.history.of(Kind.BOARDING)
    rows = rows[(rows["second"] >= scope.start) & (rows["second"] < scope.end)]
    seats = scope.scenario.coaches.seats
    everywhere = np.ones(len(rows), dtype=bool)
    ports = [(scope.name(port), rows["place"] == port) for port in scope.log.places.ports]
    for place, here in [(ALL, everywhere), *ports]:
        trips, people = int(here.sum()), int(rows["people"][here].sum())
        yield Result("coach_trips", place, float(trips))
        yield Result("seats_filled_share", place, share(people, trips * seats))


def cost(scope: Scope) -> Results:
    """cost_staff, cost_rooms, cost_coaches, cost_tests and cost_total (all); nothing without a costs table."""
    unit = scope.scenario.costs
    if unit is None:
        return
    trips = sum(result.value for result in coaches(scope) if result[:2] == ("coach_trips", ALL))
    results = scope.history.of(Kind.RESULT)
    tests = int(results["people"][scope.in_stretch(results["second"])].sum()) + _tests_on_arrival(scope)
    parts = {
        "cost_staff": (int(staff_days(scope).sum()) + sum(brigade_days(scope))) * unit.staff_day,
        "cost_rooms": _room_days(scope) * unit.room_night,
        "cost_coaches": trips * unit.coach_trip,
        "cost_tests": tests * unit.test,
    }
    for measure, value in parts.items():
        yield Result(measure, ALL, float(value))
    yield Result("cost_total", ALL, float(sum(parts.values())))


def _tests_on_arrival(scope: Scope) -> int:
    """Tests taken at ports in the stretch: of all who were handed over but those whose symptoms were seen."""
    screening = scope.scenario.screening
    if screening is None or screening.test_turnaround_hours is None:
        return 0
    found, there = scope.history.of(Kind.DETECTED), screens(scope.scenario)
    seen = found.take(np.flatnonzero(found["reason"] == Reason.SEEN_ON_ARRIVAL))
    all_here, seen_here = (
        int(rows["people"][scope.in_stretch(rows["second"]) & there[rows["place"]]].sum())
        for rows in (scope.history.of(Kind.HANDED_OVER), seen)
    )
    return all_here - seen_here


def _room_days(scope: Scope) -> int:
    """Rooms x calendar days of the stretch on which their site was open, first and last day counted."""
    total = 0
    times = scope.sites
    for opened, closed, rooms in zip(times.opened.tolist(), times.closed.tolist(), times.rooms.tolist(), strict=True):
        if opened >= 0:
            first, last = max(opened, scope.start) // DAY, min(closed, scope.end - 1) // DAY
            total += rooms * max(last - first + 1, 0)
    return total
