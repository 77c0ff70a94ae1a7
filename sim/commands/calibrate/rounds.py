"""Rounds of histories: the prior first, then proposals round those that agreed best, all in one reference table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.abc import posterior, sampling
from sim.commands.calibrate.histories import Bench, Columns, crossed, numbered
from sim.commands.calibrate.plan import Plan
from sim.commands.calibrate.refused import Refuses
from sim.commands.calibrate.targets import Key, Targets, known_bounds
from sim.commands.calibrate.unknowns import Unknowns
from sim.runs.verify import chosen

Floats = NDArray[np.float64]

PROPOSAL_LIMIT = 1.0
"""A round's proposal is made from histories nearer than this, or more where they are few …"""
PROPOSAL_LEAST = 100.0
"""… so that their effective size is this."""


@dataclass(frozen=True)
class Case:
    """What is calibrated to what."""

    unknowns: Unknowns
    targets: Targets
    keys: tuple[Key, ...]
    """Measures and places of every history."""
    own_rule: int | None = None
    """The scenario's own rule, where it is one of those in question."""
    refuses: Refuses = lambda _: False
    """Which draws can not have been: they are not run, and agree with nothing."""


@dataclass(frozen=True)
class Reference:
    """The reference table: one row per history of all rounds."""

    points: sampling.Points
    values: Floats
    """Of the unknowns, as they were run."""
    columns: Columns
    summaries: Floats
    """Figures of the distance (rows, figures)."""
    sizes: tuple[int, ...]
    """Histories of each round."""
    weights: Floats
    """Prior over what rows were drawn from."""
    variances: Floats
    """Of each figure of the distance between replications of one setting."""
    scale: Floats
    refused: int
    """Rows that were not run, because the operation could not have been run so."""

    @property
    def rounds(self) -> NDArray[np.int64]:
        """Round of each row, from 1."""
        return np.repeat(np.arange(1, len(self.sizes) + 1), self.sizes)


def run_rounds(case: Case, bench: Bench, plan: Plan) -> Reference:
    """Run all rounds. What is random depends on the seed alone."""
    unknowns, again = case.unknowns, frozenset(chosen(bench.seed, range(1, plan.budget + 1)))
    shares = unknowns.rule_shares
    parts = [sampling.from_prior(plan.rounds[0], len(unknowns.numbers), shares, _seed(bench.seed, 1))]
    columns = [_run(case, bench, "round1", parts[0], 1, again)]
    proposals: list[sampling.Proposal] = []
    variances = _pilot(case, bench, plan, parts[0], columns[0])
    for number, size in enumerate(plan.rounds[1:], start=2):
        so_far = _reference(case, parts, columns, proposals, variances)
        proposals.append(_proposal(so_far, case, shares))
        parts.append(proposals[-1].draw(size, _seed(bench.seed, number)))
        first = 1 + sum(plan.rounds[: number - 1])
        columns.append(_run(case, bench, f"round{number}", parts[-1], first, again))
    return _reference(case, parts, columns, proposals, variances)


def _seed(seed: int, number: int) -> int:
    """A seed for the draws of a stage; apart from those of travellers, which have streams of their own."""
    return (seed * 1_000_003 + number) % 2**63


def _run(case: Case, bench: Bench, stage: str, points: sampling.Points, first: int, again: frozenset[int]) -> Columns:
    values = case.unknowns.values(points.z)
    rows = zip(values, points.rule, strict=True)
    settings = [case.unknowns.changes(row, int(rule), bench.scenario) for row, rule in rows]
    kept = [i for i, setting in enumerate(settings) if not case.refuses(setting)]
    tasks = numbered(settings, first, again)
    found = bench.run(stage, [tasks[i] for i in kept], case.keys)
    columns = {key: np.full(len(points), np.nan) for key in case.keys}
    for key, column in found.items():
        columns[key][kept] = column
    return columns


def _pilot(case: Case, bench: Bench, plan: Plan, points: sampling.Points, columns: Columns) -> Floats:
    """Variance of each figure between replications, at the settings that agree best so far."""
    targets = case.targets
    summaries = known_bounds(columns, targets.aimed_at)
    distance = posterior.distances(summaries, targets.observed, posterior.scales(targets.tolerances, np.zeros(1)))
    n, replications = plan.pilot
    rows = np.argsort(distance, kind="stable")[:n]
    values = case.unknowns.values(points.z[rows])
    settings = [
        case.unknowns.changes(value, int(points.rule[row]), bench.scenario)
        for value, row in zip(values, rows, strict=True)
    ]
    numbers = range(plan.budget + 1, plan.budget + 1 + replications)
    found = bench.run("pilot", list(crossed(settings, numbers)), case.keys)
    figures = known_bounds(found, targets.aimed_at).reshape(len(settings), replications, -1)
    spread: Floats = np.nanvar(figures, axis=1, ddof=1)
    return np.asarray(np.nan_to_num(np.nanmean(spread, axis=0), nan=0.0), dtype=np.float64)


def _proposal(so_far: Reference, case: Case, shares: Floats) -> sampling.Proposal:
    distance = posterior.distances(so_far.summaries, case.targets.observed, so_far.scale)
    near = posterior.accepted(distance, so_far.weights, PROPOSAL_LIMIT, PROPOSAL_LEAST)
    some = sampling.Points(so_far.points.z[near.rows], so_far.points.rule[near.rows])
    return sampling.proposal_from(some, near.weights, shares)


def _reference(
    case: Case,
    parts: Sequence[sampling.Points],
    columns: Sequence[Columns],
    proposals: Sequence[sampling.Proposal],
    variances: Floats,
) -> Reference:
    points = sampling.joined(parts)
    sizes = tuple(len(part) for part in parts)
    together = {key: np.concatenate([each[key] for each in columns]) for key in case.keys}
    values = case.unknowns.values(points.z)
    return Reference(
        points=points,
        values=values,
        columns=together,
        summaries=known_bounds(together, case.targets.aimed_at),
        sizes=sizes,
        weights=sampling.mixture_weights(points, sizes, proposals),
        variances=variances,
        scale=posterior.scales(case.targets.tolerances, variances),
        refused=sum(case.refuses(case.unknowns.drawn(row)) for row in values),
    )
