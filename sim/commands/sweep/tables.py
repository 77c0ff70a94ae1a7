"""The files of a finished sweep, made from its store point by point, so that memory does not grow with replications.

points.csv (one row a point, its settings and what came of it), replications.parquet, summary.csv, targets.csv (where
the scenario has targets), indices.csv (of a saltelli design) and manifest.json. Each is written beside its place and
renamed. The same store and the same sweep give the same bytes, in whatever order and however often interrupted the work
was done.

A target holds where at least a share of single runs meet its limit, by the rule of `verdicts`: bounds at a level of 1 -
0.05 / points, so that with 95 % confidence it is at no point wrongly said to hold, and at none wrongly missed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.commands.sweep.design import Axis, as_text
from sim.commands.sweep.plan import Point, SweepPlan
from sim.commands.sweep.running import SCHEMA, Index, PointValues, values_of
from sim.keeping.chunkstore import ChunkError, ChunkStore
from sim.keeping.store import safe, write_table
from sim.measures.scope import ALL
from sim.numbers.comparison import sensitivity
from sim.numbers.statistics import estimate
from sim.runs.precision import judged
from sim.scenario.tables.schema import Target
from sim.words.language import said

POINTS, REPLICATIONS, SUMMARY, TARGETS = "points.csv", "replications.parquet", "summary.csv", "targets.csv"
INDICES = "indices.csv"
ROWS_IN_A_GROUP = 100_000
"""Rows of replications.parquet that are written at a time."""

Pair = tuple[str, str]
"""A measure and a place."""


@dataclass
class Swept:
    """What pictures and the screen are made from."""

    points: pd.DataFrame
    means: pd.DataFrame
    """point, measure, place, unit, n, mean, half_width, low, high of the pairs in pictures."""
    met: pd.DataFrame
    """One row for each point and target, with the columns of `Met`; empty without targets."""
    pairs: tuple[Pair, ...]
    finished: int
    failed: int
    compared: int
    signatures: dict[int, int]
    """By point: equal where all estimates are equal."""
    single: dict[Pair, NDArray[np.float64]] = field(default_factory=dict)
    """By pair: point × replication, nan where there is none; only where indices are asked for."""


class _Group(NamedTuple):
    """Some points in their order: as many as are handled at a time."""

    first: int
    """Position of the first of them."""
    points: tuple[Point, ...]
    found: tuple[PointValues, ...]

    def table(self) -> pa.Table:
        """Rows of all of them, their point first."""
        numbers = np.repeat([point.number for point in self.points], [len(found.table) for found in self.found])
        whole = pa.concat_tables([found.table for found in self.found]).unify_dictionaries().combine_chunks()
        return whole.add_column(0, "point", pa.array(numbers.astype(np.int32)))


class Source(NamedTuple):
    """A sweep and where its replications are."""

    plan: SweepPlan
    points: Sequence[Point]
    store: ChunkStore
    there: Index


def write_tables(
    source: Source,
    out: Path,
    pairs: Sequence[Pair],
    *,
    keep_single: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Swept:
    """Write all tables but the manifest into `out`; returns what is left to show. Raises ChunkError.

    `progress` is called with the number of points written.
    """
    plan, points = source.plan, source.points
    judged = judges(sorted(plan.base.targets.items()), sum(bool(point.key) for point in points))
    rows, means, met = [], [], []
    swept = Swept(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(columns=list(Met._fields)), tuple(pairs), 0, 0, 0, {})
    if keep_single:
        swept.single = {pair: np.full((len(points), plan.replications), np.nan) for pair in pairs}
    with _replications(out / REPLICATIONS) as write, _text(out / SUMMARY) as summary:
        for group in _groups(source):
            table = group.table()
            write(table)
            estimates = _estimates(table)
            safe(estimates).to_csv(summary, index=False, header=group.first == 0, lineterminator="\n")
            means.append(_of_pairs(estimates, pairs))
            swept.signatures |= _signatures(estimates, group.points)
            for position, (point, found) in enumerate(zip(group.points, group.found, strict=True), group.first):
                rows.append(_row(plan, point, found))
                targets = ((judge, (judge.target.measure, judge.target.place)) for judge in judged)
                met += [judge(point.number, _of(found.table, pair)[1]) for judge, pair in targets]
                for pair, array in swept.single.items():
                    _fill(array[position], found.table, pair)
                swept.finished += len(found.finished)
                swept.failed += len(found.failed)
                swept.compared += len(found.compared)
            progress(group.first + len(group.points))
    swept.points, swept.means = pd.DataFrame(rows), pd.concat(means, ignore_index=True)
    _write(out / POINTS, swept.points)
    if met:
        swept.met = pd.DataFrame(met)
        _write(out / TARGETS, swept.met)
    return swept


def pictured(plan: SweepPlan, asked: Sequence[str]) -> tuple[Pair, ...]:
    """Measures and places worth a picture: those of targets, else those asked for by name, else three of the rest."""
    named = [word for text in asked for word in text.replace(",", " ").split() if word != ALL]
    pairs = [(target.measure, target.place) for _, target in sorted(plan.base.targets.items())]
    pairs += [(name, ALL) for name in named]
    if not pairs:
        pairs = [(name, ALL) for name in ("handover_to_coach_mean", "no_room_share", "persons_served")]
    return tuple(dict.fromkeys(pairs))


def without_effect(plan: SweepPlan, points: Sequence[Point], swept: Swept) -> list[Axis]:
    """Axes of a grid whose value makes no difference to any estimate, all others being equal."""
    found = []
    for position, axis in enumerate(plan.axes):
        groups: dict[str, list[int]] = {}
        for point in points:
            if point.key:
                others = repr((*point.settings[:position], *point.settings[position + 1 :]))
                groups.setdefault(others, []).append(swept.signatures[point.number])
        pairs = [group for group in groups.values() if len(group) > 1]
        if pairs and all(len(set(group)) == 1 for group in pairs):
            found.append(axis)
    return found


def _row(plan: SweepPlan, point: Point, found: PointValues) -> dict[str, Any]:
    """A row of points.csv."""
    settings = plan.values_of(point.settings).items()
    shown = {path: value if isinstance(value, int | float) else as_text(value) for path, value in settings}
    reasons = list(dict.fromkeys(found.failed.values()))
    words = [point.reason] if point.reason else [f"{len(found.failed)} failed: {reasons[0]}"] if reasons else []
    return {
        "point": point.number,
        **shown,
        "replications": len(found.finished),
        "failed": len(found.failed),
        "reason": "; ".join(words),
    }


def _groups(source: Source) -> Iterator[_Group]:
    """Points with at most so many rows together, or one that has more: a table of a few is made in one go, and memory
    does not grow with their number.
    """
    begun = _Group(0, (), ())
    rows = 0
    for point in source.points:
        found = values_of(source.store, source.there, point.key, source.plan.replications)
        if begun.points and rows + len(found.table) > ROWS_IN_A_GROUP:
            yield begun
            begun, rows = _Group(begun.first + len(begun.points), (), ()), 0
        begun = begun._replace(points=(*begun.points, point), found=(*begun.found, found))
        rows += len(found.table)
    if begun.points:
        yield begun


def _estimates(table: pa.Table) -> pd.DataFrame:
    """Estimates of each point; of a large table one measure at a time: memory then holds the rows of one only."""
    if len(table) <= ROWS_IN_A_GROUP:
        return estimate(table.to_pandas(), by="point")
    tables = [table.filter(pc.equal(table["measure"], name)) for name in pc.unique(table["measure"])]
    return pd.concat([estimate(part.to_pandas(), by="point") for part in tables], ignore_index=True)


def _signatures(estimates: pd.DataFrame, points: Sequence[Point]) -> dict[int, int]:
    """A number for each point: equal where all estimates are equal."""
    measures, means = estimates["measure"].to_numpy(), estimates["mean"].to_numpy()
    rows = estimates.groupby("point").indices
    own = {point.number: rows.get(point.number, np.empty(0, dtype=np.intp)) for point in points}
    return {number: hash((*measures[at].tolist(), *means[at].tolist())) for number, at in own.items()}


def _of_pairs(estimates: pd.DataFrame, pairs: Sequence[Pair]) -> pd.DataFrame:
    wanted = set(pairs)
    chosen = [pair in wanted for pair in zip(estimates["measure"].tolist(), estimates["place"].tolist(), strict=True)]
    return estimates.loc[chosen, ["point", "measure", "place", "unit", "n", "mean", "half_width", "low", "high"]]


def _of(table: pa.Table, pair: Pair) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Replications with a value of a measure at a place, and the values."""
    rows = table.filter(pc.and_(pc.equal(table["measure"], pair[0]), pc.equal(table["place"], pair[1])))
    return rows["replication"].to_numpy(), rows["value"].to_numpy()


