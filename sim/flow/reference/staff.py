"""Who is on duty: the roster of a pool, and the reserve brigade that is called to it. Tasks begin in `decisions`."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason
from sim.flow.order import Moment
from sim.flow.reference.core import Process, at, now, touch, wake, watch, write_place
from sim.flow.reference.state import Flow, Pool


def roster(flow: Flow, pool: Pool) -> Process:
    """The shifts of a pool, from now on; one that is under way begins at once, for a site that opens in its midst."""
    index = pool.place - flow.tables.places.pools.start
    table = flow.tables.rosters[index]
    begin, end, rostered = (x.tolist() for x in (table.begin, table.end, table.rostered))
    posts, may_leave, part = (x.tolist() for x in (table.posts, table.may_leave, table.brigade_part))
    present = flow.sample.present[index].tolist()
    coming = [i for i in range(len(begin)) if end[i] > now(flow)]
    for i in coming:
        if begin[i] > now(flow) or i != coming[0]:
            yield at(flow, begin[i], Moment.SHIFT_BEGINS, pool.place)
        if pool.closed:
            return
        pool.posts, pool.may_leave, pool.part = posts[i], may_leave[i], part[i]
        begin_shift(flow, pool, present[i], rostered[i])
        yield at(flow, end[i], Moment.SHIFT_ENDS, pool.place)
        if pool.closed:
            return
        end_shift(flow, pool)


def begin_shift(flow: Flow, pool: Pool, present: int, rostered: int) -> None:
    """Fixed posts are manned first; the brigade's people join the shift."""
    pool.shift += 1
    pool.on_shift = True
    pool.own = present
    write_place(flow, Kind.SHIFT_BEGAN, pool.place, present, rostered)
    count_present(flow, pool)


def end_shift(flow: Flow, pool: Pool) -> None:
    """Staff finish the task in hand, take no other, and are not in the next shift's number."""
    write_place(flow, Kind.SHIFT_ENDED, pool.place, pool.own)
    pool.shift += 1
    pool.on_shift = False
    pool.for_queue = pool.busy = pool.own = pool.part = 0


def count_present(flow: Flow, pool: Pool, *, changed: bool = False) -> None:
    """People of the shift with the brigade's and those added, and how many of them the queue may have. Posts stay the
    shift's.
    """
    helpers = pool.calls * pool.part if pool.on_shift else 0
    if pool.on_shift and (helpers or changed):
        write_place(flow, Kind.BRIGADE_ON_SHIFT, pool.place, helpers)
    shrinkage = flow.tables.rosters[pool.place - flow.tables.places.pools.start].shrinkage
    present = pool.own + helpers + (pool.added if pool.on_shift else 0)
    pool.for_queue = int(rules.people_for_queue(present, pool.posts, pool.may_leave, shrinkage))
    touch(flow, pool)


def add_staff(flow: Flow, place: int, people: int) -> None:
    """A disruption adds people to a pool (below 0: they go): they join the running shift and each later one."""
    write_place(flow, Kind.STAFF_ADDED, place, people, 0, Reason.DISRUPTION)
    owners = [point.pool for point in flow.points] + flow.sites.pools
    pool = next(pool for pool in owners if pool.place == place)
    pool.added += people
    if pool.on_shift:
        count_present(flow, pool)


def call_brigade(flow: Flow) -> bool:
    """Phase 2: pools whose oldest task has waited too long call people, one call pending per pool."""
    if not flow.callers:
        return False
    callers, flow.callers = sorted(flow.callers, key=lambda pool: pool.place), []
    for pool in callers:
        _consider_call(flow, pool)
    return False


def _consider_call(flow: Flow, pool: Pool) -> None:
    """Call when the wait is too long, a team has the people and the last call is long enough ago; watch on."""
    tables, second = flow.tables.brigade, now(flow)
    waiting = [entry[1] for entry in pool.queue if not entry[4].lapsed]
    if not waiting or pool.closed:
        return
    if second - min(waiting) <= tables.trigger:
        watch(flow, pool, min(waiting) + tables.trigger + 1)
        return
    if second >= pool.calls_again:
        team = next((i for i, left in enumerate(flow.brigade_left) if left >= tables.call), None)
        if team is None:
            flow.without_team.append(pool)
            pool.watched = True  # until people of a team come back
            return
        flow.brigade_left[team] -= tables.call
        pool.calls_again = second + tables.lead + 12 * 3600
        write_place(flow, Kind.BRIGADE_CALLED, pool.place, tables.call, team + 1)
        flow.env.process(_brigade_stay(flow, pool, team, second + tables.lead))
    watch(flow, pool, pool.calls_again)


def _brigade_stay(flow: Flow, pool: Pool, team: int, arrival: int) -> Process:
    """Called people come after the lead, stay the set days, and can be called again."""
    tables = flow.tables.brigade
    yield at(flow, arrival, Moment.BRIGADE_ARRIVES, pool.place, 0, team)
    if not pool.closed:
        pool.calls += 1
        write_place(flow, Kind.BRIGADE_ARRIVED, pool.place, tables.call, team + 1)
        count_present(flow, pool, changed=True)
        yield at(flow, arrival + tables.stay, Moment.BRIGADE_LEAVES, pool.place, 0, team)
        pool.calls -= 1
        write_place(flow, Kind.BRIGADE_LEFT, pool.place, tables.call, team + 1)
        if not pool.closed:
            count_present(flow, pool, changed=True)
    flow.brigade_left[team] += tables.call
    for other in flow.without_team:
        other.watched = False
    flow.callers.extend(flow.without_team)
    flow.without_team.clear()
    wake(flow)
