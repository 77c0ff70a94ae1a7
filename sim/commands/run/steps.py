"""The steps of `qcap run`: replications, the results folder, the screen."""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.run.asked import Drawing, Events, Finished, RunOptions
from sim.commands.run.drawing import begin_drawing, drawn, run_tables
from sim.commands.run.headlines import doubt_shares
from sim.commands.run.keep import (
    RunFacts,
    drop_unfinished_events,
    manifest_of,
    write_excel,
    write_intervals,
    write_tables,
)
from sim.commands.run.screen import print_screen
from sim.commands.run.tables import print_tables, run_document
from sim.keeping.manifest import command_line
from sim.keeping.store import MANIFEST, UnfinishedFolder, drafted, write_json, write_table
from sim.measures.reported import Figure, against_reported
from sim.outlook import tasks_never_done
from sim.runs.job import MOST_REPLICATIONS, Job
from sim.runs.replicate import Replicated, replicated
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
    with drafted(settings.out, force=settings.force) as draft, ExitStack() as workers_open:
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
            done, workers = workers_open.enter_context(
                replicated(job, settings.plan, executor=settings.executor, progress=progress)
            )
        if done.violations:
            lines = [SAID["broken.replication"].format(number=number, words=words) for number, words in done.violations]
            raise errors.Failed("\n".join([SAID["broken"], *lines]))
        with interrupts_noted():
            return _keep(draft, job, (done, workers), figures, settings)


def _notes(done: Replicated, drawing: Drawing) -> tuple[str, ...]:
    used_up = len(done.sites_used_up)
    words = SAID["used_up"].format(n=used_up, runs=len(done.finished))
    same = [compared_words(len(done.compared), len(done.finished))] if done.compared else []
    return (*([words] if used_up else []), *same, *drawing.notes)


def _keep(
    draft: UnfinishedFolder,
    job: Job,
    ran: tuple[Replicated, Executor],
    figures: tuple[Figure, ...],
    settings: RunOptions,
) -> Finished:
    """Write all files, then put the folder in its place. The workers of the run draw meanwhile."""
    done, workers = ran
    drop_unfinished_events(draft.folder, done)
    reported = against_reported(figures, done.summary)
    shares = []
    if settings.plots:
        tell = words_on_pictures(settings.doubt.facts() if settings.doubt else None)
        tables = partial(run_tables, job, done, reported, tell)
        shares = begin_drawing(workers, tables, draft.folder / "plots", f".{settings.picture_format.value}")
    if figures:
        write_table(draft.folder / "reported.csv", reported)
    write_tables(draft.folder, job, done)
    write_intervals(draft.folder, done, job.scenario)
    doubt = {"doubt_shares": doubt_shares(done, job.scenario, settings.doubt.draws)} if settings.doubt else {}
    drawing = drawn(shares)
    notes = _notes(done, drawing)
    facts = RunFacts(
        settings.name,
        command_line(settings.command),
        settings.executor,
        (*settings.warnings, *notes),
        settings.engine,
    )
    content = manifest_of(job, done, facts)
    if settings.doubt:
        content["ensemble"] = settings.doubt.facts() | doubt
    write_json(draft.folder / MANIFEST, content)
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
