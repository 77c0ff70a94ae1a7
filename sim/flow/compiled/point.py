"""Compiled: hand-overs, registration and coach trips (see `reference.point`)."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.core import (
    begin_party,
    end_task,
    free_task,
    join,
    new_task,
    scan_again,
    service_seconds,
    site_place,
    take_from_open,
    touch,
    write,
    write_infected,
    write_party,
)
from sim.flow.compiled.events import event_key, fetch_hand_over, schedule
from sim.flow.compiled.found import screen
from sim.flow.compiled.guest import arrive
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.visits import number_of
from sim.flow.compiled.world import FAR, World
from sim.flow.log import Kind, Subject
from sim.flow.order import Moment


@jit_into
def hand_over(w: World) -> None:
    """Customs hands the next party over; registration queues."""
    at = w.flow[F.HAND_OVER_AT]
    row = w.hand_overs[at]
    fetch_hand_over(w, at)
    next_hand_over(w, at + 1)
    entity, point, parties = row[F.HO_ENTITY], row[F.HO_PORT], w.parties
    begin_party(w, entity, row[F.HO_PEOPLE])
    parties[entity, F.PORT], parties[entity, F.DIVERTED], parties[entity, F.ASSIGNED_TO] = (
        point,
        row[F.HO_DIVERTED],
        row[F.HO_ASSIGNED],
    )
    parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO] = row[F.HO_CASE_FROM], row[F.HO_CASE_TO]
    write_party(w, Kind.HANDED_OVER, entity, point, 0)
    if row[F.HO_DIVERTED] == 1:
        write_infected(w, Kind.INFECTED, entity, point)
    w.where[entity] = F.WITHOUT_ROOM
    if w.points[point, F.SCREENS] == 1:
        screen(w, entity)
        if parties[entity, F.PATIENT] == 1:
            return
    if w.fixed[F.REGISTERS] == 1:
        pool, seconds = w.points[point, F.POINT_POOL], row[F.HO_SECONDS]
        task = new_task(w, pool, Subject.TASK_REGISTRATION, entity, 1, seconds, Moment.REGISTRATION_ENDS)
        parties[entity, F.REGISTRATION_TASK] = task
        join(w, task)
    else:
        registered(w, entity)


@jit
def next_hand_over(w: World, at: int) -> None:
    """The next hand-over is in this row."""
    w.flow[F.HAND_OVER_AT] = at
    w.flow[F.FIRST_OF + F.HAND_OVERS] = w.hand_overs[at, F.HO_SECOND] if at < w.fixed[F.N_HAND_OVERS] else FAR


@jit_into
def registered(w: World, entity: int) -> None:
    """A registered party goes to another authority or waits for a room."""
    parties, flow = w.parties, w.flow
    parties[entity, F.REGISTRATION_TASK] = -1
    if parties[entity, F.GONE] == 1 or parties[entity, F.PATIENT] == 1:
        return
    if parties[entity, F.DIVERTED] == 1:
        w.lists[F.UNPLACED, flow[F.N_UNPLACED]] = entity
        flow[F.N_UNPLACED] += 1
        scan_again(w)
    else:
        w.where[entity] = F.ELSEWHERE
        parties[entity, F.GONE] = 1
        write_party(w, Kind.NOT_DIVERTED, entity, parties[entity, F.PORT], 0)


@jit
def call_coach(w: World, load: int) -> None:
    """A due load asks for a coach and its escorts, both or neither."""
    pool = w.points[w.loads[load, F.LOAD_POINT], F.POINT_POOL]
    task = new_task(w, pool, Subject.TASK_ESCORT, load, w.fixed[F.ESCORTS], 0, Moment.COACH_RETURNS)
    w.loads[load, F.LOAD_TASK] = task
    join(w, task)


@jit
def board(w: World, task: int, load: int) -> None:
    """Boarding starts: the load takes no more parties, its coach and escorts are taken until they are back."""
    point, site = w.loads[load, F.LOAD_POINT], w.loads[load, F.LOAD_SITE]
    w.points[point, F.COACHES_FREE] -= 1
    w.loads[load, F.LOAD_BOARDED] = 1
    take_from_open(w, load)
    people = w.loads[load, F.LOAD_PEOPLE]
    count = service_seconds(w.durations[F.HEAD_COUNT], w.durations[F.HEAD_COUNT], people, 1.0)
    ride = w.ride[point, site]
    w.loads[load, F.LOAD_COUNT], w.loads[load, F.LOAD_RIDE] = count, ride
    w.tasks[task, F.SECONDS] = 2 * (count + ride)
    write(w, Kind.BOARDING, Subject.LOAD, number_of(w, load), point, -1, people, site_place(w, site), 0)
    schedule(w, w.flow[F.NOW] + count, event_key(Moment.BOARDING_ENDS, point, load, 0), 0)


@jit
def boarding_ends(w: World, load: int) -> None:
    """The coach departs."""
    parties = w.parties
    point, number, party = w.loads[load, F.LOAD_POINT], number_of(w, load), w.loads[load, F.LOAD_FIRST]
    w.loads[load, F.LOAD_BOARDED] = 2
    while party >= 0:
        write_party(w, Kind.DEPARTED, party, point, number)
        party = parties[party, F.NEXT_IN_LOAD]
    place = site_place(w, w.loads[load, F.LOAD_SITE])
    schedule(w, w.flow[F.NOW] + w.loads[load, F.LOAD_RIDE], event_key(Moment.RIDE_ENDS, place, load, 0), 0)


@jit_into
def ride_ends(w: World, entity: int) -> None:
    """A coach, or a party that rides alone, arrives at its site."""
    parties = w.parties
    if parties[entity, F.ALONE] == 1:
        parties[entity, F.ALONE] = 0
        arrive(w, entity)
        return
    point = w.loads[entity, F.LOAD_POINT]
    place = site_place(w, w.loads[entity, F.LOAD_SITE])
    write(w, Kind.COACH_ARRIVED, Subject.LOAD, number_of(w, entity), place, -1, w.loads[entity, F.LOAD_PEOPLE], 0, 0)
    back = w.flow[F.NOW] + w.loads[entity, F.LOAD_COUNT] + w.loads[entity, F.LOAD_RIDE]
    schedule(w, back, event_key(Moment.COACH_RETURNS, point, entity, 0), 0)
    party = w.loads[entity, F.LOAD_FIRST]
    while party >= 0:
        arrive(w, party)
        party = parties[party, F.NEXT_IN_LOAD]


@jit
def coach_returns(w: World, load: int) -> None:
    """Coach and escorts are at the point again."""
    point, task = w.loads[load, F.LOAD_POINT], w.loads[load, F.LOAD_TASK]
    write(w, Kind.COACH_BACK, Subject.LOAD, number_of(w, load), point, -1, 0, 0, 0)
    end_task(w, task)
    free_task(w, task)
    if w.fixed[F.DISINFECTION] > 0:
        schedule(w, w.flow[F.NOW] + w.fixed[F.DISINFECTION], event_key(Moment.COACH_DISINFECTED, point, load, 0), 0)
    else:
        coach_ready(w, load)


@jit
def coach_ready(w: World, load: int) -> None:
    """The coach can be used again."""
    point = w.loads[load, F.LOAD_POINT]
    w.points[point, F.COACHES_FREE] += 1
    write(w, Kind.COACH_READY, Subject.LOAD, number_of(w, load), point, -1, 0, 0, 0)
    touch(w, w.points[point, F.POINT_POOL])
