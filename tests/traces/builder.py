"""Small scenarios, samples written by hand and histories in words, for traces that can be checked with a pencil.

A history is told as a list of rows (when, what, place, who, number, detail), the last left out where there is none.
`when` is "day hh:mm" (seconds only when they are not 0), `number` counts travellers, for tasks and shifts staff, for
rooms and sites rooms. Parties are called A, B, C … in the order in which they are given; "A+2" is a piece led by the
third person of A. A load is called by its first party.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import numpy as np

from sim.flow.log import EventLog, Kind, Subject
from sim.flow.log import Reason as Why
from sim.flow.reference import run
from sim.flow.tables import tables
from sim.sampling import Sample
from sim.sampling.health import STAYS, nobody
from sim.sampling.roster import rosters
from sim.scenario.tables.schema import Scenario

FIRST = dt.date(2020, 3, 3)
DAY = 86_400
_APART = 1_000  # party numbers of two parties differ by this

TIMETABLE = (Kind.PORT_OPENED, Kind.PORT_CLOSED, Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED, Kind.END_OF_WINDOW, Kind.HARD_STOP)
PARTY_AT_POINT = (Kind.HANDED_OVER, Kind.NOT_DIVERTED, Kind.PARTY_SPLIT, Kind.ROOM_TAKEN, Kind.DEPARTED, Kind.UNPLACED)
PARTY_AT_SITE = (Kind.ARRIVED, Kind.RELEASED, Kind.LEFT, Kind.CENSORED)
ROOMS = (Kind.ROOMS_AIRED, Kind.ROOMS_FREE)
SITES = (Kind.SITE_PREPARING, Kind.SITE_OPENED, Kind.SITE_STOPPED, Kind.SITE_READMITTED, Kind.SITE_CLOSED,
         Kind.SITES_EXHAUSTED)  # fmt: skip
SHIFTS = (Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED)
LOADS = (Kind.LOAD_OPENED, Kind.LOAD_DUE, Kind.BOARDING)
COACHES = (Kind.COACH_ARRIVED, Kind.COACH_BACK, Kind.COACH_READY)


class Came(NamedTuple):
    """A party handed over."""

    when: str
    """"hh:mm" or "day hh:mm", seconds may follow."""
    size: int = 1
    port: str = "gate"
    diverted: bool = True
    slow: float = 1.0
    """Duration of its registration / the mean."""


def second_of(when: str) -> int:
    """Second of "hh:mm[:ss]" on day 1 or of "day hh:mm[:ss]"."""
    day, _, clock = when.rpartition(" ")
    hours, minutes, *rest = (int(part) for part in clock.split(":"))
    return (int(day or 1) - 1) * DAY + hours * 3600 + minutes * 60 + sum(rest)


def text_of(second: int) -> str:
    """ "day hh:mm", with seconds when they are not 0."""
    day, rest = divmod(second, DAY)
    text = f"{day + 1} {rest // 3600:02}:{rest // 60 % 60:02}"
    return f"{text}:{rest % 60:02}" if rest % 60 else text


def service(minutes: float, further: float = 0.0) -> dict[str, Any]:
    """A task of constant minutes for a party of one, and minutes for each further person."""
    return {"minutes": {"kind": "constant", "mean": float(minutes)}, "further_person_minutes": float(further)}


def pool(
    headcount: int, *shifts: tuple[str, float], posts: int = 0, leave: int = 0, shares: tuple[float, ...] = ()
) -> dict[str, Any]:
    """A pool with shifts given as (start, hours), of equal shares unless told; `leave`: posts that may leave."""
    each = shares or (1 / len(shifts),) * len(shifts)
    parts = zip(shifts, each, strict=True)
    named = {f"s{i}": {"start": start, "hours": float(h), "share": x} for i, ((start, h), x) in enumerate(parts)}
    return {"headcount": headcount, "fixed_posts": posts, "posts_may_leave": leave, "shifts": named}


def coaches(
    seats: int = 2, hold: float = 60, escorts: int = 0, count: float = 1, disinfection: float = 0
) -> dict[str, Any]:
    """The coaches table; heads take a minute each, counted twice, unless told."""
    return {
        "seats": seats,
        "hold_minutes": float(hold),
        "escorts": escorts,
        "head_count_minutes": float(count),
        "disinfection_minutes": float(disinfection),
    }


def on_day(day: int) -> dt.date:
    """Date of a day; day 1 is the first."""
    return FIRST + dt.timedelta(days=day - 1)


def case(
    *,
    days: int = 3,
    ports: dict[str, dict[str, Any]] | None = None,
    sites: dict[str, dict[str, Any]] | None = None,
    rules: dict[str, Any] | None = None,
    **other: Any,
) -> Scenario:
    """A scenario of one port `gate` (always open, one coach) and one site `inn` (10 rooms, ride 30 minutes, open from
    the first day), a stay of one day, and nothing that takes time or staff but the ride. Settings replace or add.
    """
    port_tables = {name: _port(**changes) for name, changes in (ports or {"gate": {}}).items()}
    listed = sites if sites is not None else {"inn": {}}
    candidates = {
        name: {"number": i, "rooms": 10, "opens": FIRST, "ride_minutes": dict.fromkeys(port_tables, 30.0), **changes}
        for i, (name, changes) in enumerate(listed.items(), start=1)
    }
    whole = {
        "schema": 1,
        "title": "by hand",
        "first_day": FIRST,
        "last_day": on_day(days),
        "arrivals": {"groups": {"kind": "constant"}},
        "ports": port_tables,
        "sites": {"candidates": candidates, **(rules or {})},
        "stay": {"days": 1.0},
        **other,
    }
    return Scenario.model_validate(whole)


def sample_of(scenario: Scenario, came: list[Came]) -> Sample:
    """The sample in which exactly these parties come, with ids in the order in which they are given."""
    ports = sorted(scenario.ports)
    port = np.array([ports.index(party.port) for party in came], dtype=np.int64)
    size = np.array([party.size for party in came], dtype=np.int64)
    first = np.cumsum(size) - size
    people = int(size.sum())
    return Sample(
        seed=1,
        replication=0,
        party_port=port,
        party_second=np.array([second_of(party.when) for party in came], dtype=np.int64),
        party_first_person=first,
        party_size=size,
        party_diverted=np.array([party.diverted for party in came], dtype=bool),
        registration_factor=np.array([party.slow for party in came], dtype=np.float64),
        person_number=np.array([(i + 1) * _APART + 2 * j for i, n in enumerate(size) for j in range(n)], np.int64),
        check_in_factor=np.ones(people),
        release_factor=np.ones(people),
        party_site=np.full(len(came), -1, dtype=np.int64),
        stay_seconds=np.zeros((STAYS, people if scenario.stay and scenario.stay.drawn else 0), dtype=np.int64),
        health=nobody(),
        present=tuple(roster.rostered for roster in rosters(scenario)),
    )


def flow(scenario: Scenario, *came: Came) -> EventLog:
    """The history of these parties in this scenario."""
    return run(tables(scenario), sample_of(scenario, list(came)))


def told(log: EventLog, *only: Kind | tuple[Kind, ...], until: str = "9999 00:00", since: str = "00:00") -> list[Row]:
    """Rows of a history in words: of the kinds asked for, or all but port hours, shifts and the calendar's rows."""
    wanted = {kind for group in only for kind in (group if isinstance(group, tuple) else (group,))}
    kinds = wanted or set(Kind) - set(TIMETABLE)
    start, end = second_of(since), second_of(until)
    return [_told(row, log.places.ids) for row in log if row["kind"] in kinds and start <= row["second"] <= end]


