"""Processes at a port's diversion point: opening hours, hand-overs, registration, coach trips."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import (
    Task,
    Timed,
    end_task,
    join,
    now,
    seconds_of,
    site_place,
    touch,
    wake,
    write,
    write_party,
    write_place,
)
from sim.flow.reference.site import stay
from sim.flow.reference.state import Flow, Load, Party, Point

Process = Generator[simpy.Event, Any, None]


def opening_hours(flow: Flow, point: Point) -> Process:
    """The port opens and closes; closing stops hand-overs only."""
    for opens, closes in flow.tables.port_hours[point.port]:
        yield Timed(flow.env, opens, order_key(Moment.PORT_OPENS, point.port))
        write_place(flow, Kind.PORT_OPENED, point.port)
        yield Timed(flow.env, closes, order_key(Moment.PORT_CLOSES, point.port))
        write_place(flow, Kind.PORT_CLOSED, point.port)


def hand_overs(flow: Flow, point: Point, parties: list[tuple[int, float, Party]]) -> Process:
    """Customs hands parties over. `parties`: (second, registration factor, party) in order of time."""
    for second, factor, party in parties:
        yield Timed(flow.env, second, order_key(Moment.HAND_OVER, point.port, party.entity))
        write_party(flow, Kind.HANDED_OVER, party, point.port)
        point.without_room[party.entity] = party
        flow.env.process(registration(flow, point, party, factor))


def registration(flow: Flow, point: Point, party: Party, factor: float) -> Process:
    """A party is registered; then it goes to another authority or waits for a room."""
    service = flow.tables.registration
    if service.exists:
        seconds = seconds_of(service, party, factor)
        task = Task(flow, point.pool, Subject.TASK_REGISTRATION, party, 1, seconds, Moment.REGISTRATION_ENDS)
        yield join(flow, task)
    if party.gone:
        return
    if party.diverted:
        flow.unplaced.append(party)
        flow.scan = True
        wake(flow)
    else:
        del point.without_room[party.entity]
        write_party(flow, Kind.NOT_DIVERTED, party, point.port)


def call_coach(flow: Flow, load: Load) -> None:
    """A due load asks for a coach and its escorts, both or neither."""
    point = load.point
    task = Task(
        flow, point.pool, Subject.TASK_ESCORT, load.parties[0], flow.tables.coaches.escorts, 0, Moment.HAND_OVER
    )
    task.load = load
    join(flow, task)


def board(flow: Flow, task: Task, load: Load) -> None:
    """Boarding starts: the load takes no more parties, its coach and escorts are taken until they are back."""
    point = load.point
    point.coaches_free -= 1
    if point.load is load:
        point.load = None
    count = rules.service_seconds(flow.tables.coaches.head_count, flow.tables.coaches.head_count, load.people, 1.0)
    ride = int(flow.tables.sites.ride[point.port, load.site])
    task.seconds = 2 * (count + ride)
    number = load.parties[0].number
    write(flow, Kind.BOARDING, Subject.LOAD, number, point.port, -1, load.people, load.site)
    flow.env.process(trip(flow, load, task, count, ride))


def trip(flow: Flow, load: Load, task: Task, count: int, ride: int) -> Process:
    """Heads counted at boarding, ride, arrival, heads counted again, ride back, disinfection."""
    point, entity, number = load.point, load.parties[0].entity, load.parties[0].number
    site = site_place(flow, load.site)
    start = now(flow)
    yield Timed(flow.env, start + count, order_key(Moment.BOARDING_ENDS, point.port, entity))
    for party in load.parties:
        write_party(flow, Kind.DEPARTED, party, point.port, number)
    yield Timed(flow.env, start + count + ride, order_key(Moment.RIDE_ENDS, site, entity))
    write(flow, Kind.COACH_ARRIVED, Subject.LOAD, number, site, -1, load.people)
    for party in load.parties:
        flow.env.process(stay(flow, party))
    yield Timed(flow.env, start + task.seconds, order_key(Moment.COACH_RETURNS, point.port, entity))
    write(flow, Kind.COACH_BACK, Subject.LOAD, number, point.port, -1, 0)
    end_task(task)
    if flow.tables.coaches.disinfection:
        ready = start + task.seconds + flow.tables.coaches.disinfection
        yield Timed(flow.env, ready, order_key(Moment.COACH_DISINFECTED, point.port, entity))
    point.coaches_free += 1
    write(flow, Kind.COACH_READY, Subject.LOAD, number, point.port, -1, 0)
    touch(flow, point.pool)


def ride_alone(flow: Flow, party: Party) -> Process:
    """Without coaches a party rides by itself, at once."""
    ride = int(flow.tables.sites.ride[party.port, party.site])
    yield Timed(flow.env, now(flow) + ride, order_key(Moment.RIDE_ENDS, site_place(flow, party.site), party.entity))
    flow.env.process(stay(flow, party))


def make_due(flow: Flow, load: Load, reason: Reason) -> None:
    """The load asks for a coach in this second's decisions; it may stay open until boarding starts."""
    if load.due:
        return
    load.due = True
    write(flow, Kind.LOAD_DUE, Subject.LOAD, load.parties[0].number, load.point.port, -1, load.people, 0, reason)
    flow.due.append(load)
    wake(flow)


def close_load(flow: Flow, load: Load, reason: Reason) -> None:
    """The load takes no more parties and is due at once."""
    load.point.load = None
    make_due(flow, load, reason)
