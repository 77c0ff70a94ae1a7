"""Compiled: phase 2 of a second (see `reference.decisions`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_SITE_READMITTED,
    K_SITE_STOPPED,
    K_SITES_EXHAUSTED,
    K_TASK,
    R_RESERVE,
    R_REVIEW,
    R_SITE_STOPPED,
    S_TASK_ESCORT,
)
from sim.flow.compiled.guest import may_release, release
from sim.flow.compiled.hospital import to_hospital
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.loads import close_loads_for
from sim.flow.compiled.placement import rooms_asked_for, scan_unplaced
from sim.flow.compiled.point import board, call_coach
from sim.flow.compiled.queues import (
    event_key,
    free_task,
    number_of,
    remove,
    schedule,
    site_place,
    sort_list,
    write,
    write_place,
)
from sim.flow.compiled.site import close_site, prepare, site_to_prepare
from sim.flow.compiled.staff import call_brigade
from sim.flow.compiled.world import World
from sim.flow.log import SWAB_ROUND
from sim.flow.rules import OPEN, SKIP, STOPPED, WAIT

MOST_PASSES = 1000

verdict_on_head = jit(rules.verdict_on_head)
site_to_readmit = jit(rules.site_to_readmit)
closing_candidate = jit(rules.closing_candidate)
review_passes = jit(rules.review_passes)


@jit_into
def decide(w: World) -> None:
    """Take all decisions until nothing changes."""
    g = w.g
    for _ in range(MOST_PASSES):
        if g[F.ALL_DECISIONS] == 0:
            start_tasks(w)
            if g[F.ALL_DECISIONS] == 0:
                g[F.PENDING] = 0
                return
        g[F.ALL_DECISIONS] = 0
        if _take_all(w):
            g[F.ALL_DECISIONS] = 1
    g[F.STATUS] = F.UNSETTLED


@jit_into
def _take_all(w: World) -> bool:
    """One pass, in the order of the conceptual model; says whether it changed anything."""
    g = w.g  # what nothing asks for is not called: most seconds have one decision
    changed = g[F.REVIEW_DUE] == 1 and _review_closing(w)
    if g[F.CHECK_BEDS] == 1:
        changed = to_hospital(w) or changed
    if g[F.N_READY] > 0:
        changed = _release_ready(w) or changed
    if g[F.SCAN] == 1:
        changed = scan_unplaced(w) or changed
    if g[F.CHECK_RESERVE] == 1:
        changed = _keep_reserve(w) or changed
    if g[F.N_DUE] > 0:
        changed = _queue_due_loads(w) or changed
    if g[F.N_TOUCHED] > 0:
        changed = start_tasks(w) or changed
    if g[F.CHECK_CLOSING] == 1:
        changed = _close_empty_sites(w) or changed
    if g[F.N_CALLERS] > 0:
        call_brigade(w)
    return changed


@jit
def _review_closing(w: World) -> bool:
    """Daily: the site open longest stops when the others have had enough free rooms at the last reviews."""
    g, s, c = w.g, w.s, w.c
    if g[F.REVIEW_DUE] == 0:
        return False
    g[F.REVIEW_DUE] = 0
    candidate = closing_candidate(s[F.STATE], s[F.OPENED], g[F.NOW], c[F.STAY])
    elsewhere = g[F.FREE_TOTAL] - s[F.FREE, candidate] - rooms_asked_for(w)
    if candidate < 0 or not review_passes(c[F.CLOSING], elsewhere, c[F.RESERVE], c[F.MARGIN]):
        g[F.REVIEWS_PASSED] = 0
        return False
    g[F.REVIEWS_PASSED] += 1
    if g[F.REVIEWS_PASSED] < c[F.HOLD_REVIEWS]:
        return False
    s[F.STATE, candidate] = STOPPED
    g[F.FREE_TOTAL] -= s[F.FREE, candidate]
    g[F.CHECK_RESERVE] = 1
    g[F.CHECK_CLOSING] = 1
    write_place(w, K_SITE_STOPPED, site_place(w, candidate), 0, s[F.SITE_ROOMS, candidate], R_REVIEW)
    close_loads_for(w, candidate, R_SITE_STOPPED)
    g[F.ALL_DECISIONS] = 1
    return True


@jit_into
def _release_ready(w: World) -> bool:
    """Parties that may go, inside release hours, are released; one that was detected in this second is not."""
    n = w.g[F.N_READY]
    if n == 0:
        return False
    w.g[F.N_READY] = 0
    sort_list(w, F.READY, n)
    for i in range(n):
        entity = w.lists[F.READY, i]
        w.p[entity, F.IN_READY] = 0
        if may_release(w, entity):
            release(w, entity)
    return True


@jit
def _keep_reserve(w: World) -> bool:
    """While fewer rooms than the reserve are free, those that waiting parties need taken off: re-admit the last stopped
    site, else prepare the next candidate.
    """
    g, c = w.g, w.c
    if g[F.CHECK_RESERVE] == 0 or c[F.RESERVE] < 0 or g[F.NOW] >= c[F.WINDOW_END]:
        return False
    g[F.CHECK_RESERVE] = 0
    changed = False
    while _is_short(w) and _add_rooms(w):
        changed = True
    return changed


@jit
def _is_short(w: World) -> bool:
    free, reserve = w.g[F.FREE_TOTAL], w.c[F.RESERVE]
    return free < reserve or free - rooms_asked_for(w) < reserve


@jit
def _add_rooms(w: World) -> bool:
    """Re-admit or prepare one site. Returns False, and says so once, when no candidate is left."""
    g, s = w.g, w.s
    site = site_to_readmit(s[F.STATE], s[F.TAKEN], s[F.BARRED])
    if site >= 0:
        s[F.STATE, site] = OPEN
        g[F.FREE_TOTAL] += s[F.FREE, site]
        g[F.SCAN] = 1
        write_place(w, K_SITE_READMITTED, site_place(w, site), 0, s[F.SITE_ROOMS, site], R_RESERVE)
        return True
    site = site_to_prepare(s[F.STATE], s[F.ON_DEMAND], s[F.BARRED])
    if site >= 0:
        prepare(w, site, R_RESERVE)
        return True
    if g[F.EXHAUSTED] == 0:
        g[F.EXHAUSTED] = 1
        write(w, K_SITES_EXHAUSTED, 0, 0, -1, -1, 0, g[F.FREE_TOTAL], 0)
    return False


@jit
def _queue_due_loads(w: World) -> bool:
    """Due loads ask for a coach and escorts."""
    n = w.g[F.N_DUE]
    if n == 0:
        return False
    w.g[F.N_DUE] = 0
    sort_list(w, F.DUE, n)
    for i in range(n):
        call_coach(w, w.lists[F.DUE, i])
    return True


@jit_into
def start_tasks(w: World) -> bool:
    """Free staff take the heads of their queues, pool by pool."""
    g = w.g
    n = g[F.N_TOUCHED]
    if n == 0:
        return False
    g[F.N_TOUCHED] = 0
    if n > 1:
        sort_list(w, F.TOUCHED_POOLS, n)
    started = False
    for i in range(n):
        w.q[w.lists[F.TOUCHED_POOLS, i], F.TOUCHED] = 0
    for i in range(n):
        started = _start_in(w, w.lists[F.TOUCHED_POOLS, i]) or started
    return started


@jit_into
def _start_in(w: World, pool: int) -> bool:
    """Start tasks while the head may. Loads without a coach, and tasks that the shift is too small for, are skipped:
    they are not the head.
    """
    t, q = w.t, w.q
    if q[pool, F.N_QUEUED] == 0:
        return False
    started = False
    for of_class in range(7):
        task = q[pool, F.HEADS + of_class]
        while task >= 0:
            following = t[task, F.NEXT]
            if t[task, F.LAPSED] == 1:
                remove(w, task)
                free_task(w, task)
            elif not (t[task, F.SUBJECT] == S_TASK_ESCORT and _no_coach(w, task)):
                verdict = verdict_on_head(t[task, F.NEED], q[pool, F.FOR_QUEUE], q[pool, F.BUSY])
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
    return w.d[w.p[w.t[task, F.ENTITY], F.LOAD_POINT], F.COACHES_FREE] <= 0


@jit_into
def _start(w: World, task: int) -> None:
    """Staff begin a task; its end is known now. A post that somebody leaves for it is empty meanwhile."""
    t, q = w.t, w.q
    pool, entity = t[task, F.POOL], t[task, F.ENTITY]
    q[pool, F.BUSY] += t[task, F.NEED]
    t[task, F.SHIFT] = q[pool, F.SHIFT_NUMBER]
    subject_id = number = number_of(w, entity)
    if t[task, F.SUBJECT] == S_TASK_ESCORT:
        board(w, task, entity)
        number = -1
    else:
        key = event_key(t[task, F.MOMENT], pool, entity, t[task, F.OCCASION])
        schedule(w, w.g[F.NOW] + t[task, F.SECONDS], key, task)
    if t[task, F.ROUND] >= 0:
        kind = w.c[F.N_KINDS] if t[task, F.OCCASION] == SWAB_ROUND else t[task, F.OCCASION]
        w.waiting[entity, kind] = -1
        subject_id = t[task, F.ROUND]
    end = w.g[F.NOW] + t[task, F.SECONDS]
    write(w, K_TASK, t[task, F.SUBJECT], subject_id, pool, number, t[task, F.NEED], end, 0)


@jit
def _close_empty_sites(w: World) -> bool:
    """A stopped site closes when no room is taken, rooms held by loads included."""
    if w.g[F.CHECK_CLOSING] == 0:
        return False
    w.g[F.CHECK_CLOSING] = 0
    closed = False
    for site in range(w.c[F.N_SITES]):
        if w.s[F.STATE, site] == STOPPED and w.s[F.TAKEN, site] == 0:
            close_site(w, site, R_REVIEW)
            closed = True
    return closed
