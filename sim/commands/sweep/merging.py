"""Joining the stores of two machines that worked on one sweep. What does not fit is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.commands.sweep.chunks import Name
from sim.keeping.chunkstore import ChunkStore
from sim.words.sweep import MERGE

FACTS = ("scenario", "seed", "sources", "machine", "asked")
"""What must be the same in all chunks, in the order in which it is told."""


class MergeError(Exception):
    """The two stores do not fit together; the message says why."""


class Merged(NamedTuple):
    """Chunks of the joined store."""

    of_first: int
    more_of_second: int


class Named(NamedTuple):
    """A store and what messages call it."""

    name: str
    store: ChunkStore


def fit(first: Named, second: Named) -> None:
    """Raise MergeError unless all chunks of both are of one sweep, with the same numbers where both have some.

    Raises ChunkError for a damaged chunk.
    """
    one, other = _facts(first), _facts(second)
    for fact in FACTS:
        if one[fact] != other[fact]:
            raise MergeError(
                MERGE["differ"].format(
                    a=first.name, b=second.name, what=MERGE[fact], one=_short(one[fact]), other=_short(other[fact])
                )
            )
    for key in sorted(first.store.keys() & second.store.keys()):
        if not first.store.get(key).columns.equals(second.store.get(key).columns):
            raise MergeError(MERGE["unequal"].format(a=first.name, b=second.name, key=key))


def join(first: Named, second: Named, out: ChunkStore) -> Merged:
    """Copy all chunks of the first, and those of the second that the first has not got, into a locked store."""
    own, others = first.store.keys(), second.store.keys() - first.store.keys()
    for store, keys in ((first.store, own), (second.store, others)):
        for key in sorted(keys):
            out.put_raw(*store.raw(key))
    return Merged(len(own), len(others))


def _facts(named: Named) -> dict[str, str]:
    """Facts that all chunks of a store share. Raises MergeError when they do not."""
    found: dict[str, str] = {}
    for facts in _each(named):
        if not found:
            found = facts
        for fact in FACTS:
            if facts[fact] != found[fact]:
                raise MergeError(
                    MERGE["mixed"].format(
                        a=named.name, what=MERGE[fact], one=_short(found[fact]), other=_short(facts[fact])
                    )
                )
    if not found:
        raise MergeError(MERGE["no_chunks"].format(folder=named.name))
    return found


def _each(named: Named) -> Iterator[dict[str, str]]:
    for key in sorted(named.store.keys()):
        if Name.of(key):
            facts = named.store.get(key).facts
            yield {fact: facts.get(fact, "") for fact in FACTS}


def _short(value: str) -> str:
    return value[:12] or "not told"
