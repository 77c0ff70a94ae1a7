"""Compiled: sites as a whole, and disruptions (see `reference.site`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_COACHES_ADDED,
    K_COACHES_OUT,
    K_LOAD_DISSOLVED,
    K_SITE_CLOSED,
    K_SITE_LOST,
    K_SITE_OPENED,
    K_SITE_PREPARING,
    K_SITE_READMITTED,
    K_SITE_SHUT,
    K_SITES_EXHAUSTED,
    K_UNPLACED,
    M_DISRUPTION_ENDS,
    M_SITE_OPENS,
    R_BY_DATE,
    R_DISRUPTION,
    R_RESERVE,
    R_SITE_STOPPED,
    R_WAS_LOST,
)
from sim.flow.compiled.guest import leave, lose_rooms, move_out
from sim.flow.compiled.jit import jit
from sim.flow.compiled.loads import close_loads_for, take_from_open
from sim.flow.compiled.queues import (
    event_key,
    lapse,
    number_of,
    scan_again,
    schedule,
    site_place,
    touch,
    wake,
    write,
    write_party,
    write_place,
)
from sim.flow.compiled.staff import add_staff, end_shift, start_roster
from sim.flow.compiled.world import World
from sim.flow.rules import (
    CLOSED,
    COACHES_ADDED,
    COACHES_OUT,
    INTAKE_ENDED,
    OPEN,
    PREPARING,
    SHUT,
    SITE_LOST,
    SITE_SHUT,
    SITES_PREPARED,
    STAFF_ADDED,
    STOPPED,
    UNUSED,
)

is_shut_for_good = jit(rules.is_shut_for_good)
site_to_prepare = jit(rules.site_to_prepare)


@jit
def site_opens(w: World, site: int) -> None:
    """A site opens, by date or after its preparation, unless it was lost meanwhile."""
    s, now = w.s, w.g[F.NOW]
    if now >= w.c[F.WINDOW_END] or (s[F.STATE, site] != UNUSED and s[F.STATE, site] != PREPARING):
        return
    by_date = s[F.STATE, site] == UNUSED
    if by_date:
        w.g[F.FREE_TOTAL] += s[F.FREE, site]
    s[F.STATE, site] = OPEN
    s[F.OPENED, site] = now
    place = site_place(w, site)
    write_place(w, K_SITE_OPENED, place, 0, s[F.SITE_ROOMS, site], R_BY_DATE if by_date else R_RESERVE)
    if s[F.BARRED, site] > 0:
        _shut(w, site, STOPPED if is_shut_for_good(w.disruptions, site, now) else SHUT)
    scan_again(w)
    pool = s[F.SITE_POOL, site]
    if w.q[pool, F.STAFFED] == 1 and w.q[pool, F.IS_UNLIMITED] == 0:
        start_roster(w, pool)


@jit
def prepare(w: World, site: int, reason: int) -> None:
    """Begin to prepare a candidate; its rooms count as free from now on."""
    s, g, place = w.s, w.g, site_place(w, site)
    s[F.STATE, site] = PREPARING
    g[F.FREE_TOTAL] += s[F.FREE, site]
    write_place(w, K_SITE_PREPARING, place, 0, s[F.SITE_ROOMS, site], reason)
    schedule(w, g[F.NOW] + w.c[F.LEAD], event_key(M_SITE_OPENS, place, 0, 0), 0)


@jit
def _prepare_sites(w: World, number: int) -> None:
    """Begin the next candidates of the list on order; how many it lacks is logged."""
    for begun in range(number):
        site = site_to_prepare(w.s[F.STATE], w.s[F.ON_DEMAND], w.s[F.BARRED])
        if site < 0:
            write(w, K_SITES_EXHAUSTED, 0, 0, -1, -1, number - begun, w.g[F.FREE_TOTAL], R_DISRUPTION)
            return
        prepare(w, site, R_DISRUPTION)


@jit
def close_site(w: World, site: int, reason: int) -> None:
    """A site is given back: its team goes home, tasks that wait there lapse."""
    s, q = w.s, w.q
    s[F.STATE, site] = CLOSED
    write_place(w, K_SITE_CLOSED, site_place(w, site), 0, s[F.SITE_ROOMS, site], reason)
    pool = s[F.SITE_POOL, site]
    q[pool, F.POOL_CLOSED] = 1
    for of_class in range(7):
        q[pool, F.HEADS + of_class] = q[pool, F.TAILS + of_class] = -1
    q[pool, F.N_QUEUED] = 0
    if q[pool, F.STAFFED] == 1 and q[pool, F.ON_SHIFT] == 1:
        end_shift(w, pool)


@jit
def disruption_begins(w: World, index: int) -> None:
    """A disruption of the scenario begins; its end is scheduled unless it is for good."""
    end, code, target, amount = (
        w.disruptions[index, 1], w.disruptions[index, 2], w.disruptions[index, 3], w.disruptions[index, 4],
    )  # fmt: skip
    if code == SITE_LOST:
        _lose_site(w, target)
    elif code == SITE_SHUT:
        w.s[F.BARRED, target] += 1
        if end < 0:
            _shut_for_good(w, target)
        elif w.s[F.STATE, target] == OPEN:
            _shut(w, target, SHUT)
    elif code == SITES_PREPARED:
        _prepare_sites(w, amount)
    elif code == STAFF_ADDED:
        add_staff(w, target, amount)
    else:
        _change_coaches(w, code, target, amount)
    if end >= 0:
        place = disruption_place(w, index)
        schedule(w, end, event_key(M_DISRUPTION_ENDS, place, 0, index), 0)


@jit
def disruption_place(w: World, index: int) -> int:
    """Place number that a disruption hits."""
    code, target = w.disruptions[index, 2], w.disruptions[index, 3]
    return site_place(w, target) if code == SITE_LOST or code == SITE_SHUT else target


@jit
def disruption_ends(w: World, index: int) -> None:
    """A disruption is over."""
    code, target, amount = w.disruptions[index, 2], w.disruptions[index, 3], w.disruptions[index, 4]
    if code == SITE_SHUT:
        _unbar(w, target)
    elif code == COACHES_OUT or code == COACHES_ADDED:
        _change_coaches(w, code, target, -amount)
    elif code == STAFF_ADDED:
        add_staff(w, target, -amount)


@jit
def _shut(w: World, site: int, state: int) -> None:
    """An open site takes nobody in: for a time, or (as a stopped one) until it is empty and closes."""
    s, g = w.s, w.g
    s[F.STATE, site] = state
    g[F.FREE_TOTAL] -= s[F.FREE, site]
    g[F.CHECK_RESERVE] = 1
    g[F.CHECK_CLOSING] = 1
    write_place(w, K_SITE_SHUT, site_place(w, site), 0, s[F.SITE_ROOMS, site], R_DISRUPTION)
    close_loads_for(w, site, R_SITE_STOPPED)
    wake(w)


@jit
def _shut_for_good(w: World, site: int) -> None:
    """From now on a stopped site, which closes when no room is taken: also one that took nobody in already. One in
    preparation is given up.
    """
    s, g = w.s, w.g
    state = s[F.STATE, site]
    if state == OPEN:
        _shut(w, site, STOPPED)
    elif state == SHUT or state == INTAKE_ENDED:
        s[F.STATE, site] = STOPPED
        g[F.CHECK_CLOSING] = 1
        if state == INTAKE_ENDED:
            write_place(w, K_SITE_SHUT, site_place(w, site), 0, s[F.SITE_ROOMS, site], R_DISRUPTION)
        wake(w)
    elif state == PREPARING:
        g[F.FREE_TOTAL] -= s[F.FREE, site]
        g[F.CHECK_RESERVE] = 1
        close_site(w, site, R_DISRUPTION)
        wake(w)


@jit
def _unbar(w: World, site: int) -> None:
    s = w.s
    s[F.BARRED, site] -= 1
    if s[F.BARRED, site] == 0 and s[F.STATE, site] == SHUT:
        s[F.STATE, site] = OPEN
        w.g[F.FREE_TOTAL] += s[F.FREE, site]
        write_place(w, K_SITE_READMITTED, site_place(w, site), 0, s[F.SITE_ROOMS, site], R_DISRUPTION)
        scan_again(w)


@jit
def _change_coaches(w: World, code: int, port: int, amount: int) -> None:
    """Coaches go out of service, or come in addition (below 0: back, or away); those on the road finish their trip."""
    added = code == COACHES_ADDED
    w.d[port, F.COACHES_FREE] += amount if added else -amount
    write_place(w, K_COACHES_ADDED if added else K_COACHES_OUT, port, amount, 0, R_DISRUPTION)
    touch(w, w.d[port, F.POINT_POOL])


@jit
def _lose_site(w: World, site: int) -> None:
    """A site is lost for good: guests wait there for rooms elsewhere, loads that have not boarded are dissolved,
    people on the road find out on arrival.
    """
    s, g, p = w.s, w.g, w.p
    state = s[F.STATE, site]
    s[F.STATE, site] = CLOSED
    if state == CLOSED:
        return
    if state == OPEN or state == PREPARING:
        g[F.FREE_TOTAL] -= s[F.FREE, site]
    g[F.CHECK_RESERVE] = 1
    write_place(w, K_SITE_LOST, site_place(w, site), 0, s[F.SITE_ROOMS, site], R_DISRUPTION)
    if state != UNUSED:
        close_site(w, site, R_WAS_LOST)
    for entity in range(w.c[F.N_ENTITIES]):
        if w.where[entity] == F.INSIDE and p[entity, F.SITE] == site:
            _lose_room(w, entity)
    wake(w)


@jit
def _lose_room(w: World, entity: int) -> None:
    p = w.p
    load = p[entity, F.LOAD]
    if p[entity, F.AT_SITE] == 1 and p[entity, F.RELEASED] == 1:
        leave(w, entity)
    elif p[entity, F.AT_SITE] == 1:
        move_out(w, entity)
    elif load >= 0 and p[load, F.LOAD_BOARDED] == 0:
        _dissolve(w, load)
        _wait_again(w, entity)
    else:
        lose_rooms(w, entity)


@jit
def _dissolve(w: World, load: int) -> None:
    """A load that has not boarded loses its site."""
    p, g = w.p, w.g
    if p[load, F.LOAD_DISSOLVED] == 1:
        return
    p[load, F.LOAD_DISSOLVED] = 1
    take_from_open(w, load)
    lapse(w, p[load, F.LOAD_TASK])
    due, kept = w.lists[F.DUE], 0
    for i in range(g[F.N_DUE]):
        if due[i] != load:
            due[kept] = due[i]
            kept += 1
    g[F.N_DUE] = kept
    point = p[load, F.LOAD_POINT]
    write(w, K_LOAD_DISSOLVED, 2, number_of(w, load), point, -1, p[load, F.LOAD_PEOPLE], 0, 0)


@jit
def _wait_again(w: World, entity: int) -> None:
    """A party at the point waits for a room again; after W it leaves without one."""
    p, g = w.p, w.g
    lose_rooms(w, entity)
    p[entity, F.LOAD] = -1
    p[entity, F.SITE] = -1
    w.where[entity] = F.ELSEWHERE
    if g[F.NOW] > w.c[F.WINDOW_END]:
        p[entity, F.GONE] = 1
        write_party(w, K_UNPLACED, entity, p[entity, F.PORT], 0)
        return
    w.where[entity] = F.WITHOUT_ROOM
    w.lists[F.UNPLACED, g[F.N_UNPLACED]] = entity
    g[F.N_UNPLACED] += 1
    scan_again(w)
