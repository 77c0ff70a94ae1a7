"""Visits and swabs of the sites' teams: how many were late, how many never took place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.log import Kind, Subject
from sim.flow.steps import Ints
from sim.measures.scope import ALL, Result, Results, Scope, share

LATE_SECONDS = 3_600
ROUND = 100
"""A round's number is its second times this, plus its kind (`sim.flow.log.round_number`)."""


def visits(scope: Scope) -> Results:
    """visits_late_share and visits_missed_share (sites, all); nothing without rounds."""
    if not scope.scenario.visits:
        return
    rows = scope.history.all_tasks()
    of_round = (rows.subject == Subject.TASK_VISIT) | (rows.subject == Subject.TASK_SWAB)
    of_round &= _in_stretch(scope, rows.subject_id)
    late = of_round & (rows.subject_id < (rows.second - LATE_SECONDS) * ROUND)
    gone = scope.history.of(Kind.MISSED)
    gone = gone.take(np.flatnonzero(_in_stretch(scope, gone["subject_id"])))
    by_place = [rows.place[of_round], rows.place[late], gone["place"]]
    held, late_by_site, missed = (_by_site(scope, places) for places in by_place)
    for measure, part in (("visits_late_share", late_by_site), ("visits_missed_share", missed)):
        yield Result(measure, ALL, share(int(part.sum()), int((held + missed).sum())))
        for site, number in enumerate(scope.log.places.sites):
            yield Result(measure, scope.name(number), share(int(part[site]), int(held[site] + missed[site])))


def _in_stretch(scope: Scope, rounds: Ints) -> NDArray[np.bool_]:
    return (rounds >= scope.start * ROUND) & (rounds < scope.end * ROUND)


def _by_site(scope: Scope, places: Ints) -> Ints:
    """How many rows each site has, whether they name the site or its team."""
    count = np.bincount(places, minlength=len(scope.log.places.ids) + 1)  # one more: team -1 finds 0 there
    team = np.array(scope.log.places.pool_of_site, dtype=np.int64)
    return np.asarray(count[scope.log.places.sites] + count[team])
