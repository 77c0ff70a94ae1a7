"""Pictures of a finished sweep, by its design and number of axes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sim.commands.sweep.pictures import indices as sweep_indices
from sim.commands.sweep.pictures.lines import draw_line, draw_scatter
from sim.commands.sweep.pictures.maps import draw_map
from sim.commands.sweep.pictures.tables import SweepTables
from sim.drawing import page
from sim.drawing.tables import Picture, Skipped

Draw = Callable[[SweepTables], Picture | Skipped]


def draw_sweep(measures: Sequence[SweepTables], folder: Path, *, suffix: str = ".png") -> tuple[str, ...]:
    """Draw the pictures of each measure into `folder` (made if need be); returns why others were not drawn.

    Beside each picture lies a CSV of the same name with the numbers drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    skipped: dict[str, None] = {}
    for tables in measures:
        for ending, draw in _pictures(tables):
            with page.look():
                picture = draw(tables)
                if isinstance(picture, Skipped):
                    skipped[picture.reason] = None
                else:
                    page.save(picture, folder, f"{tables.stem}{ending}", suffix)
    return tuple(skipped)


def _pictures(tables: SweepTables) -> Iterator[tuple[str, Draw]]:
    """Endings of file names, and how each picture is drawn."""
    if tables.indices is not None:
        yield "-indices", sweep_indices.draw
    if not tables.grid:
        yield "", draw_scatter
    else:
        yield "", draw_line if len(tables.axes) == 1 else draw_map
