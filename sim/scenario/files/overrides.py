"""`--set PATH=VALUE`: single values laid over a scenario from the command line, or from a program.

On the command line VALUE is read as a value of TOML (36, 0.5, true, 2020-03-03, [1, 2], { kind = "flat" }) and
otherwise taken as text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Any

from sim.scenario.faults import Fault, Path, dotted, nearest
from sim.scenario.files.documents import too_deep
from sim.scenario.files.drafts import Draft, Origin
from sim.scenario.tables.shape import ID_WORDS, SITE_SETTINGS

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
        refusal = "must be PATH=VALUE, such as pools.hzmb.headcount=20"
    elif not path or not all(path):
        refusal = "PATH must be keys joined by dots, such as pools.hzmb.headcount"
    elif path[0] == "extends":
        refusal = "cannot be changed by --set"
    elif path[0] == "ensemble":
        refusal = "cannot be changed by --set: give --ensemble FILE, or --ensemble none"
    elif any("\ud800" <= c <= "\udfff" for c in text) or "\x00" in text:
        refusal = "must be text in UTF-8"
    value: Any = None if refusal else _value(given)
    if too_deep({"value": value}):
        refusal = "is nested too deeply"
    if refusal:
        return (), None, Fault(FROM_COMMAND_LINE, _printable(name.strip() if equals else text), None, refusal)
    return path, value, None


def steps(name: str) -> Path:
    """The keys of a dotted path; those after `provenance` are one key."""
    path = tuple(part.strip().strip("\"'") for part in name.strip().split("."))
    return ("provenance", ".".join(path[1:])) if path[0] == "provenance" and len(path) > 1 else path


def _value(text: str) -> Any:
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
            return Fault(by, dotted(path), value, f"{dotted(here)} is one value and has no parts")
        word = ID_WORDS.get(here[-2]) if length > 1 else None
        made_up = word is not None and (sites_read or word != "site") and here[-1] not in SITE_SETTINGS
        if found is None and made_up and isinstance(table, dict):
            return _no_such(here, table, by)
    return None


def _no_such(path: Path, known: Iterable[str], by: str = FROM_COMMAND_LINE) -> Fault:
    names = [name for name in known if path[0] != "sites" or name not in SITE_SETTINGS]
    hint = nearest(path[-1], names) or (f"known here: {', '.join(names)}" if 0 < len(names) <= FEW else "")
    return Fault(by, dotted(path), None, f"no such {ID_WORDS[path[-2]]}", hint)


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
