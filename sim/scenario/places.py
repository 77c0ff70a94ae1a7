"""Place numbers: ports, sites and pools of a scenario in one fixed order, whatever the order of its keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import TypeVar

from sim.scenario.tables.schema import Pool, Scenario, Site, Sites

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
