"""`--names FILE`: what the user's own names are called on a page in another language than theirs.

A scenario has one name for each port and hotel, in whatever language its author wrote. The file is a CSV with the
column `text`, as results have it, and a column for each language that a page may be in, `zh` or `en`. What it does not
hold, or holds an empty cell for, stays as it is. Only what is shown changes: ids, numbers and files know nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.faults import ScenarioError
from sim.scenario.files.csv_files import missing_columns, read_csv
from sim.words.language import LANGUAGES, language

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

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
