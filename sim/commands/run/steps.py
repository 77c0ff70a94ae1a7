"""The steps of `qcap run`: replications, the results folder, the screen."""

from __future__ import annotations

import sys
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import replace
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
from sim.runs.replicate import Repeats, Replicated, ReplicationError, replicated
from sim.runs.verify import compared_words
from sim.scenario.tables.schema import Scenario
from sim.shell import errors
from sim.shell.ensemble_option import words_on_pictures
from sim.shell.errors import interrupts_noted, shown_progress
from sim.shell.sentences import remark_words
from sim.shell.show import print_json
from sim.words.commands import SAID
from sim.words.language import _, language
from sim.words.say import listed

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
            ran = workers_open.enter_context(
                replicated(job, settings.plan, executor=settings.executor, progress=progress)
            )
        done = ran[0]
        if done.violations:
            lines = [SAID["broken.replication"].format(number=number, words=words) for number, words in done.violations]
            raise errors.Failed("\n".join([SAID["broken"], *lines]))
        with interrupts_noted():
            return _keep(draft, job, ran, (reading, figures), settings)


def _used_up(done: Replicated) -> tuple[str, ...]:
    used_up = len(done.sites_used_up)
    return (SAID["used_up"].format(n=used_up, runs=len(done.finished)),) if used_up else ()


def _same(done: Replicated) -> tuple[str, ...]:
    return (compared_words(len(done.compared), len(done.finished)),) if done.compared else ()


def _keep(
    draft: UnfinishedFolder,
    job: Job,
    ran: tuple[Replicated, Executor, Repeats],
    read: tuple[Reading, tuple[Figure, ...]],
    settings: RunOptions,
) -> Finished:
    """Write the tables and show the screen, while the workers draw and run some again on SimPy; then put the folder in
    its place.
    """
    (done, workers, repeats), (reading, figures) = ran, read
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
    doubt = {}
    if settings.doubt:
        shares_of_doubt = doubt_shares(done, job.scenario, settings.doubt.draws)
        doubt = {"ensemble": settings.doubt.facts() | {"doubt_shares": shares_of_doubt}}
    early = Finished(settings.out, done, reported, doubt, Drawing(), _used_up(done), repeats.under_way)
    if not early.under_way:
        early = replace(early, done=replace(done, compared=repeats.require_same()))
    _show(early, reading, settings)
    try:
        done = replace(done, compared=repeats.require_same())
    except ReplicationError:
        errors.say(SAID["void"])
        raise
    drawing = drawn(shares)
    notes = (*_used_up(done), *_same(done), *drawing.notes)
    facts = RunFacts(
        settings.name,
        command_line(settings.command),
        settings.executor,
        (*settings.warnings, *notes),
        settings.engine,
    )
    content = manifest_of(job, done, facts) | doubt
    write_json(draft.folder / MANIFEST, content)
    if settings.excel:
        notes = (*notes, *write_excel(draft.folder, job, done, reported))
    if settings.brief and not done.interrupted:
        notes = (*notes, *_write_page(draft.folder, settings.out.name))
    place = draft.publish()
    return Finished(place, done, reported, content, drawing, (*notes, *draft.held), early.under_way)


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


def _show(early: Finished, reading: Reading, settings: RunOptions) -> None:
    """Print the numbers as soon as their tables are written: pictures, repeats on SimPy and the folder follow."""
    if settings.json or settings.quiet:
        return
    print_screen(early, reading, settings.seed)
    if settings.table:
        print_tables(early, reading.scenario)
    sys.stdout.flush()
    what = [*(["pictures"] if settings.plots else []), *(["repeats"] if early.under_way else [])]
    if settings.talk and what:
        errors.say(SAID["follows"].format(what=listed([SAID[f"follows.{each}"] for each in what])))


def show_results(finished: Finished, settings: RunOptions) -> None:
    """Print what came after the screen, or all as JSON; the folder last."""
    if settings.json:
        print_json(run_document(finished))
        return
    if not settings.quiet:
        known = _used_up(finished.done) if finished.under_way else (*_used_up(finished.done), *_same(finished.done))
        for note in finished.notes:
            if note not in known:
                errors.put(note)
    errors.put(finished.folder)
