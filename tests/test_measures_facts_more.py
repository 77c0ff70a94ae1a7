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
    LODGE,
    PORT,
    at_point,
    clock,
    crew,
    event,
    history,
    port,
    row,
    shift,
    site,
    site_row,
    small_scenario,
    task,
    to_site,
)
from test_measures_care import missed, person, visit
from test_measures_facts import of_days
from test_measures_profiles import profile
from test_measures_staff_waits import DUTY, loaded

from sim.flow.log import EventLog, Kind, Reason, Subject
from sim.measures import measure
from sim.numbers.theory import servers_needed
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


def test_beds_are_free_again_for_others():
    """One is in hospital on day 1; two on day 2 together: two beds at most."""
    scenario = small_scenario(registration=None, health=CURVE, hospital={"beds": 9})
    log = history(
        scenario,
        [event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, party, 1) for party in (1, 2, 3)],
        [person(second, Kind.TO_HOSPITAL, party) for party, second in ((1, HOUR), (2, DAY), (3, DAY + HOUR))],
        person(2 * HOUR, Kind.DISCHARGED, 1),
        [person(DAY + 5 * HOUR, Kind.DISCHARGED, party) for party in (2, 3)],
    )
    assert values(log, scenario)["hospital_beds_max", "all"] == 2


NIGHT = {"visits": {"meals": {"times": ["00:00", "12:00"], "room_minutes": 5.0}}}


@pytest.mark.parametrize(("days", "late"), [((1, 3), 1 / 3), ((2, 2), 0.0), ((1, 1), 1.0), ((3, 3), 0.0)])
def test_rounds_of_the_window_count_from_its_first_second_to_its_last(days: tuple[int, int], late: float):
    """A late visit at 12:00 of day 1; one missed at 00:00 of day 2; one at 00:00 of day 3 in time. On day 2 the one
    that was missed is all that is due, on day 3 the one of its first second. The sites have no teams of their own.
    """
    scenario = small_scenario(registration=None, **NIGHT, **of_days(*days))
    rows = [
        visit(clock(1, "13:01"), clock(1, "13:06"), clock(1, "12:00"), 1),
        missed(DAY, DAY, 1, INN),
        visit(2 * DAY, 2 * DAY + 300, 2 * DAY, 1),
    ]
    on_site = [(*each[:4], INN, *each[5:]) for each in rows]
    got = values(history(scenario, on_site), scenario)
    assert got["visits_late_share", "all"] == pytest.approx(late)
    assert got["visits_late_share", "inn"] == pytest.approx(late)
    assert got["visits_missed_share", "inn"] == pytest.approx({(1, 3): 1 / 3, (2, 2): 1.0}.get(days, 0))
    assert str(got["visits_late_share", "lodge"]) == "nan"


EVEN = {"r0": 2.0, "density": {"kind": "table", "days": [0.0, 10.0], "densities": [1.0, 1.0]}}


@pytest.mark.parametrize(("isolate", "people"), [(True, 0.6), (False, 1.4)])
def test_infections_after_release_count_the_days_from_infection(isolate: bool, people: float):
    """Infected two days before the window, released after one day of it, three days on: of two people, evenly over ten
    days, seven tenths are still to come; with an onset at the end of its fourth day, the sixth on, three tenths.
    """
    scenario = small_scenario(
        registration=None, health={**CURVE, "infectiousness": {**EVEN, "isolate_on_symptoms": isolate}}
    )
    log = history(
        scenario,
        event(0, Kind.HANDED_OVER, PORT, 7, 1),
        person(0, Kind.INFECTED, 7, value=-2 * DAY),
        person(DAY, Kind.INFECTED_LEFT, 7, value=-2 * DAY),
        person(DAY, Kind.SYMPTOMS, 7, value=4 * DAY),
    )
    got = values(log, scenario)
    assert got["onward_infections_after_release", "all"] == pytest.approx(people)
    assert got["onward_infections_per_infected", "all"] == pytest.approx(people)


