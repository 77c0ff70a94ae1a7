"""Staff of a run by pool and shift, against the load of the hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sim.commands.brief import charts
from sim.commands.brief.blocks import Cell, Chart, Section, Table, filled
from sim.commands.brief.estimates import bare_cell, estimate, label_with_unit, number_cell
from sim.commands.brief.folders import Results, Rows
from sim.measures.names import place_words
from sim.words.language import _
from sim.words.say import clock

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

OF_POOLS = ("staff_on_duty_mean", "staff_on_duty_max", "staff_needed_mean", "staff_needed_max", "utilisation",
            "posts_empty", "overtime_hours")  # fmt: skip


def pools_in_use(scenario: Scenario) -> list[str]:
    """Pools of the points, then those that sites have copies of."""
    found = [port.pool for _name, port in sorted(scenario.ports.items()) if port.pool]
    if scenario.sites is not None:
        found += [team for team in (scenario.sites.team, *(s.team for s in scenario.sites.candidates.values())) if team]
    return list(dict.fromkeys(found))


def staff(results: Results, scenario: Scenario) -> Section | None:
    """Staff on duty and needed by pool; by hour and shift where the run has its profiles."""
    pools = pools_in_use(scenario)
    table = []
    measures = [m for m in OF_POOLS if any(estimate(results, m, pool) is not None for pool in pools)]
    for pool in pools:
        cells = [bare_cell(estimate(results, measure, pool)) for measure in measures]
        if any(cell.source for cell in cells):
            table.append((place_words(scenario, pool), *cells))
    blocks: list[Any] = []
    rows = results.rows("profiles.csv")
    if rows is not None:
        blocks += [chart for pool in pools for chart in _by_hour(rows, pool, scenario)]
        shifts = [row for pool in pools for row in _by_shift(rows, pool, scenario)]
        if shifts:
            columns = (_("Pool"), _("Shift"), _("There for tasks, at its busiest hour"), _("In tasks, busiest hour"),
                    _("In tasks, busiest day at that hour"))  # fmt: skip
            note = _("People on average over the days of each replication; shifts of some days only have rows too.")
            blocks.append(
                Table(_("Staff by shift against the load"), columns, tuple(shifts), frozenset({2, 3, 4}), note)
            )
    if table:
        head = (_("Pool"), *(label_with_unit(measure) for measure in measures))
        note = _("Teams of sites count together in pictures; in this table a pool has a row where it works at a point.")
        numbers = frozenset(range(1, len(head)))
        blocks.append(Table(_("Staff by pool"), head, tuple(table), numbers, note if len(table) < len(pools) else ""))
    return Section("staff", _("Staff by pool and shift"), tuple(blocks)) if blocks else None


def _hours(rows: Rows, quantity: str, pool: str) -> list[int]:
    """Rows of a profile by hour of the day, from 0 on."""
    found = rows.where(quantity=quantity, place=pool)
    return sorted(found, key=lambda row: rows.number(row, "position"))


def _by_hour(rows: Rows, pool: str, scenario: Scenario) -> Iterator[Chart]:
    lines = (
        ("staff_for_tasks", _("there for tasks"), "c2", True),
        ("staff_busy", _("in tasks; band: 9 of 10 replications"), "c1", False),
        ("staff_busy_most", _("in tasks, busiest day at each hour"), "c4", False),
    )
    found = [(label, css, stepped, _hours(rows, quantity, pool)) for quantity, label, css, stepped in lines]
    found = [line for line in found if line[3]]
    if not found or not any(rows.number(row, "mean") > 0 for *_about, where in found for row in where):
        return
    at = [rows.number(row, "position") for row in found[0][3]]
    drawn = [
        charts.Curve(
            label, css, [rows.number(row, "mean") for row in where],
            [rows.number(row, "p5") for row in where] if css == "c1" else (),
            [rows.number(row, "p95") for row in where] if css == "c1" else (), stepped=True,
        )
        for label, css, _stepped, where in found
    ]  # fmt: skip
    name = _("{pool}: staff by hour of the day").format(pool=place_words(scenario, pool))
    hours = [(clock(60 * hour), *(number_cell(rows, where[i], "mean") for *_about, where in found))
             for i, hour in enumerate(at)]  # fmt: skip
    head = (_("Hour"), *(label for label, *_rest in found))
    table = Table(name, head, tuple(hours), frozenset(range(1, len(head))))
    yield charts.both(name, lambda width: charts.curves(width, charts.hour_scale, at, drawn, _("people")), table)


def _by_shift(rows: Rows, pool: str, scenario: Scenario) -> Iterator[tuple[Cell, ...]]:
    """Each shift of a pool at the hour of the clock at which most are in tasks."""
    busy, there = _hours(rows, "staff_busy", pool), _hours(rows, "staff_for_tasks", pool)
    most = _hours(rows, "staff_busy_most", pool)
    if len(busy) != 24 or len(there) != 24:
        return
    for start, hours in _shifts(scenario, pool):
        inside = [(start // 60 + i) % 24 for i in range(max(round(hours), 1))]
        top = max(inside, key=lambda hour: rows.number(busy[hour], "mean"))
        words = _("{begin} to {end}; busiest {hour}")
        end = (start + round(60 * hours)) % 1440
        shift = filled(words, begin=clock(start), end=clock(end or 1440), hour=clock(60 * top))
        cells = [number_cell(rows, found[top], "mean") for found in (there, busy) if found]
        yield (place_words(scenario, pool), shift, *cells, number_cell(rows, most[top], "mean") if most else "–")


def _shifts(scenario: Scenario, pool: str) -> list[tuple[int, float]]:
    """Start in minutes and length in hours of each kind of shift, in order of the clock; those of many days once."""
    table = scenario.pools[pool]
    found = {(_minutes(shift.start), float(shift.hours)) for shift in table.shifts.values()}
    found |= {(_minutes(row.start), float(row.hours)) for row in scenario.roster if row.pool == pool}
    return sorted(found)


def _minutes(start: Any) -> int:
    """Minutes since midnight of a clock time."""
    if isinstance(start, int):
        return start
    hour, minute = str(start).split(":")[:2]
    return 60 * int(hour) + int(minute)
