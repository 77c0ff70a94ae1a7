"""`qcap sweep`: a scenario at many settings, on all cores or a cluster; what is finished is never lost."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import common, errors
from sim.cli.with_ensemble import EnsembleFile
from sim.labels_sweep import SWEEP

if TYPE_CHECKING:
    from sim.chunkstore import ChunkStore
    from sim.cli.with_ensemble import Doubt
    from sim.executors import Certificates
    from sim.experiments.sweep import Begun, Where
    from sim.experiments.sweep_plan import Plan, Point
    from sim.flow.engines import Choice

CHUNKS = "chunks"
"""Folder of the store, inside the results folder."""
REPLICATIONS, SEED = 20, 1

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH=VALUES",
        help="START:STOP:STEP, a,b,c or lo..hi; a+b=1,2/3,4 moves two paths together; scenario=a.toml,b.toml; "
        "repeatable.",
    ),
]
Few = Annotated[
    int | None,
    typer.Option("--replications", min=1, max=100_000, metavar="N", help=f"Of each point [default: {REPLICATIONS}]."),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, metavar="S", help=f"The same travellers everywhere [default: {SEED}]."
    ),
]


@dataclass(frozen=True)
class Settings:
    """How a sweep is run."""

    name: str
    command: tuple[str, ...]
    """Words of the command line, without qcap."""
    where: Where
    choice: Choice
    out: Path
    resume: bool
    force: bool
    plots: bool
    quiet: bool
    json: bool
    measures: tuple[str, ...]
    """As asked for."""
    warnings: tuple[str, ...]
    doubt: Doubt | None = None

    @property
    def talk(self) -> bool:
        """Whether to say on stderr how far the work is."""
        return not self.quiet

    @property
    def again(self) -> str:
        """The command that goes on with this sweep."""
        words = [word for word in self.command if word not in ("--resume", "--force")]
        if not any(word.split("=")[0] == "--out" for word in words):
            words += ["--out", str(self.out)]
        return " ".join(f'"{word}"' if " " in word else word for word in ("qcap", *words, "--resume"))


def sweep(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    vary: Vary = None,
    plan: Annotated[Path | None, typer.Option("--plan", metavar="FILE", help="A sweep kept as TOML.")] = None,
    design: Annotated[
        str | None, typer.Option("--design", metavar="NAME", help="grid, lhs, sobol or saltelli [default: grid].")
    ] = None,
    points: Annotated[
        int | None, typer.Option("--points", min=1, metavar="N", help="Points of lhs and sobol; rows of saltelli.")
    ] = None,
    replications: Few = None,
    seed: Seed = None,
    measures: Annotated[
        list[str] | None, typer.Option("--measures", metavar="IDS", help="Measures to keep, or all; see qcap measures.")
    ] = None,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    cluster: Annotated[
        str | None, typer.Option("--cluster", metavar="ADDRESS", help="Scheduler of a Dask cluster, tcp://host:8786.")
    ] = None,
    tls_ca: Annotated[Path | None, typer.Option("--tls-ca", metavar="FILE", help="For tls://: authority.")] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", metavar="FILE", help="For tls://: certificate.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="For tls://: its key.")] = None,
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Results folder [default: results/<scenario>-sweep-<date>-<time>]."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on in --out, with more points or replications too; or start.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell how long it takes; write nothing.")] = False,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")] = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Simulate a scenario at many settings and keep every result.

    The last line printed is the results folder. A sweep that was stopped goes on with --resume.
    """
    from sim.cli import sweep_asked  # noqa: PLC0415  heavy at start-up
    from sim.experiments.sweep_design import count  # noqa: PLC0415
    from sim.flow.engines import choose  # noqa: PLC0415

    if resume and force:
        errors.refuse("--resume and --force: one keeps what is there, the other replaces it")
    if resume and out is None:
        errors.refuse("--resume: needs --out, the folder to go on with")
    asked = sweep_asked.Asked(
        scenario, tuple(vary or ()), plan, design, points, replications, seed, tuple(measures or ()),
        tuple(overrides or ()), ensemble,
    )  # fmt: skip
    laid = sweep_asked.read(asked)
    settings = Settings(
        name=common.scenario_name(scenario),
        command=tuple(context.obj),
        where=_where(laid.plan, cluster, workers, (tls_ca, tls_cert, tls_key), engine),
        choice=choose(engine, count(laid.plan.axes, laid.plan.design) * laid.plan.replications),
        out=out or Path("results") / f"{common.scenario_name(scenario)}-sweep-{time.strftime('%Y-%m-%d-%H%M%S')}",
        resume=resume,
        force=force,
        plots=plots,
        quiet=quiet,
        json=as_json,
        measures=laid.measures,
        warnings=laid.warnings,
        doubt=laid.doubt,
    )
    if dry_run:
        from sim.cli.sweep_dry import dry_run as tell  # noqa: PLC0415

        return tell(laid.plan, laid.points, settings)
    if settings.talk:
        errors.say(*(f"warning: {warning}" for warning in settings.warnings), str(settings.choice))
        errors.say(*(settings.doubt.lines(laid.plan.replications) if settings.doubt else ()))
        errors.say(*too_few(laid.plan, laid.points))
    return _sweep(laid.plan, laid.points, settings)


