"""`qcap init`: a folder with a scenario to start from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.shell import errors
from sim.shell import options as common
from sim.words import SAID


class Template(StrEnum):
    """Scenarios that come with qcap."""

    minimal = "minimal"
    xiangzhou = "xiangzhou"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; made if need be.")],
    template: Annotated[Template, typer.Option("--from", help="Scenario to start from.")] = Template.minimal,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> None:
    """Write a scenario to start from, with comments."""
    from sim.scenario.files.templates import copy_template  # noqa: PLC0415  heavy at start-up

    if folder.exists() and not folder.is_dir():
        errors.refuse(SAID["init.file"].format(folder=folder))
    for file in copy_template(template.value, folder):
        errors.put(file)
    errors.put(SAID["init.next"].format(folder=folder))
