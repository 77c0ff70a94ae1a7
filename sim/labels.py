"""Every word that users see about measures, places, steps and roles, in one place.

A second language is a second module with the same names. Identifiers stay as they are in every language: they stand in
files. Nothing is computed here. Words of pictures and of long pages stand in `labels_pictures` and `labels_pages` and
are names of this module all the same.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.labels_pages import MESSAGES
from sim.labels_pictures import MONTHS, PICTURES, WAITED_FOR

__all__ = ["MESSAGES", "MONTHS", "PICTURES", "WAITED_FOR"]


class Words(NamedTuple):
    """What a measure is called in tables, and what it means in a sentence."""

    label: str
    meaning: str


PLACES = {
    "all": "all together",
    "first_street_site": "first street-level site",
    "port": "each port",
    "site": "each site",
    "pool": "each staff pool",
    "street": "each street",
}
"""Places of measures that are no id of a scenario, and kinds of place."""

STEPS = {
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
"""Steps of a traveller's way, in order."""

ROLES = {
    "identity": "follows from what goes in",
    "fitted": "settings were chosen so that it comes out",
    "held_out": "not used for any setting: a test of the model",
    "descriptive": "for orientation, follows from other figures",
    "input": "goes in and is shown as a check",
}
"""What a reported figure is used for."""

KINDS = {
    "reported": "reported in the article",
    "derived": "computed from reported figures",
    "borrowed": "reported elsewhere",
    "assumed": "assumed, no source found",
    "changed here": "changed in this scenario or on the command line",
}
"""Where a value of a scenario comes from."""

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

MEASURES: dict[str, Words] = {
    "persons_served": Words("people served", "People who arrived at a site in the window, each once."),
    "received": Words("people received", "People handed over at the point."),
    "not_diverted": Words("people sent on", "People registered and sent on to another authority."),
    "diverted": Words("people placed by the point", "People who left the point for a site by the end of the window."),
    "in_process": Words("people still at the point", "People with rooms, still at the point at the end of the window."),
    "unplaced": Words("people left without rooms", "People who left without rooms when the window ended."),
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
    "queue_people_max": Words("people at the point at most", "Largest number of people present at the point at once."),
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
        "rooms taken at most", "Largest number of rooms taken at once; rooms airing or being cleaned are not counted."
    ),
    "rooms_needed": Words("rooms needed", "Rooms that would be taken at most if there were always enough."),
    "no_room_share": Words("days with a wait for rooms", "Share of days on which somebody waited for a room."),
    "sites_opened": Words("sites opened", "Different sites that were open at some time in the window."),
    "site_days": Words("days open", "Calendar days from the first opening to the closing, both counted."),
    "site_days_censored": Words(
        "still open at the end", "1 when the site was never closed: its days are too few then."
    ),
    "site_guests": Words("guests in all", "Different people who ever arrived at the site."),
    "site_guests_mean": Words("guests on average", "Guests present, on average over the time that the site was open."),
    "staff_on_duty_mean": Words("staff on duty, average day", "People on duty per day: a check of what went in."),
    "staff_on_duty_max": Words(
        "staff on duty, busiest day", "People on duty on the day with most: a check of what went in."
    ),
    "staff_needed_mean": Words("staff needed, average day", "People needed per day for the travellers that came."),
    "staff_needed_max": Words("staff needed, busiest day", "People needed on the day that needs most."),
    "utilisation": Words("share of staff time in tasks", "Time in tasks / time on duty and not at a fixed post."),
    "overtime_hours": Words("overtime", "Hours worked after the end of the shift to finish the task in hand."),
    "posts_empty": Words("fixed posts unmanned", "Hours in which a fixed post of a shift had nobody."),
    "staff_days": Words("staff-days", "One for each person on duty in a shift."),
    "brigade_days": Words("days of the reserve brigade", "One for each person of the brigade and day."),
    "visits_late_share": Words("visits begun late", "Share of due visits begun more than 60 minutes after the round."),
    "visits_missed_share": Words("visits missed", "Share of due visits that never took place."),
    "coach_trips": Words("coach trips", "Coaches that left the point with people."),
    "seats_filled_share": Words("seats filled", "People on coaches / seats of these coaches."),
    "detected": Words("people found infected", "People with a positive result or symptoms found."),
    "detection_day_mean": Words("day of detection", "Mean day of the stay on which an infection was found."),
    "detected_after_release": Words("found after release", "People whose positive result came after their release."),
    "released_infectious": Words("released while infectious", "People who could still infect others at release."),
    "hospital_beds_max": Words("hospital beds at most", "Largest number of beds taken at once."),
    "followed_up_max": Words("people under follow-up at most", "Largest number of people followed up at once."),
    "contacts_per_day_max": Words("follow-up contacts at most", "Contacts on the day with most."),
    "cost_staff": Words("cost of staff", "Staff-days x cost of a staff-day."),
    "cost_rooms": Words("cost of rooms", "Rooms x days that their site was open x cost of a room-night."),
    "cost_coaches": Words("cost of coaches", "Coach trips x cost of a trip."),
    "cost_tests": Words("cost of tests", "Tests x cost of a test."),
    "cost_total": Words("cost in all", "Sum of the parts above."),
}
"""By measure id, in the order of tables."""

