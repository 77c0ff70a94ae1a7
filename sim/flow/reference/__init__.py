"""The SimPy engine: the readable authority on what a scenario does with a sample.

Processes are short generators of module-level functions; they receive the flow's state and yield events whose key
decides their place among simultaneous ones (`sim.flow.order`). Decisions are taken in one place, once per second in
which something happened (`decisions`). The log is the only output.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import simpy

from sim.flow import rules
from sim.flow.log import LOG_DTYPE, EventLog, Kind, Reason, Subject
from sim.flow.order import Moment
from sim.flow.reference.care import rounds
from sim.flow.reference.cohorts import start_clock
from sim.flow.reference.core import Process, at, end_task, lapse, site_place, wake, write, write_infected, write_party
from sim.flow.reference.decisions import decide
from sim.flow.reference.found import await_arrival_test
from sim.flow.reference.guest import begin_stay, move_out
from sim.flow.reference.point import hand_overs, opening_hours
from sim.flow.reference.site import close_site, disruption, opening
from sim.flow.reference.staff import roster
from sim.flow.reference.state import Flow, Party, Point, Pool, SiteStates
from sim.flow.tables import UNLIMITED, Tables
from sim.sampling import INITIAL_PORT, Sample


def run(tables: Tables, sample: Sample) -> EventLog:
    """The history of one replication. Raises RuntimeError when people are not conserved or decisions don't settle."""
    flow = _new_flow(tables, sample)
    _start_processes(flow)
    step = flow.env.step
    with _garbage_kept():
        while not flow.over:
            step()
    if flow.inside or any(point.without_room for point in flow.points):
        raise RuntimeError("people are left over at the end of the history")
    rows = np.frombuffer(flow.rows, dtype=LOG_DTYPE)
    return EventLog(rows, tables.places, tables.window_end, tables.hard_stop, sample.replication)


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Python does not look for circles of dead objects meanwhile: hundreds of thousands of parties, tasks and events
    live at a time, and looking at them again and again took a third of a replication to free a few megabytes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _new_flow(tables: Tables, sample: Sample) -> Flow:
    places = tables.places
    pools = {place: _pool(tables, place) for place in places.pools}
    of_port = [pools.get(pool, Pool(port, False, UNLIMITED)) for port, pool in enumerate(places.pool_of_port)]
    of_site = [
        pools.get(pool, Pool(place, False, UNLIMITED))
        for place, pool in zip(places.sites, places.pool_of_site, strict=True)
    ]
    rooms = tables.sites.rooms.tolist()
    n = len(rooms)
    guests: list[dict[int, Party]] = [{} for _ in rooms]
    flow = Flow(
        env=simpy.Environment(),
        tables=tables,
        sample=sample,
        numbers=sample.person_number.tolist(),
        rows=bytearray(),
        points=[Point(i, pool, int(tables.coaches.of_port[i])) for i, pool in enumerate(of_port)],
        sites=SiteStates(
            [rules.UNUSED] * n, rooms, list(rooms), [0] * n, [-1] * n, [0] * n, [0] * n, [0] * n, of_site, guests
        ),
        decide=lambda _: decide(flow),
        end_task=end_task,
        beds_free=tables.health.beds,
        brigade_left=tables.brigade.teams.tolist(),
        laboratory_used=[0] * (tables.hard_stop // rules.DAY),
    )
    return flow


def _pool(tables: Tables, place: int) -> Pool:
    return Pool(place, True, UNLIMITED if tables.unlimited[place] else 0)


def _start_processes(flow: Flow) -> None:
    tables, env = flow.tables, flow.env
    at_points = {p.pool.place: p.pool for p in flow.points if p.pool.staffed and not tables.unlimited[p.pool.place]}
    parties, initial = _parties(flow)
    for point in flow.points:
        env.process(opening_hours(flow, point))
        env.process(hand_overs(flow, point, parties[point.port]))
    for place in sorted(at_points):
        env.process(roster(flow, at_points[place]))
    for site, second in enumerate(tables.sites.opens.tolist()):
        if second >= 0:
            env.process(opening(flow, site, second, Reason.BY_DATE))
    for index in range(len(tables.disruptions)):
        env.process(disruption(flow, index))
    if initial:
        env.process(_parties_present(flow, initial))
    if tables.visits.rounds:
        env.process(rounds(flow))
    if tables.sites.closing != rules.NEVER:
        env.process(_reviews(flow))
    env.process(_end(flow))
    wake(flow)


def _parties(flow: Flow) -> tuple[list[list[tuple[int, float, Party]]], list[tuple[int, int, Party]]]:
    """(second, registration factor, party) of each port, in order of time, then of the sample; and (site, second of
    arrival, party) of those that are in a site from the beginning.
    """
    sample = flow.sample
    by_port: list[list[tuple[int, float, Party]]] = [[] for _ in flow.points]
    initial = []
    order = np.lexsort((sample.party_first_person, sample.party_second)).tolist()
    columns = (sample.party_second, sample.registration_factor, sample.party_first_person, sample.party_size,
               sample.party_port, sample.party_diverted, sample.party_site)  # fmt: skip
    second, factor, row, size, port, diverted, site = (column.tolist() for column in columns)
    infected: dict[int, list[int]] = {}
    party_of_case = np.searchsorted(sample.party_first_person, sample.health.row, side="right") - 1
    for case, party_index in enumerate(party_of_case.tolist()):
        infected.setdefault(party_index, []).append(case)
    for i in order:
        party = Party(row[i], row[i] * 2, flow.numbers[row[i]], size[i], port[i], diverted[i], site[i])
        party.infected = infected.get(i, [])
        if port[i] == INITIAL_PORT:
            party.port = 0
            initial.append((site[i], second[i], party))
        else:
            by_port[port[i]].append((second[i], factor[i], party))
    return by_port, sorted(initial, key=lambda entry: entry[2].entity)


def _parties_present(flow: Flow, initial: list[tuple[int, int, Party]]) -> Process:
    """Parties that are in a site when the window begins."""
    yield at(flow, 0, Moment.PARTIES_PRESENT, 0)
    sites, rounds = flow.sites, flow.tables.visits.rounds
    for site, arrival, party in initial:
        party.site, party.arrived, party.at_site, party.checked_in = site, arrival, True, True
        flow.inside[party.entity] = party
        write_party(flow, Kind.PRESENT, party, site_place(flow, site), arrival)
        write_infected(flow, Kind.INFECTED, party, site_place(flow, site), party.infected)
        begin_stay(flow, party, arrival)
        if flow.tables.health.arrival_test and flow.tables.health.screens[-1]:
            await_arrival_test(flow, party, arrival + flow.tables.health.arrival_test)
        if rounds:
            party.swabbed = rules.day_swabbed_before(arrival, rounds[-1][0] - rules.DAY)
        if sites.state[site] == rules.CLOSED:  # lost in this very second
            move_out(flow, party)
            continue
        party.rooms = party.people if flow.tables.sites.room_per_person else 1
        sites.free[site] -= party.rooms
        sites.taken[site] += party.rooms
        if sites.state[site] == rules.OPEN:
            sites.free_total -= party.rooms
        sites.opened[site] = min(sites.opened[site], arrival)
        sites.guests[site][party.entity] = party
    for site, taken in enumerate(sites.taken):
        if taken:
            start_clock(flow, site, sites.opened[site])  # the earliest arrival
    wake(flow)


def _reviews(flow: Flow) -> Process:
    """The daily closing review is due."""
    for second in range(flow.tables.sites.review_second, flow.tables.hard_stop, rules.DAY):
        yield at(flow, second, Moment.REVIEW_IS_DUE, 0)
        flow.review_due = True
        wake(flow)


def _end(flow: Flow) -> Process:
    """At the end of W parties without rooms leave and preparation stops; at the hard stop whoever is left is cut."""
    yield at(flow, flow.tables.window_end, Moment.WINDOW_ENDS, 0)
    write(flow, Kind.END_OF_WINDOW, Subject.NONE, 0, -1, -1, 0)
    for point in flow.points:
        for _, party in sorted(point.without_room.items()):
            party.gone = True
            write_party(flow, Kind.UNPLACED, party, point.port)
            if party.diverted:
                write_infected(flow, Kind.INFECTED_LEFT, party, point.port, party.infected)
            lapse(party.registration)
        point.without_room.clear()
    flow.unplaced = [party for party in flow.unplaced if not party.gone]
    for site, state in enumerate(flow.sites.state):
        if state == rules.PREPARING:
            flow.sites.free_total -= flow.sites.free[site]
            close_site(flow, site, Reason.END_OF_WINDOW)
    wake(flow)
    yield at(flow, flow.tables.hard_stop, Moment.HARD_STOP, 0)
    write(flow, Kind.HARD_STOP, Subject.NONE, 0, -1, -1, 0)
    for _, party in sorted(flow.inside.items()):
        at_point = party.site < 0 or (party.load is not None and not party.load.boarded)
        write_party(flow, Kind.CENSORED, party, party.port if at_point else site_place(flow, party.site))
    flow.inside.clear()
    flow.over = True
