"""Compiled: the loop over events, from second 0 to the hard stop."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.care import find_symptoms, result_arrives, schedule_round, start_round, swabbed
from sim.flow.compiled.cohorts import end_intake, start_clock
from sim.flow.compiled.core import (
    begin_party,
    end_task,
    free_task,
    lapse,
    make_due,
    scan_again,
    site_place,
    touch,
    wake,
    write,
    write_infected,
    write_party,
    write_place,
)
from sim.flow.compiled.decisions import decide
from sim.flow.compiled.events import (
    ENTITY_MASK,
    MASK,
    OCCASION_MASK,
    PLACE_MASK,
    drop_first,
    event_key,
    fetch_in_lane,
    schedule,
    take,
)
from sim.flow.compiled.found import arrival_result, await_arrival_test, discharge, recover
from sim.flow.compiled.guest import (
    add_guest,
    begin_stay,
    checked_in,
    clean,
    free_rooms,
    leave,
    move_out,
    stay_over,
    try_release,
)
from sim.flow.compiled.jit import door, jit, jit_into
from sim.flow.compiled.point import (
    boarding_ends,
    coach_ready,
    coach_returns,
    hand_over,
    next_hand_over,
    registered,
    ride_ends,
)
from sim.flow.compiled.site import close_site, disruption_begins, disruption_ends, disruption_place, site_opens
from sim.flow.compiled.staff import begin_shift, brigade_arrives, brigade_leaves, shift_ends, start_roster
from sim.flow.compiled.visits import put_in_order
from sim.flow.compiled.world import FAR, World
from sim.flow.log import Kind, Reason, Subject
from sim.flow.order import MOMENT_SHIFT, OCCASION_BITS, PLACE_SHIFT, Moment
from sim.flow.rules import CLOSED, DAY, NEVER, OPEN, PREPARING

day_swabbed_before = jit(rules.day_swabbed_before)


@door
def run_flow(w: World) -> int:
    """Run a replication to its end; returns the status."""
    flow = w.flow
    _begin(w)
    while flow[F.OVER] == 0 and flow[F.STATUS] == F.FINE:
        if flow[F.PENDING] == 1 and not _more_now(w):
            decide(w)
            continue
        source = _first_source(w)
        if flow[F.FIRST_OF + source] != flow[F.NOW]:
            flow[F.NOW], flow[F.TURN] = flow[F.FIRST_OF + source], 0
        if source == F.HAND_OVERS:
            hand_over(w)
            continue
        key = _first_key(w, source)
        payload = _take(w, source)
        _happen(w, key, payload)
    return flow[F.STATUS]


@jit_into
def _more_now(w: World) -> bool:
    """Whether there is another event in the present second."""
    now, found = w.flow[F.NOW], 0
    for source in range(F.N_SOURCES):
        found += 1 if w.flow[F.FIRST_OF + source] <= now else 0
    return found > 0


@jit_into
def _first_source(w: World) -> int:
    """Where the next event is: by second, then by key."""
    flow, second, source, ties = w.flow, FAR, 0, 0
    for other in range(F.N_SOURCES):
        second = min(second, flow[F.FIRST_OF + other])
    for other in range(F.N_SOURCES):  # sums and no branches, which the processor would guess wrong
        is_first = 1 if flow[F.FIRST_OF + other] == second else 0
        source, ties = source + is_first * other, ties + is_first
    if ties == 1:
        return source
    source, key = -1, FAR
    for other in range(F.N_SOURCES):
        if flow[F.FIRST_OF + other] == second:
            other_key = _first_key(w, other)
            if source < 0 or other_key < key:
                source, key = other, other_key
    return source


@jit
def _first_key(w: World, source: int) -> int:
    """Key of a source's first event."""
    if source == F.WHEEL:
        return w.nodes[w.wheel[w.flow[F.FIRST_OF + F.WHEEL] & MASK, 0], F.NODE_KEY]
    if source < F.N_LANES:
        return w.lanes[source, w.lane_ends[source, F.LANE_HEAD], 1]
    if source == F.HEAP:
        return w.heap[0, 1]
    row = w.hand_overs[w.flow[F.HAND_OVER_AT]]
    return event_key(Moment.HAND_OVER, row[F.HO_PORT], row[F.HO_ENTITY], 0)


