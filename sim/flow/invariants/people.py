"""People: conserved, in one place at a time, in the order of their way and at times that are allowed; Little's law.

Handed over inside hours, registered first, the stay not cut short, nobody placed after W.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, find
from sim.flow.invariants.care import stay_seconds
from sim.flow.invariants.case import DAY, Case, Faults, when
from sim.flow.log import Kind, Reason, Subject
from sim.flow.steps import Ints, integral, running_total, steps
from sim.sampling.hours import open_spans

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
    Kind.ARRIVED: (Kind.DEPARTED, _BORN_ILL),
    Kind.MOVED_OUT: (*_IN_SITE, _BORN_ILL),
    Kind.MOVED_IN: (*_RIDES, _BORN_ILL),
    Kind.RELEASED: (*_IN_SITE, Kind.MOVED_OUT),
    Kind.LEFT: (Kind.RELEASED,),
    Kind.TO_HOSPITAL: (*_IN_SITE, _BORN_ILL, Kind.MOVED_OUT, *_RIDES, *_WAITING, Kind.DEPARTED),
    Kind.DISCHARGED: (Kind.TO_HOSPITAL,),
    Kind.RECOVERED: (*_IN_SITE, _BORN_ILL, Kind.MOVED_OUT, *_RIDES, *_WAITING, Kind.DEPARTED),
    Kind.CENSORED: (*_RIDES, Kind.DEPARTED, *_IN_SITE, Kind.RELEASED, _BORN_ILL, Kind.MOVED_OUT, *_WAITING),
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
    to_hospital = np.concatenate([history.of(Kind.TO_HOSPITAL), history.of(Kind.RECOVERED)])
    at_point_rows = ([Kind.HANDED_OVER], [Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.DEPARTED], to_hospital)
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


MOST_RESTARTS = 2


def time_faults(case: Case) -> Faults:
    """All invariants of times."""
    yield from _hours(case)
    yield from _registration(case)
    yield from _restarts(case)
    yield from _stays(case)
    yield from _results(case)
    yield from _end_of_window(case)


def _hours(case: Case) -> Faults:
    """No hand-over while the port is closed, by the scenario's hours and disruptions, nor after W."""
    rows = case.history.of(Kind.HANDED_OVER)
    for number in case.log.places.ports:
        here = rows.take(np.flatnonzero(rows["place"] == number))
        begin, end = np.array(open_spans(case.scenario, case.name(number)), dtype=np.int64).reshape(-1, 2).T
        line = np.searchsorted(begin, here["second"], side="right") - 1
        inside = (line >= 0) & (here["second"] < np.append(end, 0)[line]) & (here["second"] < case.log.window_end)
        for row in here[~inside]:
            closed_port = f"handed over while {case.name(number)} is closed"
            yield f"hours: {when(row['second'])}: party {row['party']} is {closed_port}"
        opened, closed = (case.history.of(kind) for kind in (Kind.PORT_OPENED, Kind.PORT_CLOSED))
        for words, planned, found in (("opens", begin, opened), ("closes", end, closed)):
            seconds = found["second"][found["place"] == number]
            for second in np.setdiff1d(seconds, np.minimum(planned, case.log.window_end)):
                yield f"hours: {when(second)}: {case.name(number)} {words} outside its hours"


def _registration(case: Case) -> Faults:
    """Registration before anything else."""
    table = case.parties
    on = np.minimum(table.not_diverted, table.room_taken)
    early = (table.registration_start < table.handed_over) & (table.handed_over < NEVER)
    if case.scenario.registration is not None:
        early |= (on < NEVER) & (on < table.registration_end) & (table.handed_over < NEVER)
    for i in np.flatnonzero(early):
        yield f"order of rows: party {table.ids[i]} goes on before its registration has ended, {when(on[i])}"


def _restarts(case: Case) -> Faults:
    """A stay is restarted at most twice, numbered 1 and 2."""
    rows = case.history.of(Kind.RESTARTED)
    rows = rows.take(np.lexsort((case.history.positions(Kind.RESTARTED), rows["party"])))
    _, first, size = np.unique(rows["party"], return_index=True, return_counts=True)
    number = np.arange(len(rows)) - np.repeat(first, size) + 1
    for i in np.flatnonzero((number > MOST_RESTARTS) | (rows["value"] != number)):
        yield f"stay: {when(rows['second'][i])}: party {rows['party'][i]} restarts its stay, number {rows['value'][i]}"


def _stays(case: Case) -> Faults:
    """Nobody is released before the stay, or its last restart, has lasted its days; nor outside release hours."""
    table = case.parties
    begin = table.arrived.copy()
    for kind, column in ((Kind.PRESENT, "value"), (Kind.RESTARTED, "second")):
        rows = case.history.of(kind)
        rows = rows.take(np.argsort(rows["second"], kind="stable"))
        line, there = find(table.ids, rows["party"])
        begin[line[there]] = rows[column][there]
    released = np.flatnonzero(table.released < NEVER)
    stay = stay_seconds(case, table.ids[released], table.released[released])
    for i in released[table.released[released] - begin[released] < stay]:
        yield f"stay: {when(table.released[i])}: party {table.ids[i]} is released before its stay has ended"
    opens, closes = case.scenario.release.opens * 60 % DAY, case.scenario.release.closes * 60
    clock = table.released[released] % DAY
    after, before = clock >= opens, clock < closes
    for i in released[~(after & before if closes > opens else after | before)]:
        yield f"stay: {when(table.released[i])}: party {table.ids[i]} is released outside release hours"


def _results(case: Case) -> Faults:
    """Where a party waits for its results, each swab that ended before its release has one."""
    health = case.scenario.health
    if case.scenario.laboratory is None or (health is not None and not health.release_waits_for_result):
        return
    table, swabs, results = case.parties, case.history.tasks(Subject.TASK_SWAB), case.history.of(Kind.RESULT)
    taken, known = (np.zeros(len(table), dtype=np.int64) for _ in range(2))
    for count, numbers, seconds in (
        (taken, case.log.rows["party"][swabs.position], swabs.value),
        (known, results["party"], results["second"]),
    ):
        line, there = find(table.ids, numbers)
        there[there] = seconds[there] <= table.released[line[there]]
        np.add.at(count, line[there], 1)
    for i in np.flatnonzero((table.released < NEVER) & (known < taken)):
        yield (
            f"stay: {when(table.released[i])}: party {table.ids[i]} is released while {taken[i] - known[i]} of its "
            f"results are outstanding"
        )


def _end_of_window(case: Case) -> Faults:
    """After W rooms are taken only by those who had lost theirs."""
    rows = case.history.of(Kind.ROOM_TAKEN)
    late = rows.take(np.flatnonzero(rows["second"] >= case.log.window_end))
    splits = case.history.of(Kind.PARTY_SPLIT)
    detected = splits["subject_id"][splits["reason"] == Reason.DETECTED]  # their party may be waiting to be moved
    moved_out = case.history.of(Kind.MOVED_OUT)["party"]
    had = np.concatenate([rows["party"][rows["second"] < case.log.window_end], moved_out, detected])
    for row in late.take(np.flatnonzero(~np.isin(late["party"], had))):
        yield f"end of W: {when(row['second'])}: party {row['party']} takes a room after the window"
