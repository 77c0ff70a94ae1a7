"""`qcap run`: simulate a scenario, keep the results, show the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.run.asked import Check, Drawing, Events, Excel, Finished, Format, PictureFormat, Plots, RunOptions, Table, WriteEvents, most_of
from sim.drawing.picture_language import picture_language
from sim.scenario.faults import folded
from sim.shell import errors
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, read_doubt, replications_of, words_on_pictures
from sim.words import SAID

if TYPE_CHECKING:
    import pandas as pd

    from sim.drawing.tables import RunTables
    from sim.keeping.store import Draft
    from sim.measures.reported import Figure
    from sim.runs.job import Job
    from sim.runs.precision import Plan
    from sim.runs.replicate import Replicated
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario


DEFAULT = 30
"""Replications without an ensemble, where nobody says how many."""


def run(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    replications: common.ReplicationsOrAuto = None,
    precision: common.Precision = None,
    precision_of: common.PrecisionOf = None,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: common.Out = None,
    events: WriteEvents = Events.none,
    check: Check = False,
    plots: Plots = True,
    picture_format: PictureFormat = Format.png,
    excel: Excel = False,
    table: Table = False,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Simulate a scenario and keep the results.

    The last line printed is the results folder.
    """
    from sim.flow.engines import choose  # noqa: PLC0415  heavy at start-up
    from sim.shell.options import rows_that_fit  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    figures = common.read_figures(reading)
    name = common.scenario_name(scenario)
    doubt = read_doubt(ensemble, reading)
    n = replications_of(replications, DEFAULT, doubt)
    plan = common.read_plan(n, precision, precision_of, reading.scenario)
    choice = choose(engine, plan if isinstance(plan, int) else plan.points[0], rows_that_fit(reading, workers))
    settings = RunOptions(
        name=name,
        command=tuple(context.obj),
        plan=plan,
        seed=seed,
        where=common.here(choice, workers, most_of(plan)),
        engine=choice,
        out=common.results_folder(out, name),
        force=force,
        events=events,
        check=check,
        plots=plots,
        quiet=quiet,
        json=as_json,
        warnings=(*folded(reading.warnings), *_never_done(reading.scenario)),
        picture_format=picture_format,
        excel=excel,
        table=table,
        doubt=doubt,
    )
    _say_before(settings)
    finished = _simulate_and_keep(reading, figures, settings)
    _show(finished, reading, settings)
    return _exit_code(finished)


def _never_done(scenario: Scenario) -> tuple[str, ...]:
    """What the whole roster of a pool is too small for: people would wait for it without a word until the end."""
    from sim.outlook import tasks_never_done  # noqa: PLC0415
    from sim.shell.sentences import remark_words  # noqa: PLC0415

    return tuple(remark_words(scenario, remark) for remark in tasks_never_done(scenario))


def _say_before(settings: RunOptions) -> None:
    """Warnings, the engine and the ensemble, before the first replication."""
    if settings.talk:
        errors.say(*(SAID["warning"].format(words=warning) for warning in settings.warnings), str(settings.engine))
        errors.say(*(settings.doubt.lines(settings.most) if settings.doubt else ()))


def _exit_code(finished: Finished) -> int:
    """Whether all went well; says what did not."""
    if finished.done.interrupted:
        errors.say(SAID["kept"].format(finished=len(finished.done.finished), requested=finished.done.requested))
        return errors.INTERRUPTED
    if finished.drawing.failed:
        errors.say(*finished.drawing.notes)
        return errors.FAILED
    return errors.RAN


