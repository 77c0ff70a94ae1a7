"""Plans met by travellers, in worker processes: which targets each plan meets in each replication, and how well.

Travellers are drawn once for a replication and kept between plans; a plan changes rosters, coaches, posts and the
reserve, and no draw. The reserve brigade stays at home: it would hide people who are missing.

*In part*: what can not matter at points (visits, swabs, health, follow-up, teams of sites) is left out, for the search
alone: a replication takes a tenth of the time. The full model decides.

The `Evaluator` puts plans to blocks of travellers on the cores of this machine. Blocks are replications far apart, so
that no two have a traveller, or a draw of the ensemble, in common: block A is for the search, the others for
certificates and bounds. An ensemble with fewer draws than the blocks take is used again.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.commands.staff.problem import CERTIFICATES, CUTS, MISSED_BITS, SEARCH, Outcome, Plan
from sim.commands.staff.values import Value, lines_of, planned, planned_rosters, planned_tables, settings
from sim.flow import simulate, simulate_tables
from sim.flow.engines import SIMPY
from sim.flow.log import ALL_KINDS, EventLog, Kind
from sim.flow.tables import Tables, tables
from sim.measures import measure
from sim.measures.people import MINUTE
from sim.measures.scope import Scope
from sim.measures.staff_waits import OfShift, Waited, asked_for_coach, by_shift, coaches_in_time, waits_at_points
from sim.runs.ensemble import with_draw
from sim.runs.executors import side_by_side, unpacked
from sim.runs.job import require_same
from sim.sampling import Sample, sample
from sim.sampling.roster import present_of
from sim.sampling.streams import Draws
from sim.scenario.places import COACHES, HEADCOUNT, WORST_SHIFT
from sim.scenario.tables.schema import Scenario, Target

T = TypeVar("T")
STAFF, COACH = "within_staff_wait_share", "within_coach_wait_share"
AT_POINTS = (
    Kind.HANDED_OVER, Kind.NOT_DIVERTED, Kind.PARTY_SPLIT, Kind.ROOM_TAKEN, Kind.DEPARTED, Kind.UNPLACED, Kind.ARRIVED,
    Kind.CENSORED, Kind.PRESENT, Kind.TASK, Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED, Kind.LOAD_DUE, Kind.LOAD_DISSOLVED,
    Kind.BOARDING, Kind.COACH_READY, Kind.COACHES_OUT, Kind.COACHES_ADDED,
)  # fmt: skip
"""Rows from which waits at points are read."""
KEPT = 600
"""Replications of which a worker keeps the travellers: 1 MB each, with all parts of a large scenario 2 MB. More than a
block has, so that none is made again for the next plan.
"""


@dataclass(frozen=True)
class Goal:
    """A target of the plan."""

    name: str
    target: Target

    @property
    def pool(self) -> str | None:
        """The pool of a point of which the worst shift is asked about."""
        pool, _, form = self.target.place.rpartition(".")
        return pool if self.target.measure == STAFF and form == WORST_SHIFT else None

    @property
    def at_points(self) -> bool:
        """Whether staff and coaches of points decide it."""
        return self.pool is not None or self.target.measure == COACH


@dataclass(frozen=True)
class StaffQuestion:
    """What all trials of one command share."""

    scenario: Scenario
    values: tuple[Value, ...]
    goals: tuple[Goal, ...]
    seed: int
    engine: str
    unlimited: tuple[str, ...] = ()
    """Limits that are lifted: "rooms" where a target is about more than staff."""

    @property
    def has_parts(self) -> bool:
        """Whether parts can be left out: nothing of sites is asked about or free."""
        return all(goal.at_points for goal in self.goals) and not any(value.at_sites for value in self.values)


@dataclass(frozen=True)
class Trials:
    """Some plans on some replications: a worker's job."""

    packed: bytes
    """The question."""
    key: str
    """Of the question."""
    plans: tuple[Plan, ...]
    numbers: tuple[int, ...]
    """Replications."""
    draws: tuple[Mapping[str, Any] | None, ...]
    """What an ensemble says in each."""
    full: bool


