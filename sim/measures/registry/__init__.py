"""Every measure once: id, unit, places, window and formula. What is not here is not computed.

Words common to all of them. **W**: the window, first day 00:00 to the end of the last day. **Counted parties**: all of
them, or with `[window]` those handed over on its days. **The stretch**: W, or with `[window]` its days. Measures of
parties are over counted parties, also after W; measures of time (queues, rooms, staff, visits, beds, follow-up, trips,
cost) are over the stretch. Parties that are in a site when W begins were not handed over: they are in none of the
measures of points and not served, but they are guests. A share of nothing (0/0) has no value. Waits are weighted by
people: a party of three counts three times. A person who was detected and left the party keeps its way to the site.
"""

from __future__ import annotations

from sim.measures.definition import Measure
from sim.measures.registry.care import OF_CARE
from sim.measures.registry.points import AT_POINTS
from sim.measures.registry.sites import OF_SITES
from sim.measures.registry.staff import OF_STAFF

REGISTRY: dict[str, Measure] = {
    definition.id: definition for rows in (AT_POINTS, OF_SITES, OF_STAFF, OF_CARE) for definition in rows
}
"""All measures of the conceptual model by id, in the order of tables."""
