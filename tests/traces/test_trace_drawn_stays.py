"""Traces by hand: stays that are drawn, a swab on the last day, a stay of no time. Rides take 30 minutes."""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import Came
from traces.guests import Ill, history, lab_ward, story, ward

from sim.flow.log import Kind, Subject

DRAWN: dict[str, Any] = {"kind": "exponential", "mean": 2.0}
TOLD = (Kind.ARRIVED, Kind.STAY_PLANNED, Kind.RESTARTED, Kind.RELEASED)
ENGINES = pytest.mark.parametrize("engine", ["simpy", "compiled"])


@ENGINES
def test_each_party_stays_as_long_as_its_own_draw(engine: str) -> None:
    """A arrives at 08:30 for 60 hours, B at 09:30 for 12: B goes at 21:30, A on day 3 at 20:30."""
    stays = {"A": (60.0, 1.0, 1.0), "B": (12.0, 1.0, 1.0)}
    log = history(ward(stay=DRAWN), Came("08:00"), Came("09:00"), stays=stays, engine=engine)
    assert story(log, TOLD) == [
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 08:30", "stay_planned", "inn", "A", 1, "for 60 hours"),
        ("1 09:30", "arrived", "inn", "B", 1),
        ("1 09:30", "stay_planned", "inn", "B", 1, "for 12 hours"),
        ("1 21:30", "released", "inn", "B", 1),
        ("3 20:30", "released", "inn", "A", 1),
    ]


@ENGINES
def test_those_who_begin_again_stay_for_their_next_draw(engine: str) -> None:
    """A's second person has symptoms, found by the check of 16:00, a minute long; the first begins again at 16:01 for
    24 hours, and not for the 60 of the first draw."""
    ill = (Ill("A+1", onset="1 10:00"),)
    log = history(ward(stay=DRAWN), Came("08:00", 2), ill=ill, stays={"A": (60.0, 24.0, 1.0)}, engine=engine)
    assert story(log, TOLD) == [
        ("1 08:30", "arrived", "inn", "A", 2),
        ("1 08:30", "stay_planned", "inn", "A", 2, "for 60 hours"),
        ("1 16:01", "restarted", "inn", "A", 1, "time 1"),
        ("1 16:01", "stay_planned", "inn", "A", 1, "for 24 hours"),
        ("2 16:01", "released", "inn", "A", 1),
    ]


@ENGINES
def test_the_swab_of_day_minus_1_is_taken_on_the_last_day_of_the_own_stay(engine: str) -> None:
    """Rounds at 08:00 and 16:00, swabs on days 1 and −1. A stays for 60 hours from 08:30 on day 1: swabs at 16:00 on
    day 1 and at 16:00 on day 3, in the third and last 24 hours. B stays for 12 hours: its day 1 is its last."""
    stays = {"A": (60.0, 1.0, 1.0), "B": (12.0, 1.0, 1.0)}
    scenario = lab_ward(stay=DRAWN, days=(1, -1), turnaround=1.0)
    log = history(scenario, Came("08:00"), Came("09:00"), stays=stays, engine=engine)
    assert story(log, Kind.RESULT, Kind.RELEASED, Subject.TASK_SWAB) == [
        ("1 16:00", "swab", "inn.team", "A", 1, "1 16:00/swab, until 1 16:04"),
        ("1 16:00", "swab", "inn.team", "B", 1, "1 16:00/swab, until 1 16:04"),
        ("1 17:04", "result", "inn", "A", 1, "0 positive"),
        ("1 17:04", "result", "inn", "B", 1, "0 positive"),
        ("1 21:30", "released", "inn", "B", 1),
        ("3 16:00", "swab", "inn.team", "A", 1, "3 16:00/swab, until 3 16:04"),
        ("3 17:04", "result", "inn", "A", 1, "0 positive"),
        ("3 20:30", "released", "inn", "A", 1),
    ]


@ENGINES
def test_the_last_day_of_a_stay_of_a_number_of_days_has_the_swab_of_day_minus_1(engine: str) -> None:
    """5 days from 08:30 on day 1: the fifth begins on day 5 at 08:30, so the swab is at 16:00 of day 5."""
    log = history(lab_ward(days=(-1,), turnaround=1.0), Came("08:00"), engine=engine)
    assert story(log, Kind.RELEASED, Subject.TASK_SWAB) == [
        ("5 16:00", "swab", "inn.team", "A", 1, "5 16:00/swab, until 5 16:04"),
        ("6 08:30", "released", "inn", "A", 1),
    ]


@ENGINES
def test_a_stay_of_no_days_ends_a_second_after_the_arrival(engine: str) -> None:
    """Nothing happens twice in a second: released at 08:30:01, before any round."""
    log = history(lab_ward(stay=0.0, days=(1, -1)), Came("08:00"), engine=engine)
    assert story(log, TOLD, Subject.TASK_SWAB) == [
        ("1 08:30", "arrived", "inn", "A", 1),
        ("1 08:30:01", "released", "inn", "A", 1),
    ]
