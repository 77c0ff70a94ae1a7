"""Intervals that a mean's half width can not give: of quantiles of single runs, and of shares of runs.

They stand in files of their own, because the columns of summary.csv are fixed. A quantile's interval comes from order
statistics and is left empty below the number of runs at which one exists (72 for 5 % and 95 %, 17 for the quartiles, 6
for the median). A share of replications that is only told has the exact interval of the summary; a target has the two
bounds that its verdict rests on (`sim.numbers.verdicts`), each one-sided at 95 %.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.commands.run.headlines import targets
from sim.keeping.store import write_table
from sim.numbers.statistics import QUANTILES, measure_interval, order_statistic_interval
from sim.runs.replicate import Replicated

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.tables.schema import Scenario

YES_OR_NO = frozenset({"site_days_censored"})
"""Measures that are 1 or 0 at a single site in each run."""


def write_intervals(folder: Path, done: Replicated, scenario: Scenario) -> None:
    """Write quantiles.csv and, when there is any share of runs, shares.csv."""
    write_table(folder / "quantiles.csv", quantile_intervals(done))
    shares = share_intervals(done, scenario)
    if len(shares):
        write_table(folder / "shares.csv", shares)


def quantile_intervals(done: Replicated) -> pd.DataFrame:
    """Columns measure, place, unit, n, quantile, value, low, high (95 %; empty where n is too small), as in summary."""
    import pandas as pd  # noqa: PLC0415  only where a table is made

    by_key = _grouped(done)
    rows = []
    for row in done.summary.itertuples(index=False):
        for name, q in QUANTILES.items():
            found = order_statistic_interval(by_key[str(row.measure), str(row.place)], q)
            rows.append((row.measure, row.place, row.unit, row.n, name, getattr(row, name), *(found or (None, None))))
    return pd.DataFrame(rows, columns=["measure", "place", "unit", "n", "quantile", "value", "low", "high"])


def share_intervals(done: Replicated, scenario: Scenario) -> pd.DataFrame:
    """Columns target, measure, place, runs, n, share, low, high, wanted, verdict: one row per target, then one for each
    measure that is yes or no in a run (without target, wanted and verdict).

    `low` and `high` of a target are the bounds of its verdict: it holds when low >= wanted, is missed when high <
    wanted. Those of the other rows are the exact interval that the summary has too.
    """
    import pandas as pd  # noqa: PLC0415

    rows: list[tuple[object, ...]] = []
    for name, result in zip(scenario.targets, targets(done, scenario), strict=True):
        told, target = result.judged, result.target
        bounds = (told.share, told.low, told.high)
        rows.append((name, target.measure, target.place, told.met, told.n, *bounds, told.wanted, told.verdict))
    for (measure, place), numbers in _grouped(done).items():
        if measure in YES_OR_NO and place != "all":
            yes = int((numbers == 1).sum())
            rows.append(("", measure, place, yes, *measure_interval(numbers, share=True), None, ""))
    columns = ["target", "measure", "place", "runs", "n", "share", "low", "high", "wanted", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _grouped(done: Replicated) -> dict[tuple[str, str], NDArray[np.float64]]:
    """Values of single runs by measure and place."""
    grouped = done.replications.groupby(["measure", "place"], sort=False)["value"]
    return {(str(measure), str(place)): group.to_numpy(float) for (measure, place), group in grouped}
