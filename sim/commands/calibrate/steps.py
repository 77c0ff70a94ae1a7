"""The experiment behind `qcap calibrate`: rounds, posterior, fresh histories, proof; `tables` tells what came of it.

Rows of the reference table were chosen for agreeing with the figures, so what they show of the figures flatters. All
that is told about figures comes from travellers that had no part in the choice: the calibrated setting, figures
predicted, chance told apart from open values.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.abc import posterior, sampling
from sim.commands.calibrate.beliefs import EXCLUDED, LEAST_SHARE, Posterior, Proof, posterior_of, proof_of
from sim.commands.calibrate.case import Case, key, known_bounds
from sim.commands.calibrate.rounds import (
    FRESH,
    Columns,
    HistoryPlan,
    HistoryRunner,
    Reference,
    crossed,
    numbered,
    run_rounds,
)
from sim.measures import REGISTRY
from sim.runs.ensemble import LEAST_DRAWS
from sim.scenario.files.changing import value_at

if TYPE_CHECKING:
    from sim.measures.reported import Figure

Floats = NDArray[np.float64]
Changes = Mapping[str, Any]

ENSEMBLE_SEED, RULES_SEED, PROOF_SEED = 7_001, 7_101, 7_201


@dataclass(frozen=True)
class ChosenSetting:
    """The calibrated setting."""

    changes: Changes
    distance: float
    """Of its means over fresh replications from the reported figures."""
    least: float
    """The least of all draws tried."""
    error: float
    """Standard error of that."""
    means: Floats
    """Of the figures of the distance."""


@dataclass(frozen=True)
class Predicted:
    """Figures of single fresh histories, one per draw."""

    columns: Columns
    staff: dict[Any, Columns]
    """Figures of second flows, by value of the path that is predicted for; the key None is the scenario's own."""
    own_value: Any = None
    """The scenario's own value of that path."""


@dataclass(frozen=True)
class ByRule:
    """Fresh histories under each rule that the figures do not speak against."""

    rules: tuple[int, ...]
    """The likeliest first."""
    columns: dict[int, Columns]
    """By rule: settings x replications values."""
    replications: int
    """Of each setting."""


@dataclass(frozen=True)
class AnswerVariance:
    """Variance of one answer by source."""

    measure: str
    place: str
    unit: str
    mean: float
    split: posterior.Split
    rules: float
    """Variance between rules; nan when the figures leave one."""


@dataclass(frozen=True)
class Calibrated:
    """All that came of a calibration."""

    case: Case
    plan: HistoryPlan
    reference: Reference
    found: Posterior
    draws: list[Changes]
    """Of the ensemble, all rules together."""
    chosen: ChosenSetting
    predicted: Predicted
    by_rule: ByRule
    parts: list[AnswerVariance]
    proof: Proof
    failed: dict[str, str]
    compared: int
    histories: int
    seconds: float
    engine: str
    seed: int

    @property
    def excluded(self) -> tuple[int, ...]:
        """Rules of which the ensemble has no draw."""
        return tuple(np.flatnonzero(self.found.rule_shares < EXCLUDED).tolist())

    @property
    def rule_words(self) -> str:
        """The rule under which values are calibrated."""
        return self.case.unknowns.rule_words(self.found.main)


def calibrate(case: Case, runner: HistoryRunner, plan: HistoryPlan) -> Calibrated:
    """Run it. Raises what `HistoryRunner.run` raises; finished chunks are kept then."""
    started = time.monotonic()
    reference = run_rounds(case, runner, plan)
    found = posterior_of(reference, case)
    contenders = draws_of(found, case, runner, found.main, plan.contenders, runner.seed + ENSEMBLE_SEED)
    z = points_of(found, found.main, plan.contenders, runner.seed + ENSEMBLE_SEED)
    chosen = choose(case, runner, plan, reference, contenders, z)
    draws = ensemble_of(found, case, runner, runner.seed + ENSEMBLE_SEED)
    predicted = predict(case, runner, plan, draws)
    by_rule = run_by_rule(case, runner, plan, found, runner.seed + RULES_SEED)
    return Calibrated(
        case=case,
        plan=plan,
        reference=reference,
        found=found,
        draws=draws,
        chosen=chosen,
        predicted=predicted,
        by_rule=by_rule,
        parts=variance_by_source(case, found, by_rule),
        proof=proof_of(reference, case, found, runner.seed + PROOF_SEED),
        failed=dict(runner.failed),
        compared=runner.compared,
        histories=runner.count,
        seconds=time.monotonic() - started,
        engine=runner.engine,
        seed=runner.seed,
    )


def figure_values(done: Calibrated, figure: Figure) -> NDArray[np.float64]:
    """Values of a reported figure in fresh single histories; none where it is not predicted."""
    columns: dict[Any, Any] = done.predicted.columns
    if key(figure) in columns:
        values = columns[key(figure)]
    else:
        values = done.predicted.staff.get(None, {}).get(key(figure), np.empty(0))
    return np.asarray(values[~np.isnan(values)], dtype=np.float64)


def points_of(found: Posterior, rule: int, n: int, seed: int) -> Floats:
    """`n` points of equal weight from the posterior of one rule, on the normal scale."""
    z, weights = found.of_rule(rule)
    rows = posterior.resampled(weights, n, seed)
    chance = np.random.Generator(np.random.Philox(seed + 1))
    chance.shuffle(rows)  # the first draws are then as good a sample as all
    return z[rows]


