"""Facts of the outlook's smaller values, each by hand: parties of more than one, templates that agree."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from outlook_case import MINIMAL, guests, minimal, of_sites
from test_facts_of_outlook import SWABBED, only, told

from sim.outlook import origins, outlook
from sim.outlook.sites import rooms_resting, sites_by_day
from sim.outlook.small_shifts import pieces_of, small_shifts
from sim.outlook.staff import shortages
from sim.outlook.way import clock_hours, way
from sim.sampling.roster import rosters
from sim.scenario import read


def test_a_minute_after_midnight_makes_the_first_hour_open() -> None:
    """23:00 to 00:01: hours 23 and 0; to 00:00 only 23."""
    assert np.flatnonzero(clock_hours(24, 1380, 1)).tolist() == [0, 23]
    assert np.flatnonzero(clock_hours(24, 1380, 0)).tolist() == [23]


@pytest.mark.parametrize(("arrived", "days"), [("08:00", 1), ("08:05", 2)])
def test_a_site_is_reviewed_at_eight_to_the_minute(arrived: str, days: int, tmp_path: Path) -> None:
    """A stay of 5 days, a guest of s1 who came four days before the window: at 08:00 of the second day s1 has been open
    for a stay, or five minutes too short for one and stops the day after. Nobody else comes.
    """
    row = guests(f'site="s1", guests=1, rooms=1, arrived=2020-03-28T{arrived}:00')
    scenario = of_sites(tmp_path, row, "sites.closing=plain")
    found = sites_by_day(scenario, way(scenario)).open[:4, 0].tolist()
    assert found == [1] * days + [0] * (4 - days)


def test_rooms_of_a_party_with_a_room_for_each_rest_together() -> None:
    """A party of 2 gives up its rooms in hour 10, 2 hours of air: both rest in hours 10 and 11."""
    scenario = minimal("rooms.per=person", "rooms.airing_hours=2", "rooms.cleaning_minutes=0")
    ahead = way(scenario)
    one = replace(ahead, party_size=2.0, left=only(ahead.left, h10=1))
    assert rooms_resting(scenario, one)[9:13].tolist() == [0, 2, 2, 0]


def test_the_laboratory_takes_a_swab_of_each_of_a_party() -> None:
    """10 parties of 2 arrive on the fourth day: 20 swabs of day 1."""
    laboratory = "laboratory={turnaround_hours=24, daily_capacity=1}"
    scenario = minimal(*SWABBED, "swabs={days=[1], person_minutes=1}", laboratory)
    ahead = outlook(scenario)
    then = replace(ahead.way, party_size=2.0, arrived=only(ahead.way.arrived, h80=10))
    remark = told(ahead, scenario, "laboratory_full", way=then)
    assert remark is not None
    assert remark.values["swabs"] == 20


def test_of_templates_that_give_as_many_values_the_first_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the same template under two names."""
    module = importlib.import_module("sim.outlook")
    monkeypatch.setattr(module, "template_files", lambda: [("one", MINIMAL), ("other", MINIMAL)])
    reading = read(MINIMAL)
    made = replace(reading, files=(Path(__file__),))
    assert origins(made).template == "one"


def test_a_shift_is_not_cut_by_other_disruptions_nor_by_those_of_other_pools() -> None:
    """People of the border are absent; people are added to the team of the sites: at the border each shift is whole."""
    rows = (
        '{kind="staff_absent", place="border", from_day=2020-04-02, to_day=2020-04-02, value=0.5}',
        '{kind="staff_added", place="site_team", from_day=2020-04-02T10:00:00, to_day=2020-04-02T12:00:00, value=2}',
    )
    scenario = minimal(f"disruptions=[{', '.join(rows)}]")
    roster = rosters(scenario)[0]
    pieces = pieces_of(scenario, ("border",), roster)
    assert pieces.of_shift.tolist() == [*range(len(roster.begin))]
    assert not pieces.added.any()


def test_a_roster_of_another_time_has_no_shift_to_be_too_small() -> None:
    """Its one row is of the year after; that nobody ever comes is told by the rules of rosters."""
    row = '{pool="border", date=2021-05-20, start="08:00", hours=5, headcount=1}'
    assert [*small_shifts(minimal("pools.border={}", f"roster=[{row}]", "pools.site_team.fixed_posts=0"))] == []


def test_of_stretches_with_as_many_missing_the_longest_is_told() -> None:
    """On the one day that counts two are missing at 8, and at 10 and 11: from 10 to 12. At 9 some are on another day,
    so that all is one stretch.
    """
    point = outlook(minimal()).pools[0]
    none = np.zeros(48)
    needed = none.copy()
    needed[[8, 10, 11]], needed[24 + 9] = 6, 5
    (found,) = shortages(replace(point, load=none, needed=needed, for_tasks=none + 4, sites=none + 1))
    assert (found.opens, found.closes, found.people) == (10, 12, 2)


@pytest.mark.parametrize("lead", [1_464, 1_465, 8_760])
def test_a_lead_beyond_the_end_of_a_history_is_held_against_all_who_come(lead: int) -> None:
    """One day and 60 more are 1,464 hours. 5 rooms in the first hour and 4 in the last, a reserve of 8: the check told
    of no answer but an error when the lead was longer.
    """
    scenario = minimal("last_day=2020-04-01", "sites.reserve_rooms=8", f"sites.lead_hours={lead}")
    ahead = outlook(scenario)
    then = replace(ahead.way, placed=only(ahead.way.placed, h0=5, h1463=4))
    remark = told(ahead, scenario, "reserve_small", way=then)
    assert remark is not None
    assert (remark.values["rooms"], remark.values["lead"]) == (9, lead)
