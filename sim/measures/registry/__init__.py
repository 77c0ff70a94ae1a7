"""Every measure once: id, unit, places, window and formula; what is not here is not computed. What measures, places and
values of a scenario are called.

Words common to all of them. **W**: the window, first day 00:00 to the end of the last day. **Counted parties**: all of
them, or with `[window]` those handed over on its days. **The stretch**: W, or with `[window]` its days. Measures of
parties are over counted parties, also after W; measures of time (queues, rooms, staff, visits, beds, follow-up, trips,
cost) are over the stretch. Parties that are in a site when W begins were not handed over: they are in none of the
measures of points and not served, but they are guests. A share of nothing (0/0) has no value. Waits are weighted by
people: a party of three counts three times. A person who was detected and left the party keeps its way to the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim import words as labels
from sim.measures.registry.points_and_sites import AT_POINTS, OF_SITES
from sim.measures.registry.staff_and_care import OF_CARE, OF_STAFF
from sim.measures.scope import Measure
from sim.scenario.places import WORST_SHIFT
from sim.words.pictures import EACH, KEYS, PATH
from sim.words.say import phrase

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario


REGISTRY: dict[str, Measure] = {
    definition.id: definition for rows in (AT_POINTS, OF_SITES, OF_STAFF, OF_CARE) for definition in rows
}
"""All measures of the conceptual model by id, in the order of tables."""


def measure_words(scenario: Scenario, measure: str, place: str) -> str:
    """What a measure at a place is called; the place is left out when it is everything together."""
    label = REGISTRY[measure].label
    return label if place == "all" else phrase("where", label=label, place=place_words(scenario, place))


def place_words(scenario: Scenario, place: str) -> str:
    """Name of a port, pool or site, or its id."""
    if place in labels.PLACES:
        return labels.PLACES[place]
    pool = place.removesuffix(f".{WORST_SHIFT}")
    if pool != place:
        return phrase("worst_shift", pool=place_words(scenario, pool))
    for table in (scenario.ports, scenario.pools, scenario.sites.candidates if scenario.sites else {}):
        if place in table and table[place].name:
            return table[place].name
    return place


def path_words(scenario: Scenario, path: str) -> str:
    """A value of the scenario for planners: pools.gongbei.headcount is "Gongbei point: people on duty"."""
    first, *rest = path.split(".")
    name = ""
    if first in EACH and len(rest) > 1:
        tables: dict[str, Mapping[str, Any]] = {
            "ports": scenario.ports, "pools": scenario.pools, "visits": scenario.visits,
            "sites": scenario.sites.candidates if scenario.sites else {},
        }  # fmt: skip
        key = rest[1] if rest[0] == "candidates" else rest[0]
        rest = rest[rest.index(key) :]
        name = EACH[first] if key == "*" else getattr(tables[first].get(key), "name", "") or key
        rest[0] = "*"
    id_ = rest[2] if rest[1:2] == ["regimes"] and len(rest) > 3 else ""
    if id_:
        rest[2] = "*"
    known = ".".join([first, *rest])
    label = KEYS[known].format(id=id_) if known in KEYS else " ".join(rest[1:] if name else [first, *rest])
    label = label if known in KEYS else label.replace("_", " ")
    return PATH["of"].format(name=name, value=label) if name else label
