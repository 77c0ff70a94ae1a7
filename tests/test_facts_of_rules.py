"""More facts of the rules between tables, each on both sides of its limit: days, sizes, sites, guests, staff."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sampling_case import FIRST, arrivals, port
from scenario_files import SMALL, faults, told, warnings

from sim.scenario.rules.arrivals import open_hours, size_findings
from sim.scenario.tables.arrivals import OpeningHours

YINHUA = "sites.yinhua.opens=2020-03-03"


def window(begin: str, end: str) -> list[str]:
    return [f"window={{from_day=2020-03-{begin}, to_day=2020-03-{end}}}"]


def event(kind: str, **cells: Any) -> list[str]:
    return [
        "disruptions=[{" + ", ".join(f"{key}={cell}" for key, cell in {"kind": f'"{kind}"', **cells}.items()) + "}]"
    ]


def guest(**cells: Any) -> list[str]:
    return ["initial=[{" + ", ".join(f"{key}={cell}" for key, cell in cells.items()) + "}]", YINHUA]


def shifts(**tables: str) -> list[str]:
    """Shifts of the small scenario's pool beside its own, or in place of it."""
    return [f"pools.gongbei.shifts.{name}={{{table}}}" for name, table in tables.items()]


BORN = "ports.gongbei.regimes.all.from_day={}"
OPENS = "sites.haiwan.opens"
DEMAND = [f"{OPENS}=demand", "sites.yinhua.opens=demand"]

