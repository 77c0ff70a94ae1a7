"""Rows of measures of people at diversion points (waits, queues, what was waited for), of rooms and of sites."""

from __future__ import annotations

from sim.measures.people import people, queues, waiting_hours, waits, within_limit
from sim.measures.rooms import blocked, needed, occupancy, sites
from sim.measures.scope import Measure, Words

_PORTS = ("all", "port")

_AT_POINT = [
    Measure(
        "persons_served",
        Words("people served", "People who arrived at a site in the window, each once."),
        people,
        "people",
        ("all",),
        "people of counted parties with a first arrival at a site in W; moves and restarts do not count again",
    ),
    Measure(
        "received",
        Words("people received", "People handed over at the diversion point."),
        people,
        "people",
        _PORTS,
        "people of counted parties; = not_diverted + diverted + in_process + unplaced, with screening + "
        "hospital_from_port",
    ),
    Measure(
        "not_diverted",
        Words("people sent on", "People registered and sent on to another authority."),
        people,
        "people",
        _PORTS,
        "people of counted parties sent on after registration",
    ),
    Measure(
        "diverted",
        Words("people placed by the point", "People who left the diversion point for a site by the end of the window."),
        people,
        "people",
        _PORTS,
        "people of counted parties with departure by the end of W",
    ),
    Measure(
        "in_process",
        Words("people still at the point", "People with rooms, still at the diversion point at the end of the window."),
        people,
        "people",
        _PORTS,
        "people of counted parties neither sent on, departed, unplaced nor taken to hospital from the point by the end "
        "of W",
    ),
    Measure(
        "unplaced",
        Words(
            "people not placed at the end",
            "People without a room when the window ended, those who still queued included.",
        ),
        people,
        "people",
        _PORTS,
        "people of counted parties that left without rooms at the end of W",
    ),
    Measure(
        "hospital_from_port",
        Words(
            "to hospital from the point",
            "People whom the screening found before their coach departed, by the end of the window.",
        ),
        people,
        "people",
        _PORTS,
        "found at the point, in hospital or recovered by the end of W",
    ),
]

_WAITS_OF_PARTIES = {
    "wait_registration": (
        Words("wait for registration", "From hand-over until registration begins"),
        "start of registration - hand-over",
    ),
    "wait_room": (
        Words("wait for a room", "From the end of registration until the party has its rooms"),
        "rooms taken (those with which the party left the point) - end of registration",
    ),
    "wait_coach": (
        Words("wait for the coach", "From having rooms until boarding begins"),
        "start of boarding - rooms taken; none when travelling alone",
    ),
    "handover_to_coach": (
        Words("time from hand-over to departure", "From hand-over until the coach leaves, waits included"),
        "departure (end of boarding) - hand-over",
    ),
}
_QUANTILE = "smallest value that {} % of people do not exceed (inverse of the distribution function)"
_PARTS = {
    "mean": (Words("mean", "mean over people."), "mean over people"),
    "p50": (Words("median", "half of the people have at most this."), _QUANTILE.format(50)),
    "p95": (Words("95 % of people within", "95 of 100 people have at most this."), _QUANTILE.format(95)),
    "max": (Words("longest", "the longest of all."), "largest"),
}
_WAITS = [
    Measure(
        f"{wait}_{part}",
        Words(f"{of.label}, {over.label}", f"{of.meaning}: {over.meaning}"),
        waits,
        "minutes",
        _PORTS,
        f"{span}; {formula}; counted parties whose wait ended, even after W",
    )
    for wait, (of, span) in _WAITS_OF_PARTIES.items()
    for part, (over, formula) in _PARTS.items()
]

_QUEUES = [
    Measure(
        "within_limit_share",
        Words("people gone within the limit", "Share of people who left for a site within the limit from hand-over."),
        within_limit,
        "share",
        _PORTS,
        "people with departure - hand-over <= limits.handover_to_coach_minutes / people judged; judged are counted "
        "parties never sent on, nor found infected at the point, that departed by the end of W or were over the limit "
        "by then (those not yet registered then included)",
    ),
    Measure(
        "within_limit_left_out",
        Words(
            "people not judged by the limit", "People still waiting at the end of the window, not yet over the limit."
        ),
        within_limit,
        "people",
        _PORTS,
        "people of counted parties, never sent on, not gone by the end of W and not over the limit by then",
    ),
    Measure(
        "queue_people_max",
        Words("people at the point at most", "Largest number of people present at the diversion point at once."),
        queues,
        "people",
        ("port",),
        "largest number handed over and not gone from the point, stretch",
    ),
    Measure(
        "overnight_people",
        Words("people at the closed point at most", "Largest number of people present while the port was closed."),
        queues,
        "people",
        ("port",),
        "largest number present at the point while the port is closed, from the second of closing on, stretch; "
        "0 for a port that never closes",
    ),
    Measure(
        "backlog_hours",
        Words("longest backlog", "Longest time with more people at the point than is usual at that hour of the day."),
        queues,
        "hours",
        ("port",),
        "people present are read at every full hour of the stretch; usual at an hour of the day is the median over "
        "days (numbers at 08:00, at 09:00, …); longest run of consecutive readings above usual, one hour each",
    ),
]

