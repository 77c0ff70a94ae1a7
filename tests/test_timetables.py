"""Flights, ferries and trains: who comes, when, and what changes nothing; days of which exact numbers come."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import load, sample
from sim.sampling import Sample
from sim.sampling.expected import expected
from sim.scenario import ScenarioError, read
from sim.scenario.files.changing import changed
from sim.scenario.files.documents import to_toml
from sim.scenario.tables.schema import Scenario

AIRPORT = Path(__file__).parents[1] / "scenarios" / "airport"
DAY = dt.date(2021, 6, 7)
DAY_SECONDS = 86_400


def scenario(*rows: dict[str, Any], days: int = 2, regime: dict[str, Any] | None = None, **other: Any) -> Scenario:
    """A port whose people are not placed, open from 06:00 to 01:00, with a timetable."""
    table = {"kind": "timetable", "from_day": DAY, "rows": list(rows), **(regime or {})}
    tables = {
        "schema": 1,
        "title": "timetable",
        "first_day": DAY,
        "last_day": DAY + dt.timedelta(days=days - 1),
        "arrivals": {
            "groups": {"kind": "constant"},
            "party_size_weights": [0.6, 0.3, 0.1],
            **other.pop("arrivals", {}),
        },
        "ports": {
            "air": {
                "not_diverted_share": 1.0,
                "hours": {"all": {"opens": "06:00", "closes": "01:00"}},
                "regimes": {"all": table},
            }
        },
        **other,
    }
    return Scenario.model_validate(tables)


def row(clock: str, people: int, label: str = "", **other: Any) -> dict[str, Any]:
    """A row of the first day."""
    return {"time": dt.datetime.combine(DAY, dt.time.fromisoformat(clock)), "people": people, "label": label, **other}


def people(one: Sample) -> dict[int, tuple[int]]:
    """(second,) of each person, by the number that only this person has."""
    seconds = np.repeat(one.party_second, one.party_size)
    return dict(zip(one.person_number.tolist(), zip(seconds.tolist(), strict=True), strict=True))


def test_parties_fill_the_booked_people_and_the_last_is_cut() -> None:
    """Everybody shows up: 101 booked are 101 people in every replication, in parties of at most three, all at 14:30."""
    case = scenario(row("14:30", 101))
    for replication in range(20):
        one = sample(case, seed=3, replication=replication)
        assert one.party_size.sum() == 101
        assert one.party_size.max() <= 3
        assert set(one.party_second.tolist()) == {14 * 3600 + 30 * 60}


def test_parties_are_handed_over_evenly_over_the_minutes() -> None:
    """Uniform on [14:30, 15:15): mean 22.5 minutes within 4 standard errors (45 / √12 / √n), none outside."""
    case = scenario(row("14:30", 4_000, minutes=45.0))
    late = (sample(case, seed=3, replication=0).party_second - (14 * 3600 + 30 * 60)) / 60
    assert 0 <= late.min() < late.max() < 45
    assert late.mean() == pytest.approx(22.5, abs=4 * 45 / math.sqrt(12 * len(late)))


def test_each_booked_person_comes_with_the_chance_and_factors_multiply_it() -> None:
    """Binomial: of 4,000 booked with 0.9 × 0.5 come 1,800 ± 4 standard deviations; `expected` says 1,800."""
    case = scenario(row("14:30", 4_000), regime={"shows_up": 0.9}, arrivals={"factor": 0.5})
    come = int(sample(case, seed=3, replication=0).party_size.sum())
    assert come == pytest.approx(1_800, abs=4 * math.sqrt(4_000 * 0.45 * 0.55))
    assert expected(case).by_day.tolist() == [[1_800.0, 0.0]]


def test_another_row_or_chance_or_more_booked_leave_everybody_else_as_they_were() -> None:
    """Rows are keyed by (port, time, label): a flight cancelled, one added at the same minute, fewer who show up and
    more booked take away or add people and move none."""
    first = scenario(row("14:30", 80, "b", minutes=40.0), row("14:30", 60, "c"), row("18:00", 50, "d"))
    here = people(sample(first, seed=5, replication=1))
    fewer = scenario(row("14:30", 80, "b", minutes=40.0), row("14:30", 60, "c"), row("18:00", 0, "d"))
    assert people(sample(fewer, seed=5, replication=1)).items() <= here.items()
    seldom = scenario(row("14:30", 80, "b", minutes=40.0, shows_up=0.4), row("14:30", 60, "c"), row("18:00", 50, "d"))
    left = people(sample(seldom, seed=5, replication=1))
    assert left.items() <= here.items()
    assert len(left) < len(here)
    larger = scenario(row("14:30", 80, "b", minutes=40.0), row("14:30", 60, "c"), row("18:00", 90, "d"))
    more = people(sample(larger, seed=5, replication=1))
    assert len(more) == len(here) + 40
    assert set(here) <= set(more) or len(set(here) - set(more)) <= 2  # the party that was cut is whole


def test_a_flight_after_midnight_belongs_to_the_day_on_which_the_port_opened() -> None:
    """00:30 on 8 June lies in the opening that began on 7 June at 06:00: nobody is handed over after the window of one
    day, so none come; in the window of two days they do."""
    late = {"time": dt.datetime(2021, 6, 8, 0, 30), "people": 10, "label": ""}
    assert sample(scenario(late, days=1), seed=1, replication=0).party_size.sum() == 0
    assert sample(scenario(late, days=2), seed=1, replication=0).party_size.sum() == 10


def test_people_of_a_flight_find_a_port_shut_whose_hours_a_disruption_shortens() -> None:
    """Open from 10:00 to 20:00 only: those of 09:00 and 20:30 stay away, or come in the first open hour after it, 10:00
    or the morning after; those of 12:00 come as ever."""
    hours = {"kind": "port_hours", "place": "air", "from_day": DAY, "to_day": DAY, "value": "10:00-20:00"}
    rows = (row("09:00", 20, "a"), row("12:00", 20, "b"), row("20:30", 20, "c"))
    assert sample(scenario(*rows, disruptions=[hours]), seed=1, replication=0).party_size.sum() == 20
    again = scenario(*rows, disruptions=[hours]).model_dump(by_alias=True, exclude_none=True)
    again["ports"]["air"]["postponed_share"] = 1.0
    one = sample(Scenario.model_validate(again), seed=1, replication=0)
    clock = np.repeat(one.party_second, one.party_size) / 3_600
    assert [int(((clock >= a) & (clock < b)).sum()) for a, b in ((10, 11), (12, 12.01), (30, 31))] == [20, 20, 20]


def test_a_factor_of_0_over_its_minute_cancels_a_flight_and_moves_nobody_else() -> None:
    """The airport of the examples: with AB101 of 24 June cancelled at most 120 fewer of its people come, and everybody
    else at the same second."""
    here, there = load(AIRPORT / "scenario.toml"), load(AIRPORT / "flight_cancelled.toml")
    assert len(here.ports["airport"].regimes["flights"].rows) == 40
    all_of_them, others = (people(sample(case, seed=1, replication=0)) for case in (here, there))
    assert others.items() <= all_of_them.items()
    gone = [second for number, (second,) in all_of_them.items() if number not in others]
    begin = 17 * DAY_SECONDS + 13 * 3600 + 40 * 60
    assert 90 < len(gone) <= 120
    assert all(begin <= second < begin + 3600 for second in gone)


def test_expected_people_by_hour_are_those_of_the_rows() -> None:
    """90 people from 14:30 over 60 minutes: 45 before 15:00 and 45 after it."""
    hours = expected(scenario(row("14:30", 90, minutes=60.0))).by_hour[0]
    assert hours[14] == pytest.approx(45.0)
    assert hours[15] == pytest.approx(45.0)
    assert hours.sum() == pytest.approx(90.0)


# files and faults

TOML = """schema = 1
title = "a"
first_day = 2021-06-07
last_day = 2021-06-08
[arrivals]
groups = { kind = "constant", parties = 1 }
[ports.air]
not_diverted_share = 1.0
hours.all = { opens = "06:00", closes = "01:00" }
[ports.air.regimes.all]
kind = "timetable"
from_day = 2021-06-07
file = "flights.csv"
minutes = 30
"""


def written(folder: Path, csv: str, toml: str = TOML) -> Path:
    """A scenario with this timetable."""
    (folder / "flights.csv").write_text(csv)
    (folder / "scenario.toml").write_text(toml)
    return folder / "scenario.toml"


def test_a_timetable_is_read_with_empty_cells_and_written_back(tmp_path: Path) -> None:
    """Times as spreadsheets write them; what a row leaves out is the regime's; TOML that `load` reads to the same."""
    file = written(
        tmp_path, "time,people,label,minutes,shows_up\n2021-06-07 14:30,120,AB1,,0.9\n2021/6/8 0:15,80,,15,\n"
    )
    rows = load(file).ports["air"].regimes["all"].rows
    assert [(r.time.isoformat(), r.people, r.label, r.minutes, r.shows_up) for r in rows] == [
        ("2021-06-07T14:30:00", 120, "AB1", None, 0.9),
        ("2021-06-08T00:15:00", 80, "", 15.0, None),
    ]
    again = tmp_path / "again.toml"
    again.write_text(to_toml(load(file)))
    assert load(again) == load(file)
    assert changed(load(file), {"ports.air.regimes.all.rows.2.people": 70}).ports["air"] != load(file).ports["air"]


