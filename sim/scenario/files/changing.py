"""A resolved scenario with other values at some dotted paths, without its files: for sweeps, calibration, ensembles.

It means what `--set` means on the file: the same paths, the same rules, the same faults. Reading Xiangzhou's file takes
0.2 s, most of it to learn where each value comes from; a change here takes some milliseconds.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, ScenarioError, dotted
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.files.overrides import FROM_COMMAND_LINE, no_place, steps
from sim.scenario.files.reading import is_tiny, judged
from sim.scenario.files.translation import schema_faults
from sim.scenario.provenance import needs_source
from sim.scenario.rules import check
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import ROW_TABLES, is_clock, resolved, unit_at


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
        for name, value in changes.items():
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
    return Draft(Origin("", FilePath(), 0), resolved(scenario)).at(steps(name))


def _tree(scenario: Scenario) -> dict[str, Any]:
    """Raw tables, as a draft holds them after its CSV files were read: rows have keys "1", "2", …"""
    tree = resolved(scenario, given_only=True)
    for name in ROW_TABLES:
        if isinstance(tree.get(name), list):
            tree[name] = {str(key): row for key, row in enumerate(tree[name], start=1)}
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
