"""Does the method find the truth where it is known? Simulation-based calibration from the reference table.

A row's figures are taken for reported ones and the row is left out; the posterior from all other rows either is honest
about its unknowns or not. Over many such rows the posterior rank of the true value is uniform, and 90 % intervals hold
it in 90 of 100 (Cook, Gelman and Rubin 2006; Talts et al. 2018; the posterior near the reported figures is what counts,
so rows are taken from there: Prangle et al. 2014, Stat. Appl. Genet. Mol. Biol. 13, 67-82). No history is run for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.commands.calibrate.abc.posterior import accepted, adjusted, distances, resampled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """A reference table of one rule."""

    z: Floats
    summaries: Floats
    weights: Floats
    """Prior over what they were drawn from."""
    scale: Floats
    """Of the figures."""


def rows_near(distance: Floats, weights: Floats, limit: float, n: int, seed: int) -> Ints:
    """Different rows to take for the truth: drawn with their weights among those nearer than `limit`, at most `n`."""
    near = np.flatnonzero(distance < limit)
    wanted = min(n, len(near))
    found: list[int] = []
    for attempt in range(50):
        for row in near[resampled(weights[near], 2 * n, seed + attempt)] if len(near) else ():
            if int(row) not in found and len(found) < wanted:
                found.append(int(row))
    return np.array(found, dtype=np.int64)


def left_out_ranks(table: Table, rows: Ints, limit: float, least: float) -> Floats:
    """Posterior rank (0 to 1) of each unknown's true value, each row left out in turn: (rows, unknowns)."""
    ranks = np.empty((len(rows), table.z.shape[1]))
    for number, row in enumerate(rows):
        weights = table.weights.copy()
        weights[row] = 0.0
        observed = table.summaries[row]
        near = accepted(distances(table.summaries, observed, table.scale), weights, limit, least)
        moved = adjusted(table.z[near.rows], table.summaries[near.rows], observed, near.weights, table.scale)
        ranks[number] = near.weights @ (moved < table.z[row])
    return ranks


def covered(ranks: Floats, level: float = 0.9) -> Ints:
    """How many times the interval of this level held the truth, for each unknown."""
    inside: Ints = np.sum(np.abs(ranks - 0.5) <= level / 2, axis=0, dtype=np.int64)
    return inside


def expected_covered(n: int, level: float = 0.9) -> tuple[int, int]:
    """Least and largest number of n that an honest method gives, but for three standard errors: 167 to 193 of 200."""
    error = 3 * math.sqrt(n * level * (1 - level))
    return round(n * level - error), round(n * level + error)
