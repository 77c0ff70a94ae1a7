"""What a scenario has, in one fixed order: ports, sites and pools with their numbers, whatever the order of its keys;
guests at the start, parties made of either form of rows of `initial`; the steps that it leaves out; and what a plan of
staff may choose, as users write it: `pools.gongbei`, `pools.gongbei.06:00@surge`, `ports.a.coaches`. A shift is named
by the clock time at which it starts, or by its name in the pool's table of shifts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import NamedTuple, TypeVar

from sim.scenario.faults import nearest
from sim.scenario.tables.schema import InitialRow, Scenario, Site, Sites
from sim.scenario.tables.staff import Pool
from sim.scenario.tables.types import DAY, parse_clock
from sim.words.language import _, said

T = TypeVar("T")
WORST_SHIFT = "worst_shift"


@dataclass(frozen=True)
class Places:
    """Names of place numbers: ports (by id), then sites (by number on the list), then pools (by id, then one per site).

    `ids[number]` is the id; a site's team has the id `<site>.team`.
    """

    ids: tuple[str, ...]
    n_ports: int
    n_sites: int
    pool_of_port: tuple[int, ...]
    """Place number of each port's pool, -1 for none."""
    pool_of_site: tuple[int, ...]
    """Place number of each site's team, -1 for none."""

    @property
    def ports(self) -> range:
        """Place numbers of the ports."""
        return range(self.n_ports)

    @property
    def sites(self) -> range:
        """Place numbers of the sites."""
        return range(self.n_ports, self.n_ports + self.n_sites)

    @property
    def pools(self) -> range:
        """Place numbers of the pools."""
        return range(self.n_ports + self.n_sites, len(self.ids))


def once_per_scenario(function: Callable[[Scenario], T]) -> Callable[[Scenario], T]:
    """Keep what a function made of the last few scenarios: a run asks for it in every replication.

    Scenarios are told apart by identity; comparing them would cost more than it saves.
    """

    @lru_cache(maxsize=4)
    def kept(key: _Identity) -> T:
        return function(key.scenario)

    @wraps(function)
    def wrapper(scenario: Scenario) -> T:
        return kept(_Identity(scenario))

    return wrapper


class _Identity:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario

    def __hash__(self) -> int:
        return id(self.scenario)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.scenario is other.scenario


