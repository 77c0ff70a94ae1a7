"""The table `[staffing]`: what `qcap staff` may choose, between which bounds, for which targets and at what cost."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.tables.types import Count, Date, Identifier, Share, Table, Text, Unit

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