class TrialResults(NamedTuple):
    """What came of it; arrays (plan, goal, replication)."""

    met: NDArray[np.bool_]
    margin: NDArray[np.float64]
    worst: NDArray[np.int32]
    missed: NDArray[np.int64]


def run_trials(job: Trials) -> TrialResults:
    """All plans of a job on all its replications."""
    question: StaffQuestion = unpacked(job.packed)
    shape = (len(job.plans), len(question.goals), len(job.numbers))
    tried = TrialResults(
        np.zeros(shape, dtype=bool),
        np.zeros(shape),
        np.full(shape, -1, dtype=np.int32),
        np.zeros(shape, dtype=np.int64),
    )
    for column, (number, draw) in enumerate(zip(job.numbers, job.draws, strict=True)):
        prepared = _kept.pop((job.key, number, job.full), None) or prepare(question, number, draw, full=job.full)
        _keep(job.key, number, job.full, prepared)
        for row, plan in enumerate(job.plans):
            for position, (share, worst, missed) in enumerate(results(question, prepared, plan)):
                target = question.goals[position].target
                margin = share - target.at_least if target.at_least is not None else (target.at_most or 0.0) - share
                tried.met[row, position, column] = margin >= 0
                tried.margin[row, position, column] = margin
                tried.worst[row, position, column] = worst
                tried.missed[row, position, column] = missed
    return tried


@dataclass(frozen=True)
class Prepared:
    """One replication, prepared for plans."""

    scenario: Scenario
    tables: Tables
    sample: Sample
    draws: Draws
    lines: dict[int, NDArray[np.int64]]


_kept: dict[tuple[str, int, bool], Prepared] = {}
"""Travellers of a worker, those used last at the end."""


def _keep(key: str, number: int, full: bool, prepared: Prepared) -> None:
    while len(_kept) >= KEPT:
        del _kept[next(iter(_kept))]
    _kept[key, number, full] = prepared


def prepare(question: StaffQuestion, number: int, draw: Mapping[str, Any] | None, *, full: bool) -> Prepared:
    """The travellers of a replication, and the tables of the scenario that they meet."""
    scenario = question.scenario.model_copy(update={"brigade": None})
    if draw is not None:
        scenario = with_draw(scenario, (draw,), 1)
    if not full and question.has_parts:
        scenario = in_part(scenario)
    travellers = sample(scenario, seed=question.seed, replication=number)
    made = tables(scenario, question.unlimited)
    return Prepared(scenario, made, travellers, Draws(question.seed, number), lines_of(scenario, question.values))


def in_part(scenario: Scenario) -> Scenario:
    """Without what can not matter at points."""
    none = dict.fromkeys(("swabs", "laboratory", "health", "screening", "hospital", "follow_up"))
    sites = scenario.sites
    if sites is not None:
        candidates = {name: site.model_copy(update={"team": None}) for name, site in sites.candidates.items()}
        sites = sites.model_copy(update={"team": None, "candidates": candidates})
    return scenario.model_copy(update={**none, "visits": {}, "sites": sites})


def history(question: StaffQuestion, prepared: Prepared, plan: Plan) -> tuple[Scenario, EventLog]:
    """The scenario with the plan's settings, and its history; of rows those that the goals are read from."""
    here = settings(prepared.scenario, question.values, plan)
    of_plan = planned_rosters(here, prepared.tables, prepared.lines, plan)
    come = list(prepared.sample.present)
    for position, people in zip(of_plan, present_of(tuple(of_plan.values()), prepared.draws), strict=True):
        come[position] = people
    kinds = AT_POINTS if question.goals and all(goal.at_points for goal in question.goals) else ALL_KINDS
    made = planned_tables(here, prepared.tables, of_plan)
    log = simulate_tables(made, replace(prepared.sample, present=tuple(come)), engine=question.engine, kinds=kinds)
    return here, log


