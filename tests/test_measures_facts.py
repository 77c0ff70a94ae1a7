"""Facts of measures that changed lines left unnoticed, on histories written by hand; what is expected stands beside."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

import pytest
from handmade import (
    CREW,
    DAY,
    HOUR,
    INN,
    INN_TEAM,
    PORT,
    at_point,
    clock,
    crew,
    event,
    history,
    load_row,
    port,
    row,
    shift,
    site,
    site_row,
    small_scenario,
    task,
)  # fmt: skip
from pydantic import BaseModel
from test_measures_profiles import profile
from test_measures_resources import two_sites
from test_measures_staff_waits import DUTY, loaded, registered, two_shifts, values

from sim.flow.log import Kind, Subject
from sim.measures import measure, rooms_needed_by_day
from sim.measures.registry import REGISTRY, measure_words, path_words, place_words
from sim.measures.rooms import NOT, Calendar
from sim.measures.scope import Scope
from sim.measures.staff_waits import OfShift, asked_for_coach, by_shift, waits_at_points
from sim.scenario.tables.schema import Scenario
from sim.words.pictures import KEYS


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
    label = REGISTRY["received"].label
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


def test_values_of_a_scenario_are_called_by_their_place_and_their_words():
    """Places by name or id, a star by what it stands for, a regime by its id; other keys by their own words."""
    scenario = small_scenario(
        ports={"gate": port(name="The Gate")}, pools={"crew": crew(name="The Crew")},
        sites={"candidates": {"inn": site(1, name="The Inn"), "lodge": site(2)}},
    )  # fmt: skip
    told = {
        "coaches.seats": "seats of a coach",
        "pools.crew.headcount": "The Crew: people on duty",
        "pools.*.headcount": "each staff pool: people on duty",
        "ports.gate.regimes.all.people_per_day": "The Gate: people a day (all)",
        "sites.candidates.inn.rooms": "The Inn: rooms",
        "sites.lodge.rooms": "lodge: rooms",
        "sites.reserve_rooms": "reserve of free rooms",
        "visits.rounds.room_minutes": "rounds: minutes of a visit, a room",
        "ports.gate.regimes.all": "The Gate: regimes all",
        "laboratory.daily_capacity": "swabs a day at most",
        "screening.test_turnaround_hours": "screening test turnaround hours",
    }
    assert {path: path_words(scenario, path) for path in told} == told


def test_every_value_that_has_words_is_a_value_of_scenarios():
    """The paths of `KEYS` lead to fields of the tables; a star is a name in between."""
    for path in KEYS:
        tables: list[type[BaseModel]] = [Scenario]
        for part in path.split("."):
            if part == "*":
                continue
            found = [field.annotation for table in tables for name, field in table.model_fields.items() if name == part]
            assert found, path
            tables = [table for annotation in found for table in tables_in(annotation)]


def tables_in(annotation: Any) -> list[type[BaseModel]]:
    inner = [table for each in get_args(annotation) for table in tables_in(each)]
    return [*inner, annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else inner


def test_guests_of_a_site_are_a_mean_over_its_hours_in_the_window():
    """Day 3: in the inn party 3 alone until it closes at 06:00, in the lodge party 2; who left before adds nothing."""
    scenario = small_scenario(registration=None, **of_days(3, 3))
    got = {(v.measure, v.place): v.value for v in measure(two_sites(scenario), scenario).values}
    assert (got["site_guests_mean", "inn"], got["site_guests_mean", "lodge"]) == (1, 1)


STATES = {
    Kind.SITE_PREPARING: 1, Kind.SITE_OPENED: 2, Kind.SITE_READMITTED: 2, Kind.INTAKE_BEGAN: 2, Kind.SITE_STOPPED: 3,
    Kind.SITE_SHUT: 3, Kind.INTAKE_ENDED: 3, Kind.SITE_LOST: 4, Kind.SITE_CLOSED: 4,
}  # fmt: skip
"""Not yet used is 0; preparing, open to new guests, not taking anybody (more), closed."""


@pytest.mark.parametrize("kind", STATES)
def test_a_site_is_in_the_state_that_its_last_change_tells(kind: Kind):
    """At noon of each day: a site that opens on the first afternoon, and changes on the second morning."""
    scenario = small_scenario(registration=None)
    opened = site_row(clock(1, "13:00"), Kind.SITE_OPENED, INN)
    got = measure(history(scenario, opened, site_row(clock(2, "09:00"), kind, INN)), scenario)
    states = next(s.values.tolist() for s in got.series if (s.quantity, s.place) == ("site_state", "inn"))
    assert states[:3] == [0, STATES[kind], STATES[kind]]


@pytest.mark.parametrize(("seconds", "share"), [(600, 1.0), (601, 0.0)])
def test_a_wait_for_staff_of_just_the_limit_is_in_time(seconds: int, share: float):
    """The limit is 10 minutes."""
    scenario = small_scenario()
    came = clock(1, "09:00")
    log = history(scenario, *DUTY, at_point(1, 1, came, (came + seconds, came + 1_200)))
    assert values(log, scenario)["within_staff_wait_share", "crew"] == share


def test_tasks_are_told_by_the_start_of_their_shift_and_its_phase():
    """Early from 08:00, late from 12:00; the second phase begins on 4 March. People who joined, in time, judged."""
    phases = {"phases": {"first": dt.date(2020, 3, 3), "second": dt.date(2020, 3, 4)}}
    scenario = small_scenario(pools=two_shifts(), staffing=phases)
    scope = Scope(registered(scenario), scenario)
    assert by_shift(scope, waits_at_points(scope, asked_for_coach(scope))) == [
        OfShift(CREW, 480, 0, 2, 1, 2), OfShift(CREW, 480, 1, 1, 1, 1),
        OfShift(CREW, 720, 0, 2, 1, 2), OfShift(CREW, 720, 1, 2, 0, 2),
    ]  # fmt: skip


def test_the_first_party_of_all_has_number_0_and_so_has_its_load():
    """2 people: rooms at 09:30, due at 10:00, boarding at 10:05: half an hour and 5 minutes each."""
    scenario = small_scenario(registration=None)
    came = event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 0, 2)
    log = history(scenario, *DUTY, came, loaded(0, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:05")))
    names = ("waiting_hours_filling", "waiting_hours_coach", "wait_coach_max")
    got = {(v.measure, v.place): v.value for v in measure(log, scenario, names=names).values}
    assert [got[name, "all"] for name in names] == pytest.approx([1, 10 / 60, 35])


@pytest.mark.parametrize("percent", [50, 95])
def test_the_formula_of_a_quantile_names_its_percentage(percent: int):
    assert f"that {percent} % of people do not exceed" in REGISTRY[f"wait_room_p{percent}"].formula


def test_rooms_needed_by_day_are_the_most_at_one_time_of_each():
    """Party 1 has a room until day 2 at 10:00, party 3 from then to day 3, party 2 from day 2 at 17:00 on."""
    scenario = small_scenario(registration=None)
    assert rooms_needed_by_day(two_sites(scenario), scenario).tolist() == [1, 2, 2]
    last = small_scenario(registration=None, **of_days(1, 2))
    assert rooms_needed_by_day(two_sites(last), last).tolist() == [1, 2]


@pytest.mark.parametrize("kind", [Kind.INTAKE_BEGAN, Kind.SITE_SHUT, Kind.SITE_LOST, Kind.SITE_CLOSED])
def test_rooms_are_blocked_until_the_intake_begins_anew_or_the_site_takes_nobody_for_another_reason(kind: Kind):
    """4 free rooms from noon of day 1 to midnight: 12 of 72 hours."""
    scenario = small_scenario(registration=None)
    rows = [site_row(second, each, INN) for second, each in
            ((0, Kind.SITE_OPENED), (clock(1, "12:00"), Kind.INTAKE_ENDED), (DAY, kind))]  # fmt: skip
    got = {v.measure: v.value for v in measure(history(scenario, rows), scenario).values if v.place == "all"}
    assert got["rooms_blocked_mean"] == pytest.approx(4 * 12 / 72)
    assert got["rooms_blocked_max"] == 4


def test_a_wait_over_a_full_hour_is_shared_by_both():
    """One person of day 1 waits for registration from 09:30 to 10:15; a day of three."""
    scenario = small_scenario()
    log = history(scenario, at_point(1, 1, clock(1, "09:30"), (clock(1, "10:15"), clock(1, "10:25"))))
    hours = profile(measure(log, scenario), "waiting_hours", "registration")
    assert {hour: 3 * value for hour, value in hours.items() if value} == pytest.approx({9: 0.5, 10: 0.25})


def test_series_begin_at_midnight_by_the_hour_and_sites_are_read_at_noon():
    """Staff by the hours that begin in W, what is there at full hours with its end; sites to the hard stop."""
    scenario = small_scenario(registration=None)
    found = {s.quantity: s.seconds for s in measure(two_sites(scenario), scenario).series}
    hours = [hour * 3_600 for hour in range(72)]
    assert found["staff_on_duty"].tolist() == hours
    assert found["people_waiting"].tolist() == [*hours, 3 * DAY]
    assert found["site_state"].tolist() == [day * DAY + DAY // 2 for day in range(63)]
    assert found["no_room"].tolist() == [0, DAY, 2 * DAY]


def test_a_load_that_never_boards_has_the_coach_that_stands_there_whoever_else_has_no_room():
    """The one coach is there from the beginning; one party has a load due on day 2, the other never has rooms."""
    scenario = small_scenario(registration=None)
    log = history(
        scenario,
        *DUTY,
        [event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, party, 2) for party in (1, 5)],
        event(clock(2, "09:00"), Kind.ROOM_TAKEN, INN, 5, 2, 5),
        load_row(clock(2, "10:00"), Kind.LOAD_DUE, 5, 2),
    )
    assert values(log, scenario)["within_coach_wait_share", "gate"] == 1


def test_who_arrives_again_after_a_move_checks_in_once():
    """Checked in 20 minutes after the first arrival, which is too late; the second has no check-in."""
    service = {"minutes": {"kind": "constant", "mean": 5.0}}
    sites = {"candidates": {"inn": site(1), "lodge": site(2)}, "team": "team"}
    scenario = small_scenario(pools={"crew": crew(), "team": crew()}, sites=sites, check_in=service, registration=None)
    arrived = clock(1, "12:00")
    log = history(
        scenario,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        event(clock(1, "10:00"), Kind.ROOM_TAKEN, INN, 1, 2, -1),
        event(clock(1, "11:00"), Kind.DEPARTED, PORT, 1, 2, -1),
        [event(second, Kind.ARRIVED, INN, 1, 2) for second in (arrived, arrived + HOUR)],
        task(arrived + 1_200, arrived + 1_500, Subject.TASK_CHECK_IN, 1, INN_TEAM),
    )
    assert values(log, scenario)["within_staff_wait_share", "inn.team"] == 0
