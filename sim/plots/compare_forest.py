"""Picture: what every scenario of a comparison changes, one row each, one panel for each measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.labels.compare import FOREST
from sim.plots import style
from sim.plots.page import GREY, INK, NORMAL, SMALL, page
from sim.plots.tables import Picture, RunTables, Skipped
from sim.plots.text import shorten, showable_part, wrap
from sim.plots.words import count

ROW_CM, LEAST_CM, TEXT_CM = 0.46, 7.0, 5.4
LABEL_POINTS = 150.0
"""Room for the names of scenarios."""
BEYOND = 4.0
"""A difference so many times the typical one of its panel is told as a number, so that the others can be seen."""
ONE_SIDED = 0.1
"""Differences the other way up to this part of the axis do not make it two-sided."""


@dataclass(frozen=True)
class Panel:
    """One measure."""

    label: str
    unit: str
    base: str
    """Value in the base, in words."""


@dataclass(frozen=True)
class Forest:
    """What the picture is drawn from."""

    panels: tuple[Panel, ...]
    rows: tuple[str, ...]
    """Names of scenarios, from above."""
    marks: pd.DataFrame
    """Columns row, panel (numbers from 0), difference, low, high, primary; in the units of the panels."""


def draw(tables: RunTables, forest: Forest, base: str) -> Picture | Skipped:
    """Dots with whiskers to the left and right of nothing changed."""
    marks = forest.marks.dropna(subset=["difference"])
    if marks.empty or not forest.rows:
        return Skipped(FOREST["skipped"])
    n = len(forest.rows)
    message = FOREST["message_one" if n == 1 else "message"].format(n=n)
    note = FOREST["note"].format(base=base, runs=f"{count(tables.n_replications)} runs")
    figure = page(tables, message, [note], height_cm=max(LEAST_CM, TEXT_CM + ROW_CM * n))
    grid = figure.subplots(1, len(forest.panels), sharey=True, squeeze=False)[0]
    for number, (axes, panel) in enumerate(zip(grid, forest.panels, strict=True)):
        _panel(axes, panel, marks[marks["panel"] == number], n, 280 / len(forest.panels))
    names = [shorten(showable_part(name), SMALL, LABEL_POINTS) for name in forest.rows]
    grid[0].set_yticks(range(n), names)
    grid[0].set_ylim(n - 0.4, -0.6)
    return Picture(figure, _data(forest))


def _panel(axes: Axes, panel: Panel, marks: pd.DataFrame, n: int, room: float) -> None:
    reach = _reach(marks)
    inside = marks[marks["difference"].abs() <= reach]
    axes.axvline(0, color=GREY, linewidth=0.8)
    for stripe in range(0, n, 2):
        axes.axhspan(stripe - 0.5, stripe + 0.5, color="#f4f4f4", linewidth=0, zorder=0)
    for primary, face in ((True, style.BLUE), (False, "white")):
        rows = inside[inside["primary"] == primary]
        whisker = np.nan_to_num(np.stack([rows["difference"] - rows["low"], rows["high"] - rows["difference"]])).clip(0)
        axes.errorbar(
            rows["difference"], rows["row"], xerr=whisker, fmt="o", color=style.BLUE, markerfacecolor=face,
            markersize=3.2, markeredgewidth=0.8, elinewidth=1.0, capsize=0, zorder=3,
        )  # fmt: skip
    outside = marks[marks["difference"].abs() > reach]
    for row, difference in zip(outside["row"].to_numpy(float), outside["difference"].to_numpy(float), strict=True):
        _beyond(axes, row, difference, reach)
    axes.set_xlim(-reach * 1.15, reach * 1.15)
    if not (marks["difference"] < -ONE_SIDED * reach).any():
        axes.set_xlim(-reach * (ONE_SIDED + 0.05), reach * 1.15)
    elif not (marks["difference"] > ONE_SIDED * reach).any():
        axes.set_xlim(-reach * 1.15, reach * (ONE_SIDED + 0.05))
    axes.xaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10], prune="both"))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+,.10g}" if value else "0"))
    axes.grid(visible=True, axis="x", color="#dddddd", linewidth=0.5)
    axes.tick_params(axis="y", length=0)
    title = "\n".join(wrap(panel.label, NORMAL, room))
    axes.set_title(title, size=NORMAL, weight="normal")
    axes.set_xlabel("\n".join([*wrap(panel.unit, SMALL, room), *wrap(panel.base, SMALL, room)]), size=SMALL)


def _reach(marks: pd.DataFrame) -> float:
    """How far the axis goes: to the largest difference, or to some times the typical one where that is much less."""
    size = marks["difference"].abs()
    some = size[size > 0]
    if some.empty:
        return 1.0
    largest = float(np.nanmax([size.max(), *marks[["low", "high"]].abs().max()]))
    return min(largest, BEYOND * float(some.quantile(0.7)))


def _beyond(axes: Axes, row: float, difference: float, reach: float) -> None:
    """An arrow at the edge with the number."""
    right = difference > 0
    edge = reach * (1 if right else -1)
    axes.plot([edge], [row], marker=">" if right else "<", color=style.BLUE, markersize=4, zorder=3)
    axes.annotate(
        f"{difference:+,.3g}" if abs(difference) < 1000 else f"{difference:+,.0f}",
        xy=(edge, row),
        xytext=(-5 if right else 5, 0),
        textcoords="offset points",
        ha="right" if right else "left",
        va="center",
        size=SMALL,
        color=INK,
        path_effects=style.HALO,
        zorder=4,
    )


def _data(forest: Forest) -> pd.DataFrame:
    """The numbers drawn."""
    table = forest.marks.copy()
    table.insert(0, "scenario", [forest.rows[int(row)] for row in table["row"]])
    table.insert(1, "measure", [forest.panels[int(panel)].label for panel in table["panel"]])
    table.insert(2, "unit", [forest.panels[int(panel)].unit for panel in table["panel"]])
    return table.drop(columns=["row", "panel"])
