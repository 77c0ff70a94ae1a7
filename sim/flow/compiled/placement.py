"""Compiled: which waiting party joins which load, and splits (see `reference.placement`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_DEPARTED,
    K_LOAD_OPENED,
    K_PARTY_SPLIT,
    K_ROOM_TAKEN,
    M_HOLD_EXPIRES,
    M_OVERTAKEN_LONG_ENOUGH,
    M_RIDE_ENDS,
    R_FULL,
    R_NEXT_DOES_NOT_FIT,
    R_OVERTAKEN_FOR_4_HOURS,
    R_TOO_LARGE_FOR_A_COACH,
    R_TOO_LARGE_FOR_ANY_SITE,
)
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.loads import close_load, open_column
from sim.flow.compiled.party import begin_party
from sim.flow.compiled.queues import event_key, number_of, schedule, schedule_in_lane, site_place, write, write_party
from sim.flow.compiled.world import NEVER, World
from sim.flow.rules import ASSIGNED, OPEN, OVERTAKEN_SECONDS, SPREAD

pick_site = jit(rules.pick_site)
most_free = jit(rules.most_free)


@jit
def scan_unplaced(w: World) -> bool:
    """Place every waiting party that fits, in order of waiting. Returns whether any was placed."""
    g = w.g
    if g[F.SCAN] == 0:
        return False
    g[F.SCAN] = 0
    g[F.CHECK_RESERVE] = 1
    if w.c[F.POLICY] == ASSIGNED:
        return _scan_assigned(w)
    waiting = w.lists[F.UNPLACED]
    n, kept, marked, placed = g[F.N_UNPLACED], 0, 0, False
    for i in range(n):
        entity = waiting[i]
        largest = most_free(w.s[F.STATE], w.s[F.FREE])
        if largest == 0:
            for rest in range(i, n):
                waiting[kept] = waiting[rest]
                kept += 1
            break
        before = w.p[entity, F.PEOPLE]
        whole = _place(w, entity, largest)
        if whole or w.p[entity, F.PEOPLE] < before:
            placed = True
            for passed in range(marked, kept):
                _overtake(w, waiting[passed])
            marked = kept
        if not whole:
            waiting[kept] = entity
            kept += 1
    g[F.N_UNPLACED] = kept
    return placed


@jit_into
def _scan_assigned(w: World) -> bool:
    """Each party waits for its own site, first come first served per site; moved ones take the most free rooms."""
    g, s, waiting = w.g, w.s, w.lists[F.UNPLACED]
    g[F.N_SCANS] += 1
    n, kept, placed = g[F.N_UNPLACED], 0, False
    for i in range(n):
        entity = waiting[i]
        site, need = _site_of(w, entity), rooms_needed(w, entity)
        if site < 0 or s[F.PASSED_OVER, site] == g[F.N_SCANS]:
            waiting[kept] = entity
            kept += 1
            continue
        free = s[F.FREE, site] if s[F.STATE, site] == OPEN else 0
        if need > s[F.SITE_ROOMS, site] and w.c[F.PER_PERSON] == 1 and 0 < free < need:
            _take_load(w, split(w, entity, free, R_TOO_LARGE_FOR_ANY_SITE), site)
            placed = True
        elif need <= free:
            _take_load(w, entity, site)
            placed = True
            continue
        s[F.PASSED_OVER, site] = g[F.N_SCANS]  # who comes later waits too
        waiting[kept] = entity
        kept += 1
    g[F.N_UNPLACED] = kept
    return placed


@jit
def _site_of(w: World, entity: int) -> int:
    if w.p[entity, F.ARRIVED] == NEVER:
        return w.p[entity, F.ASSIGNED_TO]
    return _pick_site(w, entity, SPREAD)


@jit
def _pick_site(w: World, entity: int, policy: int) -> int:
    s, need = w.s, rooms_needed(w, entity)
    ride = w.ride[w.p[entity, F.PORT]]
    return pick_site(policy, s[F.STATE], s[F.FREE], s[F.BEGUN], ride, s[F.OPENED], need)


@jit
def _place(w: World, entity: int, largest: int) -> bool:
    """Place a party whole, or as many of it as fit where the rules split it. Returns whether none of it is left."""
    need = rooms_needed(w, entity)
    while need > largest > 0 and _may_be_split(w, entity, need):
        reason = R_TOO_LARGE_FOR_ANY_SITE if need > w.c[F.LARGEST_SITE] else R_OVERTAKEN_FOR_4_HOURS
        _take_load(w, split(w, entity, largest, reason), -1)
        need = rooms_needed(w, entity)
        largest = most_free(w.s[F.STATE], w.s[F.FREE])
    if need > largest:
        return False
    _take_load(w, entity, -1)
    return True


@jit
def rooms_needed(w: World, entity: int) -> int:
    """Rooms of a party: one per person, or one per party (and one for each coach that a very large one fills)."""
    people, seats = w.p[entity, F.PEOPLE], w.c[F.SEATS]
    if w.c[F.PER_PERSON] == 1:
        return people
    if w.p[entity, F.ARRIVED] != NEVER or seats == 0:
        return 1
    return -(-people // seats)


@jit
def rooms_asked_for(w: World) -> int:
    """Rooms that waiting parties need, each at most those of the largest site; none where sites are assigned."""
    rooms = 0
    if w.c[F.POLICY] != ASSIGNED:
        for i in range(w.g[F.N_UNPLACED]):
            rooms += min(rooms_needed(w, w.lists[F.UNPLACED, i]), w.c[F.LARGEST_SITE])
    return rooms


@jit
def _may_be_split(w: World, entity: int, need: int) -> bool:
    """Only for want of rooms, one per person: larger than any site, or overtaken 4 hours ago; moved parties never."""
    if w.c[F.PER_PERSON] == 0 or w.p[entity, F.ARRIVED] != NEVER:
        return False
    overtaken = w.p[entity, F.OVERTAKEN]
    return need > w.c[F.LARGEST_SITE] or (overtaken >= 0 and w.g[F.NOW] >= overtaken + OVERTAKEN_SECONDS)


@jit
def _overtake(w: World, entity: int) -> None:
    """A later party was placed before this one; in 4 hours it may be split."""
    if w.p[entity, F.OVERTAKEN] >= 0:
        return
    now = w.g[F.NOW]
    w.p[entity, F.OVERTAKEN] = now
    if rooms_needed(w, entity) > 1:
        key = event_key(M_OVERTAKEN_LONG_ENOUGH, w.p[entity, F.PORT], entity, 0)
        schedule(w, now + OVERTAKEN_SECONDS, key, 0)


@jit
def split(w: World, entity: int, people: int, reason: int) -> int:
    """The last `people` of a party become a party of their own; the rest keep number and place."""
    p = w.p
    row = (entity >> 1) + p[entity, F.PEOPLE] - people
    piece = row * 2
    begin_party(w, piece, people)
    p[piece, F.PORT] = p[entity, F.PORT]
    p[piece, F.ASSIGNED_TO] = p[entity, F.ASSIGNED_TO]
    p[entity, F.PEOPLE] -= people
    case = p[entity, F.CASE_FROM]
    while case < p[entity, F.CASE_TO] and w.cases[case, F.CASE_ROW] < row:
        case += 1
    p[piece, F.CASE_FROM], p[piece, F.CASE_TO] = case, p[entity, F.CASE_TO]
    p[entity, F.CASE_TO] = case
    number = number_of(w, entity)
    write(w, K_PARTY_SPLIT, 1, number_of(w, piece), p[entity, F.PORT], number, people, 0, reason)
    return piece


@jit
def _take_load(w: World, entity: int, chosen: int) -> None:
    """The party joins the point's open load, or a new one for the site that was chosen or the policy picks."""
    p, s, c = w.p, w.s, w.c
    seats, need, point = c[F.SEATS], rooms_needed(w, entity), p[entity, F.PORT]
    moved = p[entity, F.ARRIVED] != NEVER
    load = -1 if moved else w.open_loads[point, open_column(w, chosen)]
    if load >= 0:
        if p[entity, F.PEOPLE] <= seats - p[load, F.LOAD_PEOPLE] and need <= s[F.FREE, p[load, F.LOAD_SITE]]:
            _join_load(w, load, entity)
            return
        close_load(w, load, R_NEXT_DOES_NOT_FIT)
    site = chosen if chosen >= 0 else _pick_site(w, entity, c[F.POLICY])
    if moved or seats == 0:
        _take_rooms(w, entity, site, -1)
        if not moved:
            write_party(w, K_DEPARTED, entity, point, -1)
        p[entity, F.ALONE] = 1
        schedule(w, w.g[F.NOW] + w.ride[point, site], event_key(M_RIDE_ENDS, site_place(w, site), entity, 0), 0)
        return
    while p[entity, F.PEOPLE] > seats:
        rest = split(w, entity, p[entity, F.PEOPLE] - seats, R_TOO_LARGE_FOR_A_COACH)
        _open_load(w, point, site, entity)
        entity = rest
    _open_load(w, point, site, entity)


