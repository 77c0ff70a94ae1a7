"""Compiled: events of the next two hours, one list per second: a timing wheel.

Most events are ends of tasks a few minutes ahead. A second's list is found at once, and its events are put in order of
their keys from its end, where nearly all belong; a heap of all events took a third of the run. What is further ahead,
or out of place by many, is in the heap all the same: the loop takes whichever is first.

Source: Varghese and Lauck, "Hashed and hierarchical timing wheels", SOSP 1987.
"""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.world import FAR, WHEEL_SECONDS, World

MASK = WHEEL_SECONDS - 1
SHIFT, BITS = 5, 31
"""One word of marks has 32 seconds; shifts and masks, since a division takes longer than all else here."""
WORDS = WHEEL_SECONDS >> SHIFT
GROUPS = WORDS >> SHIFT
FIRST = F.FIRST_OF + F.WHEEL
MOST_STEPS = 64
"""Events that a new one may have to pass; further ones go to the heap, so that no order of events is slow."""


@jit_into
def put(w: World, second: int, key: int, payload: int) -> bool:
    """Put an event into its second's list. Returns False when it belongs into the heap."""
    g, nodes, slot = w.g, w.nodes, second & MASK
    before, after = w.wheel[slot, 1], -1
    for _ in range(MOST_STEPS):
        if before < 0 or nodes[before, F.NODE_KEY] <= key:
            break
        after = before
        before = nodes[before, F.NODE_BEFORE]
    if before >= 0 and nodes[before, F.NODE_KEY] > key:
        return False
    node = g[F.FREE_NODE]
    if node >= 0:
        g[F.FREE_NODE] = nodes[node, F.NODE_AFTER]
    else:
        node = g[F.N_NODES]
        if node >= len(nodes):
            return False
        g[F.N_NODES] = node + 1
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
    g[FIRST] = min(g[FIRST], second)
    return True


@jit_into
def take(w: World) -> int:
    """Take the first event of the wheel, which must have one; its payload."""
    g, nodes, slot = w.g, w.nodes, w.g[FIRST] & MASK
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
        g[FIRST] = _next_second(w, g[FIRST])
    nodes[node, F.NODE_AFTER] = g[F.FREE_NODE]
    g[F.FREE_NODE] = node
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


@jit
def _lowest(word: int) -> int:
    """Position of the lowest bit that is set."""
    position = 0
    if word & 0xFFFF == 0:
        position += 16
        word >>= 16
    if word & 0xFF == 0:
        position += 8
        word >>= 8
    if word & 0xF == 0:
        position += 4
        word >>= 4
    if word & 0x3 == 0:
        position += 2
        word >>= 2
    return position + (1 - (word & 1))
