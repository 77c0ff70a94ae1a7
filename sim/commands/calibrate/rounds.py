"""Rounds of histories: how many of them, the prior's first, then proposals round those that agreed best; all of them in
one reference table.

A history is a setting and a replication. They are run in chunks that are kept before they are counted. A chunk's key is
a hash of all that decides about its numbers: model, scenario, seed, settings, replications, figures. What an earlier,
interrupted call has finished is read back and not run again, whatever else was changed meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.abc import posterior, sampling
from sim.commands.calibrate.case import Case, known_bounds, row_of
from sim.commands.calibrate.unknowns import Key
from sim.flow.engines import COMPILED
from sim.keeping.chunkstore import ChunkStore
from sim.measures import REGISTRY
from sim.runs.chunk_runner import Chunk, Done, Part, finished
from sim.runs.job import Job, chosen
from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]
Columns = dict[Key, NDArray[np.float64]]
"""A value for each history, by measure and place; nan where there is none."""
FIRST_SHARE = 0.3
"""Of the budget, for the sample of the prior."""
LATER_ROUNDS = 5
FRESH = 20
"""Fresh replications of each draw that may become the calibrated setting."""
PROPOSAL_LIMIT = 1.0
"""A round's proposal is made from histories nearer than this, or more where they are few …"""
PROPOSAL_LEAST = 100.0
"""… so that their effective size is this."""
CHUNK = {COMPILED: 20}
"""Histories in a chunk, by engine; never a matter of workers, so that a chunk is found again."""
CHUNK_OTHERWISE = 4


@dataclass(frozen=True)
class HistoryPlan:
    """Histories of each stage. The rounds are the budget; what follows them takes some 15 % more."""

    rounds: tuple[int, ...]
    """The prior's first."""
    pilot: tuple[int, int]
    """Settings, and replications of each, that show how much replications differ."""
    contenders: int
    """Draws that may become the calibrated setting, with `FRESH` replications each."""
    predictive: int
    """Draws of the ensemble, the first, that are run once to predict figures."""
    split: tuple[int, int]
    """Draws and replications of each that separate chance from open values."""
    staff: int
    """Draws for which staff needed is predicted, which takes a second flow."""
    tried: int
    """Draws for which it is predicted under each value that is tried."""

    @property
    def budget(self) -> int:
        """Histories of all rounds."""
        return sum(self.rounds)

    def total(self, n_tried: int, *, staff: bool) -> int:
        """All histories; `n_tried`: values for which staff needed is tried, `staff`: whether it is predicted."""
        pilot, split = self.pilot[0] * self.pilot[1], self.split[0] * self.split[1]
        of_staff = self.staff * staff + self.tried * n_tried
        return self.budget + pilot + self.contenders * FRESH + self.predictive + split + of_staff


