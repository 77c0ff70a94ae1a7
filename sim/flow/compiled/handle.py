"""How compiled functions receive the world: one pointer to a structure of arrays, not thirty arrays by value.

A named tuple would pass every array with its shape to every function, which takes the compiler minutes and the caller
hundreds of nanoseconds. With the compiler off (for coverage) the named tuple itself is handed on.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.experimental import structref

from sim.flow.compiled.world import FLOATS, SHAPES, World


@structref.register
class WorldType(types.StructRef):  # type: ignore[misc]
    """The compiler's type of a world."""


class WorldHandle(structref.StructRefProxy):  # type: ignore[misc]
    """A world as the compiler sees it."""

    def __new__(cls, *arrays: Any) -> WorldHandle:
        """Wrap the arrays of a world, in order of its fields."""
        return structref.StructRefProxy.__new__(cls, *arrays)


structref.define_proxy(WorldHandle, WorldType, list(World._fields))

WORLD = WorldType(
    tuple(
        (name, types.Array(types.float64 if name in FLOATS else types.int64, dimensions, "C"))
        for name, dimensions in SHAPES.items()
    )
)
"""The type of every world: the arrays differ in length only."""


def handle(world: World) -> Any:
    """What compiled functions take: a pointer to the world's arrays."""
    if numba.config.DISABLE_JIT:
        return world
    return WorldHandle(*(np.require(array, requirements=("C", "W")) for array in world))  # one type, compiled once
