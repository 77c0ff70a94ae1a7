"""`qcap sweep`: a scenario at many settings, on all cores or a cluster; what is finished is never lost."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sim.commands.sweep import options
from sim.shell import errors
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile
from sim.words.say import stated_percent
from sim.words.sweep import REFUSED, SWEEP

if TYPE_CHECKING:
    from sim.commands.sweep.plan import Plan, Point
    from sim.commands.sweep.running import Begun
    from sim.flow.engines import Choice
    from sim.keeping.chunkstore import ChunkStore
    from sim.runs.chunk_runner import Where
    from sim.runs.executors import Certificates


def sweep(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    vary: options.Vary = None,
    plan: options.PlanPath = None,
    design: options.DesignName = None,
    points: options.PointsAsked = None,
    replications: options.Few = None,
    seed: options.Seed = None,
    measures: options.MeasureIds = None,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    cluster: options.Cluster = None,
    tls_ca: options.Authority = None,
    tls_cert: options.Certificate = None,
    tls_key: options.CertificateKey = None,
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: options.SweepOut = None,
    resume: options.Resume = False,
    dry_run: options.DryRun = False,
    plots: options.Plots = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Simulate a scenario at many settings and keep every result.

    The last line printed is the results folder. A sweep that was stopped goes on with --resume.
    """
    from sim.commands.sweep import asked as sweep_asked  # noqa: PLC0415  heavy at start-up
    from sim.commands.sweep.dry_run import MOST_TRIED  # noqa: PLC0415

    if resume and (force or out is None):
        errors.refuse(REFUSED["force" if force else "no_out"])
    asked = sweep_asked.Asked(
        scenario, tuple(vary or ()), plan, design, points, replications, seed, tuple(measures or ()),
        tuple(overrides or ()), ensemble, MOST_TRIED if dry_run else None,
    )  # fmt: skip
    laid = sweep_asked.read(asked)
    name = common.scenario_name(scenario)
    choice = _choice(laid.plan, engine)
    settings = options.Settings(
        name=name,
        command=tuple(context.obj),
        where=_where(laid.plan, cluster, workers, (tls_ca, tls_cert, tls_key), choice.engine),
        choice=choice,
        out=common.results_folder(out, f"{name}-sweep"),
        resume=resume,
        force=force,
        plots=plots,
        quiet=quiet,
        json=as_json,
        measures=laid.measures,
        warnings=laid.warnings,
        doubt=laid.doubt,
        overrides=laid.overrides,
    )
    errors.say(*(f"warning: {warning}" for warning in settings.warnings if settings.talk))
    return (_dry_run if dry_run else _sweep)(laid.plan, laid.points, settings)


def _dry_run(plan: Plan, points: tuple[Point, ...], settings: options.Settings) -> int:
    from sim.commands.sweep.dry_run import dry_run  # noqa: PLC0415

    return dry_run(plan, points, settings)


def _choice(plan: Plan, engine: str) -> Choice:
    from sim.commands.sweep.design import count  # noqa: PLC0415
    from sim.flow.engines import choose  # noqa: PLC0415

    return choose(engine, count(plan.axes, plan.design) * plan.replications)


def too_few(plan: Plan, points: tuple[Point, ...]) -> list[str]:
    """Words on targets that no point can be said to meet with so few replications."""
    from sim.commands.sweep.design import count  # noqa: PLC0415
    from sim.numbers.verdicts import fewest_runs  # noqa: PLC0415
    from sim.words.say import counted  # noqa: PLC0415

    n_points = round(sum(bool(point.key) for point in points) / len(points) * count(plan.axes, plan.design))
    words = []
    for name, target in sorted(plan.base.targets.items()):
        needed = fewest_runs(target.share_of_runs, statements=n_points)
        if needed is None:
            words.append(SWEEP["never"].format(target=name))
        elif needed > plan.replications:
            share = stated_percent(target.share_of_runs)
            facts = {"target": name, "share": share, "points": counted(SWEEP, "points", n_points), "needed": needed}
            words.append(SWEEP["few"].format(replications=counted(SWEEP, "replications", plan.replications), **facts))
    return words


