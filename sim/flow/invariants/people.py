"""People: conserved, in one place at a time, in the order of their way, handed over inside hours, Little's law."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.flow.history import NEVER, find
from sim.flow.invariants.case import DAY, Case, Faults, running_total, when
from sim.flow.log import Kind
from sim.flow.steps import Ints, integral, steps
from sim.scenario.schema import Port

_START, _BORN, _SPLIT_OFF = 0, 200, 201  # no kinds of rows: before the first row, and both sides of PARTY_SPLIT
_WAITING = (Kind.HANDED_OVER, _BORN, _SPLIT_OFF)
_AFTER: dict[int, tuple[int, ...]] = {
    Kind.HANDED_OVER: (_START,),
    _BORN: (_START,),
    _SPLIT_OFF: _WAITING,
    Kind.NOT_DIVERTED: (Kind.HANDED_OVER,),
    Kind.UNPLACED: _WAITING,
    Kind.ROOM_TAKEN: _WAITING,
    Kind.DEPARTED: (Kind.ROOM_TAKEN,),
    Kind.ARRIVED: (Kind.DEPARTED,),
    Kind.RELEASED: (Kind.ARRIVED,),
    Kind.LEFT: (Kind.RELEASED,),
    Kind.CENSORED: (Kind.ROOM_TAKEN, Kind.DEPARTED, Kind.ARRIVED, Kind.RELEASED),
    Kind.ROOMS_AIRED: (Kind.LEFT,),
    Kind.ROOMS_FREE: (Kind.ROOMS_AIRED,),
}
"""What a row of a party may follow."""
_LAST = (Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.LEFT, Kind.CENSORED, Kind.ROOMS_AIRED, Kind.ROOMS_FREE)
_AT_PORT = (Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.DEPARTED)
_AT_SITE = (Kind.ARRIVED, Kind.RELEASED, Kind.LEFT, Kind.ROOMS_AIRED, Kind.ROOMS_FREE)


def people_faults(case: Case) -> Faults:
    """All invariants of people."""
    yield from _order_of_time(case)
    way = _ways(case)
    yield from _order_of_rows(way)
    yield from _conserved(way)
    yield from _places(case)
    yield from _service_order(case)
    yield from _hours(case)
    yield from _littles_law(case)


def _order_of_time(case: Case) -> Faults:
    second = case.log.rows["second"]
    for i in np.flatnonzero(np.diff(second) < 0):
        yield f"order of time: row {i + 1} of the log goes back from {when(second[i])} to {when(second[i + 1])}"


class _Ways(NamedTuple):
    """Rows of parties sorted by party and position in the log; a split is a row of both parties."""

    party: Ints
    second: Ints
    kind: Ints
    people: Ints
    change: Ints
    """People added to the party."""
    position: Ints


def _ways(case: Case) -> _Ways:
    parts = []
    for kind in _AFTER:
        if kind in (_BORN, _SPLIT_OFF):
            rows, position = case.history.of(Kind.PARTY_SPLIT), case.history.positions(Kind.PARTY_SPLIT)
            party = rows["subject_id"] if kind == _BORN else rows["party"]
            change = rows["people"] if kind == _BORN else -rows["people"]
        else:
            rows, position, party = case.history.of(Kind(kind)), case.history.positions(Kind(kind)), None
            party = rows["party"]
            change = rows["people"] if kind == Kind.HANDED_OVER else np.zeros(len(rows), dtype=np.int64)
        codes = np.full(len(rows), kind, dtype=np.int64)
        parts.append((party, rows["second"], codes, rows["people"], change, position))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[5], columns[0]))
    return _Ways(*(column[order] for column in columns))


def _words(kind: int) -> str:
    if kind == _START:
        return "nothing"
    return "PARTY_SPLIT" if kind in (_BORN, _SPLIT_OFF) else Kind(kind).name


def _order_of_rows(way: _Ways) -> Faults:
    """Each row follows one that it may follow, and the last is a way out: so nobody is in two places, or lost."""
    allowed = np.zeros((256, 256), dtype=bool)
    for kind, earlier in _AFTER.items():
        allowed[list(earlier), kind] = True
    first = np.concatenate([[True], np.diff(way.party) != 0])[: len(way.party)]
    before = np.where(first, _START, np.roll(way.kind, 1))
    for i in np.flatnonzero(~allowed[before, way.kind]):
        yield (
            f"order of rows: {when(way.second[i])}: party {way.party[i]}: {_words(way.kind[i])} "
            f"must not follow {_words(before[i])}"
        )
    last = np.roll(first, -1)
    for i in np.flatnonzero(last & ~np.isin(way.kind, _LAST)):
        yield f"people conserved: party {way.party[i]} never leaves: its last row is {_words(way.kind[i])}"


def _conserved(way: _Ways) -> Faults:
    """A party has the people handed over or split off with it, less those split from it, in each of its rows."""
    total = running_total(way.party, way.position, way.change)
    counted = ~np.isin(way.kind, (_BORN, _SPLIT_OFF, Kind.ROOMS_AIRED, Kind.ROOMS_FREE))
    for i in np.flatnonzero((counted & (way.people != total)) | (total < 1)):
        yield (
            f"people conserved: {when(way.second[i])}: party {way.party[i]}: {way.people[i]} people in its row "
            f"{_words(way.kind[i])}, {total[i]} in the party"
        )


def _places(case: Case) -> Faults:
    """A party leaves the point at which it was handed over, and its rows at a site are at the site of its rooms."""
    table = case.parties
    for kinds, home in ((_AT_PORT, table.port), (_AT_SITE, table.site)):
        for kind in kinds:
            rows = case.history.of(kind)
            line, there = find(table.ids, rows["party"])
            for i in np.flatnonzero(there & (rows["place"] != home[line])) if len(home) else ():
                yield (
                    f"one place: {when(rows['second'][i])}: party {rows['party'][i]}: {kind.name} "
                    f"at {case.name(rows['place'][i])} but it is at {case.name(home[line[i]])}"
                )


def _service_order(case: Case) -> Faults:
    """Registration before anything else; a stay is not cut short; nobody is placed after W."""
    table, registered = case.parties, case.scenario.registration is not None
    on = np.minimum(table.not_diverted, table.room_taken)
    early = table.registration_start < table.handed_over
    if registered:
        early |= (on < NEVER) & (on < table.registration_end)
    for i in np.flatnonzero(early):
        yield f"order of rows: party {table.ids[i]} goes on before its registration has ended, {when(on[i])}"
    stay = case.scenario.stay.days * DAY if case.scenario.stay else 0
    for i in np.flatnonzero((table.released < NEVER) & (table.released - table.arrived < stay - 1)):
        yield f"stay: {when(table.released[i])}: party {table.ids[i]} is released before its stay has ended"
    late = (table.room_taken < NEVER) & (table.room_taken >= case.log.window_end)
    for i in np.flatnonzero(late):
        yield f"end of W: {when(table.room_taken[i])}: party {table.ids[i]} takes a room after the window"


def _hours(case: Case) -> Faults:
    """No hand-over while the port is closed, by the scenario's hours, nor after W."""
    rows = case.history.of(Kind.HANDED_OVER)
    for number in case.log.places.ports:
        here = rows.take(np.flatnonzero(rows["place"] == number))
        name = case.name(number)
        begin, end = _opening(case, case.scenario.ports[name])
        line = np.searchsorted(begin, here["second"], side="right") - 1
        inside = (line >= 0) & (here["second"] < end[np.maximum(line, 0)])
        inside &= here["second"] < case.log.window_end
        for row in here[~inside]:
            yield f"hours: {when(row['second'])}: party {row['party']} is handed over while {name} is closed"


