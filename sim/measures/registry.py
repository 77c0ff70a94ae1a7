"""Every measure once: id, unit, places, window and formula. What is not here is not computed.

Words common to all of them. **W**: the window, first day 00:00 to the end of the last day. **Counted parties**: all of
them, or with `[window]` those handed over on its days. **The stretch**: W, or with `[window]` its days. Measures of
parties are over counted parties, also after W; measures of time (queues, rooms, staff, visits, beds, follow-up, trips,
cost) are over the stretch. Parties that are in a site when W begins were not handed over: they are in none of the
measures of points and not served, but they are guests. A share of nothing (0/0) has no value. Waits are weighted by
people: a party of three counts three times. A person who was detected and left the party keeps its way to the site.
"""

from __future__ import annotations

from sim.measures.care import beds, follow_up, infections, isolated, onward, visits
from sim.measures.cost import coaches, cost
from sim.measures.definition import Measure
from sim.measures.needed import staff_needed
from sim.measures.persons import people, queues
from sim.measures.rooms import blocked, needed, occupancy, sites
from sim.measures.staff import on_duty, work
from sim.measures.staff_waits import in_time
from sim.measures.waits import waiting_hours, waits, within_limit

_PORTS = ("all", "port")
_SITES = ("all", "site", "first_street_site")
_ONE_SITE = ("site", "first_street_site")

_AT_POINT = [
    Measure(
        "persons_served",
        people,
        "people",
        ("all",),
        "people of counted parties with a first arrival at a site in W; moves and restarts do not count again",
    ),
    Measure(
        "received",
        people,
        "people",
        _PORTS,
        "people of counted parties; = not_diverted + diverted + in_process + unplaced, with screening + "
        "hospital_from_port",
    ),
    Measure("not_diverted", people, "people", _PORTS, "people of counted parties sent on after registration"),
    Measure("diverted", people, "people", _PORTS, "people of counted parties with departure by the end of W"),
    Measure(
        "in_process",
        people,
        "people",
        _PORTS,
        "people of counted parties neither sent on, departed, unplaced nor taken to hospital from the point by the end "
        "of W",
    ),
    Measure("unplaced", people, "people", _PORTS, "people of counted parties that left without rooms at the end of W"),
    Measure(
        "hospital_from_port", people, "people", _PORTS, "found at the point, in hospital or recovered by the end of W"
    ),
]

_WAIT_FORMULAS = {
    "wait_registration": "start of registration - hand-over",
    "wait_room": "rooms taken (those with which the party left the point) - end of registration",
    "wait_coach": "start of boarding - rooms taken; none when travelling alone",
    "handover_to_coach": "departure (end of boarding) - hand-over",
}
_QUANTILE = "smallest value that {} % of people do not exceed (inverse of the distribution function)"
_PART_FORMULAS = {
    "mean": "mean over people",
    "p50": _QUANTILE.format(50),
    "p95": _QUANTILE.format(95),
    "max": "largest",
}
_WAITS = [
    Measure(
        f"{wait}_{part}", waits, "minutes", _PORTS, f"{formula}; {over}; counted parties whose wait ended, even after W"
    )
    for wait, formula in _WAIT_FORMULAS.items()
    for part, over in _PART_FORMULAS.items()
]

_QUEUES = [
    Measure(
        "within_limit_share",
        within_limit,
        "share",
        _PORTS,
        "people with departure - hand-over <= limits.handover_to_coach_minutes / people judged; judged are counted "
        "parties never sent on, nor found infected at the point, that departed by the end of W or were over the limit "
        "by then (those not yet registered then included)",
    ),
    Measure(
        "within_limit_left_out",
        within_limit,
        "people",
        _PORTS,
        "people of counted parties, never sent on, not gone by the end of W and not over the limit by then",
    ),
    Measure(
        "queue_people_max",
        queues,
        "people",
        ("port",),
        "largest number handed over and not gone from the point, stretch",
    ),
    Measure(
        "overnight_people",
        queues,
        "people",
        ("port",),
        "largest number present at the point while the port is closed, from the second of closing on, stretch; "
        "0 for a port that never closes",
    ),
    Measure(
        "backlog_hours",
        queues,
        "hours",
        ("port",),
        "people present are read at every full hour of the stretch; usual at an hour of the day is the median over "
        "days (numbers at 08:00, at 09:00, …); longest run of consecutive readings above usual, one hour each",
    ),
]

