"""Pictures of a sweep over a grid of two axes or more: maps that say where a target holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import ListedColormap, NoNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from numpy.typing import NDArray

from sim.commands.sweep.pictures.shared import (
    Levels,
    SweepTables,
    axis_words,
    few,
    is_same,
    levels_of,
    limit_words,
    mean_text,
    message,
    name_of,
    phrase,
    replications_words,
    sheet,
)
from sim.drawing import style
from sim.drawing.page import GREY, HEIGHT_CM, INK, LARGE, NORMAL, SMALL
from sim.drawing.tables import Picture, Skipped
from sim.drawing.text import shorten, showable_part, width, wrap
from sim.numbers.verdicts import HOLDS, MISSED, NOT_CERTAIN
from sim.words.say import number, stated_percent

Floats = NDArray[np.float64]
PANELS_AT_MOST = 12
TICKS_AT_MOST = 16
CM_PER_ROW = 4.6
POINTS_ACROSS = 380.0
VERDICTS = (MISSED, NOT_CERTAIN, HOLDS)
SIGNS = {MISSED: "✗", NOT_CERTAIN: "?", HOLDS: "✓"}
"""Beside each number, so that nobody needs the colours."""
COLOURS = {MISSED: "#f2b48f", NOT_CERTAIN: "#f4f4f4", HOLDS: "#a6cdee"}
"""Bad, open, good: told apart by the colour-blind; the signs tell them apart in grey."""
HATCH = {MISSED: "////", NOT_CERTAIN: "", HOLDS: ""}
"""In cells too small for signs."""
RING = 34
"""Width of the ring round the scenario as it is, in points: round a number of six signs and its verdict."""


@dataclass(frozen=True)
class Cells:
    """One map: what is in each cell, second axis down, first axis across."""

    title: str
    mean: Floats
    half_width: Floats
    verdicts: NDArray[np.int64]
    """Position of each cell's verdict in `VERDICTS`; -1 without one."""
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
    top, grid = _grid(figure, rows, columns, len(panels))
    norm = _norm(tables)
    for axes, cells in zip(grid, panels, strict=False):
        mesh = _map(axes, tables, cells, norm, numbers=numbers)
        if cells.title:
            axes.set_title(shorten(showable_part(cells.title), LARGE, POINTS_ACROSS / columns))
    _label(grid, tables, across, up, columns)
    if _judged(tables):
        style.legend(top, _legend(tables, numbers=numbers))
    elif not is_same(tables):
        style.colour_bar(figure, mesh, grid, axis_words(tables))
    return Picture(figure, _data(tables))


