"""Facts of the rules between tables that changed lines left unnoticed: each on both sides of its limit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sampling_case import FIRST, arrivals, port
from scenario_files import SMALL, told

from sim.outlook import outlook
from sim.scenario import load, read
from sim.scenario.rules.arrivals import open_hours, size_findings
from sim.scenario.tables.arrivals import OpeningHours
from sim.scenario.tables.distributions import people_per_group

PAIRS: list[tuple[list[str], list[str], str]] = [
    (["last_day=2030-03-11"], ["last_day=2030-03-12"], "must be at most 3660 days after first_day"),
    (["sites.first_street_position=2"], ["sites.first_street_position=3"], "must be at most 2, the number of sites"),
    (["pools.gongbei.shifts.day.share=1.0"], ["pools.gongbei.shifts.day.share=0.995"], "they must sum to 1"),
    (["arrivals.factor=20"], ["arrivals.factor=20.1"], "arrivals.factor"),
    (["stay.days=60"], ["stay.days=72.5"], "stay.days"),
    (['disruptions=[{kind="arrivals_factor", from_day=2020-03-05, to_day=2020-03-05, value=2}]'],
     ['disruptions=[{kind="arrivals_factor", from_day=2020-03-06, to_day=2020-03-06, value=2}]'], "never happens"),
    (['disruptions=[{kind="arrivals_factor", from_day=2020-03-03, to_day=2020-03-03, value=2}]'],
     ['disruptions=[{kind="arrivals_factor", from_day=2020-03-02, to_day=2020-03-02, value=2}]'], "has no effect"),
    (["ranges={\"stay.days\"=[2, 2.0]}"], ["ranges={\"stay.days\"=[2, 2]}"], "must have two different ends"),
]  # fmt: skip


@pytest.mark.parametrize(("silent", "loud", "words"), PAIRS, ids=range(len(PAIRS)))
def test_a_limit_is_silent_on_its_last_value_and_told_beyond(silent: list[str], loud: list[str], words: str) -> None:
    """Ten years of days, the number of sites, shares that sum to 1, usual most values, days of disruptions, ranges."""
    assert words not in told(*silent)
    assert words in told(*loud)


VISITS, HEALTH = 'visits={{a={{times=["{}"], room_minutes={}, person_minutes={}}}}}', "health={infected_share=0.1}"
SEEN, TESTED = "screening={symptoms_seen_share=0.1}", "screening={test_turnaround_hours=24}"
SENSITIVE = "health={infected_share=0.1, pcr_sensitivity={days=[0], shares=[1]}}"
SWABS, LABORATORY = "swabs={{days={}, person_minutes=1}}", "laboratory={turnaround_hours=24}"
STAFFING = 'staffing={{targets=[], free={{{}}}, minimise="{}"}}'


def _hours(*rows: tuple[str, int, int, str]) -> list[str]:
    """Opening hours of a place from and to a day of March."""
    cells = (f'{{kind="port_hours", place="{at}", from_day=2020-03-{a:02d}, to_day=2020-03-{b:02d}, value="{hours}"}}'
             for at, a, b, hours in rows)  # fmt: skip
    return [f"disruptions=[{', '.join(cells)}]"]


MORE: list[tuple[list[str], list[str], str]] = [
    # screening at the port
    ([HEALTH, SEEN], [SEEN], "has no effect: there is no [health] table, so nobody is infected"),
    ([HEALTH, SEEN], [HEALTH, "screening={}"], "screening: finds nobody"),
    ([SENSITIVE, TESTED], [SENSITIVE, "screening={test_turnaround_hours=24, ports=[]}"], "screening: finds nobody"),
    ([SENSITIVE, TESTED], [HEALTH, TESTED], "must be given, because there is a test on arrival"),
    ([HEALTH, SEEN], [HEALTH, TESTED], "must be given, because there is a test on arrival"),
    ([TESTED], [HEALTH, TESTED], "must be given, because there is a test on arrival"),
    ([HEALTH], [HEALTH, SEEN], "only tests and the screening at the port find the infected"),
    ([HEALTH, "screening={symptoms_seen_share=0.1, ports=['gongbei']}"],
     [HEALTH, "screening={symptoms_seen_share=0.1, ports=['gonbei']}"], 'no such port; did you mean "gongbei"?'),
    # visits, swabs, laboratory
    ([VISITS.format("23:59", 1, 1)], [VISITS.format("24:00", 1, 1)], "times = \"24:00\": must be before 24:00"),
    ([VISITS.format("08:00", 1, 0)], [VISITS.format("08:00", 0, 0)], "takes no time"),
    ([VISITS.format("08:00", 0, 1)], [VISITS.format("08:00", 0, 0)], "takes no time"),
    ([SENSITIVE, VISITS.format("08:00", 1, 0)[:-2] + ", finds_symptoms=true}}"],
     [SENSITIVE, VISITS.format("08:00", 1, 0)], "no kind of visit finds symptoms"),
    ([VISITS.format("08:00", 1, 0), SWABS.format([1, 2]), LABORATORY],
     [VISITS.format("08:00", 1, 0), SWABS.format([1, 1]), LABORATORY], "must differ from each other"),
    ([VISITS.format("08:00", 1, 0), SWABS.format([1]), LABORATORY],
     [VISITS.format("08:00", 1, 0), SWABS.format([]), LABORATORY], "is empty: nobody is tested"),
    ([VISITS.format("08:00", 1, 0), SWABS.format([1]), LABORATORY], [SWABS.format([1]), LABORATORY], "needs [visits]"),
    ([VISITS.format("08:00", 1, 0), SWABS.format([1]), LABORATORY],
     [VISITS.format("08:00", 1, 0), SWABS.format([1])], "no result ever comes: there is no [laboratory] table"),
    ([VISITS.format("08:00", 1, 0), SWABS.format([1]), LABORATORY], [LABORATORY], "there is no [swabs] table"),
    ([SENSITIVE, VISITS.format("08:00", 1, 0), SWABS.format([1]), LABORATORY],
     [HEALTH, VISITS.format("08:00", 1, 0), SWABS.format([1]), LABORATORY], "must be given, because there are swabs"),
    # what is free
    ([STAFFING.format("", "cost"), "costs={staff_day=1}"], [STAFFING.format("", "cost")], "needs costs.staff_day"),
    ([STAFFING.format("", "cost"), "costs={staff_day=1}"], [STAFFING.format("", "cost"), "costs={staff_day=0}"],
     "needs costs.staff_day"),
    ([STAFFING.format('"ports.gongbei.coaches"=[1, 1]', "staff_on_duty")],
     [STAFFING.format('"ports.gongbei.coaches"=[2, 1]', "staff_on_duty")], "the least must not be more than the most"),
    ([STAFFING.format('"ports.gongbei.coaches"=[1, 3]', "staff_on_duty")],
     [STAFFING.format('"ports.gongbei.coaches"=[0, 3]', "staff_on_duty")], "must be at least 1, because there is a"),
    # hours by date, arrivals
    (_hours(("gongbei", 3, 3, "10:00-20:00"), ("gongbei", 4, 4, "11:00-20:00")),
     _hours(("gongbei", 3, 4, "10:00-20:00"), ("gongbei", 4, 4, "11:00-20:00")),
     "sets other hours than row 1 of the disruptions on 2020-03-04;"),
    (_hours(("gongbei", 3, 4, "10:00-20:00"), ("gongbei", 4, 4, "10:00-20:00")),
     _hours(("all", 3, 4, "10:00-20:00"), ("gongbei", 3, 4, "closed")), "sets other hours than row 1"),
    (["arrivals.dispersion_index=1.3333333333333333"], ["arrivals.dispersion_index=1.3333"], "groups alone give"),
    (["last_day=2030-03-11"], ["ports.gongbei.regimes.more={kind='rate', from_day=2020-03-06, people_per_day=1}"],
     "its people do not come"),
]  # fmt: skip


@pytest.mark.parametrize(("silent", "loud", "words"), MORE, ids=range(len(MORE)))
def test_a_rule_of_care_or_choice_is_silent_where_all_is_there(silent: list[str], loud: list[str], words: str) -> None:
    """By hand, one thing more or less than in the small scenario, of which each rule says what is missing."""
    assert words not in told(*silent)
    assert words in told(*loud)


def test_shifts_of_one_common_day_overlap_on_it() -> None:
    """4 March alone, from 15:00 to 16:00; who begin at 16:00 do not."""
    tables = ('start="07:00", hours=9, share=0.5, from_day=2020-03-04, to_day=2020-03-04',
              'start="{}", hours=2, share=0.5, from_day=2020-03-04, to_day=2020-03-04')  # fmt: skip
    assert 'overlaps shift "day" on 2020-03-04' in told(*_shifts(day=tables[0], late=tables[1].format("15:00")))
    assert "overlaps shift" not in told(*_shifts(day=tables[0], late=tables[1].format("16:00")))


def _kinds(n: int) -> str:
    kinds = ", ".join(f'k{i}={{times=["{i // 60:02d}:{i % 60:02d}"], room_minutes=1}}' for i in range(n))
    return f"visits={{{kinds}}}"


def test_ninety_nine_kinds_of_visit_pass_and_a_hundred_fail() -> None:
    """The log numbers a round by two digits of its kind, of which 99 stands for swabs."""
    assert "must have at most 99 kinds" not in told(_kinds(99))
    assert "must have at most 99 kinds, not 100" in told(_kinds(100))


CARE = (
    'visits={a={times=["08:00"], room_minutes=1}}',
    "health={infected_share=0.1, pcr_sensitivity={days=[0], shares=[1]}}",
)


def test_a_swab_on_the_last_day_of_the_stay_is_silent() -> None:
    """A stay of 2 days has days 1 and 2."""
    swabs = "swabs={{days=[1, {}], person_minutes=1}}"
    laboratory = "laboratory={turnaround_hours=24}"
    assert "no swab is taken then" not in told(*CARE, swabs.format(2), laboratory)
    assert "a stay of 2 days has no day 3: no swab is taken then" in told(*CARE, swabs.format(3), laboratory)


def test_only_swabs_with_a_laboratory_find_the_infected() -> None:
    """Without the one or the other, and without checks of symptoms, nobody is ever found."""
    swabs, laboratory = "swabs={days=[1], person_minutes=1}", "laboratory={turnaround_hours=24}"
    assert "only tests find the infected" in told(*CARE, swabs, laboratory)
    for others in ([swabs], [laboratory], []):
        assert "the infected are never found" in told(*CARE, *others)


def test_an_index_little_below_that_of_groups_is_told() -> None:
    """Parties of 1 (0.8) and 2 (0.2): E[G²] / E[G] = 1.6 / 1.2 = 4/3; 1.28 is lower by 0.05, 1.34 is not."""
    arrivals = read(SMALL).scenario.arrivals
    assert people_per_group(arrivals.groups, arrivals.party_size_weights)[1] == pytest.approx(4 / 3)
    assert "groups alone give variance / mean 1.33" in told("arrivals.dispersion_index=1.28")
    assert "groups alone" not in told("arrivals.dispersion_index=1.34")


@pytest.mark.parametrize(("opens", "closes", "hours"), [
    (480, 1230, range(8, 21)), (480, 1200, range(8, 20)), (1410, 60, {23, 0}), (600, 600, range(24)),
])  # fmt: skip
def test_an_hour_counts_as_open_when_the_port_is_open_for_any_of_it(opens: int, closes: int, hours: Any) -> None:
    """Closing at 20:30 includes hour 20, at 20:00 it does not; opens = closes is all day."""
    assert open_hours(OpeningHours(opens=opens, closes=closes)) == set(hours)


def test_a_case_of_one_day_is_silent() -> None:
    """First day = last day is a window of one day."""
    assert told("last_day=2020-03-03", "arrivals.dispersion_index=2", "sites.haiwan.opens=2020-03-03") == ""
    assert read(SMALL, overrides=["last_day=2020-03-03"]).scenario.last_day == dt.date(2020, 3, 3)


@pytest.mark.parametrize("overrides", [
    ['arrivals.groups={kind="table", weights=[0, 0]}'], ["arrivals.party_size_weights=[0, 0]"],
    ['arrivals.groups={kind="table", weights=[0, 0]}', "arrivals.party_size_weights=[0, 0]"],
])  # fmt: skip
def test_weights_that_are_all_zero_are_a_fault_each_and_nothing_is_said_of_variation(overrides: list[str]) -> None:
    """Without a size of groups or parties there is no E[G²] / E[G] to compare with."""
    words = told(*overrides, "arrivals.dispersion_index=0.1")
    assert words.count("must not be all zero") == len(overrides)
    assert "groups alone" not in words


def test_who_has_set_the_most_people_of_a_room_is_not_told_to_set_it() -> None:
    """Five guests in two rooms with two in each at most, by the largest party or by rooms.most_people: 5 > 4."""
    group = 'initial=[{site="yinhua", guests=5, rooms=2, arrived=2020-03-02}]'
    rule, hint = "is not enough for 5 guests, who need 3 rooms with at most 2 in one", "set rooms.most_people"
    assert rule in told(group)
    assert hint in told(group)
    assert rule in told(group, "rooms.most_people=2")
    assert hint not in told(group, "rooms.most_people=2")
    assert rule not in told(group, "rooms.most_people=3")


def _added(place: str, rows: int) -> str:
    at = "from_day=2020-03-03T09:00:00, to_day=2020-03-03T10:00:00"
    row = f'{{kind="arrivals_added", place="{place}", {at}, value=1}}'
    return f"disruptions=[{', '.join([row] * rows)}]"


def test_a_row_of_people_added_at_all_ports_counts_each_of_them() -> None:
    """190 numbers are left for sources of parties: 95 rows for both of two ports, 190 for one of them."""
    tables = (
        'regimes={a={kind="rate", from_day=2020-03-03, people_per_day=1}}, hours={a={opens="08:00", closes="20:00"}}'
    )
    second = f"ports.bay={{not_diverted_share=1, {tables}}}"
    for place, most in (("all", 95), ("gongbei", 190)):
        assert "are possible" not in told(second, _added(place, most))
        assert "are possible" in told(second, _added(place, most + 1))


def test_sites_with_the_same_number_are_told_with_the_first_that_has_it() -> None:
    """The numbers of the list order ties between sites, so that no two are alike."""
    assert 'is the number of "yinhua" too' in told("sites.haiwan.number=1")
    assert "is the number of" not in told("sites.haiwan.number=3")


@pytest.mark.parametrize(("escorts", "small", "never"), [
    (3, False, False), (4, True, False), (7, True, False), (8, False, True),
])  # fmt: skip
def test_a_shift_is_too_small_for_more_escorts_than_its_people_and_never_for_as_many(
    escorts: int, small: bool, never: bool
) -> None:
    """12 people in shares of .3 and .7 are shifts of 4 and 8; a post each leaves 3 and 7 for the queue. More than 7 is
    told of the pool and not of a shift.
    """
    pool = ("pools.gongbei.headcount=12", "pools.gongbei.fixed_posts=1")
    shifts = [f'pools.gongbei.shifts.{name}={{start="{start}", hours=8, share={share}}}'
              for name, start, share in (("day", "07:00", 0.3), ("late", "15:00", 0.7))]  # fmt: skip
    codes = {r.code for r in outlook(load(SMALL, overrides=(*pool, *shifts, f"coaches.escorts={escorts}"))).remarks}
    assert ("shift_too_small" in codes, "never_done" in codes) == (small, never)


def _regime(**table: Any) -> dict[str, Any]:
    return port(regimes={"a": {"from_day": FIRST, **table}})


def _event(kind: str, value: float, begin: str, end: str | None = None, place: str = "all") -> dict[str, Any]:
    return {
        "kind": kind,
        "place": place,
        "from_day": f"2020-03-{begin}",
        "to_day": end and f"2020-03-{end}",
        "value": value,
    }


FACTOR, ADDED = "arrivals_factor", "arrivals_added"
RATE = {"gate": port(250_000)}
EACH = {FIRST + dt.timedelta(days=n): 1_000.0 for n in range(10)}
FLAT = {"kind": "total", "weight": 1.0, "profile": {"kind": "flat"}}
HOUSE = {"number": 1, "rooms": 1, "street": "s", "ride_minutes": {"gate": 1.0}, "opens": FIRST}
NEARLY, FULL = {"gate": port(415_000)}, {"gate": port(419_000)}
"""In 20 days 8,300,000 people, and 8,380,000."""
SIZES: list[tuple[dict[str, Any], str]] = [
    ({"ports": {f"p{n}": port(1) for n in range(62)}}, ""),
    ({"ports": {f"p{n}": port(1) for n in range(63)}}, "63 ports"),
    ({"ports": {"gate": port(500_000)}}, ""),
    ({"ports": {"gate": port(500_001)}}, "500,001 people a day"),
    ({"ports": {"gate": _regime(kind="rate", people_per_day=1, people_per_day_end=500_002)}}, "500,002 people a day"),
    ({"ports": {"gate": port(500_000)}, "days": 17}, "8,500,000 people in a replication"),
    ({"ports": {"gate": port(250_000), "bay": port(250_000)}}, ""),
    ({"ports": {"gate": port(250_000), "bay": port(260_000)}, "days": 17},
     "8,670,000 people in a replication"),
    ({"ports": RATE, "factor": 2.0}, ""),
    ({"ports": RATE, "factor": 2.5}, "625,000 people a day"),
    ({"ports": {"gate": _regime(kind="daily", values=EACH, scale=500)}}, ""),
    ({"ports": {"gate": _regime(kind="daily", values=EACH | {FIRST: 2_000.0}, scale=300)}}, "600,000 people a day"),
    ({"ports": {"gate": {**_regime(**FLAT), "people": 600_000}}}, "600,000 people a day"),
    ({"ports": RATE, "disruptions": [_event(FACTOR, 2, "04", "05"), _event(FACTOR, 2, "06")]}, ""),
    ({"ports": RATE, "disruptions": [_event(FACTOR, 2, "04", "06"), _event(FACTOR, 2, "06")]},
     "1,000,000 people a day"),
    ({"ports": RATE, "disruptions": [_event(FACTOR, 3, "04", "04", "bay")]}, ""),
    ({"ports": RATE, "disruptions": [_event(ADDED, 250_000, "04", "04")]}, ""),
    ({"ports": RATE, "disruptions": [_event(ADDED, 250_001, "04", "04")]}, "500,001 people a day"),
    ({"ports": NEARLY, "days": 20, "disruptions": [_event(ADDED, 8_000, "04", "13")]}, ""),
    ({"ports": NEARLY, "days": 20, "disruptions": [_event(ADDED, 8_000, "04", "14")]}, "8,388,000 people in"),
    ({"ports": NEARLY, "days": 20, "disruptions": [_event(ADDED, 80_000, "04T01:00", "10T01:00")]}, ""),
    ({"ports": FULL, "days": 20, "disruptions": [_event(ADDED, 1, "04T01:00", "10T01:00")]}, "8,380,001 people in"),
    ({"ports": FULL, "days": 20, "disruptions": [_event(ADDED, 10, "23", None)]}, ""),
    ({"ports": FULL, "days": 20, "disruptions": [_event(ADDED, 10, "21", None)]}, "8,380,020 people in"),
    ({"places": 2_046}, ""), ({"places": 2_047}, "makes 4,096 places (1 ports, 2047 sites, 2048 pools and site teams)"),
]  # fmt: skip
"""Port and day: 500,000 people; replication: 8,380,000; 62 ports; 4,095 places. Windows have 10 days unless told."""


@pytest.mark.parametrize(("asked", "words"), SIZES, ids=range(len(SIZES)))
def test_a_size_is_silent_up_to_its_limit_and_told_beyond(asked: dict[str, Any], words: str) -> None:
    """By hand: rate x factors of one moment + people added a day; their sum over days, people with times once; a port
    with a pool, each site with a team."""
    given = {**asked}
    if sites := given.pop("places", 0):
        candidates = {f"s{n}": HOUSE | {"number": n, "team": "crew"} for n in range(1, sites + 1)}
        given |= {
            "sites": {"candidates": candidates},
            "ports": {"gate": port(1, pool="crew")},
            "pools": {"crew": {"headcount": 1}},
        }
    found = [finding.rule for finding in size_findings(arrivals(**{"days": 10, **given}))]
    assert len(found) == bool(words)
    assert words in "".join(found)


def test_shares_that_miss_1_by_as_much_on_two_stretches_of_days_are_told_once() -> None:
    """A third on each side of 4 March."""
    third = "hours=8, share=0.3333333333"
    shifts = (f'pools.gongbei.shifts.day={{start="07:00", {third}, to_day=2020-03-03}}',
              f'pools.gongbei.shifts.late={{start="15:00", {third}, from_day=2020-03-04}}')  # fmt: skip
    assert told(*shifts).count("they must sum to 1") == 1


def _shifts(**tables: str) -> list[str]:
    return [f"pools.gongbei.shifts.{name}={{{table}}}" for name, table in tables.items()]


def test_shifts_may_meet_at_midnight_and_not_overlap_by_a_minute() -> None:
    """16:00 and 8 hours end where a shift of the next day begins; a minute more reaches into 4 March."""
    day, late = 'start="00:00", hours=8, share=0.5', 'start="16:00", hours={}, share=0.5'
    assert "overlap" not in told(*_shifts(day=day, late=late.format(8)))
    assert 'overlaps shift "day" on 2020-03-04' in told(*_shifts(day=day, late=late.format("8.016666667")))


def test_a_shift_of_more_than_a_day_is_the_only_one_of_its_pool_and_begins_once() -> None:
    """Else it would meet itself or another; without from_day it begins on the eve of the first day too."""
    long, later = 'start="07:00", hours=30, share=1', 'start="07:00", hours=8, share=1, from_day=2020-03-05'
    rule = "longer than 24 hours"
    once = f"{long}, from_day=2020-03-03, to_day=2020-03-03"
    assert rule not in told(*_shifts(day=once))
    assert rule in told(*_shifts(day=f"{long}, to_day=2020-03-03"))
    assert rule in told(*_shifts(day=long))
    assert rule in told(*_shifts(day=once, late=later))


BAY = 'ports.bay={not_diverted_share=1, regimes={a={kind="rate", from_day=2020-03-03, people_per_day=1}}, '


def test_escorts_are_not_missed_at_a_port_without_a_pool_where_none_are_asked_for() -> None:
    """One escort a coach is told of the port that has nobody to send; no escort is not."""
    port_without = f'{BAY}hours={{a={{opens="08:00", closes="20:00"}}}}}}'
    assert 'port "bay" has no pool: no escorts are needed there' in told(port_without)
    assert "no escorts are needed" not in told(port_without, "coaches.escorts=0")


def test_values_at_the_very_end_of_what_can_be_are_faults_and_no_tracebacks() -> None:
    """A port that is closed and has no hour in which people come; a roster that begins with the calendar."""
    closed = 'disruptions=[{kind="port_hours", place="gongbei", from_day=2020-03-04, value="closed"}]'
    assert "must not be zero in all hours" in told(closed, f"ports.gongbei.hour_weights={[0] * 24}")
    row = 'roster=[{pool="gongbei", date=0001-01-01, start="07:00", hours=15, headcount=4}]'
    assert "must lie between 1900 and 2200" in told("first_day=0001-01-01", row)


def test_three_sites_without_a_way_are_named_and_four_are_counted() -> None:
    """`MANY`: so many with the same fault are named one by one."""
    bay = f'{BAY.replace("not_diverted_share=1", "coaches=1")}hours={{a={{opens="08:00", closes="20:00"}}}}}}'
    more = [f"sites.s{n}={{number={n}, rooms=1, opens=2020-03-03, ride_minutes={{gongbei=1}}}}" for n in (3, 4)]
    three, four = told(bay, more[0]), told(bay, *more)
    assert three.count("ride_minutes.bay: must be given") == 3
    assert "sites)" not in three
    assert four.count("ride_minutes.bay: must be given (4 sites)") == 1
