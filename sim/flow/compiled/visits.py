"""Compiled: visits whose end changes nothing but who is free, and a pool that is left alone while only these wait.

Most of a history are rounds of visits. Such a plain visit is over without a word, and the next one begins: no other
part of the flow sees either. So a pool in which only plain visits wait has no events. It is caught up when something
comes to it: the visits that have begun since then are begun one after another, each when the one before it has ended.
While anything else waits in the pool, the end
of a plain visit is an event as in the reference engine.

The visits that wait in a pool are one stretch of the array `asked`, in order of (round, party, kind), read from front
to back. Each round writes the stretches of all pools anew, one behind another, into the half that the last round has
not used: those that still wait, then the new ones. One that is missed stays where it is and is passed over.

Rows of visits that were caught up are put where they belong in the log before the next round (`put_in_order`). All
other rows have been written as things happened, with their places beside them. The visits of each pool are in order of
time; pool after pool they are sorted by second, and both are merged from the end of the log, where there is room.

Within a second visits begin with the first tasks that its decisions start, in the order of pools. `flow[TURN]` tells
how far the second is: 0 until then, then the turn of each pool, and the last turn afterwards.
"""

from __future__ import annotations

from sim.flow import log
from sim.flow.compiled import fields as F
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.world import World
from sim.flow.log import COLUMNS, Kind, Subject
from sim.flow.order import Moment

RING = F.MOST_ENDS - 1
DIGIT = (1 << F.DIGIT_BITS) - 1

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
    return (second << w.fixed[F.TURN_BITS]) | turn


@jit
def person_of(w: World, entity: int) -> int:
    """Row of the person who leads a party, or left it alone."""
    return entity >> w.fixed[F.ALONE_BITS]


@jit
def alone(w: World, person: int) -> int:
    """Entity of a person who leaves a party alone."""
    return (person << w.fixed[F.ALONE_BITS]) + 1


@jit
def number_of(w: World, entity: int) -> int:
    """Party number of a party, or of a person who left it alone."""
    return w.person_number[person_of(w, entity)] + (entity & w.fixed[F.ALONE_BITS])


@jit
def renew_queue(w: World, pool: int) -> None:
    """Put what waits in a pool behind the queues that this round has written."""
    pools, asked, at = w.pools, w.asked, w.flow[F.N_VISITS]
    first, end = pools[pool, F.OF_VISITS], pools[pool, F.END_OF_VISITS]
    pools[pool, F.OF_VISITS] = pools[pool, F.QUEUE_AT] = pools[pool, F.TOLD_UNTIL] = at
    for visit in range(first, end):
        if asked[visit, F.VISIT_IS] != F.DONE_WITH:
            for column in range(F.N_VISIT):
                asked[at, column] = asked[visit, column]
            at += 1
    pools[pool, F.END_OF_VISITS] = w.flow[F.N_VISITS] = at


@jit_into
def ask(w: World, pool: int, entity: int, kind: int, seconds: int, finds: bool) -> None:
    """A visit joins the queue that was renewed last, as the last: rounds ask in order of entity and kind."""
    pools, visit = w.pools, w.flow[F.N_VISITS]
    if visit == w.flow[F.VISITS_END]:
        w.flow[F.STATUS] = F.TASKS_FULL
        return
    row = w.asked[visit]
    row[F.VISITED], row[F.VISIT_KIND], row[F.VISIT_ROUND] = entity, kind, w.flow[F.NOW]
    row[F.VISIT_SECONDS], row[F.VISIT_IS] = seconds, F.FINDS if finds else F.PLAIN
    pools[pool, F.END_OF_VISITS] = w.flow[F.N_VISITS] = visit + 1
    pools[pool, F.N_QUEUED] += 1
    pools[pool, F.N_PLAIN] += 0 if finds else 1


@jit
def waits(w: World, pool: int) -> bool:
    """Whether visits wait in a pool."""
    return w.pools[pool, F.OF_VISITS] < w.pools[pool, F.END_OF_VISITS]


@jit
def find_visit(w: World, pool: int, entity: int, kind: int) -> int:
    """The visit of a kind that waits for a party, -1 for none. It is of the kind's last round, since the one before is
    missed by then.
    """
    asked, second = w.asked, w.last_rounds[kind]
    visit, beyond = w.pools[pool, F.OF_VISITS], w.pools[pool, F.END_OF_VISITS]
    end = beyond
    while visit < beyond:
        middle = (visit + beyond) >> 1
        row = asked[middle]
        if row[F.VISIT_ROUND] < second or (
            row[F.VISIT_ROUND] == second
            and (row[F.VISITED] < entity or (row[F.VISITED] == entity and row[F.VISIT_KIND] < kind))
        ):
            visit = middle + 1
        else:
            beyond = middle
    if visit == end or asked[visit, F.VISIT_IS] == F.DONE_WITH or asked[visit, F.VISIT_ROUND] != second:
        return -1
    return visit if asked[visit, F.VISITED] == entity and asked[visit, F.VISIT_KIND] == kind else -1


