"""The one rule for which replications meet a target's limit, and so what they say about the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.numbers.verdicts import Judged

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Target


def meets_limit(target: Target, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which values of a target's measure meet its limit; a missing one (nan) does not."""
    if target.at_most is not None:
        return np.asarray(values <= target.at_most)
    return np.asarray(values >= (target.at_least or 0.0))


def judged(target: Target, values: NDArray[np.float64], statements: int = 1) -> Judged:
    """What one value of the measure per replication says about the target; replications without one are left out.

    `statements`: verdicts that are given together, see `sim.numbers.verdicts`.
    """
    there = values[~np.isnan(values)]
    return Judged(int(meets_limit(target, there).sum()), len(there), target.share_of_runs, statements=statements)
