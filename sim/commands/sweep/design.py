"""Which settings a sweep runs: a grid of all, or a design that draws from the axes.

Designs place points in the unit cube, one direction for each axis, and `Axis.at` makes settings of them. They depend on
the seed and nothing else; the first points of a sobol design stay the same when more are asked for.

- grid: every combination, the last axis changing fastest.
- lhs: Latin hypercube (McKay, Beckman and Conover 1979, Technometrics 21, 239-245): each axis is cut into N equal parts
  and each part is used once.
- sobol: N points of Sobol's sequence, moved by a random shift around the cube (Cranley and Patterson 1976, SIAM J.
  Numer. Anal. 13, 904-914); best with N a power of 2.
- saltelli: the points from which indices are estimated: N points A, N points B, and for each axis A with the column of
  B (Saltelli et al. 2010, Comput. Phys. Commun. 181, 259-270), N x (axes + 2) in all; N is a power of 2.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.commands.sweep.axes import Axis, Setting
from sim.scenario.faults import Fault, nearest

GRID, LHS, SOBOL, SALTELLI = "grid", "lhs", "sobol", "saltelli"
DESIGNS = (GRID, LHS, SOBOL, SALTELLI)
MOST_POINTS = 100_000
LEAST_OF_SALTELLI = 16
"""Rows below which indices are not worth reading."""

Settings = tuple[Setting, ...]
"""A setting for each axis: a point."""


@dataclass(frozen=True)
class Design:
    """How points are chosen."""

    kind: str = GRID
    n: int | None = None
    """Points of lhs and sobol, rows of saltelli; None for a grid."""


def design_faults(axes: Sequence[Axis], design: Design) -> list[Fault]:
    """What is wrong with the options of a design."""
    if design.kind not in DESIGNS:
        words = f"must be {', '.join(DESIGNS)}"
        return [Fault("--design", design.kind, None, words, nearest(design.kind, DESIGNS))]
    faults = []
    if design.kind == GRID:
        if design.n is not None:
            faults.append(Fault("--points", str(design.n), None, "a grid has as many points as its values make"))
        faults += [
            Fault("--vary", axis.name, None, "a range lo..hi needs --design lhs, sobol or saltelli, and --points")
            for axis in axes
            if axis.between
        ]
    elif design.n is None:
        faults.append(Fault("--points", "", None, f"is needed for --design {design.kind}"))
    elif design.kind == SALTELLI and (design.n < LEAST_OF_SALTELLI or design.n & (design.n - 1)):
        rule = f"must be a power of 2, at least {LEAST_OF_SALTELLI}, for --design saltelli"
        faults.append(Fault("--points", str(design.n), None, rule))
    if not faults and (total := count(axes, design)) > MOST_POINTS:
        faults.append(Fault("--vary", "", None, f"makes {total:,} points; at most {MOST_POINTS:,}"))
    return faults


def count(axes: Sequence[Axis], design: Design) -> int:
    """Points of a design without faults."""
    if design.kind == GRID:
        return math.prod(len(axis.settings) for axis in axes)
    return (design.n or 0) * (len(axes) + 2 if design.kind == SALTELLI else 1)


def settings_of(axes: Sequence[Axis], design: Design, seed: int) -> Iterator[Settings]:
    """The points in order. Of saltelli: all A, all B, then A with B's column for each axis."""
    if design.kind == GRID:
        yield from itertools.product(*(axis.settings for axis in axes))
        return
    for row in _shares(len(axes), design, seed).tolist():
        yield tuple(axis.at(share) for axis, share in zip(axes, row, strict=True))


def _shares(n_axes: int, design: Design, seed: int) -> NDArray[np.float64]:
    """Points of the unit cube, one row each."""
    n, rng = design.n or 0, np.random.Generator(np.random.Philox(key=[seed, DESIGNS.index(design.kind)]))
    if design.kind == LHS:
        parts = np.stack([rng.permutation(n) for _ in range(n_axes)], axis=1)
        return (parts + rng.random((n, n_axes))) / n
    if design.kind == SOBOL:
        return _sobol(n, n_axes, rng)
    both = _sobol(n, 2 * n_axes, rng)
    a, b = both[:, :n_axes], both[:, n_axes:]
    mixed = []
    for column in range(n_axes):
        one = a.copy()
        one[:, column] = b[:, column]
        mixed.append(one)
    return np.concatenate([a, b, *mixed])


def _sobol(n: int, n_axes: int, rng: np.random.Generator) -> NDArray[np.float64]:
    from scipy.stats import qmc  # noqa: PLC0415  start-up time

    shift = rng.random(n_axes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather have powers of 2; so do we, and say so in the documentation
        points = qmc.Sobol(n_axes, scramble=False).random(n)
    return np.minimum((points + shift) % 1.0, 1.0 - 1e-12)
