"""Results folders as a page reads them: what each holds, its tables by row, its scenario.

And `--names FILE`: what the user's own names are called on a page in another language than theirs. A scenario has one
name for each port and hotel, in whatever language its author wrote. The file is a CSV with the column `text`, as
results have it, and a column for each language that a page may be in, `zh` or `en`. What it does not hold, or holds an
empty cell for, stays as it is. Only what is shown changes: ids, numbers and files know nothing of it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from markupsafe import Markup, escape

from sim.keeping.manifest import MANIFEST
from sim.scenario.faults import ScenarioError
from sim.scenario.files.csv_files import missing_columns, read_csv
from sim.shell import errors
from sim.words.language import LANGUAGES, language
from sim.words.pages import MESSAGES
from sim.words.user_text import for_terminal

if TYPE_CHECKING:
    from sim.measures.reported import Figure
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

KINDS = ("run", "compare", "sweep", "staff", "tornado", "cap", "calibrate")
"""Commands whose results a page shows."""


TEXT = "text"
"""Column of the names as they stand in results."""


@dataclass(frozen=True)
class Names:
    """Names by language."""

    by_language: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, text: str) -> str:
        """A name in the language of the day."""
        return self.by_language.get(language(), {}).get(text, text)

    def scenario(self, scenario: Scenario) -> Scenario:
        """The scenario with its names in the language of the day."""
        if not self.by_language.get(language()):
            return scenario
        changed: dict[str, Any] = {"title": self.of(scenario.title)}
        changed |= {table: self._tables(getattr(scenario, table)) for table in ("ports", "pools")}
        if scenario.sites is not None:
            candidates = self._tables(scenario.sites.candidates)
            changed["sites"] = scenario.sites.model_copy(update={"candidates": candidates})
        return scenario.model_copy(update=changed)

    def _tables(self, tables: Mapping[str, Any]) -> dict[str, Any]:
        """Ports, pools or sites by id, each with its name."""
        return {
            id_: table.model_copy(update={"name": self.of(table.name)}) if table.name else table
            for id_, table in tables.items()
        }


def read_names(file: Path | None) -> Names:
    """The names of a file; none without one. Raises ScenarioError for a file that is no such table."""
    if file is None:
        return Names()
    table = read_csv(file, file.name, (TEXT,), others=True)
    faults = [*missing_columns(table, (TEXT,)), *table.faults]
    there = [each for each in LANGUAGES if each in table.header]
    if not there and not faults:
        faults = missing_columns(table, [min(LANGUAGES, key=lambda each: each != language())])
    if faults:
        raise ScenarioError(faults)
    return Names({each: {row[TEXT]: row[each] for _n, row in table.rows if row[each]} for each in there})


@dataclass(frozen=True)
class Cited:
    """A number in words, and where it stands in the results."""

    text: str
    value: object = ""
    """As it stands in the file."""
    source: str = ""
    """folder/file/row/column; of a manifest folder/file/keys. Folders are counted from 0 in the order of the page."""

    def __html__(self) -> Markup:
        """A `data` element; the text alone where it stands in no file."""
        if not self.source:
            return escape(shown(self.text))
        return Markup('<data value="{value}" data-f="{source}">{text}</data>').format(
            value=shown(self.value), source=shown(self.source), text=shown(self.text)
        )

    def __str__(self) -> str:
        return self.text


def shown(text: object) -> Any:
    """Text of users as a page shows it: no control characters, no change of direction; markup stays markup."""
    if isinstance(text, Markup) or hasattr(text, "__html__"):
        return text
    return for_terminal(text)


class Rows:
    """A CSV file of a results folder."""

    def __init__(self, results: Results, name: str) -> None:
        self.name, self._results = name, results
        self.frame = _read_csv(results.folder / name)
        self.names = results.names
        self._cells = {str(column): cells.tolist() for column, cells in self.frame.items()}  # asked for one by one
        self._at: dict[tuple[str, ...], dict[tuple[Any, ...], int]] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.frame)))

    def has(self, *columns: str) -> bool:
        """Whether it has these columns."""
        return set(columns) <= set(self.frame.columns)

    def find(self, **equal: Any) -> int | None:
        """The first row in which columns have these values."""
        names = tuple(equal)
        if names not in self._at:
            keys = zip(*(self.frame[name] for name in names), strict=True) if self.has(*names) else ()
            found: dict[tuple[Any, ...], int] = {}
            for row, key in enumerate(keys):
                found.setdefault(tuple(key), row)
            self._at[names] = found
        return self._at[names].get(tuple(equal.values()))

    def where(self, **equal: Any) -> list[int]:
        """All rows in which columns have these values, in order."""
        mask = pd.Series(True, index=self.frame.index)
        for name, value in equal.items():
            mask &= self.frame[name] == value if name in self.frame else False
        return [int(row) for row in self.frame.index[mask]]

    def text(self, row: int, column: str) -> str:
        """A cell as text; empty where there is none."""
        value = self._cells[column][row] if column in self._cells else ""
        return "" if _is_missing(value) else str(value)

    def number(self, row: int, column: str) -> float:
        """A cell as a number; nan where there is none. Raises BadInput."""
        value = self._cells[column][row] if column in self._cells else math.nan
        try:
            return math.nan if _is_missing(value) else float(value)
        except (TypeError, ValueError):
            errors.refuse(_unreadable(self._results.folder / self.name))

    def cited(self, row: int, column: str, text: str) -> Cited:
        """Words for a cell, which remember the cell."""
        value = self.text(row, column)
        return Cited(text, value, f"{self._results.number}/{self.name}/{row}/{column}") if text else Cited("")


@dataclass(frozen=True)
class Results:
    """A results folder."""

    number: int
    """Its place on the page, from 0."""
    folder: Path
    kind: str
    manifest: dict[str, Any]
    name: str
    """Its name, without where it lies."""
    names: Names = field(default_factory=Names)
    """What the user's names are called on the page."""

    @cached_property
    def _tables(self) -> dict[str, Rows | None]:
        return {}

    def rows(self, name: str) -> Rows | None:
        """A table of the folder; None where it is not there or has no rows."""
        if name not in self._tables:
            there = (self.folder / name).is_file()
            found = Rows(self, name) if there else None
            self._tables[name] = found if found is not None and len(found) else None
        return self._tables[name]

    def need(self, name: str) -> Rows:
        """A table without which there is nothing to show. Raises BadInput."""
        found = self.rows(name)
        if found is None:
            errors.refuse(MESSAGES["brief.no_table"].format(folder=self.folder, name=name))
        return found

    def fact(self, text: str, *keys: str) -> Cited:
        """Words for a value of the manifest, which remember it."""
        value: Any = self.manifest
        for key in keys:
            value = value.get(key, "") if isinstance(value, dict) else ""
        return Cited(text, value, f"{self.number}/{MANIFEST}/{'/'.join(keys)}")

    @cached_property
    def _readings(self) -> dict[str, Reading | None]:
        return {}

    @property
    def reading(self) -> Reading | None:
        """The scenario of the folder with what is known about its values, its names in the language of the day; None
        where it has none. Raises ScenarioError.
        """
        if language() not in self._readings:
            read = self._as_written
            self._readings[language()] = read and replace(read, scenario=self.names.scenario(read.scenario))
        return self._readings[language()]

    @cached_property
    def _as_written(self) -> Reading | None:
        from sim.shell.options import read_scenario  # noqa: PLC0415  heavy at start-up

        file = self.folder / "scenario.toml"
        if not file.is_file() and self.kind == "compare":
            file = self.folder / "scenarios" / f"{self.manifest.get('base', '')}.toml"
        return read_scenario(str(file), None) if file.is_file() else None

    @property
    def scenario(self) -> Scenario | None:
        """The scenario of the folder."""
        return None if self.reading is None else self.reading.scenario


