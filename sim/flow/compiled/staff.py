"""Compiled: the roster of a pool, and the reserve brigade that is called to it (see `reference.staff`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_BRIGADE_ARRIVED,
    K_BRIGADE_CALLED,
    K_BRIGADE_LEFT,
    K_BRIGADE_ON_SHIFT,
    K_SHIFT_BEGAN,
    K_SHIFT_ENDED,
    K_STAFF_ADDED,
    M_BRIGADE_ARRIVES,
    M_BRIGADE_LEAVES,
    M_SHIFT_BEGINS,
    M_SHIFT_ENDS,
    R_DISRUPTION,
)
from sim.flow.compiled.jit import jit
from sim.flow.compiled.queues import event_key, schedule, sort_list, touch, wake, watch, write_place
from sim.flow.compiled.world import World

people_for_queue = jit(rules.people_for_queue)


@jit
def start_roster(w: World, pool: int) -> None:
    """The shifts of a pool from now on; one that is under way begins at once."""
    q, ro, now = w.q, w.ro, w.g[F.NOW]
    while q[pool, F.ROSTER_AT] < q[pool, F.ROSTER_END] and ro[q[pool, F.ROSTER_AT], F.RO_END] <= now:
        q[pool, F.ROSTER_AT] += 1
    if q[pool, F.ROSTER_AT] >= q[pool, F.ROSTER_END]:
        return
    begin = ro[q[pool, F.ROSTER_AT], F.RO_BEGIN]
    if begin <= now:
        begin_shift(w, pool)
    else:
        schedule(w, begin, event_key(M_SHIFT_BEGINS, pool, 0, 0), 0)


@jit
def begin_shift(w: World, pool: int) -> None:
    """Fixed posts are manned first; the brigade's people join the shift."""
    q = w.q
    if q[pool, F.POOL_CLOSED] == 1:
        return
    row = w.ro[q[pool, F.ROSTER_AT]]
    q[pool, F.SHIFT_NUMBER] += 1
    q[pool, F.ON_SHIFT] = 1
    q[pool, F.OWN] = row[F.RO_PRESENT]
    q[pool, F.PART] = row[F.RO_PART]
    q[pool, F.POSTS] = row[F.RO_POSTS]
    q[pool, F.MAY_LEAVE] = row[F.RO_MAY_LEAVE]
    write_place(w, K_SHIFT_BEGAN, pool, row[F.RO_PRESENT], row[F.RO_ROSTERED], 0)
    count_present(w, pool, False)
    schedule(w, row[F.RO_END], event_key(M_SHIFT_ENDS, pool, 0, 0), 0)


@jit
def shift_ends(w: World, pool: int) -> None:
    """The shift goes home; the next one is due."""
    q = w.q
    if q[pool, F.POOL_CLOSED] == 1:
        return
    end_shift(w, pool)
    q[pool, F.ROSTER_AT] += 1
    if q[pool, F.ROSTER_AT] < q[pool, F.ROSTER_END]:
        begin = w.ro[q[pool, F.ROSTER_AT], F.RO_BEGIN]
        schedule(w, begin, event_key(M_SHIFT_BEGINS, pool, 0, 0), 0)


@jit
def end_shift(w: World, pool: int) -> None:
    """Staff finish the task in hand, take no other, and are not in the next shift's number."""
    q = w.q
    write_place(w, K_SHIFT_ENDED, pool, q[pool, F.OWN], 0, 0)
    q[pool, F.OVERTIME] += q[pool, F.BUSY]
    q[pool, F.SHIFT_NUMBER] += 1
    q[pool, F.ON_SHIFT] = 0
    q[pool, F.FOR_QUEUE] = 0
    q[pool, F.BUSY] = 0
    q[pool, F.OWN] = 0
    q[pool, F.PART] = 0


@jit
def count_present(w: World, pool: int, changed: bool) -> None:
    """People of the shift with the brigade's and those added, and how many of them the queue may have. Posts stay the
    shift's.
    """
    q = w.q
    helpers = q[pool, F.CALLS] * q[pool, F.PART] if q[pool, F.ON_SHIFT] == 1 else 0
    if q[pool, F.ON_SHIFT] == 1 and (helpers > 0 or changed):
        write_place(w, K_BRIGADE_ON_SHIFT, pool, helpers, 0, 0)
    present = q[pool, F.OWN] + helpers + (q[pool, F.ADDED] if q[pool, F.ON_SHIFT] == 1 else 0)
    posts, may_leave = q[pool, F.POSTS], q[pool, F.MAY_LEAVE]
    q[pool, F.FOR_QUEUE] = people_for_queue(present, posts, may_leave, w.shrinkage[pool])
    touch(w, pool)


