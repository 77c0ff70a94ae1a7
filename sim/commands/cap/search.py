"""The cap: the largest arrivals at which a target still holds, and what gives first beyond it.

Bisection on the factor of arrivals, every step on the same travellers (those of a larger factor are the same and more),
so that the steps do not wander with chance. A target holds by the rule of `verdicts`, at the confidence asked for.
What the search found is then verified on replications that it never saw, because the same chance chose it; where they
disagree the factor is lowered until they agree. These steps are one statement, not several: they have the same fresh
travellers, and a run that meets the target with more of them meets it with fewer (nearly always), so that the first
factor above the true cap is said to hold whenever any other above it is.

What gives first is found by trial, not read from waits: when rooms are short people reach their coaches in bursts, and
then they wait for coaches. So beyond the cap each limit in turn is lifted, for the same travellers, and runs are
compared one by one. Whether more runs meet the target without a limit, and without which of two, is told by the exact
sign test of the runs that differ (McNemar 1947), 5 % shared out among the limits; what it can not tell apart is named
together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.numbers.comparison import share_test
from sim.numbers.verdicts import HOLDS, WRONG, Judged
from sim.runs.alternatives import Alternative, AlternativeResult, ComparisonSettings, compare_on
from sim.runs.chunk_runner import Where, opened
from sim.runs.precision import meets_limit
from sim.scenario.files.changing import changed
from sim.scenario.places import sites_in_order, team_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.scenario.tables.schema import Scenario, Target

LARGEST, SMALLEST = 32.0, 1 / 32
STEPS_DOWN = 12
"""Factors that are verified at most, each a step lower."""
COACHES = "coaches"
MANY = 1_000
"""Coaches at each point that are as good as no limit."""
SEARCH, VERIFY, LIFTED = "search", "verify", "lifted"


@dataclass(frozen=True)
class Tried:
    """One factor and the runs with it."""

    factor: float
    """Times the scenario's own arrivals."""
    part: str
    """search, verify or lifted."""
    n: int
    met: int
    low: float
    """At least this share of all runs would meet the target, with the confidence asked for."""
    verdict: str
    """Holds, missed, not certain, or no value."""
    used_up: int
    """Replications in which the list of sites was used up."""
    value: float
    """Mean of the target's measure; nan where no run has one."""
    resource: str = ""
    """What was without limit: rooms, coaches, or a pool."""
    flags: tuple[bool | None, ...] = ()
    """Which runs met the target, in their order; None for one without a value."""

    @property
    def holds(self) -> bool:
        """Whether the target certainly holds."""
        return self.verdict == HOLDS


@dataclass(frozen=True)
class Cap:
    """What the search found."""

    target: str
    tried: tuple[Tried, ...]
    """In the order in which they were run."""
    factor: float | None
    """Largest factor that holds, verified; None when none was found."""
    beyond: Tried | None
    """A factor above it at which it no longer holds, the smallest with so many runs that miss the target that a lifted
    limit can show (else the one with most); None when every factor tried holds."""
    base: Tried
    """With the scenario's own arrivals."""
    verified: bool

    @property
    def contradicted(self) -> bool:
        """Whether the search found a factor and fresh runs confirm neither it nor those a little below."""
        return not self.verified and any(tried.holds and tried.part == SEARCH for tried in self.tried)

    @property
    def gives_first(self) -> tuple[Tried, ...]:
        """The resource without whose limit most replications meet the target, beyond the cap, and all that can not be
        told apart from it; the most replications first. Empty when it is not certain that lifting any one limit helps.
        """
        lifted = sorted((tried for tried in self.tried if tried.part == LIFTED), key=lambda tried: -tried.met)
        if not lifted or self.beyond is None:
            return ()
        best, wrong = lifted[0], WRONG / len(lifted)
        if best.met <= self.beyond.met or _differ_by_chance(self.beyond, best) > wrong:
            return ()
        return tuple(tried for tried in lifted if _differ_by_chance(tried, best) > wrong)


@dataclass(frozen=True)
class CapQuestion:
    """What is asked."""

    scenario: Scenario
    name: str
    """Of the target."""
    confidence: float = 0.95
    precision: float = 0.02
    """Width of the bracket at which the search ends, as a part of the factor."""
    draws: tuple[Mapping[str, Any], ...] = ()
    """Of an ensemble, see `Job.draws`."""

    @property
    def target(self) -> Target:
        """The target."""
        return self.scenario.targets[self.name]


def find_cap(
    question: CapQuestion, settings: ComparisonSettings, progress: Callable[[Tried], None] | None = None
) -> Cap:
    """Search, then verify; `progress` is called with every factor tried. Raises EnginesDifferError."""
    with opened(Where(settings.engine, settings.executor)) as executor:
        return _found(_Runner(question, settings, executor, progress))


