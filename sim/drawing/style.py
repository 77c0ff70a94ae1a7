"""Marks that pictures share: colours, bands, targets, date axes and heat maps.

Colours are those of Okabe and Ito, and heat maps use cividis: both are told apart by colour-blind readers and in grey.
A band of single runs is a filled area. An interval of a mean is another thing and must look like one: whiskers, never
an area.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib import colormaps, patheffects
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize
from matplotlib.container import Container, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation, Transform
from numpy.typing import NDArray

from sim.drawing.page import GREY, INK, NORMAL
from sim.drawing.tables import day_number, day_numbers, moment
from sim.drawing.text import phrase
from sim.words.language import _
from sim.words.say import MINUS, clock, short_day

BLUE, ORANGE, VERMILION = "#0072B2", "#E69F00", "#D55E00"
GREEN, PURPLE, SKY, BLACK = "#009E73", "#CC79A7", "#56B4E9", "#000000"
LINES = (BLUE, ORANGE, GREEN, PURPLE, SKY, BLACK)
WIDE, NARROW = 0.18, 0.33  # opacity of the bands of 90 % and 50 % of runs
MAP, FADE = "cividis_r", 0.75  # pale for few, dark for many, as ink on paper
MISSING, NOTHING = "#ffffff", "#efefef"
RING_HALO = [patheffects.withStroke(linewidth=3.6, foreground="white")]
"""Round a dark ring, so that it is seen on dark cells too."""
HALO = [patheffects.withStroke(linewidth=2.0, foreground="white")]


def bands(axes: Axes, rows: pd.DataFrame, colour: str, label: str) -> list[Line2D | Patch]:
    """Median and bands of 50 % and 90 % of single runs over time; returns what the legend shows.

    `rows` come from `rows_of`. A band is left out where the table lacks it or it has no width, as with one run.
    """
    return bands_at(axes, day_numbers(rows["time"]), rows, colour, label)


def bands_at(
    axes: Axes,
    across: NDArray[np.float64],
    rows: pd.DataFrame,
    colour: str,
    label: str,
    *,
    step: bool = False,
    narrow: bool = True,
) -> list[Line2D | Patch]:
    """As `bands`, over any axis; with `step` each value holds until the next position, without `narrow` there is no
    band of 50 %.
    """
    drawstyle = "steps-post" if step else "default"
    how: Literal["post"] | None = "post" if step else None
    handles: list[Line2D | Patch] = []
    handles += axes.plot(across, rows["p50"], color=colour, linewidth=1.1, label=label, zorder=3, drawstyle=drawstyle)
    both = 1 - (1 - WIDE) * (1 - NARROW)  # the narrow band lies on the wide one
    shapes = (("p25", "p75", NARROW, both, "bands.50"), ("p5", "p95", WIDE, WIDE, "bands.90"))
    for low, high, opacity, seen, key in shapes if narrow else shapes[1:]:
        if not (rows[high] > rows[low]).any():
            continue
        axes.fill_between(across, rows[low], rows[high], color=colour, alpha=opacity, linewidth=0, zorder=2, step=how)
        handles.append(Patch(color=colour, alpha=seen, linewidth=0, label=phrase(key)))
    return handles


def target(axes: Axes, value: float, label: str) -> None:
    """A figure to compare with, as a dashed line across the axes with its label on the line, at the left."""
    axes.axhline(value, color=VERMILION, linewidth=1.1, linestyle=(0, (5, 2)), zorder=2.5)
    axes.annotate(
        label,
        xy=(0.012, value),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2.5),
        textcoords="offset points",
        color=VERMILION,
        size=NORMAL,
        path_effects=HALO,
        zorder=4,
    )


def target_across(axes: Axes, value: float, label: str, *, height: float = 0.03) -> None:
    """A limit on the horizontal axis, as a dashed line up the axes with its label beside the line.

    Call after the limits of the axis are set: the label stands where there is more room.
    """
    low, high = axes.get_xlim()
    left = value > low + 0.6 * (high - low)
    axes.axvline(value, color=VERMILION, linewidth=1.1, linestyle=(0, (5, 2)), zorder=2.5)
    axes.annotate(
        label,
        xy=(value, height),
        xycoords=("data", "axes fraction"),
        xytext=(-3 if left else 3, 0),
        ha="right" if left else "left",
        textcoords="offset points",
        color=VERMILION,
        size=NORMAL,
        path_effects=HALO,
        zorder=4,
    )


def whiskers(axes: Axes, across: NDArray[np.float64], rows: pd.DataFrame, colour: str, label: str) -> ErrorbarContainer:
    """A mean as a dot with its interval as a thin line: never an area, which is for single runs.

    `rows` has the columns mean, low, high. Returns what the legend shows.
    """
    off = np.abs(np.stack([rows["mean"] - rows["low"], rows["high"] - rows["mean"]]))
    return axes.errorbar(
        across, rows["mean"], yerr=off, fmt="o", color=colour, markersize=2.4, elinewidth=0.7, capsize=0, label=label
    )


def clock_axis(axes: Axes, every: int = 3) -> None:
    """The 24 hours of a day along the bottom."""
    axes.set_xlim(0, 24)
    axes.set_xticks(range(0, 25, every), [clock(60 * hour) for hour in range(0, 25, every)])


def share_axis(axes: Axes, label: str, highest: float = 1.0) -> None:
    """An axis of shares from 0, in per cent."""
    axes.set_ylim(0, highest)
    axes.set_ylabel(label)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _at: f"{100 * value:,.10g}"))
    axes.grid(visible=True, color="#dddddd", linewidth=0.5)


def legend(axes: Axes, handles: Sequence[Artist | Container], *, columns: int | None = None, lift: float = 0.0) -> None:
    """A legend above the axes, where it covers no data: in one row, or in so many columns; `lift`: so many points
    higher, above a title of the axes.
    """
    place = axes.transAxes + ScaledTranslation(0, lift / 72, axes.figure.dpi_scale_trans)
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        bbox_transform=place,
        ncols=columns or len(handles),
        borderaxespad=0.3,
        borderpad=0.2,
        handlelength=1.8,
        columnspacing=1.6,
    )


def count_axis(axis: Axis, label: str, highest: float) -> None:
    """An axis of numbers from 0 to a little above the highest value, whole numbers with thousands separators."""
    axis.axes.set_ylim(0, max(highest * 1.08, 1.0))
    axis.set_label_text(label)
    axis.set_major_locator(MaxNLocator(6, integer=True, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.0f}"))
    axis.grid(visible=True, color="#dddddd", linewidth=0.5)


def difference_axis(axis: Axis, unit: str = "") -> None:
    """Numbers with their sign, and a unit, along an axis of differences: −5, 0, +5."""
    axis.set_major_formatter(FuncFormatter(lambda value, _at: signed(f"{value:+,.10g}{unit}") if value else "0"))


def signed(number: str) -> str:
    """A number with its sign as it is printed: a minus and no hyphen."""
    return number.replace("-", MINUS)


def date_axis(
    axes: Axes, limits: tuple[float, float], *, start: float | None = None, hours: bool = False, most: int = 11
) -> None:
    """Dates along the bottom between the `limits` (day numbers), with the year where it begins.

    At most about `most` marks, counted from `start` (default: the left limit): every day, second day, week ..., and on
    long axes every month or so. With `hours`, an axis of three days or less has clock times between the days.
    """
    axes.set_xlim(*limits)
    first = limits[0] if start is None else start
    ticks = _clock_ticks(first, limits[1]) if hours and limits[1] - first <= 3 else _day_ticks(first, limits[1], most)
    words, year = [], None
    for tick in ticks:
        when = moment(tick)
        at_midnight = when.hour == 0
        word = short_day(when.date()) if at_midnight else clock(60 * when.hour)
        if at_midnight and when.year != year:
            word += "\n" + _("{year}").format(year=when.year)
        words.append(word)
        year = when.year if at_midnight else year
    axes.set_xticks(ticks, words)


def _clock_ticks(start: float, last: float) -> NDArray[np.float64]:
    return np.arange(start, last + 1e-6, np.ceil(last - start) * 3 / 24)


def _day_ticks(start: float, last: float, most: int) -> NDArray[np.float64]:
    for step in (1, 2, 7, 14, 28):
        if last - start <= most * step:
            return np.arange(start, last - 0.4, step)
    begin, end = (when.year * 12 + when.month - 1 for when in (moment(start), moment(last)))
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200, 12000) if (end - begin) <= most * step)
    months = [month for month in range(begin, end + 1) if month % every == 0]
    ticks = np.array([day_number(date(month // 12, month % 12 + 1, 1)) for month in months])
    return ticks[(ticks >= start) & (ticks <= last)]


def heat_map(
    axes: Axes,
    edges: tuple[NDArray[Any], NDArray[Any]],
    values: NDArray[np.float64],
    highest: float,
    *,
    nothing: bool = False,
) -> QuadMesh:
    """Cells of one colour each between the `edges` (across, down); a cell that is nan stays white.

    With `nothing`, a cell of exactly 0 is pale grey, to be told from a small number.
    """
    values = np.ma.masked_invalid(values)
    colours = _pale_to_dark().with_extremes(bad=MISSING, under=NOTHING)
    mesh = axes.pcolormesh(
        *edges,
        values,
        cmap=colours,
        norm=Normalize(1e-9 if nothing else 0.0, highest if highest > 0 else 1.0),
        linewidth=0,
        rasterized=True,
    )
    axes.set_ylim(edges[1][-1], edges[1][0])
    axes.spines[["top", "right"]].set_visible(True)
    return mesh


def class_map(
    axes: Axes, edges: tuple[NDArray[Any], NDArray[Any]], values: NDArray[np.float64], bounds: Sequence[float]
) -> QuadMesh:
    """As `heat_map`, in as many colours as there are classes between the bounds, the last of them nearly black."""
    n = len(bounds) - 1
    colours = [*_pale_to_dark()(np.linspace(0.0, 0.75, n - 1)), INK]
    mesh = heat_map(axes, edges, values, bounds[-1])
    mesh.set_cmap(ListedColormap(colours).with_extremes(bad=MISSING))
    mesh.set_norm(BoundaryNorm(bounds, n, clip=True))
    return mesh


def class_legend(mesh: QuadMesh, words: Sequence[str]) -> list[Patch]:
    """What the classes of a `class_map` are called, for a legend."""
    assert isinstance(mesh.norm, BoundaryNorm)
    middles = (np.asarray(mesh.norm.boundaries)[:-1] + np.asarray(mesh.norm.boundaries)[1:]) / 2
    return [
        Patch(facecolor=mesh.to_rgba(np.array([middle]))[0], edgecolor=GREY, linewidth=0.4, label=word)
        for middle, word in zip(middles.tolist(), words, strict=True)
    ]


def _pale_to_dark() -> ListedColormap:
    """Cividis from its bright end, which is mixed with white: its yellow would shout where there is little to see."""
    share = np.linspace(0, 1, 256)[:, None]
    colours = colormaps[MAP](share[:, 0])
    colours[:, :3] += (1 - colours[:, :3]) * FADE * (1 - share) ** 1.5
    return ListedColormap(colours)


def colour_bar(figure: Figure, mesh: QuadMesh, axes: Any, label: str) -> None:
    """The scale of a heat map, at the right of the axes it belongs to."""
    bar = figure.colorbar(mesh, ax=axes, pad=0.015, aspect=40, fraction=0.05)
    bar.set_label(label, color=INK)
    bar.ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:,.10g}".replace("-", MINUS)))
    bar.outline.set_visible(False)
    bar.ax.tick_params(color=GREY, length=2)


def beside(axes: Axes, points: float) -> Transform:
    """Data coordinates shifted to the right by so many points, for marks beside a cell."""
    return axes.transData + ScaledTranslation(points / 72, 0, axes.figure.dpi_scale_trans)