def _fill(row: NDArray[np.float64], table: pa.Table, pair: Pair) -> None:
    replications, values = _of(table, pair)
    row[replications - 1] = values


@contextmanager
def _replications(place: Path) -> Iterator[Callable[[pa.Table], None]]:
    """A function that adds the rows of some points to replications.parquet."""
    schema = pa.schema([("point", pa.int32()), *SCHEMA])
    with _renamed(place) as half, pq.ParquetWriter(half, schema, compression="zstd") as writer:

        def write(table: pa.Table) -> None:
            if len(table):
                writer.write_table(table.cast(schema), row_group_size=len(table))

        yield write


@contextmanager
def _text(place: Path) -> Iterator[IO[str]]:
    with _renamed(place) as half, half.open("w", encoding="utf-8-sig", newline="") as file:
        yield file


def _write(place: Path, table: pd.DataFrame) -> None:
    with _renamed(place) as half:
        write_table(half, table)


@contextmanager
def _renamed(place: Path) -> Iterator[Path]:
    """A path to write to, which takes its place when all is written. Raises ChunkError when the disk says no."""
    half = place.with_name(f".{place.name}.half")
    try:
        yield half
        os.replace(half, place)
    except OSError as error:
        reason = said(error.strerror or str(error))
        raise ChunkError(
            said("{place}: can not be written ({reason}); all finished chunks are kept", place=place, reason=reason)
        ) from error
    finally:
        with suppress(OSError):
            half.unlink(missing_ok=True)


