"""The tables of a scenario file: every field with its unit, its rule and its meaning.

The text under each field is also the reference page that planners read, so it is written for them. Tables are keyed by
id, so that every value has a dotted path (`pools.gongbei.headcount`) for `--set`, sweeps and provenance. Run settings
(seed, replications, workers, engine) are no part of a scenario. Rules that tie tables together: `sim.scenario.rules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, model_validator

from sim.scenario.tables.arrivals import Arrivals, Port
from sim.scenario.tables.care import FollowUp, Health, Hospital, Laboratory, Screening, Swabs, VisitKind
from sim.scenario.tables.disruptions import Disruption
from sim.scenario.tables.distributions import Service, Stay
from sim.scenario.tables.staff import Brigade, Pool, RosterRow, Staffing
from sim.scenario.tables.types import (
    Clock,
    Date,
    Hours,
    Identifier,
    Line,
    Minutes,
    Moment,
    PositiveCount,
    Rooms,
    Share,
    Table,
    Text,
    Unit,
    Usual,
    Weight,
    Yuan,
)
from sim.words.language import all_of, said


class Coaches(Table):
    """Coaches between points and sites. Without this table a party travels alone, at once."""

    seats: Annotated[int, Field(ge=1, le=1_000), Unit("seats")]
    """Seats used per coach."""
    hold_minutes: Annotated[Minutes, Usual(5, 480)]
    """Longest time that the first party of a load waits before the load is due."""
    escorts: Annotated[int, Field(ge=0, le=100), Unit("staff")] = 0
    """Staff of the point who ride along."""
    head_count_minutes: Annotated[Minutes, Usual(0.05, 5)] = 0.0
    """Minutes a head, counted at boarding and again at arrival."""
    disinfection_minutes: Annotated[Minutes, Usual(5, 480)] = 0.0
    """Disinfection of the coach between two trips."""


class Site(Table):
    """A hotel used, or that can be used, for quarantine."""

    number: PositiveCount
    """Place on the list; ties go to the lowest."""
    name: Line = ""
    """Name for tables and pictures; left out: the id."""
    street: Line = ""
    """Sub-district."""
    level: Literal["district", "street"] = "street"
    """Who runs it."""
    rooms: Annotated[int, Field(ge=1, le=10_000_000), Unit("rooms")]
    """Rooms for guests."""
    ride_minutes: dict[Identifier, Annotated[Minutes, Usual(2, 480)]]
    """Ride from each port (CSV: columns ride_minutes_<port>)."""
    opens: Literal["demand"] | Date = "demand"
    """Date on which it opens at 00:00, or demand."""
    weight: Weight = 1.0
    """For allocation assigned: weight with which parties are sent here."""
    team: Identifier | None = None
    """Pool whose roster this site has a copy of; left out: `sites.team`."""
    note: Line = ""
    """Anything; shown in tables."""


ClosingWord = Literal["review", "plain", "never"]


class ClosingRule(NamedTuple):
    """How a rule by which sites stop taking people in is told; when it passes: `sim.flow.rules.review_passes`."""

    short: str
    """On pictures and in tables."""
    sentence: str
    """In the checklist of `qcap describe`."""


CLOSING: Mapping[str, ClosingRule] = {
    "review": ClosingRule(
        said("sites close after a review"),
        said(
            "A site stops taking people in when daily reviews find that the others have had enough free rooms for long "
            "enough, and closes when empty."
        ),
    ),
    "plain": ClosingRule(
        said("sites close as soon as rooms suffice"),
        said("A site stops taking people in as soon as the others have the reserve, and closes when empty."),
    ),
    "never": ClosingRule(said("sites never close"), said("No site closes before the end.")),
}
"""Rules of closing."""


class Sites(Table):
    """The list of candidate sites and the rules by which they fill, open and close."""

    list: Text | None = None
    """CSV file, one row per candidate (number, id, rooms, ride_minutes_<port>, …), relative to the scenario file."""
    candidates: dict[Identifier, Site] = Field(default_factory=dict)
    """The candidates: rows of `list` and tables [sites.<id>], which override the row of that id."""
    rooms_factor: Annotated[float, Field(gt=0, le=100), Unit("factor")] = 1.0
    """Multiplies the rooms of the list's street-level sites (rounded, at least 1)."""
    first_street_position: PositiveCount | None = None
    """Place on the list that the first street-level site takes (the others close up); left out: as listed."""
    allocation: Literal["spread", "fill", "nearest", "assigned"] = "spread"
    """Site of a new coach load: most free rooms, order of opening, or shortest ride, ties to the lowest number; or
    assigned: each party's site is drawn by weight from those with an opening date, and it waits for that one."""
    reserve_rooms: Rooms | None = None
    """V: when fewer rooms are free in open and preparing sites, those that waiting parties need taken off, stopped
    sites are re-admitted and the next candidates prepared until as many are; left out: none opens on demand."""
    lead_hours: Annotated[Hours, Usual(1, 240)] = 0.0
    """From the decision to prepare a site until it opens."""
    closing: ClosingWord = "never"
    """review: the rule with margin and hold; plain: as soon as the others have the reserve; never."""
    margin_rooms: Rooms = 0
    """M: free rooms beyond the reserve that the other sites must have, less those that waiting parties need, before one
    stops."""
    hold_days: Annotated[int, Field(ge=1, le=366), Unit("daily reviews")] = 1
    """H: reviews passed in a row before a site stops."""
    cohort_hours: Annotated[Hours, Usual(6, 720)] | None = None
    """A site takes people for this long after the first arrival of a cohort, then none until it is empty and cleaned;
    one that empties before is fresh. Sites that have begun are filled before fresh ones. Left out: no cohorts."""
    review_time: Clock = 480
    """Time of the daily closing review."""
    team: Identifier | None = None
    """Pool whose roster every site has a copy of; left out: sites need no staff and nobody waits for them."""


