"""The results folder of a sweep: when it may be written, and what is put into it beside the store of chunks."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.sweep.indices import FILE as INDICES
from sim.commands.sweep.options import SweepOptions
from sim.commands.sweep.tables import POINTS, REPLICATIONS, SUMMARY, TARGETS
from sim.drawing.picture_language import picture_language
from sim.keeping.columns import FILE as COLUMNS
from sim.keeping.columns import write_columns
from sim.keeping.ownership import CHUNKS, MARK, PROGRAM, foreign
from sim.keeping.store import MANIFEST, StoreError, require_nothing_foreign
from sim.shell import errors
from sim.shell.ensemble_option import words_on_pictures
from sim.shell.progress import interrupts_noted
from sim.words import SAID
from sim.words.sweep import REFUSED, SWEEP

if TYPE_CHECKING:
    from sim.commands.sweep.indices import Indices
    from sim.commands.sweep.plan import Point, SweepPlan
    from sim.commands.sweep.running import Index
    from sim.commands.sweep.tables import Swept
    from sim.keeping.chunkstore import ChunkStore

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
    from sim.commands.sweep.design import SALTELLI  # noqa: PLC0415
    from sim.commands.sweep.indices import indices_of, write_indices  # noqa: PLC0415
    from sim.commands.sweep.tables import Source, pictured, write_tables  # noqa: PLC0415

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
    from sim.commands.sweep.design import setting_text  # noqa: PLC0415
    from sim.keeping.manifest import HowMade, command_line, manifest  # noqa: PLC0415
    from sim.scenario.files.writing import resolved_dict, scenario_hash  # noqa: PLC0415

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
    from sim.commands.sweep.tables import without_effect  # noqa: PLC0415

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
    from sim.keeping.store import write_json  # noqa: PLC0415

    half = place.with_name(f".{place.name}.half")
    write_json(half, content)
    os.replace(half, place)
