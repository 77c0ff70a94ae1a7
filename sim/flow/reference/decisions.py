"""Phase 2 of a second: the decisions, in fixed order, once after everything else that happens in it."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import order_key
from sim.flow.reference.core import as_bytes, close_loads_for, now, site_place, write, write_place
from sim.flow.reference.found import to_hospital
from sim.flow.reference.guest import may_release, release
from sim.flow.reference.placement import rooms_asked_for, scan_unplaced
from sim.flow.reference.point import board, call_coach
from sim.flow.reference.site import close_site, prepare
from sim.flow.reference.staff import call_brigade
from sim.flow.reference.state import Flow, Pool, Task

MOST_PASSES = 1000


def decide(flow: Flow) -> None:
    """Take all decisions until nothing changes. Raises RuntimeError when they don't settle.

    When only staff came free and only tasks joined queues, no other decision can come out differently.
    """
    for _ in range(MOST_PASSES):
        if not flow.all_decisions:
            start_tasks(flow)
            if not flow.all_decisions:
                flow.pending = False
                return
        flow.all_decisions = False
        if _take_all(flow):
            flow.all_decisions = True
    raise RuntimeError(f"decisions of second {now(flow)} still change after {MOST_PASSES} passes")


def _take_all(flow: Flow) -> bool:
    """One pass, in the order of the conceptual model; says whether it changed anything."""
    changed = review_closing(flow)
    changed |= to_hospital(flow)
    changed |= release_ready(flow)
    changed |= scan_unplaced(flow)
    changed |= keep_reserve(flow)
    changed |= queue_due_loads(flow)
    changed |= start_tasks(flow)
    changed |= close_empty_sites(flow)
    return call_brigade(flow) or changed


def review_closing(flow: Flow) -> bool:
    """Daily: the site open longest stops when the others have had enough free rooms at the last reviews."""
    if not flow.review_due:
        return False
    flow.review_due = False
    sites, tables = flow.sites, flow.tables.sites
    candidate = rules.closing_candidate(sites.state, sites.opened, now(flow), tables.stay)
    elsewhere = sites.free_total - sites.free[candidate] - rooms_asked_for(flow)
    if candidate < 0 or not rules.review_passes(tables.closing, elsewhere, tables.reserve, tables.margin):
        flow.reviews_passed = 0
        return False
    flow.reviews_passed += 1
    if flow.reviews_passed < tables.hold_reviews:
        return False
    _stop(flow, candidate)
    return True


def _stop(flow: Flow, site: int) -> None:
    """A site takes no more people; open loads for it close and are due."""
    sites = flow.sites
    sites.state[site] = rules.STOPPED
    sites.free_total -= sites.free[site]
    flow.check_reserve = flow.check_closing = True
    write_place(flow, Kind.SITE_STOPPED, site_place(flow, site), 0, sites.rooms[site], Reason.REVIEW)
    close_loads_for(flow, site, Reason.SITE_STOPPED)


def release_ready(flow: Flow) -> bool:
    """Parties that may go, inside release hours, are released; one that was detected in this second is not."""
    if not flow.ready:
        return False
    ready, flow.ready = sorted(flow.ready, key=lambda party: party.entity), []
    for party in ready:
        if may_release(flow, party):
            release(flow, party)
    return True


def keep_reserve(flow: Flow) -> bool:
    """While fewer rooms than the reserve are free, those that waiting parties need taken off: re-admit the last stopped
    site, else prepare the next candidate.
    """
    if not flow.check_reserve or flow.tables.sites.reserve < 0 or now(flow) >= flow.tables.window_end:
        return False
    flow.check_reserve = False
    changed = False
    while _is_short(flow) and _add_rooms(flow):
        changed = True
    return changed


def _is_short(flow: Flow) -> bool:
    free, reserve = flow.sites.free_total, flow.tables.sites.reserve
    return free < reserve or free - rooms_asked_for(flow) < reserve


def _add_rooms(flow: Flow) -> bool:
    """Re-admit or prepare one site. Returns False, and says so once, when no candidate is left."""
    tables, sites = flow.tables.sites, flow.sites
    site = rules.site_to_readmit(sites.state, sites.taken, sites.barred)
    if site >= 0:
        sites.state[site] = rules.OPEN
        sites.free_total += sites.free[site]
        flow.scan = True
        write_place(flow, Kind.SITE_READMITTED, site_place(flow, site), 0, sites.rooms[site], Reason.RESERVE)
        return True
    site = rules.site_to_prepare(sites.state, tables.on_demand, sites.barred)
    if site >= 0:
        prepare(flow, site, Reason.RESERVE)
        return True
    if not flow.exhausted:
        flow.exhausted = True
        write(flow, Kind.SITES_EXHAUSTED, Subject.NONE, 0, -1, -1, 0, sites.free_total)
    return False


def queue_due_loads(flow: Flow) -> bool:
    """Due loads ask for a coach and escorts."""
    if not flow.due:
        return False
    due, flow.due = sorted(flow.due, key=lambda load: load.entity), []
    for load in due:
        call_coach(flow, load)
    return True


def start_tasks(flow: Flow) -> bool:
    """Free staff take the heads of their queues, pool by pool."""
    if not flow.touched:
        return False
    pools, flow.touched = flow.touched, {}
    second, started = now(flow), False
    for place in sorted(pools):
        started |= _start_in(flow, pools[place], second)
    return started


def _start_in(flow: Flow, pool: Pool, second: int) -> bool:
    """Start tasks while the head may. Loads without a coach, and tasks that the shift is too small for, are skipped:
    they are not the head. What left the queue is cut off in one go: of a million lapsed visits one by one takes hours.
    """
    started, looked_at = False, 0
    queue, skipped = pool.queue, []
    while looked_at < len(queue):
        entry = queue[looked_at]
        task = entry[4]
        if not task.lapsed:
            without_coach = task.load is not None and task.load.point.coaches_free <= 0
            verdict = rules.SKIP if without_coach else rules.verdict_on_head(task.need, pool.for_queue, pool.busy)
            if verdict == rules.WAIT:
                break
            if verdict == rules.SKIP:
                skipped.append(entry)
            else:
                _start(flow, task, second)
                started = True
        looked_at += 1
    queue[:looked_at] = skipped
    return started


def _start(flow: Flow, task: Task, second: int) -> None:
    """Staff begin a task; its end is known now. A post that somebody leaves for it is empty meanwhile."""
    pool, party = task.pool, task.party
    pool.busy += task.need
    task.shift = pool.shift
    if task.load is not None:
        board(flow, task, task.load)
        subject_id, number = task.load.number, -1
    else:
        key = order_key(task.moment, pool.place, party.entity, task.occasion)
        flow.env.schedule(task, key, task.seconds)  # type: ignore[arg-type]
        subject_id = number = party.number
    if task.round >= 0:
        del party.waiting[task.occasion]
        subject_id = task.round
    end = second + task.seconds
    flow.rows.extend(as_bytes(second, Kind.TASK, task.subject, subject_id, pool.place, number, task.need, end, 0))


def close_empty_sites(flow: Flow) -> bool:
    """A stopped site closes when no room is taken, rooms held by loads included."""
    if not flow.check_closing:
        return False
    flow.check_closing = False
    sites = flow.sites
    empty = [s for s, state in enumerate(sites.state) if state == rules.STOPPED and sites.taken[s] == 0]
    for site in empty:
        close_site(flow, site, Reason.REVIEW)
    return bool(empty)
