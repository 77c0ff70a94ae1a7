"""What measures and places are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import words as labels
from sim.scenario.places import WORST_SHIFT
from sim.words.say import phrase

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario


def measure_words(scenario: Scenario, measure: str, place: str) -> str:
    """What a measure at a place is called; the place is left out when it is everything together."""
    label = labels.MEASURES[measure].label
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
