"""What `qcap run` was asked for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.shell import options as common

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.precision import StoppingRule
    from sim.runs.replicate import Replicated


class Format(StrEnum):
    """Kinds of picture files."""

    png = "png"
    svg = "svg"
    pdf = "pdf"


class Events(StrEnum):
    """Whose histories are written."""

    none = "none"
    one = "one"
    all = "all"


WriteEvents = Annotated[Events, typer.Option("--events", help="Write histories as events-<replication>.parquet.")]
Check = Annotated[bool, typer.Option("--check", help="Test every history: nobody lost, nothing overfull.")]
Plots = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")]
PictureFormat = Annotated[Format, typer.Option("--format", help="Kind of picture files.")]
Excel = Annotated[bool, typer.Option("--excel", help="Write all tables into results.xlsx too.")]
Brief = Annotated[
    bool, typer.Option("--brief", help="Make a page for the meeting too: brief.html in the results folder.")
]
Table = Annotated[bool, typer.Option("--table", help="Print all measures and reported figures too.")]


@dataclass(frozen=True, kw_only=True)
class RunOptions(common.RunSettings):
    """How a scenario is run."""

    plan: int | StoppingRule
    """How many replications, or until which precision."""
    events: Events
    check: bool
    picture_format: Format = Format.png
    excel: bool = False
    brief: bool = False
    """Whether to make the page too."""
    table: bool = False
    """Whether to print all measures too."""

    @property
    def most(self) -> int:
        """Replications at most."""
        return most_of(self.plan)


def most_of(plan: int | StoppingRule) -> int:
    """Replications at most."""
    return plan if isinstance(plan, int) else plan.looks[-1]


@dataclass(frozen=True)
class Drawing:
    """What came of the pictures."""

    notes: tuple[str, ...] = ()
    """Pictures that are not there, and why."""
    failed: bool = False


@dataclass(frozen=True)
class Finished:
    """A run whose results are kept."""

    folder: Path
    done: Replicated
    reported: pd.DataFrame
    manifest: dict[str, Any]
    drawing: Drawing
    notes: tuple[str, ...]
    """What a planner should know about this run."""
    under_way: int = 0
    """How many replications SimPy still runs again."""
