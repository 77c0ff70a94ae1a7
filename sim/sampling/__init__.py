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

from sim.sampling.arrivals import hand_over_groups, sources
from sim.sampling.health import STAYS, HealthSample, PersonKeys, last_days, sample_health
from sim.sampling.hours import FIRST_ADDED, added_people
from sim.sampling.roster import present
from sim.sampling.streams import Draws, Stream, entity_number, place_key
from sim.sampling.timetables import NO_LIMIT, PARTIES_OF_A_GROUP, Groups, count_up
from sim.sampling.variates import by_weight, factors, stay_days
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.places import guests_at_start, once_per_scenario, sites_in_order
from sim.scenario.tables.distributions import Service
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY
from sim.words.language import said

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_GROUP_BITS, _BITS_BELOW_GROUP = 20, 10 + 8 + 1
_EPOCH = dt.date(1970, 1, 1).toordinal()
_BELOW_ONE = 1 - 2**-53
MOST_PERSONS = 1 << 23
"""People of a replication: each has two of the 24 bits' numbers that order simultaneous events (`sim.flow.order`)."""
INITIAL_PORT = 63
"""Number that stands for the port of parties that are in a site when the window begins."""
_INITIAL_SOURCE = 255
"""What these parties come from, above all other sources: party numbers rise in the order of the sample, so that a tie
is the same whether it goes by rows of the sample (as in the flow) or by numbers (as in the log).
"""


@dataclass(frozen=True)
class Sample:
    """The draws of one replication, in order of (source, day, group, party, person), which is that of party numbers;
    sources are the ports, then people whom disruptions add with times, last those in a site from the beginning.

    Party arrays have one element per party, person arrays one per person; person rows of a party are adjacent. A piece
    of a party, or a person who leaves it, is led by a person, and what is drawn for pieces is in person arrays.
    """

    seed: int
    replication: int
    party_port: Ints
    """Number of the port in order of id, INITIAL_PORT for a party that is in a site from the beginning."""
    party_second: Ints
    """Hand-over; for a party that is in a site from the beginning its arrival there, at or before 0."""
    party_first_person: Ints
    """Row of the party's first person."""
    party_size: Ints
    """People."""
    party_diverted: NDArray[np.bool_]
    """False: goes on to another authority after registration."""
    party_site: Ints
    """Index of the site that is assigned to the party (allocation assigned) or in which it is; -1 for none."""
    registration_factor: Floats
    """Duration of registration / its mean."""
    person_number: Ints
    """Party number of a party or piece that this person leads; the same under any change of rate (see the log)."""
    check_in_factor: Floats
    """Per person, for the party or piece that the person leads."""
    release_factor: Floats
    """Per person, for the check-out of the party or piece that the person leads."""
    stay_seconds: Ints
    """Seconds of each stay, shape (STAYS, persons): of the party or piece that the person leads, by how often it has
    begun again. Shape (STAYS, 0) where all stays are equally long.
    """
    health: HealthSample
    """The infected."""
    present: tuple[Ints, ...]
    """People who come to each shift, by pool in order of place numbers."""


