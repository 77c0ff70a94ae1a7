"""Traces by hand: who is on duty (shifts, gaps, overtime, fixed posts) and what a pool of the right size can start."""

from __future__ import annotations

from typing import Any

from traces.builder import SHIFTS, Came, case, coaches, flow, on_day, pool, service, told

from sim.flow.log import Kind

TASKS = (Kind.TASK, Kind.BOARDING)


def at_point(crew: dict[str, Any], **other: Any) -> dict[str, Any]:
    """A point with the pool `crew`, registration of 10 minutes."""
    return {
        "ports": {"gate": {"pool": "crew", "coaches": 2}},
        "pools": {"crew": crew},
        "registration": service(10),
        **other,
    }


def test_staff_finish_the_task_in_hand_and_the_next_task_waits_through_the_gap() -> None:
    """Shifts 06:00-12:00 and 14:00-20:00 of one each. A is in hand at 12:00 and ends 12:05; B waits until 14:00."""
    scenario = case(**at_point(pool(2, ("06:00", 6), ("14:00", 6))))
    log = flow(scenario, Came("11:55"), Came("11:58"))
    assert told(log, Kind.TASK, SHIFTS, until="1 23:00") == [
        ("1 06:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 11:55", "registration", "crew", "A", 1, "until 1 12:05"),
        ("1 12:00", "shift_ended", "crew", "", 1),
        ("1 14:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 14:00", "registration", "crew", "B", 1, "until 1 14:10"),
        ("1 20:00", "shift_ended", "crew", "", 1),
    ]


def test_staff_in_overtime_take_no_other_task_and_are_not_in_the_next_shifts_number() -> None:
    """One before and one after 12:00. B is taken by the new shift at 12:00, not at 12:05 when A's clerk is done; C
    waits for B's clerk (12:10), not for A's (12:05)."""
    scenario = case(**at_point(pool(2, ("06:00", 6), ("12:00", 6))))
    log = flow(scenario, Came("11:55"), Came("11:56"), Came("12:01"))
    assert told(log, Kind.TASK) == [
        ("1 11:55", "registration", "crew", "A", 1, "until 1 12:05"),
        ("1 12:00", "registration", "crew", "B", 1, "until 1 12:10"),
        ("1 12:10", "registration", "crew", "C", 1, "until 1 12:20"),
    ]


def test_a_party_at_the_end_of_a_shift_is_taken_by_the_next_shift() -> None:
    """Ends before beginnings before hand-overs: at 12:00 the old shift is gone, the new one takes both, one each."""
    scenario = case(**at_point(pool(3, ("06:00", 6), ("12:00", 6), shares=(1 / 3, 2 / 3))))
    log = flow(scenario, Came("12:00"), Came("12:00"))
    assert told(log, Kind.TASK, Kind.HANDED_OVER, SHIFTS, until="1 13:00") == [
        ("1 06:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 12:00", "shift_ended", "crew", "", 1),
        ("1 12:00", "shift_began", "crew", "", 2, "2 rostered"),
        ("1 12:00", "handed_over", "gate", "A", 1),
        ("1 12:00", "handed_over", "gate", "B", 1),
        ("1 12:00", "registration", "crew", "A", 1, "until 1 12:10"),
        ("1 12:00", "registration", "crew", "B", 1, "until 1 12:10"),
    ]


def test_a_task_that_ends_with_the_shift_leaves_nobody_in_overtime() -> None:
    """A's clerk ends at 12:00 sharp; the one clerk of the new shift takes B at 12:00 and C at 12:10."""
    scenario = case(**at_point(pool(2, ("06:00", 6), ("12:00", 6))))
    log = flow(scenario, Came("11:50"), Came("11:51"), Came("11:52"))
    assert told(log, Kind.TASK) == [
        ("1 11:50", "registration", "crew", "A", 1, "until 1 12:00"),
        ("1 12:00", "registration", "crew", "B", 1, "until 1 12:10"),
        ("1 12:10", "registration", "crew", "C", 1, "until 1 12:20"),
    ]


