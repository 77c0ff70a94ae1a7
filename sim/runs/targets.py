"""Which single runs meet the limit of a target; what they say together is for `sim.numbers.verdicts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Target


def met(target: Target, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which values of a target's measure meet its limit; a missing one does not."""
    if target.at_most is not None:
        return np.asarray(values <= target.at_most)
    return np.asarray(values >= (target.at_least or 0.0))
