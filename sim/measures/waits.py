"""Waits of people between hand-over and departure, how many left within the limit, and what was waited for.

A wait is counted once for each person of the party. Parties whose wait has not ended have none: what the unplaced
suffered shows in `unplaced` and `within_limit_share`.

What people wait for between hand-over and their room, in hours: the largest part among resources is the bottleneck.
Five reasons: registration (staff of the point), a room, more people for the coach, a coach with its escorts once the
load is due, check-in (team of the site). The wait for a coach to fill is a rule and no resource: no staff, coach or
room would shorten it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, dissolution, find
from sim.flow.log import Kind, Subject
from sim.flow.steps import Ints, Steps, integral, presence, steps
from sim.measures.scope import ALL, HOUR, Result, Results, Scope, once, share

MINUTE = 60

MEASURE_OF = {
    "registration": "waiting_hours_registration",
    "room": "waiting_hours_room",
    "coach_filling": "waiting_hours_filling",
    "coach_or_escorts": "waiting_hours_coach",
    "check_in": "waiting_hours_check_in",
}
"""Measure by what is waited for, in the order of a traveller's way."""


def waits(scope: Scope) -> Results:
    """wait_registration, wait_room, wait_coach and handover_to_coach, each _mean, _p50, _p95, _max (ports, all)."""
    table = scope.parties
    spans = {
        "wait_registration": (table.handed_over, table.registration_start),
        "wait_room": (ready_for_room(scope), table.room_taken),
        "wait_coach": (table.room_taken, table.boarded),
        "handover_to_coach": (table.handed_over, table.departed),
    }
    for wait, (begin, end) in spans.items():
        ended = scope.counted & (begin < NEVER) & (end < NEVER)
        seconds, people, port = (end - begin)[ended], table.people[ended], table.port[ended]
        yield from _summary(wait, ALL, steps(seconds, people))
        for number in scope.log.places.ports:
            here = port == number
            yield from _summary(wait, scope.name(number), steps(seconds[here], people[here]))


@once
def ready_for_room(scope: Scope) -> Ints:
    """End of registration; hand-over where the scenario has no registration. NEVER for who was not registered."""
    table = scope.parties
    return table.handed_over if scope.scenario.registration is None else table.registration_end


def _summary(wait: str, place: str, within: Steps) -> Results:
    """Mean, quantiles and largest of waits in minutes, of people `within` so many seconds; nan when nobody waited to an
    end.
    """
    seconds, people = within.seconds, np.diff(within.values, prepend=0)
    n = int(within.values[-1]) if len(seconds) else 0
    if n == 0:
        values = dict.fromkeys(("mean", "p50", "p95", "max"), float("nan"))
    else:
        values = {
            "mean": int(seconds @ people) / n,
            "p50": float(_quantile(within, 50)),
            "p95": float(_quantile(within, 95)),
            "max": float(seconds[people > 0][-1]),
        }
    for part, value in values.items():
        yield Result(f"{wait}_{part}", place, value / MINUTE)


def _quantile(within: Steps, percent: int) -> int:
    """Smallest value that at least this percentage of people do not exceed; whole-number arithmetic, so exact."""
    seconds, people = within
    return int(seconds[np.searchsorted(people * 100, int(people[-1]) * percent, side="left")])


def within_limit(scope: Scope) -> Results:
    """within_limit_share and within_limit_left_out (ports, all), of people who were not sent on, not even after W, nor
    found infected at the point.

    Nobody knows whom the point would have sent on of those who still queue for registration when W ends: they are
    judged too, so that a queue at the end does not improve the share.
    """
    table, end = scope.parties, scope.log.window_end
    limit = round(scope.scenario.limits.handover_to_coach_minutes * MINUTE)
    judged_at = np.minimum(table.departed, end)
    gone = table.departed <= end
    stayed = judged_at - table.handed_over
    for_site = scope.counted & (table.handed_over < NEVER) & (table.not_diverted == NEVER)
    for_site &= table.found_at_point == NEVER
    met, judged = for_site & gone & (stayed <= limit), for_site & (gone | (stayed > limit))
    for place, here in _by_port(scope):
        people = table.people[here]
        part, whole = int(people[met[here]].sum()), int(people[judged[here]].sum())
        yield Result("within_limit_share", place, share(part, whole))
        yield Result("within_limit_left_out", place, float(people[(for_site & ~judged)[here]].sum()))


def _by_port(scope: Scope) -> list[tuple[str, NDArray[np.bool_]]]:
    everybody = np.ones(len(scope.parties), dtype=bool)
    ports = [(scope.name(number), scope.parties.port == number) for number in scope.log.places.ports]
    return [(ALL, everybody), *ports]


def waiting_hours(scope: Scope) -> Results:
    """waiting_hours_* (all): person-hours of counted parties, those after W included."""
    for resource, waiting in waiting_by_resource(scope).items():
        last = int(waiting.seconds[-1]) if len(waiting.seconds) else 0
        yield Result(MEASURE_OF[resource], ALL, integral(waiting, 0, last) / HOUR)


@once
def waiting_by_resource(scope: Scope) -> dict[str, Steps]:
    """People waiting between hand-over and their room, by what they wait for."""
    table = scope.parties
    due_at = due(scope)
    boarding = np.minimum(table.boarded, scope.log.hard_stop)
    checked_in = _check_in(scope)
    spans = {
        "registration": (table.handed_over, table.registration_start),
        "room": (ready_for_room(scope), np.minimum(table.room_taken, table.unplaced)),
        "coach_filling": (np.where(table.load >= 0, table.room_taken, NEVER), np.minimum(due_at, boarding)),
        "coach_or_escorts": (np.maximum(due_at, table.room_taken), boarding),  # a due load still takes parties
        "check_in": (np.where(checked_in < NEVER, table.arrived, NEVER), checked_in),
    }
    out = {}
    for resource, (begin, end) in spans.items():
        waits = scope.counted & (begin < NEVER) & (end < NEVER) & (begin < end)
        out[resource] = presence(begin[waits], end[waits], table.people[waits])
    return out


@once
def due(scope: Scope) -> Ints:
    """Second at which the load with which each party left was first due, NEVER for those without one."""
    history, load = scope.history, scope.parties.load
    rows, positions = history.of(Kind.LOAD_DUE), history.positions(Kind.LOAD_DUE)
    rows = rows.take(np.flatnonzero(dissolution(history, rows["subject_id"], positions) == NEVER))
    loads, first = np.unique(rows["subject_id"], return_index=True)
    line, there = find(loads, load)
    second = np.full(len(load), NEVER, dtype=np.int64)
    there &= load >= 0
    second[there] = rows["second"][first][line[there]]
    return second


def _check_in(scope: Scope) -> Ints:
    """Second at which each party's check-in began, NEVER for who had none; who left a party had it with the party."""
    table = scope.parties
    return table.of_tasks(Subject.TASK_CHECK_IN, "second", first=True)[table.host]
