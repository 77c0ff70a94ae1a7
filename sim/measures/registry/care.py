"""Rows of measures of visits, coaches, health, follow-up and cost."""

from __future__ import annotations

from sim.measures.care import beds, follow_up, infections, isolated, onward, visits
from sim.measures.cost import coaches, cost
from sim.measures.definition import Measure, Words

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
