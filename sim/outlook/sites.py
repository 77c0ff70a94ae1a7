"""Which sites are open when, if people come exactly as expected: the scenario's rules on a fluid, one step a day.

Intake goes to accepting sites in proportion to free rooms, whatever the allocation; lead time, cohorts and disruptions
are left out. Chance opens sites earlier and some more of them, so that this is a low guess.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from sim.outlook.grid import DAY, Floats
from sim.outlook.rooms import rooms_per_party
from sim.outlook.way import Way
from sim.scenario.guests import DAY as SECONDS_A_DAY
from sim.scenario.guests import guests_at_start, rooms_needed
from sim.scenario.places import rooms_of, sites_in_order
from sim.scenario.schema import Scenario, Sites

UNUSED, ACCEPTING, STOPPED, CLOSED = range(4)


@dataclass(frozen=True)
class SitesByDay:
    """Sites in order of the list."""

    open: Floats
    """Shape (days, sites): 1 on days on which a site is open."""
    opened: int
    """Sites ever opened within the window."""
    short_days: int
    """Days of the window with more parties than free rooms, though every site on the list was open."""


@dataclass
class _State:
    rooms: Floats
    opens: list[int]
    """Day, -1 for on demand, -2 for never."""
    state: list[int]
    since: list[int]
    taken: Floats
    resting: Floats
    leaving: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    """Rooms given up, by day and site."""
    rested: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    passed: int = 0

    def free(self, among: list[int]) -> float:
        return float(sum(self.rooms[i] - self.taken[i] - self.resting[i] for i in among))

    def accepting(self) -> list[int]:
        return [i for i, state in enumerate(self.state) if state == ACCEPTING]


def sites_by_day(scenario: Scenario, way: Way) -> SitesByDay:
    """Follow the rules of opening and closing day by day until the hard stop."""
    sites = scenario.sites
    n_days = way.n_hours // DAY
    if sites is None:
        return SitesByDay(np.zeros((n_days, 0)), 0, 0)
    rooms = rooms_per_party(scenario, way)
    intake = way.placed.sum(axis=0).reshape(n_days, DAY).sum(axis=1) * rooms
    stay = max(1, round(scenario.stay.days + 0.5) if scenario.stay else 1)
    airing = round(scenario.rooms.airing_hours / DAY)
    s = _start(scenario, sites, n_days + stay + airing + 2)
    opened_then = np.zeros((n_days, len(s.rooms)))
    short = 0
    for day in range(n_days):
        _give_up(s, day, airing)
        _review(s, sites, day)
        _open(s, sites, day, float(intake[day]), day < way.n_days)
        short += _take_in(s, day, float(intake[day]), stay) and day < way.n_days
        _close_empty(s)
        opened_then[day] = [state in (ACCEPTING, STOPPED) for state in s.state]
    return SitesByDay(opened_then, int(opened_then[: way.n_days].any(axis=0).sum()), short)


def _start(scenario: Scenario, sites: Sites, n_days: int) -> _State:
    ordered = sites_in_order(scenario)
    initial = {row.site for row in scenario.initial}
    opens = []
    for name, site in ordered:
        if name in initial:
            opens.append(0)
        elif isinstance(site.opens, dt.date):
            opens.append(max((site.opens - scenario.first_day).days, 0))
        else:
            opens.append(-1 if sites.reserve_rooms is not None else -2)
    n = len(ordered)
    s = _State(
        rooms=np.array([float(rooms_of(sites, site)) for _, site in ordered]),
        opens=opens,
        state=[UNUSED] * n,
        since=[0] * n,
        taken=np.zeros(n),
        resting=np.zeros(n),
        leaving=np.zeros((n_days, n)),
        rested=np.zeros((n_days, n)),
    )
    index = {name: i for i, (name, _) in enumerate(ordered)}
    stay = round(scenario.stay.days) if scenario.stay else 0
    for party in guests_at_start(scenario):
        rooms = rooms_needed(scenario, party.people)
        s.taken[index[party.site]] += rooms
        s.leaving[max(stay + party.arrived // SECONDS_A_DAY, 0), index[party.site]] += rooms
    return s


def _give_up(s: _State, day: int, airing: int) -> None:
    s.taken = np.maximum(s.taken - s.leaving[day], 0.0)
    s.resting = s.resting + s.leaving[day] - s.rested[day]
    s.rested[day + airing] += s.leaving[day]
    if airing == 0:
        s.resting = np.maximum(s.resting - s.leaving[day], 0.0)


def _review(s: _State, sites: Sites, day: int) -> None:
    """Stop the accepting site open longest when the others have had enough for long enough."""
    old = [i for i in s.accepting() if s.since[i] < day]
    if sites.closing == "never" or sites.reserve_rooms is None or not old:
        return
    candidate = min(old, key=lambda i: (s.since[i], i))
    margin = sites.margin_rooms if sites.closing == "review" else 0
    enough = s.free([i for i in s.accepting() if i != candidate]) >= sites.reserve_rooms + margin
    s.passed = s.passed + 1 if enough else 0
    if s.passed >= (sites.hold_days if sites.closing == "review" else 1):
        s.state[candidate] = STOPPED


def _open(s: _State, sites: Sites, day: int, intake: float, within: bool) -> None:
    """Sites of this date, then on demand until the reserve is met after the day's intake."""
    for i, opens in enumerate(s.opens):
        if opens == day and s.state[i] == UNUSED:
            s.state[i], s.since[i] = ACCEPTING, day
    while within and sites.reserve_rooms is not None and s.free(s.accepting()) - intake < sites.reserve_rooms:
        stopped = [i for i, state in enumerate(s.state) if state == STOPPED]
        unused = [i for i, state in enumerate(s.state) if state == UNUSED and s.opens[i] == -1]
        if stopped:
            s.state[stopped[-1]] = ACCEPTING
        elif unused:
            s.state[unused[0]], s.since[unused[0]] = ACCEPTING, day
        else:
            return


def _take_in(s: _State, day: int, intake: float, stay: int) -> bool:
    """Spread the day's rooms over the accepting sites; returns whether there were too few."""
    among = s.accepting()
    free = np.array([max(s.rooms[i] - s.taken[i] - s.resting[i], 0.0) for i in among])
    placed = min(intake, float(free.sum()))
    if placed > 0:
        share = free / free.sum() * placed
        s.taken[among] += share
        s.leaving[day + stay, among] += share
    return placed < intake - 0.5


def _close_empty(s: _State) -> None:
    for i, state in enumerate(s.state):
        if state == STOPPED and s.taken[i] < 0.5:
            s.state[i] = CLOSED
