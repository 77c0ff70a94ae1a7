"""A stand-in for a scenario with faults, so that the rules between its tables can be tested all the same.

Planners mend a file once: an overlap of two shifts must be told together with a misspelt key elsewhere. Each value
that breaks a rule is dropped or replaced by harmless ones until the schema accepts the rest. The result is used only
to look for more faults; those that touch a replaced value are not reported.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from typing import Any

from sim.scenario.faults import Path
from sim.scenario.files.drafts import Draft
from sim.scenario.files.translation import schema_faults
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import ROW_TABLES, SITE_SETTINGS

_DROP = object()
_DROP_AROUND = object()
_STAND_INS: tuple[Any, ...] = (
    _DROP, 1, "x", dt.date(2020, 1, 1), [1], [1] * 24, {}, {"kind": "constant", "mean": 1}, _DROP_AROUND,
)  # fmt: skip
_ATTEMPTS = 40


def mended(draft: Draft) -> tuple[Scenario | None, set[Path]]:
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
            return scenario, unsure | {(name,) for name in ROW_TABLES if _rows(work, name) != _rows(draft, name)}
        for path in faults:
            if tries[path] >= len(_STAND_INS) or not path:
                return None, unsure
            _replace(work, path, _STAND_INS[tries[path]])
            tries[path] += 1
            unsure.add(path)
    return None, unsure


def _rows(draft: Draft, name: str) -> int:
    table = draft.at((name,))
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
