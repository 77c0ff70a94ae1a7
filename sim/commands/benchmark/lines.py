"""A line of the benchmark's table: what was measured, and the limit that it should keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.words import say


class Line(NamedTuple):
    """One figure."""

    part: str
    what: str
    value: float
    unit: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def limit(self) -> str:
        """The limit in words; empty without one."""
        if self.at_least is not None:
            return f"at least {number(self.at_least)}"
        return f"at most {number(self.at_most)}" if self.at_most is not None else ""

    @property
    def verdict(self) -> str:
        """Whether the limit is kept; empty without one."""
        if not self.limit:
            return ""
        kept = (self.at_least is None or self.value >= self.at_least) and (
            self.at_most is None or self.value <= self.at_most
        )
        return "yes" if kept else "no"


def number(value: float | None) -> str:
    """A number with three digits or more."""
    if value is None:
        return ""
    return say.number(value) if abs(value) >= 0.1 or value == 0 else f"{value:.3g}"


def markdown(lines: Sequence[Line]) -> str:
    """The table for the README."""
    head = "| Part | Measured | Value | Unit | Limit | Kept |\n|---|---|---:|---|---|---|\n"
    return head + "\n".join(
        f"| {line.part} | {line.what} | {number(line.value)} | {line.unit} | {line.limit} | {line.verdict} |"
        for line in lines
    )
