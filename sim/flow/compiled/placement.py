"""Compiled: which waiting party joins which load, and splits (see `reference.placement`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.core import begin_party, close_load, open_column, site_place, write, write_party
from sim.flow.compiled.events import event_key, schedule, schedule_in_lane
from sim.flow.compiled.found import await_arrival_test
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.visits import number_of, person_of
from sim.flow.compiled.world import NEVER, World
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment
from sim.flow.rules import ASSIGNED, OPEN, OVERTAKEN_SECONDS, SPREAD

pick_site = jit(rules.pick_site)
most_free = jit(rules.most_free)


@jit
def scan_unplaced(w: World) -> bool:
    """Place every waiting party that fits, in order of waiting. Returns whether any was placed."""
    flow = w.flow
    if flow[F.SCAN] == 0:
        return False
    flow[F.SCAN] = 0
    flow[F.CHECK_RESERVE] = 1
    if w.fixed[F.POLICY] == ASSIGNED:
        return _scan_assigned(w)
    waiting = w.lists[F.UNPLACED]
    n, kept, marked, placed = flow[F.N_UNPLACED], 0, 0, False
    for i in range(n):
        entity = waiting[i]
        largest = most_free(w.sites[F.STATE], w.sites[F.FREE])
        if largest == 0:
            for rest in range(i, n):
                waiting[kept] = waiting[rest]
                kept += 1
            break
        before = w.parties[entity, F.PEOPLE]
        whole = _place(w, entity, largest)
        if whole or w.parties[entity, F.PEOPLE] < before:
            placed = True
            for passed in range(marked, kept):
                _overtake(w, waiting[passed])
            marked = kept
        if not whole:
            waiting[kept] = entity
            kept += 1
    flow[F.N_UNPLACED] = kept
    return placed


@jit_into
def _scan_assigned(w: World) -> bool:
    """Each party waits for its own site, first come first served per site; moved ones take the most free rooms."""
    flow, sites, waiting = w.flow, w.sites, w.lists[F.UNPLACED]
    flow[F.N_SCANS] += 1
    n, kept, placed = flow[F.N_UNPLACED], 0, False
    for i in range(n):
        entity = waiting[i]
        site, need = _site_of(w, entity), rooms_needed(w, entity)
        if site < 0 or sites[F.PASSED_OVER, site] == flow[F.N_SCANS]:
            waiting[kept] = entity
            kept += 1
            continue
        free = sites[F.FREE, site] if sites[F.STATE, site] == OPEN else 0
        if need > sites[F.SITE_ROOMS, site] and w.fixed[F.PER_PERSON] == 1 and 0 < free < need:
            _take_load(w, split(w, entity, free, Reason.TOO_LARGE_FOR_ANY_SITE), site)
            placed = True
        elif need <= free:
            _take_load(w, entity, site)
            placed = True
            continue
        sites[F.PASSED_OVER, site] = flow[F.N_SCANS]  # who comes later waits too
        waiting[kept] = entity
        kept += 1
    flow[F.N_UNPLACED] = kept
    return placed


@jit
def _site_of(w: World, entity: int) -> int:
    if w.parties[entity, F.ARRIVED] == NEVER:
        return w.parties[entity, F.ASSIGNED_TO]
    return _pick_site(w, entity, SPREAD)


@jit
def _pick_site(w: World, entity: int, policy: int) -> int:
    sites, need = w.sites, rooms_needed(w, entity)
    ride = w.ride[w.parties[entity, F.PORT]]
    return pick_site(policy, sites[F.STATE], sites[F.FREE], sites[F.BEGUN], ride, sites[F.OPENED], need)


@jit
def _place(w: World, entity: int, largest: int) -> bool:
    """Place a party whole, or as many of it as fit where the rules split it. Returns whether none of it is left."""
    need = rooms_needed(w, entity)
    while need > largest > 0 and _may_be_split(w, entity, need):
        reason = Reason.TOO_LARGE_FOR_ANY_SITE if need > w.fixed[F.LARGEST_SITE] else Reason.OVERTAKEN_FOR_4_HOURS
        _take_load(w, split(w, entity, largest, reason), -1)
        need = rooms_needed(w, entity)
        largest = most_free(w.sites[F.STATE], w.sites[F.FREE])
    if need > largest:
        return False
    _take_load(w, entity, -1)
    return True


@jit
def rooms_needed(w: World, entity: int) -> int:
    """Rooms of a party: one per person, or one per party (and one for each coach that a very large one fills)."""
    people, seats = w.parties[entity, F.PEOPLE], w.fixed[F.SEATS]
    if w.fixed[F.PER_PERSON] == 1:
        return people
    if w.parties[entity, F.ARRIVED] != NEVER or seats == 0:
        return 1
    return -(-people // seats)


@jit
def rooms_asked_for(w: World) -> int:
    """Rooms that waiting parties need, each at most those of the largest site; none where sites are assigned."""
    rooms = 0
    if w.fixed[F.POLICY] != ASSIGNED:
        for i in range(w.flow[F.N_UNPLACED]):
            rooms += min(rooms_needed(w, w.lists[F.UNPLACED, i]), w.fixed[F.LARGEST_SITE])
    return rooms


@jit
def _may_be_split(w: World, entity: int, need: int) -> bool:
    """Only for want of rooms, one per person: larger than any site, or overtaken 4 hours ago; moved parties never."""
    if w.fixed[F.PER_PERSON] == 0 or w.parties[entity, F.ARRIVED] != NEVER:
        return False
    overtaken = w.parties[entity, F.OVERTAKEN]
    return need > w.fixed[F.LARGEST_SITE] or (overtaken >= 0 and w.flow[F.NOW] >= overtaken + OVERTAKEN_SECONDS)


@jit
def _overtake(w: World, entity: int) -> None:
    """A later party was placed before this one; in 4 hours it may be split."""
    if w.parties[entity, F.OVERTAKEN] >= 0:
        return
    now = w.flow[F.NOW]
    w.parties[entity, F.OVERTAKEN] = now
    if rooms_needed(w, entity) > 1:
        key = event_key(Moment.OVERTAKEN_LONG_ENOUGH, w.parties[entity, F.PORT], entity, 0)
        schedule(w, now + OVERTAKEN_SECONDS, key, 0)


@jit
def split(w: World, entity: int, people: int, reason: int) -> int:
    """The last `people` of a party become a party of their own; the rest keep number and place."""
    parties = w.parties
    row = _first_of_last(w, entity, people)
    piece = row << w.fixed[F.ALONE_BITS]
    begin_party(w, piece, people)
    parties[piece, F.PORT] = parties[entity, F.PORT]
    parties[piece, F.ASSIGNED_TO] = parties[entity, F.ASSIGNED_TO]
    parties[entity, F.PEOPLE] -= people
    case = parties[entity, F.CASE_FROM]
    while case < parties[entity, F.CASE_TO] and w.cases[case, F.CASE_ROW] < row:
        case += 1
    parties[piece, F.CASE_FROM], parties[piece, F.CASE_TO] = case, parties[entity, F.CASE_TO]
    parties[entity, F.CASE_TO] = case
    number = number_of(w, entity)
    write(w, Kind.PARTY_SPLIT, Subject.PARTY, number_of(w, piece), parties[entity, F.PORT], number, people, 0, reason)
    await_arrival_test(w, piece, parties[entity, F.RESULT_AT])
    return piece


@jit
def _first_of_last(w: World, entity: int, people: int) -> int:
    """Row of the first of the last people of a party; who was found at the point is in it no more."""
    parties = w.parties
    first, case = parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]
    row = person_of(w, entity) + parties[entity, F.PEOPLE]
    for other in range(first, case):
        row += w.cases[other, F.CASE_DETECTED]
    while people > 0:
        row -= 1
        if case > first and w.cases[case - 1, F.CASE_ROW] == row:
            case -= 1
            people -= 1 - w.cases[case, F.CASE_DETECTED]
        else:
            people -= 1
    return row


@jit
def _take_load(w: World, entity: int, chosen: int) -> None:
    """The party joins the point's open load, or a new one for the site that was chosen or the policy picks."""
    parties, sites, fixed = w.parties, w.sites, w.fixed
    seats, need, point = fixed[F.SEATS], rooms_needed(w, entity), parties[entity, F.PORT]
    moved = parties[entity, F.ARRIVED] != NEVER
    load = -1 if moved else w.open_loads[point, open_column(w, chosen)]
    if load >= 0:
        if (
            parties[entity, F.PEOPLE] <= seats - w.loads[load, F.LOAD_PEOPLE]
            and need <= sites[F.FREE, w.loads[load, F.LOAD_SITE]]
        ):
            _join_load(w, load, entity)
            return
        close_load(w, load, Reason.NEXT_DOES_NOT_FIT)
    site = chosen if chosen >= 0 else _pick_site(w, entity, fixed[F.POLICY])
    if moved or seats == 0:
        _take_rooms(w, entity, site, -1)
        if not moved:
            write_party(w, Kind.DEPARTED, entity, point, -1)
        parties[entity, F.ALONE] = 1
        schedule(w, w.flow[F.NOW] + w.ride[point, site], event_key(Moment.RIDE_ENDS, site_place(w, site), entity, 0), 0)
        return
    while parties[entity, F.PEOPLE] > seats:
        rest = split(w, entity, parties[entity, F.PEOPLE] - seats, Reason.TOO_LARGE_FOR_A_COACH)
        _open_load(w, point, site, entity)
        entity = rest
    _open_load(w, point, site, entity)


