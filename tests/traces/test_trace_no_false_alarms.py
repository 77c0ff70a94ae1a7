"""Traces by hand that once made an invariant fire though nothing was wrong."""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import Came, case, on_day
from traces.guests import history, story, ward

from sim.flow.invariants import violations
from sim.flow.log import Kind

CALLS = {"teams": [40], "trigger_hours": 2.0, "brigade_call": 1, "lead_hours": 30.0, "days": 1.0}
"""Called on the last day they come after the hard stop."""
DAY_ONE_ONLY = {"headcount": 2, "shifts": {"s": {"start": "00:00", "hours": 24.0, "share": 1.0, "to_day": on_day(1)}}}
SWABS = {
    "swabs": {"days": [69], "person_minutes": 4.0},
    "laboratory": {"turnaround_hours": 24.0},
    "visits": {"check": {"times": ["08:00"], "room_minutes": 1.0}},
}


@pytest.mark.parametrize("care", [{}, SWABS])
def test_a_call_for_a_visit_that_waits_at_the_hard_stop_is_no_alarm(care: dict[str, Any]) -> None:
    """A stays 90 days of which the flow follows 70; nobody is on duty after day 1, so every check waits until the next
    one. The last ones have no row, begun or missed, but on day 70, the last, a call was made for one of them."""
    tables = {"pools": {"team": DAY_ONE_ONLY}, "brigade": CALLS, "health": None, **care}
    scenario = ward(stay=90.0, times=("08:00",), **{k: v for k, v in tables.items() if v is not None})
    log = history(scenario, Came("08:00"))
    last = [words[0] for words in story(log, Kind.BRIGADE_CALLED)][-1]
    assert last.startswith("70 ")
    assert violations(log, scenario) == []


def test_a_call_without_a_wait_on_the_last_day_is_an_alarm() -> None:
    """The same history with a call at a second at which the last check has waited an hour: the trigger is two."""
    scenario = ward(stay=90.0, times=("08:00",), pools={"team": DAY_ONE_ONLY}, brigade=CALLS)
    log = history(scenario, Came("08:00"))
    line = [i for i, row in enumerate(log.rows) if row["kind"] == Kind.BRIGADE_CALLED][-1]
    log.rows["second"][line] = (70 - 1) * 86_400 + 9 * 3_600
    assert any("nobody has waited that long" in fault for fault in violations(log, scenario))


def test_hours_that_begin_before_the_old_ones_have_ended_are_one_stretch() -> None:
    """Until day 1 the port opens 20:00 to 04:00; from day 2 it opens 02:00 to 03:00. A party at 03:30 of day 2 belongs
    to the night before."""
    hours = {
        "night": {"opens": "20:00", "closes": "04:00"},
        "later": {"opens": "02:00", "closes": "03:00", "from_day": on_day(2)},
    }
    scenario = case(ports={"gate": {"hours": hours}})
    log = history(scenario, Came("2 03:30"))
    assert violations(log, scenario) == []
    late = history(scenario, Came("2 04:30"))
    assert any("is closed" in fault for fault in violations(late, scenario))
