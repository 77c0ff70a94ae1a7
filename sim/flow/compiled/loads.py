"""Compiled: coach loads before they board (see `reference.loads`). A load is the row of its first party."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import K_LOAD_DUE
from sim.flow.compiled.jit import jit
from sim.flow.compiled.queues import number_of, wake, write
from sim.flow.compiled.world import World
from sim.flow.rules import ASSIGNED


@jit
def make_due(w: World, load: int, reason: int) -> None:
    """The load asks for a coach in this second's decisions; it may stay open until boarding starts."""
    p, g = w.p, w.g
    if p[load, F.LOAD_IS_DUE] == 1 or p[load, F.LOAD_DISSOLVED] == 1:
        return
    p[load, F.LOAD_IS_DUE] = 1
    write(w, K_LOAD_DUE, 2, number_of(w, load), p[load, F.LOAD_POINT], -1, p[load, F.LOAD_PEOPLE], 0, reason)
    w.lists[F.DUE, g[F.N_DUE]] = load
    g[F.N_DUE] += 1
    wake(w)


@jit
def close_load(w: World, load: int, reason: int) -> None:
    """The load takes no more parties and is due at once."""
    take_from_open(w, load)
    make_due(w, load, reason)


@jit
def close_loads_for(w: World, site: int, reason: int) -> None:
    """Open loads for a site that takes no more people are due at once."""
    for point in range(w.c[F.N_PORTS]):
        load = w.open_loads[point, open_column(w, site)]
        if load >= 0 and w.p[load, F.LOAD_SITE] == site:
            close_load(w, load, reason)


@jit
def open_column(w: World, site: int) -> int:
    """Where a point keeps the open load for a site: one per site if sites are assigned, else one in all."""
    return site if w.c[F.POLICY] == ASSIGNED else 0


@jit
def take_from_open(w: World, load: int) -> None:
    """The load is no longer among its point's open ones."""
    point, column = w.p[load, F.LOAD_POINT], open_column(w, w.p[load, F.LOAD_SITE])
    if w.open_loads[point, column] == load:
        w.open_loads[point, column] = -1
