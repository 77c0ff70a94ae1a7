"""Every word that users see about places, steps, roles and units, in one place; those of a measure stand in its row.

Languages are catalogues (`language`, `locale/`) of these English texts. Identifiers stay as they are in every language:
they stand in files. Nothing is computed here. Words of faults stand in `scenario`, of pictures in `pictures`, of files and long pages in `pages` and
`columns`, of check and run in `screens`, of comparisons in `compare`, of searches in `searches`, of real days in
`observed`, what commands say besides in `commands`; how numbers are said in `say`.
"""

from __future__ import annotations

from sim.words.language import Texts

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
