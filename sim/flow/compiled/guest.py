"""Compiled: a party at its site, and its rooms afterwards (see `reference.guest`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.cohorts import is_fresh, start_clock
from sim.flow.compiled.core import (
    drop_unplaced,
    free_task,
    join,
    lapse,
    new_task,
    remove,
    scan_again,
    service_seconds,
    site_place,
    wake,
    write,
    write_infected,
    write_party,
    write_place,
)
from sim.flow.compiled.events import event_key, schedule, schedule_in_lane
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.visits import catch_up, find_visit, number_of, person_of, remove_visit, round_of, waits
from sim.flow.compiled.world import NEVER, World
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment
from sim.flow.rules import CLOSED, INTAKE_ENDED, OPEN, PREPARING, SHUT

next_release = jit(rules.next_release)


@jit
def arrive(w: World, entity: int) -> None:
    """A party arrives at its site: its stay begins, unless it was moved here from a site that was lost."""
    _arrive_alone(w, entity)
    parties = w.parties
    rider = parties[entity, F.FIRST_RIDER]
    parties[entity, F.FIRST_RIDER] = -1
    while rider >= 0:
        following = parties[rider, F.NEXT_RIDER]
        parties[rider, F.NEXT_RIDER] = -1
        _arrive_alone(w, rider)
        rider = following


@jit
def _arrive_alone(w: World, entity: int) -> None:
    parties = w.parties
    if parties[entity, F.GONE] == 1:  # to hospital, from the road
        return
    site = parties[entity, F.SITE]
    moved = parties[entity, F.ARRIVED] != NEVER
    write_party(w, Kind.MOVED_IN if moved else Kind.ARRIVED, entity, site_place(w, site), 0)
    parties[entity, F.AT_SITE] = 1
    if not moved:
        parties[entity, F.ARRIVED] = w.flow[F.NOW]
        begin_stay(w, entity, w.flow[F.NOW])
    if w.sites[F.STATE, site] == CLOSED:
        move_out(w, entity)
        return
    add_guest(w, site, entity)
    start_clock(w, site, w.flow[F.NOW])
    if w.fixed[F.CHECKS_IN] == 1 and parties[entity, F.CHECKED_IN] == 0:
        factor = w.check_in_factors[person_of(w, entity)]
        seconds = service_seconds(
            w.durations[F.CHECK_IN_MEAN], w.durations[F.CHECK_IN_FURTHER], parties[entity, F.PEOPLE], factor
        )
        task = new_task(w, w.sites[F.SITE_POOL, site], Subject.TASK_CHECK_IN, entity, 1, seconds, Moment.CHECK_IN_ENDS)
        parties[entity, F.CHECK_IN_TASK] = task
        join(w, task)
    else:
        parties[entity, F.CHECKED_IN] = 1
        try_release(w, entity)


@jit
def begin_stay(w: World, entity: int, second: int) -> None:
    """The stay begins, or begins again; its end carries the number of the stay."""
    parties = w.parties
    number, stay = parties[entity, F.RESTARTS], w.fixed[F.STAY]
    place = site_place(w, parties[entity, F.SITE])
    if w.fixed[F.STAY_IS_DRAWN] == 1:
        stay = w.stay_seconds[number, person_of(w, entity)]
        write_party(w, Kind.STAY_PLANNED, entity, place, stay)
    parties[entity, F.STAY_BEGAN] = second
    parties[entity, F.STAY_ENDS] = second + stay
    parties[entity, F.STAY_OVER] = 0
    parties[entity, F.SWABBED] = parties[entity, F.SWAB_FROM] = 0
    key, ends = event_key(Moment.STAY_ENDS, place, entity, number), max(second + stay, w.flow[F.NOW] + 1)
    if w.fixed[F.STAY_IS_DRAWN] == 1:
        schedule(w, ends, key, 0)  # in no order that a lane could keep
    else:
        schedule_in_lane(w, F.STAY_LANE, ends, key, 0)


@jit
def stay_over(w: World, entity: int, number: int) -> None:
    """A stay ends, unless it was begun again or the party is gone."""
    parties = w.parties
    if number == parties[entity, F.RESTARTS] and parties[entity, F.PATIENT] == 0 and parties[entity, F.GONE] == 0:
        parties[entity, F.STAY_OVER] = 1
        try_release(w, entity)


@jit
def checked_in(w: World, entity: int, task: int) -> None:
    """Check-in has ended, unless the party moved meanwhile."""
    if w.parties[entity, F.CHECK_IN_TASK] == task:
        w.parties[entity, F.CHECK_IN_TASK] = -1
        w.parties[entity, F.CHECKED_IN] = 1
        try_release(w, entity)


@jit
def may_release(w: World, entity: int) -> bool:
    """The stay has ended, check-in is done, no due swab is untaken and no result is outstanding (if the scenario waits
    for them).
    """
    party = w.parties[entity]
    if party[F.MOVING] == 0 and (party[F.CHECKED_IN] == 0 or party[F.AT_SITE] == 0):
        return False
    if party[F.PATIENT] == 1 or party[F.GONE] == 1:
        return False
    if w.fixed[F.RELEASE_WAITS] == 1 and (party[F.SWAB_DUE] > 0 or party[F.AWAITED] > 0):
        return False
    return party[F.STAY_OVER] == 1 and party[F.RELEASED] == 0


@jit
def try_release(w: World, entity: int) -> None:
    """Release the party at the first second inside release hours at which it may go."""
    if not may_release(w, entity):
        return
    parties, now = w.parties, w.flow[F.NOW]
    known = max(now, parties[entity, F.RESULT_AT]) if w.fixed[F.RELEASE_WAITS] == 1 else now
    second = next_release(known, w.fixed[F.RELEASE_OPENS], w.fixed[F.RELEASE_CLOSES])
    if second > now:
        place = site_place(w, parties[entity, F.SITE])
        schedule(w, second, event_key(Moment.RELEASE_HOURS_OPEN, place, entity, parties[entity, F.RESTARTS]), 0)
    elif parties[entity, F.IN_READY] == 0:
        parties[entity, F.IN_READY] = 1
        w.lists[F.READY, w.flow[F.N_READY]] = entity
        w.flow[F.N_READY] += 1
        wake(w)


@jit
def release(w: World, entity: int) -> None:
    """Phase 2: the party may leave; check-out queues, or it leaves at once without one."""
    parties, now = w.parties, w.flow[F.NOW]
    parties[entity, F.RELEASED] = 1
    infectious = 0
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        row = w.cases[case]
        if row[F.CASE_DETECTED] == 0 and row[F.CASE_FROM_SECOND] <= now <= row[F.CASE_UNTIL]:
            infectious += 1
    site = parties[entity, F.SITE]
    write_party(w, Kind.RELEASED, entity, site_place(w, site), infectious)
    write_infected(w, Kind.INFECTED_LEFT, entity, site_place(w, site))
    if parties[entity, F.MOVING] == 1:
        drop_unplaced(w, entity)
    if parties[entity, F.MOVING] == 1 or w.fixed[F.CHECKS_OUT] == 0:
        leave(w, entity)
        return
    factor = w.release_factors[person_of(w, entity)]
    seconds = service_seconds(
        w.durations[F.RELEASE_MEAN], w.durations[F.RELEASE_FURTHER], parties[entity, F.PEOPLE], factor
    )
    join(w, new_task(w, w.sites[F.SITE_POOL, site], Subject.TASK_RELEASE, entity, 1, seconds, Moment.CHECK_OUT_ENDS))


@jit
def leave(w: World, entity: int) -> None:
    """A party leaves its site and gives up its rooms."""
    if w.parties[entity, F.GONE] == 1:
        return
    write_party(w, Kind.LEFT, entity, site_place(w, w.parties[entity, F.SITE]), 0)
    forget_guest(w, entity, Reason.ROOM_LEFT)
    give_up_rooms(w, entity)


@jit
def forget_guest(w: World, entity: int, reason: int) -> None:
    """A party or person is no more in the site: visits that have not begun are missed, tasks that wait lapse."""
    parties = w.parties
    miss_visits(w, entity, reason)
    lapse(w, parties[entity, F.CHECK_IN_TASK])
    parties[entity, F.CHECK_IN_TASK] = -1
    parties[entity, F.GONE] = 1
    w.where[entity] = F.ELSEWHERE
    if parties[entity, F.SITE] >= 0:
        drop_guest(w, parties[entity, F.SITE], entity)


@jit
def miss_visits(w: World, entity: int, reason: int) -> None:
    """Visits and swabs of a party that have not begun are missed."""
    if w.fixed[F.N_KINDS] == 0 or w.parties[entity, F.AT_SITE] == 0:
        return
    pool = w.sites[F.SITE_POOL, w.parties[entity, F.SITE]]
    catch_up(w, pool)
    if waits(w, pool):
        for kind in range(w.fixed[F.N_KINDS]):
            miss_visit(w, pool, entity, kind, reason)
    miss_swab(w, entity, reason)


@jit
def miss_visit(w: World, pool: int, entity: int, kind: int, reason: int) -> None:
    """A visit that has not begun, if there is one, is missed, and counted."""
    visit = find_visit(w, pool, entity, kind)
    if visit < 0:
        return
    number, people = number_of(w, entity), w.parties[entity, F.PEOPLE]
    write(w, Kind.MISSED, Subject.TASK_VISIT, round_of(w, visit), pool, number, people, 0, reason)
    if w.pools[pool, F.POOL_CLOSED] == 0:
        remove_visit(w, pool, visit)


@jit
def miss_swab(w: World, entity: int, reason: int) -> None:
    """The same for a swab."""
    task, tasks = w.parties[entity, F.SWAB_TASK], w.tasks
    if task < 0:
        return
    w.parties[entity, F.SWAB_TASK] = -1
    number, people = number_of(w, entity), w.parties[entity, F.PEOPLE]
    write(w, Kind.MISSED, tasks[task, F.SUBJECT], tasks[task, F.ROUND], tasks[task, F.POOL], number, people, 0, reason)
    if w.pools[tasks[task, F.POOL], F.POOL_CLOSED] == 0:
        remove(w, task)
        free_task(w, task)


@jit
def give_up_rooms(w: World, entity: int) -> None:
    """Rooms air and are cleaned, unless nobody came to use them; a member of the party who is isolated in its room
    keeps it.
    """
    parties = w.parties
    heir = parties[entity, F.FIRST_ISOLATED]
    if heir >= 0 and parties[entity, F.ROOMS] > 0:
        parties[heir, F.ROOMS] = parties[entity, F.ROOMS]
        parties[heir, F.FIRST_ISOLATED] = parties[heir, F.NEXT_ISOLATED]
        follower = parties[heir, F.NEXT_ISOLATED]
        while follower >= 0:
            parties[follower, F.HOST] = heir
            follower = parties[follower, F.NEXT_ISOLATED]
        parties[heir, F.HOST] = -1
        parties[entity, F.ROOMS] = 0
        parties[entity, F.FIRST_ISOLATED] = -1
        return
    rooms = parties[entity, F.ROOMS]
    if rooms == 0:
        return
    site = parties[entity, F.SITE]
    _write_rooms(w, Kind.ROOMS_LEFT, entity, rooms)
    w.sites[F.TAKEN, site] -= rooms
    if w.sites[F.TAKEN, site] == 0:
        if w.sites[F.STATE, site] != INTAKE_ENDED:
            is_fresh(w, site)
        w.flow[F.CHECK_CLOSING] = 1
        wake(w)
    if parties[entity, F.ARRIVED] == NEVER:
        free_rooms(w, entity, site, rooms)
    elif w.fixed[F.AIRING] > 0:
        key = event_key(Moment.AIRING_ENDS, site_place(w, site), entity, 0)
        schedule_in_lane(w, F.AIRING_LANE, w.flow[F.NOW] + w.fixed[F.AIRING], key, rooms)
    else:
        clean(w, entity, site, rooms)


@jit
def clean(w: World, entity: int, site: int, rooms: int) -> None:
    """Airing is over: one of the team cleans the rooms, unless the site has closed meanwhile."""
    if w.sites[F.STATE, site] == CLOSED:
        return
    _write_rooms(w, Kind.ROOMS_AIRED, entity, rooms)
    if w.fixed[F.CLEANING] > 0:
        seconds = w.fixed[F.CLEANING] * rooms
        task = new_task(w, w.sites[F.SITE_POOL, site], Subject.TASK_CLEANING, entity, 1, seconds, Moment.CLEANING_ENDS)
        w.tasks[task, F.AUX] = site * 2**32 + rooms
        join(w, task)
    else:
        free_rooms(w, entity, site, rooms)


@jit
def free_rooms(w: World, entity: int, site: int, rooms: int) -> None:
    """The rooms can be taken again."""
    sites, flow = w.sites, w.flow
    if sites[F.STATE, site] == CLOSED:
        return
    sites[F.FREE, site] += rooms
    if sites[F.STATE, site] == OPEN or sites[F.STATE, site] == PREPARING:
        flow[F.FREE_TOTAL] += rooms
    _write_rooms(w, Kind.ROOMS_FREE, entity, rooms)
    if sites[F.STATE, site] == INTAKE_ENDED and sites[F.FREE, site] == sites[F.SITE_ROOMS, site]:
        is_fresh(w, site)
        if sites[F.BARRED, site] > 0:
            sites[F.STATE, site] = SHUT
            write_place(w, Kind.SITE_SHUT, site_place(w, site), 0, sites[F.SITE_ROOMS, site], Reason.DISRUPTION)
        else:
            sites[F.STATE, site] = OPEN
            flow[F.FREE_TOTAL] += sites[F.FREE, site]
            write_place(w, Kind.INTAKE_BEGAN, site_place(w, site), 0, 0, 0)
    scan_again(w)


@jit_into
def _write_rooms(w: World, kind: int, entity: int, rooms: int) -> None:
    number = number_of(w, entity)
    write(w, kind, Subject.PARTY, number, site_place(w, w.parties[entity, F.SITE]), number, rooms, 0, 0)


@jit
def move_out(w: World, entity: int) -> None:
    """The party's site was lost: it waits there for a room in another; its stay goes on."""
    parties, flow = w.parties, w.flow
    write_party(w, Kind.MOVED_OUT, entity, site_place(w, parties[entity, F.SITE]), 0)
    if parties[entity, F.SWAB_TASK] >= 0:
        parties[entity, F.SWAB_MISSED], parties[entity, F.SWAB_FROM] = 1, 0
    miss_visits(w, entity, Reason.WAS_LOST)
    lapse(w, parties[entity, F.CHECK_IN_TASK])
    parties[entity, F.CHECK_IN_TASK] = -1
    parties[entity, F.CHECKED_IN] = 0
    parties[entity, F.AT_SITE] = 0
    drop_guest(w, parties[entity, F.SITE], entity)
    follower = parties[entity, F.FIRST_ISOLATED]  # they need rooms of their own
    parties[entity, F.FIRST_ISOLATED] = -1
    while follower >= 0:
        parties[follower, F.HOST] = -1
        follower = parties[follower, F.NEXT_ISOLATED]
    lose_rooms(w, entity)
    parties[entity, F.MOVING] = 1
    w.lists[F.UNPLACED, flow[F.N_UNPLACED]] = entity
    flow[F.N_UNPLACED] += 1
    scan_again(w)
    try_release(w, entity)


