"""Draws that can not have been: with so many at posts or off, a shift of the roster could not do a task of its pool.

The operation ran, so somebody rode along on every coach of every shift. Such a draw is refused before it is run, and
counted: the prior is what is left. Everybody on the roster is taken to come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.flow import rules
from sim.outlook.small_shifts import tasks_of
from sim.sampling.roster import posts_of_shifts, rosters
from sim.scenario.places import place_numbers
from sim.scenario.tables.schema import Pool, Scenario

Ints = NDArray[np.int64]
Refuses = Callable[[Mapping[str, Any]], bool]
"""Whether the values at dotted paths are refused."""


@dataclass(frozen=True)
class _Shifts:
    pool: Pool
    sizes: Ints
    """People on the roster, each size once."""
    need: int
    """People of the largest task."""

    def small(self, drawn: Mapping[str, Any]) -> bool:
        """Whether some size is too small with other values of the pool's keys."""
        pool = self.pool.model_copy(update=dict(drawn))
        posts, may_leave = posts_of_shifts(pool, self.sizes)
        people = rules.people_for_queue(self.sizes, posts, may_leave, pool.shrinkage_share)
        return bool((people < self.need).any())


def refuses(scenario: Scenario) -> Refuses:
    """What tells whether a draw is refused: one that leaves a shift of a port's pool too small, which the scenario as
    it is does not. Keys of the pools themselves count (posts, shrinkage); shifts stay those of the scenario.
    """
    places = place_numbers(scenario)
    found: dict[str, _Shifts] = {}
    at_ports = {port.pool for port in scenario.ports.values()}
    for number, roster in zip(places.pools, rosters(scenario), strict=True):
        pool, needs = places.ids[number], []
        if pool in at_ports:
            needs = list(tasks_of(scenario, pool).values())
        sizes = np.unique(roster.rostered[roster.rostered > 0])
        if needs and len(sizes):
            shifts = _Shifts(scenario.pools[pool], sizes, max(needs))
            found |= {} if shifts.small({}) else {pool: shifts}

    def refused(changes: Mapping[str, Any]) -> bool:
        for pool, shifts in found.items():
            begin = f"pools.{pool}."
            drawn = {path.removeprefix(begin): value for path, value in changes.items() if path.startswith(begin)}
            if drawn and shifts.small(drawn):
                return True
        return False

    return refused
