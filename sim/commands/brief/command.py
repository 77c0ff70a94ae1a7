"""`qcap brief`: results folders become one page that opens in a browser, from a folder or from a mail."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.shell import options as common
from sim.words.language import LANGUAGES, language

if TYPE_CHECKING:
    from sim.commands.brief.folders import Results


class PageLanguage(StrEnum):
    """What `--lang` takes here."""

    zh = "zh"
    en = "en"
    both = "both"


def brief(
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="RESULTS",
            help="Results folders of run, compare, sweep, staff, tornado, cap, calibrate; * is expanded.",
        ),
    ],
    lang: Annotated[
        PageLanguage | None,
        typer.Option("--lang", help="Language of the page; both: one page that can be switched."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Page to write [default: <first folder>.brief.html beside it]."),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names", metavar="FILE", help="CSV with your own names (text) as the page shall show them (zh, en)."
        ),
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay/--no-replay", help="Play one replication of a run on the page.")
    ] = True,
    force: common.ForceFile = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Make one page for the meeting of results folders.

    It is one HTML file that needs no network; the last line printed is its name.
    """
    from sim.commands.brief.folders import read_folders, read_names  # noqa: PLC0415
    from sim.shell.files import expanded  # noqa: PLC0415

    folders = read_folders(expanded(results), names=read_names(names))
    first = folders[0].folder.resolve()
    file = out or first.with_name(f"{first.name}.brief.html")
    both = sorted(LANGUAGES, key=lambda each: each != language())
    languages = tuple(both) if lang is PageLanguage.both else (lang.value if lang else language(),)
    return put(folders, file, languages, replay=replay, force=force)


def put(
    folders: tuple[Results, ...], file: Path, languages: tuple[str, ...], *, replay: bool = True, force: bool = False
) -> int:
    """Write the page of these folders and say its name; returns the exit code. Raises StoreError."""
    from sim.commands.brief.document import document  # noqa: PLC0415  heavy at start-up
    from sim.keeping.store import check_file  # noqa: PLC0415
    from sim.shell.show import put_page  # noqa: PLC0415

    check_file(file, f"--out {file}", force=force)  # before any work
    return put_page(document(folders, languages, with_replay=replay), file, force=force)
