"""Rooms and sites: never more rooms than there are, nobody placed at a site that takes nobody, sites in their order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import find
from sim.flow.invariants.case import MOST_ROWS, Case, Faults, when
from sim.flow.log import Kind
from sim.flow.steps import Ints, running_total
from sim.flow.tables import UNLIMITED
from sim.scenario.places import rooms_of

_START = 0
_TAKES_PEOPLE = (Kind.SITE_OPENED, Kind.SITE_READMITTED, Kind.INTAKE_BEGAN)
_IN_USE = (*_TAKES_PEOPLE, Kind.SITE_STOPPED, Kind.SITE_SHUT, Kind.INTAKE_ENDED)
_AFTER: dict[int, tuple[int, ...]] = {
    Kind.SITE_PREPARING: (_START,),
    Kind.SITE_OPENED: (_START, Kind.SITE_PREPARING),
    Kind.SITE_STOPPED: _TAKES_PEOPLE,
    Kind.SITE_SHUT: (*_TAKES_PEOPLE, Kind.INTAKE_ENDED),
    Kind.SITE_READMITTED: (Kind.SITE_STOPPED, Kind.SITE_SHUT),
    Kind.INTAKE_ENDED: (*_TAKES_PEOPLE, Kind.SITE_SHUT),
    Kind.INTAKE_BEGAN: (Kind.INTAKE_ENDED,),
    Kind.SITE_LOST: (_START, Kind.SITE_PREPARING, *_IN_USE),
    Kind.SITE_CLOSED: (Kind.SITE_PREPARING, Kind.SITE_STOPPED, Kind.SITE_SHUT, Kind.SITE_LOST),
}
"""What a change of a site's state may follow."""
_WITHOUT_ROOMS = (Kind.INTAKE_ENDED, Kind.INTAKE_BEGAN)
"""Rows that do not tell the site's rooms."""


def room_faults(case: Case) -> Faults:
    """All invariants of rooms and sites."""
    capacity = _capacity(case)
    yield from _states(case, capacity)
    yield from _rooms(case, capacity)
    yield from _given_back(case)
    yield from _closed_empty(case)
    yield from _cohorts(case)


def _capacity(case: Case) -> Ints:
    """Rooms by place number, from the scenario."""
    capacity = np.zeros(len(case.log.places.ids), dtype=np.int64)
    sites = case.scenario.sites
    for number in case.log.places.sites if sites else ():
        assert sites is not None
        capacity[number] = UNLIMITED if case.rooms_lifted else rooms_of(sites, sites.candidates[case.name(number)])
    return capacity


def _states(case: Case, capacity: Ints) -> Faults:
    """Sites change state in order and open with their rooms inside W; only open ones take people."""
    rows = np.concatenate([case.history.of(Kind(kind)) for kind in _AFTER])
    position = np.concatenate([case.history.positions(Kind(kind)) for kind in _AFTER])
    order = np.lexsort((position, rows["place"]))
    rows, position = rows.take(order), position[order]
    first = np.concatenate([[True], np.diff(rows["place"]) != 0])[: len(rows)]
    before = np.where(first, _START, np.roll(rows["kind"], 1))
    for row, earlier in zip(rows, before.tolist(), strict=True):
        kind, name = Kind(row["kind"]), case.name(row["place"])
        if earlier not in _AFTER[kind]:
            previous = Kind(earlier).name if earlier else "nothing"
            yield f"site states: {when(row['second'])}: {name}: {kind.name} must not follow {previous}"
        if kind == Kind.SITE_OPENED and row["second"] >= case.log.window_end:
            yield f"site states: {when(row['second'])}: {name} opens after the window"
        if kind not in _WITHOUT_ROOMS and row["value"] != capacity[row["place"]]:
            yield f"rooms: {when(row['second'])}: {name}: {row['value']} rooms, not {capacity[row['place']]}"
    yield from _placed_where_open(case, rows["place"] * MOST_ROWS + position, rows["kind"], rows["place"])


def _placed_where_open(case: Case, keys: Ints, kinds: Ints, places: Ints) -> Faults:
    taken = case.history.of(Kind.ROOM_TAKEN)
    wanted = taken["place"] * MOST_ROWS + case.history.positions(Kind.ROOM_TAKEN)
    line = np.searchsorted(keys, wanted) - 1
    known = line >= 0
    known[known] = places[line[known]] == taken["place"][known]
    is_open = np.zeros(len(taken), dtype=bool)
    is_open[known] = np.isin(kinds[line[known]], _TAKES_PEOPLE)
    for row in taken[~is_open]:
        yield f"open sites: {when(row['second'])}: party {row['party']} placed at {case.name(row['place'])}, not open"


