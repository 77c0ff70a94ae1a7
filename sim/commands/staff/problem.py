"""What `qcap staff` works on, in numbers: free whole numbers, targets, and verdicts on them.

Nothing here knows about scenarios. A *plan* gives each free value a whole number; an evaluator says for each
replication of a block of travellers which targets the plan met. Blocks are independent of each other, and within one
all plans meet the same travellers. What is proved with which block, and at what chance of error, stands in `certify`
and `solve`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Plan = tuple[int, ...]
"""Values of the free numbers, in their order."""

SEARCH = "A"
"""Travellers on whom plans are looked for; nothing is proved on them but that the corner fails."""
CERTIFICATES = ("B", "C", "D", "E")
"""Travellers of the first, second, … attempt at a certificate."""
CUTS = ("P", "Q")
"""Travellers of the first and second round of cuts."""

MISSED_BITS = 63
"""Free values of which each has a bit of `Outcome.missed`; further ones have none."""

HOLDS, FAILS, OPEN = "holds", "fails", "open"


@dataclass(frozen=True)
class Free:
    """One free whole number: people of a shift, coaches of a port, …"""

    path: str
    """Id, such as `pools.gongbei.shifts.early.headcount@phase 1`."""
    low: int
    high: int
    unit_cost: float
    """Cost (staff-days or money) of one more, not negative."""
    more_helps: bool = True
    """Whether one more never makes it worse; where not, plans with fewer are never excluded by one that fails."""


@dataclass(frozen=True)
class TargetShare:
    """One target."""

    name: str
    share: float
    """It must be met in at least this share of all replications, under 1."""


class Hour(NamedTuple):
    """An hour (or any stretch) of one pool for the first guess: its load and the free values that are there for it."""

    rate: float
    """Tasks per minute, if nobody had to wait; a task of two people counts as two."""
    service_mean: float
    """Minutes."""
    limit: float
    """Minutes that a task may wait."""
    covered_by: tuple[int, ...]
    """Indices of the free values whose people are on duty then."""
    others: int = 0
    """People there for the queue beside those; negative: so many of those are at fixed posts or off."""


@dataclass(frozen=True)
class Problem:
    """Least cost of a plan within bounds that meets all targets."""

    frees: tuple[Free, ...]
    asked: tuple[TargetShare, ...]
    hours: tuple[Hour, ...] = ()
    """Load by hour for the first guess; without it the search starts from all upper bounds."""
    today: Plan | None = None
    """The plan of the scenario as it is; the search starts from the cheaper of it and the guess if it holds."""

    def cost(self, plan: Plan) -> float:
        """Sum of values × unit costs."""
        return float(sum(free.unit_cost * value for free, value in zip(self.frees, plan, strict=True)))

    @property
    def corner(self) -> Plan:
        """Everything at its upper bound."""
        return tuple(free.high for free in self.frees)


@dataclass(frozen=True)
class Outcome:
    """Of one plan on the given replications; each array (target, replication)."""

    met: NDArray[np.bool_]
    margin: NDArray[np.float64]
    """Smooth, above 0 when met and by how much: the worst shift's share less the limit, say."""
    worst: NDArray[np.int32]
    """Index of the free value whose shift is worst, -1 for none: where the search adds."""
    missed: NDArray[np.int64] | None = None
    """Bit i: the shift (or the coaches) of free value i alone misses the target; None where that is not known."""


class Evaluate(Protocol):
    """Meets plans with replications of a block of travellers; one outcome per plan."""

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        """`full=False` may leave out parts that can't matter much: for the search only.

        The same plan, block, replication and `full` always give the same outcome.
        """


@dataclass(frozen=True)
class TargetVerdict:
    """How often one target was met under one plan, at the look that decided it or else the last one."""

    target: int
    met: int
    replications: int
    verdict: str
    """holds | fails | open, of this target."""
    low: float
    """One-sided bound: the target is met in at least this share of all replications."""
    high: float
    """Likewise at most; each is wrong with the chance of error that its test may spend."""


@dataclass(frozen=True)
class Subject:
    """A plan that was judged, and its verdict: it holds when every target does, it fails when any does."""

    kind: str
    """plan | neighbour | corner | cut."""
    plan: Plan
    free: int
    """The free value that a neighbour has one fewer of; -1."""
    targets: tuple[TargetVerdict, ...]
    """One for each target."""
    verdict: str
    alone: bool
    """The verdict stands by itself among all of this certificate (Holm), not only together with all others."""
    p_value: float = 1.0
    """Of failing; 1 when it was not shown to fail."""
    closed: bool = False
    """Nothing more would be looked at: it is decided, or hardly could be."""

    @property
    def decided_by(self) -> TargetVerdict:
        """Of one that fails the target that fails, by the lowest bound; else the target with the smallest share met."""
        failing = [each for each in self.targets if each.verdict == FAILS]
        if failing:
            return min(failing, key=lambda each: each.high)
        return min(self.targets, key=lambda each: each.met / max(each.replications, 1))


@dataclass(frozen=True)
class Certificate:
    """What is proved about one plan on one fresh block."""

    plan: Plan
    block: str
    level: float
    """Chance of error that this attempt may spend."""
    subject: Subject
    """The plan itself."""
    neighbours: tuple[Subject, ...]
    """One fewer of each free value that has a cost and is above its lower bound."""
    finished: bool
    """False while looks are still to come (time was up)."""

    @property
    def holds(self) -> bool:
        """The plan is shown to hold."""
        return self.subject.verdict == HOLDS

    @property
    def complete(self) -> bool:
        """The plan is shown to hold and every neighbour to fail: one statement, wrong with a chance of `level`."""
        return self.holds and all(each.verdict == FAILS for each in self.neighbours)


@dataclass(frozen=True)
class MoreHurt:
    """How often more people made it worse: the assumption behind cuts, counted where the same travellers met both."""

    replications: int
    """Pairs of plans × replications compared, the larger plan having at least as many of everything."""
    worse: int
    """Of these: the margin of some target was smaller with more."""
    lost: int
    """Of these: some target was met with fewer and missed with more."""


@dataclass(frozen=True)
class Bound:
    """No plan of a lower cost can hold, as far as cuts prove it."""

    cost: float
    """Lower bound of the cost of all plans that hold; infinite when cuts leave no plan."""
    cuts: tuple[Subject, ...]
    """Plans certified to fail, and with them all plans below; those not certified have the verdict `open`."""
    capped: bool
    """More cuts would have been tried, were it not for the cap on their number."""
    finished: bool


class Event(NamedTuple):
    """Progress: what is being done, and how far it is."""

    step: str
    """corner | search | certify | bound."""
    plan: Plan
    """The plan in hand."""
    done: int
    """Replications of plans made so far in this step."""
    most: int
    """The most that this step may still come to; 0 when not known."""


@dataclass
class Answer:
    """All that was found; filled on the way, so that it can be reported at any time."""

    corner: Subject | None = None
    start: Plan | None = None
    plan: Plan | None = None
    """The plan to report: certified to hold where there is one, else the best that the search has."""
    certificates: list[Certificate] = field(default_factory=list)
    """In order of attempts; the last whose plan holds is the one to report."""
    bound: Bound | None = None
    hurt: MoreHurt | None = None
    replications: int = 0
    """Replications of plans that were made, all steps together."""
    stopped: str = ""
    """Empty when all was done, else: time | interrupted | corner (the largest staffing fails too)."""

    @property
    def certificate(self) -> Certificate | None:
        """The one to report: of those whose plan is shown to hold the last, which is the cheapest."""
        return next((each for each in reversed(self.certificates) if each.holds), None)
