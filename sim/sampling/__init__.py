"""The sample of a replication: everything that chance decides, drawn before anybody moves.

Draw first, flow second. Parties are numbered by (port, day, hand-over group, party). Durations are kept as factors
(variate / mean): the flow multiplies them by the mean for the party's size at that time, so a split party needs no new
draw.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.sampling.expected import expected_people
from sim.sampling.streams import Draws, Stream, entity_number, place_key
from sim.sampling.variates import by_weight, factors, gamma_level, group_parties, people_per_group
from sim.scenario.distributions import Service
from sim.scenario.schema import OpeningHours, Port, Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_EPOCH = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Sample:
    """The draws of one replication, in order of (port, day, group, party, person).

    Party arrays have one element per party, person arrays one per person; person rows of a party are adjacent. A piece
    of a party, or a person who leaves it, is led by a person, and what is drawn for pieces is in person arrays.
    """

    seed: int
    replication: int
    party_port: Ints
    """Number of the port in order of id."""
    party_second: Ints
    """Hand-over."""
    party_first_person: Ints
    """Row of the party's first person."""
    party_size: Ints
    """People."""
    party_diverted: NDArray[np.bool_]
    """False: goes on to another authority after registration."""
    registration_factor: Floats
    """Duration of registration / its mean."""
    person_number: Ints
    """Party number of a party or piece that this person leads; the same under any change of rate (see the log)."""
    check_in_factor: Floats
    """Per person, for the party or piece that the person leads."""
    release_factor: Floats
    """Per person, for the check-out of the party or piece that the person leads."""


@dataclass(frozen=True)
class _Groups:
    """Hand-over groups that are present, one element each."""

    port: Ints
    day: Ints
    number: Ints
    second: Ints
    parties: Ints


@dataclass(frozen=True)
class _Parties:
    """Identity of parties, or of the parties of persons, one element each."""

    keys: NDArray[np.uint64]
    """Place keys by number of the port."""
    port: Ints
    day: Ints
    group: Ints
    party: Ints

    def repeat(self, counts: Ints) -> _Parties:
        """Each party as often as it has people."""
        columns = [np.repeat(column, counts) for column in (self.port, self.day, self.group, self.party)]
        return _Parties(self.keys, *columns)


