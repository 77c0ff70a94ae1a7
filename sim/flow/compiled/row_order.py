"""Compiled: rows of visits that were caught up (`visits`) are put where they belong in the log, once for each round.

All other rows have been written as things happened, with their places beside them. The visits of each pool are in order
of time; pool after pool they are sorted by second, and both are merged from the end of the log, where there is room.
"""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import jit
from sim.flow.compiled.visits import catch_up, number_of, place_of_row, round_of, turn_of
from sim.flow.compiled.world import World
from sim.flow.log import COLUMNS, Kind, Subject

DIGIT = (1 << F.DIGIT_BITS) - 1


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
