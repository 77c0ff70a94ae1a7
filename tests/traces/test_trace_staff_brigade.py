"""Traces by hand: the reserve brigade is called when a task has waited too long, comes after the lead, and goes again.

Registration takes 3 hours, one clerk is on duty all day: two parties at 08:00 and the second waits until 11:00. The
trigger is an hour, so the first second in which a task has waited longer is that after it.
"""

from __future__ import annotations

from typing import Any

from traces.builder import SHIFTS, Came, case, on_day, pool, service
from traces.guests import ALL_DAY, BRIGADE, history, story

from sim.flow.log import Kind
from sim.scenario.tables.schema import Scenario

ON_DUTY = (Kind.TASK, *BRIGADE)
BRIGADE_TABLE = {"teams": [3, 6], "trigger_hours": 1.0, "brigade_call": 4, "lead_hours": 2.0, "days": 1.0}

NO_SHIFT = {"headcount": 1, "shifts": {"s": {"start": "00:00", "hours": 24.0, "share": 1.0, "from_day": on_day(18)}}}


def at_point(crew: dict[str, Any] | None = None, hours: float = 3, **brigade: Any) -> Scenario:
    """A point with the pool `crew` and a brigade of two teams, of 3 and 6."""
    return case(
        days=5, ports={"gate": {"pool": "crew"}}, pools={"crew": crew or pool(1, ALL_DAY)},
        registration=service(hours * 60), brigade={**BRIGADE_TABLE, **brigade},
    )  # fmt: skip


def four(when: str = "08:00") -> list[Came]:
    """Four parties at once."""
    return [Came(when) for _ in range(4)]


def test_a_pool_calls_when_its_oldest_task_has_waited_longer_than_the_trigger() -> None:
    """B waits since 08:00: called at 09:00:01, four of team 2 (team 1 has 3), there at 11:00:01 for a day. B is served
    by the pool's clerk at 11:00, C and D by the brigade at 11:00:01."""
    assert story(history(at_point(), *four()), ON_DUTY, until="2 12:00") == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 11:00"),
        ("1 09:00:01", "brigade_called", "crew", "", 4, "team 2"),
        ("1 11:00", "registration", "crew", "B", 1, "until 1 14:00"),
        ("1 11:00:01", "brigade_arrived", "crew", "", 4, "team 2"),
        ("1 11:00:01", "brigade_on_shift", "crew", "", 4),
        ("1 11:00:01", "registration", "crew", "C", 1, "until 1 14:00:01"),
        ("1 11:00:01", "registration", "crew", "D", 1, "until 1 14:00:01"),
        ("2 00:00", "brigade_on_shift", "crew", "", 4),
        ("2 11:00:01", "brigade_left", "crew", "", 4, "team 2"),
        ("2 11:00:01", "brigade_on_shift", "crew", "", 0),
    ]


def test_the_lowest_numbered_team_that_has_the_people_is_called() -> None:
    """Calls of 3: team 1 has them."""
    log = history(at_point(brigade_call=3), *four())
    assert story(log, Kind.BRIGADE_CALLED) == [("1 09:00:01", "brigade_called", "crew", "", 3, "team 1")]


def test_a_task_that_starts_in_the_second_after_the_trigger_calls_nobody() -> None:
    """A's registration takes an hour and a second: at 09:00:01 B starts (tasks start before the brigade is called)."""
    hours = 1 + 1 / 3600
    assert story(history(at_point(hours=hours), Came("08:00"), Came("08:00")), BRIGADE) == []


def test_a_wait_of_exactly_the_trigger_calls_nobody() -> None:
    """A's registration takes an hour: B starts at 09:00."""
    assert story(history(at_point(hours=1), Came("08:00"), Came("08:00")), BRIGADE) == []


