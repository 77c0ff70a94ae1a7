"""`qcap run`: simulate a scenario, keep the results, show the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from sim.commands.run.asked import (
    Brief,
    Check,
    Events,
    Excel,
    Format,
    PictureFormat,
    Plots,
    RunOptions,
    Table,
    WriteEvents,
    most_of,
)
from sim.scenario.faults import folded
from sim.shell import options as common
from sim.shell.ensemble_option import EnsembleFile, read_ensemble_use, replications_of

if TYPE_CHECKING:
    pass


DEFAULT = 30
"""Replications without an ensemble, where nobody says how many."""


def run(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    replications: common.ReplicationsOrAuto = None,
    precision: common.Precision = None,
    precision_of: common.PrecisionOf = None,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    ensemble: EnsembleFile = None,
    out: common.Out = None,
    events: WriteEvents = Events.none,
    check: Check = False,
    plots: Plots = True,
    picture_format: PictureFormat = Format.png,
    excel: Excel = False,
    brief: Brief = False,
    table: Table = False,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Simulate a scenario and keep the results.

    The last line printed is the results folder.
    """
    from sim.commands.run import steps  # noqa: PLC0415  what `--help` does without
    from sim.flow.engines import choose  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    figures, name = common.read_figures(reading), common.scenario_name(scenario)
    doubt = read_ensemble_use(ensemble, reading)
    plan = common.read_plan(replications_of(replications, DEFAULT, doubt), precision, precision_of, reading.scenario)
    choice = choose(engine, plan if isinstance(plan, int) else plan.looks[0], common.rows_that_fit(reading, workers))
    settings = RunOptions(
        name=name,
        command=tuple(context.obj),
        plan=plan,
        seed=seed,
        where=common.here(choice, workers, most_of(plan)),
        engine=choice,
        out=common.results_folder(out, name),
        force=force,
        events=events,
        check=check,
        plots=plots,
        quiet=quiet,
        json=as_json,
        warnings=(*folded(reading.warnings), *steps.never_done(reading.scenario)),
        picture_format=picture_format,
        excel=excel,
        brief=brief,
        table=table,
        doubt=doubt,
    )
    finished = steps.simulate_and_keep(reading, figures, settings)
    steps.show_results(finished, settings)
    return steps.exit_code(finished)
