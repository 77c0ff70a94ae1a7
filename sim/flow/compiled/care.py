"""Compiled: visits, swabs, results, and what happens to the detected (see `reference.care`)."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import (
    K_DETECTED,
    K_DETECTED_AFTER_RELEASE,
    K_PARTY_SPLIT,
    K_RESTARTED,
    K_RESULT,
    M_RESULT_ARRIVES,
    M_ROUND_STARTS,
    M_SWAB_ENDS,
    M_VISIT_ENDS,
    R_BY_RESULT,
    R_BY_SYMPTOMS,
    R_DETECTED,
    R_NEXT_ROUND,
    S_TASK_SWAB,
    S_TASK_VISIT,
)
from sim.flow.compiled.guest import add_guest, begin_stay, try_release, write_missed
from sim.flow.compiled.hospital import ENTITY_SHIFT
from sim.flow.compiled.jit import jit
from sim.flow.compiled.party import begin_party
from sim.flow.compiled.queues import (
    enqueue,
    event_key,
    new_task,
    number_of,
    scan_again,
    schedule,
    service_seconds,
    site_place,
    touch,
    wake,
    watch_waits,
    write,
)
from sim.flow.compiled.world import World
from sim.flow.log import SWAB_ROUND
from sim.flow.rules import DAY

day_of_stay = jit(rules.day_of_stay)
holds_from = jit(rules.holds_from)
is_within_stay = jit(rules.is_within_stay)
laboratory_day = jit(rules.laboratory_day)
test_is_positive = jit(rules.test_is_positive)


@jit
def schedule_round(w: World) -> None:
    """The next round of the timetable; rounds of several kinds at one second are one event."""
    at, n = w.g[F.ROUND_AT], w.c[F.N_ROUNDS]
    second = (at // n) * DAY + w.rounds[at % n, 0]
    if second < w.c[F.STOP]:
        schedule(w, second, event_key(M_ROUND_STARTS, 0, 0, 0), 0)


@jit
def start_round(w: World) -> None:
    """A visit for every party present, site by site; a visit of the last round that has not begun is missed."""
    g, p, n = w.g, w.p, w.c[F.N_ROUNDS]
    first = g[F.ROUND_AT] % n
    last = first
    while last + 1 < n and w.rounds[last + 1, 0] == w.rounds[first, 0]:
        last += 1
    for site in range(w.c[F.N_SITES]):
        entity = w.s[F.FIRST_GUEST, site]
        if entity < 0:
            continue
        pool = w.s[F.SITE_POOL, site]
        while entity >= 0:
            if p[entity, F.RELEASED] == 1:  # it gets no new visits, and what waits from the last round is missed
                for at in range(first, last + 1):
                    _miss(w, entity, w.rounds[at, 1])
            else:
                if w.c[F.SWABBING] == 1 and p[entity, F.PATIENT] == 0:
                    _ask_for_swab(w, entity, pool)
                for at in range(first, last + 1):
                    _ask_for_visit(w, entity, pool, w.rounds[at, 1])
            entity = p[entity, F.NEXT_GUEST]
        touch(w, pool)
        watch_waits(w, pool)
    g[F.ROUND_AT] += last - first + 1
    schedule_round(w)


@jit
def _ask_for_visit(w: World, entity: int, pool: int, kind: int) -> None:
    p = w.p
    mean = w.visits[kind, 0] * p[entity, F.ROOMS] + w.visits[kind, 1] * p[entity, F.PEOPLE]
    task = new_task(w, pool, S_TASK_VISIT, entity, 1, service_seconds(mean, 0.0, 1, 1.0), M_VISIT_ENDS)
    if w.visits[kind, 2] > 0.0 and p[entity, F.CASE_TO] > p[entity, F.CASE_FROM]:
        w.t[task, F.AUX] = 1
    _wait(w, task, entity, kind, kind)


@jit
def _miss(w: World, entity: int, kind: int) -> None:
    if w.waiting[entity, kind] >= 0:
        write_missed(w, w.waiting[entity, kind], R_NEXT_ROUND)
        w.waiting[entity, kind] = -1


@jit
def _wait(w: World, task: int, entity: int, kind: int, occasion: int) -> None:
    """The task joins its queue; one of the same kind that has not begun is missed."""
    _miss(w, entity, kind)
    w.t[task, F.OCCASION] = occasion
    w.t[task, F.ROUND] = w.g[F.NOW] * 100 + occasion
    w.waiting[entity, kind] = task
    enqueue(w, task)


@jit
def _ask_for_swab(w: World, entity: int, pool: int) -> None:
    """Swabs are due at the first round of set days of the stay; one that was missed is due again at the next round."""
    p = w.p
    day = day_of_stay(w.g[F.NOW], p[entity, F.STAY_BEGAN])
    if is_within_stay(day, w.c[F.STAY]) and day != p[entity, F.SWABBED] and _swab_index(w, day) >= 0:
        p[entity, F.SWABBED] = day
        p[entity, F.SWAB_DUE] = p[entity, F.RESTARTS] * 1000 + day
    elif p[entity, F.SWAB_MISSED] == 0:
        return
    p[entity, F.SWAB_MISSED] = 0
    seconds = service_seconds(w.f[F.SWAB_SECONDS] * p[entity, F.PEOPLE], 0.0, 1, 1.0)
    task = new_task(w, pool, S_TASK_SWAB, entity, 1, seconds, M_SWAB_ENDS)
    w.t[task, F.AUX] = p[entity, F.SWAB_DUE]
    _wait(w, task, entity, w.c[F.N_KINDS], SWAB_ROUND)


@jit
def _swab_index(w: World, day: int) -> int:
    for i in range(len(w.swab_days)):
        if w.swab_days[i] == day:
            return i
    return -1


@jit
def swabbed(w: World, entity: int, stay_and_day: int) -> None:
    """The swabs go to the laboratory; what it will find is known now."""
    p, c, now = w.p, w.c, w.g[F.NOW]
    if p[entity, F.GONE] == 1 or p[entity, F.PATIENT] == 1:
        return
    if p[entity, F.SWAB_DUE] == stay_and_day:
        p[entity, F.SWAB_DUE] = 0
    if c[F.LABORATORY] == 0:
        try_release(w, entity)
        return
    people = p[entity, F.PEOPLE]
    today = min(now // DAY, len(w.laboratory_used) - 1)
    taken_in = laboratory_day(today, people, w.laboratory_used, c[F.CAPACITY])
    w.laboratory_used[taken_in] += people
    taken = max(now, taken_in * DAY)
    result = taken + w.turnaround[holds_from(w.turnaround_from, taken)]
    stay, index, positives = stay_and_day // 1000, _swab_index(w, stay_and_day % 1000), 0
    for case in range(p[entity, F.CASE_FROM], p[entity, F.CASE_TO]):
        age = now - w.cases[case, F.CASE_INFECTED]
        if w.cases[case, F.CASE_DETECTED] == 0 and test_is_positive(
            age, w.test_uniform[case, stay, index], w.test_days, w.test_shares
        ):
            w.positive[case, stay, index] = 1
            positives += 1
    p[entity, F.AWAITED] += 1
    key = event_key(M_RESULT_ARRIVES, site_place(w, p[entity, F.SITE]), entity, stay_and_day)
    schedule(w, result, key, people * 2**32 + positives)


@jit
def result_arrives(w: World, entity: int, stay_and_day: int, payload: int) -> None:
    """The result of a party's swabs arrives."""
    p = w.p
    p[entity, F.AWAITED] -= 1
    number, place = number_of(w, entity), site_place(w, p[entity, F.SITE])
    people, positives = payload // 2**32, payload % 2**32
    write(w, K_RESULT, 1, number, place, number, people, positives, 0)
    stay, index = stay_and_day // 1000, _swab_index(w, stay_and_day % 1000)
    found = False
    for case in range(p[entity, F.CASE_FROM], p[entity, F.CASE_TO]):
        if w.positive[case, stay, index] == 1 and w.cases[case, F.CASE_DETECTED] == 0:
            _detect_one(w, entity, case, R_BY_RESULT)
            found = True
    if found:
        _restart(w, entity)
    try_release(w, entity)


