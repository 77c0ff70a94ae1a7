"""Compiled: rows that will be needed soon are brought into the processor's cache meanwhile.

A party's row is read again 14 days later, when nothing of it is left in the cache; to wait for it took a fifth of a
run. Lanes and hand-overs tell in advance whose row comes next. Nothing here has an effect on the history.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import jit
from sim.flow.compiled.world import PARTY_TYPE, World
from sim.flow.order import ENTITY_BITS, OCCASION_BITS

EVENTS = 6
"""So many events of a lane, or hand-overs, ahead: long enough for memory, too short to be displaced again."""
LINE = 64
LINES = F.N_PARTY * PARTY_TYPE.itemsize // LINE
ENTITY_MASK = (1 << ENTITY_BITS) - 1


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
def fetch_hand_over(w: World, at: int) -> None:
    """The party that is handed over a few hand-overs after this one."""
    if at + EVENTS < w.c[F.N_HAND_OVERS]:
        _fetch(w.p, w.ho[at + EVENTS, F.HO_ENTITY])


@jit
def fetch_in_lane(w: World, lane: int, at: int) -> None:
    """The party of the event a few events after this one in a lane."""
    if at + EVENTS < w.lane_ends[lane, F.LANE_TAIL]:
        _fetch(w.p, (w.lanes[lane, at + EVENTS, 1] >> OCCASION_BITS) & ENTITY_MASK)