@jit
def round_of(w: World, visit: int) -> int:
    """Number of a visit's round."""
    return round_number(w.asked[visit, F.VISIT_ROUND], w.asked[visit, F.VISIT_KIND])


@jit
def remove_visit(w: World, pool: int, visit: int) -> None:
    """A visit waits no more, and its row is in the log. The first of a queue always waits."""
    asked, pools = w.asked, w.pools
    pools[pool, F.N_QUEUED] -= 1
    pools[pool, F.N_PLAIN] -= 1 if asked[visit, F.VISIT_IS] == F.PLAIN else 0
    asked[visit, F.VISIT_IS] = F.DONE_WITH
    pools[pool, F.OF_VISITS] = _next_visit(w, pool, pools[pool, F.OF_VISITS])


@jit_into
def _next_visit(w: World, pool: int, visit: int) -> int:
    """The first visit from this one on that waits, or the end of the queue."""
    end = w.pools[pool, F.END_OF_VISITS]
    while visit < end and w.asked[visit, F.VISIT_IS] == F.DONE_WITH:
        visit += 1
    return visit


@jit_into
def catch_up(w: World, pool: int) -> None:
    """If only plain visits wait: begin those that have begun before now. Whoever looks at a pool's queue or staff, or
    changes them, does this first.
    """
    if w.pools[pool, F.N_ENDS] > 0 and w.pools[pool, F.N_QUEUED] == w.pools[pool, F.N_PLAIN]:
        _catch_up(w, pool)


@jit
def _catch_up(w: World, pool: int) -> None:
    """At each end of a visit the next one begins, if one waits and the shift has the people."""
    pools, ends, visit = w.pools, w.ends[pool], w.pools[pool, F.OF_VISITS]
    until = w.flow[F.NOW] + (1 if w.flow[F.TURN] == last_turn(w) else 0)
    first, n, n_waiting = pools[pool, F.FIRST_END], pools[pool, F.N_ENDS], pools[pool, F.N_PLAIN]
    busy, most = pools[pool, F.BUSY], pools[pool, F.FOR_QUEUE]
    while n > 0 and ends[first & RING] < until:
        second = ends[first & RING]
        first, n, busy = first + 1, n - 1, busy - 1
        if n_waiting > 0 and busy < most:
            w.asked[visit, F.VISIT_BEGAN] = second
            _put_end(w, pool, first, n, second + w.asked[visit, F.VISIT_SECONDS])
            n, busy, n_waiting = n + 1, busy + 1, n_waiting - 1
            visit = _next_visit(w, pool, visit + 1)
    pools[pool, F.FIRST_END], pools[pool, F.N_ENDS], pools[pool, F.BUSY] = first, n, busy
    pools[pool, F.N_PLAIN] = pools[pool, F.N_QUEUED] = n_waiting
    pools[pool, F.OF_VISITS] = visit


@jit_into
def _put_end(w: World, pool: int, first: int, n: int, second: int) -> None:
    """Put an end among the n in a pool's ring, where most come last."""
    ends, at = w.ends[pool], first + n
    while at > first and ends[(at - 1) & RING] > second:
        ends[at & RING] = ends[(at - 1) & RING]
        at -= 1
    ends[at & RING] = second


@jit
def keep_end(w: World, pool: int, second: int) -> bool:
    """Keep the end of a plain visit in order of time. Returns False where there is no place for one more."""
    pools = w.pools
    if pools[pool, F.STAFFED] == 0 or pools[pool, F.IS_UNLIMITED] == 1:  # nobody ever waits for it
        return True
    if pools[pool, F.N_ENDS] == F.MOST_ENDS:
        return False
    _put_end(w, pool, pools[pool, F.FIRST_END], pools[pool, F.N_ENDS], second)
    pools[pool, F.N_ENDS] += 1
    return True


@jit
def _first_end(w: World, pool: int) -> int:
    return w.ends[pool, w.pools[pool, F.FIRST_END] & RING]


@jit_into
def come_free(w: World, pool: int) -> None:
    """Staff whose plain visits have ended are free for this second's decisions."""
    pools, now = w.pools, w.flow[F.NOW]
    while pools[pool, F.N_ENDS] > 0 and _first_end(w, pool) <= now:
        pools[pool, F.N_ENDS] -= 1
        pools[pool, F.FIRST_END] += 1
        pools[pool, F.BUSY] -= 1


