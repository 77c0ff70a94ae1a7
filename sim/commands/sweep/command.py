"""`qcap sweep`: a scenario at many settings, on all cores or a cluster; what is finished is never lost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands.sweep.design import REPLICATIONS, SEED, count
from sim.shell import errors
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile
from sim.shell.errors import shown_progress
from sim.shell.files import one_path
from sim.words.commands import SAID
from sim.words.language import _
from sim.words.say import counted, duration, number, stated_percent
from sim.words.searches import REFUSED, SWEEP

if TYPE_CHECKING:
    from sim.commands.sweep.asked import SweepOptions
    from sim.commands.sweep.plan import Point, SweepPlan
    from sim.commands.sweep.running import Begun
    from sim.flow.engines import EngineChoice
    from sim.keeping.chunkstore import ChunkStore
    from sim.runs.chunk_runner import Where
    from sim.runs.executors import Certificates

Vary = Annotated[
    list[str] | None,
    typer.Option(
        "--vary",
        metavar="PATH=VALUES",
        help="START:STOP:STEP, a,b,c or lo..hi; a+b=1,2/3,4 moves two paths together; scenario=a.toml,b.toml "
        "takes files, * is expanded; repeatable.",
    ),
]
Few = Annotated[
    int | None,
    typer.Option(
        "--replications",
        min=1,
        max=100_000,
        metavar="N",
        help=f"Of each setting [default: {REPLICATIONS}, with an ensemble 100; more where targets need them].",
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", min=0, max=2**63 - 1, metavar="S", help=f"The same travellers everywhere [default: {SEED}]."
    ),
]
PlanPath = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="A sweep kept as TOML.", callback=one_path)
]
DesignName = Annotated[
    str | None, typer.Option("--design", metavar="NAME", help="grid, lhs, sobol or saltelli [default: grid].")
]
PointsAsked = Annotated[
    int | None, typer.Option("--points", min=1, metavar="N", help="Settings of lhs and sobol; rows of saltelli.")
]
MeasureIds = Annotated[
    list[str] | None, typer.Option("--measures", metavar="IDS", help="Measures to keep, or all; see qcap measures.")
]
Cluster = Annotated[
    str | None, typer.Option("--cluster", metavar="ADDRESS", help="Scheduler of a Dask cluster, tcp://host:8786.")
]
Authority = Annotated[Path | None, typer.Option("--tls-ca", metavar="FILE", help="For tls://: authority.")]
Certificate = Annotated[Path | None, typer.Option("--tls-cert", metavar="FILE", help="For tls://: certificate.")]
CertificateKey = Annotated[Path | None, typer.Option("--tls-key", metavar="FILE", help="For tls://: its key.")]
SweepOut = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Results folder [default: results/<scenario>-sweep-<date>-<time>]."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on in --out, with more settings or replications too; or start.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell how long it takes; write nothing.")]
Plots = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")]


def sweep(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    vary: Vary = None,
    plan: PlanPath = None,
    design: DesignName = None,
    points: PointsAsked = None,
    replications: Few = None,
    seed: Seed = None,
    measures: MeasureIds = None,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    cluster: Cluster = None,
    tls_ca: Authority = None,
    tls_cert: Certificate = None,
    tls_key: CertificateKey = None,
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: SweepOut = None,
    resume: Resume = False,
    dry_run: DryRun = False,
    plots: Plots = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Simulate a scenario at many settings and keep every result.

    The last line printed is the results folder. A sweep that was stopped goes on with --resume.
    """
    from sim.commands.sweep.asked import Asked, SweepOptions, read_sweep  # noqa: PLC0415  heavy at start-up

    if resume and (force or out is None):
        errors.refuse(REFUSED["force" if force else "no_out"])
    checked = read_sweep(Asked(
        scenario, tuple(vary or ()), plan, design, points, replications, seed, tuple(measures or ()),
        tuple(overrides or ()), ensemble, MOST_TRIED if dry_run else None,
    ))  # fmt: skip
    name = common.scenario_name(scenario)
    choice = _choice(checked.plan, engine)
    settings = SweepOptions(
        name=name,
        command=tuple(context.obj),
        where=_where(checked.plan, cluster, workers, (tls_ca, tls_cert, tls_key), choice),
        seed=checked.plan.seed,
        engine=choice,
        out=common.results_folder(out, f"{name}-sweep"),
        resume=resume,
        force=force,
        plots=plots,
        quiet=quiet,
        json=as_json,
        measures=checked.measures,
        warnings=checked.warnings,
        doubt=checked.doubt,
        overrides=checked.overrides,
    )
    errors.say(*(SAID["warning"].format(words=warning) for warning in settings.warnings if settings.talk))
    return (_dry_run if dry_run else _sweep)(checked.plan, checked.points, settings)


