"""The results folder of a run: which files it has, what its manifest says, the first sheets of its workbook.

Those sheets are for people who open it: the answer, hotels by name with their dates, rooms by day, staff by shift and
hour, each with a chart of the spreadsheet's own. The tables of the run stand behind them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.run.headlines import Facts, Summary, targets
from sim.commands.run.screen import TEN_THOUSAND, answer
from sim.keeping.manifest import HowMade, manifest
from sim.keeping.spreadsheet import Chart, Page
from sim.keeping.store import write_table
from sim.measures.registry import place_words
from sim.numbers.statistics import QUANTILES, measure_interval, order_statistic_interval
from sim.runs.job import Job
from sim.runs.replicate import Replicated
from sim.runs.site_dates import ladder, ladder_table, rooms_by_day_table, sites_table
from sim.scenario.files.documents import resolved_dict, scenario_hash, to_toml
from sim.words.language import _, language
from sim.words.say import clock, day_words, fill
from sim.words.screens import SCREEN

if TYPE_CHECKING:
    import pandas as pd

    from sim.flow.engines import EngineChoice
    from sim.scenario.tables.schema import Scenario


SERIES_COLUMNS = ["time", "quantity", "place", "mean", "p5", "p50", "p95"]
PROFILE_COLUMNS = ["quantity", "place", "unit", "axis", "position", "mean", "p5", "p50", "p95"]
YES_OR_NO = frozenset({"site_days_censored"})
"""Measures that are 1 or 0 at a single site in each run."""


@dataclass(frozen=True)
class RunFacts:
    """What the manifest tells besides the numbers."""

    name: str
    """Short name of the scenario."""
    command: str
    executor: str
    warnings: tuple[str, ...] = ()
    choice: EngineChoice | None = None
    """Why this engine."""


def manifest_of(job: Job, done: Replicated, facts: RunFacts) -> dict[str, Any]:
    """Everything that is needed to run this again and get the same numbers; no personal folders, no machine names."""
    status = "interrupted" if done.interrupted else "complete"
    how = HowMade(job.seed, done.engine, facts.executor, facts.command, done.seconds, facts.warnings, status)
    own = {
        "scenario_name": facts.name,
        "title": job.scenario.title,
        "scenario_hash": scenario_hash(job.scenario),
        "engine_asked": facts.choice.asked if facts.choice else done.engine,
        "engine_why": facts.choice.why if facts.choice else "as asked",
        "run_again_on_simpy": {"replications": list(done.compared), "identical": True} if done.compared else None,
        "replications": done.requested,
        "finished": len(done.finished),
    }
    return manifest(how, own) | {"scenario": resolved_dict(job.scenario)}


def drop_unfinished_events(folder: Path, done: Replicated) -> None:
    """Remove histories of replications that Ctrl-C cut short; a file may be half written."""
    for file in folder.glob("events-*.parquet"):
        if int(file.stem.removeprefix("events-")) not in done.finished:
            file.unlink()


def write_tables(folder: Path, job: Job, done: Replicated) -> None:
    """Write scenario and tables into a folder."""
    write_table(folder / "replications.csv", done.replications.sort_values(["replication", "measure", "place"]))
    write_table(folder / "summary.csv", done.summary)
    write_table(folder / "series.csv", done.series[SERIES_COLUMNS])
    if done.profiles is not None and len(done.profiles):
        write_table(folder / "profiles.csv", done.profiles[PROFILE_COLUMNS])
    for name, table in dated_tables(job, done).items():
        write_table(folder / f"{name}.csv", table)
    (folder / "scenario.toml").write_bytes(to_toml(job.scenario).encode("utf-8"))


def dated_tables(job: Job, done: Replicated) -> dict[str, pd.DataFrame]:
    """Tables by name of what happens when: sites, rooms_by_day and, where there are enough replications, ladder."""
    if not done.calendars:
        return {}
    found = ladder(done.calendars, job.scenario)
    tables = {
        "sites": sites_table(done.calendars, job.scenario),
        "rooms_by_day": rooms_by_day_table(done.calendars, job.scenario),
    }
    return tables if found is None else tables | {"ladder": ladder_table(found.rungs)}


def write_excel(folder: Path, job: Job, done: Replicated, reported: pd.DataFrame) -> tuple[str, ...]:
    """Write results.xlsx: pages for readers, then a sheet per table; returns what a user should know about it."""
    from sim.keeping.spreadsheet import write_workbook  # noqa: PLC0415

    sheets = {
        "summary": done.summary,
        "quantiles": quantile_intervals(done),
        "shares": share_intervals(done, job.scenario),
        "reported": reported,
        **dated_tables(job, done),
        "replications": done.replications.sort_values(["replication", "measure", "place"]),
        "series": done.series[SERIES_COLUMNS],
        "profiles": done.profiles[PROFILE_COLUMNS] if done.profiles is not None else None,
    }
    there = {name: table for name, table in sheets.items() if table is not None and len(table)}
    return write_workbook(folder / "results.xlsx", there, pages(job, done, dated_tables(job, done)))


def write_intervals(folder: Path, done: Replicated, scenario: Scenario) -> None:
    """Write quantiles.csv and, when there is any share of runs, shares.csv."""
    write_table(folder / "quantiles.csv", quantile_intervals(done))
    shares = share_intervals(done, scenario)
    if len(shares):
        write_table(folder / "shares.csv", shares)


def quantile_intervals(done: Replicated) -> pd.DataFrame:
    """Columns measure, place, unit, n, quantile, value, low, high (95 %; empty where n is too small), as in summary."""
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    by_key = _grouped(done)
    rows = []
    for row in done.summary.itertuples(index=False):
        for name, q in QUANTILES.items():
            found = order_statistic_interval(by_key[str(row.measure), str(row.place)], q)
            rows.append((row.measure, row.place, row.unit, row.n, name, getattr(row, name), *(found or (None, None))))
    return pd.DataFrame(rows, columns=["measure", "place", "unit", "n", "quantile", "value", "low", "high"])


def share_intervals(done: Replicated, scenario: Scenario) -> pd.DataFrame:
    """Columns target, measure, place, runs, n, share, low, high, wanted, verdict: one row per target, then one for each
    measure that is yes or no in a run (without target, wanted and verdict).

    `low` and `high` of a target are the bounds of its verdict: it holds when low >= wanted, is missed when high <
    wanted. Those of the other rows are the exact interval that the summary has too.
    """
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    rows: list[tuple[object, ...]] = []
    for name, result in zip(scenario.targets, targets(done, scenario), strict=True):
        judged, target = result.judged, result.target
        bounds = (judged.share, judged.low, judged.high)
        rows.append((name, target.measure, target.place, judged.met, judged.n, *bounds, judged.wanted, judged.verdict))
    for (measure, place), numbers in _grouped(done).items():
        if measure in YES_OR_NO and place != "all":
            yes = int((numbers == 1).sum())
            rows.append(("", measure, place, yes, *measure_interval(numbers, share=True), None, ""))
    columns = ["target", "measure", "place", "runs", "n", "share", "low", "high", "wanted", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _grouped(done: Replicated) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Values of single runs by measure and place."""
    grouped = done.replications.groupby(["measure", "place"], sort=False)["value"]
    return {(str(measure), str(place)): group.to_numpy(float) for (measure, place), group in grouped}


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
