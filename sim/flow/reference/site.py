"""Processes of a site as a whole: opening, closing, and disruptions that hit it or the coaches."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment
from sim.flow.reference.core import (
    Process,
    at,
    close_loads_for,
    dissolve,
    now,
    scan_again,
    site_place,
    touch,
    wake,
    write,
    write_infected,
    write_party,
    write_place,
)
from sim.flow.reference.guest import leave, lose_rooms, move_out
from sim.flow.reference.staff import add_staff, end_shift, roster
from sim.flow.reference.state import Flow, Party


def opening(flow: Flow, site: int, second: int, reason: Reason) -> Process:
    """A site opens at a second, by date or after its preparation, unless it was lost meanwhile."""
    place = site_place(flow, site)
    yield at(flow, second, Moment.SITE_OPENS, place)
    sites = flow.sites
    if second >= flow.tables.window_end or sites.state[site] not in (rules.UNUSED, rules.PREPARING):
        return
    if sites.state[site] == rules.UNUSED:
        sites.free_total += sites.free[site]
    sites.state[site] = rules.OPEN
    sites.opened[site] = second
    write_place(flow, Kind.SITE_OPENED, place, 0, sites.rooms[site], reason)
    if sites.barred[site]:
        for_good = rules.is_shut_for_good(flow.tables.disruptions, site, second)
        _shut(flow, site, rules.STOPPED if for_good else rules.SHUT)
    pool = sites.pools[site]
    if pool.staffed and not flow.tables.unlimited[pool.place]:
        flow.env.process(roster(flow, pool))
    scan_again(flow)


def prepare(flow: Flow, site: int, reason: Reason) -> None:
    """Begin to prepare a candidate; its rooms count as free from now on."""
    sites = flow.sites
    sites.state[site] = rules.PREPARING
    sites.free_total += sites.free[site]
    write_place(flow, Kind.SITE_PREPARING, site_place(flow, site), 0, sites.rooms[site], reason)
    flow.env.process(opening(flow, site, now(flow) + flow.tables.sites.lead, Reason.RESERVE))


def _prepare_sites(flow: Flow, number: int) -> None:
    """Begin the next candidates of the list on order; how many it lacks is logged."""
    for begun in range(number):
        site = rules.site_to_prepare(flow.sites.state, flow.tables.sites.on_demand, flow.sites.barred)
        if site < 0:
            lacking = number - begun
            write(
                flow, Kind.SITES_EXHAUSTED, Subject.NONE, 0, -1, -1, lacking, flow.sites.free_total, Reason.DISRUPTION
            )
            return
        prepare(flow, site, Reason.DISRUPTION)


def close_site(flow: Flow, site: int, reason: Reason) -> None:
    """A site is given back: its team goes home, tasks that wait there lapse."""
    flow.sites.state[site] = rules.CLOSED
    write_place(flow, Kind.SITE_CLOSED, site_place(flow, site), 0, flow.sites.rooms[site], reason)
    pool = flow.sites.pools[site]
    pool.closed = True
    pool.queue.clear()
    if pool.staffed and pool.on_shift:
        end_shift(flow, pool)


def disruption(flow: Flow, index: int) -> Process:
    """A disruption of the scenario begins and, unless it is for good, ends."""
    begin, end, code, target, amount = flow.tables.disruptions[index]
    place = site_place(flow, target) if code in (rules.SITE_LOST, rules.SITE_SHUT) else target
    yield at(flow, begin, Moment.DISRUPTION_BEGINS, place, 0, index)
    if code == rules.SITE_LOST:
        _lose_site(flow, target)
    elif code == rules.SITE_SHUT:
        flow.sites.barred[target] += 1
        if end < 0:
            _shut_for_good(flow, target)
        elif flow.sites.state[target] == rules.OPEN:
            _shut(flow, target, rules.SHUT)
    elif code == rules.SITES_PREPARED:
        _prepare_sites(flow, amount)
    elif code == rules.STAFF_ADDED:
        add_staff(flow, target, amount)
    else:
        _change_coaches(flow, code, target, amount)
    if end < 0:
        return
    yield at(flow, end, Moment.DISRUPTION_ENDS, place, 0, index)
    if code == rules.SITE_SHUT:
        _unbar(flow, target)
    elif code in (rules.COACHES_OUT, rules.COACHES_ADDED):
        _change_coaches(flow, code, target, -amount)
    elif code == rules.STAFF_ADDED:
        add_staff(flow, target, -amount)


def _shut(flow: Flow, site: int, state: int) -> None:
    """An open site takes nobody in: for a time, or (as a stopped one) until it is empty and closes."""
    sites = flow.sites
    sites.state[site] = state
    sites.free_total -= sites.free[site]
    flow.check_reserve = flow.check_closing = True
    write_place(flow, Kind.SITE_SHUT, site_place(flow, site), 0, sites.rooms[site], Reason.DISRUPTION)
    close_loads_for(flow, site, Reason.SITE_STOPPED)
    wake(flow)


def _shut_for_good(flow: Flow, site: int) -> None:
    """From now on a stopped site, which closes when no room is taken: also one that took nobody in already. One in
    preparation is given up.
    """
    sites, state = flow.sites, flow.sites.state[site]
    if state == rules.OPEN:
        _shut(flow, site, rules.STOPPED)
    elif state in (rules.SHUT, rules.INTAKE_ENDED):
        sites.state[site] = rules.STOPPED
        flow.check_closing = True
        if state == rules.INTAKE_ENDED:
            write_place(flow, Kind.SITE_SHUT, site_place(flow, site), 0, sites.rooms[site], Reason.DISRUPTION)
        wake(flow)
    elif state == rules.PREPARING:
        sites.free_total -= sites.free[site]
        flow.check_reserve = True
        close_site(flow, site, Reason.DISRUPTION)
        wake(flow)


def _unbar(flow: Flow, site: int) -> None:
    sites = flow.sites
    sites.barred[site] -= 1
    if sites.barred[site] == 0 and sites.state[site] == rules.SHUT:
        sites.state[site] = rules.OPEN
        sites.free_total += sites.free[site]
        write_place(flow, Kind.SITE_READMITTED, site_place(flow, site), 0, sites.rooms[site], Reason.DISRUPTION)
        scan_again(flow)


def _change_coaches(flow: Flow, code: int, port: int, amount: int) -> None:
    """Coaches go out of service, or come in addition (below 0: back, or away); those on the road finish their trip."""
    point = flow.points[port]
    added = code == rules.COACHES_ADDED
    point.coaches_free += amount if added else -amount
    write_place(flow, Kind.COACHES_ADDED if added else Kind.COACHES_OUT, port, amount, 0, Reason.DISRUPTION)
    touch(flow, point.pool)


def _lose_site(flow: Flow, site: int) -> None:
    """A site is lost for good: guests wait there for rooms elsewhere, loads that have not boarded are dissolved,
    people on the road find out on arrival.
    """
    sites = flow.sites
    state, sites.state[site] = sites.state[site], rules.CLOSED
    if state == rules.CLOSED:
        return
    if state in (rules.OPEN, rules.PREPARING):
        sites.free_total -= sites.free[site]
    flow.check_reserve = True
    write_place(flow, Kind.SITE_LOST, site_place(flow, site), 0, sites.rooms[site], Reason.DISRUPTION)
    if state != rules.UNUSED:
        close_site(flow, site, Reason.WAS_LOST)
    for entity in sorted(entity for entity, party in flow.inside.items() if party.site == site):
        _lose_room(flow, flow.inside[entity])
    wake(flow)


def _lose_room(flow: Flow, party: Party) -> None:
    if party.at_site and party.released:
        leave(flow, party)
    elif party.at_site:
        move_out(flow, party)
    elif party.load is not None and not party.load.boarded:
        dissolve(flow, party.load)
        _wait_again(flow, party)
    else:
        lose_rooms(flow, party)


def _wait_again(flow: Flow, party: Party) -> None:
    """A party at the point waits for a room again; after W it leaves without one."""
    lose_rooms(flow, party)
    party.load, party.site = None, -1
    del flow.inside[party.entity]
    if now(flow) > flow.tables.window_end:
        party.gone = True
        write_party(flow, Kind.UNPLACED, party, party.port)
        write_infected(flow, Kind.INFECTED_LEFT, party, party.port, party.infected)
        return
    flow.points[party.port].without_room[party.entity] = party
    flow.unplaced.append(party)
    scan_again(flow)
