"""Facts of the outlook that changed lines left unnoticed: sums by hand, and each remark on both sides of its limit."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from outlook_case import SITES, of_sites

from sim import load
from sim.outlook import Outlook, Remark, Size, origins, outlook, seconds_of_run
from sim.outlook.sanity import RuleInput, remarks
from sim.outlook.sites import CHANCES, RoomsOnDay, SitesByDay, index_by_day, quantile, sites_by_day
from sim.outlook.staff import _swabs, _visits, shortages
from sim.outlook.way import clock_hours, way
from sim.scenario import read
from sim.scenario.tables.schema import Scenario

MINIMAL = Path(__file__).parents[1] / "sim" / "scenario" / "templates" / "minimal" / "scenario.toml"
FIRST = dt.date(2020, 4, 1)


@pytest.mark.parametrize(("opens", "closes", "hours"), [
    (600, 600, range(24)), (480, 1200, range(8, 20)), (480, 1201, range(8, 21)), (509, 540, [8]), (1380, 30, [0, 23]),
])  # fmt: skip
def test_an_hour_is_open_when_any_of_it_is_and_equal_times_are_all_day(opens: int, closes: int, hours: Any) -> None:
    """By hand; at or before `opens` a stretch closes on the next day, so opens = closes is all day."""
    assert np.flatnonzero(clock_hours(24, opens, closes)).tolist() == list(hours)
    assert np.flatnonzero(clock_hours(30, opens, closes)).tolist() == [h for h in range(30) if h % 24 in set(hours)]


@pytest.mark.parametrize(("others", "template", "same"), [(2, "minimal", 1), (3, "", 0)])
def test_a_third_of_the_values_of_a_template_makes_a_scenario_one_of_it(others: int, template: str, same: int) -> None:
    """Exactly 1/3 counts, one value more of the scenario's own and it does not."""
    reading = read(MINIMAL)
    theirs = [row for row in reading.provenance if row.path == "coaches.seats"]
    own = [
        replace(theirs[0], path=f"pools.p{i}.headcount", value=i, words="a count", file="own.toml") for i in range(9)
    ]
    made = replace(reading, provenance=(*theirs, *own[:others]), files=(Path(__file__),))
    found = origins(made)
    assert (found.template, found.as_in_template, found.values) == (template, same and len(theirs), 1 + others)


TWO_PORTS = """
schema = 1
title = "by hand"
first_day = 2020-04-01
last_day = 2020-04-03
arrivals.groups = { kind = "table", weights = [1, 0, 1] }
arrivals.party_size_weights = [0.5, 0.5]
[ports.a]
not_diverted_share = 0.2
hours.all = { opens = "00:00", closes = "24:00" }
regimes.one = { kind = "rate", from_day = 2020-04-01, people_per_day = 10 }
regimes.two = { kind = "rate", from_day = 2020-04-02, people_per_day = 20 }
regimes.six = { kind = "rate", from_day = 2020-04-03, people_per_day = 40 }
[ports.b]
not_diverted_share = 0.5
hours.all = { opens = "00:00", closes = "24:00" }
regimes.one = { kind = "rate", from_day = 2020-04-01, people_per_day = 0 }
[stay]
days = 1.5
[sites.inn]
number = 1
rooms = 500
opens = 2020-04-01
ride_minutes = { a = 20.0, b = 20.0 }
"""


def two_ports(folder: Path, *overrides: str) -> Scenario:
    (folder / "scenario.toml").write_text(TWO_PORTS, encoding="utf-8")
    return load(folder / "scenario.toml", overrides=overrides)


@pytest.mark.parametrize(("per", "expected"), [("party", 3.8), ("person", 5 / 3 + 0.8 * (83 / 12 - 5 / 3))])
def test_the_index_of_rooms_by_hand(per: str, expected: float, tmp_path: Path) -> None:
    """N = 1 or 3 parties: E[N²] / E[N] = 5/2; 1 or 2 people: m = 1.5, E[s²] / E[s] = 5/3; groups in people: E[G²]/E[G]
    = (2 x 2.5 + 3 x 2.25) / 3 = 47/12, so that I = 83/12 leaves s = 3; the larger kept share is 0.8.
    Per party D = 1 + 0.8 (2.5 + 3 / 1.5 - 1) = 3.8; per person 5/3 + 0.8 (47/12 + 3 - 5/3)."""
    scenario = two_ports(tmp_path, f"arrivals.dispersion_index={83 / 12}", f"rooms.per={per}")
    assert index_by_day(scenario) == pytest.approx([expected] * 3)


