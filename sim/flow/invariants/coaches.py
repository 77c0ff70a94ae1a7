"""Coaches: never more people than seats, never more coaches than the point has, everybody of a load on its coach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import find
from sim.flow.invariants.case import Case, Faults, running_total, when
from sim.flow.log import Kind
from sim.flow.steps import Ints


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
    yield from _coaches(case, boarding)


def _loads(case: Case, boarding: NDArray[np.void]) -> Faults:
    """Each load boards once; those who took rooms with it, those who board and those who depart are the same."""
    loads, times = np.unique(boarding["subject_id"], return_counts=True)
    for load in loads[times > 1]:
        yield f"coaches: load {load} boards more than once"
    on_board = _people_by_load(loads, boarding["subject_id"], boarding["people"])
    for kind, words in ((Kind.ROOM_TAKEN, "took rooms with it"), (Kind.DEPARTED, "departed with it")):
        rows = case.history.of(kind)
        people = _people_by_load(loads, rows["value"], rows["people"])
        for i in np.flatnonzero(people != on_board):
            yield f"seats: load {loads[i]}: {on_board[i]} people boarded, {people[i]} {words}"
        unknown = rows.take(np.flatnonzero(~find(loads, rows["value"])[1]))
        for row in unknown if kind == Kind.DEPARTED else ():
            yield f"coaches: {when(row['second'])}: party {row['party']} departs, load {row['value']} never boarded"


def _people_by_load(loads: Ints, numbers: Ints, people: Ints) -> Ints:
    line, there = find(loads, numbers)
    return np.bincount(line[there], weights=people[there], minlength=len(loads)).astype(np.int64)


def _coaches(case: Case, boarding: NDArray[np.void]) -> Faults:
    """A coach is taken from boarding until it is ready for its next trip."""
    ready = case.history.of(Kind.COACH_READY)
    place = np.concatenate([boarding["place"], ready["place"]])
    position = np.concatenate([case.history.positions(Kind.BOARDING), case.history.positions(Kind.COACH_READY)])
    change = np.repeat(np.array([1, -1], dtype=np.int64), [len(boarding), len(ready)])
    used = running_total(place, position, change)
    rows = np.concatenate([boarding, ready])
    there = coaches_by_port(case)
    for i in np.flatnonzero((used > there[place]) | (used < 0)):
        yield (
            f"coaches: {when(rows['second'][i])}: {case.name(place[i])}: {used[i]} in use, {there[place[i]]} there "
            f"(load {rows['subject_id'][i]})"
        )


def coaches_by_port(case: Case) -> Ints:
    """Coaches of each port, by place number."""
    return np.array([case.scenario.ports[case.name(p)].coaches or 0 for p in case.log.places.ports], dtype=np.int64)
