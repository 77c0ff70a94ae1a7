"""What values of a scenario are called on pictures, by dotted path; a star stands for the name of a port, pool or round."""

from __future__ import annotations

from sim.words.language import Texts

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
