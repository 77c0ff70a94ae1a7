"""Replications of a sweep's points as chunks of a store, and back: what is there, what is missing, one point's values.

A chunk holds consecutive replications of one point; its key is the point's key with the first and last of them. Which
engine ran them is no part of it, because the engines make the same histories.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from sim.keeping.chunkstore import ChunkStore
from sim.runs.chunk_runner import Done

if TYPE_CHECKING:
    from sim.commands.sweep.plan import Plan

PASSING = ("MemoryError", "OSError", "TimeoutError")
"""Errors of the machine, not of the setting: such replications are not kept, so that they are run again."""
SCHEMA = pa.schema([
    ("replication", pa.int32()),
    ("measure", pa.dictionary(pa.int32(), pa.string())),
    ("place", pa.dictionary(pa.int32(), pa.string())),
    ("unit", pa.dictionary(pa.int32(), pa.string())),
    ("value", pa.float64()),
])  # fmt: skip


class Name(NamedTuple):
    """What the key of a chunk says."""

    point: str
    first: int
    last: int

    @property
    def key(self) -> str:
        """Key in the store."""
        return f"{self.point}-{self.first:06d}-{self.last:06d}"

    @classmethod
    def of(cls, key: str) -> Name | None:
        """The name in a key; None for a key of something else."""
        words = key.rsplit("-", 2)
        return cls(words[0], int(words[1]), int(words[2])) if len(words) == 3 and "".join(words[1:]).isdigit() else None


@dataclass
class Index:
    """Which chunks there are, by point."""

    chunks: dict[str, list[Name]] = field(default_factory=dict)

    def add(self, name: Name) -> None:
        """Know of one more chunk."""
        self.chunks.setdefault(name.point, []).append(name)

    def there(self, point: str, n: int) -> set[int]:
        """Replications of a point, up to number `n`, that there are."""
        names = self.chunks.get(point, ())
        return {m for name in names for m in range(name.first, min(name.last, n) + 1)}

    def missing(self, point: str, n: int) -> list[int]:
        """Replications 1 to `n` of a point that there are none of."""
        there = self.there(point, n)
        return [m for m in range(1, n + 1) if m not in there]


def index_of(keys: Collection[str]) -> Index:
    """The chunks of a sweep in a store."""
    index = Index()
    for name in sorted(name for key in keys if (name := Name.of(key))):
        index.add(name)
    return index


def runs(numbers: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    """Rising numbers cut into stretches without a gap, each of at most `most`."""
    piece: list[int] = []
    for number in numbers:
        if piece and (number != piece[-1] + 1 or len(piece) == most):
            yield tuple(piece)
            piece = []
        piece.append(number)
    if piece:
        yield tuple(piece)


def keep(store: ChunkStore, index: Index, done: Sequence[Done], plan: Plan, compared: Collection[int]) -> bool:
    """Put the replications of one part of a chunk into the store; whether they were kept.

    Those that failed for want of memory or disk are not: they are worth another try.
    """
    name = Name(done[0].point, done[0].replication, done[-1].replication)
    if any(one.error.split(":")[0] in PASSING for one in done):
        return False
    facts = dict(plan.facts)
    failed = {one.replication: one.error for one in done if one.error}
    used_up = [one.replication for one in done if one.outcome and one.outcome.sites_used_up]
    again = [one.replication for one in done if one.replication in compared]
    for fact, content in (("failed", failed), ("used_up", used_up), ("compared", again)):
        if content:
            facts[fact] = json.dumps(content)
    store.put(name.key, table_of(done), facts)
    index.add(name)
    return True


def table_of(done: Iterable[Done]) -> pa.Table:
    """Values of replications, in their order: replication, measure, place, unit, value. Missing ones are left out."""
    rows = [
        (one.replication, *row)
        for one in done
        if one.outcome
        for row in one.outcome.measures.values
        if not math.isnan(row.value)
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(SCHEMA)
    arrays = [
        pa.array(column, field.type if not pa.types.is_dictionary(field.type) else pa.string())
        for column, field in zip(columns, SCHEMA, strict=True)
    ]
    return pa.table(arrays, names=SCHEMA.names).cast(SCHEMA)


class PointValues(NamedTuple):
    """All that the store knows of one point."""

    table: pa.Table
    """Rows in order of replication, then of measures and places as in all tables."""
    finished: tuple[int, ...]
    """Replications that ended, without those that failed."""
    failed: Mapping[int, str]
    """Replications that did not, with the reason."""
    compared: tuple[int, ...]
    used_up: tuple[int, ...]


def values_of(store: ChunkStore, index: Index, point: str, n: int) -> PointValues:
    """Replications 1 to `n` of a point, in one table. The same whatever chunks they are cut into."""
    seen: set[int] = set()
    tables: list[tuple[int, pa.Table]] = []
    failed: dict[int, str] = {}
    marks: dict[str, list[int]] = {"compared": [], "used_up": []}
    for name in sorted(index.chunks.get(point, ())):
        fresh = set(range(name.first, min(name.last, n) + 1)) - seen
        if not fresh:
            continue
        seen |= fresh
        stored = store.get(name.key)
        numbers = stored.columns["replication"].to_numpy()
        tables.append((min(fresh), stored.columns.filter(pa.array(np.isin(numbers, sorted(fresh))))))
        failures = json.loads(stored.facts.get("failed", "{}")).items()
        failed |= {int(m): reason for m, reason in failures if int(m) in fresh}
        for mark, listed in marks.items():
            listed += [m for m in json.loads(stored.facts.get(mark, "[]")) if m in fresh]
    table = pa.concat_tables([table for _, table in tables]) if tables else SCHEMA.empty_table()
    return PointValues(
        _in_order(table.unify_dictionaries()),
        tuple(sorted(seen - set(failed))),
        dict(sorted(failed.items())),
        tuple(sorted(marks["compared"])),
        tuple(sorted(marks["used_up"])),
    )


def _in_order(table: pa.Table) -> pa.Table:
    """Rows by replication; within one they are in the order of tables already."""
    numbers = table["replication"].to_numpy()
    if (numbers[1:] >= numbers[:-1]).all():  # as it is unless two machines' chunks overlap
        return table
    return table.take(pa.array(np.argsort(numbers, kind="stable")))
