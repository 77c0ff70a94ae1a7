"""Compiled: phase 2 of a second (see `reference.decisions`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.core import (
    close_loads_for,
    free_task,
    new_task,
    remove,
    site_place,
    sort_list,
    write,
    write_place,
)
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.found import to_hospital
from sim.flow.compiled.guest import may_release, release
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.placement import rooms_asked_for, scan_unplaced
from sim.flow.compiled.point import board, call_coach
from sim.flow.compiled.site import close_site, prepare, site_to_prepare
from sim.flow.compiled.staff import call_brigade
from sim.flow.compiled.visits import (
    catch_up,
    come_free,
    keep_end,
    last_turn,
    look_again,
    number_of,
    remove_visit,
    round_of,
    turn_of,
    waits,
)
from sim.flow.compiled.world import World
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import Moment
from sim.flow.rules import OPEN, SKIP, STOPPED, WAIT

MOST_PASSES = 1000

verdict_on_head = jit(rules.verdict_on_head)
site_to_readmit = jit(rules.site_to_readmit)
closing_candidate = jit(rules.closing_candidate)
review_passes = jit(rules.review_passes)


@jit_into
def decide(w: World) -> None:
    """Take all decisions until nothing changes."""
    flow = w.flow
    for _ in range(MOST_PASSES):
        if flow[F.ALL_DECISIONS] == 0:
            start_tasks(w)
            flow[F.TURN] = last_turn(w)
            if flow[F.ALL_DECISIONS] == 0:
                flow[F.PENDING] = 0
                return
        flow[F.ALL_DECISIONS] = 0
        if _take_all(w):
            flow[F.ALL_DECISIONS] = 1
    flow[F.STATUS] = F.UNSETTLED


@jit_into
def _take_all(w: World) -> bool:
    """One pass, in the order of the conceptual model; says whether it changed anything."""
    flow = w.flow  # what nothing asks for is not called: most seconds have one decision
    changed = flow[F.REVIEW_DUE] == 1 and _review_closing(w)
    if flow[F.CHECK_BEDS] == 1:
        changed = to_hospital(w) or changed
    if flow[F.N_READY] > 0:
        changed = _release_ready(w) or changed
    if flow[F.SCAN] == 1:
        changed = scan_unplaced(w) or changed
    if flow[F.CHECK_RESERVE] == 1:
        changed = _keep_reserve(w) or changed
    if flow[F.N_DUE] > 0:
        changed = _queue_due_loads(w) or changed
    if flow[F.N_TOUCHED] > 0:
        changed = start_tasks(w) or changed
    flow[F.TURN] = last_turn(w)
    if flow[F.CHECK_CLOSING] == 1:
        changed = _close_empty_sites(w) or changed
    if flow[F.N_CALLERS] > 0:
        call_brigade(w)
    return changed


@jit
def _review_closing(w: World) -> bool:
    """Daily: the site open longest stops when the others have had enough free rooms at the last reviews."""
    flow, sites, fixed = w.flow, w.sites, w.fixed
    if flow[F.REVIEW_DUE] == 0:
        return False
    flow[F.REVIEW_DUE] = 0
    candidate = closing_candidate(sites[F.STATE], sites[F.OPENED], flow[F.NOW], fixed[F.STAY])
    elsewhere = flow[F.FREE_TOTAL] - sites[F.FREE, candidate] - rooms_asked_for(w)
    if candidate < 0 or not review_passes(fixed[F.CLOSING], elsewhere, fixed[F.RESERVE], fixed[F.MARGIN]):
        flow[F.REVIEWS_PASSED] = 0
        return False
    flow[F.REVIEWS_PASSED] += 1
    if flow[F.REVIEWS_PASSED] < fixed[F.HOLD_REVIEWS]:
        return False
    sites[F.STATE, candidate] = STOPPED
    flow[F.FREE_TOTAL] -= sites[F.FREE, candidate]
    flow[F.CHECK_RESERVE] = 1
    flow[F.CHECK_CLOSING] = 1
    write_place(w, Kind.SITE_STOPPED, site_place(w, candidate), 0, sites[F.SITE_ROOMS, candidate], Reason.REVIEW)
    close_loads_for(w, candidate, Reason.SITE_STOPPED)
    flow[F.ALL_DECISIONS] = 1
    return True


@jit_into
def _release_ready(w: World) -> bool:
    """Parties that may go, inside release hours, are released; one that was detected in this second is not."""
    n = w.flow[F.N_READY]
    if n == 0:
        return False
    w.flow[F.N_READY] = 0
    sort_list(w, F.READY, n)
    for i in range(n):
        entity = w.lists[F.READY, i]
        w.parties[entity, F.IN_READY] = 0
        if may_release(w, entity):
            release(w, entity)
    return True


@jit
def _keep_reserve(w: World) -> bool:
    """While fewer rooms than the reserve are free, those that waiting parties need taken off: re-admit the last stopped
    site, else prepare the next candidate.
    """
    flow, fixed = w.flow, w.fixed
    if flow[F.CHECK_RESERVE] == 0 or fixed[F.RESERVE] < 0 or flow[F.NOW] >= fixed[F.WINDOW_END]:
        return False
    flow[F.CHECK_RESERVE] = 0
    changed = False
    while _is_short(w) and _add_rooms(w):
        changed = True
    return changed


@jit
def _is_short(w: World) -> bool:
    free, reserve = w.flow[F.FREE_TOTAL], w.fixed[F.RESERVE]
    return free < reserve or free - rooms_asked_for(w) < reserve


@jit
def _add_rooms(w: World) -> bool:
    """Re-admit or prepare one site. Returns False, and says so once, when no candidate is left."""
    flow, sites = w.flow, w.sites
    site = site_to_readmit(sites[F.STATE], sites[F.TAKEN], sites[F.BARRED])
    if site >= 0:
        sites[F.STATE, site] = OPEN
        flow[F.FREE_TOTAL] += sites[F.FREE, site]
        flow[F.SCAN] = 1
        write_place(w, Kind.SITE_READMITTED, site_place(w, site), 0, sites[F.SITE_ROOMS, site], Reason.RESERVE)
        return True
    site = site_to_prepare(sites[F.STATE], sites[F.ON_DEMAND], sites[F.BARRED])
    if site >= 0:
        prepare(w, site, Reason.RESERVE)
        return True
    if flow[F.EXHAUSTED] == 0:
        flow[F.EXHAUSTED] = 1
        write(w, Kind.SITES_EXHAUSTED, Subject.NONE, 0, -1, -1, 0, flow[F.FREE_TOTAL], 0)
    return False


@jit
def _queue_due_loads(w: World) -> bool:
    """Due loads ask for a coach and escorts."""
    n = w.flow[F.N_DUE]
    if n == 0:
        return False
    w.flow[F.N_DUE] = 0
    sort_list(w, F.DUE, n)
    for i in range(n):
        call_coach(w, w.lists[F.DUE, i])
    return True


@jit_into
def start_tasks(w: World) -> bool:
    """Free staff take the heads of their queues, pool by pool."""
    flow = w.flow
    n = flow[F.N_TOUCHED]
    if n == 0:
        return False
    flow[F.N_TOUCHED] = 0
    if n > 1:
        sort_list(w, F.TOUCHED_POOLS, n)
    started = False
    for i in range(n):
        w.pools[w.lists[F.TOUCHED_POOLS, i], F.TOUCHED] = 0
    for i in range(n):
        pool = w.lists[F.TOUCHED_POOLS, i]
        flow[F.TURN] = max(flow[F.TURN], turn_of(pool))
        catch_up(w, pool)
        come_free(w, pool)
        started = _start_in(w, pool) or started
        look_again(w, pool)
    return started


@jit_into
def _start_in(w: World, pool: int) -> bool:
    """Start tasks while the head may. Loads without a coach, and tasks that the shift is too small for, are skipped:
    they are not the head.
    """
    tasks, pools = w.tasks, w.pools
    if pools[pool, F.N_QUEUED] == 0:
        return False
    started = False
    for of_class in range(7):
        if F.HEADS + of_class == F.OF_VISITS:
            started = _start_visits(w, pool) or started
            if waits(w, pool) and pools[pool, F.FOR_QUEUE] > 0:
                return started
            continue
        task = pools[pool, F.HEADS + of_class]
        while task >= 0:
            following = tasks[task, F.NEXT]
            if tasks[task, F.LAPSED] == 1:
                remove(w, task)
                free_task(w, task)
            elif not (tasks[task, F.SUBJECT] == Subject.TASK_ESCORT and _no_coach(w, task)):
                verdict = verdict_on_head(tasks[task, F.NEED], pools[pool, F.FOR_QUEUE], pools[pool, F.BUSY])
                if verdict == WAIT:
                    return started
                if verdict != SKIP:
                    remove(w, task)
                    _start(w, task)
                    started = True
            task = following
    return started


@jit
def _no_coach(w: World, task: int) -> bool:
    return w.points[w.loads[w.tasks[task, F.ENTITY], F.LOAD_POINT], F.COACHES_FREE] <= 0


@jit_into
def _start(w: World, task: int) -> None:
    """Staff begin a task; its end is known now. A post that somebody leaves for it is empty meanwhile."""
    tasks, pools = w.tasks, w.pools
    pool, entity = tasks[task, F.POOL], tasks[task, F.ENTITY]
    pools[pool, F.BUSY] += tasks[task, F.NEED]
    tasks[task, F.SHIFT] = pools[pool, F.SHIFT_NUMBER]
    subject_id = number = number_of(w, entity)
    if tasks[task, F.SUBJECT] == Subject.TASK_ESCORT:
        board(w, task, entity)
        number = -1
    else:
        key = event_key(tasks[task, F.MOMENT], pool, entity, tasks[task, F.OCCASION])
        schedule(w, w.flow[F.NOW] + tasks[task, F.SECONDS], key, task)
    if tasks[task, F.ROUND] >= 0:
        w.parties[entity, F.SWAB_TASK] = -1
        subject_id = tasks[task, F.ROUND]
    end = w.flow[F.NOW] + tasks[task, F.SECONDS]
    write(w, Kind.TASK, tasks[task, F.SUBJECT], subject_id, pool, number, tasks[task, F.NEED], end, 0)


@jit
def _start_visits(w: World, pool: int) -> bool:
    """Start visits in their order while somebody is free."""
    pools, started = w.pools, False
    while waits(w, pool):
        verdict = verdict_on_head(pools[pool, F.STAFFED], pools[pool, F.FOR_QUEUE], pools[pool, F.BUSY])
        if verdict == SKIP or verdict == WAIT:
            return started
        _start_visit(w, pool, pools[pool, F.OF_VISITS])
        started = True
    return started


@jit
def _start_visit(w: World, pool: int, visit: int) -> None:
    """Staff begin a visit; that it has ended is an event only where more comes of it than that they are free."""
    row, need = w.asked[visit], w.pools[pool, F.STAFFED]
    entity, kind, seconds = row[F.VISITED], row[F.VISIT_KIND], row[F.VISIT_SECONDS]
    end, number = w.flow[F.NOW] + seconds, number_of(w, entity)
    w.pools[pool, F.BUSY] += need
    finds = row[F.VISIT_IS] == F.FINDS
    remove_visit(w, pool, visit)
    if finds or not keep_end(w, pool, end):
        task = new_task(w, pool, Subject.TASK_VISIT, entity, 1, seconds, Moment.VISIT_ENDS)
        w.tasks[task, F.SHIFT] = w.pools[pool, F.SHIFT_NUMBER]
        w.tasks[task, F.AUX] = 1 if finds else 0
        schedule(w, end, event_key(Moment.VISIT_ENDS, pool, entity, kind), task)
    write(w, Kind.TASK, Subject.TASK_VISIT, round_of(w, visit), pool, number, need, end, 0)


@jit
def _close_empty_sites(w: World) -> bool:
    """A stopped site closes when no room is taken, rooms held by loads included."""
    if w.flow[F.CHECK_CLOSING] == 0:
        return False
    w.flow[F.CHECK_CLOSING] = 0
    closed = False
    for site in range(w.fixed[F.N_SITES]):
        if w.sites[F.STATE, site] == STOPPED and w.sites[F.TAKEN, site] == 0:
            close_site(w, site, Reason.REVIEW)
            closed = True
    return closed