PAIRS: list[tuple[list[str], list[str], str]] = [
    # days of the window
    (["last_day=2020-03-03", f"{OPENS}=2020-03-03"], ["last_day=2020-03-02"],
     "last_day = 2020-03-02: must not be before first_day (2020-03-03)"),
    (["first_day=1900-01-01", "last_day=1900-01-02", BORN.format("1900-01-01"), "sites.yinhua.opens=1900-01-01"],
     ["first_day=1899-12-31", "last_day=1900-01-02", BORN.format("1899-12-31")],
     "first_day = 1899-12-31: must lie between 1900 and 2200"),
    (["first_day=2200-12-30", "last_day=2200-12-31"], ["first_day=2200-12-30", "last_day=2201-01-01"],
     "last_day = 2201-01-01: must lie between 1900 and 2200"),
    (window("03", "05"), window("02", "05"), "window.from_day = 2020-03-02: must lie between"),
    (window("03", "05"), window("03", "06"), "window.to_day = 2020-03-06: must lie between"),
    (window("04", "04"), window("05", "04"), "window.to_day = 2020-03-04: must not be before from_day (2020-03-05)"),
    # ports
    ([BORN.format("2020-03-03")], [BORN.format("2020-03-04")], "no regime covers 2020-03-03 to 2020-03-03"),
    (['ports.gongbei.regimes.more={kind="rate", from_day=2020-03-05, people_per_day=1}'],
     ['ports.gongbei.regimes.more={kind="rate", from_day=2020-03-06, people_per_day=1}'], "its people do not come"),
    (["ports.gongbei.hours.all.from_day=2020-03-03"], ["ports.gongbei.hours.all.from_day=2020-03-04"],
     "must say the hours of first_day (2020-03-03)"),
    (["ports.gongbei.regimes.all.people_per_day_end=0"],
     ["ports.gongbei.regimes.all.people_per_day_end=0", "ports.gongbei.regimes.all.between=exponential"],
     "regimes.all.people_per_day_end = 0.0: must be more than 0"),
    (["ports.gongbei.regimes.all.people_per_day_end=1", "ports.gongbei.regimes.all.between=exponential"],
     ["ports.gongbei.regimes.all.people_per_day_end=1", "ports.gongbei.regimes.all.people_per_day=0",
      "ports.gongbei.regimes.all.between=exponential"], "regimes.all.people_per_day = 0.0: must be more than 0"),
    # sites
    (["sites.first_street_position=1"], ["sites.first_street_position=1", "sites.yinhua.level=district",
                                         "sites.haiwan.level=district"], "has no effect: no site is of level street"),
    (["sites.first_street_position=1", "sites.yinhua.level=district"],
     ["sites.first_street_position=1", "sites.yinhua.level=district", "sites.haiwan.level=district"], "no site is of"),
    ([f"{OPENS}=2020-03-03"], [f"{OPENS}=2020-03-02"], "opens = 2020-03-02: is before first_day"),
    ([f"{OPENS}=2020-03-04"], [f"{OPENS}=2020-03-05"], "opens = 2020-03-05: is the last day"),
    ([f"{OPENS}=2020-03-05"], [f"{OPENS}=2020-03-06"], "is after last_day: this site never opens"),
    (["last_day=2020-03-03", f"{OPENS}=2020-03-03"], ["last_day=2020-03-04", f"{OPENS}=2020-03-04"], "is the last day"),
    (["sites.reserve_rooms=0", *DEMAND, "sites.lead_hours=71.9"], ["sites.reserve_rooms=0", *DEMAND,
                                                                   "sites.lead_hours=72"], "as long as the window"),
    (["sites.lead_hours=72", "sites.reserve_rooms=5"], ["sites.lead_hours=72", "sites.reserve_rooms=5",
                                                        f"{OPENS}=demand"], "as long as the window"),
    (["sites.reserve_rooms=0", *DEMAND], DEMAND, "no site can open: none has a date on which it opens"),
    ([], [f"{OPENS}=demand"], "is left out: the 1 sites that open on demand never open"),
    (["sites.closing=never"], ["sites.closing=plain"], "needs reserve_rooms, the free rooms that must remain"),
    (['sites.review_time="23:59"'], ['sites.review_time="24:00"'], "must be before 24:00"),
    (['release={opens="23:59", closes="10:00"}'], ['release={opens="24:00", closes="10:00"}'], "must be before 24:00"),
    (["sites.allocation=assigned"], ["sites.allocation=assigned", "sites.yinhua.weight=0", f"{OPENS}=2020-03-06"],
     "needs a site with a date in opens and a weight above 0"),
    (["sites.allocation=assigned", "sites.yinhua.weight=0", f"{OPENS}=2020-03-05"],
     ["sites.allocation=assigned", "sites.yinhua.weight=0", f"{OPENS}=demand", "sites.reserve_rooms=1"],
     "needs a site with a date in opens and a weight above 0"),
    (["sites.reserve_rooms=1"], ["sites.allocation=assigned", "sites.reserve_rooms=1"], "opens sites that get nobody"),
    (["sites.allocation=assigned"], ["sites.allocation=assigned", "sites.closing=plain", "sites.reserve_rooms=1"],
     "stops sites for good"),
    # today's guests: 60 rooms of Yinhua, a stay of 2 days, parties of 2 at most, 366 days
    (guest(site='"yinhua"', party_size=1, day_of_stay=1), guest(site='"yinhu"', party_size=1, day_of_stay=1),
     'initial.1.site = "yinhu": no such site; did you mean "yinhua"?'),
    (guest(site='"yinhua"', party_size=1, day_of_stay=1), guest(site='"zzz"', party_size=1, day_of_stay=1),
     "no such site; write the id or the name of a site of the list"),
    (guest(site='"yinhua"', party_size=1, day_of_stay=2), guest(site='"yinhua"', party_size=1, day_of_stay=3),
     "day_of_stay = 3: is beyond the stay of 2 days: the party is released at once"),
    (guest(site='"yinhua"', guests=2, rooms=1, arrived="2020-03-01T00:01:00"),
     guest(site='"yinhua"', guests=2, rooms=1, arrived="2020-03-01"), "arrived = 2020-03-01T00:00:00: is beyond the"),
    (guest(site='"yinhua"', party_size=10, day_of_stay=1), guest(site='"yinhua"', party_size=11, day_of_stay=1),
     "party_size = 11: must be at most 10: a party has one room"),
    ([*guest(site='"yinhua"', party_size=3, day_of_stay=1), "rooms.most_people=3"],
     [*guest(site='"yinhua"', party_size=4, day_of_stay=1), "rooms.most_people=3"], "must be at most 3: a party has"),
    ([*guest(site='"yinhua"', party_size=60, day_of_stay=1), "rooms.per=person"],
     [*guest(site='"yinhua"', party_size=61, day_of_stay=1), "rooms.per=person"], "the largest site has 60"),
    ([*guest(site='"yinhua"', guests=2, rooms=2, arrived="2020-03-02"), "rooms.per=person"],
     [*guest(site='"yinhua"', guests=3, rooms=2, arrived="2020-03-02"), "rooms.per=person"],
     "rooms = 2: must be 3, as many as guests"),
    ([*guest(site='"yinhua"', guests=2, rooms=2, arrived="2020-03-02"), "rooms.per=person"],
     [*guest(site='"yinhua"', guests=1, rooms=2, arrived="2020-03-02"), "rooms.per=person"], "must be 1, as many as"),
    (guest(site='"yinhua"', guests=2, rooms=2, arrived="2020-03-02"),
     guest(site='"yinhua"', guests=1, rooms=2, arrived="2020-03-02"), "must be at most 1, the guests"),
    (guest(site='"yinhua"', guests=4, rooms=2, arrived="2020-03-02"),
     guest(site='"yinhua"', guests=5, rooms=2, arrived="2020-03-02"), "who need 3 rooms with at most 2 in one"),
    (guest(site='"yinhua"', guests=1, rooms=1, arrived="2020-03-03"),
     guest(site='"yinhua"', guests=1, rooms=1, arrived="2020-03-03T00:01:00"), "must not be after 00:00 of first_day"),
    ([*guest(site='"yinhua"', guests=1, rooms=1, arrived="2019-03-03"), "stay.days=366"],
     guest(site='"yinhua"', guests=1, rooms=1, arrived="2019-03-02T23:59:00"), "is more than 366 days before"),
    (guest(site='"yinhua"', guests=60, rooms=60, arrived="2020-03-02"),
     guest(site='"yinhua"', guests=61, rooms=61, arrived="2020-03-02"), "sites.yinhua.rooms: has 60 rooms, but the "
     "parties in it at the beginning (initial) need 61"),
    (guest(site='"yinhua"', guests=1, rooms=1, arrived="2020-03-02"),
     guest(site='"haiwan"', guests=1, rooms=1, arrived="2020-03-02"), "sites.haiwan.opens = 2020-03-04: must not be"),
    ([*guest(site='"haiwan"', guests=1, rooms=1, arrived="2020-03-02"), f"{OPENS}=demand", "sites.reserve_rooms=1"],
     guest(site='"haiwan"', guests=1, rooms=1, arrived="2020-03-02"), "parties are in it from the beginning"),
    # staff
    (["pools.gongbei.fixed_posts=2", "pools.gongbei.posts_may_leave=2"],
     ["pools.gongbei.fixed_posts=2", "pools.gongbei.posts_may_leave=3"], "must not be more than the fixed posts"),
    (["pools.gongbei.fixed_posts_share=0.5", "pools.gongbei.fixed_posts=0"],
     ["pools.gongbei.fixed_posts_share=0.5", "pools.gongbei.fixed_posts=1"], "beside a number of fixed posts (1)"),
    (["pools.gongbei.headcount=1"], ["pools.gongbei.headcount=0"], "headcount = 0: nobody is on duty"),
    (["pools.gongbei.headcount_factor=1"], ["pools.gongbei.headcount_factor=0"], "headcount_factor = 0: nobody is on"),
    (shifts(day='start="23:59", hours=8, share=1'), shifts(day='start="24:00", hours=8, share=1'),
     "shifts.day.start = \"24:00\": must be before 24:00"),
    (shifts(day='start="07:00", hours=8, share=1, from_day=2020-03-03, to_day=2020-03-03',
            rest='start="07:00", hours=8, share=1, from_day=2020-03-04'),
     shifts(day='start="07:00", hours=8, share=1, from_day=2020-03-04, to_day=2020-03-03'),
     "to_day = 2020-03-03: must not be before from_day (2020-03-04)"),
    (shifts(day='start="07:00", hours=15, share=1, to_day=2020-03-06'),
     shifts(day='start="07:00", hours=15, share=1, to_day=2020-03-05'), "nobody is on duty after the last day"),
    (shifts(day='start="07:00", hours=24, share=1'), shifts(day='start="07:00", hours=24.1, share=1'),
     "longer than 24 hours"),
    (shifts(day='start="07:00", hours=8, share=0.9999991'), shifts(day='start="07:00", hours=8, share=0.99999'),
     "they must sum to 1"),
    (shifts(day='start="07:00", hours=8, share=1', late='start="15:00", hours=8, share=0'),
     shifts(day='start="07:00", hours=8, share=0.5', late='start="15:00", hours=8, share=0'), "sum to 0.5; they must"),
    (shifts(day='start="07:00", hours=8, share=0.5', late='start="15:00", hours=16, share=0.5'),
     shifts(day='start="07:00", hours=8, share=0.5', late='start="14:59", hours=1, share=0.5'),
     'overlaps shift "day" on 2020-03-03'),
    (shifts(day='start="00:00", hours=8, share=0.5', late='start="16:00", hours=8, share=0.5'),
     shifts(day='start="00:00", hours=8, share=0.5', late='start="16:00", hours=8.01, share=0.5'),
     'overlaps shift "day" on 2020-03-04'),
    (shifts(day='start="16:00", hours=8, share=0.5', late='start="00:00", hours=8, share=0.5'),
     shifts(day='start="16:00", hours=8.01, share=0.5', late='start="00:00", hours=8, share=0.5'),
     'overlaps shift "day" on 2020-03-04'),
    (shifts(day='start="07:00", hours=8, share=0.5', late='start="06:00", hours=1, share=0.5'),
     shifts(day='start="07:00", hours=8, share=0.5', late='start="06:00", hours=1.1, share=0.5'),
     'overlaps shift "day" on 2020-03-03'),
    (["brigade={teams=[3, 10, 4], trigger_hours=4, brigade_call=10}"],
     ["brigade={teams=[3, 10, 4], trigger_hours=4, brigade_call=11}"], "brigade_call = 11: must be at most 10, the"),
    (["brigade={teams=[10], trigger_hours=4, pools=['gongbei']}"], ["brigade={teams=[10], trigger_hours=4, pools=[]}"],
     "brigade.pools = []: is empty: nobody may call the brigade; leave it out to let all pools call"),
    (["brigade={teams=[10], trigger_hours=4, pools=['gongbei']}"],
     ["brigade={teams=[10], trigger_hours=4, pools=['gonbei']}"], 'no such pool; did you mean "gongbei"?'),
    (["ports.gongbei.coaches=1"], ["ports.gongbei.coaches=0"], "coaches = 0: must be at least 1"),
    (["ports.gongbei.coaches=0", "ports.gongbei.not_diverted_share=1"], ["ports.gongbei.coaches=0"], "must be at "),
    (["pools.gongbei.headcount=4"], ["pools.gongbeii={headcount=4}"],
     'pools.gongbeii.shifts: must have at least one shift, or rows in the roster; did you mean "gongbei"?'),
    # disruptions
    (event("staff_absent", place='"gongbei"', from_day="2020-05-04", value=1),
     event("staff_absent", place='"gongbei"', from_day="2020-05-05", value=1), "is after 2020-05-04: this disruption"),
    (event("arrivals_factor", from_day="2020-03-05T23:59:00", value=2),
     event("arrivals_factor", from_day="2020-03-06T00:00:00", value=2), "is after 2020-03-05: this disruption"),
    (event("arrivals_factor", from_day="2020-03-02", to_day="2020-03-03T00:01:00", value=2),
     event("arrivals_factor", from_day="2020-03-02", to_day="2020-03-03T00:00:00", value=2), "is before first_day"),
    ([*event("sites_prepared", from_day="2020-03-03", value=1), f"{OPENS}=demand", "sites.reserve_rooms=1"],
     [*event("sites_prepared", from_day="2020-03-02", value=1), f"{OPENS}=demand", "sites.reserve_rooms=1"],
     "these sites are begun at 00:00 of first_day"),
    ([*event("sites_prepared", from_day="2020-03-03", value=1), f"{OPENS}=demand", "sites.reserve_rooms=1"],
     [*event("sites_prepared", from_day="2020-03-03", value=2), f"{OPENS}=demand", "sites.reserve_rooms=1"],
     "is more than the list has: 1 candidates open on demand"),
    ([*event("sites_prepared", from_day="2020-03-03", value=1), f"{OPENS}=demand", "sites.reserve_rooms=1"],
     [*event("sites_prepared", from_day="2020-03-03", to_day="2020-03-04", value=1), f"{OPENS}=demand"],
     "to_day = 2020-03-04: must be left out: sites are begun at one moment"),
    (event("site_lost", place='"haiwan"', from_day="2020-03-04"),
     event("site_lost", place='"haiwan"', from_day="2020-03-04", value=1), "must be left out: site_lost has no value"),
    (event("site_lost", place='"haiwan"', from_day="2020-03-04"), event("site_lost", from_day="2020-03-04"),
     "must name a site; such as yinhua"),
    (event("site_lost", place='"haiwan"', from_day="2020-03-04"),
     event("site_lost", place='"haiwen"', from_day="2020-03-04"), 'no such site; did you mean "haiwan"?'),
    (event("staff_absent", place='"gongbei"', from_day="2020-03-04", value=1),
     event("staff_absent", place='"gongbei"', from_day="2020-03-04", value=1.5),
     "value = 1.5: must be a share from 0 to 1"),
    (event("staff_absent", place='"gongbei"', from_day="2020-03-04", value=1),
     event("staff_absent", place='"gongbei"', from_day="2020-03-04", value=100), "100 % is 1"),
    (event("arrivals_factor", from_day="2020-03-04", value=20), event("arrivals_factor", from_day="2020-03-04",
                                                                      value=20.5), "value = 20.5: multiplies by 20.5"),
    (event("staff_added", place='"gongbei"', from_day="2020-03-04", value=2),
     event("staff_added", place='"yinhua.team"', from_day="2020-03-04", value=2), "no such pool"),
    ([*event("staff_added", place='"yinhua.team"', from_day="2020-03-04", value=2), "sites.team=crew",
      'pools.crew={headcount=1, shifts={d={start="07:00", hours=8, share=1}}}'],
     [*event("staff_added", place='"haiwan.team"', from_day="2020-03-04", value=2), "sites.yinhua.team=crew",
      'pools.crew={headcount=1, shifts={d={start="07:00", hours=8, share=1}}}'], "no such pool"),
    (["staffing={targets=[], free={}, phases={b=2020-03-06, a=2020-03-03}}"],  # one after the last day is left out
     ["staffing={targets=[], free={}, phases={b=2020-03-05, a=2020-03-04}}"],
     "staffing.phases.a = 2020-03-04: the first phase must begin by first_day (2020-03-03)"),
    # what is asked
    (["targets.a={measure='unplaced', place='haiwan.team', at_most=1}"],
     ["targets.a={measure='unplaced', place='haiwan.teams', at_most=1}"], "no such place"),
    (["targets.a={measure='unplaced', place='gongbei.worst_shift', at_most=1}"],
     ["targets.a={measure='unplaced', place='yinhua.worst_shift', at_most=1}"], "no such place"),
    (["targets.a={measure='unplaced', place='first_street_site', at_most=1}"],
     ["targets.a={measure='unplaced', place='first_street', at_most=1}"], 'did you mean "first_street_site"?'),
    (["targets.a={measure='utilisation', place='gongbei', at_most=1}"],
     ["targets.a={measure='utilisation', place='gongbei', at_most=90}"], "90 % is 0.9"),
    (["targets.a={measure='unplaced', place='gongbei', at_most=90}"],
     ["targets.a={measure='no_room_share', at_most=90}"], "is compared with a share from 0 to 1"),
    (["headlines=['unplaced', 'unplaced@gongbei']"], ["headlines=['unplaced', 'unplaced@all']"],
     "must name each measure and place once"),
    (["headlines=['unplaced@yinhua']"], ["headlines=['unplaced@yinhau']"], 'no such place; did you mean "yinhua"?'),
    (["ranges={'sites.*.rooms'=[1, 2]}"], ["ranges={'sites.*.roms'=[1, 2]}"], "has no effect: no value has this path"),
]  # fmt: skip