@jit
def _open_load(w: World, point: int, site: int, entity: int) -> None:
    """A new load with its first party, whose wait is limited by the longest hold."""
    w.loads[entity, F.LOAD_POINT], w.loads[entity, F.LOAD_SITE] = point, site
    w.loads[entity, F.LOAD_PEOPLE], w.loads[entity, F.LOAD_FIRST], w.loads[entity, F.LOAD_LAST] = 0, entity, -1
    w.loads[entity, F.LOAD_IS_DUE] = w.loads[entity, F.LOAD_BOARDED] = w.loads[entity, F.LOAD_DISSOLVED] = 0
    w.loads[entity, F.LOAD_TASK] = -1
    w.open_loads[point, open_column(w, site)] = entity
    write(w, Kind.LOAD_OPENED, Subject.LOAD, number_of(w, entity), point, -1, 0, site_place(w, site), 0)
    w.loads[entity, F.LOAD_OPEN] += 1
    key = event_key(Moment.HOLD_EXPIRES, point, entity, 0)
    schedule_in_lane(w, F.HOLD_LANE, w.flow[F.NOW] + w.fixed[F.HOLD], key, w.loads[entity, F.LOAD_OPEN])
    _join_load(w, entity, entity)


@jit
def _join_load(w: World, load: int, entity: int) -> None:
    parties = w.parties
    if w.loads[load, F.LOAD_LAST] >= 0:
        parties[w.loads[load, F.LOAD_LAST], F.NEXT_IN_LOAD] = entity
    w.loads[load, F.LOAD_LAST] = entity
    parties[entity, F.NEXT_IN_LOAD] = -1
    w.loads[load, F.LOAD_PEOPLE] += parties[entity, F.PEOPLE]
    parties[entity, F.LOAD] = load
    _take_rooms(w, entity, w.loads[load, F.LOAD_SITE], number_of(w, load))
    if w.loads[load, F.LOAD_PEOPLE] == w.fixed[F.SEATS]:
        close_load(w, load, Reason.FULL)


@jit
def _take_rooms(w: World, entity: int, site: int, load_number: int) -> None:
    """Rooms are taken on joining a load."""
    parties, sites = w.parties, w.sites
    rooms = parties[entity, F.PEOPLE] if w.fixed[F.PER_PERSON] == 1 else 1
    parties[entity, F.SITE], parties[entity, F.ROOMS], parties[entity, F.MOVING] = site, rooms, 0
    sites[F.FREE, site] -= rooms
    sites[F.TAKEN, site] += rooms
    w.flow[F.FREE_TOTAL] -= rooms
    if w.fixed[F.COHORT] > 0 and sites[F.BEGUN, site] == 0:
        sites[F.BEGUN, site] = 1
    w.flow[F.CHECK_RESERVE] = 1
    w.where[entity] = F.INSIDE
    write_party(w, Kind.ROOM_TAKEN, entity, site_place(w, site), load_number)
