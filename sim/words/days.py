"""A day as planners write it: one form on screens, in answers and in pictures."""

from __future__ import annotations

from datetime import date

from sim.words import MONTHS, PICTURES
from sim.words.language import _


def day_words(day: date, *, with_year: bool) -> str:
    """27 March, or 27 March 2021 where a scenario has more than one year."""
    key = "day_and_year" if with_year else "day"
    return PICTURES[key].format(day=day.day, month=_(MONTHS[day.month - 1]), year=day.year)
