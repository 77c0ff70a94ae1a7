"""What every part of the SimPy engine uses: timed events, queues of tasks (these begin in `decisions`), rows of the
log, coach loads that wait.

An event's key is its place among simultaneous events; it is SimPy's priority. No delay is zero, so nothing overtakes.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Generator
from struct import Struct
from typing import Any

import simpy

from sim.flow import rules
from sim.flow.log import COLUMNS, Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.state import NEVER, Flow, Load, Party, Pool, Task
from sim.flow.tables import ServiceTable

DECISION_KEY = order_key(Moment.DECISIONS, 0)

as_bytes = Struct(f"{len(COLUMNS)}q").pack
"""A row of the log, from its columns: twice as quick as to append nine numbers to an array."""

Process = Generator[simpy.Event, Any, None]


class Timed(simpy.Event):
    """An event at a given second; its key decides its place among simultaneous events."""

    def __init__(self, env: simpy.Environment, second: int, key: int, action: Callable[[Any], None] | None = None):
        self.env = env
        self.callbacks = [] if action is None else [action]
        self._ok = True
        self._value = None
        env.schedule(self, key, second - env.now)  # type: ignore[arg-type]  # any integer orders the heap


def write(  # noqa: PLR0913, PLR0917  one argument per column of the log
    flow: Flow, kind: Kind, subject: Subject, subject_id: int, place: int, party: int, people: int, value: int = 0,
    reason: Reason = Reason.NONE,
) -> None:  # fmt: skip
    """Append a row to the log, at the present second."""
    flow.rows.extend(as_bytes(int(flow.env.now), kind, subject, subject_id, place, party, people, value, reason))


def write_party(flow: Flow, kind: Kind, party: Party, place: int, value: int = 0) -> None:
    """Append a row about a party."""
    write(flow, kind, Subject.PARTY, party.number, place, party.number, party.people, value)


def write_infected(flow: Flow, kind: Kind, party: Party, place: int, cases: list[int]) -> None:
    """A row for each of a party's infected, where the log tells of them; who leaves has one more for the onset."""
    if not flow.tables.health.tells_infected:
        return
    health = flow.sample.health
    for case in cases:
        number = flow.numbers[int(health.row[case])] + 1
        write(flow, kind, Subject.PARTY, number, place, party.number, 1, int(health.infected[case]))
        if kind == Kind.INFECTED_LEFT and health.symptomatic[case]:
            write(flow, Kind.SYMPTOMS, Subject.PARTY, number, place, party.number, 1, int(health.onset[case]))


def write_place(
    flow: Flow, kind: Kind, place: int, people: int = 0, value: int = 0, reason: Reason = Reason.NONE
) -> None:
    """Append a row about a port, site or pool."""
    write(flow, kind, Subject.PLACE, place, place, -1, people, value, reason)


def now(flow: Flow) -> int:
    """The present second."""
    return int(flow.env.now)


def at(flow: Flow, second: int, moment: Moment, place: int, entity: int = 0, occasion: int = 0) -> Timed:
    """An event for a process to wait for."""
    return Timed(flow.env, second, order_key(moment, place, entity, occasion))


def site_place(flow: Flow, site: int) -> int:
    """Place number of a site."""
    return flow.tables.places.n_ports + site


def is_at_point(party: Party) -> bool:
    """Whether a party has not left the point yet: without a room, or until its coach departs."""
    return party.arrived == NEVER and (party.site < 0 or (party.load is not None and not party.load.departed))


def whereabouts(flow: Flow, party: Party) -> int:
    """Place number of the point or site where a party is; on the way, of the site to which it goes."""
    return party.port if is_at_point(party) else site_place(flow, party.site)


def wake(flow: Flow) -> None:
    """Have all decisions of this second taken, once, after everything else that happens in it."""
    flow.all_decisions = True
    if not flow.pending:
        _call_decisions(flow)


def touch(flow: Flow, pool: Pool) -> None:
    """A task may be able to start in this pool; the other decisions need not be looked at for that."""
    flow.touched[pool.place] = pool
    if not flow.pending:
        _call_decisions(flow)


