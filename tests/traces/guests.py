"""What the traces of care need beside `builder`: health, absence, today's occupancy, assigned sites, rows in words.

Rows of care are told with more words than those of `builder`: a visit or swab with its round, "1 08:00/0" being the
round of day 1, 08:00, of the first kind of visit (kinds in order of id; "1 08:00/swab" for swabs). "A#1" is the first
person of A alone. Parties that are there at the beginning have the letters after those who are handed over.
"""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import numpy as np
from traces import builder
from traces.builder import TIMETABLE, Came, case, pool, sample_of, second_of, text_of

from sim.flow import simulate
from sim.flow.log import SWAB_ROUND, EventLog, Kind, Subject
from sim.flow.log import Reason as Why
from sim.sampling import INITIAL_PORT, Sample
from sim.sampling.health import STAYS, HealthSample
from sim.sampling.roster import rosters
from sim.scenario.places import arrived_second, place_numbers, sites_in_order
from sim.scenario.tables.schema import Scenario

ALL_DAY = ("00:00", 24.0)
FOUND = {"infected_share": 0.0, "pcr_sensitivity": {"days": [0.0], "shares": [1.0]}}
"""Health tables with tests that find everybody who is infected."""
CARE = (Kind.MISSED, Kind.RESULT, Kind.DETECTED, Kind.DETECTED_AFTER_RELEASE, Kind.ISOLATED, Kind.TO_HOSPITAL,
        Kind.DISCHARGED, Kind.RECOVERED, Kind.RESTARTED, Kind.PARTY_SPLIT)  # fmt: skip
STAYED = (Kind.PRESENT, Kind.ARRIVED, Kind.MOVED_OUT, Kind.MOVED_IN, Kind.RELEASED, Kind.LEFT, Kind.CENSORED)
BRIGADE = (Kind.BRIGADE_CALLED, Kind.BRIGADE_ARRIVED, Kind.BRIGADE_ON_SHIFT, Kind.BRIGADE_LEFT)
_NEVER = 1 << 40


class Ill(NamedTuple):
    """An infected person: "A" is the first of A, "A+1" the second."""

    who: str
    onset: str | None = None
    """Symptoms begin; None: never."""
    since: str = "0 00:00"
    """Second of infection."""
    hospital_hours: float = 24.0
    infectious: tuple[str, str] | None = None
    seen: bool = False
    """Symptoms are seen at the port."""
    positive: bool = False
    """The test on arrival is positive."""


def ward(
    *, staff: int = 9, stay: float | dict[str, Any] = 5.0, times: tuple[str, ...] = ("08:00", "16:00"), **other: Any
) -> Scenario:
    """The case of `builder` with a team all day, and health checks of a minute a room that find symptoms."""
    rules = {"team": "team", **other.pop("rules", {})}
    tables: dict[str, Any] = {
        "days": 10,
        "pools": {"team": pool(staff, ALL_DAY)},
        "stay": {"days": stay},
        "visits": {"check": {"times": list(times), "room_minutes": 1.0, "finds_symptoms": True}},
        "health": FOUND,
    }
    return case(rules=rules, **{**tables, **other})


def lab_ward(
    *, turnaround: float = 24.0, capacity: int | None = None, days: tuple[int, ...] = (1,), **other: Any
) -> Any:
    """A ward with swabs of 4 minutes a person on day 1 of the stay."""
    laboratory = {"turnaround_hours": turnaround, "daily_capacity": capacity}
    return ward(swabs={"days": list(days), "person_minutes": 4.0}, laboratory=laboratory, **other)


def history(
    scenario: Scenario,
    *came: Came,
    ill: tuple[Ill, ...] = (),
    assigned: dict[str, str] | None = None,
    present: dict[tuple[str, str], int] | None = None,
    stays: dict[str, tuple[float, float, float]] | None = None,
    unlimited: tuple[str, ...] = (),
    engine: str = "simpy",
) -> EventLog:
    """The history of these parties. `present`: who comes to the shift of a pool that begins at a time, where not all
    do; `assigned`: site by party; `stays`: hours of a party's stays, where the scenario draws them.
    """
    travellers = _with_initial(sample_of(scenario, list(came)), scenario)
    travellers = dataclasses.replace(
        travellers,
        health=_health(travellers, scenario, ill),
        party_site=_assigned(travellers, scenario, assigned or {}),
        present=_present(scenario, present or {}),
        stay_seconds=_stays(travellers, stays or {}),
    )
    return simulate(scenario, travellers, engine=engine, unlimited=unlimited)


