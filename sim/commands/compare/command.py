"""`qcap compare`: scenarios against one base for the same travellers; answers in words, tables, pictures."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.scenario.faults import folded
from sim.shell import errors, files
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, against, arm_draws, read_doubt, replications_of
from sim.shell.errors import all_or_nothing, require_results
from sim.words import SAID
from sim.words.calibrate import ENSEMBLE

if TYPE_CHECKING:
    from sim.commands.compare.answers import Answer
    from sim.commands.compare.asked import Chosen
    from sim.flow.engines import Choice
    from sim.keeping.store import UnfinishedFolder
    from sim.runs.arms import Arm, Compared, Settings
    from sim.scenario.tables.schema import Scenario
    from sim.shell.ensemble_option import Doubt

ScenarioFiles = Annotated[
    list[str], typer.Argument(metavar="SCENARIO", help="Scenario files; * is expanded.", show_default=False)
]
Base = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="FILE",
        help="What they are held against [default: the file that all extend].",
        callback=files.one_name,
    ),
]
Primary = Annotated[
    list[str] | None,
    typer.Option(
        "--primary",
        metavar="MEASURE[@PLACE]",
        help="Measures to test, up to four, repeatable [default: headlines of each scenario].",
    ),
]
DEFAULT = 30
"""Replications without an ensemble, where nobody says how many."""
FALLBACK = ("persons_served", "handover_to_coach_p95", "rooms_occupied_max", "sites_opened")
"""Measures to test where neither --primary nor the scenario names any."""


@dataclass(frozen=True)
class Plan:
    """What is asked for."""

    chosen: Chosen
    arms: tuple[Arm, ...]
    primary: tuple[tuple[tuple[str, str], ...], ...]
    """Measures to test, by arm; those of the base are drawn for all."""
    settings: Settings
    choice: Choice
    doubt: tuple[str, ...]
    """What is said about an ensemble."""
    command: tuple[str, ...]
    out: Path
    force: bool
    plots: bool
    quiet: bool
    json: bool
    ensemble: dict[str, Any] | None
    fixed: dict[str, tuple[str, ...]]
    """By arm: what it fixes and the base draws, in words."""


@dataclass(frozen=True)
class Finished:
    """A comparison whose results are kept."""

    folder: Path
    compared: Compared
    answers: tuple[Answer, ...]
    manifest: dict[str, Any]
    notes: tuple[str, ...]
    seconds: float


def compare(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenarios: ScenarioFiles,
    base: Base = None,
    ensemble: EnsembleFile = None,
    primary: Primary = None,
    replications: Annotated[int | None, common.replications_option(DEFAULT)] = None,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    out: common.Out = None,
    plots: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")] = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Hold scenarios against a base for the same travellers.

    The last line printed is the results folder; answers.md in it answers each scenario's question.
    """
    from sim.commands.compare.asked import read_all  # noqa: PLC0415  heavy at start-up, as all imports in commands
    from sim.flow.engines import choose  # noqa: PLC0415  heavy at start-up, as all imports in functions here

    chosen = read_all(scenarios, base, overrides)
    doubt = read_doubt(ensemble, chosen.base)
    arms = _arms(chosen, doubt, ensemble)
    replications = replications_of(replications, DEFAULT, doubt)
    asked = _asked(chosen, primary or ())
    choice = choose(engine, replications * len(arms))
    plan = Plan(
        chosen=chosen,
        arms=arms,
        primary=asked,
        settings=settings_of(replications, seed, choice.engine, workers, asked),
        choice=choice,
        doubt=tuple(doubt.lines(replications)) if doubt else (),
        command=tuple(context.obj),
        out=common.results_folder(out, "compare"),
        force=force,
        plots=plots,
        quiet=quiet,
        json=as_json,
        ensemble=doubt.facts() if doubt else None,
        fixed={arm.name: tuple(against(doubt, arm.scenario, arm.draws)) for arm in arms[1:]} if doubt else {},
    )
    if not quiet:
        errors.say(*plan.doubt, *_warnings(chosen), str(choice))
    with all_or_nothing():
        finished = _run_and_keep(plan)
    _show(finished, plan)
    return errors.RAN