def _grid(figure: Figure, rows: int, columns: int, n: int) -> tuple[Axes, list[Axes]]:
    """An axes without anything above all others, for a legend, and one for each map."""
    cells = figure.add_gridspec(rows + 1, columns, height_ratios=[0.01] + [1] * rows)
    first = figure.add_subplot(cells[1, 0])
    others = [figure.add_subplot(cells[1 + i // columns, i % columns], sharex=first, sharey=first) for i in range(1, n)]
    top = figure.add_subplot(cells[0, :])
    top.set_axis_off()
    top.set_xticks([])
    top.set_yticks([])
    return top, [first, *others]


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
    arrays = {name: np.full(shape, np.nan) for name in ("mean", "half_width")}
    for name, array in arrays.items():
        array[row, column] = table[name].to_numpy(float)
    verdicts = np.full(shape, -1)
    verdicts[row, column] = [VERDICTS.index(word) if word in VERDICTS else -1 for word in table["verdict"]]
    at = [places[index].get(tables.base.get(tables.axes[index].column)) for index in (0, 1)]
    base = (at[1], at[0]) if is_base and at[0] is not None and at[1] is not None else None
    return Cells(title, arrays["mean"], arrays["half_width"], verdicts, base)


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
    if _judged(tables):
        mesh = _verdict_map(axes, edges, cells.verdicts, hatched=not numbers)
    else:
        mesh = style.heat_map(axes, edges, cells.mean * tables.scale, 1.0)
        mesh.set_norm(norm)
    axes.set_ylim(-0.5, n_up - 0.5)
    if numbers:
        _write(axes, tables, cells, mesh)
    if cells.base is not None:
        row, column = cells.base
        axes.plot(
            [column], [row], marker="o", markersize=RING if numbers else 7, markerfacecolor="none",
            markeredgecolor=INK, markeredgewidth=1.3, zorder=6, path_effects=style.RING_HALO,
        )  # fmt: skip
    return mesh


def _judged(tables: SweepTables) -> bool:
    """Whether cells are coloured by what replications say about a target: there is one, and enough of them."""
    return tables.limit is not None and tables.met is not None and not few(tables)


def _verdict_map(axes: Axes, edges: tuple[Floats, Floats], verdicts: NDArray[np.int64], *, hatched: bool) -> QuadMesh:
    """Cells in the colour of their verdict; those without a value stay white."""
    mesh = axes.pcolormesh(
        *edges, np.ma.masked_less(verdicts, 0), cmap=ListedColormap([COLOURS[word] for word in VERDICTS]),
        norm=NoNorm(), edgecolor="white", linewidth=0.8, rasterized=True,
    )  # fmt: skip
    axes.spines[["top", "right"]].set_visible(True)
    if hatched:
        for row, column in np.argwhere(verdicts == VERDICTS.index(MISSED)).tolist():
            axes.add_patch(
                Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, hatch=HATCH[MISSED], edgecolor=style.VERMILION,
                          linewidth=0)
            )  # fmt: skip
    return mesh


def _legend(tables: SweepTables, *, numbers: bool) -> list[Patch]:
    """What colours and signs mean, of the verdicts that there are."""
    there = set(tables.with_verdicts()["verdict"])
    return [
        Patch(
            facecolor=COLOURS[word], edgecolor=style.VERMILION if word == MISSED and not numbers else GREY,
            hatch="" if numbers else HATCH[word], linewidth=0.4,
            label=f"{SIGNS[word]} {phrase(word)}" if numbers else phrase(word),
        )
        for word in reversed(VERDICTS)
        if word in there
    ]  # fmt: skip


def _write(axes: Axes, tables: SweepTables, cells: Cells, mesh: QuadMesh) -> None:
    """The means into their cells, dark on pale and white on dark."""
    for (row, column), mean in np.ndenumerate(cells.mean):
        if np.isnan(mean):
            continue
        red, green, blue, _ = mesh.to_rgba(np.array([mean * tables.scale]))[0] if not _judged(tables) else (1, 1, 1, 1)
        colour = INK if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
        text = mean_text(tables, float(mean), float(cells.half_width[row, column]))
        if _judged(tables) and cells.verdicts[row, column] >= 0:
            text = f"{SIGNS[VERDICTS[cells.verdicts[row, column]]]} {text}"
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
    sign = width("✓ ", SMALL) if _judged(tables) else 0.0
    return sign + max(width(text, SMALL) for text in texts) < 0.9 * room and panels[0].mean.shape[0] <= 20 / max(
        columns, 1
    )


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
    judged = _judged(tables)
    if is_same(tables) or (judged and numbers):
        notes = [phrase("note_map_same" if not judged else "note_map_numbers", runs=replications_words(tables))]
    elif judged:
        notes = []
    else:
        notes = [phrase("note_map" if numbers else "note_map_plain", runs=replications_words(tables))]
        notes += [phrase("note_map_close")] if _close(tables) else []
    if tables.limit is not None:
        share = stated_percent(tables.limit.share_of_runs)
        notes.append(few(tables) or phrase("note_colours", limit=limit_words(tables), share=share))
    if any(cells.base is not None for cells in panels):
        notes.append(phrase("note_base"))
    if left_out:
        notes.append(phrase("note_panels", shown=number(len(panels)), all=number(len(panels) + left_out)))
    return notes


def _data(tables: SweepTables) -> pd.DataFrame:
    """The numbers drawn."""
    columns = ["point", *(axis.column for axis in tables.axes), "n", "mean", "half_width", "low", "high"]
    return tables.with_verdicts()[columns + (["share", "verdict"] if tables.limit is not None else [])]