def story(
    log: EventLog, *only: Kind | Subject | tuple[Kind, ...], since: str = "00:00", until: str = "9999 00:00"
) -> Any:
    """Rows of a history in words, of the kinds (or classes of tasks) asked for: see `builder.told`."""
    wanted = [kind for group in only for kind in (group if isinstance(group, tuple) else (group,))]
    kinds = {kind for kind in wanted if isinstance(kind, Kind)} or (set() if wanted else set(Kind) - set(TIMETABLE))
    classes = {kind for kind in wanted if isinstance(kind, Subject)}
    start, end = second_of(since), second_of(until)
    return [
        _told(row, log.places.ids)
        for row in log
        if start <= row["second"] <= end
        and (row["kind"] in kinds or (row["kind"] == Kind.TASK and row["subject"] in classes))
    ]


def _told(row: np.void, ids: tuple[str, ...]) -> builder.Row:
    kind, value = Kind(int(row["kind"])), int(row["value"])
    told = list(builder._told(row, ids))
    if row["subject"] not in (Subject.NONE, Subject.PLACE):
        told[3] = _label(int(row["subject_id"]))
    if kind in (Kind.TASK, Kind.MISSED) and row["subject"] in (Subject.TASK_VISIT, Subject.TASK_SWAB):
        return _told_visit(row, told)
    detail = {
        Kind.RESULT: f"{value} positive",
        Kind.RESTARTED: f"time {value}",
        Kind.PRESENT: f"since {text_of(value)}",
        Kind.RELEASED: f"{value} infectious" if value else "",
        Kind.STAY_PLANNED: f"for {value / 3600:g} hours",
        Kind.INFECTED: f"since {text_of(value)}",
        Kind.INFECTED_LEFT: f"infected {text_of(value)}",
        Kind.SYMPTOMS: f"from {text_of(value)}",
        Kind.BRIGADE_CALLED: f"team {value}",
        Kind.BRIGADE_ARRIVED: f"team {value}",
        Kind.BRIGADE_LEFT: f"team {value}",
    }.get(kind)
    if kind in (Kind.DETECTED, Kind.DETECTED_AFTER_RELEASE):
        after = "before arrival" if value < 0 else f"after {value // 3600}:{value // 60 % 60:02}"
        detail = f"of {_label(int(row['party']))}, {after}, {Why(int(row['reason'])).name.lower()}"
    if kind == Kind.PARTY_SPLIT:
        detail = f"from {_label(int(row['party']))}, {Why(int(row['reason'])).name.lower()}"
    if kind in (Kind.SITE_LOST, Kind.SITE_SHUT):
        told[4] = value
    return (*told[:5], detail) if detail else tuple(told)


def _told_visit(row: np.void, told: list[Any]) -> builder.Row:
    due, visit = divmod(int(row["subject_id"]), 100)
    what = "swab" if row["subject"] == Subject.TASK_SWAB else "visit"
    name = f"{text_of(due)}/{'swab' if visit == SWAB_ROUND else visit}"
    if row["kind"] == Kind.MISSED:
        what, last = f"{what}_missed", Why(int(row["reason"])).name.lower()
    else:
        last = f"until {text_of(int(row['value']))}"
    return (told[0], what, told[2], _label(int(row["party"])), told[4], f"{name}, {last}")


def _label(number: int) -> str:
    alone = number % 2
    label = builder._label(number - alone)
    return f"{label[0]}#{number % 1000 // 2 + 1}" if alone else label


