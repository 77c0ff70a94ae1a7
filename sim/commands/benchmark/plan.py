"""Everything that is measured, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from sim.commands.benchmark.case import case
from sim.commands.benchmark.growth import (
    calibration,
    clusters,
    commands,
    first_use,
    growth,
    sweeps,
    thousand,
    warm,
    workers,
)
from sim.commands.benchmark.programs import compare, in_short
from sim.commands.benchmark.staffing import beside_others
from sim.commands.benchmark.timing import Line

PARTS = (
    "network",
    "case",
    "growth",
    "workers",
    "sweep",
    "cluster",
    "commands",
    "warm",
    "first",
    "thousand",
    "calibration",
    "staff",
)
"""What can be measured by itself, in order."""
LONG = ("first", "thousand", "calibration")
"""Measured with `full`, or when they are asked for."""


def benchmark(*, full: bool, parts: Collection[str] = (), short: bool = False) -> Iterator[Line]:
    """All figures, or those of some parts, or in short, as they come. Raises DisagreeError when programs that should
    agree do not.
    """
    if short:
        yield from in_short()
        return
    measured: dict[str, Callable[[], Iterator[Line]]] = {
        "network": lambda: compare(rounds=20 if full else 5, rounds_of_ciw=5 if full else 2),
        "case": lambda: case(rounds=5 if full else 3),
        "growth": lambda: growth(full=full),
        "workers": lambda: workers(40 if full else 24),
        "sweep": lambda: sweeps(500 if full else 20, limits=full),
        "cluster": lambda: clusters(24 if full else 12),
        "commands": commands,
        "warm": warm,
        "first": first_use,
        "thousand": thousand,
        "calibration": calibration,
        "staff": lambda: beside_others(30 if full else 6),
    }
    for name in PARTS:
        if name in (parts or (PARTS if full else set(PARTS) - set(LONG))):
            yield from measured[name]()
