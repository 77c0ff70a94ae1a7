"""Traces by hand, in both engines: sites that are shut for good, in whatever state the disruption finds them.

A stopped site closes when no room is taken (model.md), and one that is shut for good is a stopped one: it will never
take anybody again. A ride takes 30 minutes, a stay a day but where a test says otherwise.
"""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import SITES, Came, case, on_day
from traces.guests import history, story

from sim.flow.log import Kind

pytestmark = pytest.mark.parametrize("engine", ["simpy", "compiled"])
STATES = (*SITES, Kind.SITE_SHUT, Kind.INTAKE_ENDED, Kind.INTAKE_BEGAN, Kind.LEFT)


def shut(site: str, begin: Any, end: Any = None) -> dict[str, Any]:
    """A site that takes nobody from a day, or a time, on; for good without an end."""
    days = {"from_day": begin, **({} if end is None else {"to_day": end})}
    return {"kind": "site_shut", "place": site, **days}


def test_a_site_whose_intake_had_ended_closes_when_its_last_guest_leaves(engine: str) -> None:
    """Intake of 10 hours from A's arrival at 08:30. Shut for good at 2 00:00, empty at 2 08:30."""
    scenario = case(rules={"cohort_hours": 10.0}, disruptions=[shut("inn", on_day(2))])
    assert story(history(scenario, Came("08:00"), engine=engine), STATES) == [
        ("1 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("1 18:30", "intake_ended", "inn", "", 0),
        ("2 00:00", "site_shut", "inn", "", 10, "disruption"),
        ("2 08:30", "left", "inn", "A", 1),
        ("2 08:30", "site_closed", "inn", "", 10, "review"),
    ]


def test_one_that_is_empty_but_not_aired_closes_at_once(engine: str) -> None:
    """As above; A's room airs from 2 08:30 to 10:30, and the site is shut for good at 2 09:00."""
    scenario = case(
        rules={"cohort_hours": 10.0}, rooms={"airing_hours": 2.0}, disruptions=[shut("inn", "2020-03-04 09:00")]
    )
    assert story(history(scenario, Came("08:00"), engine=engine), STATES, since="2 00:00") == [
        ("2 08:30", "left", "inn", "A", 1),
        ("2 09:00", "site_shut", "inn", "", 10, "disruption"),
        ("2 09:00", "site_closed", "inn", "", 10, "review"),
    ]


def test_a_site_shut_for_a_time_and_then_for_good_closes(engine: str) -> None:
    """A stay of three days, to 4 08:30. Shut on days 2 to 3, for good from day 3 on: nothing changes when the first
    disruption is over, at 4 00:00."""
    scenario = case(stay={"days": 3.0}, disruptions=[shut("inn", on_day(2), on_day(3)), shut("inn", on_day(3))])
    assert story(history(scenario, Came("08:00"), engine=engine), STATES) == [
        ("1 00:00", "site_opened", "inn", "", 10, "by_date"),
        ("2 00:00", "site_shut", "inn", "", 10, "disruption"),
        ("4 08:30", "left", "inn", "A", 1),
        ("4 08:30", "site_closed", "inn", "", 10, "review"),
    ]


def test_a_site_in_preparation_is_given_up_and_the_next_one_begun(engine: str) -> None:
    """V = 3 and inn has 2 rooms: lodge is begun at once (lead of two days). Shut for good at 2 00:00, its rooms count
    no more: park is begun in that second and open at 4 00:00."""
    on_demand = {"rooms": 10, "opens": "demand"}
    scenario = case(
        days=5,
        sites={"inn": {"rooms": 2}, "lodge": on_demand, "park": on_demand},
        rules={"reserve_rooms": 3, "lead_hours": 48.0},
        disruptions=[shut("lodge", on_day(2))],
    )
    assert story(history(scenario, Came("08:00"), engine=engine), SITES, Kind.SITE_SHUT) == [
        ("1 00:00", "site_opened", "inn", "", 2, "by_date"),
        ("1 00:00", "site_preparing", "lodge", "", 10, "reserve"),
        ("2 00:00", "site_closed", "lodge", "", 10, "disruption"),
        ("2 00:00", "site_preparing", "park", "", 10, "reserve"),
        ("4 00:00", "site_opened", "park", "", 10, "reserve"),
    ]


def test_a_site_shut_for_good_before_its_date_never_opens(engine: str) -> None:
    """Lodge is to open on day 3 and is shut for good from day 2 on."""
    sites = {"inn": {}, "lodge": {"opens": on_day(3)}}
    log = history(case(sites=sites, disruptions=[shut("lodge", on_day(2))]), Came("08:00"), engine=engine)
    assert story(log, SITES, Kind.SITE_SHUT) == [("1 00:00", "site_opened", "inn", "", 10, "by_date")]


def test_guests_of_the_beginning_finish_their_stay_in_a_site_shut_for_good(engine: str) -> None:
    """A stay of five days of which the first day of the window is the third: two have passed, it ends at 4 00:00."""
    scenario = case(
        stay={"days": 5.0},
        initial=[{"site": "inn", "party_size": 1, "day_of_stay": 3}],
        disruptions=[shut("inn", on_day(1))],
    )
    assert [row[:3] for row in story(history(scenario, engine=engine), STATES)] == [
        ("1 00:00", "site_opened", "inn"),
        ("1 00:00", "site_shut", "inn"),
        ("4 00:00", "left", "inn"),
        ("4 00:00", "site_closed", "inn"),
    ]


def test_shut_to_the_last_second_of_the_run_is_shut_for_good(engine: str) -> None:
    """A window of 3 days is followed for 60 more: to the end of day 63 is to the end of the run; a day less is not,
    and the site takes people again (nobody comes) in the last day."""
    told = {
        day: [row[:2] for row in story(log, SITES, Kind.SITE_SHUT)]
        for day in (63, 62)
        for log in [
            history(case(days=3, disruptions=[shut("inn", on_day(2), on_day(day))]), Came("08:00"), engine=engine)
        ]
    }
    assert told[63] == [("1 00:00", "site_opened"), ("2 00:00", "site_shut"), ("2 08:30", "site_closed")]
    assert told[62] == [("1 00:00", "site_opened"), ("2 00:00", "site_shut"), ("63 00:00", "site_readmitted")]
