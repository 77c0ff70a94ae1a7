"""The SimPy engine: the readable authority on what a scenario does with a sample.

Processes are short generators of module-level functions; they receive the flow's state and yield events whose key
decides their place among simultaneous ones (`sim.flow.order`). Decisions are taken in one place, once per second in
which something happened (`decisions`). The log is the only output.
"""

from __future__ import annotations

from array import array
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from sim.flow import rules
from sim.flow.log import COLUMNS, LOG_DTYPE, EventLog, Kind, Reason, Subject
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import Timed, now, site_place, wake, write, write_party
from sim.flow.reference.decisions import close_site, decide
from sim.flow.reference.point import hand_overs, opening_hours
from sim.flow.reference.site import opening, roster
from sim.flow.reference.state import Flow, Party, Point, Pool, SiteStates
from sim.flow.tables import UNLIMITED, Tables
from sim.sampling import Sample


def run(tables: Tables, sample: Sample) -> EventLog:
    """The history of one replication. Raises RuntimeError when people are not conserved or decisions don't settle."""
    flow = _new_flow(tables, sample)
    _start_processes(flow)
    while not flow.over:
        flow.env.step()
    if flow.inside or any(point.without_room for point in flow.points):
        raise RuntimeError("people are left over at the end of the history")
    columns = np.frombuffer(flow.rows, dtype=np.int64)
    return EventLog(columns.view(LOG_DTYPE), tables.places, tables.window_end, tables.hard_stop, sample.replication)


def _new_flow(tables: Tables, sample: Sample) -> Flow:
    places = tables.places
    pools = {p: Pool(p, True, tables.shifts[p].posts, 0) for p in places.pools}
    of_port = [pools.get(pool, Pool(port, False, 0, UNLIMITED)) for port, pool in enumerate(places.pool_of_port)]
    of_site = [
        pools.get(pool, Pool(place, False, 0, UNLIMITED))
        for place, pool in zip(places.sites, places.pool_of_site, strict=True)
    ]
    rooms = tables.sites.rooms.tolist()
    n = len(rooms)
    return Flow(
        env=simpy.Environment(),
        tables=tables,
        sample=sample,
        numbers=sample.person_number.tolist(),
        rows=array("q"),
        points=[Point(i, pool, int(tables.coaches.of_port[i])) for i, pool in enumerate(of_port)],
        sites=SiteStates([rules.UNUSED] * n, rooms, list(rooms), [0] * n, [-1] * n, of_site),
        decide=decide,
    )


def _start_processes(flow: Flow) -> None:
    tables = flow.tables
    for point, parties in zip(flow.points, _hand_overs_by_port(flow), strict=True):
        flow.env.process(opening_hours(flow, point))
        flow.env.process(hand_overs(flow, point, parties))
    at_points = {point.pool.place: point.pool for point in flow.points if point.pool.staffed}
    for place in sorted(at_points):
        flow.env.process(roster(flow, at_points[place], tables.shifts[place]))
    for site, second in enumerate(tables.sites.opens.tolist()):
        if second >= 0:
            flow.env.process(opening(flow, site, second, Reason.BY_DATE))
    if tables.sites.closing != rules.NEVER:
        flow.env.process(_reviews(flow))
    flow.env.process(_end(flow))
    wake(flow)


def _hand_overs_by_port(flow: Flow) -> list[list[tuple[int, float, Party]]]:
    """(second, registration factor, party) of each port, in order of time, then of the sample."""
    sample = flow.sample
    by_port: list[list[tuple[int, float, Party]]] = [[] for _ in flow.points]
    order = np.lexsort((sample.party_first_person, sample.party_second)).tolist()
    columns = (sample.party_second, sample.registration_factor, sample.party_first_person, sample.party_size,
               sample.party_port, sample.party_diverted)  # fmt: skip
    second, factor, row, size, port, diverted = (column.tolist() for column in columns)
    for i in order:
        party = Party(row[i], flow.numbers[row[i]], size[i], port[i], diverted[i])
        by_port[port[i]].append((second[i], factor[i], party))
    return by_port


def _reviews(flow: Flow) -> Generator[simpy.Event, Any, None]:
    """The daily closing review is due."""
    for second in range(flow.tables.sites.review_second, flow.tables.hard_stop, rules.DAY):
        yield Timed(flow.env, second, order_key(Moment.REVIEW_IS_DUE, 0))
        flow.review_due = True
        wake(flow)


def _end(flow: Flow) -> Generator[simpy.Event, Any, None]:
    """At the end of W parties without rooms leave and preparation stops; at the hard stop whoever is left is cut."""
    tables = flow.tables
    yield Timed(flow.env, tables.window_end, order_key(Moment.WINDOW_ENDS, 0))
    write(flow, Kind.END_OF_WINDOW, Subject.NONE, 0, -1, -1, 0)
    for point in flow.points:
        for _, party in sorted(point.without_room.items()):
            party.gone = True
            write_party(flow, Kind.UNPLACED, party, point.port)
        point.without_room.clear()
    flow.unplaced.clear()
    for site, state in enumerate(flow.sites.state):
        if state == rules.PREPARING:
            flow.sites.free_total -= flow.sites.free[site]
            close_site(flow, site, Reason.END_OF_WINDOW)
    wake(flow)
    yield Timed(flow.env, tables.hard_stop, order_key(Moment.HARD_STOP, 0))
    write(flow, Kind.HARD_STOP, Subject.NONE, 0, -1, -1, 0)
    for _, party in sorted(flow.inside.items()):
        write_party(flow, Kind.CENSORED, party, site_place(flow, party.site))
    flow.inside.clear()
    flow.over = True


__all__ = ["COLUMNS", "now", "run"]
