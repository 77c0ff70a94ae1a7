"""`qcap check`: is a scenario in order, what are its values, where do they come from, and what does it leave out?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.machine import machine_code
from sim.scenario.faults import folded
from sim.shell import errors, files
from sim.shell import options as common
from sim.shell.ensemble_option import read_ensemble_use, replications_of
from sim.words import UNIT_NAMES
from sim.words.commands import CHECKED, SAID
from sim.words.language import _, spoken
from sim.words.observed import ENSEMBLE

if TYPE_CHECKING:
    from rich.console import Console

    from sim.outlook import Outlook
    from sim.scenario import Reading
    from sim.scenario.provenance import ProvenanceRow
    from sim.scenario.tables.schema import Scenario

NARROW = 110
"""Columns below which the table of values has no room for its sources."""
FEW = 3
"""Different values of several sites that are listed one by one."""


Scenarios = Annotated[
    list[str],
    typer.Argument(
        metavar="SCENARIO",
        help="Scenario files (TOML, .xlsx, .ods), or folders with a scenario.toml or scenario.xlsx; * is expanded.",
        show_default=False,
    ),
]


def check(  # noqa: PLR0913, PLR0917  one for each option
    scenarios: Scenarios,
    overrides: common.Overrides = None,
    values: Annotated[bool, typer.Option("--values", help="List the values with their sources.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List them with each site's values.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write every day's rooms and the ladder of sites into a folder."),
    ] = None,
    force: common.Force = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> None:
    """Tell a scenario's faults, or what it leads to.

    Of several scenarios: the faults of all, or a line for each.
    """
    names = [str(file) for file in files.expanded(scenarios)]
    if out is not None and len(names) != 1:
        raise typer.BadParameter(CHECKED["out_of_several"], param_hint="--out")
    readings = common.read_scenarios(names, overrides)
    if len(readings) == 1:
        ahead = _check_one(readings[0], values=values or every, every=every, as_json=as_json)
        if out is not None:
            _keep_days(readings[0].scenario, ahead, out, names[0], force=force)
    else:
        _check_all(names, readings, as_json=as_json)


def _check_all(names: Sequence[str], readings: Sequence[Reading], *, as_json: bool) -> None:
    """A line for each scenario, its warnings below it. Raises ScenarioError for faults of reported figures."""
    from rich.padding import Padding  # noqa: PLC0415

    from sim.shell import show  # noqa: PLC0415

    for reading in readings:
        common.read_figures(reading)
        read_ensemble_use(None, reading)
    if as_json:
        show.print_json({"scenarios": [_document(reading) for reading in readings]})
        return
    out = show.console()
    for name, reading in zip(names, readings, strict=True):
        out.print(CHECKED["one_of_several"].format(file=name, n=len(reading.provenance)))
        for warning in folded(reading.warnings):
            out.print(Padding(CHECKED["warning"].format(warning=warning), (0, 0, 0, 2), expand=False))
    out.print(f"\n{CHECKED['alone']}")


def _check_one(reading: Reading, *, values: bool, every: bool, as_json: bool) -> Outlook:
    """Print all about one scenario; returns its analytic answer."""
    from sim.commands.check import screen as screen_check  # noqa: PLC0415  heavy at start-up, as all imports in commands
    from sim.flow.engines import AUTO, COMPILED, choose  # noqa: PLC0415
    from sim.outlook import origins, outlook  # noqa: PLC0415
    from sim.sampling import draw_guests  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415  heavy at start-up, as all imports in commands

    figures, doubt = common.read_figures(reading), read_ensemble_use(None, reading)
    draw_guests(reading.scenario)
    ahead, origin = outlook(reading.scenario), origins(reading)
    if as_json:
        about = {"ensemble": doubt.facts() if doubt else None}
        ahead_too = {"outlook": screen_check.document(reading.scenario, ahead, origin)}
        show.print_json(_document(reading) | about | ahead_too)
        return ahead
    out = show.console()
    _print_title(reading, out)
    n = replications_of(None, screen_check.REPLICATIONS, doubt)
    screen_check.print_outlook(out, reading.scenario, ahead, origin, n)
    if choose(AUTO, n).engine == COMPILED and not machine_code.is_kept():
        errors.say(SAID["prepare.check"].format(seconds=machine_code.SECONDS))
    _print_inputs(reading, out, values=values, every=every)
    out.print(f"\n{CHECKED['no_faults']}")
    if doubt:
        out.print(ENSEMBLE["one_setting"].format(name=doubt.ensemble.name))
    if figures:
        out.print(CHECKED["figures"].format(n=len(figures)))
    return ahead


def _keep_days(scenario: Scenario, ahead: Outlook, out: Path, name: str, *, force: bool) -> None:
    """Write the days of the analytic answer into a folder of their own and print its name."""
    from sim.commands.check import screen as screen_check  # noqa: PLC0415
    from sim.keeping.manifest import versions  # noqa: PLC0415
    from sim.keeping.store import MANIFEST, drafted, write_json  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_hash  # noqa: PLC0415
    from sim.shell import errors  # noqa: PLC0415

    with drafted(out, force=force) as draft:
        screen_check.write_days(draft.folder, scenario, ahead)
        facts = {"scenario_name": common.scenario_name(name), "scenario_hash": scenario_hash(scenario)}
        write_json(draft.folder / MANIFEST, {"status": "complete", "experiment": "check"} | facts | versions())
        errors.say(CHECKED["days_kept"].format(folder=draft.publish()))


def _document(reading: Reading) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "title": reading.scenario.title,
        "files": [file.name for file in reading.files],
        "values": [asdict(row) for row in reading.provenance],
        "steps_left_out": list(reading.steps_left_out),
        "warnings": [str(warning) for warning in reading.warnings],
    }


def _print_title(reading: Reading, out: Console) -> None:
    from sim.shell.show import heading  # noqa: PLC0415

    scenario = reading.scenario
    out.print(heading(scenario.title))
    span = {"first": scenario.first_day, "last": scenario.last_day, "days": scenario.n_days}
    out.print(f"{CHECKED['span'].format(**span)}\n")


def _print_inputs(reading: Reading, out: Console, *, values: bool, every: bool) -> None:
    """What goes in: how many values of which kind, all of them where they are asked for, what is left out, warnings."""
    from rich.padding import Padding  # noqa: PLC0415

    from sim import words as labels  # noqa: PLC0415

    rows = reading.provenance if every else _sites_together(reading)
    if values:
        out.print()
        (_print_list if out.width < NARROW else _print_table)(out, list(_cells(rows)))
    counts = Counter(row.kind for row in reading.provenance)
    out.print(f"\n{CHECKED['values'].format(n=len(reading.provenance))}")
    for kind, n in counts.most_common():
        name, words = labels.ORIGINS.get(kind, kind), labels.KINDS.get(kind, kind)
        label = words if words.startswith(name) else CHECKED["kind"].format(kind=name, words=words)
        out.print(f"  {n:4}  {label}")
    if not values:
        out.print(f"  {CHECKED['values_hint']}")
    elif not every and any(isinstance(row.value, _Words) for row in rows):
        out.print(f"  {CHECKED['all']}")
    for title, lines in (("left_out", reading.steps_left_out), ("warnings", folded(reading.warnings))):
        if lines:
            out.print(f"\n{CHECKED[title]}")
            for line in lines:
                out.print(Padding(spoken(line), (0, 0, 0, 2), expand=False))


def _cells(rows: Iterable[ProvenanceRow]) -> Iterator[tuple[str, str, str, str]]:
    """Path, value, unit and source of each row; a source that the row above has too is not repeated."""
    from sim import words as labels  # noqa: PLC0415
    from sim.scenario.faults import show as written  # noqa: PLC0415
    from sim.scenario.provenance import DEFAULT_WORDS  # noqa: PLC0415

    before = ""
    for row in rows:
        kind = labels.ORIGINS.get(row.kind, row.kind)
        words = _(row.words) if row.words == DEFAULT_WORDS else row.words  # else in the words of whoever wrote the file
        source = CHECKED["kind"].format(kind=kind, words=words) if row.words else kind
        value = row.value if isinstance(row.value, _Words) else written(row.value)
        yield row.path, value, UNIT_NAMES.get(row.unit, row.unit), CHECKED["as_above"] if source == before else source
        before = source


def _print_table(out: Console, cells: list[tuple[str, str, str, str]]) -> None:
    from sim.shell.show import plain_table  # noqa: PLC0415

    table = plain_table(*(CHECKED[key] for key in ("path", "value", "unit", "from")), whole=[CHECKED["path"]])
    table.columns[1].max_width, table.columns[2].max_width = 18, 14  # the source needs the room
    for row in cells:
        table.add_row(*row)
    out.print(table)


def _print_list(out: Console, cells: list[tuple[str, str, str, str]]) -> None:
    """Where a table has no room: path and value on a line, the source below it."""
    from rich.padding import Padding  # noqa: PLC0415

    for path, value, unit, source in cells:
        out.print(
            f"{path} = {value}"
            + (_(" ({unit})").format(unit=unit) if unit else "")
            + (_("; ") + source if source == CHECKED["as_above"] else "")
        )
        if source != CHECKED["as_above"]:
            out.print(Padding(source, (0, 0, 0, 4), expand=False))


class _Words(str):
    """Words for the values of several sites, printed without quotes."""

    __slots__ = ()


def _sites_together(reading: Reading) -> list[ProvenanceRow]:
    """Rows with one row for the same value of all sites that have it from the same place: sites.*.rooms."""
    rows, sites = reading.provenance, reading.scenario.sites
    known = set(sites.candidates) if sites else set()

    def common_path(row: ProvenanceRow) -> str:
        parts = row.path.split(".")
        return ".".join([parts[0], "*", *parts[2:]]) if parts[0] == "sites" and parts[1] in known else row.path

    place = {path: i for i, path in enumerate(dict.fromkeys(common_path(row) for row in rows))}
    ordered = sorted(rows, key=lambda row: (place[common_path(row)], row.kind, row.words))
    return list(_merged(ordered, common_path))


def _merged(rows: Iterable[ProvenanceRow], common_path: Callable[[ProvenanceRow], str]) -> Iterator[ProvenanceRow]:
    for (path, _kind, _words), group in groupby(rows, key=lambda row: (common_path(row), row.kind, row.words)):
        members = list(group)
        if len(members) == 1:
            yield members[0]
        else:
            yield replace(members[0], path=path, value=_Words(_span([row.value for row in members])))


def _span(values: list[Any]) -> str:
    """Words for several values: the few there are, the range of numbers, or how many there are."""
    counts = Counter(map(str, values))
    if len(counts) <= FEW:
        return ", ".join(CHECKED["times"].format(value=value, n=n) if n > 1 else value for value, n in counts.items())
    if all(isinstance(value, int | float) for value in values):
        return CHECKED["range"].format(least=f"{min(values):g}", most=f"{max(values):g}", n=len(values))
    return CHECKED["n_values"].format(n=len(values))
