"""Compiled: what every part uses: rows of the log and of parties, tasks of staff and their queues, coach loads before
they board (see `reference.core`). A load is the row of its first party.
"""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.visits import alone, catch_up, number_of, place_of_row
from sim.flow.compiled.world import NEVER, World
from sim.flow.log import Kind, Subject
from sim.flow.order import Moment
from sim.flow.rules import ASSIGNED

service_seconds = jit(rules.service_seconds)


@jit
def write(
    w: World, kind: int, subject: int, subject_id: int, place: int, party: int, people: int, value: int, reason: int
) -> None:
    """Append a row to the log, at the present second, if rows of its kind are wanted."""
    if w.wanted[kind] == 0:
        return
    at = w.flow[F.N_ROWS]
    if at >= len(w.rows):
        w.flow[F.STATUS] = F.ROWS_FULL
        return
    w.flow[F.N_ROWS] = at + 1
    if w.fixed[F.ORDERS_ROWS] == 1:
        w.row_order[at - w.flow[F.N_IN_ORDER]] = place_of_row(w, w.flow[F.NOW], w.flow[F.TURN])
    row = w.rows[at]
    row[0] = w.flow[F.NOW]
    row[1] = kind
    row[2] = subject
    row[3] = subject_id
    row[4] = place
    row[5] = party
    row[6] = people
    row[7] = value
    row[8] = reason


@jit
def write_party(w: World, kind: int, entity: int, place: int, value: int) -> None:
    """Append a row about a party."""
    number = number_of(w, entity)
    write(w, kind, Subject.PARTY, number, place, number, w.parties[entity, F.PEOPLE], value, 0)


@jit
def write_infected(w: World, kind: int, entity: int, place: int) -> None:
    """A row for each of a party's infected who have not been found, where the log tells of them."""
    if w.fixed[F.TELLS_INFECTED] == 0:
        return
    for case in range(w.parties[entity, F.CASE_FROM], w.parties[entity, F.CASE_TO]):
        if w.cases[case, F.CASE_DETECTED] == 0:
            write_case(w, kind, entity, place, case)


@jit
def write_case(w: World, kind: int, entity: int, place: int, case: int) -> None:
    """The row of one infected person of a party; who leaves has one more for the onset."""
    row = w.cases[case]
    person, party = number_of(w, alone(w, row[F.CASE_ROW])), number_of(w, entity)
    write(w, kind, Subject.PARTY, person, place, party, 1, row[F.CASE_INFECTED], 0)
    if kind == Kind.INFECTED_LEFT and row[F.CASE_SYMPTOMATIC] == 1:
        write(w, Kind.SYMPTOMS, Subject.PARTY, person, place, party, 1, row[F.CASE_ONSET], 0)


@jit
def write_place(w: World, kind: int, place: int, people: int, value: int, reason: int) -> None:
    """Append a row about a port, site or pool."""
    write(w, kind, Subject.PLACE, place, place, -1, people, value, reason)


@jit
def site_place(w: World, site: int) -> int:
    """Place number of a site."""
    return w.fixed[F.N_PORTS] + site


@jit
def is_at_point(w: World, entity: int) -> bool:
    """Whether a party has not left the point yet: without a room, or until its coach departs."""
    party = w.parties[entity]
    if party[F.ARRIVED] != NEVER:
        return False
    return party[F.SITE] < 0 or (party[F.LOAD] >= 0 and w.loads[party[F.LOAD], F.LOAD_BOARDED] < 2)


@jit
def whereabouts(w: World, entity: int) -> int:
    """Place number of the point or site where a party is; on the way, of the site to which it goes."""
    if is_at_point(w, entity):
        return w.parties[entity, F.PORT]
    return site_place(w, w.parties[entity, F.SITE])


@jit
def wake(w: World) -> None:
    """Have all decisions of this second taken."""
    w.flow[F.ALL_DECISIONS] = 1
    w.flow[F.PENDING] = 1


@jit
def touch(w: World, pool: int) -> None:
    """A task may be able to start in this pool."""
    w.flow[F.PENDING] = 1
    if w.pools[pool, F.TOUCHED] == 0:
        w.pools[pool, F.TOUCHED] = 1
        w.lists[F.TOUCHED_POOLS, w.flow[F.N_TOUCHED]] = pool
        w.flow[F.N_TOUCHED] += 1


@jit
def scan_again(w: World) -> None:
    """Waiting parties may find a room in this second's decisions."""
    w.flow[F.SCAN] = 1
    wake(w)


