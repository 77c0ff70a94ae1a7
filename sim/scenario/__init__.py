"""From files to a scenario: the chain of `extends`, `--set`, CSV files, the schema, and the rules between tables.

Everything that can be found is found before anything is reported, so that a planner mends a file once. A file that
cannot be read as TOML stops the reading, because nothing can be said about values that were not read.

A rule that looks at several values finds its fault at one of them, which may stand in a file above the one that was
changed: with `first_day` moved by a child it is the parent's `last_day` that comes too early. Such a fault is named
after the file of the chain (or `--set`) without which it is not there, and after the value that was changed there; so
is a warning.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path as FilePath

from sim.scenario.faults import Fault, ScenarioError, dotted, together, touch
from sim.scenario.files.changing import apply_overrides, parsed, unknown_sites
from sim.scenario.files.csv_tables import fill_from_csv
from sim.scenario.files.drafts import Draft, NamedEnsemble, draft_of, put_rosters_before_shifts
from sim.scenario.places import steps_left_out
from sim.scenario.provenance import ProvenanceRow, judged, provenance_of
from sim.scenario.tables.schema import Scenario
from sim.words.scenario import RULES

__all__ = ["Fault", "Reading", "ScenarioError", "load", "read"]

_Known = Collection[tuple[str, str]]
"""Path and rule of each fault and warning."""
_FEW = 3
"""Values that a fault names, where any of them may be the one that was meant otherwise."""
_WORDS_ONLY = ("title", "question", "remark", "headlines", "provenance", "ranges")


@dataclass(frozen=True)
class Reading:
    """A scenario, and what `qcap check` says about it."""

    scenario: Scenario
    provenance: tuple[ProvenanceRow, ...]
    """One row per value that matters, in the order of the schema."""
    steps_left_out: tuple[str, ...]
    """Sentences."""
    warnings: tuple[Fault, ...]
    """Things to know that do not stop a run; `str` makes a line of each."""
    files: tuple[FilePath, ...]
    """Files read: those of `chain`, then CSV files."""
    chain: tuple[FilePath, ...] = ()
    """Scenario files: from the top of the `extends` chain to the one asked for."""
    ensemble: NamedEnsemble = field(default_factory=NamedEnsemble)
    """The ensemble that its files name, and the values that they and `--set` decide themselves."""


def load(path: str | os.PathLike[str], *, overrides: Iterable[str] = ()) -> Scenario:
    """The scenario in a TOML file (or in the scenario.toml of a folder), with `PATH=VALUE` overrides.

    It is complete: nothing of it points to a file any more. Raises `ScenarioError`, whose `faults` are all that is
    wrong with the scenario.
    """
    return _read(path, tuple(overrides), None)[1].scenario


def read(
    path: str | os.PathLike[str],
    *,
    overrides: Iterable[str] = (),
    known_measures: Collection[str] | None = None,
) -> Reading:
    """As `load`, with provenance, steps left out, warnings and the files read.

    `known_measures`: ids that targets may name; left out: not tested. Raises `ScenarioError` with all faults.
    """
    draft, reading = _read(path, tuple(overrides), known_measures)
    return replace(reading, warnings=_named_after_changes(draft, reading.warnings, known_measures))


def _read(
    path: str | os.PathLike[str], overrides: tuple[str, ...], known_measures: Collection[str] | None
) -> tuple[Draft, Reading]:
    """As `read`, with warnings that name the files in which the values stand: to find those that brought them, files
    above are judged alone.
    """
    draft = draft_of(path)
    chain = tuple(draft.files)  # CSV files stand behind the files of the chain
    scenario, faults, warnings = _judged_with(draft, overrides, known_measures)
    if faults or scenario is None:
        raise ScenarioError(together(_named_after_changes(draft, faults, known_measures)))
    rows, table = provenance_of(draft, scenario)
    scenario = scenario.model_copy(update={"provenance": table})
    ensemble = draft.ensemble.and_set((path, value) for path, value, _ in map(parsed, overrides))
    left_out, files = steps_left_out(scenario), tuple(draft.files)
    return draft, Reading(scenario, rows, left_out, tuple(warnings), files, chain, ensemble)


def _known(file: FilePath, known_measures: Collection[str] | None) -> _Known:
    """Path and rule of each fault and warning that a file has with nothing laid over it."""
    _, faults, warnings = _judged_with(draft_of(file), (), known_measures)
    return frozenset((fault.path, fault.rule) for fault in (*faults, *warnings))


def _judged_with(
    draft: Draft, overrides: Iterable[str], known_measures: Collection[str] | None
) -> tuple[Scenario | None, list[Fault], list[Fault]]:
    """The files' draft with overrides and CSV files: the model where it keeps the schema, each fault once, warnings."""
    faults, pending = apply_overrides(draft, overrides)
    faults = [*draft.faults, *faults]
    csv_faults, unsure = fill_from_csv(draft)
    put_rosters_before_shifts(draft)
    faults += csv_faults
    if not csv_faults:
        faults += unknown_sites(draft, pending)
    scenario, found, warnings = judged(draft, unsure, known_measures)
    cells = {(fault.file, fault.path) for fault in csv_faults}  # whose text may be reported as no number too
    faults += [fault for fault in found if (fault.file, fault.path) not in cells]
    return scenario, list({str(fault): fault for fault in faults}.values()), warnings


def _named_after_changes(
    draft: Draft, faults: Iterable[Fault], known_measures: Collection[str] | None
) -> tuple[Fault, ...]:
    """The faults or warnings, each with the file that brought it.

    What the chain has down to the file of a level, with nothing laid over it, is asked only for faults of values that
    stand above the last file.
    """
    levels = {origin.file: origin.level for origin in draft.origins.values()}
    last = max(levels.values(), default=0)
    known = cache(lambda level: _known(draft.files[level], known_measures))  # CSV files stand behind those of the chain
    named = []
    for fault in faults:
        own = levels.get(fault.file, last)
        level = last
        while level > own and (fault.path, fault.rule) in known(level - 1):
            level -= 1
        named.append(fault if level == own else _brought(draft, fault, level))
    return tuple(named)


def _brought(draft: Draft, fault: Fault, level: int) -> Fault:
    """The fault as one of what was given at a level: of the values that its rule looks at, where it says which."""
    changed = [path for path in draft.leaves() if draft.origin(path).level == level and path[0] not in _WORDS_ONLY]
    meant = [path for path in changed if any(touch(path, need) for need in fault.needs)]
    meant = meant or [path for path in changed if dotted(path[:-1]) == fault.path.rpartition(".")[0]] or changed
    if not meant:
        return fault
    file = draft.origin(meant[0]).file
    few = [draft.fault(path, "").path for path in meant if draft.origin(path).file == file]
    return replace(
        fault,
        file=file,
        path=", ".join(few) if len(few) <= _FEW else "",
        value=draft.at(meant[0]) if len(few) == 1 else None,
        rule=RULES["with_it"].format(fault=replace(fault, hint="")),
        kind=fault.kind or fault.rule,
        found_at=fault.path,
    )