@pytest.mark.parametrize(("silent", "loud", "words"), PAIRS, ids=range(len(PAIRS)))
def test_a_rule_is_silent_up_to_its_limit_and_told_beyond(silent: list[str], loud: list[str], words: str) -> None:
    """By hand, from the days 3 to 5 March, 60 and 40 rooms, the stay of 2 days and the one pool of the small scenario:
    the last value that is allowed says nothing, and the next is told with its path, value and way out."""
    assert words not in "\n".join(warnings(SMALL, *silent))
    assert words in told(*loud)


def roster(folder: Path, *rows: str, more: str = "") -> str:
    """What is told of the small scenario with rows (date, start, hours, headcount) in place of its pool's shift."""
    cells = [row.split() for row in (*EVERY_DAY, *rows)]
    listed = (f'{{pool="gongbei", date={d}, start="{s}", hours={h}, headcount={n}}}' for d, s, h, n in cells)
    small = SMALL.read_text(encoding="utf-8")
    shift = small[small.index("headcount = 4") : small.index("[registration]")]
    (folder / "scenario.toml").write_text(f"roster = [{', '.join(listed)}]\n{small.replace(shift, more)}")
    return "\n".join(faults(folder / "scenario.toml") or warnings(folder / "scenario.toml"))


EVERY_DAY = [
    f'"{day}" 08:00 8 3' for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
]
ROWS = [
    (["2020-03-04 23:59 8 3"], ["2020-03-04 24:00 8 3"], 'roster.8.start = "24:00": must be before 24:00'),
    (["2020-03-02 08:00 8 3"], ["2020-03-01 08:00 8 3"], "roster.8.date = 2020-03-01: lies outside first_day to "
     "last_day and the 60 days after it: it has no effect"),
    (["2020-05-04 08:00 8 3"], ["2020-05-05 08:00 8 3", "2020-05-06 08:00 8 3"], "roster.8.date = 2020-05-05: lies "
     "outside first_day to last_day and the 60 days after it (2 rows do): it has no effect"),
    ([], ["2020-03-05 08:00 8 0"], "nobody is on duty on 2020-03-05: the roster has no row for them"),
    (["2020-03-02 08:00 8 0"], ["2020-03-03 08:00 8 0", "2020-03-04 08:00 8 0"],
     "nobody is on duty on 2 days (the first: 2020-03-03): the roster"),
    ([], ["2020-03-06 08:00 8 0"], "nobody is on duty on 2020-03-06 after the last day, when the last guests"),
    (["2020-05-05 08:00 8 0"], ["2020-05-04 08:00 8 0"], "nobody is on duty on 2020-05-04 after the last day"),
    (["2020-03-04 08:00 16 3"], ["2020-03-04 08:01 24 3"], "roster.4: overlaps row 8 of the roster on 2020-03-05"),
    (["2020-03-04 08:00 1 3", "2020-03-04 09:00 1 3"], ["2020-03-04 08:00 6 3", "2020-03-04 09:00 1 3",
     "2020-03-04 11:00 1 3"], "roster.10: overlaps row 8 of the roster on 2020-03-04"),
]  # fmt: skip