@jit
def new_task(w: World, pool: int, subject: int, entity: int, need: int, seconds: int, moment: int) -> int:
    """A task that is in no queue yet; its number."""
    flow, tasks = w.flow, w.tasks
    task = flow[F.FREE_TASK]
    if task >= 0:
        flow[F.FREE_TASK] = tasks[task, F.NEXT]
    else:
        task = flow[F.N_TASKS]
        if task >= len(tasks):
            flow[F.STATUS] = F.TASKS_FULL
            task = 0
        else:
            flow[F.N_TASKS] = task + 1
    tasks[task, F.SUBJECT] = subject
    tasks[task, F.ENTITY] = entity
    tasks[task, F.NEED] = need if w.pools[pool, F.STAFFED] == 1 else 0
    tasks[task, F.SECONDS] = seconds
    tasks[task, F.POOL] = pool
    tasks[task, F.SHIFT] = 0
    tasks[task, F.OCCASION] = 0
    tasks[task, F.ROUND] = -1
    tasks[task, F.LAPSED] = 0
    tasks[task, F.AUX] = 0
    tasks[task, F.MOMENT] = moment
    return task


@jit
def free_task(w: World, task: int) -> None:
    """The number of a task can be used again."""
    w.tasks[task, F.NEXT] = w.flow[F.FREE_TASK]
    w.flow[F.FREE_TASK] = task


@jit_into
def enqueue(w: World, task: int) -> None:
    """Put a task into its pool's queue of its class, in order of (time of joining, entity, occasion)."""
    tasks, pools = w.tasks, w.pools
    pool = tasks[task, F.POOL]
    of_class = tasks[task, F.SUBJECT] - F.FIRST_CLASS
    entity, occasion, now = tasks[task, F.ENTITY], tasks[task, F.OCCASION], w.flow[F.NOW]
    tasks[task, F.JOINED] = now
    pools[pool, F.N_QUEUED] += 1
    before = pools[pool, F.TAILS + of_class]
    after = -1
    while (
        before >= 0
        and tasks[before, F.JOINED] == now
        and (
            tasks[before, F.ENTITY] > entity
            or (tasks[before, F.ENTITY] == entity and tasks[before, F.OCCASION] > occasion)
        )
    ):
        after = before
        before = tasks[before, F.PREVIOUS]
    tasks[task, F.PREVIOUS] = before
    tasks[task, F.NEXT] = after
    if before >= 0:
        tasks[before, F.NEXT] = task
    else:
        pools[pool, F.HEADS + of_class] = task
    if after >= 0:
        tasks[after, F.PREVIOUS] = task
    else:
        pools[pool, F.TAILS + of_class] = task


@jit
def remove(w: World, task: int) -> None:
    """Take a task out of its queue."""
    tasks, pools = w.tasks, w.pools
    pool = tasks[task, F.POOL]
    of_class = tasks[task, F.SUBJECT] - F.FIRST_CLASS
    pools[pool, F.N_QUEUED] -= 1
    before, after = tasks[task, F.PREVIOUS], tasks[task, F.NEXT]
    if before >= 0:
        tasks[before, F.NEXT] = after
    else:
        pools[pool, F.HEADS + of_class] = after
    if after >= 0:
        tasks[after, F.PREVIOUS] = before
    else:
        pools[pool, F.TAILS + of_class] = before


@jit
def join(w: World, task: int) -> None:
    """Put a task into its pool's queue."""
    pool = w.tasks[task, F.POOL]
    catch_up(w, pool)
    enqueue(w, task)
    touch(w, pool)
    watch_waits(w, pool)


@jit
def watch_waits(w: World, pool: int) -> None:
    """Something has joined the queue: see that the brigade's trigger is not missed."""
    if (
        w.fixed[F.CALL] > 0
        and w.pools[pool, F.WATCHED] == 0
        and w.pools[pool, F.STAFFED] == 1
        and w.pools[pool, F.MAY_CALL] == 1
    ):
        watch(w, pool, w.flow[F.NOW] + w.fixed[F.TRIGGER] + 1)


@jit
def watch(w: World, pool: int, second: int) -> None:
    """Look at a second whether the pool's oldest task has waited longer than the brigade's trigger."""
    w.pools[pool, F.WATCHED] = 1
    schedule(w, second, event_key(Moment.BRIGADE_TRIGGER, pool, 0, 0), 0)


@jit
def lapse(w: World, task: int) -> None:
    """A task that has not begun is not needed any more."""
    if task >= 0:
        w.tasks[task, F.LAPSED] = 1


@jit
def end_task(w: World, task: int) -> None:
    """Staff come free at the end of a task; those whose shift is over go home."""
    pool = w.tasks[task, F.POOL]
    catch_up(w, pool)
    if w.tasks[task, F.SHIFT] == w.pools[pool, F.SHIFT_NUMBER]:
        w.pools[pool, F.BUSY] -= w.tasks[task, F.NEED]
    touch(w, pool)


