"""Event logs for process mining: the history of a replication as cases, activities, times, resources and lifecycles.

A case is a party. Times are the clock of the place, written as UTC because both formats want an offset.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from sim import words as labels
from sim.commands.papers.event_logs.events import UnreadableError, event_table
from sim.commands.papers.event_logs.xes import write_xes
from sim.keeping.store import write_table
from sim.scenario import load

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ExportError", "Format", "UnreadableError", "event_table", "export_file", "histories"]


class Format(StrEnum):
    """What an event log is written for."""

    pm4py = "pm4py"
    xes = "xes"


class ExportError(Exception):
    """There is nothing to export; the message says why and what to do."""


def histories(folder: Path) -> list[Path]:
    """Histories in a results folder, in order of replication. Raises ExportError when there are none."""
    if not (folder / "scenario.toml").is_file():
        raise ExportError(labels.MESSAGES["export.no_results"].format(folder=folder, file="scenario.toml"))
    files = [file for file in folder.glob("events-*.parquet") if file.stem.removeprefix("events-").isdigit()]
    if not files:
        raise ExportError(labels.MESSAGES["export.no_events"].format(folder=folder))
    return sorted(files, key=lambda file: int(file.stem.removeprefix("events-")))


def export_file(history: Path, target: Path, form: Format, *, visits: bool = True) -> tuple[int, int]:
    """Write one history as an event log; returns how many cases and events it has.

    `visits` False leaves rounds (meals, health checks, swabs) out. Raises ExportError for a file that is no history,
    OSError when the target can not be written.
    """
    first_day = load(history.parent).first_day
    try:
        table = event_table(_read(history), first_day, visits=visits)
    except UnreadableError as error:
        words = labels.MESSAGES["export.unreadable"]
        raise ExportError(words.format(file=history, why=error)) from error
    part = target.with_name(f".{target.name}.partial")
    try:
        if form is Format.xes:
            write_xes(part, table)
        else:
            write_table(part, table)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return table["case:concept:name"].nunique(), len(table)


def _read(history: Path) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  heavy at start-up

    try:
        return pd.read_parquet(history)
    except (ValueError, OSError) as error:
        raise UnreadableError(" ".join(str(error).split())[:80]) from error
