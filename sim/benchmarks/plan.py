"""Everything that is measured, in order."""

from __future__ import annotations

from collections.abc import Iterator

from sim.benchmarks.case import case
from sim.benchmarks.compare import compare
from sim.benchmarks.growth import commands, growth, workers
from sim.benchmarks.lines import Line


def benchmark(*, full: bool) -> Iterator[Line]:
    """All figures, as they come. Raises DisagreeError when programs that should agree do not."""
    yield from compare(rounds=20 if full else 5, rounds_of_ciw=5 if full else 2)
    yield from case(rounds=5 if full else 3)
    yield from growth(full=full)
    yield from workers(40 if full else 24)
    yield from commands()
