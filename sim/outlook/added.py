"""Rosters cut where disruptions add people to a pool, or take them away again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sim.outlook.grid import Floats
from sim.sampling.roster import Ints, Roster
from sim.scenario.tables.schema import Scenario


@dataclass(frozen=True)
class Pieces:
    """Parts of shifts in order, all of each shift: one, or more where people come or go in its midst."""

    of_shift: Ints
    begin: Ints
    end: Ints
    added: Floats
    """People whom disruptions have added then."""


def pieces_of(scenario: Scenario, names: Collection[str], roster: Roster) -> Pieces:
    """The shifts of a roster, cut by the disruptions that add staff at any of these places."""
    events = [event for event in scenario.disruptions if event.kind == "staff_added" and event.place in names]
    spans = [(*event.span(scenario.first_day), float(event.value or 0)) for event in events]
    cuts = sorted({second for begin, end, _ in spans for second in (begin, end) if second is not None})
    rows = []
    for shift, (begin, end) in enumerate(zip(roster.begin.tolist(), roster.end.tolist(), strict=True)):
        edges = [begin, *(second for second in cuts if begin < second < end), end]
        rows += [(shift, first, last) for first, last in pairwise(edges)]
    of_shift, first, last = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    added = [sum(n for begin, end, n in spans if begin <= at and (end is None or at < end)) for at in first.tolist()]
    return Pieces(of_shift, first, last, np.array(added, dtype=np.float64))
