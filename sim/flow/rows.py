"""Rows of a log found by a number in one of their columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow import passes
from sim.flow.steps import Ints

NEVER = 1 << 60
"""A second later than all others: what has not happened."""


class Finder:
    """Finds numbers in sorted ids, again and again: the table that the compiled way needs is made once."""

    def __init__(self, ids: Ints) -> None:
        self._ids = np.ascontiguousarray(ids)
        self._quick = passes.compiled()
        self._table = self._quick.table_of(self._ids) if self._quick is not None else None

    def __call__(self, numbers: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Line of each number in the ids, and whether it is there at all (the line is 0 when not)."""
        if self._quick is not None:
            made: tuple[Ints, NDArray[np.bool_]] = self._quick.find(self._ids, self._table, numbers)
            return made
        ids = self._ids
        order = np.argsort(numbers)  # a search in ascending order takes a quarter of the time, sorting included
        ascending = numbers[order]
        found = np.searchsorted(ids, ascending)
        inside = found < len(ids)
        if len(ids):
            inside &= ids.take(found, mode="clip") == ascending
        found[~inside] = 0
        line, there = np.empty_like(found), np.empty_like(inside)
        line[order], there[order] = found, inside
        return line, there


def find(ids: Ints, numbers: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Line of each number in sorted ids, and whether it is there, for ids that are looked in once."""
    return Finder(ids)(numbers)


def following(ids: Ints, positions: Ints, values: Ints, wanted: Ints, after: Ints) -> Ints:
    """Value of the first row with each wanted id behind a position, NEVER for none; rows come sorted by both."""
    line, there = next_line(ids, positions, wanted, after)
    result = np.full(len(wanted), NEVER, dtype=np.int64)
    result[there] = values[line[there]]
    return result


def next_line(ids: Ints, positions: Ints, wanted: Ints, after: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Line of the first row with each wanted id behind a position, and whether there is one; rows come sorted."""
    names, first = np.unique(ids, return_index=True)
    number, there = find(names, wanted)
    scale = 1 << 40  # more than all rows of a log
    own = np.repeat(np.arange(len(names)), np.diff(np.append(first, len(ids))))
    line = np.searchsorted(own * scale + positions, number * scale + after, side="right")
    if len(names):
        there &= line < np.append(first[1:], len(ids))[number]
    return np.where(there, line, 0), there
