"""Measures of people and waits on histories written by hand; every expected value is worked out beside it."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from handmade import INN, PORT, at_point, clock, event, history, load_row, port, row, small_scenario, to_site

from sim import words as labels
from sim.flow.log import EventLog, Kind, Subject
from sim.measures import REGISTRY, measure
from sim.scenario.tables.schema import Scenario


def values(log: EventLog, scenario: Scenario) -> dict[tuple[str, str], float]:
    return {(v.measure, v.place): v.value for v in measure(log, scenario).values}


def second_day(text: str) -> int:
    return clock(2, text)


def five_parties(scenario: Scenario) -> EventLog:
    """Party 1 (3 people) and 2 (1) go by coach, 3 (2) is sent on, 4 (1) is unplaced, 5 (1) is still at the point.

    Day 2. Hand-over 08:00, 08:00, 09:00; party 4 day 3 23:00; party 5 day 3 17:00, with a room, gone after W.
    """
    c = second_day
    late = clock(4, "00:30")
    return history(
        scenario,
        at_point(1, 3, c("08:00"), (c("08:05"), c("08:15"))),
        at_point(2, 1, c("08:00"), (c("08:15"), c("08:25"))),
        at_point(3, 2, c("09:00"), (c("09:00"), c("09:10"))),
        event(c("09:10"), Kind.NOT_DIVERTED, PORT, 3, 2),
        load_row(c("08:55"), Kind.BOARDING, 1, 4),
        to_site(1, 3, (c("08:15"), c("09:00"), c("09:30"), c("09:30") + 86_400, c("09:40") + 86_400), load=1),
        to_site(2, 1, (c("08:35"), c("09:00"), c("09:30"), c("09:30") + 86_400, c("09:40") + 86_400), load=1),
        at_point(5, 1, clock(3, "17:00"), (clock(3, "17:00"), clock(3, "17:10"))),
        event(clock(3, "17:10"), Kind.ROOM_TAKEN, INN, 5, 1, 5),
        event(clock(3, "23:00"), Kind.HANDED_OVER, PORT, 4, 1),
        event(clock(4, "00:00"), Kind.UNPLACED, PORT, 4, 1),
        load_row(late, Kind.BOARDING, 5, 1),
        event(late + 60, Kind.DEPARTED, PORT, 5, 1, 5),
        event(late + 1860, Kind.ARRIVED, INN, 5, 1),
    )


def test_everybody_received_is_sent_on_diverted_in_process_or_unplaced():
    """3 + 1 + 2 + 1 + 1 = 8 people; identity of model.md. Served by the end of W: parties 1 and 2."""
    scenario = small_scenario()
    got = values(five_parties(scenario), scenario)
    expected = {"received": 8, "not_diverted": 2, "diverted": 4, "in_process": 1, "unplaced": 1}
    for place in ("all", "gate"):
        assert {name: got[name, place] for name in expected} == expected
    assert got["persons_served", "all"] == 4


def test_waits_count_people_and_not_parties():
    """Registration: 5 min x 3 people, 15 x 1 (party 2), 0 x 2 (party 3), 0 x 1 (party 5): mean 30 / 7.

    In order: 0 0 0 5 5 5 15: median (4th of 7) 5, 95 % (7th) 15. Party 4 was never registered and has no wait.
    """
    scenario = small_scenario()
    got = values(five_parties(scenario), scenario)
    assert got["wait_registration_mean", "all"] == pytest.approx(30 / 7)
    assert got["wait_registration_p50", "gate"] == 5
    assert got["wait_registration_p95", "all"] == 15
    assert got["wait_registration_max", "gate"] == 15


def test_waits_exclude_service():
    """Room: party 1 has it at the end of registration (0), party 2 waits 08:25-08:35 (10), party 5 0: mean 10 / 5.

    Coach: 08:15-08:55 = 40 for three people, 20 for one, and 17:10-00:30 = 440 for party 5: (120 + 20 + 440) / 5.
    Hand-over to coach is a dwell: 60 for four people and 17:00-00:31 = 451 for one.
    """
    scenario = small_scenario()
    got = values(five_parties(scenario), scenario)
    assert got["wait_room_mean", "all"] == pytest.approx(2)
    assert got["wait_room_max", "all"] == 10
    assert got["wait_coach_mean", "all"] == pytest.approx(116)
    assert got["wait_coach_p50", "all"] == 40
    assert got["handover_to_coach_mean", "gate"] == pytest.approx((4 * 60 + 451) / 5)
    assert got["handover_to_coach_p95", "gate"] == 451


def test_the_limit_judges_those_gone_and_those_already_over_it():
    """Limit 120 min. Gone within it: 4 people. Party 5 waits 420 min at the end of W: failed. Party 4 60 min: left out.

    Party 3 was sent on and is not judged.
    """
    scenario = small_scenario()
    got = values(five_parties(scenario), scenario)
    assert got["within_limit_share", "gate"] == pytest.approx(4 / 5)
    assert got["within_limit_left_out", "gate"] == 1


def test_a_limit_met_to_the_second_is_met():
    """Parties 1 and 2 leave exactly 60 minutes after hand-over."""
    for minutes, met in ((60.0, 4 / 5), (59.9, 0)):
        scenario = small_scenario(limits={"handover_to_coach_minutes": minutes})
        got = values(five_parties(scenario), scenario)
        assert got["within_limit_share", "all"] == pytest.approx(met)


def test_window_selects_parties_by_hand_over():
    """Only day 2: 6 people received, none in process; waits of parties 1 to 3: 30 / 6."""
    day = dt.date(2020, 3, 4)
    scenario = small_scenario(window={"from_day": day, "to_day": day})
    got = values(five_parties(scenario), scenario)
    assert got["received", "all"] == 6
    assert got["in_process", "all"] == got["unplaced", "all"] == 0
    assert got["wait_registration_mean", "all"] == pytest.approx(5)
    assert got["site_guests", "inn"] == 4


def test_a_piece_keeps_the_history_of_its_party():
    """Party 1 of 5 people is split twice: 2 people go as 7, and of these 1 as 8. All were handed over at 08:00.

    Registered 08:00-08:10 together. Gone at 09:00 (3 people), 10:00 (1) and 11:00 (1): mean (3 + 2 + 3) h / 5 = 96 min;
    waits for a room: 0 for three, 60 and 120 minutes: 36.
    """
    scenario = small_scenario()
    c = second_day
    log = history(
        scenario,
        at_point(1, 5, c("08:00"), (c("08:00"), c("08:10"))),
        row(c("08:10"), Kind.PARTY_SPLIT, PORT, subject=Subject.PARTY, subject_id=7, party=1, people=2),
        to_site(1, 3, (c("08:10"), c("09:00"), c("09:30"), c("20:00"), c("20:00"))),
        row(c("08:30"), Kind.PARTY_SPLIT, PORT, subject=Subject.PARTY, subject_id=8, party=7, people=1),
        to_site(7, 1, (c("09:10"), c("10:00"), c("10:30"), c("20:00"), c("20:00"))),
        to_site(8, 1, (c("10:10"), c("11:00"), c("11:30"), c("20:00"), c("20:00"))),
    )
    got = values(log, scenario)
    assert got["received", "all"] == got["diverted", "all"] == got["site_guests", "inn"] == 5
    assert got["handover_to_coach_mean", "gate"] == pytest.approx(96)
    assert got["wait_room_mean", "all"] == pytest.approx(36)
    assert got["wait_registration_max", "all"] == 0


def test_without_registration_the_wait_for_a_room_begins_at_hand_over():
    """Hand-over 08:00, room 08:20: 20 minutes; no wait for registration and, travelling alone, none for a coach."""
    scenario = small_scenario(registration=None, coaches=None)
    c = second_day
    log = history(
        scenario,
        event(c("08:00"), Kind.HANDED_OVER, PORT, 1, 1),
        to_site(1, 1, (c("08:20"), c("08:20"), c("09:00"), c("20:00"), c("20:00"))),
    )
    got = values(log, scenario)
    assert got["wait_room_mean", "all"] == 20
    assert math.isnan(got["wait_registration_mean", "all"])
    assert math.isnan(got["wait_coach_mean", "all"])


def test_queue_counts_people_present_and_not_those_gone_in_the_same_second():
    """Parties 1 (3) and 2 (1) are there from 08:00 to 09:00, when 3 (2) comes as they leave: at most 4, never 6."""
    scenario = small_scenario()
    assert values(five_parties(scenario), scenario)["queue_people_max", "gate"] == 4


def test_overnight_people_are_the_most_present_while_the_port_is_closed():
    """Open 08:00-18:00. Party 5 is at the point from 17:00 of day 3, party 4 from 23:00: 2 at most while shut.

    With the port never closed: 0.
    """
    scenario = small_scenario()
    base = five_parties(scenario)
    hours = [
        row(clock(day, text), kind, PORT)
        for day in (1, 2, 3)
        for text, kind in (("08:00", Kind.PORT_OPENED), ("18:00", Kind.PORT_CLOSED))
    ]
    assert (
        values(history(scenario, hours, [tuple(r) for r in base.rows.tolist()]), scenario)["overnight_people", "gate"]
        == 2
    )
    always = [row(0, Kind.PORT_OPENED, PORT)]
    assert (
        values(history(scenario, always, [tuple(r) for r in base.rows.tolist()]), scenario)["overnight_people", "gate"]
        == 0
    )


def test_backlog_is_the_longest_run_of_hours_above_the_usual_level():
    """Present on the hour, days 1 to 3: one person at 10:00 and 11:00 (usual: 1). Day 2 has one more 10:00-14:00.

    Above usual on day 2 at 10, 11 (2 > 1), 12, 13 (1 > 0), and gone by 14:00: 4 hours.
    """
    scenario = small_scenario(registration=None, coaches=None)
    parts = []
    for day in (1, 2, 3):
        parts.append(event(clock(day, "09:30"), Kind.HANDED_OVER, PORT, day, 1))
        parts.append(event(clock(day, "11:30"), Kind.NOT_DIVERTED, PORT, day, 1))
    parts.append(event(clock(2, "10:00"), Kind.HANDED_OVER, PORT, 9, 1))
    parts.append(event(clock(2, "14:00"), Kind.NOT_DIVERTED, PORT, 9, 1))
    assert values(history(scenario, *parts), scenario)["backlog_hours", "gate"] == 4


def test_zero_arrivals_give_zero_counts_and_no_waits():
    """An empty log: counts are 0, what would be 0/0 has no value, and every series is there with zeros."""
    scenario = small_scenario()
    got = values(history(scenario), scenario)
    assert got["received", "all"] == got["persons_served", "all"] == got["queue_people_max", "gate"] == 0
    assert got["backlog_hours", "gate"] == got["sites_opened", "all"] == got["coach_trips", "all"] == 0
    for name in ("wait_room_mean", "handover_to_coach_p95", "within_limit_share", "seats_filled_share"):
        assert math.isnan(got[name, "all"])
    assert math.isnan(got["utilisation", "crew"])
    assert math.isnan(got["site_days", "first_street_site"])
    series = measure(history(scenario), scenario).series
    assert {s.quantity for s in series} == set(labels.QUANTITIES)
    assert not any(np.any(s.values) for s in series)


def test_two_ports_are_measured_apart_and_together():
    """One person waits 0 at the gate, three wait 20 minutes at the quay: all together 15."""
    scenario = small_scenario(ports={"gate": port(), "quay": port(pool=None)}, sites=None, coaches=None)
    c = second_day
    log = history(
        scenario,
        event(c("08:00"), Kind.HANDED_OVER, 0, 1, 1),
        row(
            c("08:00"),
            Kind.TASK,
            2,
            subject=Subject.TASK_REGISTRATION,
            subject_id=1,
            party=1,
            people=1,
            value=c("08:10"),
        ),
        event(c("08:10"), Kind.NOT_DIVERTED, 0, 1, 1),
        event(c("08:00"), Kind.HANDED_OVER, 1, 2, 3),
        row(c("08:20"), Kind.TASK, 1, subject=Subject.TASK_REGISTRATION, subject_id=2, party=2, value=c("08:30")),
        event(c("08:30"), Kind.NOT_DIVERTED, 1, 2, 3),
    )
    got = values(log, scenario)
    assert [got["wait_registration_mean", place] for place in ("all", "gate", "quay")] == [15, 0, 20]
    assert [got["received", place] for place in ("all", "gate", "quay")] == [4, 1, 3]


def test_values_come_in_order_of_the_registry_and_all_first():
    """The order is that of tables; every value carries the unit of its definition."""
    scenario = small_scenario()
    found = measure(five_parties(scenario), scenario).values
    rank = list(REGISTRY)
    keys = [(rank.index(v.measure), v.place != "all", v.place) for v in found]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert all(v.unit == REGISTRY[v.measure].unit for v in found)


def test_every_measure_is_computed_and_has_words():
    """The registry promises nothing that `measure` does not give, and nothing is computed that it does not define."""
    scenario = small_scenario(
        costs={"room_night": 1.0},
        visits={"meals": {"times": ["08:00"], "room_minutes": 1.0}},
        health={
            "infected_share": 0.0,
            "infectiousness": {"r0": 2.5, "density": {"kind": "gamma", "shape": 3.4, "scale_days": 1.8}},
        },
        hospital={"isolation_days_after": 3.0},
        screening={"symptoms_seen_share": 0.5},
        follow_up={},
    )
    log = five_parties(scenario)
    second = [name for name, definition in REGISTRY.items() if definition.second_flow]
    everything = measure(log, scenario).values
    assert {v.measure for v in everything} == set(REGISTRY) - set(second)
    for name in set(REGISTRY) - set(second):  # a family that does not say what it gives would be left out
        asked = measure(log, scenario, names=[name]).values
        assert repr(asked) == repr(tuple(v for v in everything if v.measure == name))
    assert {v.measure for v in measure(log, scenario, names=second).values} == set(second)
    assert all(definition.label and definition.meaning.endswith(".") for definition in REGISTRY.values())


def test_measures_can_be_asked_for_by_name():
    """Only what was asked for comes; unknown names are refused in words; series can be left out."""
    scenario = small_scenario()
    log = five_parties(scenario)
    asked = measure(log, scenario, names=["received"])
    assert {v.measure for v in asked.values} == {"received"}
    assert asked.series == ()
    with pytest.raises(ValueError, match='recieved: no such measure; did you mean "received"'):
        measure(log, scenario, names=["recieved"])
    assert measure(log, scenario, series=False).series == ()
    assert repr(measure(log, scenario, series=False).values) == repr(measure(log, scenario).values)


def simple(scenario: Scenario, *waits_and_hand_overs: tuple[int, int]) -> EventLog:
    """Parties of one person, handed over at a second, departing so many seconds later, arriving half an hour after."""
    ways = []
    for party, (handed, wait) in enumerate(waits_and_hand_overs, start=1):
        gone = handed + wait
        ways.append([event(handed, Kind.HANDED_OVER, PORT, party, 1),
                     *to_site(party, 1, (handed, gone, gone + 1800, gone + 90_000, gone + 90_000))])  # fmt: skip
    return history(scenario, *ways)


def test_the_median_of_two_is_the_smaller():
    """Smallest value that at least 50 % do not exceed: of 10 and 20 minutes it is 10, of 10, 20 and 30 it is 20."""
    scenario = small_scenario(registration=None)
    log = simple(scenario, (0, 600), (0, 1200))
    assert values(log, scenario)["handover_to_coach_p50", "all"] == 10
    log = simple(scenario, (0, 600), (0, 1200), (0, 1800))
    assert values(log, scenario)["handover_to_coach_p50", "all"] == 20


def test_a_departure_at_the_end_of_the_window_counts_and_an_arrival_does_not():
    """Departed by the end of W is diverted and within the limit; a site that is reached in the second after W is not
    reached in W, [0, end).
    """
    scenario = small_scenario(registration=None)
    end = clock(4, "00:00")
    got = values(simple(scenario, (end - 1800, 1800)), scenario)
    assert (got["diverted", "all"], got["in_process", "all"], got["within_limit_share", "all"]) == (1, 0, 1)
    assert got["within_limit_left_out", "all"] == 0
    for wait, served in ((1800, 0), (1799, 1)):  # arrives half an hour after its departure
        assert values(simple(scenario, (end - 3600, wait)), scenario)["persons_served", "all"] == served


def test_who_is_sent_on_after_the_window_is_not_judged_by_the_limit():
    """Party 1 goes within 120 minutes; party 2 waits from 20:00, is being registered when W ends, and is sent on then.

    Only the diverted are judged: 1 / 1. Were party 2 still in the queue, it would be judged and failed: 1 / 2.
    """
    scenario = small_scenario()
    end = clock(4, "00:00")
    first = [at_point(1, 1, clock(2, "08:00"), (clock(2, "08:00"), clock(2, "08:10"))),
             to_site(1, 1, (clock(2, "08:10"), clock(2, "09:00"), clock(2, "09:30"), end, end))]  # fmt: skip
    sent_on = [
        *at_point(2, 1, end - 4 * 3600, (end - 60, end + 540)),
        event(end + 540, Kind.NOT_DIVERTED, PORT, 2, 1),
    ]
    queueing = [event(end - 4 * 3600, Kind.HANDED_OVER, PORT, 2, 1), event(end, Kind.UNPLACED, PORT, 2, 1)]
    assert values(history(scenario, *first, sent_on), scenario)["within_limit_share", "all"] == 1
    assert values(history(scenario, *first, queueing), scenario)["within_limit_share", "all"] == 0.5