def sample(scenario: Scenario, *, seed: int, replication: int) -> Sample:
    """Every draw of one replication of a scenario. Raises ValueError when seed or replication is negative."""
    draws = Draws(seed, replication)
    keys = np.array([place_key(p) for p in sorted(scenario.ports)], dtype=np.uint64)
    groups = _groups(scenario, draws, keys)
    port, day, number = (np.repeat(x, groups.parties) for x in (groups.port, groups.day, groups.number))
    parties = _Parties(keys, port, day, number, _count_up(groups.parties))
    uniform = draws.block(Stream.PARTY_SIZE // 4, keys[port], day, entity_number(number, parties.party))
    size = by_weight(scenario.arrivals.party_size_weights, uniform[Stream.PARTY_SIZE % 4]) + 1
    shares = np.array([scenario.ports[p].not_diverted_share for p in sorted(scenario.ports)])
    first_person = np.cumsum(size) - size
    person = _count_up(size)
    of_person = parties.repeat(size)
    check_in, release = _person_factors(scenario, draws, of_person, person)
    return Sample(
        seed=seed,
        replication=replication,
        party_port=port,
        party_second=np.repeat(groups.second, groups.parties),
        party_first_person=first_person,
        party_size=size,
        party_diverted=uniform[Stream.NOT_DIVERTED % 4] >= shares[port],
        registration_factor=_factors(scenario.registration, uniform[Stream.REGISTRATION % 4]),
        person_number=_person_numbers(of_person, person),
        check_in_factor=check_in,
        release_factor=release,
    )


def _person_numbers(of: _Parties, person: Ints) -> Ints:
    """Party number of a party led by this person: port (6 bits), days since 1970 (16), group (20), party of the group
    (10), person of the party (8) and a last bit that is 1 for a person who left the party alone.
    """
    number = of.port.astype(np.int64)
    for part, bits in ((of.day - _EPOCH, 16), (of.group, 20), (of.party, 10), (person, 8)):
        number = (number << bits) | part
    return np.asarray(number << 1)


def _groups(scenario: Scenario, draws: Draws, keys: NDArray[np.uint64]) -> _Groups:
    """The hand-over groups of all ports and days, in order of (port, day, number)."""
    ports = sorted(scenario.ports)
    days = scenario.first_day.toordinal() + np.arange(scenario.n_days)
    mean_group, index_of_groups = people_per_group(scenario.arrivals.groups, scenario.arrivals.party_size_weights)
    level = expected_people(scenario)
    spread = scenario.arrivals.dispersion_index - index_of_groups
    if spread > 1e-9:
        u = draws.uniform(Stream.DAY_LEVEL, keys[:, None], days[None, :], 0)
        level = gamma_level(level, spread, u)
    wanted = (level / mean_group).ravel()
    cell_port, cell_day = (x.ravel() for x in np.meshgrid(np.arange(len(ports)), days, indexing="ij"))
    cell, number, time_u, parties_u = _points(draws, wanted, keys[cell_port], cell_day)
    port, day = cell_port[cell], cell_day[cell]
    second = _hand_over_seconds(scenario, ports, port, day, time_u)
    parties = group_parties(scenario.arrivals.groups, parties_u)
    inside = second < scenario.n_days * 86_400
    return _Groups(port[inside], day[inside], number[inside], second[inside], parties[inside])


def _points(draws: Draws, wanted: Floats, key: NDArray[np.uint64], day: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Points of unit-rate Poisson processes, one for each cell, with a level of at most `wanted[cell]`.

    Returns cell, number of the point, and its uniform numbers for time and parties. More points than needed are drawn
    first; a cell that still has too few (about one in a million) makes all be drawn again with twice as many.
    """
    slack = 10.0
    while True:
        drawn = (wanted + slack / 2 * np.sqrt(wanted) + slack).astype(np.int64)
        cell = np.repeat(np.arange(len(wanted)), drawn)
        number = _count_up(drawn)
        u = draws.block(0, key[cell], day[cell], entity_number(number))
        levels = np.cumsum(-np.log1p(-u[Stream.GROUP_GAP]))
        last = np.cumsum(drawn) - 1
        levels -= np.repeat(np.concatenate([[0.0], levels[last[:-1]]]), drawn)
        if (levels[last] > wanted).all():
            keep = levels <= wanted[cell]
            return cell[keep], number[keep], u[Stream.GROUP_TIME][keep], u[Stream.GROUP_PARTIES][keep]
        slack *= 2


def _hand_over_seconds(scenario: Scenario, ports: list[str], port: Ints, day: Ints, u: Floats) -> Ints:
    """Second of each hand-over: inverse of the hourly profile inside the port's opening hours of that day."""
    second = np.zeros(len(u), dtype=np.int64)
    first = scenario.first_day.toordinal()
    for index, name in enumerate(ports):
        for hours, start, end in hours_by_date(scenario, scenario.ports[name]):
            at = np.flatnonzero((port == index) & (day >= start) & (day < end))
            seconds, cumulated = profile_inside(hours, scenario.ports[name].hour_weights)
            within = np.minimum(np.floor(np.interp(u[at], cumulated, seconds)), seconds[-1] - 1).astype(np.int64)
            second[at] = (day[at] - first) * 86_400 + within
    return second


def hours_by_date(scenario: Scenario, port: Port) -> list[tuple[OpeningHours, int, int]]:
    """Opening hours of a port with the first day on which they hold and the first on which they don't (ordinals)."""
    begin, end = scenario.first_day.toordinal(), scenario.last_day.toordinal() + 1
    dated = [(h.from_day.toordinal() if h.from_day else 0, h) for h in port.hours.values()]
    dated.sort(key=lambda pair: pair[0])
    stops = [start for start, _ in dated[1:]] + [end]
    spans = [(h, max(start, begin), min(stop, end)) for (start, h), stop in zip(dated, stops, strict=True)]
    return [span for span in spans if span[1] < span[2]]


def opening_seconds(hours: OpeningHours) -> tuple[int, int]:
    """Opening and closing in seconds after 00:00 of the day of opening; closing may be on the next day."""
    closes = hours.closes if hours.closes > hours.opens else hours.closes + 1440
    return hours.opens * 60, closes * 60


def profile_inside(hours: OpeningHours, weights: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Breakpoints (seconds after 00:00 of the day of opening) and the cumulated share of hand-overs at each."""
    opens, closes = opening_seconds(hours)
    inner = [s for s in range(0, closes, 3600) if s > opens]
    seconds = np.array([opens, *inner, closes], dtype=np.float64)
    rate = np.array([weights[int(s // 3600) % 24] for s in seconds[:-1]])
    cumulated = np.concatenate([[0.0], np.cumsum(rate * np.diff(seconds))])
    return seconds, cumulated / cumulated[-1]


def _person_factors(scenario: Scenario, draws: Draws, of: _Parties, person: Ints) -> list[Floats]:
    """Factors of check-in and of check-out, one per person; no draw is made where none is needed."""
    services = (scenario.check_in, scenario.release.minutes)
    if all(s is None or s.minutes.kind == "constant" for s in services):
        return [np.ones(len(person)) for _ in services]
    number = entity_number(of.group, of.party, person)
    u = draws.block(Stream.CHECK_IN // 4, of.keys[of.port], of.day, number)
    streams = (Stream.CHECK_IN, Stream.RELEASE)
    return [_factors(service, u[stream % 4]) for service, stream in zip(services, streams, strict=True)]


def _factors(service: Service | None, u: Floats) -> Floats:
    return np.ones_like(u) if service is None else factors(service.minutes, u)


def _count_up(lengths: Ints) -> Ints:
    """0, 1, …, n - 1 for each length n, one after another."""
    return np.asarray(np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths))
