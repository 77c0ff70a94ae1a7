"""Made-up scenarios for hypothesis: small, valid, and together reaching as much of the schema as the flow has.

`tables()` makes scenarios as tables of a TOML file, `scenarios()` the same as models. A new feature of the flow joins
here. `coarse=True` makes every duration and clock time whole hours, so that nearly everything happens at once;
hand-overs are drawn by the sample, so a test rounds those itself (`on_the_hour`).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st

from sim.sampling import Sample
from sim.scenario.tables.schema import CLOSING, Scenario

FIRST_DAY = dt.date(2020, 2, 27)  # a leap day is near
MOST_PEOPLE = 400
"""Expected in all: a history stays below some 5,000 rows."""

T = TypeVar("T")
Table = dict[str, Any]
Draw = Callable[[st.SearchStrategy[T]], T]


def scenarios(*, coarse: bool = False) -> st.SearchStrategy[Scenario]:
    """Made-up scenarios as models."""
    return tables(coarse=coarse).map(Scenario.model_validate)


def on_the_hour(sample: Sample) -> Sample:
    """The same travellers, each handed over at the full hour before."""
    return dataclasses.replace(sample, party_second=sample.party_second // 3600 * 3600)


@st.composite
def tables(draw: Draw[Any], *, coarse: bool = False) -> Table:
    """Made-up scenarios as tables, all valid."""
    n_days = draw(st.sampled_from([1, 2, 3, 4, 6, 6]))
    crowded = draw(st.booleans())
    point_pools = draw(st.sampled_from([["clerks"], ["clerks", "guards"], []]))
    ports = draw(st.sampled_from([["alpha"], ["alpha", "beta"], ["alpha", "beta", "gamma"]]))
    coaches = draw(st.none() | _coaches(coarse) | _coaches(coarse))
    most = min(150, MOST_PEOPLE // (n_days * len(ports)))
    placed = draw(st.integers(0, 9)) > 0  # in one of ten nobody goes to a site
    scenario: Table = {
        "schema": 1,
        "title": "made up",
        "first_day": FIRST_DAY,
        "last_day": FIRST_DAY + dt.timedelta(days=n_days - 1),
        "window": draw(_window(n_days)),
        "limits": {"handover_to_coach_minutes": draw(_minutes(4, coarse))},
        "costs": draw(st.sampled_from([None, {"room_night": 400.0, "staff_day": 500.0, "coach_trip": 800.0}])),
        "arrivals": draw(_arrivals(crowded)),
        "ports": {
            port: {
                **draw(_port(n_days, most, coarse)),
                "not_diverted_share": draw(st.sampled_from([0.0, 0.0, 0.3])) if placed else 1.0,
                "pool": draw(st.sampled_from([*point_pools, None])),
                "coaches": draw(st.integers(1, 3)) if coaches else None,
            }
            for port in ports
        },
        "pools": {pool: draw(_pool(n_days, coarse)) for pool in [*point_pools, "team"]},
        "registration": draw(_maybe_service(coarse)),
        "coaches": coaches,
    }
    scenario["staffing"] = draw(st.none() | _staffing(n_days, point_pools))
    if placed:
        scenario |= {
            "sites": draw(_sites(ports, n_days, crowded, coarse)),
            "stay": {"days": draw(_stay_days(coarse))},
            "rooms": draw(_rooms(coarse)),
            "check_in": draw(_maybe_service(coarse)),
            "release": draw(_release(coarse)),
        }
    return scenario


@st.composite
def _window(draw: Draw[Any], n_days: int) -> Table | None:
    """Days that measures count."""
    days = sorted(FIRST_DAY + dt.timedelta(days=draw(st.integers(0, n_days - 1))) for _ in range(2))
    return draw(st.sampled_from([None, {"from_day": days[0], "to_day": days[1]}]))


def _clock(coarse: bool) -> st.SearchStrategy[str]:
    """Times from 00:00 to 23:59."""
    minutes = st.just(0) if coarse else st.sampled_from([0, 0, 7, 30])
    return st.tuples(st.integers(0, 23), minutes).map(lambda time: f"{time[0]:02d}:{time[1]:02d}")


def _hours(most: int, coarse: bool) -> st.SearchStrategy[float]:
    return st.integers(0, most).map(float) if coarse else st.integers(0, most * 10).map(lambda x: x / 10)


def _minutes(most_hours: int, coarse: bool) -> st.SearchStrategy[float]:
    """Often none at all."""
    return st.just(0.0) | _hours(most_hours, coarse).map(lambda hours: hours * 60)


def _distribution(coarse: bool) -> st.SearchStrategy[Table]:
    if coarse:
        return st.integers(1, 2).map(lambda hours: {"kind": "constant", "mean": hours * 60.0})
    mean = st.sampled_from([0.5, 5.0, 20.0, 60.0])
    cv = st.sampled_from([0.3, 1.0, 2.0])
    return st.one_of(
        st.fixed_dictionaries({"kind": st.just("constant"), "mean": st.just(0.0) | mean}),
        st.fixed_dictionaries({"kind": st.just("exponential"), "mean": mean}),
        st.fixed_dictionaries({"kind": st.sampled_from(["lognormal", "gamma"]), "mean": mean, "cv": cv}),
        mean.map(lambda low: {"kind": "uniform", "low": low, "high": 2 * low}),
    )


def _maybe_service(coarse: bool) -> st.SearchStrategy[Table | None]:
    service = st.fixed_dictionaries({
        "minutes": _distribution(coarse),
        "further_person_minutes": st.sampled_from([0.0, 60.0] if coarse else [0.0, 3.0, 12.5]),
    })  # fmt: skip
    return st.none() | service | service


def _arrivals(crowded: bool) -> st.SearchStrategy[Table]:
    sizes = [[0.1] * 12, [0, 0, 1, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]]
    if not crowded:
        sizes = [[1], [0.76, 0.18, 0.05, 0.01], [0.5, 0, 0.5], [0.1] * 12]
    return st.fixed_dictionaries({
        "factor": st.sampled_from([1.0, 1.0, 0.5, 1.5]),
        "variation": st.sampled_from(["index", "index", "cv"]),
        "dispersion_index": st.sampled_from([1.0, 5.0, 40.0]),
        "day_cv": st.sampled_from([0.0, 0.4, 1.0]),
        "groups": st.sampled_from([
            {"kind": "constant", "parties": 1}, {"kind": "constant", "parties": 5},
            {"kind": "geometric", "mean": 1.0}, {"kind": "geometric", "mean": 2.5},
            {"kind": "table", "weights": [1, 0, 2, 1]},
        ]),
        "party_size_weights": st.sampled_from(sizes),
    })  # fmt: skip


@st.composite
def _port(draw: Draw[Any], n_days: int, most: int, coarse: bool) -> Table:
    """Regimes, hours, profile; a port is open for 6 hours at least, so that one hour without people leaves others."""
    people = most * n_days * draw(st.sampled_from([0.0, 0.1, 0.3, 1.0, 1.0]))
    second_from = FIRST_DAY + dt.timedelta(days=draw(st.integers(1, 4)))
    weights = [1.0] * 24
    weights[draw(st.integers(0, 23))] = draw(st.sampled_from([0.0, 1.0, 50.0]))
    regimes = {"first": draw(_regime(FIRST_DAY, people / n_days))}
    hours = {"first": draw(_opening(coarse))}
    if draw(st.booleans()) and n_days > 1:
        start = FIRST_DAY + dt.timedelta(days=draw(st.integers(1, n_days - 1)))
        regimes["second"] = draw(_regime(start, people / n_days))
    if draw(st.booleans()):
        hours["second"] = {**draw(_opening(coarse)), "from_day": second_from}
    if draw(st.integers(0, 3)) == 0:
        first = min([regimes[name]["from_day"] for name in regimes if name != "first"], default=None)
        last = FIRST_DAY + dt.timedelta(days=n_days) if first is None else first
        regimes["first"] = draw(_timetable(hours, last, max(int(people / n_days), 1), coarse))
    total = any(regime["kind"] == "total" for regime in regimes.values())
    return {"regimes": regimes, "hours": hours, "hour_weights": weights, "people": float(people) if total else None,
            "postponed_share": draw(st.sampled_from([0.0, 0.5, 1.0]))}  # fmt: skip


@st.composite
def _timetable(draw: Draw[Any], hours: Table, until: dt.date, per_day: int, coarse: bool) -> Table:
    """Up to three rows a day, some at one minute, of parties that come at once or one after another; within the first
    six hours of an opening, which may lie behind midnight.
    """
    rows = []
    for number in range((until - FIRST_DAY).days):
        day = FIRST_DAY + dt.timedelta(days=number)
        late = hours.get("second", hours["first"])
        held = late if late.get("from_day", day) <= day else hours["first"]
        opens = dt.datetime.combine(day, dt.time.fromisoformat(held["opens"]))
        for label in ("x", "y", "z")[: draw(st.integers(0, 3))]:
            time = opens + dt.timedelta(hours=draw(st.sampled_from([0, 0, 2, 5])))
            row = {"time": time, "people": draw(st.integers(0, 2 * per_day)), "label": label}
            minutes = 0.0 if coarse else draw(st.sampled_from([0.0, 20.0, 60.0]))
            rows.append(row | draw(st.sampled_from([{}, {"minutes": minutes, "shows_up": 0.1}])))
    if not rows:
        rows = [{"time": dt.datetime.combine(FIRST_DAY, dt.time.fromisoformat(hours["first"]["opens"])), "people": 0}]
    return {"kind": "timetable", "from_day": FIRST_DAY, "rows": rows, "shows_up": 0.2}


@st.composite
def _opening(draw: Draw[Any], coarse: bool) -> Table:
    """Open by day, over midnight, or all day."""
    opens = draw(_clock(coarse))
    hour, minute = int(opens[:2]), opens[3:]
    closes = f"{(hour + draw(st.integers(6, 24))) % 24:02d}:{minute}"
    return draw(st.sampled_from([{"opens": opens, "closes": closes}, {"opens": "00:00", "closes": "24:00"}]))


@st.composite
def _regime(draw: Draw[Any], start: dt.date, per_day: float) -> Table:
    days = [start + dt.timedelta(days=i) for i in range(7)]
    uneven = {day: per_day * (1 + i % 3) / 2 for i, day in enumerate(days)}
    shape = draw(st.sampled_from(["flat", "straight", "exponential", "total", "falling", "series", "daily"]))
    if shape == "daily":
        return {
            "kind": "daily", "from_day": start, "values": uneven, "scale": 0.9, "exact": draw(st.booleans()),
        }  # fmt: skip
    if shape in ("total", "falling", "series"):
        profile: Table = {"kind": "flat"}
        if shape == "falling":
            profile = {"kind": "exponential", "e_fold_days": draw(st.sampled_from([2.0, -3.0]))}
        if shape == "series":
            profile = {"kind": "series", "values": {day: 1.0 + i % 2 for i, day in enumerate(days)}}
        return {"kind": "total", "from_day": start, "weight": draw(st.sampled_from([1.0, 3.0])), "profile": profile}
    regime = {"kind": "rate", "from_day": start, "people_per_day": max(per_day, 1.0)}
    if shape != "flat":
        regime |= {"people_per_day_end": max(per_day, 1.0) * 1.5, "between": shape}
    return regime


@st.composite
def _pool(draw: Draw[Any], n_days: int, coarse: bool) -> Table:
    """A roster without overlaps; shifts are empty, smaller than posts, leave gaps, cross midnight, change by date."""
    shifts = draw(_shifts(coarse))
    if draw(st.integers(0, 2)) == 0:
        last_day = FIRST_DAY + dt.timedelta(days=draw(st.integers(0, n_days)))
        late = {"from_day": last_day + dt.timedelta(days=1)}
        shares = [shift["share"] for shift in shifts.values()]
        shifts = {
            **{f"early_{name}": {**shift, "to_day": last_day} for name, shift in shifts.items()},
            **{
                f"late_{name}": {**shift, **late, "hours": shift["hours"] - draw(st.integers(0, 2)), "share": share}
                for (name, shift), share in zip(shifts.items(), reversed(shares), strict=True)
            },
        }
    people = {"headcount": draw(st.sampled_from([0, 1, 2, 3, 5, 8, 20])), "shifts": shifts}
    if draw(st.integers(0, 3)) == 0:  # headcounts of shifts
        own = st.sampled_from([0, 1, 2, 4, 7])
        people = {
            "shifts": {
                name: {**{key: value for key, value in shift.items() if key != "share"}, "headcount": draw(own)}
                for name, shift in shifts.items()
            }
        }
    return {**people, **draw(_posts())}


@st.composite
def _posts(draw: Draw[Any]) -> Table:
    """Fixed posts as a number or a share, some of which may leave, and people who are off."""
    number = draw(st.sampled_from([0, 0, 0, 1, 2, 4]))
    posts: Table = {"fixed_posts": number, "posts_may_leave": draw(st.sampled_from([0, number, number // 2]))}
    if draw(st.integers(0, 3)) == 0:
        posts = {
            "fixed_posts_share": draw(st.sampled_from([0.2, 0.5, 1.0])),
            "posts_may_leave": draw(st.integers(0, 2)),
        }
    return {**posts, "shrinkage_share": draw(st.sampled_from([0.0, 0.0, 0.3, 1.0]))}


@st.composite
def _shifts(draw: Draw[Any], coarse: bool) -> dict[str, Table]:
    """One to three shifts a day, one after another with or without gaps between."""
    lengths = draw(st.sampled_from([[24], [12], [5], [8, 8, 8], [9, 7], [14, 10], [4, 4, 4]]))
    gap = (24 - sum(lengths)) // len(lengths) if draw(st.booleans()) else 0
    shares = draw(st.sampled_from({1: [[1.0]], 2: [[0.4, 0.6], [0.0, 1.0]], 3: [[0.5, 0.3, 0.2]]}[len(lengths)]))
    start = draw(_clock(coarse))
    hour, minute = int(start[:2]), start[3:]
    shifts = {}
    for i, (length, share) in enumerate(zip(lengths, shares, strict=True)):
        shifts[f"shift_{i}"] = {"start": f"{hour % 24:02d}:{minute}", "hours": float(length), "share": share}
        hour += length + gap
    return shifts


def _coaches(coarse: bool) -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries({
        "seats": st.integers(1, 6) | st.sampled_from([12, 33, 40]),
        "hold_minutes": _minutes(8, coarse) | st.just(480.0),
        "escorts": st.sampled_from([0, 0, 1, 2, 4]),
        "head_count_minutes": st.sampled_from([0.0, 60.0] if coarse else [0.0, 0.3]),
        "disinfection_minutes": st.sampled_from([0.0, 60.0] if coarse else [0.0, 30.0]),
    })  # fmt: skip


@st.composite
def _sites(draw: Draw[Any], ports: list[str], n_days: int, crowded: bool, coarse: bool) -> Table:
    """One to six candidates, of which one at least can open, and rules of opening and closing."""
    names = [f"site_{letter}" for letter in "abcdef"[: draw(st.integers(1, 6))]]
    numbers = draw(st.permutations(range(1, len(names) + 1)))
    rooms = st.integers(1, 9) if crowded else st.integers(5, 60)
    opens = st.just("demand") | st.integers(0, n_days).map(lambda day: FIRST_DAY + dt.timedelta(days=day))
    churning = draw(st.booleans())  # sites stop as soon as they may, and are missed soon after
    opens = st.sampled_from([FIRST_DAY, FIRST_DAY, "demand"]) if churning else opens
    candidates = {
        name: {
            "number": number * 3,
            "level": draw(st.sampled_from(["street", "district"])),
            "rooms": draw(rooms),
            "ride_minutes": {port: draw(_minutes(1, coarse)) for port in ports},
            "opens": draw(opens),
        }
        for name, number in zip(names, numbers, strict=True)
    }
    dated = any(site["opens"] in (FIRST_DAY, FIRST_DAY + dt.timedelta(days=n_days - 1)) for site in candidates.values())
    reserve = draw(st.integers(0, 15 if crowded else 80) | (st.none() if dated else st.just(3)))
    reserve = draw(st.integers(2, 8)) if churning else reserve
    closes = sorted(set(CLOSING) - {"never"})
    closing = st.sampled_from(closes if churning else ["never"] if reserve is None else ["never", "plain"])
    return {
        "candidates": candidates,
        "rooms_factor": draw(st.sampled_from([1.0, 1.0, 0.4, 1.7])),
        "first_street_position": draw(st.none() | st.integers(1, len(names))),
        "allocation": draw(st.sampled_from(["spread", "fill", "nearest"])),
        "reserve_rooms": reserve,
        "lead_hours": draw(_hours(30, coarse)),
        "closing": draw(closing),
        "margin_rooms": 0 if churning else draw(st.integers(0, 6)),
        "hold_days": 1 if churning else draw(st.integers(1, 3)),
        "review_time": draw(_clock(coarse)),
        "team": draw(st.sampled_from([None, "team"])),
    }


def _stay_days(coarse: bool) -> st.SearchStrategy[Any]:
    """A number, none at all too, or a distribution: of whole hours where all is coarse."""
    if coarse:
        drawn = {"kind": "weights", "days": [1 / 24, 0.5, 2.0], "weights": [1, 2, 1]}
        return st.sampled_from([1, 2, 5, 12, 24, 48, 72]).map(lambda hours: hours / 24) | st.just(drawn)
    return st.sampled_from([
        0.0, 0.02, 0.1, 0.5, 1.0, 2.0, 3.0, {"kind": "empirical", "values": [0.0, 0.3, 2.0, 2.0]},
        {"kind": "lognormal", "mean": 1.0, "cv": 1.0}, {"kind": "exponential", "mean": 0.5},
    ])  # fmt: skip


def _rooms(coarse: bool) -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries({
        "per": st.sampled_from(["party", "person"]),
        "airing_hours": st.just(0.0) | _hours(12, coarse),
        "cleaning_minutes": st.sampled_from([0.0, 60.0] if coarse else [0.0, 0.5, 45.0]),
    })  # fmt: skip


@st.composite
def _staffing(draw: Draw[Any], n_days: int, pools: list[str]) -> Table:
    """Free shifts and phases; they change no history, only which shifts measures tell apart."""
    starts = draw(st.lists(st.integers(0, n_days - 1), max_size=2, unique=True))
    phases = {f"phase_{day}": FIRST_DAY + dt.timedelta(days=day) for day in {0, *starts}}
    return {
        "phases": draw(st.sampled_from([{}, phases])),
        "free": {f"pools.{pool}": (1, 9) for pool in pools},
        "minimise": "staff_days",  # the other choice asks for costs
    }


@st.composite
def _release(draw: Draw[Any], coarse: bool) -> Table:
    """All day, a few hours, or over midnight."""
    hours = {"opens": draw(_clock(coarse)), "closes": draw(_clock(coarse))}
    return {**draw(st.sampled_from([{}, hours])), "minutes": draw(_maybe_service(coarse))}
