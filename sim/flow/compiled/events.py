"""Compiled: events to come, all ordered by (second, key), as SimPy's queue is in the reference engine.

Events with a fixed delay are created in the order of their time, so a lane that is first in, first out keeps them
sorted at no cost; the few that come out of order within a second are put in place from the lane's end.

Most others are ends of tasks a few minutes ahead. They are in a timing wheel: one list per second of the next two
hours. A second's list is found at once, and its events are put in order of their keys from its end, where nearly all
belong; a heap of all events took a third of the run. What is further ahead, or out of place by many, is in one binary
heap, which stays small: the loop takes whichever is first.

A party's row is read again 14 days later, when nothing of it is left in the processor's cache; to wait for it took a
fifth of a run. Lanes and hand-overs tell in advance whose row comes next, so it is fetched meanwhile (`fetch_in_lane`,
`fetch_hand_over`). That has no effect on the history.

Source: Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.memory import LINE
from sim.flow.compiled.world import FAR, PARTY_TYPE, WHEEL_SECONDS, World
from sim.flow.order import ENTITY_BITS, MOMENT_SHIFT, OCCASION_BITS, PLACE_BITS, PLACE_SHIFT

PLACE_MASK = (1 << PLACE_BITS) - 1
ENTITY_MASK = (1 << ENTITY_BITS) - 1
OCCASION_MASK = (1 << OCCASION_BITS) - 1

MASK = WHEEL_SECONDS - 1
SHIFT, BITS = 5, 31
"""One word of marks has 32 seconds; shifts and masks, since a division takes longer than all else here."""
WORDS = WHEEL_SECONDS >> SHIFT
GROUPS = WORDS >> SHIFT
FIRST = F.FIRST_OF + F.WHEEL
MOST_STEPS = 64
"""Events that a new one may have to pass; further ones go to the heap, so that no order of events is slow."""
AHEAD = 6
"""So many events of a lane, or hand-overs, ahead: long enough for memory, too short to be displaced again."""
LINES = F.N_PARTY * PARTY_TYPE.itemsize // LINE


@jit
def event_key(moment: int, place: int, entity: int, occasion: int) -> int:
    """`order.order_key` for the compiler."""
    return (moment << MOMENT_SHIFT) | (place << PLACE_SHIFT) | (entity << OCCASION_BITS) | occasion


@jit
def schedule(w: World, second: int, key: int, payload: int) -> None:
    """Put an event into the wheel, or into the heap if it is further ahead."""
    if 0 <= second - w.flow[F.NOW] < WHEEL_SECONDS and put(w, second, key, payload):
        return
    heap = w.heap
    at = w.flow[F.N_HEAP]
    if at >= len(heap):
        w.flow[F.STATUS] = F.HEAP_FULL
        return
    w.flow[F.N_HEAP] = at + 1
    while at > 0:
        above = (at - 1) >> 1
        if heap[above, 0] < second or (heap[above, 0] == second and heap[above, 1] <= key):
            break
        heap[at, 0], heap[at, 1], heap[at, 2] = heap[above, 0], heap[above, 1], heap[above, 2]
        at = above
    heap[at, 0], heap[at, 1], heap[at, 2] = second, key, payload
    w.flow[F.FIRST_OF + F.HEAP] = heap[0, 0]


@jit
def drop_first(w: World) -> None:
    """Take the first event off the heap."""
    heap = w.heap
    n = w.flow[F.N_HEAP] - 1
    w.flow[F.N_HEAP] = n
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
    w.flow[F.FIRST_OF + F.HEAP] = heap[0, 0] if n > 0 else FAR


@jit
def schedule_in_lane(w: World, lane: int, second: int, key: int, payload: int) -> None:
    """Put an event into a lane, at its end or a little before."""
    events = w.lanes[lane]
    at = w.lane_ends[lane, F.LANE_TAIL]
    if at >= len(events):
        w.flow[F.STATUS] = F.HEAP_FULL
        return
    w.lane_ends[lane, F.LANE_TAIL] = at + 1
    first = w.lane_ends[lane, F.LANE_HEAD]
    while at > first and (events[at - 1, 0] > second or (events[at - 1, 0] == second and events[at - 1, 1] > key)):
        events[at, 0], events[at, 1], events[at, 2] = events[at - 1, 0], events[at - 1, 1], events[at - 1, 2]
        at -= 1
    events[at, 0], events[at, 1], events[at, 2] = second, key, payload
    w.flow[F.FIRST_OF + lane] = events[first, 0]


@jit_into
def put(w: World, second: int, key: int, payload: int) -> bool:
    """Put an event into its second's list. Returns False when it belongs into the heap."""
    flow, nodes, slot = w.flow, w.nodes, second & MASK
    before, after = w.wheel[slot, 1], -1
    for _ in range(MOST_STEPS):
        if before < 0 or nodes[before, F.NODE_KEY] <= key:
            break
        after = before
        before = nodes[before, F.NODE_BEFORE]
    if before >= 0 and nodes[before, F.NODE_KEY] > key:
        return False
    node = flow[F.FREE_NODE]
    if node >= 0:
        flow[F.FREE_NODE] = nodes[node, F.NODE_AFTER]
    else:
        node = flow[F.N_NODES]
        if node >= len(nodes):
            return False
        flow[F.N_NODES] = node + 1
    nodes[node, F.NODE_KEY], nodes[node, F.NODE_PAYLOAD] = key, payload
    nodes[node, F.NODE_BEFORE], nodes[node, F.NODE_AFTER] = before, after
    if before >= 0:
        nodes[before, F.NODE_AFTER] = node
    else:
        w.wheel[slot, 0] = node
    if after >= 0:
        nodes[after, F.NODE_BEFORE] = node
    else:
        w.wheel[slot, 1] = node
    at = slot >> SHIFT
    w.marks[at] |= 1 << (slot & BITS)
    w.marks[WORDS + (at >> SHIFT)] |= 1 << (at & BITS)
    flow[FIRST] = min(flow[FIRST], second)
    return True


