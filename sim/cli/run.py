"""`qcap run`: simulate a scenario, keep the results, show the table."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import common, errors
from sim.cli.with_ensemble import EnsembleFile, read_doubt

if TYPE_CHECKING:
    import pandas as pd

    from sim.cli.with_ensemble import Doubt
    from sim.experiments.job import Job
    from sim.experiments.replicate import Replicated
    from sim.flow.engines import Choice
    from sim.reported import Figure
    from sim.scenario import Reading
    from sim.store import Draft


class Events(StrEnum):
    """Whose histories are written."""

    none = "none"
    one = "one"
    all = "all"


@dataclass(frozen=True)
class Settings:
    """How a scenario is run."""

    name: str
    command: tuple[str, ...]
    """Words of the command line, without qcap."""
    replications: int
    seed: int
    workers: int
    engine: Choice
    out: Path
    force: bool
    events: Events
    check: bool
    plots: bool
    quiet: bool
    json: bool
    warnings: tuple[str, ...] = ()
    """Things to know about the scenario."""
    doubt: Doubt | None = None
    """An ensemble that varies values of the scenario."""

    @property
    def executor(self) -> str:
        """Where the jobs run."""
        n = min(self.workers, self.replications)
        return "serial" if n == 1 else f"local:{n}"

    @property
    def talk(self) -> bool:
        """Whether to say on stderr how far the work is."""
        return not self.quiet


@dataclass(frozen=True)
class Drawing:
    """What came of the pictures."""

    notes: tuple[str, ...] = ()
    """Pictures that are not there, and why."""
    failed: bool = False


@dataclass(frozen=True)
class Finished:
    """A run whose results are kept."""

    folder: Path
    done: Replicated
    reported: pd.DataFrame
    manifest: dict[str, Any]
    drawing: Drawing
    notes: tuple[str, ...]
    """What a planner should know about this run."""


def run(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    replications: common.Replications = 30,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: common.Out = None,
    events: Annotated[
        Events, typer.Option("--events", help="Write histories as events-<replication>.parquet.")
    ] = Events.none,
    check: Annotated[bool, typer.Option("--check", help="Test every history: nobody lost, nothing overfull.")] = False,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")] = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Simulate a scenario and keep the results.

    The last line printed is the results folder.
    """
    from sim.flow.engines import choose  # noqa: PLC0415  heavy at start-up

    reading = common.read_scenario(scenario, overrides)
    figures = common.read_figures(reading)
    name = common.scenario_name(scenario)
    settings = Settings(
        name=name,
        command=tuple(context.obj),
        replications=replications,
        seed=seed,
        workers=workers or _cores(),
        engine=choose(engine, replications),
        out=out or Path("results") / f"{name}-{time.strftime('%Y-%m-%d-%H%M%S')}",
        force=force,
        events=events,
        check=check,
        plots=plots,
        quiet=quiet,
        json=as_json,
        warnings=tuple(map(str, reading.warnings)),
        doubt=read_doubt(ensemble, reading.scenario, overrides),
    )
    if settings.talk:
        errors.say(*(f"warning: {warning}" for warning in settings.warnings), str(settings.engine))
        errors.say(*(settings.doubt.lines(replications) if settings.doubt else ()))
    finished = _simulate_and_keep(reading, figures, settings)
    _show(finished, reading, settings)
    if finished.done.interrupted:
        errors.say(f"interrupted: {len(finished.done.finished)} of {replications} replications are kept")
        return errors.INTERRUPTED
    if finished.drawing.failed:
        errors.say(*finished.drawing.notes)
        return errors.FAILED
    return errors.RAN


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _simulate_and_keep(reading: Reading, figures: tuple[Figure, ...], settings: Settings) -> Finished:
    """Run the replications and write the results folder, which appears when it is complete."""
    from sim.cli.progress import interrupts_noted, shown_progress  # noqa: PLC0415
    from sim.experiments.job import Job  # noqa: PLC0415
    from sim.experiments.replicate import replicate  # noqa: PLC0415
    from sim.experiments.second_flow import MOST_REPLICATIONS  # noqa: PLC0415
    from sim.store import drafted  # noqa: PLC0415

    with drafted(settings.out, force=settings.force) as draft:
        job = Job(
            scenario=reading.scenario,
            seed=settings.seed,
            engine=settings.engine.engine,
            check=settings.check,
            events_folder=None if settings.events is Events.none else draft.folder.resolve(),
            events_of_all=settings.events is Events.all,
            n_second_flows=MOST_REPLICATIONS,
            draws=settings.doubt.draws if settings.doubt else (),
        )
        with shown_progress(settings.replications, f"{settings.name}, seed {settings.seed}", settings.talk) as progress:
            done = replicate(job, settings.replications, executor=settings.executor, progress=progress)
        if done.violations:
            lines = [f"replication {number}: {words}" for number, words in done.violations]
            raise errors.Failed(
                "\n".join(["failed: histories break rules that must hold; nothing was written", *lines])
            )
        with interrupts_noted():
            return _keep(draft, job, done, figures, settings)