@jit
def find_symptoms(w: World, entity: int) -> None:
    """At the end of a health check people with symptoms are found."""
    p = w.p
    if p[entity, F.GONE] == 1 or p[entity, F.AT_SITE] == 0:
        return
    found = False
    for case in range(p[entity, F.CASE_FROM], p[entity, F.CASE_TO]):
        row = w.cases[case]
        if row[F.CASE_DETECTED] == 0 and row[F.CASE_SYMPTOMATIC] == 1 and row[F.CASE_ONSET] <= w.g[F.NOW]:
            _detect_one(w, entity, case, R_BY_SYMPTOMS)
            found = True
    if found:
        _restart(w, entity)


@jit
def _restart(w: World, entity: int) -> None:
    """The others of a party in which people were found infected begin their stay again, at most twice."""
    p = w.p
    if p[entity, F.PATIENT] == 1 or p[entity, F.RELEASED] == 1 or p[entity, F.GONE] == 1 or p[entity, F.RESTARTS] == 2:
        return
    p[entity, F.RESTARTS] += 1
    number, place = number_of(w, entity), site_place(w, p[entity, F.SITE])
    write(w, K_RESTARTED, 1, number, place, number, p[entity, F.PEOPLE], p[entity, F.RESTARTS], 0)
    begin_stay(w, entity, w.g[F.NOW])