@jit_into
def take(w: World) -> int:
    """Take the first event of the wheel, which must have one; its payload."""
    flow, nodes, slot = w.flow, w.nodes, w.flow[FIRST] & MASK
    node = w.wheel[slot, 0]
    after = nodes[node, F.NODE_AFTER]
    w.wheel[slot, 0] = after
    if after >= 0:
        nodes[after, F.NODE_BEFORE] = -1
    else:
        w.wheel[slot, 1] = -1
        at = slot >> SHIFT
        w.marks[at] &= ~(1 << (slot & BITS))
        if w.marks[at] == 0:
            w.marks[WORDS + (at >> SHIFT)] &= ~(1 << (at & BITS))
        flow[FIRST] = _next_second(w, flow[FIRST])
    nodes[node, F.NODE_AFTER] = flow[F.FREE_NODE]
    flow[F.FREE_NODE] = node
    return nodes[node, F.NODE_PAYLOAD]


@jit_into
def _next_second(w: World, second: int) -> int:
    """The first second after this one that has events, FAR when none has."""
    slot = (second + 1) & MASK
    at = slot >> SHIFT
    word = w.marks[at] >> (slot & BITS) << (slot & BITS)
    if word == 0:
        at = _next_word(w, (at + 1) & (WORDS - 1))
        if at < 0:
            return FAR
        word = w.marks[at]
    found = (at << SHIFT) + _lowest(word)
    return second + 1 + ((found - slot) & MASK)


@jit_into
def _next_word(w: World, at: int) -> int:
    """The first word of marks that is not 0, from this one on and round to it again; -1 when all are."""
    group = at >> SHIFT
    word = w.marks[WORDS + group] >> (at & BITS) << (at & BITS)
    for _ in range(GROUPS + 1):
        if word != 0:
            return (group << SHIFT) + _lowest(word)
        group = (group + 1) & (GROUPS - 1)
        word = w.marks[WORDS + group]
    return -1


def _count_zeros(_context: Any, _word: Any) -> tuple[Any, Any]:
    """The processor's own instruction for the zeros below the lowest bit that is set."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), generate


def _lowest_of(word: int) -> int:
    """The same in plain Python."""
    return (int(word) & -int(word)).bit_length() - 1


_lowest = _lowest_of if numba.config.DISABLE_JIT else intrinsic(_count_zeros)


def _ask_for_row(_context: Any, array: Any, row: Any) -> tuple[Any, Any]:
    """Ask for the lines of a row of a two-dimensional array; the processor goes on meanwhile."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        made = context.make_array(signature.args[0])(context, builder, arguments[0])
        byte, number, word = ir.IntType(8).as_pointer(), ir.IntType(32), ir.IntType(64)
        width = builder.extract_value(made.strides, 0)
        first = builder.gep(builder.bitcast(made.data, byte), [builder.mul(arguments[1], width)])
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        for line in range(LINES):
            builder.call(prefetch, [builder.gep(first, [word(line * LINE)]), number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, row), generate


def _no_cache(_array: Any, _row: Any) -> None:
    """Plain Python can't ask."""


_fetch = _no_cache if numba.config.DISABLE_JIT else intrinsic(_ask_for_row)


@jit
def fetch_party(w: World, entity: int) -> None:
    """A party that is looked at soon."""
    _fetch(w.parties, entity)


@jit
def fetch_hand_over(w: World, at: int) -> None:
    """The party that is handed over a few hand-overs after this one."""
    if at + AHEAD < w.fixed[F.N_HAND_OVERS]:
        fetch_party(w, w.hand_overs[at + AHEAD, F.HO_ENTITY])


@jit
def fetch_in_lane(w: World, lane: int, at: int) -> None:
    """The party of the event a few events after this one in a lane."""
    if at + AHEAD < w.lane_ends[lane, F.LANE_TAIL]:
        fetch_party(w, (w.lanes[lane, at + AHEAD, 1] >> OCCASION_BITS) & ENTITY_MASK)
