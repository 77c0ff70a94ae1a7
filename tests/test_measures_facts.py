"""Facts of measures that changed lines left unnoticed, on histories written by hand; what is expected stands beside."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from handmade import (
    DAY,
    INN,
    PORT,
    clock,
    crew,
    event,
    history,
    load_row,
    port,
    row,
    shift,
    site,
    small_scenario,
    task,
)  # fmt: skip
from test_measures_profiles import profile
from test_measures_resources import two_sites
from test_measures_staff_waits import DUTY, loaded, values

from sim import words
from sim.flow.log import Kind, Subject
from sim.measures import measure
from sim.measures.names import measure_words, place_words
from sim.measures.rooms import NOT, Calendar


def test_the_calendar_has_the_days_of_opening_and_closing_and_the_guests():
    """Inn: day 0 to day 2, 2 + 1 guests; lodge: from day 1, never closed, 1 guest. Open rooms: 4, 4 + 6, and on the
    third day 10 until the inn closes.
    """
    got = measure(two_sites(small_scenario(registration=None)), small_scenario(registration=None)).calendar
    assert isinstance(got, Calendar)
    assert (got.sites, got.rooms.tolist()) == (("inn", "lodge"), [4, 4])
    assert (got.opened.tolist(), got.closed.tolist()) == ([0, 1], [2, NOT])
    assert got.guests.tolist() == [3, 1]
    assert (got.first_day, got.rooms_open.tolist()) == (0, [4, 10, 10])


def of_days(first: int, last: int) -> dict[str, Any]:
    """The scenario's window from one of its days to another."""
    day = dt.date(2020, 3, 2)
    return {"window": {"from_day": day + dt.timedelta(days=first), "to_day": day + dt.timedelta(days=last)}}


@pytest.mark.parametrize(("first", "last", "mean"), [(1, 3, 8 / 3), (1, 2, 5 / 2), (2, 2, 5), (3, 3, 3)])
def test_profiles_by_hour_are_means_over_the_days_of_the_window(first: int, last: int, mean: float):
    """On duty at noon: nobody on day 1, 5 on day 2, 3 on day 3."""
    scenario = small_scenario(**of_days(first, last))
    duty = [shift(clock(day, "08:00"), clock(day, "20:00"), people) for day, people in ((2, 5), (3, 3))]
    got = measure(history(scenario, *duty), scenario)
    assert profile(got, "staff_on_duty", "crew")[12] == pytest.approx(mean)
    assert profile(got, "staff_on_duty", "crew")[7] == 0


@pytest.mark.parametrize(("escorts", "share"), [(0, None), (1, 0.0), (2, 0.0)])
def test_boarding_waits_for_staff_where_there_are_escorts(escorts: int, share: float | None):
    """A load due at 10:00 boards at 10:25 with a coach there all the time; without escorts it waits for no staff."""
    scenario = small_scenario(registration=None, coaches={"seats": 10, "hold_minutes": 60.0, "escorts": escorts})
    log = history(
        scenario,
        *DUTY,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        loaded(1, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:25")),
    )
    got = values(log, scenario)["within_staff_wait_share", "crew"]
    assert got == share if share is not None else str(got) == "nan"


@pytest.mark.parametrize(("before", "share"), [(600, 1.0), (601, 2 / 5)])
def test_who_waits_just_the_limit_for_a_coach_when_all_ends_is_left_out(before: int, share: float):
    """The limit is 10 minutes. 2 people have a coach at once; a load of 3 is due so long before the hard stop."""
    scenario = small_scenario(registration=None, limits={"staff_wait_minutes": 10})
    came = [event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, party, people) for party, people in ((1, 2), (5, 3))]
    out = row(clock(2, "08:00"), Kind.COACHES_OUT, PORT, people=1)
    room = event(clock(2, "09:00"), Kind.ROOM_TAKEN, INN, 5, 3, 5)
    log = history(
        scenario,
        *DUTY,
        came,
        loaded(1, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:05")),
        out,
        room,
        load_row(63 * DAY - before, Kind.LOAD_DUE, 5, 3),
    )
    assert values(log, scenario)["within_coach_wait_share", "gate"] == pytest.approx(share)


def test_measures_and_places_are_called_by_their_names():
    """The place is told where it is not everything; a place without a name by its id, a worst shift by its pool's."""
    scenario = small_scenario(
        ports={"gate": port(name="The Gate")}, pools={"crew": crew(name="The Crew")},
        sites={"candidates": {"inn": site(1, name="The Inn"), "lodge": site(2)}},
    )  # fmt: skip
    label = words.MEASURES["received"].label
    assert measure_words(scenario, "received", "all") == label
    at_gate = measure_words(scenario, "received", "gate")
    assert at_gate != label
    assert label in at_gate
    assert "The Gate" in at_gate
    assert [place_words(scenario, place) for place in ("inn", "lodge", "crew")] == ["The Inn", "lodge", "The Crew"]
    worst = place_words(scenario, "crew.worst_shift")
    assert "The Crew" in worst
    assert "worst_shift" not in worst


def test_a_port_without_a_pool_waits_for_no_staff():
    """It registers and boards without anybody: only the wait for a coach is told."""
    scenario = small_scenario(ports={"gate": port(pool=None)}, pools={})
    rows = loaded(1, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:05"))
    log = history(
        scenario,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        task(clock(1, "09:00"), clock(1, "09:10"), Subject.TASK_REGISTRATION, 1, place=PORT, staff=0),
        [each for each in rows if each[1] != Kind.TASK],
    )
    assert values(log, scenario) == {("within_coach_wait_share", "gate"): 1.0}
