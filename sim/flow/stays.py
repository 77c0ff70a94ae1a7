"""Who was in which site when, and which rooms were taken: read from the rows of parties, moves and hospital included.

A stay here is the time at one site: a party that is moved has two. A person who is detected and leaves the party has a
line of its own that begins with the party's, so that every person of a site is in exactly one line at any second.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, History, Parties
from sim.flow.log import Kind, Reason
from sim.flow.steps import Ints

ENTRIES = (Kind.PRESENT, Kind.ARRIVED, Kind.MOVED_IN)
EXITS = (Kind.LEFT, Kind.TO_HOSPITAL, Kind.RECOVERED, Kind.MOVED_OUT, Kind.CENSORED)


class Stays(NamedTuple):
    """One line per party and time at a site, sorted by party and time."""

    party: Ints
    """Line of the party."""
    site: Ints
    """Place number."""
    begin: Ints
    end: Ints
    """Left, taken to hospital, recovered, moved out or censored; NEVER for none of these."""
    people: Ints
    """People at the end: those who left the party have lines of their own."""
    begin_position: Ints
    """Position in the log from which the line holds: of the entry, or of the split that made the party."""
    end_position: Ints
    """Position of the row that ended it; NEVER without one."""


class RoomChanges(NamedTuple):
    """Rooms taken (above 0) and given up (below 0), in no order."""

    second: Ints
    place: Ints
    """Place number of the site."""
    rooms: Ints
    party: Ints
    """Party number."""
    position: Ints
    """In the log."""


class _Moves(NamedTuple):
    """Rows that begin or end a line, sorted by party and position."""

    party: Ints
    begins: NDArray[np.bool_]
    born: NDArray[np.bool_]
    """Begins as a person who left the party of line `host`."""
    host: Ints
    second: Ints
    place: Ints
    people: Ints
    position: Ints


def stays(history: History, table: Parties) -> Stays:
    """Every time that a party was in a site."""
    moves = _moves(history, table)
    size = len(moves.party)
    following = np.minimum(np.arange(size) + 1, size - 1)
    ends = (moves.party[following] == moves.party) & ~moves.begins[following]
    begin, place = moves.second.copy(), moves.place.copy()
    stay = moves.begins.copy()
    key = moves.party * NEVER_ROW + moves.position
    born = np.flatnonzero(moves.born)
    entry = np.searchsorted(key, moves.host[born] * NEVER_ROW + moves.position[born]) - 1
    inside = (entry >= 0) & (moves.party[entry] == moves.host[born]) & moves.begins[entry]
    begin[born], place[born], stay[born] = moves.second[entry], moves.place[entry], inside
    line, after = np.flatnonzero(stay), following[stay]
    ended = ends[line]
    return Stays(
        party=moves.party[line],
        site=place[line],
        begin=begin[line],
        end=np.where(ended, moves.second[after], NEVER),
        people=np.where(ended, moves.people[after], moves.people[line]),
        begin_position=moves.position[line],
        end_position=np.where(ended, moves.position[after], NEVER),
    )


NEVER_ROW = 1 << 40
"""More than all rows of a log, so that (line, position) is one number."""


def _moves(history: History, table: Parties) -> _Moves:
    parts: list[tuple[NDArray[Any], ...]] = []
    for kind in (*ENTRIES, *EXITS):
        rows, position = history.of(kind), history.positions(kind)
        begins, none = np.full(len(rows), kind in ENTRIES), np.zeros(len(rows), dtype=np.int64)
        parts.append((rows["party"], begins, none > 0, none, rows["second"], rows["place"], rows["people"], position))
    split, position = history.of(Kind.PARTY_SPLIT), history.positions(Kind.PARTY_SPLIT)
    left = np.flatnonzero(split["reason"] == Reason.DETECTED)
    split, position = split.take(left), position[left]
    host, there = table.find(split["party"])
    yes = np.ones(len(split), dtype=bool)
    born = (split["subject_id"], yes, yes, host, split["second"], split["place"], split["people"], position)
    parts.append(tuple(column[there] for column in born))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    line, known = table.find(columns[0])
    columns[0] = line
    columns = [column[known] for column in columns]
    order = np.argsort(columns[0] * NEVER_ROW + columns[-1])  # no row comes twice
    return _Moves(*(column[order] for column in columns))


def room_changes(history: History, *, per_person: bool) -> RoomChanges:
    """Rooms from being taken (or from the beginning) until they are given up."""
    parts = []
    for kind in (Kind.ROOM_TAKEN, Kind.PRESENT, Kind.ROOMS_LEFT):
        rows = history.of(kind)
        one_each = np.ones(len(rows), dtype=np.int64)
        rooms = -rows["people"] if kind == Kind.ROOMS_LEFT else rows["people"] if per_person else one_each
        parts.append((rows["second"], rows["place"], rooms, rows["party"], history.positions(kind)))
    return RoomChanges(*(np.concatenate(column) for column in zip(*parts, strict=True)))
