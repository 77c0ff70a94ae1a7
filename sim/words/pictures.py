"""Words in pictures: a part of `sim.words`, which is where they are read from."""

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
        "page.no_font": "Ids stand for names: this machine has no font that can show them.",
        "bands.50": "50 % of replications",
        "bands.90": "90 % of replications",
        "bands.note": (
            "Lines: median of {n} single replications at each hour. Bands: 50 % and 90 % of the single replications."
        ),
        "bands.note_one": "One replication: no bands.",
        "bands.lines": "Lines: median of {n} single replications. Bands: 50 % and 90 % of the single replications.",
        "bands.lines_one": "One replication: no bands.",
        "day": "{day} {month}",
        "day_and_year": "{day} {month} {year}",
        "median_of": "median of {n} replications",
        "mean_of": "mean of {n} replications",
        "share_of": "share of {n} replications",
        "median": "median",
        "mean": "mean",
        "one_run": "one replication",
        "replications": "{n} replications",
        "replications_one": "1 replication",
        "reported.line": "reported: {value}",
        "reported.role": "“{role}”: {meaning}.",
        "reported.with": "{text} ({role})",
        "served.message": "{served} people are served by {day} ({median})",
        "served.message_reported": "{served} people are served by {day} ({median}); {reported} were reported",
        "served.line": "people served",
        "served.axis": "people served so far",
        "served.skipped": "the run has no numbers of people served",
        "rooms.message": "At the peak, on {day}, {taken} rooms are taken ({median})",
        "rooms.message_open": "At the peak, on {day}, {taken} of {open} open rooms are taken ({median})",
        "rooms.message_short": (
            "Too few rooms: {needed} are needed, {taken} of {open} open ones are taken at the peak, on {day} ({median}); "
            "people wait for a room on {share} of days"
        ),
        "rooms.message_waits": (
            "People wait for a room on {share} of days; at the peak, on {day}, {taken} of {open} open ones are taken "
            "({median})"
        ),
        "rooms.taken": "rooms taken",
        "rooms.open": "rooms of open sites",
        "rooms.axis": "rooms",
        "rooms.skipped": "no room is taken in any replication",
        "sites.message": "{shown} of the {listed} sites on the list are opened ({median})",
        "sites.message_only": "The only site on the list is opened ({median})",
        "sites.message_at_once": (
            "{shown} of the {listed} sites on the list are opened, at most {at_once} at once ({median})"
        ),
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
        "waits.message": "At {port}, {share} of people leave within {minutes} minutes of hand-over ({median})",
        "waits.message_least": (
            "At {port}, {share} of people leave within {minutes} minutes of hand-over, "
            "the smallest share of all ({median})"
        ),
        "waits.message_no_limit": "How soon people leave the diversion points",
        "waits.note": "Who leaves without a room or is never seen off counts as never gone.",
        "waits.limit": "limit: {minutes} minutes",
        "waits.target": "target: {share}",
        "waits.target_at": "target: {share} ({port})",
        "waits.axis": "people gone to a site, %",
        "waits.across": "minutes since hand-over",
        "waits.skipped": "the run has no waits of people at a point",
        "staff.message": (
            "Busiest: {pool} at {hour}, with {busy} of the {there} people not at a post in tasks on an average day "
            "({median})"
        ),
        "staff.message_nobody": "No staff are on duty for tasks at any hour",
        "staff.note": (
            "Staff by hour of the day, {runs}; bands: 50 % and 90 % of single replications. Solid: average day. Dotted: at "
            "each hour the day on which most are in tasks then, with the staff of that day. In tasks: overtime included."
        ),
        "staff.note_one": (
            "Staff by hour of the day; one replication: no bands. Solid: average day. Dotted: at each hour the day on "
            "which most are in tasks then, with the staff of that day. In tasks: overtime included."
        ),
        "staff.left_out": "Left out: {n} more.",
        "staff.on_duty": "on duty, average day",
        "staff.for_tasks": "not at a post, average day",
        "staff.busy": "in tasks, average day",
        "staff.tasks_then": "not at a post, busiest day",
        "staff.busy_most": "in tasks, busiest day",
        "staff.axis": "people",
        "staff.skipped": "no pool has anybody on duty",
        "utilisation.message": (
            "{pool}: staff are in tasks at least {full} of the time in {hours} of {of} hours on duty, "
            "most often at {hour} ({mean})"
        ),
        "utilisation.message_never": (
            "Staff are never full for an hour; {pool} comes nearest with {share} at {hour} on {day} ({mean})"
        ),
        "utilisation.note": "Staff in tasks as a part of those there for tasks, {runs}. White: nobody on duty.",
        "utilisation.scale": "time in tasks, %",
        "utilisation.skipped": "the run has no numbers of staff",
        "street.message": "First street-level site: {guests} guests in {days} days ({median})",
        "street.message_reported": (
            "First street-level site: {guests} guests in {days} days ({median}); "
            "{reported_guests} in {reported_days} were reported"
        ),
        "street.message_open": "First street-level site: {guests} guests; still open after {days} days ({median})",
        "street.message_guests": "First street-level site: {guests} guests ({median})",
        "street.so_far": "guests so far",
        "street.present": "guests present",
        "street.axis": "guests",
        "street.open": "replications in which\nit is open, %",
        "street.across": "days since opening",
        "street.guests": "reported: {value} guests",
        "street.days": "reported: {value} days",
        "street.skipped": "no street-level site has guests in any replication",
        "no_room.message": (
            "On {days} of {of} days somebody waits for a room in more than half of the replications; "
            "most often on {day} ({share})"
        ),
        "no_room.message_seldom": "The chance that somebody waits for a room is highest on {day}: {share} ({runs})",
        "no_room.message_never": "Nobody waits for a room on any day in any replication",
        "no_room.message_never_one": "Nobody waits for a room on any day (one replication)",
        "no_room.nobody": (
            "Nobody waited for a room on {days} in {runs} replications.\n"
            "For a single day that says, with 95 % confidence: somebody waits\n"
            "in at most {high} of replications."
        ),
        "no_room.nobody_one": "Nobody waited for a room on {days}.\nOne replication says nothing about chances.",
        "no_room.days": "any of {n} days",
        "no_room.days_one": "the only day",
        "no_room.note_nobody": "A wait of any length by anybody would count.",
        "no_room.message_one": "Somebody waits for a room on {days} of {of} days (one replication)",
        "no_room.note": (
            "A wait of any length by anybody counts. Dots: share of {n} replications. Lines: its exact 95 % interval."
        ),
        "no_room.note_one": (
            "A wait of any length by anybody counts. One replication: no chances, only yes (100) or no (0)."
        ),
        "no_room.mark": "share of replications with its 95 % interval",
        "no_room.mark_one": "this replication",
        "no_room.axis": "replications in which somebody waits for a room, %",
        "no_room.skipped": "the run has no days with and without waits for rooms",
        "bottleneck.message": (
            "The bottleneck is {resource}: {share} of the time waited between hand-over and room, mostly {hours} ({mean})"
        ),
        "bottleneck.message_small": (
            "No bottleneck to speak of: {resource} is {share} of the time waited between hand-over and room ({mean})"
        ),
        "bottleneck.message_rule": (
            "{rule} of the time waited between hand-over and room is for the coach to fill, a rule; the bottleneck is "
            "{resource}: {share}, mostly {hours} ({mean})"
        ),
        "bottleneck.message_small_rule": (
            "{rule} of the time waited between hand-over and room is for the coach to fill, a rule; no bottleneck to "
            "speak of: {resource} is {share} ({mean})"
        ),
        "bottleneck.message_none": "Nobody waits for staff, rooms or coaches",
        "bottleneck.note": "Waiting of all people together on an average day, {runs}.",
        "bottleneck.by_rule": "{share} of it is for the coach to fill or leave on time: a rule, not a shortage.",
        "bottleneck.axis": "person-hours of waiting in the hour",
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
