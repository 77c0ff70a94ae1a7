"""Rooms and sites: never more rooms than there are, nobody placed at a site that takes nobody, sites in their order."""

from __future__ import annotations

import numpy as np

from sim.flow.history import find
from sim.flow.invariants.case import Case, Faults, running_total, when
from sim.flow.log import Kind
from sim.flow.steps import Ints

_START = 0
_AFTER: dict[int, tuple[int, ...]] = {
    Kind.SITE_PREPARING: (_START,),
    Kind.SITE_OPENED: (_START, Kind.SITE_PREPARING),
    Kind.SITE_STOPPED: (Kind.SITE_OPENED, Kind.SITE_READMITTED),
    Kind.SITE_READMITTED: (Kind.SITE_STOPPED,),
    Kind.SITE_CLOSED: (Kind.SITE_PREPARING, Kind.SITE_STOPPED),
}
"""What a change of a site's state may follow."""
_TAKES_PEOPLE = (Kind.SITE_OPENED, Kind.SITE_READMITTED)


def room_faults(case: Case) -> Faults:
    """All invariants of rooms and sites."""
    capacity = _capacity(case)
    yield from _states(case, capacity)
    yield from _rooms(case, capacity)
    yield from _closed_empty(case)


def _capacity(case: Case) -> Ints:
    """Rooms by place number, from the scenario: `rooms_factor` multiplies those of street-level sites."""
    capacity = np.zeros(len(case.log.places.ids), dtype=np.int64)
    sites = case.scenario.sites
    for number in case.log.places.sites if sites else ():
        assert sites is not None
        site = sites.candidates[case.name(number)]
        factor = sites.rooms_factor if site.level == "street" else 1.0
        capacity[number] = max(1, int(np.floor(site.rooms * factor + 0.5)))
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
        if row["value"] != capacity[row["place"]]:
            yield f"rooms: {when(row['second'])}: {name}: {row['value']} rooms, not {capacity[row['place']]}"
    yield from _placed_where_open(case, rows["place"] * len(case.log) + position, rows["kind"], rows["place"])


def _placed_where_open(case: Case, keys: Ints, kinds: Ints, places: Ints) -> Faults:
    taken = case.history.of(Kind.ROOM_TAKEN)
    wanted = taken["place"] * len(case.log) + case.history.positions(Kind.ROOM_TAKEN)
    line = np.searchsorted(keys, wanted) - 1
    known = line >= 0
    known[known] = places[line[known]] == taken["place"][known]
    is_open = np.zeros(len(taken), dtype=bool)
    is_open[known] = np.isin(kinds[line[known]], _TAKES_PEOPLE)
    for row in taken[~is_open]:
        yield f"open sites: {when(row['second'])}: party {row['party']} placed at {case.name(row['place'])}, not open"


def _rooms(case: Case, capacity: Ints) -> Faults:
    """Rooms taken, airing and in cleaning never exceed the site's rooms and never fall below 0, row by row."""
    taken, free = case.history.of(Kind.ROOM_TAKEN), case.history.of(Kind.ROOMS_FREE)
    per_person = case.scenario.rooms.per == "person"
    rooms = taken["people"] if per_person else np.ones(len(taken), dtype=np.int64)
    place = np.concatenate([taken["place"], free["place"]])
    position = np.concatenate([case.history.positions(Kind.ROOM_TAKEN), case.history.positions(Kind.ROOMS_FREE)])
    used = running_total(place, position, np.concatenate([rooms, -free["people"]]))
    seconds = np.concatenate([taken["second"], free["second"]])
    party = np.concatenate([taken["party"], free["party"]])
    for i in np.flatnonzero((used > capacity[place]) | (used < 0)):
        yield (
            f"rooms: {when(seconds[i])}: {case.name(place[i])}: {used[i]} rooms in use, {capacity[place[i]]} there "
            f"(party {party[i]})"
        )
    order = np.argsort(taken["party"], kind="stable")
    for kind in (Kind.ROOMS_AIRED, Kind.ROOMS_FREE):
        rows = case.history.of(kind)
        line, there = find(taken["party"][order], rows["party"])
        had = rooms[order][line] if len(order) else np.zeros(len(rows), dtype=np.int64)
        for i in np.flatnonzero(there & (rows["people"] != had)):
            yield (
                f"rooms: {when(rows['second'][i])}: party {rows['party'][i]}: {kind.name} of {rows['people'][i]} "
                f"rooms, it had {had[i]}"
            )


def _closed_empty(case: Case) -> Faults:
    """A site closes only when no room is taken, rooms held by loads included."""
    kinds = {Kind.ROOM_TAKEN: 1, Kind.LEFT: -1, Kind.SITE_CLOSED: 0}
    rows = np.concatenate([case.history.of(kind) for kind in kinds])
    position = np.concatenate([case.history.positions(kind) for kind in kinds])
    change = np.concatenate([np.full(len(case.history.of(kind)), sign) for kind, sign in kinds.items()])
    parties = running_total(rows["place"], position, change)
    for i in np.flatnonzero((rows["kind"] == Kind.SITE_CLOSED) & (parties != 0)):
        name = case.name(rows["place"][i])
        yield f"site states: {when(rows['second'][i])}: {name} closes with {parties[i]} parties in it"
