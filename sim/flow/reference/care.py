"""Visits in rounds, swabs and their results."""

from __future__ import annotations

from itertools import groupby

from sim.flow import rules
from sim.flow.log import SWAB_ROUND, Kind, Reason, Subject, round_number
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import (
    Process,
    Timed,
    at,
    enqueue,
    now,
    site_place,
    touch,
    watch_waits,
    write,
)
from sim.flow.reference.found import detect
from sim.flow.reference.guest import try_release, write_missed
from sim.flow.reference.state import Flow, Party, Pool, Task


def rounds(flow: Flow) -> Process:
    """Rounds of all sites, at set times of every day."""
    by_second = [
        (second, [kind for _, kind in group])
        for second, group in groupby(flow.tables.visits.rounds, key=lambda item: item[0])
    ]
    for day in range(flow.tables.hard_stop // rules.DAY):
        for second, kinds in by_second:
            yield at(flow, day * rules.DAY + second, Moment.ROUND_STARTS, 0)
            _start_round(flow, kinds)


def _start_round(flow: Flow, kinds: list[int]) -> None:
    """A visit for every party present, site by site; a visit of the last round that has not begun is missed."""
    second, swabs = now(flow), bool(flow.tables.visits.swab_days)
    for guests, pool in zip(flow.sites.guests, flow.sites.pools, strict=True):
        if not guests:
            continue
        for entity in sorted(guests):
            party = guests[entity]
            if party.released:  # it gets no new visits, and what waits from the last round is missed
                for kind in kinds:
                    if kind in party.waiting:
                        write_missed(flow, party.waiting.pop(kind), Reason.NEXT_ROUND)
                continue
            if swabs and not party.patient:
                _ask_for_swab(flow, party, second)
            for kind in kinds:
                _ask_for_visit(flow, party, pool, kind, second)
        touch(flow, pool)
        watch_waits(flow, pool)


def _ask_for_visit(flow: Flow, party: Party, pool: Pool, kind: int, second: int) -> None:
    size = (kind, party.rooms, party.people)
    seconds = flow.visit_seconds.get(size)
    if seconds is None:
        visits = flow.tables.visits
        mean = visits.room_seconds[kind] * party.rooms + visits.person_seconds[kind] * party.people
        seconds = flow.visit_seconds[size] = rules.service_seconds(mean, 0.0, 1, 1.0)
    task = Task(flow, pool, Subject.TASK_VISIT, party, 1, seconds, Moment.VISIT_ENDS)
    if party.infected and flow.tables.visits.finds_symptoms[kind]:
        task.callbacks.append(lambda _: _find_symptoms(flow, party))
    _wait(flow, task, kind, second)


def _wait(flow: Flow, task: Task, kind: int, second: int) -> None:
    """The task joins its queue; one of the same kind that has not begun is missed."""
    waiting = task.party.waiting
    if kind in waiting:
        write_missed(flow, waiting[kind], Reason.NEXT_ROUND)
    task.occasion = kind
    task.round = round_number(second, kind)
    waiting[kind] = task
    enqueue(task, second)


def _ask_for_swab(flow: Flow, party: Party, second: int) -> None:
    """Swabs are due at the first round of set days of the stay; one that was missed is due again at the next round."""
    day, stay = rules.day_of_stay(second, party.stay_began), party.stay_ends - party.stay_began
    has_swab = rules.swab_column(day, stay, flow.tables.visits.swab_days) >= 0
    if has_swab and day != party.swabbed and rules.is_within_stay(day, stay):
        party.swabbed = day
        party.swab_due = party.restarts * 1000 + day
    elif not party.swab_missed:
        return
    party.swab_missed, due = False, party.swab_due
    seconds = rules.service_seconds(flow.tables.visits.swab_seconds * party.people, 0.0, 1, 1.0)
    task = Task(flow, flow.sites.pools[party.site], Subject.TASK_SWAB, party, 1, seconds, Moment.SWAB_ENDS)
    task.callbacks.append(lambda _: _swabbed(flow, party, due))
    _wait(flow, task, SWAB_ROUND, second)


def _swabbed(flow: Flow, party: Party, due: int) -> None:
    """The swabs go to the laboratory; what it will find is known now."""
    health = flow.tables.health
    if party.gone or party.patient:
        return
    if party.swab_due == due:
        party.swab_due = 0
    if not health.laboratory:
        try_release(flow, party)
        return
    last = len(flow.laboratory_used) - 1
    today = min(now(flow) // rules.DAY, last)
    taken_in = rules.laboratory_day(today, party.people, flow.laboratory_used, health.daily_capacity)
    flow.laboratory_used[taken_in] += party.people
    taken = max(now(flow), taken_in * rules.DAY)
    result = taken + int(health.turnaround[rules.holds_from(health.turnaround_from, taken)])
    positives = [case for case in party.infected if _is_positive(flow, case, due)]
    party.results_awaited += 1
    people = party.people
    key = order_key(Moment.RESULT_ARRIVES, site_place(flow, party.site), party.entity, due)
    Timed(flow.env, result, key, lambda _: _result(flow, party, people, positives))


def _is_positive(flow: Flow, case: int, due: int) -> bool:
    restarts, day = divmod(due, 1000)
    sample, tables, test = flow.sample.health, flow.tables, flow.tables.health
    age = now(flow) - int(sample.infected[case])
    column = rules.swab_column(day, day * rules.DAY, tables.visits.swab_days)  # taken on its day, or on the last
    uniform = float(sample.test_uniform[case, restarts, column])
    return rules.test_is_positive(age, uniform, test.test_days, test.test_shares, test.test_straight)


def _result(flow: Flow, party: Party, people: int, positives: list[int]) -> None:
    """The result of a party's swabs arrives."""
    party.results_awaited -= 1
    place = site_place(flow, party.site)
    write(flow, Kind.RESULT, Subject.PARTY, party.number, place, party.number, people, len(positives))
    found = [case for case in positives if case in party.infected]
    detect(flow, party, found, Reason.BY_RESULT)
    try_release(flow, party)


def _find_symptoms(flow: Flow, party: Party) -> None:
    """At the end of a health check people with symptoms are found."""
    if party.gone or not party.at_site:
        return
    health = flow.sample.health
    found = [case for case in party.infected if health.symptomatic[case] and health.noticed[case] <= now(flow)]
    detect(flow, party, found, Reason.BY_SYMPTOMS)
