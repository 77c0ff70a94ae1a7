"""M_t/M/c_t: two rushes and three shifts of unlike size, against Kolmogorov's equations integrated over the day.

Whole seconds matter little: a mean service of 240 s becomes 1/480 s longer, and hand-overs move by half a second in
the mean, 1/7200 of the arrivals of an hour.
"""

from __future__ import annotations

import numpy as np
import pytest
from kolmogorov import mean_waiting
from textbook_case import HOUR, Floats, replications, textbook, verdict

from sim.flow.log import EventLog, Kind
from sim.scenario.tables.schema import Scenario

INSTANTS = (10 * HOUR, 17 * HOUR, 18 * HOUR, 19 * HOUR, 20 * HOUR)
"""Seconds before which people who wait are counted: the morning's queue at its longest, the evening's up and down."""
MORE = 400
"""Replications: a queue at one instant varies more than a mean over a day."""
MEAN = 4.0


def waiting(log: EventLog, _: Scenario) -> tuple[float, ...]:
    """People who wait for registration at each instant, and over the day (people × hours)."""
    joined = np.sort(log.of(Kind.HANDED_OVER)["second"])
    begun = np.sort(log.of(Kind.TASK)["second"])
    at = np.searchsorted(joined, INSTANTS) - np.searchsorted(begun, INSTANTS)
    day = (log.window_end - joined).sum() - (log.window_end - begun).sum()
    return (*at.tolist(), float(day) / HOUR)


def expected() -> Floats:
    """By the rates and shifts that the file states: hour by hour, four, two and four clerks."""
    weights = [2, 6, 11, 11, 2, 1, 1, 1, 2, 6, 9, 9, 4, 2, 1, 1, 0.5, 0.5]
    hours = range(6, 24)
    stretches = [
        (h * 60.0, h * 60.0 + 60, w / 6, 2 if 14 <= h < 19 else 4) for h, w in zip(hours, weights, strict=True)
    ]
    empty = np.zeros(500)
    empty[0] = 1
    solved = mean_waiting(stretches, 1 / MEAN, start=empty)
    at = [solved.at_ends[second // HOUR - 7] for second in INSTANTS]
    return np.array([*at, solved.integral / 60])


def verdicts(*overrides: str, n: int = MORE) -> list[str]:
    values = replications(textbook("mt_m_ct", *overrides), waiting, n)
    return [verdict(row, mean) for row, mean in zip(values, expected(), strict=True)]


def test_queues_of_two_rushes_grow_and_shrink_as_kolmogorovs_equations_say() -> None:
    """Five instants and the whole day, each within four standard errors, which are below 5 %."""
    assert verdicts() == ["agrees"] * (len(INSTANTS) + 1)


@pytest.mark.parametrize("fault", ["pools.clerks.headcount=11", "registration.minutes.mean=4.2"])
def test_kolmogorovs_equations_are_missed_by_one_more_clerk_and_by_5_percent_longer_service(fault: str) -> None:
    """The comparison is sharp enough: the whole day tells either fault. (The eleventh clerk works in the morning.)"""
    assert verdicts(fault, n=MORE // 2)[-1] == "differs"
