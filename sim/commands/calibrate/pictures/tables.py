"""What pictures of a calibration are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.drawing.page import page
from sim.drawing.tables import RunTables
from sim.words.calibrate import PLOTS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray


@dataclass(frozen=True)
class CalibrationTables:
    """A finished calibration as tables; columns are those of the files of the same names."""

    title: str
    seed: int
    histories: int
    rule: str
    """The rule under which values were calibrated; unknowns and pairs are those under it."""
    targets: pd.DataFrame
    predictions: pd.DataFrame
    unknowns: pd.DataFrame
    """Rows of that rule."""
    before: NDArray[np.float64]
    """Values of each unknown at evenly spaced shares of its prior (shares, unknowns)."""
    after: NDArray[np.float64]
    """Values of each unknown in accepted histories (histories, unknowns)."""
    weights: NDArray[np.float64]
    """Of those histories."""
    pairs: pd.DataFrame
    parts: pd.DataFrame
    next_figures: pd.DataFrame
    proof: pd.DataFrame
    ranks: pd.DataFrame
    whole: Sequence[bool]
    """Whether each unknown is a whole number."""

    def label(self, unknown: str) -> str:
        """What an unknown is called."""
        return str(self.unknowns.set_index("unknown").loc[unknown, "label"])


def empty_page(
    tables: CalibrationTables, message: str, notes: Sequence[str], height_cm: float, histories: int | None = None
) -> Figure:
    """A page as pictures of a run have it, with title, seed and number of histories at its foot.

    `histories`: those that the picture shows; left out, all those that the calibration ran.
    """
    run = RunTables(tables.title, date.min, date.max, tables.histories, tables.seed, tables.targets)
    basis = PLOTS["histories"].format(n=f"{tables.histories if histories is None else histories:,}")
    return page(run, message, notes, height_cm=height_cm, basis=basis)
