"""Facts of the sites and the staff of the outlook, rule by rule, each by hand; as `test_facts_of_outlook`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from outlook_case import guests, minimal, of_sites
from scenario_files import SMALL

from sim import load
from sim.flow import rules
from sim.flow.log import Kind
from sim.outlook import ROWS_OF_A_TRIP, outlook
from sim.outlook.sites import (
    SitesByDay,
    _asked_for,
    _begin_anew,
    _close_empty,
    _open_dated,
    _open_on_demand,
    _ordered,
    _review,
    _start,
    _State,
    _take_in,
    _turns,
    candidate_rooms,
    sites_by_day,
)
from sim.outlook.staff import (
    PoolOutlook,
    _by_erlang,
    _on_duty,
    _People,
    _site_work,
    _swabs,
    _utilisation,
    pools,
    shortages,
)
from sim.outlook.way import Way, way
from sim.sampling.roster import Roster
from sim.scenario.tables.schema import Scenario, Sites

DAY = 86_400
NEVER = np.inf


def state(states: list[int], **columns: list[Any]) -> _State:
    """Sites of 10 rooms, on demand, empty and never open, but for what is said."""
    n = len(states)
    of = {"rooms": [10.0] * n, "opens": [-1] * n, "since": [9 * DAY] * n, "taken": [0.0] * n, "resting": [0.0] * n}
    of |= {"intake_ends": [NEVER] * n} | columns
    arrays: dict[str, Any] = {name: np.array(of[name], dtype=np.float64) for name in ("rooms", "taken", "resting")}
    lists: dict[str, Any] = {name: of[name] for name in ("opens", "since", "intake_ends")}
    return _State(**arrays, **lists, state=states, leaving=np.zeros((9, n)), rested=np.zeros((9, n)))


def rules_of(folder: Path, **changes: Any) -> Sites:
    sites = of_sites(folder).sites
    assert sites is not None
    return sites.model_copy(update=changes)


# sites


def test_a_site_with_a_date_opens_on_it_if_it_never_has() -> None:
    """On day 2, at 00:00 of it unless people were there before; not what opens later or was closed."""
    s = state([rules.UNUSED, rules.UNUSED, rules.UNUSED, rules.CLOSED], opens=[2, 2, 3, 2], since=[9e9, -DAY, 9e9, 0])
    _open_dated(s, 2)
    assert s.state == [rules.OPEN, rules.OPEN, rules.UNUSED, rules.CLOSED]
    assert s.since == [2 * DAY, -DAY, 9e9, 0]


@pytest.mark.parametrize(("intake", "opened"), [(3, []), (3.5, [1]), (13, [1]), (13.5, [1, 3]), (99, [1, 3])])
def test_sites_open_on_demand_one_by_one_until_the_reserve_is_met(
    intake: float, opened: list[int], tmp_path: Path
) -> None:
    """8 rooms are free and 5 are the reserve: 3 may come, 13 with one more site, beyond that with two; those with a
    date are none of them, and the list may end."""
    s = state([rules.OPEN, *[rules.UNUSED] * 3], opens=[0, -1, 9, -1], taken=[2, 0, 0, 0])
    _open_on_demand(s, rules_of(tmp_path, reserve_rooms=5), 2, intake)
    assert [i for i in (1, 2, 3) if s.state[i] == rules.OPEN] == opened
    assert s.since == [2 * DAY if i in opened else 9 * DAY for i in range(4)]


def test_a_site_that_was_stopped_last_on_the_list_is_taken_again_first(tmp_path: Path) -> None:
    """Before any that is unused, and its age stays; without a reserve none opens."""
    states = [rules.UNUSED, rules.STOPPED, rules.STOPPED]
    s = state(states.copy(), since=[9 * DAY, 1, 2])
    _open_on_demand(s, rules_of(tmp_path, reserve_rooms=5), 2, 0.0)
    assert (s.state, s.since) == ([rules.UNUSED, rules.STOPPED, rules.OPEN], [9 * DAY, 1, 2])
    s = state(states.copy())
    _open_on_demand(s, rules_of(tmp_path, reserve_rooms=None), 2, 0.0)
    assert s.state == states


def test_who_waits_asks_for_sites_unless_sites_are_assigned(tmp_path: Path) -> None:
    """7.5 rooms."""
    s = replace(state([rules.OPEN]), waiting=7.5)
    assert [_asked_for(s, rules_of(tmp_path, allocation=a)) for a in ("spread", "assigned")] == [7.5, 0]


def test_a_site_stops_when_the_others_had_enough_at_the_last_reviews_running(tmp_path: Path) -> None:
    """Two sites of 100 rooms; at 08:00 of day 5 the first has been open for a stay. The other must have a reserve of
    50 and a margin of 40 beyond those who wait, twice running: 10 may wait, 10.5 may not."""
    sites = rules_of(tmp_path, closing="review", margin_rooms=40, hold_days=2)
    s = state([rules.OPEN] * 2, rooms=[100, 100], since=[0, 2 * DAY])
    for waiting, passed in ((10, 1), (10.5, 0), (10, 1)):
        s.waiting = waiting
        _review(s, sites, 5, 5 * DAY)
        assert (s.passed, s.state) == (passed, [rules.OPEN] * 2)
    _review(s, sites, 5, 5 * DAY)
    assert s.state == [rules.STOPPED, rules.OPEN]
    for other in (sites.model_copy(update={"closing": "never"}), sites.model_copy(update={"reserve_rooms": None})):
        s = replace(state([rules.OPEN] * 2, rooms=[100, 100], since=[0, 0]), passed=9)
        _review(s, other, 5, 5 * DAY)
        assert s.state == [rules.OPEN] * 2


def test_sites_begin_on_their_date_or_on_demand_and_with_guests_at_once(tmp_path: Path) -> None:
    """The eve of the window is its first day; without a reserve nothing opens on demand. A guest whose stay of 5 days
    is over leaves on the first day."""
    opens = ('"demand"', "2020-03-30", "2020-04-03", '"demand"')
    scenario = of_sites(tmp_path, guests('site="s4", party_size=1, day_of_stay=9'), opens=opens)
    assert scenario.sites is not None
    s = _start(scenario, scenario.sites, 9)
    assert s.opens == [-1, 0, 2, 0]
    assert s.leaving[0].tolist() == [0, 0, 0, 1]
    none = scenario.sites.model_copy(update={"reserve_rooms": None})
    assert _start(scenario, none, 9).opens == [-2, 0, 2, 0]


@pytest.mark.parametrize(("last", "opened"), [("02", 0), ("03", 1)])
def test_nothing_is_opened_on_demand_after_the_window(last: str, opened: int, tmp_path: Path) -> None:
    """The cohort of the first site takes people for two days; on the third, if it is one of the window, nobody else
    would have the reserve, and the second site opens."""
    rule = (f"last_day=2020-04-{last}", "sites.cohort_hours=48", "sites.closing=never")
    scenario = of_sites(tmp_path, *rule, people=2, opens=("2020-04-01", '"demand"'))
    assert sites_by_day(scenario, way(scenario)).open[:, 1].any() == opened


def test_without_sites_none_is_ever_open_or_short() -> None:
    """Everybody is sent on after registration."""
    scenario = load(SMALL)
    alone = scenario.model_copy(update={"sites": None})
    found = sites_by_day(alone, way(scenario))
    assert (found.open.shape, found.opened, found.short_days) == ((63, 0), 0, 0)
    assert candidate_rooms(alone) == 0
    assert outlook(alone).peak is None


def test_people_are_spread_in_proportion_to_free_rooms() -> None:
    """10 and 30 free, 8 come on day 1 for 3 days: 2 and 6; none into a site that has more than its rooms."""
    s = state([rules.OPEN] * 3, rooms=[10, 40, 10], taken=[0, 10, 12])
    assert _take_in(s, 1, 8.0, 3, None) == 0
    assert s.taken.tolist() == [2, 16, 12]
    assert s.leaving[4].tolist() == [2, 6, 0]
    assert s.leaving.sum() == 8


def test_cohorts_fill_what_has_begun_and_then_one_fresh_site_after_the_other() -> None:
    """The fourth has begun; of the fresh ones that with most rooms that do not rest is first, of two alike the first.
    The one begun has 4 rooms, so that of 20 people 10 and 6 go into two fresh ones, whose intake then ends too."""
    for resting, turns in (([0, 0, 0, 0], [1, 2, 0]), ([0, 3, 0, 0], [2, 0, 1])):
        s = state([rules.OPEN] * 4, rooms=[9, 10, 10, 30], resting=resting, intake_ends=[NEVER] * 3 + [5])
        assert _turns(s, 1, True) == [[3], *([i] for i in turns)]
        assert _turns(s, 1, False) == [[0, 1, 2, 3]]
    s = state([rules.OPEN] * 4, rooms=[9, 10, 10, 30], taken=[0, 0, 0, 26], intake_ends=[NEVER] * 3 + [5])
    assert _take_in(s, 1, 20.0, 3, 48.0) == 0
    assert s.taken.tolist() == [0, 10, 6, 30]
    assert s.intake_ends == [NEVER, 3, 3, 5]


def test_a_site_is_fresh_again_when_empty_and_clean_or_while_its_intake_lasts() -> None:
    """Less than half a room is none. Intakes end on day 3."""
    cases = [(0.4, 5, 2, NEVER), (0.4, 5, 3, 3), (0.4, 0.4, 3, NEVER), (0.4, 0.5, 3, 3), (0.5, 0, 2, 3)]
    for taken, resting, day, ends in cases:
        s = state([rules.OPEN], taken=[taken], resting=[resting], intake_ends=[3])
        _begin_anew(s, day)
        assert s.intake_ends == [ends]


def test_a_site_that_was_stopped_closes_when_it_is_empty() -> None:
    """Less than half a room is none."""
    s = state([rules.STOPPED, rules.STOPPED, rules.OPEN], taken=[0.4, 0.5, 0])
    _close_empty(s)
    assert s.state == [rules.CLOSED, rules.STOPPED, rules.OPEN]


def test_sites_that_are_ordered_are_counted_by_day(tmp_path: Path) -> None:
    """One on the third day in the evening and two on its morning; one on the eve of the window, begun on its first."""
    at = ('"2020-04-03T08:00:00", value=2', '"2020-04-03T20:00:00", value=1', '"2020-03-31", value=1')
    rows = ", ".join('{kind="sites_prepared", from_day=' + row.replace('"', "") + "}" for row in at)
    other = '{kind="site_shut", place="s1", from_day=2020-04-02}'
    scenario = of_sites(tmp_path, f"disruptions=[{rows}, {other}]", opens=("2020-04-01", *['"demand"'] * 4))
    assert dict(_ordered(scenario)) == {0: 1, 2: 3}
    assert sites_by_day(scenario, way(scenario)).opened == 5
    open_sites = sites_by_day(scenario, way(scenario)).open[:3].sum(axis=1)
    assert open_sites.tolist() == [2, 2, 5]


@pytest.mark.parametrize("days", [4, 6])
def test_rooms_are_free_again_on_the_day_on_which_the_stay_ends(days: int, tmp_path: Path) -> None:
    """100 people on the first day alone fill one site; it is full until they leave, on day 4 or 6: 60 people of that
    day find room then, and did not on the day before."""
    for day, short in ((days, 0), (days - 1, 1)):
        only = ", ".join(f"2020-04-{1 + d:02d}={100 if d == 0 else 60 if d == day else 0}" for d in range(days + 1))
        daily = f'ports.p.regimes.all={{kind="daily", from_day=2020-04-01, values={{{only}}}}}'
        scenario = of_sites(
            tmp_path, f"stay.days={days}", f"last_day=2020-04-{days + 1:02d}", daily, opens=("2020-04-01",),
        )  # fmt: skip
        assert sites_by_day(scenario, way(scenario)).short_days == short


# staff


def roster(**changes: Any) -> Roster:
    """One shift of the first hour: 5 people, 2 posts, of which one may be left."""
    one = {name: np.array([0]) for name in ("day", "start", "begin", "brigade_part")}
    own = {"end": np.array([3600]), "rostered": np.array([5]), "absence": np.zeros(1), "posts": np.array([2])}
    every: dict[str, Any] = {"key": 0, "may_leave": np.array([1]), "shrinkage": 0.0} | one | own | changes
    return Roster(**every)


@pytest.mark.parametrize(("come", "posts", "free", "queue"), [(5, 3, 3, 4), (3.25, 1.25, 1.25, 2.25), (1, 0, 0, 0)])
def test_people_of_a_shift_at_posts_and_at_none(come: float, posts: float, free: float, queue: float) -> None:
    """Two posts first, of which one may be left: 5 people are 3 at no post and 4 for the queue; a quarter of a person
    is a quarter of the way to one more; one alone stands at a post."""
    people = _on_duty(roster(), np.array([float(come)]), 2)
    assert [people.on_duty[0], people.at_no_post[0]] == [come, posts]
    assert [people.others[0], people.for_queue[0]] == [free, queue]
    assert not people.for_queue[1]


def test_who_leaves_a_post_for_a_task_is_there_meanwhile() -> None:
    """One at no post and one who may leave a post, for an hour each of two sites: with 4 hours of work both are busy
    at both; with 1 only the others are, half of their time."""
    one, both = np.ones(2), np.full(2, 2.0)
    people = _People(both, one, one, both)
    for work, share in ((4.0, 1.0), (1.0, 0.5), (3.0, 1.0)):
        assert _utilisation(minimal(), np.full(2, work), people, both) == pytest.approx(share)


def test_loads_and_lengths_of_tasks_are_taken_in_hundredths_and_few_tasks_need_nobody() -> None:
    """An hour with a tenth of a task has none; 0.004 of a person is nobody, 0.006 is one."""
    load_of_hours, tasks = np.array([0.5, 0.5, 0.004, 0.006]), np.array([0.1, 1.0, 0.2, 0.2])
    assert _by_erlang(load_of_hours, tasks, 1 / 6).tolist() == [0, 3, 0, 1]


def only(template: np.ndarray, **at: float) -> np.ndarray:
    """Nothing but these numbers, by hour: h34=2 is two in hour 34."""
    rate = np.zeros_like(template)
    for hour, number in at.items():
        rate[..., int(hour[1:])] = number
    return rate


def nothing(ahead: Way, **changes: Any) -> Way:
    fields = ("registered", "placed", "trips", "arrived", "released", "left")
    none: dict[str, Any] = {name: 0 * getattr(ahead, name) for name in fields}
    return replace(ahead, **(none | {"initial_parties": 0.0, "party_size": 1.0} | changes))


def by_id(scenario: Scenario, ahead: Way, sites: SitesByDay) -> dict[str, PoolOutlook]:
    return {pool.id: pool for pool in pools(scenario, ahead, sites)}


def test_work_at_a_point_is_registration_and_escorts_of_its_trips() -> None:
    """6 parties of one in hour 10, 12 minutes each: 1.2 hours; one trip in hour 12 with 2 escorts for 1.5 hours: 3."""
    scenario = minimal("coaches.escorts=2")
    ahead = way(scenario)
    then = nothing(ahead, registered=only(ahead.registered, h10=6), trips=only(ahead.trips, h12=1),
                   trip_hours=np.array([1.5]))  # fmt: skip
    point = by_id(scenario, then, SitesByDay(np.ones((90, 2)), 2, 0))["border"]
    assert point.by_class == {"registration": pytest.approx(1.2), "escort": pytest.approx(3)}
    assert len(point.load) == len(point.needed) == len(point.on_duty) == 30 * 24
    assert point.load[10:15] == pytest.approx([1.08, 0.12, 1, 1.75, 0.25])  # 1.2 - 6 x 0.2 x 0.1 in its own hour
    assert np.flatnonzero(point.needed).tolist() == [10, 12]
    assert (point.on_duty[8], point.for_tasks[8], point.at_sites) == (5, 4, False)
    assert set(point.sites.tolist()) == {1}


def test_work_at_sites_is_shared_by_their_teams_as_sites_are_open() -> None:
    """Both sites are open on the first day, one of each team, and only the second's on the next: of 30 check-ins of 8
    minutes in hours 9 and 33 half of the first and all of the second. 4 hours each."""
    team = 'pools.other={headcount=4, shifts={all={start="00:00", hours=24, share=1}}}'
    scenario = minimal(team, "sites.garden.team=other")
    ahead = way(scenario)
    then = nothing(ahead, arrived=only(ahead.arrived, h9=30, h33=30))
    open_sites = np.zeros((90, 2))
    open_sites[0], open_sites[1, 1] = 1, 1
    found = by_id(scenario, then, SitesByDay(open_sites, 2, 0))
    assert found["site_team"].by_class["check_in"] == pytest.approx(2)
    assert found["other"].by_class["check_in"] == pytest.approx(6)
    assert [found[name].sites[[0, 24, 48]].tolist() for name in ("site_team", "other")] == [[1, 0, 0], [1, 1, 0]]
    assert found["other"].on_duty[[0, 47, 48]].tolist() == [4, 4, 0]
    assert found["site_team"].for_tasks[[8, 32]].tolist() == [4, 0]
    assert found["other"].utilisation == pytest.approx(6 / (2 * 24 * 4))
    assert len(found["other"].load) == 30 * 24


def test_check_outs_take_their_minutes_at_the_hour_of_release() -> None:
    """12 parties in hour 8, 5 minutes each: an hour, of which those of the last 5 minutes end in the next."""
    scenario = minimal()
    ahead = way(scenario)
    work = _site_work(scenario, nothing(ahead, released=only(ahead.released, h8=12)))
    assert [*work] == ["release"]
    assert work["release"][[8, 9, 10]] == pytest.approx([23 / 24, 1 / 24, 0])


def test_of_who_comes_in_the_hour_of_a_round_half_are_swabbed_at_it() -> None:
    """Rounds at 08:00 and 14:00, 6 minutes for the one party of hour 14: half of it then, half the next morning."""
    scenario = minimal("swabs={days=[1], person_minutes=6}", "laboratory={turnaround_hours=24}",
                       'visits={a={times=["08:00", "14:00"], room_minutes=1}}')  # fmt: skip
    ahead = way(scenario)
    work = _swabs(scenario, nothing(ahead, arrived=only(ahead.arrived, h14=1)))
    assert {int(hour): round(float(work[hour]), 9) for hour in np.flatnonzero(work)} == {14: 0.05, 32: 0.05}


def test_the_worst_day_of_a_shortage_is_that_with_most_missing_at_once_and_its_longest_stretch() -> None:
    """Two are missing at 8, 9 and 11 of the first day, one at 8 to 11 of the second: the first, from 8 to 10."""
    point = pools(minimal(), way(minimal()), SitesByDay(np.ones((90, 2)), 2, 0))[0]
    none = np.zeros(48)
    needed = none.copy()
    needed[[8, 9, 11]], needed[24 + 8 : 24 + 12] = 6, 5
    (found,) = shortages(replace(point, load=none, needed=needed, for_tasks=none + 4, sites=none + 1))
    assert (found.opens, found.closes, found.people, found.days, found.worst_day) == (8, 10, 2, 2, 0)


def test_a_trip_has_a_row_for_each_thing_that_happens_to_its_load() -> None:
    """Opened, due, boarding, its escort, at the site, back, disinfected."""
    rows = (Kind.LOAD_OPENED, Kind.LOAD_DUE, Kind.BOARDING, Kind.TASK, Kind.COACH_ARRIVED, Kind.COACH_BACK,
            Kind.COACH_READY)  # fmt: skip
    assert len(rows) == ROWS_OF_A_TRIP
