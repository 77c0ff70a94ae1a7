"""Compiled: visits whose end changes nothing but who is free, and a pool that is left alone while only these wait.

Most of a history are rounds of visits. Such a plain visit is over without a word, and the next one begins: no other
part of the flow sees either. So a pool in which only plain visits wait has no events. It is caught up when something
comes to it: the visits that have begun since then are begun one after another, each when the one before it has ended.
Their rows are put where they belong before the next round (`row_order`). While anything else waits in the pool, the end
of a plain visit is an event as in the reference engine.

Within a second visits begin with the first tasks that its decisions start, in the order of pools. `flow[TURN]` tells
how far the second is: 0 until then, then the turn of each pool, and the last turn afterwards.
"""

from __future__ import annotations

from sim.flow import log
from sim.flow.compiled import fields as F
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.world import World
from sim.flow.log import Subject
from sim.flow.order import Moment

OF_VISITS = F.HEADS + Subject.TASK_VISIT - F.FIRST_CLASS
LAST_OF_VISITS = OF_VISITS + F.TAILS - F.HEADS

round_number = jit(log.round_number)


@jit
def turn_of(pool: int) -> int:
    """When a pool's tasks start among those of all pools."""
    return pool + 1


@jit
def last_turn(w: World) -> int:
    """After the first tasks of all pools."""
    return w.fixed[F.N_PLACES] + 1


@jit
def place_of_row(w: World, second: int, turn: int) -> int:
    """Where in the log a row belongs; smaller goes first."""
    return second * (last_turn(w) + 1) + turn


@jit
def number_of(w: World, entity: int) -> int:
    """Party number of a party, or of a person who left it alone."""
    return w.person_number[entity >> 1] + (entity & 1)


@jit
def ask(w: World, pool: int, entity: int, kind: int, seconds: int, finds: bool) -> None:
    """A visit joins its team's queue, as the last: rounds ask in order of entity and kind."""
    flow, asked, pools = w.flow, w.asked, w.pools
    visit = flow[F.FREE_VISIT]
    if visit >= 0:
        flow[F.FREE_VISIT] = asked[visit, F.VISIT_NEXT]
    elif flow[F.N_VISITS] < len(asked):
        visit = flow[F.N_VISITS]
        flow[F.N_VISITS] = visit + 1
    else:
        flow[F.STATUS] = F.TASKS_FULL
        return
    row, last = asked[visit], pools[pool, LAST_OF_VISITS]
    row[F.VISITED], row[F.VISIT_KIND], row[F.VISIT_ROUND] = entity, kind, flow[F.NOW]
    row[F.VISIT_SECONDS], row[F.VISIT_FINDS] = seconds, 1 if finds else 0
    row[F.VISIT_PREVIOUS], row[F.VISIT_NEXT] = last, -1
    if last >= 0:
        asked[last, F.VISIT_NEXT] = visit
    else:
        pools[pool, OF_VISITS] = visit
    pools[pool, LAST_OF_VISITS] = visit
    pools[pool, F.N_QUEUED] += 1
    pools[pool, F.N_PLAIN] += 0 if finds else 1
    w.waiting[entity, kind] = visit


@jit
def round_of(w: World, visit: int) -> int:
    """Number of a visit's round."""
    return round_number(w.asked[visit, F.VISIT_ROUND], w.asked[visit, F.VISIT_KIND])


@jit
def remove_visit(w: World, pool: int, visit: int) -> None:
    """Take a visit out of its queue."""
    asked, pools = w.asked, w.pools
    before, after = asked[visit, F.VISIT_PREVIOUS], asked[visit, F.VISIT_NEXT]
    if before >= 0:
        asked[before, F.VISIT_NEXT] = after
    else:
        pools[pool, OF_VISITS] = after
    if after >= 0:
        asked[after, F.VISIT_PREVIOUS] = before
    else:
        pools[pool, LAST_OF_VISITS] = before
    pools[pool, F.N_QUEUED] -= 1
    pools[pool, F.N_PLAIN] -= 1 - asked[visit, F.VISIT_FINDS]