@pytest.mark.parametrize(("silent", "loud", "words"), ROWS, ids=range(len(ROWS)))
def test_rows_of_a_roster_are_silent_up_to_their_limit(
    tmp_path: Path, silent: list[str], loud: list[str], words: str
) -> None:
    """From the eve of 3 March to 4 May, 60 days after the last; 5 March 2020 is a Thursday, row 4. A long row is held
    against all that begin before its end, not only the next."""
    assert words not in roster(tmp_path, *silent)
    assert words in roster(tmp_path, *loud)


def test_a_headcount_beside_a_roster_has_no_effect(tmp_path: Path) -> None:
    """Nought says the same as nothing."""
    rule = "headcount = 1: has no effect: the roster says who is on duty"
    assert rule in roster(tmp_path, more="headcount = 1\n")
    assert "has no effect" not in roster(tmp_path, more="headcount = 0\n")


def test_guests_whose_stay_is_over_are_one_line_with_a_count() -> None:
    """The first of them with its value; how many more there are."""
    row = '{site="yinhua", party_size=1, day_of_stay=3}'
    for rows, words in ((1, "at once"), (2, "at once (and so are 1 rows more)"), (4, "at once (and so are 3 rows")):
        said = told(f"initial=[{', '.join([row] * rows)}]")
        assert said.count("is beyond the stay of 2 days") == 1
        assert f"initial.1.day_of_stay = 3: is beyond the stay of 2 days: the party is released {words}" in said