def too_few(plan: Plan, points: tuple[Point, ...]) -> list[str]:
    """Words on targets that no point can be said to meet with so few replications."""
    from sim.experiments.sweep_targets import replications_for  # noqa: PLC0415

    n_points = sum(bool(point.key) for point in points)
    words = []
    for name, target in sorted(plan.base.targets.items()):
        needed = replications_for(target.share_of_runs, n_points)
        if needed is None:
            words.append(SWEEP["never"].format(target=name))
        elif needed > plan.replications:
            share = f"{100 * target.share_of_runs:.4g} %"
            facts = {"target": name, "share": share, "points": f"{n_points:,} points", "needed": needed}
            words.append(SWEEP["few"].format(n=plan.replications, **facts))
    return words


def _where(plan: Plan, cluster: str | None, workers: int | None, tls: tuple[Path | None, ...], engine: str) -> Where:
    """On what it runs. Refuses what does not go together."""
    from sim.executors import CLUSTER, Certificates  # noqa: PLC0415
    from sim.experiments.sweep import Where  # noqa: PLC0415
    from sim.experiments.sweep_design import count  # noqa: PLC0415
    from sim.flow.engines import choose  # noqa: PLC0415

    total = count(plan.axes, plan.design) * plan.replications
    name = choose(engine, total).engine
    if cluster is None:
        if any(tls):
            errors.refuse("--tls-ca, --tls-cert, --tls-key: go with --cluster tls://host:port")
        n = min(workers or _cores(), total)
        return Where(name, "serial" if n == 1 else f"local:{n}", n)
    if workers is not None:
        errors.refuse("--workers: a cluster has the workers that were started for it")
    if not cluster.startswith(CLUSTER):
        errors.refuse(f"--cluster {cluster}: must begin with {' or '.join(CLUSTER)}, such as tcp://host:8786")
    certificates: Certificates | None = None
    if any(tls):
        authority, certificate, key = tls
        if authority is None or certificate is None or key is None:
            errors.refuse("--tls-ca, --tls-cert, --tls-key: all three are needed")
        certificates = Certificates(authority, certificate, key)
    return Where(name, cluster, 2, certificates)


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _sweep(plan: Plan, points: tuple[Point, ...], settings: Settings) -> int:
    """Run what is missing, write the files, show what came out."""
    from sim.chunkstore import ChunkError, ChunkStore  # noqa: PLC0415
    from sim.cli import sweep_files, sweep_show  # noqa: PLC0415
    from sim.experiments.sweep import SweepError  # noqa: PLC0415

    started = time.monotonic()
    sweep_files.check_folder(settings)
    store = ChunkStore(settings.out / CHUNKS)
    try:
        with store.locked():
            if settings.force:
                sweep_files.clear(settings.out)
            begun = _run(plan, points, store, settings)
            finished = sweep_files.write(plan, points, store, begun.index, settings, started)
    except KeyboardInterrupt:
        errors.say(SWEEP["interrupted"].format(command=settings.again))
        return errors.INTERRUPTED
    except (ChunkError, SweepError) as error:
        raise errors.Failed(SWEEP["stopped"].format(reason=error, command=settings.again)) from error
    sweep_show.show(plan, finished, settings)
    return errors.FAILED if finished.drawing_failed else errors.RAN


def _run(plan: Plan, points: tuple[Point, ...], store: ChunkStore, settings: Settings) -> Begun:
    from sim.cli.sweep_progress import shown  # noqa: PLC0415
    from sim.experiments.sweep import left, look, run_sweep  # noqa: PLC0415

    begun = look(store, points, plan.replications)
    todo = left(plan, points, begun.index)
    if begun.damaged:
        key = "damaged_one" if begun.damaged == 1 else "damaged"
        errors.say(SWEEP[key].format(n=begun.damaged))
    if begun.index.chunks and not begun.there:
        n = sum(map(len, begun.index.chunks.values()))
        errors.say(SWEEP["other"].format(n=n, folder=store.folder))
    if settings.talk:
        words = SWEEP["points" if len(points) != 1 else "points_one"].format(n=f"{len(points):,}")
        facts = {"points": words, "left": f"{todo:,}", "there": f"{begun.there:,}"}
        errors.say(SWEEP["begun"].format(name=settings.name, **facts))
    with shown(settings.name, todo, settings.talk) as told:
        run_sweep(plan, points, store, begun.index, settings.where, told)
    return begun