@jit
def lose_rooms(w: World, entity: int) -> None:
    """The rooms of a party are lost with their site."""
    parties = w.parties
    if parties[entity, F.ROOMS] > 0:
        _write_rooms(w, Kind.ROOMS_LEFT, entity, parties[entity, F.ROOMS])
        w.sites[F.TAKEN, parties[entity, F.SITE]] -= parties[entity, F.ROOMS]
        parties[entity, F.ROOMS] = 0


@jit
def add_guest(w: World, site: int, entity: int) -> None:
    """Guests are a list in order of entity, kept only where rounds need it."""
    if w.fixed[F.N_KINDS] == 0:
        return
    parties, sites = w.parties, w.sites
    before = sites[F.LAST_GUEST, site]
    after = -1
    while before > entity:
        after = before
        before = parties[before, F.PREVIOUS_GUEST]
    parties[entity, F.PREVIOUS_GUEST] = before
    parties[entity, F.NEXT_GUEST] = after
    if before >= 0:
        parties[before, F.NEXT_GUEST] = entity
    else:
        sites[F.FIRST_GUEST, site] = entity
    if after >= 0:
        parties[after, F.PREVIOUS_GUEST] = entity
    else:
        sites[F.LAST_GUEST, site] = entity


@jit
def drop_guest(w: World, site: int, entity: int) -> None:
    """Take a party off the list of guests, if it is on it."""
    parties, sites = w.parties, w.sites
    before, after = parties[entity, F.PREVIOUS_GUEST], parties[entity, F.NEXT_GUEST]
    if w.fixed[F.N_KINDS] == 0 or (before < 0 and after < 0 and sites[F.FIRST_GUEST, site] != entity):
        return
    if before >= 0:
        parties[before, F.NEXT_GUEST] = after
    else:
        sites[F.FIRST_GUEST, site] = after
    if after >= 0:
        parties[after, F.PREVIOUS_GUEST] = before
    else:
        sites[F.LAST_GUEST, site] = before
    parties[entity, F.PREVIOUS_GUEST] = parties[entity, F.NEXT_GUEST] = -1
