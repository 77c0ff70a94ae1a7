"""Coach loads: people wait (K - 1) / (2 lambda) for a coach that fills, as renewal theory says for one that is held.

Times are whole seconds, which moves all hand-overs alike, by half a second in the mean. A load held for T takes those
who come in the second of boarding too, half a second in the mean: less than 0.1 %.
"""

from __future__ import annotations

import pytest
from textbook_case import FEWER, REPLICATIONS, replications, textbook, value_of, verdict

SEATS, HOLD = 10, 12
PER_MINUTE = {"coach_full": 480 / 1440, "coach_hold": 720 / 1440}


def verdict_on(name: str, expected: float, *overrides: str, n: int = REPLICATIONS) -> str:
    """Mean wait for the coach, minutes, counted by the measure on the days of `[window]`."""
    scenario = textbook(name, *overrides)
    (values,) = replications(scenario, lambda log, s: (value_of(log, s, "wait_coach_mean"),), n)
    return verdict(values, expected)


def full_only() -> float:
    """The k-th of K passengers waits for K - k more arrivals: the mean over k is (K - 1) / (2 lambda)."""
    return (SEATS - 1) / (2 * PER_MINUTE["coach_full"])


def hold_only() -> float:
    """Renewal reward: waiting of a load, T + lambda T × T / 2, over its people, 1 + lambda T."""
    others = PER_MINUTE["coach_hold"] * HOLD
    return (HOLD + others * HOLD / 2) / (1 + others)


def test_a_coach_that_leaves_when_full_makes_people_wait_for_half_the_other_seats() -> None:
    """Mean wait (K - 1) / (2 lambda) = 13.5 minutes. The hours before midnight have filled a dozen coaches, so that
    the day that is counted begins anywhere in a load.
    """
    assert verdict_on("coach_full", full_only()) == "agrees"


@pytest.mark.parametrize("fault", ["coaches.seats=11", "arrivals.factor=1.05"])
def test_the_formula_for_full_coaches_is_missed_by_one_more_seat_and_by_5_percent_more_people(fault: str) -> None:
    """The comparison is sharp enough to tell either fault."""
    assert verdict_on("coach_full", full_only(), fault, n=REPLICATIONS // 2) == "differs"


def test_a_coach_that_is_held_makes_people_wait_as_renewal_theory_says() -> None:
    """Mean wait 6.86 minutes. A day of 103 loads on average ends within a load, which adds or takes less than one."""
    assert verdict_on("coach_hold", hold_only()) == "agrees"


@pytest.mark.parametrize("fault", ["coaches.hold_minutes=12.6", "coaches.seats=7"])
def test_the_renewal_formula_is_missed_by_a_5_percent_longer_hold_and_by_seats_that_fill(fault: str) -> None:
    """The comparison is sharp enough to tell either fault."""
    assert verdict_on("coach_hold", hold_only(), fault, n=FEWER) == "differs"
