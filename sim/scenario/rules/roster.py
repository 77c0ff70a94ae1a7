"""Rules for rosters by date: rows of one pool do not overlap, and every day has its people."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from sim.scenario.faults import nearest
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.rules.findings import Finding
from sim.scenario.tables.resilience import WEEKDAYS, RosterRow
from sim.scenario.tables.schema import Pool, Scenario

FOLLOWED_DAYS = 60
"""Days after the last day in which placed parties are followed until release (model.md, Clock and window)."""

NumberedRow = tuple[int, RosterRow]
"""Number of a row in the roster, from 1, and the row."""


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
            yield from _pool_findings(name, pool, rows, scenario)
    yield from _dates_outside(scenario)


def _pool_findings(name: str, pool: Pool, rows: list[NumberedRow], scenario: Scenario) -> Iterator[Finding]:
    if pool.shifts:
        rule = f"must not be given: the roster has rows of this pool (the first is row {rows[0][0]} of the roster)"
        yield Finding(("pools", name, "shifts"), rule, hint="take out the shifts, or the rows", needs=(("roster",),))
        return
    if pool.headcount:
        rule = "has no effect: the roster says who is on duty"
        yield Finding(("pools", name, "headcount"), rule, pool.headcount, needs=(("roster",),), warning=True)
    days = _days(rows, scenario)
    yield from _overlaps(days)
    yield from _empty_days(name, days, scenario)


def _days(rows: list[NumberedRow], scenario: Scenario) -> dict[dt.date, list[NumberedRow]]:
    """Rows that hold on each day from the eve of the window to the hard stop, in order of time."""
    by_date: dict[dt.date | str, list[NumberedRow]] = defaultdict(list)
    for number, row in sorted(rows, key=lambda entry: (entry[1].start, entry[0])):
        by_date[row.date].append((number, row))
    length = (scenario.last_day - scenario.first_day).days
    reach = range(-1, length + FOLLOWED_DAYS + 1) if 0 <= length <= 4_000 else range(0)
    days = (scenario.first_day + dt.timedelta(days=offset) for offset in reach)
    return {day: by_date.get(day) or by_date.get(WEEKDAYS[day.weekday()], []) for day in days}


def _overlaps(days: dict[dt.date, list[NumberedRow]]) -> Iterator[Finding]:
    """Each pair of rows that is on duty at once, told on its first day; a shift may reach into the next day."""
    told: set[tuple[int, int]] = set()
    ends, last = 0.0, 0
    for day, rows in days.items():
        for number, row in rows:
            begins = day.toordinal() * 1440 + row.start
            if begins < ends and (last, number) not in told:
                told.add((last, number))
                rule = f"overlaps row {last} of the roster on {day}; shifts of one pool must not overlap"
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
        rule = f"nobody is on duty on {_counted(inside)}: the roster has no row for them, or nobody in it"
        yield Finding(("pools", name), rule, needs=needs, warning=True, kind="empty days")
    if after:
        rule = f"nobody is on duty on {_counted(after)} after the last day, when the last guests are released"
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
        rows = f" ({len(outside)} rows do)" if len(outside) > 1 else ""
        rule = f"lies outside first_day to last_day and the {FOLLOWED_DAYS} days after it{rows}: it has no effect"
        needs = (("roster",), *DAYS_OF_CASE)
        yield Finding(("roster", str(number), "date"), rule, day, needs=needs, warning=True)


def after_days(scenario: Scenario) -> dt.date:
    """The last day on which anybody can still be in a site: the hard stop."""
    ordinal = min(scenario.last_day.toordinal() + FOLLOWED_DAYS, dt.date.max.toordinal())
    return dt.date.fromordinal(ordinal)


def _counted(days: list[dt.date]) -> str:
    return str(days[0]) if len(days) == 1 else f"{len(days)} days (the first: {days[0]})"


__all__ = ["FOLLOWED_DAYS", "after_days", "roster_findings"]
