"""Sections of a run: sites with their dates, rooms by day, staff, waits, risk at release, cost."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sim.commands.brief import charts
from sim.commands.brief.blocks import (
    Cell,
    Chart,
    Section,
    Table,
    Words,
    band_cell,
    band_of_days,
    bare_cell,
    day_cell,
    day_of,
    estimate,
    filled,
    label_with_unit,
    mean_cell,
    number_cell,
    sentences,
    share_cell,
)
from sim.commands.brief.folders import Cited, Results, Rows
from sim.measures.registry import REGISTRY, place_words
from sim.words.language import _
from sim.words.say import SHARE_UNIT, clock, stated

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

SELDOM = 0.5
"""Sites that open in a smaller share of the replications are drawn pale."""


def sections(results: Results, scenario: Scenario) -> Iterator[Section]:
    """Those of which the run has numbers, in the order of a meeting."""
    for made in (sites, rooms, staff, waits, risk, cost):
        section = made(results, scenario)
        if section is not None:
            yield section


# sites


def sites(results: Results, scenario: Scenario) -> Section | None:
    """Which site opens and closes when, by name."""
    rows = results.rows("sites.csv")
    if rows is None or scenario.sites is None:
        return None
    used = [row for row in rows if rows.number(row, "opened_share") > 0]
    used.sort(key=lambda row: (rows.text(row, "opened_p50"), row))
    left = len(rows) - len(used)
    note = filled(_("{n} more sites of the list opened in no replication."), n=left) if left else ""
    notes = [_("Dates are medians; in brackets the dates between which 9 of 10 replications lie.")]
    notes.append(_("Guests: median of the replications in which the site opened."))
    notes += [_ladder_note(scenario)] if results.rows("ladder.csv") is not None else []
    blocks = (
        *_gantt(rows, used, scenario),
        _site_table(results, rows, used, scenario, sentences([*notes, note])),
    )
    return Section("sites", _("Which site opens and closes when"), blocks)


def _ladder_note(scenario: Scenario) -> str:
    """What dates of preparation promise."""
    return _(
        "Begin preparing by: sites begun on these dates, {hours} hours before they are needed, are early enough "
        "together in 95 of 100 replications; a dash: not needed for that."
    ).format(hours=stated(scenario.sites.lead_hours) if scenario.sites else "–")


def _site_table(results: Results, rows: Rows, used: Sequence[int], scenario: Scenario, note: Any) -> Table:
    ladder = results.rows("ladder.csv")
    head = [_("Site"), _("Rooms"), _("Opens"), _("Closes"), _("Guests"), _("Opened in")]
    if ladder is not None:
        head.insert(2, _("Begin preparing by"))
    table = []
    for row in used:
        site = rows.text(row, "site")
        cells: list[Cell] = [
            place_words(scenario, site),
            number_cell(rows, row, "rooms_p50"),
            band_of_days(rows, row, "opened", scenario),
            _closing(rows, row, scenario),
            number_cell(rows, row, "guests_p50"),
            share_cell(rows, row, "opened_share"),
        ]
        if ladder is not None:
            cells.insert(2, _begin(ladder, site, scenario))
        table.append(tuple(cells))
    numbers = frozenset(i for i, name in enumerate(head) if name in (_("Rooms"), _("Guests"), _("Opened in")))
    return Table(_("Sites in the order of opening"), tuple(head), tuple(table), numbers, note)


def _begin(ladder: Rows, site: str, scenario: Scenario) -> Cited:
    """When its preparation must begin; a site with a date of its own needs none."""
    at = ladder.find(site=site)
    if at is None:
        return Cited("–")
    if ladder.text(at, "opens"):
        return Cited(_("opens by date"))
    return day_cell(ladder, at, "begin_preparing_by", scenario)


def _closing(rows: Rows, row: int, scenario: Scenario) -> Cited:
    days = band_of_days(rows, row, "closed", scenario)
    return days if days.source else Cited(_("still open at the end"))


def _gantt(rows: Rows, used: Sequence[int], scenario: Scenario) -> Iterator[Chart]:
    bars = []
    for row in used:
        opened, closed = (day_of(rows, row, f"{what}_p50") for what in ("opened", "closed"))
        if opened is None:
            continue
        ends = [[day_of(rows, row, f"{what}_{end}") for end in ("p5", "p95")] for what in ("opened", "closed")]
        whiskers = tuple((a.toordinal(), b.toordinal() + 1) for a, b in ends if a and b and a != b)
        css = "c1" if rows.number(row, "opened_share") >= SELDOM else "c1 faint"
        end = closed.toordinal() + 1 if closed else math.inf
        bars.append(charts.Bar(place_words(scenario, rows.text(row, "site")), css, opened.toordinal(), end, whiskers))
    if bars:
        whiskers_end = [high for bar in bars for _low, high in bar.whiskers]
        there = [end for end in (*whiskers_end, *(bar.end for bar in bars)) if math.isfinite(end)]
        last_day = dt.date.fromordinal(int(max([*there, scenario.last_day.toordinal() + 1.0])))
        bars = [replace(bar, end=min(bar.end, last_day.toordinal() + 1)) for bar in bars]
        name = _(
            "Sites from opening to closing; thin lines: 9 of 10 replications; pale: opened in under half of them; bars "
            "to the edge: still open at the end"
        )
        yield charts.both(
            name,
            lambda width: charts.bars(width, lambda most: charts.day_scale(scenario.first_day, last_day, most), bars),
        )


# rooms


def rooms(results: Results, scenario: Scenario) -> Section | None:
    """Rooms needed and open by day."""
    rows = results.rows("rooms_by_day.csv")
    if rows is None:
        return None
    days = [day_of(rows, row, "day") or scenario.first_day for row in rows]
    lines = []
    names = (_("needed, median"), _("enough with 90 %"), _("enough with 95 %"), _("rooms of open sites, median"))
    columns = ("rooms_needed_p50", "rooms_needed_p90", "rooms_needed_p95", "rooms_open_p50")
    for label, column, css in zip(names, columns, ("c1", "c3", "c4", "c2"), strict=True):
        values = [rows.number(row, column) for row in rows]
        if any(value == value for value in values):  # noqa: PLR0124  not all are missing
            lines.append((label, column, css, values))
    if not lines:
        return None
    drawn = [charts.Curve(label, css, values, stepped=True) for label, _column, css, values in lines]
    at = [day.toordinal() for day in days]
    table = tuple(
        (day_cell(rows, row, "day", scenario), *(number_cell(rows, row, column) for _label, column, *_rest in lines))
        for row in rows
    )
    head = (_("Day"), *(label for label, *_rest in lines))
    note = _(
        "Needed: at the fullest moment of the day, if there were always enough. Rooms that air or are cleaned come "
        "on top."
    )
    chart = charts.both(
        _("Rooms by day"),
        lambda width: charts.curves(
            width, lambda most: charts.day_scale(days[0], days[-1], most), at, drawn, _("rooms")
        ),
        Table(_("Rooms by day"), head, table, frozenset(range(1, len(head)))),
        note,
    )  # fmt: skip
    return Section("rooms", _("Rooms by day"), (chart,))


# waits


OF_WAITS = ("wait_registration", "wait_room", "wait_coach", "handover_to_coach")


def waits(results: Results, scenario: Scenario) -> Section | None:
    """Waits at each point, with the limit."""
    limit = scenario.limits.handover_to_coach_minutes
    table = []
    for port in sorted(scenario.ports):
        for wait in OF_WAITS:
            mean, p95, most = (estimate(results, f"{wait}_{part}", port) for part in ("mean", "p95", "max"))
            if mean is not None:
                name = REGISTRY[f"{wait}_mean"].label.replace("，", ",").partition(",")[0]
                longest = Cited("–") if most is None else most.with_unit()
                cells = (mean_cell(mean), mean_cell(p95), band_cell(p95), longest)
                table.append((place_words(scenario, port), name, *cells))
    if not table:
        return None
    head = (_("Point"), _("Wait"), _("Mean"), _("95 % within"), _("9 of 10 replications"), _("Longest"))
    by_point = Table(_("Waits by point"), head, tuple(table), frozenset({2, 3, 4, 5}))
    kept = Words(tuple(_kept(results, scenario, limit)), listed=True)
    return Section("waits", _("Waits at the points"), (kept, *_gone(results, scenario, limit), by_point))


def _kept(results: Results, scenario: Scenario, limit: float) -> Iterator[Any]:
    for port in sorted(scenario.ports):
        share = estimate(results, "within_limit_share", port)
        if share is not None:
            words = _("{port}: {share} of people have left within the limit of {limit} minutes")
            cited = results.fact(stated(limit), "scenario", "limits", "handover_to_coach_minutes")
            yield filled(words, port=place_words(scenario, port), share=share.mean_cited(), limit=cited)


def _gone(results: Results, scenario: Scenario, limit: float) -> Iterator[Chart]:
    """The share of people gone by minutes since hand-over."""
    rows = results.rows("profiles.csv")
    if rows is None:
        return
    by_port = [(port, rows.where(quantity="gone_share", place=port)) for port in sorted(scenario.ports)]
    by_port = [(port, found) for port, found in by_port if found]
    if not by_port:
        return
    at = [rows.number(row, "position") for row in by_port[0][1]]
    drawn = [
        charts.Curve(place_words(scenario, port), f"c{number_ + 1}", [100 * rows.number(row, "mean") for row in found],
                     [100 * rows.number(row, "p5") for row in found], [100 * rows.number(row, "p95") for row in found])
        for number_, (port, found) in enumerate(by_port[:4])
    ]  # fmt: skip

    def draw(width: float) -> charts.Canvas:
        canvas = charts.curves(width, lambda most: _minutes(at[-1], most), at, drawn, _("% of people gone"))
        return charts.with_rule(canvas, limit, _("limit: {limit} min").format(limit=stated(limit))) if limit else canvas

    shown = [place for place in range(len(at)) if place % max(len(at) // 24, 1) == 0]
    cells = tuple(
        (
            number_cell(rows, by_port[0][1][i], "position"),
            *(share_cell(rows, found[i], "mean") for _port, found in by_port),
        )
        for i in shown
    )
    head = (_("Minutes"), *(place_words(scenario, port) for port, _found in by_port))
    table = Table(_("Share of people gone by minutes since hand-over"), head, cells, frozenset(range(len(head))))
    yield charts.both(_("People gone by minutes since hand-over; bands: 9 of 10 replications"), draw, table)


def _minutes(last: float, most: int) -> charts.Scale:
    scale = charts.number_scale([last], most)
    return charts.Scale(0, last, tuple(tick for tick in scale.ticks if tick[0] <= last))


# risk and cost


def _measure_table(name: str, results: Results, places: Sequence[tuple[str, str, str]]) -> Table | None:
    """Rows of (label, measure, place) that have a value."""
    table = []
    for label, measure, place in places:
        found = estimate(results, measure, place)
        if found is not None:
            unit = found.scale[1]
            what = label if unit == SHARE_UNIT else _("{label} ({unit})").format(label=label, unit=unit)
            table.append((what, bare_cell(found), band_cell(found)))
    head = (_("Measure"), _("Mean, with its 95 % interval"), _("9 of 10 replications"))
    return Table(name, head, tuple(table), frozenset({1, 2})) if table else None


RISKS = ("detected", "found_by_symptoms_on_arrival", "found_by_arrival_test", "detection_day_mean",
         "detected_after_release", "released_infectious", "onward_infections_after_release",
         "onward_infections_per_infected", "hospital_beds_max", "isolated_after_hospital_max", "followed_up_max",
         "contacts_per_day_max")  # fmt: skip


def risk(results: Results, scenario: Scenario) -> Section | None:  # noqa: ARG001  as all sections
    """Who is found infected, and who leaves infectious."""
    labels = [(REGISTRY[measure].label, measure, "all") for measure in RISKS if measure in REGISTRY]
    table = _measure_table(_("Infections found, and those who leave while infectious"), results, labels)
    return Section("risk", _("Risk at release"), (table,)) if table else None


def cost(results: Results, scenario: Scenario) -> Section | None:  # noqa: ARG001  as all sections
    """The parts of the cost, the largest first."""
    parts = ["cost_rooms", "cost_staff", "cost_coaches", "cost_tests"]
    found = {name: value for name in parts if (value := estimate(results, name)) is not None}
    ordered = [*sorted(found, key=lambda name: -found[name].mean), "cost_total"]
    table = _measure_table(_("Cost by part"), results, [(REGISTRY[name].label, name, "all") for name in ordered])
    return Section("cost", _("Cost"), (table,)) if table else None


# staff

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
    found = {(shift.start, float(shift.hours)) for shift in table.shifts.values()}
    found |= {(row.start, float(row.hours)) for row in scenario.roster if row.pool == pool}
    return sorted(found)
