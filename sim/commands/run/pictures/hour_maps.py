"""Maps of one quantity by date (across) and hour of the day (down), a panel for each place, all on one scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.drawing import style
from sim.drawing.page import HEIGHT_CM, LARGE
from sim.drawing.tables import RunTables, day_number
from sim.drawing.text import shorten
from sim.words.say import clock

PANELS_AT_MOST = 6
ROWS_ON_A_PAGE, CM_PER_ROW = 2, 3.6


def page_height(n_panels: int) -> float:
    """Height of the page for so many panels, in centimetres."""
    return HEIGHT_CM + CM_PER_ROW * max(0, rows_of_panels(n_panels) - ROWS_ON_A_PAGE)


def rows_of_panels(n_panels: int) -> int:
    """Panels one above the other: up to three, of more half of them."""
    return n_panels if n_panels <= 3 else math.ceil(n_panels / 2)


def in_window(rows: pd.DataFrame, tables: RunTables) -> pd.DataFrame:
    """Rows of full hours inside the window with `day` (counted from the first) and `hour`; of two one is kept."""
    rows = rows.dropna(subset=["mean"])
    rows["day"] = (rows["time"].dt.normalize() - pd.Timestamp(tables.first_day)).dt.days
    rows["hour"] = rows["time"].dt.hour
    inside = rows["day"].between(0, (tables.last_day - tables.first_day).days)
    return rows.loc[inside, ["place", "time", "day", "hour", "mean"]].drop_duplicates(["place", "day", "hour"])


def cells(rows: pd.DataFrame, tables: RunTables) -> NDArray[np.float64]:
    """Values `mean` by hour (down) and day (across); nan where the table has none."""
    out = np.full((24, (tables.last_day - tables.first_day).days + 1), np.nan)
    out[rows["hour"].to_numpy(), rows["day"].to_numpy()] = rows["mean"].to_numpy()
    return out


def draw_maps(
    figure: Figure,
    tables: RunTables,
    maps: Mapping[str, NDArray[np.float64]],
    highest: float,
    scale: str,
    *,
    nothing: bool = False,
) -> None:
    """The panels, by their titles, filled column by column, with one colour bar. `nothing`: 0 is grey, not pale."""
    down = rows_of_panels(len(maps))
    across = math.ceil(len(maps) / down)
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    panels: Sequence[Axes] = list(grid.flat)
    for spare in panels[len(maps) :]:
        spare.remove()
    panels = panels[: len(maps)]
    days = (tables.last_day - tables.first_day).days + 1
    first = day_number(tables.first_day)
    edges = (np.arange(days + 1) + first, np.arange(25, dtype=np.float64))
    for number, (axes, (name, values)) in enumerate(zip(panels, maps.items(), strict=True)):
        mesh = style.heat_map(axes, edges, values, highest, nothing=nothing)
        axes.set_title(shorten(name, LARGE, 360 / across))
        axes.set_yticks(range(0, 25, 6), [clock(60 * hour) for hour in range(0, 25, 6)])
        style.date_axis(axes, (first, first + days), most=11 // across)
        axes.tick_params(labelbottom=number >= len(maps) - across)
    style.colour_bar(figure, mesh, panels, scale)