_WAITING = [
    Measure(
        f"waiting_hours_{reason}",
        words,
        waiting_hours,
        "person-hours",
        ("all",),
        f"{formula}; counted parties, even after W",
    )
    for reason, words, formula in [
        (
            "registration",
            Words("hours of waiting for registration", "Waits of all people, added up."),
            "people x (start of registration - hand-over)",
        ),
        (
            "room",
            Words("hours of waiting for a room", "Waits of all people, added up."),
            "people x (rooms taken, or left without them - end of registration)",
        ),
        (
            "filling",
            Words(
                "hours of waiting for a coach to fill",
                "Waits of all people until their coach is full or held long enough.",
            ),
            "people x (load due, or boarding if that is earlier - rooms taken)",
        ),
        (
            "coach",
            Words("hours of waiting for a coach or escorts", "Waits of all people in due loads."),
            "people x (start of boarding - load due)",
        ),
        (
            "check_in",
            Words("hours of waiting for check-in", "Waits of all people, added up."),
            "people x (start of check-in - arrival at the site)",
        ),
    ]
]

AT_POINTS = [*_AT_POINT, *_WAITS, *_QUEUES, *_WAITING]
"""In the order of tables."""


_SITES = ("all", "site", "first_street_site")
_ONE_SITE = ("site", "first_street_site")

OF_SITES = [
    Measure(
        "rooms_occupied_max",
        Words(
            "rooms taken at most",
            "Largest number of rooms taken at once; rooms airing or being cleaned are not counted.",
        ),
        occupancy,
        "rooms",
        _SITES,
        "largest number of rooms taken (from being taken, or from the beginning, until given up), stretch; 0 for a "
        "site never used",
    ),
    Measure(
        "rooms_needed",
        Words("rooms needed", "Rooms that would be taken at most if there were always enough."),
        needed,
        "rooms",
        _SITES,
        "rooms_occupied_max of the same sample with unlimited rooms",
        second_flow=True,
    ),
    Measure(
        "no_room_share",
        Words("days with a wait for rooms", "Share of days on which somebody waited for a room."),
        occupancy,
        "share",
        ("all",),
        "days of the stretch on which somebody, registered and diverted or moved out of a site that was lost, waited "
        "for rooms for some time / days",
    ),
    Measure(
        "rooms_blocked_mean",
        Words(
            "rooms blocked, on average",
            "Free rooms that nobody may take because the cohort of their site is complete, on average.",
        ),
        blocked,
        "rooms",
        ("all",),
        "rooms not taken, airing or in cleaning, of sites whose intake has ended (sites.cohort_hours), mean over "
        "the stretch; 0 without cohorts",
    ),
    Measure(
        "rooms_blocked_max",
        Words(
            "rooms blocked at most",
            "Most free rooms at once that nobody may take because the cohort of their site is complete.",
        ),
        blocked,
        "rooms",
        ("all",),
        "the same, largest over the stretch",
    ),
    Measure(
        "sites_opened",
        Words("sites opened", "Different sites that were open at some time in the window."),
        sites,
        "sites",
        ("all",),
        "different sites that were open at some time of the stretch",
    ),
    Measure(
        "site_days",
        Words("days open", "Calendar days from the first opening to the closing, both counted."),
        sites,
        "days",
        _ONE_SITE,
        "date of closing - date of first opening + 1, also outside [window]; never closed: days until the hard stop "
        "(W + 60 days), see site_days_censored; 0 for a site never opened",
    ),
    Measure(
        "site_days_censored",
        Words("still open at the end", "1 when the site was never closed: its days are too few then."),
        sites,
        "share",
        _SITES,
        "1 if an opened site was never closed, else 0; all: mean over opened sites; no value if never opened",
    ),
    Measure(
        "site_guests",
        Words("guests in all", "Different people who ever arrived at the site."),
        sites,
        "people",
        _ONE_SITE,
        "people of counted parties that ever were guests of the site, even after W; those moved there included",
    ),
    Measure(
        "site_guests_mean",
        Words("guests on average", "Guests present, on average over the time that the site was open."),
        sites,
        "people",
        _ONE_SITE,
        "person-seconds from arrival to the end of check-out, hospital or a move / seconds from first opening to "
        "closing, both in the stretch",
    ),
]
"""In the order of tables."""
