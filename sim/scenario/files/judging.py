"""All faults of a draft at once: of its values, by the schema, and between its tables, by the rules.

Planners mend a file once: an overlap of two shifts must be told together with a misspelt key elsewhere. So where the
schema refuses a draft, each value that breaks a rule is dropped or replaced by harmless ones until the schema accepts
the rest, and the rules between tables look at that stand-in; what touches a replaced value is not told.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from sim.scenario.faults import Fault, Finding, Path
from sim.scenario.files.drafts import Draft
from sim.scenario.files.translation import schema_faults
from sim.scenario.provenance import entry_faults
from sim.scenario.rules import check
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import SITE_SETTINGS, is_clock, row_paths, unit_at
from sim.words.language import said

SMALLEST = 1e-9
"""Of numbers that are not 0."""
_DROP = object()
_DROP_AROUND = object()
_STAND_INS: tuple[Any, ...] = (
    _DROP, 1, "x", dt.date(2020, 1, 1), [1], [1] * 24, {}, {"kind": "constant", "mean": 1}, _DROP_AROUND,
)  # fmt: skip
_ATTEMPTS = 40


def judged(
    draft: Draft, unsure: Iterable[Path], known_measures: Collection[str] | None
) -> tuple[Scenario | None, list[Fault], list[Fault]]:
    """The model where it keeps the schema, all faults, and warnings. `unsure`: tables that were not read in full."""
    scenario, schema = schema_faults(draft)
    single = schema | _clock_faults(draft, schema) | _tiny_faults(draft, schema)
    doubtful = {*unsure, *single}
    model = scenario
    if model is None:
        model, replaced = _mended(draft)
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
            where = said("number {n} of the list ", n=bare[0]) if isinstance(value, list) else ""
            rule = said('{where}must be a clock time in quotes, such as "08:00"', where=where)
            if draft.origin(path).cell:
                rule = said("{where}must be a clock time such as 08:00", where=where)
            faults[path] = draft.fault(path, rule, value=value)
    return faults


def is_tiny(value: Any) -> bool:
    """Whether a number is so near to 0 that products and quotients of it are no numbers any more."""
    entries = value if isinstance(value, list) else [value]
    return any(isinstance(entry, float) and 0 < abs(entry) < SMALLEST for entry in entries)


def _tiny_faults(draft: Draft, known: Collection[Path]) -> dict[Path, Fault]:
    """Numbers that are not 0 and as good as 0, such as 1e-300: slips of the pen, by which nothing can be divided."""
    return {
        path: draft.fault(
            path, said("must be 0, or at least {smallest:g} away from it", smallest=SMALLEST), value=draft.at(path)
        )
        for path in draft.leaves()
        if path not in known and is_tiny(draft.at(path))
    }


def _mended(draft: Draft) -> tuple[Scenario | None, set[Path]]:
    """A model that holds all sound parts of the draft, and the paths at which it does not.

    None when too little is sound.
    """
    work = Draft(draft.main, copy.deepcopy(draft.tree), dict(draft.origins))
    tries: Counter[Path] = Counter()
    unsure: set[Path] = set()
    for _ in range(_ATTEMPTS):
        scenario, faults = schema_faults(work)
        if scenario is not None:
            # where a row fell out, the others have moved up and would be called by a wrong number
            moved = {path for path in row_paths(draft.tree) if _rows(work, path) != _rows(draft, path)}
            return scenario, unsure | moved
        for path in faults:
            if tries[path] >= len(_STAND_INS) or not path:
                return None, unsure
            _replace(work, path, _STAND_INS[tries[path]])
            tries[path] += 1
            unsure.add(path)
    return None, unsure


def _rows(draft: Draft, path: Path) -> int:
    table = draft.at(path)
    return len(table) if isinstance(table, dict | list) else 0


def _replace(work: Draft, path: Path, stand_in: Any) -> None:
    if stand_in is _DROP_AROUND:
        work.remove(path[:-1])
    elif stand_in is _DROP:
        if len(path) == 3 and path[0] == "sites" and path[1] in SITE_SETTINGS:
            path = path[:2]
        work.remove(path)
    elif path[-1] == "kind" and len(path) > 1:
        work.remove(path[:-1])  # no table without its kind: try the table as a whole
        work.merge(copy.deepcopy(stand_in), work.main, path[:-1])
    else:
        work.remove(path)
        work.merge(copy.deepcopy(stand_in), work.main, path)
