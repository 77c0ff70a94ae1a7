"""Series that CSV files hold, read into a draft: people per day, observed stays, test sensitivity by day."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from sim.scenario.faults import Fault, Path, percent
from sim.scenario.files.csv_files import (
    CsvTable,
    Filled,
    date_hint,
    missing_columns,
    number_hint,
    open_csv,
    to_date,
    to_number,
)
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.types import MAX_PEOPLE
from sim.words.language import said

MOST_DENSITY = 1e12
"""Largest number of a density, on any scale."""


def beside_file(draft: Draft, path: Path, key: str, rule: str) -> Filled | None:
    """What a key beside the name of a file, for the same numbers, leads to; None: nothing, the file is to be read.

    A child's own numbers stand in place of its parent's file; with both in one scenario file `rule` is broken.
    """
    around = path[:-1]
    own, level = draft.origins.get((*around, key)), draft.origin(path).level
    if own is None or own.level < level:
        return None
    return ([], []) if own.level > level else ([draft.fault(path, rule, value=draft.at(path))], [around])


def fill_series(draft: Draft, path: Path) -> Filled:
    """People per day, or another number, by date."""
    around = path[:-1]
    beside = beside_file(draft, path, "values", said("give either file or values, not both"))
    if beside is not None:
        return beside
    column = draft.at((*around, "column"))
    column = column if isinstance(column, str) else "people"
    table, origin = open_csv(draft, path, ("date", column), others=True)
    lacking = missing_columns(table, ("date", column))
    if lacking:
        return [*lacking, *table.faults], [around]
    values, faults = _daily_numbers(table, column)
    faults = [*table.faults, *faults]
    draft.remove((*around, "values"))
    draft.merge(values, Origin(table.name, origin.folder, origin.level), (*around, "values"))
    return faults, [around] if faults else []


def fill_stays(draft: Draft, path: Path) -> Filled:
    """Observed stays, one a row."""
    around = path[:-1]
    beside = beside_file(draft, path, "values", said("give either file or values, not both"))
    if beside is not None:
        return beside
    column = draft.at((*around, "column"))
    column = column if isinstance(column, str) else "days"
    table, origin = open_csv(draft, path, (column,), others=True)
    lacking = missing_columns(table, (column,))
    if lacking:
        return [*lacking, *table.faults], [around]
    values: list[float] = []
    faults = list(table.faults)
    for number, cells in table.rows:
        value = to_number(cells[column])
        problem = _range_problem(value, 366)
        if problem:
            faults.append(Fault(table.name, f"row {number}, {column}", cells[column], problem, number_hint(value)))
        elif isinstance(value, float):
            values.append(value)
    draft.remove((*around, "values"))
    draft.merge(values, Origin(table.name, origin.folder, origin.level), (*around, "values"))
    draft.remove((*around, "column"))
    return faults, [around] if faults else []


def _daily_numbers(table: CsvTable, column: str) -> tuple[dict[str, Any], list[Fault]]:
    values: dict[str, Any] = {}
    days: set[dt.date] = set()
    faults = []
    for number, cells in table.rows:
        day = to_date(cells["date"])
        value = to_number(cells[column])
        if isinstance(day, str):
            faults.append(Fault(table.name, f"row {number}, date", cells["date"], day, date_hint(cells["date"])))
        elif day in days:
            faults.append(Fault(table.name, f"row {number}, date", day, "this date is there twice"))
        else:
            days.add(day)
        if not isinstance(value, float) or not 0 <= value <= MAX_PEOPLE:
            faults.append(Fault(table.name, f"row {number}, {column}", cells[column], *_number_rule(value)))
        elif isinstance(day, dt.date):
            values[day.isoformat()] = value
    return values, faults


def _number_rule(value: Any) -> tuple[str, str]:
    if isinstance(value, float) and math.isfinite(value):
        return (
            ("must be at least 0", "")
            if value < 0
            else (said("must be at most {max_people}", max_people=MAX_PEOPLE), "")
        )
    return "must be a number", number_hint(value)


# test sensitivity


def fill_sensitivity(draft: Draft, path: Path) -> Filled:
    """Days since infection and share found, from a file of sensitivities or of false-negative per cents."""
    around = path[:-1]
    beside = beside_file(draft, path, "shares", said("give either file or days and shares, not both"))
    if beside is not None:
        return beside
    given = draft.at((*around, "given")) or "sensitivity"
    if given not in ("sensitivity", "false_negative_percent"):
        return [], [around]  # the schema says so
    return _by_day(draft, path, ("sensitivity", "shares"), 1.0 if given == "sensitivity" else 100.0)


def fill_density(draft: Draft, path: Path) -> Filled:
    """Days since infection and density of infectiousness, on any scale."""
    beside = beside_file(draft, path, "densities", said("give either file or days and densities, not both"))
    if beside is not None:
        return beside
    return _by_day(draft, path, ("density", "densities"), MOST_DENSITY)


def _by_day(draft: Draft, path: Path, names: tuple[str, str], most: float) -> Filled:
    """Days and values of a file; `names`: of its column and of the key, `most`: of the values, 100 being per cents of
    false negatives.
    """
    around, (usual, target) = path[:-1], names
    given = [draft.at((*around, key)) for key in ("day_column", "column")]
    day_column, column = (
        name if isinstance(name, str) else default for name, default in zip(given, ("day", usual), strict=True)
    )
    table, origin = open_csv(draft, path, (day_column, column), others=True)
    lacking = missing_columns(table, (day_column, column))
    if lacking:
        return [*lacking, *table.faults], [around]
    days, values, faults = _rows_by_day(table, day_column, column, most)
    faults = [*table.faults, *faults]
    if faults:
        return faults, [around]
    for key, found in (("days", days), (target, values)):
        draft.remove((*around, key))
        draft.merge(found, Origin(table.name, origin.folder, origin.level), (*around, key))
    for key in ("day_column", "column", "given"):
        draft.remove((*around, key))
    return [], []


def _rows_by_day(
    table: CsvTable, day_column: str, column: str, most: float
) -> tuple[list[float], list[float], list[Fault]]:
    days: list[float] = []
    shares: list[float] = []
    in_percent = most == 100
    faults: list[Fault] = []
    for number, cells in table.rows:
        day, value = to_number(cells[day_column]), to_number(cells[column])
        before = days[-1] if days else None
        problem = _day_problem(day, before)
        if problem:
            faults.append(Fault(table.name, f"row {number}, {day_column}", cells[day_column], problem))
        elif isinstance(day, float):
            days.append(day)
        problem = _range_problem(value, int(most))
        if problem:
            meant_percent = isinstance(value, float) and most == 1 and 1 < value <= 100
            hint = percent(float(value)) if meant_percent else number_hint(value)
            faults.append(Fault(table.name, f"row {number}, {column}", cells[column], problem, hint))
        elif isinstance(value, float):
            shares.append(round(1 - value / 100, 12) if in_percent else value)
    if not table.rows and not table.faults:
        faults.append(Fault(table.name, "", None, "has no rows"))
    return days, shares, faults


def _day_problem(day: float | str, before: float | None) -> str:
    problem = _range_problem(day, 366)
    if not problem and before is not None and isinstance(day, float) and day <= before:
        return said("must be more than the day before it ({before:g})", before=before)
    return problem


def _range_problem(value: float | str, most: int) -> str:
    if not isinstance(value, float) or not math.isfinite(value):
        return "must be a number"
    return "" if 0 <= value <= most else said("must lie between 0 and {most}", most=most)