@jit_into
def _take(w: World, source: int) -> int:
    """Take the first event of a lane, the wheel or the heap; its payload."""
    if source == F.WHEEL:
        return take(w)
    if source < F.N_LANES:
        at, events = w.lane_ends[source, F.LANE_HEAD], w.lanes[source]
        w.lane_ends[source, F.LANE_HEAD] = at + 1
        more = at + 1 < w.lane_ends[source, F.LANE_TAIL]
        w.flow[F.FIRST_OF + source] = events[at + 1, 0] if more else FAR
        fetch_in_lane(w, source, at)
        return events[at, 2]
    payload = w.heap[0, 2]
    drop_first(w)
    return payload


@jit
def _begin(w: World) -> None:
    """What is known at second 0: rosters of points, dated openings, disruptions, timetables."""
    fixed, pools = w.fixed, w.pools
    next_hand_over(w, 0)
    for pool in range(fixed[F.FIRST_POOL], fixed[F.N_PLACES]):
        if pools[pool, F.IS_UNLIMITED] == 0 and _is_at_a_point(w, pool):
            start_roster(w, pool)
    for port in range(fixed[F.N_PORTS]):
        _schedule_hours(w, port)
    for site in range(fixed[F.N_SITES]):
        if w.sites[F.OPENS, site] >= 0:
            schedule(w, w.sites[F.OPENS, site], event_key(Moment.SITE_OPENS, site_place(w, site), 0, 0), 0)
    for index in range(len(w.disruptions)):
        key = event_key(Moment.DISRUPTION_BEGINS, disruption_place(w, index), 0, index)
        schedule(w, w.disruptions[index, 0], key, 0)
    if len(w.initial) > 0:
        schedule(w, 0, event_key(Moment.PARTIES_PRESENT, 0, 0, 0), 0)
    if fixed[F.N_ROUNDS] > 0:
        schedule_round(w)
    if fixed[F.CLOSING] != NEVER:
        schedule(w, fixed[F.REVIEW_SECOND], event_key(Moment.REVIEW_IS_DUE, 0, 0, 0), 0)
    schedule(w, fixed[F.WINDOW_END], event_key(Moment.WINDOW_ENDS, 0, 0, 0), 0)
    schedule(w, fixed[F.STOP], event_key(Moment.HARD_STOP, 0, 0, 0), 0)
    wake(w)


@jit
def _is_at_a_point(w: World, pool: int) -> bool:
    for port in range(w.fixed[F.N_PORTS]):
        if w.points[port, F.POINT_POOL] == pool:
            return True
    return False


@jit
def _schedule_hours(w: World, port: int) -> None:
    """The port's next opening or closing."""
    at = w.points[port, F.HOURS_AT]
    if at < w.points[port, F.HOURS_END]:
        moment = Moment.PORT_OPENS if w.points[port, F.HOURS_END] % 2 == at % 2 else Moment.PORT_CLOSES
        schedule(w, w.hours[at], event_key(moment, port, 0, 0), 0)


@jit_into
def _happen(w: World, key: int, payload: int) -> None:
    """One event of phase 1, by rank."""
    moment = key >> MOMENT_SHIFT
    place = (key >> PLACE_SHIFT) & PLACE_MASK
    entity = (key >> OCCASION_BITS) & ENTITY_MASK
    occasion = key & OCCASION_MASK
    if moment == Moment.RELEASE_HOURS_OPEN:
        try_release(w, entity)
    elif moment < 5 * 16:
        _happen_to_places(w, moment, place, occasion)
    elif moment < 7 * 16:
        _happen_to_service(w, moment, place, entity, payload)
    elif moment == Moment.RESULT_ARRIVES:
        if occasion == 0:
            arrival_result(w, entity)
        else:
            result_arrives(w, entity, occasion, payload)
    elif moment == Moment.STAY_ENDS:
        stay_over(w, entity, occasion)
    else:
        _happen_by_clock(w, moment, place, entity, payload)


