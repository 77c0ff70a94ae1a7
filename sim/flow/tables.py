"""Scenario -> frozen arrays that every engine reads; no engine unpacks the schema itself.

Seconds are int64 since 00:00 of the first day. Place numbers follow `log.Places`: ports, sites, pools.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.flow import rules
from sim.flow.log import Places
from sim.sampling import hours_by_date, opening_seconds
from sim.scenario.distributions import Service
from sim.scenario.schema import Pool, Scenario, Shift, Site, Sites

Ints = NDArray[np.int64]

FOLLOWED_DAYS = 60
"""Days after W until the hard stop."""
UNLIMITED = 1_000_000_000
"""Staff present in a pool without a limit."""

_POLICY = {"spread": rules.SPREAD, "fill": rules.FILL, "nearest": rules.NEAREST, "assigned": rules.ASSIGNED}
_CLOSING = {"never": rules.NEVER, "plain": rules.PLAIN, "review": rules.REVIEW}


@dataclass(frozen=True)
class ServiceTable:
    """Durations of a task in seconds; `exists` is false where the scenario leaves the step out."""

    exists: bool
    mean: float
    further: float


@dataclass(frozen=True)
class ShiftTable:
    """The roster of one pool, in order of time; shifts don't overlap."""

    begin: Ints
    end: Ints
    rostered: Ints
    present: Ints
    posts: int


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
    hold: int
    review_second: int
    stay: int
    airing: int
    cleaning: int
    """Seconds per room, 0 for none."""
    room_per_person: bool


@dataclass(frozen=True)
class CoachTable:
    """Coaches; `seats` is 0 when parties travel alone."""

    seats: int
    hold: int
    escorts: int
    head_count: float
    disinfection: int
    of_port: Ints


@dataclass(frozen=True)
class Tables:
    """All that an engine needs of a scenario."""

    places: Places
    window_end: int
    hard_stop: int
    port_hours: tuple[tuple[tuple[int, int], ...], ...]
    """(opening, closing) seconds of each port, in order."""
    shifts: dict[int, ShiftTable]
    """By place number of the pool."""
    sites: SiteTable
    coaches: CoachTable
    registration: ServiceTable
    check_in: ServiceTable
    release: ServiceTable
    release_opens: int
    release_closes: int


def tables(scenario: Scenario) -> Tables:
    """The arrays of a scenario. Place numbers beyond 4095 raise ValueError (the order key has 12 bits for them)."""
    places = place_numbers(scenario)
    if len(places.ids) >= 4096:
        raise ValueError(f"{len(places.ids)} ports, sites and pools: at most 4,095 are possible")
    window_end = scenario.n_days * rules.DAY
    hard_stop = window_end + FOLLOWED_DAYS * rules.DAY
    return Tables(
        places=places,
        window_end=window_end,
        hard_stop=hard_stop,
        port_hours=tuple(_port_hours(scenario, name, window_end) for name in sorted(scenario.ports)),
        shifts={p: _shifts(scenario, pool_of(scenario, places.ids[p])) for p in places.pools},
        sites=_sites(scenario),
        coaches=_coaches(scenario),
        registration=_service(scenario.registration),
        check_in=_service(scenario.check_in),
        release=_service(scenario.release.minutes),
        release_opens=scenario.release.opens * 60 % rules.DAY,
        release_closes=scenario.release.closes * 60,
    )


def place_numbers(scenario: Scenario) -> Places:
    """Numbers of ports, sites and pools of a scenario."""
    ports = sorted(scenario.ports)
    sites = [name for name, _ in sites_in_order(scenario)]
    pools = sorted({p.pool for p in scenario.ports.values() if p.pool is not None})
    first_pool = len(ports) + len(sites)
    number = {name: first_pool + i for i, name in enumerate(pools)}
    team = scenario.sites.team if scenario.sites else None
    teams = [f"{name}.team" for name in sites] if team is not None else []
    return Places(
        ids=(*ports, *sites, *pools, *teams),
        n_ports=len(ports),
        n_sites=len(sites),
        pool_of_port=tuple(number.get(scenario.ports[p].pool or "", -1) for p in ports),
        pool_of_site=tuple(first_pool + len(pools) + i if team is not None else -1 for i in range(len(sites))),
    )


def sites_in_order(scenario: Scenario) -> list[tuple[str, Site]]:
    """(id, site) in order of the list, after `sites.first_street_position` has moved the first street-level site."""
    if scenario.sites is None:
        return []
    ordered = sorted(scenario.sites.candidates.items(), key=lambda item: item[1].number)
    position = scenario.sites.first_street_position
    street = [i for i, (_, site) in enumerate(ordered) if site.level == "street"]
    if position is not None and street:
        ordered.insert(position - 1, ordered.pop(street[0]))
    return ordered


