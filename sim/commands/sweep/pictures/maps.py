"""Pictures of a sweep over a grid of two axes or more: maps with the target's contour and the region where it holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.colors import Normalize
from numpy.typing import NDArray

from sim.commands.sweep.pictures.tables import (
    Levels,
    SweepTables,
    axis_words,
    few,
    is_same,
    levels_of,
    mean_text,
    message,
    name_of,
    phrase,
    sheet,
    single_runs,
)
from sim.drawing import style
from sim.drawing.page import HEIGHT_CM, INK, LARGE, NORMAL, SMALL
from sim.drawing.tables import Picture, Skipped
from sim.drawing.text import shorten, showable_part, width, wrap
from sim.numbers.verdicts import HOLDS
from sim.words.say import number, stated_percent

Floats = NDArray[np.float64]
PANELS_AT_MOST = 12
TICKS_AT_MOST = 16
CM_PER_ROW = 4.6
POINTS_ACROSS = 380.0
FRAME = "#111111"
RING = 26
"""Width of the ring round the scenario as it is, in points: round a number of six signs."""


@dataclass(frozen=True)
class Cells:
    """One map: what is in each cell, second axis down, first axis across."""

    title: str
    mean: Floats
    half_width: Floats
    share: Floats
    holds: NDArray[np.bool_]
    base: tuple[int, int] | None
    """Row and column of the scenario as it is."""


def draw_map(tables: SweepTables) -> Picture | Skipped:
    """First axis across, second axis up, a map for each combination of the others.

    A measure that is the same at all points, in the digits that are told, has one colour and no scale of colours.
    """
    if not tables.points["mean"].notna().any():
        return Skipped(phrase("no_value", measure=tables.label, place=tables.place_label))
    across, up = levels_of(tables, tables.axes[0]), levels_of(tables, tables.axes[1])
    panels, left_out = _panels(tables, across, up)
    columns = 1 if len(panels) == 1 else 2 if len(panels) <= 4 else 3
    rows = math.ceil(len(panels) / columns)
    numbers = _numbers_fit(tables, panels, across, columns)
    figure = sheet(
        tables,
        message(tables),
        _notes(tables, panels, left_out, numbers),
        height_cm=HEIGHT_CM + CM_PER_ROW * max(0, rows - 2),
    )
    grid = list(figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat)
    for spare in grid[len(panels) :]:
        spare.remove()
    norm = _norm(tables)
    for axes, cells in zip(grid, panels, strict=False):
        mesh = _map(axes, tables, cells, norm, numbers=numbers)
        if cells.title:
            axes.set_title(shorten(showable_part(cells.title), LARGE, POINTS_ACROSS / columns))
    _label(grid[: len(panels)], tables, across, up, columns)
    if not is_same(tables):
        style.colour_bar(figure, mesh, grid[: len(panels)], axis_words(tables))
    return Picture(figure, _data(tables))


def _panels(tables: SweepTables, across: Levels, up: Levels) -> tuple[list[Cells], int]:
    """The maps, at most twelve, and how many are left out."""
    rest = tables.axes[2:]
    table = tables.with_verdicts()
    values = [list(dict.fromkeys(table[axis.column])) for axis in rest]
    panels = []
    for setting in itertools.islice(itertools.product(*values), PANELS_AT_MOST):
        chosen = table
        for axis, value in zip(rest, setting, strict=True):
            chosen = chosen[chosen[axis.column] == value]
        words = [phrase("panel", axis=axis.name, value=value) for axis, value in zip(rest, setting, strict=True)]
        is_base = all(tables.base.get(axis.column) == value for axis, value in zip(rest, setting, strict=True))
        panels.append(_cells(tables, chosen, across, up, ", ".join(words), is_base))
    return panels, math.prod(map(len, values)) - len(panels)


def _cells(tables: SweepTables, table: pd.DataFrame, across: Levels, up: Levels, title: str, is_base: bool) -> Cells:
    """Values of one map in rows and columns."""
    places = [
        {value: index for index, value in enumerate(_values(tables, axis.column, levels))}
        for axis, levels in ((tables.axes[0], across), (tables.axes[1], up))
    ]
    row = table[tables.axes[1].column].map(places[1]).to_numpy()
    column = table[tables.axes[0].column].map(places[0]).to_numpy()
    shape = (len(up.at), len(across.at))
    arrays = {name: np.full(shape, np.nan) for name in ("mean", "half_width", "share")}
    for name, array in arrays.items():
        array[row, column] = table[name].to_numpy(float)
    holds = np.zeros(shape, dtype=bool)
    holds[row, column] = (table["verdict"] == HOLDS).to_numpy()
    at = [places[index].get(tables.base.get(tables.axes[index].column)) for index in (0, 1)]
    base = (at[1], at[0]) if is_base and at[0] is not None and at[1] is not None else None
    return Cells(title, arrays["mean"], arrays["half_width"], arrays["share"], holds, base)


def _values(tables: SweepTables, column: str, levels: Levels) -> list[object]:
    """Values of a column in the order of the levels."""
    values = list(dict.fromkeys(tables.points[column]))
    return sorted(values) if levels.numeric else values


def _norm(tables: SweepTables) -> Normalize:
    """One scale for all maps, from the lowest mean to the highest, but no narrower than the interval of a mean.

    All is pale where means are the same in the digits that are told.
    """
    means = tables.points["mean"] * tables.scale
    low, high = float(means.min()), float(means.max())
    if is_same(tables):
        return Normalize(high, high + 1.0, clip=True)
    middle, half = (low + high) / 2, max(high - low, _interval(tables)) / 2
    return Normalize(middle - half, middle + half, clip=True)  # rounding must not put the ends off the scale


def _interval(tables: SweepTables) -> float:
    """Width of the interval of a typical mean; 0 where there is none."""
    half = tables.points["half_width"].median() * tables.scale
    return 2 * float(half) if half > 0 else 0.0


def _close(tables: SweepTables) -> bool:
    """Whether all means lie closer together than the interval of one of them is wide."""
    means = tables.points["mean"] * tables.scale
    return float(means.max() - means.min()) < _interval(tables)


def _map(axes: Axes, tables: SweepTables, cells: Cells, norm: Normalize, *, numbers: bool) -> QuadMesh:
    n_up, n_across = cells.mean.shape
    edges = (np.arange(n_across + 1) - 0.5, np.arange(n_up + 1) - 0.5)
    mesh = style.heat_map(axes, edges, cells.mean * tables.scale, 1.0)
    mesh.set_norm(norm)
    axes.set_ylim(-0.5, n_up - 0.5)
    if tables.limit is not None:
        _contour(axes, cells.share, tables.limit.share_of_runs)
        _frame(axes, cells.holds)
    if numbers:
        _write(axes, tables, cells, mesh)
    if cells.base is not None:
        row, column = cells.base
        axes.plot(
            [column], [row], marker="o", markersize=RING if numbers else 7, markerfacecolor="none",
            markeredgecolor=style.ORANGE, markeredgewidth=1.3, zorder=6,
        )  # fmt: skip
    return mesh


def _contour(axes: Axes, share: Floats, level: float) -> None:
    """Where the share of runs that meet the target is the one that is wanted, between points."""
    if not _has_contour(share, level):
        return
    n_up, n_across = share.shape
    lines = axes.contour(
        np.arange(n_across), np.arange(n_up), np.ma.masked_invalid(share), levels=[level],
        colors=style.VERMILION, linewidths=1.6, linestyles=[(0, (4, 1.6))], zorder=4,
    )  # fmt: skip
    lines.set_path_effects([*style.HALO])


def _has_contour(share: Floats, level: float) -> bool:
    """Whether some points lie below the level and some above it."""
    there = share[~np.isnan(share)]
    return min(share.shape) >= 2 and len(there) > 0 and bool(there.min() < level < there.max())


def _frame(axes: Axes, holds: NDArray[np.bool_]) -> None:
    """A line round the cells where the target holds for certain."""
    padded = np.pad(holds, 1)
    lines = []
    for row, column in itertools.product(range(holds.shape[0] + 1), range(holds.shape[1] + 1)):
        here = padded[row, column + 1], padded[row + 1, column + 1]  # below and above a horizontal edge
        if column < holds.shape[1] and here[0] != here[1]:
            lines.append([(column - 0.5, row - 0.5), (column + 0.5, row - 0.5)])
        here = padded[row + 1, column], padded[row + 1, column + 1]  # left and right of a vertical edge
        if row < holds.shape[0] and here[0] != here[1]:
            lines.append([(column - 0.5, row - 0.5), (column - 0.5, row + 0.5)])
    for colour, width_of_line in (("white", 4.0), (FRAME, 2.0)):  # edged in white, to be seen on dark cells too
        frame = LineCollection(
            lines, colors=colour, linewidths=width_of_line, capstyle="projecting", zorder=5, clip_on=False
        )
        axes.add_collection(frame, autolim=False)


def _write(axes: Axes, tables: SweepTables, cells: Cells, mesh: QuadMesh) -> None:
    """The means into their cells, dark on pale and white on dark."""
    for (row, column), mean in np.ndenumerate(cells.mean):
        if np.isnan(mean):
            continue
        red, green, blue, _ = mesh.to_rgba(np.array([mean * tables.scale]))[0]
        colour = INK if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
        text = mean_text(tables, float(mean), float(cells.half_width[row, column]))
        axes.text(column, row, text, size=SMALL, ha="center", va="center", color=colour, zorder=7)


def _numbers_fit(tables: SweepTables, panels: Sequence[Cells], across: Levels, columns: int) -> bool:
    """Whether the widest mean fits into a cell."""
    texts = {
        mean_text(tables, float(mean), float(half))
        for cells in panels
        for mean, half in zip(cells.mean.flat, cells.half_width.flat, strict=True)
        if not np.isnan(mean)
    }
    room = POINTS_ACROSS / columns / len(across.at)
    return max(width(text, SMALL) for text in texts) < 0.9 * room and panels[0].mean.shape[0] <= 20 / max(columns, 1)


def _label(grid: Sequence[Axes], tables: SweepTables, across: Levels, up: Levels, columns: int) -> None:
    """Values along the axes, and what they are."""
    for i, axes in enumerate(grid):
        _ticks(axes.xaxis, across.shown(tables.axes[0]), POINTS_ACROSS / columns)
        _ticks(axes.yaxis, up.shown(tables.axes[1]), 160.0 if columns == 1 else 100.0, down=True)
        bottom, left = i >= len(grid) - columns, i % columns == 0
        axes.tick_params(labelbottom=bottom, labelleft=left)
        if bottom:
            axes.set_xlabel(shorten(name_of(tables.axes[0]), NORMAL, POINTS_ACROSS / columns))
        if left:
            axes.set_ylabel("\n".join(wrap(name_of(tables.axes[1]), NORMAL, 180.0 if columns == 1 else 110.0)))


def _ticks(axis: object, values: Sequence[str], room: float, *, down: bool = False) -> None:
    """Every value, or every second, third … where they would touch."""
    texts = ["\n".join(shorten(showable_part(line), SMALL, 90.0) for line in text.split("\n")) for text in values]
    lines = [text.split("\n") for text in texts]
    widest = (
        SMALL * 1.6 * max(map(len, lines)) if down else max(width(line, SMALL) for each in lines for line in each) + 5
    )
    step = max(1, math.ceil(len(texts) * widest / room), math.ceil(len(texts) / TICKS_AT_MOST))
    axis.set_ticks(range(0, len(texts), step), texts[::step])  # type: ignore[attr-defined]


def _notes(tables: SweepTables, panels: Sequence[Cells], left_out: int, numbers: bool) -> list[str]:
    if is_same(tables):
        notes = [phrase("note_map_same", runs=single_runs(tables))]
    else:
        notes = [phrase("note_map" if numbers else "note_map_plain", runs=single_runs(tables))]
        notes += [phrase("note_map_close")] if _close(tables) else []
    if tables.limit is not None:
        share = stated_percent(tables.limit.share_of_runs)
        if any(_has_contour(cells.share, tables.limit.share_of_runs) for cells in panels):
            notes.append(phrase("note_contour", share=share))
        notes.append(few(tables) or phrase("note_frame", share=share))
    if any(cells.base is not None for cells in panels):
        notes.append(phrase("note_base"))
    if left_out:
        notes.append(phrase("note_panels", shown=number(len(panels)), all=number(len(panels) + left_out)))
    return notes


def _data(tables: SweepTables) -> pd.DataFrame:
    """The numbers drawn."""
    columns = ["point", *(axis.column for axis in tables.axes), "n", "mean", "half_width", "low", "high"]
    return tables.with_verdicts()[columns + (["share", "verdict"] if tables.limit is not None else [])]
