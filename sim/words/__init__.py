"""Every word that users see about measures, places, steps and roles, in one place.

A second language is a second package with the same names. Identifiers stay as they are in every language: they stand in
files. Nothing is computed here. Words of pictures stand in `pictures`, those of files and long pages in `pages`, those
of check and run in `screens`, what commands say besides in `commands`; they are names of this package all the same.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.words.commands import CHECKED, SAID, TABLE
from sim.words.language import Texts
from sim.words.pages import ACTIVITIES, DESCRIBE, MESSAGES, REFERENCE
from sim.words.pictures import MONTHS, PICTURES, WAITED_FOR
from sim.words.screens import (
    CHECKS,
    JUDGED,
    KINDS_COUNTED,
    LADDER,
    NEEDS,
    OUTLOOK,
    SCREEN,
    TASKS,
    VERDICTS,
    WAITING_FOR,
)

__all__ = [
    "ACTIVITIES",
    "CHECKED",
    "CHECKS",
    "DESCRIBE",
    "JUDGED",
    "KINDS_COUNTED",
    "LADDER",
    "MESSAGES",
    "MONTHS",
    "NEEDS",
    "OUTLOOK",
    "PICTURES",
    "REFERENCE",
    "SAID",
    "SCREEN",
    "TABLE",
    "TASKS",
    "VERDICTS",
    "WAITED_FOR",
    "WAITING_FOR",
]


class Words(NamedTuple):
    """What a measure is called in tables, and what it means in a sentence."""

    label: str
    meaning: str


PLACES = Texts(
    {
        "all": "all together",
        "first_street_site": "first street-level site",
        "port": "each port",
        "site": "each site",
        "pool": "each staff pool",
        "worst_shift": "worst shift of each point",
        "street": "each street",
    }
)
"""Places of measures that are no id of a scenario, and kinds of place."""

STEPS = Texts(
    {
        "handed_over": "handed over at the point",
        "registration": "registration at the point",
        "not_diverted": "sent on to another authority",
        "sites": "placed in a site",
        "coaches": "coach to the site",
        "check_in": "check-in at the site",
        "stay": "stay",
        "release": "release and check-out",
        "airing": "airing of the room",
        "cleaning": "cleaning of the room",
    }
)
"""Steps of a traveller's way, in order."""

ROLES = Texts(
    {
        "identity": "follows from what goes in",
        "fitted": "settings were chosen so that it comes out",
        "held_out": "not used for any setting, so a test of the model",
        "descriptive": "for orientation, follows from other figures",
        "input": "goes in and is shown as a check",
    }
)
"""What a reported figure is used for."""

ROLE_NAMES = Texts(
    {
        "identity": "identity",
        "fitted": "fitted",
        "held_out": "held out",
        "descriptive": "descriptive",
        "input": "input",
    }
)
"""What a role is called; files keep the ids."""

KINDS = Texts(
    {
        "reported": "reported in the article",
        "derived": "computed from reported figures",
        "borrowed": "reported elsewhere",
        "calibrated": "calibrated: chosen so that reported figures come out, with the range that they leave open",
        "assumed": "assumed, no source found",
        "changed here": "changed in this scenario or on the command line",
        "not stated": "not stated",
    }
)
"""Where a value of a scenario comes from."""

ORIGINS = Texts(
    {
        "reported": "reported",
        "derived": "derived",
        "borrowed": "borrowed",
        "calibrated": "calibrated",
        "assumed": "assumed",
        "changed here": "changed here",
        "not stated": "not stated",
    }
)
"""Where a value comes from, in a word."""

CHANCE_ONLY = "chance only, not doubts about inputs"
"""What intervals and bands tell and do not tell."""

_WAITS = {
    "wait_registration": ("wait for registration", "From hand-over until registration begins"),
    "wait_room": ("wait for a room", "From the end of registration until the party has its rooms"),
    "wait_coach": ("wait for the coach", "From having rooms until boarding begins"),
    "handover_to_coach": ("time from hand-over to departure", "From hand-over until the coach leaves, waits included"),
}
_OF_WAITS = {
    "mean": ("mean", "mean over people."),
    "p50": ("median", "half of the people have at most this."),
    "p95": ("95 % of people within", "95 of 100 people have at most this."),
    "max": ("longest", "the longest of all."),
}