def test_days_of_the_last_stay_count_by_their_people_and_the_last_holds_after_the_window(tmp_path: Path) -> None:
    """day_cv 0.4: a day of p people has s = 0.16 p. A stay of 1.5 days looks back on 2: 10; 10 and 20; 20 and 40:
    s = 0.16 x 10, 0.16 x 500 / 30, 0.16 x 2000 / 60. After the window the rooms have the last day's index."""
    scenario = two_ports(tmp_path, "arrivals.variation=cv", "arrivals.day_cv=0.4")
    spread = np.array([1.6, 0.16 * 500 / 30, 0.16 * 2000 / 60])
    index = index_by_day(scenario)
    assert index == pytest.approx(1 + 0.8 * (2.5 + spread / 1.5 - 1))
    rooms = outlook(scenario).rooms
    for number, day in enumerate(rooms):
        assert day.day == FIRST + dt.timedelta(days=number)
        assert day.enough == tuple(quantile(day.mean, float(index[min(number, 2)]), chance) for chance in CHANCES)
    assert len(rooms) == 5  # those of the third day are there until noon of the fifth


def sites(folder: Path, opens: list[str], *, people: float = 0, initial: str = "", text: str = SITES) -> SitesByDay:
    """Sites of 100 rooms that open on these dates."""
    scenario = of_sites(folder, people=people, opens=tuple(opens), before=initial, text=text)
    return sites_by_day(scenario, way(scenario))


def test_the_site_open_longest_stops_first_whatever_its_number(tmp_path: Path) -> None:
    """Two people a day; the second of the list opens on day 1, the first on day 3: the second has been open for a stay
    at 08:00 of day 6, when the other has the reserve; its last guest, of day 5, leaves on day 10. The other goes on."""
    found = sites(tmp_path, ["2020-04-03", "2020-04-01"], people=2).open[:20].astype(int)
    assert found[:, 1].tolist() == [1] * 9 + [0] * 11
    assert found[:, 0].tolist() == [0, 0] + [1] * 18


@pytest.mark.parametrize("day_of_stay", [1, 2, 3])
def test_a_guest_on_day_one_of_the_stay_stays_the_full_length(day_of_stay: int, tmp_path: Path) -> None:
    """Nobody comes. Of s1's two parties one is on day 4 of 5, so that the site has been open for a stay at the third
    review and stops; the other, on day k, leaves after 5 - (k - 1) days, and the site is closed from that day on."""
    rows = ", ".join(f'{{ site = "s1", party_size = 1, day_of_stay = {k} }}' for k in (4, day_of_stay))
    found = sites(tmp_path, ["2020-04-01", "2020-04-01"], initial=f"initial = [{rows}]\n")
    days = 5 - (day_of_stay - 1)
    assert found.open[:8, 0].astype(int).tolist() == [1] * days + [0] * (8 - days)


def test_a_site_is_reviewed_by_the_clock_as_the_flow_does(tmp_path: Path) -> None:
    """By hand: nobody comes, a stay of 5 days. A guest of s1 came at noon 4.5 days before the window: at 08:00 of day 1
    s1 has been open for 4 days and 20 hours, which is no stay, at 08:00 of day 2 for longer: it stops then and closes.
    """
    initial = 'initial = [{ site = "s1", guests = 1, rooms = 1, arrived = 2020-03-27T12:00:00 }]\n'
    found = sites(tmp_path, ["2020-04-01", "2020-04-01"], initial=initial)
    assert found.open[:4].astype(int).tolist() == [[1, 1], [0, 1], [0, 1], [0, 1]]