Row = tuple[Any, ...]


def _port(**changes: Any) -> dict[str, Any]:
    regime = {"kind": "rate", "from_day": FIRST, "people_per_day": 0.0}
    hours = {"all": {"opens": "00:00", "closes": "24:00"}}
    return {"regimes": {"all": regime}, "hours": hours, "coaches": 1, **changes}


def _told(row: np.void, ids: tuple[str, ...]) -> Row:
    kind = Kind(int(row["kind"]))
    what = kind.name.lower()
    if kind == Kind.TASK:
        what = Subject(int(row["subject"])).name.lower().removeprefix("task_")
    by_subject = row["subject"] not in (Subject.NONE, Subject.PLACE)
    who = _label(int(row["subject_id"])) if by_subject else ""
    place = ids[row["place"]] if row["place"] >= 0 else ""
    number = int(row["value"]) if kind in SITES else int(row["people"])
    told = (text_of(int(row["second"])), what, place, who, number)
    detail = _detail(kind, row, ids)
    return (*told, detail) if detail else told


def _detail(kind: Kind, row: np.void, ids: tuple[str, ...]) -> str:
    value, reason = int(row["value"]), Why(int(row["reason"])).name.lower()
    if kind == Kind.TASK:
        return f"until {text_of(value)}"
    if kind in (Kind.ROOM_TAKEN, Kind.DEPARTED):
        return "alone" if value == -1 else f"load {_label(value)}"
    if kind == Kind.LOAD_OPENED:
        return f"to {ids[value]}"
    if kind == Kind.SHIFT_BEGAN:
        return f"{value} rostered"
    if kind == Kind.PARTY_SPLIT:
        return f"from {_label(int(row['party']))}, {reason}"
    return "" if reason == "none" else reason


def _label(number: int) -> str:
    party, person = divmod(number, _APART)
    letter = chr(ord("A") + party - 1)
    return letter if person == 0 else f"{letter}+{person // 2}"
