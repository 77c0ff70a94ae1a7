"""Stationary queues at a point of staff: M/M/c and M/G/1 give what Erlang's and Pollaczek and Khinchine's formulas say.

Three things make the flow differ from the formulas, and none matters here. It starts empty: four hours of warming up
are 20 relaxation times, (sqrt(c mu) - sqrt(lambda))^-2 each, so e^-20 of it is left. Times are whole seconds: a mean
service of m seconds becomes m + 1 / (2 m), less than 0.01 %. At midnight the shift changes and those who serve finish
in overtime, so the new shift starts with free hands: `test_new_hands_at_midnight_...` bounds what that saves.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from kolmogorov import mean_waiting
from textbook_case import (
    FEWER,
    REPLICATIONS,
    Floats,
    counted,
    erlang_c,
    replications,
    textbook,
    value_of,
    verdict,
    waits,
)

from sim.flow.log import EventLog, Kind, Subject
from sim.scenario.tables.schema import Scenario


def wait_minutes_and_share(log: EventLog, scenario: Scenario) -> tuple[float, float]:
    """The measure, which counts the days of `[window]`, and the share who wait, from the rows of the log.

    A time of whole seconds is 0 where the exact one is less than half a second, so the formula for the share is taken
    at half a second: P(wait > t) = C exp(-(c mu - lambda) t).
    """
    handed_over, wait = waits(log, Kind.HANDED_OVER, Subject.TASK_REGISTRATION)
    of_window = wait[counted(scenario, handed_over)]
    return value_of(log, scenario, "wait_registration_mean"), float((of_window > 0).mean())


MU, LAMBDA, CLERKS = 1 / 2, 1 / 2, 2  # per minute
SPARE = CLERKS * MU - LAMBDA
CHANCE = erlang_c(CLERKS, LAMBDA / MU)


def mmc_verdicts(values: Floats) -> tuple[str, str]:
    return verdict(values[0], CHANCE / SPARE), verdict(values[1], CHANCE * math.exp(-SPARE / 120))


def test_two_clerks_make_people_wait_as_long_and_as_often_as_erlang_says() -> None:
    """M/M/c: mean wait C / (c mu - lambda) = 40 s and P(wait > 0) = C = 1/3, both within four standard errors."""
    assert pytest.approx(1 / 3) == CHANCE
    assert mmc_verdicts(replications(textbook("mmc"), wait_minutes_and_share)) == ("agrees", "agrees")


@pytest.mark.parametrize("fault", ["pools.clerks.headcount=3", "registration.minutes.mean=2.1"])
def test_erlangs_formula_is_missed_by_one_more_clerk_and_by_5_percent_longer_service(fault: str) -> None:
    """The comparison is sharp enough: the formula for two clerks and a mean of 2 minutes is told from
    either fault, even by a quarter of the replications.
    """
    values = replications(textbook("mmc", fault), wait_minutes_and_share, FEWER)
    assert mmc_verdicts(values) == ("differs", "differs")


def test_new_hands_at_midnight_shorten_waits_by_less_than_1_percent() -> None:
    """Integrates Kolmogorov's equations over a day that begins with a change of shift, from the stationary state: the
    mean number waiting, which is lambda × the mean wait (Little), against the stationary one.
    """
    day = mean_waiting([(0.0, 1440.0, LAMBDA, CLERKS)], MU, start=_stationary(LAMBDA, MU, CLERKS), change_first=True)
    with_change = day.integral / 1440
    formula = LAMBDA * CHANCE / SPARE
    assert 0 < 1 - with_change / formula < 0.01


def _stationary(rate: float, mu: float, servers: int, states: int = 200) -> Floats:
    """Stationary distribution of the number of people in M/M/c, from the balance of neighbours."""
    ratios = [rate / (mu * min(n, servers)) for n in range(1, states)]
    weights = np.concatenate([[1.0], np.cumprod(ratios)])
    return np.asarray(weights / weights.sum())


def pollaczek_khinchine(rate: float, mean: float, cv: float) -> float:
    """Mean wait in M/G/1: rho (1 + cv²) / 2 / (1 - rho) × mean service."""
    rho = rate * mean
    return rho * (1 + cv * cv) / 2 / (1 - rho) * mean


def mg1_verdict(*overrides: str, n: int) -> str:
    values = replications(textbook("mg1", *overrides), lambda log, s: (value_of(log, s, "wait_registration_mean"),), n)
    return verdict(values[0], pollaczek_khinchine(1 / 3, 1.5, 0.7))


def test_lognormal_service_by_one_clerk_makes_people_wait_as_pollaczek_and_khinchine_say() -> None:
    """M/G/1. New hands at midnight save less than 0.5 % here: the one in service at most delays those of the busy
    period, rho (1 + lambda V / (1 - rho)) R with V and R about 1.5 minutes, in a day of 480 waits of 45 seconds.
    """
    assert mg1_verdict(n=REPLICATIONS) == "agrees"


@pytest.mark.parametrize("fault", ["pools.clerk.headcount=2", "registration.minutes.mean=1.575"])
def test_pollaczek_and_khinchine_are_missed_by_a_second_clerk_and_by_5_percent_longer_service(fault: str) -> None:
    """The comparison is sharp enough to tell the formula's case from either fault."""
    assert mg1_verdict(fault, n=FEWER) == "differs"
