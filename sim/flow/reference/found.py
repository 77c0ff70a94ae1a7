"""Who is found infected, by screening at the port, symptoms or a test, and the way to hospital from where they are."""

from __future__ import annotations

from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import (
    Timed,
    dissolve,
    is_at_point,
    lapse,
    now,
    scan_again,
    site_place,
    wake,
    whereabouts,
    write,
    write_infected,
)
from sim.flow.reference.guest import begin_stay, forget_guest, give_up_rooms
from sim.flow.reference.state import NEVER, Flow, Party


def screen(flow: Flow, party: Party) -> None:
    """A party that was handed over is screened: whose symptoms are seen is found at once, the others are tested."""
    tables, health = flow.tables.health, flow.sample.health
    detect(flow, party, [case for case in party.infected if health.seen[case]], Reason.SEEN_ON_ARRIVAL)
    if tables.arrival_test and tables.screens[party.port]:
        await_arrival_test(flow, party, now(flow) + tables.arrival_test)


def await_arrival_test(flow: Flow, party: Party, second: int) -> None:
    """The result of a party's test on arrival is known at a second; what it will find is known now."""
    party.result_at = second
    if second > now(flow) and any(flow.sample.health.positive[case] for case in party.infected):
        key = order_key(Moment.RESULT_ARRIVES, party.port, party.entity)
        Timed(flow.env, second, key, lambda _: _arrival_result(flow, party))


def _arrival_result(flow: Flow, party: Party) -> None:
    """Of a party that was sent on, or left without a room, nobody here will know."""
    if party.gone and party.arrived == NEVER:
        return
    found = [case for case in party.infected if flow.sample.health.positive[case]]
    detect(flow, party, found, Reason.BY_ARRIVAL_TEST)


def detect(flow: Flow, party: Party, found: list[int], reason: Reason) -> None:
    """People are found infected and go to hospital; the others of the party restart their stay, if it has begun, at
    most twice.
    """
    for case in found:
        _detect_one(flow, party, case, reason)
    if not found or party.arrived == NEVER or party.patient or party.released or party.gone or party.restarts == 2:
        return
    party.restarts += 1
    place = site_place(flow, party.site)
    write(flow, Kind.RESTARTED, Subject.PARTY, party.number, place, party.number, party.people, party.restarts)
    begin_stay(flow, party, now(flow))


def _detect_one(flow: Flow, party: Party, case: int, reason: Reason) -> None:
    party.infected.remove(case)
    row = int(flow.sample.health.row[case])
    number, place = flow.numbers[row] + 1, whereabouts(flow, party)
    after = party.released or party.gone
    kind = Kind.DETECTED_AFTER_RELEASE if after else Kind.DETECTED
    since = -1 if party.arrived == NEVER else now(flow) - party.arrived
    write(flow, kind, Subject.PARTY, number, place, party.number, 1, since, reason)
    if after:
        return
    at_point = is_at_point(party)
    patient = party if party.people == 1 else _leave_party(flow, party, row, number)
    patient.patient, patient.case = True, case
    if at_point:
        _step_out(flow, party, patient)
    flow.patients.append((now(flow), patient.entity, patient))
    flow.check_beds = True
    wake(flow)


def _leave_party(flow: Flow, party: Party, row: int, number: int) -> Party:
    """The detected person is a party of its own; it has its room, or shares that of the others while it waits. On the
    way to another site it goes on with the others, or waits for a room of its own.
    """
    patient = Party(row, row * 2 + 1, number, 1, party.port, party.diverted, site=party.site, arrived=party.arrived)
    patient.at_site, patient.host = party.at_site, party
    patient.checked_in = party.arrived != NEVER and not party.moving
    party.people -= 1
    place = whereabouts(flow, party)
    write(flow, Kind.PARTY_SPLIT, Subject.PARTY, number, place, party.number, 1, 0, Reason.DETECTED)
    if flow.tables.sites.room_per_person and party.rooms:
        party.rooms -= 1
        patient.rooms = 1
    elif party.moving:
        patient.moving = True
        flow.unplaced.append(patient)
        scan_again(flow)
    elif not is_at_point(party):
        party.isolated.append(patient)
    flow.inside[patient.entity] = patient
    if party.at_site:
        flow.sites.guests[party.site][patient.entity] = patient
    elif not party.moving and not is_at_point(party):
        party.riders.append(patient)
    return patient


