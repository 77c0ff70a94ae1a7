"""Coaches: never more people than seats, never more coaches than the point has, everybody of a load on its coach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, dissolution, find, following
from sim.flow.invariants.case import Case, Faults, when
from sim.flow.log import Kind
from sim.flow.rules import service_seconds
from sim.flow.steps import Ints, Steps, at, presence, running_total

_CHANGE = {"coaches_out": -1, "coaches_added": 1}
"""Disruptions that change the coaches of a port."""


def coach_faults(case: Case) -> Faults:
    """All invariants of coaches."""
    boarding = case.history.of(Kind.BOARDING)
    if case.scenario.coaches is None:
        for row in boarding:
            yield f"coaches: {when(row['second'])}: load {row['subject_id']} boards, the scenario has no coaches"
        return
    for row in boarding[boarding["people"] > case.scenario.coaches.seats]:
        yield (
            f"seats: {when(row['second'])}: load {row['subject_id']}: {row['people']} people on "
            f"{case.scenario.coaches.seats} seats"
        )
    yield from _loads(case, boarding)
    yield from _dissolved(case, boarding)
    yield from _coaches(case, boarding)


def _loads(case: Case, boarding: NDArray[np.void]) -> Faults:
    """Each load boards once; those who took rooms with it, those who board and those who depart are the same."""
    loads, times = np.unique(boarding["subject_id"], return_counts=True)
    for load in loads[times > 1]:
        yield f"coaches: load {load} boards more than once"
    on_board = _people_by_load(loads, boarding["subject_id"], boarding["people"])
    for kind, words in ((Kind.ROOM_TAKEN, "took rooms with it"), (Kind.DEPARTED, "departed with it")):
        rows = case.history.of(kind)
        rows = rows.take(
            np.flatnonzero(dissolution(case.history, rows["value"], case.history.positions(kind)) == NEVER)
        )
        people = _people_by_load(loads, rows["value"], rows["people"])
        differs = people != on_board
        if kind == Kind.DEPARTED:
            differs &= ~_still_boarding(case, boarding, loads)
        for i in np.flatnonzero(differs):
            yield f"seats: load {loads[i]}: {on_board[i]} people boarded, {people[i]} {words}"
        unknown = rows.take(np.flatnonzero(~find(loads, rows["value"])[1] & (rows["value"] >= 0)))
        for row in unknown if kind == Kind.DEPARTED else ():
            yield f"coaches: {when(row['second'])}: party {row['party']} departs, load {row['value']} never boarded"


def _still_boarding(case: Case, boarding: NDArray[np.void], loads: Ints) -> NDArray[np.bool_]:
    """Which of these loads board until the hard stop and never depart."""
    assert case.scenario.coaches is not None
    count = case.scenario.coaches.head_count_minutes * 60
    ends = [
        row["second"] + service_seconds(count, count, int(row["people"]), 1.0) >= case.log.hard_stop for row in boarding
    ]
    return np.isin(loads, boarding["subject_id"][np.array(ends, dtype=bool)])


def _people_by_load(loads: Ints, numbers: Ints, people: Ints) -> Ints:
    line, there = find(loads, numbers)
    return np.bincount(line[there], weights=people[there], minlength=len(loads)).astype(np.int64)


def _dissolved(case: Case, boarding: NDArray[np.void]) -> Faults:
    """A load that was dissolved never boards; another one of its number may."""
    lost, position = case.history.of(Kind.LOAD_DISSOLVED), case.history.positions(Kind.LOAD_DISSOLVED)
    opened, first = case.history.of(Kind.LOAD_OPENED), case.history.positions(Kind.LOAD_OPENED)
    boards = case.history.positions(Kind.BOARDING)
    order, other = np.lexsort((first, opened["subject_id"])), np.lexsort((boards, boarding["subject_id"]))
    again = following(opened["subject_id"][order], first[order], first[order], lost["subject_id"], position)
    goes = following(boarding["subject_id"][other], boards[other], boards[other], lost["subject_id"], position)
    for row in lost[(goes < NEVER) & (goes < again)]:
        yield f"coaches: {when(row['second'])}: load {row['subject_id']} is dissolved and boards afterwards"


def _coaches(case: Case, boarding: NDArray[np.void]) -> Faults:
    """A coach is taken from boarding until it is ready for its next trip; those out of service make no new trip."""
    ready = case.history.of(Kind.COACH_READY)
    place = np.concatenate([boarding["place"], ready["place"]])
    position = np.concatenate([case.history.positions(Kind.BOARDING), case.history.positions(Kind.COACH_READY)])
    change = np.repeat(np.array([1, -1], dtype=np.int64), [len(boarding), len(ready)])
    used = running_total(place, position, change)
    rows = np.concatenate([boarding, ready])
    there = np.zeros(len(rows), dtype=np.int64)
    for port in case.log.places.ports:
        here = place == port
        there[here] = at(coaches_in_service(case, port), rows["second"][here])
    for i in np.flatnonzero(((change > 0) & (used > there)) | (used < 0)):
        yield (
            f"coaches: {when(rows['second'][i])}: {case.name(place[i])}: {used[i]} in use, {there[i]} there "
            f"(load {rows['subject_id'][i]})"
        )


def coaches_in_service(case: Case, port: int) -> Steps:
    """Coaches of a port that may begin a trip, from second 0 on, by the scenario's disruptions."""
    name = case.name(port)
    spans = [(0, case.log.hard_stop + 1, case.scenario.ports[name].coaches or 0)]
    for event in case.scenario.disruptions:
        if event.kind in _CHANGE and event.place in (name, "all"):
            first, last = event.span(case.scenario.first_day)
            begin, end = max(first, 0), case.log.hard_stop + 1 if last is None else last
            spans.append((begin, max(end, begin), _CHANGE[event.kind] * round(float(event.value or 0))))
    return presence(*np.array(spans, dtype=np.int64).T)