@pytest.mark.parametrize(("per", "rooms", "loud"), [
    ("party", 2**20, False), ("party", 2**20 + 1, True), ("person", 2**20 + 1, True),
])  # fmt: skip
def test_parties_of_the_beginning_have_20_bits(per: str, rooms: int, loud: bool) -> None:
    """A party in each room, or of each person; two rows, of which one has a room."""
    rows = [f'{{site="yinhua", guests={n}, rooms={n}, arrived=2020-03-02}}' for n in (rooms - 1, 1)]
    said = told(f"initial=[{', '.join(rows)}]", f"rooms.per={per}")
    assert (f"has {rooms:,} parties: at most 1,048,576 can be in sites at the beginning" in said) == loud


def _regime(**table: Any) -> dict[str, Any]:
    return port(regimes={"a": {"from_day": FIRST, **table}, "b": {"from_day": FIRST + dt.timedelta(days=2), **table}})


DAYS = {FIRST + dt.timedelta(days=n): 500.001 for n in range(4)}
FLAT = {"kind": "total", "weight": 1.0, "profile": {"kind": "flat"}}
BLAMED: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({"gate": _regime(kind="rate", people_per_day=500_001)}, ("ports", "gate", "regimes", "a", "people_per_day")),
    ({"gate": _regime(kind="daily", values=DAYS, scale=1_000)}, ("ports", "gate", "regimes", "a")),
    ({"gate": {**_regime(**FLAT), "people": 500_001}}, ("ports", "gate", "people")),
]


