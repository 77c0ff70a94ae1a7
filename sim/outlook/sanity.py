"""Values of a scenario held against each other: each is possible, but together they ask for trouble."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.outlook.sites import RoomsOnDay, SitesByDay, candidate_rooms, rooms_per_party
from sim.outlook.small_shifts import Remark, small_shifts
from sim.outlook.staff import FULL, IDLE, PoolOutlook
from sim.outlook.way import DAY, Way, by_day, nearest, service_hours, usable
from sim.sampling.hours import hours_by_date, opening_seconds
from sim.sampling.roster import Roster, rosters
from sim.scenario.places import place_numbers, rooms_of
from sim.scenario.tables.schema import Scenario

ABOUT_STAFF = ("idle", "full", "nobody_serves", "never_done", "shift_too_small")
"""Codes of remarks whose place is a pool."""


@dataclass(frozen=True)
class RuleInput:
    """What the rules look at."""

    scenario: Scenario
    way: Way
    rooms: tuple[RoomsOnDay, ...]
    sites: SitesByDay
    pools: tuple[PoolOutlook, ...]


def remarks(given: RuleInput) -> tuple[Remark, ...]:
    """Everything that should be looked at, in the order of a traveller's way."""
    rules = (
        _uncovered,
        lambda given: small_shifts(given.scenario),
        _use,
        _sizes,
        _hold,
        _coaches,
        _reserve,
        _list_of_sites,
        _check_out,
        _results,
        _laboratory,
    )
    return tuple(remark for rule in rules for remark in rule(given))


def _uncovered(given: RuleInput) -> Iterator[Remark]:
    """Opening hours in which nobody of the port's pool is there."""
    scenario = given.scenario
    places = place_numbers(scenario)
    for name in sorted(scenario.ports):
        pool = scenario.ports[name].pool
        if pool is None or (scenario.registration is None and scenario.coaches is None):
            continue
        roster = rosters(scenario)[[places.ids[p] for p in places.pools].index(pool)]
        yield from _by_clock(name, scenario, _gaps(scenario, name, roster))


Gap = tuple[int, int]
"""Seconds since 00:00 of the first day."""


def _gaps(scenario: Scenario, port: str, roster: Roster) -> list[Gap]:
    """Stretches of opening hours without a shift that has anybody."""
    there = roster.rostered > 0
    shifts = sorted(zip(roster.begin[there].tolist(), roster.end[there].tolist(), strict=True))
    first, end_of_window = scenario.first_day.toordinal(), scenario.n_days * 86_400
    gaps: list[Gap] = []
    for hours, start, end in hours_by_date(scenario, port):
        opens, closes = opening_seconds(hours)
        for day in range(start - first, end - first):
            at, until = day * 86_400 + opens, min(day * 86_400 + closes, end_of_window)
            for begin, finish in shifts:
                if finish <= at or begin >= until:
                    continue
                if begin > at:
                    gaps.append((at, begin))
                at = max(at, finish)
            if at < until:
                gaps.append((at, until))
    return gaps


def _by_clock(port: str, scenario: Scenario, gaps: list[Gap]) -> Iterator[Remark]:
    """One remark for each stretch of the clock, with the days on which it occurs."""
    by_clock: dict[tuple[int, int], list[int]] = {}
    for begin, end in gaps:
        day = begin // 86_400
        by_clock.setdefault((begin - day * 86_400, end - day * 86_400), []).append(day)
    for (begin, end), days in sorted(by_clock.items()):
        values = {
            "opens": begin // 60,
            "closes": end // 60 if end <= 86_400 else end // 60 % 1440,
            "days": len(days),
            "first": scenario.first_day + dt.timedelta(days=days[0]),
            "last": scenario.first_day + dt.timedelta(days=days[-1]),
        }
        yield Remark("nobody_on_duty", port, values)


def _use(given: RuleInput) -> Iterator[Remark]:
    for pool in given.pools:
        if pool.utilisation < IDLE:
            yield Remark("idle", pool.id, {"share": pool.utilisation})
        elif pool.utilisation > FULL:
            yield Remark("full", pool.id, {"share": pool.utilisation})


def _sizes(given: RuleInput) -> Iterator[Remark]:
    """Parties that are larger than a coach, or than the largest site."""
    scenario = given.scenario
    largest = max(i + 1 for i, weight in enumerate(scenario.arrivals.party_size_weights) if weight > 0)
    if scenario.coaches is not None and largest > scenario.coaches.seats:
        yield Remark("party_over_seats", "", {"people": largest, "seats": scenario.coaches.seats})
    rooms = max((rooms_of(scenario.sites, site) for site in usable(scenario)), default=0) if scenario.sites else 0
    if scenario.sites and scenario.rooms.per == "person" and largest > rooms:
        yield Remark("party_over_site", "", {"people": largest, "rooms": rooms})


def _hold(given: RuleInput) -> Iterator[Remark]:
    """Holding a coach, after registration, leaves little or nothing of the limit."""
    scenario = given.scenario
    if scenario.coaches is None:
        return
    registration = 60 * service_hours(scenario.registration, given.way.party_size)
    taken = registration + scenario.coaches.hold_minutes
    limit = scenario.limits.handover_to_coach_minutes
    hold = scenario.coaches.hold_minutes
    if taken > limit:
        yield Remark("hold_over_limit", "", {"hold": hold, "registration": registration, "limit": limit})
    elif taken > 0.8 * limit:
        yield Remark("hold_near_limit", "", {"hold": hold, "registration": registration, "limit": limit})