def _found(runner: _Runner) -> Cap:
    question = runner.question
    base = runner.run(1.0, SEARCH)
    low, high = _bracket(runner, base)
    while low is not None and high is not None and high.factor - low.factor > question.precision * low.factor:
        middle = runner.run(_round((low.factor + high.factor) / 2, question.precision * low.factor), SEARCH)
        low, high = (middle, high) if middle.holds else (low, middle)
    found = _verified(runner, low) if low is not None else None
    beyond = _beyond(runner, found, base)
    if beyond is not None:
        for resource in resources(question):
            runner.run(beyond.factor, LIFTED, resource, fresh=beyond.part == VERIFY)
    return Cap(
        target=question.name,
        tried=tuple(runner.tried),
        factor=found.factor if found else None,
        beyond=beyond,
        base=base,
        verified=found is not None,
    )


def _beyond(runner: _Runner, found: Tried | None, base: Tried) -> Tried | None:
    """The factor at which limits are lifted: see `Cap.beyond`; without a cap the scenario's own arrivals."""
    if found is None:
        return None if base.holds else base
    above = [tried for tried in runner.tried if not tried.holds and tried.factor > found.factor]
    least = differing_runs(len(resources(runner.question)))
    enough = [tried for tried in above if tried.n - tried.met >= least]
    if enough:
        return min(enough, key=lambda tried: tried.factor)
    return max(above, key=lambda tried: tried.n - tried.met, default=None)


def differing_runs(limits: int) -> int:
    """Fewest runs that show that lifting one of so many limits helps, when all of them differ to the better.

    From 2 / 2^n <= 0.05 / limits: 7 for 3 limits, 8 for 4.
    """
    return math.ceil(math.log2(2 * max(limits, 1) / WRONG) - 1e-12)


def _differ_by_chance(one: Tried, other: Tried) -> float:
    """Chance of so uneven a split of the runs that differ, when neither is better; runs without a value left out."""
    pairs = [(a, b) for a, b in zip(one.flags, other.flags, strict=True) if a is not None and b is not None]
    return share_test([a for a, _ in pairs], [b for _, b in pairs])


def resources(question: CapQuestion) -> list[str]:
    """What can be short: rooms, coaches, the pools of the target's port (or of all), the teams of sites."""
    scenario, place = question.scenario, question.target.place
    ports = [scenario.ports[place]] if place in scenario.ports else list(scenario.ports.values())
    pools = [port.pool for port in ports if port.pool is not None]
    teams = [team for _, site in sites_in_order(scenario) if (team := team_of(scenario, site)) is not None]
    has_rooms = scenario.sites is not None and bool(scenario.sites.candidates)
    found = [*(["rooms"] if has_rooms else []), *(["coaches"] if scenario.coaches else []), *pools, *teams]
    return list(dict.fromkeys(found))


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
        question: CapQuestion,
        settings: ComparisonSettings,
        executor: Executor,
        progress: Callable[[Tried], None] | None = None,
    ) -> None:
        self.question, self.executor, self.progress = question, executor, progress
        target = question.target
        self.settings = replace(settings, names=(target.measure,), series=False)
        self.tried: list[Tried] = []

    def run(self, factor: float, part: str, resource: str = "", *, fresh: bool = False) -> Tried:
        """One factor on the replications of the search, or on as many fresh ones, perhaps with a limit lifted."""
        settings = replace(self.settings, rerun_some=not self.tried or part == VERIFY)  # SimPy is slow: not every step
        if part == VERIFY or fresh:
            settings = replace(settings, first=settings.first + settings.replications)
        if resource and resource != COACHES:
            settings = replace(settings, unlimited=(resource,))
        scenario = self.question.scenario
        changes = {"arrivals.factor": scenario.arrivals.factor * factor} if factor != 1 else {}
        if resource == COACHES:
            changes |= {f"ports.{port}.coaches": MANY for port in scenario.ports}
        there = changed(scenario, changes, by="qcap cap") if changes else scenario
        result = compare_on(self.executor, [Alternative("arrivals", there, self.question.draws)], settings).base
        tried = self._judged(factor, part, resource, result, settings.first)
        self.tried.append(tried)
        if self.progress is not None:
            self.progress(tried)
        return tried

    def _judged(self, factor: float, part: str, resource: str, result: AlternativeResult, first: int) -> Tried:
        """Whether the target holds; runs without a value do not count, failed ones count as not meeting it."""
        target, n = self.question.target, self.settings.replications
        values = result.value((target.measure, target.place), n)
        there = ~np.isnan(values)
        good = meets_limit(target, values).tolist()
        flags = [is_good if known else None for is_good, known in zip(good, there.tolist(), strict=True)]
        for m in result.failed:
            flags[m - first] = False
        judged = Judged(flags.count(True), n - flags.count(None), target.share_of_runs, 1 - self.question.confidence)
        return Tried(
            factor=factor,
            part=part,
            n=judged.n,
            met=judged.met,
            low=judged.low,
            verdict=judged.verdict,
            used_up=result.used_up,
            value=float(values[there].mean()) if there.any() else math.nan,
            resource=resource,
            flags=tuple(flags),
        )
