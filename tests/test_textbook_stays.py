"""M_t/G/inf with a fixed stay: mean guests present = arrivals expected in one stay before (Eick, Massey, Whitt 1993).

A guest is present from the arrival at the site, one minute of ride after the hand-over, until the end of the stay. The
formula is taken at that shift exactly. What is left is that hand-overs fall on whole seconds: the number present at a
second is that of an interval which is at most 1 s off at either end, so it is biased by less than the arrivals of one
second, 0.01 of the 150 and more people counted (6/50 of the day's people come in the busiest hour).
"""

from __future__ import annotations

import numpy as np
import pytest
from textbook_case import DAY, HOUR, REPLICATIONS, Floats, replications, textbook, verdict

from sim.flow.log import EventLog, Kind
from sim.scenario.tables.schema import Scenario

RIDE = 60
INSTANTS = (
    DAY + 9 * HOUR,
    DAY + 20 * HOUR,
    2 * DAY + 13 * HOUR,
    2 * DAY + 17 * HOUR + 1234,
    3 * DAY + 11 * HOUR,
    4 * DAY,
)
"""Seconds at which guests are counted: in rushes and between them, before and after the rate begins to fall."""


def expected_arrivals(scenario: Scenario, second: float) -> float:
    """Hand-overs expected up to a second: people of each day (from the file: 150, 300, 240, 160) by hour weights."""
    weights = np.array(scenario.ports["door"].hour_weights)
    by_hour = np.concatenate([people * weights / weights.sum() for people in (150, 300, 240, 160)])
    edges = np.arange(len(by_hour) + 1) * HOUR
    return float(np.interp(second, edges, np.concatenate([[0.0], np.cumsum(by_hour)])))


def guests(log: EventLog, _: Scenario) -> tuple[float, ...]:
    """Guests present at each instant: arrived and not left."""
    arrived, left = (np.sort(log.of(kind)["second"]) for kind in (Kind.ARRIVED, Kind.LEFT))
    present = np.searchsorted(arrived, INSTANTS, side="right") - np.searchsorted(left, INSTANTS, side="right")
    return tuple(present.tolist())


def verdicts(values: Floats) -> list[str]:
    """Each instant against the formula for the textbook's own stay of one day and its own rates."""
    scenario = textbook("mt_g_inf")
    expected = [expected_arrivals(scenario, t - RIDE) - expected_arrivals(scenario, t - RIDE - DAY) for t in INSTANTS]
    return [verdict(at_instant, mean) for at_instant, mean in zip(values, expected, strict=True)]


def test_guests_present_are_the_arrivals_expected_in_one_stay_before() -> None:
    """Six instants, each within four standard errors of the formula, which are below 5 % of it."""
    assert verdicts(replications(textbook("mt_g_inf"), guests)) == ["agrees"] * len(INSTANTS)


@pytest.mark.parametrize("fault", ["stay.days=1.05", "arrivals.factor=1.05"])
def test_the_formula_is_missed_when_stays_or_arrivals_grow_by_5_percent(fault: str) -> None:
    """The comparison is sharp enough: half of the replications tell either fault."""
    assert "differs" in verdicts(replications(textbook("mt_g_inf", fault), guests, REPLICATIONS // 2))
