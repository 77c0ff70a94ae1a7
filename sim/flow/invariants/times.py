"""Times of a party's way: handed over inside hours, registered first, the stay not cut short, nobody placed after W."""

from __future__ import annotations

import numpy as np

from sim.flow.history import NEVER, find
from sim.flow.invariants.case import DAY, Case, Faults, when
from sim.flow.log import Kind, Reason, Subject
from sim.sampling.hours import open_spans

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
    stay = round(case.scenario.stay.days * DAY) if case.scenario.stay else 0
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
