"""Pictures of the unknowns of a calibration: before and after, pairs that trade off, ranks of the proof."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.commands.calibrate.pictures.figures import CalibrationTables, empty_page
from sim.drawing import style
from sim.drawing.page import GREY, INK, SMALL
from sim.drawing.tables import Picture, Skipped
from sim.drawing.text import wrap
from sim.words.calibrate import PLOTS, SAYS_NOTHING
from sim.words.language import _
from sim.words.say import percent, stated

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

ACROSS, ROW_CM, HEAD_CM = 4, 3.3, 3.0
MOST_PAIRS, LEAST_CORRELATION = 6, 0.25
BINS = 24
PALE = "#c8c8c8"


def before_and_after(tables: CalibrationTables) -> Picture | Skipped:
    """One panel per unknown: its prior as a grey area, its posterior as a blue line, and what the figures say."""
    rows = tables.unknowns.to_dict("records")
    if not rows:
        return Skipped(PLOTS["no_unknowns"])
    silent = sum(bool(row["says_nothing"]) for row in rows)
    message = PLOTS["unknowns.message"].format(n=len(rows), told=len(rows) - silent, silent=silent)
    figure = empty_page(tables, message, [PLOTS["unknowns.note"].format(rule=tables.rule)], _height(len(rows)))
    for i, (axes, row) in enumerate(zip(_panels(figure, len(rows)), rows, strict=True)):
        _densities(axes, tables.before[:, i], tables.after[:, i], tables.weights, whole=tables.whole[i])
        words = (
            _(SAYS_NOTHING) if row["says_nothing"] else PLOTS["unknowns.told"].format(share=percent(row["contraction"]))
        )
        _title(axes, row["label"], words, GREY if row["says_nothing"] else style.BLUE)
    return Picture(figure, tables.unknowns)


def trade_offs(tables: CalibrationTables) -> Picture | Skipped:
    """The strongest pairs: each accepted history a dot, larger where it weighs more."""
    strong = tables.pairs[tables.pairs["correlation"].abs() >= LEAST_CORRELATION].head(MOST_PAIRS)
    if not len(strong):
        return Skipped(PLOTS["no_pairs"])
    columns = {unknown: i for i, unknown in enumerate(tables.unknowns["unknown"])}
    first = strong.iloc[0]
    names = {"one": tables.label(first["unknown"]), "other": tables.label(first["other"])}
    across = min(3, len(strong))
    height = 3.2 + 5.2 * math.ceil(len(strong) / across)
    message = PLOTS["pairs.message"].format(**names)
    figure = empty_page(tables, message, [PLOTS["pairs.note"].format(rule=tables.rule)], height)
    share = tables.weights / tables.weights.max()
    for axes, row in zip(_panels(figure, len(strong), across), strong.to_dict("records"), strict=True):
        x, y = (tables.after[:, columns[row[key]]] for key in ("unknown", "other"))
        axes.scatter(x, y, s=9 * share, color=style.BLUE, alpha=0.45, linewidths=0)
        axes.set_xlabel(_wrapped(tables.label(row["unknown"]), 125), size=SMALL)
        axes.set_ylabel(_wrapped(tables.label(row["other"]), 110), size=SMALL)
        axes.set_title(PLOTS["pairs.panel"].format(r=row["correlation"]), size=SMALL, color=GREY, weight="normal")
        _few_ticks(axes)
    return Picture(figure, strong)


def ranks(tables: CalibrationTables) -> Picture | Skipped:
    """One panel per unknown: histogram of posterior ranks of the truth, and the range that honest ranks keep."""
    n = len(tables.ranks)
    if n < 20:
        return Skipped(PLOTS["no_ranks"])
    held = dict(zip(tables.proof["unknown"], tables.proof["covered"].astype(int), strict=True))
    low, high = int(tables.proof["least"].iloc[0]), int(tables.proof["most"].iloc[0])
    bad = int((~tables.proof["covered"].between(low, high)).sum())
    message = PLOTS["ranks.message_good" if not bad else "ranks.message_bad"].format(
        n=len(tables.ranks.columns), bad=bad
    )
    note = PLOTS["ranks.note"].format(n=n, low=low, high=high)
    figure = empty_page(tables, message, [note], _height(len(tables.ranks.columns)), n)
    bins = 10
    spread = 3 * math.sqrt(n / bins * (1 - 1 / bins))
    panels = _panels(figure, len(tables.ranks.columns))
    for axes in panels[::ACROSS]:
        axes.set_ylabel(PLOTS["ranks.up"], size=SMALL)
    panels[-1].set_xlabel(PLOTS["ranks.across"], size=SMALL)
    for axes, unknown in zip(panels, tables.ranks.columns, strict=True):
        axes.axhspan(n / bins - spread, n / bins + spread, color="#eeeeee", linewidth=0)
        axes.axhline(n / bins, color=GREY, linewidth=0.6)
        axes.hist(tables.ranks[unknown], bins=bins, range=(0, 1), color=style.BLUE, alpha=0.75, rwidth=0.9)
        good = low <= held[unknown] <= high
        words = PLOTS["ranks.panel"].format(covered=held[unknown], n=n)
        _title(axes, tables.label(unknown), words, GREY if good else style.VERMILION)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, max(n / bins + 1.4 * spread, axes.get_ylim()[1]))
        axes.set_xticks([0, 0.5, 1])
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    return Picture(figure, tables.ranks)


def _height(n: int) -> float:
    return HEAD_CM + ROW_CM * math.ceil(n / ACROSS)


def _panels(figure: Figure, n: int, across: int = ACROSS) -> list[Axes]:
    """`n` axes in rows of `across`; the spare ones of the last row are removed."""
    grid = figure.subplots(math.ceil(n / across), min(across, n), squeeze=False)
    panels = list(grid.flat)
    for spare in panels[n:]:
        spare.remove()
    return panels[:n]


def _densities(
    axes: Axes, before: NDArray[np.float64], after: NDArray[np.float64], weights: NDArray[np.float64], *, whole: bool
) -> None:
    low, high = float(before.min()), float(before.max())
    edges = np.linspace(low, high, BINS + 1)
    if whole and high - low < BINS:
        edges = np.arange(low - 0.5, high + 1, 1.0)
    axes.hist(before, bins=list(edges), density=True, color=PALE, linewidth=0)
    axes.hist(after, bins=list(edges), weights=weights, density=True, histtype="step", color=style.BLUE, linewidth=1.1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    _few_ticks(axes, y=False)


def _few_ticks(axes: Axes, *, y: bool = True) -> None:
    for axis in (axes.xaxis, axes.yaxis) if y else (axes.xaxis,):
        axis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        axis.set_major_formatter(FuncFormatter(lambda value, _: stated(value)))


def _title(axes: Axes, label: str, words: str, colour: str) -> None:
    """Two lines at most for the label in ink, what was found below it."""
    room = 16 / 2.54 * 72 / ACROSS - 14
    lines = wrap(label, SMALL, room, weight="bold")[:2]
    shown_lines = wrap(words, SMALL, room)[:2]
    axes.set_title("\n".join(shown_lines), size=SMALL, color=colour, weight="normal", pad=2.0)
    axes.annotate(
        "\n".join(lines),
        xy=(0, 1),
        xycoords="axes fraction",
        xytext=(0, len(shown_lines) * SMALL * 1.25 + 3.5),
        textcoords="offset points",
        size=SMALL,
        weight="bold",
        color=INK,
        va="bottom",
    )


def _wrapped(text: str, room: float) -> str:
    return "\n".join(wrap(text, SMALL, room)[:3])
