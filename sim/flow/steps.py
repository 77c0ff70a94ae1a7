"""Quantities that change by steps: number present, rooms taken, staff busy. Right-continuous and exact in integers.

A step function is 0 before its first change; its value at a second is the value after everything that happened in that
second, so that a room freed and taken in the same second is taken once. Nothing here knows about parties or sites.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow import passes

Ints = NDArray[np.int64]

HOUR = 3_600


class Steps(NamedTuple):
    """`values[i]` holds from `seconds[i]` (strictly increasing) until `seconds[i + 1]`; before the first: 0."""

    seconds: Ints
    values: Ints


def steps(seconds: Ints, changes: Ints) -> Steps:
    """Running sum of changes, given in any order; changes of one second act together."""
    quick = passes.compiled()
    if quick is not None:
        return Steps(*quick.running_sums(seconds, changes))
    order = np.argsort(seconds, kind="stable")
    seconds, total = seconds[order], np.cumsum(changes[order])
    last = np.ones(len(seconds), dtype=bool)
    last[:-1] = seconds[1:] != seconds[:-1]
    return Steps(seconds[last], total[last])


def presence(begin: Ints, end: Ints, size: Ints) -> Steps:
    """Number present when `size[i]` are there from `begin[i]` until `end[i]`, that second not counted."""
    return steps(np.concatenate([begin, end]), np.concatenate([size, -size]))


def presence_by_hour(group: Ints, span: tuple[Ints, Ints], size: Ints, shape: tuple[int, int]) -> Ints:
    """Seconds x number present in each hour, by group: shape (groups, hours from second 0 on).

    `size[i]` of `group[i]` are there from `span[0][i]` until `span[1][i]`. Nothing is sorted: who comes in an hour is
    there for the rest of it and for all later hours, less the same of who goes.
    """
    n_groups, n_hours = shape
    seconds = np.zeros((n_groups, n_hours + 1), dtype=np.int64)
    for edge, sign in zip(span, (1, -1), strict=True):
        second = np.clip(edge, 0, n_hours * HOUR)
        hour = second // HOUR
        line = group * (n_hours + 1) + hour
        rest = sums(line, size * ((hour + 1) * HOUR - second), seconds.size).reshape(seconds.shape)
        coming = sums(line, size, seconds.size).reshape(seconds.shape)
        seconds += sign * (rest + HOUR * (np.cumsum(coming, axis=1) - coming))
    return seconds[:, :-1]


def sums(keys: Ints, values: Ints, n: int) -> Ints:
    """Sum of whole numbers by key 0 … n - 1, exact below 2**53."""
    return np.bincount(keys, weights=values, minlength=n).astype(np.int64)


def at(function: Steps, seconds: Ints) -> Ints:
    """Values at these seconds."""
    index = np.searchsorted(function.seconds, seconds, side="right") - 1
    padded = np.concatenate([function.values, np.zeros(1, dtype=np.int64)])  # index -1: before the first change
    return padded[index]


def largest(function: Steps, start: int, end: int) -> int:
    """Largest value in [start, end); 0 when that stretch is empty."""
    if end <= start:
        return 0
    first, last = np.searchsorted(function.seconds, [start, end], side="left")
    inside = function.values[first:last]
    from_before = int(at(function, np.array([start]))[0])
    return max(from_before, int(inside.max())) if len(inside) else from_before


def largest_each(function: Steps, begins: Ints, ends: Ints) -> Ints:
    """Largest value in each of these stretches, none of them empty."""
    first, last = (np.searchsorted(function.seconds, edges, side="left") for edges in (begins, ends))
    from_before, values = at(function, begins), np.append(function.values, 0)
    inside = np.maximum.reduceat(values, np.column_stack([first, last]).ravel())[::2] if len(begins) else from_before
    return np.where(first < last, np.maximum(from_before, inside), from_before)


def integral(function: Steps, start: int, end: int) -> int:
    """Sum of value x seconds over [start, end), exact."""
    if end <= start or not len(function.seconds):
        return 0
    edges = np.clip(np.append(function.seconds, max(end, int(function.seconds[-1]))), start, end)
    return int(np.sum(function.values * np.diff(edges)))


def integral_until(function: Steps, seconds: Ints) -> Ints:
    """Integrals from the first change to each of these seconds; exact."""
    if not len(function.seconds):
        return np.zeros(len(seconds), dtype=np.int64)
    total = np.concatenate([[0], np.cumsum(function.values[:-1] * np.diff(function.seconds))])
    line = np.maximum(np.searchsorted(function.seconds, seconds, side="right") - 1, 0)
    since = np.maximum(seconds - function.seconds[line], 0)
    return np.asarray(total[line] + function.values[line] * since, dtype=np.int64)


def groups(keys: Ints, n: int) -> list[Ints]:
    """Positions of the entries with key 0, 1, … n - 1, each in their order; other keys are left out."""
    order = np.argsort(keys, kind="stable")
    bounds = np.searchsorted(keys[order], np.arange(n + 1))
    return [order[a:b] for a, b in pairwise(bounds.tolist())]


def running_total(group: Ints, position: Ints, change: Ints) -> Ints:
    """Sum of changes so far within each group, in order of position; aligned with the input."""
    order = np.lexsort((position, group))
    total = np.cumsum(change[order])
    first = np.flatnonzero(np.concatenate([[True], np.diff(group[order]) != 0])) if len(group) else order
    before = np.repeat(total[first] - change[order][first], np.diff(np.append(first, len(group))))
    result = np.empty_like(total)
    result[order] = total - before
    return result
