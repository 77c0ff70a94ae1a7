"""`qcap calibrate`: what reported figures say about values that nobody reported."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.shell import errors
from sim.shell import options as common
from sim.shell.files import one_path
from sim.words.language import _
from sim.words.observed import CALIBRATE, COLUMNS, REPORT, ROLES, TITLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from sim.commands.calibrate.case import Case
    from sim.commands.calibrate.keep import ManifestFacts
    from sim.commands.calibrate.rounds import HistoryPlan
    from sim.commands.calibrate.steps import Calibrated
    from sim.commands.calibrate.tables import Tables
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

TargetsFile = Annotated[
    Path | None,
    typer.Option(
        "--targets", metavar="FILE", help="Reported figures [default: <scenario>_targets.csv].", callback=one_path
    ),
]
UnknownsFile = Annotated[
    Path | None,
    typer.Option(
        "--unknowns",
        metavar="FILE",
        help="What is not known [default: <scenario>_unknowns.toml].",
        callback=one_path,
    ),
]
LEAST, DEFAULT, MOST = 40, 20_000, 1_000_000


@dataclass(frozen=True, kw_only=True)
class CalibrationOptions(common.RunSettings):
    """How a calibration is run."""

    budget: int
    resume: bool

    @property
    def chunks(self) -> Path:
        """Folder of finished chunks while the work goes on."""
        return self.out.with_name(f"{self.out.name}-chunks")


def calibrate(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    budget: Annotated[
        int, typer.Option("--budget", min=LEAST, max=MOST, metavar="N", help="Histories of all rounds together.")
    ] = DEFAULT,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where an interrupted calibration ended.")] = False,
    targets: TargetsFile = None,
    unknowns: UnknownsFile = None,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Results folder [default: results/<scenario>-calibration]."),
    ] = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")] = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Learn from reported figures about values that nobody knows.

    Runs histories of settings drawn from priors, keeps those that agree with the figures, predicts the figures that
    were held out, and proves the method on itself. The last line printed is the results folder.
    """
    from sim.flow.engines import choose  # noqa: PLC0415  heavy at start-up, as all imports in functions here
    from sim.keeping.store import check_free  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    name = common.scenario_name(scenario)
    choice = choose(engine, budget)
    settings = CalibrationOptions(
        name=name,
        command=tuple(context.obj),
        budget=budget,
        seed=seed,
        engine=choice,
        where=common.here(choice, workers, budget),
        out=out or Path("results") / f"{name}-calibration",
        resume=resume,
        force=force,
        plots=plots,
        quiet=quiet,
        json=as_json,
    )
    check_free(settings.out, force=force)
    case, facts = _case(reading, scenario, (targets, unknowns), overrides, settings)
    _prepare_chunks(settings)
    _show(_run(case, reading, facts, settings), reading.scenario, settings)
    return errors.RAN


def _case(
    reading: Reading,
    scenario: str,
    given: tuple[Path | None, Path | None],
    overrides: list[str] | None,
    settings: CalibrationOptions,
) -> tuple[Case, ManifestFacts]:
    """Figures and unknowns. Raises ScenarioError with the faults of both files."""
    from sim.commands.calibrate.case import case_of  # noqa: PLC0415
    from sim.commands.calibrate.keep import ManifestFacts  # noqa: PLC0415
    from sim.commands.calibrate.unknowns import read_unknowns  # noqa: PLC0415
    from sim.keeping.manifest import command_line  # noqa: PLC0415
    from sim.measures.registry import REGISTRY  # noqa: PLC0415
    from sim.measures.reported import read_reported  # noqa: PLC0415
    from sim.scenario.faults import Fault, ScenarioError  # noqa: PLC0415
    from sim.scenario.files.changing import parsed  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_file  # noqa: PLC0415

    targets, unknowns = _two_files(reading, given, settings.name)
    read: list[Any] = []
    faults: list[Fault] = []
    for reader in (
        lambda: read_reported(targets, tuple(REGISTRY)),
        lambda: read_unknowns(unknowns, reading.scenario, REGISTRY),
    ):
        try:
            read.append(reader())
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    changes = tuple((".".join(path), value) for path, value, _ in map(parsed, overrides or ()))
    file, words = scenario_file(scenario), command_line(settings.command)
    facts = ManifestFacts(settings.name, words, settings.executor, file, changes, targets.name, unknowns.name)
    return case_of(read[0], read[1], targets.name, reading.scenario), facts


