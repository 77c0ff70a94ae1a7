"""People of timetables: flights, ferries, trains. Parties fill the booked people of a row, the last one cut; each party
is handed over at a time of its own within the row's minutes, and each person comes with a chance.

Draws are keyed by (port, time, label), so that another row, more people booked or a lower chance change no other
person. Party numbers of a row are made from its minute and its place among the rows of that minute.

Hand-over groups as columns: what every source of arrivals makes, put into one order.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.sampling.hours import opening_day
from sim.sampling.streams import Draws, Stream, entity_number, place_key
from sim.sampling.variates import by_weight
from sim.scenario.places import once_per_scenario
from sim.scenario.tables.arrivals import MOST_AT_A_MINUTE, TimetableRegime, TimetableRow, regime_days
from sim.scenario.tables.schema import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_FIRST_GROUP = 1 << 19
"""Numbers of hand-over groups from here on are those of timetables."""
PARTIES_OF_A_GROUP = 1_024
"""Party numbers have ten bits for the party of a group; a row's parties go on in the next group."""
_GROUPS_OF_A_ROW = 16


@dataclass(frozen=True)
class Departure:
    """A row of a timetable inside the days of its regime and of the window."""

    port: int
    """Number of the port in order of id."""
    row: TimetableRow
    day: int
    """date.toordinal() of the day on which the port opened."""
    second: int
    """Since 00:00 of the first day."""
    alike: int
    """0, 1, … among the rows of its port and minute, in order of label."""
    minutes: float
    """Its parties are handed over over so long."""
    shows_up: float
    """Chance of each person, without factors."""
    key: int
    """Place key, for draws."""


@dataclass(frozen=True)
class _RowParties:
    """Parties of timetables, one element each, in order of (row, party)."""

    row: Ints
    """Line of `departures`."""
    party: Ints
    """Number of the party in its row."""
    most: Ints
    """People that are left for it: a larger party is cut."""
    second: Ints


@once_per_scenario
def departures(scenario: Scenario) -> tuple[Departure, ...]:
    """Rows of all timetables whose people come, in order of (port, time, label)."""
    found = []
    for number, name in enumerate(sorted(scenario.ports)):
        met: Counter[dt.datetime] = Counter()
        for regime, day, row in sorted(_rows(scenario, name), key=lambda item: (item[2].time, item[2].label)):
            minutes = regime.minutes if row.minutes is None else row.minutes
            shows_up = regime.shows_up if row.shows_up is None else row.shows_up
            key = place_key(f"timetable {name} {row.label}")
            second = _second(scenario, row.time)
            found.append(Departure(number, row, day, second, met[row.time], minutes, shows_up, key))
            met[row.time] += 1
    return tuple(found)


def _rows(scenario: Scenario, port: str) -> Iterator[tuple[TimetableRegime, int, TimetableRow]]:
    """Rows of a port inside the days of their regime and of the window, with the day on which the port opened."""
    regimes = scenario.ports[port].regimes
    for name, first, last in regime_days(scenario.ports[port], scenario.last_day):
        regime = regimes[name]
        if not isinstance(regime, TimetableRegime):
            continue
        begin = max(first, scenario.first_day).toordinal()
        end = min(last, scenario.last_day).toordinal()
        for row in regime.rows:
            day = opening_day(scenario, port, row.time)
            if begin <= day <= end:
                yield regime, day, row


def _second(scenario: Scenario, moment: dt.datetime) -> int:
    midnight = dt.datetime.combine(scenario.first_day, dt.time())
    return round((moment - midnight).total_seconds())


@dataclass(frozen=True)
class _Columns:
    """What `departures` say as arrays, one element each: what needs no draw."""

    people: Ints
    second: Ints
    seconds: Floats
    """Over which parties are handed over."""
    day: Ints
    date: Ints
    minute: Ints
    key: NDArray[np.uint64]
    port: Ints
    group: Ints
    """Number of the first hand-over group of the row's parties."""


@once_per_scenario
def _columns(scenario: Scenario) -> _Columns:
    """The arrays of a scenario's timetables."""
    rows = departures(scenario)
    minute = np.array([r.row.time.hour * 60 + r.row.time.minute for r in rows], dtype=np.int64)
    alike = np.array([r.alike for r in rows], dtype=np.int64)
    late = np.array([r.row.time.toordinal() - r.day for r in rows], dtype=np.int64)  # after midnight
    return _Columns(
        people=np.array([r.row.people for r in rows], dtype=np.int64),
        second=np.array([r.second for r in rows], dtype=np.int64),
        seconds=np.array([r.minutes * 60 for r in rows]),
        day=np.array([r.day for r in rows], dtype=np.int64),
        date=np.array([r.row.time.toordinal() for r in rows], dtype=np.int64),
        minute=minute,
        key=np.array([r.key for r in rows], dtype=np.uint64),
        port=np.array([r.port for r in rows], dtype=np.int64),
        group=_FIRST_GROUP + ((minute + 1440 * late) * MOST_AT_A_MINUTE + alike) * _GROUPS_OF_A_ROW,
    )


def timetable_groups(scenario: Scenario, draws: Draws, chances: Floats) -> Groups:
    """Parties of timetables, each a group of its own; `chances`: of each person of a row to come."""
    found, of = _row_parties(scenario, draws), _columns(scenario)
    row = found.row
    return Groups(
        source=of.port[row],
        day=of.day[row],
        number=of.group[row] + found.party // PARTIES_OF_A_GROUP,
        second=found.second,
        parties=np.ones(len(row), dtype=np.int64),
        key=of.key[row],
        date=of.date[row],
        drawn=of.minute[row],
        first_party=found.party,
        most=found.most,
        comes=chances[row],
    )


def _row_parties(scenario: Scenario, draws: Draws) -> _RowParties:
    """The parties that fill the booked people of each row."""
    rows = _columns(scenario)
    row = np.repeat(np.arange(len(rows.people)), rows.people)  # as many parties as people, at most
    first = np.cumsum(rows.people) - rows.people
    party = np.arange(len(row)) - first[row]
    entity = rows.key[row], rows.date[row], entity_number(rows.minute[row], party)
    u = draws.uniform(Stream.PARTY_SIZE, *entity)
    size = by_weight(scenario.arrivals.party_size_weights, u) + 1
    before = np.cumsum(size) - size
    before -= before[first[row]] if len(row) else before
    here = np.flatnonzero(before < rows.people[row])
    row, party, left = row[here], party[here], (rows.people[row] - before)[here]
    time = draws.uniform(Stream.TIMETABLE_TIME, *(column[here] for column in entity))
    return _RowParties(row, party, left, rows.second[row] + np.floor(time * rows.seconds[row]).astype(np.int64))


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
    return Groups(*(np.concatenate(pair) for pair in zip(_columns_of(groups), _columns_of(more), strict=True)))


def in_order(groups: Groups, more: Groups) -> Groups:
    """Both, in the order of groups."""
    both = joined(groups, more)
    return take(both, np.lexsort((both.first_party, both.number, both.day, both.source)))


def take(groups: Groups, chosen: NDArray[np.bool_] | Ints) -> Groups:
    """Those chosen."""
    return Groups(*(column[chosen] for column in _columns_of(groups)))


def _columns_of(groups: Groups) -> tuple[Any, ...]:
    return tuple(getattr(groups, name) for name in Groups.__dataclass_fields__)
