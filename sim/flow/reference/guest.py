"""A party at its site: arrival, check-in, stay, release, check-out, and its rooms afterwards."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import SWAB_ROUND, Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.cohorts import is_fresh, start_clock
from sim.flow.reference.core import (
    Timed,
    join,
    lapse,
    now,
    scan_again,
    seconds_of,
    site_place,
    wake,
    write,
    write_infected,
    write_party,
    write_place,
)
from sim.flow.reference.state import NEVER, Flow, Party, Task


def arrive(flow: Flow, party: Party) -> None:
    """A party arrives at its site, and with it members who were detected on the road."""
    for person in (party, *party.riders):
        if not person.gone:  # else: to hospital, from the road
            _arrive_alone(flow, person)
    party.riders.clear()


def _arrive_alone(flow: Flow, party: Party) -> None:
    """The stay begins, unless the party was moved here from a site that was lost."""
    site, place = party.site, site_place(flow, party.site)
    moved = party.arrived != NEVER
    write_party(flow, Kind.MOVED_IN if moved else Kind.ARRIVED, party, place)
    party.at_site = True
    if not moved:
        party.arrived = now(flow)
        begin_stay(flow, party, now(flow))
    if flow.sites.state[site] == rules.CLOSED:
        move_out(flow, party)
    else:
        _move_in(flow, party, site)


def _move_in(flow: Flow, party: Party, site: int) -> None:
    """The party is a guest from now on, and is checked in."""
    flow.sites.guests[site][party.entity] = party
    start_clock(flow, site, now(flow))
    if flow.tables.check_in.exists and not party.checked_in:
        seconds = seconds_of(flow.tables.check_in, party, flow.sample.check_in_factor[party.row])
        pool = flow.sites.pools[site]
        task = Task(flow, pool, Subject.TASK_CHECK_IN, party, 1, seconds, Moment.CHECK_IN_ENDS)
        task.callbacks.append(lambda _: _checked_in(flow, party, task))
        party.check_in = join(flow, task)
    else:
        party.checked_in = True
        try_release(flow, party)


def begin_stay(flow: Flow, party: Party, second: int) -> None:
    """The stay begins, or begins again. Its end carries the number of the stay, so that an old one is ignored."""
    stay = flow.tables.sites.stay
    if flow.tables.sites.stay_is_drawn:
        stay = int(flow.sample.stay_seconds[party.restarts, party.row])
        write_party(flow, Kind.STAY_PLANNED, party, site_place(flow, party.site), stay)
    party.stay_began, party.stay_ends = second, second + stay
    party.stay_over = False
    party.swabbed = 0
    number = party.restarts
    key = order_key(Moment.STAY_ENDS, site_place(flow, party.site), party.entity, number)
    Timed(flow.env, max(party.stay_ends, now(flow) + 1), key, lambda _: _stay_over(flow, party, number))


def _stay_over(flow: Flow, party: Party, number: int) -> None:
    if number == party.restarts and not party.patient and not party.gone:
        party.stay_over = True
        try_release(flow, party)


def _checked_in(flow: Flow, party: Party, task: Task) -> None:
    if party.check_in is task:
        party.check_in = None
        party.checked_in = True
        try_release(flow, party)


def may_release(flow: Flow, party: Party) -> bool:
    """The stay has ended, check-in is done, no due swab is untaken and no result is outstanding (if the scenario waits
    for them).

    Who waits in a site that was lost is released from there.
    """
    waits = flow.tables.health.release_waits and (party.swab_due > 0 or party.results_awaited > 0)
    here = party.moving or (party.checked_in and party.at_site)
    settled = here and not party.patient and not party.gone
    return settled and party.stay_over and not party.released and not waits


def try_release(flow: Flow, party: Party) -> None:
    """Release the party at the first second inside release hours at which it may go."""
    if not may_release(flow, party):
        return
    known = max(now(flow), party.result_at) if flow.tables.health.release_waits else now(flow)
    second = rules.next_release(known, flow.tables.release_opens, flow.tables.release_closes)
    if second > now(flow):
        key = order_key(Moment.RELEASE_HOURS_OPEN, site_place(flow, party.site), party.entity, party.restarts)
        Timed(flow.env, second, key, lambda _: try_release(flow, party))
    elif party not in flow.ready:
        flow.ready.append(party)
        wake(flow)


def release(flow: Flow, party: Party) -> None:
    """Phase 2: the party may leave; check-out queues, or it leaves at once without one."""
    party.released = True
    seconds = now(flow)
    health = flow.sample.health
    infectious = sum(1 for i in party.infected if health.infectious_from[i] <= seconds <= health.infectious_until[i])
    write_party(flow, Kind.RELEASED, party, site_place(flow, party.site), infectious)
    write_infected(flow, Kind.INFECTED_LEFT, party, site_place(flow, party.site), party.infected)
    if party.moving:
        flow.unplaced.remove(party)
    if party.moving or not flow.tables.release.exists:
        leave(flow, party)
        return
    duration = seconds_of(flow.tables.release, party, flow.sample.release_factor[party.row])
    pool = flow.sites.pools[party.site]
    task = Task(flow, pool, Subject.TASK_RELEASE, party, 1, duration, Moment.CHECK_OUT_ENDS)
    task.callbacks.append(lambda _: leave(flow, party))
    join(flow, task)


def leave(flow: Flow, party: Party) -> None:
    """A party leaves its site and gives up its rooms."""
    if party.gone:
        return
    write_party(flow, Kind.LEFT, party, site_place(flow, party.site))
    forget_guest(flow, party, Reason.ROOM_LEFT)
    give_up_rooms(flow, party)


def forget_guest(flow: Flow, party: Party, reason: Reason) -> None:
    """A party or person is no more in the site: visits that have not begun are missed, tasks that wait lapse."""
    miss_visits(flow, party, reason)
    lapse(party.check_in)
    party.check_in = None
    party.gone = True
    flow.inside.pop(party.entity, None)
    if party.site >= 0:
        flow.sites.guests[party.site].pop(party.entity, None)


def miss_visits(flow: Flow, party: Party, reason: Reason) -> None:
    """Visits and swabs of a party that have not begun are missed."""
    for kind in sorted(party.waiting):
        write_missed(flow, party.waiting[kind], reason)
    party.waiting.clear()


def write_missed(flow: Flow, task: Task, reason: Reason) -> None:
    """A visit or swab that has not begun is missed, and counted."""
    lapse(task)
    party = task.party
    write(flow, Kind.MISSED, task.subject, task.round, task.pool.place, party.number, party.people, 0, reason)


def give_up_rooms(flow: Flow, party: Party) -> None:
    """Rooms air and are cleaned, unless nobody came to use them; a member of the party who is isolated in its room
    keeps it.
    """
    if party.isolated and party.rooms:
        heir = party.isolated.pop(0)
        heir.rooms, heir.isolated, heir.host = party.rooms, party.isolated, None
        for other in heir.isolated:
            other.host = heir
        party.rooms, party.isolated = 0, []
        return
    if not party.rooms:
        return
    sites, site, rooms = flow.sites, party.site, party.rooms
    write_rooms(flow, Kind.ROOMS_LEFT, party, rooms)
    sites.taken[site] -= rooms
    if sites.taken[site] == 0:
        if sites.state[site] != rules.INTAKE_ENDED:
            is_fresh(flow, site)
        flow.check_closing = True
        wake(flow)
    if party.arrived == NEVER:
        _free_rooms(flow, party, site, rooms)
    elif flow.tables.sites.airing:
        key = order_key(Moment.AIRING_ENDS, site_place(flow, site), party.entity)
        Timed(flow.env, now(flow) + flow.tables.sites.airing, key, lambda _: _clean(flow, party, site, rooms))
    else:
        _clean(flow, party, site, rooms)


def _clean(flow: Flow, party: Party, site: int, rooms: int) -> None:
    """Airing is over: one of the team cleans the rooms, unless the site has closed meanwhile."""
    if flow.sites.state[site] == rules.CLOSED:
        return
    write_rooms(flow, Kind.ROOMS_AIRED, party, rooms)
    if flow.tables.sites.cleaning:
        pool, seconds = flow.sites.pools[site], flow.tables.sites.cleaning * rooms
        task = Task(flow, pool, Subject.TASK_CLEANING, party, 1, seconds, Moment.CLEANING_ENDS)
        task.callbacks.append(lambda _: _free_rooms(flow, party, site, rooms))
        join(flow, task)
    else:
        _free_rooms(flow, party, site, rooms)


def _free_rooms(flow: Flow, party: Party, site: int, rooms: int) -> None:
    """The rooms can be taken again."""
    sites = flow.sites
    if sites.state[site] == rules.CLOSED:
        return
    sites.free[site] += rooms
    if sites.state[site] in (rules.OPEN, rules.PREPARING):
        sites.free_total += rooms
    write_rooms(flow, Kind.ROOMS_FREE, party, rooms)
    if sites.state[site] == rules.INTAKE_ENDED and sites.free[site] == sites.rooms[site]:
        is_fresh(flow, site)
        if sites.barred[site]:
            sites.state[site] = rules.SHUT
            write_place(flow, Kind.SITE_SHUT, site_place(flow, site), 0, sites.rooms[site], Reason.DISRUPTION)
        else:
            sites.state[site] = rules.OPEN
            sites.free_total += sites.free[site]
            write_place(flow, Kind.INTAKE_BEGAN, site_place(flow, site))
    scan_again(flow)


def write_rooms(flow: Flow, kind: Kind, party: Party, rooms: int) -> None:
    """Append a row about a party's rooms."""
    write(flow, kind, Subject.PARTY, party.number, site_place(flow, party.site), party.number, rooms)


def move_out(flow: Flow, party: Party) -> None:
    """The party's site was lost: it waits there for a room in another; its stay goes on."""
    write_party(flow, Kind.MOVED_OUT, party, site_place(flow, party.site))
    party.swab_missed |= SWAB_ROUND in party.waiting
    miss_visits(flow, party, Reason.WAS_LOST)
    lapse(party.check_in)
    party.check_in = None
    party.checked_in = party.at_site = False
    flow.sites.guests[party.site].pop(party.entity, None)
    party.isolated.clear()  # they need rooms of their own
    lose_rooms(flow, party)
    party.moving = True
    flow.unplaced.append(party)
    scan_again(flow)
    try_release(flow, party)


def lose_rooms(flow: Flow, party: Party) -> None:
    """The rooms of a party are lost with their site."""
    if party.rooms:
        write_rooms(flow, Kind.ROOMS_LEFT, party, party.rooms)
        flow.sites.taken[party.site] -= party.rooms
        party.rooms = 0
