"""`qcap schema`: what a scenario may hold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.shell import options as common
from sim.shell import pages


def schema(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Schema, for editors.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it to a file (UTF-8).")] = None,
    force: common.ForceFile = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Print the reference of scenarios, in Markdown.

    It has every path with unit, rule, default and meaning.
    """
    from sim.commands.papers import reference  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415  heavy at start-up

    if as_json and out is None:
        show.print_json(reference.json_schema())
        return 0
    return pages.put(pages.as_json(reference.json_schema()) if as_json else reference.markdown(), out, force=force)
