"""Who was on duty and what they did: shifts and tasks of all pools, matched from the log.

A task belongs to the shift in which it was started. What runs on after that shift is overtime: it is not part of the
next shift's number and keeps nobody of it busy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.flow.history import History
from sim.flow.log import EventLog, Kind, Places
from sim.flow.steps import Ints
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
    size = len(log) + 1
    keys = began["place"] * size + history.positions(Kind.SHIFT_BEGAN)
    end_keys = ended["place"] * size + history.positions(Kind.SHIFT_ENDED)
    order, end_order = np.argsort(keys), np.argsort(end_keys)
    began, ended = began[order], ended[end_order]
    match = np.searchsorted(end_keys[end_order], keys[order])
    there = match < len(ended)
    there[there] = ended["place"][match[there]] == began["place"][there]
    end = np.full(len(began), log.hard_stop, dtype=np.int64)
    end[there] = ended["second"][match[there]]
    return Shifts(began["place"], began["second"], end, began["people"], began["value"])


def tasks(history: History, shift: Shifts, places: Places) -> Tasks:
    """The tasks of all pools, each with the shift in which it began."""
    rows, position = history.of(Kind.TASK), history.positions(Kind.TASK)
    of_pool = (rows["place"] >= places.pools.start) & (rows["people"] > 0)
    rows, position = rows[of_pool], position[of_pool]
    line = _shift_at(shift, rows["place"], rows["second"])
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


def _shift_at(shift: Shifts, pool: Ints, second: Ints) -> Ints:
    """Line of the shift of each pool at each second, -1 for none; a shift's last second belongs to the next."""
    scale = 1 << 40  # more than all seconds, so that (pool, second) is one number
    line = np.searchsorted(shift.pool * scale + shift.begin, pool * scale + second, side="right") - 1
    candidates = np.flatnonzero(line >= 0)
    found = line[candidates]
    inside = (shift.pool[found] == pool[candidates]) & (second[candidates] < shift.end[found])
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
