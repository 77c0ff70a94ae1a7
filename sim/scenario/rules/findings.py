"""What the rules between tables find: a path, a rule, and the values on which the finding rests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sim.scenario.faults import Path


@dataclass(frozen=True)
class Finding:
    """One breach of a rule that ties tables together, or one thing worth a warning."""

    path: Path
    rule: str
    value: Any = None
    hint: str = ""
    needs: tuple[Path, ...] = ()
    """Other values that must be sound for this to be true; `path` itself always must."""
    warning: bool = False
    """Told, but the scenario runs."""
    kind: str = ""
    """What warnings of one rule have in common where their rules tell different values: see `folding`."""

    def rests_on(self, unsure: Iterable[Path]) -> bool:
        """Whether a value that was replaced lies at, above or below one that this finding needs."""
        return any(touch(a, b) for a in (self.path, *self.needs) for b in unsure)


def touch(a: Path, b: Path) -> bool:
    """Whether two paths lead to the same value, or one to a table around the other."""
    length = min(len(a), len(b))
    return a[:length] == b[:length]


__all__ = ["Finding", "touch"]