def read_folders(paths: list[Path], name: str = "", names: Names | None = None) -> tuple[Results, ...]:
    """The folders in the order of `KINDS`, those of one kind as they came. Raises BadInput for one that is none.

    `name`: what a folder that has not its own name yet will be called; `names`: what the user's names are called.
    """
    found = []
    for path in paths:
        if not path.is_dir():
            errors.refuse(MESSAGES["brief.no_folder"].format(folder=path))
        manifest = _manifest(path)
        kind = _kind(path, manifest)
        if kind not in KINDS:
            errors.refuse(MESSAGES["brief.no_results"].format(folder=path))
        found.append((path, kind, manifest))
    found.sort(key=lambda one: KINDS.index(one[1]))
    return tuple(
        Results(number, *one, name or one[0].resolve().name, names or Names()) for number, one in enumerate(found)
    )


def reported_figures(results: Results) -> tuple[Figure, ...]:
    """The reported figures of a run's folder as `describe` wants them; none where there are none."""
    from sim.measures.reported import Figure  # noqa: PLC0415

    rows = results.rows("reported.csv")
    if rows is None:
        return ()
    return tuple(
        Figure(
            measure=rows.text(row, "measure"), place=rows.text(row, "place"), value=rows.number(row, "reported"),
            tolerance=rows.number(row, "tolerance"), kind=rows.text(row, "kind"), role=rows.text(row, "role"),
            why=rows.text(row, "why"),
        )
        for row in rows
    )  # fmt: skip


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _kind(folder: Path, manifest: dict[str, Any]) -> str:
    """Which command wrote a folder; empty for none of `KINDS`."""
    named = str(manifest.get("experiment") or manifest.get("kind") or "")
    if named:
        return {"calibration": "calibrate"}.get(named, named)
    if "axes" in manifest and (folder / "points.csv").is_file():
        return "sweep"
    return "run" if "finished" in manifest and (folder / "summary.csv").is_file() else ""


def _read_csv(file: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(file, encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    except (ValueError, OSError):
        errors.refuse(_unreadable(file))


def _unreadable(file: Path) -> str:
    return MESSAGES["brief.unreadable"].format(file=file)


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value))
