"""Measures that need a second history of the same sample: what would be needed if a limit were not there.

`measure` reads one log and runs no flow, so experiments do. A second flow costs as much time as the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from sim.flow import simulate
from sim.flow.log import ALL_KINDS, EventLog, Kind
from sim.measures import Measures, MeasureValue, in_order, measure
from sim.measures.scope import ALL
from sim.sampling import Sample
from sim.scenario.places import place_numbers, sites_in_order, team_of
from sim.scenario.tables.schema import Scenario

ROOMS = ("rooms_needed",)
STAFF = ("staff_needed_mean", "staff_needed_max")
ABOUT_ROOMS = frozenset({Kind.ROOM_TAKEN, Kind.PRESENT, Kind.ROOMS_LEFT, Kind.SITE_OPENED, Kind.SITE_CLOSED})
"""Rows that rooms taken, and which site is the first street-level one, are read from."""
MOST_REPLICATIONS = 10
"""Replications of a run that have second flows of staff, unless it is told otherwise: with a flow more for each pool
they would take several times as long, and what is needed differs little between them.
"""


class SecondFlow(NamedTuple):
    """A flow with some limits lifted, and what is measured on it."""

    unlimited: tuple[str, ...]
    """Limits for `simulate`."""
    names: tuple[str, ...]
    """Measures."""
    pools: tuple[str, ...] = ()
    """Places whose values count: the pools without a limit; none: all places."""
    kinds: Collection[Kind] = ALL_KINDS
    """Rows that these measures are read from."""


def second_flows(scenario: Scenario) -> list[SecondFlow]:
    """One flow for rooms, one for each pool of ports, one for the teams of all sites together."""
    flows = [SecondFlow(("rooms",), ROOMS, kinds=ABOUT_ROOMS)] if scenario.sites and scenario.sites.candidates else []
    at_ports = sorted({port.pool for port in scenario.ports.values() if port.pool is not None})
    flows += [SecondFlow((pool,), STAFF, (pool,)) for pool in at_ports]
    teams = sorted({team for _, site in sites_in_order(scenario) if (team := team_of(scenario, site)) is not None})
    if teams:
        places = place_numbers(scenario)
        of_sites = tuple(places.ids[pool] for pool in places.pool_of_site if pool >= 0)
        flows.append(SecondFlow(tuple(teams), STAFF, of_sites))
    return flows


def second_logs(
    scenario: Scenario,
    travellers: Sample,
    engine: str,
    names: Sequence[str] | None = None,
    places: Sequence[str] = (),
    *,
    whole: bool = True,
) -> Iterator[tuple[SecondFlow, EventLog]]:
    """The histories of a sample's second flows, one at a time: all, or those that these measures and places take.

    `whole`: with all rows, for who looks at more than the measures; else the compiled engine writes only those that
    they are read from.
    """
    for flow in second_flows(scenario):
        wanted = flow if names is None else flow._replace(names=tuple(n for n in flow.names if n in names))
        if wanted.names and (not places or set(places) & set(flow.pools or (ALL,))):
            kinds = ALL_KINDS if whole else flow.kinds
            yield wanted, simulate(scenario, travellers, engine=engine, unlimited=flow.unlimited, kinds=kinds)


def measured(flow: SecondFlow, log: EventLog, scenario: Scenario) -> Iterator[MeasureValue]:
    """What a second flow was made for."""
    for value in measure(log, scenario, names=flow.names).values:
        if not flow.pools or value.place in flow.pools:
            yield value


def merged(first: Measures, further: list[MeasureValue]) -> Measures:
    """Measures of the first flow with those of second flows, in the order of tables."""
    return replace(first, values=in_order([*first.values, *further])) if further else first
