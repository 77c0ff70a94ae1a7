"""Which part of the spread between replications is doubt about drawn values and rules, and which is chance.

Replication m has draw m, so a regression of a measure on the draws tells what of its variance goes with them: adjusted
R² of a straight line in every number and a level for every word. It costs no replication. What is not a straight line,
and what two values do only together, counts as chance: the share is told as "at least about".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SPARE = 20
"""Replications that there must be beyond one for each coefficient."""


def doubt_share(values: Floats, draws: Sequence[Mapping[str, Any]]) -> float:
    """Share (0 to 1) of the variance of a measure's values, one per replication (nan: none), that goes with the draws.

    nan where nothing is drawn, the measure does not vary, or replications are too few to tell.
    """
    there = ~np.isnan(values)
    if not draws or not there.any():
        return math.nan
    x = _columns([draws[m % len(draws)] for m in np.flatnonzero(there).tolist()])
    y = values[there] - values[there].mean()
    total, n = float(y @ y), len(y)
    x = x - x.mean(axis=0)
    rank = int(np.linalg.matrix_rank(x)) if x.size else 0
    if total <= 0 or rank == 0 or n - 1 - rank < SPARE:
        return math.nan
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    adjusted = 1 - float(left @ left) / (n - 1 - rank) / (total / (n - 1))
    return min(max(adjusted, 0.0), 1.0)


def _columns(draws: Sequence[Mapping[str, Any]]) -> Floats:
    """A column for each number, of standard deviation 1, and one for each word but the first."""
    columns: list[Floats] = []
    for path, some in draws[0].items():
        values = [draw[path] for draw in draws]
        if isinstance(some, str):
            words = list(dict.fromkeys(values))
            columns += [np.array([value == word for value in values], dtype=np.float64) for word in words[1:]]
        elif len(set(values)) > 1:
            column = np.array(values, dtype=np.float64)
            columns.append(column / column.std())
    return np.column_stack(columns) if columns else np.empty((len(draws), 0))
