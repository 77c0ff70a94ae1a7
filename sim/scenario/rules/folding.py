"""Warnings of one kind as one line: the first in full, then where the others are, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.faults import Fault
from sim.words.commands import FOLDED

EXAMPLES = 3
"""Places told beside the first."""


def folded(warnings: Iterable[Fault]) -> list[str]:
    """A line for each kind of warning in each file, in order of first appearance; alike ones count once."""
    kinds: dict[tuple[str, str], dict[str, Fault]] = {}
    for warning in warnings:
        kinds.setdefault((warning.file, warning.kind or warning.rule), {}).setdefault(str(warning), warning)
    return [_line(list(found.values())) for found in kinds.values()]


def _line(found: list[Fault]) -> str:
    first, *others = found
    if not others:
        return str(first)
    places = ", ".join(dict.fromkeys(other.path for other in others[:EXAMPLES]))
    more = FOLDED["many" if len(others) > EXAMPLES else "few"].format(n=f"{len(found):,}", places=places)
    return f"{first}; {more}"


__all__ = ["folded"]
