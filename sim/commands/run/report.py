"""The first sheets of results.xlsx, for people who open it: the answer, hotels by name with their dates, rooms by day,
staff by shift and hour, each with a chart of the spreadsheet's own. The tables of the run stand behind them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands.run.headlines import Facts, Summary
from sim.commands.run.screen import TEN_THOUSAND, answer
from sim.keeping.spreadsheet import Chart, Page
from sim.measures.registry import place_words
from sim.runs.job import Job
from sim.runs.replicate import Replicated
from sim.words.language import _, language
from sim.words.say import clock, day_words, fill
from sim.words.screens import SCREEN

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.tables.schema import Scenario

ByHour = Mapping[str, list[float]]
"""24 numbers for each pool."""
_COSTS = ("cost_total", "cost_rooms", "cost_staff", "cost_coaches", "cost_tests")


def pages(job: Job, done: Replicated, dated: Mapping[str, pd.DataFrame]) -> tuple[Page, ...]:
    """The sheets in their order; `dated`: tables by name of what happens when."""
    found = [_answer(job, done)]
    if "sites" in dated:
        found += [_hotels(dated["sites"]), _rooms(job.scenario, done, dated["rooms_by_day"])]
    return (*found, *_staff(job.scenario, done))


def _answer(job: Job, done: Replicated) -> Page:
    scenario = job.scenario
    facts = Facts(done, scenario, Summary(done.summary))
    key = "runs_one" if facts.n == 1 else "runs"
    days = _("{first} to {last}").format(first=_dated(scenario.counted_days[0]), last=_dated(scenario.counted_days[1]))
    head = fill(SCREEN, key, n=facts.n, seed=str(job.seed), engine=done.engine, time="").rstrip(" ,，")
    costs = [(name, facts.summary.get(name, "all")) for name in _COSTS]
    scale, unit = (TEN_THOUSAND, _("10,000 yuan")) if language() == "zh" else (1.0, _("yuan"))
    rows = [
        (_label(name), *(_number(value.mean / scale), _number(value.low / scale), _number(value.high / scale)))
        for name, value in costs
        if value is not None and value.mean
    ]
    heads = (_("Cost"), _("mean, {unit}").format(unit=unit), _("from"), _("to (95 %)"))
    chart = Chart(_("Cost"), unit, (1,), "bar") if rows else None
    return Page(
        _("Answer"), scenario.title, (("", days), ("", head), *answer(facts)), heads if rows else (), rows, chart
    )


def _dated(day: dt.date) -> str:
    return day_words(day, with_year=True)


def _label(measure: str) -> str:
    from sim.measures.registry import REGISTRY  # noqa: PLC0415  heavy at start-up

    return REGISTRY[measure].label


def _number(value: Any) -> float | None:
    """A number of a cell; None where there is none."""
    found = math.nan if value is None else float(value)
    return found if math.isfinite(found) else None


def _hotels(sites: pd.DataFrame) -> Page:
    """A row for each hotel that opens in any replication, in order of the list."""
    heads = (
        _("Hotel"), _("number of rooms"), _("opens in so many replications"), _("opens on (median)"),
        _("at the earliest (5 %)"), _("at the latest (95 %)"), _("closes on (median)"), _("guests (median)"),
    )  # fmt: skip
    rows = [
        (
            row.name, _number(row.rooms_p50), _number(row.opened_share), *map(_day, (row.opened_p50, row.opened_p5)),
            *map(_day, (row.opened_p95, row.closed_p50)), _guests(row.guests_p50),
        )
        for row in _each(sites)
        if row.opened_share > 0
    ]  # fmt: skip
    chart = Chart(_("Guests of each hotel"), _("people"), (7,), "bar")
    note = _("A hotel that is not closed when the run ends has no day of closing.")
    return Page(_("Hotels"), _("Hotels in use"), (("", note),), heads, rows, chart, percents=(2,))


def _day(value: Any) -> dt.date | None:
    """A day of a table, which holds dates or texts."""
    if isinstance(value, str):
        return dt.date.fromisoformat(value[:10]) if value else None
    return value if isinstance(value, dt.date) else None


def _each(table: pd.DataFrame) -> Iterator[Any]:
    return table.itertuples(index=False)


def _guests(value: Any) -> float | None:
    import pandas as pd  # noqa: PLC0415  heavy at start-up

    return None if value is pd.NA else _number(value)


def _rooms(scenario: Scenario, done: Replicated, by_day: pd.DataFrame) -> Page:
    """Rooms taken, needed and open on each day."""
    series = done.series
    taken = series[(series["quantity"] == "rooms_taken") & (series["place"] == "all")]
    most = taken.groupby(taken["time"].astype(str).str[:10])["mean"].max()
    heads = (
        _("Day"), _("taken at the fullest hour, mean"), _("open, median"), _("needed, median"),
        _("enough with 90 %"), _("enough with 95 %"),
    )  # fmt: skip
    rows = [
        (
            _day(row.day), _number(most.get(str(row.day)[:10])), _number(row.rooms_open_p50),
            *(_number(getattr(row, name)) for name in ("rooms_needed_p50", "rooms_needed_p90", "rooms_needed_p95")),
        )
        for row in _each(by_day)
    ]  # fmt: skip
    drawn = tuple(index for index in range(1, len(heads)) if any(row[index] is not None for row in rows))
    note = _("Rooms that are enough with 90 or 95 % take 29 or 59 replications.")
    chart = Chart(_("Rooms by day"), _("rooms"), drawn, "line")
    return Page(_("Rooms by day"), scenario.title, (("", note),), heads, rows, chart)


def _staff(scenario: Scenario, done: Replicated) -> Iterator[Page]:
    """Staff by shift, and by hour of the day with a chart."""
    if done.profiles is None or not len(done.profiles):
        return
    hours = done.profiles[done.profiles["axis"] == "hour of day"]
    by_key = {key: rows.sort_values("position") for key, rows in hours.groupby(["quantity", "place"])}
    pools = [p for p in scenario.pools if ("staff_busy", p) in by_key and ("staff_on_duty", p) in by_key]
    busy = {pool: by_key["staff_busy", pool]["mean"].tolist() for pool in pools}
    on_duty = {pool: by_key["staff_on_duty", pool]["mean"].tolist() for pool in pools}
    pools = [pool for pool in pools if len(busy[pool]) == len(on_duty[pool]) == 24]
    if pools:
        yield _by_shift(scenario, pools, on_duty, busy)
        yield _by_hour(scenario, pools, on_duty, busy)


def _by_shift(scenario: Scenario, pools: Sequence[str], on_duty: ByHour, busy: ByHour) -> Page:
    heads = (
        _("Pool"), _("Shift"), _("on duty, mean"), _("in tasks, busiest hour"), _("busiest hour"), _("share in tasks"),
    )  # fmt: skip
    rows = [row for pool in pools for row in _shifts(scenario, pool, on_duty[pool], busy[pool])]
    return Page(_("Staff by shift"), _("Staff by shift"), (), heads, rows, None, percents=(5,))


def _by_hour(scenario: Scenario, pools: Sequence[str], on_duty: ByHour, busy: ByHour) -> Page:
    """Means by hour of the day, two columns for each pool."""
    names = [place_words(scenario, pool) for pool in pools]
    heads = (_("Hour"), *(f"{name}: {word}" for name in names for word in (_("on duty"), _("in tasks"))))
    lists = [values for pool in pools for values in (on_duty[pool], busy[pool])]
    rows = [(clock(60 * hour), *(round(values[hour], 2) for values in lists)) for hour in range(24)]
    chart = Chart(_("Staff by hour"), _("people"), tuple(range(1, len(heads))), "line")
    return Page(_("Staff by hour"), _("Staff by hour of the day, means"), (), heads, rows, chart)


def _shifts(scenario: Scenario, pool: str, there: list[float], busy: list[float]) -> Iterator[tuple[Any, ...]]:
    """Each shift of a pool, at the hour at which most are in tasks."""
    kinds = {(shift.start, shift.hours) for shift in scenario.pools[pool].shifts.values()}
    kinds |= {(row.start, row.hours) for row in scenario.roster if row.pool == pool}
    for start, length in sorted(kinds):
        inside = [(start // 60 + hour) % 24 for hour in range(min(max(round(length), 1), 24))]
        top = max(inside, key=lambda hour: busy[hour])
        on_duty = sum(there[hour] for hour in inside) / len(inside)
        end = (start + round(60 * length)) % 1440 or 1440
        share = busy[top] / there[top] if there[top] else None
        name = f"{clock(start)} – {clock(end)}"
        yield (place_words(scenario, pool), name, round(on_duty, 1), round(busy[top], 1), clock(60 * top), share)