class RoomUse(Table):
    """Rooms: who shares one, and how long it takes until it can be used again."""

    per: Literal["party", "person"] = "party"
    """One room for a party or for each person."""
    most_people: Annotated[int, Field(ge=1, le=200), Unit("people")] | None = None
    """Most people in one room, for guests of `initial`; left out: the largest party size."""
    airing_hours: Annotated[Hours, Usual(4, 168)] = 0.0
    """Airing after the guests have left."""
    cleaning_minutes: Annotated[Minutes, Usual(5, 480)] = 0.0
    """Cleaning of one room by one of the site's team after airing."""


class Release(Table):
    """Release: hours of the day and check-out by the site's team (class release)."""

    opens: Clock = 0
    """Releases begin."""
    closes: Clock = 1440
    """Releases end; at or before `opens` it is on the next day."""
    minutes: Service | None = None
    """Check-out; left out: it takes no time."""


class InitialRow(Table):
    """Guests who are in a site when the window begins: a party (CSV: site, party_size, day_of_stay), or a group that is
    divided into parties (CSV: site, guests, rooms, arrived).
    """

    site: Text
    """Site, by its id or its name."""
    party_size: Annotated[int, Field(ge=1, le=200), Unit("people")] | None = None
    """For a row per party: its people."""
    day_of_stay: Annotated[int, Field(ge=1, le=366), Unit("day of the stay")] | None = None
    """For a row per party: day of the stay that begins at 00:00 of the first day; 1 arrived just now."""
    guests: PositiveCount | None = None
    """For a row per group: people who arrived together."""
    rooms: PositiveCount | None = None
    """For a row per group: rooms that they fill, as evenly as possible, at most `rooms.most_people` in one; the people
    of a room are a party (with a room for each person: everybody is)."""
    arrived: Moment | None = None
    """For a row per group: arrival at the site, a date (its 00:00) or a date and time; at or before 00:00 of the first
    day."""

    @model_validator(mode="after")
    def _one_form(self) -> InitialRow:
        given = [name for name in (*PARTY, *GROUP) if getattr(self, name) is not None]
        form = next((form for form in (PARTY, GROUP) if given and set(given) <= set(form)), None)
        if form is None:
            raise ValueError("needs either party_size and day_of_stay, or guests, rooms and arrived")
        if len(given) < len(form):
            missing = [name for name in form if name not in given]
            raise ValueError(said("needs {missing} too, beside {given}", missing=all_of(missing), given=all_of(given)))
        return self


PARTY = ("party_size", "day_of_stay")
"""Columns of a row per party, beside the site."""


GROUP = ("guests", "rooms", "arrived")
"""Columns of a row per group, beside the site."""


class Limits(Table):
    """Limits that measures hold the operation to."""

    handover_to_coach_minutes: Annotated[Minutes, Usual(10, 1440)] = 120.0
    """Longest acceptable time from hand-over to departure."""
    staff_wait_minutes: Annotated[Minutes, Usual(1, 480)] = 10.0
    """Longest acceptable wait for staff, and for a coach of a load that is due: for tasks begun in time, and for the
    staff that would be needed."""


