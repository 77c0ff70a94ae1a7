"""A scenario while it is being read: raw tables, and for every value where it came from.

A child's table merges into its parent's key by key. One exception: a table that names another `kind` replaces the
parent's, because the keys of one form mean nothing in another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, dotted
from sim.scenario.files.doubt import NamedEnsemble
from sim.scenario.tables.shape import ROW_TABLES, SITE_SETTINGS


@dataclass(frozen=True)
class Origin:
    """Where a value was given."""

    file: str
    """Name for faults; `--set` for the command line."""
    folder: FilePath
    """Folder from which files named here are found."""
    level: int
    """0 for the file at the top of the `extends` chain, one more for each child, most for `--set`."""
    cell: str = ""
    """For CSV: `row 7, rooms`."""


@dataclass
class Draft:
    """Raw tables of a scenario with the origin of every value; the two always agree."""

    main: Origin
    """Of the file that was asked for; faults about what is missing point to it."""
    tree: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, Origin] = field(default_factory=dict)
    """Origin of each value, and of each table the last that touched it."""
    seen: set[Path] = field(default_factory=set)
    """Paths of all values given anywhere, also of those that were changed later."""
    files: list[FilePath] = field(default_factory=list)
    ensemble: NamedEnsemble = field(default_factory=NamedEnsemble)
    """The ensemble that the files name, and what they decide below it."""

    def merge(self, value: Any, origin: Origin, path: Path = ()) -> None:
        """Lay `value` over what is at `path`: tables key by key, all else in place of the old."""
        old = self.at(path)
        if isinstance(value, dict) and isinstance(old, dict) and not _other_kind(old, value):
            self.origins[path] = origin
            for key, entry in value.items():
                self.merge(entry, origin, (*path, key))
            return
        self.seen.add(path)
        if path in self.origins and _same(old, value) and path[:1] != ("provenance",):
            return  # said again, not changed; of a provenance entry it matters who says it
        self.remove(path)
        parent = self._table(path[:-1], origin)
        self.origins[path] = origin
        if isinstance(value, dict):
            parent[path[-1]] = {}
            self.merge(value, origin, path)
        else:
            parent[path[-1]] = value

    def add_below(self, path: Path, value: Any, origin: Origin) -> None:
        """Put a value where none is yet; what the scenario's own tables say stays."""
        self.seen.add(path)
        here: Any = self.tree
        for key in path[:-1]:
            here = here.get(key) if isinstance(here, dict) else None
            if here is None:
                break
        if here is None or (isinstance(here, dict) and path[-1] not in here):
            self.merge(value, origin, path)

    def remove(self, path: Path) -> None:
        """Take the value or table at `path` out."""
        parent = self.at(path[:-1])
        if not path or not isinstance(parent, dict) or path[-1] not in parent:
            return
        for below in list(walk(parent[path[-1]], path)):
            self.origins.pop(below, None)
        del parent[path[-1]]

    def at(self, path: Path) -> Any:
        """What is at `path`, None for nothing."""
        here: Any = self.tree
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return here

    def origin(self, path: Path) -> Origin:
        """Where the value at `path` was given; for what is not there, where the table around it was."""
        return self._nearest_origin(path)[0]

    def _nearest_origin(self, path: Path) -> tuple[Origin, Path]:
        """The origin of `path` or of the nearest table around it, and the keys below that table."""
        for length in range(len(path), 0, -1):
            found = self.origins.get(path[:length])
            if found is not None:
                return found, path[length:]
        return self.main, path

    def fault(self, path: Path, rule: str, hint: str = "", value: Any = None) -> Fault:
        """A fault at `path`, named after the file or CSV cell that gave it."""
        origin, below = self._nearest_origin(path)
        place = ", ".join(part for part in (origin.cell, _column(path, below)) if part) if origin.cell else dotted(path)
        return Fault(origin.file, place, value, rule, hint)

    def leaves(self) -> Iterator[Path]:
        """Paths of all values (not of tables)."""
        return (path for path in walk(self.tree, ()) if not isinstance(self.at(path), dict))

    def _table(self, path: Path, origin: Origin) -> dict[str, Any]:
        here = self.tree
        for length, key in enumerate(path, start=1):
            if not isinstance(here.get(key), dict):
                here[key] = {}
                self.origins[path[:length]] = origin
            here = here[key]
        return here


def _column(path: Path, below: Path) -> str:
    """What the column of a cell that is empty is called; `below` are the keys of `path` that the row does not have."""
    is_ride = path[0] == "sites" and path[2:3] == ("ride_minutes",) and len(below) == 1
    return f"{path[2]}_{below[0]}" if is_ride else dotted(below)


def walk(value: Any, path: Path) -> Iterator[Path]:
    """`path` and all paths below it."""
    yield path
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from walk(entry, (*path, key))


def model_input(tree: dict[str, Any]) -> dict[str, Any]:
    """The tables as the model wants them: candidates of `[sites]` in a table of their own, rows in lists."""
    sites = tree.get("sites")
    data = {key: value for key, value in tree.items() if key != "extends"}
    for name in ROW_TABLES:
        if isinstance(data.get(name), dict):
            data[name] = list(data[name].values())
    if isinstance(sites, dict):
        own = {key: value for key, value in sites.items() if key in SITE_SETTINGS or not isinstance(value, dict)}
        rest = {key: value for key, value in sites.items() if key not in own}
        data["sites"] = own | ({"candidates": rest} if rest or "candidates" not in own else {})
    return data


def _other_kind(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return "kind" in old and "kind" in new and old["kind"] != new["kind"]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new, strict=True))
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)
