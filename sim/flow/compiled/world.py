"""The arrays of one replication, made from tables and sample, in memory that is kept (`memory`). Columns are named in
`fields`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from sim.flow import rules
from sim.flow.compiled import fields as F
from sim.flow.compiled.memory import Ints, Shape
from sim.flow.log import Kind
from sim.flow.tables import UNLIMITED, Tables
from sim.sampling import INITIAL_PORT, Sample

Floats = NDArray[np.float64]
NEVER = -(1 << 30)
"""A second before all others."""
PARTY_TYPE = np.dtype(np.int64 if numba.config.DISABLE_JIT else np.int32)
"""Facts of a party are seconds, people and row numbers, all below 2**31 by the schema's limits: half the width is half
the memory that the processor waits for. Plain Python computes in the width of its numbers, so there they are wide.
"""
FAR = 1 << 62
"""A second later than all others."""
WHEEL_SECONDS = 8_192
"""How far ahead events are in the wheel and not in the heap; a power of two."""


class World(NamedTuple):
    """State and constants; every compiled function receives it whole. Columns have their names in `fields`."""

    flow: Ints
    """Single numbers that change."""
    fixed: Ints
    """Single numbers of the scenario."""
    durations: Floats
    where: NDArray[np.int8]
    """Where each entity is."""
    parties: NDArray[np.signedinteger[Any]]
    loads: NDArray[np.signedinteger[Any]]
    tasks: Ints
    sites: Ints
    pools: Ints
    points: Ints
    asked: NDArray[np.signedinteger[Any]]
    """Visits that wait, pool after pool: each round writes them anew into the half that the last one has not used."""
    heap: Ints
    """(second, key, payload) of events."""
    wheel: Ints
    """First and last event of each second ahead (modulo WHEEL_SECONDS), -1 for none."""
    marks: Ints
    """A bit for each second of the wheel that has events, then a bit for each word of such bits."""
    nodes: Ints
    """Events of the wheel."""
    lanes: Ints
    lane_ends: Ints
    lists: Ints
    rows: Ints
    wanted: Ints
    """1 for kinds of rows that are written, by kind."""
    hand_overs: NDArray[np.signedinteger[Any]]
    hours: Ints
    """(second, 1 opens or 0 closes) of each port, one after another."""
    rosters: Ints
    shrinkage: Floats
    """Share of people off, by place number."""
    ends: Ints
    """Seconds at which plain visits under way end, a ring for each pool, the earliest first."""
    places: Ints
    """Places in the log of visits that were caught up, since the last round, with their rows of `asked`; two halves."""
    digits: Ints
    """How many of them have each digit of both, while they are sorted."""
    row_order: Ints
    """Second and turn of each row since rows were last put in order (see `visits`)."""
    ride: Ints
    rounds: Ints
    """(second of the day, kind)."""
    visits: Floats
    """(room seconds, person seconds, 1 where symptoms are found) by kind."""
    last_rounds: Ints
    """Second of the last round of each kind, -1 before the first."""
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
    turnaround_from: Ints
    laboratory_used: Ints
    teams: Ints
    disruptions: Ints
    initial: Ints
    """Parties present from the beginning."""
    person_number: Ints
    """Party number of a party that this person leads."""
    check_in_factors: Floats
    """By person row."""
    release_factors: Floats
    """By person row."""
    stay_seconds: Ints
    """Where stays are drawn: by how often the stay has begun again and by person row."""


FLOATS = ("durations", "shrinkage", "visits", "test_uniform", "test_days", "test_shares", "check_in_factors",
          "release_factors")  # fmt: skip
"""Fields of float64; those of NARROW are of PARTY_TYPE, those of BYTES of int8, all others are int64."""
NARROW = ("parties", "loads", "asked", "hand_overs")
BYTES = ("where",)
SHAPES = {
    "flow": 1, "fixed": 1, "durations": 1, "where": 1, "parties": 2, "loads": 2, "tasks": 2, "sites": 2, "pools": 2,
    "points": 2, "asked": 2, "heap": 2, "wheel": 2, "marks": 1, "nodes": 2, "lanes": 3, "lane_ends": 2, "lists": 2,
    "rows": 2, "wanted": 1, "hand_overs": 2, "hours": 1, "rosters": 2, "shrinkage": 1, "ends": 2,
    "places": 2, "digits": 2, "row_order": 1, "ride": 2, "rounds": 2, "visits": 2, "last_rounds": 1, "swab_days": 1,
    "open_loads": 2, "cases": 2, "test_uniform": 3, "positive": 3, "test_days": 1, "test_shares": 1, "turnaround": 1,
    "turnaround_from": 1, "laboratory_used": 1, "teams": 1, "disruptions": 2, "initial": 2, "person_number": 1,
    "check_in_factors": 1, "release_factors": 1, "stay_seconds": 2,
}  # fmt: skip
"""Dimensions of each field, in order."""


def work_space(tables: Tables, sample: Sample, rows: int) -> dict[str, Shape]:
    """Shapes of the arrays that begin with anything in them; `rows` are those of a log that has tasks, else 0. Space
    that is never used costs no memory.
    """
    n, places = _n_entities(sample), len(tables.places.ids)
    kinds = len(tables.visits.room_seconds)
    visits = n * kinds + 1  # of each kind one that waits
    return {
        "parties": (n, F.N_PARTY),
        "loads": (n if tables.coaches.seats else 1, F.N_LOAD),
        "tasks": (n * (kinds + 5) + 10_000, F.N_TASK),
        "asked": (2 * visits, F.N_VISIT),
        "ends": (places, F.MOST_ENDS),
        "places": (2, visits if rows else 1),
        "row_order": (rows if kinds else 1,),
        "heap": (4 * n + 8 * places + 10_000, 3),
        "nodes": (2 * n + 10_000, F.N_NODE),
        "lanes": (F.N_LANES, 2 * n + 10, 3),
        "lists": (F.N_LISTS, n + places + 10),
    }


def _alone_bits(sample: Sample) -> int:
    """1 where people may leave a party alone, found infected: then a person has two entities, else one."""
    return int(len(sample.health.row) > 0)


def _n_entities(sample: Sample) -> int:
    return (len(sample.person_number) << _alone_bits(sample)) + 2


def make_world(tables: Tables, sample: Sample, space: dict[str, Ints], rows: Ints, wanted: Ints) -> World:
    """A world at second 0, in arrays for the work and for the rows of the log, of which some kinds are wanted."""
    places, n_entities = tables.places, _n_entities(sample)
    return World(
        flow=_scalars(tables),
        fixed=_constants(tables, sample, n_entities, wanted),
        durations=_floats(tables),
        where=np.zeros(n_entities, dtype=np.int8),
        sites=_sites(tables),
        pools=_pools(tables),
        points=_points(tables),
        wheel=np.full((WHEEL_SECONDS, 2), -1, dtype=np.int64),
        marks=np.zeros(WHEEL_SECONDS // 32 + WHEEL_SECONDS // 32**2, dtype=np.int64),
        digits=np.zeros((2, 1 << F.DIGIT_BITS), dtype=np.int64),
        lane_ends=np.zeros((F.N_LANES, 2), dtype=np.int64),
        rows=rows,
        wanted=wanted,
        hand_overs=_hand_overs(tables, sample),
        hours=_hours(tables),
        rosters=_roster_rows(tables, sample),
        shrinkage=_shrinkage(tables),
        ride=np.ascontiguousarray(tables.sites.ride),
        rounds=np.array(tables.visits.rounds, dtype=np.int64).reshape(-1, 2),
        visits=np.array(
            [tables.visits.room_seconds, tables.visits.person_seconds, tables.visits.finds_symptoms], dtype=np.float64
        ).T.copy(),
        last_rounds=np.full(len(tables.visits.room_seconds), -1, dtype=np.int64),
        swab_days=np.array(tables.visits.swab_days, dtype=np.int64),
        open_loads=np.full((places.n_ports, max(places.n_sites, 1)), -1, dtype=np.int64),
        cases=_cases(sample),
        test_uniform=np.ascontiguousarray(sample.health.test_uniform),
        positive=np.zeros(sample.health.test_uniform.shape, dtype=np.int64),
        test_days=tables.health.test_days,
        test_shares=tables.health.test_shares,
        turnaround=tables.health.turnaround,
        turnaround_from=tables.health.turnaround_from,
        laboratory_used=np.zeros(tables.hard_stop // rules.DAY, dtype=np.int64),
        teams=tables.brigade.teams.copy(),
        disruptions=np.array(tables.disruptions, dtype=np.int64).reshape(-1, 5),
        initial=_initial(sample),
        person_number=sample.person_number,
        check_in_factors=sample.check_in_factor,
        release_factors=sample.release_factor,
        stay_seconds=np.ascontiguousarray(sample.stay_seconds),
        **space,
    )


def _scalars(tables: Tables) -> Ints:
    flow = np.zeros(F.N_SCALARS, dtype=np.int64)
    flow[F.CHECK_RESERVE] = 1
    flow[F.BEDS_FREE] = tables.health.beds
    flow[F.FREE_TASK] = flow[F.FREE_NODE] = -1
    flow[F.FIRST_OF :] = FAR
    return flow


def _constants(tables: Tables, sample: Sample, n_entities: int, wanted: Ints) -> Ints:
    sites, coaches, health, brigade = tables.sites, tables.coaches, tables.health, tables.brigade
    places = tables.places
    swabbing = len(tables.visits.swab_days) > 0
    values = {
        F.N_PORTS: places.n_ports, F.N_SITES: places.n_sites, F.N_PLACES: len(places.ids), F.N_ENTITIES: n_entities,
        F.WINDOW_END: tables.window_end, F.STOP: tables.hard_stop, F.REGISTERS: tables.registration.exists,
        F.SEATS: coaches.seats, F.HOLD: coaches.hold, F.ESCORTS: coaches.escorts, F.DISINFECTION: coaches.disinfection,
        F.POLICY: sites.policy, F.RESERVE: sites.reserve, F.LEAD: sites.lead, F.CLOSING: sites.closing,
        F.MARGIN: sites.margin, F.HOLD_REVIEWS: sites.hold_reviews, F.REVIEW_SECOND: sites.review_second,
        F.COHORT: sites.cohort, F.STAY: sites.stay, F.AIRING: sites.airing, F.CLEANING: sites.cleaning,
        F.PER_PERSON: sites.room_per_person, F.CHECKS_IN: tables.check_in.exists, F.CHECKS_OUT: tables.release.exists,
        F.RELEASE_OPENS: tables.release_opens, F.RELEASE_CLOSES: tables.release_closes,
        F.N_KINDS: len(tables.visits.room_seconds), F.N_SWAB_DAYS: len(tables.visits.swab_days), F.SWABBING: swabbing,
        F.LABORATORY: health.laboratory, F.CAPACITY: health.daily_capacity, F.RELEASE_WAITS: health.release_waits,
        F.COUNT_BEDS: health.count_beds, F.AMBULANCE: health.ambulance, F.CALL: brigade.call,
        F.TRIGGER: brigade.trigger, F.BRIGADE_LEAD: brigade.lead, F.BRIGADE_STAY: brigade.stay,
        F.LARGEST_SITE: int(sites.rooms.max(initial=0)), F.N_HAND_OVERS: int((sample.party_port != INITIAL_PORT).sum()),
        F.N_ROUNDS: len(tables.visits.rounds), F.FIRST_POOL: places.pools.start,
        F.STAY_IS_DRAWN: sites.stay_is_drawn, F.TEST_STRAIGHT: health.test_straight,
        F.TELLS_INFECTED: health.tells_infected, F.ARRIVAL_TEST: health.arrival_test,
        F.SCREENS_ALL: health.screens[-1], F.ORDERS_ROWS: wanted[Kind.TASK] and len(tables.visits.rounds) > 0,
        F.ALONE_BITS: _alone_bits(sample), F.TURN_BITS: (len(places.ids) + 1).bit_length(),
    }  # fmt: skip
    fixed = np.zeros(F.N_CONSTANTS, dtype=np.int64)
    for index, value in values.items():
        fixed[index] = value
    return fixed


def _floats(tables: Tables) -> Floats:
    return np.array([
        tables.coaches.head_count, tables.check_in.mean, tables.check_in.further, tables.release.mean,
        tables.release.further, tables.visits.swab_seconds,
    ])  # fmt: skip


def _sites(tables: Tables) -> Ints:
    places = tables.places
    sites = np.zeros((F.N_SITE, places.n_sites), dtype=np.int64)
    sites[F.FREE] = sites[F.SITE_ROOMS] = tables.sites.rooms
    sites[F.OPENED] = sites[F.FIRST_GUEST] = sites[F.LAST_GUEST] = -1
    sites[F.ON_DEMAND] = tables.sites.on_demand
    sites[F.OPENS] = tables.sites.opens
    of_site = zip(places.sites, places.pool_of_site, strict=True)
    sites[F.SITE_POOL] = [pool if pool >= 0 else place for place, pool in of_site]
    return sites


def _pools(tables: Tables) -> Ints:
    places = tables.places
    pools = np.zeros((len(places.ids), F.N_POOL), dtype=np.int64)
    pools[:, F.HEADS :] = -1
    pools[:, [F.OF_VISITS, F.END_OF_VISITS]] = 0
    pools[: places.pools.start, F.FOR_QUEUE] = UNLIMITED
    pools[:, F.MAY_CALL] = tables.brigade.may_call
    pools[:, F.IS_UNLIMITED] = tables.unlimited
    offset = 0
    for place, roster in zip(places.pools, tables.rosters, strict=True):
        pools[place, F.STAFFED] = 1
        pools[place, F.ROSTER_AT], pools[place, F.ROSTER_END] = offset, offset + len(roster.begin)
        offset += len(roster.begin)
        pools[place, F.FOR_QUEUE] = UNLIMITED if tables.unlimited[place] else 0
    return pools


def _points(tables: Tables) -> Ints:
    places = tables.places
    points = np.zeros((places.n_ports, F.N_POINT), dtype=np.int64)
    points[:, F.POINT_POOL] = [pool if pool >= 0 else port for port, pool in enumerate(places.pool_of_port)]
    points[:, F.COACHES_FREE] = tables.coaches.of_port
    points[:, F.SCREENS] = tables.health.screens[:-1]
    offset = 0
    for port, spans in enumerate(tables.port_hours):
        points[port, F.HOURS_AT], points[port, F.HOURS_END] = offset, offset + 2 * len(spans)
        offset += 2 * len(spans)
    return points


def _hours(tables: Tables) -> Ints:
    spans = [second for port in tables.port_hours for span in port for second in span]
    return np.array(spans, dtype=np.int64)


def _roster_rows(tables: Tables, sample: Sample) -> Ints:
    if not tables.rosters:
        return np.zeros((0, F.N_RO), dtype=np.int64)
    pools = tables.rosters
    rows = np.empty((sum(len(roster.begin) for roster in pools), F.N_RO), dtype=np.int64)
    rows[:, F.RO_BEGIN] = np.concatenate([roster.begin for roster in pools])
    rows[:, F.RO_END] = np.concatenate([roster.end for roster in pools])
    rows[:, F.RO_ROSTERED] = np.concatenate([roster.rostered for roster in pools])
    rows[:, F.RO_PRESENT] = np.concatenate(sample.present)
    rows[:, F.RO_PART] = np.concatenate([roster.brigade_part for roster in pools])
    rows[:, F.RO_POSTS] = np.concatenate([roster.posts for roster in pools])
    rows[:, F.RO_MAY_LEAVE] = np.concatenate([roster.may_leave for roster in pools])
    return rows


def _shrinkage(tables: Tables) -> Floats:
    shares = np.zeros(len(tables.places.ids))
    shares[tables.places.pools.start :] = [roster.shrinkage for roster in tables.rosters]
    return shares


def _hand_overs(tables: Tables, sample: Sample) -> Ints:
    """Parties handed over, in order of (second, key of the event)."""
    n = int(np.count_nonzero(sample.party_port != INITIAL_PORT))  # who is there from the beginning comes last
    # entities rise in the sample, ports do not: people whom a disruption adds with times come after all others
    order = np.lexsort((sample.party_port[:n], sample.party_second[:n]))
    first, port, people = (x.take(order) for x in (sample.party_first_person, sample.party_port, sample.party_size))
    service = tables.registration
    seconds = (service.mean + service.further * (people - 1)) * sample.registration_factor.take(order)
    rows = np.empty((len(order), F.N_HAND_OVER), dtype=PARTY_TYPE)
    rows[:, F.HO_SECOND] = sample.party_second.take(order)
    rows[:, F.HO_ENTITY] = first << _alone_bits(sample)
    rows[:, F.HO_PORT], rows[:, F.HO_PEOPLE] = port, people
    rows[:, F.HO_SECONDS] = np.clip(np.floor(seconds + 0.5), 1, rules.LONGEST)
    rows[:, F.HO_DIVERTED], rows[:, F.HO_ASSIGNED] = sample.party_diverted.take(order), sample.party_site.take(order)
    rows[:, F.HO_CASE_FROM], rows[:, F.HO_CASE_TO] = _cases_of(sample, first, people)
    return rows


def _cases_of(sample: Sample, first_person: Ints, people: Ints) -> tuple[Ints, Ints]:
    """Lines of the infected of each party: the first, and the one after the last."""
    infected = sample.health.row
    if len(infected) == 0:
        return np.zeros_like(first_person), np.zeros_like(first_person)
    return np.searchsorted(infected, first_person), np.searchsorted(infected, first_person + people)


def _cases(sample: Sample) -> Ints:
    health = sample.health
    columns = (health.row, health.infected, health.onset, health.symptomatic, health.infectious_from,
               health.infectious_until, health.hospital, np.zeros(len(health.row)), health.noticed, health.seen,
               health.positive)  # fmt: skip
    return np.stack([column.astype(np.int64) for column in columns], axis=1)


def _initial(sample: Sample) -> Ints:
    chosen = np.flatnonzero(sample.party_port == INITIAL_PORT)
    site, second, people, first = (
        x[chosen] for x in (sample.party_site, sample.party_second, sample.party_size, sample.party_first_person)
    )
    return np.stack([site, second, first << _alone_bits(sample), people, *_cases_of(sample, first, people)], axis=1)
