"""Placement: which waiting party joins which coach load, and how parties that do not fit are split."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import (
    Timed,
    close_load,
    make_due,
    now,
    open_key,
    scan_again,
    site_place,
    write,
    write_party,
)
from sim.flow.reference.found import await_arrival_test
from sim.flow.reference.point import ride_alone
from sim.flow.reference.state import NEVER, Flow, Load, Party, Point


def scan_unplaced(flow: Flow) -> bool:
    """Place every waiting party that fits, in order of waiting. Returns whether any was placed."""
    if not flow.scan:
        return False
    flow.scan = False
    flow.check_reserve = True  # who waits for a room asks for more of them
    waiting, flow.unplaced = flow.unplaced, []
    if flow.tables.sites.policy == rules.ASSIGNED:
        return _scan_assigned(flow, waiting)
    placed = False
    marked = 0  # the parties before this place in the list know that they were overtaken
    for i, party in enumerate(waiting):
        largest = rules.most_free(flow.sites.state, flow.sites.free)
        if largest == 0:
            flow.unplaced.extend(waiting[i:])
            break
        before = party.people
        whole = _place(flow, party, largest)
        if whole or party.people < before:
            placed = True
            for passed in flow.unplaced[marked:]:
                _overtake(flow, passed)
            marked = len(flow.unplaced)
        if not whole:
            flow.unplaced.append(party)
    return placed


def _scan_assigned(flow: Flow, waiting: list[Party]) -> bool:
    """Each party waits for its own site, first come first served per site; moved ones take the most free rooms."""
    sites, placed = flow.sites, False
    closed_to_others: set[int] = set()
    for party in waiting:
        site, need = _site_of(flow, party), rooms_needed(flow, party)
        if site in closed_to_others or site < 0:
            flow.unplaced.append(party)
            continue
        free = sites.free[site] if sites.state[site] == rules.OPEN else 0
        if need > sites.rooms[site] and flow.tables.sites.room_per_person and 0 < free < need:
            _take_load(flow, split(flow, party, free, Reason.TOO_LARGE_FOR_ANY_SITE), site)
            placed = True
        elif need <= free:
            _take_load(flow, party, site)
            placed = True
            continue
        closed_to_others.add(site)
        flow.unplaced.append(party)
    return placed


def _site_of(flow: Flow, party: Party) -> int:
    if party.arrived == NEVER:
        return party.assigned
    return _pick_site(flow, party, rules.SPREAD)


def _pick_site(flow: Flow, party: Party, policy: int) -> int:
    sites, ride = flow.sites, flow.tables.sites.ride[party.port]
    need = rooms_needed(flow, party)
    return rules.pick_site(policy, sites.state, sites.free, sites.begun, ride, sites.opened, need)


def _place(flow: Flow, party: Party, largest: int) -> bool:
    """Place a party whole, or as many of it as fit where the rules split it. Returns whether none of it is left."""
    need = rooms_needed(flow, party)
    while need > largest > 0 and _may_be_split(flow, party, need):
        too_large = need > max(flow.sites.rooms)
        reason = Reason.TOO_LARGE_FOR_ANY_SITE if too_large else Reason.OVERTAKEN_FOR_4_HOURS
        _take_load(flow, split(flow, party, largest, reason))
        need = rooms_needed(flow, party)
        largest = rules.most_free(flow.sites.state, flow.sites.free)
    if need > largest:
        return False
    _take_load(flow, party)
    return True


def rooms_needed(flow: Flow, party: Party) -> int:
    """Rooms of a party: one per person, or one per party (and one for each coach that a very large one fills)."""
    if flow.tables.sites.room_per_person:
        return party.people
    if party.arrived != NEVER:
        return 1
    seats = flow.tables.coaches.seats
    return -(-party.people // seats) if seats else 1


def rooms_asked_for(flow: Flow) -> int:
    """Rooms that waiting parties need, each at most those of the largest site; none where sites are assigned."""
    if flow.tables.sites.policy == rules.ASSIGNED or not flow.unplaced:
        return 0
    largest = max(flow.sites.rooms)
    return sum(min(rooms_needed(flow, party), largest) for party in flow.unplaced)


def _may_be_split(flow: Flow, party: Party, need: int) -> bool:
    """Only for want of rooms, one per person: larger than any site, or overtaken 4 hours ago; moved parties never."""
    if not flow.tables.sites.room_per_person or party.arrived != NEVER:
        return False
    overtaken = party.overtaken >= 0 and now(flow) >= party.overtaken + rules.OVERTAKEN_SECONDS
    return need > max(flow.sites.rooms) or overtaken


def _overtake(flow: Flow, party: Party) -> None:
    """A later party was placed before this one; in 4 hours it may be split."""
    if party.overtaken >= 0:
        return
    party.overtaken = now(flow)
    if rooms_needed(flow, party) > 1:
        key = order_key(Moment.OVERTAKEN_LONG_ENOUGH, party.port, party.entity)
        Timed(flow.env, now(flow) + rules.OVERTAKEN_SECONDS, key, lambda _: scan_again(flow))


def split(flow: Flow, party: Party, people: int, reason: Reason) -> Party:
    """The last `people` of a party become a party of their own; the rest keep number and place."""
    row = _first_of_last(party, people)
    piece = Party(row, row * 2, flow.numbers[row], people, party.port, assigned=party.assigned)
    party.people -= people
    piece.found_at_point = [found for found in party.found_at_point if found >= row]
    party.found_at_point = [found for found in party.found_at_point if found < row]
    cases = flow.sample.health.row
    piece.infected = [case for case in party.infected if cases[case] >= row]
    party.infected = [case for case in party.infected if cases[case] < row]
    write(flow, Kind.PARTY_SPLIT, Subject.PARTY, piece.number, party.port, party.number, people, 0, reason)
    await_arrival_test(flow, piece, party.result_at)
    return piece


def _first_of_last(party: Party, people: int) -> int:
    """Row of the first of the last people of a party; who was found at the point is in it no more."""
    row = party.row + party.people + len(party.found_at_point)
    while people > 0:
        row -= 1
        people -= row not in party.found_at_point
    return row


def _take_load(flow: Flow, party: Party, chosen: int = -1) -> None:
    """The party joins the point's open load, or a new one for the site that was chosen or the policy picks."""
    seats, need, sites = flow.tables.coaches.seats, rooms_needed(flow, party), flow.sites
    moved = party.arrived != NEVER
    point = flow.points[party.port]
    load = None if moved else point.loads.get(open_key(flow, chosen))
    if load is not None:
        if party.people <= seats - load.people and need <= sites.free[load.site]:
            _join_load(flow, load, party)
            return
        close_load(flow, load, Reason.NEXT_DOES_NOT_FIT)
    site = chosen if chosen >= 0 else _pick_site(flow, party, flow.tables.sites.policy)
    if moved or not seats:
        _take_rooms(flow, party, site, -1)
        if not moved:
            write_party(flow, Kind.DEPARTED, party, party.port, -1)
        flow.env.process(ride_alone(flow, party))
        return
    while party.people > seats:
        rest = split(flow, party, party.people - seats, Reason.TOO_LARGE_FOR_A_COACH)
        _open_load(flow, point, site, party)
        party = rest
    _open_load(flow, point, site, party)