def _arms(chosen: Chosen, doubt: Doubt | None, option: Path | None) -> tuple[Arm, ...]:
    """Base and others, each with its draws. Refuses scenarios that name different ensembles."""
    from sim.runs.arms import Arm  # noqa: PLC0415

    arms, base = [], chosen.base.scenario
    for name, reading in zip(chosen.names, (chosen.base, *chosen.others), strict=True):
        if option is None and reading.ensemble.real_file != chosen.base.ensemble.real_file:
            errors.refuse(ENSEMBLE["other"].format(name=name, base=chosen.names[0]))
        draws = arm_draws(doubt, chosen.base, reading) if doubt else ()
        arms.append(Arm(name, _told_apart(reading.scenario, base, name), draws))
    return tuple(arms)


def _told_apart(scenario: Scenario, base: Scenario, name: str) -> Scenario:
    """The scenario; with its file's name in a title that it has from the base, so that readers can tell them apart."""
    if scenario is base or scenario.title != base.title:
        return scenario
    return scenario.model_copy(update={"title": f"{scenario.title} ({name})"})


def _asked(chosen: Chosen, primary: list[str] | tuple[str, ...]) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Measures to test in each arm: --primary, or what the scenario's headlines say."""
    from sim.commands.compare.asked import cells_of  # noqa: PLC0415

    if primary:
        cells = tuple(cells_of(primary, chosen.base.scenario, "--primary"))
        return (cells,) * len(chosen.names)
    readings = (chosen.base, *chosen.others)
    return tuple(tuple(cells_of(r.scenario.headlines or FALLBACK, r.scenario, "headlines")) for r in readings)


def settings_of(
    replications: int, seed: int, engine: str, workers: int | None, asked: tuple[tuple[tuple[str, str], ...], ...]
) -> Settings:
    """How arms are run; second flows run where one of these measures needs them."""
    from sim.commands.compare.answers import ROOMS_TAKEN  # noqa: PLC0415
    from sim.measures.registry import REGISTRY  # noqa: PLC0415  heavy at start-up, as all imports in functions here
    from sim.runs.arms import Settings  # noqa: PLC0415

    executor = common.executor_of(workers or common.cores())
    second = {place for cells in asked for measure, place in cells if REGISTRY[measure].second_flow}
    if any(ROOMS_TAKEN in cells for cells in asked):  # rooms taken alone would praise a plan that has too few
        second.add(ROOMS_TAKEN[1])
    return Settings(replications, seed, engine, executor, second_flows=tuple(sorted(second)))


def _warnings(chosen: Chosen) -> list[str]:
    """Warnings of the base, and those that a scenario adds."""
    found = [warning for reading in (chosen.base, *chosen.others) for warning in reading.warnings]
    by_name = (replace(each, file=Path(each.file).name or each.file) for each in found)
    return [SAID["warning"].format(words=line) for line in folded(by_name)]


def _run_and_keep(plan: Plan) -> Finished:
    """Run all arms and write the results folder, which appears when it is complete."""
    from sim.commands.compare import keep as compare_keep  # noqa: F401, PLC0415  before the long run: what is broken must not cost it
    from sim.keeping.store import drafted  # noqa: PLC0415
    from sim.runs.arms import compare as run  # noqa: PLC0415
    from sim.shell.progress import interrupts_noted, shown_progress  # noqa: PLC0415

    started = time.monotonic()
    total = len(plan.arms) * plan.settings.replications
    with drafted(plan.out, force=plan.force) as draft:
        with shown_progress(
            total, f"{len(plan.arms)} scenarios, seed {plan.settings.seed}", not plan.quiet
        ) as progress:
            compared = run(plan.arms, plan.settings, progress)
        require_results(compared)
        with interrupts_noted():
            return _keep(draft, plan, compared, started)


def _keep(draft: UnfinishedFolder, plan: Plan, compared: Compared, started: float) -> Finished:
    from sim.commands.compare.keep import answers_of, draw, manifest, write  # noqa: PLC0415

    answers = answers_of(plan, compared)
    notes = draw(draft.folder / "plots", plan, compared, answers) if plan.plots else ()
    seconds = time.monotonic() - started
    content = manifest(plan, compared, seconds, notes)
    write(draft.folder, plan, compared, answers, content)
    return Finished(draft.publish(), compared, answers, content, notes, seconds)


def _show(finished: Finished, plan: Plan) -> None:
    from sim.commands.compare.keep import document  # noqa: PLC0415
    from sim.commands.compare.screen import print_answers  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415  heavy at start-up, as all imports in commands

    if plan.json:
        show.print_json(document(finished))
        return
    if not plan.quiet:
        print_answers(finished, plan)
    errors.put(finished.folder)
