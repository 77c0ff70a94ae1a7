"""How many replications are enough: as many as make the means of named measures precise, decided on a fixed schedule.
And which of them meet a target's limit.

After 30, 45, 70, 100, 150, 225, 340, 500, 750, 1,100, 1,600 and 2,000 replications, and never between, the half width
of each goal's 95 % interval, that of the summary, is held against the one wanted. Decisions at fixed numbers of
replications depend on the numbers 1 … n alone, so that one worker or many stop at the same place; growing steps keep
the looks few. Stopping when an interval happens to be short costs little coverage then: with Student's interval 94.6 %
or more instead of 95 %, on 4,000 made-up experiments with normal values and coefficients of variation from 0.13 to 0.8.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.measures import REGISTRY
from sim.numbers.statistics import SHARE, Interval, at_most_otherwise, measure_interval
from sim.numbers.verdicts import Judged
from sim.words.language import said

if TYPE_CHECKING:
    from sim.runs.job import Outcome
    from sim.scenario.tables.schema import Scenario, Target


SCHEDULE = (30, 45, 70, 100, 150, 225, 340, 500, 750, 1_100, 1_600, 2_000)
"""Replications after which precision is looked at; the last is the most that are made."""
PRECISION = 0.05
SELDOM = 0.01
"""Share of all replications in which a measure that was always 0 may yet be something else: 299 tell."""


class GoalError(ValueError):
    """A goal can not be read; the message says why."""


@dataclass(frozen=True)
class Goal:
    """A mean that is to be precise."""

    measure: str
    place: str
    half_width: float
    """Wanted at most: a share of the mean, or in the measure's unit."""
    relative: bool = True

    def met(self, interval: Interval) -> bool:
        """Whether a mean is known well enough.

        Nothing but zeros have no relative precision and perhaps no interval: they are precise once they are so many
        that what comes in `SELDOM` of all would have shown (rule of three). What is always the same else is precise.
        """
        if interval.n < 2:
            return False
        if interval.mean == 0 and interval.low == 0 and (self.relative or math.isnan(interval.high)):
            return at_most_otherwise(interval.n) <= SELDOM
        wanted = self.half_width * abs(interval.mean) if self.relative else self.half_width
        return interval.half_width <= wanted

    def __str__(self) -> str:
        return f"{self.measure}@{self.place}"


@dataclass(frozen=True)
class Reached:
    """A goal and what the replications gave."""

    goal: Goal
    interval: Interval

    @property
    def met(self) -> bool:
        """Whether it is precise enough."""
        return self.goal.met(self.interval)


@dataclass(frozen=True)
class StoppingRule:
    """Goals, looked at after fixed numbers of replications."""

    goals: tuple[Goal, ...]
    looks: tuple[int, ...] = SCHEDULE

    def enough(self, outcomes: Sequence[Outcome]) -> bool:
        """Whether every goal that has a value at all is met."""
        return all(reached.met for reached in self.reached(outcomes) if reached.interval.n)

    def reached(self, outcomes: Sequence[Outcome]) -> tuple[Reached, ...]:
        """Each goal with the interval of its mean."""
        ordered = sorted(outcomes, key=lambda outcome: outcome.replication)  # sums then do not depend on who was first
        return tuple(Reached(goal, _interval(goal, ordered)) for goal in self.goals)


def _interval(goal: Goal, outcomes: Sequence[Outcome]) -> Interval:
    """The interval that the summary has too."""
    return measure_interval(_values(goal, outcomes), share=REGISTRY[goal.measure].unit == SHARE)


def read_goals(texts: Sequence[str], scenario: Scenario, precision: float) -> tuple[Goal, ...]:
    """Goals from texts "MEASURE", "MEASURE@PLACE", "MEASURE@PLACE=HALF_WIDTH"; without texts the headline measures.

    A half width after "=" is in the measure's unit, otherwise `precision` is a share of the mean. Raises GoalError.
    """
    if not texts:
        return tuple(Goal(measure, place, precision) for measure, place in _headlines(scenario))
    return tuple(_goal(text, scenario, precision) for text in texts)