def _call_decisions(flow: Flow) -> None:
    flow.pending = True
    Timed(flow.env, now(flow), DECISION_KEY, flow.decide)


def scan_again(flow: Flow) -> None:
    """Waiting parties may find a room in this second's decisions."""
    flow.scan = True
    wake(flow)


def join(flow: Flow, task: Task) -> Task:
    """Put a task into its pool's queue: (class, time of joining, task id)."""
    enqueue(task, now(flow))
    touch(flow, task.pool)
    watch_waits(flow, task.pool)
    return task


def enqueue(task: Task, second: int) -> None:
    """Put a task into its pool's queue, and leave it to the caller to have the queue looked at."""
    queue = task.pool.queue
    entry = (task.subject, second, task.party.entity, task.occasion, task)
    if not queue or queue[-1] < entry:  # as mostly: a round asks for its visits in order
        queue.append(entry)
    else:
        insort(queue, entry)


def watch_waits(flow: Flow, pool: Pool) -> None:
    """Something has joined the queue: see that the brigade's trigger is not missed."""
    brigade = flow.tables.brigade
    if brigade.call and not pool.watched and pool.staffed and brigade.may_call[pool.place]:
        watch(flow, pool, now(flow) + brigade.trigger + 1)


def watch(flow: Flow, pool: Pool, second: int) -> None:
    """Look at a second whether the pool's oldest task has waited longer than the brigade's trigger."""
    pool.watched = True
    Timed(flow.env, second, order_key(Moment.BRIGADE_TRIGGER, pool.place), lambda _: _look(flow, pool))


def _look(flow: Flow, pool: Pool) -> None:
    pool.watched = False
    flow.callers.append(pool)
    wake(flow)


def lapse(task: Task | None) -> None:
    """A task that has not begun is not needed any more; its entry in the queue is dropped when it becomes the head."""
    if task is not None:
        task.lapsed = True


def end_task(task: Task) -> None:
    """Staff come free at the end of a task; those whose shift is over go home."""
    pool = task.pool
    if task.shift == pool.shift:
        pool.busy -= task.need
    if pool.queue:
        touch(task.flow, pool)


def seconds_of(service: ServiceTable, party: Party, factor: float) -> int:
    """Duration of a task for a party."""
    return rules.service_seconds(service.mean, service.further, party.people, factor)


def make_due(flow: Flow, load: Load, reason: Reason) -> None:
    """The load asks for a coach in this second's decisions; it may stay open until boarding starts."""
    if load.due or load.dissolved:
        return
    load.due = True
    write(flow, Kind.LOAD_DUE, Subject.LOAD, load.number, load.point.port, -1, load.people, 0, reason)
    flow.due.append(load)
    wake(flow)


def close_load(flow: Flow, load: Load, reason: Reason) -> None:
    """The load takes no more parties and is due at once."""
    take_from_open(load)
    make_due(flow, load, reason)


def close_loads_for(flow: Flow, site: int, reason: Reason) -> None:
    """Open loads for a site that takes no more people are due at once."""
    for point in flow.points:
        for load in [load for load in point.loads.values() if load.site == site]:
            close_load(flow, load, reason)


def open_key(flow: Flow, site: int) -> int:
    """Under which key a point keeps the open load for a site: one per site if sites are assigned, else one in all."""
    return site if flow.tables.sites.policy == rules.ASSIGNED else -1


def take_from_open(load: Load) -> None:
    """The load is no longer among its point's open ones."""
    open_loads = load.point.loads
    for key in [key for key, other in open_loads.items() if other is load]:
        del open_loads[key]


def dissolve(flow: Flow, load: Load) -> None:
    """A load that has not boarded loses its site, or all its people."""
    if load.dissolved:
        return
    load.dissolved = True
    take_from_open(load)
    lapse(load.task)
    if load in flow.due:
        flow.due.remove(load)
    write(flow, Kind.LOAD_DISSOLVED, Subject.LOAD, load.number, load.point.port, -1, load.people)
