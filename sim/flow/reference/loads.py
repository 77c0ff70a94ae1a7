"""Coach loads before they board: open, due, closed."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason, Subject
from sim.flow.reference.core import wake, write
from sim.flow.reference.state import Flow, Load


def make_due(flow: Flow, load: Load, reason: Reason) -> None:
    """The load asks for a coach in this second's decisions; it may stay open until boarding starts."""
    if load.due or load.dissolved:
        return
    load.due = True
    write(flow, Kind.LOAD_DUE, Subject.LOAD, load.number, load.point.port, -1, load.people, 0, reason)
    flow.due.append(load)
    wake(flow)


def close_load(flow: Flow, load: Load, reason: Reason) -> None:
    """The load takes no more parties and is due at once."""
    take_from_open(load)
    make_due(flow, load, reason)


def close_loads_for(flow: Flow, site: int, reason: Reason) -> None:
    """Open loads for a site that takes no more people are due at once."""
    for point in flow.points:
        for load in [load for load in point.loads.values() if load.site == site]:
            close_load(flow, load, reason)


def open_key(flow: Flow, site: int) -> int:
    """Under which key a point keeps the open load for a site: one per site if sites are assigned, else one in all."""
    return site if flow.tables.sites.policy == rules.ASSIGNED else -1


def take_from_open(load: Load) -> None:
    """The load is no longer among its point's open ones."""
    open_loads = load.point.loads
    for key in [key for key, other in open_loads.items() if other is load]:
        del open_loads[key]
