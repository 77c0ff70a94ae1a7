"""`qcap benchmark`: how quick this program is on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.shell import errors
from sim.shell import options as common
from sim.words.searches import REFUSED


def benchmark(
    full: Annotated[bool, typer.Option("--full", help="More repetitions, and a million travellers.")] = False,
    part: Annotated[
        list[str] | None,
        typer.Option("--part", metavar="NAME", help="One part alone, such as sweep or cluster; may be repeated."),
    ] = None,
    short: Annotated[
        bool, typer.Option("--short", help="Only whether the engine is a third slower than it was, in some seconds.")
    ] = False,
    as_json: common.Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the table as in the README.")] = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Measure speed and memory of this machine with qcap.

    It needs a checkout, some minutes and a quiet machine.
    Exit code 1 when a limit is not kept.
    """
    from sim.commands.benchmark import plan  # noqa: PLC0415  heavy at start-up
    from sim.commands.benchmark.timing import markdown as as_markdown  # noqa: PLC0415
    from sim.commands.benchmark.timing import number  # noqa: PLC0415
    from sim.flow.engines import choose  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415

    unknown = [name for name in part or () if name not in plan.PARTS]
    if unknown:
        errors.refuse(*(REFUSED["part"].format(part=name, parts=", ".join(plan.PARTS)) for name in unknown))
    if short and (full or part):
        errors.refuse(REFUSED["short"])
    choose("compiled", 1)  # says what to do when it is not there
    lines = []
    for line in plan.benchmark(full=full, parts=part or (), short=short):
        errors.say(f"{line.part}: {line.what}: {number(line.value)} {line.unit}")
        lines.append(line)
    if as_json:
        facts = [{**line._asdict(), "kept": line.verdict} for line in lines]
        show.print_json({"lines": facts})
    elif markdown:
        print(as_markdown(lines))  # noqa: T201
    else:
        table = show.plain_table("Part", "Measured", "Value", "Unit", "Limit", "Kept", numbers=["Value"])
        for line in lines:
            table.add_row(line.part, line.what, number(line.value), line.unit, line.limit, line.verdict)
        show.console().print(table)
    missed = [line for line in lines if line.verdict == "no"]
    return errors.FAILED if missed else errors.RAN