def test_tests_on_arrival_are_those_of_ports_that_screen_in_the_window():
    """People at the gate, which tests, on days 1 and 2, and at the pier, which does not: a yuan each for 3 of day 2."""
    ways = {"ride_minutes": {"gate": 30.0, "pier": 30.0}, "opens": dt.date(2020, 3, 3)}
    scenario = small_scenario(
        registration=None, ports={"gate": port(), "pier": port()}, health=CURVE, costs={"test": 1.0},
        screening={"test_turnaround_hours": 1.0, "ports": ["gate"]}, **of_days(2, 3),
        sites={"candidates": {"inn": {"number": 1, "rooms": 4, **ways}}},
    )  # fmt: skip
    came = ((1, 5, PORT, clock(1, "09:00")), (2, 3, PORT, clock(2, "09:00")), (3, 7, 1, clock(2, "09:00")))
    log = history(
        scenario, [event(second, Kind.HANDED_OVER, place, party, people) for party, people, place, second in came]
    )
    assert values(log, scenario)["cost_tests", "all"] == 3


def test_the_busiest_hour_may_end_where_tasks_end():
    """One registration from 09:00 to 09:30, three from then to 10:10: from 09:10 on 20 + 120 minutes of work, from
    09:00 or 09:30 on 120. Mean length 37.5.
    """
    scenario = small_scenario()
    works = [(clock(1, "09:00"), clock(1, "09:30")), *[(clock(1, "09:30"), clock(1, "10:10"))] * 3]
    log = history(scenario, [task(begin, end, Subject.TASK_REGISTRATION, n) for n, (begin, end) in enumerate(works)])
    needed = servers_needed(140 / 60 / 37.5, 37.5, 10)
    assert needed != servers_needed(120 / 60 / 37.5, 37.5, 10)
    assert values(log, scenario, "staff_needed_max")["staff_needed_max", "crew"] == needed


def test_visits_are_work_of_a_team_whether_it_is_asked_for_or_all_are():
    """One visit of an hour, load 1: four people by Erlang's formula with a limit of 10 minutes; the crew has none."""
    sites = {"candidates": {"inn": site(1), "lodge": site(2)}, "team": "team"}
    scenario = small_scenario(pools={"crew": crew(), "team": crew()}, sites=sites, **NIGHT)
    log = history(
        scenario, site_row(0, Kind.SITE_OPENED, INN), visit(clock(1, "12:00"), clock(1, "13:00"), clock(1, "12:00"), 1)
    )
    for places, wanted in (((), {"crew": 0, "inn.team": 4, "lodge.team": 0}), (("inn.team",), {"inn.team": 4})):
        found = measure(log, scenario, names=["staff_needed_max"], places=places).values
        assert {v.place: v.value for v in found} == wanted


def test_a_site_that_never_opens_has_no_mean_of_guests():
    """A mean over no hours has no value; it had no guest and no day."""
    scenario = small_scenario(registration=None)
    got = values(history(scenario, site_row(0, Kind.SITE_OPENED, INN)), scenario)
    assert (str(got["site_guests_mean", "lodge"]), got["site_guests_mean", "inn"]) == ("nan", 0)
    assert (got["site_guests", "lodge"], got["site_days", "lodge"]) == (0, 0)
    assert str(got["site_days_censored", "lodge"]) == "nan"


def test_a_site_that_opens_and_closes_at_midnight_was_open_for_a_day():
    """As one that is lost at 00:00 of the first day: not one that never closed."""
    scenario = small_scenario(registration=None)
    got = values(history(scenario, [site_row(0, kind, INN) for kind in (Kind.SITE_OPENED, Kind.SITE_CLOSED)]), scenario)
    assert (got["site_days", "inn"], got["site_days_censored", "inn"]) == (1, 0)


