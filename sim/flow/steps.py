"""What is read from columns of whole numbers: rows found by a number in a column, and quantities that change by steps.

Number present, rooms taken, staff busy: right-continuous and exact. A step function is 0 before its first change; its
value at a second is the value after everything that happened in that second, so that a room freed and taken in the same
second is taken once. Nothing here knows about parties or sites.
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


class StepsOf(NamedTuple):
    """Step functions of groups 0 … n - 1 (sites, ports, …) in one table, made and read all at once.

    Line i is of group `keys[i] // scale` and second `keys[i] % scale`; the lines of group g are `bounds[g]` up to
    `bounds[g + 1]`. Seconds are 0 or more, and below 2**40.
    """

    keys: Ints
    values: Ints
    scale: int
    """A second later than all that anything changes at."""
    bounds: Ints

    def of(self, group: int) -> Steps:
        """The step function of one group."""
        lines = slice(self.bounds[group], self.bounds[group + 1])
        return Steps(self.keys[lines] - group * self.scale, self.values[lines])


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


def steps_of(group: Ints, seconds: Ints, changes: Ints, n: int) -> StepsOf:
    """`steps` of each group: one sum that runs on through all groups, less what it was where a group begins."""
    scale = int(seconds.max(initial=0)) + 1
    keys, total = steps(group * scale + seconds, changes)
    return stacked(keys, total, scale, n, running_on=True)


def stacked(keys: Ints, values: Ints, scale: int, n: int, *, running_on: bool = False) -> StepsOf:
    """A table of lines in order of keys; `running_on`: values are a sum over all groups."""
    bounds = np.searchsorted(keys, np.arange(n + 1) * scale)
    if running_on:
        values = values - np.repeat(np.append(0, values)[bounds[:-1]], np.diff(bounds))
    return StepsOf(keys, values, scale, bounds)


def presence_of(group: Ints, span: tuple[Ints, Ints], size: Ints, n: int) -> StepsOf:
    """`presence` of each group."""
    return steps_of(np.tile(group, 2), np.concatenate(span), np.concatenate([size, -size]), n)


def presence_by_hour(
    group: Ints, span: tuple[Ints, Ints], size: Ints, shape: tuple[int, int], hour: int = HOUR
) -> Ints:
    """Seconds x number present in each hour (or stretch of `hour` seconds), by group: shape (groups, hours from second
    0 on).

    `size[i]` of `group[i]` are there from `span[0][i]` until `span[1][i]`. Nothing is sorted: who comes in an hour is
    there for the rest of it and for all later hours, less the same of who goes.
    """
    n_groups, n_hours = shape
    seconds = np.zeros((n_groups, n_hours + 1), dtype=np.int64)
    for edge, sign in zip(span, (1, -1), strict=True):
        second = np.clip(edge, 0, n_hours * hour)
        then = second // hour
        line = group * (n_hours + 1) + then
        rest = sums(line, size * ((then + 1) * hour - second), seconds.size).reshape(seconds.shape)
        coming = sums(line, size, seconds.size).reshape(seconds.shape)
        seconds += sign * (rest + hour * (np.cumsum(coming, axis=1) - coming))
    return seconds[:, :-1]


def sums(keys: Ints, values: Ints, n: int) -> Ints:
    """Sum of whole numbers by key 0 … n - 1, exact below 2**53."""
    return np.bincount(keys, weights=values, minlength=n).astype(np.int64)


def at(function: Steps, seconds: Ints) -> Ints:
    """Values at these seconds."""
    index = np.searchsorted(function.seconds, seconds, side="right") - 1
    padded = np.concatenate([function.values, np.zeros(1, dtype=np.int64)])  # index -1: before the first change
    return padded[index]


def at_each(function: StepsOf, seconds: Ints) -> Ints:
    """Values of each group at these seconds: shape (groups, seconds)."""
    n = len(function.bounds) - 1
    line = _lines_until(function, np.arange(n)[:, np.newaxis], seconds)
    return np.asarray(np.append(function.values, 0)[line])


def _lines_until(function: StepsOf, groups: Ints, seconds: Ints) -> Ints:
    """Line that holds in a group at a second, -1 before its first."""
    keys = groups * function.scale + np.minimum(seconds, function.scale - 1)
    line = np.searchsorted(function.keys, keys, side="right") - 1
    return np.where(line >= function.bounds[groups], line, -1)


def largest(function: Steps, start: int, end: int) -> int:
    """Largest value in [start, end); 0 when that stretch is empty."""
    if end <= start:
        return 0
    first, last = np.searchsorted(function.seconds, [start, end], side="left")
    inside = function.values[first:last]
    from_before = int(at(function, np.array([start]))[0])
    return max(from_before, int(inside.max())) if len(inside) else from_before


def largest_of_each(function: StepsOf, start: int, end: int) -> Ints:
    """Largest value of each group in [start, end); 0 when that stretch is empty."""
    groups = np.arange(len(function.bounds) - 1)
    if end <= start:
        return np.zeros(len(groups), dtype=np.int64)
    return largest_in(function, groups, (0 * groups + start, 0 * groups + end))


def largest_in(function: StepsOf, groups: Ints, spans: tuple[Ints, Ints]) -> Ints:
    """Largest value of a group in each of these stretches, none of them empty."""
    begins, ends = (groups * function.scale + np.clip(seconds, 0, function.scale) for seconds in spans)
    first, last = np.searchsorted(function.keys, begins), np.searchsorted(function.keys, ends)
    values = np.append(function.values, 0)
    from_before = values[_lines_until(function, groups, spans[0])]
    inside = np.maximum.reduceat(values, np.column_stack([first, last]).ravel())[::2] if len(groups) else from_before
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