@jit
def _happen_to_places(w: World, moment: int, place: int, occasion: int) -> None:
    """Ranks 1 to 4: disruptions, hours, rosters, sites."""
    if moment == Moment.SHIFT_ENDS:
        shift_ends(w, place)
    elif moment == Moment.SHIFT_BEGINS:
        begin_shift(w, place)
    elif moment == Moment.PORT_OPENS or moment == Moment.PORT_CLOSES:
        write_place(w, Kind.PORT_OPENED if moment == Moment.PORT_OPENS else Kind.PORT_CLOSED, place, 0, 0, 0)
        w.points[place, F.HOURS_AT] += 1
        _schedule_hours(w, place)
    elif moment == Moment.SITE_OPENS:
        site_opens(w, place - w.fixed[F.N_PORTS])
    elif moment == Moment.BRIGADE_LEAVES:
        brigade_leaves(w, place, occasion)
    elif moment == Moment.BRIGADE_ARRIVES:
        brigade_arrives(w, place, occasion)
    elif moment == Moment.DISRUPTION_BEGINS:
        disruption_begins(w, occasion)
    elif moment == Moment.DISRUPTION_ENDS:
        disruption_ends(w, occasion)
    elif moment == Moment.PARTIES_PRESENT:
        _parties_present(w)


@jit_into
def _happen_to_service(w: World, moment: int, place: int, entity: int, payload: int) -> None:
    """Ranks 5 and 6: capacity freed, service ends."""
    if moment == Moment.AIRING_ENDS:
        clean(w, entity, place - w.fixed[F.N_PORTS], payload)
    elif moment == Moment.COACH_DISINFECTED:
        coach_ready(w, entity)
    elif moment == Moment.COACH_RETURNS:
        coach_returns(w, entity)
    elif moment == Moment.BED_FREED:
        discharge(w, entity)
    elif moment == Moment.PERSON_RECOVERS:
        recover(w, entity)
    elif moment == Moment.BOARDING_ENDS:
        boarding_ends(w, entity)
    elif moment == Moment.RIDE_ENDS:
        ride_ends(w, entity)
    else:
        _end_service(w, moment, place, entity, payload)


@jit_into
def _end_service(w: World, moment: int, place: int, entity: int, task: int) -> None:
    """A task that was scheduled when it started ends: staff first, then what it was for."""
    if task < 0:  # a plain visit of a pool in which others wait
        touch(w, place)
        return
    aux = w.tasks[task, F.AUX]
    end_task(w, task)
    if moment == Moment.VISIT_ENDS:
        if aux == 1:
            find_symptoms(w, entity)
    elif moment == Moment.REGISTRATION_ENDS:
        registered(w, entity)
    elif moment == Moment.CHECK_IN_ENDS:
        checked_in(w, entity, task)
    elif moment == Moment.SWAB_ENDS:
        swabbed(w, entity, aux)
    elif moment == Moment.CHECK_OUT_ENDS:
        leave(w, entity)
    elif moment == Moment.CLEANING_ENDS:
        free_rooms(w, entity, aux // 2**32, aux % 2**32)
    free_task(w, task)


@jit
def _happen_by_clock(w: World, moment: int, place: int, entity: int, payload: int) -> None:
    """Ranks 9 to 12: timetable, timers, end of W, hard stop."""
    if moment == Moment.ROUND_STARTS:
        start_round(w)
    elif moment == Moment.HOLD_EXPIRES:
        if payload == w.loads[entity, F.LOAD_OPEN]:
            make_due(w, entity, Reason.HOLD)
    elif moment == Moment.REVIEW_IS_DUE:
        w.flow[F.REVIEW_DUE] = 1
        wake(w)
        if w.flow[F.NOW] + DAY < w.fixed[F.STOP]:
            schedule(w, w.flow[F.NOW] + DAY, event_key(Moment.REVIEW_IS_DUE, 0, 0, 0), 0)
    elif moment == Moment.OVERTAKEN_LONG_ENOUGH:
        scan_again(w)
    elif moment == Moment.BRIGADE_TRIGGER:
        w.pools[place, F.WATCHED] = 0
        w.lists[F.CALLERS, w.flow[F.N_CALLERS]] = place
        w.flow[F.N_CALLERS] += 1
        wake(w)
    elif moment == Moment.COHORT_ENDS:
        end_intake(w, place - w.fixed[F.N_PORTS], payload)
    elif moment == Moment.WINDOW_ENDS:
        _end_window(w)
    elif moment == Moment.HARD_STOP:
        _stop(w)


@jit
def _parties_present(w: World) -> None:
    """Parties that are in a site when the window begins."""
    parties, sites = w.parties, w.sites
    for i in range(len(w.initial)):
        row = w.initial[i]
        site, arrival, entity = row[F.IN_SITE], row[F.IN_SECOND], row[F.IN_ENTITY]
        begin_party(w, entity, row[F.IN_PEOPLE])
        parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO] = row[F.IN_CASE_FROM], row[F.IN_CASE_TO]
        parties[entity, F.SITE], parties[entity, F.ARRIVED] = site, arrival
        parties[entity, F.AT_SITE] = parties[entity, F.CHECKED_IN] = 1
        w.where[entity] = F.INSIDE
        write_party(w, Kind.PRESENT, entity, site_place(w, site), arrival)
        write_infected(w, Kind.INFECTED, entity, site_place(w, site))
        begin_stay(w, entity, arrival)
        if w.fixed[F.ARRIVAL_TEST] > 0 and w.fixed[F.SCREENS_ALL] == 1:
            await_arrival_test(w, entity, arrival + w.fixed[F.ARRIVAL_TEST])
        if len(w.rounds) > 0:
            parties[entity, F.SWABBED] = day_swabbed_before(arrival, w.rounds[-1, 0] - DAY)
        if sites[F.STATE, site] == CLOSED:  # lost in this very second
            move_out(w, entity)
            continue
        rooms = parties[entity, F.PEOPLE] if w.fixed[F.PER_PERSON] == 1 else 1
        parties[entity, F.ROOMS] = rooms
        sites[F.FREE, site] -= rooms
        sites[F.TAKEN, site] += rooms
        if sites[F.STATE, site] == OPEN:
            w.flow[F.FREE_TOTAL] -= rooms
        sites[F.OPENED, site] = min(sites[F.OPENED, site], arrival)
        add_guest(w, site, entity)
    for site in range(w.fixed[F.N_SITES]):
        if sites[F.TAKEN, site] > 0:
            start_clock(w, site, sites[F.OPENED, site])  # the earliest arrival
    wake(w)


