"""Processes at a site: opening, the roster of a pool, the stay of a party, rooms after it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import simpy

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import (
    Task,
    Timed,
    join,
    now,
    seconds_of,
    site_place,
    touch,
    wake,
    write,
    write_party,
    write_place,
)
from sim.flow.reference.state import Flow, Party, Pool
from sim.flow.tables import ShiftTable

Process = Generator[simpy.Event, Any, None]


def roster(flow: Flow, pool: Pool, shifts: ShiftTable) -> Process:
    """The shifts of a pool, from now on; one that is under way begins at once, for a site that opens in its midst."""
    begin, end, rostered, present = (x.tolist() for x in (shifts.begin, shifts.end, shifts.rostered, shifts.present))
    coming = [i for i in range(len(begin)) if end[i] > now(flow)]
    for i in coming:
        if begin[i] > now(flow) or i != coming[0]:
            yield Timed(flow.env, begin[i], order_key(Moment.SHIFT_BEGINS, pool.place))
        if pool.closed:
            return
        pool.shift += 1
        pool.present = present[i]
        pool.posts = min(shifts.posts, pool.present)
        write_place(flow, Kind.SHIFT_BEGAN, pool.place, pool.present, rostered[i])
        touch(flow, pool)
        yield Timed(flow.env, end[i], order_key(Moment.SHIFT_ENDS, pool.place))
        if pool.closed:
            return
        end_shift(flow, pool)


def end_shift(flow: Flow, pool: Pool) -> None:
    """Staff finish the task in hand, take no other, and are not in the next shift's number."""
    write_place(flow, Kind.SHIFT_ENDED, pool.place, pool.present)
    pool.overtime += pool.busy
    pool.shift += 1
    pool.present = pool.posts = pool.busy = 0


def opening(flow: Flow, site: int, second: int, reason: Reason) -> Process:
    """A site opens at a second, by date or after its preparation."""
    yield Timed(flow.env, second, order_key(Moment.SITE_OPENS, site_place(flow, site)))
    sites = flow.sites
    if second >= flow.tables.window_end:
        return
    if sites.state[site] == rules.UNUSED:
        sites.free_total += sites.free[site]
    sites.state[site] = rules.OPEN
    sites.opened[site] = second
    write_place(flow, Kind.SITE_OPENED, site_place(flow, site), 0, sites.rooms[site], reason)
    pool = sites.pools[site]
    if pool.staffed:
        flow.env.process(roster(flow, pool, flow.tables.shifts[pool.place]))
    flow.scan = True
    wake(flow)


def stay(flow: Flow, party: Party) -> Process:
    """From the arrival of a party at its site to the end of its check-out."""
    place, pool, arrival = site_place(flow, party.site), flow.sites.pools[party.site], now(flow)
    write_party(flow, Kind.ARRIVED, party, place)
    check_in = None
    if flow.tables.check_in.exists:
        seconds = seconds_of(flow.tables.check_in, party, flow.sample.check_in_factor[party.row])
        check_in = join(flow, Task(flow, pool, Subject.TASK_CHECK_IN, party, 1, seconds, Moment.CHECK_IN_ENDS))
    stay_ends = arrival + flow.tables.sites.stay
    yield Timed(flow.env, stay_ends, order_key(Moment.STAY_ENDS, place, party.entity))
    if check_in is not None:
        yield check_in
    release = rules.next_release(now(flow), flow.tables.release_opens, flow.tables.release_closes)
    if release > now(flow):
        yield Timed(flow.env, release, order_key(Moment.RELEASE_HOURS_OPEN, place, party.entity))
    check_out = None
    if flow.tables.release.exists:
        seconds = seconds_of(flow.tables.release, party, flow.sample.release_factor[party.row])
        check_out = Task(flow, pool, Subject.TASK_RELEASE, party, 1, seconds, Moment.CHECK_OUT_ENDS)
    flow.ready.append((party.entity, party, check_out))
    wake(flow)
    if check_out is not None:
        yield check_out
        leave(flow, party)


def leave(flow: Flow, party: Party) -> None:
    """A party gives up its rooms, which air and are cleaned."""
    sites, place = flow.sites, site_place(flow, party.site)
    write_party(flow, Kind.LEFT, party, place)
    del flow.inside[party.entity]
    sites.taken[party.site] -= party.rooms
    if sites.taken[party.site] == 0 and sites.state[party.site] == rules.STOPPED:
        flow.check_closing = True
        wake(flow)
    if flow.tables.sites.airing:
        aired = now(flow) + flow.tables.sites.airing
        key = order_key(Moment.AIRING_ENDS, place, party.entity)
        Timed(flow.env, aired, key, lambda _: clean(flow, party))
    else:
        clean(flow, party)


def clean(flow: Flow, party: Party) -> None:
    """Airing is over: one of the team cleans the rooms, unless the site has closed meanwhile."""
    site = party.site
    if flow.sites.state[site] == rules.CLOSED:
        return
    _write_rooms(flow, Kind.ROOMS_AIRED, party)
    if flow.tables.sites.cleaning:
        seconds = flow.tables.sites.cleaning * party.rooms
        pool = flow.sites.pools[site]
        task = Task(flow, pool, Subject.TASK_CLEANING, party, 1, seconds, Moment.CLEANING_ENDS)
        task.callbacks.append(lambda _: free_rooms(flow, party))
        join(flow, task)
    else:
        free_rooms(flow, party)


def free_rooms(flow: Flow, party: Party) -> None:
    """The rooms can be taken again."""
    sites, site = flow.sites, party.site
    if sites.state[site] == rules.CLOSED:
        return
    sites.free[site] += party.rooms
    if sites.state[site] != rules.STOPPED:
        sites.free_total += party.rooms
    flow.scan = True
    _write_rooms(flow, Kind.ROOMS_FREE, party)
    wake(flow)


def _write_rooms(flow: Flow, kind: Kind, party: Party) -> None:
    write(flow, kind, Subject.PARTY, party.number, site_place(flow, party.site), party.number, party.rooms)
