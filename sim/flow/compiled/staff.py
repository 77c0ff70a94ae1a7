"""Compiled: the roster of a pool, and the reserve brigade that is called to it (see `reference.staff`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.core import sort_list, touch, wake, watch, write_place
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.jit import jit
from sim.flow.compiled.visits import catch_up, waits
from sim.flow.compiled.world import World
from sim.flow.log import Kind, Reason
from sim.flow.order import Moment

people_for_queue = jit(rules.people_for_queue)


@jit
def start_roster(w: World, pool: int) -> None:
    """The shifts of a pool from now on; one that is under way begins at once."""
    pools, rosters, now = w.pools, w.rosters, w.flow[F.NOW]
    while pools[pool, F.ROSTER_AT] < pools[pool, F.ROSTER_END] and rosters[pools[pool, F.ROSTER_AT], F.RO_END] <= now:
        pools[pool, F.ROSTER_AT] += 1
    if pools[pool, F.ROSTER_AT] >= pools[pool, F.ROSTER_END]:
        return
    begin = rosters[pools[pool, F.ROSTER_AT], F.RO_BEGIN]
    if begin <= now:
        begin_shift(w, pool)
    else:
        schedule(w, begin, event_key(Moment.SHIFT_BEGINS, pool, 0, 0), 0)


@jit
def begin_shift(w: World, pool: int) -> None:
    """Fixed posts are manned first; the brigade's people join the shift."""
    pools = w.pools
    if pools[pool, F.POOL_CLOSED] == 1:
        return
    row = w.rosters[pools[pool, F.ROSTER_AT]]
    pools[pool, F.SHIFT_NUMBER] += 1
    pools[pool, F.ON_SHIFT] = 1
    pools[pool, F.OWN] = row[F.RO_PRESENT]
    pools[pool, F.PART] = row[F.RO_PART]
    pools[pool, F.POSTS] = row[F.RO_POSTS]
    pools[pool, F.MAY_LEAVE] = row[F.RO_MAY_LEAVE]
    write_place(w, Kind.SHIFT_BEGAN, pool, row[F.RO_PRESENT], row[F.RO_ROSTERED], 0)
    count_present(w, pool, False)
    schedule(w, row[F.RO_END], event_key(Moment.SHIFT_ENDS, pool, 0, 0), 0)


@jit
def shift_ends(w: World, pool: int) -> None:
    """The shift goes home; the next one is due."""
    pools = w.pools
    if pools[pool, F.POOL_CLOSED] == 1:
        return
    end_shift(w, pool)
    pools[pool, F.ROSTER_AT] += 1
    if pools[pool, F.ROSTER_AT] < pools[pool, F.ROSTER_END]:
        begin = w.rosters[pools[pool, F.ROSTER_AT], F.RO_BEGIN]
        schedule(w, begin, event_key(Moment.SHIFT_BEGINS, pool, 0, 0), 0)


@jit
def end_shift(w: World, pool: int) -> None:
    """Staff finish the task in hand, take no other, and are not in the next shift's number."""
    pools = w.pools
    catch_up(w, pool)
    write_place(w, Kind.SHIFT_ENDED, pool, pools[pool, F.OWN], 0, 0)
    pools[pool, F.N_ENDS] = 0  # nobody waits for them any more
    pools[pool, F.SHIFT_NUMBER] += 1
    pools[pool, F.ON_SHIFT] = 0
    pools[pool, F.FOR_QUEUE] = 0
    pools[pool, F.BUSY] = 0
    pools[pool, F.OWN] = 0
    pools[pool, F.PART] = 0


@jit
def count_present(w: World, pool: int, changed: bool) -> None:
    """People of the shift with the brigade's and those added, and how many of them the queue may have. Posts stay the
    shift's.
    """
    pools = w.pools
    catch_up(w, pool)
    helpers = pools[pool, F.CALLS] * pools[pool, F.PART] if pools[pool, F.ON_SHIFT] == 1 else 0
    if pools[pool, F.ON_SHIFT] == 1 and (helpers > 0 or changed):
        write_place(w, Kind.BRIGADE_ON_SHIFT, pool, helpers, 0, 0)
    present = pools[pool, F.OWN] + helpers + (pools[pool, F.ADDED] if pools[pool, F.ON_SHIFT] == 1 else 0)
    posts, may_leave = pools[pool, F.POSTS], pools[pool, F.MAY_LEAVE]
    pools[pool, F.FOR_QUEUE] = people_for_queue(present, posts, may_leave, w.shrinkage[pool])
    touch(w, pool)


