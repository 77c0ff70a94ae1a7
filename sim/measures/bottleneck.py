"""What people wait for between hand-over and their room, in hours: the largest part among resources is the bottleneck.

Five reasons: registration (staff of the point), a room, more people for the coach, a coach with its escorts once the
load is due, check-in (team of the site). The wait for a coach to fill is a rule and no resource: no staff, coach or
room would shorten it.
"""

from __future__ import annotations

from sim.flow.steps import integral
from sim.measures.scope import ALL, HOUR, Result, Results, Scope
from sim.measures.series_more import waiting_by_resource

MEASURE_OF = {
    "registration": "waiting_hours_registration",
    "room": "waiting_hours_room",
    "coach_filling": "waiting_hours_filling",
    "coach_or_escorts": "waiting_hours_coach",
    "check_in": "waiting_hours_check_in",
}
"""Measure by what is waited for, in the order of a traveller's way."""


def waiting_hours(scope: Scope) -> Results:
    """waiting_hours_* (all): person-hours of counted parties, those after W included."""
    for resource, steps in waiting_by_resource(scope).items():
        last = int(steps.seconds[-1]) if len(steps.seconds) else 0
        yield Result(MEASURE_OF[resource], ALL, integral(steps, 0, last) / HOUR)
