"""Who was on duty and what they did: shifts and tasks of all pools, matched from the log.

A task belongs to the shift in which it was started: the one between whose rows it stands in the log, for a site may
close, and its team go home, in the second in which a task began. What runs on after that shift is overtime: it is not
part of the next shift's number and keeps nobody of it busy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.flow.history import History
from sim.flow.log import EventLog, Kind
from sim.flow.steps import Ints
from sim.scenario.places import Places
from sim.scenario.schema import Pool, Scenario


class Shifts(NamedTuple):
    """One line per shift that began, sorted by pool and time."""

    pool: Ints
    """Place number."""
    begin: Ints
    end: Ints
    """Hard stop for one that never ended."""
    present: Ints
    rostered: Ints
    begin_position: Ints
    """Position of its first row in the log."""
    end_position: Ints
    """Position of its last row, the length of the log without one."""


class Tasks(NamedTuple):
    """One line per task of a pool, in log order. Tasks that need nobody are left out."""

    pool: Ints
    subject: Ints
    """Class of the task."""
    subject_id: Ints
    begin: Ints
    end: Ints
    staff: Ints
    shift: Ints
    """Line in `Shifts`, -1 when it began outside all shifts."""
    in_shift_until: Ints
    """Its end, or the end of its shift if that is earlier."""
    position: Ints
    """Position in the log."""


def shifts(history: History, log: EventLog) -> Shifts:
    """Each SHIFT_BEGAN with the next SHIFT_ENDED of its pool."""
    began, ended = history.of(Kind.SHIFT_BEGAN), history.of(Kind.SHIFT_ENDED)
    first, last = history.positions(Kind.SHIFT_BEGAN), history.positions(Kind.SHIFT_ENDED)
    order, end_order = np.lexsort((first, began["place"])), np.lexsort((last, ended["place"]))
    began, ended, first, last = began.take(order), ended.take(end_order), first[order], last[end_order]
    size = len(log) + 1
    match = np.searchsorted(ended["place"] * size + last, began["place"] * size + first)
    there = match < len(ended)
    there[there] = ended["place"][match[there]] == began["place"][there]
    end = np.full(len(began), log.hard_stop, dtype=np.int64)
    end_position = np.full(len(began), len(log), dtype=np.int64)
    end[there], end_position[there] = ended["second"][match[there]], last[match[there]]
    return Shifts(began["place"], began["second"], end, began["people"], began["value"], first, end_position)


def tasks(history: History, shift: Shifts, places: Places) -> Tasks:
    """The tasks of all pools, each with the shift in which it began."""
    rows, position = history.of(Kind.TASK), history.positions(Kind.TASK)
    of_pool = np.flatnonzero((rows["place"] >= places.pools.start) & (rows["people"] > 0))
    rows, position = rows.take(of_pool), position[of_pool]
    line = _shift_of(shift, rows["place"], position)
    inside = line >= 0
    until = rows["value"].copy()
    until[inside] = np.minimum(until[inside], shift.end[line[inside]])
    return Tasks(
        pool=rows["place"],
        subject=rows["subject"],
        subject_id=rows["subject_id"],
        begin=rows["second"],
        end=rows["value"],
        staff=rows["people"],
        shift=line,
        in_shift_until=until,
        position=position,
    )


def _shift_of(shift: Shifts, pool: Ints, position: Ints) -> Ints:
    """Line of the shift in which each row of a pool stands in the log, -1 for none."""
    scale = 1 << 40  # more than all rows, so that (pool, row) is one number
    line = np.searchsorted(shift.pool * scale + shift.begin_position, pool * scale + position) - 1
    candidates = np.flatnonzero(line >= 0)
    found = line[candidates]
    inside = (shift.pool[found] == pool[candidates]) & (position[candidates] < shift.end_position[found])
    line[candidates[~inside]] = -1
    return line


def pool_definition(scenario: Scenario, places: Places, number: int) -> Pool:
    """The pool with this place number: one of the scenario, or a site's copy of `sites.team`."""
    name = places.ids[number]
    if name in scenario.pools:
        return scenario.pools[name]
    assert scenario.sites is not None  # only sites have copies
    assert scenario.sites.team is not None
    return scenario.pools[scenario.sites.team]


def fixed_posts(scenario: Scenario, places: Places) -> Ints:
    """Fixed posts per shift by place number; 0 for places that are no pool."""
    posts = np.zeros(len(places.ids), dtype=np.int64)
    for number in places.pools:
        posts[number] = pool_definition(scenario, places, number).fixed_posts
    return posts
