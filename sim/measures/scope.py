"""What a measure is, and what all measures of one history share: its rows by kind, its parties, which of them count,
and over which time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from sim.flow.duty import Duties, Levels, Shifts, duties, levels, shifts
from sim.flow.history import NEVER, History, Parties
from sim.flow.log import EventLog, Kind
from sim.flow.stays import RoomChanges, Stays, room_changes, stays
from sim.flow.steps import Ints
from sim.flow.task_sums import Extent, Staffing, TaskSums, task_sums
from sim.scenario.places import pool_of
from sim.scenario.tables.schema import Scenario
from sim.words.language import translated

P = ParamSpec("P")
R = TypeVar("R")

DAY, HOUR = 86_400, 3_600
ALL = "all"
FIRST_STREET_SITE = "first_street_site"


class Result(NamedTuple):
    """One value of a measure, before its unit is added."""

    measure: str
    place: str
    value: float


Results = Iterable[Result]


class Words(NamedTuple):
    """What a measure is called in tables, and what it means in a sentence for planners. English, to be translated."""

    label: str
    meaning: str


@dataclass(frozen=True)
class Measure:
    """What a measure is. `places` are "all", "first_street_site" or kinds of place: port, site, pool, street."""

    id: str
    words: Words
    given_by: Callable[[Scope], Results]
    """The function that computes it, with its family; functions that nothing asked for are not called."""
    unit: str
    places: tuple[str, ...]
    formula: str
    second_flow: bool = False
    """Measured on a second history of the same sample in which a limit is lifted, and only when asked for by name."""

    @property
    def label(self) -> str:
        """What tables call it, in the language of the day."""
        return translated(self.words.label)

    @property
    def meaning(self) -> str:
        """One sentence for planners, in the language of the day."""
        return translated(self.words.meaning)


@dataclass(frozen=True)
class Scope:
    """A history made ready for measuring: each part is read when a measure first asks for it."""

    log: EventLog
    scenario: Scenario
    places: frozenset[str] = frozenset()
    """Places that measures of a second flow are asked for; none: all."""
    kept: dict[Any, Any] = field(default_factory=dict, compare=False)
    """What `once` has computed."""

    def name(self, place: int) -> str:
        """Id of a place number."""
        return self.log.places.ids[place]

    def in_stretch(self, seconds: Ints) -> NDArray[np.bool_]:
        """Which of these seconds lie in the stretch."""
        return (seconds >= self.start) & (seconds < self.end)

    @cached_property
    def start(self) -> int:
        """First second of the stretch: W, or the days of `[window]`."""
        return _stretch(self.log, self.scenario)[0]

    @cached_property
    def end(self) -> int:
        """First second after the stretch."""
        return _stretch(self.log, self.scenario)[1]

    @cached_property
    def history(self) -> History:
        """The log by kind of row."""
        return History(self.log)

    @cached_property
    def parties(self) -> Parties:
        """The log by party."""
        return Parties(self.history)

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """By party: handed over in [start, end); without `[window]` those in a site from the beginning count too."""
        counted = (self.parties.handed_over >= self.start) & (self.parties.handed_over < self.end)
        return counted if self.scenario.window else counted | (self.parties.present < NEVER)

    @cached_property
    def stays(self) -> Stays:
        """Every time that a party was in a site."""
        return stays(self.history, self.parties)

    @cached_property
    def rooms(self) -> RoomChanges:
        """Rooms taken and given up."""
        return room_changes(self.history, per_person=self.scenario.rooms.per == "person")

    @cached_property
    def shifts(self) -> Shifts:
        """The shifts of all pools."""
        return shifts(self.history, self.log)

    @cached_property
    def levels(self) -> Levels:
        """Shifts, cut where the number of the brigade's people changes."""
        return levels(self.history, self.shifts)

    @cached_property
    def duties(self) -> Duties:
        """Posts and people for the queue, by level."""
        return duties(self.scenario, self.log.places, self.shifts, self.levels)

    @cached_property
    def copies(self) -> dict[str, list[int]]:
        """Place numbers of each pool of the scenario: its own, or those of the sites that have a copy of it."""
        copies: dict[str, list[int]] = {}
        for number in self.log.places.pools:
            copies.setdefault(pool_of(self.scenario, self.name(number))[0], []).append(number)
        return copies

    @cached_property
    def group_of_place(self) -> Ints:
        """Position among `copies` of each place number of a pool; 0 for other places."""
        group = np.zeros(len(self.log.places.ids), dtype=np.int64)
        for position, numbers in enumerate(self.copies.values()):
            group[numbers] = position
        return group

    @cached_property
    def task_sums(self) -> TaskSums:
        """What the tasks of all pools amount to, by hour for each of `copies`."""
        staff = Staffing(self.shifts, self.levels, self.duties)
        hours = (len(self.copies), self.log.window_end // HOUR)
        return task_sums(self.log, self.history, staff, Extent(self.start, self.end, self.group_of_place, hours))

    @cached_property
    def sites(self) -> SiteTimes:
        """When each site was open."""
        return _site_times(self.history, self.log)

    @cached_property
    def first_street_site(self) -> int | None:
        """Index among sites of the street-level site that opened earliest, ties to the lowest number; None for none."""
        return _first_street_site(self.log, self.scenario, self.sites)


class SiteTimes(NamedTuple):
    """When each site was open, one entry per site in order of place numbers."""

    opened: Ints
    """Second of the first opening, -1 for never."""
    closed: Ints
    """Second of closing; the hard stop when never closed, -1 when never opened."""
    censored: NDArray[np.bool_]
    """Opened and never closed."""
    rooms: Ints
    """Rooms, 0 when never opened."""


def once(function: Callable[Concatenate[Scope, P], R]) -> Callable[Concatenate[Scope, P], R]:
    """Compute something once for each history and its other arguments: several families, and series, read it."""

    @wraps(function)
    def kept(scope: Scope, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (function, args)
        if key not in scope.kept:
            scope.kept[key] = function(scope, *args, **kwargs)
        found: R = scope.kept[key]
        return found

    return cast("Callable[Concatenate[Scope, P], R]", kept)


def _stretch(log: EventLog, scenario: Scenario) -> tuple[int, int]:
    window = scenario.window
    if window is None:
        return 0, log.window_end
    start = (window.from_day - scenario.first_day).days * DAY
    end = ((window.to_day - scenario.first_day).days + 1) * DAY
    return max(start, 0), min(end, log.window_end)


def _site_times(history: History, log: EventLog) -> SiteTimes:
    n, first = log.places.n_sites, log.places.n_ports
    opened, closed = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    rooms = np.zeros(n, dtype=np.int64)
    rows = history.of(Kind.SITE_OPENED)[::-1]  # backwards: the first opening is the one that stays
    opened[rows["place"] - first] = rows["second"]
    rooms[rows["place"] - first] = rows["value"]
    rows = history.of(Kind.SITE_CLOSED)
    closed[rows["place"] - first] = rows["second"]
    closed[opened < 0] = -1  # given back before it opened
    censored = (opened >= 0) & (closed < 0)
    closed[censored] = log.hard_stop
    return SiteTimes(opened, closed, censored, rooms)


def _first_street_site(log: EventLog, scenario: Scenario, times: SiteTimes) -> int | None:
    candidates = scenario.sites.candidates if scenario.sites else {}
    opened = [
        (second, index)
        for index, (number, second) in enumerate(zip(log.places.sites, times.opened.tolist(), strict=True))
        if second >= 0 and candidates[log.places.ids[number]].level == "street"
    ]
    return min(opened)[1] if opened else None


def share(part: float, whole: float) -> float:
    """Part / whole; nan when there is nothing to divide."""
    return part / whole if whole else float("nan")
