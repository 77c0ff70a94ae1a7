"""Opening hours written as one text, as a disruption gives them."""

from __future__ import annotations

from sim.scenario.tables.schema import OpeningHours
from sim.scenario.tables.types import parse_clock


def parse_hours(text: str) -> OpeningHours | None:
    """Hours of a disruption: "10:00-20:00", or None for "closed". Raises ValueError with the rule for other texts."""
    if text.strip() == "closed":
        return None
    opens, dash, closes = text.partition("-")
    try:
        if not dash:
            raise ValueError
        hours = OpeningHours(opens=parse_clock(opens), closes=parse_clock(closes))
    except ValueError:
        raise ValueError('must be hours such as "10:00-20:00", or "closed"') from None
    if hours.opens == 1440:
        raise ValueError('must open before 24:00; write "00:00" of the next day')
    return hours
