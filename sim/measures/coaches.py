"""Coach trips and how full they were."""

from __future__ import annotations

import numpy as np

from sim.flow.log import Kind
from sim.measures.scope import ALL, Result, Results, Scope, share


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
