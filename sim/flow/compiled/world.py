"""The arrays of one replication, made from tables and sample. Columns are named in `fields`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.compiled import fields as F
from sim.flow.tables import UNLIMITED, Tables
from sim.sampling import INITIAL_PORT, Sample

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
NEVER = -(1 << 62)
FAR = 1 << 62
"""A second later than all others."""
WHEEL_SECONDS = 8_192
"""How far ahead events are in the wheel and not in the heap; a power of two."""


class World(NamedTuple):
    """State and constants; every compiled function receives it whole."""

    g: Ints
    c: Ints
    f: Floats
    p: Ints
    t: Ints
    s: Ints
    q: Ints
    d: Ints
    waiting: Ints
    """Visit or swab that has not begun, by entity and kind; -1 for none; swabs come after the kinds."""
    heap: Ints
    """(second, key, payload) of events."""
    wheel: Ints
    """First and last event of each second ahead (modulo WHEEL_SECONDS), -1 for none."""
    marks: Ints
    """A bit for each second of the wheel that has events."""
    nodes: Ints
    """Events of the wheel."""
    lanes: Ints
    lane_ends: Ints
    lists: Ints
    rows: Ints
    ho: Ints
    hours: Ints
    """(second, 1 opens or 0 closes) of each port, one after another."""
    ro: Ints
    ride: Ints
    rounds: Ints
    """(second of the day, kind)."""
    visits: Floats
    """(room seconds, person seconds, 1 where symptoms are found) by kind."""
    swab_days: Ints
    open_loads: Ints
    """Entity of the open load by point and site (column 0 when sites are not assigned), -1 for none."""
    cases: Ints
    test_uniform: Floats
    positive: Ints
    """1 where a test taken will be positive, by case, stay and swab day."""
    test_days: Floats
    test_shares: Floats
    turnaround: Ints
    laboratory_used: Ints
    teams: Ints
    disruptions: Ints
    initial: Ints
    """(site, second of arrival, entity) of parties present from the beginning."""
    person_factors: Floats
    """(check-in, check-out) by person row."""


FLOATS = ("f", "visits", "test_uniform", "test_days", "test_shares", "person_factors")
"""Fields of float64; all others are int64."""
SHAPES = {
    "g": 1, "c": 1, "f": 1, "p": 2, "t": 2, "s": 2, "q": 2, "d": 2, "waiting": 2, "heap": 2, "wheel": 2, "marks": 1,
    "nodes": 2, "lanes": 3, "lane_ends": 2, "lists": 2, "rows": 2, "ho": 2, "hours": 1, "ro": 2, "ride": 2, "rounds": 2,
    "visits": 2, "swab_days": 1,
    "open_loads": 2, "cases": 2, "test_uniform": 3, "positive": 3, "test_days": 1, "test_shares": 1, "turnaround": 1,
    "laboratory_used": 1, "teams": 1, "disruptions": 2, "initial": 2, "person_factors": 2,
}  # fmt: skip
"""Dimensions of each field, in order."""


def make_world(tables: Tables, sample: Sample, room_for_rows: int) -> World:
    """A world at second 0, with space for a number of rows of the log. Space that is never used costs no memory."""
    places = tables.places
    n_entities = 2 * len(sample.person_number) + 2
    kinds = len(tables.visits.room_seconds)
    tasks = n_entities * (kinds + 5) + 10_000
    return World(
        g=_scalars(tables),
        c=_constants(tables, sample, n_entities),
        f=_floats(tables),
        p=_parties(sample, n_entities),
        t=np.empty((tasks, F.N_TASK), dtype=np.int64),
        s=_sites(tables),
        q=_pools(tables),
        d=_points(tables),
        waiting=np.full((n_entities if kinds else 1, kinds + 1), -1, dtype=np.int64),
        heap=np.empty((4 * n_entities + 8 * len(places.ids) + 10_000, 3), dtype=np.int64),
        wheel=np.full((WHEEL_SECONDS, 2), -1, dtype=np.int64),
        marks=np.zeros(WHEEL_SECONDS // 32, dtype=np.int64),
        nodes=np.empty((2 * n_entities + 10_000, F.N_NODE), dtype=np.int64),
        lanes=np.empty((F.N_LANES, 2 * n_entities + 10, 3), dtype=np.int64),
        lane_ends=np.zeros((F.N_LANES, 2), dtype=np.int64),
        lists=np.empty((F.N_LISTS, n_entities + len(places.ids) + 10), dtype=np.int64),
        rows=np.empty((room_for_rows, 9), dtype=np.int64),
        ho=_hand_overs(tables, sample),
        hours=_hours(tables),
        ro=_roster_rows(tables, sample),
        ride=np.ascontiguousarray(tables.sites.ride),
        rounds=np.array(tables.visits.rounds, dtype=np.int64).reshape(-1, 2),
        visits=np.array(
            [tables.visits.room_seconds, tables.visits.person_seconds, tables.visits.finds_symptoms], dtype=np.float64
        ).T.copy(),
        swab_days=np.array(tables.visits.swab_days, dtype=np.int64),
        open_loads=np.full((places.n_ports, max(places.n_sites, 1)), -1, dtype=np.int64),
        cases=_cases(sample),
        test_uniform=np.ascontiguousarray(sample.health.test_uniform),
        positive=np.zeros(sample.health.test_uniform.shape, dtype=np.int64),
        test_days=tables.health.test_days,
        test_shares=tables.health.test_shares,
        turnaround=tables.health.turnaround,
        laboratory_used=np.zeros(len(tables.health.turnaround), dtype=np.int64),
        teams=tables.brigade.teams.copy(),
        disruptions=np.array(tables.disruptions, dtype=np.int64).reshape(-1, 5),
        initial=_initial(sample),
        person_factors=np.stack([sample.check_in_factor, sample.release_factor], axis=1),
    )


def _scalars(tables: Tables) -> Ints:
    g = np.zeros(F.N_SCALARS, dtype=np.int64)
    g[F.CHECK_RESERVE] = 1
    g[F.BEDS_FREE] = tables.health.beds
    g[F.FREE_TASK] = g[F.FREE_NODE] = -1
    g[F.WHEEL_SECOND] = FAR
    return g


def _constants(tables: Tables, sample: Sample, n_entities: int) -> Ints:
    sites, coaches, health, brigade = tables.sites, tables.coaches, tables.health, tables.brigade
    places = tables.places
    swabbing = len(tables.visits.swab_days) > 0
    values = {
        F.N_PORTS: places.n_ports, F.N_SITES: places.n_sites, F.N_PLACES: len(places.ids), F.N_ENTITIES: n_entities,
        F.WINDOW_END: tables.window_end, F.STOP: tables.hard_stop, F.REGISTERS: tables.registration.exists,
        F.SEATS: coaches.seats, F.HOLD: coaches.hold, F.ESCORTS: coaches.escorts, F.DISINFECTION: coaches.disinfection,
        F.POLICY: sites.policy, F.RESERVE: sites.reserve, F.LEAD: sites.lead, F.CLOSING: sites.closing,
        F.MARGIN: sites.margin, F.HOLD_REVIEWS: sites.hold, F.REVIEW_SECOND: sites.review_second,
        F.COHORT: sites.cohort, F.STAY: sites.stay, F.AIRING: sites.airing, F.CLEANING: sites.cleaning,
        F.PER_PERSON: sites.room_per_person, F.CHECKS_IN: tables.check_in.exists, F.CHECKS_OUT: tables.release.exists,
        F.RELEASE_OPENS: tables.release_opens, F.RELEASE_CLOSES: tables.release_closes,
        F.N_KINDS: len(tables.visits.room_seconds), F.N_SWAB_DAYS: len(tables.visits.swab_days), F.SWABBING: swabbing,
        F.LABORATORY: health.laboratory, F.CAPACITY: health.daily_capacity, F.RELEASE_WAITS: health.release_waits,
        F.COUNT_BEDS: health.count_beds, F.AMBULANCE: health.ambulance, F.CALL: brigade.call,
        F.TRIGGER: brigade.trigger, F.BRIGADE_LEAD: brigade.lead, F.BRIGADE_STAY: brigade.stay,
        F.LARGEST_SITE: int(sites.rooms.max(initial=0)), F.N_HAND_OVERS: int((sample.party_port != INITIAL_PORT).sum()),
        F.N_ROUNDS: len(tables.visits.rounds), F.FIRST_POOL: places.pools.start,
    }  # fmt: skip
    c = np.zeros(F.N_CONSTANTS, dtype=np.int64)
    for index, value in values.items():
        c[index] = value
    return c


def _floats(tables: Tables) -> Floats:
    return np.array([
        tables.coaches.head_count, tables.check_in.mean, tables.check_in.further, tables.release.mean,
        tables.release.further, tables.visits.swab_seconds,
    ])  # fmt: skip


def _parties(sample: Sample, n_entities: int) -> Ints:
    """Rows of all parties and of the pieces and persons that may leave them; only the former are filled."""
    p = np.zeros((n_entities, F.N_PARTY), dtype=np.int64)
    p[: n_entities - 2, F.NUMBER] = np.repeat(sample.person_number, 2)
    p[1::2, F.NUMBER] += 1
    entity = 2 * sample.party_first_person
    for column in (
        F.SITE, F.LOAD, F.NEXT_IN_LOAD, F.CHECK_IN_TASK, F.REGISTRATION_TASK, F.OVERTAKEN, F.CASE, F.HOST,
        F.FIRST_ISOLATED, F.NEXT_ISOLATED, F.NEXT_GUEST, F.PREVIOUS_GUEST, F.LOAD_TASK, F.FIRST_RIDER, F.NEXT_RIDER,
    ):  # fmt: skip
        p[:, column] = -1
    p[:, F.ARRIVED] = NEVER
    p[entity, F.PEOPLE] = sample.party_size
    p[entity, F.PORT] = np.where(sample.party_port == INITIAL_PORT, 0, sample.party_port)
    p[entity, F.DIVERTED] = sample.party_diverted
    p[entity, F.ASSIGNED_TO] = sample.party_site
    p[entity, F.CASE_FROM] = np.searchsorted(sample.health.row, sample.party_first_person)
    p[entity, F.CASE_TO] = np.searchsorted(sample.health.row, sample.party_first_person + sample.party_size)
    return p


def _sites(tables: Tables) -> Ints:
    places = tables.places
    s = np.zeros((F.N_SITE, places.n_sites), dtype=np.int64)
    s[F.FREE] = s[F.SITE_ROOMS] = tables.sites.rooms
    s[F.OPENED] = s[F.FIRST_GUEST] = s[F.LAST_GUEST] = -1
    s[F.ON_DEMAND] = tables.sites.on_demand
    s[F.OPENS] = tables.sites.opens
    of_site = zip(places.sites, places.pool_of_site, strict=True)
    s[F.SITE_POOL] = [pool if pool >= 0 else place for place, pool in of_site]
    return s


def _pools(tables: Tables) -> Ints:
    places = tables.places
    q = np.zeros((len(places.ids), F.N_POOL), dtype=np.int64)
    q[:, F.HEADS :] = -1
    q[: places.pools.start, F.PRESENT] = UNLIMITED
    q[:, F.MAY_CALL] = tables.brigade.may_call
    q[:, F.IS_UNLIMITED] = tables.unlimited
    offset = 0
    for place, roster in zip(places.pools, tables.rosters, strict=True):
        q[place, F.STAFFED] = 1
        q[place, F.ROSTER_AT], q[place, F.ROSTER_END] = offset, offset + len(roster.begin)
        offset += len(roster.begin)
        q[place, F.FIXED_POSTS] = 0 if tables.unlimited[place] else roster.posts
        q[place, F.PRESENT] = UNLIMITED if tables.unlimited[place] else 0
    return q


def _points(tables: Tables) -> Ints:
    places = tables.places
    d = np.zeros((places.n_ports, F.N_POINT), dtype=np.int64)
    d[:, F.POINT_POOL] = [pool if pool >= 0 else port for port, pool in enumerate(places.pool_of_port)]
    d[:, F.COACHES_FREE] = tables.coaches.of_port
    offset = 0
    for port, spans in enumerate(tables.port_hours):
        d[port, F.HOURS_AT], d[port, F.HOURS_END] = offset, offset + 2 * len(spans)
        offset += 2 * len(spans)
    return d


def _hours(tables: Tables) -> Ints:
    spans = [second for port in tables.port_hours for span in port for second in span]
    return np.array(spans, dtype=np.int64)


def _roster_rows(tables: Tables, sample: Sample) -> Ints:
    parts = [
        np.stack([roster.begin, roster.end, roster.rostered, present, roster.brigade_part], axis=1)
        for roster, present in zip(tables.rosters, sample.present, strict=True)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 5), dtype=np.int64)


def _hand_overs(tables: Tables, sample: Sample) -> Ints:
    """(second, entity, seconds of registration) in order of (second, port, entity)."""
    chosen = np.flatnonzero(sample.party_port != INITIAL_PORT)
    order = chosen[np.lexsort((sample.party_first_person[chosen], sample.party_second[chosen]))]
    service = tables.registration
    mean = service.mean + service.further * (sample.party_size[order] - 1)
    seconds = np.maximum(1, np.floor(mean * sample.registration_factor[order] + 0.5)).astype(np.int64)
    return np.stack([sample.party_second[order], 2 * sample.party_first_person[order], seconds], axis=1)


def _cases(sample: Sample) -> Ints:
    health = sample.health
    columns = (health.row, health.infected, health.onset, health.symptomatic, health.infectious_from,
               health.infectious_until, health.hospital, np.zeros(len(health.row)))  # fmt: skip
    return np.stack([column.astype(np.int64) for column in columns], axis=1)


def _initial(sample: Sample) -> Ints:
    chosen = np.flatnonzero(sample.party_port == INITIAL_PORT)
    return np.stack(
        [sample.party_site[chosen], sample.party_second[chosen], 2 * sample.party_first_person[chosen]], axis=1
    )
