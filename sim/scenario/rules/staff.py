"""Rules for staff pools, their shifts, and coaches with their escorts."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import combinations

from sim.scenario.faults import Path, nearest
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.rules.findings import Finding
from sim.scenario.tables.schema import Pool, Scenario, Shift


def pool_findings(scenario: Scenario) -> Iterator[Finding]:
    """Pools that are named exist and serve either ports or sites; each shift has its place."""
    used_by: dict[str, Path] = {}
    for port_id, port in scenario.ports.items():
        if port.pool is not None:
            yield from _known_pool(scenario, port.pool, ("ports", port_id, "pool"))
            used_by.setdefault(port.pool, ("ports", port_id, "pool"))
    at_ports = dict(used_by)
    for team, here in _teams(scenario):
        yield from _known_pool(scenario, team, here)
        if team in at_ports:
            rule = f'is the pool of port "{at_ports[team][1]}" too: a pool works at ports or at sites'
            yield Finding(here, rule, team, needs=(at_ports[team],))
        used_by.setdefault(team, here)
    for pool_id, pool in scenario.pools.items():
        here = ("pools", pool_id)
        if pool_id not in used_by:
            yield Finding(here, "is not used: no port and no site names it", warning=True)
        elif pool.headcount == 0 and pool.shifts and "headcount" in pool.model_fields_set:
            rule = "nobody is on duty: what this pool serves waits for ever"
            yield Finding((*here, "headcount"), rule, 0, warning=True)
        elif pool.headcount_factor == 0:
            rule = "nobody is on duty: what this pool serves waits for ever"
            yield Finding((*here, "headcount_factor"), rule, 0, warning=True)
        yield from _post_findings(pool, here)
        yield from _shift_findings(scenario, pool, (*here, "shifts"))


def _post_findings(pool: Pool, here: Path) -> Iterator[Finding]:
    """Posts are a number or a share, and no more of them may leave than there are."""
    if not pool.fixed_posts_share:
        if pool.posts_may_leave > pool.fixed_posts:
            rule = f"must not be more than the fixed posts of a shift ({pool.fixed_posts})"
            yield Finding((*here, "posts_may_leave"), rule, pool.posts_may_leave, needs=((*here, "fixed_posts"),))
    elif pool.fixed_posts > 0:
        rule = f"must not be given beside a number of fixed posts ({pool.fixed_posts})"
        hint = "take one out; in a file that extends another, 0 takes the other out"
        path = (*here, "fixed_posts_share")
        yield Finding(path, rule, pool.fixed_posts_share, hint, needs=((*here, "fixed_posts"),))


def _teams(scenario: Scenario) -> Iterator[tuple[str, Path]]:
    """Pools that work at sites, with the places that name them."""
    if scenario.sites is None:
        return
    if scenario.sites.team is not None:
        yield scenario.sites.team, ("sites", "team")
    for site_id, site in scenario.sites.candidates.items():
        if site.team is not None:
            yield site.team, ("sites", site_id, "team")


def _known_pool(scenario: Scenario, pool: str, path: Path) -> Iterator[Finding]:
    if pool not in scenario.pools:
        yield Finding(path, "no such pool", pool, nearest(pool, scenario.pools), needs=(("pools", pool),))


def _shift_findings(scenario: Scenario, pool: Pool, around: Path) -> Iterator[Finding]:
    if not pool.shifts:
        if not any(row.pool == around[1] for row in scenario.roster):
            others = [name for name in scenario.pools if name != around[1]]
            rule = "must have at least one shift, or rows in the roster"
            yield Finding(around, rule, hint=nearest(around[1], others), needs=(("roster",),))
        return
    yield from _size_findings(pool, around)
    backwards = False
    for name, shift in pool.shifts.items():
        if shift.from_day and shift.to_day and shift.to_day < shift.from_day:
            backwards = True
            yield Finding((*around, name, "to_day"), f"must not be before from_day ({shift.from_day})", shift.to_day)
        if shift.start == 1440:
            yield Finding((*around, name, "start"), "must be before 24:00", "24:00", 'write "00:00" of the next day')
    for (name, a), (other, b) in combinations(pool.shifts.items(), 2):
        day = _overlap(a, b, scenario)
        if day is not None:
            rule = f'overlaps shift "{name}" on {day}; shifts of one pool must not overlap'
            yield Finding((*around, other), rule, needs=((*around, name), *DAYS_OF_CASE))
    if not backwards:
        yield from _share_findings(scenario, pool, around)


def _size_findings(pool: Pool, around: Path) -> Iterator[Finding]:
    """All shifts of a pool have a share of its headcount, or all a headcount of their own."""
    by_share, by_number = (
        [name for name, shift in pool.shifts.items() if getattr(shift, key) is not None]
        for key in ("share", "headcount")
    )
    for name in pool.shifts:
        if name not in by_share and name not in by_number:
            yield Finding((*around, name, "share"), "must be given, or a headcount of this shift")
        elif name in by_share and name in by_number:
            rule = "must not be given beside a share"
            yield Finding((*around, name, "headcount"), rule, pool.shifts[name].headcount, hint="take one out")
    path = (*around[:-1], "headcount")
    if by_share and by_number:
        if not set(by_share) & set(by_number):  # else told of the shift that has both
            rule = f'shift "{by_share[0]}" has a share and shift "{by_number[0]}" a headcount: all must have the same'
            yield Finding(around, rule)
    elif by_number and "headcount" in pool.model_fields_set:
        yield Finding(
            path, "must not be given: the shifts have headcounts of their own", pool.headcount, needs=(around,)
        )
    elif not by_number and "headcount" not in pool.model_fields_set:
        yield Finding(path, "must be given", needs=(around[:-1],))


def _span(shift: Shift, scenario: Scenario) -> tuple[int, int]:
    """First and last day on which a shift begins, as ordinals, cut to the window."""
    start = max(shift.from_day or scenario.first_day, scenario.first_day)
    end = min(shift.to_day or scenario.last_day, scenario.last_day)
    return start.toordinal(), end.toordinal()


def _overlap(a: Shift, b: Shift, scenario: Scenario) -> dt.date | None:
    """First day on which two shifts are on at once; a shift may reach into the next day."""
    (a_first, a_last), (b_first, b_last) = _span(a, scenario), _span(b, scenario)
    for offset in (-1, 0, 1):  # days from the start of a to the start of b
        first = max(a_first, b_first - offset)
        if first > min(a_last, b_last - offset):
            continue
        b_start = b.start + 1440 * offset
        if a.start < b_start + b.hours * 60 and b_start < a.start + a.hours * 60:
            day = first + (max(a.start, b_start) >= 1440)
            return dt.date.fromordinal(min(day, dt.date.max.toordinal()))
    return None


def _share_findings(scenario: Scenario, pool: Pool, around: Path) -> Iterator[Finding]:
    """The shares of each date sum to 1; tested where the set of shifts changes."""
    first, last = scenario.first_day.toordinal(), scenario.last_day.toordinal()
    spans = {name: _span(shift, scenario) for name, shift in pool.shifts.items()}
    longer = [name for name, shift in pool.shifts.items() if shift.hours > 24]
    if longer:
        begin, end = spans[longer[0]]
        if begin != end or len(spans) > 1:
            rule = "longer than 24 hours: it must begin on one day only (to_day) and be the pool's only shift"
            yield Finding((*around, longer[0], "hours"), rule)
        return
    changes = sorted({first, *(s for s, _ in spans.values()), *(e + 1 for _, e in spans.values())})
    reported: set[float] = set()
    for day in changes if all(shift.share is not None for shift in pool.shifts.values()) else ():
        total = math.fsum(pool.shifts[name].share or 0.0 for name, (s, e) in spans.items() if s <= day <= e)
        if first <= day <= last and abs(total - 1) > 1e-6 and round(total, 9) not in reported:
            reported.add(round(total, 9))
            rule = f"the shares of the shifts of {dt.date.fromordinal(day)} sum to {total:g}; they must sum to 1"
            yield Finding(around, rule, needs=DAYS_OF_CASE)
    if all(shift.to_day and shift.to_day <= scenario.last_day for shift in pool.shifts.values()):
        rule = "nobody is on duty after the last day, when the last guests are released"
        yield Finding(around, rule, needs=DAYS_OF_CASE, warning=True)


def coach_findings(scenario: Scenario) -> Iterator[Finding]:
    """Every port that places people has coaches, and escorts who can go with them."""
    for port_id, port in scenario.ports.items():
        here = ("ports", port_id, "coaches")
        if scenario.coaches is None:
            if port.coaches is not None:
                yield Finding(here, "has no effect: there is no [coaches] table", port.coaches, warning=True)
        elif port.coaches is None and port.not_diverted_share < 1:
            yield Finding(here, "must be given, because there is a [coaches] table", needs=(("coaches",),))
        elif port.coaches == 0 and port.not_diverted_share < 1:
            yield Finding(here, "must be at least 1, because there is a [coaches] table", 0, needs=(("coaches",),))
    if scenario.coaches is not None and scenario.coaches.escorts > 0:
        yield from _escort_warnings(scenario, scenario.coaches.escorts)


def _escort_warnings(scenario: Scenario, escorts: int) -> Iterator[Finding]:
    here = ("coaches", "escorts")
    for port_id, port in scenario.ports.items():
        if port.pool is None:
            rule = f'port "{port_id}" has no pool: no escorts are needed there'
            yield Finding(here, rule, escorts, warning=True, kind="escorts")