@jit
def _detect_one(w: World, entity: int, case: int, reason: int) -> None:
    """A person is found infected and goes to hospital."""
    p, g = w.p, w.g
    w.cases[case, F.CASE_DETECTED] = 1
    person = 2 * w.cases[case, F.CASE_ROW] + 1
    place, number, since = site_place(w, p[entity, F.SITE]), number_of(w, entity), g[F.NOW] - p[entity, F.ARRIVED]
    after = p[entity, F.RELEASED] == 1 or p[entity, F.GONE] == 1
    kind = K_DETECTED_AFTER_RELEASE if after else K_DETECTED
    write(w, kind, 1, number_of(w, person), place, number, 1, since, reason)
    if after:
        return
    patient = entity
    if p[entity, F.PEOPLE] > 1:
        _leave_party(w, entity, person)
        patient = person
    p[patient, F.PATIENT], p[patient, F.CASE] = 1, case
    w.lists[F.PATIENTS, g[F.N_PATIENTS]] = g[F.NOW] * 2**ENTITY_SHIFT + patient
    g[F.N_PATIENTS] += 1
    g[F.CHECK_BEDS] = 1
    wake(w)


@jit
def _leave_party(w: World, entity: int, person: int) -> None:
    """The detected person is a party of its own; it has its room, or shares that of the others while it waits. On the
    way to another site it goes on with the others, or waits for a room of its own.
    """
    p = w.p
    begin_party(w, person, 1)
    for column in (F.PORT, F.SITE, F.ARRIVED, F.AT_SITE):
        p[person, column] = p[entity, column]
    p[person, F.CHECKED_IN] = 1 - p[entity, F.MOVING]
    p[person, F.HOST] = entity
    p[entity, F.PEOPLE] -= 1
    place = site_place(w, p[entity, F.SITE])
    write(w, K_PARTY_SPLIT, 1, number_of(w, person), place, number_of(w, entity), 1, 0, R_DETECTED)
    if w.c[F.PER_PERSON] == 1 and p[entity, F.ROOMS] > 0:
        p[entity, F.ROOMS] -= 1
        p[person, F.ROOMS] = 1
    elif p[entity, F.MOVING] == 1:
        p[person, F.MOVING] = 1
        w.lists[F.UNPLACED, w.g[F.N_UNPLACED]] = person
        w.g[F.N_UNPLACED] += 1
        scan_again(w)
    else:
        _append(w, entity, person, F.FIRST_ISOLATED, F.NEXT_ISOLATED)
    w.where[person] = F.INSIDE
    if p[entity, F.AT_SITE] == 1:
        add_guest(w, p[entity, F.SITE], person)
    elif p[entity, F.MOVING] == 0:
        _append(w, entity, person, F.FIRST_RIDER, F.NEXT_RIDER)


@jit
def _append(w: World, entity: int, person: int, first: int, following: int) -> None:
    """Put a person at the end of one of a party's lists of members."""
    p = w.p
    if p[entity, first] < 0:
        p[entity, first] = person
        return
    last = p[entity, first]
    while p[last, following] >= 0:
        last = p[last, following]
    p[last, following] = person