def _headlines(scenario: Scenario) -> list[tuple[str, str]]:
    """People served, rooms, sites, and the time to the coach at each port; without sites the wait for registration."""
    ports = sorted(scenario.ports)
    if scenario.sites is None or all(port.not_diverted_share == 1 for port in scenario.ports.values()):
        return [("received", "all"), *(("wait_registration_mean", port) for port in ports)]
    return [
        ("persons_served", "all"),
        ("rooms_occupied_max", "all"),
        ("sites_opened", "all"),
        *(("handover_to_coach_p95", port) for port in ports),
    ]


def _goal(text: str, scenario: Scenario, precision: float) -> Goal:
    name, equals, width = text.partition("=")
    measure, at, place = name.partition("@")
    if measure not in REGISTRY:
        near = difflib.get_close_matches(measure, list(REGISTRY), n=1)
        if near:
            raise GoalError(said('{name}: no such measure; did you mean "{near}"?', name=measure, near=near[0]))
        raise GoalError(said("{name}: no such measure; see qcap measures", name=measure))
    known = _places(scenario)
    if at and place not in known:
        near = difflib.get_close_matches(place, known, n=1)
        if near:
            raise GoalError(said('{name}: no such place; did you mean "{near}"?', name=name, near=near[0]))
        raise GoalError(said("{name}: no such place", name=name))
    example = with_place(measure, scenario)
    if not at and example:
        raise GoalError(said("{name}: needs a place, such as {example}", name=measure, example=example))
    if not equals:
        return Goal(measure, place or "all", precision)
    try:
        half_width = float(width)
    except ValueError:
        half_width = math.nan
    if not half_width > 0 or math.isinf(half_width):
        raise GoalError(said("{text}: the half width after = must be a number above 0", text=text))
    return Goal(measure, place or "all", half_width, relative=False)


def with_place(measure: str, scenario: Scenario) -> str:
    """How a measure is written that has no value for everything together; nothing for one that has."""
    kinds = REGISTRY[measure].places
    return "" if "all" in kinds else f"{measure}@{_example(scenario, kinds)}"


def _places(scenario: Scenario) -> list[str]:
    """Places that measures can have in this scenario."""
    sites = scenario.sites.candidates if scenario.sites else {}
    streets = {site.street for site in sites.values() if site.street}
    teams = [f"{site}.team" for site in sites]
    return ["all", "first_street_site", *scenario.ports, *sites, *scenario.pools, *teams, *sorted(streets)]


def _example(scenario: Scenario, kinds: Sequence[str]) -> str:
    if "port" in kinds:
        return min(scenario.ports)
    if "pool" in kinds:
        return min(scenario.pools, default="pool")
    return "first_street_site" if "first_street_site" in kinds else "<place>"


def _values(goal: Goal, outcomes: Sequence[Outcome]) -> list[float]:
    rows = (
        row.value
        for outcome in outcomes
        for row in outcome.measures.values
        if row.measure == goal.measure and row.place == goal.place
    )
    return [value for value in rows if not math.isnan(value)]


def meets_limit(target: Target, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which values of a target's measure meet its limit; a missing one (nan) does not."""
    if target.at_most is not None:
        return np.asarray(values <= target.at_most)
    return np.asarray(values >= (target.at_least or 0.0))


def judged(target: Target, values: NDArray[np.float64], statements: int = 1) -> Judged:
    """What one value of the measure per replication says about the target; replications without one are left out.

    `statements`: verdicts that are given together, see `sim.numbers.verdicts`.
    """
    there = values[~np.isnan(values)]
    return Judged(int(meets_limit(target, there).sum()), len(there), target.share_of_runs, statements=statements)
