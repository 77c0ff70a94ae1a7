"""Compiled: a party at its site, and its rooms afterwards (see `reference.guest`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_ARRIVED,
    K_INTAKE_BEGAN,
    K_LEFT,
    K_MISSED,
    K_MOVED_IN,
    K_MOVED_OUT,
    K_RELEASED,
    K_ROOMS_AIRED,
    K_ROOMS_FREE,
    K_ROOMS_LEFT,
    K_SITE_SHUT,
    M_AIRING_ENDS,
    M_CHECK_IN_ENDS,
    M_CHECK_OUT_ENDS,
    M_CLEANING_ENDS,
    M_RELEASE_HOURS_OPEN,
    M_STAY_ENDS,
    R_DISRUPTION,
    R_ROOM_LEFT,
    R_WAS_LOST,
    S_TASK_CHECK_IN,
    S_TASK_CLEANING,
    S_TASK_RELEASE,
)
from sim.flow.compiled.cohort import is_fresh, start_clock
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.queues import (
    event_key,
    free_task,
    join,
    lapse,
    new_task,
    number_of,
    remove,
    scan_again,
    schedule,
    schedule_in_lane,
    service_seconds,
    site_place,
    wake,
    write,
    write_party,
    write_place,
)
from sim.flow.compiled.world import NEVER, World
from sim.flow.rules import CLOSED, INTAKE_ENDED, OPEN, PREPARING, SHUT

next_release = jit(rules.next_release)


@jit
def arrive(w: World, entity: int) -> None:
    """A party arrives at its site: its stay begins, unless it was moved here from a site that was lost."""
    _arrive_alone(w, entity)
    p = w.p
    rider = p[entity, F.FIRST_RIDER]
    p[entity, F.FIRST_RIDER] = -1
    while rider >= 0:
        following = p[rider, F.NEXT_RIDER]
        p[rider, F.NEXT_RIDER] = -1
        _arrive_alone(w, rider)
        rider = following


@jit
def _arrive_alone(w: World, entity: int) -> None:
    p = w.p
    if p[entity, F.GONE] == 1:  # to hospital, from the road
        return
    site = p[entity, F.SITE]
    moved = p[entity, F.ARRIVED] != NEVER
    write_party(w, K_MOVED_IN if moved else K_ARRIVED, entity, site_place(w, site), 0)
    p[entity, F.AT_SITE] = 1
    if not moved:
        p[entity, F.ARRIVED] = w.g[F.NOW]
        begin_stay(w, entity, w.g[F.NOW])
    if w.s[F.STATE, site] == CLOSED:
        move_out(w, entity)
        return
    add_guest(w, site, entity)
    start_clock(w, site, w.g[F.NOW])
    if w.c[F.CHECKS_IN] == 1 and p[entity, F.CHECKED_IN] == 0:
        factor = w.person_factors[entity >> 1, 0]
        seconds = service_seconds(w.f[F.CHECK_IN_MEAN], w.f[F.CHECK_IN_FURTHER], p[entity, F.PEOPLE], factor)
        task = new_task(w, w.s[F.SITE_POOL, site], S_TASK_CHECK_IN, entity, 1, seconds, M_CHECK_IN_ENDS)
        p[entity, F.CHECK_IN_TASK] = task
        join(w, task)
    else:
        p[entity, F.CHECKED_IN] = 1
        try_release(w, entity)


@jit
def begin_stay(w: World, entity: int, second: int) -> None:
    """The stay begins, or begins again; its end carries the number of the stay."""
    p = w.p
    p[entity, F.STAY_BEGAN] = second
    p[entity, F.STAY_ENDS] = second + w.c[F.STAY]
    p[entity, F.STAY_OVER] = 0
    p[entity, F.SWABBED] = 0
    number = p[entity, F.RESTARTS]
    key = event_key(M_STAY_ENDS, site_place(w, p[entity, F.SITE]), entity, number)
    schedule_in_lane(w, F.STAY_LANE, max(p[entity, F.STAY_ENDS], w.g[F.NOW] + 1), key, 0)


@jit
def stay_over(w: World, entity: int, number: int) -> None:
    """A stay ends, unless it was begun again or the party is gone."""
    p = w.p
    if number == p[entity, F.RESTARTS] and p[entity, F.PATIENT] == 0 and p[entity, F.GONE] == 0:
        p[entity, F.STAY_OVER] = 1
        try_release(w, entity)


@jit
def checked_in(w: World, entity: int, task: int) -> None:
    """Check-in has ended, unless the party moved meanwhile."""
    if w.p[entity, F.CHECK_IN_TASK] == task:
        w.p[entity, F.CHECK_IN_TASK] = -1
        w.p[entity, F.CHECKED_IN] = 1
        try_release(w, entity)


@jit
def may_release(w: World, entity: int) -> bool:
    """The stay has ended, check-in is done, no due swab is untaken and no result is outstanding (if the scenario waits
    for them).
    """
    party = w.p[entity]
    if party[F.MOVING] == 0 and (party[F.CHECKED_IN] == 0 or party[F.AT_SITE] == 0):
        return False
    if party[F.PATIENT] == 1 or party[F.GONE] == 1:
        return False
    if w.c[F.RELEASE_WAITS] == 1 and (party[F.SWAB_DUE] > 0 or party[F.AWAITED] > 0):
        return False
    return party[F.STAY_OVER] == 1 and party[F.RELEASED] == 0


@jit
def try_release(w: World, entity: int) -> None:
    """Release the party at the first second inside release hours at which it may go."""
    if not may_release(w, entity):
        return
    p, now = w.p, w.g[F.NOW]
    second = next_release(now, w.c[F.RELEASE_OPENS], w.c[F.RELEASE_CLOSES])
    if second > now:
        place = site_place(w, p[entity, F.SITE])
        schedule(w, second, event_key(M_RELEASE_HOURS_OPEN, place, entity, p[entity, F.RESTARTS]), 0)
    elif p[entity, F.IN_READY] == 0:
        p[entity, F.IN_READY] = 1
        w.lists[F.READY, w.g[F.N_READY]] = entity
        w.g[F.N_READY] += 1
        wake(w)


@jit
def release(w: World, entity: int) -> None:
    """Phase 2: the party may leave; check-out queues, or it leaves at once without one."""
    p, now = w.p, w.g[F.NOW]
    p[entity, F.RELEASED] = 1
    infectious = 0
    for case in range(p[entity, F.CASE_FROM], p[entity, F.CASE_TO]):
        row = w.cases[case]
        if row[F.CASE_DETECTED] == 0 and row[F.CASE_FROM_SECOND] <= now <= row[F.CASE_UNTIL]:
            infectious += 1
    site = p[entity, F.SITE]
    write_party(w, K_RELEASED, entity, site_place(w, site), infectious)
    if p[entity, F.MOVING] == 1:
        drop_unplaced(w, entity)
    if p[entity, F.MOVING] == 1 or w.c[F.CHECKS_OUT] == 0:
        leave(w, entity)
        return
    factor = w.person_factors[entity >> 1, 1]
    seconds = service_seconds(w.f[F.RELEASE_MEAN], w.f[F.RELEASE_FURTHER], p[entity, F.PEOPLE], factor)
    join(w, new_task(w, w.s[F.SITE_POOL, site], S_TASK_RELEASE, entity, 1, seconds, M_CHECK_OUT_ENDS))


@jit
def leave(w: World, entity: int) -> None:
    """A party leaves its site and gives up its rooms."""
    if w.p[entity, F.GONE] == 1:
        return
    write_party(w, K_LEFT, entity, site_place(w, w.p[entity, F.SITE]), 0)
    forget_guest(w, entity, R_ROOM_LEFT)
    give_up_rooms(w, entity)


@jit
def forget_guest(w: World, entity: int, reason: int) -> None:
    """A party or person is no more in the site: visits that have not begun are missed, tasks that wait lapse."""
    p = w.p
    miss_visits(w, entity, reason)
    lapse(w, p[entity, F.CHECK_IN_TASK])
    p[entity, F.CHECK_IN_TASK] = -1
    p[entity, F.GONE] = 1
    w.where[entity] = F.ELSEWHERE
    drop_guest(w, p[entity, F.SITE], entity)


@jit
def miss_visits(w: World, entity: int, reason: int) -> None:
    """Visits and swabs of a party that have not begun are missed."""
    if w.c[F.N_KINDS] == 0:
        return
    for kind in range(w.c[F.N_KINDS] + 1):
        if w.waiting[entity, kind] >= 0:
            write_missed(w, w.waiting[entity, kind], reason)
            w.waiting[entity, kind] = -1


@jit
def write_missed(w: World, task: int, reason: int) -> None:
    """A visit or swab that has not begun is missed, and counted."""
    t = w.t
    entity = t[task, F.ENTITY]
    number, people = number_of(w, entity), w.p[entity, F.PEOPLE]
    write(w, K_MISSED, t[task, F.SUBJECT], t[task, F.ROUND], t[task, F.POOL], number, people, 0, reason)
    if w.q[t[task, F.POOL], F.POOL_CLOSED] == 0:
        remove(w, task)
        free_task(w, task)


@jit
def give_up_rooms(w: World, entity: int) -> None:
    """Rooms air and are cleaned; a member of the party who is isolated in its room keeps it."""
    p = w.p
    heir = p[entity, F.FIRST_ISOLATED]
    if heir >= 0 and p[entity, F.ROOMS] > 0:
        p[heir, F.ROOMS] = p[entity, F.ROOMS]
        p[heir, F.FIRST_ISOLATED] = p[heir, F.NEXT_ISOLATED]
        follower = p[heir, F.NEXT_ISOLATED]
        while follower >= 0:
            p[follower, F.HOST] = heir
            follower = p[follower, F.NEXT_ISOLATED]
        p[heir, F.HOST] = -1
        p[entity, F.ROOMS] = 0
        p[entity, F.FIRST_ISOLATED] = -1
        return
    rooms = p[entity, F.ROOMS]
    if rooms == 0:
        return
    site = p[entity, F.SITE]
    _write_rooms(w, K_ROOMS_LEFT, entity, rooms)
    w.s[F.TAKEN, site] -= rooms
    if w.s[F.TAKEN, site] == 0:
        if w.s[F.STATE, site] != INTAKE_ENDED:
            is_fresh(w, site)
        w.g[F.CHECK_CLOSING] = 1
        wake(w)
    if w.c[F.AIRING] > 0:
        key = event_key(M_AIRING_ENDS, site_place(w, site), entity, 0)
        schedule_in_lane(w, F.AIRING_LANE, w.g[F.NOW] + w.c[F.AIRING], key, rooms)
    else:
        clean(w, entity, site, rooms)


@jit
def clean(w: World, entity: int, site: int, rooms: int) -> None:
    """Airing is over: one of the team cleans the rooms, unless the site has closed meanwhile."""
    if w.s[F.STATE, site] == CLOSED:
        return
    _write_rooms(w, K_ROOMS_AIRED, entity, rooms)
    if w.c[F.CLEANING] > 0:
        seconds = w.c[F.CLEANING] * rooms
        task = new_task(w, w.s[F.SITE_POOL, site], S_TASK_CLEANING, entity, 1, seconds, M_CLEANING_ENDS)
        w.t[task, F.AUX] = site * 2**32 + rooms
        join(w, task)
    else:
        free_rooms(w, entity, site, rooms)


@jit
def free_rooms(w: World, entity: int, site: int, rooms: int) -> None:
    """The rooms can be taken again."""
    s, g = w.s, w.g
    if s[F.STATE, site] == CLOSED:
        return
    s[F.FREE, site] += rooms
    if s[F.STATE, site] == OPEN or s[F.STATE, site] == PREPARING:
        g[F.FREE_TOTAL] += rooms
    _write_rooms(w, K_ROOMS_FREE, entity, rooms)
    if s[F.STATE, site] == INTAKE_ENDED and s[F.FREE, site] == s[F.SITE_ROOMS, site]:
        is_fresh(w, site)
        if s[F.BARRED, site] > 0:
            s[F.STATE, site] = SHUT
            write_place(w, K_SITE_SHUT, site_place(w, site), 0, s[F.SITE_ROOMS, site], R_DISRUPTION)
        else:
            s[F.STATE, site] = OPEN
            g[F.FREE_TOTAL] += s[F.FREE, site]
            write_place(w, K_INTAKE_BEGAN, site_place(w, site), 0, 0, 0)
    scan_again(w)


@jit_into
def _write_rooms(w: World, kind: int, entity: int, rooms: int) -> None:
    number = number_of(w, entity)
    write(w, kind, 1, number, site_place(w, w.p[entity, F.SITE]), number, rooms, 0, 0)


@jit
def move_out(w: World, entity: int) -> None:
    """The party's site was lost: it waits there for a room in another; its stay goes on."""
    p, g = w.p, w.g
    write_party(w, K_MOVED_OUT, entity, site_place(w, p[entity, F.SITE]), 0)
    if w.c[F.N_KINDS] > 0 and w.waiting[entity, w.c[F.N_KINDS]] >= 0:
        p[entity, F.SWAB_MISSED] = 1
    miss_visits(w, entity, R_WAS_LOST)
    lapse(w, p[entity, F.CHECK_IN_TASK])
    p[entity, F.CHECK_IN_TASK] = -1
    p[entity, F.CHECKED_IN] = 0
    p[entity, F.AT_SITE] = 0
    drop_guest(w, p[entity, F.SITE], entity)
    follower = p[entity, F.FIRST_ISOLATED]  # they need rooms of their own
    p[entity, F.FIRST_ISOLATED] = -1
    while follower >= 0:
        p[follower, F.HOST] = -1
        follower = p[follower, F.NEXT_ISOLATED]
    lose_rooms(w, entity)
    p[entity, F.MOVING] = 1
    w.lists[F.UNPLACED, g[F.N_UNPLACED]] = entity
    g[F.N_UNPLACED] += 1
    scan_again(w)
    try_release(w, entity)