@jit
def take_first(w: World, pool: int) -> None:
    """The first visit of the queue begins."""
    visit = w.pools[pool, OF_VISITS]
    remove_visit(w, pool, visit)
    w.waiting[w.asked[visit, F.VISITED], w.asked[visit, F.VISIT_KIND]] = -1


@jit
def free_visit(w: World, visit: int) -> None:
    """The row of a visit can be used again."""
    w.asked[visit, F.VISIT_NEXT] = w.flow[F.FREE_VISIT]
    w.flow[F.FREE_VISIT] = visit


@jit_into
def catch_up(w: World, pool: int) -> None:
    """If only plain visits wait: begin those that have begun before now. Whoever looks at a pool's queue or staff, or
    changes them, does this first.
    """
    if w.pools[pool, F.N_ENDS] > 0 and w.pools[pool, F.N_QUEUED] == w.pools[pool, F.N_PLAIN]:
        _catch_up(w, pool)


@jit
def _catch_up(w: World, pool: int) -> None:
    pools, ends = w.pools, w.ends[pool]
    until = w.flow[F.NOW] + (1 if w.flow[F.TURN] == last_turn(w) else 0)
    while pools[pool, F.N_ENDS] > 0:
        second = ends[pools[pool, F.N_ENDS] - 1]
        if second >= until:
            return
        pools[pool, F.N_ENDS] -= 1
        pools[pool, F.BUSY] -= 1
        if pools[pool, F.N_PLAIN] > 0 and pools[pool, F.BUSY] < pools[pool, F.FOR_QUEUE]:
            _begin(w, pool, second)


@jit_into
def _begin(w: World, pool: int, second: int) -> None:
    """The first visit that waits began at this second."""
    visit = w.pools[pool, OF_VISITS]
    end = second + w.asked[visit, F.VISIT_SECONDS]
    take_first(w, pool)
    w.pools[pool, F.BUSY] += 1
    keep_end(w, pool, end)
    if w.fixed[F.ORDERS_ROWS] == 1:
        n = w.flow[F.N_BEGUN]
        w.flow[F.N_BEGUN] = n + 1
        w.places[0, n, F.PLACE], w.places[0, n, F.LINE] = place_of_row(w, second, turn_of(pool)), n
        row = w.begun[n]
        row[F.BEGUN_SECOND], row[F.BEGUN_END], row[F.BEGUN_POOL] = second, end, pool
        row[F.BEGUN_ROUND], row[F.BEGUN_PARTY] = round_of(w, visit), number_of(w, w.asked[visit, F.VISITED])
    free_visit(w, visit)


@jit
def keep_end(w: World, pool: int, second: int) -> bool:
    """Keep the end of a plain visit in order of time. Returns False where there is no place for one more."""
    pools = w.pools
    if pools[pool, F.STAFFED] == 0 or pools[pool, F.IS_UNLIMITED] == 1:  # nobody ever waits for it
        return True
    at = pools[pool, F.N_ENDS]
    if at == F.MOST_ENDS:
        return False
    ends = w.ends[pool]
    while at > 0 and ends[at - 1] < second:
        ends[at] = ends[at - 1]
        at -= 1
    ends[at] = second
    pools[pool, F.N_ENDS] += 1
    return True


@jit_into
def come_free(w: World, pool: int) -> None:
    """Staff whose plain visits have ended are free for this second's decisions."""
    pools, now = w.pools, w.flow[F.NOW]
    while pools[pool, F.N_ENDS] > 0 and w.ends[pool, pools[pool, F.N_ENDS] - 1] <= now:
        pools[pool, F.N_ENDS] -= 1
        pools[pool, F.BUSY] -= 1


@jit_into
def look_again(w: World, pool: int) -> None:
    """Where others than plain visits wait, the next end of one is an event."""
    pools = w.pools
    if pools[pool, F.N_ENDS] > 0 and pools[pool, F.N_QUEUED] > pools[pool, F.N_PLAIN]:
        second = w.ends[pool, pools[pool, F.N_ENDS] - 1]
        if pools[pool, F.LOOKED_AT] != second:
            pools[pool, F.LOOKED_AT] = second
            schedule(w, second, event_key(Moment.VISIT_ENDS, pool, 0, 0), -1)
