"""Draws are keyed: what is added changes no other, order in files changes nothing, the past knows no disruption."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import load, sample, simulate
from sim.flow.log import EventLog
from sim.sampling import Sample
from sim.sampling.roster import rosters
from sim.scenario.places import place_numbers
from sim.scenario.tables.schema import Scenario

DAY = 86_400
CASE = """\
schema = 1
title = "a bit of everything"
first_day = 2020-04-01
last_day = 2020-04-07
roster = "roster.csv"
initial = "initial.csv"
disruptions = "disruptions.csv"

[arrivals]
dispersion_index = 3.0
groups = { kind = "geometric", mean = 1.4 }
party_size_weights = [0.6, 0.3, 0.1]

[ports.alpha]
not_diverted_share = 0.1
pool = "clerks"
coaches = 2
hours.all = { opens = "08:00", closes = "20:00" }
regimes.all = { kind = "rate", from_day = 2020-04-01, people_per_day = 14 }

[ports.beta]
pool = "guards"
coaches = 1
hours.all = { opens = "18:00", closes = "02:00" }
regimes.all = { kind = "rate", from_day = 2020-04-01, people_per_day = 6 }

[pools.clerks]
headcount = 12
fixed_posts = 1
absence_share = 0.1
shifts.early = { start = "06:00", hours = 8.0, share = 0.5 }
shifts.late = { start = "14:00", hours = 8.0, share = 0.5 }

[pools.guards]
absence_share = 0.1

[pools.team]
headcount = 6
absence_share = 0.1
shifts.day = { start = "07:00", hours = 12.0, share = 0.6 }
shifts.night = { start = "19:00", hours = 12.0, share = 0.4 }

[registration]
minutes = { kind = "lognormal", mean = 12.0, cv = 0.6 }
[coaches]
seats = 10
hold_minutes = 60.0
escorts = 1
head_count_minutes = 0.3
disinfection_minutes = 30.0
[sites]
list = "sites.csv"
reserve_rooms = 20
lead_hours = 6.0
closing = "plain"
team = "team"
[rooms]
airing_hours = 5.0
cleaning_minutes = 30.0
[check_in]
minutes = { kind = "lognormal", mean = 8.0, cv = 0.5 }
[stay]
days = 3.0
[release]
opens = "08:00"
closes = "18:00"
minutes.minutes = { kind = "lognormal", mean = 5.0, cv = 0.5 }
[visits.checks]
times = ["08:30", "16:30"]
person_minutes = 3.0
finds_symptoms = true
[visits.meals]
times = ["07:30", "12:00"]
room_minutes = 2.0
[swabs]
days = [1, 3]
person_minutes = 4.0
[laboratory]
turnaround_hours = 12.0
daily_capacity = 20
[health]
infected_share = 0.3
pcr_sensitivity = { days = [0.0, 3.0], shares = [0.2, 0.8] }
[hospital]
beds = 3
[brigade]
teams = [10, 5]
trigger_hours = 1.0
brigade_call = 4
lead_hours = 6.0
days = 2.0
"""

FILES = {
    "sites.csv": """\
number,id,rooms,opens,ride_minutes_alpha,ride_minutes_beta
1,inn,12,2020-04-01,30,40
2,lodge,10,2020-04-01,40,30
3,park,12,demand,20,50
4,court,12,demand,50,20
5,yard,12,demand,25,25
""",
    "roster.csv": """\
pool,date,start,hours,headcount
guards,monday,16:00,12,4
guards,tuesday,16:00,12,4
guards,wednesday,16:00,12,4
guards,thursday,16:00,12,4
guards,friday,16:00,12,4
guards,saturday,16:00,12,3
guards,sunday,16:00,12,3
guards,2020-04-03,08:00,8,2
guards,2020-04-03,16:00,12,6
""",
    "initial.csv": """\
site,party_size,day_of_stay
inn,2,1
inn,1,3
lodge,3,2
lodge,1,2
inn,1,1
""",
    "disruptions.csv": """\