QUANTITIES = {
    "persons_served": "people served so far",
    "rooms_taken": "rooms taken",
    "rooms_open": "rooms of sites that are open",
    "guests_present": "guests in sites",
    "sites_open": "sites open",
    "people_waiting": "people at the point",
    "site_state": "state of the site",
    "staff_on_duty": "staff on duty",
    "staff_for_tasks": "staff on duty and not at a fixed post",
    "staff_busy": "staff in tasks, overtime included",
    "no_room": "somebody waited for a room that day",
}
"""By quantity of a time series."""

PROFILES = {
    "staff_on_duty": "staff on duty",
    "staff_for_tasks": "staff on duty and not at a fixed post",
    "staff_busy": "staff in tasks, overtime included",
    "staff_busy_most": "staff in tasks, busiest day at each hour",
    "waiting_hours": "person-hours of waiting per day",
    "gone_share": "people gone to a site so far",
    "guests_so_far": "guests so far",
    "guests_present": "guests in the site",
    "still_open": "site is open",
}
"""By quantity of a profile: over the hour of the day, minutes since hand-over or days since opening."""

SITE_STATES = {0: "not used", 1: "being prepared", 2: "open", 3: "takes no more people", 4: "closed"}
"""Values of the series `site_state`."""


# Words of `qcap check` and of the screen of `qcap run` (sim/cli/screen_*.py).

TASKS = {
    "registration": "registration",
    "escort": "escorts",
    "check_in": "check-in",
    "visit": "visits",
    "swab": "swabs",
    "release": "check-out",
    "cleaning": "cleaning",
}
"""Classes of work, by class of task."""

WAITING_FOR = {
    "registration": "staff of the points, for registration",
    "room": "rooms",
    "coach_or_escorts": "coaches and their escorts",
    "check_in": "teams of the sites, for check-in",
    "coach_filling": "more people, until the coach is full or has been held long enough",
}
"""What people wait for between hand-over and their room."""

VERDICTS = {"met": "met", "missed": "missed", "not certain": "not certain"}
"""What a run says about a target."""

