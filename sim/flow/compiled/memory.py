"""Memory of replications that are over, kept for the next one in the same process.

A history of half a million rows is 40 MB; to fetch that from the system and have it zeroed for each replication takes
longer than writing into it. So the arrays that the engine works on, and those of a log that nobody holds any more, are
kept for the next replication in the same process. What stands in them is never read before it is written: no result
depends on it.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Shape = tuple[int, ...]
INT = np.dtype(np.int64)
SLACK = 1.125
"""Replications of one scenario differ in size; arrays are made so much larger that the next one fits."""
LINE = 64
"""Arrays begin at a line of the processor's cache, so that rows of whole lines take no line more than they must."""
LARGEST = 1 << 33
"""Bytes of address space beyond which nothing is kept; a tenth of it or less is ever written, and so in memory."""
_worked_on: list[dict[str, Ints]] = []
_of_logs: list[Ints] = []


def borrow(shapes: Mapping[str, Shape], types: Mapping[str, np.dtype[Any]]) -> dict[str, Ints]:
    """Arrays of at least these shapes, with anything in them; of int64 where `types` says nothing else."""
    spare = _last(_worked_on) or {}
    return {name: _large_enough(spare.get(name), shape, types.get(name, INT)) for name, shape in shapes.items()}


def give_back(arrays: dict[str, Ints]) -> None:
    """Nobody uses these arrays any more."""
    if not _worked_on and sum(array.nbytes for array in arrays.values()) <= LARGEST:
        _worked_on.append(arrays)


def log_rows(n: int, width: int) -> Ints:
    """An array for n rows or more of a log; its memory is used again once no view of it is left."""
    store = _large_enough(_last(_of_logs), (n * width,))
    whole = np.frombuffer(store.data, dtype=np.int64)  # all views have this one as their base, and keep it alive
    weakref.finalize(whole, _keep_store, store).atexit = False
    return whole[: len(whole) // width * width].reshape(-1, width)


def _keep_store(store: Ints) -> None:
    if not _of_logs and store.nbytes <= LARGEST:
        _of_logs.append(store)


def _last(spare: list[Any]) -> Any:
    """Take one of a list that other threads take from too; None when it is empty."""
    try:
        return spare.pop()
    except IndexError:
        return None


def _large_enough(spare: Ints | None, shape: Shape, kind: np.dtype[Any] = INT) -> Ints:
    if spare is not None and all(have >= want for have, want in zip(spare.shape, shape, strict=True)):
        return spare
    most = max(shape)
    wanted = [int(size * SLACK) if size == most else size for size in shape]
    size = math.prod(wanted) * kind.itemsize
    memory = np.empty(size + LINE, dtype=np.uint8)
    first = -memory.ctypes.data % LINE
    return memory[first : first + size].view(kind).reshape(wanted)