@jit
def add_staff(w: World, pool: int, people: int) -> None:
    """A disruption adds people to a pool (below 0: they go): they join the running shift and each later one."""
    write_place(w, Kind.STAFF_ADDED, pool, people, 0, Reason.DISRUPTION)
    w.pools[pool, F.ADDED] += people
    if w.pools[pool, F.ON_SHIFT] == 1:
        count_present(w, pool, False)


@jit
def call_brigade(w: World) -> None:
    """Phase 2: pools whose oldest task has waited too long call people, one call pending per pool."""
    n = w.flow[F.N_CALLERS]
    if n == 0:
        return
    w.flow[F.N_CALLERS] = 0
    sort_list(w, F.CALLERS, n)
    for i in range(n):
        _consider_call(w, w.lists[F.CALLERS, i])


@jit
def _consider_call(w: World, pool: int) -> None:
    """Call when the wait is too long, a team has the people and the last call is long enough ago; watch on."""
    now, fixed, pools = w.flow[F.NOW], w.fixed, w.pools
    oldest = _oldest_wait(w, pool)
    if oldest < 0 or pools[pool, F.POOL_CLOSED] == 1:
        return
    if now - oldest <= fixed[F.TRIGGER]:
        watch(w, pool, oldest + fixed[F.TRIGGER] + 1)
        return
    if now >= pools[pool, F.CALLS_AGAIN]:
        team = _team_with(w, fixed[F.CALL])
        if team < 0:
            pools[pool, F.WITHOUT_TEAM] = 1
            pools[pool, F.WATCHED] = 1  # until people of a team come back
            return
        w.teams[team] -= fixed[F.CALL]
        pools[pool, F.CALLS_AGAIN] = now + fixed[F.BRIGADE_LEAD] + 12 * 3600
        write_place(w, Kind.BRIGADE_CALLED, pool, fixed[F.CALL], team + 1, 0)
        schedule(w, now + fixed[F.BRIGADE_LEAD], event_key(Moment.BRIGADE_ARRIVES, pool, 0, team), 0)
    watch(w, pool, pools[pool, F.CALLS_AGAIN])


@jit
def _oldest_wait(w: World, pool: int) -> int:
    """Earliest second of joining among waiting tasks, -1 when nobody waits."""
    catch_up(w, pool)
    oldest = w.asked[w.pools[pool, F.OF_VISITS], F.VISIT_ROUND] if waits(w, pool) else -1
    for of_class in range(7):
        if F.HEADS + of_class == F.OF_VISITS:
            continue
        task = w.pools[pool, F.HEADS + of_class]
        while task >= 0 and w.tasks[task, F.LAPSED] != 0:
            task = w.tasks[task, F.NEXT]
        if task >= 0 and (oldest < 0 or w.tasks[task, F.JOINED] < oldest):
            oldest = w.tasks[task, F.JOINED]
    return oldest


@jit
def _team_with(w: World, people: int) -> int:
    for team in range(len(w.teams)):
        if w.teams[team] >= people:
            return team
    return -1


@jit
def brigade_arrives(w: World, pool: int, team: int) -> None:
    """Called people come, unless their site has closed."""
    if w.pools[pool, F.POOL_CLOSED] == 1:
        _give_back(w, team)
        return
    w.pools[pool, F.CALLS] += 1
    write_place(w, Kind.BRIGADE_ARRIVED, pool, w.fixed[F.CALL], team + 1, 0)
    count_present(w, pool, True)
    schedule(w, w.flow[F.NOW] + w.fixed[F.BRIGADE_STAY], event_key(Moment.BRIGADE_LEAVES, pool, 0, team), 0)


@jit
def brigade_leaves(w: World, pool: int, team: int) -> None:
    """Called people go and can be called again."""
    w.pools[pool, F.CALLS] -= 1
    write_place(w, Kind.BRIGADE_LEFT, pool, w.fixed[F.CALL], team + 1, 0)
    if w.pools[pool, F.POOL_CLOSED] == 0:
        count_present(w, pool, True)
    _give_back(w, team)


@jit
def _give_back(w: World, team: int) -> None:
    """People of a team can be called again; pools that found none before look once more."""
    w.teams[team] += w.fixed[F.CALL]
    for pool in range(w.fixed[F.FIRST_POOL], w.fixed[F.N_PLACES]):
        if w.pools[pool, F.WITHOUT_TEAM] == 1:
            w.pools[pool, F.WITHOUT_TEAM] = 0
            w.pools[pool, F.WATCHED] = 0
            w.lists[F.CALLERS, w.flow[F.N_CALLERS]] = pool
            w.flow[F.N_CALLERS] += 1
    wake(w)
