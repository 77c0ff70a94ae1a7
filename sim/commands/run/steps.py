"""The steps of `qcap run`: replications, the results folder, the screen, and pictures.

Pictures are drawn by the workers that have just run, while this process writes the tables: drawing takes several
seconds. matplotlib is loaded by those who draw.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from dataclasses import replace
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
    write_tables,
)
from sim.commands.run.screen import print_screen
from sim.commands.run.tables import print_tables, run_document
from sim.drawing.tables import Port, RunTables, Site, picture_language
from sim.keeping.manifest import command_line
from sim.keeping.store import MANIFEST, UnfinishedFolder, drafted, write_json, write_table
from sim.measures.reported import Figure, against_reported
from sim.outlook import tasks_never_done
from sim.runs.executors import jobs_ahead, unpacked
from sim.runs.job import MOST_REPLICATIONS, Job, compared_words
from sim.runs.replicate import Repeats, Replicated, ReplicationError, replicated
from sim.scenario.places import rooms_of, sites_in_order
from sim.scenario.tables.schema import Scenario
from sim.shell import errors
from sim.shell.ensemble_option import words_on_pictures
from sim.shell.errors import interrupts_noted, shown_progress
from sim.shell.sentences import remark_words
from sim.shell.show import print_json
from sim.words.commands import SAID
from sim.words.language import _, language, speaking
from sim.words.say import listed

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.run.pictures import Drawn
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Site as SiteTable


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
    under_way = repeats.under_way
    if not under_way:
        done = replace(done, compared=repeats.require_same())
    _show(Finished(settings.out, done, reported, doubt, Drawing(), _used_up(done), under_way), reading, settings)
    if under_way:
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
    return Finished(place, done, reported, content, drawing, (*notes, *draft.held), under_way)


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


def begin_drawing(workers: Executor, tables: Callable[[], RunTables], folder: Path, suffix: str) -> list[Future[Drawn]]:
    """Have the pictures drawn into a folder, a share by each job; what goes wrong shows in `drawn`."""
    try:
        with picture_language():
            packed = pickle.dumps((language(), tables()))
        n = jobs_ahead(workers)
        return [workers.submit(_draw_share, packed, (folder, suffix), first, n) for first in range(n)]
    except Exception as error:  # of tables that can't be made, of workers that have died
        failed: Future[Drawn] = Future()
        failed.set_exception(error)
        return [failed]


def drawn(shares: Sequence[Future[Drawn]]) -> Drawing:
    """What came of the pictures, when all are there. One that fails must not cost the numbers."""
    failed: list[str] = []
    skipped: list[str] = []
    for share in shares:
        try:
            skipped += (SAID["picture_skipped"].format(name=name, reason=why) for name, why in share.result().skipped)
        except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
            failed.append(SAID["pictures_failed"].format(kind=type(error).__name__, error=error))
    return Drawing((*dict.fromkeys(failed), *skipped), failed=bool(failed))


def _draw_share(packed: bytes, where: tuple[Path, str], first: int, step: int) -> Drawn:
    from sim.commands.run.pictures import draw_pictures  # noqa: PLC0415  matplotlib is slow to load

    spoken, tables = unpacked(packed)
    with speaking(spoken):
        return draw_pictures(tables, where[0], suffix=where[1], first=first, step=step)


def run_tables(job: Job, done: Replicated, reported: pd.DataFrame, tell: str = "") -> RunTables:
    """The tables of a run with the names, limits and targets of its scenario. `tell`: see `RunTables`."""
    scenario = job.scenario
    first_day, last_day = scenario.counted_days
    sites = sites_in_order(scenario) if scenario.sites is not None else []
    return RunTables(
        title=scenario.title,
        first_day=first_day,
        last_day=last_day,
        n_replications=len(done.finished),
        seed=job.seed,
        series=_counted(done.series, scenario),
        sites=tuple(
            Site(key, site.name or key, number, site.street, rooms_of(scenario.sites, site))
            for number, (key, site) in enumerate(sites, start=1)
            if scenario.sites is not None
        ),
        ports=tuple(Port(key, p.name or key) for key, p in sorted(scenario.ports.items())),
        reported=reported.rename(columns={"reported": "value"}),
        profiles=done.profiles,
        summary=done.summary,
        pools=tuple(Port(key, scenario.pools[key].name or key) for key in _pools(scenario)),
        limit_minutes=scenario.limits.handover_to_coach_minutes,
        targets=tuple(
            (t.measure, t.place, t.at_least if t.at_least is not None else t.at_most or 0.0)
            for t in scenario.targets.values()
        ),
        tell=tell,
        several_years=scenario.several_years,
        first_street=_first_street(done.series, sites),
        only_counted=scenario.window is not None,
    )


OPEN = 2
"""`site_state` from which on a site has been opened."""


def _first_street(series: pd.DataFrame, sites: Sequence[tuple[str, SiteTable]]) -> str:
    """Name of the street-level site that is open first in half of the replications; nothing where none ever is."""
    street = {key: site.name or key for key, site in sites if site.level == "street"}
    rows = series[(series["quantity"] == "site_state") & series["place"].isin(street) & (series["p50"] >= OPEN)]
    first = rows.groupby("place")["time"].min().astype(str)
    return min(
        ((day, list(street).index(str(key)), street[str(key)]) for key, day in first.items()), default=("",) * 3
    )[2]


_BY_SITE = ("site_state", "rooms_taken")


def _counted(series: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Rows of the days that `[window]` counts, so that a picture tells what the measures tell; all without one.

    Sites are shown beyond the last day, as long as they are open.
    """
    if scenario.window is None:
        return series
    first, last = (day.isoformat() for day in scenario.counted_days)
    day = series["time"].astype(str).str[:10]
    of_sites = series["quantity"].isin(_BY_SITE) & (series["place"] != "all")
    return series[(day >= first) & ((day <= last) | of_sites)]


def _pools(scenario: Scenario) -> list[str]:
    """Pools in use: those of the ports, then those that sites have copies of."""
    of_ports = [port.pool for _, port in sorted(scenario.ports.items()) if port.pool is not None]
    sites = scenario.sites
    of_sites = [sites.team, *(site.team for site in sites.candidates.values())] if sites is not None else []
    return list(dict.fromkeys([*of_ports, *(team for team in of_sites if team is not None)]))
