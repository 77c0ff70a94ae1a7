"""What a comparison leaves on disk: answers, tables, pictures, the scenarios and a manifest."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.commands.compare import tables
from sim.commands.compare.answers import Answer, page
from sim.commands.compare.pictures.forest_rows import forest
from sim.drawing.picture_language import picture_language
from sim.keeping.manifest import versions
from sim.keeping.store import MANIFEST, command_line, sources_hash, write_json, write_table
from sim.runs.arms import Compared, differs_from, first_log
from sim.runs.doubt_share import doubt_share
from sim.scenario.files.writing import scenario_hash, to_toml
from sim.shell.ensemble_option import doubt_share_words, doubt_words, words_on_pictures

if TYPE_CHECKING:
    from sim.commands.compare.command import Finished, Plan
    from sim.drawing.tables import Picture, Skipped
    from sim.scenario.tables.schema import Scenario

FOREST = "differences"
"""File name of the picture of all scenarios."""
DAY = 86400
SHORT = 14
"""Days of a window up to which pictures show every hour, and not every third."""


def answers_of(plan: Plan, compared: Compared) -> tuple[Answer, ...]:
    """All that is told about each scenario but the base."""
    base = compared.base.arm
    log = first_log(base, plan.settings)
    return tuple(
        Answer(
            result=result,
            primary=primary,
            rows=tuple(tables.differences(compared, result, primary)),
            targets=tuple(tables.targets(compared, result)),
            changes=tuple(tables.changes(base.scenario, result.arm.scenario, result.arm.name)),
            differs_from=differs_from(log, first_log(result.arm, plan.settings)),
            fixed=plan.fixed.get(result.arm.name, ()),
        )
        for result, primary in zip(compared.arms[1:], plan.primary[1:], strict=True)
    )


def write(folder: Path, plan: Plan, compared: Compared, answers: Sequence[Answer], content: dict[str, Any]) -> None:
    """Write all files but the pictures."""
    picture = f"plots/{FOREST}.png" if (folder / "plots" / f"{FOREST}.png").is_file() else ""
    tell, doubt = doubt_words(plan.ensemble), _doubt(plan, compared)
    text = page(compared, answers, plan.settings.seed, tell=tell, doubt=doubt, picture=picture)
    (folder / "answers.md").write_text(text, encoding="utf-8", newline="\n")
    write_table(folder / "differences.csv", tables.table([row for answer in answers for row in answer.rows]))
    write_table(folder / "targets.csv", tables.table([row for answer in answers for row in answer.targets]))
    write_table(folder / "changes.csv", tables.table([row for answer in answers for row in answer.changes]))
    _with_time(tables.series_table(compared), compared).to_parquet(folder / "series.parquet", index=False)
    tables.replications_table(compared).to_parquet(folder / "replications.parquet", index=False)
    (folder / "scenarios").mkdir()
    for arm in plan.arms:
        (folder / "scenarios" / f"{arm.name}.toml").write_bytes(to_toml(arm.scenario).encode("utf-8"))
    write_json(folder / MANIFEST, content)


def _doubt(plan: Plan, compared: Compared) -> str:
    """Which part of the spread of the base's measures is doubt, in words; nothing where that can not be told."""
    base = compared.base
    found = {cell: doubt_share(base.value(cell, compared.replications), base.arm.draws) for cell in plan.primary[0]}
    shares = {f"{measure}@{place}": share for (measure, place), share in found.items() if not np.isnan(share)}
    return doubt_share_words(base.arm.scenario, shares) if shares else ""


def manifest(plan: Plan, compared: Compared, seconds: float, notes: Sequence[str]) -> dict[str, Any]:
    """Everything that is needed to run this again."""
    return {
        "status": "complete",
        "experiment": "compare",
        "base": plan.arms[0].name,
        "scenarios": {
            arm.name: {"title": arm.scenario.title, "hash": scenario_hash(arm.scenario), "primary": list(map(list, p))}
            for arm, p in zip(plan.arms, plan.primary, strict=True)
        },
        "seed": plan.settings.seed,
        "replications": compared.replications,
        "failed": {result.arm.name: result.failed for result in compared.arms if result.failed},
        "sites_used_up": {result.arm.name: result.used_up for result in compared.arms if result.used_up},
        "ensemble": plan.ensemble,
        "engine": plan.settings.engine,
        "engine_why": plan.choice.why,
        "run_again_on_simpy": {"runs": compared.again, "identical": True} if compared.again else None,
        "executor": plan.settings.executor,
        "command": command_line(plan.command),
        "seconds": round(seconds, 2),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "machine": platform.machine(),
        "sources_hash": sources_hash(),
        "warnings": list(notes),
    }


