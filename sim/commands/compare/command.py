"""`qcap compare`: scenarios against one base for the same travellers; answers in words, tables, pictures."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.scenario.faults import folded
from sim.shell import errors, files
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, against, read_ensemble_use, replications_of
from sim.shell.errors import all_or_nothing, require_results
from sim.words.commands import SAID
from sim.words.language import _

if TYPE_CHECKING:
    from sim.commands.compare.keep import Finished
    from sim.commands.compare.plan import Chosen, ComparePlan
    from sim.keeping.store import UnfinishedFolder
    from sim.runs.alternatives import Compared

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
    from sim.commands.compare import plan as plans  # noqa: PLC0415  heavy at start-up, as all imports in commands
    from sim.flow.engines import choose  # noqa: PLC0415

    chosen = plans.read_all(scenarios, base, overrides)
    doubt = read_ensemble_use(ensemble, chosen.base)
    alternatives = plans.alternatives_of(chosen, doubt, ensemble)
    replications = replications_of(replications, DEFAULT, doubt)
    tested = plans.tested_measures(chosen, primary or ())
    choice = choose(engine, replications * len(alternatives))
    plan = plans.ComparePlan(
        chosen=chosen,
        alternatives=alternatives,
        primary=tested,
        settings=plans.comparison_settings(replications, seed, choice.engine, workers, tested),
        choice=choice,
        doubt=tuple(doubt.lines(replications)) if doubt else (),
        command=tuple(context.obj),
        out=common.results_folder(out, "compare"),
        force=force,
        plots=plots,
        quiet=quiet,
        json=as_json,
        ensemble=doubt.facts() if doubt else None,
        fixed={each.name: tuple(against(doubt, each.scenario, each.draws)) for each in alternatives[1:] if doubt},
    )
    if not quiet:
        errors.say(*plan.doubt, *_warnings(chosen), str(choice))
    with all_or_nothing():
        finished = _run_and_keep(plan)
    _show(finished, plan)
    return errors.RAN


def _warnings(chosen: Chosen) -> list[str]:
    """Warnings of the base, and those that a scenario adds."""
    found = [warning for reading in (chosen.base, *chosen.others) for warning in reading.warnings]
    by_name = (replace(each, file=Path(each.file).name or each.file) for each in found)
    return [SAID["warning"].format(words=line) for line in folded(by_name)]


def _run_and_keep(plan: ComparePlan) -> Finished:
    """Run all alternatives and write the results folder, which appears when it is complete."""
    from sim.commands.compare import keep as compare_keep  # noqa: F401, PLC0415  before the long run: what is broken must not cost it
    from sim.keeping.store import drafted  # noqa: PLC0415
    from sim.runs.alternatives import compare as run  # noqa: PLC0415
    from sim.shell.errors import interrupts_noted, shown_progress  # noqa: PLC0415

    started = time.monotonic()
    total = len(plan.alternatives) * plan.settings.replications
    with drafted(plan.out, force=plan.force) as draft:
        with shown_progress(
            total,
            _("{n} scenarios, seed {seed}").format(n=len(plan.alternatives), seed=plan.settings.seed),
            not plan.quiet,
        ) as progress:
            compared = run(plan.alternatives, plan.settings, progress)
        require_results(compared)
        with interrupts_noted():
            return _keep(draft, plan, compared, started)


def _keep(draft: UnfinishedFolder, plan: ComparePlan, compared: Compared, started: float) -> Finished:
    from sim.commands.compare.answers import answers_of  # noqa: PLC0415
    from sim.commands.compare.keep import Finished, manifest_of, write  # noqa: PLC0415
    from sim.commands.compare.pictures import draw  # noqa: PLC0415  matplotlib is slow to load

    answers = answers_of(plan, compared)
    notes = draw(draft.folder / "plots", plan, compared, answers) if plan.plots else ()
    seconds = time.monotonic() - started
    content = manifest_of(plan, compared, seconds, notes)
    write(draft.folder, plan, compared, answers, content)
    return Finished(draft.publish(), compared, answers, content, notes, seconds)


def _show(finished: Finished, plan: ComparePlan) -> None:
    from sim.commands.compare.keep import document, print_answers  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415  heavy at start-up, as all imports in commands

    if plan.json:
        show.print_json(document(finished))
        return
    if not plan.quiet:
        print_answers(finished, plan)
    errors.put(finished.folder)