class Met(NamedTuple):
    """How the runs of one point stand to one target."""

    point: int
    target: str
    measure: str
    place: str
    limit: str
    """Such as "at most 0.05"."""
    wanted: float
    """Share of runs that must meet the limit."""
    n: int
    """Replications with a value."""
    met: int
    share: float
    low: float
    """Lower bound of the share of all runs: the target holds when it reaches `wanted`."""
    high: float
    """Upper bound, another statement at the same level: the target is missed when it is below `wanted`."""
    verdict: str
    """Holds, missed, not certain, or no value."""


@dataclass(frozen=True)
class Judge:
    """A target as points are judged by it."""

    id: str
    target: Target
    n_points: int

    def __call__(self, point: int, values: NDArray[np.float64]) -> Met:
        """The verdict on a point, from the target's measure in each of its runs."""
        limit = self.target.at_most if self.target.at_most is not None else self.target.at_least
        assert limit is not None
        below = self.target.at_most is not None
        found = judged(self.target, values, self.n_points)
        return Met(
            point=point,
            target=self.id,
            measure=self.target.measure,
            place=self.target.place,
            limit=f"{'at most' if below else 'at least'} {limit:.6g}",
            wanted=found.wanted,
            n=found.n,
            met=found.met,
            share=found.share,
            low=found.low,
            high=found.high,
            verdict=found.verdict,
        )


def judges(targets: Sequence[tuple[str, Target]], n_points: int) -> tuple[Judge, ...]:
    """One judge for each target, in their order."""
    return tuple(Judge(name, target, n_points) for name, target in targets)


# indices of a saltelli design

OF_INDICES = ["measure", "place", "axis", "first", "first_low", "first_high", "total", "total_low", "total_high",
              "rows"]  # fmt: skip


class Indices(NamedTuple):
    """Indices of one measure at one place."""

    measure: str
    place: str
    table: pd.DataFrame
    """axis, first, first_low, first_high, total, total_low, total_high; one row for each axis."""
    rows: int
    """Rows of the design that all needed runs were there of."""


def indices_of(plan: SweepPlan, swept: Swept) -> tuple[Indices, ...]:
    """Indices of the measures kept for pictures; those without variance between points are left out."""
    n, axes, found = plan.design.n or 0, plan.axes, []
    for (measure, place), single in swept.single.items():
        runs = single.reshape(len(axes) + 2, n, single.shape[1])
        estimates = sensitivity(runs[0], runs[1], runs[2:], np.random.Generator(np.random.Philox(key=[plan.seed, 99])))
        if estimates is None:
            continue
        columns = {
            "axis": [axis.name for axis in axes],
            **dict(zip(("first", "first_low", "first_high"), estimates.first, strict=True)),
            **dict(zip(("total", "total_low", "total_high"), estimates.total, strict=True)),
        }
        found.append(Indices(measure, place, pd.DataFrame(columns), estimates.rows))
    return tuple(found)


def write_indices(folder: Path, indices: Sequence[Indices]) -> None:
    """Write indices.csv, when there are any."""
    frames = [one.table.assign(measure=one.measure, place=one.place, rows=one.rows) for one in indices]
    if frames:
        _write(folder / INDICES, pd.concat(frames, ignore_index=True)[OF_INDICES])