kind,place,from_day,to_day,value
site_shut,inn,2020-04-03,2020-04-03,
site_shut,lodge,2020-04-03,2020-04-04,
coaches_out,alpha,2020-04-04,2020-04-04,1
staff_absent,clerks,2020-04-05,2020-04-05,0.3
site_lost,park,2020-04-06,,
""",
}

HEADER = FILES["disruptions.csv"].splitlines()[0] + "\n"


def read(folder: Path, files: dict[str, str] | None = None, overrides: tuple[str, ...] = ()) -> Scenario:
    """The case, with other texts in place of some files."""
    (folder / "case.toml").write_text(CASE, encoding="utf-8")
    for name, text in (FILES | (files or {})).items():
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder / "case.toml", overrides=overrides)


def without_disruptions(folder: Path, *overrides: str, files: dict[str, str] | None = None) -> Scenario:
    """The case when nothing goes wrong."""
    return read(folder, {"disruptions.csv": HEADER, **(files or {})}, overrides)


def people_of(travellers: Sample, scenario: Scenario) -> dict[int, tuple[Any, ...]]:
    """Everything drawn for a person and the party, by number of the person; tests by (stay, day of the stay)."""
    rows = np.repeat(np.arange(len(travellers.party_size)), travellers.party_size)
    health, days = travellers.health, scenario.swabs.days if scenario.swabs else ()
    ill = {
        int(row): (
            *(int(column[i]) for column in (health.infected, health.onset, health.infectious_from, health.hospital)),
            bool(health.symptomatic[i]),
            {(stay, day): float(health.test_uniform[i, stay, k]) for stay in range(3) for k, day in enumerate(days)},
        )
        for i, row in enumerate(health.row)
    }
    return {
        int(number): (
            int(travellers.party_second[party]), int(travellers.party_size[party]),
            bool(travellers.party_diverted[party]), float(travellers.registration_factor[party]),
            float(travellers.check_in_factor[row]), float(travellers.release_factor[row]), ill.get(row),
        )
        for row, (number, party) in enumerate(zip(travellers.person_number.tolist(), rows.tolist(), strict=True))
    }  # fmt: skip


def present_of(travellers: Sample, scenario: Scenario) -> dict[tuple[str, int], int]:
    """People who come, by pool and beginning of the shift."""
    places = place_numbers(scenario)
    ids = [places.ids[number] for number in places.pools]
    pools = zip(ids, rosters(scenario), travellers.present, strict=True)
    return {
        (name, begin): come
        for name, roster, present in pools
        for begin, come in zip(roster.begin.tolist(), present.tolist(), strict=True)
    }


def drawn(scenario: Scenario) -> tuple[dict[int, tuple[Any, ...]], dict[tuple[str, int], int]]:
    """People and staff of one replication."""
    travellers = sample(scenario, seed=11, replication=2)
    return people_of(travellers, scenario), present_of(travellers, scenario)


def history(scenario: Scenario, replication: int = 0) -> EventLog:
    """The history of a replication."""
    return simulate(scenario, sample(scenario, seed=5, replication=replication))


@pytest.mark.parametrize(
    "override",
    ["stay.days=9", "hospital.beds=0", "coaches.seats=3", "brigade.brigade_call=2", "rooms.per=person",
     "visits.checks.person_minutes=9", "laboratory.daily_capacity=1", "sites.allocation=nearest"],
)  # fmt: skip
def test_a_longer_stay_and_other_rules_of_the_flow_change_no_draw(override: str, tmp_path: Path) -> None:
    """Whole sample equal, to the last digit."""
    assert drawn(without_disruptions(tmp_path, override)) == drawn(without_disruptions(tmp_path))


def test_more_arrivals_add_people_and_change_nobody(tmp_path: Path) -> None:
    """Half as many again: everybody who came before comes with the same draws, and others are added."""
    before, staff = drawn(without_disruptions(tmp_path))
    after, staff_after = drawn(without_disruptions(tmp_path, "arrivals.factor=1.5"))
    assert len(after) > 1.2 * len(before) > 100
    assert {number: after[number] for number in before} == before
    assert staff_after == staff


def test_a_larger_share_infected_adds_infected_and_changes_nobody_else(tmp_path: Path) -> None:
    """Who was infected at 0.3 is infected at 0.6 in the same way; no other draw changes."""
    before, staff = drawn(without_disruptions(tmp_path))
    after, staff_after = drawn(without_disruptions(tmp_path, "health.infected_share=0.6"))
    assert staff_after == staff
    assert {n: draws[:-1] for n, draws in after.items()} == {n: draws[:-1] for n, draws in before.items()}
    ill = {number: draws[-1] for number, draws in before.items() if draws[-1]}
    assert {number: after[number][-1] for number in ill} == ill
    assert sum(draws[-1] is not None for draws in after.values()) > 1.5 * len(ill) > 30


def test_another_swab_day_changes_no_other_test(tmp_path: Path) -> None:
    """Tests of days 1 and 3 of each stay keep their draws when day 2 is added between them."""
    before, staff = drawn(without_disruptions(tmp_path))
    after, staff_after = drawn(without_disruptions(tmp_path, "swabs.days=[1, 2, 3]"))
    assert staff_after == staff
    for number, draws in before.items():
        assert after[number][:-1] == draws[:-1]
        assert (after[number][-1] is None) == (draws[-1] is None)
        if draws[-1]:
            assert after[number][-1][:-1] == draws[-1][:-1]
            assert after[number][-1][-1].items() >= draws[-1][-1].items()
            assert len(after[number][-1][-1]) == 9


def test_more_staff_change_no_traveller_no_other_pool_and_nobody_who_came(tmp_path: Path) -> None:
    """Two clerks more, one a shift: each comes or is absent; all others are as they were."""
    before, staff = drawn(without_disruptions(tmp_path))
    after, staff_after = drawn(without_disruptions(tmp_path, "pools.clerks.headcount=14"))
    assert after == before
    more = {key: staff_after[key] - staff[key] for key in staff}
    assert {key[0] for key, people in more.items() if people} == {"clerks"}
    assert set(more.values()) == {0, 1}
    clerks = [people for key, people in more.items() if key[0] == "clerks"]
    assert len(clerks) / 2 < sum(clerks) < len(clerks)  # a tenth of them are absent


def test_one_more_site_changes_no_traveller_and_no_other_team(tmp_path: Path) -> None:
    """A sixth site, in the middle of the list, has a team of its own; travellers and other pools are as they were."""
    before, staff = drawn(without_disruptions(tmp_path))
    rows = FILES["sites.csv"].splitlines()
    rows = [*rows[:3], "3,mall,9,demand,10,10", *(f"{i},{row.partition(',')[2]}" for i, row in enumerate(rows[3:], 4))]
    scenario = without_disruptions(tmp_path, files={"sites.csv": "\n".join(rows) + "\n"})
    after, staff_after = drawn(scenario)
    assert after == before
    assert {key: people for key, people in staff_after.items() if key[0] != "mall.team"} == staff


def test_absence_of_a_disruption_takes_people_away_and_changes_nobody_else(tmp_path: Path) -> None:
    """Clerks of 5 April: with 0.3 more fewer or as many come; with a share of 1 nobody; no other shift changes."""
    before, staff = drawn(without_disruptions(tmp_path))
    for share in (0.3, 1):
        rows = f"{HEADER}staff_absent,clerks,2020-04-05,2020-04-05,{share}\n"
        after, fewer = drawn(read(tmp_path, {"disruptions.csv": rows}))
        assert after == before
        day = {key for key in staff if key[0] == "clerks" and key[1] // DAY == 4}
        assert {key: people for key, people in fewer.items() if key not in day} == {
            key: people for key, people in staff.items() if key not in day
        }
        assert len(day) == 2
        assert all(fewer[key] <= staff[key] for key in day)
        assert share < 1 or not any(fewer[key] for key in day)


def test_limits_lifted_and_a_flow_that_was_run_change_no_draw(tmp_path: Path) -> None:
    """The engine reads the sample and does not write to it, whatever it is asked for."""
    scenario = read(tmp_path)
    travellers = sample(scenario, seed=11, replication=2)
    before = copy.deepcopy((people_of(travellers, scenario), present_of(travellers, scenario)))
    logs = [simulate(scenario, travellers, unlimited=names) for names in ((), ("rooms",), ("clerks", "team"), ())]
    assert (people_of(travellers, scenario), present_of(travellers, scenario)) == before
    assert (logs[0].rows == logs[3].rows).all()
    assert len({len(log) for log in logs}) == 3


# Order in files


def mixed(table: Any, random_order: random.Random) -> Any:
    """The same tables with their keys in another order."""
    if not isinstance(table, dict):
        return table
    keys = list(table)
    random_order.shuffle(keys)
    return {key: mixed(table[key], random_order) for key in keys}


@pytest.mark.parametrize("order", [1, 2, 3])
def test_keys_in_another_order_change_nothing(order: int, tmp_path: Path) -> None:
    """Ports, pools, shifts, sites, kinds of visits in any order: the whole history is equal."""
    scenario = read(tmp_path)
    tables = scenario.model_dump(by_alias=True)
    other = Scenario.model_validate(mixed(tables, random.Random(order)))
    assert list(other.ports) != list(scenario.ports) or list(other.sites.candidates) != list(scenario.sites.candidates)
    assert (history(other).rows == history(scenario).rows).all()


@pytest.mark.parametrize("name", ["sites.csv", "roster.csv", "disruptions.csv", "initial.csv"])
def test_rows_of_a_csv_in_another_order_change_nothing(name: str, tmp_path: Path) -> None:
    """Rows reversed, and rotated by two: the whole history is equal. (Sites keep their numbers on the list.)"""
    expected = history(read(tmp_path)).rows
    header, *rows = FILES[name].splitlines()
    for others in (rows[::-1], rows[2:] + rows[:2]):
        found = history(read(tmp_path, {name: "\n".join([header, *others]) + "\n"})).rows
        assert len(found) == len(expected)
        assert (found == expected).all()


# Disruptions


@pytest.mark.parametrize(
    "row",
    ["site_lost,inn,2020-04-04,,", "site_shut,inn,2020-04-04,2020-04-05,", "site_shut,lodge,2020-04-04,,",
     "port_hours,alpha,2020-04-04,2020-04-04,10:00-14:00", "port_hours,all,2020-04-04,2020-04-04,closed",
     "arrivals_factor,all,2020-04-04,2020-04-05,3", "arrivals_added,alpha,2020-04-04,2020-04-04,40",
     "staff_absent,team,2020-04-04,2020-04-05,0.9", "staff_absent,clerks,2020-04-04,2020-04-05,1",
     "staff_absent,inn.team,2020-04-04,2020-04-05,0.9", "coaches_out,alpha,2020-04-04,2020-04-05,2",
     "laboratory_hours,all,2020-04-04,2020-04-05,40"],
)  # fmt: skip
def test_until_a_disruption_takes_effect_the_history_equals_the_undisturbed_one(row: str, tmp_path: Path) -> None:
    """All rows before 00:00 of its first day are equal; afterwards some are not."""
    undisturbed = history(without_disruptions(tmp_path)).rows
    disturbed = history(read(tmp_path, {"disruptions.csv": f"{HEADER}{row}\n"})).rows
    begin = 3 * DAY
    before = [rows[rows["second"] < begin] for rows in (undisturbed, disturbed)]
    assert len(before[0]) == len(before[1]) > 500
    assert (before[0] == before[1]).all()
    assert undisturbed.tolist() != disturbed.tolist()


def test_until_the_first_of_many_disruptions_the_history_equals_the_undisturbed_one(tmp_path: Path) -> None:
    """All kinds of the case together, the first on 3 April."""
    begin = 2 * DAY
    rows = [history(scenario).rows for scenario in (without_disruptions(tmp_path), read(tmp_path))]
    before = [r[r["second"] < begin].tolist() for r in rows]
    assert before[0] == before[1]
    assert rows[0].tolist() != rows[1].tolist()


def test_days_on_which_a_port_is_closed_have_no_hand_over_and_all_others_keep_theirs(tmp_path: Path) -> None:
    """Alpha is closed on 4 April: who would have come then is missing, everybody else comes as before."""
    closed = read(tmp_path, {"disruptions.csv": f"{HEADER}port_hours,alpha,2020-04-04,2020-04-04,closed\n"})
    before, _ = drawn(without_disruptions(tmp_path))
    travellers = sample(closed, seed=11, replication=2)
    after = people_of(travellers, closed)
    assert {number: before[number] for number in after} == after
    missing = [draws[0] for number, draws in before.items() if number not in after]
    assert missing
    assert all(3 * DAY + 8 * 3600 <= second < 3 * DAY + 20 * 3600 for second in missing)


def test_people_added_come_on_the_day_and_nobody_else_changes(tmp_path: Path) -> None:
    """40 more expected at alpha on 4 April, by day: all who came before still come, the others come on that day."""
    added = read(tmp_path, {"disruptions.csv": f"{HEADER}arrivals_added,alpha,2020-04-04,2020-04-04,40\n"})
    before, _ = drawn(without_disruptions(tmp_path))
    after, _ = drawn(added)
    assert {number: after[number] for number in before} == before
    new = [draws[0] // DAY for number, draws in after.items() if number not in before]
    assert len(new) > 15
    assert set(new) == {3}