MEASURES = Texts(
    {
        "persons_served": Words("people served", "People who arrived at a site in the window, each once."),
        "received": Words("people received", "People handed over at the diversion point."),
        "not_diverted": Words("people sent on", "People registered and sent on to another authority."),
        "diverted": Words(
            "people placed by the point", "People who left the diversion point for a site by the end of the window."
        ),
        "in_process": Words(
            "people still at the point", "People with rooms, still at the diversion point at the end of the window."
        ),
        "unplaced": Words(
            "people not placed at the end",
            "People without a room when the window ended, those who still queued included.",
        ),
        **{
            f"{wait}_{part}": Words(f"{label}, {word}", f"{meaning}: {explained}")
            for wait, (label, meaning) in _WAITS.items()
            for part, (word, explained) in _OF_WAITS.items()
        },
        "within_limit_share": Words(
            "people gone within the limit", "Share of people who left for a site within the limit from hand-over."
        ),
        "within_limit_left_out": Words(
            "people not judged by the limit", "People still waiting at the end of the window, not yet over the limit."
        ),
        "queue_people_max": Words(
            "people at the point at most", "Largest number of people present at the diversion point at once."
        ),
        "overnight_people": Words(
            "people at the closed point at most", "Largest number of people present while the port was closed."
        ),
        "backlog_hours": Words(
            "longest backlog", "Longest time with more people at the point than is usual at that hour of the day."
        ),
        "waiting_hours_registration": Words("hours of waiting for registration", "Waits of all people, added up."),
        "waiting_hours_room": Words("hours of waiting for a room", "Waits of all people, added up."),
        "waiting_hours_filling": Words(
            "hours of waiting for a coach to fill", "Waits of all people until their coach is full or held long enough."
        ),
        "waiting_hours_coach": Words("hours of waiting for a coach or escorts", "Waits of all people in due loads."),
        "waiting_hours_check_in": Words("hours of waiting for check-in", "Waits of all people, added up."),
        "rooms_occupied_max": Words(
            "rooms taken at most",
            "Largest number of rooms taken at once; rooms airing or being cleaned are not counted.",
        ),
        "rooms_needed": Words("rooms needed", "Rooms that would be taken at most if there were always enough."),
        "rooms_blocked_mean": Words(
            "rooms blocked, on average",
            "Free rooms that nobody may take because the cohort of their site is complete, on average.",
        ),
        "rooms_blocked_max": Words(
            "rooms blocked at most",
            "Most free rooms at once that nobody may take because the cohort of their site is complete.",
        ),
        "no_room_share": Words("days with a wait for rooms", "Share of days on which somebody waited for a room."),
        "sites_opened": Words("sites opened", "Different sites that were open at some time in the window."),
        "site_days": Words("days open", "Calendar days from the first opening to the closing, both counted."),
        "site_days_censored": Words(
            "still open at the end", "1 when the site was never closed: its days are too few then."
        ),
        "site_guests": Words("guests in all", "Different people who ever arrived at the site."),
        "site_guests_mean": Words(
            "guests on average", "Guests present, on average over the time that the site was open."
        ),
        "staff_on_duty_mean": Words("staff on duty, average day", "People on duty per day: a check of what went in."),
        "staff_on_duty_max": Words(
            "staff on duty, busiest day", "People on duty on the day with most: a check of what went in."
        ),
        "staff_needed_mean": Words("staff needed, average day", "People needed per day for the travellers that came."),
        "staff_needed_max": Words("staff needed, busiest day", "People needed on the day that needs most."),
        "within_staff_wait_share": Words(
            "tasks of people begun in time by staff",
            "Share of people for whom staff begin within the limit: registration, boarding, check-in and check-out, "
            "waits for rooms and coaches apart.",
        ),
        "within_coach_wait_share": Words(
            "people with a coach in time", "Share of people for whom a coach is there within the limit, once it is due."
        ),
        "utilisation": Words("share of staff time in tasks", "Time in tasks / time on duty and not at a fixed post."),
        "overtime_hours": Words("overtime", "Hours worked after the end of the shift to finish the task in hand."),
        "posts_empty": Words("fixed posts unmanned", "Hours in which a fixed post of a shift had nobody."),
        "staff_days": Words("staff-days", "One for each person on duty in a shift."),
        "brigade_days": Words(
            "days of the reserve brigade", "One for each person of the brigade and day, from coming to leaving."
        ),
        "visits_late_share": Words(
            "visits begun late", "Share of due visits begun more than 60 minutes after the round."
        ),
        "visits_missed_share": Words("visits missed", "Share of due visits that never took place."),
        "visits_in_time_share": Words(
            "visits begun in time", "Share of due visits begun at most 60 minutes after the round."
        ),
        "coach_trips": Words("coach trips", "Coaches that left the diversion point with people."),
        "seats_filled_share": Words("seats filled", "People on coaches / seats of these coaches."),
        "detected": Words(
            "people found infected", "People with a positive result or symptoms found before their release."
        ),
        "found_by_symptoms_on_arrival": Words(
            "found by symptoms on arrival", "People whose symptoms the screening at the port saw."
        ),
        "found_by_arrival_test": Words(
            "found by the test on arrival",
            "People whom the test at the port found before their release, wherever they were when its result came.",
        ),
        "hospital_from_port": Words(
            "to hospital from the point",
            "People whom the screening found before their coach departed, by the end of the window.",
        ),
        "detection_day_mean": Words(
            "day of detection", "Mean day of the stay on which an infection was found, 0 before the arrival at a site."
        ),
        "detected_after_release": Words(
            "found after release", "People whose positive result came after their release."
        ),
        "released_infectious": Words("released while infectious", "People who could still infect others at release."),
        "onward_infections_after_release": Words(
            "infections caused after release",
            "People whom the infected infect after they have left quarantine otherwise than to hospital.",
        ),
        "onward_infections_per_infected": Words(
            "infections caused after release per infected person",
            "The same, for each infected person who was taken in.",
        ),
        "isolated_after_hospital_max": Words(
            "people in isolation after hospital at most",
            "Largest number of people at once in isolation after their discharge.",
        ),
        "hospital_beds_max": Words("hospital beds at most", "Largest number of beds taken at once."),
        "followed_up_max": Words("people under follow-up at most", "Largest number of people followed up at once."),
        "contacts_per_day_max": Words("follow-up contacts at most", "Contacts on the day with most."),
        "cost_staff": Words("cost of staff", "Staff-days, the brigade's included, x cost of a staff-day."),
        "cost_rooms": Words("cost of rooms", "Rooms x days that their site was open x cost of a room-night."),
        "cost_coaches": Words("cost of coaches", "Coach trips x cost of a trip."),
        "cost_tests": Words("cost of tests", "Tests x cost of a test."),
        "cost_total": Words("cost in all", "Sum of the parts above."),
    }
)
"""By measure id, in the order of tables."""