class OfGoal(NamedTuple):
    """What one replication says about a goal."""

    share: float
    """The measure."""
    worst: int = -1
    """Index of the free value that is worst, -1 for none."""
    missed: int = 0
    """Bit i: the shift (or the coaches) of free value i misses."""


def results(question: StaffQuestion, prepared: Prepared, plan: Plan) -> list[OfGoal]:
    """Of each goal."""
    here, log = history(question, prepared, plan)
    scope = Scope(log, prepared.scenario)
    found: list[OfGoal] = []
    at_points = _AtPoints(scope, here, prepared.tables) if any(goal.at_points for goal in question.goals) else None
    for goal in question.goals:
        if goal.at_points and at_points is not None:
            found.append(at_points.of(goal, question.values))
        else:
            found.append(OfGoal(_value(log, here, goal.target)))
    return found


def _value(log: EventLog, scenario: Scenario, target: Target) -> float:
    """A measure of one place; of nothing it is taken to be met."""
    rows = measure(log, scenario, names=[target.measure]).values
    share = next((row.value for row in rows if row.place == target.place), float("nan"))
    if np.isnan(share):
        share = target.at_least if target.at_least is not None else target.at_most or 0.0
    return float(share)


class _AtPoints:
    """Waits for staff and coaches of one history, read once for all goals."""

    def __init__(self, scope: Scope, planned: Scenario, made: Tables) -> None:
        self.scope = scope
        self.asked = asked_for_coach(scope, {name: port.coaches or 0 for name, port in planned.ports.items()})
        self.waited: Waited = waits_at_points(scope, self.asked)
        self.shifts = by_shift(scope, self.waited, made.rosters)

    def of(self, goal: Goal, values: Sequence[Value]) -> OfGoal:
        """The share of a goal, and the free value of its worst shift or of its coaches; 1 where nobody came."""
        least = goal.target.at_least or 0.0
        if goal.pool is None:
            shares = {row.place: row.value for row in coaches_in_time(self.scope, self.asked)}
            share = shares.get(goal.target.place, float("nan"))
            index = _index(values, COACHES, goal.target.place)
            share = 1.0 if np.isnan(share) else share
            return OfGoal(share, index, _bits([index] if share < least else []))
        shifts = [shift for shift in self.shifts if self.scope.name(shift.pool) == goal.pool and shift.judged]
        if not shifts:
            return OfGoal(1.0)
        worst = min(shifts, key=_share)
        short = [_index(values, HEADCOUNT, goal.pool, s.phase, s.start) for s in shifts if _share(s) < least]
        return OfGoal(_share(worst), _index(values, HEADCOUNT, goal.pool, worst.phase, worst.start), _bits(short))


def _bits(indices: Sequence[int]) -> int:
    """A bit for each free value; -1 stands for something that is not free and has none, nor have those beyond."""
    return sum(1 << index for index in set(indices) if 0 <= index < MISSED_BITS)


def _share(shift: OfShift) -> float:
    return shift.met / shift.judged


def _index(values: Sequence[Value], kind: str, place: str, phase: int = 0, start: int = 0) -> int:
    meant = (kind, place, phase, start)
    return next((i for i, v in enumerate(values) if (v.kind, v.place, v.phase, v.start) == meant), -1)


class Detail(NamedTuple):
    """What a plan's replication looks like at points, for who reads the plan."""

    shares: dict[tuple[str, int, int], float]
    """By pool, phase and start: tasks of people begun in time."""
    longest: dict[str, float]
    """By pool: longest wait for staff, minutes."""
    nobody: dict[str, float]
    """By pool: share of tasks of people who join while nobody is on duty; no shift counts them."""


def run_details(job: Trials) -> list[Detail]:
    """The first plan of a job on all its replications, in full."""
    question: StaffQuestion = unpacked(job.packed)
    return [
        _detail(question, prepare(question, number, draw, full=job.full), job.plans[0])
        for number, draw in zip(job.numbers, job.draws, strict=True)
    ]