def test_a_site_that_opens_today_is_reviewed_today_where_stays_are_short(tmp_path: Path) -> None:
    """By hand, stay of 6 hours, reserve 50, nobody comes: at 08:00 of day 1 both sites of 100 rooms have been open for
    8 hours; the first of the list stops and closes, the other is the last that keeps the reserve."""
    text = SITES.replace("days = 5", "days = 0.25")
    assert sites(tmp_path, ["2020-04-01", "2020-04-01"], text=text).open[:3].astype(int).tolist() == [[0, 1]] * 3


def told(parts: Outlook, scenario: Scenario, code: str, **changes: Any) -> Remark | None:
    """The remark of a code on an outlook of which some parts are put in its place."""
    whole: dict[str, Any] = {"way": parts.way, "rooms": parts.rooms, "sites": parts.sites, "pools": parts.pools}
    return {remark.code: remark for remark in remarks(RuleInput(scenario, **whole | changes))}.get(code)


def only(template: np.ndarray, **at: float) -> np.ndarray:
    """Nothing but these numbers, by hour: h34=2 is two in hour 34."""
    rate = np.zeros_like(template)
    for hour, number in at.items():
        rate[..., int(hour[1:])] = number
    return rate


@pytest.mark.parametrize(("people", "trips", "code"), [
    (45, 0.9, None), (46, 0.9, "coaches_too_few"), (45, 0.91, "coaches_full"),
])  # fmt: skip
def test_forty_five_people_for_forty_five_seats_are_silent(people: float, trips: float, code: str | None) -> None:
    """A coach of 45 that is back and clean after an hour: 45 people in the fullest hour, and 0.9 of a trip, will do."""
    scenario = load(MINIMAL, overrides=["coaches.seats=45", "ports.border.coaches=1"])
    ahead = outlook(scenario)
    then = replace(ahead.way, party_size=1.0, trip_hours=np.array([0.5]), placed=only(ahead.way.placed, h34=people),
                   trips=only(ahead.way.trips, h34=trips))  # fmt: skip
    found = {each: told(ahead, scenario, each, way=then) for each in ("coaches_too_few", "coaches_full")}
    assert [each for each, remark in found.items() if remark] == ([code] if code else [])
    if code:
        remark = found[code]
        assert remark is not None
        values = remark.values | {"people": people, "seats": 45}
        assert values == {"coaches": 1, "possible": 1.0, "needed": trips, "hour": 10, "people": people, "seats": 45,
                          "day": FIRST + dt.timedelta(days=1)}  # fmt: skip


@pytest.mark.parametrize(("share", "code"), [(0.15, None), (0.1499, "idle"), (0.9, None), (0.9001, "full")])
def test_staff_are_idle_under_15_per_cent_and_full_over_90(share: float, code: str | None) -> None:
    """The two limits themselves are silent."""
    scenario = load(MINIMAL)
    ahead = outlook(scenario)
    pools = (replace(ahead.pools[0], utilisation=share), replace(ahead.pools[1], utilisation=0.5))
    found = {each: told(ahead, scenario, each, pools=pools) for each in ("idle", "full")}
    assert {each: (r.place, r.values) for each, r in found.items() if r} == (
        {code: ("border", {"share": share})} if code else {}
    )


@pytest.mark.parametrize(("hold", "code"), [
    (84, None), (84.1, "hold_near_limit"), (108, "hold_near_limit"), (108.1, "hold_over_limit"),
])  # fmt: skip
def test_registration_and_hold_are_near_the_limit_over_four_fifths_of_it(hold: float, code: str | None) -> None:
    """12 minutes of registration and a limit of 120: 96 in all are silent, 120 near, more over."""
    scenario = load(MINIMAL, overrides=["registration.further_person_minutes=0", f"coaches.hold_minutes={hold}"])
    ahead = outlook(scenario)
    found = {each: told(ahead, scenario, each) for each in ("hold_near_limit", "hold_over_limit")}
    assert {each: r.values for each, r in found.items() if r} == (
        {code: {"hold": hold, "registration": pytest.approx(12), "limit": 120}} if code else {}
    )


