"""Waits of people between hand-over and departure, and how many left within the limit.

A wait is counted once for each person of the party. Parties whose wait has not ended have none: what the unplaced
suffered shows in `unplaced` and `within_limit_share`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER
from sim.flow.steps import Ints
from sim.measures.scope import ALL, Result, Results, Scope, share

MINUTE = 60


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
        order = np.argsort(seconds, kind="stable")
        seconds, people, port = seconds[order], people[order], port[order]
        yield from _summary(wait, ALL, seconds, people)
        for number in scope.log.places.ports:
            here = port == number
            yield from _summary(wait, scope.name(number), seconds[here], people[here])


def ready_for_room(scope: Scope) -> Ints:
    """End of registration; hand-over where the scenario has no registration. NEVER for who was not registered."""
    table = scope.parties
    return table.handed_over if scope.scenario.registration is None else table.registration_end


def _summary(wait: str, place: str, seconds: Ints, people: Ints) -> Results:
    """Mean, quantiles and largest of waits in ascending order, in minutes; nan when nobody waited to an end."""
    cumulated = np.cumsum(people)
    n = int(cumulated[-1]) if len(people) else 0
    if n == 0:
        values = dict.fromkeys(("mean", "p50", "p95", "max"), float("nan"))
    else:
        values = {
            "mean": int(seconds @ people) / n,
            "p50": float(_quantile(seconds, cumulated, 50)),
            "p95": float(_quantile(seconds, cumulated, 95)),
            "max": float(seconds[people > 0][-1]),
        }
    for part, value in values.items():
        yield Result(f"{wait}_{part}", place, value / MINUTE)


def _quantile(ascending: Ints, cumulated: Ints, percent: int) -> int:
    """Smallest value that at least this percentage of people do not exceed; whole-number arithmetic, so exact."""
    return int(ascending[np.searchsorted(cumulated * 100, int(cumulated[-1]) * percent, side="left")])


def within_limit(scope: Scope) -> Results:
    """within_limit_share and within_limit_left_out (ports, all), of people who were not sent on, not even after W.

    Nobody knows whom the point would have sent on of those who still queue for registration when W ends: they are
    judged too, so that a queue at the end does not improve the share.
    """
    table, end = scope.parties, scope.log.window_end
    limit = round(scope.scenario.limits.handover_to_coach_minutes * MINUTE)
    judged_at = np.minimum(table.departed, end)
    gone = table.departed <= end
    stayed = judged_at - table.handed_over
    for_site = scope.counted & (table.handed_over < NEVER) & (table.not_diverted == NEVER)
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