def _coaches(given: RuleInput) -> Iterator[Remark]:
    """Trips an hour that a point's coaches can make against those that people need at the fullest hour."""
    scenario, way = given.scenario, given.way
    if scenario.coaches is None:
        return
    for row, name in enumerate(sorted(scenario.ports)):
        coaches = scenario.ports[name].coaches or 0
        cycle = float(way.trip_hours[row]) + scenario.coaches.disinfection_minutes / 60
        if not coaches or cycle <= 0 or not way.trips[row].any():
            continue
        possible = coaches / cycle
        hour = int(np.argmax(way.trips[row]))
        day = scenario.first_day + dt.timedelta(days=hour // DAY)
        needed = float(way.trips[row, hour])
        people = float(way.placed[row].max()) * way.party_size
        values = {"coaches": coaches, "possible": possible, "needed": needed, "hour": hour % DAY, "day": day}
        if people > possible * scenario.coaches.seats:
            yield Remark("coaches_too_few", name, values | {"people": people, "seats": scenario.coaches.seats})
        elif needed > 0.9 * possible:
            yield Remark("coaches_full", name, values)


def _reserve(given: RuleInput) -> Iterator[Remark]:
    """Rooms that people take while a new site is being prepared against the reserve that sets it off."""
    scenario, way = given.scenario, given.way
    sites = scenario.sites
    if sites is None or sites.reserve_rooms is None:
        return
    taken = way.placed.sum(axis=0) * rooms_per_party(scenario, way)
    lead = min(max(1, nearest(sites.lead_hours)), len(taken))  # a longer one sees all who come
    total = np.concatenate([[0.0], np.cumsum(taken)])
    spans = total[lead:] - total[:-lead]
    worst = int(np.argmax(spans))
    day = scenario.first_day + dt.timedelta(days=worst // DAY)
    values = {"reserve": sites.reserve_rooms, "lead": sites.lead_hours, "rooms": float(spans[worst]), "day": day}
    if spans[worst] > sites.reserve_rooms:
        yield Remark("reserve_small", "", values)
    elif spans[worst] > 0.7 * sites.reserve_rooms:
        yield Remark("reserve_tight", "", values)


def _list_of_sites(given: RuleInput) -> Iterator[Remark]:
    scenario = given.scenario
    if scenario.sites is None or not given.rooms:
        return
    there = sum(rooms_of(scenario.sites, site) for site in usable(scenario))
    peak = max(given.rooms, key=lambda day: day.enough[-1] + day.out_of_use)
    need = peak.enough[-1] + peak.out_of_use
    if there < need:
        values = {"rooms": there, "needed": need, "day": peak.day, "all": candidate_rooms(scenario)}
        yield Remark("list_too_short", "", values)


def _check_out(given: RuleInput) -> Iterator[Remark]:
    """Check-outs that gather overnight against the team at the hour in which releases begin."""
    scenario, way = given.scenario, given.way
    minutes = service_hours(scenario.release.minutes, way.party_size) * 60
    teams = [pool for pool in given.pools if pool.at_sites]
    if not minutes or not teams:
        return
    hour = scenario.release.opens // 60
    released = by_day(way.released, way.n_days)[:, hour]
    people = by_day(sum((pool.for_tasks for pool in teams), np.zeros(way.n_days * DAY)), way.n_days)
    there = people[:, hour]
    load = np.divide(released * minutes / 60, there, out=np.zeros_like(released), where=there > 0)
    worst = int(np.argmax(load))
    if load[worst] > 1:
        open_sites = max(float(sum(pool.sites[worst * DAY + hour] for pool in teams)), 1.0)
        values = {"hour": hour, "parties": float(released[worst]) / open_sites, "hours": float(load[worst])}
        yield Remark("check_out_queue", "", values | {"day": scenario.first_day + dt.timedelta(days=worst)})


def _results(given: RuleInput) -> Iterator[Remark]:
    """The last result comes after the stay has ended."""
    scenario = given.scenario
    if scenario.swabs is None or scenario.laboratory is None or scenario.stay is None:
        return
    waits = scenario.health is None or scenario.health.release_waits_for_result
    last = max(scenario.swabs.within(scenario.stay.mean_days), default=0)
    if waits and last and last + scenario.laboratory.turnaround_hours / 24 > scenario.stay.mean_days:
        values = {"swab_day": last, "hours": scenario.laboratory.turnaround_hours}
        yield Remark("result_after_stay", "", values | {"days": scenario.stay.mean_days})


def _laboratory(given: RuleInput) -> Iterator[Remark]:
    """Swabs of people on the fullest day against what the laboratory takes in."""
    scenario, way = given.scenario, given.way
    laboratory = scenario.laboratory
    if scenario.swabs is None or laboratory is None or laboratory.daily_capacity is None:
        return
    days = scenario.swabs.within(scenario.stay.mean_days if scenario.stay else 0.0)
    arrived = np.concatenate([way.arrived.reshape(-1, DAY).sum(axis=1), np.zeros(400)]) * way.party_size
    swabs = np.sum([np.zeros_like(arrived), *(np.roll(arrived, day - 1) for day in days)], axis=0)
    worst = int(np.argmax(swabs))
    if swabs[worst] > laboratory.daily_capacity:
        day = scenario.first_day + dt.timedelta(days=worst)
        yield Remark(
            "laboratory_full", "", {"swabs": float(swabs[worst]), "capacity": laboratory.daily_capacity, "day": day}
        )