QUANTITIES = Texts(
    {
        "persons_served": "people served so far",
        "rooms_taken": "rooms taken",
        "rooms_open": "rooms of sites that are open",
        "guests_present": "guests in sites",
        "sites_open": "sites open",
        "people_waiting": "people at the point",
        "site_state": "state of the site",
        "staff_on_duty": "staff on duty",
        "staff_for_tasks": "staff on duty for tasks: not at a fixed post, not off",
        "staff_busy": "staff in tasks, overtime included",
        "no_room": "somebody waited for a room that day",
    }
)
"""By quantity of a time series."""

PROFILES = Texts(
    {
        "staff_on_duty": "staff on duty",
        "staff_for_tasks": "staff on duty for tasks: not at a fixed post, not off",
        "staff_busy": "staff in tasks, overtime included",
        "staff_busy_most": "staff in tasks, busiest day at each hour",
        "staff_for_tasks_then": "staff on duty for tasks, on that busiest day",
        "waiting_hours": "person-hours of waiting per day",
        "gone_share": "people gone to a site so far",
        "guests_so_far": "guests so far",
        "guests_present": "guests in the site",
        "still_open": "site is open",
    }
)
"""By quantity of a profile: over the hour of the day, minutes since hand-over or days since opening."""

UNIT_NAMES = Texts(
    {
        "beds": "beds",
        "clock time, HH:MM": "clock time, HH:MM",
        "contacts": "contacts",
        "contacts per person and day": "contacts per person and day",
        "count": "count",
        "daily reviews": "daily reviews",
        "date": "date",
        "date, or date and time": "date, or date and time",
        "date, or date and time to the minute": "date, or date and time to the minute",
        "day of stay": "day of stay",
        "day of the stay": "day of the stay",
        "days": "days",
        "days of 24 h": "days of 24 h",
        "factor": "factor",
        "hours": "hours",
        "log of days": "log of days",
        "minutes": "minutes",
        "people": "people",
        "people on duty in the shift": "people on duty in the shift",
        "people on duty per day": "people on duty per day",
        "people per day": "people per day",
        "people per shift": "people per shift",
        "person-hours": "person-hours",
        "post-hours": "post-hours",
        "rooms": "rooms",
        "seats": "seats",
        "shape of a gamma": "shape of a gamma",
        "share": "share",
        "share, 0 to 1": "share, 0 to 1",
        "sites": "sites",
        "staff": "staff",
        "staff-days": "staff-days",
        "standard deviation / mean": "standard deviation / mean",
        "trips": "trips",
        "variance / mean": "variance / mean",
        "weight, any scale": "weight, any scale",
        "yuan": "yuan",
    }
)
"""Units of measures and of values of scenarios; files keep the English ones."""
