"""Events, queues of staff and rows of the log: the machinery under the compiled engine.

Events with a fixed delay are created in the order of their time, so a lane that is first in, first out keeps them
sorted at no cost; the few that come out of order within a second are put in place from the lane's end. Others are in a
wheel if they are near, else in one binary heap, which stays small. All are ordered by (second, key), as SimPy's queue
is in the reference engine.
"""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import M_BRIGADE_TRIGGER
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.wheel import put
from sim.flow.compiled.world import FAR, WHEEL_SECONDS, World
from sim.flow.order import ENTITY_BITS, MOMENT_SHIFT, OCCASION_BITS, PLACE_BITS, PLACE_SHIFT

PLACE_MASK = (1 << PLACE_BITS) - 1
ENTITY_MASK = (1 << ENTITY_BITS) - 1
OCCASION_MASK = (1 << OCCASION_BITS) - 1

service_seconds = jit(rules.service_seconds)


@jit
def event_key(moment: int, place: int, entity: int, occasion: int) -> int:
    """`order.order_key` for the compiler."""
    return (moment << MOMENT_SHIFT) | (place << PLACE_SHIFT) | (entity << OCCASION_BITS) | occasion


@jit
def schedule(w: World, second: int, key: int, payload: int) -> None:
    """Put an event into the wheel, or into the heap if it is further ahead."""
    if 0 <= second - w.g[F.NOW] < WHEEL_SECONDS and put(w, second, key, payload):
        return
    heap = w.heap
    at = w.g[F.N_HEAP]
    if at >= len(heap):
        w.g[F.STATUS] = F.HEAP_FULL
        return
    w.g[F.N_HEAP] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if heap[above, 0] < second or (heap[above, 0] == second and heap[above, 1] <= key):
            break
        heap[at, 0], heap[at, 1], heap[at, 2] = heap[above, 0], heap[above, 1], heap[above, 2]
        at = above
    heap[at, 0], heap[at, 1], heap[at, 2] = second, key, payload
    w.g[F.FIRST_OF + F.HEAP] = heap[0, 0]


@jit
def drop_first(w: World) -> None:
    """Take the first event off the heap."""
    heap = w.heap
    n = w.g[F.N_HEAP] - 1
    w.g[F.N_HEAP] = n
    second, key, payload = heap[n, 0], heap[n, 1], heap[n, 2]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= n:
            break
        right = below + 1
        if right < n and (
            heap[right, 0] < heap[below, 0] or (heap[right, 0] == heap[below, 0] and heap[right, 1] < heap[below, 1])
        ):
            below = right
        if second < heap[below, 0] or (second == heap[below, 0] and key <= heap[below, 1]):
            break
        heap[at, 0], heap[at, 1], heap[at, 2] = heap[below, 0], heap[below, 1], heap[below, 2]
        at = below
    heap[at, 0], heap[at, 1], heap[at, 2] = second, key, payload
    w.g[F.FIRST_OF + F.HEAP] = heap[0, 0] if n > 0 else FAR


@jit
def schedule_in_lane(w: World, lane: int, second: int, key: int, payload: int) -> None:
    """Put an event into a lane, at its end or a little before."""
    events = w.lanes[lane]
    at = w.lane_ends[lane, F.LANE_TAIL]
    if at >= len(events):
        w.g[F.STATUS] = F.HEAP_FULL
        return
    w.lane_ends[lane, F.LANE_TAIL] = at + 1
    first = w.lane_ends[lane, F.LANE_HEAD]
    while at > first and (events[at - 1, 0] > second or (events[at - 1, 0] == second and events[at - 1, 1] > key)):
        events[at, 0], events[at, 1], events[at, 2] = events[at - 1, 0], events[at - 1, 1], events[at - 1, 2]
        at -= 1
    events[at, 0], events[at, 1], events[at, 2] = second, key, payload
    w.g[F.FIRST_OF + lane] = events[first, 0]


@jit
def write(
    w: World, kind: int, subject: int, subject_id: int, place: int, party: int, people: int, value: int, reason: int
) -> None:
    """Append a row to the log, at the present second, if rows of its kind are wanted."""
    if w.wanted[kind] == 0:
        return
    at = w.g[F.N_ROWS]
    if at >= len(w.rows):
        w.g[F.STATUS] = F.ROWS_FULL
        return
    w.g[F.N_ROWS] = at + 1
    row = w.rows[at]
    row[0] = w.g[F.NOW]
    row[1] = kind
    row[2] = subject
    row[3] = subject_id
    row[4] = place
    row[5] = party
    row[6] = people
    row[7] = value
    row[8] = reason


@jit
def number_of(w: World, entity: int) -> int:
    """Party number of a party, or of a person who left it alone."""
    return w.person_number[entity >> 1] + (entity & 1)


@jit
def write_party(w: World, kind: int, entity: int, place: int, value: int) -> None:
    """Append a row about a party."""
    number = number_of(w, entity)
    write(w, kind, 1, number, place, number, w.p[entity, F.PEOPLE], value, 0)


@jit
def write_place(w: World, kind: int, place: int, people: int, value: int, reason: int) -> None:
    """Append a row about a port, site or pool."""
    write(w, kind, 3, place, place, -1, people, value, reason)


@jit
def site_place(w: World, site: int) -> int:
    """Place number of a site."""
    return w.c[F.N_PORTS] + site