@pytest.mark.parametrize(("ports", "path"), BLAMED, ids=range(len(BLAMED)))
def test_too_many_people_are_told_where_their_number_stands(ports: dict[str, Any], path: tuple[str, ...]) -> None:
    """The first of regimes with as many; a factor above 1 is blamed in place of all, a factor of 1 is not."""
    (found,) = size_findings(arrivals(ports=ports, days=4))
    assert found.path == path
    (found,) = size_findings(arrivals(ports=ports, days=4, factor=1.01))
    assert found.path == ("arrivals", "factor")


HUNDRED = {"kind": "arrivals_factor", "from_day": FIRST, "value": 100}


def test_too_many_people_in_all_are_told_of_the_factor_or_of_the_ports() -> None:
    """17 days of 500,000; of 250,000 twice; and beyond 10^12 in powers of ten."""
    (found,) = size_findings(arrivals(ports={"gate": port(500_000)}, days=17))
    assert (found.path, found.rule) == (("ports",), "leads to 8,500,000 people in a replication: at most 8,380,000 are "
                                        "possible")  # fmt: skip
    (found,) = size_findings(arrivals(ports={"gate": port(250_000)}, days=17, factor=2.0))
    assert found.path == ("arrivals", "factor")
    for factor, words in ((999.0, "999,000,000,000"), (1e3, "1e+12")):
        (found,) = size_findings(arrivals(ports={"gate": port(1e7)}, factor=factor, disruptions=[HUNDRED]))
        assert f"leads to {words} people a day" in found.rule


