"""Hand-made histories for tests: a small scenario, rows written one by one, and the way of a party in one line."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from sim.flow.log import LOG_DTYPE, EventLog, Kind, Subject
from sim.scenario.places import Places
from sim.scenario.tables.schema import Scenario

HOUR, DAY = 3_600, 86_400
PORT, INN, LODGE, CREW = 0, 1, 2, 3  # place numbers of the scenario below, without teams
INN_TEAM, LODGE_TEAM = 4, 5  # with teams


def clock(day: int, text: str) -> int:
    """Second of a clock time on a day; day 1 is the first."""
    hours, minutes = text.split(":")
    return (day - 1) * DAY + int(hours) * HOUR + int(minutes) * 60


def small_scenario(**changes: Any) -> Scenario:
    """One port open 08:00-18:00, pool `crew` (5 people, 08:00-20:00), sites inn (district) and lodge (street), 3 days.

    Every top-level table can be replaced by name.
    """
    service = {"minutes": {"kind": "constant", "mean": 10.0}}
    tables: dict[str, Any] = {
        "schema": 1,
        "title": "by hand",
        "first_day": dt.date(2020, 3, 3),
        "last_day": dt.date(2020, 3, 5),
        "arrivals": {"groups": {"kind": "constant"}},
        "ports": {"gate": port()},
        "pools": {"crew": crew()},
        "registration": service,
        "coaches": {"seats": 10, "hold_minutes": 60.0, "escorts": 2},
        "sites": {"candidates": {"inn": site(1, level="district"), "lodge": site(2)}},
        "stay": {"days": 1.0},
    }
    tables.update(changes)
    return Scenario.model_validate({key: value for key, value in tables.items() if value is not None})


def port(**changes: Any) -> dict[str, Any]:
    return {
        "regimes": {"all": {"kind": "rate", "from_day": dt.date(2020, 3, 3), "people_per_day": 1.0}},
        "hours": {"all": {"opens": "08:00", "closes": "18:00"}},
        "pool": "crew",
        "coaches": 1,
        **changes,
    }


def crew(**changes: Any) -> dict[str, Any]:
    return {"headcount": 5, "shifts": {"day": {"start": "08:00", "hours": 12.0, "share": 1.0}}, **changes}


def site(number: int, **changes: Any) -> dict[str, Any]:
    return {"number": number, "rooms": 4, "ride_minutes": {"gate": 30.0}, "opens": dt.date(2020, 3, 3), **changes}


def places(scenario: Scenario) -> Places:
    """Place numbers as the log's documentation says: ports by id, sites by number, pools by id, teams."""
    ports = sorted(scenario.ports)
    table = scenario.sites
    sites = sorted(table.candidates, key=lambda name: table.candidates[name].number) if table else []
    pools = sorted({p.pool for p in scenario.ports.values() if p.pool})
    teams = [f"{name}.team" for name in sites] if table and table.team else []
    first = len(ports) + len(sites)
    return Places(
        ids=(*ports, *sites, *pools, *teams),
        n_ports=len(ports),
        n_sites=len(sites),
        pool_of_port=tuple(
            first + pools.index(scenario.ports[p].pool or "") if scenario.ports[p].pool else -1 for p in ports
        ),
        pool_of_site=tuple(first + len(pools) + i if teams else -1 for i in range(len(sites))),
    )


Row = tuple[int, ...]


def row(second: int, kind: Kind, place: int = -1, **columns: int) -> Row:
    """One row of the log; columns left out are 0, the party -1."""
    values = {"subject": 0, "subject_id": -1, "party": -1, "people": 0, "value": 0, "reason": 0, **columns}
    subject_id, party = values["subject_id"], values["party"]
    return (
        second,
        kind,
        values["subject"],
        subject_id,
        place,
        party,
        values["people"],
        values["value"],
        values["reason"],
    )


def event(second: int, kind: Kind, place: int, party: int, people: int, value: int = 0) -> Row:
    """A row of a party."""
    return row(second, kind, place, subject=Subject.PARTY, subject_id=party, party=party, people=people, value=value)


def task(begin: int, end: int, subject: Subject, subject_id: int, place: int = CREW, staff: int = 1) -> Row:
    """A task of a pool."""
    party = -1 if subject == Subject.TASK_ESCORT else subject_id
    return row(begin, Kind.TASK, place, subject=subject, subject_id=subject_id, party=party, people=staff, value=end)


def load_row(second: int, kind: Kind, load: int, people: int = 0, place: int = PORT) -> Row:
    """A row of a coach load."""
    return row(second, kind, place, subject=Subject.LOAD, subject_id=load, people=people)


def shift(begin: int, end: int, present: int, place: int = CREW) -> list[Row]:
    """A shift, from its first to its last row."""
    return [
        row(begin, Kind.SHIFT_BEGAN, place, people=present, value=present),
        row(end, Kind.SHIFT_ENDED, place, people=present),
    ]


def site_row(second: int, kind: Kind, place: int, rooms: int = 4) -> Row:
    """A change of a site's state."""
    return row(second, kind, place, subject=Subject.PLACE, subject_id=place, value=rooms)


def at_point(party: int, people: int, handed_over: int, registration: tuple[int, int]) -> list[Row]:
    """Hand-over and registration by the crew."""
    begin, end = registration
    return [
        event(handed_over, Kind.HANDED_OVER, PORT, party, people),
        task(begin, end, Subject.TASK_REGISTRATION, party),
    ]


def to_site(
    party: int, people: int, seconds: tuple[int, int, int, int, int], place: int = INN, load: int = -1
) -> list[Row]:
    """Room taken, departure, arrival, release, check-out's end; a room is ready again at once."""
    taken, departed, arrived, released, left = seconds
    return [
        event(taken, Kind.ROOM_TAKEN, place, party, people, load),
        event(departed, Kind.DEPARTED, PORT, party, people, load),
        event(arrived, Kind.ARRIVED, place, party, people),
        event(released, Kind.RELEASED, place, party, people),
        event(left, Kind.LEFT, place, party, people),
        row(left, Kind.ROOMS_LEFT, place, party=party, people=1),
        row(left, Kind.ROOMS_AIRED, place, party=party, people=1),
        row(left, Kind.ROOMS_FREE, place, party=party, people=1),
    ]


def history(scenario: Scenario, *parts: Row | list[Row]) -> EventLog:
    """The log of these rows, in order of time; rows of one second keep the order in which they are handed in."""
    rows = [r for part in parts for r in (part if isinstance(part, list) else [part])]
    rows.sort(key=lambda r: r[0])
    window_end = scenario.n_days * DAY
    return EventLog(np.array(rows, dtype=LOG_DTYPE), places(scenario), window_end, window_end + 60 * DAY, 1)
