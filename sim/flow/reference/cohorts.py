"""Cohorts of a site: its clock, the end of its intake, and the next one."""

from __future__ import annotations

from sim.flow import rules
from sim.flow.log import Kind, Reason
from sim.flow.order import Moment, order_key
from sim.flow.reference.core import Timed, close_loads_for, now, site_place, wake, write_place
from sim.flow.reference.state import Flow


def start_clock(flow: Flow, site: int, arrival: int) -> None:
    """With cohorts, the first arrival of each sets the end of the site's intake."""
    sites, cohort = flow.sites, flow.tables.sites.cohort
    if cohort and sites.begun[site] < 2:
        sites.begun[site] = 2
        number = sites.cohort[site]
        key = order_key(Moment.COHORT_ENDS, site_place(flow, site), 0, number)
        Timed(flow.env, max(arrival + cohort, now(flow)), key, lambda _: _end_intake(flow, site, number))


def is_fresh(flow: Flow, site: int) -> None:
    """The next load for the site begins a new cohort."""
    flow.sites.begun[site] = 0
    flow.sites.cohort[site] += 1


def _end_intake(flow: Flow, site: int, number: int) -> None:
    """The cohort is complete: none is taken in until the site is empty and clean."""
    sites, place = flow.sites, site_place(flow, site)
    if number != sites.cohort[site]:  # the site was empty meanwhile
        return
    if sites.state[site] == rules.STOPPED:
        sites.barred[site] += 1
    if sites.state[site] not in (rules.OPEN, rules.SHUT):
        return
    if sites.state[site] == rules.OPEN:
        sites.free_total -= sites.free[site]
        flow.check_reserve = True
    sites.state[site] = rules.INTAKE_ENDED
    write_place(flow, Kind.INTAKE_ENDED, place)
    close_loads_for(flow, site, Reason.SITE_STOPPED)
    wake(flow)
