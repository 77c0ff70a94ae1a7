"""Placement: which waiting party joins which coach load, and how parties that do not fit are split."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import Timed, now, site_place, wake, write, write_party
from sim.flow.reference.point import close_load, make_due, ride_alone
from sim.flow.reference.state import Flow, Load, Party, Point

OVERTAKEN_SECONDS = 4 * 3600
"""A party that waits this long after a later one was placed before it is split."""


def scan_unplaced(flow: Flow) -> bool:
    """Place every waiting party that fits, in order of waiting. Returns whether any was placed."""
    if not flow.scan:
        return False
    flow.scan = False
    waiting, flow.unplaced = flow.unplaced, []
    marked = 0  # the parties before this place in the list know that they were overtaken
    placed = False
    for i, party in enumerate(waiting):
        largest = rules.most_free(flow.sites.state, flow.sites.free)
        if largest == 0:
            flow.unplaced.extend(waiting[i:])
            break
        before = party.people
        if not _place(flow, party, largest):
            flow.unplaced.append(party)
            if party.people == before:
                continue
        placed = True
        for passed in flow.unplaced[marked:]:
            if passed is not party:
                _overtake(flow, passed)
        marked = len(flow.unplaced)
    return placed


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
    """Rooms of a party: one per person, or one per party (and one for each coach that a very large one needs)."""
    if flow.tables.sites.room_per_person:
        return party.people
    seats = flow.tables.coaches.seats
    return -(-party.people // seats) if seats else 1


def _may_be_split(flow: Flow, party: Party, need: int) -> bool:
    """Only for want of rooms, one per person: larger than any site, or overtaken 4 hours ago."""
    if not flow.tables.sites.room_per_person:
        return False
    overtaken = party.overtaken >= 0 and now(flow) >= party.overtaken + OVERTAKEN_SECONDS
    return need > max(flow.sites.rooms) or overtaken


def _overtake(flow: Flow, party: Party) -> None:
    """A later party was placed before this one; in 4 hours it may be split."""
    if party.overtaken >= 0:
        return
    party.overtaken = now(flow)
    if rooms_needed(flow, party) > 1:
        key = order_key(Moment.OVERTAKEN_LONG_ENOUGH, party.port, party.entity)
        Timed(flow.env, now(flow) + OVERTAKEN_SECONDS, key, lambda _: _scan_again(flow))


def _scan_again(flow: Flow) -> None:
    flow.scan = True
    wake(flow)


def split(flow: Flow, party: Party, people: int, reason: Reason) -> Party:
    """The last `people` of a party become a party of their own; the rest keep number and place."""
    row = party.row + party.people - people
    piece = Party(row, flow.numbers[row], people, party.port, diverted=True)
    party.people -= people
    write(flow, Kind.PARTY_SPLIT, Subject.PARTY, piece.number, party.port, party.number, people, 0, reason)
    return piece


def _take_load(flow: Flow, party: Party) -> None:
    """The party joins the point's open load, or a new one for the site that the policy picks."""
    point, need = flow.points[party.port], rooms_needed(flow, party)
    load, seats = point.load, flow.tables.coaches.seats
    if seats and load is not None:
        if party.people <= seats - load.people and need <= flow.sites.free[load.site]:
            _join_load(flow, load, party)
            return
        close_load(flow, load, Reason.NEXT_DOES_NOT_FIT)
    sites, tables = flow.sites, flow.tables.sites
    site = rules.pick_site(tables.policy, sites.state, sites.free, tables.ride[party.port], sites.opened, need)
    if not seats:
        _take_rooms(flow, party, site, -1)
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
    load = point.load = Load(point, site)
    write(flow, Kind.LOAD_OPENED, Subject.LOAD, party.number, point.port, -1, 0, site_place(flow, site))
    key = order_key(Moment.HOLD_EXPIRES, point.port, party.entity)
    Timed(flow.env, now(flow) + flow.tables.coaches.hold, key, lambda _: make_due(flow, load, Reason.HOLD))
    _join_load(flow, load, party)


def _join_load(flow: Flow, load: Load, party: Party) -> None:
    load.parties.append(party)
    load.people += party.people
    _take_rooms(flow, party, load.site, load.parties[0].number)
    if load.people == flow.tables.coaches.seats:
        close_load(flow, load, Reason.FULL)


def _take_rooms(flow: Flow, party: Party, site: int, load: int) -> None:
    """Rooms are taken on joining a load."""
    party.site = site
    party.rooms = party.people if flow.tables.sites.room_per_person else 1
    flow.sites.free[site] -= party.rooms
    flow.sites.taken[site] += party.rooms
    flow.sites.free_total -= party.rooms
    flow.check_reserve = True
    flow.points[party.port].without_room.pop(party.entity, None)
    flow.inside[party.entity] = party
    write_party(flow, Kind.ROOM_TAKEN, party, site_place(flow, site), load)
