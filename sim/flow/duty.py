"""Who was on duty and what they did: shifts and tasks of all pools, matched from the log.

A task belongs to the shift in which it was started: the one between whose rows it stands in the log, for a site may
close, and its team go home, in the second in which a task began. What runs on after that shift is overtime: it is not
part of the next shift's number and keeps nobody of it busy. The reserve brigade comes and goes in the midst of shifts,
so a shift has one level of staff or more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.flow import rules
from sim.flow.history import History, TaskRows
from sim.flow.log import EventLog, Kind
from sim.flow.steps import Ints, groups, running_total
from sim.sampling.roster import posts_of_shifts
from sim.scenario.places import Places, pool_of
from sim.scenario.tables.schema import Scenario

_NARROW = np.uint16  # places are below 4,096
_FURTHER = 1 << 40  # more than all rows or seconds, so that (pool, row) is one number


class Shifts(NamedTuple):
    """One line per shift that began, sorted by pool and time."""

    pool: Ints
    """Place number."""
    begin: Ints
    end: Ints
    """Hard stop for one that never ended."""
    present: Ints
    """People of the shift, the brigade's apart."""
    rostered: Ints
    begin_position: Ints
    """Position of its first row in the log."""
    end_position: Ints
    """Position of its last row, the length of the log without one."""


class Levels(NamedTuple):
    """One line per time in a shift with the same people, sorted by pool and time; a shift's first may last no time."""

    shift: Ints
    """Line of the shift."""
    pool: Ints
    begin: Ints
    end: Ints
    present: Ints
    """People of the shift, the brigade, and those added."""
    brigade: Ints
    added: Ints
    """People whom disruptions add."""
    begin_position: Ints
    end_position: Ints


class Duties(NamedTuple):
    """What the people of each level are there for, one line per level."""

    posts: Ints
    """Fixed posts."""
    others: Ints
    """People for the queue while nobody leaves a post."""
    for_queue: Ints
    """People for the queue, those who may leave a post included."""


class Tasks(NamedTuple):
    """One line per task of a pool, in log order. Tasks that need nobody are left out."""

    pool: Ints
    subject: Ints
    """Class of the task."""
    subject_id: Ints
    begin: Ints
    end: Ints
    staff: Ints
    level: Ints
    """Line of the level in which it began, -1 outside all shifts."""
    shift: Ints
    """Line of the shift in which it began, -1 outside all shifts."""
    in_shift_until: Ints
    """Its end, or the end of its shift if that is earlier."""
    position: Ints
    """Position in the log."""


def shifts(history: History, log: EventLog) -> Shifts:
    """Each SHIFT_BEGAN with the next SHIFT_ENDED of its pool."""
    began, ended = history.of(Kind.SHIFT_BEGAN), history.of(Kind.SHIFT_ENDED)
    first, last = history.positions(Kind.SHIFT_BEGAN), history.positions(Kind.SHIFT_ENDED)
    order, end_order = (np.argsort(rows["place"].astype(_NARROW), kind="stable") for rows in (began, ended))
    began, ended, first, last = began.take(order), ended.take(end_order), first[order], last[end_order]
    match = np.searchsorted(ended["place"] * _FURTHER + last, began["place"] * _FURTHER + first)
    there = match < len(ended)
    there[there] = ended["place"][match[there]] == began["place"][there]
    end = np.full(len(began), log.hard_stop, dtype=np.int64)
    end_position = np.full(len(began), len(log), dtype=np.int64)
    end[there], end_position[there] = ended["second"][match[there]], last[match[there]]
    columns = (began[name].copy() for name in ("place", "second", "people", "value"))
    pool, begin, present, rostered = columns
    return Shifts(pool, begin, end, present, rostered, first, end_position)


def levels(history: History, shift: Shifts) -> Levels:
    """Each shift cut where the number of the brigade's people in it, or of those whom disruptions add, changes."""
    kinds = (Kind.BRIGADE_ON_SHIFT, Kind.STAFF_ADDED)
    helped, added = (history.of(kind) for kind in kinds)
    at_help, at_added = (history.positions(kind) for kind in kinds)
    place, second = (np.concatenate([helped[name], added[name]]) for name in ("place", "second"))
    position = np.concatenate([at_help, at_added])
    line = np.searchsorted(_keys(shift.pool, shift.begin_position), _keys(place, position)) - 1
    same_pool = _with_none(shift.pool, -1)[line] == place
    inside = np.flatnonzero(same_pool & (position < _with_none(shift.end_position, -1)[line]))
    lines = np.concatenate([np.arange(len(shift.pool)), line[inside]])
    begin = np.concatenate([shift.begin, second[inside]])
    first = np.concatenate([shift.begin_position, position[inside]])
    order = np.lexsort((first, lines))
    lines, begin, first = lines[order], begin[order], first[order]
    pool = shift.pool[lines]
    brigade, row_position = _last_before(helped["place"], at_help, helped["people"], pool, first)
    brigade[row_position < shift.begin_position[lines]] = 0
    total = running_total(added["place"], at_added, added["people"])
    extra, _ = _last_before(added["place"], at_added, total, pool, first)
    last_of_shift = np.append(np.diff(lines) != 0, True)[: len(lines)]
    end = np.where(last_of_shift, shift.end[lines], np.roll(begin, -1))
    end_position = np.where(last_of_shift, shift.end_position[lines], np.roll(first, -1))
    present = shift.present[lines] + brigade + extra
    return Levels(lines, pool, begin, end, present, brigade, extra, first, end_position)