def _notes(done: Replicated, drawing: Drawing) -> tuple[str, ...]:
    from sim.experiments.verify import told  # noqa: PLC0415

    used_up = len(done.sites_used_up)
    words = f"the list of sites was used up in {used_up} of {len(done.finished)} replications: list more candidates"
    same = [told(len(done.compared), len(done.finished))] if done.compared else []
    return (*([words] if used_up else []), *same, *drawing.notes)


def _keep(draft: Draft, job: Job, done: Replicated, figures: tuple[Figure, ...], settings: Settings) -> Finished:
    """Write all files, then put the folder in its place."""
    from sim.experiments.results import RunFacts, drop_unfinished_events, manifest, write_results  # noqa: PLC0415
    from sim.reported import against_reported  # noqa: PLC0415
    from sim.store import command_line, write_table  # noqa: PLC0415

    drop_unfinished_events(draft.folder, done)
    reported = against_reported(figures, done.summary)
    if figures:
        write_table(draft.folder / "reported.csv", reported)
    drawing = _draw(draft.folder / "plots", job, done, reported) if settings.plots else Drawing()
    notes = _notes(done, drawing)
    command, warnings = command_line(settings.command), (*settings.warnings, *notes)
    facts = RunFacts(settings.name, command, settings.executor, warnings, settings.engine)
    content = manifest(job, done, facts)
    if settings.doubt:
        content["ensemble"] = settings.doubt.facts()
    write_results(draft.folder, content, job, done)
    return Finished(draft.publish(), done, reported, content, drawing, notes)


def _draw(folder: Path, job: Job, done: Replicated, reported: pd.DataFrame) -> Drawing:
    """Draw the pictures. One that fails must not cost the numbers."""
    from sim.plots import Port, RunTables, Site, draw_pictures  # noqa: PLC0415
    from sim.scenario.places import rooms_of, sites_in_order  # noqa: PLC0415

    scenario = job.scenario
    ordered = enumerate(sites_in_order(scenario), start=1)
    tables = RunTables(
        title=scenario.title,
        first_day=scenario.first_day,
        last_day=scenario.last_day,
        n_replications=len(done.finished),
        seed=job.seed,
        series=done.series,
        sites=tuple(
            Site(key, site.name or key, number, site.street, rooms_of(scenario.sites, site))
            for number, (key, site) in ordered
            if scenario.sites is not None
        ),
        ports=tuple(Port(key, p.name or key) for key, p in sorted(scenario.ports.items())),
        reported=reported.rename(columns={"reported": "value"}),
    )
    try:
        drawn = draw_pictures(tables, folder)
    except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
        return Drawing((f"pictures failed: {type(error).__name__}: {error}",), failed=True)
    return Drawing(tuple(f"picture {name} was not drawn: {reason}" for name, reason in drawn.skipped))


def _show(finished: Finished, reading: Reading, settings: Settings) -> None:
    """Print table or JSON, and the folder last."""
    from sim.cli import show  # noqa: PLC0415

    if settings.json:
        show.print_json(show.run_document(finished))
        return
    if not settings.quiet:
        show.run_tables(finished, reading.scenario, settings.seed)
    print(finished.folder)  # noqa: T201
