"""How many people: received, sent on, diverted, still at the point, unplaced, served; queues at the point."""

from __future__ import annotations

import numpy as np

from sim.flow.log import Kind
from sim.flow.steps import Ints, StepsOf, at_each, largest_in, largest_of_each, presence_of
from sim.measures.scope import ALL, HOUR, Result, Results, Scope, once


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
