"""Rows of measures of rooms and sites."""

from __future__ import annotations

from sim.measures.definition import Measure, Words
from sim.measures.rooms import blocked, needed, occupancy, sites

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