CHECKS = {
    "nobody_on_duty": "{place}: nobody is on duty {opens}-{closes} while the port is open ({days}, {first} to {last})",
    "posts_only": "{place}: only fixed posts are manned {opens}-{closes} while the port is open ({days}, {first} to "
    "{last}); nobody is there for tasks",
    "idle": "{place}: in tasks {share} of the time only; too many people, or work that is left out?",
    "full": "{place}: in tasks {share} of the time; any delay will grow into a queue",
    "party_over_seats": "the largest party has {people} people, a coach {seats} seats: it rides in two coaches or more",
    "party_over_site": "the largest party needs {people} rooms, the largest site has {rooms}: it is split",
    "hold_over_limit": "a coach is held up to {hold} minutes after a registration of {registration}: over the limit of "
    "{limit} before anybody has waited for staff",
    "hold_near_limit": "a coach is held up to {hold} minutes after a registration of {registration}: little is left of "
    "the limit of {limit}",
    "coaches_too_few": "{place}: {coaches} coaches with {seats} seats make {possible} trips an hour; "
    "{day} brings {people} people an hour at {hour}",
    "coaches_full": "{place}: {coaches} coaches make {possible} trips an hour, and {needed} are due at {hour} on {day}",
    "reserve_small": "{rooms} rooms are taken in the {lead} hours before a new site is ready ({day}), more than the "
    "reserve of {reserve}: people will wait for rooms",
    "reserve_tight": "{rooms} rooms are taken in the {lead} hours before a new site is ready ({day}); the reserve of "
    "{reserve} leaves little for a day with more people",
    "list_too_short": "all sites that may open have {rooms} rooms; {needed} are needed on {day} to be sure with 99 %, "
    "rooms out of use included",
    "check_out_queue": "releases begin at {hour}: {parties} parties a site at once on {day}, {hours} hours of work for "
    "everybody there",
    "result_after_stay": "a swab on day {swab_day} has its result {hours} hours later, after the stay of {days} days: "
    "people stay longer",
    "laboratory_full": "the laboratory takes {capacity} swabs a day; {day} brings {swabs}",
}
"""What values say when they are held against each other, by code of `sim.outlook.sanity`."""

OUTLOOK = {
    "heading": "Before any run: what the values alone lead to",
    "people": "People",
    "people.text": "{people} are expected to be handed over ({ports}); most on {day}: {most}",
    "people.port": "{port} {people}",
    "rooms": "Rooms",
    "rooms.text": "most are needed on {day}: {mean} on average, and {resting} more airing or being cleaned",
    "rooms.none": "nobody is taken to a site",
    "rooms.table": "Rooms that are enough at the fullest hour of the day, with a chance of",
    "rooms.date": "Date",
    "rooms.mean": "average",
    "rooms.chance": "{chance} %",
    "rooms.resting": "out of use",
    "sites": "Sites",
    "sites.text": "about {opened} of {listed} open, at most {at_once} at once (a low guess: chance opens more)",
    "sites.short": "about {opened} of {listed} open, and even so rooms are short on {days}",
    "staff": "Staff",
    "staff.use": "{pool}: {share} of the time in tasks ({parts})",
    "staff.nobody": "{pool}: nobody is there for tasks",
    "staff.part": "{task} {share}",
    "staff.most": "at most {load} of {there} busy at once, {day} {opens}-{closes}",
    "staff.most_each": "at most {load} of {there} busy at each site, {day} {opens}-{closes}",
    "staff.short": "short of {people} from {opens} to {closes} ({days}, worst {day})",
    "staff.short_each": "short of {people} at each site from {opens} to {closes} ({days}, worst {day})",
    "look": "Look at",
    "look.nothing": "nothing: no values contradict each other",
    "run": "A run",
    "run.text": "{n} replications take about {time} ({workers}); each has about {rows} events",
    "workers": "{n} cores",
    "workers_one": "1 core",
    "days": "{n} days",
    "days_one": "1 day",
    "origin.parent": "{n} of {values} values are those of {file}, not yours",
    "origin.template": "{n} of {values} values are the template's ({template}), not yours: neither value nor source "
    "was changed",
    "origin": "Yours",
    "note": "Means, without queues: nobody waits for staff, coaches or rooms; no one is found infected; stays do not "
    "start again. Staff needed at a point keeps 95 % of tasks within {limit} minutes; visits and swabs of a round are "
    "due within the hour.",
    "seconds": "{n} seconds",
    "minutes": "{n} minutes",
    "minutes_one": "1 minute",
    "hours": "{n} hours",
}
"""Words of the analytic answer; {} are filled in by `sim.cli.screen_check`."""

