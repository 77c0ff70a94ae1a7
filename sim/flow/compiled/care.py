"""Compiled: visits, swabs and their results (see `reference.care`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.core import (
    enqueue,
    new_task,
    service_seconds,
    site_place,
    touch,
    watch_waits,
    write,
)
from sim.flow.compiled.events import AHEAD, event_key, fetch_party, schedule
from sim.flow.compiled.found import detect_one, restart
from sim.flow.compiled.guest import miss_swab, miss_visit, try_release
from sim.flow.compiled.jit import jit, jit_into
from sim.flow.compiled.visits import ask, number_of, put_in_order, renew_queue, round_number, waits
from sim.flow.compiled.world import World
from sim.flow.log import SWAB_ROUND, Kind, Reason, Subject
from sim.flow.order import Moment
from sim.flow.rules import DAY

day_of_stay = jit(rules.day_of_stay)
holds_from = jit(rules.holds_from)
is_within_stay = jit(rules.is_within_stay)
laboratory_day = jit(rules.laboratory_day)
swab_column = jit(rules.swab_column)
test_is_positive = jit(rules.test_is_positive)


@jit
def schedule_round(w: World) -> None:
    """The next round of the timetable; rounds of several kinds at one second are one event."""
    at, n = w.flow[F.ROUND_AT], w.fixed[F.N_ROUNDS]
    second = (at // n) * DAY + w.rounds[at % n, 0]
    if second < w.fixed[F.STOP]:
        schedule(w, second, event_key(Moment.ROUND_STARTS, 0, 0, 0), 0)


@jit
def start_round(w: World) -> None:
    """A visit for every party present, site by site; a visit of the last round that has not begun is missed."""
    flow, n = w.flow, w.fixed[F.N_ROUNDS]
    put_in_order(w)
    first = flow[F.ROUND_AT] % n
    last = first
    while last + 1 < n and w.rounds[last + 1, 0] == w.rounds[first, 0]:
        last += 1
    half = len(w.asked) // 2
    flow[F.N_VISITS] = half if flow[F.VISITS_END] == half else 0
    flow[F.VISITS_END] = flow[F.N_VISITS] + half
    for site in range(w.fixed[F.N_SITES]):
        if w.sites[F.FIRST_GUEST, site] < 0:
            continue
        pool = w.sites[F.SITE_POOL, site]
        if waits(w, pool):
            _miss_visits(w, site, pool, first, last)
        known, known_until = w.pools[pool, F.QUEUE_AT], w.pools[pool, F.END_OF_VISITS]
        renew_queue(w, pool)
        _ask_for_visits(w, site, pool, first, last, known, known_until)
        touch(w, pool)
        watch_waits(w, pool)
    for at in range(first, last + 1):
        w.last_rounds[w.rounds[at, 1]] = flow[F.NOW]
    flow[F.ROUND_AT] += last - first + 1
    schedule_round(w)


@jit
def _miss_visits(w: World, site: int, pool: int, first: int, last: int) -> None:
    """Visits of these rounds of the timetable that still wait are missed."""
    entity = w.sites[F.FIRST_GUEST, site]
    while entity >= 0:
        _ask_if_due(w, entity, pool)
        for at in range(first, last + 1):
            miss_visit(w, pool, entity, w.rounds[at, 1], Reason.NEXT_ROUND)
        entity = w.parties[entity, F.NEXT_GUEST]


@jit
def _ask_for_visits(w: World, site: int, pool: int, first: int, last: int, known: int, known_until: int) -> None:
    """Each guest who is not released gets a visit of each kind, and a swab that is due. The last round's visits tell
    who comes next, mostly.
    """
    entity = w.sites[F.FIRST_GUEST, site]
    while entity >= 0:
        party = w.parties[entity]
        if known + AHEAD < known_until:
            fetch_party(w, w.asked[known + AHEAD, F.VISITED])
        known += 1
        if party[F.RELEASED] == 0:
            _ask_if_due(w, entity, pool)
            for at in range(first, last + 1):
                kind = w.rounds[at, 1]
                mean = w.visits[kind, 0] * party[F.ROOMS] + w.visits[kind, 1] * party[F.PEOPLE]
                finds = w.visits[kind, 2] > 0.0 and party[F.CASE_TO] > party[F.CASE_FROM]
                ask(w, pool, entity, kind, service_seconds(mean, 0.0, 1, 1.0), finds)
        entity = party[F.NEXT_GUEST]


@jit_into
def _ask_if_due(w: World, entity: int, pool: int) -> None:
    """Ask for a swab unless none can be due yet: a guest is looked at once in a day of the stay."""
    party = w.parties[entity]
    if (
        party[F.SWAB_FROM] <= w.flow[F.NOW]
        and w.fixed[F.SWABBING] == 1
        and party[F.RELEASED] == 0
        and party[F.PATIENT] == 0
    ):
        _ask_for_swab(w, entity, pool)


@jit
def _ask_for_swab(w: World, entity: int, pool: int) -> None:
    """Swabs are due at the first round of set days of the stay; one that was missed is due again at the next round."""
    parties = w.parties
    day = day_of_stay(w.flow[F.NOW], parties[entity, F.STAY_BEGAN])
    stay = parties[entity, F.STAY_ENDS] - parties[entity, F.STAY_BEGAN]
    parties[entity, F.SWAB_FROM] = parties[entity, F.STAY_BEGAN] + day * DAY
    due = is_within_stay(day, stay) and day != parties[entity, F.SWABBED]
    if due and swab_column(day, stay, w.swab_days) >= 0:
        parties[entity, F.SWABBED] = day
        parties[entity, F.SWAB_DUE] = parties[entity, F.RESTARTS] * 1000 + day
    elif parties[entity, F.SWAB_MISSED] == 0:
        return
    parties[entity, F.SWAB_MISSED] = 0
    seconds = service_seconds(w.durations[F.SWAB_SECONDS] * parties[entity, F.PEOPLE], 0.0, 1, 1.0)
    task = new_task(w, pool, Subject.TASK_SWAB, entity, 1, seconds, Moment.SWAB_ENDS)
    w.tasks[task, F.AUX] = parties[entity, F.SWAB_DUE]
    miss_swab(w, entity, Reason.NEXT_ROUND)
    w.tasks[task, F.OCCASION] = SWAB_ROUND
    w.tasks[task, F.ROUND] = round_number(w.flow[F.NOW], SWAB_ROUND)
    parties[entity, F.SWAB_TASK] = task
    enqueue(w, task)


@jit
def _swab_index(w: World, day: int) -> int:
    """Column of a swab that was taken on its day of the stay, or on the last."""
    return swab_column(day, day * DAY, w.swab_days)


@jit
def swabbed(w: World, entity: int, stay_and_day: int) -> None:
    """The swabs go to the laboratory; what it will find is known now."""
    parties, fixed, now = w.parties, w.fixed, w.flow[F.NOW]
    if parties[entity, F.GONE] == 1 or parties[entity, F.PATIENT] == 1:
        return
    if parties[entity, F.SWAB_DUE] == stay_and_day:
        parties[entity, F.SWAB_DUE] = 0
    if fixed[F.LABORATORY] == 0:
        try_release(w, entity)
        return
    people = parties[entity, F.PEOPLE]
    today = min(now // DAY, len(w.laboratory_used) - 1)
    taken_in = laboratory_day(today, people, w.laboratory_used, fixed[F.CAPACITY])
    w.laboratory_used[taken_in] += people
    taken = max(now, taken_in * DAY)
    result = taken + w.turnaround[holds_from(w.turnaround_from, taken)]
    stay, index, positives = stay_and_day // 1000, _swab_index(w, stay_and_day % 1000), 0
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        age = now - w.cases[case, F.CASE_INFECTED]
        if w.cases[case, F.CASE_DETECTED] == 0 and test_is_positive(
            age, w.test_uniform[case, stay, index], w.test_days, w.test_shares, w.fixed[F.TEST_STRAIGHT]
        ):
            w.positive[case, stay, index] = 1
            positives += 1
    parties[entity, F.AWAITED] += 1
    key = event_key(Moment.RESULT_ARRIVES, site_place(w, parties[entity, F.SITE]), entity, stay_and_day)
    schedule(w, result, key, people * 2**32 + positives)


@jit
def result_arrives(w: World, entity: int, stay_and_day: int, payload: int) -> None:
    """The result of a party's swabs arrives."""
    parties = w.parties
    parties[entity, F.AWAITED] -= 1
    number, place = number_of(w, entity), site_place(w, parties[entity, F.SITE])
    people, positives = payload // 2**32, payload % 2**32
    write(w, Kind.RESULT, Subject.PARTY, number, place, number, people, positives, 0)
    stay, index = stay_and_day // 1000, _swab_index(w, stay_and_day % 1000)
    found = False
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        if w.positive[case, stay, index] == 1 and w.cases[case, F.CASE_DETECTED] == 0:
            detect_one(w, entity, case, Reason.BY_RESULT)
            found = True
    if found:
        restart(w, entity)
    try_release(w, entity)


@jit
def find_symptoms(w: World, entity: int) -> None:
    """At the end of a health check people with symptoms are found."""
    parties = w.parties
    if parties[entity, F.GONE] == 1 or parties[entity, F.AT_SITE] == 0:
        return
    found = False
    for case in range(parties[entity, F.CASE_FROM], parties[entity, F.CASE_TO]):
        row = w.cases[case]
        if row[F.CASE_DETECTED] == 0 and row[F.CASE_SYMPTOMATIC] == 1 and row[F.CASE_NOTICED] <= w.flow[F.NOW]:
            detect_one(w, entity, case, Reason.BY_SYMPTOMS)
            found = True
    if found:
        restart(w, entity)
