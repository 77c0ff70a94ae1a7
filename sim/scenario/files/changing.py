"""Single values laid over a scenario: `--set PATH=VALUE` over its files, and a program's changes of a scenario that
was read, for sweeps, calibration and ensembles.

On the command line VALUE is read as a value of TOML (36, 0.5, true, 2020-03-03, [1, 2], { kind = "flat" }) and
otherwise taken as text. A change of a program means the same: the same paths, the same rules, the same faults. Reading
Xiangzhou's file takes 0.2 s, most of it to learn where each value comes from; a change here takes some milliseconds.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted, nearest
from sim.scenario.files.documents import too_deep
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.files.translation import schema_faults
from sim.scenario.places import once_per_scenario
from sim.scenario.provenance import is_tiny, judged, needs_source
from sim.scenario.rules import check, paths_of
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import ID_WORDS, SITE_SETTINGS, is_clock, resolved, row_paths, unit_at
from sim.words.language import said

FROM_COMMAND_LINE = "--set"
FEW = 8
"""Names that a fault lists where none is like the one given."""


def apply_overrides(draft: Draft, overrides: Iterable[str]) -> tuple[list[Fault], list[Path]]:
    """Lay the overrides over the draft.

    Returns the faults, and the paths of sites that an override changes although no table of them exists: they must be
    in the list of candidates, which is read later (see `unknown_sites`).
    """
    origin = Origin(FROM_COMMAND_LINE, FilePath(), draft.main.level + 1)
    faults: list[Fault] = []
    pending: list[Path] = []
    for text in overrides:
        path, value, fault = parsed(text)
        fault = fault or no_place(draft, path, value)
        if fault:
            faults.append(fault)
            continue
        if len(path) > 2 and path[0] == "sites" and draft.at(path[:2]) is None:
            pending.append(path)
        draft.merge(value, origin, path)
    return faults, pending


def unknown_sites(draft: Draft, pending: Iterable[Path]) -> list[Fault]:
    """Faults for overrides of sites that are neither a table nor a row of the list; takes them out of the draft.

    Call it when the list has been read.
    """
    rows = draft.origins.items()
    known = {path[1] for path, at in rows if path[:1] == ("sites",) and len(path) > 2 and at.file != FROM_COMMAND_LINE}
    unknown = dict.fromkeys(path[:2] for path in pending if path[1] not in known)
    for path in unknown:
        draft.remove(path)
    return [_no_such(path, sorted(known)) for path in unknown]


def parsed(text: str) -> tuple[Path, Any, Fault | None]:
    """Path and value of one override, or the reason why it is none."""
    name, equals, given = text.partition("=")
    path = steps(name)
    refusal = ""
    if not equals:
        refusal = said("must be PATH=VALUE, such as pools.hzmb.headcount=20")
    elif not path or not all(path):
        refusal = said("PATH must be keys joined by dots, such as pools.hzmb.headcount")
    elif path[0] == "extends":
        refusal = said("cannot be changed by --set")
    elif path[0] == "ensemble":
        refusal = said("cannot be changed by --set: give --ensemble FILE, or --ensemble none")
    elif any("\ud800" <= c <= "\udfff" for c in text) or "\x00" in text:
        refusal = said("must be text in UTF-8")
    value: Any = None if refusal else toml_value(given)
    if too_deep({"value": value}):
        refusal = said("is nested too deeply")
    if refusal:
        return (), None, Fault(FROM_COMMAND_LINE, _printable(name.strip() if equals else text), None, refusal)
    return path, value, None


def steps(name: str) -> Path:
    """The keys of a dotted path; those after `provenance` are one key."""
    path = tuple(part.strip().strip("\"'") for part in name.strip().split("."))
    return ("provenance", ".".join(path[1:])) if path[0] == "provenance" and len(path) > 1 else path


def toml_value(text: str) -> Any:
    """A value of TOML, and otherwise text."""
    try:
        tree = tomllib.loads(f"value = {text.strip()}")
    except (ValueError, RecursionError):
        return text.strip()
    return tree["value"] if set(tree) == {"value"} else text.strip()


def no_place(
    draft: Draft, path: Path, value: Any, *, by: str = FROM_COMMAND_LINE, sites_read: bool = False
) -> Fault | None:
    """A fault when a change would make up a port, pool or shift, or reach into what is no table.

    `by`: what faults call the giver of the change. `sites_read`: the list of sites is in the draft, so that a site that
    is not there is made up too.
    """
    if len(path) > 12:
        return Fault(by, dotted(path[:12]) + " …", None, "has more steps than any value has")
    for length in range(1, len(path)):
        here, table = path[:length], draft.at(path[: length - 1])
        found = draft.at(here)
        if found is not None and not isinstance(found, dict):
            return Fault(by, dotted(path), value, said("{here} is one value and has no parts", here=dotted(here)))
        word = ID_WORDS.get(here[-2]) if length > 1 else None
        made_up = word is not None and (sites_read or word != "site") and here[-1] not in SITE_SETTINGS
        if found is None and made_up and isinstance(table, dict):
            return _no_such(here, table, by)
    return None


def _no_such(path: Path, known: Iterable[str], by: str = FROM_COMMAND_LINE) -> Fault:
    names = [name for name in known if path[0] != "sites" or name not in SITE_SETTINGS]
    hint = nearest(path[-1], names) or (said("known here: {names}", names=names) if 0 < len(names) <= FEW else "")
    return Fault(by, dotted(path), None, said("no such {id_words}", id_words=said(ID_WORDS[path[-2]])), hint)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


class Changeable:
    """A scenario that is changed often: its tables are read once."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self._tables = _tree(scenario)

    def changed(self, changes: Mapping[str, Any], *, by: str = FROM_COMMAND_LINE) -> Scenario:
        """As the function of this name, for this scenario, which stays as it is."""
        here = Origin(by, FilePath(), 0)
        draft = Draft(here, _copied(self._tables))
        faults: list[Fault] = []
        before: dict[Path, Any] = {}
        for name, value in self._each(changes, faults, by):
            path, plain = steps(name), _plain(value)
            fault = _refused(path, name, by) or no_place(draft, path, plain, by=by, sites_read=True)
            if fault:
                faults.append(fault)
                continue
            before.setdefault(path, copy.deepcopy(draft.at(path)))
            draft.merge(plain, here, path)
        model, _ = schema_faults(draft) if not faults and not _doubtful(draft, before) else (None, {})
        if model is None or any(not finding.warning for finding in check(model, faults_only=True)):
            model, found, _ = judged(draft, (), None)
            faults += found
        if faults or model is None:
            raise ScenarioError({str(fault): fault for fault in faults}.values())
        return model.model_copy(update={"provenance": _provenance(draft, before, by)})

    def _each(self, changes: Mapping[str, Any], faults: list[Fault], by: str) -> Iterator[tuple[str, Any]]:
        """The changes, those of a path with * as one for each value that it stands for, as in `[ranges]`."""
        for name, value in changes.items():
            if "*" not in steps(name) or name.startswith("provenance"):
                yield name, value
                continue
            found = paths_of(self.scenario, name)
            if not found:
                faults.append(Fault(by, name, None, "no value has this path"))
            yield from ((dotted(path), value) for path in found)

    def new_warnings(self, changes: Mapping[str, Any], *, by: str = FROM_COMMAND_LINE) -> tuple[Fault, ...]:
        """What is worth a warning in the changed scenario and was not in this one. Raises ScenarioError."""
        return tuple(
            Fault(by, dotted(found.path), found.value, found.rule, found.hint, found.kind)
            for found in check(self.changed(changes, by=by))
            if found.warning and (found.path, found.rule) not in self._known_warnings
        )

    @cached_property
    def _known_warnings(self) -> frozenset[tuple[Path, str]]:
        """Path and rule of each."""
        return frozenset((found.path, found.rule) for found in check(self.scenario) if found.warning)