def _simulate_and_keep(reading: Reading, figures: tuple[Figure, ...], settings: RunOptions) -> Finished:
    """Run the replications and write the results folder, which appears when it is complete."""
    from sim.keeping.spreadsheet import require_library  # noqa: PLC0415
    from sim.keeping.store import drafted  # noqa: PLC0415
    from sim.runs.job import MOST_REPLICATIONS, Job  # noqa: PLC0415
    from sim.runs.replicate import replicate  # noqa: PLC0415
    from sim.shell.progress import interrupts_noted, shown_progress  # noqa: PLC0415

    if settings.excel:
        require_library()  # before any work
    with drafted(settings.out, force=settings.force) as draft:
        job = Job(
            scenario=reading.scenario,
            seed=settings.seed,
            engine=settings.engine.engine,
            check=settings.check,
            events_folder=None if settings.events is Events.none else draft.folder.resolve(),
            events_of_all=settings.events is Events.all,
            n_second_flows=MOST_REPLICATIONS,
            rooms_by_day=True,
            draws=settings.doubt.draws[: settings.most] if settings.doubt else (),
        )
        total = settings.plan if isinstance(settings.plan, int) else None
        with shown_progress(total, f"{settings.name}, seed {settings.seed}", settings.talk) as progress:
            done = replicate(job, settings.plan, executor=settings.executor, progress=progress)
        if done.violations:
            lines = [SAID["broken.replication"].format(number=number, words=words) for number, words in done.violations]
            raise errors.Failed("\n".join([SAID["broken"], *lines]))
        with interrupts_noted():
            return _keep(draft, job, done, figures, settings)


def _notes(done: Replicated, drawing: Drawing) -> tuple[str, ...]:
    from sim.runs.verify import compared_words  # noqa: PLC0415

    used_up = len(done.sites_used_up)
    words = SAID["used_up"].format(n=used_up, runs=len(done.finished))
    same = [compared_words(len(done.compared), len(done.finished))] if done.compared else []
    return (*([words] if used_up else []), *same, *drawing.notes)


def _keep(draft: Draft, job: Job, done: Replicated, figures: tuple[Figure, ...], settings: RunOptions) -> Finished:
    """Write all files, then put the folder in its place."""
    from sim.commands.run.headlines import doubt_shares  # noqa: PLC0415
    from sim.commands.run.intervals import write_intervals  # noqa: PLC0415
    from sim.commands.run.keep import RunFacts, drop_unfinished_events, manifest, write_results  # noqa: PLC0415
    from sim.commands.run.pictures.drawing import run_tables  # noqa: PLC0415
    from sim.keeping.store import command_line, write_table  # noqa: PLC0415
    from sim.measures.reported import against_reported  # noqa: PLC0415

    drop_unfinished_events(draft.folder, done)
    reported = against_reported(figures, done.summary)
    if figures:
        write_table(draft.folder / "reported.csv", reported)
    suffix = f".{settings.picture_format.value}"
    tell = words_on_pictures(settings.doubt.facts() if settings.doubt else None)
    pictured = partial(run_tables, job, done, reported, tell)
    drawing = _draw(draft.folder / "plots", pictured, suffix) if settings.plots else Drawing()
    notes = _notes(done, drawing)
    command, warnings = command_line(settings.command), (*settings.warnings, *notes)
    facts = RunFacts(settings.name, command, settings.executor, warnings, settings.engine)
    content = manifest(job, done, facts)
    if settings.doubt:
        shares = {"doubt_shares": doubt_shares(done, job.scenario, settings.doubt.draws)}
        content["ensemble"] = settings.doubt.facts() | shares
    write_results(draft.folder, content, job, done)
    write_intervals(draft.folder, done, job.scenario)
    if settings.excel:
        from sim.commands.run.keep import write_excel  # noqa: PLC0415

        notes = (*notes, *write_excel(draft.folder, job, done, reported))
    place = draft.publish()
    return Finished(place, done, reported, content, drawing, (*notes, *draft.held))


@picture_language()
def _draw(folder: Path, tables: Callable[[], RunTables], suffix: str) -> Drawing:
    """Draw the pictures. One that fails must not cost the numbers."""
    from sim.commands.run.pictures import draw_pictures  # noqa: PLC0415

    try:
        drawn = draw_pictures(tables(), folder, suffix=suffix)
    except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
        return Drawing((SAID["pictures_failed"].format(kind=type(error).__name__, error=error),), failed=True)
    return Drawing(tuple(SAID["picture_skipped"].format(name=name, reason=reason) for name, reason in drawn.skipped))


def _show(finished: Finished, reading: Reading, settings: RunOptions) -> None:
    """Print table or JSON, and the folder last."""
    from sim.commands.run.screen_tables import run_document, run_tables  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415

    if settings.json:
        show.print_json(run_document(finished))
        return
    if not settings.quiet:
        from sim.commands.run import screen as screen_run  # noqa: PLC0415

        screen_run.print_screen(finished, reading, settings.seed)
        if settings.table:
            run_tables(finished, reading.scenario)
    errors.put(finished.folder)