def test_who_is_sent_on_is_no_part_of_the_share_of_people_gone():
    """Two people go to a site, three are sent on: all who are for a site are gone."""
    scenario = small_scenario(registration=None)
    came = clock(1, "09:00")
    log = history(
        scenario,
        [event(came, Kind.HANDED_OVER, PORT, party, people) for party, people in ((1, 2), (2, 3))],
        event(came, Kind.NOT_DIVERTED, PORT, 2, 3),
        to_site(1, 2, (came, came + HOUR, came + 2 * HOUR, came + 30 * HOUR, came + 30 * HOUR)),
    )
    assert profile(measure(log, scenario), "gone_share", "gate")[60.0] == 1


def test_the_ages_of_the_first_street_level_site_begin_at_a_day_also_where_there_is_none():
    """Days 1 to 63, of W and the 60 days after it, without a value."""
    scenario = small_scenario(registration=None)
    found = profile(measure(history(scenario), scenario), "guests_so_far", "first_street_site")
    assert [*found] == [float(day) for day in range(1, 64)]
    assert all(str(value) == "nan" for value in found.values())


def test_a_shift_of_no_time_has_nobody_on_duty():
    """5 people whose shift ends as it begins, as where a site closes at that moment."""
    scenario = small_scenario()
    got = values(history(scenario, shift(clock(1, "08:00"), clock(1, "08:00"), 5)), scenario)
    assert got["staff_on_duty_max", "crew"] == 0


def test_waits_for_coaches_and_staff_are_those_of_people_of_the_window():
    """The window is day 2. On day 1 a load boards two hours after it is due, on day 2 one at once."""
    scenario = small_scenario(registration=None, **of_days(2, 2))
    log = history(
        scenario,
        *DUTY,
        [event(clock(day, "09:00"), Kind.HANDED_OVER, PORT, day, 2) for day in (1, 2)],
        row(clock(1, "09:50"), Kind.COACHES_OUT, PORT, people=1),
        row(clock(1, "11:30"), Kind.COACHES_OUT, PORT, people=-1),
        loaded(1, 2, clock(1, "09:30"), clock(1, "10:00"), clock(1, "12:00")),
        loaded(2, 2, clock(2, "09:30"), clock(2, "10:00"), clock(2, "10:00")),
    )
    names = ("within_coach_wait_share", "within_staff_wait_share")
    got = values(log, scenario, *names)
    assert [got[name, place] for name, place in zip(names, ("gate", "crew"), strict=True)] == [1, 1]


@pytest.mark.parametrize("out", [False, True])
def test_a_load_that_boards_although_no_coach_is_told_of_has_one_then(out: bool):
    """One coach, which the first load takes at 10:00. The second, due then too, boards at 10:30: one was there then, 20
    minutes beyond the limit. Whether another was out of service and back before makes no difference.
    """
    scenario = small_scenario(registration=None)
    before = [row(clock(1, text), Kind.COACHES_OUT, PORT, people=n) for text, n in (("08:00", 1), ("08:30", -1))]
    board = [("10:00", 1), ("10:30", 2)]
    log = history(
        scenario,
        *DUTY,
        before if out else [],
        [event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, party, 1) for party in (1, 2)],
        *(loaded(party, 1, clock(1, "09:30"), clock(1, "10:00"), clock(1, at), DAY) for at, party in board),
    )
    assert values(log, scenario, "within_coach_wait_share")["within_coach_wait_share", "gate"] == 0.5


def test_the_first_party_waits_from_the_first_second():
    """Handed over at 00:00, in load 0: an hour for registration, and a coach at once."""
    scenario = small_scenario()
    log = history(
        scenario, *DUTY, at_point(0, 1, 0, (HOUR, HOUR + 60)),
        loaded(0, 1, clock(1, "09:30"), clock(1, "10:00"), clock(1, "10:00")),
    )  # fmt: skip
    got = values(log, scenario)
    assert got["waiting_hours_registration", "all"] == 1
    assert got["within_coach_wait_share", "gate"] == 1