@jit_into
def look_again(w: World, pool: int) -> None:
    """Where others than plain visits wait, the next end of one is an event."""
    pools = w.pools
    if pools[pool, F.N_ENDS] > 0 and pools[pool, F.N_QUEUED] > pools[pool, F.N_PLAIN]:
        second = _first_end(w, pool)
        if pools[pool, F.LOOKED_AT] != second:
            pools[pool, F.LOOKED_AT] = second
            schedule(w, second, event_key(Moment.VISIT_ENDS, pool, 0, 0), -1)


@jit
def put_in_order(w: World) -> None:
    """Catch all pools up and have all rows so far in order."""
    flow, since = w.flow, w.flow[F.IN_ORDER_UNTIL]
    for pool in range(w.fixed[F.FIRST_POOL], w.fixed[F.N_PLACES]):
        catch_up(w, pool)
    if w.fixed[F.ORDERS_ROWS] == 1:
        n = _gather(w, since)
        if flow[F.N_ROWS] + n > len(w.rows):
            flow[F.STATUS] = F.ROWS_FULL
            return
        if n > 1:
            _sort_by_digit(w, 0, n)
            _sort_by_digit(w, 1, n)
        _merge(w, n, since)
        flow[F.N_ROWS] += n
    flow[F.N_IN_ORDER], flow[F.IN_ORDER_UNTIL] = flow[F.N_ROWS], flow[F.NOW]


@jit
def _gather(w: World, since: int) -> int:
    """Visits that were caught up, pool after pool, and how many have each digit of their second; their number."""
    pools, asked, places, count, n = w.pools, w.asked, w.places, w.digits, 0
    for digit in range(DIGIT + 1):
        count[0, digit] = count[1, digit] = 0
    for pool in range(w.fixed[F.FIRST_POOL], w.fixed[F.N_PLACES]):
        for visit in range(pools[pool, F.TOLD_UNTIL], pools[pool, F.OF_VISITS]):
            if asked[visit, F.VISIT_IS] != F.DONE_WITH:
                second = asked[visit, F.VISIT_BEGAN] - since
                places[0, n] = (place_of_row(w, second, turn_of(pool)) << F.LINE_BITS) | visit
                count[0, second & DIGIT] += 1
                count[1, second >> F.DIGIT_BITS] += 1
                n += 1
        pools[pool, F.TOLD_UNTIL] = pools[pool, F.OF_VISITS]
    return n


@jit
def _sort_by_digit(w: World, which: int, n: int) -> None:
    """Put visits from one half into the other, in order of one digit; those with the same keep their order."""
    count, of_old, of_new, before = w.digits[which], w.places[which], w.places[1 - which], 0
    shift = F.LINE_BITS + w.fixed[F.TURN_BITS] + which * F.DIGIT_BITS
    for digit in range(DIGIT + 1):
        before += count[digit]
        count[digit] = before - count[digit]
    for i in range(n):
        digit = of_old[i] >> shift & DIGIT
        at = count[digit]
        count[digit] = at + 1
        of_new[at] = of_old[i]


@jit
def _merge(w: World, n: int, since: int) -> None:
    """Put the rows of sorted visits among those written since the last time, from the end on."""
    places, rows, start, i = w.places[0], w.rows, w.flow[F.N_IN_ORDER], n - 1
    at = w.flow[F.N_ROWS] - 1
    while i >= 0:
        place = place_of_row(w, since, 0) + (places[i] >> F.LINE_BITS)
        if at >= start and w.row_order[at - start] > place:
            for column in range(len(COLUMNS)):
                rows[at + i + 1, column] = rows[at, column]
            at -= 1
        else:
            _write_visit(w, at + i + 1, place, places[i] & ((1 << F.LINE_BITS) - 1))
            i -= 1


@jit
def _write_visit(w: World, at: int, place: int, visit: int) -> None:
    """The row of a visit that was caught up."""
    row, bits = w.rows[at], w.fixed[F.TURN_BITS]
    row[0] = place >> bits
    row[1] = Kind.TASK
    row[2] = Subject.TASK_VISIT
    row[3] = round_of(w, visit)
    row[4] = (place & ((1 << bits) - 1)) - turn_of(0)
    row[5] = number_of(w, w.asked[visit, F.VISITED])
    row[6] = 1
    row[7] = row[0] + w.asked[visit, F.VISIT_SECONDS]
    row[8] = 0