def draws_of(found: Posterior, case: Case, runner: HistoryRunner, rule: int, n: int, seed: int) -> list[Changes]:
    """What `n` draws of equal weight from the posterior of one rule put into the scenario."""
    values = case.unknowns.values(points_of(found, rule, n, seed))
    return [case.unknowns.changes(value, rule, runner.scenario) for value in values]


def ensemble_of(found: Posterior, case: Case, runner: HistoryRunner, seed: int) -> list[Changes]:
    """Draws of all rules that are not excluded, in proportion to their shares and at least `LEAST_DRAWS` of each.

    Every first n hold each rule about n times its share, so that a run of some replications is a fair sample.
    """
    shares = np.where(found.rule_shares >= EXCLUDED, found.rule_shares, 0.0)
    shares = shares if shares.any() else found.rule_shares
    order = sampling.in_quota(shares, math.ceil(LEAST_DRAWS * shares.sum() / shares[shares > 0].min() + 1))
    draws = {
        rule: iter(draws_of(found, case, runner, rule, int((order == rule).sum()), seed + rule))
        for rule in np.unique(order).tolist()
    }
    return [next(draws[rule]) for rule in order.tolist()]


def choose(
    case: Case, runner: HistoryRunner, plan: HistoryPlan, reference: Reference, draws: Sequence[Changes], z: Floats
) -> ChosenSetting:
    """Of the first draws the one whose means over fresh replications are nearest to the reported figures.

    Distances that differ by less than a standard error of the least are alike (the rule of one standard error: Breiman
    et al. 1984, section 3.4.3); of those alike the draw counts that was likeliest beforehand, so that values about
    which the figures say nothing are ordinary ones. Not a median of each value by itself: values trade off, and a
    middle of each can miss what all draws meet. `z`: the draws on the normal scale.
    """
    contenders = list(draws[: plan.contenders])
    numbers = range(plan.budget + 1_001, plan.budget + 1_001 + FRESH)
    found = runner.run("contenders", list(crossed(contenders, numbers)), case.keys)
    figures = known_bounds(found, case.targets.aimed_at).reshape(len(contenders), FRESH, -1)
    scale = posterior.scales(case.targets.tolerances, reference.variances / FRESH)  # a mean of so many varies less
    means, observed = np.nanmean(figures, axis=1), case.targets.observed
    distance = posterior.distances(means, observed, scale)
    nearest = figures[int(np.argmin(distance))]
    left_out = np.stack([np.nanmean(np.delete(nearest, i, axis=0), axis=0) for i in range(FRESH)])
    jackknife = posterior.distances(left_out, observed, scale)
    error = float(np.sqrt((FRESH - 1) / FRESH * ((jackknife - jackknife.mean()) ** 2).sum()))
    alike = np.flatnonzero(distance <= distance.min() + error)
    best = int(alike[np.argmin((z[alike] ** 2).sum(axis=1))])
    return ChosenSetting(contenders[best], float(distance[best]), float(distance.min()), error, means[best])


def predict(case: Case, runner: HistoryRunner, plan: HistoryPlan, draws: Sequence[Changes]) -> Predicted:
    """One fresh history of each of the first draws; staff needed for each value that is to be tried."""
    first = plan.budget + 2_001
    columns = runner.run("predictive", numbered(draws[: plan.predictive], first), case.keys)
    keys = case.targets.seen_with_staff
    if not keys:
        return Predicted(columns, {})
    staff: dict[Any, Columns] = {}
    own: Any = None
    tried = case.unknowns.predictions[0] if case.unknowns.predictions else None
    if tried is not None:
        own = None if tried.path in case.unknowns.paths else value_at(runner.scenario, tried.path)
        for value in tried.values:
            settings = [{**draw, tried.path: value} for draw in draws[: plan.tried]]
            staff[value] = runner.run(f"staff-{value}".replace(".", "_"), numbered(settings, first), keys)
    staff[None] = runner.run("staff", numbered(draws[: plan.staff], first), keys)
    return Predicted(columns, staff, own)


def run_by_rule(case: Case, runner: HistoryRunner, plan: HistoryPlan, found: Posterior, seed: int) -> ByRule:
    """The same travellers for some draws of each rule; half as many draws for a rule that is not the main one."""
    rules = [int(rule) for rule in np.argsort(-found.rule_shares) if found.rule_shares[rule] >= LEAST_SHARE]
    n_settings, n = plan.split
    numbers = range(plan.budget + 3_001, plan.budget + 3_001 + n)
    columns = {}
    for rule in dict.fromkeys([found.main, *rules]):
        size = n_settings if rule == found.main else max(3, n_settings // 2)
        settings = draws_of(found, case, runner, rule, size, seed + rule)
        columns[rule] = runner.run(f"rule-{rule}", list(crossed(settings, numbers)), case.keys)
    return ByRule(tuple(rules), columns, n)


def variance_by_source(case: Case, found: Posterior, by_rule: ByRule) -> list[AnswerVariance]:
    """Variance of the answers by source. Chance and open values are told apart within the main rule."""
    out = []
    for measure, place in case.unknowns.answers:
        main = by_rule.columns[found.main][measure, place].reshape(-1, by_rule.replications)
        means = np.array([np.nanmean(by_rule.columns[rule][measure, place]) for rule in by_rule.rules])
        shares = found.rule_shares[list(by_rule.rules)]
        between = posterior.between_rules(means, shares) if len(means) > 1 else np.nan
        split = posterior.split_variance(main)
        out.append(AnswerVariance(measure, place, REGISTRY[measure].unit, float(np.nanmean(main)), split, between))
    return out