@jit
def add_staff(w: World, pool: int, people: int) -> None:
    """A disruption adds people to a pool (below 0: they go): they join the running shift and each later one."""
    write_place(w, K_STAFF_ADDED, pool, people, 0, R_DISRUPTION)
    w.q[pool, F.ADDED] += people
    if w.q[pool, F.ON_SHIFT] == 1:
        count_present(w, pool, False)


@jit
def call_brigade(w: World) -> None:
    """Phase 2: pools whose oldest task has waited too long call people, one call pending per pool."""
    n = w.g[F.N_CALLERS]
    if n == 0:
        return
    w.g[F.N_CALLERS] = 0
    sort_list(w, F.CALLERS, n)
    for i in range(n):
        _consider_call(w, w.lists[F.CALLERS, i])


@jit
def _consider_call(w: World, pool: int) -> None:
    """Call when the wait is too long, a team has the people and the last call is long enough ago; watch on."""
    now, c, q = w.g[F.NOW], w.c, w.q
    oldest = _oldest_wait(w, pool)
    if oldest < 0 or q[pool, F.POOL_CLOSED] == 1:
        return
    if now - oldest <= c[F.TRIGGER]:
        watch(w, pool, oldest + c[F.TRIGGER] + 1)
        return
    if now >= q[pool, F.CALLS_AGAIN]:
        team = _team_with(w, c[F.CALL])
        if team < 0:
            q[pool, F.WITHOUT_TEAM] = 1
            q[pool, F.WATCHED] = 1  # until people of a team come back
            return
        w.teams[team] -= c[F.CALL]
        q[pool, F.CALLS_AGAIN] = now + c[F.BRIGADE_LEAD] + 12 * 3600
        write_place(w, K_BRIGADE_CALLED, pool, c[F.CALL], team + 1, 0)
        schedule(w, now + c[F.BRIGADE_LEAD], event_key(M_BRIGADE_ARRIVES, pool, 0, team), 0)
    watch(w, pool, q[pool, F.CALLS_AGAIN])


@jit
def _oldest_wait(w: World, pool: int) -> int:
    """Earliest second of joining among waiting tasks, -1 when nobody waits."""
    oldest = -1
    for of_class in range(7):
        task = w.q[pool, F.HEADS + of_class]
        while task >= 0 and w.t[task, F.LAPSED] != 0:
            task = w.t[task, F.NEXT]
        if task >= 0 and (oldest < 0 or w.t[task, F.JOINED] < oldest):
            oldest = w.t[task, F.JOINED]
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
    if w.q[pool, F.POOL_CLOSED] == 1:
        _give_back(w, team)
        return
    w.q[pool, F.CALLS] += 1
    write_place(w, K_BRIGADE_ARRIVED, pool, w.c[F.CALL], team + 1, 0)
    count_present(w, pool, True)
    schedule(w, w.g[F.NOW] + w.c[F.BRIGADE_STAY], event_key(M_BRIGADE_LEAVES, pool, 0, team), 0)


@jit
def brigade_leaves(w: World, pool: int, team: int) -> None:
    """Called people go and can be called again."""
    w.q[pool, F.CALLS] -= 1
    write_place(w, K_BRIGADE_LEFT, pool, w.c[F.CALL], team + 1, 0)
    if w.q[pool, F.POOL_CLOSED] == 0:
        count_present(w, pool, True)
    _give_back(w, team)


@jit
def _give_back(w: World, team: int) -> None:
    """People of a team can be called again; pools that found none before look once more."""
    w.teams[team] += w.c[F.CALL]
    for pool in range(w.c[F.FIRST_POOL], w.c[F.N_PLACES]):
        if w.q[pool, F.WITHOUT_TEAM] == 1:
            w.q[pool, F.WITHOUT_TEAM] = 0
            w.q[pool, F.WATCHED] = 0
            w.lists[F.CALLERS, w.g[F.N_CALLERS]] = pool
            w.g[F.N_CALLERS] += 1
    wake(w)
