"""What every part of the SimPy engine uses: timed events, tasks of staff, rows of the log.

An event's key is its place among simultaneous events; it is SimPy's priority. No delay is zero, so nothing overtakes.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import Any

import simpy

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.state import Flow, Load, Party, Pool
from sim.flow.tables import ServiceTable

DECISION_KEY = order_key(Moment.DECISIONS, 0)


class Timed(simpy.Event):
    """An event at a given second; its key decides its place among simultaneous events."""

    def __init__(self, env: simpy.Environment, second: int, key: int, action: Callable[[Any], None] | None = None):
        self.env = env
        self.callbacks = [] if action is None else [action]
        self._ok = True
        self._value = None
        env.schedule(self, key, second - env.now)  # type: ignore[arg-type]  # any integer orders the heap


class Task(simpy.Event):
    """Work that queues in a pool; as an event it is the end of the work.

    It is scheduled when the work starts, so a process that waits for it costs one event, not a request and a release.
    """

    def __init__(self, flow: Flow, pool: Pool, subject: Subject, party: Party, need: int, seconds: int, moment: Moment):
        self.env = flow.env
        self.callbacks = [end_task]
        self._ok = True
        self.flow = flow
        self.pool = pool
        self.subject = subject
        self.party = party
        self.need = need if pool.staffed else 0
        self.seconds = seconds
        self.moment = moment
        self.shift = 0
        self.load: Load | None = None


def write(  # noqa: PLR0913, PLR0917  one argument per column of the log
    flow: Flow, kind: Kind, subject: Subject, subject_id: int, place: int, party: int, people: int, value: int = 0,
    reason: Reason = Reason.NONE,
) -> None:  # fmt: skip
    """Append a row to the log, at the present second."""
    flow.rows.extend((int(flow.env.now), kind, subject, subject_id, place, party, people, value, reason))


def write_party(flow: Flow, kind: Kind, party: Party, place: int, value: int = 0) -> None:
    """Append a row about a party."""
    write(flow, kind, Subject.PARTY, party.number, place, party.number, party.people, value)


def write_place(
    flow: Flow, kind: Kind, place: int, people: int = 0, value: int = 0, reason: Reason = Reason.NONE
) -> None:
    """Append a row about a port, site or pool."""
    write(flow, kind, Subject.PLACE, place, place, -1, people, value, reason)


def now(flow: Flow) -> int:
    """The present second."""
    return int(flow.env.now)


def site_place(flow: Flow, site: int) -> int:
    """Place number of a site."""
    return flow.tables.places.n_ports + site


def wake(flow: Flow) -> None:
    """Have the decisions of this second taken, once, after everything else that happens in it."""
    if not flow.pending:
        flow.pending = True
        Timed(flow.env, now(flow), DECISION_KEY, lambda _: flow.decide(flow))


def touch(flow: Flow, pool: Pool) -> None:
    """A task may be able to start in this pool."""
    flow.touched[pool.place] = pool
    wake(flow)


def join(flow: Flow, task: Task) -> Task:
    """Put a task into its pool's queue: (class, time of joining, task id)."""
    heappush(task.pool.queue, (task.subject, now(flow), task.party.entity, task))
    touch(flow, task.pool)
    return task


def end_task(task: Any) -> None:
    """Staff come free at the end of a task; those whose shift is over go home."""
    pool: Pool = task.pool
    if task.shift == pool.shift:
        pool.busy -= task.need
    else:
        pool.overtime -= task.need
    touch(task.flow, pool)


def seconds_of(service: ServiceTable, party: Party, factor: float) -> int:
    """Duration of a task for a party."""
    return rules.service_seconds(service.mean, service.further, party.people, factor)
