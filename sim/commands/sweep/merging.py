"""`qcap merge`: join what two machines have finished of one sweep. What does not fit is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from sim.keeping.manifest import CHUNKS
from sim.shell import errors, files
from sim.shell import options as common
from sim.words.language import _
from sim.words.searches import MERGE

if TYPE_CHECKING:
    from sim.keeping.chunkstore import ChunkStore

Folders = Annotated[
    list[str], typer.Argument(metavar="DIR", help="Results folders of two sweeps; * is expanded.", show_default=False)
]


def merge(
    folders: Folders,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="New results folder.", show_default=False)],
    quiet: common.Quiet = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Join two sweeps of the same scenario and seed into one folder.

    The last line printed is the results folder; qcap sweep --resume makes its tables.
    """
    from sim.keeping.chunkstore import ChunkError, ChunkStore  # noqa: PLC0415  heavy at start-up

    found_folders = [folder for word in folders for folder in files.expanded([word])]
    if len(found_folders) != 2:
        errors.refuse(MERGE["two"].format(n=len(found_folders), names=", ".join(map(str, found_folders))))
    first, second = found_folders
    one, other = (Named(str(folder), ChunkStore(folder / CHUNKS)) for folder in found_folders)
    for named in (one, other):
        if not named.store.is_there():
            errors.refuse(MERGE["no_store"].format(folder=named.name, chunks=CHUNKS))
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        errors.refuse(MERGE["not_empty"].format(folder=out))
    try:
        fit(one, other)
        with ChunkStore(out / CHUNKS).locked() as store:
            found = join(one, other, store)
    except MergeError as error:
        errors.refuse(str(error))
    except ChunkError as error:
        raise errors.Failed(MERGE["failed"].format(error=error)) from error
    if not quiet:
        n = found.of_first + found.more_of_second
        counts = {"n": f"{n:,}", "first": f"{found.of_first:,}", "second": f"{found.more_of_second:,}"}
        errors.say(MERGE["done"].format(out=out, a=first, b=second, **counts), MERGE["next"].format(out=out))
    errors.put(out)
    return errors.RAN


FACTS = ("scenario", "seed", "sources", "machine", "asked")
"""What must be the same in all chunks, in the order in which it is reported."""


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
    from sim.commands.sweep.running import Name  # noqa: PLC0415  heavy at start-up

    for key in sorted(named.store.keys()):
        if Name.of(key):
            facts = named.store.get(key).facts
            yield {fact: facts.get(fact, "") for fact in FACTS}


def _short(value: str) -> str:
    return value[:12] or _("not told")
