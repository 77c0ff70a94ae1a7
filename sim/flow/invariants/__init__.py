"""What every history must keep, whatever the scenario: checked from the log alone.

The engine is not asked: capacities come from the scenario, everything else from rows of the log. What holds: people are
conserved and never in two places; rooms, seats, coaches, beds and staff are never beyond their number; nobody is placed
at a site that does not take people; no hand-over outside hours, no release before the stay is over; visits go to those
who are there; queues are first come first served within a class; staff are not idle while the head of their queue could
start; the reserve brigade keeps its rules; Little's law, exactly.
"""

from __future__ import annotations

from itertools import islice

from sim.flow.invariants.capacity import coach_faults, room_faults
from sim.flow.invariants.care import care_faults
from sim.flow.invariants.case import make_case
from sim.flow.invariants.people import people_faults, time_faults
from sim.flow.invariants.staff import queue_faults, staff_faults
from sim.flow.log import EventLog
from sim.scenario.tables.schema import Scenario

MOST = 20
"""Violations named per family: one cause often breaks a rule many times."""

_FAMILIES = (people_faults, time_faults, room_faults, coach_faults, staff_faults, queue_faults, care_faults)


def violations(log: EventLog, scenario: Scenario, unlimited: tuple[str, ...] = ()) -> list[str]:
    """Broken invariants in words, with second and ids; an empty list for a sound history.

    `unlimited` are the limits that were lifted when the history was made, as for `simulate`.
    """
    case = make_case(log, scenario, tuple(unlimited))
    found = []
    for family in _FAMILIES:
        some = list(islice(family(case), MOST + 1))
        found += some[:MOST]
        if len(some) > MOST:
            found.append(f"{some[0].split(':')[0]}: and more, only {MOST} are named")
    return found