@pytest.mark.parametrize(("reserve", "code"), [
    (9, "reserve_small"), (10, "reserve_tight"), (14, "reserve_tight"), (15, None),
])  # fmt: skip
def test_rooms_taken_during_the_lead_are_held_against_the_reserve(reserve: int, code: str | None) -> None:
    """5 rooms an hour in 3 hours, a lead of 2: 10 are taken. Over the reserve, over 0.7 of it (9.8), or neither."""
    scenario = load(MINIMAL, overrides=[f"sites.reserve_rooms={reserve}", "sites.lead_hours=2"])
    ahead = outlook(scenario)
    then = replace(ahead.way, placed=only(ahead.way.placed, h58=5, h59=5, h60=5))
    found = {each: told(ahead, scenario, each, way=then) for each in ("reserve_small", "reserve_tight")}
    values = {"reserve": reserve, "lead": 2, "rooms": 10, "day": FIRST + dt.timedelta(days=2)}
    assert {each: r.values for each, r in found.items() if r} == ({code: values} if code else {})


def test_a_site_that_is_ready_at_once_is_held_against_an_hour() -> None:
    """5 rooms in the fullest hour, a reserve of 4."""
    scenario = load(MINIMAL, overrides=["sites.reserve_rooms=4", "sites.lead_hours=0"])
    ahead = outlook(scenario)
    remark = told(ahead, scenario, "reserve_small", way=replace(ahead.way, placed=only(ahead.way.placed, h58=5, h59=5)))
    assert remark is not None
    assert remark.values["rooms"] == 5


@pytest.mark.parametrize(("enough", "resting", "loud"), [(170, 0.0, False), (171, 0.0, True), (170, 0.5, True)])
def test_the_list_is_too_short_beyond_its_rooms(enough: int, resting: float, loud: bool) -> None:
    """80 + 90 rooms; what is enough with 99 % and what rests on the fullest day."""
    scenario = load(MINIMAL)
    ahead = outlook(scenario)
    days = tuple(RoomsOnDay(FIRST + dt.timedelta(days=i), 1.0, (1, 2, n), out)
                 for i, (n, out) in enumerate([(100, 0.0), (enough, resting), (168, 1.0)]))  # fmt: skip
    remark = told(ahead, scenario, "list_too_short", rooms=days)
    values = {"rooms": 170, "needed": enough + resting, "day": FIRST + dt.timedelta(days=1), "all": 170}
    assert (remark.values if remark else None) == (values if loud else None)


@pytest.mark.parametrize(("parties", "loud"), [(12, False), (13, True)])
def test_check_outs_of_a_morning_queue_when_they_fill_more_than_the_hour(parties: float, loud: bool) -> None:
    """5 minutes each at 08:00 for one person in two open sites: 12 are just an hour, 13 more; 6.5 a site."""
    scenario = load(MINIMAL)
    ahead = outlook(scenario)
    then = replace(ahead.way, released=only(ahead.way.released, h8=1, h56=parties))
    team = ahead.pools[1]
    pools = (ahead.pools[0], replace(team, for_tasks=0 * team.load + 1, sites=0 * team.load + 2))
    one = told(ahead, scenario, "check_out_queue", way=then,
               pools=(ahead.pools[0], replace(pools[1], sites=0 * team.load + 1)))  # fmt: skip
    assert one is None or one.values["parties"] == parties
    remark = told(ahead, scenario, "check_out_queue", way=then, pools=pools)
    assert (remark is not None) == loud
    if remark:
        assert remark.values == {"hour": 8, "parties": 6.5, "hours": pytest.approx(13 / 12),
                                 "day": FIRST + dt.timedelta(days=2)}  # fmt: skip


SWABBED = ('visits={a={times=["08:00"], room_minutes=1}}',
           "health={infected_share=0.1, pcr_sensitivity={days=[0], shares=[1]}}")  # fmt: skip