def _detail(question: StaffQuestion, prepared: Prepared, plan: Plan) -> Detail:
    here, log = history(question, prepared, plan)
    scope = Scope(log, prepared.scenario)
    at_points = _AtPoints(scope, here, prepared.tables)
    shares = {
        (scope.name(shift.pool), shift.phase, shift.start): _share(shift) for shift in at_points.shifts if shift.judged
    }
    waited, longest, nobody = at_points.waited, dict[str, float](), dict[str, float]()
    for number in sorted(set(waited.pool.tolist())):
        lines, name = waited.pool == number, scope.name(number)
        longest[name] = float((waited.until - waited.joined)[lines].max()) / MINUTE
        in_shifts = sum(shift.joined for shift in at_points.shifts if shift.pool == number)
        everybody = int(waited.people[lines].sum())
        nobody[name] = (everybody - in_shifts) / everybody if everybody else 0.0
    return Detail(shares, longest, nobody)


def require_same_on_simpy(question: StaffQuestion, number: int, draw: Mapping[str, Any] | None, plan: Plan) -> None:
    """A replication with a plan, as it is met here and as the plan's own scenario gives it on SimPy, row for row.

    Raises EnginesDifferError.
    """
    prepared = prepare(question, number, draw, full=True)
    whole = replace(question, goals=())  # all rows
    _here, log = history(whole, prepared, plan)
    there = planned(prepared.scenario, question.values, plan)
    travellers = sample(there, seed=question.seed, replication=number)
    require_same(log, simulate(there, travellers, engine=SIMPY, unlimited=question.unlimited))


EXTRA = "X"
"""Travellers for what stands beside the certificate: load, absence, more arrivals."""
BLOCKS = (SEARCH, *CERTIFICATES, *CUTS, EXTRA)
APART = 700
"""Replications between the first ones of two blocks: more than any block has."""


def replication(block: str, number: int) -> int:
    """Number of a replication of a block, counted from 0, among all of the scenario."""
    return 1 + BLOCKS.index(block) * APART + number


@dataclass
class Evaluator:
    """An `Evaluate` of the problem of a question.

    Each worker has its own replications, the n-th of all, so that between plans it keeps their travellers, and nobody
    else makes them again.
    """

    question: StaffQuestion
    draws: Sequence[Mapping[str, Any]]
    """Of an ensemble; empty without one."""
    workers: Sequence[Executor]
    """Of one process each."""
    made: int = 0
    """Replications of plans."""
    _packed: bytes = field(init=False)
    _key: str = field(init=False)

    def __post_init__(self) -> None:
        """Pack the question once for all jobs."""
        self._packed = pickle.dumps(self.question)
        self._key = hashlib.sha256(self._packed).hexdigest()

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        """One outcome per plan."""
        jobs = self.jobs(plans, block, replications, full=full)
        parts = [np.concatenate(pieces, axis=2) for pieces in zip(*self.each(run_trials, jobs), strict=True)]
        order = np.argsort([number for job in jobs for number in job.numbers])
        self.made += len(plans) * len(replications)
        return [Outcome(*(part[i][:, order] for part in parts)) for i in range(len(plans))]

    def jobs(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Trials]:
        """One for each worker that has some of these replications, each with all plans."""
        n, numbers = len(self.workers), [replication(block, number) for number in replications]
        own = [tuple(number for number in numbers if number % n == worker) for worker in range(n)]
        return [
            Trials(self._packed, self._key, tuple(plans), each, tuple(self.draw(number) for number in each), full)
            for each in own
            if each
        ]

    def draw(self, number: int) -> Mapping[str, Any] | None:
        """What the ensemble says in a replication."""
        return self.draws[(number - 1) % len(self.draws)] if self.draws else None

    def each(self, run: Callable[[Trials], T], jobs: Sequence[Trials]) -> list[T]:
        """What workers make of jobs, in their order; each goes to the worker that has its replications."""
        return side_by_side([(self.workers[job.numbers[0] % len(self.workers)], job) for job in jobs], run)
