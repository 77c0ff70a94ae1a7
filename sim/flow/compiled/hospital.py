"""Compiled: the detected who wait for a bed, are in hospital, or recover in the room (see `reference.care`)."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_DISCHARGED,
    K_ISOLATED,
    K_RECOVERED,
    K_TO_HOSPITAL,
    M_BED_FREED,
    M_PERSON_RECOVERS,
    R_ROOM_LEFT,
)
from sim.flow.compiled.guest import drop_unplaced, forget_guest, give_up_rooms
from sim.flow.compiled.jit import jit
from sim.flow.compiled.queues import ENTITY_MASK, event_key, number_of, schedule, site_place, wake, write
from sim.flow.compiled.world import World

ENTITY_SHIFT = 24
"""Patients are kept as second of detection and entity in one number."""


@jit
def _remove_isolated(w: World, person: int) -> None:
    """Take a person off the list of those who share the room of the party it left."""
    p = w.p
    host = p[person, F.HOST]
    if host < 0:
        return
    if p[host, F.FIRST_ISOLATED] == person:
        p[host, F.FIRST_ISOLATED] = p[person, F.NEXT_ISOLATED]
        return
    before = p[host, F.FIRST_ISOLATED]
    while before >= 0:
        if p[before, F.NEXT_ISOLATED] == person:
            p[before, F.NEXT_ISOLATED] = p[person, F.NEXT_ISOLATED]
            return
        before = p[before, F.NEXT_ISOLATED]


@jit
def to_hospital(w: World) -> bool:
    """Phase 2: the detected take beds in order of detection; without one they are isolated in the room."""
    g, p = w.g, w.p
    if g[F.CHECK_BEDS] == 0:
        return False
    g[F.CHECK_BEDS] = 0
    waiting, n, kept = w.lists[F.PATIENTS], g[F.N_PATIENTS], 0
    _sort_patients(w, n)
    admitted = False
    for i in range(n):
        entry = waiting[i]
        patient = entry & ENTITY_MASK
        if p[patient, F.GONE] == 1:  # recovered in the room
            continue
        if g[F.BEDS_FREE] != 0:
            _admit(w, patient)
            admitted = True
            continue
        waiting[kept] = entry
        kept += 1
        if p[patient, F.WAITS_FOR_BED] == 0:
            _isolate(w, patient, entry >> ENTITY_SHIFT)
    g[F.N_PATIENTS] = kept
    return admitted


@jit
def _isolate(w: World, patient: int, detected: int) -> None:
    """No bed is free: the person stays in the room until one is, or until a hospital stay from detection on is over."""
    p = w.p
    p[patient, F.WAITS_FOR_BED] = 1
    write_person(w, K_ISOLATED, patient)
    recovers = detected + w.cases[p[patient, F.CASE], F.CASE_HOSPITAL]
    key = event_key(M_PERSON_RECOVERS, site_place(w, p[patient, F.SITE]), patient, 0)
    schedule(w, max(recovers, w.g[F.NOW] + 1), key, 0)


@jit
def recover(w: World, patient: int) -> None:
    """A person who is still isolated when a hospital stay would have been over leaves the site."""
    if w.p[patient, F.GONE] == 0:  # else: to hospital
        write_person(w, K_RECOVERED, patient)
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
    p, g = w.p, w.g
    write_person(w, K_TO_HOSPITAL, patient)
    _leave_site(w, patient)
    if w.c[F.COUNT_BEDS] == 0:
        return
    g[F.BEDS_FREE] -= 1
    stay = w.c[F.AMBULANCE] + w.cases[p[patient, F.CASE], F.CASE_HOSPITAL]
    schedule(w, g[F.NOW] + stay, event_key(M_BED_FREED, 0, patient, 0), 0)


@jit
def _leave_site(w: World, patient: int) -> None:
    """A person who was detected leaves; its room, if no other person is isolated there, is given up."""
    _remove_isolated(w, patient)
    drop_unplaced(w, patient)
    forget_guest(w, patient, R_ROOM_LEFT)
    give_up_rooms(w, patient)


@jit
def discharge(w: World, patient: int) -> None:
    """A bed is free again."""
    write_person(w, K_DISCHARGED, patient)
    w.g[F.BEDS_FREE] += 1
    w.g[F.CHECK_BEDS] = 1
    wake(w)


@jit
def write_person(w: World, kind: int, person: int) -> None:
    """A row about one person at its site."""
    number = number_of(w, person)
    write(w, kind, 1, number, site_place(w, w.p[person, F.SITE]), number, 1, 0, 0)
