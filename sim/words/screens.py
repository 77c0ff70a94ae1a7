"""Words of `qcap check` and of the screen of `qcap run`."""

from __future__ import annotations

from sim.words.language import Texts

TASKS = Texts(
    {
        "registration": "registration",
        "escort": "escorts",
        "check_in": "check-in",
        "visit": "visits",
        "swab": "swabs",
        "release": "check-out",
        "cleaning": "cleaning",
    }
)
"""Classes of work, by class of task."""

NEEDS = Texts({"one": "{tasks} needs {n}", "several": "{tasks} need {n}", "escort": "{tasks} need {n}"})
"""What tasks need of a shift; escorts are several people in one word."""

WAITING_FOR = Texts(
    {
        "registration": "staff of the points, for registration",
        "room": "free rooms",
        "coach_or_escorts": "coaches and their escorts",
        "check_in": "site teams, for check-in",
        "coach_filling": "more people, until the coach is full or has been held long enough",
    }
)
"""What people wait for between hand-over and their room."""

CHECKS = Texts(
    {
        "nobody_on_duty": "{place}: nobody is on duty {opens}-{closes} while the port is open ({days}, {first} to {last})",
        "nobody_serves": "{place}: nobody ever serves: its largest shift has {people} people and {posts} fixed posts, "
        "which are manned first; who needs {names} waits for ever",
        "never_done": "{place}: {tasks} at once, and no shift ever has more than {people} people for its queue (fixed "
        "posts are manned first): that is never done",
        "shift_too_small": "{place}, shift {opens}-{closes} ({days}, {first} to {last}): {people} people for its queue; "
        "{tasks}: left for a larger shift",
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
)
"""What values say when they are held against each other, by code of `sim.outlook.sanity`."""

OUTLOOK = Texts(
    {
        "heading": "Before any run: what the values alone lead to",
        "window": "Window",
        "window.text": "measures count {first} to {last} ([window]); people, rooms and sites below are those of all days",
        "people": "People",
        "people.text": "{people} people are expected to be handed over ({ports}); most on {day}: {most}",
        "people.port": "{port} {people}",
        "start": "Today",
        "start.text": (
            "{guests} guests are in sites from the beginning: {parties} parties in {rooms} rooms of {sites}; the first "
            "stay is over on {first}, the last on {last}"
        ),
        "start.sites_one": "1 site",
        "start.sites": "{n} sites",
        "rooms": "Rooms",
        "rooms.text": "most are needed on {day}: {mean} on average, and {resting} more airing or being cleaned",
        "rooms.none": "nobody is taken to a site",
        "rooms.table": "Rooms that are enough at the fullest hour of the day, with a chance of",
        "rooms.date": "Date",
        "rooms.mean": "average",
        "rooms.chance": "{chance}",
        "rooms.resting": "out of use",
        "sites": "Sites",
        "sites.text": "about {opened} of {listed} open, at most {at_once} at once (a low guess: chance opens more)",
        "sites.short": "about {opened} of {listed} open, and even so rooms are short on {days}",
        "staff": "Staff",
        "staff.use": "{pool}: {share} of the time in tasks ({parts})",
        "staff.nobody": "{pool}: nobody is there for tasks",
        "posted": "{n} posted in all",
        "relay_teams": "{n} relay teams",
        "relay_teams_one": "1 relay team",
        "staff.part": "{task} {share}",
        "staff.most": "at most {load} of {there} busy at once, {day} {opens}-{closes}",
        "staff.most_each": "at most {load} of {there} busy at each site, {day} {opens}-{closes}",
        "staff.short": "short of {people} from {opens} to {closes} ({days}, worst {day})",
        "staff.free": "Free",
        "staff.free.all": "qcap staff chooses: {each}",
        "staff.free.headcount": "people of {which} of {pool}, {low} to {high}",
        "staff.free.every": "each shift",
        "staff.free.shift": "the shift from {start}",
        "staff.free.coaches": "coaches at {port}, {low} to {high}",
        "staff.free.posts_may_leave": "posts of {pool} that may leave, {low} to {high}",
        "staff.free.reserve_rooms": "the reserve of rooms, {low} to {high}",
        "staff.free.phases": "{each}; people in {n} phases",
        "staff.free.in_phase": "{what} in the phase {phase}",
        "staff.short_each": "short of {people} at each site from {opens} to {closes} ({days}, worst {day})",
        "look": "Look at",
        "look.nothing": "nothing: no values contradict each other",
        "run": "A run",
        "run.text": (
            "{n} replications take about {time} ({workers}, engine {engine}); each has about {people} people and {rows} "
            "events, and takes about {memory} of memory"
        ),
        "run.too_large": (
            "a replication has about {people} people and {rows} events and takes about {memory} of memory; {free} are free "
            "on this machine: fewer people, a shorter window or fewer rounds would fit"
        ),
        "run.many_workers": (
            "{workers} workers take about {memory} of memory each; {free} are free on this machine: try --workers {fitting}"
        ),
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
)
"""Words of the analytic answer; {} are filled in by `sim.commands.check.screen`."""

SCREEN = Texts(
    {
        "runs": "{n} replications, seed {seed}, engine {engine}, {time}",
        "again": "; {n} also on SimPy: identical",
        "again.under_way": "; {n} still being repeated on SimPy",
        "runs_one": "1 replication, seed {seed}, engine {engine}, {time}: no intervals",
        "counted": "Counted: travellers handed over, and hours, of {first} to {last} ([window])",
        "band": " [{low} to {high}]",
        "some": " (in {n} of {runs} replications)",
        "clock": "{hours} h",
        "days": "days",
        "people": "People",
        "people.text": (
            "{received} handed over: {sent_on} sent on, {served} brought to sites, {unplaced} never placed"
        ),
        "infected": "Infected",
        "rooms": "Rooms",
        "infected.found": "{people} found",
        "infected.at_release": "{people} infectious at release",
        "infected.on_arrival": "{symptoms} of them by symptoms on arrival, {test} by the test on arrival",
        "infected.onward": "{people} infections after their release",
        "infected.onward_each": "{people} for each infected person",
        "infected.onward_of": "{people} for each {base} infected people",
        "infected.beds": "{beds} hospital beds at most{band}",
        "rooms.text": "{most} taken at most{band}, fullest on {day}; {share} of days with a wait for a room",
        "rooms.waits": "waits for a room on {share} of days; {most} taken at most{band}, on {day}",
        "rooms.short": (
            "too few: {needed} needed if there were always enough; people wait for a room on {share} of days; {most} taken "
            "at most{band}, fullest on {day}"
        ),
        "sites": "Sites",
        "sites.text": "{opened} opened{band}, at most {at_once} at once",
        "sites.in_use": "{opened} open on the days counted{band}, at most {at_once} at once",
        "sites.first": "first street-level site: open {days}{days_band} days, {guests} guests{guests_band}",
        "sites.first_in_all": (
            "first street-level site: open {days}{days_band} days in all; {guests} guests counted{guests_band}"
        ),
        "sites.first_open": "first street-level site: still open at the end, {guests} guests{guests_band}",
        "sites.some_open": "; still open at the end in {runs} of {n} replications",
        "waits": "Waits",
        "waits.port": "{port}: {mean} to the coach, 95 % in {p95}; limit {limit} kept by {share}",
        "waits.none": "{port}: {mean} of waiting for registration, 95 % within {p95}",
        "staff": "Staff",
        "staff.pool": "{pool}: {on_duty} on duty, at most {busiest}; {share} in tasks, {hours}",
        "staff.team": "{pool}, in all: {share} in tasks, {hours}",
        "staff.hours": "most {hours} ({busy} of {there})",
        "staff.needed": "{mean} needed, at most {most}",
        "staff.follow_up": "follow-up: {contacts} contacts on the busiest day, {minutes} minutes for each of {workers} workers",
        "staff.full": "; all busy {hours} on {days}",
        "bottleneck": "Bottleneck",
        "bottleneck.text": "{resource}: {share} of hours waited, most {hours}, first in {runs} of {n}",
        "bottleneck.all_day": "{resource}: {share} of hours waited, at all hours alike, first in {runs} of {n}",
        "bottleneck.small": "none to speak of; most is ",
        "bottleneck.filling": "coaches filling {share}",
        "bottleneck.none": "nobody waits for staff, rooms or coaches",
        "night": "Overnight",
        "night.text": "{port}: {people} people at the closed point at most{band}; longest backlog {hours}",
        "cost": "Cost",
        "cost.text": "{total} yuan: {parts}",
        "cost.wan": "{total} x 10,000 yuan: {parts}",
        "cost.millions": "{total} million yuan: {parts}",
        "cost_staff": "staff {value}",
        "cost_rooms": "rooms {value}",
        "cost_coaches": "coaches {value}",
        "cost_tests": "tests {value}",
        "doubt": "Doubt",
        "targets": "Targets",
        "targets.text": "{verdict}: {measure}{place}, {limit}: met in {met} of {n} ({why})",
        "targets.no_value": "{verdict}: {measure}{place}, {limit}",
        "targets.at_most": "at most {value}",
        "targets.at_least": "at least {value}",
        "reported": "Reported",
        "reported.text": "{within} of {judged} within tolerance",
        "reported.held_out": "{within} of {judged} met (held out: {held} of {n})",
        "reported.missed": "missed: {names}",
        "reported.several": "{kind} ({n})",
        "reported.open": "{n} can not be judged",
        "inputs": "Inputs",
        "inputs.text": "{values} values: {kinds}",
        "inputs.not_yours": "{n} not yours",
        "left_out": "Left out",
        "left_out.text": "nobody chooses a hotel, refuses or leaves early; staff do not tire; no queue before hand-over",
        "left_out.steps": "{n} steps of this scenario, see qcap check",
        "left_out.steps_one": "1 step of this scenario, see qcap check",
        "precision": "Precision",
        "precision.reached": "{n} replications were enough for: {names}",
        "precision.cap": "stopped at {n} replications, the most that are made; still too wide: {names}",
        "precision.interrupted": "interrupted after {n} replications; still too wide: {names}",
        "precision.relative": "{measure}, {place} ({half_width} of the mean; {wanted} wanted)",
        "precision.absolute": "{measure}, {place} ({pm} {half_width}; {pm} {wanted} wanted)",
        "precision.zeros": "{measure}, {place} (0 in all {n}, so otherwise in at most {seldom} of replications; {wanted} "
        "wanted)",
        "precision.no_value": "no replication has a value of: {names}",
        "note_label": "Note",
        "numbers": "Numbers",
        "how": "{pm} or ( ): 95 % interval of the mean; [ ]: 9 of 10 replications; both tell {tell}",
        "how.needed": "needed: of {n} replications",
        "how.all_busy": "all busy: in 1 of 20 or more",
        "how.backlog": "backlog: above usual",
        "table_hint": "--table: all measures",
    }
)
"""Words on the screen of `qcap run`; {} are filled in by `sim.commands.run.screen`."""

LADDER = Texts(
    {
        "label": "Ladder",
        "sites": "site {sites}; {begin}",
        "site": "{position}{name} by {ready}",
        "begin": "begin preparing {hours} hours before",
        "before": " (for {n} of them that is before the first day)",
        "between": "{n} more",
        "before_one": " (for 1 of them that is before the first day)",
        "none": "no site is needed beyond those that open by date",
        "together": "early enough together in {n} of {of} (airing rooms left out)",
        "alone": "early enough, each by itself, with {chance} (airing rooms left out)",
        "too_few": "dates by which sites must be ready take {needed} replications; there are {n}",
        "used_up": "the whole list is too short in {n} of {of}",
        "blocked": "rooms that cohorts block are left out",
    }
)
"""Words of the ladder of sites; {} are filled in by `sim.shell.sentences`."""

KINDS_COUNTED = Texts(
    {
        "reported": "{n} reported",
        "derived": "{n} derived",
        "borrowed": "{n} borrowed",
        "calibrated": "{n} calibrated",
        "assumed": "{n} assumed",
        "changed here": "{n} changed here",
        "not stated": "{n} without a source",
    }
)
"""Kinds of values in a sentence that counts them."""

DISRUPTIONS = Texts(
    {
        "label": "Disruptions",
        "away_label": "Stay away",
        "from_on": "from {first} on",
        "from_to": "from {first} to {last}",
        "on": "on {first}",
        "at": "{day}, {clock}",
        "all": "all ports",
        "team": "team of {site}",
        "away": "{port}: {people} people on average find it shut and stay away; they are not among those handed over",
        "away_some": "{port}: {people} people on average find it shut and stay away, {share} come in the first open hour",
    }
)
"""When and where disruptions are, and who stay away; their sentences: `sim.scenario.tables.disruptions.KINDS`."""

INTERVAL = Texts(
    {
        "none": "no value",
        "hardly": "under 0.01 %",
        "same": " (in all {n})",
        "at_most": " (at most {value})",
        "at_least": " (at least {value})",
        "ends": " ({low} to {high})",
    }
)

VERDICTS = Texts({"holds": "holds", "missed": "missed", "not certain": "not certain", "no value": "no value"})
"""What replications say about a target. (A single replication meets its limit or does not.)"""

JUDGED = Texts(
    {
        "sure.least": "{asked} asked; at least {share} meet it, {sure} certain",
        "sure.most": "{asked} asked; at most {share} meet it, {sure} certain",
        "tell.all": "{asked} asked; certain when {n} of {n} meet it",
        "tell.as_it_is": "; about {n} replications would decide",
        "tell.many": "; it would take more than {most} replications to decide",
        "tell.never": "{asked} asked; no number of replications can decide",
    }
)
"""How sure the replications make, and how many would give a verdict; {} are filled in by `sim.shell.sentences`."""
