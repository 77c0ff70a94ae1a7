"""What is asked of `qcap staff`: options and `[staffing]` become a question (see `trials`) and a problem in numbers.

To the problem belongs the load by hour, measured with pools unlimited: staff busy if nobody had to wait. It leads the
first guess, and is drawn beside the plan.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.commands.staff.ledger import LONG_WAITS_SHARE
from sim.commands.staff.problem import Free, Hour, Problem, TargetShare
from sim.commands.staff.trials import COACH, STAFF, Goal, StaffQuestion, Trials, prepare
from sim.commands.staff.values import Bounds, Value, phases_of, staffed, unit_cost, values_of
from sim.flow import simulate
from sim.flow.log import Kind
from sim.flow.steps import presence_by_hour
from sim.keeping.manifest import sources_hash
from sim.measures.needed import people_needed
from sim.measures.scope import HOUR, Scope
from sim.numbers.theory import servers_needed
from sim.runs.executors import unpacked
from sim.scenario.faults import nearest
from sim.scenario.files.documents import resolved_dict, scenario_hash
from sim.scenario.places import COACHES, HEADCOUNT, POSTS, RESERVE, pool_of, worst_shift_of
from sim.scenario.tables.schema import Scenario, Target
from sim.scenario.tables.staff import Pool, Staffing
from sim.shell import errors
from sim.words.searches import REFUSED_STAFF as REFUSED

Floats = NDArray[np.float64]
VISITS = "visits_in_time_share"
ABOUT_STAFF = frozenset({STAFF, COACH, VISITS, "visits_late_share", "visits_missed_share", "utilisation",
                         "overtime_hours", "posts_empty"})  # fmt: skip
"""Measures that people and coaches decide; with others rooms are lifted, so that they do not hide what staff do."""
MOST_VALUES = 60
STATE = "state.json"
LARGEST_STATE = 200_000_000
"""Bytes."""
_BOUNDS = re.compile(r"(\d{1,6})\s*\.\.\s*(\d{1,6})$")


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    targets: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    minimise: str | None = None


def staffing_of(scenario: Scenario, minimise: str | None) -> Staffing:
    """The table, with what the command line says about it. Raises BadInput."""
    table = scenario.staffing or Staffing()
    if minimise is None:
        return table
    if minimise not in ("staff_days", "cost"):
        errors.refuse(REFUSED["minimise"].format(given=minimise))
    if minimise == "cost" and (scenario.costs is None or scenario.costs.staff_day <= 0):
        errors.refuse(REFUSED["no_cost"])
    return table.model_copy(update={"minimise": minimise})


def question_of(scenario: Scenario, options: Options, seed: int, engine: str) -> StaffQuestion:
    """What trials take; the scenario has the phases and targets that its plan will have. Raises BadInput."""
    staffing = staffing_of(scenario, options.minimise)
    free = _free(options.free) if options.free else staffing.free
    try:
        values = values_of(scenario, free)
    except ValueError as error:
        errors.refuse(f"--free {error}")
    if not values:
        errors.refuse(REFUSED["nothing_free"])
    if len(values) > MOST_VALUES:
        errors.refuse(REFUSED["too_many"].format(n=len(values), most=MOST_VALUES))
    goals = _goals(scenario, staffing, options.targets or staffing.targets, values)
    if not goals:
        errors.refuse(REFUSED["no_goal"])
    has_rooms = scenario.sites is not None and any(value.kind != RESERVE for value in values)
    lifted = has_rooms and any(goal.target.measure not in ABOUT_STAFF for goal in goals)
    there = scenario.model_copy(update={"staffing": staffing})
    return StaffQuestion(there, values, goals, seed, engine, ("rooms",) if lifted else ())


def _free(texts: Iterable[str]) -> dict[str, Bounds]:
    found: dict[str, Bounds] = {}
    for text in texts:
        path, equals, given = text.partition("=")
        bounds = _BOUNDS.match(given.strip())
        if not equals or bounds is None or int(bounds[1]) > int(bounds[2]):
            errors.refuse(REFUSED["free"].format(given=text))
        found[path.strip()] = int(bounds[1]), int(bounds[2])
    return found


def _goals(scenario: Scenario, staffing: Staffing, names: Sequence[str], values: Sequence[Value]) -> tuple[Goal, ...]:
    usual = {goal.name: goal for goal in _usual_goals(scenario, staffing, values)}
    if not names:
        return tuple(usual.values())
    known = {name: Goal(name, target) for name, target in scenario.targets.items()} | usual
    for name in names:
        if name not in known:
            hint = nearest(name, known) or REFUSED["targets"].format(names=", ".join(known))
            errors.refuse(REFUSED["no_target"].format(target=name, hint=hint))
        if not 0 < known[name].target.share_of_runs < 1:
            errors.refuse(REFUSED["certain"].format(target=name))
    return tuple(known[name] for name in dict.fromkeys(names))


def _usual_goals(scenario: Scenario, staffing: Staffing, values: Sequence[Value]) -> list[Goal]:
    """Targets where nobody names any: of whatever is free."""
    pools = dict.fromkeys(v.place for v in values if v.kind in (HEADCOUNT, POSTS))
    at_ports = {port.pool for port in scenario.ports.values()}
    asked = [(f"staff_{pool}", STAFF, worst_shift_of(pool)) for pool in pools if pool in at_ports]
    asked += [(f"coaches_{value.place}", COACH, value.place) for value in values if value.kind == COACHES]
    if scenario.visits and any(pool not in at_ports for pool in pools):
        asked.append(("visits", VISITS, "all"))
    share, runs = staffing.share_of_tasks, staffing.share_of_runs
    return [
        Goal(name, Target(measure=measure, place=place, at_least=share, share_of_runs=runs))
        for name, measure, place in asked
    ]


def problem_of(question: StaffQuestion, loads: Sequence[Load], open_sites: float) -> Problem:
    """The question in numbers."""
    scenario = question.scenario
    staffing = scenario.staffing or Staffing()
    frees = tuple(
        Free(value.path, value.low, value.high, unit_cost(value, scenario, staffing, open_sites))
        for value in question.values
    )
    asked = tuple(TargetShare(goal.name, goal.target.share_of_runs) for goal in question.goals)
    today = tuple(min(max(-int(-value.today // 1), value.low), value.high) for value in question.values)
    return Problem(frees, asked, hours_of(scenario, question.values, loads), today)


def identity(question: StaffQuestion, draws: Sequence[Mapping[str, Any]]) -> str:
    """What a search belongs to: scenario, free values, targets, seed, ensemble, version."""
    content = {
        "scenario": scenario_hash(question.scenario),
        "staffing": resolved_dict(question.scenario).get("staffing"),
        "values": [(value.path, value.low, value.high) for value in question.values],
        "goals": [(goal.name, goal.target.model_dump(mode="json")) for goal in question.goals],
        "seed": question.seed,
        "unlimited": question.unlimited,
        "draws": hashlib.sha256(json.dumps(draws[:1000], default=str, sort_keys=True).encode()).hexdigest(),
        "sources": sources_hash(),
    }
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()


def read_state(folder: Path, of: str) -> dict[str, Any] | None:
    """The search of an earlier command; None when there is none, or it belongs to another question.

    It is data: numbers and text, of which the ledger takes arrays.
    """
    file = folder / STATE
    try:
        if file.stat().st_size > LARGEST_STATE:
            return None
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    right = isinstance(content, dict) and content.get("of") == of and isinstance(content.get("search"), dict)
    return content["search"] if right else None


# load by hour

HOURS = 24
BUSY_DAYS = 0.8
"""The first guess is for a replication busier than this share of all."""
LEAST_TASKS = 0.01
"""Tasks an hour below which an hour needs nobody."""


class ByHour(NamedTuple):
    """Of one replication and pool, shape (days, 24); of teams of sites by open site."""

    busy: Floats
    """Mean staff busy."""
    tasks: Floats
    """Staff asked for by tasks that begin in the hour: one of two people counts twice."""


@dataclass(frozen=True)
class Load:
    """Of one pool."""

    pool: str
    mean: Floats
    """Staff busy, shape (phases, 24): mean over days and replications."""
    p95: Floats
    """What 95 of 100 such hours do not exceed."""
    rate: Floats
    """Tasks an hour, weighted by the people who meet them, of a busy replication."""
    minutes: float
    """Mean length of a task."""


def run_loads(job: Trials) -> list[dict[str, ByHour]]:
    """Each replication of a job with the pools unlimited."""
    question: StaffQuestion = unpacked(job.packed)
    found = []
    for number, draw in zip(job.numbers, job.draws, strict=True):
        prepared = prepare(question, number, draw, full=job.full)
        pools = tuple({value.place for value in question.values if value.kind == HEADCOUNT})
        kinds = (Kind.TASK, Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED, Kind.SITE_OPENED, Kind.SITE_CLOSED)
        log = simulate(prepared.scenario, prepared.sample, engine=question.engine, unlimited=pools, kinds=kinds)
        found.append(_by_hour(Scope(log, prepared.scenario), pools))
    return found


def _by_hour(scope: Scope, pools: Sequence[str]) -> dict[str, ByHour]:
    n_days = scope.scenario.n_days
    rows, places, found = scope.history.all_tasks(), scope.log.places, {}
    for pool in pools:
        members = [p for p in places.pools if pool_of(scope.scenario, places.ids[p])[0] == pool]
        here = np.isin(rows.place, members)
        begin, end, staff = rows.second[here], rows.value[here], rows.people[here]
        shape, none = (1, n_days * HOURS), np.zeros(int(here.sum()), dtype=np.int64)
        busy = presence_by_hour(none, (begin, end), staff, shape)[0] / HOUR
        tasks = np.bincount(np.minimum(begin // HOUR, shape[1]), weights=staff, minlength=shape[1] + 1)[: shape[1]]
        sites = np.maximum(_open_sites(scope, members), 1.0)
        found[pool] = ByHour((busy / sites).reshape(n_days, HOURS), (tasks / sites).reshape(n_days, HOURS))
    return found


def _open_sites(scope: Scope, members: Sequence[int]) -> Floats:
    """Open sites that have one of these teams, in each hour; 1 for the pool of a point."""
    hours = np.arange(scope.scenario.n_days * HOURS) * HOUR
    of_site = scope.log.places.pool_of_site
    sites = [site for site, pool in enumerate(of_site) if pool in members]
    if not sites:
        return np.ones(len(hours))
    opened, closed = scope.sites.opened[sites], scope.sites.closed[sites]
    there = (opened[:, None] >= 0) & (opened[:, None] <= hours) & (hours < closed[:, None])
    return np.asarray(there.sum(axis=0), dtype=np.float64)


def loads(scenario: Scenario, replications: Sequence[dict[str, ByHour]]) -> list[Load]:
    """What many replications say about each pool, in order of pools."""
    phases, made = phases_of(scenario), []
    for pool in [name for name in staffed(scenario) if replications and name in replications[0]]:
        busy, tasks = (np.stack([getattr(r[pool], part) for r in replications]) for part in ByHour._fields)
        first = scenario.first_day
        days = [((each.from_day - first).days, (each.to_day - first).days + 1) for each in phases]
        weighed = [_weighed(tasks[:, begin:end]) for begin, end in days]
        made.append(
            Load(
                pool=pool,
                mean=np.stack([busy[:, begin:end].mean(axis=(0, 1)) for begin, end in days]),
                p95=np.stack([np.quantile(busy[:, begin:end], 0.95, axis=(0, 1)) for begin, end in days]),
                rate=np.stack([np.quantile(each, BUSY_DAYS, axis=0) for each in weighed]),
                minutes=float(busy.sum() / max(tasks.sum(), 1.0)) * 60,
            )
        )
    return made


def _weighed(tasks: Floats) -> Floats:
    """Tasks of an hour of the day as those who come meet them: a mean over days weighted by the tasks themselves."""
    total = tasks.sum(axis=1)
    return np.asarray(np.divide((tasks**2).sum(axis=1), total, out=np.zeros_like(total), where=total > 0))


def hours_of(scenario: Scenario, values: Sequence[Value], made: Sequence[Load]) -> tuple[Hour, ...]:
    """The hours of all pools for the first guess."""
    found = []
    limit = scenario.limits.staff_wait_minutes
    for load in made:
        pool = scenario.pools[load.pool]
        for phase in range(len(load.rate)):
            for hour in range(HOURS):
                cover = tuple(i for i, value in enumerate(values) if covers(value, load.pool, phase, hour))
                if cover and load.rate[phase, hour] > LEAST_TASKS and load.minutes > 0:
                    rate = float(load.rate[phase, hour]) / 60
                    found.append(Hour(rate, load.minutes, limit, cover, _others(pool, rate, load.minutes, limit)))
    return tuple(found)


def covers(value: Value, pool: str, phase: int, hour: int) -> bool:
    """Whether a shift is on duty at the middle of an hour of the day."""
    since = (hour * 60 + 30 - value.start) % (HOURS * 60)
    return (value.kind, value.place, value.phase) == (HEADCOUNT, pool, phase) and since < value.hours * 60


def _others(pool: Pool, rate: float, minutes: float, limit: float) -> int:
    """Less those who are at posts, off or absent, as a number below 0."""
    need = servers_needed(rate, minutes, limit, share=LONG_WAITS_SHARE)
    present = float(people_needed(pool, np.array([need], dtype=np.int64))[0])
    if np.isnan(present):
        return 0
    return need - int(np.ceil(present / max(1 - pool.absence_share, 0.1) - 1e-9))