@jit
def _open_load(w: World, point: int, site: int, entity: int) -> None:
    """A new load with its first party, whose wait is limited by the longest hold."""
    p = w.p
    p[entity, F.LOAD_POINT], p[entity, F.LOAD_SITE] = point, site
    p[entity, F.LOAD_PEOPLE], p[entity, F.LOAD_LAST] = 0, -1
    p[entity, F.LOAD_IS_DUE] = p[entity, F.LOAD_BOARDED] = p[entity, F.LOAD_DISSOLVED] = 0
    p[entity, F.LOAD_TASK] = -1
    w.open_loads[point, open_column(w, site)] = entity
    write(w, K_LOAD_OPENED, 2, number_of(w, entity), point, -1, 0, site_place(w, site), 0)
    p[entity, F.LOAD_OPEN] += 1
    key = event_key(M_HOLD_EXPIRES, point, entity, 0)
    schedule_in_lane(w, F.HOLD_LANE, w.g[F.NOW] + w.c[F.HOLD], key, p[entity, F.LOAD_OPEN])
    _join_load(w, entity, entity)


@jit
def _join_load(w: World, load: int, entity: int) -> None:
    p = w.p
    if p[load, F.LOAD_LAST] >= 0:
        p[p[load, F.LOAD_LAST], F.NEXT_IN_LOAD] = entity
    p[load, F.LOAD_LAST] = entity
    p[entity, F.NEXT_IN_LOAD] = -1
    p[load, F.LOAD_PEOPLE] += p[entity, F.PEOPLE]
    p[entity, F.LOAD] = load
    _take_rooms(w, entity, p[load, F.LOAD_SITE], number_of(w, load))
    if p[load, F.LOAD_PEOPLE] == w.c[F.SEATS]:
        close_load(w, load, R_FULL)


@jit
def _take_rooms(w: World, entity: int, site: int, load_number: int) -> None:
    """Rooms are taken on joining a load."""
    p, s = w.p, w.s
    rooms = p[entity, F.PEOPLE] if w.c[F.PER_PERSON] == 1 else 1
    p[entity, F.SITE], p[entity, F.ROOMS], p[entity, F.MOVING] = site, rooms, 0
    s[F.FREE, site] -= rooms
    s[F.TAKEN, site] += rooms
    w.g[F.FREE_TOTAL] -= rooms
    if w.c[F.COHORT] > 0 and s[F.BEGUN, site] == 0:
        s[F.BEGUN, site] = 1
    w.g[F.CHECK_RESERVE] = 1
    w.where[entity] = F.INSIDE
    write_party(w, K_ROOM_TAKEN, entity, site_place(w, site), load_number)
