"""The way of travellers as expected numbers per hour, from the ports to the sites and out again.

Nobody ever waits for staff, coaches or rooms. All of it is approximate: a wait that the rules demand (the hold of a
coach, release hours, airing) is kept at its mean; waits that scarcity makes are left out; so are splits of parties,
stays that start again, and people in hospital.

Hourly numbers over the window and the time after it: shifted, waited with, and counted while present.

A rate is a number per hour for each hour, taken as even within the hour; hour 0 begins at 00:00 of the first day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.numbers.theory import full_coach_wait_mean, held_coach_wait_mean
from sim.sampling.expected import expected
from sim.scenario.places import guests_at_start
from sim.scenario.tables.distributions import (
    ConstantGroup,
    GeometricGroup,
    GroupDistribution,
    Service,
    Stay,
    group_moments,
    people_per_group,
)
from sim.scenario.tables.schema import Coaches, Scenario, Site
from sim.scenario.tables.types import FOLLOWED_DAYS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DAY = 24
"""Hours of a day."""


@dataclass(frozen=True)
class Way:
    """Expected numbers per hour. Rows of two-dimensional arrays are ports in order of id; columns are hours."""

    n_days: int
    party_size: float
    """Mean people in a party."""
    handed: Floats
    """People handed over, by port."""
    registered: Floats
    """Parties that begin registration, by port."""
    placed: Floats
    """Parties that take their rooms, by port."""
    trips: Floats
    """Coaches that begin boarding, by port; none when parties travel alone."""
    trip_hours: Floats
    """Hours of escorts for one trip, by port: boarding, ride, count, ride back."""
    arrived: Floats
    """Parties that arrive at sites."""
    released: Floats
    """Parties that begin check-out, those there from the beginning included."""
    left: Floats
    """Parties that give up their rooms."""
    initial_parties: float
    initial_people: float

    @property
    def n_hours(self) -> int:
        """Hours until the hard stop."""
        return int(self.handed.shape[-1])

    @property
    def in_sites(self) -> Floats:
        """Parties in sites at the end of each hour."""
        return self.initial_parties + np.cumsum(self.arrived - self.left)

    @property
    def with_rooms(self) -> Floats:
        """Parties that have rooms at the end of each hour: on the way, in the site, or at check-out."""
        return self.initial_parties + np.cumsum(self.placed.sum(axis=0) - self.left)


def way(scenario: Scenario) -> Way:
    """Follow the expected travellers of a scenario."""
    ports = [scenario.ports[name] for name in sorted(scenario.ports)]
    n_hours = (scenario.n_days + FOLLOWED_DAYS) * DAY
    size = people_per_group(scenario.arrivals.groups, scenario.arrivals.party_size_weights)[0]
    size /= group_moments(scenario.arrivals.groups)[0]
    handed = _handed_over(scenario, n_hours)
    registered = handed / size
    shares = np.array([[1 - port.not_diverted_share if scenario.sites else 0.0] for port in ports])
    placed = later(registered * shares, service_hours(scenario.registration, size))
    trips, hours, arrived = _rides(scenario, placed, size)
    initial, initial_people = _initial(scenario, n_hours)
    check_out = clock_hours(n_hours, scenario.release.opens, scenario.release.closes)
    released = to_next(_stay_ends(scenario, arrived) + initial, check_out)
    return Way(
        n_days=scenario.n_days,
        party_size=size,
        handed=handed,
        registered=registered,
        placed=placed,
        trips=trips,
        trip_hours=hours,
        arrived=arrived,
        released=released,
        left=later(released, service_hours(scenario.release.minutes, size)),
        initial_parties=float(len(guests_at_start(scenario))),
        initial_people=initial_people,
    )


def service_hours(service: Service | None, party_size: float) -> float:
    """Mean hours of a task for a party of mean size; 0 for a step that is left out."""
    if service is None:
        return 0.0
    return (service.minutes.mean + service.further_person_minutes * (party_size - 1)) / 60


def usable(scenario: Scenario) -> list[Site]:
    """Candidates that may open: on their date, with people from the beginning, or on demand if there is a reserve."""
    if scenario.sites is None:
        return []
    sites, initial = scenario.sites, {row.site for row in scenario.initial}
    return [
        site
        for name, site in sites.candidates.items()
        if site.opens != "demand" or name in initial or sites.reserve_rooms is not None
    ]


def ride_hours(scenario: Scenario) -> Floats:
    """Mean ride from each port, sites weighted by rooms."""
    sites = usable(scenario)
    if not sites:
        return np.zeros(len(scenario.ports))
    rooms = np.array([site.rooms for site in sites], dtype=np.float64)
    minutes = [[site.ride_minutes[port] for site in sites] for port in sorted(scenario.ports)]
    return np.asarray(np.array(minutes) @ rooms / rooms.sum() / 60)


def _handed_over(scenario: Scenario, n_hours: int) -> Floats:
    """People handed over in each hour of the window and after it."""
    handed = np.zeros((len(scenario.ports), n_hours))
    handed[:, : scenario.n_days * DAY] = expected(scenario).by_hour
    return handed


def _rides(scenario: Scenario, placed: Floats, party_size: float) -> tuple[Floats, Floats, Floats]:
    """Trips and their hours by port, and parties that arrive at sites (all ports)."""
    ride = ride_hours(scenario)
    coaches = scenario.coaches
    if coaches is None:
        arrived = sum((later(placed[i], ride[i]) for i in range(len(ride))), np.zeros(placed.shape[1]))
        return np.zeros_like(placed), np.zeros(len(ride)), arrived
    groups = placed * _group_shares(scenario)[:, None] / group_moments(scenario.arrivals.groups)[0]
    people = placed * party_size
    hold = coaches.hold_minutes / 60
    trips = np.maximum(groups / (1 + groups * hold), people / coaches.seats)
    riders = people.sum(axis=1) / np.maximum(trips.sum(axis=1), 1e-12)
    count = coaches.head_count_minutes / 60 * riders
    arrived, boarding = np.zeros(placed.shape[1]), np.zeros_like(trips)
    for i in range(len(ride)):
        wait, load = _coach_waits(coaches, groups[i], people[i])
        boarding[i] = later(trips[i], load)
        arrived += later(placed[i], wait + count[i] + ride[i])
    return boarding, 2 * ride + 2 * count, arrived


def _coach_waits(coaches: Coaches, groups: Floats, people: Floats) -> tuple[float, float]:
    """Mean hours that people wait for a coach to fill or to be held long enough, and from a load's first party on."""
    hold = coaches.hold_minutes / 60
    busy = people > 0
    if not busy.any():
        return 0.0, 0.0
    rate, persons = (
        float(np.average(groups[busy], weights=people[busy])),
        float(np.average(people[busy], weights=people[busy])),
    )
    filling = (coaches.seats - 1) / persons
    wait = min(held_coach_wait_mean(rate, hold), full_coach_wait_mean(persons, coaches.seats))
    return wait, min(hold, filling)