def _two_files(reading: Reading, given: tuple[Path | None, Path | None], name: str) -> tuple[Path, Path]:
    """Of figures and of unknowns, those given or those beside the scenario. Raises ScenarioError where one is none."""
    from sim.commands.calibrate.unknowns import unknowns_file  # noqa: PLC0415
    from sim.measures.reported import reported_file  # noqa: PLC0415
    from sim.scenario.faults import Fault, ScenarioError  # noqa: PLC0415
    from sim.scenario.files.documents import figures_beside, require_file, unknowns_beside  # noqa: PLC0415

    chain = reading.chain
    found = [given[0] or reported_file(chain), given[1] or unknowns_file(chain)]
    for file in found:
        if file is not None:
            require_file(file, str(file))
    beside = ((figures_beside(chain[-1]), "--targets"), (unknowns_beside(chain[-1]), "--unknowns"))
    faults = [
        Fault(
            name,
            "",
            None,
            CALIBRATE["no_file"].format(file=usual.name),
            CALIBRATE["give"].format(option=option),
        )
        for file, (usual, option) in zip(found, beside, strict=True)
        if file is None
    ]
    targets, unknowns = found
    if targets is None or unknowns is None:
        raise ScenarioError(faults)
    return targets, unknowns


def _prepare_chunks(settings: CalibrationOptions) -> None:
    """Refuse finished chunks without --resume or --force; throw them away with --force."""
    from sim.keeping.chunkstore import ChunkStore  # noqa: PLC0415

    store = ChunkStore(settings.chunks)
    if settings.resume or not (store.is_there() and store.keys()):
        return
    if not settings.force:
        errors.refuse(CALIBRATE["chunks"].format(folder=settings.chunks, n=len(store.keys())))
    store.remove()


def _run(
    case: Case, reading: Reading, facts: ManifestFacts, settings: CalibrationOptions
) -> tuple[Path, Calibrated, Tables, dict[str, Any]]:
    from sim.commands.calibrate.keep import write_all, write_for_people  # noqa: PLC0415
    from sim.commands.calibrate.rounds import HistoryRunner, plan_of, total_of  # noqa: PLC0415
    from sim.commands.calibrate.steps import calibrate as run_calibration  # noqa: PLC0415
    from sim.keeping.chunkstore import ChunkStore  # noqa: PLC0415
    from sim.keeping.manifest import sources_hash  # noqa: PLC0415
    from sim.keeping.store import StoreError, drafted  # noqa: PLC0415
    from sim.runs.chunk_runner import opened  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_hash  # noqa: PLC0415
    from sim.shell.errors import interrupts_noted  # noqa: PLC0415

    plan = plan_of(settings.budget)
    if not settings.quiet:
        _say_plan(case, plan, settings)
    with drafted(settings.out, force=settings.force) as draft:
        with ChunkStore(settings.chunks).locked() as store, opened(settings.where) as executor:
            store.set_damaged_aside()
            total = total_of(case, plan)
            model = f"{scenario_hash(reading.scenario)} {sources_hash()}"
            with _progress(total, settings) as on_progress:
                runner = HistoryRunner(
                    reading.scenario, settings.seed, settings.engine.engine, executor, store, model, on_progress
                )
                try:
                    done = run_calibration(case, runner, plan)
                except KeyboardInterrupt as error:
                    raise errors.Interrupted(_kept(runner.count, total, settings)) from error
        with interrupts_noted():
            tables, manifest = write_all(draft.folder, settings.out, done, reading.scenario, facts)
            write_for_people(draft.folder, done, (tables, reading.scenario), manifest, plots=settings.plots)
            folder = draft.publish()
    with suppress(OSError, StoreError):  # a store that stays costs room, nothing else
        store.remove()
    return folder, done, tables, manifest


