"""Compiled: who is found infected, and the way to hospital from wherever they are (see `reference.found`)."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.core import (
    begin_party,
    drop_unplaced,
    is_at_point,
    lapse,
    leave_load,
    scan_again,
    site_place,
    wake,
    whereabouts,
    write,
    write_case,
)
from sim.flow.compiled.events import ENTITY_MASK, event_key, schedule
from sim.flow.compiled.guest import add_guest, begin_stay, forget_guest, give_up_rooms
from sim.flow.compiled.jit import jit
from sim.flow.compiled.visits import alone, number_of
from sim.flow.compiled.world import NEVER, World
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment

ENTITY_SHIFT = 24
"""Patients are kept as second of detection and entity in one number."""


@jit
def screen(w: World, entity: int) -> None:
    """A party that was handed over is screened: whose symptoms are seen is found at once, the others are tested."""
    parties = w.parties
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        if w.cases[case, F.CASE_SEEN] == 1:
            detect_one(w, entity, case, Reason.SEEN_ON_ARRIVAL)
    if w.fixed[F.ARRIVAL_TEST] > 0:
        await_arrival_test(w, entity, w.flow[F.NOW] + w.fixed[F.ARRIVAL_TEST])


@jit
def await_arrival_test(w: World, entity: int, second: int) -> None:
    """The result of a party's test on arrival is known at a second; what it will find is known now."""
    parties = w.parties
    parties[entity, F.RESULT_AT] = second
    if second <= w.flow[F.NOW]:
        return
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        if w.cases[case, F.CASE_POSITIVE] == 1 and w.cases[case, F.CASE_DETECTED] == 0:
            schedule(w, second, event_key(Moment.RESULT_ARRIVES, parties[entity, F.PORT], entity, 0), 0)
            return


@jit
def arrival_result(w: World, entity: int) -> None:
    """The result of a test on arrival. Of a party that was sent on, or left without a room, nobody here will know."""
    parties = w.parties
    if parties[entity, F.GONE] == 1 and parties[entity, F.ARRIVED] == NEVER:
        return
    found = False
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        if w.cases[case, F.CASE_POSITIVE] == 1 and w.cases[case, F.CASE_DETECTED] == 0:
            detect_one(w, entity, case, Reason.BY_ARRIVAL_TEST)
            found = True
    if found:
        restart(w, entity)


@jit
def restart(w: World, entity: int) -> None:
    """The others of a party in which people were found infected begin their stay again, if it has begun, at most
    twice.
    """
    parties = w.parties
    if (
        parties[entity, F.ARRIVED] == NEVER
        or parties[entity, F.PATIENT] == 1
        or parties[entity, F.RELEASED] == 1
        or parties[entity, F.GONE] == 1
        or parties[entity, F.RESTARTS] == 2
    ):
        return
    parties[entity, F.RESTARTS] += 1
    number, place = number_of(w, entity), site_place(w, parties[entity, F.SITE])
    restarts, people = parties[entity, F.RESTARTS], parties[entity, F.PEOPLE]
    write(w, Kind.RESTARTED, Subject.PARTY, number, place, number, people, restarts, 0)
    begin_stay(w, entity, w.flow[F.NOW])


@jit
def detect_one(w: World, entity: int, case: int, reason: int) -> None:
    """A person is found infected and goes to hospital."""
    parties, flow = w.parties, w.flow
    w.cases[case, F.CASE_DETECTED] = 1
    person = alone(w, w.cases[case, F.CASE_ROW])
    place, number = whereabouts(w, entity), number_of(w, entity)
    since = -1 if parties[entity, F.ARRIVED] == NEVER else flow[F.NOW] - parties[entity, F.ARRIVED]
    after = parties[entity, F.RELEASED] == 1 or parties[entity, F.GONE] == 1
    kind = Kind.DETECTED_AFTER_RELEASE if after else Kind.DETECTED
    write(w, kind, Subject.PARTY, number_of(w, person), place, number, 1, since, reason)
    if after:
        return
    patient, at_point = entity, is_at_point(w, entity)
    if parties[entity, F.PEOPLE] > 1:
        _leave_party(w, entity, person)
        patient = person
    parties[patient, F.PATIENT], parties[patient, F.CASE] = 1, case
    if at_point:
        _step_out(w, entity, patient)
    w.lists[F.PATIENTS, flow[F.N_PATIENTS]] = flow[F.NOW] * 2**ENTITY_SHIFT + patient
    flow[F.N_PATIENTS] += 1
    flow[F.CHECK_BEDS] = 1
    wake(w)


