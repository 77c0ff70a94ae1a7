"""Hand-over groups as columns: what every source of arrivals makes, put into one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NO_LIMIT = 1 << 40
"""People of a group that is not cut."""


@dataclass(frozen=True)
class Groups:
    """Hand-over groups that are present, one element each, in order of (source, day, number, first party).

    A row of a timetable has an element for each of its parties, since these come at times of their own.
    """

    source: Ints
    """Number of the port in order of id; of who is added between two moments FIRST_ADDED + the line of added_people."""
    day: Ints
    number: Ints
    """As party numbers have it."""
    second: Ints
    parties: Ints
    key: NDArray[np.uint64]
    """Place key of their draws."""
    date: Ints
    """Day of their draws."""
    drawn: Ints
    """Number of the group in draws."""
    first_party: Ints
    """Number of the group's first party, in draws."""
    most: Ints
    """People that the group has at most: the last party is cut."""
    comes: Floats
    """Chance that a person comes."""


def count_up(lengths: Ints) -> Ints:
    """0, 1, …, n - 1 for each length n, one after another."""
    return np.asarray(np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths))


def usual_groups(
    keys: NDArray[np.uint64], source: Ints, day: Ints, number: Ints, second: Ints, parties: Ints
) -> Groups:
    """Groups whose numbers in draws are those of the log, and of which everybody comes."""
    none = np.zeros(len(source), dtype=np.int64)
    most, comes = np.full(len(source), NO_LIMIT), np.ones(len(source))
    return Groups(source, day, number, second, parties, keys[source], day, number, none, most, comes)


def joined(groups: Groups, more: Groups) -> Groups:
    """Those of one and then those of the other."""
    return Groups(*(np.concatenate(pair) for pair in zip(_columns(groups), _columns(more), strict=True)))


def in_order(groups: Groups, more: Groups) -> Groups:
    """Both, in the order of groups."""
    both = joined(groups, more)
    return take(both, np.lexsort((both.first_party, both.number, both.day, both.source)))


def take(groups: Groups, chosen: NDArray[np.bool_] | Ints) -> Groups:
    """Those chosen."""
    return Groups(*(column[chosen] for column in _columns(groups)))


def _columns(groups: Groups) -> tuple[Any, ...]:
    return tuple(getattr(groups, name) for name in Groups.__dataclass_fields__)