_WAITING = [
    Measure(
        f"waiting_hours_{reason}", waiting_hours, "person-hours", ("all",), f"{formula}; counted parties, even after W"
    )
    for reason, formula in {
        "registration": "people x (start of registration - hand-over)",
        "room": "people x (rooms taken, or left without them - end of registration)",
        "filling": "people x (load due, or boarding if that is earlier - rooms taken)",
        "coach": "people x (start of boarding - load due)",
        "check_in": "people x (start of check-in - arrival at the site)",
    }.items()
]

_RESOURCES = [
    # rooms and sites
    Measure(
        "rooms_occupied_max",
        occupancy,
        "rooms",
        _SITES,
        "largest number of rooms taken (from being taken, or from the beginning, until given up), stretch; 0 for a "
        "site never used",
    ),
    Measure(
        "rooms_needed",
        needed,
        "rooms",
        _SITES,
        "rooms_occupied_max of the same sample with unlimited rooms",
        second_flow=True,
    ),
    Measure(
        "no_room_share",
        occupancy,
        "share",
        ("all",),
        "days of the stretch on which somebody, registered and diverted or moved out of a site that was lost, waited "
        "for rooms for some time / days",
    ),
    Measure(
        "rooms_blocked_mean",
        blocked,
        "rooms",
        ("all",),
        "rooms not taken, airing or in cleaning, of sites whose intake has ended (sites.cohort_hours), mean over "
        "the stretch; 0 without cohorts",
    ),
    Measure("rooms_blocked_max", blocked, "rooms", ("all",), "the same, largest over the stretch"),
    Measure("sites_opened", sites, "sites", ("all",), "different sites that were open at some time of the stretch"),
    Measure(
        "site_days",
        sites,
        "days",
        _ONE_SITE,
        "date of closing - date of first opening + 1, also outside [window]; never closed: days until the hard stop "
        "(W + 60 days), see site_days_censored; 0 for a site never opened",
    ),
    Measure(
        "site_days_censored",
        sites,
        "share",
        _SITES,
        "1 if an opened site was never closed, else 0; all: mean over opened sites; no value if never opened",
    ),
    Measure(
        "site_guests",
        sites,
        "people",
        _ONE_SITE,
        "people of counted parties that ever were guests of the site, even after W; those moved there included",
    ),
    Measure(
        "site_guests_mean",
        sites,
        "people",
        _ONE_SITE,
        "person-seconds from arrival to the end of check-out, hospital or a move / seconds from first opening to "
        "closing, both in the stretch",
    ),
    # staff
    Measure(
        "staff_on_duty_mean",
        on_duty,
        "people per day",
        ("pool",),
        "distinct people present on a calendar day, the brigade apart, mean over the days of the stretch, 0 on days "
        "without a shift; a shift over midnight is there on both days, and the end of one night's shift and the "
        "beginning of the next, which start at the same time, count once (the larger)",
    ),
    Measure("staff_on_duty_max", on_duty, "people per day", ("pool",), "the same, largest over days"),
    Measure(
        "staff_needed_mean",
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
        "staff_needed_max", staff_needed, "people per day", ("pool",), "the same, largest over days", second_flow=True
    ),
    Measure(
        "within_staff_wait_share",
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
        in_time,
        "share",
        ("port",),
        "people for whom a coach was there (not for a load before) at most limits.staff_wait_minutes after their load "
        "was due, or they took rooms, if later / people of due loads, counted parties",
    ),
    Measure(
        "utilisation",
        work,
        "share",
        ("pool",),
        "person-seconds in tasks within the shift in which they began / person-seconds present (the brigade included) "
        "and not at a fixed post (who leaves one for a task is not at it, who is off is present); rides are busy, "
        "overtime is in neither; stretch; empty when nobody was ever there",
    ),
    Measure(
        "overtime_hours",
        work,
        "hours",
        ("all", "pool"),
        "person-hours in tasks after the end of their shift, or after the brigade has left, stretch",
    ),
    Measure(
        "posts_empty",
        work,
        "post-hours",
        ("all", "pool"),
        "post-hours of shifts without a person, because too few came or somebody left a post for a task; stretch",
    ),
    Measure(
        "staff_days",
        on_duty,
        "staff-days",
        ("all", "pool"),
        "people present, the brigade apart, summed over shifts that began in the stretch",
    ),
    Measure(
        "brigade_days",
        on_duty,
        "staff-days",
        ("all", "pool"),
        "people of the brigade x days of 24 h from coming to leaving, stretch",
    ),
    # visits
    Measure(
        "visits_late_share",
        visits,
        "share",
        ("all", "site"),
        "visits and swabs begun more than 60 minutes after their round / due; due are those of rounds in the stretch "
        "that began or were missed",
    ),
    Measure(
        "visits_missed_share",
        visits,
        "share",
        ("all", "site"),
        "visits and swabs not begun when the next round of their kind started, or the room was left / due",
    ),
    Measure("visits_in_time_share", visits, "share", ("all", "site"), "visits and swabs begun in time, not late / due"),
    # coaches
    Measure("coach_trips", coaches, "trips", _PORTS, "boardings that began in the stretch"),
    Measure("seats_filled_share", coaches, "share", _PORTS, "people who boarded / (trips x seats), stretch"),
    # health
    Measure(
        "detected",
        infections,
        "people",
        ("all",),
        "people of counted parties found infected before their release, even after W",
    ),
    Measure("found_by_symptoms_on_arrival", infections, "people", _PORTS, "part of detected: seen at the hand-over"),
    Measure("found_by_arrival_test", infections, "people", _PORTS, "part of detected: by the test at the hand-over"),
    Measure(
        "detection_day_mean",
        infections,
        "day of stay",
        ("all",),
        "mean over people detected of the day of their stay, 1 from the first arrival on, 0 before it, restarts apart",
    ),
    Measure(
        "detected_after_release",
        infections,
        "people",
        ("all",),
        "people of counted parties whose positive result came after their release",
    ),
    Measure(
        "released_infectious",
        infections,
        "people",
        ("all",),
        "people of counted parties who were infectious when released",
    ),
    Measure(
        "onward_infections_after_release",
        onward,
        "people",
        ("all",),
        "sum over infected people of counted parties, not sent on at the point, who left otherwise than to hospital "
        "(released, without a room, or recovered in the room) of R0 x share of infectiousness from then on, to the "
        "onset where they have symptoms and isolate",
    ),
    Measure(
        "onward_infections_per_infected",
        onward,
        "people",
        ("all",),
        "onward_infections_after_release / infected people of counted parties not sent on at the point",
    ),
    Measure(
        "isolated_after_hospital_max",
        isolated,
        "people",
        ("all",),
        "largest number of people within hospital.isolation_days_after of their discharge, stretch",
    ),
    Measure(
        "hospital_beds_max",
        beds,
        "beds",
        ("all",),
        "largest number of beds taken, from the ambulance's leaving the site or point to the discharge, stretch",
    ),
    Measure(
        "followed_up_max",
        follow_up,
        "people",
        ("all", "street"),
        "largest number of people for whom the end of check-out was less than follow_up.days ago, by street of their "
        "last site, stretch",
    ),
    Measure(
        "contacts_per_day_max",
        follow_up,
        "contacts",
        ("all", "street"),
        "person-days of people under follow-up on a calendar day x follow_up.contacts_per_day, largest over days, "
        "stretch",
    ),
    # cost
    Measure("cost_staff", cost, "yuan", ("all",), "(staff_days + brigade_days) x costs.staff_day"),
    Measure(
        "cost_rooms",
        cost,
        "yuan",
        ("all",),
        "rooms x calendar days of the stretch from first opening to closing, over sites x costs.room_night",
    ),
    Measure("cost_coaches", cost, "yuan", ("all",), "coach_trips x costs.coach_trip"),
    Measure(
        "cost_tests", cost, "yuan", ("all",), "people tested, result (on arrival: swab) in the stretch, x costs.test"
    ),
    Measure("cost_total", cost, "yuan", ("all",), "cost_staff + cost_rooms + cost_coaches + cost_tests"),
]

REGISTRY: dict[str, Measure] = {
    definition.id: definition for family in (_AT_POINT, _WAITS, _QUEUES, _WAITING, _RESOURCES) for definition in family
}
"""All measures of the conceptual model by id, in the order of tables."""
