"""Each invariant is shown firing: a sound history written by hand, broken in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from handmade import (
    CREW,
    DAY,
    HOUR,
    INN,
    LODGE,
    PORT,
    Row,
    at_point,
    clock,
    crew,
    event,
    history,
    load_row,
    port,
    row,
    shift,
    site_row,
    small_scenario,
    task,
    to_site,
)

from sim.flow.invariants import MOST, violations
from sim.flow.log import COLUMNS, Kind, Subject


def t(text: str, day: int = 1) -> int:
    return clock(day, text)


def sound_rows() -> list[Row]:
    """Party 1 (2 people) and 3 (1) ride to the inn with load 1, party 2 (1) is sent on; nobody waits for staff.

    Crew of 5; one coach of 10 seats, two escorts; inn and lodge with 4 rooms each, open from the first second.
    """
    parts: list[Any] = [
        [site_row(0, Kind.SITE_OPENED, INN), site_row(0, Kind.SITE_OPENED, LODGE)],
        [row(t("08:00"), Kind.PORT_OPENED, PORT), row(t("18:00"), Kind.PORT_CLOSED, PORT)],
        shift(t("08:00"), t("20:00"), 5),
        at_point(1, 2, t("09:00"), (t("09:00"), t("09:10"))),
        at_point(2, 1, t("09:00"), (t("09:00"), t("09:10"))),
        at_point(3, 1, t("09:05"), (t("09:05"), t("09:15"))),
        [event(t("09:10"), Kind.NOT_DIVERTED, PORT, 2, 1)],
        [load_row(t("10:10"), Kind.LOAD_DUE, 1, 3), load_row(t("10:10"), Kind.BOARDING, 1, 3)],
        [task(t("10:10"), t("11:20"), Subject.TASK_ESCORT, 1, staff=2)],
        to_site(1, 2, (t("09:10"), t("10:15"), t("10:45"), t("10:45", 2), t("10:50", 2)), load=1),
        to_site(3, 1, (t("09:15"), t("10:15"), t("10:45"), t("10:45", 2), t("10:50", 2)), load=1),
        [load_row(t("11:20"), Kind.COACH_BACK, 1), load_row(t("11:20"), Kind.COACH_READY, 1)],
    ]
    return [r for part in parts for r in part]


def edit(rows: list[Row], kind: Kind, number: int | None = None, **columns: int) -> list[Row]:
    """The rows, with columns replaced in those of a kind and party, load or place."""
    result = []
    for r in rows:
        named = dict(zip(COLUMNS, r, strict=True))
        if named["kind"] == kind and number in (None, named["subject_id"], named["party"]):
            named |= columns
        result.append(tuple(named[column] for column in COLUMNS))
    return result


def drop(rows: list[Row], kind: Kind, number: int | None = None) -> list[Row]:
    return [r for r in rows if not (r[1] == kind and number in (None, r[3], r[5]))]


def faults(rows: list[Row], **changes: Any) -> list[str]:
    scenario = small_scenario(**changes)
    return violations(history(scenario, rows), scenario)


def test_a_sound_history_breaks_nothing():
    """Worked out by hand so that every rule holds; the empty history is sound too."""
    assert faults(sound_rows()) == []
    assert faults([]) == []
    assert faults([], sites=None, coaches=None, registration=None) == []


BROKEN: dict[str, tuple[Callable[[list[Row]], list[Row]], str]] = {
    "a party that never leaves": (
        lambda rows: drop(drop(drop(rows, Kind.LEFT, 3), Kind.ROOMS_AIRED, 3), Kind.ROOMS_FREE, 3),
        "people conserved: party 3 never leaves: its last row is RELEASED",
    ),
    "a traveller lost on the way": (
        lambda rows: edit(rows, Kind.ARRIVED, 1, people=1),
        "people conserved: day 1 10:45:00 (second 38700): party 1: 1 people in its row ARRIVED, 2 in the party",
    ),
    "a piece that takes nobody from its party": (
        lambda rows: [*rows, row(t("09:05"), Kind.PARTY_SPLIT, PORT, subject_id=9, party=1, people=1)],
        "party 1: 2 people in its row ROOM_TAKEN, 1 in the party",
    ),
    "a party in two places": (
        lambda rows: [*rows, event(t("12:00"), Kind.NOT_DIVERTED, PORT, 3, 1)],
        "order of rows: day 1 12:00:00 (second 43200): party 3: NOT_DIVERTED must not follow ARRIVED",
    ),
    "a party from nowhere": (
        lambda rows: drop(rows, Kind.HANDED_OVER, 3),
        "party 3: ROOM_TAKEN must not follow nothing",
    ),
    "a party that arrives elsewhere": (
        lambda rows: edit(rows, Kind.ARRIVED, 3, place=LODGE),
        "one place: day 1 10:45:00 (second 38700): party 3: ARRIVED at lodge but it is at inn",
    ),
    "a stay cut short": (
        lambda rows: edit(rows, Kind.RELEASED, 3, second=t("10:44", 2)),
        "party 3 is released before its stay has ended",
    ),
    "a party placed before its registration has ended": (
        lambda rows: edit(rows, Kind.ROOM_TAKEN, 3, second=t("09:14")),
        "party 3 goes on before its registration has ended, day 1 09:14:00",
    ),
    "a room taken after the window": (
        lambda rows: edit(rows, Kind.ROOM_TAKEN, 3, second=3 * DAY),
        "end of W: day 4 00:00:00 (second 259200): party 3 takes a room after the window",
    ),
    "a hand-over while the port is closed": (
        lambda rows: edit(rows, Kind.HANDED_OVER, 3, second=t("07:59")),
        "hours: day 1 07:59:00 (second 28740): party 3 is handed over while gate is closed",
    ),
    "a hand-over at the second of closing": (
        lambda rows: edit(rows, Kind.HANDED_OVER, 3, second=t("18:00")),
        "party 3 is handed over while gate is closed",
    ),
    "a placement at a site that has stopped": (
        lambda rows: [*rows, site_row(t("09:12"), Kind.SITE_STOPPED, INN)],
        "open sites: day 1 09:15:00 (second 33300): party 3 placed at inn, not open",
    ),
    "a site that opens twice": (
        lambda rows: [*rows, site_row(HOUR, Kind.SITE_OPENED, INN)],
        "inn: SITE_OPENED must not follow SITE_OPENED",
    ),
    "a site that opens after the window": (
        lambda rows: edit(rows, Kind.SITE_OPENED, LODGE, second=3 * DAY),
        "site states: day 4 00:00:00 (second 259200): lodge opens after the window",
    ),
    "a site that closes over its guests": (
        lambda rows: [
            *rows,
            site_row(t("12:00"), Kind.SITE_STOPPED, INN),
            site_row(t("13:00"), Kind.SITE_CLOSED, INN),
        ],
        "site states: day 1 13:00:00 (second 46800): inn closes with 2 rooms taken",
    ),
    "a site with rooms it does not have": (
        lambda rows: edit(rows, Kind.SITE_OPENED, INN, value=5),
        "inn: 5 rooms, not 4",
    ),
    "more rooms given back than were taken": (
        lambda rows: edit(rows, Kind.ROOMS_FREE, 3, people=2),
        "inn: -1 rooms in use, 4 there (party 3)",
    ),
    "more rooms cleaned than the party had": (
        lambda rows: edit(rows, Kind.ROOMS_AIRED, 3, people=2),
        "party 3: ROOMS_AIRED of 2 rooms, it had 1",
    ),
    "a coach with somebody on it who took no room": (
        lambda rows: edit(rows, Kind.BOARDING, 1, people=4),
        "seats: load 1: 4 people boarded, 3 took rooms with it",
    ),
    "a departure on a coach that never boarded": (
        lambda rows: edit(rows, Kind.DEPARTED, 3, value=7),
        "party 3 departs, load 7 never boarded",
    ),
    "a task outside all shifts": (
        lambda rows: [*rows, task(t("21:00"), t("21:10"), Subject.TASK_REGISTRATION, 9)],
        "staff: day 1 21:00:00 (second 75600): crew: a task begins outside all shifts (id 9)",
    ),
    "a pool without any shift": (
        lambda rows: drop(drop(rows, Kind.SHIFT_BEGAN), Kind.SHIFT_ENDED),
        "staff: day 1 09:00:00 (second 32400): crew: a task begins outside all shifts (id 1)",
    ),
    "a task that takes no time": (
        lambda rows: edit(rows, Kind.TASK, 2, value=t("09:00")),
        "crew: a task takes no time (id 2)",
    ),
    "a shift that begins before the last one ends": (
        lambda rows: [*rows, row(t("19:00"), Kind.SHIFT_BEGAN, CREW, people=5)],
        "shifts: day 1 19:00:00 (second 68400): crew: a shift begins before the last one ends",
    ),
    "a task for somebody who was served already": (
        lambda rows: [*rows, task(t("12:00"), t("12:10"), Subject.TASK_REGISTRATION, 1)],
        "TASK_REGISTRATION of 1 that did not wait for it, or had it before",
    ),
    "a task that takes too few people": (
        lambda rows: edit(rows, Kind.TASK, 1, people=1),
        "escort of 1 takes 1 people, not 2",
    ),
    "staff idle while somebody waits": (
        lambda rows: edit(edit(rows, Kind.TASK, 3, second=t("09:06")), Kind.HANDED_OVER, 3, second=t("09:05")),
        "idle staff: day 1 09:05:00 (second 32700): crew: 3 free, the head of the queue needs 1 (TASK_REGISTRATION",
    ),
    "a load that waits with coach and escorts there": (
        lambda rows: edit(rows, Kind.LOAD_DUE, 1, second=t("10:00")),
        "idle staff: day 1 10:00:00 (second 36000): crew: 5 free, the head of the queue needs 2 (TASK_ESCORT",
    ),
    "somebody passed over for good": (
        lambda rows: [r for r in rows if not (r[2] == Subject.TASK_REGISTRATION and r[3] == 1)],
        "day 1 09:00:00 (second 32400): crew: registration of 1 never began, but later ones did",
    ),
    "a task begun before its party was there": (
        lambda rows: edit(rows, Kind.HANDED_OVER, 3, second=t("09:06")),
        "TASK_REGISTRATION of 3 that did not wait for it, or had it before",
    ),
    "rows out of order of arrival": (
        lambda rows: sorted(rows, key=lambda r: (r[0], r[1] != Kind.HANDED_OVER, -r[3])),
        "first come first served: day 1 09:00:00 (second 32400): crew: registration of 2 began before that of 1",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_invariants_notice(name: str) -> None:
    """The message is worked out from the one place in which the history was broken."""
    change, words = BROKEN[name]
    found = faults(change(sound_rows()))
    assert any(words in fault for fault in found), found


def test_rooms_beyond_capacity_are_noticed():
    """Five parties in four rooms; with rooms per person two people and three are as many as five."""
    rows = sound_rows()
    inn_with_one = {"candidates": {name: {**site, "rooms": 1} for name, site in _sites().items()}}
    assert any("inn: 2 rooms in use, 1 there (party 3)" in f for f in faults(rows, sites=inn_with_one))
    inn_with_two = {"candidates": {name: {**site, "rooms": 2} for name, site in _sites().items()}}
    per_person = faults(rows, sites=inn_with_two, rooms={"per": "person"})
    assert any("inn: 3 rooms in use, 2 there (party 3)" in f for f in per_person)


def test_rooms_factor_multiplies_street_level_sites_only():
    """Lodge is of level street: with factor 1.5 it has 6 rooms, the inn still 4."""
    found = faults(sound_rows(), sites={"candidates": _sites(), "rooms_factor": 1.5})
    assert [f for f in found if "rooms, not" in f] == ["rooms: day 1 00:00:00 (second 0): lodge: 4 rooms, not 6"]


def _sites() -> dict[str, dict[str, Any]]:
    base = {"rooms": 4, "ride_minutes": {"gate": 30.0}}
    return {"inn": {**base, "number": 1, "level": "district"}, "lodge": {**base, "number": 2}}


def test_seats_and_coaches_beyond_their_number_are_noticed():
    """Three people on two seats; a second load that boards while the only coach is away."""
    seats = {"seats": 2, "hold_minutes": 60.0, "escorts": 2}
    assert any("load 1: 3 people on 2 seats" in f for f in faults(sound_rows(), coaches=seats))
    second = [load_row(t("11:00"), Kind.LOAD_DUE, 5), load_row(t("11:00"), Kind.BOARDING, 5)]
    assert any(
        "coaches: day 1 11:00:00 (second 39600): gate: 2 in use, 1 there" in f for f in faults([*sound_rows(), *second])
    )


def test_a_load_without_a_coach_is_no_idle_staff():
    """The only coach is away until 11:20: a load due at 11:00 waits, three people are free: sound; until 11:21: not."""
    due = [load_row(t("11:00"), Kind.LOAD_DUE, 5), load_row(t("11:00"), Kind.LOAD_OPENED, 5)]
    for start, idle in ((t("11:20"), False), (t("11:21"), True)):
        trip = [
            load_row(start, Kind.BOARDING, 5),
            task(start, start + HOUR, Subject.TASK_ESCORT, 5, staff=2),
            load_row(start + HOUR, Kind.COACH_READY, 5),
        ]
        found = faults([*sound_rows(), *due, *trip])
        assert any(f.startswith("idle staff") for f in found) == idle


def test_more_people_in_tasks_than_on_duty_are_noticed():
    """A shift of 1 with two registrations at 09:00 is beyond its number; one at a post leaves 4 of 5, enough here.

    Three at posts leave two; with one of the posts that may leave it is enough; with half of the four off it is not.
    """
    few = edit(sound_rows(), Kind.SHIFT_BEGAN, people=1)
    assert any("crew: 2 people in tasks, 1 there for them" in f for f in faults(few))
    assert faults(sound_rows(), pools={"crew": crew(fixed_posts=1)}) == []
    posts = faults(sound_rows(), pools={"crew": crew(fixed_posts=3)})
    assert any("crew: 3 people in tasks, 2 there for them (id 3)" in f for f in posts)
    assert faults(sound_rows(), pools={"crew": crew(fixed_posts=3, posts_may_leave=1)}) == []
    off = faults(sound_rows(), pools={"crew": crew(fixed_posts=1, shrinkage_share=0.5)})
    assert any("crew: 3 people in tasks, 2 there for them (id 3)" in f for f in off)


def test_nobody_waits_where_no_staff_is_needed():
    """Without a pool registration begins at hand-over, and its row has the port as its place and takes nobody."""
    for begin, sound in ((t("09:00"), True), (t("09:01"), False)):
        rows = [
            event(t("09:00"), Kind.HANDED_OVER, PORT, 1, 1),
            task(begin, begin + 600, Subject.TASK_REGISTRATION, 1, place=PORT, staff=0),
            event(begin + 600, Kind.NOT_DIVERTED, PORT, 1, 1),
        ]
        found = faults(rows, ports={"gate": port(pool=None)}, pools={})
        assert (found == []) == sound, found


def test_overtime_does_not_count_against_the_next_shift():
    """A registration from 19:55 runs to 20:05; the next shift of 1 begins one at 20:00: sound."""
    hours = {"all": {"opens": "08:00", "closes": "24:00"}}
    base = [*shift(t("08:00"), t("20:00"), 1), *shift(t("20:00"), t("23:00"), 1)]
    rows = [
        *base,
        *at_point(1, 1, t("19:55"), (t("19:55"), t("20:05"))),
        event(t("20:05"), Kind.NOT_DIVERTED, PORT, 1, 1),
        *at_point(2, 1, t("20:00"), (t("20:00"), t("20:10"))),
        event(t("20:10"), Kind.NOT_DIVERTED, PORT, 2, 1),
    ]
    assert faults(rows, ports={"gate": port(hours=hours)}, pools={"crew": crew(headcount=2)}) == []


def test_hours_over_midnight_hold_into_the_next_day():
    """Open 16:00 to 03:00: 02:59 of day 2 belongs to day 1, 03:00 is closed; so is 02:59 of day 1."""
    hours = {"all": {"opens": "16:00", "closes": "03:00"}}
    for day, text, closed in ((2, "02:59", False), (2, "03:00", True), (1, "02:59", True), (1, "16:00", False)):
        second = clock(day, text)
        rows = [
            *shift(0, 2 * DAY, 5),
            *at_point(1, 1, second, (second, second + 60)),
            event(second + 60, Kind.NOT_DIVERTED, PORT, 1, 1),
        ]
        found = faults(rows, ports={"gate": port(hours=hours)})
        assert any(f.startswith("hours") for f in found) == closed


def test_little_is_broken_when_rows_and_parties_disagree():
    """Two rows LEFT for one party: by rows 2 people leave twice, by party once."""
    rows = [*sound_rows(), event(t("12:00", 2), Kind.LEFT, INN, 1, 2)]
    assert any(f.startswith("Little's law: inn") for f in faults(rows))


def test_time_never_goes_back():
    """Rows in an order that is not that of time."""
    scenario = small_scenario()
    log = history(scenario, sound_rows())
    log.rows[[3, 4]] = log.rows[[4, 3]]
    log.rows["second"][4] = 0
    assert violations(log, scenario)[0].startswith("order of time: row 4")


def test_many_violations_of_one_family_are_cut():
    """Thirty parties that never leave: 20 are named, and that there are more."""
    rows = [event(t("09:00"), Kind.HANDED_OVER, PORT, number, 1) for number in range(1, 31)]
    found = faults(rows, registration=None)
    assert len([f for f in found if f.startswith("people")]) == MOST + 1
    assert found[MOST] == "people conserved: and more, only 20 are named"
