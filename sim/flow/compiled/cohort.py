"""Compiled: the intake of a cohort (see `reference.guest`)."""

from __future__ import annotations

from sim.flow.compiled import fields as F
from sim.flow.compiled.codes import K_INTAKE_ENDED, M_COHORT_ENDS, R_SITE_STOPPED
from sim.flow.compiled.jit import jit
from sim.flow.compiled.loads import close_loads_for
from sim.flow.compiled.queues import event_key, schedule, site_place, wake, write_place
from sim.flow.compiled.world import World
from sim.flow.rules import INTAKE_ENDED, OPEN, SHUT, STOPPED


@jit
def start_clock(w: World, site: int, arrival: int) -> None:
    """With cohorts, the first arrival of each sets the end of the site's intake."""
    s, g = w.s, w.g
    if w.c[F.COHORT] > 0 and s[F.BEGUN, site] < 2:
        s[F.BEGUN, site] = 2
        number = s[F.COHORT_NUMBER, site]
        key = event_key(M_COHORT_ENDS, site_place(w, site), 0, number)
        schedule(w, max(arrival + w.c[F.COHORT], g[F.NOW]), key, number)


@jit
def is_fresh(w: World, site: int) -> None:
    """The next load for the site begins a new cohort."""
    w.s[F.BEGUN, site] = 0
    w.s[F.COHORT_NUMBER, site] += 1


@jit
def end_intake(w: World, site: int, number: int) -> None:
    """The cohort is complete: none is taken in until the site is empty and clean."""
    s, g = w.s, w.g
    if number != s[F.COHORT_NUMBER, site]:  # the site was empty meanwhile
        return
    if s[F.STATE, site] == STOPPED:
        s[F.BARRED, site] += 1
    if s[F.STATE, site] != OPEN and s[F.STATE, site] != SHUT:
        return
    if s[F.STATE, site] == OPEN:
        g[F.FREE_TOTAL] -= s[F.FREE, site]
        g[F.CHECK_RESERVE] = 1
    s[F.STATE, site] = INTAKE_ENDED
    write_place(w, K_INTAKE_ENDED, site_place(w, site), 0, 0, 0)
    close_loads_for(w, site, R_SITE_STOPPED)
    wake(w)
