"""Tables of a comparison: what differs between the files, differences of measures, targets met, series.

Which interval a number takes is decided here by what it is: see `comparison`. Measures that a scenario's question
names beforehand, at most four, are primary: they get p-values adjusted by Holm's method and intervals that hold
together. All others are descriptive: with hundreds of intervals, some miss by chance alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.measures import REGISTRY
from sim.measures.scope import ALL
from sim.numbers.comparison import (
    bonferroni_level,
    bootstrap_intervals,
    holm,
    share_interval,
    share_test,
    sign_flip_test,
    t_intervals,
    t_test,
    variance_reduction,
)
from sim.numbers.statistics import Interval
from sim.numbers.verdicts import Judged
from sim.runs.arms import ArmResult, Cell, Compared
from sim.runs.targets import met
from sim.scenario.files.writing import resolved_dict

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]

T, BOOTSTRAP, SHARE = "t", "bootstrap", "share"
_SKEWED = frozenset({"site_days", "rooms_needed", "backlog_hours", "overnight_people"})
_FLAGS = frozenset({"site_days_censored"})
_ABOUT = frozenset({"title", "question", "remark", "headlines", "ranges", "provenance", "schema"})
PRIMARY, DESCRIPTIVE = "primary", "descriptive"


@dataclass(frozen=True)
class Row:
    """One measure at one place: an arm against the base."""

    scenario: str
    measure: str
    place: str
    unit: str
    role: str
    """primary or descriptive."""
    method: str
    """t, bootstrap or share."""
    n: int
    """Pairs with a value on both sides."""
    base: float
    """Mean of the base over these pairs."""
    value: float
    """Mean of the arm over them."""
    difference: float
    low: float
    high: float
    joint_low: float = math.nan
    """Ends of the interval that holds together with those of the other primary measures."""
    joint_high: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    variance_reduction: float = math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The interval to show: the joint one of a primary measure."""
        joint = not math.isnan(self.joint_low)
        return (self.joint_low, self.joint_high) if joint else (self.low, self.high)


class TargetRow(NamedTuple):
    """A target: the share of runs that meet it, in an arm and in the base."""

    scenario: str
    target: str
    n: int
    base: float
    share: float
    difference: float
    low: float
    high: float
    p: float
    met: int
    """Replications that meet it in the arm, of `n`."""
    base_met: int
    wanted: float
    """Share of replications that is asked for."""
    verdict: str
    """What they say about the arm, and about the base: see `sim.numbers.verdicts`."""
    base_verdict: str


class Change(NamedTuple):
    """A value that differs between the base and an arm."""

    scenario: str
    path: str
    base: str
    value: str


def method_of(measure: str) -> str:
    """Which interval the differences of a measure take."""
    if measure in _FLAGS:
        return SHARE
    return BOOTSTRAP if measure.endswith(("_p50", "_p95", "_max")) or measure in _SKEWED else T


def differences(compared: Compared, arm: ArmResult, primary: Sequence[Cell]) -> list[Row]:
    """Rows of an arm in the order of the registry, `all` first; `primary` are tested together."""
    n, base = compared.replications, compared.base
    cells = _in_order({*base.cells, *arm.cells})
    before = np.array([base.value(cell, n) for cell in cells]).reshape(-1, n).T  # no cell at all: all runs failed
    after = np.array([arm.value(cell, n) for cell in cells]).reshape(-1, n).T
    missing = np.isnan(before) | np.isnan(after)
    before, after = np.where(missing, np.nan, before), np.where(missing, np.nan, after)
    kept = np.flatnonzero((~missing).any(axis=0))
    cells, before, after = [cells[i] for i in kept], before[:, kept], after[:, kept]
    level = bonferroni_level(len(primary))
    intervals, joint = _intervals(cells, before, after, 0.95), _intervals(cells, before, after, level, primary)
    p_values = {cell: _p_value(cell, before[:, i], after[:, i]) for i, cell in enumerate(cells) if cell in primary}
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    units = base.units | arm.units
    rows = []
    for i, cell in enumerate(cells):
        one, both = intervals[i], joint.get(i)
        rows.append(
            Row(
                scenario=arm.arm.name,
                measure=cell[0],
                place=cell[1],
                unit=units[cell[0]],
                role=PRIMARY if cell in primary else DESCRIPTIVE,
                method=method_of(cell[0]),
                n=one.n,
                base=float(np.nanmean(before[:, i])),
                value=float(np.nanmean(after[:, i])),
                difference=one.mean,
                low=one.low,
                high=one.high,
                joint_low=both.low if both else math.nan,
                joint_high=both.high if both else math.nan,
                p=p_values.get(cell, math.nan),
                p_holm=adjusted.get(cell, math.nan),
                variance_reduction=variance_reduction(before[:, i], after[:, i]),
            )
        )
    return rows


def _in_order(cells: set[Cell]) -> list[Cell]:
    rank = {name: i for i, name in enumerate(REGISTRY)}
    return sorted(cells, key=lambda cell: (rank[cell[0]], cell[1] != ALL, cell[1]))


