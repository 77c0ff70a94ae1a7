"""Today's guests as rows of a file: both forms, sites by id or name, and what cannot be."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import load, sample, simulate
from sim.commands.data.pictures import guests_at_begin
from sim.flow.log import Kind
from sim.scenario import ScenarioError, read
from sim.scenario.files.changing import changed
from sim.scenario.files.documents import to_toml
from sim.scenario.places import Guests, guests_at_start
from sim.scenario.tables.schema import Scenario

DAY = 86_400
DISTRICT = Path(__file__).parents[1] / "scenarios" / "district"
CASE = """\
schema = 1
title = "guests of today"
first_day = 2021-02-01
last_day = 2021-02-10
initial = "initial.csv"
[arrivals]
groups = { kind = "constant" }
party_size_weights = [0.7, 0.2, 0.1]
[ports.gate]
hours.all = { opens = "00:00", closes = "24:00" }
regimes.all = { kind = "rate", from_day = 2021-02-01, people_per_day = 0 }
[sites.inn]
name = "海滨酒店"
number = 1
rooms = 40
opens = 2021-02-01
ride_minutes = { gate = 20 }
[sites.lodge]
name = "Lodge"
number = 2
rooms = 10
ride_minutes = { gate = 20 }
[stay]
days = 14
"""
GROUPS = "site,guests,rooms,arrived\n"


def write(folder: Path, rows: str, text: str = CASE) -> Path:
    """The scenario with these rows beside it."""
    (folder / "initial.csv").write_text(rows, encoding="utf-8")
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    return folder


def lines(folder: Path, rows: str, text: str = CASE) -> list[str]:
    """Faults, a line each."""
    with pytest.raises(ScenarioError) as caught:
        load(write(folder, rows, text))
    return [str(fault) for fault in caught.value.faults]


def test_a_row_per_group_is_divided_as_evenly_as_possible_over_its_rooms(tmp_path: Path) -> None:
    """7 guests in 3 rooms are 3, 2 and 2. 25 January, 14:30 is 6 days, 9 hours and 30 minutes before the first day."""
    scenario = load(write(tmp_path, GROUPS + "inn,7,3,2021-01-25 14:30\nlodge,2,2,2021/1/31\n"))
    second = -(6 * DAY + 9 * 3600 + 1800)
    assert guests_at_start(scenario) == (
        Guests("inn", second, 2, 0),
        Guests("inn", second, 2, 1),
        Guests("inn", second, 3, 2),
        Guests("lodge", -DAY, 1, 0),
        Guests("lodge", -DAY, 1, 1),
    )


def test_a_row_per_party_says_the_day_of_its_stay(tmp_path: Path) -> None:
    """On day 3 of the stay a party has been there for two days when the first day begins; day 1 arrived just now."""
    scenario = load(write(tmp_path, "site,party_size,day_of_stay\ninn,2,3\ninn,1,1\n"))
    assert guests_at_start(scenario) == (Guests("inn", -2 * DAY, 2, 0), Guests("inn", 0, 1, 0))


def test_sites_are_named_by_id_or_by_name(tmp_path: Path) -> None:
    """The name of the list, Chinese or not, stands for the id; the resolved scenario has ids."""
    scenario = load(write(tmp_path, GROUPS + "海滨酒店,2,1,2021-01-30\nLodge,1,1,2021-01-30\ninn,1,1,2021-01-30\n"))
    assert [row.site for row in scenario.initial] == ["inn", "lodge", "inn"]


def test_rows_of_the_scenario_file_have_both_forms_too(tmp_path: Path) -> None:
    """A date of TOML and one with a time; both forms in one list."""
    rows = (
        'initial = [{ site = "Lodge", guests = 2, rooms = 1, arrived = 2021-01-30T08:00:00 }, '
        '{ site = "inn", guests = 1, rooms = 1, arrived = 2021-01-31 }, '
        '{ site = "inn", party_size = 1, day_of_stay = 2 }]'
    )
    scenario = load(write(tmp_path, "", CASE.replace('initial = "initial.csv"', rows)))
    assert [(party.site, party.arrived) for party in guests_at_start(scenario)] == [
        ("inn", -DAY),
        ("inn", -DAY),
        ("lodge", -2 * DAY + 8 * 3600),
    ]


def test_a_scenario_with_groups_is_written_and_read_back(tmp_path: Path) -> None:
    """The one file that a run keeps says the same; and so does a copy with another stay."""
    scenario = load(write(tmp_path, GROUPS + "Lodge,7,3,2021-01-25 14:30\n"))
    copy = tmp_path / "copy.toml"
    copy.write_text(to_toml(scenario), encoding="utf-8")
    assert load(copy) == scenario
    assert guests_at_start(changed(scenario, {"stay.days": 10.0})) == guests_at_start(scenario)


BAD = [
    ("inn,41,41,2021-01-30\n", ["scenario.toml: sites.inn.rooms: has 40 rooms, but the parties in it at the beginning "
                                "(initial) need 41"]),
    ("inn,12,3,2021-01-30\n", ["initial.csv: row 2, rooms = 3: is not enough for 12 guests, who need 4 rooms with at "
                               "most 3 in one; where more share a room, set rooms.most_people"]),
    ("inn,3,4,2021-01-30\n", ["initial.csv: row 2, rooms = 4: must be at most 3, the guests: somebody is in each "
                               "room"]),
    ("inn,3,3,2021-02-01 00:01\n", [
        'initial.csv: row 2, arrived = 2021-02-01T00:01:00: must not be after 00:00 of first_day (2021-02-01): guests '
        "are there from the beginning; who comes later belongs to arrivals",
    ]),
    ("inn,3,3,2020-01-30\n", [
        "initial.csv: row 2, arrived = 2020-01-30T00:00:00: is more than 366 days before first_day (2021-02-01); is "
        "the year right?",
    ]),
    ("inn,3,3,30.1.2021\n", ['initial.csv: row 2, arrived = "30.1.2021": must be a date, or a date and time to the '
                             'minute, such as "2020-03-03 14:30"']),
    ("in,3,3,2021-01-30\n", ['initial.csv: row 2, site = "in": no such site; did you mean "inn"?']),
    ("Lodgee,3,3,2021-01-30\n", ['initial.csv: row 2, site = "Lodgee": no such site; did you mean "Lodge"?']),
    ("inn,0,3,2021-01-30\n", ["initial.csv: row 2, guests = 0: must be at least 1"]),
    ("inn,,3,2021-01-30\n", ["initial.csv: row 2: needs guests too, beside rooms and arrived"]),
    ("inn,,,\n", ["initial.csv: row 2: needs either party_size and day_of_stay, or guests, rooms and arrived"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), BAD, ids=range(len(BAD)))
def test_what_cannot_be_is_a_fault_with_row_column_and_way_out(tmp_path: Path, rows: str, expected: list[str]) -> None:
    """Rules of model.md, Clock and window."""
    assert lines(tmp_path, GROUPS + rows) == expected


def test_a_party_of_120_in_one_room_is_a_fault_and_the_other_form_is_named(tmp_path: Path) -> None:
    """How `district` was first tried: 120 guests as one party, who then had one room."""
    assert lines(tmp_path, "site,party_size,day_of_stay\ninn,120,5\n") == [
        "initial.csv: row 2, party_size = 120: must be at most 10: a party has one room, and more are in none "
        "(rooms.most_people); for guests of several rooms write a row with guests, rooms and arrived"
    ]


def test_a_party_larger_than_any_site_is_a_fault_with_a_room_a_person(tmp_path: Path) -> None:
    """41 people, a room each; the largest site has 40."""
    found = lines(tmp_path, "site,party_size,day_of_stay\nlodge,41,5\n", CASE + '[rooms]\nper = "person"\n')
    assert found[0] == (
        "initial.csv: row 2, party_size = 41: no site takes a party so large: each person has a room, and the largest "
        "site has 40; for guests of several rooms write a row with guests, rooms and arrived"
    )


def test_with_a_room_a_person_a_group_has_as_many_rooms_as_guests(tmp_path: Path) -> None:
    """And everybody is a party of one: who belongs together is not told."""
    per_person = CASE + '[rooms]\nper = "person"\n'
    assert lines(tmp_path, GROUPS + "inn,3,2,2021-01-30\n", per_person) == [
        "initial.csv: row 2, rooms = 2: must be 3, as many as guests: each person has a room (rooms.per)"
    ]
    scenario = load(write(tmp_path, GROUPS + "inn,3,3,2021-01-30\n", per_person))
    assert [party.people for party in guests_at_start(scenario)] == [1, 1, 1]


def test_rooms_most_people_lets_more_share_a_room(tmp_path: Path) -> None:
    """12 guests in 3 rooms are four each; five in one room are still too many."""
    text = CASE + "[rooms]\nmost_people = 4\n"
    scenario = load(write(tmp_path, GROUPS + "inn,12,3,2021-01-30\n", text))
    assert [party.people for party in guests_at_start(scenario)] == [4, 4, 4]
    assert "at most 4" in lines(tmp_path, GROUPS + "inn,13,3,2021-01-30\n", text)[0]
    assert "at most 4" in lines(tmp_path, "site,party_size,day_of_stay\ninn,5,5\n", text)[0]


def test_a_name_that_two_sites_have_is_a_fault(tmp_path: Path) -> None:
    """No guess which of them is meant."""
    found = lines(tmp_path, GROUPS + "Lodge,1,1,2021-01-30\n", CASE.replace("海滨酒店", "Lodge"))
    assert found == ['initial.csv: row 2, site = "Lodge": is the name of 2 sites; write the id: "inn" or "lodge"']


def test_a_file_of_neither_form_is_told_which_columns_are_missing(tmp_path: Path) -> None:
    """Columns of the form that the header begins."""
    assert lines(tmp_path, "site,guests,arrived\ninn,1,2021-01-30\n") == ['initial.csv: row 1: has no column "rooms"']
    assert lines(tmp_path, "site\ninn\n") == [
        'initial.csv: row 1: has no column "party_size"',
        'initial.csv: row 1: has no column "day_of_stay"',
    ]


def test_stays_that_are_over_are_one_warning_with_a_count(tmp_path: Path) -> None:
    """A plan with a shorter stay must run: these guests are released at once, and one line says so."""
    folder = write(tmp_path, "site,party_size,day_of_stay\ninn,1,14\n" + "inn,1,15\n" * 3)
    assert [str(warning) for warning in read(folder).warnings if "the stay" in str(warning)] == [
        "initial.csv: row 3, day_of_stay = 15: is beyond the stay of 14 days: the party is released at once (and so "
        "are 2 rows more)"
    ]


@given(
    st.lists(st.tuples(st.sampled_from(["inn", "lodge"]), st.integers(1, 3), st.integers(1, 9)), max_size=9), st.data()
)
def test_the_order_of_rows_has_no_meaning(rows: list[tuple[str, int, int]], data: st.DataObject) -> None:
    """Shuffled rows give the same sample to the bit; so keys rest on what a party is."""
    shuffled = data.draw(st.permutations(rows))
    samples = [sample(_with(these), seed=3, replication=1) for these in (rows, shuffled)]
    assert samples[0].health.row.tolist() == samples[1].health.row.tolist()
    assert samples[0].health.infected.tolist() == samples[1].health.infected.tolist()
    assert samples[0].party_second.tolist() == samples[1].party_second.tolist()


def test_guests_of_one_site_keep_their_draws_when_another_site_has_more() -> None:
    """Key of a party: (site, arrived, k-th alike)."""
    few = sample(_with([("lodge", 2, 4)] * 5), seed=3, replication=1)
    many = sample(_with([("lodge", 2, 4)] * 5 + [("inn", 3, 4)] * 9), seed=3, replication=1)
    assert few.health.row.tolist() == [row - 27 for row in many.health.row.tolist() if row >= 27]
    own = few.health.infected.tolist()
    assert own
    assert own == many.health.infected.tolist()[-len(own) :]


def _with(rows: list[tuple[str, int, int]]) -> Scenario:
    """The case, with half of all infected and these (site, size, day of the stay)."""
    names = {"inn": "1", "lodge": "2"}
    return Scenario.model_validate({
        "schema": 1, "title": "t", "first_day": dt.date(2021, 2, 1), "last_day": dt.date(2021, 2, 3),
        "arrivals": {"groups": {"kind": "constant"}},
        "ports": {"gate": {"hours": {"all": {"opens": "00:00", "closes": "24:00"}}, "regimes": {
            "all": {"kind": "rate", "from_day": dt.date(2021, 2, 1), "people_per_day": 0}}}},
        "sites": {"candidates": {name: {"number": int(n), "rooms": 99, "ride_minutes": {"gate": 5}}
                                 for name, n in names.items()}},
        "stay": {"days": 14}, "health": {"infected_share": 0.5},
        "initial": [{"site": site, "party_size": size, "day_of_stay": day} for site, size, day in rows],
    })  # fmt: skip


def test_the_guests_of_the_district_are_all_there_and_leave_when_their_stay_is_over() -> None:
    """Of scenarios/district (a planner's own district of 2021): a party per row, in its site
    when the window begins; nobody leaves before release begins at 08:00."""
    scenario = load(DISTRICT)
    rows = (DISTRICT / "initial.csv").read_text(encoding="utf-8").splitlines()[1:]
    people = sum(int(row.split(",")[1]) for row in rows)
    parties = guests_at_start(scenario)
    assert (len(parties), sum(party.people for party in parties)) == (len(rows), people)
    log = simulate(scenario, sample(scenario, seed=1, replication=0), engine="simpy", kinds=(Kind.PRESENT, Kind.LEFT))
    present = log.rows[log.rows["kind"] == Kind.PRESENT]
    assert len(present) == len(rows)
    assert present["people"].sum() == people
    left = log.rows[(log.rows["kind"] == Kind.LEFT) & (log.rows["second"] < 8 * 3600)]
    assert len(left) == 0


def test_a_forecast_from_the_first_day_begins_with_the_guests_of_the_scenario() -> None:
    """By hand: the 430 people of the district's list are there on its first day; on a later one, those whom the days
    before lead to. Its title said 0.
    """
    scenario = load(DISTRICT / "scenario.toml")
    there = SimpleNamespace(there=SimpleNamespace(cohorts={dt.date(2021, 2, 3): 12.0}))
    day = partial(guests_at_begin, scenario)
    assert day(cast(Any, SimpleNamespace(begin=scenario.first_day, stand=there))) == 430
    assert day(cast(Any, SimpleNamespace(begin=dt.date(2021, 2, 4), stand=there))) == 12
