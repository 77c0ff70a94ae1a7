"""Opening hours of ports by date, and how hand-overs spread over them."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from sim.scenario.hours import parse_hours
from sim.scenario.schema import OpeningHours, Scenario

Floats = NDArray[np.float64]


def hours_by_date(scenario: Scenario, port: str) -> list[tuple[OpeningHours, int, int]]:
    """Opening hours of a port with the first day on which they hold and the first on which they don't (ordinals).

    Days on which a disruption closes the port are in none of them: nobody is handed over there on such a day.
    """
    spans: list[tuple[OpeningHours, int, int]] = []
    for day in range(scenario.first_day.toordinal(), scenario.last_day.toordinal() + 1):
        hours = _hours_on(scenario, port, dt.date.fromordinal(day))
        if hours is None:
            continue
        if spans and spans[-1][2] == day and spans[-1][0] == hours:
            spans[-1] = (hours, spans[-1][1], day + 1)
        else:
            spans.append((hours, day, day + 1))
    return spans


def _hours_on(scenario: Scenario, port: str, day: dt.date) -> OpeningHours | None:
    """Hours of one day: the last disruption of that day, else the latest hours that hold."""
    hours = [h for h in scenario.ports[port].hours.values() if (h.from_day or dt.date.min) <= day]
    found = max(hours, key=lambda h: h.from_day or dt.date.min, default=None)
    for event in scenario.disruptions:
        holds = event.from_day <= day <= (event.to_day or day)
        if event.kind == "port_hours" and event.place in (port, "all") and holds:
            found = parse_hours(str(event.value))
    return found


def opening_seconds(hours: OpeningHours) -> tuple[int, int]:
    """Opening and closing in seconds after 00:00 of the day of opening; closing may be on the next day."""
    closes = hours.closes if hours.closes > hours.opens else hours.closes + 1440
    return hours.opens * 60, closes * 60


def profile_inside(hours: OpeningHours, weights: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Breakpoints (seconds after 00:00 of the day of opening) and the cumulated share of hand-overs at each."""
    opens, closes = opening_seconds(hours)
    inner = [s for s in range(0, closes, 3600) if s > opens]
    seconds = np.array([opens, *inner, closes], dtype=np.float64)
    rate = np.array([weights[int(s // 3600) % 24] for s in seconds[:-1]])
    cumulated = np.concatenate([[0.0], np.cumsum(rate * np.diff(seconds))])
    return seconds, cumulated / cumulated[-1]