@jit
def _leave_party(w: World, entity: int, person: int) -> None:
    """The detected person is a party of its own; it has its room, or shares that of the others while it waits. On the
    way to another site it goes on with the others, or waits for a room of its own.
    """
    parties = w.parties
    begin_party(w, person, 1)
    for column in (F.PORT, F.DIVERTED, F.SITE, F.ARRIVED, F.AT_SITE):
        parties[person, column] = parties[entity, column]
    if parties[entity, F.ARRIVED] != NEVER:
        parties[person, F.CHECKED_IN] = 1 - parties[entity, F.MOVING]
    parties[person, F.HOST] = entity
    parties[entity, F.PEOPLE] -= 1
    place, at_point = whereabouts(w, entity), is_at_point(w, entity)
    write(w, Kind.PARTY_SPLIT, Subject.PARTY, number_of(w, person), place, number_of(w, entity), 1, 0, Reason.DETECTED)
    if w.fixed[F.PER_PERSON] == 1 and parties[entity, F.ROOMS] > 0:
        parties[entity, F.ROOMS] -= 1
        parties[person, F.ROOMS] = 1
    elif parties[entity, F.MOVING] == 1:
        parties[person, F.MOVING] = 1
        w.lists[F.UNPLACED, w.flow[F.N_UNPLACED]] = person
        w.flow[F.N_UNPLACED] += 1
        scan_again(w)
    elif not at_point:
        _append(w, entity, person, F.FIRST_ISOLATED, F.NEXT_ISOLATED)
    w.where[person] = F.INSIDE
    if parties[entity, F.AT_SITE] == 1:
        add_guest(w, parties[entity, F.SITE], person)
    elif parties[entity, F.MOVING] == 0 and not at_point:
        _append(w, entity, person, F.FIRST_RIDER, F.NEXT_RIDER)


@jit
def _step_out(w: World, entity: int, patient: int) -> None:
    """A person who was found at the point, alone or out of a party, stays there for the ambulance: the seat and the
    room that were held are free again.
    """
    parties, load = w.parties, w.parties[entity, F.LOAD]
    if load >= 0:
        w.loads[load, F.LOAD_PEOPLE] -= 1
    if patient == entity:
        drop_unplaced(w, entity)
        lapse(w, parties[entity, F.REGISTRATION_TASK])
        if load >= 0:
            leave_load(w, entity)
    give_up_rooms(w, patient)
    parties[patient, F.ROOMS] = 0
    parties[patient, F.SITE] = parties[patient, F.LOAD] = -1
    w.where[patient] = F.INSIDE
    scan_again(w)


@jit
def _append(w: World, entity: int, person: int, first: int, following: int) -> None:
    """Put a person at the end of one of a party's lists of members."""
    parties = w.parties
    if parties[entity, first] < 0:
        parties[entity, first] = person
        return
    last = parties[entity, first]
    while parties[last, following] >= 0:
        last = parties[last, following]
    parties[last, following] = person


@jit
def _remove_isolated(w: World, person: int) -> None:
    """Take a person off the list of those who share the room of the party it left."""
    parties = w.parties
    host = parties[person, F.HOST]
    if host < 0:
        return
    if parties[host, F.FIRST_ISOLATED] == person:
        parties[host, F.FIRST_ISOLATED] = parties[person, F.NEXT_ISOLATED]
        return
    before = parties[host, F.FIRST_ISOLATED]
    while before >= 0:
        if parties[before, F.NEXT_ISOLATED] == person:
            parties[before, F.NEXT_ISOLATED] = parties[person, F.NEXT_ISOLATED]
            return
        before = parties[before, F.NEXT_ISOLATED]