@jit
def _end_window(w: World) -> None:
    """Parties without rooms leave, preparation stops."""
    parties, flow = w.parties, w.flow
    write(w, Kind.END_OF_WINDOW, Subject.NONE, 0, -1, -1, 0, 0, 0)
    for point in range(w.fixed[F.N_PORTS]):
        for entity in range(0, w.fixed[F.N_ENTITIES], 1 << w.fixed[F.ALONE_BITS]):
            if w.where[entity] == F.WITHOUT_ROOM and parties[entity, F.PORT] == point:
                parties[entity, F.GONE] = 1
                w.where[entity] = F.ELSEWHERE
                write_party(w, Kind.UNPLACED, entity, point, 0)
                if parties[entity, F.DIVERTED] == 1:
                    write_infected(w, Kind.INFECTED_LEFT, entity, point)
                lapse(w, parties[entity, F.REGISTRATION_TASK])
    waiting, kept = w.lists[F.UNPLACED], 0
    for i in range(flow[F.N_UNPLACED]):
        if parties[waiting[i], F.GONE] == 0:
            waiting[kept] = waiting[i]
            kept += 1
    flow[F.N_UNPLACED] = kept
    for site in range(w.fixed[F.N_SITES]):
        if w.sites[F.STATE, site] == PREPARING:
            flow[F.FREE_TOTAL] -= w.sites[F.FREE, site]
            close_site(w, site, Reason.END_OF_WINDOW)
    wake(w)


@jit
def _stop(w: World) -> None:
    """Whoever is left is cut."""
    put_in_order(w)
    write(w, Kind.HARD_STOP, Subject.NONE, 0, -1, -1, 0, 0, 0)
    for entity in range(w.fixed[F.N_ENTITIES]):
        if w.where[entity] == F.INSIDE:
            w.where[entity] = F.ELSEWHERE
            load = w.parties[entity, F.LOAD]
            site = w.parties[entity, F.SITE]
            at_point = site < 0 or (load >= 0 and w.loads[load, F.LOAD_BOARDED] == 0)
            place = w.parties[entity, F.PORT] if at_point else site_place(w, site)
            write_party(w, Kind.CENSORED, entity, place, 0)
    w.flow[F.OVER] = 1