def _step_out(flow: Flow, party: Party, patient: Party) -> None:
    """A person who was found at the point, alone or out of a party, stays there for the ambulance: the seat and the
    room that were held are free again.
    """
    point, load = flow.points[party.port], party.load
    if load is not None:
        load.people -= 1
    if party is patient:
        point.without_room.pop(party.entity, None)
        if party in flow.unplaced:
            flow.unplaced.remove(party)
        lapse(party.registration)
        if load is not None:
            load.parties.remove(party)
            if not load.parties and not load.boarded:
                dissolve(flow, load)
    else:
        party.found_at_point.append(patient.row)
    give_up_rooms(flow, patient)
    patient.rooms, patient.site, patient.load = 0, -1, None
    flow.inside[patient.entity] = patient
    scan_again(flow)


def to_hospital(flow: Flow) -> bool:
    """Phase 2: the detected take beds in order of detection; without one they are isolated in the room."""
    if not flow.check_beds:
        return False
    flow.check_beds = False
    waiting, flow.patients = sorted(flow.patients, key=lambda entry: entry[:2]), []
    admitted = False
    for entry in waiting:
        patient = entry[2]
        if patient.gone:  # recovered in the room
            continue
        if flow.beds_free != 0:
            _admit(flow, patient)
            admitted = True
            continue
        flow.patients.append(entry)
        if not patient.waits_for_bed:
            _isolate(flow, patient, entry[0])
    return admitted


def _isolate(flow: Flow, patient: Party, detected: int) -> None:
    """No bed is free: the person stays in the room until one is, or until a hospital stay from detection on is over."""
    patient.waits_for_bed = True
    _write_person(flow, Kind.ISOLATED, patient)
    recovers = detected + int(flow.sample.health.hospital[patient.case])
    key = order_key(Moment.PERSON_RECOVERS, whereabouts(flow, patient), patient.entity)
    Timed(flow.env, max(recovers, now(flow) + 1), key, lambda _: _recover(flow, patient))


def _recover(flow: Flow, patient: Party) -> None:
    if not patient.gone:  # else: to hospital
        _write_person(flow, Kind.RECOVERED, patient)
        if patient.diverted:
            write_infected(flow, Kind.INFECTED_LEFT, patient, whereabouts(flow, patient), [patient.case])
        _leave_site(flow, patient)


def _admit(flow: Flow, patient: Party) -> None:
    """A person leaves for the hospital; a bed is taken until the discharge. `beds_free` below 0 is no limit."""
    _write_person(flow, Kind.TO_HOSPITAL, patient)
    _leave_site(flow, patient)
    if not flow.tables.health.count_beds:
        return
    flow.beds_free -= 1
    stay = flow.tables.health.ambulance + int(flow.sample.health.hospital[patient.case])
    key = order_key(Moment.BED_FREED, 0, patient.entity)
    Timed(flow.env, now(flow) + stay, key, lambda _: _discharge(flow, patient))


def _leave_site(flow: Flow, patient: Party) -> None:
    """A person who was detected leaves; its room, if no other person is isolated there, is given up."""
    if patient.host is not None and patient in patient.host.isolated:
        patient.host.isolated.remove(patient)
    if patient in flow.unplaced:
        flow.unplaced.remove(patient)
    forget_guest(flow, patient, Reason.ROOM_LEFT)
    give_up_rooms(flow, patient)


def _discharge(flow: Flow, patient: Party) -> None:
    _write_person(flow, Kind.DISCHARGED, patient)
    flow.beds_free += 1
    flow.check_beds = True
    wake(flow)


def _write_person(flow: Flow, kind: Kind, person: Party) -> None:
    write(flow, kind, Subject.PARTY, person.number, whereabouts(flow, person), person.number, 1)