def _with_initial(travellers: Sample, scenario: Scenario) -> Sample:
    """The sample with the parties of `scenario.initial` at its end."""
    rows = scenario.initial
    size = np.concatenate([travellers.party_size, [row.party_size or row.guests for row in rows]]).astype(np.int64)
    arrived = [arrived_second(scenario, row) for row in rows]
    n = len(rows)
    return dataclasses.replace(
        travellers,
        party_port=np.concatenate([travellers.party_port, np.full(n, INITIAL_PORT)]).astype(np.int64),
        party_second=np.concatenate([travellers.party_second, arrived]).astype(np.int64),
        party_first_person=np.cumsum(size) - size,
        party_size=size,
        party_diverted=np.concatenate([travellers.party_diverted, np.ones(n, dtype=bool)]),
        registration_factor=np.concatenate([travellers.registration_factor, np.ones(n)]),
        person_number=np.array([(i + 1) * 1000 + 2 * j for i, k in enumerate(size) for j in range(k)], np.int64),
        check_in_factor=np.ones(int(size.sum())),
        release_factor=np.ones(int(size.sum())),
    )


def _health(travellers: Sample, scenario: Scenario, ill: tuple[Ill, ...]) -> HealthSample:
    def row(who: str) -> int:
        party, _, person = who.partition("+")
        return int(travellers.party_first_person[ord(party) - ord("A")]) + int(person or 0)

    ordered = sorted(ill, key=lambda person: row(person.who))
    spans = [person.infectious for person in ordered]
    days = len(scenario.swabs.days) if scenario.swabs else 0
    return HealthSample(
        row=np.array([row(person.who) for person in ordered], dtype=np.int64),
        infected=np.array([second_of(person.since) for person in ordered], dtype=np.int64),
        onset=np.array([second_of(person.onset) if person.onset else _NEVER for person in ordered], dtype=np.int64),
        noticed=np.array([second_of(person.onset) if person.onset else _NEVER for person in ordered], dtype=np.int64),
        symptomatic=np.array([person.onset is not None for person in ordered], dtype=bool),
        infectious_from=np.array([second_of(span[0]) if span else _NEVER for span in spans], dtype=np.int64),
        infectious_until=np.array([second_of(span[1]) if span else -_NEVER for span in spans], dtype=np.int64),
        hospital=np.array([round(person.hospital_hours * 3600) for person in ordered], dtype=np.int64),
        test_uniform=np.full((len(ill), STAYS, days), 0.5),
        seen=np.array([person.seen for person in ordered], dtype=bool),
        positive=np.array([person.positive for person in ordered], dtype=bool),
    )


def _assigned(travellers: Sample, scenario: Scenario, assigned: dict[str, str]) -> Any:
    index = {name: i for i, (name, _) in enumerate(sites_in_order(scenario))}
    first = len(travellers.party_size) - len(scenario.initial)
    site = np.full(len(travellers.party_size), -1, dtype=np.int64)
    site[first:] = [index[row.site] for row in scenario.initial]
    for party, name in assigned.items():
        site[ord(party) - ord("A")] = index[name]
    return site


def _stays(travellers: Sample, stays: dict[str, tuple[float, float, float]]) -> Any:
    seconds = np.zeros((STAYS, int(travellers.party_size.sum()) if stays else 0), dtype=np.int64)
    for party, hours in stays.items():
        first = int(travellers.party_first_person[ord(party) - ord("A")])
        people = int(travellers.party_size[ord(party) - ord("A")])
        seconds[:, first : first + people] = (np.array(hours)[:, None] * 3600).astype(np.int64)
    return seconds


def _present(scenario: Scenario, changes: dict[tuple[str, str], int]) -> tuple[Any, ...]:
    places = place_numbers(scenario)
    present = []
    for number, roster in zip(places.pools, rosters(scenario), strict=True):
        people = roster.rostered.copy()
        for (name, begin), count in changes.items():
            if places.ids[number] == name:
                at = np.flatnonzero(roster.begin == second_of(begin))
                assert len(at) == 1, f"{name} has no shift that begins at {begin}"
                people[at] = count
        present.append(people)
    return tuple(present)
