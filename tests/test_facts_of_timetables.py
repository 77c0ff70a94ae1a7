"""Facts of the rules of timetables, each on both sides of its limit: hours, days, alike rows, chances, sizes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from scenario_files import told
from test_timetables import DAY, row, scenario

from sim.scenario.rules.arrivals import size_findings
from sim.scenario.rules.timetables import timetable_findings
from sim.scenario.tables.arrivals import MOST_AT_A_MINUTE
from sim.scenario.tables.schema import Scenario


def found(case: Scenario) -> list[tuple[str, str]]:
    """Path below the regimes of the port, and rule."""
    return [(".".join(finding.path[3:]), finding.rule) for finding in timetable_findings(case)]


def at(days: int, clock: str, people: int = 1, **other: Any) -> dict[str, Any]:
    """A row so many days after the first."""
    time = dt.datetime.combine(DAY + dt.timedelta(days=days), dt.time.fromisoformat(clock))
    return {"time": time, "people": people, "label": "", **other}


OUTSIDE = "lies outside the hours of the port"
LATE = "its people are handed over for {} minutes: until after the port closes"
ROWS = [
    (at(0, "06:00"), []), (at(0, "05:59"), [OUTSIDE]), (at(1, "00:59"), []), (at(1, "01:00"), [OUTSIDE]),
    (at(0, "23:00", minutes=120.0), []), (at(0, "23:00", minutes=121.0), [LATE.format("121")]),
    (at(1, "00:30", minutes=30.0), []), (at(1, "00:30", minutes=30.5), [LATE.format("30.5")]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "rules"), ROWS, ids=range(len(ROWS)))
def test_the_whole_time_of_a_row_lies_inside_one_opening(one: dict[str, Any], rules: list[str]) -> None:
    """Open from 06:00 to 01:00 of the next day; minutes of a row go before those of its regime."""
    assert found(scenario(one)) == [("all.rows.1.time", rule) for rule in rules]
    if "minutes" not in one and not rules:
        assert found(scenario(one | {"minutes": 0.0}, regime={"minutes": 2_000.0})) == []
        assert found(scenario(one, regime={"minutes": 2_000.0})) == [("all.rows.1.time", LATE.format("2000"))]


def test_the_hours_of_the_day_on_which_a_port_opened_hold_after_midnight() -> None:
    """Until 7 June open from 06:00 to 01:00, from 8 June on from 08:00 to 20:00: 00:30 of the 8th is inside, 07:00 and
    00:30 of the 9th are not."""
    case = scenario(at(1, "00:30"), at(1, "07:00"), at(1, "08:00"), at(2, "00:30"), days=4)
    hours = case.ports["air"].hours
    later = {"opens": "08:00", "closes": "20:00", "from_day": DAY + dt.timedelta(days=1)}
    ports = {"air": case.ports["air"].model_dump(by_alias=True) | {"hours": {"all": hours["all"], "later": later}}}
    changed = Scenario.model_validate(case.model_dump(by_alias=True) | {"ports": ports})
    assert found(changed) == [("all.rows.2.time", OUTSIDE), ("all.rows.4.time", OUTSIDE)]


@pytest.mark.parametrize(("rows", "n"), [
    ([at(0, "06:00"), at(1, "23:59"), at(2, "00:59")], 0), ([at(-1, "23:00"), at(0, "06:00")], 1),
    ([at(2, "06:00"), at(-1, "06:00"), at(1, "06:00")], 2), ([at(0, "00:30")], 0),
])  # fmt: skip
def test_rows_of_other_days_are_counted(rows: list[dict[str, Any]], n: int) -> None:
    """7 and 8 June, and the night until 01:00 of the 9th, which belongs to the 8th."""
    rule = f"{n} of its {len(rows)} rows lie outside 2021-06-07 to 2021-06-08: their people do not come"
    assert found(scenario(*rows)) == ([("all.rows", rule)] if n else [])


def test_a_row_at_the_minute_at_which_the_last_night_ends_is_of_another_day() -> None:
    """01:00 of the 9th."""
    rule = "1 of its 1 rows lie outside 2021-06-07 to 2021-06-08: their people do not come"
    assert ("all.rows", rule) in found(scenario(at(2, "01:00")))


def test_rows_of_a_port_differ_in_time_or_label() -> None:
    """The third has the time and label of the first."""
    case = scenario(row("08:00", 1, "a"), row("08:00", 1, "b"), row("08:00", 1, "a"), row("08:01", 1, "a"))
    rule = 'is there twice: time and label "a" are those of another row'
    (finding,) = timetable_findings(case)
    assert (".".join(finding.path[3:]), finding.rule) == ("all.rows.3.time", rule)
    assert finding.needs == (("ports", "air", "regimes", "all", "rows", "1"),)


@pytest.mark.parametrize("more", [0, 1, 2])
def test_so_many_rows_fit_into_a_minute(more: int) -> None:
    """The first beyond is told, once."""
    rows = [row("08:00", 1, f"{n}") for n in range(MOST_AT_A_MINUTE + more)]
    told_of = [(f"all.rows.{MOST_AT_A_MINUTE + 1}.time", f"is the time of more than {MOST_AT_A_MINUTE} rows")]
    assert found(scenario(*rows)) == (told_of if more else [])


def factor(value: float, begin: int, end: int, place: str = "all") -> dict[str, Any]:
    days = {name: DAY + dt.timedelta(days=day) for name, day in (("from_day", begin), ("to_day", end))}
    return {"kind": "arrivals_factor", "place": place, "value": value, **days}


CHANCES: list[tuple[dict[str, Any], list[str]]] = [
    ({"arrivals": {"factor": 2.0}}, []), ({"arrivals": {"factor": 2.02}}, ["1.01"]),
    ({"disruptions": [factor(2.0, 0, 0), factor(2.0, 1, 1)]}, []),
    ({"disruptions": [factor(2.0, 0, 1), factor(1.5, 1, 1)]}, ["1.5"]),
    ({"disruptions": [factor(3.0, 0, 1, "air")]}, ["1.5"]), ({"disruptions": [factor(0.5, 0, 1)]}, []),
    ({"disruptions": [factor(0.5, 0, 1)], "arrivals": {"factor": 3.0}}, ["1.5"]),
    ({"disruptions": [factor(0.5, 0, 0), factor(4.0, 0, 1)]}, ["2"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "chances"), CHANCES, ids=range(len(CHANCES)))
def test_factors_leave_a_chance_at_one_at_most(changes: dict[str, Any], chances: list[str]) -> None:
    """Half of the booked people show up: the factors of one moment may double them, where none holds they are 1."""
    rules = [f"times the factors of arrivals is {chance}: a chance is at most 1" for chance in chances]
    given = {**changes}
    case = scenario(row("08:00", 5), row("09:00", 5), regime={"shows_up": 0.5}, **given)
    assert found(case) == [("all.shows_up", rule) for rule in rules]
    own = scenario(row("08:00", 5, shows_up=0.1), row("09:00", 5, shows_up=0.5), **{**changes})
    assert found(own) == [("all.rows.2.shows_up", rule) for rule in rules]


def test_booked_people_count_by_their_day() -> None:
    """500,000 a day are possible; people of the day before the window, who do not come, are none."""
    half = [at(day, f"{8 + n // 6:02}:{n % 6}0", 10_000) for day in (-1, 0) for n in range(50)] + [
        at(1, "08:00", 10_000)
    ]
    assert list(size_findings(scenario(*half))) == []
    (finding,) = size_findings(scenario(*half, at(0, "07:00", 1)))
    assert finding.path == ("ports", "air", "regimes", "all")
    assert "leads to 500,001 people a day" in finding.rule


def test_a_stay_of_observed_stays_needs_them() -> None:
    """By file or as values."""
    rule = "needs a file (or values) with observed stays"
    assert rule in told('stay.days={kind="empirical", values=[]}')
    assert rule not in told('stay.days={kind="empirical", values=[1.5]}')
