"""Names of ports, pools and sites where their ids are asked for: planners know a hotel by its name.

A name is read as the id where it is the name of one only and no id itself; of several it is a fault that lists them.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.faults import Fault, Path, either
from sim.scenario.files.drafts import Draft
from sim.scenario.tables.shape import SITE_SETTINGS
from sim.words.language import said

_ASKED: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (("ports", "*", "pool"), ("pools",)),
    (("sites", "team"), ("pools",)),
    (("sites", "*", "team"), ("pools",)),
    (("roster", "*", "pool"), ("pools",)),
    (("initial", "*", "site"), ("sites",)),
    (("disruptions", "*", "place"), ("sites", "ports", "pools")),
    (("targets", "*", "place"), ("sites", "ports", "pools")),
)
"""Where an id is asked for, and of what."""


def ids_for_names(draft: Draft) -> list[tuple[Path, Fault]]:
    """Write ids in the place of names; returns a fault for each name that several have, with its path."""
    called = {table: _called(draft, table) for table in ("ports", "pools", "sites")}
    faults = []
    for pattern, tables in _ASKED:
        for path in _matching(draft, pattern):
            given = draft.at(path)
            if not isinstance(given, str) or any(isinstance(draft.at((table, given)), dict) for table in tables):
                continue
            name = given.strip()
            ids = [key for table in tables for key in called[table].get(name, ())] if name else []
            if len(ids) > 1:
                rule = (
                    said("is the name of {n} sites", n=len(ids))
                    if tables == ("sites",)
                    else (said("is the name of {n} places", n=len(ids)))
                )
                hint = said("write the id: {ids}", ids=either(ids[:5]))
                faults.append((path, draft.fault(path, rule, hint, given)))
            elif ids:
                draft.merge(ids[0], draft.origin(path), path)
    return faults


def _called(draft: Draft, table: str) -> dict[str, list[str]]:
    """Ids of ports, pools or sites by their names."""
    found: dict[str, list[str]] = {}
    entries = draft.at((table,))
    for key, entry in entries.items() if isinstance(entries, dict) else ():
        if isinstance(entry, dict) and not (table == "sites" and key in SITE_SETTINGS):
            found.setdefault(str(entry.get("name", "")).strip(), []).append(key)
    return found


def _matching(draft: Draft, pattern: Path) -> Iterator[Path]:
    """Paths of values that a pattern of one * fits."""
    if "*" not in pattern:
        yield pattern
        return
    around = draft.at(pattern[:1])
    for key, entry in list(around.items()) if isinstance(around, dict) else ():
        if isinstance(entry, dict) and pattern[2] in entry:
            yield (pattern[0], key, pattern[2])