SCREEN = {
    "runs": "{n} runs, seed {seed}, engine {engine}, {time}",
    "runs_one": "1 run, seed {seed}, engine {engine}, {time}: no intervals",
    "how": "a {pm} b: mean of single runs and half of its 95 % interval; x to y: 5 % to 95 % of single runs",
    "note": "Intervals and ranges tell {chance_only}.",
    "band": " ({low} to {high})",
    "some": " (in {n} of {runs} runs)",
    "share": "{value} %",
    "millions": "{value} million",
    "people": "People",
    "people.text": "{received} handed over: {sent_on} sent on, {served} brought to sites, {unplaced} left roomless",
    "rooms": "Rooms",
    "rooms.text": "{most} taken at most{band}, fullest on {day}; somebody waited for a room on {share} of days",
    "sites": "Sites",
    "sites.text": "{opened} opened{band}, at most {at_once} at once",
    "sites.first": "first street-level site: open {days} days{days_band}, {guests} guests{guests_band}",
    "waits": "Waits",
    "waits.port": "{port}: {mean} minutes from hand-over to departure, 95 of 100 people within {p95}; {share} within "
    "the limit of {limit}",
    "waits.none": "{port}: {mean} minutes for registration, 95 of 100 people within {p95}",
    "staff": "Staff",
    "staff.pool": "{pool}: {on_duty} on duty a day (at most {busiest}), {share} of their time in tasks; {hours}",
    "staff.team": "{pool}, all sites: {share} of their time in tasks; {hours}",
    "staff.hours": "fullest {opens}-{closes} with {busy} of {there} in tasks",
    "staff.needed": "needed: {mean} a day (at most {most})",
    "staff.full": "short {hours}: all in tasks for an hour in 1 of 20 runs or more, on {days}",
    "bottleneck": "Bottleneck",
    "bottleneck.text": "{resource}: {share} of the hours waited between hand-over and room, mostly {hours}; first in "
    "{runs} of {n} runs",
    "bottleneck.filling": "{share} is the rule that a coach waits for more people",
    "bottleneck.none": "nobody waits for staff, rooms or coaches",
    "night": "Overnight",
    "night.text": "{port}: {people} people at the closed point at most{band}; longest backlog {hours} hours",
    "cost": "Cost",
    "cost.text": "{total} yuan: {parts}",
    "cost_staff": "staff {value}",
    "cost_rooms": "rooms {value}",
    "cost_coaches": "coaches {value}",
    "cost_tests": "tests {value}",
    "targets": "Targets",
    "targets.text": "{verdict}: {measure}, {place}, {limit}: {met} of {n} runs ({low} to {high}); {asked} wanted",
    "targets.no_value": "no value: {measure}, {place}, {limit}",
    "targets.at_most": "at most {value}",
    "targets.at_least": "at least {value}",
    "reported": "Reported",
    "reported.text": "{within} of {judged} reported figures are within their tolerance",
    "reported.missed": "not: {names}",
    "reported.open": "{n} can not be judged",
    "inputs": "Inputs",
    "inputs.text": "{values} values: {kinds}",
    "inputs.not_yours": "{n} not yours",
    "left_out": "Left out",
    "left_out.text": "nobody chooses a hotel, refuses or leaves early; staff do not tire; no queue before hand-over",
    "left_out.steps": "{n} steps of this scenario, see qcap check",
    "left_out.steps_one": "1 step of this scenario, see qcap check",
    "note_label": "Note",
    "table_hint": "--table shows all measures.",
}
"""Words on the screen of `qcap run`; {} are filled in by `sim.cli.screen_run`."""

KINDS_COUNTED = {
    "reported": "{n} reported",
    "derived": "{n} derived",
    "borrowed": "{n} borrowed",
    "assumed": "{n} assumed",
    "changed here": "{n} changed here",
    "not stated": "{n} without a source",
}
"""Kinds of values in a sentence that counts them."""