def document(finished: Finished) -> dict[str, Any]:
    """What `--json` prints: the manifest, and of every scenario the measures that were named beforehand."""
    return {
        "folder": str(finished.folder),
        **finished.manifest,
        "answers": {
            answer.result.arm.name: {
                "question": answer.scenario.question,
                "differs_from_second": answer.differs_from,
                "primary": [asdict(row) for row in answer.rows if row.role == tables.PRIMARY],
                "targets": [row._asdict() for row in answer.targets],
                "changes": [row._asdict() for row in answer.changes],
            }
            for answer in finished.answers
        },
    }


def _with_time(series: pd.DataFrame, compared: Compared) -> pd.DataFrame:
    first = np.datetime64(compared.base.arm.scenario.first_day, "s")
    moment = pd.Series(first + series["second"].to_numpy(dtype="timedelta64[s]"), index=series.index)
    series.insert(1, "time", moment.dt.strftime("%Y-%m-%d %H:%M"))
    return series.drop(columns="second")


@picture_language()
def draw(folder: Path, plan: Plan, compared: Compared, answers: Sequence[Answer]) -> tuple[str, ...]:
    """Draw the pictures; returns notes about those that are not there."""
    from sim.commands.compare.pictures import forest as compare_forest  # noqa: PLC0415  matplotlib is slow to load
    from sim.commands.compare.pictures import series as compare_series  # noqa: PLC0415
    from sim.drawing.text import text_or  # noqa: PLC0415

    folder.mkdir()
    base = compared.base.arm
    of_base = text_or(base.scenario.title, base.name)
    every = 1 if base.scenario.n_days <= SHORT else 3
    series = tables.series_table(compared)
    series = _with_time(_thinned(series, every, base.scenario.n_days), compared)
    run = _tables(compared, plan)
    notes = [picture(folder, FOREST, partial(compare_forest.draw, run, forest(plan, answers), of_base))]
    for answer in answers:
        name = answer.result.arm.name
        pair = series[series["scenario"].isin([base.name, name])]
        pair = pair.assign(side=np.where(pair["scenario"] == base.name, "base", "scenario"))
        title = text_or(answer.scenario.title, name)
        run = _tables(compared, plan, answer, pair)
        job = partial(compare_series.draw, run, title, of_base, every)
        notes.append(picture(folder, f"series-{name}", job))
    return tuple(note for note in notes if note)


def _thinned(series: pd.DataFrame, every: int, n_days: int) -> pd.DataFrame:
    """Rows of every so many hours; of people at a point, who come and go within hours, the fullest of each day."""
    if every == 1:
        return series.reset_index(drop=True)
    at_points = series["quantity"] == "people_waiting"
    day = series["second"] // DAY
    peaks = series[at_points & (day < n_days)].assign(second=day * DAY)
    peaks = peaks.groupby(["scenario", "second", "quantity", "place"], sort=False, as_index=False).max()
    others = series[~at_points & (series["second"] % (every * 3600) == 0)]
    return pd.concat([others, peaks[series.columns]], ignore_index=True)


def picture(folder: Path, name: str, job: Callable[[], Picture | Skipped]) -> str:
    """Draw and keep one picture; returns why it is not there, or nothing. One that fails must not cost the numbers."""
    from sim.drawing import page  # noqa: PLC0415  matplotlib is slow to load
    from sim.drawing.tables import Picture  # noqa: PLC0415

    try:
        with page.look():
            drawn = job()
            if not isinstance(drawn, Picture):
                return f"picture {name} was not drawn: {drawn.reason}"
            page.save(drawn, folder, name, ".png")
    except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
        return f"picture {name} failed: {type(error).__name__}: {error}"
    return ""


def _tables(compared: Compared, plan: Plan, answer: Answer | None = None, series: pd.DataFrame | None = None) -> Any:
    from sim.drawing.tables import RunTables  # noqa: PLC0415
    from sim.drawing.text import as_shown  # noqa: PLC0415

    arm = answer.result.arm if answer else compared.base.arm
    scenario = as_shown(arm.scenario, arm.name)
    return RunTables(
        title=scenario.title,
        first_day=scenario.counted_days[0],
        last_day=scenario.counted_days[1],
        n_replications=compared.replications,
        seed=plan.settings.seed,
        series=pd.DataFrame() if series is None else _counted(series, scenario),
        ports=tuple((key, port.name or key) for key, port in sorted(scenario.ports.items())),
        tell=words_on_pictures(plan.ensemble),
        several_years=scenario.several_years,
        only_counted=scenario.window is not None,
    )


def _counted(series: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Rows of the days that `[window]` counts, its end at 24:00 included; all without one."""
    if scenario.window is None:
        return series
    first, last = scenario.counted_days
    return series[series["time"].between(f"{first} 00:00", f"{last + dt.timedelta(days=1)} 00:00")]