def plan_of(budget: int) -> HistoryPlan:
    """A plan for a budget of at least 40 histories."""
    first = round(FIRST_SHARE * budget)
    later = [(budget - first) // LATER_ROUNDS] * LATER_ROUNDS
    later[-1] += budget - first - sum(later)
    return HistoryPlan(
        rounds=(first, *later),
        pilot=(_between(3, budget // 500, 16), _between(3, budget // 500, 12)),
        contenders=_between(1, budget // 200, 100),
        predictive=_between(10, budget // 40, 250),
        split=(_between(4, budget // 400, 40), _between(3, budget // 2000, 5)),
        staff=_between(10, budget // 40, 250),
        tried=_between(2, budget // 500, 40),
    )


def _between(least: int, wanted: int, most: int) -> int:
    return max(least, min(wanted, most))


def total_of(case: Case, plan: HistoryPlan) -> int:
    """All histories of a calibration."""
    staff = bool(case.targets.seen_with_staff)
    tried = len(case.unknowns.predictions[0].values) if staff and case.unknowns.predictions else 0
    return plan.total(tried, staff=staff)


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


def run_rounds(case: Case, runner: HistoryRunner, plan: HistoryPlan) -> Reference:
    """Run all rounds. What is random depends on the seed alone."""
    unknowns, on_simpy = case.unknowns, frozenset(chosen(runner.seed, range(1, plan.budget + 1)))
    shares = unknowns.rule_shares
    parts = [sampling.from_prior(plan.rounds[0], len(unknowns.numbers), shares, _seed(runner.seed, 1))]
    columns = [_run(case, runner, "round1", parts[0], 1, on_simpy)]
    proposals: list[sampling.Proposal] = []
    variances = _pilot(case, runner, plan, parts[0], columns[0])
    for number, size in enumerate(plan.rounds[1:], start=2):
        so_far = _reference(case, parts, columns, proposals, variances)
        proposals.append(_proposal(so_far, case, shares))
        parts.append(proposals[-1].draw(size, _seed(runner.seed, number)))
        first = 1 + sum(plan.rounds[: number - 1])
        columns.append(_run(case, runner, f"round{number}", parts[-1], first, on_simpy))
    return _reference(case, parts, columns, proposals, variances)


def _seed(seed: int, number: int) -> int:
    """A seed for the draws of a stage; apart from those of travellers, which have streams of their own."""
    return (seed * 1_000_003 + number) % 2**63


def _run(
    case: Case, runner: HistoryRunner, stage: str, points: sampling.Points, first: int, on_simpy: frozenset[int]
) -> Columns:
    values = case.unknowns.values(points.z)
    rows = zip(values, points.rule, strict=True)
    settings = [case.unknowns.changes(row, int(rule), runner.scenario) for row, rule in rows]
    kept = [i for i, setting in enumerate(settings) if not case.refuses(setting)]
    tasks = numbered(settings, first, on_simpy)
    found = runner.run(stage, [tasks[i] for i in kept], case.keys)
    columns = {key: np.full(len(points), np.nan) for key in case.keys}
    for key, column in found.items():
        columns[key][kept] = column
    return columns


def _pilot(case: Case, runner: HistoryRunner, plan: HistoryPlan, points: sampling.Points, columns: Columns) -> Floats:
    """Variance of each figure between replications, at the settings that agree best so far."""
    targets = case.targets
    summaries = known_bounds(columns, targets.aimed_at)
    distance = posterior.distances(summaries, targets.observed, posterior.scales(targets.tolerances, np.zeros(1)))
    n, replications = plan.pilot
    rows = np.argsort(distance, kind="stable")[:n]
    values = case.unknowns.values(points.z[rows])
    settings = [
        case.unknowns.changes(value, int(points.rule[row]), runner.scenario)
        for value, row in zip(values, rows, strict=True)
    ]
    numbers = range(plan.budget + 1, plan.budget + 1 + replications)
    found = runner.run("pilot", list(crossed(settings, numbers)), case.keys)
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


# histories


@dataclass(frozen=True)
class Task:
    """One history to run."""

    changes: Mapping[str, Any]
    """Values of the draw by dotted path."""
    replication: int
    on_simpy: bool = False
    """Whether it is run again on SimPy and compared."""


@dataclass
class HistoryRunner:
    """Runs histories, or reads them back; holds what all of them share."""

    scenario: Scenario
    seed: int
    engine: str
    executor: Executor
    store: ChunkStore
    model: str
    """What else decides about numbers: hash of scenario and sources."""
    on_progress: Callable[[int], None]
    """Called with the number of histories that are there so far, found ones included."""
    count: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    """Reason for each history that failed, by stage and number."""
    compared: int = 0
    """Histories run again on SimPy, with the same result."""

    def run(self, stage: str, tasks: Sequence[Task], keys: Sequence[Key]) -> Columns:
        """Values at the keys for each task, in order. Raises EnginesDifferError, ChunkError, KeyboardInterrupt."""
        size = CHUNK.get(self.engine, CHUNK_OTHERWISE)
        starts = range(0, len(tasks), size)
        values = np.full((len(tasks), len(keys)), math.nan)
        there = self.store.keys()
        names = {start: self._name(stage, tasks[start : start + size], start, keys) for start in starts}
        missing = [start for start in starts if names[start] not in there]
        for start in starts:
            if start not in missing:
                self._take(names[start], start, values)
        chunks = (self._chunk(stage, tasks[start : start + size], start, keys) for start in missing)
        for number, done in finished(self.executor, chunks):
            start = missing[number]
            self._keep(names[start], tasks[start : start + size], done, keys)
            self._take(names[start], start, values)
        return {key: values[:, i] for i, key in enumerate(keys)}

    def _name(self, stage: str, tasks: Sequence[Task], start: int, keys: Sequence[Key]) -> str:
        settings = [[dict(task.changes), task.replication] for task in tasks]
        content = json.dumps([self.model, self.seed, settings, list(keys)], sort_keys=True, default=str)
        return f"{stage}-{start:06d}-{hashlib.sha256(content.encode()).hexdigest()[:24]}"

    def _chunk(self, stage: str, tasks: Sequence[Task], start: int, keys: Sequence[Key]) -> Chunk:
        names = tuple(dict.fromkeys(measure for measure, _ in keys))
        second = tuple({place for measure, place in keys if REGISTRY[measure].second_flow})
        return tuple(
            Part(
                f"{stage} {start + i + 1}",
                Job(
                    self.scenario,
                    self.seed,
                    engine=self.engine,
                    names=names,
                    draws=(task.changes,) if task.changes else (),
                    n_second_flows=task.replication if second else 0,
                    second_places=second,
                    rerun=(task.replication,) if task.on_simpy and self.engine == COMPILED else (),
                ),
                (task.replication,),
            )
            for i, task in enumerate(tasks)
        )

    def _keep(self, name: str, tasks: Sequence[Task], done: Sequence[Done], keys: Sequence[Key]) -> None:
        rows = [row_of(one.outcome.measures.values if one.outcome else (), keys) for one in done]
        columns = {f"{measure}@{place}": [row[i] for row in rows] for i, (measure, place) in enumerate(keys)}
        failed = {one.point: one.error for one in done if one.error}
        compared = sum(task.on_simpy for task in tasks) if self.engine == COMPILED else 0
        self.store.put(name, columns, {"failed": json.dumps(failed), "compared": str(compared)})

    def _take(self, name: str, start: int, values: NDArray[np.float64]) -> None:
        """Read a chunk's values into their rows."""
        stored = self.store.get(name)
        rows = np.column_stack([stored.columns[name].to_numpy() for name in stored.columns.column_names])
        values[start : start + len(rows)] = rows
        self.failed |= json.loads(stored.facts.get("failed", "{}"))
        self.compared += int(stored.facts.get("compared", 0))
        self.count += len(rows)
        self.on_progress(self.count)


def numbered(settings: Sequence[Mapping[str, Any]], first: int, on_simpy: frozenset[int] = frozenset()) -> list[Task]:
    """A task for each setting, with travellers of their own: replications from `first` on."""
    return [Task(changes, number, number in on_simpy) for number, changes in enumerate(settings, start=first)]


def crossed(settings: Sequence[Mapping[str, Any]], replications: range) -> Iterator[Task]:
    """Each setting with each replication, all settings with the same travellers; settings are the outer loop."""
    return (Task(changes, number) for changes in settings for number in replications)
