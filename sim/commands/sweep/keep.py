"""What a sweep leaves: its results folder (when it may be written, what is put into it beside the store of chunks), and
what is printed (targets, a line for each point where they are few, indices, notes, the folder).
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import words as labels
from sim.commands.sweep.asked import SweepOptions
from sim.commands.sweep.design import SALTELLI, SCENARIO, setting_text, short_names
from sim.commands.sweep.tables import (
    INDICES,
    POINTS,
    REPLICATIONS,
    SUMMARY,
    TARGETS,
    Indices,
    Source,
    Swept,
    indices_of,
    pictured,
    without_effect,
    write_indices,
    write_tables,
)
from sim.drawing.tables import picture_language
from sim.keeping.manifest import CHUNKS, MARK, PROGRAM, foreign
from sim.keeping.store import COLUMNS_FILE as COLUMNS
from sim.keeping.store import MANIFEST, StoreError, require_nothing_foreign, write_columns, write_json
from sim.measures.registry import REGISTRY
from sim.numbers.statistics import Interval, stretches
from sim.numbers.verdicts import HOLDS, MISSED, NO_VALUE, NOT_CERTAIN
from sim.shell import errors, show
from sim.shell.ensemble_option import doubt_words, words_on_pictures
from sim.shell.errors import interrupts_noted
from sim.words.commands import SAID
from sim.words.say import counted, listed, mean_words, rounded, stated, stated_percent, with_ends
from sim.words.searches import PICTURES, REFUSED, SWEEP

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.sweep.plan import Point, SweepPlan
    from sim.commands.sweep.running import Index
    from sim.keeping.chunkstore import ChunkStore
    from sim.scenario.tables.schema import Target

PLOTS, HALF_PLOTS = "plots", ".plots.half"
NAMES = (POINTS, REPLICATIONS, SUMMARY, TARGETS, INDICES, COLUMNS, MANIFEST)
"""Files of a sweep beside its chunks and pictures."""


@dataclass(frozen=True)
class Finished:
    """A sweep whose results are kept."""

    folder: Path
    swept: Swept
    indices: tuple[Indices, ...]
    manifest: dict[str, Any]
    notes: tuple[str, ...]
    """What a planner should know about this sweep."""
    drawing_failed: bool


def check_folder(settings: SweepOptions) -> None:
    """Raise StoreError unless a sweep may be written to its folder; nothing is written."""
    out = settings.out
    if out.exists() and not out.is_dir():
        raise StoreError(REFUSED["is_file"].format(out=out))
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not (out / CHUNKS / MARK).is_file():
        raise StoreError(REFUSED["not_empty"].format(out=out))
    if settings.force:
        require_nothing_foreign(out, f"--out {out}")
    elif not settings.resume:
        raise StoreError(REFUSED["is_sweep"].format(out=out))
    in_the_way = [path for path in foreign(out) if path.relative_to(out).as_posix() in NAMES]
    if in_the_way:
        raise StoreError(REFUSED["in_the_way"].format(out=out, file=in_the_way[0].name))


def begin(store: ChunkStore, settings: SweepOptions) -> None:
    """Into a locked store: note which files will stand beside it; with --force, remove what is there. Raises
    StoreError and ChunkError.
    """
    out = settings.out
    if settings.force:
        require_nothing_foreign(out, f"--out {out}")
        for name in NAMES:
            (out / name).unlink(missing_ok=True)
        for folder in (PLOTS, HALF_PLOTS):
            shutil.rmtree(out / folder, ignore_errors=True)
        for chunk in (out / CHUNKS).glob("*.parquet*"):
            chunk.unlink()
    store.claim((*NAMES, f"{HALF_PLOTS}/"))


def write(
    plan: SweepPlan, points: tuple[Point, ...], store: ChunkStore, index: Index, settings: SweepOptions, started: float
) -> Finished:
    """Write tables, pictures and manifest. Raises ChunkError."""
    if settings.talk:
        errors.say(SWEEP["writing"].format(name=settings.name))
    saltelli = plan.design.kind == SALTELLI
    pairs = pictured(plan, settings.measures)
    source = Source(plan, points, store, index)
    swept = write_tables(source, settings.out, pairs, keep_single=saltelli)
    with interrupts_noted():
        indices = indices_of(plan, swept) if saltelli else ()
        write_indices(settings.out, indices)
        skipped, failed = _draw(plan, swept, indices, settings)
        pictures = _put_pictures(store, settings.out)
        write_columns(settings.out)
        notes = (*_notes(plan, points, swept), *skipped)
        content = manifest_of(plan, swept, settings, notes, time.monotonic() - started)
        _write_json(settings.out / MANIFEST, content | own_files(settings.out, pictures))
    return Finished(settings.out, swept, indices, content, notes, failed)


def manifest_of(
    plan: SweepPlan, swept: Swept, settings: SweepOptions, notes: tuple[str, ...], seconds: float
) -> dict[str, Any]:
    """Everything that is needed to run the sweep again and get the same numbers."""
    from sim.keeping.manifest import HowMade, command_line, manifest  # noqa: PLC0415
    from sim.scenario.files.documents import resolved_dict, scenario_hash  # noqa: PLC0415

    axes = [
        {"paths": list(axis.paths), "values": [setting_text(setting) for setting in axis.settings] or _range(axis)}
        for axis in plan.axes
    ]
    command = command_line([word for word in settings.command if word not in ("--resume", "--force")])
    where, warnings = settings.where, (*settings.warnings, *notes)
    own = {
        "scenario_name": settings.name,
        "title": plan.base.title,
        "scenario_hash": scenario_hash(plan.base),
        "engine_why": settings.engine.why,
        "design": plan.design.kind,
        "axes": axes,
        "points": len(swept.points),
        "replications": plan.replications,
        "finished": swept.finished,
        "failed": swept.failed,
        "run_again_on_simpy": {"replications": swept.compared, "identical": True} if swept.compared else None,
        "measures": list(plan.names) if plan.names is not None else "all",
        **({"ensemble": settings.doubt.facts()} if settings.doubt else {}),
    }
    how = HowMade(plan.seed, where.engine, where.executor, command, seconds, warnings)
    return manifest(how, own) | {"scenario": resolved_dict(plan.base)}


def own_files(out: Path, pictures: list[str]) -> dict[str, Any]:
    """What the manifest says so that these files may be replaced one day."""
    tables = [name for name in NAMES if name != MANIFEST and (out / name).is_file()]
    return {"program": PROGRAM, "files": sorted([*tables, *pictures])}


def _range(axis: Any) -> list[str]:
    return [f"{between.low}..{between.high}" for between in axis.between]


def _notes(plan: SweepPlan, points: tuple[Point, ...], swept: Swept) -> list[str]:
    """What went wrong, what changes nothing, what was compared."""
    notes = []
    without = sum(not point.key for point in points)
    for n, key in ((without, "no_scenario"), (swept.failed, "failed")):
        if n:
            notes.append(SWEEP[key if n > 1 else f"{key}_one"].format(n=f"{n:,}"))
    notes += [SWEEP["no_effect"].format(axis=axis.name) for axis in without_effect(plan, points, swept)]
    if swept.compared:
        notes.append(SWEEP["compared"].format(n=swept.compared, all=f"{swept.finished:,}"))
    return notes


@picture_language()
def _draw(
    plan: SweepPlan, swept: Swept, indices: tuple[Indices, ...], settings: SweepOptions
) -> tuple[list[str], bool]:
    """Draw the pictures; words on those that are not there, and whether drawing failed."""
    if not settings.plots:
        return [], False
    from sim.commands.sweep.pictures import draw  # noqa: PLC0415

    try:
        tell = words_on_pictures(settings.doubt.facts() if settings.doubt else None)
        return draw(plan, swept, indices, settings.out / HALF_PLOTS, tell), False
    except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
        return [SAID["pictures_failed"].format(kind=type(error).__name__, error=error)], True


def _put_pictures(store: ChunkStore, out: Path) -> list[str]:
    """Move what was drawn to its place, each name claimed before; returns the names. Raises ChunkError, OSError."""
    drawn = sorted((out / HALF_PLOTS).glob("*"))
    names = [f"{PLOTS}/{file.name}" for file in drawn]
    store.claim(names)
    for file, name in zip(drawn, names, strict=True):
        (out / PLOTS).mkdir(exist_ok=True)
        os.replace(file, out / name)
    shutil.rmtree(out / HALF_PLOTS, ignore_errors=True)
    return names


def _write_json(place: Path, content: dict[str, Any]) -> None:
    half = place.with_name(f".{place.name}.half")
    write_json(half, content)
    os.replace(half, place)


# the screen

MOST_NAMED = 6
"""Points of a grid of several axes that are named for a verdict."""
MOST_ROWS = 40
"""Points on the screen; the others are in the files."""


def print_sweep(plan: SweepPlan, finished: Finished, settings: SweepOptions) -> None:
    """Print what came out; the folder last."""
    if settings.json:
        show.print_json(_document(finished))
        return
    if not settings.quiet:
        _print(plan, finished, settings.overrides)
    errors.put(finished.folder)


def _print(plan: SweepPlan, finished: Finished, overrides: Sequence[str]) -> None:
    out, swept = show.console(), finished.swept
    out.print(show.heading(plan.base.title))
    if overrides:
        out.print(SWEEP["changed"].format(changes=listed(overrides)))
    points = counted(SWEEP, "points", len(swept.points))
    each = counted(SWEEP, "replications", plan.replications)
    out.print(SWEEP["head"].format(points=points, replications=each, seed=plan.seed) + "\n")
    out.print(_table(plan, finished))
    if len(swept.points) > MOST_ROWS:
        out.print(
            SWEEP["more"].format(n=f"{len(swept.points) - MOST_ROWS:,}", file=listed(["points.csv", "summary.csv"]))
        )
    out.print()
    for index in finished.indices:
        out.print(SWEEP["index.head"].format(rows=index.rows, replications=each))
        out.print(_indices(index.table, listed([REGISTRY[index.measure].label, _place(plan, index.place)])))
        out.print()
    for line in _targets(plan, swept):
        out.print(line)
    tell = doubt_words(finished.manifest.get("ensemble"))
    out.print(SWEEP["how"].format(what=tell))
    for note in finished.notes:
        out.print(note)


def _table(plan: SweepPlan, finished: Finished) -> Any:
    """Points down; settings, then means of the pictured measures across."""
    swept = finished.swept
    paths = [path for axis in plan.axes for path in axis.paths]
    pairs = [pair for pair in swept.pairs if _has(swept.means, *pair)]
    heads = [_head(plan, *pair) for pair in pairs]
    table = show.plain_table(SWEEP["point"], *paths, *heads, numbers=[SWEEP["point"], *paths, *heads])
    columns = (swept.means[name] for name in ("point", "measure", "place", "n", "mean", "low", "high"))
    means = {
        (point, measure, place): mean_words(Interval(*interval), scale=_shown(measure)[1])
        for point, measure, place, *interval in zip(*columns, strict=True)
    }
    files = short_names(swept.points.get(SCENARIO, ()))
    for row in swept.points.head(MOST_ROWS).to_dict("records"):
        cells = [means.get((row["point"], *pair), row["reason"][:60] or SWEEP["no_value"]) for pair in pairs]
        settings = (files[row[path]] if path == SCENARIO else row[path] for path in paths)
        table.add_row(str(row["point"]), *map(str, settings), *cells)
    return table


def _head(plan: SweepPlan, measure: str, place: str) -> str:
    """Head of a column: the measure, its place and its unit."""
    unit = labels.UNIT_NAMES.get(_shown(measure)[0], _shown(measure)[0])
    return SWEEP["column"].format(measure=REGISTRY[measure].label, place=_place(plan, place), unit=unit)


def _shown(measure: str) -> tuple[str, float]:
    """Unit on the screen, and what values are multiplied by: shares are shown in per cent."""
    unit = REGISTRY[measure].unit
    return ("%", 100.0) if unit == "share" else (unit, 1.0)


def _has(means: pd.DataFrame, measure: str, place: str) -> bool:
    return bool(((means["measure"] == measure) & (means["place"] == place)).any())


def _indices(table: pd.DataFrame, what: str) -> Any:
    numbers = [SWEEP["first"], SWEEP["total"]]
    shown = show.plain_table(what, *numbers, numbers=numbers)
    for row in table.to_dict("records"):
        digits = {key: rounded(row[key], 2) for key in row if str(key).startswith(("first", "total"))}
        cells = (with_ends(digits[key], digits[f"{key}_low"], digits[f"{key}_high"]) for key in ("first", "total"))
        shown.add_row(str(row["axis"]), *cells)
    return shown


def _where(plan: SweepPlan, swept: Swept, points: set[int]) -> str:
    """The values of these points: along one axis as stretches of its values, else point by point."""
    paths = [axis.paths[0] for axis in plan.axes]
    table = swept.points
    if SCENARIO in table:
        table = table.assign(**{SCENARIO: table[SCENARIO].map(short_names(table[SCENARIO]))})
    if len(paths) > 1:
        here = table[table["point"].isin(points)][paths].head(MOST_NAMED).itertuples(index=False)
        settings = [SWEEP["at.several"].format(values=listed(map(_value, row))) for row in here]
        more = [SWEEP["at.more"].format(n=len(points) - MOST_NAMED)] if len(points) > MOST_NAMED else []
        return SWEEP["at.one"].format(axis=listed(paths), values=listed([*settings, *more]))
    ordered = table.sort_values(paths[0], kind="stable") if table[paths[0]].dtype != object else table
    values, inside = [_value(value) for value in ordered[paths[0]]], ordered["point"].isin(points).to_numpy()
    settings = [
        SWEEP["at.range"].format(low=values[first], high=values[last - 1]) if last - first > 2 else
        listed(values[first:last])
        for first, last in sorted(stretches(inside))
    ]  # fmt: skip
    return SWEEP["at.one"].format(axis=paths[0], values=listed(settings))


def _value(value: Any) -> str:
    """A value of an axis as it was written."""
    return stated(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _targets(plan: SweepPlan, swept: Swept) -> Iterator[str]:
    met = swept.met
    for name, target in sorted(plan.base.targets.items()):
        rows = met[met["target"] == name]
        if rows.empty:
            continue
        verdicts = rows["verdict"].value_counts()
        facts = {
            "measure": REGISTRY[target.measure].label,
            "place": _place(plan, target.place),
            "limit": _limit(target),
            "share": stated_percent(target.share_of_runs),
        }
        found = {word.replace(" ", "_"): int(verdicts.get(word, 0)) for word in (HOLDS, MISSED, NOT_CERTAIN, NO_VALUE)}
        none = SWEEP["target.no_value"].format(n=found["no_value"]) if found["no_value"] else ""
        yield SWEEP["target"].format(target=name, n=len(rows), none=none, **facts, **found)
        for verdict in (HOLDS, MISSED, NOT_CERTAIN):
            points = rows.loc[rows["verdict"] == verdict, "point"]
            if len(points):
                yield SWEEP[f"at.{verdict}"].format(values=_where(plan, swept, set(points)))


def _limit(target: Target) -> str:
    """At most 5 %; at least 120."""
    value, word = (target.at_most, "at_most") if target.at_most is not None else (target.at_least, "at_least")
    share = REGISTRY[target.measure].unit == "share"
    shown = stated_percent(value or 0) if share else stated(value or 0)
    return PICTURES[word].format(value=shown)


def _place(plan: SweepPlan, place: str) -> str:
    port = plan.base.ports.get(place)
    return labels.PLACES.get(place) or (port.name if port and port.name else place)


def _document(finished: Finished) -> dict[str, Any]:
    """What `--json` prints."""
    facts = {key: value for key, value in finished.manifest.items() if key != "scenario"}
    swept = finished.swept
    return {
        "folder": str(finished.folder),
        **facts,
        "note": doubt_words(facts.get("ensemble")),
        "points": show.records(swept.points),
        "means": show.records(swept.means),
        "targets": show.records(swept.met),
        "indices": [
            {"measure": one.measure, "place": one.place, "axes": show.records(one.table)} for one in finished.indices
        ],
    }
