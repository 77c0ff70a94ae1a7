"""Words in pictures, and what values of a scenario are called there, by dotted path; a star stands for a name."""

from __future__ import annotations

from sim.words.language import Texts

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""By number of the month, counted from 0; an axis shows the first three letters."""

PICTURES = Texts(
    {
        "page.source": "{title} · seed {seed} · {runs}",
        "page.counted": "Only what [window] counts: {first} to {last}.",
        "page.no_title": "title not shown: no font for it",
        "page.means": "Numbers in the title: means of {n} replications, as on the screen.",
        "page.no_font": "Ids stand for names: this machine has no font that can show them.",
        "bands.50": "50 % of replications",
        "bands.90": "90 % of replications",
        "bands.note": (
            "Lines: median of {n} single replications at each hour. Bands: 50 % and 90 % of the single replications."
        ),
        "bands.note_one": "One replication: no bands.",
        "bands.wide": "Lines: median of {n} single replications. Band: 90 % of the single replications.",
        "day": "{day} {month}",
        "day_and_year": "{day} {month} {year}",
        "median_of": "median of {n} replications",
        "mean_of": "mean of {n} replications",
        "median": "median",
        "mean": "mean",
        "one_run": "one replication",
        "replications": "{n} replications",
        "replications_one": "1 replication",
        "reported.line": "reported: {value}",
        "reported.role": "“{role}”: {meaning}.",
        "reported.with": "{text} ({role})",
        "served.message": "{served} people are served by {day}",
        "served.message_reported": "{served} people are served by {day}; {reported} were reported",
        "served.line": "people served",
        "served.axis": "people served so far",
        "served.skipped": "the run has no numbers of people served",
        "rooms.message": "At most {taken} rooms are taken, on {day}",
        "rooms.message_short": "Too few rooms: {needed} are needed, at most {taken} are taken; people wait for a room on {share} of days",
        "rooms.message_waits": "At most {taken} rooms are taken, on {day}; people wait for a room on {share} of days",
        "rooms.taken": "rooms taken",
        "rooms.open": "rooms of open sites",
        "rooms.axis": "number of rooms",
        "rooms.skipped": "no room is taken in any replication",
        "sites.message": "{shown} of the {listed} sites on the list are opened",
        "sites.message_only": "The only site on the list is opened",
        "sites.message_at_once": "{shown} of the {listed} sites on the list are opened, at most {at_once} at once",
        "sites.note": "Rooms taken at noon while a site is open, {runs}.",
        "sites.left_out": "Left out: {sites} not opened in half of the replications.",
        "sites.left_out_one": "Left out: {sites} never opened.",
        "sites.not_closed": "Never closed, so still open where the picture ends: {sites}.",
        "sites.opens": "opens",
        "sites.closes": "closes",
        "sites.stays": "still open",
        "sites.end": "end of the window",
        "sites.scale": "rooms taken, % of the site's rooms",
        "sites.skipped": "no site on the list is opened in half of the replications",
        "waiting.message": "{port} is fullest at {hour} on {day}: {people} people ({mean})",
        "waiting.message_nobody": "Nobody is at a diversion point at any full hour",
        "waiting.note": "People handed over and not yet departed, at each full hour, {runs}. Grey: nobody.",
        "waiting.left_out": "Left out: {ports} with fewer people.",
        "waiting.scale": "people at the point",
        "waiting.skipped": "the run has no numbers of people at a point",
        "waits.message": "Gone within {minutes} minutes of hand-over: {shares}",
        "waits.message_least": "Gone within {minutes} minutes of hand-over: {shares}, the smallest share of all points",
        "waits.share": "{port} {share}",
        "waits.message_no_limit": "How soon people leave the diversion points",
        "waits.note": "People who never get a room count as not gone.",
        "waits.limit": "limit: {minutes} minutes",
        "waits.target": "target: {share}",
        "waits.target_at": "target: {share} ({port})",
        "waits.axis": "people gone to a site, %",
        "waits.across": "minutes since hand-over",
        "waits.skipped": "the run has no waits of people at a point",
        "staff.message": "{pool} is busiest at {hour}: {busy} of {there} people are in tasks on an average day",
        "staff.message_nobody": "No staff are on duty for tasks at any hour",
        "staff.note": "Average day. People at fixed posts are left out; overtime is included.",
        "staff.left_out": "Left out: {n} more.",
        "staff.for_tasks": "there for tasks",
        "staff.busy": "in tasks",
        "staff.axis": "number of people",
        "staff.skipped": "no pool has anybody on duty",
        "utilisation.message": "{pool}: nearly everybody is in tasks between {first} and {last} on {days} of {of} days",
        "utilisation.message_never": "No staff are ever all in tasks; {pool} comes nearest: {share} at {hour} on {day}",
        "utilisation.note": "Part of those there for tasks who are in tasks, {runs}. White: nobody on duty.",
        "utilisation.class": "{low} to {high} %",
        "utilisation.class_full": "{low} % or more",
        "utilisation.skipped": "the run has no numbers of staff",
        "street.named": "First street-level site, {name}",
        "street.any": "First street-level site",
        "street.message": "{site}: {guests} guests in {days} days",
        "street.message_reported": "{site}: {guests} guests in {days} days; {reported_guests} in {reported_days} were reported",
        "street.message_open": "{site}: {guests} guests; still open after {days} days",
        "street.message_guests": "{site}: {guests} guests",
        "street.so_far": "guests so far",
        "street.axis": "guests",
        "street.open": "still open,\n% of replications",
        "street.across": "days since opening",
        "street.guests": "reported: {value} guests",
        "street.days": "reported: {value} days",
        "street.skipped": "no street-level site has guests in any replication",
        "no_room.message": "Somebody waits for a room on {share} of days, mostly between {first} and {last}",
        "no_room.message_day": "Somebody waits for a room on {share} of days, mostly on {first}",
        "no_room.nobody": "nobody waits for a room on any day in {runs} replications; on a single day somebody does in at most {high} of replications (95 % sure)",
        "no_room.nobody_one": "nobody waits for a room on any day (one replication)",
        "no_room.note": "A wait of any length by anybody counts. Bars: share of {n} replications. Lines: its exact 95 % interval.",
        "no_room.note_none": "No bar: nobody waits in any of {n}; 95 % sure that somebody does in at most {high} of replications.",
        "no_room.note_one": (
            "A wait of any length by anybody counts. One replication: no chances, only yes (100) or no (0)."
        ),
        "no_room.axis": "replications in which somebody waits for a room, %",
        "no_room.skipped": "the run has no days with and without waits for rooms",
        "bottleneck.message": "Most waiting is for {resource}: {share} of the hours, all day",
        "bottleneck.message_hours": "Most waiting is for {resource}: {share} of the hours, mostly {first} to {last}",
        "bottleneck.message_rule": "{rule} of waiting is for coaches to fill, a rule; the largest shortage is {resource}: {share}",
        "bottleneck.message_rule_hours": "{rule} of waiting is for coaches to fill, a rule; the largest shortage is {resource}: {share}, mostly {first} to {last}",
        "bottleneck.message_small": "Nothing is short for long: {resource} is {share} of the hours of waiting",
        "bottleneck.message_small_rule": "{rule} of waiting is for coaches to fill, a rule; nothing is short for long: {resource} is {share}",
        "bottleneck.message_none": "Nobody waits for staff, rooms or coaches",
        "bottleneck.note": "Hours that all people together wait between hand-over and room, average day, {runs}.",
        "bottleneck.by_rule": "Grey: a rule, not a shortage.",
        "bottleneck.axis": "person-hours of waiting in the hour",
        "bottleneck.others": "other shortages",
        "bottleneck.skipped": "nobody waits for anything in any replication",
    }
)
"""Words in pictures, by picture and part; {} are filled in by `sim.drawing.text`."""

WAITED_FOR = Texts(
    {
        "registration": "registration",
        "room": "a room",
        "coach_filling": "the coach to fill or leave on time",
        "coach_or_escorts": "a free coach or escorts",
        "check_in": "check-in",
    }
)
"""What people wait for between hand-over and their room, by place of the profile `waiting_hours`."""


KEYS = Texts(
    {
        "arrivals.factor": "arrivals, times",
        "arrivals.variation": "form of variation from day to day",
        "arrivals.dispersion_index": "variation from day to day, variance / mean",
        "arrivals.day_cv": "variation from day to day, relative",
        "arrivals.groups.mean": "parties handed over together",
        "arrivals.party_size_weights": "sizes of parties",
        "ports.*.people": "people in all",
        "ports.*.hour_weights": "hours of hand-over",
        "ports.*.not_diverted_share": "share sent on",
        "ports.*.coaches": "coaches",
        "ports.*.regimes.*.weight": "part of the people ({id})",
        "ports.*.regimes.*.people_per_day": "people a day ({id})",
        "ports.*.regimes.*.people_per_day_end": "people a day at the end ({id})",
        "ports.*.regimes.*.profile.e_fold_days": "days until people fall to 37 % ({id})",
        "registration.minutes.mean": "minutes of a registration",
        "registration.further_person_minutes": "registration, minutes for each further person",
        "coaches.seats": "seats of a coach",
        "coaches.hold_minutes": "minutes that a coach is held",
        "coaches.escorts": "escorts of a coach",
        "coaches.head_count_minutes": "counting heads, minutes a person",
        "coaches.disinfection_minutes": "minutes to disinfect a coach",
        "pools.*.headcount": "people on duty",
        "pools.*.headcount_factor": "people on duty, times",
        "pools.*.absence_share": "share absent",
        "pools.*.fixed_posts": "fixed posts",
        "pools.*.fixed_posts_share": "share at fixed posts",
        "pools.*.posts_may_leave": "fixed posts that may be left",
        "pools.*.shrinkage_share": "share on breaks and hand-overs",
        "sites.allocation": "how a site is chosen",
        "sites.rooms_factor": "rooms of street-level sites, times",
        "sites.reserve_rooms": "reserve of free rooms",
        "sites.margin_rooms": "free rooms beyond the reserve before a site closes",
        "sites.hold_days": "days of free rooms before a site closes",
        "sites.first_street_position": "place of the first street-level site on the list",
        "sites.lead_hours": "hours to prepare a site",
        "sites.cohort_hours": "hours of a cohort's intake",
        "rooms.per": "a room for each",
        "rooms.most_people": "people in a room at most",
        "rooms.airing_hours": "hours that a room airs",
        "rooms.cleaning_minutes": "minutes to clean a room",
        "check_in.minutes.mean": "minutes of a check-in",
        "release.minutes.minutes.mean": "minutes of a check-out",
        "stay.days": "days of stay",
        "visits.*.times": "times of rounds",
        "visits.*.room_minutes": "minutes of a visit, a room",
        "visits.*.person_minutes": "minutes of a visit, a person",
        "swabs.days": "days with a swab",
        "swabs.person_minutes": "minutes of a swab",
        "laboratory.turnaround_hours": "hours until a result",
        "laboratory.daily_capacity": "swabs a day at most",
        "health.infected_share": "share infected",
        "health.never_symptomatic_share": "share of infected who never have symptoms",
        "hospital.beds": "hospital beds",
        "follow_up.days": "days of follow-up",
        "limits.handover_to_coach_minutes": "limit from hand-over to coach, minutes",
        "limits.staff_wait_minutes": "limit of waiting for staff, minutes",
        "costs.room_night": "yuan for a room and night",
        "costs.staff_day": "yuan for a person and day on duty",
        "costs.coach_trip": "yuan for a trip",
        "costs.test": "yuan for a test",
    }
)
"""Other keys are told by their own words."""

EACH = Texts({"ports": "each port", "pools": "each staff pool", "visits": "all rounds", "sites": "each site"})
"""What a star in the place of a name stands for."""

PATH = Texts({"of": "{name}: {value}"})
"""A value of a port, a pool or a round."""

CHOICES = Texts(
    {
        "index": "days vary with a constant variance / mean",
        "cv": "days vary by a constant share of their mean",
        "spread": "to the site with most free rooms",
        "fill": "to sites in the order of opening",
        "nearest": "to the nearest site",
        "assigned": "to an assigned site",
        "party": "party",
        "person": "person",
        "another list": "another list",
    }
)
"""Values of the scenario that are words: of arrivals.variation, sites.allocation and rooms.per (of sites.closing:
`sim.scenario.tables.schema.CLOSING`); a list that stands in place of another.
"""
