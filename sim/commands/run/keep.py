"""The results folder of a run: which files it has and what its manifest says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.run.headlines import targets
from sim.keeping.manifest import HowMade, manifest
from sim.keeping.store import write_table
from sim.numbers.statistics import QUANTILES, measure_interval, order_statistic_interval
from sim.runs.job import Job
from sim.runs.replicate import Replicated
from sim.runs.site_dates import ladder, ladder_table, rooms_by_day_table, sites_table
from sim.scenario.files.documents import resolved_dict, scenario_hash, to_toml

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
    from sim.commands.run.report import pages  # noqa: PLC0415  only when asked for
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
