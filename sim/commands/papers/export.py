"""`qcap export`: histories as event logs for process mining."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim import words as labels
from sim.shell import errors, files
from sim.shell import options as common


class To(StrEnum):
    """What for."""

    pm4py = "pm4py"
    xes = "xes"


ENDINGS = {To.pm4py: ".pm4py.csv", To.xes: ".xes"}


def export(
    results: Annotated[
        list[str],
        typer.Argument(metavar="RESULTS", help="Results folders of runs with --events one or all; * is expanded."),
    ],
    to: Annotated[To, typer.Option("--to", help="pm4py: CSV with its column names; xes: the XML of IEEE 1849.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write to [default: the results folder].")
    ] = None,
    visits: Annotated[bool, typer.Option("--visits/--no-visits", help="Meals, health checks and swabs too.")] = True,
    force: common.ForceFile = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Write histories as event logs for process mining.

    Each event has a case (the party), an activity, a time, a resource and a lifecycle.
    """
    from sim.commands.papers.event_logs import ExportError, Format, export_file, histories  # noqa: PLC0415  heavy at start-up
    from sim.keeping.ownership import claim  # noqa: PLC0415
    from sim.keeping.store import check_file  # noqa: PLC0415

    folders = files.expanded(results)
    for folder in folders:
        if not folder.exists():
            errors.refuse(labels.MESSAGES["files.no_match"].format(pattern=folder))
    try:
        found = [file for folder in folders for file in histories(folder)]
        failed = False
        targets = [_target(file, out, several=len(folders) > 1, ending=ENDINGS[to]) for file in found]
        for target in targets:
            check_file(target, str(target), force=force)
        for file, target in zip(found, targets, strict=True):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                cases, events = export_file(file, target, Format(to.value), visits=visits)
                claim(target.parent, [target.name])
            except OSError:  # open in another program, as a rule: the others are written all the same
                errors.say(labels.MESSAGES["file.not_written"].format(file=target))
                failed = True
            else:
                words = labels.MESSAGES["export.written"]
                errors.put(words.format(file=target, cases=f"{cases:,}", events=f"{events:,}"))
    except ExportError as error:
        errors.refuse(str(error))
    return errors.FAILED if failed else errors.RAN


def _target(history: Path, out: Path | None, *, several: bool, ending: str) -> Path:
    """Where a history is written: beside it, or in `out`, there with its folder's name when there are several."""
    if out is None:
        return history.with_name(history.stem + ending)
    prefix = f"{history.parent.resolve().name}-" if several else ""
    return out / f"{prefix}{history.stem}{ending}"