def test_a_look_at_tasks_of_which_the_oldest_has_waited_exactly_the_trigger_calls_nobody() -> None:
    """A (08:00) and B (08:00:01) wait for a shift; it begins at 08:30 and takes A. At 09:00:01, when A would have
    waited too long, B has waited the hour and no longer: the call is made a second later."""
    log = history(at_point(pool(1, ("08:30", 12))), Came("08:00"), Came("08:00:01"))
    assert story(log, Kind.TASK, Kind.BRIGADE_CALLED, until="1 10:00") == [
        ("1 08:30", "registration", "crew", "A", 1, "until 1 11:30"),
        ("1 09:00:02", "brigade_called", "crew", "", 4, "team 2"),
    ]


def test_posts_stay_the_shifts_when_the_brigade_comes() -> None:
    """One on duty, half of whom is at a post (0.5 is one): nobody serves. Called at 09:00:01 since A came at 08:00,
    four come at 11:00:01: five people, one post still, so A to D are taken at once and E waits until 14:00:01."""
    crew = {**pool(1, ALL_DAY), "fixed_posts_share": 0.5}
    log = history(at_point(crew), *four(), Came("08:00"))
    assert story(log, Kind.TASK, until="1 15:00") == [
        *(("1 11:00:01", "registration", "crew", who, 1, "until 1 14:00:01") for who in "ABCD"),
        ("1 14:00:01", "registration", "crew", "E", 1, "until 1 17:00:01"),
    ]


def test_no_other_call_within_the_lead_and_12_hours() -> None:
    """Nobody is on the roster and those called find no shift, so A waits on. Calls of 3 from team 1 at 09:00:01, and
    14 hours later, at 23:00:01, from team 2 (team 1 is back on day 2 at 11:00:01); then at 2 13:00:01 from team 1."""
    log = history(at_point(NO_SHIFT, brigade_call=3), Came("08:00"))
    assert story(log, BRIGADE, until="2 20:00") == [
        ("1 09:00:01", "brigade_called", "crew", "", 3, "team 1"),
        ("1 11:00:01", "brigade_arrived", "crew", "", 3, "team 1"),
        ("1 23:00:01", "brigade_called", "crew", "", 3, "team 2"),
        ("2 01:00:01", "brigade_arrived", "crew", "", 3, "team 2"),
        ("2 11:00:01", "brigade_left", "crew", "", 3, "team 1"),
        ("2 13:00:01", "brigade_called", "crew", "", 3, "team 1"),
        ("2 15:00:01", "brigade_arrived", "crew", "", 3, "team 1"),
    ]


def test_people_who_come_back_can_be_called_again_in_that_second() -> None:
    """One team of 3, calls of 3 for half a day, and nobody on any shift: called at 09:00:01, there from 11:00:01 to
    23:00:01. That is when the next call is possible (14 hours after the first), and the team is back: called."""
    log = history(at_point(NO_SHIFT, brigade_call=3, teams=[3], days=0.5), Came("08:00"))
    assert story(log, BRIGADE, until="1 23:30") == [
        ("1 09:00:01", "brigade_called", "crew", "", 3, "team 1"),
        ("1 11:00:01", "brigade_arrived", "crew", "", 3, "team 1"),
        ("1 23:00:01", "brigade_left", "crew", "", 3, "team 1"),
        ("1 23:00:01", "brigade_called", "crew", "", 3, "team 1"),
    ]


def test_a_call_that_no_team_could_answer_is_made_when_one_is_back() -> None:
    """As above, but for 0.6 of a day: back at 1 11:00:01 + 14:24 = 2 01:24:01, and called again in that second."""
    log = history(at_point(NO_SHIFT, brigade_call=3, teams=[3], days=0.6), Came("08:00"))
    assert story(log, Kind.BRIGADE_CALLED, Kind.BRIGADE_LEFT, until="2 04:00") == [
        ("1 09:00:01", "brigade_called", "crew", "", 3, "team 1"),
        ("2 01:24:01", "brigade_left", "crew", "", 3, "team 1"),
        ("2 01:24:01", "brigade_called", "crew", "", 3, "team 1"),
    ]


