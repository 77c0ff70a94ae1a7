"""Invariants of care, moves, disruptions and the brigade, each shown firing on a sound history broken in one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from handmade import (
    CREW,
    DAY,
    HOUR,
    INN,
    INN_TEAM,
    LODGE,
    PORT,
    Row,
    clock,
    crew,
    event,
    history,
    load_row,
    row,
    shift,
    site,
    site_row,
    small_scenario,
    task,
)

from sim.flow.invariants import violations
from sim.flow.log import COLUMNS, SWAB_ROUND, Kind, Reason, Subject, round_number

ILL = 11  # the person of party 10 who is found infected


def t(text: str, on: int = 1) -> int:
    return clock(on, text)


SCENARIO: dict[str, Any] = {
    "registration": None,
    "coaches": None,
    "pools": {"crew": crew(), "team": crew()},
    "sites": {"candidates": {"inn": site(1, level="district"), "lodge": site(2)}, "team": "team"},
    "stay": {"days": 1.0},
    "release": {"opens": "08:00", "closes": "18:00"},
    "visits": {"checks": {"times": ["12:00"], "person_minutes": 5.0, "finds_symptoms": True}},
    "swabs": {"days": [1], "person_minutes": 2.0},
    "laboratory": {"turnaround_hours": 10.0, "daily_capacity": 3},
    "health": {"infected_share": 0.1},
    "hospital": {"beds": 1},
}


def care_task(begin: int, round_begin: int, party: int, *, swab: bool = False) -> Row:
    subject, kind = (Subject.TASK_SWAB, SWAB_ROUND) if swab else (Subject.TASK_VISIT, 0)
    number = round_number(round_begin, kind)
    return row(begin, Kind.TASK, INN_TEAM, subject=subject, subject_id=number, party=party, people=1, value=begin + 300)


def person(second: int, kind: Kind, number: int, party: int, **columns: int) -> Row:
    return row(second, kind, INN, subject=Subject.PARTY, subject_id=number, party=party, people=1, **columns)


def sound_rows() -> list[Row]:
    """Party 10 (2 people) arrives on day 1 at 10:00, has swab and visit at 12:00; person 11 is found at 22:05 and goes
    to hospital; the other restarts, is visited on day 2 at 12:00 and released on day 3 at 08:00.

    The lodge is lost on day 2 with party 20 in it, there from the beginning, which is moved to the inn.
    """
    result = t("22:05")
    lost = t("00:00", 2)
    return [
        *shift(0, 5 * DAY, 3, INN_TEAM),
        *shift(0, lost, 3, INN_TEAM + 1),
        site_row(0, Kind.SITE_OPENED, INN),
        site_row(0, Kind.SITE_OPENED, LODGE),
        event(0, Kind.PRESENT, LODGE, 20, 1, 0),
        row(t("08:00"), Kind.PORT_OPENED, PORT),
        event(t("09:30"), Kind.HANDED_OVER, PORT, 10, 2),
        event(t("09:30"), Kind.ROOM_TAKEN, INN, 10, 2, -1),
        event(t("09:30"), Kind.DEPARTED, PORT, 10, 2, -1),
        event(t("10:00"), Kind.ARRIVED, INN, 10, 2),
        care_task(t("12:00"), t("12:00"), 10, swab=True),
        care_task(t("12:00"), t("12:00"), 10),
        row(t("12:00"), Kind.TASK, INN_TEAM + 1, subject=Subject.TASK_SWAB, subject_id=round_number(t("12:00"), 99),
            party=20, people=1, value=t("12:10")),
        row(t("12:00"), Kind.TASK, INN_TEAM + 1, subject=Subject.TASK_VISIT, subject_id=round_number(t("12:00"), 0),
            party=20, people=1, value=t("12:10")),
        row(t("18:00"), Kind.PORT_CLOSED, PORT),
        event(result, Kind.RESULT, INN, 10, 2, 1),
        person(result, Kind.DETECTED, ILL, 10, value=43_500, reason=Reason.BY_RESULT),
        person(result, Kind.PARTY_SPLIT, ILL, 10, reason=Reason.DETECTED),
        event(result, Kind.RESTARTED, INN, 10, 1, 1),
        person(result, Kind.TO_HOSPITAL, ILL, ILL),
        event(t("22:10"), Kind.RESULT, LODGE, 20, 1, 0),
        site_row(lost, Kind.SITE_LOST, LODGE),
        site_row(lost, Kind.SITE_CLOSED, LODGE),
        event(lost, Kind.MOVED_OUT, LODGE, 20, 1),
        row(lost, Kind.ROOMS_LEFT, LODGE, party=20, people=1),
        event(lost, Kind.ROOM_TAKEN, INN, 20, 1, -1),
        event(t("00:30", 2), Kind.MOVED_IN, INN, 20, 1),
        event(t("08:00", 2), Kind.RELEASED, INN, 20, 1),
        event(t("08:00", 2), Kind.LEFT, INN, 20, 1),
        row(t("08:00", 2), Kind.ROOMS_LEFT, INN, party=20, people=1),
        row(t("08:00", 2), Kind.ROOMS_AIRED, INN, party=20, people=1),
        row(t("08:00", 2), Kind.ROOMS_FREE, INN, party=20, people=1),
        care_task(t("12:00", 2), t("12:00", 2), 10),
        event(t("08:00", 3), Kind.RELEASED, INN, 10, 1),
        event(t("08:00", 3), Kind.LEFT, INN, 10, 1),
        row(t("08:00", 3), Kind.ROOMS_LEFT, INN, party=10, people=1),
        row(t("08:00", 3), Kind.ROOMS_AIRED, INN, party=10, people=1),
        row(t("08:00", 3), Kind.ROOMS_FREE, INN, party=10, people=1),
        person(t("10:00", 3), Kind.DISCHARGED, ILL, ILL),
    ]  # fmt: skip


def edit(rows: list[Row], kind: Kind, number: int, **columns: int) -> list[Row]:
    """The rows, with columns replaced in those of a kind and party."""
    result = []
    for r in rows:
        named = dict(zip(COLUMNS, r, strict=True))
        if named["kind"] == kind and number in (named["subject_id"], named["party"]):
            named |= columns
        result.append(tuple(named[column] for column in COLUMNS))
    return result


def without(rows: list[Row], kind: Kind, number: int) -> list[Row]:
    return [r for r in rows if not (r[1] == kind and number in (r[3], r[5]))]


def faults(rows: list[Row], **changes: Any) -> list[str]:
    scenario = small_scenario(**{**SCENARIO, **changes})
    return violations(history(scenario, rows), scenario)


def test_a_sound_history_with_care_and_a_move_breaks_nothing():
    """Worked out by hand so that every rule holds."""
    assert faults(sound_rows()) == []


BROKEN: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    "a visit to a party that has left": (
        lambda rows: [*rows, care_task(t("12:00", 3), t("12:00", 3), 10)],
        "party 10 is visited in inn, it is not there",
    ),
    "a visit to nobody": (
        lambda rows: [*rows, care_task(t("12:00", 2), t("12:00", 2), 99)],
        "party 99 is visited in inn, it is not there",
    ),
    "a party that is forgotten in a round": (
        lambda rows: [r for r in rows if not (r[2] == Subject.TASK_VISIT and r[0] == t("12:00", 2))],
        "visits: day 2 12:00:00 (second 129600): inn: 0 visits of a round to 1 parties",
    ),
    "a visit begun after the next round": (
        lambda rows: [
            r if not (r[2] == Subject.TASK_VISIT and r[3] == round_number(t("12:00"), 0) and r[5] == 10)
            else care_task(t("12:00", 2), t("12:00"), 10)
            for r in rows
        ],
        "party 10 is visited after the next round has started",
    ),
    "two visits of one round": (
        lambda rows: [*rows, care_task(t("12:01"), t("12:00"), 10)],
        "party 10 has two visits of one round",
    ),
    "a swab on the wrong day": (
        lambda rows: [*rows, care_task(t("12:00", 2) + 100, t("12:00", 2), 20, swab=True)],
        "party 20 has a swab on a day of its stay without one",
    ),
    "a result without a swab": (
        lambda rows: [*rows, event(t("12:00", 2), Kind.RESULT, INN, 10, 1)],
        "party 10 has a result without a swab",
    ),
    "a release before the result": (
        lambda rows: edit(rows, Kind.RESULT, 20, second=t("09:00", 2)),
        "party 20 is released while 1 of its results are outstanding",
    ),
    "a release before the restarted stay is over": (
        lambda rows: edit(rows, Kind.RELEASED, 10, second=t("12:10", 2)),
        "party 10 is released before its stay has ended",
    ),
    "a release at night": (
        lambda rows: edit(rows, Kind.RELEASED, 10, second=t("07:59", 3)),
        "party 10 is released outside release hours",
    ),
    "a third restart": (
        lambda rows: [
            *rows,
            event(t("22:05"), Kind.RESTARTED, INN, 10, 1, 2),
            event(t("22:05"), Kind.RESTARTED, INN, 10, 1, 3),
        ],
        "party 10 restarts its stay, number 3",
    ),
    "somebody detected twice": (
        lambda rows: [*rows, person(t("23:00"), Kind.DETECTED, ILL, 10)],
        "person 11 is detected 2 times",
    ),
    "somebody who waits although a bed is free": (
        lambda rows: edit(rows, Kind.TO_HOSPITAL, ILL, second=t("22:06")),
        "1 detected wait in their rooms, a bed is free",
    ),
    "somebody detected who never goes to hospital": (
        lambda rows: without(without(rows, Kind.TO_HOSPITAL, ILL), Kind.DISCHARGED, ILL),
        "people conserved: party 11 never leaves: its last row is PARTY_SPLIT",
    ),
    "more people in hospital than beds": (
        lambda rows: [*rows, person(t("23:00"), Kind.TO_HOSPITAL, 20, 20)],
        "2 people in hospital, 1 beds",
    ),
    "a moved party that forgets its site": (
        lambda rows: without(rows, Kind.MOVED_OUT, 20),
        "party 20: ROOM_TAKEN must not follow PRESENT",
    ),
    "a party moved to a site without a room there": (
        lambda rows: edit(rows, Kind.MOVED_IN, 20, place=LODGE),
        "party 20: MOVED_IN at lodge but it is at inn",
    ),
    "a placement at a site that was lost": (
        lambda rows: edit(rows, Kind.ROOM_TAKEN, 20, place=LODGE),
        "open sites: day 2 00:00:00 (second 86400): party 20 placed at lodge, not open",
    ),
    "a site that opens after it was lost": (
        lambda rows: [*rows, site_row(t("01:00", 2), Kind.SITE_OPENED, LODGE)],
        "lodge: SITE_OPENED must not follow SITE_CLOSED",
    ),
    "rooms given up that the party does not have": (
        lambda rows: edit(rows, Kind.ROOMS_LEFT, 10, place=LODGE),
        "party 10 gives up 1 rooms of lodge, it had 0",
    ),
    "more people on duty than on the roster": (
        lambda rows: edit(rows, Kind.SHIFT_BEGAN, -1, value=2),
        "shifts: day 1 00:00:00 (second 0): inn.team: 3 present, 2 on the roster",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_the_invariants_notice(name: str) -> None:
    """The message is worked out from the one place in which the history was broken."""
    change, words = BROKEN[name]
    found = faults(change(sound_rows()))
    assert any(words in fault for fault in found), found


def test_the_laboratory_takes_in_no_more_than_its_capacity():
    """Three swabs on day 1 from two parties: enough for 3, too many for 2; those of one party alone may be more."""
    for capacity, sound in ((3, True), (2, False)):
        found = faults(sound_rows(), laboratory={"turnaround_hours": 10.0, "daily_capacity": capacity})
        words = "laboratory: day 1: 3 swabs taken in, at most 2 possible"
        assert (words not in found) == sound, found


def test_without_waiting_for_results_a_release_before_them_is_sound():
    """The switch of the scenario decides."""
    rows = edit(sound_rows(), Kind.RESULT, 20, second=t("09:00", 2))
    assert faults(rows, health={"infected_share": 0.1, "release_waits_for_result": False}) == []


def test_coaches_out_of_service_make_no_new_trip():
    """One of two coaches is out on day 2; a trip of day 1 goes on, a second one at the same time is too many."""
    out = {"kind": "coaches_out", "place": "gate", "from_day": dt.date(2020, 3, 4), "to_day": dt.date(2020, 3, 4)}
    scenario = small_scenario(
        registration=None,
        ports={"gate": {"regimes": {}, "hours": {"all": {"opens": "08:00", "closes": "18:00"}}, "coaches": 2}},
        pools={},
        disruptions=[{**out, "value": 1.0}],
    )

    def trip(load: int, begin: int, end: int) -> list[Row]:
        return [
            load_row(begin, Kind.LOAD_DUE, load),
            load_row(begin, Kind.BOARDING, load),
            task(begin, end, Subject.TASK_ESCORT, load, PORT, 0),
            load_row(end, Kind.COACH_READY, load),
        ]

    night = trip(1, t("23:00"), t("02:00", 2))
    for begin, sound in ((t("02:00", 2), True), (t("01:59", 2), False)):
        found = violations(history(scenario, night, trip(2, begin, begin + HOUR)), scenario)
        assert any("gate: 2 in use, 1 there (load 2)" in fault for fault in found) != sound, found


def test_a_dissolved_load_never_boards_but_its_number_may():
    """Party 1 had load 1, which was dissolved; a new load of that number may board, the old one may not."""
    scenario = small_scenario(registration=None, pools={}, ports={"gate": {"regimes": {}, "hours": {}, "coaches": 2}})
    rows = [load_row(HOUR, Kind.LOAD_DISSOLVED, 1), load_row(2 * HOUR, Kind.BOARDING, 1)]
    words = "coaches: day 1 01:00:00 (second 3600): load 1 is dissolved and boards afterwards"
    assert words in violations(history(scenario, rows), scenario)
    again = [*rows, row(HOUR + 1, Kind.LOAD_OPENED, PORT, subject=Subject.LOAD, subject_id=1)]
    assert words not in violations(history(scenario, again), scenario)


BRIGADE = {"teams": [5, 4], "trigger_hours": 1.0, "brigade_call": 3, "lead_hours": 2.0, "days": 1.0}


def brigade_rows() -> list[Row]:
    """One registers from 08:00 on, two wait from 08:00; called at 09:00:01, come at 11:00:01, help one of them."""
    called = t("09:00") + 1
    came = called + 2 * HOUR
    return [
        *shift(t("08:00"), t("20:00"), 1),
        *(event(t("08:00"), Kind.HANDED_OVER, PORT, party, 1) for party in (1, 2, 3)),
        task(t("08:00"), t("18:00"), Subject.TASK_REGISTRATION, 1),
        row(called, Kind.BRIGADE_CALLED, CREW, people=3, value=1),
        row(came, Kind.BRIGADE_ARRIVED, CREW, people=3, value=1),
        row(came, Kind.BRIGADE_ON_SHIFT, CREW, people=3),
        task(came, t("12:00"), Subject.TASK_REGISTRATION, 2),
        task(came, t("12:00"), Subject.TASK_REGISTRATION, 3),
        event(t("12:00"), Kind.NOT_DIVERTED, PORT, 2, 1),
        event(t("12:00"), Kind.NOT_DIVERTED, PORT, 3, 1),
        event(t("18:00"), Kind.NOT_DIVERTED, PORT, 1, 1),
        row(came + DAY, Kind.BRIGADE_LEFT, CREW, people=3, value=1),
    ]


BROKEN_BRIGADE: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    "a call before anybody waited that long": (
        lambda rows: edit(rows, Kind.BRIGADE_CALLED, -1, second=t("09:00")),
        "brigade: day 1 09:00:00 (second 32400): crew calls, nobody has waited that long",
    ),
    "a second call too early": (
        lambda rows: [*rows, row(t("09:30"), Kind.BRIGADE_CALLED, CREW, people=3, value=2)],
        "brigade: day 1 09:30:00 (second 34200): crew calls again too early",
    ),
    "more people than a team has": (
        lambda rows: [*rows, row(t("09:30"), Kind.BRIGADE_CALLED, CREW, people=3, value=1)],
        "team 1 has 6 people away, it has 5",
    ),
    "people nobody called": (
        lambda rows: edit(rows, Kind.BRIGADE_ARRIVED, -1, second=t("10:00")),
        "people come to crew who were not called for then",
    ),
    "people who leave too early": (
        lambda rows: edit(rows, Kind.BRIGADE_LEFT, -1, second=t("20:00")),
        "people leave crew who did not come or stay as set",
    ),
    "more helpers than came": (
        lambda rows: edit(rows, Kind.BRIGADE_ON_SHIFT, -1, people=4),
        "crew: 4 people of the brigade in the shift, 3 have come",
    ),
    "tasks without the helpers": (
        lambda rows: [r for r in rows if r[1] != Kind.BRIGADE_ON_SHIFT],
        "crew: 2 people in tasks, 1 there for them (id 2)",
    ),
}


@pytest.mark.parametrize("name", [None, *BROKEN_BRIGADE])
def test_the_brigade_keeps_its_rules(name: str | None) -> None:
    """A sound history first, then each rule broken in one place."""
    change, words = BROKEN_BRIGADE[name] if name else (list, "")
    hours = {"all": {"opens": "08:00", "closes": "18:00"}}
    gate = {"regimes": {}, "hours": hours, "pool": "crew"}
    scenario = small_scenario(brigade=BRIGADE, ports={"gate": gate}, coaches=None)
    found = violations(history(scenario, change(brigade_rows())), scenario)
    assert any(words in fault for fault in found) if name else found == [], found