@jit
def sort_list(w: World, which: int, n: int) -> None:
    """Sort the first n numbers of a list."""
    numbers = w.lists[which]
    for i in range(1, n):
        number = numbers[i]
        at = i
        while at > 0 and numbers[at - 1] > number:
            numbers[at] = numbers[at - 1]
            at -= 1
        numbers[at] = number


@jit
def make_due(w: World, load: int, reason: int) -> None:
    """The load asks for a coach in this second's decisions; it may stay open until boarding starts."""
    flow = w.flow
    if w.loads[load, F.LOAD_IS_DUE] == 1 or w.loads[load, F.LOAD_DISSOLVED] == 1:
        return
    w.loads[load, F.LOAD_IS_DUE] = 1
    point, people = w.loads[load, F.LOAD_POINT], w.loads[load, F.LOAD_PEOPLE]
    write(w, Kind.LOAD_DUE, Subject.LOAD, number_of(w, load), point, -1, people, 0, reason)
    w.lists[F.DUE, flow[F.N_DUE]] = load
    flow[F.N_DUE] += 1
    wake(w)


@jit
def close_load(w: World, load: int, reason: int) -> None:
    """The load takes no more parties and is due at once."""
    take_from_open(w, load)
    make_due(w, load, reason)


@jit
def close_loads_for(w: World, site: int, reason: int) -> None:
    """Open loads for a site that takes no more people are due at once."""
    for point in range(w.fixed[F.N_PORTS]):
        load = w.open_loads[point, open_column(w, site)]
        if load >= 0 and w.loads[load, F.LOAD_SITE] == site:
            close_load(w, load, reason)


@jit
def open_column(w: World, site: int) -> int:
    """Where a point keeps the open load for a site: one per site if sites are assigned, else one in all."""
    return site if w.fixed[F.POLICY] == ASSIGNED else 0


@jit
def take_from_open(w: World, load: int) -> None:
    """The load is no longer among its point's open ones."""
    point, column = w.loads[load, F.LOAD_POINT], open_column(w, w.loads[load, F.LOAD_SITE])
    if w.open_loads[point, column] == load:
        w.open_loads[point, column] = -1


@jit
def dissolve(w: World, load: int) -> None:
    """A load that has not boarded loses its site, or all its people."""
    flow = w.flow
    if w.loads[load, F.LOAD_DISSOLVED] == 1:
        return
    w.loads[load, F.LOAD_DISSOLVED] = 1
    take_from_open(w, load)
    lapse(w, w.loads[load, F.LOAD_TASK])
    due, kept = w.lists[F.DUE], 0
    for i in range(flow[F.N_DUE]):
        if due[i] != load:
            due[kept] = due[i]
            kept += 1
    flow[F.N_DUE] = kept
    point = w.loads[load, F.LOAD_POINT]
    write(w, Kind.LOAD_DISSOLVED, Subject.LOAD, number_of(w, load), point, -1, w.loads[load, F.LOAD_PEOPLE], 0, 0)


@jit
def leave_load(w: World, entity: int) -> None:
    """A party is taken out of the list of its load, which is dissolved if nobody is left and it has not boarded."""
    parties = w.parties
    load, following = parties[entity, F.LOAD], parties[entity, F.NEXT_IN_LOAD]
    before, other = -1, w.loads[load, F.LOAD_FIRST]
    while other != entity:
        before = other
        other = parties[other, F.NEXT_IN_LOAD]
    if before >= 0:
        parties[before, F.NEXT_IN_LOAD] = following
    else:
        w.loads[load, F.LOAD_FIRST] = following
    if following < 0:
        w.loads[load, F.LOAD_LAST] = before
    if w.loads[load, F.LOAD_FIRST] < 0 and w.loads[load, F.LOAD_BOARDED] == 0:
        dissolve(w, load)


@jit
def begin_party(w: World, entity: int, people: int) -> None:
    """Fill the row of a party that is to be diverted; no row is read before."""
    row = w.parties[entity]
    for column in range(F.N_PARTY):
        row[column] = 0
    for column in range(F.SITE, F.N_PARTY):
        row[column] = -1
    row[F.NEXT_GUEST] = -1
    row[F.PEOPLE] = people
    row[F.DIVERTED] = 1
    row[F.ARRIVED] = NEVER
    if w.fixed[F.SEATS] > 0:
        w.loads[entity, F.LOAD_OPEN] = 0


@jit
def drop_unplaced(w: World, entity: int) -> None:
    """A party does not wait for a room any more."""
    waiting, n, kept = w.lists[F.UNPLACED], w.flow[F.N_UNPLACED], 0
    for i in range(n):
        if waiting[i] != entity:
            waiting[kept] = waiting[i]
            kept += 1
    w.flow[F.N_UNPLACED] = kept
