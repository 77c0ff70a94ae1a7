"""The event log read by kind of row, and by party: what measures and invariants both start from.

Everything here is a rearrangement of the log. A piece split from a party has its own line in `Parties`; what happened
to it before (hand-over, registration) is that of the party it came from, however often it was split. A person who was
detected and left a party has the way of that party up to the site.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow import passes
from sim.flow.log import COLUMNS, LOG_DTYPE, TASK_CODE, EventLog, Kind, Reason, Subject
from sim.flow.steps import NEVER, Finder, Ints, find, following, next_line

_BLOCK = 8_192  # rows read at once, so that they stay in the processor's cache while their columns are taken apart


_VISITS = TASK_CODE + Subject.TASK_VISIT


class TaskRows(NamedTuple):
    """The rows of tasks as columns, in log order. They are most of a log with visits."""

    second: Ints
    subject: Ints
    subject_id: Ints
    place: Ints
    people: Ints
    value: Ints
    position: Ints
    """Position in the log."""

    def take(self, lines: Ints | NDArray[np.bool_]) -> TaskRows:
        """Some of the rows."""
        return TaskRows(*(column[lines] for column in self))


class History:
    """Rows of a log by kind, each kind in log order, with their position in the log."""

    def __init__(self, log: EventLog) -> None:
        self._log = log.rows
        self.codes, self._order, self._ends = by_code(log.rows)
        self._rows: dict[int, NDArray[np.void]] = {}
        self._tasks: TaskRows | None = None
        self._by_class: dict[int, TaskRows] = {}

    def of(self, kind: Kind) -> NDArray[np.void]:
        """Rows of one kind, in log order; those of tasks are in `all_tasks`."""
        if kind not in self._rows:
            self._rows[kind] = self._log.take(self.positions(kind))  # ten times as fast as an index
        return self._rows[kind]

    def positions(self, kind: Kind) -> Ints:
        """Positions of these rows in the log."""
        return self._order[self._slice(kind)]

    def in_order(self, *kinds: Kind) -> tuple[NDArray[np.void], Ints]:
        """Rows of several kinds in log order, with their positions in the log."""
        positions = np.sort(np.concatenate([self.positions(kind) for kind in kinds]))
        return self._log.take(positions), positions

    def _slice(self, code: int) -> slice:
        return slice(int(self._ends[code - 1]), int(self._ends[code]))

    def all_tasks(self) -> TaskRows:
        """Rows of tasks of all classes."""
        if self._tasks is None:
            self._tasks = self.task_rows(np.flatnonzero(self.codes >= TASK_CODE))
        return self._tasks

    def tasks(self, subject: Subject) -> TaskRows:
        """Rows of tasks of one class. Visits are most of a log: their positions are looked for when asked for."""
        if subject not in self._by_class:
            code = TASK_CODE + subject
            at = np.flatnonzero(self.codes == code) if code == _VISITS else self._order[self._slice(code)]
            self._by_class[subject] = self.task_rows(at)
        return self._by_class[subject]

    def task_rows(self, positions: Ints) -> TaskRows:
        """Rows of tasks at these positions of the log."""
        wanted = [COLUMNS.index(name) for name in TaskRows._fields[:-1]]
        columns = np.empty((len(wanted), len(positions)), dtype=np.int64)
        for start in range(0, len(positions), _BLOCK):
            block = self._log.take(positions[start : start + _BLOCK]).view(np.int64).reshape(-1, len(COLUMNS))
            for i, column in enumerate(wanted):
                columns[i, start : start + len(block)] = block[:, column]
        second, subject, subject_id, place, people, value = columns
        return TaskRows(second, subject, subject_id, place, people, value, positions)


def by_code(rows: NDArray[np.void]) -> tuple[NDArray[np.uint8], Ints, Ints]:
    """The kind of each row, of a task `TASK_CODE` + its class, side by side: rows are wide, and to look for kinds in
    them reads all of the log. Then positions of all rows but visits, by code, and where each code ends among them.
    """
    quick = passes.compiled()
    if quick is not None:
        found: tuple[NDArray[np.uint8], Ints, Ints] = quick.by_code(rows)
        return found
    codes = rows["kind"].astype(np.uint8)
    tasks = np.flatnonzero(codes == Kind.TASK)
    codes[tasks] = TASK_CODE + rows["subject"][tasks]
    others = np.flatnonzero(codes != _VISITS)
    code = codes[others]
    order = others[np.argsort(code, kind="stable")]  # one byte: a radix sort
    return codes, order, np.cumsum(np.bincount(code, minlength=256))


class Parties:
    """One line per party, pieces included, sorted by party number. Seconds are NEVER for what has not happened.

    Rows of parties that neither came nor were split off are left out. A column is read from the log when it is first
    asked for: most measures need a few of them.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._found: dict[int, tuple[Ints, NDArray[np.bool_]]] = {}
        self._found_tasks: dict[int, tuple[Ints, NDArray[np.bool_]]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def lines(self, numbers: Ints) -> Ints:
        """Line of each party number; the number must be there."""
        return np.searchsorted(self.ids, numbers)

    @cached_property
    def ids(self) -> Ints:
        """Party numbers, ascending."""
        split = self._history.of(Kind.PARTY_SPLIT)
        came = (rows["party"] for rows in self._came())
        numbers: Ints = np.sort(np.concatenate([*came, split["subject_id"]]))
        first = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
        return np.asarray(numbers[first])

    @cached_property
    def find(self) -> Finder:
        """Line of each of these party numbers, and whether there is one."""
        return Finder(self.ids)

    @cached_property
    def origin(self) -> Ints:
        """Line of the party handed over from which this one was split, its own line for most."""
        return _sources(self, self._history.of(Kind.PARTY_SPLIT))

    @cached_property
    def host(self) -> Ints:
        """Line of the party that a detected person left, its own line for all others."""
        split = self._history.of(Kind.PARTY_SPLIT)
        return _sources(self, split.take(np.flatnonzero(split["reason"] == Reason.DETECTED)))

    @cached_property
    def port(self) -> Ints:
        """Place number of the port, -1 for those in a site from the beginning."""
        return self._own(Kind.HANDED_OVER, "place", -1)[self.origin]

    @cached_property
    def people(self) -> Ints:
        """People at the end of its way: those who came or moved in, less those who were split off."""
        split = self._history.of(Kind.PARTY_SPLIT)
        people = np.zeros(len(self.ids), dtype=np.int64)
        moved = [
            *((*self.lines_of(kind), self._history.of(kind)["people"]) for kind in (Kind.HANDED_OVER, Kind.PRESENT)),
            (*self.find(split["subject_id"]), split["people"]),
            (*self.find(split["party"]), -split["people"]),
        ]
        for line, there, number in moved:
            np.add.at(people, line[there], number[there])
        return people

    @cached_property
    def handed_over(self) -> Ints:
        """Second of hand-over."""
        return self._own(Kind.HANDED_OVER)[self.origin]

    @cached_property
    def found_at_point(self) -> Ints:
        """Second at which the person was found infected at the point, and taken out of everything that follows."""
        return self._at_point(Kind.TO_HOSPITAL, Kind.ISOLATED)

    @cached_property
    def from_point_to_hospital(self) -> Ints:
        """Second at which the person left the point for hospital, or had recovered there."""
        return self._at_point(Kind.TO_HOSPITAL, Kind.RECOVERED)

    @cached_property
    def registration_start(self) -> Ints:
        """Second at which registration began."""
        begun = self.of_tasks(Subject.TASK_REGISTRATION, "second")[self.origin]
        return np.where(begun < self.found_at_point, begun, NEVER)

    @cached_property
    def registration_end(self) -> Ints:
        """Second at which registration ended."""
        ended = self.of_tasks(Subject.TASK_REGISTRATION, "value")[self.origin]
        return np.where(ended <= self.found_at_point, ended, NEVER)

    @cached_property
    def not_diverted(self) -> Ints:
        """Second at which it was sent on to another authority."""
        return self._own(Kind.NOT_DIVERTED)

    @cached_property
    def unplaced(self) -> Ints:
        """Second at which it left without rooms."""
        return self._own(Kind.UNPLACED)

    @cached_property
    def room_taken(self) -> Ints:
        """The rooms with which it left the point: not those of a load that was dissolved, nor later ones."""
        return self._if_it_left(self._rooms_of_point["second"], NEVER)

    @cached_property
    def site(self) -> Ints:
        """Place number of the first site, -1 for none."""
        at_home = self._own(Kind.PRESENT, "place", -1)
        return self._if_it_left(np.where(at_home >= 0, at_home, self._rooms_of_point["place"]), -1)

    @cached_property
    def load(self) -> Ints:
        """Coach load, -1 for none or when travelling alone."""
        return self._if_it_left(self._rooms_of_point["value"], -1)

    @cached_property
    def boarded(self) -> Ints:
        """Start of boarding."""
        return _boarded(self.load, self._history.of(Kind.BOARDING))

    @cached_property
    def departed(self) -> Ints:
        """End of boarding."""
        return self._if_it_left(self._own(Kind.DEPARTED), NEVER)

    @cached_property
    def arrived(self) -> Ints:
        """First arrival at a site after a hand-over: moves do not count, nor does being there from the beginning."""
        own = self._own(Kind.ARRIVED)
        arrived = own[self.host]
        split = self._history.of(Kind.PARTY_SPLIT)
        split = split.take(np.flatnonzero(split["reason"] == Reason.DETECTED))
        line, there = self.find(split["subject_id"])
        line, second = line[there], split["second"][there]
        on_the_way = line[second < arrived[line]]  # on the coach: it arrives by itself, if it does
        arrived[on_the_way] = own[on_the_way]
        return arrived

    @cached_property
    def present(self) -> Ints:
        """Second 0 for those in a site from the beginning."""
        return self._own(Kind.PRESENT)[self.origin]

    @cached_property
    def released(self) -> Ints:
        """Second from which it may leave."""
        return self._own(Kind.RELEASED)

    @cached_property
    def left(self) -> Ints:
        """Second at which it left its site."""
        return self._own(Kind.LEFT)

    @cached_property
    def censored(self) -> Ints:
        """Second at which it was cut at the hard stop."""
        return self._own(Kind.CENSORED)

    @cached_property
    def left_point(self) -> Ints:
        """Second at which the party is no more at the point (departed, sent on, unplaced, to hospital or censored)."""
        ways = np.minimum(np.minimum(self.not_diverted, self.unplaced), self.departed)
        return np.minimum(np.minimum(ways, self.from_point_to_hospital), self.censored)

    def _at_point(self, *kinds: Kind) -> Ints:
        """Second of the first row of these kinds at the port where the party was handed over."""
        seconds = np.full(len(self.ids), NEVER, dtype=np.int64)
        for kind in kinds:
            rows, (line, there) = self._history.of(kind), self.lines_of(kind)
            if len(rows):
                there = there & (rows["place"] == self.port[line])
                np.minimum.at(seconds, line[there], rows["second"][there])
        return seconds

    def _if_it_left(self, values: Ints, absent: int) -> Ints:
        """What happened to the party, or to that which a detected person left, unless it was found at the point."""
        return np.where(self.found_at_point < NEVER, absent, values[self.host])

    def _came(self) -> list[NDArray[np.void]]:
        return [self._history.of(Kind.HANDED_OVER), self._history.of(Kind.PRESENT)]

    def first(self, kind: Kind, column: str, absent: int = NEVER) -> Ints:
        """A column of rows of one kind, by line; of several rows of a party the first."""
        return self._spread(self.lines_of(kind), self._history.of(kind)[column], absent, first=True)

    def of_tasks(self, subject: Subject, column: str, *, first: bool = False) -> Ints:
        """A column of the tasks of parties of one class, by line: of several the last, or the first."""
        rows = self._history.tasks(subject)
        if subject not in self._found_tasks:
            self._found_tasks[subject] = self.find(rows.subject_id)
        return self._spread(self._found_tasks[subject], getattr(rows, column), NEVER, first=first)

    def lines_of(self, kind: Kind) -> tuple[Ints, NDArray[np.bool_]]:
        """Line of the party of each row of a kind, and whether there is one."""
        if kind not in self._found:
            self._found[kind] = self.find(self._history.of(kind)["party"])
        return self._found[kind]

    def _own(self, kind: Kind, column: str = "second", absent: int = NEVER) -> Ints:
        """A column of rows of one kind, by line; of several rows of a party the last."""
        return self._spread(self.lines_of(kind), self._history.of(kind)[column], absent)

    def _spread(self, lines: tuple[Ints, NDArray[np.bool_]], values: Ints, absent: int, *, first: bool = False) -> Ints:
        """Values by line of their party; of several the last, or the first."""
        result, (line, there) = np.full(len(self.ids), absent, dtype=np.int64), lines
        if not there.all():
            line, values = line[there], values[there]
        result[line[::-1] if first else line] = values[::-1] if first else values
        return result

    @cached_property
    def _rooms_of_point(self) -> dict[str, Ints]:
        """Columns of the rows of the rooms with which parties left the point, by line."""
        history = self._history
        rows, positions = history.of(Kind.ROOM_TAKEN), history.positions(Kind.ROOM_TAKEN)
        arrival = self._spread(self.lines_of(Kind.ARRIVED), history.positions(Kind.ARRIVED), NEVER)
        line, there = self.lines_of(Kind.ROOM_TAKEN)
        there = there & (dissolution(history, rows["value"], positions) == NEVER)
        if len(self.ids):
            there &= positions < arrival[line]
        columns = (("second", NEVER), ("place", -1), ("value", -1))
        return {name: self._spread((line, there), rows[name], absent) for name, absent in columns}


def dissolution(history: History, loads: Ints, positions: Ints) -> Ints:
    """Second at which the load of each row at a position in the log was dissolved after it, NEVER for none.

    A load is numbered by its first party, so a number may be used again.
    """
    rows, at = history.of(Kind.LOAD_DISSOLVED), history.positions(Kind.LOAD_DISSOLVED)
    if not len(rows):  # as mostly
        return np.full(len(loads), NEVER, dtype=np.int64)
    order = np.lexsort((at, rows["subject_id"]))
    return following(rows["subject_id"][order], at[order], rows["second"][order], loads, positions)


def _sources(parties: Parties, split: NDArray[np.void]) -> Ints:
    """Line of the party from which each one was split, however many times; its own line for the others."""
    source = np.arange(len(parties))
    if not len(split):
        return source
    old, there = parties.find(split["party"])
    source[parties.lines(split["subject_id"][there])] = old[there]
    for _ in range(64):  # halves the way to the first party each time
        further = source[source]
        if np.array_equal(further, source):
            break
        source = further
    return source


def _boarded(load: Ints, boarding: NDArray[np.void]) -> Ints:
    order = np.argsort(boarding["subject_id"], kind="stable")
    loads, seconds = boarding["subject_id"][order], boarding["second"][order]
    line, there = find(loads, load)
    there &= load >= 0
    boarded = np.full(len(load), NEVER, dtype=np.int64)
    boarded[there] = seconds[line[there]]
    return boarded


__all__ = [
    "LOG_DTYPE",
    "NEVER",
    "History",
    "Parties",
    "TaskRows",
    "by_code",
    "dissolution",
    "find",
    "following",
    "next_line",
]
