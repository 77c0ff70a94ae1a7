"""Rows of measures of staff, visits, coaches, health, follow-up and cost."""

from __future__ import annotations

from sim.measures.care import beds, follow_up, infections, isolated, onward, visits
from sim.measures.needed import coaches, cost, staff_needed
from sim.measures.scope import Measure, Words
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


_PORTS = ("all", "port")

OF_CARE = [
    # visits
    Measure(
        "visits_late_share",
        Words("visits begun late", "Share of due visits begun more than 60 minutes after the round."),
        visits,
        "share",
        ("all", "site"),
        "visits and swabs begun more than 60 minutes after their round / due; due are those of rounds in the stretch "
        "that began or were missed",
    ),
    Measure(
        "visits_missed_share",
        Words("visits missed", "Share of due visits that never took place."),
        visits,
        "share",
        ("all", "site"),
        "visits and swabs not begun when the next round of their kind started, or the room was left / due",
    ),
    Measure(
        "visits_in_time_share",
        Words("visits begun in time", "Share of due visits begun at most 60 minutes after the round."),
        visits,
        "share",
        ("all", "site"),
        "visits and swabs begun in time, not late / due",
    ),
    # coaches
    Measure(
        "coach_trips",
        Words("coach trips", "Coaches that left the diversion point with people."),
        coaches,
        "trips",
        _PORTS,
        "boardings that began in the stretch",
    ),
    Measure(
        "seats_filled_share",
        Words("seats filled", "People on coaches / seats of these coaches."),
        coaches,
        "share",
        _PORTS,
        "people who boarded / (trips x seats), stretch",
    ),
    # health
    Measure(
        "detected",
        Words("people found infected", "People with a positive result or symptoms found before their release."),
        infections,
        "people",
        ("all",),
        "people of counted parties found infected before their release, even after W",
    ),
    Measure(
        "found_by_symptoms_on_arrival",
        Words("found by symptoms on arrival", "People whose symptoms the screening at the port saw."),
        infections,
        "people",
        _PORTS,
        "part of detected: seen at the hand-over",
    ),
    Measure(
        "found_by_arrival_test",
        Words(
            "found by the test on arrival",
            "People whom the test at the port found before their release, wherever they were when its result came.",
        ),
        infections,
        "people",
        _PORTS,
        "part of detected: by the test at the hand-over",
    ),
    Measure(
        "detection_day_mean",
        Words(
            "day of detection", "Mean day of the stay on which an infection was found, 0 before the arrival at a site."
        ),
        infections,
        "day of stay",
        ("all",),
        "mean over people detected of the day of their stay, 1 from the first arrival on, 0 before it, restarts apart",
    ),
    Measure(
        "detected_after_release",
        Words("found after release", "People whose positive result came after their release."),
        infections,
        "people",
        ("all",),
        "people of counted parties whose positive result came after their release",
    ),
    Measure(
        "released_infectious",
        Words("released while infectious", "People who could still infect others at release."),
        infections,
        "people",
        ("all",),
        "people of counted parties who were infectious when released",
    ),
    Measure(
        "onward_infections_after_release",
        Words(
            "infections caused after release",
            "People whom the infected infect after they have left quarantine otherwise than to hospital.",
        ),
        onward,
        "people",
        ("all",),
        "sum over infected people of counted parties, not sent on at the point, who left otherwise than to hospital "
        "(released, without a room, or recovered in the room) of R0 x share of infectiousness from then on, to the "
        "onset where they have symptoms and isolate",
    ),
    Measure(
        "onward_infections_per_infected",
        Words(
            "infections caused after release per infected person",
            "The same, for each infected person who was taken in.",
        ),
        onward,
        "people",
        ("all",),
        "onward_infections_after_release / infected people of counted parties not sent on at the point",
    ),
    Measure(
        "isolated_after_hospital_max",
        Words(
            "people in isolation after hospital at most",
            "Largest number of people at once in isolation after their discharge.",
        ),
        isolated,
        "people",
        ("all",),
        "largest number of people within hospital.isolation_days_after of their discharge, stretch",
    ),
    Measure(
        "hospital_beds_max",
        Words("hospital beds at most", "Largest number of beds taken at once."),
        beds,
        "beds",
        ("all",),
        "largest number of beds taken, from the ambulance's leaving the site or point to the discharge, stretch",
    ),
    Measure(
        "followed_up_max",
        Words("people under follow-up at most", "Largest number of people followed up at once."),
        follow_up,
        "people",
        ("all", "street"),
        "largest number of people for whom the end of check-out was less than follow_up.days ago, by street of their "
        "last site, stretch",
    ),
    Measure(
        "contacts_per_day_max",
        Words("follow-up contacts at most", "Contacts on the day with most."),
        follow_up,
        "contacts",
        ("all", "street"),
        "person-days of people under follow-up on a calendar day x follow_up.contacts_per_day, largest over days, "
        "stretch",
    ),
    # cost
    Measure(
        "cost_staff",
        Words("cost of staff", "Staff-days, the brigade's included, x cost of a staff-day."),
        cost,
        "yuan",
        ("all",),
        "(staff_days + brigade_days) x costs.staff_day",
    ),
    Measure(
        "cost_rooms",
        Words("cost of rooms", "Rooms x days that their site was open x cost of a room-night."),
        cost,
        "yuan",
        ("all",),
        "rooms x calendar days of the stretch from first opening to closing, over sites x costs.room_night",
    ),
    Measure(
        "cost_coaches",
        Words("cost of coaches", "Coach trips x cost of a trip."),
        cost,
        "yuan",
        ("all",),
        "coach_trips x costs.coach_trip",
    ),
    Measure(
        "cost_tests",
        Words("cost of tests", "Tests x cost of a test."),
        cost,
        "yuan",
        ("all",),
        "people tested, result (on arrival: swab) in the stretch, x costs.test",
    ),
    Measure(
        "cost_total",
        Words("cost in all", "Sum of the parts above."),
        cost,
        "yuan",
        ("all",),
        "cost_staff + cost_rooms + cost_coaches + cost_tests",
    ),
]
"""In the order of tables."""