def _open_load(flow: Flow, point: Point, site: int, party: Party) -> None:
    """A new load with its first party, whose wait is limited by the longest hold."""
    load = Load(point, site, party)
    point.loads[open_key(flow, site)] = load
    write(flow, Kind.LOAD_OPENED, Subject.LOAD, load.number, point.port, -1, 0, site_place(flow, site))
    key = order_key(Moment.HOLD_EXPIRES, point.port, party.entity)
    Timed(flow.env, now(flow) + flow.tables.coaches.hold, key, lambda _: make_due(flow, load, Reason.HOLD))
    _join_load(flow, load, party)


def _join_load(flow: Flow, load: Load, party: Party) -> None:
    load.parties.append(party)
    load.people += party.people
    party.load = load
    _take_rooms(flow, party, load.site, load.number)
    if load.people == flow.tables.coaches.seats:
        close_load(flow, load, Reason.FULL)


def _take_rooms(flow: Flow, party: Party, site: int, load: int) -> None:
    """Rooms are taken on joining a load."""
    party.site, party.moving = site, False
    party.rooms = party.people if flow.tables.sites.room_per_person else 1
    flow.sites.free[site] -= party.rooms
    flow.sites.taken[site] += party.rooms
    flow.sites.free_total -= party.rooms
    if flow.tables.sites.cohort and not flow.sites.begun[site]:
        flow.sites.begun[site] = 1
    flow.check_reserve = True
    flow.points[party.port].without_room.pop(party.entity, None)
    flow.inside[party.entity] = party
    write_party(flow, Kind.ROOM_TAKEN, party, site_place(flow, site), load)