@contextmanager
def _progress(total: int, settings: CalibrationOptions) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; elsewhere a line for every 5 %, with the time left."""
    from sim.shell.errors import shown_progress  # noqa: PLC0415

    if settings.quiet or sys.stderr.isatty():
        with shown_progress(total, settings.name, not settings.quiet) as progress:
            yield progress
        return
    before = [0, time.monotonic()]  # at the last line: histories and the time, so that what was found is no work

    def tell(count: int) -> None:
        if 20 * count // total > 20 * before[0] // total:
            now = time.monotonic()
            left = (now - before[1]) / (count - before[0]) * max(total - count, 0) / 60
            before[:] = [count, now]
            words = CALIBRATE["minutes"].format(n=left) if left >= 1 else CALIBRATE["soon"]
            errors.say(CALIBRATE["progress"].format(count=count, total=max(total, count), left=words))

    yield tell


def _say_plan(case: Case, plan: HistoryPlan, settings: CalibrationOptions) -> None:
    from sim.commands.calibrate.rounds import total_of  # noqa: PLC0415

    fresh = total_of(case, plan) - plan.budget
    numbers = len(case.unknowns.numbers)
    errors.say(
        str(settings.engine),
        CALIBRATE["plan"].format(
            unknowns=numbers,
            rules=len(case.unknowns.rules),
            figures=len(case.targets.aimed_at),
            budget=plan.budget,
            rounds=len(plan.rounds),
            fresh=fresh,
        ),
    )


def _kept(count: int, total: int, settings: CalibrationOptions) -> str:
    """What is said at Ctrl-C."""
    resume_command = shlex.join(["qcap", *(word for word in settings.command if word != "--resume"), "--resume"])
    return CALIBRATE["kept"].format(count=count, total=total, folder=settings.chunks, command=resume_command)


def _show(
    made: tuple[Path, Calibrated, Tables, dict[str, Any]], scenario: Scenario, settings: CalibrationOptions
) -> None:
    """On the screen with names for ids, as JSON with ids."""
    from sim.commands.calibrate.tables import with_names  # noqa: PLC0415
    from sim.shell.show import print_json  # noqa: PLC0415

    folder, done, tables, manifest = made
    if settings.json:
        print_json(document(folder, tables, manifest))
        return
    if not settings.quiet:
        print_tables(done, with_names(tables, scenario), manifest)
    errors.put(folder)


NUMBERS = {"reported", "median", "band", "off", "share", "prior_share", "effective", "nearest", "correlation", "mean",
           "max"}  # fmt: skip
"""Columns that are set to the right."""


def print_tables(done: Calibrated, all_tables: Tables, manifest: dict[str, Any]) -> None:
    """Print what planners need first; the rest is in report.md."""
    from sim.commands.calibrate import sentences as words  # noqa: PLC0415
    from sim.shell.show import console, heading  # noqa: PLC0415

    out = console()
    out.print(heading(TITLES["targets"]))
    out.print(REPORT["targets"].format(n=done.plan.predictive))
    for role, rows in words.by_role(all_tables.targets):
        out.print()
        out.print(heading(ROLES[role]))
        out.print(_table(words.TARGET_COLUMNS, map(words.target_row, rows)))
    if len(all_tables.staff_trade):
        out.print()
        out.print(heading(TITLES["trade"]))
        for line in words.trade_lines(all_tables.staff_trade):
            out.print(line)
    if len(all_tables.predictions):
        out.print()
        out.print(heading(TITLES["staff"]))
        out.print(_table(words.STAFF_COLUMNS, words.staff_rows(all_tables.predictions)))
    out.print()
    out.print(heading(TITLES["rules"]))
    out.print(_table(words.RULE_COLUMNS, map(words.rule_row, words.records(all_tables.rules))))
    out.print()
    out.print(heading(TITLES["by_choice"]))
    out.print(_table(words.CHOICE_COLUMNS, map(words.choice_row, words.records(all_tables.answers_by_choice))))
    out.print()
    out.print(heading(TITLES["by_rule"]))
    out.print(_table(words.BY_RULE_COLUMNS, words.by_rule_rows(all_tables.figures_by_rule)))
    for rule, rows in words.by_rule(all_tables.unknowns):
        out.print()
        out.print(heading(_("{name}: {value}").format(name=TITLES["unknowns"], value=rule)))
        out.print(_table(words.UNKNOWN_COLUMNS, map(words.unknown_row, rows)))
    out.print()
    for note in manifest["warnings"]:
        out.print(note)


def document(folder: Path, all_tables: Tables, manifest: dict[str, Any]) -> dict[str, Any]:
    """What `--json` prints."""
    from sim.shell.show import records  # noqa: PLC0415

    kept = ("targets", "predictions", "unknowns", "rules", "parts", "proof")
    return {"folder": str(folder), **manifest, **{name: records(getattr(all_tables, name)) for name in kept}}


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    from sim.shell.show import plain_table  # noqa: PLC0415

    names = [COLUMNS[column] for column in columns]
    table = plain_table(*names, numbers=[COLUMNS[column] for column in columns if column in NUMBERS])
    for row in rows:
        table.add_row(*row)
    return table