@dataclass(frozen=True)
class _Parties:
    """Identity of parties, or of the parties of persons, one element each."""

    place: NDArray[np.uint64]
    """Place keys of their ports; of their sites for those who are there from the beginning."""
    date: Ints
    """Day of hand-over, of arrival at the site for those who are there from the beginning: a key of draws."""
    entity: NDArray[np.uint64]
    """Entity numbers."""
    source: Ints
    """Number of the port, or of what else they come from: see `Groups`, _INITIAL_SOURCE."""
    day: Ints
    group: Ints
    party: Ints
    """Number of the party in its group."""
    second: Ints

    def repeat(self, counts: Ints) -> _Parties:
        """Each party as often as it has people."""
        if (counts == 1).all():
            return self
        place, entity = np.repeat(self.place, counts), np.repeat(self.entity, counts)
        date, *others = (np.repeat(column, counts) for column in (self.date, *self._columns))
        return _Parties(place, date, entity, *others)

    @property
    def _columns(self) -> tuple[Ints, ...]:
        return self.source, self.day, self.group, self.party, self.second

    def take(self, chosen: NDArray[np.bool_]) -> _Parties:
        """Those chosen."""
        if chosen.all():
            return self
        others = (column[chosen] for column in self._columns)
        return _Parties(self.place[chosen], self.date[chosen], self.entity[chosen], *others)

    def followed_by(self, other: _Parties) -> _Parties:
        """These parties and then the others."""
        if not len(other.source):
            return self
        place, entity = np.concatenate([self.place, other.place]), np.concatenate([self.entity, other.entity])
        pairs = zip((self.date, *self._columns), (other.date, *other._columns), strict=True)
        date, *others = (np.concatenate(pair) for pair in pairs)
        return _Parties(place, date, entity, *others)

    def draw(self, draws: Draws, stream: Stream) -> tuple[Floats, ...]:
        """The four streams of a stream's block, one number each per party."""
        return draws.block(stream // 4, self.place, self.date, self.entity)


def sample(scenario: Scenario, *, seed: int, replication: int) -> Sample:
    """Every draw of one replication of a scenario. Raises ValueError when seed or replication is negative."""
    draws = Draws(seed, replication)
    parties, size, person = _people(scenario, draws)
    _require_numbers(len(person), replication)
    u = parties.draw(draws, Stream.PARTY_SIZE)
    handed_over = parties.source != _INITIAL_SOURCE
    first_person = np.cumsum(size) - size
    port, shares = np.full(len(size), INITIAL_PORT, dtype=np.int64), np.zeros(INITIAL_PORT + 1)
    port[handed_over] = sources(scenario)[parties.source[handed_over]]
    shares[: len(scenario.ports)] = [scenario.ports[p].not_diverted_share for p in sorted(scenario.ports)]
    of_person = parties.repeat(size)
    alone = of_person is parties and not person.any()  # nobody has company: persons are numbered as their parties are
    number = parties.entity if alone else of_person.entity | entity_number(0, 0, person)
    stay_seconds = _stay_seconds(scenario, draws, parties, size)
    last_day = last_days(scenario, stay_seconds, len(person))
    screened = np.repeat(screens(scenario)[port], size)
    identity = (of_person.place, of_person.date, number, of_person.second)
    keys = PersonKeys(*identity, int(size[handed_over].sum()), last_day, screened)
    at_site = _at_site(scenario, draws, keys)
    site = _assigned(scenario, at_site[Stream.ASSIGNED_SITE % 4][first_person])
    site[~handed_over] = _initial_sites(scenario)
    return Sample(
        seed=seed,
        replication=replication,
        party_port=port,
        party_second=parties.second,
        party_first_person=first_person,
        party_size=size,
        party_diverted=u[Stream.NOT_DIVERTED % 4] >= shares[port],
        party_site=site,
        registration_factor=_factors(scenario.registration, u[Stream.REGISTRATION % 4]),
        person_number=_person_numbers(of_person, person),
        check_in_factor=_factors(scenario.check_in, at_site[Stream.CHECK_IN % 4]),
        release_factor=_factors(scenario.release.minutes, at_site[Stream.RELEASE % 4]),
        stay_seconds=stay_seconds,
        health=sample_health(scenario, draws, keys),
        present=present(scenario, draws),
    )


def _require_numbers(people: int, replication: int) -> None:
    """Raises ScenarioError when chance brings more people than can be told apart; `check` knows what is expected."""
    if people > MOST_PERSONS:
        rule = said(
            "leads to {people:,} people in replication {replication}: at most {most:,} can be told apart",
            people=people,
            replication=replication,
            most=MOST_PERSONS,
        )
        raise ScenarioError([Fault("", "arrivals", None, rule, "")])


def _people(scenario: Scenario, draws: Draws) -> tuple[_Parties, Ints, Ints]:
    """All parties (handed over, then in a site from the beginning), their sizes, and of each person the number in the
    party: 0, 1, … but for those who were booked and did not come.
    """
    groups = hand_over_groups(scenario, draws, _source_keys(scenario))
    parties = _handed_over(groups).followed_by(_guests(scenario))
    u = parties.draw(draws, Stream.PARTY_SIZE)[Stream.PARTY_SIZE % 4]
    size = by_weight(scenario.arrivals.party_size_weights, u) + 1
    n = int(groups.parties.sum())
    size[n:] = [party.people for party in guests_at_start(scenario)]
    if (groups.most < NO_LIMIT).any():
        size[:n] = _cut(groups, size[:n])
    if (groups.comes == 1).all():
        return parties, size, count_up(size)
    person, of_person = count_up(size), parties.repeat(size)
    chance = np.append(np.repeat(groups.comes, groups.parties), np.ones(len(size) - n))
    keys = of_person.place, of_person.date, of_person.entity | entity_number(0, 0, person)
    here = draws.uniform(Stream.SHOWS_UP, *keys) < np.repeat(chance, size)
    there = np.add.reduceat(here, np.cumsum(size) - size, dtype=np.int64)
    return parties.take(there > 0), there[there > 0], person[here]


def _cut(groups: Groups, size: Ints) -> Ints:
    """Sizes of parties when no group has more people than it may have: the last party is cut."""
    first = np.cumsum(groups.parties) - groups.parties
    of = np.repeat(np.arange(len(groups.parties)), groups.parties)
    before = np.cumsum(size) - size
    return np.asarray(np.minimum(size, groups.most[of] - (before - before[first][of])))


def _handed_over(groups: Groups) -> _Parties:
    """Identities of the parties of groups."""
    columns = (groups.date, groups.source, groups.day, groups.number, groups.second, groups.drawn, groups.first_party)
    key, repeated = np.repeat(groups.key, groups.parties), (np.repeat(column, groups.parties) for column in columns)
    date, source, day, number, second, drawn, first = repeated
    party = first + count_up(groups.parties)
    log_party = party % PARTIES_OF_A_GROUP
    return _Parties(key, date, entity_number(drawn, party), source, day, number, log_party, second)


@once_per_scenario
def _guests(scenario: Scenario) -> _Parties:
    """Identities of the parties that are in a site from the beginning: draws are keyed by (site, minute of arrival,
    number among those alike), the log numbers them in this order.
    """
    parties = guests_at_start(scenario)
    n = len(parties)
    second = np.array([party.arrived for party in parties], dtype=np.int64)
    days, within = np.divmod(second, DAY)
    first_day = scenario.first_day.toordinal()
    site_key = {name: place_key(f"initial {name}") for name in {party.site for party in parties}}
    return _Parties(
        place=np.array([site_key[party.site] for party in parties], dtype=np.uint64),
        date=first_day + days,
        entity=entity_number([party.alike for party in parties], within // 60),
        source=np.full(n, _INITIAL_SOURCE),
        day=np.full(n, first_day),
        group=np.arange(n),
        party=np.zeros(n, dtype=np.int64),
        second=second,
    )


def draw_guests(scenario: Scenario) -> None:
    """Draw the health of those who are in a site from the beginning once, as `check` does. Raises ScenarioError when
    the rounds before the first day would have shown all of them, however often they are drawn.
    """
    parties, draws = _guests(scenario), Draws(0, 0)
    size = np.array([party.people for party in guests_at_start(scenario)], dtype=np.int64)
    people = parties.repeat(size)
    number = people.entity | entity_number(0, 0, count_up(size))
    last_day = last_days(scenario, _stay_seconds(scenario, draws, parties, size), len(number))
    screened = np.full(len(number), screens(scenario)[INITIAL_PORT])
    identity = (people.place, people.date, number, people.second)
    sample_health(scenario, draws, PersonKeys(*identity, 0, last_day, screened))


def screens(scenario: Scenario) -> NDArray[np.bool_]:
    """Whether people are screened, by number of the port; guests of the beginning have been where all ports screen."""
    there = np.zeros(INITIAL_PORT + 1, dtype=bool)
    if scenario.screening is not None:
        named = scenario.screening.ports
        there[: len(scenario.ports)] = [named is None or port in named for port in sorted(scenario.ports)]
        there[INITIAL_PORT] = named is None
    return there


@once_per_scenario
def _source_keys(scenario: Scenario) -> NDArray[np.uint64]:
    """Place keys of the sources of groups: ports, and people added with times."""
    added, names = added_people(scenario), sorted(scenario.ports)
    keys = np.zeros(FIRST_ADDED + len(added), dtype=np.uint64)
    keys[: len(names)] = [place_key(name) for name in names]
    keys[FIRST_ADDED:] = [row.key for row in added]
    return keys


def _person_numbers(of: _Parties, person: Ints) -> Ints:
    """Party number of a party led by this person: source (8 bits), days since 1970 (16), group (20), party of the group
    (10), person of the party (8) and a last bit that is 1 for a person who left the party alone.
    """
    number = of.source.astype(np.int64)
    for part, bits in ((of.day - _EPOCH, 16), (of.group, _GROUP_BITS), (of.party, 10), (person, 8)):
        number = (number << bits) | part
    return np.asarray(number << 1)


def group_of(number: Ints) -> tuple[Ints, Ints]:
    """Day (since 1970) and number within the day of the hand-over groups of parties, from their party numbers."""
    group = number >> _BITS_BELOW_GROUP
    return group >> _GROUP_BITS & 0xFFFF, group & ((1 << _GROUP_BITS) - 1)


def _stay_seconds(scenario: Scenario, draws: Draws, parties: _Parties, size: Ints) -> Ints:
    """Seconds of the stays of each person's party, where they are drawn. The first stay of a guest of the beginning is
    drawn given that it is not over before the first day; where that cannot be, it is the longest.
    """
    drawn = scenario.stay.drawn if scenario.stay else None
    if scenario.stay is None or drawn is None:
        return np.zeros((STAYS, 0), dtype=np.int64)
    stay_number = np.arange(STAYS)[:, None]
    u = draws.uniform(Stream.STAY, parties.place, parties.date, parties.entity, stay_number)
    passed = np.where(parties.source == _INITIAL_SOURCE, -parties.second / DAY, 0.0)
    over = 1.0 - scenario.stay.still_there(passed)
    u[0] = np.where(passed > 0, np.minimum(over + u[0] * (1.0 - over), _BELOW_ONE), u[0])
    seconds = np.floor(stay_days(drawn, u) * DAY + 0.5).astype(np.int64)
    return np.repeat(seconds, size, axis=1)


def _at_site(scenario: Scenario, draws: Draws, keys: PersonKeys) -> tuple[Floats, ...]:
    """The block of check-in, check-out and assigned site, one number of each per person: a party's are those of its
    first person. No draw is made where none is needed.
    """
    services = (scenario.check_in, scenario.release.minutes)
    if all(s is None or s.minutes.kind == "constant" for s in services) and not _assigns(scenario):
        return (np.zeros(len(keys.day)),) * 4
    return draws.block(Stream.CHECK_IN // 4, keys.place, keys.day, keys.number)


def _assigns(scenario: Scenario) -> bool:
    return scenario.sites is not None and scenario.sites.allocation == "assigned"


def _assigned(scenario: Scenario, u: Floats) -> Ints:
    """Index of the site that each party is sent to under allocation assigned: by weight, of those with a date."""
    if not _assigns(scenario):
        return np.full(len(u), -1, dtype=np.int64)
    sites = sites_in_order(scenario)
    weights = tuple(0.0 if site.opens == "demand" else site.weight for _, site in sites)
    return by_weight(weights, u)


def _initial_sites(scenario: Scenario) -> list[int]:
    index = {name: i for i, (name, _) in enumerate(sites_in_order(scenario))}
    return [index[party.site] for party in guests_at_start(scenario)]


def _factors(service: Service | None, u: Floats) -> Floats:
    return np.ones_like(u) if service is None else factors(service.minutes, u)
