"""Phase 2 of a second: the decisions, in fixed order, once after everything else that happens in it."""

from __future__ import annotations

from heapq import heappop, heappush

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import order_key
from sim.flow.reference.core import Task, now, site_place, write, write_party, write_place
from sim.flow.reference.placement import scan_unplaced
from sim.flow.reference.point import board, call_coach, close_load
from sim.flow.reference.site import end_shift, leave, opening
from sim.flow.reference.state import Flow, Pool

MOST_PASSES = 1000


def decide(flow: Flow) -> None:
    """Take all decisions until nothing changes. Raises RuntimeError when they don't settle."""
    steps = (
        review_closing,
        release_ready,
        scan_unplaced,
        keep_reserve,
        queue_due_loads,
        start_tasks,
        close_empty_sites,
    )
    for _ in range(MOST_PASSES):
        changes = [step(flow) for step in steps]
        if not any(changes):
            flow.pending = False
            return
    raise RuntimeError(f"decisions of second {now(flow)} still change after {MOST_PASSES} passes")


def review_closing(flow: Flow) -> bool:
    """Daily: the site open longest stops when the others have had enough free rooms at the last reviews."""
    if not flow.review_due:
        return False
    flow.review_due = False
    sites, tables = flow.sites, flow.tables.sites
    candidate = rules.closing_candidate(sites.state, sites.opened, now(flow), tables.stay)
    if candidate < 0 or not rules.review_passes(
        tables.closing, sites.free_total - sites.free[candidate], tables.reserve, tables.margin
    ):
        flow.reviews_passed = 0
        return False
    flow.reviews_passed += 1
    if flow.reviews_passed < tables.hold:
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
    for point in flow.points:
        if point.load is not None and point.load.site == site:
            close_load(flow, point.load, Reason.SITE_STOPPED)


def release_ready(flow: Flow) -> bool:
    """Parties whose stay has ended, inside release hours: check-out queues, or they leave at once without one."""
    if not flow.ready:
        return False
    ready, flow.ready = sorted(flow.ready, key=lambda entry: entry[0]), []
    for _, party, check_out in ready:
        write_party(flow, Kind.RELEASED, party, site_place(flow, party.site))
        if check_out is None:
            leave(flow, party)
        else:
            _enqueue(flow, check_out)
    return True


def keep_reserve(flow: Flow) -> bool:
    """While fewer rooms than the reserve are free: re-admit the last stopped site, else prepare the next candidate."""
    tables, sites = flow.tables.sites, flow.sites
    if not flow.check_reserve or tables.reserve < 0 or now(flow) >= flow.tables.window_end:
        return False
    flow.check_reserve = False
    changed = False
    while sites.free_total < tables.reserve and _add_rooms(flow):
        changed = True
    return changed


def _add_rooms(flow: Flow) -> bool:
    """Re-admit or prepare one site. Returns False, and says so once, when no candidate is left."""
    tables, sites = flow.tables.sites, flow.sites
    site = rules.site_to_readmit(sites.state, sites.taken)
    if site >= 0:
        sites.state[site] = rules.OPEN
        sites.free_total += sites.free[site]
        flow.scan = True
        write_place(flow, Kind.SITE_READMITTED, site_place(flow, site), 0, sites.rooms[site], Reason.RESERVE)
        return True
    site = rules.site_to_prepare(sites.state, tables.on_demand)
    if site >= 0:
        sites.state[site] = rules.PREPARING
        sites.free_total += sites.free[site]
        write_place(flow, Kind.SITE_PREPARING, site_place(flow, site), 0, sites.rooms[site], Reason.RESERVE)
        flow.env.process(opening(flow, site, now(flow) + tables.lead, Reason.RESERVE))
        return True
    if not flow.exhausted:
        flow.exhausted = True
        write(flow, Kind.SITES_EXHAUSTED, Subject.NONE, 0, -1, -1, 0, sites.free_total)
    return False


def queue_due_loads(flow: Flow) -> bool:
    """Due loads ask for a coach and escorts."""
    if not flow.due:
        return False
    due, flow.due = sorted(flow.due, key=lambda load: load.parties[0].entity), []
    for load in due:
        call_coach(flow, load)
    return True


def start_tasks(flow: Flow) -> bool:
    """Free staff take the heads of their queues, pool by pool."""
    pools, flow.touched = flow.touched, {}
    started = [_start_in(flow, pools[place]) for place in sorted(pools)]
    return any(started)


def _start_in(flow: Flow, pool: Pool) -> bool:
    """Start tasks while the head may; skip what the shift is too small for, and loads without a coach."""
    skipped = []
    started = False
    while pool.queue:
        entry = pool.queue[0]
        task = entry[3]
        verdict = rules.verdict_on_head(task.need, pool.present, pool.posts, pool.busy)
        if verdict == rules.WAIT and not task.party.gone:
            break
        heappop(pool.queue)
        if task.party.gone:
            continue
        if verdict == rules.SKIP or (task.load is not None and task.load.point.coaches_free == 0):
            skipped.append(entry)
            continue
        _start(flow, task)
        started = True
    for entry in skipped:
        heappush(pool.queue, entry)
    return started


def _start(flow: Flow, task: Task) -> None:
    """Staff begin a task; its end is known now. Posts it takes people from are empty meanwhile."""
    pool = task.pool
    pool.busy += task.need
    task.shift = pool.shift
    if task.load is not None:
        board(flow, task, task.load)
        party = -1
    else:
        flow.env.schedule(task, order_key(task.moment, pool.place, task.party.entity), task.seconds)  # type: ignore[arg-type]
        party = task.party.number
    end = now(flow) + task.seconds
    write(flow, Kind.TASK, task.subject, task.party.number, pool.place, party, task.need, end)


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


def close_site(flow: Flow, site: int, reason: Reason) -> None:
    """A site is given back: its team goes home, tasks that wait there lapse."""
    flow.sites.state[site] = rules.CLOSED
    write_place(flow, Kind.SITE_CLOSED, site_place(flow, site), 0, flow.sites.rooms[site], reason)
    pool = flow.sites.pools[site]
    pool.closed = True
    pool.queue.clear()
    if pool.staffed and pool.present:
        end_shift(flow, pool)


def _enqueue(flow: Flow, task: Task) -> None:
    heappush(task.pool.queue, (task.subject, now(flow), task.party.entity, task))
    flow.touched[task.pool.place] = task.pool
