"""Compiled: cohorts of a site: its clock, the end of its intake, and the next one (see `reference.cohorts`)."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.core import close_loads_for, site_place, wake, write_place
from sim.flow.compiled.events import event_key, schedule
from sim.flow.compiled.jit import jit
from sim.flow.compiled.world import World
from sim.flow.log import Kind, Reason
from sim.flow.order import Moment
from sim.flow.rules import INTAKE_ENDED, OPEN, SHUT, STOPPED


@jit
def start_clock(w: World, site: int, arrival: int) -> None:
    """With cohorts, the first arrival of each sets the end of the site's intake."""
    sites, flow = w.sites, w.flow
    if w.fixed[F.COHORT] > 0 and sites[F.BEGUN, site] < 2:
        sites[F.BEGUN, site] = 2
        number = sites[F.COHORT_NUMBER, site]
        key = event_key(Moment.COHORT_ENDS, site_place(w, site), 0, number)
        schedule(w, max(arrival + w.fixed[F.COHORT], flow[F.NOW]), key, number)


@jit
def is_fresh(w: World, site: int) -> None:
    """The next load for the site begins a new cohort."""
    w.sites[F.BEGUN, site] = 0
    w.sites[F.COHORT_NUMBER, site] += 1


@jit
def end_intake(w: World, site: int, number: int) -> None:
    """The cohort is complete: none is taken in until the site is empty and clean."""
    sites, flow = w.sites, w.flow
    if number != sites[F.COHORT_NUMBER, site]:  # the site was empty meanwhile
        return
    if sites[F.STATE, site] == STOPPED:
        sites[F.BARRED, site] += 1
    if sites[F.STATE, site] != OPEN and sites[F.STATE, site] != SHUT:
        return
    if sites[F.STATE, site] == OPEN:
        flow[F.FREE_TOTAL] -= sites[F.FREE, site]
        flow[F.CHECK_RESERVE] = 1
    sites[F.STATE, site] = INTAKE_ENDED
    write_place(w, Kind.INTAKE_ENDED, site_place(w, site), 0, 0, 0)
    close_loads_for(w, site, Reason.SITE_STOPPED)
    wake(w)