@pytest.mark.parametrize(("days", "worst", "swabs"), [("1", 3, 10), ("2", 4, 10), ("1, 2", 4, 14), ("1, 3", 3, 10)])
def test_a_swab_of_day_one_falls_on_the_day_of_arrival(days: str, worst: int, swabs: int) -> None:
    """10 people arrive on the fourth day and 4 on the next, alone: day 1 of the stay is the day itself. As many as the
    laboratory takes in are silent."""
    for capacity, loud in ((swabs, False), (swabs - 1, True)):
        laboratory = f"laboratory={{turnaround_hours=24, daily_capacity={capacity}}}"
        scenario = load(MINIMAL, overrides=[*SWABBED, f"swabs={{days=[{days}], person_minutes=1}}", laboratory])
        ahead = outlook(scenario)
        then = replace(ahead.way, party_size=1.0, arrived=only(ahead.way.arrived, h80=10, h100=4))
        remark = told(ahead, scenario, "laboratory_full", way=then)
        day = FIRST + dt.timedelta(days=worst)
        assert (remark.values if remark else None) == (
            {"swabs": swabs, "capacity": capacity, "day": day} if loud else None
        )


@pytest.mark.parametrize(("hours", "loud"), [(24, False), (24.1, True)])
def test_a_result_on_the_last_second_of_the_stay_is_silent(hours: float, loud: bool) -> None:
    """A swab of day 13 and 24 hours end with the 14 days; day 15 is no day of this stay."""
    changes = ["swabs={days=[13, 15], person_minutes=1}", f"laboratory={{turnaround_hours={hours}}}"]
    scenario = load(MINIMAL, overrides=[*SWABBED, *changes])
    remark = told(outlook(scenario), scenario, "result_after_stay")
    assert (remark.values if remark else None) == ({"swab_day": 13, "hours": hours, "days": 14} if loud else None)


@pytest.mark.parametrize(("health", "day", "loud"), [
    (SWABBED[1:], 13, True), ((), 13, True), (SWABBED[1:], 15, False),
    ((SWABBED[1][:-1].replace("health={", "health={release_waits_for_result=false, ") + "}",), 13, False),
])  # fmt: skip
def test_a_result_after_the_stay_is_told_where_releases_wait_for_it(
    health: tuple[str, ...], day: int, loud: bool
) -> None:
    """14 days of stay, 13 days to the result: of day 13, where nobody says that releases do not wait, and not of day
    15, on which nobody is swabbed."""
    swabs = (SWABBED[0], f"swabs={{days=[{day}], person_minutes=1}}", "laboratory={turnaround_hours=320}")
    scenario = load(MINIMAL, overrides=[*health, *swabs])
    assert (told(outlook(scenario), scenario, "result_after_stay") is not None) == loud


@pytest.mark.parametrize(("code", "silent", "loud"), [
    ("party_over_seats", ["coaches.seats=4"], ["coaches.seats=3"]),
    ("party_over_seats", ["coaches.seats=2", "arrivals.party_size_weights=[1, 1, 0, 0]"], ["coaches.seats=3"]),
    ("party_over_site", ["rooms.per=person", "sites.harbour.rooms=4", "sites.garden.rooms=3"],
     ["rooms.per=person", "sites.harbour.rooms=3", "sites.garden.rooms=2"]),
])  # fmt: skip
def test_the_largest_party_fits_a_coach_and_a_site_of_its_size(code: str, silent: list[str], loud: list[str]) -> None:
    """Parties of 4 are the largest of the template; the largest site is what counts."""
    for overrides, value in ((silent, None), (loud, 4)):
        scenario = load(MINIMAL, overrides=overrides)
        remark = told(outlook(scenario), scenario, code)
        assert (remark.values["people"] if remark else None) == value


