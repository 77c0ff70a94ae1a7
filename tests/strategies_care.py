"""Made-up scenarios with care, health, rosters by date, brigade, disruptions and today's occupancy.

`whole_tables()` lays them over the scenarios of `strategies`. Every table is there in some scenarios and missing in
others, and most are tight: rounds a few minutes apart, a laboratory for one swab a day, no bed, a trigger of a minute.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from strategies import FIRST_DAY, Draw, Table, tables
from strategies_by_rule import with_keys_by_rule

from sim.scenario.tables.staff import WEEKDAYS

FEW_PEOPLE = 0.5
"""Factor on arrivals: guests whose team never comes are due for visits until the hard stop, and each is a row."""


DRAWN = {"kind": "weights", "days": [0.25, 0.5, 3.0], "weights": [1.0, 2.0, 1.0]}
"""Stays that are drawn, of whole hours."""
THEMES = ("any", "outbreak", "churn")
"""What a scenario is made for: anything; infected guests; sites that stop, are lost and opened late."""


@st.composite
def whole_tables(draw: Draw[Any], *, coarse: bool = False, theme: str = "") -> Table:
    """Made-up scenarios as tables, all valid, with any of the parts of the conceptual model.

    `theme`: one of `THEMES`, for scenarios in which what is rare is common; left out: any of them.
    """
    theme = theme or draw(st.sampled_from(THEMES))
    scenario = draw(tables(coarse=coarse))
    scenario["arrivals"] = {**scenario["arrivals"], "factor": FEW_PEOPLE}
    scenario["roster"] = draw(_rosters(scenario, coarse))
    for pool in scenario["pools"].values():
        pool["absence_share"] = draw(st.sampled_from([0.0, 0.0, 0.1, 0.9]))
    if "sites" in scenario:
        _change_sites(draw, scenario, coarse)
        scenario["stay"] = {"days": draw(st.sampled_from([scenario["stay"]["days"], 2.0, 5.0, DRAWN]))}
        scenario |= draw(_care(coarse))
        scenario["initial"] = draw(_initial(scenario))
    if "laboratory" in scenario or draw(st.booleans()):
        scenario["health"] = draw(_health("swabs" in scenario))
    scenario["hospital"] = draw(st.none() | _hospital())
    scenario["screening"] = draw(st.none() | _screening(scenario)) if "health" in scenario else None
    scenario["brigade"] = draw(st.none() | _brigade(coarse))
    if theme == "outbreak" and "sites" in scenario:
        draw(_outbreak(scenario, coarse))
    if theme == "churn" and "sites" in scenario:
        draw(_churn(scenario))
    scenario["disruptions"] = draw(_disruptions(scenario))
    return draw(with_keys_by_rule(scenario, coarse=coarse))


def _clocks(coarse: bool, most: int) -> st.SearchStrategy[list[str]]:
    """Times of a day, often only minutes apart."""
    minutes = st.integers(0, 23).map(lambda hour: hour * 60) if coarse else st.integers(0, 287).map(lambda n: n * 5)
    near = st.integers(0, 280).map(lambda n: [n * 5, n * 5 + 5, n * 5 + 15])
    times = st.lists(minutes, min_size=1, max_size=most, unique=True)
    return (times if coarse else times | near).map(lambda day: [f"{m // 60:02d}:{m % 60:02d}" for m in day])


def _minutes(coarse: bool) -> st.SearchStrategy[float]:
    return st.sampled_from([0.0, 60.0] if coarse else [0.0, 0.5, 4.0, 45.0])


def _care(coarse: bool) -> st.SearchStrategy[Table]:
    """Visits, and with them swabs and a laboratory; follow-up. Parts that are left out have no key."""
    visits = st.dictionaries(
        st.sampled_from(["meals", "checks", "calls"]),
        st.fixed_dictionaries({
            "times": _clocks(coarse, 3),
            "room_minutes": _minutes(coarse),
            "person_minutes": _minutes(coarse),
            "finds_symptoms": st.booleans(),
        }),
        min_size=1, max_size=2,
    )  # fmt: skip
    swabs = st.fixed_dictionaries({
        "days": st.just([1]) | st.lists(st.sampled_from([1, 2, 3, 4, -1]), min_size=1, max_size=4, unique=True),
        "person_minutes": _minutes(coarse),
    })  # fmt: skip
    laboratory = st.fixed_dictionaries({
        "turnaround_hours": st.sampled_from([0.0, 1.0, 1.0, 30.0]),
        "daily_capacity": st.none() | st.integers(1, 5),
    })  # fmt: skip
    follow_up = st.fixed_dictionaries({"days": st.sampled_from([0.0, 2.0, 14.0]), "workers": st.integers(0, 9)})
    tested = st.fixed_dictionaries({"visits": visits, "swabs": swabs, "laboratory": laboratory})
    return st.one_of(
        st.just({}),
        st.fixed_dictionaries({"visits": visits}, optional={"follow_up": follow_up}),
        st.fixed_dictionaries({"visits": visits, "swabs": swabs}),
        tested,
        tested,
        tested,
    )


def _health(tested: bool) -> st.SearchStrategy[Table]:
    sensitivity = st.sampled_from([
        {"days": [0.0], "shares": [1.0]},
        {"days": [0.0], "shares": [0.9]},
        {"days": [0.5, 1.0, 3.0], "shares": [0.1, 0.9, 0.5]},
        {"days": [0.5, 1.0, 9.0], "shares": [0.1, 0.9, 0.5], "between": "straight"},
    ])  # fmt: skip
    return st.fixed_dictionaries({
        "infected_share": st.sampled_from([0.0, 0.1, 0.5, 0.5]),
        "infected_within_days": st.sampled_from([0.0, 7.0]),
        "incubation": st.sampled_from([{"meanlog": 0.0, "sdlog": 1.0}, {}]),
        "never_symptomatic_share": st.sampled_from([0.0, 0.31, 1.0]),
        "pcr_sensitivity": sensitivity if tested else st.just({}),
        "release_waits_for_result": st.booleans(),
        "infectiousness": st.sampled_from([None, {}, {"density": {"kind": "gamma", "delay_days": 0.0}}]),
        "symptom_report_hours": st.sampled_from([
            None, {"kind": "constant", "mean": 5.0}, {"kind": "exponential", "mean": 12.0},
        ]),
        "infected_together_share": st.sampled_from([None, None, 0.0, 0.7]),
        "infected_within_days_never_symptomatic": st.sampled_from([None, 3.0]),
    })  # fmt: skip


def _screening(scenario: Table) -> st.SearchStrategy[Table]:
    """Screening at all ports or at one; results come at the point, on the coach, at the site or after the release. It
    tests only where the scenario says what a test finds.
    """
    tests = bool(scenario["health"]["pcr_sensitivity"])
    return st.fixed_dictionaries({
        "ports": st.sampled_from([None, None, sorted(scenario["ports"])[:1]]),
        "symptoms_seen_share": st.sampled_from([0.0, 0.5, 1.0]),
        "test_turnaround_hours": st.sampled_from([None, 0.0, 0.1, 0.5, 1.0, 3.0, 40.0]) if tests else st.none(),
    })  # fmt: skip


@st.composite
def _outbreak(draw: Draw[Any], scenario: Table, coarse: bool) -> None:
    """Half of the guests are infected, all are tested by enough staff, and beds are short: changes the scenario."""
    _enough_people(scenario, 30.0)
    all_day = {"start": "00:00", "hours": 24.0, "share": 1.0}
    scenario["pools"]["team"] = {"headcount": 20, "shifts": {"all_day": all_day}}
    scenario["roster"] = [row for row in scenario["roster"] if row["pool"] != "team"]
    minutes = 60.0 if coarse else 4.0
    late = draw(st.booleans())  # results come after the release
    scenario |= {
        "stay": {"days": 1.0 if late else draw(st.sampled_from([0.5, 1.0, 3.0, DRAWN]))},
        "visits": {"checks": {"times": ["00:00", "08:00", "16:00"], "room_minutes": minutes, "finds_symptoms": True}},
        "swabs": {"days": [1, 3], "person_minutes": minutes},
        "laboratory": {"turnaround_hours": 30.0 if late else draw(st.sampled_from([1.0, 8.0]))},
        "health": {**draw(_health(True)), "infected_share": 0.5, "infected_within_days": 7.0},
        "hospital": {"beds": draw(st.integers(0, 2)), "stay_scale_days": 0.1},
    }
    scenario["screening"] = draw(st.none() | _screening(scenario))
    if late:
        scenario["health"]["release_waits_for_result"] = False


def _enough_people(scenario: Table, per_day: float) -> None:
    scenario["last_day"], scenario["window"] = max(scenario["last_day"], _day(3)), None
    for port in scenario["ports"].values():
        port["people"] = None
        port["regimes"] = {"first": {"kind": "rate", "from_day": FIRST_DAY, "people_per_day": per_day}}


@st.composite
def _churn(draw: Draw[Any], scenario: Table) -> None:
    """Coaches wait long for people; sites stop as soon as they may, are prepared late, and are lost while loads for
    them are open and guests in them: changes the scenario.
    """
    _enough_people(scenario, 60.0 / len(scenario["ports"]))
    for port in scenario["ports"].values():
        port["hours"] = {"all_day": {"opens": "00:00", "closes": "24:00"}}
        port["hour_weights"] = [1.0] * 23 + [30.0]  # loads are open at midnight, when sites are lost
        port["coaches"], port["not_diverted_share"] = draw(st.integers(1, 3)), 0.0
    scenario["arrivals"]["factor"] = 1.0
    scenario["coaches"] = {"seats": 40, "hold_minutes": 480.0, "escorts": 0}
    scenario["stay"] = {"days": draw(st.sampled_from([0.5, 2.0, DRAWN]))}
    scenario["registration"] = None
    sites = scenario["sites"]
    for i, site in enumerate(sites["candidates"].values()):
        site["opens"], site["rooms"] = FIRST_DAY if i < 2 else "demand", max(site["rooms"], 20)
    sites |= {
        "allocation": draw(st.sampled_from(["spread", "nearest"])),
        "cohort_hours": None,
        "rooms_factor": 1.0,
        "reserve_rooms": draw(st.sampled_from([2, 8, 60, 200])),
        "lead_hours": draw(st.sampled_from([0.0, 30.0, 200.0])),
        "closing": "plain",
        "review_time": draw(st.sampled_from(["00:00", "08:00"])),
        "margin_rooms": 0,
        "hold_days": 1,
    }


_SELDOM = {"site_lost", "site_shut", "coaches_out", "staff_added"}
"""Kinds of disruptions that histories show less than others; they are drawn more often."""


def _hospital() -> st.SearchStrategy[Table]:
    return st.fixed_dictionaries({
        "beds": st.none() | st.integers(0, 2),
        "stay_scale_days": st.sampled_from([0.05, 3.2]),
        "ambulance_minutes": st.sampled_from([0.0, 60.0]),
    })  # fmt: skip


@st.composite
def _brigade(draw: Draw[Any], coarse: bool) -> Table:
    """Small teams that are called soon and often."""
    teams = draw(st.lists(st.integers(1, 6), min_size=1, max_size=3))
    return {
        "teams": teams,
        "trigger_hours": draw(st.sampled_from([0.0, 1.0] if coarse else [0.0, 0.02, 1.0])),
        "brigade_call": draw(st.integers(1, max(teams))),
        "lead_hours": draw(st.sampled_from([0.0, 1.0, 12.0])),
        "days": draw(st.sampled_from([0.25, 1.0, 5.0])),
    }


@st.composite
def _rosters(draw: Draw[Any], scenario: Table, coarse: bool) -> list[Table]:
    """Rows for some pools in place of their shifts: by weekday, some weekdays missing, and other rows by date."""
    rows = []
    for name, pool in scenario["pools"].items():
        if draw(st.integers(0, 2)):
            continue
        pool["shifts"] = {}
        start = draw(st.integers(0, 23)) * 60 + (0 if coarse else draw(st.sampled_from([0, 30])))
        days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=5, max_size=7, unique=True))
        days += draw(st.lists(st.integers(-1, 8).map(_day), max_size=3, unique=True))
        rows += [row for day in days for row in draw(_rows(name, day, start))]
    return rows


@st.composite
def _rows(draw: Draw[Any], pool: str, day: Any, start: int) -> list[Table]:
    """Shifts of a day one after another, all inside 24 hours from a start that all days share: so none overlap."""
    rows = []
    for hours in draw(st.sampled_from([[24], [8, 8, 8], [9, 7], [4], [14, 10]])):
        clock = start % 1440
        if start < 1440:  # a shift that would begin on the next day is left out
            row = {"pool": pool, "date": day, "start": f"{clock // 60:02d}:{clock % 60:02d}", "hours": float(hours)}
            rows.append({**row, "headcount": draw(st.sampled_from([0, 1, 2, 3, 5, 8]))})
        start += hours * 60
    return rows


def _day(offset: int) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=offset)


def _change_sites(draw: Draw[Any], scenario: Table, coarse: bool) -> None:
    """Cohorts, sites that parties are assigned to, teams of single sites."""
    sites = scenario["sites"]
    sites["cohort_hours"] = draw(st.sampled_from([None, None, None, 1.0, 5.0, 30.0]))
    candidates = sites["candidates"].values()
    if draw(st.integers(0, 3)) == 0:
        scenario["pools"]["others"] = {
            "headcount": draw(st.integers(0, 9)),
            "shifts": {"day": {"start": "07:00", "hours": 24.0 if coarse else 12.5, "share": 1.0}},
        }
        for site in candidates:
            site["team"] = draw(st.sampled_from([None, "others"]))
    dated = [site for site in candidates if site["opens"] != "demand" and site["opens"] <= scenario["last_day"]]
    if dated and draw(st.integers(0, 3)) == 0:
        sites["allocation"] = "assigned"
        for site in candidates:
            site["weight"] = draw(st.sampled_from([0.0, 1.0, 3.0]))
        dated[0]["weight"] = 1.0


@st.composite
def _initial(draw: Draw[Any], scenario: Table) -> list[Table]:
    """Parties in sites that are open on the first day, as many as have a room."""
    sites = scenario["sites"]
    free = {
        name: site["rooms"] if site["level"] == "district" else max(1, int(site["rooms"] * sites["rooms_factor"] + 0.5))
        for name, site in sites["candidates"].items()
        if site["opens"] == "demand" or site["opens"] <= FIRST_DAY
    }
    rows: list[Table] = []
    if not free:
        return rows
    days = scenario["stay"]["days"] if isinstance(scenario["stay"]["days"], float) else 3.0
    longest = max(1, -(-int(days * 100) // 100))
    for _ in range(draw(st.sampled_from([0, 0, 1, 4, 9]))):
        name, people = draw(st.sampled_from(sorted(free))), draw(st.integers(1, 4))
        need = people if scenario["rooms"]["per"] == "person" else 1
        if need <= free[name]:
            free[name] -= need
            rows.append({
                "site": name, "party_size": people, "day_of_stay": draw(st.integers(1, longest + 1)),
            })  # fmt: skip
    return rows


@st.composite
def _disruptions(draw: Draw[Any], scenario: Table) -> list[Table]:
    """Up to four, of any kind that the scenario has something for."""
    n_days = (scenario["last_day"] - FIRST_DAY).days + 1
    ports = [*scenario["ports"], "all"]
    sites = sorted(scenario["sites"]["candidates"]) if "sites" in scenario else []
    teams = [f"{name}.team" for name in sites if scenario["sites"]["team"]]
    kinds = {
        "port_hours": (ports, ["10:00-20:00", "closed", "22:00-06:00"]),
        "arrivals_factor": (ports, [0.0, 3.0]),
        "arrivals_added": (ports, [20.0]),
        "staff_absent": ([*scenario["pools"], *teams], [0.5, 1.0]),
        "staff_added": ([*scenario["pools"], *teams], [1.0, 4.0]),
    }
    if sites:
        kinds |= {"site_lost": (sites, [None]), "site_shut": (sites, [None])}
    if scenario["coaches"] is not None:
        kinds["coaches_out"] = (ports, [0.0, 1.0, 5.0])
        kinds["coaches_added"] = (ports, [1.0, 2.0])
    if "laboratory" in scenario:
        kinds["laboratory_hours"] = (["all"], [0.0, 48.0])
    if sites and any(site["opens"] == "demand" for site in scenario["sites"]["candidates"].values()):
        kinds["sites_prepared"] = (["all"], [1.0, 3.0])
    once = {"port_hours", "laboratory_hours"}  # two of them must not clash
    names = [kind for kind in kinds for _ in range(4 if kind in _SELDOM else 1)]
    events: list[Table] = []
    for _ in range(draw(st.sampled_from([0, 1, 2, 4]))):
        kind = draw(st.sampled_from([name for name in names if name not in once or name not in _kinds(events)]))
        places, values = kinds[kind]
        event: Table = {"kind": kind, "place": draw(st.sampled_from(places)), **draw(_days(kind, n_days))}
        events.append(event | {"value": draw(st.sampled_from(values))})
    for place in sites:  # while there are guests and loads
        if draw(st.integers(0, 3)) == 0:
            events.append({"kind": "site_lost", "place": place, "from_day": _day(draw(st.integers(1, n_days)))})
    return events


@st.composite
def _days(draw: Draw[Any], kind: str, n_days: int) -> Table:
    """From a day or minute on, until another or to the end."""
    begin = draw(st.integers(-3, n_days + 1))
    if draw(st.booleans()):
        last = draw(st.none() | st.integers(0, 3).map(lambda days: _day(begin + days)))
        return {"from_day": _day(begin), "to_day": None if kind == "sites_prepared" else last}
    start = draw(st.sampled_from([0, 1, 7 * 60 + 30, 21 * 60, 1439]))
    first = dt.datetime.combine(_day(begin), dt.time()) + dt.timedelta(minutes=start)
    last = first + dt.timedelta(minutes=draw(st.sampled_from([1, 45, 9 * 60, 40 * 60])))
    ends = [_day(begin + 1), last] if kind == "arrivals_added" else [None, _day(begin + 1), last]
    return {"from_day": first, "to_day": None if kind == "sites_prepared" else draw(st.sampled_from(ends))}


def _kinds(events: list[Table]) -> set[str]:
    return {event["kind"] for event in events}
