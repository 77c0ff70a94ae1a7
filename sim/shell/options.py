"""Options and small steps that commands share."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.shell import errors
from sim.shell.files import one_name
from sim.words.commands import SAID
from sim.words.screens import OUTLOOK
from sim.words.user_text import for_file_name

if TYPE_CHECKING:
    from sim.flow.engines import EngineChoice
    from sim.measures.reported import Figure
    from sim.runs.chunk_runner import Where
    from sim.runs.precision import StoppingRule
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario
    from sim.shell.ensemble_option import EnsembleUse


ScenarioPath = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO",
        help="Scenario file (TOML, .xlsx, .ods), or a folder with a scenario.toml or scenario.xlsx.",
        show_default=False,
        callback=one_name,
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change one value, such as pools.hzmb.headcount=20; repeatable."),
]
AUTO = 0
"""Stands for "auto": as many replications as precision asks for."""


def _replications(text: str) -> int:
    """A number of replications, or "auto"."""
    if str(text) == "auto":
        return AUTO
    if not str(text).isdecimal() or not 1 <= int(text) <= 100_000:
        raise typer.BadParameter(SAID["replications"].format(text=text))
    return int(text)


ReplicationsOrAuto = Annotated[
    int | None,
    typer.Option(
        "--replications",
        parser=_replications,
        metavar="N|auto",
        help="Replications; auto: until --precision is reached (30, 45, 70, 100, ..., at most 2000) "
        "[default: 30, with an ensemble 100].",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        "--precision", metavar="SHARE", help="With auto: half width of a 95 % interval / mean [default: 0.05]."
    ),
]
PrecisionOf = Annotated[
    list[str] | None,
    typer.Option(
        "--precision-of",
        metavar="MEASURE[@PLACE][=WIDTH]",
        help="With auto: measures to be precise [default: people served, rooms, sites, time to the coach at each port];"
        " =WIDTH: half width in the measure's unit; repeatable.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, max=2**63 - 1, metavar="S", help="The same seed gives the same numbers.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, max=1024, metavar="N", help="Processes [default: the number of cores]."),
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="simpy, compiled (the same histories, quicker), or auto: whichever will be done first.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Results folder [default: results/<scenario>-<date>-<time>]."),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the results in --out.")]
ForceFile = Annotated[bool, typer.Option("--force", help="Replace files that qcap wrote and nobody changed.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print the results folder only.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of tables.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")]
MEMINFO = Path("/proc/meminfo")


def replications_option(otherwise: int) -> Any:
    """`--replications`, for a command that takes so many without an ensemble; see `ensemble_option.replications_of`."""
    words = f"Replications [default: {otherwise}, with an ensemble 100; more where targets need them for a verdict]."
    return typer.Option("--replications", min=1, max=100_000, metavar="N", help=words, show_default=False)


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """What every command that simulates is asked for, whatever it simulates; a command's own record adds what is its
    own.
    """

    name: str
    """Of the scenario, for folders and progress."""
    command: tuple[str, ...]
    """Words of the command line, without qcap."""
    seed: int
    engine: EngineChoice
    where: Where
    out: Path
    force: bool
    plots: bool
    quiet: bool
    json: bool
    warnings: tuple[str, ...] = ()
    """Things to know about the scenario."""
    doubt: EnsembleUse | None = None
    """An ensemble that varies values of the scenario."""

    @property
    def executor(self) -> str:
        """Where jobs run, in the words of the manifest."""
        return self.where.executor

    @property
    def talk(self) -> bool:
        """Whether to say on stderr how far the work is."""
        return not self.quiet


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def executor_of(n_workers: int) -> str:
    """The executor of this machine with so many workers, as `sim.runs.executors.open_executor` takes it."""
    return "serial" if n_workers == 1 else f"local:{n_workers}"


def here(engine: EngineChoice, workers: int | None, jobs: int) -> Where:
    """As many processes of this machine as are asked for, else one for each core, but no more than there are jobs."""
    from sim.runs.chunk_runner import Where  # noqa: PLC0415

    n = min(workers or cores(), jobs)
    return Where(engine.engine, executor_of(n), n)


def read_scenario(path: str, overrides: list[str] | None) -> Reading:
    """The scenario with what is known about where its values come from. Raises ScenarioError."""
    from sim.measures.registry import REGISTRY  # noqa: PLC0415  heavy at start-up, as all imports in functions here
    from sim.scenario import read  # noqa: PLC0415

    return read(path, overrides=tuple(overrides or ()), known_measures=list(REGISTRY))


def read_scenarios(paths: Iterable[str], overrides: list[str] | None) -> list[Reading]:
    """As `read_scenario` for each; the faults of all come together. Raises ScenarioError."""
    from sim.scenario.faults import Fault, ScenarioError  # noqa: PLC0415

    readings: list[Reading] = []
    faults: dict[str, Fault] = {}
    for path in paths:
        try:
            readings.append(read_scenario(path, overrides))
        except ScenarioError as error:
            faults |= {str(fault): fault for fault in error.faults}
    if faults:
        raise ScenarioError(faults.values())
    return readings


def read_figures(reading: Reading) -> tuple[Figure, ...]:
    """The reported figures beside a scenario or the ones it extends; none without such a file. Raises ScenarioError."""
    from sim.measures.registry import REGISTRY  # noqa: PLC0415  heavy at start-up, as all imports in functions here
    from sim.measures.reported import read_reported, reported_file  # noqa: PLC0415

    return read_reported(reported_file(reading.chain), tuple(REGISTRY))


def read_plan(
    replications: int, precision: float | None, goals: list[str] | None, scenario: Scenario
) -> int | StoppingRule:
    """How many replications: the number asked for, or a stopping rule. Raises BadInput."""
    from sim.runs.precision import PRECISION, GoalError, StoppingRule, read_goals  # noqa: PLC0415

    if replications != AUTO:
        if precision is not None or goals:
            errors.refuse(SAID["precision.alone"])
        return replications
    if precision is not None and not 0 < precision < 1:
        errors.refuse(SAID["precision.share"].format(value=precision))
    try:
        return StoppingRule(read_goals(goals or (), scenario, precision or PRECISION))
    except GoalError as error:
        errors.refuse(f"--precision-of {error}")


def results_folder(out: Path | None, name: str) -> Path:
    """Where results go: where asked, or a new folder with the time in its name."""
    return out or Path("results") / f"{name}-{time.strftime('%Y-%m-%d-%H%M%S')}"


def scenario_name(path: str) -> str:
    """Short name of a scenario for folders: the file's name, or the folder's for a scenario.toml or scenario.xlsx."""
    from sim.scenario.files.documents import scenario_file  # noqa: PLC0415

    file = scenario_file(path)
    if file.stem == "scenario":
        return for_file_name(file.resolve().parent.name or "scenario")
    return for_file_name(file.stem)


def rows_that_fit(reading: Reading, workers: int | None) -> int:
    """Rows of the event log of a replication. Raises BadInput when one needs more memory than is free; says so on
    stderr when all workers together do.
    """
    from sim.outlook import size_of_replication  # noqa: PLC0415  heavy at start-up

    size, free, many = size_of_replication(reading.scenario), free_memory(), workers or cores()
    if free is None:
        return size.rows
    amounts = {"free": memory_words(free), "memory": memory_words(size.memory)}
    if size.memory > free:
        words = OUTLOOK["run.too_large"].format(people=f"{size.people:,}", rows=f"{size.rows:,}", **amounts)
        errors.refuse(f"{reading.files[-1].name}: {words}")
    if many * size.memory > free:
        errors.say(OUTLOOK["run.many_workers"].format(workers=many, fitting=free // size.memory, **amounts))
    return size.rows


def free_memory() -> int | None:
    """Bytes that programs can still have; None where the system does not say."""
    try:
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError, IndexError):
        return None


def memory_words(size: int) -> str:
    """350 MB, 1.2 GB."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{max(round(size / 1e7), 1) * 10} MB"