def test_all_faults_of_a_timetable_are_told_at_once_by_row_and_column(tmp_path: Path) -> None:
    """A cell that breaks the schema stands beside faults between rows: twice the same, shut port, beyond closing."""
    csv = (
        "time,people,label\n2021-06-07 14:30,-5,a\n2021-06-07 15:00,9,b\n2021-06-07 15:00,9,b\n"
        "2021-06-07 03:00,9,c\n2021-06-08 00:45,9,d\n2021-06-07 16:00,9,e,x\n"
    )
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, csv))
    assert {str(fault) for fault in caught.value.faults} == {
        "flights.csv: row 2, people = -5: must be at least 0",
        "flights.csv: row 7: has 4 cells, the header has 3",
    }
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, csv.replace("-5", "5").replace(",x", "")))
    told = {str(fault).replace("2021-06-07 ", "") for fault in caught.value.faults}
    assert told == {
        'flights.csv: row 4, time = "15:00": is there twice: time and label "b" are those of another row; '
        "give one of them another label",
        'flights.csv: row 5, time = "03:00": lies outside the hours of the port',
        'flights.csv: row 6, time = "2021-06-08 00:45": its people are handed over for 30 minutes: until after the '
        "port closes",
    }


def test_a_chance_above_1_and_a_file_without_rows_are_faults_and_rows_of_other_days_a_warning(tmp_path: Path) -> None:
    """1 × 1.5 is no chance; 0.6 × 1.5 is one. Rows outside the window are counted."""
    csv = "time,people\n2021-06-07 14:30,10\n2021-06-20 14:30,10\n"
    file = written(tmp_path, csv)
    with pytest.raises(ScenarioError, match=r"shows_up = 1.0: times the factors of arrivals is 1.5"):
        load(file, overrides=["arrivals.factor=1.5"])
    told = read(file, overrides=["arrivals.factor=1.5", "ports.air.regimes.all.shows_up=0.6"]).warnings
    assert [warning.rule for warning in told if "rows" in warning.rule] == [
        "1 of its 2 rows lie outside 2021-06-07 to 2021-06-08: their people do not come"
    ]
    with pytest.raises(ScenarioError, match="needs a file"):
        load(written(tmp_path, "time,people\n"))
    with pytest.raises(ScenarioError, match="give either file or rows, not both"):
        load(written(tmp_path, csv, TOML + "rows = [{ time = 2021-06-07T15:00:00, people = 3 }]\n"))