def _rooms(case: Case, capacity: Ints) -> Faults:
    """Rooms taken, airing and in cleaning never exceed the site's rooms; none is given up that was not taken."""
    free, changes = case.history.of(Kind.ROOMS_FREE), case.rooms
    taken = changes.rooms > 0
    place = np.concatenate([changes.place[taken], free["place"]])
    position = np.concatenate([changes.position[taken], case.history.positions(Kind.ROOMS_FREE)])
    used = running_total(place, position, np.concatenate([changes.rooms[taken], -free["people"]]))
    seconds = np.concatenate([changes.second[taken], free["second"]])
    party = np.concatenate([changes.party[taken], free["party"]])
    for i in np.flatnonzero((used > capacity[place]) | (used < 0)):
        yield (
            f"rooms: {when(seconds[i])}: {case.name(place[i])}: {used[i]} rooms in use, {capacity[place[i]]} there "
            f"(party {party[i]})"
        )
    line, there = find(case.parties.ids, changes.party)
    family = np.where(there, np.append(case.parties.host, 0)[line], -1) * (len(capacity) + 1) + changes.place
    held = running_total(family, changes.position, changes.rooms)
    for i in np.flatnonzero(held < 0):
        yield (
            f"rooms: {when(changes.second[i])}: party {changes.party[i]} gives up {-changes.rooms[i]} rooms of "
            f"{case.name(changes.place[i])}, it had {held[i] - changes.rooms[i]}"
        )


def _given_back(case: Case) -> Faults:
    """Rooms are aired that were given up, and free that were aired, as many as before."""
    for kind, earlier in ((Kind.ROOMS_AIRED, Kind.ROOMS_LEFT), (Kind.ROOMS_FREE, Kind.ROOMS_AIRED)):
        rows, before = case.history.of(kind), case.history.of(earlier)
        before = before.take(np.lexsort((case.history.positions(earlier), before["party"])))
        line = np.searchsorted(before["party"], rows["party"], side="right") - 1  # the last time that it left some
        there = line >= 0
        there[there] = before["party"][line[there]] == rows["party"][there]
        had = np.zeros(len(rows), dtype=np.int64)
        had[there] = before["people"][line[there]]
        for i in np.flatnonzero(rows["people"] != had):
            yield (
                f"rooms: {when(rows['second'][i])}: party {rows['party'][i]}: {kind.name} of {rows['people'][i]} "
                f"rooms, it had {had[i]}"
            )


def _closed_empty(case: Case) -> Faults:
    """A site closes only when no room is taken, rooms held by loads included; one that is lost may have guests."""
    closed, position = case.history.of(Kind.SITE_CLOSED), case.history.positions(Kind.SITE_CLOSED)
    lost = case.history.of(Kind.SITE_LOST)["place"]
    changes = case.rooms
    place = np.concatenate([changes.place, closed["place"]])
    at = np.concatenate([changes.position, position])
    none = np.zeros(len(closed), dtype=np.int64)
    taken = running_total(place, at, np.concatenate([changes.rooms, none]))[len(changes.place) :]
    for i in np.flatnonzero((taken != 0) & ~np.isin(closed["place"], lost)):
        name = case.name(closed["place"][i])
        yield f"site states: {when(closed['second'][i])}: {name} closes with {taken[i]} rooms taken"


def _cohorts(case: Case) -> Faults:
    """A site's intake ends when a cohort's time since its first arrival is over, and begins anew when it is empty."""
    sites = case.scenario.sites
    hours = sites.cohort_hours if sites and not case.rooms_lifted else None
    seconds = 1 << 39 if hours is None else max(1, int(np.floor(hours * 3600 + 0.5)))  # without cohorts never
    rows = case.log.of(*_OF_COHORT)
    for place in np.unique(case.history.of(Kind.INTAKE_ENDED)["place"]) if hours is None else case.log.places.sites:
        yield from _cohorts_of(case, rows[rows["place"] == place], seconds)


_COMES = (Kind.PRESENT, Kind.ARRIVED, Kind.MOVED_IN)
_OF_COHORT = (*_COMES, Kind.ROOM_TAKEN, Kind.ROOMS_LEFT, Kind.INTAKE_ENDED, Kind.INTAKE_BEGAN, Kind.SITE_SHUT)


def _cohorts_of(case: Case, rows: NDArray[np.void], seconds: int) -> Faults:
    """The rows of one site, in order: rooms taken, and when the clock of its cohort began."""
    taken, ends, ended = 0, _NEVER_ENDS, False
    per_person = case.scenario.rooms.per == "person"
    for row in rows:
        kind, at = row["kind"], f"cohorts: {when(row['second'])}: {case.name(row['place'])}"
        if kind in _COMES:
            begin = row["value"] if kind == Kind.PRESENT else row["second"]
            ends = min(ends, max(int(begin) + seconds, 0))
        if kind in (Kind.ROOM_TAKEN, Kind.PRESENT):
            taken += row["people"] if per_person else 1
            if kind == Kind.ROOM_TAKEN and row["second"] >= ends:
                yield f"{at}: party {row['party']} is placed after the end of the intake"
        elif kind == Kind.ROOMS_LEFT:
            taken -= row["people"]
            ends = _NEVER_ENDS if taken == 0 and not ended else ends
        elif kind == Kind.INTAKE_ENDED:
            ended = True
            if row["second"] != ends:
                yield f"{at}: the intake ends, not a cohort's time after its first arrival"
        elif kind == Kind.SITE_SHUT and ended and taken:
            continue  # for good: none is taken in any more, and it closes when it is empty
        elif kind == Kind.INTAKE_BEGAN or (kind == Kind.SITE_SHUT and ended):  # empty while shut: opens fresh
            if taken or not ended:
                yield f"{at}: a new intake begins with {taken} rooms taken"
            ends, ended = _NEVER_ENDS, False


_NEVER_ENDS = 1 << 40