def test_work_is_taken_up_at_the_round_after_the_arrival() -> None:
    """A swab of 6 minutes on day 1 of who arrives at 10: rounds at 08:30 and 14:00, so a tenth of an hour at 14; that
    of day 2 a day later. 12 of them are visited at 8:30 for 3 minutes: 0.3 hours of that hour, 0.3 of the next."""
    changes = ["swabs={days=[1, 2], person_minutes=6}", 'visits={a={times=["08:30", "14:00"], room_minutes=0}}',
               SWABBED[1], "laboratory={turnaround_hours=24}"]  # fmt: skip
    scenario = load(MINIMAL, overrides=changes)
    ahead = way(scenario)
    one = replace(ahead, party_size=1.0, arrived=only(ahead.arrived, h10=1))
    work = _swabs(scenario, one)
    assert {int(h): round(float(work[h]), 9) for h in np.flatnonzero(work)} == {14: 0.1, 38: 0.1}
    scenario = load(MINIMAL, overrides=['visits={a={times=["08:30"], room_minutes=1, person_minutes=2}}'])
    guests = replace(one, arrived=only(ahead.arrived, h2=12), left=only(ahead.left, h30=12))
    visits = _visits(scenario, guests)
    assert {int(h): round(float(visits[h]), 9) for h in np.flatnonzero(visits)} == {8: 0.3, 9: 0.3}


def test_missing_people_are_told_by_the_worst_day_and_stretch() -> None:
    """By hand, three days: on the second 2 are missing at 9 and 3 at 10 and 11, on the third 1 at 9; on the first 1 at
    20. Per site where two are open. 0.1 of a person is nobody."""
    pool = outlook(load(MINIMAL)).pools[0]
    nothing = np.zeros(72)
    needed = nothing.copy()
    needed[[24 + 9, 24 + 10, 24 + 11, 48 + 9, 20]] = [6, 7, 7, 5, 5]
    needed[30] = 4.1
    each = replace(pool, load=nothing, needed=needed, for_tasks=nothing + 4, sites=nothing + 1)
    found = [(s.opens, s.closes, s.people, s.days, s.first_day, s.last_day, s.worst_day) for s in shortages(each)]
    assert found == [(9, 12, 3, 2, 1, 2, 1), (20, 21, 1, 1, 0, 0, 0)]
    assert [s.people for s in shortages(replace(each, sites=nothing + 2))] == [2, 1]


def test_seconds_and_memory_of_a_run_by_hand() -> None:
    """6 s, and for 30 replications of a million rows 0.1 s + 7 s each, shared by 4 workers; compiled 0.3 s, and two of
    them again on SimPy. More workers than replications do not help. Memory: 150 MB, 300 B a row, 2,500 B a person."""
    assert seconds_of_run(1_000_000, 30, 4, "simpy") == pytest.approx(6 + 30 * 7.1 / 4, rel=1e-9)
    assert seconds_of_run(1_000_000, 30, 4, "compiled") == pytest.approx(6 + (30 * 0.4 + 2 * 7) / 4, rel=1e-9)
    assert seconds_of_run(1_000_000, 3, 1, "simpy") == pytest.approx(6 + 3 * 7.1, rel=1e-9)
    assert seconds_of_run(2_000_000, 1, 64, "compiled") == pytest.approx(6 + 0.7 + 14, rel=1e-9)
    assert Size(rows=1_000, people=10).memory == 150_000_000 + 300_000 + 25_000


NOBODY = 'pools.x={headcount=1, shifts={all={start="07:00", hours=12, share=1}}}'
REGISTRATION = 'registration={minutes={kind="constant", mean=1}}'
COACHES = ("coaches={seats=9, hold_minutes=9, head_count_minutes=0, escorts=1}", "ports.p.coaches=1")


@pytest.mark.parametrize(("steps", "loud"), [
    ((), False), ((REGISTRATION,), True), (COACHES, True), ((REGISTRATION, *COACHES), True),
])  # fmt: skip
def test_nobody_on_duty_is_told_of_ports_with_work_for_their_pool(
    steps: tuple[str, ...], loud: bool, tmp_path: Path
) -> None:
    """A port that is open all day and a shift of 12 hours: where people register or ride, and not at a port without a
    pool."""
    for pool in ([], ["ports.p.pool=x"]):
        scenario = of_sites(tmp_path, NOBODY, *steps, *pool, people=24)
        remark = told(outlook(scenario), scenario, "nobody_on_duty")
        assert (remark is not None) == (loud and bool(pool))
