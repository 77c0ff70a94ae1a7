"""The results folder of a run: which files it has and what its manifest says."""

from __future__ import annotations

import datetime as dt
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.run.intervals import quantile_intervals, share_intervals
from sim.keeping.manifest import versions
from sim.keeping.store import MANIFEST, sources_hash, write_json, write_table
from sim.runs.job import Job
from sim.runs.replicate import Replicated
from sim.runs.site_dates import ladder, ladder_table, rooms_by_day_table, sites_table
from sim.scenario.files.writing import resolved_dict, scenario_hash, to_toml

if TYPE_CHECKING:
    import pandas as pd

    from sim.flow.engines import Choice

SERIES_COLUMNS = ["time", "quantity", "place", "mean", "p5", "p50", "p95"]
PROFILE_COLUMNS = ["quantity", "place", "unit", "axis", "position", "mean", "p5", "p50", "p95"]


@dataclass(frozen=True)
class RunFacts:
    """What the manifest tells besides the numbers."""

    name: str
    """Short name of the scenario."""
    command: str
    executor: str
    warnings: tuple[str, ...] = ()
    choice: Choice | None = None
    """Why this engine."""


def manifest(job: Job, done: Replicated, facts: RunFacts) -> dict[str, Any]:
    """Everything that is needed to run this again and get the same numbers; no personal folders, no machine names."""
    return {
        "status": "interrupted" if done.interrupted else "complete",
        "scenario_name": facts.name,
        "title": job.scenario.title,
        "scenario_hash": scenario_hash(job.scenario),
        "seed": job.seed,
        "engine": done.engine,
        "engine_asked": facts.choice.asked if facts.choice else done.engine,
        "engine_why": facts.choice.why if facts.choice else "as asked",
        "run_again_on_simpy": {"replications": list(done.compared), "identical": True} if done.compared else None,
        "replications": done.requested,
        "finished": len(done.finished),
        "executor": facts.executor,
        "command": facts.command,
        "seconds": round(done.seconds, 2),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "machine": platform.machine(),
        "sources_hash": sources_hash(),
        "warnings": list(facts.warnings),
        "scenario": resolved_dict(job.scenario),
    }


def drop_unfinished_events(folder: Path, done: Replicated) -> None:
    """Remove histories of replications that Ctrl-C cut short; a file may be half written."""
    for file in folder.glob("events-*.parquet"):
        if int(file.stem.removeprefix("events-")) not in done.finished:
            file.unlink()


def write_results(folder: Path, content: dict[str, Any], job: Job, done: Replicated) -> None:
    """Write manifest, scenario and tables into a folder."""
    write_table(folder / "replications.csv", done.replications.sort_values(["replication", "measure", "place"]))
    write_table(folder / "summary.csv", done.summary)
    write_table(folder / "series.csv", done.series[SERIES_COLUMNS])
    if done.profiles is not None and len(done.profiles):
        write_table(folder / "profiles.csv", done.profiles[PROFILE_COLUMNS])
    for name, table in dated_tables(job, done).items():
        write_table(folder / f"{name}.csv", table)
    (folder / "scenario.toml").write_bytes(to_toml(job.scenario).encode("utf-8"))
    write_json(folder / MANIFEST, content)


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


def write_reported(folder: Path, table: pd.DataFrame) -> None:
    """Write the reported figures beside the measured ones."""
    write_table(folder / "reported.csv", table)


def write_excel(folder: Path, job: Job, done: Replicated, reported: pd.DataFrame) -> tuple[str, ...]:
    """Write results.xlsx with one sheet per table; returns what a user should know about it."""
    from sim.keeping.spreadsheet import write_workbook  # noqa: PLC0415  only when asked for

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
    return write_workbook(folder / "results.xlsx", there)
