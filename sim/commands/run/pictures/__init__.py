"""Pictures of a finished run: tables in, files out. A picture draws what it is given and computes nothing but layout.

Each picture is a module with one public function, `draw(tables) -> Picture | Skipped`, and stands in `PICTURES`. Its
words stand in `sim.words.PICTURES`; page, text and marks that all of them share are in `page`, `text` and `style`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sim.commands.run.pictures import (
    bottleneck,
    first_street,
    no_room,
    rooms,
    served,
    site_map,
    staff,
    utilisation,
    waiting,
    waits,
)
from sim.drawing import page
from sim.drawing.tables import Picture, Port, RunTables, Site, Skipped

__all__ = ["PICTURES", "Drawn", "Port", "RunTables", "Site", "draw_pictures", "draw_run"]

PICTURES: tuple[tuple[str, Callable[[RunTables], Picture | Skipped]], ...] = (
    ("people-served", served.draw),
    ("rooms-taken", rooms.draw),
    ("sites-by-day", site_map.draw),
    ("first-street-site", first_street.draw),
    ("no-room-by-day", no_room.draw),
    ("people-waiting", waiting.draw),
    ("waits-and-limit", waits.draw),
    ("waiting-by-hour", bottleneck.draw),
    ("staff-by-hour", staff.draw),
    ("staff-use", utilisation.draw),
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


def draw_pictures(tables: RunTables, folder: Path, *, suffix: str = ".png") -> Drawn:
    """As `draw_run`, and says which pictures were skipped for want of numbers, and why."""
    if suffix not in page.SUFFIXES:
        raise ValueError(f"suffix = {suffix!r}: must be one of {', '.join(page.SUFFIXES)}")
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    skipped: list[tuple[str, str]] = []
    for stem, draw in PICTURES:
        with page.look():
            picture = draw(tables)
            if isinstance(picture, Skipped):
                skipped.append((stem, picture.reason))
            else:
                paths += page.save(picture, folder, stem, suffix)
    return Drawn(tuple(paths), tuple(skipped))