@jit
def wake(w: World) -> None:
    """Have all decisions of this second taken."""
    w.g[F.ALL_DECISIONS] = 1
    w.g[F.PENDING] = 1


@jit
def touch(w: World, pool: int) -> None:
    """A task may be able to start in this pool."""
    w.g[F.PENDING] = 1
    if w.q[pool, F.TOUCHED] == 0:
        w.q[pool, F.TOUCHED] = 1
        w.lists[F.TOUCHED_POOLS, w.g[F.N_TOUCHED]] = pool
        w.g[F.N_TOUCHED] += 1


@jit
def scan_again(w: World) -> None:
    """Waiting parties may find a room in this second's decisions."""
    w.g[F.SCAN] = 1
    wake(w)


@jit
def new_task(w: World, pool: int, subject: int, entity: int, need: int, seconds: int, moment: int) -> int:
    """A task that is in no queue yet; its number."""
    g, t = w.g, w.t
    task = g[F.FREE_TASK]
    if task >= 0:
        g[F.FREE_TASK] = t[task, F.NEXT]
    else:
        task = g[F.N_TASKS]
        if task >= len(t):
            g[F.STATUS] = F.TASKS_FULL
            task = 0
        else:
            g[F.N_TASKS] = task + 1
    t[task, F.SUBJECT] = subject
    t[task, F.ENTITY] = entity
    t[task, F.NEED] = need if w.q[pool, F.STAFFED] == 1 else 0
    t[task, F.SECONDS] = seconds
    t[task, F.POOL] = pool
    t[task, F.SHIFT] = 0
    t[task, F.OCCASION] = 0
    t[task, F.ROUND] = -1
    t[task, F.LAPSED] = 0
    t[task, F.AUX] = 0
    t[task, F.MOMENT] = moment
    return task


@jit
def free_task(w: World, task: int) -> None:
    """The number of a task can be used again."""
    w.t[task, F.NEXT] = w.g[F.FREE_TASK]
    w.g[F.FREE_TASK] = task


@jit_into
def enqueue(w: World, task: int) -> None:
    """Put a task into its pool's queue of its class, in order of (time of joining, entity, occasion)."""
    t, q = w.t, w.q
    pool = t[task, F.POOL]
    of_class = t[task, F.SUBJECT] - F.FIRST_CLASS
    entity, occasion, now = t[task, F.ENTITY], t[task, F.OCCASION], w.g[F.NOW]
    t[task, F.JOINED] = now
    q[pool, F.N_QUEUED] += 1
    before = q[pool, F.TAILS + of_class]
    after = -1
    while (
        before >= 0
        and t[before, F.JOINED] == now
        and (t[before, F.ENTITY] > entity or (t[before, F.ENTITY] == entity and t[before, F.OCCASION] > occasion))
    ):
        after = before
        before = t[before, F.PREVIOUS]
    t[task, F.PREVIOUS] = before
    t[task, F.NEXT] = after
    if before >= 0:
        t[before, F.NEXT] = task
    else:
        q[pool, F.HEADS + of_class] = task
    if after >= 0:
        t[after, F.PREVIOUS] = task
    else:
        q[pool, F.TAILS + of_class] = task


@jit
def remove(w: World, task: int) -> None:
    """Take a task out of its queue."""
    t, q = w.t, w.q
    pool = t[task, F.POOL]
    of_class = t[task, F.SUBJECT] - F.FIRST_CLASS
    q[pool, F.N_QUEUED] -= 1
    before, after = t[task, F.PREVIOUS], t[task, F.NEXT]
    if before >= 0:
        t[before, F.NEXT] = after
    else:
        q[pool, F.HEADS + of_class] = after
    if after >= 0:
        t[after, F.PREVIOUS] = before
    else:
        q[pool, F.TAILS + of_class] = before


@jit
def join(w: World, task: int) -> None:
    """Put a task into its pool's queue."""
    enqueue(w, task)
    pool = w.t[task, F.POOL]
    touch(w, pool)
    watch_waits(w, pool)


@jit
def watch_waits(w: World, pool: int) -> None:
    """Something has joined the queue: see that the brigade's trigger is not missed."""
    if w.c[F.CALL] > 0 and w.q[pool, F.WATCHED] == 0 and w.q[pool, F.STAFFED] == 1 and w.q[pool, F.MAY_CALL] == 1:
        watch(w, pool, w.g[F.NOW] + w.c[F.TRIGGER] + 1)


@jit
def watch(w: World, pool: int, second: int) -> None:
    """Look at a second whether the pool's oldest task has waited longer than the brigade's trigger."""
    w.q[pool, F.WATCHED] = 1
    schedule(w, second, event_key(M_BRIGADE_TRIGGER, pool, 0, 0), 0)


@jit
def lapse(w: World, task: int) -> None:
    """A task that has not begun is not needed any more."""
    if task >= 0:
        w.t[task, F.LAPSED] = 1


@jit
def end_task(w: World, task: int) -> None:
    """Staff come free at the end of a task; those whose shift is over go home."""
    pool = w.t[task, F.POOL]
    if w.t[task, F.SHIFT] == w.q[pool, F.SHIFT_NUMBER]:
        w.q[pool, F.BUSY] -= w.t[task, F.NEED]
    else:
        w.q[pool, F.OVERTIME] -= w.t[task, F.NEED]
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
