"""Rooms, seats and coaches: never more in use than there are. Nobody is placed at a site that takes nobody, sites are
opened and closed in their order, everybody of a load is on its coach.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, dissolution, find, following
from sim.flow.invariants.case import MOST_ROWS, Case, Faults, when
from sim.flow.log import Kind
from sim.flow.rules import service_seconds
from sim.flow.steps import Ints, Steps, at, presence, running_total
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
    """Rooms are aired that were given up, and free that were aired or that nobody came to use, as many as before."""
    left = case.history.of(Kind.ROOMS_LEFT)
    unused = {(row["party"], row["second"], row["people"]) for row in left[_before_arrival(case, left)]}
    for kind, earlier in ((Kind.ROOMS_AIRED, Kind.ROOMS_LEFT), (Kind.ROOMS_FREE, Kind.ROOMS_AIRED)):
        rows, before = case.history.of(kind), case.history.of(earlier)
        before = before.take(np.lexsort((case.history.positions(earlier), before["party"])))
        line = np.searchsorted(before["party"], rows["party"], side="right") - 1  # the last time that it left some
        there = line >= 0
        there[there] = before["party"][line[there]] == rows["party"][there]
        had = np.zeros(len(rows), dtype=np.int64)
        had[there] = before["people"][line[there]]
        for i in np.flatnonzero(rows["people"] != had):
            if kind == Kind.ROOMS_FREE and tuple(rows[["party", "second", "people"]][i]) in unused:
                continue
            yield (
                f"rooms: {when(rows['second'][i])}: party {rows['party'][i]}: {kind.name} of {rows['people'][i]} "
                f"rooms, it had {had[i]}"
            )


def _before_arrival(case: Case, rows: NDArray[np.void]) -> NDArray[np.bool_]:
    """Which rows are of parties that had not arrived at a site by then, nor been in one from the beginning."""
    line, there = find(case.parties.ids, rows["party"])
    came = np.minimum(case.parties.arrived, case.parties.present)
    return there & (np.append(came, NEVER)[line] > rows["second"])


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
    before, after = _found_of_loads(case, loads, boarding)
    for kind, words, people_found in (
        (Kind.ROOM_TAKEN, "took rooms with it", -before),
        (Kind.DEPARTED, "departed with it", after),
    ):
        rows = case.history.of(kind)
        rows = rows.take(
            np.flatnonzero(dissolution(case.history, rows["value"], case.history.positions(kind)) == NEVER)
        )
        people = _people_by_load(loads, rows["value"], rows["people"])
        people += people_found
        differs = people != on_board
        if kind == Kind.DEPARTED:
            differs &= ~_still_boarding(case, boarding, loads)
        for i in np.flatnonzero(differs):
            yield f"seats: load {loads[i]}: {on_board[i]} people boarded, {people[i]} {words}"
        unknown = rows.take(np.flatnonzero(~find(loads, rows["value"])[1] & (rows["value"] >= 0)))
        for row in unknown if kind == Kind.DEPARTED else ():
            yield f"coaches: {when(row['second'])}: party {row['party']} departs, load {row['value']} never boarded"


def _found_of_loads(case: Case, loads: Ints, boarding: NDArray[np.void]) -> tuple[Ints, Ints]:
    """People of each load who were found infected at the point after they had joined it: before it began to board, and
    while it did.
    """
    history, places = case.history, case.log.places
    found, position = history.of(Kind.DETECTED), history.positions(Kind.DETECTED)
    here = np.flatnonzero(found["place"] < places.n_ports)
    found, position = found.take(here), position[here]
    taken, joined = history.of(Kind.ROOM_TAKEN), history.positions(Kind.ROOM_TAKEN)
    joined = np.where(dissolution(history, taken["value"], joined) == NEVER, joined, NEVER)
    first = dict(zip(boarding["subject_id"].tolist(), history.positions(Kind.BOARDING).tolist(), strict=True))
    counts = np.zeros((2, len(loads)), dtype=np.int64)
    for party, at_row in zip(found["party"].tolist(), position.tolist(), strict=True):
        of_party = np.flatnonzero((taken["party"] == party) & (joined < at_row))
        load = int(taken["value"][of_party[-1]]) if len(of_party) else -1
        if load in first:
            counts[int(at_row > first[load]), np.searchsorted(loads, load)] += 1
    return counts[0], counts[1]


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
    reopened = following(opened["subject_id"][order], first[order], first[order], lost["subject_id"], position)
    goes = following(boarding["subject_id"][other], boards[other], boards[other], lost["subject_id"], position)
    for row in lost[(goes < NEVER) & (goes < reopened)]:
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
