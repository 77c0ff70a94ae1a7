"""Scenario -> frozen arrays that every engine reads; no engine unpacks the schema itself.

Seconds are int64 since 00:00 of the first day. Place numbers follow `Places`: ports, sites, pools.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow import rules
from sim.sampling import INITIAL_PORT, screens
from sim.sampling.health import arrival_test_seconds
from sim.sampling.hours import open_spans
from sim.sampling.roster import Roster, rosters
from sim.scenario.places import Places, place_numbers, pool_of, rooms_of, sites_in_order
from sim.scenario.tables.disruptions import Disruption
from sim.scenario.tables.distributions import Service
from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.types import FOLLOWED_DAYS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Disruptions = tuple[tuple[int, int, int, int, int], ...]
"""(begin, end, code, site or place, amount) of those that change the state; end is -1 for good."""

UNLIMITED = 1_000_000_000
"""Staff of a pool, or rooms of a site, without a limit."""

_POLICY = {"spread": rules.SPREAD, "fill": rules.FILL, "nearest": rules.NEAREST, "assigned": rules.ASSIGNED}
_IN_FLOW = {
    "site_lost": rules.SITE_LOST, "site_shut": rules.SITE_SHUT, "sites_prepared": rules.SITES_PREPARED,
    "coaches_out": rules.COACHES_OUT, "coaches_added": rules.COACHES_ADDED, "staff_added": rules.STAFF_ADDED,
}  # fmt: skip
"""Disruptions that change the state while the flow runs."""


@dataclass(frozen=True)
class ServiceTable:
    """Durations of a task in seconds; `exists` is false where the scenario leaves the step out."""

    exists: bool
    mean: float
    further: float


@dataclass(frozen=True)
class SiteTable:
    """Candidates in order of the list, and the rules of opening and closing."""

    rooms: Ints
    ride: Ints
    """Seconds, shape (ports, sites)."""
    opens: Ints
    """Second of a dated opening, -1 for none."""
    on_demand: Ints
    """1 where the site opens on demand."""
    policy: int
    reserve: int
    """V, -1 when no site opens on demand."""
    lead: int
    closing: int
    margin: int
    hold_reviews: int  # that must pass in a row before a site stops
    review_second: int
    cohort: int
    """Seconds for which a site takes people after the first arrival of a cohort, 0 for ever."""
    stay: int
    """Seconds; the mean where stays are drawn."""
    stay_is_drawn: bool
    airing: int
    cleaning: int
    """Seconds per room, 0 for none."""
    room_per_person: bool


@dataclass(frozen=True)
class CoachTable:
    """Coaches; `seats` is 0 when parties travel alone."""

    seats: int
    hold: int  # seconds from a load's first party until it asks for its coach
    escorts: int
    head_count: float
    disinfection: int
    of_port: Ints


@dataclass(frozen=True)
class VisitTable:
    """Rounds and swabs. Visit kinds are numbered in order of id."""

    room_seconds: tuple[float, ...]
    """By kind."""
    person_seconds: tuple[float, ...]
    finds_symptoms: tuple[bool, ...]
    rounds: tuple[tuple[int, int], ...]
    """(second of the day, kind) of each round, in order."""
    swab_days: tuple[int, ...]
    swab_seconds: float
    """Per person."""


@dataclass(frozen=True)
class HealthTable:
    """Tests, hospital, release."""

    laboratory: bool
    turnaround_from: Ints
    """Seconds from which each element of `turnaround` holds for swabs taken in; the first is 0."""
    turnaround: Ints
    """Seconds from swab to result."""
    daily_capacity: int
    """0 for no limit."""
    test_days: Floats
    """Seconds since infection from which each row of the sensitivity table holds; the first is minus infinity."""
    test_shares: Floats
    test_straight: int
    """1 where sensitivity is on the line between rows."""
    arrival_test: int
    """Seconds from hand-over to the result of the test on arrival, 0 without one."""
    screens: Ints
    """1 for ports that screen; the last one is for guests of the beginning."""
    tells_infected: bool
    """Whether the log tells who of the infected leaves when."""
    release_waits: bool
    beds: int
    """-1 for no limit."""
    count_beds: bool
    ambulance: int


@dataclass(frozen=True)
class BrigadeTable:
    """The reserve brigade; `teams` is empty without one."""

    teams: Ints
    call: int
    trigger: int
    lead: int
    stay: int
    may_call: Ints
    """1 for place numbers of pools that may call."""


@dataclass(frozen=True)
class Tables:
    """All that an engine needs of a scenario."""

    places: Places
    window_end: int
    hard_stop: int
    port_hours: tuple[tuple[tuple[int, int], ...], ...]
    """(opening, closing) seconds of each port, in order."""
    rosters: tuple[Roster, ...]
    """By pool, in order of place numbers."""
    unlimited: Ints
    """1 for place numbers of pools whose limit is lifted."""
    sites: SiteTable
    coaches: CoachTable
    registration: ServiceTable
    check_in: ServiceTable
    release: ServiceTable
    release_opens: int
    release_closes: int
    visits: VisitTable
    health: HealthTable
    brigade: BrigadeTable
    disruptions: Disruptions


def tables(scenario: Scenario, unlimited: tuple[str, ...] = ()) -> Tables:
    """The arrays of a scenario with some limits lifted ("rooms", ids of pools).

    Raises ValueError for an unknown limit, and for more places than the order key has bits for.
    """
    places = place_numbers(scenario)
    if len(places.ids) >= 4096:
        raise ValueError(f"{len(places.ids)} ports, sites and pools: at most 4,095 are possible")
    disruptions = tuple(sorted(_disruptions(scenario, places)))
    return Tables(
        places=places,
        window_end=scenario.n_days * rules.DAY,
        hard_stop=hard_stop(scenario),
        port_hours=tuple(tuple(open_spans(scenario, name)) for name in sorted(scenario.ports)),
        rosters=rosters(scenario),
        unlimited=_unlimited(scenario, places, unlimited),
        sites=_sites(scenario, "rooms" in unlimited, disruptions),
        coaches=_coaches(scenario),
        registration=_service(scenario.registration),
        check_in=_service(scenario.check_in),
        release=_service(scenario.release.minutes),
        release_opens=scenario.release.opens * 60 % rules.DAY,
        release_closes=scenario.release.closes * 60,
        visits=_visits(scenario),
        health=_health(scenario),
        brigade=_brigade(scenario, places, _unlimited(scenario, places, unlimited)),
        disruptions=disruptions,
    )


def _unlimited(scenario: Scenario, places: Places, names: tuple[str, ...]) -> Ints:
    lifted = np.zeros(len(places.ids), dtype=np.int64)
    for name in names:
        chosen = [p for p in places.pools if name in (places.ids[p], pool_of(scenario, places.ids[p])[0])]
        if not chosen and name != "rooms":
            raise ValueError(f"unlimited {name!r}: no such pool; a limit is 'rooms' or the id of a pool in use")
        lifted[chosen] = 1
    return lifted


def hard_stop(scenario: Scenario) -> int:
    """Second at which whoever is left is cut."""
    return (scenario.n_days + FOLLOWED_DAYS) * rules.DAY


def _opens(scenario: Scenario, disruptions: Disruptions) -> Iterator[tuple[int, int]]:
    """Of each site the second at which it opens by date (-1: it does not), and 1 where it opens on demand.

    A site with guests of the beginning is open; one that is shut for good before its date never opens.
    """
    initial = {row.site for row in scenario.initial}
    for number, (name, site) in enumerate(sites_in_order(scenario)):
        second = _day_second(scenario, site.opens) if isinstance(site.opens, dt.date) else -1
        if name in initial:
            yield 0, 0
        elif second >= 0 and rules.is_shut_for_good(disruptions, number, second):
            yield -1, 0
        else:
            yield second, int(second < 0)


def _sites(scenario: Scenario, unlimited: bool, disruptions: Disruptions) -> SiteTable:
    sites = scenario.sites or Sites()
    ordered = [site for _, site in sites_in_order(scenario)]
    ports = sorted(scenario.ports)
    opens = np.array(list(_opens(scenario, disruptions)), dtype=np.int64).reshape(-1, 2)
    rooms = [UNLIMITED if unlimited else rooms_of(sites, s) for s in ordered]
    ride = [[_seconds(s.ride_minutes[p]) for s in ordered] for p in ports]
    return SiteTable(
        rooms=np.array(rooms, dtype=np.int64),
        ride=np.array(ride, dtype=np.int64).reshape(len(ports), len(ordered)),
        opens=np.ascontiguousarray(opens[:, 0]),
        on_demand=np.ascontiguousarray(opens[:, 1]),
        policy=_POLICY[sites.allocation],
        reserve=-1 if sites.reserve_rooms is None else sites.reserve_rooms,
        lead=_seconds(sites.lead_hours * 60),
        closing=rules.CLOSING[sites.closing],
        margin=sites.margin_rooms,
        hold_reviews=rules.reviews_in_a_row(rules.CLOSING[sites.closing], sites.hold_days),
        review_second=sites.review_time * 60 % rules.DAY,
        cohort=0 if sites.cohort_hours is None or unlimited else _seconds(sites.cohort_hours * 60),
        stay=_seconds_if_any(scenario.stay.mean_days * 1440) if scenario.stay else 1,
        stay_is_drawn=scenario.stay is not None and scenario.stay.drawn is not None,
        airing=_seconds_if_any(scenario.rooms.airing_hours * 60),
        cleaning=_seconds_if_any(scenario.rooms.cleaning_minutes),
        room_per_person=scenario.rooms.per == "person",
    )


def _coaches(scenario: Scenario) -> CoachTable:
    coaches = scenario.coaches
    of_port = np.array([scenario.ports[p].coaches or 0 for p in sorted(scenario.ports)], dtype=np.int64)
    if coaches is None:
        return CoachTable(seats=0, hold=1, escorts=0, head_count=0.0, disinfection=0, of_port=of_port)
    return CoachTable(
        seats=coaches.seats,
        hold=_seconds(coaches.hold_minutes),
        escorts=coaches.escorts,
        head_count=coaches.head_count_minutes * 60,
        disinfection=_seconds_if_any(coaches.disinfection_minutes),
        of_port=of_port,
    )


def _visits(scenario: Scenario) -> VisitTable:
    kinds = [scenario.visits[name] for name in sorted(scenario.visits)]
    rounds = sorted((time * 60 % rules.DAY, i) for i, kind in enumerate(kinds) for time in kind.times)
    return VisitTable(
        room_seconds=tuple(kind.room_minutes * 60 for kind in kinds),
        person_seconds=tuple(kind.person_minutes * 60 for kind in kinds),
        finds_symptoms=tuple(kind.finds_symptoms for kind in kinds),
        rounds=tuple(rounds),
        swab_days=scenario.swabs.days if scenario.swabs else (),
        swab_seconds=scenario.swabs.person_minutes * 60 if scenario.swabs else 0.0,
    )


def _health(scenario: Scenario) -> HealthTable:
    health, laboratory, hospital = scenario.health, scenario.laboratory, scenario.hospital
    sensitivity = health.pcr_sensitivity if health else None
    since, seconds = _turnaround(scenario)
    return HealthTable(
        laboratory=laboratory is not None,
        turnaround_from=since,
        turnaround=seconds,
        daily_capacity=(laboratory.daily_capacity or 0) if laboratory else 0,
        test_days=np.array((-np.inf, *(sensitivity.days if sensitivity else ()))) * rules.DAY,
        test_shares=np.array((0.0, *(sensitivity.shares if sensitivity else ()))),
        test_straight=int(sensitivity is not None and sensitivity.between == "straight"),
        arrival_test=arrival_test_seconds(scenario),
        screens=screens(scenario)[[*range(len(scenario.ports)), INITIAL_PORT]].astype(np.int64),
        tells_infected=health is not None and health.infectiousness is not None,
        release_waits=health.release_waits_for_result if health else True,
        beds=-1 if hospital is None or hospital.beds is None else hospital.beds,
        count_beds=hospital is not None,
        ambulance=_seconds(hospital.ambulance_minutes) if hospital else 0,
    )


def _brigade(scenario: Scenario, places: Places, unlimited: Ints) -> BrigadeTable:
    """A pool whose limit is lifted calls nobody."""
    brigade = scenario.brigade
    may_call = np.zeros(len(places.ids), dtype=np.int64)
    if brigade is None:
        return BrigadeTable(np.zeros(0, dtype=np.int64), 0, 0, 0, 0, may_call)
    for place in places.pools:
        name = pool_of(scenario, places.ids[place])[0]
        if unlimited[place]:
            continue
        may_call[place] = brigade.pools is None or name in brigade.pools or places.ids[place] in brigade.pools
    return BrigadeTable(
        teams=np.array(brigade.teams, dtype=np.int64),
        call=brigade.brigade_call,
        trigger=_seconds(brigade.trigger_hours * 60),
        lead=_seconds(brigade.lead_hours * 60),
        stay=_seconds(brigade.days * 1440),
        may_call=may_call,
    )


def _disruptions(scenario: Scenario, places: Places) -> Iterable[tuple[int, int, int, int, int]]:
    """Those that change the state while the flow runs; the others are in hours, arrivals, absence and turnaround."""
    for event in scenario.disruptions:
        if event.kind not in _IN_FLOW:
            continue
        begin, end = event.span(scenario.first_day)
        if end is not None and end <= 0:
            continue  # over before the window begins
        for target in _targets(scenario, event, places):
            amount = round(float(event.value or 0))
            yield (
                max(begin, 0),
                -1 if end is None or end >= hard_stop(scenario) else end,
                _IN_FLOW[event.kind],
                target,
                amount,
            )


def _targets(scenario: Scenario, event: Disruption, places: Places) -> list[int]:
    """Indices of sites, or place numbers, that a disruption hits."""
    if event.kind in ("site_lost", "site_shut"):
        return [places.ids.index(event.place) - places.n_ports]
    if event.kind == "sites_prepared":
        return [0]
    if event.kind == "staff_added":
        return [p for p in places.pools if event.place in (places.ids[p], pool_of(scenario, places.ids[p])[0])]
    return [p for p in places.ports if event.place in (places.ids[p], "all")]


def _turnaround(scenario: Scenario) -> tuple[Ints, Ints]:
    """Seconds from which the laboratory takes a time, the first 0, and the seconds from swab to result from then on."""
    usual = _seconds(scenario.laboratory.turnaround_hours * 60) if scenario.laboratory else 1
    rows = [(*e.span(scenario.first_day), e) for e in scenario.disruptions if e.kind == "laboratory_hours"]
    cuts = sorted(
        {0, *(second for begin, end, _ in rows for second in (begin, end) if second is not None and second > 0)}
    )
    taken = [
        [_seconds(float(e.value or 0) * 60) for begin, end, e in rows if begin <= cut and (end is None or cut < end)]
        for cut in cuts
    ]
    return np.array(cuts, dtype=np.int64), np.array(
        [values[-1] if values else usual for values in taken], dtype=np.int64
    )


def _day_second(scenario: Scenario, day: dt.date) -> int:
    return max((day - scenario.first_day).days * rules.DAY, 0)


def _service(service: Service | None) -> ServiceTable:
    if service is None:
        return ServiceTable(exists=False, mean=0.0, further=0.0)
    return ServiceTable(True, service.minutes.mean * 60, service.further_person_minutes * 60)


def _seconds(minutes: float) -> int:
    """Whole seconds, at least 1: nothing that takes time happens in the second in which it began."""
    return max(1, int(np.floor(minutes * 60 + 0.5)))


def _seconds_if_any(minutes: float) -> int:
    """As `_seconds`, 0 for a step that a scenario leaves out."""
    return _seconds(minutes) if minutes else 0
