"""Processes at a port's diversion point: opening hours, hand-overs, registration, coach trips."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Subject
from sim.flow.order import Moment
from sim.flow.reference.core import (
    Process,
    at,
    end_task,
    join,
    now,
    scan_again,
    seconds_of,
    site_place,
    take_from_open,
    touch,
    write,
    write_infected,
    write_party,
    write_place,
)
from sim.flow.reference.found import screen
from sim.flow.reference.guest import arrive
from sim.flow.reference.state import Flow, Load, Party, Point, Task


def opening_hours(flow: Flow, point: Point) -> Process:
    """The port opens and closes; closing stops hand-overs only."""
    for opens, closes in flow.tables.port_hours[point.port]:
        yield at(flow, opens, Moment.PORT_OPENS, point.port)
        write_place(flow, Kind.PORT_OPENED, point.port)
        yield at(flow, closes, Moment.PORT_CLOSES, point.port)
        write_place(flow, Kind.PORT_CLOSED, point.port)


def hand_overs(flow: Flow, point: Point, parties: list[tuple[int, float, Party]]) -> Process:
    """Customs hands parties over. `parties`: (second, registration factor, party) in order of time."""
    for second, factor, party in parties:
        yield at(flow, second, Moment.HAND_OVER, point.port, party.entity)
        write_party(flow, Kind.HANDED_OVER, party, point.port)
        if party.diverted:
            write_infected(flow, Kind.INFECTED, party, point.port, party.infected)
        point.without_room[party.entity] = party
        seconds = seconds_of(flow.tables.registration, party, factor)
        screen(flow, party)
        if not party.patient:
            flow.env.process(registration(flow, point, party, seconds))


def registration(flow: Flow, point: Point, party: Party, seconds: int) -> Process:
    """A party is registered; then it goes to another authority or waits for a room. It takes as long as for all who
    were handed over, those whom the screening saw included.
    """
    if flow.tables.registration.exists:
        task = Task(flow, point.pool, Subject.TASK_REGISTRATION, party, 1, seconds, Moment.REGISTRATION_ENDS)
        party.registration = task
        yield join(flow, task)
        party.registration = None
    if party.gone or party.patient:
        return
    if party.diverted:
        flow.unplaced.append(party)
        scan_again(flow)
    else:
        del point.without_room[party.entity]
        party.gone = True
        write_party(flow, Kind.NOT_DIVERTED, party, point.port)


def call_coach(flow: Flow, load: Load) -> None:
    """A due load asks for a coach and its escorts, both or neither."""
    pool, escorts = load.point.pool, flow.tables.coaches.escorts
    task = Task(flow, pool, Subject.TASK_ESCORT, load.first, escorts, 0, Moment.COACH_RETURNS)
    task.load = load
    load.task = join(flow, task)


def board(flow: Flow, task: Task, load: Load) -> None:
    """Boarding starts: the load takes no more parties, its coach and escorts are taken until they are back."""
    point = load.point
    point.coaches_free -= 1
    load.boarded = True
    take_from_open(load)
    head_count = flow.tables.coaches.head_count
    count = rules.service_seconds(head_count, head_count, load.people, 1.0)
    ride = int(flow.tables.sites.ride[point.port, load.site])
    task.seconds = 2 * (count + ride)
    write(flow, Kind.BOARDING, Subject.LOAD, load.number, point.port, -1, load.people, site_place(flow, load.site))
    flow.env.process(trip(flow, load, task, count, ride))


def trip(flow: Flow, load: Load, task: Task, count: int, ride: int) -> Process:
    """Heads counted at boarding, ride, arrival, heads counted again, ride back, disinfection."""
    point, entity, site = load.point, load.entity, site_place(flow, load.site)
    start = now(flow)
    yield at(flow, start + count, Moment.BOARDING_ENDS, point.port, entity)
    load.departed = True
    for party in load.parties:
        write_party(flow, Kind.DEPARTED, party, point.port, load.number)
    yield at(flow, start + count + ride, Moment.RIDE_ENDS, site, entity)
    write(flow, Kind.COACH_ARRIVED, Subject.LOAD, load.number, site, -1, load.people)
    for party in load.parties:
        arrive(flow, party)
    back = start + task.seconds
    yield at(flow, back, Moment.COACH_RETURNS, point.port, entity)
    write(flow, Kind.COACH_BACK, Subject.LOAD, load.number, point.port, -1, 0)
    end_task(task)
    if flow.tables.coaches.disinfection:
        yield at(flow, back + flow.tables.coaches.disinfection, Moment.COACH_DISINFECTED, point.port, entity)
    point.coaches_free += 1
    write(flow, Kind.COACH_READY, Subject.LOAD, load.number, point.port, -1, 0)
    touch(flow, point.pool)


def ride_alone(flow: Flow, party: Party) -> Process:
    """Without coaches, or from a site that was lost, a party rides by itself, at once."""
    site = party.site
    ride = int(flow.tables.sites.ride[party.port, site])
    yield at(flow, now(flow) + ride, Moment.RIDE_ENDS, site_place(flow, site), party.entity)
    arrive(flow, party)
