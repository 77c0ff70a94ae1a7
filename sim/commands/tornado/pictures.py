"""Picture: how far each assumption moves each headline measure, the widest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from sim.drawing import style
from sim.drawing.page import GREY, INK, NORMAL, SMALL, page
from sim.drawing.tables import Panel, Picture, RunTables, Skipped
from sim.drawing.text import replications, shorten, showable_part, width, wrap
from sim.words.compare import TORNADO

ROWS = 9
"""Assumptions that a panel shows."""
BEYOND = 3.5
"""Where a bar is so many times the fourth longest of its panel, all of its bars have their numbers beside them."""
LABEL_POINTS, PANEL_POINTS = 118.0, 98.0


@dataclass(frozen=True)
class Bars:
    """What the picture is drawn from."""

    panels: tuple[Panel, ...]
    bars: pd.DataFrame
    """Columns panel, path, side, value (words), difference, low, high; in the units of the panels."""


def draw(tables: RunTables, bars: Bars) -> Picture | Skipped:
    """Two panels in a row; each with bars to the low end of an assumption and to its high end."""
    table = bars.bars.dropna(subset=["difference"])
    if table.empty:
        return Skipped(TORNADO["skipped"])
    down = (len(bars.panels) + 1) // 2
    note = TORNADO["note"].format(rows=ROWS, runs=replications(tables.n_replications))
    figure = page(tables, _message(bars, table), [note], height_cm=3.2 + 7.6 * down)
    grid = list(figure.subplots(down, min(2, len(bars.panels)), squeeze=False).flat)
    for i, (axes, panel) in enumerate(zip(grid, bars.panels, strict=False)):
        _panel(axes, panel, table[table["panel"] == i])
    for spare in grid[len(bars.panels) :]:
        spare.remove()
    named = table.assign(measure=[bars.panels[int(i)].label for i in table["panel"]])
    return Picture(figure, named.drop(columns="panel"))


def _message(bars: Bars, table: pd.DataFrame) -> str:
    """The assumption that moves most the first measure that any of them moves."""
    for i, panel in enumerate(bars.panels):
        swings = _swings(table[table["panel"] == i])
        if len(swings) and swings.iloc[0] > 0:
            return TORNADO["message"].format(path=swings.index[0], measure=panel.label)
    return TORNADO["message_none"]


def _swings(rows: pd.DataFrame) -> pd.Series[float]:
    """Length of the bars of each path, the longest first."""
    ends = rows.groupby("path", sort=False)["difference"].agg(["min", "max"])
    swing = ends["max"].clip(lower=0) - ends["min"].clip(upper=0)
    return swing.sort_values(ascending=False, kind="stable")


def _panel(axes: Axes, panel: Panel, rows: pd.DataFrame) -> None:
    swings = _swings(rows)
    paths = [str(path) for path in swings[swings > 0].index[:ROWS]]
    shown = rows[rows["path"].isin(paths)]
    numbers = _uneven(shown)
    axes.axvline(0, color=GREY, linewidth=0.8)
    for place, path in enumerate(paths):
        for side, colour in (("low", style.BLUE), ("high", style.ORANGE)):
            found = rows[(rows["path"] == path) & (rows["side"] == side)]
            if len(found):
                _bar(axes, place, found.iloc[0], colour)
        if numbers:
            _numbers(axes, place, shown[shown["path"] == path])
    axes.set_yticks(range(len(paths)), [_label(rows, path) for path in paths], size=SMALL)
    axes.set_ylim(len(paths) - 0.4, -0.6)
    axes.set_xlim(*_limits(shown, 0.45 if numbers else 0.04))
    axes.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    style.difference_axis(axes.xaxis)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(visible=True, axis="x", color="#dddddd", linewidth=0.5)
    axes.set_title("\n".join(wrap(panel.label, NORMAL, PANEL_POINTS, weight="bold")), size=NORMAL)
    words = TORNADO["axis"].format(unit=panel.unit, base=panel.base)
    axes.set_xlabel("\n".join(wrap(words, SMALL, PANEL_POINTS)), size=SMALL)


def _label(rows: pd.DataFrame, path: str) -> str:
    """Name of a value on two lines at most, and below it both ends; on one line where they fit."""
    here = rows[rows["path"] == path]
    ends = TORNADO["ends"].format(
        low=" ".join(here.loc[here["side"] == "low", "value"]), high=" ".join(here.loc[here["side"] == "high", "value"])
    )
    name = showable_part(path)
    if width(f"{name} {ends}", SMALL) <= LABEL_POINTS:
        return f"{name} {ends}"
    first, *rest = wrap(name, SMALL, LABEL_POINTS) or [""]
    return "\n".join([first, shorten(" ".join([*rest, ends]), SMALL, LABEL_POINTS)])


def _uneven(rows: pd.DataFrame) -> bool:
    """Whether one bar is so long that others can hardly be seen beside it: no bar is cut, so numbers show them."""
    sizes = np.sort(rows["difference"].abs().to_numpy(float))[::-1]
    return len(sizes) > 0 and bool(sizes[0] > BEYOND * sizes[min(3, len(sizes) - 1)])


def _limits(rows: pd.DataFrame, room: float) -> tuple[float, float]:
    """From the lowest end of a bar or interval to the highest; `room` on the sides on which there are bars."""
    if rows.empty:  # nothing moves this measure
        return -1.0, 1.0
    low = min(0.0, float(rows[["difference", "low"]].min().min()))
    high = max(0.0, float(rows[["difference", "high"]].max().max()))
    length = high - low or 1.0
    left, right = (room if (sign * rows["difference"] > 0).any() else 0.04 for sign in (-1, 1))
    return low - left * length, high + right * length


def _bar(axes: Axes, place: int, row: pd.Series[float], colour: str) -> None:
    """A bar from 0 to its number, and the interval of that number."""
    axes.barh(place, float(row["difference"]), height=0.62, color=colour, zorder=2)
    axes.plot([row["low"], row["high"]], [place, place], color=INK, linewidth=0.9, zorder=3)


def _numbers(axes: Axes, place: int, rows: pd.DataFrame) -> None:
    """The longest number on each side of 0, beyond the end of its bar and interval."""
    for sign, end in ((-1, "low"), (1, "high")):
        found = rows[sign * rows["difference"] > 0]
        if found.empty:
            continue
        row = found.sort_values("difference").iloc[-1 if sign > 0 else 0]
        difference = float(row["difference"])
        beyond = np.nanmax([sign * difference, *(sign * found[end])])
        axes.annotate(
            style.signed(f"{difference:+,.0f}" if abs(difference) >= 10 else f"{difference:+,.2g}"),
            xy=(sign * float(beyond), place), xytext=(2 * sign, 0), textcoords="offset points",
            ha="left" if sign > 0 else "right", va="center", size=SMALL, color=INK,
        )  # fmt: skip