def pool_of(scenario: Scenario, identifier: str) -> Pool:
    """The pool of the scenario that a pool's place id stands for."""
    if identifier.endswith(".team") and scenario.sites is not None and scenario.sites.team is not None:
        return scenario.pools[scenario.sites.team]
    return scenario.pools[identifier]


def rooms_of(sites: Sites, site: Site) -> int:
    """Rooms of a site after `sites.rooms_factor`, which applies to street-level sites."""
    if site.level == "district":
        return site.rooms
    return max(1, int(np.floor(site.rooms * sites.rooms_factor + 0.5)))


def largest_remainder(total: int, shares: list[float]) -> list[int]:
    """Whole numbers in proportion to shares that add up to `total`; ties go to the earlier."""
    exact = [total * share for share in shares]
    counts = [int(np.floor(x + 1e-9)) for x in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-round(exact[i] - counts[i], 9), i))
    for i in by_remainder[: round(sum(exact)) - sum(counts)]:
        counts[i] += 1
    return counts


def shifts_on(pool: Pool, day: dt.date) -> list[Shift]:
    """Shifts of a pool that begin on a day, in order of time."""
    on = [s for s in pool.shifts.values() if (s.from_day or day) <= day <= (s.to_day or day)]
    return sorted(on, key=lambda s: s.start)


def _shifts(scenario: Scenario, pool: Pool) -> ShiftTable:
    """The roster from the day before the window (a night shift may reach into it) to the hard stop."""
    rows = []
    for offset in range(-1, scenario.n_days + FOLLOWED_DAYS):
        on = shifts_on(pool, scenario.first_day + dt.timedelta(days=offset))
        counts = largest_remainder(pool.headcount, [s.share for s in on])
        for shift, count in zip(on, counts, strict=True):
            begin = offset * rules.DAY + shift.start * 60
            end = begin + round(shift.hours * 3600)
            if end > 0:
                rows.append((max(begin, 0), end, count))
    columns = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T.copy()
    return ShiftTable(columns[0], columns[1], columns[2], columns[2].copy(), posts=pool.fixed_posts)


def _port_hours(scenario: Scenario, name: str, window_end: int) -> tuple[tuple[int, int], ...]:
    """Openings and closings of a port; hours that meet (open all day) are one stretch; the window cuts the last."""
    first = scenario.first_day.toordinal()
    spans: list[tuple[int, int]] = []
    for hours, start, end in hours_by_date(scenario, scenario.ports[name]):
        opens, closes = opening_seconds(hours)
        for day in range(start - first, end - first):
            begin, finish = day * rules.DAY + opens, min(day * rules.DAY + closes, window_end)
            if spans and spans[-1][1] >= begin:
                spans[-1] = (spans[-1][0], max(finish, spans[-1][1]))
            elif finish > begin:
                spans.append((begin, finish))
    return tuple(spans)


def _sites(scenario: Scenario) -> SiteTable:
    sites = scenario.sites or Sites()
    ordered = [site for _, site in sites_in_order(scenario)]
    ports = sorted(scenario.ports)
    dated = [(s.opens - scenario.first_day).days * rules.DAY if isinstance(s.opens, dt.date) else -1 for s in ordered]
    return SiteTable(
        rooms=np.array([rooms_of(sites, s) for s in ordered], dtype=np.int64),
        ride=np.array([[_seconds(s.ride_minutes[p]) for s in ordered] for p in ports], dtype=np.int64).reshape(
            len(ports), len(ordered)
        ),
        opens=np.array(
            [max(d, 0) if s.opens != "demand" else -1 for d, s in zip(dated, ordered, strict=True)], np.int64
        ),
        on_demand=np.array([s.opens == "demand" for s in ordered], dtype=np.int64),
        policy=_POLICY[sites.allocation],
        reserve=-1 if sites.reserve_rooms is None else sites.reserve_rooms,
        lead=_seconds(sites.lead_hours * 60),
        closing=_CLOSING[sites.closing],
        margin=sites.margin_rooms,
        hold=sites.hold_days if sites.closing == "review" else 1,
        review_second=sites.review_time * 60 % rules.DAY,
        stay=_seconds(scenario.stay.days * 1440) if scenario.stay else 1,
        airing=round(scenario.rooms.airing_hours * 3600),
        cleaning=round(scenario.rooms.cleaning_minutes * 60),
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
        disinfection=round(coaches.disinfection_minutes * 60),
        of_port=of_port,
    )


def _service(service: Service | None) -> ServiceTable:
    if service is None:
        return ServiceTable(exists=False, mean=0.0, further=0.0)
    return ServiceTable(True, service.minutes.mean * 60, service.further_person_minutes * 60)


def _seconds(minutes: float) -> int:
    """Whole seconds, at least 1: nothing that takes time happens in the second in which it began."""
    return max(1, int(np.floor(minutes * 60 + 0.5)))
