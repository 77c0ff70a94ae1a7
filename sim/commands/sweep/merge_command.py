"""`qcap merge`: join what two machines have finished of one sweep."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.keeping.ownership import CHUNKS
from sim.shell import errors, files
from sim.shell import options as common
from sim.words.sweep import MERGE

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
    from sim.commands.sweep.merging import MergeError, Named, fit, join  # noqa: PLC0415
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
        raise errors.Failed(f"failed: {error}") from error
    if not quiet:
        n = found.of_first + found.more_of_second
        counts = {"n": f"{n:,}", "first": f"{found.of_first:,}", "second": f"{found.more_of_second:,}"}
        errors.say(MERGE["done"].format(out=out, a=first, b=second, **counts), MERGE["next"].format(out=out))
    errors.put(out)
    return errors.RAN
