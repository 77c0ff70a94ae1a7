"""Every measure once: id, unit, places, window and formula. What is not here is not computed.

Words common to all of them. **W**: the window, first day 00:00 to the end of the last day. **Counted parties**: all of
them, or with `[window]` those handed over on its days. **The stretch**: W, or with `[window]` its days. Measures of
parties are over counted parties, also after W; measures of time (queues, rooms, staff, visits, beds, follow-up, trips,
cost) are over the stretch. Parties that are in a site when W begins were not handed over: they are in none of the
measures of points and not served, but they are guests. A share of nothing (0/0) has no value. Waits are weighted by
people: a party of three counts three times. A person who was detected and left the party keeps its way to the site.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim import words as labels


@dataclass(frozen=True)
class MeasureDefinition:
    """What a measure is. `places` are "all", "first_street_site" or kinds of place: port, site, pool, street."""

    id: str
    unit: str
    places: tuple[str, ...]
    formula: str
    second_flow: bool = False
    """Measured on a second history of the same sample in which a limit is lifted, and only when asked for by name."""

    @property
    def label(self) -> str:
        """What tables call it."""
        return labels.MEASURES[self.id].label

    @property
    def meaning(self) -> str:
        """One sentence for planners."""
        return labels.MEASURES[self.id].meaning


_PORTS = ("all", "port")
_SITES = ("all", "site", "first_street_site")
_ONE_SITE = ("site", "first_street_site")

_FLOW = [
    MeasureDefinition(
        "persons_served",
        "people",
        ("all",),
        "people of counted parties with a first arrival at a site in W; moves and restarts do not count again",
    ),
    MeasureDefinition(
        "received", "people", _PORTS, "people of counted parties; = not_diverted + diverted + in_process + unplaced"
    ),
    MeasureDefinition("not_diverted", "people", _PORTS, "people of counted parties sent on after registration"),
    MeasureDefinition("diverted", "people", _PORTS, "people of counted parties with departure by the end of W"),
    MeasureDefinition(
        "in_process",
        "people",
        _PORTS,
        "people of counted parties neither sent on, departed nor unplaced by the end of W",
    ),
    MeasureDefinition(
        "unplaced", "people", _PORTS, "people of counted parties that left without rooms at the end of W"
    ),
]

_WAIT_FORMULAS = {
    "wait_registration": "start of registration - hand-over",
    "wait_room": "rooms taken (those with which the party left the point) - end of registration",
    "wait_coach": "start of boarding - rooms taken; none when travelling alone",
    "handover_to_coach": "departure (end of boarding) - hand-over",
}
_QUANTILE = "smallest value that {} % of people do not exceed (inverse of the distribution function)"
_PART_FORMULAS = {
    "mean": "mean over people",
    "p50": _QUANTILE.format(50),
    "p95": _QUANTILE.format(95),
    "max": "largest",
}
_WAITS = [
    MeasureDefinition(
        f"{wait}_{part}", "minutes", _PORTS, f"{formula}; {over}; counted parties whose wait ended, even after W"
    )
    for wait, formula in _WAIT_FORMULAS.items()
    for part, over in _PART_FORMULAS.items()
]

_POINT = [
    MeasureDefinition(
        "within_limit_share",
        "share",
        _PORTS,
        "people with departure - hand-over <= limits.handover_to_coach_minutes / people judged; judged are counted "
        "parties never sent on that departed by the end of W or were over the limit by then (those not yet registered "
        "then included)",
    ),
    MeasureDefinition(
        "within_limit_left_out",
        "people",
        _PORTS,
        "people of counted parties, never sent on, not gone by the end of W and not over the limit by then",
    ),
    MeasureDefinition(
        "queue_people_max", "people", ("port",), "largest number handed over and not gone from the point, stretch"
    ),
    MeasureDefinition(
        "overnight_people",
        "people",
        ("port",),
        "largest number present at the point while the port is closed, from the second of closing on, stretch; "
        "0 for a port that never closes",
    ),
    MeasureDefinition(
        "backlog_hours",
        "hours",
        ("port",),
        "people present are read at every full hour of the stretch; usual at an hour of the day is the median over "
        "days (numbers at 08:00, at 09:00, …); longest run of consecutive readings above usual, one hour each",
    ),
]

_WAITING = [
    MeasureDefinition(f"waiting_hours_{reason}", "person-hours", ("all",), f"{formula}; counted parties, even after W")
    for reason, formula in {
        "registration": "people x (start of registration - hand-over)",
        "room": "people x (rooms taken, or left without them - end of registration)",
        "filling": "people x (load due, or boarding if that is earlier - rooms taken)",
        "coach": "people x (start of boarding - load due)",
        "check_in": "people x (start of check-in - arrival at the site)",
    }.items()
]

_ROOMS = [
    MeasureDefinition(
        "rooms_occupied_max",
        "rooms",
        _SITES,
        "largest number of rooms taken (from being taken, or from the beginning, until given up), stretch; 0 for a "
        "site never used",
    ),
    MeasureDefinition(
        "rooms_needed", "rooms", _SITES, "rooms_occupied_max of the same sample with unlimited rooms", second_flow=True
    ),
    MeasureDefinition(
        "no_room_share",
        "share",
        ("all",),
        "days of the stretch on which somebody, registered and diverted or moved out of a site that was lost, waited "
        "for rooms for some time / days",
    ),
    MeasureDefinition(
        "rooms_blocked_mean",
        "rooms",
        ("all",),
        "rooms not taken, airing or in cleaning, of sites whose intake has ended (sites.cohort_hours), mean over "
        "the stretch; 0 without cohorts",
    ),
    MeasureDefinition("rooms_blocked_max", "rooms", ("all",), "the same, largest over the stretch"),
    MeasureDefinition("sites_opened", "sites", ("all",), "different sites that were open at some time of the stretch"),
    MeasureDefinition(
        "site_days",
        "days",
        _ONE_SITE,
        "date of closing - date of first opening + 1, also outside [window]; never closed: days until the hard stop "
        "(W + 60 days), see site_days_censored; 0 for a site never opened",
    ),
    MeasureDefinition(
        "site_days_censored",
        "share",
        _SITES,
        "1 if an opened site was never closed, else 0; all: mean over opened sites; no value if never opened",
    ),
    MeasureDefinition(
        "site_guests",
        "people",
        _ONE_SITE,
        "people of counted parties that ever were guests of the site, even after W; those moved there included",
    ),
    MeasureDefinition(
        "site_guests_mean",
        "people",
        _ONE_SITE,
        "person-seconds from arrival to the end of check-out, hospital or a move / seconds from first opening to "
        "closing, both in the stretch",
    ),
]

_STAFF = [
    MeasureDefinition(
        "staff_on_duty_mean",
        "people per day",
        ("pool",),
        "distinct people present on a calendar day, the brigade apart, mean over the days of the stretch, 0 on days "
        "without a shift; a shift over midnight is there on both days, and the end of one night's shift and the "
        "beginning of the next, which start at the same time, count once (the larger)",
    ),
    MeasureDefinition("staff_on_duty_max", "people per day", ("pool",), "the same, largest over days"),
    MeasureDefinition(
        "staff_needed_mean",
        "people per day",
        ("pool",),
        "same sample with the pool unlimited; per shift of the roster (a site's while it is open): a = largest mean "
        "number of busy staff over any 60 minutes, s = mean duration of tasks by staff; least c with Erlang-C P(wait > "
        "limits.staff_wait_minutes) <= 0.05, at least that of the largest task; least number present that mans all "
        "posts, of whom the queue may have c when nobody leaves a post and the share that is off is; sum over the "
        "shifts that begin on a day; mean over the days of the stretch, 0 on days without a shift; approximate",
        second_flow=True,
    ),
    MeasureDefinition("staff_needed_max", "people per day", ("pool",), "the same, largest over days", second_flow=True),
    MeasureDefinition(
        "utilisation",
        "share",
        ("pool",),
        "person-seconds in tasks within the shift in which they began / person-seconds present (the brigade included) "
        "and not at a fixed post (who leaves one for a task is not at it, who is off is present); rides are busy, "
        "overtime is in neither; stretch; empty when nobody was ever there",
    ),
    MeasureDefinition(
        "overtime_hours",
        "hours",
        ("all", "pool"),
        "person-hours in tasks after the end of their shift, or after the brigade has left, stretch",
    ),
    MeasureDefinition(
        "posts_empty",
        "post-hours",
        ("all", "pool"),
        "post-hours of shifts without a person, because too few came or somebody left a post for a task; stretch",
    ),
    MeasureDefinition(
        "staff_days",
        "staff-days",
        ("all", "pool"),
        "people present, the brigade apart, summed over shifts that began in the stretch",
    ),
    MeasureDefinition(
        "brigade_days",
        "staff-days",
        ("all", "pool"),
        "people of the brigade x days of 24 h from coming to leaving, stretch",
    ),
]

_VISITS = [
    MeasureDefinition(
        "visits_late_share",
        "share",
        ("all", "site"),
        "visits and swabs begun more than 60 minutes after their round / due; due are those of rounds in the stretch "
        "that began or were missed",
    ),
    MeasureDefinition(
        "visits_missed_share",
        "share",
        ("all", "site"),
        "visits and swabs not begun when the next round of their kind started, or the room was left / due",
    ),
]

_COACHES = [
    MeasureDefinition("coach_trips", "trips", _PORTS, "boardings that began in the stretch"),
    MeasureDefinition("seats_filled_share", "share", _PORTS, "people who boarded / (trips x seats), stretch"),
]

_HEALTH = [
    MeasureDefinition(
        "detected", "people", ("all",), "people of counted parties found infected before their release, even after W"
    ),
    MeasureDefinition(
        "detection_day_mean",
        "day of stay",
        ("all",),
        "mean over people detected of the day of their stay, 1 from the first arrival on, restarts apart",
    ),
    MeasureDefinition(
        "detected_after_release",
        "people",
        ("all",),
        "people of counted parties whose positive result came after their release",
    ),
    MeasureDefinition(
        "released_infectious", "people", ("all",), "people of counted parties who were infectious when released"
    ),
    MeasureDefinition(
        "hospital_beds_max",
        "beds",
        ("all",),
        "largest number of beds taken, from the ambulance's leaving the site to the discharge, stretch",
    ),
    MeasureDefinition(
        "followed_up_max",
        "people",
        ("all", "street"),
        "largest number of people for whom the end of check-out was less than follow_up.days ago, by street of their "
        "last site, stretch",
    ),
    MeasureDefinition(
        "contacts_per_day_max",
        "contacts",
        ("all", "street"),
        "person-days of people under follow-up on a calendar day x follow_up.contacts_per_day, largest over days, "
        "stretch",
    ),
]

_COST = [
    MeasureDefinition("cost_staff", "yuan", ("all",), "(staff_days + brigade_days) x costs.staff_day"),
    MeasureDefinition(
        "cost_rooms",
        "yuan",
        ("all",),
        "rooms x calendar days of the stretch from first opening to closing, over sites x costs.room_night",
    ),
    MeasureDefinition("cost_coaches", "yuan", ("all",), "coach_trips x costs.coach_trip"),
    MeasureDefinition("cost_tests", "yuan", ("all",), "people tested whose result came in the stretch x costs.test"),
    MeasureDefinition("cost_total", "yuan", ("all",), "cost_staff + cost_rooms + cost_coaches + cost_tests"),
]

REGISTRY: dict[str, MeasureDefinition] = {
    definition.id: definition
    for family in (_FLOW, _WAITS, _POINT, _WAITING, _ROOMS, _STAFF, _VISITS, _COACHES, _HEALTH, _COST)
    for definition in family
}
"""All measures of the conceptual model by id, in the order of tables."""
