"""`qcap init`, `measures`, `describe`, `schema`, `export`: papers about a scenario, and a scenario to start from; and
`qcap prepare`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.shell import errors, files, show
from sim.shell import options as common
from sim.words import UNIT_NAMES
from sim.words.commands import SAID, TABLE
from sim.words.language import language
from sim.words.pages import MESSAGES

PageFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file (UTF-8).")]


class Template(StrEnum):
    """Scenarios that come with qcap."""

    minimal = "minimal"
    xiangzhou = "xiangzhou"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; made if need be.")],
    template: Annotated[Template, typer.Option("--from", help="Scenario to start from.")] = Template.minimal,
    excel: Annotated[
        bool, typer.Option("--excel", help="A workbook, scenario.xlsx, in place of TOML and CSV.")
    ] = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> None:
    """Write a scenario to start from, with comments."""
    from sim.scenario.files.converting import copy_template  # noqa: PLC0415  heavy at start-up

    if folder.exists() and not folder.is_dir():
        errors.refuse(SAID["init.file"].format(folder=folder))
    for file in copy_template(template.value, folder, language(), workbook=excel):
        errors.put(file)
    if language() != "en" and template is Template.xiangzhou and not excel:
        errors.put(SAID["init.english"])
    errors.put(SAID["init.next"].format(folder=folder))


def convert(
    scenario: common.ScenarioPath,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE", help="File to write, .xlsx or .toml [default: beside it, the other form]."
        ),
    ] = None,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> None:
    """Turn a scenario from TOML into a workbook, or back.

    Both forms say the same. CSV files that the TOML file names become sheets; extends and ensemble stay names of files.
    """
    from sim.scenario.files.converting import converted  # noqa: PLC0415  heavy at start-up
    from sim.scenario.files.documents import WORKBOOKS, is_workbook, scenario_file  # noqa: PLC0415

    common.read_scenario(scenario, None)  # all its faults
    file = scenario_file(scenario)
    target = out or file.with_suffix(".toml" if is_workbook(file) else ".xlsx")
    if target.suffix.lower() not in (".toml", ".xlsx"):
        errors.refuse(SAID["convert.ending"].format(file=target, endings=", ".join(WORKBOOKS)))
    for written in converted(file, target):
        errors.put(written)


def measures(as_json: common.Json = False, debug: common.Debug = False) -> None:  # noqa: ARG001  read by main
    """List all measures: id, unit, places and meaning."""
    from sim.measures.registry import REGISTRY  # noqa: PLC0415  heavy at start-up, as all imports in functions here

    if as_json:
        rows = [{**asdict(each), "label": each.label, "meaning": each.meaning} for each in REGISTRY.values()]
        show.print_json({"measures": rows})
        return
    columns = [TABLE[key] for key in ("measure", "unit", "places", "meaning")]
    table = show.plain_table(*columns, whole=columns[:1])
    for definition in REGISTRY.values():
        table.add_row(
            definition.id,
            UNIT_NAMES.get(definition.unit, definition.unit),
            ", ".join(definition.places),
            definition.meaning,
        )
    show.console().print(table)


def describe(
    scenario: common.ScenarioPath,
    overrides: common.Overrides = None,
    out: PageFile = None,
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
    return show.put_page(checklist(reading, figures, run_facts(Path(scenario))), out, force=force)


def schema(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Schema, for editors.")] = False,
    out: PageFile = None,
    force: common.ForceFile = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Print the reference of scenarios, in Markdown.

    It has every path with unit, rule, default and meaning.
    """
    from sim.scenario.tables.field_words import json_schema, markdown  # noqa: PLC0415  heavy at start-up

    if as_json and out is None:
        show.print_json(json_schema())
        return 0
    return show.put_page(show.as_json(json_schema()) if as_json else markdown(), out, force=force)


class EventLogFormat(StrEnum):
    """What an event log is written for."""

    pm4py = "pm4py"
    xes = "xes"


ENDINGS = {EventLogFormat.pm4py: ".pm4py.csv", EventLogFormat.xes: ".xes"}


def export(
    results: Annotated[
        list[str],
        typer.Argument(metavar="RESULTS", help="Results folders of runs with --events one or all; * is expanded."),
    ],
    to: Annotated[
        EventLogFormat, typer.Option("--to", help="pm4py: CSV with its column names; xes: the XML of IEEE 1849.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder to write to [default: the results folder].")
    ] = None,
    visits: Annotated[bool, typer.Option("--visits/--no-visits", help="Meals, health checks and swabs too.")] = True,
    offset: Annotated[
        str,
        typer.Option(
            "--offset",
            metavar="+HH:MM",
            help="Offset from UTC written beside each time, such as +08:00; times stay the clock of the place.",
        ),
    ] = "+00:00",
    force: common.ForceFile = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Write histories as event logs for process mining.

    Each event has a case (the party), an activity, a time, a resource and a lifecycle.
    """
    from sim.commands.papers.event_logs import ExportError, export_file, histories  # noqa: PLC0415  heavy at start-up
    from sim.keeping.manifest import claim  # noqa: PLC0415
    from sim.keeping.store import check_file  # noqa: PLC0415

    zone = _offset(offset)
    folders = files.expanded(results)
    for folder in folders:
        if not folder.exists():
            errors.refuse(MESSAGES["files.no_match"].format(pattern=folder))
    try:
        found = [file for folder in folders for file in histories(folder)]
        failed = False
        targets = [_target(file, out, several=len(folders) > 1, ending=ENDINGS[to]) for file in found]
        for target in targets:
            check_file(target, str(target), force=force)
        for file, target in zip(found, targets, strict=True):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                cases, events = export_file(file, target, xes=to is EventLogFormat.xes, visits=visits, offset=zone)
                claim(target.parent, [target.name])
            except OSError:  # open in another program, as a rule: the others are written all the same
                errors.say(MESSAGES["file.not_written"].format(file=target))
                failed = True
            else:
                words = MESSAGES["export.written"]
                errors.put(words.format(file=target, cases=f"{cases:,}", events=f"{events:,}"))
    except ExportError as error:
        errors.refuse(str(error))
    errors.put(MESSAGES["export.offset"].format(offset=offset))
    return errors.FAILED if failed else errors.RAN


def _offset(text: str) -> timezone:
    """The offset in a word such as +08:00. Raises BadInput."""
    try:
        given = datetime.strptime(text, "%z").utcoffset()
        return timezone(given or timedelta())
    except ValueError:
        errors.refuse(MESSAGES["export.bad_offset"].format(offset=text))


def _target(history: Path, out: Path | None, *, several: bool, ending: str) -> Path:
    """Where a history is written: beside it, or in `out`, there with its folder's name when there are several."""
    if out is None:
        return history.with_name(history.stem + ending)
    prefix = f"{history.parent.resolve().name}-" if several else ""
    return out / f"{prefix}{history.stem}{ending}"


def prepare(
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> None:
    """Compile the quick engine now, so that the first run begins at once.

    It is kept until qcap, Python or numba changes.
    """
    from sim.machine import machine_code  # noqa: PLC0415

    if not machine_code.installed():
        errors.refuse(SAID["prepare.without"])
    from sim.runs.chunk_runner import compile_here  # noqa: PLC0415  heavy at start-up, as all imports in commands

    compile_here()
    errors.put(SAID["prepare.done" if machine_code.is_kept() else "prepare.not_kept"])
