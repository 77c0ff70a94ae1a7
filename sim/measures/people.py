"""People between hand-over and their room: how many, where they went, queues at the point, waits, departures in time.

A wait is counted once for each person of the party. Parties whose wait has not ended have none: what the unplaced
suffered shows in `unplaced` and `within_limit_share`.

What people wait for, in hours: the largest part among resources is the bottleneck. Five reasons: registration (staff of
the point), a room, more people for the coach, a coach with its escorts once the load is due, check-in (team of the
site). The wait for a coach to fill is a rule and no resource: no staff, coach or room would shorten it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, dissolution, find
from sim.flow.log import Kind, Subject
from sim.flow.steps import Ints, StepsOf, at_each, largest_in, largest_of_each, presence_of, steps_of, sums
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


def people(scope: Scope) -> Results:
    """persons_served (all); received, not_diverted, diverted, in_process and unplaced, with screening also
    hospital_from_port (ports, all).

    Each way out is counted from its own rows and `in_process` from their absence, so that the identity of the counts is
    a test of the history and not of the arithmetic.
    """
    table, end = scope.parties, scope.log.window_end
    size = np.where(scope.counted, table.people, 0)
    yield Result("persons_served", ALL, float(size[table.arrived < end].sum()))
    sent_on, gone, unplaced = table.not_diverted <= end, table.departed <= end, table.unplaced <= end
    found = table.from_point_to_hospital <= end
    sets = {
        "received": table.port >= 0,
        "not_diverted": sent_on,
        "diverted": gone,
        "in_process": ~(sent_on | gone | unplaced | found),
        "unplaced": unplaced,
    }
    if scope.scenario.screening is not None:
        sets["hospital_from_port"] = found
    for measure, members in sets.items():
        by_port = [float(size[members & (table.port == port)].sum()) for port in scope.log.places.ports]
        yield Result(measure, ALL, sum(by_port))
        for port, value in zip(scope.log.places.ports, by_port, strict=True):
            yield Result(measure, scope.name(port), value)


@once
def at_points(scope: Scope) -> StepsOf:
    """People present at each point: handed over, and not departed, sent on, unplaced, to hospital or censored there."""
    table = scope.parties
    came = np.flatnonzero(table.port >= 0)
    span = (table.handed_over[came], np.minimum(table.left_point[came], scope.log.hard_stop))
    return presence_of(table.port[came], span, table.people[came], scope.log.places.n_ports)


def queues(scope: Scope) -> Results:
    """queue_people_max, overnight_people and backlog_hours (ports)."""
    present = at_points(scope)
    most, backlog = largest_of_each(present, scope.start, scope.end), _longest_backlogs(present, scope)
    for port in scope.log.places.ports:
        name, closed = scope.name(port), _closed_spans(scope, port)
        yield Result("queue_people_max", name, float(most[port]))
        overnight = largest_in(present, np.full(len(closed[0]), port), closed).max(initial=0)
        yield Result("overnight_people", name, float(overnight))
        yield Result("backlog_hours", name, float(backlog[port]))


def _closed_spans(scope: Scope, port: int) -> tuple[Ints, Ints]:
    """Begins and ends of the times of the stretch at which the port is closed; before its first opening it is."""
    opened, closed = scope.history.of(Kind.PORT_OPENED), scope.history.of(Kind.PORT_CLOSED)
    begins = np.append(0, closed["second"][closed["place"] == port])
    ends = np.append(opened["second"][opened["place"] == port], scope.log.window_end)
    n = min(len(begins), len(ends))
    begins, ends = np.maximum(begins[:n], scope.start), np.minimum(ends[:n], scope.end)
    return begins[begins < ends], ends[begins < ends]


def _longest_backlogs(present: StepsOf, scope: Scope) -> list[int]:
    """By port the longest run of hourly readings above the median of the readings at that hour of the day."""
    seconds: Ints = np.arange(scope.start, scope.end, HOUR, dtype=np.int64)
    hourly = at_each(present, seconds)
    by_day = hourly.reshape(len(hourly), len(seconds) // 24, 24)
    above = (by_day > np.median(by_day, axis=1, keepdims=True)).reshape(hourly.shape)
    edges = np.diff(np.pad(above.astype(np.int8), ((0, 0), (1, 1))))
    turns = [np.flatnonzero(of_port) for of_port in edges]
    return [int((turn[1::2] - turn[::2]).max(initial=0)) for turn in turns]


# waits


def waits(scope: Scope) -> Results:
    """wait_registration, wait_room, wait_coach and handover_to_coach, each _mean, _p50, _p95, _max (ports, all)."""
    table = scope.parties
    spans = {
        "wait_registration": (table.handed_over, table.registration_start),
        "wait_room": (ready_for_room(scope), table.room_taken),
        "wait_coach": (table.room_taken, table.boarded),
        "handover_to_coach": (table.handed_over, table.departed),
    }
    groups = [(wait, place) for wait in spans for place in (ALL, *map(scope.name, scope.log.places.ports))]
    columns = []  # each wait twice: in the group of all, and in that of its port
    for first, (begin, end) in zip(range(0, len(groups), len(scope.log.places.ports) + 1), spans.values(), strict=True):
        ended = np.flatnonzero(scope.counted & (begin < NEVER) & (end < NEVER))
        seconds, people = (end - begin)[ended], table.people[ended]
        port = table.port[ended]
        known = np.flatnonzero(port >= 0)
        columns += [(np.full(len(ended), first), seconds, people),
                    (first + 1 + port[known], seconds[known], people[known])]  # fmt: skip
    group, seconds, people = (np.concatenate(column) for column in zip(*columns, strict=True))
    within = steps_of(group, seconds, people, len(groups))
    totals = sums(group, seconds * people, len(groups))
    for part, values in _summary(within, totals):
        for (wait, place), value in zip(groups, values.tolist(), strict=True):
            yield Result(f"{wait}_{part}", place, value / MINUTE)


@once
def ready_for_room(scope: Scope) -> Ints:
    """End of registration; hand-over where the scenario has no registration. NEVER for who was not registered."""
    table = scope.parties
    return table.handed_over if scope.scenario.registration is None else table.registration_end


def _summary(within: StepsOf, totals: Ints) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Mean, quantiles and largest of the waits of each group in seconds; nan when nobody waited to an end. `within` is
    how many people wait at most so many seconds, `totals` are the sums of their waits.
    """
    n = np.append(within.values, 0)[within.bounds[1:] - 1]
    n[np.diff(within.bounds) == 0] = 0
    some = np.where(n > 0, n, 1)
    for part, seconds in (
        ("mean", totals / some),
        ("p50", _quantile(within, n, 50)),
        ("p95", _quantile(within, n, 95)),
        ("max", _quantile(within, n, 100)),
    ):
        yield part, np.where(n > 0, seconds, np.nan)


def _quantile(within: StepsOf, n: Ints, percent: int) -> Ints:
    """By group the smallest value that at least this percentage of its n people do not exceed; in whole numbers."""
    scale = 100 * (int(n.max(initial=0)) + 1)
    group = np.repeat(np.arange(len(n)), np.diff(within.bounds))
    line = np.searchsorted(group * scale + within.values * 100, np.arange(len(n)) * scale + n * percent)
    return np.asarray(np.append(within.keys, 0)[line] % within.scale)


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
    for resource, (begin, end, people) in waiting_by_resource(scope).items():
        yield Result(MEASURE_OF[resource], ALL, int(people @ (end - begin)) / HOUR)


@once
def waiting_by_resource(scope: Scope) -> dict[str, tuple[Ints, Ints, Ints]]:
    """Waits between hand-over and the room by what is waited for: begin, end, people."""
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
        waits = np.flatnonzero(scope.counted & (end < NEVER) & (begin < end))
        out[resource] = begin[waits], end[waits], table.people[waits]
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