def _group_shares(scenario: Scenario) -> Floats:
    """Groups with somebody to be placed / parties to be placed x parties in a group, by port.

    Of N parties each stays with chance d: a group counts with chance 1 - E[(1 - d)^N].
    """
    shares = []
    for name in sorted(scenario.ports):
        sent_on = scenario.ports[name].not_diverted_share
        kept = 1 - sent_on
        shares.append((1 - _generating(scenario.arrivals.groups, sent_on)) / kept if kept > 0 else 0.0)
    return np.array(shares)


def _generating(groups: GroupDistribution, z: float) -> float:
    """E[z^N], N parties of a group."""
    match groups:
        case ConstantGroup(parties=parties):
            return float(z**parties)
        case GeometricGroup(mean=mean):
            return z / mean / (1 - (1 - 1 / mean) * z)
        case _:
            total = sum(groups.weights)
            return sum(weight / total * z ** (i + 1) for i, weight in enumerate(groups.weights))


def _stay_ends(scenario: Scenario, arrived: Floats) -> Floats:
    if scenario.stay is None or scenario.stay.drawn is None:
        return later(arrived, scenario.stay.mean_days * DAY if scenario.stay else 1 / 3600)
    still = scenario.stay.still_there(np.arange(len(arrived)) / DAY)
    ending = np.append(1.0, still[:-1]) - still  # in each hour after the arrival
    return np.asarray(np.convolve(arrived, ending)[: len(arrived)])


def guests_still_there(stay: Stay, arrived: int, days: Floats) -> Floats:
    """Chance that a party that is in a site at 00:00 of the first day, since second `arrived`, is planned to stay for
    more than so many days from then on.
    """
    passed = -arrived / 86_400
    there = float(stay.still_there(passed))
    return np.asarray(stay.still_there(passed + days)) / there if there > 0 else np.zeros(len(days))


