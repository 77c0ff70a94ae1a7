"""The steps of `qcap run`: replications, the results folder, the screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.run.asked import Drawing, Events, Finished, RunOptions
from sim.commands.run.headlines import doubt_shares
from sim.commands.run.keep import (
    RunFacts,
    drop_unfinished_events,
    manifest_of,
    write_excel,
    write_intervals,
    write_results,
)
from sim.commands.run.pictures import draw_pictures, run_tables
from sim.commands.run.screen import print_screen
from sim.commands.run.tables import print_tables, run_document
from sim.drawing.picture_language import picture_language
from sim.drawing.tables import RunTables
from sim.keeping.manifest import command_line
from sim.keeping.store import UnfinishedFolder, drafted, write_table
from sim.measures.reported import Figure, against_reported
from sim.outlook import tasks_never_done
from sim.runs.job import MOST_REPLICATIONS, Job
from sim.runs.replicate import Replicated, replicate
from sim.runs.verify import compared_words
from sim.scenario.tables.schema import Scenario
from sim.shell import errors
from sim.shell.ensemble_option import words_on_pictures
from sim.shell.progress import interrupts_noted, shown_progress
from sim.shell.sentences import remark_words
from sim.shell.show import print_json
from sim.words import SAID
from sim.words.language import _, language

if TYPE_CHECKING:
    from sim.scenario import Reading


def never_done(scenario: Scenario) -> tuple[str, ...]:
    """What the whole roster of a pool is too small for: people would wait for it without a word until the end."""
    return tuple(remark_words(scenario, remark) for remark in tasks_never_done(scenario))


def _say_before(settings: RunOptions) -> None:
    """Warnings, the engine and the ensemble, before the first replication."""
    if settings.talk:
        errors.say(*(SAID["warning"].format(words=warning) for warning in settings.warnings), str(settings.engine))
        errors.say(*(settings.doubt.lines(settings.most) if settings.doubt else ()))


def exit_code(finished: Finished) -> int:
    """Whether all went well; says what did not."""
    if finished.done.interrupted:
        errors.say(SAID["kept"].format(finished=len(finished.done.finished), requested=finished.done.requested))
        return errors.INTERRUPTED
    if finished.drawing.failed:
        errors.say(*finished.drawing.notes)
        return errors.FAILED
    return errors.RAN


def simulate_and_keep(reading: Reading, figures: tuple[Figure, ...], settings: RunOptions) -> Finished:
    """Run the replications and write the results folder, which appears when it is complete."""
    _say_before(settings)
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
        with shown_progress(
            total, _("{name}, seed {seed}").format(name=settings.name, seed=settings.seed), settings.talk
        ) as progress:
            done = replicate(job, settings.plan, executor=settings.executor, progress=progress)
        if done.violations:
            lines = [SAID["broken.replication"].format(number=number, words=words) for number, words in done.violations]
            raise errors.Failed("\n".join([SAID["broken"], *lines]))
        with interrupts_noted():
            return _keep(draft, job, done, figures, settings)


def _notes(done: Replicated, drawing: Drawing) -> tuple[str, ...]:
    used_up = len(done.sites_used_up)
    words = SAID["used_up"].format(n=used_up, runs=len(done.finished))
    same = [compared_words(len(done.compared), len(done.finished))] if done.compared else []
    return (*([words] if used_up else []), *same, *drawing.notes)


def _keep(
    draft: UnfinishedFolder, job: Job, done: Replicated, figures: tuple[Figure, ...], settings: RunOptions
) -> Finished:
    """Write all files, then put the folder in its place."""
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
    content = manifest_of(job, done, facts)
    if settings.doubt:
        shares = {"doubt_shares": doubt_shares(done, job.scenario, settings.doubt.draws)}
        content["ensemble"] = settings.doubt.facts() | shares
    write_results(draft.folder, content, job, done)
    write_intervals(draft.folder, done, job.scenario)
    if settings.excel:
        notes = (*notes, *write_excel(draft.folder, job, done, reported))
    if settings.brief and not done.interrupted:
        notes = (*notes, *_write_page(draft.folder, settings.out.name))
    place = draft.publish()
    return Finished(place, done, reported, content, drawing, (*notes, *draft.held))


def _write_page(folder: Path, name: str) -> tuple[str, ...]:
    """Write the page for the meeting; returns what went wrong. It must not cost the numbers."""
    from sim.commands.brief.document import document  # noqa: PLC0415  only when asked for
    from sim.commands.brief.folders import read_folders  # noqa: PLC0415

    try:
        text = document(read_folders([folder], name), (language(),))
    except Exception as error:  # whatever goes wrong on the page, the numbers are kept
        return (SAID["page_failed"].format(kind=type(error).__name__, error=error),)
    (folder / "brief.html").write_text(text, encoding="utf-8", newline="\n")
    return ()


@picture_language()
def _draw(folder: Path, tables: Callable[[], RunTables], suffix: str) -> Drawing:
    """Draw the pictures. One that fails must not cost the numbers."""
    try:
        drawn = draw_pictures(tables(), folder, suffix=suffix)
    except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
        return Drawing((SAID["pictures_failed"].format(kind=type(error).__name__, error=error),), failed=True)
    return Drawing(tuple(SAID["picture_skipped"].format(name=name, reason=reason) for name, reason in drawn.skipped))


def show_results(finished: Finished, reading: Reading, settings: RunOptions) -> None:
    """Print table or JSON, and the folder last."""
    if settings.json:
        print_json(run_document(finished))
        return
    if not settings.quiet:
        print_screen(finished, reading, settings.seed)
        if settings.table:
            print_tables(finished, reading.scenario)
    errors.put(finished.folder)
