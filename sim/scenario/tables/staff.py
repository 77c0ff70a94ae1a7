"""Tables of staff: pools with their shifts, rosters by date, the reserve brigade, what `qcap staff` may choose."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.tables.types import (
    Clock,
    Count,
    Date,
    Days,
    Factor,
    Headcount,
    Hours,
    Identifier,
    Line,
    PositiveCount,
    Posts,
    Share,
    ShiftHeadcount,
    Table,
    Text,
    Unit,
    Usual,
)

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Shift(Table):
    """A stretch of the roster of one pool."""

    from_day: Date | None = None
    """First day; left out: from the beginning."""
    to_day: Date | None = None
    """Last day on which it begins; left out: to the end."""
    start: Clock
    """Start of the shift."""
    hours: Annotated[float, Field(gt=0, le=24 * 400), Unit("hours")]
    """Length; one of more than 24 hours is for theory, where staff never change, and begins on one day only."""
    share: Share | None = None
    """Share of the pool's headcount (largest remainder, ties to the earlier shift)."""
    headcount: ShiftHeadcount | None = None
    """People on duty in this shift, fixed posts included, in place of `share`: all shifts of a pool give the one or all
    the other, and with this the pool has no headcount of its own. The pool's `headcount_factor` multiplies it too."""


class Pool(Table):
    """People who can do a set of tasks."""

    name: Line = ""
    """Name for tables and pictures; left out: the id."""
    headcount: Headcount = 0
    """People on duty per day over all shifts, fixed posts included; left out when the shifts give their own, or when
    the pool has rows in `roster`, which then say who is on duty."""
    headcount_factor: Factor = 1.0
    """Multiplies the people of each day, given by `headcount` or by rows of the roster: 0.5 is half the staff. The sum
    of a day is rounded half up and spread over its shifts in proportion (largest remainder, ties to the earlier)."""
    fixed_posts: Posts = 0
    """People per shift who stand at a fixed post (guard, reception, disinfection) and serve no queue. Posts are manned
    first: a shift of no more people than posts serves nobody, unless some may leave."""
    fixed_posts_share: Share | None = None
    """In place of `fixed_posts`: the posts of a shift are this share of the people on its roster, rounded half up.
    Both at once is a fault; in a file that extends another, 0 takes its number or its share of posts out."""
    posts_may_leave: Posts = 0
    """Of the fixed posts of a shift, those whose people go for a task when nobody else is free, and come back after it;
    meanwhile the post is empty, and counted (`posts_empty`). At most `fixed_posts`; where posts are a share, at most
    all posts of the shift."""
    shrinkage_share: Share = 0.0
    """Share of a shift's people at no post who are off at any time (breaks, protective clothing, hand-over), rounded
    half up; one of them always serves the queue."""
    shifts: dict[Identifier, Shift] = Field(default_factory=dict)
    """Shifts; those of one day must not overlap; left out when the pool has rows in `roster`."""
    absence_share: Share = 0.0
    """Chance that a person of a shift does not come."""
    posted: Count | None = None
    """People posted in all, who work in relay, not on duty at the same time: told by `qcap check`, not simulated."""
    relay_teams: Count | None = None
    """Teams that the posted make up: told by `qcap check`, not simulated."""


class RosterRow(Table):
    """A shift of a pool on a date, or on a weekday without rows of its own date (CSV: pool, date, start, hours, …)."""

    pool: Identifier
    """Pool; it must have no `shifts`."""
    date: Weekday | Date
    """Date, or weekday (monday …); rows of a date take the place of all rows of its weekday."""
    start: Clock
    """Start of the shift."""
    hours: Annotated[float, Field(gt=0, le=24), Unit("hours")]
    """Length."""
    headcount: Headcount
    """People on duty in this shift, fixed posts included."""


class Brigade(Table):
    """The reserve brigade, called when a task has waited too long."""

    teams: Annotated[tuple[PositiveCount, ...], Field(min_length=1, max_length=1000, strict=False)]
    """People in each team."""
    trigger_hours: Annotated[Hours, Usual(0.5, 168)]
    """A pool calls when its oldest waiting task has waited longer than this."""
    brigade_call: PositiveCount = 10
    """People per call, all from the lowest-numbered team that has them."""
    lead_hours: Annotated[Hours, Usual(1, 240)] = 24.0
    """From the call until they come."""
    days: Annotated[Days, Usual(1, 120)] = 7.0
    """How long they stay."""
    pools: Annotated[tuple[Identifier, ...], Field(strict=False)] | None = None
    """Pools that may call (a site team stands for the teams of all sites); left out: all."""


Weighed = Annotated[float, Field(gt=0, le=1e6), Unit("staff-days a day")]


class StaffingCosts(Table):
    """What one more of each costs a day, counted in people on duty for a day."""

    headcount: Weighed = 1.0
    """A person in a shift."""
    coaches: Weighed = 1.0
    """A coach at a port: its driver."""
    posts_may_leave: Weighed = 0.1
    """A fixed post of a pool that somebody may leave."""
    reserve_rooms: Weighed = 0.01
    """A room of the reserve."""


class Staffing(Table):
    """What `qcap staff` looks for. It changes no run; left out, all shifts of all pools are free."""

    targets: Annotated[tuple[Identifier, ...], Field(strict=False)] = ()
    """Names of targets that the plan must meet; left out: tasks begun in time in the worst shift of each pool of a
    point that is free, a coach in time where coaches are free, visits in time where a team of sites is free."""
    share_of_tasks: Share = 0.9
    """For those: share of people whose tasks begin within `limits.staff_wait_minutes`; of visits, those not late."""
    share_of_runs: Share = 0.9
    """For those: share of single replications that must meet it."""
    minimise: Literal["staff_days", "cost"] = "staff_days"
    """What the plan has least of: staff_days, or cost: the same times `costs.staff_day`, in yuan."""
    free: dict[Text, Annotated[tuple[Count, Count], Field(strict=False)]] = Field(default_factory=dict)
    """What may be chosen = [least, most]: pools.ID (people of each of its shifts), pools.ID.06:00 (of the shift that
    starts then), pools.ID.posts_may_leave, ports.ID.coaches, sites.reserve_rooms; @PHASE: in that phase."""
    phases: dict[Identifier, Date] = Field(default_factory=dict)
    """First day of each phase, in which every shift has people of its own; the first begins with the window."""
    costs: StaffingCosts = StaffingCosts()
