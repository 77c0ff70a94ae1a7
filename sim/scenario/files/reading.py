"""From files to a scenario: the chain of `extends`, `--set`, CSV files, the schema, and the rules between tables.

Everything that can be found is found before anything is reported, so that a planner mends a file once. A file that
cannot be read as TOML stops the reading, because nothing can be said about values that were not read.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.blame import named_after_changes
from sim.scenario.faults import Fault, Path, ScenarioError
from sim.scenario.files.chain import draft_of
from sim.scenario.files.csv_tables import fill_from_csv
from sim.scenario.files.doubt import NamedEnsemble
from sim.scenario.files.drafts import Draft
from sim.scenario.files.mending import mended
from sim.scenario.files.overrides import apply_overrides, parsed, unknown_sites
from sim.scenario.files.translation import refuse_not_built, schema_faults
from sim.scenario.provenance import ProvenanceRow, entry_faults, provenance_of
from sim.scenario.rules import check
from sim.scenario.rules.findings import Finding
from sim.scenario.steps import steps_left_out
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import is_clock, unit_at

SMALLEST = 1e-9
"""Of numbers that are not 0."""


@dataclass(frozen=True)
class Reading:
    """A scenario, and what `qcap check` tells about it."""

    scenario: Scenario
    provenance: tuple[ProvenanceRow, ...]
    """One row per value that matters, in the order of the schema."""
    steps_left_out: tuple[str, ...]
    """Sentences."""
    warnings: tuple[Fault, ...]
    """Things to know that do not stop a run; `str` makes a line of each."""
    files: tuple[FilePath, ...]
    """Files read: from the top of the `extends` chain to the one asked for, then CSV files."""
    ensemble: NamedEnsemble = field(default_factory=NamedEnsemble)
    """The ensemble that its files name, and the values that they and `--set` decide themselves."""


def load(path: str | os.PathLike[str], *, overrides: Iterable[str] = ()) -> Scenario:
    """The scenario in a TOML file (or in the scenario.toml of a folder), with `PATH=VALUE` overrides.

    It is complete: nothing of it points to a file any more. Raises `ScenarioError`, whose `faults` are all that is
    wrong with the scenario.
    """
    return read(path, overrides=overrides).scenario


def read(
    path: str | os.PathLike[str],
    *,
    overrides: Iterable[str] = (),
    known_measures: Collection[str] | None = None,
) -> Reading:
    """As `load`, with provenance, steps left out, warnings and the files read.

    `known_measures`: ids that targets may name; left out: not tested. Raises `ScenarioError` with all faults.
    """
    draft, overrides = draft_of(path), tuple(overrides)
    scenario, faults, warnings = _judged_with(draft, overrides, known_measures)
    if faults or scenario is None:
        chain = tuple(draft.files)  # CSV files stand behind the files of the chain
        raise ScenarioError(named_after_changes(draft, faults, lambda level: _known(chain[level], known_measures)))
    rows, table = provenance_of(draft, scenario)
    scenario = scenario.model_copy(update={"provenance": table})
    ensemble = draft.ensemble.and_set((path, value) for path, value, _ in map(parsed, overrides))
    return Reading(scenario, rows, steps_left_out(scenario), tuple(warnings), tuple(draft.files), ensemble)


def _known(file: FilePath, known_measures: Collection[str] | None) -> frozenset[tuple[str, str]]:
    """Path and rule of each fault that a file has with nothing laid over it."""
    _, faults, _ = _judged_with(draft_of(file), (), known_measures)
    return frozenset((fault.path, fault.rule) for fault in faults)


def _judged_with(
    draft: Draft, overrides: Iterable[str], known_measures: Collection[str] | None
) -> tuple[Scenario | None, list[Fault], list[Fault]]:
    """The files' draft with overrides and CSV files: the model where it keeps the schema, each fault once, warnings."""
    faults, pending = apply_overrides(draft, overrides)
    csv_faults, unsure = fill_from_csv(draft)
    faults += csv_faults
    if not csv_faults:
        faults += unknown_sites(draft, pending)
    scenario, found, warnings = judged(draft, unsure, known_measures)
    cells = {(fault.file, fault.path) for fault in csv_faults}  # whose text may be told as no number too
    faults += [fault for fault in found if (fault.file, fault.path) not in cells]
    return scenario, list({str(fault): fault for fault in faults}.values()), warnings


def judged(
    draft: Draft, unsure: Iterable[Path], known_measures: Collection[str] | None
) -> tuple[Scenario | None, list[Fault], list[Fault]]:
    """The model where it keeps the schema, all faults, and warnings. `unsure`: tables that were not read in full."""
    not_built = refuse_not_built(draft)
    scenario, schema = schema_faults(draft)
    single = not_built | schema | _clock_faults(draft, schema) | _tiny_faults(draft, schema)
    doubtful = {*unsure, *single}
    model = scenario
    if model is None:
        model, replaced = mended(draft)
        doubtful |= replaced
    findings = list(check(model, known_measures=known_measures)) if model else []
    days = {item.path for item in findings if item.path in (("first_day",), ("last_day",)) and not item.warning}
    findings = [
        item for item in findings if not item.rests_on(doubtful) and (item.path in days or not item.rests_on(days))
    ]
    faults = list(single.values()) + list(entry_faults(draft, model, doubtful))
    faults += [_fault(draft, item) for item in findings if not item.warning]
    return scenario, faults, [_fault(draft, item) for item in findings if item.warning]


def _fault(draft: Draft, item: Finding) -> Fault:
    return replace(
        draft.fault(item.path, item.rule, item.hint, item.value), kind=item.kind, needs=(item.path, *item.needs)
    )


def _clock_faults(draft: Draft, known: Collection[Path]) -> dict[Path, Fault]:
    """Clock times given as bare numbers: 8 could be eight o'clock or eight minutes past midnight."""
    faults = {}
    for path in draft.leaves():
        value = draft.at(path)
        bare = [n for n, entry in enumerate(value if isinstance(value, list) else [value], 1) if isinstance(entry, int)]
        if bare and path not in known and is_clock(unit_at(path, draft.tree)):
            where = f"number {bare[0]} of the list " if isinstance(value, list) else ""
            faults[path] = draft.fault(path, f'{where}must be a clock time in quotes, such as "08:00"', value=value)
    return faults


def is_tiny(value: Any) -> bool:
    """Whether a number is so near to 0 that products and quotients of it are no numbers any more."""
    entries = value if isinstance(value, list) else [value]
    return any(isinstance(entry, float) and 0 < abs(entry) < SMALLEST for entry in entries)


def _tiny_faults(draft: Draft, known: Collection[Path]) -> dict[Path, Fault]:
    """Numbers that are not 0 and as good as 0, such as 1e-300: slips of the pen, by which nothing can be divided."""
    return {
        path: draft.fault(path, f"must be 0, or at least {SMALLEST:g} away from it", value=draft.at(path))
        for path in draft.leaves()
        if path not in known and is_tiny(draft.at(path))
    }