@jit
def drop_unplaced(w: World, entity: int) -> None:
    """A party does not wait for a room any more."""
    waiting, n, kept = w.lists[F.UNPLACED], w.g[F.N_UNPLACED], 0
    for i in range(n):
        if waiting[i] != entity:
            waiting[kept] = waiting[i]
            kept += 1
    w.g[F.N_UNPLACED] = kept


@jit
def lose_rooms(w: World, entity: int) -> None:
    """The rooms of a party are lost with their site."""
    p = w.p
    if p[entity, F.ROOMS] > 0:
        _write_rooms(w, K_ROOMS_LEFT, entity, p[entity, F.ROOMS])
        w.s[F.TAKEN, p[entity, F.SITE]] -= p[entity, F.ROOMS]
        p[entity, F.ROOMS] = 0


@jit
def add_guest(w: World, site: int, entity: int) -> None:
    """Guests are a list in order of entity, kept only where rounds need it."""
    if w.c[F.N_KINDS] == 0:
        return
    p, s = w.p, w.s
    before = s[F.LAST_GUEST, site]
    after = -1
    while before > entity:
        after = before
        before = p[before, F.PREVIOUS_GUEST]
    p[entity, F.PREVIOUS_GUEST] = before
    p[entity, F.NEXT_GUEST] = after
    if before >= 0:
        p[before, F.NEXT_GUEST] = entity
    else:
        s[F.FIRST_GUEST, site] = entity
    if after >= 0:
        p[after, F.PREVIOUS_GUEST] = entity
    else:
        s[F.LAST_GUEST, site] = entity


@jit
def drop_guest(w: World, site: int, entity: int) -> None:
    """Take a party off the list of guests, if it is on it."""
    p, s = w.p, w.s
    before, after = p[entity, F.PREVIOUS_GUEST], p[entity, F.NEXT_GUEST]
    if w.c[F.N_KINDS] == 0 or (before < 0 and after < 0 and s[F.FIRST_GUEST, site] != entity):
        return
    if before >= 0:
        p[before, F.NEXT_GUEST] = after
    else:
        s[F.FIRST_GUEST, site] = after
    if after >= 0:
        p[after, F.PREVIOUS_GUEST] = before
    else:
        s[F.LAST_GUEST, site] = before
    p[entity, F.PREVIOUS_GUEST] = p[entity, F.NEXT_GUEST] = -1