def test_fixed_posts_are_manned_first_and_serve_no_queue() -> None:
    """Three on duty, two at posts: one clerk, so that A and B are registered one after the other."""
    log = flow(case(**at_point(pool(3, ("06:00", 12), posts=2))), Came("08:00"), Came("08:00"))
    assert told(log, Kind.TASK) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:20"),
    ]


def test_a_shift_of_no_more_people_than_posts_serves_nobody() -> None:
    """Three on duty from 06:00 for three posts: A waits for the four of the next shift, one of whom is at no post."""
    crew = pool(7, ("06:00", 6), ("12:00", 6), posts=3, shares=(3 / 7, 4 / 7))
    log = flow(case(**at_point(crew)), Came("08:00"))
    assert told(log, Kind.TASK, SHIFTS, until="1 12:00") == [
        ("1 06:00", "shift_began", "crew", "", 3, "3 rostered"),
        ("1 12:00", "shift_ended", "crew", "", 3),
        ("1 12:00", "shift_began", "crew", "", 4, "4 rostered"),
        ("1 12:00", "registration", "crew", "A", 1, "until 1 12:10"),
    ]


def test_posts_that_may_leave_serve_when_nobody_else_is_free_and_come_back() -> None:
    """Four on duty for three posts, of which two may leave: three for the queue. A is taken by the one at no post, B
    and C by two who leave a post; D waits until one of them is back (08:10), for the last post is never left."""
    log = flow(case(**at_point(pool(4, ("06:00", 12), posts=3, leave=2))), *(Came("08:00") for _ in range(4)))
    assert told(log, Kind.TASK) == [
        *(("1 08:00", "registration", "crew", who, 1, "until 1 08:10") for who in "ABC"),
        ("1 08:10", "registration", "crew", "D", 1, "until 1 08:20"),
    ]


def test_with_fewer_people_than_posts_only_those_beyond_the_posts_that_stay_may_leave() -> None:
    """Two on duty for three posts, of which two may leave: 2 - (3 - 2) = 1 for the queue, one after the other."""
    log = flow(case(**at_point(pool(2, ("06:00", 12), posts=3, leave=2))), Came("08:00"), Came("08:01"))
    assert told(log, Kind.TASK) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:20"),
    ]


def test_some_of_those_at_no_post_are_off_but_never_the_last() -> None:
    """Six on duty, one post, half of the other five off (2.5, rounded up to 3): two are left, so C waits. In the next
    shift two, one post, everybody off: but the last stays, so D is taken."""
    crew = pool(8, ("06:00", 6), ("12:00", 6), posts=1, shares=(6 / 8, 2 / 8))
    log = flow(case(**at_point({**crew, "shrinkage_share": 0.5})), *(Came("08:00") for _ in range(3)), Came("12:30"))
    assert told(log, Kind.TASK) == [
        *(("1 08:00", "registration", "crew", who, 1, "until 1 08:10") for who in "AB"),
        ("1 08:10", "registration", "crew", "C", 1, "until 1 08:20"),
        ("1 12:30", "registration", "crew", "D", 1, "until 1 12:40"),
    ]


def test_posts_may_be_a_share_of_each_shift_and_shifts_may_have_headcounts_of_their_own() -> None:
    """Three from 06:00, six from 12:00, half of them at posts: 1.5 is two posts and one clerk, then three and three."""
    shifts = {
        "early": {"start": "06:00", "hours": 6.0, "headcount": 3},
        "late": {"start": "12:00", "hours": 6.0, "headcount": 6},
    }
    came = [*(Came("11:00") for _ in range(2)), *(Came("13:00") for _ in range(4))]
    log = flow(case(**at_point({"fixed_posts_share": 0.5, "shifts": shifts})), *came)
    assert told(log, Kind.TASK, Kind.SHIFT_BEGAN, until="1 20:00") == [
        ("1 06:00", "shift_began", "crew", "", 3, "3 rostered"),
        ("1 11:00", "registration", "crew", "A", 1, "until 1 11:10"),
        ("1 11:10", "registration", "crew", "B", 1, "until 1 11:20"),
        ("1 12:00", "shift_began", "crew", "", 6, "6 rostered"),
        *(("1 13:00", "registration", "crew", who, 1, "until 1 13:10") for who in "CDE"),
        ("1 13:10", "registration", "crew", "F", 1, "until 1 13:20"),
    ]