def _choice(plan: SweepPlan, engine: str) -> EngineChoice:
    from sim.flow.engines import choose  # noqa: PLC0415

    return choose(engine, count(plan.axes, plan.design) * plan.replications)


def _too_few(plan: SweepPlan, points: tuple[Point, ...]) -> list[str]:
    """Words on targets that no point can be said to meet with so few replications."""
    from sim.numbers.verdicts import fewest_replications  # noqa: PLC0415

    n_points = round(sum(bool(point.key) for point in points) / len(points) * count(plan.axes, plan.design))
    words = []
    for name, target in sorted(plan.base.targets.items()):
        needed = fewest_replications(target.share_of_runs, statements=n_points)
        if needed is None:
            words.append(SWEEP["never"].format(target=name))
        elif needed > plan.replications:
            share = stated_percent(target.share_of_runs)
            facts = {"target": name, "share": share, "points": counted(SWEEP, "points", n_points), "needed": needed}
            words.append(SWEEP["few"].format(replications=counted(SWEEP, "replications", plan.replications), **facts))
    return words


def _where(
    plan: SweepPlan, cluster: str | None, workers: int | None, tls: tuple[Path | None, ...], engine: EngineChoice
) -> Where:
    """On what it runs. Refuses what does not go together."""
    from sim.runs.chunk_runner import Where  # noqa: PLC0415
    from sim.runs.executors import CLUSTER, Certificates  # noqa: PLC0415

    if cluster is None:
        if any(tls):
            errors.refuse(REFUSED["tls_alone"])
        return common.here(engine, workers, count(plan.axes, plan.design) * plan.replications)
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
    return Where(engine.engine, cluster, 2, certificates)


def _sweep(plan: SweepPlan, points: tuple[Point, ...], settings: SweepOptions) -> int:
    """Run what is missing, write the files, show what came out."""
    from sim.commands.sweep import keep as sweep_files  # noqa: PLC0415
    from sim.commands.sweep.running import SweepError  # noqa: PLC0415
    from sim.keeping.chunkstore import ChunkError, ChunkStore  # noqa: PLC0415
    from sim.keeping.manifest import CHUNKS  # noqa: PLC0415
    from sim.runs.executors import reach  # noqa: PLC0415

    started = time.monotonic()
    if settings.talk:
        errors.say(str(settings.engine))
        errors.say(*(settings.doubt.lines(plan.replications) if settings.doubt else ()))
        errors.say(*_too_few(plan, points))
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
        errors.say(SWEEP["interrupted"].format(command=settings.resume_command))
        return errors.INTERRUPTED
    except (ChunkError, SweepError, OSError) as error:
        reason = _(error.strerror or str(error)) if isinstance(error, OSError) else error
        raise errors.Failed(SWEEP["stopped"].format(reason=reason, command=settings.resume_command)) from error
    sweep_files.print_sweep(plan, finished, settings)
    return errors.FAILED if finished.drawing_failed else errors.RAN


def _run(plan: SweepPlan, points: tuple[Point, ...], store: ChunkStore, settings: SweepOptions) -> Begun:
    from sim.commands.sweep.running import found_in, is_of_another, left, run_sweep  # noqa: PLC0415

    begun = found_in(store, points, plan.replications)
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
    with shown_left(settings.name, todo, settings.talk) as progress:
        run_sweep(plan, points, store, begun.index, settings.where, progress)
    return begun


SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def shown_left(name: str, left: int, talk: bool) -> Iterator[Callable[[int], None]]:
    """A function to call with the number of replications finished so far, of `left`."""
    if not talk or not left:
        yield lambda _: None
    elif sys.stderr.isatty():
        with shown_progress(left, name, talk) as update:
            yield update
    else:
        yield _Lines(name, left)
        errors.say(SWEEP["ended"].format(name=name))


