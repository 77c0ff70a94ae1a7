"""A scenario while it is being read: the files of its `extends` chain laid over each other, from the top one down to
the one that was asked for, and for every value where it came from.

A child's table merges into its parent's key by key. One exception: a table that names another `kind` replaces the
parent's, because the keys of one form mean nothing in another.

`ensemble = "district_ensemble.parquet"` at the top of a file stands for draws of values that calibration left open;
runs take draw m with replication m. Like `extends` it is no part of the scenario, which is one setting: it says how to
run it. What is written in a file below the one that names the ensemble, or by `--set`, is set there and not drawn.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted
from sim.scenario.files.documents import LARGEST_TOML, is_workbook, parse_toml, read_text, scenario_file
from sim.scenario.tables.shape import SITE_SETTINGS, at_path, row_paths
from sim.words.language import said

ENSEMBLE = "ensemble"
NO_ENSEMBLE = "none"
"""Names no ensemble: switches off the one of a file above."""
_NOTES = ("provenance", "ranges")


@dataclass(frozen=True)
class NamedEnsemble:
    """What the files of a scenario say about an ensemble."""

    file: FilePath | None = None
    """Found beside the scenario that names it; None where none is named. It need not be there."""
    name: str = ""
    """As it is written, for faults."""
    by: str = ""
    """The file that names it, for faults."""
    decided: frozenset[str] = frozenset()
    """Dotted paths of all values written in files below that one, and by `--set`."""

    @property
    def real_file(self) -> FilePath | None:
        """The file without detours: `plans/../draws.parquet` and `draws.parquet` are one."""
        return None if self.file is None else self.file.resolve()

    def decides(self, path: str) -> bool:
        """Whether the value at this path, or one in place of a table around it, is written there."""
        keys = path.split(".")
        return any(".".join(keys[:length]) in self.decided for length in range(1, len(keys) + 1))

    def and_set(self, changes: Iterable[tuple[Path, Any]]) -> NamedEnsemble:
        """With the values of `--set` decided too."""
        more = {dotted(leaf) for path, value in changes for leaf in _leaves(value, path)}
        return NamedEnsemble(self.file, self.name, self.by, self.decided | more)


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
    """For CSV: `row 7, rooms`; for a workbook: `Hotels!D7: rooms`."""
    cells: Mapping[Path, str] = field(default_factory=dict, compare=False, repr=False)
    """For a workbook: the cell of each value, and of each that is left empty and has a place all the same."""
    listed: Container[Path] = field(default=(), compare=False, repr=False)
    """For a workbook: values of its list of hotels."""

    def is_row_of_sites(self, path: Path) -> bool:
        """Whether the value at this path stands in the list of sites."""
        return path[0] == "sites" and bool(self.cell) and (not self.cells or path in self.listed)

    def of(self, path: Path) -> Origin:
        """The same, for the value at this path."""
        cell = self.cells.get(path, "")
        return self if cell == self.cell or not self.cells else replace(self, cell=cell)


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
    faults: list[Fault] = field(default_factory=list)
    """What could not be read in workbooks."""

    def merge(self, value: Any, origin: Origin, path: Path = ()) -> None:
        """Lay `value` over what is at `path`: tables key by key, all else in place of the old."""
        old = self.at(path)
        if isinstance(value, dict) and isinstance(old, dict) and not _other_kind(old, value):
            self.origins[path] = origin.of(path)
            for key, entry in value.items():
                self.merge(entry, origin, (*path, key))
            return
        self.seen.add(path)
        if path in self.origins and _same(old, value) and path[:1] != ("provenance",):
            return  # said again, not changed; of a provenance entry it matters who says it
        self.remove(path)
        parent = self._table(path[:-1], origin)
        self.origins[path] = origin.of(path)
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
        return at_path(self.tree, path)

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
        place = origin.cells.get(path) or _first_below(path, origin.cells) or dotted(path)
        if origin.cell and path not in origin.cells:
            place = ", ".join(part for part in (origin.cell, _column(path, below)) if part)
        return Fault(origin.file, place, value, rule, hint)

    def leaves(self) -> Iterator[Path]:
        """Paths of all values (not of tables)."""
        return (path for path in walk(self.tree, ()) if not isinstance(self.at(path), dict))

    def _table(self, path: Path, origin: Origin) -> dict[str, Any]:
        here = self.tree
        for length, key in enumerate(path, start=1):
            if not isinstance(here.get(key), dict):
                here[key] = {}
                self.origins[path[:length]] = origin.of(path[:length])
            here = here[key]
        return here


def put_rosters_before_shifts(draft: Draft) -> None:
    """Where a file below gives a pool rows of a roster, these stand in place of the shifts and the headcount above."""
    rows = draft.at(("roster",))
    levels: dict[Any, int] = {}
    for key, row in rows.items() if isinstance(rows, dict) else ():
        if isinstance(row, dict) and isinstance(row.get("pool"), str):
            levels[row["pool"]] = draft.origin(("roster", key, "pool")).level
    for pool, level in levels.items():
        shifts = ("pools", pool, "shifts")
        below = walk(draft.at(shifts), shifts) if draft.at(shifts) else ()
        if max((draft.origin(path).level for path in below), default=level) < level:
            draft.remove(shifts)
            if draft.origin(("pools", pool, "headcount")).level < level:
                draft.remove(("pools", pool, "headcount"))


def _first_below(path: Path, cells: Mapping[Path, str]) -> str:
    """Of a table that has no cell of its own, such as all shifts of a pool, the first cell of its values, of a value
    that stands nowhere that of its table; and its path. Empty where no cell of a workbook is in its table.
    """
    for around in (path, path[:-1] if len(path) > 2 else ()):
        first = next((cell for inside, cell in cells.items() if around and inside[: len(around)] == around), "")
        if first:
            return f"{first.partition(': ')[0]}: {dotted(path)}"
    return ""


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
    for path in row_paths(tree):
        _as_list(data, path)
    if isinstance(sites, dict):
        own = {key: value for key, value in sites.items() if key in SITE_SETTINGS or not isinstance(value, dict)}
        rest = {key: value for key, value in sites.items() if key not in own}
        data["sites"] = own | ({"candidates": rest} if rest or "candidates" not in own else {})
    return data


def _as_list(data: dict[str, Any], path: Path) -> None:
    """Rows that have keys as a list; the tables around them are copied, so that the draft's stay as they are."""
    for key in path[:-1]:
        data[key] = dict(data[key])
        data = data[key]
    if isinstance(data[path[-1]], dict):
        data[path[-1]] = list(data[path[-1]].values())


