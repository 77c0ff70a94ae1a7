"""Which file a fault names: the one with whose values it came.

A rule that looks at several values finds its fault at one of them, which may stand in a file above the one that was
changed: with `first_day` moved by a child it is the parent's `last_day` that comes too early. Such a fault is named
after the file of the chain (or `--set`) without which it is not there, and after the value that was changed there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache

from sim.scenario.faults import Fault, dotted
from sim.scenario.files.drafts import Draft
from sim.scenario.rules.findings import touch
from sim.words.rules import RULES

Known = Collection[tuple[str, str]]
"""Path and rule of each fault."""
FEW = 3
"""Values that a fault names, where any of them may be the one that was meant otherwise."""
_WORDS_ONLY = ("title", "question", "remark", "headlines", "provenance", "ranges")


def named_after_changes(draft: Draft, faults: Iterable[Fault], known_at: Callable[[int], Known]) -> Iterator[Fault]:
    """The faults, each with the file that brought it.

    `known_at(level)`: the faults of the chain down to the file of this level, with nothing laid over it. It is asked
    only for faults of values that stand above the last file.
    """
    levels = {origin.file: origin.level for origin in draft.origins.values()}
    last, known = max(levels.values(), default=0), cache(known_at)
    for fault in faults:
        own = levels.get(fault.file, last)
        level = last
        while level > own and (fault.path, fault.rule) in known(level - 1):
            level -= 1
        yield fault if level == own else _brought(draft, fault, level)


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
        path=", ".join(few) if len(few) <= FEW else "",
        value=draft.at(meant[0]) if len(few) == 1 else None,
        rule=RULES["with_it"].format(fault=replace(fault, hint="")),
    )


__all__ = ["Known", "named_after_changes"]