class _Lines:
    """A line every half minute."""

    def __init__(self, name: str, left: int) -> None:
        self.name, self.left = name, left
        self.began = self.said = time.monotonic()

    def __call__(self, finished: int) -> None:
        now = time.monotonic()
        if not finished or finished >= self.left or now - self.said < SECONDS_BETWEEN_LINES:
            return
        self.said = now
        time_left = duration((now - self.began) * (self.left - finished) / finished)
        errors.say(SWEEP["progress"].format(name=self.name, done=finished, total=self.left, time=time_left))


MOST_TRIED = 500
"""Of more points so many are tried: to make a scenario takes some milliseconds."""
PILOTS = 3
"""Points that are timed: the first, the middle and the last."""
SECONDS_AT_START_AND_END = 5.0
"""Starting processes, tables and pictures."""


def _dry_run(plan: SweepPlan, points: tuple[Point, ...], settings: SweepOptions) -> int:
    """Time a pilot and print what the sweep would take."""
    from sim.commands.sweep.running import chosen, index_of, left  # noqa: PLC0415
    from sim.flow.engines import COMPILED  # noqa: PLC0415
    from sim.keeping.chunkstore import ChunkStore  # noqa: PLC0415  heavy at start-up, as all imports in functions here
    from sim.keeping.manifest import CHUNKS  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415

    index = index_of(ChunkStore(settings.out / CHUNKS).keys())
    total = count(plan.axes, plan.design)
    every, scale = total * plan.replications, total / len(points)  # of many points some were tried
    todo = round(scale * left(plan, points, index))
    there = round(scale * sum(len(index.there(point.key, plan.replications)) for point in points if point.key))
    engine = settings.where.engine
    n = 1 if settings.where.is_cluster else settings.where.n_workers  # of a cluster nobody knows
    compared = round(scale * sum(map(len, chosen(plan, points).values()))) if engine == COMPILED and todo else 0
    each, timed = _seconds(plan, points, engine)
    slow = _seconds(plan, points[:1], "simpy")[0] if compared else 0.0
    seconds = SECONDS_AT_START_AND_END + (todo * each + compared * slow) / n
    document = {
        "points": total, "replications": plan.replications, "there": there, "left": todo, "workers": n,
        "engine": engine, "seconds_each": each, "run_again_on_simpy": compared, "seconds": seconds if todo else 0.0,
    }  # fmt: skip
    if settings.json:
        show.print_json(document)
        return errors.RAN
    numbers = {"points": f"{total:,}", "replications": plan.replications, "all": f"{every:,}"}
    print(SWEEP["dry"].format(**numbers, there=f"{there:,}", left=f"{todo:,}"))  # noqa: T201
    if todo:
        facts = {"workers": counted(SWEEP, "workers", n), "seconds": number(each), "n": timed}
        print(SWEEP["dry.time"].format(time=duration(seconds), **facts))  # noqa: T201
    if compared:
        print(SWEEP["dry.compared"].format(n=compared, seconds=number(slow)))  # noqa: T201
    if scale > 1:
        print(SWEEP["dry.tried"].format(n=f"{len(points):,}"))  # noqa: T201
    print(SWEEP["dry.nothing"])  # noqa: T201
    return errors.RAN


def _seconds(plan: SweepPlan, points: tuple[Point, ...], engine: str) -> tuple[float, int]:
    """Seconds of a replication, mean over a few points, and how many were timed. One before them warms up."""
    from sim.runs.chunk_runner import begin_worker  # noqa: PLC0415
    from sim.runs.job import run_one  # noqa: PLC0415

    good = [point for point in points if point.key]
    begin_worker(engine)
    picked = [good[i] for i in sorted({0, len(good) // 2, len(good) - 1})][:PILOTS]
    if engine != "simpy":
        run_one(plan.job(picked[0].settings, engine), 1)
    began = time.perf_counter()
    for point in picked:
        run_one(plan.job(point.settings, engine), 1)
    return (time.perf_counter() - began) / len(picked), len(picked)
