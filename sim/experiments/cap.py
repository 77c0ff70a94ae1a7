"""The cap: the largest arrivals at which a target still holds, and what gives first beyond it.

Bisection on the factor of arrivals, every step on the same travellers (those of a larger factor are the same and more),
so that the steps do not wander with chance. A target holds when the lower end of a one-sided Wilson interval of the
share of runs that meet it reaches the share asked for. What the search found is then verified on replications that it
never saw, because the same chance chose it; where they disagree the factor is lowered until they agree.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.compare import Arm, ArmResult, Settings, compare_on, opened
from sim.experiments.compare_tables import met
from sim.scenario.changing import changed
from sim.statistics import wilson

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.scenario.schema import Scenario, Target

LARGEST, SMALLEST = 32.0, 1 / 32
STEPS_DOWN = 12
"""Factors that are verified at most, each a step lower."""
WAITS = {"registration": "wait_registration_mean", "room": "wait_room_mean", "coach": "wait_coach_mean"}
PEOPLE = {"registration": "received", "room": "diverted", "coach": "diverted"}
"""Resources of the way to the coach: the mean wait, and the people who have it."""
SEARCH, VERIFY = "search", "verify"


@dataclass(frozen=True)
class Tried:
    """One factor and the runs with it."""

    factor: float
    """Times the scenario's own arrivals."""
    part: str
    """search or verify."""
    n: int
    met: int
    low: float
    """Lower end of the one-sided interval of the share of runs that meet the target."""
    holds: bool
    hours: dict[str, float]
    """Hours waited by resource, mean per run."""
    used_up: int
    """Runs in which the list of sites was used up."""
    value: float
    """Mean of the target's measure; nan where no run has one."""


@dataclass(frozen=True)
class Cap:
    """What the search found."""

    target: str
    tried: tuple[Tried, ...]
    """In the order in which they were run."""
    factor: float | None
    """Largest factor that holds, verified; None when none was found."""
    beyond: Tried | None
    """The smallest factor above it at which it no longer holds; None when every factor tried holds."""
    base: Tried
    """With the scenario's own arrivals."""
    verified: bool

    def gives_first(self) -> tuple[str, float, float, float] | None:
        """The resource whose waiting grows most from the scenario's own arrivals to beyond the cap.

        Returns resource, its part of the growth, hours now and hours beyond; None when no waiting grows.
        """
        if self.beyond is None:
            return None
        growth = {name: self.beyond.hours[name] - self.base.hours[name] for name in self.beyond.hours}
        grown = {name: hours for name, hours in growth.items() if hours > 0}
        if not grown:
            return None
        name = max(grown, key=lambda key: grown[key])
        return name, grown[name] / sum(grown.values()), self.base.hours[name], self.beyond.hours[name]


@dataclass(frozen=True)
class Question:
    """What is asked."""

    scenario: Scenario
    name: str
    """Of the target."""
    confidence: float = 0.95
    precision: float = 0.02
    """Width of the bracket at which the search ends, as a part of the factor."""

    @property
    def target(self) -> Target:
        """The target."""
        return self.scenario.targets[self.name]


def least_runs(share: float, confidence: float) -> int:
    """Fewest runs that can show a share of runs: all of them meet the target, n / (n + z²) >= share."""
    from scipy.special import ndtri  # noqa: PLC0415  start-up time

    z = float(ndtri(confidence))
    return 1 if share <= 0 else math.ceil(share * z * z / (1 - share) - 1e-9) if share < 1 else 10**9


def find_cap(question: Question, settings: Settings, progress: Callable[[Tried], None] | None = None) -> Cap:
    """Search, then verify; `progress` is called with every factor tried. Raises EnginesDifferError."""
    with opened(settings.executor, settings.engine) as executor:
        return _found(_Runner(question, settings, executor, progress))