def _last_before(place: Ints, position: Ints, value: Ints, pool: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Value and position of the last row of each pool at or before a position in the log; 0 and -1 without one."""
    order = np.argsort(_keys(place, position))
    line = np.searchsorted(_keys(place, position)[order], _keys(pool, at), side="right") - 1
    there = _with_none(place[order], -1)[line] == pool
    values, positions = _with_none(value[order], 0)[line], _with_none(position[order], -1)[line]
    return np.where(there, values, 0), np.where(there, positions, -1)


def duties(scenario: Scenario, places: Places, shift: Shifts, level: Levels) -> Duties:
    """Posts and people for the queue of each level, by the rule of the flow."""
    posts, may_leave, others, for_queue = (np.zeros(len(level.pool), dtype=np.int64) for _ in range(4))
    off = np.zeros(len(level.pool))
    names, team = np.unique([pool_of(scenario, places.ids[number])[0] for number in places.pools], return_inverse=True)
    lines = groups(team[level.pool - places.pools.start], len(names))
    for pool, here in zip((scenario.pools[name] for name in names.tolist()), lines, strict=True):
        posts[here], may_leave[here] = posts_of_shifts(pool, shift.rostered[level.shift[here]])
        off[here] = pool.shrinkage_share
    for share in set(off.tolist()):
        some = np.flatnonzero(off == share)
        others[some] = rules.people_for_queue(level.present[some], posts[some], 0 * posts[some], share)
        for_queue[some] = rules.people_for_queue(level.present[some], posts[some], may_leave[some], share)
    return Duties(posts, others, for_queue)


def tasks(rows: TaskRows, shift: Shifts, level: Levels, places: Places) -> Tasks:
    """Those of these rows that are of pools and need staff, each with the level of the shift in which it began."""
    of_pool = (rows.place >= places.pools.start) & (rows.people > 0)
    rows = rows if of_pool.all() else rows.take(of_pool)
    line = _level_of(level, rows.place, rows.position)
    one_each = len(level.shift) == len(shift.pool)  # without a brigade each shift has one level: the same lines
    of_shift = line if one_each else _with_none(level.shift, -1)[line]
    until = _with_none(shift.end, _FURTHER)[of_shift]
    np.minimum(until, rows.value, out=until)
    return Tasks(
        pool=rows.place,
        subject=rows.subject,
        subject_id=rows.subject_id,
        begin=rows.second,
        end=rows.value,
        staff=rows.people,
        level=line,
        shift=of_shift,
        in_shift_until=until,
        position=rows.position,
    )


def _level_of(level: Levels, pool: Ints, position: Ints) -> Ints:
    """Line of the level in which each row of a pool stands in the log, -1 for none.

    Rows come in log order: sorted by pool they are in the order of levels, so each level is one stretch of them. That
    asks for few look-ups among many rows instead of many among few.
    """
    n_pools = int(pool.max(initial=0)) + 2
    narrow = np.uint8 if n_pools <= 256 else _NARROW  # one pass of a radix sort for each byte
    order = np.argsort(pool.astype(narrow), kind="stable")
    position = position[order]
    of_pool = np.append(0, np.cumsum(np.bincount(pool, minlength=n_pools)))
    first, last = (np.empty(len(level.pool), dtype=np.int64) for _ in range(2))
    for number, lines in enumerate(groups(level.pool, n_pools)):
        start, rows = of_pool[number], position[of_pool[number] : of_pool[number + 1]]
        first[lines] = start + np.searchsorted(rows, level.begin_position[lines])
        last[lines] = start + np.searchsorted(rows, level.end_position[lines])
    beyond = level.pool >= n_pools  # pools behind the last that has tasks
    first[beyond] = last[beyond] = len(pool)
    last = np.maximum(np.minimum(last, np.append(first, len(pool))[1:]), first)
    lengths, gaps = last - first, np.append(first, len(pool)) - np.append(0, last)
    lines = np.column_stack([np.full(len(gaps), -1), np.append(np.arange(len(first)), -1)]).ravel()
    result = np.empty(len(pool), dtype=np.int64)
    result[order] = np.repeat(lines, np.column_stack([gaps, np.append(lengths, 0)]).ravel())
    return result


def _keys(pool: Ints, position: Ints) -> Ints:
    return np.asarray(pool * _FURTHER + position)


def _with_none(values: Ints, none: int) -> Ints:
    """The values and one more at their end, which line -1 finds."""
    return np.append(values, none)
