"""Compiled: hand-overs, registration and coach trips (see `reference.point`)."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.ahead import fetch_hand_over
from sim.flow.compiled.codes import (
    K_BOARDING,
    K_COACH_ARRIVED,
    K_COACH_BACK,
    K_COACH_READY,
    K_DEPARTED,
    K_HANDED_OVER,
    K_NOT_DIVERTED,
    M_BOARDING_ENDS,
    M_COACH_DISINFECTED,
    M_COACH_RETURNS,
    M_REGISTRATION_ENDS,
    M_RIDE_ENDS,
    S_TASK_ESCORT,
    S_TASK_REGISTRATION,
)
from sim.flow.compiled.guest import arrive
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.loads import take_from_open
from sim.flow.compiled.party import begin_party
from sim.flow.compiled.queues import (
    end_task,
    event_key,
    free_task,
    join,
    new_task,
    number_of,
    scan_again,
    schedule,
    service_seconds,
    site_place,
    touch,
    write,
    write_party,
)
from sim.flow.compiled.world import FAR, World


@jit_into
def hand_over(w: World) -> None:
    """Customs hands the next party over; registration queues."""
    at = w.g[F.HAND_OVER_AT]
    row = w.ho[at]
    fetch_hand_over(w, at)
    next_hand_over(w, at + 1)
    entity, point, p = row[F.HO_ENTITY], row[F.HO_PORT], w.p
    begin_party(w, entity, row[F.HO_PEOPLE])
    p[entity, F.PORT], p[entity, F.DIVERTED], p[entity, F.ASSIGNED_TO] = point, row[F.HO_DIVERTED], row[F.HO_ASSIGNED]
    p[entity, F.CASE_FROM], p[entity, F.CASE_TO] = row[F.HO_CASE_FROM], row[F.HO_CASE_TO]
    write_party(w, K_HANDED_OVER, entity, point, 0)
    w.where[entity] = F.WITHOUT_ROOM
    if w.c[F.REGISTERS] == 1:
        pool, seconds = w.d[point, F.POINT_POOL], row[F.HO_SECONDS]
        task = new_task(w, pool, S_TASK_REGISTRATION, entity, 1, seconds, M_REGISTRATION_ENDS)
        p[entity, F.REGISTRATION_TASK] = task
        join(w, task)
    else:
        registered(w, entity)


@jit
def next_hand_over(w: World, at: int) -> None:
    """The next hand-over is in this row."""
    w.g[F.HAND_OVER_AT] = at
    w.g[F.FIRST_OF + F.HAND_OVERS] = w.ho[at, F.HO_SECOND] if at < w.c[F.N_HAND_OVERS] else FAR


@jit_into
def registered(w: World, entity: int) -> None:
    """A registered party goes to another authority or waits for a room."""
    p, g = w.p, w.g
    p[entity, F.REGISTRATION_TASK] = -1
    if p[entity, F.GONE] == 1:
        return
    if p[entity, F.DIVERTED] == 1:
        w.lists[F.UNPLACED, g[F.N_UNPLACED]] = entity
        g[F.N_UNPLACED] += 1
        scan_again(w)
    else:
        w.where[entity] = F.ELSEWHERE
        write_party(w, K_NOT_DIVERTED, entity, p[entity, F.PORT], 0)


@jit
def call_coach(w: World, load: int) -> None:
    """A due load asks for a coach and its escorts, both or neither."""
    pool = w.d[w.p[load, F.LOAD_POINT], F.POINT_POOL]
    task = new_task(w, pool, S_TASK_ESCORT, load, w.c[F.ESCORTS], 0, M_COACH_RETURNS)
    w.p[load, F.LOAD_TASK] = task
    join(w, task)


@jit
def board(w: World, task: int, load: int) -> None:
    """Boarding starts: the load takes no more parties, its coach and escorts are taken until they are back."""
    p = w.p
    point, site = p[load, F.LOAD_POINT], p[load, F.LOAD_SITE]
    w.d[point, F.COACHES_FREE] -= 1
    p[load, F.LOAD_BOARDED] = 1
    take_from_open(w, load)
    count = service_seconds(w.f[F.HEAD_COUNT], w.f[F.HEAD_COUNT], p[load, F.LOAD_PEOPLE], 1.0)
    ride = w.ride[point, site]
    p[load, F.LOAD_COUNT], p[load, F.LOAD_RIDE] = count, ride
    w.t[task, F.SECONDS] = 2 * (count + ride)
    write(w, K_BOARDING, 2, number_of(w, load), point, -1, p[load, F.LOAD_PEOPLE], site_place(w, site), 0)
    schedule(w, w.g[F.NOW] + count, event_key(M_BOARDING_ENDS, point, load, 0), 0)


@jit
def boarding_ends(w: World, load: int) -> None:
    """The coach departs."""
    p = w.p
    point, number, party = p[load, F.LOAD_POINT], number_of(w, load), load
    while party >= 0:
        write_party(w, K_DEPARTED, party, point, number)
        party = p[party, F.NEXT_IN_LOAD]
    place = site_place(w, p[load, F.LOAD_SITE])
    schedule(w, w.g[F.NOW] + p[load, F.LOAD_RIDE], event_key(M_RIDE_ENDS, place, load, 0), 0)


@jit_into
def ride_ends(w: World, entity: int) -> None:
    """A coach, or a party that rides alone, arrives at its site."""
    p = w.p
    if p[entity, F.ALONE] == 1:
        p[entity, F.ALONE] = 0
        arrive(w, entity)
        return
    point = p[entity, F.LOAD_POINT]
    place = site_place(w, p[entity, F.LOAD_SITE])
    write(w, K_COACH_ARRIVED, 2, number_of(w, entity), place, -1, p[entity, F.LOAD_PEOPLE], 0, 0)
    back = w.g[F.NOW] + p[entity, F.LOAD_COUNT] + p[entity, F.LOAD_RIDE]
    schedule(w, back, event_key(M_COACH_RETURNS, point, entity, 0), 0)
    party = entity
    while party >= 0:
        arrive(w, party)
        party = p[party, F.NEXT_IN_LOAD]


@jit
def coach_returns(w: World, load: int) -> None:
    """Coach and escorts are at the point again."""
    p = w.p
    point, task = p[load, F.LOAD_POINT], p[load, F.LOAD_TASK]
    write(w, K_COACH_BACK, 2, number_of(w, load), point, -1, 0, 0, 0)
    end_task(w, task)
    free_task(w, task)
    if w.c[F.DISINFECTION] > 0:
        schedule(w, w.g[F.NOW] + w.c[F.DISINFECTION], event_key(M_COACH_DISINFECTED, point, load, 0), 0)
    else:
        coach_ready(w, load)


@jit
def coach_ready(w: World, load: int) -> None:
    """The coach can be used again."""
    point = w.p[load, F.LOAD_POINT]
    w.d[point, F.COACHES_FREE] += 1
    write(w, K_COACH_READY, 2, number_of(w, load), point, -1, 0, 0, 0)
    touch(w, w.d[point, F.POINT_POOL])
