"""What `qcap calibrate` prints: tables of figures by role, of unknowns and rules; or one JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.commands.calibrate import sentences as words
from sim.shell.show import console, heading, plain_table, records
from sim.words.calibrate import COLUMNS, REPORT, ROLES, TITLES
from sim.words.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

    from sim.commands.calibrate.steps import Calibrated
    from sim.commands.calibrate.tables import Tables

NUMBERS = {
    "reported",
    "median",
    "band",
    "off",
    "share",
    "prior_share",
    "effective",
    "nearest",
    "correlation",
    "mean",
    "max",
}


def print_tables(done: Calibrated, all_tables: Tables, manifest: dict[str, Any]) -> None:
    """Print what planners need first; the rest is in report.md."""
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
    kept = ("targets", "predictions", "unknowns", "rules", "parts", "proof")
    return {"folder": str(folder), **manifest, **{name: records(getattr(all_tables, name)) for name in kept}}


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    names = [COLUMNS[column] for column in columns]
    table = plain_table(*names, numbers=[COLUMNS[column] for column in columns if column in NUMBERS])
    for row in rows:
        table.add_row(*row)
    return table