@pytest.mark.parametrize(("late", "minutes"), [(50, 10), (51, 20)])
def test_ninety_five_per_cent_do_not_exceed_their_quantile(late: int, minutes: int):
    """Of 1,000 people so many wait 20 minutes for registration, the others 10."""
    scenario = small_scenario()
    came = clock(1, "09:00")
    log = history(
        scenario,
        at_point(1, 1_000 - late, came, (came + 600, came + 660)),
        at_point(2, late, came, (came + 1_200, came + 1_260)),
    )
    assert values(log, scenario)["wait_registration_p95", "gate"] == minutes


def test_shifts_that_begin_with_the_window_are_its_staff_days_and_those_after_it_are_not():
    """Of shifts from midnight of days 1 to 3 with 1, 2 and 4 people that of day 2 counts."""
    scenario = small_scenario(**of_days(2, 2))
    duty = [shift((day - 1) * DAY, (day - 1) * DAY + HOUR, people) for day, people in ((1, 1), (2, 2), (3, 4))]
    assert values(history(scenario, *duty), scenario)["staff_days", "crew"] == 2


@pytest.mark.parametrize(
    ("opened", "closed", "wanted"), [("20:00", "23:00", 0), ("19:59", "23:00", 2), ("00:00", "08:00", 0)]
)
def test_a_team_is_not_needed_for_a_shift_that_ends_as_its_site_opens_or_begins_as_it_closes(
    opened: str, closed: str, wanted: int
):
    """Two posts from 08:00 to 20:00; the inn opens and closes at these times of day 1."""
    sites = {"candidates": {"inn": site(1)}, "team": "team"}
    scenario = small_scenario(pools={"crew": crew(), "team": crew(fixed_posts=2)}, sites=sites)
    rows = [site_row(clock(1, text), each, INN)
            for text, each in ((opened, Kind.SITE_OPENED), (closed, Kind.SITE_CLOSED))]  # fmt: skip
    assert values(history(scenario, rows), scenario, "staff_needed_max")["staff_needed_max", "inn.team"] == wanted


def test_a_site_that_closed_before_the_window_has_no_mean_of_guests_in_it():
    """The inn closes at the end of day 1; the window is day 3."""
    scenario = small_scenario(registration=None, **of_days(3, 3))
    log = history(scenario, site_row(0, Kind.SITE_OPENED, INN), site_row(DAY, Kind.SITE_CLOSED, INN))
    assert str(values(log, scenario)["site_guests_mean", "inn"]) == "nan"


def test_who_joins_as_a_shift_ends_joins_in_none():
    """Handed over at 20:00, when the shift of day 1 ends: late for the pool, and of no shift."""
    scenario = small_scenario()
    came = clock(1, "20:00")
    log = history(scenario, *DUTY, at_point(1, 1, came, (clock(2, "08:00"), clock(2, "08:10"))))
    got = values(log, scenario, "within_staff_wait_share")
    assert got["within_staff_wait_share", "crew"] == 0
    assert str(got["within_staff_wait_share", "crew.worst_shift"]) == "nan"


@pytest.mark.parametrize("opened", [False, True])
def test_the_first_street_level_site_has_one_value_of_each_measure_whether_there_is_one(opened: bool):
    """None, where only the inn of level district is there; else that of the lodge."""
    scenario = small_scenario(registration=None)
    rows = [site_row(DAY, Kind.SITE_OPENED, LODGE)] if opened else []
    got = measure(history(scenario, site_row(0, Kind.SITE_OPENED, INN), *rows), scenario).values
    names = ["rooms_occupied_max", "site_days", "site_days_censored", "site_guests", "site_guests_mean"]
    told = {name: [v.value for v in got if (v.measure, v.place) == (name, "first_street_site")] for name in names}
    wanted = dict(zip(names, [0, 62, 1, 0, 0] if opened else [float("nan")] * 5, strict=True))
    assert told == {name: [pytest.approx(value, nan_ok=True)] for name, value in wanted.items()}
