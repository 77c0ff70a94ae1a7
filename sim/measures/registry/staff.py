"""Rows of measures of staff."""

from __future__ import annotations

from sim.measures.definition import Measure, Words
from sim.measures.needed import staff_needed
from sim.measures.staff import on_duty, work
from sim.measures.staff_waits import in_time

OF_STAFF = [
    Measure(
        "staff_on_duty_mean",
        Words("staff on duty, average day", "People on duty per day: a check of what went in."),
        on_duty,
        "people per day",
        ("pool",),
        "distinct people present on a calendar day, the brigade apart, mean over the days of the stretch, 0 on days "
        "without a shift; a shift over midnight is there on both days, and the end of one night's shift and the "
        "beginning of the next, which start at the same time, count once (the larger)",
    ),
    Measure(
        "staff_on_duty_max",
        Words("staff on duty, busiest day", "People on duty on the day with most: a check of what went in."),
        on_duty,
        "people per day",
        ("pool",),
        "the same, largest over days",
    ),
    Measure(
        "staff_needed_mean",
        Words("staff needed, average day", "People needed per day for the travellers that came."),
        staff_needed,
        "people per day",
        ("pool",),
        "same sample with the pool unlimited; per shift of the roster (a site's while it is open): a = largest mean "
        "number of busy staff over any 60 minutes, s = mean duration of tasks by staff; least c with Erlang-C P(wait > "
        "limits.staff_wait_minutes) <= 0.05, at least that of the largest task; least number present that mans all "
        "posts, of whom the queue may have c when nobody leaves a post and the share that is off is; sum over the "
        "shifts that begin on a day; mean over the days of the stretch, 0 on days without a shift; approximate",
        second_flow=True,
    ),
    Measure(
        "staff_needed_max",
        Words("staff needed, busiest day", "People needed on the day that needs most."),
        staff_needed,
        "people per day",
        ("pool",),
        "the same, largest over days",
        second_flow=True,
    ),
    Measure(
        "within_staff_wait_share",
        Words(
            "tasks of people begun in time by staff",
            "Share of people for whom staff begin within the limit: registration, boarding, check-in and check-out, "
            "waits for rooms and coaches apart.",
        ),
        in_time,
        "share",
        ("pool", "worst_shift"),
        "people whose task was begun at most limits.staff_wait_minutes after it joined / people judged, once for each "
        "task: registration (joins at hand-over), boarding with escorts (load due, rooms taken, a coach there), "
        "check-in (arrival), check-out (release); not begun: failed if over the limit, else left out; counted parties. "
        "POOL.worst_shift, of points: smallest share of a shift (start, [staffing.phases]) of those who join in it",
    ),
    Measure(
        "within_coach_wait_share",
        Words(
            "people with a coach in time", "Share of people for whom a coach is there within the limit, once it is due."
        ),
        in_time,
        "share",
        ("port",),
        "people for whom a coach was there (not for a load before) at most limits.staff_wait_minutes after their load "
        "was due, or they took rooms, if later / people of due loads, counted parties",
    ),
    Measure(
        "utilisation",
        Words("share of staff time in tasks", "Time in tasks / time on duty and not at a fixed post."),
        work,
        "share",
        ("pool",),
        "person-seconds in tasks within the shift in which they began / person-seconds present (the brigade included) "
        "and not at a fixed post (who leaves one for a task is not at it, who is off is present); rides are busy, "
        "overtime is in neither; stretch; empty when nobody was ever there",
    ),
    Measure(
        "overtime_hours",
        Words("overtime", "Hours worked after the end of the shift to finish the task in hand."),
        work,
        "hours",
        ("all", "pool"),
        "person-hours in tasks after the end of their shift, or after the brigade has left, stretch",
    ),
    Measure(
        "posts_empty",
        Words("fixed posts unmanned", "Hours in which a fixed post of a shift had nobody."),
        work,
        "post-hours",
        ("all", "pool"),
        "post-hours of shifts without a person, because too few came or somebody left a post for a task; stretch",
    ),
    Measure(
        "staff_days",
        Words("staff-days", "One for each person on duty in a shift."),
        on_duty,
        "staff-days",
        ("all", "pool"),
        "people present, the brigade apart, summed over shifts that began in the stretch",
    ),
    Measure(
        "brigade_days",
        Words("days of the reserve brigade", "One for each person of the brigade and day, from coming to leaving."),
        on_duty,
        "staff-days",
        ("all", "pool"),
        "people of the brigade x days of 24 h from coming to leaving, stretch",
    ),
]
"""In the order of tables."""
