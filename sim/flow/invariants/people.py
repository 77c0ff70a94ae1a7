"""People: conserved, in one place at a time, in the order of their way; Little's law."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import find
from sim.flow.invariants.case import Case, Faults, when
from sim.flow.log import Kind, Reason
from sim.flow.steps import Ints, integral, running_total, steps

# no kinds of rows: before the first row; both sides of PARTY_SPLIT, at the point and when somebody was detected; rooms
# given up before the party was in them
_START, _BORN, _SPLIT_OFF, _BORN_ILL, _MEMBER_LEFT, _LOST_ROOM = 0, 200, 201, 202, 203, 204
_OF_SPLIT = (_BORN, _SPLIT_OFF, _BORN_ILL, _MEMBER_LEFT)
_WAITING = (Kind.HANDED_OVER, _BORN, _SPLIT_OFF, _LOST_ROOM)
_IN_SITE = (Kind.PRESENT, Kind.ARRIVED, Kind.MOVED_IN)
_RIDES = (Kind.ROOM_TAKEN, _LOST_ROOM)
_AFTER: dict[int, tuple[int, ...]] = {
    Kind.HANDED_OVER: (_START,),
    Kind.PRESENT: (_START,),
    _BORN: (_START,),
    _BORN_ILL: (_START,),
    _SPLIT_OFF: _WAITING,
    Kind.NOT_DIVERTED: (Kind.HANDED_OVER,),
    Kind.UNPLACED: _WAITING,
    Kind.ROOM_TAKEN: (*_WAITING, Kind.MOVED_OUT, _BORN_ILL),
    _LOST_ROOM: (Kind.ROOM_TAKEN,),
    Kind.DEPARTED: _RIDES,
    Kind.ARRIVED: (Kind.DEPARTED,),
    Kind.MOVED_OUT: (*_IN_SITE, _BORN_ILL),
    Kind.MOVED_IN: (*_RIDES, _BORN_ILL),
    Kind.RELEASED: (*_IN_SITE, Kind.MOVED_OUT),
    Kind.LEFT: (Kind.RELEASED,),
    Kind.TO_HOSPITAL: (*_IN_SITE, _BORN_ILL, Kind.MOVED_OUT, *_RIDES),
    Kind.DISCHARGED: (Kind.TO_HOSPITAL,),
    Kind.RECOVERED: (*_IN_SITE, _BORN_ILL, Kind.MOVED_OUT, *_RIDES),
    Kind.CENSORED: (*_RIDES, Kind.DEPARTED, *_IN_SITE, Kind.RELEASED, _BORN_ILL, Kind.MOVED_OUT),
}
"""What a row of a party may follow."""
_LAST = (
    Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.LEFT, Kind.CENSORED, Kind.TO_HOSPITAL, Kind.DISCHARGED, Kind.RECOVERED,
)  # fmt: skip
_ASIDE = (_MEMBER_LEFT, Kind.RESTARTED, Kind.ISOLATED)
"""Rows that leave a party where it is."""
_SAME_PLACE = (Kind.RELEASED, Kind.LEFT, Kind.MOVED_OUT, Kind.MOVED_IN)
"""Rows at the site of the row before."""


def people_faults(case: Case) -> Faults:
    """All invariants of people."""
    second = case.log.rows["second"]
    for i in np.flatnonzero(np.diff(second) < 0):
        yield f"order of time: row {i + 1} of the log goes back from {when(second[i])} to {when(second[i + 1])}"
    way = _ways(case)
    yield from _conserved(way)
    steps_of_way = _whereabouts(way)
    yield from _order_of_rows(steps_of_way)
    yield from _places(case, steps_of_way)
    yield from _littles_law(case)


class _Ways(NamedTuple):
    """Rows of parties sorted by party and position in the log; a split is a row of both parties."""

    party: Ints
    second: Ints
    kind: Ints
    place: Ints
    people: Ints
    change: Ints
    """People added to the party."""
    position: Ints

    def take(self, lines: Ints | NDArray[np.bool_]) -> _Ways:
        return _Ways(*(column[lines] for column in self))

    def before(self) -> Ints:
        """Line of the party's row before each one; -1 for none."""
        same = np.diff(self.party, prepend=-1) == 0
        return np.where(same, np.arange(len(self.party)) - 1, -1)


def _ways(case: Case) -> _Ways:
    history, parts = case.history, []
    kinds = [Kind(kind) for kind in (*_AFTER, *_ASIDE) if kind in Kind.__members__.values()]
    for kind in (*kinds, Kind.ROOMS_LEFT):
        rows = history.of(kind)
        comes = kind in (Kind.HANDED_OVER, Kind.PRESENT)
        change = rows["people"] if comes else np.zeros(len(rows), dtype=np.int64)
        parts.append((rows["party"], rows, np.full(len(rows), kind), change, history.positions(kind)))
    split, position = history.of(Kind.PARTY_SPLIT), history.positions(Kind.PARTY_SPLIT)
    ill = split["reason"] == Reason.DETECTED
    parts.append((split["subject_id"], split, np.where(ill, _BORN_ILL, _BORN), split["people"], position))
    parts.append((split["party"], split, np.where(ill, _MEMBER_LEFT, _SPLIT_OFF), -split["people"], position))
    columns = [
        np.concatenate(column)
        for column in zip(
            *((p, r["second"], k, r["place"], r["people"], c, at) for p, r, k, c, at in parts), strict=True
        )
    ]
    return _Ways(*columns).take(np.lexsort((columns[-1], columns[0])))


