"""Compiled: rows of visits that were caught up (`visits`) are put where they belong in the log, once for each round.

All other rows have been written as things happened, with their places beside them. The visits are sorted by place, and
both are merged from the end of the log, where there is room.
"""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import jit
from sim.flow.compiled.visits import catch_up, place_of_row
from sim.flow.compiled.world import World
from sim.flow.log import COLUMNS, Kind, Subject


@jit
def put_in_order(w: World) -> None:
    """Catch all pools up and have all rows so far in order."""
    flow = w.flow
    for pool in range(w.fixed[F.FIRST_POOL], w.fixed[F.N_PLACES]):
        catch_up(w, pool)
    n = flow[F.N_BEGUN]
    if flow[F.N_ROWS] + n > len(w.rows):
        flow[F.STATUS] = F.ROWS_FULL
        return
    _merge(w, _sort(w, n), n)
    flow[F.N_ROWS] += n
    flow[F.N_BEGUN] = 0
    flow[F.N_IN_ORDER], flow[F.IN_ORDER_UNTIL] = flow[F.N_ROWS], flow[F.NOW]


@jit
def _sort(w: World, n: int) -> int:
    """Sort visits by place, the lowest digit first; the half that they end in."""
    half, shift = 0, 0
    first, last = place_of_row(w, w.flow[F.IN_ORDER_UNTIL], 0), place_of_row(w, w.flow[F.NOW] + 1, 0)
    while n > 1 and (last - first) >> shift > 0:
        _sort_by_digit(w, half, first, shift)
        half, shift = 1 - half, shift + F.DIGIT_BITS
    return half


@jit
def _sort_by_digit(w: World, half: int, first: int, shift: int) -> None:
    """Put the visits of one half into the other in order of one digit; those with the same keep their order."""
    count, mask, n = w.digits, (1 << F.DIGIT_BITS) - 1, w.flow[F.N_BEGUN]
    of_old, of_new = w.places[half], w.places[1 - half]
    for digit in range(len(count)):
        count[digit] = 0
    for i in range(n):
        count[(of_old[i, F.PLACE] - first) >> shift & mask] += 1
    before = 0
    for digit in range(len(count)):
        before += count[digit]
        count[digit] = before - count[digit]
    for i in range(n):
        digit = (of_old[i, F.PLACE] - first) >> shift & mask
        at = count[digit]
        count[digit] = at + 1
        of_new[at, F.PLACE], of_new[at, F.LINE] = of_old[i, F.PLACE], of_old[i, F.LINE]


@jit
def _merge(w: World, half: int, n: int) -> None:
    """Put the rows of sorted visits among those written since the last time, from the end on."""
    places, rows, start, i = w.places[half], w.rows, w.flow[F.N_IN_ORDER], n - 1
    at = w.flow[F.N_ROWS] - 1
    while i >= 0:
        if at >= start and w.row_order[at - start] > places[i, F.PLACE]:
            for column in range(len(COLUMNS)):
                rows[at + i + 1, column] = rows[at, column]
            at -= 1
        else:
            _write_visit(w, at + i + 1, places[i, F.LINE])
            i -= 1


@jit
def _write_visit(w: World, at: int, line: int) -> None:
    """The row of a visit that was caught up."""
    row, visit = w.rows[at], w.begun[line]
    row[0] = visit[F.BEGUN_SECOND]
    row[1] = Kind.TASK
    row[2] = Subject.TASK_VISIT
    row[3] = visit[F.BEGUN_ROUND]
    row[4] = visit[F.BEGUN_POOL]
    row[5] = visit[F.BEGUN_PARTY]
    row[6] = 1
    row[7] = visit[F.BEGUN_END]
    row[8] = 0
