"""Tables of a comparison: targets met, what differs between the files, series, single values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sim.numbers.comparison import share_interval, share_test
from sim.runs.alternatives import AlternativeResult, Compared
from sim.runs.differences import Difference, in_order
from sim.runs.targets import judged, meets_limit
from sim.scenario.files.writing import resolved_dict
from sim.words.language import _
from sim.words.say import clauses

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

_ABOUT = frozenset({"title", "question", "remark", "headlines", "ranges", "provenance", "schema"})
"""Keys that change nothing that happens."""


class TargetRow(NamedTuple):
    """A target: the share of runs that meet it, in an alternative and in the base."""

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
    """Replications that meet it in the alternative, of `n`."""
    base_met: int
    wanted: float
    """Share of replications that is asked for."""
    verdict: str
    """What they say about the alternative, and about the base: see `sim.numbers.verdicts`."""
    base_verdict: str


class Change(NamedTuple):
    """A value that differs between the base and an alternative."""

    scenario: str
    path: str
    base: str
    value: str


def targets(compared: Compared, result: AlternativeResult) -> list[TargetRow]:
    """Targets of the base: the share of runs that meet each; runs without a value on either side are left out."""
    n, rows = compared.replications, []
    for name, target in compared.base.alternative.scenario.targets.items():
        before, after = (side.value((target.measure, target.place), n) for side in (compared.base, result))
        there = ~np.isnan(before) & ~np.isnan(after)
        first, second = (meets_limit(target, values[there]) for values in (before, after))
        one = share_interval(first, second)
        was, now = (judged(target, values[there]) for values in (before, after))
        rows.append(
            TargetRow(
                scenario=result.alternative.name,
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
        return _("none")
    if isinstance(value, dict):
        return _("{n} days").format(n=len(value))
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        if len(value) <= 2:
            return clauses(" ".join(str(part) for part in row.values()) for row in value)
        return _("{n} rows").format(n=len(value))
    return str(value)


def table(rows: Sequence[Difference | TargetRow | Change]) -> pd.DataFrame:
    """Rows of one of the kinds above as a table."""
    return pd.DataFrame([asdict(row) if isinstance(row, Difference) else row._asdict() for row in rows])


def series_table(compared: Compared) -> pd.DataFrame:
    """Columns scenario, second, quantity, place, mean, p5, p25, p50, p75, p95 of the series that are overlaid."""
    parts = [
        pd.DataFrame({"second": seconds, **band._asdict()}).assign(
            scenario=result.alternative.name, quantity=cell[0], place=cell[1]
        )
        for result in compared.results
        for cell, (seconds, band) in result.series.items()
    ]
    columns = ["scenario", "second", "quantity", "place", "mean", "p5", "p25", "p50", "p75", "p95"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def with_time(series: pd.DataFrame, compared: Compared) -> pd.DataFrame:
    """The same with the column time ("2020-03-03 08:00") in place of second."""
    first = np.datetime64(compared.base.alternative.scenario.first_day, "s")
    moment = pd.Series(first + series["second"].to_numpy(dtype="timedelta64[s]"), index=series.index)
    series.insert(1, "time", moment.dt.strftime("%Y-%m-%d %H:%M"))
    return series.drop(columns="second")


def replications_table(compared: Compared) -> pd.DataFrame:
    """Columns scenario, replication, measure, place, unit, value: all values there are."""
    return pd.concat(list(_values(compared)), ignore_index=True)


def _values(compared: Compared) -> Iterator[pd.DataFrame]:
    numbers = np.arange(1, compared.replications + 1)
    for result in compared.results:
        cells = in_order(set(result.cells))
        values = np.array([result.cells[cell] for cell in cells])
        row, column = np.nonzero(~np.isnan(values))
        yield pd.DataFrame({
            "scenario": result.alternative.name,
            "replication": numbers[column],
            "measure": [cells[i][0] for i in row],
            "place": [cells[i][1] for i in row],
            "unit": [result.units[cells[i][0]] for i in row],
            "value": values[row, column],
        })  # fmt: skip
