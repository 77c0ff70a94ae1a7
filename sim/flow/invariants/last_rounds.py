"""Visits and swabs that still wait at the hard stop: they have no row, neither begun nor missed.

The brigade may have been called for one of them in its last day, so they must be known to judge the call.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.flow.history import NEVER
from sim.flow.invariants.care import stay_began
from sim.flow.invariants.case import DAY, Case
from sim.flow.log import SWAB_ROUND, Kind, Subject, round_number
from sim.flow.steps import Ints


def rounds_without_a_row(case: Case) -> dict[int, Ints]:
    """Seconds of the rounds whose visits or swabs waited at the hard stop, by pool; older ones were begun or missed."""
    had = _answered(case)
    found: dict[int, list[int]] = {}
    for pool, party, second, kind in _last_rounds(case):
        if (party, round_number(second, kind)) not in had:
            found.setdefault(pool, []).append(second)
    return {pool: np.array(seconds, dtype=np.int64) for pool, seconds in found.items()}


def _answered(case: Case) -> set[tuple[int, int]]:
    """(party, round) of all visits and swabs that were begun or missed."""
    had: set[tuple[int, int]] = set()
    for subject in (Subject.TASK_VISIT, Subject.TASK_SWAB):
        rows = case.history.tasks(subject)
        had |= set(zip(case.log.rows["party"][rows.position].tolist(), rows.subject_id.tolist(), strict=True))
    missed = case.history.of(Kind.MISSED)
    return had | set(zip(missed["party"].tolist(), missed["subject_id"].tolist(), strict=True))


def _last_rounds(case: Case) -> Iterator[tuple[int, int, int, int]]:
    """(pool, party, second, kind) of the last round of each kind for each party that is in a site at the hard stop."""
    stay, rows = case.stays, case.log.rows
    ended = stay.end < NEVER
    there = ~ended
    there[ended] = rows["kind"][stay.end_position[ended]] == Kind.CENSORED
    kinds = [case.scenario.visits[name] for name in sorted(case.scenario.visits)]
    clock = [sorted(time * 60 % DAY for time in kind.times) for kind in kinds]
    every = sorted({second for times in clock for second in times})
    for line in np.flatnonzero(there).tolist():
        pool = case.log.places.pool_of_site[int(stay.site[line]) - case.log.places.n_ports]
        party, begin = int(case.parties.ids[stay.party[line]]), int(rows["second"][stay.begin_position[line]])
        until = min(case.log.hard_stop - 1, int(case.parties.released[stay.party[line]]))
        for number, times in enumerate(clock):
            seconds = _between(times, begin, until)
            if len(seconds):
                yield pool, party, int(seconds[-1]), number
        second = _last_swab(case, party, _between(every, begin, until))
        if second >= 0:
            yield pool, party, second, SWAB_ROUND


def _between(times: list[int], begin: int, until: int) -> Ints:
    """Seconds from `begin` to `until`, both included, at these times of the day."""
    days = np.arange(begin // DAY, until // DAY + 1, dtype=np.int64)
    seconds = (days[:, None] * DAY + np.array(times, dtype=np.int64)[None, :]).ravel()
    return seconds[(seconds >= begin) & (seconds <= until)]


def _last_swab(case: Case, party: int, seconds: Ints) -> int:
    """The last round at which a party was due a swab: the first on a day of swabs; -1 for none."""
    scenario = case.scenario
    if scenario.swabs is None or scenario.stay is None or not len(seconds):
        return -1
    began = stay_began(case, np.full(len(seconds), party), seconds)
    day = (seconds - began) // DAY + 1
    first = np.append(True, (np.diff(day) != 0) | (np.diff(began) != 0))
    due = seconds[first & np.isin(day, scenario.swabs.within(scenario.stay.days))]
    return int(due[-1]) if len(due) else -1