def _initial(scenario: Scenario, n_hours: int) -> tuple[Floats, float]:
    """Parties there from the beginning by the hour in which their stay ends, and their people."""
    ends = np.zeros(n_hours)
    parties = guests_at_start(scenario)
    for party in parties:
        if scenario.stay is not None and scenario.stay.drawn is not None:
            still = guests_still_there(scenario.stay, party.arrived, np.arange(1, n_hours) / DAY)
            ends += -np.diff(np.concatenate([[1.0], still, [0.0]]))
            continue
        left = max((scenario.stay.mean_days if scenario.stay else 0.0) * DAY + party.arrived / 3600, 0.0)
        ends[min(int(left), n_hours - 1)] += 1
    return ends, float(sum(party.people for party in parties))


def later(rate: Floats, hours: float) -> Floats:
    """The same a fixed time later; what falls after the last hour is lost. Last axis: hours."""
    whole = int(hours)
    part = hours - whole
    n = rate.shape[-1]
    moved = np.zeros_like(rate)
    if whole < n:
        moved[..., whole:] += (1 - part) * rate[..., : n - whole]
    if whole + 1 < n:
        moved[..., whole + 1 :] += part * rate[..., : n - whole - 1]
    return moved


def nearest(number: float) -> int:
    """The nearest whole number, of two equally near ones the larger: 12 hours are a day and 36 hours two, where `round`
    makes them none and two.
    """
    return math.floor(number + 0.5)


def until(rate: Floats) -> Floats:
    """Sum up to each full hour: one entry more than hours, 0 first."""
    return np.concatenate([np.zeros((*rate.shape[:-1], 1)), np.cumsum(rate, axis=-1)], axis=-1)


def present(rate: Floats, hours: float) -> Floats:
    """Mean number present during each hour when everybody stays this long: the mean of M_t/D/inf, exact for such rates.

    With C(t) the arrivals until t, the number present at t has mean C(t) - C(t - hours) (Eick, Massey and Whitt 1993);
    C is straight within an hour, so that its integral over each hour is known exactly.
    """
    n = rate.shape[-1]
    at = np.arange(n + 1, dtype=np.float64)
    whole = until(rate)
    area = until(whole[..., :-1] + rate / 2)  # integral of C up to each full hour
    before = np.clip(at - hours, 0, n)
    hour = np.minimum(before.astype(np.int64), n - 1)
    part = before - hour
    shifted = area[..., hour] + whole[..., hour] * part + rate[..., hour] * part**2 / 2
    return np.asarray(np.diff(area - shifted, axis=-1))


def to_next(rate: Floats, allowed: Flags) -> Floats:
    """Wait for the next hour that is allowed; what has none to wait for is lost."""
    n = len(allowed)
    at = np.where(allowed, np.arange(n), n)
    following = np.minimum.accumulate(at[::-1])[::-1]
    return np.bincount(following, weights=rate, minlength=n + 1)[:n].astype(np.float64)


def clock_hours(n: int, opens: int, closes: int) -> Flags:
    """Hours, of n, that overlap a daily stretch given in minutes; at or before `opens` it closes on the next day."""
    end = closes if closes > opens else closes + 1440
    inside = [any(begin < end and opens < begin + 60 for begin in (h * 60, h * 60 + 1440)) for h in range(DAY)]
    return np.resize(np.array(inside), n)


def overlap(begin: Ints, end: Ints, weight: Floats, n: int) -> Floats:
    """Mean of weight over each of n hours, from spans in seconds: 5 people for half of an hour are 2.5."""
    edges = np.arange(n + 1) * 3600.0
    points = np.concatenate([begin, end]).astype(np.float64)
    changes = np.concatenate([weight, -weight])
    order = np.argsort(points, kind="stable")
    points, changes = points[order], changes[order]
    level = np.cumsum(changes)
    total = np.concatenate([[0.0], np.cumsum(level[:-1] * np.diff(points))]) if len(points) else np.zeros(0)
    index = np.searchsorted(points, edges, side="right") - 1
    if not len(points):
        return np.zeros(n)
    safe = np.maximum(index, 0)
    reached = np.where(index >= 0, total[safe] + level[safe] * (edges - points[safe]), 0.0)
    return np.asarray(np.diff(reached) / 3600)


def by_day(values: Floats, n_days: int) -> Floats:
    """Shape (days, 24) of the first days."""
    return values[: n_days * DAY].reshape(n_days, DAY)
