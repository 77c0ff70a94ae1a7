"""A small scenario with every part of the model in it, for tests that want a history in which everything happens."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sim.scenario.tables.schema import Scenario

FIRST_DAY = dt.date(2020, 3, 3)
N_DAYS = 12


def day(number: int) -> dt.date:
    """Date of a day of the window, 1 for the first."""
    return FIRST_DAY + dt.timedelta(days=number - 1)


def rich_scenario(**changes: Any) -> Scenario:
    """Two ports, six sites, 12 days and a stay of 3; care, tests, infections, brigade, absence, disruptions, moves.

    Staff, beds and laboratory are short on purpose. Every top-level table can be replaced by name; None leaves it out.
    """
    tables = {**_travellers(), **_staff(), **_sites(), **_care(), **_troubles(), **changes}
    return Scenario.model_validate({key: value for key, value in tables.items() if value is not None})


def _service(minutes: float) -> dict[str, Any]:
    return {"minutes": {"kind": "lognormal", "mean": minutes, "cv": 0.5}}


def _port(people: float, **more: Any) -> dict[str, Any]:
    return {
        "regimes": {"all": {"kind": "rate", "from_day": FIRST_DAY, "people_per_day": people}},
        "hours": {"all": {"opens": "06:00", "closes": "01:00"}},
        "not_diverted_share": 0.1,
        "coaches": 2,
        **more,
    }


def _travellers() -> dict[str, Any]:
    return {
        "schema": 1,
        "title": "everything at once",
        "first_day": FIRST_DAY,
        "last_day": day(N_DAYS),
        "arrivals": {
            "groups": {"kind": "geometric", "mean": 1.5},
            "dispersion_index": 6.0,
            "party_size_weights": [0.5, 0.3, 0.1, 0.1],
        },
        "ports": {"gate": _port(50.0, pool="crew"), "quay": _port(25.0, pool="dockers")},
        "registration": _service(12.0),
        "coaches": {
            "seats": 12,
            "hold_minutes": 45.0,
            "escorts": 2,
            "head_count_minutes": 0.3,
            "disinfection_minutes": 30.0,
        },
        "costs": {"room_night": 400.0, "staff_day": 500.0, "coach_trip": 800.0, "test": 180.0},
        "limits": {"handover_to_coach_minutes": 120.0, "staff_wait_minutes": 10.0},
    }


def _staff() -> dict[str, Any]:
    week = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    rows = [{"pool": "dockers", "date": name, "start": "06:00", "hours": 20.0, "headcount": 5} for name in week]
    rows.append({"pool": "dockers", "date": day(4), "start": "08:00", "hours": 10.0, "headcount": 2})
    halves = {
        "day": {"start": "07:00", "hours": 12.0, "share": 0.6},
        "night": {"start": "19:00", "hours": 12.0, "share": 0.4},
    }
    return {
        "pools": {
            "crew": {"headcount": 10, "fixed_posts": 1, "posts_may_leave": 1, "absence_share": 0.15, "shifts": halves},
            "dockers": {"headcount": 5},
            "team": {"headcount": 4, "fixed_posts": 1, "posts_may_leave": 1, "absence_share": 0.2, "shifts": halves},
            "big_team": {"headcount": 8, "fixed_posts": 0, "shifts": halves},
        },
        "roster": rows,
        "brigade": {"teams": [9, 7, 12], "trigger_hours": 1.0, "brigade_call": 3, "lead_hours": 6.0, "days": 1.3},
    }


def _sites() -> dict[str, Any]:
    def site(number: int, rooms: int, **more: Any) -> dict[str, Any]:
        ride = {"gate": 15.0 + 5 * number, "quay": 40.0}
        return {"number": number, "rooms": rooms, "ride_minutes": ride, "street": "Wanzai", **more}

    candidates = {
        "inn": site(1, 40, level="district", opens=FIRST_DAY, team="big_team"),
        "lodge": site(2, 35, opens=FIRST_DAY),
        "villa": site(3, 30, opens=day(2)),
        "court": site(4, 30, street="Cuixiang"),
        "manor": site(5, 30, street="Cuixiang"),
        "mill": site(6, 30),
    }
    return {
        "sites": {
            "candidates": candidates,
            "reserve_rooms": 20,
            "lead_hours": 3.0,
            "closing": "review",
            "margin_rooms": 10,
            "hold_days": 2,
            "team": "team",
        },
        "rooms": {"per": "party", "airing_hours": 5.25, "cleaning_minutes": 30.0},
        "check_in": _service(6.0),
        "stay": {"days": 3.0},
        "release": {"opens": "08:00", "closes": "18:00", "minutes": _service(5.0)},
        "initial": [
            {"site": "inn", "party_size": size, "day_of_stay": of_stay} for size in (1, 3) for of_stay in (1, 2, 5)
        ],
    }


def _care() -> dict[str, Any]:
    return {
        "visits": {
            "meals": {"times": ["07:30", "12:00", "18:00"], "room_minutes": 2.0},
            "checks": {"times": ["08:30", "18:00"], "person_minutes": 3.0, "finds_symptoms": True},
        },
        "swabs": {"days": [1, 3], "person_minutes": 4.0},
        "laboratory": {"turnaround_hours": 18.0, "daily_capacity": 60},
        "health": {
            "infected_share": 0.08,
            "pcr_sensitivity": {"days": [1.0, 4.0, 8.0, 14.0], "shares": [0.1, 0.7, 0.8, 0.6]},
        },
        "hospital": {"beds": 6, "stay_shape": 2.0, "stay_scale_days": 1.0},
        "follow_up": {"days": 4.0, "workers": 10},
    }


def _troubles() -> dict[str, Any]:
    def trouble(kind: str, place: str, first: int, last: int | None = None, value: Any = None) -> dict[str, Any]:
        return {"kind": kind, "place": place, "from_day": day(first), "to_day": last and day(last), "value": value}

    return {
        "disruptions": [
            trouble("site_lost", "lodge", 5),
            trouble("site_shut", "villa", 6, 7),
            trouble("site_shut", "court", 9),
            trouble("port_hours", "gate", 4, 5, "10:00-20:00"),
            trouble("port_hours", "quay", 8, 8, "closed"),
            trouble("arrivals_factor", "gate", 6, 8, 1.6),
            trouble("arrivals_added", "quay", 3, 3, 40.0),
            trouble("staff_absent", "crew", 3, 4, 0.5),
            trouble("coaches_out", "gate", 6, 7, 1.0),
            trouble("laboratory_hours", "all", 7, 8, 40.0),
            trouble("site_lost", "manor", 13),
        ]
    }