def _other_kind(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return "kind" in old and "kind" in new and old["kind"] != new["kind"]


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(_same(a, b) for a, b in zip(old, new, strict=True))
    return isinstance(old, bool) == isinstance(new, bool) and bool(old == new)


def draft_of(path: str | os.PathLike[str]) -> Draft:
    """All files of the chain laid over each other. Raises when one of them cannot be read or a cycle closes."""
    main = scenario_file(path)
    home = main.parent
    files: list[tuple[FilePath, Tables]] = []
    file: FilePath | None = main
    while file is not None:
        tables = tables_of(file, shown(file, home))
        files.insert(0, (file, tables))
        file = _parent(file, tables.tree, [known for known, _ in files], home)
    last = len(files) - 1
    draft = Draft(Origin(shown(main, home), main.parent, last, cells=files[-1][1].cells), files=[f for f, _ in files])
    for level, (file, tables) in enumerate(files):
        tables.tree.pop("extends", None)
        draft.ensemble = _named_in(tables.tree, draft.ensemble, file, shown(file, home))
        draft.merge(
            tables.tree, Origin(shown(file, home), file.parent, level, cells=tables.cells, listed=tables.listed)
        )
        draft.faults += tables.faults
        if tables.listed:
            draft.seen.add(("sites", "list"))  # of which the table of sources may speak
    return draft


@dataclass(frozen=True)
class Tables:
    """The raw tables of one file."""

    tree: dict[str, Any]
    cells: Mapping[Path, str] = field(default_factory=dict)
    """Of a workbook: see `Origin.cells`."""
    listed: Set[Path] = frozenset()
    """Of a workbook: values of its list of hotels."""
    faults: tuple[Fault, ...] = ()
    """Of a workbook: what could not be read in it; reported with all others."""


def tables_of(file: FilePath, name: str) -> Tables:
    """The tables of a TOML file or a workbook, notes keyed by path. Raises when it cannot be read."""
    if not is_workbook(file):
        return Tables(_keyed_by_path(parse_toml(read_text(file, name, LARGEST_TOML), name)))
    from sim.scenario.files.book.reading import read_workbook  # noqa: PLC0415  only where there is one

    book = read_workbook(file, name)
    return Tables(_keyed_by_path(book.tree), book.cells, book.listed, tuple(book.faults))


def shown(file: FilePath, home: FilePath) -> str:
    """What faults call a file: as seen from the folder of the scenario that was asked for."""
    try:
        return os.path.relpath(file, home).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return str(file)


def _parent(file: FilePath, tree: dict[str, Any], known: list[FilePath], home: FilePath) -> FilePath | None:
    """The file that `tree` extends. `known` are the files below it, nearest first."""
    if "extends" not in tree:
        return None
    wanted, name = tree["extends"], shown(file, home)
    if not isinstance(wanted, str) or not wanted.strip():
        raise ScenarioError([Fault(name, "extends", wanted, "must be the name of a scenario file in quotes")])
    try:
        parent = scenario_file(file.parent / wanted)
        visited = [other for other in known if parent.samefile(other)]
    except ScenarioError as error:
        found = error.faults[0]
        raise ScenarioError([Fault(name, "extends", wanted, found.rule, found.hint)]) from None
    except (OSError, ValueError):
        raise ScenarioError([Fault(name, "extends", wanted, "is not the name of a file that can be read")]) from None
    if visited:
        circle = [*reversed(known[: known.index(visited[0]) + 1]), parent]
        chain = " -> ".join(shown(each, home) for each in circle)
        raise ScenarioError([Fault(name, "extends", wanted, said("goes round in a circle: {chain}", chain=chain))])
    return parent


def _keyed_by_path(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree with `[provenance]`, `[ranges]` and `[staffing.free]` keyed by dotted path, whether their keys were
    quoted or not.
    """
    for name in ("provenance", "ranges"):
        notes = tree.get(name)
        if isinstance(notes, dict):
            tree[name] = _flat(notes, ())
    staffing = tree.get("staffing")
    if isinstance(staffing, dict) and isinstance(staffing.get("free"), dict):
        staffing["free"] = _flat(staffing["free"], ())
    return tree


def _flat(notes: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in notes.items():
        # a quoted key may hold dots of its own: those are steps of the path and not part of a name
        if isinstance(value, dict):
            out |= _flat(value, (*path, key))
        else:
            out[".".join((*path, key))] = value
    return out


def _named_in(tree: dict[str, Any], above: NamedEnsemble, file: FilePath, name: str) -> NamedEnsemble:
    """What holds with one more file of the chain, its tables `tree`, from which the key is taken out.

    Raises ScenarioError when the key is no file name.
    """
    wanted = tree.pop(ENSEMBLE, None)
    if wanted is None:
        below = [((key,), value) for key, value in tree.items() if above.by and key not in _NOTES]
        return above.and_set(below)
    if not isinstance(wanted, str) or not wanted.strip():
        rule = said(
            'must be the name of an ensemble of qcap calibrate in quotes, or "{no_ensemble}"', no_ensemble=NO_ENSEMBLE
        )
        raise ScenarioError([Fault(name, ENSEMBLE, wanted, rule)])
    return NamedEnsemble(None if wanted == NO_ENSEMBLE else file.parent / wanted, wanted, name)


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict) and value:
        for key, entry in value.items():
            yield from _leaves(entry, (*path, str(key)))
    else:
        yield path
