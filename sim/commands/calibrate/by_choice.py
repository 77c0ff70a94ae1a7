"""What rules do to answers, and what the staff that were sent tell about values that trade off."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.commands.calibrate.steps import Calibrated
    from sim.measures.reported import Figure

Floats = NDArray[np.float64]
BAND = (0.05, 0.5, 0.95)
LEAST_NEAR = 10
"""Draws near a reported figure from which a correlation among them is told."""


def answers_by_choice(done: Calibrated) -> pd.DataFrame:
    """Each answer under each word of each choice, over single histories of the ensemble's first draws."""
    draws = done.draws[: done.plan.predictive]
    rows = []
    for choice in done.case.unknowns.choices:
        words = [str(draw[choice.paths[0]]) for draw in draws]
        for word in (word for word in map(str, choice.choices) if word in words):
            for figure in done.case.unknowns.answers:
                values = done.predicted.columns[figure.measure, figure.place][np.array(words) == word]
                values = values[~np.isnan(values)]
                low, median, high = np.quantile(values, BAND) if len(values) else (np.nan,) * 3
                rows.append({
                    "unknown": choice.id, "label": choice.label, "choice": word, "measure": figure.measure,
                    "place": figure.place, "n": len(values), "p5": low, "p50": median, "p95": high,
                })  # fmt: skip
    columns = ["unknown", "label", "choice", "measure", "place", "n", "p5", "p50", "p95"]
    return pd.DataFrame(rows, columns=columns)


def staff_trade(done: Calibrated) -> pd.DataFrame:
    """For each reported staff figure: whether it lies inside what would be needed, and for each two unknowns of a pool
    how the need goes with them and how these two go together in the draws that need as many as reported.

    `inside`: within p5 and p95. Correlations over `n` draws; `r_near` over the `near` ones, nan where they are few.
    """
    rows = []
    for figure in done.case.targets.figures:
        needed = done.predicted.staff.get(None, {}).get((figure.measure, figure.place))
        if needed is not None and not np.isnan(needed).all():
            rows += list(_of_figure(done, figure, needed))
    return pd.DataFrame(rows)


def _of_figure(done: Calibrated, figure: Figure, needed: Floats) -> Iterator[dict[str, Any]]:
    draws = done.draws[: len(needed)]
    low, median, high = np.nanquantile(needed, BAND)
    row: dict[str, Any] = {
        "measure": figure.measure, "place": figure.place, "reported": figure.value, "tolerance": figure.tolerance,
        "p5": low, "p50": median, "p95": high, "inside": bool(low <= figure.value <= high),
        "n": int((~np.isnan(needed)).sum()), "near": 0, "one": "", "other": "", "one_label": "", "other_label": "",
        "r_one": np.nan, "r_other": np.nan, "r_near": np.nan,
    }  # fmt: skip
    near = np.abs(needed - figure.value) <= figure.tolerance
    pools = [unknown for unknown in done.case.unknowns.numbers if unknown.paths[0].startswith(f"pools.{figure.place}.")]
    for one, other in combinations(pools, 2):
        x, y = (np.array([float(draw[each.paths[0]]) for draw in draws]) for each in (one, other))
        yield row | {
            "near": int(near.sum()), "one": one.id, "other": other.id, "one_label": one.label,
            "other_label": other.label, "r_one": _correlation(x, needed), "r_other": _correlation(y, needed),
            "r_near": _correlation(x[near], y[near]) if near.sum() >= LEAST_NEAR else np.nan,
        }  # fmt: skip
    if len(pools) < 2:
        yield row


def _correlation(x: Floats, y: Floats) -> float:
    """Pearson's; nan where one of them does not vary."""
    there = ~(np.isnan(x) | np.isnan(y))
    if there.sum() < 3 or x[there].std() == 0 or y[there].std() == 0:
        return float("nan")
    return float(np.corrcoef(x[there], y[there])[0, 1])