def _intervals(
    cells: Sequence[Cell], before: Floats, after: Floats, level: float, only: Sequence[Cell] | None = None
) -> dict[int, Interval]:
    """Interval of each column, or of the columns of `only`, by position."""
    found: dict[int, Interval] = {}
    for method, function in ((T, t_intervals), (BOOTSTRAP, bootstrap_intervals)):
        here = [i for i, c in enumerate(cells) if method_of(c[0]) == method and (only is None or c in only)]
        if here:
            found |= dict(zip(here, function((after - before)[:, here], level=level), strict=True))
    for i, cell in enumerate(cells):
        if method_of(cell[0]) == SHARE and (only is None or cell in only):
            there = ~np.isnan(before[:, i])
            found[i] = share_interval(before[there, i] > 0.5, after[there, i] > 0.5, level=level)
    return found


def _p_value(cell: Cell, before: Floats, after: Floats) -> float:
    method = method_of(cell[0])
    if method == SHARE:
        there = ~np.isnan(before)
        return share_test(before[there] > 0.5, after[there] > 0.5)
    return (sign_flip_test if method == BOOTSTRAP else t_test)(after - before)


def targets(compared: Compared, arm: ArmResult) -> list[TargetRow]:
    """Targets of the base: the share of runs that meet each; runs without a value on either side are left out."""
    n, rows = compared.replications, []
    for name, target in compared.base.arm.scenario.targets.items():
        before, after = (side.value((target.measure, target.place), n) for side in (compared.base, arm))
        there = ~np.isnan(before) & ~np.isnan(after)
        first, second = met(target, before[there]), met(target, after[there])
        one = share_interval(first, second)
        was, now = (Judged(int(flags.sum()), one.n, target.share_of_runs) for flags in (first, second))
        rows.append(
            TargetRow(
                scenario=arm.arm.name,
                target=name,
                n=one.n,
                base=was.share,
                share=now.share,
                difference=one.mean,
                low=one.low,
                high=one.high,
                p=share_test(first, second),
                met=now.met,
                base_met=was.met,
                wanted=now.wanted,
                verdict=now.verdict,
                base_verdict=was.verdict,
            )
        )
    return rows


def changes(base: Scenario, scenario: Scenario, name: str) -> list[Change]:
    """Values that differ, by dotted path; rows of a table and series are counted."""
    before, after = _flat(resolved_dict(base), ()), _flat(resolved_dict(scenario), ())
    order = list(dict.fromkeys([*before, *after]))
    return [
        Change(name, path, _shown(before.get(path)), _shown(after.get(path)))
        for path in order
        if path.split(".")[0] not in _ABOUT and before.get(path) != after.get(path)
    ]


def _flat(tree: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and key != "values":
            out |= _flat(value, (*path, key))
        else:
            out[".".join((*path, key))] = value
    return out


def _shown(value: Any) -> str:
    """A value in a table of changes."""
    if value is None:
        return "none"
    if isinstance(value, dict):
        return f"{len(value)} days"
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        if len(value) <= 2:
            return "; ".join(" ".join(str(part) for part in row.values()) for row in value)
        return f"{len(value)} rows"
    return str(value)


def table(rows: Sequence[Row | TargetRow | Change]) -> pd.DataFrame:
    """Rows of one of the kinds above as a table."""
    import pandas as pd  # noqa: PLC0415  where tables are written

    return pd.DataFrame([asdict(row) if isinstance(row, Row) else row._asdict() for row in rows])


def series_table(compared: Compared) -> pd.DataFrame:
    """Columns scenario, second, quantity, place, mean, p5, p25, p50, p75, p95 of the series that are overlaid."""
    import pandas as pd  # noqa: PLC0415

    parts = [
        pd.DataFrame({"second": seconds, **band._asdict()}).assign(
            scenario=arm.arm.name, quantity=cell[0], place=cell[1]
        )
        for arm in compared.arms
        for cell, (seconds, band) in arm.series.items()
    ]
    columns = ["scenario", "second", "quantity", "place", "mean", "p5", "p25", "p50", "p75", "p95"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def replications_table(compared: Compared) -> pd.DataFrame:
    """Columns scenario, replication, measure, place, unit, value: all values there are."""
    import pandas as pd  # noqa: PLC0415

    return pd.concat(list(_values(compared)), ignore_index=True)


def _values(compared: Compared) -> Iterator[pd.DataFrame]:
    import pandas as pd  # noqa: PLC0415

    numbers = np.arange(1, compared.replications + 1)
    for arm in compared.arms:
        cells = _in_order(set(arm.cells))
        values = np.array([arm.cells[cell] for cell in cells])
        row, column = np.nonzero(~np.isnan(values))
        yield pd.DataFrame({
            "scenario": arm.arm.name,
            "replication": numbers[column],
            "measure": [cells[i][0] for i in row],
            "place": [cells[i][1] for i in row],
            "unit": [arm.units[cells[i][0]] for i in row],
            "value": values[row, column],
        })  # fmt: skip