def test_the_next_call_comes_as_soon_as_it_is_possible() -> None:
    """B calls at 09:00:01; all are served by 17:00:01. Then E to L come at 21:30: nine hours' work for five people. At
    22:30:01 those who wait have waited longer than the hour, but no call is possible before 23:00:01."""
    came = [*four(), *(Came("21:30") for _ in range(10))]
    log = history(at_point(teams=[6, 6]), *came)
    assert story(log, Kind.BRIGADE_CALLED, until="2 10:00") == [
        ("1 09:00:01", "brigade_called", "crew", "", 4, "team 1"),
        ("1 23:00:01", "brigade_called", "crew", "", 4, "team 2"),
    ]


def test_a_call_is_spread_over_the_shifts_in_proportion() -> None:
    """Shifts of 2 (06:00) and 1 (14:00) have 3 and 1 of a call of 4: 2.67 and 1.33, the larger remainder is .67. The
    brigade comes at 11:00:01: three join the first shift at once, one the second, then three on day 2."""
    scenario = at_point(pool(3, ("06:00", 8), ("14:00", 8), shares=(2 / 3, 1 / 3)), hours=4)
    log = history(scenario, Came("08:00"), Came("08:00"), Came("08:00"))
    assert story(log, SHIFTS, Kind.BRIGADE_ON_SHIFT, until="2 12:00") == [
        ("1 06:00", "shift_began", "crew", "", 2, "2 rostered"),
        ("1 11:00:01", "brigade_on_shift", "crew", "", 3),
        ("1 14:00", "shift_ended", "crew", "", 2),
        ("1 14:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 14:00", "brigade_on_shift", "crew", "", 1),
        ("1 22:00", "shift_ended", "crew", "", 1),
        ("2 06:00", "shift_began", "crew", "", 2, "2 rostered"),
        ("2 06:00", "brigade_on_shift", "crew", "", 3),
        ("2 11:00:01", "brigade_on_shift", "crew", "", 0),
    ]


def test_the_brigade_finishes_the_task_in_hand_when_its_days_are_over() -> None:
    """There from 11:00:01 to 2 11:00:01. E to I come on day 2 at 10:00: the clerk and four of the brigade take them.
    At 11:00:01 the brigade is gone but ends its tasks; J (2 10:30) has the clerk at 13:00, nobody at 11:00:01."""
    came = [*four(), *(Came("2 10:00") for _ in range(5)), Came("2 10:30")]
    log = history(at_point(), *came)
    assert story(log, Kind.TASK, since="2 08:00") == [
        *(("2 10:00", "registration", "crew", who, 1, "until 2 13:00") for who in "EFGHI"),
        ("2 13:00", "registration", "crew", "J", 1, "until 2 16:00"),
    ]


def test_only_pools_that_may_call_do() -> None:
    """The teams of sites may, the point may not."""
    log = history(at_point(pools=["team"]), *four())
    assert story(log, BRIGADE) == []


def test_each_pool_calls_for_itself_in_order_of_place() -> None:
    """The crews of bay and gate both call at 09:00:01, bay first: team 1 has 4 for it, team 2 for gate."""
    scenario = case(
        days=2, ports={"bay": {"pool": "ashore"}, "gate": {"pool": "crew"}}, registration=service(180),
        pools={"ashore": pool(1, ALL_DAY), "crew": pool(1, ALL_DAY)}, brigade={**BRIGADE_TABLE, "teams": [6, 6]},
    )  # fmt: skip
    came = [Came("08:00", port=port) for port in ("bay", "bay", "gate", "gate")]
    assert story(history(scenario, *came), Kind.BRIGADE_CALLED) == [
        ("1 09:00:01", "brigade_called", "ashore", "", 4, "team 1"),
        ("1 09:00:01", "brigade_called", "crew", "", 4, "team 2"),
    ]
