"""More facts of measures, on histories written by hand: screening, care, costs, sites and staff; expected values stand
beside them.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from handmade import (
    CREW,
    DAY,
    HOUR,
    INN,
    PORT,
    at_point,
    clock,
    event,
    history,
    port,
    row,
    site_row,
    small_scenario,
    task,
    to_site,
)
from test_measures_facts import of_days
from test_measures_profiles import profile

from sim.flow.log import EventLog, Kind, Reason, Subject
from sim.measures import measure
from sim.scenario.tables.schema import Scenario

CURVE: dict[str, Any] = {"infected_share": 0.5, "pcr_sensitivity": {"days": [0], "shares": [1.0]}}


def values(log: EventLog, scenario: Scenario, *names: str) -> dict[tuple[str, str], float]:
    return {(v.measure, v.place): v.value for v in measure(log, scenario, names=names or None).values}


def found(second: int, party: int, place: int, reason: Reason) -> tuple[int, ...]:
    """A person found infected alone."""
    return row(second, Kind.DETECTED, place, subject=Subject.PARTY, subject_id=party, party=party, people=1,
               reason=reason)  # fmt: skip


def test_who_is_found_on_arrival_is_counted_by_how_and_at_which_port():
    """Two ports: at the first one is seen and two are tested positive, at the second one is seen. Of the five handed
    over, three are tested, those seen are not: at a yuan a test 3.
    """
    scenario = small_scenario(
        registration=None, ports={"gate": port(), "pier": port()}, health=CURVE, costs={"test": 1.0},
        screening={"symptoms_seen_share": 0.5, "test_turnaround_hours": 1.0},
        sites={"candidates": {"inn": {"number": 1, "rooms": 4, "ride_minutes": {"gate": 30.0, "pier": 30.0},
                                      "opens": dt.date(2020, 3, 3)}}},
    )  # fmt: skip
    pier, nine = 1, clock(1, "09:00")
    where = {1: PORT, 2: PORT, 3: PORT, 4: pier, 5: pier}
    log = history(
        scenario,
        [event(nine, Kind.HANDED_OVER, place, party, 1) for party, place in where.items()],
        [found(nine, party, where[party], Reason.SEEN_ON_ARRIVAL) for party in (1, 4)],
        [found(nine + HOUR, party, PORT, Reason.BY_ARRIVAL_TEST) for party in (2, 3)],
    )
    got = values(log, scenario)
    seen, tested = "found_by_symptoms_on_arrival", "found_by_arrival_test"
    assert [got[seen, place] for place in ("all", "gate", "pier")] == [2, 1, 1]
    assert [got[tested, place] for place in ("all", "gate", "pier")] == [2, 2, 0]
    assert got["detected", "all"] == 4
    assert got["cost_tests", "all"] == 3


def test_staff_needed_of_a_pool_that_is_asked_for_counts_its_escorts_too():
    """One escort task of 4 people, for this pool alone or for all."""
    scenario = small_scenario()
    log = history(scenario, task(HOUR * 9, HOUR * 9 + 60, Subject.TASK_ESCORT, 1, CREW, staff=4))
    for places in ((), ("crew",)):
        (needed,) = measure(log, scenario, names=["staff_needed_max"], places=places).values
        assert (needed.place, needed.value) == ("crew", 4)


@pytest.mark.parametrize(("closed", "n"), [(DAY, 0), (DAY + 1, 1)])
def test_a_site_that_closes_as_the_window_begins_was_not_open_in_it(closed: int, n: int):
    """The window is day 2; the inn is open from day 1 on."""
    scenario = small_scenario(registration=None, **of_days(2, 2))
    log = history(scenario, site_row(0, Kind.SITE_OPENED, INN), site_row(closed, Kind.SITE_CLOSED, INN))
    assert values(log, scenario, "sites_opened")["sites_opened", "all"] == n


def test_the_share_of_people_gone_is_told_by_the_minute():
    """Four hours from hand-over to departure: nobody after 238 minutes, all after 240."""
    scenario = small_scenario()
    came = clock(1, "09:00")
    log = history(
        scenario,
        at_point(1, 2, came, (came, came + 60)),
        to_site(1, 2, (came + 60, came + 4 * HOUR, came + 5 * HOUR, came + 30 * HOUR, came + 30 * HOUR)),
    )
    gone = profile(measure(log, scenario), "gone_share", "gate")
    assert (gone[238.0], gone[240.0]) == (0, 1)