def test_a_head_that_fits_exactly_the_free_staff_starts() -> None:
    """Three on duty, one at a post: both of the others are free, and A's load needs two."""
    scenario = case(**at_point(pool(3, ("06:00", 12), posts=1)), coaches=coaches(seats=1, escorts=2))
    assert told(flow(scenario, Came("08:00")), TASKS) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "boarding", "gate", "A", 1),
        ("1 08:10", "escort", "crew", "A", 2, "until 1 09:12"),
    ]


def test_escorts_beyond_those_for_the_queue_never_ride() -> None:
    """Three on duty, two at posts, two escorts a load: A's load is skipped, not the head, so B is registered at once
    when A is; A leaves for nowhere."""
    scenario = case(**at_point(pool(3, ("06:00", 12), posts=2)), coaches=coaches(seats=1, escorts=2))
    log = flow(scenario, Came("08:00"), Came("08:05"))
    assert told(log, TASKS) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:20"),
    ]


def test_one_who_leaves_a_post_rides_along_and_the_post_is_manned_again_after_it() -> None:
    """Three on duty, two posts, one may leave: two for the queue, so B is registered beside A, by one from a post. Two
    escorts ride when both are free (08:15), away 1 + 30 + 1 + 30 = 62 minutes; the next load goes after them, and C is
    registered when they are back for good."""
    scenario = case(**at_point(pool(3, ("06:00", 12), posts=2, leave=1)), coaches=coaches(seats=1, escorts=2))
    log = flow(scenario, Came("08:00"), Came("08:05"), Came("08:20", diverted=False))
    assert told(log, TASKS) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:05", "registration", "crew", "B", 1, "until 1 08:15"),
        ("1 08:15", "boarding", "gate", "A", 1),
        ("1 08:15", "escort", "crew", "A", 2, "until 1 09:17"),
        ("1 09:17", "boarding", "gate", "B", 1),
        ("1 09:17", "escort", "crew", "B", 2, "until 1 10:19"),
        ("1 10:19", "registration", "crew", "C", 1, "until 1 10:29"),
    ]


def test_escorts_who_left_a_post_do_not_leave_the_next_shift_short() -> None:
    """Shifts of 2 with one post that may be left, change at 09:00; two escorts are away from 08:11 (hold of a minute)
    to 09:13. B and C are registered by the new shift from 09:00 and 09:01, the second from the post. D waits for the
    first of these (09:10) and not for the escorts who come back at 09:13 in overtime."""
    crew = pool(4, ("06:00", 3), ("09:00", 3), posts=1, leave=1)
    scenario = case(**at_point(crew), coaches=coaches(seats=4, escorts=2, hold=1))
    sent_on = [Came(when, diverted=False) for when in ("08:15", "09:01", "09:02")]
    log = flow(scenario, Came("08:00"), *sent_on)
    assert told(log, TASKS, until="1 09:20") == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:11", "boarding", "gate", "A", 1),
        ("1 08:11", "escort", "crew", "A", 2, "until 1 09:13"),
        ("1 09:00", "registration", "crew", "B", 1, "until 1 09:10"),
        ("1 09:01", "registration", "crew", "C", 1, "until 1 09:11"),
        ("1 09:10", "registration", "crew", "D", 1, "until 1 09:20"),
    ]


def test_a_load_is_skipped_while_the_whole_shift_is_too_small_for_its_escorts() -> None:
    """One on duty until 12:00, two after; two escorts. A's load is full at 08:10 but is not the head: B is registered
    at 08:10, C at 08:20; at 12:00 A's load goes, and C's follows when the escorts are back (62 minutes later)."""
    crew = pool(3, ("06:00", 6), ("12:00", 6), shares=(1 / 3, 2 / 3))
    scenario = case(**at_point(crew), coaches=coaches(seats=1, escorts=2))
    log = flow(scenario, Came("08:00"), Came("08:05", diverted=False), Came("08:06"))
    assert told(log, TASKS) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:10", "registration", "crew", "B", 1, "until 1 08:20"),
        ("1 08:20", "registration", "crew", "C", 1, "until 1 08:30"),
        ("1 12:00", "boarding", "gate", "A", 1),
        ("1 12:00", "escort", "crew", "A", 2, "until 1 13:02"),
        ("1 13:02", "boarding", "gate", "C", 1),
        ("1 13:02", "escort", "crew", "C", 2, "until 1 14:04"),
    ]