def _where(plan: Plan, cluster: str | None, workers: int | None, tls: tuple[Path | None, ...], engine: str) -> Where:
    """On what it runs. Refuses what does not go together."""
    from sim.commands.sweep.design import count  # noqa: PLC0415
    from sim.runs.chunk_runner import Where  # noqa: PLC0415
    from sim.runs.executors import CLUSTER, Certificates  # noqa: PLC0415

    if cluster is None:
        if any(tls):
            errors.refuse(REFUSED["tls_alone"])
        n = min(workers or common.cores(), count(plan.axes, plan.design) * plan.replications)
        return Where(engine, common.executor_of(n), n)
    if workers is not None:
        errors.refuse(REFUSED["workers"])
    if not cluster.startswith(CLUSTER):
        errors.refuse(REFUSED["address"].format(address=cluster, begins=" or ".join(CLUSTER)))
    certificates: Certificates | None = None
    if any(tls):
        authority, certificate, key = tls
        if authority is None or certificate is None or key is None:
            errors.refuse(REFUSED["tls_all"])
        certificates = Certificates(authority, certificate, key)
    return Where(engine, cluster, 2, certificates)


def _sweep(plan: Plan, points: tuple[Point, ...], settings: options.Settings) -> int:
    """Run what is missing, write the files, show what came out."""
    from sim.commands.sweep import keep as sweep_files  # noqa: PLC0415
    from sim.commands.sweep import screen as sweep_show  # noqa: PLC0415
    from sim.commands.sweep.running import SweepError  # noqa: PLC0415
    from sim.keeping.chunkstore import ChunkError, ChunkStore  # noqa: PLC0415
    from sim.keeping.ownership import CHUNKS  # noqa: PLC0415
    from sim.runs.executors import reach  # noqa: PLC0415

    started = time.monotonic()
    if settings.talk:
        errors.say(str(settings.choice))
        errors.say(*(settings.doubt.lines(plan.replications) if settings.doubt else ()))
        errors.say(*too_few(plan, points))
    sweep_files.check_folder(settings)
    if settings.where.is_cluster:
        reach(settings.where.executor, settings.where.certificates)  # before anything is written or removed
    store = ChunkStore(settings.out / CHUNKS)
    try:
        with store.locked():
            sweep_files.begin(store, settings)
            begun = _run(plan, points, store, settings)
            finished = sweep_files.write(plan, points, store, begun.index, settings, started)
    except KeyboardInterrupt:
        errors.say(SWEEP["interrupted"].format(command=settings.again))
        return errors.INTERRUPTED
    except (ChunkError, SweepError, OSError) as error:
        reason = error.strerror or error if isinstance(error, OSError) else error
        raise errors.Failed(SWEEP["stopped"].format(reason=reason, command=settings.again)) from error
    sweep_show.show(plan, finished, settings)
    return errors.FAILED if finished.drawing_failed else errors.RAN


def _run(plan: Plan, points: tuple[Point, ...], store: ChunkStore, settings: options.Settings) -> Begun:
    from sim.commands.sweep.progress import shown  # noqa: PLC0415
    from sim.commands.sweep.running import is_of_another, left, look, run_sweep  # noqa: PLC0415

    begun = look(store, points, plan.replications)
    todo = left(plan, points, begun.index)
    if begun.damaged:
        key = "damaged_one" if begun.damaged == 1 else "damaged"
        errors.say(SWEEP[key].format(n=begun.damaged))
    if is_of_another(store, plan, begun):
        errors.refuse(REFUSED["of_another"].format(out=settings.out))
    if settings.talk:
        words = SWEEP["points" if len(points) != 1 else "points_one"].format(n=f"{len(points):,}")
        facts = {"points": words, "left": f"{todo:,}", "there": f"{begun.there:,}"}
        errors.say(SWEEP["begun"].format(name=settings.name, **facts))
    with shown(settings.name, todo, settings.talk) as told:
        run_sweep(plan, points, store, begun.index, settings.where, told)
    return begun
