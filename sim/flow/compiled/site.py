"""Compiled: sites as a whole, and disruptions (see `reference.site`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.core import (
    close_loads_for,
    dissolve,
    scan_again,
    site_place,
    touch,
    wake,
    write,
    write_infected,
    write_party,
    write_place,
)
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.guest import leave, lose_rooms, move_out
from sim.flow.compiled.jit import jit
from sim.flow.compiled.staff import add_staff, end_shift, start_roster
from sim.flow.compiled.visits import catch_up
from sim.flow.compiled.world import World
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment
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
    sites, now = w.sites, w.flow[F.NOW]
    if now >= w.fixed[F.WINDOW_END] or (sites[F.STATE, site] != UNUSED and sites[F.STATE, site] != PREPARING):
        return
    by_date = sites[F.STATE, site] == UNUSED
    if by_date:
        w.flow[F.FREE_TOTAL] += sites[F.FREE, site]
    sites[F.STATE, site] = OPEN
    sites[F.OPENED, site] = now
    place = site_place(w, site)
    write_place(w, Kind.SITE_OPENED, place, 0, sites[F.SITE_ROOMS, site], Reason.BY_DATE if by_date else Reason.RESERVE)
    if sites[F.BARRED, site] > 0:
        _shut(w, site, STOPPED if is_shut_for_good(w.disruptions, site, now) else SHUT)
    scan_again(w)
    pool = sites[F.SITE_POOL, site]
    if w.pools[pool, F.STAFFED] == 1 and w.pools[pool, F.IS_UNLIMITED] == 0:
        start_roster(w, pool)


@jit
def prepare(w: World, site: int, reason: int) -> None:
    """Begin to prepare a candidate; its rooms count as free from now on."""
    sites, flow, place = w.sites, w.flow, site_place(w, site)
    sites[F.STATE, site] = PREPARING
    flow[F.FREE_TOTAL] += sites[F.FREE, site]
    write_place(w, Kind.SITE_PREPARING, place, 0, sites[F.SITE_ROOMS, site], reason)
    schedule(w, flow[F.NOW] + w.fixed[F.LEAD], event_key(Moment.SITE_OPENS, place, 0, 0), 0)


@jit
def _prepare_sites(w: World, number: int) -> None:
    """Begin the next candidates of the list on order; how many it lacks is logged."""
    for begun in range(number):
        site = site_to_prepare(w.sites[F.STATE], w.sites[F.ON_DEMAND], w.sites[F.BARRED])
        if site < 0:
            free = w.flow[F.FREE_TOTAL]
            write(w, Kind.SITES_EXHAUSTED, Subject.NONE, 0, -1, -1, number - begun, free, Reason.DISRUPTION)
            return
        prepare(w, site, Reason.DISRUPTION)


@jit
def close_site(w: World, site: int, reason: int) -> None:
    """A site is given back: its team goes home, tasks that wait there lapse."""
    sites, pools = w.sites, w.pools
    catch_up(w, sites[F.SITE_POOL, site])
    sites[F.STATE, site] = CLOSED
    write_place(w, Kind.SITE_CLOSED, site_place(w, site), 0, sites[F.SITE_ROOMS, site], reason)
    pool = sites[F.SITE_POOL, site]
    pools[pool, F.POOL_CLOSED] = 1
    for of_class in range(7):
        if F.HEADS + of_class != F.OF_VISITS:  # nobody begins them, but they are missed one by one
            pools[pool, F.HEADS + of_class] = pools[pool, F.TAILS + of_class] = -1
    pools[pool, F.N_QUEUED] = pools[pool, F.N_PLAIN] = 0
    if pools[pool, F.STAFFED] == 1 and pools[pool, F.ON_SHIFT] == 1:
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
        w.sites[F.BARRED, target] += 1
        if end < 0:
            _shut_for_good(w, target)
        elif w.sites[F.STATE, target] == OPEN:
            _shut(w, target, SHUT)
    elif code == SITES_PREPARED:
        _prepare_sites(w, amount)
    elif code == STAFF_ADDED:
        add_staff(w, target, amount)
    else:
        _change_coaches(w, code, target, amount)
    if end >= 0:
        place = disruption_place(w, index)
        schedule(w, end, event_key(Moment.DISRUPTION_ENDS, place, 0, index), 0)


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
    sites, flow = w.sites, w.flow
    sites[F.STATE, site] = state
    flow[F.FREE_TOTAL] -= sites[F.FREE, site]
    flow[F.CHECK_RESERVE] = 1
    flow[F.CHECK_CLOSING] = 1
    write_place(w, Kind.SITE_SHUT, site_place(w, site), 0, sites[F.SITE_ROOMS, site], Reason.DISRUPTION)
    close_loads_for(w, site, Reason.SITE_STOPPED)
    wake(w)


@jit
def _shut_for_good(w: World, site: int) -> None:
    """From now on a stopped site, which closes when no room is taken: also one that took nobody in already. One in
    preparation is given up.
    """
    sites, flow = w.sites, w.flow
    state = sites[F.STATE, site]
    if state == OPEN:
        _shut(w, site, STOPPED)
    elif state == SHUT or state == INTAKE_ENDED:
        sites[F.STATE, site] = STOPPED
        flow[F.CHECK_CLOSING] = 1
        if state == INTAKE_ENDED:
            write_place(w, Kind.SITE_SHUT, site_place(w, site), 0, sites[F.SITE_ROOMS, site], Reason.DISRUPTION)
        wake(w)
    elif state == PREPARING:
        flow[F.FREE_TOTAL] -= sites[F.FREE, site]
        flow[F.CHECK_RESERVE] = 1
        close_site(w, site, Reason.DISRUPTION)
        wake(w)


@jit
def _unbar(w: World, site: int) -> None:
    sites = w.sites
    sites[F.BARRED, site] -= 1
    if sites[F.BARRED, site] == 0 and sites[F.STATE, site] == SHUT:
        sites[F.STATE, site] = OPEN
        w.flow[F.FREE_TOTAL] += sites[F.FREE, site]
        write_place(w, Kind.SITE_READMITTED, site_place(w, site), 0, sites[F.SITE_ROOMS, site], Reason.DISRUPTION)
        scan_again(w)


@jit
def _change_coaches(w: World, code: int, port: int, amount: int) -> None:
    """Coaches go out of service, or come in addition (below 0: back, or away); those on the road finish their trip."""
    added = code == COACHES_ADDED
    w.points[port, F.COACHES_FREE] += amount if added else -amount
    write_place(w, Kind.COACHES_ADDED if added else Kind.COACHES_OUT, port, amount, 0, Reason.DISRUPTION)
    touch(w, w.points[port, F.POINT_POOL])


@jit
def _lose_site(w: World, site: int) -> None:
    """A site is lost for good: guests wait there for rooms elsewhere, loads that have not boarded are dissolved,
    people on the road find out on arrival.
    """
    sites, flow, parties = w.sites, w.flow, w.parties
    state = sites[F.STATE, site]
    sites[F.STATE, site] = CLOSED
    if state == CLOSED:
        return
    if state == OPEN or state == PREPARING:
        flow[F.FREE_TOTAL] -= sites[F.FREE, site]
    flow[F.CHECK_RESERVE] = 1
    write_place(w, Kind.SITE_LOST, site_place(w, site), 0, sites[F.SITE_ROOMS, site], Reason.DISRUPTION)
    if state != UNUSED:
        close_site(w, site, Reason.WAS_LOST)
    for entity in range(w.fixed[F.N_ENTITIES]):
        if w.where[entity] == F.INSIDE and parties[entity, F.SITE] == site:
            _lose_room(w, entity)
    wake(w)


@jit
def _lose_room(w: World, entity: int) -> None:
    parties = w.parties
    load = parties[entity, F.LOAD]
    if parties[entity, F.AT_SITE] == 1 and parties[entity, F.RELEASED] == 1:
        leave(w, entity)
    elif parties[entity, F.AT_SITE] == 1:
        move_out(w, entity)
    elif load >= 0 and w.loads[load, F.LOAD_BOARDED] == 0:
        dissolve(w, load)
        _wait_again(w, entity)
    else:
        lose_rooms(w, entity)


@jit
def _wait_again(w: World, entity: int) -> None:
    """A party at the point waits for a room again; after W it leaves without one."""
    parties, flow = w.parties, w.flow
    lose_rooms(w, entity)
    parties[entity, F.LOAD] = -1
    parties[entity, F.SITE] = -1
    w.where[entity] = F.ELSEWHERE
    if flow[F.NOW] > w.fixed[F.WINDOW_END]:
        parties[entity, F.GONE] = 1
        write_party(w, Kind.UNPLACED, entity, parties[entity, F.PORT], 0)
        write_infected(w, Kind.INFECTED_LEFT, entity, parties[entity, F.PORT])
        return
    w.where[entity] = F.WITHOUT_ROOM
    w.lists[F.UNPLACED, flow[F.N_UNPLACED]] = entity
    flow[F.N_UNPLACED] += 1
    scan_again(w)
