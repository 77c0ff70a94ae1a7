"""The files of a scenario, from the one at the top of its `extends` chain down to the one that was asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files.documents import LARGEST_TOML, parse_toml, read_text, scenario_file
from sim.scenario.files.doubt import named_in
from sim.scenario.files.drafts import Draft, Origin


def draft_of(path: str | os.PathLike[str]) -> Draft:
    """All files of the chain laid over each other. Raises when one of them cannot be read or a cycle closes."""
    main = scenario_file(path)
    home = main.parent
    files: list[tuple[Path, dict[str, Any]]] = []
    file: Path | None = main
    while file is not None:
        tree = parse_toml(read_text(file, shown(file, home), LARGEST_TOML), shown(file, home))
        files.insert(0, (file, _keyed_by_path(tree)))
        file = _parent(file, tree, [known for known, _ in files], home)
    last = len(files) - 1
    draft = Draft(Origin(shown(main, home), main.parent, last), files=[known for known, _ in files])
    for level, (file, tree) in enumerate(files):
        tree.pop("extends", None)
        draft.ensemble = named_in(tree, draft.ensemble, file, shown(file, home))
        draft.merge(tree, Origin(shown(file, home), file.parent, level))
    return draft


def shown(file: Path, home: Path) -> str:
    """What faults call a file: as seen from the folder of the scenario that was asked for."""
    try:
        return os.path.relpath(file, home).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return str(file)


def _parent(file: Path, tree: dict[str, Any], known: list[Path], home: Path) -> Path | None:
    """The file that `tree` extends. `known` are the files below it, nearest first."""
    if "extends" not in tree:
        return None
    wanted, name = tree["extends"], shown(file, home)
    if not isinstance(wanted, str) or not wanted.strip():
        raise ScenarioError([Fault(name, "extends", wanted, "must be the name of a scenario file in quotes")])
    try:
        parent = scenario_file(file.parent / wanted)
        again = [other for other in known if parent.samefile(other)]
    except ScenarioError as error:
        found = error.faults[0]
        raise ScenarioError([Fault(name, "extends", wanted, found.rule, found.hint)]) from None
    except (OSError, ValueError):
        raise ScenarioError([Fault(name, "extends", wanted, "is not the name of a file that can be read")]) from None
    if again:
        circle = [*reversed(known[: known.index(again[0]) + 1]), parent]
        chain = " -> ".join(shown(each, home) for each in circle)
        raise ScenarioError([Fault(name, "extends", wanted, f"goes round in a circle: {chain}")])
    return parent


def _keyed_by_path(tree: dict[str, Any]) -> dict[str, Any]:
    """The tree with `[provenance]` and `[ranges]` keyed by dotted path, whether their keys were quoted or not."""
    for name in ("provenance", "ranges"):
        notes = tree.get(name)
        if isinstance(notes, dict):
            tree[name] = _flat(notes, ())
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


__all__ = ["draft_of", "shown"]