def _whereabouts(way: _Ways) -> _Ways:
    """The rows that tell where a party is: others are taken out, as are rooms given up on leaving a site."""
    way = way.take(~np.isin(way.kind, _ASIDE))
    earlier = np.where(way.before() >= 0, way.kind[way.before()], _START)
    given_up = way.kind == Kind.ROOMS_LEFT
    way.kind[given_up & (earlier == Kind.ROOM_TAKEN)] = _LOST_ROOM
    return way.take(way.kind != Kind.ROOMS_LEFT)


def _words(kind: int) -> str:
    if kind == _START:
        return "nothing"
    if kind == _LOST_ROOM:
        return "ROOMS_LEFT"
    return "PARTY_SPLIT" if kind in _OF_SPLIT else Kind(kind).name


def _order_of_rows(way: _Ways) -> Faults:
    """Each row follows one that it may follow, and the last is a way out: so nobody is in two places, or lost."""
    allowed = np.zeros((256, 256), dtype=bool)
    for kind, earlier in _AFTER.items():
        allowed[list(earlier), kind] = True
    line = way.before()
    before = np.where(line >= 0, way.kind[line], _START)
    for i in np.flatnonzero(~allowed[before, way.kind]):
        yield (
            f"order of rows: {when(way.second[i])}: party {way.party[i]}: {_words(way.kind[i])} "
            f"must not follow {_words(before[i])}"
        )
    last = np.diff(way.party, append=-1) != 0
    for i in np.flatnonzero(last & ~np.isin(way.kind, _LAST)):
        yield f"people conserved: party {way.party[i]} never leaves: its last row is {_words(way.kind[i])}"


def _conserved(way: _Ways) -> Faults:
    """A party has the people who came or were split off with it, less those split from it, in each of its rows."""
    total = running_total(way.party, way.position, way.change)
    counted = ~np.isin(way.kind, (*_OF_SPLIT, Kind.ROOMS_LEFT))
    for i in np.flatnonzero((counted & (way.people != total)) | (total < 1)):
        yield (
            f"people conserved: {when(way.second[i])}: party {way.party[i]}: {way.people[i]} people in its row "
            f"{_words(way.kind[i])}, {total[i]} in the party"
        )


def _places(case: Case, way: _Ways) -> Faults:
    """A party leaves the point at which it was handed over, arrives where it has rooms, and leaves from there."""
    table = case.parties
    line, there = find(table.ids, way.party)
    none = np.zeros(1, dtype=np.int64)
    at_port = there & np.isin(way.kind, (Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.DEPARTED))
    home = np.where(at_port, np.append(table.port, none)[line], np.append(table.site, none)[line])
    before = way.before()
    stays = np.isin(way.kind, _SAME_PLACE) & (before >= 0) & (way.kind[before] != _BORN_ILL)
    home = np.where(stays, way.place[before], home)
    looked_at = stays | at_port | (there & (way.kind == Kind.ARRIVED))
    for i in np.flatnonzero(looked_at & (way.place != home)):
        yield (
            f"one place: {when(way.second[i])}: party {way.party[i]}: {_words(way.kind[i])} "
            f"at {case.name(way.place[i])} but it is at {case.name(home[i])}"
        )


def _littles_law(case: Case) -> Faults:
    """Sum of sojourns, by party, = integral of the number present, by rows, over [0, hard stop]; both exact.

    Sojourns at a point run from hand-over to the way out, in a site from arrival to check-out's end, hospital or a
    move; those cut off at the hard stop are cut there.
    """
    table, stop, history = case.parties, case.log.hard_stop, case.history
    stay = case.stays
    at_point = (table.port, table.handed_over, np.minimum(table.left_point, stop), table.people)
    at_site = (stay.site, stay.begin, np.minimum(stay.end, stop), stay.people)
    kinds = (Kind.LEFT, Kind.TO_HOSPITAL, Kind.RECOVERED)
    counted = [np.isin(history.positions(kind), stay.end_position) for kind in kinds]
    # the others had moved out before
    counted[0] |= ~np.isin(history.of(Kind.LEFT)["party"], history.of(Kind.MOVED_OUT)["party"])
    ends = [history.of(kind).take(np.flatnonzero(yes)) for kind, yes in zip(kinds, counted, strict=True)]
    from_site = np.concatenate(ends)
    none = from_site[:0]
    at_point_rows = ([Kind.HANDED_OVER], [Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.DEPARTED], none)
    at_site_rows = (list(_IN_SITE), [Kind.MOVED_OUT], from_site)
    for numbers, (home, begin, end, people), (entries, exits, other) in (
        (case.log.places.ports, at_point, at_point_rows),
        (case.log.places.sites, at_site, at_site_rows),
    ):
        came = np.concatenate([history.of(kind) for kind in entries])
        went = np.concatenate([*(history.of(kind) for kind in exits), other])
        for number in numbers:
            here = home == number
            sojourns = int(np.sum(people[here] * np.maximum(end[here] - begin[here], 0)))
            a, b = came["place"] == number, went["place"] == number
            seconds = np.concatenate([came["second"][a], went["second"][b]])
            present = steps(seconds, np.concatenate([came["people"][a], -went["people"][b]]))
            inside = integral(present, 0, stop)
            if sojourns != inside:
                yield (
                    f"Little's law: {case.name(number)}: sojourns of {sojourns} person-seconds, "
                    f"{inside} by the number present"
                )