def test_free_staff_wait_for_a_head_that_needs_more_of_them() -> None:
    """Two clerks, two escorts a load. From 08:10 one clerk is free, A's load at the head needs two: C is not begun.
    At 08:15 both are free and A's load goes; B's load, due at 08:15, is of a class before registration and goes at
    09:17 when the escorts are back; C is registered at 10:19."""
    scenario = case(**at_point(pool(2, ("06:00", 12))), coaches=coaches(seats=1, escorts=2))
    log = flow(scenario, Came("08:00"), Came("08:05"), Came("08:07", diverted=False))
    assert told(log, TASKS) == [
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 08:05", "registration", "crew", "B", 1, "until 1 08:15"),
        ("1 08:15", "boarding", "gate", "A", 1),
        ("1 08:15", "escort", "crew", "A", 2, "until 1 09:17"),
        ("1 09:17", "boarding", "gate", "B", 1),
        ("1 09:17", "escort", "crew", "B", 2, "until 1 10:19"),
        ("1 10:19", "registration", "crew", "C", 1, "until 1 10:29"),
    ]


def test_a_night_shift_that_began_the_day_before_the_window_is_there_at_its_start() -> None:
    """22:00 to 06:00: on duty from the first second, so that A (00:30) is taken at once."""
    log = flow(case(**at_point(pool(1, ("22:00", 8)))), Came("00:30"), Came("06:30"))
    assert told(log, Kind.TASK, SHIFTS, until="2 12:00") == [
        ("1 00:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 00:30", "registration", "crew", "A", 1, "until 1 00:40"),
        ("1 06:00", "shift_ended", "crew", "", 1),
        ("1 22:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 22:00", "registration", "crew", "B", 1, "until 1 22:10"),
        ("2 06:00", "shift_ended", "crew", "", 1),
    ]


def test_a_day_without_staff_leaves_everybody_waiting_until_the_day_after() -> None:
    """The day shift is rostered to day 1 and again from day 3; A comes on day 2 and is taken on day 3 at 06:00."""
    dated = {
        "first": {"start": "06:00", "hours": 12.0, "share": 1.0, "to_day": on_day(1)},
        "again": {"start": "06:00", "hours": 12.0, "share": 1.0, "from_day": on_day(3)},
    }
    log = flow(case(**at_point({"headcount": 1, "shifts": dated})), Came("2 08:00"))
    assert told(log, Kind.TASK, SHIFTS, until="3 12:00") == [
        ("1 06:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 18:00", "shift_ended", "crew", "", 1),
        ("3 06:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("3 06:00", "registration", "crew", "A", 1, "until 3 06:10"),
    ]


def test_a_shift_with_nobody_in_it_serves_nobody() -> None:
    """Headcount 1 over two equal shifts: the earlier one has it. B, in the second, waits for the first of day 2."""
    log = flow(case(**at_point(pool(1, ("06:00", 6), ("12:00", 6)))), Came("08:00"), Came("12:00"))
    assert told(log, Kind.TASK, Kind.SHIFT_BEGAN, until="2 06:00") == [
        ("1 06:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("1 08:00", "registration", "crew", "A", 1, "until 1 08:10"),
        ("1 12:00", "shift_began", "crew", "", 0, "0 rostered"),
        ("2 06:00", "shift_began", "crew", "", 1, "1 rostered"),
        ("2 06:00", "registration", "crew", "B", 1, "until 2 06:10"),
    ]


def test_every_column_of_the_rows_of_a_shift() -> None:
    """Pool number 2 (port 0, site 1): subject place, people present, value rostered."""
    log = flow(case(**at_point(pool(5, ("06:00", 12)))))
    rows = [row.tolist() for row in log if row["kind"] in SHIFTS][:2]
    assert rows == [(21_600, 60, 3, 2, 2, -1, 5, 5, 0), (64_800, 61, 3, 2, 2, -1, 5, 0, 0)]
