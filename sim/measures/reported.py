"""Figures that were reported for a case, and how far a run is from them.

They are in an optional table beside the scenario, <scenario>_targets.csv: measure, place, value, tolerance (in the
measure's unit), why (the reason for the tolerance), kind (reported or derived) and role. A role says what agreement is
worth: an identity or an input was put in, a fitted figure was aimed at, only a held_out one is a test. A scenario that
extends another and has no table of its own is held against the figures of the one it extends.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sim.scenario.faults import Fault, ScenarioError, either, nearest
from sim.scenario.files.csv_files import number_hint, with_commas
from sim.scenario.files.documents import figures_beside, read_data
from sim.words.language import said

if TYPE_CHECKING:
    import pandas as pd

ROLES = ("identity", "fitted", "held_out", "descriptive", "input")
KINDS = ("reported", "derived")
LARGEST = 1_000_000
"""Bytes of a file of reported figures."""


@dataclass(frozen=True)
class Figure:
    """One reported figure."""

    measure: str
    place: str
    value: float
    tolerance: float
    why: str
    kind: str
    role: str


COLUMNS = tuple(field.name for field in fields(Figure))


def reported_file(chain: Sequence[Path]) -> Path | None:
    """The table of reported figures of a scenario, None without one. `chain`: the files it extends, itself last.

    The nearest table counts, alone: one with no rows says that no figures were reported for this scenario.
    """
    tables = (figures_beside(file) for file in reversed(chain))
    return next((table for table in tables if table.is_file()), None)


def read_reported(file: Path | None, known: Sequence[str]) -> tuple[Figure, ...]:
    """The figures in a file, in its order; none without a file. `known` are the measures there are.

    Raises ScenarioError with all faults of the file.
    """
    if file is None:
        return ()
    text = with_commas(read_data(file, file.name, LARGEST), file.name)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        header = [column.strip() for column in rows.fieldnames or ()]
        rows.fieldnames = header
        if not set(COLUMNS) <= set(header):
            rule = said("must have the columns {columns}", columns=[*COLUMNS])
            raise ScenarioError([Fault(file.name, "row 1", ", ".join(header), rule)])
        checked = [_checked(file.name, number, row, known) for number, row in enumerate(rows, start=2)]
    except csv.Error as error:
        raise ScenarioError(
            [Fault(file.name, "", None, said("is no readable table ({error})", error=error), "save as CSV")]
        ) from None
    faults = [fault for _, found in checked for fault in found]
    if faults:
        raise ScenarioError(faults)
    return tuple(figure for figure, _ in checked if figure is not None)


def against_reported(figures: Sequence[Figure], summary: pd.DataFrame) -> pd.DataFrame:
    """Each figure beside what the run gave.

    Columns measure, place, unit, reported, mean, half_width, p5, p95, n, low, high, off_by (mean - reported),
    off_by_share, tolerance, within, kind, role, why. A figure that the run has no value for has empty cells.
    """
    import pandas as pd  # noqa: PLC0415  heavy, and reading the figures does not need it

    reported = pd.DataFrame(figures, columns=list(COLUMNS)).rename(columns={"value": "reported"})
    wanted = ["measure", "place", "unit", "mean", "half_width", "p5", "p95", "n", "low", "high"]
    table = reported.merge(summary[wanted], on=["measure", "place"], how="left", validate="many_to_one")
    table["off_by"] = table["mean"] - table["reported"]
    table["off_by_share"] = table["off_by"] / table["reported"].where(table["reported"] != 0)
    table["within"] = (table["off_by"].abs() <= table["tolerance"]).astype(object).where(table["mean"].notna(), None)
    columns = [*wanted[:3], "reported", *wanted[3:], "off_by", "off_by_share", "tolerance", "within"]
    return table[[*columns, "kind", "role", "why"]]


def _checked(
    file: str, number: int, row: dict[str, str | None], known: Sequence[str]
) -> tuple[Figure | None, list[Fault]]:
    """A row's figure, or its faults."""
    text = {column: (row.get(column) or "").strip() for column in COLUMNS}
    values = {column: _number(text[column]) for column in ("value", "tolerance")}
    faults = [
        Fault(file, f"row {number}, {column}", text[column], rule, hint)
        for column, rule, hint in _broken(text, values, known)
    ]
    if faults:
        return None, faults
    return Figure(
        measure=text["measure"],
        place=text["place"],
        value=values["value"],
        tolerance=values["tolerance"],
        why=text["why"],
        kind=text["kind"],
        role=text["role"],
    ), []


def _broken(text: dict[str, str], values: dict[str, float], known: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """(column, rule, hint) of each broken rule in a row."""
    for column, words in (("measure", known), ("role", ROLES), ("kind", KINDS)):
        if text[column] not in words:
            what = (
                said("must be a measure, see qcap measures")
                if column == "measure"
                else said("must be {words}", words=either(words))
            )
            yield column, what, nearest(text[column], words)
    if not text["place"]:
        yield "place", said("must be a place, or all"), ""
    if not math.isfinite(values["value"]):
        yield "value", "must be a number", number_hint(text["value"])
    if not values["tolerance"] >= 0 or math.isinf(values["tolerance"]):
        yield (
            "tolerance",
            said("must be a number of at least 0, in the unit of the measure"),
            number_hint(text["tolerance"]),
        )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