def _found(runner: _Runner) -> Cap:
    question = runner.question
    base = runner.run(1.0, SEARCH)
    low, high = _bracket(runner, base)
    while low is not None and high is not None and high.factor - low.factor > question.precision * low.factor:
        middle = runner.run(_round((low.factor + high.factor) / 2, question.precision * low.factor), SEARCH)
        low, high = (middle, high) if middle.holds else (low, middle)
    found = _verified(runner, low) if low is not None else None
    beyond = min((t for t in runner.tried if not t.holds and (found is None or t.factor > found.factor)),
                 key=lambda t: t.factor, default=None)  # fmt: skip
    return Cap(
        target=question.name,
        tried=tuple(runner.tried),
        factor=found.factor if found else None,
        beyond=beyond,
        base=base,
        verified=found is not None,
    )


def _bracket(runner: _Runner, base: Tried) -> tuple[Tried | None, Tried | None]:
    """A factor that holds and one, twice as large, that does not; None for one that was not found."""
    if base.holds:
        low = base
        while low.factor < LARGEST:
            higher = runner.run(low.factor * 2, SEARCH)
            if not higher.holds:
                return low, higher
            low = higher
        return low, None
    high = base
    while high.factor > SMALLEST:
        lower = runner.run(high.factor / 2, SEARCH)
        if lower.holds:
            return lower, high
        high = lower
    return None, high


def _verified(runner: _Runner, low: Tried) -> Tried | None:
    """The largest factor at or below what the search found that holds on fresh replications too."""
    for factor in _downwards(low.factor, runner.question.precision):
        fresh = runner.run(factor, VERIFY)
        if fresh.holds:
            return fresh
    return None


def _downwards(factor: float, precision: float) -> Iterator[float]:
    for step in range(STEPS_DOWN):
        lower = factor * (1 - precision * step)
        if lower > 0:
            yield round(lower, 4)


def _round(factor: float, step: float) -> float:
    """A factor with no more digits than the search needs."""
    digits = max(0, 1 - math.floor(math.log10(step))) if step > 0 else 4
    return round(factor, min(digits, 6))


class _Runner:
    """Runs factors and remembers them."""

    def __init__(
        self,
        question: Question,
        settings: Settings,
        executor: Executor,
        progress: Callable[[Tried], None] | None = None,
    ) -> None:
        self.question, self.executor, self.progress = question, executor, progress
        target = question.target
        names = {target.measure, *WAITS.values(), *PEOPLE.values()}
        self.settings = replace(settings, names=tuple(sorted(names)), series=False)
        self.tried: list[Tried] = []

    def run(self, factor: float, part: str) -> Tried:
        """One factor on the replications of the search, or on as many fresh ones."""
        settings = replace(self.settings, again=not self.tried or part == VERIFY)  # SimPy is slow: not every step
        if part == VERIFY:
            settings = replace(settings, first=settings.first + settings.replications)
        scenario = self.question.scenario
        there = scenario
        if factor != 1:
            there = changed(scenario, {"arrivals.factor": scenario.arrivals.factor * factor}, by="qcap cap")
        result = compare_on(self.executor, [Arm("arrivals", there)], settings).base
        tried = self._judged(factor, part, result)
        self.tried.append(tried)
        if self.progress is not None:
            self.progress(tried)
        return tried

    def _judged(self, factor: float, part: str, result: ArmResult) -> Tried:
        """Whether the target holds; runs without a value do not count, failed ones count as missed."""
        target, n = self.question.target, self.settings.replications
        values = result.value((target.measure, target.place), n)
        values = values[~np.isnan(values)]
        good, judged = int(met(target, values).sum()), len(values) + len(result.failed)
        low = wilson(good, judged, level=2 * self.question.confidence - 1).low if judged else math.nan
        return Tried(
            factor=factor,
            part=part,
            n=judged,
            met=good,
            low=low,
            holds=judged > 0 and low >= target.share_of_runs - 1e-12,
            hours=self._hours(result, n),
            used_up=result.used_up,
            value=float(values.mean()) if len(values) else math.nan,
        )

    def _hours(self, result: ArmResult, n: int) -> dict[str, float]:
        """Hours waited by resource: at the target's port, or at all ports together."""
        ports = self.question.scenario.ports
        place = self.question.target.place if self.question.target.place in ports else "all"
        hours = {}
        for name, measure in WAITS.items():
            total = result.value((measure, place), n) * result.value((PEOPLE[name], place), n) / 60
            there = total[~np.isnan(total)]
            hours[name] = float(there.mean()) if len(there) else 0.0
        return hours
