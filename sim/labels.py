"""Every word that users see about measures, places, steps and roles, in one place.

A second language is a second module with the same names. Identifiers stay as they are in every language: they stand in
files. Nothing is computed here, and this module imports nothing of ours.
"""

from __future__ import annotations

from typing import NamedTuple


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
    "staff_busy_most": "staff in tasks, busiest day at each hour",
    "no_room": "somebody waited for a room that day",
    "waiting_hours": "person-hours of waiting per day",
    "gone_share": "people gone to a site so far",
    "guests_so_far": "guests so far",
    "still_open": "site is open",
}
"""By quantity of a time series or profile."""

WAITED_FOR = {
    "registration": "registration",
    "room": "a room",
    "coach_filling": "the coach to fill or leave on time",
    "coach_or_escorts": "a free coach or escorts",
    "check_in": "check-in",
}
"""What people wait for between hand-over and their room, by place of the profile `waiting_hours`."""

SITE_STATES = {0: "not used", 1: "being prepared", 2: "open", 3: "takes no more people", 4: "closed"}
"""Values of the series `site_state`."""

# Words of pictures (sim/plots).

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""By number of the month, counted from 0; an axis shows the first three letters."""

PICTURES = {
    "page.source": "{title} · seed {seed} · {runs}",
    "page.no_title": "title not shown: no font for it",
    "page.no_font": "Ids stand for names: this machine has no font that can show them.",
    "bands.50": "50 % of runs",
    "bands.90": "90 % of runs",
    "bands.note": "Lines: median of {n} single runs at each hour. Bands: 50 % and 90 % of the single runs.",
    "bands.note_one": "One run: no bands.",
    "bands.lines": "Lines: median of {n} single runs. Bands: 50 % and 90 % of the single runs.",
    "bands.lines_one": "One run: no bands.",
    "day": "{day} {month}",
    "day_and_year": "{day} {month} {year}",
    "median_of": "median of {n} runs",
    "mean_of": "mean of {n} runs",
    "share_of": "share of {n} runs",
    "median": "median",
    "mean": "mean",
    "one_run": "one run",
    "replications": "{n} replications",
    "replications_one": "1 replication",
    "reported.line": "reported: {value} ({role})",
    "reported.line_no_role": "reported: {value}",
    "served.message": "{served} people are served by {day} ({median})",
    "served.message_reported": "{served} people are served by {day} ({median}); {reported} were reported",
    "served.line": "people served",
    "served.axis": "people served so far",
    "served.skipped": "the run has no numbers of people served",
    "rooms.message": "At the peak, on {day}, {taken} rooms are taken ({median})",
    "rooms.message_open": "At the peak, on {day}, {taken} of {open} open rooms are taken ({median})",
    "rooms.taken": "rooms taken",
    "rooms.open": "rooms of open sites",
    "rooms.axis": "rooms",
    "rooms.skipped": "no room is taken in any run",
    "sites.message": "{shown} of the {listed} sites on the list are opened ({median})",
    "sites.message_only": "The only site on the list is opened ({median})",
    "sites.message_at_once": (
        "{shown} of the {listed} sites on the list are opened, at most {at_once} at once ({median})"
    ),
    "sites.note": "Rooms taken at noon while a site is open, {runs}.",
    "sites.left_out": "Left out: {sites} not opened in half of the runs.",
    "sites.left_out_one": "Left out: {sites} never opened.",
    "sites.opens": "opens",
    "sites.closes": "closes",
    "sites.end": "end of the window",
    "sites.scale": "rooms taken, % of the site's rooms",
    "sites.skipped": "no site on the list is opened in half of the runs",
    "waiting.message": "{port} is fullest at {hour} on {day}: {people} people ({mean})",
    "waiting.message_nobody": "Nobody is at a diversion point at any full hour",
    "waiting.note": "People handed over and not yet departed, at each full hour, {runs}. Grey: nobody.",
    "waiting.left_out": "Left out: {ports} with fewer people.",
    "waiting.scale": "people at the point",
    "waiting.skipped": "the run has no numbers of people at a point",
    "waits.message": "At {port}, {share} % of people leave within {minutes} minutes of hand-over ({median})",
    "waits.message_least": (
        "At {port}, {share} % of people leave within {minutes} minutes of hand-over, "
        "the smallest share of all ({median})"
    ),
    "waits.message_no_limit": "How soon people leave the diversion points",
    "waits.note": "Who leaves without a room or is never seen off counts as never gone.",
    "waits.limit": "limit: {minutes} minutes",
    "waits.target": "target: {share} %",
    "waits.target_at": "target: {share} % ({port})",
    "waits.axis": "people gone to a site, %",
    "waits.across": "minutes since hand-over",
    "waits.skipped": "the run has no waits of people at a point",
    "staff.message": (
        "Busiest: {pool} at {hour}, with {busy} of {there} people for tasks busy on an average day ({median})"
    ),
    "staff.message_nobody": "No staff are on duty for tasks at any hour",
    "staff.note": "Staff by hour of the day, {runs}; bands: 50 % and 90 % of single runs.",
    "staff.on_duty": "on duty",
    "staff.for_tasks": "of these, not at a post",
    "staff.busy": "busy, average day",
    "staff.busy_most": "busy, busiest day",
    "staff.axis": "people",
    "staff.skipped": "no pool has anybody on duty",
    "utilisation.message": (
        "{pool}: staff are busy at least {full} % of the time in {hours} of {of} hours on duty, "
        "most often at {hour} ({mean})"
    ),
    "utilisation.message_never": (
        "Staff are never full for an hour; {pool} comes nearest with {share} % at {hour} on {day} ({mean})"
    ),
    "utilisation.note": "Staff in tasks as a part of those there for tasks, {runs}. White: nobody on duty.",
    "utilisation.scale": "time in tasks, %",
    "utilisation.skipped": "the run has no numbers of staff",
    "street.message": "First street-level site: {guests} guests in {days} days ({median})",
    "street.message_reported": (
        "First street-level site: {guests} guests in {days} days ({median}); "
        "{reported_guests} in {reported_days} were reported"
    ),
    "street.message_guests": "First street-level site: {guests} guests ({median})",
    "street.so_far": "guests so far",
    "street.present": "guests present",
    "street.axis": "guests",
    "street.open": "runs in which\nit is open, %",
    "street.across": "days since opening",
    "street.guests": "reported: {value} guests ({role})",
    "street.days": "reported: {value} days ({role})",
    "street.skipped": "no street-level site has guests in any run",
    "no_room.message": (
        "On {days} of {of} days somebody waits for a room in more than half of the runs; "
        "most often on {day} ({share} %)"
    ),
    "no_room.message_seldom": "The chance that somebody waits for a room is highest on {day}: {share} % ({runs})",
    "no_room.message_never": "Nobody waits for a room on any day in any run",
    "no_room.message_one": "Somebody waits for a room on {days} of {of} days (one run)",
    "no_room.note": (
        "A wait of any length by anybody counts. Dots: share of {n} runs. Lines: its 95 % interval (Wilson)."
    ),
    "no_room.note_one": "A wait of any length by anybody counts. One run: no chances, only yes (100) or no (0).",
    "no_room.mark": "share of runs with its 95 % interval",
    "no_room.mark_one": "this run",
    "no_room.axis": "runs in which somebody waits for a room, %",
    "no_room.skipped": "the run has no days with and without waits for rooms",
    "bottleneck.message": (
        "The bottleneck is {resource}: {share} % of the waiting for something that is short, half of it "
        "from {first} to {last} ({mean})"
    ),
    "bottleneck.message_none": "Nobody waits for staff, rooms or coaches",
    "bottleneck.note": "Time that people wait between hand-over and their room, on an average day, {runs}.",
    "bottleneck.by_rule": "{share} % of it is for the coach to fill or leave on time: a rule, not a shortage.",
    "bottleneck.axis": "person-hours of waiting in the hour",
    "bottleneck.skipped": "nobody waits for anything in any run",
}
"""Words in pictures, by picture and part; {} are filled in by `sim.plots.words`."""

MESSAGES = {
    "file.held": "{file}: is open in another program; the older one is still there: close it and run again",
    "file.not_written": "{file}: can not be written, is it open in another program? Everything else was written",
    "excel.no_library": "--excel needs the library openpyxl: pip install 'qcap[excel]'",
    "excel.too_long": "results.xlsx: sheet {sheet} is left out ({rows} rows, a sheet holds {most}); it is in {sheet}.csv",
    "files.no_match": "{pattern}: no such file or folder",
    "export.no_events": (
        "{folder}: holds no histories (events-*.parquet); run the scenario again with --events one (or all)"
    ),
    "export.no_results": "{folder}: is no results folder of qcap (no {file} in it)",
    "export.unreadable": "{file}: can not be read as a history ({why}); run the scenario again with --events one",
    "export.written": "{file}: {cases} cases, {events} events",
    "csv.not_text": "is neither UTF-8 nor GB18030 text (byte {byte})",
    "csv.save_as": "save as CSV UTF-8",
    "csv.decimal_or_thousands": "may be {thousands} or {decimal}",
    "csv.decimal_hint": "write it without thousands separators, and decimals that do not look like them",
    "csv.two_decimals": "has points and commas for decimals",
    "csv.columns": "must have its columns separated by commas, semicolons or tabs",
    "csv.only": "only CSV files with commas, semicolons or tabs can be read",
}
"""What commands say about files."""

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
    "coaches_full": "{place}: {coaches} coaches make {possible} trips an hour, and {needed} are due at {hour} on {day}; with "
    " fewer people than seats a shorter hold costs more trips",
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