def _opening(case: Case, port: Port) -> tuple[Ints, Ints]:
    """Opening and closing second of each day of W; the last hours to have begun by a day hold on it."""
    first = case.scenario.first_day.toordinal()
    dated = sorted((h.from_day.toordinal() if h.from_day else 0, h.opens, h.closes) for h in port.hours.values())
    begin, end = [], []
    for day in range(case.scenario.n_days):
        held = [entry for entry in dated if entry[0] <= first + day]
        if held:
            _, opens, closes = held[-1]
            begin.append(day * DAY + opens * 60)
            end.append(day * DAY + (closes if closes > opens else closes + 1440) * 60)
    return np.array(begin or [0], dtype=np.int64), np.array(end or [0], dtype=np.int64)


def _littles_law(case: Case) -> Faults:
    """Sum of sojourns, by party, = integral of the number present, by rows, over [0, hard stop]; both exact.

    Little (1961); with sojourns cut at the end it is an identity, so it fails only when rows and parties disagree.
    """
    table, stop = case.parties, case.log.hard_stop
    at_point = (table.port, table.handed_over, np.minimum(table.left_point, stop))
    at_site = (table.site, np.minimum(table.arrived, stop), np.minimum(table.left_site, stop))
    point_rows = (Kind.HANDED_OVER, (Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.DEPARTED))
    for numbers, (home, begin, end), (entry, exits) in (
        (case.log.places.ports, at_point, point_rows),
        (case.log.places.sites, at_site, (Kind.ARRIVED, (Kind.LEFT,))),
    ):
        came = case.history.of(entry)
        went = np.concatenate([case.history.of(kind) for kind in exits])
        for number in numbers:
            here = home == number
            sojourns = int(np.sum(table.people[here] * np.maximum(end[here] - begin[here], 0)))
            a, b = came["place"] == number, went["place"] == number
            seconds = np.concatenate([came["second"][a], went["second"][b]])
            present = steps(seconds, np.concatenate([came["people"][a], -went["people"][b]]))
            inside = integral(present, 0, stop)
            if sojourns != inside:
                yield (
                    f"Little's law: {case.name(number)}: sojourns of {sojourns} person-seconds, "
                    f"{inside} by the number present"
                )