# exact days


def daily(exact: bool = True, **other: Any) -> Scenario:
    """20.4, 0 and 31.5 people on three days, in groups of several parties."""
    days = {DAY: 20.4, DAY + dt.timedelta(days=1): 0.0, DAY + dt.timedelta(days=2): 31.5}
    regime = {"kind": "daily", "rows": None, "values": days, "exact": exact}
    arrivals = {"groups": {"kind": "geometric", "mean": 2.0}, "dispersion_index": 9.0, **other.pop("arrivals", {})}
    tables = scenario(days=3).model_dump(by_alias=True, exclude_none=True) | {"arrivals": arrivals} | other
    tables["arrivals"]["party_size_weights"] = [0.6, 0.3, 0.1]
    tables["ports"]["air"]["regimes"] = {"all": {k: v for k, v in regime.items() if v is not None} | {"from_day": DAY}}
    tables["ports"]["air"]["hours"]["all"] = {"opens": "06:00", "closes": "20:00"}
    return Scenario.model_validate(tables)


def by_day(one: Sample) -> list[int]:
    """People handed over on each day."""
    return np.bincount(one.party_second // DAY_SECONDS, one.party_size, 3).astype(int).tolist()


def test_just_so_many_people_come_on_days_of_an_exact_regime() -> None:
    """floor(number × factors + ½): 20, 0 and 32 in every replication; × 1.5: 31 (30.6), 0 and 47 (47.25)."""
    for replication in range(30):
        assert by_day(sample(daily(), seed=2, replication=replication)) == [20, 0, 32]
        more = daily(arrivals={"factor": 1.5})
        assert by_day(sample(more, seed=2, replication=replication)) == [31, 0, 47]
    assert expected(daily()).by_day.tolist() == [[20.0, 0.0, 32.0]]


def test_exact_days_have_the_groups_that_come_anyway_in_order_of_level() -> None:
    """The same points of the same process: of an exact and a chance day one has a beginning of the other's groups."""
    for replication in range(10):
        exact, chance = (sample(daily(kind), seed=2, replication=replication) for kind in (True, False))
        first, second = people(exact), people(chance)
        assert first.items() <= second.items() or second.items() <= first.items() or _by_day_nested(exact, chance)


def _by_day_nested(a: Sample, b: Sample) -> bool:
    for day in range(3):
        here, there = ({n: s for n, s in people(x).items() if s[0] // DAY_SECONDS == day} for x in (a, b))
        if not (here.items() <= there.items() or there.items() <= here.items()):
            return False
    return True


def test_a_factor_with_times_halves_the_number_at_its_times_and_people_added_come_on_top() -> None:
    """By dates 10 more a day: 30 (30.4), 10, 42 (41.5 + ½). A factor of 0 all day, with times: nobody."""
    added = {"kind": "arrivals_added", "place": "air", "from_day": DAY, "value": 10.0}
    assert by_day(sample(daily(disruptions=[added]), seed=2, replication=0)) == [30, 10, 42]
    noon = dt.datetime.combine(DAY, dt.time(6))
    gone = {"kind": "arrivals_factor", "place": "air", "from_day": noon, "to_day": noon.replace(hour=20), "value": 0.0}
    assert by_day(sample(daily(disruptions=[gone]), seed=2, replication=0)) == [0, 0, 32]
