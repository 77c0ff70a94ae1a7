"""Rules for staff: pools and their shifts, rosters by date, the reserve brigade, and coaches with their escorts."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from sim.scenario.faults import Finding, Path, nearest
from sim.scenario.places import COACHES, FreeNumber, free_number_of
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staff import WEEKDAYS, Brigade, Pool, RosterRow, Shift, Staffing
from sim.scenario.tables.types import FOLLOWED_DAYS
from sim.words.language import said

NumberedRow = tuple[int, RosterRow]
"""Number of a row in the roster, from 1, and the row."""


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
            rule = said(
                'is the pool of port "{at_ports}" too: a pool works at ports or at sites', at_ports=at_ports[team][1]
            )
            yield Finding(here, rule, team, needs=(at_ports[team],))
        used_by.setdefault(team, here)
    for pool_id, pool in scenario.pools.items():
        here = ("pools", pool_id)
        if pool_id not in used_by:
            yield Finding(here, "is not used: no port and no site names it", warning=True)
        elif pool.headcount == 0 and pool.shifts and "headcount" in pool.model_fields_set:
            rule = said("nobody is on duty: what this pool serves waits for ever")
            yield Finding((*here, "headcount"), rule, 0, warning=True)
        elif pool.headcount_factor == 0:
            rule = said("nobody is on duty: what this pool serves waits for ever")
            yield Finding((*here, "headcount_factor"), rule, 0, warning=True)
        yield from _post_findings(pool, here)
        yield from _shift_findings(scenario, pool, (*here, "shifts"))


def _post_findings(pool: Pool, here: Path) -> Iterator[Finding]:
    """Posts are a number or a share, and no more of them may leave than there are."""
    if not pool.fixed_posts_share:
        if pool.posts_may_leave > pool.fixed_posts:
            rule = said(
                "must not be more than the fixed posts of a shift ({fixed_posts})", fixed_posts=pool.fixed_posts
            )
            yield Finding((*here, "posts_may_leave"), rule, pool.posts_may_leave, needs=((*here, "fixed_posts"),))
    elif pool.fixed_posts > 0:
        rule = said("must not be given beside a number of fixed posts ({fixed_posts})", fixed_posts=pool.fixed_posts)
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
            yield Finding(
                (*around, name, "to_day"),
                said("must not be before from_day ({from_day})", from_day=shift.from_day),
                shift.to_day,
            )
        if shift.start == 1440:
            yield Finding((*around, name, "start"), "must be before 24:00", "24:00", 'write "00:00" of the next day')
    for (name, a), (other, b) in combinations(pool.shifts.items(), 2):
        day = _overlap(a, b, scenario)
        if day is not None:
            rule = said('overlaps shift "{name}" on {day}; shifts of one pool must not overlap', name=name, day=day)
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
        if not set(by_share) & set(by_number):  # else reported of the shift that has both
            rule = said(
                'shift "{by_share}" has a share and shift "{by_number}" a headcount: all must have the same',
                by_share=by_share[0],
                by_number=by_number[0],
            )
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
        shift = pool.shifts[longer[0]]
        begin = max(first - 1, shift.from_day.toordinal() if shift.from_day else 0)  # one of the eve is on, too
        if shift.to_day is None or begin != shift.to_day.toordinal() or len(spans) > 1:
            rule = "longer than 24 hours: it must begin on one day only (from_day, to_day) and be the pool's only shift"
            yield Finding((*around, longer[0], "hours"), rule)
        return
    changes = sorted({first, *(s for s, _ in spans.values()), *(e + 1 for _, e in spans.values())})
    reported: set[float] = set()
    for day in changes if all(shift.share is not None for shift in pool.shifts.values()) else ():
        total = math.fsum(pool.shifts[name].share or 0.0 for name, (s, e) in spans.items() if s <= day <= e)
        if first <= day <= last and abs(total - 1) > 1e-6 and round(total, 9) not in reported:
            reported.add(round(total, 9))
            rule = said(
                "the shares of the shifts of {day} sum to {total:g}; they must sum to 1",
                day=dt.date.fromordinal(day),
                total=total,
            )
            yield Finding(around, rule, needs=DAYS_OF_CASE)
    if all(shift.to_day and shift.to_day <= scenario.last_day for shift in pool.shifts.values()):
        rule = "nobody is on duty after the last day, when the last guests are released"
        yield Finding(around, rule, needs=DAYS_OF_CASE, warning=True)


# rosters by date


def roster_findings(scenario: Scenario) -> Iterator[Finding]:
    """Rows name pools, begin inside a day, lie in time, and stand in place of shifts."""
    by_pool: dict[str, list[NumberedRow]] = defaultdict(list)
    for number, row in enumerate(scenario.roster, start=1):
        by_pool[row.pool].append((number, row))
        here = ("roster", str(number))
        if row.start == 1440:
            yield Finding((*here, "start"), "must be before 24:00", "24:00", 'write "00:00" of the next day')
        if row.pool not in scenario.pools:
            path = (*here, "pool")
            yield Finding(path, "no such pool", row.pool, nearest(row.pool, scenario.pools), (("pools", row.pool),))
    for name, rows in by_pool.items():
        pool = scenario.pools.get(name)
        if pool is not None:
            yield from _rostered_pool(name, pool, rows, scenario)
    yield from _dates_outside(scenario)


def _rostered_pool(name: str, pool: Pool, rows: list[NumberedRow], scenario: Scenario) -> Iterator[Finding]:
    if pool.shifts:
        rule = said(
            "must not be given: the roster has rows of this pool (the first is row {rows} of the roster)",
            rows=rows[0][0],
        )
        yield Finding(("pools", name, "shifts"), rule, hint="take out the shifts, or the rows", needs=(("roster",),))
        return
    if pool.headcount:
        rule = said("has no effect: the roster says who is on duty")
        yield Finding(("pools", name, "headcount"), rule, pool.headcount, needs=(("roster",),), warning=True)
    days = _rows_by_day(rows, scenario)
    yield from _rows_overlap(days)
    yield from _empty_days(name, days, scenario)


def _rows_by_day(rows: list[NumberedRow], scenario: Scenario) -> dict[dt.date, list[NumberedRow]]:
    """Rows that hold on each day from the eve of the window to the hard stop, in order of time."""
    by_date: dict[dt.date | str, list[NumberedRow]] = defaultdict(list)
    for number, row in sorted(rows, key=lambda entry: (entry[1].start, entry[0])):
        by_date[row.date].append((number, row))
    length = (scenario.last_day - scenario.first_day).days
    reach = range(-1, length + FOLLOWED_DAYS + 1) if 0 <= length <= 4_000 else range(0)
    days = (scenario.first_day + dt.timedelta(days=offset) for offset in reach)
    return {day: by_date.get(day) or by_date.get(WEEKDAYS[day.weekday()], []) for day in days}


def _rows_overlap(days: dict[dt.date, list[NumberedRow]]) -> Iterator[Finding]:
    """Each pair of rows that is on duty at once, reported on its first day; a shift may reach into the next day."""
    reported: set[tuple[int, int]] = set()
    ends, last = 0.0, 0
    for day, rows in days.items():
        for number, row in rows:
            begins = day.toordinal() * 1440 + row.start
            if begins < ends and (last, number) not in reported:
                reported.add((last, number))
                rule = said(
                    "overlaps row {last} of the roster on {day}; shifts of one pool must not overlap",
                    last=last,
                    day=day,
                )
                needs = (("roster", str(last)), *DAYS_OF_CASE)
                yield Finding(("roster", str(number)), rule, needs=needs)
            if begins + row.hours * 60 > ends:
                ends, last = begins + row.hours * 60, number


def _empty_days(name: str, days: dict[dt.date, list[NumberedRow]], scenario: Scenario) -> Iterator[Finding]:
    empty = [day for day, rows in days.items() if not sum(row.headcount for _, row in rows)]
    inside = [day for day in empty if scenario.first_day <= day <= scenario.last_day]
    after = [day for day in empty if day > scenario.last_day]
    needs = (("roster",), *DAYS_OF_CASE)
    if inside:
        rule = said(
            "nobody is on duty on {inside}: the roster has no row for them, or nobody in it", inside=_counted(inside)
        )
        yield Finding(("pools", name), rule, needs=needs, warning=True, kind="empty days")
    if after:
        rule = said(
            "nobody is on duty on {after} after the last day, when the last guests are released", after=_counted(after)
        )
        yield Finding(("pools", name), rule, needs=needs, warning=True, kind="empty days after")


def _dates_outside(scenario: Scenario) -> Iterator[Finding]:
    first = scenario.first_day - dt.timedelta(days=1) if scenario.first_day > dt.date.min else scenario.first_day
    outside = [
        (number, row.date)
        for number, row in enumerate(scenario.roster, start=1)
        if isinstance(row.date, dt.date) and not (first <= row.date <= after_days(scenario))
    ]
    if outside:
        number, day = outside[0]
        rows = said(" ({n} rows do)", n=len(outside)) if len(outside) > 1 else ""
        rule = said(
            "lies outside first_day to last_day and the {followed_days} days after it{rows}: it has no effect",
            followed_days=FOLLOWED_DAYS,
            rows=rows,
        )
        needs = (("roster",), *DAYS_OF_CASE)
        yield Finding(("roster", str(number), "date"), rule, day, needs=needs, warning=True)


def _counted(days: list[dt.date]) -> str:
    return str(days[0]) if len(days) == 1 else said("{n} days (the first: {days})", n=len(days), days=days[0])


def after_days(scenario: Scenario) -> dt.date:
    """The last day on which anybody can still be in a site: the hard stop."""
    ordinal = min(scenario.last_day.toordinal() + FOLLOWED_DAYS, dt.date.max.toordinal())
    return dt.date.fromordinal(ordinal)


# brigade and coaches


def brigade_findings(scenario: Scenario) -> Iterator[Finding]:
    """A team can answer a call, and pools that may call exist."""
    brigade = scenario.brigade
    if brigade is None:
        return
    if brigade.brigade_call > max(brigade.teams):
        rule = said(
            "must be at most {teams}, the people of the largest team: a call is answered by one team",
            teams=max(brigade.teams),
        )
        yield Finding(("brigade", "brigade_call"), rule, brigade.brigade_call, needs=(("brigade", "teams"),))
    yield from _calling_pools(scenario, brigade)


def _calling_pools(scenario: Scenario, brigade: Brigade) -> Iterator[Finding]:
    here = ("brigade", "pools")
    for name in brigade.pools or ():
        if name not in scenario.pools:
            yield Finding(here, "no such pool", name, nearest(name, scenario.pools), (("pools", name),))
    if brigade.pools == ():
        yield Finding(here, "is empty: nobody may call the brigade", [], "leave it out to let all pools call",
                      warning=True)  # fmt: skip


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
            rule = said('port "{port_id}" has no pool: no escorts are needed there', port_id=port_id)
            yield Finding(here, rule, escorts, warning=True, kind="escorts")


def staffing_findings(scenario: Scenario) -> Iterator[Finding]:
    """What is free exists and has bounds in order, phases begin inside the window, targets are there."""
    table = scenario.staffing
    if table is None:
        return
    for name in table.targets:
        if name not in scenario.targets:
            hint = nearest(name, scenario.targets)
            yield Finding(("staffing", "targets"), "no such target", name, hint, (("targets", name),))
    if table.minimise == "cost" and (scenario.costs is None or scenario.costs.staff_day <= 0):
        rule = "needs costs.staff_day"
        yield Finding(("staffing", "minimise"), rule, table.minimise, needs=(("costs",),))
    yield from _phase_findings(scenario, table)
    yield from _free_findings(scenario, table)


def _phase_findings(scenario: Scenario, table: Staffing) -> Iterator[Finding]:
    days = sorted((day, name) for name, day in table.phases.items())
    here = ("staffing", "phases")
    for (day, name), (before, other) in zip(days[1:], days, strict=False):
        if day == before:
            yield Finding((*here, name), said('begins on the same day as phase "{other}"', other=other), day)
    if days and days[0][0] > scenario.first_day:
        rule = said("the first phase must begin by first_day ({first_day})", first_day=scenario.first_day)
        yield Finding((*here, days[0][1]), rule, days[0][0], needs=DAYS_OF_CASE)


def _free_findings(scenario: Scenario, table: Staffing) -> Iterator[Finding]:
    seen: dict[FreeNumber, str] = {}
    for text, (low, high) in table.free.items():
        here = ("staffing", "free", text)
        found = free_number_of(scenario, text)
        if isinstance(found, tuple):
            rule, hint = found
            needs = (("pools",), ("ports",), ("roster",), ("sites",), ("coaches",), ("staffing", "phases"))
            yield Finding(here, rule, hint=hint, needs=needs)
            continue
        if found in seen:
            yield Finding(here, said('means the same as "{other}"', other=seen[found]))
        seen[found] = text
        if low > high:
            yield Finding(here, said("the least must not be more than the most"), [low, high])
        if found.kind == COACHES and low < 1:
            yield Finding(here, said("must be at least 1, because there is a [coaches] table"), [low, high])