class Costs(Table):
    """Unit costs."""

    room_night: Yuan = 0.0
    """Yuan for a room and day that a site is open."""
    staff_day: Yuan = 0.0
    """Yuan for a person on duty for a day."""
    coach_trip: Yuan = 0.0
    """Yuan for a coach trip."""
    test: Yuan = 0.0
    """Yuan for a test of one person."""


class Target(Table):
    """A limit on a measure that a share of single replications must meet."""

    measure: Text
    """Measure id, see `qcap measures`."""
    place: Text = "all"
    """Place id."""
    at_most: float | None = None
    """Largest value that meets the target."""
    at_least: float | None = None
    """Smallest value that meets the target."""
    share_of_runs: Share = 0.9
    """Share of single replications that must meet it. Whether it holds is told with 95 % certainty (exact one-sided
    bounds); for 0.9 that takes 29 replications that all meet it, or more."""

    @model_validator(mode="after")
    def _one_side(self) -> Target:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("needs either at_most or at_least")
        return self


class Window(Table):
    """Selects the parties, by day of hand-over, that measures count."""

    from_day: Date
    """First day counted."""
    to_day: Date
    """Last day counted."""


class Scenario(Table):
    """One scenario: what is simulated, and nothing about how often."""

    schema_version: Literal[1] = Field(alias="schema")
    """Version of this schema (written as `schema`)."""
    title: Line
    """One line for tables and pictures."""
    question: Text | None = None
    """What this scenario asks, in one sentence: `qcap compare` prints it above its answer."""
    remark: Annotated[str, Field(max_length=1500)] | None = None
    """What to know when reading that answer; printed below it."""
    headlines: Annotated[tuple[Text, ...], Field(max_length=4, strict=False)] = ()
    """Measures that answer the question, the first one first, as measure or measure@place; at most four, because
    comparisons test them together."""
    first_day: Date
    """First day of the window W, from 00:00."""
    last_day: Date
    """Last day of the window W, to 24:00."""
    window: Window | None = None
    """Which parties measures count; left out: all."""
    arrivals: Arrivals
    ports: Annotated[dict[Identifier, Port], Field(min_length=1)]
    pools: dict[Identifier, Pool] = Field(default_factory=dict)
    screening: Screening | None = None
    registration: Service | None = None
    """Registration at the point, by one of the port's pool; left out: it takes no time."""
    coaches: Coaches | None = None
    sites: Sites | None = None
    rooms: RoomUse = RoomUse()
    check_in: Service | None = None
    """Check-in by the site's team; left out: it takes no time."""
    stay: Stay | None = None
    release: Release = Release()
    visits: dict[Identifier, VisitKind] = Field(default_factory=dict)
    """Rounds by the site's team, by kind."""
    swabs: Swabs | None = None
    laboratory: Laboratory | None = None
    health: Health | None = None
    hospital: Hospital | None = None
    follow_up: FollowUp | None = None
    roster: Annotated[tuple[RosterRow, ...], Field(strict=False)] = ()
    """Shifts by date or weekday, in the scenario or as the name of a CSV file."""
    brigade: Brigade | None = None
    disruptions: Annotated[tuple[Disruption, ...], Field(strict=False)] = ()
    """What goes wrong and when, in the scenario or as the name of a CSV file."""
    initial: Annotated[tuple[InitialRow, ...], Field(strict=False)] = ()
    """Guests in sites when the window begins, in the scenario or as the name of a CSV file."""
    limits: Limits = Limits()
    costs: Costs | None = None
    targets: dict[Identifier, Target] = Field(default_factory=dict)
    staffing: Staffing | None = None
    ranges: dict[str, Annotated[tuple[Any, Any], Field(strict=False)]] = Field(default_factory=dict)
    """Dotted path (* for every key) = [low, high]: ends of what an assumed value may be, for `qcap tornado`."""
    provenance: dict[str, Text] = Field(default_factory=dict)
    """Dotted path (longest wins, * for one element) = "kind: words"; kind: reported, derived, borrowed, calibrated,
    assumed."""

    @property
    def n_days(self) -> int:
        """Days of the window W."""
        return (self.last_day - self.first_day).days + 1

    @property
    def counted_days(self) -> tuple[Date, Date]:
        """First and last day that measures, words and pictures tell: W, or with `[window]` its days inside W."""
        if self.window is None:
            return self.first_day, self.last_day
        return max(self.window.from_day, self.first_day), min(self.window.to_day, self.last_day)

    @property
    def several_years(self) -> bool:
        """Whether a day needs its year."""
        return self.first_day.year != self.last_day.year