def test_an_hour_of_which_a_minute_is_open_counts() -> None:
    """Until 00:01 of the next day."""
    assert open_hours(OpeningHours(opens=1380, closes=1)) == {23, 0}


@pytest.mark.parametrize(("missing", "listed"), [
    (3, "has no number for 3 of its 5 days: 2020-03-03, 2020-03-04, 2020-03-05\n"),
    (4, "has no number for 4 of its 5 days: 2020-03-03, 2020-03-04, 2020-03-05 …\n"),
])  # fmt: skip
def test_three_days_without_a_number_are_named_and_of_more_the_first_three(missing: int, listed: str) -> None:
    """Of five days the last have one."""
    values = ", ".join(f"2020-03-{day:02d}=1" for day in range(3 + missing, 8))
    regime = f'ports.gongbei.regimes.all={{kind="daily", from_day=2020-03-03, values={{{values}}}}}'
    assert listed in f"{told('last_day=2020-03-07', regime)}\n"


@pytest.mark.parametrize(("sites", "lines"), [(3, 3), (4, 1)])
def test_rides_in_another_unit_are_named_up_to_three(sites: int, lines: int) -> None:
    """2,400 for minutes at two, three or four sites: more than three are the first of several."""
    rides = [f"sites.{name}.ride_minutes.gongbei=2400" for name in ("yinhua", "haiwan")]
    more = [f"sites.s{n}={{number={n}, rooms=1, opens=2020-03-03, ride_minutes={{gongbei=2400}}}}" for n in range(3, 5)]
    said = told(*rides, *more[: sites - 2])
    assert said.count("is far more than usual, and is taken as minutes") == lines
    assert ("sites.*.ride_minutes.* = 2400" in said) == (lines == 1)


def test_the_calendar_ends_without_a_traceback() -> None:
    """9999-12-31 has no day after it."""
    assert "must lie between 1900 and 2200" in told("first_day=9999-12-30", "last_day=9999-12-31")
