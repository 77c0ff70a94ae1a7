"""Pictures of a finished run: tables in, files out. A picture draws what it is given and computes nothing but layout.

Each picture is a function `draw_…(tables) -> Picture | Skipped` that stands in `PICTURES`. Its words stand in
`sim.words.pictures.PICTURES`; page, text and marks that all of them share are in `sim.drawing`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.commands.run.pictures.hour_maps import draw_use, draw_waiting
from sim.commands.run.pictures.rooms import draw_no_room, draw_rooms, draw_served
from sim.commands.run.pictures.sites import draw_first_street, draw_sites
from sim.commands.run.pictures.staff import draw_staff
from sim.commands.run.pictures.waits import draw_bottleneck, draw_waits
from sim.drawing import page
from sim.drawing.tables import Picture, Port, RunTables, Site, Skipped

__all__ = ["PICTURES", "Drawn", "Port", "RunTables", "Site", "draw_pictures", "draw_run"]

PICTURES: tuple[tuple[str, Callable[[RunTables], Picture | Skipped]], ...] = (
    ("people-served", draw_served),
    ("rooms-taken", draw_rooms),
    ("sites-by-day", draw_sites),
    ("first-street-site", draw_first_street),
    ("no-room-by-day", draw_no_room),
    ("people-waiting", draw_waiting),
    ("waits-and-limit", draw_waits),
    ("waiting-by-hour", draw_bottleneck),
    ("staff-by-hour", draw_staff),
    ("staff-use", draw_use),
)
"""File name without its ending, and how it is drawn, in the order in which planners read them."""


@dataclass(frozen=True)
class Drawn:
    """What came of drawing: files written (each picture, then its numbers), and why others were not."""

    paths: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]
    """(picture, reason in words for the user)."""


def draw_run(tables: RunTables, folder: Path, *, suffix: str = ".png") -> list[Path]:
    """Draw every picture that the run has numbers for into `folder` (made if need be); returns the files written.

    Beside each picture lies a CSV of the same name with the numbers drawn. Raises ValueError for a suffix other than
    .png, .svg or .pdf.
    """
    return list(draw_pictures(tables, folder, suffix=suffix).paths)


def draw_pictures(tables: RunTables, folder: Path, *, suffix: str = ".png", first: int = 0, step: int = 1) -> Drawn:
    """As `draw_run`, and says which pictures were skipped for want of numbers, and why.

    With `first` and `step`, every so many-th picture from the first on: a worker's share.
    """
    if suffix not in page.SUFFIXES:
        raise ValueError(f"suffix = {suffix!r}: must be one of {', '.join(page.SUFFIXES)}")
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    skipped: list[tuple[str, str]] = []
    for stem, draw in PICTURES[first::step]:
        with page.picture_style():
            picture = draw(tables)
            if isinstance(picture, Skipped):
                skipped.append((stem, picture.reason))
            else:
                paths += page.save(picture, folder, stem, suffix)
    return Drawn(tuple(paths), tuple(skipped))
