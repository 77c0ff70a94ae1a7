"""Pictures of a calibration: what is believed about unknowns, what is predicted, whether the method is honest.

Tables in, files out, as for pictures of a run. Each picture shows one thing and says it in its title.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.commands.calibrate.pictures import figures as calibration_figures
from sim.commands.calibrate.pictures import unknowns as calibration_unknowns
from sim.commands.calibrate.pictures.figures import CalibrationTables
from sim.drawing import page
from sim.drawing.tables import Picture, Skipped
from sim.words.calibrate import CAPTIONS

__all__ = ["CalibrationTables", "draw_calibration"]

PICTURES: tuple[tuple[str, Callable[[CalibrationTables], Picture | Skipped]], ...] = (
    ("figures-predicted", calibration_figures.predicted),
    ("unknowns", calibration_unknowns.before_and_after),
    ("trade-offs", calibration_unknowns.trade_offs),
    ("staff-needed", calibration_figures.staff),
    ("parts-of-variance", calibration_figures.parts),
    ("next-figure", calibration_figures.next_figure),
    ("proof", calibration_unknowns.ranks),
)
"""File name without its ending, and how it is drawn."""


def draw_calibration(tables: CalibrationTables, folder: Path, *, suffix: str = ".png") -> list[str]:
    """Draw every picture that there are numbers for; returns "name: caption" of each; its numbers lie beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    for stem, draw in PICTURES:
        with page.picture_style():
            picture = draw(tables)
            if isinstance(picture, Picture):
                page.save(picture, folder, stem, suffix)
                names.append(f"{stem}{suffix}: {CAPTIONS[stem]}")
    return names
