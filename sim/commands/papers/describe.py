"""`qcap describe`: the STRESS-DES checklist of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.shell import options as common
from sim.shell import pages


def describe(
    scenario: common.ScenarioPath,
    overrides: common.Overrides = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file (UTF-8).")] = None,
    force: common.ForceFile = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Print the STRESS-DES checklist of a scenario, in Markdown.

    It is filled in as far as qcap knows; with a results folder instead of a scenario, the run's seed, replications and
    versions too.
    """
    from sim.commands.papers.checklist import checklist, run_facts  # noqa: PLC0415  heavy at start-up

    reading = common.read_scenario(scenario, overrides)
    figures = common.read_figures(reading)
    return pages.put(checklist(reading, figures, run_facts(Path(scenario))), out, force=force)