@jit
def to_hospital(w: World) -> bool:
    """Phase 2: the detected take beds in order of detection; without one they are isolated in the room."""
    flow, parties = w.flow, w.parties
    if flow[F.CHECK_BEDS] == 0:
        return False
    flow[F.CHECK_BEDS] = 0
    waiting, n, kept = w.lists[F.PATIENTS], flow[F.N_PATIENTS], 0
    _sort_patients(w, n)
    admitted = False
    for i in range(n):
        entry = waiting[i]
        patient = entry & ENTITY_MASK
        if parties[patient, F.GONE] == 1:  # recovered in the room
            continue
        if flow[F.BEDS_FREE] != 0:
            _admit(w, patient)
            admitted = True
            continue
        waiting[kept] = entry
        kept += 1
        if parties[patient, F.WAITS_FOR_BED] == 0:
            _isolate(w, patient, entry >> ENTITY_SHIFT)
    flow[F.N_PATIENTS] = kept
    return admitted


@jit
def _isolate(w: World, patient: int, detected: int) -> None:
    """No bed is free: the person stays in the room until one is, or until a hospital stay from detection on is over."""
    parties = w.parties
    parties[patient, F.WAITS_FOR_BED] = 1
    write_person(w, Kind.ISOLATED, patient)
    recovers = detected + w.cases[parties[patient, F.CASE], F.CASE_HOSPITAL]
    key = event_key(Moment.PERSON_RECOVERS, whereabouts(w, patient), patient, 0)
    schedule(w, max(recovers, w.flow[F.NOW] + 1), key, 0)


@jit
def recover(w: World, patient: int) -> None:
    """A person who is still isolated when a hospital stay would have been over leaves the site."""
    if w.parties[patient, F.GONE] == 0:  # else: to hospital
        write_person(w, Kind.RECOVERED, patient)
        if w.fixed[F.TELLS_INFECTED] == 1 and w.parties[patient, F.DIVERTED] == 1:
            write_case(w, Kind.INFECTED_LEFT, patient, whereabouts(w, patient), w.parties[patient, F.CASE])
        _leave_site(w, patient)


@jit
def _sort_patients(w: World, n: int) -> None:
    entries = w.lists[F.PATIENTS]
    for i in range(1, n):
        entry, at = entries[i], i
        while at > 0 and entries[at - 1] > entry:
            entries[at] = entries[at - 1]
            at -= 1
        entries[at] = entry


@jit
def _admit(w: World, patient: int) -> None:
    """A person leaves for the hospital; a bed is taken until the discharge. A negative number of beds is no limit."""
    parties, flow = w.parties, w.flow
    write_person(w, Kind.TO_HOSPITAL, patient)
    _leave_site(w, patient)
    if w.fixed[F.COUNT_BEDS] == 0:
        return
    flow[F.BEDS_FREE] -= 1
    stay = w.fixed[F.AMBULANCE] + w.cases[parties[patient, F.CASE], F.CASE_HOSPITAL]
    schedule(w, flow[F.NOW] + stay, event_key(Moment.BED_FREED, 0, patient, 0), 0)


@jit
def _leave_site(w: World, patient: int) -> None:
    """A person who was detected leaves; its room, if no other person is isolated there, is given up."""
    _remove_isolated(w, patient)
    drop_unplaced(w, patient)
    forget_guest(w, patient, Reason.ROOM_LEFT)
    give_up_rooms(w, patient)


@jit
def discharge(w: World, patient: int) -> None:
    """A bed is free again."""
    write_person(w, Kind.DISCHARGED, patient)
    w.flow[F.BEDS_FREE] += 1
    w.flow[F.CHECK_BEDS] = 1
    wake(w)


@jit
def write_person(w: World, kind: int, person: int) -> None:
    """A row about one person, where it is."""
    number = number_of(w, person)
    write(w, kind, Subject.PARTY, number, whereabouts(w, person), number, 1, 0, 0)
