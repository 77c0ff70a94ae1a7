"""Compiled: the row of a party, or of a piece or person that leaves one, from the moment that it begins."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.jit import jit
from sim.flow.compiled.world import NEVER, World


@jit
def begin_party(w: World, entity: int, people: int) -> None:
    """Fill the row of a party that is to be diverted; no row is read before."""
    row = w.p[entity]
    for column in range(F.N_PARTY):
        row[column] = 0
    for column in range(F.SITE, F.LOAD_POINT):
        row[column] = -1
    row[F.PEOPLE] = people
    row[F.DIVERTED] = 1
    row[F.ARRIVED] = NEVER
    row[F.LOAD_TASK] = -1
    for kind in range(w.c[F.N_KINDS] + 1 if w.c[F.N_KINDS] > 0 else 0):
        w.waiting[entity, kind] = -1
