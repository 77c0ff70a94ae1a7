"""Load by hour, measured with pools unlimited: staff busy if nobody had to wait. It leads the first guess, and is drawn
beside the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.commands.staff.integer_programs import LONG_WAITS_SHARE
from sim.commands.staff.problem import Hour
from sim.commands.staff.trials import StaffQuestion, Trials, prepare
from sim.commands.staff.values import Value, phases_of, staffed
from sim.flow import simulate
from sim.flow.log import Kind
from sim.flow.steps import presence_by_hour
from sim.measures.needed import people_needed
from sim.measures.scope import HOUR, Scope
from sim.numbers.theory import servers_needed
from sim.runs.executors import unpacked
from sim.scenario.free_numbers import HEADCOUNT
from sim.scenario.places import pool_of
from sim.scenario.tables.schema import Pool, Scenario

Floats = NDArray[np.float64]
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
