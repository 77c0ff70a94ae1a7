"""Raw tables of a scenario on their way into cells: what was written, and how a value is written so that it is read
back as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from typing import Any

from sim.scenario.faults import Path
from sim.scenario.files.book.layout import ELSEWHERE, MARGIN
from sim.scenario.files.cells import BLANKS, Kind
from sim.scenario.files.writing import toml_value
from sim.scenario.tables.shape import SITE_SETTINGS
from sim.words.user_text import for_xml

_SEPARATORS = ",;，；、[]{}\"'"


@dataclass
class Tables:
    """Raw tables of a scenario, of which each value is written once."""

    tree: dict[str, Any]
    listed: Set[Path] = frozenset()
    """Values of the list of sites; of the others of its sites it is not the source."""
    written: set[Path] = field(default_factory=set)

    def take(self, path: Path) -> Any:
        """The value at a path, which is written now; None where there is none."""
        value = self.at(path)
        if value is not None and value != {}:
            self.written.add(path)
        return value if value != {} else None

    def at(self, path: Path) -> Any:
        """What is at a path."""
        here: Any = self.tree
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def rest(self) -> Iterator[Path]:
        """Paths of values, and of empty tables, that were not written."""
        return (path for path in _leaves(self.tree, ()) if path not in self.written)

    def table(self, path: Path) -> dict[str, dict[str, Any]]:
        """The tables keyed by id at a path."""
        found = self.at(path)
        given = found.items() if isinstance(found, dict) else ()
        return {
            key: value
            for key, value in given
            if isinstance(value, dict) and (path != ("sites",) or key not in SITE_SETTINGS)
        }


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _leaves(entry, (*path, key))
    elif path:
        yield path


def cell_of(value: Any, kind: Kind) -> Any:
    """A value as a cell that is read back as it."""
    if isinstance(value, list) and kind.many and _is_plain_list(value):
        return ", ".join(str(entry) if not isinstance(entry, bool) else str(entry).lower() for entry in value)
    if isinstance(value, list | dict):
        return "{}" if value == {} else toml_value(value)
    if isinstance(value, str):
        day = dt.date.fromisoformat(value) if kind.date and _is_date(value) else None
        return day if day and day.year > 1900 else quoted_text(value)
    if isinstance(value, dt.date) and value.year <= 1900:
        return value.isoformat()
    return value


def _is_plain_list(value: list[Any]) -> bool:
    plain = all(isinstance(entry, int | float | str) for entry in value)
    return (
        bool(value)
        and plain
        and not any(isinstance(entry, str) and (not entry.strip() or set(entry) & set(_SEPARATORS)) for entry in value)
    )


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def quoted_text(text: str | None) -> str | None:
    """A text as a cell: in quotes where a bare cell would be read as another one."""
    if text is None:
        return None
    odd = not text or text != text.strip(BLANKS) or text[:1] == '"' or for_xml(text) != text or "\r" in text
    return toml_value(text) if odd or text.startswith((MARGIN, ELSEWHERE)) else text