@once_per_scenario
def place_numbers(scenario: Scenario) -> Places:
    """Numbers of ports, sites and pools of a scenario."""
    ports = sorted(scenario.ports)
    sites = sites_in_order(scenario)
    pools = sorted({p.pool for p in scenario.ports.values() if p.pool is not None})
    first_pool = len(ports) + len(sites)
    number = {name: first_pool + i for i, name in enumerate(pools)}
    teams = [f"{name}.team" for name, site in sites if team_of(scenario, site) is not None]
    number |= {name: first_pool + len(pools) + i for i, name in enumerate(teams)}
    return Places(
        ids=(*ports, *(name for name, _ in sites), *pools, *teams),
        n_ports=len(ports),
        n_sites=len(sites),
        pool_of_port=tuple(number.get(scenario.ports[p].pool or "", -1) for p in ports),
        pool_of_site=tuple(number.get(f"{name}.team", -1) for name, _ in sites),
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


def team_of(scenario: Scenario, site: Site) -> str | None:
    """Id of the pool whose roster a site has a copy of."""
    return site.team or (scenario.sites.team if scenario.sites else None)


def pool_of(scenario: Scenario, identifier: str) -> tuple[str, Pool]:
    """Id and table of the scenario's pool that a pool's place id stands for."""
    name = identifier
    if identifier.endswith(".team") and scenario.sites is not None:
        name = team_of(scenario, scenario.sites.candidates[identifier.removesuffix(".team")]) or ""
    return name, scenario.pools[name]


def worst_shift_of(pool: str) -> str:
    """Place of measures that stands for the shift of a pool that fares worst."""
    return f"{pool}.{WORST_SHIFT}"


def rooms_of(sites: Sites, site: Site) -> int:
    """Rooms of a site after `sites.rooms_factor`, which applies to street-level sites."""
    if site.level == "district":
        return site.rooms
    return max(1, int(site.rooms * sites.rooms_factor + 0.5))


class Guests(NamedTuple):
    """A party that is in a site when the window begins."""

    site: str
    """Id."""
    arrived: int
    """Second of the arrival at the site, at or before 0; whole minutes."""
    people: int
    alike: int
    """0, 1, … among the parties with the same site and second, the smaller ones first."""


@once_per_scenario
def guests_at_start(scenario: Scenario) -> tuple[Guests, ...]:
    """All parties of `initial`, in order of site, arrival and size: numbered by what they are, not by their rows."""
    parties = sorted(
        (row.site, arrived_second(scenario, row), people) for row in scenario.initial for people in sizes(scenario, row)
    )
    met: Counter[tuple[str, int]] = Counter()
    found = []
    for site, arrived, people in parties:
        found.append(Guests(site, arrived, people, met[site, arrived]))
        met[site, arrived] += 1
    return tuple(found)


def sizes(scenario: Scenario, row: InitialRow) -> list[int]:
    """People of each party of a row: of 7 guests in 3 rooms 3, 2 and 2; everybody alone with a room a person."""
    if row.guests is None or row.rooms is None:
        return [row.party_size or 1]
    rooms = row.guests if scenario.rooms.per == "person" else min(row.rooms, row.guests)
    least, more = divmod(row.guests, rooms)
    return [least + 1] * more + [least] * (rooms - more)


def arrived_second(scenario: Scenario, row: InitialRow) -> int:
    """Second of the arrival at the site of a row's people, since 00:00 of the first day."""
    if row.arrived is None:
        return -((row.day_of_stay or 1) - 1) * DAY
    begin = dt.datetime.combine(scenario.first_day, dt.time())
    return round((row.arrived - begin).total_seconds())


def rooms_needed(scenario: Scenario, people: int) -> int:
    """Rooms of a party of so many people."""
    return people if scenario.rooms.per == "person" else 1


def largest_party(scenario: Scenario) -> int:
    """People of the largest party that can be handed over."""
    weights = scenario.arrivals.party_size_weights
    return max((size for size, weight in enumerate(weights, start=1) if weight), default=1)


Sentences = list[tuple[bool, str]]
"""Whether a step is left out, and the sentence that says so."""


def steps_left_out(scenario: Scenario) -> tuple[str, ...]:
    """One sentence for each step that does not happen in this scenario, in the order of a party's way."""
    pools = [port.pool for port in scenario.ports.values()]
    left_out: Sentences = [
        (scenario.registration is None, _("Registration takes no time: there is no [registration] table.")),
        (
            None in pools,
            _("No staff at {ports}: nobody waits for staff there (no pool given).").format(
                ports=_ports_without_pool(scenario)
            ),
        ),
        (scenario.sites is None, _("Nobody is taken to a site: there is no [sites] table.")),
        *_at_sites(scenario),
        *_health(scenario),
        (not any(pool.absence_share for pool in scenario.pools.values()), _("Nobody is absent: no pool has a share.")),
        (scenario.brigade is None, _("There is no reserve of staff: there is no [brigade] table.")),
    ]
    return tuple(words for is_left_out, words in left_out if is_left_out)


def _at_sites(scenario: Scenario) -> Sentences:
    sites = scenario.sites
    if sites is None:
        return []
    teams = [site.team for site in sites.candidates.values()]
    return [
        (scenario.coaches is None, _("Parties travel alone, at once: there is no [coaches] table.")),
        (sites.team is None and not any(teams), _("Sites need no staff: there is no sites.team.")),
        (sites.team is None and any(teams) and None in teams, _("Some sites need no staff: there is no sites.team.")),
        (scenario.check_in is None, _("Check-in takes no time: there is no [check_in] table.")),
        (scenario.release.minutes is None, _("Check-out takes no time: there is no release.minutes.")),
        (not scenario.rooms.airing_hours, _("Rooms are not aired: rooms.airing_hours is 0.")),
        (not scenario.rooms.cleaning_minutes, _("Rooms are not cleaned: rooms.cleaning_minutes is 0.")),
        (sites.reserve_rooms is None, _("No site opens on demand: there is no sites.reserve_rooms.")),
        (sites.closing == "never", _('No site closes before the end: sites.closing is "never".')),
        (not scenario.visits, _("Guests are not visited: there is no [visits] table.")),
        (scenario.swabs is None, _("Nobody is tested: there is no [swabs] table.")),
        (scenario.follow_up is None, _("Nobody is followed up after release: there is no [follow_up] table.")),
    ]


def _health(scenario: Scenario) -> Sentences:
    health, swabs = scenario.health is not None, scenario.swabs is not None
    return [
        (not health, _("Nobody is infected: there is no [health] table.")),
        (health and scenario.screening is None, _("Nobody is screened on arrival: there is no [screening] table.")),
        (swabs and scenario.laboratory is None, _("Swabs have no result: there is no [laboratory] table.")),
        (health and scenario.hospital is None, _("Hospital beds are not counted: there is no [hospital] table.")),
    ]


def _ports_without_pool(scenario: Scenario) -> str:
    return ", ".join(port.name or port_id for port_id, port in scenario.ports.items() if port.pool is None)


HEADCOUNT, COACHES, POSTS, RESERVE = "headcount", "coaches", "posts_may_leave", "reserve_rooms"
EXAMPLES = (
    "pools.gongbei, pools.gongbei.06:00, pools.gongbei.posts_may_leave, ports.gongbei.coaches, sites.reserve_rooms"
)


@dataclass(frozen=True)
class FreeNumber:
    """One thing that may be chosen, or a family of them."""

    kind: str
    place: str = ""
    """Pool or port; empty for the reserve."""
    start: int | None = None
    """Of people: minutes after midnight at which the shift starts; None: every shift of the pool."""
    phase: str | None = None
    """Of people: name of the phase; None: every phase."""


def free_number_of(scenario: Scenario, text: str) -> FreeNumber | tuple[str, str]:
    """What a path means; or the rule that it breaks and a hint."""
    path, _, phase = text.strip().partition("@")
    found = _choice(scenario, path.strip().split("."))
    phases = scenario.staffing.phases if scenario.staffing else {}
    if isinstance(found, tuple) or "@" not in text:
        return found
    if found.kind != HEADCOUNT:
        return said("has no phases: only the people of a shift may differ between them"), ""
    if phase not in phases:
        return said("no such phase"), nearest(phase, phases)
    return FreeNumber(found.kind, found.place, found.start, phase)


def _choice(scenario: Scenario, keys: list[str]) -> FreeNumber | tuple[str, str]:
    match keys:
        case ["sites", "reserve_rooms"]:
            there = scenario.sites is not None and scenario.sites.reserve_rooms is not None
            return FreeNumber(RESERVE) if there else (said("no site opens on demand, so there is no reserve"), "")
        case ["ports", port, "coaches"] if port in scenario.ports:
            return FreeNumber(COACHES, port) if scenario.coaches else (said("there is no [coaches] table"), "")
        case ["ports", port, "coaches"]:
            return said("no such port"), nearest(port, scenario.ports)
        case ["pools", pool, *rest] if pool in scenario.pools:
            return _of_pool(scenario, pool, [key for key in rest if key not in ("shifts", HEADCOUNT)])
        case ["pools", pool, *_others]:
            return said("no such pool"), nearest(pool, scenario.pools)
    return said("must be one of {examples}", examples=EXAMPLES), ""


def _of_pool(scenario: Scenario, pool: str, rest: list[str]) -> FreeNumber | tuple[str, str]:
    starts = starts_of(scenario, pool)
    if not rest:
        return FreeNumber(HEADCOUNT, pool)
    if rest == [POSTS]:
        return FreeNumber(POSTS, pool)
    start = starts.get(rest[0], _minutes(rest[0]))
    if len(rest) > 1 or start not in starts.values():
        known = ", ".join(dict.fromkeys(starts))
        return said("no such shift"), said("known here: {names}", names=known)
    return FreeNumber(HEADCOUNT, pool, start)


def _minutes(text: str) -> int | None:
    try:
        return parse_clock(text)
    except ValueError:
        return None


def starts_of(scenario: Scenario, pool: str) -> dict[str, int]:
    """Minutes after midnight at which the shifts of a pool start, by name; rows of the roster by clock time."""
    named = {name: shift.start for name, shift in scenario.pools[pool].shifts.items()}
    rows = sorted({row.start for row in scenario.roster if row.pool == pool})
    return named | {f"{start // 60:02d}:{start % 60:02d}": start for start in rows}
