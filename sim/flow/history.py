"""The event log read by kind of row, and by party: what measures and invariants both start from.

Everything here is a rearrangement of the log. A piece split from a party has its own line in `Parties`; what happened
to it before (hand-over, registration) is that of the party it came from, however often it was split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow.log import LOG_DTYPE, EventLog, Kind, Subject
from sim.flow.steps import Ints

NEVER = 1 << 60
"""A second later than all others: what has not happened."""


class History:
    """Rows of a log by kind, each kind in log order, with their position in the log."""

    def __init__(self, log: EventLog) -> None:
        kinds = log.rows["kind"].astype(np.uint8)  # one byte: the stable sort is then a radix sort
        self._order = np.argsort(kinds, kind="stable")
        self._rows = log.rows.take(self._order)  # ten times as fast as an index on a structured array
        self._ends = np.cumsum(np.bincount(kinds, minlength=256))

    def of(self, kind: Kind) -> NDArray[np.void]:
        """Rows of one kind, in log order."""
        return self._rows[self._slice(kind)]

    def positions(self, kind: Kind) -> Ints:
        """Positions of these rows in the log."""
        return self._order[self._slice(kind)]

    def _slice(self, kind: Kind) -> slice:
        return slice(int(self._ends[kind - 1]), int(self._ends[kind]))

    def tasks(self, subject: Subject) -> NDArray[np.void]:
        """Task rows of one class, in log order."""
        rows = self.of(Kind.TASK)
        return rows.take(np.flatnonzero(rows["subject"] == subject))


@dataclass(frozen=True)
class Parties:
    """One line per party, pieces included, sorted by party number. Seconds are NEVER for what has not happened."""

    ids: Ints
    origin: Ints
    """Line of the party handed over from which this one was split, its own line for most."""
    port: Ints
    people: Ints
    """People at the end of its way: those handed over or moved in, less those who were split off."""
    handed_over: Ints
    registration_start: Ints
    registration_end: Ints
    not_diverted: Ints
    unplaced: Ints
    room_taken: Ints
    site: Ints
    """Place number of the site, -1 for none."""
    load: Ints
    """Coach load, -1 for none or when travelling alone."""
    boarded: Ints
    """Start of boarding."""
    departed: Ints
    arrived: Ints
    released: Ints
    left: Ints
    censored: Ints

    def lines(self, numbers: Ints) -> Ints:
        """Line of each party number; the number must be there."""
        return np.searchsorted(self.ids, numbers)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def left_point(self) -> Ints:
        """Second at which the party is no more at the point (departed, sent on, unplaced or censored there)."""
        ways = np.minimum(np.minimum(self.not_diverted, self.unplaced), self.departed)
        return np.minimum(ways, self.censored)

    @property
    def left_site(self) -> Ints:
        """Second at which the party gives up its rooms, or is censored."""
        return np.minimum(self.left, self.censored)


def parties(history: History) -> Parties:
    """The log by party. Rows of parties that were neither handed over nor split off are left out."""
    received, split = history.of(Kind.HANDED_OVER), history.of(Kind.PARTY_SPLIT)
    ids = np.unique(np.concatenate([received["party"], split["subject_id"]]))
    origin = _origins(ids, split)
    times = {kind: _by_party(ids, history.of(kind), "second", NEVER) for kind in _SECONDS}
    registered = history.tasks(Subject.TASK_REGISTRATION)
    load = _by_party(ids, history.of(Kind.ROOM_TAKEN), "value", -1)
    return Parties(
        ids=ids,
        origin=origin,
        port=_by_party(ids, received, "place", -1)[origin],
        people=_people(ids, received, split),
        handed_over=times[Kind.HANDED_OVER][origin],
        registration_start=_by_party(ids, registered, "second", NEVER)[origin],
        registration_end=_by_party(ids, registered, "value", NEVER)[origin],
        site=_by_party(ids, history.of(Kind.ROOM_TAKEN), "place", -1),
        load=load,
        boarded=_boarded(load, history.of(Kind.BOARDING)),
        **{name: times[kind] for kind, name in _SECONDS.items() if name != "handed_over"},
    )


_SECONDS = {
    Kind.HANDED_OVER: "handed_over",
    Kind.NOT_DIVERTED: "not_diverted",
    Kind.UNPLACED: "unplaced",
    Kind.ROOM_TAKEN: "room_taken",
    Kind.DEPARTED: "departed",
    Kind.ARRIVED: "arrived",
    Kind.RELEASED: "released",
    Kind.LEFT: "left",
    Kind.CENSORED: "censored",
}


def find(ids: Ints, numbers: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Line of each number in sorted `ids`, and whether it is there at all (the line is 0 when not)."""
    line = np.searchsorted(ids, numbers)
    there = line < len(ids)
    line = np.where(there, line, 0)
    if len(ids):
        there &= ids[line] == numbers
    return line, there


def _by_party(ids: Ints, rows: NDArray[np.void], column: str, absent: int) -> Ints:
    values = np.full(len(ids), absent, dtype=np.int64)
    line, there = find(ids, rows["party"])
    values[line[there]] = rows[column][there]
    return values


def _origins(ids: Ints, split: NDArray[np.void]) -> Ints:
    origin = np.arange(len(ids))
    old, there = find(ids, split["party"])
    origin[np.searchsorted(ids, split["subject_id"][there])] = old[there]
    for _ in range(64):  # halves the way to the first party each time
        further = origin[origin]
        if np.array_equal(further, origin):
            break
        origin = further
    return origin


def _people(ids: Ints, received: NDArray[np.void], split: NDArray[np.void]) -> Ints:
    people = np.zeros(len(ids), dtype=np.int64)
    for numbers, moved in (
        (received["party"], received["people"]),
        (split["subject_id"], split["people"]),
        (split["party"], -split["people"]),
    ):
        line, there = find(ids, numbers)
        np.add.at(people, line[there], moved[there])
    return people


def _boarded(load: Ints, boarding: NDArray[np.void]) -> Ints:
    order = np.argsort(boarding["subject_id"], kind="stable")
    loads, seconds = boarding["subject_id"][order], boarding["second"][order]
    line, there = find(loads, load)
    there &= load >= 0
    boarded = np.full(len(load), NEVER, dtype=np.int64)
    boarded[there] = seconds[line[there]]
    return boarded


__all__ = ["LOG_DTYPE", "NEVER", "History", "Parties", "find", "parties"]