def changed(scenario: Scenario, changes: Mapping[str, Any], *, by: str = FROM_COMMAND_LINE) -> Scenario:
    """The scenario with these values at these dotted paths (`ports.gongbei.people`), laid over it in their order.

    Values are as users write them (clock times as "08:00"); whole numbers where the schema wants them; numbers of numpy
    are welcome; None takes a value out. A table merges key by key, one of another `kind` takes the old one's place.
    Everything is validated as when a file is read: raises ScenarioError with all faults, which call the giver of the
    changes `by`. What the scenario says about the source of a changed value no longer holds: it becomes "assumed:
    changed by …".
    """
    return Changeable(scenario).changed(changes, by=by)


def value_at(scenario: Scenario, name: str) -> Any:
    """The value at a dotted path as users write it; None where there is none."""
    return Draft(Origin("", FilePath(), 0), _resolved(scenario)).at(steps(name))


@once_per_scenario
def _resolved(scenario: Scenario) -> dict[str, Any]:
    """All tables, to be read only: an ensemble asks for value after value."""
    return resolved(scenario)


def _tree(scenario: Scenario) -> dict[str, Any]:
    """Raw tables, as a draft holds them after its CSV files were read: rows have keys "1", "2", …"""
    tree = resolved(scenario, given_only=True)
    for path in row_paths(tree):
        around = tree
        for key in path[:-1]:
            around = around[key]
        if isinstance(around[path[-1]], list):
            around[path[-1]] = {str(key): row for key, row in enumerate(around[path[-1]], start=1)}
    return tree


def _copied(tables: dict[str, Any]) -> dict[str, Any]:
    """The same values in tables of their own: a draft changes tables, and replaces all else."""
    return {key: _copied(value) if isinstance(value, dict) else value for key, value in tables.items()}


def _plain(value: Any) -> Any:
    """Numbers of numpy as plain ones: the schema is strict."""
    return value.item() if hasattr(value, "item") else value


def _refused(path: Path, name: str, by: str) -> Fault | None:
    if not path or not all(path):
        return Fault(by, name, None, "must be keys joined by dots, such as pools.gongbei.headcount")
    if path[0] in ("extends", "ensemble") or path[-1] in ("file", "list"):
        return Fault(by, name, None, "cannot be changed here: the scenario's files have been read")
    return None


def _doubtful(draft: Draft, touched: Iterable[Path]) -> bool:
    """Whether a change must be looked at closely: words about sources, numbers for clock times or next to 0."""
    for path in touched:
        if path[0] == "provenance":
            return True
        for below, value in _values(draft.at(path), path):
            entries = value if isinstance(value, list) else [value]
            if is_tiny(value):
                return True
            if any(isinstance(entry, int) for entry in entries) and is_clock(unit_at(below, draft.tree)):
                return True
    return False


def _provenance(draft: Draft, before: Mapping[Path, Any], by: str) -> dict[str, str]:
    """The words about sources, with what is no longer true of the changed values replaced."""
    notes = dict(draft.at(("provenance",)) or {})
    for path, old in before.items():
        if path[0] == "provenance":
            continue
        was, now = dict(_values(old, path)), dict(_values(draft.at(path), path))
        for gone in was.keys() - now.keys():
            notes.pop(dotted(gone), None)
        for here, value in now.items():
            if needs_source(here) and was.get(here) != value and ("provenance", dotted(here)) not in before:
                notes[dotted(here)] = f"assumed: changed by {by}"[:200]
    return notes


def _values(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Values at and below a path, each with its own path; tables themselves are none."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _values(entry, (*path, key))
    elif value is not None:
        yield path, value
